//! What stands after the colons of a directive: `name[label]{#id .class key="value"}`.

use std::ops::Range;

use super::condition::KEYS;
use super::{FOR, KEYS_OF_ONCE, OF_ONCE};
use etappe_base::finding::unmistakable;

/// The beginning of a directive, in bytes of the source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DirectiveHead {
    pub name: Range<usize>,
    /// The text between the brackets.
    pub label: Option<Range<usize>>,
    pub attributes: Vec<WrittenAttribute>,
    pub end: usize,
}

/// One attribute as it was written. `#id` has the key `id`, `.class` the key `class`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WrittenAttribute {
    pub key: Box<str>,
    /// The key, or all of `#id` and `.class`.
    pub key_span: Range<usize>,
    pub value: Box<str>,
    pub value_span: Range<usize>,
    /// From one quote to the other, where these are curly.
    pub curly: Option<Range<usize>>,
}

impl DirectiveHead {
    /// Whether it says whom a text is for, or tries to.
    pub(crate) fn names_readers(&self, source: &str) -> bool {
        let is_condition = self.attributes.iter().any(|attribute| KEYS.contains(&&*attribute.key));
        is_condition || source[self.name.clone()].eq_ignore_ascii_case(FOR)
    }
    /// Whether it names what was written once, or tries to.
    pub(crate) fn names_once(&self, source: &str) -> bool {
        let name = &source[self.name.clone()];
        let is_near = |own: &&str| {
            let has_key =
                self.attributes.iter().any(|written| KEYS_OF_ONCE.contains(&&*written.key));
            has_key && unmistakable(name, [*own]).is_some()
        };
        OF_ONCE.iter().any(|own| name.eq_ignore_ascii_case(own) || is_near(own))
    }
}

/// Reads a name and what may follow it. `None` where no name begins. Brackets and braces that do
/// not end before `end` belong to the text behind the directive.
pub(in crate::content) fn read(source: &str, start: usize, end: usize) -> Option<DirectiveHead> {
    let name = start..name_end(&source[..end], start)?;
    let mut head = DirectiveHead { end: name.end, name, label: None, attributes: Vec::new() };
    if let Some(label) = bracketed(&source[..end], head.end) {
        head.end = label.end + 1;
        head.label = Some(label);
    }
    if let Some((attributes, end)) = attributes(&source[..end], head.end) {
        head.attributes = attributes;
        head.end = end;
    }
    Some(head)
}

/// The end of the name that begins at `start`: a letter, then letters, digits, hyphens and
/// underscores.
pub(in crate::content) fn name_end(source: &str, start: usize) -> Option<usize> {
    let rest = source.get(start..)?;
    rest.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| {
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            .count();
        start + length
    })
}

