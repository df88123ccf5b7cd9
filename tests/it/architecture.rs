//! Holds what Cargo cannot say: which folder of a crate may use which, that heavy libraries reach
//! only the crates that need them, and that ARCHITECTURE.md says how the code is.
//!
//! Which crate uses which, the manifests say, and a circle does not compile. Within a crate of
//! several folders the table below is the rule: a folder may use those of its row, and every row
//! names only folders above it. So it is within a folder that has folders of its own.
//! ARCHITECTURE.md shows both to people; tests compare.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate's folders, and which others of the crate each may use, in the order in which data passes
/// through them. `lib` is all that stands in no folder of its own. `hub/content` is a folder of a
/// crate: what stands in it beside the rows may use all of them, and none may use that. A row that
/// ends in `.rs` is a file.
type Table = &'static [(&'static str, Rows)];
type Rows = &'static [(&'static str, &'static [&'static str])];

const TABLE: Table = &[
    ("base", &[("lib", &[]), ("finding", &["lib"])]),
    (
        "hub",
        &[
            ("search", &[]),
            ("config", &[]),
            ("content", &["search", "config"]),
            ("references", &["config", "content"]),
            ("journey", &["config", "content"]),
        ],
    ),
    (
        "hub/content",
        &[
            ("dialect", &[]),
            ("body", &[]),
            ("raw", &["body"]),
            ("remarks", &["dialect", "raw"]),
            ("directive", &["dialect", "body", "remarks"]),
            ("front", &["directive"]),
            ("writer", &["body"]),
            ("once", &["dialect", "body", "directive", "front", "writer"]),
            ("markdown", &["dialect", "body", "raw", "remarks", "directive", "writer", "once"]),
            (
                "weave",
                &["dialect", "body", "raw", "remarks", "directive", "writer", "once", "markdown"],
            ),
        ],
    ),
    (
        "site",
        &[
            ("theme", &[]),
            ("view", &["theme"]),
            ("render", &["theme", "view"]),
            ("material", &["theme", "view"]),
            ("kinds", &["theme", "view", "material"]),
            ("plan", &["material", "kinds"]),
            ("engine", &["theme", "view", "render", "material", "kinds", "plan"]),
        ],
    ),
    ("report", &[("coverage", &[]), ("check", &["coverage"]), ("usage", &[])]),
    ("compliance", &[("lib", &[]), ("digest", &["lib"])]),
    ("session", &[("io", &[]), ("lib", &["io"])]),
];

/// Libraries that take long to compile or open a way to the world, and the crates that may reach
/// them.
const HEAVY: [(&str, &[&str]); 9] = [
    ("tokio", &["serve"]),
    ("hyper", &["serve"]),
    ("rustls", &["external", "session", "review", "serve"]),
    ("ureq", &["external", "session", "review", "serve"]),
    ("notify", &["session", "review", "serve"]),
    ("tera", &["site", "report", "session", "review", "serve"]),
    (
        "hayagriva",
        &["hub", "site", "report", "compliance", "external", "session", "review", "serve"],
    ),
    ("resvg", &["image"]),
    ("clap", &[]),
];

/// Where a path in ARCHITECTURE.md begins if it means this repository and not somebody's hub.
const OWN: &[&str] =
    &["src", "crates", "tests", "benches", "themes", "examples", "docs", ".ci", ".github"];

