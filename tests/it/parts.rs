//! Long lists: the parts of a stage, each with an address of its own, and years under a heading.

use std::collections::BTreeMap;

use crate::support::command::{Etappe, Ran};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree};
use etappe_report::coverage::measures::{AddressMeaning, PublishedAddresses};

/// The page of the stage.
const FIRST: &str = "huisartsen/possible/index.html";

fn part(number: usize) -> String {
    format!("huisartsen/possible/part.{number}/index.html")
}

fn path(number: usize) -> String {
    format!("content/p{number:03}.md")
}

/// A page of the long stage. Titles sort as numbers do.
fn page(number: usize, more: &str) -> String {
    format!(
        "+++\ntitle = 'Page {number:03}'\npersonas = 'gp'\nstage = 'awareness'\n{more}\n+++\n\nText.\n"
    )
}

/// A hub with so many pages at one stage, of which some answer its question.
fn long(pages: usize, answers: usize) -> HubBuilder {
    let hub = HubBuilder::small()
        .edited("hub.toml", "title = ", "base_url = 'https://hub.example'\ntitle = ")
        .page("beside.md", "gp nurse", "service", "Text.\n");
    (0..pages).fold(hub, |hub, number| {
        let needs = if number < answers { "needs = 'spot-early'" } else { "" };
        hub.file(&path(number), page(number, needs))
    })
}

/// The titles of the pages that stand in full in a list, in order.
fn titles(html: &str) -> Vec<&str> {
    let main = &html[html.find("<main").expect("it has a main")..];
    let cards = main.split("<ul class=\"cards\">").skip(1);
    let cards = cards.filter_map(|rest| rest.split("</ul>").next());
    cards
        .flat_map(|cards| cards.split("\">Page ").skip(1))
        .map(|rest| rest.split('<').next().expect("a title ends"))
        .collect()
}

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("{number:03}")).collect()
}

/// Every list of the stage, in order.
fn lists(tree: &Tree) -> Vec<&str> {
    let further = (2..).map(part).take_while(|path| tree.has(path));
    let paths: Vec<String> = std::iter::once(FIRST.to_owned()).chain(further).collect();
    paths.iter().map(|path| tree.text(path)).collect()
}

#[test]
fn fifty_pages_of_a_stage_stand_on_one_page_and_the_next_on_another() {
    assert_eq!(lists(&long(50, 0).tree()).len(), 1);
    let tree = long(130, 0).tree();
    let lists = lists(&tree);
    let shown: Vec<Vec<&str>> = lists.iter().map(|html| titles(html)).collect();
    assert_eq!(shown, [numbers(0..50), numbers(50..100), numbers(100..130)]);
    assert!(lists[0].contains("Pages 1 to 50 of 130"), "{}", lists[0]);
    assert!(lists[2].contains("Pages 101 to 130 of 130"), "{}", lists[2]);
}

#[test]
fn a_part_says_which_it_is_where_it_stands_and_what_is_beside_it() {
    let tree = long(130, 0).tree();
    let html = tree.text(&part(2));
    for expected in [
        "<title>What is possible · Part 2 of 3 · ",
        "<link rel=\"canonical\" href=\"https://hub.example/huisartsen/possible/part.2/\">",
        "<link rel=\"prev\" href=\"../../possible/index.html\">",
        "<link rel=\"next\" href=\"../../possible/part.3/index.html\">",
        "<a href=\"../../possible/part.2/index.html\" aria-current=\"page\"\n aria-label=\"Part 2\">2</a>",
    ] {
        assert!(html.contains(expected), "`{expected}` is in {html}");
    }
    let first = tree.text(FIRST);
    assert!(first.contains("<title>What is possible · ") && !first.contains("Part 1 of 3 ·"));
    assert!(!first.contains("rel=\"prev\""), "{first}");
    assert!(!tree.text(&part(3)).contains("rel=\"next\" href=\"../../possible"));
}

