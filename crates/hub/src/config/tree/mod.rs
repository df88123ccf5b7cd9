//! One tree for TOML and YAML: values with the span of each, so that every finding can point.
//!
//! Parsing never fails. What the parser could not read is a [`SyntaxError`]; the rest of the tree
//! stands.

mod toml;
mod yaml;

use etappe_base::source::Span;

pub use self::toml::parse as parse_toml;
pub use self::yaml::parse as parse_yaml;

/// A value and where it was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    pub span: Span,
    pub value: Value,
}

/// What TOML and YAML can both say.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// YAML's empty value.
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A date as TOML writes it bare. YAML's stay text; both are parsed alike.
    Date(String),
    List(Vec<Item>),
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
    pub entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub key: String,
    pub key_span: Span,
    pub item: Item,
}

impl Table {
    /// The table as a JSON object.
    pub fn to_json(&self) -> serde_json::Value {
        self.entries.iter().map(|entry| (entry.key.clone(), entry.item.value.to_json())).collect()
    }
}

/// What a parser stumbled over.
#[derive(Clone, PartialEq, Debug)]
pub struct SyntaxError {
    pub span: Span,
    /// One lower-case clause, without a full stop.
    pub message: String,
}
