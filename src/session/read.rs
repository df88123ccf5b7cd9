//! Reads what a hub is made of: its configuration, pages, assets and theme, each with findings.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::hash::Digest;
use crate::base::path::HubPath;
use crate::base::source::Span;
use crate::config::{self, Config, TextFile};
use crate::content::{self, Defaults, Document, Facets};
use crate::finding::{Finding, Place, codes};
use crate::io as disk;
use crate::io::Files;
use crate::journey::{self, Asset, Shelf};
use crate::theme::{self, Theme, ThemeFile};

/// The files of a hub by what they are for.
pub(super) struct Sorted {
    hub: Option<HubPath>,
    cards: Vec<HubPath>,
    pages: Vec<HubPath>,
    defaults: Vec<HubPath>,
    beside: Vec<disk::FileEntry>,
    stat: Vec<disk::FileEntry>,
    theme: Vec<HubPath>,
}

impl Sorted {
    pub(super) fn new(listed: Vec<disk::FileEntry>) -> Self {
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

pub(super) fn read_config(files: &dyn Files, sorted: &Sorted) -> (Option<Config>, Vec<Finding>) {
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
pub(super) fn read_pages(files: &dyn Files, sorted: &Sorted, config: &Config) -> (Vec<Document>, Vec<Finding>) {
    each_page(files, sorted, config, |path, read, defaults| match read {
        Ok(bytes) => content::read(path, &bytes, config, defaults),
        Err(error) => content::unreadable(path, &error.to_string(), config),
    })
}

/// What every page says about itself, its text left unread.
pub(super) fn read_fronts(files: &dyn Files, sorted: &Sorted, config: &Config) -> (Vec<Arc<Facets>>, Vec<Finding>) {
    each_page(files, sorted, config, |path, read, defaults| match read {
        Ok(bytes) => {
            let (facets, findings) = content::read_front(path, &bytes, config, defaults);
            (Arc::new(facets), findings)
        }
        Err(error) => {
            let (document, findings) = content::unreadable(path, &error.to_string(), config);
            (document.facets, findings)
        }
    })
}

fn each_page<T: Send>(
    files: &dyn Files,
    sorted: &Sorted,
    config: &Config,
    parse: impl Fn(&HubPath, io::Result<Vec<u8>>, &[&Defaults]) -> (T, Vec<Finding>) + Sync,
) -> (Vec<T>, Vec<Finding>) {
    let (defaults, mut findings) = read_defaults(files, sorted, config);
    let read: Vec<(T, Vec<Finding>)> = sorted.pages.par_iter().map(|path| parse(path, files.read(path), &above(path, &defaults))).collect();
    let mut all = Vec::with_capacity(read.len());
    for (one, mut more) in read {
        all.push(one);
        findings.append(&mut more);
    }
    (all, findings)
}

/// The `_defaults.toml` of every folder that has one.
fn read_defaults<'s>(files: &dyn Files, sorted: &'s Sorted, config: &Config) -> (BTreeMap<&'s str, Defaults>, Vec<Finding>) {
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
    (defaults, findings)
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
pub(super) fn read_shelf(files: &dyn Files, sorted: &Sorted) -> (Shelf, Vec<Finding>) {
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

pub(super) fn read_theme(files: &dyn Files, sorted: &Sorted, config: &Config) -> (Theme, Vec<Finding>) {
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
