//! Pairs fences, finds directives within lines, and puts both among the events: each directive then has a beginning and an end.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Parser, RefDefs, Tag, TagEnd};

use super::attributes::attributes;
use super::condition::{self, Condition, KEYS, Readers};
use super::fences::{Fence, Line, Settled, Style};
use super::head::Head;
use super::inline::{self, Found, Placed};
use super::woven::{Item, Woven};
use super::{FOR, Kind, Use};
use crate::config::directives::{Form, Label};
use crate::content::markdown::options;
use crate::content::remarks::Remarks;
use crate::finding::{did_you_mean, unmistakable};

/// Weaves directives into the events of a settled text.
pub fn weave<'s>(
    source: &'s str,
    mut events: Vec<Placed<'s>>,
    settled: &Settled,
    definitions: &RefDefs<'_>,
    readers: &Readers<'_>,
    remarks: &mut Remarks,
) -> Woven<'s> {
    let mut weaver = Weaver {
        source,
        definitions,
        readers,
        remarks,
        open: Vec::new(),
        depth: 0,
        woven: Woven { uses: Vec::new(), items: Vec::new(), blocked: false },
    };
    weaver.lost(&settled.lost);
    // By place, not in turn: in lists of definitions the parser's events are not always in the order of the text.
    let mut fences: BTreeMap<usize, &Fence> = settled.fences.iter().map(|fence| (fence.at.start, fence)).collect();
    let mut opaque = 0_usize;
    let mut at = 0;
    while let Some((event, range)) = events.get(at).cloned() {
        let is_block = matches!(event, Event::Start(Tag::HtmlBlock));
        if let Some(fence) = is_block.then(|| fences.remove(&range.start)).flatten() {
            let block = events[at..].iter().position(|(event, _)| matches!(event, Event::End(TagEnd::HtmlBlock)));
            at = block.map_or(events.len(), |length| at + length + 1);
            weaver.fence(fence);
            continue;
        }
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Image { .. } | Tag::HtmlBlock) => opaque += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Image | TagEnd::HtmlBlock) => opaque = opaque.saturating_sub(1),
            _ => {}
        }
        match inline::first(source, &events[at..]).filter(|_| opaque == 0) {
            Some(mut found) => {
                at += found.taken;
                // More may follow in the same text.
                if let Some(after) = found.after.take() {
                    at -= 1;
                    events[at] = after;
                }
                weaver.inline(found);
            }
            None => {
                weaver.event(event, range);
                at += 1;
            }
        }
    }
    weaver.close_below(0);
    // What was not met would hide nothing.
    let unmet: Vec<Fence> = fences.into_values().cloned().collect();
    weaver.lost(&unmet);
    weaver.woven
}

struct Weaver<'a, 's> {
    source: &'s str,
    definitions: &'a RefDefs<'a>,
    readers: &'a Readers<'a>,
    remarks: &'a mut Remarks,
    open: Vec<Open>,
    /// How many elements are open.
    depth: usize,
    woven: Woven<'s>,
}

/// A container whose end has not come yet.
struct Open {
    used: usize,
    depth: usize,
    colons: usize,
}

