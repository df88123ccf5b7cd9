//! Persona cards are reviewed as often as pages are.

use etappe_base::finding::{Finding, Place, codes};
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let config = &material.hub.config;
    let Some(every) = config.review_every else { return Vec::new() };
    let stale = config
        .persona_ixs()
        .filter(|persona| config.untargeted(*persona).is_none())
        .filter_map(|persona| {
            let card = config.persona(persona);
            let reviewed = card.reviewed.as_ref()?;
            if reviewed.value.plus(every) >= material.hub.edition.as_of {
                return None;
            }
            let message =
                format!("The card of `{}` was last reviewed on {}.", card.id, reviewed.value);
            let finding = Finding::new(
                &codes::CONFIG_STALE_CARD,
                Place::new(&card.file, reviewed.span),
                message,
            );
            Some(
                finding
                    .help(
                        "ask these readers whether it still holds, then set `reviewed` to that day",
                    )
                    .by_date(),
            )
        });
    stale.collect()
}
