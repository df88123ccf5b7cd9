//! What a search finds: every word of a page, on exactly the sites that show it, and nothing else.
//! The files are read here by a reader of their own; `tests/browser` reads them with the one that
//! readers have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::support::html::Html;
use crate::support::shared::Shared;
use crate::support::{HubBuilder, TODAY, Tree, day, program};
use etappe_base::path::HubPath;
use etappe_session::io::Files;
use etappe_session::{self as session, Changed, Live, Options, Revision};
use etappe_site::engine::Memo;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use serde_json::Value;

const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PLACES: [&str; 5] = ["body", "body, often", "summary", "heading", "title"];

/// The search of one site, read from its files.
struct Search {
    index: Value,
    /// By number.
    pages: Vec<Value>,
    /// By word: number and place of each page.
    words: BTreeMap<String, BTreeMap<usize, &'static str>>,
}

impl Search {
    fn of(tree: &Tree, site: &str) -> Self {
        let json = |name: &str| -> Value {
            serde_json::from_str(tree.text(&format!("{site}/search/{name}.json")))
                .expect("it is JSON")
        };
        let index = json("index");
        let number = |key: &str| index[key].as_u64().expect("a number") as usize;
        let list = |value: &Value| value.as_array().expect("a list").clone();
        let (pages, lists) = match index.get("words") {
            Some(_) => (list(&index["pages"]), vec![index.clone()]),
            None => (
                (0..number("count").div_ceil(number("chunk")))
                    .flat_map(|part| list(&json(&format!("pages-{part}"))["pages"]))
                    .collect(),
                (0..number("shards")).map(|part| json(&format!("words-{part}"))).collect(),
            ),
        };
        let mut words = BTreeMap::new();
        for list in &lists {
            for entry in
                list["words"].as_str().expect("a text").split(';').filter(|entry| !entry.is_empty())
            {
                let (word, numbers) = entry.split_once(':').expect("a word and its pages");
                assert!(
                    words.insert(word.to_owned(), read_numbers(numbers)).is_none(),
                    "`{word}` stands in one list"
                );
            }
        }
        assert_eq!(pages.len(), number("count"));
        Self { index, pages, words }
    }

    fn path(&self, page: usize) -> String {
        self.pages[page]["path"].as_str().expect("a path").to_owned()
    }

    /// The paths of the pages that have a word, with its place on them.
    fn pages_with(&self, word: &str) -> BTreeMap<String, &'static str> {
        self.words
            .get(word)
            .into_iter()
            .flatten()
            .map(|(page, place)| (self.path(*page), *place))
            .collect()
    }

    /// By path: the words of the page.
    fn by_page(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut pages: BTreeMap<String, BTreeSet<String>> =
            (0..self.pages.len()).map(|page| (self.path(page), BTreeSet::new())).collect();
        for (word, found) in &self.words {
            for page in found.keys() {
                pages
                    .get_mut(&self.path(*page))
                    .expect("every number is a page's")
                    .insert(word.clone());
            }
        }
        pages
    }
}

fn read_numbers(text: &str) -> BTreeMap<usize, &'static str> {
    let mut pages = BTreeMap::new();
    for (level, digits) in text.split(',').enumerate() {
        let (mut page, mut number, mut shift) = (0, 0, 0);
        for digit in digits.chars() {
            let value = DIGITS.find(digit).expect("a digit");
            number |= (value & 31) << shift;
            shift += 5;
            if value < 32 {
                page += number;
                assert!(
                    pages.insert(page, PLACES[level]).is_none(),
                    "a page stands once behind a word"
                );
                page += 1;
                (number, shift) = (0, 0);
            }
        }
    }
    pages
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn page(title: &str, summary: &str, rest: &str, body: &str) -> String {
    format!("+++\ntitle = '{title}'\nsummary = '{summary}'\n{rest}\n+++\n\n{body}\n")
}

/// Pages that show what is theirs and nothing of the theme's own.
fn bare(hub: HubBuilder) -> HubBuilder {
    hub.file(
        "templates/page.html",
        "{# site.search #}{{ page.title }} {{ page.summary }}\n{{ page.body | safe }}",
    )
}

// What is found.

