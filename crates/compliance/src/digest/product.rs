//! The part of a product: what its card says in one language and market.

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::path::HubPath;
use etappe_hub::config::product::{PiSource, PrescribingInformation, Product};
use serde_json::Value;

use super::{DigestPart, DigestParts, Digests, Json, Scope};

impl Digests<'_> {
    /// Adds a part for each of these products that has a card.
    pub(super) fn add_products(
        &self,
        ids: &BTreeSet<String>,
        scope: Scope,
        parts: &mut DigestParts,
    ) {
        let cards = &self.hub.config.products;
        for product in cards.iter().filter(|product| ids.contains(&product.id)) {
            let values = DigestPart::Values(self.of_product(product, scope));
            parts.insert(format!("product:{}", product.id), values);
        }
    }

    fn of_product(&self, product: &Product, scope: Scope) -> Json {
        let market = scope.market.map(|market| &*self.hub.config.market(market).id);
        let is_here = |named: &str| market.is_none_or(|market| market == named);
        let indications = product.indications.iter().filter(|indication| {
            let markets = &indication.markets;
            markets.is_empty() || markets.iter().any(|named| is_here(&named.value))
        });
        let pi = product.pi.iter().filter(|pi| is_here(&pi.market.value));
        let pi: BTreeMap<String, Json> =
            pi.map(|pi| (pi.market.value.clone(), self.information(pi, scope))).collect();
        let text = |text: &str| Json::Text(text.to_owned());
        let monitoring = match product.additional_monitoring {
            true => Json::True,
            false => text(""),
        };
        Json::table([
            ("name", text(&product.name)),
            ("inn", text(&product.inn)),
            ("other_names", Json::texts(product.other_names.iter().cloned())),
            ("additional_monitoring", monitoring),
            ("indications", Json::texts(indications.map(|one| one.text.get(scope.lang)))),
            ("isi", text(product.isi.get(scope.lang))),
            ("boxed_warning", text(product.boxed_warning.get(scope.lang))),
            ("pi", Json::Table(pi)),
        ])
    }

    /// The table of a market as it was written, with the texts of one language; a file by what is
    /// in it.
    fn information(&self, pi: &PrescribingInformation, scope: Scope) -> Json {
        let Value::Object(written) = &pi.written else { return Json::Table(BTreeMap::new()) };
        Json::table(written.iter().map(|(name, value)| {
            let file = match &pi.source {
                PiSource::File(file) if name == "file" => self.file(&file.value),
                _ => None,
            };
            (name.clone(), file.unwrap_or_else(|| self.written(value, scope)))
        }))
    }

    fn file(&self, file: &HubPath) -> Option<Json> {
        Some(Json::Text(format!("file:{}", self.sum(file)?)))
    }

    /// A value as it was written. A table is a text by language.
    fn written(&self, value: &Value, scope: Scope) -> Json {
        let config = &self.hub.config;
        match value {
            Value::String(text) => Json::Text(text.clone()),
            Value::Array(items) => {
                Json::List(items.iter().map(|item| self.written(item, scope)).collect())
            }
            Value::Object(texts) => {
                let langs = std::iter::once(scope.lang).chain(config.lang_ixs());
                let shown =
                    langs.map(|lang| &*config.lang(lang).code).find_map(|code| texts.get(code));
                shown.map_or_else(|| Json::Text(String::new()), |text| self.written(text, scope))
            }
            Value::Null => Json::Text(String::new()),
            other => Json::Text(other.to_string()),
        }
    }
}
