//! Finds what browsers fetch from other sites by themselves. Links are left to readers to follow.

use std::collections::BTreeSet;

use memchr::{memchr, memchr2, memchr2_iter, memmem, memrchr};
use url::Url;

use super::css;
use super::tags::{Met, ReadTag, read};
use etappe_base::hash::{Digest, Hasher};
use etappe_hub::config::Config;

/// The hosts of the hub's own addresses: nothing there is elsewhere.
pub(super) struct Origins {
    base: Url,
    hosts: BTreeSet<String>,
    /// Where the answers of readers go, as the hub decided.
    answers: Option<String>,
}

/// What an output is to a browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fetcher {
    Page,
    Style,
}

/// How deep a frame may stand in the text of another.
const DEPTH: usize = 3;

impl Origins {
    pub(super) fn new(config: &Config) -> Self {
        let own = config
            .personas
            .iter()
            .filter_map(|persona| persona.base_url.as_deref())
            .chain([config.base_url.as_str()]);
        let own: Vec<Url> = own.filter_map(|url| Url::parse(url).ok()).collect();
        let nowhere = || Url::parse("https://hub.invalid/").expect("a web address");
        let base = own.last().cloned().unwrap_or_else(nowhere);
        let hosts = own.iter().chain([&base]).filter_map(host).collect();
        let answers = config.hosting.feedback.clone();
        Self { base, hosts, answers }
    }

    /// The digest of everything that counts as the hub's own.
    pub(super) fn digest(&self) -> Digest {
        let mut hasher = Hasher::new("origins");
        self.hosts.iter().for_each(|host| {
            hasher.text(host);
        });
        hasher.maybe_text(self.answers.as_deref()).finish()
    }

    /// The addresses on other sites that an output makes browsers fetch, each once, as they are
    /// written.
    pub(super) fn fetched(&self, fetcher: Fetcher, bytes: &[u8]) -> Vec<String> {
        if !self.may_fetch(fetcher, bytes) {
            return Vec::new();
        }
        let mut found = BTreeSet::new();
        let text = String::from_utf8_lossy(bytes);
        let mut take = |address: &str| {
            if self.is_foreign(address) && self.answers.as_deref() != Some(address.trim()) {
                found.insert(address.trim().to_owned());
            }
        };
        match fetcher {
            Fetcher::Page => page(&text, DEPTH, &mut take),
            Fetcher::Style => css::read(&text, &mut take),
        }
        found.into_iter().collect()
    }

    /// Whether an address leads to another site, as browsers read it.
    fn is_foreign(&self, address: &str) -> bool {
        let Ok(url) = self.base.join(address) else { return false };
        let is_web = matches!(url.scheme(), "http" | "https" | "ws" | "wss" | "ftp");
        is_web && host(&url).is_some_and(|host| !self.hosts.contains(&host))
    }

    /// Whether an output is worth reading: nearly all name other sites in links alone. Never says
    /// no where something is fetched.
    fn may_fetch(&self, fetcher: Fetcher, bytes: &[u8]) -> bool {
        let is_fetched = |at: usize, text: &mut Option<usize>| {
            fetcher == Fetcher::Style || is_fetched(bytes, at, text)
        };
        let mut text = None;
        let named = memmem::find_iter(bytes, b"//")
            .filter(|at| !self.is_own(&bytes[at + 2..]))
            .any(|at| is_fetched(at, &mut text));
        // Other spellings of an address: `\\`, `&#47;`, `&sol;`.
        let spelt = |at: &usize| bytes[*at] == b'\\' || is_sign(&bytes[at + 1..]);
        let mut text = None;
        named || memchr2_iter(b'\\', b'&', bytes).filter(spelt).any(|at| is_fetched(at, &mut text))
    }

    /// Whether an address whose host begins here is one of the hub's own, or where answers go.
    fn is_own(&self, rest: &[u8]) -> bool {
        let begins = |own: &str| {
            rest.get(..own.len()).is_some_and(|part| part.eq_ignore_ascii_case(own.as_bytes()))
                && rest.get(own.len()).is_none_or(|byte| b"/\"' <?#".contains(byte))
        };
        self.hosts.iter().any(|host| begins(host)) || self.is_for_answers(rest)
    }

