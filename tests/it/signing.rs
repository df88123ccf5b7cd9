//! `etappe approve`: what it signs, what it refuses, and what it needs for that. With the real git
//! and the real `ssh-keygen`.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::command::{Etappe, Ran};
use crate::support::office::{LATER, MEDICAL, Office, PAGE, can_sign, ran};
use crate::support::{day, program};
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;
use etappe_compliance::signature::{Signature, SignatureCheck};
use etappe_session::io::{Disk, FileEntry, Files};
use etappe_session::{Changed, Live, Options, Revision, load};

const CLAIMS: &str =
    "[slowing]\ntext = { en = \"slows decline\", nl = \"remt\" }\nreferences = [\"one\"]\n";
const REFERENCES: &str = "@book{one, author = {Bakker, C.}, title = {Een boek}, year = {2021}}\n";
const PRODUCT: &str = "name = \"Medicine\"\n";
const FULL: &str = "+++\ntitle = 'Full'\npersonas = 'gp'\nstage = 'awareness'\nproduct = 'medicine'\n+++\n\n\
    It :claim{id=slowing}. [@one]\n\n![A curve](curve.png)\n\n::use{module=safety}\n";

/// The smallest picture: one white pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54,
    0x78, 0xda, 0x63, 0xf8, 0x0f, 0, 1, 1, 1, 0, 0x1b, 0xb6, 0xee, 0x56, 0, 0, 0, 0, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// An office with a page that is made of all that there is.
fn full() -> Office {
    let office = Office::open();
    for (path, text) in [
        ("claims/a.toml", CLAIMS),
        ("references.bib", REFERENCES),
        ("products/medicine.toml", PRODUCT),
        ("content/_defaults.toml", "kind = \"promo\"\n"),
        ("content/full.md", FULL),
        ("modules/safety.md", "+++\ntitle = 'Safety'\n+++\n\nIt is safe.\n"),
        ("modules/safety.nl.md", "+++\ntitle = 'Veilig'\n+++\n\nHet is veilig.\n"),
    ] {
        office.hub.write(path, text);
    }
    office.hub.write("content/full.nl.md", FULL.replace("Full", "Vol"));
    office.hub.write("content/curve.png", PIXEL);
    office.commit("A full page");
    office
}

fn refused(ran: Ran, words: &str) {
    let said = ran.expect(2).stderr;
    assert!(said.contains(words), "`{words}` in: {said}");
}

