//! Authors' text for people to read: nothing in it can steer a terminal, begin a new line or turn
//! the direction of text.

/// One line of text, with every character made visible that would do something instead of being
/// read.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if c == '\t' { ' ' } else { visible(c) }).collect()
}

/// A character that shows where a control character stands.
pub fn visible(c: char) -> char {
    match c {
        '\0'..='\x1f' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\x7f' => '␡',
        c if is_unseen(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Controls of the second block, separators of lines, what changes the direction of text, and tags
/// that nobody sees.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\nc\u{202e}d\u{9b}e\x7f"), "a␛[31mb␊c\u{fffd}d\u{fffd}e␡");
        assert_eq!(harmless("é العربية 日本 a\u{200f}b"), "é العربية 日本 a\u{fffd}b");
    }
}
