//! The real program, run as its users run it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Where the program remembers what is its user's, while the tests run.
fn state_folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder")).path()
}

/// One call of `etappe`.
pub struct Etappe {
    command: Command,
}

/// What came of a call.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Etappe {
    /// A call in a folder, with nothing of the caller's environment that changes what is built or
    /// printed.
    pub fn inside(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_etappe"));
        command
            .current_dir(folder)
            .env_remove("SOURCE_DATE_EPOCH")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("COLUMNS");
        command.env("NO_COLOR", "1").env("TZ", "UTC").env("XDG_STATE_HOME", state_folder());
        Self { command }
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub fn run(mut self) -> Ran {
        let output = self.command.output().expect("the program starts");
        Ran::from(output)
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
        let code = output.status.code().expect("the program ends by itself");
        Self { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Ran {
    /// Fails unless the call ended with `code`.
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// stdout as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in:\n{}", self.stdout))
    }
}

/// Runs the program in `folder`.
pub fn etappe(folder: &Path, args: &[&str]) -> Ran {
    Etappe::inside(folder).args(args).run()
}
