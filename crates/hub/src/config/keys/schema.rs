//! JSON Schemas of tables of keys, for editors.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Form, Key, Keys};
use crate::config::approval::RecordKind;
use etappe_base::finding::{Severity, codes};

/// The schema of a kind of file, as `etappe schema` prints it.
pub fn schema(title: &str, description: &str, keys: &Keys) -> String {
    let mut shared = BTreeMap::new();
    let parts = table(keys, &mut shared);
    written(title, description, parts, shared)
}

/// The schema of a kind of file whose tables have names of the writer's choice.
pub fn schema_of_named(title: &str, description: &str, keys: &Keys) -> String {
    let mut shared = BTreeMap::new();
    let parts = named_tables(keys, &mut shared);
    written(title, description, parts, shared)
}

fn written(title: &str, description: &str, own: Vec<(String, Node)>, shared: Shared) -> String {
    let mut parts = vec![
        ("$schema".to_owned(), plain("https://json-schema.org/draft/2020-12/schema")),
        ("title".to_owned(), plain(title)),
        ("description".to_owned(), plain(description)),
    ];
    parts.extend(own);
    let shared = shared.into_iter().map(|(name, form)| (name.to_owned(), Node::Value(form)));
    parts.push(("$defs".to_owned(), Node::Table(shared.collect())));
    let text = serde_json::to_string_pretty(&Node::Table(parts)).expect("a schema is plain data");
    text + "\n"
}

/// A piece of a schema whose parts keep their order.
enum Node {
    Value(Value),
    Table(Vec<(String, Self)>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Table(parts) => {
                let mut map = serializer.serialize_map(Some(parts.len()))?;
                for (name, part) in parts {
                    map.serialize_entry(name, part)?;
                }
                map.end()
            }
        }
    }
}

/// What several keys refer to, by name.
type Shared = BTreeMap<&'static str, Value>;

fn plain(value: impl Into<Value>) -> Node {
    Node::Value(value.into())
}

fn table(keys: &Keys, shared: &mut Shared) -> Vec<(String, Node)> {
    let mut properties = Vec::new();
    for key in keys.all {
        properties.push((key.name.to_owned(), property(key, &described(key), shared)));
        for other in key.others {
            let same = format!("The same as {}.", key.name);
            properties.push(((*other).to_owned(), property(key, &same, shared)));
        }
    }
    let required = keys.all.iter().filter(|key| is_required(key) && key.others.is_empty());
    let required: Value = required.map(|key| key.name).collect();
    let mut parts = vec![
        ("type".to_owned(), plain("object")),
        ("properties".to_owned(), Node::Table(properties)),
    ];
    if required != json!([]) {
        parts.push(("required".to_owned(), plain(required)));
    }
    parts.push(("additionalProperties".to_owned(), plain(false)));
    let together: Vec<Value> = keys.all.iter().flat_map(conditions).collect();
    if !together.is_empty() {
        parts.push(("allOf".to_owned(), plain(together)));
    }
    parts
}

fn named_tables(keys: &Keys, shared: &mut Shared) -> Vec<(String, Node)> {
    let names = json!({ "pattern": NAME });
    vec![
        ("type".to_owned(), plain("object")),
        ("propertyNames".to_owned(), plain(names)),
        ("additionalProperties".to_owned(), Node::Table(table(keys, shared))),
    ]
}

fn is_required(key: &Key) -> bool {
    key.missing.is_some() || matches!(key.form, Form::SomeTables(_))
}

/// The help of a key, with what holds where it is absent.
fn described(key: &Key) -> String {
    let mut text = key.help().to_owned();
    if is_required(key) {
        text.push_str(" Required.");
    }
    if let Some((flag, _)) = key.unless {
        text.push_str(&format!(" Required if {flag} is false."));
    }
    if let Some(usual) = key.usual {
        text.push_str(&format!(" Default: {usual}"));
    }
    text
}

/// What a key asks of the other keys of its table.
fn conditions(key: &Key) -> Vec<Value> {
    let mut all = Vec::new();
    if is_required(key) && !key.others.is_empty() {
        let names: Vec<Value> = key.names().map(|name| json!({ "required": [name] })).collect();
        all.push(json!({ "anyOf": names }));
    }
    for other in key.others {
        all.push(json!({ "not": { "required": [key.name, other] } }));
    }
    if let Some((flag, _)) = key.unless {
        all.push(json!({
            "if": { "properties": { flag: { "const": false } }, "required": [flag] },
            "then": { "properties": { key.name: { "not": { "const": "" } } }, "required": [key.name] },
        }));
    }
    all
}

