//! The only place where the parts meet: files in, a revision of the hub out, and from it a site.

mod external;
mod publish;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::date::Day;
use crate::base::hash::Digest;
use crate::base::path::HubPath;
use crate::base::source::Span;
use crate::check::PublishedUrl;
use crate::config::policy::Judged;
use crate::config::{self, Config, PersonaIx, TextFile};
use crate::content::{self, Defaults, Document};
use crate::finding::{self, Finding, Place, codes, did_you_mean};
use crate::io::Files;
use crate::journey::{self, Asset, Edition, Hub, Shelf, links};
use crate::plan::{self, Frames, Material, Plan};
use crate::theme::{self, Theme, ThemeFile};
use crate::{check, io as disk};

pub use external::{Checked, check_external};
pub use publish::{Build, NotBuilt, build, examine, published};

/// What is asked of a build.
#[derive(Clone, Debug)]
pub struct Options {
    pub as_of: Day,
    /// Show drafts, scheduled and expired pages, marked.
    pub preview: bool,
    /// Instead of hub.toml's `base_url`.
    pub base_url: Option<String>,
    /// Only this persona's sites.
    pub persona: Option<String>,
    /// The pages of the last build, to notice addresses that vanish.
    pub published: Vec<PublishedUrl>,
}

impl Options {
    /// A production build of the whole hub.
    pub fn on(as_of: Day) -> Self {
        Self { as_of, preview: false, base_url: None, persona: None, published: Vec::new() }
    }
}

/// One state of a hub, read and checked.
pub struct Revision {
    /// `None` when there is no plan to go on with; the findings say why.
    pub content: Option<Content>,
    pub judged: Judged,
}

/// A hub that can be rendered.
pub struct Content {
    pub material: Material,
    pub plan: Plan,
}

impl Revision {
    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.judged.standing.iter().any(Finding::is_error)
    }

    pub fn hub(&self) -> Option<&Hub> {
        self.content.as_ref().map(|content| &*content.material.hub)
    }
}

/// Reads and checks a hub.
pub fn load(files: &dyn Files, options: &Options) -> Revision {
    let (listed, mut findings) = files.list();
    let sorted = Sorted::new(listed);
    let (config, mut more) = read_config(files, &sorted);
    findings.append(&mut more);
    let Some(mut config) = config else {
        return judge(None, findings, options.as_of, None);
    };
    if let Some(url) = &options.base_url {
        config.base_url = url.trim_end_matches('/').to_owned();
    }
    let only = match options.persona.as_deref().map(|id| asked_for(&config, id)).transpose() {
        Ok(only) => only,
        Err(finding) => {
            findings.push(*finding);
            return judge(None, findings, options.as_of, Some(&config));
        }
    };
    let edition = Edition { as_of: options.as_of, preview: options.preview, only };
    let config = Arc::new(config);
    let (docs, mut more) = read_pages(files, &sorted, &config);
    findings.append(&mut more);
    let (shelf, mut more) = read_shelf(files, &sorted);
    findings.append(&mut more);
    let (theme, mut more) = read_theme(files, &sorted, &config);
    findings.append(&mut more);
    let (content, mut more) = assemble(Arc::clone(&config), docs, shelf, theme, edition);
    findings.append(&mut more);
    findings.extend(check::run(&content.material, &content.plan, &options.published));
    judge(Some(content), findings, options.as_of, Some(&config))
}

/// The persona that alone is to be built, if it has a site.
fn asked_for(config: &Config, id: &str) -> Result<PersonaIx, Box<Finding>> {
    let no_site = |message, help| Box::new(Finding::on_hub(&codes::CONFIG_UNKNOWN_ID, message).help(help));
    let Some(persona) = config.find_persona(id) else {
        let help = did_you_mean(id, config.personas.iter().map(|persona| persona.id.as_str()));
        return Err(no_site(format!("There is no persona `{id}`."), help));
    };
    if !config.is_built(persona) {
        return Err(no_site(format!("The persona `{id}` has no site."), "its segment is not targeted".to_owned()));
    }
    Ok(persona)
}

/// Joins what was read to a plan of all outputs.
fn assemble(config: Arc<Config>, docs: Vec<Document>, shelf: Shelf, theme: Theme, edition: Edition) -> (Content, Vec<Finding>) {
    let facets = docs.iter().map(|doc| Arc::clone(&doc.facets)).collect();
    let (hub, mut findings) = journey::build(config, facets, shelf, edition);
    let links = links::locate_all(&hub, &docs);
    let frames = Frames::new(&hub, &theme);
    let material = Material { hub: Arc::new(hub), docs, links: Arc::new(links), theme: Arc::new(theme), frames: Arc::new(frames) };
    let (plan, mut more) = plan::plan(&material);
    findings.append(&mut more);
    (Content { material, plan }, findings)
}

fn judge(content: Option<Content>, findings: Vec<Finding>, as_of: Day, config: Option<&Config>) -> Revision {
    let mut judged = match config {
        Some(config) => config.policy.apply(findings, as_of),
        None => Judged { standing: findings, waived: Vec::new() },
    };
    finding::sort(&mut judged.standing);
    Revision { content, judged }
}

/// The files of a hub by what they are for.
struct Sorted {
    hub: Option<HubPath>,
    cards: Vec<HubPath>,
    pages: Vec<HubPath>,
    defaults: Vec<HubPath>,
    beside: Vec<disk::FileEntry>,
    stat: Vec<disk::FileEntry>,
    theme: Vec<HubPath>,
}