#[test]
fn every_use_within_a_crate_goes_the_way_of_the_table() {
    let faults = wrong_edges(TABLE, &sources());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn no_row_of_the_table_uses_a_row_below_it() {
    let faults = climbing_rows(TABLE);
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn every_folder_of_these_crates_has_a_row_and_every_row_a_folder() {
    let faults = unmatched_rows(TABLE, &sources());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn architecture_md_shows_this_table() {
    let faults = differing_rows(TABLE, &page());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn architecture_md_shows_the_crates_as_their_manifests_do() {
    let faults = differing_crates(&manifests(), &page());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn architecture_md_names_only_what_exists() {
    let faults = missing_paths(&page(), &|path| root().join(path).exists());
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn no_crate_embeds_a_file_outside_its_own_folder() {
    let embeds =
        |line: &str| ["include_str!", "include_bytes!"].iter().any(|name| line.contains(name));
    for source in sources() {
        let depth = source.path.split_once("src/").map_or(0, |(_, below)| below.split('/').count());
        // `../` as often as the file is deep leads to the crate's own folder; once more, out of it.
        let outside = "../".repeat(depth + 1);
        let line = source.text.lines().find(|line| embeds(line) && line.contains(&outside));
        assert_eq!(
            line, None,
            "{} embeds what is not its own: let the program hand it down",
            source.path
        );
    }
}

#[test]
fn nothing_is_recognised_by_the_wording_of_a_message() {
    let faults: Vec<String> = sources().iter().flat_map(worded).collect();
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n\n"));
}

#[test]
fn heavy_libraries_reach_only_the_crates_that_need_them() {
    for name in manifests().into_keys().filter(|name| name != "etappe") {
        let output = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--locked",
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--format",
                "{lib}",
                "--package",
                &format!("etappe-{name}"),
            ])
            .current_dir(root())
            .output()
            .expect("cargo starts");
        let tree = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let reached: BTreeSet<&str> =
            tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert!(reached.contains(&*format!("etappe_{name}")), "{name}: {tree}");
        for (library, may) in HEAVY {
            assert!(
                !reached.contains(library) || may.contains(&&*name),
                "crates/{name} reaches {library}: may it? Then say so here."
            );
        }
    }
}

#[test]
fn the_digest_of_a_program_changes_with_each_file_that_it_is_made_from() {
    let mut tried = 0;
    for (name, folder) in packages() {
        let script = fs::read_to_string(folder.join("build.rs"));
        let Ok(script) = script else {
            assert_eq!(name, "sources", "crates/{name} has no digest of its sources");
            continue;
        };
        let listed: Vec<&str> = script
            .split("digest(&[")
            .nth(1)
            .and_then(|rest| rest.split(']').next())
            .expect("it lists paths")
            .split(',')
            .collect();
        let listed: Vec<&str> = listed.iter().map(|path| path.trim().trim_matches('"')).collect();
        let wanted: &[&str] =
            if name == "etappe" { &["src", "themes/default", "Cargo.lock"] } else { &["src"] };
        assert_eq!(listed, wanted, "build.rs of {name}");
        let copy = tempfile::tempdir().expect("a folder");
        for path in listed.iter().chain(&["Cargo.toml"]) {
            copy_all(&folder.join(path), &copy.path().join(path));
        }
        let digest = || etappe_sources::digest_of(copy.path(), &listed, &[]);
        let before = digest();
        for file in crate::support::files_below(copy.path()) {
            let bytes = fs::read(&file).expect("it is there");
            fs::write(&file, [bytes.as_slice(), b" "].concat()).expect("it can be written");
            assert_ne!(digest(), before, "{} of {name}", file.display());
            fs::write(&file, bytes).expect("it can be written");
            tried += 1;
        }
        assert_eq!(digest(), before);
        assert_ne!(
            etappe_sources::digest_of(copy.path(), &listed, &["CARGO_FEATURE_X".into()]),
            before,
            "features count"
        );
    }
    assert!(tried > 300, "{tried}");
}

fn copy_all(from: &Path, to: &Path) {
    let files =
        if from.is_dir() { crate::support::files_below(from) } else { vec![from.to_owned()] };
    for file in files {
        let below = file.strip_prefix(from).expect("it is below");
        let place = if below.as_os_str().is_empty() { to.to_owned() } else { to.join(below) };
        fs::create_dir_all(place.parent().expect("a folder")).expect("it can be made");
        fs::copy(file, place).expect("it can be copied");
    }
}

// The rules.

/// Every use of a folder that the table does not allow, with the way out.
fn wrong_edges(table: Table, sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, rows) in table {
        let own = sources.iter().filter(|source| source.path.starts_with(&root_of(name)));
        faults.extend(own.flat_map(|source| wrong_edges_of(source, name, rows)));
    }
    faults
}

fn wrong_edges_of(source: &Source, name: &str, rows: Rows) -> Vec<String> {
    let mut faults = Vec::new();
    let place = |name: &str| rows.iter().position(|(row, _)| stem(row) == name);
    let row = |name: &str| if place(name).is_some() { name.to_owned() } else { "lib".to_owned() };
    let own = row(&source.folder_below(&root_of(name), rows));
    // A folder without a row is reported as such; its uses would only repeat it.
    let Some((_, allowed)) = rows.iter().find(|(row, _)| stem(row) == own) else {
        return faults;
    };
    for Edge { to, line } in uses_within(source, &modules_of(name)) {
        let to = row(&to);
        if to == own || allowed.contains(&to.as_str()) {
            continue;
        }
        let path = &source.path;
        let why = match place(&to) {
            None => {
                "what stands in no folder is used by nobody here; name the folder that defines it"
                    .to_owned()
            }
            Some(below) if Some(below) > place(&own) => format!(
                "data comes to `{to}` after `{own}`, so this turns the way round.\n\
                     Hand the value over as an argument, from where both meet (crates/session, crates/site/src/plan/),\n\
                     or move the type that both need to a folder above both"
            ),
            Some(_) => format!(
                "`{own}` was not meant to know `{to}`.\n\
                     Take what is needed as an argument. If `{own}` is right to know it, add `{to}` to its row\n\
                     in tests/it/architecture.rs and in ARCHITECTURE.md, and say why in the commit"
            ),
        };
        faults.push(format!("{path}:{line} uses `{to}`: {why}."));
    }
    faults
}

/// Every place in a file that looks into a message or a help, or compares one.
fn worded(source: &Source) -> Vec<String> {
    const TEXTS: [&str; 2] = ["message", "help"];
    const LOOKS: [&str; 11] = [
        "contains",
        "starts_with",
        "ends_with",
        "find",
        "matches",
        "strip_prefix",
        "strip_suffix",
        "split_once",
        "rsplit_once",
        "eq",
        "split",
    ];
    let code = without_tests(&code_alone(&source.text));
    let tokens = tokens(&code);
    let word = |at: usize| tokens.get(at).map_or("", |(word, _)| *word);
    let looks = |at: usize| {
        let at = if word(at) == "(" && word(at + 1) == ")" { at + 2 } else { at };
        let is_compared = matches!((word(at), word(at + 1)), ("=" | "!", "="));
        is_compared || word(at) == "." && LOOKS.contains(&word(at + 1)) && word(at + 2) == "("
    };
    (0..tokens.len())
        .filter(|at| TEXTS.contains(&word(*at)) && looks(*at + 1))
        .map(|at| {
            format!(
                "{}:{} looks into a text for people: let whoever makes it say what it is, by a variant or a field.",
                source.path, tokens[at].1
            )
        })
        .collect()
}

/// Where the folders stand that a name in the table is for.
fn root_of(name: &str) -> String {
    match name.split_once('/') {
        Some((krate, folder)) => format!("crates/{krate}/src/{folder}/"),
        None => format!("crates/{name}/src/"),
    }
}

/// The modules that lead there from the root of the crate.
fn modules_of(name: &str) -> Vec<&str> {
    name.split('/').skip(1).collect()
}

/// The name of a row as code has it.
fn stem(row: &str) -> &str {
    row.trim_end_matches(".rs")
}

/// Every row that names itself, a row below it, or nothing that exists.
fn climbing_rows(table: Table) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, rows) in table {
        let mut above: BTreeSet<&str> = BTreeSet::new();
        for (folder, allowed) in *rows {
            for other in allowed.iter().filter(|other| !above.contains(*other)) {
                faults.push(format!(
                    "In the table of tests/it/architecture.rs, `{folder}` of `{name}` may use `{other}`, which is not above it: a circle \
                     could form.\nMove the row of `{other}` up, if nothing there needs `{folder}`; else leave the edge out."
                ));
            }
            above.insert(stem(folder));
        }
    }
    faults
}

/// Folders of these crates that the table does not know, and rows for folders that are gone.
fn unmatched_rows(table: Table, sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, rows) in table {
        let has_lib = rows.iter().any(|(folder, _)| *folder == "lib");
        let root = root_of(name);
        let own = sources.iter().filter(|source| source.path.starts_with(&root));
        let folders: BTreeSet<String> = own
            .map(|source| source.folder_below(&root, rows))
            .filter(|folder| folder != "lib")
            .collect();
        let is_row = |folder: &str| rows.iter().any(|(row, _)| stem(row) == folder);
        for folder in folders.iter().filter(|folder| !has_lib && !is_row(folder)) {
            faults.push(format!(
                "{root}{folder} is not in the table of tests/it/architecture.rs.\n\
                 Give it a row below every folder that it uses, and the same row in ARCHITECTURE.md, with a word on what it is for."
            ));
        }
        let is_gone = |row: &str| row != "lib" && !folders.contains(stem(row));
        for (row, _) in rows.iter().filter(|(row, _)| is_gone(row)) {
            faults.push(format!(
                "The table of tests/it/architecture.rs has a row for `{row}`, but {root} has no such folder. \
                 Remove the row, there and in ARCHITECTURE.md."
            ));
        }
    }
    faults
}