    fn is_for_answers(&self, rest: &[u8]) -> bool {
        let address = self.answers.as_deref().and_then(|address| address.split_once("//"));
        address.is_some_and(|(_, below)| {
            rest.strip_prefix(below.as_bytes()).is_some_and(|rest| rest.starts_with(b"\""))
        })
    }
}

/// The host of an address, with its port where that is not the usual one.
fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether an ampersand begins the reference to a slash, a backslash, or a character that browsers
/// leave out of addresses: a tab, the end of a line.
fn is_sign(rest: &[u8]) -> bool {
    let Some(number) = rest.strip_prefix(b"#") else {
        return [b"sol".as_slice(), b"bsol", b"Tab", b"NewLine"]
            .iter()
            .any(|name| rest.starts_with(name));
    };
    let number = number.strip_prefix(b"x").or_else(|| number.strip_prefix(b"X")).unwrap_or(number);
    let zeros = number.iter().take_while(|byte| **byte == b'0').count();
    let digits = number[zeros..].iter().take(3).take_while(|byte| byte.is_ascii_hexdigit()).count();
    let digits = number[zeros..zeros + digits].to_ascii_lowercase();
    matches!(&*digits, b"9" | b"10" | b"13" | b"a" | b"d" | b"47" | b"2f" | b"92" | b"5c")
}

/// Whether an address at a place may be fetched. Links and text outside of tags are not. `text` is
/// an earlier place in such text, if one is known.
fn is_fetched(bytes: &[u8], at: usize, text: &mut Option<usize>) -> bool {
    /// In scripts many `<` open no tag: after so many, the page is read instead.
    const TRIED: usize = 16;
    if text.is_some_and(|text| memchr2(b'<', b'=', &bytes[text..at]).is_none()) {
        *text = Some(at);
        return false;
    }
    let mut end = at;
    for _ in 0..TRIED {
        let Some(open) = memrchr(b'<', &bytes[..end]) else {
            *text = Some(at);
            return false;
        };
        let tag = &bytes[open + 1..at];
        let verdict = match tag.first() {
            Some(letter) if letter.is_ascii_alphabetic() => may_hold(tag),
            Some(b'?') => AtPlace::Fetched,
            Some(b'/' | b'!') => text_behind(tag),
            // Not a tag: the place may still be in the one before.
            _ => {
                end = open;
                continue;
            }
        };
        *text = (verdict == AtPlace::Text).then_some(at);
        return verdict == AtPlace::Fetched;
    }
    true
}

/// What stands at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AtPlace {
    /// Something that may be fetched.
    Fetched,
    /// The address of a link, or the like.
    Harmless,
    Text,
}

/// Whether a tag, of which `tag` is the part before an address, may make a browser fetch that
/// address. Only the usual harmless ones are ruled out.
fn may_hold(tag: &[u8]) -> AtPlace {
    let length = tag.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (name, rest) = tag.split_at(length);
    let name = name.to_ascii_lowercase();
    match end_of_tag(rest) {
        Some(_) if name == b"style" => AtPlace::Fetched,
        Some(end) => text_behind(&rest[end..]),
        None if is_harmless(&name, rest) => AtPlace::Harmless,
        None => AtPlace::Fetched,
    }
}

/// Text follows a tag, unless the tag stands in the value of an attribute: then more attributes may
/// follow.
fn text_behind(tag: &[u8]) -> AtPlace {
    if memchr(b'=', tag).is_some() { AtPlace::Fetched } else { AtPlace::Text }
}

/// The `>` that ends a tag; `rest` follows the tag's name.
fn end_of_tag(rest: &[u8]) -> Option<usize> {
    let mut quote = None;
    rest.iter().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
        quote.is_none() && *byte == b'>'
    })
}