/// What stands between the bracket at `start` and its partner.
fn bracketed(source: &str, start: usize) -> Option<Range<usize>> {
    let bytes = source.as_bytes();
    if bytes.get(start) != Some(&b'[') {
        return None;
    }
    let (mut depth, mut at) = (0_usize, start);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'`' => at = past_code(bytes, at) - 1,
            b'<' => at = past_tag(bytes, at) - 1,
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(start + 1..at),
            b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Behind the code that begins with the backticks at `at`, or behind these where no code does.
fn past_code(bytes: &[u8], at: usize) -> usize {
    let run = |at: usize| bytes[at..].iter().take_while(|byte| **byte == b'`').count();
    let length = run(at);
    let mut from = at + length;
    while let Some(found) = memchr::memchr(b'`', &bytes[from..]) {
        let other = run(from + found);
        from += found + other;
        if other == length {
            return from;
        }
    }
    at + length
}

/// Behind the tag or the address that begins at `at`, or behind the `<` where none does.
fn past_tag(bytes: &[u8], at: usize) -> usize {
    let is_tag =
        bytes.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || b"/!?".contains(byte));
    let mut quote = None;
    for (place, byte) in bytes.iter().enumerate().skip(at + 1).take_while(|_| is_tag) {
        match (quote, byte) {
            (None, b'>') => return place + 1,
            (None, b'<') => break,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    at + 1
}

/// The attributes in the braces at `start`, and where they end. They stand on one line.
pub(in crate::content) fn attributes(
    source: &str,
    start: usize,
) -> Option<(Vec<WrittenAttribute>, usize)> {
    let bytes = source.as_bytes();
    if bytes.get(start) != Some(&b'{') {
        return None;
    }
    let mut written = Vec::new();
    let mut at = start + 1;
    loop {
        at += source[at..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match *bytes.get(at)? {
            b'}' => return Some((written, at + 1)),
            b'#' | b'.' => {
                let end = word_end(source, at + 1);
                let key = if bytes[at] == b'#' { "id" } else { "class" };
                if end == at + 1 {
                    return None;
                }
                written.push(WrittenAttribute {
                    key: key.into(),
                    key_span: at..end,
                    value: source[at + 1..end].into(),
                    value_span: at + 1..end,
                    curly: None,
                });
                at = end;
            }
            _ => {
                let key = at..at
                    + source[at..].find(|c: char| c.is_whitespace() || "={}\"'".contains(c))?;
                if key.is_empty() {
                    return None;
                }
                let value = if bytes.get(key.end) == Some(&b'=') {
                    value(source, key.end + 1)?
                } else {
                    (key.end..key.end, key.end)
                };
                let first = source[key.end..value.1].chars().nth(1);
                let curly = first.filter(|c| closing(*c).is_some()).map(|_| key.end + 1..value.1);
                at = value.1;
                written.push(WrittenAttribute {
                    key: source[key.clone()].into(),
                    key_span: key,
                    value: source[value.0.clone()].into(),
                    value_span: value.0,
                    curly,
                });
            }
        }
    }
}

/// The value at `start`, with or without quotes, and where what follows it begins.
fn value(source: &str, start: usize) -> Option<(Range<usize>, usize)> {
    let quote = source[start..].chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => {
            let length = source[start + 1..].find([quote, '\n'])?;
            let end = start + 1 + length;
            source[end..].starts_with(quote).then_some((start + 1..end, end + 1))
        }
        // As word processors turn quotes while one types.
        None if let Some((open, closing)) = curly(&source[start..]) => {
            let from = start + open.len_utf8();
            let length = source[from..].find(|c| c == '\n' || closing.contains(&c))?;
            let end = from + length;
            let close = source[end..].chars().next().filter(|c| *c != '\n')?;
            Some((from..end, end + close.len_utf8()))
        }
        None => {
            let end = word_end(source, start);
            Some((start..end, end))
        }
    }
}

/// The curly quote that a text begins with, and what closes one of its kind.
fn curly(text: &str) -> Option<(char, &'static [char])> {
    let open = text.chars().next()?;
    Some((open, closing(open)?))
}

fn closing(open: char) -> Option<&'static [char]> {
    match open {
        '“' | '”' | '„' | '‟' | '«' | '»' => Some(&['“', '”', '«', '»', '"']),
        '‘' | '’' | '‚' => Some(&['‘', '’', '\'']),
        _ => None,
    }
}

fn word_end(source: &str, start: usize) -> usize {
    let rest = &source[start..];
    start + rest.find(|c: char| c.is_whitespace() || c == '}').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &str) {
        let found = read(source, 0, source.len()).map_or("none".to_owned(), |head| {
            let attributes: Vec<String> =
                head.attributes.iter().map(|one| format!("{}={}", one.key, one.value)).collect();
            let label = head.label.map_or("-".to_owned(), |label| source[label].to_owned());
            format!("{} {label} {attributes:?} …{}", &source[head.name], &source[head.end..])
        });
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn a_head_is_name_label_and_attributes() {
        check("note", "note - [] …");
        check("note[A *b* [c] \\]] x", "note A *b* [c] \\] [] … x");
        check(
            "a{#i .b .c k=v l=\"m n}\" o='p' q}",
            "a - [\"id=i\", \"class=b\", \"class=c\", \"k=v\", \"l=m n}\", \"o=p\", \"q=\"] …",
        );
        check("a[b]{ }", "a b [] …");
        check("a[b `]` ``c`]`` <d e=']'> <f:]> <]] g", "a b `]` ``c`]`` <d e=']'> <f:]> < [] …] g");
        check("a-1_b{k=}", "a-1_b - [\"k=\"] …");
        check("a{k=“l m” n=„o“ p=‘q’}", "a - [\"k=l m\", \"n=o\", \"p=q\"] …");
    }

    #[test]
    fn what_does_not_end_is_left_to_the_text() {
        check("a[b", "a - [] …[b");
        check("a{b", "a - [] …{b");
        check("a{k=\"b}", "a - [] …{k=\"b}");
        check("a{{x}}", "a - [] …{{x}}");
        check("1a", "none");
        check("", "none");
    }
}
