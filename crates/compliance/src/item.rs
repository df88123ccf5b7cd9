//! What can be signed, and the digest that a signature is bound to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What can be signed, whatever its language and market.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ItemId {
    /// A page by its `id`.
    Page(String),
    /// `claim:ID`.
    Claim(String),
    /// `module:NAME`.
    Module(String),
    /// `@site`: what readers are told by the hub, its cards and its theme.
    Site,
}

impl ItemId {
    /// The item that a record or a command names; a page where no other kind is meant.
    pub fn read(name: &str) -> Self {
        match name.split_once(':') {
            _ if name == "@site" => Self::Site,
            Some(("claim", id)) => Self::Claim(id.to_owned()),
            Some(("module", name)) => Self::Module(name.to_owned()),
            _ => Self::Page(name.to_owned()),
        }
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(id) => to.write_str(id),
            Self::Claim(id) => write!(to, "claim:{id}"),
            Self::Module(name) => write!(to, "module:{name}"),
            Self::Site => to.write_str("@site"),
        }
    }
}

/// What one signature is for: an item in one language, for one market.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Item {
    /// What is signed.
    pub id: ItemId,
    /// The code of its language.
    pub lang: String,
    /// The id of its market; `None`, written `*`, in a hub without markets.
    pub market: Option<String>,
}

/// The digest of an item, and of each of its parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemDigest {
    /// `content-1:` and 64 hexadecimal digits.
    pub digest: String,
    /// 64 hexadecimal digits by the part's name: `front`, `text`, `claim:ID`, …
    pub parts: BTreeMap<String, String>,
}

impl ItemDigest {
    /// The names of parts that are in this one or in `then` alone, or differ; sorted.
    pub fn differing(&self, then: &BTreeMap<&String, &String>) -> Vec<String> {
        let gone = then.keys().filter(|name| !self.parts.contains_key(**name)).copied();
        let other = self.parts.iter().filter(|(name, part)| then.get(name) != Some(part));
        let names: BTreeSet<&String> = gone.chain(other.map(|(name, _)| name)).collect();
        names.into_iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_named_as_they_are_written() {
        for name in ["dosing/start", "claim:slowing", "module:safety", "@site"] {
            assert_eq!(ItemId::read(name).to_string(), name);
        }
    }
}
