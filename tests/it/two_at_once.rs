//! Two builds at the same time: one ends well, and the other says who is at work, or waits.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::command::{Etappe, Ran};
use crate::support::strace::can_trace;
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree};
use etappe_session::io::Workplace;

fn hub() -> HubBuilder {
    (0..6).fold(HubBuilder::small(), |hub, at| {
        hub.page(&format!("p{at}.md"), "gp nurse", "service", "The text.\n")
    })
}

fn build(folder: &Path, args: &[&str]) -> Ran {
    Etappe::inside(folder).args(["build", "--as-of", TODAY]).args(args).run()
}

/// The program, begun and not yet ended.
fn begin(folder: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etappe"));
    command
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("SOURCE_DATE_EPOCH")
        .args(["build", "--as-of", TODAY])
        .args(args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn end(child: Child) -> Ran {
    Ran::from(child.wait_with_output().expect("it ends"))
}

fn clean() -> Tree {
    let hub = hub().on_disk();
    build(hub.path(), &[]).expect(0);
    hub.tree("public")
}

fn enter(hub: &HubOnDisk, out: &Path) -> Workplace {
    Workplace::enter(hub.path(), out, None).unwrap_or_else(|busy| panic!("{busy}"))
}

/// A build that finds the place taken says by whom, and changes nothing.
fn check_refused(ran: Ran, what: &str) {
    assert_eq!(ran.code, 3, "{what}: {}{}", ran.stdout, ran.stderr);
    let who = format!("process {}", std::process::id());
    for part in [who.as_str(), "is at work in", "since 20", "--wait"] {
        assert!(ran.stderr.contains(part), "{what}: {part}: {}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn whoever_finds_the_place_taken_says_by_whom() {
    let (one, other) = (hub().on_disk(), hub().on_disk());
    let out = one.join("public");
    let link = other.join("link");
    std::os::unix::fs::symlink(&out, &link).expect("a link");
    let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
    let place = enter(&one, &out);
    check_refused(build(one.path(), &[]), "the same hub and folder");
    check_refused(build(one.path(), &["--out", "elsewhere"]), "the same hub and another folder");
    check_refused(build(other.path(), &["--out", &text(&out)]), "another hub and the same folder");
    check_refused(build(other.path(), &["--out", &text(&link)]), "the folder by another name");
    check_refused(build(other.path(), &["--verify", "--out", &text(&out)]), "a comparison");
    assert!(!one.has("elsewhere") && !other.has(".etappe/manifest.json"));
    build(other.path(), &[]).expect(0);
    drop(place);
    assert!(
        !one.has("public") && !one.has(".etappe"),
        "a build that came to nothing leaves nothing"
    );
    build(one.path(), &[]).expect(0);
    one.tree("public").assert_same(&clean(), "afterwards");
}

#[test]
fn with_wait_a_build_goes_on_when_the_other_is_done() {
    let hub = hub().on_disk();
    for out in ["public", "elsewhere"] {
        let place = enter(&hub, &hub.join(out));
        let mut waiting = begin(hub.path(), &["--wait"]);
        let mut line = String::new();
        BufReader::new(waiting.stderr.as_mut().expect("it is piped"))
            .read_line(&mut line)
            .expect("it says that it waits");
        assert!(line.starts_with("Waiting: process "), "{line}");
        drop(place);
        let ran = end(waiting);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        hub.tree("public").assert_same(&clean(), "after waiting");
        hub.edit("content/p0.md", "The text.", "The text.");
    }
}

#[test]
fn a_lock_falls_with_its_process() {
    if !can_trace("a_lock_falls_with_its_process") {
        return;
    }
    let hub = hub().on_disk();
    // The holder is stopped where it is about to put its outputs into place.
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-e",
        "inject=renameat2,syncfs:signal=STOP:when=1",
        "-e",
        "trace=renameat2,syncfs",
    ]);
    strace
        .arg(env!("CARGO_BIN_EXE_etappe"))
        .current_dir(hub.path())
        .args(["build", "--as-of", TODAY]);
    let mut holder =
        strace.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("strace starts");
    let mut lines =
        BufReader::new(holder.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("stopped by SIGSTOP")), "it is stopped");
    let refused = build(hub.path(), &["--out", "elsewhere"]).expect(3);
    let who = refused
        .stderr
        .split("process ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default();
    assert!(
        refused.stderr.contains("etappe build --as-of"),
        "its call is said: {}",
        refused.stderr
    );
    assert!(
        Command::new("kill").args(["-9", who]).status().expect("kill runs").success(),
        "{who} can be killed"
    );
    lines.for_each(drop);
    holder.wait().expect("it ends");
    build(hub.path(), &[]).expect(0);
    hub.tree("public").assert_same(&clean(), "after the holder was killed");
}

#[test]
fn of_two_builds_at_once_one_ends_well_and_the_other_says_why() {
    let expected = clean();
    let count = if std::env::var_os("ETAPPE_EXHAUSTIVE").is_some() { 200 } else { 6 };
    let mut refused = 0;
    for at in 0..count {
        let (one, other) = (hub().on_disk(), hub().on_disk());
        if at % 3 == 0 {
            build(one.path(), &[]).expect(0);
            one.edit("content/p1.md", "The text.", "Another text.");
            build(one.path(), &[]).expect(0);
            one.edit("content/p1.md", "Another text.", "The text.");
        }
        let out = one.join("public");
        let same = out.to_str().expect("a plain path");
        // One hub twice, one hub into two folders, two hubs into one folder.
        let (second, args): (&HubOnDisk, Vec<&str>) = match at % 3 {
            0 => (&one, vec![]),
            1 => (&one, vec!["--out", "elsewhere"]),
            _ => (&other, vec!["--out", same]),
        };
        let first = begin(one.path(), &[]);
        let second = begin(second.path(), &args);
        let rans = [end(first), end(second)];
        assert!(rans.iter().any(|ran| ran.code == 0), "one ends well: {rans:?}");
        for ran in rans.iter().filter(|ran| ran.code != 0) {
            // Whoever comes to a site of another hub, and is not told to adopt it, leaves it alone
            // too.
            let says_why = match ran.code {
                3 => ran.stderr.contains("at work in"),
                2 => at % 3 == 2 && ran.stderr.contains("no build of this hub wrote"),
                _ => false,
            };
            assert!(says_why, "{at}: {ran:?}");
            refused += 1;
        }
        if one.has("public") {
            one.tree("public").assert_same(&expected, "the site of two builds");
        }
        assert!(build(one.path(), if at % 3 == 2 { &["--adopt"] } else { &[] }).code == 0);
        one.tree("public").assert_same(&expected, "the build after them");
    }
    println!("{count} pairs: {refused} were refused");
}

#[test]
fn a_hub_that_cannot_be_written_is_built_by_one_process_at_a_time() {
    let hub = hub().on_disk();
    let out = HubOnDisk::empty();
    let site = out.join("site");
    let text = site.to_str().expect("a plain path");
    // Where `.etappe` is a file, nothing can be remembered there.
    hub.write(".etappe", "");
    let place = enter(&hub, &site);
    check_refused(build(hub.path(), &["--out", text]), "the folder alone is locked");
    drop(place);
    assert!(!out.has("site"));
}
