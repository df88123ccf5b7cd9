//! Pairs fences, finds directives within lines, and puts both among the events: each directive then
//! has a beginning and an end.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, RefDefs, Tag, TagEnd};

use super::Context;
use super::notes::{note_defined, with_own_notes};
use super::woven::{Woven, WovenItem};
use crate::config::directives::{Form, Label};
use crate::content::directive::condition::Readers;
use crate::content::directive::fences::{Fence, FenceLine, FenceStyle, Settled};
use crate::content::directive::head::DirectiveHead;
use crate::content::directive::inline::{self, Found, Placed};
use crate::content::directive::label::{self, Around};
use crate::content::directive::{DirectiveKind, DirectiveUse};
use crate::content::once::Library;
use crate::content::remarks::Remarks;

/// The most directives within each other's labels: what is deeper stays text.
const DEEPEST: usize = 16;

/// Weaves directives into the events of a settled text.
pub(super) fn weave<'s>(
    source: &'s str,
    events: Vec<Placed<'s>>,
    settled: &Settled,
    definitions: &RefDefs<'_>,
    context: Context<'s>,
    remarks: &mut Remarks,
) -> Woven<'s> {
    let notes: Vec<Box<str>> = events.iter().filter_map(note_defined).collect();
    let mut weaver = Weaver {
        source,
        around: Around { definitions, notes: &notes, masks: settled.masks },
        readers: context.readers,
        library: context.library,
        is_bare: context.is_bare,
        is_alone: context.is_alone,
        remarks,
        open: Vec::new(),
        within: Vec::new(),
        images: 0,
        depth: 0,
        within_module: None,
        woven: Woven::default(),
    };
    weaver.run(events, settled);
    weaver.footnotes_of_claims();
    weaver.woven.owned = weaver.woven.owners(0, definitions);
    weaver.woven
}

/// A text that is being woven.
pub(super) struct Weaver<'a, 's> {
    pub(super) source: &'s str,
    pub(super) around: Around<'a>,
    pub(super) readers: &'s Readers<'s>,
    /// What was written once.
    pub(super) library: &'s Library,
    /// Modules are read without what they escape.
    pub(super) is_bare: bool,
    /// Modules are named, and do not stand there.
    pub(super) is_alone: bool,
    pub(super) remarks: &'a mut Remarks,
    pub(super) open: Vec<OpenDirective>,
    /// The directives whose labels are being woven, by their place in the list of all.
    pub(super) within: Vec<usize>,
    /// How many images are open: what stands in one is text without anything else.
    pub(super) images: usize,
    /// How many elements are open.
    pub(super) depth: usize,
    /// Where the text stands that is being woven, if it is a module's.
    pub(super) within_module: Option<WithinModule>,
    pub(super) woven: Woven<'s>,
}

/// Where a module stands.
#[derive(Clone)]
pub(super) struct WithinModule {
    /// Its number among the texts: 1 for the first module.
    pub(super) source: usize,
    /// The directive that names it.
    pub(super) used: usize,
    /// Where the page names the outermost module.
    pub(super) at: Range<usize>,
    /// Its name, and those of the modules around it.
    pub(super) names: Vec<Box<str>>,
}

/// A container whose end has not come yet.
pub(super) struct OpenDirective {
    pub(super) used: usize,
    depth: usize,
    colons: usize,
}

