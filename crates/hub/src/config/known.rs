//! What is known while hub.toml and the cards are read: languages, markets, stages and
//! segments.

use super::keys::Languages;
use super::lang::Lang;

/// The names that keys of hub.toml and of cards refer to.
#[derive(Default)]
pub(super) struct Known {
    /// The default language first.
    pub languages: Vec<Lang>,
    /// Ids, in the order of hub.toml; empty where it has none, and any word is a market.
    pub markets: Vec<String>,
    /// Ids, in the order of the journey.
    pub stages: Vec<String>,
    /// Ids, in the order of hub.toml.
    pub segments: Vec<String>,
}

impl Languages for Known {
    fn languages(&self) -> &[Lang] {
        &self.languages
    }
}
