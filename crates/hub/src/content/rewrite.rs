//! Writes keys into front matter, and leaves every other byte as it is.

use serde_json::Value as Json;

use super::fence::{self, Front};
use crate::config::tree::{SyntaxError, Table, Value, parse_toml, parse_yaml};

/// The text of a page with these keys saying these texts or lists of texts. A key that stands there gets the new
/// value; one that does not gets a line of its own. `None` where the front matter is missing or
/// broken, or is written in a way that a line cannot be added to: it then has to be edited by hand.
pub fn with_keys(text: &str, keys: &[(&str, Json)]) -> Option<String> {
    keys.iter().try_fold(text.to_owned(), |text, (key, value)| with_key(&text, key, value))
}

/// Whether the front matter of a page is YAML.
pub fn is_yaml(text: &str) -> bool {
    fence::split(text).front.is_some_and(|front| front.fence == YAML)
}

/// The line around front matter in YAML.
const YAML: &str = "---";

fn with_key(text: &str, key: &str, value: &Json) -> Option<String> {
    let front = fence::split(text).front.filter(|front| front.closed)?;
    let before = parsed(text, &front)?;
    // What JSON quotes, TOML and YAML read alike.
    let quoted = value.to_string();
    let mut changed = text.to_owned();
    match before.entries.iter().find(|entry| entry.key == key) {
        Some(entry) => {
            let span = entry.item.span;
            changed.replace_range(span.start as usize..span.end as usize, &quoted);
        }
        None => {
            let end = if text[front.range.clone()].contains("\r\n") { "\r\n" } else { "\n" };
            let line = match front.fence {
                YAML => format!("{key}: {quoted}{end}"),
                _ => format!("{key} = {quoted}{end}"),
            };
            changed.insert_str(new_line_at(text, &front, &before), &line);
        }
    }
    let after = parsed(&changed, &fence::split(&changed).front?)?;
    says_only_that(&before, &after, key, value).then_some(changed)
}

/// Where a line for a key of the page itself can stand: behind the last simple value that no table
/// comes before, else at the very beginning.
fn new_line_at(text: &str, front: &Front, table: &Table) -> usize {
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let simple = table
        .entries
        .iter()
        .take_while(|entry| !matches!(entry.item.value, Value::Table(_)))
        .filter(|entry| !matches!(entry.item.value, Value::List(_) | Value::Null))
        .map(|entry| (entry.key_span.start as usize, entry.item.span.end as usize))
        .filter(|(start, end)| line_of(*start) == line_of(*end));
    let behind = simple.last().and_then(|(_, end)| Some(end + text[end..].find('\n')? + 1));
    behind.filter(|at| *at <= front.range.end).unwrap_or(front.range.start)
}

fn parsed(text: &str, front: &Front) -> Option<Table> {
    let source = &text[front.range.clone()];
    let (table, errors): (Table, Vec<SyntaxError>) = match front.fence {
        "---" => parse_yaml(source, front.range.start),
        _ => parse_toml(source, front.range.start),
    };
    errors.is_empty().then_some(table)
}

/// Whether two tables differ by no more than `key` saying `value`.
fn says_only_that(before: &Table, after: &Table, key: &str, value: &Json) -> bool {
    let others = |table: &Table| -> Vec<(String, Json)> {
        let other = table.entries.iter().filter(|entry| entry.key != key);
        other.map(|entry| (entry.key.clone(), entry.item.value.to_json())).collect()
    };
    let said = after.entries.iter().find(|entry| entry.key == key);
    said.is_some_and(|said| said.item.value.to_json() == *value) && others(before) == others(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let keys =
            [("status", Json::from("withdrawn")), ("withdrawn_reason", Json::from("a \"lot\""))];
        assert_eq!(with_keys(text, &keys).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_key_that_is_there_gets_the_value_and_another_a_line() {
        check(
            "+++\ntitle = 'A' # a\nstatus = \"ready\" # b\n\n[extra]\nx = 1\n+++\n\nText\n",
            Some(
                "+++\ntitle = 'A' # a\nstatus = \"withdrawn\" # b\nwithdrawn_reason = \"a \\\"lot\\\"\"\n\n[extra]\nx = 1\n+++\n\nText\n",
            ),
        );
        check(
            "---\ntitle: A\nstage: [a,\n  b]\n---\nText",
            Some(
                "---\ntitle: A\nstatus: \"withdrawn\"\nwithdrawn_reason: \"a \\\"lot\\\"\"\nstage: [a,\n  b]\n---\nText",
            ),
        );
    }

    #[test]
    fn a_list_is_written_as_one() {
        for (text, expected) in [
            ("+++\ntitle = 'A'\n+++\n", "+++\ntitle = 'A'\nmarkets = [\"be\",\"nl\"]\n+++\n"),
            ("---\ntitle: A\n---\n", "---\ntitle: A\nmarkets: [\"be\",\"nl\"]\n---\n"),
        ] {
            let keys = [("markets", Json::from(vec!["be", "nl"]))];
            assert_eq!(with_keys(text, &keys).as_deref(), Some(expected));
        }
    }

    #[test]
    fn line_ends_and_marks_stay() {
        check(
            "\u{feff}+++\r\ntitle = 'A'\r\n+++\r\n",
            Some(
                "\u{feff}+++\r\ntitle = 'A'\r\nstatus = \"withdrawn\"\r\nwithdrawn_reason = \"a \\\"lot\\\"\"\r\n+++\r\n",
            ),
        );
    }

    #[test]
    fn values_of_several_lines_stay_whole() {
        check(
            "+++\nsummary = '''a\n[b]\n'''\n+++\n",
            Some(
                "+++\nstatus = \"withdrawn\"\nwithdrawn_reason = \"a \\\"lot\\\"\"\nsummary = '''a\n[b]\n'''\n+++\n",
            ),
        );
        check(
            "---\ntitle: |\n  A\n  b\n---\n",
            Some(
                "---\nstatus: \"withdrawn\"\nwithdrawn_reason: \"a \\\"lot\\\"\"\ntitle: |\n  A\n  b\n---\n",
            ),
        );
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        check("Text alone\n", None);
        check("+++\ntitle = \n+++\n", None);
        check("+++\ntitle = 'A'\n", None);
        check("---\n{title: A}\n---\n", None);
    }
}
