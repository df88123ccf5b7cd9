//! Raw HTML in a body: which addresses and ids its tags hold.

mod characters;
mod tags;

use std::ops::Range;

use super::body::LinkKind;
use etappe_base::address::{Fault, fault};

use characters::decode;
use tags::{Attribute, Tag, Tags};

/// What a tag of raw HTML says that the hub must know.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// An address: the whole attribute, and the value within it, in bytes of the fragment.
    Link { attribute: Range<usize>, value: Range<usize>, dest: String, kind: LinkKind },
    /// Another address that is wrong wherever it stands: the whole attribute, and the value within
    /// it.
    Faulty { attribute: Range<usize>, value: Range<usize>, dest: String },
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

impl Found {
    /// Every address in it.
    fn addresses(self) -> Vec<String> {
        match self {
            Self::Link { dest, .. } | Self::Faulty { dest, .. } => vec![dest],
            Self::Candidates(all) => all.into_iter().map(|(dest, _)| dest).collect(),
            _ => Vec::new(),
        }
    }

    /// Leaves the size of the image to the page, since its tag does not say it.
    fn leave_size(&mut self) {
        if let Self::Link { kind: kind @ LinkKind::Image, .. } = self {
            *kind = LinkKind::Unsized;
        }
    }
}

/// Reads one fragment of HTML, which may begin or end in the middle of anything.
pub(super) fn scan(html: &str) -> Vec<Found> {
    scan_within(html, 0)
}

/// Reads a fragment that stands in an attribute of another, `depth` deep.
fn scan_within(html: &str, depth: u8) -> Vec<Found> {
    let mut scanner = Scanner { html, found: Vec::new(), depth };
    Tags::of(html).for_each(|tag| scanner.tag(&tag));
    scanner.found
}

struct Scanner<'h> {
    html: &'h str,
    found: Vec<Found>,
    /// In how many attributes of other fragments this one stands.
    depth: u8,
}

/// Attributes that hold an address, beside those of links and images.
#[rustfmt::skip]
const ADDRESSES: &[&str] = &[
    "href", "xlink:href", "action", "formaction", "data", "background", "cite", "longdesc", "ping", "manifest", "codebase",
    "classid", "usemap", "profile", "icon", "poster", "dynsrc", "lowsrc", "archive",
];

