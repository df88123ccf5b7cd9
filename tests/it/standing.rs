//! How signatures stand after somebody meddled with them: with the real git and the real
//! `ssh-keygen`, and with programs that pretend to be it.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::command::{Etappe, Ran};
use crate::support::day;
use crate::support::office::{LATER, LEGAL, MEDICAL, Office, PAGE, can_sign};

/// The state of the page, with a program in the place of `ssh-keygen` and another user's memory.
fn state_with(office: &Office, program: &str, user: &Path) -> String {
    let fake = tempfile::tempdir().expect("a folder");
    let path = fake.path().join("ssh-keygen");
    std::fs::write(&path, format!("#!/bin/sh\n{program}\n")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("set");
    let before = std::env::var("PATH").unwrap_or_default();
    let ran = Etappe::inside(office.root())
        .env("PATH", &format!("{}:{before}", fake.path().display()))
        .env("XDG_STATE_HOME", user.to_str().expect("plain"))
        .args(["approvals", "--format", "json"])
        .run();
    ran.expect(0).json()["items"][0]["state"].as_str().expect("a state").to_owned()
}

fn change_a_byte(office: &Office) {
    let path = office.record(MEDICAL);
    let text = office.text(&path).replace("Approved for", "Approved  for");
    office.hub.write(&path, text);
}

#[test]
fn verdicts_that_came_with_a_hub_are_not_believed() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    change_a_byte(&office);
    let other = tempfile::tempdir().expect("a folder");
    let kind = state_with(&office, "exit 0", other.path());
    assert_eq!(kind, "approved", "whoever has another program has other verdicts");
    assert!(office.text(".etappe/signatures").contains(" good"), "and they are kept");
    assert_eq!(office.state(), "altered", "but nobody else takes them for their own");
    assert!(office.text(".etappe/signatures").contains(" bad"));

    // A secret that others can read is none, and one that stands in the hub may have come with it.
    let secret = other.path().join("etappe/secret");
    let before = std::fs::read(&secret).expect("it was made");
    assert_eq!(std::fs::metadata(&secret).expect("there").permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).expect("set");
    assert_eq!(state_with(&office, "exit 0", other.path()), "approved");
    assert_ne!(std::fs::read(&secret).expect("it is another"), before);
    let inside = office.root().join("state");
    state_with(&office, "exit 0", &inside);
    std::fs::remove_file(office.root().join(".etappe/signatures")).expect("kept by none before");
    state_with(&office, "exit 0", &inside);
    assert!(!office.root().join(".etappe/signatures").exists(), "nothing is sealed with it");
}

#[test]
fn a_program_that_did_not_judge_gave_no_verdict() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    let kept = office.text(".etappe/signatures");
    for program in ["kill -9 $$", "exit 1", "exit 127", "echo 'Invalid option \"x\"' >&2; exit 255"]
    {
        let user = tempfile::tempdir().expect("a folder");
        let state = || state_with(&office, program, user.path());
        assert_eq!(state(), "unsigned", "{program}");
        assert_eq!(office.text(".etappe/signatures"), kept, "{program}: nothing is remembered");
    }
    assert_eq!(office.state(), "approved");
}

#[test]
fn a_copy_of_a_record_that_was_taken_back_approves_nothing() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    let record = office.record(MEDICAL);
    office.hub.write("approvals/NL-1/zz.toml", office.text(&record));
    office.hub.write("approvals/NL-1/zz.toml.sig", office.text(&(record.clone() + ".sig")));
    let back = format!("NL-1/{MEDICAL}-1.toml");
    office.approve("anna", "medical", &["--kind", "revocation", "--revokes", &back]).expect(0);
    assert_eq!(office.state(), "missing");
    std::fs::remove_file(office.root().join(&record)).expect("gone");
    std::fs::remove_file(office.root().join(record + ".sig")).expect("gone");
    let checked = office.ran(&["build"]).expect(1);
    assert!(checked.stderr.contains("There is no record"), "{}", checked.stderr);
}

/// A hub in which nothing can be released, for another reason.
fn block(office: &Office) {
    office.hub.write("content/faulty.md", "+++\ntitel = 'x'\n+++\n");
}

fn revoke(office: &Office, record: &str, more: &[&str]) -> Ran {
    let own = ["--kind", "revocation", "--revokes", record, "--reason", "wrong"];
    office.approve("anna", "medical", &[&own, more].concat()).expect(0)
}

#[test]
fn what_was_published_goes_with_its_own_record_whatever_was_signed_since() {
    if !can_sign() {
        return;
    }
    for is_faulty in [false, true] {
        let office = Office::open();
        office.sign();
        office.ran(&["build"]).expect(0);
        let text = office.text(PAGE);
        office.hub.write(PAGE, text.replace("slows", "stops"));
        office.commit("Another text");
        office.sign();
        office.hub.write(PAGE, text.replace("slows", "ends"));
        office.ran(&["build"]).expect(1);
        assert!(office.is_shown(), "what was signed stands, though it drifted since");
        revoke(&office, &format!("NL-1/{MEDICAL}-1.toml"), &[]);
        if is_faulty {
            std::fs::remove_file(office.root().join(office.record(MEDICAL) + ".sig"))
                .expect("gone");
        }
        let built = office.ran(&["build"]).expect(1);
        assert!(!office.is_shown(), "{}", built.stderr);
    }
}

