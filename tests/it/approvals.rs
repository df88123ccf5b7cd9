//! Approvals with the real git and the real `ssh-keygen`: who signs, what counts, and what becomes
//! of pages whose signatures do not stand.
#![cfg(unix)]

use std::sync::Arc;

use crate::support::command::{Etappe, Ran};
use crate::support::office::{LATER, LEGAL, MEDICAL, OUTPUT, Office, PAGE, can_sign};
use crate::support::{day, program};
use etappe_base::path::HubPath;
use etappe_hub::journey::Approval;
use etappe_session::io::{Disk, Files};
use etappe_session::{Changed, Live, Options, Revision};

#[test]
fn a_page_is_shown_once_everyone_has_signed_it() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    assert_eq!(office.state(), "missing");
    let built = office.ran(&["build"]).expect(0);
    assert!(built.stderr.contains("approval.missing"), "{}", built.stderr);
    assert!(!office.is_shown());
    let other = office.text("public/huisartsen/possible/other/index.html");
    assert!(other.contains("Open. <a>Results</a>"), "a link to it is text");
    let coverage = office.ran(&["coverage", "--format", "json"]).json();
    let cells = coverage["languages"][0]["cells"].as_array().expect("cells");
    assert!(cells.iter().any(|cell| cell["blocked_by"][0]["approval"] == "missing"), "{coverage}");

    office.approve("anna", "medical", &["results", "--prepared", "2026-11-20"]).expect(0);
    assert_eq!(office.state(), "missing", "one of two has signed");
    office.approve("bram", "legal", &[PAGE, "--prepared", "2026-11-20"]).expect(0);
    assert_eq!(office.state(), "approved");
    office.ran(&["build"]).expect(0);
    let page = office.text(OUTPUT);
    assert!(page.contains("Code NL-1") && page.contains("20 November 2026"), "{page}");
    assert!(!page.contains("Anna") && !page.contains("medical"), "nothing else of it is shown");
    office.ran(&["approvals", "--fail-on", "missing,drifted,expiring:60d"]).expect(0);
}

#[test]
fn every_way_in_which_a_signature_does_not_count() {
    if !can_sign() {
        return;
    }
    type Change = fn(&Office);
    let cases: [(&str, &str, Change); 10] = [
        ("a changed byte", "altered", |office| {
            let path = office.record(MEDICAL);
            let text = office.text(&path).replace("Approved for", "Approved  for");
            office.hub.write(&path, text);
        }),
        ("a signature of another record", "altered", |office| {
            let other = office.text(&(office.record(LEGAL) + ".sig"));
            office.hub.write(&(office.record(MEDICAL) + ".sig"), other);
        }),
        ("a signature that was made for something else", "altered", |office| {
            office.sign_again("anna", &office.record(MEDICAL), "git");
        }),
        ("a key that nobody listed", "wrong-signer", |office| {
            office.sign_again("eve", &office.record(MEDICAL), "approval@etappe");
        }),
        ("the key of somebody else", "wrong-signer", |office| {
            office.sign_again("bram", &office.record(MEDICAL), "approval@etappe");
        }),
        ("a revoked key", "wrong-signer", |office| {
            let public = std::fs::read_to_string(office.key("anna").with_extension("pub"));
            office.hub.write("approvals/revoked", public.expect("a key"));
        }),
        ("a key whose time was over", "wrong-signer", |office| {
            office.list(&[("anna", "valid-before=\"20200101\""), ("bram", "")]);
        }),
        ("a signer who had left", "wrong-signer", |office| {
            let roles = office.text("roles.toml");
            office.hub.write(
                "roles.toml",
                roles.replace("['medical']", "['medical']\nuntil = 2020-01-01"),
            );
        }),
        ("a signer without the role", "wrong-signer", |office| {
            let roles = office.text("roles.toml");
            office.hub.write("roles.toml", roles.replace("['medical']", "['reviewer']"));
        }),
        ("no signature", "unsigned", |office| {
            std::fs::remove_file(office.root().join(office.record(MEDICAL) + ".sig"))
                .expect("gone");
        }),
    ];
    let office = Office::open();
    office.sign();
    for (name, state, change) in cases {
        change(&office);
        assert_eq!(office.state(), state, "{name}");
        let built = office.ran(&["build"]);
        assert_eq!(built.code, i32::from(state != "unsigned"), "{name}: {}", built.stderr);
        assert!(built.stderr.contains(&format!("approval.{state}")), "{name}: {}", built.stderr);
        office.git(&["checkout", "-q", "--", "."]);
        assert_eq!(office.state(), "approved", "{name}: and back");
    }
}

