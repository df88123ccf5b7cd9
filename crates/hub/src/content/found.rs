//! The words that a search finds a page by, and the text that it shows of the page.

use super::{Body, Document, Fill, Given};
use crate::config::PersonaIx;
use crate::config::directives::AttributeValue;
use crate::search::{self, Gap, Words, Written};

impl Document {
    /// The words of what the page says to a persona. The first call for a variant works them out;
    /// the others are free.
    pub fn found_by(&self, persona: PersonaIx) -> &Words {
        let body = self.body(persona);
        body.found_by.get_or_init(|| {
            let front = &self.facets.front;
            Box::new(Words::new(Written {
                title: &front.title,
                summary: &front.summary,
                html: &body.html,
                gaps: body.gaps(),
            }))
        })
    }
}

impl Body {
    /// The body's text as it is read: without tags, scripts and the like.
    pub fn plain(&self) -> String {
        search::text(&self.html, self.gaps())
    }

    /// The gaps at which words end: those of directives and citations. Texts that a page gives a
    /// directive as attributes belong to its text too.
    fn gaps(&self) -> impl Iterator<Item = Gap<'_>> {
        self.slots.iter().filter_map(|slot| {
            let texts = match slot.fill {
                Fill::Open(directive) => said(&self.directives[directive as usize].attributes),
                Fill::Content | Fill::Close | Fill::Citation(_) => Vec::new(),
                Fill::Link(_) | Fill::Word(_) | Fill::Part(_) | Fill::PartEnd => return None,
            };
            Some(Gap { at: slot.at as usize, texts })
        })
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
