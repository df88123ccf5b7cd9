//! What a file says about itself, above its text: the table of its keys, and what is wrong with how
//! it is written. Pages and modules are read by the same rules.

use super::fence::{self, Split};
use crate::config::fields::Reader;
use crate::config::keys::Keys;
use crate::config::tree::{SyntaxError, Table, curly_quotes, parse_toml, parse_yaml};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::source::Span;

/// What is expected above a text.
pub(super) struct Expected {
    /// Every key that may stand there.
    pub keys: &'static Keys,
    /// How a message names the file.
    pub what: &'static str,
    /// What to do where there is no front matter; empty where it may be left out.
    pub missing: &'static str,
    /// What to do about a file without a word.
    pub empty: &'static str,
}

/// What stands above a text.
pub(super) struct Matter {
    pub split: Split,
    pub table: Table,
    /// Where it cannot be read any more.
    broken_from: Option<Place>,
}

impl Matter {
    /// Reads the keys of a file. The findings go to `reader`.
    pub(super) fn read(text: &str, expected: &Expected, reader: &mut Reader) -> Self {
        if is_blank(text) && reader.findings.is_empty() {
            let message = "The file is empty.";
            let empty = Finding::new(&codes::FILE_EMPTY, Place::file(&reader.file), message);
            reader.report(empty.help(expected.empty));
        }
        let split = fence::split(text);
        let table = front_table(&split, text, expected, reader);
        let is_broken =
            |finding: &&Finding| *finding.code == codes::FRONT_SYNTAX && finding.fix.is_none();
        let broken_from =
            reader.findings.iter().find(is_broken).and_then(|finding| finding.place.clone());
        Self { split, table, broken_from }
    }

    /// Drops what was found behind a fault: what a parser makes of the text there is not what the
    /// author meant.
    pub(super) fn settle(&self, reader: &mut Reader) {
        let Some(broken_from) = &self.broken_from else { return };
        let before = |finding: &Finding| {
            finding.place.as_ref().is_some_and(|place| place.span.end < broken_from.span.start)
        };
        reader.findings.retain(|finding| *finding.code == codes::FRONT_SYNTAX || before(finding));
    }
}

/// Whether there is nothing to read: white space, or a byte-order mark alone.
fn is_blank(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim().is_empty()
}

fn front_table(split: &Split, text: &str, expected: &Expected, reader: &mut Reader) -> Table {
    let Some(front) = &split.front else {
        report_missing(text, expected, reader);
        return Table::default();
    };
    report_unclosed(front, reader);
    let source = &text[front.range.clone()];
    let (table, errors) = match front.fence {
        "---" => parse_yaml(source, front.range.start),
        _ => parse_toml(source, front.range.start),
    };
    report_stray_key(split, text, expected, reader);
    // Past an unclosed fence the body would be read as keys: one finding says it all.
    if front.closed {
        let language = if front.fence == "---" { "YAML" } else { "TOML" };
        let meant = report_syntax(errors, language, (source, front.range.start), reader);
        return meant.unwrap_or(table);
    }
    table
}

/// Reports that there is no front matter where there must be some, or that it does not begin the
/// file.
fn report_missing(text: &str, expected: &Expected, reader: &mut Reader) {
    if is_blank(text) {
        return;
    }
    if !expected.missing.is_empty() {
        let message = format!("The {} has no front matter.", expected.what);
        let finding = Finding::new(&codes::FRONT_MISSING, Place::file(&reader.file), message);
        return reader.report(finding.help(expected.missing));
    }
    let below = text.trim_start_matches('\u{feff}').trim_start();
    let is_key = |line: &str| expected.names(line.split([':', '=']).next().unwrap_or_default());
    let front = fence::split(below).front.filter(|front| front.closed);
    if let Some(front) = front.filter(|front| below[front.range.clone()].lines().any(is_key)) {
        let start = text.len() - below.len();
        let span = Span::new(start, start + front.fence.len());
        let message = "The front matter does not begin the file, so it is text.";
        let finding = Finding::new(&codes::FRONT_MISSING, reader.place(span), message);
        reader.report(finding.help("remove what stands above it, empty lines too"));
    }
}

impl Expected {
    fn names(&self, word: &str) -> bool {
        let word = word.trim();
        self.keys.all.iter().any(|key| key.names().any(|known| known == word))
    }
}

/// Reports front matter that does not end.
fn report_unclosed(front: &fence::Front, reader: &mut Reader) {
    if front.closed {
        return;
    }
    let fence = front.fence;
    let finding = Finding::new(
        &codes::FRONT_UNCLOSED,
        reader.place(front.opening),
        "The front matter is not closed.",
    );
    let help = format!("put a line `{fence}` after the last key");
    reader.report(finding.label("opened here").help(help));
}

/// Reports keys behind the end of the front matter: readers would see them, and nothing would heed
/// them.
fn report_stray_key(split: &Split, text: &str, expected: &Expected, reader: &mut Reader) {
    let is_key = |name: &str| expected.names(name);
    let span = fence::stray_key(text, split, is_key).or_else(|| key_below(split, text, expected));
    let (Some(front), Some(span)) = (&split.front, span) else { return };
    let name = &text[span.start as usize..span.end as usize];
    let message = format!("`{name}` stands behind the end of the front matter.");
    let help = format!(
        "move it above the line that ends the front matter; a {} has one such block",
        expected.what
    );
    let end = Span::new(front.range.end, front.range.end + 3);
    let finding = Finding::new(&codes::FRONT_SYNTAX, reader.place(span), message)
        .label("text here, and no key")
        .help(help)
        .related(reader.place(end), "it ends here");
    reader.report(finding);
}

/// A key on the first line below front matter whose keys may all be left out: nothing would say
/// that it is missed.
fn key_below(split: &Split, text: &str, expected: &Expected) -> Option<Span> {
    let front = split.front.as_ref().filter(|front| front.closed)?;
    if !expected.missing.is_empty() {
        return None;
    }
    let sign = if front.fence == "---" { ':' } else { '=' };
    let below = text.get(split.body..)?;
    let name = below.lines().next()?.split_once(sign)?.0.trim_end();
    expected.names(name).then(|| Span::new(split.body, split.body + name.len()))
}

/// Reports what keeps front matter from being read: its text, and where that begins in the file.
/// Gives what was surely meant.
pub(super) fn report_syntax(
    errors: Vec<SyntaxError>,
    language: &str,
    (text, offset): (&str, usize),
    reader: &mut Reader,
) -> Option<Table> {
    if language == "TOML"
        && !errors.is_empty()
        && let Some(quotes) = curly_quotes(text, offset)
    {
        reader.curly(&codes::FRONT_SYNTAX, &quotes, offset, text);
        return quotes.table;
    }
    // After one fault a parser reports others that follow from it: the first is enough.
    if let Some(error) = errors.into_iter().min_by_key(|error| error.span) {
        let message = format!(
            "The front matter is not valid {language}: {}.",
            error.message.trim_end_matches('.')
        );
        let finding = Finding::new(&codes::FRONT_SYNTAX, reader.place(error.span), message);
        reader.report(
            finding.help("correct this line; texts stand in quotes, and lists in square brackets"),
        );
    }
    None
}
