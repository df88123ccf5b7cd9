//! The examples of the specifications of CommonMark and of GitHub's Markdown, through the program's
//! own pipeline.
//!
//! The Markdown parser decides what is a list and what is code; here nothing is asked of it but
//! that the pipeline loses none of the examples that the parser passes by itself, before raw HTML is
//! mended. The examples belong to others and are not kept in this repository: without
//! `../shared/spec/` these tests say so and do nothing.

// The figures are worth seeing in a log.
#![allow(clippy::disallowed_methods, clippy::print_stderr)]

use std::collections::BTreeSet;
use std::path::Path;

use etappe_base::path::HubPath;
use etappe_hub::config::{self, Config, PlanFiles, TextFile};
use etappe_hub::content::{self, Body, Fill, Link, WrittenText};
use pulldown_cmark::{Options, Parser, html};

/// One example of a specification.
struct Example {
    number: u64,
    markdown: String,
    html: String,
}

fn examples(name: &str) -> Option<Vec<Example>> {
    // Beside this repository, or beside the folder that it is checked out in.
    let root = crate::support::root();
    let Some(text) = root
        .ancestors()
        .skip(1)
        .take(2)
        .find_map(|folder| read(&folder.join("shared/spec").join(name)))
    else {
        crate::support::left_out(name, "there is no ../shared/spec");
        return None;
    };
    let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let example = |one: &serde_json::Value| Example {
        number: one["example"].as_u64().expect("a number"),
        markdown: one["markdown"].as_str().expect("text").to_owned(),
        html: one["html"].as_str().expect("text").to_owned(),
    };
    Some(all.as_array().expect("a list").iter().map(example).collect())
}

fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// The parser's options, as the pipeline has them.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
}

fn by_the_parser(markdown: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(markdown, options()));
    out
}

fn config() -> Config {
    let (hub, card) = (HubPath::literal("hub.toml"), HubPath::literal("personas/gp.toml"));
    let text = "title = \"T\"\nlanguages = [\"en\"]\n[[stages]]\nid = \"use\"\nlabel = \"Use\"\n";
    let cards = [TextFile { path: &card, text: "label = \"GP\"\n" }];
    let hub = Some(TextFile { path: &hub, text });
    config::read(PlanFiles { hub, personas: &cards, ..PlanFiles::default() })
        .0
        .expect("the hub is right")
}

fn by_the_pipeline(markdown: &str, config: &Config) -> String {
    let page = format!("+++\ntitle = 'T'\npersonas = 'gp'\nstage = 'use'\n+++\n{markdown}");
    let (document, _) =
        content::read(&HubPath::literal("content/a.md"), page.as_bytes(), config, &[]);
    filled(&document.bodies[0])
}

/// The body with each link as it was written: no site is asked.
fn filled(body: &Body) -> String {
    let mut out = String::new();
    for (piece, fill) in body.pieces() {
        out.push_str(piece);
        if let Some(Fill::Link(at)) = fill {
            let link = &body.links[at as usize];
            let mut dest = String::new();
            content::escape(&mut dest, &link.dest);
            match link.kind.attribute() {
                Some(name) => out.push_str(&format!(" {name}=\"{dest}\"")),
                None => out.push_str(&dest),
            }
        }
    }
    out
}

/// HTML without what the pipeline adds on purpose (ids of headings, classes, the frame of tables,
/// notes at the end) and without what HTML does not mind: white space between tags, how characters
/// and addresses are escaped, how tags end.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |length| at + length + 1);
        text.push_str(&plain_tag(&rest[at..end]));
        rest = &rest[end..];
    }
    text.push_str(rest);
    for (from, to) in [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "‹"),
        ("&gt;", "›"),
        ("&amp;", "&"),
        ("&ouml;", "ö"),
        ("%5B", "["),
        ("%5D", "]"),
    ] {
        text = text.replace(from, to);
    }
    let text = decoded(&text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .replace("> ", ">")
        .replace(" <", "<")
        .replace("</tbody>", "")
        .replace("<tbody>", "")
}

