//! One program for all tests of the whole: one subject, one file. `cargo test --test it SUBJECT::`
//! runs one of them.

// Tests touch the disk; the program's own rule is for `src/`.
#![allow(clippy::disallowed_methods, missing_docs, unreachable_pub)]
// What only Unix has is left out elsewhere, as whole subjects or by single tests: symbolic links,
// permissions, sh.
#![cfg_attr(not(unix), allow(dead_code, unused_imports))]

mod support;

mod addresses;
mod approvals;
mod architecture;
mod bad_input;
mod bounds;
mod bridges;
mod cases;
mod change;
mod citations;
mod claims;
mod cli;
mod collections;
mod colours;
mod commonmark;
mod coverage;
mod cta;
mod dates;
mod digest;
mod directives;
mod doubling;
mod edits;
mod external;
mod files_of_others;
mod findings;
mod furniture;
mod fuzz;
mod golden;
mod holes;
mod hosting;
mod images;
mod incremental;
mod keys;
mod languages;
mod leaks;
mod links;
mod live;
#[cfg(unix)]
mod machine_failures;
mod measures;
mod modules;
mod onward;
mod overlay;
mod parts;
mod passing_on;
mod planted;
mod policy_from;
mod properties;
#[cfg(unix)]
mod publication;
mod review;
mod schemas;
mod search;
mod secrets;
mod serve;
#[cfg(unix)]
mod servers;
mod signing;
mod smuggling;
mod social;
mod standing;
#[cfg(unix)]
mod surroundings;
mod take_down;
mod theme_sources;
mod themes;
mod third_party;
mod told_apart;
mod two_at_once;
mod vagov;
mod warm;
mod welcome;
mod where_used;
mod withdrawn;
mod work;
