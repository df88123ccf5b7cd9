#![no_main]

#[path = "../bodies/links.rs"]
mod body;
#[path = "../../tests/it/support/program.rs"]
mod program;

libfuzzer_sys::fuzz_target!(|input: (&str, &str)| body::run(program::program(), input));