#[test]
fn every_part_is_signed_as_it_is_committed_or_not_at_all() {
    if !can_sign() {
        return;
    }
    let office = full();
    let signed = || office.approve("anna", "medical", &["full"]);
    let picture = [PIXEL, b"more"].concat();
    for (path, text, part) in [
        ("content/full.md", FULL.replace("safety}", "safety}\n\nMore.\n").into_bytes(), "text"),
        ("content/_defaults.toml", b"kind = \"safety\"\n".to_vec(), "front"),
        ("claims/a.toml", CLAIMS.replace("slows", "stops").into_bytes(), "claim:slowing"),
        ("references.bib", REFERENCES.replace("2021", "2022").into_bytes(), "reference:one"),
        ("products/medicine.toml", b"name = \"Drug\"\n".to_vec(), "product:medicine"),
        ("modules/safety.nl.md", b"+++\ntitle = 'x'\n+++\n\nAnders.\n".to_vec(), "module:safety"),
        ("personas/gp.toml", office_card(&office).into_bytes(), "audience"),
        ("content/curve.png", picture, "text"),
    ] {
        office.hub.write(path, text);
        let ran = signed().expect(2);
        let words = format!("`{path}` must be committed before `full` is signed");
        assert!(ran.stderr.contains(&words), "{path}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("`{part}`")), "{path}: {}", ran.stderr);
        office.git(&["checkout", "-q", "--", "."]);
    }
    // What git was told to overlook is not committed either.
    office.hub.write(".git/info/exclude", "content/curve.png\n");
    office.git(&["rm", "-q", "--cached", "content/curve.png"]);
    office.git(&["commit", "-q", "-m", "Without its picture"]);
    refused(signed(), "`content/curve.png` must be committed");
    office.git(&["revert", "--no-edit", "HEAD"]);
    // What belongs to no item may be as it is.
    office.hub.write("content/other.md", office.text("content/other.md") + "\nMore.\n");
    signed().expect(0);
    let record = office.text(&office.record(MEDICAL));
    for (part, file) in [
        ("text", "content/full.md"),
        ("front", "content/full.nl.md"),
        ("claim:slowing", "claims/a.toml"),
        ("reference:one", "references.bib"),
        ("product:medicine", "products/medicine.toml"),
        ("module:safety", "modules/safety.md"),
        ("module:safety", "modules/safety.nl.md"),
    ] {
        let blob = office.git(&["rev-parse", &format!("HEAD:{file}")]);
        let is_named = record.lines().any(|line| {
            line.starts_with(&format!("parts.\"{part}\"")) && line.contains(blob.trim())
        });
        assert!(is_named, "{part} {file} {blob} in:\n{record}");
    }
}

fn office_card(office: &Office) -> String {
    let card = office.text("personas/gp.toml");
    card.replacen("order = 1\n", "order = 1\nprofession = [\"physician\"]\n", 1)
}

#[test]
fn nothing_is_signed_that_is_made_of_what_has_an_error() {
    if !can_sign() {
        return;
    }
    let office = full();
    for (path, text) in [
        ("claims/a.toml", CLAIMS.to_owned() + "colour = 1\n"),
        ("modules/safety.md", "+++\ntitle = 'Safety'\ncolour = 1\n+++\n\nIt is safe.\n".to_owned()),
        ("content/_defaults.toml", "kind = \"promo\"\ncolour = 1\n".to_owned()),
        ("products/medicine.toml", PRODUCT.to_owned() + "colour = 1\n"),
    ] {
        office.hub.write(path, text);
        office.commit("With an error");
        let checked = office.ran(&["check"]);
        assert!(checked.stderr.contains("colour"), "{path}: {}", checked.stderr);
        let ran = office.approve("anna", "medical", &["full"]).expect(2);
        assert!(ran.stderr.contains(&format!("`{path}` has an error")), "{path}: {}", ran.stderr);
        office.git(&["revert", "--no-edit", "HEAD"]);
    }
    office.approve("anna", "medical", &["full"]).expect(0);
}

#[test]
fn what_drifted_by_one_part_is_signed_again_by_whoever_signed_it_and_for_as_long() {
    if !can_sign() {
        return;
    }
    let office = full();
    let card = office.text("personas/gp.toml");
    office.hub.write("personas/gp.toml", format!("channels = ['email']\n{card}"));
    office.hub.write("content/mine.md", FULL.replace("Full", "Mine"));
    let roles = office.text("roles.toml");
    office.hub.write("roles.toml", roles.replace("['legal']", "['legal', 'medical']"));
    office.commit("Two may sign as medical");
    let terms = ["--expires", LATER, "--channel", "web", "--channel", "email"];
    office.approve("anna", "medical", &[&["mine"], &terms[..]].concat()).expect(0);
    office.approve("bram", "medical", &["full"]).expect(0);
    office.hub.write("products/medicine.toml", "name = \"Drug\"\n");
    office.commit("Another name");
    let again = || office.approve("anna", "medical", &["--drifted-by", "product:medicine"]);
    let ran = again().expect(0);
    assert!(ran.stdout.contains("mine in en") && !ran.stdout.contains("full"), "{}", ran.stdout);
    let record = office.text(&format!("approvals/NL-1/{MEDICAL}-2.toml"));
    assert!(record.contains(&format!("expires = {LATER}\n")), "{record}");
    assert!(record.contains("channels = [\"web\", \"email\"]\n"), "{record}");
    office.commit("Signed");
    refused(again(), "nothing that `anna@pharma.example` signed as `medical` differs");
    refused(
        office.approve("anna", "medical", &["--drifted-by", "text"]),
        "differs by `text` alone",
    );
}

#[test]
fn what_is_renewed_on_different_terms_needs_terms_of_its_own() {
    if !can_sign() {
        return;
    }
    let office = full();
    office.hub.write("content/mine.md", FULL.replace("Full", "Mine"));
    office.commit("Two pages");
    office.approve("anna", "medical", &["mine", "--expires", LATER]).expect(0);
    office.approve("anna", "medical", &["full"]).expect(0);
    office.hub.write("products/medicine.toml", "name = \"Drug\"\n");
    office.commit("Another name");
    let again = ["--drifted-by", "product:medicine"];
    refused(office.approve("anna", "medical", &again), "say `--expires`");
    let ran = office.approve("anna", "medical", &[&again, &["--expires", LATER][..]].concat());
    let said = ran.expect(0).stdout;
    assert!(said.contains("mine in en") && said.contains("full in nl"), "{said}");
}

/// The state of an item in English, as the list has it.
fn state_of(office: &Office, item: &str, more: &[&str]) -> String {
    let args = [&["approvals", "--format", "json"], more].concat();
    let report = office.ran(&args).expect(0).json();
    let items = report["items"].as_array().expect("a list");
    let found = items.iter().find(|one| one["item"] == item && one["lang"] == "en");
    found.map_or("none", |one| one["state"].as_str().expect("a text")).to_owned()
}

#[test]
fn claims_and_modules_are_signed_and_listed_by_themselves() {
    if !can_sign() {
        return;
    }
    let office = full();
    for item in ["claim:slowing", "module:safety"] {
        assert_eq!(state_of(&office, item, &[]), "none", "nobody must sign it");
        let ran = office.approve("anna", "medical", &[item]).expect(0);
        assert!(ran.stdout.contains(&format!("{item} in nl")), "{}", ran.stdout);
        assert_eq!(state_of(&office, item, &[]), "approved");
    }
    office.commit("Signed");
    refused(office.approve("anna", "medical", &["claim:slow"]), "did you mean `claim:slowing`?");
    refused(office.approve("anna", "medical", &["module:x"]), "there is no item `module:x`");
    refused(office.approve("anna", "medical", &["@site"]), "`[approval] site = true`");
    office.hub.write("claims/a.toml", CLAIMS.replace("slows", "stops"));
    office.hub.write(
        "modules/safety.md",
        "+++\ntitle = 'Safety'\nexpires = 2030-01-01\n+++\n\nIt is not.\n",
    );
    assert_eq!(state_of(&office, "claim:slowing", &[]), "drifted");
    assert_eq!(state_of(&office, "module:safety", &[]), "drifted");
    let built = office.ran(&["build"]).expect(0);
    assert!(!built.stderr.contains("approval.drifted"), "no page waits for it: {}", built.stderr);
}

#[test]
fn an_approval_ends_with_what_its_page_uses() {
    if !can_sign() {
        return;
    }
    let office = full();
    office.hub.write("claims/a.toml", CLAIMS.to_owned() + "expires = 2040-01-01\n");
    office.commit("A claim that ends");
    for (who, role) in [("anna", "medical"), ("bram", "legal")] {
        office.approve(who, role, &["full"]).expect(0);
    }
    office.approve("anna", "medical", &["claim:slowing"]).expect(0);
    for item in ["full", "claim:slowing"] {
        assert_eq!(state_of(&office, item, &["--as-of", "2039-12-31"]), "approved", "{item}");
        assert_eq!(state_of(&office, item, &["--as-of", "2040-01-01"]), "expired", "{item}");
    }
    let expiring = ["approvals", "--as-of", "2039-12-01", "--fail-on", "expiring:60d"];
    office.ran(&expiring).expect(1);
    let text = office.ran(&["approvals", "--as-of", "2040-01-01"]).expect(0).stdout;
    assert!(text.contains("what it uses ended on 2040-01-01"), "{text}");
}

#[test]
fn no_record_is_written_that_would_do_harm() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    let own = format!("NL-1/{MEDICAL}-1.toml");
    let back = ["--kind", "revocation", "--revokes"];
    let cases: [(&[&str], &str); 9] = [
        (
            &["results", "--supersedes", "NL-1/nobody-1.toml"],
            "there is no record `NL-1/nobody-1.toml`",
        ),
        (&["other", "--supersedes", &own], "signs nothing of this as `medical`"),
        (&[back[0], back[1], back[2], "NL-1/nobody-1.toml"], "there is no record"),
        (
            &[back[0], back[1], back[2], "NL-1/legal-bram-jansen-1.toml"],
            "can be taken back by `bram",
        ),
        (&["results", "--channel", "webb"], "there is no channel `webb`; did you mean `web`?"),
        (&["results", "--expires", "2020-01-01"], "counts on no day"),
        (&["results", "--valid-from", LATER, "--expires", LATER], "counts on no day"),
        (&["results", "--code", "con"], "Windows has a device of that name"),
        (&["results", "--code", "a:b"], "`:` is in it"),
    ];
    for (args, words) in cases {
        let key = office.key("anna");
        let mut all = vec!["approve", "--role", "medical", "--signer", "anna@pharma.example"];
        all.extend(["--key", key.to_str().expect("plain")]);
        if !args.contains(&"--code") {
            all.extend(["--code", "NL-1"]);
        }
        all.extend(args);
        refused(office.ran(&all), words);
    }
    assert_eq!(office.git(&["status", "--porcelain"]), "", "nothing was written");
    let ran = office.approve("anna", "medical", &[&back[..], &[&own]].concat()).expect(0);
    assert!(ran.stdout.contains(&format!("approvals/{own} is taken back")), "{}", ran.stdout);
    let again = format!("NL-1/{MEDICAL}-2.toml");
    refused(
        office.approve("anna", "medical", &[&back[..], &[&again]].concat()),
        "cannot be taken back itself",
    );
}

