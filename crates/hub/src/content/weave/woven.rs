//! A text with its directives, and who is shown which parts of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, OffsetIter, RefDefs, Tag, TagEnd};

use crate::content::body::Citation;
use crate::content::directive::{DirectiveKind, DirectiveUse};
use crate::content::markdown::Composer;
use crate::content::once::{Module, ModuleText, Used};

/// A step of a woven text. Numbers are places in [`Woven::uses`].
pub(super) enum WovenItem<'s> {
    Event(Event<'s>, Range<usize>),
    /// A directive begins: its label follows.
    Open(usize),
    /// Its content follows.
    Content(usize),
    Close(usize),
    /// A line that stays as it was written.
    Line(Range<usize>),
    /// What bears out the claim before it.
    Cite(Citation),
    /// A module begins, by its place in [`Woven::modules`].
    Enter(usize),
    /// The innermost module ends.
    Leave,
}

/// A module within a text.
pub(super) struct WovenModule<'s> {
    pub module: &'s Module,
    pub text: &'s ModuleText,
    /// Where the text around it names it.
    pub at: Range<usize>,
    /// What has read its text, and knows its definitions of references; `None` until it is woven.
    pub parser: Option<OffsetIter<'s>>,
    /// Those that stand in a container: where each begins, and which.
    pub owned: BTreeMap<usize, usize>,
}

impl WovenModule<'_> {
    /// Its own definitions of references.
    fn definitions(&self) -> Option<&RefDefs<'_>> {
        self.parser.as_ref().map(OffsetIter::reference_definitions)
    }
}

/// A text with its directives.
#[derive(Default)]
pub(super) struct Woven<'s> {
    pub uses: Vec<DirectiveUse>,
    pub items: Vec<WovenItem<'s>>,
    /// The page cannot hide what it must.
    pub blocked: bool,
    /// Where code stands, and raw HTML.
    pub code: Vec<Range<usize>>,
    pub raw: Vec<Range<usize>>,
    /// What it uses of what was written once, each with the directive that names or brings it.
    pub used: Vec<(usize, Used)>,
    /// How long the texts of all modules are together.
    pub length_of_modules: usize,
    /// The claims below which something must stand.
    pub footnotes: BTreeSet<Box<str>>,
    /// In the order in which they begin.
    pub modules: Vec<WovenModule<'s>>,
    /// The definitions of references that stand in a container: where each begins, and which.
    pub owned: BTreeMap<usize, usize>,
}