#[test]
fn parts_are_in_no_sitemap_no_search_and_no_feed() {
    let tree = long(130, 0).tree();
    assert!(tree.has(&part(2)));
    for path in tree.paths() {
        let is_list = [".xml", ".json", ".atom", ".txt"].iter().any(|end| path.ends_with(end));
        assert!(!is_list || !tree.bytes(path).windows(5).any(|bytes| bytes == b"part."), "{path}");
    }
}

#[test]
fn languages_with_fewer_parts_are_offered_their_last_and_are_no_version_of_it() {
    let tree = long(130, 0).file("content/p000.nl.md", page(0, "")).tree();
    let html = tree.text(&part(2));
    assert!(html.contains("href=\"../../nl/possible/index.html\" hreflang=\"nl\""), "{html}");
    assert!(!html.contains("<link rel=\"alternate\" hreflang=\"nl\""), "{html}");
    assert!(html.contains("<link rel=\"alternate\" hreflang=\"en\""), "{html}");
    let linked = "title = ";
    let both = long(130, 0).edited("hub.toml", "title = ", &format!("fallback = 'link'\n{linked}"));
    let tree = both.file("content/p000.nl.md", page(0, "")).tree();
    let html = tree.text(&part(2));
    assert!(
        html.contains(
            "hreflang=\"nl\" href=\"https://hub.example/huisartsen/nl/possible/part.2/\""
        )
    );
    assert!(tree.text("huisartsen/nl/possible/part.2/index.html").contains("Deel 2 van 3"));
}

#[test]
fn no_page_and_no_file_takes_the_address_of_a_part_unheard() {
    let slug = page(900, "slug = 'part.2'");
    let refused = long(60, 0).file("content/other.md", slug).load();
    assert!(refused.has_errors(), "no slug has a dot: {:?}", refused.lines());
    let named = long(60, 0).page("part.2.md", "gp", "awareness", "Text.\n").load();
    assert!(!named.has_errors(), "{:?}", named.lines());
    assert!(named.tree().has("huisartsen/possible/part-2/index.html"));
    let alias = long(60, 0).file("content/p001.md", page(1, "aliases = ['/possible/part.2/']"));
    let lines = alias.load().lines();
    assert!(lines.iter().any(|line| line.contains("url.collision")), "{lines:?}");
}

#[test]
fn a_question_goes_on_in_the_next_part_and_says_so() {
    let tree = long(70, 60).tree();
    let lists = lists(&tree);
    let question = "<h2>How do I spot it early?";
    assert!(lists[0].contains(&format!("{question}</h2>")), "{}", lists[0]);
    assert!(!lists[0].contains("More in this step"), "{}", lists[0]);
    let goes_on = format!("{question} <span class=\"continued\">(continued)</span></h2>");
    assert!(lists[1].contains(&goes_on), "{}", lists[1]);
    assert!(lists[1].contains("More in this step"), "{}", lists[1]);
    assert_eq!(titles(lists[1]), numbers(50..70));
}

#[test]
fn a_home_shows_some_answers_and_leads_to_where_all_are() {
    let other = "\n[[needs]]\nid = \"refer\"\nstage = \"awareness\"\ntext = \"When do I refer?\"\n";
    let mut hub = long(60, 52).extended("personas/gp.toml", other);
    for number in 52..60 {
        hub = hub.file(&path(number), page(number, "needs = 'refer'"));
    }
    let many = hub.clone().file(&path(60), page(60, "needs = 'refer'")).tree();
    let home = many.text("huisartsen/index.html");
    assert!(
        home.contains("href=\"possible/index.html#_question-1\">All pages on this question (52)")
    );
    assert!(home.contains(
        "href=\"possible/part.2/index.html#_question-2\">All pages on this question (9)"
    ));
    assert!(many.text(FIRST).contains("id=\"_question-1\""));
    assert!(many.text(&part(2)).contains("id=\"_question-2\""));
    assert!(!many.text(&part(2)).contains("id=\"_question-1\""), "it began in the part before");
    let few = hub.tree();
    assert!(!few.text("huisartsen/index.html").contains("#_question-2"));
    assert!(!few.text(&part(2)).contains("_question-2"));
}

