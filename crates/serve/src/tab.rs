//! What the bar in a page shows: its file, its findings, and the same page for others.

use std::collections::BTreeSet;

use serde::Serialize;

use super::preview::{Preview, Reached, Snapshot};
use etappe_base::finding::gather::{self, Gathered};
use etappe_base::finding::overlay::{self, Shown};
use etappe_base::finding::{Finding, Summary};
use etappe_base::path::{self, HubPath, OutPath};
use etappe_hub::config::LangIx;
use etappe_hub::content::Part;
use etappe_hub::journey::{Hub, PageIx, SiteIx, State};
use etappe_session::Content;
use etappe_site::kinds::{ChooserOutput, Recipe, Subject};

/// The most findings that a page lists; the desk has all.
const MOST: usize = 50;

/// The most errors of other files that a page lists.
const MOST_BLOCKERS: usize = 5;

#[derive(Serialize)]
pub(crate) struct About {
    revision: u64,
    /// Whether what is shown is older than what was saved.
    behind: bool,
    page: Option<TabPage>,
    /// The personas: whose site it is, and where the others have the same page.
    personas: Vec<Choice>,
    languages: Vec<Choice>,
    /// For each part of the text that is for some readers only, for whom; in the order of the text.
    parts: Vec<String>,
    /// Findings in the page's own file.
    own: Vec<TabFinding>,
    /// Why the page is not what was saved.
    causes: Vec<TabFinding>,
    /// What keeps the hub from being built now: the first few errors of other files.
    blockers: Vec<TabFinding>,
    /// The counts of all other findings of the hub.
    elsewhere: Summary,
}

#[derive(Serialize)]
struct TabPage {
    file: HubPath,
    editor: String,
    /// Empty when published; else `draft`, `scheduled`, `blocked`, `expired`, or what its approval
    /// lacks: `approval_missing` and the like.
    state: &'static str,
    /// From or until when, for a scheduled or an expired page.
    day: Option<String>,
}

/// Another site or language.
#[derive(Serialize)]
struct Choice {
    label: String,
    href: String,
    current: bool,
    /// Whether it has the same page; if not, the link leads to its home.
    same: bool,
}

#[derive(Serialize)]
struct TabFinding {
    #[serde(flatten)]
    shown: Shown,
    editor: String,
}

/// Everything that the bar of the page at `path` shows.
pub(crate) fn about(preview: &Preview, snapshot: &Snapshot, path: &OutPath) -> About {
    let found = preview.find(snapshot, path);
    let failure = match &found {
        Reached::Before(_, finding) | Reached::Failed(finding) => Some(finding.as_deref()),
        _ => None,
    };
    let source = preview.source(snapshot, path);
    let judged = preview.known(&snapshot.newest);
    let is_own = |finding: &&Finding| {
        finding.place.as_ref().is_some_and(|place| Some(&place.file) == source.as_ref())
    };
    let own: Vec<&Finding> = judged.standing.iter().filter(is_own).collect();
    let rest: Vec<Finding> =
        judged.standing.iter().filter(|finding| !is_own(finding)).cloned().collect();
    let is_late = snapshot.is_behind() || failure.is_some();
    let causes = if is_late { causes(preview, snapshot, failure.flatten()) } else { Vec::new() };
    let told: BTreeSet<_> = causes.iter().map(|(shown, _)| place(shown)).collect();
    let blockers = blockers(snapshot).filter(|finding| !is_own(finding));
    let blockers = shown(preview, blockers.take(MOST_BLOCKERS + causes.len()));
    let blockers = blockers.into_iter().filter(|shown| !told.contains(&place(shown)));
    let blockers = entries(preview, blockers.take(MOST_BLOCKERS).collect());
    let here = snapshot
        .content()
        .and_then(|content| Some((content, content.plan.find(path.as_str())?.recipe)));
    let (personas, languages, parts) = here.map_or_else(Default::default, |(content, recipe)| {
        let here = Here::new(content, recipe);
        (here.personas(), here.languages(), here.parts())
    });
    About {
        revision: snapshot.newest.number,
        behind: snapshot.is_behind(),
        page: source.map(|file| page(preview, snapshot, file)),
        personas,
        languages,
        parts,
        own: entries(preview, shown_once(preview, &first(gather::gather(own)))),
        causes: causes.into_iter().map(|(shown, editor)| TabFinding { shown, editor }).collect(),
        blockers,
        elsewhere: Summary::of(&rest),
    }
}