impl<'s> Weaver<'_, 's> {
    fn push(&mut self, item: Item<'s>) {
        self.woven.items.push(item);
    }

    fn event(&mut self, event: Event<'s>, range: Range<usize>) {
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => {
                self.close_below(self.depth);
                self.depth -= 1;
            }
            _ => {}
        }
        self.push(Item::Event(event, range));
    }

    /// Ends the containers that began at `depth` or deeper: what they stand in ends.
    fn close_below(&mut self, depth: usize) {
        while self.open.last().is_some_and(|open| open.depth >= depth) {
            self.close_last(None);
        }
    }

    /// Ends the innermost container, at its fence or without one.
    fn close_last(&mut self, fence: Option<Range<usize>>) {
        let Some(Open { used: at, colons, .. }) = self.open.pop() else { return };
        let used = &self.woven.uses[at];
        let name = used.at.clone();
        match (&used.kind, fence) {
            (Kind::Text, Some(fence)) => self.push(Item::Line(fence)),
            (Kind::Text, None) | (_, Some(_)) => {}
            (Kind::For(_), None) => {
                let help = format!("put a line `{}` where the text for these readers ends", ":".repeat(colons));
                self.remarks.condition(name, "`for` is not closed.".to_owned(), help);
            }
            (Kind::Theme(_), None) => self.remarks.unclosed(&used.name, colons, name),
        }
        self.push(Item::Close(at));
    }

    fn fence(&mut self, fence: &Fence) {
        match &fence.line {
            Line::Close => {
                let fits = |open: &Open| open.depth == self.depth && open.colons <= fence.colons;
                match self.open.iter().rposition(fits) {
                    Some(at) => {
                        while self.open.len() > at + 1 {
                            self.close_last(None);
                        }
                        self.close_last(Some(fence.at.clone()));
                    }
                    None => {
                        self.remarks.stray(fence.at.clone());
                        self.push(Item::Line(fence.at.clone()));
                    }
                }
            }
            Line::Open(head, style) => {
                let kind = self.kind(Form::Container, head, *style, fence.at.clone());
                let is_text = matches!(kind, Kind::Text);
                let at = self.begin(Form::Container, head, fence.at.start, kind);
                if is_text {
                    self.push(Item::Line(fence.at.clone()));
                }
                self.label(at, head);
                self.open.push(Open { used: at, depth: self.depth, colons: fence.colons });
            }
            Line::Leaf(head) => {
                let kind = self.kind(Form::Leaf, head, Style::Plain, fence.at.clone());
                if matches!(kind, Kind::Text) {
                    return self.push(Item::Line(fence.at.clone()));
                }
                let at = self.begin(Form::Leaf, head, fence.at.start, kind);
                self.label(at, head);
                self.push(Item::Close(at));
            }
        }
    }

    fn begin(&mut self, form: Form, head: &Head, start: usize, kind: Kind) -> usize {
        let name = self.source[head.name.clone()].into();
        let parent = self.open.last().map(|open| open.used);
        self.woven.uses.push(Use { form, name, at: start..head.end, parent, kind });
        self.woven.uses.len() - 1
    }

    /// A directive within a line.
    fn inline(&mut self, found: Found<'s>) {
        let kind = self.kind(Form::Inline, &found.head, Style::Plain, found.at..found.head.end);
        if let Some((event, range)) = found.before {
            self.push(Item::Event(event, range));
        }
        let at = self.begin(Form::Inline, &found.head, found.at, kind);
        if matches!(self.woven.uses[at].kind, Kind::Text) {
            return self.as_written(found.at..found.head.end, &found.head, found.label);
        }
        let takes_label = self.takes_label(at);
        self.push(Item::Open(at));
        if !takes_label {
            self.push(Item::Content(at));
        }
        self.woven.items.extend(found.label.into_iter().map(|(event, range)| Item::Event(event, range)));
        if takes_label {
            self.push(Item::Content(at));
        }
        self.push(Item::Close(at));
    }

    /// Whether the label is a value for a template. If not it is content.
    fn takes_label(&self, at: usize) -> bool {
        let used = &self.woven.uses[at];
        matches!(used.kind, Kind::Theme(_))
            && self.readers.config.directives.get(&used.name).is_some_and(|known| known.label != Label::None)
    }

    /// An unknown directive in a line: its text stays, with what its label says.
    fn as_written(&mut self, all: Range<usize>, head: &Head, label: Vec<Placed<'s>>) {
        let text = |range: Range<usize>| Item::Event(Event::Text(CowStr::Borrowed(&self.source[range.clone()])), range);
        let within = head.label.clone().unwrap_or(all.end..all.end);
        let (before, after) = (text(all.start..within.start), text(within.end..all.end));
        self.push(before);
        self.woven.items.extend(label.into_iter().map(|(event, range)| Item::Event(event, range)));
        self.push(after);
    }

    /// The beginning of a block, with its label.
    fn label(&mut self, at: usize, head: &Head) {
        let used = &self.woven.uses[at];
        if matches!(used.kind, Kind::Text) {
            return;
        }
        let takes_label = self.takes_label(at);
        self.push(Item::Open(at));
        let events = head.label.clone().map_or_else(Vec::new, |label| parse_label(self.source, label, self.definitions));
        let is_empty = events.is_empty();
        let events = events.into_iter().map(|(event, range)| Item::Event(event, range));
        if takes_label {
            self.woven.items.extend(events);
            self.push(Item::Content(at));
            return;
        }
        // It has no place for a label, but no text is ever lost.
        self.push(Item::Content(at));
        if !is_empty {
            self.push(Item::Event(Event::Start(Tag::Paragraph), head.name.clone()));
            self.woven.items.extend(events);
            self.push(Item::Event(Event::End(TagEnd::Paragraph), head.name.clone()));
        }
    }

    /// What becomes of a directive, and all there is to say about it.
    fn kind(&mut self, form: Form, head: &Head, style: Style, all: Range<usize>) -> Kind {
        let name = &self.source[head.name.clone()];
        let known = self.readers.config.directives.get(name);
        let is_condition = head.attributes.iter().any(|attribute| KEYS.contains(&&*attribute.key));
        if name == FOR {
            return self.for_kind(form, head, style);
        }
        if known.is_none() && (name.eq_ignore_ascii_case(FOR) || is_condition && unmistakable(name, [FOR]).is_some()) {
            let message = format!("There is no directive `{name}`, so nobody is shown this.");
            self.remarks.condition(head.name.clone(), message, "did you mean `for`?".to_owned());
            self.remarks.fix_with(head.name.clone(), FOR);
            return Kind::For(Condition::faulty(self.readers));
        }
        let Some(known) = known else {
            let help = did_you_mean(name, self.readers.config.directives.names().chain([FOR]));
            self.remarks.unknown_directive(name, head.name.clone(), help);
            return Kind::Text;
        };
        if !known.forms.contains(&form) {
            let message = format!("`{name}` cannot be written with {}.", colons(form));
            let help: Vec<String> = known.forms.iter().map(|form| example(*form, name)).collect();
            self.remarks.misplaced(all, message, format!("write {}", help.join(" or ")));
            return Kind::Text;
        }
        if style != Style::Plain {
            self.remarks.dialect(self.source, head, style, all);
        }
        if let Some(outer) = &known.inside {
            let around = self.open.iter().rev().map(|open| &self.woven.uses[open.used]);
            let within = around.filter(|used| !matches!(used.kind, Kind::For(_))).map(|used| &*used.name).next();
            if within != Some(outer) {
                let help = format!("put it between `::::{outer}` and `::::`");
                self.remarks.misplaced(head.name.clone(), format!("`{name}` stands outside `{outer}`."), help);
            }
        }
        Kind::Theme(attributes(self.source, head, known, self.remarks))
    }

    fn for_kind(&mut self, form: Form, head: &Head, style: Style) -> Kind {
        if form == Form::Leaf {
            self.woven.blocked = true;
            let help = "write `:::for{…}`, and `:::` on a line of its own where the text ends".to_owned();
            self.remarks.condition(head.name.clone(), "`for` with two colons holds no text.".to_owned(), help);
            return Kind::Text;
        }
        if style == Style::Garbled {
            let help = "write `:::for{persona=…}` and nothing else on the line".to_owned();
            self.remarks.condition(
                head.name.start..head.end,
                "The line of `for` cannot be understood, so nobody is shown this.".to_owned(),
                help,
            );
            return Kind::For(Condition::faulty(self.readers));
        }
        Kind::For(condition::read(&head.attributes, head.name.clone(), self.readers, self.remarks))
    }

    /// Fences that are no blocks, and no code either.
    fn lost(&mut self, lost: &[Fence]) {
        for fence in lost {
            let Some(head) = fence.head() else { continue };
            let name = &self.source[head.name.clone()];
            let help = "put an empty line before it, and no more than three spaces in front".to_owned();
            if name.eq_ignore_ascii_case(FOR) {
                self.woven.blocked = true;
                let message = "`for` stands within raw HTML, or is indented too far, and hides nothing there.".to_owned();
                self.remarks.condition(head.name.clone(), message, help);
            } else if self.readers.config.directives.get(name).is_some() {
                let message = format!("`{name}` stands within raw HTML, or is indented too far: it is text there.");
                self.remarks.misplaced(fence.at.clone(), message, help);
            }
        }
    }
}

