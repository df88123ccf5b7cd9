//! The program: everything is in the library.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[allow(clippy::disallowed_methods)]
fn main() -> ExitCode {
    etappe::cli::run(std::env::args_os())
}
