//! BibLaTeX, by the parser that comes with the citation library.

use std::collections::BTreeMap;
use std::ops::Range;

use biblatex::{
    Chunk, ChunksExt, ParseError, ParseErrorKind, RawBibliography, TypeError, TypeErrorKind,
};
use hayagriva::Entry;

use super::mend::{self, BrokenEntry};
use super::{Read, bounds, duplicate, latex, unreadable, within};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

pub(super) fn read(path: &HubPath, text: &str, findings: &mut Vec<Finding>) -> Read {
    let mut read = Read::default();
    let mended;
    let (source, mut raw) = match RawBibliography::parse(text) {
        Ok(raw) => (text, raw),
        Err(error) => {
            let (without, entries) = mend::without_broken(text);
            mended = without;
            let Some(raw) = RawBibliography::parse(&mended).ok().filter(|_| !entries.is_empty())
            else {
                findings.push(broken(path, text, error.span.clone(), None, &error));
                return read;
            };
            read.complete = entries.iter().all(|entry| entry.key.is_some());
            read.leave_out(path, text, entries, findings);
            (&*mended, raw)
        }
    };
    read.complete |= read.broken.is_empty();
    let mut keys: BTreeMap<String, Span> = BTreeMap::new();
    raw.entries.retain(|entry| {
        let key = &entry.v.key;
        let span = within(text, key.span.clone());
        if let Some(first) = keys.get(key.v) {
            findings.push(duplicate(key.v, Place::new(path, span), Some(Place::new(path, *first))));
            return false;
        }
        keys.insert(key.v.to_owned(), span);
        if mend::is_closed_early(source, &entry.span) {
            findings.push(closed_early(path, text, key.v, key.span.clone()));
            read.broken.push(key.v.to_owned());
            return false;
        }
        true
    });
    read.broken.extend(bounds::judge(path, text, &mut raw, findings));
    let mut bibliography = match mend::resolve(raw, source) {
        Ok((bibliography, entries)) => {
            read.leave_out(path, text, entries, findings);
            bibliography
        }
        Err(error) => {
            findings.push(broken(path, text, error.span.clone(), None, &error));
            read.complete = false;
            return read;
        }
    };
    for entry in bibliography.iter_mut() {
        let key = keys.get(&entry.key).copied().unwrap_or_default();
        plain_text(path, text, entry, findings);
        match read.known(path, text, entry, findings) {
            Ok(known) => read.entries.push((known, key)),
            Err(error) => {
                read.broken.push(entry.key.clone());
                findings.push(wrong(path, text, entry, key, &error));
            }
        }
    }
    read
}

impl Read {
    /// Reports entries that cannot be read.
    fn leave_out(
        &mut self,
        path: &HubPath,
        text: &str,
        entries: Vec<BrokenEntry>,
        findings: &mut Vec<Finding>,
    ) {
        for entry in entries {
            findings.push(broken(path, text, entry.span, entry.key.as_deref(), &entry.error));
            self.broken.extend(entry.key);
        }
    }

    /// The entry as the library's formatter takes it. A year that is none, such as `in press`, is left
    /// out and reported.
    fn known(
        &mut self,
        path: &HubPath,
        text: &str,
        entry: &mut biblatex::Entry,
        findings: &mut Vec<Finding>,
    ) -> Result<Entry, TypeError> {
        let mut known = match Entry::try_from(&*entry) {
            Err(error) if is_about_date(&error) => {
                let Some((name, range)) = date_field(entry) else { return Err(error) };
                let span = within(text, range);
                let written = &text[span.start as usize..span.end as usize];
                let message =
                    format!("`{name}` of the reference `{}` is no date: `{written}`.", entry.key);
                let finding =
                    Finding::new(&codes::CITATION_NO_YEAR, Place::new(path, span), message);
                findings.push(
                    finding
                        .label("readers see no year")
                        .help(format!("write `{name} = {{2026}}` once it has appeared")),
                );
                self.without_year.push(entry.key.clone());
                for field in ["date", "year", "month", "day"] {
                    entry.remove(field);
                }
                Entry::try_from(&*entry)?
            }
            known => known?,
        };
        // Medicine writes the PubMed number in this field; the library reads it from `eprint` only.
        let pmid = entry.get("pmid").map(|chunks| chunks.format_verbatim());
        if let Some(pmid) = pmid.filter(|_| known.pmid().is_none()) {
            known.set_pmid(pmid);
        }
        Ok(known)
    }
}

