//! Records of signatures: `approvals/CODE/ROLE-NAME-N.toml`, a signature each.
//!
//! Reading gives a [`Record`] and findings, never a failure. Nothing ever edits a record, so one of
//! a page that is gone is no mistake.

use std::collections::BTreeMap;

use etappe_base::date::Day as OfDay;
use etappe_base::finding::{Finding, codes};
use etappe_base::moment::WrittenDate;
use etappe_base::path::HubPath;
use etappe_base::source::{Span, Spanned};
use etappe_base::zone::Zone;
use etappe_hub::config::TextFile;
use etappe_hub::config::approval::{APPROVALS, RecordKind};
use etappe_hub::config::fields::{FieldCodes, Fields, Reader};
use etappe_hub::config::keys::{
    self, Day, Form, Name, Parsed, ReadIn, ReadTable, Several, Shape, Text, Texts, WrittenValue,
};
use etappe_hub::keys;

use super::item::{Item, ItemId};

/// One signature: this person, in this role, signed exactly this content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Where it stands.
    pub file: HubPath,
    /// The job code that readers see; records of one job share it.
    pub code: String,
    /// What the signature is for.
    pub kind: RecordKind,
    /// The role that its signer had.
    pub role: String,
    /// The signer's principal, as the lists of allowed signers and of roles name it.
    pub signer: String,
    /// The signer's printed name.
    pub name: String,
    /// The signer's registration number; empty where none was said.
    pub registration: String,
    /// What the signature means, in the signer's words.
    pub meaning: String,
    /// What was signed, in the order of the record.
    pub items: Vec<SignedItem>,
    /// The channels that it covers.
    pub channels: Vec<String>,
    /// The day of preparation that readers see; `None` where none was said.
    pub prepared: Option<OfDay>,
    /// When it was signed, as the signer says.
    pub signed_at: WrittenDate,
    /// The first day on which it counts.
    pub valid_from: OfDay,
    /// The first day on which it does not count any more; `None`: it does not end by itself.
    pub expires: Option<OfDay>,
    /// An authority's number; empty where none was said.
    pub number: String,
    /// The record that this one takes the place of.
    pub supersedes: Option<HubPath>,
    /// The record that this one takes back; only a revocation has one.
    pub revokes: Option<HubPath>,
    /// Why; empty where nothing was said.
    pub reason: String,
}

/// One item of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedItem {
    /// What was signed.
    pub item: Item,
    /// The digest of its content.
    pub digest: String,
    /// Its parts by name.
    pub parts: BTreeMap<String, SignedPart>,
    /// Of the item's name in the record.
    pub span: Span,
}

/// A part of an item as it was signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedPart {
    /// 64 hexadecimal digits.
    pub digest: String,
    /// The id of the Git blob that held it; empty where none was said.
    pub blob: String,
}

/// What the file of a record gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadRecord {
    /// `None` where anything in it is wrong: it then approves nothing.
    pub record: Option<Record>,
    /// What it takes back, also where something else in it is wrong: what is in doubt is not shown.
    pub revocation: Option<Revocation>,
}

/// The taking back of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revocation {
    /// The record that says so.
    pub by: HubPath,
    /// The record that does not count any more.
    pub of: HubPath,
    /// The first day on which it does not; `None` where no day can be read: it never did.
    pub from: Option<OfDay>,
}

impl Record {
    /// The item of the record that is `item`, if it has it.
    pub fn signed(&self, item: &Item) -> Option<&SignedItem> {
        self.items.iter().find(|signed| signed.item == *item)
    }

    /// Its signature's file.
    pub fn signature(&self) -> HubPath {
        signature_of(&self.file)
    }
}

/// The file of the signature of a record.
pub fn signature_of(record: &HubPath) -> HubPath {
    HubPath::new(&format!("{record}.sig")).expect("a longer name is a path too")
}

/// The file of the record that a signature is of; `None` where it is no signature by its name.
pub fn record_of(signature: &HubPath) -> Option<HubPath> {
    HubPath::new(signature.as_str().strip_suffix(".sig")?)
}

/// Whether a file is a record by its place: `approvals/CODE/NAME.toml`.
pub fn is_record(path: &HubPath) -> bool {
    path.extension() == "toml" && is_in_job(path)
}

/// Whether a file is the signature of a record by its place.
pub fn is_signature(path: &HubPath) -> bool {
    path.name().ends_with(".toml.sig") && is_in_job(path)
}

fn is_in_job(path: &HubPath) -> bool {
    let mut parts = path.as_str().split('/');
    parts.next() == Some(APPROVALS) && parts.count() == 2
}

/// Every key of a record.
pub const RECORD_KEYS: &keys::Keys = <RecordKeys as keys::KeyTable>::KEYS;

/// The code of all that is wrong in a record.
const RECORD_CODES: FieldCodes = FieldCodes {
    unknown_key: &codes::APPROVAL_RECORD,
    missing_key: &codes::APPROVAL_RECORD,
    wrong_type: &codes::APPROVAL_RECORD,
    invalid_value: &codes::APPROVAL_RECORD,
};

