//! A page whose time is over goes on its day, whatever keeps a release from being built: its
//! outputs, and every list, feed, sitemap, frame and search that names it. Nothing else changes,
//! and nothing that was written meanwhile appears.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::command::{Etappe, Ran};
use crate::support::disk::SmallDisk;
use crate::support::strace::{can_trace, traced};
use crate::support::{HubBuilder, HubOnDisk, Stamp, TODAY, Tree, files_below};

/// The day of the last good release.
const RELEASED: &str = "2026-11-01";

/// Stands in all that the page says, in its addresses and in the files that it alone shows.
const MARK: &str = "zerovax";

/// Stands in whatever is written after the last good release.
const UNPUBLISHED: &str = "quarantine";

/// Why a page is over.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Over {
    Withdrawn,
    Draft,
    /// Its source says the day.
    Expired,
    /// The day came after its source was deleted.
    ExpiredGone,
    /// The day came after its source was damaged.
    ExpiredUnreadable,
}

const ALL: [Over; 5] =
    [Over::Withdrawn, Over::Draft, Over::Expired, Over::ExpiredGone, Over::ExpiredUnreadable];

/// What keeps a release from being built.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Blocker {
    HubToml,
    Theme,
    AnotherPage,
    References,
    Waiver,
    ForeignFile,
}

const BLOCKERS: [Blocker; 6] = [
    Blocker::HubToml,
    Blocker::Theme,
    Blocker::AnotherPage,
    Blocker::References,
    Blocker::Waiver,
    Blocker::ForeignFile,
];

/// Of a page that is edited after the release.
const TITLE: &str = "Third steps";

const PAGE: &str = "content/zerovax.md";

/// A hub with a page that everything names: lists, frames, feeds, a translation, an old address,
/// and another page's text.
fn hub(over: Over) -> HubBuilder {
    let ends = match over {
        Over::Expired | Over::ExpiredGone | Over::ExpiredUnreadable => "expires = 2026-11-20",
        Over::Withdrawn | Over::Draft => "",
    };
    let page = |title: &str, more: &str, text: &str| {
        format!(
            "+++\ntitle = '{title}'\nsummary = '{title} in short'\npersonas = ['gp', 'nurse']\nstage = ['service', 'awareness']\n\
             date = 2026-10-01\n{more}\n+++\n\n{text}\n"
        )
    };
    let text = "The zerovax text. [A leaflet](zerovax.txt), ![a picture](shared.svg)\n\n## Zerovax heading";
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
    HubBuilder::small()
        .edited("hub.toml", "title = ", "base_url = 'https://hub.example'\ntitle = ")
        .extended(
            "hub.toml",
            "\n[[waivers]]\ncode = 'link.broken'\nreason = 'returns soon'\nuntil = 2026-11-03\n",
        )
        .file("references.bib", "@book{one, title = {One}, author = {A. Author}, year = 2020}\n")
        .file(PAGE, page("About zerovax", &format!("aliases = ['/old-zerovax/']\n{ends}"), text))
        .file("content/zerovax.txt", "About zerovax")
        .file("content/shared.svg", drawing)
        .file(
            "content/a.md",
            page(
                "First steps",
                "next = 'zerovax.md'",
                "See [those words](zerovax.md), and [@one]. ![b](shared.svg)",
            ),
        )
        .file("content/a.nl.md", page("Eerste stappen", "", "Tekst."))
        .file("content/b.md", page("Second steps", "", "See [nothing](nothing.md)."))
        .file("content/c.md", page("Third steps", "", "Text."))
}

/// The hub on a disk, built once, with the page's time over since.
fn released(over: Over) -> HubOnDisk {
    let hub = hub(over).on_disk();
    build(hub.path(), RELEASED, &[]).expect(0);
    end(&hub, over);
    hub
}

fn end(hub: &HubOnDisk, over: Over) {
    match over {
        Over::Withdrawn => hub.edit(PAGE, "date = ", "status = 'withdrawn'\ndate = "),
        Over::Draft => hub.edit(PAGE, "date = ", "status = 'draft'\ndate = "),
        Over::Expired => {}
        Over::ExpiredGone => hub.remove(PAGE),
        Over::ExpiredUnreadable => hub.write(PAGE, b"\xff\xfe no text"),
    }
}