#[test]
fn a_word_is_found_by_the_weightiest_place_it_stands_in() {
    let hub = HubBuilder::small()
        .file(
            "content/a.md",
            page(
                "Memory",
                "A summary",
                "personas = 'gp'\nstage = 'awareness'",
                "## Heading\n\nText memory heading.",
            ),
        )
        .file(
            "content/b.md",
            page(
                "Other",
                "Memory",
                "personas = 'gp'\nstage = 'service'",
                "Text text text text text.",
            ),
        );
    let search = Search::of(&hub.tree(), "huisartsen");
    let at = |path: &str, place| (path.to_owned(), place);
    assert_eq!(
        search.pages_with("memory"),
        [at("possible/a/index.html", "title"), at("practice/b/index.html", "summary")].into()
    );
    assert_eq!(search.pages_with("heading"), [at("possible/a/index.html", "heading")].into());
    assert_eq!(
        search.pages_with("text"),
        [at("possible/a/index.html", "body"), at("practice/b/index.html", "body, often")].into()
    );
    assert_eq!(search.pages_with("nothing"), BTreeMap::new());
}

#[test]
fn signs_above_and_below_the_line_part_no_word_and_marks_of_notes_do() {
    let body = "CO<sub>2</sub>, HbA<sub>1c</sub>, A&beta;<sub>42</sub>, hyper<wbr>tension, 10⁶ or H₂O.\n\n\
        A dose[^1].\n\n| Drug | Dose |\n|-|-|\n| ab | cd |\n\n- one\n- two\n\n[^1]: Note.\n";
    let hub = HubBuilder::small()
        .file("content/a.md", page("A", "", "personas = 'gp'\nstage = 'service'", body));
    let tree = hub.tree();
    let search = Search::of(&tree, "huisartsen");
    for word in ["co2", "hba1c", "aβ42", "hypertension", "106", "h2o", "dose", "ab", "cd", "one"] {
        assert!(search.words.contains_key(word), "{word}: {:?}", search.words.keys());
    }
    let text = search.pages[0]["text"].as_str().expect("a small site has its texts");
    assert!(text.contains("Drug Dose ab cd one two"), "{text}");
}

#[test]
fn a_site_finds_its_own_pages_in_its_own_language_only() {
    let front = |personas: &str| format!("personas = {personas}\nstage = 'awareness'");
    let hub = HubBuilder::small()
        .file("content/a.md", page("Alpha", "", &front("'gp'"), "onlygp"))
        .file("content/a.nl.md", page("Alfa", "", &front("'gp'"), "alleenhuisarts"))
        .file("content/b.md", page("Beta", "", &front("'nurse'"), "onlynurse"))
        .file(
            "content/c.md",
            page(
                "Gamma",
                "",
                &front("'all'"),
                "everybody\n\n:::for{persona=nurse}\nsecretword\n:::\n",
            ),
        );
    let tree = hub.tree();
    let having = |word: &str| -> Vec<&str> {
        ["huisartsen", "huisartsen/nl", "verpleegkundigen"]
            .into_iter()
            .filter(|site| Search::of(&tree, site).words.contains_key(word))
            .collect()
    };
    assert_eq!(having("onlygp"), ["huisartsen"]);
    assert_eq!(having("alleenhuisarts"), ["huisartsen/nl"]);
    assert_eq!(having("onlynurse"), ["verpleegkundigen"]);
    assert_eq!(having("everybody"), ["huisartsen", "verpleegkundigen"]);
    assert_eq!(having("secretword"), ["verpleegkundigen"]);
    assert_eq!(tree.below("huisartsen").holding("secretword"), [""; 0]);
}

#[test]
fn what_is_not_published_is_found_in_previews_alone() {
    let draft =
        page("Draft", "", "personas = 'gp'\nstage = 'awareness'\nstatus = 'draft'", "unfinished");
    let hub =
        HubBuilder::small().page("a.md", "gp", "awareness", "done").file("content/b.md", draft);
    assert!(!Search::of(&hub.tree(), "huisartsen").words.contains_key("unfinished"));
    let preview = Search::of(&hub.preview().tree(), "huisartsen");
    assert!(preview.words.contains_key("unfinished"));
    let states: BTreeSet<(&str, &str)> = preview
        .pages
        .iter()
        .filter_map(|page| page["title"].as_str().zip(page["state"].as_str()))
        .collect();
    assert_eq!(states, [("a", ""), ("Draft", "draft")].into());
}

