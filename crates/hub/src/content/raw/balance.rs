//! Where the elements of raw HTML end. Each ends in what it began in: in the text of one group of
//! readers, in the content or the label of a directive, or in an element of Markdown. So the page
//! around a text stays whole, whatever the text holds. What an author left open is closed, and what
//! closes nothing is left out; each is a [`Flaw`]. Must not know how a flaw is told.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::elements::{
    ended_by, ends_by_itself, ends_foreign, ends_paragraph, goes_in_drawing, goes_in_select,
    hides_ends, holds_part, holds_text, is_known, is_of_frame, is_of_table, is_void,
};
use super::flaws::{Flaw, FlawKind};
use super::tags::Tag;

/// The most elements that are open at once: browsers take no more than 512 either.
const DEEPEST: usize = 400;

/// What counts of a tag beside itself.
pub(super) struct Around {
    /// Where it stands, in bytes of the source.
    pub at: Range<usize>,
    /// Something follows in its fragment.
    pub more: bool,
    /// It is part of a formula and says that it holds HTML.
    pub holds_html: bool,
}

/// What becomes of the beginning of an element.
pub(super) enum Start {
    /// It stays, with the ends of others before it and its own end behind it.
    Kept { before: String, behind: String },
    /// Readers are not given it.
    Gone,
    /// It is shown as text.
    Text,
}

impl Start {
    const KEPT: Self = Self::Kept { before: String::new(), behind: String::new() };
}

/// The open elements of a text, and what was wrong so far.
#[derive(Default)]
pub(in crate::content) struct Balance<'s> {
    source: &'s str,
    open: Vec<OpenElement>,
    /// In how many elements of Markdown, labels and contents one is.
    level: usize,
    /// How many elements of a name were ended for their author, or left out: their own ends may
    /// follow.
    ended: BTreeMap<Box<str>, usize>,
    flaws: Vec<Flaw>,
    /// Names whose end stands somewhere in the source; looked for when first asked for.
    names_with_end: Option<BTreeSet<Box<str>>>,
    /// Everything stays as it is.
    is_untended: bool,
}

struct OpenElement {
    name: Box<str>,
    /// Its tag, in bytes of the source.
    at: Range<usize>,
    level: usize,
    /// Its place among the open elements, or that of the first one of its level.
    floor: usize,
    space: Space,
    /// Something stands behind its tag in the same fragment, which it takes for text.
    swallows: bool,
}

/// Where an element belongs.
#[derive(Clone, Copy, PartialEq)]
enum Space {
    Html,
    Drawing,
    Formula,
    /// An element of a drawing or a formula that holds HTML.
    WayToHtml,
}

impl Space {
    fn is_foreign(self) -> bool {
        matches!(self, Self::Drawing | Self::Formula)
    }

    /// Where an element that begins in HTML belongs.
    fn of(name: &str) -> Self {
        match name {
            "svg" => Self::Drawing,
            "math" => Self::Formula,
            _ => Self::Html,
        }
    }

    /// Where an element of this name within a drawing or a formula belongs.
    fn within(self, name: &str) -> Self {
        match (self, name) {
            (Self::Drawing, "desc" | "foreignobject" | "title") => Self::WayToHtml,
            (Self::Formula, "mi" | "mn" | "mo" | "ms" | "mtext") => Self::WayToHtml,
            _ => self,
        }
    }
}

impl<'s> Balance<'s> {
    /// For a text of this source.
    pub(in crate::content) fn of(source: &'s str) -> Self {
        Self { source, ..Self::default() }
    }

    /// Leaves everything as it is.
    pub(in crate::content) fn untended() -> Self {
        Self { is_untended: true, ..Self::default() }
    }

    /// What was wrong, in the order in which it was noticed.
    pub(in crate::content) fn flaws(&mut self) -> Vec<Flaw> {
        std::mem::take(&mut self.flaws)
    }

