//! `etappe coverage`

use anstream::eprintln;

use super::{CoverageArgs, CoverageFormat, Exit, output};
use crate::config::LangIx;
use crate::coverage;
use crate::finding::did_you_mean;
use crate::io::Disk;
use crate::journey::{Hub, State};
use crate::session::{self, Options};

pub fn run(args: &CoverageArgs) -> Exit {
    match report(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn report(args: &CoverageArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let revision = session::load(&Disk::new(&args.dir), &Options::on(args.date.as_of()?));
    let Some(hub) = revision.hub() else {
        output::findings(&revision.judged().standing, &[], &args.dir, super::Format::Text, false);
        return Err(Exit::Findings);
    };
    let report = coverage::report(hub, &languages(args, hub)?);
    let text = match args.format {
        CoverageFormat::Table => coverage::emit_table(&report, output::stdout_colour(), output::table_width()),
        CoverageFormat::Json => coverage::emit_json(&report),
        CoverageFormat::Csv => coverage::emit_csv(&report),
        CoverageFormat::Markdown => coverage::emit_markdown(&report),
    };
    output::result(&text);
    let blocked = hub.docs.iter().filter(|doc| doc.state == State::Blocked).count();
    if blocked > 0 {
        let errors = revision.judged().standing.iter().filter(|finding| finding.is_error()).count();
        let s = |count: usize| if count == 1 { "" } else { "s" };
        eprintln!("note: {blocked} page{} cannot be published: {errors} error{} in the hub. See `etappe check`.", s(blocked), s(errors));
    }
    let met = args.fail_on.iter().any(|condition| report.meets(*condition));
    Ok(if met { Exit::Findings } else { Exit::Fine })
}

fn languages(args: &CoverageArgs, hub: &Hub) -> Result<Vec<LangIx>, Exit> {
    let find = |code: &String| {
        hub.config.find_lang(code).ok_or_else(|| {
            let help = did_you_mean(code, hub.config.languages.iter().map(|lang| lang.code.as_str()));
            output::usage(&format!("`{code}` is none of the hub's languages; {help}"))
        })
    };
    args.lang.iter().map(find).collect()
}
