//! Where tags and quotes begin and end, found many bytes at a time.

/// The places of `<`, `>` and `"`, in order. In HTML they stand close together. Marking all of a
/// block at once, with operations on many bytes together, is quicker there than searching for the
/// next one.
pub(super) struct Borders<'b> {
    bytes: &'b [u8],
    /// Where the block being read begins.
    block: usize,
    /// One bit for each border of that block that was not told yet.
    marked: u64,
}

impl<'b> Borders<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, block: 0, marked: marks_at(bytes, 0) }
    }

    /// Goes on at `place`. No border told so far may stand there or behind.
    pub(super) fn skip_to(&mut self, place: usize) {
        let block = place - place % BLOCK;
        if block != self.block {
            self.block = block;
            self.marked = marks_at(self.bytes, block);
        }
        self.marked &= u64::MAX << (place % BLOCK);
    }
}

impl Iterator for Borders<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.marked == 0 {
            self.block += BLOCK;
            if self.block >= self.bytes.len() {
                return None;
            }
            self.marked = marks_at(self.bytes, self.block);
        }
        let place = self.block + self.marked.trailing_zeros() as usize;
        self.marked &= self.marked - 1;
        Some(place)
    }
}

/// The borders in the block that begins at `start`.
fn marks_at(bytes: &[u8], start: usize) -> u64 {
    let rest = bytes.get(start..).unwrap_or_default();
    if let Some(block) = rest.first_chunk() {
        return marks(block);
    }
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    marks(&last)
}

/// As many bytes as a number has bits.
const BLOCK: usize = u64::BITS as usize;

/// One bit for each border in a block: the first byte's is the lowest.
fn marks(block: &[u8; BLOCK]) -> u64 {
    let flags = block.map(|byte| u8::from((byte == b'<') | (byte == b'>') | (byte == b'"')));
    let (eights, _) = flags.as_chunks::<8>();
    // The product's highest byte has the flag of each of the eight in a bit of its own.
    let bits =
        |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |marked, eight| marked << 8 | bits(eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_found_wherever_they_stand() {
        let all: Vec<u8> = (0..=255).collect();
        let blocks = [b"<".repeat(BLOCK), b">".repeat(BLOCK + 1), b"\"........".repeat(BLOCK)];
        let texts = [
            b"".as_slice(),
            b"<",
            b"abcdefg<",
            b"abcdefgh>",
            b"<<<>>>\"\"\"",
            b"=;!#~|\xbc\xbe\xa2",
            b"12345678<1234567\"",
            &all,
        ];
        for text in texts.into_iter().chain(blocks.iter().map(Vec::as_slice)) {
            let expected: Vec<usize> = memchr::memchr3_iter(b'<', b'>', b'"', text).collect();
            assert_eq!(Borders::new(text).collect::<Vec<_>>(), expected, "{text:?}");
            for place in 0..=text.len() {
                let mut borders = Borders::new(text);
                borders.skip_to(place);
                assert!(
                    borders.eq(expected.iter().copied().filter(|at| *at >= place)),
                    "{text:?} from {place}"
                );
            }
        }
    }
}
