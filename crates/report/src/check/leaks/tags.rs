//! HTML as browsers read it, as far as tags and their attributes go, and how tags part the text
//! around them.

use memchr::{memchr, memmem};

use super::fold::without_references;
use etappe_hub::search::is_within_words;

/// How a tag parts the text before it from the text behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// It does not: the text goes on.
    Within,
    /// As a space does.
    Space,
    /// One text ends, and another begins.
    Between,
}

/// How a tag parts texts; `tag` is what follows its `<`.
pub(super) fn place_of_tag(tag: &[u8]) -> Place {
    let name = tag.strip_prefix(b"/").unwrap_or(tag);
    let length =
        name.iter().take(MAX_INLINE + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let mut lower = [0; MAX_INLINE];
    let Some(small) = lower.get_mut(..length) else { return Place::Between };
    small.copy_from_slice(&name[..length]);
    small.make_ascii_lowercase();
    match &*small {
        b"" if name.starts_with(b"!--") => Place::Within,
        b"br" => Place::Space,
        small if is_inline(small) => Place::Within,
        _ => Place::Between,
    }
}

/// The longest name that [`is_inline`] knows.
const MAX_INLINE: usize = 7;

/// Whether an element of this name stands within a line: a phrase goes on behind its tags.
fn is_inline(name: &[u8]) -> bool {
    is_within_words(name) || matches!(name, b"label" | b"rp" | b"rt" | b"ruby" | b"tspan")
}

/// One tag that opens an element. Names are in small letters.
#[derive(Debug, Default)]
pub(super) struct ReadTag {
    pub name: String,
    /// The first of a name counts.
    pub attributes: Vec<(String, String)>,
}

impl ReadTag {
    /// The value of an attribute; empty where it has none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

/// What a reader of HTML meets.
pub(super) enum Met<'h> {
    Tag(ReadTag),
    /// The text of a style element.
    Style(&'h str),
}

/// Tells every tag that opens an element, and every style. Comments, and texts in which tags mean
/// nothing, are passed over.
pub(super) fn read<'h>(html: &'h str, tell: &mut dyn FnMut(Met<'h>)) {
    let mut at = 0;
    while let Some(open) = memchr(b'<', &html.as_bytes()[at..]).map(|found| at + found) {
        at = open + 1;
        match html.as_bytes()[at..] {
            [b'!', b'-', b'-', ..] => at = end_of_comment(html, at + 3),
            [b'?', ..] if html[at..].starts_with("?xml-stylesheet") => {
                at = read_tag(html, at + 1, tell)
            }
            [b'!' | b'?', ..] => at = after(html, at, b">"),
            [b'/', letter, ..] if letter.is_ascii_alphabetic() => {
                at = read_tag(html, at + 1, &mut |_| {})
            }
            [b'/', ..] => at = after(html, at, b">"),
            [letter, ..] if letter.is_ascii_alphabetic() => at = read_element(html, at, tell),
            _ => {}
        }
    }
}

/// Reads the tag whose name begins at `at`, and the text of an element that holds no tags. Gives
/// the place to go on at.
fn read_element<'h>(html: &'h str, at: usize, tell: &mut dyn FnMut(Met<'h>)) -> usize {
    let length = html.as_bytes()[at..].iter().take_while(|byte| !ends_name(**byte)).count();
    let name = html[at..at + length].to_ascii_lowercase();
    let end = read_tag(html, at, tell);
    // An element that closes itself, as in SVG, has no text.
    let closes = html[..end].ends_with("/>");
    match name.as_str() {
        "plaintext" => html.len(),
        "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes"
            if !closes =>
        {
            let close = closing(html, end, &name);
            if name == "style" {
                tell(Met::Style(&html[end..close]));
            }
            close
        }
        _ => end,
    }
}

fn read_tag<'h>(html: &'h str, at: usize, tell: &mut dyn FnMut(Met<'h>)) -> usize {
    let mut reader = TagReader { html, at };
    let mut tag = ReadTag {
        name: reader.take_while(|byte| !ends_name(byte)).to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    loop {
        reader.take_while(|byte| is_space(byte) || byte == b'/');
        match reader.peek() {
            Some(b'>') => {
                tell(Met::Tag(tag));
                return reader.at + 1;
            }
            Some(_) => match reader.attribute() {
                Some((name, value)) => tag
                    .attributes
                    .push((name.to_ascii_lowercase(), without_references(value).into_owned())),
                None => return html.len(),
            },
            None => return html.len(),
        }
    }
}

struct TagReader<'h> {
    html: &'h str,
    at: usize,
}

impl<'h> TagReader<'h> {
    fn peek(&self) -> Option<u8> {
        self.html.as_bytes().get(self.at).copied()
    }

    fn take_while(&mut self, such: impl Fn(u8) -> bool) -> &'h str {
        let start = self.at;
        while self.peek().is_some_and(&such) {
            self.at += 1;
        }
        &self.html[start..self.at]
    }

    /// One attribute; `None` when the text ends before its value does.
    fn attribute(&mut self) -> Option<(&'h str, &'h str)> {
        let start = self.at;
        // An equals sign in the first place belongs to the name.
        self.at += usize::from(self.peek()? == b'=');
        self.take_while(|byte| !ends_name(byte) && byte != b'=');
        let name = &self.html[start..self.at];
        self.take_while(is_space);
        if self.peek() != Some(b'=') {
            return Some((name, ""));
        }
        self.at += 1;
        self.take_while(is_space);
        let Some(quote) = self.peek().filter(|byte| matches!(byte, b'"' | b'\'')) else {
            return Some((name, self.take_while(|byte| !is_space(byte) && byte != b'>')));
        };
        let from = self.at + 1;
        let length = memchr(quote, &self.html.as_bytes()[from..])?;
        self.at = from + length + 1;
        Some((name, &self.html[from..from + length]))
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

/// The place behind the next `end`; at the end of the text where there is none.
fn after(html: &str, at: usize, end: &[u8]) -> usize {
    memmem::find(&html.as_bytes()[at..], end).map_or(html.len(), |found| at + found + end.len())
}

fn end_of_comment(html: &str, at: usize) -> usize {
    let rest = &html[at..];
    if rest.starts_with('>') || rest.starts_with("->") {
        return after(html, at, b">");
    }
    let end = after(html, at, b"-->");
    after(&html[..end], at, b"--!>")
}

/// The place of the tag that ends the element `name`; at the end of the text where none does.
fn closing(html: &str, from: usize, name: &str) -> usize {
    let closes = |at: &usize| {
        let rest = &html.as_bytes()[at + 2..];
        rest.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()).is_none_or(|byte| ends_name(*byte))
    };
    let mut ends = memmem::find_iter(&html.as_bytes()[from..], b"</").map(|at| from + at);
    ends.find(closes).unwrap_or(html.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let mut found = Vec::new();
        read(html, &mut |met| match met {
            Met::Tag(tag) => {
                let attributes =
                    tag.attributes.iter().map(|(name, value)| format!(" {name}={value}"));
                found.push(format!("{}{}", tag.name, attributes.collect::<String>()));
            }
            Met::Style(css) => found.push(format!("style: {css}")),
        });
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn attributes_are_read_however_they_are_written() {
        check(
            "<IMG SRC = 'a b'alt=x/y z title=\"1 > 2\">",
            &["img src=a b alt=x/y z= title=1 > 2"],
        );
        check("<p a=&#47;&x;&sol;>", &["p a=/&x;/"]);
    }

    #[test]
    fn text_is_no_tag() {
        check(
            "a < b <!-- <i> --><!--><b><script>'<i>'</script ><title><i></title><style>x</style>",
            &["b", "script", "title", "style", "style: x"],
        );
        check("<textarea><img></TEXTAREA><br/><img", &["textarea", "br"]);
    }

    #[test]
    fn tags_part_texts_or_do_not() {
        let place = |tag: &str| place_of_tag(tag.as_bytes());
        assert_eq!([place("em>"), place("/A>"), place("!-- x"), place("wbr")], [Place::Within; 4]);
        assert_eq!(
            [place("p>"), place("/li"), place("figcaption"), place("!doctype"), place("")],
            [Place::Between; 5]
        );
        assert_eq!(place("br/"), Place::Space);
    }
}
