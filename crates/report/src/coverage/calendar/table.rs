//! The calendar for people: what is overdue, then month by month.

use unicode_width::UnicodeWidthStr;

use super::{Calendar, Event};
use etappe_base::visible::harmless;

/// Groups of lines, and the next day on which the output changes.
pub fn emit(calendar: &Calendar) -> String {
    let mut out = String::new();
    let (overdue, ahead): (Vec<&Event>, Vec<&Event>) =
        calendar.events.iter().partition(|event| calendar.is_overdue(event));
    group("Overdue", &overdue, &mut out);
    for month in ahead.chunk_by(|a, b| name(a) == name(b)) {
        group(&month.first().map_or(String::new(), |event| name(event)), month, &mut out);
    }
    if calendar.events.is_empty() {
        out.push_str("Nothing is planned, and nothing is due.\n\n");
    }
    match calendar.next_change {
        Some(day) => {
            out.push_str(&format!("As of {}. The output next changes on {day}.\n", calendar.as_of))
        }
        None => {
            out.push_str(&format!("As of {}. No day ahead changes the output.\n", calendar.as_of))
        }
    }
    out
}

/// `2026-11`
fn name(event: &Event) -> String {
    format!("{:04}-{:02}", event.day.year(), event.day.month())
}

fn group(name: &str, events: &[&Event], out: &mut String) {
    if events.is_empty() {
        return;
    }
    out.push_str(&format!("{name}\n"));
    let words = events.iter().map(|event| event.kind.words().width()).max().unwrap_or(0);
    for event in events {
        let kind = event.kind.words();
        let blank = " ".repeat(words.saturating_sub(kind.width()));
        let for_whom = if event.personas.is_empty() {
            String::new()
        } else {
            format!(", {}", event.personas.join(", "))
        };
        let what = harmless(&format!("{} ({}{for_whom})", event.title, event.file));
        out.push_str(&format!("  {}  {kind}{blank}  {what}\n", event.day));
    }
    out.push('\n');
}
