//! The metadata of photographs: found and cut out of the file, whose pixels stay as they were
//! encoded. A file that ends too early is read as far as it goes.

use super::Edit;

/// The container of an image in pixels that can be cleaned and shrunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Container {
    Jpeg,
    Png,
    Webp,
}

pub(super) fn kind(bytes: &[u8]) -> Option<Container> {
    match bytes {
        [0xFF, 0xD8, ..] => Some(Container::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Some(Container::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Container::Webp),
        _ => None,
    }
}

/// Whether it has several frames.
pub(super) fn moves(bytes: &[u8]) -> bool {
    parts(bytes).iter().any(|part| matches!(&part.name, b"acTL" | b"ANIM"))
}

/// Whether the file ends before its picture does.
pub(super) fn is_cut_short(bytes: &[u8]) -> bool {
    match kind(bytes) {
        Some(Container::Jpeg) => !has_end(bytes),
        Some(Container::Png) => !png(bytes).iter().any(|part| &part.name == b"IEND"),
        Some(Container::Webp) => {
            let length = bytes.get(4..8).and_then(|four| four.try_into().ok());
            length.is_some_and(|length| u32::from_le_bytes(length) as usize + 8 > bytes.len())
        }
        None if bytes.starts_with(b"GIF8") => !bytes.contains(&0x3B),
        None => false,
    }
}

/// Whether a JPEG has the marker of its end, behind which other things may stand.
fn has_end(bytes: &[u8]) -> bool {
    bytes.ends_with(&[0xFF, 0xD9]) || memchr::memmem::rfind(bytes, &[0xFF, 0xD9]).is_some()
}

/// EXIF's orientation, 1 to 8; from 5 on, width and height are exchanged.
pub(super) fn orientation(bytes: &[u8]) -> u8 {
    let exif = parts(bytes)
        .into_iter()
        .filter(|part| part.role == Role::Exif)
        .find_map(|part| orientation_in(&bytes[part.payload..part.end]));
    exif.unwrap_or(1)
}

/// The edits that clean an image: all metadata goes but the orientation, without which a photograph
/// would lie on its side.
pub(super) fn edits(bytes: &[u8]) -> Vec<Edit> {
    let Some(kind) = kind(bytes) else { return Vec::new() };
    let parts = parts(bytes);
    if parts.iter().all(|part| part.role == Role::Picture) {
        return Vec::new();
    }
    let mut turn = Some(orientation(bytes)).filter(|turn| (2..=8).contains(turn));
    let mut edits: Vec<Edit> = Vec::new();
    for part in parts.iter().filter(|part| part.role != Role::Picture) {
        let kept = if part.role == Role::Exif {
            turn.take().map(|turn| wrapped(kind, turn))
        } else {
            None
        };
        edits.push((part.start..part.end + part.padding, kept.unwrap_or_default()));
    }
    if kind == Container::Webp {
        let keeps_exif = edits.iter().any(|(_, kept)| !kept.is_empty());
        return webp_header(bytes, &parts, edits, keeps_exif);
    }
    edits
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Picture,
    Exif,
    Other,
}

/// A piece of a file, from `start` to `end`; its content begins at `payload`.
#[derive(Clone, Copy, Debug)]
struct FilePiece {
    name: [u8; 4],
    role: Role,
    start: usize,
    payload: usize,
    end: usize,
    /// Bytes after its end that belong to it.
    padding: usize,
}

fn parts(bytes: &[u8]) -> Vec<FilePiece> {
    match kind(bytes) {
        Some(Container::Jpeg) => jpeg(bytes),
        Some(Container::Png) => png(bytes),
        Some(Container::Webp) => webp(bytes),
        None => Vec::new(),
    }
}

/// Segments, through all scans to the end of the image. What follows the end, such as a short film
/// that a telephone adds, is no picture.
fn jpeg(bytes: &[u8]) -> Vec<FilePiece> {
    let mut parts = Vec::new();
    let mut at = 2;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr(0xFF, rest)) {
        at += next;
        let Some(&marker) = bytes.get(at + 1) else { break };
        match marker {
            // A byte of the picture that happens to be 0xFF, or a marker without a length.
            0x00 | 0x01 | 0xD0..=0xD8 => at += 2,
            0xFF => at += 1,
            0xD9 => {
                if at + 2 < bytes.len() {
                    parts.push(FilePiece {
                        name: *b"tail",
                        role: Role::Other,
                        start: at + 2,
                        payload: at + 2,
                        end: bytes.len(),
                        padding: 0,
                    });
                }
                break;
            }
            _ => {
                let Some(length) = bytes.get(at + 2..at + 4) else { break };
                let end = (at + 2 + usize::from(u16::from_be_bytes([length[0], length[1]])).max(2))
                    .min(bytes.len());
                let payload = (at + 4).min(end);
                let role = jpeg_role(marker, &bytes[payload..end]);
                parts.push(FilePiece {
                    name: [0xFF, marker, 0, 0],
                    role,
                    start: at,
                    payload,
                    end,
                    padding: 0,
                });
                at = end;
            }
        }
    }
    parts
}

