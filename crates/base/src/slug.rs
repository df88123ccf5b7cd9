//! Names fit for URLs, made from any text; and ids for headings.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::hash::Digest;

/// The longest slug. File systems take names of 255 bytes; an output's may carry a digest and an
/// extension too.
const LONGEST: usize = 120;

/// The text in its composed form (NFC): macOS writes the names of files decomposed, and the same
/// words are to have the same names.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text.into()
    } else {
        text.nfc().collect::<String>().into()
    }
}

/// A URL-safe name for `text`: lower-case ASCII letters, digits and single hyphens; never empty.
///
/// It depends on `text` alone, so a new file never moves an old one. Where the spelling loses a
/// symbol that told two names apart (`c` and `c++`), or nothing is left of it (`!`), four digits of
/// its digest are added.
pub fn slug(text: &str) -> String {
    let text = &*composed(text);
    let mut out = String::with_capacity(text.len());
    let mut lost = false;
    let mut word = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
            word = true;
            continue;
        }
        let spelt = if c.is_ascii() { "" } else { deunicode::deunicode_char(c).unwrap_or("") };
        let mut any = false;
        for part in spelt.chars().filter(char::is_ascii_alphanumeric) {
            out.push(part.to_ascii_lowercase());
            any = true;
        }
        if any {
            // A transliterated ideograph is a word of its own: it comes with a space at its end.
            word = true;
            if spelt.ends_with(' ') && !out.ends_with('-') {
                out.push('-');
            }
            continue;
        }
        let separates = c.is_whitespace() || "-_.,:;!?'\"()/&–—’‘“”…".contains(c);
        lost |= !separates && !is_mark(c);
        if !separates && is_mark(c) {
            continue;
        }
        if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    if !word {
        return format!("page-{}", &Digest::of(text.as_bytes()).short()[..4]);
    }
    if out.len() > LONGEST {
        // The part that is cut off may be all that told two names apart.
        out.truncate(LONGEST - 5);
        out.truncate(out.trim_end_matches('-').len());
        lost = true;
    }
    if lost {
        out.push('-');
        out.push_str(&Digest::of(text.as_bytes()).short()[..4]);
    }
    out
}

/// Combining marks, as decomposed file names hold them: part of the letter before.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}')
}

/// Whether `text` may stand in a URL as one part, as it is.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
        })
}

/// The id of a heading: the text in lower case, its letters with their marks and digits of any
/// script, the rest as hyphens. Empty when nothing is left; the caller makes ids unique.
pub fn heading_id(text: &str) -> String {
    let text = &*composed(text);
    let mut id = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            id.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            id.extend(c.to_lowercase());
        } else if is_mark_of_letter(c) && id.ends_with(|before| before != '-') {
            id.push(c);
        } else if (c.is_whitespace() || c == '-') && !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    id
}

/// Marks that belong to the letter before, as the vowels of Hindi, Thai and Arabic do. Those that
/// choose between forms of a symbol, or draw a frame around it, are no part of a word.
fn is_mark_of_letter(c: char) -> bool {
    c > '\u{2ff}'
        && is_combining_mark(c)
        && !matches!(c, '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_readable() {
        assert_eq!(slug("MRI schedule"), "mri-schedule");
        assert_eq!(slug("causes de décès"), "causes-de-deces");
        assert_eq!(slug("décès"), slug("de\u{301}ce\u{300}s"), "composed or not");
        assert_eq!(slug("v1.2_final"), "v1-2-final");
        assert_eq!(slug("--a--"), "a");
    }

    #[test]
    fn slugs_are_never_empty_and_symbols_keep_names_apart() {
        let slugs: std::collections::BTreeSet<_> =
            ["!", "[[", "c", "c++", "c#", "???", "…"].into_iter().map(slug).collect();
        assert_eq!(slugs.len(), 7, "{slugs:?}");
        assert!(slugs.iter().all(|slug| is_slug(slug)), "{slugs:?}");
    }

    #[test]
    fn any_script_gets_a_slug() {
        for text in ["مقدمة", "日本語", "Ελληνικά", "Ж"] {
            assert!(is_slug(&slug(text)), "{text}: {}", slug(text));
        }
    }

    #[test]
    fn heading_ids_keep_their_script() {
        assert_eq!(heading_id("What it *is*, and isn’t"), "what-it-is-and-isnt");
        assert_eq!(heading_id("Décès"), "décès");
        assert_eq!(heading_id("!"), "");
        assert_eq!(heading_id("हिन्दी शीर्षक"), "हिन्दी-शीर्षक");
        assert_eq!(heading_id("ภาษาไทย ที่นี่"), "ภาษาไทย-ที่นี่");
        assert_eq!(heading_id("اَلْعَرَبِيَّةُ"), "اَلْعَرَبِيَّةُ");
        assert_eq!(heading_id("⚠\u{fe0f} Caution"), "caution");
    }

    #[test]
    fn the_same_words_have_the_same_names_composed_or_not() {
        for (one, other) in [("Décès", "De\u{301}ce\u{300}s"), ("각", "\u{1100}\u{1161}\u{11a8}")]
        {
            assert_eq!(heading_id(one), heading_id(other), "{one}");
            assert_eq!(slug(one), slug(other), "{one}");
            assert_eq!(composed(other), one);
        }
    }
}
