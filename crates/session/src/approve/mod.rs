//! Signs items: writes the record of a signature, and the signature itself.

mod committed;
mod harm;
mod items;
mod record;
mod signer;

use std::path::Path;

use super::{Content, Revision};
use crate::io::git::{self, GitError};
use crate::io::{Files, MachineError, add_line};
use etappe_base::date::Day;
use etappe_base::path::HubPath;
use etappe_compliance::Item;
use etappe_hub::config::approval::{APPROVALS, Approval as Rules, RecordKind};
use etappe_hub::journey::Hub;

/// What is to be signed, and how.
#[derive(Clone, Debug, Default)]
pub struct SignRequest {
    /// Ids or paths of pages, `claim:ID`, `module:NAME`, `@site`.
    pub items: Vec<String>,
    /// Instead of items: all whose only changed part is this one.
    pub drifted_by: Option<String>,
    /// Ids of markets; empty: the only one that an item has.
    pub markets: Vec<String>,
    /// Whether in all markets.
    pub all_markets: bool,
    /// Codes of languages; empty: all that an item has.
    pub langs: Vec<String>,
    /// The role of the signer.
    pub role: String,
    /// The job code.
    pub code: String,
    /// What the signature is for.
    pub kind: String,
    /// What it means, in words.
    pub meaning: Option<String>,
    /// The channels that it covers; empty: the web.
    pub channels: Vec<String>,
    /// The day of preparation.
    pub prepared: Option<Day>,
    /// The first day on which it counts.
    pub valid_from: Option<Day>,
    /// The first day on which it does not count any more.
    pub expires: Option<Day>,
    /// An authority's number.
    pub number: Option<String>,
    /// The record that it takes the place of.
    pub supersedes: Option<String>,
    /// The record that a revocation takes back.
    pub revokes: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The signer's principal; git's `user.email` where none is named.
    pub signer: Option<String>,
    /// The key; git's `user.signingkey` where none is named.
    pub key: Option<String>,
}

/// What was signed.
#[derive(Debug)]
pub struct SignedRecord {
    /// The record.
    pub record: HubPath,
    /// Whether a signature stands beside it.
    pub is_signed: bool,
    /// What it signs.
    pub items: Vec<Item>,
    /// The record that it takes back.
    pub took_back: Option<HubPath>,
    /// Whether git was told to leave records alone, by a line in .gitattributes.
    pub told_git: bool,
}

/// Why nothing was signed.
#[derive(Debug)]
pub enum Unsigned {
    /// What was asked for cannot be; a sentence for the user.
    Refused(String),
    /// The machine does not allow it.
    Machine(MachineError),
}

impl From<MachineError> for Unsigned {
    fn from(error: MachineError) -> Self {
        Self::Machine(error)
    }
}

impl From<GitError> for Unsigned {
    fn from(error: GitError) -> Self {
        match error {
            GitError::Unknown(message) | GitError::NoHistory(message) => Self::Refused(message),
            GitError::Machine(error) => Self::Machine(error),
        }
    }
}

fn refused<T>(message: impl Into<String>) -> Result<T, Unsigned> {
    Err(Unsigned::Refused(message.into()))
}

/// Signs what is asked for, in the hub at `root`.
///
/// # Errors
/// See [`Unsigned`]; nothing is written then.
pub fn approve(
    revision: &Revision,
    files: &dyn Files,
    root: &Path,
    request: &SignRequest,
) -> Result<SignedRecord, Unsigned> {
    let Some(content) = &revision.content else {
        return refused("the hub cannot be read: see `etappe check`");
    };
    let hub = &*content.material.hub;
    let Some(rules) = &hub.config.approval else {
        return refused("hub.toml has no [approval], so nothing has to be signed");
    };
    let kind: RecordKind =
        request.kind.parse().map_err(|error: etappe_base::unusable::Unusable| {
            Unsigned::Refused(format!("{}; {}", error.why, error.help.unwrap_or_default()))
        })?;
    let signing = Signing { revision, content, hub, rules, files, root, request, kind };
    let signer = signing.signer()?;
    let asked = signing.asked(&signer)?;
    signing.refuse_harm(&asked, &signer)?;
    let signed = signing.digests(&asked.items)?;
    let text = signing.new_record(&signed, &signer, &asked);
    let signature = signing.signature(&text, &signer)?;
    let path = signing.write(&signer.name, &text, signature.as_deref())?;
    let told_git = !git::keeps_bytes(root, &path);
    if told_git {
        keep_bytes(root)?;
    }
    let took_back = request.revokes.as_ref();
    Ok(SignedRecord {
        told_git,
        record: path,
        is_signed: signature.is_some(),
        items: asked.items.into_iter().map(|(item, _)| item).collect(),
        took_back: took_back.and_then(|name| HubPath::new(&format!("{APPROVALS}/{name}"))),
    })
}

/// Tells git to leave records alone, on every system.
fn keep_bytes(root: &Path) -> Result<(), MachineError> {
    let path = root.join(".gitattributes");
    let line = format!("{APPROVALS}/** -text\n");
    add_line(&path, &line).map_err(|error| MachineError::new("write", &path, error))
}

/// A request, and all that is known of the hub that it is about.
struct Signing<'s> {
    revision: &'s Revision,
    content: &'s Content,
    hub: &'s Hub,
    rules: &'s Rules,
    files: &'s dyn Files,
    root: &'s Path,
    request: &'s SignRequest,
    kind: RecordKind,
}
