//! Drawings: SVG is XML that may hold programs, forms and fetches. What could run or fetch is cut
//! out and reported; what drawing programs and their users note for themselves is cut out without a
//! word. What is drawn stays the same.

mod judge;
mod size;
mod source;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::{Edit, Picture, apply};
use etappe_base::source::Span;
use judge::{changes_link, fetches, is_unsafe};
use source::SvgSource;

/// What is published of a file that holds no drawing at all: one that shows nothing.
const BLANK: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// A drawing, read.
#[derive(Default)]
pub(super) struct Drawing {
    pub picture: Option<Picture>,
    pub unsafe_parts: Vec<(Span, String)>,
    /// The drawing as it is published, where that differs from the file.
    pub published: Option<Vec<u8>>,
    pub state: DrawingState,
}

/// Whether browsers show a drawing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum DrawingState {
    #[default]
    Whole,
    /// It ends, or is no XML any more, before its end.
    Broken,
    /// It has no root that browsers would draw.
    NoDrawing,
}

/// The elements that are kept. All others are cut.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "svg", "g", "defs", "symbol", "use", "switch", "title", "desc", "style", "view", "a",
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image",
    "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker", "filter",
    "animate", "animateMotion", "animateTransform", "set", "mpath",
];

/// What programs for diagrams write into the root: their own file, and where it was drawn.
const NOTES: &[&str] =
    &["content", "host", "agent", "editor", "etag", "modified", "filename", "pagename"];

pub(super) fn read(bytes: &[u8]) -> Drawing {
    let source = SvgSource::new(bytes);
    let mut walk = SvgWalk::new(&source);
    let mut reader = Reader::from_str(&source.text);
    reader.config_mut().check_comments = false;
    let mut start = 0;
    loop {
        let event = reader.read_event();
        let end = (reader.buffer_position() as usize).clamp(start, source.text.len());
        match event {
            Ok(Event::Eof) => break,
            Ok(event) => walk.event(&event, start..end),
            // A browser stops here too; whatever follows is cut.
            Err(_) => {
                walk.breaks_at(start, "what is no XML");
                break;
            }
        }
        start = end;
    }
    if source.is_cut {
        walk.breaks_at(source.text.len(), "what is no UTF-8");
    }
    walk.finish()
}

struct SvgWalk<'s> {
    source: &'s SvgSource<'s>,
    text: &'s str,
    drawing: Drawing,
    edits: Vec<Edit>,
    /// The elements that are open.
    open: Vec<String>,
    cut: Option<SvgCut>,
    /// What prefixes stand for; `None` where the drawing uses one for several names.
    prefixes: BTreeMap<String, Option<String>>,
    /// Whether a style sheet may look at `data-` attributes.
    styles_data: bool,
    is_broken: bool,
    /// Whether the first element is a drawing, and stays.
    has_root: bool,
}

/// An element that is being cut out, with all that is in it.
struct SvgCut {
    from: usize,
    /// How many elements were open before it.
    depth: usize,
    /// `None` where it is not reported.
    what: Option<String>,
}

/// What becomes of an attribute.
enum Verdict {
    Kept,
    /// It says nothing to readers.
    Noted,
    Unsafe,
}

