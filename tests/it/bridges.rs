//! Bridges: from one persona's page to another's site, by an address that names neither.

use std::collections::BTreeMap;

use crate::support::command::{Etappe, Ran};
use crate::support::html::{Html, resolve};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree, in_plain_theme};

const ADDRESS: &str = "base_url = 'https://hub.example'\n";

/// A page of `gp` with a bridge to a page of `nurse`, both in two languages.
fn hub() -> HubBuilder {
    let front = |title: &str, personas: &str, more: &str| {
        format!(
            "+++\ntitle = '{title}'\npersonas = {personas}\nstage = 'service'\n{more}+++\n\nText.\n"
        )
    };
    let bridge = "bridge = 'nurse:content/visit.md'\n";
    HubBuilder::small()
        .edited("hub.toml", "title = ", &format!("{ADDRESS}title = "))
        .edited(
            "personas/nurse.toml",
            "label = \"Nurses\"",
            "label = { en = \"Nurses & co\", nl = \"Verpleegkundigen\" }",
        )
        .file("content/mri.md", front("Scan plan", "'gp'", bridge))
        .file("content/mri.nl.md", front("Scanplan", "'gp'", bridge))
        .file(
            "content/visit.md",
            front("Visiting somebody at home", "'nurse'", "slug = 'home-visit'\n"),
        )
        .file("content/visit.nl.md", front("Bij iemand thuis", "'nurse'", "slug = 'huisbezoek'\n"))
}

const MRI: &str = "huisartsen/practice/mri/index.html";
const MRI_NL: &str = "huisartsen/nl/practice/mri/index.html";
const VISIT: &str = "verpleegkundigen/practice/home-visit/index.html";
const VISIT_NL: &str = "verpleegkundigen/nl/practice/huisbezoek/index.html";

/// The address of the bridge on a page of a tree, as it is written; `None` where it has none.
fn href(tree: &Tree, page: &str) -> Option<String> {
    let html = tree.text(page);
    let rest = html.split_once("<p class=\"bridge\"><a href=\"")?.1;
    rest.split('"').next().map(str::to_owned)
}

/// The output that the bridge on a page leads to.
fn output(tree: &Tree, page: &str) -> String {
    let href = href(tree, page).expect("the page has a bridge");
    resolve(page, &href).expect("it stays in the hub").0
}

/// Where the output of a bridge leads.
fn end(tree: &Tree, bridge: &str) -> String {
    let html = Html::read(tree.text(bridge));
    let refresh = html.addresses.iter().find(|address| address.tag == "meta");
    resolve(bridge, &refresh.expect("it leads on").value).expect("it stays in the hub").0
}

fn bridges(tree: &Tree) -> Vec<&str> {
    tree.paths().into_iter().filter(|path| path.starts_with("bridge/")).collect()
}

// Bridges.

#[test]
fn a_bridge_leads_to_the_other_personas_page_in_the_same_language() {
    let tree = hub().tree();
    assert_eq!(end(&tree, &output(&tree, MRI)), VISIT);
    assert_eq!(end(&tree, &output(&tree, MRI_NL)), VISIT_NL);
    assert_eq!(bridges(&tree).len(), 2, "one for each language");
}

#[test]
fn a_bridge_to_a_persona_alone_leads_to_their_home() {
    let hub = hub().edited("content/mri.nl.md", "nurse:content/visit.md", "nurse");
    let tree = hub.tree();
    assert_eq!(end(&tree, &output(&tree, MRI_NL)), "verpleegkundigen/nl/index.html");
}

