//! The directives that a theme has: what pages may write after `:::`, `::` and `:`, and with which
//! attributes.
//!
//! Declared by the theme, asked by whoever reads a page: it knows no theme.

use std::collections::BTreeMap;

use serde::Serialize;

/// All directives of a theme, by name.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Directives(pub BTreeMap<String, Declaration>);

impl Directives {
    pub fn get(&self, name: &str) -> Option<&Declaration> {
        self.0.get(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// How a directive may be written.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Declaration {
    /// Never empty.
    pub forms: Vec<Form>,
    pub label: Label,
    pub attributes: Vec<Attribute>,
    /// Only directly within this one.
    pub inside: Option<String>,
}

impl Declaration {
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// The three forms of a directive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Form {
    /// `:::name` … `:::`
    Container,
    /// `::name` on a line of its own.
    Leaf,
    /// `:name[…]` in a text.
    Inline,
}

impl Form {
    pub const NAMES: [&str; 3] = ["container", "leaf", "inline"];
    pub const ALL: [Self; 3] = [Self::Container, Self::Leaf, Self::Inline];

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The colons before the name.
    pub fn colons(self) -> &'static str {
        [":::", "::", ":"][self as usize]
    }
}

/// Whether a directive has text in square brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub enum Label {
    None,
    #[default]
    Optional,
    Required,
}

impl Label {
    pub const NAMES: [&str; 3] = ["none", "optional", "required"];
    pub const ALL: [Self; 3] = [Self::None, Self::Optional, Self::Required];
}

/// One attribute of a directive.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Attribute {
    pub name: String,
    pub kind: AttributeKind,
    pub required: bool,
    /// Never for a link.
    pub default: Option<AttributeValue>,
}

/// What an attribute takes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum AttributeKind {
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`; the name alone is `true`.
    Flag,
    /// One of these.
    Choice(Vec<String>),
    /// A page, a file or another site, as a Markdown link says it.
    Link,
    /// An image, as a Markdown image says it.
    Image,
}

impl AttributeKind {
    pub const NAMES: [&str; 6] = ["text", "number", "flag", "choice", "link", "image"];

    /// What a value is, in words.
    pub fn describe(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Number => "a whole number".to_owned(),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Choice(values) => format!("one of `{}`", values.join("`, `")),
            Self::Link => "a link".to_owned(),
            Self::Image => "an image".to_owned(),
        }
    }

    /// The value that `text` says; `None` where it says none. Links are no values before a site is
    /// known.
    pub fn read(&self, text: &str) -> Option<AttributeValue> {
        match self {
            Self::Text | Self::Link | Self::Image => Some(AttributeValue::Text(text.into())),
            Self::Number => text.parse().ok().map(AttributeValue::Number),
            Self::Flag => match text {
                "" | "true" => Some(AttributeValue::Flag(true)),
                "false" => Some(AttributeValue::Flag(false)),
                _ => None,
            },
            Self::Choice(values) => {
                values.iter().any(|value| value == text).then(|| AttributeValue::Text(text.into()))
            }
        }
    }
}

/// The value of an attribute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum AttributeValue {
    Text(Box<str>),
    Number(i64),
    Flag(bool),
}
