//! Segments have personas, and there are few enough personas to know them.

use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_site::material::Material;

/// More personas than a team can keep in mind.
const MANY: usize = 5;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let config = &material.hub.config;
    let hub_file = HubPath::literal("hub.toml");
    let has_persona =
        |id: &str| config.personas.iter().any(|persona| persona.segment.as_deref() == Some(id));
    let empty = config.segments.iter().filter(|segment| !has_persona(&segment.id)).map(|segment| {
        let message = format!("The segment `{}` has no persona.", segment.id);
        let help = format!(
            "write `segment = \"{}\"` in a persona card, or remove the segment",
            segment.id
        );
        Finding::new(&codes::CONFIG_EMPTY_SEGMENT, Place::new(&hub_file, segment.span), message)
            .help(help)
    });
    let targeted =
        config.persona_ixs().filter(|persona| config.untargeted(*persona).is_none()).count();
    let many = (targeted > MANY).then(|| {
        let message = format!("The hub targets {targeted} personas.");
        let help = "every persona asks for pages at every stage: join those that need the same, \
            or stop targeting a segment";
        Finding::new(&codes::CONFIG_MANY_PERSONAS, Place::file(&hub_file), message).help(help)
    });
    empty.chain(many).collect()
}
