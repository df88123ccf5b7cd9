//! What a build changes in its output folder, and what it leaves to others. Everything is decided
//! before anything is moved.
//!
//! Three rules. What the manifest lists and this build gives out, or takes down, is ours whatever
//! its bytes. Anything else that the manifest lists is deleted only as it was written, and else
//! left and named. What the manifest does not list is somebody else's: no output takes its place
//! unless the caller adopts it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::MachineError;
use super::manifest::{Manifest, Written};
use super::publish::{Refusal, Settings, stands, stands_surely};
use etappe_base::path::OutPath;

/// What is to be done, in the order in which it is done.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// What must go first, because it stands where an output needs a folder, or in a folder where
    /// an output is a file.
    pub first: Vec<OutPath>,
    /// Folders that are empty then, and must go too; the innermost first.
    pub folders: Vec<OutPath>,
    /// Outputs to be moved into place, and whether a file stands there.
    pub place: Vec<(OutPath, bool)>,
    /// What goes last.
    pub remove: Vec<OutPath>,
    /// Listed, not ours to delete as it is now, and so still to be named.
    pub left: BTreeMap<OutPath, Written>,
    /// Ours, and changed by somebody else since it was written.
    pub by_hand: Vec<OutPath>,
}

/// What stands in the place of an output.
enum Found {
    Nothing,
    /// A file that may be replaced, and whether somebody changed it.
    Ours {
        is_changed: bool,
    },
    Foreign,
    /// A folder in which nothing may be but what is deleted.
    Folder,
}

/// What is to be done so that `current` stands in `out`: `written` are the outputs that wait to be
/// moved, sorted.
pub(super) fn plan(
    out: &Path,
    previous: &Manifest,
    current: &BTreeMap<OutPath, Written>,
    written: &[OutPath],
    settings: &Settings<'_>,
) -> Result<Changes, Refusal> {
    let mut changes = Changes::default();
    let gone: BTreeSet<&OutPath> =
        previous.paths().filter(|path| !current.contains_key(*path)).collect();
    let mut away = BTreeSet::new();
    for path in gone {
        match farewell(out, path, previous, settings.is_taken_down)? {
            Farewell::Absent => {}
            Farewell::Remove { is_changed } => {
                away.insert(path.clone());
                changes.by_hand.extend(is_changed.then(|| path.clone()));
            }
            Farewell::Leave => {
                let written = previous.outputs.get(path).or_else(|| previous.besides.get(path));
                changes.left.extend(written.map(|written| (path.clone(), written.clone())));
            }
        }
    }
    let found: Vec<(Way, Found)> = written
        .par_iter()
        .with_min_len(64)
        .map(|path| (way(out, path), found(out, path, previous)))
        .collect();
    let mut foreign = Vec::new();
    let mut first = BTreeSet::new();
    for (path, (way, found)) in written.iter().zip(found) {
        match way {
            Way::Clear => {}
            Way::Link(folder) => {
                return Err(obstacle("write through the link", out, &folder).into());
            }
            Way::File(file) if away.contains(&file) => {
                first.insert(file);
            }
            Way::File(file) => {
                return Err(obstacle("make a folder in the place of the file", out, &file).into());
            }
        }
        match found {
            Found::Nothing => changes.place.push((path.clone(), false)),
            Found::Ours { is_changed } => {
                changes.by_hand.extend(is_changed.then(|| path.clone()));
                changes.place.push((path.clone(), true));
            }
            Found::Foreign if settings.adopt => changes.place.push((path.clone(), true)),
            Found::Foreign => foreign.push(path.to_string()),
            Found::Folder => {
                let (files, folders) = below(out, path).map_err(|error| {
                    MachineError::new("look into", &out.join(path.as_str()), error)
                })?;
                if files.iter().any(|file| !away.contains(file)) {
                    return Err(
                        obstacle("write a file in the place of the folder", out, path).into()
                    );
                }
                first.extend(files);
                changes.folders.extend(folders);
                changes.place.push((path.clone(), false));
            }
        }
    }
    if !foreign.is_empty() {
        return Err(Refusal::Foreign(foreign));
    }
    changes.remove = away.difference(&first).cloned().collect();
    changes.first = first.into_iter().collect();
    changes.place.sort_by(|(one, _), (other, _)| {
        (current[one].role, one).cmp(&(current[other].role, other))
    });
    Ok(changes)
}