/// Something of each kind that must not be published is written, and then the hub is blocked.
fn block(hub: &HubOnDisk, blocker: Blocker, title: &str) {
    hub.edit("content/c.md", &format!("title = '{title}'"), "title = 'The quarantine steps'");
    hub.edit("content/c.md", "Text.", "The quarantine text.");
    hub.write(
        "content/d.md",
        "+++\ntitle = 'A new quarantine'\npersonas = 'all'\nstage = 'service'\n+++\n\nText.\n",
    );
    match blocker {
        Blocker::HubToml => hub.write("hub.toml", "title = \"quarantine"),
        Blocker::Theme => {
            hub.write("templates/home.html", "{% extends \"quarantine.html\" %}{% if %}")
        }
        Blocker::AnotherPage => {
            hub.edit("content/b.md", "stage = ['service', 'awareness']", "stage = 'quarantine'")
        }
        Blocker::References => hub.write("references.bib", "@book{one, title = {quarantine"),
        // The waiver's time is over too.
        Blocker::Waiver => {}
        Blocker::ForeignFile => {
            hub.write("public/huisartsen/practice/d/index.html", "of somebody else")
        }
    }
    if blocker != Blocker::Waiver {
        hub.remove("content/b.md");
        hub.write(
            "content/b.md",
            "+++\ntitle = 'Second steps'\npersonas = 'all'\nstage = 'service'\n+++\n\nText.\n",
        );
    }
    if blocker == Blocker::AnotherPage {
        hub.edit("content/b.md", "stage = 'service'", "stage = 'quarantine'");
    }
}

fn build(folder: &Path, day: &str, more: &[&str]) -> Ran {
    Etappe::inside(folder).args(["build", "--as-of", day]).args(more).run()
}

/// The outputs that say anything of the page.
fn that_name_it(tree: &Tree) -> Vec<&str> {
    let mut found = tree.holding(MARK);
    found.extend(tree.holding("Zerovax"));
    found
}

/// The release as it was, without the page: every output made in memory from what the release was
/// made from.
fn expected(over: Over) -> Tree {
    let released = hub(over).as_of(RELEASED);
    released.edited(PAGE, "date = ", "status = 'draft'\ndate = ").load().tree()
}

/// The stamp of every file.
fn stamps(folder: &Path) -> BTreeMap<String, Stamp> {
    let stamp = |path: std::path::PathBuf| (path.to_string_lossy().into_owned(), Stamp::of(&path));
    files_below(folder).into_iter().map(stamp).collect()
}

#[test]
fn a_page_that_is_over_goes_whatever_blocks_the_build_and_the_next_release_is_a_clean_one() {
    for over in ALL {
        let expected = expected(over);
        for blocker in BLOCKERS {
            let case = format!("{over:?}, {blocker:?}");
            let hub = released(over);
            assert!(
                that_name_it(&hub.tree("public")).len() > 20,
                "{case}: many outputs name it first"
            );
            block(&hub, blocker, TITLE);
            let mut before = hub.tree("public");
            let ran = build(hub.path(), TODAY, &[]);
            let exit = if blocker == Blocker::ForeignFile { ran.code.max(1) } else { 1 };
            assert_eq!(ran.code, exit, "{case}: {}{}", ran.stdout, ran.stderr);
            assert!(ran.stderr.contains("1 page is taken down from"), "{case}: {}", ran.stderr);
            assert!(ran.stderr.contains("release.taken-down"), "{case}: {}", ran.stderr);
            let mut after = hub.tree("public");
            let foreign = "huisartsen/practice/d/index.html";
            assert_eq!(
                before.outputs.remove(foreign),
                after.outputs.remove(foreign),
                "{case}: files of others stay"
            );
            assert_eq!(that_name_it(&after), [""; 0], "{case}");
            assert_eq!(after.holding(UNPUBLISHED), [""; 0], "{case}");
            after.assert_same(&expected, &case);
            let page = after.text("huisartsen/practice/a/index.html");
            let words = page.find("those words").expect("the words of others stay");
            let tag = page[..words].rfind('<').expect("they stand in an element");
            assert!(!page[tag..words].contains("href"), "{case}: the link goes: {page}");

            let stamped = stamps(&hub.join("public"));
            let again = build(hub.path(), TODAY, &[]);
            assert_eq!(again.code, exit, "{case}: {}", again.stderr);
            assert_eq!(stamps(&hub.join("public")), stamped, "{case}: again nothing is written");

            heal(&hub);
            build(hub.path(), TODAY, &[]).expect(0);
            let copy = HubBuilder::folder(hub.path()).on_disk();
            build(copy.path(), TODAY, &[]).expect(0);
            hub.tree("public")
                .assert_same(&copy.tree("public"), &format!("{case}: the next good build"));
        }
    }
}

