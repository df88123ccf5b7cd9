//! Headings: each has an id of its own, for links and the table of contents.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::Composer;
use crate::content::body::Heading;
use crate::content::writer::Step;
use etappe_base::slug::heading_id;

pub(super) struct OpenHeading {
    pub range: Range<usize>,
    /// Where its start stands in `steps`.
    pub at: usize,
    pub level: u8,
    pub text: String,
}

impl Composer<'_> {
    /// Gives the open heading its id, unique on the page.
    pub(super) fn name_heading(&mut self) {
        let Some(heading) = self.heading.take() else { return };
        self.words += 1;
        self.remarks.heading(heading.level, heading.range.clone());
        let steps = self.open_note.as_mut().map_or(&mut self.steps, |(_, steps)| steps);
        let start = steps.get_mut(heading.at);
        let Some(Step::Event(Event::Start(Tag::Heading { id, .. }))) = start else { return };
        let own = match id {
            Some(id) => id.to_string(),
            None => {
                let wanted = unreserved(heading_id(&heading.text));
                unique(wanted, &self.ids, &mut self.numbered)
            }
        };
        *id = Some(own.clone().into());
        if !self.ids.insert(own.clone().into()) {
            self.remarks.duplicate_id(&own, heading.range);
        }
        self.headings.push(Heading {
            level: heading.level,
            id: own.into(),
            text: heading.text.trim().into(),
        });
    }
}

/// Footnotes have ids of their own, and so do themes: those begin with `_`.
fn unreserved(id: String) -> String {
    if id.starts_with("fn-") || id.starts_with("fnref-") || id.starts_with('_') {
        format!("section-{id}")
    } else {
        id
    }
}

/// The id itself, or with the first number behind it that is free. Numbers that were taken stay
/// taken: a page of equal headings tries each of them once.
fn unique(
    wanted: String,
    taken: &BTreeSet<Box<str>>,
    numbered: &mut BTreeMap<Box<str>, u32>,
) -> String {
    let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
    if !taken.contains(&*wanted) {
        return wanted;
    }
    let number = numbered.entry(wanted.as_str().into()).or_insert(1);
    loop {
        let next = format!("{wanted}-{number}");
        if !taken.contains(&*next) {
            return next;
        }
        *number += 1;
    }
}
