//! A page that its author withdrew is nowhere: on no site, in no list, feed, sitemap or search, and
//! in no preview either.

use crate::support::command::etappe;
use crate::support::preview::Running;
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree};
use etappe_hub::journey::State;
use etappe_report::coverage::{self, CellState, GapReason};

/// Stands in everything that the withdrawn page says: its name, address, title, text, alias, file
/// and translation.
const MARK: &str = "zerovax";

const WITHDRAWN: &str =
    "status = \"withdrawn\"\nwithdrawn_reason = \"zerovax was recalled by its maker\"";

/// A page with everything that outputs could show of it, and another that leads to it in every way
/// there is.
fn hub(status: &str, status_of_translation: &str) -> HubBuilder {
    let page = |title: &str, more: &str, text: &str| {
        format!(
            "+++\ntitle = '{title}'\nsummary = '{title} in short'\npersonas = ['gp', 'nurse']\nstage = ['service', 'awareness']\n\
             date = 2026-11-01\n{more}\n+++\n\n{text}\n"
        )
    };
    let text = "The zerovax text.\n\n[zerovax](zerovax.txt)\n\n## Zerovax heading";
    HubBuilder::small()
        .file(
            "content/service/zerovax.md",
            page("About zerovax", &format!("aliases = ['/old-zerovax/']\n{status}"), text),
        )
        .file("content/service/zerovax.nl.md", page("Over zerovax", status_of_translation, text))
        .file("content/service/zerovax.txt", "About zerovax")
        .file(
            "content/service/a.md",
            page(
                "First steps",
                "next = 'zerovax.md'",
                "See [the other page](zerovax.md#zerovax-heading).",
            ),
        )
        .file(
            "content/service/a.nl.md",
            page("Eerste stappen", "", "Zie <a href=\"zerovax.md\">de andere</a>."),
        )
}

/// The outputs that say anything of the page.
fn that_name_it(tree: &Tree) -> Vec<&str> {
    let mut found = tree.holding(MARK);
    found.extend(tree.holding("Zerovax"));
    found
}

#[test]
fn a_withdrawn_page_is_in_no_output_of_a_release_or_a_preview() {
    let shown = hub("", "");
    assert!(
        that_name_it(&shown.load().tree()).len() > 20,
        "while it is published, many outputs name it"
    );
    for hub in [hub(WITHDRAWN, ""), hub(WITHDRAWN, "").preview(), hub(WITHDRAWN, "").only("gp")] {
        let loaded = hub.load().examined();
        assert_eq!(that_name_it(&loaded.tree()), [""; 0]);
        assert!(
            !loaded.codes().iter().any(|code| code.starts_with("leak.")),
            "{:?}",
            loaded.lines()
        );
    }
}

#[test]
fn a_withdrawn_page_is_borrowed_by_no_other_language() {
    let fallback = |hub: HubBuilder| {
        hub.edited("hub.toml", "title = ", "fallback = \"link\"\ntitle = ")
            .without("content/service/zerovax.nl.md")
    };
    assert!(
        fallback(hub("", ""))
            .load()
            .tree()
            .text("huisartsen/nl/practice/index.html")
            .contains("About zerovax")
    );
    assert_eq!(that_name_it(&fallback(hub(WITHDRAWN, "")).load().tree()), [""; 0]);
}

#[test]
fn a_translation_can_be_withdrawn_alone() {
    let tree = hub("", WITHDRAWN).load().tree();
    assert_eq!(tree.holding("Over zerovax"), [""; 0]);
    assert!(
        tree.has("huisartsen/practice/zerovax/index.html")
            && !tree.has("huisartsen/nl/practice/zerovax/index.html")
    );
}

#[test]
fn a_folder_can_be_withdrawn_by_its_defaults() {
    let hub = hub("", "").file("content/service/_defaults.toml", "status = \"withdrawn\"\n");
    assert!(hub.load().hub().docs.iter().all(|doc| doc.state == State::Withdrawn));
}

#[test]
fn withdrawing_counts_before_dates_and_errors() {
    for more in ["expires = 2026-01-01", "publish_on = 2027-01-01", "colour = 'no key'"] {
        let loaded = hub(&format!("{WITHDRAWN}\n{more}"), "").load();
        let states: Vec<State> = loaded
            .hub()
            .docs
            .iter()
            .filter(|doc| doc.facets.file.as_str().contains(MARK))
            .map(|doc| doc.state)
            .collect();
        assert_eq!(states, [State::Withdrawn; 2], "{more}");
    }
}

#[test]
fn a_cell_whose_only_page_is_withdrawn_is_empty() {
    let hub = hub(WITHDRAWN, "").without("content/service/a.md").without("content/service/a.nl.md");
    let loaded = hub.load();
    let report = coverage::report(loaded.hub(), &[], None);
    for cell in report.languages.iter().flat_map(|matrix| &matrix.cells) {
        assert_eq!(cell.state, CellState::Gap(GapReason::Empty));
        assert!(cell.waiting.is_empty() && cell.pages.is_empty() && cell.expired == 0);
    }
    let links =
        &loaded.revision.content.as_ref().expect("there is a plan to go on with").material.links;
    let calendar = coverage::calendar::calendar(loaded.hub(), links);
    assert_eq!((calendar.events.len(), calendar.next_change), (0, None));
}

#[test]
fn a_page_that_is_withdrawn_while_it_is_served_is_gone_at_once() {
    let mut running = Running::start(hub("", "").on_disk());
    let path = "/huisartsen/practice/zerovax/";
    assert_eq!(running.get(path).status, 200);
    running.hub.edit("content/service/zerovax.md", "aliases", "status = 'withdrawn'\naliases");
    running.until("it is gone", |running| running.get(path).status == 404);
    let listed = running.get("/_etappe/pages?state=withdrawn").text();
    assert!(listed.contains("2 of 4 pages") && listed.contains("About zerovax"), "{listed}");
}