/// Of the application segments, decoders need JFIF's, the colour profile, and Adobe's, which says
/// how colours are stored.
fn jpeg_role(marker: u8, says: &[u8]) -> Role {
    match marker {
        0xE1 if says.starts_with(b"Exif\0\0") => Role::Exif,
        0xE0 if says.starts_with(b"JFIF\0") => Role::Picture,
        0xE2 if says.starts_with(b"ICC_PROFILE\0") => Role::Picture,
        0xEE if says.starts_with(b"Adobe") => Role::Picture,
        0xE0..=0xEF | 0xFE => Role::Other,
        _ => Role::Picture,
    }
}

fn png(bytes: &[u8]) -> Vec<FilePiece> {
    let mut parts = Vec::new();
    let mut at = 8;
    while let Some(&[a, b, c, d, n0, n1, n2, n3]) = bytes.get(at..at + 8) {
        let name = [n0, n1, n2, n3];
        // Length, name, and a checksum of four bytes.
        let end = at
            .saturating_add(12)
            .saturating_add(u32::from_be_bytes([a, b, c, d]) as usize)
            .min(bytes.len());
        let role = match &name {
            b"eXIf" => Role::Exif,
            b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" => Role::Other,
            _ => Role::Picture,
        };
        parts.push(FilePiece { name, role, start: at, payload: at + 8, end, padding: 0 });
        at = end;
    }
    parts
}

fn webp(bytes: &[u8]) -> Vec<FilePiece> {
    let mut parts = Vec::new();
    let mut at = 12;
    while let Some(&[n0, n1, n2, n3, a, b, c, d]) = bytes.get(at..at + 8) {
        let name = [n0, n1, n2, n3];
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        let end = at.saturating_add(8).saturating_add(length).min(bytes.len());
        let padding = (length % 2).min(bytes.len() - end);
        let role = match &name {
            b"EXIF" => Role::Exif,
            b"XMP " => Role::Other,
            _ => Role::Picture,
        };
        parts.push(FilePiece { name, role, start: at, payload: at + 8, end, padding });
        at = end + padding;
    }
    parts
}

/// WebP states in two places what it holds: in the length of the whole, and in a flag for each kind
/// of metadata.
fn webp_header(
    bytes: &[u8],
    parts: &[FilePiece],
    mut edits: Vec<Edit>,
    keeps_exif: bool,
) -> Vec<Edit> {
    const EXIF: u8 = 0x08;
    const XMP: u8 = 0x04;
    let less: usize =
        edits.iter().map(|(range, kept)| range.len() - kept.len().min(range.len())).sum();
    let more: usize =
        edits.iter().map(|(range, kept)| kept.len().saturating_sub(range.len())).sum();
    let length = (bytes.len() - less + more - 8) as u32;
    edits.insert(0, (4..8, length.to_le_bytes().to_vec()));
    if let Some(flags) = parts.iter().find(|part| &part.name == b"VP8X" && part.payload < part.end)
    {
        let kept = bytes[flags.payload] & !XMP & if keeps_exif { 0xFF } else { !EXIF };
        edits.insert(1, (flags.payload..flags.payload + 1, vec![kept]));
    }
    edits
}

/// The orientation that EXIF states: a TIFF header, and the entry 0x0112 of the first directory.
fn orientation_in(exif: &[u8]) -> Option<u8> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| -> Option<usize> {
        let (first, second) = (usize::from(short(at)?), usize::from(short(at + 2)?));
        Some(if little { second << 16 | first } else { first << 16 | second })
    };
    let directory = long(4)?;
    let entries = (0..usize::from(short(directory)?)).map(|entry| directory + 2 + 12 * entry);
    let entry = entries.into_iter().find(|at| short(*at) == Some(0x0112))?;
    u8::try_from(short(entry + 8)?).ok().filter(|turn| (1..=8).contains(turn))
}