impl<'s> SvgWalk<'s> {
    fn new(source: &'s SvgSource<'s>) -> Self {
        let text = &*source.text;
        Self {
            source,
            text,
            drawing: Drawing::default(),
            edits: Vec::new(),
            open: Vec::new(),
            cut: None,
            prefixes: prefixes(text),
            styles_data: text.contains("[data-"),
            is_broken: false,
            has_root: false,
        }
    }

    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.tag(tag, &range);
                self.open.push(tag.name().into_inner().to_owned());
            }
            Event::Empty(tag) => {
                self.tag(tag, &range);
                if let Some(cut) = self.cut.take_if(|cut| cut.from == range.start) {
                    self.remove(cut.from..range.end, cut.what);
                }
            }
            Event::End(_) => {
                self.open.pop();
                let depth = self.open.len();
                if let Some(cut) = self.cut.take_if(|cut| cut.depth == depth) {
                    self.remove(cut.from..range.end, cut.what);
                }
            }
            _ if self.cut.is_some() => {}
            Event::Comment(_) => self.remove(range, None),
            Event::PI(says) => {
                let fetches = says.starts_with("xml-stylesheet");
                self.remove(range, fetches.then(|| "a processing instruction".to_owned()));
            }
            // It says which encoding the file was in.
            Event::Decl(_) if self.source.is_converted => self.remove(range, None),
            // Most only say that this is SVG. Entities are written out; one that holds markup could
            // spell anything.
            Event::DocType(_) => {
                let odd = self.source.has_odd_entities;
                self.remove(range, odd.then(|| "a document type with entities".to_owned()));
            }
            Event::Text(_) | Event::CData(_)
                if self.in_style() && fetches(self.text[range.clone()].as_bytes()) =>
            {
                self.remove(range, Some("a style that fetches".to_owned()));
            }
            _ => {}
        }
    }

    /// Whether a style sheet is open.
    fn in_style(&self) -> bool {
        self.open.last().is_some_and(|name| name.rsplit(':').next() == Some("style"))
    }

    /// What a prefix stands for.
    fn namespace(&self, prefix: &str) -> Option<&str> {
        self.prefixes.get(prefix)?.as_deref()
    }

    fn tag(&mut self, tag: &BytesStart<'_>, range: &Range<usize>) {
        if self.cut.is_some() {
            return;
        }
        let whole = tag.name().into_inner().to_owned();
        let local = tag.local_name().into_inner().to_owned();
        let prefix = whole.strip_suffix(&*local).unwrap_or_default().trim_end_matches(':');
        let is_svg = prefix.is_empty() || self.namespace(prefix) == Some(SVG);
        if self.open.is_empty() && local == "svg" && is_svg && self.drawing.picture.is_none() {
            self.drawing.picture = size::size(tag);
            self.has_root = true;
        }
        let known =
            ELEMENTS.contains(&local.as_str()) || (local.starts_with("fe") && local != "feImage");
        if !is_svg || !known {
            let runs =
                ["script", "foreignObject", "iframe", "object", "embed"].contains(&local.as_str());
            let dangerous = runs || (is_svg && local != "metadata");
            self.cut_element(range, dangerous.then(|| format!("`<{whole}>`")));
            return;
        }
        let attributes: Vec<Attribute<'_>> =
            tag.attributes().with_checks(false).flatten().collect();
        let moves_links = matches!(local.as_str(), "animate" | "set")
            && attributes
                .iter()
                .any(|one| one.key.into_inner() == "attributeName" && changes_link(&one.value));
        if moves_links {
            self.cut_element(range, Some(format!("`<{whole}>` of an address")));
            return;
        }
        if self.open.is_empty() && prefix.is_empty() {
            self.name_namespace(&attributes, range.start + 1 + whole.len());
        }
        let mut done = 0;
        for one in &attributes {
            let name = one.key.into_inner();
            match self.verdict(one, &local) {
                Verdict::Kept => {}
                Verdict::Noted => done = self.attribute(name, range, done, false),
                Verdict::Unsafe => done = self.attribute(name, range, done, true),
            }
        }
    }

    fn verdict(&self, attribute: &Attribute<'_>, element: &str) -> Verdict {
        let name = attribute.key.into_inner();
        if let Some((prefix, rest)) = name.split_once(':') {
            let is_kept = match prefix {
                "xml" => true,
                "xmlns" => matches!(self.namespace(rest), Some(SVG | XLINK)),
                _ => rest.eq_ignore_ascii_case("href") || self.namespace(prefix) == Some(XLINK),
            };
            if !is_kept {
                return Verdict::Noted;
            }
        }
        if is_unsafe(attribute, element) {
            return Verdict::Unsafe;
        }
        // A drawing program keeps its own file here; others name layers.
        let is_note = (element == "svg" && NOTES.contains(&name))
            || (name.starts_with("data-") && !self.styles_data);
        if is_note { Verdict::Noted } else { Verdict::Kept }
    }

    /// Writes the namespace of a root that has none: browsers show no drawing without it.
    fn name_namespace(&mut self, attributes: &[Attribute<'_>], at: usize) {
        if !attributes.iter().any(|one| one.key.into_inner() == "xmlns") {
            self.edits.push((at..at, format!(" xmlns=\"{SVG}\"").into_bytes()));
        }
    }

    fn cut_element(&mut self, tag: &Range<usize>, what: Option<String>) {
        self.has_root &= !self.open.is_empty();
        self.cut = Some(SvgCut { from: tag.start, depth: self.open.len(), what });
    }

    /// Cuts an attribute out of the tag, with the space before it. The search begins at byte `from`
    /// of the tag; gives where the next search may begin.
    fn attribute(&mut self, name: &str, tag: &Range<usize>, from: usize, told: bool) -> usize {
        let what = || format!("the attribute `{name}`");
        match attribute_in(&self.text.as_bytes()[tag.clone()], name, from) {
            Some(found) => {
                let end = found.end;
                self.remove(tag.start + found.start..tag.start + end, told.then(what));
                end
            }
            // The attribute was not found in the text: the whole element goes.
            None => {
                self.cut_element(tag, Some(what()));
                tag.len()
            }
        }
    }

    fn remove(&mut self, range: Range<usize>, what: Option<String>) {
        if let Some(what) = what {
            let place = self.source.place(range.start, range.end);
            self.drawing.unsafe_parts.push((place, what));
        }
        // Edits are in the order of the file. An element that is cut may hold earlier cuts: those
        // are last in the list, and dropped.
        while self.edits.pop_if(|(before, _)| range.start <= before.start).is_some() {}
        self.edits.push((range, Vec::new()));
    }

    /// Cuts what follows a place where nobody can read on.
    fn breaks_at(&mut self, at: usize, what: &str) {
        self.is_broken = true;
        let depth = self.open.len();
        self.cut.get_or_insert(SvgCut { from: at, depth, what: Some(what.to_owned()) });
    }

    fn finish(mut self) -> Drawing {
        let length = self.text.len();
        if let Some(cut) = self.cut.take() {
            self.open.truncate(cut.depth);
            self.remove(cut.from..length, cut.what);
        }
        self.is_broken |= !self.open.is_empty();
        // What was open is closed, so that browsers show what there is.
        let closing: String = self.open.iter().rev().map(|name| format!("</{name}>")).collect();
        if !closing.is_empty() {
            self.edits.push((length..length, closing.into_bytes()));
        }
        let is_changed = !self.edits.is_empty() || matches!(self.source.text, Cow::Owned(_));
        let mut published = is_changed.then(|| apply(self.text.as_bytes(), &self.edits));
        self.drawing.state = if !self.has_root {
            published = Some(BLANK.into());
            DrawingState::NoDrawing
        } else if self.is_broken {
            DrawingState::Broken
        } else {
            DrawingState::Whole
        };
        self.drawing.published = published;
        self.drawing
    }
}

