//! A build: every output of a revision into a folder, or none.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use super::{Content, Revision, images};
use crate::io::manifest::{Manifest, WrittenOutput};
use crate::io::publish::{Publication, Published, Refusal, Settings};
use crate::io::{Files, ImageCache, MachineError, Unavailable, Workplace, stamps};
use etappe_base::finding::Finding;
use etappe_base::hash::Digest;
use etappe_base::path::{HubPath, OutPath};
use etappe_hub::config::policy::Judged;
use etappe_hub::journey::{DocIx, Hub, MediaIx, State, is_page};
use etappe_image::{self as image, card};
use etappe_report::check::{self, LeakGuard, PublishedUrl};
use etappe_site::engine::{self, Job, Made, Store, Work};
use etappe_site::kinds::{ReadAs, Subject, media_shown_by};
use etappe_site::material::Material;
use etappe_site::plan::Node;

/// What a build did.
#[derive(Debug, Default)]
pub struct Build {
    /// What happened in the output folder.
    pub published: Published,
    /// How many outputs were rendered, and how many kept.
    pub work: Work,
    /// All findings: those of the revision, and what only outputs show.
    pub judged: Arc<Judged>,
    /// Every output that stands now.
    pub outputs: Vec<OutPath>,
    /// A digest of the outputs' stamps, and of those of their folders; `None` where there are no
    /// stamps to trust.
    pub stamps: Option<Digest>,
    /// Why the memory of this build could not be kept; the site is fine.
    pub forgotten: Option<MachineError>,
}

/// Why nothing was built.
#[derive(Debug)]
pub enum NotBuilt {
    /// Findings of severity error.
    Findings(Arc<Judged>),
    /// Files that no build wrote stand in the way; holds the first of them.
    Foreign(Vec<String>),
    /// Another process builds there.
    Busy(Unavailable),
    /// The disk does not allow it.
    Machine(MachineError),
}

impl From<MachineError> for NotBuilt {
    fn from(error: MachineError) -> Self {
        Self::Machine(error)
    }
}

impl From<Refusal> for NotBuilt {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Foreign(files) => Self::Foreign(files),
            Refusal::Machine(error) => Self::Machine(error),
        }
    }
}

impl From<Unavailable> for NotBuilt {
    fn from(unavailable: Unavailable) -> Self {
        match unavailable {
            Unavailable::Machine(error) => Self::Machine(error),
            busy @ Unavailable::Busy(..) => Self::Busy(busy),
        }
    }
}

/// How outputs come into their folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct How {
    /// Whether outputs may take the place of files that no build wrote.
    pub adopt: bool,
    /// Whether to exchange the whole folder at once, where the system can.
    pub swap: bool,
}

/// Builds `revision` into `out`. `root` is the hub's folder, which keeps the manifest. `done` is
/// told after each output.
///
/// # Errors
/// See [`NotBuilt`]; the site before then stays as it was.
pub fn build(
    revision: &Revision,
    files: &dyn Files,
    root: &Path,
    out: &Path,
    adopt: bool,
    done: &(dyn Fn() + Sync),
) -> Result<Build, NotBuilt> {
    let mut place = Workplace::enter(root, out, None)?;
    build_at(&mut place, revision, files, root, How { adopt, swap: false }, done)
}