/// Every call that moves, removes or writes a file. Calls are counted by name.
const CHANGING: [&str; 5] = ["rename", "renameat2", "unlink", "unlinkat", "openat"];

#[test]
fn a_take_down_that_is_killed_is_finished_by_the_next_build() {
    if !can_trace("a_take_down_that_is_killed_is_finished_by_the_next_build") {
        return;
    }
    let expected = expected(Over::Withdrawn);
    let is_exhaustive = std::env::var_os("ETAPPE_EXHAUSTIVE").is_some();
    let blocked = || {
        let hub = released(Over::Withdrawn);
        block(&hub, Blocker::AnotherPage, TITLE);
        hub
    };
    let args = ["build", "--as-of", TODAY];
    let calls = traced(blocked().path(), "all:signal=KILL:when=65535", &args).calls;
    let places: Vec<_> =
        calls.iter().filter(|(call, _)| CHANGING.contains(&call.as_str())).collect();
    let step = if is_exhaustive { 1 } else { places.len() / 12 };
    let mut killed = 0;
    for (call, place) in places.into_iter().step_by(step.max(1)) {
        let what = format!("killed at {call} {place}");
        let hub = blocked();
        let ran = traced(hub.path(), &format!("{call}:signal=KILL:when={place}"), &args);
        killed += usize::from(ran.code.is_none());
        let ran = build(hub.path(), TODAY, &[]);
        assert_eq!(ran.code, 1, "{what}: {}{}", ran.stdout, ran.stderr);
        hub.tree("public").assert_same(&expected, &what);
        let left = std::fs::read_dir(hub.path())
            .expect("it can be read")
            .flatten()
            .map(|entry| entry.file_name());
        assert!(
            !left.into_iter().any(|name| name.to_string_lossy().contains("partial")),
            "{what}: what was half-made is gone"
        );
    }
    println!("{killed} take-downs were killed");
    assert!(killed >= 5, "{killed}");
}

#[test]
fn a_take_down_that_is_killed_is_finished_after_a_build_of_one_persona() {
    let test = "a_take_down_that_is_killed_is_finished_after_a_build_of_one_persona";
    if !can_trace(test) {
        return;
    }
    let hub = released(Over::Withdrawn);
    let theme = "{% extends \"quarantine.html\" %}{% if %}";
    hub.write("templates/home.html", theme);
    // The first exchange of a list: the page is gone, and all that names it stands.
    let kill = "renameat2:signal=KILL:when=1";
    let ran = traced(hub.path(), kill, &["build", "--as-of", TODAY]);
    assert_eq!(ran.code, None, "{}{}", ran.stdout, ran.stderr);
    hub.remove("templates/home.html");
    heal(&hub);
    build(hub.path(), TODAY, &["--persona", "nurse"]).expect(0);
    assert!(that_name_it(&hub.tree("public")).len() > 2, "the other persona's lists name it");
    hub.write("templates/home.html", theme);
    assert_eq!(build(hub.path(), TODAY, &[]).code, 1);
    assert_eq!(that_name_it(&hub.tree("public")), [""; 0]);
}