#[test]
fn git_is_told_to_leave_records_alone() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    let ran = office.approve("anna", "medical", &["results"]).expect(0);
    assert!(!ran.stdout.contains(".gitattributes"), "it knows: {}", ran.stdout);
    office.hub.write(".gitattributes", "*.md text");
    office.commit("It was told otherwise");
    let ran = office.approve("bram", "legal", &["results"]).expect(0);
    assert!(ran.stdout.contains("into .gitattributes"), "{}", ran.stdout);
    assert_eq!(office.text(".gitattributes"), "*.md text\napprovals/** -text\n");
    std::fs::remove_file(office.root().join(".gitattributes")).expect("gone");
    office.approve("bram", "legal", &["results"]).expect(0);
    assert_eq!(office.text(".gitattributes"), "approvals/** -text\n");
}

#[test]
fn two_who_sign_at_once_write_two_records() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    let signed = std::thread::scope(|scope| {
        let one = || office.approve("anna", "medical", &["results"]).expect(0);
        let all: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|one| one.join().expect("it ends")).collect::<Vec<Ran>>()
    });
    let names: std::collections::BTreeSet<&str> =
        signed.iter().map(|ran| ran.stdout.lines().next().expect("a line")).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    office.approve("bram", "legal", &["results"]).expect(0);
    assert_eq!(office.state(), "approved");
    for number in 1..=4 {
        let path = format!("approvals/NL-1/{MEDICAL}-{number}.toml.sig");
        assert!(office.root().join(&path).exists(), "{path}");
    }
}

