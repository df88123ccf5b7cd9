//! All or none, at any moment: builds that are killed at every rename and at random calls of the
//! system, and whose calls fail. The next build heals whatever is left; nothing is orphaned, and no
//! file of others is touched.
//!
//! A few places are tried each time. With `ETAPPE_EXHAUSTIVE=1`, every rename, 500 random kills and
//! every failing call are.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::command::{Etappe, Ran};
use crate::support::disk::SmallDisk;
use crate::support::strace::{can_trace, traced};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree};

/// Every call that moves a file. Calls are counted by name.
const RENAMES: [&str; 2] = ["rename", "renameat2"];

fn hub() -> HubBuilder {
    HubBuilder::small()
        .page(
            "first.md",
            "gp",
            "awareness",
            "The first text, with [a link](second.md).\n\n![A picture](picture.png)\n",
        )
        .page("second.md", "gp nurse", "service", "The second text.\n")
        .page("third.md", "nurse", "service", "The third text.\n")
        .file("content/picture.png", "a picture")
        .file("static/turns", "a file")
        .file("static/folder/file", "a file in a folder")
}

/// A hub that was built and then changed in all that moves files: other, new and deleted outputs, a
/// file that becomes a folder and a folder that becomes a file; with files of others among the
/// outputs.
struct Case {
    hub: HubOnDisk,
    old: Tree,
    new: Tree,
}

const FOREIGN: [&str; 3] = ["notes.txt", ".git/config", "huisartsen/theirs/index.txt"];

impl Case {
    fn new() -> Self {
        let hub = hub().on_disk();
        build(&hub, &[]).expect(0);
        for path in FOREIGN {
            hub.write(&format!("public/{path}"), format!("of others: {path}"));
        }
        let old = hub.tree("public");
        hub.edit("content/second.md", "The second text.", "Changed.");
        hub.remove("content/third.md");
        hub.write(
            "content/zz.md",
            "+++\ntitle = 'Last'\npersonas = 'all'\nstage = 'service'\n+++\n\nText.\n",
        );
        hub.remove("static/turns");
        hub.write("static/turns/into", "a folder");
        std::fs::remove_dir_all(hub.join("static/folder")).expect("it is there");
        hub.write("static/folder", "a file");
        let clean = HubBuilder::folder(hub.path()).on_disk();
        build(&clean, &[]).expect(0);
        for path in FOREIGN {
            clean.write(&format!("public/{path}"), format!("of others: {path}"));
        }
        Self { hub, old, new: clean.tree("public") }
    }

    /// The same, in a place of its own.
    fn copy(&self) -> HubOnDisk {
        let copy = HubOnDisk::empty();
        copy_folder(self.hub.path(), copy.path());
        copy
    }

    /// After whatever happened to a build of `hub`: what stands is of the old site or the new one,
    /// and the next build heals it.
    fn heals(&self, hub: &HubOnDisk, what: &str) {
        for path in FOREIGN {
            assert_eq!(hub.read(&format!("public/{path}")), format!("of others: {path}"), "{what}");
        }
        let ran = build(hub, &[]);
        assert_eq!(ran.code, 0, "{what}: the next build ends well: {}{}", ran.stdout, ran.stderr);
        hub.tree("public")
            .assert_same(&self.new, &format!("{what}: the tree after the next build"));
        assert_eq!(partial_folders(hub), [""; 0], "{what}: what was half-made is gone");
        let listed: Vec<&str> =
            ran.stdout.lines().filter(|line| line.starts_with("Left as they are")).collect();
        assert!(
            listed.iter().all(|line| !line.contains(".html")),
            "{what}: nothing is orphaned: {listed:?}"
        );
    }
}

fn build(hub: &HubOnDisk, args: &[&str]) -> Ran {
    Etappe::inside(hub.path()).args(["build", "--as-of", TODAY]).args(args).run()
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("it can be read") {
        let entry = entry.expect("an entry");
        let place = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            std::fs::create_dir(&place).expect("there is room");
            copy_folder(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), &place).expect("there is room");
        }
    }
}

/// What builds leave half-made beside the output folder and inside.
fn partial_folders(hub: &HubOnDisk) -> Vec<String> {
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let all = [names(hub.path()), names(&hub.join("public")), names(&hub.join(".etappe"))].concat();
    all.into_iter().filter(|name| name.contains("partial")).collect()
}

fn is_exhaustive() -> bool {
    std::env::var_os("ETAPPE_EXHAUSTIVE").is_some()
}

