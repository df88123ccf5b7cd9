//! The files that a release is made from: recorded while they are read, and kept once the release
//! stands, for a day on which no release can be built and a page has to go.
//!
//! A release of one persona's sites alone is kept beside that of all sites. It counts for that
//! persona's folder until all sites are built again.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::read::{Sorted, read_config};
use super::reading::Reading;
use super::{Changed, Content, Options, Revision};
use crate::io::manifest::Manifest;
use crate::io::pack::{self, Pack, PackWriter};
use crate::io::{FileEntry, Files, Stamp};
use etappe_base::date::Day;
use etappe_base::finding::Finding;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_compliance::signature::{Signature, SignatureCheck};
use etappe_compliance::{Item, ItemId};
use etappe_hub::config::Config;
use etappe_hub::journey::{Asset, Doc, Edition, Hub, Standing, is_page};
use etappe_site::theme::Program;

/// The files of a hub while a release is read from them. Their texts are recorded where the last
/// pack lacks them.
pub struct Recorder<'f> {
    files: &'f dyn Files,
    listed: Vec<FileEntry>,
    findings: Vec<Finding>,
    place: PathBuf,
    writer: PackWriter,
}

/// The description of a release as a whole, in its pack.
#[derive(Clone, Serialize, Deserialize)]
struct ReleaseHead {
    as_of: Day,
    base_url: Option<String>,
    /// The persona whose sites alone were built; `None` for a release of all sites.
    persona: Option<String>,
    /// Files that outputs copy: what pages know of them, without their bytes.
    beside: Vec<Asset>,
    stat: Vec<Asset>,
    /// What signatures said of each page, by its file; in a release of before, nothing.
    #[serde(default)]
    signed: BTreeMap<HubPath, Standing>,
    /// What was signed of each of these pages, by its file; in a release of before, nothing.
    #[serde(default)]
    items: BTreeMap<HubPath, Vec<PublishedItem>>,
}

/// What was signed of a page, as it was published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct PublishedItem {
    item: String,
    lang: String,
    market: Option<String>,
    pub digest: String,
}

impl PublishedItem {
    fn new(item: &Item, digest: &str) -> Self {
        Self {
            item: item.id.to_string(),
            lang: item.lang.clone(),
            market: item.market.clone(),
            digest: digest.to_owned(),
        }
    }

    /// What was signed.
    pub(super) fn item(&self) -> Item {
        Item { id: ItemId::read(&self.item), lang: self.lang.clone(), market: self.market.clone() }
    }
}

/// The sources of an earlier release, as they were kept.
pub(super) struct LastRelease {
    head: ReleaseHead,
    pack: Pack,
}

/// The name of the pack of a whole release; that of one persona's sites has a digest behind it.
const NAME: &str = "sources";

/// Where the sources of the sites in `out` are kept.
fn place(root: &Path, out: &Path) -> PathBuf {
    Manifest::path(root, out).with_file_name(NAME)
}

/// Where those of one persona's sites are kept, beside `whole`.
fn place_of(whole: &Path, persona: &str) -> PathBuf {
    whole.with_file_name(format!("{NAME}@{}", Digest::of(persona.as_bytes()).short()))
}

/// The packs of single personas' sites beside `whole`.
fn places_of_personas(whole: &Path) -> Vec<PathBuf> {
    let is_one = |name: &str| {
        name.strip_prefix(NAME)
            .is_some_and(|rest| rest.starts_with('@') && !rest.contains(['-', '.']))
    };
    pack::beside(whole, is_one)
}

impl<'f> Recorder<'f> {
    /// `files` are those of the hub at `root`, from which a release into `out` is read.
    pub fn new(files: &'f dyn Files, root: &Path, out: &Path, options: &Options) -> Self {
        let (listed, findings) = files.list();
        let whole = place(root, out);
        let place =
            options.persona.as_deref().map_or(whole.clone(), |persona| place_of(&whole, persona));
        let writer = PackWriter::new(&place);
        Self { files, listed, findings, place, writer }
    }

    /// Keeps the sources of `revision`, once its release stands.
    ///
    /// # Errors
    /// When the disk does not allow it; the sources that were kept before then stay.
    pub fn keep(self, revision: &Revision) -> io::Result<()> {
        let (Some(content), options) = (&revision.content, &revision.options) else {
            return Ok(());
        };
        let hub = &*content.material.hub;
        let shelf = &hub.addresses.shelf;
        let head = ReleaseHead {
            as_of: options.as_of,
            base_url: options.base_url.clone(),
            persona: options.persona.clone(),
            beside: shelf.beside.as_slice().to_vec(),
            stat: shelf.stat.as_slice().to_vec(),
            signed: signed(hub),
            items: items(content),
        };
        let head = serde_json::to_vec(&head).expect("it is plain data");
        let files = self.listed.into_iter().filter(|entry| is_kept(&entry.path));
        self.writer.finish(head, files.map(|entry| (entry.path.clone(), stamp(&entry))))?;
        if options.persona.is_none() {
            places_of_personas(&self.place).iter().for_each(|place| pack::forget(place));
        }
        Ok(())
    }
}

