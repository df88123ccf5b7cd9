//! The directives that `theme.toml` declares: each is a template `directives/NAME.html` and its
//! attributes.

use etappe_base::finding::did_you_mean;
use etappe_base::source::{Span, Spanned};
use etappe_hub::config::directives::{
    Attribute, AttributeKind, Declaration, Directives, Form, Label,
};
use etappe_hub::config::fields::{Fields, Reader};
use etappe_hub::config::keys::{
    self, Flag, KeyTable, ReadIn, ReadTable, Shape, Texts, WrittenValue,
};
use etappe_hub::config::tree::{Entry, Item, Value};

/// The directives that are the program's own, and what each does.
const OWN: [(&str, &str); 4] = [
    ("for", "it shows text to some personas only"),
    ("claim", "it puts the words of a claim into a line"),
    ("claims", "it lists claims"),
    ("use", "it puts a module there"),
];

/// What names of directives look like.
const NAMES: &str = "take lower-case letters, digits and hyphens, and a letter first";

/// The attributes that every directive may have.
const COMMON: [&str; 2] = ["id", "class"];

/// A declaration, and where it stands.
pub(super) struct Declared {
    pub name: String,
    pub span: Span,
    pub declaration: Declaration,
}

etappe_hub::keys! {
    /// One of `[directives]`, as it is written.
    pub(super) struct DirectiveKeys("a directive") in () {
        /// How pages may write it.
        forms: Forms = "as", usually("container");
        /// Other names that pages may write for it.
        aliases: Aliases = "aliases";
        /// Whether it has text in square brackets.
        label: LabelWord = "label", usually("optional");
        /// Its attributes, by name.
        attributes: AttributeTables = "attributes";
        /// The directive that it must stand directly within.
        inside: DirectiveName = "inside";
    }
}

etappe_hub::keys! {
    /// One attribute of a directive, as it is written.
    pub(super) struct AttributeKeys("an attribute") in () {
        /// What there is to choose from.
        values: Texts = "values";
        /// What its value is.
        kind: KindWord = "type", usually("text");
        /// Whether a page must write it.
        required: Flag = "required", usually("false");
        /// What holds where a page does not write it.
        default: AnyValue = "default";
    }
}

/// Declarations of directives by name.
pub(super) struct DirectiveTables;

impl Shape for DirectiveTables {
    type Value = Vec<Declared>;
    const FORM: keys::Form = keys::Form::NamedTables(DirectiveKeys::KEYS);
}

impl ReadIn<()> for DirectiveTables {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        _: &(),
    ) -> Option<Vec<Declared>> {
        let table = fields.reader.as_table(written.name, written.item)?;
        Some(table.entries.iter().filter_map(|entry| read_one(entry, fields)).collect())
    }
}

/// Descriptions of attributes by name.
pub(super) struct AttributeTables;

impl Shape for AttributeTables {
    type Value = Vec<Attribute>;
    const FORM: keys::Form = keys::Form::NamedTables(AttributeKeys::KEYS);
}

impl ReadIn<()> for AttributeTables {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        _: &(),
    ) -> Option<Vec<Attribute>> {
        let table = fields.reader.as_table(written.name, written.item)?;
        Some(table.entries.iter().filter_map(|entry| attribute(entry, fields)).collect())
    }
}

/// The forms of a directive.
pub(super) struct Forms;

impl Shape for Forms {
    type Value = Vec<Form>;
    const FORM: keys::Form = keys::Form::SomeOf(&Form::NAMES);
}

impl ReadIn<()> for Forms {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &()) -> Option<Vec<Form>> {
        let mut forms = Vec::new();
        for name in fields.reader.as_texts(written.name, written.item)? {
            let at = choice(written.name, &name, &Form::NAMES, &mut fields.reader);
            forms.extend(at.map(|at| Form::ALL[at]));
        }
        Some(forms)
    }
}

/// Other names of a directive.
pub(super) struct Aliases;

impl Shape for Aliases {
    type Value = Vec<String>;
    const FORM: keys::Form = keys::Form::Texts;
}

