//! All parts of a hub that were read. Reading again takes the changed files, and keeps the rest as
//! it is.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use rayon::prelude::*;

use super::Changed;
use super::approval::read_records;
use super::policy::BasePolicy;
use super::read::{
    FolderDefaults, Sorted, parse_page, read_asset, read_config, read_defaults, read_library,
    read_references, read_theme,
};
use crate::io::{FileEntry, Files, belongs, is_withheld};
use etappe_base::finding::Finding;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::withheld::{Reason, may_hold_key, of_name};
use etappe_compliance::records::Records;
use etappe_hub::config::Config;
use etappe_hub::content::{Document, Facets, Library, LibraryChanges, Status};
use etappe_hub::journey::{Asset, Shelf};
use etappe_hub::references::References;
use etappe_site::theme::Program;
use etappe_site::theme::Theme;

/// The findings of one part of a hub, kept with the part: a part that did not change need not be
/// read again to have its findings.
pub(super) type ReadFindings = Arc<[Finding]>;

/// The parts of a hub, each with its findings.
#[derive(Default)]
pub(super) struct Reading {
    program: Program,
    /// Whether digests of pages are kept, to recognise a page that was saved without a change.
    is_kept: bool,
    /// The branch whose rules decide what may be published.
    pub policy: Option<Arc<BasePolicy>>,
    listed: Vec<FileEntry>,
    sorted: Sorted,
    listing_found: ReadFindings,
    /// The configuration, together with what the theme lets pages write.
    pub config: Option<Arc<Config>>,
    /// Digest of the configuration by itself.
    plan: Digest,
    config_found: ReadFindings,
    defaults: FolderDefaults,
    defaults_found: ReadFindings,
    /// What was written once and is used on many pages.
    pub library: Arc<Library>,
    library_found: ReadFindings,
    pub pages: Vec<ReadPage>,
    beside: Vec<ReadAsset>,
    stat: Vec<ReadAsset>,
    pub theme: Option<Arc<Theme>>,
    theme_found: ReadFindings,
    pub references: Arc<References>,
    references_found: ReadFindings,
    pub records: Arc<Records>,
    records_found: ReadFindings,
}

/// One page as it was read.
pub(super) struct ReadPage {
    bytes: Option<Digest>,
    pub doc: Document,
    found: ReadFindings,
}

/// One file that outputs may copy, or why it cannot be read.
type ReadAsset = (HubPath, Result<Asset, Box<Finding>>);

/// The changes that another reading found.
#[derive(Default)]
pub(super) struct Delta {
    /// The changed pages, by place in the list of pages; sorted. Without meaning if `other_files`.
    pub pages: Vec<usize>,
    /// Whether pages came or went, or files that outputs may copy changed, or the configuration:
    /// then places in lists differ.
    pub other_files: bool,
}

impl Reading {
    /// Nothing read yet; to be read once.
    pub(crate) fn once(program: Program) -> Self {
        Self { program, ..Self::default() }
    }

    /// Nothing read yet; to be read again and again.
    pub(crate) fn kept(program: Program) -> Self {
        Self { program, is_kept: true, ..Self::default() }
    }

    /// All findings, in the order of the parts.
    pub(crate) fn found(&self) -> Vec<ReadFindings> {
        let assets = self
            .beside
            .iter()
            .chain(&self.stat)
            .filter_map(|(_, asset)| asset.as_ref().err().map(|finding| (**finding).clone()));
        let pages = self.pages.iter().map(|page| &page.found);
        let before =
            [&self.listing_found, &self.config_found, &self.defaults_found, &self.library_found];
        let after = [&self.theme_found, &self.references_found, &self.records_found];
        let parts = before.into_iter().chain(pages).chain(after);
        let mut found: Vec<ReadFindings> = parts.filter(|part| !part.is_empty()).cloned().collect();
        found.push(assets.collect());
        found
    }

    /// The files that outputs may copy.
    pub(crate) fn shelf(&self) -> Shelf {
        let readable = |(_, asset): &ReadAsset| asset.as_ref().ok().cloned();
        Shelf {
            beside: self.beside.iter().filter_map(readable).collect(),
            stat: self.stat.iter().filter_map(readable).collect(),
            withheld: withheld(&self.listing_found),
        }
    }