/// What signatures say of each page that somebody must sign.
fn signed(hub: &Hub) -> BTreeMap<HubPath, Standing> {
    let standing = |doc: &Doc| Some((doc.facets.file.clone(), (*doc.standing.clone()?).clone()));
    hub.docs.iter().filter_map(standing).collect()
}

/// What was signed of each page, as it is published.
fn items(content: &Content) -> BTreeMap<HubPath, Vec<PublishedItem>> {
    let signed = content.approvals.signed(&content.material.hub).into_iter();
    let published = |items: Vec<(&Item, &str)>| {
        items.into_iter().map(|(item, digest)| PublishedItem::new(item, digest)).collect()
    };
    signed.map(|(file, items)| (file, published(items))).collect()
}

/// The stamp of a file, unless a link leads to it: a link may come to lead to another file of the
/// same stamp.
fn stamp(entry: &FileEntry) -> Option<Stamp> {
    entry.stamp.filter(|_| !entry.linked)
}

impl Files for Recorder<'_> {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        (self.listed.clone(), self.findings.clone())
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        let bytes = self.files.read(path)?;
        if is_kept(path) {
            let listed = || self.listed.binary_search_by(|entry| entry.path.cmp(path)).ok();
            let stamp = || listed().and_then(|at| stamp(&self.listed[at]));
            if self.writer.is_first() || !self.writer.has(path, stamp()) {
                self.writer.add(path, &bytes);
            }
        }
        Ok(bytes)
    }

    fn committed(&self, files: &BTreeSet<HubPath>) -> BTreeMap<HubPath, Day> {
        self.files.committed(files)
    }

    fn verify(&self, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
        self.files.verify(checks)
    }
}

/// Whether the text of a file is kept: outputs are made from it, but are not copies of it.
fn is_kept(path: &HubPath) -> bool {
    match path.as_str().split('/').next() {
        Some("static") => false,
        Some("content" | "modules") => is_page(path) || path.name() == "_defaults.toml",
        _ => true,
    }
}

impl LastRelease {
    /// The releases that the sites in `out` were made from: that of all sites, and later ones of
    /// single personas. `None` where one of them is not known any more.
    pub(crate) fn load_all(root: &Path, out: &Path) -> Option<Vec<Self>> {
        let whole = place(root, out);
        let places =
            whole.exists().then(|| whole.clone()).into_iter().chain(places_of_personas(&whole));
        let all: Option<Vec<Self>> = places.map(|place| Self::load(&place)).collect();
        all.filter(|all| !all.is_empty())
    }

    fn load(place: &Path) -> Option<Self> {
        let pack = Pack::load(place)?;
        let head = serde_json::from_slice(&pack.head).ok()?;
        Some(Self { head, pack })
    }

    /// The configuration, without what its theme lets pages write.
    pub(crate) fn config(&self) -> Option<Config> {
        read_config(&self.pack, &Sorted::new(&self.pack.list().0).config).0
    }

    /// What was signed of each page, as it was published.
    pub(crate) fn items(&self) -> &BTreeMap<HubPath, Vec<PublishedItem>> {
        &self.head.items
    }

    /// The release read again as it was then, the edition that was asked for, and what signatures
    /// said. `None` where some of it is damaged.
    pub(crate) fn read(
        self,
        program: Program,
    ) -> Option<(Reading, Edition, BTreeMap<HubPath, Standing>)> {
        let Self { head, pack } = self;
        let Ok(texts) = pack.read_all() else {
            // The next release then begins a new pack.
            pack::forget(pack.place());
            return None;
        };
        let mut reading = Reading::once(program);
        reading.refresh(&KeptTexts(texts), &Changed::Anything, head.base_url.as_deref());
        reading.put_on_shelf(head.beside, head.stat);
        let config = reading.config.as_ref()?;
        let only = match &head.persona {
            Some(id) => Some(config.find_persona(id)?),
            None => None,
        };
        Some((
            reading,
            Edition { as_of: head.as_of, preview: false, review: false, only },
            head.signed,
        ))
    }
}

/// The texts of a pack in memory, as the files of a hub.
struct KeptTexts(BTreeMap<HubPath, Vec<u8>>);

impl Files for KeptTexts {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        (self.0.keys().map(entry).collect(), Vec::new())
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Files for Pack {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        (self.paths().map(entry).collect(), Vec::new())
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        Pack::read(self, path)
    }
}

fn entry(path: &HubPath) -> FileEntry {
    FileEntry { path: path.clone(), size: 0, stamp: None, linked: false }
}
