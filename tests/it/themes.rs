//! The contract with themes: docs/themes.md names all that templates see and nothing else; a second
//! theme lives by it; and one template can be copied and changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::command::etappe;
use crate::support::{HubBuilder, files_below, program, root};
use etappe_base::locale::Locale;
use etappe_site::view::View;
use serde_json::Value;
use tera::Context;

/// What every template may see, and what only some do.
const COMMON: [&str; 11] = [
    "contract",
    "hub",
    "lang",
    "t",
    "assets",
    "csp",
    "accent_style",
    "image_sizes",
    "to_root",
    "canonical",
    "alternates",
];
const MORE: [&str; 20] = [
    "chooser",
    "to_site",
    "site",
    "page",
    "stage",
    "stages",
    "newest",
    "intro",
    "description",
    "previous",
    "next",
    "related",
    "cta",
    "personas",
    "groups",
    "target",
    "emptied",
    "parted",
    "label",
    "page.body",
];

/// What each template sees of the Memory Care Hub, by its name: one context for each output that it
/// makes.
fn contexts() -> BTreeMap<&'static str, Vec<Context>> {
    let loaded = HubBuilder::memory_care().load();
    let content = loaded.revision.content.as_ref().expect("there is a plan to go on with");
    let mut all: BTreeMap<&str, Vec<Context>> = BTreeMap::new();
    for node in &content.plan.nodes {
        let Some(name) = node.recipe.template() else { continue };
        let context = match node.recipe.inputs(&content.material).view() {
            View::Template { context, .. } | View::Drawing(context) => context,
            View::Page { mut context, page, .. } => {
                context.insert("page", &page);
                context
            }
            _ => panic!("{name} makes what no template makes"),
        };
        all.entry(name).or_default().push(context);
    }
    all
}

/// Every way into the contexts of one template, as templates write it: `site.stages.label`.
fn ways_of(contexts: &[Context]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for context in contexts {
        for name in COMMON.iter().chain(&MORE) {
            if let Some(value) = context.get(name) {
                all.insert((*name).to_owned());
                ways(name, &serde_json::to_value(value).expect("a view is plain data"), &mut all);
            }
        }
    }
    all
}

/// Every key below a value, as templates write the way there: `site.stages.label`. What authors and
/// themes name themselves is left out.
fn ways(below: &str, value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if !["t", "assets", "page.extra"].contains(&below) => {
            for (key, value) in map {
                let way = if below.is_empty() { key.clone() } else { format!("{below}.{key}") };
                ways(&way, value, all);
                all.insert(way);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| ways(below, value, all)),
        _ => {}
    }
}

