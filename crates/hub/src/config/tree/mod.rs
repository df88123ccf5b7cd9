//! One tree for TOML and YAML: every value has its span, so that every finding can point at one.
//!
//! Parsing never fails. What a parser could not read is a [`SyntaxError`]; the rest of the tree
//! stands.

mod curly;
mod toml;
mod yaml;

use etappe_base::source::Span;

pub use self::curly::{CurlyQuotes, find as curly_quotes};
pub use self::toml::parse as parse_toml;
pub use self::yaml::parse as parse_yaml;

/// A value and where it was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// In bytes of the whole file.
    pub span: Span,
    /// Values within it have spans of their own.
    pub value: Value,
}

/// What TOML and YAML can both say.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// YAML's empty value.
    Null,
    /// Bare only: a quoted `true` is text, and so are `yes` and `no` in YAML.
    Bool(bool),
    /// Numbers that do not fit become text in TOML and floats in YAML.
    Integer(i64),
    /// May be infinite or not a number.
    Float(f64),
    /// Without its quotes, and with its escapes resolved.
    Text(String),
    /// A date that TOML writes without quotes. YAML's dates stay text; both are parsed alike.
    Date(String),
    /// In the order written.
    List(Vec<Item>),
    /// A TOML table, inline or not, or a YAML mapping.
    Table(Table),
}

impl Value {
    /// The word for this type in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }

    /// Whether it says nothing: an empty text or list, or YAML's empty value.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// The value as JSON, for free-form tables that go to templates.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(value) | Self::Date(value) => value.clone().into(),
            Self::List(items) => items.iter().map(|item| item.value.to_json()).collect(),
            Self::Table(table) => table.to_json(),
        }
    }
}

/// Keys in the order they were written.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Table {
    /// Each key once; the parsers report a second one as an error.
    pub entries: Vec<Entry>,
}

/// One key of a table, with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Without quotes; empty where YAML has a key that is no text.
    pub key: String,
    /// Of the key alone, in bytes of the whole file.
    pub key_span: Span,
    /// The value, with its own span.
    pub item: Item,
}

impl Table {
    /// The table as a JSON object.
    pub fn to_json(&self) -> serde_json::Value {
        self.entries.iter().map(|entry| (entry.key.clone(), entry.item.value.to_json())).collect()
    }
}

/// One place that a parser could not read.
#[derive(Clone, PartialEq, Debug)]
pub struct SyntaxError {
    /// In bytes of the whole file; empty, at the start, where the parser names no place.
    pub span: Span,
    /// One lower-case clause, without a full stop.
    pub message: String,
    /// It is a key that the same table has already. Only the parser of YAML says so.
    pub is_repeat: bool,
}
