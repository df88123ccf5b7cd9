//! The forms of feeds, which templates name too.

use serde::Serialize;

/// The form of a feed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum FeedForm {
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl FeedForm {
    /// Each site and each stage has a feed in every one.
    pub const ALL: [Self; 2] = [Self::Atom, Self::Json];

    /// The file's name.
    pub fn file(self) -> &'static str {
        match self {
            Self::Atom => "feed.atom",
            Self::Json => "feed.json",
        }
    }

    /// The path of the feed beside the page at `path`, such as a stage's.
    pub fn beside(self, path: &str) -> String {
        format!("{}{}", path.strip_suffix("index.html").unwrap_or(path), self.file())
    }
}
