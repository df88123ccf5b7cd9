//! Comments that tell those who sign a page where its text begins and ends, and what in it was
//! written once. Only the edition for review has them.

/// Begins a page's text.
pub const TEXT: &str = "<!--etappe:text-->";

/// Ends a page's text, with the list of what it cites.
pub const TEXT_END: &str = "<!--etappe:text-end-->";

/// Begins what was written once; its name and the end of a comment follow.
pub const REUSED: &str = "<!--etappe:reused ";

/// Ends what was written once.
pub const REUSED_END: &str = "<!--etappe:reused-end-->";
