//! `[[objectives]]` of hub.toml: what the brand plan wants to reach.

use super::fields::Fields;
use super::names;
use etappe_base::source::Span;

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

pub(super) fn read(fields: &mut Fields<'_>) -> Vec<Objective> {
    let mut objectives: Vec<Objective> = Vec::new();
    for objective in fields.tables("objectives", "an objective", objective).into_iter().flatten() {
        match objectives.iter().find(|other| other.id == objective.id) {
            Some(first) => fields.reader.duplicate(
                objective.span,
                format!("The objective `{}` is defined twice.", objective.id),
                Some(first.span),
            ),
            None => objectives.push(objective),
        }
    }
    objectives
}

fn objective(fields: &mut Fields<'_>) -> Option<Objective> {
    let id = names::id(fields);
    let text = fields.plain("text");
    id.map(|id| Objective { id: id.value, text, span: id.span })
}
