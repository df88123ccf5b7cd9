//! Every hub of the repository, as a whole: what its coverage must be, and what is built from it,
//! in a form that can be reviewed.
//!
//! `tests/golden/*.txt` are overviews of hubs. After a change that is meant, write them anew with
//! `SNAPSHOTS=overwrite cargo test --test it golden`, and read the difference as a reader of the
//! site would.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::support::command::etappe;
use crate::support::html::{Html, body, resolve};
use crate::support::{HubBuilder, Tree, files_below, root};
use serde_json::Value;

fn golden(name: &str) -> PathBuf {
    root().join("tests/golden").join(name)
}

/// The Memory Care Hub's coverage on a day, against every value of the file that says what it must
/// be.
fn check_coverage(as_of: &str, expected: &str) {
    let expected: Value =
        serde_json::from_slice(&std::fs::read(golden(expected)).expect("it is there"))
            .expect("it is JSON");
    let report =
        etappe(&root(), &["coverage", "--format", "json", "--as-of", as_of]).expect(0).json();
    assert_eq!(report["version"], 1);
    assert_eq!(report["as_of"], expected["as_of"]);
    assert_eq!(
        report["languages"].as_array().map(Vec::len),
        expected["languages"].as_array().map(Vec::len)
    );
    let mut wrong = Vec::new();
    for language in expected["languages"].as_array().expect("a list") {
        let lang = language["lang"].as_str().expect("a language");
        let own = find(&report["languages"], &[("lang", lang)]);
        compare(&language["totals"], &own["totals"], &format!("{lang}, totals"), &mut wrong);
        for cell in language["cells"].as_array().expect("a list") {
            let (persona, stage) =
                (cell["persona"].as_str().expect("an id"), cell["stage"].as_str().expect("an id"));
            let found = find(&own["cells"], &[("persona", persona), ("stage", stage)]);
            compare(cell, found, &format!("{lang}, {persona} × {stage}"), &mut wrong);
        }
        let others = own["cells"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|cell| cell["state"] == "deprioritised");
        assert!(
            others.clone().all(|cell| cell["persona"] == "pharmacist"),
            "only the pharmacist is not targeted"
        );
        let counted = own["cells"].as_array().map_or(0, Vec::len) - others.count();
        assert_eq!(
            counted,
            language["cells"].as_array().map_or(0, Vec::len),
            "{lang}: every cell is expected"
        );
    }
    assert!(wrong.is_empty(), "as of {as_of}:\n{}", wrong.join("\n"));
}

fn find<'j>(list: &'j Value, keys: &[(&str, &str)]) -> &'j Value {
    let is_it = |item: &&Value| keys.iter().all(|(key, value)| item[*key] == *value);
    list.as_array()
        .and_then(|list| list.iter().find(is_it))
        .unwrap_or_else(|| panic!("{keys:?} is in the report"))
}

/// Compares what `expected` says, and nothing else.
fn compare(expected: &Value, found: &Value, what: &str, wrong: &mut Vec<String>) {
    for (key, value) in expected.as_object().expect("a table") {
        if found[key] != *value {
            wrong.push(format!("{what}: {key} must be {value}, but it is {}", found[key]));
        }
    }
}

#[test]
fn the_memory_care_hub_has_the_coverage_that_was_agreed() {
    check_coverage("2026-11-22", "memory-care.expected.json");
}

#[test]
fn before_a_page_expires_its_cell_is_thin() {
    check_coverage("2026-06-01", "memory-care.2026-06-01.expected.json");
}

