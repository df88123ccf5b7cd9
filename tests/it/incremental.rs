//! Building again: what is unchanged is not written, what is gone is deleted, what is somebody
//! else's stays, and the bytes are those of a build from nothing, in any folder, on any number of
//! threads, in any time zone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::command::{Etappe, Ran, etappe};
use crate::support::disk::SmallDisk;
use crate::support::{
    HubBuilder, HubOnDisk, Stamp, TODAY, Tree, day, files_below, forbid, is_root, left_out, program,
};
use etappe_session::io::Disk;
use etappe_session::{self as session, Options};

/// Three pages, a picture and a static file.
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
        .file("static/leaflet.txt", "a leaflet")
}

fn build(hub: &HubOnDisk) -> Ran {
    etappe(hub.path(), &["build", "--as-of", TODAY]).expect(0)
}

/// Builds with more arguments, whatever comes of it.
fn build_with(hub: &HubOnDisk, args: &[&str]) -> Ran {
    Etappe::inside(hub.path()).args(["build", "--as-of", TODAY]).args(args).run()
}

/// The stamp of every file below a folder.
fn stamps(folder: &Path) -> BTreeMap<String, Stamp> {
    let stamp = |path: PathBuf| {
        let below = path.strip_prefix(folder).expect("it is below").to_string_lossy().into_owned();
        (below, Stamp::of(&path))
    };
    files_below(folder).into_iter().map(stamp).collect()
}

/// The files that are new or were written between two looks.
fn written(before: &BTreeMap<String, Stamp>, after: &BTreeMap<String, Stamp>) -> BTreeSet<String> {
    after
        .iter()
        .filter(|(path, stamp)| before.get(*path) != Some(stamp))
        .map(|(path, _)| path.clone())
        .collect()
}

/// The site that a copy of the hub becomes, which was never built before.
fn clean(hub: &HubOnDisk) -> Tree {
    let copy = HubBuilder::folder(hub.path()).on_disk();
    build(&copy);
    copy.tree("public")
}

/// Builds within this process, and tells how many outputs were rendered.
fn rendered(hub: &HubOnDisk) -> usize {
    let files = Disk::new(hub.path());
    let revision = session::load(&files, &Options::on(program(), day(TODAY)));
    match session::build(&revision, &files, hub.path(), &hub.join("public"), false, &|| {}) {
        Ok(built) => built.work.rendered,
        Err(reason) => panic!("{reason:?}"),
    }
}

#[test]
fn building_twice_writes_nothing() {
    let hub = hub().on_disk();
    build(&hub);
    let before = stamps(hub.path());
    let again = build(&hub);
    assert!(again.stdout.contains("up to date"), "{}", again.stdout);
    assert_eq!(written(&before, &stamps(hub.path())), BTreeSet::new());
}

#[test]
fn two_folders_get_the_same_site() {
    let hub = HubBuilder::memory_care().on_disk();
    build_with(&hub, &["--out", "one"]).expect(0);
    build_with(&hub, &["--out", "deep/er/two"]).expect(0);
    let elsewhere = HubBuilder::memory_care().on_disk();
    build(&elsewhere);
    hub.tree("one").assert_same(&hub.tree("deep/er/two"), "two output folders");
    hub.tree("one").assert_same(&elsewhere.tree("public"), "two places of the hub");
    let here = HubBuilder::memory_care().on_disk();
    build(&here);
    assert_eq!(
        here.read(".etappe/manifest.json"),
        elsewhere.read(".etappe/manifest.json"),
        "the manifest says nothing of the place"
    );
}

#[test]
fn one_thread_and_many_make_the_same_site() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| HubBuilder::memory_care().load().tree())
    };
    let one = with(1);
    with(2).assert_same(&one, "two threads");
    with(5).assert_same(&one, "five threads");
}

