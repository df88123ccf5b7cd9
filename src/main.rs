//! The program: everything is in the library.

use std::process::ExitCode;

#[allow(clippy::disallowed_methods)]
fn main() -> ExitCode {
    etappe::cli::run(std::env::args_os())
}
