//! The footnotes of a woven text: which of them go with what is shown.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::woven::{Woven, WovenItem};
use crate::content::directive::inline::Placed;

/// The footnotes of a text, by label.
#[derive(Default)]
pub(super) struct Notes {
    /// With the note that each stands in. Of two with one label the first counts.
    defined: BTreeMap<Box<str>, Option<Box<str>>>,
    /// Those that the text refers to, or a note that it refers to.
    reached: BTreeSet<Box<str>>,
}

impl Notes {
    /// Those that are shown: a note goes with its references, and with the note that it stands in.
    /// One that nothing in all of the text refers to is shown to everybody, so that it is not lost.
    pub(super) fn shown(&self, all: &Self) -> BTreeSet<Box<str>> {
        let goes_with_text =
            |label: &str| self.reached.contains(label) || !all.reached.contains(label);
        let is_shown = |label: &str| {
            // The note around another one begins before it, so this ends.
            let mut next = Some(label);
            while let Some(label) = next {
                if !goes_with_text(label) {
                    return false;
                }
                next = self.defined.get(label).and_then(Option::as_deref);
            }
            true
        };
        self.defined.keys().filter(|label| is_shown(label)).cloned().collect()
    }
}

impl Woven<'_> {
    /// The footnotes of what is shown.
    pub(super) fn notes(&self, shown: &dyn Fn(usize) -> bool) -> Notes {
        let mut notes = Notes::default();
        // By the note that the references stand in; `None` for the text itself.
        let mut references: BTreeMap<Option<Box<str>>, BTreeSet<Box<str>>> = BTreeMap::new();
        let mut open: Vec<Box<str>> = Vec::new();
        for item in self.shown(shown) {
            match item {
                WovenItem::Event(Event::Start(Tag::FootnoteDefinition(label)), _) => {
                    let label = Box::from(&**label);
                    notes.defined.entry(Box::clone(&label)).or_insert_with(|| open.last().cloned());
                    open.push(label);
                }
                WovenItem::Event(Event::End(TagEnd::FootnoteDefinition), _) => {
                    open.pop();
                }
                WovenItem::Event(Event::FootnoteReference(label), _) => {
                    let within = open.last().cloned();
                    references.entry(within).or_default().insert((**label).into());
                }
                _ => {}
            }
        }
        let mut next: Vec<Box<str>> = references.remove(&None).into_iter().flatten().collect();
        while let Some(label) = next.pop() {
            if notes.reached.insert(label.clone()) {
                next.extend(references.remove(&Some(label)).into_iter().flatten());
            }
        }
        notes
    }
}

/// The label of the footnote that an event begins.
pub(super) fn note_defined((event, _): &Placed<'_>) -> Option<Box<str>> {
    match event {
        Event::Start(Tag::FootnoteDefinition(label)) => Some((**label).into()),
        _ => None,
    }
}

/// The event of a module's text with the labels of its footnotes made its own.
pub(super) fn with_own_notes(event: Event<'_>, number: usize) -> Event<'_> {
    let own = |label: &str| CowStr::from(format!("{number}\u{1}{label}"));
    match event {
        Event::Start(Tag::FootnoteDefinition(label)) => {
            Event::Start(Tag::FootnoteDefinition(own(&label)))
        }
        Event::FootnoteReference(label) => Event::FootnoteReference(own(&label)),
        event => event,
    }
}
