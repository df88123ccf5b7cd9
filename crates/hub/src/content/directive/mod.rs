//! Directives: `:::name` … `:::`, `::name` and `:name[…]`, woven into the events of the Markdown
//! parser.
//!
//! The theme declares names and attributes, which come with the configuration; only `for` is the
//! program's own. What is no directive stays text.

mod attributes;
mod condition;
mod fences;
mod head;
mod inline;
mod kind;
mod label;
mod masks;
mod say;
mod unwoven;
mod weave;
mod woven;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{BrokenLink, CowStr, Parser};

use super::body::Body;
use super::markdown::{Composer, Rendered, options};
use super::remarks::{Remark, Remarks};
use super::writer::{Html, Writer};
use crate::config::directives::{AttributeValue, Form};
use etappe_base::source::Span;

use condition::Condition;
pub(super) use condition::Readers;
use fences::Fence;
pub(super) use unwoven::{is_in as hides_nothing_in, may_be_in as may_block};
use weave::weave;
use woven::Woven;

/// The name of the directive that shows text to some readers only.
pub(super) const FOR: &str = "for";

/// One directive of a text.
pub(super) struct Use {
    pub form: Form,
    pub name: Box<str>,
    /// From its colons to the end of its attributes, in the source.
    pub at: std::ops::Range<usize>,
    /// The text between its brackets.
    pub label: Option<std::ops::Range<usize>>,
    /// Of a container, from the end of its first line to the beginning of its last.
    pub holds: std::ops::Range<usize>,
    /// The directive it stands in, by its place in the list of all.
    pub parent: Option<usize>,
    pub kind: Kind,
}

/// What becomes of a directive.
pub(super) enum Kind {
    For(Condition),
    Theme(Attributes),
    /// It stays as it was written.
    Text,
}

/// The attributes of a directive of the theme.
#[derive(Default)]
pub(super) struct Attributes {
    pub id: Option<(Box<str>, std::ops::Range<usize>)>,
    pub class: Box<str>,
    /// Every declared one, in the theme's order.
    pub values: Vec<(Box<str>, Written)>,
}

/// What was written for an attribute.
pub(super) enum Written {
    Nothing,
    Value(AttributeValue),
    Link { dest: Box<str>, at: std::ops::Range<usize>, kind: super::body::LinkKind },
}

/// The fences of a text; `None` where it surely has no directive of any form. Most texts have none,
/// and must cost nothing.
pub(super) fn fences(source: &str) -> Option<Vec<Fence>> {
    let fences = fences::find(source);
    (!fences.is_empty() || inline::may_have(source) || unwoven::may_name_readers(source))
        .then_some(fences)
}

/// Whether a plain text holds a `for`, which would hide nothing there.
pub(super) fn names_readers(text: &str) -> bool {
    unwoven::find(text, 0).is_some()
}

/// Renders a text with directives. If a `for` in it hides nothing, its page is on no site.
pub(super) fn render(
    source: &str,
    offset: usize,
    fences: Vec<Fence>,
    readers: &Readers<'_>,
) -> Rendered<Body> {
    let (mut rendered, places) = write_as(source, offset, fences, readers, Code::Shown, &Html);
    if !rendered.bodies.iter().any(hides_nothing_in) {
        return rendered;
    }
    // Code and escaped text may show how a `for` is written: render once more without both.
    let bare = unwoven::without_escaped(source, &places.raw);
    let (again, _) = write_as(&bare, offset, fences::find(&bare), readers, Code::Blank, &Html);
    if again.bodies.iter().any(hides_nothing_in) {
        let mut remarks = Remarks::new(offset);
        for range in unwoven::places(&bare, &places.explained(source.len())) {
            let span = Span::from(range.clone()).shifted(offset);
            if !rendered.remarks.iter().any(|remark| remark.is_on_condition_in(span)) {
                remarks.hides_nothing(&bare, range);
            }
        }
        let all = std::mem::take(&mut rendered.remarks).into_iter().chain(remarks.finish());
        rendered.remarks = Remark::each_once(all);
        rendered.blocked = true;
    }
    rendered
}

/// Writes a text with directives that hides what it must.
pub(super) fn write<W: Writer>(
    source: &str,
    offset: usize,
    fences: Vec<Fence>,
    readers: &Readers<'_>,
    writer: &W,
) -> Rendered<W::Form> {
    write_as(source, offset, fences, readers, Code::Shown, writer).0
}

/// What becomes of code.
#[derive(Clone, Copy, PartialEq)]
enum Code {
    Shown,
    Blank,
}

/// Where a text may hold something that looks like a `for`.
struct Places {
    code: Vec<std::ops::Range<usize>>,
    raw: Vec<std::ops::Range<usize>>,
    /// From the colons to the end of the attributes of each `for` that was woven, and its label.
    woven: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)>,
}

impl Places {
    fn new(woven: Woven<'_>) -> Self {
        let is_for = |used: &Use| matches!(used.kind, Kind::For(_));
        let place = |used: Use| (used.at.clone(), used.label.unwrap_or(used.at.end..used.at.end));
        let uses = woven.uses.into_iter().filter(is_for).map(place).collect();
        Self { code: woven.code, raw: woven.raw, woven: uses }
    }

