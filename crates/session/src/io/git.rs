//! A revision of a git repository as files, read by the `git` program. Touches neither work tree
//! nor index.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{FileEntry, Files, MachineError, Memory, belongs, ssh};
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;
use etappe_compliance::signature::{Signature, SignatureCheck};
use etappe_hub::config::approval::{APPROVAL_FILES, APPROVALS};

/// Why a revision cannot be read.
#[derive(Debug)]
pub enum GitError {
    /// There is no such revision; a sentence for the user.
    Unknown(String),
    /// There is no git, no repository around the hub, or a shallow one; a sentence for the user.
    NoHistory(String),
    /// `git` itself could not be run.
    Machine(MachineError),
}

/// The files of a hub as of a revision. Signatures are verified by today's program.
pub struct Committed {
    files: Memory,
    root: PathBuf,
}

impl Files for Committed {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        self.files.list()
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        self.files.read(path)
    }

    fn verify(&self, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
        ssh::verify(&self.root, checks)
    }
}

/// The files that describe the hub in `dir` as of `revision`: hub.toml, persona cards, pages and
/// their defaults; all of its files where it has records of signatures, which are of any of them.
///
/// # Errors
/// When there is no such revision, or no hub in it; when `git` cannot be run, or does not give the
/// files.
pub fn read_revision(dir: &Path, revision: &str) -> Result<Committed, GitError> {
    let listed = list(dir, revision)?;
    let has_records = listed.iter().any(|(_, path)| first_of(path) == APPROVALS);
    let is_read = |path: &HubPath| has_records && belongs(path) || is_surveyed(path);
    Ok(Committed { files: contents(dir, listed, is_read)?, root: dir.to_owned() })
}

/// As [`read_revision`], but with all files of the hub.
///
/// # Errors
/// As there.
pub fn read_whole_revision(dir: &Path, revision: &str) -> Result<Committed, GitError> {
    Ok(Committed { files: contents(dir, list(dir, revision)?, belongs)?, root: dir.to_owned() })
}

/// The files that decide, in `revision`, what of the hub in `dir` may be published: those of
/// [`read_revision`], product cards, and all that is about signatures.
///
/// # Errors
/// As [`read_revision`].
pub(crate) fn read_policy(dir: &Path, revision: &str) -> Result<Memory, GitError> {
    let is_read = |path: &HubPath| {
        let first = first_of(path);
        first == APPROVALS
            || APPROVAL_FILES.contains(&first)
            || first == "products" && path.extension() == "toml"
            || is_surveyed(path)
    };
    contents(dir, list(dir, revision)?, is_read)
}

/// Whether a file says what pages there are and what they say of themselves.
fn is_surveyed(path: &HubPath) -> bool {
    match first_of(path) {
        "hub.toml" => true,
        "personas" => path.extension() == "toml",
        "content" => matches!(&*path.extension(), "md" | "markdown" | "toml"),
        _ => false,
    }
}

fn first_of(path: &HubPath) -> &str {
    path.as_str().split('/').next().unwrap_or_default()
}

/// The plain files of the hub in `dir` as of `revision`, each with the name of its bytes.
fn list(dir: &Path, revision: &str) -> Result<Vec<(String, HubPath)>, GitError> {
    // No revision begins with a hyphen, and git would take it for an option.
    if revision.starts_with('-') || revision.is_empty() {
        return Err(GitError::Unknown(format!("`{revision}` is no revision")));
    }
    let sentence = |said: &str, more: &str| {
        format!(
            "`{revision}` is no revision of a git repository around the hub{}{more}",
            in_gits_words(said)
        )
    };
    let no_repository = |said: String| GitError::NoHistory(sentence(&said, ""));
    let unknown = |said: String| match is_shallow(dir) {
        true => GitError::NoHistory(sentence(&said, SHALLOW)),
        false => GitError::Unknown(sentence(&said, "")),
    };
    let prefix = ask(dir, &["rev-parse", "--show-prefix"]).map_err(machine_or(no_repository))?;
    let prefix =
        String::from_utf8_lossy(&prefix).trim_end_matches('\n').trim_end_matches('/').to_owned();
    let commit = ask(dir, &["rev-parse", "--verify", &format!("{revision}^{{commit}}")])
        .map_err(machine_or(unknown))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let tree = if prefix.is_empty() { commit } else { format!("{commit}:{prefix}") };
    let no_hub = |said: String| {
        GitError::Unknown(format!(
            "the hub's folder does not exist in `{revision}`{}",
            in_gits_words(&said)
        ))
    };
    let listed =
        ask(dir, &["ls-tree", "-r", "-z", "--full-tree", &tree]).map_err(machine_or(no_hub))?;
    Ok(listed.split(|byte| *byte == 0).filter_map(entry).collect())
}

