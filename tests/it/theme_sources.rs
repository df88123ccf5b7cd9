//! The sources of the built-in theme: one layer a style sheet, short lines, and no class that only
//! a template or only a style sheet knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::support::{files_below, root};

/// Classes that the program writes into texts: docs/themes.md names them.
const OF_TEXTS: [&str; 13] = [
    "table",
    "center",
    "right",
    "citation",
    "footnote-reference",
    "footnotes",
    "references",
    "markdown-alert-note",
    "markdown-alert-tip",
    "markdown-alert-important",
    "markdown-alert-warning",
    "markdown-alert-caution",
    "markdown-alert-title",
];

/// Values that templates and scripts put into a class: kinds and states of pages, names of boxes.
const OF_VALUES: [&str; 16] = [
    "promo",
    "safety",
    "patient",
    "draft",
    "scheduled",
    "expired",
    "note",
    "tip",
    "warning",
    "key-points",
    "contact",
    "stats",
    "steps",
    "tabs",
    "level-2",
    "level-3",
];

/// Classes that say what something is and look like any other: a box and an alert in the colour of
/// all of them, and a heading in the contents that is not set in.
const PLAIN: [&str; 3] = ["level-2", "markdown-alert-note", "note"];

/// Names below the theme and texts, of the files whose name ends so.
fn sources(ending: &str) -> Vec<(String, String)> {
    let theme = root().join("themes/default");
    let all = files_below(&theme).into_iter().map(|path| {
        let name = path.strip_prefix(&theme).expect("it is below").to_str().expect("it is text");
        (name.to_owned(), path)
    });
    all.filter(|(name, _)| name.ends_with(ending))
        .map(|(name, path)| (name, fs::read_to_string(path).expect("it is text")))
        .collect()
}

/// The text without what stands between two marks, each time with `instead` in its place.
fn without(text: &str, open: &str, close: &str, instead: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        out.push_str(instead);
        rest = after.split_once(close).map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Names of classes after each dot in selectors.
fn selected(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let name = |(at, _): (usize, &str)| {
        let name: String = text[at + 1..].chars().take_while(|c| is_name(*c)).collect();
        name.starts_with(|c: char| c.is_ascii_lowercase()).then_some(name)
    };
    text.match_indices('.').filter_map(name).collect()
}

/// Every class that a style sheet or a script asks for.
fn asked() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (_, text) in sources(".css") {
        all.append(&mut selected(&without(&without(&text, "/*", "*/", ""), "\"", "\"", "")));
    }
    for (_, text) in sources(".js") {
        for ask in ["querySelector('", "querySelectorAll('", "querySelectorAll(`"] {
            for part in text.split(ask).skip(1) {
                all.append(&mut selected(part.split(['\'', '`']).next().unwrap_or_default()));
            }
        }
    }
    all
}

/// Every class that a template or a script writes. Values that are put in stand in `OF_VALUES`.
fn written() -> BTreeSet<String> {
    let mut all: BTreeSet<String> =
        [&OF_TEXTS[..], &OF_VALUES].concat().into_iter().map(str::to_owned).collect();
    let mut take = |classes: &str| {
        let names = classes.split_whitespace().filter(|name| !name.contains('*'));
        all.extend(names.map(str::to_owned));
    };
    for (_, text) in sources(".html") {
        let text = without(&without(&text, "{%", "%}", ""), "{{", "}}", "*");
        text.split("class=\"")
            .skip(1)
            .for_each(|part| take(part.split('"').next().unwrap_or_default()));
    }
    for (_, text) in sources(".js") {
        for write in ["class: '", "className: '", "className = '"] {
            text.split(write)
                .skip(1)
                .for_each(|part| take(part.split('\'').next().unwrap_or_default()));
        }
    }
    all
}

#[test]
fn every_class_is_both_written_and_asked_for() {
    let (asked, written) = (asked(), written());
    let unknown: Vec<&String> = asked.difference(&written).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "no template, script or text has these classes");
    let plain: BTreeSet<String> = PLAIN.map(str::to_owned).into();
    let lost: Vec<&String> = written.difference(&asked).collect();
    assert_eq!(lost, plain.iter().collect::<Vec<_>>(), "nothing asks for these classes");
}

