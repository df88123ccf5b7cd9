//! What people really put into a hub: every fault is said at its place, all in one run; nothing
//! panics, nothing vanishes without a word.

use std::collections::{BTreeMap, BTreeSet};
#[cfg(unix)]
use std::os::unix::ffi::OsStrExt;
#[cfg(unix)]
use std::os::unix::fs::symlink;

use crate::support::command::etappe;
use crate::support::html::Html;
use crate::support::{HubBuilder, HubOnDisk, Loaded, TODAY, Tree, forbid, is_root, left_out};
use etappe_session::io::Disk;

const GOOD: &str = "huisartsen/practice/good/index.html";

/// A small hub with one page that is right.
fn hub() -> HubBuilder {
    HubBuilder::small().page("good.md", "gp", "service", "Text that is right.\n")
}

fn page(front: &str) -> String {
    format!("{front}\nText.\n")
}

/// A fault in one page: these codes, no other page touched, nothing published.
fn check_page(path: &str, bytes: impl Into<Vec<u8>>, codes: &[&str]) {
    let path = format!("content/{path}");
    let hub = hub().file(&path, bytes);
    let loaded = hub.load();
    assert_eq!(loaded.codes(), codes, "{path}: {:#?}", loaded.lines());
    let elsewhere: Vec<String> =
        loaded.lines().into_iter().filter(|line| !line.starts_with(&path)).collect();
    assert!(elsewhere.is_empty(), "the findings name the file: {elsewhere:#?}");
    assert_eq!(loaded.has_errors(), !codes.is_empty(), "{path} stops a production build");
    assert!(
        hub.clone().preview().load().tree().has(GOOD),
        "{path} leaves the other pages as they are"
    );
}

#[test]
fn a_folder_without_hub_toml_is_no_hub() {
    assert_eq!(HubBuilder::empty().load().codes(), ["config.missing"]);
    assert_eq!(hub().without("hub.toml").load().codes(), ["config.missing"]);
}

#[test]
fn a_hub_needs_a_persona_and_a_stage() {
    let hub = hub().without("personas/gp.toml").without("personas/nurse.toml");
    assert_eq!(hub.load().codes(), ["config.no-persona"]);
    let none = hub.file("hub.toml", "title = 'None'\nlanguages = ['en']\n");
    assert_eq!(none.load().codes(), ["config.no-persona", "config.no-stage"]);
}

#[test]
fn ids_stand_for_one_thing_each() {
    let again = "\n[[stages]]\nid = \"service\"\nlabel = \"Again\"\n";
    let hub = hub().extended("hub.toml", again).edited(
        "personas/nurse.toml",
        "slug = \"verpleegkundigen\"",
        "slug = \"huisartsen\"",
    );
    assert_eq!(hub.load().codes(), ["config.duplicate", "config.duplicate"]);
}

#[test]
fn unknown_names_block_their_page() {
    check_page(
        "a.md",
        page("+++\ntitle = 'A'\npersonas = 'pg'\nstage = 'service'\n+++"),
        &["front.unknown-persona"],
    );
    check_page(
        "a.md",
        page("+++\ntitle = 'A'\npersonas = ['gp', 'pg']\nstage = 'service'\n+++"),
        &["front.unknown-persona"],
    );
    check_page(
        "a.md",
        page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'servcie'\n+++"),
        &["front.unknown-stage"],
    );
    check_page(
        "a.md",
        page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = ['service', 'x']\n+++"),
        &["front.unknown-stage"],
    );
    check_page(
        "a.md",
        page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\ncolour = 1\n+++"),
        &["front.unknown-key"],
    );
}

#[test]
fn a_blocked_page_is_on_no_site_even_in_a_preview() {
    let text = page("+++\ntitle = 'Blocked'\npersonas = ['gp', 'pg']\nstage = 'service'\n+++");
    let tree = hub().file("content/blocked.md", text).preview().load().tree();
    assert_eq!(tree.holding("locked"), [""; 0]);
}