    /// An element of Markdown, a label or the content of a directive begins. Gives the ends of what
    /// cannot hold it.
    pub(in crate::content) fn enter(&mut self, is_block: bool) -> String {
        let mut ends = String::new();
        if !self.open.is_empty() {
            self.end_for_markdown(&mut ends);
            if is_block {
                self.end_paragraph();
            }
        }
        self.level += 1;
        ends
    }

    /// Ends all that began since the last `enter`, and gives the ends.
    pub(in crate::content) fn leave(&mut self) -> String {
        let mut ends = String::new();
        if !self.open.is_empty() {
            self.end_from(self.floor(), &mut ends);
        }
        self.level = self.level.saturating_sub(1);
        ends
    }

    /// As `leave` and `enter`, for what follows in the same element.
    pub(in crate::content) fn part(&mut self) -> String {
        let ends = self.leave();
        self.level += 1;
        ends
    }

    /// Where the elements begin that opened in what is open now.
    fn floor(&self) -> usize {
        let last = self.open.last().filter(|open| open.level == self.level);
        last.map_or(self.open.len(), |open| open.floor)
    }

    /// The element whose content is text and that is open.
    pub(super) fn open_text(&self) -> Option<&str> {
        self.open.last().filter(|open| open.holds_text()).map(|open| &*open.name)
    }