    /// Puts files that outputs copy on the shelf as they were known when they were read, since
    /// their bytes are not at hand.
    pub(crate) fn put_on_shelf(&mut self, beside: Vec<Asset>, stat: Vec<Asset>) {
        let known = |assets: Vec<Asset>| {
            assets.into_iter().map(|asset| (asset.file.clone(), Ok(asset))).collect()
        };
        (self.beside, self.stat) = (known(beside), known(stat));
    }

    /// Treats pages as drafts: on no site, each by itself, whatever becomes of its translations.
    pub(crate) fn hide(&mut self, is_hidden: impl Fn(&HubPath) -> bool) {
        for page in self.pages.iter_mut().filter(|page| is_hidden(&page.doc.facets.file)) {
            let mut facets = Facets::clone(&page.doc.facets);
            facets.front.status = Status::Draft;
            page.doc.facets = Arc::new(facets);
        }
    }

    /// Reads the files that may have changed. `base_url` replaces that of hub.toml.
    pub(crate) fn refresh(
        &mut self,
        files: &dyn Files,
        changed: &Changed,
        base_url: Option<&str>,
    ) -> Delta {
        let withheld_before = withheld(&self.listing_found);
        let (before, dirty) = self.look(files, changed);
        let touched = |old: &[HubPath], new: &[HubPath]| {
            old != new || new.iter().any(|path| dirty.contains(path))
        };
        let other_config = self.config.is_none() || touched(&before.config, &self.sorted.config);
        let other_theme = touched(&before.theme, &self.sorted.theme);
        let mut delta = Delta {
            other_files: self.refresh_plan(files, other_config, other_theme, base_url),
            ..Delta::default()
        };
        let Some(config) = self.config.clone() else {
            // Without a configuration nothing can be read; when it is back, everything is read.
            let Self {
                program, is_kept, policy, listed, sorted, listing_found, config_found, ..
            } = std::mem::take(self);
            *self = Self {
                program,
                is_kept,
                policy,
                listed,
                sorted,
                listing_found,
                config_found,
                ..Self::default()
            };
            return Delta { other_files: true, ..delta };
        };
        let anew = delta.other_files;
        let other_defaults = anew || touched(&before.defaults, &self.sorted.defaults);
        if other_defaults {
            let (defaults, found) = read_defaults(files, &self.sorted.defaults, &config);
            (self.defaults, self.defaults_found) = (defaults, found.into());
        }
        if anew || touched(&before.references, &self.sorted.references) {
            let (references, found) = read_references(files, &self.sorted.references, &config);
            (self.references, self.references_found) = (Arc::new(references), found.into());
        }
        let mut once = LibraryChanges::default();
        if anew
            || touched(&before.claims, &self.sorted.claims)
            || touched(&before.modules, &self.sorted.modules)
        {
            let (library, found) = read_library(files, &self.sorted, &config);
            once = library.changes(&self.library);
            (self.library, self.library_found) = (Arc::new(library), found.into());
        }
        if anew || touched(&before.approvals, &self.sorted.approvals) {
            let (records, found) =
                read_records(files, &self.sorted.approvals, &config, self.policy.as_deref());
            (self.records, self.records_found) = (Arc::new(records), found.into());
        }
        delta.other_files |= before.pages != self.sorted.pages;
        delta.pages = self.refresh_pages(
            files,
            &config,
            &before.pages,
            |path| other_defaults || dirty.contains(path),
            |page| anew || other_defaults || once.touch(&page.doc.facets.uses),
        );
        let (beside, other_beside) =
            refresh_assets(files, &self.sorted.beside, std::mem::take(&mut self.beside), &dirty);
        let (stat, other_static) =
            refresh_assets(files, &self.sorted.stat, std::mem::take(&mut self.stat), &dirty);
        (self.beside, self.stat) = (beside, stat);
        delta.other_files |=
            other_beside || other_static || withheld_before != withheld(&self.listing_found);
        delta
    }