fn property(key: &Key, help: &str, shared: &mut Shared) -> Node {
    let mut parts = vec![("description".to_owned(), plain(help))];
    match key.form {
        Form::Table(keys) => parts.extend(table(keys, shared)),
        Form::Tables(keys) | Form::SomeTables(keys) => {
            parts.push(("type".to_owned(), plain("array")));
            if matches!(key.form, Form::SomeTables(_)) {
                parts.push(("minItems".to_owned(), plain(1)));
            }
            parts.push(("items".to_owned(), Node::Table(table(keys, shared))));
        }
        Form::NamedTables(keys) => {
            parts.extend(named_tables(keys, shared));
        }
        Form::AnyTables(keys) => {
            parts.push(("type".to_owned(), plain("object")));
            parts.push(("additionalProperties".to_owned(), Node::Table(table(keys, shared))));
        }
        form if key.is_empty_absent && key.missing.is_none() => {
            let empty = json!({
                "description": "Counts as absent, and cancels the folder's default.",
                "enum": ["", [], null],
            });
            let either = [value(form, shared), common("empty", empty, shared)];
            parts.push(("anyOf".to_owned(), plain(either.to_vec())));
        }
        form => {
            let Value::Object(form) = value(form, shared) else { unreachable!("a table") };
            parts.extend(form.into_iter().map(|(name, part)| (name, Node::Value(part))));
        }
    }
    Node::Table(parts)
}

/// A reference to a form that several keys share.
fn common(name: &'static str, form: Value, shared: &mut Shared) -> Value {
    shared.insert(name, form);
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn one_or_list(item: &Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
}

/// A text, or what counts as text where a bare number, `true` or `false` stands.
fn text(shared: &mut Shared) -> Value {
    let form = json!({
        "description": "Text. A number, true or false without quotes is taken as text.",
        "type": ["string", "integer", "boolean"],
    });
    common("plain", form, shared)
}

fn texts(shared: &mut Shared) -> Value {
    let mut form = one_or_list(&text(shared));
    form["description"] = "A list of texts; a single text is a list of one.".into();
    common("texts", form, shared)
}

fn name(shared: &mut Shared) -> Value {
    let form = json!({
        "description": "Text that is not empty.",
        "anyOf": [{ "type": "string", "minLength": 1 }, { "type": ["integer", "boolean"] }],
    });
    common("name", form, shared)
}

/// A text that holds more than white space.
fn words() -> Value {
    json!({ "anyOf": [
        { "type": "string", "pattern": "\\S" },
        { "type": ["integer", "boolean"] },
    ] })
}

fn slug(shared: &mut Shared) -> Value {
    let form = json!({
        "description": "Part of an address: lower-case letters, digits and hyphens.",
        "anyOf": [
            { "type": "string", "pattern": format!("^{SLUG}$") },
            { "type": "integer", "minimum": 0 },
            { "type": "boolean" },
        ],
    });
    common("slug", form, shared)
}

/// The name of a table that its writer chooses.
const NAME: &str = "^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$";
/// What may stand in an address as one part.
const SLUG: &str = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?";

const LANGUAGE: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$";

fn by_language(help: &str, item: &Value, least: u32) -> Value {
    let table = json!({
        "type": "object",
        "minProperties": least,
        "propertyNames": { "pattern": LANGUAGE },
        "additionalProperties": item,
    });
    json!({ "description": help, "anyOf": [item, table] })
}

fn code(shared: &mut Shared) -> Value {
    let ids: Value = codes::ALL.iter().map(|code| code.id).collect();
    let help = "The code of a finding; etappe explain lists them.";
    common("code", json!({ "description": help, "enum": ids }), shared)
}

fn firm_codes() -> Vec<&'static str> {
    codes::ALL.iter().filter(|code| code.is_firm()).map(|code| code.id).collect()
}

fn severities(shared: &mut Shared) -> Value {
    let help = "What a finding weighs: off drops it, error keeps the hub from being published.";
    let form = json!({ "description": help, "enum": Severity::NAMES });
    let severity = common("severity", form, shared);
    let firm = firm_codes().join("|").replace('.', "\\.");
    json!({
        "type": "object",
        "propertyNames": code(shared),
        "patternProperties": { format!("^({firm})$"): { "const": "error" } },
        "additionalProperties": severity,
    })
}

