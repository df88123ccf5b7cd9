//! Signs items: writes the record of a signature, and the signature itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;

use super::{Content, Revision};
use crate::io::git::{self, GitError};
use crate::io::{Files, MachineError, clock, ssh, write_new};
use etappe_base::date::Day;
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_compliance::approvals::items_of;
use etappe_compliance::digest::Digests;
use etappe_compliance::record::{self, Record, signature_of};
use etappe_compliance::roles;
use etappe_compliance::signature::{Signature, SignatureCheck};
use etappe_compliance::{Item, ItemDigest, ItemId};
use etappe_hub::config::TextFile;
use etappe_hub::config::approval::{APPROVALS, Approval as Rules, RecordKind};
use etappe_hub::journey::{Approval, DocIx, Hub};

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
    /// Whether git leaves its bytes alone.
    pub keeps_bytes: bool,
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
            GitError::Unknown(message) => Self::Refused(message),
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
    let items = signing.items()?;
    signing.refuse_errors(&items)?;
    let signed = signing.digests(&items)?;
    let signer = signing.signer()?;
    let path = signing.place(&signer.name)?;
    let text = signing.record(&signed, &signer);
    let signature = signing.signature(&path, &text, &signer)?;
    write_new(&root.join(path.as_str()), text.as_bytes())?;
    if let Some(signature) = &signature {
        write_new(&root.join(signature_of(&path).as_str()), signature)?;
    }
    Ok(SignedRecord {
        keeps_bytes: git::keeps_bytes(root, &path),
        record: path,
        is_signed: signature.is_some(),
        items: items.into_iter().map(|(item, _)| item).collect(),
    })
}

/// Who signs.
struct Signer {
    principal: String,
    name: String,
    registration: String,
}

/// An item, and its page if it is one.
type ToSign = (Item, Option<DocIx>);

/// An item with its digest, and the blob of each part that is a file's.
struct DigestedItem {
    item: Item,
    digest: ItemDigest,
    blobs: BTreeMap<String, String>,
}

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