/// A folder with the named programs of this system alone.
fn only(programs: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for program in programs {
        let found = ran(Command::new("sh").args(["-c", &format!("command -v {program}")]));
        std::os::unix::fs::symlink(found.trim(), folder.path().join(program)).expect("linked");
    }
    folder
}

#[test]
fn what_git_and_ssh_keygen_do_not_do_is_said_in_their_own_words() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    let key = office.key("anna");
    let args = ["approve", "results", "--role", "medical", "--code", "NL-1"];
    let who = ["--signer", "anna@pharma.example", "--key", key.to_str().expect("plain")];
    let run = |env: (&str, &str)| {
        Etappe::inside(office.root()).env(env.0, env.1).args(args).args(who).run()
    };
    let no_git = only(&["ssh-keygen"]);
    let said = run(("PATH", no_git.path().to_str().expect("plain"))).expect(3).stderr;
    assert!(said.contains("cannot run `git`"), "{said}");
    let no_keygen = only(&["git"]);
    let said = run(("PATH", no_keygen.path().to_str().expect("plain"))).expect(3).stderr;
    assert!(said.contains("`ssh-keygen` is not found"), "{said}");
    let said = run(("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")).expect(2).stderr;
    assert!(said.contains("git says: ") && said.contains("dubious ownership"), "{said}");
    assert!(!office.root().join("approvals/NL-1").exists(), "nothing was written");
}

