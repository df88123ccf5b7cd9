//! The tables of keys, and all that comes from them: schemas, the documents' tables, and samples
//! that the program takes.

use crate::support::root;
use etappe_compliance::record::RECORD_KEYS;
use etappe_compliance::roles::ROLES_KEYS;
use etappe_hub::config::keys::documents::{overview, reference};
use etappe_hub::config::keys::schema::{schema, schema_of_named};
use etappe_hub::config::keys::{Form, Key, Keys, Source};
use etappe_hub::config::{CARD_KEYS, HUB_KEYS, PRODUCT_KEYS};
use etappe_hub::content;
use etappe_site::theme;

/// A kind of file: its name in `docs/schemas`, what its schema says of it, and its keys.
struct FileKind {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    keys: &'static Keys,
    /// The file holds a table of these keys for each name, not the keys themselves.
    is_named: bool,
}

const KINDS: [FileKind; 9] = [
    FileKind {
        name: "hub",
        title: "hub.toml",
        about: "One hub: its title and languages, the stages of the journey, and what is planned for cells that differ from the rest.",
        keys: HUB_KEYS,
        is_named: false,
    },
    FileKind {
        name: "persona",
        title: "Persona card",
        about: "A kind of healthcare professional that the hub serves: personas/ID.toml. Readers see the label, the description, the slug and the text of needs; everything else is internal.",
        keys: CARD_KEYS,
        is_named: false,
    },
    FileKind {
        name: "product",
        title: "Product card",
        about: "A medicine that pages are about: products/ID.toml. A hub without cards lets pages write any word as product; with cards, theirs alone.",
        keys: PRODUCT_KEYS,
        is_named: false,
    },
    FileKind {
        name: "claim",
        title: "Claims",
        about: "Statements with their references, each written once and used on pages by its id: claims/**/*.toml, a table for each. An id stands once in the hub.",
        keys: content::CLAIM_KEYS,
        is_named: true,
    },
    FileKind {
        name: "module",
        title: "Front matter of a module",
        about: "What a module says about itself, as TOML between +++ or YAML between ---: modules/NAME.md. All of it may be left out.",
        keys: content::MODULE_KEYS,
        is_named: false,
    },
    FileKind {
        name: "page",
        title: "Front matter of a page",
        about: "What a page says about itself, as TOML between +++ or YAML between ---. The _defaults.toml of a folder takes the same keys, none of them required, and gives them to the pages below.",
        keys: content::KEYS,
        is_named: false,
    },
    FileKind {
        name: "record",
        title: "Record of a signature",
        about: "One signature: this person, in this role, signed exactly this content. approvals/CODE/NAME.toml, written by etappe approve and never edited.",
        keys: RECORD_KEYS,
        is_named: false,
    },
    FileKind {
        name: "roles",
        title: "roles.toml",
        about: "Who may sign in which role, and from when to when.",
        keys: ROLES_KEYS,
        is_named: false,
    },
    FileKind {
        name: "theme",
        title: "theme.toml",
        about: "What a theme declares: how long its lists are, and what pages may write.",
        keys: theme::KEYS,
        is_named: false,
    },
];

/// Compares a file with what it should hold; `SNAPSHOTS=overwrite` writes it.
fn compare(path: &str, text: String) -> Option<String> {
    let kept = snapbox::Data::read_from(&root().join(path), Some(snapbox::data::DataFormat::Text));
    let same =
        snapbox::Assert::new().action_env("SNAPSHOTS").try_eq(Some(&path), text.into(), kept.raw());
    same.err().map(|error| error.to_string())
}

#[test]
fn schemas_are_those_of_the_tables() {
    let wrong: Vec<String> = KINDS
        .iter()
        .filter_map(|kind| {
            let path = format!("docs/schemas/{}.json", kind.name);
            let schema = if kind.is_named { schema_of_named } else { schema };
            compare(&path, schema(kind.title, kind.about, kind.keys))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_have_the_tables_of_keys() {
    let wrong: Vec<String> = ["README.md", "docs/keys.md"]
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(root().join(path)).expect("a document");
            compare(path, with_tables(&text))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A document with each table between its marks made anew.
fn with_tables(text: &str) -> String {
    let mut text = text.to_owned();
    for kind in &KINDS {
        let tables = [("keys", overview(kind.keys)), ("all keys", reference(kind.keys))];
        for (what, table) in tables {
            let begin = format!("<!-- {what}: {} -->\n", kind.name);
            let Some(start) = text.find(&begin).map(|at| at + begin.len()) else { continue };
            let end = start + text[start..].find("<!-- end -->").expect("a table ends");
            text.replace_range(start..end, &table);
        }
    }
    text
}

/// Every key of a table and of the tables within it.
fn all_keys(keys: &'static Keys) -> Vec<&'static Key> {
    let mut all = Vec::new();
    for key in keys.all {
        all.push(key);
        if let Form::Table(keys)
        | Form::Tables(keys)
        | Form::SomeTables(keys)
        | Form::NamedTables(keys)
        | Form::AnyTables(keys) = key.form
        {
            all.extend(all_keys(keys));
        }
    }
    all
}

#[test]
fn every_key_has_help_and_samples_that_are_toml() {
    let known = |_: Source| vec!["one".to_owned(), "another".to_owned()];
    for key in KINDS.iter().flat_map(|kind| all_keys(kind.keys)) {
        let help = key.help();
        assert!(help.ends_with('.') && !help.contains("  "), "{}: {help}", key.name);
        let samples = key.form.samples(&known);
        assert!(!samples.is_empty(), "{} has no sample", key.name);
        for sample in samples {
            let line = format!("{} = {sample}", key.name);
            assert!(toml::from_str::<toml::Table>(&line).is_ok(), "{line}");
        }
    }
}
