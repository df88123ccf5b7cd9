//! Building again when nothing changed: nothing is read, written or rendered, and the same is said.
//! Whatever changed is noticed, and a damaged memory is none.

use std::fs::File;
use std::path::Path;

use crate::support::command::{Etappe, Ran, etappe};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree};
use etappe_base::hash::Digest;
use etappe_session::io::standing;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn hub() -> HubBuilder {
    HubBuilder::small()
        .page(
            "first.md",
            "gp",
            "awareness",
            "The first text, with [a lost link](lost.md).\n\n![A picture](picture.png)\n",
        )
        .page("below/second.md", "gp nurse", "service", "The second text.\n")
        .file("content/picture.png", "a picture")
        .file(
            "hub.toml",
            format!(
                "{}\n[checks]\n\"link.broken\" = \"warning\"\n",
                HubBuilder::small().text("hub.toml")
            ),
        )
}

fn build(hub: &HubOnDisk) -> Ran {
    etappe(hub.path(), &["build", "--as-of", TODAY]).expect(0)
}

/// Whether the next build would take the last one's word.
fn is_recalled(hub: &HubOnDisk) -> bool {
    recalled_key(hub)
        .is_some_and(|key| standing::recall(hub.path(), &hub.join("public"), key).is_some())
}

/// The question that the memory answers.
fn recalled_key(hub: &HubOnDisk) -> Option<Digest> {
    let bytes = std::fs::read(hub.join(".etappe/standing")).ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let key = text.split("\"key\":\"").nth(1)?.get(..32)?;
    serde_json::from_str(&format!("\"{key}\"")).ok()
}

#[test]
fn a_warm_build_says_what_the_one_before_said_and_writes_nothing() {
    let hub = hub().on_disk();
    build(&hub);
    assert!(is_recalled(&hub), "the first build is remembered");
    let before = Tree::read(hub.path());
    let (second, third) = (build(&hub), build(&hub));
    assert!(second.stdout.contains("up to date"), "{}", second.stdout);
    assert!(second.stderr.contains("link.broken"), "findings are printed again: {}", second.stderr);
    assert_eq!((&second.stdout, &second.stderr), (&third.stdout, &third.stderr));
    Tree::read(hub.path()).assert_same(&before, "the hub before and after");
    // What is said is what a build says that remembers nothing.
    hub.remove(".etappe/standing");
    let forgetful = build(&hub);
    assert_eq!((&forgetful.stdout, &forgetful.stderr), (&second.stdout, &second.stderr));
    // A report for programs is never taken from memory.
    let json = etappe(hub.path(), &["build", "--as-of", TODAY, "--format", "json"]).expect(0);
    assert!(json.stdout.contains("\"link.broken\""), "{}", json.stdout);
}

#[test]
fn whatever_changed_is_noticed() {
    type Change = fn(&HubOnDisk);
    let changes: &[(&str, Change)] = &[
        ("a text of the same length, with its old time", |hub| {
            let path = hub.join("content/first.md");
            let time = std::fs::metadata(&path).and_then(|data| data.modified()).expect("a time");
            hub.edit("content/first.md", "The first text", "Tke first text");
            File::options()
                .write(true)
                .open(&path)
                .and_then(|file| file.set_modified(time))
                .expect("times can be set");
        }),
        ("a new page", |hub| {
            hub.write(
                "content/below/new.md",
                "+++\ntitle = 'N'\npersonas = 'gp'\nstage = 'service'\n+++\n\nNew.\n",
            )
        }),
        ("a page that is gone", |hub| hub.remove("content/below/second.md")),
        ("a page of another name", |hub| {
            std::fs::rename(hub.join("content/first.md"), hub.join("content/other.md"))
                .expect("it can be renamed");
        }),
        ("a folder that was not there", |hub| hub.write("static/leaflet.txt", "a leaflet")),
        ("a template", |hub| hub.write("templates/page.html", "{{ page.title }}")),
        ("a card", |hub| hub.edit("personas/gp.toml", "General practitioners", "Family doctors")),
        ("an output of the same length", |hub| {
            let text = hub.read("public/robots.txt");
            hub.write("public/robots.txt", text.replace("Allow", "allow"));
        }),
        ("an output that is gone", |hub| hub.remove("public/huisartsen/index.html")),
        ("a file of somebody else among the outputs", |hub| {
            hub.write("public/huisartsen/practice/mine.txt", "mine")
        }),
        ("a memory of what was published that is gone", |hub| hub.remove(".etappe/manifest.json")),
    ];
    for (what, change) in changes {
        let hub = hub().on_disk();
        build(&hub);
        assert!(is_recalled(&hub), "before {what}");
        change(&hub);
        assert!(!is_recalled(&hub), "{what} is noticed");
    }
}

