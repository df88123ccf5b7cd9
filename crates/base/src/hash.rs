//! Digests: the only identity that the plan, the engine and the manifest compare; and checksums,
//! which find damage.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use twox_hash::XxHash3_128;

use super::fields::Fields;

/// The first 128 bits of a BLAKE3 hash. Stable across runs, platforms and versions of this program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Digest(Hex);

/// Tells whether the bytes of an output were changed or damaged: XXH3, 128 bits. It does not guard
/// against bytes made to have the same checksum: whoever can write an output can also write what
/// the checksum is compared with. Takes a tenth of the time of a [`Digest`], which keys are made
/// of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Checksum(Hex);

/// Sixteen bytes that are written as hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Hex([u8; 16]);

impl Digest {
    /// Digest of plain bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
        Self(Hex(half))
    }

    /// A digest from its bytes, as [`Digest::as_bytes`] gave them.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Hex(bytes))
    }

    /// The first eight hex digits: enough for a file name that changes with its content.
    pub fn short(&self) -> String {
        self.0.digits(|hex| hex[..8].to_owned())
    }

    /// The raw bytes, for hashing a digest into another.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.digits(|hex| f.write_str(hex))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.short())
    }
}

impl Checksum {
    /// The checksum of all bytes of a file.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Hex(XxHash3_128::oneshot(bytes).to_be_bytes()))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.digits(|hex| f.write_str(&hex[..8]))
    }
}

impl Hex {
    /// Hands the 32 hex digits to `use_them`.
    fn digits<T>(&self, use_them: impl FnOnce(&str) -> T) -> T {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 32];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        use_them(std::str::from_utf8(&hex).expect("hex digits are text"))
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.digits(|hex| serializer.serialize_str(hex))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 16];
        let malformed = || serde::de::Error::custom("a digest has 32 hex digits");
        if text.len() != 32 || !text.is_ascii() {
            return Err(malformed());
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| malformed())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| malformed())?;
        }
        Ok(Self(bytes))
    }
}

/// Hashes a sequence of fields. Each field is length-prefixed, so `("ab", "c")` and `("a", "bc")`
/// differ. The fields are gathered first and hashed together: nearly all are short, and hashing
/// them one by one takes longer.
#[derive(Default)]
pub struct Hasher(Vec<u8>);

impl Hasher {
    /// A hasher whose digests never equal those of another `domain`.
    pub fn new(domain: &str) -> Self {
        let mut hasher = Self(Vec::with_capacity(512));
        hasher.text(domain);
        hasher
    }

    /// Adds one field of bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    /// Adds one field of text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// Adds another digest.
    pub fn digest(&mut self, digest: Digest) -> &mut Self {
        self.0.extend_from_slice(digest.as_bytes());
        self
    }

    /// Adds a digest or its absence.
    pub fn maybe(&mut self, digest: Option<Digest>) -> &mut Self {
        self.number(u64::from(digest.is_some()));
        self.digest(digest.unwrap_or_default())
    }

    /// Adds a text or its absence.
    pub fn maybe_text(&mut self, text: Option<&str>) -> &mut Self {
        self.number(u64::from(text.is_some()));
        self.text(text.unwrap_or_default())
    }

    /// Adds any value by its fields: everything that can be serialised is then part of the digest.
    pub fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> &mut Self {
        value.serialize(Fields(&mut self.0)).expect("views and facets are plain data");
        self
    }

    /// The digest of all fields so far.
    pub fn finish(&self) -> Digest {
        Digest::of(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_borders_are_part_of_the_digest() {
        let one = Hasher::new("t").text("ab").text("c").finish();
        let two = Hasher::new("t").text("a").text("bc").finish();
        assert_ne!(one, two);
    }

    #[test]
    fn a_digest_survives_json() {
        let digest = Digest::of(b"x");
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
        assert!(serde_json::from_str::<Digest>("\"zz\"").is_err());
    }

    #[test]
    fn a_checksum_is_that_of_the_algorithm() {
        let json = serde_json::to_string(&[Checksum::of(b""), Checksum::of(b"abc")]).unwrap();
        assert_eq!(
            json,
            r#"["99aa06d3014798d86001c324468d497f","06b05ab6733a618578af5f94892f3950"]"#
        );
    }
}
