//! A build from nothing, in memory, beside what stands.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::Revision;
use super::publish::NotBuilt;
use crate::base::path::{HubPath, OutPath};
use crate::engine::{self, Job, Made, Store};
use crate::finding::Finding;
use crate::io::manifest::Manifest;
use crate::io::publish::read_output;
use crate::io::{Files, MachineError};

/// What a comparison found.
pub struct Verified {
    pub compared: usize,
    /// By path.
    pub differences: Vec<Difference>,
}

/// One output that does not stand as a build from nothing would make it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Difference {
    pub path: OutPath,
    pub what: What,
}

/// How an output differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// It holds other bytes.
    Differs,
    /// It is not there.
    Missing,
    /// An earlier build wrote it, and this one would not.
    LeftOver,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Differs => "holds other bytes",
            What::Missing => "is missing",
            What::LeftOver => "is left over from an earlier build",
        };
        write!(f, "{} {what}", self.path)
    }
}

/// Makes every output of a revision, remembering nothing, and compares it with the one in `out`. Writes nothing.
///
/// # Errors
/// [`NotBuilt::Findings`] where a build would write nothing; [`NotBuilt::Machine`] when a file cannot be read.
pub fn verify(revision: &Revision, files: &dyn Files, root: &Path, out: &Path) -> Result<Verified, NotBuilt> {
    let preview = revision.hub().is_some_and(|hub| hub.edition.preview);
    let content = revision.content.as_ref().filter(|_| preview || !revision.has_errors());
    let Some(content) = content else { return Err(NotBuilt::Findings(Arc::clone(revision.judged()))) };
    let store = Beside { files, root, out, differences: Mutex::default() };
    let run = engine::run_all(&content.plan, &content.material, &store, &|| ())?;
    let late = revision.judged_with(run.findings);
    if !preview && late.standing.iter().any(Finding::is_error) {
        return Err(NotBuilt::Findings(late));
    }
    let planned: BTreeSet<&OutPath> = content.plan.nodes.iter().map(|node| &node.path).collect();
    let hub = &content.material.hub;
    let own = hub.edition.only.map_or(String::new(), |only| format!("{}/", hub.config.persona(only).slug));
    let before = Manifest::load(&Manifest::path(root, out), out).unwrap_or_default();
    let gone = before.outputs.into_keys().filter(|path| path.as_str().starts_with(&own) && !planned.contains(path));
    let left = gone.filter(|path| read_output(out, path).is_some()).map(|path| Difference { path, what: What::LeftOver });
    let mut differences = store.differences.into_inner().expect("no thread panicked");
    differences.extend(left);
    differences.sort();
    Ok(Verified { compared: content.plan.nodes.len(), differences })
}

/// A store that compares outputs with those that stand.
struct Beside<'s> {
    files: &'s dyn Files,
    root: &'s Path,
    out: &'s Path,
    differences: Mutex<Vec<Difference>>,
}

impl Store for Beside<'_> {
    type Error = MachineError;

    fn read(&self, file: &HubPath) -> Result<Vec<u8>, MachineError> {
        self.files.read(file).map_err(|error| MachineError::new("read", &self.root.join(file.as_str()), error))
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
        let difference = Difference { path: job.node.path.clone(), what };
        self.differences.lock().expect("no thread panics while it holds the list").push(difference);
        Ok(Made::default())
    }
}