fn obstacle(doing: &str, out: &Path, path: &OutPath) -> MachineError {
    MachineError::new(doing, &out.join(path.as_str()), io::ErrorKind::AlreadyExists.into())
}

/// What becomes of a listed file that this build does not give out.
pub enum Farewell {
    /// There is none.
    Absent,
    Remove {
        is_changed: bool,
    },
    Leave,
}

/// What becomes of `path`, which `previous` lists and this build does not give out.
///
/// # Errors
/// When what stands there should be read and cannot.
pub fn farewell(
    out: &Path,
    path: &OutPath,
    previous: &Manifest,
    is_taken_down: &dyn Fn(&Written) -> bool,
) -> Result<Farewell, MachineError> {
    let place = out.join(path.as_str());
    // Where somebody put a folder, there is nothing of ours to delete.
    let is_there = fs::symlink_metadata(&place).is_ok_and(|data| !data.is_dir());
    if !is_there {
        return Ok(Farewell::Absent);
    }
    if !may_delete(path) || !matches!(way(out, path), Way::Clear) {
        return Ok(Farewell::Leave);
    }
    let entries: Vec<&Written> =
        [previous.outputs.get(path), previous.besides.get(path)].into_iter().flatten().collect();
    for written in &entries {
        match stands_surely(out, path, written) {
            Ok(true) => return Ok(Farewell::Remove { is_changed: false }),
            Ok(false) => {}
            // Somebody closed it to this process.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            Err(error) => return Err(MachineError::new("read", &place, error)),
        }
    }
    match entries.into_iter().any(is_taken_down) {
        true => Ok(Farewell::Remove { is_changed: true }),
        false => Ok(Farewell::Leave),
    }
}

/// Whether a listed file may be deleted, wherever the list comes from: what is hidden belongs to
/// others, but `.well-known`.
pub(super) fn may_delete(path: &OutPath) -> bool {
    let mut parts = path.as_str().split('/').rev();
    let name = parts.next().unwrap_or_default();
    !name.eq_ignore_ascii_case(".git")
        && parts.all(|folder| !folder.starts_with('.') || folder == ".well-known")
}

/// What stands between the output folder and the place of an output.
pub enum Way {
    /// Folders, as far as there are any.
    Clear,
    Link(OutPath),
    File(OutPath),
}

/// The way to `path` in `out`, at which nothing but folders may stand.
pub fn way(out: &Path, path: &OutPath) -> Way {
    for (end, _) in path.as_str().match_indices('/') {
        let Some(folder) = OutPath::new(&path.as_str()[..end]) else { continue };
        match fs::symlink_metadata(out.join(folder.as_str())) {
            Ok(data) if data.is_dir() => {}
            Ok(data) if data.is_symlink() => return Way::Link(folder),
            Ok(_) => return Way::File(folder),
            Err(_) => return Way::Clear,
        }
    }
    Way::Clear
}

fn found(out: &Path, path: &OutPath, previous: &Manifest) -> Found {
    match fs::symlink_metadata(out.join(path.as_str())) {
        Err(_) => Found::Nothing,
        Ok(data) if data.is_dir() => Found::Folder,
        Ok(_) if !previous.lists(path) => Found::Foreign,
        Ok(_) => {
            let mut entries =
                [previous.outputs.get(path), previous.besides.get(path)].into_iter().flatten();
            Found::Ours { is_changed: !entries.any(|written| stands(out, path, written)) }
        }
    }
}

/// The files below a folder in `out`, and the folders, the innermost first, itself too.
fn below(out: &Path, folder: &OutPath) -> io::Result<(Vec<OutPath>, Vec<OutPath>)> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.clone()]);
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        at += 1;
        for entry in fs::read_dir(out.join(folder.as_str()))? {
            let entry = entry?;
            let name = entry.file_name();
            let path = name.to_str().and_then(|name| OutPath::new(&format!("{folder}/{name}")));
            let path = path.ok_or(io::ErrorKind::InvalidFilename)?;
            if entry.file_type()?.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    folders.reverse();
    Ok((files, folders))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_below_a_hidden_part_is_deleted_but_what_is_well_known() {
        for (path, expected) in [
            ("index.html", true),
            (".well-known/security.txt", true),
            (".htaccess", true),
            (".git", false),
            ("a/.git", false),
            (".git/config", false),
            (".GIT/config", false),
            ("a/.ssh/key", false),
            (".well-known/.git/config", false),
        ] {
            assert_eq!(may_delete(&OutPath::new(path).unwrap()), expected, "{path}");
        }
    }
}
