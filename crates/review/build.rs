//! Gives the crate a digest of its own sources.

fn main() {
    etappe_sources::digest(&["src"]);
}
