//! Every item of a hub that somebody must sign, judged: what the hub has to know of its pages, and
//! what reports say of each item.

use std::collections::BTreeMap;
use std::sync::Arc;

use etappe_base::date::Day;
use etappe_base::path::HubPath;
use etappe_hub::config::approval::Approval as Rules;
use etappe_hub::config::{LangIx, Market};
use etappe_hub::content::Facets;
use etappe_hub::journey::{Approval, DocIx, Hub, Standing};

use super::item::{Item, ItemDigest, ItemId};
use super::records::{Asked, Records, Terms};
use super::verdict::{Met, Verdict, judge, together};

/// All items that somebody must sign, in the order of the hub's documents; `@site` comes last.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    /// By document, then market, then channel.
    pub items: Vec<JudgedItem>,
}

/// One item as one channel carries it.
#[derive(Clone, Debug)]
pub struct JudgedItem {
    /// What is signed.
    pub item: Item,
    /// Its page; `None` for `@site`.
    pub doc: Option<DocIx>,
    /// The file that findings are about.
    pub file: HubPath,
    /// The channel.
    pub channel: String,
    /// On the edition's day.
    pub standing: Standing,
    /// By need, in the order of hub.toml.
    pub needs: Vec<JudgedNeed>,
}

/// One needed signature of an item.
#[derive(Clone, Debug)]
pub struct JudgedNeed {
    /// The kind of the record.
    pub kind: &'static str,
    /// The role of its signer.
    pub role: String,
    /// The state as far as this one goes.
    pub state: Approval,
    /// The record that decides it.
    pub by: Option<DecidingRecord>,
}

/// The record that decides a need.
#[derive(Clone, Debug)]
pub struct DecidingRecord {
    /// Where it stands.
    pub file: HubPath,
    /// The signer's printed name.
    pub name: String,
    /// The day of signing.
    pub signed_on: Day,
    /// The parts that are not what was signed; empty where all are, or nobody knows.
    pub drifted: Vec<String>,
    /// The day on which it was taken back.
    pub taken_back: bool,
}

/// Gives the digest of an item in the language of a document; `None` where the item has none,
/// because it cannot be read.
pub type DigestOf<'d> = &'d (dyn Fn(&Item) -> Option<ItemDigest> + Sync);

/// Judges every item that somebody must sign.
pub fn judge_hub(
    hub: &Hub,
    records: &Records,
    rules: &Rules,
    digest_of: DigestOf<'_>,
) -> Approvals {
    let judging = Judging { hub, records, rules, digest_of };
    let mut items: Vec<JudgedItem> = hub
        .doc_ixs()
        .filter(|ix| needs_approval(hub, *ix, rules))
        .flat_map(|ix| judging.page(ix))
        .collect();
    if rules.site {
        items.extend(judging.site());
    }
    Approvals { items }
}

/// Whether somebody must sign a page. A translation needs what its original needs.
pub fn needs_approval(hub: &Hub, ix: DocIx, rules: &Rules) -> bool {
    let is_asked =
        |facets: &Facets| rules.kinds.iter().any(|kind| kind.0 == facets.front.kind.name());
    let page = hub.page(hub.doc(ix).page);
    let original = page.docs.first().copied().flatten();
    is_asked(hub.facets(ix)) || original.is_some_and(|original| is_asked(hub.facets(original)))
}

/// The items of a document: one for each market that it is for and that has its language.
pub fn items_of(hub: &Hub, ix: DocIx) -> Vec<Item> {
    let facets = hub.facets(ix);
    let id = hub.page_id(hub.page(hub.doc(ix).page));
    let own = &facets.front.markets;
    let is_for =
        |market: &&Market| own.is_empty() || own.iter().any(|named| named.value == market.id);
    in_markets(hub, &ItemId::Page(id.to_owned()), facets.lang(), &is_for)
}

/// One item for each market that has a language and `is_for`; one for all where there is none.
fn in_markets(
    hub: &Hub,
    id: &ItemId,
    lang: LangIx,
    is_for: &dyn Fn(&&Market) -> bool,
) -> Vec<Item> {
    let item = |market: Option<&Market>| Item {
        id: id.clone(),
        lang: hub.config.lang(lang).code.clone(),
        market: market.map(|market| market.id.clone()),
    };
    let markets = hub.config.markets.iter().filter(|market| market.languages.contains(&lang));
    let items: Vec<Item> = markets.filter(is_for).map(|market| item(Some(market))).collect();
    // What is for no market is signed by itself, rather than shown unsigned.
    if items.is_empty() { vec![item(None)] } else { items }
}

