//! What the citation library formats, as HTML without styles in attributes, which a strict content
//! security policy forbids.

use hayagriva::citationberg::{FontStyle, FontWeight, VerticalAlign};
use hayagriva::{ElemChild, ElemChildren, ElemMeta, Entry, Formatted};

use crate::content::escape;

/// A citation in the text: `link` begins the link of each of its items.
pub(super) fn citation(children: &ElemChildren, link: &dyn Fn(usize) -> Option<String>) -> String {
    let mut html = String::new();
    write(&mut html, children, Some(link));
    html
}

/// An entry of the list, with its DOI and its PubMed number as links.
pub(super) fn entry(children: &ElemChildren, entry: Option<&Entry>) -> String {
    let mut html = String::new();
    write(&mut html, children, None);
    close_up(&mut html);
    let mut add = |name: &str, address: String, label: &str| {
        let mut link = String::from("<a href=\"");
        escape(&mut link, &address);
        link.push_str("\">");
        let mut written = String::new();
        escape(&mut written, label);
        link.push_str(&written);
        link.push_str("</a>");
        // The style may have written it already, as a link or as text.
        let is_bare = |at: &usize| matches!(html[..*at].chars().next_back(), Some(' ' | ':'));
        let bare = html.match_indices(&written).map(|(at, _)| at).find(is_bare);
        match bare {
            _ if html.contains(&format!("{written}</a>")) => {}
            Some(at) => html.replace_range(at..at + written.len(), &link),
            None => html.push_str(&format!(" {name}{link}")),
        }
    };
    let doi = entry
        .and_then(Entry::doi)
        .map(|doi| doi.trim_start_matches("https://doi.org/").trim_start_matches("doi:"));
    if let Some(doi) = doi {
        add("doi:", format!("https://doi.org/{doi}"), doi);
    }
    if let Some(pmid) =
        entry.and_then(Entry::pmid).filter(|pmid| pmid.bytes().all(|byte| byte.is_ascii_digit()))
    {
        add("PubMed ", format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}"), pmid);
    }
    html
}

/// Takes out the space that the library leaves between a year and a volume: `2025 ;12`.
fn close_up(html: &mut String) {
    let is_between = |at: usize| {
        let digit = |at: Option<usize>| {
            at.and_then(|at| html.as_bytes().get(at)).is_some_and(u8::is_ascii_digit)
        };
        digit(at.checked_sub(1)) && digit(Some(at + 2))
    };
    if let Some((at, _)) = html.match_indices(" ;").find(|(at, _)| is_between(*at)) {
        html.remove(at);
    }
}

type LinkOf<'l> = Option<&'l dyn Fn(usize) -> Option<String>>;

fn write(html: &mut String, children: &ElemChildren, link: LinkOf<'_>) {
    for child in &children.0 {
        match child {
            ElemChild::Text(text) => formatted(html, text),
            ElemChild::Elem(elem) => {
                let opening = match &elem.meta {
                    Some(ElemMeta::Entry(at)) => link.and_then(|link| link(*at)),
                    _ => None,
                };
                html.push_str(opening.as_deref().unwrap_or_default());
                write(html, &elem.children, link);
                html.push_str(if opening.is_some() { "</a>" } else { "" });
            }
            ElemChild::Markup(text) => escape(html, text),
            ElemChild::Link { text, url }
                if link.is_none()
                    && (url.starts_with("https://") || url.starts_with("http://")) =>
            {
                html.push_str("<a href=\"");
                // Where PubMed has moved to since the library was written.
                escape(
                    html,
                    &url.replace("://www.ncbi.nlm.nih.gov/pubmed/", "://pubmed.ncbi.nlm.nih.gov/"),
                );
                html.push_str("\">");
                formatted(html, text);
                html.push_str("</a>");
            }
            ElemChild::Link { text, .. } => formatted(html, text),
            // Locators are texts here.
            ElemChild::Transparent { .. } => {}
        }
    }
}

fn formatted(html: &mut String, text: &Formatted) {
    let formatting = &text.formatting;
    let tags = [
        (formatting.font_style == FontStyle::Italic, "i"),
        (formatting.font_weight == FontWeight::Bold, "b"),
        (formatting.vertical_align == VerticalAlign::Sup, "sup"),
        (formatting.vertical_align == VerticalAlign::Sub, "sub"),
    ];
    let tags: Vec<&str> =
        tags.into_iter().filter_map(|(is_so, tag)| is_so.then_some(tag)).collect();
    for tag in &tags {
        html.push_str(&format!("<{tag}>"));
    }
    escape(html, &text.text);
    for tag in tags.iter().rev() {
        html.push_str(&format!("</{tag}>"));
    }
}
