//! The program under strace, which lets a system call fail or end the process.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use super::left_out;

/// What came of a call of `etappe` that something happened to.
pub struct Traced {
    /// `None` when it was killed.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// Whether what was to happen did.
    pub happened: bool,
    /// Every call by its name, and which of that name it was in its thread: strace counts so.
    pub calls: Vec<(String, usize)>,
}

/// Whether programs can be traced here; if not, that is said of `test`.
pub fn can_trace(test: &str) -> bool {
    let tried = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let can = tried.is_ok_and(|output| output.status.success());
    if !can {
        left_out(test, "strace is not installed, or may trace nothing here");
    }
    can
}

/// Runs `etappe` in `folder`; `inject` is what happens, as strace has it:
/// `rename:signal=KILL:when=3`.
pub fn traced(folder: &Path, inject: &str, args: &[&str]) -> Traced {
    let log = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(log.path()).args(["-e", &format!("inject={inject}")]);
    // Numbers of calls are those of one thread.
    command
        .arg(env!("CARGO_BIN_EXE_etappe"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("RAYON_NUM_THREADS", "1");
    command.env_remove("SOURCE_DATE_EPOCH");
    let Output { status, stdout, stderr } = command.output().expect("strace starts");
    let log =
        String::from_utf8_lossy(&std::fs::read(log.path()).expect("it is there")).into_owned();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let happened = log.contains("(INJECTED)") || log.contains("+++ killed by");
    Traced {
        calls: calls(&log),
        code: status.code(),
        stdout: text(&stdout),
        stderr: text(&stderr),
        happened,
    }
}

fn calls(log: &str) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let call = |line| {
        let (thread, call) = str::split_once(line, ' ')?;
        let name = call.trim_start().split_once('(')?.0;
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let count = counts.entry((thread, name)).or_default();
        *count += usize::from(is_name);
        is_name.then(|| (name.to_owned(), *count))
    };
    log.lines().filter_map(call).collect()
}
