//! The normal form of texts and files: what editors, systems and repositories change by themselves
//! is no change.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use etappe_base::slug::composed;

/// So many bytes tell whether a file is text, as Git has it.
const LOOKED_AT: usize = 8000;

/// A text in NFC, with `\n` at its line ends.
pub(super) fn composed_lines(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        false => composed(text),
        true => composed(&text.replace("\r\n", "\n").replace('\r', "\n")).into_owned().into(),
    }
}

/// A text in its normal form: without a byte-order mark, in NFC, with `\n` at its line ends. One
/// space at the end of a line is removed, and two or more become two, which break a line. The text
/// does not end with a line end.
pub fn normal(text: &str) -> String {
    let text = composed_lines(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut normal = String::with_capacity(text.len());
    for line in text.split('\n') {
        let bare = line.trim_end_matches(' ');
        normal.push_str(bare);
        if line.len() - bare.len() > 1 {
            normal.push_str("  ");
        }
        normal.push('\n');
    }
    normal.truncate(normal.trim_end_matches('\n').len());
    normal
}

/// The SHA-256 of a file, as 64 hexadecimal digits. Of one that is text, which has no NUL among its
/// first bytes, with `\n` at its line ends.
pub fn file_sum(bytes: &[u8]) -> String {
    let is_text = !bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    if !is_text || !bytes.contains(&b'\r') {
        return sha256(bytes);
    }
    let mut lines = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        if *byte == b'\r' {
            rest.next_if(|next| **next == b'\n');
        }
        lines.push(if *byte == b'\r' { b'\n' } else { *byte });
    }
    sha256(&lines)
}

/// The SHA-256 of bytes, as 64 hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: u8| [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
    Sha256::digest(bytes).iter().flat_map(|byte| digits(*byte)).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_change_by_themselves_is_no_change() {
        for same in ["a\n\nb", "a\r\n\r\nb", "\u{feff}a\n\nb\n\n\n", "a \n\nb ", "a\r\rb\r"] {
            assert_eq!(normal(same), "a\n\nb", "{same:?}");
        }
        assert_eq!(normal("e\u{301}"), "\u{e9}");
        assert_eq!(normal("\na"), "\na");
        assert_eq!(normal("\n\n"), "");
    }

    #[test]
    fn what_breaks_a_line_stays() {
        assert_eq!(normal("a  \nb"), "a  \nb");
        assert_eq!(normal("a      \nb"), "a  \nb");
        assert_eq!(normal("a\t\nb"), "a\t\nb");
    }

    #[test]
    fn line_ends_of_texts_are_one_and_those_of_other_files_are_bytes() {
        assert_eq!(file_sum(b"a\r\nb\rc"), file_sum(b"a\nb\nc"));
        assert_ne!(file_sum(b"\0a\r\nb"), file_sum(b"\0a\nb"));
        let mut late = vec![b'a'; LOOKED_AT];
        late.extend(b"\0\r\n");
        assert_eq!(file_sum(&late), file_sum(&[&late[..LOOKED_AT], b"\0\n"].concat()));
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
