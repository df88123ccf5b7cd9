//! `etappe brief`: what a writer should know for one cell, or for each of the cells to write for
//! next.

use std::path::{Path, PathBuf};

use clap::Args;

use super::asked::{find_persona, find_stage};
use super::{DateArgs, Exit, coverage::languages, output};
use etappe_base::count::counted;
use etappe_hub::config::LangIx;
use etappe_hub::journey::Hub;
use etappe_report::coverage::{self, BriefCell};
use etappe_session::io;

#[derive(Args)]
pub(super) struct BriefArgs {
    /// For whom: a persona's id
    #[arg(required_unless_present = "all")]
    persona: Option<String>,
    /// Where in the journey: a stage's id
    #[arg(required_unless_present = "all")]
    stage: Option<String>,
    /// Write a brief for each cell of the queue into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["persona", "stage"])]
    all: Option<PathBuf>,
    /// In this language [default: the hub's first; with --all every language]
    #[arg(long, value_name = "CODE")]
    lang: Vec<String>,
    #[arg(skip)]
    pub hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: &BriefArgs) -> Exit {
    match brief(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn brief(args: &BriefArgs) -> Result<Exit, Exit> {
    let hub = &output::survey(&args.hub, args.date.as_of(&args.hub)?)?;
    let langs = languages(&args.lang, hub)?;
    match &args.all {
        Some(folder) => write_all(hub, &langs, folder),
        None => {
            let persona = find_persona(&hub.config, args.persona.as_deref().unwrap_or_default())?;
            let stage = find_stage(&hub.config, args.stage.as_deref().unwrap_or_default())?;
            let lang = langs.first().copied().unwrap_or(LangIx::DEFAULT);
            let report = coverage::report(hub, &[lang], None);
            output::data(
                &coverage::brief(hub, &report, BriefCell { persona, stage, lang }, None).text,
            );
            Ok(Exit::Fine)
        }
    }
}

/// Writes one file for each cell of the queue: `PERSONA/STAGE.md`, with the language in its name if
/// it is not the default.
fn write_all(hub: &Hub, langs: &[LangIx], folder: &Path) -> Result<Exit, Exit> {
    let report = coverage::report(hub, langs, None);
    let mut briefs = Vec::new();
    for matrix in &report.languages {
        let suffix = match matrix.lang {
            LangIx::DEFAULT => String::new(),
            lang => format!(".{}", hub.config.lang(lang).code),
        };
        for next in &matrix.queue {
            let target = BriefCell { persona: next.persona, stage: next.stage, lang: matrix.lang };
            let (persona, stage) =
                (&hub.config.persona(next.persona).id, &hub.config.stage(next.stage).id);
            let path = folder.join(persona).join(format!("{stage}{suffix}.md"));
            briefs.push((path, coverage::brief(hub, &report, target, None).text));
        }
    }
    if let Some((path, _)) = briefs.iter().find(|(path, _)| path.exists()) {
        return Err(output::usage(&format!(
            "`{}` exists already; name an empty folder",
            path.display()
        )));
    }
    for (path, text) in &briefs {
        io::write_new(path, text.as_bytes()).map_err(|error| output::machine(&error))?;
    }
    let briefs = counted(briefs.len(), "brief");
    output::result(&format!("Wrote {briefs} into {}.\n", folder.display()));
    Ok(Exit::Fine)
}
