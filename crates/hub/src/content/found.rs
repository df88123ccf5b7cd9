//! The words that a search finds a page by, and the text that it shows of the page.

use super::body::pieces;
use super::{Body, Document, Fill, Given};
use crate::config::PersonaIx;
use crate::config::directives::AttributeValue;
use crate::search::{self, Piece, SearchedPage, Words};

impl Document {
    /// The words of what the page says to a persona. The first call for a variant works them out;
    /// the others are free.
    pub fn found_by(&self, persona: PersonaIx) -> &Words {
        let body = self.body(persona);
        body.found_by.get_or_init(|| {
            let front = &self.facets.front;
            Box::new(Words::new(SearchedPage {
                title: &front.title,
                summary: &front.summary,
                pieces: body.parted(),
            }))
        })
    }
}

impl Body {
    /// The body's text as it is read: without tags, scripts and the like.
    pub fn plain(&self) -> String {
        search::text(self.parted())
    }

    /// Its HTML, parted where words end: at directives and citations. Texts that a page gives a
    /// directive as attributes belong to its text too.
    fn parted(&self) -> impl Iterator<Item = Piece<'_>> {
        pieces(&self.html, &self.slots, ends_words).map(|(html, fill)| {
            let texts = match fill {
                Some(Fill::Open(at)) => said(&self.directives[at as usize].attributes),
                _ => Vec::new(),
            };
            Piece { html, texts }
        })
    }
}

fn ends_words(fill: Fill) -> bool {
    match fill {
        Fill::Open(_) | Fill::Content | Fill::Close | Fill::Citation(_) => true,
        Fill::Link(_) | Fill::Word(_) => false,
        Fill::Part(_) | Fill::PartEnd | Fill::Reused(_) | Fill::ReusedEnd => false,
    }
}

fn said(attributes: &[(Box<str>, Given)]) -> Vec<&str> {
    let mut texts = Vec::new();
    for (_, given) in attributes {
        if let Given::Value(AttributeValue::Text(text)) = given {
            texts.push(&**text);
        }
    }
    texts
}
