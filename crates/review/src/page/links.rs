//! The inventory of links: those of the text by the numbers that stand behind them, then those
//! around it.

use std::collections::BTreeSet;

use crate::paper::{Paper, address as shown, escaped};
use crate::subject::ReviewedPage;
use crate::whole::{FoundLink, LinkTo, WholePage};
use etappe_external::{Address, LinkVerdict};

pub(super) fn write(subject: &ReviewedPage<'_>, page: &WholePage, paper: &mut Paper) {
    paper.raw("<h2 id=\"rv-links\">Links</h2>\n<h3>In the text</h3>\n");
    let head = ["No.", "Text", "Leads to", "Kind", "Checked"];
    let in_text = page.links.iter().filter(|link| link.in_text);
    let rows: Vec<Vec<String>> =
        in_text.enumerate().map(|(at, link)| row(subject, link, &format!("L{}", at + 1))).collect();
    paper.table("Links in the text", &head, &rows, "The text has no links.");
    paper.element("h3", "Around the text");
    let mut seen = BTreeSet::new();
    let around = page.links.iter().filter(|link| !link.in_text && seen.insert(&link.to));
    let rows: Vec<Vec<String>> = around.map(|link| row(subject, link, "")).collect();
    let rows: Vec<Vec<String>> = rows.into_iter().map(|row| row[1..].to_vec()).collect();
    paper.table("Links around the text", &head[1..], &rows, "There are none.");
}

fn row(subject: &ReviewedPage<'_>, link: &FoundLink, number: &str) -> Vec<String> {
    let text = link.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (to, kind, checked) = match &link.to {
        LinkTo::Output(path, tail) => inside(subject, path, tail),
        LinkTo::Address(address) => outside(subject, address),
    };
    vec![escaped(number), escaped(&text), to, escaped(&kind), escaped(&checked)]
}

/// A link within the hub: its address there, and its number where it is a page of the site map.
fn inside(subject: &ReviewedPage<'_>, path: &str, tail: &str) -> (String, String, String) {
    let hub = subject.desk.hub();
    let site = hub.site(subject.sheet.site);
    let own = path.strip_prefix(&format!("{}/", site.root));
    let address = match own {
        Some(below) => hub.url(site, below),
        None => format!("{}/{}", hub.config.base_url, path.trim_end_matches("index.html")),
    };
    let kind = match subject.desk.outputs.get(path) {
        Some(target) if target.part != subject.sheet.part => {
            format!("internal, {}: {}", target.part.title().to_lowercase(), target.number)
        }
        Some(target) => format!("internal, {}", target.number),
        None => "internal".to_owned(),
    };
    let is_there = subject.desk.content.plan.find(path).is_some();
    let checked = if is_there { "leads there" } else { "leads nowhere" };
    (shown(&format!("{address}{tail}")), kind, checked.to_owned())
}

/// A link out of the hub, and what its server last said.
fn outside(subject: &ReviewedPage<'_>, address: &str) -> (String, String, String) {
    let kind = match etappe_base::address::scheme(address) {
        Some("mailto") => "mail",
        Some("tel") => "telephone",
        _ => "external",
    };
    let verdict = match Address::read(address) {
        Some(Ok(known)) if kind == "external" => {
            subject.desk.answers.verdict(&known).map_or_else(not_asked, said)
        }
        _ => "as it is written".to_owned(),
    };
    (shown(address), kind.to_owned(), verdict)
}

fn not_asked() -> String {
    "not asked: `etappe check --external` asks".to_owned()
}

fn said(verdict: &LinkVerdict) -> String {
    match verdict {
        LinkVerdict::Fine => "it answers".to_owned(),
        LinkVerdict::Moved { to } => format!("it has moved for good, to {to}"),
        LinkVerdict::Broken { why } => format!("broken: {}", why.clause()),
        LinkVerdict::Unsure { why } => format!("unsure: {}", why.clause()),
    }
}
