//! `etappe measures import`

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{DateArgs, Exit, output};
use etappe_base::count::counted;
use etappe_base::visible::harmless;
use etappe_report::coverage::measures::{
    self, MEASURES_FILE, Month, NamedColumns, PublishedAddresses, Store, Taken,
};
use etappe_session::io::MachineError;

#[derive(Args)]
pub(super) struct MeasuresArgs {
    #[command(subcommand)]
    pub command: MeasuresCommand,
}

#[derive(Subcommand)]
pub(super) enum MeasuresCommand {
    /// Read CSV exports of Plausible, Matomo or Google Analytics 4, or those of Etappe's own form,
    /// into measures.jsonl in the hub's folder
    Import(ImportArgs),
}

#[derive(Args)]
pub(super) struct ImportArgs {
    /// The exports; columns about persons are refused
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The month of rows that do not say it themselves, such as 2026-10
    #[arg(long, value_name = "MONTH")]
    period: Option<Month>,
    /// The columns that hold the pages' addresses and their views, in a file of another form:
    /// page=…,views=…
    #[arg(long, value_name = "NAMES")]
    columns: Option<NamedColumns>,
    #[arg(skip)]
    pub hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

/// How many addresses that belong to no page are named for each file.
const NAMED: usize = 20;

pub(super) fn run(args: &MeasuresArgs) -> Exit {
    let MeasuresCommand::Import(args) = &args.command;
    match import(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

/// Imports all files or none: if one is refused, the stored measures stay as they were.
fn import(args: &ImportArgs) -> Result<Exit, Exit> {
    let hub = output::survey(&args.hub, args.date.as_of(&args.hub)?)?;
    let addresses = PublishedAddresses::new(&hub);
    let path = args.hub.join(MEASURES_FILE);
    let mut store = read(&path)?;
    let mut said = String::new();
    for file in &args.files {
        let bytes = fs::read(file)
            .map_err(|error| output::machine(&MachineError::new("read", file, error)))?;
        let name = file.display();
        let export = measures::read(&bytes, args.period, args.columns.as_ref())
            .map_err(|error| output::usage(&format!("`{name}` is not imported: {error}")))?;
        for fault in &export.faults {
            output::say_line(&format!("note: {name}: {fault}; the row is left out."));
        }
        let taken = store.take(&export, &addresses);
        said.push_str(&format!(
            "{} ({}): {}\n",
            harmless(&name.to_string()),
            export.form.name(),
            summary(&taken)
        ));
        for (path, views) in taken.unmatched.iter().take(NAMED) {
            said.push_str(&format!(
                "  no page at {}: {}\n",
                harmless(path),
                counted(*views as usize, "view")
            ));
        }
        if let Some(more) = taken.unmatched.len().checked_sub(NAMED + 1) {
            said.push_str(&format!("  and {} more\n", more + 1));
        }
    }
    output::replace(&path, &store.write()).map_err(|error| output::machine(&error))?;
    output::result(&said);
    Ok(Exit::Fine)
}

fn summary(taken: &Taken) -> String {
    let Taken { pages, frames, unmatched, withheld } = taken;
    let mut text = format!(
        "pages matched: {pages}, addresses of no page: {}, homes and stages passed over: {frames}",
        unmatched.len()
    );
    if *withheld > 0 {
        text.push_str(&format!(
            ", rows left out because their address could name a person: {withheld}"
        ));
    }
    text
}

/// The measures that were imported before.
pub(super) fn read(path: &Path) -> Result<Store, Exit> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(output::machine(&MachineError::new("read", path, error))),
    };
    let (store, faults) = Store::read(&text);
    for line in faults {
        output::say_line(&format!(
            "note: line {line} of {MEASURES_FILE} is no measure, and is left out."
        ));
    }
    Ok(store)
}