#[test]
fn the_same_findings_come_in_the_same_order_on_any_number_of_threads() {
    let hub = (0..20).fold(hub(), |hub, at| {
        hub.page(&format!("p{at}.md"), "gp", "service", "[a](x.md) [b](y.md) ![c](z.png)\n")
    });
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| hub.load().all_lines())
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn time_zone_and_locale_change_no_byte() {
    let hub = HubBuilder::memory_care().on_disk();
    let zones = [
        ("UTC", "C"),
        ("Pacific/Kiritimati", "nl_NL.UTF-8"),
        ("America/Los_Angeles", "tr_TR.UTF-8"),
    ];
    // 2026-11-22 at 23:30 in UTC: another day in two of these zones.
    let sites: Vec<Tree> = zones
        .iter()
        .map(|(zone, locale)| {
            let out = format!("site-{}", zone.replace('/', "-"));
            let call = Etappe::inside(hub.path())
                .env("TZ", zone)
                .env("LC_ALL", locale)
                .env("SOURCE_DATE_EPOCH", "1795390200");
            call.args(["build", "--out", &out]).run().expect(0);
            hub.tree(&out)
        })
        .collect();
    sites.windows(2).for_each(|two| two[0].assert_same(&two[1], "two time zones"));
    let day = build_with(&hub, &["--out", "by-day"]).expect(0);
    assert_eq!(day.code, 0);
    hub.tree("by-day").assert_same(&sites[0], "SOURCE_DATE_EPOCH and --as-of");
}

#[test]
fn the_bytes_do_not_depend_on_what_was_built_before() {
    let hub = hub().on_disk();
    build(&hub);
    type Edit = fn(&HubOnDisk);
    // How many outputs each renders: those whose declared inputs changed, whether or not the theme
    // shows the difference.
    let edits: [(&str, usize, Edit); 14] = [
        ("a body", 2, |hub| hub.edit("content/first.md", "The first text", "Another text")),
        ("a title", 12, |hub| {
            hub.edit("content/second.md", "title = 'second'", "title = 'The second page'")
        }),
        ("a summary", 11, |hub| {
            hub.edit(
                "content/second.md",
                "stage = 'service'",
                "stage = 'service'\nsummary = 'In short'",
            )
        }),
        ("a link", 2, |hub| hub.edit("content/first.md", ", with [a link](second.md)", "")),
        ("a persona taken from a page", 9, |hub| {
            hub.edit("content/second.md", "['gp', 'nurse']", "'nurse'")
        }),
        ("a stage", 12, |hub| hub.edit("content/third.md", "'service'", "'awareness'")),
        ("a new page", 23, |hub| {
            hub.write(
                "content/fourth.md",
                "+++\ntitle = 'Fourth'\npersonas = 'all'\nstage = 'service'\n+++\n\nText.\n",
            )
        }),
        ("a page in another language", 37, |hub| {
            hub.write(
                "content/fourth.nl.md",
                "+++\ntitle = 'Vierde'\npersonas = 'all'\nstage = 'service'\n+++\n\nTekst.\n",
            )
        }),
        ("a draft", 10, |hub| {
            hub.edit(
                "content/third.md",
                "stage = 'awareness'",
                "stage = 'awareness'\nstatus = 'draft'",
            )
        }),
        ("a picture", 2, |hub| hub.write("content/picture.png", "another picture")),
        ("a label", 27, |hub| {
            hub.edit("personas/gp.toml", "General practitioners", "Family doctors")
        }),
        ("a template", 5, |hub| {
            hub.write(
                "templates/stage.html",
                "{% extends \"default/stage.html\" %}{% block title %}Stage{% endblock %}",
            )
        }),
        ("a static file", 0, |hub| hub.remove("static/leaflet.txt")),
        ("a page that is renamed", 18, |hub| {
            let text = hub.read("content/fourth.md");
            hub.write("content/fifth.md", text);
            hub.remove("content/fourth.md");
            hub.remove("content/fourth.nl.md");
        }),
    ];
    let mut counted = Vec::new();
    for (what, _, edit) in &edits {
        edit(&hub);
        let (before, stamped) = (hub.tree("public"), stamps(&hub.join("public")));
        let rendered = rendered(&hub);
        let after = hub.tree("public");
        after.assert_same(&clean(&hub), &format!("after {what}, and from nothing"));
        let differ = after
            .outputs
            .iter()
            .filter(|(path, bytes)| before.outputs.get(*path) != Some(bytes))
            .map(|(path, _)| path.clone());
        let differ: BTreeSet<String> = differ.collect();
        assert_eq!(
            written(&stamped, &stamps(&hub.join("public"))),
            differ,
            "after {what}, what differs was written, and nothing else"
        );
        assert!(rendered >= differ.len(), "after {what}, what differs was rendered");
        counted.push((*what, rendered));
        assert!(
            !differ.is_empty() || before.outputs.len() != after.outputs.len(),
            "{what} changes something"
        );
    }
    let expected: Vec<(&str, usize)> =
        edits.iter().map(|(what, rendered, _)| (*what, *rendered)).collect();
    assert_eq!(counted, expected, "the work that each edit made");
}

