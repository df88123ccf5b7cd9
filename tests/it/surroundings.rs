//! The preview and the world around it: a repository that changes under it, a system that watches
//! no more folders, a disk that is full.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use crate::support::disk::SmallDisk;
use crate::support::preview::{DEADLINE, Running, get, read, send};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree, left_out};

const PAGE: &str = "/huisartsen/practice/a/";
const FILE: &str = "content/service/a.md";

fn small() -> HubBuilder {
    HubBuilder::small().page("service/a.md", "gp nurse", "service", "First text.\n").page(
        "service/b.md",
        "gp",
        "service",
        "Other.\n",
    )
}

/// What a preview build of a hub as it is on disk gives.
fn built(hub: &Path) -> Tree {
    HubBuilder::folder(hub).as_of(TODAY).preview().load().tree()
}

// A repository.

/// Runs git in a folder, without a word of whose machine this is.
fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args([
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "commit.gpgsign=false",
    ]);
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env_remove("GIT_DIR");
    let output = command.args(args).output().expect("git starts");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Two branches that differ in all that a hub can differ in: texts, titles, pages, folders, a
/// template, the configuration.
fn repository() -> HubOnDisk {
    let hub = small().page("moved/c.md", "nurse", "awareness", "A page in a folder.\n").on_disk();
    let commit = |what: &str| {
        git(hub.path(), &["add", "--all"]);
        git(hub.path(), &["commit", "--quiet", "--message", what]);
    };
    git(hub.path(), &["init", "--quiet", "--initial-branch", "one"]);
    commit("one");
    git(hub.path(), &["checkout", "--quiet", "-b", "two"]);
    hub.edit(FILE, "First text.", "The text of the other branch.");
    hub.remove("content/service/b.md");
    git(hub.path(), &["mv", "content/moved", "content/there"]);
    hub.write(
        "content/new/d.md",
        "+++\ntitle = 'New'\npersonas = 'all'\nstage = 'awareness'\n+++\n\nNew.\n",
    );
    hub.write("templates/not_found.html", "Lost.\n");
    hub.edit("hub.toml", "Small hub", "Another hub");
    commit("two");
    git(hub.path(), &["checkout", "--quiet", "one"]);
    hub
}

#[test]
fn another_branch_is_shown_when_it_is_checked_out() {
    if Command::new("git").arg("--version").output().is_err() {
        return left_out("another_branch_is_shown_when_it_is_checked_out", "git is not installed");
    }
    let mut running = Running::start(repository());
    let first = built(running.hub.path());
    for (branch, text) in [
        ("two", "The text of the other branch."),
        ("one", "First text."),
        ("two", "The text of the other branch."),
    ] {
        git(running.hub.path(), &["checkout", "--quiet", branch]);
        let expected = built(running.hub.path());
        assert!(expected.text("huisartsen/practice/a/index.html").contains(text));
        running.until(&format!("branch {branch} is served"), |running| {
            let same = |(path, bytes): (&String, &Vec<u8>)| {
                running.served(std::iter::once(path)).bytes(path) == bytes.as_slice()
            };
            expected.outputs.iter().all(same)
                && running.get("/huisartsen/practice/b/").status
                    == if branch == "one" { 200 } else { 404 }
        });
    }
    assert_ne!(first.paths(), built(running.hub.path()).paths());
}

// A system that watches no more.

/// The program in a world of its own, in which root may set limits that hold for it alone.
struct Limited {
    process: Child,
    said: mpsc::Receiver<String>,
    address: SocketAddr,
}

