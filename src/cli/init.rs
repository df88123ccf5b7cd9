//! `etappe init`: the hub of `examples/starter`, embedded.

use std::fs;
use std::path::Path;

use super::{Exit, InitArgs, output};
use crate::io::MachineError;

macro_rules! starter {
    ($($path:literal)*) => { &[$(($path, include_str!(concat!("../../examples/starter/", $path)))),*] };
}

/// Path and text of each file.
const STARTER: &[(&str, &str)] = starter! {
    "content/awareness/start-here.md"
    "content/awareness/what-the-figures-say.md"
    "content/consideration/weigh-the-evidence.md"
    "content/consideration/what-it-asks-of-you.md"
    "content/loyalty/share-your-experience.md"
    "content/out-of-the-loop/what-has-changed.md"
    "content/purchase/first-steps.md"
    "content/service/ask-a-question.md"
    "hub.toml"
    "personas/traditional.toml"
    "personas/trailblazer.toml"
    "references.bib"
};

pub fn run(args: &InitArgs) -> Exit {
    let taken: Vec<&str> = STARTER.iter().map(|(path, _)| *path).filter(|path| args.dir.join(path).exists()).collect();
    if let Some(first) = taken.first() {
        return output::usage(&format!("`{}` exists already; start a hub in an empty folder", args.dir.join(first).display()));
    }
    for (path, text) in STARTER {
        if let Err(error) = write(&args.dir.join(path), text) {
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

fn write(path: &Path, text: &str) -> Result<(), MachineError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|error| MachineError::new("write", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_example_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/starter");
        let mut on_disk: Vec<String> = walkdir::WalkDir::new(&root)
            .into_iter()
            .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("public" | ".etappe")))
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
            .collect();
        let mut embedded: Vec<String> = STARTER.iter().map(|(path, _)| (*path).to_owned()).collect();
        on_disk.sort();
        embedded.sort();
        assert_eq!(on_disk, embedded);
    }
}
