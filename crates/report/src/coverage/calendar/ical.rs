//! The calendar for calendar programs: iCalendar, RFC 5545. An event keeps its UID when its day
//! moves, so that subscribers see it move.

use std::collections::BTreeMap;

use super::{Calendar, Event};
use etappe_base::date::Day;
use etappe_base::hash::Hasher;

/// The longest line in bytes, without its line break.
const LINE: usize = 75;

/// One VCALENDAR of events that take whole days.
pub fn emit(calendar: &Calendar) -> String {
    let mut out = String::new();
    let head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Etappe//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ];
    head.iter().for_each(|text| line(text, &mut out));
    line(&format!("X-WR-CALNAME:{}", escape(&calendar.title)), &mut out);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for event in &calendar.events {
        let uid = Hasher::new("event")
            .text(event.kind.name())
            .text(event.file.as_str())
            .text(&event.title)
            .finish()
            .to_string();
        let count = seen.entry(uid.clone()).and_modify(|count| *count += 1).or_insert(1);
        let number = if *count == 1 { String::new() } else { format!("-{count}") };
        vevent(calendar, event, &format!("{uid}{number}@etappe"), &mut out);
    }
    line("END:VCALENDAR", &mut out);
    out
}

fn vevent(calendar: &Calendar, event: &Event, uid: &str, out: &mut String) {
    let for_whom = if event.personas.is_empty() {
        String::new()
    } else {
        format!("\nFor: {}", event.personas.join(", "))
    };
    let lines = [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{uid}"),
        format!("DTSTAMP:{}T000000Z", compact(calendar.as_of)),
        format!("DTSTART;VALUE=DATE:{}", compact(event.day)),
        format!(
            "SUMMARY:{}",
            escape(&format!("{}: {}", capitalised(event.kind.words()), event.title))
        ),
        format!("DESCRIPTION:{}", escape(&format!("{}{for_whom}", event.file))),
        format!("CATEGORIES:{}", event.kind.name()),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
    ];
    lines.iter().for_each(|text| line(text, out));
}

fn compact(day: Day) -> String {
    day.to_string().replace('-', "")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// Text of a property: separators escaped, other control characters left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One content line, folded between characters.
fn line(text: &str, out: &mut String) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}
