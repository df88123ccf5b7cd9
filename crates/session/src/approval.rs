//! Records of signatures, read and verified, and what they say of a hub. A hub without `[approval]`
//! reads none, and asks nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use crate::io::{Files, Memory};
use crate::policy::BasePolicy;
use crate::read::{Sorted, not_utf8, read_asset, unreadable};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::zone::Zone;
use etappe_compliance::approvals::{Approvals, judge_hub};
use etappe_compliance::conflicts::conflicts;
use etappe_compliance::digest::Digests;
use etappe_compliance::findings::findings;
use etappe_compliance::gone::gone_items;
use etappe_compliance::kinds::{EarlierKinds, lowered};
use etappe_compliance::record::{self, Record, Revocation, is_record, is_signature, record_of};
use etappe_compliance::records::{KnownRecord, Records, seconds_of};
use etappe_compliance::roles::{self, Roles};
use etappe_compliance::signature::{Signature, SignatureCheck, looks_signed, revoked_findings};
use etappe_compliance::{Item, ItemDigest};
use etappe_hub::config::approval::{APPROVALS, Approval as Rules};
use etappe_hub::config::{Config, TextFile};
use etappe_hub::content::Library;
use etappe_hub::journey::{Asset, Hub, Shelf, Standing};

/// The records of a hub, among the files that `[approval]` may need.
pub(super) fn read_records(
    files: &dyn Files,
    paths: &[HubPath],
    config: &Config,
    policy: Option<&BasePolicy>,
) -> (Records, Vec<Finding>) {
    let altered = policy.map(|policy| policy.compare(files, paths)).unwrap_or_default();
    let Some(rules) = &config.approval else {
        let mut found = altered;
        found.extend(needless(paths));
        return (Records::default(), found);
    };
    let lists = policy.and_then(BasePolicy::files);
    let mut reader = RecordReader { files, paths, lists, findings: altered };
    let roles = reader.roles(rules);
    let (written, revocations) = reader.written(rules, config);
    let verdicts = reader.verdicts(rules, config, &written);
    let zone = zone_of(config);
    let known = written.into_iter().zip(verdicts).map(|((record, bytes), signature)| KnownRecord {
        signed_on: record.signed_at.day_in(&zone).unwrap_or(record.signed_at.day),
        signed_at: seconds_of(&record, &zone),
        bytes: Digest::of(&bytes),
        has_crlf: bytes.contains(&b'\r'),
        record,
        signature,
    });
    let records = Records::new(known.collect(), &revocations, roles);
    let names: Vec<HubPath> = paths.iter().filter(|path| is_record(path)).cloned().collect();
    reader.findings.extend(conflicts(&records, &names));
    (records, reader.findings)
}

/// What is said of records in a hub that asks for none.
fn needless(paths: &[HubPath]) -> Option<Finding> {
    let first = paths.iter().find(|path| is_record(path))?;
    let message = "The hub has records of signatures, and asks for none.";
    let help = "write `[approval]` in hub.toml, so that pages that need a signature are left out \
        without one; with `kinds = []` none needs any";
    let finding = Finding::on_hub(&codes::APPROVAL_OFF, message).help(help);
    Some(finding.related(Place::file(first), "one of them"))
}

/// The records of a hub, and what became of their signatures; none where nobody has to sign
/// anything.
pub fn records(files: &dyn Files, config: &Config) -> Records {
    let paths: Vec<HubPath> = files.list().0.into_iter().map(|entry| entry.path).collect();
    read_records(files, &paths, config, None).0
}

/// The time zone of the hub's days.
pub(super) fn zone_of(config: &Config) -> Zone {
    config.site.time_zone.clone().unwrap_or_default()
}

/// A file among records, and what it gives to say.
#[derive(Default)]
struct WrittenFile {
    /// With its bytes.
    record: Option<(Record, Vec<u8>)>,
    revocation: Option<Revocation>,
    findings: Vec<Finding>,
}

impl WrittenFile {
    fn read(files: &dyn Files, path: &HubPath, zone: &Zone) -> Self {
        let text = bytes_of(files, path).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|error| Box::new(not_utf8(path, &error)))
        });
        let text = match text {
            Ok(text) => text,
            Err(finding) => return Self { findings: vec![*finding], ..Self::default() },
        };
        let mut findings = Vec::new();
        let read = record::read(TextFile { path, text: &text }, zone, &mut findings);
        let record = read.record.map(|record| (record, text.into_bytes()));
        Self { record, revocation: read.revocation, findings }
    }
}

fn bytes_of(files: &dyn Files, path: &HubPath) -> Result<Vec<u8>, Box<Finding>> {
    files.read(path).map_err(|error| Box::new(unreadable(path, &error)))
}

struct RecordReader<'r> {
    files: &'r dyn Files,
    /// Sorted.
    paths: &'r [HubPath],
    /// Where the lists of signers stand, if not in the hub.
    lists: Option<&'r Memory>,
    findings: Vec<Finding>,
}

