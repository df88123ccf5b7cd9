//! Footnotes: numbered in the order of their references, and written after the text.

use std::ops::Range;

use super::Composer;
use crate::content::writer::{Step, ends_paragraph, note_id, reference_id};

/// A footnote whose end has not come yet.
pub(super) struct OpenNote<'s> {
    pub label: Box<str>,
    pub steps: Vec<Step<'s>>,
    /// The level of the last heading before it: a module behind it stands below that one.
    pub level: u8,
}

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
        self.push(Step::Reference { number, time });
        self.ids.insert(reference_id(number, time).into());
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
        self.push(Step::Notes);
        for (at, (label, times)) in labels.into_iter().enumerate() {
            let number = at + 1;
            let Some(mut note) = self.notes.remove(&label) else { continue };
            self.ids.insert(note_id(number).into());
            if times > 0 {
                let place = note.len() - usize::from(ends_paragraph(&note));
                note.insert(place, Step::NoteBack(number));
            }
            self.push(Step::Note(number));
            self.steps.append(&mut note);
            self.push(Step::NoteEnd);
        }
        self.push(Step::NotesEnd);
    }

    /// The labels of the footnotes that the text refers to.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = Box<str>> {
        self.numbers.iter().map(|(label, _)| label.clone())
    }
}
