//! Reads the parts of a hub: configuration, defaults, pages, assets, theme. Each is read by itself,
//! with its findings.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;

use crate::io::{FileEntry, Files};
use etappe_base::finding::{self, Finding, Place, codes};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_hub::config::approval::{APPROVAL_FILES, APPROVALS};
use etappe_hub::config::{self, Config, PlanFiles, TextFile};
use etappe_hub::content::{self, Defaults, Document, Facets, Library};
use etappe_hub::journey::{self, Asset};
use etappe_hub::references::{self, References};
use etappe_image as image;
use etappe_site::theme::Program;
use etappe_site::theme::{self, Speech, Theme, ThemeFile};

/// The files of a hub by what they are for, each list sorted.
#[derive(Clone, Default)]
pub(super) struct Sorted {
    /// hub.toml, and the cards of personas and of products.
    pub config: Vec<HubPath>,
    pub pages: Vec<HubPath>,
    pub claims: Vec<HubPath>,
    pub modules: Vec<HubPath>,
    pub defaults: Vec<HubPath>,
    pub beside: Vec<HubPath>,
    pub stat: Vec<HubPath>,
    pub theme: Vec<HubPath>,
    /// Records, their signatures, and the other files of `[approval]`.
    pub approvals: Vec<HubPath>,
    /// In the order in which they are read.
    pub references: Vec<HubPath>,
}

impl Sorted {
    pub(crate) fn new(listed: &[FileEntry]) -> Self {
        let mut sorted = Self::default();
        for path in listed.iter().map(|entry| &entry.path) {
            let list = match path.as_str().split('/').next().unwrap_or_default() {
                HUB => &mut sorted.config,
                APPROVALS => &mut sorted.approvals,
                name if APPROVAL_FILES.contains(&name) => &mut sorted.approvals,
                name if references::FILES.contains(&name) => &mut sorted.references,
                name @ ("personas" | "products")
                    if path.folder() == name && path.extension() == "toml" =>
                {
                    &mut sorted.config
                }
                "claims" if path.extension() == "toml" => &mut sorted.claims,
                "modules" if journey::is_page(path) => &mut sorted.modules,
                "modules" => &mut sorted.beside,
                "content" if path.name() == "_defaults.toml" => &mut sorted.defaults,
                "content" if journey::is_page(path) => &mut sorted.pages,
                "content" => &mut sorted.beside,
                "static" => &mut sorted.stat,
                "themes" | "templates" => &mut sorted.theme,
                _ => continue,
            };
            list.push(path.clone());
        }
        sorted
    }
}

const HUB: &str = "hub.toml";

/// The configuration from hub.toml and the cards; `None` when too much is missing for a
/// plan.
pub(super) fn read_config(files: &dyn Files, paths: &[HubPath]) -> (Option<Config>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut text = |path: &HubPath| match files.read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Some(text),
        Ok(Err(error)) => {
            findings.push(not_utf8(path, &error));
            None
        }
        Err(error) => {
            findings.push(unreadable(path, &error));
            None
        }
    };
    let (hub, cards): (Vec<&HubPath>, Vec<&HubPath>) =
        paths.iter().partition(|path| path.as_str() == HUB);
    let hub_text = hub.first().map(|path| (*path, text(path)));
    let cards: Vec<(&HubPath, String)> =
        cards.into_iter().filter_map(|path| Some((path, text(path)?))).collect();
    let hub = match &hub_text {
        Some((path, Some(text))) => Some(TextFile { path, text }),
        // The file is there but cannot be read, which a finding says already.
        Some((_, None)) => return (None, findings),
        None => None,
    };
    let (products, personas): (Vec<TextFile<'_>>, Vec<TextFile<'_>>) = cards
        .iter()
        .map(|(path, text)| TextFile { path, text })
        .partition(|card| card.path.folder() == "products");
    let (config, mut more) =
        config::read(PlanFiles { hub, personas: &personas, products: &products });
    findings.append(&mut more);
    (config, findings)
}

