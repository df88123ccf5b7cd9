//! What stood when the last build ended: enough to know, without reading a file of the hub, that
//! another build would read, write and say the same.
//!
//! A damaged memory, one of another version or of another question is none. It never changes an
//! output: where it fits, nothing is left to do; where it does not, everything is done as if it
//! were not there.

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

/// What a build said, to be said again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    /// The findings, as they were printed.
    pub findings: String,
    /// How they were printed: another terminal wants other lines.
    pub style: String,
    /// How many outputs there are.
    pub outputs: usize,
    /// The lines that end the report.
    pub closing: String,
    /// Whether the findings keep the command from ending well.
    pub is_faulty: bool,
}

/// The file's head; paths follow, each after a NUL: first the hub's, then the outputs.
#[derive(Serialize, Deserialize)]
struct Head {
    /// Of what was asked, and of the program that answered.
    key: Digest,
    /// Of the stamps of all that follow.
    stamps: Digest,
    /// How many of the paths are the hub's.
    sources: usize,
    said: Said,
}

/// The first bytes of the file; those of another version are none of ours.
const MAGIC: &[u8] = b"etappe standing 2\n";
const DIGEST: usize = 16;
const NUL: char = '\0';

fn path(hub: &Path, out: &Path) -> PathBuf {
    Manifest::path(hub, out).with_file_name("standing")
}

/// What the last build into `out` said, if it was asked the same and nothing changed since, in the
/// hub or in `out`.
pub fn recall(hub: &Path, out: &Path, key: Digest) -> Option<Said> {
    // Elsewhere files have no stamps that could be trusted.
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

fn parse(bytes: &[u8]) -> Option<(Head, Vec<&str>)> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (digest, rest) = rest.split_at_checked(DIGEST)?;
    if Digest::of(rest).as_bytes() != digest {
        return None;
    }
    let mut parts = std::str::from_utf8(rest).ok()?.split(NUL);
    let head = serde_json::from_str(parts.next()?).ok()?;
    Some((head, parts.collect()))
}

/// Remembers a build, if every file of the hub is one whose next change will be seen. `stamped` are
/// the outputs and the digest of a [`Look`] at them.
///
/// # Errors
/// When the disk does not allow it. What is not remembered is only done again.
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
    let head = Head { key, stamps: all(&found, stamps), sources: sources.len(), said };
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

/// Every path whose change could change what a build reads, with the stamp it had when it was
/// listed: files, the folders that new ones could come into, and the memory of what was published.
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
    // What is not there could come.
    let known = |name: &str| all.iter().any(|(path, _)| path == name);
    let absent: Vec<&str> =
        FOLDERS.into_iter().chain(ROOT_FILES).filter(|name| !known(name)).collect();
    if absent.iter().any(|name| hub.join(name).symlink_metadata().is_ok()) {
        return None;
    }
    all.extend(absent.into_iter().map(|name| (name.to_owned(), None)));
    Some(all.into_iter().unzip())
}

/// What the file system says of all outputs in a folder.
pub struct Look {
    /// Of their stamps, and those of the folders below the root.
    below: Digest,
    /// By place among the outputs; `None` where there is no such file.
    pub stamps: Vec<Option<Stamp>>,
    /// When it began.
    pub at: SystemTime,
}

impl Look {
    /// At `outputs` in `out`, which are sorted by path.
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

    /// Folders too: one into which somebody put a file has another stamp.
    fn at_some(root: &str, outputs: &[&str], at: SystemTime) -> Self {
        let (mut hasher, mut stamps) =
            (Hasher::new("some outputs"), Vec::with_capacity(outputs.len()));
        let mut place = format!("{root}/");
        let mut before = "";
        for output in outputs {
            for (end, _) in output.match_indices('/') {
                // Paths are sorted: a folder that the one before is in as well has been looked at.
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

    /// The digest of the stamps of all outputs and folders, the root too, as it is now. `None`
    /// where there are none to trust.
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
