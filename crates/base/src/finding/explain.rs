//! What each code means, at length: one Markdown document for each, embedded, and its form on a
//! terminal.
//!
//! A document has five sections, always the same; `tests/it/findings.rs` holds them to it and tries
//! its examples.

use anstyle::Style as Look;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::Code;
use super::text::TerminalStyle;

macro_rules! documents {
    ($($id:literal)*) => { &[$(($id, include_str!(concat!("../../docs/findings/", $id, ".md")))),*] };
}

/// Every document by its code, in the order of the registry.
pub const DOCUMENTS: &[(&str, &str)] = documents! {
    "config.missing" "config.syntax" "config.unknown-key" "config.missing-key" "config.wrong-type" "config.invalid-value"
    "config.duplicate" "config.unknown-id" "config.no-persona" "config.no-stage" "config.empty-segment" "config.many-personas" "config.stale-card"
    "config.colour-contrast" "config.missing-translation"
    "front.missing" "front.unclosed" "front.syntax" "front.unknown-key" "front.missing-key" "front.wrong-type"
    "front.invalid-value" "front.empty-title" "front.unknown-persona" "front.unknown-stage" "front.unknown-need"
    "front.unknown-belief" "front.unknown-objective" "front.unknown-topic" "front.unknown-channel" "front.unknown-market" "front.unknown-product" "front.id-taken" "front.id-differs" "front.own-bridge" "front.variant-of" "front.summary-length" "front.moment"
    "front.never-shown" "front.title-length"
    "approval.record" "approval.unknown-item" "approval.not-signed" "approval.unverified" "approval.missing" "approval.unsigned"
    "approval.expired" "approval.expires" "approval.not-yet" "approval.drifted" "approval.wrong-signer" "approval.altered"
    "approval.kind-lowered" "approval.before-text" "approval.off" "approval.after-merge" "approval.unaudited"
    "product.file"
    "claim.unknown" "claim.reworded" "claim.expired" "claim.expires" "claim.market" "claim.untranslated" "claim.unreferenced" "claim.uncited"
    "module.unknown" "module.circle" "module.too-much" "module.expired" "module.expires" "module.market" "module.untranslated" "module.unused"
    "audience.unqualified"
    "file.not-utf8" "file.unreadable" "file.name" "file.reserved" "file.symlink" "file.secret" "file.empty" "file.control-character" "file.unknown-language"
    "link.broken" "link.anchor" "link.cross-persona" "link.untranslated" "link.unpublished" "link.expires"
    "link.address" "link.case" "link.unsafe" "link.local" "link.own" "link.empty"
    "image.missing" "image.alt"
    "image.unreadable" "asset.unsafe" "asset.unused" "asset.oversized"
    "external.broken" "external.unsure" "external.moved"
    "heading.skipped" "heading.several-h1" "mark.spacing" "emphasis.unread"
    "table.cells" "table.header"
    "page.length"
    "html.unclosed" "html.stray" "html.swallows" "html.unknown-element" "html.frame" "html.iframe-title"
    "html.duplicate-id"
    "reference.unused" "reference.unresolved" "reference.shadowed"
    "citation.syntax" "citation.unknown" "citation.duplicate" "citation.no-year" "citation.latex" "citation.unused"
    "footnote.unused" "footnote.unresolved" "footnote.duplicate"
    "foreign.link" "foreign.comment" "foreign.mark" "foreign.attributes" "foreign.table"
    "foreign.citation"
    "directive.unknown" "directive.unclosed" "directive.misplaced" "directive.attribute" "directive.template" "directive.dialect" "directive.condition" "directive.once"
    "directive.never-shown"
    "url.collision" "url.changed" "url.other-language"
    "translation.differs" "translation.behind"
    "journey.dead-end" "journey.orphan" "journey.unreached-stage" "journey.broken-walk" "journey.empty-site" "journey.open-need"
    "leak.persona" "leak.unpublished" "leak.internal" "leak.origin"
    "release.taken-down" "release.left-standing"
    "theme.missing" "theme.manifest" "theme.untranslated" "theme.template"
    "waiver.expired" "waiver.unused"
};

