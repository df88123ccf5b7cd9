//! Reads TOML into the tree, and goes on after each error.

use toml::de::{DeTable, DeValue};

use super::{Entry, Item, SyntaxError, Table, Value};
use etappe_base::source::Span;

/// Parses `text`, which begins `offset` bytes into its file.
pub fn parse(text: &str, offset: usize) -> (Table, Vec<SyntaxError>) {
    let (root, errors) = DeTable::parse_recoverable(text);
    let errors = errors
        .iter()
        .map(|error| SyntaxError {
            span: Span::from(error.span().unwrap_or_default()).shifted(offset),
            message: error.message().lines().collect::<Vec<_>>().join(", "),
            is_repeat: false,
        })
        .collect();
    (table(root.get_ref(), offset), errors)
}

fn table(from: &DeTable<'_>, offset: usize) -> Table {
    let mut entries: Vec<Entry> = from
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: Span::from(key.span()).shifted(offset),
            item: Item {
                span: Span::from(value.span()).shifted(offset),
                value: self::value(value.get_ref(), offset),
            },
        })
        .collect();
    // The library sorts keys by name; authors are told of them in the order they wrote them.
    entries.sort_by_key(|entry| entry.key_span.start);
    Table { entries }
}

fn value(from: &DeValue<'_>, offset: usize) -> Value {
    match from {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Text(digits.to_string()),
        },
        DeValue::Float(digits) => Value::Float(digits.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Item {
                    span: Span::from(item.span()).shifted(offset),
                    value: value(item.get_ref(), offset),
                })
                .collect(),
        ),
        DeValue::Table(inner) => Value::Table(table(inner, offset)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_in_bytes_of_the_whole_file() {
        let text = "a = \"é\"\nb = [1, 2]\n";
        let (table, errors) = parse(text, 10);
        assert!(errors.is_empty());
        assert_eq!(table.entries[0].item.span, Span::new(14, 18));
        assert_eq!(table.entries[1].key_span, Span::new(19, 20));
    }

    #[test]
    fn one_error_does_not_hide_the_next() {
        let (table, errors) = parse("a = \nb = 1\nc = ]\nd = 2\n", 0);
        assert!(errors.len() >= 2, "{errors:?}");
        assert!(table.entries.iter().any(|entry| entry.key == "d"));
    }
}