/// Takes away what blocks the hub, and what leads to a page that is no more.
fn heal(hub: &HubOnDisk) {
    let good = self::hub(Over::Withdrawn);
    hub.write("hub.toml", good.text("hub.toml").split("\n[[waivers]]").next().expect("a text"));
    hub.write("references.bib", good.text("references.bib"));
    hub.write("content/a.md", good.text("content/c.md"));
    hub.write("content/a.nl.md", good.text("content/c.md"));
    hub.write(
        "content/b.md",
        good.text("content/c.md").replace("'service', ", "'service'").replace("'awareness'", ""),
    );
    for path in ["templates/home.html", "public/huisartsen/practice/d/index.html"] {
        if hub.has(path) && (path.starts_with("templates") || hub.read(path) == "of somebody else")
        {
            hub.remove(path);
        }
    }
    if hub.has(PAGE) && hub.join(PAGE).metadata().is_ok_and(|data| data.len() < 20) {
        hub.remove(PAGE);
    }
}

#[test]
fn a_full_disk_keeps_no_page_that_is_over() {
    let Some(disk) = SmallDisk::new("a_full_disk_keeps_no_page_that_is_over", "8m") else { return };
    for over in ALL {
        for own in [false, true] {
            let case = format!("{over:?}, the hub on it: {own}");
            let place = disk.path().join(format!("{over:?}-{own}"));
            let hub = hub(over).on_disk();
            let (folder, out) = if own {
                (place.clone(), place.join("public"))
            } else {
                (hub.path().to_owned(), place.clone())
            };
            if own {
                copy(hub.path(), &place);
            }
            let out_arg = out.to_string_lossy().into_owned();
            build(&folder, RELEASED, &["--out", &out_arg]).expect(0);
            assert!(that_name_it(&Tree::read(&out)).len() > 20, "{case}");
            end_in(&folder, over);
            let before = Tree::read(&out);
            disk.fill();
            let ran = build(&folder, TODAY, &["--out", &out_arg]);
            std::fs::remove_file(disk.path().join("full")).expect("it can be emptied");
            // Where a source is gone or cannot be read, there are findings too.
            let is_fault = matches!(over, Over::ExpiredGone | Over::ExpiredUnreadable);
            assert_eq!(
                ran.code,
                if is_fault { ran.code.max(1) } else { 3 },
                "{case}: {}",
                ran.stderr
            );
            assert!(ran.stderr.contains("taken down"), "{case}: {}", ran.stderr);
            let after = Tree::read(&out);
            assert_eq!(that_name_it(&after), [""; 0], "{case}: {}", ran.stderr);
            let touched =
                that_name_it(&before).into_iter().collect::<std::collections::BTreeSet<_>>();
            for (path, bytes) in
                before.outputs.iter().filter(|(path, _)| !touched.contains(path.as_str()))
            {
                let same = after.outputs.get(path) == Some(bytes);
                assert!(
                    same || path.ends_with("practice/a/index.html"),
                    "{case}: {path} stands as it was"
                );
            }
        }
    }
}

