//! Every item of a hub that somebody must sign, judged: what the hub has to know of its pages, and
//! what reports say of each item.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use etappe_base::date::Day;
use etappe_base::path::HubPath;
use etappe_hub::config::approval::{Approval as Rules, NeededSignature};
use etappe_hub::config::{LangIx, Market};
use etappe_hub::content::{Facets, Library};
use etappe_hub::journey::{Approval, DocIx, Hub, Standing};

use super::item::{Item, ItemDigest, ItemId};
use super::records::{AskedItem, Records, Terms};
use super::verdict::{Met, Verdict, judge, together};

/// All items that somebody must sign, in the order of the hub's documents; then `@site`, and claims
/// and modules that somebody signed though nobody must.
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
    /// Its page; `None` for all else.
    pub doc: Option<DocIx>,
    /// The file that findings are about.
    pub file: HubPath,
    /// The channel.
    pub channel: String,
    /// Its digest; `None` where it has none, or no record names it.
    pub digest: Option<String>,
    /// What signatures say on the edition's day.
    pub standing: Standing,
    /// The first day on which it may not be shown because of a claim or module.
    pub used_until: Option<Day>,
    /// By need, in the order of hub.toml.
    pub needs: Vec<JudgedNeed>,
}

impl JudgedItem {
    /// The state on a day, as reports say it: it ends with what it uses, too.
    pub fn state(&self, as_of: Day) -> Approval {
        let is_over = self.used_until.is_some_and(|day| day <= as_of);
        if is_over { self.standing.state.max(Approval::Expired) } else { self.standing.state }
    }

    /// The first day on which it is not approved any more, where it is.
    pub fn until(&self, as_of: Day) -> Option<Day> {
        let used = self.used_until.filter(|_| self.state(as_of).is_given());
        self.standing.until.into_iter().chain(used).min()
    }
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
    /// Whether it was taken back.
    pub taken_back: bool,
    /// Whether its lines end as git ends them on Windows, where nobody forbids it.
    pub has_crlf: bool,
}

/// Gives the digest of an item in the language of a document; `None` where the item has none,
/// because it cannot be read.
pub type DigestOf<'d> = &'d (dyn Fn(&Item) -> Option<ItemDigest> + Sync);

/// Judges every item that somebody must sign, and what else has a record.
pub fn judge_hub(
    hub: &Hub,
    library: &Library,
    records: &Records,
    rules: &Rules,
    digest_of: DigestOf<'_>,
) -> Approvals {
    let judging = Judging { hub, library, records, rules, digest_of };
    let mut items: Vec<JudgedItem> = hub
        .doc_ixs()
        .filter(|ix| needs_approval(hub, *ix, rules))
        .flat_map(|ix| judging.page(ix))
        .collect();
    if rules.site {
        items.extend(judging.site());
    }
    items.extend(judging.once());
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
    library: &'j Library,
    records: &'j Records,
    rules: &'j Rules,
    digest_of: DigestOf<'j>,
}

/// What is known of an item before its records are looked at.
struct KnownOfItem<'s> {
    doc: Option<DocIx>,
    file: &'s HubPath,
    channels: &'s [&'s str],
    authors: &'s [String],
    used_until: Option<Day>,
}

