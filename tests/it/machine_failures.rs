//! What the machine does not allow ends with exit code 3, and with a word where one can be said: no
//! result and no finding is lost without it. Only a reader that has gone away is no failure.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use rayon::prelude::*;

use crate::support::{HubBuilder, HubOnDisk, TODAY, left_out};

/// A hub with an error, so that findings are said, and what the commands of [`COMMANDS`] ask for.
fn hub() -> HubOnDisk {
    let hub = HubBuilder::small().page("good.md", "gp", "service", "Text that is right.\n");
    let hub = hub
        .page("faulty.md", "gp", "service", "[Gone](gone.md)\n")
        .file("export.csv", "nothing of use\n");
    hub.file("own.csv", "path,month,views\n/huisartsen/practice/good/,2026-10,5\n").on_disk()
}

/// Every command that ends by itself, in every form; and calls that are wrong.
const COMMANDS: &[&[&str]] = &[
    &["--help"],
    &["--version"],
    &["help", "build"],
    &[],
    &["biuld"],
    &["init", "new-hub"],
    &["new", "a", "--persona", "gp", "--stage", "service"],
    &["new", "a", "--persona", "nobody", "--stage", "service"],
    &["build"],
    &["build", "--preview"],
    &["build", "--strict"],
    &["build", "--format", "json"],
    &["build", "--preview", "--format", "github"],
    &["build", "--verify"],
    &["check"],
    &["check", "--fix"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["check", "nowhere"],
    &["coverage"],
    &["coverage", "--format", "json"],
    &["coverage", "--format", "csv"],
    &["coverage", "--format", "markdown"],
    &["coverage", "--format", "html"],
    &["coverage", "--fail-on", "gap"],
    &["coverage", "record"],
    &["brief", "--persona", "gp", "--stage", "service"],
    &["brief", "--all", "briefs"],
    &["measures", "import", "own.csv"],
    &["measures", "import", "export.csv"],
    &["calendar"],
    &["calendar", "--format", "json"],
    &["calendar", "--format", "ical"],
    &["where-used", "content/good.md"],
    &["where-used", "spot-early", "--format", "json"],
    &["digest"],
    &["digest", "@site", "--format", "json"],
    &["explain"],
    &["explain", "link.broken"],
    &["explain", "no.such"],
    &["theme", "copy", "page.html"],
    &["schema", "hub"],
    &["completions", "bash"],
];

/// Where the two streams of a call lead.
#[derive(Clone, Copy, Debug)]
enum To {
    Nothing,
    Reader,
    Full,
    Closed,
    /// A pipe that nobody reads any more.
    Gone,
}

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn run(folder: &Path, args: &[&str], stdout: To, stderr: To) -> Ended {
    // The shell alone can close a stream of another program.
    let close = |to: To, number: u8| {
        if matches!(to, To::Closed) { format!(" {number}>&-") } else { String::new() }
    };
    let script = format!("exec \"$0\" \"$@\"{}{}", close(stdout, 1), close(stderr, 2));
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_etappe")]).args(args).current_dir(folder);
    let dated = args.first().is_some_and(|command| {
        ["new", "build", "check", "coverage", "brief", "measures", "calendar", "where-used"]
            .contains(command)
    });
    command.args(dated.then_some(["--as-of", TODAY]).into_iter().flatten()).env("NO_COLOR", "1");
    let output =
        command.stdout(stream(stdout)).stderr(stream(stderr)).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn stream(to: To) -> Stdio {
    match to {
        To::Nothing | To::Closed => Stdio::null(),
        To::Reader => Stdio::piped(),
        To::Full => File::options().write(true).open("/dev/full").expect("it is there").into(),
        To::Gone => {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            writer.into()
        }
    }
}

/// Whether this machine has what the tests need.
fn can_fail(test: &str) -> bool {
    let can = Path::new("/dev/full").exists() && Path::new("/proc/self/fd").exists();
    if !can {
        left_out(test, "the machine has no /dev/full or no /proc");
    }
    can
}

/// How each of [`COMMANDS`] ends where all can be written.
fn usual() -> &'static [Ended] {
    static USUAL: LazyLock<Vec<Ended>> = LazyLock::new(|| {
        let one = |args: &&[&str]| run(hub().path(), args, To::Reader, To::Reader);
        COMMANDS.par_iter().map(one).collect()
    });
    &USUAL
}

/// Runs every command into these streams, and compares with how it ends where all can be written.
fn check_every(
    test: &str,
    stdout: To,
    stderr: To,
    expected: impl Fn(&Ended) -> Option<i32> + Sync,
) {
    if !can_fail(test) {
        return;
    }
    let one = |(args, usual): (&&[&str], &Ended)| {
        let ended = run(hub().path(), args, stdout, stderr);
        let wanted = expected(usual);
        let said = format!("stdout: {}\nstderr: {}", ended.stdout, ended.stderr);
        (ended.code != wanted)
            .then(|| format!("{args:?}: {:?} instead of {wanted:?}\n{said}", ended.code))
    };
    let wrong: Vec<String> = COMMANDS.par_iter().zip(usual()).filter_map(one).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Exit code 3 where something would have been lost.
fn lost(usual: &Ended, is_lost: bool) -> Option<i32> {
    if is_lost { Some(3) } else { usual.code }
}

#[test]
fn results_that_cannot_be_written_are_a_failure_of_the_machine() {
    let test = "results_that_cannot_be_written_are_a_failure_of_the_machine";
    check_every(test, To::Full, To::Reader, |usual| lost(usual, !usual.stdout.is_empty()));
    check_every(test, To::Closed, To::Reader, |usual| lost(usual, !usual.stdout.is_empty()));
}

#[test]
fn findings_that_cannot_be_written_are_a_failure_of_the_machine() {
    let test = "findings_that_cannot_be_written_are_a_failure_of_the_machine";
    check_every(test, To::Reader, To::Full, |usual| lost(usual, !usual.stderr.is_empty()));
    check_every(test, To::Reader, To::Closed, |usual| lost(usual, !usual.stderr.is_empty()));
}

#[test]
fn nothing_that_can_be_written_is_a_failure_of_the_machine() {
    let test = "nothing_that_can_be_written_is_a_failure_of_the_machine";
    check_every(test, To::Closed, To::Closed, |_| Some(3));
}

#[test]
fn a_reader_that_has_gone_away_is_no_failure() {
    let test = "a_reader_that_has_gone_away_is_no_failure";
    check_every(test, To::Gone, To::Gone, |usual| usual.code);
}

#[test]
fn streams_that_lead_nowhere_are_no_failure() {
    let test = "streams_that_lead_nowhere_are_no_failure";
    check_every(test, To::Nothing, To::Nothing, |usual| usual.code);
}

#[test]
fn a_failure_is_said_on_the_stream_that_is_left() {
    if !can_fail("a_failure_is_said_on_the_stream_that_is_left") {
        return;
    }
    let hub = hub();
    let ended = run(hub.path(), &["coverage", "--format", "json"], To::Full, To::Reader);
    assert!(ended.stderr.contains("error: cannot write to standard output: "), "{}", ended.stderr);
    let ended = run(hub.path(), &["check"], To::Reader, To::Full);
    assert!(ended.stdout.contains("error: cannot write to standard error: "), "{}", ended.stdout);
    // What a program reads stays what it can read.
    let ended = run(hub.path(), &["coverage", "--format", "json"], To::Reader, To::Full);
    assert!(serde_json::from_str::<serde_json::Value>(&ended.stdout).is_ok(), "{}", ended.stdout);
}

/// A macro that prints ends the program where it cannot, or says nothing of it.
#[test]
fn one_file_alone_writes_to_the_streams() {
    let sources = crate::support::files_below(&crate::support::root().join("src"));
    let prints = |path: &&std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a source can be read");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        ["println!(", "print!(", "stdout().lock()", "stderr().lock()"]
            .iter()
            .any(|way| code.contains(way))
    };
    let found: Vec<_> = sources
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .filter(prints)
        .collect();
    let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    assert_eq!(names, ["streams.rs"]);
}