/// 1, 2, 3, … or some of them, until `again` says that there is no more to try. Gives how many were
/// tried.
fn each_place(first: usize, step: usize, mut again: impl FnMut(usize) -> bool) -> usize {
    let step = if is_exhaustive() { 1 } else { step };
    let first = if is_exhaustive() { 1 } else { first };
    (first..).step_by(step).take_while(|place| again(*place)).count()
}

#[test]
fn a_build_that_is_killed_at_a_rename_is_healed_by_the_next() {
    if !can_trace("a_build_that_is_killed_at_a_rename_is_healed_by_the_next") {
        return;
    }
    let case = Case::new();
    for args in [&["build", "--as-of", TODAY][..], &["build", "--as-of", TODAY, "--swap"]] {
        let mut tried = 0;
        for call in RENAMES {
            tried += each_place(1, 5, |place| {
                let hub = case.copy();
                let ran = traced(hub.path(), &format!("{call}:signal=KILL:when={place}"), args);
                if ran.code == Some(0) {
                    return false;
                }
                assert_eq!(ran.code, None, "it was killed: {}{}", ran.stdout, ran.stderr);
                case.heals(&hub, &format!("killed at {call} {place} of {args:?}"));
                true
            });
        }
        println!("{args:?}: killed at {tried} renames");
        assert!(tried >= 2, "{tried}");
    }
}

#[test]
fn a_first_build_that_is_killed_at_a_rename_is_healed_by_the_next() {
    if !can_trace("a_first_build_that_is_killed_at_a_rename_is_healed_by_the_next") {
        return;
    }
    let expected = hub().on_disk();
    build(&expected, &[]).expect(0);
    let mut tried = 0;
    for call in RENAMES {
        tried += each_place(1, 1, |place| {
            let hub = hub().on_disk();
            let ran = traced(
                hub.path(),
                &format!("{call}:signal=KILL:when={place}"),
                &["build", "--as-of", TODAY],
            );
            if ran.code == Some(0) {
                return false;
            }
            build(&hub, &[]).expect(0);
            hub.tree("public")
                .assert_same(&expected.tree("public"), &format!("killed at {call} {place}"));
            assert_eq!(partial_folders(&hub), [""; 0]);
            true
        });
    }
    assert!(tried >= 3, "{tried}");
}

#[test]
fn a_build_that_is_killed_at_any_call_is_healed_by_the_next() {
    if !can_trace("a_build_that_is_killed_at_any_call_is_healed_by_the_next") {
        return;
    }
    let case = Case::new();
    let calls =
        traced(case.copy().path(), "all:signal=KILL:when=65535", &["build", "--as-of", TODAY])
            .calls;
    let (mut seed, mut killed) = (2026_u64, 0);
    let count = if is_exhaustive() { 500 } else { 6 };
    for _ in 0..count {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (call, place) = &calls[(seed >> 33) as usize % calls.len()];
        let hub = case.copy();
        let ran = traced(
            hub.path(),
            &format!("{call}:signal=KILL:when={place}"),
            &["build", "--as-of", TODAY],
        );
        killed += usize::from(ran.code.is_none());
        case.heals(&hub, &format!("killed at {call} {place}"));
    }
    println!("{killed} of {count} builds were killed, at some of {} calls", calls.len());
    assert!(killed * 2 > count, "{killed} of {count}");
}

/// What writes, in the words of strace.
const WRITING: [&str; 10] = [
    "openat",
    "write",
    "mkdir",
    "rename",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "link,linkat",
    "fsync,fdatasync,syncfs",
];

#[test]
fn a_call_that_fails_leaves_the_old_site_or_the_new_one() {
    if !can_trace("a_call_that_fails_leaves_the_old_site_or_the_new_one") {
        return;
    }
    let case = Case::new();
    let mut counts = Vec::new();
    for (at, calls) in WRITING.iter().enumerate() {
        let errors = ["EIO", "ENOSPC", "EROFS"];
        let errors = if is_exhaustive() { &errors[..] } else { &errors[at % 3..=at % 3] };
        for error in errors {
            let mut codes = BTreeSet::new();
            // The first files that are opened are the program's libraries.
            let (first, step) = match *calls {
                "openat" => (60, 67),
                "link,linkat" | "fsync,fdatasync,syncfs" => (1, 1),
                _ => (2, 19),
            };
            let tried = each_place(first, step, |place| {
                let hub = case.copy();
                let what = format!("{calls}:error={error}:when={place}");
                let ran = traced(hub.path(), &what, &["build", "--as-of", TODAY]);
                if !ran.happened {
                    return false;
                }
                let code =
                    ran.code.unwrap_or_else(|| panic!("{what}: it ends by itself: {}", ran.stderr));
                codes.insert(code);
                assert_ne!(code, 101, "{what}: {}", ran.stderr);
                let stands = hub.tree("public");
                assert!(
                    stands.outputs == case.old.outputs || stands.outputs == case.new.outputs,
                    "{what}: all or none, exit {code}: {}",
                    ran.stderr
                );
                case.heals(&hub, &what);
                true
            });
            counts.push(format!("{calls} {error}: {tried} places, exit {codes:?}"));
        }
    }
    println!("{}", counts.join("\n"));
}

