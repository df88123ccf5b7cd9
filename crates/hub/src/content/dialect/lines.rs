//! Lines as Markdown sees them: where one begins, and what may stand before a block on it.

/// How far before a place the beginning of its line is looked for, in bytes: the marks of blocks
/// take no more.
const LONGEST: usize = 200;

/// Where the line of `at` begins; `None` where that is far away.
pub(in crate::content) fn line_start(source: &str, at: usize) -> Option<usize> {
    let near = at.saturating_sub(LONGEST);
    let end = memchr::memrchr2(b'\n', b'\r', &source.as_bytes()[near..at]);
    end.map(|end| near + end + 1).or((near == 0).then_some(0))
}

/// How much of a line is looked at from a place on, in bytes: no search goes on for ever.
const LONGEST_REST: usize = 1_000;

/// The rest of the line at `at`, as far as it is looked at.
pub(in crate::content) fn line_at(source: &str, at: usize) -> &str {
    let near = (at + LONGEST_REST..source.len()).find(|end| source.is_char_boundary(*end));
    let rest = &source[at..near.unwrap_or(source.len())];
    let length = memchr::memchr2(b'\n', b'\r', rest.as_bytes());
    &rest[..length.unwrap_or(rest.len())]
}

/// What may stand before a block on its line: indentation, and the marks of quotes, lists,
/// definitions and footnotes.
pub(in crate::content) fn is_prefix(text: &str) -> bool {
    let mut rest = text.trim_start_matches([' ', '\t']);
    while !rest.is_empty() {
        let after = rest.strip_prefix('>').or_else(|| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let mark = match digits {
                0 => rest.strip_prefix(['-', '*', '+', ':']),
                1..=9 => rest[digits..].strip_prefix(['.', ')']),
                _ => None,
            };
            let note = || rest.strip_prefix("[^").and_then(|rest| Some(rest.split_once("]:")?.1));
            mark.filter(|rest| rest.starts_with([' ', '\t'])).or_else(note)
        });
        match after {
            Some(after) => rest = after.trim_start_matches([' ', '\t']),
            None => return false,
        }
    }
    true
}

/// Whether a line is the one below the head of a table, which draws it and says how its columns
/// are aligned: `|---|:-:|`.
pub(in crate::content) fn is_delimiter_row(line: &str) -> bool {
    let row = line.trim_start_matches([' ', '\t', '>']).trim_end();
    let is_drawn = |byte: u8| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t');
    // A single hyphen before white space begins an item of a list.
    let is_item = row.starts_with("- ") || row.starts_with("-\t");
    !is_item && row.contains('|') && row.contains('-') && row.bytes().all(is_drawn)
}