keys! {
    /// A record, as it is written.
    pub(super) struct RecordKeys("the record") in () {
        /// The job code, shared by all records of one job. Readers see it.
        code: Name = "code", required("add `code = \"…\"`, the name of the record's folder");
        /// What the signature is for.
        kind: Parsed<RecordKind> = "kind", required("add `kind = \"internal\"`");
        /// The role in which it was signed.
        role: Name = "role", required("add `role = \"…\"`, as [approval] of hub.toml names it");
        /// The signer's principal, as the lists of allowed signers and of roles name it.
        signer: Name = "signer", required("add `signer = \"…\"`, most often an e-mail address");
        /// The signer's printed name.
        name: Name = "name", required("add `name = \"…\"`, the signer's printed name");
        /// The signer's registration number.
        registration: Text = "registration";
        /// What the signature means, in words: review, approval, responsibility, authorship.
        meaning: Name = "meaning", required("add `meaning = \"…\"`: what the signature means");
        /// What was signed.
        items: Several<ItemKeys> = "items";
        /// The channels that the signature covers.
        channels: Texts = "channels", usually("web");
        /// The day of preparation. Readers see it.
        prepared: Day = "prepared";
        /// When it was signed, with its distance from UTC.
        signed_at: Moment = "signed_at",
            required("add `signed_at = 2026-11-22T09:30:00+01:00`");
        /// The first day on which it counts.
        valid_from: Day = "valid_from", usually("the day of signing");
        /// The first day on which it does not count any more.
        expires: Day = "expires";
        /// An authority's number.
        number: Text = "number";
        /// The record that this one takes the place of: `CODE/NAME.toml`.
        supersedes: RecordName = "supersedes";
        /// The record that a revocation takes back: `CODE/NAME.toml`.
        revokes: RecordName = "revokes";
        /// Why.
        reason: Text = "reason";
    }
}

keys! {
    /// One of `[[items]]`, as it is written.
    pub(super) struct ItemKeys("an item") in () {
        /// What was signed: a page's id, claim:ID, module:NAME or @site.
        item: Name = "item", required("name what was signed: a page's id");
        /// The code of its language.
        lang: Name = "lang", required("add `lang = \"…\"`, the code of its language");
        /// The id of its market; * in a hub without markets.
        market: Name = "market", usually("*");
        /// The digest of its content, as `etappe approve` writes it.
        digest: Name = "digest", required("write records with `etappe approve`");
        /// The digest of each of its parts, and the Git blob that held it.
        parts: RecordParts = "parts";
    }
}

keys! {
    /// One of `parts`, as it is written.
    pub(super) struct PartKeys("a part") in () {
        /// 64 hexadecimal digits.
        digest: Name = "digest", required("write records with `etappe approve`");
        /// The id of the Git blob that held it.
        blob: Text = "blob";
    }
}

/// RecordParts by name.
pub(super) struct RecordParts;

impl Shape for RecordParts {
    type Value = BTreeMap<String, SignedPart>;
    const FORM: Form = Form::AnyTables(<PartKeys as keys::KeyTable>::KEYS);
}

impl ReadIn<()> for RecordParts {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        context: &(),
    ) -> Option<BTreeMap<String, SignedPart>> {
        let table = fields.reader.as_table(written.name, written.item)?;
        let mut parts = BTreeMap::new();
        for entry in &table.entries {
            let Some(table) = fields.reader.as_table(&entry.key, &entry.item) else { continue };
            let read = |fields: &mut Fields<'t>| PartKeys::read(fields, context);
            let keys = fields.within(table, entry.item.span, "a part", read);
            let Some(digest) = keys.digest else { continue };
            let blob = keys.blob.map(|blob| blob.value).unwrap_or_default();
            parts.insert(entry.key.clone(), SignedPart { digest: digest.value, blob });
        }
        Some(parts)
    }
}

/// A moment with its distance from UTC.
pub(super) struct Moment;

impl Shape for Moment {
    type Value = WrittenDate;
    const FORM: Form = Form::Moment;
}

impl ReadIn<()> for Moment {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, (): &()) -> Option<WrittenDate> {
        let date = fields.reader.as_date(written.name, written.item)?;
        if !date.value.has_offset() {
            let message = format!("`{}` does not say how far from UTC it is.", written.name);
            let help = "write the time with its offset: 2026-11-22T09:30:00+01:00".to_owned();
            fields.reader.invalid(date.span, message, Some(help));
        }
        Some(date.value)
    }
}

/// The path of a record below `approvals/`.
pub(super) struct RecordName;

impl Shape for RecordName {
    type Value = Spanned<HubPath>;
    const FORM: Form = Form::HubFile;
}

impl ReadIn<()> for RecordName {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        (): &(),
    ) -> Option<Spanned<HubPath>> {
        let text = fields.reader.as_text(written.name, written.item)?;
        let path = HubPath::new(&format!("{APPROVALS}/{}", text.value)).filter(is_record);
        if path.is_none() {
            let message = format!("`{}` is no path of a record.", text.value);
            let help = "write it as `CODE/NAME.toml`".to_owned();
            fields.reader.invalid(text.span, message, Some(help));
        }
        path.map(|value| Spanned { value, span: text.span })
    }
}

