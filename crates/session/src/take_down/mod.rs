//! Pages whose time is over are taken down, even when no release can be built.
//!
//! The sources of the last release are read again without the pages, and outputs that differ by
//! that are made anew. So nothing appears that was not published, and nothing else is touched. If
//! the last release is not known any more, or the disk is full, outputs that name the pages are
//! removed instead.

mod look;
mod names;
mod without;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use self::names::Names;
use self::without::{Remade, Without, make_all};
use super::publish::remembered;
use super::read::{Sorted, learn_directives, read_config, read_fronts};
use super::sources::LastRelease;
use crate::io::manifest::{Manifest, WrittenOutput};
use crate::io::publish::{Publication, Refusal, Settings, read_output};
use crate::io::removal::remove;
use crate::io::{Files, MachineError, Workplace};
use etappe_base::date::Day;
use etappe_base::finding::Finding;
use etappe_base::path::{HubPath, OutPath};
use etappe_hub::config::{self, Config, PlanFiles, TextFile};
use etappe_site::kinds::Role;
use etappe_site::theme::Program;

pub use look::{DownReason, Looked, Silence, StandingPage, StandingPages, look};

/// What became of the pages whose time was over.
#[derive(Debug, Default)]
pub struct TakenDown {
    /// Which pages had to go, which were left, and why.
    pub looked: Looked,
    /// Outputs of these pages that were removed.
    pub deleted: usize,
    /// Outputs of these pages that could not be removed.
    pub stuck: Vec<OutPath>,
    /// Outputs that named them and were made again.
    pub remade: usize,
    /// Outputs that named them, could not be made again, and were removed.
    pub removed: Vec<OutPath>,
    /// The first failure of the machine meanwhile.
    pub failed: Option<MachineError>,
}

impl TakenDown {
    /// A finding for each page that had to go, and each that was left.
    pub fn findings(&self) -> Vec<Finding> {
        self.looked.findings()
    }
}

/// Takes down the pages of the release at `place` that are over on `as_of`. `files` are today's
/// files of the hub at `root`.
pub fn take_down(
    program: Program,
    place: &mut Workplace,
    files: &dyn Files,
    root: &Path,
    as_of: Day,
) -> TakenDown {
    let memory = Manifest::path(root, &place.out);
    let standing = remembered(&memory, &place.out).filter(|manifest| !manifest.preview);
    let Some(manifest) = standing else { return TakenDown::default() };
    let releases = LastRelease::load_all(root, &place.out);
    let mut config = config(releases.as_deref().and_then(<[_]>::first), files);
    learn_directives(program, files, &Sorted::new(&files.list().0), &mut config);
    let config = Arc::new(config);
    let pages = standing_pages(&manifest, releases.as_deref().unwrap_or_default());
    let looked = look(program, files, &config, &pages, as_of);
    if looked.down.is_empty() {
        return TakenDown { looked, ..TakenDown::default() };
    }
    let (stands, goes) = (
        |file: &HubPath| pages.contains_key(file),
        |file: &HubPath| looked.down.contains_key(file),
    );
    let without = releases.and_then(|releases| Without::all(program, releases, &stands, &goes));
    let taken = TakenDown { looked, ..TakenDown::default() };
    let mut work = TakeDownWork { program, place, memory, files, manifest, taken };
    work.run(without.as_deref(), &config);
    work.end()
}

/// The pages that stand, by their outputs, and those of an earlier take-down that was stopped:
/// outputs may still name them. Of two releases with a page the later one, of a single persona's
/// sites, comes last.
fn standing_pages(manifest: &Manifest, releases: &[LastRelease]) -> StandingPages {
    let mut days = manifest.going.clone();
    for written in manifest.outputs.values() {
        if matches!(written.role, Role::Page | Role::Alias | Role::Card) {
            days.extend(written.pages().iter().map(|file| (file.clone(), written.expires)));
        }
    }
    let signed = |file: &HubPath| {
        releases.iter().filter_map(|release| release.items().get(file)).cloned().collect()
    };
    let page = |(file, until): (HubPath, Option<Day>)| {
        let signed = signed(&file);
        (file, StandingPage { until, signed })
    };
    days.into_iter().map(page).collect()
}

