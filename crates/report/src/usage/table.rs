//! Uses for people: a group for each thing that the key names, a line for each use.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::{Usage, Use};
use etappe_base::visible::harmless;

/// Groups, with an empty line between them.
pub fn emit(found: &[Usage]) -> String {
    found.iter().map(group).collect::<Vec<String>>().join("\n")
}

fn group(usage: &Usage) -> String {
    let files: BTreeSet<_> = usage.uses.iter().map(|used| &used.file).collect();
    let pages = match files.len() {
        0 => "no page".to_owned(),
        1 => "1 page".to_owned(),
        count => format!("{count} pages"),
    };
    let mut out = format!(
        "The {} `{}` is used on {pages}{}\n",
        usage.kind.name(),
        harmless(&usage.name),
        if files.is_empty() { "." } else { ":" }
    );
    let places: Vec<String> = usage.uses.iter().map(place).collect();
    let widest = places.iter().map(|place| place.width()).max().unwrap_or_default();
    let langs = usage.uses.iter().map(|used| used.lang.width()).max().unwrap_or_default();
    for (used, place) in usage.uses.iter().zip(&places) {
        let state =
            if used.state.is_empty() { String::new() } else { format!(" ({})", used.state) };
        let blank = " ".repeat(widest - place.width());
        out.push_str(&format!(
            "  {place}{blank}  {:langs$}  {}{state}\n",
            used.lang,
            harmless(&used.title)
        ));
    }
    out
}

fn place(used: &Use) -> String {
    let file = harmless(used.file.as_str());
    match used.at {
        Some(at) => format!("{file}:{}:{}", at.line, at.column),
        None => file,
    }
}
