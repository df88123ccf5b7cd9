//! Directives as they are written: `:::name` … `:::`, `::name` and `:name[…]`; what may be written
//! in them, and what is wrong with it. What becomes of a text with directives is decided elsewhere.
//!
//! The theme declares names and attributes, which come with the configuration; only `for` is the
//! program's own. What is no directive stays text.

pub(super) mod attributes;
pub(super) mod condition;
pub(super) mod fences;
pub(super) mod head;
pub(super) mod inline;
pub(super) mod label;
mod say;
pub(super) mod unwoven;

use std::ops::Range;

use super::body::LinkKind;
use crate::config::directives::{AttributeValue, Form};

use condition::Condition;
use fences::Fence;
pub(super) use unwoven::{is_in as hides_nothing_in, may_be_in as may_block};

/// The name of the directive that shows text to some readers only.
pub(super) const FOR: &str = "for";

/// The name of the directive that puts the words of a claim into a line.
pub(super) const CLAIM: &str = "claim";

/// The name of the directive that lists claims.
pub(super) const CLAIMS: &str = "claims";

/// The name of the directive that puts a module there.
pub(super) const USE: &str = "use";

/// The directives that stand for what was written once.
pub(super) const OF_ONCE: [&str; 3] = [CLAIM, CLAIMS, USE];

/// The attributes of these.
pub(super) const KEYS_OF_ONCE: [&str; 4] = ["id", "module", "product", "category"];

/// One directive of a text.
pub(super) struct DirectiveUse {
    pub form: Form,
    pub name: Box<str>,
    /// From its colons to the end of its attributes, in the source.
    pub at: Range<usize>,
    /// The text between its brackets.
    pub label: Option<Range<usize>>,
    /// Of a container, from the end of its first line to the beginning of its last.
    pub holds: Range<usize>,
    /// The directive it stands in, by its place in the list of all.
    pub parent: Option<usize>,
    /// The text it stands in: 0 for the page's own, else that of a module.
    pub source: usize,
    pub kind: DirectiveKind,
}

/// What becomes of a directive.
pub(super) enum DirectiveKind {
    For(Condition),
    Theme(Attributes),
    /// It stands for what was written once.
    Once(Named),
    /// It was meant to stand for what was written once, and cannot: readers see none of it.
    Lost,
    /// It stays as it was written.
    Text,
}

/// What a directive names that was written once.
#[derive(Clone)]
pub(super) enum Named {
    /// A claim, by its id.
    Claim(Box<str>),
    /// A module by its name, and by persona of the hub whether it is for them.
    Module { name: Box<str>, shown: Vec<bool> },
    /// All claims of a product and a category; an empty one stands for any.
    Claims { product: Box<str>, category: Box<str> },
}

impl Named {
    /// Its name: `claim:ID`, `module:NAME`, and `claims` for a list of them.
    pub(super) fn said(&self) -> Box<str> {
        match self {
            Self::Claim(id) => format!("{CLAIM}:{id}").into(),
            Self::Module { name, .. } => format!("module:{name}").into(),
            Self::Claims { .. } => CLAIMS.into(),
        }
    }
}

/// The attributes of a directive of the theme.
#[derive(Default)]
pub(super) struct Attributes {
    pub id: Option<(Box<str>, Range<usize>)>,
    pub class: Box<str>,
    /// Every declared one, in the theme's order.
    pub values: Vec<(Box<str>, AttributeWritten)>,
}

/// What was written for an attribute.
pub(super) enum AttributeWritten {
    Nothing,
    Value(AttributeValue),
    Link { dest: Box<str>, at: Range<usize>, kind: LinkKind },
}

/// The fences of a text; `None` where it surely has no directive of any form. Most texts have none,
/// and must cost nothing.
pub(super) fn fences_of(source: &str) -> Option<Vec<Fence>> {
    let fences = fences::find(source);
    (!fences.is_empty() || inline::may_have(source) || unwoven::may_name_readers(source))
        .then_some(fences)
}

/// What a plain text holds that would be shown as it was written.
pub(super) enum Unwoven {
    /// A `for`, which would hide nothing.
    For,
    /// A directive that stands for what was written once, with its id.
    Once,
}

/// What a plain text holds first of the program's own directives.
pub(super) fn unwoven_in(text: &str) -> Option<Unwoven> {
    let at = unwoven::find(text, 0)?;
    Some(unwoven::once_at(text, at).map_or(Unwoven::For, |_| Unwoven::Once))
}