/// Everything that stands between backticks in docs/themes.md.
fn named() -> BTreeSet<String> {
    let page =
        std::fs::read_to_string(root().join("docs/themes.md")).expect("the contract can be read");
    page.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn a_template_sees_nothing_under_a_name_that_this_test_does_not_know() {
    for (template, contexts) in contexts() {
        for context in contexts {
            let mut known = Context::new();
            for name in COMMON.iter().chain(&MORE) {
                if let Some(value) = context.get(name) {
                    known.insert_value(*name, value.clone());
                }
            }
            assert_eq!(
                known, context,
                "{template}: name what is new in COMMON or MORE, and in docs/themes.md"
            );
            assert!(COMMON.iter().all(|name| context.get(name).is_some()), "{template}");
        }
    }
}

#[test]
fn docs_themes_md_names_everything_that_templates_see() {
    let named = named();
    let is_named = |way: &String| {
        let holds_named = named
            .iter()
            .any(|name| name.strip_prefix(way.as_str()).is_some_and(|rest| rest.starts_with('.')));
        holds_named
            || named.contains(way)
            || way.rsplit('.').next().is_some_and(|last| named.contains(last))
    };
    let contexts = contexts();
    assert_eq!(
        contexts.len(),
        if cfg!(feature = "cards") { 9 } else { 8 },
        "every template makes something of this hub"
    );
    for (template, contexts) in contexts {
        let missing: Vec<String> =
            ways_of(&contexts).into_iter().filter(|way| !is_named(way)).collect();
        assert_eq!(
            missing,
            Vec::<String>::new(),
            "{template} sees what docs/themes.md does not name"
        );
    }
}

#[test]
fn docs_themes_md_names_nothing_that_no_template_sees() {
    let mut all: BTreeSet<String> =
        contexts().values().flat_map(|contexts| ways_of(contexts)).collect();
    // The renderer adds the text itself.
    all.insert("page.body".to_owned());
    let is_way = |name: &&String| {
        let is_plain = name.chars().all(|char| char.is_ascii_lowercase() || "._".contains(char));
        let first = name.split_once('.').map(|(first, _)| first);
        is_plain
            && !name.ends_with(".html")
            && first.is_some_and(|first| MORE.contains(&first) || ["hub", "lang"].contains(&first))
    };
    let named = named();
    let unknown: Vec<&String> = named
        .iter()
        .filter(is_way)
        .filter(|name| !all.contains(*name) && *name != "hub.toml")
        .collect();
    assert_eq!(unknown, Vec::<&String>::new(), "docs/themes.md names what no template sees");
}

#[test]
fn the_plain_theme_builds_the_memory_care_hub_by_the_contract_alone() {
    let hub = HubBuilder::memory_care().edited(
        "hub.toml",
        "theme     = \"default\"",
        "theme     = \"plain\"",
    );
    let loaded = hub.load();
    assert!(!loaded.has_errors(), "{:#?}", loaded.lines());
    let (tree, findings) = loaded.run();
    assert_eq!(findings, [], "no template fails");
    let (plain, built_in) = (tree.paths(), HubBuilder::memory_care().tree());
    let pages = |paths: &[&str]| -> Vec<String> {
        paths.iter().filter(|path| path.ends_with(".html")).map(|path| (*path).to_owned()).collect()
    };
    assert_eq!(pages(&plain), pages(&built_in.paths()), "the same pages at the same addresses");
    assert!(tree.text("neurologen/index.html").contains("assets/plain."));
    let lines: usize = walkdir::WalkDir::new(root().join("themes/plain"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            std::fs::read_to_string(entry.path()).expect("themes are text").lines().count()
        })
        .sum();
    assert!(lines < 200, "a theme takes less than 200 lines, but this has {lines}");
}

#[test]
fn a_template_is_copied_once_and_then_used() {
    let hub = HubBuilder::small().page("content/one.md", "gp", "service", "Text.").on_disk();
    let said = etappe(hub.path(), &["theme", "copy", "page.html"]).expect(0);
    assert!(said.stdout.starts_with("Copied templates/page.html"), "{}", said.stdout);
    hub.edit("templates/page.html", "<article>", "<article class=\"ours\">");
    etappe(hub.path(), &["build"]).expect(0);
    assert!(
        hub.read("public/huisartsen/practice/one/index.html").contains("<article class=\"ours\">")
    );
    let said = etappe(hub.path(), &["theme", "copy", "page.html"]).expect(2);
    assert!(said.stderr.contains("exists already"), "{}", said.stderr);
    let said = etappe(hub.path(), &["theme", "copy", "pages.html"]).expect(2);
    assert!(said.stderr.contains("did you mean `page.html`"), "{}", said.stderr);
}

#[test]
fn every_layer_adds_to_what_is_put_together() {
    let joined = |name: &str| format!("[assets]\n\"{name}\" = \"assets/icon.svg\"");
    let hub = HubBuilder::small()
        .file("themes/own/theme.toml", joined("one.svg"))
        .file("templates/theme.toml", joined("two.svg"));
    let text = hub.text("hub.toml");
    let tree = hub.file("hub.toml", format!("theme = 'own'\n{text}")).tree();
    for start in ["assets/one.", "assets/two.", "assets/etappe."] {
        assert!(tree.paths().iter().any(|path| path.starts_with(start)), "{start}");
    }
}

#[test]
fn a_style_sheet_is_copied_as_a_whole_or_in_part() {
    let hub = HubBuilder::small().page("content/one.md", "gp", "service", "Text.").on_disk();
    etappe(hub.path(), &["theme", "copy", "styles/tokens.css"]).expect(0);
    hub.edit("templates/styles/tokens.css", "--round: .5rem", "--round: 0");
    etappe(hub.path(), &["theme", "copy", "assets/etappe.css"]).expect(0);
    let whole = hub.read("templates/assets/etappe.css");
    assert!(whole.contains("--round: .5rem"), "as the theme has it");
    assert!(whole.contains("@layer print {"), "to its end");
    let published = || {
        etappe(hub.path(), &["build"]).expect(0);
        let sheets = files_below(&hub.join("public/assets")).into_iter().filter(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("etappe."))
                && path.extension().is_some_and(|extension| extension == "css")
        });
        sheets.map(|path| std::fs::read_to_string(path).expect("it is text")).collect::<Vec<_>>()
    };
    assert_eq!(published(), [whole.as_str()], "a copy stands for all its parts");
    hub.remove("templates/assets/etappe.css");
    assert_eq!(
        published(),
        [whole.replace("--round: .5rem", "--round: 0")],
        "one part is the hub's"
    );
}

