//! The hub as its files say it: configuration and persona cards, pages with front matter and text,
//! references, the words by which texts are found, and the journey that all of it makes.
//!
//! Must not know: themes, outputs, disks. Text comes in as bytes with a path, and leaves as data
//! with spans and findings; nothing here fails.
//!
//! Begin with [`config::read`], then [`content::read`] for each page, and [`journey::build`], which
//! makes the `Hub` that everything else looks at. [`references`] and [`search`] stand beside.

#[macro_use]
pub mod config;
pub mod content;
pub mod journey;
pub mod references;
pub mod search;

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");
