//! Etappe: a compiler of content hubs. Text in, one site per persona out, and the empty cells of
//! the journey named.
//!
//! The program and nothing else: the command line, in `cli`, and what the program brings along, in
//! `embedded`. All that it does is done by the crates below `crates/`; ARCHITECTURE.md draws the
//! way through them.
//!
//! Must not know: how anything is read, made or published. What a command needs, it asks
//! `etappe_session` for.
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

/// To be called before `main`: by then, nobody can tell a closed stream from `/dev/null`.
pub fn note_closed_streams() {
    cli::note_closed_streams();
}
