//! `etappe completions`: a script that completes commands and options in a shell.

use clap::{Args, CommandFactory};

use super::{Cli, Exit, output};

#[derive(Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "etappe", &mut script);
    output::data(&String::from_utf8_lossy(&script));
    Exit::Fine
}