#[test]
fn another_question_is_not_answered_from_memory() {
    let hub = hub().on_disk();
    build(&hub);
    let first = recalled_key(&hub);
    etappe(hub.path(), &["build", "--as-of", "2026-11-23"]).expect(0);
    assert_ne!(recalled_key(&hub), first, "another day");
    etappe(hub.path(), &["build", "--as-of", TODAY, "--preview"]).expect(0);
    assert!(
        Tree::read(hub.path()).text("public/robots.txt").contains("Disallow"),
        "a preview is built"
    );
    build(&hub);
    assert!(
        !Tree::read(hub.path()).text("public/robots.txt").contains("Disallow"),
        "and then a release"
    );
}

#[test]
fn a_build_into_a_folder_with_files_of_others_names_them_every_time() {
    let hub = hub().on_disk();
    build(&hub);
    hub.write("public/mine.txt", "mine");
    for _ in 0..2 {
        assert!(build(&hub).stdout.contains("mine.txt"));
    }
}

#[test]
fn verify_names_every_output_that_is_not_what_a_build_from_nothing_gives() {
    let verify = |hub: &HubOnDisk| {
        Etappe::inside(hub.path()).args(["build", "--verify", "--as-of", TODAY]).run()
    };
    let hub = hub().on_disk();
    build(&hub);
    let before = Tree::read(hub.path());
    let fine = verify(&hub).expect(0);
    assert!(fine.stdout.contains("is what a build from nothing gives"), "{}", fine.stdout);
    hub.write("public/robots.txt", "User-agent: *");
    hub.remove("public/huisartsen/index.html");
    let ran = verify(&hub).expect(1);
    for line in [
        "robots.txt holds other bytes",
        "huisartsen/index.html is missing",
        "differs from a build from nothing in 2 of",
    ] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    build(&hub);
    verify(&hub).expect(0);
    Tree::read(&hub.join("public")).assert_same(&before.below("public"), "afterwards");
    // As long as it was, so that only its time tells.
    let damaged = hub.read("public/index.html").replacen('<', "x", 1);
    std::thread::sleep(std::time::Duration::from_millis(20));
    hub.write("public/index.html", &damaged);
    assert!(verify(&hub).expect(1).stdout.contains("index.html holds other bytes"));
    build(&hub);
    Tree::read(&hub.join("public"))
        .assert_same(&before.below("public"), "after some byte was another");
    hub.remove("content/below/second.md");
    assert!(
        verify(&hub)
            .expect(1)
            .stdout
            .contains("huisartsen/practice/second/index.html is left over from an earlier build")
    );
    let nothing = HubBuilder::small().page("a.md", "gp", "service", "Text.\n").on_disk();
    assert!(
        verify(&nothing).expect(1).stdout.contains("is missing"),
        "a site that was never built"
    );
    assert!(!nothing.has("public") && !nothing.has(".etappe"), "nothing is written");
}

/// What a memory becomes.
fn damaged(bytes: &[u8], at: usize, how: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = at % bytes.len();
    match how % 4 {
        0 => bytes[at] ^= 1 << (how % 8),
        1 => bytes.truncate(at),
        2 => bytes.insert(at, how),
        _ => bytes[at..].fill(0),
    }
    bytes
}

#[test]
fn a_damaged_memory_is_none() {
    let hub = hub().on_disk();
    build(&hub);
    let place = hub.join(".etappe/standing");
    let sound = std::fs::read(&place).expect("it is remembered");
    let key = recalled_key(&hub).expect("it has a key");
    let recall = |hub: &Path| standing::recall(hub, &hub.join("public"), key);
    let said = recall(hub.path()).expect("it is sound");
    let config = ProptestConfig {
        cases: 300,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(at in any::<usize>(), how in any::<u8>())| {
        let bytes = damaged(&sound, at, how);
        std::fs::write(&place, &bytes).expect("it can be written");
        prop_assert_eq!(recall(hub.path()), (bytes == sound).then(|| said.clone()));
    });
    for bytes in [&b""[..], b"etappe standing 1\n", b"etappe standing 2\n", &[0xff; 4000]] {
        std::fs::write(&place, bytes).expect("it can be written");
        assert_eq!(recall(hub.path()), None);
        assert!(build(&hub).stdout.contains("up to date"));
        assert!(is_recalled(&hub), "the next build remembers again");
    }
}
