//! What a finding means, and what to do about it.

use crate::{address, html};
use etappe_base::finding::{codes, explain};

/// The document of the code that the query names.
pub(super) fn page(query: &str) -> Option<String> {
    let asked = address::query(query, "code")?;
    let code = codes::find(&asked)?;
    // The first line is the document's title, which becomes the page's own.
    let (_, text) = explain::document(code).split_once('\n')?;
    let mut body = String::new();
    pulldown_cmark::html::push_html(
        &mut body,
        pulldown_cmark::Parser::new_ext(text, pulldown_cmark::Options::ENABLE_TABLES),
    );
    // A block that is too wide can then be scrolled by keyboard too.
    Some(html::desk(code.id, "explain", "", &body.replace("<pre>", "<pre tabindex=\"0\">")))
}
