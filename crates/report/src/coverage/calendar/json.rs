//! The calendar for programs: a CI job reads `next_change` to know when to build again.

use serde_json::json;

use super::Calendar;

/// One JSON document, ending in a line break.
pub fn emit(calendar: &Calendar) -> String {
    let events: Vec<_> = calendar
        .events
        .iter()
        .map(|event| {
            json!({
                "day": event.day, "kind": event.kind.name(), "title": event.title, "file": event.file, "personas": event.personas,
                "overdue": calendar.is_overdue(event),
            })
        })
        .collect();
    let document = json!({ "version": 1, "as_of": calendar.as_of, "next_change": calendar.next_change, "events": events });
    let mut text = serde_json::to_string_pretty(&document).expect("a calendar is plain data");
    text.push('\n');
    text
}
