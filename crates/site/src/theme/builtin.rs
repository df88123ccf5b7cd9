//! The built-in theme, which the program hands down.

use super::ThemeFile;
use etappe_base::hash::Digest;

/// The name of the built-in theme in hub.toml.
pub const NAME: &str = "default";

/// The program that builds, as far as its outputs depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Program {
    /// Of all that it renders with, so that outputs of another program are never taken for its own.
    pub digest: Digest,
    /// The built-in theme: names below its folder, and bytes.
    pub theme: &'static [(&'static str, &'static [u8])],
}

impl Program {
    /// Every file of the built-in theme.
    pub fn files(self) -> impl Iterator<Item = ThemeFile> {
        self.theme.iter().map(|(name, bytes)| ThemeFile {
            name: (*name).to_owned(),
            origin: None,
            bytes: bytes.to_vec(),
        })
    }
}
