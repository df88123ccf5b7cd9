//! The hub's references: what `references.bib` and `references.yaml` say, and how pages cite it.
//! Knows no page.

mod bib;
mod bounds;
mod format;
mod html;
mod latex;
mod mend;
mod sources;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use hayagriva::Entry;

use self::format::CitationRules;
use crate::config::CitationStyle;
use crate::content::Citation;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

pub use format::{Formatted, FormattedEntry};
pub use sources::{EntrySource, entry_sources};

/// The files that references stand in, at the hub's root.
pub const FILES: [&str; 2] = ["references.bib", "references.yaml"];

/// Every reference of a hub. Entries are formatted when a page first needs them.
#[derive(Default)]
pub struct References {
    entries: BTreeMap<String, Reference>,
    /// Keys of entries that cannot be read, which is reported where they stand.
    broken: BTreeSet<String>,
    /// A file could not be read to its end: nobody knows which keys there are.
    pub incomplete: bool,
    style: CitationStyle,
    ready: OnceLock<CitationRules>,
    /// By what is cited and the language. Equal citations are formatted once.
    known: Mutex<BTreeMap<Digest, Arc<Formatted>>>,
}

/// One reference and where it stands.
pub struct Reference {
    /// Where its key stands.
    pub place: Place,
    entry: Entry,
}

/// Entries as one file has them, each with the span of its key; and whether the file was read to
/// its end.
#[derive(Default)]
struct Read {
    entries: Vec<(Entry, Span)>,
    /// Keys of entries that cannot be read.
    broken: Vec<String>,
    /// Keys of entries whose year is no year, which is reported where it stands.
    without_year: Vec<String>,
    complete: bool,
}

impl Reference {
    /// The passage that bears out what cites it: its `annotation` or `note`; `None` where it has
    /// none.
    pub fn passage(&self) -> Option<String> {
        self.entry.note().map(ToString::to_string).filter(|note| !note.trim().is_empty())
    }
}

impl References {
    /// Reads the files, which come in the order of [`FILES`].
    pub fn read(files: &[(&HubPath, &str)], style: CitationStyle) -> (Self, Vec<Finding>) {
        let mut references = Self { style, ..Self::default() };
        let mut findings = Vec::new();
        for (path, text) in files {
            let read = if path.extension() == "bib" {
                bib::read(path, text, &mut findings)
            } else {
                yaml::read(path, text, &mut findings)
            };
            references.incomplete |= !read.complete;
            references.broken.extend(read.broken);
            for (entry, span) in read.entries {
                let is_said = read.without_year.iter().any(|key| key == entry.key());
                references.add(entry, Place::new(path, span), is_said, &mut findings);
            }
        }
        (references, findings)
    }

    /// Adds an entry. One without a year is reported, unless that `is_said` already.
    fn add(&mut self, entry: Entry, place: Place, is_said: bool, findings: &mut Vec<Finding>) {
        let key = entry.key().to_owned();
        if let Some(first) = self.entries.get(&key) {
            findings.push(duplicate(&key, place, Some(first.place.clone())));
            return;
        }
        if entry.date_any().is_none() && !is_said {
            let finding = Finding::new(
                &codes::CITATION_NO_YEAR,
                place.clone(),
                format!("The reference `{key}` has no year."),
            );
            findings.push(
                finding
                    .help("add the year in which it appeared: readers judge evidence by its age"),
            );
        }
        self.entries.insert(key, Reference { place, entry });
    }

    /// Whether there is no entry to cite; those that cannot be read do not count.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// `None` where the key is not known, or its entry cannot be read.
    pub fn get(&self, key: &str) -> Option<&Reference> {
        self.entries.get(key)
    }

    /// Whether an unknown key may be in the files all the same: its entry, or what follows, could
    /// not be read.
    pub fn is_doubtful(&self, key: &str) -> bool {
        self.incomplete || self.broken.contains(key)
    }

    /// Sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The marks and the list for citations in the order in which readers meet them. `None` where
    /// nothing that is known is cited.
    pub fn format(&self, citations: &[&Citation], lang: &str) -> Option<Arc<Formatted>> {
        let cites = || citations.iter().flat_map(|citation| &citation.cites);
        if !cites().any(|cite| self.entries.contains_key(&*cite.key)) {
            return None;
        }
        let mut hasher = Hasher::new("citations");
        hasher.text(lang);
        for citation in citations {
            hasher.number(citation.cites.len() as u64);
            for cite in &citation.cites {
                hasher.text(&cite.key).text(&cite.locator);
            }
        }
        let key = hasher.finish();
        let known = || self.known.lock().expect("formatting does not panic");
        if let Some(formatted) = known().get(&key) {
            return Some(Arc::clone(formatted));
        }
        let formatted = Arc::new(self.ready.get_or_init(|| CitationRules::new(self.style)).format(
            &self.entries,
            citations,
            lang,
        ));
        known().insert(key, Arc::clone(&formatted));
        Some(formatted)
    }
}

/// Two entries with one key.
fn duplicate(key: &str, place: Place, first: Option<Place>) -> Finding {
    let finding = Finding::new(
        &codes::CITATION_DUPLICATE,
        place,
        format!("There are two references `{key}`."),
    )
    .label("not used: the first stands")
    .help("remove one of them, or give it a key of its own");
    match first {
        Some(first) => finding.related(first, "the first"),
        None => finding,
    }
}

fn unreadable(path: &HubPath, text: &str, range: Range<usize>, message: &str) -> Finding {
    let span = within(text, range);
    let message = format!("The references cannot be read: {}.", message.trim_end_matches('.'));
    Finding::new(&codes::CITATION_SYNTAX, Place::new(path, span), message)
}

/// A span that surely stands in the text: at least one character, none cut in two.
fn within(text: &str, range: Range<usize>) -> Span {
    let mut start = range.start.min(text.trim_end().len().saturating_sub(1));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = range.end.clamp(start, text.len()).max((start + 1).min(text.len()));
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::new(start, end)
}