/// Rows of the page's table of folders that say something else than the table here.
fn differing_rows(table: Table, page: &str) -> Vec<String> {
    let shown = shown_rows(page);
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for (name, rows) in table {
        for (folder, allowed) in *rows {
            let root = root_of(name);
            let path = match *folder {
                "lib" => root,
                file if file.ends_with(".rs") => format!("{root}{file}"),
                folder => format!("{root}{folder}/"),
            };
            let wanted: BTreeSet<&str> = allowed.iter().copied().collect();
            let written =
                if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
            match shown.get(&path).map(|cell| cell_names(cell)) {
                None => faults.push(format!("ARCHITECTURE.md has no row for `{path}`. Add one; its last cell reads: {written}")),
                Some(found) if found != wanted => faults.push(format!(
                    "ARCHITECTURE.md and tests/it/architecture.rs disagree on what `{path}` may use. By the test its last cell reads: {written}"
                )),
                Some(_) => {}
            }
            known.insert(path);
        }
    }
    for path in shown.keys().filter(|path| path.contains("/src/") && !known.contains(*path)) {
        faults.push(format!(
            "ARCHITECTURE.md has a row for `{path}`, which tests/it/architecture.rs does not know. Remove it, or add it there."
        ));
    }
    faults
}

/// Rows of the page's table of crates that say something else than the manifests: each with its
/// crates, from the ground up.
fn differing_crates(manifests: &BTreeMap<String, BTreeSet<String>>, page: &str) -> Vec<String> {
    let shown = shown_rows(page);
    let mut faults = Vec::new();
    for (name, uses) in manifests {
        let path = if name == "etappe" { "src/".to_owned() } else { format!("crates/{name}/") };
        let wanted: BTreeSet<&str> = uses.iter().map(String::as_str).collect();
        match shown.get(&path).map(|cell| cell_names(cell)) {
            None => faults.push(format!(
                "ARCHITECTURE.md has no row for `{path}`. Add one; its last cell reads: {wanted:?}"
            )),
            Some(found) if found != wanted => {
                faults.push(format!("ARCHITECTURE.md says that `{path}` uses {found:?}, and its manifest says {wanted:?}."));
            }
            Some(_) => {}
        }
    }
    faults
}

