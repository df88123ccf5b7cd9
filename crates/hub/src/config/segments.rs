//! `[[segments]]` of hub.toml: groups of personas that are targeted, or not.

use super::fields::Fields;
use super::names;
use etappe_base::source::Span;

/// A group of personas that is targeted, or not.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Internal; cards name it in `segment`.
    pub id: String,
    /// True unless hub.toml says otherwise; the personas of an untargeted segment are not built.
    pub targeted: bool,
    /// Why it is not targeted. Internal, for the coverage report; empty where none was said.
    pub reason: String,
    /// Of the id in hub.toml.
    pub span: Span,
}

pub(super) fn read(fields: &mut Fields<'_>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for segment in fields.tables("segments", "a segment", segment).into_iter().flatten() {
        match segments.iter().find(|other| other.id == segment.id) {
            Some(first) => fields.reader.duplicate(
                segment.span,
                format!("The segment `{}` is defined twice.", segment.id),
                Some(first.span),
            ),
            None => segments.push(segment),
        }
    }
    segments
}

fn segment(fields: &mut Fields<'_>) -> Option<Segment> {
    let id = names::id(fields);
    let targeted = fields.boolean("targeted").unwrap_or(true);
    let reason = fields.plain("reason");
    if !targeted && reason.is_empty() {
        fields.missing(
            "reason",
            "say why this segment is not targeted; the coverage report shows it",
        );
    }
    id.map(|id| Segment { id: id.value, targeted, reason, span: id.span })
}