#[test]
fn malformed_front_matter_blocks_its_page() {
    check_page(
        "a.md",
        page("+++\ntitle = 'A\npersonas = 'gp'\nstage = 'service'\n+++"),
        &["front.syntax"],
    );
    check_page(
        "a.md",
        page("---\ntitle: A: b\npersonas: gp\nstage: service\n---"),
        &["front.syntax"],
    );
    check_page(
        "a.md",
        page("---\ntitle: A\n\tpersonas: gp\nstage: service\n---"),
        &["front.syntax"],
    );
}

#[test]
fn one_fault_of_syntax_is_not_told_as_several() {
    let unclosed_list = "+++\ntitle = 'A'\npersonas = ['gp'\nstage = 'service'\n+++";
    let indented_key = "---\ntitle: A\npersonas: gp\nstage: service\n  bad: x\n---";
    for front in [unclosed_list, indented_key] {
        let loaded = hub().file("content/a.md", page(front)).load();
        assert_eq!(
            loaded.codes(),
            ["front.syntax"],
            "what follows a fault is no persona and no stage: {:#?}",
            loaded.lines()
        );
    }
}

#[test]
fn front_matter_without_an_end_keeps_the_body_and_blocks_the_page() {
    check_page(
        "a.md",
        "+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n\nText.\n",
        &["front.unclosed"],
    );
    check_page(
        "a.md",
        "---\ntitle: A\npersonas: gp\nstage: service\n\nText.\n",
        &["front.unclosed"],
    );
    check_page("a.md", "+++\ntitle = 'A'", &["front.unclosed"]);
    check_page("a.md", "+++", &["front.unclosed"]);
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let text = "+++\r\ntitle = 'A'\r\npersonas = 'gp'\r\nstage = 'service'\r\n+++\r\n\r\nOne *line*.\r\nTwo.\r\n";
    let plain = HubBuilder::small().file("content/a.md", text.replace('\r', "")).tree();
    for other in
        [text.to_owned(), format!("\u{feff}{text}"), format!("\u{feff}{}", text.replace('\r', ""))]
    {
        let tree = HubBuilder::small().file("content/a.md", other).tree();
        let words = |tree: &Tree| Html::read(tree.text("huisartsen/practice/a/index.html")).text;
        assert_eq!(words(&tree), words(&plain));
    }
}

#[test]
fn every_text_file_may_begin_with_a_byte_order_mark() {
    let hub = hub()
        .file("content/_defaults.toml", "kind = 'info'\n")
        .file("templates/strings/en.toml", "skip = 'Skip it'\n");
    let marked = |hub: HubBuilder, path: &str| {
        let text = hub.text(path);
        hub.file(path, format!("\u{feff}{text}"))
    };
    let paths = [
        "hub.toml",
        "personas/gp.toml",
        "content/good.md",
        "content/_defaults.toml",
        "templates/strings/en.toml",
    ];
    let loaded = paths.into_iter().fold(hub, marked).load();
    assert_eq!(loaded.lines(), [""; 0]);
}

#[test]
fn bytes_that_are_no_utf8_are_named_with_file_and_offset() {
    let mut bytes = page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++").into_bytes();
    bytes.extend_from_slice(b"caf\xE9\n");
    let at = bytes.len() - 2;
    let loaded = hub().file("content/a.md", bytes.clone()).load();
    assert_eq!(loaded.codes(), ["file.not-utf8"]);
    let finding = &loaded.findings()[0];
    assert!(
        finding.message.contains("0xE9") && finding.message.contains(&at.to_string()),
        "{}",
        finding.message
    );
    assert_eq!(finding.place.as_ref().map(|place| place.span.start as usize), Some(at));
    for path in ["hub.toml", "personas/gp.toml"] {
        let loaded = hub().file(path, b"title = '\xFF'\n".to_vec()).load();
        let named = loaded
            .lines()
            .iter()
            .any(|line| line.starts_with(path) && line.contains("file.not-utf8"));
        assert!(named, "{:#?}", loaded.lines());
    }
    let defaults = hub().file("content/_defaults.toml", b"kind = '\xFF'\n".to_vec()).load();
    assert!(defaults.codes().contains(&"file.not-utf8"), "{:#?}", defaults.lines());
    check_page("utf16.md", b"\xFF\xFE+\0+\0+\0\n\0".to_vec(), &["file.not-utf8"]);
}

