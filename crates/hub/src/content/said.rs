//! The text of a page or module as its author wrote it, and what in it leads elsewhere, cites, or
//! names what was written once: what a digest of the text asks for. Read when it is asked for.

use std::collections::BTreeSet;

use super::directive::condition::Readers;
use super::front::characters;
use super::markdown::{PageText, rooted};
use super::module::readers_of;
use super::once::{Library, Module, OnceId, UseFault, Used};
use super::writer::{Text, Writer};
use super::{Facets, Link, fence, readers, weave};
use crate::config::Config;
use etappe_base::source::Span;

/// The text of a page or module as it was written.
pub struct WrittenText<'b> {
    /// From behind the front matter to the end of the file.
    pub source: &'b str,
    /// Where links and images lead that this text shows to any reader, and where definitions of
    /// references lead; of a module, as from the root of pages. Spans are of `source`, sorted, and
    /// none overlaps another.
    pub links: Vec<Link>,
    /// The keys that it cites, whoever is shown the citation.
    pub cited: BTreeSet<Box<str>>,
    /// What it names of what was written once, whether or not the hub has it.
    pub uses: BTreeSet<OnceId>,
}

impl<'b> WrittenText<'b> {
    /// Reads the text in a page's file, which `facets` and `config` are of. `None` where it is no
    /// text.
    pub fn read(bytes: &'b [u8], facets: &Facets, config: &Config) -> Option<Self> {
        let readers = readers(config, &facets.front, facets.lang());
        Self::of(bytes, &readers, &facets.front.title)
    }

    /// Reads the text in a module's file. `None` where it is no text.
    pub fn of_module(bytes: &'b [u8], module: &Module, config: &Config) -> Option<Self> {
        let mut text = Self::of(bytes, &readers_of(module, config), "")?;
        for link in text.links.iter_mut().filter(|link| link.is_internal()) {
            link.dest = rooted(module.file.folder(), &link.dest).into();
        }
        Some(text)
    }

    fn of(bytes: &'b [u8], readers: &Readers<'_>, title: &str) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let source = &text[fence::split(text).body..];
        // A NUL is as long as the space that it is read as.
        let spaced = source.replace('\0', " ");
        let page = PageText { source: &spaced, offset: 0, title, top: 0 };
        // What was written once has parts of its own: here its names stand.
        let library = Library::default();
        let context = weave::Context::new(readers, &library);
        let (said, used) = weave::write_whole(page, context, &Mentioned);
        let Mentions { mut links, cited } = said;
        links.retain_mut(|link| {
            let at = exact(source, link);
            at.inspect(|at| link.span = *at).is_some()
        });
        links.sort_by_key(|link| (link.span.start, link.span.end));
        let mut end = 0;
        links.retain(|link| {
            let is_apart = link.span.start >= end;
            end = end.max(link.span.end);
            is_apart
        });
        let is_named = |used: &Used| used.fault != Some(UseFault::Misplaced);
        let uses = used.into_iter().filter(is_named).map(|used| used.what).collect();
        Some(Self { source, links, cited, uses })
    }
}

/// Where a link's destination stands, to the byte. `None` where its span holds anything else: such
/// a text stays as it is.
fn exact(source: &str, link: &Link) -> Option<Span> {
    let (start, end) = (link.span.start as usize, link.span.end as usize);
    let written = source.get(start..end)?;
    let trimmed = written.trim();
    let start = start + (written.len() - written.trim_start().len());
    let is_it = trimmed == &*link.dest || meant(trimmed) == *link.dest;
    (is_it && !trimmed.is_empty()).then(|| Span::new(start, start + trimmed.len()))
}

/// A destination without backslashes before punctuation, and with the characters that its
/// references mean.
fn meant(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    let mut rest = written.chars().peekable();
    while let Some(c) = rest.next() {
        let escapes = c == '\\' && rest.peek().is_some_and(char::is_ascii_punctuation);
        plain.extend(if escapes { rest.next() } else { Some(c) });
    }
    characters(&plain).into_owned()
}

/// Gathers what a text mentions.
struct Mentioned;

struct Mentions {
    links: Vec<Link>,
    cited: BTreeSet<Box<str>>,
}

impl Writer for Mentioned {
    type Form = Mentions;

    fn write(&self, text: Text<'_>) -> Mentions {
        let cites = text.citations.iter().flat_map(|citation| &citation.cites);
        Mentions { cited: cites.map(|cite| cite.key.clone()).collect(), links: text.links }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{PlanFiles, TextFile};
    use etappe_base::path::HubPath;

    fn check(markdown: &str, dests: &[&str], cited: &[&str]) {
        let (hub, card) = (HubPath::literal("hub.toml"), HubPath::literal("personas/gp.toml"));
        let text = "title = 'T'\nlanguages = ['en']\n[[stages]]\nid = 'use'\nlabel = 'U'\n";
        let hub = Some(TextFile { path: &hub, text });
        let cards = [TextFile { path: &card, text: "label = 'L'\n" }];
        let files = PlanFiles { hub, personas: &cards, ..PlanFiles::default() };
        let config = crate::config::read(files).0.expect("the hub is right");
        let page = format!("+++\ntitle = 'T'\npersonas = 'all'\nstage = 'use'\n+++\n{markdown}");
        let file = HubPath::literal("content/a.md");
        let (document, _) = crate::content::read(&file, page.as_bytes(), &config, &[]);
        let written = WrittenText::read(page.as_bytes(), &document.facets, &config);
        let written = written.expect("it is text");
        assert_eq!(written.source, markdown);
        let places = written.links.iter().map(|link| (link.span.start, link.span.end));
        let found: Vec<&str> =
            places.map(|(start, end)| &markdown[start as usize..end as usize]).collect();
        assert_eq!(found, dests, "{markdown}");
        let keys: Vec<&str> = written.cited.iter().map(|key| &**key).collect();
        assert_eq!(keys, cited, "{markdown}");
    }

    #[test]
    fn destinations_are_found_to_the_byte() {
        check("[a](b.md) ![x](<é f.png> \"t\")", &["b.md", "é f.png"], &[]);
        check("[a](b.md \"x](y\") [c]( d.md )", &["b.md", "d.md"], &[]);
        check("[![i](i.png)](p.md)", &["i.png", "p.md"], &[]);
        check("[a](b\\_c.md) [a](b&amp;c.md)", &["b\\_c.md", "b&amp;c.md"], &[]);
        check("<img src='a.png' srcset=\"b.png 1x, c.png 2x\">", &["a.png", "b.png", "c.png"], &[]);
        check(
            "a <a href=b.md>x</a>\n\n> <div>\n> <a href=\" q.md \">\n> </div>\n",
            &["b.md", "q.md"],
            &[],
        );
        check("|a|\n|-|\n|[b](c.md)|\n\n[^1]\n\n[^1]: ![d](e.png)\n", &["c.md", "e.png"], &[]);
    }

    #[test]
    fn definitions_are_found_whether_or_not_a_link_uses_them() {
        check("[a] [a]\n\n[a]: <b.md> 't'\n[c]: d.md\n[a]: e.md\n", &["b.md", "d.md"], &[]);
    }

    #[test]
    fn what_is_for_some_counts_and_code_does_not() {
        check(":::for{persona=gp}\n[a](b.md) [@k]\n:::\n", &["b.md"], &["k"]);
        check("`[a](b.md)`\n\n    [a](b.md)\n\n<!-- [a](b.md) -->\n", &[], &[]);
        check("a [@one; @two, p. 3]\r\n[b](c.md)\r\n", &["c.md"], &["one", "two"]);
    }
}
