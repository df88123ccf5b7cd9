//! Where a command is about: the nearest hub from a folder upwards, whichever way that was named.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, output};

/// The file that makes a folder a hub.
const HUB_FILE: &str = "hub.toml";

/// The folder that every command takes.
#[derive(Args)]
pub(super) struct HubArgs {
    /// Look for the hub in this folder and those above it, instead of the current one; other paths
    /// are not changed by it
    #[arg(short = 'C', value_name = "DIR", global = true)]
    from: Option<PathBuf>,
    /// Another name of -C
    #[arg(long, value_name = "DIR", global = true)]
    hub: Option<PathBuf>,
}

/// The folder of a command that also takes it as its argument. As a path, it is the hub's.
#[derive(Args)]
pub(super) struct HubDir {
    /// Another name of -C
    #[arg(value_name = "DIR")]
    at: Option<PathBuf>,
    #[arg(skip)]
    found: PathBuf,
}

impl Deref for HubDir {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.found
    }
}

impl HubDir {
    /// Finds the hub, which is what it stands for from now on.
    pub(super) fn find(&mut self, args: &HubArgs) -> Result<(), Exit> {
        self.found = args.hub(self.at.as_deref())?;
        Ok(())
    }
}

impl HubArgs {
    /// The folder of the nearest hub from the named folder upwards. Where there is none, the named
    /// folder: that no hub is there is for the command to say.
    pub(super) fn hub(&self, argument: Option<&Path>) -> Result<PathBuf, Exit> {
        let from = self.named(argument)?;
        Ok(nearest(&from).unwrap_or(from))
    }

    /// The folder that was named, or the current one.
    pub(super) fn named(&self, argument: Option<&Path>) -> Result<PathBuf, Exit> {
        let mut all = [self.from.as_deref(), self.hub.as_deref(), argument].into_iter().flatten();
        let Some(first) = all.next() else { return Ok(PathBuf::from(".")) };
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        match all.find(|other| real(other) != real(first)) {
            Some(other) => Err(output::usage(&format!(
                "`{}` and `{}` are two folders; name one",
                first.display(),
                other.display()
            ))),
            None => Ok(first.to_owned()),
        }
    }
}

/// The nearest hub from a folder upwards, named as briefly as can be; `None` where there is none.
fn nearest(from: &Path) -> Option<PathBuf> {
    let real = from.canonicalize().ok().filter(|real| real.is_dir())?;
    let hub = real.ancestors().find(|folder| folder.join(HUB_FILE).is_file())?;
    if hub == real {
        return Some(from.to_owned());
    }
    let current = Path::new(".").canonicalize().ok()?;
    if let Ok(below) = current.strip_prefix(hub) {
        let ups = below.components().map(|_| "..");
        let path: PathBuf = ups.collect();
        return Some(if path.as_os_str().is_empty() { PathBuf::from(".") } else { path });
    }
    Some(hub.strip_prefix(&current).unwrap_or(hub).to_owned())
}

/// A path as a shell takes it, in hints to copy.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain =
        |c: char| c.is_alphanumeric() || "_./@%+=:,-".contains(c) || cfg!(windows) && c == '\\';
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        return text;
    }
    match cfg!(windows) {
        true => format!("\"{text}\""),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// The command that does something to a hub, as it can be copied: the folder is left out where it
/// is the current one.
pub(super) fn command(name: &str, hub: &Path) -> String {
    match hub == Path::new(".") || hub.as_os_str().is_empty() {
        true => format!("etappe {name}"),
        false => format!("etappe {name} {}", quoted(hub)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_in_hints_can_be_copied() {
        for (path, expected) in [
            ("hub", "etappe build hub"),
            (".", "etappe build"),
            ("my hub", "etappe build 'my hub'"),
            ("it's", "etappe build 'it'\\''s'"),
            ("$HOME", "etappe build '$HOME'"),
            ("décès/x", "etappe build décès/x"),
        ] {
            assert_eq!(command("build", Path::new(path)), expected);
        }
    }
}
