//! What a `for` leaves behind where it was not woven, and so hides nothing; and the id of what was
//! written once where it was not put there: the last check on a text.
//!
//! It reads all that a body hands out, and knows nothing of how texts are woven: whatever weaving
//! misses is found here, and its page is then on no site. Text is read as it is seen: tags and
//! characters that nobody sees are passed over, character references are what they stand for.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr3_iter};
use quick_xml::escape::{resolve_html5_entity, unescape_with};

use super::condition::KEYS;
use super::head::{self, DirectiveHead};
use super::inline::{is_escaped, limit};
use super::{CLAIM, CLAIMS, FOR, KEYS_OF_ONCE, OF_ONCE, USE};
use crate::config::directives::AttributeValue;
use crate::content::body::{Body, Given};

/// The keys that only a `for` has. `lang` is a word of HTML, Pandoc and others too.
const TELLING: [&str; 2] = ["persona=", "stage="];

/// The longest tag and the longest group of attributes that are looked into, in bytes: no search
/// goes on for ever.
const LONGEST_TAG: usize = 4_000;
const LONGEST_GROUP: usize = 300;

/// Whether anything that the body hands out holds a `for` that hides nothing, or an id that no
/// reader may see.
pub(crate) fn is_in(body: &Body) -> bool {
    let addresses = body.links.iter().map(|link| &*link.dest);
    let headings = body.headings.iter().flat_map(|heading| [&*heading.text, &*heading.id]);
    let cites = body.citations.iter().flat_map(|citation| &citation.cites);
    let cites = cites.flat_map(|cite| [&*cite.key, &*cite.locator]);
    let directives = body.directives.iter();
    let names = directives.clone().flat_map(|one| [&*one.id, &*one.class]);
    let values = directives.flat_map(|one| &one.attributes).filter_map(|(_, given)| match given {
        Given::Value(AttributeValue::Text(text)) => Some(&**text),
        _ => None,
    });
    let mut all = addresses.chain(headings).chain(cites).chain(names).chain(values);
    find(&body.html, 0).is_some() || all.any(|text| find(text, 0).is_some())
}

/// Where the first `for`, directive of what was written once, or group of braces that names readers
/// begins at or behind `from`.
pub(in crate::content) fn find(text: &str, from: usize) -> Option<usize> {
    let starts = memchr3_iter(b':', b'{', b'&', &text.as_bytes()[from..]);
    starts.map(|at| from + at).find(|at| begins(text, *at))
}

fn begins(text: &str, at: usize) -> bool {
    // Most references are ampersands and quotes: those need no decoding.
    let rest = &text[at..];
    let is_reference = rest.starts_with('&');
    if is_reference && !["&#", "&co", "&lc", "&lb"].iter().any(|start| rest.starts_with(start)) {
        return false;
    }
    let mut seen = Seen { text, at, links: false };
    match seen.next() {
        Some(':') => names_own(seen),
        Some('{') => names_readers(seen),
        _ => false,
    }
}

/// The name of one of the program's own directives before a bracket or a brace, or before a link,
/// whose text stood in brackets. Raw HTML shows backslashes and asterisks, but nobody writes them
/// there for their own sake.
fn names_own(mut seen: Seen<'_>) -> bool {
    let mut name = [0_u8; LONGEST_NAME];
    let mut length = 0;
    loop {
        // Behind a whole name a link may stand for the bracket.
        seen.links = name.get(..length).is_some_and(is_own);
        let next = seen.find(|c| !is_mark(*c));
        match (next, name.get_mut(length)) {
            (Some('[' | '{'), _) => return seen.links,
            (Some(letter), Some(free)) if letter.is_ascii_alphabetic() => {
                *free = letter.to_ascii_lowercase() as u8;
                length += 1;
            }
            _ => return false,
        }
    }
}

const LONGEST_NAME: usize = CLAIMS.len();

fn is_own(name: &[u8]) -> bool {
    [FOR, CLAIM, CLAIMS, USE].iter().any(|own| own.as_bytes() == name)
}

/// Braces that name readers: a key of `for` stands first in them, or behind others.
fn names_readers(seen: Seen<'_>) -> bool {
    let mut group = String::new();
    for c in seen {
        if matches!(c, '{' | '}' | '\n') || group.len() > LONGEST_GROUP {
            break;
        }
        group.push(c.to_ascii_lowercase());
    }
    let is_key = |at: usize| {
        let before = group[..at].strip_suffix("not-").unwrap_or(&group[..at]);
        // In a script, what stands between braces is no list of attributes.
        let is_list = before.ends_with([' ', '\t', '"', '\'']) && !before.contains([';', '(', ')']);
        before.trim_start().is_empty() || is_list
    };
    TELLING.iter().any(|key| group.match_indices(key).any(|(at, _)| is_key(at)))
}

