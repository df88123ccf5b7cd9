//! `--audit`: whether every record of a signature stands as it was first committed, in the history
//! of the branch that is checked out.

use std::path::Path;

use crate::io::git::{self, GitError, Rewritten};
use etappe_base::finding::{Finding, Place, codes};
use etappe_compliance::record::{is_record, is_signature};
use etappe_hub::config::approval::APPROVALS;

/// A finding for each time that a record or a signature of the hub in `dir` was changed or removed,
/// newest first; what became of it later does not matter. Of merges counts what they brought to the
/// branch. Where the history is not known, or not all of it, that is a finding too.
///
/// # Errors
/// When `git` fails.
pub fn audit(dir: &Path) -> Result<Vec<Finding>, GitError> {
    let unaudited = |why: &str| {
        let message = format!("Not all of the history of records is known here: {why}.");
        let help = "let the workflow fetch the whole history, such as with `fetch-depth: 0`";
        Finding::on_hub(&codes::APPROVAL_UNAUDITED, message).help(help)
    };
    let rewritten = match git::rewritten(dir, APPROVALS) {
        Ok(rewritten) => rewritten,
        Err(GitError::NoHistory(why)) => return Ok(vec![unaudited(&why)]),
        Err(error) => return Err(error),
    };
    let shallow = git::is_shallow(dir).then(|| unaudited("the repository is shallow"));
    let is_kept = |one: &&Rewritten| is_record(&one.path) || is_signature(&one.path);
    Ok(shallow.into_iter().chain(rewritten.iter().filter(is_kept).map(finding)).collect())
}

fn finding(rewritten: &Rewritten) -> Finding {
    let Rewritten { path, commit, day, is_gone } = rewritten;
    let what = if *is_gone { "removed" } else { "changed" };
    let message = format!("`{path}` was {what} by {commit} on {day}.");
    let help = format!(
        "look at it with `git show {commit} -- {path}`, and put back what stood there; a record is \
         taken back by a revocation"
    );
    Finding::new(&codes::APPROVAL_ALTERED, Place::file(path), message).help(help)
}
