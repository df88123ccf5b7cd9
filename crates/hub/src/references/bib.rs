//! BibLaTeX, by the parser that comes with the citation library.

use std::collections::BTreeMap;

use biblatex::{
    Bibliography, ChunksExt, ParseError, ParseErrorKind, RawBibliography, TypeError, TypeErrorKind,
};
use hayagriva::Entry;

use super::{Read, bounds, duplicate, unreadable, within};
use etappe_base::finding::{Finding, Place};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

pub(super) fn read(path: &HubPath, text: &str, findings: &mut Vec<Finding>) -> Read {
    let mut read = Read { entries: Vec::new(), broken: Vec::new(), complete: false };
    let mut raw = match RawBibliography::parse(text) {
        Ok(raw) => raw,
        Err(error) => {
            findings.push(broken(path, text, &error));
            return read;
        }
    };
    let mut keys: BTreeMap<String, Span> = BTreeMap::new();
    raw.entries.retain(|entry| {
        let key = &entry.v.key;
        let span = within(text, key.span.clone());
        if let Some(first) = keys.get(key.v) {
            findings.push(duplicate(key.v, Place::new(path, span), Some(Place::new(path, *first))));
            return false;
        }
        keys.insert(key.v.to_owned(), span);
        true
    });
    read.broken = bounds::judge(path, text, &mut raw, findings);
    let bibliography = match Bibliography::from_raw(raw) {
        Ok(bibliography) => bibliography,
        Err(error) => {
            findings.push(broken(path, text, &error));
            return read;
        }
    };
    read.complete = true;
    for entry in bibliography.iter() {
        let key = keys.get(&entry.key).copied().unwrap_or_default();
        match Entry::try_from(entry) {
            Ok(mut known) => {
                // Medicine writes the PubMed number in this field; the library reads it from
                // `eprint` only.
                if let Some(pmid) = entry
                    .get("pmid")
                    .map(|chunks| chunks.format_verbatim())
                    .filter(|_| known.pmid().is_none())
                {
                    known.set_pmid(pmid);
                }
                read.entries.push((known, key));
            }
            Err(error) => {
                read.broken.push(entry.key.clone());
                findings.push(wrong(path, text, entry, key, &error));
            }
        }
    }
    read
}

fn broken(path: &HubPath, text: &str, error: &ParseError) -> Finding {
    let message = match &error.kind {
        ParseErrorKind::UnexpectedEof => "the file ends in the middle of an entry".to_owned(),
        other => other.to_string(),
    };
    unreadable(path, text, error.span.clone(), &message)
        .help("correct this entry: `@article{key, title = {…}, year = {2026}}`, every brace closed and a comma behind every field")
}

fn wrong(
    path: &HubPath,
    text: &str,
    entry: &biblatex::Entry,
    at: Span,
    error: &TypeError,
) -> Finding {
    // The library gives no place for dates.
    let is_date = matches!(
        error.kind,
        TypeErrorKind::WrongNumberOfDigits
            | TypeErrorKind::MonthOutOfRange
            | TypeErrorKind::DayOutOfRange
    );
    let field = ["date", "year"]
        .into_iter()
        .find_map(|name| Some((name, entry.fields.get(name)?.first()?.span.clone())));
    let (range, field) = match field.filter(|_| is_date) {
        Some((name, range)) => (range, format!(" `{name}`:")),
        None if error.span.is_empty() => (at.start as usize..at.end as usize, String::new()),
        None => (error.span.clone(), String::new()),
    };
    unreadable(path, text, range, &format!("in `{}`,{field} {}", entry.key, error.kind))
        .help("correct this field; until then, no page can cite the entry")
}
