//! The schemas that `etappe schema` prints say what the readers of the program do: the same keys,
//! the same values, no more and no less; and every report is as its schema says.

use std::collections::BTreeSet;

use crate::support::command::etappe;
use crate::support::schema::Schema;
use crate::support::{TODAY, files_below, root};
use etappe_base::finding::{Finding, codes};
use etappe_base::path::HubPath;
use etappe_hub::config::tree::{parse_toml, parse_yaml};
use etappe_hub::config::{self, PlanFiles, TextFile};
use etappe_hub::content;
use serde_json::{Value, json};

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(root().join(format!("docs/schemas/{name}.json")))
        .expect("the schema can be read");
    serde_json::from_str(&text).expect("a schema is JSON")
}

// What people write.

/// A kind of file: its schema, and a small one that is right.
struct Kind {
    schema: &'static str,
    file: &'static str,
    right: Value,
}

fn kinds() -> [Kind; 5] {
    let hub = json!({
        "title": "Hub", "languages": ["en"], "approval": {}, "urls": {}, "site": {}, "external": {}, "checks": {}, "coverage": {}, "measures": {},
        "stages": [{ "id": "awareness", "label": "What is possible" }],
        "segments": [{ "id": "hospital" }],
        "cells": [{ "persona": "gp", "stage": "awareness" }],
        "objectives": [{ "id": "early-referral" }],
        "waivers": [{ "code": "link.broken", "reason": "known" }],
    });
    let card = json!({
        "label": "General practitioners", "style": {},
        "needs": [{ "id": "spot-early", "stage": "awareness", "text": "How do I spot it early?" }],
        "beliefs": [{ "id": "nothing-to-offer", "stage": "awareness" }],
    });
    let product = json!({
        "name": "Fictinemab", "launched": {}, "pi": {},
        "indications": [{ "id": "early", "text": "Early memory loss" }],
    });
    let claim = json!({ "slowing": { "text": { "en": "Slows decline" }, "category": "efficacy" } });
    let page = json!({ "title": "Tests", "personas": "gp", "stage": "awareness" });
    [
        Kind { schema: "hub", file: "hub.toml", right: hub },
        Kind { schema: "persona", file: "personas/gp.toml", right: card },
        Kind { schema: "product", file: "products/fictinemab.toml", right: product },
        Kind { schema: "claim", file: "claims/fictinemab.toml", right: claim },
        Kind { schema: "page", file: "content/tests.md", right: page },
    ]
}

impl Kind {
    /// Places of tables in the right file: the file itself and each table in it, the first of each
    /// list.
    fn tables(&self) -> Vec<String> {
        let keys = self.right.as_object().expect("a file is a table");
        let below = keys.iter().filter_map(|(key, value)| match value {
            Value::Object(_) => Some(format!("/{key}")),
            Value::Array(items) if items.iter().any(Value::is_object) => Some(format!("/{key}/0")),
            _ => None,
        });
        std::iter::once(String::new()).chain(below).collect()
    }

    /// What the program finds wrong with the form of `value`; names that nothing bears are no fault
    /// of form, but for codes.
    fn faults(&self, value: &Value) -> Vec<String> {
        let findings = match self.schema {
            "page" => read_page(&toml(value)),
            "claim" => read_claims(&toml(value)),
            _ => {
                let [hub, card, product, ..] = kinds();
                let hub = if self.schema == "hub" { value } else { &hub.right };
                let card = if self.schema == "persona" { value } else { &card.right };
                let product = if self.schema == "product" { value } else { &product.right };
                read_config(&toml(hub), &toml(card), &toml(product)).1
            }
        };
        findings
            .iter()
            .filter(|finding| is_about_form(finding))
            .map(|finding| format!("{}: {}", finding.code.id, finding.message))
            .collect()
    }
}

fn is_about_form(finding: &Finding) -> bool {
    let names = [
        "unknown-key",
        "missing-key",
        "wrong-type",
        "invalid-value",
        "empty-title",
        "syntax",
        "no-stage",
    ];
    let (_, name) = finding.code.id.split_once('.').expect("group.name");
    let is_code = finding.code.id == "config.unknown-id"
        && finding.message.starts_with("There is no finding");
    let is_repeat = finding.message.starts_with("The language");
    names.contains(&name) || is_code || is_repeat
}

fn toml(value: &Value) -> String {
    toml::to_string(value).expect("what is no TOML is not tried")
}

fn read_config(hub: &str, card: &str, product: &str) -> (Option<config::Config>, Vec<Finding>) {
    let [hub_path, card_path, product_path] =
        ["hub.toml", "personas/gp.toml", "products/fictinemab.toml"].map(HubPath::literal);
    config::read(PlanFiles {
        hub: Some(TextFile { path: &hub_path, text: hub }),
        personas: &[TextFile { path: &card_path, text: card }],
        products: &[TextFile { path: &product_path, text: product }],
    })
}

