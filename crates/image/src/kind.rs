//! What a file is, by its first bytes: names are often wrong.

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FileKind {
    Jpeg,
    Png,
    Webp,
    Gif,
    Avif,
    Heic,
    Tiff,
    Drawing,
    /// A drawing, or something else, that is compressed.
    Compressed,
    Film,
    Sound,
    Document,
    /// What Git's extension for large files leaves where a file was not fetched.
    LfsPointer,
    Empty,
    Other,
}

/// The kind of a file. The extension counts only for drawings, which are text.
pub(super) fn of(extension: &str, bytes: &[u8]) -> FileKind {
    match bytes {
        [] => FileKind::Empty,
        [0xFF, 0xD8, ..] => FileKind::Jpeg,
        [0x89, b'P', b'N', b'G', ..] => FileKind::Png,
        [b'G', b'I', b'F', b'8', ..] => FileKind::Gif,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => FileKind::Tiff,
        [b'R', b'I', b'F', b'F', _, _, _, _, form @ ..] => match form.get(..4) {
            Some(b"WEBP") => FileKind::Webp,
            Some(b"AVI ") => FileKind::Film,
            Some(b"WAVE") => FileKind::Sound,
            _ => FileKind::Other,
        },
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => of_brand(brand),
        [0x1A, 0x45, 0xDF, 0xA3, ..] | [0, 0, 1, 0xBA | 0xB3, ..] => FileKind::Film,
        [b'O', b'g', b'g', b'S', ..] if extension != "ogv" => FileKind::Sound,
        [b'O', b'g', b'g', b'S', ..] => FileKind::Film,
        [b'I', b'D', b'3', ..] | [b'f', b'L', b'a', b'C', ..] => FileKind::Sound,
        [b'%', b'P', b'D', b'F', ..] | [b'%', b'!', b'P', b'S', ..] => FileKind::Document,
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] | [b'{', b'\\', b'r', b't', ..] => {
            FileKind::Document
        }
        [0x1F, 0x8B, ..] => FileKind::Compressed,
        _ if bytes.starts_with(b"version https://git-lfs.github.com/spec/") => FileKind::LfsPointer,
        _ if extension == "svg" || begins_drawing(bytes) => FileKind::Drawing,
        _ => FileKind::Other,
    }
}

/// Of a file in boxes, as films and the images of telephones are.
fn of_brand(brand: &[u8]) -> FileKind {
    match brand.get(..4) {
        Some(b"avif" | b"avis") => FileKind::Avif,
        // Images of this brand say among the brands that they are compatible with what they hold.
        Some(b"mif1" | b"msf1")
            if brand.get(..64).unwrap_or(brand).windows(4).any(|b| b == b"avif") =>
        {
            FileKind::Avif
        }
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => {
            FileKind::Heic
        }
        Some(b"M4A " | b"M4B ") => FileKind::Sound,
        _ => FileKind::Film,
    }
}

/// Whether a text begins as a drawing does, whatever its name says.
fn begins_drawing(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    text.starts_with(b"<svg")
        || (text.starts_with(b"<?xml") && {
            let head = &text[..text.len().min(1_000)];
            memchr::memmem::find(head, b"<svg").is_some()
        })
}
