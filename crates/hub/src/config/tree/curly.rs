//! Curly quotes where TOML wants straight ones: word processors put them there.

use std::ops::Range;

use super::{Table, parse_toml};

/// Curly quotes that keep a text from being read.
#[derive(Clone, PartialEq, Debug)]
pub struct CurlyQuotes {
    /// The first quote, in bytes of the text.
    pub first: Range<usize>,
    /// Every quote to be replaced by a straight one. Empty where that would not do.
    pub all: Vec<Range<usize>>,
    /// The table that the text then holds; its values stand where they stand in the text.
    pub table: Option<Table>,
}

/// The curly quotes outside of straight ones and comments. Only asked where a text, which begins
/// `offset` bytes into its file, is not valid.
pub fn find(text: &str, offset: usize) -> Option<CurlyQuotes> {
    let mut all = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        of_line(line, at, &mut all);
        at += line.len();
    }
    let first = all.first()?.clone();
    // As many bytes as before: spaces before a quote that opens, and behind one that closes.
    let mut straight = text.to_owned();
    for (at, quote) in all.iter().enumerate() {
        let spaces = " ".repeat(quote.len() - 1);
        let padded = if at % 2 == 0 { spaces + "\"" } else { format!("\"{spaces}") };
        straight.replace_range(quote.clone(), &padded);
    }
    let (table, errors) = parse_toml(&straight, offset);
    let is_read = errors.is_empty();
    if !is_read {
        all.clear();
    }
    Some(CurlyQuotes { first, all, table: is_read.then_some(table) })
}

/// Adds the quotes of one line that begins at `start`.
fn of_line(line: &str, start: usize, all: &mut Vec<Range<usize>>) {
    let mut chars = line.char_indices().peekable();
    let mut before = '\n';
    while let Some((at, c)) = chars.next() {
        match c {
            '#' => return,
            '"' | '\'' => {
                // Past a text between straight quotes.
                let mut escaped = false;
                for (_, inner) in chars.by_ref() {
                    match inner {
                        _ if escaped => escaped = false,
                        '\\' if c == '"' => escaped = true,
                        inner if inner == c => break,
                        _ => {}
                    }
                }
            }
            c if is_curly(c) && matches!(before, '=' | '[' | ',') => {
                let rest = &line[at + c.len_utf8()..];
                let Some(length) = closes(rest, c) else {
                    all.push(start + at..start + at + c.len_utf8());
                    return;
                };
                let from = at + c.len_utf8();
                let closing = rest[length..].chars().next().map_or(0, char::len_utf8);
                let end = from + length;
                all.push(start + at..start + from);
                all.push(start + end..start + end + closing);
                while chars.peek().is_some_and(|(next, _)| *next < end + closing) {
                    chars.next();
                }
            }
            _ => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
}

fn is_curly(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚')
}

/// Where the quote stands that closes one of the kind of `open`: the first behind which a value may
/// end.
fn closes(rest: &str, open: char) -> Option<usize> {
    let is_single = matches!(open, '‘' | '’' | '‚');
    let ends = |at: usize| {
        let behind = rest[at..].trim_start();
        behind.is_empty() || behind.starts_with([',', ']', '}', '#'])
    };
    let is_partner = |c: char| match is_single {
        true => matches!(c, '‘' | '’' | '\''),
        false => is_curly(c) && !matches!(c, '‘' | '’' | '‚') || c == '"',
    };
    let mut found = rest.char_indices().filter(|(_, c)| is_partner(*c));
    found.find(|(at, c)| ends(at + c.len_utf8())).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let found = find(text, 0);
        let straight = found.map(|found| {
            let mut straight = text.to_owned();
            for quote in found.all.iter().rev() {
                straight.replace_range(quote.clone(), "\"");
            }
            straight
        });
        assert_eq!(straight.as_deref(), expected, "{text}");
    }

    #[test]
    fn quotes_of_word_processors_become_straight() {
        check("title = “A”\n", Some("title = \"A\"\n"));
        check(
            "title = “The patient’s”\nb = [„x“, ‘y’]\n",
            Some("title = \"The patient’s\"\nb = [\"x\", \"y\"]\n"),
        );
        check("a = “b\"\n", Some("a = \"b\"\n"));
        check("title = «A “b” c» # “d”\n", Some("title = \"A “b” c\" # “d”\n"));
    }

    #[test]
    fn curly_quotes_in_a_text_are_its_own() {
        check("title = \"A “b” c\"\n# “x”\nx = \n", None);
    }

    #[test]
    fn nothing_is_replaced_where_that_would_not_do() {
        check("title = “A \"b\" c”\n", Some("title = “A \"b\" c”\n"));
        check("title = “A\nb = 1\n", Some("title = “A\nb = 1\n"));
    }
}
