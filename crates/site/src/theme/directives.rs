//! The directives that `theme.toml` declares: each is a template `directives/NAME.html` and its
//! attributes.

use etappe_base::finding::did_you_mean;
use etappe_base::source::Span;
use etappe_hub::config::directives::{
    Attribute, AttributeKind, Declaration, Directives, Form, Label,
};
use etappe_hub::config::fields::{Fields, Reader};
use etappe_hub::config::tree::{Entry, Item, Value};

/// The one directive that is the program's own.
const FOR: &str = "for";

/// The attributes that every directive may have.
const COMMON: [&str; 2] = ["id", "class"];

/// A declaration, and where it stands.
pub(super) struct Declared {
    pub name: String,
    pub span: Span,
    pub declaration: Declaration,
}

/// Takes `[directives]`.
pub(super) fn read(fields: &mut Fields<'_>) -> Vec<Declared> {
    let Some(table) = fields.free_table("directives") else { return Vec::new() };
    table.entries.iter().filter_map(|entry| read_one(entry, fields)).collect()
}

fn read_one<'t>(entry: &'t Entry, fields: &mut Fields<'t>) -> Option<Declared> {
    let reader = &mut fields.reader;
    let Value::Table(table) = &entry.item.value else {
        let message =
            format!("`{}` must be a table, but it is {}.", entry.key, entry.item.value.kind());
        reader.invalid(
            entry.item.span,
            message,
            Some(format!("write `[directives.{}]`", entry.key)),
        );
        return None;
    };
    if !is_name(&entry.key) || entry.key == FOR {
        let why = if entry.key == FOR {
            "the program's own: it shows text to some personas only"
        } else {
            "no name of a directive"
        };
        let help = "take lower-case letters, digits and hyphens, and a letter first".to_owned();
        reader.invalid(entry.key_span, format!("`{}` is {why}.", entry.key), Some(help));
        return None;
    }
    let declaration = fields.within(table, entry.key_span, "a directive", declaration);
    Some(Declared { name: entry.key.clone(), span: entry.key_span, declaration })
}

fn declaration(fields: &mut Fields<'_>) -> Declaration {
    let mut forms = Vec::new();
    for name in fields.texts("as").unwrap_or_default() {
        let at = choice("as", &name.value, name.span, &Form::NAMES, &mut fields.reader);
        forms.extend(at.map(|at| Form::ALL[at]));
    }
    if forms.is_empty() {
        forms.push(Form::Container);
    }
    let label = fields.text("label").and_then(|label| {
        choice("label", &label.value, label.span, &Label::NAMES, &mut fields.reader)
    });
    Declaration {
        forms,
        label: label.map_or(Label::default(), |at| Label::ALL[at]),
        attributes: attributes(fields),
        inside: fields.text("inside").map(|inside| inside.value),
    }
}

/// Whether a page can write this name: a lower-case letter, then lower-case letters, digits,
/// hyphens and underscores.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        })
}

fn choice(
    key: &str,
    value: &str,
    span: Span,
    names: &[&str],
    reader: &mut Reader,
) -> Option<usize> {
    let at = names.iter().position(|name| *name == value);
    if at.is_none() {
        reader.invalid(
            span,
            format!("`{key}` cannot be `{value}`."),
            Some(did_you_mean(value, names.iter().copied())),
        );
    }
    at
}

fn attributes(fields: &mut Fields<'_>) -> Vec<Attribute> {
    let Some(table) = fields.free_table("attributes") else { return Vec::new() };
    table.entries.iter().filter_map(|entry| attribute(entry, fields)).collect()
}

fn attribute<'t>(entry: &'t Entry, fields: &mut Fields<'t>) -> Option<Attribute> {
    let name = &entry.key;
    let reader = &mut fields.reader;
    let Value::Table(table) = &entry.item.value else {
        let message = format!("`{name}` must be a table, but it is {}.", entry.item.value.kind());
        reader.invalid(
            entry.item.span,
            message,
            Some(format!("write `{name} = {{ type = \"text\" }}`")),
        );
        return None;
    };
    if !is_name(name) || COMMON.contains(&name.as_str()) {
        let why = if COMMON.contains(&name.as_str()) {
            "an attribute of every directive"
        } else {
            "no name of an attribute"
        };
        reader.invalid(
            entry.key_span,
            format!("`{name}` is {why}."),
            Some("give it another name".to_owned()),
        );
        return None;
    }
    Some(fields.within(table, entry.key_span, "an attribute", |fields| described(name, fields)))
}

/// An attribute as its own table describes it.
fn described(name: &str, fields: &mut Fields<'_>) -> Attribute {
    let values: Vec<String> =
        fields.texts("values").into_iter().flatten().map(|value| value.value).collect();
    let kind = fields.text("type").and_then(|kind| {
        choice("type", &kind.value, kind.span, &AttributeKind::NAMES, &mut fields.reader)
    });
    let kind = match kind {
        None | Some(0) if !values.is_empty() => AttributeKind::Choice(values),
        None | Some(0) => AttributeKind::Text,
        Some(1) => AttributeKind::Number,
        Some(2) => AttributeKind::Flag,
        Some(3) if values.is_empty() => {
            let help = "say what there is to choose from: `values = [\"…\", \"…\"]`";
            fields.missing("values", help);
            AttributeKind::Text
        }
        Some(3) => AttributeKind::Choice(values),
        Some(4) => AttributeKind::Link,
        Some(_) => AttributeKind::Image,
    };
    let required = fields.boolean("required").unwrap_or(false);
    let default =
        fields.take("default").and_then(|item| default(name, item, &kind, &mut fields.reader));
    Attribute { name: name.to_owned(), kind, required, default }
}

fn default(
    name: &str,
    item: &Item,
    kind: &AttributeKind,
    reader: &mut Reader,
) -> Option<etappe_hub::config::directives::AttributeValue> {
    let text = match &item.value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => String::new(),
    };
    let value = match kind {
        AttributeKind::Link | AttributeKind::Image => None,
        kind => kind.read(&text),
    };
    if value.is_none() {
        let message = format!("The default of `{name}` must be {}.", kind.describe());
        reader.invalid(
            item.span,
            message,
            Some("correct it, or leave it out; a link has no default".to_owned()),
        );
    }
    value
}

/// The declarations of several layers, by name. Of a directive declared twice, the last stands.
pub(super) fn join(layers: Vec<Vec<Declared>>) -> Directives {
    let all = layers.into_iter().flatten().map(|declared| (declared.name, declared.declaration));
    Directives(all.collect())
}
