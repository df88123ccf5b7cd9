//! The site map of each part of a pack, and its cover.

use std::collections::BTreeMap;

use crate::page::{lines, state, summed_up};
use crate::paper::{Paper, code, digest, document, escaped};
use crate::sheet::ForWhom;
use crate::subject::{Compared, Desk, ReviewedPage};
use etappe_base::count::counted;
use etappe_base::path;
use etappe_hub::config::LangIx;

/// What the site map says of one page.
pub(crate) struct PackedFile {
    pub part: ForWhom,
    number: String,
    file: String,
    title: String,
    persona: String,
    lang: String,
    stage: String,
    kind: &'static str,
    compared: &'static str,
    differs: String,
    /// Item, state and digest, for each market.
    items: Vec<[String; 3]>,
    findings: usize,
}

impl PackedFile {
    pub(crate) fn of(subject: &ReviewedPage<'_>) -> Self {
        let hub = subject.desk.hub();
        let site = hub.site(subject.sheet.site);
        let persona = hub.config.persona(site.persona);
        let items = subject.signables.iter().map(|signable| {
            let item = signable.item;
            let market = item.market.as_ref().map(|market| format!(" for {market}"));
            let digest = signable.today.map(|today| today.digest.clone());
            [
                format!("{} in {}{}", item.id, item.lang, market.unwrap_or_default()),
                state(signable.judged),
                digest.unwrap_or_default(),
            ]
        });
        let differs = match &subject.compared {
            Compared::Parts => "its words cannot be compared".to_owned(),
            Compared::Unsigned => "never signed".to_owned(),
            compared => summed_up(compared),
        };
        Self {
            part: subject.sheet.part,
            number: subject.sheet.number.clone(),
            file: subject.sheet.file.clone(),
            title: subject.title().to_owned(),
            persona: persona.label.get(site.lang).to_owned(),
            lang: hub.config.lang(site.lang).code.clone(),
            stage: hub.config.stage(subject.sheet.stage).label.get(site.lang).to_owned(),
            kind: subject.facets.front.kind.name(),
            compared: subject.compared.name(),
            differs,
            items: items.collect(),
            findings: subject.findings.len(),
        }
    }

    /// On one line.
    fn number(&self) -> String {
        escaped(&self.number.replace(' ', "\u{a0}"))
    }

    fn label(&self) -> String {
        format!("<span class=\"rv-label rv-{0}\">{0}</span>", self.compared)
    }

    fn link(&self, from: &str) -> String {
        let mut link = Paper::default();
        link.link(&path::link(from, &self.file), &self.title);
        link.finish()
    }

    /// The states of its items, each once.
    fn states(&self) -> String {
        let mut states: Vec<&str> = self.items.iter().map(|[_, state, _]| state.as_str()).collect();
        states.dedup();
        states.join("; ")
    }
}

/// The name of the hub, and on which day it was taken.
fn head(desk: &Desk<'_>, title: &str, paper: &mut Paper) {
    let hub = desk.hub();
    paper.raw("<p class=\"rv-small\">Review pack · ").text(hub.config.title.get(LangIx::DEFAULT));
    if !desk.code.is_empty() {
        paper.raw(" · code ").text(desk.code);
    }
    paper.raw(" · as of ").text(&hub.edition.as_of.to_string());
    paper.raw(" · internal, not for distribution</p>\n");
    paper.element("h1", title);
}

