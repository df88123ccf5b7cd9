//! What holds for any input: nothing panics, and no page vanishes without a word.
//!
//! Inputs come from a fixed seed, so that a failure is the same everywhere. To look further:
//! `PROPTEST_RNG_SEED=7 PROPTEST_CASES=5000 cargo test --test it properties`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::support::html::{Html, resolve};
use crate::support::{HubBuilder, Loaded};
use etappe_base::finding::text::TerminalStyle;
use etappe_base::finding::{Finding, Place, json, text};
use etappe_base::path::{HubPath, OutPath, decode, encode, join, link};
use etappe_base::slug::{heading_id, is_slug, slug};
use etappe_hub::config::LangIx;
use etappe_hub::config::tree::{parse_toml, parse_yaml};
use etappe_hub::config::urls::{UrlParts, UrlPattern};
use etappe_session::io::Files;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

/// The seed of every test here, unless the environment names another.
const SEED: u64 = 2026;

fn config(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let set = |name: &str| std::env::var_os(name).is_some();
    ProptestConfig {
        cases: if set("PROPTEST_CASES") { asked.cases } else { cases },
        rng_seed: if set("PROPTEST_RNG_SEED") { asked.rng_seed } else { RngSeed::Fixed(SEED) },
        failure_persistence: None,
        ..asked
    }
}

/// Text made of pieces that mean something to a parser, in any order.
fn soup(pieces: &'static [&'static str], length: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => select(pieces).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    proptest::collection::vec(piece, 0..length).prop_map(|pieces| pieces.concat())
}

const FRONT: &[&str] = &[
    "+++\n",
    "---\n",
    "\n",
    "\r\n",
    "title",
    "personas",
    "persona",
    "stage",
    "summary",
    "slug",
    "order",
    "date",
    "expires",
    "status",
    "needs",
    "aliases",
    "extra",
    "image",
    " = ",
    " =",
    "= ",
    ": ",
    ":",
    "'",
    "\"",
    "\"\"\"",
    "'''",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    "- ",
    "  ",
    "\t",
    "#",
    "gp",
    "all",
    "service",
    "draft",
    "2026-11-22",
    "2026-02-30T25:00:00+99:99",
    "1",
    "-1",
    "1e999",
    "0x",
    "9223372036854775808",
    "true",
    "null",
    "~",
    "&a ",
    "*a",
    "!!str ",
    "| \n",
    "> \n",
    "? ",
    "\\",
    "\\u0000",
    "\\uD800",
    "\u{feff}",
    "\0",
    "é",
    "\u{1F642}",
    ".",
    "..",
];

/// What may stand behind a required key: mostly what is right there.
fn value(right: &'static str) -> impl Strategy<Value = String> {
    let any = select(
        &[
            "'gp'",
            "nurse",
            "'all'",
            "'service'",
            "[gp, nurse]",
            "['gp', 'nurse']",
            "['service']",
            "",
            "~",
            "null",
            "''",
            "' '",
            "[]",
            "['']",
            "[~]",
            "{}",
            "{ gp = true }",
            "1",
            "true",
            "2026-11-22",
            "|",
            ">-",
            "*a",
            "&a",
            "'all', 'gp'",
            "['all', 'gp']",
            "[['gp']]",
        ][..],
    );
    prop_oneof![2 => Just(format!("'{right}'")), 1 => any.prop_map(str::to_owned)]
}

