//! Holds the direction of dependencies, and ARCHITECTURE.md to the tree.
//!
//! The table below is the rule: a folder of `src/` may use the folders of its row, and every row names only folders
//! above it, so no circle can form. ARCHITECTURE.md shows the same table to people; a test compares the two.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of `src/` and the folders it may use, in the order in which data passes through them.
type Table = &'static [(&'static str, &'static [&'static str])];

const TABLE: Table = &[
    ("base", &[]),
    ("finding", &["base"]),
    ("image", &["base"]),
    ("search", &[]),
    ("config", &["base", "finding"]),
    ("content", &["base", "finding", "search", "config"]),
    ("references", &["base", "finding", "config", "content"]),
    ("theme", &["base", "finding", "image", "config"]),
    ("journey", &["base", "finding", "image", "config", "content"]),
    ("coverage", &["base", "config", "content", "journey"]),
    ("external", &["base", "finding", "config", "content", "journey"]),
    ("view", &["base", "image", "search", "config", "content", "references", "theme", "journey"]),
    ("plan", &["base", "finding", "image", "search", "config", "content", "references", "theme", "journey", "view"]),
    ("check", &["base", "finding", "image", "config", "content", "journey", "coverage", "plan"]),
    ("usage", &["base", "finding", "content", "journey", "plan"]),
    ("render", &["base", "search", "content", "theme", "view"]),
    ("engine", &["base", "finding", "image", "theme", "view", "plan", "render"]),
    ("io", &["base", "finding", "external"]),
    (
        "session",
        &[
            "base",
            "finding",
            "image",
            "search",
            "config",
            "content",
            "theme",
            "journey",
            "coverage",
            "external",
            "references",
            "view",
            "plan",
            "check",
            "usage",
            "render",
            "engine",
            "io",
        ],
    ),
    ("serve", &["base", "finding", "config", "content", "journey", "coverage", "plan", "engine", "io", "session"]),
    ("cli", &["base", "finding", "config", "journey", "coverage", "usage", "io", "session", "serve"]),
    ("main", &["cli"]),
];

/// Only declares the modules.
const ROOT: &str = "src/lib.rs";

/// Where a path in ARCHITECTURE.md begins if it means this repository and not somebody's hub.
const OWN: &[&str] = &["src", "tests", "benches", "themes", "examples", "docs", ".ci", ".github"];