fn foot(desk: &Desk<'_>, title: &str) -> String {
    let as_of = format!("as of {}", desk.hub().edition.as_of);
    let parts = [desk.code, title, as_of.as_str()];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

/// The site map of one part.
pub(crate) fn site_map(desk: &Desk<'_>, part: ForWhom, entries: &[&PackedFile]) -> String {
    let file = format!("{}/index.html", part.folder());
    let mut paper = Paper::default();
    head(desk, part.title(), &mut paper);
    totals(entries, &mut paper);
    paper.raw("<h2 id=\"rv-changed\">What changed since the last signature</h2>\n");
    // What was signed once comes first.
    let of = |name: &'static str| entries.iter().filter(move |entry| entry.compared == name);
    let rows: Vec<Vec<String>> = of("changed")
        .chain(of("new"))
        .map(|entry| {
            vec![
                entry.number(),
                entry.link(&file),
                escaped(&format!("{}, {}", entry.persona, entry.lang)),
                entry.label(),
                escaped(&entry.differs),
            ]
        })
        .collect();
    let columns = ["No.", "Page", "Readers", "Since signed", "What differs"];
    paper.table("What changed", &columns, &rows, "Nothing: all of it is what was signed.");
    paper.raw("<h2>Site map</h2>\n");
    maps(entries, &file, &mut paper);
    paper.raw("<h2 id=\"rv-sign\">Sheet to sign for all of this part</h2>\n");
    let rows: Vec<Vec<String>> = items(entries);
    let columns = ["What is signed", "State", "Digest"];
    paper.table("What is signed", &columns, &rows, "Nothing.");
    lines(desk.hub().config.approval.as_ref(), &mut paper);
    document(&format!("{} – review", part.title()), &foot(desk, part.title()), &paper.finish())
}

fn totals(entries: &[&PackedFile], paper: &mut Paper) {
    let count = |name: &str| entries.iter().filter(|entry| entry.compared == name).count();
    let findings: usize = entries.iter().map(|entry| entry.findings).sum();
    paper.raw("<dl>\n");
    paper.fact("Pages, counted by reader and language", &entries.len().to_string());
    paper.fact("Unchanged since signed", &count("unchanged").to_string());
    paper.fact("Changed since signed", &count("changed").to_string());
    paper.fact("New: never signed", &count("new").to_string());
    paper.fact("Findings", &findings.to_string());
    paper.raw("</dl>\n");
}

/// A table for each stage of each persona and language.
fn maps(entries: &[&PackedFile], file: &str, paper: &mut Paper) {
    let mut readers = None;
    let mut from = 0;
    while let Some(first) = entries.get(from) {
        let is_same = |entry: &&&PackedFile| {
            (&entry.persona, &entry.lang, &entry.stage)
                == (&first.persona, &first.lang, &first.stage)
        };
        let count = entries[from..].iter().take_while(is_same).count().max(1);
        if readers.replace((&first.persona, &first.lang)) != Some((&first.persona, &first.lang)) {
            paper.element("h3", &format!("{} ({})", first.persona, first.lang));
        }
        let number = first.number.rsplit_once('.').map_or("", |(stage, _)| stage);
        paper.raw("<h4>").text(&format!("{number} {}", first.stage)).raw("</h4>\n");
        let rows: Vec<Vec<String>> = entries[from..from + count]
            .iter()
            .map(|entry| {
                vec![
                    entry.number(),
                    entry.link(file),
                    escaped(entry.kind),
                    entry.label(),
                    escaped(&entry.states()),
                    entry.findings.to_string(),
                ]
            })
            .collect();
        let columns = ["No.", "Page", "Kind", "Since signed", "State", "Findings"];
        paper.table(&format!("{} {number}", first.persona), &columns, &rows, "");
        from += count;
    }
}

/// Every item once, however many readers its page has.
fn items(entries: &[&PackedFile]) -> Vec<Vec<String>> {
    let all = entries.iter().flat_map(|entry| &entry.items);
    let by_item: BTreeMap<&str, &[String; 3]> = all.map(|item| (item[0].as_str(), item)).collect();
    let row = |[item, state, own]: &&[String; 3]| vec![escaped(item), escaped(state), digest(own)];
    by_item.values().map(row).collect()
}

/// The cover: what the pack is of, and the way to its parts.
pub(crate) fn cover(desk: &Desk<'_>, entries: &[PackedFile], since: Option<&str>) -> String {
    let mut paper = Paper::default();
    head(desk, "Review pack", &mut paper);
    if let Some(since) = since {
        paper.raw("<p>");
        paper.text(&format!("Only pages whose content differs from that of {since}."));
        paper.raw("</p>\n");
    }
    paper.raw("<h2>What is in it</h2>\n<ul>\n");
    for part in ForWhom::ALL {
        let own: Vec<&PackedFile> = entries.iter().filter(|entry| entry.part == part).collect();
        if own.is_empty() {
            continue;
        }
        let count = |name: &str| own.iter().filter(|entry| entry.compared == name).count();
        let [same, changed, new] = ["unchanged", "changed", "new"].map(count);
        paper.raw("<li>").link(&format!("{}/index.html", part.folder()), part.title());
        let pages = counted(own.len(), "page");
        paper.text(&format!(
            ": {pages}, {same} as signed, {changed} changed since, {new} never signed"
        ));
        paper.raw("</li>\n");
    }
    paper.raw("</ul>\n<p class=\"rv-small\">Each part is whole by itself: no link leads from one into the other, and each may be \
         handed on alone. Nothing in it asks for anything from elsewhere.</p>\n");
    let outside: Vec<Vec<String>> = left_out(desk);
    paper.raw("<h2>What is not in it</h2>\n");
    let none = "Every page of the hub can be shown once it is signed.";
    paper.table("Pages that are not in it", &["File", "Why"], &outside, none);
    paper.raw("<h2>How it is read</h2>\n<ul>\n\
         <li>Numbers are those of the site map, whatever the pack holds: persona, stage, page.</li>\n\
         <li>Every page stands as its readers will see it once it is signed and its day has come.</li>\n\
         <li><ins class=\"rv-in\">Words that came</ins> and <del class=\"rv-out\">words that went</del> are marked against the text of the last signature. \
         Words, pictures and links without a mark are unchanged since then.</li>\n\
         <li>What a signature covers is named by its digest. Etappe checks, and makes nobody compliant.</li>\n</ul>\n");
    document("Review pack", &foot(desk, "Review pack"), &paper.finish())
}

/// Pages that no reader will see, signed or not, with the reason.
fn left_out(desk: &Desk<'_>) -> Vec<Vec<String>> {
    let hub = desk.hub();
    let hidden = hub
        .docs
        .iter()
        .filter(|doc| doc.facets.blocked || doc.state != etappe_hub::journey::State::Published);
    let row = |doc: &etappe_hub::journey::Doc| {
        let why = if doc.facets.blocked { "blocked" } else { doc.state.mark() };
        vec![code(doc.facets.file.as_str()), escaped(why)]
    };
    hidden.map(row).collect()
}
