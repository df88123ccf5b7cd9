//! `etappe coverage`

use anstream::eprintln;

use super::{CoverageArgs, CoverageFormat, Exit, output};
use crate::config::LangIx;
use crate::coverage;
use crate::finding::did_you_mean;
use crate::journey::{Hub, State};

pub fn run(args: &CoverageArgs) -> Exit {
    match report(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn report(args: &CoverageArgs) -> Result<Exit, Exit> {
    let survey = output::survey(&args.dir, args.date.as_of()?)?;
    let hub = &survey.hub;
    let report = coverage::report(hub, &languages(&args.lang, hub)?, args.by);
    let text = match args.format {
        CoverageFormat::Table => coverage::emit_table(&report, output::stdout_colour(), output::table_width()),
        CoverageFormat::Json => coverage::emit_json(&report),
        CoverageFormat::Csv => coverage::emit_csv(&report),
        CoverageFormat::Markdown => coverage::emit_markdown(&report),
    };
    output::result(&text);
    say_blocked(&survey);
    let met = args.fail_on.iter().any(|condition| report.meets(*condition));
    Ok(if met { Exit::Findings } else { Exit::Fine })
}

/// Says that pages with errors are in no cell as published.
fn say_blocked(survey: &output::Surveyed) {
    let blocked = survey.hub.docs.iter().filter(|doc| doc.state == State::Blocked).count();
    if blocked > 0 {
        let s = |count: usize| if count == 1 { "" } else { "s" };
        let errors = survey.errors;
        eprintln!("note: {blocked} page{} cannot be published: {errors} error{} in the hub. See `etappe check`.", s(blocked), s(errors));
    }
}

/// The languages that were named, by their codes.
pub fn languages(codes: &[String], hub: &Hub) -> Result<Vec<LangIx>, Exit> {
    let find = |code: &String| {
        hub.config.find_lang(code).ok_or_else(|| {
            let help = did_you_mean(code, hub.config.languages.iter().map(|lang| lang.code.as_str()));
            output::usage(&format!("`{code}` is none of the hub's languages; {help}"))
        })
    };
    codes.iter().map(find).collect()
}
