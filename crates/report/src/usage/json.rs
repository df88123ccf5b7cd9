//! Uses for programs. `etappe schema where-used` describes it.

use serde_json::json;

use super::{Usage, Use};

/// One JSON document, ending in a line break.
pub fn emit(key: &str, found: &[Usage]) -> String {
    let one = |used: &Use| {
        let mut entry = json!({ "file": used.file, "lang": used.lang, "title": used.title, "state": used.state });
        if let Some(at) = used.at {
            entry["line"] = at.line.into();
            entry["column"] = at.column.into();
        }
        entry
    };
    let all: Vec<_> = found
        .iter()
        .map(|usage| json!({ "kind": usage.kind.name(), "name": usage.name, "uses": usage.uses.iter().map(one).collect::<Vec<_>>() }))
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "version": 1, "key": key, "found": all }))
        .expect("uses are plain data");
    text.push('\n');
    text
}
