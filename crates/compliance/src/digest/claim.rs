//! The part of a claim: what it says in one language.

use std::collections::BTreeSet;

use etappe_hub::config::LangIx;
use etappe_hub::content::Claim;
use serde_json::Value;

use super::{DigestPart, DigestParts, Digests, Json, Scope};

impl Digests<'_> {
    /// The parts of a claim by itself; `None` where it has no words in that language, or may not be
    /// made in that market.
    pub(super) fn of_claim(&self, id: &str, scope: Scope) -> Option<DigestParts> {
        let claim = self.library.claim(id)?;
        if !self.is_for(&claim.markets, scope) || self.own(&claim.written, "text", scope).is_none()
        {
            return None;
        }
        let mut parts = DigestParts::new();
        self.add_claims(&[claim], scope, &mut parts);
        Some(parts)
    }

    /// Adds claims, the references that they name, and the products that they are about.
    pub(super) fn add_claims(&self, claims: &[&Claim], scope: Scope, parts: &mut DigestParts) {
        let mut cited = BTreeSet::new();
        let mut products = BTreeSet::new();
        for claim in claims {
            let name = format!("claim:{}", claim.id);
            parts.insert(name, DigestPart::Values(self.said(&claim.written, scope)));
            cited.extend(claim.references.iter().map(|cite| cite.key.to_string()));
            products.insert(claim.product.to_string());
        }
        self.add_references(&cited, parts);
        self.add_products(&products, scope, parts);
    }

    fn said(&self, written: &Value, scope: Scope) -> Json {
        let text = |value: &Value| match value {
            Value::String(text) => Json::Text(text.clone()),
            other => Json::Text(other.to_string()),
        };
        let own = |key| self.own(written, key, scope);
        let one = |key| own(key).map_or_else(|| Json::Text(String::new()), text);
        let several = |value: Option<&Value>| match value {
            Some(Value::Array(all)) => all.iter().map(text).collect(),
            one => one.into_iter().map(text).collect(),
        };
        Json::table([
            ("text", one("text")),
            ("variations", Json::List(several(own("variations")))),
            ("footnote", one("footnote")),
            ("references", Json::List(several(written.get("references")))),
        ])
    }

    /// What a claim says in one language; a text or list without a table is in the default one.
    fn own<'c>(&self, written: &'c Value, key: &str, scope: Scope) -> Option<&'c Value> {
        let lang = &self.hub.config.lang(scope.lang).code;
        match written.get(key)? {
            Value::Object(by_lang) => by_lang.get(lang),
            same => (scope.lang == LangIx::DEFAULT).then_some(same),
        }
    }
}
