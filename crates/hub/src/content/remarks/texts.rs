//! Looks at text for what other tools would understand. Code, raw HTML and formulas are not looked
//! at.

use std::ops::Range;

use super::Remarks;
use super::foreign::Foreign;
use crate::content::dialect::{is_delimiter_row, is_prefix, line_at, line_start};

/// The longest piece of foreign syntax that is looked for, in bytes.
const LONGEST: usize = 400;

/// What Quarto's references begin with.
const QUARTO: [&str; 10] =
    ["sec-", "fig-", "tbl-", "eq-", "lst-", "thm-", "lem-", "def-", "exm-", "cor-"];

/// WordPress's own shortcodes.
const WORDPRESS: [&str; 8] =
    ["gallery", "caption", "embed", "audio", "video", "playlist", "contact-form-7", "vc_row"];

/// What stands before a citation within its brackets.
const SEE: [&str; 12] = [
    "see", "see also", "cf.", "e.g.", "e.g.,", "also", "vgl.", "siehe", "zie", "voir", "vedi",
    "ver",
];

/// Where a text has a sign that other tools read: looked for once, since most texts have none.
fn signs_in(source: &str) -> Vec<usize> {
    memchr::memchr3_iter(b'@', b'%', b'=', source.as_bytes()).collect()
}

impl Remarks {
    /// Looks at a text that stands at `range` of the source, in a link or not.
    pub(in crate::content) fn text(&mut self, source: &str, range: &Range<usize>, in_link: bool) {
        let at = range.start;
        let Some(first) = source.as_bytes().get(at) else { return };
        match first {
            b'[' => self.bracket(source, at),
            b']' => self.closing_bracket(source, at),
            b'!' if source[at..].starts_with("![[") => self.double_bracket(source, at + 1),
            b'!' if source[at..].starts_with("!!! ") => self.admonition(source, at),
            b'{' if source[at..].starts_with("{:") => self.attributes(source, at),
            b'|' | b':' => self.row_below_head(source, at),
            b'-' => {
                self.row_below_head(source, at);
                self.mark(source, at);
            }
            b'*' => {
                self.asterisks(source, at);
                self.mark(source, at);
            }
            b'+' => {
                self.grid(source, at);
                self.mark(source, at);
            }
            b'#' | b'0'..=b'9' | 0xC2 | 0xE1..=0xE3 | 0xEF => self.mark(source, at),
            _ => {}
        }
        if in_link {
            return;
        }
        let signs = self.signs.get_or_insert_with(|| signs_in(source));
        let mut next = signs.partition_point(|sign| *sign < at);
        while let Some(at) = self.sign(next).filter(|at| *at < range.end) {
            next += 1;
            match source.as_bytes()[at] {
                b'@' => self.at_sign(source, at),
                b'%' => self.doubled(source, at, "%%", Foreign::Comment),
                _ => self.doubled(source, at, "==", Foreign::Highlight),
            }
        }
    }

    fn sign(&self, number: usize) -> Option<usize> {
        self.signs.as_ref()?.get(number).copied()
    }

    fn closing_bracket(&mut self, source: &str, at: usize) {
        match source.as_bytes().get(at + 1) {
            Some(b'(') => self.address(source, at),
            Some(b'{') if !closes_label(source, at) => self.attributes(source, at + 1),
            _ => {}
        }
    }

    /// Looks at what stands right behind a link, an image or code.
    pub(in crate::content) fn behind(&mut self, source: &str, end: usize) {
        if source.as_bytes().get(end) == Some(&b'{') {
            self.attributes(source, end);
        }
    }

    fn attributes(&mut self, source: &str, at: usize) {
        let is_meant = is_attributes(&source[at..]);
        let length = is_meant.then(|| source[at..].find('}')).flatten();
        let Some(length) = length else { return };
        if !names_readers(&source[at..at + length]) {
            self.foreign(Foreign::Attributes, at..at + length + 1);
        }
    }

    fn bracket(&mut self, source: &str, at: usize) {
        let rest = &source[at..];
        match rest.as_bytes().get(1) {
            _ if is_escaped(source, at) => {}
            Some(b'[') => self.double_bracket(source, at),
            Some(b'^') => self.spaced_note(source, at),
            Some(b'!') => self.callout(source, at),
            Some(_) => {
                if let Some(length) = shortcode(rest) {
                    self.foreign(Foreign::Shortcode, at..at + length);
                }
            }
            None => {}
        }
    }