    /// Finds out which files may differ, and lists all files anew if the list may differ too. Gives
    /// the lists before.
    fn look(&mut self, files: &dyn Files, changed: &Changed) -> (Sorted, BTreeSet<HubPath>) {
        let mut dirty = BTreeSet::new();
        if let Changed::Paths(paths) = changed {
            if let Some(known) = self.only_known(files, paths) {
                for path in &known {
                    // The file was read after it was listed, so its stamp may not fit the bytes
                    // that were read.
                    if let Ok(at) = self.listed.binary_search_by(|entry| entry.path.cmp(path)) {
                        self.listed[at].stamp = None;
                    }
                }
                return (self.sorted.clone(), known);
            }
            let named = |entry: &&FileEntry| entry.linked || is_named(paths, &entry.path);
            dirty.extend(self.listed.iter().filter(named).map(|entry| entry.path.clone()));
        }
        let (listed, found) = files.list();
        let is_unknown = |entry: &&FileEntry| {
            let before = self
                .listed
                .binary_search_by(|before| before.path.cmp(&entry.path))
                .ok()
                .map(|at| &self.listed[at]);
            match changed {
                Changed::Paths(_) => before.is_none(),
                Changed::Anything => before
                    .is_none_or(|before| before.stamp.is_none() || before.stamp != entry.stamp),
            }
        };
        // Appended at once: the first time, these are all files, already sorted.
        dirty.append(
            &mut listed.iter().filter(is_unknown).map(|entry| entry.path.clone()).collect(),
        );
        self.listing_found = found.into();
        let before = std::mem::replace(&mut self.sorted, Sorted::new(&listed));
        self.listed = listed;
        (before, dirty)
    }

    /// Those of `paths` that are files of the hub; `None` where files may have come or gone, so
    /// that the hub must be listed anew.
    fn only_known(
        &self,
        files: &dyn Files,
        paths: &BTreeSet<HubPath>,
    ) -> Option<BTreeSet<HubPath>> {
        /// For more changes than this, looking at everything is faster.
        const MANY: usize = 500;
        if paths.len() > MANY {
            return None;
        }
        let linked = self.listed.iter().filter(|entry| entry.linked);
        let mut known: BTreeSet<HubPath> = linked.map(|entry| entry.path.clone()).collect();
        for path in paths {
            let readable = || files.read(path);
            match self.listed.binary_search_by(|entry| entry.path.cmp(path)) {
                Ok(_) if !may_hold_key(path.name()) && readable().is_ok() => {
                    known.insert(path.clone());
                }
                Ok(_) => return None,
                // The reason why it was no part of the hub may be gone, or the file itself.
                Err(_) if is_withheld(path) || self.is_found_in_list(path) => return None,
                // No hub has a file of this name, or it is an editor's file that has come and gone.
                Err(_) if !belongs(path) => {}
                Err(_) => {
                    let folder = format!("{path}/");
                    let at =
                        self.listed.partition_point(|entry| entry.path.as_str() < folder.as_str());
                    let is_folder = self
                        .listed
                        .get(at)
                        .is_some_and(|entry| entry.path.as_str().starts_with(&folder));
                    let gone =
                        readable().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
                    if is_folder || !gone {
                        return None;
                    }
                }
            }
        }
        Some(known)
    }

    /// Whether listing gave a finding on a file or folder.
    fn is_found_in_list(&self, path: &HubPath) -> bool {
        self.listing_found
            .iter()
            .any(|found| found.place.as_ref().is_some_and(|place| place.file == *path))
    }

    /// Reads the configuration and the theme, if their files may differ. The theme says what pages
    /// may write, and so is part of what pages are read by. Gives whether that differs from before.
    fn refresh_plan(
        &mut self,
        files: &dyn Files,
        other_config: bool,
        other_theme: bool,
        base_url: Option<&str>,
    ) -> bool {
        let read = || {
            let (mut config, mut found) = read_config(files, &self.sorted.config);
            if let Some((policy, config)) = self.policy.as_ref().zip(config.as_mut()) {
                found.extend(policy.judge(config));
            }
            (config, found)
        };
        let is_same = |(config, found): &(Option<Config>, Vec<Finding>)| {
            config
                .as_ref()
                .is_some_and(|config| self.config.is_some() && config.digest == self.plan)
                && *self.config_found == **found
        };
        let mut fresh = other_config.then(read).filter(|read| !is_same(read));
        let current = fresh.as_ref().map_or(self.config.as_deref(), |(config, _)| config.as_ref());
        if let Some(config) = current.filter(|_| fresh.is_some() || other_theme) {
            let (theme, found) = read_theme(self.program, files, &self.sorted.theme, config);
            if fresh.is_none() && theme.directives != config.directives {
                fresh = Some(read());
            }
            (self.theme, self.theme_found) = (Some(Arc::new(theme)), found.into());
        }
        let Some((config, found)) = fresh else { return false };
        self.plan = config.as_ref().map(|config| config.digest).unwrap_or_default();
        self.config_found = found.into();
        self.config = config.zip(self.theme.as_ref()).map(|(mut config, theme)| {
            if let Some(url) = base_url {
                config.base_url = url.trim_end_matches('/').to_owned();
            }
            config.set_directives(theme.directives.clone());
            Arc::new(config)
        });
        true
    }

