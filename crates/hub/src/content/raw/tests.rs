//! What is found in raw HTML, compared with a tokenizer of the whole standard too.

use super::*;

/// As it is found where nothing is tended.
fn scan_whole(html: &str) -> Vec<Found> {
    scan(html, Fragment::Block, Places(&[]), &mut Balance::untended())
}

fn check(html: &str, expected: &[(&str, &str, &str)]) {
    let found: Vec<_> = scan_whole(html)
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
        scan_whole(html),
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
        "<iframe title=t src='data:image/svg+xml,x'>",
        "<svg><use xlink:href='java&#115cript:x'/>",
        "<base href='file:///x'>",
        "<meta http-equiv=refresh content=\"0; URL='javascript:x'\">",
        "<set attributeName=href to=' javascript:x'>",
        "<iframe title=t srcdoc='&lt;a href=&quot;javascript:x&quot;>'>",
        "<table background='\\\\server\\x.png'>",
        "<blockquote cite='http://localhost/'>",
    ] {
        assert!(
            matches!(scan_whole(html).as_slice(), [Found::Faulty { .. }]),
            "{html}: {:?}",
            scan_whole(html)
        );
    }
    for html in [
        "<form action='/x'>",
        "<meta content='a url=b'>",
        "<iframe title=t srcdoc='<p>a: b</p>'>",
        "<p title='javascript:x'>",
    ] {
        assert_eq!(scan_whole(html), [], "{html}");
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
        scan_whole("<div id=top><a name='n'>"),
        [Found::Id { id: "top".into(), value: 8..11 }, Found::Name("n".into())]
    );
    assert_eq!(
        scan_whole("<h2><img src='data:,' ><img alt=''>"),
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
                scan_whole(&html).iter().filter(|found| matches!(found, Found::Id { .. })).count();
            assert_eq!(
                ids > 100_000,
                piece.starts_with("id") && html.starts_with("<div") && html.ends_with('>'),
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
    // A tag that the text ends within is none.
    let (mut all, mut of_tag) = (Vec::new(), Vec::new());
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: html5gum::Span<()>| {
        match event {
            CallbackEvent::OpenStartTag { .. } => in_tag = true,
            CallbackEvent::CloseStartTag { .. } => {
                in_tag = false;
                all.append(&mut of_tag);
            }
            CallbackEvent::AttributeName { name } => wanted = in_tag && name == b"id",
            CallbackEvent::AttributeValue { value } if wanted => {
                of_tag.push(String::from_utf8_lossy(value).into_owned());
            }
            _ => {}
        }
        None::<()>
    });
    emitter.naively_switch_states(true);
    html5gum::Tokenizer::new_with_emitter(html, emitter).for_each(drop);
    all
}

proptest::proptest! {
    #[test]
    fn tags_are_read_as_the_standard_says(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        // The other one hands out an attribute when it meets the next.
        let html: String = pieces.iter().map(|at| PIECES[*at]).chain([" q q "]).collect();
        let ids: Vec<String> = scan_whole(&html)
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
