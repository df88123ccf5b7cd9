//! Languages: pages that are not translated, versions that name each other, and what is said in
//! which language.

use std::collections::BTreeMap;

use crate::support::command::etappe;
use crate::support::html::body;
use crate::support::{HubBuilder, Tree, root};
use ::etappe_report::coverage;

/// A hub that links to what is not translated. `alone.md` is for general practitioners, and in
/// English only. The translation of `both.md` is for fewer readers, which is a finding of its own.
fn linking() -> HubBuilder {
    HubBuilder::small()
        .extended("hub.toml", "\n[checks]\n\"translation.differs\" = \"off\"\n")
        .edited(
            "hub.toml",
            "languages = [\"en\", \"nl\"]",
            "languages = [\"en\", \"nl\"]\nfallback = \"link\"",
        )
        .page("awareness/alone.md", "gp", "awareness", "## Part one\n")
        .page("awareness/both.md", "gp nurse", "awareness", "Text.\n")
        .page("awareness/both.nl.md", "gp", "awareness", "[lees verder](alone.md#part-one)\n")
}

const LIST: &str = "huisartsen/nl/possible/index.html";

#[test]
fn what_is_not_translated_is_listed_in_the_default_language_and_marked() {
    let tree = linking().tree();
    let link = "<a href=\"../../possible/alone/index.html\" lang=\"en\" dir=\"ltr\" hreflang=\"en\">awareness/alone</a>";
    assert!(tree.text(LIST).contains(link), "{}", tree.text(LIST));
    assert!(tree.text(LIST).contains("2 pagina’s"));
    assert!(
        tree.text("huisartsen/nl/index.html")
            .contains("<a href=\"../possible/alone/index.html\" lang=\"en\"")
    );
    assert!(tree.has("huisartsen/possible/alone/index.html"));
    assert!(!tree.has("huisartsen/nl/possible/alone/index.html"));
    assert!(
        !tree
            .text("huisartsen/possible/index.html")
            .contains("lang=\"en\" dir=\"ltr\" hreflang=\"en\">awareness/alone")
    );
}

#[test]
fn a_link_to_it_names_the_language_it_leads_to() {
    let tree = linking().tree();
    let expected =
        "<a href=\"../../../possible/alone/index.html#part-one\" hreflang=\"en\">lees verder</a>";
    assert!(body(tree.text("huisartsen/nl/possible/both/index.html")).contains(expected));
}

#[test]
fn a_heading_that_the_page_in_the_default_language_lacks_is_found() {
    let hub =
        linking().page("awareness/more.nl.md", "gp", "awareness", "[verder](alone.md#deel-een)\n");
    assert_eq!(hub.load().codes(), ["link.anchor"]);
}

#[test]
fn without_the_key_such_a_link_is_a_finding_and_the_list_is_short() {
    let hub = linking().edited("hub.toml", "fallback = \"link\"", "fallback = \"none\"");
    let loaded = hub.load();
    assert_eq!(loaded.codes(), ["link.untranslated"]);
    assert!(!loaded.tree().text(LIST).contains("alone"));
}

#[test]
fn readers_are_led_to_pages_of_their_own_persona_only() {
    let tree = linking().tree();
    let nurses = tree.below("verpleegkundigen");
    assert_eq!(nurses.holding("awareness/alone"), [""; 0]);
    // Nurses have this page in English; its Dutch version is not for them, so it is translated and
    // not theirs.
    assert_eq!(nurses.below("nl").paths(), [""; 0]);
}

#[test]
fn a_translation_that_is_not_published_is_not_replaced() {
    let draft =
        "+++\ntitle = 'Alleen'\npersonas = 'gp'\nstage = 'awareness'\nstatus = 'draft'\n+++\n";
    let tree = linking()
        .file("content/awareness/alone.nl.md", draft)
        .without("content/awareness/both.nl.md")
        .tree();
    assert!(!tree.text(LIST).contains("alone"));
}

#[test]
fn coverage_counts_what_is_only_linked_to_as_untranslated() {
    let hub =
        linking().without("content/awareness/both.md").without("content/awareness/both.nl.md");
    let loaded = hub.load();
    let report = coverage::report(loaded.hub(), &[], None);
    let states: Vec<_> =
        report.languages.iter().map(|matrix| matrix.cells[0].state.name()).collect();
    assert_eq!(states, ["thin", "gap"]);
    assert_eq!(report.languages[1].cells[0].untranslated, 1);
}

#[test]
fn an_unknown_fallback_is_a_finding() {
    let hub = linking().edited("hub.toml", "fallback = \"link\"", "fallback = \"redirect\"");
    assert_eq!(hub.load().codes(), ["link.untranslated", "config.invalid-value"]);
}

#[test]
fn a_translation_has_a_slug_and_a_folder_of_its_own_language() {
    let tree = HubBuilder::folder(&root().join("examples/arabic-dutch")).tree();
    assert!(tree.has("family-doctors/fi-al-iyada/home-visit/index.html"));
    assert!(tree.has("family-doctors/nl/in-de-praktijk/verwijzen/index.html"));
}

#[test]
fn the_versions_of_every_page_name_each_other() {
    let hubs = ["examples/arabic-dutch", "examples/starter", ".", "tests/browser/hub"];
    for hub in hubs {
        let tree = HubBuilder::folder(&root().join(hub)).load().tree();
        let versions = versions(&tree);
        let mut several = 0;
        for (url, own) in &versions {
            several += usize::from(own.len() > 1);
            assert!(own.values().any(|other| other == url), "{hub}: {url} names itself");
            for other in own.values() {
                assert_eq!(versions.get(other), Some(own), "{hub}: {url} and {other} agree");
            }
        }
        assert!(several > 0 || hub.ends_with("starter"), "{hub} has pages in several languages");
    }
}

