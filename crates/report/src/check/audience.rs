//! A card says where its profession may be promoted to, once a promotional page is for it.

use etappe_base::finding::{Finding, Place, Severity, codes};
use etappe_hub::config::PersonaIx;
use etappe_hub::content::Kind;
use etappe_hub::journey::Doc;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let config = &material.hub.config;
    let is_silent = |persona: &PersonaIx| {
        config.is_built(*persona) && config.persona(*persona).qualified.is_none()
    };
    let silent: Vec<PersonaIx> = config.persona_ixs().filter(is_silent).collect();
    if silent.is_empty() {
        return Vec::new();
    }
    let promotes = |doc: &&Doc| doc.facets.front.kind == Kind::Promo && !doc.facets.blocked;
    let promotional: Vec<&Doc> = material.hub.docs.iter().filter(promotes).collect();
    let finding = |persona: PersonaIx| {
        let page = promotional.iter().find(|doc| doc.facets.front.audience.includes(persona))?;
        let card = config.persona(persona);
        let message =
            format!("The card of `{}` does not say where it may be promoted to.", card.id);
        let facets = &page.facets;
        let finding = Finding::new(&codes::AUDIENCE_UNQUALIFIED, Place::file(&card.file), message)
            .help("add the markets, `qualified = [\"nl\"]`, or `qualified = []` where it may not")
            .related(Place::new(&facets.file, facets.front.spans.kind), "promotional");
        Some(finding.weighed(Severity::Info))
    };
    silent.into_iter().filter_map(finding).collect()
}
