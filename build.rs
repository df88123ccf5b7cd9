//! Gives the program a digest of its own sources, of the built-in theme and of the libraries it is
//! built with.

fn main() {
    etappe_sources::digest(&["src", "themes/default", "Cargo.lock"]);
}