#[test]
fn outputs_and_memory_that_were_copied_are_as_good_as_those_that_were_built() {
    let built = hub().on_disk();
    build(&built, &[]).expect(0);
    let copy = HubOnDisk::empty();
    copy_folder(built.path(), copy.path());
    let before = modified(&copy.join("public"));
    let ran = build(&copy, &[]).expect(0);
    assert!(ran.stdout.contains("up to date"), "{}", ran.stdout);
    assert_eq!(modified(&copy.join("public")), before, "nothing is written");
}

/// Inode and time of change of all below a folder.
fn modified(folder: &Path) -> Vec<(String, u64, i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    let mut all: Vec<_> = crate::support::files_below(folder)
        .into_iter()
        .map(|path| {
            let data = std::fs::symlink_metadata(&path).expect("it is there");
            (path.to_string_lossy().into_owned(), data.ino(), data.mtime(), data.mtime_nsec())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn of_an_older_site_from_a_back_up_exactly_the_stale_outputs_are_made_anew() {
    let hub = hub().on_disk();
    build(&hub, &[]).expect(0);
    let back_up = HubOnDisk::empty();
    assert!(
        std::process::Command::new("cp")
            .arg("-a")
            .arg(hub.join("public"))
            .arg(back_up.path())
            .status()
            .expect("cp runs")
            .success()
    );
    let old = hub.tree("public");
    hub.edit("content/second.md", "The second text.", "Another dose.");
    build(&hub, &[]).expect(0);
    let new = hub.tree("public");
    std::fs::remove_dir_all(hub.join("public")).expect("it can be removed");
    let restored = std::process::Command::new("cp")
        .arg("-a")
        .arg(back_up.join("public"))
        .arg(hub.path())
        .status();
    assert!(restored.expect("cp runs").success());
    let before = modified(&hub.join("public"));
    build(&hub, &[]).expect(0);
    hub.tree("public").assert_same(&new, "the site after the back-up was restored");
    let stale: Vec<&String> = new
        .outputs
        .iter()
        .filter(|(path, bytes)| old.outputs.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .collect();
    let root = hub.join("public").to_string_lossy().into_owned();
    let after = modified(&hub.join("public"));
    let written: Vec<String> = after
        .iter()
        .filter(|file| !before.contains(file))
        .map(|(path, ..)| path[root.len() + 1..].to_owned())
        .collect();
    assert_eq!(written.iter().collect::<Vec<_>>(), stale);
}

#[test]
fn one_persona_is_built_into_a_folder_that_is_gone() {
    let hub = hub().on_disk();
    build(&hub, &[]).expect(0);
    let whole = hub.tree("public");
    std::fs::remove_dir_all(hub.join("public")).expect("it is there");
    build(&hub, &["--persona", "gp"]).expect(0);
    hub.tree("public")
        .below("huisartsen")
        .assert_same(&whole.below("huisartsen"), "the persona's own site");
    build(&hub, &[]).expect(0);
    hub.tree("public").assert_same(&whole, "all sites");
}

#[test]
fn a_folder_whose_name_is_no_text_is_built_into() {
    use std::os::unix::ffi::OsStrExt;
    let hub = hub().on_disk();
    build(&hub, &[]).expect(0);
    let out = hub.join("x").with_file_name(std::ffi::OsStr::from_bytes(b"site-\xff"));
    for _ in 0..2 {
        Etappe::inside(hub.path())
            .args(["build", "--as-of", TODAY, "--out"])
            .args([&out])
            .run()
            .expect(0);
        Tree::read(&out).assert_same(&hub.tree("public"), "in a folder of another name");
    }
}

#[test]
fn stamps_may_be_lost() {
    let hub = hub().on_disk();
    build(&hub, &[]).expect(0);
    for damage in [None, Some(&b""[..]), Some(b"etappe stamps 1\n"), Some(&[7; 500])] {
        hub.remove(".etappe/standing");
        match damage {
            None => hub.remove(".etappe/stamps"),
            Some(bytes) => hub.write(".etappe/stamps", bytes),
        }
        let before = modified(&hub.join("public"));
        assert!(build(&hub, &[]).expect(0).stdout.contains("up to date"));
        assert_eq!(modified(&hub.join("public")), before);
    }
}

#[test]
fn a_folder_is_exchanged_at_once_with_the_files_of_others_in_it() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let case = Case::new();
    let hub = case.copy();
    std::os::unix::fs::symlink("notes.txt", hub.join("public/link")).expect("a link");
    std::fs::create_dir(hub.join("public/empty")).expect("a folder");
    let mode = |path: &str| {
        std::fs::metadata(hub.join(path)).expect("it is there").permissions().mode() & 0o7777
    };
    for (path, bits) in [("public", 0o751), ("public/huisartsen", 0o711)] {
        std::fs::set_permissions(hub.join(path), std::fs::Permissions::from_mode(bits))
            .expect("it is ours");
    }
    let inode = |path: &str| std::fs::metadata(hub.join(path)).expect("it is there").ino();
    let unchanged =
        case.old.outputs.iter().find(|(path, bytes)| {
            path.ends_with(".png") && case.new.outputs.get(*path) == Some(bytes)
        });
    let unchanged = format!("public/{}", unchanged.expect("the picture stays").0);
    let (folder, kept) = (inode("public"), inode(&unchanged));
    let ran = build(&hub, &["--swap"]).expect(0);
    if ran.stdout.contains("one by one") {
        return crate::support::left_out(
            "a_folder_is_exchanged_at_once_with_the_files_of_others_in_it",
            "this file system exchanges nothing",
        );
    }
    assert_ne!(inode("public"), folder, "another folder stands there");
    assert_eq!(inode(&unchanged), kept, "what is unchanged is the same file");
    assert_eq!(
        std::fs::read_link(hub.join("public/link")).expect("it is a link"),
        Path::new("notes.txt")
    );
    assert!(hub.join("public/empty").is_dir());
    assert_eq!((mode("public"), mode("public/huisartsen")), (0o751, 0o711), "permissions are kept");
    std::fs::remove_file(hub.join("public/link")).expect("it is there");
    hub.tree("public").assert_same(&case.new, "after an exchange and from nothing");
    assert!(build(&hub, &[]).expect(0).stdout.contains("up to date"));
    assert_eq!(partial_folders(&hub), [""; 0]);
}

#[test]
fn where_no_folder_can_be_exchanged_files_are_moved_one_by_one_and_that_is_said() {
    let test = "where_no_folder_can_be_exchanged_files_are_moved_one_by_one_and_that_is_said";
    let Some(disk) = SmallDisk::new(test, "8m") else { return };
    let out = disk.path().to_str().expect("a plain path");
    let hub = hub().on_disk();
    build(&hub, &["--out", out]).expect(0);
    hub.edit("content/second.md", "The second text.", "Changed.");
    let ran = build(&hub, &["--out", out, "--swap"]).expect(0);
    assert!(
        ran.stdout.contains("Files were moved one by one, since it is a file system of its own"),
        "{}",
        ran.stdout
    );
    build(&hub, &[]).expect(0);
    Tree::read(disk.path()).assert_same(&hub.tree("public"), "on a disk of its own");
}

#[test]
fn a_static_file_with_the_name_of_a_partial_folder_is_a_finding_and_no_output() {
    for path in
        ["static/.etappe-partial/x", "static/.etappe", "static/deep/.etappe-partial-1-00000000/x"]
    {
        let disk = hub().file(path, "x").on_disk();
        let (first, second) = (build(&disk, &[]), build(&disk, &["--verify"]));
        assert_eq!((first.code, second.code), (0, 0), "{path}: {} {}", first.stderr, second.stderr);
        let hidden = path.split_inclusive('/').scan(false, |found, part| {
            (!std::mem::replace(found, part.starts_with('.'))).then_some(part)
        });
        let hidden: String = hidden.collect();
        assert!(
            first.stderr.contains("file.secret")
                && first.stderr.contains(hidden.trim_end_matches('/')),
            "{path}: {}",
            first.stderr
        );
        assert!(
            !disk.path().join("public").join(path.trim_start_matches("static/")).exists(),
            "{path}"
        );
    }
}