impl RecordReader<'_> {
    fn has(&self, path: &HubPath) -> bool {
        self.paths.binary_search(path).is_ok()
    }

    fn bytes(&mut self, path: &HubPath) -> Option<Vec<u8>> {
        bytes_of(self.files, path).map_err(|finding| self.findings.push(*finding)).ok()
    }

    /// A file that `[approval]` names; its absence is reported where it is needed.
    fn needed(&mut self, rules: &Rules, path: &HubPath, is_needed: bool) -> Option<Vec<u8>> {
        if let Some(list) = self.lists.and_then(|lists| lists.get(path.as_str())) {
            return Some(list.to_vec());
        }
        if self.lists.is_none() && self.has(path) {
            return self.bytes(path);
        }
        if is_needed {
            let place = Place::new(&HubPath::literal("hub.toml"), rules.span);
            let message = format!("There is no `{path}`, which [approval] needs.");
            let help = "add the file; `docs/approvals.md` says what stands in it";
            let finding = Finding::new(&codes::CONFIG_INVALID_VALUE, place, message);
            self.findings.push(finding.help(help));
        }
        None
    }

    /// `None` where nobody has to be on a list.
    fn roles(&mut self, rules: &Rules) -> Option<Roles> {
        let path = &rules.roles_file;
        let Some(list) = self.needed(rules, path, rules.signatures) else {
            return rules.signatures.then(Roles::default);
        };
        let text = String::from_utf8(list).unwrap_or_else(|error| {
            self.findings.push(not_utf8(path, &error));
            String::new()
        });
        Some(roles::read(TextFile { path, text: &text }, &mut self.findings))
    }

    /// Every record that can be read, with its bytes; and what is taken back.
    fn written(
        &mut self,
        rules: &Rules,
        config: &Config,
    ) -> (Vec<(Record, Vec<u8>)>, Vec<Revocation>) {
        let own = [Some(&rules.signers), Some(&rules.roles_file), rules.revoked.as_ref()];
        let (files, zone) = (self.files, zone_of(config));
        let among = |path: &&HubPath| path.as_str().starts_with(APPROVALS);
        let read: Vec<WrittenFile> = self
            .paths
            .par_iter()
            .filter(among)
            .map(|path| match is_record(path) {
                true => WrittenFile::read(files, path, &zone),
                false if own.contains(&Some(path)) => WrittenFile::default(),
                false => WrittenFile {
                    findings: stray(path, self.paths).into_iter().collect(),
                    ..WrittenFile::default()
                },
            })
            .collect();
        let (mut written, mut revocations) = (Vec::new(), Vec::new());
        for mut file in read {
            self.findings.append(&mut file.findings);
            written.extend(file.record);
            revocations.extend(file.revocation);
        }
        (written, revocations)
    }

    /// The verdict on each record's signature.
    fn verdicts(
        &mut self,
        rules: &Rules,
        config: &Config,
        written: &[(Record, Vec<u8>)],
    ) -> Vec<Signature> {
        if !rules.signatures {
            return vec![Signature::NotAsked; written.len()];
        }
        let signers = self.needed(rules, &rules.signers, true).unwrap_or_default();
        let revoked = rules.revoked.as_ref().and_then(|path| {
            let bytes = self.needed(rules, path, true)?;
            self.findings.extend(revoked_findings(path, &bytes));
            Some(bytes)
        });
        let read: Vec<Option<Result<Vec<u8>, Box<Finding>>>> = written
            .par_iter()
            .map(|(record, _)| record.signature())
            .map(|path| self.has(&path).then(|| bytes_of(self.files, &path)))
            .collect();
        let mut found = Vec::new();
        let signatures: Vec<Option<Vec<u8>>> = read
            .into_iter()
            .map(|read| read?.map_err(|finding| found.push(*finding)).ok())
            .collect();
        self.findings.append(&mut found);
        let zone = zone_of(config);
        let mut checks = Vec::new();
        for ((record, bytes), signature) in written.iter().zip(&signatures) {
            let Some(signature) = signature.as_ref().filter(|bytes| looks_signed(bytes)) else {
                continue;
            };
            let signed_at = seconds_of(record, &zone);
            checks.push(SignatureCheck {
                record: &record.file,
                bytes,
                signature,
                principal: &record.signer,
                signed_at,
                ahead: zone.ahead_at(signed_at),
                signers: &signers,
                revoked: revoked.as_deref(),
            });
        }
        let verdicts = if checks.is_empty() { Vec::new() } else { self.files.verify(&checks) };
        let mut verdicts = verdicts.into_iter();
        let verdict = |signature: &Option<Vec<u8>>| match signature {
            None => Signature::Absent,
            Some(bytes) if !looks_signed(bytes) => Signature::Bad,
            Some(_) => verdicts.next().unwrap_or(Signature::Absent),
        };
        signatures.iter().map(verdict).collect()
    }
}

/// What is said of a file that stands among records and is none.
fn stray(path: &HubPath, all: &[HubPath]) -> Option<Finding> {
    let (message, help) = if is_signature(path) {
        if record_of(path).is_some_and(|record| all.binary_search(&record).is_ok()) {
            return None;
        }
        (
            format!("The signature `{path}` stands without its record."),
            "put the record back as it was committed",
        )
    } else if path.extension() == "toml" {
        (
            format!("`{path}` is not read: a record stands at `{APPROVALS}/CODE/NAME.toml`."),
            "move it into the folder of its job code",
        )
    } else {
        return None;
    };
    Some(Finding::new(&codes::APPROVAL_RECORD, Place::file(path), message).help(help))
}

