//! The state at the end of the last build: enough to know, without reading a file of the hub, that
//! another build would read, write and say the same.
//!
//! A memory that is damaged, of another version or of another question counts as missing. It never
//! changes an output: if it fits, nothing is left to do; if not, everything is done as if it were
//! not there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::disk::Listed;
use super::manifest::Manifest;
use super::{FOLDERS, ROOT_FILES, Stamp, replace};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::OutPath;

/// The report of a build, to be printed again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    /// The findings, as they were printed.
    pub findings: String,
    /// The style in which they were printed: another terminal needs other lines.
    pub style: String,
    /// How many outputs there are.
    pub outputs: usize,
    /// The lines that end the report.
    pub closing: String,
    /// Whether the findings make the command fail.
    pub is_faulty: bool,
}

/// The file's head; paths follow, each after a NUL: first the hub's, then the outputs.
#[derive(Serialize, Deserialize)]
struct StandingHead {
    /// A digest of the question, and of the program that answered.
    key: Digest,
    /// A digest of the stamps of all files that follow.
    stamps: Digest,
    /// How many of the paths are the hub's.
    sources: usize,
    said: Said,
}

/// The first bytes of the file; those of another version differ.
const MAGIC: &[u8] = b"etappe standing 2\n";
const DIGEST: usize = 16;
const NUL: char = '\0';

fn path(hub: &Path, out: &Path) -> PathBuf {
    Manifest::path(hub, out).with_file_name("standing")
}

/// The report of the last build into `out`, if it was asked the same and nothing has changed since,
/// in the hub or in `out`.
pub fn recall(hub: &Path, out: &Path, key: Digest) -> Option<Said> {
    // On other systems files have no stamps that could be trusted.
    if !cfg!(unix) {
        return None;
    }
    let bytes = fs::read(path(hub, out)).ok()?;
    let (head, paths) = parse(&bytes)?;
    if head.key != key || head.sources > paths.len() {
        return None;
    }
    let (sources, outputs) = paths.split_at(head.sources);
    let found: Vec<Option<Stamp>> =
        sources.par_iter().with_min_len(512).map(|path| Stamp::now(&hub.join(path))).collect();
    let stamps = all(&found, Look::at(out, outputs).digest(out)?);
    (stamps == head.stamps).then_some(head.said)
}

fn parse(bytes: &[u8]) -> Option<(StandingHead, Vec<&str>)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (digest, rest) = rest.split_at_checked(DIGEST)?;
    if Digest::of(rest).as_bytes() != digest {
        return None;
    }
    let mut parts = std::str::from_utf8(rest).ok()?.split(NUL);
    let head = serde_json::from_str(parts.next()?).ok()?;
    Some((head, parts.collect()))
}

/// Remembers a build, if the next change of every file of the hub is sure to be seen. `stamped` are
/// the outputs, and the digest of a [`Look`] at them.
///
/// # Errors
/// When the disk does not allow it. A build that is not remembered is only done again.
pub fn remember(
    hub: &Path,
    out: &Path,
    key: Digest,
    said: Said,
    listed: &Listed,
    stamped: (&[OutPath], Digest),
) -> io::Result<()> {
    let place = path(hub, out);
    let Some((sources, found)) = sources(hub, &place, listed) else { return forget(&place) };
    let (outputs, stamps) = stamped;
    let head = StandingHead { key, stamps: all(&found, stamps), sources: sources.len(), said };
    let mut rest = serde_json::to_string(&head).expect("it is plain data");
    for path in sources.iter().map(String::as_str).chain(outputs.iter().map(OutPath::as_str)) {
        rest.push(NUL);
        rest.push_str(path);
    }
    let bytes = [MAGIC, Digest::of(rest.as_bytes()).as_bytes(), rest.as_bytes()].concat();
    if fs::read(&place).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    replace(&place, &bytes)
}

