//! The one place that writes to standard output and standard error. A failed write is never
//! ignored: the command then ends with exit code 3, whatever else its result. Only a reader that
//! has gone away is no failure.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Exit;
use etappe_base::visible::harmless;

/// Where a text goes.
#[derive(Clone, Copy)]
enum Stream {
    Output,
    Error,
}

/// The condition of a stream.
struct Fate {
    /// Whether the caller had closed it before the program began.
    closed: AtomicBool,
    /// The reason of a failed write; `None` while there was none.
    failure: Mutex<Option<String>>,
}

impl Fate {
    const fn new() -> Self {
        Self { closed: AtomicBool::new(false), failure: Mutex::new(None) }
    }
}

static FATES: [Fate; 2] = [Fate::new(), Fate::new()];

/// Whether a program reads standard output, where text for people would do harm.
static IS_DATA: AtomicBool = AtomicBool::new(false);

/// Notes which streams the caller closed. Must be called before `main`: the standard library then
/// puts `/dev/null` in their place, which takes everything. On systems without `/proc/self/fd`,
/// nothing is known.
pub(crate) fn note_closed() {
    let is_open =
        |number: u32| std::fs::symlink_metadata(format!("/proc/self/fd/{number}")).is_ok();
    // Without standard input there may be no such folder either.
    if std::fs::symlink_metadata("/proc/self/fd").is_ok() {
        FATES[0].closed.store(!is_open(1), Ordering::Relaxed);
        FATES[1].closed.store(!is_open(2), Ordering::Relaxed);
    }
}

/// Writes a result for people.
pub(super) fn result(text: &str) {
    write(Stream::Output, &without_commands(text));
}

/// Writes a result for programs.
pub(super) fn data(text: &str) {
    IS_DATA.store(true, Ordering::Relaxed);
    write(Stream::Output, text);
}

/// Writes text that is no result: findings for people, warnings, errors.
pub(super) fn say(text: &str) {
    write(Stream::Error, &without_commands(text));
}

/// Writes one line of that kind. It may hold authors' text: characters that would steer a terminal
/// or begin another line are made visible.
pub(super) fn say_line(text: &str) {
    say(&format!("{}\n", harmless(text)));
}

/// The text with a backslash in each line that the log of a GitHub workflow would take for a
/// command, whoever wrote it: `::error::…`, indented or not.
fn without_commands(text: &str) -> Cow<'_, str> {
    let is_command = |line: &str| {
        let command = line.trim_start().strip_prefix("::").unwrap_or_default();
        command.starts_with(|c: char| c.is_ascii_alphabetic()) && command.contains("::")
    };
    if !text.lines().any(is_command) {
        return Cow::Borrowed(text);
    }
    let mark = |line: &str| {
        if is_command(line) { line.replacen("::", "\\::", 1) } else { line.to_owned() }
    };
    Cow::Owned(text.split_inclusive('\n').map(mark).collect())
}

fn write(stream: Stream, text: &str) {
    let fate = &FATES[stream as usize];
    if text.is_empty() {
        return;
    }
    let closed = || io::Error::other("it is closed");
    let written = match stream {
        _ if fate.closed.load(Ordering::Relaxed) => Err(closed()),
        Stream::Output => whole(anstream::stdout().lock(), text),
        Stream::Error => whole(anstream::stderr().lock(), text),
    };
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let mut failure = fate.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert_with(|| error.to_string());
    }
}

fn whole(mut out: impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The final exit: `exit`, unless some text could not be written. That failure is reported on the
/// other stream, unless that failed too or holds data for a program.
pub(super) fn ended(exit: Exit) -> Exit {
    let failure = |stream: Stream| {
        FATES[stream as usize].failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    };
    let word = |name: &str, why: String| format!("error: cannot write to {name}: {why}\n");
    match (failure(Stream::Output), failure(Stream::Error)) {
        (None, None) => return exit,
        (Some(why), None) => write(Stream::Error, &word("standard output", why)),
        (None, Some(why)) if !IS_DATA.load(Ordering::Relaxed) => {
            write(Stream::Output, &word("standard error", why));
        }
        _ => {}
    }
    Exit::Machine
}

/// Whether everything so far was written; if not, a command that runs for ever should end.
pub(super) fn are_sound() -> bool {
    FATES.iter().all(|fate| fate.failure.lock().unwrap_or_else(PoisonError::into_inner).is_none())
}