#[test]
fn a_page_that_the_language_lacks_is_found_as_what_it_is() {
    let hub = HubBuilder::small()
        .edited("hub.toml", "languages", "fallback = \"link\"\nlanguages")
        .page("a.md", "gp", "awareness", "english");
    let tree = hub.tree();
    let own = Search::of(&tree, "huisartsen");
    assert_eq!(own.pages[0]["lang"], Value::Null);
    let search = Search::of(&tree, "huisartsen/nl");
    assert_eq!(search.pages.len(), 1);
    assert_eq!(search.pages[0]["path"], "../possible/a/index.html");
    assert_eq!(search.pages[0]["lang"]["code"], "en");
    assert_eq!(
        search.pages_with("english"),
        [("../possible/a/index.html".to_owned(), "body")].into()
    );
}

#[test]
fn what_a_page_gives_a_directive_to_say_is_found() {
    let hub = HubBuilder::small().page(
        "a.md",
        "gp",
        "awareness",
        "::cta[Ask now]{href=a.md note=\"within a week\"}\n\n:::details[More of it]\nhidden\n:::\n",
    );
    let search = Search::of(&hub.tree(), "huisartsen");
    for word in ["ask", "week", "more", "hidden"] {
        assert_eq!(search.pages_with(word).len(), 1, "{word}");
    }
    assert_eq!(search.pages[0]["text"], "within a week Ask now More of it hidden");
}

#[test]
fn what_must_not_stand_there_is_looked_for_in_the_files_of_a_search_too() {
    let draft = page(
        "Plans & more plans",
        "",
        "personas = 'gp'\nstage = 'awareness'\nstatus = 'draft'",
        "",
    );
    let hub =
        HubBuilder::small().page("a.md", "gp", "awareness", "text").file("content/b.md", draft);
    assert_eq!(hub.load().examined().codes(), [""; 0]);
    // The plain words of a theme may be anybody's title; what counts stands in the search's own
    // file alone.
    let told = hub
        .file("templates/strings/en.toml", "search_count = { other = \"Plans & more plans\" }\n")
        .load()
        .examined();
    assert!(told.codes().contains(&"leak.unpublished"), "{:?}", told.lines());
}

// What is asked for.

fn searches(tree: &Tree) -> Vec<&str> {
    tree.paths().into_iter().filter(|path| path.contains("/search/")).collect()
}

#[test]
fn a_page_and_a_hub_may_stay_out_of_the_search() {
    let hub = HubBuilder::small()
        .file(
            "content/a.md",
            page("Alpha", "", "personas = 'gp'\nstage = 'awareness'\nsearch = false", "unsought"),
        )
        .page("b.md", "gp", "awareness", "sought");
    let tree = hub.tree();
    let search = Search::of(&tree, "huisartsen");
    assert_eq!((search.pages.len(), search.words.contains_key("unsought")), (1, false));
    assert!(tree.text("huisartsen/index.html").contains("data-index=\"search/index.json\""));

    let tree = hub.edited("hub.toml", "languages", "search = false\nlanguages").tree();
    assert_eq!(searches(&tree), [""; 0]);
    assert!(!tree.text("huisartsen/index.html").contains("search.js"));
}

#[test]
fn a_theme_without_a_place_for_it_has_no_search() {
    let hub = ["page", "stage", "home", "preferences", "not_found"]
        .iter()
        .fold(HubBuilder::small(), |hub, name| {
            hub.file(&format!("templates/{name}.html"), "{{ site.label }}")
        });
    let hub = hub.page("a.md", "gp", "awareness", "text");
    assert_eq!(searches(&hub.tree()), [""; 0]);
    let hub = hub
        .file("templates/part.html", "{{ site.search }}")
        .file("templates/home.html", "{% include \"part.html\" %}");
    assert_eq!(hub.tree().text("huisartsen/index.html"), "search/index.json");
    assert_eq!(Search::of(&hub.tree(), "huisartsen").pages.len(), 1);
}

