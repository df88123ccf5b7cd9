//! `[[segments]]` of hub.toml: groups of personas that are targeted, or not.

use super::fields::Reader;
use super::keys::{Flag, Id, MaybeWords, Text};
use super::known::Known;
use super::text::LocalText;
use etappe_base::source::{Span, Spanned};

/// A group of personas that is targeted, or not.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Internal; cards name it in `segment`.
    pub id: String,
    /// What readers see above its personas on a long chooser; empty where hub.toml gives none.
    pub label: LocalText,
    /// True unless hub.toml says otherwise; the personas of an untargeted segment are not built.
    pub targeted: bool,
    /// Why it is not targeted. Internal, for the coverage report; empty where none was said.
    pub reason: String,
    /// Of the id in hub.toml.
    pub span: Span,
}

keys! {
    /// One of `[[segments]]`, as it is written.
    pub(super) struct SegmentKeys("a segment") in Known {
        /// What persona cards call the segment.
        id: Id = "id", required(
            "an id is a short name in lower-case letters and hyphens; it is never shown to readers"
        );
        /// What readers see above its personas on the chooser, where there are more than six.
        label: MaybeWords = "label";
        /// false: its personas are not built, and their cells are deprioritised.
        targeted: Flag = "targeted", usually("true");
        /// Why the segment is not targeted.
        reason: Text = "reason", required_unless(
            "targeted",
            "say why this segment is not targeted; the coverage report shows it"
        );
    }
}

/// The segments in their order, each id once. Others are reported.
pub(super) fn distinct(written: Vec<Spanned<SegmentKeys>>, reader: &mut Reader) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for segment in written.into_iter().filter_map(|segment| segment_of(segment.value)) {
        match segments.iter().find(|other| other.id == segment.id) {
            Some(first) => reader.duplicate(
                segment.span,
                format!("The segment `{}` is defined twice.", segment.id),
                Some(first.span),
            ),
            None => segments.push(segment),
        }
    }
    segments
}

fn segment_of(keys: SegmentKeys) -> Option<Segment> {
    let Spanned { value: id, span } = keys.id?;
    let reason = keys.reason.map(|text| text.value).unwrap_or_default();
    Some(Segment {
        id,
        label: keys.label.unwrap_or_default(),
        targeted: keys.targeted.unwrap_or(true),
        reason,
        span,
    })
}
