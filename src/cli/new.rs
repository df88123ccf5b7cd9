//! `etappe new`: one page, its front matter filled in.

use std::path::PathBuf;

use clap::Args;

use super::asked::find_stage;
use super::{DateArgs, Exit, output};
use etappe_base::finding::{codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_hub::config::{Config, LangIx, StageIx};
use etappe_hub::content;
use etappe_hub::journey::Hub;
use etappe_report::coverage::{self, BriefCell, CellState, GapReason};
use etappe_session::io;

#[derive(Args)]
pub(super) struct NewArgs {
    /// The new page, below content/: service/mri, or service/mri.en for another language
    #[arg(required_unless_present = "gap")]
    path: Option<String>,
    /// For whom: a persona's id; repeat it for several, or write `all`
    #[arg(long, value_name = "ID", required_unless_present = "gap")]
    persona: Vec<String>,
    /// Where in the journey: a stage's id
    #[arg(long, value_name = "ID", required_unless_present = "gap")]
    stage: Option<String>,
    /// The title; made from the file's name when left out
    #[arg(long)]
    title: Option<String>,
    /// Take the next gap of the coverage report, and write its brief into the draft
    #[arg(long, conflicts_with_all = ["persona", "stage"])]
    gap: bool,
    #[arg(skip)]
    pub hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: NewArgs) -> Exit {
    match start(&args) {
        Ok(path) => {
            output::result(&format!(
                "Started {}: a draft. Set `status = \"ready\"` when it is done.\n",
                path.display()
            ));
            Exit::Fine
        }
        Err(exit) => exit,
    }
}

fn start(args: &NewArgs) -> Result<PathBuf, Exit> {
    let hub = &output::survey(&args.hub, args.date.as_of(&args.hub)?)?;
    let (file, text) = if args.gap { next_gap(args, hub)? } else { asked(args, &hub.config)? };
    let path = args.hub.join(file.as_str());
    if path.exists() {
        return Err(output::usage(&format!("`{file}` exists already")));
    }
    io::write_new(&path, text.as_bytes()).map_err(|error| output::machine(&error))?;
    Ok(path)
}

fn asked(args: &NewArgs, config: &Config) -> Result<(HubPath, String), Exit> {
    if let Some(id) =
        args.persona.iter().find(|id| *id != "all" && config.find_persona(id).is_none())
    {
        let help = did_you_mean(
            id,
            config.personas.iter().map(|persona| persona.id.as_str()).chain(["all"]),
        );
        return Err(output::usage(&format!("there is no persona `{id}`; {help}")));
    }
    let stage = find_stage(config, args.stage.as_deref().unwrap_or_default())?;
    let path = page_path(args.path.as_deref().unwrap_or_default(), config)?;
    let stem = path.name().trim_end_matches(".md");
    let name = stem
        .rsplit_once('.')
        .filter(|(_, code)| config.find_lang(code).is_some())
        .map_or(stem, |(name, _)| name);
    let title = args.title.clone().unwrap_or_else(|| titled(name));
    let text = text(&title, &args.persona, config, stage);
    Ok((path, text))
}

/// The first gap that the report suggests, in the hub's default language.
fn next_gap(args: &NewArgs, hub: &Hub) -> Result<(HubPath, String), Exit> {
    let report = coverage::report(hub, &[LangIx::DEFAULT], None);
    // A gap that has an unpublished page needs that page finished, not a second one.
    let is_empty = |cell: &&coverage::Cell| cell.state == CellState::Gap(GapReason::Empty);
    let gap = report.languages.first().and_then(|matrix| {
        let next = matrix.queue.iter().filter_map(|next| matrix.cell(next.persona, next.stage));
        next.chain(&matrix.cells).find(is_empty)
    });
    let Some(gap) = gap else {
        return Err(output::usage(
            "there is no gap without a page in waiting; see `etappe coverage`",
        ));
    };
    let target = BriefCell { persona: gap.persona, stage: gap.stage, lang: LangIx::DEFAULT };
    let coverage::Brief { path, text } =
        coverage::brief(hub, &report, target, args.title.as_deref());
    let path = args.path.as_deref().map_or(Ok(path), |asked| page_path(asked, &hub.config))?;
    Ok((path, text))
}

/// The file of a page that was named with or without `content/` and `.md`.
fn page_path(asked: &str, config: &Config) -> Result<HubPath, Exit> {
    let below = asked.trim_start_matches("./").trim_start_matches("content/");
    let below = below.strip_suffix(".md").unwrap_or(below);
    let visible = below.split('/').all(|part| !part.starts_with('.'));
    let path = HubPath::new(&format!("content/{below}.md"))
        .filter(|_| visible && !below.is_empty() && !below.ends_with('/'));
    let path = path.ok_or_else(|| {
        output::usage(&format!("`{asked}` cannot be a page's path below content/"))
    })?;
    if let Some(why) = below.split('/').find_map(unfit) {
        return Err(output::usage(&format!("`{asked}` cannot be a page's path: {why}")));
    }
    match unknown_language(&path, config) {
        Some(why) => Err(output::usage(&why)),
        None => Ok(path),
    }
}

/// Why a name cannot be one of a file on every system, and in every link.
fn unfit(name: &str) -> Option<String> {
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    if let Some(c) = name.chars().find(|c| c.is_control() || "?*:\"<>|\\#%".contains(*c)) {
        return Some(format!("`{}` cannot stand in the name of a page", c.escape_default()));
    }
    if name.trim() != name || name.ends_with('.') {
        return Some(format!("`{name}` ends or begins with a space or a dot"));
    }
    let first = name.split('.').next().unwrap_or_default().to_lowercase();
    let bare = first.trim_end_matches(|c: char| c.is_ascii_digit() && c != '0');
    let is_numbered = bare != first && matches!(bare, "com" | "lpt");
    let is_reserved = RESERVED.contains(&&*first);
    (is_reserved || is_numbered && first.len() == 4)
        .then(|| format!("Windows keeps the name `{first}` for itself"))
}

/// What is wrong with the language that the name of a page says.
fn unknown_language(path: &HubPath, config: &Config) -> Option<String> {
    let (_, findings) = content::read(path, b"", config, &[]);
    let found = findings.into_iter().find(|one| *one.code == codes::FILE_UNKNOWN_LANGUAGE)?;
    Some(format!("{} {}", found.message, found.help.join("; ")))
}

fn titled(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn text(title: &str, personas: &[String], config: &Config, stage: StageIx) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let personas = match personas {
        [one] if one == "all" => quoted("all"),
        many => format!("[{}]", many.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(", ")),
    };
    let stage = quoted(&config.stage(stage).id);
    format!(
        "+++\ntitle = {}\npersonas = {personas}\nstage = {stage}\nsummary = \"\"\nstatus = \"draft\"\n+++\n\n",
        quoted(title)
    )
}
