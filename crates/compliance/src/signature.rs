//! What became of a record's signature. Who verifies it is handed in: no program is run here.

use etappe_base::path::HubPath;

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
