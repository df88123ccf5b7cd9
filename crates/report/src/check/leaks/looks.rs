//! What a text looks like before it is decoded: most are read as they are written.

/// What a text looks like at first sight.
#[derive(Clone, Copy)]
pub(super) struct Looks {
    /// Folded already, but for the case of ASCII: single spaces alone, no character beyond ASCII,
    /// nothing that stands for something else, no quotes.
    pub plain: bool,
    /// Has more than one word.
    pub spaced: bool,
    /// Has an equals sign, as between a name and a value.
    pub assigns: bool,
}

impl Looks {
    /// Goes block by block, and never leaves a block early, so that processors look at its bytes
    /// together.
    pub(super) fn of(text: &[u8]) -> Self {
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        let mut last = [b'x'; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        let seen = blocks
            .iter()
            .chain([&last])
            .fold(0, |seen, block| seen | block.iter().fold(0, |seen, byte| seen | looks(*byte)));
        let spaced = seen & SPACED != 0;
        let is_wide = || {
            text.iter()
                .zip(&text[1..])
                .fold(false, |is_wide, (one, next)| is_wide | ((*one == b' ') & (*next == b' ')))
        };
        Self {
            plain: seen & ODD == 0 && !(spaced && is_wide()),
            spaced,
            assigns: seen & ASSIGNS != 0,
        }
    }
}

/// How many bytes are looked at together.
const BLOCK: usize = 16;

const ODD: u8 = 1;
const SPACED: u8 = 2;
const ASSIGNS: u8 = 4;

/// What one byte is, of the three above.
fn looks(byte: u8) -> u8 {
    let is_odd = (byte.cast_signed() < 0x20)
        | (byte == b'<')
        | (byte == b'&')
        | (byte == b'%')
        | (byte == b'\\')
        | (byte == b'\'')
        | (byte == b'`');
    (ODD * u8::from(is_odd))
        | (SPACED * u8::from(byte == b' '))
        | (ASSIGNS * u8::from(byte == b'='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_if_folding_changes_its_case_alone() {
        let looks = |text: &str| Looks::of(text.as_bytes());
        for plain in [
            "",
            "a",
            "A title of two words",
            "x=1; y",
            "a very long text without anything that stands for something else",
        ] {
            assert!(looks(plain).plain, "{plain}");
        }
        for odd in [
            "a  b",
            "a\tb",
            "a\nb",
            "é",
            "a & b",
            "50%",
            "a\\b",
            "it's",
            "`x`",
            "a <b>c</b>",
            "a text of some length, and then  two spaces",
        ] {
            assert!(!looks(odd).plain, "{odd}");
        }
        assert!(looks("a b").spaced && !looks("ab").spaced);
        assert!(looks("a=b").assigns && !looks("ab").assigns);
    }
}