/// Makes text of the LaTeX in an entry's fields, and reports what cannot be read.
fn plain_text(
    path: &HubPath,
    text: &str,
    entry: &mut biblatex::Entry,
    findings: &mut Vec<Finding>,
) {
    /// Addresses and numbers are no LaTeX.
    const VERBATIM: [&str; 8] = ["doi", "eprint", "file", "pdf", "pmid", "uri", "url", "urlraw"];
    let key = &entry.key;
    let fields = entry.fields.iter_mut().filter(|(name, _)| !VERBATIM.contains(&name.as_str()));
    for (name, chunk) in fields.flat_map(|(name, chunks)| chunks.iter_mut().map(move |c| (name, c)))
    {
        let Some(plain) = latex::read(&chunk.v) else { continue };
        chunk.v = match &chunk.v {
            Chunk::Normal(_) => Chunk::Normal(plain.text),
            // Letters of a formula keep their case.
            Chunk::Verbatim(_) | Chunk::Math(_) => Chunk::Verbatim(plain.text),
        };
        if let Some(command) = plain.unknown.first() {
            let message = format!("`\\{command}` in `{name}` of `{key}` cannot be read.");
            let place = Place::new(path, within(text, chunk.span.clone()));
            let finding = Finding::new(&codes::CITATION_LATEX, place, message);
            findings.push(
                finding
                    .label("readers see the text without it")
                    .help("write the characters themselves: references are UTF-8"),
            );
        }
    }
}

fn closed_early(path: &HubPath, text: &str, key: &str, span: Range<usize>) -> Finding {
    let message = format!("`{key}` is closed by a brace before its last field");
    unreadable(path, text, span, &message)
        .help("take out the brace that closes too much; until then, no page can cite the entry")
}

fn broken(
    path: &HubPath,
    text: &str,
    span: Range<usize>,
    key: Option<&str>,
    error: &ParseError,
) -> Finding {
    let message = match (&error.kind, key) {
        (ParseErrorKind::UnexpectedEof, Some(_)) => {
            "a brace, a quotation mark or a `$` is not closed".to_owned()
        }
        (ParseErrorKind::UnexpectedEof, None) => {
            "the file ends in the middle of an entry".to_owned()
        }
        (other, _) => other.to_string(),
    };
    let message = key.map_or(message.clone(), |key| format!("in `{key}`, {message}"));
    unreadable(path, text, span, &message).help(
        "correct this entry: `@article{key, title = {…}, year = {2026}}`, every brace \
            closed and a comma behind every field",
    )
}

fn wrong(
    path: &HubPath,
    text: &str,
    entry: &biblatex::Entry,
    at: Span,
    error: &TypeError,
) -> Finding {
    // The library gives no place for dates.
    let field = date_field(entry).filter(|_| is_about_date(error));
    let (range, field) = match field {
        Some((name, range)) => (range, format!(" `{name}`:")),
        None if error.span.is_empty() => (at.start as usize..at.end as usize, String::new()),
        None => (error.span.clone(), String::new()),
    };
    unreadable(path, text, range, &format!("in `{}`,{field} {}", entry.key, error.kind))
        .help("correct this field; until then, no page can cite the entry")
}

fn is_about_date(error: &TypeError) -> bool {
    matches!(
        error.kind,
        TypeErrorKind::WrongNumberOfDigits
            | TypeErrorKind::MonthOutOfRange
            | TypeErrorKind::DayOutOfRange
    )
}

/// The field that says when an entry appeared, and where its value stands.
fn date_field(entry: &biblatex::Entry) -> Option<(&'static str, Range<usize>)> {
    ["date", "year"]
        .into_iter()
        .find_map(|name| Some((name, entry.fields.get(name)?.first()?.span.clone())))
}
