//! What the fuzz targets do, run on their seeds and on random changes of them: see fuzz/README.md.

#[path = "../../fuzz/bodies/body.rs"]
mod body;
#[path = "../../fuzz/bodies/config.rs"]
mod config;
#[path = "../../fuzz/bodies/directives.rs"]
mod directives;
#[path = "../../fuzz/bodies/front.rs"]
mod front;
#[path = "../../fuzz/bodies/links.rs"]
mod links;

use crate::support::program;
use crate::support::root;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// What a mark in the wrong place, or one too many, does most harm with.
const PIECES: [&str; 24] = [
    ":::", "::", ":", "{", "}", "[", "](", ")", "`", "```", "\n", "\n\n", "    ", "> ", "- ",
    "<!--", "-->", "</p>", "\"", "+++", "---", "[@", "\t", "é",
];

/// One random change: from here, this many bytes go, and a piece comes.
type Change = (prop::sample::Index, usize, &'static str);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(
        (any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(PIECES.as_slice())),
        0..8,
    )
}

fn changed(seed: &str, changes: &[Change]) -> String {
    let mut text: Vec<char> = seed.chars().collect();
    for (place, gone, piece) in changes {
        let start = place.index(text.len() + 1);
        let end = (start + gone).min(text.len());
        text.splice(start..end, piece.chars());
    }
    text.into_iter().collect()
}

/// The seeds of a target, by name.
fn seeds(target: &str) -> Vec<String> {
    let folder = std::fs::read_dir(root().join("fuzz/corpus").join(target)).expect("it has seeds");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("it can be listed").path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("seeds are text")).collect()
}

/// Targets of two texts take a seed in two parts.
fn halves(text: &str) -> (&str, &str) {
    text.split_once("\n\n").unwrap_or((text, "a b"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_target_fails_on_a_changed_seed(changes in changes()) {
        for seed in seeds("front") {
            front::run(changed(&seed, &changes).as_bytes());
        }
        for seed in seeds("body") {
            body::run(&changed(&seed, &changes));
        }
        for seed in seeds("directives") {
            directives::run(&changed(&seed, &changes));
        }
        for seed in seeds("config") {
            config::run(halves(&changed(&seed, &changes)));
        }
        for seed in seeds("links") {
            links::run(program(), halves(&changed(&seed, &changes)));
        }
    }
}
