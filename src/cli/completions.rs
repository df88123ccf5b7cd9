//! `etappe completions`: a script that completes commands and options in a shell.

use clap::CommandFactory;

use super::{Cli, CompletionsArgs, Exit, output};

pub(super) fn run(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "etappe", &mut script);
    output::data(&String::from_utf8_lossy(&script));
    Exit::Fine
}