#[test]
fn an_empty_page_is_said_to_be_empty() {
    for text in ["", "\n", " \t\r\n\n", "\u{feff}"] {
        check_page("a.md", text, &["file.empty"]);
    }
}

#[test]
fn a_title_needs_words() {
    let titled = |title: &str| {
        page(&format!("+++\ntitle = {title}\npersonas = 'gp'\nstage = 'service'\n+++"))
    };
    for title in ["'  '", "\"\\t\"", "\"\\n\""] {
        check_page("a.md", titled(title), &["front.empty-title"]);
    }
    check_page("a.md", titled("''"), &["front.missing-key"]);
}

#[test]
fn a_required_key_without_a_value_is_missing() {
    check_page(
        "a.md",
        page("---\ntitle:\npersonas: gp\nstage: service\n---"),
        &["front.missing-key"],
    );
    check_page(
        "a.md",
        page("---\ntitle: A\npersonas:\nstage: service\n---"),
        &["front.missing-key"],
    );
    check_page("a.md", page("---\ntitle: A\npersonas: gp\nstage: ~\n---"), &["front.missing-key"]);
    check_page("a.md", page("---\n---"), &["front.missing-key"; 3]);
}

#[test]
fn a_page_of_five_megabytes_is_a_page() {
    let paragraph = "A paragraph with a [link](good.md), *emphasis*, `code` and enough words to be like any other paragraph.\n\n";
    let table = "| a | b |\n|---|--:|\n| 1 | 2 |\n\n";
    let mut text = page("+++\ntitle = 'Long'\npersonas = 'gp'\nstage = 'service'\n+++");
    for number in 0.. {
        if text.len() > 5_000_000 {
            break;
        }
        text.push_str(&format!("## Section {number}\n\n{table}"));
        text.push_str(&paragraph.repeat(20));
    }
    let tree = hub().file("content/long.md", text).load().tree();
    assert!(tree.bytes("huisartsen/practice/long/index.html").len() > 5_000_000);
}

#[test]
fn a_thousand_faults_in_a_long_page_are_all_reported() {
    let line = "Words and a [link](nowhere.md) that leads nowhere, and more words to make a line of it all, over and over.\n\n";
    let text = page("+++\ntitle = 'Faulty'\npersonas = 'gp'\nstage = 'service'\n+++")
        + &line.repeat(1_000);
    let hub = hub().file("content/faulty.md", text).on_disk();
    let ran = etappe(hub.path(), &["check", "--format", "json"]).expect(1);
    assert_eq!(ran.json()["summary"]["errors"], 1_000);
}

#[test]
fn two_thousand_headings_may_say_the_same() {
    let tree = hub().page("a.md", "gp", "service", &"## Note\n\nText.\n\n".repeat(2_000)).tree();
    let page = Html::read(tree.text("huisartsen/practice/a/index.html"));
    assert!(page.unique_ids("the page").contains("note-1999"));
}

#[test]
fn a_thousand_faults_in_one_line_are_all_reported() {
    let hub = hub()
        .page(
            "a.md",
            "gp",
            "service",
            &"Words and <a href=\"nowhere.md\">a link</a> ".repeat(1_000),
        )
        .on_disk();
    let ran = etappe(hub.path(), &["check"]).expect(1);
    assert_eq!(ran.stderr.matches("error[link.broken]").count(), 1, "equal ones are told once");
    assert!(ran.stderr.contains("`nowhere.md`. (1000 times)"), "{}", ran.stderr);
    let longest = ran.stderr.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(300), "long lines are cut around the fault: {longest:?}");
    let all = etappe(hub.path(), &["check", "--all"]).expect(1).stderr;
    assert_eq!(all.matches("content/a.md:7:").count(), 1_000, "each place is named");
    assert!(all.lines().all(|line| line.chars().count() < 300), "on short lines");
    let json = etappe(hub.path(), &["check", "--format", "json"]).expect(1).json();
    let broken = |finding: &&serde_json::Value| finding["code"] == "link.broken";
    assert_eq!(json["findings"].as_array().expect("a list").iter().filter(broken).count(), 1_000);
}