/// Reads one record. Days are those of `zone`.
pub fn read(file: TextFile<'_>, zone: &Zone, findings: &mut Vec<Finding>) -> ReadRecord {
    let mut reader = Reader::new(file.path, RECORD_CODES);
    let root = reader.parse(file.text);
    let (keys, mut reader) = keys::read_file::<RecordKeys, _>(reader, &root, &());
    judge(&keys, &mut reader);
    let revocation = revocation(file.path, &keys, zone);
    let record = if reader.is_faulty() { None } else { record(file.path, keys, zone) };
    findings.append(&mut reader.findings);
    ReadRecord { record, revocation }
}

/// What a record takes back, whatever else is wrong with it.
fn revocation(by: &HubPath, keys: &RecordKeys, zone: &Zone) -> Option<Revocation> {
    let of = keys.revokes.as_ref()?.value.clone();
    let signed_on = keys.signed_at.map(|at| at.day_in(zone).unwrap_or(at.day));
    let valid_from = keys.valid_from.as_ref().map(|day| day.value);
    Some(Revocation { by: by.clone(), of, from: valid_from.max(signed_on) })
}

/// Reports what is wrong although each key is right by itself.
fn judge(keys: &RecordKeys, reader: &mut Reader) {
    let folder = reader.file.folder().rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(code) = keys.code.as_ref().filter(|code| code.value != folder) {
        let message = format!("The record of `{}` stands in the folder `{folder}`.", code.value);
        let help = format!("move it to `{APPROVALS}/{}/`", code.value);
        reader.invalid(code.span, message, Some(help));
    }
    let is_revocation = keys.kind == Some(RecordKind::REVOCATION);
    if is_revocation && keys.revokes.is_none() {
        let help = "add `revokes = \"CODE/NAME.toml\"`, the record that it takes back";
        let message = "The revocation does not say what it takes back.";
        reader.invalid(Span::default(), message, Some(help.to_owned()));
    }
    if let (false, Some(revokes)) = (is_revocation, &keys.revokes) {
        let message = "The record takes another one back, and is no revocation.";
        let help = "write `kind = \"revocation\"`, or `supersedes`".to_owned();
        reader.invalid(revokes.span, message, Some(help));
    }
    let items = keys.items.as_deref().unwrap_or_default();
    if items.is_empty() && !is_revocation && keys.kind.is_some() {
        let help = "write records with `etappe approve`, which names what was signed".to_owned();
        reader.invalid(Span::default(), "The record names nothing that was signed.", Some(help));
    }
    let mut seen: BTreeMap<Item, Span> = BTreeMap::new();
    for (item, span) in items.iter().filter_map(|item| named(&item.value)) {
        let message = format!("The record has `{}` twice in one language and market.", item.id);
        match seen.get(&item) {
            Some(first) => {
                let first = reader.place(*first);
                let finding = Finding::new(&codes::APPROVAL_RECORD, reader.place(span), message)
                    .help("keep one of them")
                    .related(first, "first named here");
                reader.report(finding);
            }
            None => {
                seen.insert(item, span);
            }
        }
    }
}

fn named(keys: &ItemKeys) -> Option<(Item, Span)> {
    let id = keys.item.as_ref()?;
    let market = keys.market.as_ref().map(|market| market.value.clone());
    let item = Item {
        id: ItemId::read(&id.value),
        lang: keys.lang.as_ref()?.value.clone(),
        market: market.filter(|market| market != "*"),
    };
    Some((item, id.span))
}

fn record(file: &HubPath, keys: RecordKeys, zone: &Zone) -> Option<Record> {
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value).unwrap_or_default();
    let day = |day: Option<Spanned<OfDay>>| day.map(|day| day.value);
    let signed_at = keys.signed_at?;
    let items = keys.items.unwrap_or_default().into_iter().filter_map(|keys| {
        let (item, span) = named(&keys.value)?;
        let digest = keys.value.digest?.value;
        Some(SignedItem { item, digest, parts: keys.value.parts.unwrap_or_default(), span })
    });
    let channels = keys.channels.filter(|channels| !channels.is_empty());
    let channels = channels.map(|all| all.into_iter().map(|one| one.value).collect());
    Some(Record {
        file: file.clone(),
        code: text(keys.code),
        kind: keys.kind?,
        role: text(keys.role),
        signer: text(keys.signer),
        name: text(keys.name),
        registration: text(keys.registration),
        meaning: text(keys.meaning),
        items: items.collect(),
        channels: channels.unwrap_or_else(|| vec!["web".to_owned()]),
        prepared: day(keys.prepared),
        signed_at,
        valid_from: day(keys.valid_from)
            .or_else(|| signed_at.day_in(zone))
            .unwrap_or(signed_at.day),
        expires: day(keys.expires),
        number: text(keys.number),
        supersedes: keys.supersedes.map(|name| name.value),
        revokes: keys.revokes.map(|name| name.value),
        reason: text(keys.reason),
    })
}