impl Scanner<'_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        let (mut has_alt, mut says_size) = (false, false);
        let before = self.found.len();
        for attribute in &tag.attributes {
            let name = attribute.name.to_ascii_lowercase();
            has_alt |= name == "alt";
            says_size |= matches!(&*name, "width" | "height" | "srcset" | "sizes");
            if !attribute.value.is_empty() {
                let found = self.meaning(&tag.name, &name, attribute);
                self.found.extend(found);
            }
        }
        let Some(whole) = tag.whole.clone() else { return };
        if tag.name == "img" && !says_size {
            self.found[before..].iter_mut().for_each(Found::leave_size);
        }
        match tag.name.as_bytes() {
            b"img" if !has_alt => self.found.push(Found::NoAlt(whole)),
            [b'h', digit @ b'1'..=b'6'] => {
                self.found.push(Found::Heading { level: digit - b'0', tag: whole })
            }
            _ => {}
        }
    }

    /// What the hub must know of an attribute. `tag` and `name` are in lower case.
    fn meaning(&self, tag: &str, name: &str, attribute: &Attribute<'_>) -> Option<Found> {
        let value = attribute.value.clone();
        let said = decode(&self.html[value.clone()]);
        let kind = match (tag, name) {
            (_, "id") => return Some(Found::Id { id: said.into_owned(), value }),
            ("a", "name") => return Some(Found::Name(said.into_owned())),
            ("img" | "source", "srcset") => return Some(self.candidates(value)),
            ("video", "poster") => {
                return Some(Found::Candidates(vec![(said.trim().to_owned(), value)]))
                    .filter(|_| !said.trim().is_empty());
            }
            ("a" | "area" | "link", "href") => LinkKind::Page,
            // Some addresses that an image may have are barred here.
            ("iframe" | "frame" | "embed" | "script", "src")
                if fault(&said, false).is_some_and(|fault| fault.is_barred()) =>
            {
                return Some(Found::Faulty {
                    attribute: attribute.whole.clone(),
                    value,
                    dest: said.into_owned(),
                });
            }
            (_, "src") => LinkKind::Image,
            _ => {
                let dest = self.faulty(tag, name, &said)?;
                return Some(Found::Faulty { attribute: attribute.whole.clone(), value, dest });
            }
        };
        Some(Found::Link {
            attribute: attribute.whole.clone(),
            value,
            dest: said.trim().to_owned(),
            kind,
        })
    }

    /// The address in the value of any other attribute, if it holds one that is wrong wherever it
    /// stands.
    fn faulty(&self, tag: &str, name: &str, said: &str) -> Option<String> {
        /// A page in an attribute of a page in an attribute of a page: nobody writes that.
        const DEEPEST: u8 = 2;
        let is_faulty = |dest: &&str| fault(dest, false).is_some();
        let found = match (tag, name) {
            ("meta", "content") => {
                let at = said.to_ascii_lowercase().find("url=")? + "url=".len();
                Some(said[at..].trim_matches(|c: char| c <= ' ' || matches!(c, '"' | '\'')))
                    .filter(is_faulty)
            }
            ("animate" | "set", "to" | "from" | "by" | "values") => said.split(';').find(|dest| {
                fault(dest, false).is_some_and(|fault| matches!(fault, Fault::Runs(_)))
            }),
            ("iframe", "srcdoc") if self.depth < DEEPEST => {
                let within = scan_within(said, self.depth + 1).into_iter();
                return within
                    .flat_map(Found::addresses)
                    .find(|dest| fault(dest, false).is_some_and(|fault| fault.is_barred()));
            }
            _ if ADDRESSES.contains(&name) => Some(said).filter(is_faulty),
            _ => None,
        };
        found.map(|dest| dest.trim().to_owned())
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[(&str, &str, &str)]) {
        let found: Vec<_> = scan(html)
            .into_iter()
            .filter_map(|found| match found {
                Found::Link { attribute, value, dest, .. } => {
                    Some((html[attribute].to_owned(), html[value].to_owned(), dest))
                }
                _ => None,
            })
            .collect();
        let found: Vec<_> =
            found.iter().map(|(a, v, d)| (a.as_str(), v.as_str(), d.as_str())).collect();
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
        assert_eq!(
            scan(html),
            [Found::Candidates(vec![("a.png".into(), 13..18), ("/b.png".into(), 23..29)])]
        );
    }

    #[test]
    fn character_references_are_read_in_values() {
        check(
            "<a href='?a&b=1&amp;c&eacute;&#x41;&none;'>",
            &[(
                "href='?a&b=1&amp;c&eacute;&#x41;&none;'",
                "?a&b=1&amp;c&eacute;&#x41;&none;",
                "?a&b=1&céA&none;",
            )],
        );
    }

    #[test]
    fn addresses_that_are_wrong_anywhere_are_found_in_every_attribute() {
        for html in [
            "<form action='javascript:x'>",
            "<BUTTON FORMACTION=JavaScript:x>",
            "<object data='data:text/html,x'>",
            "<iframe src='data:image/svg+xml,x'>",
            "<svg><use xlink:href='java&#115cript:x'/>",
            "<base href='file:///x'>",
            "<meta http-equiv=refresh content=\"0; URL='javascript:x'\">",
            "<set attributeName=href to=' javascript:x'>",
            "<iframe srcdoc='&lt;a href=&quot;javascript:x&quot;>'>",
            "<table background='\\\\server\\x.png'>",
            "<blockquote cite='http://localhost/'>",
        ] {
            assert!(
                matches!(scan(html).as_slice(), [Found::Faulty { .. }]),
                "{html}: {:?}",
                scan(html)
            );
        }
        for html in [
            "<form action='/x'>",
            "<meta content='a url=b'>",
            "<iframe srcdoc='<p>a: b</p>'>",
            "<p title='javascript:x'>",
        ] {
            assert_eq!(scan(html), [], "{html}");
        }
    }

    #[test]
    fn broken_html_is_read_as_far_as_it_goes() {
        check("<a href=“/x”>", &[("href=“/x”", "“/x”", "“/x”")]);
        check("<script>var a = '<a href=\"/x\">';</script>", &[]);
        check("<!-- <a href=\"/x\"> -->", &[]);
        check("<a href=\"/x", &[]);
        check("</a><", &[]);
        assert_eq!(
            scan("<div id=top><a name='n'>"),
            [Found::Id { id: "top".into(), value: 8..11 }, Found::Name("n".into())]
        );
        assert_eq!(
            scan("<h2><img src='data:,' ><img alt=''>"),
            [
                Found::Heading { level: 2, tag: 0..4 },
                Found::Link {
                    attribute: 9..21,
                    value: 14..20,
                    dest: "data:,".into(),
                    kind: LinkKind::Unsized
                },
                Found::NoAlt(4..23)
            ]
        );
    }

    #[test]
    fn comments_and_elements_of_raw_text_hold_no_tags() {
        check("<!-- a -- <a href=x> --!><a href=y>", &[("href=y", "y", "y")]);
        check("<!--><a href=y>", &[("href=y", "y", "y")]);
        check("<!---><a href=y><!----><a href=z>", &[("href=y", "y", "y"), ("href=z", "z", "z")]);
        check("<?a <a href=x><a href=y>", &[("href=y", "y", "y")]);
        check("<style><a href=x></Style ><a href=y>", &[("href=y", "y", "y")]);
        check("<script></scripts><a href=x></script><a href=y>", &[("href=y", "y", "y")]);
        check("</p title='<a href=x>'><a href=y>", &[("href=y", "y", "y")]);
    }

    /// A megabyte that is one tag, and others that never end: neither the stack nor the time may
    /// grow with them.
    #[test]
    fn a_tag_may_be_of_any_length() {
        for piece in [
            "<iframe/srcdoc=",
            "a=\"b\" ",
            "id='\"' ",
            "\"'\"' ",
            "<a b=\"",
            "<a b='<a b=\"",
            "<a ",
            "<!--",
            "<script>",
            "</",
            "&",
            "=",
            "<a b=\"&",
        ] {
            let soup = piece.repeat(1_000_000 / piece.len());
            for html in [
                soup.clone(),
                format!("<div {soup}>"),
                format!("<div a=\"{soup}"),
                format!("<div a={soup}>"),
            ] {
                let ids =
                    scan(&html).iter().filter(|found| matches!(found, Found::Id { .. })).count();
                assert_eq!(
                    ids > 100_000,
                    piece.starts_with("id") && html.starts_with("<div"),
                    "{piece}"
                );
            }
        }
    }

    /// The ids that a tokenizer of the whole standard finds.
    fn by_the_standard(html: &str) -> Vec<String> {
        use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
        // Ends of tags have attributes too, and they mean nothing.
        let (mut in_tag, mut wanted) = (false, false);
        let mut emitter =
            CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| {
                match event {
                    CallbackEvent::OpenStartTag { .. } => in_tag = true,
                    CallbackEvent::CloseStartTag { .. } => in_tag = false,
                    CallbackEvent::AttributeName { name } => wanted = in_tag && name == b"id",
                    CallbackEvent::AttributeValue { value } if wanted => {
                        return Some(String::from_utf8_lossy(value).into_owned());
                    }
                    _ => {}
                }
                None
            });
        emitter.naively_switch_states(true);
        html5gum::Tokenizer::new_with_emitter(html, emitter).filter_map(Result::ok).collect()
    }

    proptest::proptest! {
        #[test]
        fn tags_are_read_as_the_standard_says(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
            // The other one hands out an attribute when it meets the next.
            let html: String = pieces.iter().map(|at| PIECES[*at]).chain([" q q "]).collect();
            let ids: Vec<String> = scan(&html)
                .into_iter()
                .filter_map(|found| match found {
                    Found::Id { id, value } => {
                        assert!(html.get(value.clone()).is_some_and(|text| decode(text) == id), "{html:?} at {value:?}");
                        Some(id)
                    }
                    _ => None,
                })
                .collect();
            assert_eq!(ids, by_the_standard(&html), "{html:?}");
        }
    }

    const PIECES: [&str; 34] = [
        "<",
        ">",
        "/",
        "=",
        "\"",
        "'",
        " ",
        "\n",
        "-",
        "!",
        "?",
        "id",
        "id=",
        "id=\"",
        "id='x'",
        " ID = y",
        "é",
        "&amp;",
        "&x ",
        "<p ",
        "</p",
        "<!--",
        "-->",
        "--!>",
        "<title>",
        "</title>",
        "<style>",
        "</style ",
        "<xmp",
        "</XMP/",
        "<p id=z>",
        "<IMG/id='\"'/",
        "title",
        "</",
    ];
}