impl<'s> Woven<'s> {
    /// Keeps the range of an event that is code or raw HTML.
    pub(super) fn meet(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => self.code.push(range.clone()),
            Event::Html(_) | Event::InlineHtml(_) => self.raw.push(range.clone()),
            _ => {}
        }
    }

    /// The container that each definition of a text stands in, by where the definition begins.
    pub(super) fn owners(
        &self,
        source: usize,
        definitions: &RefDefs<'_>,
    ) -> BTreeMap<usize, usize> {
        let mut owned = BTreeMap::new();
        let mut starts: Vec<usize> =
            definitions.iter().map(|(_, definition)| definition.span.start).collect();
        starts.sort_unstable();
        let mut open: Vec<usize> = Vec::new();
        let holds =
            |(_, used): &(usize, &DirectiveUse)| used.source == source && !used.holds.is_empty();
        let mut uses = self.uses.iter().enumerate().filter(holds).peekable();
        for start in starts {
            while let Some((at, _)) = uses.next_if(|(_, used)| used.holds.start <= start) {
                open.push(at);
            }
            open.retain(|at| self.uses[*at].holds.contains(&start));
            if let Some(at) = open.last() {
                owned.insert(start, *at);
            }
        }
        owned
    }

    /// Hands everything that is shown to the composer.
    pub(super) fn play(
        &self,
        composer: &mut Composer<'s>,
        shown: &dyn Fn(usize) -> bool,
        definitions: &RefDefs<'_>,
    ) {
        // For each open link and image, whether its address is hidden; for each open note, whether
        // the note is.
        let (mut links, mut notes): (Vec<bool>, Vec<bool>) = (Vec::new(), Vec::new());
        let (none, mut within) = (RefDefs::default(), Vec::<usize>::new());
        for item in self.shown(shown) {
            let inner = within.last().map(|at| &self.modules[*at]);
            let (known, owned) = match inner {
                None => (definitions, &self.owned),
                Some(inner) => (inner.definitions().unwrap_or(&none), &inner.owned),
            };
            match item {
                WovenItem::Event(Event::Start(Tag::FootnoteDefinition(label)), _) => {
                    notes.push(notes.last() == Some(&true) || !composer.has_note(label))
                }
                WovenItem::Event(Event::End(TagEnd::FootnoteDefinition), _)
                    if notes.pop() == Some(true) =>
                {
                    continue;
                }
                _ => {}
            }
            if notes.last() == Some(&true) {
                continue;
            }
            match item {
                WovenItem::Event(
                    Event::Start(tag @ (Tag::Link { .. } | Tag::Image { .. })),
                    range,
                ) => {
                    let is_hidden = owner(tag, known, owned).is_some_and(|owner| !shown(owner));
                    links.push(is_hidden);
                    if is_hidden {
                        composer.remarks.hidden_definition(range.clone());
                        continue;
                    }
                }
                WovenItem::Event(Event::End(TagEnd::Link | TagEnd::Image), _)
                    if links.pop() == Some(true) =>
                {
                    continue;
                }
                _ => {}
            }
            match item {
                WovenItem::Event(event, range) => {
                    composer.event(event.clone(), range.clone(), known)
                }
                WovenItem::Line(range) => composer.line(range.clone()),
                WovenItem::Cite(citation) => composer.cite(citation.clone()),
                WovenItem::Enter(at) => {
                    let WovenModule { module, text, at: named, .. } = &self.modules[*at];
                    composer.enter(module, text, named.clone());
                    within.push(*at);
                }
                WovenItem::Leave => {
                    composer.leave();
                    within.pop();
                }
                WovenItem::Open(at) => match &self.uses[*at].kind {
                    DirectiveKind::Theme(_) => composer.open_directive(&self.uses[*at]),
                    DirectiveKind::For(condition) => composer.open_part(&condition.part),
                    DirectiveKind::Once(named) => composer.open_once(named),
                    DirectiveKind::Text | DirectiveKind::Lost => {}
                },
                WovenItem::Content(at) if self.is_of_theme(*at) => composer.content_of_directive(),
                WovenItem::Content(_) => {}
                WovenItem::Close(at) => match &self.uses[*at].kind {
                    DirectiveKind::Theme(_) => composer.close_directive(),
                    DirectiveKind::For(_) => composer.close_part(),
                    DirectiveKind::Once(named) => composer.close_once(named),
                    DirectiveKind::Text | DirectiveKind::Lost => {}
                },
            }
        }
    }

    fn is_of_theme(&self, at: usize) -> bool {
        matches!(self.uses[at].kind, DirectiveKind::Theme(_))
    }

    /// The items that are shown, in their order, without elements that hiding has left empty.
    pub(super) fn shown(&self, shown: &dyn Fn(usize) -> bool) -> Vec<&WovenItem<'s>> {
        let mut hidden: Option<usize> = None;
        let mut left = Left { items: Vec::with_capacity(self.items.len()), open: Vec::new() };
        for item in &self.items {
            match (hidden, item) {
                (None, WovenItem::Open(at)) if !shown(*at) => hidden = Some(*at),
                (Some(at), WovenItem::Close(end)) if at == *end => {
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

/// The container that the definition of a link or image stands in, if it is by a reference.
fn owner(
    tag: &Tag<'_>,
    definitions: &RefDefs<'_>,
    owned: &BTreeMap<usize, usize>,
) -> Option<usize> {
    let (Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) = tag else {
        return None;
    };
    let refers =
        matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut);
    let definition = definitions.get(id).filter(|_| refers && !owned.is_empty())?;
    owned.get(&definition.span.start).copied()
}

/// What is left of a text when some of it is hidden.
struct Left<'w, 's> {
    items: Vec<&'w WovenItem<'s>>,
    open: Vec<Element>,
}

/// An element that is left out when all that it held is hidden.
struct Element {
    /// Where it begins in the items.
    from: usize,
    /// Something in it is shown.
    has_text: bool,
    /// Something in it is hidden.
    lost: bool,
}

impl<'w, 's> Left<'w, 's> {
    /// Something was hidden here.
    fn lost(&mut self) {
        if let Some(element) = self.open.last_mut() {
            element.lost = true;
        }
    }

    fn take(&mut self, item: &'w WovenItem<'s>, is_of_theme: impl Fn(usize) -> bool) {
        let has_text = match item {
            WovenItem::Event(Event::Start(tag), _) if goes_empty(&tag.to_end()) => {
                self.open.push(Element { from: self.items.len(), has_text: false, lost: false });
                false
            }
            WovenItem::Event(Event::End(tag), _) if goes_empty(tag) => {
                let Some(element) = self.open.pop() else { return self.items.push(item) };
                if element.lost && !element.has_text {
                    self.items.truncate(element.from);
                    return self.lost();
                }
                true
            }
            WovenItem::Event(Event::Text(text), _) => !text.trim().is_empty(),
            WovenItem::Event(Event::SoftBreak | Event::HardBreak | Event::TaskListMarker(_), _) => {
                false
            }
            WovenItem::Enter(_) | WovenItem::Leave => false,
            WovenItem::Open(at) | WovenItem::Content(at) | WovenItem::Close(at) => is_of_theme(*at),
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
