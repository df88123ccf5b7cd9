//! What this program is made from. Tests of the whole read this file too, so that what they make
//! and what the program makes is one program's.

use etappe_base::hash::{Digest, Hasher};

/// Digests of its own sources with the built-in theme and the libraries, and those of each of its
/// crates.
const SOURCES: [&str; 9] = [
    env!("ETAPPE_SOURCES"),
    etappe_base::SOURCES,
    etappe_image::SOURCES,
    etappe_hub::SOURCES,
    etappe_site::SOURCES,
    etappe_report::SOURCES,
    etappe_external::SOURCES,
    etappe_session::SOURCES,
    etappe_serve::SOURCES,
];

/// What tells this program from every other.
pub(crate) fn digest() -> Digest {
    let mut hasher = Hasher::new("program");
    for sources in SOURCES {
        hasher.text(sources);
    }
    hasher.finish()
}
