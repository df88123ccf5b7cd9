//! OpenSSH's `ssh-keygen`: it verifies the signatures of records, and makes them. Its exit code
//! alone is believed, never its words.
//!
//! A verdict is remembered under a digest of all that it depends on, so that nothing is run where
//! nothing changed.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use rayon::prelude::*;

use super::MachineError;
use super::verdicts::KnownVerdicts;
use etappe_base::hash::{Digest, Hasher};
use etappe_compliance::signature::{NAMESPACE, Signature, SignatureCheck};

/// The exit code by which the program says no. Any other one means that it did not judge: it was
/// killed, or is too old.
const NO: i32 = 255;

/// The verdicts on signatures, in the order in which they are asked for.
pub(super) fn verify(root: &Path, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
    let known = KnownVerdicts::load(root);
    let keys: Vec<Digest> = checks.iter().map(key).collect();
    if !keys.iter().all(|key| known.get(key).is_some()) {
        sweep(&std::env::temp_dir());
    }
    let verdicts: Vec<(Digest, Signature)> = keys
        .par_iter()
        .zip(checks)
        .map(|(key, check)| (*key, known.get(key).unwrap_or_else(|| verdict(check))))
        .collect();
    known.keep(root, &verdicts);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

/// A digest of all that a verdict depends on.
fn key(check: &SignatureCheck<'_>) -> Digest {
    Hasher::new("verified signature 2")
        .bytes(check.bytes)
        .bytes(check.signature)
        .text(check.principal)
        .text(&format!("{} {}", check.signed_at, check.ahead))
        .bytes(check.signers)
        .maybe(check.revoked.map(Digest::of))
        .finish()
}

fn verdict(check: &SignatureCheck<'_>) -> Signature {
    run(check).unwrap_or_else(|error| Signature::Unchecked(unfound(&error)))
}

/// Why the program could not be asked.
fn unfound(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "`ssh-keygen` is not found".to_owned(),
        _ => format!("`ssh-keygen` cannot be run: {error}"),
    }
}

/// Asks twice at most: whether it is the signer's, and if not, whether it is of these bytes at all.
fn run(check: &SignatureCheck<'_>) -> io::Result<Signature> {
    let folder = Folder::new()?;
    let signature = folder.put("signature", check.signature)?;
    let signers = folder.put("signers", check.signers)?;
    let mut command = keygen("verify");
    command.arg("-f").arg(&signers).arg("-I").arg(check.principal).env("TZ", zone(check.ahead));
    command.arg("-s").arg(&signature).arg(format!("-Overify-time={}", local_time(check)));
    if let Some(revoked) = check.revoked {
        command.arg("-r").arg(folder.put("revoked", revoked)?);
    }
    if let Some(verdict) = judged(&ask(command, check.bytes)?, Signature::Good) {
        return Ok(verdict);
    }
    let mut command = keygen("check-novalidate");
    command.arg("-s").arg(&signature);
    let answer = ask(command, check.bytes)?;
    Ok(judged(&answer, Signature::Stranger).unwrap_or(Signature::Bad))
}

/// `yes` where the program says so, and `None` where it says no.
fn judged(answer: &Output, yes: Signature) -> Option<Signature> {
    let said = String::from_utf8_lossy(&answer.stderr);
    match answer.status.code() {
        Some(0) => Some(yes),
        // A program that does not know the option refuses all signatures.
        Some(NO) if !said.starts_with("Invalid option") => None,
        Some(_) => Some(Signature::Unchecked(in_its_words(&said))),
        None => Some(Signature::Unchecked("`ssh-keygen` was stopped".to_owned())),
    }
}

/// What a program said, in a line.
fn in_its_words(said: &str) -> String {
    let first = said.lines().map(str::trim).find(|line| !line.is_empty());
    format!("`ssh-keygen` says: {}", first.unwrap_or("nothing").trim_end_matches('.'))
}

/// `ssh-keygen -Y WHAT` in our namespace.
fn keygen(what: &str) -> Command {
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", what, "-n", NAMESPACE]).env("LC_ALL", "C");
    command
}

