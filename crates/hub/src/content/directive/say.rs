//! Remarks about directives.

use std::ops::Range;

use super::fences::FenceStyle;
use super::head::DirectiveHead;
use super::{CLAIM, USE, unwoven};
use crate::content::remarks::Remarks;
use etappe_base::finding::codes;

impl Remarks {
    /// Reports a condition that hides its text from everybody, or keeps its whole page off every
    /// site.
    pub(crate) fn condition(&mut self, range: Range<usize>, message: String, help: String) {
        self.add(&codes::DIRECTIVE_CONDITION, range, message, help);
    }

    /// Reports text that looks like a `for`, and would be shown to everybody with all that it was
    /// meant to hide; or like a directive that stands for what was written once, and would show its
    /// id.
    pub(crate) fn hides_nothing(&mut self, source: &str, range: Range<usize>) {
        let written = |range: &Range<usize>| -> String {
            let text = source[range.clone()].lines().next().unwrap_or_default();
            text.chars().take(40).collect()
        };
        if let Some(name) = unwoven::once_at(source, range.start) {
            let start = source[..range.start].trim_end_matches(':').len();
            let range = start..range.end;
            let message = format!(
                "`{}` stands for nothing here, so nobody is shown this page.",
                written(&range)
            );
            let way = match name {
                CLAIM => {
                    "write `:claim{id=…}` where text stands, not across other marks, in titles, \
                     addresses, attributes or raw HTML"
                }
                USE => "write `::use{module=…}` on a line of its own, with nothing else on it",
                _ => "write `::claims{…}` on a line of its own, with nothing else on it",
            };
            let help = format!("{way}; to show how one is written, put it into code");
            return self.add(&codes::DIRECTIVE_ONCE, range, message, help);
        }
        let written = written(&range);
        let before = &source[..range.start];
        let help = if before.ends_with(':') {
            "write one colon within a line, `:for[text]{persona=…}`, or a block: \
             `:::for{persona=…}`"
        } else {
            "write `:for[text]{persona=…}` where text stands, not across other marks, in titles, \
             addresses, attributes or raw HTML; to show \
             how one is written, put it into code, or write `\\:for`"
        };
        let message = format!("`{written}` hides nothing here, so nobody is shown this page.");
        self.condition(range, message, help.to_owned());
    }

    pub(crate) fn never_shown(&mut self, range: Range<usize>) {
        let help =
            "name a persona that the page is for, its stage and its language; or remove the text";
        self.add(&codes::DIRECTIVE_NEVER_SHOWN, range, "No site shows this text.", help);
    }

    pub(crate) fn unknown_directive(&mut self, name: &str, range: Range<usize>, help: String) {
        let message =
            format!("There is no directive `{name}`: readers see this line as it is written.");
        self.add(&codes::DIRECTIVE_UNKNOWN, range, message, help);
    }

    pub(crate) fn unclosed(&mut self, name: &str, colons: usize, range: Range<usize>) {
        let help = format!(
            "put a line `{}` where it ends; now it holds all that follows",
            ":".repeat(colons)
        );
        self.add(&codes::DIRECTIVE_UNCLOSED, range, format!("`{name}` is not closed."), help);
    }

    pub(crate) fn stray(&mut self, range: Range<usize>) {
        let help = "remove it, or give it as many colons as the line that it closes; readers see \
            the colons";
        self.add(&codes::DIRECTIVE_MISPLACED, range, "These colons close nothing.", help);
    }

    pub(crate) fn misplaced(&mut self, range: Range<usize>, message: String, help: String) {
        self.add(&codes::DIRECTIVE_MISPLACED, range, message, help);
    }

    pub(crate) fn attribute(&mut self, range: Range<usize>, message: String, help: String) {
        self.add(&codes::DIRECTIVE_ATTRIBUTE, range, message, help);
    }

    /// Reports values between curly quotes, which are read as if these were straight.
    pub(crate) fn curly(&mut self, source: &str, head: &DirectiveHead) {
        for attribute in &head.attributes {
            let Some(range) = &attribute.curly else { continue };
            let (key, value) = (&attribute.key, &attribute.value);
            let message = format!("The quotes around `{value}` are curly, not straight.");
            let help = format!("write `{key}=\"{value}\"`");
            self.attribute(range.clone(), message, help);
            if !source[range.clone()].contains('"') {
                self.fix_with(range.clone(), &format!("\"{value}\""));
            }
        }
    }

    /// Reports a directive that is written as another tool has it.
    pub(crate) fn dialect(
        &mut self,
        source: &str,
        head: &DirectiveHead,
        style: FenceStyle,
        range: Range<usize>,
    ) {
        let name = &source[head.name.clone()];
        if style == FenceStyle::Garbled {
            let help = format!(
                "write `:::{name}[Label]{{key=\"value\"}}` and nothing else on the line; all of \
                 it is now the label"
            );
            return self.attribute(
                range,
                format!("What follows `{name}` cannot be understood."),
                help,
            );
        }
        let colons = source[range.clone()].bytes().take_while(|byte| *byte == b':').count();
        let label =
            head.label.clone().map_or(String::new(), |label| format!("[{}]", &source[label]));
        let written = format!("{}{name}{label}", ":".repeat(colons));
        let message =
            format!("This is another tool's way to write `{name}`; it is read as `{written}`.");
        self.add(&codes::DIRECTIVE_DIALECT, range.clone(), message, format!("write `{written}`"));
        if head.attributes.is_empty() {
            self.fix_with(range, &written);
        }
    }
}
