//! Raw HTML passes as it is, but for the addresses in it, and for what would break the page around
//! it.

use pulldown_cmark::CowStr;

use super::Composer;
use crate::content::body::LinkKind;
use crate::content::raw::{Found, Fragment, Places, scan};
use crate::content::writer::{Cut, Instead, Raw, Step};
use etappe_base::source::Span;

#[derive(Default)]
pub(super) struct OpenHtml {
    pub text: String,
    /// Where pieces of `text` stand in the source.
    pub pieces: Vec<(usize, usize)>,
}

impl<'s> Composer<'s> {
    /// Takes a block of raw HTML, or one tag of it within a line. `places` say where its parts
    /// stand in the source.
    pub(super) fn raw_html(&mut self, html: CowStr<'s>, fragment: Fragment, places: Places<'_>) {
        self.has_raw_html = true;
        let found = scan(&html, fragment, places, &mut self.balance);
        let mut cuts: Vec<Cut> = Vec::new();
        for found in found {
            self.found(found, &html, places, &mut cuts);
        }
        self.readable();
        self.push(Step::Raw(Raw { html, cuts }));
    }

    fn found(&mut self, found: Found, html: &str, places: Places<'_>, cuts: &mut Vec<Cut>) {
        let done = cuts.last().map_or(0, |cut| cut.at.end);
        match found {
            Found::Id { id, value } => {
                let free = self.free_id(id.clone());
                if free != id {
                    cuts.push(Cut {
                        at: value.clone(),
                        instead: Instead::Html(in_attribute(&free)),
                    });
                }
                if !self.ids.insert(free.into()) {
                    self.remarks.duplicate_id(&id, places.range(&value));
                }
            }
            Found::Candidates(candidates) => {
                for (dest, at) in candidates {
                    let span = Span::from(places.range(&at)).shifted(self.offset);
                    let link = self.link_to(dest.into(), span, LinkKind::Candidate);
                    if link.is_internal() {
                        cuts.push(Cut { at, instead: Instead::Link(self.links.len() as u32) });
                    }
                    self.links.push(link);
                }
            }
            Found::Name(name) => {
                self.ids.insert(name.into());
            }
            Found::NoAlt(tag) => self.remarks.no_alt(places.range(&tag)),
            Found::NoTitle(tag) => self.remarks.no_title(places.range(&tag)),
            Found::Heading { level, tag } => self.remarks.heading(level, places.range(&tag)),
            Found::Faulty { attribute, value, dest } => {
                let span = Span::from(places.range(&value)).shifted(self.offset);
                let link = self.link_to(dest.into(), span, LinkKind::Page);
                if link.fault().is_some_and(|fault| fault.is_barred()) {
                    let start = done + html[done..attribute.start].trim_end().len();
                    cuts.push(Cut { at: start..attribute.end, instead: Instead::Nothing });
                }
                self.links.push(link);
            }
            Found::Link { attribute, value, dest, kind } => {
                let span = Span::from(places.range(&value)).shifted(self.offset);
                let link = self.link_to(dest.into(), span, kind);
                // Where a link leads within a module is known where the module ends.
                let is_within = link.module.is_some()
                    && link.dest.starts_with('#')
                    && html[attribute.clone()].starts_with("href");
                if link.is_internal() || is_within {
                    // What fills it brings the space before its attribute.
                    let start = done + html[done..attribute.start].trim_end().len();
                    let instead = Instead::Link(self.links.len() as u32);
                    cuts.push(Cut { at: start..attribute.end, instead });
                }
                self.links.push(link);
            }
            Found::Gone(at) => cuts.push(Cut { at, instead: Instead::Nothing }),
            Found::Text(at) => {
                self.say_in_heading(&html[at.clone()]);
                cuts.push(Cut { at, instead: Instead::Text });
            }
            Found::Ends { at, tags } => cuts.push(Cut { at: at..at, instead: Instead::Html(tags) }),
        }
    }

    /// Writes the ends of elements that ended by themselves.
    pub(super) fn ends(&mut self, tags: String) {
        if !tags.is_empty() {
            self.push(Step::Raw(Raw { html: tags.into(), cuts: Vec::new() }));
        }
    }
}

/// An id as the value of an attribute, with quotes around it or without.
fn in_attribute(id: &str) -> String {
    let mut value = String::with_capacity(id.len());
    for c in id.chars() {
        match c {
            c if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':') => value.push(c),
            c => value.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    value
}
