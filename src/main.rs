//! The program: everything is in the library.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Runs before `main`: by then, nobody can tell a closed stream from `/dev/null`.
#[ctor::ctor]
fn note_closed_streams() {
    etappe::note_closed_streams();
}

#[allow(clippy::disallowed_methods)]
fn main() -> ExitCode {
    etappe::run(std::env::args_os())
}
