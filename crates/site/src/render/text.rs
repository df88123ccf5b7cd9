//! A page's text with its gaps filled: addresses, words of the theme, and directives by their
//! templates.

use crate::theme::{Failure, Templates};
use crate::view::PageText;
use etappe_hub::content::{Directive, Fill, escape};

/// A directive whose end has not been reached yet.
struct OpenTemplate<'v> {
    directive: &'v Directive,
    label: String,
    html: String,
}

/// The finished HTML of a text.
///
/// # Errors
/// When the template of a directive fails.
pub(super) fn fill(text: &PageText<'_>, templates: &Templates) -> Result<String, Failure> {
    let body = text.body;
    let mut html = String::with_capacity(body.html.len() + body.slots.len() * 96);
    let mut open: Vec<OpenTemplate<'_>> = Vec::new();
    let mut met = 0;
    text.write_edge(&mut html, true);
    for (piece, fill) in body.pieces() {
        html.push_str(piece);
        let Some(fill) = fill else { break };
        match fill {
            Fill::Link(link) => text.write_address(&mut html, link),
            Fill::Citation(citation) => {
                text.write_citation(&mut html, citation, met);
                met += 1;
            }
            Fill::Part(_) => text.write_seam(&mut html, true),
            Fill::PartEnd => text.write_seam(&mut html, false),
            Fill::Reused(reuse) => text.write_reuse(&mut html, reuse),
            Fill::ReusedEnd => text.write_reuse_end(&mut html),
            Fill::Word(word) => escape(&mut html, text.word(word)),
            Fill::Open(directive) => {
                let directive = &body.directives[directive as usize];
                open.push(OpenTemplate {
                    directive,
                    label: String::new(),
                    html: std::mem::take(&mut html),
                });
            }
            Fill::Content => {
                if let Some(open) = open.last_mut() {
                    open.label = std::mem::take(&mut html);
                }
            }
            Fill::Close => {
                let Some(OpenTemplate { directive, label, html: before }) = open.pop() else {
                    continue;
                };
                let content = std::mem::replace(&mut html, before);
                let context = text.context(directive, label.trim(), &content);
                html.push_str(&templates.render_text(&directive.template(), &context)?);
            }
        }
    }
    text.write_references(&mut html);
    text.write_edge(&mut html, false);
    Ok(html)
}
