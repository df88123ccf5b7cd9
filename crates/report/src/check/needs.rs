//! Every need of a persona that is built is answered by a published page.

use crate::coverage;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::source::values;
use etappe_hub::journey::Doc;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let config = &material.hub.config;
    let open = coverage::needs(&material.hub).into_iter().filter(|need| need.pages.is_empty());
    let finding = |need: coverage::Aim| {
        let persona = config.persona(need.persona);
        let span = persona
            .needs
            .iter()
            .find(|own| own.id == need.id)
            .map(|own| own.span)
            .unwrap_or_default();
        let message = format!("No published page answers the need `{}`.", need.id);
        let help = format!(
            "write a page with `needs = [\"{}\"]`, or add that to one; `etappe coverage` says \
             what is most urgent",
            need.id
        );
        let names = |doc: &Doc| values(&doc.facets.front.needs).any(|own| *own == need.id);
        let waits = |doc: &Doc| doc.state.is_by_date() && names(doc);
        Finding::new(&codes::JOURNEY_OPEN_NEED, Place::new(&persona.file, span), message)
            .help(help)
            .by_date_if(material.hub.docs.iter().any(waits))
    };
    open.map(finding).collect()
}
