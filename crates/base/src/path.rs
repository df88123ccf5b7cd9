//! Checked relative paths, for files of the hub and for outputs, and the links between them.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A file's place below the hub's root: `/` between parts, never absolute, no `.` or `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct HubPath(Arc<str>);

impl HubPath {
    /// `None` if the text is not a clean relative path.
    pub fn new(text: &str) -> Option<Self> {
        is_clean(text).then(|| Self(text.into()))
    }

    /// A path from a literal of this program.
    pub fn literal(text: &'static str) -> Self {
        Self::new(text).expect("a literal path is clean")
    }

    /// From the hub's root, with `/` between the parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The part after the last dot of the name, lower-cased; empty when there is none.
    pub fn extension(&self) -> String {
        match self.name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    /// The folder, `""` at the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl Borrow<str> for HubPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HubPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HubPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An output's place below the web root, under the same rules as [`HubPath`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Debug)]
#[serde(into = "String", try_from = "String")]
pub struct OutPath(Arc<str>);

impl OutPath {
    /// `None` if the text is not a clean relative path.
    pub fn new(text: &str) -> Option<Self> {
        is_clean(text).then(|| Self(text.into()))
    }

    /// From the web root, with `/` between the parts; not percent-encoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<HubPath> for String {
    fn from(path: HubPath) -> Self {
        path.0.as_ref().to_owned()
    }
}

impl TryFrom<String> for HubPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text).ok_or_else(|| format!("`{text}` is no clean relative path"))
    }
}

impl From<OutPath> for String {
    fn from(path: OutPath) -> Self {
        path.0.as_ref().to_owned()
    }
}

impl TryFrom<String> for OutPath {
    type Error = String;

    /// A path from outside, such as a manifest's, is checked like any other: it could name a file
    /// beyond the site.
    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text).ok_or_else(|| format!("`{text}` is no clean relative path"))
    }
}

fn is_clean(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(['\\', '\0'])
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Whether Windows reserves `part`, which is one part of a path, or would change it: the names of
/// devices with any extension, signs that it refuses, and a dot or space at the end.
pub fn is_reserved(part: &str) -> bool {
    let refused = |byte: u8| byte < b' ' || b"<>:\"|?*\\".contains(&byte);
    if part.ends_with(['.', ' ']) || part.bytes().any(refused) {
        return true;
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end();
    let is_any = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(stem));
    // Nearly every name is longer than these.
    stem.len() <= "conout$".len()
        && (is_any(&["con", "prn", "aux", "nul", "conin$", "conout$"]) || is_port(stem))
}

/// `com1` to `com9` and `lpt1` to `lpt9`, by superscript digits too.
fn is_port(stem: &str) -> bool {
    let (Some(kind), Some(number)) = (stem.get(..3), stem.get(3..)) else { return false };
    let is_number = matches!(number.as_bytes(), [b'1'..=b'9']) || matches!(number, "¹" | "²" | "³");
    is_number && (kind.eq_ignore_ascii_case("com") || kind.eq_ignore_ascii_case("lpt"))
}

/// Joins `tail`, which may hold `.` and `..`, to the folder `base`. `None` when it climbs above the
/// root.
pub fn join(base: &str, tail: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in tail.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `"../"` as often as `path` has folders: the way from that output to the root.
pub fn to_root(path: &str) -> String {
    "../".repeat(depth(path))
}

/// How many folders `path` has.
pub fn depth(path: &str) -> usize {
    path.bytes().filter(|byte| *byte == b'/').count()
}

/// The relative link from one output to another, percent-encoded.
///
/// Shared leading folders are left out: from `a/b/index.html` to `a/c/index.html` is
/// `../c/index.html`.
pub fn link(from: &str, to: &str) -> String {
    let mut shared = 0;
    let folder = from.rfind('/').map_or(0, |at| at + 1);
    for ((at, byte), other) in from.bytes().enumerate().zip(to.bytes()).take(folder) {
        if byte != other {
            break;
        }
        if byte == b'/' {
            shared = at + 1;
        }
    }
    [&*to_root(&from[shared..]), &*encode(&to[shared..])].concat()
}

/// Percent-encodes what may not stand in the path of a URL. `/` stays.
pub fn encode(path: &str) -> Cow<'_, str> {
    let may_stand = |byte: u8| MAY_STAND[usize::from(byte)];
    // Nearly every path is made of slugs.
    if path.bytes().all(may_stand) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len() + 16);
    for byte in path.bytes() {
        if may_stand(byte) {
            out.push(byte as char);
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
    Cow::Owned(out)
}

/// For each byte, whether it may stand in the path of a URL.
const MAY_STAND: [bool; 256] = {
    let mut may_stand = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        may_stand[byte] = matches!(byte as u8, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'$' | b'('..=b'/' | b';' | b'=' | b'@' | b'_' | b'~');
        byte += 1;
    }
    may_stand
};

/// Undoes percent-encoding; `None` where a percent sign begins none, or no text comes out.
pub fn decode_whole(text: &str) -> Option<String> {
    let is_encoded = |rest: &str| {
        rest.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(is_encoded) {
        return None;
    }
    let decoded = decode(text);
    // What is no UTF-8 comes back as it was.
    (decoded != text || !text.contains('%')).then_some(decoded)
}

/// Undoes percent-encoding; text that is no valid encoding stays as it is.
pub fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.filter(|_| byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clean_relative_paths_are_taken() {
        for good in ["a", "a/b.md", "content/causes de décès.md", "[[.md"] {
            assert!(HubPath::new(good).is_some(), "{good}");
        }
        for bad in ["", "/a", "a//b", "../a", "a/./b", "a\\b", "a/", "a\0b"] {
            assert!(HubPath::new(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn names_that_windows_reserves_are_known() {
        for name in ["con", "NUL.txt", "aux.tar.gz", "Com1", "lpt9.md", "a.", "a ", "a:b", "x?"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["contact", "com", "com10", "com0", "lpt", "nullable", "a.con", "a b", "décès"]
        {
            assert!(!is_reserved(name), "{name}");
        }
    }

    #[test]
    fn links_are_relative_and_encoded() {
        assert_eq!(link("p/a/x/index.html", "p/b/y/index.html"), "../../b/y/index.html");
        assert_eq!(link("p/index.html", "p/b/index.html"), "b/index.html");
        assert_eq!(link("index.html", "p/index.html"), "p/index.html");
        assert_eq!(link("p/a/index.html", "p/a/index.html"), "index.html");
        assert_eq!(link("p/ab/i.html", "p/ac/i.html"), "../ac/i.html");
        assert_eq!(link("p/i.html", "p/é b.pdf"), "%C3%A9%20b.pdf");
    }

    #[test]
    fn joining_never_climbs_above_the_root() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "../../c.md"), None);
        assert_eq!(join("", "./c.md").as_deref(), Some("c.md"));
    }

    #[test]
    fn decoding_undoes_encoding() {
        for text in ["décès", "a b", "100%", "%zz", "c++"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(decode("%zz%2"), "%zz%2");
        assert_eq!(decode_whole("caf%C3%A9").as_deref(), Some("café"));
        assert_eq!(decode_whole("a b").as_deref(), Some("a b"));
        for bad in ["100%", "%zz", "a%2", "caf%E9"] {
            assert_eq!(decode_whole(bad), None, "{bad}");
        }
    }
}
