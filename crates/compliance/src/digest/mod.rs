//! The digest of an item: what a signature is bound to. It covers what authors wrote, so that
//! another version, or another program, comes to the same; `docs/digest.md` says how.
//!
//! Nothing is worked out before somebody asks. Files are read through the function that is handed
//! in; what several items share is kept.

mod claim;
mod destinations;
mod json;
mod once;
mod page;
mod product;
mod report;
mod site;
mod text;

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use etappe_base::path::HubPath;
use etappe_hub::config::{LangIx, MarketIx};
use etappe_hub::content::Library;
use etappe_hub::journey::{DocIx, Hub, PageIx};
use etappe_hub::references::{self, EntrySource, entry_sources};

use crate::item::{Item, ItemDigest, ItemId};
pub use json::Json;
pub use report::{Worked, emit_json, emit_text};
pub use text::{file_sum, normal, sha256};

/// The name of this way of digesting; another way gets another name.
const FORM: &str = "content-1";

/// The files of a hub, by path; `None` for a file that is not there or cannot be read.
pub type ReadFile<'f> = dyn Fn(&HubPath) -> Option<Vec<u8>> + Sync + 'f;

/// Works out the digests of a hub's items.
pub struct Digests<'h> {
    hub: &'h Hub,
    files: &'h ReadFile<'h>,
    library: &'h Library,
    pages: OnceLock<BTreeMap<&'h str, Option<PageIx>>>,
    sums: Mutex<BTreeMap<HubPath, Option<String>>>,
    references: OnceLock<BTreeMap<String, EntrySource>>,
}

/// A part of an item, before it is hashed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DigestPart {
    /// A text in its normal form, hashed as it is.
    Text(String),
    /// Values, hashed as JSON.
    Values(Json),
}

impl DigestPart {
    /// The bytes that are hashed.
    pub fn source(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Values(json) => json.canonical(),
        }
    }
}

/// The parts of an item by name.
pub type DigestParts = BTreeMap<String, DigestPart>;

/// One language of one market; in a hub without markets, of everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Scope {
    lang: LangIx,
    market: Option<MarketIx>,
}

impl<'h> Digests<'h> {
    /// For the items of `hub` and of what it has written once; `files` reads its files.
    pub fn new(hub: &'h Hub, library: &'h Library, files: &'h ReadFile<'h>) -> Self {
        Self {
            hub,
            files,
            library,
            pages: OnceLock::new(),
            sums: Mutex::default(),
            references: OnceLock::new(),
        }
    }

    /// Every item of the hub, sorted: pages that can be published, claims and modules, in each of
    /// their languages and markets; and `@site`.
    pub fn items(&self) -> Vec<Item> {
        let hub = self.hub;
        let mut items = Vec::new();
        for (ix, page) in hub.layout.pages.iter_indexed() {
            if self.page_of(hub.page_id(page)) != Some(ix) {
                continue;
            }
            let id = ItemId::Page(hub.page_id(page).to_owned());
            for doc in page.docs.iter().flatten() {
                let scopes = self.scopes(*doc).into_iter();
                items.extend(scopes.map(|scope| self.item(id.clone(), scope)));
            }
        }
        for scope in self.all_scopes() {
            let claims = self.library.claims();
            let claims = claims.filter(|claim| self.of_claim(&claim.id, scope).is_some());
            let ids = claims.map(|claim| ItemId::Claim(claim.id.to_string()));
            let modules = self.library.module_names();
            let modules = modules.filter(|name| self.of_module(name, scope).is_some());
            let ids = ids.chain(modules.map(|name| ItemId::Module(name.to_owned())));
            items.extend(ids.chain([ItemId::Site]).map(|id| self.item(id, scope)));
        }
        items.sort();
        items.dedup();
        items
    }

    /// The digest of an item; `None` where the hub has no such item, or a file of it is no text.
    pub fn digest(&self, item: &Item) -> Option<ItemDigest> {
        self.parts(item).map(|parts| digest_of(item, &parts))
    }

    /// The parts of an item before they are hashed; `None` as for [`Self::digest`].
    pub fn parts(&self, item: &Item) -> Option<DigestParts> {
        let scope = self.scope(item)?;
        match &item.id {
            ItemId::Page(id) => {
                let doc = self.find(id, scope.lang)?;
                self.scopes(doc).contains(&scope).then(|| self.of_page(doc, scope))?
            }
            ItemId::Site => self.all_scopes().contains(&scope).then(|| self.of_site(scope)),
            ItemId::Claim(id) => {
                self.all_scopes().contains(&scope).then(|| self.of_claim(id, scope))?
            }
            ItemId::Module(name) => {
                self.all_scopes().contains(&scope).then(|| self.of_module(name, scope))?
            }
        }
    }