    /// `[[Page]]`, `![[picture.png]]`
    fn double_bracket(&mut self, source: &str, at: usize) {
        let Some(inner) = source[at..].strip_prefix("[[") else { return };
        let Some(length) = within(inner).find("]]") else { return };
        let (inner, after) = (&inner[..length], &inner[length + 2..]);
        let is_name = !inner.contains(['[', ']', '\n'])
            && inner.trim() == inner
            && inner.contains(char::is_alphabetic);
        if !is_name || after.starts_with(['(', '[']) || is_math(source, at) {
            return;
        }
        let end = at + length + 4;
        match source[..at].ends_with('!') {
            true => self.foreign(Foreign::Embed, at - 1..end),
            false => self.foreign(Foreign::Wikilink, at..end),
        }
    }

    /// `[!info]- Title` in a quotation.
    fn callout(&mut self, source: &str, at: usize) {
        let Some((word, _)) = within(&source[at + 2..]).split_once(']') else { return };
        let prefix = line_start(source, at).map(|line| &source[line..at]);
        let is_in_quotation = prefix.is_some_and(|text| text.contains('>') && is_prefix(text));
        if is_in_quotation && !word.is_empty() && word.bytes().all(|c| c.is_ascii_alphabetic()) {
            self.foreign(Foreign::Callout, at..at + line_at(source, at).len());
        }
    }

    /// `!!! note "Title"`, the text indented below it.
    fn admonition(&mut self, source: &str, at: usize) {
        let line = line_at(source, at).trim_end();
        let is_first = line_start(source, at).is_some_and(|start| is_prefix(&source[start..at]));
        if is_first && line[4..].starts_with(|c: char| c.is_ascii_lowercase()) {
            self.foreign(Foreign::Callout, at..at + line.len());
        }
    }

    /// `%%…%%` and `==…==`
    fn doubled(&mut self, source: &str, at: usize, mark: &str, kind: Foreign) {
        let Some(rest) = source[at..].strip_prefix(mark) else { return };
        let before = source[..at].chars().next_back();
        let begins = before.is_none_or(|c| c.is_whitespace() || "([{*_\"'“‘>".contains(c));
        if at < self.doubled_to || !begins || rest.starts_with(&mark[..1]) {
            return;
        }
        // A comment may be of several lines.
        let may_end_later = kind == Foreign::Comment;
        if !may_end_later && rest.starts_with(char::is_whitespace) {
            return;
        }
        let length = if may_end_later { rest } else { line_at(source, at + mark.len()) }.find(mark);
        let Some(length) = length.filter(|length| *length > 0) else { return };
        let end = at + length + 2 * mark.len();
        let is_whole = may_end_later || !rest[..length].ends_with(char::is_whitespace);
        let ends = !source[end..].starts_with(|c: char| c.is_alphanumeric() || mark.contains(c));
        if is_whole && ends && !is_math(source, at) {
            self.doubled_to = end;
            self.foreign(kind, at..end);
        }
    }

    /// `@key`, `@fig-x`
    fn at_sign(&mut self, source: &str, at: usize) {
        let before = source[..at].chars().next_back();
        let begins = before.is_none_or(|c| c.is_whitespace() || "([{;,-–—\"“'‘".contains(c));
        if !begins || is_math(source, at) {
            return;
        }
        let rest = &source[at + 1..];
        let is_key = |c: char| c.is_alphanumeric() || "_-.:/+".contains(c);
        let length = rest.find(|c| !is_key(c)).unwrap_or(rest.len());
        let key = rest[..length].trim_end_matches(|c: char| !c.is_alphanumeric());
        let range = at..at + 1 + key.len();
        let is_quarto = |start: &&str| key.len() > start.len() && key.starts_with(*start);
        if QUARTO.iter().any(is_quarto) {
            return self.foreign(Foreign::CrossReference, range);
        }
        let is_cited = has_year(key) || is_in_citation(source, at, &rest[key.len()..]);
        if is_cited && key.starts_with(char::is_alphabetic) {
            self.foreign(Foreign::Citation, range);
        }
    }

    /// `+---+---+`, where it is the first line of its block.
    fn grid(&mut self, source: &str, at: usize) {
        let line = line_at(source, at).trim_end();
        let is_drawn = line.len() > 4
            && line.ends_with('+')
            && (line.contains("--") || line.contains("=="))
            && line.bytes().all(|c| b"+-=:".contains(&c));
        if is_drawn && begins_block(source, at) {
            self.foreign(Foreign::GridTable, at..at + line.len());
        }
    }