impl<'s> Weaver<'_, 's> {
    /// Weaves a whole text.
    pub(super) fn run(&mut self, events: Vec<Placed<'s>>, settled: &Settled) {
        let first = self.woven.items.len();
        self.lost(&settled.lost);
        // By place, not in turn: in lists of definitions the parser's events are not always in the
        // order of the text.
        let mut fences: BTreeMap<usize, &Fence> =
            settled.fences.iter().map(|fence| (fence.at.start, fence)).collect();
        self.events(events, &mut fences);
        self.close_below(0, self.source.len());
        // A fence that was not met would hide nothing.
        let unmet: Vec<Fence> = fences.into_values().cloned().collect();
        self.lost(&unmet);
        self.braces_of_code(first);
    }

    /// The number of the text: 0 for the page's own.
    pub(super) fn number(&self) -> usize {
        self.within_module.as_ref().map_or(0, |within| within.source)
    }

    pub(super) fn push(&mut self, item: WovenItem<'s>) {
        self.woven.items.push(item);
    }

    /// Weaves the events of a text with its fences, or those of a label, which has none.
    fn events(&mut self, mut events: Vec<Placed<'s>>, fences: &mut BTreeMap<usize, &Fence>) {
        let mut opaque = 0_usize;
        let mut at = 0;
        while let Some((event, range)) = events.get(at).cloned() {
            let is_block = matches!(event, Event::Start(Tag::HtmlBlock));
            if let Some(fence) = is_block.then(|| fences.remove(&range.start)).flatten() {
                let is_end =
                    |(event, _): &Placed<'_>| matches!(event, Event::End(TagEnd::HtmlBlock));
                let block = events[at..].iter().position(is_end);
                at = block.map_or(events.len(), |length| at + length + 1);
                self.fence(fence);
                continue;
            }
            match event {
                Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => opaque += 1,
                Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                    opaque = opaque.saturating_sub(1)
                }
                Event::Start(Tag::Image { .. }) => self.images += 1,
                Event::End(TagEnd::Image) => self.images = self.images.saturating_sub(1),
                _ => {}
            }
            let is_text = opaque == 0 && self.within.len() < DEEPEST;
            let wanted = |head: &DirectiveHead| {
                self.images == 0 || head.names_readers(self.source) || head.names_once(self.source)
            };
            match is_text.then(|| inline::first(self.source, &events[at..], wanted)).flatten() {
                Some(mut found) => {
                    at += found.taken;
                    // More may follow in the same text.
                    if let Some(after) = found.after.take() {
                        at -= 1;
                        events[at] = after;
                    }
                    self.inline(found);
                }
                None => {
                    self.event(event, range);
                    at += 1;
                }
            }
        }
    }

    fn event(&mut self, event: Event<'s>, range: Range<usize>) {
        match event {
            // A label begins no block, and ends none.
            _ if !self.within.is_empty() => {}
            Event::Start(_) => self.depth += 1,
            Event::End(_) => {
                self.close_below(self.depth, range.end);
                self.depth -= 1;
            }
            _ => {}
        }
        if matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. })) {
            self.text_of_link(&range);
        }
        let event = match self.number() {
            0 => {
                self.woven.meet(&event, &range);
                event
            }
            number => with_own_notes(event, number),
        };
        self.push(WovenItem::Event(event, range));
    }

    /// Ends the containers that began at `depth` or deeper: the element around them ends at `end`.
    fn close_below(&mut self, depth: usize, end: usize) {
        while self.open.last().is_some_and(|open| open.depth >= depth) {
            self.close_last(None, end);
        }
    }

    /// Ends the innermost container at `end`. `fence` is its own; `None` where what it stands in
    /// ends first.
    fn close_last(&mut self, fence: Option<Range<usize>>, end: usize) {
        let Some(OpenDirective { used: at, colons, .. }) = self.open.pop() else { return };
        // What was meant to stand in it may follow.
        let more_follows = !self.source[end..].trim().is_empty();
        let used = &mut self.woven.uses[at];
        used.holds.end = end;
        let name = used.at.clone();
        match (&used.kind, fence) {
            (DirectiveKind::Text, Some(fence)) => self.push(WovenItem::Line(fence)),
            (DirectiveKind::Text | DirectiveKind::Lost | DirectiveKind::Once(_), None)
            | (_, Some(_)) => {}
            (DirectiveKind::For(_), None) => {
                let help = format!(
                    "put a line `{}` where the text for these readers ends",
                    ":".repeat(colons)
                );
                self.woven.blocked |= more_follows;
                self.remarks.condition(name, "`for` is not closed.".to_owned(), help);
            }
            (DirectiveKind::Theme(_), None) => self.remarks.unclosed(&used.name, colons, name),
        }
        self.push(WovenItem::Close(at));
    }

    fn fence(&mut self, fence: &Fence) {
        match &fence.line {
            FenceLine::Close => {
                let fits =
                    |open: &OpenDirective| open.depth == self.depth && open.colons <= fence.colons;
                match self.open.iter().rposition(fits) {
                    Some(at) => {
                        while self.open.len() > at + 1 {
                            self.close_last(None, fence.at.start);
                        }
                        self.close_last(Some(fence.at.clone()), fence.at.start);
                    }
                    None => {
                        self.remarks.stray(fence.at.clone());
                        self.push(WovenItem::Line(fence.at.clone()));
                    }
                }
            }
            FenceLine::Open(head, style) => {
                let kind = self.kind(Form::Container, head, *style, fence.at.clone());
                let is_text = matches!(kind, DirectiveKind::Text);
                let at = self.begin(Form::Container, head, fence.at.start, kind);
                if is_text {
                    self.push(WovenItem::Line(fence.at.clone()));
                }
                self.label(at, head);
                self.open.push(OpenDirective { used: at, depth: self.depth, colons: fence.colons });
            }
            FenceLine::Leaf(head) => {
                let kind = self.kind(Form::Leaf, head, FenceStyle::Plain, fence.at.clone());
                if matches!(kind, DirectiveKind::Text) {
                    return self.push(WovenItem::Line(fence.at.clone()));
                }
                let at = self.begin(Form::Leaf, head, fence.at.start, kind);
                match &self.woven.uses[at].kind {
                    DirectiveKind::Once(named) => {
                        let named = named.clone();
                        self.once(at, &named, Vec::new());
                    }
                    DirectiveKind::Lost => {}
                    _ => {
                        self.label(at, head);
                        self.push(WovenItem::Close(at));
                    }
                }
            }
        }
    }

    fn begin(
        &mut self,
        form: Form,
        head: &DirectiveHead,
        start: usize,
        kind: DirectiveKind,
    ) -> usize {
        let written = &self.source[head.name.clone()];
        let known = self.readers.config.directives.find(written);
        let name = known.map_or(written, |(own, _)| own).into();
        let of_module = || self.within_module.as_ref().map(|within| within.used);
        let open = self.within.last().copied().or_else(|| self.open.last().map(|open| open.used));
        let (parent, source) = (open.or_else(of_module), self.number());
        let (at, label) = (start..head.end, head.label.clone());
        // A container holds all that follows until its end is met.
        let holds =
            if form == Form::Container { head.end..self.source.len() } else { head.end..head.end };
        self.woven.uses.push(DirectiveUse { form, name, at, label, holds, parent, source, kind });
        self.woven.uses.len() - 1
    }

    /// A directive within a line.
    fn inline(&mut self, found: Found<'s>) {
        let kind =
            self.kind(Form::Inline, &found.head, FenceStyle::Plain, found.at..found.head.end);
        if let Some((event, range)) = found.before {
            self.push(WovenItem::Event(event, range));
        }
        let at = self.begin(Form::Inline, &found.head, found.at, kind);
        match &self.woven.uses[at].kind {
            DirectiveKind::Text => {
                return self.as_written(at, found.at..found.head.end, &found.head, found.label);
            }
            DirectiveKind::Once(named) => {
                let named = named.clone();
                return self.once(at, &named, found.label);
            }
            DirectiveKind::Lost => return self.woven_label(at, found.label),
            DirectiveKind::For(_) | DirectiveKind::Theme(_) => {}
        }
        let takes_label = self.takes_label(at);
        self.push(WovenItem::Open(at));
        if !takes_label {
            self.push(WovenItem::Content(at));
        }
        self.woven_label(at, found.label);
        if takes_label {
            self.push(WovenItem::Content(at));
        }
        self.push(WovenItem::Close(at));
    }

    /// The label of a directive is woven as the text around it is.
    pub(super) fn woven_label(&mut self, at: usize, events: Vec<Placed<'s>>) {
        self.within.push(at);
        self.events(events, &mut BTreeMap::new());
        self.within.pop();
    }

    /// Whether the label is a value for a template. If not it is content.
    fn takes_label(&self, at: usize) -> bool {
        let used = &self.woven.uses[at];
        matches!(used.kind, DirectiveKind::Theme(_))
            && self
                .readers
                .config
                .directives
                .get(&used.name)
                .is_some_and(|known| known.label != Label::None)
    }

    /// An unknown directive in a line: its text stays, with what its label says.
    fn as_written(
        &mut self,
        at: usize,
        all: Range<usize>,
        head: &DirectiveHead,
        label: Vec<Placed<'s>>,
    ) {
        let text = |range: Range<usize>| {
            WovenItem::Event(Event::Text(CowStr::Borrowed(&self.source[range.clone()])), range)
        };
        let within = head.label.clone().unwrap_or(all.end..all.end);
        let (before, after) = (text(all.start..within.start), text(within.end..all.end));
        self.push(before);
        self.woven_label(at, label);
        self.push(after);
    }

    /// The beginning of a block, with its label.
    fn label(&mut self, at: usize, head: &DirectiveHead) {
        let used = &self.woven.uses[at];
        if matches!(used.kind, DirectiveKind::Text | DirectiveKind::Lost) {
            return;
        }
        let takes_label = self.takes_label(at);
        self.push(WovenItem::Open(at));
        let events = head
            .label
            .clone()
            .map_or_else(Vec::new, |label| label::parse(self.source, label, &self.around));
        if takes_label {
            self.woven_label(at, events);
            self.push(WovenItem::Content(at));
            return;
        }
        // It has no place for a label, but no text is ever lost.
        self.push(WovenItem::Content(at));
        if !events.is_empty() {
            self.push(WovenItem::Event(Event::Start(Tag::Paragraph), head.name.clone()));
            self.woven_label(at, events);
            self.push(WovenItem::Event(Event::End(TagEnd::Paragraph), head.name.clone()));
        }
    }
}
