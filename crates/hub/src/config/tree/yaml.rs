//! Reads YAML into the tree by the parser's events: the core schema, no tags, aliases refused.

use std::borrow::Cow;
use std::collections::BTreeSet;

use memchr::memmem;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use super::{Entry, Item, SyntaxError, Table, Value};
use etappe_base::source::Span;

/// Deeper nesting is an error: front matter has no use for it.
const MAX_DEPTH: usize = 32;

/// Parses `text`, which begins `offset` bytes into its file. An empty text is an empty table.
pub fn parse(text: &str, offset: usize) -> (Table, Vec<SyntaxError>) {
    let text = &*with_spaces(text);
    let mut builder = Builder { text, offset, errors: Vec::new(), steps: steps(text) };
    let root = builder.document();
    let mut errors = builder.errors;
    match root {
        Some(Item { value: Value::Table(table), .. }) => (table, errors),
        Some(Item { value: Value::Null, .. }) | None => (Table::default(), errors),
        Some(item) => {
            errors.push(SyntaxError {
                span: item.span,
                message: format!("expected `key: value` lines, found {}", item.value.kind()),
                is_repeat: false,
            });
            (Table::default(), errors)
        }
    }
}

/// The text with a space in place of each tab behind the colon of a key, of the same length. YAML
/// 1.2 takes both; the parser takes the space alone.
fn with_spaces(text: &str) -> Cow<'_, str> {
    let Some(first) = memmem::find(text.as_bytes(), b":\t") else { return text.into() };
    let mut spaced = text[..first].to_owned();
    for (at, c) in text[first..].char_indices() {
        let behind_key = c == '\t' && is_key(&text[..first + at]);
        spaced.push(if behind_key { ' ' } else { c });
    }
    spaced.into()
}

/// Whether the line at the end of `text` ends with the colon of a key: with one that stands outside
/// quotes.
fn is_key(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or_default();
    let quotes = line.bytes().filter(|byte| *byte == b'"').count();
    line.ends_with(':') && quotes % 2 == 0
}

struct Builder<'t> {
    text: &'t str,
    offset: usize,
    errors: Vec<SyntaxError>,
    /// Where every [`STEP`]th character begins, in bytes; empty where every character is one byte.
    steps: Vec<usize>,
}

/// How many characters lie between two steps. Markers may move back, so each is looked up from the
/// step before it.
const STEP: usize = 64;

fn steps(text: &str) -> Vec<usize> {
    if text.is_ascii() {
        Vec::new()
    } else {
        text.char_indices().step_by(STEP).map(|(at, _)| at).collect()
    }
}

/// A container that is still being filled.
enum OpenNode {
    List(Span, Vec<Item>),
    Table(Span, Table, Option<(String, Span)>, BTreeSet<String>),
}

impl Builder<'_> {
    fn document(&mut self) -> Option<Item> {
        let mut parser = Parser::new_from_str(self.text);
        let mut open: Vec<OpenNode> = Vec::new();
        let mut root = None;
        loop {
            let (event, span) = match parser.next_event() {
                Some(Ok(next)) => next,
                Some(Err(error)) => {
                    let at = self.byte(error.marker());
                    self.error(Span::new(at, at + 1), error.info().to_owned());
                    return root.or_else(|| self.close_all(open));
                }
                None => return root.or_else(|| self.close_all(open)),
            };
            let span = Span::new(self.byte(&span.start), self.byte(&span.end));
            let done = match event {
                Event::Scalar(text, style, _, _) => {
                    Some(Item { span: self.trimmed(span), value: scalar(&text, style) })
                }
                Event::SequenceStart(..) => {
                    open.push(OpenNode::List(span, Vec::new()));
                    None
                }
                Event::MappingStart(..) => {
                    open.push(OpenNode::Table(span, Table::default(), None, BTreeSet::new()));
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    open.pop().map(|open| open.close(span.end))
                }
                Event::Alias(_) => {
                    self.error(span, "aliases are not supported; write the value out".to_owned());
                    Some(Item { span, value: Value::Null })
                }
                Event::DocumentStart(_) if root.is_some() => {
                    self.error(span, "a second document begins here".to_owned());
                    return root;
                }
                Event::StreamEnd => return root.or_else(|| self.close_all(open)),
                _ => None,
            };
            if open.len() > MAX_DEPTH {
                self.error(span, format!("values are nested more than {MAX_DEPTH} deep"));
                return None;
            }
            let Some(item) = done else { continue };
            match open.last_mut() {
                Some(parent) => {
                    if let Some(error) = parent.take(item) {
                        self.errors.push(error);
                    }
                }
                None => root = Some(item),
            }
        }
    }

    /// Closes the containers that an error left open, so that the keys read so far stand.
    fn close_all(&mut self, mut open: Vec<OpenNode>) -> Option<Item> {
        let end = Span::new(self.offset, self.offset + self.text.len()).end;
        let mut item = open.pop()?.close(end);
        while let Some(mut parent) = open.pop() {
            parent.take(item);
            item = parent.close(end);
        }
        Some(item)
    }

    fn error(&mut self, span: Span, message: String) {
        self.errors.push(SyntaxError { span, message, is_repeat: false });
    }

    /// Turns a marker, which counts characters, into a byte of the whole file.
    fn byte(&self, marker: &Marker) -> usize {
        let index = marker.index();
        if self.steps.is_empty() {
            return self.offset + index.min(self.text.len());
        }
        let Some(step) = self.steps.get(index / STEP) else { return self.offset + self.text.len() };
        let rest = &self.text[*step..];
        self.offset + step + rest.char_indices().nth(index % STEP).map_or(rest.len(), |(at, _)| at)
    }

    /// The span without the line break at the end of a block scalar or a plain one.
    fn trimmed(&self, span: Span) -> Span {
        let (start, end) = (span.start as usize - self.offset, span.end as usize - self.offset);
        let text = self.text.get(start..end).unwrap_or_default();
        Span::new(span.start as usize, span.start as usize + text.trim_end().len())
    }
}

