//! What bears a page out: references with the passages that they name, products with their
//! information, claims and modules.

use std::collections::BTreeMap;

use crate::once;
use crate::paper::{Paper, code, escaped};
use crate::subject::ReviewedPage;
use etappe_hub::config::product::{PiSource, PrescribingInformation, Product};
use etappe_hub::content::OnceId;

/// References in the order of the page's list, each with the places in it that the page names.
pub(super) fn references(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    paper.raw("<h2 id=\"rv-references\">References</h2>\n");
    let material = &subject.desk.content.material;
    let mut locators: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for cite in material.body(subject.placement).cited().iter().flat_map(|cited| &cited.cites) {
        let named = locators.entry(&cite.key).or_default();
        if !cite.locator.is_empty() && !named.contains(&&*cite.locator) {
            named.push(&cite.locator);
        }
    }
    let cited = material.cited(subject.placement);
    let entries = cited.iter().flat_map(|cited| &cited.entries);
    let row = |(at, entry): (usize, &etappe_hub::references::FormattedEntry)| {
        let places = locators.remove(&*entry.key).unwrap_or_default();
        let places =
            if places.is_empty() { "no place named".to_owned() } else { places.join("; ") };
        let passage = material.references.get(&entry.key).and_then(|found| found.passage());
        vec![
            (at + 1).to_string(),
            code(&entry.key),
            plain(&entry.html),
            escaped(&places),
            escaped(passage.as_deref().unwrap_or("none in the hub's references")),
        ]
    };
    let rows: Vec<Vec<String>> = entries.enumerate().map(row).collect();
    let head = ["No.", "Key", "Reference", "Place in it", "Passage"];
    paper.table("References", &head, &rows, "The page cites nothing.");
}

/// An entry without its links, which the list of links has.
fn plain(html: &str) -> String {
    use crate::markup::{HtmlPiece, read, write};
    let is_link = |piece: &HtmlPiece| match piece {
        HtmlPiece::Start(tag) => tag.name == "a",
        HtmlPiece::End(name) => name == "a",
        _ => false,
    };
    let pieces = read(html);
    write(pieces.iter().filter(|piece| !is_link(piece)))
}

/// The products of the page, with what must be told of them.
pub(super) fn products(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    paper.raw("<h2 id=\"rv-products\">Products and their prescribing information</h2>\n");
    let named = &subject.facets.front.products;
    if named.is_empty() {
        paper.element("p", "The page names no product in its front matter.");
    }
    for name in named {
        let known = subject.desk.hub().config.products.iter();
        match known.clone().find(|product| product.id == name.value) {
            Some(product) => one_product(subject, product, paper),
            None => {
                paper.element("h3", &name.value);
                paper.element("p", "The hub has no card of this product.");
            }
        }
    }
}

fn one_product(subject: &ReviewedPage<'_>, product: &Product, paper: &mut Paper) {
    let lang = subject.desk.hub().site(subject.sheet.site).lang;
    paper.element("h3", &product.name);
    paper.raw("<dl class=\"rv-wide\">\n");
    paper.fact("Id", &product.id);
    paper.fact("INN", &product.inn);
    paper.fact("Company", product.company.get(lang));
    let monitored = if product.additional_monitoring { "yes (black triangle)" } else { "no" };
    paper.fact("Additional monitoring", monitored);
    for indication in &product.indications {
        paper.fact(&format!("Indication {}", indication.id), indication.text.get(lang));
    }
    paper.fact("Boxed warning", product.boxed_warning.get(lang));
    paper.fact("Important safety information", product.isi.get(lang));
    let markets: Vec<&str> =
        subject.sheet.items.iter().filter_map(|item| item.market.as_deref()).collect();
    let is_shown = |pi: &&PrescribingInformation| {
        markets.is_empty() || markets.contains(&pi.market.value.as_str())
    };
    let mut shown = 0;
    for pi in product.pi.iter().filter(is_shown) {
        paper.fact(&format!("Prescribing information in {}", pi.market.value), &source(pi));
        shown += 1;
        for (name, text) in &pi.fields {
            paper.fact(&format!("{name} in {}", pi.market.value), text.get(lang));
        }
    }
    if shown == 0 {
        paper.fact("Prescribing information", "the card has none for these markets");
    }
    paper.raw("</dl>\n");
}

fn source(pi: &PrescribingInformation) -> String {
    let mut said = match &pi.source {
        PiSource::File(file) => file.value.to_string(),
        PiSource::Elsewhere { url, sha256 } => format!("{url} (SHA-256 {sha256})"),
        PiSource::Fields => "in the card alone".to_owned(),
    };
    if let Some(day) = pi.date {
        said.push_str(&format!(", of {day}"));
    }
    said
}

/// Claims and modules that the page uses, by the names that they are signed under.
pub(super) fn once(subject: &ReviewedPage<'_>, paper: &mut Paper) {
    paper.raw("<h2 id=\"rv-once\">Claims and modules</h2>\n");
    let mut seen = Vec::new();
    let mut rows = Vec::new();
    for used in &subject.facets.uses {
        let name = once::item(&used.what);
        if seen.contains(&name) {
            continue;
        }
        let expires = used.expires.map_or("no day".to_owned(), |day| day.to_string());
        let (said, borne_out) = said(subject, &used.what);
        rows.push(vec![code(&name), escaped(&said), escaped(&borne_out), escaped(&expires)]);
        seen.push(name);
    }
    let head = ["Name", "What it says", "Borne out by", "Expires on"];
    paper.table("Claims and modules", &head, &rows, "The page uses none.");
}

/// What was written once says, and what bears it out.
fn said(subject: &ReviewedPage<'_>, what: &OnceId) -> (String, String) {
    let hub = subject.desk.hub();
    let lang = hub.site(subject.sheet.site).lang;
    let library = &subject.desk.content.material.library;
    match what {
        OnceId::Claim(id) => {
            let cites = library.claim(id).into_iter().flat_map(|claim| &claim.references);
            let cites = cites.map(|cite| match cite.locator.is_empty() {
                true => cite.key.to_string(),
                false => format!("{}, {}", cite.key, cite.locator),
            });
            let words = once::words(library, id, &hub.config.lang(lang).code);
            (words.unwrap_or_default(), cites.collect::<Vec<_>>().join("; "))
        }
        OnceId::Module(name) => {
            let module = library.module(name, lang);
            let said = module.map(|module| match module.title.is_empty() {
                true => module.file.to_string(),
                false => format!("{} ({})", module.title, module.file),
            });
            (said.unwrap_or_default(), String::new())
        }
        OnceId::Claims { .. } => {
            ("a list of claims; each has a line of its own".to_owned(), String::new())
        }
    }
}