impl Judging<'_> {
    fn page(&self, ix: DocIx) -> Vec<JudgedItem> {
        let facets = self.hub.facets(ix);
        let own: Vec<&str> =
            facets.front.channels.iter().map(|channel| channel.value.as_str()).collect();
        // Whatever the page names, the sites show it.
        let others = own.into_iter().filter(|channel| *channel != "web");
        let channels: Vec<&str> = std::iter::once("web").chain(others).collect();
        let subject = KnownOfItem {
            doc: Some(ix),
            file: &facets.file,
            channels: &channels,
            authors: &facets.front.authors,
            used_until: facets.uses.iter().filter_map(|used| used.expires).min(),
        };
        let items = items_of(self.hub, ix).into_iter();
        items.flat_map(|item| self.item(&item, self.rules, &subject)).collect()
    }

    fn site(&self) -> Vec<JudgedItem> {
        let file = HubPath::literal("hub.toml");
        let subject = KnownOfItem::plain(&file, None);
        let langs = self.hub.config.lang_ixs();
        let items = langs.flat_map(|lang| in_markets(self.hub, &ItemId::Site, lang, &|_| true));
        let has_markets = !self.hub.config.markets.is_empty();
        let items = items.filter(|item| item.market.is_some() == has_markets);
        items.flat_map(|item| self.item(&item, self.rules, &subject)).collect()
    }

    /// Claims and modules that a record names. Pages need no signature of theirs, so each is judged
    /// by the roles that signed it.
    fn once(&self) -> Vec<JudgedItem> {
        let is_once = |item: &&Item| matches!(item.id, ItemId::Claim(_) | ItemId::Module(_));
        let named: BTreeSet<&Item> = self.records.items().filter(is_once).collect();
        let judged = named.into_iter().filter_map(|item| {
            let (file, expires) = self.once_file(item)?;
            let signed = self.records.of(item).map(|known| NeededSignature {
                kind: known.record.kind,
                role: known.record.role.clone(),
            });
            let needs: BTreeSet<NeededSignature> = signed.collect();
            let rules = Rules { needs: needs.into_iter().collect(), ..self.rules.clone() };
            Some(self.item(item, &rules, &KnownOfItem::plain(&file, expires)))
        });
        judged.flatten().collect()
    }

    /// The file of a claim or module, and its own end; `None` where the hub does not have it.
    fn once_file(&self, item: &Item) -> Option<(HubPath, Option<Day>)> {
        match &item.id {
            ItemId::Claim(id) => {
                let claim = self.library.claim(id)?;
                Some((claim.place.file.clone(), claim.expires))
            }
            ItemId::Module(name) => {
                let lang = self.hub.config.find_lang(&item.lang)?;
                let module = self.library.module(name, lang)?;
                Some((module.file.clone(), module.expires))
            }
            ItemId::Page(_) | ItemId::Site => None,
        }
    }

    fn item(&self, item: &Item, rules: &Rules, subject: &KnownOfItem<'_>) -> Vec<JudgedItem> {
        // Nobody needs the digest of what has no record.
        let digest = self.records.of(item).next().and_then(|_| (self.digest_of)(item));
        let terms = Terms { rules, as_of: self.hub.edition.as_of };
        let judge = |channel: &&str| {
            let digest = digest.as_ref();
            let today = digest.map(|digest| &*digest.digest);
            let asked = AskedItem { item, channel, authors: subject.authors, digest: today };
            let verdict = judge(self.records, terms, asked);
            judged(item, subject, channel, &verdict, digest)
        };
        subject.channels.iter().map(judge).collect()
    }
}

impl<'s> KnownOfItem<'s> {
    fn plain(file: &'s HubPath, used_until: Option<Day>) -> Self {
        Self { doc: None, file, channels: &["web"], authors: &[], used_until }
    }
}

fn judged(
    item: &Item,
    subject: &KnownOfItem<'_>,
    channel: &str,
    verdict: &Verdict<'_>,
    digest: Option<&ItemDigest>,
) -> JudgedItem {
    JudgedItem {
        item: item.clone(),
        doc: subject.doc,
        file: subject.file.clone(),
        channel: channel.to_owned(),
        digest: digest.map(|digest| digest.digest.clone()),
        standing: verdict.standing(),
        used_until: subject.used_until,
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
                today.differing(&then.collect())
            }
            _ => Vec::new(),
        },
        taken_back: met.state == Approval::Missing,
        has_crlf: known.has_crlf,
    });
    JudgedNeed { kind: met.need.kind.name(), role: met.need.role.clone(), state: met.state, by }
}

impl Approvals {
    /// What the hub has to know of each of its documents: of several markets, the worst. Where the
    /// texts around pages are signed too, no page that must be signed stands without them.
    pub fn standings(&self, hub: &Hub) -> Vec<Option<Arc<Standing>>> {
        let around = self.around();
        let mut by_doc: BTreeMap<DocIx, Vec<Standing>> = BTreeMap::new();
        for judged in self.items.iter().filter(|judged| judged.channel == "web") {
            let Some(doc) = judged.doc else { continue };
            let own = by_doc.entry(doc).or_default();
            own.push(judged.standing.clone());
            // Readers of a page see what was said of the page alone.
            own.extend(around.get(&place(&judged.item)).map(|site| Standing {
                code: String::new(),
                prepared: None,
                ..site.standing.clone()
            }));
        }
        hub.doc_ixs().map(|ix| together(by_doc.remove(&ix)?).map(Arc::new)).collect()
    }

    /// `@site` by language and market, where it must be signed.
    fn around(&self) -> BTreeMap<(&str, Option<&str>), &JudgedItem> {
        let of_site = self.items.iter().filter(|judged| judged.item.id == ItemId::Site);
        of_site.map(|judged| (place(&judged.item), judged)).collect()
    }

    /// What the pages that are approved hold, with that of the texts around them: by the file of
    /// the page, what was signed and its digest.
    pub fn signed(&self, hub: &Hub) -> BTreeMap<HubPath, Vec<(&Item, &str)>> {
        let around = self.around();
        let mut signed: BTreeMap<HubPath, Vec<(&Item, &str)>> = BTreeMap::new();
        for judged in self.items.iter().filter(|judged| judged.channel == "web") {
            let Some(doc) = judged.doc else { continue };
            let both = [Some(&judged), around.get(&place(&judged.item))].into_iter().flatten();
            let held = both.filter_map(|one| Some((&one.item, one.digest.as_deref()?)));
            signed.entry(hub.facets(doc).file.clone()).or_default().extend(held);
        }
        signed
    }
}

/// Where an item is for.
fn place(item: &Item) -> (&str, Option<&str>) {
    (&item.lang, item.market.as_deref())
}