/// The configuration that pages are read by: that of the release that stands, or today's where it
/// is not known. What must be signed, by whom and for how long, today's says where it can be read.
fn config(release: Option<&LastRelease>, files: &dyn Files) -> Config {
    let today = read_config(files, &Sorted::new(&files.list().0).config).0;
    match (release.and_then(LastRelease::config), today) {
        (Some(config), Some(today)) => Config { approval: today.approval, ..config },
        (Some(config), None) | (None, Some(config)) => config,
        (None, None) => least_config(),
    }
}

/// Turns a refusal into a failure: to a take-down, files of others in its way are as if the disk
/// did not allow it.
fn disallowed(refusal: Refusal) -> MachineError {
    match refusal {
        Refusal::Machine(error) => error,
        Refusal::Foreign(files) => {
            let first = files.into_iter().next().unwrap_or_default();
            MachineError::new(
                "take the place of",
                Path::new(&first),
                io::ErrorKind::AlreadyExists.into(),
            )
        }
    }
}

/// Whether an output belongs to these pages only.
fn is_theirs(down: &BTreeMap<HubPath, DownReason>, written: &WrittenOutput) -> bool {
    let pages = written.pages();
    !pages.is_empty() && pages.iter().all(|file| down.contains_key(file))
}

/// A configuration by which dates can be read.
fn least_config() -> Config {
    let hub = TextFile { path: &HubPath::literal("hub.toml"), text: LEAST_HUB };
    let card = TextFile { path: &HubPath::literal("personas/all.toml"), text: "label = \"All\"\n" };
    config::read(PlanFiles { hub: Some(hub), personas: &[card], products: &[] })
        .0
        .expect("it has all that a hub must have")
}

/// The least that a hub must have: by it, the dates of pages are read as by any other.
const LEAST_HUB: &str =
    "title = \"Hub\"\nlanguages = [\"en\"]\n[[stages]]\nid = \"any\"\nlabel = \"Any\"\n";

/// One take-down under way.
struct TakeDownWork<'w> {
    program: Program,
    place: &'w mut Workplace,
    /// Where the manifest is kept.
    memory: PathBuf,
    files: &'w dyn Files,
    /// The outputs that stand.
    manifest: Manifest,
    taken: TakenDown,
}

