//! Links that open a file in the writer's editor, at a line.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use etappe_base::path::{self, HubPath};

/// A pattern for links, in which `{path}`, `{line}` and `{column}` are filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Editor(String);

/// Editors that open links, by name, with the pattern of each.
const KNOWN: &[(&str, &str)] = &[
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("cursor", "cursor://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("sublime", "subl://open?url=file://{path}&line={line}&column={column}"),
    ("textmate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("macvim", "mvim://open?url=file://{path}&line={line}&column={column}"),
];

impl Default for Editor {
    fn default() -> Self {
        Self(KNOWN[0].1.to_owned())
    }
}

impl FromStr for Editor {
    type Err = String;

    /// Takes the name of a known editor, or a pattern.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, pattern)) = KNOWN.iter().find(|(name, _)| *name == text) {
            return Ok(Self((*pattern).to_owned()));
        }
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        // Links of these schemes would run in the page instead of opening an editor.
        let runs = ["javascript", "data", "vbscript", "blob"]
            .iter()
            .any(|bad| scheme.eq_ignore_ascii_case(bad));
        if is_scheme && !runs && text.contains("{path}") {
            return Ok(Self(text.to_owned()));
        }
        let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
        Err(format!(
            "`{text}` is neither one of {} nor a link such as \
             my-editor://open?file={{path}}&line={{line}}",
            names.join(", ")
        ))
    }
}

impl Editor {
    /// The link that opens `file` of the hub in `root` at a line and a column, from 1.
    pub fn link(&self, root: &Path, file: &HubPath, line: u32, column: u32) -> String {
        let whole: PathBuf = root.join(file.as_str());
        let mut whole = whole.to_string_lossy().replace('\\', "/");
        if !whole.starts_with('/') {
            whole.insert(0, '/');
        }
        let filled =
            self.0.replace("{line}", &line.to_string()).replace("{column}", &column.to_string());
        filled.replace("{path}", &path::encode(&whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_open_the_line() {
        let file = HubPath::new("content/a b.md").unwrap();
        let link = |editor: Editor| editor.link(Path::new("/home/me/hub"), &file, 3, 7);
        assert_eq!(link(Editor::default()), "vscode://file/home/me/hub/content/a%20b.md:3:7");
        assert_eq!(
            link("x-my://o?f={path}&l={line}".parse().unwrap()),
            "x-my://o?f=/home/me/hub/content/a%20b.md&l=3"
        );
    }

    #[test]
    fn only_links_that_open_something_are_taken() {
        for bad in ["emacs!", "javascript:alert('{path}')", "vscode://file", "{path}", ""] {
            assert!(bad.parse::<Editor>().is_err(), "{bad}");
        }
    }
}