#[test]
fn stages_say_which_pages_are_theirs() {
    let at = |stages: &str| format!("personas = 'gp'\nstage = {stages}");
    let hub = HubBuilder::small()
        .file("content/a.md", page("A", "", &at("'awareness'"), ""))
        .file("content/b.md", page("B", "", &at("['awareness', 'service']"), ""))
        .file("content/c.md", page("C", "", &at("'service'"), ""));
    let search = Search::of(&hub.tree(), "huisartsen");
    let expected = serde_json::json!([
        { "number": 1, "label": "What is possible", "from": 0, "to": 2, "also": [] },
        { "number": 2, "label": "In practice", "from": 2, "to": 3, "also": [1] },
    ]);
    assert_eq!(search.index["stages"], expected);
    assert_eq!(search.index["strings"]["search_count"]["forms"]["other"], "{n} pages found");
}

// Every word of any page.

const SPOKEN: &[&str] =
    &["alpha", "Beta", "gamma-delta", "e5", "zeta", "eta’s", "theta", "io", "k"];

fn text() -> impl Strategy<Value = String> {
    let piece = select(
        &[
            "{}",
            "*{}*",
            "**{}** {}",
            "`{}`",
            "[{}](a.md)",
            "{} &amp; {}",
            "<b>{}</b>{}",
            "{}\n\n",
            "\n\n## {}\n\n",
            "\n\n- {}\n- {}\n\n",
        ][..],
    );
    let word = || select(SPOKEN);
    let filled = (piece, word(), word())
        .prop_map(|(piece, one, two)| piece.replacen("{}", one, 1).replacen("{}", two, 1));
    proptest::collection::vec(filled, 0..8).prop_map(|pieces| pieces.join(" "))
}

