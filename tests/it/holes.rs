//! What a release shows of a plan: stages with a page, questions with an answer, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::support::html::{Html, resolve};
use crate::support::{HubBuilder, Loaded, Tree, root};
use etappe_hub::journey::{Hub, Site, SiteIx};
use serde_json::Value;

const DAYS: [&str; 2] = ["2026-06-01", "2026-11-22"];

/// The root hub, every example that can be published, and a hub with pages in one language only.
fn hubs() -> Vec<(String, HubBuilder)> {
    let folder = |path: PathBuf| HubBuilder::folder(&path);
    let examples = ["arabic-dutch", "minimal", "starter"];
    // Cards would take most of the time.
    let own = folder(root()).edited("hub.toml", "cards = true", "cards = false");
    let mut hubs = vec![("the root hub".to_owned(), own)];
    hubs.extend(examples.map(|name| (name.to_owned(), folder(root().join("examples").join(name)))));
    hubs.push(("with links to another language".to_owned(), with_fallback()));
    hubs
}

/// English pages at the second stage, of which one is there in Dutch too.
fn with_fallback() -> HubBuilder {
    HubBuilder::small()
        .edited("hub.toml", "title = ", "fallback = \"link\"\ntitle = ")
        .page("a.md", "gp", "service", "Text.\n")
        .page("b.md", "gp", "awareness", "Text.\n")
        .page("b.nl.md", "gp", "awareness", "Tekst.\n")
}

/// What every site of a release shows.
fn for_each_site(mut check: impl FnMut(&str, &Hub, SiteIx, &Tree)) {
    for (name, builder) in hubs() {
        for day in DAYS {
            let loaded = builder.clone().as_of(day).load();
            assert!(!loaded.has_errors(), "{name}, {day}: {:?}", loaded.lines());
            let tree = loaded.tree();
            for (ix, _) in loaded.hub().shown_sites() {
                let site = loaded.hub().site(ix);
                check(&format!("{name}, {day}, {}", site.root), loaded.hub(), ix, &tree);
            }
        }
    }
}

/// The paths of a site's stages below the web root, with the pages that readers find in each.
fn stages(site: &Site) -> BTreeMap<String, usize> {
    let path = |path: &str| format!("{}/{path}", site.root);
    site.stages.iter().map(|stage| (path(&stage.path), stage.listed().count())).collect()
}

/// The outputs in the folder of a site.
fn below<'t>(tree: &'t Tree, site: &Site) -> impl Iterator<Item = &'t str> {
    let folder = format!("{}/", site.root);
    tree.paths().into_iter().filter(move |path| path.starts_with(&folder))
}

/// The stages that the links of a part of a page lead to.
fn linked(part: &str, own: &str, stages: &BTreeMap<String, usize>) -> BTreeSet<String> {
    let html = Html::read(part);
    let targets = html.hrefs().into_iter().filter_map(|href| Some(resolve(own, href)?.0));
    targets.filter(|target| stages.contains_key(target)).collect()
}

/// The part of a page from a mark to the end of its element.
fn part<'h>(html: &'h str, from: &str, to: &str) -> &'h str {
    let start = html.find(from).unwrap_or_else(|| panic!("`{from}` is in {html}"));
    let end = html[start..].find(to).unwrap_or_else(|| panic!("`{to}` comes after"));
    &html[start..start + end]
}

#[test]
fn home_route_sitemap_and_search_have_the_stages_with_a_page() {
    let mut seen = 0;
    for_each_site(|place, hub, ix, tree| {
        let site = hub.site(ix);
        let stages = stages(site);
        let filled: BTreeSet<String> =
            stages.iter().filter(|(_, pages)| **pages > 0).map(|(path, _)| path.clone()).collect();
        assert!(!filled.is_empty(), "{place}: the site has a page");

        let home = format!("{}/index.html", site.root);
        let journey = part(tree.text(&home), "<ol class=\"journey\">", "</main>");
        assert_eq!(linked(journey, &home, &stages), filled, "{place}: home");
        for path in below(tree, site) {
            let is_own = hub
                .placements
                .iter()
                .any(|placement| placement.site == ix && hub.out_path(placement) == path);
            if is_own || filled.contains(path) {
                let route = part(tree.text(path), "<nav class=\"route\"", "</nav>");
                assert_eq!(linked(route, path, &stages), filled, "{place}: the route of {path}");
            }
        }
        assert_eq!(in_sitemap(hub, site, tree, &stages), filled, "{place}: sitemap");
        let labels: BTreeSet<&str> = site
            .stages
            .iter()
            .filter(|stage| stage.count() > 0)
            .map(|stage| hub.config.stage(stage.stage).label.get(site.lang))
            .collect();
        let index: Value =
            serde_json::from_str(tree.text(&format!("{}/search/index.json", site.root)))
                .expect("it is JSON");
        let searched = index["stages"].as_array().expect("a list");
        let found = searched.iter().map(|stage| stage["label"].as_str().expect("a text"));
        assert_eq!(found.collect::<BTreeSet<_>>(), labels, "{place}: search");
        let numbers: Vec<u64> =
            searched.iter().filter_map(|stage| stage["number"].as_u64()).collect();
        assert_eq!(numbers, (1..=labels.len() as u64).collect::<Vec<_>>(), "{place}: numbers");
        seen += 1;
    });
    assert!(seen > 15, "only {seen} sites were looked at");
}

