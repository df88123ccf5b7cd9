//! `etappe calendar`

use super::{CalendarArgs, CalendarFormat, Exit, output};
use crate::coverage::calendar;

pub fn run(args: &CalendarArgs) -> Exit {
    match emit(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn emit(args: &CalendarArgs) -> Result<Exit, Exit> {
    let survey = output::survey(&args.dir, args.date.as_of()?)?;
    let calendar = calendar::calendar(&survey.hub);
    let text = match args.format {
        CalendarFormat::Table => calendar::emit_table(&calendar),
        CalendarFormat::Json => calendar::emit_json(&calendar),
        CalendarFormat::Ical => calendar::emit_ical(&calendar),
    };
    output::result(&text);
    Ok(Exit::Fine)
}
