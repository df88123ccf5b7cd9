//! The ground: digests, checked paths, spans, dates and languages' ways. Knows nothing of hubs.

pub mod date;
pub mod hash;
pub mod locale;
pub mod path;
pub mod slug;
pub mod source;