/// The stages of a site that its persona's sitemap names.
fn in_sitemap(
    hub: &Hub,
    site: &Site,
    tree: &Tree,
    stages: &BTreeMap<String, usize>,
) -> BTreeSet<String> {
    let sitemap = tree.text(&format!("{}/sitemap.xml", hub.config.persona(site.persona).slug));
    let named = sitemap.split("<loc>").skip(1).filter_map(|rest| rest.split('<').next());
    let path = |address: &str| {
        let below = address.strip_prefix(&*hub.config.base_url)?;
        Some(format!("{}index.html", below.trim_start_matches('/')))
    };
    named.filter_map(path).filter(|path| stages.contains_key(path)).collect()
}

#[test]
fn a_question_that_no_page_answers_is_in_no_file_of_a_release() {
    let mut open = 0;
    for_each_site(|place, hub, ix, tree| {
        let site = hub.site(ix);
        let others = |path: &str| {
            let is_in = |other: &Site| path.starts_with(&format!("{}/", other.root));
            hub.sites.iter().any(|other| other.root.len() > site.root.len() && is_in(other))
        };
        for need in &hub.config.persona(site.persona).needs {
            let names = |doc: &etappe_hub::journey::Doc| {
                doc.facets.front.needs.iter().any(|named| named.value == need.id)
            };
            let shown = site.stages.iter().flat_map(|stage| stage.listed());
            if shown.map(|ix| hub.doc(hub.placement(ix).doc)).any(names) {
                continue;
            }
            open += 1;
            let text = need.text.get(site.lang);
            for path in below(tree, site) {
                if !others(path) && !path.ends_with(".png") {
                    let found = String::from_utf8_lossy(tree.bytes(path)).contains(text);
                    assert!(!found, "{place}: {path} asks “{text}”");
                }
            }
        }
    });
    assert!(open > 3, "the hubs have open questions");
}

/// A hub with a page at its second stage.
fn late() -> HubBuilder {
    HubBuilder::small().page("a.md", "gp nurse", "service", "Text.\n")
}

fn texts(loaded: &Loaded) -> Vec<String> {
    loaded.all_lines()
}

#[test]
fn the_first_stage_with_a_page_is_step_one_wherever_it_has_a_number() {
    let tree = late().tree();
    let page = tree.text("huisartsen/practice/a/index.html");
    assert!(page.contains("Step 1 of 1"), "{page}");
    for path in ["index.html", "practice/index.html", "practice/a/index.html"] {
        let html = tree.text(&format!("huisartsen/{path}"));
        assert!(html.contains("<span class=\"number\""), "{path} has a number");
        assert!(!html.contains(">2</span>"), "{path} counts what readers do not see");
        assert!(!html.contains("What is possible"), "{path} names the empty stage");
    }
}

#[test]
fn the_address_of_an_empty_stage_leads_home_and_is_no_address_for_search_engines() {
    let tree = late().tree();
    let html = tree.text("huisartsen/possible/index.html");
    assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"), "{html}");
    assert!(html.contains("content=\"0; url=../index.html\""), "{html}");
    assert!(html.contains("<h1>This step has no pages at the moment</h1>"), "{html}");
    assert!(html.contains(">See the whole route</a>"), "{html}");
    let sitemap = tree.text("huisartsen/sitemap.xml");
    assert!(!sitemap.contains("/possible/"), "{sitemap}");
    assert!(!tree.has("huisartsen/possible/feed.atom"));
}

#[test]
fn a_persona_without_a_page_has_no_folder_and_is_not_to_be_chosen() {
    let hub = HubBuilder::small()
        .page("a.md", "gp", "service", "Text.\n")
        .page("a.nl.md", "gp", "service", "Tekst.\n")
        .load();
    let tree = hub.tree();
    assert!(tree.below("verpleegkundigen").paths().is_empty());
    for path in ["index.html", "nl/index.html", "sitemap.xml", "sitemap-hub.xml"] {
        let text = tree.text(path);
        assert!(!text.contains("Nurses") && !text.contains("verpleegkundigen"), "{path}: {text}");
    }
    assert!(texts(&hub).iter().any(|line| {
        line == "personas/nurse.toml warning journey.empty-site: The site of `nurse` in en has no page."
    }));
}

#[test]
fn a_language_without_a_page_has_no_home_and_nothing_leads_there() {
    let tree = late().tree();
    assert!(tree.below("huisartsen/nl").paths().is_empty());
    assert!(!tree.has("nl/index.html"));
    for path in ["index.html", "huisartsen/index.html", "huisartsen/practice/a/index.html"] {
        let html = tree.text(path);
        assert!(!html.contains("hreflang=\"nl\""), "{path}: {html}");
    }
}