#[test]
fn a_shallow_clone_is_signed_and_judged_as_any_other() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.hub.write("content/alone.md", office.text("content/alone.md") + "\nMore.\n");
    office.commit("Something else");
    let place = tempfile::tempdir().expect("a folder");
    let clone = place.path().join("clone");
    let from = format!("file://{}", office.root().display());
    ran(Command::new("git").args(["clone", "-q", "--depth", "1", &from]).arg(&clone));
    let list =
        Etappe::inside(&clone).args(["approvals", "--format", "json"]).run().expect(0).json();
    assert_eq!(list["items"][0]["state"], "approved");
    let key = office.key("anna");
    let signed = Etappe::inside(&clone)
        .args(["approve", "results", "--role", "medical", "--code", "NL-1", "--signer"])
        .args(["anna@pharma.example", "--key", key.to_str().expect("plain")])
        .run()
        .expect(0);
    assert!(signed.stdout.contains(&format!("{MEDICAL}-2.toml")), "{}", signed.stdout);
}

#[test]
fn a_record_keeps_to_its_page_when_that_is_moved_by_hand() {
    if !can_sign() {
        return;
    }
    let office = Office::open();
    office.sign();
    office.git(&["mv", PAGE, "content/outcome.md"]);
    let checked = office.ran(&["check"]);
    let words = "`content/outcome.md` has that text now: write `id = \"results\"`";
    assert!(checked.stderr.replace('\n', " ").contains(words), "{}", checked.stderr);
    let text = office.text("content/outcome.md");
    office.hub.write("content/outcome.md", text.replacen("+++\n", "+++\nid = 'results'\n", 1));
    assert_eq!(office.state(), "approved");
}

#[test]
fn a_page_is_signed_for_its_markets_and_in_the_language_of_none_by_nobody() {
    if !can_sign() {
        return;
    }
    let office = full();
    let hub = office.text("hub.toml");
    let markets =
        ["uk", "ie"].map(|id| format!("\n[[markets]]\nid = \"{id}\"\nlanguages = [\"en\"]\n"));
    office.hub.write("hub.toml", hub + &markets.concat());
    office.commit("Two markets, and none for Dutch");
    refused(office.approve("anna", "medical", &["full"]), "say `--all-markets`");
    refused(office.approve("anna", "medical", &["full", "--market", "nl"]), "is not for `nl`");
    refused(office.approve("anna", "medical", &["full", "--lang", "nl"]), "no market has `nl`");
    let said = office.approve("anna", "medical", &["full", "--all-markets"]).expect(0).stdout;
    for words in ["2 items", "full in en for uk", "full in en for ie"] {
        assert!(said.contains(words), "{said}");
    }
    let said = office.approve("anna", "medical", &["claim:slowing", "--market", "ie"]).expect(0);
    assert!(said.stdout.contains("claim:slowing in en for ie"), "{}", said.stdout);
}

/// The files of a hub, and which of them were read.
struct Watched {
    disk: Disk,
    read: Mutex<Vec<String>>,
}