#[test]
fn every_use_goes_the_way_of_the_table() {
    let faults = wrong_edges(TABLE, &sources());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn no_row_of_the_table_uses_a_row_below_it() {
    let faults = climbing_rows(TABLE);
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn every_folder_has_a_row_and_every_row_a_folder() {
    let faults = unmatched_rows(TABLE, &sources());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn architecture_md_shows_this_table() {
    let faults = differing_rows(TABLE, &page());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn architecture_md_names_only_what_exists() {
    let faults = missing_paths(&page(), &|path| root().join(path).exists());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

// The rules.

/// Every use of a folder that the table does not allow, with the way out.
fn wrong_edges(table: Table, sources: &[Source]) -> Vec<String> {
    let rows: BTreeMap<&str, &[&str]> = table.iter().copied().collect();
    let place = |name: &str| table.iter().position(|(folder, _)| *folder == name);
    let mut faults = Vec::new();
    for source in sources {
        let own = source.folder();
        // A folder without a row is reported as such; its uses would only repeat it.
        let Some(allowed) = rows.get(own.as_str()) else { continue };
        for Edge { to, line } in uses(source) {
            if to == own || allowed.contains(&to.as_str()) {
                continue;
            }
            let path = &source.path;
            let why = match place(&to) {
                None => format!("`{to}` is no folder of src/; name the folder that defines it, and nothing through the root"),
                Some(below) if Some(below) > place(&own) => format!(
                    "data comes to `{to}` after `{own}`, so this turns the way round.\n\
                     Hand the value over as an argument, from where both meet (src/session/, src/plan/),\n\
                     or move the type that both need to a folder above both"
                ),
                Some(_) => format!(
                    "`{own}` was not meant to know `{to}`.\n\
                     Take what is needed as an argument. If `{own}` is right to know it, add `{to}` to its row\n\
                     in tests/it/architecture.rs and in ARCHITECTURE.md, and say why in the commit"
                ),
            };
            faults.push(format!("{path}:{line} uses `crate::{to}`: {why}."));
        }
    }
    faults
}

/// Every row that names itself, a row below it, or nothing that exists.
fn climbing_rows(table: Table) -> Vec<String> {
    let mut above: BTreeSet<&str> = BTreeSet::new();
    let mut faults = Vec::new();
    for (folder, allowed) in table {
        for other in allowed.iter().filter(|other| !above.contains(*other)) {
            faults.push(format!(
                "In the table of tests/it/architecture.rs, `{folder}` may use `{other}`, which is not above it: a circle could form.\n\
                 Move the row of `{other}` up, if nothing there needs `{folder}`; else leave the edge out."
            ));
        }
        above.insert(folder);
    }
    faults
}

/// Folders of `src/` that the table does not know, and rows for folders that are gone.
fn unmatched_rows(table: Table, sources: &[Source]) -> Vec<String> {
    let rows: BTreeSet<&str> = table.iter().map(|(folder, _)| *folder).collect();
    let folders: BTreeSet<String> = sources.iter().map(Source::folder).collect();
    let new = folders.iter().filter(|folder| !rows.contains(folder.as_str())).map(|folder| {
        format!(
            "src/{folder} is not in the table of tests/it/architecture.rs.\n\
             Give it a row below every folder that it uses, and the same row in ARCHITECTURE.md, with a word on what it is for."
        )
    });
    let gone = rows.iter().filter(|row| !folders.contains(**row)).map(|row| {
        format!("The table of tests/it/architecture.rs has a row for `{row}`, but src/ has no such folder. Remove the row, there and in ARCHITECTURE.md.")
    });
    new.chain(gone).collect()
}

/// Rows of the page's table that say something else than the table here.
fn differing_rows(table: Table, page: &str) -> Vec<String> {
    let shown = shown_rows(page);
    let mut above: Vec<&str> = Vec::new();
    let mut faults = Vec::new();
    for (folder, allowed) in table {
        let wanted: BTreeSet<&str> = allowed.iter().copied().collect();
        let found = shown.iter().find(|(name, _)| name == folder).map(|(_, cell)| match cell.as_str() {
            "nothing" => BTreeSet::new(),
            "everything above" => above.iter().copied().collect(),
            list => list.split(',').map(str::trim).collect(),
        });
        let written = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
        match found {
            None => faults.push(format!(
                "ARCHITECTURE.md has no row for `{folder}`. Add one to its table of folders; its last cell reads: {written}"
            )),
            Some(found) if found != wanted => faults.push(format!(
                "ARCHITECTURE.md and tests/it/architecture.rs disagree on what `{folder}` may use. By the test its last cell reads: {written}"
            )),
            Some(_) => {}
        }
        above.push(folder);
    }
    for (name, _) in shown.iter().filter(|(name, _)| !table.iter().any(|(folder, _)| folder == name)) {
        faults.push(format!(
            "ARCHITECTURE.md has a row for `{name}`, which tests/it/architecture.rs does not know. Remove it, or add it there."
        ));
    }
    faults
}

/// Paths of this repository that the page names and the tree lacks.
fn missing_paths(page: &str, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in outside_fences(page) {
        for quoted in line.split('`').skip(1).step_by(2) {
            let first = quoted.split('/').next().unwrap_or_default();
            // `NNNN-title.md` and `src/*/mod.rs` stand for many.
            let placeholder = quoted.contains(['*', '<', '{', ' ']) || quoted.contains("NNNN") || quoted.contains("NAME");
            if quoted.contains('/') && OWN.contains(&first) && !placeholder && !exists(quoted) {
                faults.push(format!(
                    "ARCHITECTURE.md:{number} names `{quoted}`, which is not in the tree. Correct the path, or rewrite the sentence: \
                     the page says how the code is."
                ));
            }
        }
    }
    faults
}

// The page.

fn page() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md stands at the root")
}

/// The rows of a Markdown table that begin with a folder of `src/`: its name, and the last cell.
fn shown_rows(page: &str) -> Vec<(String, String)> {
    let row = |(_, line): (usize, &str)| {
        let cells: Vec<&str> = line.strip_prefix('|')?.trim_end().strip_suffix('|')?.split('|').map(str::trim).collect();
        let name = cells.first()?.strip_prefix("`src/")?.strip_suffix('`')?.trim_end_matches('/').trim_end_matches(".rs");
        Some((name.to_owned(), cells.last()?.replace('`', "")))
    };
    outside_fences(page).filter_map(row).collect()
}

/// Lines with their numbers, without fenced code.
fn outside_fences(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    page.lines().enumerate().filter_map(move |(at, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((at + 1, line))
    })
}

// The sources.

/// One file of `src/`.
struct Source {
    /// From the repository's root: `src/plan/mod.rs`.
    path: String,
    text: String,
}

impl Source {
    /// The names of its module, from the root of the crate.
    fn module(&self) -> Vec<&str> {
        let below = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        below.split('/').filter(|part| *part != "mod").collect()
    }

    /// Its row in the table.
    fn folder(&self) -> String {
        self.module().first().map_or(String::new(), |name| (*name).to_owned())
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of `src/` but the one that only declares modules.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(&root().join("src"), "src", &mut sources);
    sources.retain(|source| source.path != ROOT);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn collect(folder: &Path, shown: &str, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("src/ can be read") {
        let entry = entry.expect("src/ can be read");
        let path = format!("{shown}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &path, sources);
        } else if path.ends_with(".rs") && !path.ends_with("/tests.rs") {
            sources.push(Source { text: fs::read_to_string(entry.path()).expect("sources are UTF-8"), path });
        }
    }
}

/// A use of another folder.
#[derive(Debug, PartialEq)]
struct Edge {
    to: String,
    line: usize,
}

/// What a file uses by `crate::…`, in `use` and inline, tests aside; also by `super::` where that climbs to the root,
/// and by the crate's own name, as the program's `main.rs` does.
fn uses(source: &Source) -> Vec<Edge> {
    let code = without_tests(&code_alone(&source.text));
    let tokens = tokens(&code);
    let depth = source.module().len();
    let word = |at: usize| tokens.get(at).map_or("", |(word, _)| *word);
    let mut edges = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut next = at;
        let rooted = match word(at) {
            "crate" | "etappe" => {
                next += 1;
                word(next) == "::" && word(at.wrapping_sub(1)) != "::"
            }
            "super" => {
                let mut climbed = 1;
                next += 1;
                while word(next) == "::" && word(next + 1) == "super" {
                    climbed += 1;
                    next += 2;
                }
                climbed >= depth && word(next) == "::"
            }
            _ => false,
        };
        if rooted {
            edges.extend(heads(&tokens, next + 1));
        }
        at = next.max(at + 1);
    }
    edges
}

/// The first names of the path or group of paths that begins at `at`: `b` and `c` of `{b::x, c::{y, z}}`.
fn heads(tokens: &[(&str, usize)], at: usize) -> Vec<Edge> {
    let head = |&(word, line): &(&str, usize)| Edge { to: word.to_owned(), line };
    match tokens.get(at) {
        Some(("{", _)) => {}
        other => return other.map(head).into_iter().collect(),
    }
    let mut edges = Vec::new();
    let mut open = 0;
    let mut begins = false;
    for token in &tokens[at..] {
        match token.0 {
            "{" => {
                open += 1;
                begins = open == 1;
            }
            "}" => {
                open -= 1;
                if open == 0 {
                    break;
                }
            }
            "," => begins = open == 1,
            "self" if begins => begins = false,
            _ if begins => {
                edges.push(head(token));
                begins = false;
            }
            _ => {}
        }
    }
    edges
}

/// Names, `::`, braces and the other marks, each with its line.
fn tokens(code: &str) -> Vec<(&str, usize)> {
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(c) = code[at..].chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let length = match c {
            _ if is_name(c) => code[at..].find(|c| !is_name(c)).unwrap_or(code.len() - at),
            ':' if code[at..].starts_with("::") => 2,
            _ => c.len_utf8(),
        };
        if !c.is_whitespace() {
            tokens.push((&code[at..at + length], line));
        }
        line += usize::from(c == '\n');
        at += length;
    }
    tokens
}

/// The code with comments and literals blanked out, line by line in its place.
fn code_alone(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let length = blank_length(&chars, at);
        for c in &chars[at..at + length.max(1)] {
            let kept = length == 0 || *c == '\n';
            out.push(if kept { *c } else { ' ' });
        }
        at += length.max(1);
    }
    out
}

/// How many characters from `at` are one comment or literal; 0 for code.
fn blank_length(chars: &[char], at: usize) -> usize {
    let starts = |at: usize, text: &str| text.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    let until = |from: usize, end: &str| (from..chars.len()).find(|at| starts(*at, end)).map_or(chars.len(), |at| at + end.len());
    let in_name = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match chars[at] {
        '/' if starts(at, "//") => until(at, "\n") - at,
        '/' if starts(at, "/*") => {
            let (mut open, mut end) = (0, at);
            loop {
                match () {
                    () if end >= chars.len() => break,
                    () if starts(end, "/*") => (open, end) = (open + 1, end + 2),
                    () if starts(end, "*/") => (open, end) = (open - 1, end + 2),
                    () => end += 1,
                }
                if open == 0 {
                    break;
                }
            }
            end.min(chars.len()) - at
        }
        'r' if !in_name || chars[at - 1] == 'b' || chars[at - 1] == 'c' => {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            match chars.get(at + 1 + hashes) {
                Some('"') => until(at + hashes + 2, &format!("\"{}", "#".repeat(hashes))) - at,
                _ => 0,
            }
        }
        '"' => {
            let mut end = at + 1;
            while end < chars.len() && chars[end] != '"' {
                end += if chars[end] == '\\' { 2 } else { 1 };
            }
            (end + 1).min(chars.len()) - at
        }
        // 'x' and '\n' are literals, 'x alone is a lifetime.
        '\'' if chars.get(at + 1) == Some(&'\\') => until(at + 3, "'") - at,
        '\'' if chars.get(at + 2) == Some(&'\'') => 3,
        _ => 0,
    }
}

/// The code without the items that stand under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        out.push_str(&rest[..at]);
        let item = &rest[at..];
        let mut open = 0;
        let mut end = item.len();
        for (at, c) in item.char_indices() {
            match c {
                '{' => open += 1,
                '}' => open -= 1,
                _ => {}
            }
            if open == 0 && matches!(c, '}' | ';') {
                end = at + 1;
                break;
            }
        }
        out.extend(item[..end].chars().filter(|c| *c == '\n'));
        rest = &item[end..];
    }
    out + rest
}

// The rules find what they are for: planted faults, small enough to see.

mod planted {
    use super::*;

    const SMALL: Table = &[("ground", &[]), ("middle", &["ground"]), ("top", &["ground", "middle"])];

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    /// The faults of one file under the small table.
    fn faults(path: &str, text: &str) -> Vec<String> {
        wrong_edges(SMALL, &[source(path, text)])
    }

    fn check_edges(path: &str, text: &str, expected: &[(&str, usize)]) {
        let found = uses(&source(path, text));
        let found: Vec<(&str, usize)> = found.iter().map(|edge| (edge.to.as_str(), edge.line)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_edge_against_the_way_is_found_with_its_place() {
        let found = faults("src/ground/paths.rs", "use std::fmt;\nuse crate::middle::Thing;\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("src/ground/paths.rs:2 uses `crate::middle`"), "{}", found[0]);
        assert!(found[0].contains("turns the way round"), "{}", found[0]);
    }

    #[test]
    fn an_edge_along_the_way_that_the_table_leaves_out_is_found_too() {
        const NARROW: Table = &[("ground", &[]), ("middle", &["ground"]), ("top", &["middle"])];
        let found = wrong_edges(NARROW, &[source("src/top.rs", "fn f() { crate::ground::f() }")]);
        assert!(found.len() == 1 && found[0].contains("add `ground` to its row"), "{found:?}");
    }

    #[test]
    fn allowed_edges_and_own_paths_are_no_fault() {
        assert!(faults("src/top/mod.rs", "use crate::middle::{self, Thing};\nuse crate::top::own;").is_empty());
    }

    #[test]
    fn what_goes_through_the_root_is_found() {
        let found = faults("src/top.rs", "use crate::Thing;\nuse crate::*;");
        assert!(found.len() == 2 && found.iter().all(|fault| fault.contains("is no folder of src/")), "{found:?}");
    }

    #[test]
    fn uses_are_read_in_every_form() {
        check_edges("src/a.rs", "use crate::b::C;", &[("b", 1)]);
        check_edges("src/a.rs", "use crate::{b::{C, D}, e as f,\n  g};", &[("b", 1), ("e", 1), ("g", 2)]);
        check_edges("src/a.rs", "pub(crate) fn f(x: &crate::b::C) -> crate::d::E { crate::f!() }", &[("b", 1), ("d", 1), ("f", 1)]);
        check_edges("src/a/mod.rs", "use super::b; use self::c;", &[("b", 1)]);
        check_edges("src/a/x.rs", "use super::y; use super::super::b::C;", &[("b", 1)]);
        check_edges("src/a/x/y.rs", "use super::super::z;", &[]);
        check_edges("src/main.rs", "fn main() { etappe::cli::run() }", &[("cli", 1)]);
    }

    #[test]
    fn comments_literals_and_tests_are_no_uses() {
        check_edges("src/a.rs", "//! See [`crate::b`].\n/* crate::c /* crate::d */ crate::e */ use crate::f;", &[("f", 2)]);
        check_edges(
            "src/a.rs",
            "const A: &str = \"crate::b \\\" crate::c\"; const B: &str = r#\"crate::d\" crate::e\"#; use crate::f;",
            &[("f", 1)],
        );
        check_edges("src/a.rs", "fn f<'a>(c: &'a char) -> bool { *c == '\"' || *c == '\\'' || g('é') } use crate::b;", &[("b", 1)]);
        check_edges("src/a.rs", "#[cfg(test)]\nmod tests {\n    use crate::b;\n    fn f() {}\n}\nuse crate::c;", &[("c", 6)]);
        check_edges("src/a.rs", "#[cfg(test)]\nuse crate::b;\nuse crate::c;", &[("c", 3)]);
    }

    #[test]
    fn a_circle_in_the_table_is_found() {
        const CIRCLE: Table = &[("ground", &["top"]), ("top", &["ground"])];
        let found = climbing_rows(CIRCLE);
        assert!(found.len() == 1 && found[0].contains("`ground` may use `top`"), "{found:?}");
        assert!(climbing_rows(SMALL).is_empty());
    }

    #[test]
    fn a_new_folder_and_a_stale_row_are_found() {
        let tree = [source("src/ground.rs", ""), source("src/middle/mod.rs", ""), source("src/attic/mod.rs", "")];
        let found = unmatched_rows(SMALL, &tree);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("src/attic is not in the table") && found[1].contains("row for `top`"), "{found:?}");
    }

    #[test]
    fn a_page_that_tells_another_table_is_found() {
        let page = "| folder | is for | may use |\n|---|---|---|\n| `src/ground/` | a | nothing |\n| `src/middle/` | b | nothing |\n| `src/top.rs` | c | everything above |\n| `src/attic/` | d | ground |\n";
        let found = differing_rows(SMALL, page);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("disagree on what `middle`") && found[1].contains("row for `attic`"), "{found:?}");
    }

    #[test]
    fn a_path_that_the_tree_lacks_is_found() {
        let page = "See `src/ground/gone.rs` and `src/ground/`, a hub's `content/a.md`, `themes/NAME/`.\n```\n`src/fenced.rs`\n```\n";
        let found = missing_paths(page, &|path| path == "src/ground/");
        assert!(found.len() == 1 && found[0].starts_with("ARCHITECTURE.md:1 names `src/ground/gone.rs`"), "{found:?}");
    }
}