#[test]
fn ids_of_footnotes_and_headings_are_kept_apart() {
    let text = "## fn 1\n\nWords.[^a]\n\n## fnref 1\n\n[To the note](#fn-1)\n\n[^a]: A.\n";
    let loaded = hub().page("a.md", "gp", "service", text).load();
    let tree = loaded.tree();
    let page = Html::read(tree.text("huisartsen/practice/a/index.html"));
    let distinct: BTreeSet<&String> = page.ids.iter().collect();
    let said = loaded.codes().contains(&"html.duplicate-id");
    assert!(distinct.len() == page.ids.len() || said, "{:?}: {:#?}", page.ids, loaded.lines());
}

/// What no usual disk takes as a name, in bytes.
const LONGEST_NAME: usize = 255;

#[test]
fn names_too_long_for_a_disk_are_shortened_or_found() {
    let with = |key: &str| {
        page(&format!("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n{key}\n+++"))
    };
    let media = format!("{}.png", "a".repeat(250));
    let cases = [
        (
            "a Chinese name, spelt out",
            hub().file(&format!("content/{}.md", "双".repeat(80)), with("")),
        ),
        ("a slug", hub().file("content/a.md", with(&format!("slug = '{}'", "a".repeat(300))))),
        ("an alias", hub().file("content/a.md", with(&format!("aliases = '{}'", "a".repeat(300))))),
        (
            "a stage's slug",
            hub().edited(
                "hub.toml",
                "slug = \"possible\"",
                &format!("slug = \"{}\"", "a".repeat(300)),
            ),
        ),
        (
            "a persona's slug",
            hub().edited("personas/gp.toml", "\"huisartsen\"", &format!("\"{}\"", "a".repeat(300))),
        ),
        (
            "a picture",
            hub()
                .page("a.md", "gp", "service", &format!("![A]({media})"))
                .file(&format!("content/{media}"), "x"),
        ),
    ];
    let too_long = |hub: &HubBuilder| {
        let loaded = hub.load();
        let tree = loaded.tree();
        let long =
            tree.paths().iter().any(|path| path.split('/').any(|part| part.len() > LONGEST_NAME));
        long && !loaded.has_errors()
    };
    let missed: Vec<&str> =
        cases.iter().filter(|(_, hub)| too_long(hub)).map(|(what, _)| *what).collect();
    assert_eq!(missed, [""; 0], "these would fail while writing, with no page named");
}

/// Names that people give to files, and that make poor addresses.
const NAMES: &[&str] = &[
    "!.md",
    "[[.md",
    "c.md",
    "c++.md",
    "c#.md",
    "causes de décès.md",
    "…md.md",
    "???.md",
    "%20.md",
    "a&b.md",
    "a b c.md",
    "\"quoted\".md",
    "<b>.md",
    "it's.md",
    "مقدمة.md",
    "日本語.md",
    "日本.md",
    "Ж.md",
    "🙂.md",
    "🙃.md",
    "v1.2.3.md",
    "--.md",
    "_.md",
    "index.md",
    "404.md",
    "con.md",
    "FAQ.md",
    "{{ x }}.md",
];

#[test]
fn every_name_of_a_page_gives_it_an_address_of_its_own() {
    let mut hub = HubBuilder::small();
    for (at, name) in NAMES.iter().enumerate() {
        let front = format!(
            "+++\ntitle = 'Title number {at} of many'\npersonas = 'gp'\nstage = 'service'\n+++\n\nText.\n"
        );
        hub = hub.file(&format!("content/{name}"), front);
    }
    let loaded = hub.load();
    assert!(loaded.codes().iter().all(|code| *code == "file.reserved"), "{:?}", loaded.lines());
    let tree = loaded.tree();
    let mut urls = BTreeMap::new();
    for (at, name) in NAMES.iter().enumerate() {
        let heading = format!("Title number {at} of many");
        let own = tree
            .pages()
            .filter(|(_, html)| Html::read(html).first("h1") == heading)
            .map(|(path, _)| path);
        let own: Vec<&str> = own.collect();
        let [path] = own[..] else { panic!("`{name}` is one page: {own:?}") };
        let slug = path
            .strip_prefix("huisartsen/practice/")
            .and_then(|path| path.strip_suffix("/index.html"))
            .expect("at its stage");
        let safe = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
        };
        assert!(!slug.is_empty() && slug.bytes().all(safe), "`{name}` becomes `{slug}`");
        urls.insert(slug.to_owned(), *name);
    }
    assert_eq!(urls.len(), NAMES.len());
    assert_eq!(urls.get("causes-de-deces"), Some(&"causes de décès.md"));
}