/// Whether an address begins the value of an attribute that fetches nothing.
fn is_harmless(tag: &[u8], rest: &[u8]) -> bool {
    let before =
        rest.strip_suffix(b"https:").or_else(|| rest.strip_suffix(b"http:")).unwrap_or(rest);
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    let Some(before) = before.strip_suffix(b"=") else {
        // The content policy of a page names sites and fetches from none.
        return tag == b"meta"
            && rest.starts_with(b" http-equiv=\"Content-Security-Policy\" content=");
    };
    let attribute = before.rsplit(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    match tag {
        b"a" | b"area" => attribute == b"href",
        b"q" | b"blockquote" | b"ins" | b"del" => attribute == b"cite",
        _ => attribute.starts_with(b"xmlns"),
    }
}

/// Tells every address that a page makes a browser fetch.
fn page(html: &str, depth: usize, tell: &mut dyn FnMut(&str)) {
    read(html, &mut |met| match met {
        Met::Style(style) => css::read(style, tell),
        Met::Tag(tag) => {
            for (name, value) in &tag.attributes {
                attribute(&tag, name, value, depth, tell);
            }
        }
    });
}

fn attribute(tag: &ReadTag, name: &str, value: &str, depth: usize, tell: &mut dyn FnMut(&str)) {
    let of = |tags: &[&str]| tags.contains(&tag.name.as_str());
    match name {
        "src"
            if of(&[
                "img", "image", "script", "iframe", "frame", "embed", "audio", "video", "source",
                "track", "input", "bgsound",
            ]) =>
        {
            tell(value)
        }
        "srcset" if of(&["img", "source"]) => candidates(value, tell),
        "imagesrcset" if of(&["link"]) => candidates(value, tell),
        "poster" if of(&["video"]) => tell(value),
        "data" if of(&["object"]) => tell(value),
        "background" if of(&["body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"]) => {
            tell(value)
        }
        "action" if of(&["form"]) => tell(value),
        "formaction" if of(&["button", "input"]) => tell(value),
        "ping" if of(&["a", "area"]) => value.split_ascii_whitespace().for_each(tell),
        "attributionsrc" if of(&["a", "img", "script"]) => {
            value.split_ascii_whitespace().for_each(tell)
        }
        "href" if of(&["base"]) || tag.name.eq("link") && is_fetched_rel(tag.get("rel")) => {
            tell(value)
        }
        "href" if of(&["xml-stylesheet"]) => tell(value),
        "href" | "xlink:href" if of(&["image", "use", "feimage", "script"]) => tell(value),
        "content"
            if of(&["meta"]) && tag.get("http-equiv").trim().eq_ignore_ascii_case("refresh") =>
        {
            refresh(value, tell)
        }
        "srcdoc" if of(&["iframe"]) && depth > 0 => page(value, depth - 1, tell),
        "style" => css::read(value, tell),
        "fill" | "stroke" | "filter" | "mask" | "clip-path" | "cursor" | "marker"
        | "marker-start" | "marker-mid" | "marker-end" => {
            css::read(value, tell);
        }
        _ => {}
    }
}

/// Whether browsers fetch what a link element of such kinds names, or connect to where it is.
fn is_fetched_rel(rel: &str) -> bool {
    let kinds = [
        "stylesheet",
        "icon",
        "preload",
        "modulepreload",
        "prefetch",
        "prerender",
        "preconnect",
        "dns-prefetch",
        "manifest",
        "mask-icon",
        "apple-touch-icon",
        "apple-touch-icon-precomposed",
        "apple-touch-startup-image",
    ];
    rel.split_ascii_whitespace().any(|rel| kinds.iter().any(|kind| rel.eq_ignore_ascii_case(kind)))
}

/// `a.png 1x, b.png 2x`.
fn candidates(value: &str, tell: &mut dyn FnMut(&str)) {
    for word in value.split_ascii_whitespace() {
        // An address may hold commas, but neither begins nor ends with one. Without spaces, two are
        // one to browsers.
        tell(word.trim_matches(','));
        word.split(',').skip(1).for_each(&mut *tell);
    }
}

/// `5; url='x'`.
fn refresh(value: &str, tell: &mut dyn FnMut(&str)) {
    let rest = value
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ';' | ','));
    let address = match rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")) {
        Some(_) => rest[3..].trim_start().strip_prefix('=').unwrap_or(rest),
        None => rest,
    };
    let address = address.trim_start();
    let quoted = |quote: char| {
        address.strip_prefix(quote).map(|rest| rest.split(quote).next().unwrap_or(rest))
    };
    tell(quoted('"').or_else(|| quoted('\'')).unwrap_or(address));
}

#[cfg(test)]
mod tests;