fn day(shared: &mut Shared) -> Value {
    let time = "[Tt \\t][ \\t]*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?";
    let offset = "[ \\t]*([Zz]|[+-]([0-9]{1,2}(:[0-9]{2})?|[0-9]{4}))";
    let pattern = format!("^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({time}({offset})?)?$");
    let help = "A day, such as 2026-11-22.";
    common("day", json!({ "description": help, "type": "string", "pattern": pattern }), shared)
}

fn aliases(shared: &mut Shared) -> Value {
    let part = "[^\\s/?#:\\\\<>\"*;|]([^/?#:\\\\<>\"*;|]*[^\\s/?#:\\\\<>\"*;|])?";
    let alias = json!({
        "type": ["string", "integer", "boolean"],
        "pattern": format!("^/*{part}(/{part})*/*$"),
        "not": { "type": "string", "pattern": "(^|/)\\.{1,2}(/|$)" },
    });
    let mut form = one_or_list(&common("alias", alias, shared));
    form["description"] = "A path or a list of paths, such as /service/old-name/.".into();
    common("aliases", form, shared)
}

fn count(least: u32) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": u32::MAX })
}

fn url_pattern() -> Value {
    let piece = "(\\{(stage|slug|path|dir)\\}|[a-z0-9._-])+";
    let whole = format!("^/*({piece}/)*{piece}/*$");
    json!({
        "type": "string",
        "allOf": [{ "pattern": "\\{(slug|path)\\}" }, { "pattern": whole }],
    })
}

/// The kinds of records that approve, as a pattern.
fn record_kinds() -> String {
    let approves = |name: &&&str| **name != RecordKind::REVOCATION.name();
    let kinds: Vec<&str> = RecordKind::NAMES.iter().filter(approves).copied().collect();
    kinds.join("|")
}

/// A list that is not empty, or one id.
fn some(one: &Value, item: Value, all: Option<&str>) -> Value {
    let mut list = json!({ "type": "array", "minItems": 1, "items": item });
    if let Some(all) = all {
        list["if"] = json!({ "contains": { "const": all } });
        list["then"] = json!({ "items": { "const": all } });
    }
    json!({ "anyOf": [one, list] })
}