#[test]
fn every_name_of_a_page_can_be_linked_to() {
    let own = NAMES.iter().filter(|name| **name != "index.md");
    let mut hub = HubBuilder::small();
    let mut links = String::new();
    for name in own.clone() {
        hub = hub.page(name, "gp", "service", "Text.\n").file(
            &format!("content/{name}"),
            page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++"),
        );
        links.push_str(&format!("- [text]({})\n", etappe_base::path::encode(name)));
    }
    let loaded = hub.page("from/links.md", "gp", "awareness", &links.replace("](", "](../")).load();
    assert!(loaded.codes().iter().all(|code| *code == "file.reserved"), "{:?}", loaded.lines());
    let tree = loaded.tree();
    let hrefs =
        Html::read(crate::support::html::body(tree.text("huisartsen/possible/links/index.html")))
            .hrefs()
            .len();
    assert_eq!(hrefs, own.count());
}

#[test]
fn names_that_only_a_computer_can_tell_apart_are_a_finding() {
    let front = page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++");
    for (one, other) in [
        ("faq.md", "FAQ.md"),
        ("décès.md", "de\u{301}ce\u{300}s.md"),
        ("a b.md", "a-b.md"),
        ("a.md", "a.markdown"),
    ] {
        let loaded = HubBuilder::small()
            .file(&format!("content/{one}"), &*front)
            .file(&format!("content/{other}"), &*front)
            .load();
        assert_eq!(loaded.codes(), ["url.collision"], "{one} and {other}: {:#?}", loaded.lines());
    }
}

#[test]
fn a_very_long_name_is_a_name() {
    let name = "long-".repeat(48);
    let hub = HubBuilder::small().file(
        &format!("content/{name}.md"),
        page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++"),
    );
    assert!(!hub.tree().holding("long-").is_empty());
    let disk = hub.on_disk();
    etappe(disk.path(), &["build", "--as-of", TODAY]).expect(0);
}

#[test]
fn titles_from_right_to_left_stand_as_they_were_written() {
    let title = "الذاكرة والشيخوخة";
    let hub = HubBuilder::small()
        .edited("hub.toml", "[\"en\", \"nl\"]", "[\"en\", \"ar\"]")
        .file(
            "content/a.ar.md",
            page(&format!("+++\ntitle = '{title}'\npersonas = 'gp'\nstage = 'service'\n+++")),
        )
        .file(
            "content/b.md",
            page("+++\ntitle = 'עברית and English'\npersonas = 'gp'\nstage = 'service'\n+++"),
        );
    let tree = hub.tree();
    let arabic = tree.text("huisartsen/ar/practice/a/index.html");
    assert_eq!(Html::read(arabic).first("h1"), title);
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("lang=\"ar\""));
    let english = tree.text("huisartsen/practice/b/index.html");
    assert_eq!(Html::read(english).first("h1"), "עברית and English");
    assert!(english.contains("dir=\"ltr\""));
}

