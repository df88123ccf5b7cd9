//! From bytes to lines and columns. Each file is read once, since findings come sorted by file.

use serde::Serialize;

use super::{Finding, Place, Sources};
use crate::path::HubPath;
use crate::source::{LineIndex, Position};

/// A place with its lines and columns: both from 1, columns in characters; offsets in bytes from 0.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Range {
    pub file: HubPath,
    pub start: Position,
    /// The first character after it.
    pub end: Position,
}

/// A finding with all that a report says about its places.
pub(super) struct Located<'f, 't> {
    pub finding: &'f Finding,
    /// The text of its file; empty where there is none.
    pub text: &'t str,
    /// `None` for what concerns the hub as a whole.
    pub range: Option<Range>,
    /// The finding is about its file, not about a part of it.
    pub is_whole_file: bool,
    pub related: Vec<(Range, &'f str)>,
}

/// Turns each finding into what `write` makes of it.
pub(super) fn map<'f, T>(
    findings: impl IntoIterator<Item = &'f Finding>,
    sources: &dyn Sources,
    mut write: impl FnMut(Located<'f, '_>) -> T,
) -> Vec<T> {
    let findings: Vec<&Finding> = findings.into_iter().collect();
    let file = |finding: &'f Finding| finding.place.as_ref().map(|place| &place.file);
    let mut written = Vec::with_capacity(findings.len());
    for group in findings.chunk_by(|a, b| file(a) == file(b)) {
        let own = group.first().and_then(|finding| file(finding));
        let text = own.and_then(|file| sources.text(file)).unwrap_or_default();
        let index = LineIndex::new(&text);
        for finding in group {
            let related = finding.related.iter().map(|related| {
                let range = match own {
                    Some(own) if *own == related.place.file => range(&related.place, &index),
                    _ => range(
                        &related.place,
                        &LineIndex::new(&sources.text(&related.place.file).unwrap_or_default()),
                    ),
                };
                (range, related.label.as_str())
            });
            written.push(write(Located {
                finding,
                text: &text,
                range: finding.place.as_ref().map(|place| range(place, &index)),
                is_whole_file: finding
                    .place
                    .as_ref()
                    .is_some_and(|place| is_whole_file(place, &text)),
                related: related.collect(),
            }));
        }
    }
    written
}

/// An empty span at the start stands for the whole file; so does any span in a file without text.
fn is_whole_file(place: &Place, text: &str) -> bool {
    text.is_empty() || (place.span.start == 0 && place.span.end == 0)
}

fn range(place: &Place, index: &LineIndex<'_>) -> Range {
    Range {
        file: place.file.clone(),
        start: index.position(place.span.start),
        end: index.position(place.span.end),
    }
}
