//! What a text uses of what was written once: modules, those within them, and the claims of all.

use std::collections::BTreeSet;

use etappe_base::source::Spanned;
use etappe_hub::content::{Audience, Claim, OnceId, PageKey, WrittenText};

use super::{DigestPart, DigestParts, Digests, Json, Scope};

impl Digests<'_> {
    /// The parts of a module by itself; `None` where it is not written in that language, or may not
    /// be shown in that market.
    pub(super) fn of_module(&self, name: &str, scope: Scope) -> Option<DigestParts> {
        let mut parts = DigestParts::new();
        self.add_uses([OnceId::Module(name.into())].into(), scope, &mut parts);
        parts.contains_key(&part_of(name)).then_some(parts)
    }

    /// Adds what a text uses, and what that uses. What is of another market, or a module that is
    /// not written in the language, is shown on no page there.
    pub(super) fn add_uses(&self, uses: BTreeSet<OnceId>, scope: Scope, parts: &mut DigestParts) {
        let mut claims: Vec<&Claim> = Vec::new();
        let mut cited = BTreeSet::new();
        let mut waiting = Vec::from_iter(uses);
        while let Some(used) = waiting.pop() {
            match used {
                OnceId::Claim(id) => claims.extend(self.library.claim(&id).map(|claim| &**claim)),
                OnceId::Claims { product, category } => {
                    claims.extend(self.library.listed(&product, &category, scope.lang));
                }
                OnceId::Module(name) => {
                    let part = part_of(&name);
                    let is_known = parts.contains_key(&part);
                    let Some(text) = self.module_text(&name, scope).filter(|_| !is_known) else {
                        continue;
                    };
                    parts.insert(part, DigestPart::Text(text.named));
                    if let Some(audience) = text.audience {
                        parts.insert(format!("audience:{name}"), DigestPart::Values(audience));
                    }
                    cited.extend(text.cited);
                    waiting.extend(text.uses);
                }
            }
        }
        claims.retain(|claim| self.is_for(&claim.markets, scope));
        self.add_references(&cited, parts);
        self.add_claims(&claims, scope, parts);
    }

    fn module_text(&self, name: &str, scope: Scope) -> Option<ModuleText> {
        let module = self.library.module(name, scope.lang)?;
        if !self.is_for(&module.markets, scope) {
            return None;
        }
        let bytes = (self.files)(&module.file)?;
        let text = WrittenText::of_module(&bytes, module, &self.hub.config)?;
        let named = self.named_text(&PageKey::new(""), &text);
        let cited = text.cited.iter().map(|key| key.to_string()).collect();
        let audience = &module.audience;
        let audience = (*audience != Audience::All).then(|| self.audience(audience));
        Some(ModuleText { named, audience, cited, uses: text.uses })
    }

    /// Whether something with these `markets` may be shown in a market.
    pub(super) fn is_for(&self, markets: &[Spanned<String>], scope: Scope) -> bool {
        let market = scope.market.map(|market| &self.hub.config.market(market).id);
        let is_it = |id: &String| markets.iter().any(|named| named.value == *id);
        markets.is_empty() || market.is_none_or(is_it)
    }
}

/// A module as it is hashed, and what it uses.
struct ModuleText {
    named: String,
    /// The professions that are shown it, where it is not for all readers.
    audience: Option<Json>,
    cited: BTreeSet<String>,
    uses: BTreeSet<OnceId>,
}

fn part_of(module: &str) -> String {
    format!("module:{module}")
}