struct Judging<'j> {
    hub: &'j Hub,
    records: &'j Records,
    rules: &'j Rules,
    digest_of: DigestOf<'j>,
}

impl Judging<'_> {
    fn page(&self, ix: DocIx) -> Vec<JudgedItem> {
        let facets = self.hub.facets(ix);
        let own: Vec<&str> =
            facets.front.channels.iter().map(|channel| channel.value.as_str()).collect();
        // Whatever the page names, the sites show it.
        let others = own.into_iter().filter(|channel| *channel != "web");
        let channels: Vec<&str> = std::iter::once("web").chain(others).collect();
        let authors = &facets.front.authors;
        let mut judged = Vec::new();
        for item in items_of(self.hub, ix) {
            judged.extend(self.item(&item, Some(ix), &facets.file, &channels, authors));
        }
        judged
    }

    fn site(&self) -> Vec<JudgedItem> {
        let file = HubPath::literal("hub.toml");
        let langs = self.hub.config.lang_ixs();
        let items = langs.flat_map(|lang| in_markets(self.hub, &ItemId::Site, lang, &|_| true));
        items.flat_map(|item| self.item(&item, None, &file, &["web"], &[])).collect()
    }

    fn item(
        &self,
        item: &Item,
        doc: Option<DocIx>,
        file: &HubPath,
        channels: &[&str],
        authors: &[String],
    ) -> Vec<JudgedItem> {
        // Nobody needs the digest of what has no record.
        let digest = self.records.of(item).next().and_then(|_| (self.digest_of)(item));
        let terms = Terms { rules: self.rules, as_of: self.hub.edition.as_of };
        let judge = |channel: &&str| {
            let digest = digest.as_ref();
            let today = digest.map(|digest| &*digest.digest);
            let asked = Asked { item, channel, authors, digest: today };
            let verdict = judge(self.records, terms, asked);
            judged(item, doc, file, channel, &verdict, digest)
        };
        channels.iter().map(judge).collect()
    }
}

fn judged(
    item: &Item,
    doc: Option<DocIx>,
    file: &HubPath,
    channel: &str,
    verdict: &Verdict<'_>,
    digest: Option<&ItemDigest>,
) -> JudgedItem {
    JudgedItem {
        item: item.clone(),
        doc,
        file: file.clone(),
        channel: channel.to_owned(),
        standing: verdict.standing(),
        needs: verdict.needs.iter().map(|met| need(item, met, digest)).collect(),
    }
}

fn need(item: &Item, met: &Met<'_>, digest: Option<&ItemDigest>) -> JudgedNeed {
    let by = met.by.map(|known| DecidingRecord {
        file: known.record.file.clone(),
        name: known.record.name.clone(),
        signed_on: known.signed_on,
        drifted: match (known.record.signed(item), digest) {
            (Some(signed), Some(today)) if signed.digest != today.digest => {
                let then = signed.parts.iter().map(|(name, part)| (name, &part.digest));
                differing(&then.collect(), &today.parts.iter().collect())
            }
            _ => Vec::new(),
        },
        taken_back: met.state == Approval::Missing,
    });
    JudgedNeed { kind: met.need.kind.name(), role: met.need.role.clone(), state: met.state, by }
}

/// The names of parts that are in one alone, or differ.
fn differing(then: &BTreeMap<&String, &String>, today: &BTreeMap<&String, &String>) -> Vec<String> {
    let gone = then.keys().filter(|name| !today.contains_key(**name));
    let other = today.iter().filter(|(name, part)| then.get(**name) != Some(part));
    let mut names: Vec<String> =
        gone.copied().chain(other.map(|(name, _)| *name)).cloned().collect();
    names.sort();
    names
}

impl Approvals {
    /// What the hub has to know of each of its documents: of several markets, the worst.
    pub fn standings(&self, hub: &Hub) -> Vec<Option<Arc<Standing>>> {
        let mut by_doc: BTreeMap<DocIx, Vec<Standing>> = BTreeMap::new();
        for judged in self.items.iter().filter(|judged| judged.channel == "web") {
            if let Some(doc) = judged.doc {
                by_doc.entry(doc).or_default().push(judged.standing.clone());
            }
        }
        hub.doc_ixs().map(|ix| together(by_doc.remove(&ix)?).map(Arc::new)).collect()
    }

    /// Those of one document, for the web.
    pub fn of_doc(&self, doc: DocIx) -> impl Iterator<Item = &JudgedItem> {
        self.items.iter().filter(move |judged| judged.doc == Some(doc) && judged.channel == "web")
    }
}