#[test]
fn an_edit_of_a_text_writes_its_pages_and_what_searches_find_only() {
    let hub = hub().on_disk();
    build(&hub);
    let before = stamps(&hub.join("public"));
    hub.edit("content/second.md", "The second text.", "The second text, longer.");
    let ran = build(&hub);
    let of_site = |site| {
        ["practice/second/index.html", "search/index.json"].map(|path| format!("{site}/{path}"))
    };
    let expected: BTreeSet<String> =
        ["huisartsen", "verpleegkundigen"].into_iter().flat_map(of_site).collect();
    assert_eq!(written(&before, &stamps(&hub.join("public"))), expected);
    assert!(ran.stdout.contains("4 written, 0 deleted"), "{}", ran.stdout);
}

#[test]
fn outputs_of_a_page_that_is_gone_are_deleted_with_their_folders() {
    let hub = hub().on_disk();
    build(&hub);
    assert!(hub.has("public/verpleegkundigen/practice/third/index.html"));
    hub.remove("content/third.md");
    let ran = build(&hub);
    assert!(!hub.has("public/verpleegkundigen/practice/third"), "the folder is gone as well");
    assert!(ran.stdout.contains("1 deleted"), "{}", ran.stdout);
    hub.tree("public").assert_same(&clean(&hub), "afterwards and from nothing");
}

#[test]
fn a_persona_that_is_no_longer_targeted_takes_its_site_away() {
    let hub = hub().on_disk();
    build(&hub);
    hub.remove("content/third.md");
    hub.edit("content/second.md", "['gp', 'nurse']", "'gp'");
    hub.remove("personas/nurse.toml");
    build(&hub);
    assert!(!hub.has("public/verpleegkundigen"));
}

#[test]
fn a_preview_leaves_nothing_behind_in_a_production_build() {
    let hub = hub().on_disk();
    hub.write("content/draft.md", "+++\ntitle = 'Zqdraft'\npersonas = 'gp'\nstage = 'service'\nstatus = 'draft'\n+++\n\nText.\n");
    let expected = clean(&hub);
    build_with(&hub, &["--preview"]).expect(0);
    assert!(!hub.tree("public").holding("Zqdraft").is_empty());
    build(&hub);
    hub.tree("public").assert_same(&expected, "after a preview and from nothing");
}

#[test]
fn a_build_of_one_persona_leaves_the_other_sites_as_they_were() {
    let hub = hub().on_disk();
    build(&hub);
    let before = hub.tree("public");
    hub.edit("content/second.md", "The second text.", "Changed.");
    build_with(&hub, &["--persona", "gp"]).expect(0);
    let after = hub.tree("public");
    after
        .below("verpleegkundigen")
        .assert_same(&before.below("verpleegkundigen"), "the other persona");
    assert!(after.text("huisartsen/practice/second/index.html").contains("Changed."));
    assert_eq!(after.paths(), before.paths(), "nothing was deleted");
    build(&hub);
    hub.tree("public").assert_same(&clean(&hub), "a whole build afterwards");
}