/// EXIF that states the orientation and nothing else, as the container holds it.
fn wrapped(kind: Container, turn: u8) -> Vec<u8> {
    let tiff = [
        b"MM\0*".as_slice(),
        &[0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    match kind {
        Container::Jpeg => {
            [&[0xFF, 0xE1, 0, (2 + 6 + tiff.len()) as u8], b"Exif\0\0".as_slice(), &tiff].concat()
        }
        Container::Png => {
            let named = [b"eXIf".as_slice(), &tiff].concat();
            [&(tiff.len() as u32).to_be_bytes(), named.as_slice(), &crc(&named).to_be_bytes()]
                .concat()
        }
        Container::Webp => [b"EXIF".as_slice(), &(tiff.len() as u32).to_le_bytes(), &tiff].concat(),
    }
}

/// PNG's checksum, computed bit by bit: it covers only thirty bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::{apply, publish, read};
    use super::*;

    /// EXIF with a turn and a place, little-endian, as cameras write it.
    fn exif(turn: u8) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, turn, 0, 0, 0]);
        tiff.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        [tiff.as_slice(), b"\0\0\0\0SECRET 52.37N"].concat()
    }

    fn segment(marker: u8, says: &[u8]) -> Vec<u8> {
        [&[0xFF, marker], ((says.len() + 2) as u16).to_be_bytes().as_slice(), says].concat()
    }

    fn a_jpeg(turn: u8) -> Vec<u8> {
        let exif = [b"Exif\0\0".as_slice(), &exif(turn)].concat();
        let frame = [8, 0, 3, 0, 4, 1, 1, 0x11, 0];
        [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            segment(0xE1, &exif),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0SECRET"),
            segment(0xE2, b"ICC_PROFILE\0colours"),
            segment(0xED, b"Photoshop 3.0\0SECRET"),
            segment(0xFE, b"SECRET"),
            segment(0xC0, &frame),
            segment(0xDA, &[1, 1, 0, 0, 63, 0]),
            vec![1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9],
            b"SECRET film".to_vec(),
        ]
        .concat()
    }

    fn holds(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    #[test]
    fn a_photograph_keeps_its_pixels_its_colours_and_its_turn_and_nothing_else() {
        let dirty = a_jpeg(6);
        let clean = publish("jpg", &dirty);
        assert!(!holds(&clean, b"SECRET"));
        assert!(holds(&clean, b"ICC_PROFILE") && holds(&clean, b"JFIF"));
        assert!(clean.ends_with(&[1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xD9]));
        assert_eq!(orientation(&clean), 6);
        let picture = read("jpg", &dirty).picture.unwrap();
        assert_eq!((picture.width, picture.height), (3, 4), "it is shown upright");
        assert_eq!(publish("jpg", &clean), clean, "what is clean stays as it is");
    }

    #[test]
    fn without_a_turn_no_metadata_is_left() {
        assert!(!holds(&publish("jpg", &a_jpeg(1)), b"Exif"));
    }

    #[test]
    fn a_file_that_ends_too_early_is_cleaned_as_far_as_it_goes() {
        let whole = a_jpeg(3);
        for length in 0..whole.len() {
            let clean = publish("jpg", &whole[..length]);
            assert!(!holds(&clean, b"SECRE"), "{length} bytes");
        }
    }

    fn chunk(name: &[u8; 4], says: &[u8]) -> Vec<u8> {
        let named = [name.as_slice(), says].concat();
        [&(says.len() as u32).to_be_bytes(), named.as_slice(), &crc(&named).to_be_bytes()].concat()
    }

    #[test]
    fn a_png_loses_its_texts_and_keeps_its_turn() {
        let header = chunk(b"IHDR", &[0, 0, 0, 4, 0, 0, 0, 3, 8, 2, 0, 0, 0]);
        let signature = b"\x89PNG\r\n\x1a\n".to_vec();
        let dirty = [
            signature.clone(),
            header.clone(),
            chunk(b"tEXt", b"Author\0SECRET"),
            chunk(b"eXIf", &exif(8)),
            chunk(b"IDAT", b"x"),
            chunk(b"IEND", b""),
        ];
        let clean = publish("png", &dirty.concat()).into_owned();
        assert!(!holds(&clean, b"SECRET"));
        assert_eq!(orientation(&clean), 8);
        let plain = [signature, header, chunk(b"IDAT", b"x"), chunk(b"IEND", b"")].concat();
        assert_eq!(publish("png", &plain), plain);
        assert!(!moves(&plain));
        assert_eq!(crc(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn a_webp_says_what_it_still_holds() {
        let part = |name: &[u8; 4], says: &[u8]| {
            let padding = vec![0; says.len() % 2];
            [name.as_slice(), &(says.len() as u32).to_le_bytes(), says, &padding].concat()
        };
        let file = |parts: &[Vec<u8>]| {
            let parts = parts.concat();
            [b"RIFF".as_slice(), &(parts.len() as u32 + 4).to_le_bytes(), b"WEBP", &parts].concat()
        };
        let extended = |flags: u8| part(b"VP8X", &[flags, 0, 0, 0, 3, 0, 0, 2, 0, 0]);
        let dirty = file(&[
            extended(0x2C),
            part(b"VP8 ", b"odd"),
            part(b"EXIF", &exif(1)),
            part(b"XMP ", b"SECRET!"),
        ]);
        assert_eq!(publish("webp", &dirty), file(&[extended(0x20), part(b"VP8 ", b"odd")]));
        let turned = file(&[extended(0x08), part(b"VP8 ", b"even"), part(b"EXIF", &exif(6))]);
        assert_eq!(
            publish("webp", &turned),
            file(&[extended(0x08), part(b"VP8 ", b"even"), wrapped(Container::Webp, 6)])
        );
        assert!(moves(&file(&[extended(0x02), part(b"ANIM", b"......")])));
    }

    #[test]
    fn edits_are_made_in_their_places() {
        assert_eq!(apply(b"abcdef", &[(1..2, b"XY".to_vec()), (4..9, Vec::new())]), b"aXYcd");
    }
}
