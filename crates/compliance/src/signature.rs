//! What became of a record's signature. Who verifies it is handed in: no program is run here.

use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

/// The namespace of our signatures: none that was made for something else counts here.
pub const NAMESPACE: &str = "approval@etappe";

/// The verdict on one signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signature {
    /// hub.toml asks for none.
    NotAsked,
    /// There is no file beside the record.
    Absent,
    /// It is of these bytes, by a key that is the signer's on that day.
    Good,
    /// It is of these bytes, by a key that is not the signer's, or was not on that day, or was
    /// revoked.
    Stranger,
    /// It is of other bytes, of another namespace, or no signature at all.
    Bad,
    /// Nobody could verify it; with the reason.
    Unchecked(String),
}

/// A signature that is to be verified.
#[derive(Clone, Debug)]
pub struct SignatureCheck<'c> {
    /// The record, for messages.
    pub record: &'c HubPath,
    /// Its bytes.
    pub bytes: &'c [u8],
    /// The bytes of the file beside it.
    pub signature: &'c [u8],
    /// Who signed, by the record's own word.
    pub principal: &'c str,
    /// When, by the record's own word: in seconds since 1970.
    pub signed_at: i64,
    /// How many seconds the hub's clocks were ahead of UTC then: the days that lists of signers
    /// name are days of the hub.
    pub ahead: i32,
    /// OpenSSH's list of allowed signers.
    pub signers: &'c [u8],
    /// Revoked keys; `None` where there is no such list.
    pub revoked: Option<&'c [u8]>,
}

/// Whether a file can be an SSH signature at all.
pub fn looks_signed(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.trim_start().starts_with("-----BEGIN SSH SIGNATURE-----")
        && text.trim_end().ends_with("-----END SSH SIGNATURE-----")
}

/// The first bytes of OpenSSH's own form of a list of revoked keys.
const KEY_LIST: &[u8] = b"SSHKRL\n\0";

/// What is wrong with a list of revoked keys: OpenSSH stops at the first line that is no key, and
/// then takes every key for a revoked one.
pub fn revoked_findings(file: &HubPath, bytes: &[u8]) -> Vec<Finding> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        // In its own form it is not for people.
        let message = "The list of revoked keys is neither one of OpenSSH nor a text.";
        let faulty = Finding::new(&codes::CONFIG_INVALID_VALUE, Place::file(file), message);
        let finding = faulty.help("make it with `ssh-keygen -k`, or write a public key a line");
        return if bytes.starts_with(KEY_LIST) { Vec::new() } else { vec![finding] };
    };
    if bytes.starts_with(KEY_LIST) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.trim_end().len());
        at += line.len();
        if is_key(line) {
            continue;
        }
        let message = "The list of revoked keys has a line that is no public key.";
        let finding = Finding::new(&codes::CONFIG_INVALID_VALUE, Place::new(file, span), message);
        findings.push(finding.help(
            "write the line of the `.pub` file alone, such as `ssh-ed25519 AAAA…`, or `#` before \
             a comment; until then no signature counts",
        ));
    }
    findings
}

/// Whether a line of a list of keys is a key, a comment or blank.
fn is_key(line: &str) -> bool {
    let mut words = line.split_whitespace();
    match (words.next(), words.next()) {
        (None, _) => true,
        (Some(first), _) if first.starts_with('#') => true,
        (Some(kind), Some(key)) => {
            let is_known = ["ssh-", "ecdsa-", "sk-"].iter().any(|known| kind.starts_with(known));
            is_known && key.starts_with("AAAA")
        }
        (Some(_), None) => false,
    }
}
