//! `--policy-from` and `--audit`, with the real git: a branch cannot approve itself, and no record
//! is changed or removed without being found.
#![cfg(unix)]

use std::process::Command;

use crate::support::command::{Etappe, Ran};
use crate::support::office::{MEDICAL, Office, PAGE, can_sign};
use serde_json::Value;

/// The codes of a report's findings of one group, each once, with their severities.
fn approvals(ran: &Ran) -> Vec<(String, String)> {
    let report = ran.json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let findings = report["findings"].as_array().expect("a list").iter();
    let mut found: Vec<(String, String)> = findings
        .map(|finding| (text(&finding["code"]), text(&finding["severity"])))
        .filter(|(code, _)| code.starts_with("approval."))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn checked(office: &Office) -> Vec<(String, String)> {
    let args = ["check", "--policy-from", "main", "--format", "json", "--as-of", "2090-01-01"];
    approvals(&office.ran(&args))
}

fn edit(office: &Office, path: &str, from: &str, to: &str) {
    let text = office.text(path);
    assert!(text.contains(from), "{path} has {from}");
    office.hub.write(path, text.replace(from, to));
}

type Change = fn(&Office);

#[test]
fn a_branch_is_judged_by_the_branch_that_it_is_to_be_merged_into() {
    if !can_sign() {
        return;
    }
    const NOTED: &str = "approval.after-merge info";
    let cases: [(&str, &[&str], Change); 11] = [
        ("nothing", &[], |_| {}),
        ("a branch that adds itself to the signers", &[NOTED], |office| {
            office.list(&[("anna", ""), ("bram", ""), ("eve", "")]);
            edit(office, "roles.toml", "'anna@", "'eve@");
        }),
        ("a branch that asks for no signatures", &[NOTED], |office| {
            edit(office, "hub.toml", "signatures = true", "signatures = false");
        }),
        ("a branch that asks for fewer kinds", &[NOTED], |office| {
            edit(office, "hub.toml", "[approval]", "[approval]\nkinds = []");
        }),
        ("a branch without the table", &[NOTED], |office| {
            let text = office.text("hub.toml");
            let (before, _) = text.split_once("[approval]").expect("a table");
            office.hub.write("hub.toml", before);
        }),
        ("a branch that lowers what is found", &[NOTED], |office| {
            let text = office.text("hub.toml") + "\n[checks]\n\"approval.drifted\" = \"info\"\n";
            office.hub.write("hub.toml", text);
        }),
        ("a lowered kind", &["approval.kind-lowered error"], |office| {
            edit(office, PAGE, "kind = 'promo'\n", "");
        }),
        (
            "a lowered kind under another id",
            &["approval.kind-lowered error", "approval.unknown-item info"],
            |office| edit(office, PAGE, "kind = 'promo'\n", "id = 'other-results'\n"),
        ),
        ("an edited record", &["approval.altered error"], |office| {
            edit(office, &office.record(MEDICAL), "Approved for", "Approved  for");
        }),
        (
            "a record that is gone",
            &["approval.altered error", "approval.missing warning"],
            |office| {
                std::fs::remove_file(office.root().join(office.record(MEDICAL))).expect("gone");
                let signature = office.record(MEDICAL) + ".sig";
                std::fs::remove_file(office.root().join(signature)).expect("gone");
            },
        ),
        ("other readers", &[NOTED], |office| {
            edit(office, "personas/gp.toml", "label", "profession = 'other'\nlabel");
        }),
    ];
    let office = Office::open();
    office.sign();
    for (name, expected, change) in cases {
        office.git(&["checkout", "-q", "-B", "branch", "main"]);
        change(&office);
        office.commit(name);
        let found: Vec<String> =
            checked(&office).iter().map(|(code, severity)| format!("{code} {severity}")).collect();
        assert_eq!(found, expected, "{name}");
        let built = office.ran(&["build", "--policy-from", "main"]);
        let is_error = expected.iter().any(|code| code.ends_with("error"));
        assert_eq!(built.code, i32::from(is_error), "{name}: {}", built.stderr);
        let listed = office.ran(&["approvals", "--policy-from", "main"]);
        assert_eq!(listed.code, i32::from(is_error), "{name}: {}", listed.stderr);
    }
}

#[test]
fn a_signature_of_somebody_whom_the_branch_adds_counts_after_the_merge() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.git(&["checkout", "-q", "-b", "branch"]);
    office.list(&[("anna", ""), ("bram", ""), ("eve", "")]);
    let eve = "\n[[signers]]\nprincipal = 'eve@pharma.example'\nnames = ['Eve']\nroles = ['medical', 'legal']\n";
    let roles = office.text("roles.toml") + eve;
    office.hub.write("roles.toml", roles);
    office.commit("Eve may sign");
    office.approve("eve", "medical", &["results"]).expect(0);
    office.approve("eve", "legal", &["results"]).expect(0);
    office.commit("Eve signs");
    assert_eq!(office.state(), "approved", "by its own rules");
    let found = checked(&office);
    assert!(found.contains(&("approval.wrong-signer".into(), "error".into())), "{found:?}");
    office.git(&["checkout", "-q", "main"]);
    office.git(&["merge", "-q", "--no-edit", "branch"]);
    assert_eq!(checked(&office), [], "after the merge");
}

