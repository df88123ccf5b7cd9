//! Remarks about raw HTML that would break the page around it.

use super::Remarks;
use crate::content::raw::{Flaw, FlawKind};
use etappe_base::finding::codes;

impl Remarks {
    pub(in crate::content) fn flaw(&mut self, flaw: &Flaw) {
        let name = &flaw.element;
        let (code, message, help) = match flaw.kind {
            FlawKind::Unclosed => (
                &codes::HTML_UNCLOSED,
                format!("`<{name}>` is not closed in the text that it stands in."),
                format!(
                    "write `</{name}>` where it ends: in the same paragraph, list item or directive"
                ),
            ),
            FlawKind::ClosesItself => (
                &codes::HTML_UNCLOSED,
                format!("`<{name} />` does not close itself: HTML ignores the slash."),
                format!("write `<{name}></{name}>`"),
            ),
            FlawKind::Swallows => (
                &codes::HTML_SWALLOWS,
                format!("`<{name}>` is not closed, so readers see nothing of what follows."),
                format!("write `</{name}>` where it ends"),
            ),
            FlawKind::OpenComment => (
                &codes::HTML_SWALLOWS,
                "The comment has no end, so readers see nothing of what follows.".to_owned(),
                "write `-->` where it ends".to_owned(),
            ),
            FlawKind::Stray => (
                &codes::HTML_STRAY,
                format!("`</{name}>` closes nothing that stands before it."),
                format!("leave it out, or write `<{name}>` where the element begins"),
            ),
            FlawKind::Break => (
                &codes::HTML_STRAY,
                "`</br>` closes nothing, and is read as a line break.".to_owned(),
                "write `<br>`".to_owned(),
            ),
            FlawKind::Unknown => (
                &codes::HTML_UNKNOWN_ELEMENT,
                format!("HTML has no element `{name}`, so it is shown as text."),
                "if it is meant as text, write `\\<` for `<`, or put it between backticks"
                    .to_owned(),
            ),
            FlawKind::Foreign => (
                &codes::HTML_UNKNOWN_ELEMENT,
                format!("HTML has no element `{name}`: browsers show what is in it, and no more."),
                "leave its tags out; a theme's directive is written `:::name`".to_owned(),
            ),
            FlawKind::OfFrame => (
                &codes::HTML_FRAME,
                format!("`{name}` belongs to the page around the text, so it is left out."),
                "take its tags out of the text: the theme writes them".to_owned(),
            ),
            FlawKind::Misplaced => (
                &codes::HTML_STRAY,
                format!("`<{name}>` means nothing where it stands, so it is left out."),
                "parts of a table stand in a `<table>`, choices in a `<select>`".to_owned(),
            ),
            FlawKind::Unfinished => (
                &codes::HTML_UNCLOSED,
                "The tag has no end, so it is shown as text.".to_owned(),
                "write `>` where it ends, and close the quotes in it".to_owned(),
            ),
            FlawKind::TooDeep => (
                &codes::HTML_UNCLOSED,
                format!("`<{name}>` stands in hundreds of others, so it is left out."),
                "close the elements around it".to_owned(),
            ),
        };
        self.add(code, flaw.at.clone(), message, help);
        if flaw.kind == FlawKind::Break {
            self.fix_with(flaw.at.clone(), "<br>");
        }
    }
}