    /// The file of a page by the page's id.
    fn find(&self, id: &str, lang: LangIx) -> Option<DocIx> {
        let page = self.hub.page(self.page_of(id)?);
        page.docs.get(usize::from(lang.0)).copied().flatten()
    }

    /// A page by its id. An id that two pages have, which is a finding, names none: a signature of
    /// one of them must not stand for the other.
    fn page_of(&self, id: &str) -> Option<PageIx> {
        let hub = self.hub;
        let by_id = || {
            let mut by_id = BTreeMap::new();
            for (ix, page) in hub.layout.pages.iter_indexed() {
                let found = by_id.entry(hub.page_id(page));
                found.and_modify(|page| *page = None).or_insert(Some(ix));
            }
            by_id
        };
        *self.pages.get_or_init(by_id).get(id)?
    }

    fn scope(&self, item: &Item) -> Option<Scope> {
        let config = &self.hub.config;
        let lang = config.find_lang(&item.lang)?;
        match &item.market {
            None => config.markets.is_empty().then_some(Scope { lang, market: None }),
            Some(id) => Some(Scope { lang, market: Some(config.find_market(id)?) }),
        }
    }

    fn item(&self, id: ItemId, scope: Scope) -> Item {
        let config = &self.hub.config;
        let market = scope.market.map(|market| config.market(market).id.clone());
        Item { id, lang: config.lang(scope.lang).code.clone(), market }
    }

    /// Every language of every market.
    fn all_scopes(&self) -> Vec<Scope> {
        let config = &self.hub.config;
        if config.markets.is_empty() {
            return config.lang_ixs().map(|lang| Scope { lang, market: None }).collect();
        }
        let of_market = |market: MarketIx| {
            let languages = config.market(market).languages.iter();
            languages.map(move |lang| Scope { lang: *lang, market: Some(market) })
        };
        config.market_ixs().flat_map(of_market).collect()
    }

    /// Where a document is published: nowhere while it has an error.
    fn scopes(&self, doc: DocIx) -> Vec<Scope> {
        let facets = self.hub.facets(doc);
        if facets.blocked {
            return Vec::new();
        }
        let markets = facets.front.in_markets(&self.hub.config, facets.lang());
        let is_for = |market| markets.contains(&market);
        let mut scopes = self.all_scopes();
        scopes.retain(|scope| scope.lang == facets.lang() && scope.market.is_none_or(is_for));
        scopes
    }

    /// The SHA-256 of a file of the hub; `None` where it cannot be read.
    fn sum(&self, file: &HubPath) -> Option<String> {
        let known = self.sums.lock().expect("nothing here panics").get(file).cloned();
        known.unwrap_or_else(|| {
            let sum = (self.files)(file).map(|bytes| file_sum(&bytes));
            self.sums.lock().expect("nothing here panics").insert(file.clone(), sum.clone());
            sum
        })
    }

    /// The text of a file of the hub; `None` where it is not there, or is no text.
    fn text(&self, file: &HubPath) -> Option<String> {
        String::from_utf8((self.files)(file)?).ok()
    }

    /// The sources of all references.
    fn references(&self) -> &BTreeMap<String, EntrySource> {
        self.references.get_or_init(|| {
            let read = |name: &&'static str| {
                let path = HubPath::literal(name);
                self.text(&path).map(|text| (path, text))
            };
            let read: Vec<(HubPath, String)> = references::FILES.iter().filter_map(read).collect();
            let texts: Vec<(&HubPath, &str)> =
                read.iter().map(|(path, text)| (path, text.as_str())).collect();
            entry_sources(&texts)
        })
    }

    /// What links name a page by.
    fn page_id(&self, page: PageIx) -> &str {
        self.hub.page_id(self.hub.page(page))
    }
}

/// The digest of an item that has these parts.
pub fn digest_of(item: &Item, parts: &DigestParts) -> ItemDigest {
    let sums: BTreeMap<String, String> =
        parts.iter().map(|(name, part)| (name.clone(), sha256(part.source().as_bytes()))).collect();
    let hashed = Json::Table(sums.iter().map(|(name, sum)| (name.clone(), text(sum))).collect());
    // Numbers are written as texts everywhere but here.
    let rest = Json::table([
        ("item", text(&item.id.to_string())),
        ("lang", text(&item.lang)),
        ("market", text(item.market.as_deref().unwrap_or("*"))),
    ])
    .canonical();
    let rest = rest.strip_suffix('}').expect("a table ends with its brace");
    let whole = format!("{rest},\"parts\":{},\"v\":1}}", hashed.canonical());
    ItemDigest { digest: format!("{FORM}:{}", sha256(whole.as_bytes())), parts: sums }
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}
