//! Character references in the values of raw HTML, as browsers read them: `&amp;`, `&#115;` and
//! `&#115` without an end.

use std::borrow::Cow;

use memchr::memchr;
use quick_xml::escape::{resolve_html5_entity, unescape_with};

/// The text that a value means. An ampersand that begins no character reference is an ampersand.
pub(super) fn decode(value: &str) -> Cow<'_, str> {
    if memchr(b'&', value.as_bytes()).is_none() {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut pieces = value.split('&');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match number(piece).or_else(|| name(piece)) {
            Some((meant, rest)) => {
                text.push_str(&meant);
                text.push_str(rest);
            }
            None => {
                text.push('&');
                text.push_str(piece);
            }
        }
    }
    Cow::Owned(text)
}

/// The character that `#115;` or `#x73;` means, and what follows. It may lack its semicolon, and
/// have any number of zeros.
fn number(piece: &str) -> Option<(Cow<'static, str>, &str)> {
    let rest = piece.strip_prefix('#')?;
    let (digits, radix) = rest.strip_prefix(['x', 'X']).map_or((rest, 10), |rest| (rest, 16));
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let significant = digits[..end].trim_start_matches('0');
    let code = if significant.len() > 8 {
        u32::MAX
    } else {
        u32::from_str_radix(significant, radix).unwrap_or_default()
    };
    let meant = char::from_u32(code).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER);
    let rest = &digits[end..];
    Some((String::from(meant).into(), rest.strip_prefix(';').unwrap_or(rest)))
}

/// What `amp;` means, and what follows.
fn name(piece: &str) -> Option<(Cow<'static, str>, &str)> {
    /// The longest name has 32 letters.
    const LONGEST: usize = 40;
    let end = piece.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let reference = format!("&{};", &piece[..end]);
    let meant = unescape_with(&reference, resolve_html5_entity).ok()?;
    Some((meant.into_owned().into(), &piece[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_characters_need_no_semicolon_and_may_have_zeros() {
        let zeros = "0".repeat(80);
        for written in [
            "&#115;",
            "&#115",
            "&#x73;",
            "&#X73",
            &format!("&#{zeros}115;"),
            &format!("&#x{zeros}73;"),
        ] {
            assert_eq!(decode(&format!("java{written}!")), "javas!", "{written}");
        }
        assert_eq!(
            decode("&#;&#x;&#xg &#0;&#99999999999; &Tab;&NewLine;&colon;"),
            "&#;&#x;&#xg \u{fffd}\u{fffd} \t\n:"
        );
    }
}