const MARKDOWN: &[&str] = &[
    "[",
    "]",
    "](",
    ")",
    "![",
    "[a](b.md)",
    "[a](gone.md#x)",
    "<",
    ">",
    "<a href=",
    "<a href='b.md'",
    "<img src=\"",
    "\"",
    "'",
    "</a>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<![CDATA[",
    "<?",
    "<div id=x>",
    "[^1]",
    "[^1]: ",
    "[r]: ",
    "[r]",
    "```",
    "~~~",
    "    ",
    "|",
    "|-|",
    "\n",
    "\n\n",
    "\r\n",
    "# ",
    "## ",
    "{#id}",
    "{#",
    "> ",
    "> [!NOTE]\n",
    "- ",
    "1. ",
    "- [ ] ",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "``",
    "\\",
    "&amp;",
    "&#0;",
    "&",
    ":",
    ":::",
    ":::for{persona=gp}\n",
    ":::\n",
    "::x{}",
    ":x[",
    "@",
    "[@key]",
    "[@",
    "%",
    "%00",
    "%2e%2e",
    "/",
    "../",
    "?",
    "#",
    "\0",
    "\u{1}",
    "\u{202e}",
    "é",
    "\u{1F642}",
    "a",
    "http://",
    "mailto:",
    "{{ x }}",
    "{% x",
];

const HUB: &[&str] = &[
    "title",
    "languages",
    "company",
    "base_url",
    "theme",
    "review_every",
    "[urls]\n",
    "page",
    "[[stages]]\n",
    "[[segments]]\n",
    "[[cells]]\n",
    "[[objectives]]\n",
    "[checks]\n",
    "[[waivers]]\n",
    "id",
    "slug",
    "label",
    "goal",
    "targeted",
    "reason",
    "persona",
    "stage",
    "applies",
    "min",
    "priority",
    "due",
    "code",
    "until",
    " = ",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\n",
    "en",
    "nl",
    "gp",
    "nurse",
    "service",
    "awareness",
    "true",
    "false",
    "link.broken",
    "error",
    "off",
    "2026-11-22",
    "1",
    "-1",
    "6 months",
    "{stage}/{slug}",
    "{path}",
    "{",
    "https://x.example",
    "#",
    "\u{feff}",
    "é",
];

/// Loads, renders and reports a hub: nothing of it may panic, and every span lies in its file.
fn survive(hub: &HubBuilder) -> Loaded {
    let loaded = hub.load();
    if loaded.revision.content.is_some() {
        loaded.run();
    }
    report(loaded.findings(), hub);
    loaded
}