    /// A rule of several parts, with text at its sides, draws columns.
    pub(in crate::content) fn rule(&mut self, source: &str, range: &Range<usize>) {
        let line = source[range.clone()].trim_end();
        let is_column = |part: &str| part.len() > 2 && part.bytes().all(|c| c == b'-');
        let mut parts = line.split_ascii_whitespace();
        if parts.clone().count() < 2 || !parts.all(is_column) {
            return;
        }
        let next = source[range.start + line.len()..].trim_start_matches('\r');
        let next = next.strip_prefix('\n').unwrap_or_default();
        let is_beside_text = !begins_block(source, range.start)
            || !next.lines().next().unwrap_or_default().trim().is_empty();
        if is_beside_text {
            self.foreign(Foreign::SimpleTable, range.start..range.start + line.len());
        }
    }

    /// The row below a table's head, where it is text because the two disagree.
    fn row_below_head(&mut self, source: &str, at: usize) {
        let row = line_at(source, at);
        let Some(start) = line_start(source, at).filter(|_| is_delimiter_row(row)) else { return };
        let above = source[..start].trim_end_matches(['\n', '\r']);
        let head = above.rsplit('\n').next().unwrap_or_default();
        let is_head = start - above.len() < 3 && head.contains('|') && !is_delimiter_row(head);
        if is_head && is_prefix(&source[start..at]) && cells(head) != cells(row) {
            self.foreign(Foreign::Head, at..at + row.trim_end().len());
        }
    }

    /// A row of a table and its last cell. The parser adds cells that are missing behind the row,
    /// and leaves out those that are too many.
    pub(in crate::content) fn row(
        &mut self,
        source: &str,
        row: &Range<usize>,
        last_cell: &Range<usize>,
    ) {
        let whole = row.start..row.start + source[row.clone()].trim_end().len();
        if last_cell.start >= row.end {
            return self.foreign(Foreign::ShortRow, whole);
        }
        let rest = source.get(last_cell.end..row.end).unwrap_or_default();
        if rest.contains(|c: char| !c.is_whitespace() && c != '|') {
            self.foreign(Foreign::LongRow, whole);
        }
    }

    /// Asterisks that Markdown does not read: between punctuation and a letter of a script that
    /// sets no spaces between words.
    fn asterisks(&mut self, source: &str, at: usize) {
        let length = source[at..].bytes().take_while(|c| *c == b'*').count();
        let (before, after) = (&source[..at], &source[at + length..]);
        let (Some(left), Some(right)) = (before.chars().next_back(), after.chars().next()) else {
            return;
        };
        let is_sign = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && c != '\\';
        let is_beside = (is_cjk(left) && is_sign(right)) || (is_sign(left) && is_cjk(right));
        let run = &source[at..at + length];
        let start = line_start(source, at).unwrap_or(at);
        let has_partner =
            source[start..at].contains(run) || line_at(source, at + length).contains(run);
        if is_beside && left != '*' && has_partner && !is_math(source, at) {
            self.foreign(Foreign::Emphasis, at..at + length);
        }
    }

    /// Braces at the end of a heading that say no id.
    pub(in crate::content) fn heading_braces(
        &mut self,
        source: &str,
        range: &Range<usize>,
        text: &str,
    ) {
        let Some(braces) = text.trim_end().strip_suffix('}').and_then(|text| text.rfind('{'))
        else {
            return;
        };
        // Templates are told apart, and a formula may end in braces.
        let before = &text[..braces];
        let is_formula = before.ends_with(['$', '^', '_', '\\']);
        if names_readers(&text[braces..])
            || is_formula
            || before.ends_with('{')
            || text[braces..].starts_with("{%")
        {
            return;
        }
        let written = text[braces..].trim_end();
        let found = source[range.clone()].rfind(written).map(|at| range.start + at);
        let at = found.map_or(range.clone(), |at| at..at + written.len());
        if !is_escaped(source, at.start) {
            self.foreign(Foreign::HeadingBraces, at);
        }
    }
}

/// Whether braces say for whom a text is, or try to: that is told elsewhere.
fn names_readers(braces: &str) -> bool {
    ["persona=", "stage="].iter().any(|key| braces.contains(key))
}

/// Whether the bracket at `at` closes the label of a directive, known or not: `:name[label]`.
fn closes_label(source: &str, at: usize) -> bool {
    let start = line_start(source, at).unwrap_or(at);
    let Some(open) = source[start..at].rfind('[') else { return false };
    let before = &source[start..start + open];
    let name = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
    name.len() < before.len() && name.ends_with(':')
}