impl Files for Watched {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        self.disk.list()
    }

    fn read(&self, path: &HubPath) -> std::io::Result<Vec<u8>> {
        self.read.lock().expect("no panic").push(path.to_string());
        self.disk.read(path)
    }

    fn verify(&self, checks: &[SignatureCheck<'_>]) -> Vec<Signature> {
        self.disk.verify(checks)
    }
}

#[test]
fn a_kept_hub_works_out_only_digests_of_what_changed() {
    if !can_sign() {
        return;
    }
    let office = full();
    office.hub.write("content/other.md", office.text("content/other.md") + "\n[Full](full.md)\n");
    office.hub.write("content/full.md", FULL.to_owned() + "\n[Other](other.md)\n");
    office.commit("With links");
    for (who, role) in [("anna", "medical"), ("bram", "legal")] {
        office.approve(who, role, &["full", "results"]).expect(0);
    }
    let watched =
        Arc::new(Watched { disk: Disk::new(office.root()), read: Mutex::new(Vec::new()) });
    let today = office.ran(&["approvals", "--format", "json"]).json();
    let today = day(today["as_of"].as_str().expect("a day"));
    let files: Arc<dyn Files> = Arc::clone(&watched) as Arc<dyn Files>;
    let mut live = Live::open(Arc::clone(&files), Options::on(program(), today));
    let state = |revision: &Revision, file: &str| {
        let hub = revision.hub().expect("a hub");
        let doc = hub.find_doc(&HubPath::new(file).expect("a path")).expect("the page");
        hub.doc(doc).standing.as_ref().map(|standing| standing.state.name())
    };
    let mut change = |path: &str, text: &[u8]| {
        let before = std::fs::read(office.root().join(path)).expect("there");
        office.hub.write(path, text);
        watched.read.lock().expect("no panic").clear();
        let paths: BTreeSet<HubPath> = [HubPath::new(path).expect("a path")].into();
        let revision = live.refresh(&Changed::Paths(paths.clone()));
        let read = watched.read.lock().expect("no panic").clone();
        let states = ["content/full.md", "content/full.nl.md", PAGE];
        let states = states.map(|file| state(&revision, file).expect("it must be signed"));
        let clean = load(&*files, &Options::on(program(), today));
        for (at, file) in ["content/full.md", "content/full.nl.md", PAGE].into_iter().enumerate() {
            assert_eq!(Some(states[at]), state(&clean, file), "{path}: as from nothing");
        }
        office.hub.write(path, before);
        live.refresh(&Changed::Paths(paths));
        (states, read)
    };
    let (approved, drifted) = ("approved", "drifted");
    let other = office.text("content/other.md");
    let (states, read) = change("content/other.md", (other.clone() + "\nMore.\n").as_bytes());
    assert_eq!(states, [approved; 3]);
    assert!(!read.iter().any(|path| path == PAGE), "{read:?}");
    let with_id = other.replacen("+++\n", "+++\nid = 'another'\n", 1);
    for (path, text, expected) in [
        ("content/other.md", with_id.into_bytes(), [drifted, approved, approved]),
        ("content/full.md", FULL.into(), [drifted, approved, approved]),
        ("content/curve.png", [PIXEL, b"x"].concat(), [drifted, drifted, approved]),
        ("claims/a.toml", CLAIMS.replace("slows", "stops").into(), [drifted, approved, approved]),
        ("references.bib", REFERENCES.replace("2021", "2022").into(), [drifted, drifted, approved]),
        ("products/medicine.toml", b"name = \"Drug\"\n".to_vec(), [drifted, drifted, approved]),
        (
            "modules/safety.nl.md",
            b"+++\ntitle = 'x'\n+++\n\nAnders.\n".to_vec(),
            [approved, drifted, approved],
        ),
        ("content/_defaults.toml", b"kind = \"safety\"\n".to_vec(), [drifted, drifted, approved]),
    ] {
        assert_eq!(change(path, &text).0, expected, "{path}");
        assert_eq!(change("content/other.md", other.as_bytes()).0, [approved; 3], "{path}: back");
    }
}