/// The files that pages link to, where digests need them: without `[approval]` none are read.
pub(super) fn shelf_for(config: &Config, files: &dyn Files, sorted: &Sorted) -> Shelf {
    if config.approval.is_none() {
        return Shelf::default();
    }
    let read = |paths: &[HubPath]| -> Vec<Asset> {
        paths.par_iter().filter_map(|path| read_asset(files, path).ok()).collect()
    };
    Shelf {
        beside: read(&sorted.beside).into(),
        stat: read(&sorted.stat).into(),
        withheld: Vec::new(),
    }
}

/// What is known of signatures while a hub is joined.
pub(super) enum Signed<'s> {
    /// Today's records, and what their digests are worked out from: what the hub has written once,
    /// and its files.
    Records(&'s Records, &'s Library, &'s dyn Files),
    /// What was known when the hub's files were kept, by file.
    Kept(&'s BTreeMap<HubPath, Standing>),
}

/// Digests that were worked out, by item; `None` for one that has none.
pub(super) type KnownDigests = BTreeMap<Item, Option<ItemDigest>>;

/// Judges the hub once, however often it is asked.
pub(super) struct HubJudge<'j> {
    signed: &'j Signed<'j>,
    known: Mutex<KnownDigests>,
    judged: OnceLock<Arc<Approvals>>,
}

impl<'j> HubJudge<'j> {
    /// Nothing is known yet.
    pub(super) fn new(signed: &'j Signed<'j>) -> Self {
        Self::knowing(signed, KnownDigests::new())
    }

    /// With digests that are true of the hub.
    pub(super) fn knowing(signed: &'j Signed<'j>, known: KnownDigests) -> Self {
        Self { signed, known: Mutex::new(known), judged: OnceLock::new() }
    }

    /// The digests that were worked out. Those of products are not among them: their files may
    /// stand where nobody notices a change.
    pub(super) fn into_known(self) -> KnownDigests {
        let mut known = self.known.into_inner().unwrap_or_default();
        let has_product =
            |digest: &ItemDigest| digest.parts.keys().any(|part| part.starts_with("product:"));
        known.retain(|_, digest| !digest.as_ref().is_some_and(has_product));
        known
    }

    /// What signatures say of each document of `hub`, which is the same hub each time, but for
    /// what is worked out of it.
    pub(super) fn standings(&self, hub: &Hub) -> Vec<Option<Arc<Standing>>> {
        if hub.config.approval.is_none() {
            return Vec::new();
        }
        match self.signed {
            Signed::Records(..) => self.approvals(hub).standings(hub),
            Signed::Kept(known) => hub
                .docs
                .iter()
                .map(|doc| known.get(&doc.facets.file).cloned().map(Arc::new))
                .collect(),
        }
    }

    /// All items of `hub` that somebody must sign.
    pub(super) fn approvals(&self, hub: &Hub) -> Arc<Approvals> {
        let (Some(rules), Signed::Records(records, library, files)) =
            (&hub.config.approval, self.signed)
        else {
            return Arc::default();
        };
        let judge = || {
            let read = |path: &HubPath| files.read(path).ok();
            let digests = Digests::new(hub, library, &read);
            let signed: BTreeSet<&Item> = records.items().collect();
            signed.par_iter().for_each(|item| drop(self.digest(&digests, item)));
            let digest_of = |item: &Item| self.digest(&digests, item);
            Arc::new(judge_hub(hub, library, records, rules, &digest_of))
        };
        Arc::clone(self.judged.get_or_init(judge))
    }

    fn digest(&self, digests: &Digests<'_>, item: &Item) -> Option<ItemDigest> {
        let known = || self.known.lock().expect("nothing here panics");
        if let Some(known) = known().get(item) {
            return known.clone();
        }
        let digest = digests.digest(item);
        known().insert(item.clone(), digest.clone());
        digest
    }

    /// What signatures give to say.
    pub(super) fn findings(&self, hub: &Hub, policy: Option<&BasePolicy>) -> Vec<Finding> {
        let (Some(rules), Signed::Records(records, library, files)) =
            (&hub.config.approval, self.signed)
        else {
            return Vec::new();
        };
        let read = |path: &HubPath| files.read(path).ok();
        let digests = Digests::new(hub, library, &read);
        let approvals = self.approvals(hub);
        let mut found = findings(hub, rules, records, &approvals);
        let digest_of = |item: &Item| self.digest(&digests, item);
        found.extend(gone_items(hub, library, records, &digest_of));
        let earlier = EarlierKinds {
            in_branch: &|item| policy.and_then(|policy| policy.kind(item)),
            front_as: &|item, kind| digests.front_as(item, kind.0),
        };
        found.extend(lowered(hub, rules, records, &earlier));
        found
    }
}
