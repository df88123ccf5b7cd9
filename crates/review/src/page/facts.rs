//! What a page is, how it compares with what was signed, and the texts that stand around it.

use super::summed_up;
use crate::paper::{Paper, code, digest, escaped};
use crate::subject::{Compared, PartState, ReviewedPage, Signable};
use crate::whole::WholePage;
use etappe_base::finding::Finding;
use etappe_hub::config::LangIx;

pub(super) fn hub_title(subject: &ReviewedPage<'_>) -> String {
    subject.desk.hub().config.title.get(LangIx::DEFAULT).to_owned()
}

/// For whom it is, where it stands, and on which terms.
pub(super) fn about(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    let hub = subject.desk.hub();
    let config = &hub.config;
    let site = hub.site(subject.sheet.site);
    let persona = config.persona(site.persona);
    let professions: Vec<&str> =
        persona.profession.iter().map(|profession| profession.name()).collect();
    let markets: Vec<&str> =
        subject.sheet.items.iter().filter_map(|item| item.market.as_deref()).collect();
    paper.raw("<dl>\n");
    paper.fact("Readers", persona.label.get(site.lang));
    paper.fact("Persona", &persona.id);
    paper.fact("Profession", &professions.join(", "));
    paper.fact("Language", &config.lang(site.lang).code);
    paper.fact("Market", &markets.join(", "));
    paper.fact("Stage", config.stage(subject.sheet.stage).label.get(site.lang));
    paper.fact("Kind", subject.facets.front.kind.name());
    paper.fact("Id", hub.page_id(hub.page(hub.doc(subject.placement.doc).page)));
    paper.fact("File", subject.facets.file.as_str());
    paper.fact("Address", &hub.url(site, &subject.placement.path));
    paper.fact("Who may read it", "everybody: the hub closes nothing off");
    paper.fact("As of", &hub.edition.as_of.to_string());
    for signable in &subject.signables {
        let market = signable.item.market.as_deref();
        let name = market.map_or("State".to_owned(), |market| format!("State in {market}"));
        paper.fact(&name, &state(signable.judged));
        let name = market.map_or("Digest".to_owned(), |market| format!("Digest in {market}"));
        let shown = signable.today.map(|today| digest(&today.digest));
        paper.fact_html(&name, &shown.unwrap_or_else(|| "it has none".to_owned()));
    }
    paper.raw("</dl>\n");
}

/// How far the signatures of an item are.
pub(crate) fn state(judged: Option<&etappe_compliance::approvals::JudgedItem>) -> String {
    let Some(judged) = judged else { return "nobody has to sign it".to_owned() };
    let mut said = judged.standing.state.name().to_owned();
    if let Some(until) = judged.standing.until {
        said.push_str(&format!(", until {until}"));
    }
    said
}

/// What the marks say, in a sentence.
pub(super) fn compared(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    let Some(newest) = subject.newest() else {
        let text = "Nobody has signed this page yet: all of it is new, and no word is marked.";
        paper
            .raw("<p class=\"rv-differs\"><span class=\"rv-label rv-new\">new</span> ")
            .text(text)
            .raw("</p>\n");
        return;
    };
    let Some(last) = &newest.last else { return };
    let known = &last.record.record;
    let since = format!(
        "{} signed it as {} on {} (code {})",
        known.name, known.role, last.record.signed_on, known.code
    );
    match &subject.compared {
        Compared::Same | Compared::Unsigned => {
            paper.raw(
                "<p class=\"rv-same\"><span class=\"rv-label rv-unchanged\">unchanged</span> ",
            );
            paper.text(&format!("Unchanged since {since}.")).raw("</p>\n");
        }
        Compared::Words(_) => {
            paper
                .raw("<p class=\"rv-differs\"><span class=\"rv-label rv-changed\">changed</span> ");
            let differs = summed_up(&subject.compared);
            paper.text(&format!("Changed since {since}: {differs}.")).raw("</p>\n");
        }
        Compared::Parts => {
            paper.raw("<p class=\"rv-note\"><span class=\"rv-label rv-changed\">changed</span> ");
            paper.text(&format!(
                "Changed since {since}. The text that was signed is not to be had from this \
                 repository, or these readers did not have it, so that no word is marked: the \
                 list of parts says which of them changed."
            ));
            paper.raw("</p>\n");
        }
    }
    if matches!(subject.compared, Compared::Words(_)) {
        legend(subject, newest, paper);
    }
}

