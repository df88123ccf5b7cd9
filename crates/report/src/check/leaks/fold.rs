//! The form in which texts are compared: decoded, without case, with plain spaces and quotes.

use std::borrow::Cow;

use memchr::{memchr, memchr3};
use quick_xml::escape::resolve_html5_entity;
use unicode_normalization::UnicodeNormalization;

use super::looks::Looks;
use super::tags::{Place, place_of_tag};

/// Stands where an element that ends a line breaks a text off: no phrase goes past it.
const BREAK: char = '\u{1}';

/// How often a text is decoded: JSON may hold HTML, which may hold an address.
const DEPTH: usize = 3;

/// A text in the form in which texts are compared.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::new();
    fold_into(&mut folded, text);
    folded
}

/// The same, into a buffer that is emptied first.
pub(super) fn fold_into(folded: &mut String, text: &str) {
    folded.clear();
    let text = text.trim_matches(' ');
    if Looks::of(text.as_bytes()).plain {
        folded.push_str(text);
        folded.make_ascii_lowercase();
        return;
    }
    let decoded = without_tags(decode(text));
    folded.reserve(decoded.len());
    for word in words(&decoded) {
        if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
        let start = folded.len();
        if word.is_ascii() {
            folded.push_str(word);
            folded[start..].make_ascii_lowercase();
        } else {
            let read = word.chars().filter(|character| !is_ignored(*character));
            read.nfc().for_each(|character| push(folded, character));
        }
    }
    folded.truncate(folded.trim_end().len());
}

/// The parts between ASCII white space. No character of one is composed with a character outside of
/// it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | 0xb | 0xc | b'\r');
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = &text.as_bytes()[start..];
        let before = rest.iter().position(|byte| !is_space(byte))?;
        let length = rest[before..].iter().position(is_space).unwrap_or(rest.len() - before);
        let word = &text[start + before..][..length];
        start += before + length;
        Some(word)
    })
}

fn push(folded: &mut String, character: char) {
    match character {
        _ if character.is_whitespace() => {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        '’' | '‘' | 'ʼ' | '‚' | '‛' | '′' => folded.push('\''),
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => folded.push('"'),
        '‐' | '‑' | '‒' | '–' | '—' | '−' => folded.push('-'),
        'ß' | 'ẞ' => folded.push_str("ss"),
        'ς' => folded.push('σ'),
        'ſ' => folded.push('s'),
        _ => folded.extend(character.to_lowercase()),
    }
}

/// Characters that readers do not see: soft hyphens, joiners, marks of direction, variants of a
/// sign.
fn is_ignored(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Decodes character references, percent signs and backslashes that stand for something else.
fn decode(text: &str) -> Cow<'_, str> {
    let mut decoded = Cow::Borrowed(text);
    for _ in 0..DEPTH {
        match replaced(&decoded, |rest| memchr3(b'&', b'%', b'\\', rest)) {
            Some(next) => decoded = Cow::Owned(next),
            None => break,
        }
    }
    decoded
}

/// A value of HTML without character references.
pub(super) fn without_references(value: &str) -> Cow<'_, str> {
    replaced(value, |rest| memchr(b'&', rest)).map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Decodes what begins at each mark that `next` finds; `None` where nothing stands for something
/// else.
fn replaced(text: &str, next: impl Fn(&[u8]) -> Option<usize>) -> Option<String> {
    let mut start = next(text.as_bytes())?;
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    let mut at = 0;
    loop {
        out.push_str(&text[at..start]);
        let rest = &text[start..];
        let read = match rest.as_bytes()[0] {
            b'&' => reference(rest, &mut out),
            b'%' => percent(rest, &mut out),
            _ => escape(rest, &mut out),
        };
        changed |= read.is_some();
        at = start + read.unwrap_or(1);
        if read.is_none() {
            out.push_str(&rest[..1]);
        }
        match next(&text.as_bytes()[at..]) {
            Some(found) => start = at + found,
            None => break,
        }
    }
    out.push_str(&text[at..]);
    changed.then_some(out)
}

/// Reads a character reference, and says how long it is. Browsers take many without their
/// semicolon.
fn reference(rest: &str, out: &mut String) -> Option<usize> {
    /// The longest name has 32 letters.
    const LONGEST: usize = 32;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = rest.as_bytes()[1..].iter().take(LONGEST).take_while(|byte| is_part(byte)).count();
    let name = rest.get(1..=length)?;
    let end = match rest.as_bytes().get(1 + length) {
        Some(b';') => length + 2,
        // Part of an address.
        Some(b'=') => return None,
        _ => length + 1,
    };
    let code = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        },
        None => {
            out.push_str(resolve_html5_entity(name)?);
            return Some(end);
        }
    };
    out.push(char::from_u32(code?)?);
    Some(end)
}

