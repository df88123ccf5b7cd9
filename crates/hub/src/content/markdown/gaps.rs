//! Gaps: where something goes into the HTML that only the site or the theme can say.

use crate::content::body::{Fill, Slot, Word};

/// Marks a gap in the HTML until its place is known. What it is for follows, up to a `;`: a link's
/// number, `!` and a word's, `@` and a citation's, or a sign of directives or parts. Bodies hold no
/// NUL themselves.
pub(super) const GAP: char = '\0';

/// The gap for a word of the theme.
pub(super) fn word_gap(word: Word) -> String {
    format!("{GAP}!{};", word as usize)
}

/// Leaves the gap of a link.
pub(super) fn gap(html: &mut String, link: usize) {
    html.push(GAP);
    html.push_str(&link.to_string());
    html.push(';');
}

/// Takes the gaps out of the HTML and says where they were.
pub(super) fn take_gaps(with_gaps: String) -> (String, Vec<Slot>) {
    let gaps: Vec<usize> = memchr::memchr_iter(GAP as u8, with_gaps.as_bytes()).collect();
    let Some(first) = gaps.first() else { return (with_gaps, Vec::new()) };
    let mut html = String::with_capacity(with_gaps.len());
    let mut slots = Vec::new();
    html.push_str(&with_gaps[..*first]);
    let ends = gaps[1..].iter().copied().chain([with_gaps.len()]);
    for (gap, end) in gaps.iter().zip(ends) {
        let piece = &with_gaps[gap + 1..end];
        let (number, rest) = piece.split_once(';').unwrap_or(("", piece));
        let fill = match number.strip_prefix('!') {
            None if number == "|" => Some(Fill::Content),
            None if number == ">" => Some(Fill::Close),
            None if number.starts_with('(') => number[1..].parse().ok().map(Fill::Part),
            None if number == ")" => Some(Fill::PartEnd),
            None if number.starts_with('@') => number[1..].parse().ok().map(Fill::Citation),
            None if number.starts_with('<') => number[1..].parse().ok().map(Fill::Open),
            Some(word) => word
                .parse()
                .ok()
                .and_then(|at: usize| Word::ALL.get(at))
                .map(|word| Fill::Word(*word)),
            None => number.parse().ok().map(Fill::Link),
        };
        // The writer ends the line before a block: after a seam it does so twice.
        let is_seam = matches!(fill, Some(Fill::Part(_) | Fill::PartEnd));
        let is_blank = html.is_empty() || html.ends_with('\n');
        let rest = if is_seam && is_blank { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
        slots.extend(fill.map(|fill| Slot { at: html.len() as u32, fill }));
        html.push_str(rest);
    }
    (html, slots)
}
