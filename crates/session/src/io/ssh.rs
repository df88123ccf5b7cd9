//! OpenSSH's `ssh-keygen`: it verifies the signatures of records, and makes them. Its exit code
//! alone is believed, never its words.
//!
//! A verdict is remembered in the hub's memory under a digest of all that it depends on, so that
//! nothing is run where nothing changed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use rayon::prelude::*;

use super::manifest::FOLDER;
use super::{MachineError, replace};
use etappe_base::hash::{Digest, Hasher};
use etappe_compliance::signature::{NAMESPACE, Signature, SignatureCheck};

/// The most verdicts that are remembered; those that were asked for last stay.
const MOST: usize = 20_000;

/// The verdicts on signatures, in the order in which they are asked for.
pub(super) fn verify(root: &Path, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
    let memory = Memory::load(root);
    let verdicts: Vec<(Digest, Signature)> = checks
        .par_iter()
        .map(|check| {
            let key = key(check);
            let known = memory.verdicts.get(&key.to_string()).cloned();
            (key, known.unwrap_or_else(|| verdict(check)))
        })
        .collect();
    memory.keep(root, &verdicts);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

/// A digest of all that a verdict depends on.
fn key(check: &SignatureCheck<'_>) -> Digest {
    Hasher::new("verified signature 1")
        .bytes(check.bytes)
        .bytes(check.signature)
        .text(check.principal)
        .text(&check.signed_at.to_string())
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
    command.arg("-f").arg(&signers).arg("-I").arg(check.principal);
    command.arg("-s").arg(&signature).arg(format!("-Overify-time={}", time(check.signed_at)));
    if let Some(revoked) = check.revoked {
        command.arg("-r").arg(folder.put("revoked", revoked)?);
    }
    if ask(command, check.bytes)?.status.success() {
        return Ok(Signature::Good);
    }
    let mut command = keygen("check-novalidate");
    command.arg("-s").arg(&signature);
    let is_of_these = ask(command, check.bytes)?;
    if is_of_these.status.success() {
        return Ok(Signature::Stranger);
    }
    // A program that knows no signatures fails at everything, and says how it is used.
    let said = String::from_utf8_lossy(&is_of_these.stderr).into_owned();
    if said.contains("usage:") || said.contains("unknown option") {
        return Ok(Signature::Unchecked(in_its_words(&said)));
    }
    Ok(Signature::Bad)
}

/// What a program said, in a line.
fn in_its_words(said: &str) -> String {
    let first = said.lines().map(str::trim).find(|line| !line.is_empty());
    format!("`ssh-keygen` says: {}", first.unwrap_or("nothing").trim_end_matches('.'))
}

/// `ssh-keygen -Y WHAT` in our namespace. Days are those of UTC.
fn keygen(what: &str) -> Command {
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", what, "-n", NAMESPACE]).env("TZ", "UTC").env("LC_ALL", "C");
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

/// A moment as the program takes it: `20261122093000`.
fn time(seconds: i64) -> String {
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime("%Y%m%d%H%M%S").to_string()
}

/// A folder for the files that the program reads, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let base = std::env::temp_dir();
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = base.join(format!("etappe-signatures-{}-{count}", std::process::id()));
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

/// The verdicts that were given before.
#[derive(Default)]
struct Memory {
    verdicts: BTreeMap<String, Signature>,
    /// As the file holds them, after the digest of its lines.
    lines: String,
}

impl Memory {
    fn place(root: &Path) -> PathBuf {
        root.join(FOLDER).join("signatures")
    }

    /// None where there is no file, or a damaged one.
    fn load(root: &Path) -> Self {
        let text = fs::read_to_string(Self::place(root)).unwrap_or_default();
        let Some((seal, lines)) = text.split_once('\n') else { return Self::default() };
        if seal != Digest::of(lines.as_bytes()).to_string() {
            return Self::default();
        }
        let verdict = |line: &str| {
            let (key, name) = line.split_once(' ')?;
            let verdict = match name {
                "good" => Signature::Good,
                "stranger" => Signature::Stranger,
                "bad" => Signature::Bad,
                _ => return None,
            };
            Some((key.to_owned(), verdict))
        };
        Self { verdicts: lines.lines().filter_map(verdict).collect(), lines: lines.to_owned() }
    }

    /// Keeps these verdicts, and of the earlier ones as many as there is room for. A hub that
    /// cannot be written to has them worked out again.
    fn keep(&self, root: &Path, verdicts: &[(Digest, Signature)]) {
        let line = |key: &str, verdict: &Signature| {
            let name = match verdict {
                Signature::Good => "good",
                Signature::Stranger => "stranger",
                Signature::Bad => "bad",
                Signature::NotAsked | Signature::Absent | Signature::Unchecked(_) => return None,
            };
            Some((key.to_owned(), format!("{key} {name}\n")))
        };
        let mut lines: BTreeMap<String, String> =
            verdicts.iter().filter_map(|(key, verdict)| line(&key.to_string(), verdict)).collect();
        for (key, verdict) in &self.verdicts {
            if lines.len() >= MOST {
                break;
            }
            lines.extend(line(key, verdict));
        }
        let lines: String = lines.into_values().collect();
        if lines != self.lines {
            let seal = Digest::of(lines.as_bytes());
            let _it_is_worked_out_again =
                replace(&Self::place(root), format!("{seal}\n{lines}").as_bytes());
        }
    }
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