fn document() -> impl Strategy<Value = (String, bool)> {
    let personas = select(&["'gp'", "'nurse'", "'all'"][..]);
    let stage = select(&["'awareness'", "'service'", "['service', 'awareness']"][..]);
    let status = select(&["ready", "ready", "ready", "draft"][..]);
    let for_whom = prop_oneof![Just(None), select(&["gp", "nurse"][..]).prop_map(Some)];
    (
        personas,
        stage,
        status,
        (select(SPOKEN), select(SPOKEN)),
        (text(), for_whom, text()),
        any::<bool>(),
    )
        .prop_map(
            |(personas, stage, status, (title, summary), (body, for_whom, own), dutch)| {
                let own = for_whom.map_or(String::new(), |persona| {
                    format!("\n\n:::for{{persona={persona}}}\n{own}\n:::\n")
                });
                let front = format!("personas = {personas}\nstage = {stage}\nstatus = '{status}'");
                (page(title, summary, &front, &format!("{body}{own}")), dutch)
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_of_a_page_is_found_on_exactly_the_sites_that_show_it(documents in proptest::collection::vec(document(), 1..7), preview in any::<bool>()) {
        // So that sites without a page have a search too.
        let mut hub = bare(HubBuilder::small()).edited("hub.toml", "title = ", "site.empty = 'show'\ntitle = ");
        for (number, (text, dutch)) in documents.iter().enumerate() {
            hub = hub.file(&format!("content/p{number}{}.md", if *dutch { ".nl" } else { "" }), text.clone());
        }
        let tree = if preview { hub.preview() } else { hub }.load().tree();
        for site in ["huisartsen", "huisartsen/nl", "verpleegkundigen", "verpleegkundigen/nl"] {
            let pages = tree.below(site);
            let is_page = |path: &str| !path.starts_with("nl/") && (path.starts_with("possible/p") || path.starts_with("practice/p"));
            let shown: BTreeMap<String, BTreeSet<String>> = pages
                .pages()
                .filter(|(path, _)| is_page(path))
                .map(|(path, html)| (path.to_owned(), words(&Html::read(html).text)))
                .collect();
            let search = Search::of(&tree, site);
            prop_assert_eq!(search.by_page(), shown, "{}", site);
            for page in &search.pages {
                let path = page["path"].as_str().expect("a path");
                let text = |key: &str| page[key].as_str().expect("a text").to_owned();
                let said = words(&[text("title"), text("summary"), text("text")].join(" "));
                prop_assert_eq!(&said, &words(&Html::read(pages.text(path)).text), "{}", path);
            }
        }
    }
}

// Sites of many pages.

const MANY: usize = 150;

fn many() -> HubBuilder {
    (0..MANY).fold(bare(HubBuilder::small()), |hub, number| {
        let stage = if number % 3 == 0 { "service" } else { "awareness" };
        let personas = ["gp", "nurse", "all"][number % 3];
        let body = format!(
            "common word{number} é{number} {}{number}",
            char::from(b'a' + (number % 26) as u8)
        );
        hub.page(&format!("n{number:03}.md"), personas, stage, &body)
    })
}

#[test]
fn a_site_of_many_pages_has_its_words_in_several_files() {
    let hub = (0..MANY).fold(many(), |hub, number| {
        hub.edited(&format!("content/n{number:03}.md"), "personas = ", "personas = 'all' #")
    });
    let tree = hub.tree();
    let files: Vec<&str> =
        tree.paths().into_iter().filter(|path| path.starts_with("huisartsen/search/")).collect();
    assert_eq!(files.len(), 1 + 3 + 4, "{files:?}");
    let search = Search::of(&tree, "huisartsen");
    assert_eq!(search.pages_with("common").len(), MANY);
    for number in 0..MANY {
        assert_eq!(search.pages_with(&format!("word{number}")).len(), 1);
        assert_eq!(search.pages_with(&format!("e{number}")).len(), 1);
    }
    let beginnings: BTreeSet<&str> =
        files.iter().filter(|path| path.contains("words-")).map(|path| tree.text(path)).collect();
    assert_eq!(beginnings.len(), 4, "every file has words of its own");
    assert!(
        !tree.text("huisartsen/search/index.json").contains("common"),
        "the beginning is small"
    );
}

fn outputs(revision: &Revision, files: &dyn Files, memo: &Memo) -> BTreeMap<String, Arc<[u8]>> {
    let content = revision.content.as_ref().expect("there is a plan to go on with");
    let one = |path: &str| {
        revision.demand(path, files, memo).expect("it is planned").expect("it can be made").bytes
    };
    content.plan.nodes.iter().map(|node| (node.path.to_string(), one(node.path.as_str()))).collect()
}

#[test]
fn after_any_edit_a_search_of_many_pages_is_that_of_a_clean_build() {
    let hub = (0..MANY).fold(many(), |hub, number| {
        hub.edited(&format!("content/n{number:03}.md"), "personas = ", "personas = 'all' #")
    });
    let files = Arc::new(Shared::new(hub.files));
    let options = Options::on(program(), day(TODAY));
    let mut live = Live::open(Arc::clone(&files) as Arc<dyn Files>, options.clone());
    let memo = Memo::new(1 << 30);
    outputs(&live.revision(), &*files, &memo);
    let path = "content/n007.md";
    let edits: [&dyn Fn(String) -> String; 6] = [
        &|text| text.replace("common", "uncommon"),
        &|text| text.replace("title = 'n007'", "title = 'Seven'"),
        &|text| text.replace("+++\ntitle", "+++\nsearch = false\ntitle"),
        &|text| text.replace("search = false", "search = true"),
        &|text| text.replace("'awareness'", "'service'"),
        &|text| text.replace("personas = 'all' #", "personas = 'gp' #"),
    ];
    for (number, edit) in edits.iter().enumerate() {
        let before = files.text(path).expect("it is there");
        let after = edit(before.clone());
        assert_ne!(before, after, "edit {number} is one");
        files.put(path, after);
        let revision = live.refresh(&Changed::Paths([HubPath::new(path).expect("a path")].into()));
        let clean = session::load(&*files, &options);
        assert_eq!(
            outputs(&revision, &*files, &memo),
            outputs(&clean, &*files, &Memo::new(1 << 30)),
            "edit {number}"
        );
    }
}

#[test]
fn in_a_preview_only_what_is_asked_for_is_made() {
    let hub = many();
    let loaded = session::load(&hub.files, &Options::on(program(), day(TODAY)));
    let memo = Memo::new(1 << 30);
    let demand = |path: &str| {
        loaded.demand(path, &hub.files, &memo).expect("it is planned").expect("it can be made")
    };
    demand("huisartsen/search/index.json");
    demand("huisartsen/search/words-1.json");
    assert_eq!(memo.work().rendered, 2);
}