impl ReadIn<()> for Aliases {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &()) -> Option<Vec<String>> {
        let mut aliases = Vec::new();
        for Spanned { value, span } in fields.reader.as_texts(written.name, written.item)? {
            if is_name(&value) && !OWN.iter().any(|(own, _)| *own == value) {
                aliases.push(value);
            } else {
                let message = format!("`{value}` is no name of a directive.");
                fields.reader.invalid(span, message, Some(NAMES.to_owned()));
            }
        }
        Some(aliases)
    }
}

/// Whether a directive has a label.
pub(super) struct LabelWord;

impl Shape for LabelWord {
    type Value = Label;
    const FORM: keys::Form = keys::Form::OneOf(&Label::NAMES);
}

impl ReadIn<()> for LabelWord {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &()) -> Option<Label> {
        let label = fields.reader.as_text(written.name, written.item)?;
        let at = choice(written.name, &label, &Label::NAMES, &mut fields.reader);
        at.map(|at| Label::ALL[at])
    }
}

/// The word for what an attribute's value is, by its place among the names.
pub(super) struct KindWord;

impl Shape for KindWord {
    type Value = usize;
    const FORM: keys::Form = keys::Form::OneOf(&AttributeKind::NAMES);
}

impl ReadIn<()> for KindWord {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &()) -> Option<usize> {
        let kind = fields.reader.as_text(written.name, written.item)?;
        choice(written.name, &kind, &AttributeKind::NAMES, &mut fields.reader)
    }
}

/// The name of another directive.
pub(super) struct DirectiveName;

impl Shape for DirectiveName {
    type Value = String;
    const FORM: keys::Form = keys::Form::Known(keys::Source::Directives);
}

impl ReadIn<()> for DirectiveName {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &()) -> Option<String> {
        fields.reader.as_text(written.name, written.item).map(|name| name.value)
    }
}

/// A value whose type another key decides.
pub(super) struct AnyValue;

impl Shape for AnyValue {
    type Value = Item;
    const FORM: keys::Form = keys::Form::Any;
}

impl ReadIn<()> for AnyValue {
    fn read(written: WrittenValue<'_>, _: &mut Fields<'_>, _: &()) -> Option<Item> {
        Some(written.item.clone())
    }
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
    let own = OWN.iter().find(|(name, _)| *name == entry.key);
    if !is_name(&entry.key) || own.is_some() {
        let why = match own {
            Some((_, what)) => format!("the program's own: {what}"),
            None => "no name of a directive".to_owned(),
        };
        let message = format!("`{}` is {why}.", entry.key);
        reader.invalid(entry.key_span, message, Some(NAMES.to_owned()));
        return None;
    }
    let declaration = fields.within(table, entry.key_span, "a directive", declaration);
    Some(Declared { name: entry.key.clone(), span: entry.key_span, declaration })
}

fn declaration(fields: &mut Fields<'_>) -> Declaration {
    let keys = DirectiveKeys::read(fields, &());
    Declaration {
        forms: keys
            .forms
            .filter(|forms| !forms.is_empty())
            .unwrap_or_else(|| vec![Form::Container]),
        aliases: keys.aliases.unwrap_or_default(),
        label: keys.label.unwrap_or_default(),
        attributes: keys.attributes.unwrap_or_default(),
        inside: keys.inside,
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
    value: &Spanned<String>,
    names: &[&str],
    reader: &mut Reader,
) -> Option<usize> {
    let Spanned { value, span } = value;
    let at = names.iter().position(|name| name == value);
    if at.is_none() {
        let help = did_you_mean(value, names.iter().copied());
        reader.invalid(*span, format!("`{key}` cannot be `{value}`."), Some(help));
    }
    at
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
    let keys = AttributeKeys::read(fields, &());
    let values: Vec<String> = keys.values.into_iter().flatten().map(|value| value.value).collect();
    let kind = match keys.kind {
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
    let default = keys.default.and_then(|item| default(name, &item, &kind, &mut fields.reader));
    let required = keys.required.unwrap_or(false);
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