impl Sorted {
    fn new(listed: Vec<disk::FileEntry>) -> Self {
        let mut sorted = Self { hub: None, cards: vec![], pages: vec![], defaults: vec![], beside: vec![], stat: vec![], theme: vec![] };
        for entry in listed {
            let path = &entry.path;
            match path.as_str().split('/').next().unwrap_or_default() {
                "hub.toml" => sorted.hub = Some(entry.path),
                "personas" if path.folder() == "personas" && path.extension() == "toml" => sorted.cards.push(entry.path),
                "content" if path.name() == "_defaults.toml" => sorted.defaults.push(entry.path),
                "content" if journey::is_page(path) => sorted.pages.push(entry.path),
                "content" => sorted.beside.push(entry),
                "static" => sorted.stat.push(entry),
                "themes" | "templates" => sorted.theme.push(entry.path),
                _ => {}
            }
        }
        sorted
    }
}

fn read_config(files: &dyn Files, sorted: &Sorted) -> (Option<Config>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut text = |path: &HubPath| match files.read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Some(text),
        Ok(Err(error)) => {
            let at = error.utf8_error().valid_up_to();
            let message = format!("The file is not UTF-8: the byte at offset {at} cannot stand there.");
            findings.push(Finding::new(&codes::FILE_NOT_UTF8, Place::new(path, Span::new(at, at + 1)), message).help("save it as UTF-8"));
            None
        }
        Err(error) => {
            findings.push(unreadable(path, &error));
            None
        }
    };
    let hub_text = sorted.hub.as_ref().map(|path| (path, text(path)));
    let cards: Vec<(&HubPath, String)> = sorted.cards.iter().filter_map(|path| Some((path, text(path)?))).collect();
    let hub = match &hub_text {
        Some((path, Some(text))) => Some(TextFile { path, text }),
        // It is there but cannot be read: that has been said, and there is nothing to go on with.
        Some((_, None)) => return (None, findings),
        None => None,
    };
    let cards: Vec<TextFile<'_>> = cards.iter().map(|(path, text)| TextFile { path, text }).collect();
    let (config, mut more) = config::read(hub, &cards);
    findings.append(&mut more);
    (config, findings)
}

fn unreadable(path: &HubPath, error: &io::Error) -> Finding {
    Finding::new(&codes::FILE_UNREADABLE, Place::file(path), format!("The file cannot be read: {error}.")).help("check its permissions")
}

/// Reads and parses every page, in parallel; the sources are dropped as soon as each is parsed.
fn read_pages(files: &dyn Files, sorted: &Sorted, config: &Config) -> (Vec<Document>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut defaults: BTreeMap<&str, Defaults> = BTreeMap::new();
    for path in &sorted.defaults {
        match files.read(path) {
            Ok(bytes) => {
                let (read, mut more) = content::read_defaults(path, &bytes, config);
                findings.append(&mut more);
                defaults.insert(path.folder(), read);
            }
            Err(error) => {
                findings.push(unreadable(path, &error));
                defaults.insert(path.folder(), Defaults::faulty());
            }
        }
    }
    let read: Vec<(Document, Vec<Finding>)> = sorted
        .pages
        .par_iter()
        .map(|path| match files.read(path) {
            Ok(bytes) => content::read(path, &bytes, config, &above(path, &defaults)),
            Err(error) => content::unreadable(path, &error.to_string(), config),
        })
        .collect();
    let mut docs = Vec::with_capacity(read.len());
    for (doc, mut more) in read {
        docs.push(doc);
        findings.append(&mut more);
    }
    (docs, findings)
}

/// The defaults of a page's folders, nearest first.
fn above<'d>(path: &HubPath, defaults: &'d BTreeMap<&str, Defaults>) -> Vec<&'d Defaults> {
    if defaults.is_empty() {
        return Vec::new();
    }
    let mut folder = path.folder();
    let mut found = Vec::new();
    loop {
        found.extend(defaults.get(folder));
        match folder.rsplit_once('/') {
            Some((parent, _)) => folder = parent,
            None => return found,
        }
    }
}

/// Digests of the files that outputs may copy.
fn read_shelf(files: &dyn Files, sorted: &Sorted) -> (Shelf, Vec<Finding>) {
    let read = |entries: &[disk::FileEntry]| -> (Vec<Asset>, Vec<Finding>) {
        let one = |entry: &disk::FileEntry| {
            let bytes = files.read(&entry.path).map_err(|error| Box::new(unreadable(&entry.path, &error)))?;
            Ok(Asset { file: entry.path.clone(), size: bytes.len() as u64, digest: Digest::of(&bytes) })
        };
        let all: Vec<Result<Asset, Box<Finding>>> = entries.par_iter().map(one).collect();
        let (mut assets, mut findings) = (Vec::with_capacity(all.len()), Vec::new());
        for one in all {
            match one {
                Ok(asset) => assets.push(asset),
                Err(finding) => findings.push(*finding),
            }
        }
        (assets, findings)
    };
    let (beside, mut findings) = read(&sorted.beside);
    let (stat, mut more) = read(&sorted.stat);
    findings.append(&mut more);
    (Shelf { beside, stat }, findings)
}

fn read_theme(files: &dyn Files, sorted: &Sorted, config: &Config) -> (Theme, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut read = Vec::with_capacity(sorted.theme.len());
    for path in &sorted.theme {
        match files.read(path) {
            Ok(bytes) => read.push(ThemeFile { name: path.name().to_owned(), origin: Some(path.clone()), bytes }),
            Err(error) => findings.push(unreadable(path, &error)),
        }
    }
    let named = Place::new(&HubPath::literal("hub.toml"), config.theme_span);
    let (theme, mut more) = theme::load(&config.theme, named, read, &config.languages);
    findings.append(&mut more);
    (theme, findings)
}
