//! The program: everything is in the library.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Runs before `main`: after that, a closed stream looks like `/dev/null`.
#[ctor::ctor]
fn note_closed_streams() {
    etappe::note_closed_streams();
}

#[allow(clippy::disallowed_methods)]
fn main() -> ExitCode {
    etappe::run(std::env::args_os())
}
