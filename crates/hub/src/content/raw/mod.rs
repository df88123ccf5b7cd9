//! Raw HTML in a body: which addresses and ids its tags hold, and what of it stays so that the
//! page around it stays whole.

mod balance;
mod characters;
mod elements;
mod flaws;
mod tags;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::body::LinkKind;
use etappe_base::address::{Fault, fault};

pub(super) use balance::Balance;
use balance::{Around, Start};
use characters::decode;
pub(super) use flaws::{Flaw, FlawKind};
use tags::{Attribute, Markup, Tag, Tags};

/// What a fragment of raw HTML is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Fragment {
    /// Lines of their own.
    Block,
    /// One tag or comment within a line.
    Inline,
}

/// Where the parts of a fragment stand in the source: in the fragment, and there.
#[derive(Clone, Copy)]
pub(super) struct Places<'p>(pub &'p [(usize, usize)]);

impl Places<'_> {
    fn of(self, at: usize) -> usize {
        let piece = self.0.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.0.get(piece).map_or(at, |(start, source)| source + (at - start))
    }

    /// Where a range of the fragment stands.
    pub(super) fn range(self, range: &Range<usize>) -> Range<usize> {
        self.of(range.start)..self.of(range.end)
    }
}

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
    /// A page within the page whose tag does not say what it is: the tag.
    NoTitle(Range<usize>),
    /// What readers are not given.
    Gone(Range<usize>),
    /// What is no HTML, and is shown as it was written.
    Text(Range<usize>),
    /// Elements that end here.
    Ends { at: usize, tags: String },
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

/// Reads one fragment of HTML, which may begin or end in the middle of anything. What was found
/// comes in the order of the fragment.
pub(super) fn scan(
    html: &str,
    fragment: Fragment,
    places: Places<'_>,
    balance: &mut Balance<'_>,
) -> Vec<Found> {
    let mut scanner = Scanner { html, found: Vec::new(), depth: 0 };
    scanner.markup(places, balance);
    // What browsers take for a comment may end early: then other tags stand in it.
    if fragment == Fragment::Block || html.starts_with("<!") || html.starts_with("<?") {
        let tags = balance.end_text();
        scanner.ends(html.len(), tags);
    }
    scanner.found
}

/// Reads a fragment that stands in an attribute of another, `depth` deep.
fn scan_within(html: &str, depth: u8) -> Vec<Found> {
    let mut scanner = Scanner { html, found: Vec::new(), depth };
    scanner.markup(Places(&[]), &mut Balance::untended());
    scanner.found
}

struct Scanner<'h> {
    html: &'h str,
    found: Vec<Found>,
    /// In how many attributes of other fragments this one stands.
    depth: u8,
}

/// Whether the end of an element stands anywhere in a text.
fn holds_end(text: &str, element: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), b"</").any(|at| {
        let name = text.as_bytes().get(at + 2..at + 2 + element.len());
        name.is_some_and(|name| name.eq_ignore_ascii_case(element.as_bytes()))
    })
}

/// Attributes that hold an address, beside those of links and images.
#[rustfmt::skip]
const ADDRESSES: &[&str] = &[
    "href", "xlink:href", "action", "formaction", "data", "background", "cite", "longdesc", "ping", "manifest", "codebase",
    "classid", "usemap", "profile", "icon", "poster", "dynsrc", "lowsrc", "archive",
];

/// Whether an attribute of an element leads to a file that is shown in its place.
fn is_shown(tag: &str, name: &str) -> bool {
    match tag {
        "video" => name == "poster",
        "object" => name == "data",
        "image" | "use" | "feimage" => matches!(name, "href" | "xlink:href"),
        _ => false,
    }
}

impl Scanner<'_> {
    fn markup(&mut self, places: Places<'_>, balance: &mut Balance<'_>) {
        let mut tags = Tags::of(self.html);
        if let Some(element) = balance.open_text()
            && !tags.skip_text_of(element, balance.noscript())
        {
            return;
        }
        while let Some(markup) = tags.next(balance.is_foreign()) {
            match markup {
                Markup::Start(tag) => {
                    self.start(&tag, places, balance);
                    if let Some(element) = balance.open_text() {
                        tags.skip_text_of(element, balance.noscript());
                    }
                }
                Markup::End { name, whole } => {
                    let (is_kept, ends) = balance.end(&name, places.range(&whole));
                    self.ends(whole.start, ends);
                    if !is_kept {
                        self.found.push(Found::Gone(whole));
                    }
                }
                Markup::Comment { whole, is_open } => {
                    if balance.comment(places.range(&whole), is_open) {
                        self.found.push(Found::Gone(whole));
                    }
                }
                Markup::Unfinished(at) => {
                    let whole = at..self.html.len();
                    if balance.unfinished(places.range(&whole)) {
                        self.found.push(Found::Text(whole));
                    }
                }
            }
        }
    }

    fn ends(&mut self, at: usize, tags: String) {
        if !tags.is_empty() {
            self.found.push(Found::Ends { at, tags });
        }
    }

    fn start(&mut self, tag: &Tag<'_>, places: Places<'_>, balance: &mut Balance<'_>) {
        let whole = &tag.whole;
        // Browsers that run scripts take all in a `noscript` for text, up to its end.
        if balance.noscript().is_some_and(|end| holds_end(&self.html[whole.clone()], end)) {
            balance.unfinished(places.range(whole));
            return self.found.push(Found::Text(whole.clone()));
        }
        let around = Around {
            at: places.range(whole),
            more: !self.html[whole.end..].trim_start().is_empty(),
            holds_html: self.says_html(tag),
        };
        match balance.start(tag, around) {
            Start::Kept { before, behind } => {
                self.ends(whole.start, before);
                self.tag(tag);
                self.ends(whole.end, behind);
            }
            Start::Gone => self.found.push(Found::Gone(whole.clone())),
            Start::Text => self.found.push(Found::Text(whole.clone())),
        }
    }

    /// Whether a note on a formula says that it is HTML.
    fn says_html(&self, tag: &Tag<'_>) -> bool {
        let encoding = tag.attributes.iter().find(|a| a.name.eq_ignore_ascii_case("encoding"));
        tag.name == "annotation-xml"
            && encoding.is_some_and(|encoding| {
                let value = decode(&self.html[encoding.value.clone()]).to_ascii_lowercase();
                matches!(&*value, "text/html" | "application/xhtml+xml")
            })
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        let (mut has_alt, mut says_size, mut has_title) = (false, false, false);
        let before = self.found.len();
        for attribute in &tag.attributes {
            let name = attribute.name.to_ascii_lowercase();
            has_alt |= name == "alt";
            says_size |= matches!(&*name, "width" | "height" | "srcset" | "sizes");
            if !attribute.value.is_empty() {
                has_title |= matches!(&*name, "title" | "aria-label" | "aria-labelledby");
                let found = self.meaning(&tag.name, &name, attribute);
                self.found.extend(found);
            }
        }
        let whole = tag.whole.clone();
        if tag.name == "img" && !says_size {
            self.found[before..].iter_mut().for_each(Found::leave_size);
        }
        match tag.name.as_bytes() {
            b"img" if !has_alt => self.found.push(Found::NoAlt(whole)),
            b"iframe" if !has_title => self.found.push(Found::NoTitle(whole)),
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
            _ if is_shown(tag, name)
                && !said.trim().is_empty()
                && fault(&said, false).is_none() =>
            {
                return Some(Found::Candidates(vec![(said.trim().to_owned(), value)]))
                    .filter(|_| !said.trim().starts_with('#'));
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
