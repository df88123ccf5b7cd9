//! The verdicts on signatures that were given before, in the hub's memory. They are sealed with
//! this user's secret: a file that came with the hub, or from another machine, is read as none.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::FOLDER;
use super::replace;
use super::secret::Secret;
use etappe_base::hash::{Digest, Hasher};
use etappe_compliance::signature::Signature;

/// The most verdicts that are remembered; those that were asked for last stay.
const MOST: usize = 20_000;

/// The verdicts that were given before.
#[derive(Default)]
pub(super) struct KnownVerdicts {
    verdicts: BTreeMap<String, Signature>,
    /// As the file holds them, after their seal.
    lines: String,
}

fn place(root: &Path) -> PathBuf {
    root.join(FOLDER).join("signatures")
}

fn seal(secret: &Secret, lines: &str) -> String {
    Hasher::new("seal of verified signatures")
        .bytes(secret.bytes())
        .text(lines)
        .finish()
        .to_string()
}

impl KnownVerdicts {
    /// None where there is no file, a damaged one, or one that somebody else wrote.
    pub(super) fn load(root: &Path) -> Self {
        let text = fs::read_to_string(place(root)).unwrap_or_default();
        let Some((written, lines)) = text.split_once('\n') else { return Self::default() };
        let is_ours = |secret: Secret| seal(&secret, lines) == written;
        if !Secret::find(root).is_some_and(is_ours) {
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

    pub(super) fn get(&self, key: &Digest) -> Option<Signature> {
        self.verdicts.get(&key.to_string()).cloned()
    }

    /// Keeps these verdicts, and of the earlier ones as many as there is room for. Where hub or
    /// secret cannot be written, they are worked out again.
    pub(super) fn keep(&self, root: &Path, verdicts: &[(Digest, Signature)]) {
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
        if lines == self.lines {
            return;
        }
        if let Some(secret) = Secret::find_or_make(root) {
            let text = format!("{}\n{lines}", seal(&secret, &lines));
            let _they_are_worked_out_again = replace(&place(root), text.as_bytes());
        }
    }
}
