//! `etappe init`: writes the hub of `examples/starter`, which is embedded in the program.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::place::command;
use super::{Exit, output};
use crate::embedded::STARTER;
use etappe_session::io::{self, MachineError};

#[derive(Args)]
pub(super) struct InitArgs {
    /// The folder to start in; made if it does not exist [default: the current one]
    pub dir: Option<PathBuf>,
    #[arg(skip)]
    pub at: PathBuf,
}

/// What a build makes anew.
const IGNORED: [&str; 2] = ["/public/", "/.etappe/"];

pub(super) fn run(args: &InitArgs) -> Exit {
    let taken: Vec<&str> =
        STARTER.iter().map(|(path, _)| *path).filter(|path| args.at.join(path).exists()).collect();
    if let Some(first) = taken.first() {
        return output::usage(&format!(
            "`{}` exists already; start a hub in an empty folder",
            args.at.join(first).display()
        ));
    }
    for (path, text) in STARTER {
        if let Err(error) = io::write_new(&args.at.join(path), text.as_bytes()) {
            return output::machine(&error);
        }
    }
    let ignored = match ignore(&args.at) {
        Ok(said) => said,
        Err(error) => return output::machine(&error),
    };
    let dir = &args.at;
    output::result(&format!(
        "Started a hub in {}: two personas, six stages, a few pages.\n{ignored}\
         Next: see it with `{}`, and what is missing with `{}`; change hub.toml and personas/, then build the sites with `{}`.\n",
        dir.display(),
        command("serve", dir),
        command("coverage", dir),
        command("build", dir)
    ));
    Exit::Fine
}

/// Keeps out of the repository what every build makes anew. A file that is there stays as it is:
/// then what is missing in it is said.
fn ignore(dir: &Path) -> Result<String, MachineError> {
    let path = dir.join(".gitignore");
    let Ok(there) = fs::read_to_string(&path) else {
        io::write_new(&path, format!("{}\n", IGNORED.join("\n")).as_bytes())?;
        return Ok(String::new());
    };
    let has = |line: &str| {
        there.lines().any(|own| own.trim().trim_matches('/') == line.trim_matches('/'))
    };
    let missing: Vec<&str> = IGNORED.into_iter().filter(|line| !has(line)).collect();
    Ok(match missing.is_empty() {
        true => String::new(),
        false => format!("Add to .gitignore what builds make anew: {}\n", missing.join(" ")),
    })
}
