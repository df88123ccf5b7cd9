//! Remarks about footnotes and references: both ends of each must be there.

use std::ops::Range;

use pulldown_cmark::{LinkType, RefDefs};

use super::Remarks;
use super::opaque::Opaque;
use crate::content::dialect::is_in_comment;
use etappe_base::finding::{MOST_SUGGESTIONS, codes, nearest};

/// The longest label of a footnote that is looked for, in bytes.
const LONGEST_LABEL: usize = 40;

impl Remarks {
    /// Takes note of a footnote. Of two with one label the first counts.
    pub(in crate::content) fn note_defined(&mut self, label: &str, range: Range<usize>) {
        self.definitions_at.insert(range.start);
        match self.notes.get(label).cloned() {
            None => {
                self.notes.insert(label.into(), range);
            }
            Some(first) => {
                let message = format!("The footnote `[^{label}]` is defined twice.");
                self.add(
                    &codes::FOOTNOTE_DUPLICATE,
                    range,
                    message,
                    "give one of them another name; this one is left out",
                );
                self.add_with(first, "first defined here");
            }
        }
    }

    pub(in crate::content) fn unused_note(&mut self, label: &str) {
        let Some(range) = self.notes.get(label).cloned() else { return };
        let message = format!("The footnote `[^{label}]` is referred to nowhere.");
        self.add(
            &codes::FOOTNOTE_UNUSED,
            range,
            message,
            format!("write `[^{label}]` where it belongs, or remove it"),
        );
    }

    /// Reports a reference to a footnote that these readers are not shown.
    pub(in crate::content) fn hidden_note(&mut self, label: &str, range: Range<usize>) {
        let message = format!("Not everybody who is shown `[^{label}]` is shown the footnote.");
        self.add(
            &codes::FOOTNOTE_UNRESOLVED,
            range,
            message,
            "move the footnote out of `:::for`, or the reference into it",
        );
    }

    /// Reports a link or image by a reference whose definition these readers are not shown.
    pub(in crate::content) fn hidden_definition(&mut self, range: Range<usize>) {
        let message = "Not everybody who is shown this is shown the definition of its reference.";
        let help =
            "move the definition out of `:::for`, or this into it; some readers see the text alone";
        self.add(&codes::REFERENCE_UNRESOLVED, range, message, help);
    }

    /// Reports definitions that no link uses, and those that an earlier one hides.
    pub(in crate::content) fn definitions(
        &mut self,
        source: &str,
        definitions: &RefDefs<'_>,
        code: &[Range<usize>],
    ) {
        let mut all: Vec<(&str, Range<usize>)> = definitions
            .iter()
            .filter(|(_, definition)| !is_comment(&definition.dest))
            .map(|(label, definition)| (label, definition.span.clone()))
            .collect();
        if all.is_empty() {
            return;
        }
        all.sort_by_key(|(_, span)| span.start);
        for (label, span) in &all {
            if !self.used.contains(&span.start) {
                let message = format!("No link uses the reference `[{label}]`.");
                self.add(
                    &codes::REFERENCE_UNUSED,
                    span.clone(),
                    message,
                    format!("write a link such as `[text][{label}]`, or remove it"),
                );
            }
        }
        let code = Opaque::new(code);
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let Some(label) = definition_label(line) else { continue };
            let first = definitions.get(label).filter(|first| !is_comment(&first.dest));
            let Some(first) = first.map(|first| first.span.clone()) else { continue };
            let own =
                first.contains(&start) || (start..at).contains(&first.start) || code.has(start);
            if !own && start > first.start {
                let end = start + line.trim_end().len();
                let message = format!("The reference `[{label}]` is defined twice.");
                self.add(
                    &codes::REFERENCE_SHADOWED,
                    start..end,
                    message,
                    "give one of them another name; the first stands",
                );
                self.add_with(first, "first defined here");
            }
        }
    }

    /// Reports text that was meant as a footnote reference: the parser leaves it as it is.
    pub(in crate::content) fn lost_notes(&mut self, source: &str, opaque: &[Range<usize>]) {
        let opaque = Opaque::new(opaque);
        let mut near = 0;
        for start in memchr::memmem::find_iter(source.as_bytes(), "[^") {
            let mut rest = source.as_bytes()[start + 2..].iter().take(LONGEST_LABEL);
            let Some(length) = rest.position(|byte| *byte == b']') else { continue };
            let label = &source[start + 2..start + 2 + length];
            let is_label = !label.is_empty()
                && !label.contains(|c: char| c.is_whitespace() || "[^\\".contains(c));
            let known = self.referred.contains(&start)
                || self.definitions_at.range(start.saturating_sub(3)..=start).next().is_some();
            let known = known || self.spaced_notes.contains(label);
            let escaped = source[..start].ends_with('\\') || opaque.has(start);
            if !is_label || known || escaped || is_in_comment(source, start) {
                continue;
            }
            near += 1;
            let labels =
                self.notes.keys().map(|label| &**label).filter(|_| near <= MOST_SUGGESTIONS);
            let help = nearest(label, labels).map_or_else(
                || format!("add a line `[^{label}]: …`"),
                |near| format!("did you mean `[^{near}]`?"),
            );
            self.add(
                &codes::FOOTNOTE_UNRESOLVED,
                start..start + length + 3,
                format!("There is no footnote `[^{label}]`."),
                help,
            );
        }
    }

    /// Reports references without a definition, as the parser met them. Text in single brackets is
    /// no reference.
    pub(in crate::content) fn unresolved(&mut self, links: Vec<(LinkType, String, Range<usize>)>) {
        for (link_type, reference, range) in links {
            if !matches!(link_type, LinkType::Shortcut | LinkType::ShortcutUnknown) {
                let message = format!("The reference `[{reference}]` is defined nowhere.");
                self.add(
                    &codes::REFERENCE_UNRESOLVED,
                    range,
                    message,
                    format!("add a line `[{reference}]: address`; readers see the brackets"),
                );
            }
        }
    }
}

/// Whether a reference leads to nowhere, as comments do: `[//]: # (…)`, `[comment]: <> (…)`.
pub(in crate::content) fn is_comment(dest: &str) -> bool {
    matches!(dest, "" | "#")
}

/// The label of a line that defines a reference: `[label]: …`.
fn definition_label(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    if line.len() - text.len() > 3 || !text.starts_with('[') || text.starts_with("[^") {
        return None;
    }
    let (label, _) = text[1..].split_once("]:")?;
    (!label.contains(['[', ']'])).then_some(label)
}