/// Tells a configuration what the theme lets pages write, where digests of pages are worked out by
/// it: directives say what in a text is a link.
pub(super) fn learn_directives(
    program: Program,
    files: &dyn Files,
    sorted: &Sorted,
    config: &mut Config,
) {
    if config.approval.is_some() {
        let (theme, _) = read_theme(program, files, &sorted.theme, config);
        config.set_directives(theme.directives);
    }
}

/// The references. A file that is not text is left out, with a finding.
pub(super) fn read_references(
    files: &dyn Files,
    paths: &[HubPath],
    config: &Config,
) -> (References, Vec<Finding>) {
    let (texts, mut findings) = texts(files, paths);
    let incomplete = !findings.is_empty();
    let texts: Vec<(&HubPath, &str)> =
        texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let (mut references, mut more) = References::read(&texts, config.citations);
    references.incomplete |= incomplete;
    findings.append(&mut more);
    (references, findings)
}

/// What the hub has written once. A file that is not text is left out, with a finding.
pub(super) fn read_library(
    files: &dyn Files,
    sorted: &Sorted,
    config: &Config,
) -> (Library, Vec<Finding>) {
    let (texts, mut findings) = texts(files, &sorted.claims);
    let mut is_incomplete = !findings.is_empty();
    let mut claims = Vec::new();
    for (path, text) in &texts {
        let (mut read, mut more) = content::read_claims(path, text, config);
        is_incomplete |= more.iter().any(Finding::is_error);
        claims.append(&mut read);
        findings.append(&mut more);
    }
    let (library, mut more) = Library::new(claims);
    findings.append(&mut more);
    let mut modules = Vec::new();
    for path in &sorted.modules {
        match files.read(path) {
            Ok(bytes) => {
                let (module, mut more) = content::read_module(path, &bytes, config);
                modules.push(module);
                findings.append(&mut more);
            }
            Err(error) => findings.push(unreadable(path, &error)),
        }
    }
    let (mut library, mut more) = library.with_modules(modules, config);
    findings.append(&mut more);
    library.is_incomplete = is_incomplete;
    findings.append(&mut content::check_modules(&mut library, config));
    (library, findings)
}

