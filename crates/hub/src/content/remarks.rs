//! What readers will stumble over in a text, noted while it is rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{LinkType, RefDefs};

use etappe_base::finding::{Code, Edit, Finding, Fix, MOST_SUGGESTIONS, Place, codes, nearest};
use etappe_base::path::HubPath;
use etappe_base::source::Span;

/// One remark, at its place in the whole file.
#[derive(Debug)]
pub(super) struct Remark {
    code: &'static Code,
    span: Span,
    message: String,
    help: String,
    /// Another place, and what it is.
    other: Option<(Span, &'static str)>,
    /// What should stand there instead.
    fix: Option<(Span, String)>,
}

impl Remark {
    pub(super) fn into_finding(self, file: &HubPath) -> Finding {
        let fix = self.fix.map(|(span, text)| Fix {
            title: format!("Write `{text}`"),
            edits: vec![Edit::new(Place::new(file, span), text)],
        });
        let finding = Finding::new(self.code, Place::new(file, self.span), self.message)
            .help(self.help)
            .maybe_fix(fix);
        match self.other {
            Some((span, label)) => finding.related(Place::new(file, span), label),
            None => finding,
        }
    }
}

impl Remark {
    /// Whether it already says, for a place in this range of the file, that a text for some readers
    /// hides nothing.
    pub(super) fn is_on_condition_in(&self, range: Span) -> bool {
        *self.code == codes::DIRECTIVE_CONDITION
            && self.span.start < range.end
            && range.start < self.span.end
    }

    /// The remarks on several variants of a text; those that variants share come once.
    pub(super) fn each_once(remarks: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut seen = BTreeSet::new();
        remarks
            .filter(|remark| seen.insert((remark.span, remark.code.id, remark.message.clone())))
            .collect()
    }
}

/// Gathers remarks on one text.
#[derive(Default)]
pub(super) struct Remarks {
    offset: usize,
    all: Vec<Remark>,
    /// The last heading's level. The title is the first.
    level: u8,
    /// Where the used definitions begin.
    pub used: BTreeSet<usize>,
    /// Where footnote references begin.
    pub referred: BTreeSet<usize>,
    /// Footnotes by label: where each stands.
    notes: BTreeMap<Box<str>, Range<usize>>,
    /// Where definitions of footnotes begin, duplicates included.
    definitions_at: BTreeSet<usize>,
}

impl Remarks {
    /// For a text that begins `offset` bytes into its file.
    pub(super) fn new(offset: usize) -> Self {
        Self { offset, level: 1, ..Self::default() }
    }

    pub(super) fn finish(self) -> Vec<Remark> {
        self.all
    }

    /// Forgets what was said, but not what was seen.
    pub(super) fn forget(&mut self) {
        self.all.clear();
    }

    pub(super) fn add(
        &mut self,
        code: &'static Code,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = Span::from(range).shifted(self.offset);
        self.all.push(Remark {
            code,
            span,
            message: message.into(),
            help: help.into(),
            other: None,
            fix: None,
        });
    }

    /// Gives the last remark its fix: the text that should stand at `range`.
    pub(super) fn fix_with(&mut self, range: Range<usize>, text: &str) {
        let span = Span::from(range).shifted(self.offset);
        if let Some(last) = self.all.last_mut() {
            last.fix = Some((span, text.to_owned()));
        }
    }

    fn add_with(&mut self, other: Range<usize>, label: &'static str) {
        let span = Span::from(other).shifted(self.offset);
        if let Some(last) = self.all.last_mut() {
            last.other = Some((span, label));
        }
    }