#[test]
fn a_copy_is_that_of_the_theme_in_use() {
    let hub =
        HubBuilder::small().file("themes/own/page.html", "{% extends \"base.html\" %}{# own #}");
    let text = hub.text("hub.toml");
    let hub = hub.file("hub.toml", format!("theme = 'own'\n{text}")).on_disk();
    etappe(hub.path(), &["theme", "copy", "page.html"]).expect(0);
    etappe(hub.path(), &["theme", "copy", "stage.html"]).expect(0);
    assert_eq!(hub.read("templates/page.html"), "{% extends \"base.html\" %}{# own #}");
    assert!(
        hub.read("templates/stage.html").contains("class=\"group\""),
        "what the theme does not change is the built-in one"
    );
}

#[test]
fn a_hub_adds_a_file_to_a_style_sheet_of_the_built_in_theme() {
    let declared = "[assets]\n\"search.css\" = [\"styles/own.css\", \"assets/icon.svg\"]";
    let hub = HubBuilder::small()
        .file("templates/theme.toml", declared)
        .file("templates/styles/own.css", "a { color: red }");
    let sheet = |hub: &HubBuilder| {
        let tree = hub.tree();
        let is_sheet = |path: &&str| path.starts_with("assets/search.") && path.ends_with(".css");
        let path = tree.paths().into_iter().find(is_sheet).expect("it is written").to_owned();
        (tree.text(&path).to_owned(), path)
    };
    let (text, path) = sheet(&hub);
    assert!(text.starts_with("a { color: red }\n<svg "), "{text}");
    let (changed, other) = sheet(&hub.file("templates/styles/own.css", "b {}"));
    assert!(changed.starts_with("b {}\n<svg "), "{changed}");
    assert_ne!(path, other, "its name tells what it holds");
}

/// The forms of each text, by its key.
type Words = BTreeMap<String, BTreeMap<String, String>>;

/// The words of the built-in theme: by language and key, the forms of each text, of which one that
/// counts nothing has the form ``. With `informal`, those for readers who are addressed so.
fn words_of_theme(informal: bool) -> BTreeMap<String, Words> {
    let language = |(name, bytes): &(&str, &[u8])| {
        let code = name.strip_prefix("strings/")?.strip_suffix(".toml")?;
        let mut table: toml::Table =
            std::str::from_utf8(bytes).expect("it is text").parse().expect("it is TOML");
        let other = table.remove("informal");
        if let Some(toml::Value::Table(other)) = other.filter(|_| informal) {
            table.extend(other);
        }
        let forms = |value: toml::Value| match value {
            toml::Value::Table(forms) => forms
                .into_iter()
                .map(|(form, text)| (form, text.as_str().expect("a form is a text").to_owned()))
                .collect(),
            text => BTreeMap::from([(String::new(), text.as_str().expect("a text").to_owned())]),
        };
        Some((code.to_owned(), table.into_iter().map(|(key, value)| (key, forms(value))).collect()))
    };
    program().theme.iter().filter_map(language).collect()
}

/// As [`words_of_theme`], in both tones: twice each language that has one.
fn built_in_words() -> Vec<(String, Words)> {
    [false, true].into_iter().flat_map(words_of_theme).collect()
}