#[test]
fn the_default_language_may_be_the_one_that_is_left_out() {
    let tree = HubBuilder::small().page("a.nl.md", "gp", "service", "Tekst.\n").tree();
    assert!(!tree.has("huisartsen/index.html"));
    let home = tree.text("huisartsen/nl/index.html");
    assert!(!home.contains("hreflang=\"en\""), "{home}");
    assert!(tree.text("nl/index.html").contains("huisartsen/nl/"));
    assert!(!tree.text("index.html").contains("huisartsen"));
    assert!(tree.text("huisartsen/sitemap.xml").contains("/huisartsen/nl/"));
}

#[test]
fn previews_show_holes_and_so_do_releases_that_are_told_to() {
    let shown = late().edited("hub.toml", "title = ", "site.empty = \"show\"\ntitle = ");
    for tree in [late().preview().tree(), shown.tree()] {
        let home = tree.text("huisartsen/index.html");
        assert!(home.contains("Nothing here yet"), "{home}");
        assert!(home.contains("How do I spot it early?"), "{home}");
        assert!(tree.text("huisartsen/possible/index.html").contains("<main id=\"_main\""));
        assert!(tree.has("huisartsen/nl/index.html"));
    }
}

#[test]
fn a_question_of_an_empty_stage_stands_where_its_answer_does() {
    let hub = HubBuilder::small().file(
        "content/a.md",
        "+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\nneeds = 'spot-early'\n+++\n\nText.\n",
    );
    let tree = hub.tree();
    for path in ["huisartsen/index.html", "huisartsen/practice/index.html"] {
        assert!(tree.text(path).contains("How do I spot it early?"), "{path}");
    }
}

/// Two questions at one stage, and pages that answer one, both or none of them.
fn asked() -> HubBuilder {
    let page = |title: &str, needs: &str, order: u8| {
        format!(
            "+++\ntitle = '{title}'\npersonas = 'gp'\nstage = 'awareness'\nneeds = {needs}\norder = {order}\n+++\n\nText.\n"
        )
    };
    let more = "\n[[needs]]\nid = \"refer\"\nstage = \"awareness\"\ntext = \"When do I refer?\"\n";
    HubBuilder::small()
        .extended("personas/gp.toml", more)
        .file("content/a.md", page("None", "[]", 1))
        .file("content/b.md", page("Both", "['refer', 'spot-early']", 2))
        .file("content/c.md", page("Second", "['refer']", 3))
}

/// Whether the texts stand in a page in this order.
fn in_order(html: &str, texts: &[&str]) -> bool {
    let mut rest = html;
    texts.iter().all(|text| match rest.find(text) {
        Some(at) => {
            rest = &rest[at + text.len()..];
            true
        }
        None => false,
    })
}

#[test]
fn a_stage_lists_its_pages_by_question_each_in_full_once() {
    let tree = asked().tree();
    let html = part(tree.text("huisartsen/possible/index.html"), "<main", "</main>");
    let order = [
        "<h2>How do I spot it early?</h2>",
        "<h3><a href=\"../possible/b/index.html\">Both</a></h3>",
        "<h2>When do I refer?</h2>",
        "<h3><a href=\"../possible/c/index.html\">Second</a></h3>",
        "<ul class=\"pages\">",
        "<li><a href=\"../possible/b/index.html\">Both</a></li>",
        "<h2 class=\"more\">More in this step</h2>",
        "<h3><a href=\"../possible/a/index.html\">None</a></h3>",
    ];
    assert!(in_order(html, &order), "{html}");
    assert_eq!(html.matches("<h3>").count(), 3, "{html}");
}

#[test]
fn the_column_beside_a_page_leads_from_every_question_to_its_pages() {
    let tree = asked().tree();
    let html = tree.text("huisartsen/possible/c/index.html");
    let column = part(html, "<div class=\"sidebar\">", "</div>");
    let order =
        ["spot it early?", "possible/b/", "When do I refer?", "possible/c/", "possible/b/", "a/"];
    assert!(in_order(column, &order), "{column}");
    assert!(
        html.contains("<p class=\"asked\"><span>Answers:</span> When do I refer?</p>"),
        "{html}"
    );
    let none = tree.text("huisartsen/possible/a/index.html");
    assert!(!none.contains("class=\"asked\""), "{none}");
}

#[test]
fn a_search_offers_each_question_with_the_page_that_answers_it_first() {
    let tree = asked().tree();
    let index: Value =
        serde_json::from_str(tree.text("huisartsen/search/index.json")).expect("it is JSON");
    let expected = serde_json::json!([
        { "text": "How do I spot it early?", "path": "possible/b/index.html" },
        { "text": "When do I refer?", "path": "possible/b/index.html" },
    ]);
    assert_eq!(index["questions"], expected);
}
