//! Directives of the theme, and texts for some readers: where they begin and end.

use std::ops::Range;

use super::Composer;
use crate::content::body::{Directive, Given, Part};
use crate::content::directive::{AttributeWritten, DirectiveKind, DirectiveUse};
use crate::content::writer::Step;
use etappe_base::source::Span;

impl<'s> Composer<'s> {
    pub(crate) fn open_directive(&mut self, used: &DirectiveUse) {
        let DirectiveKind::Theme(written) = &used.kind else { return };
        let ends = self.balance.enter(true);
        self.ends(ends);
        let place = self.directives.len() as u32;
        let group = self.open_directives.last().map_or(0, |open| open + 1);
        let same = self.siblings.entry((group, used.name.clone())).or_default();
        *same += 1;
        let number = *same;
        let (mut id, at) = written.id.clone().unwrap_or_default();
        if !id.is_empty() {
            id = self.free_id(id.into()).into();
        }
        if !id.is_empty() && !self.ids.insert(id.clone()) {
            self.remarks.duplicate_id(&id, at);
        }
        let attributes =
            written.values.iter().map(|(name, value)| (name.clone(), self.given(value))).collect();
        let class = written.class.clone();
        self.directives.push(Directive {
            name: used.name.clone(),
            form: used.form,
            id,
            class,
            attributes,
            number,
            group,
        });
        self.open_directives.push(place);
        self.readable();
        self.labels += 1;
        self.push(Step::Directive(place));
    }

    fn given(&mut self, value: &AttributeWritten) -> Given {
        match value {
            AttributeWritten::Nothing => Given::Nothing,
            AttributeWritten::Value(value) => Given::Value(value.clone()),
            AttributeWritten::Link { dest, at, kind } => {
                let span = Span::from(at.clone()).shifted(self.offset);
                self.links.push(self.link_to(dest.clone(), span, *kind));
                Given::Link(self.links.len() as u32 - 1)
            }
        }
    }

    pub(crate) fn content_of_directive(&mut self) {
        self.labels -= 1;
        let ends = self.balance.part();
        self.ends(ends);
        self.push(Step::Content);
    }

    pub(crate) fn close_directive(&mut self) {
        self.open_directives.pop();
        let ends = self.balance.leave();
        self.ends(ends);
        self.push(Step::DirectiveEnd);
    }

    /// Begins text for some readers; `part` says for whom.
    pub(crate) fn open_part(&mut self, part: &Part) {
        if self.is_without_seams() {
            return;
        }
        self.push(Step::Part(self.parts.len() as u32));
        self.parts.push(part.clone());
    }

    pub(crate) fn close_part(&mut self) {
        if !self.is_without_seams() {
            self.push(Step::PartEnd);
        }
    }

    /// Whether the beginning and end of parts leave no mark here: templates may put descriptions
    /// and labels into attributes.
    pub(super) fn is_without_seams(&self) -> bool {
        self.image.is_some() || self.labels > 0
    }

    /// Whether a footnote is shown.
    pub(crate) fn has_note(&self, label: &str) -> bool {
        self.visible_notes.as_ref().is_none_or(|visible| visible.contains(label))
    }

    /// Writes a line that is no directive after all, as a paragraph of its own.
    pub(crate) fn line(&mut self, range: Range<usize>) {
        let ends = self.balance.enter(true) + &self.balance.leave();
        self.ends(ends);
        let line = &self.source[range];
        self.words += 1;
        self.text(line);
        self.push(Step::Line(line));
    }
}
