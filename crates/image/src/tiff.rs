//! The metadata of TIFF: tags of a directory whose values stand anywhere in the file. They are
//! overwritten, so that all else stays in its place.

use std::ops::Range;

/// What says who made the image, when, where and with what, or what was written about it.
#[rustfmt::skip]
const METADATA: &[u16] = &[
    269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377, EXIF, GPS, 37724,
    40091, 40092, 40093, 40094, 40095, 42016,
];

/// Tags whose value is a directory of its own.
const EXIF: u16 = 34665;
const GPS: u16 = 34853;
const INTEROPERABILITY: u16 = 40965;

/// More directories than any image has; circles end here.
const MOST_DIRECTORIES: usize = 100;

/// The file without metadata. `None` where it holds none.
pub(super) fn cleaned(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_little = bytes.starts_with(b"II");
    let mut file = TiffFile { bytes: bytes.to_vec(), is_little, left: MOST_DIRECTORIES };
    let mut at = file.long(4)?;
    while at != 0 && file.left > 0 {
        at = file.directory(at, false).unwrap_or(0);
    }
    (file.bytes != bytes).then_some(file.bytes)
}

struct TiffFile {
    bytes: Vec<u8>,
    is_little: bool,
    /// How many directories may still be read.
    left: usize,
}

impl TiffFile {
    fn short(&self, at: usize) -> Option<u16> {
        let pair = [*self.bytes.get(at)?, *self.bytes.get(at.checked_add(1)?)?];
        Some(if self.is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let four: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let long = if self.is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        Some(long as usize)
    }

    fn erase(&mut self, range: Range<usize>) {
        let end = range.end.min(self.bytes.len());
        if let Some(part) = self.bytes.get_mut(range.start..end) {
            part.fill(0);
        }
    }

    /// Takes the metadata out of a directory, or all of it; gives where the next one stands.
    fn directory(&mut self, at: usize, is_metadata: bool) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let count = usize::from(self.short(at)?);
        let entries = at + 2;
        let end = entries + 12 * count;
        let next = self.long(end);
        let mut kept: Vec<u8> = Vec::with_capacity(12 * count);
        for entry in (0..count).map(|number| entries + 12 * number) {
            let tag = self.short(entry)?;
            if is_metadata || METADATA.contains(&tag) {
                self.value(entry, tag);
            } else {
                kept.extend_from_slice(self.bytes.get(entry..entry + 12)?);
            }
        }
        if kept.len() == 12 * count {
            return next;
        }
        let number = (kept.len() / 12) as u16;
        let number = if self.is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        let link = self.bytes.get(end..end + 4).unwrap_or(&[0; 4]).to_vec();
        self.erase(at..end + 4);
        let written = [number.as_slice(), &kept, &link].concat();
        self.bytes.get_mut(at..at + written.len())?.copy_from_slice(&written);
        next
    }

    /// Overwrites what an entry says, if it stands elsewhere.
    fn value(&mut self, entry: usize, tag: u16) -> Option<()> {
        let (kind, count, at) =
            (self.short(entry + 2)?, self.long(entry + 4)?, self.long(entry + 8)?);
        if matches!(tag, EXIF | GPS | INTEROPERABILITY) {
            self.directory(at, true);
        }
        let width = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let length = count.saturating_mul(width);
        if length > 4 {
            self.erase(at..at.saturating_add(length));
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_about_an_image_goes_and_the_image_stays() {
        let entry = |tag: u16, kind: u16, count: u32, value: u32| {
            [
                &tag.to_le_bytes()[..],
                &kind.to_le_bytes(),
                &count.to_le_bytes(),
                &value.to_le_bytes(),
            ]
            .concat()
        };
        let file = [
            b"II*\0\x08\0\0\0".to_vec(),
            3_u16.to_le_bytes().to_vec(),
            entry(256, 4, 1, 7),
            entry(271, 2, 10, 50),
            entry(EXIF, 4, 1, 60),
            0_u32.to_le_bytes().to_vec(),
            b"SECRETCAM\0".to_vec(),
            1_u16.to_le_bytes().to_vec(),
            entry(42032, 2, 10, 78),
            0_u32.to_le_bytes().to_vec(),
            b"SECRETMAN\0pixels".to_vec(),
        ]
        .concat();
        let clean = cleaned(&file).expect("it holds metadata");
        assert!(!clean.windows(6).any(|six| six == b"SECRET"));
        assert_eq!(
            (clean.len(), &clean[8..22]),
            (file.len(), &[&[1, 0], &entry(256, 4, 1, 7)[..]].concat()[..])
        );
        assert!(clean.ends_with(b"pixels"));
        assert_eq!(cleaned(&clean), None);
        for length in 0..file.len() {
            cleaned(&file[..length]);
        }
    }
}
