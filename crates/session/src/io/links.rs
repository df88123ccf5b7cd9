//! Where a path of the hub really stands. Symbolic links are followed by hand, one step at a time,
//! so that no step leaves the folder that the path is in: what stands under `static/` is published,
//! and what stands beside it is not.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::FOLDERS;
use etappe_base::withheld::{Reason, of_name};

/// Why a path leads nowhere that may be read.
#[derive(Debug)]
pub(super) enum Astray {
    /// It leads out of its own folder of the hub.
    Outside,
    /// It leads through a file or folder of this name, which begins with a dot.
    Hidden(String),
    /// It leads to a file that is not for readers because of this name.
    Withheld(String, Reason),
    /// It leads round in a circle.
    Circle,
    /// A part is not there, or cannot be looked at; `linked` where a link led there.
    Gone { error: io::Error, linked: bool },
}

impl From<Astray> for io::Error {
    fn from(astray: Astray) -> Self {
        let denied = |text: String| Self::new(io::ErrorKind::PermissionDenied, text);
        match astray {
            Astray::Outside => denied("a symbolic link leads out of its folder".to_owned()),
            Astray::Hidden(name) => {
                denied(format!("a symbolic link leads through the hidden `{name}`"))
            }
            Astray::Withheld(name, reason) => {
                denied(format!("`{name}` is not for readers: {}", reason.clause()))
            }
            Astray::Circle => denied("symbolic links lead in a circle".to_owned()),
            // A broken link gets a message of its own, unlike a file that is not there at all.
            Astray::Gone { error, linked: true } => {
                Self::other(format!("a symbolic link leads nowhere: {error}"))
            }
            Astray::Gone { error, linked: false } => error,
        }
    }
}

/// How many links are followed for one path, as many as systems do.
const MOST: usize = 40;

/// The place that the relative `path` leads to in the hub at `root`. No link below the root is left
/// in it.
pub(super) fn resolve(root: &Path, path: &str) -> Result<PathBuf, Astray> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let mut steps = Steps::new(root);
    if !FOLDERS.contains(&first) {
        steps.take(Path::new(path))?;
        return Ok(steps.place());
    }
    steps.take(Path::new(first))?;
    let linked = steps.followed > 0;
    // A folder of the hub may be a link to another place in the hub, but not into another of the
    // hub's folders: its files would be taken for what they are not.
    let is_another =
        |name: &OsString| FOLDERS.iter().any(|folder| name.eq_ignore_ascii_case(folder));
    if linked && steps.stack.first().is_none_or(is_another) {
        return Err(Astray::Outside);
    }
    steps.fence = steps.stack.len();
    steps.take(Path::new(rest))?;
    Ok(steps.place())
}

struct Steps<'r> {
    root: &'r Path,
    /// The names of the place so far, below the root; none is a link.
    stack: Vec<OsString>,
    /// How many names at the beginning of `stack` make up the folder that no step may leave.
    fence: usize,
    followed: usize,
}

impl<'r> Steps<'r> {
    fn new(root: &'r Path) -> Self {
        Self { root, stack: Vec::new(), fence: 0, followed: 0 }
    }

    fn place(&self) -> PathBuf {
        let mut place = self.root.to_owned();
        place.extend(&self.stack);
        place
    }

    /// Goes on along `path`.
    fn take(&mut self, path: &Path) -> Result<(), Astray> {
        let mut pending: VecDeque<OsString> = VecDeque::new();
        self.push(&mut pending, path)?;
        while let Some(name) = pending.pop_front() {
            if name == ".." {
                if self.stack.len() <= self.fence {
                    return Err(Astray::Outside);
                }
                self.stack.pop();
                continue;
            }
            self.may_pass(&name)?;
            self.stack.push(name);
            let place = self.place();
            let gone = |error| Astray::Gone { error, linked: self.followed > 0 };
            if !fs::symlink_metadata(&place).map_err(gone)?.is_symlink() {
                continue;
            }
            let target = fs::read_link(&place).map_err(gone)?;
            self.stack.pop();
            self.followed += 1;
            if self.followed > MOST {
                return Err(Astray::Circle);
            }
            self.push(&mut pending, &target)?;
        }
        Ok(())
    }