/// The texts of files, and findings on those that are none.
fn texts<'p>(
    files: &dyn Files,
    paths: &'p [HubPath],
) -> (Vec<(&'p HubPath, String)>, Vec<Finding>) {
    let (mut texts, mut findings) = (Vec::new(), Vec::new());
    for path in paths {
        match files.read(path).map(String::from_utf8) {
            Ok(Ok(text)) => texts.push((path, text)),
            Ok(Err(error)) => findings.push(not_utf8(path, &error)),
            Err(error) => findings.push(unreadable(path, &error)),
        }
    }
    (texts, findings)
}

pub(super) fn not_utf8(path: &HubPath, error: &std::string::FromUtf8Error) -> Finding {
    let found = finding::not_utf8::read(path, error.as_bytes());
    *found.expect_err("what is not UTF-8 is found to be none").0
}

pub(super) fn unreadable(path: &HubPath, error: &io::Error) -> Finding {
    Finding::new(
        &codes::FILE_UNREADABLE,
        Place::file(path),
        format!("The file cannot be read: {error}."),
    )
    .help("check its permissions")
}

/// The facets of every page, and what the hub has written once. A page's text is read only where
/// it could keep the page off its sites.
pub(super) fn read_fronts(
    program: Program,
    files: &dyn Files,
    sorted: &Sorted,
    config: &Config,
) -> (Vec<Arc<Facets>>, Library, Vec<Finding>) {
    let with_theme = LazyLock::new(|| {
        let mut whole = read_config(files, &sorted.config).0?;
        whole.set_directives(read_theme(program, files, &sorted.theme, config).0.directives);
        Some(whole)
    });
    let with_theme = || LazyLock::force(&with_theme).as_ref().unwrap_or(config);
    let (defaults, mut findings) = read_defaults(files, &sorted.defaults, config);
    let (library, mut more) = read_library(files, sorted, config);
    findings.append(&mut more);
    let context = (config, &library);
    let read = |path: &HubPath| match files.read(path) {
        Ok(bytes) => {
            content::read_front(path, &bytes, context, with_theme, &above(path, &defaults))
        }
        Err(error) => {
            let (document, findings) = content::unreadable(path, &error.to_string(), config);
            (document.facets, findings)
        }
    };
    let read: Vec<(Arc<Facets>, Vec<Finding>)> = sorted.pages.par_iter().map(read).collect();
    let mut all = Vec::with_capacity(read.len());
    for (one, mut more) in read {
        all.push(one);
        findings.append(&mut more);
    }
    (all, library, findings)
}

/// The defaults of folders, by folder.
pub(super) type FolderDefaults = BTreeMap<String, Defaults>;

pub(super) fn read_defaults(
    files: &dyn Files,
    paths: &[HubPath],
    config: &Config,
) -> (FolderDefaults, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut defaults = FolderDefaults::new();
    for path in paths {
        let read = match files.read(path) {
            Ok(bytes) => {
                let (read, mut more) = content::read_defaults(path, &bytes, config);
                findings.append(&mut more);
                read
            }
            Err(error) => {
                findings.push(unreadable(path, &error));
                Defaults::faulty()
            }
        };
        defaults.insert(path.folder().to_owned(), read);
    }
    (defaults, findings)
}

/// Parses one page from the bytes of its file, or the finding that reading it gave.
pub(super) fn parse_page(
    path: &HubPath,
    read: &io::Result<Vec<u8>>,
    context: (&Config, &Library),
    defaults: &FolderDefaults,
) -> (Document, Vec<Finding>) {
    match read {
        Ok(bytes) => content::read_with(path, bytes, context, &above(path, defaults)),
        Err(error) => content::unreadable(path, &error.to_string(), context.0),
    }
}

/// The defaults of a page's folders, nearest first.
fn above<'d>(path: &HubPath, defaults: &'d FolderDefaults) -> Vec<&'d Defaults> {
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

/// Reads a file that outputs may copy.
pub(super) fn read_asset(files: &dyn Files, path: &HubPath) -> Result<Asset, Box<Finding>> {
    let bytes = files.read(path).map_err(|error| Box::new(unreadable(path, &error)))?;
    let digest = Digest::of(&bytes);
    let extension = path.extension();
    let image = image::read(&extension, &bytes);
    // Files under static/ are published as they are; only files beside pages are cleaned.
    let beside = !path.as_str().starts_with("static/");
    let published = match image::publish(&extension, &bytes) {
        Cow::Owned(clean) if beside => Digest::of(&clean),
        _ => digest,
    };
    let unsafe_parts = if beside { image.unsafe_parts } else { Vec::new() };
    Ok(Asset {
        file: path.clone(),
        size: bytes.len() as u64,
        digest,
        published,
        picture: image.picture,
        unsafe_parts,
        flaw: image.flaw,
    })
}

pub(super) fn read_theme(
    program: Program,
    files: &dyn Files,
    paths: &[HubPath],
    config: &Config,
) -> (Theme, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut read = Vec::with_capacity(paths.len());
    for path in paths {
        match files.read(path) {
            Ok(bytes) => read.push(ThemeFile {
                name: path.name().to_owned(),
                origin: Some(path.clone()),
                bytes,
            }),
            Err(error) => findings.push(unreadable(path, &error)),
        }
    }
    let named = Place::new(&HubPath::literal("hub.toml"), config.theme_span);
    let speech = Speech { languages: &config.languages, tone: config.site.tone_of_address };
    let (theme, mut more) = theme::load(program, &config.theme, named, read, speech);
    findings.append(&mut more);
    (theme, findings)
}