#[test]
fn every_style_sheet_is_one_layer_of_its_own_name() {
    let manifest: toml::Table = fs::read_to_string(root().join("themes/default/theme.toml"))
        .expect("it is there")
        .parse()
        .expect("it is TOML");
    let parts = |asset: &toml::Value| -> Vec<String> {
        let parts = asset.as_array().expect("a list of files").iter();
        parts.map(|part| part.as_str().expect("a text").to_owned()).collect()
    };
    let assets = manifest["assets"].as_table().expect("a table");
    let mut joined: Vec<String> = assets.values().flat_map(parts).collect();
    joined.sort();
    let sheets = sources(".css");
    let names: Vec<&String> = sheets.iter().map(|(name, _)| name).collect();
    assert_eq!(joined.iter().collect::<Vec<_>>(), names, "each is part of one style sheet");

    let mut layers = BTreeSet::new();
    for (name, text) in &sheets {
        let layer = name.trim_start_matches("styles/").trim_end_matches(".css").to_owned();
        let mut text = without(&without(text, "/*", "*/", ""), "\"", "\"", "");
        if layer == "tokens" {
            let (order, rest) = text.split_once(';').expect("the order of layers comes first");
            let order = order.trim().trim_start_matches("@layer ").split(", ");
            layers = order.map(str::to_owned).collect();
            text = rest.to_owned();
        }
        let inside = text.trim().strip_prefix(&format!("@layer {layer} {{"));
        let inside = inside.unwrap_or_else(|| panic!("{name} opens the layer {layer}"));
        let mut depth = 1;
        let end = inside.find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0
        });
        assert_eq!(end, Some(inside.len() - 1), "{name} ends with its layer");
        assert!(layers.is_empty() || layers.contains(&layer), "{layer} has its place among layers");
    }
    assert_eq!(layers.len(), sheets.len(), "every layer has a style sheet: {layers:?}");
}

#[test]
fn lines_are_short() {
    let all = [".css", ".html", ".toml"].map(sources).concat();
    let long =
        all.iter().filter(|(name, _)| !name.starts_with("strings/")).flat_map(|(name, text)| {
            // A drawing in an address cannot be broken.
            let is_long = |line: &&str| line.chars().count() > 100 && !line.contains("url(\"data:");
            text.lines().filter(is_long).map(move |line| format!("{name}: {line}"))
        });
    assert_eq!(long.collect::<Vec<_>>(), Vec::<String>::new());
}

/// The custom properties of a style sheet, `--name: value;`, each with the last value written.
fn properties(css: &str) -> BTreeMap<&str, String> {
    css.split(['{', ';', '}'])
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'))
        .map(|(name, value)| (name, value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect()
}

/// Desk, bar and report are not drawn by a theme, but look as the built-in one does.
#[test]
fn what_writers_see_has_the_colours_and_the_type_of_the_theme() {
    let read = |path| fs::read_to_string(root().join(path)).expect("it is text");
    let tokens = read("themes/default/styles/tokens.css");
    // Up to the modes that readers ask for, such as that of full contrast.
    let theme = tokens.split("/* Preferences */").next().expect("there is always a first");
    // What follows `:root` belongs to one persona.
    let without_personas = theme.lines().filter(|line| !line.contains("[data-accent"));
    let theme = without_personas.collect::<Vec<_>>().join("\n");
    let theme = properties(&theme);
    for path in [
        "crates/serve/src/assets/desk.css",
        "crates/serve/src/assets/bar.js",
        "crates/report/src/coverage/html/report.css",
    ] {
        let text = read(path);
        let on_screen = text.split("@media print").next().expect("there is always a first");
        let own = properties(on_screen);
        let shared = own.iter().filter(|(name, _)| theme.contains_key(*name));
        assert!(shared.clone().count() >= 8, "{path}: {own:?}");
        for (name, value) in shared {
            assert_eq!(Some(value), theme.get(name), "{path}: --{name}");
        }
    }
}
