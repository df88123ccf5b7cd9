//! YAML in the citation library's own form, entry by entry: one that is wrong does not take the
//! others with it.

use std::collections::BTreeMap;
use std::ops::Range;

use hayagriva::io::from_yaml_str;

use super::{Read, duplicate, unreadable};
use crate::config::tree::parse_yaml;
use etappe_base::finding::{Finding, Place};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

pub(super) fn read(path: &HubPath, text: &str, findings: &mut Vec<Finding>) -> Read {
    let (table, errors) = parse_yaml(text, 0);
    let mut read = Read { complete: true, ..Read::default() };
    let mut firsts: BTreeMap<&str, Span> = BTreeMap::new();
    for entry in table.entries.iter().rev() {
        firsts.insert(&entry.key, entry.key_span);
    }
    for error in errors {
        let written =
            text.get(error.span.start as usize..error.span.end as usize).unwrap_or_default();
        let first = firsts.get(written).filter(|first| first.end <= error.span.start);
        match first.filter(|_| error.is_repeat) {
            Some(first) => {
                let (place, first) = (Place::new(path, error.span), Place::new(path, *first));
                findings.push(duplicate(written, place, Some(first)));
            }
            None => {
                read.complete = false;
                let finding = unreadable(
                    path,
                    text,
                    error.span.start as usize..error.span.end as usize,
                    &error.message,
                );
                findings.push(finding.help(
                    "correct this line: below each key stands what is known of it, indented",
                ));
            }
        }
    }
    let starts: Vec<usize> = table
        .entries
        .iter()
        .map(|entry| entry.key_span.start as usize)
        .chain([text.len()])
        .collect();
    for (entry, bounds) in table.entries.iter().zip(starts.windows(2)) {
        // A duplicate that follows would be read as part of this entry.
        let end = entry.item.span.end.max(entry.key_span.end) as usize;
        let part = &text[bounds[0]..bounds[1].min(line_end(text, end))];
        match from_yaml_str(part) {
            Ok(library) => read
                .entries
                .extend(library.iter().take(1).map(|known| (known.clone(), entry.key_span))),
            Err(error) => {
                read.broken.push(entry.key.clone());
                let said = error.to_string();
                let message = said
                    .split(" at line ")
                    .next()
                    .and_then(|said| said.split(", expected one of").next())
                    .unwrap_or_default();
                let line = error.location().map_or(0, |location| location.line().saturating_sub(1));
                let range = line_range(text, bounds[0], line);
                let help = "correct this entry; until then, no page can cite it. An entry needs a \
                    `type`, such as `type: article`";
                // After one fault a parser reports others that follow from it: the first is enough.
                if read.complete {
                    findings.push(unreadable(path, text, range, message).help(help));
                }
            }
        }
    }
    read
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length + 1)
}

/// The text of the line that is `lines` below the one that `start` is on.
fn line_range(text: &str, start: usize, lines: usize) -> Range<usize> {
    let mut at = start;
    for _ in 0..lines {
        at = line_end(text, at);
    }
    let line = text[at..line_end(text, at)].trim_end();
    let lead = line.len() - line.trim_start().len();
    at + lead..at + line.len()
}
