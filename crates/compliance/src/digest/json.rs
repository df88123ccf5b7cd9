//! JSON in one form only, RFC 8785: what is hashed is the same whoever writes it. Values are texts,
//! `true`, lists and tables; numbers are written as texts, so that none of the rules for numbers is
//! needed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::text::composed_lines;

/// A value of a part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Json {
    /// Written in NFC, with `\n` at its line ends.
    Text(String),
    /// What is so; what is not is left out.
    True,
    /// In its order.
    List(Vec<Json>),
    /// By name; without what is empty.
    Table(BTreeMap<String, Json>),
}

impl Json {
    /// A list of texts in their order.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::Text(text.into())).collect())
    }

    /// A table of the values that are there: an empty text, list or table is left out.
    pub fn table<N: Into<String>>(entries: impl IntoIterator<Item = (N, Self)>) -> Self {
        let entries = entries.into_iter().map(|(name, value)| (name.into(), value));
        Self::Table(entries.filter(|(_, value)| !value.is_empty()).collect())
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::True => false,
            Self::List(items) => items.is_empty(),
            Self::Table(entries) => entries.is_empty(),
        }
    }

    /// The value as it is hashed.
    pub fn canonical(&self) -> String {
        let mut to = String::new();
        self.write(&mut to);
        to
    }

    fn write(&self, to: &mut String) {
        match self {
            Self::Text(text) => quote(to, &composed_lines(text)),
            Self::True => to.push_str("true"),
            Self::List(items) => {
                to.push('[');
                for (at, item) in items.iter().enumerate() {
                    separate(to, at);
                    item.write(to);
                }
                to.push(']');
            }
            Self::Table(entries) => {
                let mut sorted: Vec<(String, &Self)> = entries
                    .iter()
                    .map(|(name, value)| (composed_lines(name).into_owned(), value))
                    .collect();
                // The order of UTF-16, which is that of JavaScript.
                sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
                to.push('{');
                for (at, (name, value)) in sorted.iter().enumerate() {
                    separate(to, at);
                    quote(to, name);
                    to.push(':');
                    value.write(to);
                }
                to.push('}');
            }
        }
    }
}

fn separate(to: &mut String, at: usize) {
    if at > 0 {
        to.push(',');
    }
}

fn quote(to: &mut String, text: &str) {
    to.push('"');
    for c in text.chars() {
        match c {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\u{8}' => to.push_str("\\b"),
            '\t' => to.push_str("\\t"),
            '\n' => to.push_str("\\n"),
            '\u{c}' => to.push_str("\\f"),
            '\r' => to.push_str("\\r"),
            c if c < ' ' => write!(to, "\\u{:04x}", u32::from(c)).expect("a string takes it"),
            c => to.push(c),
        }
    }
    to.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_utf_16() {
        let names = ["\u{20ac}", "\r", "\u{fb33}", "1", "\u{1f600}", "\u{80}", "\u{f6}"];
        let table = Json::table(names.map(|name| (name, Json::True)));
        // The example of RFC 8785, 3.2.3; the presentation form is decomposed in NFC.
        let expected = "{\"\\n\":true,\"1\":true,\"\u{80}\":true,\"\u{f6}\":true,\"\u{5d3}\u{5bc}\":true,\"\u{20ac}\":true,\"\u{1f600}\":true}";
        assert_eq!(table.canonical(), expected);
    }

    #[test]
    fn characters_are_escaped_where_they_must_be() {
        let text = Json::Text("\u{20ac}$\u{f}\nA'\u{42}\"\\\\\"/\u{7f}".to_owned());
        assert_eq!(text.canonical(), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\"");
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let table = Json::table([
            ("a", Json::Text(String::new())),
            ("b", Json::texts(["x", "y"])),
            ("c", Json::List(Vec::new())),
        ]);
        assert_eq!(table.canonical(), "{\"b\":[\"x\",\"y\"]}");
    }
}
