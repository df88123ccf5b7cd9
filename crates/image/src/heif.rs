//! The metadata of HEIC and AVIF: items beside the image, which a table of the file locates. They
//! are overwritten, so that all else stays in its place. How an image is turned is no metadata here.

use std::collections::BTreeSet;
use std::ops::Range;

/// The most items that are read: tables of damaged files may say anything.
const MOST_ITEMS: usize = 10_000;

/// The file without metadata. `None` where it holds none.
pub(super) fn cleaned(bytes: &[u8]) -> Option<Vec<u8>> {
    let meta = find(bytes, 0..bytes.len(), b"meta")?;
    // Its version and flags come before the boxes in it.
    let inner = meta.start.checked_add(4)?..meta.end;
    let items = metadata_items(bytes, find(bytes, inner.clone(), b"iinf")?)?;
    let data = find(bytes, inner.clone(), b"idat").map_or(0, |data| data.start);
    let mut clean = bytes.to_vec();
    for range in places(bytes, find(bytes, inner, b"iloc")?, &items, data) {
        let end = range.end.min(clean.len());
        if let Some(part) = clean.get_mut(range.start..end) {
            part.fill(0);
        }
    }
    (clean != bytes).then_some(clean)
}

/// The content of the first box of this name.
fn find(bytes: &[u8], within: Range<usize>, name: &[u8; 4]) -> Option<Range<usize>> {
    let mut at = within.start;
    while at < within.end {
        let (found, content) = box_at(bytes, at, within.end)?;
        if found == name {
            return Some(content);
        }
        at = content.end;
    }
    None
}

/// The name and content of the box at `at`; none reaches beyond `end`.
fn box_at(bytes: &[u8], at: usize, end: usize) -> Option<(&[u8], Range<usize>)> {
    let name = bytes.get(at + 4..at + 8)?;
    let (length, head) = match number(bytes, at, 4)? {
        0 => (end - at, 8),
        1 => (number(bytes, at + 8, 8)?, 16),
        length => (length, 8),
    };
    let last = at.checked_add(length)?.min(end);
    (length >= head).then(|| (name, (at + head).min(last)..last))
}

/// A number of so many bytes.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    bytes
        .iter()
        .try_fold(0_usize, |sum, byte| sum.checked_mul(256).map(|sum| sum | usize::from(*byte)))
}

/// The numbers of the items that hold EXIF, or a document such as XMP.
fn metadata_items(bytes: &[u8], table: Range<usize>) -> Option<BTreeSet<usize>> {
    let width = if *bytes.get(table.start)? == 0 { 2 } else { 4 };
    let mut at = table.start + 4 + width;
    let mut items = BTreeSet::new();
    for _ in 0..number(bytes, table.start + 4, width)?.min(MOST_ITEMS) {
        let (_, item) = box_at(bytes, at, table.end)?;
        at = item.end;
        let width = if *bytes.get(item.start)? < 3 { 2 } else { 4 };
        let id = number(bytes, item.start + 4, width)?;
        let kind = item.start + 4 + width + 2;
        if matches!(bytes.get(kind..kind + 4)?, b"Exif" | b"mime") {
            items.insert(id);
        }
    }
    Some(items)
}

/// Where these items stand in the file. `data` is where the content of the box for small items
/// begins.
fn places(
    bytes: &[u8],
    table: Range<usize>,
    items: &BTreeSet<usize>,
    data: usize,
) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut reader = TableReader { bytes, at: table.start };
    // What was read before the table ends, counts.
    let _end = reader.read(items, data, &mut places);
    places
}

struct TableReader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl TableReader<'_> {
    fn number(&mut self, width: usize) -> Option<usize> {
        let number = number(self.bytes, self.at, width)?;
        self.at += width;
        Some(number)
    }

    fn read(
        &mut self,
        items: &BTreeSet<usize>,
        data: usize,
        places: &mut Vec<Range<usize>>,
    ) -> Option<()> {
        let version = self.number(1)?;
        self.number(3)?;
        let widths = self.number(2)?;
        let [offset, length, base, index] = [12, 8, 4, 0].map(|shift| widths >> shift & 15);
        let id_width = if version < 2 { 2 } else { 4 };
        for _ in 0..self.number(id_width)?.min(MOST_ITEMS) {
            let id = self.number(id_width)?;
            let method = if version > 0 { self.number(2)? & 15 } else { 0 };
            self.number(2)?;
            let base = self.number(base)?;
            for _ in 0..self.number(2)?.min(MOST_ITEMS) {
                if version > 0 {
                    self.number(index)?;
                }
                let (from, size) = (self.number(offset)?, self.number(length)?);
                let start =
                    base.saturating_add(from).saturating_add(data * usize::from(method == 1));
                if items.contains(&id) && method < 2 {
                    places.push(start..start.saturating_add(size));
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes(), name.as_slice(), content].concat()
    }

    fn item(id: u8, kind: &[u8; 4]) -> Vec<u8> {
        boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind.as_slice(), b"\0"].concat())
    }

    /// An image with EXIF in the file, XMP in the box for small items, and a picture.
    fn file() -> Vec<u8> {
        let table = |at: u32| {
            let place = |id: u8, method: u8, from: u32, size: u32| {
                [&[0, id, 0, method, 0, 0, 0, 1][..], &from.to_be_bytes(), &size.to_be_bytes()]
                    .concat()
            };
            let places = [place(1, 0, at + 9, 6), place(2, 0, at, 9), place(3, 1, 0, 9)].concat();
            boxed(b"iloc", &[&[1, 0, 0, 0, 0x44, 0, 0, 3], places.as_slice()].concat())
        };
        let names = [&[0, 0, 0, 0, 0, 3], &*item(1, b"hvc1"), &item(2, b"Exif"), &item(3, b"mime")];
        let names = boxed(b"iinf", &names.concat());
        let head = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
        let meta = |at: u32| {
            let inner = [&[0; 4][..], &names, &boxed(b"idat", b"SECRETXMP"), &table(at)].concat();
            boxed(b"meta", &inner)
        };
        let at = (head.len() + meta(0).len() + 8) as u32;
        [head, meta(at), boxed(b"mdat", b"SECRETCAMpixels")].concat()
    }

    #[test]
    fn metadata_goes_and_the_picture_stays() {
        let file = file();
        let clean = cleaned(&file).expect("it holds metadata");
        assert_eq!(clean.len(), file.len());
        assert!(!clean.windows(6).any(|six| six == b"SECRET"));
        assert!(clean.ends_with(b"pixels"));
        assert_eq!(cleaned(&clean), None);
    }

    #[test]
    fn damaged_files_are_read_as_far_as_they_go() {
        let file = file();
        for length in 0..file.len() {
            cleaned(&file[..length]);
        }
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] = 0xFF;
            cleaned(&damaged);
        }
    }
}