    /// By byte of a text of this length: whether it is code, or belongs to a `for` that hides its
    /// text.
    fn explained(&self, length: usize) -> Vec<bool> {
        let mut explained = vec![false; length];
        let mut set = |range: &std::ops::Range<usize>, to: bool| {
            explained.get_mut(range.clone()).unwrap_or_default().fill(to);
        };
        // A `for` in a label comes after the one that has the label.
        for (all, label) in &self.woven {
            set(all, true);
            set(label, false);
        }
        self.code.iter().for_each(|code| set(code, true));
        explained
    }
}

fn write_as<W: Writer>(
    source: &str,
    offset: usize,
    fences: Vec<Fence>,
    readers: &Readers<'_>,
    code: Code,
    writer: &W,
) -> (Rendered<W::Form>, Places) {
    let settled = fences::settle(source, fences);
    let unresolved = RefCell::new(Vec::new());
    let note = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        let reference = settled.masks.text(link.reference).to_string();
        unresolved.borrow_mut().push((link.link_type, reference, link.span));
        None
    };
    let mut parser = Parser::new_with_broken_link_callback(&settled.text, options(), Some(note))
        .into_offset_iter();
    let as_written = |(event, range)| (settled.masks.event(event), range);
    let events: Vec<_> = parser.by_ref().map(as_written).collect();
    let definitions = parser.reference_definitions();
    let mut remarks = Remarks::new(offset);
    let woven = weave(source, events, &settled, definitions, readers, &mut remarks);
    let mut telling = vec![remarks];

    // Everything at once, for what is asked of the whole text: which notes and references it uses.
    let notes = woven.notes(&|_| true);
    let compose = |shown: &dyn Fn(usize) -> bool, mentioned: Option<&BTreeSet<Box<str>>>| {
        let mut composer = Composer::new(source, offset);
        composer.leaves_out_code = code == Code::Blank;
        composer.mentioned = mentioned.cloned();
        composer.visible_notes = mentioned.map(|_| woven.notes(shown).shown(&notes));
        woven.play(&mut composer, shown, definitions);
        composer
    };
    let mut all = compose(&|_| true, None);
    let opaque = std::mem::take(&mut all.opaque);
    let mentioned: BTreeSet<Box<str>> = all.mentions().collect();
    let variants = Variants::new(&woven.uses, readers, &mut telling[0]);
    let several = variants.signatures.len() > 1
        || woven.uses.iter().any(|used| matches!(used.kind, Kind::For(_)));
    let (mut bodies, mut ids) = (Vec::new(), Vec::new());
    let mut whole = std::mem::take(&mut all.remarks);
    if several {
        whole.forget();
        for signature in &variants.signatures {
            let (text, own, remarks) = compose(&|at| signature[at], Some(&mentioned)).finish();
            telling.push(remarks);
            bodies.push(writer.write(text));
            ids.push(own);
        }
    } else {
        all.remarks = whole;
        let (text, own, remarks) = all.finish();
        whole = remarks;
        bodies.push(writer.write(text));
        ids.push(own);
    }
    whole.definitions(source, definitions, &opaque);
    drop(parser);
    whole.lost_notes(source, &opaque);
    whole.templates(source, &opaque);
    whole.unresolved(unresolved.into_inner());
    telling.push(whole);
    let remarks = Remark::each_once(telling.into_iter().flat_map(Remarks::finish));
    let rendered = Rendered {
        bodies,
        variants: variants.by_persona,
        ids: ids.into(),
        remarks,
        blocked: woven.blocked,
    };
    (rendered, Places::new(woven))
}

/// The groups of personas that are told the same.
struct Variants {
    /// By variant, then directive: whether its content is shown.
    signatures: Vec<Vec<bool>>,
    /// By persona of the hub; empty where there is one variant.
    by_persona: Box<[u16]>,
}

impl Variants {
    fn new(uses: &[Use], readers: &Readers<'_>, remarks: &mut Remarks) -> Self {
        let personas = readers.personas();
        let mut signatures: Vec<Vec<bool>> = Vec::new();
        let mut known: BTreeMap<Vec<bool>, u16> = BTreeMap::new();
        let mut by_persona = vec![0; readers.config.personas.len()];
        for persona in &personas {
            let at = usize::from(persona.0);
            let signature = signature(uses, |condition| condition.shown[at]);
            by_persona[at] = *known.entry(signature.clone()).or_insert_with(|| {
                signatures.push(signature);
                (signatures.len() - 1) as u16
            });
        }
        for (at, used) in uses.iter().enumerate() {
            let Kind::For(condition) = &used.kind else { continue };
            let never = |at: usize| !signatures.iter().any(|signature| signature[at]);
            let said = condition.faulty || personas.is_empty() || used.parent.is_some_and(never);
            if !said && never(at) {
                remarks.never_shown(used.at.clone());
            }
        }
        if signatures.len() < 2 {
            by_persona.clear();
        }
        if signatures.is_empty() {
            // On no site: what is meant for some is shown to nobody.
            signatures.push(signature(uses, |_| false));
        }
        Self { signatures, by_persona: by_persona.into() }
    }
}

/// Which directives are shown: those whose own condition and all around it allow that.
fn signature(uses: &[Use], shown: impl Fn(&Condition) -> bool) -> Vec<bool> {
    let mut signature: Vec<bool> = Vec::with_capacity(uses.len());
    for used in uses {
        let around = used.parent.is_none_or(|parent| signature[parent]);
        let own = match &used.kind {
            Kind::For(condition) => shown(condition),
            _ => true,
        };
        signature.push(around && own);
    }
    signature
}