#[test]
fn a_key_that_was_replaced_keeps_what_it_signed() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.list(&[("anna", "valid-before=\"20890101\""), ("bram", "")]);
    assert_eq!(office.state(), "approved");
    // No time here is a trusted one: who signs chooses it, and the documents say so.
    let path = office.record(MEDICAL);
    let signed = office.text(&path);
    let at = signed.lines().find(|line| line.starts_with("signed_at")).expect("it has one");
    office.hub.write(&path, signed.replace(at, "signed_at = 2026-01-01T09:00:00+01:00"));
    office.sign_again("anna", &path, "approval@etappe");
    assert_eq!(office.state(), "approved");
}

#[test]
fn signatures_survive_squash_and_rebase_and_two_people_do_not_meet() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.git(&["checkout", "-q", "-b", "anna"]);
    office.approve("anna", "medical", &["results"]).expect(0);
    office.commit("Anna signs");
    office.git(&["checkout", "-q", "-b", "bram", "main"]);
    office.approve("bram", "legal", &["results"]).expect(0);
    office.commit("Bram signs");
    office.git(&["checkout", "-q", "main"]);
    office.git(&["commit", "-q", "--allow-empty", "-m", "Something else"]);
    office.git(&["merge", "-q", "--squash", "anna"]);
    office.commit("Squashed");
    office.git(&["rebase", "-q", "main", "bram"]);
    assert_eq!(office.state(), "approved");
    let again = office.approve("bram", "legal", &["results"]).expect(0);
    assert!(again.stdout.contains("legal-bram-jansen-2.toml"), "{}", again.stdout);
}

#[test]
fn nothing_is_signed_that_is_not_committed_or_has_an_error() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    let said = |ran: Ran| ran.expect(2).stderr;
    assert!(
        said(office.approve("anna", "medical", &["resuls"])).contains("did you mean `results`?")
    );
    assert!(
        said(office.approve("anna", "legal", &["results"])).contains("may not sign as `legal`")
    );
    assert!(
        said(office.approve("eve", "medical", &["results"])).contains("is not in `roles.toml`")
    );
    let text = office.text(PAGE);
    office.hub.write(PAGE, text.replace("slows", "stops"));
    assert!(said(office.approve("anna", "medical", &["results"])).contains("must be committed"));
    office.hub.write(PAGE, text.replace("It slows.", "[No](nowhere.md)"));
    office.commit("A broken link");
    assert!(said(office.approve("anna", "medical", &["results"])).contains("has an error"));
    assert!(!office.root().join("approvals/NL-1").exists(), "nothing was written");
}

#[test]
fn an_edit_after_the_signature_keeps_everything_as_it_was() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.ran(&["build"]).expect(0);
    let before = office.text(OUTPUT);
    let text = office.text(PAGE);
    office.hub.write(PAGE, text.replace("slows", "stops"));
    let item = office.item(&[]);
    assert_eq!(item["state"], "drifted");
    assert_eq!(item["needs"][0]["drifted"], serde_json::json!(["text"]), "{item}");
    let built = office.ran(&["build"]).expect(1);
    assert!(built.stderr.contains("approval.drifted"), "{}", built.stderr);
    assert_eq!(office.text(OUTPUT), before, "what stands, stays");
    office.commit("Another text");
    office.sign();
    assert_eq!(office.state(), "approved");
}

#[test]
fn an_approval_that_ends_or_is_taken_back_takes_its_page_down_whatever_else_is_wrong() {
    if !can_sign() {
        return;
    }
    for taken_back in [true, false] {
        let office = Office::open();
        let signed: &[&str] =
            if taken_back { &["results"] } else { &["results", "--expires", LATER] };
        office.approve("anna", "medical", signed).expect(0);
        office.approve("bram", "legal", &["results"]).expect(0);
        office.commit("Signed");
        office.ran(&["build"]).expect(0);
        assert!(office.is_shown());
        let manifest = std::fs::read_dir(office.root().join(".etappe")).expect("a memory");
        assert!(manifest.count() > 0);
        office.hub.write("content/faulty.md", "+++\ntitel = 'x'\n+++\n");
        let later: &[&str] = if taken_back {
            let revokes = format!("NL-1/{MEDICAL}-1.toml");
            let revocation = ["--kind", "revocation", "--revokes", &revokes, "--reason", "wrong"];
            office.approve("anna", "medical", &revocation).expect(0);
            &[]
        } else {
            office.ran(&["build"]).expect(1);
            assert!(office.is_shown(), "an error alone takes nothing down");
            &["--as-of", LATER]
        };
        let built = office.ran(&[&["build"], later].concat()).expect(1);
        assert!(built.stderr.contains("its approval ended on"), "{}", built.stderr);
        assert!(!office.is_shown());
        let other = office.text("public/huisartsen/possible/other/index.html");
        assert!(other.contains("Open. <a>Results</a>"), "links to it went with it: {other}");
        std::fs::remove_file(office.root().join("content/faulty.md")).expect("gone");
        office.ran(&[&["build"], later].concat()).expect(0);
        assert!(!office.is_shown());
    }
}