#[test]
fn a_branch_that_is_not_known_is_told_and_a_misspelt_one_is_a_slip() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    let ran = office.ran(&["check", "--policy-from", "mian"]).expect(2);
    assert!(ran.stderr.contains("`mian` is no revision"), "{}", ran.stderr);

    let folder = tempfile::tempdir().expect("a folder");
    let clone = folder.path().join("clone");
    office.commit("One more");
    let url = format!("file://{}", office.root().display());
    let cloned = Command::new("git")
        .args(["clone", "-q", "--depth", "1", "--branch", "main", &url])
        .arg(&clone)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .status();
    assert!(cloned.expect("git runs").success());
    for place in [clone.as_path(), without_git(&office, folder.path()).as_path()] {
        let args = ["check", "--policy-from", "HEAD~1", "--format", "json"];
        let ran = Etappe::inside(place).args(args).run().expect(0);
        let found = approvals(&ran);
        assert_eq!(found, [("approval.unaudited".to_owned(), "warning".to_owned())]);
        let ran = Etappe::inside(place).args(["approvals", "--audit"]).run().expect(0);
        assert!(ran.stderr.contains("approval.unaudited"), "{}", ran.stderr);
        assert!(ran.stdout.contains("approved"), "the states are worked out: {}", ran.stdout);
    }
}

/// The hub's files alone.
fn without_git(office: &Office, folder: &std::path::Path) -> std::path::PathBuf {
    let copy = folder.join("copy");
    let copied = Command::new("cp").arg("-r").arg(office.root()).arg(&copy).status();
    assert!(copied.expect("cp runs").success());
    std::fs::remove_dir_all(copy.join(".git")).expect("it is there");
    copy
}

#[test]
fn an_audit_finds_what_was_changed_or_removed_and_put_back() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.ran(&["approvals", "--audit"]).expect(0);
    let record = office.record(MEDICAL);
    let text = office.text(&record);
    office.git(&["checkout", "-q", "-b", "side"]);
    office.hub.write(&record, text.replace("Approved for", "Approved  for"));
    office.commit("Changed");
    office.git(&["checkout", "-q", "main"]);
    office.git(&["merge", "-q", "--no-ff", "--no-edit", "side"]);
    std::fs::remove_file(office.root().join(&record)).expect("gone");
    office.commit("Removed");
    office.hub.write(&record, &text);
    office.commit("Put back");
    assert_eq!(office.state(), "approved", "it stands as it was signed");
    let ran = office.ran(&["approvals", "--audit"]).expect(1);
    let told: Vec<&str> = ran.stderr.lines().filter(|line| line.contains("was ")).collect();
    assert_eq!(told.len(), 2, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("`{record}` was removed by ")), "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("`{record}` was changed by ")), "{}", ran.stderr);
}
