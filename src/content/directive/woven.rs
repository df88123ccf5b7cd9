//! A text with its directives: what of it is shown to whom.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, RefDefs, Tag, TagEnd};

use super::{Kind, Use};
use crate::content::markdown::Composer;

/// A step of a woven text. Numbers are places in [`Woven::uses`].
pub enum Item<'s> {
    Event(Event<'s>, Range<usize>),
    /// A directive begins: its label follows.
    Open(usize),
    /// Its content follows.
    Content(usize),
    Close(usize),
    /// A line that stays as it was written.
    Line(Range<usize>),
}

/// A text with its directives.
pub struct Woven<'s> {
    pub uses: Vec<Use>,
    pub items: Vec<Item<'s>>,
    /// The page cannot hide what it must.
    pub blocked: bool,
}

impl<'s> Woven<'s> {
    /// Hands everything that is shown to the composer.
    pub fn play(&self, composer: &mut Composer<'s>, shown: &dyn Fn(usize) -> bool, definitions: &RefDefs<'_>) {
        for item in self.shown(shown) {
            match item {
                Item::Event(event, range) => composer.event(event.clone(), range.clone(), definitions),
                Item::Line(range) => composer.line(range.clone()),
                Item::Open(at) => match &self.uses[*at].kind {
                    Kind::Theme(_) => composer.open_directive(&self.uses[*at]),
                    Kind::For(condition) => composer.open_part(&condition.part),
                    Kind::Text => {}
                },
                Item::Content(at) if self.is_of_theme(*at) => composer.content_of_directive(),
                Item::Content(_) => {}
                Item::Close(at) => match &self.uses[*at].kind {
                    Kind::Theme(_) => composer.close_directive(),
                    Kind::For(_) => composer.close_part(),
                    Kind::Text => {}
                },
            }
        }
    }

    fn is_of_theme(&self, at: usize) -> bool {
        matches!(self.uses[at].kind, Kind::Theme(_))
    }

    /// The labels of the footnotes that are defined in what is shown.
    pub fn notes(&self, shown: &dyn Fn(usize) -> bool) -> BTreeSet<Box<str>> {
        let label = |item: &Item<'_>| match item {
            Item::Event(Event::Start(Tag::FootnoteDefinition(label)), _) => Some((**label).into()),
            _ => None,
        };
        self.shown(shown).into_iter().filter_map(label).collect()
    }

    /// What is shown, in its order, without the elements that what is hidden leaves empty.
    fn shown(&self, shown: &dyn Fn(usize) -> bool) -> Vec<&Item<'s>> {
        let mut hidden: Option<usize> = None;
        let mut left = Left { items: Vec::with_capacity(self.items.len()), open: Vec::new() };
        for item in &self.items {
            match (hidden, item) {
                (None, Item::Open(at)) if !shown(*at) => hidden = Some(*at),
                (Some(at), Item::Close(end)) if at == *end => {
                    hidden = None;
                    left.lost();
                }
                (None, _) => left.take(item, |at| self.is_of_theme(at)),
                _ => {}
            }
        }
        left.items
    }
}

/// What is left of a text when some of it is hidden.
struct Left<'w, 's> {
    items: Vec<&'w Item<'s>>,
    open: Vec<Element>,
}

/// An element that goes when all that it held is hidden.
struct Element {
    /// Where it begins in the items.
    from: usize,
    /// Something in it is shown.
    has_text: bool,
    /// Something in it is not.
    lost: bool,
}

impl<'w, 's> Left<'w, 's> {
    /// Something was hidden here.
    fn lost(&mut self) {
        if let Some(element) = self.open.last_mut() {
            element.lost = true;
        }
    }

    fn take(&mut self, item: &'w Item<'s>, is_of_theme: impl Fn(usize) -> bool) {
        let has_text = match item {
            Item::Event(Event::Start(tag), _) if goes_empty(&tag.to_end()) => {
                self.open.push(Element { from: self.items.len(), has_text: false, lost: false });
                false
            }
            Item::Event(Event::End(tag), _) if goes_empty(tag) => {
                let Some(element) = self.open.pop() else { return self.items.push(item) };
                if element.lost && !element.has_text {
                    self.items.truncate(element.from);
                    return self.lost();
                }
                true
            }
            Item::Event(Event::Text(text), _) => !text.trim().is_empty(),
            Item::Event(Event::SoftBreak | Event::HardBreak | Event::TaskListMarker(_), _) => false,
            Item::Open(at) | Item::Content(at) | Item::Close(at) => is_of_theme(*at),
            _ => true,
        };
        if let Some(element) = self.open.last_mut() {
            element.has_text |= has_text;
        }
        self.items.push(item);
    }
}

/// Whether an element without content says nothing. The cells of a table keep their places.
fn goes_empty(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
    )
}
