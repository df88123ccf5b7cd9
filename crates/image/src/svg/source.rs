//! A drawing's text as it is read: in UTF-8, and with its entities written out. Drawing programs
//! declare entities for the names of namespaces.

use std::borrow::Cow;
use std::char::{REPLACEMENT_CHARACTER, decode_utf16};

use etappe_base::source::Span;

/// How much entities may add to a drawing, in bytes: a few lines can spell gigabytes with them.
const MOST_ADDED: usize = 1 << 20;

/// A drawing's text, and how its places lie in the file.
pub(super) struct SvgSource<'b> {
    pub text: Cow<'b, str>,
    /// Whether the text ends before the file, at a byte that is not UTF-8.
    pub is_cut: bool,
    /// Whether an entity holds markup, or adds too much: it is left out.
    pub has_odd_entities: bool,
    /// Whether the file was in another encoding: then places mean nothing in it.
    pub is_converted: bool,
    /// From where on in the text its places lie how much further than in the file.
    shifts: Vec<(usize, usize)>,
}

impl<'b> SvgSource<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let (text, is_cut, is_converted) = decode(bytes);
        let plain =
            Self { text, is_cut, has_odd_entities: false, is_converted, shifts: Vec::new() };
        plain.with_entities()
    }

    /// Where a part of the text stands in the file.
    pub(super) fn place(&self, start: usize, end: usize) -> Span {
        if self.is_converted {
            return Span::default();
        }
        let back = |at: usize| {
            let shift = self.shifts.iter().rev().find(|(from, _)| *from <= at);
            at - shift.map_or(0, |(_, by)| *by).min(at)
        };
        Span::new(back(start), back(end).max(back(start)))
    }

    /// The text with the entities that its document type declares written out.
    fn with_entities(mut self) -> Self {
        let Some((declared, from)) = entities(&self.text) else { return self };
        self.has_odd_entities = declared.iter().any(|entity| entity.value.is_none());
        let mut out = self.text[..from].to_owned();
        let (mut rest, mut added) = (&self.text[from..], 0);
        while let Some(at) = rest.find('&') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let name = rest[1..].split(';').next().unwrap_or_default();
            let Some(entity) = declared.iter().find(|entity| entity.name == name) else {
                out.push('&');
                rest = &rest[1..];
                continue;
            };
            let value = entity.value.as_deref().unwrap_or_default();
            added += value.len();
            if added > MOST_ADDED {
                self.has_odd_entities = true;
                break;
            }
            out.push_str(value);
            rest = &rest[name.len() + 2..];
            let read = self.text.len() - rest.len();
            self.shifts.push((out.len(), out.len().saturating_sub(read)));
        }
        out.push_str(rest);
        self.text = out.into();
        self
    }
}

/// UTF-8; UTF-16 by its byte-order mark; or Latin-1 where the file says so.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool, bool) {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        let text = decode_utf16(units).map(|c| c.unwrap_or(REPLACEMENT_CHARACTER)).collect();
        (Cow::Owned(text), false, true)
    };
    match bytes {
        [0xFF, 0xFE, ..] => return wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => return wide(u16::from_be_bytes),
        _ => {}
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return (text.into(), false, false),
        Err(error) => error,
    };
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
    if ["iso-8859-1", "windows-1252", "latin1"].iter().any(|name| head.contains(name)) {
        return (bytes.iter().map(|byte| char::from(*byte)).collect(), false, true);
    }
    let text = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
    (text.into(), true, false)
}

/// An entity of a document type.
struct Entity<'t> {
    name: &'t str,
    /// As it may stand in an attribute. `None` where it holds markup, another entity or a file.
    value: Option<String>,
}

/// The entities that a document type declares, and where it ends. `None` where it declares none.
fn entities(text: &str) -> Option<(Vec<Entity<'_>>, usize)> {
    let begins = text.find("<!DOCTYPE")?;
    let inner = begins
        + text[begins..].find(['[', '>']).filter(|at| text[begins + at..].starts_with('['))?;
    let end = inner + text[inner..].find("]").map(|at| at + 1)?;
    let declared = text[inner..end].split("<!ENTITY").skip(1).filter_map(entity).collect();
    Some((declared, end))
}

fn entity(written: &str) -> Option<Entity<'_>> {
    let written = written.trim_start();
    let name = written.split_whitespace().next()?;
    let says = written[name.len()..].trim_start();
    let quote = says.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = quote.and_then(|quote| says[1..].split(quote).next());
    let is_plain = |value: &&str| !value.contains(['<', '&', '%']);
    let value =
        value.filter(is_plain).map(|value| value.replace('"', "&quot;").replace('\'', "&#39;"));
    Some(Entity { name, value })
}