fn end_in(folder: &Path, over: Over) {
    let page = folder.join(PAGE);
    let text = std::fs::read_to_string(&page).expect("the page is there");
    let with = |status: &str| text.replace("date = ", &format!("status = '{status}'\ndate = "));
    match over {
        Over::Withdrawn => std::fs::write(page, with("withdrawn")).expect("it can be written"),
        Over::Draft => std::fs::write(page, with("draft")).expect("it can be written"),
        Over::Expired => {}
        Over::ExpiredGone => std::fs::remove_file(page).expect("it can be removed"),
        Over::ExpiredUnreadable => {
            std::fs::write(page, b"\xff no text").expect("it can be written")
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for path in files_below(from) {
        let target = to.join(path.strip_prefix(from).expect("it is below"));
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("it can be made");
        std::fs::copy(path, target).expect("it can be copied");
    }
}

#[test]
fn where_the_last_release_is_forgotten_all_that_names_the_page_goes() {
    for over in ALL {
        for damage in ["no index", "another index", "another text"] {
            let hub = released(over);
            block(&hub, Blocker::HubToml, TITLE);
            let before = hub.tree("public");
            match damage {
                "no index" => hub.remove(".etappe/sources"),
                "another index" => hub.write(".etappe/sources", "etappe sources 2\nno index"),
                _ => {
                    hub.edit(".etappe/sources-0", "Second steps in short", "Secret steps in short")
                }
            }
            let ran = build(hub.path(), TODAY, &[]).expect(1);
            let after = hub.tree("public");
            let left = that_name_it(&after);
            assert_eq!(left, [""; 0], "{over:?}: {}", ran.stderr);
            for (path, bytes) in &after.outputs {
                assert_eq!(
                    before.outputs.get(path),
                    Some(bytes),
                    "{over:?}, {damage}: {path} stands as it was"
                );
            }
            for kept in ["verpleegkundigen/media", "assets/", "huisartsen/nl/practice/a/"] {
                assert!(
                    after.outputs.keys().any(|path| path.starts_with(kept)),
                    "{over:?}: {kept} {:?}",
                    after.paths()
                );
            }
            assert!(ran.stderr.contains("Removed too"), "{}", ran.stderr);
        }
    }
}

#[test]
fn a_page_whose_source_is_gone_or_unreadable_is_left_and_named() {
    type Damage = fn(&HubOnDisk);
    let broken: [(&str, Damage); 3] = [
        ("gone", |hub| hub.remove(PAGE)),
        ("no text", |hub| hub.write(PAGE, b"\xff")),
        ("no front matter", |hub| hub.write(PAGE, "+++\ntitle = 'zero\n+++\nText.\n")),
    ];
    for (what, break_it) in broken {
        let hub = hub(Over::Withdrawn).on_disk();
        build(hub.path(), RELEASED, &[]).expect(0);
        break_it(&hub);
        block(&hub, Blocker::HubToml, TITLE);
        let before = hub.tree("public");
        let ran = build(hub.path(), TODAY, &[]).expect(1);
        assert!(
            ran.stderr.contains("release.left-standing") && ran.stderr.contains(PAGE),
            "{what}: {}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("taken down from"), "{what}: {}", ran.stderr);
        hub.tree("public").assert_same(&before, what);
    }
}

#[test]
fn an_extended_page_stands_and_a_fault_elsewhere_in_it_withdraws_no_word_of_its_status() {
    let hub = released(Over::Expired);
    hub.edit(PAGE, "expires = 2026-11-20", "expires = 2026-12-20");
    block(&hub, Blocker::HubToml, TITLE);
    let before = hub.tree("public");
    build(hub.path(), TODAY, &[]).expect(1);
    hub.tree("public").assert_same(&before, "an extended page");

    hub.edit(PAGE, "personas = ", "status = 'withdrawn'\ncolour = 'no key'\npersonas = ");
    build(hub.path(), TODAY, &[]).expect(1);
    assert_eq!(that_name_it(&hub.tree("public")), [""; 0]);
}

#[test]
fn a_page_that_was_taken_down_comes_back_with_a_release_alone() {
    let hub = released(Over::Withdrawn);
    block(&hub, Blocker::HubToml, TITLE);
    build(hub.path(), TODAY, &[]).expect(1);
    hub.edit(PAGE, "status = 'withdrawn'\n", "");
    hub.edit("content/a.md", "date = ", "status = 'draft'\ndate = ");
    build(hub.path(), TODAY, &[]).expect(1);
    let after = hub.tree("public");
    assert_eq!(that_name_it(&after), [""; 0]);
    assert_eq!(after.holding("First steps"), [""; 0]);
    assert_eq!(after.holding(UNPUBLISHED), [""; 0]);
}

#[test]
fn a_folder_goes_by_its_defaults_and_a_translation_with_its_original() {
    let hub = released(Over::Expired);
    hub.write("content/_defaults.toml", "status = 'withdrawn'\n");
    block(&hub, Blocker::HubToml, TITLE);
    let ran = build(hub.path(), TODAY, &[]).expect(1);
    assert!(ran.stderr.contains("5 pages are taken down"), "{}", ran.stderr);
    let after = hub.tree("public");
    for words in ["First steps", "Eerste stappen", "Second steps", "Third steps"] {
        assert_eq!(after.holding(words), [""; 0]);
    }
    assert!(after.has("index.html"));
    assert!(!after.has("huisartsen/index.html"), "nothing is left of the site");
}

#[test]
fn a_later_release_of_one_persona_counts_for_its_own_folder() {
    let hub = hub(Over::Withdrawn).on_disk();
    build(hub.path(), RELEASED, &[]).expect(0);
    hub.edit("content/c.md", "title = 'Third steps'", "title = 'Later steps'");
    build(hub.path(), RELEASED, &["--persona", "nurse"]).expect(0);
    end(&hub, Over::Withdrawn);
    block(&hub, Blocker::HubToml, "Later steps");
    build(hub.path(), TODAY, &[]).expect(1);
    let after = hub.tree("public");
    assert_eq!(that_name_it(&after), [""; 0]);
    assert_eq!(after.holding(UNPUBLISHED), [""; 0]);
    let home = |site: &str| after.text(&format!("{site}/practice/index.html")).to_owned();
    assert!(
        home("huisartsen").contains("Third steps</a>")
            && !home("huisartsen").contains("Later steps</a>")
    );
    assert!(
        home("verpleegkundigen").contains("Later steps</a>")
            && !home("verpleegkundigen").contains("Third steps</a>")
    );

    hub.write(
        "hub.toml",
        self::hub(Over::Withdrawn).text("hub.toml").split("\n[[waivers]]").next().expect("a text"),
    );
    heal(&hub);
    build(hub.path(), TODAY, &[]).expect(0);
    let packs = std::fs::read_dir(hub.join(".etappe"))
        .expect("it is there")
        .map(|entry| entry.expect("an entry").file_name());
    let packs: Vec<String> = packs
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.contains('@'))
        .collect();
    assert_eq!(packs, [""; 0], "a release of all sites takes its place");
}

#[test]
fn programs_are_told_in_every_form() {
    for format in ["json", "sarif", "github"] {
        let hub = released(Over::Withdrawn);
        block(&hub, Blocker::AnotherPage, TITLE);
        let ran = build(hub.path(), TODAY, &["--format", format]).expect(1);
        assert!(
            ran.stdout.contains("release.taken-down") && ran.stdout.contains(PAGE),
            "{format}: {}",
            ran.stdout
        );
        if format != "github" {
            assert!(ran.json().is_object());
        }
    }
}

#[test]
fn previews_and_comparisons_take_nothing_down() {
    for more in ["--preview", "--verify"] {
        let hub = released(Over::Withdrawn);
        block(&hub, Blocker::HubToml, TITLE);
        let before = hub.tree("public");
        build(hub.path(), TODAY, &[more]).expect(1);
        hub.tree("public").assert_same(&before, more);
    }
}

#[test]
fn a_preview_that_stands_loses_nothing_to_a_blocked_release() {
    let hub = hub(Over::Draft).on_disk();
    end(&hub, Over::Draft);
    build(hub.path(), TODAY, &["--preview"]);
    let before = hub.tree("public");
    block(&hub, Blocker::HubToml, TITLE);
    build(hub.path(), TODAY, &[]).expect(1);
    hub.tree("public").assert_same(&before, "a preview");
}

#[test]
fn a_strict_build_that_stops_for_warnings_takes_pages_down_too() {
    let hub = released(Over::Expired);
    hub.write("content/a.md", hub.read("content/c.md"));
    hub.write("content/a.nl.md", hub.read("content/c.md"));
    hub.write("content/b.md", hub.read("content/c.md") + "\n### A level is left out\n");
    build(hub.path(), TODAY, &["--strict"]).expect(1);
    assert_eq!(that_name_it(&hub.tree("public")), [""; 0]);
}
