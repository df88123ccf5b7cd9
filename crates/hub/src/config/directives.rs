//! The directives of a theme: what pages may write after `:::`, `::` and `:`, and with which
//! attributes.
//!
//! The theme declares them, and the reader of a page asks for them here without knowing the theme.

use std::collections::BTreeMap;

use serde::Serialize;

/// All directives of a theme, by name.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Directives(pub BTreeMap<String, Declaration>);

impl Directives {
    /// `None` where the theme has no directive of that name or alias.
    pub fn get(&self, name: &str) -> Option<&Declaration> {
        self.find(name).map(|(_, declaration)| declaration)
    }

    /// The directive of that name, or the first that has it for an alias, with its own name.
    pub fn find(&self, name: &str) -> Option<(&str, &Declaration)> {
        let has_alias = |(_, declaration): &(&String, &Declaration)| {
            declaration.aliases.iter().any(|alias| alias == name)
        };
        let found = self.0.get_key_value(name).or_else(|| self.0.iter().find(has_alias));
        found.map(|(own, declaration)| (own.as_str(), declaration))
    }

    /// Sorted; aliases follow.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let aliases = self.0.values().flat_map(|declaration| &declaration.aliases);
        self.0.keys().chain(aliases).map(String::as_str)
    }
}

/// How a directive may be written.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Declaration {
    /// Never empty.
    pub forms: Vec<Form>,
    /// Other names for it, which other tools have.
    pub aliases: Vec<String>,
    /// Optional where the theme does not say.
    pub label: Label,
    /// In the order of the theme. `id` and `class` are not among them: every directive takes those.
    pub attributes: Vec<Attribute>,
    /// The directive that this one must stand directly within; `None` where it may stand anywhere.
    pub inside: Option<String>,
}

impl Declaration {
    /// `None` where the directive has no attribute of that name of its own.
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
    /// As themes write them, in the order of [`Self::ALL`].
    pub const NAMES: [&str; 3] = ["container", "leaf", "inline"];
    /// In the order of the variants.
    pub const ALL: [Self; 3] = [Self::Container, Self::Leaf, Self::Inline];

    /// The word for it in themes and messages.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The colons that stand before the name.
    pub fn colons(self) -> &'static str {
        [":::", "::", ":"][self as usize]
    }
}

/// Whether a directive has text in square brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub enum Label {
    /// A label is a finding.
    None,
    /// A page may leave the label out.
    #[default]
    Optional,
    /// A use without a label is a finding.
    Required,
}

impl Label {
    /// As themes write them, in the order of [`Self::ALL`].
    pub const NAMES: [&str; 3] = ["none", "optional", "required"];
    /// In the order of the variants.
    pub const ALL: [Self; 3] = [Self::None, Self::Optional, Self::Required];
}

/// One attribute of a directive.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Attribute {
    /// As pages write it; never `id` or `class`.
    pub name: String,
    /// Text where the theme does not say.
    pub kind: AttributeKind,
    /// A use without it is a finding.
    pub required: bool,
    /// For uses that leave the attribute out or give it an unusable value. Always `None` for links
    /// and images.
    pub default: Option<AttributeValue>,
}

/// What an attribute takes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum AttributeKind {
    /// Any text, even an empty one.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`; the name alone is `true`.
    Flag,
    /// One of these.
    Choice(Vec<String>),
    /// A page, a file or another site, written as the target of a Markdown link.
    Link,
    /// An image, written as the target of a Markdown image.
    Image,
}

impl AttributeKind {
    /// As themes write them, in the order of the variants.
    pub const NAMES: [&str; 6] = ["text", "number", "flag", "choice", "link", "image"];

    /// Describes its values for messages, such as "a whole number".
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

    /// The value that `text` stands for; `None` where this kind has no such value. The target of a
    /// link or an image stays text: it is resolved only once the site is known.
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
    /// For [`AttributeKind::Text`] and [`AttributeKind::Choice`].
    Text(Box<str>),
    /// For [`AttributeKind::Number`].
    Number(i64),
    /// For [`AttributeKind::Flag`].
    Flag(bool),
}
