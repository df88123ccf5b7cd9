//! What is never published: secrets and links out of their folder, by every name, in every place,
//! by every way to a reader.

#[cfg(unix)]
use std::os::unix::fs::symlink;
use std::sync::Arc;

use crate::support::command::etappe;
use crate::support::preview::Running;
use crate::support::shared::Shared;
use crate::support::{HubBuilder, HubOnDisk, Loaded, TODAY, day, program};
use etappe_base::path::HubPath;
use etappe_session::io::{Disk, Files};
use etappe_session::{Changed, Live, Options, Revision};

const MARK: &str = "MARK-3f9c";
const KEY: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\nMARK-3f9c\n";

/// Names of files that are withheld with a word, and what they hold.
const SECRETS: &[(&str, &str)] = &[
    (".env", MARK),
    (".ENV.local", MARK),
    (".envrc", MARK),
    ("server.pem", MARK),
    ("SERVER.PEM", MARK),
    ("tls.key", MARK),
    ("tls.p12", MARK),
    ("tls.PFX", MARK),
    ("id_rsa", KEY),
    ("ID_ED25519", KEY),
    ("id_deploy.txt", KEY),
    ("id_putty.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\nMARK-3f9c\n"),
    (".htpasswd", MARK),
    (".git/config", MARK),
    (".aws/credentials", MARK),
    ("a/.npmrc", MARK),
    ("a/b/deep.pem", MARK),
];

/// Names of files that are withheld without a word.
const LITTER: &[&str] = &[
    "._photo.jpg",
    "__MACOSX/photo.jpg",
    "~$report.docx",
    "Thumbs.db",
    "THUMBS.DB",
    ".DS_Store",
    "desktop.ini",
    "a/._b",
];

/// Names of files that are published.
const PUBLIC: &[&str] = &[
    "id_card.svg",
    "id_rsa.pub",
    "keys.txt",
    "env",
    "a.pem.txt",
    "certificate.crt",
    "x/robots.txt",
];

const FOLDERS: &[&str] = &["static", "content", "content/service", "templates/assets"];

fn hub() -> HubBuilder {
    HubBuilder::small().page("service/a.md", "gp", "service", "Text.\n")
}

fn secrets(loaded: &Loaded) -> Vec<String> {
    let secret = loaded.findings().iter().filter(|finding| finding.code.id == "file.secret");
    secret.map(|finding| finding.place.as_ref().expect("a place").file.to_string()).collect()
}

#[test]
fn every_secret_in_every_place_is_withheld_with_a_word() {
    for folder in FOLDERS {
        let mut hub = hub();
        for (at, (name, bytes)) in SECRETS.iter().enumerate() {
            let path = format!("{folder}/{name}");
            // A page links to it in every way.
            let link = format!("/{}", path.split_once('/').expect("a folder").1);
            let text = format!(
                "[a]({link}) ![b](<{link}>) <img src=\"{link}\" alt=\"\" srcset=\"{link} 2x\"> <a href='{link}'>c</a>\n"
            );
            hub =
                hub.file(&path, *bytes).page(&format!("service/p{at}.md"), "gp", "service", &text);
        }
        let loaded = hub.load();
        let said = secrets(&loaded);
        for (name, _) in SECRETS {
            let path = format!("{folder}/{name}");
            assert_eq!(
                said.iter()
                    .filter(|said| path == **said || path.starts_with(&format!("{said}/")))
                    .count(),
                1,
                "{path}: {said:?}"
            );
        }
        assert_eq!(said.len(), SECRETS.len(), "{folder}: {said:?}");
        assert_eq!(loaded.tree().holding(MARK), [""; 0], "{folder}");
        let misled = loaded.lines().into_iter().find(|line| line.contains("There is no"));
        assert_eq!(misled, None, "it is there, and is not to be looked for");
    }
}

#[test]
fn a_disk_and_a_memory_withhold_the_same() {
    let mut all = hub();
    for folder in FOLDERS {
        for (name, bytes) in SECRETS {
            all = all.file(&format!("{folder}/{name}"), *bytes);
        }
        for name in LITTER.iter().chain(PUBLIC) {
            all = all.file(&format!("{folder}/{name}"), *name);
        }
    }
    let folder = all.on_disk();
    let (disk, memory) = (HubBuilder::empty().load_from(&Disk::new(folder.path())), all.load());
    assert_eq!(disk.all_lines(), memory.all_lines());
    disk.tree().assert_same(&memory.tree(), "from disk and from memory");
}

#[test]
fn what_systems_strew_about_is_withheld_without_a_word() {
    for folder in FOLDERS {
        for name in LITTER {
            let loaded = hub().file(&format!("{folder}/{name}"), MARK).load();
            assert_eq!(loaded.all_lines(), hub().load().all_lines(), "{folder}/{name}");
            loaded.tree().assert_same(&hub().load().tree(), name);
        }
    }
}