/// Reads a run of bytes that an address writes as `%20`.
fn percent(rest: &str, out: &mut String) -> Option<usize> {
    let hex = |chunk: &[u8]| match chunk {
        [b'%', digits @ ..] => u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok(),
        _ => None,
    };
    let bytes: Vec<u8> = rest.as_bytes().chunks_exact(3).map_while(hex).collect();
    if bytes.is_empty() {
        return None;
    }
    out.push_str(&String::from_utf8_lossy(&bytes));
    Some(3 * bytes.len())
}

/// Reads what a backslash begins in JSON and in scripts.
fn escape(rest: &str, out: &mut String) -> Option<usize> {
    let code = |from: usize, digits: usize| {
        let hex = rest
            .get(from..from + digits)
            .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(hex, 16).ok()
    };
    let (character, length) = match rest.as_bytes().get(1)? {
        b'u' if rest[2..].starts_with('{') => {
            let end = rest.bytes().take(12).position(|byte| byte == b'}')?;
            (u32::from_str_radix(rest.get(3..end)?, 16).ok()?, end + 1)
        }
        b'u' => match code(2, 4)? {
            high @ 0xd800..0xdc00 => {
                let low = rest.get(6..8).filter(|next| *next == "\\u").and_then(|_| code(8, 4))?;
                (0x1_0000 + ((high - 0xd800) << 10) + low.checked_sub(0xdc00)?, 12)
            }
            single => (single, 6),
        },
        b'x' => (code(2, 2)?, 4),
        b'n' | b'r' | b't' | b'f' | b'b' => (u32::from(b' '), 2),
        b'/' | b'"' | b'\'' | b'\\' | b'`' => (u32::from(rest.as_bytes()[1]), 2),
        _ => return None,
    };
    out.push(char::from_u32(character)?);
    Some(length)
}

/// A text without the tags that came out of decoding it.
fn without_tags(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_tag = |rest: &str| {
        rest.as_bytes()
            .get(1)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!'))
    };
    if !text.match_indices('<').any(|(at, _)| is_tag(&text[at..])) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        out.push_str(before);
        if !is_tag(tag) {
            out.push('<');
            rest = &tag[1..];
            continue;
        }
        let Some(end) = tag.find('>') else {
            rest = tag;
            break;
        };
        match place_of_tag(&tag.as_bytes()[1..]) {
            Place::Within => {}
            Place::Space => out.push(' '),
            Place::Between => out.push(BREAK),
        }
        rest = &tag[end + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: &str, spellings: &[&str]) {
        for spelling in spellings {
            assert_eq!(fold(spelling), expected, "{spelling:?}");
        }
    }

    #[test]
    fn a_text_is_folded_a_word_at_a_time_as_by_characters() {
        let all: String = (0..0x3_0000_u32)
            .filter_map(char::from_u32)
            .filter(|c| !matches!(c, '<' | '>' | '&' | '%' | '\\'))
            .collect();
        let ascii: String = all.chars().filter(char::is_ascii).collect();
        let apart: String = all.chars().flat_map(|character| [character, ' ']).collect();
        for text in [
            &*all,
            &*ascii,
            &*apart,
            "",
            "  a  B\t\u{b}\u{c}C\r\n d ",
            "\u{1f}x \u{0} Y",
            "a \u{ad} b \u{301} \u{ad}",
        ] {
            let mut folded = String::new();
            text.chars()
                .filter(|character| !is_ignored(*character))
                .nfc()
                .for_each(|character| push(&mut folded, character));
            folded.truncate(folded.trim_end().len());
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn spellings_of_a_text_are_one() {
        check(
            "secret neuro title",
            &[
                "Secret neuro title",
                "  SECRET\n\tneuro \u{a0} title ",
                "Se\u{ad}cret neu\u{200b}ro title",
                "Secret&nbsp;neuro&#32;title",
                "&#83;ecret &#x6E;euro t&#X49;tle",
                "Secret%20neuro%20title",
                "\\u0053ecret\\nneuro\\u0020title",
                "\\x53ecret ne\\u{75}ro title",
                "Se&shy;cret neuro title",
                "Secret \\u003cem\\u003eneuro\\u003c/em\\u003e title",
                "Secret &lt;b&gt;neuro&lt;/b&gt; title",
                "Secret<br>neuro title",
            ],
        );
        check(
            "épilepsie: l'été",
            &[
                "Épilepsie: l’été",
                "E\u{301}PILEPSIE: l&rsquo;&eacute;t&eacute",
                "%C3%89pilepsie: l'\\u00e9té",
            ],
        );
        check("strasse οδοσ σ", &["Straße ΟΔΟΣ ς", "STRASSE οδος Σ"]);
        check("a & b < c", &["a &amp; b &lt; c", "a & b < c", "a \\u0026amp; b < c"]);
    }

    #[test]
    fn what_stands_for_nothing_stays() {
        check("100% & \\q %zz &x; \\u12", &["100% & \\q %zz &x; \\u12"]);
        check("\u{1f600}", &["\\ud83d\\ude00", "&#128512;"]);
        check("", &["", " ", "\u{ad}"]);
    }

    #[test]
    fn an_element_of_its_own_ends_a_phrase() {
        assert_eq!(fold("a&lt;p&gt;b"), "a\u{1}b");
    }
}
