//! What every part of Etappe shares: digests, checked paths, spans in bytes of a whole file, days
//! and time zones, how languages write dates and counts, and what is not for readers. And findings:
//! the registry of all codes, their explanations (`docs/findings/`), and one writer for each form
//! that they are shown in.
//!
//! Must not know: what a hub is, what a page says, where files lie. Nothing here reads a disk, a
//! clock or the environment.
//!
//! Begin with [`path::HubPath`] and [`path::OutPath`] for places, [`hash::Digest`] for identity,
//! [`date::Day`] for time, and [`finding::Finding`] for whatever a writer can get wrong.

pub mod address;
pub mod colour;
pub mod count;
pub mod csp;
pub mod date;
mod fields;
pub mod finding;
pub mod hash;
pub mod headers;
pub mod index;
pub mod locale;
pub mod moment;
pub mod path;
pub mod slug;
pub mod source;
pub mod unusable;
pub mod visible;
pub mod withheld;
pub mod zone;

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");