#[test]
fn what_authors_write_is_never_markup_of_the_frame() {
    let nasty = r#"</title><script>alert("1")</script>&amp;'{{ hub.title }}"#;
    let toml = nasty.replace('\\', "\\\\").replace('"', "\\\"");
    let hub = HubBuilder::small()
        .edited("hub.toml", "title = \"Small hub\"", &format!("title = \"{toml}\"\ncompany = \"{toml}\""))
        .edited("hub.toml", "label = \"In practice\"", &format!("label = \"{toml}\""))
        .edited("personas/gp.toml", "\"General practitioners\"", &format!("\"{toml}\""))
        .edited("personas/gp.toml", "\"How do I spot it early?\"", &format!("\"{toml}\""))
        .file(
            "content/a.md",
            format!(
                "+++\ntitle = \"{toml}\"\nsummary = \"{toml}\"\npersonas = 'gp'\nstage = 'service'\nauthors = \"{toml}\"\nreviewed_by = \"{toml}\"\n\
                 needs = 'spot-early'\ndate = 2026-01-01\n+++\n\n## Plain\n\n## Text\n\n## More\n"
            ),
        );
    let tree = hub.tree();
    for (path, html) in tree.pages() {
        let page = Html::read(html);
        let scripts =
            page.elements.iter().filter(|(tag, text)| tag == "script" && text.contains("alert"));
        // Data, which no browser runs, may say what an author wrote, whole and as text.
        let run: Vec<_> = scripts
            .filter(|(_, text)| serde_json::from_str::<serde_json::Value>(text).is_err())
            .collect();
        assert!(run.is_empty(), "{path} runs what an author wrote");
    }
    let heading = Html::read(tree.text("huisartsen/practice/a/index.html"));
    assert_eq!(heading.first("h1"), nasty.replace("&amp;", "&"), "a reference is its character");
}

#[test]
fn template_syntax_in_a_page_is_text() {
    let tree = hub().page("a.md", "gp", "service", "{{ hub.title }} {% if x %} {# y #}\n").tree();
    assert_eq!(
        Html::read(crate::support::html::body(tree.text("huisartsen/practice/a/index.html"))).text,
        "{{ hub.title }} {% if x %} {# y #}"
    );
}

#[test]
fn a_template_that_does_not_compile_takes_along_only_what_reaches_it() {
    let hub = hub().page("a.md", "gp", "service", "Text.\n");
    let hub = hub
        .file("templates/stage.html", "<p>{{ stage.label</p>")
        .file("templates/extra.html", "{% if %}");
    let loaded = hub.file("templates/home.html", "{% include \"extra.html\" %}").load();
    let broken: Vec<String> =
        loaded.lines().into_iter().filter(|line| line.contains("theme.template")).collect();
    assert_eq!(broken.len(), 2, "both are told in one run: {broken:#?}");
    let tree = loaded.tree();
    let made = |path: &str| tree.paths().contains(&path);
    assert!(made("huisartsen/practice/a/index.html") && made("index.html"));
    assert!(!made("huisartsen/practice/index.html") && !made("huisartsen/index.html"));
}