/// Why one call of git gave no answer.
enum Unanswered {
    Machine(MachineError),
    /// With what git said.
    Refused(String),
}

/// What helps where a workflow fetched the last commit alone.
const SHALLOW: &str = "; the repository is shallow, so most revisions are not there: fetch them \
                       with `git fetch --unshallow`, or say `fetch-depth: 0` where a GitHub \
                       workflow \
                       checks out";

/// Whether the repository around the hub lacks a part of its history.
pub(crate) fn is_shallow(dir: &Path) -> bool {
    let answer = ask(dir, &["rev-parse", "--is-shallow-repository"]);
    answer.is_ok_and(|answer| answer.starts_with(b"true"))
}

/// Git's own words, behind ours; empty where it said none.
fn in_gits_words(said: &str) -> String {
    let lines: Vec<&str> =
        said.lines().map(str::trim).filter(|line| !line.is_empty()).take(3).collect();
    if lines.is_empty() { String::new() } else { format!(" (git says: {})", lines.join(" ")) }
}

fn machine_or(refused: impl Fn(String) -> GitError) -> impl Fn(Unanswered) -> GitError {
    move |error| match error {
        Unanswered::Machine(error) => GitError::Machine(error),
        Unanswered::Refused(said) => refused(said),
    }
}

fn git(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    // Whatever the user's own settings make git say or start besides.
    command.args(["-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "-C"]).arg(dir);
    command.args(args).env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    command
}

fn ask(dir: &Path, args: &[&str]) -> Result<Vec<u8>, Unanswered> {
    let run = git(dir, args).stdin(Stdio::null()).output();
    let output =
        run.map_err(|error| Unanswered::Machine(MachineError::new("run `git` in", dir, error)))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Unanswered::Refused(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// Reads one line of `ls-tree -z`: mode, type, object, a tab, the path. Links and submodules are
/// left out.
fn entry(line: &[u8]) -> Option<(String, HubPath)> {
    let (head, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
    let (mode, object) = (head.split(' ').next()?, head.split(' ').nth(2)?);
    mode.starts_with("100").then(|| Some((object.to_owned(), HubPath::new(path)?))).flatten()
}

/// Those of the files that are read, with their bytes.
fn contents(
    dir: &Path,
    mut listed: Vec<(String, HubPath)>,
    is_read: impl Fn(&HubPath) -> bool,
) -> Result<Memory, GitError> {
    listed.retain(|(_, path)| is_read(path));
    let failed = |error| GitError::Machine(MachineError::new("read a revision of", dir, error));
    let ids: Vec<&String> = listed.iter().map(|(id, _)| id).collect();
    let bytes = objects(dir, &ids).map_err(failed)?;
    let mut files = Memory::new();
    for ((_, path), bytes) in listed.iter().zip(bytes) {
        let Some(bytes) = bytes else {
            return Err(failed(io::Error::other(format!("git does not have `{path}`"))));
        };
        files.put(path.as_str(), bytes);
    }
    Ok(files)
}

/// The bytes of every object, in their order, through one `cat-file`; `None` for one that the
/// repository does not have.
fn objects(dir: &Path, wanted: &[&String]) -> io::Result<Vec<Option<Vec<u8>>>> {
    let mut child = git(dir, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut ask = child.stdin.take().ok_or_else(|| io::Error::other("git has no input"))?;
    let mut answer = io::BufReader::new(
        child.stdout.take().ok_or_else(|| io::Error::other("git has no output"))?,
    );
    let names: String = wanted.iter().map(|object| format!("{object}\n")).collect();
    // Asks and reads at the same time: if both pipes filled up, neither side would go on.
    let read = std::thread::scope(|scope| {
        let asked = scope.spawn(move || ask.write_all(names.as_bytes()));
        let all: io::Result<Vec<Option<Vec<u8>>>> =
            wanted.iter().map(|_| one(&mut answer)).collect();
        drop(answer);
        let asked = asked.join().unwrap_or_else(|_| Err(io::Error::other("git was not asked")));
        all.and_then(|all| asked.map(|()| all))
    });
    child.wait()?;
    read
}

/// One answer of `cat-file --batch`: `OBJECT TYPE SIZE`, a line break, the bytes, a line break.
fn one(answer: &mut impl io::BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    answer.read_line(&mut head)?;
    if head.trim_end().ends_with(" missing") {
        return Ok(None);
    }
    let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let size =
        size.ok_or_else(|| io::Error::other(format!("git answered `{}`", head.trim_end())))?;
    let mut bytes = Vec::new();
    answer.take(size).read_to_end(&mut bytes)?;
    answer.read_exact(&mut [0])?;
    Ok(Some(bytes))
}

/// The bytes of those of `blobs` that the repository has, by their ids; none where there is no
/// repository, or no git.
pub fn blobs(dir: &Path, blobs: &BTreeSet<String>) -> BTreeMap<String, Vec<u8>> {
    let is_id = |blob: &&String| blob.len() >= 40 && blob.bytes().all(|b| b.is_ascii_hexdigit());
    let wanted: Vec<&String> = blobs.iter().filter(is_id).collect();
    if wanted.is_empty() {
        return BTreeMap::new();
    }
    let found = objects(dir, &wanted).unwrap_or_default();
    wanted.into_iter().zip(found).filter_map(|(id, bytes)| Some((id.clone(), bytes?))).collect()
}

/// What `git config` says; `None` where it says nothing, or there is no git. A path is made whole.
pub fn configured(dir: &Path, key: &str) -> Option<String> {
    let path: &[&str] = if key == "user.signingkey" { &["--type=path"] } else { &[] };
    let args = [&["config"], path, &["--get", key]].concat();
    let said = ask(dir, &args).ok()?;
    let said = String::from_utf8(said).ok()?.trim().to_owned();
    Some(said).filter(|said| !said.is_empty())
}

/// The names of all files in the hub's folder that are not as the last commit has them: changed,
/// gone, new or ignored ones. That of a folder, which ends in a slash, stands for all in it.
///
/// # Errors
/// When there is no repository around the hub, or no git.
pub fn uncommitted(dir: &Path) -> Result<Vec<String>, GitError> {
    let no_repository = |said: String| {
        GitError::Unknown(format!(
            "the hub is in no git repository with a commit{}",
            in_gits_words(&said)
        ))
    };
    ask(dir, &["rev-parse", "--verify", "HEAD"]).map_err(machine_or(no_repository))?;
    let prefix = ask(dir, &["rev-parse", "--show-prefix"]).map_err(machine_or(no_repository))?;
    let prefix = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
    let args = [
        "status",
        "--porcelain=v1",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--ignored=matching",
        "--",
        ".",
    ];
    let said = ask(dir, &args).map_err(machine_or(no_repository))?;
    // Two letters, a blank, and a path from the top of the repository.
    let name = |line: &[u8]| {
        let line = String::from_utf8_lossy(line).into_owned();
        Some(line.get(3..)?.strip_prefix(&*prefix)?.to_owned())
    };
    Ok(said.split(|byte| *byte == 0).filter_map(name).collect())
}

/// The bytes of a file in the last commit, as git would check it out; `None` where it is not there.
pub fn committed_bytes(dir: &Path, file: &HubPath) -> Option<Vec<u8>> {
    ask(dir, &["cat-file", "--filters", &format!("HEAD:./{file}")]).ok()
}

/// The Git blob of each of `files` that stands in the last commit as it stands in the hub's folder.
pub fn committed_blobs(dir: &Path, files: &BTreeSet<HubPath>) -> BTreeMap<HubPath, String> {
    if files.is_empty() {
        return BTreeMap::new();
    }
    let listed = ask(dir, &["ls-tree", "-r", "-z", "HEAD"]).unwrap_or_default();
    let committed: BTreeMap<HubPath, String> = listed
        .split(|byte| *byte == 0)
        .filter_map(|line| {
            let (head, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
            Some((HubPath::new(path)?, head.split(' ').nth(2)?.to_owned()))
        })
        .filter(|(path, _)| files.contains(path))
        .collect();
    // As git would store the files now, whatever its attributes make of them.
    let args = ["hash-object", "--"].into_iter().chain(committed.keys().map(HubPath::as_str));
    let present = ask(dir, &args.collect::<Vec<_>>()).unwrap_or_default();
    let present = String::from_utf8_lossy(&present).into_owned();
    let both = committed.into_iter().zip(present.lines());
    both.filter(|((_, blob), now)| blob == now).map(|(known, _)| known).collect()
}

/// The names that files below `folder` have or had in any commit that git knows.
pub fn names_ever(dir: &Path, folder: &str) -> BTreeSet<String> {
    let args = ["log", "--all", "--format=", "--name-only", "-z", "--relative", "--", folder];
    let said = ask(dir, &args).unwrap_or_default();
    let names = said.split(|byte| *byte == 0).map(|name| String::from_utf8_lossy(name));
    names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// A change of a file that stood in a commit before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rewritten {
    /// The file.
    pub path: HubPath,
    /// The commit that changed it, in short.
    pub commit: String,
    /// The day of that commit, as git writes it.
    pub day: String,
    /// Whether the commit removed it.
    pub is_gone: bool,
}

/// The files below `folder` that a commit changed or removed, the newest first, in the history that
/// follows the first parents of the last commit.
///
/// # Errors
/// [`GitError::NoHistory`] when there is no git or no repository around the hub.
pub(crate) fn rewritten(dir: &Path, folder: &str) -> Result<Vec<Rewritten>, GitError> {
    #[rustfmt::skip]
    let args = [
        "log", "--first-parent", "-m", "--diff-filter=MDT", "--no-renames", "--name-status",
        "--no-ext-diff", "--no-textconv", "-z", "--format=%x01%h %cs", "--relative", "--", folder,
    ];
    let said = ask(dir, &args).map_err(|error| match error {
        Unanswered::Machine(error) => GitError::NoHistory(error.to_string()),
        Unanswered::Refused(said) => GitError::NoHistory(format!(
            "the hub is in no git repository with a commit{}",
            in_gits_words(&said)
        )),
    })?;
    let said = String::from_utf8_lossy(&said);
    let mut found = Vec::new();
    let (mut commit, mut day, mut status) = (String::new(), String::new(), "");
    for piece in said.split('\0').map(|piece| piece.trim_start_matches('\n')) {
        if let Some(head) = piece.strip_prefix('\u{1}') {
            let (name, on) = head.split_once(' ').unwrap_or((head, ""));
            (commit, day) = (name.to_owned(), on.trim_end().to_owned());
        } else if status.is_empty() {
            status = piece;
        } else {
            let is_gone = status == "D";
            let rewritten =
                |path| Rewritten { path, commit: commit.clone(), day: day.clone(), is_gone };
            found.extend(HubPath::new(piece).map(rewritten));
            status = "";
        }
    }
    Ok(found)
}

/// Whether git leaves the bytes of a file as they are, whatever system it is checked out on.
pub fn keeps_bytes(dir: &Path, file: &HubPath) -> bool {
    let said = ask(dir, &["check-attr", "text", "--", file.as_str()]).unwrap_or_default();
    String::from_utf8_lossy(&said).trim_end().ends_with(": unset")
}
