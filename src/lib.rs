//! Etappe: a compiler of content hubs. Text in, one site per persona out, and the empty cells of
//! the journey named.
//!
//! Only the program: the command line, in `cli`, and the files inside the program, in `embedded`.
//! All its work is done by the crates below `crates/`; ARCHITECTURE.md shows the way through them.
//!
//! Must not know: how anything is read, made or published. Commands ask `etappe_session` for what
//! they need.
//!
//! Call [`run`].

mod cli;
mod embedded;
mod sources;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program as a command line asks for it, its name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    cli::run(args)
}

/// Notes which streams the caller closed. Must be called before `main`: after that, a closed stream
/// looks like `/dev/null`.
pub fn note_closed_streams() {
    cli::note_closed_streams();
}
