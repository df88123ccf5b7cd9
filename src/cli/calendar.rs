//! `etappe calendar`

use clap::{Args, ValueEnum};

use super::place::HubDir;
use super::{DateArgs, Exit, Format, output};
use crate::embedded::program;
use etappe_base::finding::gather::Extent;
use etappe_report::coverage::calendar;
use etappe_session::io::Disk;
use etappe_session::{self as session, Options};

#[derive(Args)]
pub(super) struct CalendarArgs {
    #[command(flatten)]
    pub dir: HubDir,
    /// How the calendar is written
    #[arg(long, value_enum, default_value_t)]
    format: CalendarFormat,
    #[command(flatten)]
    date: DateArgs,
}

/// How the calendar is written.
#[derive(Clone, Copy, Default, ValueEnum)]
enum CalendarFormat {
    #[default]
    Table,
    Json,
    /// iCalendar, to subscribe to
    Ical,
}

pub(super) fn run(args: &CalendarArgs) -> Exit {
    match emit(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn emit(args: &CalendarArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let revision =
        session::load(&Disk::new(&*args.dir), &Options::on(program(), args.date.as_of(&args.dir)?));
    let Some(content) = &revision.content else {
        output::findings(&revision.judged().standing, &[], &args.dir, Format::Text, Extent::USUAL);
        return Err(Exit::Findings);
    };
    let calendar = calendar::calendar(&content.material.hub, &content.material.links);
    let text = match args.format {
        CalendarFormat::Table => calendar::emit_table(&calendar),
        CalendarFormat::Json => calendar::emit_json(&calendar),
        CalendarFormat::Ical => calendar::emit_ical(&calendar),
    };
    match args.format {
        CalendarFormat::Table => output::result(&text),
        _ => output::data(&text),
    }
    Ok(Exit::Fine)
}
