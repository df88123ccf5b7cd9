//! What was signed: the newest record of each item, and the hub as it was then, as far as the
//! repository still has it.

use std::collections::{BTreeMap, BTreeSet};

use super::Office;
use crate::sheet::Sheet;
use etappe_base::path::HubPath;
use etappe_compliance::digest::Digests;
use etappe_compliance::record::SignedItem;
use etappe_compliance::records::{KnownRecord, Records};
use etappe_compliance::signature::Signature;
use etappe_compliance::{Item, ItemDigest};
use etappe_hub::config::approval::RecordKind;
use etappe_hub::journey::{DocIx, Hub};
use etappe_session::io::{Files, Overlay, git};
use etappe_session::{self as session, Options, Revision};

/// The last signature of an item, and how its content compares.
pub(crate) struct Last<'r> {
    pub record: &'r KnownRecord,
    pub signed: &'r SignedItem,
}

/// The newest record that holds an item, if its signature does not speak against it.
pub(crate) fn last<'r>(records: &'r Records, item: &Item) -> Option<Last<'r>> {
    let stands = |known: &&KnownRecord| {
        known.record.kind != RecordKind::REVOCATION
            && !matches!(known.signature, Signature::Bad | Signature::Stranger)
    };
    let record = records.of(item).filter(stands).last()?;
    Some(Last { record, signed: record.record.signed(item)? })
}

/// A version of the hub's files as records hold it.
pub(crate) struct Layer<'l> {
    pub files: Overlay<'l>,
    pub revision: Revision,
}

/// Where the signed state of an item can be seen.
#[derive(Debug)]
pub(crate) struct Restored {
    /// The layer, by its place.
    pub layer: usize,
    /// Parts that did not come out as they were signed: their text is gone.
    pub lost: BTreeSet<String>,
}

/// The signed states of the pages of a pack.
#[derive(Default)]
pub(crate) struct SignedStates<'l> {
    pub layers: Vec<Layer<'l>>,
    /// By item, those that drifted since they were signed.
    pub restored: BTreeMap<Item, Restored>,
}

/// An item that drifted, with the blobs that hold what was signed.
struct Drifted<'d> {
    item: &'d Item,
    signed: &'d SignedItem,
    blobs: BTreeMap<HubPath, String>,
}

/// Reads what was signed of every item that has drifted since. Items whose records hold the same
/// version of shared files are read together.
pub(crate) fn states<'l>(
    office: &Office<'l>,
    hub: &Hub,
    sheets: &[Sheet],
    records: &Records,
    today: &BTreeMap<Item, ItemDigest>,
) -> SignedStates<'l> {
    let drifted = drifted(office, hub, sheets, records, today);
    let wanted: BTreeSet<String> =
        drifted.iter().flat_map(|drifted| drifted.blobs.values().cloned()).collect();
    let bytes = git::blobs(office.root, &wanted);
    let mut states = SignedStates::default();
    for Version { blobs, items } in versions(&drifted, &bytes) {
        let instead =
            blobs.into_iter().filter_map(|(file, blob)| Some((file, bytes.get(&blob)?.clone())));
        let files = Overlay::new(office.files, instead.collect());
        let options = Options { review: true, ..office.options.clone() };
        let revision = session::load(&files, &options);
        restore(&revision, &files, &items, states.layers.len(), &mut states.restored);
        states.layers.push(Layer { files, revision });
    }
    states
}

/// The items that are no longer what was signed, each once.
fn drifted<'d>(
    office: &Office<'_>,
    hub: &Hub,
    sheets: &'d [Sheet],
    records: &'d Records,
    today: &BTreeMap<Item, ItemDigest>,
) -> Vec<Drifted<'d>> {
    let mut drifted: BTreeMap<&Item, Drifted<'_>> = BTreeMap::new();
    for sheet in sheets {
        let doc = hub.placement(sheet.placement).doc;
        for item in &sheet.items {
            let Some(Last { signed, .. }) = last(records, item) else { continue };
            if today.get(item).is_none_or(|today| today.digest != signed.digest) {
                let blobs = blobs(office, hub, doc, signed);
                drifted.insert(item, Drifted { item, signed, blobs });
            }
        }
    }
    drifted.into_values().collect()
}

/// A version of files, and the items that were signed with it.
#[derive(Default)]
struct Version<'v> {
    blobs: BTreeMap<HubPath, String>,
    items: Vec<&'v Drifted<'v>>,
}

/// As few versions as the blobs that are known allow, each item in one of them.
fn versions<'v>(drifted: &'v [Drifted<'v>], bytes: &BTreeMap<String, Vec<u8>>) -> Vec<Version<'v>> {
    let mut versions: Vec<Version<'_>> = Vec::new();
    for one in drifted {
        let known = one.blobs.iter().filter(|(_, blob)| bytes.contains_key(*blob));
        let known: Vec<(HubPath, String)> =
            known.map(|(file, blob)| (file.clone(), blob.clone())).collect();
        let agrees = |version: &Version<'_>| {
            let is_same = |(file, blob): &(HubPath, String)| {
                version.blobs.get(file).is_none_or(|own| own == blob)
            };
            known.iter().all(is_same)
        };
        let at = versions.iter().position(agrees).unwrap_or_else(|| {
            versions.push(Version::default());
            versions.len() - 1
        });
        versions[at].blobs.extend(known);
        versions[at].items.push(one);
    }
    versions
}

/// Compares what came out with what was signed, part by part.
fn restore(
    revision: &Revision,
    files: &Overlay<'_>,
    items: &[&Drifted<'_>],
    layer: usize,
    restored: &mut BTreeMap<Item, Restored>,
) {
    let Some(content) = &revision.content else { return };
    let read = |path: &HubPath| files.read(path).ok();
    let digests = Digests::new(&content.material.hub, &content.material.library, &read);
    for drifted in items {
        let Some(then) = digests.digest(drifted.item) else { continue };
        let signed = drifted.signed.parts.iter();
        let lost = signed.filter(|(name, part)| then.parts.get(*name) != Some(&part.digest));
        let lost = lost.map(|(name, _)| name.clone()).collect();
        restored.insert(drifted.item.clone(), Restored { layer, lost });
    }
}

/// The blobs that a record has of an item's parts, by the file that each stands in today.
fn blobs(
    office: &Office<'_>,
    hub: &Hub,
    doc: DocIx,
    signed: &SignedItem,
) -> BTreeMap<HubPath, String> {
    let mut blobs = BTreeMap::new();
    for (name, part) in signed.parts.iter().filter(|(_, part)| !part.blob.is_empty()) {
        if let Some(file) = file_of(office, hub, doc, name) {
            blobs.insert(file, part.blob.clone());
        }
    }
    blobs
}

/// The file that a part stands in today, or stood in by its name.
fn file_of(office: &Office<'_>, hub: &Hub, doc: DocIx, part: &str) -> Option<HubPath> {
    let material = &office.content()?.material;
    match part.split_once(':') {
        None => Some(hub.facets(doc).file.clone()),
        Some(("product", id)) => HubPath::new(&format!("products/{id}.toml")),
        Some(("reference", key)) => Some(material.references.get(key)?.place.file.clone()),
        Some(("claim", id)) => Some(material.library.claim(id)?.place.file.clone()),
        Some(("module", name)) => {
            let module = material.library.module(name, hub.facets(doc).lang());
            match module {
                Some(module) => Some(module.file.clone()),
                None => HubPath::new(&format!("modules/{name}.md")),
            }
        }
        Some(_) => None,
    }
}
