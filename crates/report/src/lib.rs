//! Reports about a hub, beside its sites: which cells of the journey are covered and what to write
//! next; the findings of every rule over the whole hub and over the bytes of outputs; and where
//! each thing is used.
//!
//! Must not know: disks, and what was published. Callers hand that over. Nothing here changes an
//! output.
//!
//! Begin with [`coverage`] for the report, [`check::run`] for findings of a plan,
//! [`check::LeakGuard`] for those of bytes, and [`usage`] for uses.

pub mod check;
pub mod coverage;
pub mod usage;

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");