fn read_claims(text: &str) -> Vec<Finding> {
    let [hub, card, product, ..] = kinds();
    let (config, _) = read_config(&toml(&hub.right), &toml(&card.right), &toml(&product.right));
    let file = HubPath::literal("claims/fictinemab.toml");
    content::read_claims(&file, text, &config.expect("the plan is right")).1
}

fn read_page(front: &str) -> Vec<Finding> {
    let [hub, card, product, ..] = kinds();
    let (config, _) = read_config(&toml(&hub.right), &toml(&card.right), &toml(&product.right));
    let text = format!("+++\n{front}+++\n");
    content::read(
        &HubPath::literal("content/tests.md"),
        text.as_bytes(),
        &config.expect("the plan is right"),
        &[],
    )
    .1
}

/// Every property of a schema, at any depth.
fn properties(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                if let ("properties", Value::Object(properties)) = (key.as_str(), value) {
                    found.extend(properties.keys().cloned());
                }
                found.extend(properties(value));
            }
        }
        Value::Array(items) => found.extend(items.iter().flat_map(properties)),
        _ => {}
    }
    found
}

#[test]
fn every_key_is_known_at_the_same_places() {
    let mut faults = Vec::new();
    for kind in kinds() {
        let document = read(kind.schema);
        let schema = Schema::new(kind.schema, document.clone());
        let free = ["/checks", "/extra"];
        for table in kind.tables().iter().filter(|table| !free.contains(&table.as_str())) {
            for key in properties(&document).iter().map(String::as_str).chain(["bogus"]) {
                let mut value = kind.right.clone();
                let target = value
                    .pointer_mut(table)
                    .and_then(Value::as_object_mut)
                    .expect("the table is there");
                if target.contains_key(key) {
                    continue;
                }
                // Of the wrong type wherever it is known, but for an unknown key that makes no
                // difference.
                target.insert(key.to_owned(), json!([[1]]));
                let known = !kind
                    .faults(&value)
                    .iter()
                    .any(|fault| fault.contains(&format!("Unknown key `{key}`")));
                let described = !schema
                    .faults(&value)
                    .contains(&format!("additionalProperties '{key}' not allowed"));
                if known != described {
                    faults.push(format!(
                        "{}: `{key}` at `{table}`: program {known}, schema {described}",
                        kind.file
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_schemas_allow_the_values_that_the_program_takes() {
    let values = json!([
        "word", "", " ", "a b", "A", "en", "nl", "English", "2026-11-22", "2026-11-22T09:30:00Z", "2026-11", "6 months", "six months",
        "https://a.example", "ftp://a.example", "{stage}/{slug}", "{stage}", "content/a.md", "../a.md", "/old/", "link.broken", "assets",
        "high", "draft", "promo", "error", "all", true, false, 3, 0, -1, 2.5, [], ["word"], ["a b", 3], [true], ["en", "en"],
        ["all", "gp"], ["https://a.example"], { "en": "x" }, { "en": "" }, { "en": "A B" }, { "english": "x" }, { "en": 2.5 }, {}, [{ "bogus": 1 }], [[1]],
        [2.5], { "link.broken": "off" }, { "link.broken": "no" }, { "link.borken": "off" },
    ]);
    let mut faults = Vec::new();
    for kind in kinds() {
        let document = read(kind.schema);
        let schema = Schema::new(kind.schema, document.clone());
        for table in kind.tables() {
            let target = |value: &mut Value| {
                value
                    .pointer_mut(&table)
                    .and_then(Value::as_object_mut)
                    .expect("the table is there")
                    .clone()
            };
            let own = target(&mut kind.right.clone());
            let known: BTreeSet<String> =
                properties(&document).into_iter().chain(own.keys().cloned()).collect();
            for key in known {
                let tries = values.as_array().expect("a list").iter().map(Some).chain([None]);
                for tried in tries {
                    let mut value = kind.right.clone();
                    let target = value
                        .pointer_mut(&table)
                        .and_then(Value::as_object_mut)
                        .expect("the table is there");
                    match tried {
                        Some(tried) => target.insert(key.clone(), tried.clone()),
                        None => target.remove(&key),
                    };
                    let (found, allowed) = (kind.faults(&value), schema.allows(&value));
                    if found.is_empty() != allowed {
                        faults.push(format!("{} {table}/{key} = {tried:?}: program {found:?}, schema allows: {allowed}", kind.file));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_hubs_of_this_repository_are_as_their_schemas_say() {
    let [hub, persona, product, claim, page] =
        ["hub", "persona", "product", "claim", "page"].map(|name| Schema::new(name, read(name)));
    let mut seen = 0;
    for folder in ["", "examples/minimal", "examples/starter", "tests/browser/hub"] {
        let folder = root().join(folder);
        let pages = files_below(&folder.join("content"))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "md"));
        let cards = ["personas", "products", "claims"].map(|cards| folder.join(cards));
        let cards =
            cards.iter().filter(|cards| cards.is_dir()).flat_map(|cards| files_below(cards));
        for path in std::iter::once(folder.join("hub.toml")).chain(cards).chain(pages) {
            let text = std::fs::read_to_string(&path).expect("text");
            let name =
                path.strip_prefix(&folder).expect("below the hub").to_string_lossy().into_owned();
            let schema = if name == "hub.toml" {
                &hub
            } else if name.starts_with("products/") {
                &product
            } else if name.starts_with("claims/") {
                &claim
            } else if name.ends_with(".toml") {
                &persona
            } else {
                &page
            };
            let value = if name.ends_with(".md") {
                front_matter(&text)
            } else {
                parse_toml(&text, 0).0.to_json()
            };
            assert_eq!(schema.faults(&value), "", "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} files were read");
}

/// The front matter of a page as JSON; empty values count as absent.
fn front_matter(text: &str) -> Value {
    let fence = &text[..3];
    let (front, _) = text[4..].split_once(&format!("\n{fence}")).expect("closed front matter");
    let table = if fence == "+++" { parse_toml(front, 0).0 } else { parse_yaml(front, 0).0 };
    let mut value = table.to_json();
    value.as_object_mut().expect("a table").retain(|_, value| !value.is_null());
    value
}

#[test]
fn the_schemas_name_every_code() {
    let ids: Vec<Value> = codes::ALL.iter().map(|code| code.id.into()).collect();
    for name in ["hub", "findings"] {
        assert_eq!(
            read(name).pointer("/$defs/code/enum"),
            Some(&Value::Array(ids.clone())),
            "docs/schemas/{name}.json"
        );
    }
}

// What programs read.

/// The schema with every object closed: then it also tells a report's keys that it does not name.
fn closed(mut schema: Value) -> Value {
    fn close(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if map.contains_key("properties") {
                    map.insert("additionalProperties".to_owned(), false.into());
                }
                map.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

#[test]
fn reports_are_as_their_schemas_say_and_hold_nothing_else() {
    let findings = Schema::new("findings", closed(read("findings")));
    let coverage = Schema::new("coverage", closed(read("coverage")));
    let calendar = Schema::new("calendar", closed(read("calendar")));
    let approvals = Schema::new("approvals", closed(read("approvals")));
    let used = Schema::new("where-used", closed(read("where-used")));
    for folder in
        ["", "examples/broken", "examples/minimal", "examples/starter", "tests/browser/hub"]
    {
        let folder = root().join(folder);
        let report = etappe(&folder, &["check", "--format", "json", "--as-of", TODAY]).json();
        assert_eq!(findings.faults(&report), "", "check of {}", folder.display());
        let report = etappe(&folder, &["coverage", "--format", "json", "--as-of", TODAY]);
        assert_eq!(coverage.faults(&report.json()), "", "coverage of {}", folder.display());
        let report = etappe(&folder, &["calendar", "--format", "json", "--as-of", TODAY]);
        assert_eq!(calendar.faults(&report.json()), "", "calendar of {}", folder.display());
        let report = etappe(&folder, &["approvals", "--format", "json", "--as-of", TODAY]);
        assert_eq!(approvals.faults(&report.json()), "", "approvals of {}", folder.display());
    }
    let digest = Schema::new("digest", closed(read("digest")));
    let report = etappe(&root(), &["digest", "--explain", "--format", "json"]);
    assert_eq!(digest.faults(&report.expect(0).json()), "", "all digests");
    for key in ["fictinemab", "biomarker-zones-nl.svg", "what-changed"] {
        let report =
            etappe(&root(), &["where-used", key, "--format", "json", "--as-of", TODAY]).expect(0);
        assert_eq!(used.faults(&report.json()), "", "where `{key}` is used");
    }
}

#[test]
fn the_program_prints_the_schemas_as_they_are_kept() {
    for name in [
        "hub",
        "persona",
        "page",
        "findings",
        "coverage",
        "calendar",
        "where-used",
        "digest",
        "approvals",
        "roles",
        "record",
    ] {
        let printed = etappe(&root(), &["schema", name]).expect(0);
        assert_eq!(printed.json(), read(name), "{name}");
        assert_eq!(printed.json()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
    etappe(&root(), &["schema", "bogus"]).expect(2);
    etappe(&root(), &["schema"]).expect(2);
}
