//! When files were last committed, as the `git` program says. Only `etappe check` asks, and only
//! for files that do not say it themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use etappe_base::date::Day;
use etappe_base::path::HubPath;

/// The longest wait for all answers; days that are not known by then stay unknown.
const PATIENCE: Duration = Duration::from_secs(10);

/// The day of the last commit of each of `wanted`, as far as a repository around `root` knows it.
/// One run of `git log`, which ends with the last file that was asked for. Empty without git or
/// without a repository.
pub(super) fn committed(root: &Path, wanted: &BTreeSet<HubPath>) -> BTreeMap<HubPath, Day> {
    let mut found = BTreeMap::new();
    if wanted.is_empty() {
        return found;
    }
    let Ok(mut git) = start(root) else { return found };
    let Some(output) = git.stdout.take() else { return found };
    let (sender, lines) = mpsc::channel();
    // Reading blocks, and git may never answer, so a thread of its own reads; it ends when git
    // does.
    let reader = thread::spawn(move || {
        let pieces = BufReader::new(output).split(0).map_while(Result::ok);
        pieces.map(|piece| sender.send(piece)).take_while(Result::is_ok).for_each(drop);
    });
    let end = Instant::now() + PATIENCE;
    let mut day = None;
    while found.len() < wanted.len() {
        let Ok(piece) = lines.recv_timeout(end.saturating_duration_since(Instant::now())) else {
            break;
        };
        let text = String::from_utf8_lossy(&piece);
        match (text.trim_start_matches('\n').strip_prefix('\u{1}'), day) {
            (Some(seconds), _) => day = seconds.trim().parse().ok().map(Day::from_unix_seconds),
            (None, Some(day)) => {
                if let Some(path) =
                    HubPath::new(text.trim_start_matches('\n')).filter(|path| wanted.contains(path))
                {
                    found.entry(path).or_insert(day);
                }
            }
            (None, None) => {}
        }
    }
    stop(git);
    drop(lines);
    let _it_only_reads = reader.join();
    found
}

/// Starts git, which lists commits with the newest first: the time of each, and the files that it
/// touched. Git fetches nothing and runs no other program.
fn start(root: &Path) -> std::io::Result<Child> {
    Command::new("git")
        .current_dir(root)
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "log.showSignature=false",
            "log",
            "-z",
            "--format=%x01%ct",
            "--name-only",
            "--no-renames",
        ])
        .args(["--relative", "--no-ext-diff", "--no-textconv", "--", "content"])
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

fn stop(mut git: Child) {
    let _it_may_have_ended = git.kill();
    let _its_answer_is_read = git.wait();
}