fn ask(mut command: Command, input: &[u8]) -> io::Result<Output> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may have ended before it read all; its exit code then says so.
        let _it_may_not_want_it = stdin.write_all(input);
    }
    child.wait_with_output()
}

/// The moment of signing by the hub's clocks, as the program takes it: `20261122093000`.
fn local_time(check: &SignatureCheck<'_>) -> String {
    let seconds = check.signed_at.saturating_add(i64::from(check.ahead));
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime("%Y%m%d%H%M%S").to_string()
}

/// A zone whose clocks are so many seconds ahead of UTC, as all systems read it without tables: the
/// days in the list of allowed signers are days of the hub.
fn zone(ahead: i32) -> String {
    let (sign, seconds) = if ahead > 0 { ('-', ahead) } else { ('+', -ahead) };
    format!("HUB{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// What our folders in the system's folder for passing things are called, before a number.
const FOLDERS: &str = "etappe-signatures-";

/// Removes folders that a process left behind which was killed: those that are a day old.
fn sweep(base: &Path) {
    let day = Duration::from_secs(86_400);
    let is_old = |entry: &fs::DirEntry| {
        let data = entry.metadata().ok().filter(fs::Metadata::is_dir)?;
        Some(SystemTime::now().duration_since(data.modified().ok()?).ok()? > day)
    };
    let is_ours = |entry: &fs::DirEntry| {
        entry.file_name().to_str().is_some_and(|name| name.starts_with(FOLDERS))
    };
    let entries = fs::read_dir(base).into_iter().flatten().flatten();
    for entry in entries.filter(is_ours).filter(|entry| is_old(entry) == Some(true)) {
        let _it_is_in_nobodys_way = fs::remove_dir_all(entry.path());
    }
}

/// A folder for the files that the program reads, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let base = std::env::temp_dir();
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = base.join(format!("{FOLDERS}{}-{count}", std::process::id()));
            // Another user's folder of this name is never written to.
            match private_folder(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, bytes)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _the_system_clears_it_later = fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Signs bytes with a key: the path of a private key, of a public key whose private one an agent
/// holds, or `key::` and a public key, as git writes it. Gives the signature.
///
/// # Errors
/// When the program is not there or does not sign; with what it said.
pub fn sign(bytes: &[u8], key: &str) -> Result<Vec<u8>, MachineError> {
    let failed = |error: io::Error| MachineError::new("sign with", Path::new(key), error);
    let folder = Folder::new().map_err(failed)?;
    let file = folder.put("record", bytes).map_err(failed)?;
    let key_file = match key.strip_prefix("key::") {
        Some(public) => folder.put("key.pub", public.as_bytes()).map_err(failed)?,
        None => PathBuf::from(key),
    };
    let mut command = keygen("sign");
    // Whoever signs may be asked for a passphrase or a touch, so its words go to the terminal.
    command
        .args(["-q", "-f"])
        .arg(&key_file)
        .arg(&file)
        .stdin(Stdio::inherit())
        .stdout(Stdio::null());
    let status = command.status().map_err(|error| failed(io::Error::other(unfound(&error))))?;
    if !status.success() {
        return Err(failed(io::Error::other("`ssh-keygen` did not sign")));
    }
    fs::read(folder.0.join("record.sig")).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_ahead_of_utc_are_written_as_systems_read_them() {
        assert_eq!(zone(3600), "HUB-01:00:00");
        assert_eq!(zone(0), "HUB+00:00:00");
        assert_eq!(zone(-12_600), "HUB+03:30:00");
    }

    #[cfg(unix)]
    #[test]
    fn only_folders_that_were_left_behind_are_swept() {
        let base = tempfile::tempdir().expect("a folder");
        let old = SystemTime::now() - Duration::from_secs(2 * 86_400);
        for (name, is_old) in [("1-0", true), ("2-0", false)] {
            let path = base.path().join(format!("{FOLDERS}{name}"));
            fs::create_dir(&path).expect("made");
            if is_old {
                fs::File::open(&path).and_then(|file| file.set_modified(old)).expect("aged");
            }
        }
        sweep(base.path());
        let left = fs::read_dir(base.path()).expect("read").flatten();
        let left: Vec<String> =
            left.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(left, [format!("{FOLDERS}2-0")]);
    }
}
