//! Raw HTML passes as it is, but for the addresses in it.

use pulldown_cmark::CowStr;

use super::Composer;
use crate::content::body::{Link, LinkKind};
use crate::content::raw::{Found, scan};
use crate::content::writer::{Cut, Raw, Step};
use etappe_base::source::Span;

#[derive(Default)]
pub(super) struct OpenHtml {
    pub text: String,
    /// Where pieces of `text` stand in the source.
    pub pieces: Vec<(usize, usize)>,
}

impl<'s> Composer<'s> {
    /// Raw HTML passes as it is, but for the addresses in it. `pieces` say where its parts stand in
    /// the source.
    pub(super) fn raw_html(&mut self, html: CowStr<'s>, pieces: &[(usize, usize)]) {
        self.has_raw_html = true;
        let mut cuts: Vec<Cut> = Vec::new();
        let mut done = 0;
        for found in scan(&html) {
            match found {
                Found::Id { id, value } => {
                    if !self.ids.insert(id.clone().into()) {
                        self.remarks.duplicate_id(
                            &id,
                            in_source(value.start, pieces)..in_source(value.end, pieces),
                        );
                    }
                }
                Found::Candidates(candidates) => {
                    for (dest, at) in candidates {
                        let span =
                            Span::new(in_source(at.start, pieces), in_source(at.end, pieces))
                                .shifted(self.offset);
                        let link = Link { dest: dest.into(), span, kind: LinkKind::Candidate };
                        if link.is_internal() {
                            done = at.end;
                            cuts.push(Cut { at, link: Some(self.links.len() as u32) });
                        }
                        self.links.push(link);
                    }
                }
                Found::Name(name) => {
                    self.ids.insert(name.into());
                }
                Found::NoAlt(tag) => {
                    self.remarks.no_alt(in_source(tag.start, pieces)..in_source(tag.end, pieces))
                }
                Found::Heading { level, tag } => {
                    self.remarks
                        .heading(level, in_source(tag.start, pieces)..in_source(tag.end, pieces));
                }
                Found::Faulty { attribute, value, dest } => {
                    let span =
                        Span::new(in_source(value.start, pieces), in_source(value.end, pieces))
                            .shifted(self.offset);
                    let link = Link { dest: dest.into(), span, kind: LinkKind::Page };
                    if link.fault().is_some_and(|fault| fault.is_barred()) {
                        let start = done + html[done..attribute.start].trim_end().len();
                        done = attribute.end;
                        cuts.push(Cut { at: start..done, link: None });
                    }
                    self.links.push(link);
                }
                Found::Link { attribute, value, dest, kind } => {
                    let span =
                        Span::new(in_source(value.start, pieces), in_source(value.end, pieces))
                            .shifted(self.offset);
                    let link = Link { dest: dest.into(), span, kind };
                    if link.is_internal() {
                        // What fills it brings the space before its attribute.
                        let start = done + html[done..attribute.start].trim_end().len();
                        done = attribute.end;
                        let link = Some(self.links.len() as u32);
                        cuts.push(Cut { at: start..done, link });
                    }
                    self.links.push(link);
                }
            }
        }
        self.readable();
        self.push(Step::Raw(Raw { html, cuts }));
    }
}

/// Where a byte of joined HTML lines stands in the source.
fn in_source(at: usize, pieces: &[(usize, usize)]) -> usize {
    let piece = pieces.partition_point(|(start, _)| *start <= at).saturating_sub(1);
    pieces.get(piece).map_or(at, |(start, source)| source + (at - start))
}