/// What the prefixes of a drawing stand for.
fn prefixes(text: &str) -> BTreeMap<String, Option<String>> {
    let mut prefixes: BTreeMap<String, Option<String>> = BTreeMap::new();
    for piece in text.split("xmlns:").skip(1) {
        let Some((prefix, rest)) = piece.split_once('=') else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        let Some(name) = rest[1..].split(quote).next() else { continue };
        let known =
            prefixes.entry(prefix.trim().to_owned()).or_insert_with(|| Some(name.to_owned()));
        if known.as_deref() != Some(name) {
            *known = None;
        }
    }
    prefixes
}

/// Where an attribute stands in its tag, with the space before it.
fn attribute_in(tag: &[u8], name: &str, from: usize) -> Option<Range<usize>> {
    let rest_of = |at: usize| tag.get(at..).unwrap_or_default();
    let spaces =
        |at: usize| rest_of(at).iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let found = memchr::memmem::find_iter(rest_of(from), name.as_bytes());
    for at in found.map(|at| from + at) {
        let after = at + name.len();
        let equals = after + spaces(after);
        let begins =
            at > 0 && (tag[at - 1].is_ascii_whitespace() || matches!(tag[at - 1], b'"' | b'\''));
        if !begins || tag.get(equals) != Some(&b'=') {
            continue;
        }
        let opening = equals + 1 + spaces(equals + 1);
        let Some(&quote) = tag.get(opening) else { continue };
        let Some(length) = memchr::memchr(quote, rest_of(opening + 1)) else { continue };
        let start = at - usize::from(tag[at - 1].is_ascii_whitespace());
        return Some(start..opening + length + 2);
    }
    None
}
