//! The only place where the parts meet: files in, a revision of the hub out, and from it a site.

mod external;
mod publish;
mod read;

use std::sync::Arc;

use self::read::{Sorted, read_config, read_pages, read_shelf, read_theme};
use crate::base::date::Day;
use crate::check;
use crate::check::PublishedUrl;
use crate::config::{Config, PersonaIx};
use crate::config::policy::Judged;
use crate::content::Document;
use crate::finding::{self, Finding, codes, did_you_mean};
use crate::io::Files;
use crate::journey::{self, Edition, Hub, Shelf, links};
use crate::plan::{self, Frames, Material, Plan};
use crate::theme::Theme;

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
