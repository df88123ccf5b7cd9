//! Reads on behind an entry of a BibLaTeX file that cannot be read: a lost brace is the fault of one
//! entry, and the others are as good as before.

use std::ops::Range;

use biblatex::{Bibliography, ParseError, RawBibliography};

/// An entry that cannot be read.
pub(super) struct BrokenEntry {
    /// `None` where not even that can be read.
    pub key: Option<String>,
    /// Of the key, or of the place that the library names.
    pub span: Range<usize>,
    pub error: ParseError,
}

/// The text with spaces in place of the entries that cannot be read, and these entries.
pub(super) fn without_broken(text: &str) -> (String, Vec<BrokenEntry>) {
    let mut mended = text.as_bytes().to_vec();
    let mut broken = Vec::new();
    for part in parts(text) {
        let Err(error) = RawBibliography::parse(&text[part.clone()]) else { continue };
        broken.push(broken_entry(text, part.clone(), error));
        for byte in &mut mended[part] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    (String::from_utf8(mended).expect("parts begin and end between characters"), broken)
}

/// The entries as lines begin them.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begins = line.trim_start();
        let name =
            begins.strip_prefix('@').map(|rest| rest.trim_start_matches(char::is_alphabetic));
        if name.is_some_and(|rest| rest.trim_start().starts_with(['{', '('])) {
            starts.push(at + line.len() - begins.len());
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn broken_entry(text: &str, part: Range<usize>, error: ParseError) -> BrokenEntry {
    let own = &text[part.clone()];
    let opened = own.find(['{', '(']).map_or(own.len(), |at| at + 1);
    let rest = &own[opened..];
    let begins = opened + rest.len() - rest.trim_start().len();
    let length = own[begins..].find([',', '}', ')', '\n', '=', '{']).unwrap_or(0);
    let key = own[begins..begins + length].trim_end();
    let at = part.start + begins;
    if key.is_empty() {
        let span = part.start + error.span.start..part.start + error.span.end;
        return BrokenEntry { key: None, span, error };
    }
    BrokenEntry { key: Some(key.to_owned()), span: at..at + key.len(), error }
}

/// Where an entry is closed too early: what follows it looks like more of its fields, which nobody
/// would read.
pub(super) fn is_closed_early(text: &str, entry: &Range<usize>) -> bool {
    let rest = text.get(entry.end..).unwrap_or_default();
    let gap = rest.split('@').next().unwrap_or_default().trim_start_matches(['}', ' ', '\r', '\n']);
    let name = gap.trim_start_matches(',').trim_start();
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    end > 0 && name[end..].trim_start().starts_with('=')
}

/// What the library makes of the entries, without those that it refuses, which come with it.
pub(super) fn resolve<'s>(
    raw: RawBibliography<'s>,
    text: &'s str,
) -> Result<(Bibliography, Vec<BrokenEntry>), ParseError> {
    /// Every try costs as much as all entries.
    const MOST_TRIES: usize = 200;
    let kept: Vec<usize> = raw.entries.iter().map(|entry| entry.v.key.span.start).collect();
    let mut error = match Bibliography::from_raw(raw) {
        Ok(bibliography) => return Ok((bibliography, Vec::new())),
        Err(error) => error,
    };
    // The library has taken the entries, so they are read again.
    let mut raw = RawBibliography::parse(text)?;
    raw.entries.retain(|entry| kept.binary_search(&entry.v.key.span.start).is_ok());
    let mut broken = Vec::new();
    for _ in 0..MOST_TRIES {
        let holds =
            |span: &Range<usize>| span.start <= error.span.start && error.span.start < span.end;
        let Some(at) = raw.entries.iter().position(|entry| holds(&entry.span)) else { break };
        let entry = raw.entries.remove(at);
        let key = entry.v.key;
        let span = if error.span.is_empty() { key.span } else { error.span.clone() };
        broken.push(BrokenEntry { key: Some(key.v.to_owned()), span, error });
        error = match Bibliography::from_raw(raw.clone()) {
            Ok(bibliography) => return Ok((bibliography, broken)),
            Err(error) => error,
        };
    }
    Err(error)
}