impl Limited {
    /// `None` where the system makes no such world, which is said. `limit` is what stands in the
    /// file of the system's limit.
    fn start(test: &str, hub: &HubOnDisk, file: &str, limit: &str) -> Option<Self> {
        let set = format!("echo {limit} > /proc/sys/user/{file}");
        let inside = |script: &str| {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "sh", "-c", script]);
            command
        };
        if !inside(&set).output().is_ok_and(|output| output.status.success()) {
            left_out(test, "no user namespace with limits of its own can be made here");
            return None;
        }
        let mut command = inside(&format!("{set} && exec \"$0\" serve . --port 0 --as-of {TODAY}"));
        let mut process = command
            .arg(env!("CARGO_BIN_EXE_etappe"))
            .current_dir(hub.path())
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (say, said) = mpsc::channel();
        let err = BufReader::new(process.stderr.take().expect("it is piped"));
        thread::spawn(move || {
            err.lines().map_while(Result::ok).for_each(|line| drop(say.send(line)))
        });
        let mut first = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut first).expect("it says where it is");
        let port = first
            .trim()
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let address =
            (Ipv4Addr::LOCALHOST, port.unwrap_or_else(|| panic!("a port in {first}"))).into();
        Some(Self { process, said, address })
    }

    fn page(&self) -> String {
        read(send(self.address, &get(PAGE))).text()
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Where the system has too little to watch with, every file is looked at, it is said why, and what
/// is saved is still shown.
fn check_limit(test: &str, file: &str, limit: &str, why: &str) {
    let hub = small().on_disk();
    let Some(limited) = Limited::start(test, &hub, file, limit) else { return };
    let mut line = String::new();
    while !line.contains("looked for twice a second") {
        line = limited.said.recv_timeout(DEADLINE).expect("it says that it looks at every file");
    }
    assert!(line.contains(why), "{line}");
    assert!(limited.page().contains("First text."));
    hub.edit(FILE, "First text.", "A text that is longer.");
    let end = std::time::Instant::now() + DEADLINE;
    while !limited.page().contains("A text that is longer.") {
        assert!(std::time::Instant::now() < end, "what is saved is shown");
        thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn with_too_few_watches_every_file_is_looked_at() {
    check_limit(
        "with_too_few_watches_every_file_is_looked_at",
        "max_inotify_watches",
        "2",
        "fs.inotify.max_user_watches",
    );
}

#[test]
fn with_no_watcher_at_all_every_file_is_looked_at() {
    check_limit(
        "with_no_watcher_at_all_every_file_is_looked_at",
        "max_inotify_instances",
        "0",
        "the system gives no word of changes",
    );
}

// A full disk.

#[test]
fn a_preview_goes_on_when_the_disk_is_full() {
    let Some(disk) = SmallDisk::new("a_preview_goes_on_when_the_disk_is_full", "4m") else {
        return;
    };
    let hub = disk.path().join("hub");
    let image = small().on_disk();
    image.write(
        "content/service/scan.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"/>",
    );
    image.edit(
        "hub.toml",
        "title = \"Small hub\"\n",
        "title = \"Small hub\"\nbase_url = \"https://small.example\"\nsocial.cards = true\n",
    );
    for path in crate::support::files_below(image.path()) {
        let to = hub.join(path.strip_prefix(image.path()).expect("it is below the hub"));
        std::fs::create_dir_all(to.parent().expect("it is in a folder"))
            .expect("there is room for folders");
        std::fs::copy(&path, to).expect("there is room for the hub");
    }
    disk.fill();
    let before = Tree::read(&hub);
    let mut running = Running::start_with(image, |settings| settings.dir = hub.clone());
    let expected = built(&hub);
    running.served(expected.outputs.keys()).assert_same(&expected, "served and built");
    Tree::read(&hub).assert_same(&before, "nothing is written");
    // An editor that writes in place: as long as before, it needs no room.
    let text = std::fs::read_to_string(hub.join(FILE)).expect("it can be read");
    overwrite(&hub.join(FILE), &text.replace("First text.", "Other text."));
    running.until("what is saved is served", |running| running.page(PAGE).contains("Other text."));
}

/// Writes over a file without emptying it first.
fn overwrite(path: &Path, text: &str) {
    use std::io::Write;
    let mut file = std::fs::OpenOptions::new().write(true).open(path).expect("it can be opened");
    file.write_all(text.as_bytes()).expect("it is no longer than before");
}