/// By canonical address: language and address of each version that the page names.
fn versions(tree: &Tree) -> BTreeMap<String, BTreeMap<String, String>> {
    let quoted = |text: &str, before: &str| -> Option<String> {
        Some(text.split_once(before)?.1.split_once('"')?.0.to_owned())
    };
    let mut all = BTreeMap::new();
    for (_, html) in tree.pages() {
        let alternates =
            html.lines().filter(|line| line.starts_with("<link rel=\"alternate\" hreflang="));
        let own: BTreeMap<String, String> = alternates
            .filter_map(|line| {
                Some((
                    quoted(line, "hreflang=\"")?,
                    quoted(line, "href=\"http").map(|rest| format!("http{rest}"))?,
                ))
            })
            .collect();
        if let (false, Some(url)) =
            (own.is_empty(), quoted(html, "<link rel=\"canonical\" href=\""))
        {
            all.insert(url, own);
        }
    }
    all
}

#[test]
fn whatever_is_in_another_language_says_so() {
    let tree = HubBuilder::folder(&root().join("examples/arabic-dutch")).tree();
    for (path, html) in tree.pages() {
        let arabic = !path.contains("nl/");
        let root = if arabic {
            "<html lang=\"ar\" dir=\"rtl\">"
        } else {
            "<html lang=\"nl\" dir=\"ltr\">"
        };
        assert!(html.contains(root), "{path}");
        if arabic || path.ends_with("404.html") {
            continue;
        }
        // Every Arabic letter of a Dutch page stands in an element that says what it is.
        for piece in html
            .split('<')
            .filter(|piece| piece.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c)))
        {
            let tag = piece.split('>').next().unwrap_or_default();
            assert!(tag.contains("lang=\"ar\"") && tag.contains("dir=\"rtl\""), "{path}: <{piece}");
        }
    }
}

#[test]
fn the_theme_speaks_each_of_its_languages() {
    for (code, next, date, count) in [
        ("ar", "الخطوة التالية", "14 سبتمبر 2026", "صفحتان"),
        ("de", "Nächster Schritt", "14. September 2026", "2 Seiten"),
        ("en", "Next step", "14 September 2026", "2 pages"),
        ("es", "Paso siguiente", "14 de septiembre de 2026", "2 páginas"),
        ("fr", "Étape suivante", "14 septembre 2026", "2 pages"),
        ("it", "Tappa successiva", "14 settembre 2026", "2 pagine"),
        ("nl", "Volgende stap", "14 september 2026", "2 pagina’s"),
    ] {
        let dated =
            "+++\ntitle = 'a'\npersonas = 'gp'\nstage = 'awareness'\nupdated = 2026-09-14\n+++\n";
        let hub = HubBuilder::small().edited(
            "hub.toml",
            "languages = [\"en\", \"nl\"]",
            &format!("languages = [\"{code}\"]"),
        );
        let tree = hub
            .file("content/a.md", dated)
            .page("b.md", "gp", "awareness", "")
            .page("c.md", "gp", "service", "")
            .tree();
        let html = tree.text("huisartsen/possible/index.html");
        for expected in [next, date, count] {
            assert!(html.contains(expected), "{code}: {expected}");
        }
    }
}

#[test]
fn where_files_do_not_say_it_the_repository_knows_which_is_older() {
    let hub =
        linking().file("content/étude 1.md", PAGE).file("content/étude 1.nl.md", PAGE).on_disk();
    let git = |day: &str, args: &[&str]| {
        let mut command = std::process::Command::new("git");
        command
            .current_dir(hub.path())
            .args(["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"])
            .args(args);
        let when = format!("{day}T12:00:00Z");
        command
            .env("GIT_AUTHOR_DATE", &when)
            .env("GIT_COMMITTER_DATE", &when)
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.output().is_ok_and(|output| output.status.success())
    };
    if !git("2026-09-01", &["init", "--quiet"]) {
        return crate::support::left_out(
            "where_files_do_not_say_it_the_repository_knows_which_is_older",
            "there is no git here",
        );
    }
    let behind = || {
        let report =
            etappe(hub.path(), &["check", "--format", "json", "--as-of", "2026-11-22"]).json();
        let findings = report["findings"].as_array().expect("a list").clone();
        findings
            .into_iter()
            .filter(|finding| finding["code"] == "translation.behind")
            .collect::<Vec<_>>()
    };
    assert_eq!(behind(), [serde_json::Value::Null; 0], "nothing is committed");
    assert!(
        git("2026-09-01", &["add", "."])
            && git("2026-09-01", &["commit", "--quiet", "--message", "Both"])
    );
    assert_eq!(behind(), [serde_json::Value::Null; 0], "both are of one day");
    hub.edit("content/étude 1.md", "Text.", "Another text.");
    assert!(git("2026-10-01", &["commit", "--quiet", "--all", "--message", "The original"]));
    let found = behind();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["file"], "content/étude 1.nl.md");
    assert_eq!(
        found[0]["message"],
        "The original was updated on 2026-10-01, and this translation on 2026-09-01."
    );
}

const PAGE: &str = "+++\ntitle = 'A study'\npersonas = 'gp'\nstage = 'awareness'\n+++\n\nText.\n";
