//! The parts of a page: what it says of itself, whom it reaches, its text, and what that uses.

use std::collections::BTreeSet;

use etappe_base::source;
use etappe_hub::config::PersonaIx;
use etappe_hub::content::{Audience, FrontMatter, PageKey, WrittenText};
use etappe_hub::journey::{DocIx, links};

use super::{DigestPart, DigestParts, Digests, Json, Scope, normal, sha256};
use crate::item::{Item, ItemId};

impl Digests<'_> {
    /// The parts of a page in one language and market; `None` where its file is no text.
    pub(super) fn of_page(&self, doc: DocIx, scope: Scope) -> Option<DigestParts> {
        let facets = self.hub.facets(doc);
        let bytes = (self.files)(&facets.file)?;
        let text = WrittenText::read(&bytes, facets, &self.hub.config)?;
        let kind = facets.front.kind;
        let mut parts = DigestParts::new();
        parts.insert("front".to_owned(), DigestPart::Values(self.front(doc, kind.name())));
        parts.insert(
            "audience".to_owned(),
            DigestPart::Values(self.audience(&facets.front.audience)),
        );
        parts.insert(
            "text".to_owned(),
            DigestPart::Text(self.named_text(self.hub.key_of(doc), &text)),
        );
        let cited: BTreeSet<String> = text.cited.iter().map(|key| key.to_string()).collect();
        let products: BTreeSet<String> = source::values(&facets.front.products).cloned().collect();
        self.add_references(&cited, &mut parts);
        self.add_products(&products, scope, &mut parts);
        self.add_uses(text.uses, scope, &mut parts);
        if parts.values().any(asks_for_stage) {
            let stages = facets.front.stages.iter();
            let stages = stages.map(|stage| &*self.hub.config.stage(*stage).id);
            parts.insert("stage".to_owned(), DigestPart::Values(Json::texts(stages)));
        }
        Some(parts)
    }

    /// The digest of the part `front` that a page would have if it were of a kind; `None` where the
    /// item is no page of the hub.
    pub fn front_as(&self, item: &Item, kind: &str) -> Option<String> {
        let ItemId::Page(id) = &item.id else { return None };
        let doc = self.find(id, self.scope(item)?.lang)?;
        Some(sha256(self.front(doc, kind).canonical().as_bytes()))
    }

    fn front(&self, doc: DocIx, kind: &str) -> Json {
        let FrontMatter { title, summary, products, .. } = &self.hub.facets(doc).front;
        let products: BTreeSet<String> = source::values(products).cloned().collect();
        let image = links::of_front(&self.hub.facets(doc).front).image;
        let image = image.map(|image| {
            let named = self.destination(self.hub.key_of(doc), &image);
            named.unwrap_or_else(|| image.dest.into_string())
        });
        Json::table([
            ("title", Json::Text(title.clone())),
            ("summary", Json::Text(summary.clone())),
            ("kind", Json::Text(kind.to_owned())),
            ("product", Json::texts(products)),
            ("image", Json::Text(image.unwrap_or_default())),
        ])
    }

    /// The professions that a page or module reaches, sorted: of a persona without one, its id. A
    /// persona without a site is not reached.
    pub(super) fn audience(&self, audience: &Audience) -> Json {
        let config = &self.hub.config;
        let is_reached =
            |persona: &PersonaIx| config.is_built(*persona) && audience.includes(*persona);
        let reached = config.persona_ixs().filter(is_reached);
        let mut names = BTreeSet::new();
        for persona in reached.map(|persona| config.persona(persona)) {
            names.extend(persona.profession.iter().map(|profession| profession.name()));
            if persona.profession.is_empty() {
                names.insert(&*persona.id);
            }
        }
        Json::texts(names)
    }

    /// A text with names for where its links lead from a page, in its normal form.
    pub(super) fn named_text(&self, from: &PageKey, text: &WrittenText<'_>) -> String {
        let mut named = String::with_capacity(text.source.len());
        let mut done = 0;
        for link in &text.links {
            let Some(to) = self.destination(from, link) else { continue };
            let Some(span) = link.own_span() else { continue };
            named.push_str(&text.source[done..span.start as usize]);
            named.push_str(&to);
            done = span.end as usize;
        }
        named.push_str(&text.source[done..]);
        normal(&named)
    }

    /// Adds a part for each of these references that the hub has.
    pub(super) fn add_references(&self, cited: &BTreeSet<String>, parts: &mut DigestParts) {
        for key in cited {
            let Some(entry) = self.references().get(key) else { continue };
            let values = Json::table([
                ("source", Json::Text(entry.text.clone())),
                ("with", Json::texts(entry.with.iter().cloned())),
            ]);
            parts.insert(format!("reference:{key}"), DigestPart::Values(values));
        }
    }
}

/// Whether a text may show a piece on pages of some stages only: then the stage of the page is a
/// part of what readers are told.
fn asks_for_stage(part: &DigestPart) -> bool {
    matches!(part, DigestPart::Text(text) if text.contains("stage="))
}