/// As many as a page lists.
fn first(mut all: Vec<Gathered<'_>>) -> Vec<Gathered<'_>> {
    all.truncate(MOST);
    all
}

/// The errors that keep the newest state from being built: those of the hub first, then those of
/// its pages.
pub(crate) fn blockers(snapshot: &Snapshot) -> impl Iterator<Item = &Finding> {
    let is_of_page = |finding: &Finding| {
        finding.place.as_ref().is_some_and(|place| place.file.as_str().starts_with("content/"))
    };
    let errors = || snapshot.newest.judged().standing.iter().filter(|finding| finding.is_error());
    let of_hub = errors().filter(move |finding| !is_of_page(finding));
    of_hub.chain(errors().filter(move |finding| is_of_page(finding)))
}

/// The parts that tell one finding from another.
fn place(shown: &Shown) -> (&'static str, Option<HubPath>, u32, u32, String) {
    (shown.code, shown.file.clone(), shown.line, shown.column, shown.message.clone())
}

/// The errors that keep the newest state, or a page of it, from being shown; each with its link to
/// the editor.
pub(crate) fn causes(
    preview: &Preview,
    snapshot: &Snapshot,
    failure: Option<&Finding>,
) -> Vec<(Shown, String)> {
    let everywhere = |finding: &&Finding| {
        let file = finding.place.as_ref().map_or("", |place| place.file.as_str());
        finding.is_error() && !file.starts_with("content/")
    };
    let of_hub =
        snapshot.newest.judged().standing.iter().filter(|_| failure.is_none()).filter(everywhere);
    let all: Vec<Shown> = shown(preview, failure.into_iter().chain(of_hub).take(MOST));
    with_editor(preview, all)
}

/// Findings as they are shown.
pub(crate) fn shown<'f>(
    preview: &Preview,
    findings: impl Iterator<Item = &'f Finding>,
) -> Vec<Shown> {
    let sources = |file: &HubPath| {
        preview.read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    overlay::shown(findings, &sources)
}

/// What says the same, as it is shown once.
pub(crate) fn shown_once(preview: &Preview, all: &[Gathered<'_>]) -> Vec<Shown> {
    let sources = |file: &HubPath| {
        preview.read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    overlay::shown_once(all, &sources)
}

/// Each finding with the link that opens its line in the editor.
pub(crate) fn with_editor(preview: &Preview, findings: Vec<Shown>) -> Vec<(Shown, String)> {
    let link = |shown: Shown| {
        let editor = shown.file.as_ref().map(|file| {
            preview.editor.link(&preview.root, file, shown.line.max(1), shown.column.max(1))
        });
        (shown, editor.unwrap_or_default())
    };
    findings.into_iter().map(link).collect()
}

fn entries(preview: &Preview, findings: Vec<Shown>) -> Vec<TabFinding> {
    with_editor(preview, findings)
        .into_iter()
        .map(|(shown, editor)| TabFinding { shown, editor })
        .collect()
}

/// The addresses of the page that was saved, for browsers that follow the writer. Empty unless
/// exactly one page was saved.
pub(crate) fn follow(preview: &Preview, snapshot: &Snapshot) -> Vec<String> {
    let (true, [saved]) = (preview.navigate, &*snapshot.saved) else { return Vec::new() };
    let Some(content) = snapshot.content() else { return Vec::new() };
    let hub = &content.material.hub;
    let Some(doc) = hub.find_doc(saved) else { return Vec::new() };
    let placements = hub
        .page(hub.doc(doc).page)
        .placements
        .iter()
        .map(|(_, placement)| hub.placement(*placement));
    placements
        .filter(|placement| placement.doc == doc)
        .map(|placement| address_of(&hub.out_path(placement)))
        .collect()
}

/// The address of an output, from the root.
pub(crate) fn address_of(path: &str) -> String {
    format!("/{}", path::encode(path.strip_suffix("index.html").unwrap_or(path)))
}

/// The mark of a page that readers do not see yet, or no longer, and its day.
pub(crate) fn mark(state: State) -> (&'static str, Option<String>) {
    let day = match state {
        State::Scheduled(day) | State::Expired(day) => Some(day.to_string()),
        State::Published
        | State::Unapproved(_)
        | State::Draft
        | State::Held
        | State::Blocked
        | State::Withdrawn => None,
    };
    (state.mark(), day)
}

fn page(preview: &Preview, snapshot: &Snapshot, file: HubPath) -> TabPage {
    let hub = snapshot.content().map(|content| &content.material.hub);
    let doc = hub.and_then(|hub| Some(hub.doc(hub.find_doc(&file)?)));
    let (state, day) = doc.map_or(("", None), |doc| mark(doc.state));
    TabPage { editor: preview.editor.link(&preview.root, &file, 1, 1), file, state, day }
}

/// Where a page of the preview stands.
struct Here<'c> {
    content: &'c Content,
    hub: &'c Hub,
    recipe: Recipe,
    site: Option<SiteIx>,
    lang: LangIx,
}

impl<'c> Here<'c> {
    fn new(content: &'c Content, recipe: Recipe) -> Self {
        let hub = &*content.material.hub;
        let site = match recipe.subject() {
            Subject::Page(ix) => Some(hub.placement(ix).site),
            Subject::Site(site) => Some(site),
            _ => None,
        };
        let lang = match recipe.subject() {
            Subject::Language(lang) => lang,
            _ => site.map_or(LangIx::DEFAULT, |site| hub.site(site).lang),
        };
        Self { content, hub, recipe, site, lang }
    }

    fn page(&self) -> Option<PageIx> {
        self.recipe.page(self.hub).map(|doc| self.hub.doc(doc).page)
    }

    /// The address of the same page on another site, else of that site's home; and whether it is
    /// the same page.
    fn on(&self, site: SiteIx) -> (String, bool) {
        let root = &self.hub.site(site).root;
        let home = || {
            (
                address_of(&format!("{root}/index.html")),
                matches!(self.recipe, Recipe::Home(_) | Recipe::Chooser(_)),
            )
        };
        match self.recipe {
            Recipe::Stage(shown) => match self.hub.site(site).stages.get(shown.stage) {
                Some(stage) => (address_of(&format!("{root}/{}", stage.path)), true),
                None => home(),
            },
            _ => match self.page().and_then(|page| self.hub.on_site(page, site)) {
                Some(placement) => {
                    (address_of(&self.hub.out_path(self.hub.placement(placement))), true)
                }
                None => home(),
            },
        }
    }

    fn personas(&self) -> Vec<Choice> {
        let sites = self.hub.site_ixs().filter(|site| self.hub.site(*site).lang == self.lang);
        let choice = |site: SiteIx| {
            let (href, same) = self.on(site);
            let persona = self.hub.config.persona(self.hub.site(site).persona);
            Choice {
                label: persona.label.get(self.lang).to_owned(),
                href,
                current: Some(site) == self.site,
                same,
            }
        };
        sites.map(choice).collect()
    }

    fn languages(&self) -> Vec<Choice> {
        let config = &self.hub.config;
        let choices = config.lang_ixs().filter_map(|lang| {
            let (href, same) = match self.site {
                Some(site) => self.on(self.hub.find_site(self.hub.site(site).persona, lang)?),
                None => (self.chooser(lang)?, true),
            };
            Some(Choice {
                label: config.lang(lang).name().to_owned(),
                href,
                current: lang == self.lang,
                same,
            })
        });
        choices.collect()
    }

    fn parts(&self) -> Vec<String> {
        let Recipe::Page(page) = self.recipe else { return Vec::new() };
        self.content
            .material
            .body(self.hub.placement(page.0))
            .parts()
            .map(|part| self.for_whom(part))
            .collect()
    }

    /// Puts a part's condition into words: `For General practitioners, Nurses; not at In practice`.
    fn for_whom(&self, part: &Part) -> String {
        let config = &self.hub.config;
        let name = |key: &str, id: &str| match key {
            "persona" => {
                config.find_persona(id).map(|persona| config.persona(persona).label.get(self.lang))
            }
            "stage" => config.find_stage(id).map(|stage| config.stage(stage).label.get(self.lang)),
            _ => config.find_lang(id).map(|lang| config.lang(lang).name()),
        };
        let one = |(key, ids): &(Box<str>, Box<str>)| {
            let (not, key) = key.strip_prefix("not-").map_or(("", &**key), |key| ("not ", key));
            let word = match key {
                "persona" => "for",
                "stage" => "at",
                _ => "in",
            };
            let names = ids
                .split([' ', ','])
                .filter(|id| !id.is_empty())
                .map(|id| name(key, id).unwrap_or(id));
            format!("{not}{word} {}", names.collect::<Vec<&str>>().join(", "))
        };
        let text = part.condition.iter().map(one).collect::<Vec<String>>().join("; ");
        let mut letters = text.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    }

    fn chooser(&self, lang: LangIx) -> Option<String> {
        let mut choosers = self
            .content
            .plan
            .nodes
            .iter()
            .filter(|node| node.recipe == Recipe::Chooser(ChooserOutput(lang)));
        choosers.next().map(|node| address_of(node.path.as_str()))
    }
}

/// The files that have findings of severity error.
pub(crate) fn faulty(snapshot: &Snapshot) -> BTreeSet<&HubPath> {
    let errors = snapshot.newest.judged().standing.iter().filter(|finding| finding.is_error());
    errors.filter_map(|finding| finding.place.as_ref()).map(|place| &place.file).collect()
}
