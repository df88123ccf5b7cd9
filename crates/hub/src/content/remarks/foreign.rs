//! What other tools understand and this one does not: each kind is told once for a page, with its
//! first place and how it is written here. Readers see all of it as it stands.

use std::ops::Range;

use super::Remarks;
use etappe_base::finding::{Code, codes};

/// A kind of what other tools understand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::content) enum Foreign {
    /// `[[Page|text]]`
    Wikilink,
    /// `![[picture.png]]`
    Embed,
    /// `%%comment%%`
    Comment,
    /// `==marked==`
    Highlight,
    /// `> [!info]- Title`, `!!! note "Title"`
    Callout,
    /// `![x](y.png){width=50%}`
    Attributes,
    /// `## Heading {anything}`
    HeadingBraces,
    /// `+---+---+`
    GridTable,
    /// Columns below hyphens, without pipes.
    SimpleTable,
    /// `@key` in a text, `[see @key]`
    Citation,
    /// `@fig-x`
    CrossReference,
    /// `{{ … }}`, `{% … %}`
    Template,
    /// `{{< … >}}`, `{{% … %}}`, `[gallery ids="1"]`
    Shortcode,
    /// A row with fewer cells than the head.
    ShortRow,
    /// A row with more cells than the head.
    LongRow,
    /// The row below the head has another number of cells, so there is no table.
    Head,
    /// Asterisks beside Chinese, Japanese or Korean.
    Emphasis,
}

impl Foreign {
    fn code(self) -> &'static Code {
        match self {
            Self::Wikilink | Self::Embed => &codes::FOREIGN_LINK,
            Self::Comment => &codes::FOREIGN_COMMENT,
            Self::Highlight | Self::Callout => &codes::FOREIGN_MARK,
            Self::Attributes | Self::HeadingBraces => &codes::FOREIGN_ATTRIBUTES,
            Self::GridTable | Self::SimpleTable => &codes::FOREIGN_TABLE,
            Self::Citation | Self::CrossReference => &codes::FOREIGN_CITATION,
            Self::Template | Self::Shortcode => &codes::DIRECTIVE_TEMPLATE,
            Self::ShortRow | Self::LongRow | Self::Head => &codes::TABLE_CELLS,
            Self::Emphasis => &codes::EMPHASIS_UNREAD,
        }
    }

    /// What is true of the first one, without a full stop.
    fn says(self, written: &str) -> String {
        match self {
            Self::Wikilink => format!("The wikilink {written} is no link here"),
            Self::Embed => format!("The embed {written} shows nothing here"),
            Self::Comment => format!("Readers see the comment {written}, since it is text here"),
            Self::Highlight => format!("Readers see the signs of {written}"),
            Self::Callout => format!("The callout {written} is no box here"),
            Self::Attributes => format!("Readers see the braces {written}"),
            Self::HeadingBraces => format!("Readers see the braces {written} of the heading"),
            Self::GridTable | Self::SimpleTable => {
                "This table is drawn as another tool has it, and is text here".to_owned()
            }
            Self::Citation => format!("{written} cites nothing here"),
            Self::CrossReference => format!("The reference {written} leads nowhere here"),
            Self::Template | Self::Shortcode => {
                "Nothing is evaluated in a text, so readers see this as it is".to_owned()
            }
            Self::ShortRow => "The row has fewer cells than the table's head".to_owned(),
            Self::LongRow => {
                "The row has more cells than the table's head, and readers do not see the rest"
                    .to_owned()
            }
            Self::Head => {
                "The table is text here, since this row has not as many cells as its head"
                    .to_owned()
            }
            Self::Emphasis => "Readers see these asterisks, which stress nothing here".to_owned(),
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Wikilink => "write `[text](page.md)`: the text, then the file that it leads to",
            Self::Embed => {
                "write `![what it shows](picture.png)` for a picture, and a link for a page"
            }
            Self::Comment => "take it out, or write `<!-- … -->`, which no reader sees",
            Self::Highlight => "write `**text**` or `<mark>text</mark>`",
            Self::Callout => {
                "write `:::note[Title]` before the text and `:::` behind it, or `> [!NOTE]` alone \
                 on a line"
            }
            Self::Attributes => {
                "take them out: the theme says how things look; `::figure{src=\"…\" alt=\"…\" \
                 caption=\"…\"}` is a picture with a caption"
            }
            Self::HeadingBraces => "take them out; only an id and classes are read: `{#id .class}`",
            Self::GridTable | Self::SimpleTable => {
                "write rows with pipes, `| Drug | Dose |`, and `|---|---|` below the first"
            }
            Self::Citation => "write `[@key]`, `[@key, p. 4]` or `[@one; @other]`",
            Self::CrossReference => "write a link with a text of its own: `[the table](#id)`",
            Self::Template | Self::Shortcode => {
                "write what should stand there, or use a directive; what readers are meant to see \
                 can stand in code"
            }
            Self::ShortRow => "give it a cell for each column, `| |` if it is empty",
            Self::LongRow => "name the column in the head; a pipe within a cell is `\\|`",
            Self::Head => "give head and row the same number of cells; a pipe within one is `\\|`",
            Self::Emphasis => {
                "put a space outside them, or write `<strong>…</strong>`: beside this script, \
                 marks that touch punctuation are not read"
            }
        }
    }
}

impl Remarks {
    /// Takes note of something that another tool would understand.
    pub(in crate::content) fn foreign(&mut self, kind: Foreign, range: Range<usize>) {
        let (first, times) = self.foreign.entry(kind).or_insert((range.clone(), 0));
        if range.start < first.start {
            *first = range;
        }
        *times += 1;
    }

    /// Reports all that was noted, each kind once.
    pub(in crate::content) fn report_foreign(&mut self, source: &str) {
        for (kind, (first, times)) in std::mem::take(&mut self.foreign) {
            let more = match times {
                1 => String::new(),
                _ => format!("; {} more on this page", times - 1),
            };
            let message = format!("{}{more}.", kind.says(&shortened(&source[first.clone()])));
            self.add(kind.code(), first, message, kind.help());
        }
    }
}

/// What a text begins with, as code.
fn shortened(written: &str) -> String {
    /// How many characters are shown.
    const MOST: usize = 40;
    let line = written.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("`{}…`", &line[..end]),
        None => format!("`{line}`"),
    }
}
