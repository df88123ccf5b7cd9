//! How exports are written: their encodings, what spreadsheets put before the header, and numbers as
//! any country writes them.

use super::Month;
use etappe_base::finding::not_utf8;

/// The text of an export: UTF-8, UTF-16 as Excel and Matomo write it, or what Windows wrote before.
pub(super) fn decode(bytes: &[u8]) -> Result<String, String> {
    not_utf8::decoded(bytes)
        .map(|text| text.trim_start_matches('\u{feff}').to_owned())
        .ok_or_else(|| "it is no text in UTF-8, UTF-16 or Windows-1252".to_owned())
}

/// An export without what stands above its header.
pub(super) struct Table<'t> {
    /// The month that the lines above the header tell.
    pub month: Option<Month>,
    pub separator: u8,
    /// From the header on.
    pub text: &'t str,
}

/// Takes off the lines above the header: Excel's `sep=;`, and comments, of which those of Google
/// Analytics tell the days of the report, in any language.
pub(super) fn table(text: &str) -> Table<'_> {
    let (mut days, mut separator, mut rest) = (Vec::new(), None, text);
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim();
        if let Some(told) = told_separator(line) {
            separator = Some(told);
        } else if line.starts_with('#') {
            days.extend(month_of_comment(line));
        } else if !line.is_empty() || rest.is_empty() {
            break;
        }
        rest = after;
    }
    let month = days.first().copied().filter(|first| days.iter().all(|other| other == first));
    let first = rest.lines().next().unwrap_or_default();
    Table { month, separator: separator.unwrap_or_else(|| usual_separator(first)), text: rest }
}

/// What Excel writes so that others know its separator.
fn told_separator(line: &str) -> Option<u8> {
    let line = line.trim_matches('"');
    let head = line.get(..4).filter(|head| head.eq_ignore_ascii_case("sep="))?;
    match &line.as_bytes()[head.len()..] {
        [] => Some(b'\t'),
        [one] if one.is_ascii() => Some(*one),
        _ => None,
    }
}

/// The month of a comment that ends in a day: `# Date de début : 20260901`.
fn month_of_comment(line: &str) -> Option<Month> {
    let (_, day) = line.rsplit_once(':')?;
    let day = day.trim();
    let is_day = day.len() == 8 && day.starts_with("20") && day.bytes().all(|b| b.is_ascii_digit());
    is_day.then(|| format!("{}-{}", &day[..4], &day[4..6]).parse().ok())?
}

/// The one of the usual separators that stands most often in the first line.
fn usual_separator(first: &str) -> u8 {
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|one| count(*one)).unwrap_or(b',')
}

/// A count as any country writes it: `1234`, `1,234`, `1.234`, `1 234`, `1’234`, `1,23,456`, with
/// zeros behind a decimal sign or without.
pub(super) fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let (whole, rest) = match text.rfind(['.', ',']) {
        Some(at) if is_decimal(text, at) => (&text[..at], &text[at + 1..]),
        _ => (text, ""),
    };
    if !rest.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let mut groups = whole.split(is_grouping);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = match rest.split_last() {
        None => true,
        Some((last, middle)) => {
            let signs: Vec<char> = whole.chars().filter(|c| is_grouping(*c)).collect();
            (1..=3).contains(&first.len())
                && last.len() == 3
                && middle.iter().all(|group| group.len() == 3 || group.len() == 2)
                && signs.windows(2).all(|pair| pair[0] == pair[1])
        }
    };
    let digits = format!("{first}{}", rest.concat());
    let is_count = grouped && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_count.then(|| digits.parse().ok())?
}

/// Whether the sign at `at` parts the whole from a fraction, and not thousands: another sign stands
/// before it, or no group of three digits behind it.
fn is_decimal(text: &str, at: usize) -> bool {
    let (before, behind) = (&text[..at], &text[at + 1..]);
    let sign = &text[at..=at];
    let other_sign = before.contains(|c: char| is_grouping(c) && !sign.contains(c));
    let lone = !before.contains(is_grouping);
    other_sign || behind.len() != 3 || lone && before.len() > 3
}

fn is_grouping(c: char) -> bool {
    matches!(c, ',' | '.' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{66c}' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_any_country_writes_them() {
        for text in [
            "1234",
            "1,234",
            "1.234",
            "1 234",
            "1\u{a0}234",
            "1\u{202f}234",
            "1’234",
            "1'234",
            "1.234,00",
            "1,234.0",
            "1234,0",
            " 1234 ",
            "1234.000",
            "1 234,00",
        ] {
            assert_eq!(number(text), Some(1234), "{text}");
        }
        assert_eq!(number("1.234.567"), Some(1_234_567));
        assert_eq!(number("12,34,567"), Some(1_234_567));
        assert_eq!(number("12.0"), Some(12));
        assert_eq!(number("0"), Some(0));
        for text in [
            "",
            "12,5 %",
            "12.5",
            "1,2345",
            "many",
            "1.2K",
            "-3",
            "1.234,5",
            "1,234.567.8",
            ".",
            "1 2",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn lines_above_the_header_are_taken_off_and_tell_what_they_know() {
        let found = |text: &str| {
            let Table { month, separator, text } = table(text);
            (month.map(|month| month.to_string()), char::from(separator), text.to_owned())
        };
        let september = Some("2026-09".to_owned());
        assert_eq!(found("sep=;\r\na;b\n"), (None, ';', "a;b\n".to_owned()));
        assert_eq!(found("\"SEP=;\"\na;b,c,d\n"), (None, ';', "a;b,c,d\n".to_owned()));
        assert_eq!(
            found("# ---\n# Startdatum: 20260901\n# Enddatum: 20260930\n\nA,B\n"),
            (september.clone(), ',', "A,B\n".to_owned())
        );
        assert_eq!(
            found("# Date de début\u{a0}: 20260901\n# Date de fin\u{a0}: 20261001\nA\tB\n"),
            (None, '\t', "A\tB\n".to_owned())
        );
        assert_eq!(found(""), (None, ',', String::new()));
    }
}
