//! The sites of a hub: the theme's templates, what they see, which outputs there are and what each
//! depends on, and how its bytes are made.
//!
//! Must not know: where files come from and where outputs go (a `Store` is handed to the engine),
//! what was published before, and the built-in theme, which the program hands down.
//!
//! The way is [`theme`], [`view`], [`material`], [`kinds`], [`plan`], [`engine`]: begin with [`theme::load`],
//! [`plan::plan`], and [`engine::run_all`] for a build or [`engine::demand`] for one output.

pub mod engine;
pub mod kinds;
pub mod material;
pub mod plan;
pub mod render;
pub mod theme;
pub mod view;

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");
