//! `[build]` of hub.toml: which files of others a build may find in its output folder.

use super::fields::Fields;
use super::keys::{Form, ReadIn, Shape, WrittenValue};
use super::known::Known;

/// What `[build]` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Building {
    /// Patterns of files that others put into the output folder. One without a slash is a name,
    /// one with slashes a path.
    foreign: Vec<String>,
}

impl Building {
    /// Whether `path` is known to be put into the output folder by others.
    pub fn is_foreign(&self, path: &str) -> bool {
        self.foreign.iter().any(|pattern| is_named(pattern, path))
    }
}

keys! {
    /// `[build]`, as it is written.
    pub(super) struct BuildKeys("[build]") in Known {
        /// Files in the output folder that others put there, such as CNAME: a name anywhere, or a
        /// path from the top; * stands for anything within a name, ** for any folders. They are
        /// not named as foreign.
        foreign: OutputFiles = "foreign";
    }
}

impl From<BuildKeys> for Building {
    fn from(keys: BuildKeys) -> Self {
        Self { foreign: keys.foreign.unwrap_or_default() }
    }
}

/// Names or paths of files in the output folder, or patterns.
pub(super) struct OutputFiles;

impl Shape for OutputFiles {
    type Value = Vec<String>;
    const FORM: Form = Form::OutputFiles;
}

impl<C: ?Sized> ReadIn<C> for OutputFiles {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Vec<String>> {
        let reader = &mut fields.reader;
        let mut foreign = Vec::new();
        for pattern in reader.as_texts(written.name, written.item)? {
            let text = pattern.value.trim_end_matches('/');
            let parts = || text.split('/').filter(|part| *part != "**");
            if text.is_empty()
                || text.contains('\\')
                || parts().any(|part| matches!(part, "" | "." | ".."))
            {
                let help = "write a name such as `CNAME`, or a path below the output folder such \
                    as `reports/**`"
                    .to_owned();
                reader.invalid(
                    pattern.span,
                    format!("`{}` names no file of the output folder.", pattern.value),
                    Some(help),
                );
            } else {
                let mut parts: Vec<&str> = text.split('/').collect();
                parts.dedup_by(|one, other| one == other && *one == "**");
                foreign.push(parts.join("/"));
            }
        }
        Some(foreign)
    }
}

/// Whether a pattern names a path, or a folder that it is in. A pattern without a slash names any
/// file or folder of that name; one with slashes names a path from the top.
fn is_named(pattern: &str, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match pattern.split_once('/') {
        None => parts.iter().any(|part| is_like(pattern, part)),
        Some(_) => (1..=parts.len())
            .any(|end| is_path(&pattern.split('/').collect::<Vec<_>>(), &parts[..end])),
    }
}

/// Compares part by part; `**` stands for any number of folders, or none.
fn is_path(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], path) => path.is_empty(),
        (["**"], path) => !path.is_empty(),
        (["**", rest @ ..], path) => {
            (0..=path.len()).any(|skipped| is_path(rest, &path[skipped..]))
        }
        ([_, ..], []) => false,
        ([first, rest @ ..], [name, below @ ..]) => is_like(first, name) && is_path(rest, below),
    }
}

/// Compares one name; `*` stands for any characters or none, `?` for exactly one.
fn is_like(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut of) = (0, 0);
    // Where the last star was in the pattern, and where in the name the rest was last tried from.
    let mut star: Option<(usize, usize)> = None;
    while of < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(sign) if *sign == '?' || *sign == name[of] => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                of = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_files_by_name_or_by_path() {
        let named = [
            ("CNAME", "CNAME"),
            ("CNAME", "deep/CNAME"),
            ("google*.html", "google123.html"),
            ("*", "any/file"),
            ("a?c", "abc"),
            ("reports/*", "reports/a.html"),
            ("reports", "reports/deep/a.html"),
            ("reports/old", "reports/old/deep/a.html"),
            ("reports/**", "reports/deep/a.html"),
            ("**/old/*.json", "a/b/old/x.json"),
            ("**/old/*.json", "old/x.json"),
        ];
        for (pattern, path) in named {
            assert!(is_named(pattern, path), "{pattern} {path}");
        }
        let others = [
            ("CNAME", "cname"),
            ("CNAME", "CNAME2"),
            ("google*.html", "google123.htm"),
            ("a?c", "ac"),
            ("reports/old", "deep/reports/old"),
            ("reports/**", "reports"),
            ("*b*d", "abc"),
        ];
        for (pattern, path) in others {
            assert!(!is_named(pattern, path), "{pattern} {path}");
        }
    }
}