/// The schema of a form that is no table with keys.
fn value(form: Form, shared: &mut Shared) -> Value {
    match form {
        Form::Text | Form::Known(_) => text(shared),
        Form::Texts | Form::AllKnown(_) => texts(shared),
        Form::Name => name(shared),
        Form::Title => words(),
        Form::ByLanguage => {
            let help = "A text that readers see, in the default language; or a table by language.";
            let form = by_language(help, &common("words", words(), shared), 1);
            common("claim_text", form, shared)
        }
        Form::ListsByLanguage => {
            let help = "Texts that readers see, in the default language; or a table by language.";
            by_language(help, &one_or_list(&common("words", words(), shared)), 0)
        }
        Form::Cites => {
            let pattern = "^[\\p{L}\\p{N}][\\p{L}\\p{N}_.:/+#-]* *(,[^\\[\\]*`<\\\\&~|]*)?$";
            let help = "The key of a reference, and behind a comma the place in the work.";
            let kinds = ["string", "integer", "boolean"];
            let form =
                json!({ "description": help, "type": kinds, "minimum": 0, "pattern": pattern });
            one_or_list(&common("cite", form, shared))
        }
        Form::Words => {
            let help = "A text that readers see: one for all languages, or a table by language.";
            let form = by_language(help, &name(shared), 1);
            common("text", form, shared)
        }
        Form::MaybeWords => {
            let help = "A text that readers see: one for all languages, or a table by language.";
            by_language(help, &text(shared), 0)
        }
        Form::Slug => slug(shared),
        Form::SiteSlug => {
            let mut form = slug(shared);
            form["not"] = json!({ "enum": crate::config::card::TAKEN });
            form
        }
        Form::Slugs => {
            let help = "Part of an address: one for all languages, or a table by language.";
            let form = by_language(help, &slug(shared), 0);
            common("slugs", form, shared)
        }
        Form::Id => {
            let mut form = slug(shared);
            let help = "A short name: lower-case letters, digits and hyphens. No reader sees it.";
            form["description"] = help.into();
            common("id", form, shared)
        }
        Form::Topics => {
            let mut form = one_or_list(&slug(shared));
            let help = "Lower-case letters, digits and hyphens; a single one is a list of one.";
            form["description"] = help.into();
            common("topics", form, shared)
        }
        Form::Flag => json!({ "type": "boolean" }),
        Form::WholeNumber => json!({ "type": "integer" }),
        Form::Count(least) => count(least),
        Form::Percent => json!({ "type": "integer", "minimum": 0, "maximum": 100 }),
        Form::Seconds(tenths) => {
            json!({ "type": "number", "minimum": f64::from(tenths) / 10.0, "maximum": 86_400 })
        }
        Form::Day => day(shared),
        Form::Period => {
            let help = "A number and a unit, such as 6 months.";
            let pattern = "^[0-9]+ (day|week|month|year)s?$";
            let form = json!({ "description": help, "type": "string", "pattern": pattern });
            common("period", form, shared)
        }
        Form::OneOf(words) => json!({ "enum": words }),
        Form::SomeOf(words) => one_or_list(&json!({ "enum": words })),
        Form::SomeKnown(_) => some(&name(shared), text(shared), None),
        Form::SomeOrAll(_) => some(&name(shared), text(shared), Some("all")),
        Form::Web => {
            let help = "A web address: https://hub.example, without a query.";
            let pattern = "^https?://[^\\s?#\"<]+$";
            let form = json!({ "description": help, "type": "string", "pattern": pattern });
            common("web", form, shared)
        }
        Form::Addresses => {
            let address = json!({ "type": "string", "pattern": "^(https?://.+|\\*.*)$" });
            let mut form = one_or_list(&common("address", address, shared));
            let help = "Beginnings of web addresses, or patterns with * for anything.";
            form["description"] = help.into();
            common("addresses", form, shared)
        }
        Form::OutputFiles => one_or_list(&json!({ "type": "string" })),
        Form::Languages => {
            let code = json!({ "type": "string", "pattern": LANGUAGE });
            json!({ "anyOf": [
                code,
                { "type": "array", "minItems": 1, "uniqueItems": true, "items": code },
            ] })
        }
        Form::UrlPattern => url_pattern(),
        Form::TimeZone => {
            let region = "[A-Z][A-Za-z_]*/[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z_]*)?";
            json!({ "type": "string", "pattern": format!("^(UTC|GMT|{region})$") })
        }
        Form::Code => {
            let mut form = code(shared);
            form["not"] = json!({ "enum": firm_codes() });
            form
        }
        Form::PageId => json!({
            "type": ["string", "integer", "boolean"],
            "pattern": "^[^/\\s\\p{Cc}:#@\\\\]+(/[^/\\s\\p{Cc}:#@\\\\]+)*$",
            "not": { "type": "string", "pattern": "(^|/)\\.{1,2}(/|$)" },
        }),
        Form::HubFile => json!({
            "type": ["string", "integer", "boolean"],
            "pattern": "^[^/\\\\]+(/[^/\\\\]+)*$",
            "not": { "type": "string", "pattern": "(^|/)\\.{1,2}(/|$)" },
        }),
        Form::Roles => one_or_list(&json!({ "anyOf": [
            { "type": "string", "pattern": format!("^(({}):)?{SLUG}$", record_kinds()) },
            { "type": "integer", "minimum": 0 },
            { "type": "boolean" },
        ] })),
        Form::Moment => json!({
            "description": "A day, a time and its distance from UTC: 2026-11-22T09:30:00+01:00.",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt \
             ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?[ \\t]*([Zz]|[+-]([0-9]{1,2}(:[0-9]{2})?|[0-9]{4}))$",
        }),
        Form::ApprovalFile => json!({
            "type": "string",
            "pattern": "^(approvals/[^/\\\\]+|allowed_signers|revoked_keys|roles\\.toml)$",
            "not": { "pattern": "(^|/)\\.{1,2}$" },
        }),
        Form::Colour => json!({
            "type": "string",
            "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$",
        }),
        Form::StaticFile => json!({
            "type": "string",
            "pattern": "^static(/[^/\\\\]+)+$",
            "not": { "type": "string", "pattern": "(^|/)\\.{1,2}(/|$)" },
        }),
        Form::Aliases => aliases(shared),
        Form::Bridge => json!({
            "type": ["string", "integer", "boolean"],
            "pattern": "^[^:]+(:content/[^?#]+)?$",
        }),
        Form::Severities => severities(shared),
        Form::Free => json!({ "type": "object" }),
        Form::Any
        | Form::Table(_)
        | Form::Tables(_)
        | Form::SomeTables(_)
        | Form::NamedTables(_)
        | Form::AnyTables(_) => json!({}),
        Form::NamedLists => json!({
            "type": "object",
            "additionalProperties": value(Form::Texts, shared),
        }),
        Form::NamedDays => json!({
            "type": "object",
            "propertyNames": { "pattern": NAME },
            "additionalProperties": value(Form::Day, shared),
        }),
    }
}
