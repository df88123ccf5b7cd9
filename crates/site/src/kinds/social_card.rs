//! A page's picture for social media: a drawing by the theme, made into a picture.

use serde::Serialize;

use super::{Inputs, Lens, Listed, OutputKind, ReadAs, Role, Subject};
use crate::material::Material;
use crate::theme::CARD;
use crate::view::{Frame, Outlet, StepStage, View};
use etappe_base::hash::Hasher;
use etappe_hub::journey::PlacementIx;
use etappe_image::card;

/// The card of one placement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SocialCardOutput(pub PlacementIx);

impl Listed for SocialCardOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        let material = lens.everything();
        if material.makes_cards() {
            let placements = material.hub.placements.iter_indexed();
            let with_card = placements.filter(|(_, placement)| material.has_card(placement));
            with_card.for_each(|(ix, placement)| add(material.card_path(placement), Self(ix)));
        }
    }
}

impl OutputKind for SocialCardOutput {
    fn role(&self) -> Role {
        Role::Card
    }

    fn template(&self) -> Option<&'static str> {
        Some(CARD)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let hub = &material.hub;
        let placement = hub.placement(self.0);
        let front = &hub.facets(placement.doc).front;
        Box::new(SocialCardInputs {
            frame: material.frames.site(placement.site),
            outlet: material.page_outlet(placement),
            page: CardPage {
                title: &front.title,
                summary: &front.summary,
                kind: front.kind.name(),
            },
            stage: StepStage::of(hub, placement),
        })
    }

    fn called(&self, material: &Material) -> String {
        let hub = &material.hub;
        format!("the card of `{}`", hub.facets(hub.placement(self.0).doc).file)
    }

    fn subject(&self) -> Subject {
        Subject::Page(self.0)
    }

    fn form(&self) -> ReadAs {
        ReadAs::Drawing
    }
}

struct SocialCardInputs<'m> {
    frame: &'m Frame,
    /// Where the page stands, not its card.
    outlet: Outlet,
    page: CardPage<'m>,
    /// The stage that makes the page's address.
    stage: StepStage<'m>,
}

/// What a card says of its page.
#[derive(Serialize)]
struct CardPage<'m> {
    /// As in front matter.
    title: &'m str,
    /// May be empty.
    summary: &'m str,
    /// `info`, `promo`, `safety` or `patient`.
    kind: &'static str,
}

impl Inputs for SocialCardInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        let version = u64::from(card::VERSION);
        hasher.number(version).value(&(&self.outlet, &self.page, &self.stage));
    }

    fn view(&self) -> View<'_> {
        let mut context = self.frame.context(&self.outlet);
        context.insert("page", &self.page);
        context.insert("stage", &self.stage);
        View::Drawing(context)
    }
}
