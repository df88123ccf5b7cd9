//! How much one template may do for one output. Without bounds, a template that never ends would
//! never fail.

use std::cell::Cell;
use std::io::{self, Write};

use tera::{Error, Kwargs, State, TeraResult, Value};

/// The most rounds that all loops of one output may take together.
const MOST_ROUNDS: usize = 2_000_000;

/// The largest output, in bytes.
const MOST_BYTES: usize = 256 << 20;

thread_local! {
    /// The rounds left to the output that this thread renders.
    static LEFT: Cell<usize> = const { Cell::new(MOST_ROUNDS) };
    /// The bytes left to the texts that its variables hold.
    static BYTES: Cell<usize> = const { Cell::new(MOST_BYTES) };
}

/// Begins an output on this thread, with all rounds and bytes left.
pub(super) fn begin() {
    LEFT.set(MOST_ROUNDS);
    BYTES.set(MOST_BYTES);
}

fn take(rounds: usize) -> TeraResult<()> {
    let left = LEFT.get().checked_sub(rounds);
    LEFT.set(left.unwrap_or_default());
    match left {
        Some(_) => Ok(()),
        None => Err(Error::message(format!("its loops go round more than {MOST_ROUNDS} times"))),
    }
}

/// Tera's own `range`, counted: `range(end=5)`, `range(start=2, end=5, step_by=2)`.
pub(super) fn range(values: Kwargs, _: &State<'_>) -> TeraResult<Vec<i64>> {
    let start = values.get::<i64>("start")?.unwrap_or_default();
    let end = values.must_get::<i64>("end")?;
    let step = values.get::<i64>("step_by")?.unwrap_or(1);
    if step == 0 || (step > 0 && start > end) {
        let message =
            "Function `range` was called with a `step_by` of 0, or a `start` behind its `end`";
        return Err(Error::message(message));
    }
    let span = if step > 0 {
        i128::from(end) - i128::from(start)
    } else {
        i128::from(start) - i128::from(end)
    };
    let count = span.max(0).div_euclid(i128::from(step.unsigned_abs()));
    let rest = i128::from(span.max(0).rem_euclid(i128::from(step.unsigned_abs())) != 0);
    let count = usize::try_from(count + rest).unwrap_or(usize::MAX);
    take(count)?;
    let at = |round: usize| start + round as i64 * step;
    Ok((0..count).map(at).collect())
}

/// The name of [`counted`] in templates.
pub(super) const COUNTED: &str = "_counted";

/// A filter that passes a value on unchanged, and counts the rounds of a loop over it.
pub(super) fn counted(value: Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    take(value.len().unwrap_or_default().max(1))?;
    Ok(value)
}

/// The name of [`sized`] in templates.
pub(super) const SIZED: &str = "_sized";

/// A filter that passes a value on unchanged, and counts its bytes where it is a text: a loop can
/// double a text in each round.
pub(super) fn sized(value: Value, _: Kwargs, _: &State<'_>) -> TeraResult<Value> {
    let left = BYTES.get().checked_sub(value.as_str().map_or(0, str::len));
    BYTES.set(left.unwrap_or_default());
    match left {
        Some(_) => Ok(value),
        None => Err(Error::message(format!("its texts take more than {} MB", MOST_BYTES >> 20))),
    }
}

/// The text with each loop and each variable counted, and what was put in: pairs of the byte in the
/// original text and the number of bytes. From a tag without an end on, the text stays as it was.
pub(super) fn count_loops(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut added, mut done) = (Vec::new(), 0);
    let mut put = |out: &mut String, done: &mut usize, at: usize, what: &str| {
        out.push_str(&text[*done..at]);
        out.push_str(what);
        *done = at;
        added.push((at, what.len()));
    };
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        let rest = &text[start..];
        at = start + 1;
        if rest.starts_with("{#") {
            at = rest.find("#}").map_or(text.len(), |end| start + end + 2);
        } else if rest.starts_with("{%") {
            let Some(end) = tag_end(text, start + 2) else { break };
            let inner = text[start + 2..end].trim_start_matches('-').trim_start();
            at = end + 2;
            if inner.starts_with("raw") {
                at = end_of_raw(text, at);
            } else if let Some((value, filter)) = counted_value(inner) {
                let from = end - value.trim_start().len();
                let to =
                    end - value.len() + value.trim_end().trim_end_matches('-').trim_end().len();
                put(
                    &mut out,
                    &mut done,
                    from,
                    if value.starts_with(char::is_whitespace) { "(" } else { " (" },
                );
                put(&mut out, &mut done, to, &format!(") | {filter}"));
            }
        }
    }
    out.push_str(&text[done..]);
    (out, added)
}