fn report(findings: &[Finding], hub: &HubBuilder) {
    let sources = |file: &HubPath| {
        hub.files.read(file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    };
    text::emit(findings, &sources, TerminalStyle::PLAIN);
    json::emit(etappe_base::finding::Report { findings, waived: &[] }, &sources);
    for place in findings.iter().filter_map(|finding| finding.place.as_ref()) {
        let size = hub.files.read(&place.file).map_or(0, |bytes| bytes.len());
        assert!(
            place.span.start <= place.span.end && place.span.end as usize <= size,
            "{place:?} lies in its {size} bytes"
        );
    }
}

/// A page has its place on the site, or a finding names it.
fn is_accounted_for(loaded: &Loaded, file: &str) -> bool {
    let hub = loaded.hub();
    let is_placed =
        hub.placements.iter().any(|placement| hub.facets(placement.doc).file.as_str() == file);
    is_placed
        || hub.docs.iter().any(|doc| doc.facets.file.as_str() == file && is_meant(doc))
        || names(loaded.findings(), file)
}

/// Whether the author said that the page is not to be shown now.
fn is_meant(doc: &etappe_hub::journey::Doc) -> bool {
    use etappe_hub::journey::State;
    matches!(doc.state, State::Draft | State::Scheduled(_) | State::Expired(_))
        && !doc.facets.blocked
}

fn names(findings: &[Finding], file: &str) -> bool {
    findings.iter().any(|finding| {
        finding.is_error()
            && finding.place.as_ref().is_some_and(|place| place.file.as_str() == file)
    })
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn any_bytes_may_stand_in_a_page(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let loaded = survive(&HubBuilder::small().file("content/a.md", bytes));
        prop_assert!(is_accounted_for(&loaded, "content/a.md"), "{:#?}", loaded.all_lines());
    }

    #[test]
    fn any_front_matter_is_read_or_refused(front in soup(FRONT, 40), toml in any::<bool>()) {
        let fence = if toml { "+++" } else { "---" };
        let loaded = survive(&HubBuilder::small().file("content/a.md", format!("{fence}\n{front}\n{fence}\n\nText.\n")));
        prop_assert!(is_accounted_for(&loaded, "content/a.md"), "{front:?}: {:#?}", loaded.all_lines());
    }

    #[test]
    fn any_keys_beside_the_required_ones_are_read_or_refused(front in soup(FRONT, 12), yaml in any::<bool>()) {
        let page = if yaml {
            format!("---\ntitle: A\npersonas: gp\nstage: service\n{front}\n---\n\nText.\n")
        } else {
            format!("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n{front}\n+++\n\nText.\n")
        };
        let loaded = survive(&HubBuilder::small().file("content/a.md", page));
        prop_assert!(is_accounted_for(&loaded, "content/a.md"), "{front:?}: {:#?}", loaded.all_lines());
    }

    #[test]
    fn any_values_of_the_required_keys_are_taken_or_refused(title in value("A"), personas in value("gp"), stage in value("service"), yaml in any::<bool>()) {
        let (fence, is) = if yaml { ("---", ": ") } else { ("+++", " = ") };
        let front = format!("{fence}\ntitle{is}{title}\npersonas{is}{personas}\nstage{is}{stage}\n{fence}\n\nText.\n");
        let loaded = survive(&HubBuilder::small().file("content/a.md", &*front));
        prop_assert!(is_accounted_for(&loaded, "content/a.md"), "{front}{:#?}", loaded.all_lines());
        let titles = loaded.hub().placements.iter().map(|placement| &loaded.hub().facets(placement.doc).front.title);
        prop_assert!(titles.into_iter().all(|title| !title.is_empty()), "{front}");
    }

    #[test]
    fn any_markdown_is_a_body(body in soup(MARKDOWN, 60)) {
        let loaded = survive(&HubBuilder::small().page("a.md", "gp", "service", &body).page("b.md", "gp", "service", "Text.\n"));
        prop_assert!(is_accounted_for(&loaded, "content/a.md"), "{body:?}: {:#?}", loaded.all_lines());
        // What raw HTML leaves open reaches into the frame: there the author has the last word.
        if body.contains('<') {
            return Ok(());
        }
        let said = |group: &str| loaded.codes().iter().any(|code| code.starts_with(group));
        let tree = loaded.tree();
        let path = "huisartsen/practice/a/index.html";
        // Text for some that would hide nothing keeps its page off every site.
        if !tree.has(path) && said("directive.condition") {
            return Ok(());
        }
        let page = Html::read(tree.text(path));
        let ids: BTreeSet<&String> = page.ids.iter().collect();
        prop_assert!(ids.len() == page.ids.len() || said("html."), "an id twice: {body:?}: {:?}", page.ids);
        for address in page.addresses.iter().filter(|_| !said("link.") && !said("image.")) {
            let Some((target, fragment)) = resolve(path, &address.value) else { continue };
            prop_assert!(tree.has(&target) || address.value.starts_with("https://hub.example"), "{body:?}: {address:?} leads nowhere");
            let is_known = target != path || fragment.is_empty() || fragment == "top" || ids.contains(&fragment);
            prop_assert!(is_known, "{body:?}: there is no id for {address:?}");
        }
    }

    #[test]
    fn any_configuration_is_read_or_refused(hub in soup(HUB, 60), card in soup(HUB, 30)) {
        let small = HubBuilder::small().page("a.md", "gp", "service", "Text.\n");
        survive(&small.clone().extended("hub.toml", &hub));
        survive(&small.clone().extended("personas/gp.toml", &card));
        survive(&small.file("content/_defaults.toml", card).file("hub.toml", hub));
    }

    #[test]
    fn any_destination_leads_somewhere_or_is_a_finding(dest in soup(MARKDOWN, 8)) {
        let body = format!("[text](<{dest}>)\n\n<a href=\"{dest}\">text</a>\n\n![image](<{dest}>)\n");
        survive(&HubBuilder::small().page("a.md", "gp", "service", &body));
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn toml_and_yaml_parsers_take_any_text(text in prop_oneof![soup(FRONT, 40), soup(HUB, 40), any::<String>()], offset in 0_usize..1_000) {
        for parse in [parse_toml, parse_yaml] {
            let (table, errors) = parse(&text, offset);
            let inside = |start: u32, end: u32| offset <= start as usize && end as usize <= offset + text.len().max(1) + 1;
            let spans = table.entries.iter().flat_map(|entry| [entry.key_span, entry.item.span]).chain(errors.iter().map(|error| error.span));
            for span in spans {
                prop_assert!(span.start <= span.end && inside(span.start, span.end), "{span:?} of {text:?} at {offset}");
            }
        }
    }

    #[test]
    fn paths_are_clean_or_refused(text in any::<String>(), base in "([a-z]{1,4}(/[a-z.]{1,3}[a-z])?)?", tail in "[a-z/.%?#]{0,16}") {
        for path in [HubPath::new(&text).map(|path| path.as_str().to_owned()), OutPath::new(&text).map(|path| path.to_string())] {
            prop_assert!(path.is_none_or(|path| path == text && !path.starts_with('/') && !path.split('/').any(|part| matches!(part, "" | "." | ".."))));
        }
        let joined = join(&base, &tail);
        prop_assert!(joined.is_none_or(|path| !path.split('/').any(|part| matches!(part, "." | ".."))));
    }

    #[test]
    fn what_is_encoded_can_be_decoded(text in any::<String>()) {
        prop_assert_eq!(decode(&encode(&text)), text.clone());
        prop_assert!(encode(&text).is_ascii());
        decode(&text);
    }

    #[test]
    fn a_link_between_two_outputs_leads_from_one_to_the_other(from in output(), to in output()) {
        let href = link(&from, &to);
        prop_assert_eq!(resolve(&from, &href), Some((to, String::new())), "{}", href);
    }

    #[test]
    fn every_name_makes_a_slug(text in any::<String>()) {
        let made = slug(&text);
        prop_assert!(is_slug(&made), "{made:?} of {text:?}");
        prop_assert_eq!(slug(&made), made.clone(), "a slug stays as it is");
        let id = heading_id(&text);
        prop_assert!(!id.contains(char::is_whitespace), "{id:?}");
    }

    #[test]
    fn url_patterns_are_refused_or_make_clean_paths(text in "[a-z{}/.-]{0,24}|(\\{stage\\}|\\{slug\\}|\\{path\\}|\\{dir\\}|/|a){1,5}") {
        if let Ok(pattern) = text.parse::<UrlPattern>() {
            for dir in ["", "a", "a/b"] {
                let path = pattern.expand(UrlParts { stage: "service", slug: "mri", dir });
                prop_assert!(OutPath::new(&path).is_some(), "{text:?} makes {path:?}");
            }
        }
    }
}

/// A path as outputs have it.
fn output() -> impl Strategy<Value = String> {
    let part = prop_oneof![4 => "[a-z0-9-]{1,4}", 1 => "[a-zé %?#&'\"<>+:@]{1,6}"]
        .prop_filter("no part of dots", |part| !part.trim().is_empty());
    proptest::collection::vec(part, 0..4).prop_map(|mut parts| {
        parts.push("index.html".to_owned());
        parts.join("/")
    })
}

// Edits of the Memory Care Hub.

static MEMORY_CARE: LazyLock<HubBuilder> = LazyLock::new(HubBuilder::memory_care);

/// The sites that show each page: file, to persona and language.
type Shown = BTreeMap<String, BTreeSet<(String, LangIx)>>;

static SHOWN: LazyLock<Shown> = LazyLock::new(|| shown(&MEMORY_CARE.load()));

fn shown(loaded: &Loaded) -> Shown {
    let hub = loaded.hub();
    let mut shown = Shown::new();
    for placement in &hub.placements {
        let site = hub.site(placement.site);
        let persona = hub.config.persona(site.persona).id.clone();
        shown
            .entry(hub.facets(placement.doc).file.to_string())
            .or_default()
            .insert((persona, site.lang));
    }
    shown
}

static TEXT_FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let paths = MEMORY_CARE.files.paths().map(|path| path.as_str().to_owned());
    paths
        .filter(|path| {
            path.ends_with(".md") || path.ends_with(".toml") && !path.starts_with("themes/")
        })
        .collect()
});

