//! Compares the outputs that stand with a build from nothing, in memory.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::publish::{NotBuilt, is_taken_down, remembered};
use super::{Content, Revision};
use crate::io::changes::{self, Farewell, WayThere};
use crate::io::manifest::Manifest;
use crate::io::publish::{files as files_in, read_output, stands};
use crate::io::{Files, MachineError};
use etappe_base::finding::Finding;
use etappe_base::path::{HubPath, OutPath};
use etappe_site::engine::{self, Job, Made, Store};

/// What a comparison found.
pub struct Verified {
    /// How many outputs the plan has: each is compared.
    pub compared: usize,
    /// Sorted by path.
    pub differences: Vec<Difference>,
    /// Whether a build needs leave to take the place of files that no build wrote.
    pub needs_adopt: bool,
}

/// One file that does not stand as a build from nothing would make it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Difference {
    /// Below the output folder; that of a foreign file need not be clean.
    pub path: String,
    /// Decides what there is to do about it.
    pub what: What,
}

/// How a file differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// It holds other bytes.
    Differs,
    /// It is missing.
    Missing,
    /// An earlier build wrote it, and this one would not make it.
    LeftOver,
    /// As [`Self::LeftOver`], but the next build leaves it: it was changed, or stands where no
    /// build deletes.
    Changed,
    /// No build wrote it, and an output belongs there.
    Taken,
    /// A link or a folder keeps the output from its place.
    Blocked,
    /// No build wrote it, and readers may find it.
    Foreign,
}

impl What {
    /// Whether the next build corrects it.
    pub fn is_mended(self) -> bool {
        matches!(self, Self::Differs | Self::Missing | Self::LeftOver)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Differs => "holds other bytes",
            What::Missing => "is missing",
            What::LeftOver => "is left over from an earlier build",
            What::Changed => {
                "is left over from an earlier build, and somebody changed it: delete it yourself"
            }
            What::Taken => {
                "is an output's place, and holds what no build wrote: delete it, or build with \
                 --adopt"
            }
            What::Blocked => {
                "cannot be written: a link, a file or a folder of somebody else stands in its way"
            }
            What::Foreign => {
                "is a file that no build wrote: delete it, or name it in [build] foreign of \
                 hub.toml"
            }
        };
        write!(f, "{} {what}", self.path)
    }
}

/// Makes every output of a revision from nothing, and compares it with the one in `out`; names the
/// files that earlier builds left there, and pages of others. Writes no output. If an output
/// differs that the manifest holds for sound, the manifest is corrected, so that the next build
/// makes it anew.
///
/// # Errors
/// [`NotBuilt::Findings`] where a build would write nothing; [`NotBuilt::Machine`] when a file
/// cannot be read.
pub fn verify(
    revision: &Revision,
    files: &dyn Files,
    root: &Path,
    out: &Path,
) -> Result<Verified, NotBuilt> {
    let preview = revision.hub().is_some_and(|hub| hub.edition.preview);
    let content = revision.content.as_ref().filter(|_| preview || !revision.has_errors());
    let Some(content) = content else {
        return Err(NotBuilt::Findings(Arc::clone(revision.judged())));
    };
    let store = Beside { files, root, out, differences: Mutex::default() };
    let run = engine::run_all(&content.plan, &content.material, &store, &|| ())?;
    let late = revision.judged_with(run.findings);
    if !preview && late.standing.iter().any(Finding::is_error) {
        return Err(NotBuilt::Findings(late));
    }
    let memory = Manifest::path(root, out);
    let known = remembered(&memory, out);
    let found = store.differences.into_inner().expect("no thread panicked");
    let is_known = known.is_some();
    let before = known.unwrap_or_default();
    let mut differences: Vec<Difference> =
        found.iter().map(|(path, what)| difference(out, path, *what, &before)).collect();
    differences.extend(others(content, out, &before)?);
    differences.sort();
    let is_taken = differences.iter().any(|difference| difference.what == What::Taken);
    let needs_adopt = is_taken || (!is_known && files_in(out).next().is_some());
    let believed: Vec<&OutPath> =
        found.iter().map(|(path, _)| path).filter(|path| is_believed(out, path, &before)).collect();
    if !believed.is_empty() {
        before.distrust(&memory, believed.into_iter())?;
    }
    Ok(Verified { compared: content.plan.nodes.len(), differences, needs_adopt })
}