/// Where a tag ends, at its `%}` outside of quotes. Its inside begins at `from`.
fn tag_end(text: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'%') if text[at..].starts_with("%}") => return Some(at),
            _ => {}
        }
    }
    None
}

/// The value of a tag that is counted, up to the end of the tag, and the filter that counts it.
fn counted_value(inner: &str) -> Option<(&str, &'static str)> {
    if let Some(inner) = inner.strip_prefix("for ") {
        return Some((target(inner)?, COUNTED));
    }
    let set = inner.strip_prefix("set_global ").or_else(|| inner.strip_prefix("set "))?;
    let (name, value) = set.split_once('=')?;
    let is_name = name.trim().chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then_some((value, SIZED))
}

/// What a loop goes over, up to the end of the tag: what follows `x in`, or `key, x in`.
fn target(inner: &str) -> Option<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ',' || c.is_whitespace();
    let names = inner.find(|c| !is_name(c)).map_or(inner, |end| &inner[..end]);
    let is_word = |at: &usize| {
        let around = (inner[..*at].chars().next_back(), inner[at + 2..].chars().next());
        let [before, after] = [around.0, around.1].map(|c| c.is_some_and(char::is_alphanumeric));
        !before && !after
    };
    let word = names.match_indices("in").map(|(at, _)| at).find(is_word)?;
    Some(&inner[word + 2..])
}

fn end_of_raw(text: &str, from: usize) -> usize {
    text[from..].find("endraw").map_or(text.len(), |end| from + end)
}

/// Where a byte of the counted text stands in the text as it was written.
pub(super) fn as_written(at: usize, added: &[(usize, usize)]) -> usize {
    let mut before = 0;
    for (place, length) in added {
        if place + before >= at {
            break;
        }
        before += length;
    }
    at.saturating_sub(before)
}

/// A writer that takes at most `MOST_BYTES`.
pub(super) struct Bounded<'o> {
    out: &'o mut Vec<u8>,
    /// Something was to be written that did not fit.
    pub is_full: bool,
}

impl<'o> Bounded<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, is_full: false }
    }

    /// What to say where it is full, as the end of a sentence.
    pub(super) fn message() -> String {
        format!("it writes more than {} MB", MOST_BYTES >> 20)
    }
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    /// Writes all or nothing, which costs less than asking how much was taken: templates write in
    /// small pieces.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.out.len() + bytes.len() > MOST_BYTES {
            self.is_full = true;
            return Err(io::Error::other("full"));
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loop_is_counted_and_places_stay_known() {
        let check = |text: &str, expected: &str| {
            let (counted, added) = count_loops(text);
            assert_eq!(counted, expected);
            for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase())
            {
                let now =
                    counted.bytes().position(|other| other == byte).expect("it is still there");
                assert_eq!(as_written(now, &added), at, "{text}");
            }
        };
        check("{% for x in A %}B{% endfor %}", "{% for x in (A) | _counted %}B{% endfor %}");
        check("{%- for k, v in a or B -%}C", "{%- for k, v in (a or B) | _counted -%}C");
        check("{%for x\nin A%}", "{%for x\nin (A) | _counted%}");
        check(
            "{% for x in \"%}\" %}D{% for y in E | f(g=\" in \") %}",
            "{% for x in (\"%}\") | _counted %}D{% for y in (E | f(g=\" in \")) | _counted %}",
        );
        check(
            "{% set a = F ~ G %}{% set_global b=H -%}",
            "{% set a = (F ~ G) | _sized %}{% set_global b= (H) | _sized -%}",
        );
        for same in [
            "{% set a %}b == c{% endset %}",
            "{% set a | f(b=c) %}{% endset %}",
            "{# {% for x in a %} #}",
            "{% raw %}{% for x in a %}{% endraw %}",
            "{{ for }} { % for x in a %}",
            "{% forx in a %}",
        ] {
            check(same, same);
        }
    }
}