fn forget(place: &Path) -> io::Result<()> {
    match fs::remove_file(place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Every path whose change could change what a build reads, with the stamp that it had when it was
/// listed: files, folders that new files could come into, and the memory of what was published.
/// `None` where a change could go unseen.
fn sources(hub: &Path, place: &Path, listed: &Listed) -> Option<(Vec<String>, Vec<Option<Stamp>>)> {
    let manifest = place.with_file_name("manifest.json");
    let below = manifest.strip_prefix(hub).ok()?.to_str()?.to_owned();
    let mut all = vec![(below, Some(Stamp::now(&manifest)?))];
    for entry in &listed.files {
        all.push((entry.path.as_str().to_owned(), Some(entry.stamp.filter(|_| !entry.linked)?)));
    }
    for (folder, stamp) in &listed.folders {
        all.push((folder.clone(), Some((*stamp)?)));
    }
    for (file, stamp) in &listed.withheld {
        all.push((file.as_str().to_owned(), Some((*stamp)?)));
    }
    // A file that is missing now could appear.
    let known = |name: &str| all.iter().any(|(path, _)| path == name);
    let absent: Vec<&str> =
        FOLDERS.into_iter().chain(ROOT_FILES).filter(|name| !known(name)).collect();
    if absent.iter().any(|name| hub.join(name).symlink_metadata().is_ok()) {
        return None;
    }
    all.extend(absent.into_iter().map(|name| (name.to_owned(), None)));
    Some(all.into_iter().unzip())
}

/// The stamps of all outputs in a folder, seen at one time.
pub struct Look {
    /// A digest of their stamps, and of those of the folders below the root.
    below: Digest,
    /// In the order of the outputs; `None` where there is no such file.
    pub stamps: Vec<Option<Stamp>>,
    /// When the look began.
    pub at: SystemTime,
}

impl Look {
    /// Looks at `outputs` in `out`, which must be sorted by path.
    pub fn at(out: &Path, outputs: &[&str]) -> Self {
        let at = SystemTime::now();
        let Some(root) = out.to_str() else {
            let stamps = outputs.par_iter().map(|output| Stamp::now(&out.join(output))).collect();
            return Self { below: Digest::default(), stamps, at };
        };
        let parts: Vec<Self> =
            outputs.par_chunks(512).map(|outputs| Self::at_some(root, outputs, at)).collect();
        let mut hasher = Hasher::new("outputs");
        parts.iter().for_each(|part| {
            hasher.digest(part.below);
        });
        Self {
            below: hasher.finish(),
            stamps: parts.into_iter().flat_map(|part| part.stamps).collect(),
            at,
        }
    }

    /// Looks at folders too: a folder into which somebody put a file has another stamp.
    fn at_some(root: &str, outputs: &[&str], at: SystemTime) -> Self {
        let (mut hasher, mut stamps) =
            (Hasher::new("some outputs"), Vec::with_capacity(outputs.len()));
        let mut place = format!("{root}/");
        let mut before = "";
        for output in outputs {
            for (end, _) in output.match_indices('/') {
                // Paths are sorted: if the path before is in the same folder, that folder has been
                // looked at.
                if before.get(..=end) != output.get(..=end) {
                    mark(&mut hasher, at_place(&mut place, root, &output[..end]));
                }
            }
            let stamp = at_place(&mut place, root, output);
            mark(&mut hasher, stamp);
            stamps.push(stamp);
            before = output;
        }
        Self { below: hasher.finish(), stamps, at }
    }

    /// The digest of the stamps of all outputs and folders, and of the root as it is now. `None`
    /// where there are no stamps to trust.
    pub fn digest(&self, out: &Path) -> Option<Digest> {
        let root = Stamp::now(out).filter(|_| out.to_str().is_some())?;
        Some(Hasher::new("folder").bytes(&root.bytes()).digest(self.below).finish())
    }
}

/// The digest of the stamps of the hub's files and of the outputs.
fn all(sources: &[Option<Stamp>], outputs: Digest) -> Digest {
    let mut hasher = Hasher::new("standing");
    sources.iter().for_each(|stamp| mark(&mut hasher, *stamp));
    hasher.digest(outputs).finish()
}

fn at_place(place: &mut String, root: &str, below: &str) -> Option<Stamp> {
    place.truncate(root.len() + 1);
    place.push_str(below);
    Stamp::now(Path::new(place.as_str()))
}

fn mark(hasher: &mut Hasher, stamp: Option<Stamp>) {
    match stamp {
        Some(stamp) => hasher.bytes(&stamp.bytes()),
        None => hasher.number(0),
    };
}
