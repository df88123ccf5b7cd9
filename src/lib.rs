//! Etappe: a compiler of content hubs. Text in, one site per persona out, and the empty cells of the journey named.
//!
//! The modules stand in the order in which data passes through them; ARCHITECTURE.md draws the way, and
//! `tests/it/architecture.rs` holds it.

pub mod cli;
mod embedded;