/// What the last cell of a row names.
fn cell_names(cell: &str) -> BTreeSet<&str> {
    if cell == "nothing" { BTreeSet::new() } else { cell.split(',').map(str::trim).collect() }
}

/// Paths of this repository that the page names and the tree lacks.
fn missing_paths(page: &str, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in outside_fences(page) {
        for quoted in line.split('`').skip(1).step_by(2) {
            let first = quoted.split('/').next().unwrap_or_default();
            // `NNNN-title.md` and `src/*/mod.rs` stand for many.
            let placeholder = quoted.contains(['*', '<', '{', ' '])
                || quoted.contains("NNNN")
                || quoted.contains("NAME");
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

/// The rows of Markdown tables that begin with a folder or a file of Rust: its path, and the last
/// cell.
fn shown_rows(page: &str) -> BTreeMap<String, String> {
    let row = |(_, line): (usize, &str)| {
        let cells: Vec<&str> = line
            .strip_prefix('|')?
            .trim_end()
            .strip_suffix('|')?
            .split('|')
            .map(str::trim)
            .collect();
        let path = cells.first()?.strip_prefix('`')?.strip_suffix('`')?;
        let is_place = path.ends_with('/') || path.ends_with(".rs");
        is_place.then(|| (path.to_owned(), cells.last().map_or("", |cell| cell).replace('`', "")))
    };
    outside_fences(page)
        .filter_map(row)
        .filter(|(path, _)| path.starts_with("crates/") || path == "src/")
        .collect()
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

/// One file of a crate.
struct Source {
    /// From the repository's root: `crates/site/src/plan/mod.rs`.
    path: String,
    text: String,
}

impl Source {
    /// The names of its module, from the root of the crate.
    fn module(&self) -> Vec<&str> {
        let below = self.path.split_once("src/").map_or("", |(_, below)| below);
        below
            .trim_end_matches(".rs")
            .split('/')
            .filter(|part| !matches!(*part, "mod" | "lib"))
            .collect()
    }

    /// The folder below `root` that it stands in, or the file that it is where that has a row;
    /// `lib` otherwise.
    fn folder_below(&self, root: &str, rows: Rows) -> String {
        let below = self.path.strip_prefix(root).unwrap_or_default();
        match below.split_once('/') {
            Some((folder, _)) => folder.to_owned(),
            None if rows.iter().any(|(row, _)| *row == below) => stem(below).to_owned(),
            None => "lib".to_owned(),
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every package of the repository: its name without what they share, and its folder.
fn packages() -> Vec<(String, PathBuf)> {
    let crates = fs::read_dir(root().join("crates")).expect("there are crates").flatten();
    let crates =
        crates.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    let mut all: Vec<_> = crates.chain([("etappe".to_owned(), root())]).collect();
    all.sort();
    all
}

/// Which packages of the repository each uses, as its manifest says.
fn manifests() -> BTreeMap<String, BTreeSet<String>> {
    let used = |folder: &Path| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).expect("it has a manifest");
        let manifest: toml::Table = text.parse().expect("it is TOML");
        let dependencies = manifest
            .get("dependencies")
            .and_then(toml::Value::as_table)
            .cloned()
            .unwrap_or_default();
        dependencies
            .keys()
            .filter_map(|name| name.strip_prefix("etappe-").map(str::to_owned))
            .collect()
    };
    let is_for_programs = |(name, _): &(String, PathBuf)| name != "sources";
    packages()
        .into_iter()
        .filter(is_for_programs)
        .map(|(name, folder)| (name, used(&folder)))
        .collect()
}

/// Every file of every crate.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for (_, folder) in packages() {
        for file in crate::support::files_below(&folder.join("src")) {
            let path = file
                .strip_prefix(root())
                .expect("it is below")
                .to_str()
                .expect("it is text")
                .to_owned();
            if path.ends_with(".rs") && !path.ends_with("/tests.rs") {
                sources.push(Source {
                    text: fs::read_to_string(&file).expect("sources are UTF-8"),
                    path,
                });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// A use of another folder.
#[derive(Debug, PartialEq)]
struct Edge {
    to: String,
    line: usize,
}

/// What a file uses by `crate::…`, in `use` and inline, tests aside; also by `super::` where that
/// climbs to the root of the crate.
fn uses(source: &Source) -> Vec<Edge> {
    uses_within(source, &[])
}

/// What a file uses of the module that these names lead to from the root of the crate. A group of
/// paths that begins above that module counts as a use of all of it: nobody can tell what it names.
fn uses_within(source: &Source, within: &[&str]) -> Vec<Edge> {
    let code = without_tests(&code_alone(&source.text));
    let tokens = tokens(&code);
    let module = source.module();
    let word = |at: usize| tokens.get(at).map_or("", |(word, _)| *word);
    let mut edges = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut next = at;
        let begins = match word(at) {
            "crate" if word(at.wrapping_sub(1)) != "::" => Some(0),
            "super" => {
                let mut climbed = 1;
                while word(next + 1) == "::" && word(next + 2) == "super" {
                    climbed += 1;
                    next += 2;
                }
                Some(module.len().saturating_sub(climbed))
            }
            _ => None,
        };
        let begins = begins.filter(|depth| {
            *depth <= within.len() && module[..*depth] == within[..*depth] && word(next + 1) == "::"
        });
        if let Some(depth) = begins {
            next += 2;
            edges.extend(below(&tokens, next, &within[depth..]));
        }
        at = next.max(at + 1);
    }
    edges
}

/// The names that a path takes of the module that `names` lead to.
fn below(tokens: &[(&str, usize)], mut at: usize, names: &[&str]) -> Vec<Edge> {
    let word = |at: usize| tokens.get(at).map_or("", |(word, _)| *word);
    for name in names {
        if word(at) == "{" {
            return heads(tokens, at).into_iter().filter(|edge| edge.to == *name).collect();
        }
        if word(at) != *name || word(at + 1) != "::" {
            return Vec::new();
        }
        at += 2;
    }
    heads(tokens, at)
}

/// The first names of the path or group of paths that begins at `at`: `b` and `c` of
/// `{b::x, c::{y, z}}`.
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
    let starts = |at: usize, text: &str| {
        text.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c))
    };
    let until = |from: usize, end: &str| {
        (from..chars.len()).find(|at| starts(*at, end)).map_or(chars.len(), |at| at + end.len())
    };
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

    const SMALL: Table =
        &[("x", &[("ground", &[]), ("middle", &["ground"]), ("top", &["ground", "middle"])])];

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    /// The faults of one file under the small table.
    fn faults(path: &str, text: &str) -> Vec<String> {
        wrong_edges(SMALL, &[source(path, text)])
    }

    fn check_edges(path: &str, text: &str, expected: &[(&str, usize)]) {
        let found = uses(&source(path, text));
        let found: Vec<(&str, usize)> =
            found.iter().map(|edge| (edge.to.as_str(), edge.line)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn an_edge_against_the_way_is_found_with_its_place() {
        let found =
            faults("crates/x/src/ground/paths.rs", "use std::fmt;\nuse crate::middle::Thing;\n");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("crates/x/src/ground/paths.rs:2 uses `middle`"),
            "{}",
            found[0]
        );
        assert!(found[0].contains("turns the way round"), "{}", found[0]);
    }

    #[test]
    fn an_edge_along_the_way_that_the_table_leaves_out_is_found_too() {
        const NARROW: Table =
            &[("x", &[("ground", &[]), ("middle", &["ground"]), ("top", &["middle"])])];
        let found = wrong_edges(
            NARROW,
            &[source("crates/x/src/top/mod.rs", "fn f() { crate::ground::f() }")],
        );
        assert!(found.len() == 1 && found[0].contains("add `ground` to its row"), "{found:?}");
    }

    #[test]
    fn allowed_edges_and_own_paths_are_no_fault() {
        assert!(
            faults(
                "crates/x/src/top/mod.rs",
                "use crate::middle::{self, Thing};\nuse crate::top::own;"
            )
            .is_empty()
        );
    }

    #[test]
    fn what_goes_through_the_root_is_found() {
        let found = faults("crates/x/src/top/mod.rs", "use crate::Thing;\nuse crate::*;");
        assert!(
            found.len() == 2 && found.iter().all(|fault| fault.contains("stands in no folder")),
            "{found:?}"
        );
    }

    #[test]
    fn uses_are_read_in_every_form() {
        check_edges("src/a.rs", "use crate::b::C;", &[("b", 1)]);
        check_edges(
            "src/a.rs",
            "use crate::{b::{C, D}, e as f,\n  g};",
            &[("b", 1), ("e", 1), ("g", 2)],
        );
        check_edges(
            "src/a.rs",
            "pub(crate) fn f(x: &crate::b::C) -> crate::d::E { crate::f!() }",
            &[("b", 1), ("d", 1), ("f", 1)],
        );
        check_edges("src/a/mod.rs", "use super::b; use self::c;", &[("b", 1)]);
        check_edges("src/a/x.rs", "use super::y; use super::super::b::C;", &[("b", 1)]);
        check_edges("src/a/x/y.rs", "use super::super::z;", &[]);
    }

    #[test]
    fn uses_within_a_folder_are_read_in_every_form() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            let found = uses_within(&source(path, text), &["a"]);
            let found: Vec<&str> = found.iter().map(|edge| edge.to.as_str()).collect();
            assert_eq!(found, expected, "{path}: {text}");
        };
        check(
            "src/a/b/x.rs",
            "use crate::a::c::D; use crate::e::F; use crate::a::{g, h::I};",
            &["c", "g", "h"],
        );
        check(
            "src/a/b/x.rs",
            "use super::y; use super::super::c; use super::super::super::a::d;",
            &["c", "d"],
        );
        check("src/a/b/mod.rs", "use super::c::D; use self::e;", &["c"]);
        check("src/f/x.rs", "use super::super::a::c; use super::g;", &["c"]);
        // Written flat, or else it counts as a use of the whole.
        check("src/a/b/x.rs", "use crate::{a::c, e};", &["a"]);
    }

    #[test]
    fn looking_into_a_message_is_found() {
        let check = |text: &str, expected: usize| {
            assert_eq!(worded(&source("src/a.rs", text)).len(), expected, "{text}");
        };
        check("if finding.message.contains(x) || error.message().starts_with(y) {}", 2);
        check(
            "match a { _ if a.message == b => {} } let c = a.help.iter().any(|help| help.find(d));",
            2,
        );
        check("let message = a; f(message.trim_end_matches('.'), b.message);", 0);
        check("#[cfg(test)]\nmod tests { fn f() { a.message.contains(b); } }", 0);
    }

    #[test]
    fn a_circle_between_folders_of_a_folder_is_found() {
        const INNER: Table = &[("x/ground", &[("low.rs", &[]), ("high", &["low"])])];
        let tree = [
            source("crates/x/src/ground/low.rs", "use super::high::Thing;"),
            source("crates/x/src/ground/high/mod.rs", "use crate::ground::low;"),
            source("crates/x/src/ground/mod.rs", "use super::ground::high;"),
            source("crates/x/src/ground/attic/mod.rs", ""),
        ];
        let found = wrong_edges(INNER, &tree);
        assert!(
            found.len() == 1 && found[0].starts_with("crates/x/src/ground/low.rs:1 uses `high`"),
            "{found:?}"
        );
        let found = unmatched_rows(INNER, &tree);
        assert!(
            found.len() == 1 && found[0].starts_with("crates/x/src/ground/attic is not"),
            "{found:?}"
        );
    }

    #[test]
    fn comments_literals_and_tests_are_no_uses() {
        check_edges(
            "src/a.rs",
            "//! See [`crate::b`].\n/* crate::c /* crate::d */ crate::e */ use crate::f;",
            &[("f", 2)],
        );
        check_edges(
            "src/a.rs",
            "const A: &str = \"crate::b \\\" crate::c\"; const B: &str = r#\"crate::d\" crate::e\"#; use crate::f;",
            &[("f", 1)],
        );
        check_edges(
            "src/a.rs",
            "fn f<'a>(c: &'a char) -> bool { *c == '\"' || *c == '\\'' || g('é') } use crate::b;",
            &[("b", 1)],
        );
        check_edges(
            "src/a.rs",
            "#[cfg(test)]\nmod tests {\n    use crate::b;\n    fn f() {}\n}\nuse crate::c;",
            &[("c", 6)],
        );
        check_edges("src/a.rs", "#[cfg(test)]\nuse crate::b;\nuse crate::c;", &[("c", 3)]);
    }

    #[test]
    fn a_circle_in_the_table_is_found() {
        const CIRCLE: Table = &[("x", &[("ground", &["top"]), ("top", &["ground"])])];
        let found = climbing_rows(CIRCLE);
        assert!(
            found.len() == 1 && found[0].contains("`ground` of `x` may use `top`"),
            "{found:?}"
        );
        assert!(climbing_rows(SMALL).is_empty());
    }

    #[test]
    fn a_new_folder_and_a_stale_row_are_found() {
        let tree = [
            source("crates/x/src/ground/mod.rs", ""),
            source("crates/x/src/middle/mod.rs", ""),
            source("crates/x/src/attic/mod.rs", ""),
        ];
        let found = unmatched_rows(SMALL, &tree);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("crates/x/src/attic is not in the table")
                && found[1].contains("row for `top`"),
            "{found:?}"
        );
    }

    #[test]
    fn a_page_that_tells_another_table_is_found() {
        let page = "| folder | is for | may use |\n|---|---|---|\n| `crates/x/src/ground/` | a | nothing |\n| `crates/x/src/middle/` | b | nothing |\n\
                    | `crates/x/src/top/` | c | ground, middle |\n| `crates/x/src/attic/` | d | ground |\n";
        let found = differing_rows(SMALL, page);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("disagree on what `crates/x/src/middle/`")
                && found[1].contains("row for `crates/x/src/attic/`"),
            "{found:?}"
        );
    }

    #[test]
    fn a_path_that_the_tree_lacks_is_found() {
        let page = "See `src/ground/gone.rs` and `src/ground/`, a hub's `content/a.md`, `themes/NAME/`.\n```\n`src/fenced.rs`\n```\n";
        let found = missing_paths(page, &|path| path == "src/ground/");
        assert!(
            found.len() == 1
                && found[0].starts_with("ARCHITECTURE.md:1 names `src/ground/gone.rs`"),
            "{found:?}"
        );
    }

    #[test]
    fn a_page_that_draws_other_crates_is_found() {
        let manifests =
            [("a".to_owned(), BTreeSet::new()), ("b".to_owned(), BTreeSet::from(["a".to_owned()]))]
                .into();
        let page = "| `crates/a/` | x | nothing |\n| `crates/b/` | y | nothing |\n";
        let found = differing_crates(&manifests, page);
        assert!(found.len() == 1 && found[0].contains("`crates/b/`"), "{found:?}");
    }
}
