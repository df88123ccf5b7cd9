//! The files of the theme that a hub uses, for those who want to change one of them.

use std::collections::BTreeMap;

use super::read::{Sorted, read_config};
use crate::io::Files;
use etappe_site::theme::Program;

/// Every file of the theme in use, by its name, without those that the hub has changed under
/// `templates/`. A hub whose configuration cannot be read uses the built-in theme.
pub fn theme_files(program: Program, files: &dyn Files) -> BTreeMap<String, Vec<u8>> {
    let sorted = Sorted::new(&files.list().0);
    let (config, _) = read_config(files, &sorted.config);
    let own = config.map(|config| format!("themes/{}/", config.theme));
    let mut all: BTreeMap<String, Vec<u8>> =
        program.files().map(|file| (file.name, file.bytes)).collect();
    for path in &sorted.theme {
        let name = own.as_deref().and_then(|own| path.as_str().strip_prefix(own));
        if let (Some(name), Ok(bytes)) = (name, files.read(path)) {
            all.insert(name.to_owned(), bytes);
        }
    }
    all
}
