//! `etappe init`: writes the hub of `examples/starter`, which is embedded in the program.

use super::{Exit, InitArgs, output};
use crate::embedded::STARTER;
use etappe_session::io;

pub(super) fn run(args: &InitArgs) -> Exit {
    let taken: Vec<&str> =
        STARTER.iter().map(|(path, _)| *path).filter(|path| args.dir.join(path).exists()).collect();
    if let Some(first) = taken.first() {
        return output::usage(&format!(
            "`{}` exists already; start a hub in an empty folder",
            args.dir.join(first).display()
        ));
    }
    for (path, text) in STARTER {
        if let Err(error) = io::write_new(&args.dir.join(path), text.as_bytes()) {
            return output::machine(&error);
        }
    }
    let dir = args.dir.display();
    output::result(&format!(
        "Started a hub in {dir}: two personas, six stages, a few pages.\n\
         Next: build it with `etappe build {dir}`, see what is missing with `etappe coverage {dir}`, then change hub.toml and personas/.\n"
    ));
    Exit::Fine
}
