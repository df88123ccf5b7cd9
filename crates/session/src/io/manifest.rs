//! What the last build wrote: the files that a later build may replace or delete, and how it knows
//! what is unchanged.
//!
//! The file holds no absolute path, no time, nothing of the machine. It begins with a digest of its
//! own bytes: a damaged one is none. Stamps of outputs stand in a file of their own, which may be
//! lost: see [`super::stamps`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{MachineError, Stamp, first_manifest, replace, stamps};
use etappe_base::date::Day;
use etappe_base::hash::{Checksum, Digest};
use etappe_base::path::{HubPath, OutPath};

/// The form of the file. A manifest of version 1 says what was written; one of any other version is
/// read as none.
const VERSION: u32 = 2;

/// `.etappe/manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// The digest of what outputs were looked through for, when nothing of it stands in any of
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean_of: Option<Digest>,
    /// What stands is a preview, which shows what a release does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
    /// What was looked for, stands in outputs and may: by folder and text, the page that says the
    /// same there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub excused: BTreeMap<String, BTreeMap<String, HubPath>>,
    /// What stands.
    pub outputs: BTreeMap<OutPath, Written>,
    /// What may stand besides, or instead: what a build that was interrupted was about to move into
    /// place, and what was to be deleted but is no longer what was written. None of it is forgotten
    /// before it is gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub besides: BTreeMap<OutPath, Written>,
    /// Pages that are being taken down, each with the first day on which it must not be shown, if
    /// it was published with one. Until that is done, whatever stands may name them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub going: BTreeMap<HubPath, Option<Day>>,
    /// The digest that its file begins with.
    #[serde(skip)]
    seal: Digest,
}

/// One output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// In bytes.
    pub size: u64,
    /// Of everything the bytes were made from: equal key, equal bytes. Of nothing, where the output
    /// must be made anew.
    pub key: Digest,
    /// Of the bytes themselves. Of nothing, where nobody knows what they were.
    #[serde(rename = "digest")]
    pub checksum: Checksum,
    pub role: Role,
    /// The files of the hub that it shows most directly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<HubPath>,
    /// Of media: the pages that show it. Read [`Written::pages`] for all that belongs to a page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<HubPath>,
    /// Of what belongs to one page: the first day on which it must not be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// What the file system said when it was known to have these bytes.
    #[serde(skip)]
    pub stamp: Option<Stamp>,
}

/// What an output is for. The order is that in which outputs are moved into place: what others lead
/// to comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A file of the theme, or one that is copied as it is.
    Asset,
    /// A file that pages show, or a smaller size of it.
    Media,
    /// A page's picture for social media.
    Card,
    Page,
    /// An old address of a page.
    Alias,
    /// What names other outputs: homes, stages, feeds, sitemaps, search data; and what is told
    /// about the whole.
    List,
}

impl Written {
    /// The pages that it belongs to, by their files: its own page, or those that show it. Empty for
    /// lists and assets.
    pub fn pages(&self) -> &[HubPath] {
        match self.role {
            Role::Page | Role::Alias | Role::Card => &self.sources,
            Role::Media => &self.of,
            Role::Asset | Role::List => &[],
        }
    }
}

/// The one way to write a folder's path, however it was written. The folder need not exist; the one
/// above it should.
pub fn plain(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    match (fs::canonicalize(&absolute), absolute.parent(), absolute.file_name()) {
        (Ok(found), ..) => found,
        (Err(_), Some(parent), Some(name)) => plain(parent).join(name),
        _ => absolute,
    }
}

/// The hub's folder for what Etappe remembers; never inside a web root.
pub const FOLDER: &str = ".etappe";

/// How the file begins; the digest follows, of all that stands after [`SEALED`].
const HEAD: &str = "{\"version\":2,\"digest\":\"";
const SEALED: &str = "\",";
const HEX: usize = 32;

impl Manifest {
    pub fn new(outputs: BTreeMap<OutPath, Written>, clean_of: Option<Digest>) -> Self {
        Self {
            version: VERSION,
            clean_of,
            excused: BTreeMap::new(),
            preview: false,
            outputs,
            besides: BTreeMap::new(),
            going: BTreeMap::new(),
            seal: Digest::default(),
        }
    }

    /// Where the manifest of one output folder is kept: the usual one in `.etappe/manifest.json`,
    /// every other in a folder of its own, named by a digest of its path.
    pub fn path(hub: &Path, out: &Path) -> PathBuf {
        let base = hub.join(FOLDER);
        let (hub, out) = (plain(hub), plain(out));
        if out == hub.join("public") {
            return base.join("manifest.json");
        }
        base.join(Digest::of(out.to_string_lossy().as_bytes()).short()).join("manifest.json")
    }

    /// Reads the manifest of the outputs in `out`; a missing or damaged one is `None`.
    pub fn load(path: &Path, out: &Path) -> Option<Self> {
        let bytes = fs::read(path).ok()?;
        Self::parse(&bytes).or_else(|| first_manifest::read(&bytes, path, out))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (digest, rest) = bytes.strip_prefix(HEAD.as_bytes())?.split_at_checked(HEX)?;
        let rest = rest.strip_prefix(SEALED.as_bytes())?;
        let seal = Digest::of(rest);
        let read = || serde_json::from_slice(bytes).ok();
        let manifest = (digest == seal.to_string().as_bytes()).then(read).flatten()?;
        Some(Self { seal, ..manifest })
    }

    /// The file's bytes, and the digest that they begin with.
    fn bytes(&self) -> (Vec<u8>, Digest) {
        let plain = serde_json::to_vec(self).expect("a manifest is plain data");
        let head = format!("{{\"version\":{VERSION},");
        let rest =
            [plain.strip_prefix(head.as_bytes()).expect("the version comes first"), b"\n"].concat();
        let digest = Digest::of(&rest);
        (
            [HEAD.as_bytes(), digest.to_string().as_bytes(), SEALED.as_bytes(), &rest].concat(),
            digest,
        )
    }

    /// Writes the manifest, if it differs from what is there, and gives its digest.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn save(&self, path: &Path) -> Result<Digest, MachineError> {
        let (bytes, digest) = self.bytes();
        if !fs::read(path).is_ok_and(|old| old == bytes) {
            replace(path, &bytes).map_err(|error| MachineError::new("write", path, error))?;
        }
        Ok(digest)
    }

    /// No longer takes the manifest's word for `paths`: the next build makes them anew, and reads
    /// all others.
    ///
    /// # Errors
    /// When the disk does not allow it.
    pub fn distrust<'p>(
        mut self,
        path: &Path,
        paths: impl Iterator<Item = &'p OutPath>,
    ) -> Result<(), MachineError> {
        for output in paths {
            if let Some(written) = self.outputs.get_mut(output) {
                written.key = Digest::default();
            }
        }
        stamps::forget(path).map_err(|error| MachineError::new("write", path, error))?;
        self.save(path).map(|_| ())
    }

    /// The digest of the file that it was read from.
    pub(super) fn seal(&self) -> Digest {
        self.seal
    }

    /// Whether an earlier build wrote `path`, or was about to.
    pub fn lists(&self, path: &OutPath) -> bool {
        self.outputs.contains_key(path) || self.besides.contains_key(path)
    }

    /// Every path that an earlier build wrote or was about to.
    pub fn paths(&self) -> impl Iterator<Item = &OutPath> {
        self.outputs
            .keys()
            .chain(self.besides.keys().filter(|path| !self.outputs.contains_key(*path)))
    }
}
