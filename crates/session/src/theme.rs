//! The files of the theme that a hub uses, for those who want to change one of them.

use std::collections::BTreeMap;

use super::read::{Sorted, read_config, read_theme};
use crate::io::Files;
use etappe_base::path::HubPath;
use etappe_site::theme::Program;

/// Every file of the theme in use, by its name, without those that the hub has changed under
/// `templates/`; and under `assets/` also what the theme puts together from several files. A hub
/// whose configuration cannot be read uses the built-in theme.
pub fn theme_files(program: Program, files: &dyn Files) -> BTreeMap<String, Vec<u8>> {
    let sorted = Sorted::new(&files.list().0);
    let (config, _) = read_config(files, &sorted.config);
    let mut all: BTreeMap<String, Vec<u8>> =
        program.files().map(|file| (file.name, file.bytes)).collect();
    let Some(config) = config else { return all };
    let own = format!("themes/{}/", config.theme);
    let paths: Vec<HubPath> =
        sorted.theme.iter().filter(|path| path.as_str().starts_with(&own)).cloned().collect();
    for path in &paths {
        if let (Some(name), Ok(bytes)) = (path.as_str().strip_prefix(&own), files.read(path)) {
            all.insert(name.to_owned(), bytes);
        }
    }
    for asset in read_theme(program, files, &paths, &config).0.assets {
        all.entry(format!("assets/{}", asset.name)).or_insert_with(|| asset.bytes.to_vec());
    }
    all
}