/// What `etappe withdraw` says, and the hub after it.
fn withdraw(hub: HubBuilder, page: &str, code: i32) -> (String, HubOnDisk) {
    let hub = hub.on_disk();
    let args = ["withdraw", page, "--reason", "the \"lot\" was recalled", "--as-of", TODAY];
    let ran = etappe(hub.path(), &args).expect(code);
    (format!("{}{}", ran.stdout, ran.stderr), hub)
}

#[test]
fn the_command_withdraws_a_page_in_all_its_languages() {
    for name in
        ["service/zerovax", "content/service/zerovax.nl.md", "./content/service/zerovax.md", "zx"]
    {
        let hub = hub("id = 'zx'", "").edited(
            "content/service/zerovax.md",
            "date =",
            "channels = ['email', 'web']\ndate =",
        );
        let card = hub.text("personas/gp.toml");
        let hub = hub.file("personas/gp.toml", format!("channels = ['email']\n{card}"));
        let (said, hub) = withdraw(hub, name, 0);
        for part in [
            "content/service/zerovax.md says so",
            "/huisartsen/nl/practice/zerovax/",
            "/verpleegkundigen/practice/zerovax/",
            "What went out by email cannot be called back",
        ] {
            assert!(said.contains(part), "{name}: {said}");
        }
        assert!(!said.contains("zerovax.nl.md says so"), "{said}");
        let text = hub.read("content/service/zerovax.md");
        assert!(text.contains("withdrawn_reason = \"the \\\"lot\\\" was recalled\"\n"), "{text}");
        etappe(hub.path(), &["build", "--as-of", TODAY]).expect(0);
        assert_eq!(that_name_it(&hub.tree("public")), [""; 0], "{name}");
        let again = etappe(hub.path(), &["withdraw", name, "--reason", "x", "--as-of", TODAY]);
        assert!(again.expect(0).stdout.contains("withdrawn already"));
    }
}

#[test]
fn a_page_without_a_file_in_the_default_language_is_withdrawn_in_each_of_its_files() {
    let (_, hub) =
        withdraw(hub("", "").without("content/service/zerovax.md"), "service/zerovax", 0);
    assert!(hub.read("content/service/zerovax.nl.md").contains("status = \"withdrawn\"\n"));
}

#[test]
fn the_command_says_what_keeps_it_from_withdrawing() {
    let (said, _) = withdraw(hub("", ""), "service/zerovac", 2);
    assert!(said.contains("did you mean `service/zerovax`?"), "{said}");
    let broken =
        hub("", "").edited("content/service/zerovax.md", "title = 'About", "title = About");
    let before = broken.text("content/service/zerovax.md").to_owned();
    let (said, hub) = withdraw(broken, "service/zerovax", 2);
    assert!(said.contains("by hand"), "{said}");
    assert_eq!(hub.read("content/service/zerovax.md"), before);
    let silent = ["withdraw", "service/zerovax", "--reason", " ", "--as-of", TODAY];
    assert!(etappe(hub.path(), &silent).expect(2).stderr.contains("says nothing"));
}

#[test]
fn a_page_is_withdrawn_in_a_market_and_goes_from_sites_that_all_markets_share() {
    let markets = "\n[[markets]]\nid = 'nl'\nlanguages = ['en', 'nl']\n\n[[markets]]\nid = 'be'\nlanguages = ['nl']\n";
    let hub = hub("", "").extended("hub.toml", markets).on_disk();
    let ran = |market: &str, code: i32| {
        let args = ["withdraw", "service/zerovax", "--market", market, "--reason", "recalled"];
        let ran = etappe(hub.path(), &[&args[..], &["--as-of", TODAY]].concat()).expect(code);
        format!("{}{}", ran.stdout, ran.stderr)
    };
    assert!(ran("bee", 2).contains("did you mean `be`?"));
    assert!(ran("be", 0).contains("it goes from each of them"));
    let text = hub.read("content/service/zerovax.md");
    assert!(text.contains("withdrawn_in = [\"be\"]\n"), "{text}");
    assert!(!text.contains("status"), "{text}");
    etappe(hub.path(), &["build", "--as-of", TODAY]).expect(0);
    assert_eq!(that_name_it(&hub.tree("public")), [""; 0]);
}

#[test]
fn what_a_program_cannot_write_is_said_in_the_words_of_its_front_matter() {
    let yaml = "---\n{title: Zerovax, personas: gp, stage: service}\n---\nText.\n";
    let (said, _) =
        withdraw(hub("", "").file("content/service/zerovax.md", yaml), "service/zerovax", 2);
    assert!(said.contains("write `status: \"withdrawn\"` there by hand"), "{said}");
}

#[cfg(unix)]
#[test]
fn the_command_keeps_links_to_files_and_who_may_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let hub = hub("", "").on_disk();
    let page = hub.join("content/service/zerovax.md");
    let shared = hub.join("content/service/shared.md");
    std::fs::rename(&page, &shared).expect("moved");
    std::os::unix::fs::symlink("shared.md", &page).expect("linked");
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o640)).expect("set");
    let args = ["withdraw", "service/zerovax", "--reason", "recalled", "--as-of", TODAY];
    etappe(hub.path(), &args).expect(0);
    assert!(std::fs::symlink_metadata(&page).expect("there").is_symlink());
    assert!(hub.read("content/service/shared.md").contains("status = \"withdrawn\"\n"));
    assert_eq!(std::fs::metadata(&shared).expect("there").permissions().mode() & 0o777, 0o640);
}