/// As [`build`], at a place that this process has locked.
///
/// # Errors
/// As there.
pub fn build_at(
    place: &mut Workplace,
    revision: &Revision,
    files: &dyn Files,
    root: &Path,
    how: How,
    done: &(dyn Fn() + Sync),
) -> Result<Build, NotBuilt> {
    let preview = revision.hub().is_some_and(|hub| hub.edition.preview);
    if revision.has_errors() && !preview {
        return Err(NotBuilt::Findings(Arc::clone(revision.judged())));
    }
    let Some(content) = &revision.content else {
        return Err(NotBuilt::Findings(Arc::clone(revision.judged())));
    };
    let memory = Manifest::path(root, &place.out);
    let previous = remembered(&memory, &place.out);
    let publication = Publication::begin(place, previous.as_ref(), how.adopt)?;
    let guard = LeakGuard::new(&content.material);
    let known_clean = previous
        .as_ref()
        .is_some_and(|previous| guard.looks_for_the_same(previous.clean_of, &previous.excused));
    let look = Looker { files, root, guard: &guard, leaks: Mutex::new(Vec::new()) };
    let images = ImageCache::new(root, image::VERSION);
    let store = DiskStore {
        look,
        publication: &publication,
        previous: previous.as_ref(),
        images,
        known_clean,
    };
    let run = engine::run_all(&content.plan, &content.material, &store, done)?;
    let late =
        run.findings.into_iter().chain(store.look.leaks.into_inner().unwrap_or_default()).collect();
    let judged = revision.judged_with(late);
    if !preview && judged.standing.iter().any(Finding::is_error) {
        return Err(NotBuilt::Findings(judged));
    }
    let standing = previous.as_ref().filter(|_| !publication.is_fresh());
    let current = manifest(content, &run.made, standing, &guard, known_clean);
    let hub = &content.material.hub;
    let settings = Settings {
        adopt: how.adopt,
        swap: how.swap,
        is_taken_down: &|written| is_taken_down(hub, written),
        is_known: &|path| hub.config.build.is_foreign(path),
    };
    let standing = publication.finish(place, &memory, previous.as_ref(), current, &settings)?;
    // An output that must be made anew must not be taken for one that stands.
    // Nor must an answer be given again that lacked a program only.
    let is_whole = !content.lacks_verdicts()
        && standing.manifest.outputs.values().all(|written| written.key != Digest::default());
    let stamps = is_whole.then(|| standing.look.digest(&place.out)).flatten();
    let outputs = standing.manifest.outputs.into_keys().collect();
    Ok(Build {
        published: standing.published,
        work: run.work,
        judged,
        outputs,
        stamps,
        forgotten: standing.forgotten,
    })
}

/// The manifest of the last build into `out`; `None` where it is not known. After a build that was
/// stopped, the files are looked at.
pub(super) fn remembered(memory: &Path, out: &Path) -> Option<Manifest> {
    let mut previous = Manifest::load(memory, out)?;
    stamps::recall(memory, &mut previous);
    previous.settle(out);
    Some(previous)
}

/// Whether an output belongs only to pages that the hub has and does not show today.
pub(super) fn is_taken_down(hub: &Hub, written: &WrittenOutput) -> bool {
    let is_hidden = |file: &HubPath| {
        let doc = hub.find_doc(file).map(|ix| hub.doc(ix));
        doc.is_some_and(|doc| !matches!(doc.state, State::Published | State::Blocked))
    };
    let pages = written.pages();
    let is_expired = written.expires.is_some_and(|day| day <= hub.edition.as_of);
    !hub.edition.preview && !pages.is_empty() && (is_expired || pages.iter().all(is_hidden))
}

/// A revision with the findings of [`examined`].
///
/// # Errors
/// As there.
pub fn examine(
    mut revision: Revision,
    files: &dyn Files,
    root: &Path,
) -> Result<Revision, MachineError> {
    revision.judged = OnceLock::from(examined(&revision, files, root)?);
    Ok(revision)
}

/// Renders every output of a revision and keeps none; gives all findings, with those that only
/// outputs show.
///
/// # Errors
/// When a file of the hub cannot be read.
pub fn examined(
    revision: &Revision,
    files: &dyn Files,
    root: &Path,
) -> Result<Arc<Judged>, MachineError> {
    Ok(revision.judged_with(late(revision, files, root)?))
}

/// The findings that only outputs show, and those that only the repository's history tells where
/// the revision was read without it; before the hub's own policy.
///
/// # Errors
/// When a file of the hub cannot be read.
pub fn late(
    revision: &Revision,
    files: &dyn Files,
    root: &Path,
) -> Result<Vec<Finding>, MachineError> {
    let Some(content) = &revision.content else { return Ok(Vec::new()) };
    let guard = LeakGuard::new(&content.material);
    let store = Looker { files, root, guard: &guard, leaks: Mutex::new(Vec::new()) };
    let run = engine::run_all(&content.plan, &content.material, &store, &|| ())?;
    let mut late = run.findings;
    late.extend(store.leaks.into_inner().unwrap_or_default());
    if !revision.options.history {
        let commits = files.committed(&check::undated(&content.material.hub));
        late.extend(check::behind_by_commits(&content.material.hub, &commits));
    }
    Ok(late)
}