impl TakeDownWork<'_> {
    fn run(&mut self, without: Option<&[Without]>, config: &Config) {
        // Names are taken from outputs that are about to go.
        let names = without.is_none().then(|| self.names(config));
        let own = self.own(without);
        self.announce();
        // The pages' own outputs go first, which needs no space: whatever happens to the lists,
        // they are gone.
        self.taken.deleted = self.remove(&own).len();
        self.taken.stuck = own.into_iter().filter(|path| self.manifest.lists(path)).collect();
        match (without, names) {
            (Some(without), _) => {
                if let Err(error) = self.make_again(without) {
                    self.taken.failed = Some(error);
                    self.remove_outdated(without);
                }
            }
            (None, Some(names)) => {
                let naming = self.naming(&names);
                self.taken.removed = self.remove(&naming);
            }
            (None, None) => {}
        }
    }

    /// Notes which pages go before any of them does: if this process is stopped, the next one goes
    /// on.
    fn announce(&mut self) {
        let pages = standing_pages(&self.manifest, &[]);
        self.manifest.going = pages
            .into_iter()
            .filter(|(file, _)| self.taken.looked.down.contains_key(file))
            .map(|(file, page)| (file, page.until))
            .collect();
        let _the_pages_go_all_the_same = self.manifest.save(&self.memory);
    }

    /// Keeps the manifest of the outputs that stand now, and gives the account of the take-down.
    fn end(self) -> TakenDown {
        let Self { memory, mut manifest, mut taken, .. } = self;
        manifest.going.clear();
        if let Err(error) = manifest.save(&memory) {
            // The old manifest lists outputs that are gone too, which does no harm.
            taken.failed.get_or_insert(error);
        }
        taken
    }

    /// The outputs of the pages: those that were made from their files, and those that nothing else
    /// needs.
    fn own(&self, without: Option<&[Without]>) -> Vec<OutPath> {
        let down = &self.taken.looked.down;
        let is_only_before = |path: &OutPath| {
            without.iter().copied().flatten().any(|without| without.is_only_before(path))
        };
        let listed = self.manifest.outputs.iter().chain(&self.manifest.besides);
        let own = listed.filter(|(path, written)| is_theirs(down, written) || is_only_before(path));
        own.map(|(path, _)| path.clone()).collect()
    }

    /// Removes outputs, and forgets those that are gone.
    fn remove(&mut self, paths: &[OutPath]) -> Vec<OutPath> {
        let mut removed = Vec::new();
        for path in paths {
            match remove(&self.place.out, path) {
                Ok(true) => removed.push(path.clone()),
                Ok(false) => {}
                Err(error) => {
                    self.taken.failed.get_or_insert(error);
                }
            }
        }
        for path in &removed {
            self.manifest.outputs.remove(path);
            self.manifest.besides.remove(path);
        }
        removed
    }

    /// Replaces the outputs that are different without the pages.
    fn make_again(&mut self, without: &[Without]) -> Result<(), MachineError> {
        let down = &self.taken.looked.down;
        let publication =
            Publication::begin(self.place, Some(&self.manifest), false).map_err(disallowed)?;
        let Remade { outputs, changed, failed } =
            make_all(without, &self.manifest, Some(&publication))?;
        let mut current = Manifest::new(outputs, None);
        current.going.clone_from(&self.manifest.going);
        for written in current.outputs.values_mut() {
            written.of.retain(|file| !down.contains_key(file));
        }
        let settings = Settings {
            adopt: false,
            swap: false,
            is_taken_down: &|written| is_theirs(down, written),
            is_known: &|_| true,
        };
        let standing =
            publication.finish(self.place, &self.memory, Some(&self.manifest), current, &settings);
        self.manifest = standing.map_err(disallowed)?.manifest;
        self.taken.remade = changed.len();
        self.taken.removed = self.remove(&failed);
        Ok(())
    }

    /// Removes the outputs that would be different without the pages, since they cannot be written.
    fn remove_outdated(&mut self, without: &[Without]) {
        let Ok(Remade { mut changed, failed, .. }) = make_all(without, &self.manifest, None) else {
            return;
        };
        changed.extend(failed);
        changed.retain(|path| self.manifest.outputs.contains_key(path));
        self.taken.removed = self.remove(&changed);
    }

    /// The titles of the pages, and their addresses.
    fn names(&self, config: &Config) -> Names {
        let down = &self.taken.looked.down;
        let mut names = Names::default();
        let (facets, ..) =
            read_fronts(self.program, self.files, &Sorted::new(&self.files.list().0), config);
        for facets in facets.iter().filter(|facets| down.contains_key(&facets.file)) {
            names.title(&facets.front.title);
        }
        for (path, written) in &self.manifest.outputs {
            if written.role == Role::Page && is_theirs(down, written) {
                names.output(path.as_str());
                names.headed(&read_output(&self.place.out, path).unwrap_or_default());
            }
        }
        names
    }

    /// The outputs that stand and name the pages.
    fn naming(&self, names: &Names) -> Vec<OutPath> {
        let outputs: Vec<&OutPath> =
            self.manifest.outputs.keys().filter(|path| names::is_text(path.as_str())).collect();
        let names_them = |path: &&&OutPath| {
            read_output(&self.place.out, path)
                .is_some_and(|bytes| names.stand_in(path.as_str(), &bytes))
        };
        outputs.par_iter().filter(names_them).map(|path| (*path).clone()).collect()
    }
}