#[test]
fn views_of_a_part_are_views_of_a_list_and_ask_for_no_page() {
    let hub = long(60, 0).load();
    let addresses = PublishedAddresses::new(hub.hub());
    let find = |address: &str| addresses.find(address);
    for address in ["/huisartsen/possible/part.2/", "/huisartsen/possible/part.7/index.html?a=b"] {
        assert!(matches!(find(address), AddressMeaning::Frame), "{address}");
    }
    for address in ["/huisartsen/possible/part.two/", "/huisartsen/elsewhere/part.2/"] {
        assert!(matches!(find(address), AddressMeaning::Nothing(_)), "{address}");
    }
}

/// Pages under one heading: two in an order of their author's, three without a date, the others of
/// three years.
fn dated(pages: usize) -> HubBuilder {
    let front = |number: usize| match number {
        0 | 1 => format!("order = {}\ndate = 2020-01-01", number + 1),
        2..=4 => String::new(),
        5 => "date = 2019-01-01\nupdated = 2026-05-01".to_owned(),
        _ => format!("date = {}-02-{:02}", 2024 + number % 3, number),
    };
    let hub = HubBuilder::small();
    (0..pages).fold(hub, |hub, number| hub.file(&path(number), page(number, &front(number))))
}

#[test]
fn more_than_twenty_pages_under_a_heading_stand_by_year_the_newest_first() {
    let tree = dated(21).tree();
    let html = tree.text(FIRST);
    let years: Vec<&str> = html
        .split("<div class=\"year\">")
        .skip(1)
        .map(|year| year.trim_start().split("</h").next().expect("it has a heading"))
        .map(|year| year.strip_prefix("<h3>").or(year.strip_prefix("<h2>")).unwrap_or(""))
        .collect();
    assert_eq!(years[0], "", "what has an order comes first, without a year: {years:?}");
    assert_eq!(years[1..], ["2026", "2025", "2024", "Without a date"]);
    let expected = [
        "000", "001", "005", "020", "017", "014", "011", "008", "019", "016", "013", "010", "007",
        "018", "015", "012", "009", "006", "002", "003", "004",
    ];
    assert_eq!(titles(html), expected);
}

#[test]
fn twenty_pages_under_a_heading_stand_as_the_route_has_them() {
    let tree = dated(20).tree();
    let html = tree.text(FIRST);
    assert!(!html.contains("class=\"year\""), "{html}");
    assert_eq!(titles(html)[..4], ["000", "001", "005", "006"]);
}

#[test]
fn undated_pages_stand_under_no_year_however_many_they_are() {
    assert!(!long(45, 0).tree().text(FIRST).contains("class=\"year\""));
}

#[test]
fn a_theme_says_how_many_stand_on_a_page_and_one_without_a_place_for_parts_has_all() {
    let template = "{% for p in stage.pages %}{{ p.title }}\n{% endfor %}";
    let none = long(130, 0).file("templates/stage.html", template).tree();
    assert!(!none.has(&part(2)));
    assert_eq!(none.text(FIRST).matches("Page ").count(), 130);
    let shorter = long(30, 0).file("templates/theme.toml", "[lists]\nstage = 10\n").tree();
    assert_eq!(lists(&shorter).len(), 3);
    let none = long(3, 0).file("templates/theme.toml", "[lists]\nstage = 0\n").load();
    assert!(none.lines().iter().any(|line| line.contains("theme.manifest")), "{:?}", none.lines());
}

#[test]
fn many_parts_are_named_by_the_first_the_last_and_those_around() {
    let tree = long(60, 0).file("templates/theme.toml", "[lists]\nstage = 5\n").tree();
    let html = tree.text(&part(6));
    let nav = html.split("<nav class=\"list-parts\"").nth(1).expect("it has a navigation");
    let nav = nav.split("</nav>").next().expect("it ends");
    let named: Vec<&str> = nav
        .split("aria-label=\"Part ")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a number"))
        .collect();
    assert_eq!(named, ["1", "4", "5", "6", "7", "8", "12"]);
    assert_eq!(nav.matches("<li class=\"gap\">").count(), 2, "{nav}");
}