/// Percent signs undone, as far as they give text.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn plain_tag(tag: &str) -> String {
    let name: String =
        tag.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
    match name.as_str() {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "th" | "td" => format!("<{name}>"),
        // The frame around a table, and the box of a task: other attributes.
        "input" => format!("<input{}>", if tag.contains("checked") { " checked" } else { "" }),
        "br" | "hr" => format!("<{name}>"),
        "img" => sorted(tag),
        _ => tag.replace(" />", ">").replace("/>", ">"),
    }
}

/// The attributes of a tag in the order of their names.
fn sorted(tag: &str) -> String {
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim_end();
    let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let mut attributes: Vec<&str> = rest.split_inclusive("\" ").map(str::trim).collect();
    attributes.sort_unstable();
    format!("<{name} {}>", attributes.join(" "))
}

fn check(name: &str, least: usize) {
    let Some(examples) = examples(name) else { return };
    let (mut passed, mut lost) = (0, Vec::new());
    for example in &examples {
        let expected = plain(&example.html);
        if plain(&by_the_parser(&example.markdown)) != expected {
            continue;
        }
        // Tables stand in a frame that scrolls.
        let own = plain(&filled(&content::untended(&example.markdown)));
        let own = own
            .replace(
                "<div class=\"table\" role=\"group\" aria-label=\"\" tabindex=\"0\"><table>",
                "<table>",
            )
            .replace("</table></div>", "</table>");
        match own == expected {
            true => passed += 1,
            false => lost.push(format!(
                "{} {:?}\n  expected {expected}\n  found    {own}",
                example.number, example.markdown
            )),
        }
    }
    eprintln!("{name}: {passed} of {} examples, {} lost", examples.len(), lost.len());
    assert!(lost.is_empty(), "{} examples of {name} are lost:\n{}", lost.len(), lost.join("\n"));
    assert!(
        passed >= least,
        "only {passed} examples of {name} are compared: the comparison is wrong"
    );
}

#[test]
fn the_examples_of_commonmark_are_as_the_parser_has_them() {
    check("commonmark.json", 500);
}

#[test]
fn the_examples_of_github_are_as_the_parser_has_them() {
    check("gfm.json", 500);
}

#[test]
fn a_lost_example_would_be_seen() {
    assert_ne!(plain("<p>a</p>"), plain("<p>b</p>"));
    assert_ne!(plain("<p><em>a</em></p>"), plain("<p>a</p>"));
    assert_eq!(plain("<h1 id=\"a\">a</h1>\n"), plain("<h1>a</h1>"));
}

#[test]
fn directives_change_no_other_text_of_a_page() {
    let config = config();
    // Fences of a directive that the theme does not have: all around them is as it would be
    // without.
    for text in [
        "*a* [b](c.md)\n\n- d\n- e\n",
        "```\n:::\n```\n",
        "| a |\n|---|\n| b |\n",
        "> a\n\n1. b\n\n   c\n",
    ] {
        let with =
            by_the_pipeline(&format!("{text}\n:::unknown\n\n{text}\n:::\n\n{text}"), &config);
        let alone = by_the_pipeline(text, &config);
        let expected = format!("{alone}<p>:::unknown</p>{alone}<p>:::</p>{alone}");
        assert_eq!(plain(&with), plain(&expected), "{text}");
    }
}

/// A digest of a text puts names in place of destinations, so that it must find each to the byte:
/// a picture whose place is unknown could be changed without a change of the digest.
#[test]
fn every_destination_that_readers_get_is_found_in_the_source() {
    let config = config();
    let mut lost = Vec::new();
    for example in examples("commonmark.json").into_iter().flatten() {
        let page =
            format!("+++\ntitle = 'T'\npersonas = 'gp'\nstage = 'use'\n+++\n{}", example.markdown);
        let file = HubPath::literal("content/a.md");
        let (document, _) = content::read(&file, page.as_bytes(), &config, &[]);
        let text = WrittenText::read(page.as_bytes(), &document.facets, &config).expect("text");
        let found: BTreeSet<&str> = text.links.iter().map(|link| &*link.dest).collect();
        let shown = document.bodies.iter().flat_map(|body| &body.links);
        let leads = |link: &&Link| link.is_internal() && !link.dest.is_empty();
        for link in shown.filter(leads).filter(|link| !found.contains(&*link.dest)) {
            lost.push(format!("{}: {}", example.number, link.dest));
        }
    }
    assert_eq!(lost, [""; 0]);
}
