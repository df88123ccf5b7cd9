//! Items of records that the hub does not have: they are gone, or have another id now.

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::content::Library;
use etappe_hub::journey::Hub;

use super::approvals::{DigestOf, items_of};
use super::item::{Item, ItemId};
use super::record::SignedItem;
use super::records::Records;

/// The way out where a record is of something that is gone.
const KEPT: &str = "records stay, so nothing has to be done if it is gone for good";

/// What the hub has of pages: the file of each by the digest of its text, in a language.
type TextsNow = BTreeMap<(String, String), String>;

/// A finding for each item that the hub does not have, at its place in the record.
pub fn gone_items(
    hub: &Hub,
    library: &Library,
    records: &Records,
    digest_of: DigestOf<'_>,
) -> Vec<Finding> {
    let ids: BTreeSet<&str> = hub.pages.iter().map(|page| hub.page_id(page)).collect();
    let lacks = |signed: &SignedItem| lack(hub, library, &ids, &signed.item);
    let mut texts: Option<TextsNow> = None;
    let mut findings = Vec::new();
    for known in records.all() {
        for signed in &known.record.items {
            let Some(message) = lacks(signed) else { continue };
            let help = match &signed.item.id {
                // Only where a page is gone is it worth to read all others.
                ItemId::Page(id) => {
                    moved(id, signed, texts.get_or_insert_with(|| texts_now(hub, digest_of)))
                }
                _ => KEPT.to_owned(),
            };
            let place = Place::new(&known.record.file, signed.span);
            findings.push(Finding::new(&codes::APPROVAL_UNKNOWN_ITEM, place, message).help(help));
        }
    }
    findings
}

/// What the hub lacks of an item; `None` where it has it.
fn lack(hub: &Hub, library: &Library, ids: &BTreeSet<&str>, item: &Item) -> Option<String> {
    let Item { id, lang, market } = item;
    let Some(known) = hub.config.find_lang(lang) else {
        return Some(format!("The hub has no language `{lang}`, in which `{id}` was signed."));
    };
    if let Some(market) = market.as_ref().filter(|id| hub.config.find_market(id).is_none()) {
        return Some(format!("The hub has no market `{market}`, for which `{id}` was signed."));
    }
    let (what, is_there) = match id {
        ItemId::Page(page) => ("page", ids.contains(page.as_str())),
        ItemId::Claim(claim) => ("claim", library.claim(claim).is_some()),
        ItemId::Module(module) => ("module", library.module(module, known).is_some()),
        ItemId::Site => return None,
    };
    let name = match id {
        ItemId::Page(name) | ItemId::Claim(name) | ItemId::Module(name) => name,
        ItemId::Site => return None,
    };
    (!is_there).then(|| format!("The hub has no {what} `{name}`."))
}

fn moved(id: &str, signed: &SignedItem, texts: &TextsNow) -> String {
    let text = signed.parts.get("text").map(|part| part.digest.clone());
    let now = text.and_then(|text| texts.get(&(signed.item.lang.clone(), text)));
    now.map_or_else(
        || KEPT.to_owned(),
        |file| {
            format!(
                "`{file}` has that text now: write `id = \"{id}\"` in its front matter, and the \
                 record is its own again"
            )
        },
    )
}

fn texts_now(hub: &Hub, digest_of: DigestOf<'_>) -> TextsNow {
    let mut texts = TextsNow::new();
    for ix in hub.doc_ixs().filter(|ix| !hub.facets(*ix).blocked) {
        for item in items_of(hub, ix) {
            let Some(part) = digest_of(&item).and_then(|mut one| one.parts.remove("text")) else {
                continue;
            };
            let file = hub.facets(ix).file.to_string();
            texts.entry((item.lang, part)).or_insert(file);
        }
    }
    texts
}