#[test]
fn readers_are_told_for_whom_the_other_side_is_and_nothing_else() {
    let tree = hub().tree();
    for (page, label) in [(MRI, "Nurses &amp; co"), (MRI_NL, "Verpleegkundigen")] {
        assert!(tree.text(page).contains(label), "{page}");
        let bridge = output(&tree, page);
        assert!(tree.text(&bridge).contains(label), "{bridge}");
        for text in ["isiting", "home-visit", "thuis", "huisbezoek", "verpleegkundigen"] {
            assert!(!tree.text(page).contains(text), "`{text}` on {page}");
        }
        let name = bridge.split('/').nth(1).expect("it has a name");
        assert!(name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        for text in ["Visiting somebody", "Bij iemand"] {
            assert!(!tree.text(&bridge).contains(text), "`{text}` on {bridge}");
        }
    }
}

#[test]
fn no_list_and_no_search_engine_knows_of_bridges() {
    let tree = hub().edited("hub.toml", "title = ", "headers = ['netlify']\ntitle = ").tree();
    for bridge in bridges(&tree) {
        assert!(tree.text(bridge).contains("<meta name=\"robots\" content=\"noindex\">"));
        let name = bridge.split('/').nth(1).expect("it has a name");
        let own = [bridge, MRI, MRI_NL];
        let others: Vec<&str> =
            tree.holding(name).into_iter().filter(|path| !own.contains(path)).collect();
        assert_eq!(others, [""; 0], "{name}");
    }
}

#[test]
fn a_bridge_keeps_its_address_whatever_is_said_on_either_side() {
    let hub = hub();
    let before = hub.tree();
    let after = hub
        .edited("content/mri.md", "title = 'Scan plan'", "title = 'A plan'\nslug = 'plan'")
        .edited("content/visit.md", "slug = 'home-visit'", "slug = 'at-home'")
        .edited("personas/nurse.toml", "verpleegkundigen", "zorg")
        .tree();
    let moved = "huisartsen/practice/plan/index.html";
    assert_eq!(output(&before, MRI), output(&after, moved));
    assert_eq!(end(&after, &output(&after, moved)), "zorg/practice/at-home/index.html");
}

#[test]
fn pages_that_lead_to_the_same_place_share_a_bridge() {
    let bridge = "+++\ntitle = 'Other'\npersonas = ['gp', 'nurse']\nstage = 'service'\nbridge = 'nurse:content/visit'\n+++\n";
    let tree = hub().file("content/other.md", bridge).tree();
    assert_eq!(output(&tree, "huisartsen/practice/other/index.html"), output(&tree, MRI));
    assert_eq!(bridges(&tree).len(), 2);
    assert_eq!(href(&tree, "verpleegkundigen/practice/other/index.html"), None, "they are there");
}

#[test]
fn a_page_that_is_not_translated_is_reached_as_by_any_link() {
    let hub = hub().without("content/visit.nl.md").page("n.nl.md", "nurse", "service", "Tekst.");
    let loaded = hub.load();
    assert_eq!(loaded.codes(), ["link.untranslated"]);
    let (tree, _) = loaded.run();
    assert_eq!(href(&tree, MRI_NL), None);
    let tree = hub.edited("hub.toml", "title = ", "fallback = 'link'\ntitle = ").tree();
    let bridge = output(&tree, MRI_NL);
    assert_eq!(end(&tree, &bridge), VISIT);
    assert!(tree.text(&bridge).contains("<html lang=\"nl\""), "it speaks to those who come");
}

#[test]
fn a_bridge_to_what_is_not_published_is_left_out() {
    for front in [
        "status = 'draft'",
        "status = 'withdrawn'",
        "expires = 2026-11-01",
        "publish_on = 2026-12-01",
    ] {
        let hub = hub().edited("content/visit.md", "title = ", &format!("{front}\ntitle = "));
        let (tree, _) = hub.load().run();
        assert_eq!(href(&tree, MRI), None, "{front}");
    }
}

#[test]
fn a_title_of_one_word_is_no_leak_for_standing_in_an_address() {
    let hub = hub().edited("content/visit.md", "Visiting somebody at home", "Huisbezoeken").edited(
        "content/visit.md",
        "home-visit",
        "huisbezoeken",
    );
    assert_eq!(hub.load().examined().lines(), [""; 0]);
}

#[test]
fn a_bridge_is_no_link_within_a_site() {
    let bridge = "bridge = 'nurse:content/visit.md'\n";
    let front =
        format!("+++\ntitle = 'Other'\npersonas = 'all'\nstage = 'awareness'\n{bridge}+++\n");
    let lonely = |front: &str| -> Vec<String> {
        let lines = hub().file("content/other.md", front).load().all_lines();
        lines.into_iter().filter(|line| line.contains("journey.orphan")).collect()
    };
    let with = lonely(&front);
    assert!(with.iter().any(|line| line.starts_with("content/visit.md")), "{with:#?}");
    assert_eq!(with, lonely(&front.replace(bridge, "")));
}

// Hosts of their own.

#[test]
fn a_host_of_its_own_reaches_the_hub_by_its_whole_address() {
    let own = "order = 1\nbase_url = 'https://gp.example/'\n";
    let tree = hub().edited("personas/gp.toml", "order = 1\n", own).tree();
    let href = href(&tree, MRI).expect("the page has a bridge");
    let below = href.strip_prefix("https://hub.example/").expect("it is the hub's");
    let bridge = format!("{below}index.html");
    assert_eq!(end(&tree, &bridge), VISIT);
}

#[test]
fn a_bridge_leads_to_a_host_of_its_own_by_its_whole_address() {
    let own = "order = 2\nbase_url = 'https://nurse.example/'\n";
    let tree = hub().edited("personas/nurse.toml", "order = 2\n", own).tree();
    let html = tree.text(&output(&tree, MRI));
    assert!(html.contains("url=https://nurse.example/practice/home-visit/\""), "{html}");
    let html = tree.text(&output(&tree, MRI_NL));
    assert!(html.contains("url=https://nurse.example/nl/practice/huisbezoek/\""), "{html}");
}

// Builds.

fn build(hub: &HubOnDisk, args: &[&str]) -> Ran {
    let args = [&["build", "--as-of", TODAY], args].concat();
    Etappe::inside(hub.path()).args(args).run()
}

#[test]
fn building_again_gives_what_a_build_from_nothing_gives() {
    let hub = hub().on_disk();
    build(&hub, &[]).expect(0);
    let edits: [(&str, &str, &str); 6] = [
        ("content/mri.md", "nurse:content/visit.md", "nurse"),
        ("content/visit.md", "slug = 'home-visit'", "slug = 'visit-at-home'"),
        ("content/mri.md", "bridge = 'nurse'\n", ""),
        ("content/visit.nl.md", "title = ", "publish_on = 2027-01-01\ntitle = "),
        ("personas/nurse.toml", "Verpleegkundigen", "Wijkverpleegkundigen"),
        ("content/visit.nl.md", "publish_on = 2027-01-01\n", ""),
    ];
    for (file, from, to) in edits {
        let text = std::fs::read_to_string(hub.join(file)).expect("it is there");
        assert_eq!(text.matches(from).count(), 1, "{from} in {file}");
        hub.write(file, text.replace(from, to).as_bytes());
        build(&hub, &[]).expect(0);
        let copy = HubBuilder::folder(hub.path()).on_disk();
        build(&copy, &[]).expect(0);
        assert_eq!(differing(&hub.tree("public"), &copy.tree("public")), [""; 0], "{to} in {file}");
    }
}

fn differing<'t>(one: &'t Tree, other: &'t Tree) -> Vec<&'t str> {
    let all: BTreeMap<&str, ()> =
        one.paths().into_iter().chain(other.paths()).map(|path| (path, ())).collect();
    all.into_keys().filter(|path| one.outputs.get(*path) != other.outputs.get(*path)).collect()
}

#[test]
fn a_build_of_one_persona_shows_the_bridges_of_the_whole() {
    let hub = hub();
    let whole = hub.tree();
    let alone = hub.clone().only("gp").tree();
    assert_eq!(bridges(&alone), [""; 0]);
    for page in [MRI, MRI_NL] {
        assert_eq!(alone.bytes(page), whole.bytes(page), "{page}");
    }
    let lost = hub.edited("content/visit.nl.md", "'nurse'", "'gp'").only("gp").load();
    let (tree, _) = lost.run();
    assert_eq!(href(&tree, MRI_NL), None, "the nurses have no such page");
}

#[test]
fn a_page_that_is_taken_down_takes_the_bridges_to_it_along() {
    for (withdrawn, left) in [("content/visit.md", 0), ("content/visit.nl.md", 1)] {
        let hub = hub().on_disk();
        build(&hub, &[]).expect(0);
        assert_eq!(bridges(&hub.tree("public")).len(), 2);
        let text = std::fs::read_to_string(hub.join(withdrawn)).expect("it is there");
        hub.write(
            withdrawn,
            text.replace("+++\ntitle", "+++\nstatus = 'withdrawn'\ntitle").as_bytes(),
        );
        // An error elsewhere keeps a release from being built.
        hub.write("content/wrong.md", b"+++\ntitle = 'W'\n");
        build(&hub, &[]).expect(1);
        let tree = hub.tree("public");
        assert_eq!(bridges(&tree).len(), left, "{withdrawn}");
        assert_eq!(href(&tree, MRI_NL), None, "{withdrawn}");
        assert!(tree.has(MRI), "the page itself stands");
        assert_eq!(href(&tree, MRI).is_some(), left == 1, "{withdrawn}");
    }
}

#[test]
fn a_bridge_goes_with_the_last_page_that_has_it() {
    let hub = hub().on_disk();
    build(&hub, &[]).expect(0);
    let text = std::fs::read_to_string(hub.join("content/mri.md")).expect("it is there");
    hub.write(
        "content/mri.md",
        text.replace("+++\ntitle", "+++\nstatus = 'draft'\ntitle").as_bytes(),
    );
    hub.write("content/wrong.md", b"+++\ntitle = 'W'\n");
    build(&hub, &[]).expect(1);
    assert_eq!(bridges(&hub.tree("public")).len(), 1, "the Dutch one");
}

#[test]
fn a_bridge_is_a_use_of_the_page_that_it_names() {
    let hub = hub().on_disk();
    let ran =
        Etappe::inside(hub.path()).args(["where-used", "visit", "--as-of", TODAY]).run().expect(0);
    assert!(ran.stdout.contains("content/mri.md:5:17"), "{}", ran.stdout);
    assert!(ran.stdout.contains("content/mri.nl.md:5:17"), "{}", ran.stdout);
}

#[test]
fn fixes_leave_the_page_that_stands_behind_the_colon() {
    let hub = hub()
        .edited("content/mri.md", "nurse:content/visit.md", "nurze:content/visit.md")
        .edited("content/mri.nl.md", "nurse:content/visit.md", "nurse:content/Visit.md")
        .on_disk();
    Etappe::inside(hub.path()).args(["check", "--fix", "--as-of", TODAY]).run();
    for file in ["content/mri.md", "content/mri.nl.md"] {
        let text = std::fs::read_to_string(hub.join(file)).expect("it is there");
        assert!(text.contains("bridge = 'nurse:content/visit.md'\n"), "{text}");
    }
}

// Coverage.

fn coverage(hub: &HubBuilder, form: &str) -> Ran {
    let hub = hub.on_disk();
    Etappe::inside(hub.path())
        .args(["coverage", "--format", form, "--as-of", TODAY])
        .run()
        .expect(0)
}

#[test]
fn coverage_counts_bridges_and_names_those_that_are_missing() {
    let hub = hub()
        .file("personas/carer.toml", "label = \"Carers\"\norder = 3\n")
        .file("personas/empty.toml", "label = \"Nobody yet\"\norder = 4\n")
        .page("c.md", "carer", "service", "Text.");
    let report = coverage(&hub, "json").json();
    let pairs: Vec<String> = report["bridges"]
        .as_array()
        .expect("the hub has bridges")
        .iter()
        .map(|pair| {
            assert_eq!(pair["missing"] == true, pair["count"] == 0);
            format!("{} {} {} {}", pair["from"], pair["to"], pair["count"], pair["pages"])
        })
        .collect();
    let expected = [
        "\"gp\" \"nurse\" 1 [\"content/mri.md\",\"content/mri.nl.md\"]",
        "\"gp\" \"carer\" 0 []",
        "\"nurse\" \"gp\" 0 []",
        "\"nurse\" \"carer\" 0 []",
        "\"carer\" \"gp\" 0 []",
        "\"carer\" \"nurse\" 0 []",
    ];
    assert_eq!(pairs, expected);
    let text = coverage(&hub, "table").stdout;
    for line in [
        "from, to               General practitioners  Nurses & co  Carers\n",
        "General practitioners                      –            1       0\n",
        "Bridges between personas, 5 of 6 missing:\n  General practitioners → Carers\n  Nurses & co → General practitioners, Carers\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    for form in ["markdown", "html"] {
        assert!(coverage(&hub, form).stdout.contains("5 of 6 missing"), "{form}");
    }
}

#[test]
fn a_hub_without_bridges_misses_none() {
    let bridge = "bridge = 'nurse:content/visit.md'\n";
    let hub = hub().edited("content/mri.md", bridge, "").edited("content/mri.nl.md", bridge, "");
    for form in ["json", "table", "markdown", "html"] {
        assert!(!coverage(&hub, form).stdout.to_lowercase().contains("bridge"), "{form}");
    }
    let (tree, _) = hub.load().run();
    assert_eq!(tree.holding("bridge/"), [""; 0]);
}

#[test]
fn the_plain_theme_shows_bridges_too() {
    let hub = in_plain_theme(hub());
    let tree = hub.tree();
    for bridge in bridges(&tree) {
        let name = bridge.split('/').nth(1).expect("it has a name");
        assert_eq!(tree.holding(name).len(), 2, "the bridge, and the page that has it");
    }
}