#[derive(Clone, Debug)]
enum Slip {
    Lost,
    Added(char),
    Mistyped(char),
    Twice,
}

fn slip() -> impl Strategy<Value = Slip> {
    let key = select(
        &[
            '"', '\'', '[', ']', '{', '}', '=', ':', '#', '-', '+', ',', ' ', '\n', '\t', 'a', 'e',
            'z', 'A', '1', 'é', '/', '\\', '&', '*', '|', '~',
        ][..],
    );
    prop_oneof![3 => Just(Slip::Lost), 3 => key.clone().prop_map(Slip::Added), 3 => key.prop_map(Slip::Mistyped), 1 => Just(Slip::Twice)]
}

/// The text with one character lost, added, mistyped or typed twice. Half of all slips are made in
/// the first 600 characters: where the keys are.
fn slipped(text: &str, at: Index, early: bool, slip: &Slip) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at.index(if early { chars.len().min(600) } else { chars.len() });
    match slip {
        Slip::Lost => {
            chars.remove(at);
        }
        Slip::Added(key) => chars.insert(at, *key),
        Slip::Mistyped(key) => chars[at] = *key,
        Slip::Twice => chars.insert(at, chars[at]),
    }
    chars.into_iter().collect()
}

/// Whether a page that misses a signature is said to miss it.
fn told_unsigned(loaded: &Loaded, page: &str) -> bool {
    let is_it = |place: &Place| place.file.as_str() == page;
    loaded.findings().iter().any(|finding| {
        finding.code.id.starts_with("approval.") && finding.place.as_ref().is_some_and(is_it)
    })
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn after_a_slip_every_page_is_on_its_sites_or_a_finding_names_it(file in any::<Index>(), at in any::<Index>(), early in any::<bool>(), slip in slip()) {
        let file = &TEXT_FILES[file.index(TEXT_FILES.len())];
        let text = slipped(&MEMORY_CARE.text(file), at, early, &slip);
        let hub = MEMORY_CARE.clone().file(file, text);
        let loaded = hub.load();
        report(loaded.findings(), &hub);
        let Some(_) = loaded.revision.hub() else {
            prop_assert!(names(loaded.findings(), file), "{file}, {slip:?}: {:#?}", loaded.all_lines());
            return Ok(());
        };
        let now = shown(&loaded);
        // Many pages are made of it.
        let is_config = file.ends_with(".toml") || file.starts_with("modules/");
        for (page, sites) in SHOWN.iter() {
            let is_there = now.get(page).is_some_and(|now| now.is_superset(sites));
            let is_unsigned = file.starts_with("approvals/") && told_unsigned(&loaded, page);
            let is_named = names(loaded.findings(), page) || is_unsigned || is_config && names(loaded.findings(), file);
            prop_assert!(is_there || is_named, "{page} vanished after {slip:?} in {file}: {:#?}", loaded.all_lines());
        }
        for (page, sites) in now.iter().filter(|(page, _)| *page != file && !is_config) {
            prop_assert_eq!(Some(sites), SHOWN.get(page), "{} was not edited", page);
        }
    }
}
