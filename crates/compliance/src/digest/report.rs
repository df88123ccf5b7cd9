//! Digests as they are printed, for people and for programs.

use serde_json::{Map, Value, json};

use etappe_base::visible::harmless;

use super::{DigestPart, DigestParts, Digests, digest_of};
use crate::item::Item;

/// An item whose parts were worked out.
pub struct Worked {
    /// Which one.
    pub item: Item,
    /// Before they are hashed.
    pub parts: DigestParts,
}

impl Worked {
    /// Works out an item; `None` where the hub has no such item, or a file of it is no text.
    pub fn of(item: Item, digests: &Digests<'_>) -> Option<Self> {
        let parts = digests.parts(&item)?;
        Some(Self { item, parts })
    }
}

/// A line for each item; with `explain` its parts below it, and what of each is hashed.
pub fn emit_text(all: &[Worked], explain: bool) -> String {
    let mut text = String::new();
    for Worked { item, parts } in all {
        let worked = digest_of(item, parts);
        let market = item.market.as_deref().unwrap_or("*");
        let id = item.id.to_string();
        text.push_str(&format!("{}  {}  {}  {market}\n", worked.digest, harmless(&id), item.lang));
        if !explain {
            continue;
        }
        for (name, part) in parts {
            let sum = worked.parts.get(name).map_or("", String::as_str);
            text.push_str(&format!("  {sum}  {name}\n"));
            for line in part.source().split('\n') {
                text.push_str(format!("    {}", harmless(&visible(line, part))).trim_end());
                text.push('\n');
            }
        }
    }
    text
}

/// A line as it is shown: two spaces at the end of one break it, and nobody would see them.
fn visible(line: &str, part: &DigestPart) -> String {
    match (part, line.strip_suffix("  ")) {
        (DigestPart::Text(_), Some(rest)) => format!("{rest}··"),
        _ => line.to_owned(),
    }
}

/// The same as data.
pub fn emit_json(all: &[Worked], explain: bool) -> String {
    let one = |Worked { item, parts }: &Worked| {
        let worked = digest_of(item, parts);
        let mut one = json!({
            "item": item.id.to_string(),
            "lang": item.lang,
            "market": item.market.as_deref().unwrap_or("*"),
            "digest": worked.digest,
            "parts": worked.parts,
        });
        if explain {
            let sources: Map<String, Value> =
                parts.iter().map(|(name, part)| (name.clone(), part.source().into())).collect();
            one["sources"] = sources.into();
        }
        one
    };
    let items: Vec<Value> = all.iter().map(one).collect();
    let report = json!({ "version": 1, "items": items });
    format!("{}\n", serde_json::to_string_pretty(&report).expect("texts are JSON"))
}
