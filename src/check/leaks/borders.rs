//! Where tags and quotes begin and end, found many bytes at a time.

/// Tells the places of `<`, `>` and `"`, in order. In HTML they stand so close that marking all of
/// a block at once, by operations that processors do on many bytes together, is quicker than
/// searching for the next one.
pub fn for_each_border(bytes: &[u8], mut tell: impl FnMut(usize)) {
    let (blocks, rest) = bytes.as_chunks();
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    for (block, start) in blocks.iter().chain([&last]).zip((0..).step_by(BLOCK)) {
        let mut marked = marks(block);
        while marked != 0 {
            tell(start + marked.trailing_zeros() as usize);
            marked &= marked - 1;
        }
    }
}

/// As many bytes as a number has bits.
const BLOCK: usize = u64::BITS as usize;

/// One bit for each border in a block: the first byte's is the lowest.
fn marks(block: &[u8; BLOCK]) -> u64 {
    let flags = block.map(|byte| u8::from((byte == b'<') | (byte == b'>') | (byte == b'"')));
    let (eights, _) = flags.as_chunks::<8>();
    // The product's highest byte has the flag of each of the eight in a bit of its own.
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |marked, eight| marked << 8 | bits(eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_found_wherever_they_stand() {
        let all: Vec<u8> = (0..=255).collect();
        let blocks = [b"<".repeat(BLOCK), b">".repeat(BLOCK + 1), b"\"........".repeat(BLOCK)];
        let texts = [b"".as_slice(), b"<", b"abcdefg<", b"abcdefgh>", b"<<<>>>\"\"\"", b"=;!#~|\xbc\xbe\xa2", b"12345678<1234567\"", &all];
        for text in texts.into_iter().chain(blocks.iter().map(Vec::as_slice)) {
            let expected: Vec<usize> = memchr::memchr3_iter(b'<', b'>', b'"', text).collect();
            let mut found = Vec::new();
            for_each_border(text, |at| found.push(at));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