#[test]
fn names_that_come_close_are_published() {
    let hub = PUBLIC.iter().fold(hub(), |hub, name| hub.file(&format!("static/{name}"), *name));
    let tree = hub.tree();
    for name in PUBLIC {
        assert!(tree.has(name), "{name}");
    }
}

/// A file outside of the hub, and in the hub what links could lead to.
#[cfg(unix)]
fn with_grounds() -> (tempfile::TempDir, HubOnDisk) {
    let outside = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(outside.path().join("o.txt"), MARK).expect("it can be written");
    let draft = format!(
        "+++\ntitle = 'Draft'\npersonas = 'gp'\nstage = 'service'\nstatus = 'draft'\n+++\n\n{MARK}\n"
    );
    let folder = hub()
        .file("content/service/draft.md", draft)
        .file("content/service/beside.txt", MARK)
        .file("static/real/fine.txt", "fine")
        .file("static/.git/config", MARK)
        .file("static/server.pem", MARK)
        .file("static/id_rsa", KEY)
        .file("notes/private.txt", MARK)
        .on_disk();
    symlink(folder.join("static"), outside.path().join("back")).expect("a link");
    (outside, folder)
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_its_folder_on_any_step_is_a_finding_and_publishes_nothing() {
    let (outside, folder) = with_grounds();
    let out = outside.path().to_str().expect("text").to_owned();
    let root = folder.path().to_str().expect("text").to_owned();
    for (target, code) in [
        (format!("{out}/o.txt"), "file.symlink"),
        (out.clone(), "file.symlink"),
        (format!("{out}/back/real/fine.txt"), "file.symlink"),
        ("../content/service/draft.md".to_owned(), "file.symlink"),
        ("../content/service".to_owned(), "file.symlink"),
        (format!("{root}/content/service/beside.txt"), "file.symlink"),
        (format!("{root}/static/../notes/private.txt"), "file.symlink"),
        ("../notes".to_owned(), "file.symlink"),
        ("../personas/gp.toml".to_owned(), "file.symlink"),
        ("../hub.toml".to_owned(), "file.symlink"),
        ("real/../../notes/private.txt".to_owned(), "file.symlink"),
        (".git/config".to_owned(), "file.symlink"),
        (".git".to_owned(), "file.symlink"),
        ("..".to_owned(), "file.symlink"),
        (".".to_owned(), "file.symlink"),
        ("one".to_owned(), "file.symlink"),
        ("nothing".to_owned(), "file.symlink"),
        ("/dev/zero".to_owned(), "file.symlink"),
        ("server.pem".to_owned(), "file.secret"),
        ("id_rsa".to_owned(), "file.secret"),
    ] {
        // By itself; by a link to it; by a link to its folder.
        symlink(&target, folder.join("static/one")).expect("a link");
        symlink("../one", folder.join("static/real/two")).expect("a link");
        symlink("real", folder.join("static/three")).expect("a link");
        let loaded = HubBuilder::empty().load_from(&Disk::new(folder.path()));
        let found: Vec<_> =
            loaded.findings().iter().filter(|finding| finding.code.id == code).collect();
        for path in ["static/one", "static/real/two"] {
            let is_said = found.iter().any(|finding| {
                finding.place.as_ref().is_some_and(|place| place.file.as_str() == path)
            });
            assert!(is_said, "{path} -> {target}: {:#?}", loaded.lines());
        }
        let tree = loaded.tree();
        assert_eq!(tree.holding(MARK), [""; 0], "{target}");
        assert!(
            tree.has("three/fine.txt") && tree.has("real/fine.txt"),
            "{target}: the rest is published"
        );
        for link in ["static/one", "static/real/two", "static/three"] {
            folder.remove(link);
        }
    }
}

#[cfg(unix)]
#[test]
fn links_within_a_folder_are_followed_in_each() {
    let (_outside, folder) = with_grounds();
    let root = folder.path().to_str().expect("text").to_owned();
    for target in
        ["real/fine.txt", "./real/../real/fine.txt", &format!("{root}/static/real/fine.txt")]
    {
        symlink(target, folder.join("static/link.txt")).expect("a link");
        symlink("link.txt", folder.join("static/again.txt")).expect("a link");
        let tree = HubBuilder::empty().load_from(&Disk::new(folder.path())).tree();
        assert_eq!([tree.text("link.txt"), tree.text("again.txt")], ["fine"; 2], "{target}");
        folder.remove("static/link.txt");
        folder.remove("static/again.txt");
    }
    symlink("beside.txt", folder.join("content/service/same.txt")).expect("a link");
    folder.write(
        "content/service/a.md",
        "+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++\n\n[x](same.txt)\n",
    );
    let loaded = HubBuilder::empty().load_from(&Disk::new(folder.path()));
    assert!(
        loaded.tree().paths().iter().any(|path| path.starts_with("huisartsen/media/same.")),
        "{:#?}",
        loaded.lines()
    );
}

#[cfg(unix)]
#[test]
fn what_is_read_is_what_was_listed() {
    let (outside, folder) = with_grounds();
    let disk = Disk::new(folder.path());
    disk.list();
    let fine = HubPath::literal("static/real/fine.txt");
    assert_eq!(disk.read(&fine).expect("it is there"), b"fine");
    // A link slips into the place of the file, then of its folder.
    folder.remove("static/real/fine.txt");
    symlink(outside.path().join("o.txt"), folder.join("static/real/fine.txt")).expect("a link");
    assert!(disk.read(&fine).is_err());
    std::fs::write(outside.path().join("fine.txt"), MARK).expect("it can be written");
    std::fs::remove_dir_all(folder.join("static/real")).expect("it can go");
    symlink(outside.path(), folder.join("static/real")).expect("a link");
    assert!(disk.read(&fine).is_err());
    // A key comes into a file that held none.
    folder.write("static/id_card.txt", "A card.");
    disk.list();
    folder.write("static/id_card.txt", KEY);
    assert!(disk.read(&HubPath::literal("static/id_card.txt")).is_err());
    for never in ["static/server.pem", "static/.git/config", "static/id_rsa"] {
        assert!(disk.read(&HubPath::new(never).expect("a path")).is_err(), "{never}");
    }
}

/// Everything that a revision says and gives, to be compared.
fn all_of(revision: &Revision) -> (Vec<String>, Vec<String>) {
    let said = revision
        .judged()
        .standing
        .iter()
        .map(|finding| format!("{:?} {} {}", finding.place, finding.code.id, finding.message));
    let planned = revision
        .content
        .iter()
        .flat_map(|content| &content.plan.nodes)
        .map(|node| node.path.to_string());
    (said.collect(), planned.collect())
}

#[test]
fn a_withheld_file_that_comes_changes_and_goes_leaves_a_preview_as_one_from_nothing() {
    let files = Arc::new(Shared::new(
        hub().page("service/b.md", "gp", "service", "[k](/x/id_rsa) [e](.env)\n").files,
    ));
    let mut live =
        Live::open(Arc::clone(&files) as Arc<dyn Files>, Options::on(program(), day(TODAY)));
    let steps: &[(&str, Option<&str>)] = &[
        ("static/x/id_rsa", Some("no key")),
        ("static/x/id_rsa", Some(KEY)),
        ("static/x/id_rsa", Some("no key again")),
        ("static/x/id_rsa", Some(KEY)),
        ("static/x/id_rsa", None),
        ("content/service/.env", Some(MARK)),
        ("content/service/.env", Some("other")),
        ("content/service/.env", None),
        ("static/.git/config", Some(MARK)),
        ("static/server.pem", Some(MARK)),
        ("static/server.pem", None),
        ("static/Thumbs.db", Some(MARK)),
    ];
    for (path, text) in steps {
        match text {
            Some(text) => files.put(path, *text),
            None => files.remove(path),
        }
        let changed = Changed::Paths([HubPath::new(path).expect("a path")].into());
        let kept = live.refresh(&changed);
        let anew =
            Live::open(Arc::clone(&files) as Arc<dyn Files>, Options::on(program(), day(TODAY)))
                .revision();
        assert_eq!(all_of(&kept), all_of(&anew), "{path}: {text:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_preview_serves_no_secret_whenever_it_comes() {
    let mut running = Running::start(
        hub().file("static/fine.txt", "fine").file("static/id_late", "no key yet").on_disk(),
    );
    assert_eq!((running.get("/fine.txt").status, running.get("/id_late").status), (200, 200));
    for (name, bytes) in SECRETS {
        running.hub.write(&format!("static/{name}"), bytes);
    }
    running.hub.write("static/id_late", KEY);
    symlink("id_late", running.hub.join("static/by-a-link.txt")).expect("a link");
    running.hub.write("static/last.txt", "last");
    running.until("the last file is served", |running| running.get("/last.txt").status == 200);
    for name in SECRETS.iter().map(|(name, _)| *name).chain(["id_late", "by-a-link.txt"]) {
        let answer = running.get(&format!("/{name}"));
        assert!(answer.status != 200 && !answer.text().contains(MARK), "{name}: {}", answer.status);
    }
    let desk = running.get("/_etappe/findings").text();
    assert!(
        desk.contains("file.secret") && !desk.contains(MARK),
        "the desk says it, and does not show it"
    );
}

#[test]
fn a_build_after_a_withheld_file_changed_is_one_from_nothing() {
    let folder = hub().file("static/id_x", KEY).on_disk();
    let build = || etappe(folder.path(), &["build", "--as-of", TODAY]).expect(0);
    assert!(build().stderr.contains("file.secret") && !folder.has("public/id_x"));
    assert!(build().stderr.contains("file.secret"), "it is said again");
    folder.write("static/id_x", "-----no key any more, but of the same length----\n...\n");
    assert!(!build().stderr.contains("file.secret") && folder.has("public/id_x"));
    folder.write("static/id_x", KEY);
    assert!(
        build().stderr.contains("file.secret") && !folder.has("public/id_x"),
        "what became a key is taken down"
    );
    assert!(!build().stderr.contains(MARK));
}