/// Words by which a language addresses readers formally, and informally. None of them is another
/// word too.
const ADDRESSES: [(&str, &[&str], &[&str]); 5] = [
    ("nl", &["u", "uw", "uzelf"], &["je", "jij", "jou", "jouw"]),
    (
        "de",
        &["Sie", "Ihnen", "Ihr", "Ihre", "Ihren", "Ihrer", "Ihrem"],
        &["du", "dich", "dir", "dein", "deine", "deinen", "deiner", "deines", "deinem"],
    ),
    ("fr", &["vous", "votre", "vos"], &["tu", "te", "toi", "ton", "ta", "tes"]),
    ("es", &["usted", "su", "sus", "le"], &["tú", "te", "tu", "tus", "ti"]),
    ("it", &["lei", "suo", "sua", "suoi", "le"], &["tu", "ti", "tuo", "tua", "tuoi"]),
];

/// Words of Spanish and Italian that address somebody in one text, and nobody in another.
const OTHER_MEANINGS: [&str; 1] = ["le"];

#[test]
fn each_tone_addresses_readers_in_one_way_throughout() {
    let (formal, informal) = (words_of_theme(false), words_of_theme(true));
    for (code, polite, familiar) in ADDRESSES {
        for (words, wrong, right) in
            [(&formal[code], familiar, polite), (&informal[code], polite, familiar)]
        {
            let mut met = 0;
            for (key, forms) in words {
                for text in forms.values() {
                    let said: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).collect();
                    let is_said = |word: &&&str| {
                        let capital = word[..1].to_uppercase() + &word[1..];
                        let is_capital = word.starts_with(char::is_uppercase);
                        said.contains(*word) || !is_capital && said.contains(&&*capital)
                    };
                    let found = wrong.iter().filter(|word| !OTHER_MEANINGS.contains(word));
                    let found: Vec<_> = found.filter(is_said).collect();
                    assert!(found.is_empty(), "{code}, {key}: {text}: {found:?}");
                    met += right.iter().filter(is_said).count();
                }
            }
            assert!(met > 8, "{code}: {met} words address readers as {right:?}");
        }
    }
    assert_eq!((&formal["en"], &formal["ar"]), (&informal["en"], &informal["ar"]));
}

#[test]
fn a_hub_chooses_how_readers_are_addressed() {
    let hub = HubBuilder::small().page("service/a.nl.md", "gp", "service", "Tekst.");
    let home = |hub: HubBuilder| hub.tree().text("huisartsen/nl/index.html").to_owned();
    let (keys, site) = (hub.text("hub.toml"), "\n[site]\ntone_of_address = 'informal'\n");
    assert!(home(hub).contains("Wat hebt u vandaag nodig?"));
    let informal = || {
        HubBuilder::small()
            .page("service/a.nl.md", "gp", "service", "Tekst.")
            .file("hub.toml", format!("{keys}{site}"))
    };
    assert!(home(informal()).contains("Wat heb je vandaag nodig?"));
    // A hub's own words come first, whatever the tone of the built-in ones.
    let own = informal().file("templates/strings/nl.toml", "home_title = 'Waarmee beginnen we?'\n");
    assert!(home(own).contains("Waarmee beginnen we?"));
}

#[test]
fn every_language_of_the_built_in_theme_has_every_text() {
    let all = built_in_words();
    assert!(all.len() > 10);
    let english = words_of_theme(false)["en"].keys().cloned().collect::<Vec<_>>();
    let english: Vec<&String> = english.iter().collect();
    for (code, words) in &all {
        assert_eq!(
            words.keys().collect::<Vec<_>>(),
            english,
            "themes/default/strings/{code}.toml has the keys of en.toml"
        );
    }
}

#[test]
fn every_way_of_counting_has_its_form() {
    for (code, words) in &built_in_words() {
        let locale = Locale::new(code);
        let ways: BTreeSet<&str> = (0..=200).map(|count| locale.plural(count)).collect();
        for (key, forms) in words.iter().filter(|(_, forms)| !forms.contains_key("")) {
            assert_eq!(
                forms.keys().map(String::as_str).collect::<BTreeSet<_>>(),
                ways,
                "{code}: {key}"
            );
        }
    }
}

#[test]
fn every_language_leaves_the_same_gaps() {
    let all = built_in_words();
    let english = &words_of_theme(false)["en"];
    let gaps = |forms: &BTreeMap<String, String>| -> BTreeSet<String> {
        let text = forms.get("other").or_else(|| forms.get("")).expect("there is one of all");
        text.split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
            .collect()
    };
    for (code, words) in &all {
        for (key, forms) in words {
            assert_eq!(gaps(forms), gaps(&english[key]), "{code}: {key}");
        }
    }
}