/// Characters as readers see them.
struct Seen<'t> {
    text: &'t str,
    at: usize,
    /// Whether a link's tag is seen as the bracket that it was written with.
    links: bool,
}

impl Iterator for Seen<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        loop {
            let rest = self.text.get(self.at..)?;
            let first = rest.chars().next()?;
            let (seen, length) = match first {
                '<' => tag(rest, self.links),
                '&' => (Some(character(rest)), reference(rest)),
                c => (Some(c), c.len_utf8()),
            };
            self.at += length;
            if let Some(c) = seen.filter(|c| !is_unseen(*c)) {
                return Some(c);
            }
        }
    }
}

/// What is seen of a tag, and its length: the end of a line where a block begins or ends, else
/// nothing.
fn tag(rest: &str, links: bool) -> (Option<char>, usize) {
    let bytes = rest.as_bytes();
    let is_tag = bytes.get(1).is_some_and(|c| c.is_ascii_alphabetic() || b"/!?".contains(c));
    let end = memchr(b'>', &bytes[..bytes.len().min(LONGEST_TAG)]).filter(|_| is_tag);
    let Some(end) = end else { return (Some('<'), 1) };
    let name = rest[1..end].trim_start_matches('/');
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is = |known: &&str| known.eq_ignore_ascii_case(name);
    let seen = match () {
        () if BLOCKS.iter().any(is) => Some('\n'),
        () if links && bytes[1] != b'/' && is(&"a") => Some('['),
        () => None,
    };
    (seen, end + 1)
}

const BLOCKS: [&str; 21] = [
    "p", "li", "td", "th", "tr", "dt", "dd", "dl", "ul", "ol", "br", "hr", "div", "table", "h1",
    "h2", "h3", "h4", "h5", "h6", "pre",
];

/// How long the character reference is that a text begins with; an ampersand is one byte.
fn reference(rest: &str) -> usize {
    decoded(rest).map_or(1, |(_, length)| length)
}

fn character(rest: &str) -> char {
    decoded(rest).map_or('&', |(c, _)| c)
}

/// The character that a text begins with as a reference, and the reference's length. Browsers do
/// without the semicolon behind a number.
fn decoded(rest: &str) -> Option<(char, usize)> {
    /// The longest name has 32 letters.
    const LONGEST: usize = 40;
    let bytes = rest.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let is_hex = matches!(bytes.get(2), Some(b'x' | b'X'));
        let (start, radix) = if is_hex { (3, 16) } else { (2, 10) };
        let digits = rest.get(start..)?;
        let digits =
            &digits[..digits.bytes().take_while(|c| char::from(*c).is_digit(radix)).count()];
        let c = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)?;
        let end = start + digits.len();
        return Some((c, end + usize::from(bytes.get(end) == Some(&b';'))));
    }
    let length = bytes.iter().take(LONGEST).position(|c| *c == b';')? + 1;
    let meant = unescape_with(&rest[..length], resolve_html5_entity).ok()?;
    Some((meant.chars().next()?, length))
}

/// Characters that take no place where they stand: soft hyphens, joiners, marks of direction.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text names readers in braces anywhere: on a heading that is an attribute.
pub(in crate::content) fn may_name_readers(source: &str) -> bool {
    memchr_iter(b'{', source.as_bytes()).any(|at| begins(source, at))
}

/// Whether a page of this text may be kept off every site, or wait, by what it says of its readers
/// and names of what was written once. Says yes too often rather than too rarely.
pub(crate) fn may_be_in(source: &str) -> bool {
    let has = |wanted: &str| memchr::memmem::find(source.as_bytes(), wanted.as_bytes()).is_some();
    let starts = memchr3_iter(b':', b'{', b'&', source.as_bytes());
    let mut starts = starts.map(|at| (source.as_bytes()[at], &source[at + 1..]));
    let may_begin = |(first, rest): (u8, &str)| match first {
        b':' => may_name_own(rest) || may_name_once(rest),
        b'{' => may_name_readers_in(rest.lines().next().unwrap_or_default()),
        _ => ["#", "colon", "lcub", "lbrace"].iter().any(|name| rest.starts_with(name)),
    };
    has("::for") || starts.any(may_begin)
}

