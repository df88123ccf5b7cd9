//! The file of one page: what it is, the page itself with its marks, and what goes with it.

mod facts;
mod links;
mod sign;
mod sources;

use crate::markup::{HtmlPiece, write};
use crate::paper::{POLICY, Paper, escaped, style};
use crate::subject::{Compared, ReviewedPage};
use crate::whole::{Fit, WholePage, whole};
use etappe_base::path;

/// The most that a file may hold, in bytes.
const LARGEST: usize = 20_000_000;

/// A finished file.
pub(crate) struct PageFile {
    pub html: String,
    /// What had to be left out or made smaller, as sentences.
    pub notices: Vec<String>,
}

/// Writes the file of a page.
pub(crate) fn write_page(subject: &ReviewedPage<'_>) -> PageFile {
    let mut fit = Fit::Full;
    loop {
        let page = made_whole(subject, fit);
        let html = assemble(subject, &page, fit);
        if html.len() <= LARGEST || fit == Fit::Without {
            return PageFile { notices: notices(subject, &page, fit), html };
        }
        fit = if fit == Fit::Full { Fit::Small } else { Fit::Without };
    }
}

fn made_whole(subject: &ReviewedPage<'_>, fit: Fit) -> WholePage {
    let hub = subject.desk.hub();
    let page = hub.out_path(subject.placement);
    let in_pack = |output: &str| {
        let target = subject.desk.outputs.get(output)?;
        // What is for patients stands apart, and may be handed on by itself.
        let is_near = target.is_in_pack && target.part == subject.sheet.part;
        is_near.then(|| path::link(&subject.sheet.file, &target.file))
    };
    whole(subject.pieces.clone(), &page, &subject.desk.shelf, fit, &in_pack)
}

fn notices(subject: &ReviewedPage<'_>, page: &WholePage, fit: Fit) -> Vec<String> {
    let file = &subject.sheet.file;
    let mut notices: Vec<String> =
        page.left_out.iter().map(|what| format!("{file} does not hold the {what}")).collect();
    match fit {
        Fit::Full => {}
        Fit::Small => notices.push(format!(
            "{file} would be larger than 20 MB, so its pictures are in their smallest size"
        )),
        Fit::Without => notices.push(format!(
            "{file} would be larger than 20 MB, so its pictures are left out; make them smaller"
        )),
    }
    notices
}

