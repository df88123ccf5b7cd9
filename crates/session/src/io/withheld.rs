//! Which files in a hub's folder are no part of the hub: files that are not for readers are
//! withheld and reported, files that systems strew about are ignored.

use super::{FOLDERS, ROOT_FILES};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::withheld::{Reason, of_name};

/// How a file or folder is treated, by its name and its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FileTreatment {
    /// It is part of the hub.
    Taken,
    /// It is left alone, and not reported.
    Ignored,
    /// It is left alone, and reported.
    Withheld(Reason),
}

/// The verdict on a file or folder at `path`, whose own folders are all taken.
pub(super) fn verdict(path: &str) -> FileTreatment {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match of_name(name) {
        Some(Reason::Litter) => FileTreatment::Ignored,
        Some(reason) if is_published(folder) => FileTreatment::Withheld(reason),
        // `.well-known` is for web servers, so it counts only where files are published as they
        // are.
        _ if name.starts_with('.') && !is_below("static", folder) => FileTreatment::Ignored,
        _ => FileTreatment::Taken,
    }
}

/// The outermost part of `path` that is not taken, and the verdict on it.
pub(super) fn outermost(path: &str) -> Option<(&str, FileTreatment)> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.map(|end| (&path[..end], verdict(&path[..end])))
        .find(|(_, verdict)| *verdict != FileTreatment::Taken)
}

/// Whether files in a folder can reach readers as they are.
fn is_published(folder: &str) -> bool {
    let mut parts = folder.split('/');
    match parts.next() {
        Some("content" | "static") => true,
        Some("templates") => parts.next() == Some("assets"),
        Some("themes") => parts.nth(1) == Some("assets"),
        _ => false,
    }
}

fn is_below(first: &str, folder: &str) -> bool {
    folder.split('/').next() == Some(first)
}

/// Whether a change of a file or folder at `path` can matter to a hub: it is part of the hub, or
/// withheld with a report.
pub fn belongs(path: &HubPath) -> bool {
    let path = path.as_str();
    let first = path.split('/').next().unwrap_or_default();
    let known = FOLDERS.contains(&first) || ROOT_FILES.contains(&path);
    known
        && match outermost(path) {
            None => true,
            Some((_, FileTreatment::Ignored | FileTreatment::Taken)) => false,
            // Changes inside a withheld folder do not matter.
            Some((part, FileTreatment::Withheld(_))) => part == path,
        }
}

/// Whether a file or folder at `path` is withheld, or stands in one that is.
pub fn is_withheld(path: &HubPath) -> bool {
    matches!(outermost(path.as_str()), Some((_, FileTreatment::Withheld(_))))
}

/// The finding on a file or folder that is withheld.
pub(super) fn finding(path: &HubPath, reason: Reason) -> Finding {
    let message = format!("`{}` is not published: {}.", path.name(), reason.clause());
    let help = match reason {
        Reason::Environment => {
            "move it out of the hub, and change the passwords if others have seen it"
        }
        Reason::HoldsKey => "move it out of the hub, and make a new key if others have seen it",
        Reason::Key => {
            "move it out of the hub; a certificate for all to read can be named `.crt`, and a \
             Keynote presentation be saved as PDF"
        }
        _ => "move it out of the hub; if it is for readers, give it a name without the dot",
    };
    Finding::new(&codes::FILE_SECRET, Place::file(path), message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_is_withheld_where_it_could_be_published_and_ignored_where_not() {
        for (path, expected) in [
            ("static/.env", FileTreatment::Withheld(Reason::Environment)),
            ("content/a/.env", FileTreatment::Withheld(Reason::Environment)),
            ("themes/own/assets/.env", FileTreatment::Withheld(Reason::Environment)),
            ("templates/assets/x.pem", FileTreatment::Withheld(Reason::Key)),
            ("themes/own/.git", FileTreatment::Ignored),
            ("personas/.env", FileTreatment::Ignored),
            ("themes/own/x.pem", FileTreatment::Taken),
            ("static/.well-known", FileTreatment::Taken),
            ("content/.well-known", FileTreatment::Ignored),
            ("static/Thumbs.db", FileTreatment::Ignored),
            ("static/.htpasswd", FileTreatment::Withheld(Reason::Hidden)),
            ("hub.toml", FileTreatment::Taken),
        ] {
            assert_eq!(verdict(path), expected, "{path}");
        }
    }

    #[test]
    fn news_of_what_stands_in_a_withheld_folder_is_none() {
        let belongs = |path: &str| belongs(&HubPath::new(path).unwrap());
        assert!(belongs("static/.git") && !belongs("static/.git/index"));
        assert!(
            belongs("static/a.pem")
                && belongs("content/a.md")
                && !belongs("content/a.md~")
                && !belongs("notes.txt")
        );
    }
}