/// A store that looks at outputs and keeps none.
struct Looker<'s> {
    files: &'s dyn Files,
    root: &'s Path,
    guard: &'s LeakGuard<'s>,
    leaks: Mutex<Vec<Finding>>,
}

impl Looker<'_> {
    fn through(&self, node: &Node, bytes: &[u8]) {
        let leaks = self.guard.scan(node, bytes);
        if !leaks.is_empty() {
            self.leaks.lock().expect("no thread panics while it holds the list").extend(leaks);
        }
    }
}

impl Store for Looker<'_> {
    type Error = MachineError;

    fn read(&self, file: &HubPath) -> Result<Vec<u8>, MachineError> {
        self.files
            .read(file)
            .map_err(|error| MachineError::new("read", &self.root.join(file.as_str()), error))
    }

    /// Outputs that cannot be looked through, such as pictures, count as kept: nothing can be found
    /// in them.
    fn kept(&self, job: &Job<'_>) -> Option<Made> {
        (!LeakGuard::looks_at(job.node)).then(Made::default)
    }

    /// Gives the drawing in place of the picture: only a drawing can be looked through, and nobody
    /// wants the picture here.
    fn picture(&self, _job: &Job<'_>, drawing: &[u8]) -> Result<Vec<u8>, String> {
        card::check(drawing).map(|()| drawing.to_vec())
    }

    /// Looks through an output and keeps nothing of it.
    fn put(&self, job: &Job<'_>, bytes: &[u8]) -> Result<Made, MachineError> {
        self.through(job.node, bytes);
        Ok(Made::default())
    }
}

/// The pages that the last build into `out` published, as far as `root` remembers it.
pub fn published(root: &Path, out: &Path) -> Vec<PublishedUrl> {
    let manifest = Manifest::load(&Manifest::path(root, out), out).unwrap_or_default();
    let pages = manifest.outputs.into_iter().filter_map(|(path, written)| {
        let source = written.sources.into_iter().find(is_page)?;
        Some(PublishedUrl { path, source })
    });
    pages.collect()
}

/// The manifest of the outputs that now stand. A build of one persona leaves the rest of the last
/// build as it was.
fn manifest(
    content: &Content,
    made: &[Option<Made>],
    previous: Option<&Manifest>,
    guard: &LeakGuard<'_>,
    known_clean: bool,
) -> Manifest {
    let hub = &content.material.hub;
    let media = media_shown_by(&content.material);
    let written = |(node, made): (&Node, &Option<Made>)| {
        Some((node.path.clone(), written(&content.material, &media, node, (*made)?)))
    };
    let now: Vec<(OutPath, WrittenOutput)> =
        content.plan.nodes.par_iter().zip(made).filter_map(written).collect();
    let mut outputs = BTreeMap::from_iter(now);
    if let (Some(only), Some(previous)) = (hub.edition.only, previous) {
        let own = format!("{}/", hub.config.persona(only).slug);
        let others = previous
            .outputs
            .iter()
            .filter(|(path, _)| !path.as_str().starts_with(&own) && !outputs.contains_key(*path));
        let others: Vec<_> =
            others.map(|(path, written)| (path.clone(), written.clone())).collect();
        outputs.extend(others);
    }
    let mut current = Manifest::new(
        outputs,
        clean_of(guard, hub.edition.only.is_none() || known_clean || previous.is_none()),
    );
    current.excused = excuses(guard, previous.filter(|_| known_clean));
    if let (Some(_), Some(previous)) = (hub.edition.only, previous) {
        // Outputs of other personas that name these pages are not made anew here.
        current.going.clone_from(&previous.going);
    }
    let others_are =
        || hub.edition.only.is_some() && previous.is_some_and(|previous| previous.preview);
    current.preview = hub.edition.preview || others_are();
    current
}

/// The digest of the texts that were searched for, if every output was searched.
fn clean_of(guard: &LeakGuard<'_>, has_seen_all: bool) -> Option<Digest> {
    guard.clean().filter(|_| has_seen_all)
}

/// The excuses of this build, and those of `previous` for outputs that were not made anew.
fn excuses(
    guard: &LeakGuard<'_>,
    previous: Option<&Manifest>,
) -> BTreeMap<String, BTreeMap<String, HubPath>> {
    let mut excused = guard.excuses();
    for (folder, texts) in previous.into_iter().flat_map(|previous| &previous.excused) {
        let own = excused.entry(folder.clone()).or_default();
        texts.iter().for_each(|(text, file)| {
            own.entry(text.clone()).or_insert_with(|| file.clone());
        });
    }
    excused
}