    pub(super) fn heading(&mut self, level: u8, range: Range<usize>) {
        if level == 1 {
            let help = "the page's title is its only first-level heading: begin the text with `##`";
            self.add(
                &codes::HEADING_SEVERAL_H1,
                range,
                "The text has a first-level heading beside the title.",
                help,
            );
        } else if level > self.level + 1 {
            let message = format!("The headings jump from level {} to level {level}.", self.level);
            let help = format!(
                "use `{}`: screen readers announce levels, and readers jump by them",
                "#".repeat(usize::from(self.level) + 1)
            );
            self.add(&codes::HEADING_SKIPPED, range, message, help);
        }
        self.level = level;
    }

    pub(super) fn no_alt(&mut self, range: Range<usize>) {
        let help = "say in the brackets what the image shows: `![A timeline of four MRI scans](…)`";
        self.add(&codes::IMAGE_ALT, range, "The image has no alternative text.", help);
    }

    pub(super) fn empty_link(&mut self, range: Range<usize>) {
        self.add(
            &codes::LINK_EMPTY,
            range,
            "The link has no text.",
            "write in the brackets where the link leads",
        );
    }

    pub(super) fn headless_table(&mut self, range: Range<usize>) {
        let help =
            "name each column in the first row: screen readers repeat the names with each cell";
        self.add(&codes::TABLE_HEADER, range, "The table's header row is empty.", help);
    }

    pub(super) fn duplicate_id(&mut self, id: &str, range: Range<usize>) {
        let message = format!("The id `{id}` stands on this page twice.");
        self.add(
            &codes::HTML_DUPLICATE_ID,
            range,
            message,
            "change one of them: a link can reach only the first",
        );
    }