    /// The name of `noscript` where that is open: its end ends all in it.
    pub(super) fn noscript(&self) -> Option<&'static str> {
        const NAME: &str = "noscript";
        self.open.iter().any(|open| &*open.name == NAME).then_some(NAME)
    }

    /// Whether what comes next stands in a drawing or a formula.
    pub(super) fn is_foreign(&self) -> bool {
        self.space().is_foreign()
    }

    /// Where what comes next stands.
    fn space(&self) -> Space {
        self.open.last().map_or(Space::Html, |open| open.space)
    }

    /// Ends what Markdown cannot stand in.
    fn end_for_markdown(&mut self, ends: &mut String) {
        self.end_foreign(ends);
        let floor = self.floor();
        let select = self.open[floor..].iter().position(|open| &*open.name == "select");
        if let Some(select) = select {
            self.end_from(floor + select, ends);
        }
    }

    /// Ends the drawings and formulas that what comes next would stand in.
    fn end_foreign(&mut self, ends: &mut String) {
        if self.is_foreign() {
            let around = self.open.iter().rposition(|open| !open.space.is_foreign());
            self.end_from(around.map_or(0, |at| at + 1), ends);
        }
    }

    /// Ends an element whose content is text, since Markdown follows.
    pub(super) fn end_text(&mut self) -> String {
        let mut ends = String::new();
        if self.is_untended {
            self.open.clear();
        } else if self.open_text().is_some() {
            self.end_from(self.open.len() - 1, &mut ends);
        }
        ends
    }

    /// An element begins.
    pub(super) fn start(&mut self, tag: &Tag<'_>, around: Around) -> Start {
        let name = &*tag.name;
        let Around { at, more, holds_html } = around;
        if self.is_untended {
            if holds_text(name) {
                self.push(name, at, Space::Html, more);
            }
            return Start::KEPT;
        }
        if self.open.len() >= DEEPEST {
            return self.gone(FlawKind::TooDeep, name, at);
        }
        if is_of_frame(name) {
            return self.gone(FlawKind::OfFrame, name, at);
        }
        if self.is_foreign() && !ends_foreign(name) {
            if is_known(name) && !goes_in_drawing(name) {
                return self.gone(FlawKind::Misplaced, name, at);
            }
            if !tag.closes_itself {
                let space = match self.space() {
                    Space::Formula if holds_html => Space::WayToHtml,
                    around => around.within(name),
                };
                self.push(name, at, space, more);
            }
            return Start::KEPT;
        }
        if let Some(other) = self.not_html(tag, &at) {
            return other;
        }
        if self.is_passed_over(name) {
            return self.gone(FlawKind::Misplaced, name, at);
        }
        let mut before = String::new();
        self.end_foreign(&mut before);
        self.make_room(name, &mut before);
        let (space, mut behind) = (Space::of(name), String::new());
        if tag.closes_itself && !space.is_foreign() && !is_void(name) {
            self.flaw(FlawKind::ClosesItself, name, at);
            behind = format!("</{name}>");
        } else if !tag.closes_itself && !is_void(name) {
            self.push(name, at, space, more);
        }
        Start::Kept { before, behind }
    }

    /// What becomes of a tag that is no element of HTML.
    fn not_html(&mut self, tag: &Tag<'_>, at: &Range<usize>) -> Option<Start> {
        let name = &*tag.name;
        if is_known(name) {
            return None;
        }
        if tag.closes_itself || !self.ends_somewhere(name) {
            self.flaw(FlawKind::Unknown, name, at.clone());
            return Some(Start::Text);
        }
        // Elements of one's own have a hyphen.
        if !name.contains('-') {
            self.flaw(FlawKind::Foreign, name, at.clone());
        }
        None
    }

    /// Whether browsers pass over the beginning of such an element here.
    fn is_passed_over(&self, name: &str) -> bool {
        let here = &self.open[self.floor()..];
        let is_in = |around: &[&str]| here.iter().any(|open| around.contains(&&*open.name));
        let is_open = |name: &str| self.open.iter().any(|open| &*open.name == name);
        (matches!(name, "form" | "noscript") && is_open(name))
            || (name == "col" && !is_in(&["table"]))
            || (is_of_table(name) && !is_in(&["table", "template"]))
            || (!goes_in_select(name) && is_in(&["select"]))
    }

    /// Whether an end of this name stands anywhere in the source.
    fn ends_somewhere(&mut self, name: &str) -> bool {
        self.names_with_end.get_or_insert_with(|| names_with_end(self.source)).contains(name)
    }

    fn push(&mut self, name: &str, at: Range<usize>, space: Space, swallows: bool) {
        let (level, floor) = (self.level, self.floor());
        self.open.push(OpenElement { name: name.into(), at, level, floor, space, swallows });
    }

    /// Ends what an element of this name ends by beginning.
    fn make_room(&mut self, name: &str, ends: &mut String) {
        if self.open.is_empty() {
            return;
        }
        if ends_paragraph(name) {
            self.end_paragraph();
        }
        let last = self.open[self.floor()..].last();
        if is_heading(name) && last.is_some_and(|open| is_heading(&open.name)) {
            self.end_from(self.open.len() - 1, ends);
        }
        let first = if is_of_table(name) { self.above_part(name) } else { self.ended_by(name) };
        // The ends are written, also where browsers would do without.
        self.end_from(first.unwrap_or(self.open.len()), ends);
    }

    /// The first of the open elements that the beginning of another ends.
    fn ended_by(&self, name: &str) -> Option<usize> {
        let (ended, barriers) = ended_by(name)?;
        let mut first = None;
        for at in (self.floor()..self.open.len()).rev() {
            let open = &*self.open[at].name;
            if ended.contains(&open) {
                first = Some(at);
            } else if barriers.contains(&open) {
                break;
            }
        }
        first
    }

    /// The first element within the open table that cannot hold such a part of it.
    fn above_part(&self, name: &str) -> Option<usize> {
        let floor = self.floor();
        let is_table = |open: &OpenElement| matches!(&*open.name, "table" | "template");
        let table = floor + self.open[floor..].iter().rposition(is_table)?;
        let mut within = table + 1..self.open.len();
        within.find(|at| !holds_part(name).contains(&&*self.open[*at].name))
    }

    /// A block begins, and ends a paragraph that is open around it.
    fn end_paragraph(&mut self) {
        let floor = self.floor();
        for at in (floor..self.open.len()).rev() {
            let open = &*self.open[at].name;
            if open == "p" {
                self.open.remove(at);
                return;
            }
            if hides_ends(open, "p") {
                return;
            }
        }
    }

    /// An element ends. Gives whether the tag stays, and what stands before it: the ends of others.
    pub(super) fn end(&mut self, name: &str, at: Range<usize>) -> (bool, String) {
        let mut ends = String::new();
        if self.is_untended {
            self.open.pop();
            return (true, ends);
        }
        if name == "br" {
            self.flaw(FlawKind::Break, name, at);
            return (false, "<br>".to_owned());
        }
        let Some(found) = self.ended_by_end(name) else {
            self.ends_nothing(name, at);
            return (false, ends);
        };
        self.end_from(found + 1, &mut ends);
        let Some(open) = self.open.pop().filter(|open| *open.name != *name) else {
            return (true, ends);
        };
        // A heading of another level.
        ends.push_str(&format!("</{}>", open.name));
        self.flaw(FlawKind::Stray, name, at);
        (false, ends)
    }

    fn ends_nothing(&mut self, name: &str, at: Range<usize>) {
        match self.ended.get_mut(name) {
            // What was ended for its author, or did not begin, was said.
            Some(times) if *times > 0 => *times -= 1,
            _ if is_of_frame(name) => self.flaw(FlawKind::OfFrame, name, at),
            _ => self.flaw(FlawKind::Stray, name, at),
        }
    }

    /// The open element that an end of this name ends.
    fn ended_by_end(&self, name: &str) -> Option<usize> {
        let mut only_foreign = false;
        for at in (self.floor()..self.open.len()).rev() {
            let open = &self.open[at];
            let is_meant = *open.name == *name || (is_heading(name) && is_heading(&open.name));
            if is_meant && (open.space.is_foreign() || !only_foreign) {
                return Some(at);
            }
            only_foreign |= open.space == Space::WayToHtml;
            if open.space == Space::Html && hides_ends(&open.name, name) {
                return None;
            }
        }
        None
    }

    /// A comment, which goes. Gives whether it does.
    pub(super) fn comment(&mut self, at: Range<usize>, is_open: bool) -> bool {
        if is_open && !self.is_untended {
            self.flaw(FlawKind::OpenComment, "", at);
        }
        !self.is_untended
    }

    /// A tag without an end, which becomes text. Gives whether it does.
    pub(super) fn unfinished(&mut self, at: Range<usize>) -> bool {
        if !self.is_untended {
            self.flaw(FlawKind::Unfinished, "", at);
        }
        !self.is_untended
    }

    /// Ends the elements from `first` on, the innermost first.
    fn end_from(&mut self, first: usize, ends: &mut String) {
        for open in self.open.drain(first.min(self.open.len())..).rev() {
            if &*open.name == "script" {
                // Ends a comment of HTML within it, and is one of the script's elsewhere.
                ends.push_str("\n-->");
            }
            ends.push_str("</");
            ends.push_str(&open.name);
            ends.push('>');
            if ends_by_itself(&open.name) {
                continue;
            }
            let hides = open.swallows && open.holds_text();
            let kind = if hides { FlawKind::Swallows } else { FlawKind::Unclosed };
            self.flaws.push(Flaw { kind, element: open.name.clone(), at: open.at });
            *self.ended.entry(open.name).or_default() += 1;
        }
    }

    /// The beginning of an element goes, and its end with it.
    fn gone(&mut self, kind: FlawKind, name: &str, at: Range<usize>) -> Start {
        self.flaw(kind, name, at);
        if !is_void(name) && name != "base" && name != "frame" {
            *self.ended.entry(name.into()).or_default() += 1;
        }
        Start::Gone
    }

    fn flaw(&mut self, kind: FlawKind, element: &str, at: Range<usize>) {
        self.flaws.push(Flaw { kind, element: element.into(), at });
    }
}

impl OpenElement {
    /// Whether tags in it are text.
    fn holds_text(&self) -> bool {
        self.space == Space::Html && holds_text(&self.name)
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

/// The names of all ends of elements in a text, wherever they stand.
fn names_with_end(source: &str) -> BTreeSet<Box<str>> {
    let names = memchr::memmem::find_iter(source.as_bytes(), b"</").map(|at| {
        let rest = &source[at + 2..];
        let end =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_' && c != ':');
        rest[..end.unwrap_or(rest.len())].to_ascii_lowercase().into_boxed_str()
    });
    names.collect()
}
