//! What a page's browser may run and fetch: its content security policy, with the hash of every
//! script and style that stands in the page itself.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::{resolve_html5_entity, unescape_with};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::path;

/// The scripts and styles that stand in some HTML rather than in files, as the policy names them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Inline {
    scripts: BTreeSet<String>,
    styles: BTreeSet<String>,
    /// Hashes of `style` attributes.
    attributes: BTreeSet<String>,
}

impl Inline {
    /// Finds them in a page, or in a part of one.
    pub fn of(html: &str) -> Self {
        let mut found = Self::default();
        if !may_have(html.as_bytes()) {
            return found;
        }
        let mut at = 0;
        while let Some(open) = memchr::memchr(b'<', &html.as_bytes()[at..]).map(|found| at + found)
        {
            at = open + 1;
            if html[open..].starts_with("<!--") {
                at = memchr::memmem::find(&html.as_bytes()[open..], b"-->")
                    .map_or(html.len(), |end| open + end);
            }
            let Some(tag) = CspTag::read(html, open) else { continue };
            at = tag.end;
            if let Some(style) = tag.attribute("style") {
                found.attributes.insert(hash(
                    unescape_with(style, resolve_html5_entity).unwrap_or(style.into()).as_bytes(),
                ));
            }
            let hashes = match () {
                () if tag.is("script") => &mut found.scripts,
                () if tag.is("style") => &mut found.styles,
                () => continue,
            };
            at = closing(html, tag.end, tag.name);
            let is_elsewhere = tag.attribute("src").is_some() || tag.is_data();
            if !is_elsewhere {
                hashes.insert(hash(&html.as_bytes()[tag.end..at]));
            }
        }
        found
    }

    /// Whether no script or style stands in the page itself.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the hashes of `other`.
    pub fn add(&mut self, other: &Self) {
        self.scripts.extend(other.scripts.iter().cloned());
        self.styles.extend(other.styles.iter().cloned());
        self.attributes.extend(other.attributes.iter().cloned());
    }
}

/// The policy of a page with these scripts and styles of its own. Its forms may send to the site
/// itself, and to `form` if that is given. `frame-ancestors` is left to [`header`]: only a header
/// can say it.
pub fn policy(inline: &Inline, form: Option<&str>) -> String {
    let mut policy = String::from("default-src 'none'; script-src 'self'");
    push(&mut policy, &inline.scripts);
    policy.push_str("; style-src 'self'");
    push(&mut policy, &inline.styles);
    if !inline.attributes.is_empty() {
        policy.push_str("; style-src-attr 'unsafe-hashes'");
        push(&mut policy, &inline.attributes);
    }
    policy.push_str(
        "; img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src \
        'self'; frame-src 'self'; manifest-src 'self'",
    );
    policy.push_str("; base-uri 'none'; form-action 'self'");
    if let Some(form) = form {
        policy.push(' ');
        policy.push_str(origin(form));
    }
    policy
}

/// The policy as a header says it: no other site may show the page in a frame of its own.
pub fn header(inline: &Inline, form: Option<&str>) -> String {
    format!("{}; frame-ancestors 'self'", policy(inline, form))
}

/// The two policies of whatever a preview shows; a browser applies both. Only the theme's own
/// scripts may run, from the preview's own address: `inline` are those in its templates, `scripts`
/// the paths of the others. What a page brings itself would run beside the writer's desk.
pub fn of_preview<'p>(inline: &Inline, scripts: impl Iterator<Item = &'p str>) -> [String; 2] {
    // A source can name a path only together with a host, and the host is whatever the reader asked
    // for. So the second policy allows any host, and the first says that it is this one.
    let mut ours = String::from("script-src 'self'");
    push(&mut ours, &inline.scripts);
    ours.push_str("; object-src 'none'; base-uri 'none'; frame-ancestors 'self'");
    let mut named = String::from("script-src");
    push(&mut named, &inline.scripts);
    let before = named.len();
    for script in scripts {
        named.push_str(" *:*");
        named.push_str(&path::encode(script).replace(';', "%3B").replace(',', "%2C"));
    }
    if named.len() == before && inline.scripts.is_empty() {
        named.push_str(" 'none'");
    }
    [ours, named]
}

fn push(policy: &mut String, hashes: &BTreeSet<String>) {
    for hash in hashes {
        policy.push(' ');
        policy.push_str(hash);
    }
}

/// `https://forms.example` of `https://forms.example/etappe`.
fn origin(url: &str) -> &str {
    let rest = url.find("://").map_or(0, |at| at + 3);
    url[rest..].find('/').map_or(url, |at| &url[..rest + at])
}

/// A hash as a policy writes it: `'sha256-…'`.
fn hash(text: &[u8]) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// Whether some HTML may hold a script or a style. Looks for letters that are rare in texts, and so
/// rules nearly every text out quickly.
fn may_have(html: &[u8]) -> bool {
    let stands = |word: &[u8], rare: usize| {
        let is_word = |from: usize| {
            html.get(from..from + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
        };
        memchr::memchr2_iter(word[rare], word[rare].to_ascii_uppercase(), html)
            .any(|at| at >= rare && is_word(at - rare))
    };
    stands(b"<script", 5) || stands(b"style", 2)
}

/// One start tag: its name and attributes, and where what follows it begins.
struct CspTag<'h> {
    name: &'h str,
    attributes: Vec<(&'h str, &'h str)>,
    end: usize,
}

