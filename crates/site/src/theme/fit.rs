//! The template filter `fit`: breaks a text into lines, with letters as large as there is room for.

use serde::Serialize;
use tera::{Kwargs, State, TeraResult, Value};

use etappe_image::card::{self, Room};

/// A line, and where it stands below the first.
#[derive(Serialize)]
struct FittedLine {
    text: String,
    /// In pixels.
    y: u32,
}

#[derive(Serialize)]
struct Block {
    size: u32,
    /// From the first line's place to the last one's.
    height: u32,
    lines: Vec<FittedLine>,
}

/// `{{ page.title | fit(width=1040, height=300, size=72, bold=true) }}`
pub(super) fn filter(text: &str, values: Kwargs, _state: &State<'_>) -> TeraResult<Value> {
    let pixels = |key: &str| -> TeraResult<u32> { Ok(values.must_get::<u32>(key)?.min(10_000)) };
    let room = Room {
        width: pixels("width")?,
        height: pixels("height")?,
        largest: pixels("size")?,
        bold: values.get("bold")?.unwrap_or(false),
    };
    let fitted = card::fit(text, room);
    let line = |(at, text): (usize, String)| FittedLine { text, y: at as u32 * fitted.leading };
    let height = fitted.leading * fitted.lines.len().saturating_sub(1) as u32;
    let lines = fitted.lines.into_iter().enumerate().map(line).collect();
    Ok(Value::from_serializable(&Block { size: fitted.size, height, lines }))
}
