//! Footnotes: numbered in the order of their references, and written after the text.

use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use super::Composer;

impl Composer<'_> {
    pub(super) fn reference(&mut self, label: &str, range: Range<usize>) {
        if !self.has_note(label) {
            return self.remarks.hidden_note(label, range);
        }
        self.readable();
        let at = match self.places.get(label) {
            Some(at) => *at,
            None => {
                self.numbers.push((label.into(), 0));
                self.places.insert(label.into(), self.numbers.len() - 1);
                self.numbers.len() - 1
            }
        };
        self.numbers[at].1 += 1;
        let (number, time) = (at + 1, self.numbers[at].1);
        let id =
            if time == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{time}") };
        self.push_html(format!(
            "<sup class=\"footnote-reference\"><a id=\"{id}\" href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
        self.ids.insert(id.into());
    }

    /// Footnotes stand after the text, in the order of their numbers; unreferenced ones follow, so
    /// that none is lost.
    pub(super) fn append_notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        let mut labels: Vec<(Box<str>, usize)> = std::mem::take(&mut self.numbers);
        for label in self.notes.keys() {
            let elsewhere =
                self.mentioned.as_ref().is_some_and(|mentioned| mentioned.contains(label));
            if !elsewhere && !self.places.contains_key(label) {
                self.remarks.unused_note(label);
                labels.push((label.clone(), 0));
            }
        }
        if labels.is_empty() {
            return;
        }
        self.push_html("<section class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n");
        for (at, (label, times)) in labels.into_iter().enumerate() {
            let number = at + 1;
            let Some(mut note) = self.notes.remove(&label) else { continue };
            self.ids.insert(format!("fn-{number}").into());
            if times > 0 {
                let back = format!(
                    " <a href=\"#fnref-{number}\" role=\"doc-backlink\" aria-label=\"{number}\">↩</a>"
                );
                let last = matches!(note.last(), Some(Event::End(TagEnd::Paragraph)));
                let place = note.len() - usize::from(last);
                note.insert(place, Event::InlineHtml(back.into()));
            }
            self.push_html(format!("<li id=\"fn-{number}\">"));
            self.events.append(&mut note);
            self.push_html("</li>\n");
        }
        self.push_html("</ol>\n</section>\n");
    }

    /// The labels of the footnotes that the text refers to.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = Box<str>> {
        self.numbers.iter().map(|(label, _)| label.clone())
    }
}