fn colons(form: Form) -> &'static str {
    ["three colons", "two colons", "one colon"][form as usize]
}

fn example(form: Form, name: &str) -> String {
    match form {
        Form::Container => format!("`:::{name}` … `:::`"),
        Form::Leaf => format!("`::{name}` on a line of its own"),
        Form::Inline => format!("`:{name}[…]`"),
    }
}

/// The events of a label: a line of Markdown, with the references of the text around it.
fn parse_label<'s>(source: &'s str, label: Range<usize>, definitions: &RefDefs<'_>) -> Vec<Placed<'s>> {
    let text = &source[label.clone()];
    let lookup = |link: BrokenLink<'_>| {
        let definition = definitions.get(&link.reference)?;
        let title = definition.title.as_deref().unwrap_or_default().to_owned();
        Some((definition.dest.to_string().into(), title.into()))
    };
    let events: Vec<Placed<'s>> = Parser::new_with_broken_link_callback(text, options(), Some(lookup)).into_offset_iter().collect();
    let is_line = matches!(events.first(), Some((Event::Start(Tag::Paragraph), range)) if range.end >= text.trim_end().len());
    let placed = |(event, range): Placed<'s>| (known(event), range.start + label.start..range.end + label.start);
    match is_line {
        true => events.into_iter().filter(|(event, _)| !is_paragraph(event)).map(placed).collect(),
        // A block: as it was written.
        false if text.trim().is_empty() => Vec::new(),
        false => vec![(Event::Text(CowStr::Borrowed(text)), label)],
    }
}

fn is_paragraph(event: &Event<'_>) -> bool {
    matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
}

/// A reference that was looked up is one like any other.
fn known(event: Event<'_>) -> Event<'_> {
    let resolved = |link_type| match link_type {
        LinkType::ReferenceUnknown => LinkType::Reference,
        LinkType::CollapsedUnknown => LinkType::Collapsed,
        LinkType::ShortcutUnknown => LinkType::Shortcut,
        other => other,
    };
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type: resolved(link_type), dest_url, title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Image { link_type: resolved(link_type), dest_url, title, id })
        }
        other => other,
    }
}
