//! Raw HTML in a body: which addresses and ids its tags hold. Tag soup is read as a browser would.

use std::ops::Range;

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::body::LinkKind;

/// What a tag of raw HTML says that the hub must know.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// An address: the whole attribute, and the value within it, in bytes of the fragment.
    Link { attribute: Range<usize>, value: Range<usize>, dest: String, kind: LinkKind },
    /// The sizes of an image in `srcset`: each address, and where it stands.
    Candidates(Vec<(String, Range<usize>)>),
    /// An id that a fragment may name, and its value's place.
    Id { id: String, value: Range<usize> },
    /// The old way to write one: `<a name>`.
    Name(String),
    /// An image without `alt`: the tag.
    NoAlt(Range<usize>),
    /// A heading, 1 to 6: the tag.
    Heading { level: u8, tag: Range<usize> },
}

/// Reads one fragment of HTML, which may begin or end in the middle of anything.
pub fn scan(html: &str) -> Vec<Found> {
    let mut emitter =
        CallbackEmitter::new(Scanner { html, tag: Vec::new(), tag_start: 0, has_alt: false, name: Vec::new(), name_start: 0 });
    emitter.naively_switch_states(true);
    let tokens = Tokenizer::new_with_emitter(html, emitter);
    tokens.filter_map(Result::ok).collect()
}

struct Scanner<'h> {
    html: &'h str,
    tag: Vec<u8>,
    tag_start: usize,
    has_alt: bool,
    name: Vec<u8>,
    name_start: usize,
}

impl Callback<Found, usize> for Scanner<'_> {
    fn handle_event(&mut self, event: CallbackEvent<'_>, span: Span<usize>) -> Option<Found> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = name.to_vec();
                self.tag_start = span.start;
                self.has_alt = false;
                None
            }
            CallbackEvent::CloseStartTag { .. } => {
                let tag = self.tag_start..span.end.min(self.html.len());
                match &*self.tag {
                    b"img" if !self.has_alt => Some(Found::NoAlt(tag)),
                    [b'h', digit @ b'1'..=b'6'] => Some(Found::Heading { level: digit - b'0', tag }),
                    _ => None,
                }
            }
            CallbackEvent::AttributeName { name } => {
                self.name = name.to_vec();
                self.name_start = span.start;
                self.has_alt |= name == b"alt";
                None
            }
            CallbackEvent::AttributeValue { value } => self.attribute(&String::from_utf8_lossy(value), span),
            _ => None,
        }
    }
}

impl Scanner<'_> {
    fn attribute(&self, dest: &str, span: Span<usize>) -> Option<Found> {
        let kind = match (&*self.tag, &*self.name) {
            (_, b"id") => {
                return Some(Found::Id { id: dest.to_owned(), value: self.trim_quotes(span.start..span.end.min(self.html.len())) });
            }
            (b"a", b"name") => return Some(Found::Name(dest.to_owned())),
            (b"img" | b"source", b"srcset") => return Some(self.candidates(self.trim_quotes(span.start..span.end.min(self.html.len())))),
            (b"a" | b"area" | b"link", b"href") => LinkKind::Page,
            (b"video", b"poster") => {
                let value = self.trim_quotes(span.start..span.end.min(self.html.len()));
                return Some(Found::Candidates(vec![(dest.trim().to_owned(), value)])).filter(|_| !dest.trim().is_empty());
            }
            (_, b"src") => LinkKind::Image,
            _ => return None,
        };
        let value = self.trim_quotes(span.start..span.end.min(self.html.len()));
        let quoted = self.html.as_bytes().get(value.end).is_some_and(|byte| matches!(byte, b'"' | b'\''))
            && value.start > 0
            && self.html.as_bytes().get(value.start - 1) == self.html.as_bytes().get(value.end);
        let end = value.end + usize::from(quoted);
        let attribute = self.name_start..end;
        let whole = self.html.get(attribute.clone()).is_some() && self.html.get(value.clone()).is_some();
        whole.then(|| Found::Link { attribute, value, dest: dest.trim().to_owned(), kind })
    }

    /// `a.png 1x, b.png 2x`: an address is what stands before a space, between commas.
    fn candidates(&self, value: Range<usize>) -> Found {
        let text = self.html.get(value.clone()).unwrap_or_default();
        let mut found = Vec::new();
        let mut at = 0;
        for part in text.split_inclusive(',') {
            let lead = part.len() - part.trim_start().len();
            let address = part[lead..].split([' ', ',', '\n', '\t']).next().unwrap_or_default();
            if !address.is_empty() && !address.starts_with("data:") {
                let start = value.start + at + lead;
                found.push((address.to_owned(), start..start + address.len()));
            }
            at += part.len();
        }
        Found::Candidates(found)
    }

    /// The tokenizer counts quotes to some values and not to others.
    fn trim_quotes(&self, mut range: Range<usize>) -> Range<usize> {
        let bytes = self.html.as_bytes();
        let is_quote = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b'"' | b'\''));
        if is_quote(range.start) {
            range.start += 1;
        }
        if range.end > range.start && is_quote(range.end - 1) {
            range.end -= 1;
        }
        range
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[(&str, &str, &str)]) {
        let found: Vec<_> = scan(html)
            .into_iter()
            .filter_map(|found| match found {
                Found::Link { attribute, value, dest, .. } => Some((html[attribute].to_owned(), html[value].to_owned(), dest)),
                _ => None,
            })
            .collect();
        let found: Vec<_> = found.iter().map(|(a, v, d)| (a.as_str(), v.as_str(), d.as_str())).collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn attributes_are_found_with_and_without_quotes() {
        check(r#"<a class="x" href="/a/">"#, &[(r#"href="/a/""#, "/a/", "/a/")]);
        check("<a href='/a/'>", &[("href='/a/'", "/a/", "/a/")]);
        check("<a href=/a/ id=x>", &[("href=/a/", "/a/", "/a/")]);
        check(r#"<p>é<IMG SRC = "b.png" alt=""/>"#, &[(r#"SRC = "b.png""#, "b.png", "b.png")]);
        check(
            r#"<a href="/a?b=1&amp;c">x</a><a href="/d">"#,
            &[(r#"href="/a?b=1&amp;c""#, "/a?b=1&amp;c", "/a?b=1&c"), (r#"href="/d""#, "/d", "/d")],
        );
    }

    #[test]
    fn every_size_of_an_image_is_found() {
        let html = "<img srcset=\"a.png 1x, /b.png 2x\" alt=\"\">";
        assert_eq!(scan(html), [Found::Candidates(vec![("a.png".into(), 13..18), ("/b.png".into(), 23..29)])]);
    }

    #[test]
    fn broken_html_is_read_as_far_as_it_goes() {
        check("<a href=“/x”>", &[("href=“/x”", "“/x”", "“/x”")]);
        check("<script>var a = '<a href=\"/x\">';</script>", &[]);
        check("<!-- <a href=\"/x\"> -->", &[]);
        check("<a href=\"/x", &[]);
        check("</a><", &[]);
        assert_eq!(scan("<div id=top><a name='n'>"), [Found::Id { id: "top".into(), value: 8..11 }, Found::Name("n".into())]);
        assert_eq!(
            scan("<h2><img src='data:,' ><img alt=''>"),
            [
                Found::Heading { level: 2, tag: 0..4 },
                Found::Link { attribute: 9..21, value: 14..20, dest: "data:,".into(), kind: LinkKind::Image },
                Found::NoAlt(4..23)
            ]
        );
    }
}
