//! Citations in a text: `[@key]`, `[@key, p. 4]`, `[@one; @other]`.

use etappe_base::source::Span;

/// One pair of brackets that cites.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// In the order in which they are written; never empty.
    pub cites: Box<[Cite]>,
    /// The space behind the brackets where parentheses follow it: `[@name] (https://…)` may have
    /// been meant as a link.
    pub gap: Option<Span>,
    /// It comes with what was written once, whose own file answers for it.
    pub is_borrowed: bool,
    /// A space parts it from the words before it: in brackets it stands apart, raised it does not.
    pub is_apart: bool,
}

/// One reference within a citation.
#[derive(Clone, Debug, PartialEq)]
pub struct Cite {
    /// Without its `@`; the hub may have no such reference.
    pub key: Box<str>,
    /// The place within the work, as written but on one line; empty where none is named.
    pub locator: Box<str>,
    /// The key with its `@`, in bytes of the whole file.
    pub span: Span,
}

impl Cite {
    /// Cites as they are written in a text.
    pub fn written(cites: &[&Self]) -> String {
        let one = |cite: &&Self| {
            if cite.locator.is_empty() {
                format!("@{}", cite.key)
            } else {
                format!("@{}, {}", cite.key, cite.locator)
            }
        };
        format!("[{}]", cites.iter().map(one).collect::<Vec<String>>().join("; "))
    }
}

/// No citation is longer than this, in bytes.
const LONGEST: usize = 1000;

/// The citation whose bracket stands at `start`, and its end. The bracket is no link's. `offset` is
/// where `source` begins in its file.
pub(in crate::content) fn read(
    source: &str,
    start: usize,
    offset: usize,
) -> Option<(Citation, usize)> {
    let rest = source.get(start..)?.strip_prefix("[@")?;
    // A character that means something else to Markdown ends the attempt.
    let length = rest
        .bytes()
        .take(LONGEST)
        .position(|byte| b"[]*`<\\&~|\0".contains(&byte))
        .filter(|at| rest.as_bytes()[*at] == b']')?;
    let inner = &source[start + 1..start + 2 + length];
    if inner.contains("\n\n") || inner.contains("\n\r") {
        return None;
    }
    let mut cites: Vec<Cite> = Vec::new();
    let mut at = start + 1;
    for part in inner.split(';') {
        let lead = part.len() - part.trim_start().len();
        let begin = at + lead;
        at += part.len() + 1;
        match part.trim().strip_prefix('@').and_then(one) {
            Some((key, locator)) => {
                let span = Span::new(begin, begin + 1 + key.len()).shifted(offset);
                cites.push(Cite { key: key.into(), locator: words(locator).into(), span });
            }
            // A semicolon may be part of a locator: `p. 3; 5`.
            None => {
                let last = cites.last_mut()?;
                last.locator = words(&format!("{}; {part}", last.locator)).into();
            }
        }
    }
    let end = start + length + 3;
    let gap = gap(source, end).map(|gap| gap.shifted(offset));
    (!cites.is_empty())
        .then(|| (Citation { cites: cites.into(), gap, is_borrowed: false, is_apart: false }, end))
}

/// The space at `end` that parts brackets from parentheses.
fn gap(source: &str, end: usize) -> Option<Span> {
    let rest = &source[end..];
    let width = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    (width > 0 && rest[width..].starts_with('(')).then(|| Span::new(end, end + width))
}

/// Key and locator of `key, p. 4`.
fn one(part: &str) -> Option<(&str, &str)> {
    let (key, locator) = part.split_once(',').unwrap_or((part, ""));
    let key = key.trim_end();
    let is_key = |c: char| c.is_alphanumeric() || "_-.:/+#".contains(c);
    let is_fine = key.starts_with(|c: char| c.is_alphanumeric()) && key.chars().all(is_key);
    is_fine.then_some((key, locator))
}

/// The text on one line, with single spaces.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[(&str, &str)]) {
        let start = source.find("[@").unwrap_or_default();
        let read = read(source, start, 0);
        let cites = read.as_ref().map(|(citation, _)| &*citation.cites).unwrap_or_default();
        let found: Vec<(&str, &str)> =
            cites.iter().map(|cite| (&*cite.key, &*cite.locator)).collect();
        assert_eq!(found, expected, "{source}");
        for cite in cites {
            assert_eq!(
                source[cite.span.start as usize..cite.span.end as usize],
                format!("@{}", cite.key)
            );
        }
        if let Some((_, end)) = read {
            assert_eq!(source.as_bytes()[end - 1], b']', "{source}");
        }
    }

    #[test]
    fn keys_and_locators_are_told_apart() {
        check("x [@a]", &[("a", "")]);
        check("x [@devries2025, p. 4] y", &[("devries2025", "p. 4")]);
        check("[@a; @b,p.\n 7;@c]", &[("a", ""), ("b", "p. 7"), ("c", "")]);
        check("[@a, pp. 3; 5]", &[("a", "pp. 3; 5")]);
        check("[@gezondheidsraad:2024/07 , § 2]", &[("gezondheidsraad:2024/07", "§ 2")]);
    }

    #[test]
    fn other_brackets_are_none() {
        check("[a]", &[]);
        check("[@]", &[]);
        check("[@ a]", &[]);
        check("[@two words]", &[]);
        check("[@a", &[]);
        check("[@a *b*]", &[]);
        check("[@a\n\nb]", &[]);
    }
}
