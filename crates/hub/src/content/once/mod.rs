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

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::Arc;

use crate::config::{Config, LangIx};
use crate::content::body::Cite;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;

pub use claim::{Claim, read_claims};
pub use module::Module;
pub(super) use module::{MODULES, ModuleKeys, ModuleText, NamedModule};
pub(super) use sentences::Sentences;
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
    /// Modules whose own texts keep them from all readers.
    unfit: BTreeSet<(Box<str>, LangIx)>,
    /// Some of it could not be read, so a list of claims may lack some.
    pub is_incomplete: bool,
    /// What the texts of modules say themselves.
    pub said: Vec<SaidByModule>,
}

/// What the text of a module says, without what it uses.
#[derive(Clone, Debug)]
pub struct SaidByModule {
    /// The module's file.
    pub file: HubPath,
    /// Its language.
    pub lang: LangIx,
    /// What it cites.
    pub cites: Vec<Cite>,
    /// Its sentences, in a hub that has claims; else none.
    pub sentences: Vec<Sentence>,
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

    /// Adds modules, in the order of their paths. Of two with one name and language the first
    /// stands.
    pub fn with_modules(mut self, modules: Vec<Module>, config: &Config) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut known: BTreeMap<Box<str>, BTreeMap<LangIx, Module>> = BTreeMap::new();
        for module in modules {
            match known.entry(module.name.clone()).or_default().entry(module.lang) {
                Entry::Occupied(first) => {
                    let file = &first.get().file;
                    findings.push(same_language(&module.file, module.lang, file, config));
                }
                Entry::Vacant(free) => {
                    free.insert(module);
                }
            }
        }
        for (name, mut langs) in known {
            if let Some(original) = langs.remove(&LangIx::DEFAULT) {
                for translation in langs.values_mut() {
                    findings.extend(translation.narrow(&original));
                }
                langs.insert(LangIx::DEFAULT, original);
            }
            let langs = langs.into_iter().map(|(lang, module)| (lang, Arc::new(module)));
            self.modules.insert(name, langs.collect());
        }
        (self, findings)
    }

    /// Keeps a module from all readers: its own text hides nothing of what it must.
    pub(super) fn keep_back(&mut self, module: &Module) {
        self.unfit.insert((module.name.clone(), module.lang));
    }

    /// Whether no reader may be shown a module.
    pub(super) fn is_kept_back(&self, module: &Module) -> bool {
        module.is_faulty || self.unfit.contains(&(module.name.clone(), module.lang))
    }

    /// Whether a module comes to hold another, in a language, or is that module.
    pub(super) fn leads_to(&self, from: &str, to: &str, lang: LangIx) -> bool {
        let mut seen = BTreeSet::new();
        let mut next = vec![from];
        while let Some(name) = next.pop() {
            if name == to {
                return true;
            }
            if let Some(module) = self.any_module(name, lang).filter(|_| seen.insert(name)) {
                next.extend(module.uses.iter().map(|used| &*used.name));
            }
        }
        false
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
        let mut listed: Vec<&Claim> = self
            .claims()
            .map(|claim| &**claim)
            .filter(|claim| claim.is_of(product, category) && claim.words(lang).is_some())
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
            all: self.has_claims() != before.has_claims()
                || self.is_incomplete != before.is_incomplete,
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
        self.all || uses.iter().any(|used| self.touches(used))
    }

    fn touches(&self, used: &Used) -> bool {
        let is_of_all = used.fault.is_some_and(UseFault::depends_on_all);
        match &used.what {
            OnceId::Module(_) if is_of_all => !self.modules.is_empty(),
            _ if is_of_all => !self.claims.is_empty(),
            OnceId::Claim(id) => self.claims.contains_key(id),
            OnceId::Module(name) => self.modules.contains(name),
            OnceId::Claims { product, category } => {
                let mut changed = self.claims.values().flatten().flatten();
                changed.any(|claim| claim.is_of(product, category))
            }
        }
    }
}

fn twice(claim: &Claim, first: &Claim) -> Finding {
    let message = format!("The claim `{}` is defined twice.", claim.id);
    Finding::new(&codes::CONFIG_DUPLICATE, claim.place.clone(), message)
        .label("not used: the first stands")
        .help("keep one of them, or give one another id")
        .related(first.place.clone(), "first defined here")
}

fn same_language(file: &HubPath, lang: LangIx, first: &HubPath, config: &Config) -> Finding {
    let message = format!("This module has two files in {}.", config.lang(lang).code);
    let why = match lang {
        LangIx::DEFAULT => "the default language needs no suffix: ",
        _ => "",
    };
    Finding::new(&codes::URL_COLLISION, Place::file(file), message)
        .label("not used: the first stands")
        .help(format!("{why}keep one of `{file}` and `{first}`"))
        .related(Place::file(first), "the other file")
}