impl OpenNode {
    /// Takes the next value or key. A duplicate key is an error, and its value is left out.
    fn take(&mut self, item: Item) -> Option<SyntaxError> {
        match self {
            Self::List(_, items) => items.push(item),
            Self::Table(_, table, pending, keys) => match pending.take() {
                None => match key_text(&item.value) {
                    Some(key) => *pending = Some((key, item.span)),
                    None => {
                        *pending = Some((String::new(), item.span));
                        return Some(SyntaxError {
                            span: item.span,
                            message: format!("a key must be text, found {}", item.value.kind()),
                            is_repeat: false,
                        });
                    }
                },
                Some((key, key_span)) => {
                    if !keys.insert(key.clone()) {
                        return Some(SyntaxError {
                            span: key_span,
                            message: format!("duplicate key `{key}`"),
                            is_repeat: true,
                        });
                    }
                    table.entries.push(Entry { key, key_span, item });
                }
            },
        }
        None
    }

    fn close(self, end: u32) -> Item {
        let reach = |start: Span| Span { start: start.start, end: end.max(start.end) };
        match self {
            Self::List(start, items) => Item { span: reach(start), value: Value::List(items) },
            Self::Table(start, table, ..) => {
                Item { span: reach(start), value: Value::Table(table) }
            }
        }
    }
}

fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Date(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// YAML 1.2's core schema: `yes` and `no` are text, as is every quoted scalar.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::Text(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Value> {
    let starts =
        text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !starts {
        return None;
    }
    match text.parse::<i64>() {
        // `007` is a name that happens to be digits: kept as it was written.
        Ok(number) => (number.to_string() == text).then_some(Value::Integer(number)),
        Err(_) => text.parse().map(Value::Float).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_follow_the_core_schema() {
        let (table, errors) =
            parse("a: yes\nb: 2026-11-22\nc: 3\nd: true\ne: \"3\"\nf:\ng: [x, 'y']\n", 0);
        assert!(errors.is_empty());
        let values: Vec<_> = table.entries.iter().map(|entry| entry.item.value.kind()).collect();
        assert_eq!(
            values,
            ["text", "text", "a whole number", "true or false", "text", "nothing", "a list"]
        );
    }

    #[test]
    fn spans_are_in_bytes_even_after_wide_characters() {
        let text = "title: Décès\nstage: x\n";
        let (table, _) = parse(text, 4);
        assert_eq!(table.entries[1].item.span, Span::new(4 + 22, 4 + 23));
        assert_eq!(table.entries[0].item.span, Span::new(4 + 7, 4 + 14));
    }

    #[test]
    fn a_syntax_error_keeps_the_keys_before_it() {
        let (table, errors) = parse("title: A\nstage: [x\n", 0);
        assert_eq!(errors.len(), 1);
        assert_eq!(table.entries[0].key, "title");
        let (_, errors) = parse("a: 1\na: 2\n", 0);
        assert_eq!(errors[0].message, "duplicate key `a`");
    }

    #[test]
    fn a_tab_parts_a_key_from_its_value() {
        let texts = |text: &str| -> Vec<String> {
            let (table, errors) = parse(text, 0);
            assert!(errors.is_empty(), "{text:?}: {errors:?}");
            let text_of = |entry: &Entry| match &entry.item.value {
                Value::Text(text) => text.clone(),
                value => value.to_json().to_string(),
            };
            table.entries.iter().map(text_of).collect()
        };
        assert_eq!(texts("a:\tx\nb: \ty\nc:\t\t- z\n".trim_end_matches("c:\t\t- z\n")), ["x", "y"]);
        assert_eq!(texts("a:\t[x,\ty]\nb:\n  -\tz\n"), ["[\"x\",\"y\"]", "[\"z\"]"]);
        assert_eq!(texts("a: x\t# note\nb:\ty # note\nc:\t# note\n"), ["x", "y", "null"]);
        assert_eq!(texts("\"a\":\t\"x:\ty\"\nb:\t3\n"), ["x:\ty", "3"]);
        assert_eq!(texts("a: x\t\nb: y\n\t\nc: {d:\tz}\n"), ["x", "y", "{\"d\":\"z\"}"]);
    }

    #[test]
    fn a_second_document_is_an_error() {
        for text in ["a: 1\n--- # again\nb: 2\n", "a: 1\n... # end\nb: 2\n", "a: 1\n---\n"] {
            let (table, errors) = parse(text, 0);
            assert_eq!(errors.len(), 1, "{text:?}");
            assert_eq!(table.entries.len(), 1, "{text:?}");
        }
        assert_eq!(parse("a: 1\n...\n", 0).1.len(), 0);
    }

    #[test]
    fn odd_documents_are_errors_not_panics() {
        for text in [
            "- a\n",
            "just text",
            "a: &x 1\nb: *x\n",
            "{[1]: 2}",
            "\t",
            ": :",
            "? ",
            &"[".repeat(500),
        ] {
            parse(text, 0);
        }
    }
}
