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

/// Why a revision cannot be read.
#[derive(Debug)]
pub enum GitError {
    /// There is no such revision, or no repository; a sentence for the user.
    Unknown(String),
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
/// [`GitError::Unknown`] when there is no such revision, or no hub in it; [`GitError::Machine`]
/// when `git` cannot be run, or does not give the files.
pub fn read_revision(dir: &Path, revision: &str) -> Result<Committed, GitError> {
    // No revision begins with a hyphen, and git would take it for an option.
    if revision.starts_with('-') || revision.is_empty() {
        return Err(GitError::Unknown(format!("`{revision}` is no revision")));
    }
    let unknown = |said: String| {
        let shallow = if is_shallow(dir) { SHALLOW } else { "" };
        GitError::Unknown(format!(
            "`{revision}` is neither a file nor a revision of a git repository around the \
             hub{}{shallow}",
            in_gits_words(&said)
        ))
    };
    let prefix = ask(dir, &["rev-parse", "--show-prefix"]).map_err(machine_or(unknown))?;
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
    let has_records = listed.split(|byte| *byte == 0).any(|line| {
        let path = line.splitn(2, |byte| *byte == b'\t').nth(1).unwrap_or_default();
        path.starts_with(b"approvals/")
    });
    let wanted: Vec<(String, HubPath)> =
        listed.split(|byte| *byte == 0).filter_map(|line| entry(line, has_records)).collect();
    let bytes = contents(dir, &wanted)
        .map_err(|error| GitError::Machine(MachineError::new("read a revision of", dir, error)))?;
    let mut files = Memory::new();
    for ((_, path), bytes) in wanted.iter().zip(bytes) {
        files.put(path.as_str(), bytes);
    }
    Ok(Committed { files, root: dir.to_owned() })
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

fn is_shallow(dir: &Path) -> bool {
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
    command.arg("-C").arg(dir).args(args).env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
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

/// Reads one line of `ls-tree -z`: mode, type, object, a tab, the path. Links, submodules and files
/// that no survey reads are left out; `whole` takes whatever belongs to a hub.
fn entry(line: &[u8], whole: bool) -> Option<(String, HubPath)> {
    let line = std::str::from_utf8(line).ok()?;
    let (head, path) = line.split_once('\t')?;
    let (mode, object) = (head.split(' ').next()?, head.split(' ').nth(2)?);
    let extension = path.rsplit('.').next().unwrap_or_default();
    let is_read = whole && HubPath::new(path).is_some_and(|path| belongs(&path))
        || match path.split('/').next()? {
            "hub.toml" => true,
            "personas" => extension == "toml",
            "content" => matches!(extension, "md" | "markdown" | "toml"),
            _ => false,
        };
    (is_read && mode.starts_with("100"))
        .then(|| Some((object.to_owned(), HubPath::new(path)?)))
        .flatten()
}

/// The bytes of every object, in their order, through one `cat-file`.
fn contents(dir: &Path, wanted: &[(String, HubPath)]) -> io::Result<Vec<Vec<u8>>> {
    let mut child = git(dir, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut ask = child.stdin.take().ok_or_else(|| io::Error::other("git has no input"))?;
    let mut answer = io::BufReader::new(
        child.stdout.take().ok_or_else(|| io::Error::other("git has no output"))?,
    );
    let names: String = wanted.iter().map(|(object, _)| format!("{object}\n")).collect();
    // Asks and reads at the same time: if both pipes filled up, neither side would go on.
    let read = std::thread::scope(|scope| {
        let asked = scope.spawn(move || ask.write_all(names.as_bytes()));
        let all: io::Result<Vec<Vec<u8>>> = wanted.iter().map(|_| one(&mut answer)).collect();
        drop(answer);
        let asked = asked.join().unwrap_or_else(|_| Err(io::Error::other("git was not asked")));
        all.and_then(|all| asked.map(|()| all))
    });
    child.wait()?;
    read
}

/// One answer of `cat-file --batch`: `OBJECT TYPE SIZE`, a line break, the bytes, a line break.
fn one(answer: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    let mut head = String::new();
    answer.read_line(&mut head)?;
    let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok());
    let size =
        size.ok_or_else(|| io::Error::other(format!("git answered `{}`", head.trim_end())))?;
    let mut bytes = Vec::new();
    answer.take(size).read_to_end(&mut bytes)?;
    answer.read_exact(&mut [0])?;
    Ok(bytes)
}

/// What `git config` says; `None` where it says nothing, or there is no git. A path is made whole.
pub fn configured(dir: &Path, key: &str) -> Option<String> {
    let path: &[&str] = if key == "user.signingkey" { &["--type=path"] } else { &[] };
    let args = [&["config"], path, &["--get", key]].concat();
    let said = ask(dir, &args).ok()?;
    let said = String::from_utf8(said).ok()?.trim().to_owned();
    Some(said).filter(|said| !said.is_empty())
}

/// The Git blob of each of `files` in the last commit; `None` where it is not there, or stands
/// otherwise in the hub's folder.
///
/// # Errors
/// When there is no repository around the hub, or no git.
pub fn committed_blobs(
    dir: &Path,
    files: &BTreeSet<HubPath>,
) -> Result<BTreeMap<HubPath, Option<String>>, GitError> {
    let no_repository = |said: String| {
        GitError::Unknown(format!(
            "the hub is in no git repository with a commit{}",
            in_gits_words(&said)
        ))
    };
    ask(dir, &["rev-parse", "--verify", "HEAD"]).map_err(machine_or(no_repository))?;
    let blob = |file: &HubPath| {
        let committed = ask(dir, &["rev-parse", "--verify", &format!("HEAD:./{file}")]).ok()?;
        // As git would store the file now, whatever its attributes make of it.
        let present = ask(dir, &["hash-object", "--", file.as_str()]).ok()?;
        (committed == present).then(|| String::from_utf8_lossy(&committed).trim().to_owned())
    };
    Ok(files.iter().map(|file| (file.clone(), blob(file))).collect())
}

/// The names that files below `folder` have or had in any commit that git knows.
pub fn names_ever(dir: &Path, folder: &str) -> BTreeSet<String> {
    let args = ["log", "--all", "--format=", "--name-only", "-z", "--relative", "--", folder];
    let said = ask(dir, &args).unwrap_or_default();
    let names = said.split(|byte| *byte == 0).map(|name| String::from_utf8_lossy(name));
    names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Whether git leaves the bytes of a file as they are, whatever system it is checked out on.
pub fn keeps_bytes(dir: &Path, file: &HubPath) -> bool {
    let said = ask(dir, &["check-attr", "text", "--", file.as_str()]).unwrap_or_default();
    String::from_utf8_lossy(&said).trim_end().ends_with(": unset")
}
