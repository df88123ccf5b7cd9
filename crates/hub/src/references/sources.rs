//! The sources of references: what a digest of a reference covers. Read when it is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use biblatex::{Pair, RawBibliography, RawChunk};

use super::mend;
use crate::config::tree::{Entry, parse_yaml};
use etappe_base::path::HubPath;

/// A reference as it was written, with white space run together to single spaces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntrySource {
    /// The entry itself.
    pub text: String,
    /// What it draws on: entries that it names in `crossref` or `xdata`, and abbreviations. Sorted.
    pub with: BTreeSet<String>,
}

/// The sources of all references, by key. The files come in the order of [`super::FILES`]; of two
/// entries with one key the first stands.
pub fn entry_sources(files: &[(&HubPath, &str)]) -> BTreeMap<String, EntrySource> {
    let mut all = BTreeMap::new();
    for (path, text) in files {
        let of_file = if path.extension() == "bib" { of_bib(text) } else { of_yaml(text) };
        for (key, source) in of_file {
            all.entry(key).or_insert(source);
        }
    }
    all
}

fn of_bib(text: &str) -> Vec<(String, EntrySource)> {
    let mended;
    let (source, raw) = match RawBibliography::parse(text) {
        Ok(raw) => (text, raw),
        Err(_) => {
            mended = mend::without_broken(text).0;
            match RawBibliography::parse(&mended) {
                Ok(raw) => (&*mended, raw),
                Err(_) => return Vec::new(),
            }
        }
    };
    // The library's span of an entry ends before its brace.
    let written = |span: &Range<usize>| {
        let rest = source.get(span.end..).unwrap_or_default();
        let end = span.end + rest.find('}').map_or(0, |at| at + 1);
        joined(source.get(span.start..end).unwrap_or_default())
    };
    let entries: Vec<BibEntry<'_>> = raw
        .entries
        .iter()
        .map(|entry| BibEntry {
            key: entry.v.key.v,
            text: written(&entry.span),
            fields: &entry.v.fields,
        })
        .collect();
    let drawn = |entry: &BibEntry<'_>| drawn_on(entry, &entries, &raw.abbreviations);
    let one = |entry: &BibEntry<'_>| {
        let source = EntrySource { text: entry.text.clone(), with: drawn(entry) };
        (entry.key.to_owned(), source)
    };
    entries.iter().map(one).collect()
}

struct BibEntry<'s> {
    key: &'s str,
    text: String,
    fields: &'s [Pair<'s>],
}

/// What an entry draws on, and what that draws on.
fn drawn_on(
    entry: &BibEntry<'_>,
    entries: &[BibEntry<'_>],
    abbreviations: &[Pair<'_>],
) -> BTreeSet<String> {
    let mut with = BTreeSet::new();
    let mut known = BTreeSet::from([entry.key]);
    let mut open: Vec<&[Pair<'_>]> = vec![entry.fields];
    while let Some(fields) = open.pop() {
        for field in fields {
            let names = names_entries(field);
            for chunk in &field.value.v {
                let (RawChunk::Normal(text) | RawChunk::Abbreviation(text)) = chunk.v;
                if matches!(chunk.v, RawChunk::Abbreviation(_)) {
                    let is_it = |one: &&Pair<'_>| one.key.v.eq_ignore_ascii_case(text);
                    // The last definition of a name counts.
                    let found = abbreviations.iter().rev().find(is_it);
                    if let Some(found) = found.filter(|_| known.insert(text)) {
                        with.insert(abbreviated(found));
                        open.push(std::slice::from_ref(found));
                    }
                    continue;
                }
                for name in text.split(',').map(str::trim).filter(|_| names) {
                    let found = entries.iter().find(|other| other.key == name);
                    if let Some(found) = found.filter(|_| known.insert(name)) {
                        with.insert(found.text.clone());
                        open.push(found.fields);
                    }
                }
            }
        }
    }
    with
}

/// Whether a field's value names other entries, whose fields then count.
fn names_entries(field: &Pair<'_>) -> bool {
    ["crossref", "xdata"].iter().any(|name| field.key.v.eq_ignore_ascii_case(name))
}

/// An abbreviation as one line: its name, and the parts of its value.
fn abbreviated(pair: &Pair<'_>) -> String {
    let part = |chunk: &RawChunk<'_>| match chunk {
        RawChunk::Normal(text) => format!("{{{text}}}"),
        RawChunk::Abbreviation(name) => (*name).to_owned(),
    };
    let parts: Vec<String> = pair.value.v.iter().map(|chunk| part(&chunk.v)).collect();
    joined(&format!("{} = {}", pair.key.v, parts.join(" # ")))
}

fn of_yaml(text: &str) -> Vec<(String, EntrySource)> {
    let (table, _) = parse_yaml(text, 0);
    let starts = table.entries.iter().map(|entry| entry.key_span.start as usize);
    let ends = starts.clone().skip(1).chain([text.len()]);
    let one = |(entry, (start, end)): (&Entry, (usize, usize))| {
        let text = without_last_comments(text.get(start..end).unwrap_or_default());
        let source = EntrySource { text: joined(text), with: BTreeSet::new() };
        (entry.key.clone(), source)
    };
    table.entries.iter().zip(starts.zip(ends)).map(one).collect()
}

/// An entry without what stands above the next one: comments, and empty lines.
fn without_last_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_end();
        let last = text.rfind('\n').map_or(0, |at| at + 1);
        if last == 0 || !text[last..].trim_start().starts_with('#') {
            return text;
        }
        text = &text[..last];
    }
}

/// A text with single spaces for its white space, and none around it.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &'static str, text: &str, key: &str) -> Option<EntrySource> {
        entry_sources(&[(&HubPath::literal(path), text)]).remove(key)
    }

    #[test]
    fn an_entry_is_its_source_with_single_spaces() {
        let text = "% a\n@article{b2026,\n  title = {A  {B}\n c},\n  year  = 2026\n}\n\n@book{c, title={C}}";
        let b = of("references.bib", text, "b2026").expect("it is there");
        assert_eq!(b.text, "@article{b2026, title = {A {B} c}, year = 2026 }");
        assert_eq!(b.with, BTreeSet::new());
        let c = of("references.bib", text, "c").expect("it is there");
        assert_eq!(c.text, "@book{c, title={C}}");
    }

    #[test]
    fn an_entry_draws_on_what_it_names() {
        let text = "@string{tfg = \"Tijdschr\" # ext}\n@string{ext = { Fict}}\n\
            @collection{whole, title = {All}, xdata = {more}}\n@xdata{more, year = 2026}\n\
            @incollection{part, crossref = {whole}, journal = tfg, month = jan}";
        let part = of("references.bib", text, "part").expect("it is there");
        let expected = [
            "@collection{whole, title = {All}, xdata = {more}}",
            "@xdata{more, year = 2026}",
            "ext = { Fict}",
            "tfg = {Tijdschr} # ext",
        ];
        assert_eq!(part.with, expected.map(str::to_owned).into());
    }

    #[test]
    fn entries_of_yaml_end_before_the_next() {
        let text =
            "a:\n  type: article\n  title:  One\n\n# about b\nb:\n  type: book\n  title: Two\n";
        let a = of("references.yaml", text, "a").expect("it is there");
        assert_eq!(a.text, "a: type: article title: One");
        assert_eq!(
            of("references.yaml", text, "b").expect("it is there").text,
            "b: type: book title: Two"
        );
    }
}
