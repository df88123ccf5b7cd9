//! Directives: `:::name` … `:::`, `::name` and `:name[…]`, woven into the events of the Markdown parser.
//!
//! Which names and attributes there are is the theme's to say, and comes with the configuration; `for` alone is the program's
//! own. What is no directive stays text.

mod attributes;
mod condition;
mod fences;
mod head;
mod inline;
mod say;
mod weave;
mod woven;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{BrokenLink, CowStr, Parser};

use super::body::Body;
use super::markdown::{Composer, Rendered, options};
use super::remarks::{Remark, Remarks};
use crate::config::directives::{AttributeValue, Form};

use condition::Condition;
pub use condition::Readers;
use fences::Fence;
use weave::weave;

/// The name of the directive that shows text to some readers only.
pub const FOR: &str = "for";

/// One directive of a text.
pub struct Use {
    pub form: Form,
    pub name: Box<str>,
    /// From its colons to the end of its attributes, in the source.
    pub at: std::ops::Range<usize>,
    /// The directive it stands in, by its place in the list of all.
    pub parent: Option<usize>,
    pub kind: Kind,
}

/// What becomes of it.
pub enum Kind {
    For(Condition),
    Theme(Attributes),
    /// It stays as it was written.
    Text,
}

/// The attributes of a directive of the theme.
#[derive(Default)]
pub struct Attributes {
    pub id: Option<(Box<str>, std::ops::Range<usize>)>,
    pub class: Box<str>,
    /// Every declared one, in the theme's order.
    pub values: Vec<(Box<str>, Written)>,
}

/// What was written for an attribute.
pub enum Written {
    Nothing,
    Value(AttributeValue),
    Link { dest: Box<str>, at: std::ops::Range<usize>, kind: super::body::LinkKind },
}

/// Whether a text may have any directive at all: nearly none has, and those must cost nothing.
pub fn fences(source: &str) -> Option<Vec<Fence>> {
    let fences = fences::find(source);
    (!fences.is_empty() || inline::may_have(source)).then_some(fences)
}

/// Renders a text with directives.
pub fn render(source: &str, offset: usize, fences: Vec<Fence>, readers: &Readers<'_>) -> Rendered {
    let settled = fences::settle(source, fences);
    let unresolved = RefCell::new(Vec::new());
    let note = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        unresolved.borrow_mut().push((link.link_type, link.reference.to_string(), link.span));
        None
    };
    let mut parser = Parser::new_with_broken_link_callback(&settled.text, options(), Some(note)).into_offset_iter();
    let events: Vec<_> = parser.by_ref().collect();
    let definitions = parser.reference_definitions();
    let mut remarks = Remarks::new(offset);
    let woven = weave(source, events, &settled, definitions, readers, &mut remarks);
    let mut telling = vec![remarks];

    // Everything at once, for what is asked of the whole text: which notes and references it uses.
    let compose = |shown: &dyn Fn(usize) -> bool, mentioned: Option<&BTreeSet<Box<str>>>| {
        let mut composer = Composer::new(source, offset);
        composer.mentioned = mentioned.cloned();
        composer.visible_notes = mentioned.map(|_| woven.notes(shown));
        woven.play(&mut composer, shown, definitions);
        composer
    };
    let mut all = compose(&|_| true, None);
    let opaque = std::mem::take(&mut all.opaque);
    let mentioned: BTreeSet<Box<str>> = all.mentions().collect();
    let variants = Variants::new(&woven.uses, readers, &mut telling[0]);
    let several = variants.signatures.len() > 1 || woven.uses.iter().any(|used| matches!(used.kind, Kind::For(_)));
    let (mut bodies, mut ids) = (Vec::new(), Vec::new());
    let mut whole = std::mem::take(&mut all.remarks);
    if several {
        whole.forget();
        for signature in &variants.signatures {
            let (body, own, remarks) = compose(&|at| signature[at], Some(&mentioned)).finish();
            telling.push(remarks);
            bodies.push(body);
            ids.push(own);
        }
    } else {
        all.remarks = whole;
        let (body, own, remarks) = all.finish();
        whole = remarks;
        bodies.push(body);
        ids.push(own);
    }
    whole.definitions(source, definitions, &opaque);
    drop(parser);
    whole.lost_notes(source, &opaque);
    whole.templates(source, &opaque);
    whole.unresolved(unresolved.into_inner());
    telling.push(whole);
    bodies.iter_mut().for_each(Body::identify);
    let remarks = Remark::each_once(telling.into_iter().flat_map(Remarks::finish));
    Rendered { bodies, variants: variants.by_persona, ids: ids.into(), remarks, blocked: woven.blocked }
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

/// Which directives are shown, those around them asked too.
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

/// Whether a text could hold a condition that keeps its page off every site. Says yes too often rather than too rarely.
pub fn may_block(source: &str) -> bool {
    memchr::memmem::find_iter(source.as_bytes(), b"::").any(|at| {
        let line = source[at..].lines().next().unwrap_or_default();
        line.contains('{') || line.to_ascii_lowercase().contains(FOR)
    })
}