/// Whether the next build would take a differing output for the one that was written.
fn is_believed(out: &Path, path: &OutPath, known: &Manifest) -> bool {
    known.outputs.get(path).is_some_and(|written| stands(out, path, written))
}

fn difference(out: &Path, path: &OutPath, what: What, before: &Manifest) -> Difference {
    let place = out.join(path.as_str());
    let what = match changes::way(out, path) {
        WayThere::Link(_) => What::Blocked,
        WayThere::File(file) if !before.lists(&file) => What::Blocked,
        _ if place.is_dir() && !place.is_symlink() => What::Blocked,
        _ if place.symlink_metadata().is_ok() && !before.lists(path) => What::Taken,
        _ => what,
    };
    Difference { path: path.to_string(), what }
}

/// Files that stand and are no outputs: left by earlier builds, or pages of others.
fn others(
    content: &Content,
    out: &Path,
    before: &Manifest,
) -> Result<Vec<Difference>, MachineError> {
    let hub = &content.material.hub;
    let planned: BTreeSet<&str> =
        content.plan.nodes.iter().map(|node| node.path.as_str()).collect();
    let own = hub
        .edition
        .only
        .map_or(String::new(), |only| format!("{}/", hub.config.persona(only).slug));
    let is_meant = |path: &str| path.starts_with(&own) && !planned.contains(path);
    let mut found = Vec::new();
    for path in before.paths().filter(|path| is_meant(path.as_str())) {
        let what =
            match changes::farewell(out, path, before, &|written| is_taken_down(hub, written))? {
                Farewell::Absent => continue,
                Farewell::Remove { .. } => What::LeftOver,
                Farewell::Leave => What::Changed,
            };
        found.push(Difference { path: path.to_string(), what });
    }
    let is_foreign = |path: &String| {
        let is_listed = OutPath::new(path).is_some_and(|path| before.lists(&path));
        is_meant(path) && !is_listed && is_for_readers(path) && !hub.config.build.is_foreign(path)
    };
    let foreign = files_in(out).map(|path| path.to_string_lossy().into_owned()).filter(is_foreign);
    found.extend(foreign.map(|path| Difference { path, what: What::Foreign }));
    Ok(found)
}

/// Whether readers, or programs that read for them, would take a file for a page or for data about
/// the site.
fn is_for_readers(path: &str) -> bool {
    let extension = path
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .unwrap_or_default();
    matches!(
        extension.as_str(),
        "html" | "htm" | "xhtml" | "xml" | "atom" | "rss" | "json" | "jsonld" | "webmanifest"
    )
}

/// A store that compares outputs with those that stand.
struct Beside<'s> {
    files: &'s dyn Files,
    root: &'s Path,
    out: &'s Path,
    differences: Mutex<Vec<(OutPath, What)>>,
}

impl Store for Beside<'_> {
    type Error = MachineError;

    fn read(&self, file: &HubPath) -> Result<Vec<u8>, MachineError> {
        self.files
            .read(file)
            .map_err(|error| MachineError::new("read", &self.root.join(file.as_str()), error))
    }

    fn kept(&self, _job: &Job<'_>) -> Option<Made> {
        None
    }

    fn put(&self, job: &Job<'_>, bytes: &[u8]) -> Result<Made, MachineError> {
        let what = match read_output(self.out, &job.node.path) {
            None => What::Missing,
            Some(standing) if standing != bytes => What::Differs,
            Some(_) => return Ok(Made::default()),
        };
        self.differences
            .lock()
            .expect("no thread panics while it holds the list")
            .push((job.node.path.clone(), what));
        Ok(Made::default())
    }
}
