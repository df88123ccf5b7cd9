//! Which pages have a card for social media, and where it is.

use super::Material;
use crate::view::SocialCard;
use etappe_base::path;
use etappe_hub::journey::{Located, Placement};
use etappe_image::card;

impl Material {
    /// Whether there are cards at all: the theme draws them, and the hub wants them.
    pub(crate) fn makes_cards(&self) -> bool {
        self.theme.draws_cards && self.hub.config.hosting.cards
    }

    /// Whether a page has a card: it names no photograph of its own, and the fonts have every
    /// letter that the card shows.
    pub(crate) fn has_card(&self, placement: &Placement) -> bool {
        if !self.makes_cards() || self.has_photograph(placement) {
            return false;
        }
        let (hub, front) = (&self.hub, &self.hub.facets(placement.doc).front);
        let site = hub.site(placement.site);
        let config = &hub.config;
        let said = [
            front.title.as_str(),
            config.title.get(site.lang),
            config.persona(site.persona).label.get(site.lang),
            config.stage(placement.stage).label.get(site.lang),
        ];
        said.into_iter().all(card::can_write)
    }

    /// Whether a page names an image that social media can show. They cannot show an SVG drawing.
    fn has_photograph(&self, placement: &Placement) -> bool {
        let hub = &self.hub;
        let image = self.located(placement).image.as_ref().and_then(Located::beside);
        image.is_some_and(|asset| hub.addresses.beside(asset).file.extension() != "svg")
    }

    /// The path of a page's card below `public/`, beside the page.
    pub(crate) fn card_path(&self, placement: &Placement) -> String {
        let page = self.hub.out_path(placement);
        match page.strip_suffix("index.html") {
            Some(folder) => format!("{folder}card.png"),
            None => format!("{}.png", page.trim_end_matches(".html")),
        }
    }

    /// What the page says of its card; `None` where it has none.
    pub(crate) fn card_of(&self, placement: &Placement) -> Option<SocialCard> {
        if !self.has_card(placement) {
            return None;
        }
        let site = self.hub.site(placement.site);
        let below = self.card_path(placement);
        let below = below.strip_prefix(&format!("{}/", site.root)).unwrap_or(&below);
        Some(SocialCard {
            url: self.hub.url(site, &path::encode(below)),
            width: card::WIDTH,
            height: card::HEIGHT,
        })
    }
}
