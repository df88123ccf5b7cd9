//! Who works in a folder: a build leaves a note where it works, for others that find the place
//! taken.

use std::fmt;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::replace;

/// A process that builds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AtWork {
    /// As the system numbers it.
    pub pid: u32,
    /// Its command line; empty where that is not known.
    pub command: String,
    /// When it began, in UTC; empty where that is not known.
    pub since: String,
}

/// The note's name, in a folder that no web server shows.
pub(super) const NOTE: &str = "at-work.json";

impl AtWork {
    /// The note of this process.
    pub(super) fn here() -> Self {
        let mut args = std::env::args_os();
        let program = args.next().unwrap_or_default();
        let program =
            Path::new(&program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let words: Vec<String> = std::iter::once(program)
            .chain(args.map(|arg| arg.to_string_lossy().into_owned()))
            .collect();
        let since = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
        Self { pid: std::process::id(), command: words.join(" "), since }
    }

    pub(super) fn read(folder: &Path) -> Option<Self> {
        let note: Self = serde_json::from_slice(&fs::read(folder.join(NOTE)).ok()?).ok()?;
        note.is_alive().then_some(note)
    }

    pub(super) fn leave(&self, folder: &Path) -> std::io::Result<()> {
        replace(&folder.join(NOTE), &serde_json::to_vec(self).expect("it is plain data"))
    }

    /// Whether the process still runs, as far as the system says: a note may outlive its process.
    pub(super) fn is_alive(&self) -> bool {
        is_running(self.pid)
    }
}

/// Whether there is such a process; true where the system does not say.
pub(super) fn is_running(pid: u32) -> bool {
    !Path::new("/proc/self").exists() || Path::new("/proc").join(pid.to_string()).exists()
}

impl fmt::Display for AtWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.pid)?;
        if !self.command.is_empty() {
            write!(f, " (`{}`)", self.command.escape_debug())?;
        }
        if !self.since.is_empty() {
            write!(f, ", since {}", self.since)?;
        }
        Ok(())
    }
}