impl Signing<'_> {
    /// What is signed, each once.
    fn items(&self) -> Result<Vec<ToSign>, Unsigned> {
        if self.kind == RecordKind::REVOCATION {
            if self.request.revokes.is_none() {
                return refused("say what is taken back: `--revokes CODE/NAME.toml`");
            }
            if !self.request.items.is_empty() {
                return refused("a revocation takes a record back, and names no item");
            }
            return Ok(Vec::new());
        }
        if let Some(part) = &self.request.drifted_by {
            return self.drifted_by(part);
        }
        let mut items: BTreeMap<Item, Option<DocIx>> = BTreeMap::new();
        for name in &self.request.items {
            let named = self.named(name)?;
            let wanted = |item: &Item| {
                self.request.langs.is_empty() || self.request.langs.contains(&item.lang)
            };
            let named: Vec<ToSign> = named.into_iter().filter(|(item, _)| wanted(item)).collect();
            if named.is_empty() {
                return refused(format!(
                    "`{name}` is not there in {}",
                    self.request.langs.join(", ")
                ));
            }
            items.extend(self.of_markets(name, named)?);
        }
        Ok(items.into_iter().collect())
    }

    /// Every item that a name on the command line means.
    fn named(&self, name: &str) -> Result<Vec<ToSign>, Unsigned> {
        if ItemId::read(name) == ItemId::Site {
            let judged = self.content.approvals.items.iter();
            let of_site = judged.filter(|judged| judged.item.id == ItemId::Site);
            let items: Vec<ToSign> = of_site.map(|judged| (judged.item.clone(), None)).collect();
            return match items.is_empty() {
                true => refused("hub.toml does not ask for `@site`: `[approval] site = true`"),
                false => Ok(items),
            };
        }
        let hub = self.hub;
        let path = name.trim_start_matches("./");
        let is_meant = |ix: &DocIx| {
            let facets = hub.facets(*ix);
            let page = hub.page(hub.doc(*ix).page);
            hub.page_id(page) == name || facets.file.as_str() == path
        };
        let found: Vec<ToSign> = hub
            .doc_ixs()
            .filter(is_meant)
            .flat_map(|ix| items_of(hub, ix).into_iter().map(move |item| (item, Some(ix))))
            .collect();
        if found.is_empty() {
            let known = hub.pages.iter().map(|page| hub.page_id(page));
            return refused(format!("there is no item `{name}`; {}", did_you_mean(name, known)));
        }
        Ok(found)
    }

    /// Those of the markets that were asked for.
    fn of_markets(&self, name: &str, named: Vec<ToSign>) -> Result<Vec<ToSign>, Unsigned> {
        let markets: BTreeSet<&String> =
            named.iter().filter_map(|(item, _)| item.market.as_ref()).collect();
        let asked = &self.request.markets;
        if let Some(unknown) = asked.iter().find(|market| !markets.contains(market)) {
            let known: Vec<&str> = markets.iter().map(|market| market.as_str()).collect();
            return refused(match known.as_slice() {
                [] => "the hub tells no markets apart: leave `--market` out".to_owned(),
                known => format!("`{name}` is not for `{unknown}`; it is for {}", known.join(", ")),
            });
        }
        if asked.is_empty() && !self.request.all_markets && markets.len() > 1 {
            let known: Vec<&str> = markets.iter().map(|market| market.as_str()).collect();
            return refused(format!(
                "`{name}` is for {}: name one with `--market`, or say `--all-markets`",
                known.join(", ")
            ));
        }
        let is_asked = |item: &Item| {
            asked.is_empty() || item.market.as_ref().is_some_and(|market| asked.contains(market))
        };
        Ok(named.into_iter().filter(|(item, _)| is_asked(item)).collect())
    }

    /// Every item whose record of this kind and role differs by one part alone.
    fn drifted_by(&self, part: &str) -> Result<Vec<ToSign>, Unsigned> {
        let mut items: BTreeMap<Item, Option<DocIx>> = BTreeMap::new();
        for judged in &self.content.approvals.items {
            let differs = judged.needs.iter().any(|need| {
                need.kind == self.kind.name()
                    && need.role == self.request.role
                    && need.state == Approval::Drifted
                    && need.by.as_ref().is_some_and(|by| by.drifted == [part])
            });
            if differs {
                items.insert(judged.item.clone(), judged.doc);
            }
        }
        match items.is_empty() {
            true => refused(format!("nothing that was signed differs by `{part}` alone")),
            false => Ok(items.into_iter().collect()),
        }
    }

    /// No page with an error is signed, unless the error is about its approval.
    fn refuse_errors(&self, items: &[ToSign]) -> Result<(), Unsigned> {
        let files: BTreeSet<&HubPath> =
            items.iter().filter_map(|(_, doc)| Some(&self.hub.facets((*doc)?).file)).collect();
        let found = &self.revision.judged().standing;
        let error = found.iter().filter(|finding| finding.is_error()).find(|finding| {
            let of_item = finding.place.as_ref().is_some_and(|place| files.contains(&place.file));
            of_item && !finding.code.id.starts_with("approval.")
        });
        match error {
            Some(error) => refused(format!(
                "`{}` has an error: {} See `etappe check`",
                error.place.as_ref().map(|place| place.file.as_str()).unwrap_or_default(),
                error.message
            )),
            None => Ok(()),
        }
    }

    /// The digest of each item, and the blobs that hold it; all of it must be committed.
    fn digests(&self, items: &[ToSign]) -> Result<Vec<DigestedItem>, Unsigned> {
        let read = |path: &HubPath| self.files.read(path).ok();
        let digests = Digests::new(self.hub, &self.content.material.library, &read);
        let mut signed = Vec::new();
        let mut sources: BTreeSet<HubPath> = BTreeSet::new();
        for (item, doc) in items {
            let Some(digest) = digests.digest(item) else {
                return refused(format!("`{}` in {} has no digest", item.id, item.lang));
            };
            sources.extend(digest.parts.keys().flat_map(|part| self.sources(part, *doc)));
            signed.push((item, *doc, digest));
        }
        let blobs = git::committed_blobs(self.root, &sources)?;
        let open: Vec<&str> = blobs
            .iter()
            .filter(|(_, blob)| blob.is_none())
            .map(|(file, _)| file.as_str())
            .collect();
        if !open.is_empty() {
            return refused(format!("{} must be committed before it is signed", open.join(", ")));
        }
        let digested = |(item, doc, digest): (&Item, Option<DocIx>, ItemDigest)| {
            let blob = |part: &String| {
                let file = self.sources(part, doc).into_iter().next()?;
                Some((part.clone(), blobs.get(&file)?.clone()?))
            };
            let blobs = digest.parts.keys().filter_map(blob).collect();
            DigestedItem { item: item.clone(), digest, blobs }
        };
        Ok(signed.into_iter().map(digested).collect())
    }

    /// The files that a part is made of, the one whose blob holds it first.
    fn sources(&self, part: &str, doc: Option<DocIx>) -> Vec<HubPath> {
        let existing =
            |path: String| HubPath::new(&path).filter(|path| self.files.read(path).is_ok());
        let page = doc.map(|doc| self.hub.facets(doc).file.clone());
        match part.split_once(':') {
            None if part == "texts" => existing("hub.toml".to_owned()).into_iter().collect(),
            None => page.into_iter().collect(),
            Some(("product", id)) => existing(format!("products/{id}.toml")).into_iter().collect(),
            Some(("reference", key)) => self.reference(key).into_iter().collect(),
            Some(("module", name)) => existing(format!("modules/{name}.md")).into_iter().collect(),
            Some(_) => Vec::new(),
        }
    }

    /// The file that a reference stands in.
    fn reference(&self, key: &str) -> Option<HubPath> {
        let found = self.content.material.references.get(key)?;
        Some(found.place.file.clone())
    }

    /// Who signs, as the list of roles has them.
    fn signer(&self) -> Result<Signer, Unsigned> {
        let configured = |key| git::configured(self.root, key);
        let named = self.request.signer.clone().or_else(|| configured("user.email"));
        let Some(principal) = named else {
            return refused("nobody says who signs: `--signer`, or `git config user.email`");
        };
        let path = &self.rules.roles_file;
        let text = self.files.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text else {
            if self.rules.signatures {
                return refused(format!("there is no `{path}`, which says who may sign"));
            }
            let name = configured("user.name").unwrap_or_else(|| principal.clone());
            return Ok(Signer { principal, name, registration: String::new() });
        };
        let roles = roles::read(TextFile { path, text: &text }, &mut Vec::new());
        let today = Day::from_unix_seconds(clock::now());
        let Some(known) = roles.find(&principal) else {
            let known = roles.signers.iter().map(|signer| signer.principal.as_str());
            return refused(format!(
                "`{principal}` is not in `{path}`; {}",
                did_you_mean(&principal, known)
            ));
        };
        if !known.may(&self.request.role, today) {
            return refused(format!(
                "`{principal}` may not sign as `{}` today, by `{path}`",
                self.request.role
            ));
        }
        let name = known.names.first().cloned().unwrap_or_else(|| principal.clone());
        Ok(Signer { principal, name, registration: known.registration.clone() })
    }

    /// The place of the new record: a name that no record has, or ever had.
    fn place(&self, name: &str) -> Result<HubPath, Unsigned> {
        let code = &self.request.code;
        let folder = HubPath::new(&format!("{APPROVALS}/{code}"));
        let is_plain = !code.is_empty() && !code.contains(['/', '\\']) && !code.starts_with('.');
        let Some(folder) = folder.filter(|_| is_plain) else {
            return refused(format!("`{code}` cannot be the name of a folder of records"));
        };
        let stem = format!("{}-{}", slug::slug(&self.request.role), slug::slug(name));
        let ever: BTreeSet<String> = git::names_ever(self.root, folder.as_str())
            .into_iter()
            .map(|name| name.to_lowercase())
            .collect();
        let listed: BTreeSet<String> =
            self.files.list().0.iter().map(|entry| entry.path.as_str().to_lowercase()).collect();
        let is_free = |path: &HubPath| {
            let folded = path.as_str().to_lowercase();
            !ever.contains(&folded) && !listed.contains(&folded)
        };
        let path = |number: u32| HubPath::new(&format!("{folder}/{stem}-{number}.toml"));
        let free = (1..).filter_map(path).find(is_free);
        free.map_or_else(|| refused("no name of a record is free"), Ok)
    }

    /// The text of the record.
    fn record(&self, items: &[DigestedItem], signer: &Signer) -> String {
        let SignRequest { role, code, channels, number, supersedes, revokes, reason, .. } =
            self.request;
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
        put("expires", day(self.request.expires));
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
    fn signature(
        &self,
        path: &HubPath,
        text: &str,
        signer: &Signer,
    ) -> Result<Option<Vec<u8>>, Unsigned> {
        let mut found = Vec::new();
        let zone = self.hub.config.site.time_zone.clone().unwrap_or_default();
        let record: Option<Record> = record::read(TextFile { path, text }, &zone, &mut found);
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
        let check = SignatureCheck {
            record: &record.file,
            bytes: text.as_bytes(),
            signature,
            principal: &signer.principal,
            signed_at: clock::now(),
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