    /// Reads the pages that are new or dirty, and those to `parse_anew` though their bytes are the
    /// same.
    /// Gives the places of the pages that were read.
    fn refresh_pages(
        &mut self,
        files: &dyn Files,
        config: &Config,
        before: &[HubPath],
        is_dirty: impl Fn(&HubPath) -> bool + Sync,
        parse_anew: impl Fn(&ReadPage) -> bool + Sync,
    ) -> Vec<usize> {
        let known: Vec<Option<ReadPage>> =
            std::mem::take(&mut self.pages).into_iter().map(Some).collect();
        let mut known = known.into_iter();
        let mut before = before.iter().peekable();
        // Both lists are sorted, so one pass pairs each page with its earlier state, if it has one.
        let paired: Vec<(&HubPath, Option<ReadPage>)> = self
            .sorted
            .pages
            .iter()
            .map(|path| {
                while before.next_if(|other| *other < path).is_some() {
                    known.next();
                }
                (path, before.next_if(|other| *other == path).and_then(|_| known.next().flatten()))
            })
            .collect();
        let defaults = &self.defaults;
        let is_kept = self.is_kept;
        let context = (config, &*self.library);
        let read = |(path, page): (&HubPath, Option<ReadPage>)| match page {
            Some(page) if !is_dirty(path) && !parse_anew(&page) => (page, false),
            page => {
                let bytes = files.read(path);
                let digest = bytes.as_ref().ok().filter(|_| is_kept).map(|bytes| Digest::of(bytes));
                if let Some(page) = page
                    .filter(|page| !parse_anew(page) && digest.is_some() && page.bytes == digest)
                {
                    return (page, false);
                }
                let (doc, found) = parse_page(path, &bytes, context, defaults);
                (ReadPage { bytes: digest, doc, found: found.into() }, true)
            }
        };
        let read: Vec<(ReadPage, bool)> = paired.into_par_iter().map(read).collect();
        let changed = read
            .iter()
            .enumerate()
            .filter(|(_, (_, changed))| *changed)
            .map(|(at, _)| at)
            .collect();
        self.pages = read.into_iter().map(|(page, _)| page).collect();
        changed
    }
}

/// Reads the assets that are new or dirty. Gives whether any of them differs from before.
fn refresh_assets(
    files: &dyn Files,
    paths: &[HubPath],
    known: Vec<ReadAsset>,
    dirty: &BTreeSet<HubPath>,
) -> (Vec<ReadAsset>, bool) {
    let find = |path: &HubPath| {
        known.binary_search_by(|(known, _)| known.cmp(path)).ok().map(|at| &known[at])
    };
    let read = |path: &HubPath| match find(path).filter(|_| !dirty.contains(path)) {
        Some(asset) => asset.clone(),
        None => (path.clone(), read_asset(files, path)),
    };
    let read: Vec<ReadAsset> = paths.par_iter().map(read).collect();
    let differs = read != known;
    (read, differs)
}

/// The withheld files that listing found, with the reason for each.
fn withheld(found: &[Finding]) -> Vec<(HubPath, Reason)> {
    let one = |found: &Finding| {
        let file = &found.place.as_ref()?.file;
        let reason = match found.code.id {
            "file.symlink" => Reason::Link,
            "file.secret" => of_name(file.name()).unwrap_or(Reason::HoldsKey),
            _ => return None,
        };
        Some((file.clone(), reason))
    };
    found.iter().filter_map(one).collect()
}

/// Whether `paths` hold a file, or a folder that it is in.
fn is_named(paths: &BTreeSet<HubPath>, file: &HubPath) -> bool {
    let file = file.as_str();
    paths.contains(file) || file.match_indices('/').any(|(at, _)| paths.contains(&file[..at]))
}