#[test]
fn every_hub_is_built_as_its_overview_says() {
    let mut wrong = Vec::new();
    for (name, folder) in hubs() {
        let expected = snapbox::Data::read_from(
            &golden(&format!("{name}.txt")),
            Some(snapbox::data::DataFormat::Text),
        )
        .raw();
        let compared = snapbox::Assert::new().action_env("SNAPSHOTS").try_eq(
            Some(&name),
            overview(&folder).into(),
            expected,
        );
        wrong.extend(compared.err().map(|error| error.to_string()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_golden_file_belongs_to_a_test() {
    let hubs = hubs();
    let used = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let expectation =
            ["memory-care.expected.json", "memory-care.2026-06-01.expected.json"].contains(&name);
        expectation || hubs.iter().any(|(hub, _)| name == format!("{hub}.txt"))
    };
    let unused: Vec<PathBuf> =
        files_below(&root().join("tests/golden")).into_iter().filter(|path| !used(path)).collect();
    assert!(unused.is_empty(), "nothing is compared with {unused:?}");
}

/// The root hub and every example, by name.
fn hubs() -> Vec<(String, PathBuf)> {
    let mut hubs = vec![("memory-care".to_owned(), root())];
    let entries = std::fs::read_dir(root().join("examples"))
        .expect("there are examples")
        .map(|entry| entry.expect("it can be read").path());
    hubs.extend(entries.filter(|path| path.is_dir()).map(|path| (name_of(&path), path)));
    hubs.sort();
    hubs
}

fn name_of(path: &Path) -> String {
    path.file_name().expect("a folder has a name").to_string_lossy().into_owned()
}

/// What a hub becomes: its findings, then every output with what a reader finds there.
fn overview(folder: &Path) -> String {
    let loaded = HubBuilder::folder(folder).load();
    let mut out = format!("As of {}\n\nFindings\n", crate::support::TODAY);
    let lines = loaded.all_lines();
    for line in &lines {
        writeln!(out, "  {line}").expect("memory takes it");
    }
    if lines.is_empty() {
        out.push_str("  none\n");
    }
    // Of a hub with an error, nothing is published.
    if loaded.has_errors() {
        return out;
    }
    let tree = loaded.tree();
    for path in tree.paths() {
        out.push('\n');
        out.push_str(&without_digest(path));
        if path.ends_with(".html") {
            page(&tree, path, &mut out);
        } else if path.ends_with(".atom") || path.ends_with(".xml") || path.ends_with(".txt") {
            addresses(tree.text(path), &mut out);
        } else {
            out.push('\n');
        }
    }
    out
}

/// Title, and the ways out of what is the page's own: not of the frame that every page has.
fn page(tree: &Tree, path: &str, out: &mut String) {
    let html = tree.text(path);
    let whole = Html::read(html);
    writeln!(out, "  “{}”", whole.first("title")).expect("memory takes it");
    let own = own_part(html);
    for address in Html::read(own).addresses {
        let target = match resolve(path, &address.value) {
            Some((target, fragment)) if fragment.is_empty() => target,
            Some((target, fragment)) => format!("{target}#{fragment}"),
            None => address.value,
        };
        let mark = if address.attribute == "src" { "shows" } else { "→" };
        writeln!(out, "  {mark} {}", without_digest(&target)).expect("memory takes it");
    }
}

/// The body of a page, the lists of a stage, a home or the chooser.
fn own_part(html: &str) -> &str {
    if html.contains("<div class=\"body\">") {
        return body(html);
    }
    let lists = [
        "<ul class=\"cards\">",
        "<ol class=\"journey\">",
        "<ul class=\"choices\">",
        "<ol class=\"choices\">",
    ];
    let start = lists.iter().find_map(|list| html.find(list)).or_else(|| html.find("<main"));
    let rest = &html[start.unwrap_or(0)..];
    let end =
        rest.find("<nav class=\"pager\"").or_else(|| rest.find("</main>")).unwrap_or(rest.len());
    &rest[..end]
}

/// The absolute addresses of a feed, a sitemap, robots.txt or llms.txt.
fn addresses(text: &str, out: &mut String) {
    out.push('\n');
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | ')');
    for (at, _) in text.match_indices("https://hub.example") {
        let address = text[at..].split(ends).next().unwrap_or_default();
        writeln!(out, "  {address}").expect("memory takes it");
    }
}

/// The name without the digest that changes with its content.
fn without_digest(path: &str) -> String {
    let is_digest = |part: &&str| {
        part.len() == 8
            && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let parts: Vec<&str> =
        path.split('.').map(|part| if is_digest(&part) { "…" } else { part }).collect();
    parts.join(".")
}
