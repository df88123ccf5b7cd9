//! The ground: digests, checked paths, spans, dates and languages' ways. Knows nothing of hubs.

pub mod address;
pub mod csp;
pub mod date;
mod fields;
pub mod hash;
pub mod headers;
pub mod locale;
pub mod moment;
pub mod path;
pub mod slug;
pub mod source;
pub mod visible;
pub mod withheld;
pub mod zone;
