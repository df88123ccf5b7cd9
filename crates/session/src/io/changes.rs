//! What a build changes in its output folder, and what it leaves to others. Everything is decided
//! before anything is moved.
//!
//! Three rules. A file that the manifest lists, and that this build makes or takes down, belongs to
//! the build whatever its bytes. Any other file that the manifest lists is deleted only if it is as
//! it was written; if not, it is left and named. A file that the manifest does not list is somebody
//! else's: no output takes its place unless the caller adopts it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::MachineError;
use super::manifest::{Manifest, WrittenOutput};
use super::publish::{Refusal, Settings, stands, stands_surely};
use etappe_base::path::OutPath;

/// The steps of a publication, in the order in which they are done.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Files that must go first, because an output needs a folder in their place, or an output is
    /// to stand in the place of their folder.
    pub first: Vec<OutPath>,
    /// Folders that are empty by then and must go too, the innermost first.
    pub folders: Vec<OutPath>,
    /// Outputs to be moved into place, each with whether a file stands there already.
    pub place: Vec<(OutPath, bool)>,
    /// Files that go last.
    pub remove: Vec<OutPath>,
    /// Listed files that were changed, and so are not deleted; the manifest goes on listing them.
    pub left: BTreeMap<OutPath, WrittenOutput>,
    /// Files of this build that somebody changed since they were written, and that are replaced or
    /// deleted all the same.
    pub by_hand: Vec<OutPath>,
}

/// The thing that stands in the place of an output.
enum InPlace {
    Nothing,
    /// A file that may be replaced, and whether somebody changed it.
    Ours {
        is_changed: bool,
    },
    Foreign,
    /// A folder; it may hold only files that are deleted.
    Folder,
}

/// The steps that make `current` stand in `out`. `written` are the outputs that wait to be moved,
/// sorted.
pub(super) fn plan(
    out: &Path,
    previous: &Manifest,
    current: &BTreeMap<OutPath, WrittenOutput>,
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
    let found: Vec<(WayThere, InPlace)> = written
        .par_iter()
        .with_min_len(64)
        .map(|path| (way(out, path), found(out, path, previous)))
        .collect();
    let mut foreign = Vec::new();
    let mut first = BTreeSet::new();
    for (path, (way, found)) in written.iter().zip(found) {
        match way {
            WayThere::Clear => {}
            WayThere::Link(folder) => {
                return Err(obstacle("write through the link", out, &folder).into());
            }
            WayThere::File(file) if away.contains(&file) => {
                first.insert(file);
            }
            WayThere::File(file) => {
                return Err(obstacle("make a folder in the place of the file", out, &file).into());
            }
        }
        match found {
            InPlace::Nothing => changes.place.push((path.clone(), false)),
            InPlace::Ours { is_changed } => {
                changes.by_hand.extend(is_changed.then(|| path.clone()));
                changes.place.push((path.clone(), true));
            }
            InPlace::Foreign if settings.adopt => changes.place.push((path.clone(), true)),
            InPlace::Foreign => foreign.push(path.to_string()),
            InPlace::Folder => {
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

/// The fate of a listed file that this build does not make.
pub enum Farewell {
    /// There is no such file.
    Absent,
    /// It goes.
    Remove {
        /// It no longer holds what was written; it goes because its page is taken down.
        is_changed: bool,
    },
    /// It no longer holds what was written, or stands where no build deletes.
    Leave,
}

/// The fate of `path`, which `previous` lists and this build does not make.
///
/// # Errors
/// When a file has to be read to decide, and cannot be.
pub fn farewell(
    out: &Path,
    path: &OutPath,
    previous: &Manifest,
    is_taken_down: &dyn Fn(&WrittenOutput) -> bool,
) -> Result<Farewell, MachineError> {
    let place = out.join(path.as_str());
    // In the place of a file, somebody may have put a folder: there is no output to delete then.
    let is_there = fs::symlink_metadata(&place).is_ok_and(|data| !data.is_dir());
    if !is_there {
        return Ok(Farewell::Absent);
    }
    if !may_delete(path) || !matches!(way(out, path), WayThere::Clear) {
        return Ok(Farewell::Leave);
    }
    let entries: Vec<&WrittenOutput> =
        [previous.outputs.get(path), previous.besides.get(path)].into_iter().flatten().collect();
    for written in &entries {
        match stands_surely(out, path, written) {
            Ok(true) => return Ok(Farewell::Remove { is_changed: false }),
            Ok(false) => {}
            // Somebody took away this process's right to read it.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            Err(error) => return Err(MachineError::new("read", &place, error)),
        }
    }
    match entries.into_iter().any(is_taken_down) {
        true => Ok(Farewell::Remove { is_changed: true }),
        false => Ok(Farewell::Leave),
    }
}

/// Whether a listed file may be deleted at all, wherever the list comes from. Hidden files and
/// folders belong to others, except `.well-known`.
pub(super) fn may_delete(path: &OutPath) -> bool {
    let mut parts = path.as_str().split('/').rev();
    let name = parts.next().unwrap_or_default();
    !name.eq_ignore_ascii_case(".git")
        && parts.all(|folder| !folder.starts_with('.') || folder == ".well-known")
}

/// The way from the output folder to the place of an output.
pub enum WayThere {
    /// Only folders stand on it, or nothing yet.
    Clear,
    /// This folder on the way is a link, perhaps out of the output folder.
    Link(OutPath),
    /// A file stands where this folder on the way should be.
    File(OutPath),
}

/// Looks along the way to `path` in `out`, on which only folders may stand.
pub fn way(out: &Path, path: &OutPath) -> WayThere {
    for (end, _) in path.as_str().match_indices('/') {
        let Some(folder) = OutPath::new(&path.as_str()[..end]) else { continue };
        match fs::symlink_metadata(out.join(folder.as_str())) {
            Ok(data) if data.is_dir() => {}
            Ok(data) if data.is_symlink() => return WayThere::Link(folder),
            Ok(_) => return WayThere::File(folder),
            Err(_) => return WayThere::Clear,
        }
    }
    WayThere::Clear
}

fn found(out: &Path, path: &OutPath, previous: &Manifest) -> InPlace {
    match fs::symlink_metadata(out.join(path.as_str())) {
        Err(_) => InPlace::Nothing,
        Ok(data) if data.is_dir() => InPlace::Folder,
        Ok(_) if !previous.lists(path) => InPlace::Foreign,
        Ok(_) => {
            let mut entries =
                [previous.outputs.get(path), previous.besides.get(path)].into_iter().flatten();
            InPlace::Ours { is_changed: !entries.any(|written| stands(out, path, written)) }
        }
    }
}

/// The files below a folder in `out`; and the folders, the innermost first and the folder itself
/// last.
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