#[test]
fn a_folder_of_files_that_no_build_wrote_is_refused() {
    let hub = hub().on_disk();
    hub.write("public/notes.txt", "mine");
    hub.write("public/index.html", "also mine");
    let before = Tree::read(hub.path());
    let ran = build_with(&hub, &[]).expect(2);
    for name in ["notes.txt", "--adopt", "--out"] {
        assert!(ran.stderr.contains(name), "{name} is named: {}", ran.stderr);
    }
    Tree::read(hub.path()).assert_same(&before, "the folder before and after");
}

#[test]
fn adopting_a_folder_keeps_and_lists_what_others_wrote() {
    let hub = hub().on_disk();
    hub.write("public/notes.txt", "mine");
    hub.write("public/huisartsen/scans/a.dcm", "also mine");
    let ran = build_with(&hub, &["--adopt"]).expect(0);
    assert!(
        ran.stdout.contains("notes.txt") && ran.stdout.contains("huisartsen/scans/a.dcm"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        (hub.read("public/notes.txt").as_str(), hub.read("public/huisartsen/scans/a.dcm").as_str()),
        ("mine", "also mine")
    );
    hub.write("public/later.txt", "mine too");
    hub.remove("content/third.md");
    let again = build(&hub);
    assert!(again.stdout.contains("later.txt"), "{}", again.stdout);
    assert_eq!(hub.read("public/later.txt"), "mine too");
    assert!(hub.has("public/notes.txt") && !hub.has("public/verpleegkundigen/practice/third"));
}

#[test]
fn a_folder_of_outputs_that_holds_others_files_too_is_kept() {
    let hub = hub().on_disk();
    build(&hub);
    hub.write("public/verpleegkundigen/practice/third/notes.txt", "mine");
    hub.remove("content/third.md");
    build(&hub);
    assert_eq!(hub.tree("public/verpleegkundigen/practice/third").paths(), ["notes.txt"]);
}

#[test]
fn an_output_that_somebody_deleted_is_made_again() {
    let hub = hub().on_disk();
    build(&hub);
    let expected = hub.tree("public");
    hub.remove("public/huisartsen/index.html");
    hub.write("public/robots.txt", "shorter");
    build(&hub);
    hub.tree("public").assert_same(&expected, "before and after");
}

#[test]
fn a_whole_folder_that_somebody_deleted_is_made_again() {
    let hub = hub().on_disk();
    build(&hub);
    let expected = hub.tree("public");
    std::fs::remove_dir_all(hub.join("public")).expect("it can be deleted");
    build(&hub);
    hub.tree("public").assert_same(&expected, "before and after");
    std::fs::remove_dir_all(hub.join("public")).expect("it can be deleted");
    std::fs::create_dir(hub.join("public")).expect("it can be made");
    build(&hub);
    hub.tree("public").assert_same(&expected, "into an empty folder");
}

#[test]
fn a_damaged_manifest_deletes_nothing_and_can_be_overcome() {
    for damage in
        ["", "{", "{\"version\":1,\"outputs\":[]}", "{\"version\":99,\"outputs\":{}}", "\0\0\0\0"]
    {
        let hub = hub().on_disk();
        build(&hub);
        let before = hub.tree("public");
        hub.write(".etappe/manifest.json", damage);
        hub.remove("content/third.md");
        let ran = build_with(&hub, &[]);
        assert_eq!(ran.code, 2, "{damage:?}: {}{}", ran.stdout, ran.stderr);
        hub.tree("public").assert_same(&before, "the site before and after");
        build_with(&hub, &["--adopt"]).expect(0);
        let after = hub.tree("public");
        let foreign: Vec<&str> =
            after.paths().into_iter().filter(|path| !clean_paths(&hub).contains(*path)).collect();
        assert_eq!(
            foreign,
            ["verpleegkundigen/practice/third/index.html"],
            "what is not known to be ours is kept"
        );
        build(&hub);
    }
}

fn clean_paths(hub: &HubOnDisk) -> BTreeSet<String> {
    HubBuilder::folder(hub.path()).load().tree().outputs.into_keys().collect()
}

#[test]
fn paths_in_a_manifest_cannot_reach_out_of_the_site() {
    let hub = hub().on_disk();
    build(&hub);
    hub.write("precious.txt", "mine");
    let digest = "0".repeat(32);
    for path in ["../precious.txt", "/etc/hostname", "a/../../precious.txt"] {
        let entry = format!("{{\"digest\":\"{digest}\",\"size\":4,\"key\":\"{digest}\"}}");
        hub.write(
            ".etappe/manifest.json",
            format!("{{\"version\":1,\"outputs\":{{\"{path}\":{entry}}}}}"),
        );
        build_with(&hub, &["--adopt"]);
        assert_eq!(hub.read("precious.txt"), "mine", "{path}");
    }
}

#[test]
fn what_is_remembered_stays_out_of_the_web_root() {
    let hub = hub().on_disk();
    build(&hub);
    assert!(hub.has(".etappe/manifest.json"));
    let strange: Vec<String> = hub
        .tree("public")
        .outputs
        .into_keys()
        .filter(|path| path.split('/').any(|part| part.starts_with('.')))
        .collect();
    assert_eq!(strange, [""; 0]);
    let left: Vec<String> = std::fs::read_dir(hub.path())
        .expect("it can be read")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("partial"))
        .collect();
    assert_eq!(left, [""; 0], "nothing half-made is left beside it");
}

