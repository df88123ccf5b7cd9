//! A text file in another encoding than UTF-8: which one it seems to be, and what can be read of it.

use std::collections::BTreeSet;

use super::{Edit, Finding, Fix, Place, codes};
use crate::path::HubPath;
use crate::source::Span;

/// How many bytes are looked at for the zeros of UTF-16.
const LOOKED_AT: usize = 400;

/// What a file that is not UTF-8 seems to be written in.
#[derive(Clone, Copy)]
enum Encoding {
    /// With the reading of two bytes, and whether a mark at its beginning says so.
    Utf16(fn([u8; 2]) -> u16, bool),
    /// What Windows wrote before; Latin-1 is the larger part of it.
    Windows1252,
}

/// The text of a file where it is UTF-8, or else what can be read of it, byte by byte, with the
/// finding that says so.
pub fn read<'b>(file: &HubPath, bytes: &'b [u8]) -> Result<&'b str, (Box<Finding>, String)> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_wide(bytes) => Ok(text),
        Ok(_) => Err((Box::new(finding(file, bytes, 0)), String::new())),
        Err(error) => {
            let finding = finding(file, bytes, error.valid_up_to());
            let text = match guess(bytes) {
                Encoding::Utf16(..) => String::new(),
                Encoding::Windows1252 => stand_in(bytes),
            };
            Err((Box::new(finding), text))
        }
    }
}

/// The text of bytes in whichever of these encodings they are; `None` where they are in none.
pub fn decoded(bytes: &[u8]) -> Option<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_wide(bytes) => return Some(text.to_owned()),
        _ => {}
    }
    match guess(bytes) {
        Encoding::Utf16(unit, _) => String::from_utf16(&units(bytes, unit)).ok(),
        Encoding::Windows1252 => bytes
            .iter()
            .map(|byte| match byte {
                0..=0x7F | 0xA0 => Some(char::from(*byte)),
                byte => meant(*byte),
            })
            .collect(),
    }
}

/// Each two bytes as one number; a last odd byte is left out.
fn units(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u16> {
    bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect()
}

/// Leaves of files in another encoding only what is found of them as files: what else is found in
/// them may not be there.
pub fn leave_alone(findings: &mut Vec<Finding>) {
    let file = |finding: &Finding| finding.place.as_ref().map(|place| place.file.clone());
    let is_it = |finding: &&Finding| *finding.code == codes::FILE_NOT_UTF8;
    let strange: BTreeSet<_> = findings.iter().filter(is_it).filter_map(file).collect();
    if !strange.is_empty() {
        let is_told = |finding: &Finding| finding.code.id.starts_with("file.");
        let is_in = |finding: &Finding| file(finding).is_some_and(|file| strange.contains(&file));
        findings.retain(|finding| is_told(finding) || !is_in(finding));
    }
}

/// The text with a question mark for each byte that is not UTF-8, so that all others keep their
/// places.
fn stand_in(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

fn finding(file: &HubPath, bytes: &[u8], at: usize) -> Finding {
    let place = |start, end| Place::new(file, Span::new(start, end));
    match guess(bytes) {
        Encoding::Utf16(unit, marked) => {
            let units = units(bytes, unit);
            let text =
                String::from_utf16(&units).ok().filter(|_| bytes.len().is_multiple_of(2) && marked);
            let fix = text.map(|text| Fix {
                title: "Write it as UTF-8".to_owned(),
                edits: vec![Edit::new(place(0, bytes.len()), text.trim_start_matches('\u{feff}'))],
            });
            let message = "The file is not UTF-8: it is UTF-16, as some programs of Windows save.";
            Finding::new(&codes::FILE_NOT_UTF8, Place::file(file), message)
                .help("save the file as UTF-8 in your editor")
                .maybe_fix(fix)
        }
        Encoding::Windows1252 => {
            let byte = bytes.get(at).copied().unwrap_or_default();
            let seems = match meant(byte) {
                Some(c) => format!("; it seems to be Latin-1 (Windows-1252), where that is `{c}`"),
                None => String::new(),
            };
            let message = format!(
                "The file is not UTF-8: byte 0x{byte:02X} at offset {at} cannot stand there{seems}."
            );
            Finding::new(&codes::FILE_NOT_UTF8, place(at, at + 1), message)
                .help("open it in your editor in that encoding, and save it as UTF-8")
        }
    }
}

fn guess(bytes: &[u8]) -> Encoding {
    match bytes {
        [0xFF, 0xFE, ..] => Encoding::Utf16(u16::from_le_bytes, true),
        [0xFE, 0xFF, ..] => Encoding::Utf16(u16::from_be_bytes, true),
        _ if is_wide(bytes) && bytes.first() == Some(&0) => {
            Encoding::Utf16(u16::from_be_bytes, false)
        }
        _ if is_wide(bytes) => Encoding::Utf16(u16::from_le_bytes, false),
        _ => Encoding::Windows1252,
    }
}

/// Whether nearly every other byte is zero: UTF-16 without a mark.
fn is_wide(bytes: &[u8]) -> bool {
    if memchr::memchr(0, &bytes[..bytes.len().min(4)]).is_none() {
        return false;
    }
    let looked = &bytes[..bytes.len().min(LOOKED_AT)];
    looked.iter().filter(|byte| **byte == 0).count() * 3 > looked.len()
}

/// The character that a byte stands for in Windows-1252, where it is a letter or a mark of text.
fn meant(byte: u8) -> Option<char> {
    const MARKS: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    let c = match byte {
        0x80..=0x9F => MARKS[usize::from(byte - 0x80)],
        0xA1..=0xFF => char::from(byte),
        _ => '\0',
    };
    (c != '\0').then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str, message: &str) {
        let (finding, text) = read(&HubPath::literal("content/a.md"), bytes).expect_err("no UTF-8");
        assert_eq!(text, expected);
        assert!(finding.message.contains(message), "{}", finding.message);
    }

    #[test]
    fn the_likeliest_encoding_is_named_and_places_stay() {
        check(b"D\xE9c\xE8s", "D?c?s", "where that is `é`");
        check(b"\xFF\xFEa\0b\0", "", "UTF-16");
        check(b"a\0b\0c\0d\0", "", "UTF-16");
        check(b"x\x81", "x?", "cannot stand there.");
    }

    #[test]
    fn a_mark_at_the_beginning_makes_it_sure() {
        let fix = |bytes: &[u8]| {
            let (finding, _) = read(&HubPath::literal("a.md"), bytes).expect_err("no UTF-8");
            finding.fix.map(|fix| fix.edits[0].text.clone())
        };
        assert_eq!(fix(b"\xFF\xFEa\0\xE9\0").as_deref(), Some("aé"));
        assert_eq!(fix(b"\xFE\xFF\0a").as_deref(), Some("a"));
        assert_eq!(fix(b"a\0b\0c\0"), None);
        assert_eq!(fix(b"\xFF\xFEa\0\xE9"), None);
    }
}
