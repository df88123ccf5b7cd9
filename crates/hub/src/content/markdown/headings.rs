//! Headings: each has an id of its own, for links and the table of contents.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::Composer;
use crate::content::body::Heading;
use crate::content::dialect::line_start;
use crate::content::writer::Step;
use etappe_base::slug::{composed, heading_id};

pub(super) struct OpenHeading {
    range: Range<usize>,
    /// Where its start stands in the steps.
    at: usize,
    level: u8,
    pub text: String,
    /// Where braces begin that say its id and classes.
    braces: Option<usize>,
    /// The braces are the heading's own: they are no directive's.
    takes_braces: bool,
}

impl OpenHeading {
    pub(super) fn new(source: &str, range: Range<usize>, at: usize, level: u8) -> Self {
        let braces = braces(&source[range.clone()]).map(|at| range.start + at);
        Self { range, at, level, text: String::new(), braces, takes_braces: false }
    }

    /// What stands in the braces, word by word.
    fn words<'s>(&self, source: &'s str) -> impl Iterator<Item = &'s str> + use<'s> {
        let braces = self.braces.filter(|_| self.takes_braces);
        let written = braces.map_or("", |at| &source[at + 1..self.range.end]);
        written.split('}').next().unwrap_or_default().split_ascii_whitespace()
    }
}

/// Where the braces `{#id .class}` begin that end a heading. Braces with anything else in them are
/// its text.
fn braces(heading: &str) -> Option<usize> {
    let written = heading.trim_end();
    // A heading of two lines is underlined.
    let written = written.rsplit_once(['\n', '\r']).map_or(written, |(text, _)| text.trim_end());
    let inner = written.strip_suffix('}')?;
    let at = inner.rfind('{').filter(|at| !inner[..*at].ends_with('\\'))?;
    let inner = &inner[at + 1..];
    let is_own = |word: &str| word.len() > 1 && word.starts_with(['#', '.']);
    let is_fine = !inner.contains(['}', '<', '>', '\\', '\n', '\r', '"', '\'', '='])
        && !inner.trim().is_empty()
        && inner.split_ascii_whitespace().all(is_own);
    is_fine.then_some(at)
}

/// The text before braces without the hashes that close a heading: `## Dose ## {#dose}`.
fn without_closing_hashes(text: &str) -> &str {
    let text = text.trim_end();
    let bare = text.trim_end_matches('#');
    if bare.ends_with([' ', '\t']) { bare.trim_end() } else { text }
}

impl<'s> Composer<'s> {
    /// An event in a heading without the braces that say its id; `None` where nothing is left.
    pub(super) fn before_braces(
        &mut self,
        event: Event<'s>,
        range: &Range<usize>,
    ) -> Option<Event<'s>> {
        let Some(heading) = &mut self.heading else { return Some(event) };
        let Some(braces) = heading.braces.filter(|braces| *braces < range.end) else {
            return Some(event);
        };
        match event {
            Event::Text(_) if range.start <= braces => {
                heading.takes_braces = true;
                let left = without_closing_hashes(&self.source[range.start..braces]);
                (!left.is_empty()).then_some(Event::Text(CowStr::Borrowed(left)))
            }
            _ if heading.takes_braces && range.start > braces => None,
            event => Some(event),
        }
    }

    /// Ends the open heading, which gets an id that is unique on the page. The one that says the
    /// title again is left out.
    pub(super) fn end_heading(&mut self, tag: TagEnd) {
        let Some(heading) = self.heading.take() else { return };
        let own: Option<&str> =
            heading.words(self.source).filter_map(|word| word.strip_prefix('#')).last();
        let id = match own {
            Some(id) => {
                let id = composed(id).into_owned();
                self.free_id(id)
            }
            None => self.heading_id(&heading.text),
        };
        if !self.ids.insert(id.clone().into()) {
            self.remarks.duplicate_id(&id, heading.range.clone());
        }
        let is_first = !std::mem::replace(&mut self.has_heading, true);
        if is_first && self.says_title(&heading) {
            self.remarks.title_again();
            self.open_steps().truncate(heading.at);
            return self.push(Step::Anchor(id));
        }
        self.words += 1;
        self.remarks.heading(heading.level, heading.range.clone());
        self.remarks.heading_braces(self.source, &heading.range, &heading.text);
        let written: Vec<CowStr<'s>> = heading
            .words(self.source)
            .filter_map(|word| word.strip_prefix('.'))
            .map(CowStr::Borrowed)
            .collect();
        let start = self.open_steps().get_mut(heading.at);
        if let Some(Step::Event(Event::Start(Tag::Heading { id: shown, classes, .. }))) = start {
            *shown = Some(id.clone().into());
            *classes = written;
        }
        self.headings.push(Heading {
            level: heading.level,
            id: id.into(),
            text: heading.text.trim().into(),
        });
        self.push(Step::Event(Event::End(tag)));
    }

    /// An id made of a heading's text.
    fn heading_id(&mut self, text: &str) -> String {
        let id = unreserved(heading_id(text));
        match self.module {
            Some(_) => self.free_id(id),
            None => unique(id, |id| self.ids.contains(id), &mut self.numbered),
        }
    }

    /// Whether a heading says the page's title, in words alone and outside all other blocks.
    fn says_title(&self, heading: &OpenHeading) -> bool {
        let may_say_it = heading.level == 1 && self.open_notes.is_empty();
        let is_title = || {
            let words = |text: &str| -> Vec<String> {
                text.split_whitespace().map(str::to_lowercase).collect()
            };
            words(&heading.text) == words(self.title)
        };
        let stands_alone = || {
            let line = line_start(self.source, heading.range.start);
            line.is_some_and(|line| self.source[line..heading.range.start].trim().is_empty())
        };
        let is_event = |step: &Step<'_>| matches!(step, Step::Event(_));
        may_say_it
            && is_title()
            && stands_alone()
            && self.steps.get(heading.at..).is_some_and(|steps| steps.iter().all(is_event))
    }

    /// The steps of the open footnote, or of the text.
    pub(super) fn open_steps(&mut self) -> &mut Vec<Step<'s>> {
        self.open_notes.last_mut().map_or(&mut self.steps, |note| &mut note.steps)
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
pub(super) fn unique(
    wanted: String,
    is_taken: impl Fn(&str) -> bool,
    numbered: &mut BTreeMap<Box<str>, u32>,
) -> String {
    let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
    if !is_taken(&wanted) {
        return wanted;
    }
    let number = numbered.entry(wanted.as_str().into()).or_insert(1);
    loop {
        let next = format!("{wanted}-{number}");
        if !is_taken(&next) {
            return next;
        }
        *number += 1;
    }
}
