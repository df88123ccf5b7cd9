//! What the last build wrote: the files that a later build may replace or delete, and how it knows
//! what is unchanged.
//!
//! The file holds no absolute path, no time, nothing of the machine. It begins with a digest of the
//! rest; a damaged file counts as missing. Stamps of outputs stand in a file of their own, which
//! may be lost: see [`super::stamps`].

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{MachineError, Stamp, first_manifest, replace, stamps};
use etappe_base::date::Day;
use etappe_base::hash::{Checksum, Digest};
use etappe_base::path::{HubPath, OutPath};
use etappe_site::kinds::Role;

/// The version of the file's form. A manifest of version 1 can be read too; one of any other
/// version counts as missing.
const VERSION: u32 = 2;

/// `.etappe/manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// The digest of the texts that outputs were searched for, if none of them was found. See
    /// `excused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean_of: Option<Digest>,
    /// Whether the outputs are a preview, which shows pages that a release does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
    /// Texts that were searched for and found, but may stand where they do: by folder and text, the
    /// page that says the same there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub excused: BTreeMap<String, BTreeMap<String, HubPath>>,
    /// The outputs that stand.
    pub outputs: BTreeMap<OutPath, WrittenOutput>,
    /// Files that may stand besides the outputs, or instead of them: those that an interrupted
    /// build was about to move into place, and those that were to be deleted but have been changed.
    /// Each is kept in this list until it is gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub besides: BTreeMap<OutPath, WrittenOutput>,
    /// Pages that are being taken down, each with the first day on which it must not be shown, if
    /// it was published with one. Until the take-down is done, outputs may still name them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub going: BTreeMap<HubPath, Option<Day>>,
    /// The digest that its file begins with.
    #[serde(skip)]
    seal: Digest,
}

/// One output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenOutput {
    /// In bytes.
    pub size: u64,
    /// The digest of everything that the bytes were made from: equal keys mean equal bytes. The
    /// default where the output must be made anew.
    pub key: Digest,
    /// The checksum of the bytes; the default where nobody knows what they were.
    #[serde(rename = "digest")]
    pub checksum: Checksum,
    /// Decides when it is moved into place, and whether it belongs to pages.
    pub role: Role,
    /// The hub's files that it shows most directly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<HubPath>,
    /// For media, the pages that show it; else empty. Use [`WrittenOutput::pages`] for every kind of
    /// output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<HubPath>,
    /// For an output of one page, the first day on which it must not be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
    /// The stamp that the file had when it was known to hold these bytes.
    #[serde(skip)]
    pub stamp: Option<Stamp>,
}

impl WrittenOutput {
    /// The pages that it belongs to, by their files: its own page, or for media those that show it.
    /// Empty for lists and assets.
    pub fn pages(&self) -> &[HubPath] {
        match self.role {
            Role::Page | Role::Alias | Role::Card => &self.sources,
            Role::Media => &self.of,
            Role::Asset | Role::List => &[],
        }
    }
}

/// The canonical path of a folder. The folder need not exist; the one above it should.
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

/// The beginning of the file. A digest follows, then [`SEALED`], then the text that the digest
/// covers.
const HEAD: &str = "{\"version\":2,\"digest\":\"";
const SEALED: &str = "\",";
const HEX: usize = 32;

impl Manifest {
    /// Nothing is excused, stands besides or is going, and it is no preview.
    pub fn new(outputs: BTreeMap<OutPath, WrittenOutput>, clean_of: Option<Digest>) -> Self {
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

    /// Where the manifest of an output folder is kept: for the usual folder in
    /// `.etappe/manifest.json`, for any other in a folder named by a digest of its path.
    pub fn path(hub: &Path, out: &Path) -> PathBuf {
        let base = hub.join(FOLDER);
        let (hub, out) = (plain(hub), plain(out));
        if out == hub.join("public") {
            return base.join("manifest.json");
        }
        base.join(Digest::of(out.to_string_lossy().as_bytes()).short()).join("manifest.json")
    }

    /// Reads the manifest of the outputs in `out`; `None` when it is missing or damaged.
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

    /// Marks `paths` as no longer known: the next build makes them anew, and reads all other
    /// outputs.
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