#[test]
fn a_record_that_counts_later_schedules_its_page() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.approve("anna", "medical", &["results", "--valid-from", LATER]).expect(0);
    office.approve("bram", "legal", &["results"]).expect(0);
    assert_eq!(office.state(), "not-yet");
    let built = office.ran(&["build"]).expect(0);
    assert!(!office.is_shown() && built.stderr.contains("approval.not-yet"), "{}", built.stderr);
    let calendar = office.ran(&["calendar", "--format", "json"]).json();
    assert!(calendar.to_string().contains(LATER), "{calendar}");
    office.ran(&["build", "--as-of", LATER]).expect(0);
    assert!(office.is_shown());
}

#[test]
fn what_was_verified_is_remembered_and_nothing_is_run_again() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    assert_eq!(office.state(), "approved");
    let nothing = tempfile::tempdir().expect("an empty folder");
    let without = |args: &[&str]| {
        let path = nothing.path().to_str().expect("plain");
        Etappe::inside(office.root()).env("PATH", path).args(args).run()
    };
    let state = |ran: Ran| ran.json()["items"][0]["state"].as_str().unwrap_or_default().to_owned();
    assert_eq!(state(without(&["approvals", "--format", "json"])), "approved");
    std::fs::remove_file(office.root().join(".etappe/signatures")).expect("it was kept");
    assert_eq!(state(without(&["approvals", "--format", "json"])), "unsigned");
    let checked = without(&["check"]).expect(0);
    assert!(checked.stderr.contains("`ssh-keygen` is not found"), "{}", checked.stderr);
    assert_eq!(office.state(), "approved", "and it is there again");
    let memory = office.root().join(".etappe/signatures");
    let damaged = std::fs::read_to_string(&memory).expect("kept").replace("good", "bad");
    std::fs::write(&memory, damaged).expect("written");
    assert_eq!(office.state(), "approved", "a damaged memory is none");
}

#[test]
fn a_kept_hub_knows_at_once_and_disturbs_no_other_page() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    let today = office.ran(&["approvals", "--format", "json"]).json();
    let today = today["as_of"].as_str().expect("a day").to_owned();
    let files: Arc<dyn Files> = Arc::new(Disk::new(office.root()));
    let mut live = Live::open(files, Options::on(program(), day(&today)));
    let state = |revision: &Revision| {
        let hub = revision.hub().expect("a hub");
        let doc = hub.find_doc(&HubPath::literal(PAGE)).expect("the page");
        hub.doc(doc).standing.as_ref().map(|standing| standing.state)
    };
    let key = |revision: &Revision, path: &str| {
        let content = revision.content.as_ref().expect("content");
        content.plan.find(path).map(|node| node.key(&content.material))
    };
    let other = "verpleegkundigen/practice/alone/index.html";
    let first = live.revision();
    assert_eq!(state(&first), Some(Approval::Approved));
    let text = office.text(PAGE);
    let changed = Changed::Paths([HubPath::literal(PAGE)].into());
    office.hub.write(PAGE, text.replace("slows", "stops"));
    let second = live.refresh(&changed);
    assert_eq!(state(&second), Some(Approval::Drifted));
    assert!(key(&second, "huisartsen/possible/results/index.html").is_none());
    assert!(key(&first, other).is_some() && key(&first, other) == key(&second, other));
    office.hub.write(PAGE, text);
    assert_eq!(state(&live.refresh(&changed)), Some(Approval::Approved));
    // An edit of a page that nobody has to sign keeps the very same hub.
    let before = live.revision();
    let open = office.text("content/other.md").replace("Open.", "Opened.");
    office.hub.write("content/other.md", open);
    let after = live.refresh(&Changed::Paths([HubPath::literal("content/other.md")].into()));
    let layout = |revision: &Revision| Arc::clone(&revision.hub().expect("a hub").layout);
    assert!(Arc::ptr_eq(&layout(&before), &layout(&after)), "its layout is kept");
}

#[test]
fn a_preview_shows_the_page_with_its_state() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.ran(&["build", "--preview", "--out", "preview"]).expect(0);
    let page = office.text("preview/huisartsen/possible/results/index.html");
    assert!(page.contains("Not approved yet"), "{page}");
}
