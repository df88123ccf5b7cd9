//! Links and citations: where an address stands in the source, and whether it is final.

use std::ops::Range;

use pulldown_cmark::{CowStr, LinkType, RefDefs};

use super::{Composer, escape};
use crate::content::body::{Citation, Fill, Link, LinkKind, mark, read_citation};
use etappe_base::address::{Fault, fault, scheme};
use etappe_base::source::Span;

impl<'s> Composer<'s> {
    /// Takes the citation that begins at `at`, if one does. Within a link, which cannot hold
    /// another, it waits for the link's end.
    pub(super) fn cites(&mut self, at: usize) -> bool {
        if self.in_code {
            return false;
        }
        let Some((citation, end)) = read_citation(self.source, at, self.offset) else {
            return false;
        };
        self.cited_to = end;
        match self.link {
            Some(_) => self.behind_link.push(citation),
            None => self.push_citation(citation),
        }
        true
    }

    pub(super) fn push_citation(&mut self, citation: Citation) {
        self.readable();
        self.push_gap(Fill::Citation(self.citations.len() as u32));
        self.citations.push(citation);
    }

    /// The destination as written, and its span in the file.
    pub(super) fn destination(
        &mut self,
        link_type: LinkType,
        dest: CowStr<'s>,
        id: &str,
        range: Range<usize>,
        definitions: &RefDefs<'_>,
    ) -> (Box<str>, Span) {
        let within = match link_type {
            LinkType::Autolink | LinkType::Email => {
                range.start + 1..range.end.saturating_sub(1).max(range.start + 1)
            }
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut => {
                let definition = definitions.get(id);
                self.remarks.used.extend(definition.map(|definition| definition.span.start));
                definition.map_or(range.clone(), |definition| {
                    self.find(&dest, definition.span.clone(), "]:")
                })
            }
            _ => self.find(&dest, range, "]("),
        };
        let span = Span::from(within).shifted(self.offset);
        let dest: Box<str> = if link_type == LinkType::Email {
            format!("mailto:{dest}").into()
        } else {
            (&*dest).into()
        };
        (dest, span)
    }

    /// Where `dest` stands behind the last `mark` in `range`. Escapes in it are looked past.
    fn find(&self, dest: &str, range: Range<usize>, mark: &str) -> Range<usize> {
        let text = &self.source[range.clone()];
        let Some(at) = (if mark == "](" { text.rfind(mark) } else { text.find(mark) }) else {
            return range;
        };
        let rest = &text[at + mark.len()..];
        let lead = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let open = usize::from(rest.starts_with('<'));
        let rest = &rest[open..];
        let length = if rest.starts_with(dest) {
            dest.len()
        } else {
            rest.find(|c: char| c.is_whitespace() || c == '>' || (c == ')' && open == 0))
                .unwrap_or(rest.len())
        };
        let start = range.start + at + mark.len() + lead + open;
        start..start + length
    }

    /// Keeps a link, and writes its attribute: as it is where it is final, a gap where it depends
    /// on the site.
    pub(super) fn address(
        &mut self,
        html: &mut String,
        dest: Box<str>,
        span: Span,
        kind: LinkKind,
    ) {
        let link = Link { dest, span, kind };
        if link.is_internal() {
            mark(html, Fill::Link(self.links.len() as u32));
        } else {
            attribute(html, kind.attribute().unwrap_or("href"), &link.dest);
        }
        self.links.push(link);
    }
}

impl Link {
    /// Whether the address depends on the site that shows the page: not on another host, not on the
    /// page itself.
    pub fn is_internal(&self) -> bool {
        if let Some(fault) = self.fault() {
            // What no site may show leaves a gap, which stays empty.
            return fault.is_barred();
        }
        let dest = &*self.dest;
        !(dest.starts_with('#')
            || dest.starts_with("//")
            || scheme(dest).is_some()
            || (dest.is_empty() && self.kind == LinkKind::Page))
    }

    /// What is wrong with the address, wherever the page is shown.
    pub fn fault(&self) -> Option<Fault> {
        fault(&self.dest, self.kind != LinkKind::Page)
    }
}

/// Writes an attribute. A title that is empty is none.
pub(super) fn attribute(html: &mut String, name: &str, value: &str) {
    if value.is_empty() && name == "title" {
        return;
    }
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    escape(html, value);
    html.push('"');
}
