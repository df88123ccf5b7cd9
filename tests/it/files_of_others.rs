//! What is not ours stays as it is, whatever a manifest says; what is ours is replaced or removed,
//! whatever others made of it.

#[cfg(unix)]
use std::os::unix::fs::symlink;

use crate::support::command::{Etappe, Ran};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree};
use etappe_base::hash::{Checksum, Digest};
use etappe_base::path::OutPath;
use etappe_session::io::manifest::{Manifest, WrittenOutput};
use etappe_site::kinds::Role;

fn hub() -> HubBuilder {
    HubBuilder::small()
        .page("first.md", "gp", "awareness", "The first text.\n\n![A picture](first.png)\n")
        .page("second.md", "gp nurse", "service", "The second text.\n")
        .file("content/first.png", "a picture")
        .file("static/leaflet.txt", "a leaflet")
}

fn built() -> HubOnDisk {
    let hub = hub().on_disk();
    build(&hub, &[]).expect(0);
    hub
}

fn build(hub: &HubOnDisk, args: &[&str]) -> Ran {
    Etappe::inside(hub.path()).args(["build", "--as-of", TODAY]).args(args).run()
}

const PAGE: &str = "huisartsen/possible/first/index.html";

#[test]
fn what_the_hub_gives_out_is_set_right_whatever_others_made_of_it_and_that_is_said() {
    let hub = built();
    let expected = hub.tree("public");
    hub.write(&format!("public/{PAGE}"), "changed by hand");
    let ran = build(&hub, &[]).expect(0);
    assert!(
        ran.stdout.contains(&format!(
            "changed these since they were written; they are set right or deleted: {PAGE}"
        )),
        "{}",
        ran.stdout
    );
    hub.tree("public").assert_same(&expected, "afterwards");
}

#[test]
fn what_a_page_had_that_is_taken_down_is_removed_whatever_others_made_of_it() {
    for (what, line) in [("expired", "expires = 2026-11-01"), ("a draft", "status = 'draft'")] {
        let hub =
            hub().edited("content/first.md", "stage = ", "aliases = ['old']\nstage = ").on_disk();
        build(&hub, &[]).expect(0);
        let media = hub
            .tree("public")
            .paths()
            .iter()
            .find(|path| path.contains("/media/"))
            .map(|path| (*path).to_owned());
        let own = [
            PAGE.to_owned(),
            "huisartsen/old/index.html".to_owned(),
            media.expect("the picture is published"),
        ];
        own.iter().for_each(|path| hub.write(&format!("public/{path}"), "changed by hand"));
        hub.edit("content/first.md", "stage = ", &format!("{line}\nstage = "));
        let ran = build(&hub, &[]).expect(0);
        for path in &own {
            assert!(!hub.has(&format!("public/{path}")), "{what}: {path} is gone");
            assert!(ran.stdout.contains(path), "{what}: {path} is said: {}", ran.stdout);
        }
    }
}

#[test]
fn any_other_file_is_deleted_only_as_it_was_written() {
    let hub = built();
    hub.write("public/leaflet.txt", "changed by hand");
    hub.remove("static/leaflet.txt");
    for _ in 0..2 {
        let ran = build(&hub, &[]).expect(0);
        assert!(ran.stdout.contains("somebody changed them: leaflet.txt"), "{}", ran.stdout);
        assert_eq!(hub.read("public/leaflet.txt"), "changed by hand");
    }
    let verify = Etappe::inside(hub.path()).args(["build", "--verify", "--as-of", TODAY]).run();
    assert!(
        verify.code == 1
            && verify.stdout.contains("leaflet.txt is left over")
            && verify.stdout.contains("no build sets that right")
    );
    hub.write("public/leaflet.txt", "a leaflet");
    build(&hub, &[]).expect(0);
    assert!(!hub.has("public/leaflet.txt"), "as it was written, it is deleted");
}

