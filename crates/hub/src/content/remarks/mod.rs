//! What readers will stumble over in a text, noted while it is rendered: one file for each subject.

mod addresses;
mod elements;
mod foreign;
mod marks;
mod opaque;
mod raw;
mod references;
mod templates;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(super) use addresses::UnreadLink;
use foreign::Foreign;

use etappe_base::finding::{Code, Edit, Finding, Fix, Place, codes};
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
    /// hides nothing, or that something stands for nothing.
    pub(super) fn is_on_own_directive_in(&self, range: Span) -> bool {
        [&codes::DIRECTIVE_CONDITION, &codes::DIRECTIVE_ONCE].contains(&self.code)
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
    /// Labels of footnotes that are defined but for a space.
    spaced_notes: BTreeSet<Box<str>>,
    /// By kind: where other tools' syntax stands first, and how often.
    foreign: BTreeMap<Foreign, (Range<usize>, usize)>,
    /// Links and images that are text.
    pub unread: Vec<UnreadLink>,
    /// Where the last text between doubled marks ends.
    doubled_to: usize,
    /// Where the last line ends whose mark is text.
    marks_to: usize,
    /// Where the text has a sign that other tools read, once that was asked for.
    signs: Option<Vec<usize>>,
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
}

#[cfg(test)]
mod tests {
    use crate::content::markdown::PageText;
    use crate::content::weave::without_directives;
    use crate::content::writer::Html;

    fn check(source: &str, expected: &[&str]) {
        let page = PageText { source, ..PageText::default() };
        let mut found: Vec<String> = without_directives(page, &Html)
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
            "## a {#x}\n\n## b {#x}\n\n<p id=\"y\"><a id=\"y\"></a>\n",
            &["html.duplicate-id ## b {#x}", "html.duplicate-id y"],
        );
    }
}