/// Whether what stands behind a colon may stand for what was written once, misspelt or not.
fn may_name_once(rest: &str) -> bool {
    let Some(head) = head::read(rest, 0, limit(rest, 0)) else { return false };
    OF_ONCE.iter().any(|own| rest[head.name.clone()].eq_ignore_ascii_case(own))
        || head.attributes.iter().any(|written| KEYS_OF_ONCE.contains(&&*written.key))
}

/// Whether what stands behind a colon may be one of the program's own directives with a label or
/// braces, for readers.
pub(in crate::content) fn may_name_own(rest: &str) -> bool {
    names_own(Seen { text: rest, at: 0, links: false })
}

/// The name of the directive that begins at `at`, if it was meant to stand for what was written
/// once.
pub(in crate::content) fn once_at(source: &str, at: usize) -> Option<&'static str> {
    let seen = Seen { text: source, at, links: false };
    let letters = seen.filter(|c| !is_mark(*c)).skip_while(|c| *c == ':');
    let name: String = letters.take_while(char::is_ascii_alphabetic).collect();
    OF_ONCE.into_iter().find(|own| name.eq_ignore_ascii_case(own))
}

/// Whether a name reads as `for`, whatever stands within it.
pub(in crate::content) fn is_for(name: &str) -> bool {
    let seen = Seen { text: name, at: 0, links: false }.filter(|c| !is_mark(*c));
    seen.map(|c| c.to_ascii_lowercase()).eq(FOR.chars())
}

fn may_name_readers_in(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let is_split = |c: char| is_mark(c) || matches!(c, '<' | '&');
    line.contains(is_split) || KEYS.iter().any(|key| line.contains(key))
}

/// Whether Markdown may take the character out of a word, or readers do not see it.
fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '~' | '\\' | '`') || is_unseen(c)
}

/// The text with every escaped `\:for`, `\:claim` or `\:use` and its braces made into something else, of the same length
/// and the same to Markdown. In the ranges `raw` a backslash escapes nothing.
pub(in crate::content) fn without_escaped(source: &str, raw: &[Range<usize>]) -> String {
    let mut masked = source.as_bytes().to_vec();
    for at in memchr_iter(b':', source.as_bytes()) {
        let run = source[..at].trim_end_matches(':').len();
        let escaped = is_escaped(source, at) || is_escaped(source, run);
        if !escaped || raw.iter().any(|range| range.contains(&at)) {
            continue;
        }
        let Some(head) = head::read(source, at + 1, limit(source, at)).filter(names_it(source))
        else {
            continue;
        };
        masked[at + 2] = b'0';
        let braces = head.label.map_or(head.name.end, |label| label.end + 1)..head.end;
        masked[braces].iter_mut().filter(|byte| **byte == b'=').for_each(|byte| *byte = b'-');
    }
    // Only ASCII was replaced, and by ASCII.
    String::from_utf8(masked).unwrap_or_default()
}

fn names_it(source: &str) -> impl Fn(&DirectiveHead) -> bool {
    |head| is_own(source[head.name.clone()].to_ascii_lowercase().as_bytes())
}

/// The most places that are reported of one text.
const MOST_PLACES: usize = 100;

/// The places in a source of each `for` that hides nothing, and of each id that readers would see,
/// each once. Bytes that are `explained`,
/// such as code, are passed over. Where no such place is found in the source, its first line stands
/// for all of it.
pub(in crate::content) fn places(source: &str, explained: &[bool]) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(at) = find(source, from).filter(|_| places.len() < MOST_PLACES) {
        from = at + 1;
        let head = head::read(source, at + 1, limit(source, at)).filter(names_it(source));
        let is_braces = source.as_bytes()[at] == b'{';
        // Braces within a place that is reported already.
        let is_told = is_braces && places.last().is_some_and(|last| last.contains(&at));
        if is_told || explained.get(at) == Some(&true) {
            continue;
        }
        let closing =
            || source[at..].find(['}', '\n']).map_or(source.len(), |length| at + length + 1);
        let is_whole = is_braces || (head.is_none() && once_at(source, at).is_some());
        let end = if is_whole { closing() } else { head.map_or(at + 1, |head| head.end) };
        places.push(at..end);
    }
    if places.is_empty() {
        let start = source.len() - source.trim_start().len();
        places.push(start..start + source[start..].lines().next().unwrap_or_default().len());
    }
    places
}
