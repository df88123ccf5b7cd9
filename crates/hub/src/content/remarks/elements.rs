//! Remarks about headings, images, links, tables and ids.

use std::ops::Range;

use super::Remarks;
use etappe_base::finding::codes;

impl Remarks {
    pub(in crate::content) fn heading(&mut self, level: u8, range: Range<usize>) {
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

    /// Takes note of the highest heading of a module, which fits wherever it stands.
    pub(in crate::content) fn begin_above(&mut self, top: u8) {
        if top > 1 {
            self.level = top - 1;
        }
    }

    /// Takes note of a heading that is left out, since it says the title again.
    pub(in crate::content) fn title_again(&mut self) {
        self.level = 1;
    }

    pub(in crate::content) fn no_alt(&mut self, range: Range<usize>) {
        let help = "say in the brackets what the image shows: `![A timeline of four MRI scans](…)`";
        self.add(&codes::IMAGE_ALT, range, "The image has no alternative text.", help);
    }

    pub(in crate::content) fn no_title(&mut self, range: Range<usize>) {
        let help = "say what it shows: `title=\"Film: how to store the pen\"`";
        let message = "The `<iframe>` has no title, which is all that a screen reader announces.";
        self.add(&codes::HTML_IFRAME_TITLE, range, message, help);
    }

    pub(in crate::content) fn empty_link(&mut self, range: Range<usize>) {
        self.add(
            &codes::LINK_EMPTY,
            range,
            "The link has no text.",
            "write in the brackets where the link leads",
        );
    }

    pub(in crate::content) fn headless_table(&mut self, range: Range<usize>) {
        let help =
            "name each column in the first row: screen readers repeat the names with each cell";
        self.add(&codes::TABLE_HEADER, range, "The table's header row is empty.", help);
    }

    pub(in crate::content) fn duplicate_id(&mut self, id: &str, range: Range<usize>) {
        let message = format!("The id `{id}` stands on this page twice.");
        self.add(
            &codes::HTML_DUPLICATE_ID,
            range,
            message,
            "change one of them: a link can reach only the first",
        );
    }
}
