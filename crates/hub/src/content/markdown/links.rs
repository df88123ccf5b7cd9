//! Links and citations: where they stand in the source.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, RefDefs};

use super::Composer;
use crate::content::body::{Citation, Link, LinkKind, read_citation};
use crate::content::remarks::UnreadLink;
use crate::content::writer::Step;
use etappe_base::source::Span;

impl<'s> Composer<'s> {
    /// Takes the citation that begins at `at`, if one does. Within a link, which cannot hold
    /// another, it waits for the link's end.
    pub(super) fn cites(&mut self, at: usize) -> bool {
        if self.in_code {
            return false;
        }
        let Some((mut citation, end)) = read_citation(self.source, at, self.offset) else {
            return false;
        };
        if let Some(outer) = self.outer.first() {
            citation.is_borrowed = true;
            citation.cites.iter_mut().for_each(|cite| cite.span = outer.at);
        }
        self.cited_to = end;
        match self.link {
            Some(_) => self.behind_link.push(citation),
            None => self.push_citation(citation),
        }
        true
    }

    /// Takes a citation that stands nowhere in the source. A description of an image has none.
    pub(crate) fn cite(&mut self, mut citation: Citation) {
        let (offset, outer) = (self.offset, self.outer.first().map(|outer| outer.at));
        citation
            .cites
            .iter_mut()
            .for_each(|cite| cite.span = outer.unwrap_or(cite.span.shifted(offset)));
        match (&self.image, &self.link) {
            (Some(_), _) => {}
            (None, Some(_)) => self.behind_link.push(citation),
            (None, None) => {
                if citation.is_apart {
                    self.push(Step::Event(Event::Text(" ".into())));
                }
                self.push_citation(citation);
            }
        }
    }

    pub(super) fn push_citation(&mut self, citation: Citation) {
        self.readable();
        self.push(Step::Citation(self.citations.len() as u32));
        self.citations.push(citation);
    }

    /// A link or an image that is text.
    pub(super) fn unread(&self, UnreadLink { dest, is_image }: &UnreadLink) -> Link {
        let kind = if *is_image { LinkKind::Picture } else { LinkKind::Page };
        let span = Span::from(dest.clone()).shifted(self.offset);
        let dest = self.source.get(dest.clone()).unwrap_or_default();
        self.link_to(dest.into(), span, kind)
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

    /// Takes the addresses of all definitions, whether a link uses them or not.
    pub(crate) fn define(&mut self, definitions: &RefDefs<'_>) {
        for (_, definition) in definitions.iter() {
            let at = self.find(&definition.dest, definition.span.clone(), "]:");
            let span = Span::from(at).shifted(self.offset);
            let dest = (&*definition.dest).into();
            self.links.push(Link { dest, span, kind: LinkKind::Page, module: None });
        }
    }

    /// Where `dest` stands behind the last `mark` in `range`. Escapes in it are looked past.
    fn find(&self, dest: &str, range: Range<usize>, mark: &str) -> Range<usize> {
        let Some(text) = self.source.get(range.clone()) else { return range };
        // A title may hold the mark too.
        let is_it = |at: &usize| {
            text[at + mark.len()..].trim_start().trim_start_matches('<').starts_with(dest)
        };
        let Some(at) = (match mark {
            "](" => {
                let mut marks = text.rmatch_indices(mark).map(|(at, _)| at);
                let last = marks.next();
                last.filter(is_it).or_else(|| marks.find(is_it)).or(last)
            }
            _ => text.find(mark),
        }) else {
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
            let mut is_escaped = false;
            let ends = |c: char| {
                let escaped = is_escaped;
                is_escaped = c == '\\' && !escaped;
                !escaped && (c.is_whitespace() || c == '>' || (c == ')' && open == 0))
            };
            rest.find(ends).unwrap_or(rest.len())
        };
        let start = range.start + at + mark.len() + lead + open;
        start..start + length
    }
}