/// Whether a text begins with braces that hold attributes: `{#id .class key=value}`, `{: .class}`.
fn is_attributes(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('{') else { return false };
    let Some(end) = within(inner).find(['}', '\n']).filter(|end| inner[*end..].starts_with('}'))
    else {
        return false;
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
    let is_attribute = |word: &str| match word.strip_prefix(['#', '.']) {
        Some(name) => name.starts_with(char::is_alphanumeric) && name.chars().all(is_name),
        None => word.split_once('=').is_some_and(|(key, value)| {
            key.starts_with(|c: char| c.is_ascii_alphabetic())
                && key.chars().all(is_name)
                && !value.is_empty()
        }),
    };
    let inner = inner[..end].trim_start_matches(':');
    inner.split_ascii_whitespace().next().is_some_and(is_attribute)
}

/// How long the shortcode of WordPress is that a text begins with.
fn shortcode(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let length = within(inner).find([']', '[', '\n'])?;
    let (inner, after) = (&inner[..length], inner[length..].strip_prefix(']')?);
    let closed = inner.strip_prefix('/');
    let (name, rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let is_known = WORDPRESS.contains(&closed.unwrap_or(name));
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || b"-_".contains(&c))
    };
    let is_given = rest.is_empty() || rest.contains('=');
    let has_values = is_name(name) && (rest.contains("=\"") || rest.contains("='"));
    let is_shortcode = (is_known && is_given) || has_values;
    (is_shortcode && !after.starts_with(['(', '[', ':'])).then_some(length + 2)
}

/// Whether a key ends in a year, as keys of references do: `smith2020`, `doe1999b`.
fn has_year(key: &str) -> bool {
    let digits = key.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let name = digits.trim_end_matches(|c: char| c.is_ascii_digit());
    let year = &digits[name.len()..];
    key.len() < digits.len() + 2
        && year.len() == 4
        && (year.starts_with("19") || year.starts_with("20"))
        && name.len() > 2
}

/// Whether the sign at `at` cites within brackets that hold more: `[see @key, p. 3]`.
fn is_in_citation(source: &str, at: usize, after: &str) -> bool {
    let start = line_start(source, at).unwrap_or(at);
    let Some(open) = source[start..at].rfind(['[', ']']).map(|open| start + open) else {
        return false;
    };
    let Some(close) = line_at(source, at).find(']').map(|close| at + close) else { return false };
    let is_none = source[open..].starts_with(']') || is_escaped(source, open);
    if is_none || source[close + 1..].starts_with(['(', '[', ':']) {
        return false;
    }
    let before = source[open + 1..at].trim().trim_end_matches('-').trim();
    before.is_empty()
        || before.ends_with(';')
        || SEE.contains(&before.to_lowercase().as_str())
        || after.starts_with(", p")
}

/// How many cells a row has.
fn cells(row: &str) -> usize {
    let row = row.trim_start_matches([' ', '\t', '>']).trim_end();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').filter(|row| !row.ends_with('\\')).unwrap_or(row);
    let pipes = memchr::memchr_iter(b'|', row.as_bytes());
    pipes.filter(|at| !is_escaped(row, *at)).count() + 1
}

/// Whether the line of `at` is the first of its block: nothing stands on the one above.
pub(super) fn begins_block(source: &str, at: usize) -> bool {
    let start = line_start(source, at).unwrap_or(at);
    let above = source[..start].trim_end_matches('\r');
    let above = above.strip_suffix('\n').unwrap_or(above).trim_end_matches('\r');
    let line = above.rsplit('\n').next().unwrap_or_default();
    line.trim_matches([' ', '\t', '>', '\r']).is_empty()
}

/// Whether `at` stands in a formula of LaTeX on its line: `$x_{@}$`.
fn is_math(source: &str, at: usize) -> bool {
    let start = line_start(source, at).unwrap_or(at);
    let before = &source[start..at];
    let Some(open) = before.rfind('$') else { return false };
    let after = line_at(source, at);
    let Some(close) = after.find('$') else { return false };
    let opens = !before[open + 1..].starts_with(char::is_whitespace);
    let closes = !after[..close].ends_with(char::is_whitespace)
        && !after[close + 1..].starts_with(|c: char| c.is_ascii_digit());
    opens && closes && before.matches('$').count() % 2 == 1
}

/// Chinese, Japanese and Korean letters.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}'
        | '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether the character at `at` stands behind a backslash that is not escaped itself.
pub(super) fn is_escaped(source: &str, at: usize) -> bool {
    source[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The beginning of a text: no search goes on for ever.
fn within(text: &str) -> &str {
    let near = (LONGEST..text.len()).find(|end| text.is_char_boundary(*end));
    &text[..near.unwrap_or(text.len())]
}