#[test]
fn what_was_published_stays_where_its_record_stands() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.ran(&["build"]).expect(0);
    office.approve("anna", "medical", &["results"]).expect(0);
    revoke(&office, &format!("NL-1/{MEDICAL}-1.toml"), &[]);
    block(&office);
    office.ran(&["build"]).expect(1);
    assert!(office.is_shown(), "it was signed once more");
}

#[test]
fn a_revocation_with_a_fault_takes_its_page_down() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.ran(&["build"]).expect(0);
    let record = format!("kind = 'revocaton'\nrevokes = 'NL-1/{LEGAL}-1.toml'\n");
    office.hub.write("approvals/NL-1/back.toml", record);
    assert_eq!(office.state(), "missing");
    let built = office.ran(&["build"]).expect(1);
    assert!(built.stderr.contains("approval.record"), "{}", built.stderr);
    assert!(!office.is_shown());
}

#[test]
fn the_day_of_a_revocation_to_come_is_known_everywhere() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    revoke(&office, &format!("NL-1/{MEDICAL}-1.toml"), &["--valid-from", LATER]);
    let item = office.item(&[]);
    assert_eq!((&item["state"], &item["until"]), (&"approved".into(), &LATER.into()), "{item}");
    let calendar = office.ran(&["calendar", "--format", "json"]).json();
    assert!(calendar.to_string().contains(LATER), "{calendar}");
    office.ran(&["build"]).expect(0);
    // Even where all that says so is lost, the manifest keeps the day.
    std::fs::remove_dir_all(office.root().join("approvals/NL-1")).expect("gone");
    block(&office);
    office.ran(&["build"]).expect(1);
    assert!(office.is_shown());
    office.ran(&["build", "--as-of", LATER]).expect(1);
    assert!(!office.is_shown());
}

#[test]
fn a_greatest_age_of_today_takes_down_what_was_released_before() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.ran(&["build"]).expect(0);
    block(&office);
    office.ran(&["build", "--as-of", LATER]).expect(1);
    assert!(office.is_shown(), "nobody said how long it lasts");
    office.hub.edit("hub.toml", "[approval]\n", "[approval]\nmax_age = \"1 year\"\n");
    office.ran(&["build", "--as-of", LATER]).expect(1);
    assert!(!office.is_shown());
}

#[test]
fn roles_keys_and_records_have_one_calendar_that_of_the_hub() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    // Where it is another day now than in UTC: west in the morning, east later on.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let hour = now.expect("later").as_secs() / 3600 % 24;
    let zone = if hour < 11 { "Pacific/Pago_Pago" } else { "Pacific/Kiritimati" };
    let hub = office.text("hub.toml");
    office.hub.write("hub.toml", format!("{hub}\n[site]\ntime_zone = \"{zone}\"\n"));
    let report = office.ran(&["approvals", "--format", "json"]).expect(0).json();
    let today = report["as_of"].as_str().expect("a day").to_owned();
    let next = day(&today).next().expect("there is one");
    let roles = office.text("roles.toml");
    let only_today = format!("roles = ['medical']\nfrom = {today}\nuntil = {next}\n");
    office.hub.write("roles.toml", roles.replace("roles = ['medical']\n", &only_today));
    let compact = |day: &str| day.replace('-', "");
    let options = format!(
        "valid-after=\"{}\",valid-before=\"{}\"",
        compact(&today),
        compact(&next.to_string())
    );
    office.list(&[("anna", &options), ("bram", "")]);
    office.commit("For one day");
    office.sign();
    assert_eq!(office.state(), "approved", "{zone} {today}");
}

#[test]
fn a_record_with_other_line_ends_says_how_git_is_told() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    let record = office.record(MEDICAL);
    office.hub.write(&record, office.text(&record).replace('\n', "\r\n"));
    let checked = office.ran(&["check"]);
    assert!(checked.stderr.contains("approval.altered"), "{}", checked.stderr);
    assert!(checked.stderr.contains("`approvals/** -text`"), "{}", checked.stderr);
}

#[test]
fn the_texts_around_pages_are_signed_too_where_the_hub_says_so() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.hub.edit("hub.toml", "[approval]\n", "[approval]\nsite = true\n");
    office.commit("The site too");
    office.sign();
    office.ran(&["build"]).expect(0);
    assert!(!office.is_shown(), "no page that must be signed stands in texts that nobody signed");
    for (who, role) in [("anna", "medical"), ("bram", "legal")] {
        office.approve(who, role, &["@site"]).expect(0);
    }
    office.commit("Signed");
    office.ran(&["build"]).expect(0);
    assert!(office.is_shown());
    let page = office.text("public/huisartsen/possible/other/index.html");
    assert!(!page.contains("<a>Results</a>"), "{page}");
    // Other texts: nothing new is written. Taken back: the page goes.
    office.hub.edit("personas/gp.toml", "General practitioners", "Physicians");
    let built = office.ran(&["build"]).expect(1);
    assert!(built.stderr.contains("approval.drifted"), "{}", built.stderr);
    assert!(office.is_shown());
    revoke(&office, &format!("NL-1/{MEDICAL}-2.toml"), &[]);
    office.ran(&["build"]);
    assert!(!office.is_shown());
    assert!(office.root().join("public/huisartsen/possible/other/index.html").exists());
}
