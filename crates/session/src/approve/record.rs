//! The text of the record, and its signature.

use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use super::committed::DigestedItem;
use super::items::SigningTerms;
use super::signer::Signer;
use super::{SignRequest, Signing, Unsigned, refused};
use crate::approval::zone_of;
use crate::io::{clock, git, ssh};
use etappe_base::date::Day;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_compliance::record::{self, Record};
use etappe_compliance::signature::{Signature, SignatureCheck};
use etappe_hub::config::TextFile;
use etappe_hub::config::approval::{APPROVALS, Approval as Rules, RecordKind};

impl Signing<'_> {
    /// The text of a record that is no copy of another: whoever signs the same twice in one second
    /// signs the second time in the next.
    pub(super) fn new_record(
        &self,
        items: &[DigestedItem],
        signer: &Signer,
        asked: &SigningTerms,
    ) -> String {
        loop {
            let text = self.record(items, signer, asked);
            let known = self.content.records.all().iter();
            let bytes = Digest::of(text.as_bytes());
            if known.into_iter().all(|known| known.bytes != bytes) {
                return text;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The text of the record.
    fn record(&self, items: &[DigestedItem], signer: &Signer, asked: &SigningTerms) -> String {
        let SignRequest { role, code, number, supersedes, revokes, reason, .. } = self.request;
        let channels = &asked.channels;
        let signed_at = Timestamp::from_second(clock::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut text = String::new();
        let mut put = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!("{key} = {value}\n"));
            }
        };
        let given = |text: &Option<String>| text.as_deref().map(quoted);
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        let usual = match self.kind {
            RecordKind::REVOCATION => "Taken back",
            RecordKind::CERTIFICATE => "Certified for publication",
            _ => "Approved for publication",
        };
        put("code", Some(quoted(code)));
        put("kind", Some(quoted(self.kind.name())));
        put("role", Some(quoted(role)));
        put("signer", Some(quoted(&signer.principal)));
        put("name", Some(quoted(&signer.name)));
        put("registration", Some(quoted(&signer.registration)).filter(|text| text != "\"\""));
        put("meaning", Some(quoted(self.request.meaning.as_deref().unwrap_or(usual))));
        if !channels.is_empty() {
            let all: Vec<String> = channels.iter().map(|channel| quoted(channel)).collect();
            put("channels", Some(format!("[{}]", all.join(", "))));
        }
        put("prepared", day(self.request.prepared));
        put("signed_at", Some(signed_at.to_string()));
        put("valid_from", day(self.request.valid_from));
        put("expires", day(asked.expires));
        put("number", given(number));
        put("supersedes", given(supersedes));
        put("revokes", given(revokes));
        put("reason", given(reason));
        for DigestedItem { item, digest, blobs } in items {
            text.push_str(&format!(
                "\n[[items]]\nitem = {}\nlang = {}\nmarket = {}\ndigest = {}\n",
                quoted(&item.id.to_string()),
                quoted(&item.lang),
                quoted(item.market.as_deref().unwrap_or("*")),
                quoted(&digest.digest)
            ));
            for (part, sum) in &digest.parts {
                let blob = blobs.get(part).map(|blob| format!(", blob = {}", quoted(blob)));
                text.push_str(&format!(
                    "parts.{} = {{ digest = {}{} }}\n",
                    quoted(part),
                    quoted(sum),
                    blob.unwrap_or_default()
                ));
            }
        }
        text
    }

    /// The signature of a record, which must be one that counts; `None` where none is asked for.
    pub(super) fn signature(
        &self,
        text: &str,
        signer: &Signer,
    ) -> Result<Option<Vec<u8>>, Unsigned> {
        let mut found = Vec::new();
        // Its number is not known yet, and nothing in it depends on that.
        let path = HubPath::new(&format!("{APPROVALS}/{}/new.toml", self.request.code));
        let path = &path.expect("a job code is the name of a folder");
        let zone = zone_of(&self.hub.config);
        let record: Option<Record> =
            record::read(TextFile { path, text }, &zone, &mut found).record;
        let Some(record) = record else {
            let why = found.first().map(|finding| finding.message.clone()).unwrap_or_default();
            return refused(format!("the record cannot be written so: {why}"));
        };
        if !self.rules.signatures && self.request.key.is_none() {
            return Ok(None);
        }
        let configured = || git::configured(self.root, "user.signingkey");
        let Some(key) = self.request.key.clone().or_else(configured) else {
            return refused("nobody says with which key: `--key`, or `git config user.signingkey`");
        };
        let signature = ssh::sign(text.as_bytes(), &key)?;
        if self.rules.signatures {
            self.refuse_stranger(&record, text, &signature, signer)?;
        }
        Ok(Some(signature))
    }

    /// A signature that nobody would accept is not written.
    fn refuse_stranger(
        &self,
        record: &Record,
        text: &str,
        signature: &[u8],
        signer: &Signer,
    ) -> Result<(), Unsigned> {
        let Rules { signers, revoked, .. } = self.rules;
        let Ok(allowed) = self.files.read(signers) else {
            return refused(format!("there is no `{signers}`, which says whose keys count"));
        };
        let revoked = revoked.as_ref().and_then(|path| self.files.read(path).ok());
        let now = clock::now();
        let check = SignatureCheck {
            record: &record.file,
            bytes: text.as_bytes(),
            signature,
            principal: &signer.principal,
            signed_at: now,
            ahead: zone_of(&self.hub.config).ahead_at(now),
            signers: &allowed,
            revoked: revoked.as_deref(),
        };
        match self.files.verify(&[check]).pop() {
            Some(Signature::Good) => Ok(()),
            Some(Signature::Unchecked(why)) => refused(why),
            _ => refused(format!(
                "the key is not one that `{signers}` has for `{}` today",
                signer.principal
            )),
        }
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is plain data").replace('\u{7f}', "\\u007f")
}
