//! What pages use and was written once, as those who sign it read of it.

use etappe_hub::content::{Library, OnceId};
use serde_json::Value;

/// The name that it is signed under; `claims` for a list of claims.
pub(crate) fn item(what: &OnceId) -> String {
    match what {
        OnceId::Claim(id) => format!("claim:{id}"),
        OnceId::Module(name) => format!("module:{name}"),
        OnceId::Claims { .. } => "claims".to_owned(),
    }
}

/// What a claim says in a language, as it is written.
pub(crate) fn words(library: &Library, id: &str, lang: &str) -> Option<String> {
    let claim = library.claim(id)?;
    match claim.written.get("text")? {
        Value::String(text) => Some(text.clone()),
        by_lang => Some(by_lang.get(lang)?.as_str()?.to_owned()),
    }
}