/// What the manifest says of one output.
pub(super) fn written(
    material: &Material,
    media: &BTreeMap<(&str, MediaIx), BTreeSet<DocIx>>,
    node: &Node,
    made: Made,
) -> WrittenOutput {
    let hub = &material.hub;
    let shown_by = |asset| {
        // Media are published below the persona whose pages show them.
        let slug = node.path.as_str().split('/').next().unwrap_or_default();
        let pages = media.get(&(slug, asset)).into_iter().flatten();
        pages.map(|doc| hub.facets(*doc).file.clone()).collect()
    };
    let of = match node.recipe.subject() {
        Subject::Media(media) => shown_by(media),
        _ => Vec::new(),
    };
    WrittenOutput {
        size: made.size,
        key: made.key,
        checksum: made.checksum,
        role: node.recipe.role(),
        sources: node.recipe.source(hub).into_iter().collect(),
        of,
        expires: node.recipe.page(hub).and_then(|doc| hub.doc(doc).ends()),
        stamp: None,
    }
}

struct DiskStore<'s> {
    look: Looker<'s>,
    publication: &'s Publication,
    previous: Option<&'s Manifest>,
    images: ImageCache,
    /// Whether the last build searched for the same texts, and found nothing.
    known_clean: bool,
}

impl DiskStore<'_> {
    /// What the last build wrote at `path`, if it still stands and `is_wanted`. That is asked
    /// first, since the file may have to be read to know whether it stands.
    fn standing(
        &self,
        path: &OutPath,
        is_wanted: impl FnOnce(&WrittenOutput) -> bool,
    ) -> Option<&WrittenOutput> {
        let written = self.previous?.outputs.get(path)?;
        (is_wanted(written) && self.publication.stands(path, written)).then_some(written)
    }
}

impl Store for DiskStore<'_> {
    type Error = MachineError;

    fn read(&self, file: &HubPath) -> Result<Vec<u8>, MachineError> {
        self.look.read(file)
    }

    fn smaller(&self, file: &HubPath, digest: Digest, width: u32) -> Result<Vec<u8>, MachineError> {
        let key = images::key(digest, width);
        if let Some(kept) = self.images.get(key) {
            return Ok(kept);
        }
        let bytes = self.read(file)?;
        if Digest::of(&bytes) != digest {
            let changed = io::Error::other("it changed while the hub was built; build again");
            return Err(MachineError::new("read", &self.look.root.join(file.as_str()), changed));
        }
        let small = image::smaller(&file.extension(), &bytes, width);
        // An image that cannot be kept is made again the next time.
        let _kept_if_possible = self.images.put(key, &small);
        Ok(small)
    }

    fn picture(&self, job: &Job<'_>, drawing: &[u8]) -> Result<Vec<u8>, String> {
        self.look.through(job.node, drawing);
        let key = images::key_of_card(drawing);
        if let Some(kept) = self.images.get(key) {
            return Ok(kept);
        }
        let picture = card::draw(drawing)?;
        // An image that cannot be kept is made again the next time.
        let _kept_if_possible = self.images.put(key, &picture);
        Ok(picture)
    }

    fn kept(&self, job: &Job<'_>) -> Option<Made> {
        let written = self.standing(&job.node.path, |written| written.key == job.key())?;
        if !self.known_clean {
            // No text can be read from a picture, so its drawing is made again and looked through.
            if job.node.recipe.form() == ReadAs::Drawing {
                return None;
            }
            if LeakGuard::looks_at(job.node) {
                self.look.through(job.node, &self.publication.read(&job.node.path)?);
            }
        }
        Some(Made { key: written.key, size: written.size, checksum: written.checksum })
    }

    fn put(&self, job: &Job<'_>, bytes: &[u8]) -> Result<Made, MachineError> {
        let node = job.node;
        if node.recipe.form() != ReadAs::Drawing {
            self.look.through(node, bytes);
        }
        let made = Made::new(job, bytes);
        if self.standing(&node.path, |written| written.checksum == made.checksum).is_none() {
            self.publication.put(&node.path, bytes)?;
        }
        Ok(made)
    }
}