#[test]
fn the_same_folder_is_known_by_every_way_to_write_it() {
    let hub = hub().on_disk();
    build(&hub);
    let absolute = hub.join("public");
    for out in ["public", "./public", "content/../public", absolute.to_str().expect("a plain path")]
    {
        let ran = build_with(&hub, &["--out", out]);
        assert_eq!(ran.code, 0, "--out {out}: {}", ran.stderr);
        assert!(ran.stdout.contains("up to date"), "--out {out}: {}", ran.stdout);
    }
    let parent = hub.path().parent().expect("a folder above").to_owned();
    let name = hub.path().file_name().expect("a name").to_string_lossy().into_owned();
    for args in [vec!["build", &name], vec!["build", &name, "--out", &format!("{name}/public")]] {
        let ran = Etappe::inside(&parent).args(&args).args(["--as-of", TODAY]).run();
        assert!(
            ran.code == 0 && ran.stdout.contains("up to date"),
            "{args:?}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let hub = hub().on_disk();
    hub.write("static/a", "a file");
    hub.write("static/b/c", "a file in a folder");
    build(&hub);
    hub.remove("static/a");
    hub.remove("static/b/c");
    std::fs::remove_dir(hub.join("static/b")).expect("it is empty");
    hub.write("static/a/d", "now a folder");
    hub.write("static/b", "now a file");
    build(&hub);
    assert_eq!(
        (hub.read("public/a/d").as_str(), hub.read("public/b").as_str()),
        ("now a folder", "now a file")
    );
    hub.tree("public").assert_same(&clean(&hub), "afterwards and from nothing");
}

/// Makes a change that writes, deletes and replaces outputs.
fn change(hub: &HubOnDisk) {
    hub.edit("content/second.md", "The second text.", "Changed.");
    hub.remove("content/third.md");
    hub.write(
        "content/zz.md",
        "+++\ntitle = 'Last'\npersonas = 'all'\nstage = 'service'\n+++\n\nText.\n",
    );
}

/// After a change, `obstacle` keeps the next build from writing: it ends with 3, and the site
/// stands as it was.
fn check_obstacle(what: &str, obstacle: impl Fn(&HubOnDisk)) {
    let hub = hub().on_disk();
    build(&hub);
    obstacle(&hub);
    change(&hub);
    let before = hub.tree("public");
    let ran = build_with(&hub, &[]);
    assert_eq!(ran.code, 3, "{what}: {}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("error: cannot"), "{what} is said: {}", ran.stderr);
    hub.tree("public").assert_same(&before, &format!("{what}: the site before and after"));
}

#[test]
fn a_folder_in_the_place_of_an_output_stops_the_build_before_anything_is_changed() {
    check_obstacle("a folder where the sitemap must be", |hub| {
        hub.remove("public/verpleegkundigen/sitemap.xml");
        hub.write("public/verpleegkundigen/sitemap.xml/mine.txt", "mine");
    });
}

#[test]
fn a_file_in_the_place_of_a_folder_stops_the_build_before_anything_is_changed() {
    check_obstacle("a file where a page's folder must be", |hub| {
        hub.write("public/verpleegkundigen/practice/zz", "mine")
    });
}

#[test]
fn a_folder_in_the_place_of_what_must_be_deleted_is_left_alone() {
    let hub = hub().on_disk();
    build(&hub);
    hub.remove("public/verpleegkundigen/practice/third/index.html");
    hub.write("public/verpleegkundigen/practice/third/index.html/mine.txt", "mine");
    hub.remove("content/third.md");
    let ran = build_with(&hub, &[]);
    assert_eq!(hub.read("public/verpleegkundigen/practice/third/index.html/mine.txt"), "mine");
    assert_eq!(ran.code, 0, "it is not ours to delete: {}", ran.stderr);
}

#[test]
fn an_output_folder_that_cannot_be_made_is_a_fault_of_the_machine() {
    let hub = hub().on_disk();
    hub.write("file", "no folder");
    for out in ["file", "file/site", "file/deep/site"] {
        let ran = build_with(&hub, &["--out", out]);
        assert_ne!(ran.code, 0, "--out {out}");
        assert!(
            ran.stderr.contains("error: ") && ran.stderr.contains("file"),
            "--out {out} is named: {}",
            ran.stderr
        );
    }
    assert_eq!(build_with(&hub, &["--out", "file/site"]).code, 3);
    assert_eq!(hub.read("file"), "no folder");
}

#[test]
fn a_folder_without_permission_to_write_is_a_fault_of_the_machine() {
    if is_root() {
        return left_out(
            "a_folder_without_permission_to_write_is_a_fault_of_the_machine",
            "root may write anywhere",
        );
    }
    let hub = hub().on_disk();
    hub.write("closed/x", "");
    forbid(&hub.join("closed"));
    build_with(&hub, &["--out", "closed/site"]).expect(3);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_an_output_is_replaced_not_followed() {
    let hub = hub().on_disk();
    build(&hub);
    hub.write("precious.txt", "mine");
    hub.remove("public/robots.txt");
    std::os::unix::fs::symlink(hub.join("precious.txt"), hub.join("public/robots.txt"))
        .expect("a link");
    build(&hub);
    assert_eq!(hub.read("precious.txt"), "mine");
    assert!(hub.read("public/robots.txt").contains("Sitemap"));
}

#[test]
fn what_an_interrupted_build_left_is_cleared_away() {
    let hub = hub().on_disk();
    build(&hub);
    let expected = hub.tree("public");
    hub.write(".public.etappe-partial/huisartsen/index.html", "half");
    change(&hub);
    build(&hub);
    assert!(!hub.has(".public.etappe-partial"));
    assert_ne!(hub.tree("public").paths(), expected.paths());
    hub.tree("public").assert_same(&clean(&hub), "afterwards and from nothing");
}

#[test]
fn a_full_disk_leaves_the_site_that_stood() {
    let Some(disk) = SmallDisk::new("a_full_disk_leaves_the_site_that_stood", "2m") else { return };
    let out = disk.path().join("site");
    let out = out.to_str().expect("a plain path");
    let hub = hub().on_disk();
    build_with(&hub, &["--out", out]).expect(0);
    let before = Tree::read(Path::new(out));
    change(&hub);
    hub.write("static/zz-large.bin", vec![7; 4 << 20]);
    let ran = build_with(&hub, &["--out", out]).expect(3);
    assert!(ran.stderr.contains("error: cannot write"), "{}", ran.stderr);
    Tree::read(Path::new(out)).assert_same(&before, "the site before and after");
    let beside = std::fs::read_dir(disk.path()).expect("it can be read").count();
    assert_eq!(beside, 1, "what was half-written is gone");
    hub.remove("static/zz-large.bin");
    build_with(&hub, &["--out", out]).expect(0);
    Tree::read(Path::new(out)).assert_same(&clean(&hub), "with space again");
}

#[test]
fn a_first_build_onto_a_full_disk_leaves_nothing() {
    let Some(disk) = SmallDisk::new("a_first_build_onto_a_full_disk_leaves_nothing", "64k") else {
        return;
    };
    let out = disk.path().join("site");
    let ran =
        build_with(&hub().on_disk(), &["--out", out.to_str().expect("a plain path")]).expect(3);
    assert!(ran.stderr.contains("error: cannot"), "{}", ran.stderr);
    assert_eq!(std::fs::read_dir(disk.path()).expect("it can be read").count(), 0);
}

#[test]
fn a_folder_that_is_a_mounted_disk_can_be_built_into() {
    let Some(disk) = SmallDisk::new("a_folder_that_is_a_mounted_disk_can_be_built_into", "8m")
    else {
        return;
    };
    let out = disk.path().to_str().expect("a plain path");
    let hub = hub().on_disk();
    build_with(&hub, &["--out", out]).expect(0);
    Tree::read(disk.path()).assert_same(&clean(&hub), "on a disk of its own");
}

#[test]
fn what_was_kept_is_looked_through_like_what_was_made() {
    let hub = hub().on_disk();
    hub.write(
        "templates/home.html",
        "<h1>{{ site.label }}</h1>\n<p>A sentence of the template</p>\n",
    );
    build(&hub);
    hub.edit(
        "personas/gp.toml",
        "from = \"Nothing can be done\"",
        "from = \"A sentence of the template\"",
    );
    let from_nothing = HubBuilder::folder(hub.path()).on_disk();
    let expected = build_with(&from_nothing, &[]).expect(1);
    assert!(expected.stderr.contains("leak.internal"), "{}", expected.stderr);
    let again = build_with(&hub, &[]);
    assert_eq!(
        again.code, 1,
        "the same hub has the same findings, whatever was built before: {}{}",
        again.stdout, again.stderr
    );
}

#[test]
fn a_build_of_a_persona_that_has_no_site_is_refused() {
    let hub = hub().extended(
        "hub.toml",
        "\n[[segments]]\nid = \"later\"\ntargeted = false\nreason = \"next year\"\n",
    );
    let hub = hub
        .extended("personas/nurse.toml", "segment = \"later\"\n")
        .edited("content/third.md", "'nurse'", "'gp'")
        .on_disk();
    build(&hub);
    let before = hub.tree("public");
    let ran = build_with(&hub, &["--persona", "nurse"]);
    assert!(
        ran.code != 0 && ran.stderr.contains("nurse"),
        "nothing would be built, and nobody would know why: {}{}",
        ran.stdout,
        ran.stderr
    );
    hub.tree("public").assert_same(&before, "the sites before and after");
}

#[test]
fn two_output_folders_are_remembered_each_by_itself() {
    let hub = hub().on_disk();
    build_with(&hub, &["--out", "one"]).expect(0);
    build_with(&hub, &["--out", "two"]).expect(0);
    hub.remove("content/third.md");
    for out in ["one", "two"] {
        let ran = build_with(&hub, &["--out", out]).expect(0);
        assert!(ran.stdout.contains("1 deleted"), "{out}: {}", ran.stdout);
    }
    hub.tree("one").assert_same(&hub.tree("two"), "two output folders");
}