    /// Takes note of a footnote. Of two with one label the first counts.
    pub(super) fn note_defined(&mut self, label: &str, range: Range<usize>) {
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

    pub(super) fn unused_note(&mut self, label: &str) {
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
    pub(super) fn hidden_note(&mut self, label: &str, range: Range<usize>) {
        let message = format!("Not everybody who is shown `[^{label}]` is shown the footnote.");
        self.add(
            &codes::FOOTNOTE_UNRESOLVED,
            range,
            message,
            "move the footnote out of `:::for`, or the reference into it",
        );
    }

    /// Reports a link or image by a reference whose definition these readers are not shown.
    pub(super) fn hidden_definition(&mut self, range: Range<usize>) {
        let message = "Not everybody who is shown this is shown the definition of its reference.";
        let help =
            "move the definition out of `:::for`, or this into it; some readers see the text alone";
        self.add(&codes::REFERENCE_UNRESOLVED, range, message, help);
    }

    /// Reports definitions that no link uses, and those that an earlier one hides.
    pub(super) fn definitions(
        &mut self,
        source: &str,
        definitions: &RefDefs<'_>,
        code: &[Range<usize>],
    ) {
        let mut all: Vec<(&str, Range<usize>)> = definitions
            .iter()
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
            let Some(first) = definitions.get(label).map(|definition| definition.span.clone())
            else {
                continue;
            };
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
    pub(super) fn lost_notes(&mut self, source: &str, opaque: &[Range<usize>]) {
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
            let escaped = source[..start].ends_with('\\') || opaque.has(start);
            if !is_label || known || escaped {
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

    /// Reports placeholders of other tools, which nothing replaces: readers see them as they are.
    pub(super) fn templates(&mut self, source: &str, opaque: &[Range<usize>]) {
        let opaque = Opaque::new(opaque);
        let mut done = 0;
        // Where the line ends, and for each kind from where on the line holds no end of it.
        let (mut line_end, mut endless) = (0, [usize::MAX; 2]);
        for start in memchr::memchr_iter(b'{', source.as_bytes()) {
            let (kind, end) = match source.as_bytes().get(start + 1) {
                Some(b'{') => (0, "}}"),
                Some(b'%') => (1, "%}"),
                _ => continue,
            };
            if start >= line_end {
                let length = memchr::memchr(b'\n', &source.as_bytes()[start..]);
                line_end = length.map_or(source.len(), |length| start + length);
                endless = [usize::MAX; 2];
            }
            if start < done || start >= endless[kind] {
                continue;
            }
            let Some(length) = source[start..line_end].find(end) else {
                endless[kind] = start;
                continue;
            };
            done = start + length + end.len();
            if !source[..start].ends_with('\\') && !opaque.has(start) {
                let help = "write what should stand there, or use a directive; what readers are meant to see can stand in code";
                self.add(
                    &codes::DIRECTIVE_TEMPLATE,
                    start..done,
                    "Nothing is evaluated in a text, so readers see this as it is.",
                    help,
                );
            }
        }
    }

    /// Reports references without a definition, as the parser met them. Text in single brackets is
    /// no reference.
    pub(super) fn unresolved(&mut self, links: Vec<(LinkType, String, Range<usize>)>) {
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

/// The longest label of a footnote that is looked for, in bytes.
const LONGEST_LABEL: usize = 40;

/// Ranges of code and raw HTML, joined and in their order.
struct Opaque(Vec<Range<usize>>);

impl Opaque {
    fn new(ranges: &[Range<usize>]) -> Self {
        let mut sorted = ranges.to_vec();
        sorted.sort_by_key(|range| range.start);
        let mut joined: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match joined.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        Self(joined)
    }

    fn has(&self, at: usize) -> bool {
        let after = self.0.partition_point(|range| range.start <= at);
        after.checked_sub(1).is_some_and(|last| self.0[last].contains(&at))
    }
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

#[cfg(test)]
mod tests {
    use crate::content::weave::without_directives;
    use crate::content::writer::Html;

    fn check(source: &str, expected: &[&str]) {
        let mut found: Vec<String> = without_directives(source, 0, &Html)
            .remarks
            .iter()
            .map(|remark| {
                format!(
                    "{} {}",
                    remark.code.id,
                    source
                        .get(remark.span.start as usize..remark.span.end as usize)
                        .unwrap_or("?")
                        .trim_end()
                )
            })
            .collect();
        found.sort();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn headings_keep_their_order() {
        check("## a\n\n### b\n\n## c\n", &[]);
        check("### a\n", &["heading.skipped ### a"]);
        check("# a\n\n## b\n\n#### c\n", &["heading.several-h1 # a", "heading.skipped #### c"]);
        check("<h4>a</h4>\n", &["heading.skipped <h4>"]);
    }

    #[test]
    fn images_links_and_tables_say_what_they_are() {
        check("![](a.png) ![b](a.png)\n", &["image.alt ![](a.png)"]);
        check("<img src=a.png>\n\n<img src=a.png alt=\"\">\n", &["image.alt <img src=a.png>"]);
        check("[](a.md) [![b](c.png)](a.md)\n", &["link.empty [](a.md)"]);
        check("| | |\n|-|-|\n|1|2|\n", &["table.header | | |\n|-|-|\n|1|2|"]);
    }

    #[test]
    fn references_and_footnotes_have_both_ends() {
        check("[a][b] [c] [d][]\n\n[d]: x.md\n", &["reference.unresolved [a][b]"]);
        check("[a]: x.md\n[b]: y.md\n\n[b]\n", &["reference.unused [a]: x.md"]);
        check(
            "[a]\n\n[a]: x.md\n[A]: y.md\n\n```\n[a]: z\n```\n",
            &["reference.shadowed [A]: y.md"],
        );
        check(
            "x[^1] y[^2]\n\n[^1]: One.\n\n[^3]: Three.\n",
            &["footnote.unresolved [^2]", "footnote.unused [^3]: Three."],
        );
        check("x[^1]\n\n[^1]: One.\n\n[^1]: Two.\n", &["footnote.duplicate [^1]: Two."]);
    }

    #[test]
    fn ids_are_unique() {
        check(
            "## a {#x}\n\n## b {#x}\n\n<p id=\"y\"><a id=\"y\">\n",
            &["html.duplicate-id ## b {#x}", "html.duplicate-id y"],
        );
    }
}