#[test]
fn an_output_takes_the_place_of_no_file_that_no_build_wrote() {
    let hub = built();
    hub.write("public/new.txt", "mine");
    hub.write("public/huisartsen/practice/new/index.html", "mine too");
    hub.write("static/new.txt", "theirs");
    hub.write(
        "content/new.md",
        "+++\ntitle = 'New'\npersonas = 'gp'\nstage = 'service'\n+++\n\nText.\n",
    );
    hub.edit("content/second.md", "The second text.", "Changed.");
    let before = hub.tree("public");
    let ran = build(&hub, &[]).expect(2);
    for path in ["new.txt", "huisartsen/practice/new/index.html", "--adopt"] {
        assert!(ran.stderr.contains(path), "{path}: {}", ran.stderr);
    }
    hub.tree("public").assert_same(&before, "nothing is moved");
    build(&hub, &["--adopt"]).expect(0);
    assert_eq!(hub.read("public/new.txt"), "theirs");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_deleted_through_a_link() {
    let elsewhere = HubOnDisk::empty();
    let hub = built();
    let moved = elsewhere.join("practice");
    std::fs::rename(hub.join("public/huisartsen/practice"), &moved).expect("it can be moved");
    symlink(&moved, hub.join("public/huisartsen/practice")).expect("a link");
    let before = Tree::read(elsewhere.path());
    hub.edit("content/second.md", "The second text.", "Changed.");
    let ran = build(&hub, &[]);
    assert!(
        ran.code == 3 && ran.stderr.contains("huisartsen/practice"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    Tree::read(elsewhere.path())
        .assert_same(&before, "what stands behind the link, after writing was refused");
    hub.edit("content/second.md", "['gp', 'nurse']", "'nurse'");
    hub.edit("content/second.md", "stage = 'service'", "stage = 'awareness'");
    build(&hub, &[]);
    Tree::read(elsewhere.path()).assert_same(&before, "and after nothing was left to write there");
}

/// A manifest that says of every file in the folder that a build wrote it, with the right digest.
fn claim_everything(hub: &HubOnDisk, paths: &[&str]) {
    let memory = hub.join(".etappe/manifest.json");
    let mut manifest = Manifest::load(&memory, &hub.join("public")).expect("it was built");
    for path in paths {
        let Some(path) = OutPath::new(path) else { continue };
        let bytes = std::fs::read(hub.join("public").join(path.as_str())).unwrap_or_default();
        let written = WrittenOutput {
            size: bytes.len() as u64,
            key: Digest::default(),
            checksum: Checksum::of(&bytes),
            role: Role::Page,
            sources: Vec::new(),
            of: Vec::new(),
            expires: None,
            stamp: None,
        };
        manifest.outputs.insert(path, written);
    }
    manifest.save(&memory).expect("it can be written");
}

#[cfg(unix)]
#[test]
fn a_hostile_manifest_deletes_nothing_that_is_hidden_or_behind_a_link() {
    let hub = built();
    let elsewhere = HubOnDisk::empty();
    elsewhere.write("secret.txt", "of others");
    symlink(elsewhere.path(), hub.join("public/linked")).expect("a link");
    let paths =
        [".git/config", ".git/objects/aa/bb", "huisartsen/.ssh/key", ".well-known/.git/config"];
    paths.iter().for_each(|path| hub.write(&format!("public/{path}"), "of others"));
    let all = [
        "linked/secret.txt",
        ".git/config",
        ".git/objects/aa/bb",
        "huisartsen/.ssh/key",
        ".well-known/.git/config",
    ];
    claim_everything(&hub, &all);
    build(&hub, &[]).expect(0);
    for path in paths {
        assert_eq!(hub.read(&format!("public/{path}")), "of others", "{path}");
    }
    assert_eq!(elsewhere.read("secret.txt"), "of others");
}

#[test]
fn a_manifest_that_was_tampered_with_is_none() {
    let hub = built();
    let text = hub.read(".etappe/manifest.json");
    hub.write("public/precious.txt", "of others");
    hub.write(".etappe/manifest.json", text.replacen("leaflet.txt", "precious.txt", 1));
    build(&hub, &[]).expect(2);
    build(&hub, &["--adopt"]).expect(0);
    assert_eq!(hub.read("public/precious.txt"), "of others");
}

#[test]
fn a_manifest_of_an_earlier_program_still_says_what_is_ours() {
    let hub = built();
    let manifest = Manifest::load(&hub.join(".etappe/manifest.json"), &hub.join("public"))
        .expect("it was built");
    let entry = |(path, written): (&OutPath, &WrittenOutput)| {
        let sources: Vec<String> =
            written.sources.iter().map(|file| format!("\"{file}\"")).collect();
        format!(
            "\"{path}\":{{\"size\":{},\"key\":\"{}\",\"sources\":[{}]}}",
            written.size,
            "0".repeat(32),
            sources.join(",")
        )
    };
    let outputs: Vec<String> = manifest.outputs.iter().map(entry).collect();
    std::fs::remove_dir_all(hub.join(".etappe")).expect("it is there");
    hub.write(
        ".etappe/manifest.json",
        format!("{{\"version\":1,\"outputs\":{{{}}}}}\n", outputs.join(",")),
    );
    hub.remove("content/first.md");
    let ran = build(&hub, &[]).expect(0);
    assert!(
        !hub.has(&format!("public/{PAGE}")) && !ran.stdout.contains("Left as they are"),
        "{}",
        ran.stdout
    );
}

#[cfg(unix)]
#[test]
fn a_site_built_through_a_link_is_the_one_behind_it() {
    let hub = built();
    let elsewhere = HubOnDisk::empty();
    std::fs::create_dir(elsewhere.join("site")).expect("a folder");
    symlink(elsewhere.join("site"), hub.join("link")).expect("a link");
    for args in [&["--out", "link"][..], &["--out", "link", "--swap"], &["--out", "link"]] {
        build(&hub, args).expect(0);
        assert!(hub.join("link").is_symlink(), "the link stays");
        elsewhere.tree("site").assert_same(&hub.tree("public"), "the site behind the link");
        hub.edit("content/second.md", "text", "text, longer");
        build(&hub, &[]).expect(0);
        build(&hub, &["--out", "link"]).expect(0);
    }
    symlink(elsewhere.join("nowhere"), hub.join("lost")).expect("a link");
    let ran = build(&hub, &["--out", "lost"]).expect(2);
    assert!(ran.stderr.contains("a link that leads nowhere"), "{}", ran.stderr);
}

#[test]
fn what_is_no_place_for_sites_is_refused() {
    let hub = hub().on_disk();
    std::fs::create_dir_all(hub.join("repository/.git")).expect("folders");
    for out in ["repository/.git", "repository/.git/site", "/", "."] {
        let ran = build(&hub, &["--out", out]).expect(2);
        assert!(ran.stderr.contains("error: `"), "{out}: {}", ran.stderr);
    }
    let home = Etappe::inside(hub.path())
        .env("HOME", hub.join("repository").to_str().expect("a plain path"));
    let ran = home.args(["build", "--as-of", TODAY, "--out", "repository"]).run();
    assert!(
        ran.code == 2 && ran.stderr.contains("no folder for the sites alone"),
        "{}",
        ran.stderr
    );
    // A working tree for the sites alone is fine, and stays one.
    hub.write("repository/.git/config", "of others");
    build(&hub, &["--out", "repository"]).expect(0);
    build(&hub, &["--out", "repository", "--swap"]).expect(0);
    assert_eq!(hub.read("repository/.git/config"), "of others");
}

#[test]
fn verify_names_pages_of_others_and_what_hub_toml_expects_is_silent() {
    let hub = built();
    let verify = || Etappe::inside(hub.path()).args(["build", "--verify", "--as-of", TODAY]).run();
    hub.write("public/CNAME", "hub.example");
    verify().expect(0);
    for path in ["old.html", "huisartsen/old.XML", "data/old.json"] {
        hub.write(&format!("public/{path}"), "of others");
        let ran = verify().expect(1);
        assert!(
            ran.stdout.contains(&format!("{path} is a file that no build wrote")),
            "{}",
            ran.stdout
        );
        assert!(ran.stdout.contains("no build sets that right"), "{}", ran.stdout);
        std::fs::remove_file(hub.join(&format!("public/{path}"))).expect("it is there");
    }
    hub.write("public/google123.html", "of others");
    assert!(build(&hub, &[]).expect(0).stdout.contains("CNAME, google123.html"));
    let toml = hub.read("hub.toml");
    hub.write("hub.toml", format!("{toml}\n[build]\nforeign = [\"CNAME\", \"google*.html\"]\n"));
    assert!(!build(&hub, &[]).expect(0).stdout.contains("CNAME"));
    verify().expect(0);
}

#[test]
fn what_verify_says_that_a_build_mends_a_build_mends() {
    let hub = built();
    let verify = || Etappe::inside(hub.path()).args(["build", "--verify", "--as-of", TODAY]).run();
    // The manifest, the stamps and the folder agree on what is no output of this hub.
    let memory = hub.join(".etappe/manifest.json");
    hub.write(&format!("public/{PAGE}"), "not what is made");
    let mut manifest = Manifest::load(&memory, &hub.join("public")).expect("it was built");
    let written =
        manifest.outputs.get_mut(&OutPath::new(PAGE).expect("a path")).expect("it is an output");
    (written.size, written.checksum) = (16, Checksum::of(b"not what is made"));
    manifest.save(&memory).expect("it can be written");
    let ran = verify().expect(1);
    assert!(ran.stdout.contains("`etappe build` sets it right"), "{}", ran.stdout);
    build(&hub, &[]).expect(0);
    verify().expect(0);
    std::fs::remove_dir_all(hub.join(".etappe")).expect("it is there");
    hub.write("public/robots.txt", "of others");
    let ran = verify().expect(1);
    assert!(ran.stdout.contains("robots.txt is an output's place"), "{}", ran.stdout);
    build(&hub, &["--adopt"]).expect(0);
    verify().expect(0);
}