/// What the marks mean, and what they do not show.
fn legend(subject: &ReviewedPage<'_>, newest: &Signable<'_>, paper: &mut Paper) {
    paper.raw("<p class=\"rv-small\">In the page: <ins class=\"rv-in\">words that came</ins>, <del class=\"rv-out\">words that went</del>; \
         <span class=\"rv-label rv-changed\">changed</span> and <span class=\"rv-label rv-new\">new</span> begin a block; \
         <span class=\"rv-label rv-once\">reused</span> begins what was written once and is used on several pages. \
         Words, pictures and links without a mark are unchanged since they were signed.</p>\n");
    if !subject.lost.is_empty() {
        paper.raw("<p class=\"rv-note\">");
        paper.text(&format!(
            "What was signed of {} is not to be had from this repository: each is marked as a \
             whole, without its words.",
            subject.lost.join(", ")
        ));
        paper.raw("</p>\n");
    }
    let other = newest.parts.iter().filter(|part| part.state != "unchanged" && part.name != "text");
    let other: Vec<String> = other.map(|part| format!("{} ({})", part.name, part.state)).collect();
    if !other.is_empty() {
        paper.raw("<p class=\"rv-small\">");
        paper.link("#rv-parts", "Parts beside the text").raw(": ").text(&other.join(", "));
        paper.raw(". Title and summary are marked ");
        paper.link("#rv-meta", "below the page").raw(".</p>\n");
    }
}

/// Every part that a signature covers.
pub(super) fn parts(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    paper.raw("<h2 id=\"rv-parts\">Parts, and what became of them since they were signed</h2>\n");
    for signable in &subject.signables {
        if let Some(market) = &signable.item.market {
            paper.element("h3", &format!("Market {market}"));
        }
        let is_signed = signable.last.is_some();
        let rows: Vec<Vec<String>> =
            signable.parts.iter().map(|part| row(subject, part, is_signed)).collect();
        let name = "Parts of the page";
        paper.table(name, &["Part", "What it is", "State", "SHA-256"], &rows, "It has no parts.");
    }
}

fn row(subject: &ReviewedPage<'_>, part: &PartState, is_signed: bool) -> Vec<String> {
    let state = if is_signed { part.state } else { "new" };
    let said = if state == "unchanged" { "unchanged since signed" } else { state };
    vec![
        code(&part.name),
        escaped(&what(subject, &part.name)),
        format!("<span class=\"rv-label rv-{state}\">{said}</span>"),
        digest(&part.digest),
    ]
}

/// What a part is, in words.
fn what(subject: &ReviewedPage<'_>, part: &str) -> String {
    let config = &subject.desk.hub().config;
    match part.split_once(':') {
        None => match part {
            "front" => "title, summary, kind, products, image".to_owned(),
            "text" => "the text of the page".to_owned(),
            "audience" => "for whom it is".to_owned(),
            other => other.to_owned(),
        },
        Some(("claim", _)) => "reused: a claim".to_owned(),
        Some(("module", _)) => "reused: a module".to_owned(),
        Some(("reference", _)) => "a reference".to_owned(),
        Some(("product", id)) => config
            .products
            .iter()
            .find(|product| product.id == id)
            .map_or_else(|| "a product".to_owned(), |product| product.name.clone()),
        Some((other, _)) => other.to_owned(),
    }
}

/// Titles and meta texts: what search engines, lists and social media show of the page.
pub(super) fn metas(subject: &ReviewedPage<'_>, page: &WholePage, paper: &mut Paper) {
    paper.raw("<h2 id=\"rv-meta\">Titles and meta texts</h2>\n<dl class=\"rv-wide\">\n");
    paper.fact_html("Title", &subject.title);
    match subject.summary.is_empty() {
        true => paper.fact("Summary", "none"),
        false => paper.fact_html("Summary", &subject.summary),
    };
    paper.fact("Name of the window, and in search results", &page.title);
    for (name, content) in &page.metas {
        paper.fact(name, content);
    }
    paper.raw("</dl>\n");
    let output = subject.desk.hub().out_path(subject.placement);
    let card = output.strip_suffix("index.html").map(|folder| format!("{folder}card.png"));
    if let Some(data) = card.and_then(|card| subject.desk.shelf.data(&card)) {
        paper.element("h3", "Picture for social media");
        paper.raw(
            "<p><img width=\"1200\" height=\"630\" alt=\"What social media show of the \
            page: its title on a card\" src=\"",
        );
        paper.raw(&data).raw("\"></p>\n");
    }
}

/// What Etappe found on the page.
pub(super) fn findings(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    paper.raw("<h2 id=\"rv-findings\">Findings</h2>\n");
    let row = |finding: &&Finding| {
        let help = finding.help.first().cloned().unwrap_or_default();
        vec![
            escaped(finding.severity.name()),
            code(finding.code.id),
            escaped(&finding.message),
            escaped(&help),
        ]
    };
    let rows: Vec<Vec<String>> = subject.findings.iter().map(row).collect();
    let none = "Nothing was found on this page.";
    paper.table("Findings", &["Severity", "Code", "What was found", "Way out"], &rows, none);
}
