//! What is written once and used on many pages: claims.
//!
//! It is read by itself, beside the configuration, so that an edit of it touches the pages that use
//! it and no others. Ids never reach an output.

mod claim;
mod keys;
mod sentences;
mod used;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::LangIx;
use etappe_base::finding::{Finding, codes};

pub use claim::{Claim, read_claims};
pub(super) use sentences::sentences;
pub use sentences::{ClaimSentences, Sentence};
pub use used::{OnceId, UseFault, Used};
pub(super) use words::{ClaimWords, essence};

/// Every key of a claim.
pub const CLAIM_KEYS: &crate::config::keys::Keys =
    <claim::ClaimKeys as crate::config::keys::KeyTable>::KEYS;

/// All that a hub has written once.
#[derive(Clone, Debug, Default)]
pub struct Library {
    claims: BTreeMap<Box<str>, Arc<Claim>>,
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

    /// Whether the hub has written nothing once: then no page can use any of it.
    pub fn is_empty(&self) -> bool {
        self.claims.is_empty()
    }

    /// `None` where no file has a claim of this id.
    pub fn claim(&self, id: &str) -> Option<&Arc<Claim>> {
        self.claims.get(id)
    }

    /// The claims of a product and a category that have words in a language, by category and id.
    /// An empty product or category stands for any.
    pub(super) fn listed(&self, product: &str, category: &str, lang: LangIx) -> Vec<&Claim> {
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
    pub fn changes(&self, before: &Self) -> Changes {
        let mut claims = BTreeMap::new();
        for claim in self.claims().chain(before.claims()) {
            let digest = |library: &Self| library.claim(&claim.id).map(|claim| claim.digest);
            if digest(self) != digest(before) {
                let either = [self, before].map(|library| library.claim(&claim.id).cloned());
                claims.insert(claim.id.clone(), either);
            }
        }
        Changes { claims, all: self.is_empty() != before.is_empty() }
    }

    /// All claims, by id.
    pub fn claims(&self) -> impl Iterator<Item = &Arc<Claim>> {
        self.claims.values()
    }
}

/// What differs between two libraries.
#[derive(Default)]
pub struct Changes {
    /// By id: the claim as it is and as it was.
    claims: BTreeMap<Box<str>, [Option<Arc<Claim>>; 2]>,
    /// Pages keep their sentences only where there are claims.
    all: bool,
}

impl Changes {
    /// Whether a page with these uses must be read again.
    pub fn touch(&self, uses: &[Used]) -> bool {
        self.all || !self.claims.is_empty() && uses.iter().any(|used| self.touches(&used.what))
    }

    fn touches(&self, what: &OnceId) -> bool {
        match what {
            OnceId::Claim(id) => self.claims.contains_key(id),
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
    memchr::memmem::find(text.as_bytes(), b":claim").is_some()
}

fn twice(claim: &Claim, first: &Claim) -> Finding {
    let message = format!("The claim `{}` is defined twice.", claim.id);
    Finding::new(&codes::CONFIG_DUPLICATE, claim.place.clone(), message)
        .label("not used: the first stands")
        .help("keep one of them, or give one another id")
        .related(first.place.clone(), "first defined here")
}
