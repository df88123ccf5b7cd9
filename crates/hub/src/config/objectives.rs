//! `[[objectives]]` of hub.toml: what the brand plan wants to reach.

use super::fields::Reader;
use super::keys::{Id, Text};
use super::known::Known;
use etappe_base::source::{Span, Spanned};

/// One of the brand plan's critical success factors.
#[derive(Clone, Debug)]
pub struct Objective {
    /// Internal; pages name it in `objective`.
    pub id: String,
    /// Internal; empty where none was said.
    pub text: String,
    /// Of the id in hub.toml.
    pub span: Span,
}

keys! {
    /// One of `[[objectives]]`, as it is written.
    pub(super) struct ObjectiveKeys("an objective") in Known {
        /// What pages call the objective.
        id: Id = "id", required(
            "an id is a short name in lower-case letters and hyphens; it is never shown to readers"
        );
        /// The objective in words. Internal.
        text: Text = "text";
    }
}

/// The objectives in their order, each id once. Others are reported.
pub(super) fn distinct(
    written: Vec<Spanned<ObjectiveKeys>>,
    reader: &mut Reader,
) -> Vec<Objective> {
    let mut objectives: Vec<Objective> = Vec::new();
    for objective in written.into_iter().filter_map(|objective| objective_of(objective.value)) {
        match objectives.iter().find(|other| other.id == objective.id) {
            Some(first) => reader.duplicate(
                objective.span,
                format!("The objective `{}` is defined twice.", objective.id),
                Some(first.span),
            ),
            None => objectives.push(objective),
        }
    }
    objectives
}

fn objective_of(keys: ObjectiveKeys) -> Option<Objective> {
    let Spanned { value: id, span } = keys.id?;
    Some(Objective { id, text: keys.text.map(|text| text.value).unwrap_or_default(), span })
}