impl<'h> CspTag<'h> {
    /// Reads the tag whose `<` is at `open`, as a browser would; `None` if none begins there.
    fn read(html: &'h str, open: usize) -> Option<Self> {
        let bytes = html.as_bytes();
        let until = |from: usize, stop: &dyn Fn(u8) -> bool| {
            (from..bytes.len()).find(|at| stop(bytes[*at])).unwrap_or(bytes.len())
        };
        let name_end =
            until(open + 1, &|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        let name = html
            .get(open + 1..name_end)
            .filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))?;
        let mut tag = Self { name, attributes: Vec::new(), end: bytes.len() };
        let mut at = name_end;
        loop {
            at = until(at, &|byte| !byte.is_ascii_whitespace() && byte != b'/');
            match bytes.get(at) {
                None => return Some(tag),
                Some(b'>') => {
                    tag.end = at + 1;
                    return Some(tag);
                }
                Some(_) => {}
            }
            let key_end = until(at + 1, &|byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'=' | b'/' | b'>')
            });
            let key = &html[at..key_end];
            let equals = until(key_end, &|byte| !byte.is_ascii_whitespace());
            if bytes.get(equals) != Some(&b'=') {
                tag.attributes.push((key, ""));
                at = key_end;
                continue;
            }
            let start = until(equals + 1, &|byte| !byte.is_ascii_whitespace());
            let value = match bytes.get(start) {
                Some(quote @ (b'"' | b'\'')) => start + 1..until(start + 1, &|byte| byte == *quote),
                _ => start..until(start, &|byte| byte.is_ascii_whitespace() || byte == b'>'),
            };
            tag.attributes.push((key, &html[value.clone()]));
            at = if value.start > start { value.end + 1 } else { value.end };
        }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn attribute(&self, name: &str) -> Option<&'h str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// Whether a script holds data instead of a program.
    fn is_data(&self) -> bool {
        self.attribute("type")
            .is_some_and(|kind| kind.trim().to_ascii_lowercase().ends_with("json"))
    }
}

/// Where the end tag begins of a script or style whose content starts at `from`.
fn closing(html: &str, from: usize, name: &str) -> usize {
    let is_closing = |at: &usize| {
        html.as_bytes()
            .get(at + 2..at + 2 + name.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(name.as_bytes()))
    };
    memchr::memmem::find_iter(&html.as_bytes()[from..], b"</")
        .map(|at| from + at)
        .find(is_closing)
        .unwrap_or(html.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_files_alone_needs_no_hash() {
        let html = "<script src=\"a.js\"></script><link rel=stylesheet \
            href=a.css><p>style</p><script type=\"application/ld+json\">{}</script>";
        assert_eq!(Inline::of(html), Inline::default());
    }

    #[test]
    fn scripts_and_styles_in_the_page_are_named_by_their_hashes() {
        let inline = Inline::of(
            "<SCRIPT>alert(1)</SCRIPT><style>p{color:red}</style><p style=\"color:blue\">x</p>",
        );
        let policy = policy(&inline, None);
        for (directive, text) in [
            ("script-src 'self'", "alert(1)"),
            ("style-src 'self'", "p{color:red}"),
            ("'unsafe-hashes'", "color:blue"),
        ] {
            assert!(policy.contains(&format!("{directive} {}", hash(text.as_bytes()))), "{policy}");
        }
        // From the standard's own example.
        assert_eq!(
            hash(b"alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
    }

    #[test]
    fn tag_soup_is_read_as_far_as_it_goes() {
        for html in [
            "<script",
            "<style>p{}",
            "<p style",
            "<p style=",
            "<p style=\"",
            "< style=x>",
            "<!-- <style>p{}</style> -->",
            "<é style='é'>",
        ] {
            Inline::of(html);
        }
        assert_eq!(Inline::of("<!-- <style>p{}</style> -->"), Inline::default());
        assert_eq!(
            Inline::of("<P STYLE='color:&quot;'>").attributes,
            BTreeSet::from([hash(b"color:\"")])
        );
        assert_eq!(
            Inline::of("<style media=print>p{}</STYLE ><script>1</script>").styles,
            BTreeSet::from([hash(b"p{}")])
        );
    }

    #[test]
    fn a_preview_runs_the_scripts_it_names_and_no_others() {
        let theme = Inline::of("<script>1</script>");
        let [ours, named] =
            of_preview(&theme, ["/_etappe/live.js", "/assets/a;b, c.js"].into_iter());
        let hash = hash(b"1");
        assert_eq!(
            ours,
            format!(
                "script-src 'self' {hash}; object-src 'none'; base-uri 'none'; frame-ancestors \
                 'self'"
            )
        );
        assert_eq!(
            named,
            format!("script-src {hash} *:*/_etappe/live.js *:*/assets/a%3Bb%2C%20c.js")
        );
        assert_eq!(of_preview(&Inline::default(), std::iter::empty())[1], "script-src 'none'");
    }

    #[test]
    fn forms_may_send_to_the_origin_that_was_configured() {
        assert!(
            policy(&Inline::default(), Some("https://forms.example/a/b"))
                .ends_with("form-action 'self' https://forms.example")
        );
        assert!(policy(&Inline::default(), None).ends_with("form-action 'self'"));
    }
}
