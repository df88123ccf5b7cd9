//! `etappe new`: one page, its front matter filled in.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Exit, NewArgs, output};
use crate::base::path::HubPath;
use crate::base::slug::slug;
use crate::config::{Config, LangIx, PersonaIx, StageIx};
use crate::coverage::{self, CellState, Reason};
use crate::finding::did_you_mean;
use crate::io::MachineError;
use crate::journey::Hub;

pub fn run(args: NewArgs) -> Exit {
    match start(&args) {
        Ok(path) => {
            output::result(&format!("Started {}: a draft. Set `status = \"ready\"` when it is done.\n", path.display()));
            Exit::Fine
        }
        Err(exit) => exit,
    }
}

/// One page to be written.
struct Draft {
    /// Below the hub, with its extension.
    path: HubPath,
    title: String,
    /// As `personas` takes it: ids, or `all`.
    personas: Vec<String>,
    stage: StageIx,
    /// The persona whose brief goes into the draft.
    brief_for: Option<PersonaIx>,
    lang: LangIx,
}

fn start(args: &NewArgs) -> Result<PathBuf, Exit> {
    let hub = &output::survey(&args.hub, args.date.as_of()?)?.hub;
    let draft = if args.gap { next_gap(args, hub)? } else { asked(args, &hub.config)? };
    let path = args.hub.join(draft.path.as_str());
    if path.exists() {
        return Err(output::usage(&format!("`{}` exists already", draft.path)));
    }
    write(&path, &text(&draft, &hub.config)).map_err(|error| output::machine(&error))?;
    Ok(path)
}

fn write(path: &Path, text: &str) -> Result<(), MachineError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|error| MachineError::new("write", path, error))
}

fn asked(args: &NewArgs, config: &Config) -> Result<Draft, Exit> {
    if let Some(id) = args.persona.iter().find(|id| *id != "all" && config.find_persona(id).is_none()) {
        let help = did_you_mean(id, config.personas.iter().map(|persona| persona.id.as_str()).chain(["all"]));
        return Err(output::usage(&format!("there is no persona `{id}`; {help}")));
    }
    let id = args.stage.as_deref().unwrap_or_default();
    let stage = config.find_stage(id).ok_or_else(|| {
        let help = did_you_mean(id, config.stages.iter().map(|stage| stage.id.as_str()));
        output::usage(&format!("there is no stage `{id}`; {help}"))
    })?;
    let path = page_path(args.path.as_deref().unwrap_or_default())?;
    let stem = path.name().trim_end_matches(".md");
    let (name, lang) = match stem.rsplit_once('.').and_then(|(name, code)| Some((name, config.find_lang(code)?))) {
        Some((name, lang)) => (name, lang),
        None => (stem, LangIx::DEFAULT),
    };
    let title = args.title.clone().unwrap_or_else(|| titled(name));
    Ok(Draft { path, title, personas: args.persona.clone(), stage, brief_for: None, lang })
}

/// The first gap that the report puts forward, in the hub's default language.
fn next_gap(args: &NewArgs, hub: &Hub) -> Result<Draft, Exit> {
    let config = &hub.config;
    let report = coverage::report(hub, &[LangIx::DEFAULT], None);
    // A gap with a page in waiting needs that page finished, not a second one.
    let is_empty = |cell: &&coverage::Cell| cell.state == CellState::Gap(Reason::Empty);
    let gap = report.languages.first().and_then(|matrix| {
        let next = matrix.queue.iter().filter_map(|next| matrix.cell(next.persona, next.stage));
        next.chain(&matrix.cells).find(is_empty)
    });
    let Some(gap) = gap else { return Err(output::usage("there is no gap without a page in waiting; see `etappe coverage`")) };
    let persona = config.persona(gap.persona);
    let need = persona.needs.iter().find(|need| need.stage == gap.stage);
    let name = need.map_or_else(|| format!("{}-{}", persona.id, config.stage(gap.stage).id), |need| slug(&need.id));
    let path = match &args.path {
        Some(path) => page_path(path)?,
        None => page_path(&format!("{}/{name}", config.stage(gap.stage).id))?,
    };
    let title = args.title.clone().unwrap_or_else(|| need.map_or_else(|| titled(&name), |need| need.text.get(LangIx::DEFAULT).to_owned()));
    Ok(Draft { path, title, personas: vec![persona.id.clone()], stage: gap.stage, brief_for: Some(gap.persona), lang: LangIx::DEFAULT })
}

/// The file of a page that was named with or without `content/` and `.md`.
fn page_path(asked: &str) -> Result<HubPath, Exit> {
    let below = asked.trim_start_matches("./").trim_start_matches("content/");
    let below = below.strip_suffix(".md").unwrap_or(below);
    let visible = below.split('/').all(|part| !part.starts_with('.'));
    let path = HubPath::new(&format!("content/{below}.md")).filter(|_| visible && !below.is_empty() && !below.ends_with('/'));
    path.ok_or_else(|| output::usage(&format!("`{asked}` cannot be a page's path below content/")))
}

fn titled(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn text(draft: &Draft, config: &Config) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let personas = match draft.personas.as_slice() {
        [one] if one == "all" => quoted("all"),
        many => format!("[{}]", many.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(", ")),
    };
    let stage = config.stage(draft.stage);
    let mut front = format!(
        "+++\ntitle = {}\npersonas = {personas}\nstage = {}\nsummary = \"\"\nstatus = \"draft\"\n",
        quoted(&draft.title),
        quoted(&stage.id)
    );
    if let Some(persona) = draft.brief_for {
        front.push_str(&brief(config, persona, draft));
    }
    front + "+++\n\n"
}

/// What the writer should know, as comments of the front matter: none of it can reach a reader.
fn brief(config: &Config, persona: PersonaIx, draft: &Draft) -> String {
    let persona = config.persona(persona);
    let one_line = |text: &str| text.replace(['\n', '\r'], " ");
    let mut brief = String::new();
    let needs: Vec<_> = persona.needs.iter().filter(|need| need.stage == draft.stage).collect();
    let ids: Vec<String> = needs.iter().map(|need| format!("\"{}\"", need.id)).collect();
    brief.push_str(&format!("needs = [{}]\n\n# The brief; remove it when you are done.\n", ids.join(", ")));
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            brief.push_str(&format!("# {name}: {}\n", one_line(text)));
        }
    };
    line("For", persona.label.get(draft.lang));
    line("Goal of the stage", &config.stage(draft.stage).goal);
    for need in needs {
        line("Need", need.text.get(draft.lang));
    }
    for belief in persona.beliefs.iter().filter(|belief| belief.stage == draft.stage) {
        line("Belief", &format!("from “{}” to “{}”", belief.from, belief.to));
    }
    line("Tone", &persona.style.tone);
    line("At most", &persona.style.max_words.map_or(String::new(), |words| format!("{words} words")));
    brief
}
