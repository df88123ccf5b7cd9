//! The program that tests, benches and fuzzers build with: the theme as it lies in the repository.

// Benches and fuzzers, which take it in too, touch no disk but here.
#![allow(clippy::disallowed_methods)]

use std::path::Path;
use std::sync::LazyLock;

use etappe_base::hash::Digest;
use etappe_site::theme::Program;

type Files = Vec<(&'static str, &'static [u8])>;

/// Its digest is no other's: nothing that a test makes is taken for what another program made.
pub(crate) fn program() -> Program {
    static THEME: LazyLock<Files> = LazyLock::new(|| {
        let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let root = above
            .find_map(|folder| Some(folder.join("themes/default")).filter(|theme| theme.is_dir()));
        let mut files = Files::new();
        read(&root.expect("the theme is in the repository"), "", &mut files);
        files
    });
    Program { digest: Digest::of(b"a test"), theme: &THEME }
}

fn read(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).expect("it can be read") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_str().expect("it is text"));
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            files.push((name.leak(), std::fs::read(entry.path()).expect("it can be read").leak()));
        }
    }
}