/// The document of a code, as Markdown.
pub fn document(code: &Code) -> &'static str {
    DOCUMENTS.iter().find(|(id, _)| *id == code.id).map_or("", |(_, text)| text)
}

/// The paragraphs that say what a code means, as plain text.
pub fn meaning(code: &Code) -> String {
    let section =
        document(code).split("\n## ").find_map(|section| section.strip_prefix("What it means\n"));
    plain(section.unwrap_or(code.summary)).trim_end().to_owned()
}

/// A document without its marks, each paragraph on one line.
pub fn plain(markdown: &str) -> String {
    render(markdown, TerminalStyle { colour: false, width: usize::MAX })
}

/// A document for a terminal: paragraphs filled to the width, code indented, headings bold where
/// there is colour.
pub fn render(markdown: &str, style: TerminalStyle) -> String {
    let mut page = Explained {
        width: style.width,
        look: if style.colour { Look::new().bold() } else { Look::new() },
        ..Explained::default()
    };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.out.truncate(page.out.trim_end().len());
    page.out + "\n"
}

#[derive(Default)]
struct Explained {
    out: String,
    width: usize,
    look: Look,
    /// The running paragraph or heading, or the open block of code.
    text: String,
    in_code: bool,
    in_item: bool,
}

impl Explained {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.text.push_str(&text),
            Event::Code(code) => self.text.push_str(&format!("`{code}`")),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.in_code = true;
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some((_, file)) = info.split_once(' ')
                {
                    self.out.push_str(&format!("  {file}\n"));
                }
            }
            Event::Start(Tag::Item) => self.in_item = true,
            Event::End(TagEnd::CodeBlock) => self.code(),
            Event::End(TagEnd::Heading(level)) => self.heading(level),
            Event::End(TagEnd::Item) => {
                self.paragraph();
                self.in_item = false;
            }
            Event::End(TagEnd::Paragraph) => {
                self.paragraph();
                self.out.push('\n');
            }
            Event::End(TagEnd::List(_)) => self.out.push('\n'),
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let text = std::mem::take(&mut self.text);
        let look = self.look;
        self.out.push_str(&format!("{look}{text}{look:#}\n"));
        if level == HeadingLevel::H1 {
            self.out.push('\n');
        }
    }

    fn code(&mut self) {
        for line in std::mem::take(&mut self.text).lines() {
            self.out.push_str(&if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("    {line}\n")
            });
        }
        self.out.push('\n');
        self.in_code = false;
    }

    /// Fills the running text to the width; all lines of a list item but the first are indented.
    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let (first, rest) = if self.in_item { ("- ", "  ") } else { ("", "") };
        self.out.push_str(first);
        let mut column = first.len();
        for (at, word) in text.split_whitespace().enumerate() {
            let width = word.width();
            if at > 0 && column + 1 + width > self.width {
                self.out.push('\n');
                self.out.push_str(rest);
                column = rest.len();
            } else if at > 0 {
                self.out.push(' ');
                column += 1;
            }
            self.out.push_str(word);
            column += width;
        }
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, width: usize, expected: &str) {
        assert_eq!(render(markdown, TerminalStyle { colour: false, width }), expected);
    }

    #[test]
    fn paragraphs_are_filled_and_code_is_set_in() {
        check("# a.b\n\nOne *two*\n`three` four.\n", 10, "a.b\n\nOne two\n`three`\nfour.\n");
        check(
            "## Wrong\n\n```toml hub.toml\na = 1\n\nb = 2\n```\n",
            80,
            "Wrong\n  hub.toml\n    a = 1\n\n    b = 2\n",
        );
        check("- one two three\n- four\n", 10, "- one two\n  three\n- four\n");
    }

    #[test]
    fn headings_are_bold_where_there_is_colour() {
        assert_eq!(
            render("# a\n", TerminalStyle { colour: true, width: 80 }),
            "\u{1b}[1ma\u{1b}[0m\n"
        );
    }
}
