//! What a reviewer signs, and what became of it: the digest of what readers are told, records of
//! signatures, and the state of each page that follows from both.
//!
//! All of it is pure: bytes, days and answers of other programs are handed in.
//!
//! Must not know: disks, clocks, repositories, programs that verify signatures, outputs, themes.
//!
//! Begin with [`Item`], which names what can be signed, and [`digest::Digests`], which works out
//! what a signature of it is bound to; then [`approvals::judge_hub`].

pub mod approvals;
pub mod conflicts;
pub mod digest;
pub mod findings;
pub mod gone;
mod item;
pub mod kinds;
pub mod published;
pub mod record;
pub mod records;
pub mod report;
pub mod roles;
pub mod signature;
pub mod verdict;

pub use item::{Item, ItemDigest, ItemId};

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");
