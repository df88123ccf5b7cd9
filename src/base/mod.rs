//! The ground: digests, checked paths, spans and dates. Knows nothing of hubs.

pub mod date;
pub mod hash;
pub mod path;
pub mod slug;
pub mod source;
