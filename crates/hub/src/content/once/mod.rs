//! What is written once and used on many pages: claims and modules.
//!
//! It is read by itself, beside the configuration, so that an edit of it touches the pages that use
//! it and no others. Ids never reach an output.

mod claim;
mod keys;
mod module;
mod sentences;
mod used;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::LangIx;
use crate::content::body::Cite;
use etappe_base::finding::{Finding, codes};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;

pub use claim::{Claim, read_claims};
pub use module::Module;
pub(super) use module::{MODULES, ModuleKeys, ModuleText};
pub(super) use sentences::sentences;
pub use sentences::{ClaimSentences, Sentence};
pub use used::{OnceId, UseFault, Used};
pub(super) use words::{ClaimWords, essence};

/// Every key of a claim.
pub const CLAIM_KEYS: &crate::config::keys::Keys =
    <claim::ClaimKeys as crate::config::keys::KeyTable>::KEYS;

/// Every key of a module's front matter.
pub const MODULE_KEYS: &crate::config::keys::Keys =
    <ModuleKeys as crate::config::keys::KeyTable>::KEYS;

/// All that a hub has written once.
#[derive(Clone, Debug, Default)]
pub struct Library {
    claims: BTreeMap<Box<str>, Arc<Claim>>,
    /// By name, then language.
    modules: BTreeMap<Box<str>, BTreeMap<LangIx, Arc<Module>>>,
    /// What modules cite themselves, by file.
    pub cites: Vec<(HubPath, Vec<Cite>)>,
}

impl Library {
    /// The claims of all files, in the order of their paths. Of two with one id the first stands.
    pub fn new(claims: Vec<Claim>) -> (Self, Vec<Finding>) {
        let mut library = Self::default();
        let mut findings = Vec::new();
        for claim in claims {
            match library.claims.get(&claim.id) {
                Some(first) => findings.push(twice(&claim, first)),
                None => {
                    library.claims.insert(claim.id.clone(), Arc::new(claim));
                }
            }
        }
        (library, findings)
    }

    /// Adds modules, each file once.
    #[must_use]
    pub fn with_modules(mut self, modules: Vec<Module>) -> Self {
        for module in modules {
            let langs = self.modules.entry(module.name.clone()).or_default();
            langs.insert(module.lang, Arc::new(module));
        }
        self
    }

    /// Whether the hub has written nothing once: then no page can use any of it.
    pub fn is_empty(&self) -> bool {
        self.claims.is_empty() && self.modules.is_empty()
    }

    /// Whether it has any claim.
    pub fn has_claims(&self) -> bool {
        !self.claims.is_empty()
    }

    /// A module in a language; `None` where it is not written in that language.
    pub fn module(&self, name: &str, lang: LangIx) -> Option<&Arc<Module>> {
        self.modules.get(name)?.get(&lang)
    }

    /// A module in a language, or else in the first that it has.
    pub(super) fn any_module(&self, name: &str, lang: LangIx) -> Option<&Arc<Module>> {
        let langs = self.modules.get(name)?;
        langs.get(&lang).or_else(|| langs.values().next())
    }

    /// The names of all modules.
    pub fn module_names(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(|name| &**name)
    }

    /// All modules in all languages, by name.
    pub fn modules(&self) -> impl Iterator<Item = &Arc<Module>> {
        self.modules.values().flat_map(BTreeMap::values)
    }

    /// `None` where no file has a claim of this id.
    pub fn claim(&self, id: &str) -> Option<&Arc<Claim>> {
        self.claims.get(id)
    }

    /// The claims of a product and a category that have words in a language, by category and id.
    /// An empty product or category stands for any.
    pub fn listed(&self, product: &str, category: &str, lang: LangIx) -> Vec<&Claim> {
        let is_in = |own: &str, wanted: &str| wanted.is_empty() || own == wanted;
        let mut listed: Vec<&Claim> = self
            .claims()
            .map(|claim| &**claim)
            .filter(|claim| is_in(&claim.product, product) && is_in(&claim.category, category))
            .filter(|claim| claim.words(lang).is_some())
            .collect();
        listed.sort_by(|one, other| (&one.category, &one.id).cmp(&(&other.category, &other.id)));
        listed
    }

    /// The sentences of all claims, to be found on pages.
    pub fn sentences(&self) -> ClaimSentences<'_> {
        ClaimSentences::new(self.claims().map(|claim| &**claim))
    }

    /// What differs from an earlier library.
    pub fn changes(&self, before: &Self) -> LibraryChanges {
        let mut claims = BTreeMap::new();
        for claim in self.claims().chain(before.claims()) {
            let digest = |library: &Self| library.claim(&claim.id).map(|claim| claim.digest);
            if digest(self) != digest(before) {
                let either = [self, before].map(|library| library.claim(&claim.id).cloned());
                claims.insert(claim.id.clone(), either);
            }
        }
        let digests = |library: &Self, name: &str| -> Vec<(LangIx, Digest)> {
            let langs = library.modules.get(name).into_iter().flatten();
            langs.map(|(lang, module)| (*lang, module.digest)).collect()
        };
        let names = self.modules.keys().chain(before.modules.keys());
        let modules = names.filter(|name| digests(self, name) != digests(before, name));
        LibraryChanges {
            claims,
            modules: modules.cloned().collect(),
            all: self.has_claims() != before.has_claims(),
        }
    }

    /// All claims, by id.
    pub fn claims(&self) -> impl Iterator<Item = &Arc<Claim>> {
        self.claims.values()
    }
}

/// What differs between two libraries.
#[derive(Default)]
pub struct LibraryChanges {
    /// By id: the claim as it is and as it was.
    claims: BTreeMap<Box<str>, [Option<Arc<Claim>>; 2]>,
    modules: BTreeSet<Box<str>>,
    /// Pages keep their sentences only where there are claims.
    all: bool,
}

impl LibraryChanges {
    /// Whether a page with these uses must be read again.
    pub fn touch(&self, uses: &[Used]) -> bool {
        self.all || uses.iter().any(|used| self.touches(&used.what))
    }

    fn touches(&self, what: &OnceId) -> bool {
        match what {
            OnceId::Claim(id) => self.claims.contains_key(id),
            OnceId::Module(name) => self.modules.contains(name),
            OnceId::Claims { product, category } => {
                let is_in = |own: &str, wanted: &str| wanted.is_empty() || own == wanted;
                self.claims
                    .values()
                    .flatten()
                    .flatten()
                    .any(|claim| is_in(&claim.product, product) && is_in(&claim.category, category))
            }
        }
    }
}

/// Whether a text may use anything that was written once.
pub(super) fn may_be_used_in(text: &str) -> bool {
    [":claim", "::use"].iter().any(|name| text.contains(name))
}

fn twice(claim: &Claim, first: &Claim) -> Finding {
    let message = format!("The claim `{}` is defined twice.", claim.id);
    Finding::new(&codes::CONFIG_DUPLICATE, claim.place.clone(), message)
        .label("not used: the first stands")
        .help("keep one of them, or give one another id")
        .related(first.place.clone(), "first defined here")
}