/// What stands at the foot of each printed sheet.
fn foot(subject: &ReviewedPage<'_>) -> String {
    let code = subject.desk.code;
    let digest = subject.signables.first().and_then(|signable| signable.today);
    let digest = digest.map(|digest| digest.digest.chars().take(26).collect::<String>());
    let parts = [
        code.to_owned(),
        format!("{} {}", subject.sheet.number, subject.title()),
        format!("as of {}", subject.desk.hub().edition.as_of),
        digest.unwrap_or_default(),
    ];
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

fn assemble(subject: &ReviewedPage<'_>, page: &WholePage, fit: Fit) -> String {
    let mut html = String::from("<!doctype html>\n");
    html.push_str(&write([&HtmlPiece::Start(page.root.clone())]));
    html.push_str("\n<head>\n<meta charset=\"utf-8\">\n");
    html.push_str(POLICY);
    html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.push_str(&format!(
        "<title>{} {} – review</title>\n",
        subject.sheet.number,
        escaped(subject.title())
    ));
    html.push_str(&write(&page.head));
    html.push_str(&style(&foot(subject)));
    html.push_str("</head>\n");
    html.push_str(&write([&HtmlPiece::Start(page.body_tag.clone())]));
    // The link that skips what a page begins with stays the first one.
    let (skip, rest) = page.body.split_at(leading_links(&page.body));
    html.push_str(&write(skip));
    html.push_str(&top(subject, page, fit));
    html.push_str(&write(rest));
    html.push_str(&behind(subject, page));
    html.push_str("</body>\n</html>\n");
    html
}

/// How many pieces at the beginning of a body are links within the page, and nothing else.
fn leading_links(body: &[HtmlPiece]) -> usize {
    let mut end = 0;
    let mut is_open = false;
    for (at, piece) in body.iter().enumerate() {
        match piece {
            HtmlPiece::Start(tag) if tag.name == "a" => {
                if !tag.get("href").is_some_and(|href| href.starts_with('#')) {
                    break;
                }
                is_open = true;
            }
            HtmlPiece::End(name) if name == "a" => {
                is_open = false;
                end = at + 1;
            }
            HtmlPiece::Text(text) if is_open || text.trim().is_empty() => {}
            _ => break,
        }
    }
    end
}

/// Begins what the pack says itself, whatever the language of the page.
fn begin(paper: &mut Paper, element: &str, class: &str, name: &str) {
    paper.raw("\n<").raw(element).raw(" class=\"rv ").raw(class);
    paper.raw("\" lang=\"en\" dir=\"ltr\" aria-label=\"").text(name).raw("\">\n");
}

fn top(subject: &ReviewedPage<'_>, page: &WholePage, fit: Fit) -> String {
    let mut paper = Paper::default();
    begin(&mut paper, "section", "rv-top", "About this page");
    let index =
        path::link(&subject.sheet.file, &format!("{}/index.html", subject.sheet.part.folder()));
    paper.raw("<p class=\"rv-small\">Review pack · ").text(&facts::hub_title(subject));
    if !subject.desk.code.is_empty() {
        paper.raw(" · code ").text(subject.desk.code);
    }
    paper.raw(" · internal, not for distribution</p>\n<p class=\"rv-name\">");
    paper.text(&subject.sheet.number).raw(" ").text(subject.title()).raw("</p>\n");
    facts::about(subject, &mut paper);
    facts::compared(subject, &mut paper);
    if fit > Fit::Full {
        paper.raw("<p class=\"rv-note\">");
        paper.text(
            "This file would be larger than 20 MB with all its pictures as readers get them: ",
        );
        paper.text(if fit == Fit::Small { "they are smaller here." } else { "they are left out." });
        paper.raw("</p>\n");
    }
    if !page.left_out.is_empty() {
        paper
            .raw("<p class=\"rv-note\">")
            .text("What plays or stands on another site is named in its place.");
        paper.raw("</p>\n");
    }
    paper.raw("<nav aria-label=\"In this file\"><ul><li>").link(&index, "Site map").raw("</li>");
    for (id, name) in [
        ("rv-parts", "Parts"),
        ("rv-meta", "Titles and meta texts"),
        ("rv-links", "Links"),
        ("rv-references", "References"),
        ("rv-products", "Products"),
        ("rv-findings", "Findings"),
        ("rv-sign", "Sheet to sign"),
    ] {
        paper.raw("<li>").link(&format!("#{id}"), name).raw("</li>");
    }
    paper.raw("</ul></nav>\n</section>\n");
    paper.finish()
}

fn behind(subject: &ReviewedPage<'_>, page: &WholePage) -> String {
    let mut paper = Paper::default();
    begin(&mut paper, "section", "rv-behind", "What goes with this page");
    facts::parts(subject, &mut paper);
    facts::metas(subject, page, &mut paper);
    links::write(subject, page, &mut paper);
    sources::references(subject, &mut paper);
    sources::products(subject, &mut paper);
    sources::once(subject, &mut paper);
    facts::findings(subject, &mut paper);
    sign::write(subject, &mut paper);
    paper.raw("</section>\n");
    paper.finish()
}

/// In how many words a page differs.
pub(crate) fn summed_up(compared: &Compared) -> String {
    let Compared::Words(differs) = compared else { return String::new() };
    if differs.is_nothing() {
        return "no word of its text".to_owned();
    }
    let counted = etappe_base::count::counted;
    format!(
        "{} came, {} went; of its blocks {} changed, {} new, {} gone, {} unchanged",
        counted(differs.words_in, "word"),
        counted(differs.words_out, "word"),
        differs.changed,
        differs.new,
        differs.gone,
        differs.unchanged
    )
}

pub(crate) use facts::state;
pub(crate) use sign::lines;
