//! Addresses that hub.toml and the cards name for readers to follow.

use super::{Config, PersonaIx, StageIx};
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;

/// An address that a file of the configuration names.
pub struct NamedAddress<'c> {
    /// hub.toml, or a card.
    pub file: HubPath,
    /// As it is written.
    pub to: &'c Spanned<String>,
    /// Where readers meet it.
    pub shown: ShownAt,
}

/// Where readers meet an address of the configuration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShownAt {
    /// On every page of every site.
    Everywhere,
    /// At the end of a route that ends with this stage.
    EndOf(StageIx),
    /// At the end of this persona's route.
    EndFor(PersonaIx),
}

impl Config {
    /// Every address that readers may follow: those of hub.toml in its order, then those of the
    /// cards of personas that have a site.
    pub fn named_addresses(&self) -> impl Iterator<Item = NamedAddress<'_>> {
        let of_hub = |to, shown| NamedAddress { file: HubPath::literal("hub.toml"), to, shown };
        let stages = self.stage_ixs().filter_map(move |ix| {
            Some(of_hub(&self.stage(ix).cta.as_ref()?.to, ShownAt::EndOf(ix)))
        });
        let links = self.furniture.links.iter();
        let links = links.map(move |link| of_hub(&link.to, ShownAt::Everywhere));
        let cards = self.persona_ixs().filter(|ix| self.is_built(*ix)).filter_map(|ix| {
            let persona = self.persona(ix);
            let to = &persona.cta.as_ref()?.to;
            Some(NamedAddress { file: persona.file.clone(), to, shown: ShownAt::EndFor(ix) })
        });
        stages.chain(links).chain(cards)
    }
}