    /// Puts the target of a link before the names that are still to come. A target that begins at
    /// the root of the disk must name the folder itself.
    fn push(&mut self, pending: &mut VecDeque<OsString>, path: &Path) -> Result<(), Astray> {
        let below = if path.is_absolute() {
            self.below(path).ok_or(Astray::Outside)?
        } else {
            path.to_owned()
        };
        if path.is_absolute() {
            self.stack.truncate(self.fence);
        }
        for part in below.components().rev() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => pending.push_front("..".into()),
                Component::Normal(name) => pending.push_front(name.to_owned()),
                Component::RootDir | Component::Prefix(_) => return Err(Astray::Outside),
            }
        }
        Ok(())
    }

    /// The part of an absolute path that follows the folder which it must be in.
    fn below(&self, path: &Path) -> Option<PathBuf> {
        let mut own = PathBuf::new();
        own.extend(&self.stack[..self.fence]);
        let root = fs::canonicalize(self.root).ok();
        let roots = [Some(self.root.to_owned()), root];
        roots
            .into_iter()
            .flatten()
            .find_map(|root| path.strip_prefix(root.join(&own)).ok())
            .map(Path::to_owned)
    }

    /// Checks that readers may have a file of this name, if a link leads through it. Names in the
    /// path itself are judged by their place.
    fn may_pass(&self, name: &OsStr) -> Result<(), Astray> {
        if self.followed == 0 {
            return Ok(());
        }
        let name = name.to_string_lossy();
        match of_name(&name) {
            _ if name.starts_with('.') && (name != ".well-known" || self.fence == 0) => {
                Err(Astray::Hidden(name.into_owned()))
            }
            Some(Reason::Litter) | None => Ok(()),
            Some(reason) => Err(Astray::Withheld(name.into_owned(), reason)),
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn hub() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("hub");
        for below in [
            "static/a/b",
            "static/.git",
            "static/.well-known",
            "content/secret",
            "texts/deep",
            ".hidden",
        ] {
            fs::create_dir_all(root.join(below)).unwrap();
        }
        for file in [
            "static/a/b/x.txt",
            "static/.git/config",
            "static/.well-known/y",
            "static/k.pem",
            "content/secret/p.md",
            "texts/t.md",
        ] {
            fs::write(root.join(file), file).unwrap();
        }
        fs::create_dir_all(folder.path().join("outside")).unwrap();
        fs::write(folder.path().join("outside/o.txt"), "o").unwrap();
        symlink(root.join("static"), folder.path().join("outside/back")).unwrap();
        (folder, root)
    }

    fn said(root: &Path, path: &str) -> String {
        match resolve(root, path) {
            Ok(place) => place.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
            Err(Astray::Outside) => "outside".to_owned(),
            Err(Astray::Hidden(_)) => "hidden".to_owned(),
            Err(Astray::Withheld(..)) => "withheld".to_owned(),
            Err(Astray::Circle) => "circle".to_owned(),
            Err(Astray::Gone { linked, .. }) => {
                if linked { "gone by a link" } else { "gone" }.to_owned()
            }
        }
    }

    #[test]
    fn every_step_stays_in_the_folder_that_the_path_is_in() {
        let (_folder, root) = hub();
        let inside = root.join("static/a/b/x.txt");
        let climbing = root.join("static/../content/secret/p.md");
        for (target, expected) in [
            ("a/b/x.txt", "static/a/b/x.txt"),
            ("./a/../a/b/x.txt", "static/a/b/x.txt"),
            (inside.to_str().unwrap(), "static/a/b/x.txt"),
            (climbing.to_str().unwrap(), "outside"),
            ("../content/secret/p.md", "outside"),
            ("../static/a/b/x.txt", "outside"),
            ("a/../../content/secret/p.md", "outside"),
            ("../../outside/o.txt", "outside"),
            ("/etc/passwd", "outside"),
            ("../../outside/back/a/b/x.txt", "outside"),
            (".git/config", "hidden"),
            (".well-known/y", "static/.well-known/y"),
            ("k.pem", "withheld"),
            ("nothing", "gone by a link"),
            ("link", "circle"),
        ] {
            let link = root.join("static/link");
            let _none_yet = fs::remove_file(&link);
            symlink(target, &link).unwrap();
            assert_eq!(said(&root, "static/link"), expected, "{target}");
            // By way of another link, it is the same.
            let other = root.join("static/a/other");
            let _none_yet = fs::remove_file(&other);
            symlink("../link", &other).unwrap();
            assert_eq!(said(&root, "static/a/other"), expected, "{target}, twice");
        }
        assert_eq!(said(&root, "static/nothing"), "gone");
    }

    #[test]
    fn the_way_up_from_a_linked_folder_is_that_of_its_target() {
        let (_folder, root) = hub();
        symlink("a/b", root.join("static/deep")).unwrap();
        symlink("deep/../b/x.txt", root.join("static/one")).unwrap();
        symlink("deep/../../../content/secret/p.md", root.join("static/two")).unwrap();
        assert_eq!(said(&root, "static/deep/x.txt"), "static/a/b/x.txt");
        assert_eq!(said(&root, "static/one"), "static/a/b/x.txt");
        assert_eq!(said(&root, "static/two"), "outside");
    }

    #[test]
    fn a_folder_of_the_hub_is_never_another_one() {
        let (_folder, root) = hub();
        for (target, expected) in [
            ("texts", "texts/t.md"),
            ("content", "outside"),
            ("content/secret", "outside"),
            (".", "outside"),
            ("..", "outside"),
            ("../outside", "outside"),
            (".hidden", "hidden"),
        ] {
            let link = root.join("templates");
            let _none_yet = fs::remove_file(&link);
            symlink(target, &link).unwrap();
            assert_eq!(said(&root, "templates/t.md"), expected, "{target}");
        }
        fs::remove_file(root.join("templates")).unwrap();
        symlink("texts", root.join("templates")).unwrap();
        symlink("../static/a/b/x.txt", root.join("texts/up")).unwrap();
        assert_eq!(said(&root, "templates/up"), "outside");
    }
}