/// Loads a hub from a folder.
fn load(folder: &HubOnDisk) -> Loaded {
    HubBuilder::empty().load_from(&Disk::new(folder.path()))
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_out_of_the_hub_is_a_finding_wherever_it_stands() {
    let outside = tempfile::tempdir().expect("a temporary folder");
    let secret = outside.path().join("secret.md");
    std::fs::write(&secret, page("+++\ntitle = 'Marker'\npersonas = 'gp'\nstage = 'service'\n+++"))
        .expect("it can be written");
    let folder = hub().on_disk();
    symlink(&secret, folder.join("content/secret.md")).expect("a link");
    symlink(outside.path(), folder.join("content/folder")).expect("a link");
    let loaded = load(&folder);
    assert_eq!(loaded.codes(), ["file.symlink", "file.symlink"], "{:#?}", loaded.lines());
    for path in ["content/secret.md", "content/folder"] {
        assert!(loaded.lines().iter().any(|line| line.starts_with(path)), "{path} is named");
    }
}

#[cfg(unix)]
#[test]
fn a_hub_folder_that_is_itself_a_link_out_of_the_hub_is_a_finding() {
    let outside = hub().on_disk();
    let folder = hub().without("content/good.md").on_disk();
    symlink(outside.join("content"), folder.join("content")).expect("a link");
    assert_eq!(load(&folder).codes(), ["file.symlink"]);
}

#[cfg(unix)]
#[test]
fn a_hub_toml_that_is_a_link_out_of_the_hub_is_a_finding() {
    let outside = hub().on_disk();
    let folder = hub().without("hub.toml").on_disk();
    symlink(outside.join("hub.toml"), folder.join("hub.toml")).expect("a link");
    assert!(load(&folder).codes().contains(&"file.symlink"));
}

#[cfg(unix)]
#[test]
fn a_circle_of_links_ends() {
    let folder = hub().on_disk();
    symlink("../content", folder.join("content/again")).expect("a link");
    symlink("loop", folder.join("content/loop")).expect("a link");
    symlink("b", folder.join("content/a")).expect("a link");
    symlink("a", folder.join("content/b")).expect("a link");
    let loaded = load(&folder);
    assert_eq!(loaded.codes(), ["file.symlink"; 4], "{:#?}", loaded.lines());
    assert!(loaded.tree().has(GOOD), "the rest of the hub is read");
}

#[cfg(unix)]
#[test]
fn a_hub_may_itself_be_reached_by_a_link() {
    let folder = hub().on_disk();
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let link = elsewhere.path().join("hub");
    symlink(folder.path(), &link).expect("a link");
    etappe(&link, &["build", "--as-of", TODAY]).expect(0);
    etappe(elsewhere.path(), &["build", "hub", "--as-of", TODAY]).expect(0);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    if is_root() {
        return left_out("a_file_that_cannot_be_read_is_named", "root can read every file");
    }
    for path in ["content/good.md", "personas/nurse.toml", "hub.toml"] {
        let folder = hub().on_disk();
        forbid(&folder.join(path));
        let loaded = load(&folder);
        let named = loaded
            .lines()
            .iter()
            .any(|line| line.starts_with(path) && line.contains("file.unreadable"));
        assert!(named && loaded.has_errors(), "{path}: {:#?}", loaded.lines());
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_utf8_is_a_finding() {
    let folder = hub().on_disk();
    let name = std::ffi::OsStr::from_bytes(b"caf\xE9.md");
    if std::fs::write(folder.join("content").join(name), "x").is_err() {
        return left_out("a_name_that_is_no_utf8_is_a_finding", "the disk takes no such name");
    }
    assert_eq!(load(&folder).codes(), ["file.name"]);
}

#[test]
fn folders_and_files_that_trade_places_are_findings() {
    let folder = hub().without("hub.toml").on_disk();
    folder.write("hub.toml/x", "");
    let loaded = load(&folder);
    assert!(loaded.has_errors() && loaded.revision.content.is_none(), "{:#?}", loaded.lines());
    let folder = hub().on_disk();
    folder.write("personas/folder.toml/x", "");
    folder.write(
        "content/folder.md/x.md",
        page("+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++"),
    );
    assert_eq!(load(&folder).lines(), [""; 0], "a folder may be called anything");
}

#[test]
fn a_link_to_a_page_that_lost_its_address_says_so() {
    let links = "[one](a/guide.md) [other](b/guide.md)\n";
    let hub = hub()
        .page("a/guide.md", "gp", "service", "")
        .page("b/guide.md", "gp", "service", "")
        .page("links.md", "gp", "service", links);
    let loaded = hub.load();
    assert_eq!(
        loaded.codes(),
        ["url.collision", "link.unpublished"],
        "the target is for these readers: {:#?}",
        loaded.lines()
    );
}

#[test]
fn a_file_may_not_stand_where_a_folder_must() {
    let old = |alias: &str| {
        page(&format!(
            "+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\naliases = {alias}\n+++"
        ))
    };
    let cases = [
        ("a static file named like a persona", hub().file("static/huisartsen", "a file")),
        (
            "a static file named like a stage's folder",
            hub().file("static/huisartsen/practice", "a file"),
        ),
        (
            "an alias below another alias",
            hub().file("content/a.md", old("['old.html', 'old.html/older']")),
        ),
        (
            "a static file below a page",
            hub().file("static/huisartsen/practice/good/index.html/x", "a file"),
        ),
    ];
    for (what, hub) in cases {
        assert_eq!(hub.load().codes(), ["url.collision"], "{what}");
    }
}

/// A hub with one fault of each of many kinds.
fn faulty() -> (HubBuilder, BTreeSet<&'static str>) {
    let front = |rest: &str| page(&format!("+++\ntitle = 'T'\nstage = 'service'\n{rest}\n+++"));
    let hub = hub()
        .extended("hub.toml", "\n[[cells]]\npersona = \"nobody\"\nstage = \"service\"\n")
        .extended("personas/nurse.toml", "\ntone = \"calm\"\n")
        .file("content/persona.md", front("personas = 'pg'"))
        .file("content/stage.md", front("personas = 'gp'").replace("'service'", "'sevice'"))
        .file("content/key.md", front("personas = 'gp'\ncolour = 'red'"))
        .file("content/type.md", front("personas = 'gp'\norder = 'first'"))
        .file("content/date.md", front("personas = 'gp'\nexpires = '2026-13-01'"))
        .file("content/need.md", front("personas = 'gp'\nneeds = 'unknown'"))
        .file("content/open.md", "+++\ntitle = 'T'\n")
        .file("content/syntax.md", "+++\ntitle = \n+++\n")
        .file("content/empty.md", "")
        .file("content/none.md", "Text.\n")
        .file("content/lang.fr.md", front("personas = 'gp'"))
        .file(
            "content/latin1.md",
            b"+++\ntitle = 'T'\npersonas = 'gp'\nstage = 'service'\n+++\n\xE9\n".to_vec(),
        )
        .page(
            "link.md",
            "gp",
            "service",
            "[gone](gone.md) ![gone](gone.png) [lost](good.md#lost)\n",
        );
    let codes = [
        "config.unknown-id",
        "config.unknown-key",
        "front.unknown-persona",
        "front.unknown-stage",
        "front.unknown-key",
        "front.wrong-type",
        "front.invalid-value",
        "front.unknown-need",
        "front.unclosed",
        "front.syntax",
        "file.empty",
        "front.missing",
        "file.unknown-language",
        "file.not-utf8",
        "link.broken",
        "image.missing",
        "link.anchor",
    ];
    (hub, codes.into_iter().collect())
}

#[test]
fn all_faults_of_a_hub_are_reported_in_one_run() {
    let (hub, expected) = faulty();
    let loaded = hub.load();
    let found: BTreeSet<&str> = loaded.codes().into_iter().collect();
    let missing: Vec<&&str> = expected.iter().filter(|code| !found.contains(**code)).collect();
    assert!(missing.is_empty(), "{missing:?} in {:#?}", loaded.lines());
}

#[test]
fn a_preview_of_a_faulty_hub_still_shows_its_good_pages() {
    let (hub, _) = faulty();
    let folder = hub.on_disk();
    let ran = etappe(folder.path(), &["build", "--preview", "--as-of", TODAY]).expect(1);
    assert!(ran.stderr.contains("front.unknown-persona"), "{}", ran.stderr);
    let tree = folder.tree("public");
    assert!(
        tree.has(GOOD) && tree.has("huisartsen/practice/link/index.html"),
        "{:?}",
        tree.paths()
    );
    for blocked in [
        "persona", "stage", "key", "type", "date", "need", "open", "syntax", "empty", "none",
        "lang", "latin1",
    ] {
        assert!(
            !tree.has(&format!("huisartsen/practice/{blocked}/index.html")),
            "`{blocked}` is on no site"
        );
    }
}

#[test]
fn a_production_build_of_a_faulty_hub_writes_nothing() {
    let (hub, _) = faulty();
    let folder = hub.on_disk();
    let before = Tree::read(folder.path());
    let ran = etappe(folder.path(), &["build", "--as-of", TODAY]).expect(1);
    assert!(ran.stderr.contains("Nothing was built"), "{}", ran.stderr);
    Tree::read(folder.path()).assert_same(&before, "the folder before and after");
    let entries = std::fs::read_dir(folder.path()).expect("it can be read").count();
    assert_eq!(entries, 3, "no folder was left behind either");
}

#[test]
fn a_production_build_of_a_hub_that_became_faulty_leaves_the_site_as_it_was() {
    let folder = hub().on_disk();
    etappe(folder.path(), &["build", "--as-of", TODAY]).expect(0);
    let before = folder.tree("public");
    folder.edit("content/good.md", "'gp'", "'pg'");
    etappe(folder.path(), &["build", "--as-of", TODAY]).expect(1);
    folder.tree("public").assert_same(&before, "the site before and after");
}