#[test]
fn a_build_for_one_persona_and_a_preview_have_the_same_parts() {
    let all = long(130, 60).tree();
    let own = long(130, 60).only("gp").tree();
    for number in [2, 3] {
        let text = |tree: &Tree| titles(tree.text(&part(number))).join(" ");
        assert_eq!(text(&own), text(&all));
    }
    let draft = long(100, 0).file(&path(100), page(100, "status = 'draft'"));
    assert_eq!(lists(&draft.clone().tree()).len(), 2);
    let preview = draft.preview().tree();
    assert_eq!(titles(preview.text(&part(3))), ["100"]);
}

/// What is done to a hub, and its name.
type Step = (&'static str, fn(&HubOnDisk));

fn build(hub: &HubOnDisk, day: &str) -> Ran {
    Etappe::inside(hub.path()).args(["build", "--as-of", day]).run()
}

/// The release that a copy of the hub becomes, which was never built before.
fn clean(hub: &HubOnDisk) -> Tree {
    let copy = HubBuilder::folder(hub.path()).on_disk();
    build(&copy, TODAY).expect(0);
    copy.tree("public")
}

#[test]
fn a_stage_that_grows_and_shrinks_builds_what_a_clean_build_does() {
    let hub = long(51, 20).on_disk();
    build(&hub, TODAY).expect(0);
    assert!(hub.has(&format!("public/{}", part(2))));
    let steps: [Step; 6] = [
        ("another title moves a page to the end", |hub| {
            hub.edit(&path(3), "title = 'Page 003'", "title = 'Page 999'")
        }),
        ("a date, with more than twenty under the heading", |hub| {
            hub.edit(&path(30), "stage = ", "date = 2026-01-01\nstage = ")
        }),
        ("a page gone", |hub| hub.remove(&path(50))),
        ("one more", |hub| hub.write(&path(70), page(70, "needs = 'spot-early'"))),
        ("a second more", |hub| hub.write(&path(71), page(71, "order = 1"))),
        ("a withdrawal", |hub| hub.edit(&path(10), "stage = ", "status = 'withdrawn'\nstage = ")),
    ];
    for (what, step) in steps {
        step(&hub);
        build(&hub, TODAY).expect(0);
        hub.tree("public").assert_same(&clean(&hub), what);
    }
}

#[test]
fn an_edit_of_a_title_makes_only_the_part_that_shows_it() {
    let before = long(130, 0).tree();
    // A summary moves nothing.
    let after = long(130, 0).file(&path(60), page(60, "summary = 'New words.'")).tree();
    let changed: BTreeMap<usize, bool> = (2..=3)
        .map(|number| (number, before.bytes(&part(number)) != after.bytes(&part(number))))
        .collect();
    assert_eq!(changed, BTreeMap::from([(2, true), (3, false)]));
    assert_eq!(before.bytes(FIRST), after.bytes(FIRST));
}

#[test]
fn a_page_that_is_over_takes_its_part_with_it_whatever_blocks_the_build() {
    let over = page(50, "expires = 2026-11-20");
    let hub = long(50, 0).file(&path(50), over.clone()).on_disk();
    build(&hub, "2026-11-01").expect(0);
    assert!(hub.has(&format!("public/{}", part(2))));
    hub.write("hub.toml", "title = \"unclosed");
    let ran = build(&hub, TODAY);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("release.taken-down"), "{}", ran.stderr);
    let after = hub.tree("public");
    assert!(!after.has(&part(2)), "nothing stands in the part any more");
    let without = over.replace("expires", "status = 'draft'\nexpires");
    let expected = long(50, 0).file(&path(50), without).as_of("2026-11-01").tree();
    after.assert_same(&expected, "the release without the page");
}
