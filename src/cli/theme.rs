//! `etappe theme copy`: a template of the theme in use, copied into the hub to be changed there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Exit, output};
use crate::embedded::program;
use etappe_base::finding::did_you_mean;
use etappe_session::{self as session, io};

#[derive(Args)]
pub(super) struct ThemeArgs {
    #[command(subcommand)]
    command: ThemeCommand,
    #[arg(skip)]
    pub hub: PathBuf,
}

#[derive(Subcommand)]
enum ThemeCommand {
    /// Copy one file of the theme into templates/, where changes to it count for this hub
    Copy {
        /// The file, such as page.html or strings/en.toml
        template: String,
    },
}

pub(super) fn run(args: &ThemeArgs) -> Exit {
    let ThemeCommand::Copy { template } = &args.command;
    match copy(template, &args.hub) {
        Ok(()) => Exit::Fine,
        Err(exit) => exit,
    }
}

fn copy(template: &str, hub: &std::path::Path) -> Result<(), Exit> {
    output::require_folder(hub)?;
    let files: BTreeMap<String, Vec<u8>> = session::theme_files(program(), &io::Disk::new(hub));
    let Some(bytes) = files.get(template) else {
        let help = did_you_mean(template, files.keys().map(String::as_str));
        return Err(output::usage(&format!("the theme has no `{template}`; {help}")));
    };
    let path = hub.join("templates").join(template);
    if path.exists() {
        return Err(output::usage(&format!(
            "`templates/{template}` exists already; it is what the theme uses"
        )));
    }
    io::write_new(&path, bytes).map_err(|error| output::machine(&error))?;
    output::result(&format!(
        "Copied templates/{template}: change it there. Delete it to go back to the theme's own.\n"
    ));
    Ok(())
}
