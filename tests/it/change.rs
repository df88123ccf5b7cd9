//! Coverage over time: against a file, against a git revision, regressions, and the history.

use std::path::Path;
use std::process::Command;

use crate::support::command::{Etappe, Ran};
use crate::support::{HubBuilder, HubOnDisk, TODAY};
use serde_json::Value;

fn run(hub: &Path, args: &[&str]) -> Ran {
    Etappe::inside(hub).args(args).args(["--as-of", TODAY]).run()
}

fn git(folder: &Path, args: &[&str]) {
    let identity = [
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ];
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(identity)
        .args(args)
        .output()
        .expect("git can be run");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A hub in a repository with two branches: `main`, and `work`, which is checked out and differs in
/// three cells.
fn two_branches() -> HubOnDisk {
    let hub = HubBuilder::small()
        .extended(
            "hub.toml",
            "\n[[cells]]\npersona = \"gp\"\nstage = \"service\"\npriority = \"high\"\n",
        )
        .page("one.md", "gp", "service", "Text.\n")
        .page("both.md", "nurse", "awareness", "Text.\n")
        .page("folder/kept.md", "nurse", "service", "Text.\n")
        .on_disk();
    git(hub.path(), &["init", "-q"]);
    git(hub.path(), &["add", "-A"]);
    git(hub.path(), &["commit", "-qm", "First"]);
    git(hub.path(), &["checkout", "-qb", "work"]);
    std::fs::remove_file(hub.path().join("content/one.md")).expect("it is there");
    hub.write(
        "content/second.md",
        "+++\ntitle = 'Second'\npersonas = 'nurse'\nstage = 'awareness'\n+++\n",
    );
    hub.write(
        "content/new.md",
        "+++\ntitle = 'New'\npersonas = 'all'\nstage = 'awareness'\nstatus = 'ready'\n+++\n",
    );
    std::fs::create_dir_all(hub.path().join("content/elsewhere")).expect("a folder");
    std::fs::rename(
        hub.path().join("content/folder/kept.md"),
        hub.path().join("content/elsewhere/kept.md"),
    )
    .expect("it moves");
    git(hub.path(), &["add", "-A"]);
    git(hub.path(), &["commit", "-qm", "Second"]);
    hub
}

fn changed(json: &Value) -> Vec<String> {
    let cells = json["change"]["cells"].as_array().expect("cells");
    let word = |cell: &Value, key: &str| cell[key].as_str().unwrap_or_default().to_owned();
    cells
        .iter()
        .map(|cell| {
            ["direction", "lang", "persona", "stage", "was", "is"]
                .map(|key| word(cell, key))
                .join(" | ")
        })
        .collect()
}

#[test]
fn against_a_branch_exactly_the_cells_that_differ_are_printed() {
    let hub = two_branches();
    let json =
        run(hub.path(), &["coverage", "--against", "main", "--format", "json"]).expect(0).json();
    let expected = [
        "worse | en | gp | service | thin | gap: empty",
        "better | en | nurse | awareness | thin | covered",
        "better | en | gp | awareness | gap: empty | generic-only",
        "other | nl | gp | service | gap: untranslated | gap: empty",
        "other | nl | gp | awareness | gap: empty | gap: untranslated",
    ];
    let mut found = changed(&json);
    let mut wanted = expected.map(str::to_owned).to_vec();
    assert!(
        found.first().is_some_and(|first| first.starts_with("worse")),
        "worse ones come first: {found:?}"
    );
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    let change = &json["change"];
    assert_eq!(change["added"], serde_json::json!(["content/new.md", "content/second.md"]));
    assert_eq!(change["removed"], serde_json::json!(["content/one.md"]));
    assert_eq!(
        change["moved"],
        serde_json::json!([{ "from": "content/folder/kept.md", "to": "content/elsewhere/kept.md" }])
    );
    // A file of the other branch says the same.
    git(hub.path(), &["checkout", "-q", "main"]);
    let before = run(hub.path(), &["coverage", "--format", "json"]).expect(0).stdout;
    git(hub.path(), &["checkout", "-q", "work"]);
    hub.write("before.json", before);
    let same = run(hub.path(), &["coverage", "--against", "before.json", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(same["change"]["cells"], change["cells"]);
    assert_eq!(same["change"]["moved"], change["moved"]);
}

#[test]
fn the_change_for_a_pull_request_says_first_what_matters() {
    let hub = two_branches();
    let markdown = run(hub.path(), &["coverage", "--against", "main", "--format", "markdown"])
        .expect(0)
        .stdout;
    assert!(
        markdown.starts_with("**+1 gap: General practitioners × In practice (en)**\n\n**−1 gap: "),
        "{markdown}"
    );
    assert!(
        markdown
            .contains("| worse | en | General practitioners × In practice | thin | gap: empty |\n"),
        "{markdown}"
    );
    assert!(
        markdown.contains("- Pages moved: content/folder/kept.md → content/elsewhere/kept.md\n"),
        "{markdown}"
    );
    let rows = markdown
        .lines()
        .filter(|line| {
            line.starts_with("| worse")
                || line.starts_with("| better")
                || line.starts_with("| other")
        })
        .count();
    for form in ["table", "csv"] {
        let text =
            run(hub.path(), &["coverage", "--against", "main", "--format", form]).expect(0).stdout;
        let lines = text
            .lines()
            .filter(|line| {
                ["worse", "better", "other"].iter().any(|word| line.trim_start().starts_with(word))
            })
            .count();
        assert_eq!(lines, rows, "{form}: {text}");
    }
}

#[test]
fn a_cell_that_fell_is_a_regression_of_its_priority() {
    let hub = two_branches();
    for (condition, code) in [("regression", 1), ("regression:high", 1), ("gap:high", 1)] {
        let ran = run(hub.path(), &["coverage", "--against", "main", "--fail-on", condition]);
        assert_eq!(ran.code, code, "{condition}");
    }
    run(hub.path(), &["coverage", "--against", "work", "--fail-on", "regression"]).expect(0);
    run(hub.path(), &["coverage", "--fail-on", "regression"]).expect(2);
}

#[test]
fn against_leaves_the_work_tree_and_the_index_as_they_are() {
    let hub = two_branches();
    hub.write(
        "content/unfinished.md",
        "+++\ntitle = 'Unfinished'\npersonas = 'gp'\nstage = 'service'\n+++\n",
    );
    let index = std::fs::read(hub.path().join(".git/index")).expect("an index");
    let before = hub.tree(".");
    let json =
        run(hub.path(), &["coverage", "--against", "HEAD", "--format", "json"]).expect(0).json();
    assert_eq!(json["change"]["added"], serde_json::json!(["content/unfinished.md"]));
    hub.tree(".").assert_same(&before, "nothing is written");
    assert_eq!(std::fs::read(hub.path().join(".git/index")).expect("an index"), index);
}

#[test]
fn a_hub_below_the_root_of_its_repository_is_found_there() {
    let outer = tempfile::tempdir().expect("a folder");
    let hub = outer.path().join("deep/hub");
    for (path, text) in crate::support::SMALL {
        let file = hub.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("it is written");
    }
    git(outer.path(), &["init", "-q"]);
    git(outer.path(), &["add", "-A"]);
    git(outer.path(), &["commit", "-qm", "First"]);
    let ran = run(&hub, &["coverage", "--against", "HEAD"]).expect(0);
    assert!(ran.stdout.contains("nothing differs"), "{}", ran.stdout);
    let ran = run(&hub, &["coverage", "--against", "--all"]);
    assert_eq!(ran.code, 2, "an option of git is no revision");
    let ran = run(&hub, &["coverage", "--against=--upload-pack=x"]).expect(2);
    assert!(ran.stderr.contains("is no revision"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_compared_with_is_a_slip_in_the_call() {
    let hub = HubBuilder::small().file("notes.json", "{}").on_disk();
    let ran = run(hub.path(), &["coverage", "--against", "notes.json"]).expect(2);
    assert!(
        ran.stderr.contains(
            "`notes.json` cannot be compared with: it is no coverage report of version 1"
        ),
        "{}",
        ran.stderr
    );
    let ran = run(hub.path(), &["coverage", "--against", "nowhere"]).expect(2);
    assert!(ran.stderr.contains("`nowhere` is no revision"), "{}", ran.stderr);
}

// The history.

#[test]
fn records_are_kept_by_day_and_the_trend_is_drawn_from_them() {
    let hub = HubBuilder::small().on_disk();
    let record = |day: &str| {
        Etappe::inside(hub.path()).args(["coverage", "record", "--as-of", day]).run().expect(0)
    };
    record("2026-10-01");
    hub.write("content/a.md", "+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++\n");
    record("2026-11-01");
    record("2026-11-01");
    let text = hub.read("coverage-history.jsonl");
    assert_eq!(text.lines().count(), 2, "a day has one record: {text}");
    let json = run(hub.path(), &["coverage", "--format", "json"]).expect(0).json();
    let covered: Vec<&Value> = json["history"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["languages"][0]["totals"]["covered"])
        .collect();
    assert_eq!(covered, [0, 1]);
    let table = run(hub.path(), &["coverage"]).expect(0).stdout;
    assert!(
        table.contains("Trend:\n  2026-10-01: 0 of 4 covered, 4 empty\n  2026-11-01: 1 of 4 covered, 3 empty\n  2026-11-22: 1"),
        "{table}"
    );
    let html = run(hub.path(), &["coverage", "--format", "html"]).expect(0).stdout;
    assert!(html.contains("<polyline class=\"line-covered\""), "a line is drawn");
    hub.write("coverage-history.jsonl", format!("nonsense\n{text}"));
    let ran = run(hub.path(), &["coverage", "--format", "json"]).expect(0);
    assert!(ran.stderr.contains("line 1 of coverage-history.jsonl is no record"), "{}", ran.stderr);
    assert_eq!(ran.json()["history"], json["history"]);
}

// Git's own words.

#[test]
fn what_git_says_is_passed_on_and_a_shallow_repository_is_named() {
    let hub = two_branches();
    let ran = run(hub.path(), &["coverage", "--against", "nowhere"]).expect(2);
    assert!(ran.stderr.contains("(git says: fatal: "), "{}", ran.stderr);
    assert!(!ran.stderr.contains("fetch-depth"), "{}", ran.stderr);
    let clones = HubOnDisk::empty();
    let origin = format!("file://{}", hub.path().display());
    git(clones.path(), &["clone", "-q", "--depth", "1", &origin, "clone"]);
    let ran = run(&clones.join("clone"), &["coverage", "--against", "HEAD~1"]).expect(2);
    assert!(ran.stderr.contains("`fetch-depth: 0`"), "{}", ran.stderr);
}
