//! The sources that this program is made from. Tests of the whole include this file too, so that
//! their outputs and the program's have the same keys.

use etappe_base::hash::{Digest, Hasher};

/// Digests of its own sources with the built-in theme and the libraries, and those of each of its
/// crates.
const SOURCES: [&str; 11] = [
    env!("ETAPPE_SOURCES"),
    etappe_base::SOURCES,
    etappe_image::SOURCES,
    etappe_hub::SOURCES,
    etappe_site::SOURCES,
    etappe_report::SOURCES,
    etappe_compliance::SOURCES,
    etappe_external::SOURCES,
    etappe_session::SOURCES,
    etappe_review::SOURCES,
    etappe_serve::SOURCES,
];

/// A digest that differs from that of every other program.
pub(crate) fn digest() -> Digest {
    let mut hasher = Hasher::new("program");
    for sources in SOURCES {
        hasher.text(sources);
    }
    hasher.finish()
}
