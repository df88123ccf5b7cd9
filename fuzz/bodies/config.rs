//! hub.toml and cards, whatever stands in them: one text as a persona's and as a product's.

use etappe_base::path::HubPath;
use etappe_hub::config::{self, PlanFiles, TextFile};

pub fn run(input: (&str, &str)) {
    let (hub, card) = (HubPath::literal("hub.toml"), HubPath::literal("personas/gp.toml"));
    let product = HubPath::literal("products/fictinemab.toml");
    let (_, findings) = config::read(PlanFiles {
        hub: Some(TextFile { path: &hub, text: input.0 }),
        personas: &[TextFile { path: &card, text: input.1 }],
        products: &[TextFile { path: &product, text: input.1 }],
    });
    for place in findings.iter().filter_map(|finding| finding.place.as_ref()) {
        let text = if place.file == hub { input.0 } else { input.1 };
        assert!(place.span.end as usize <= text.len());
    }
}
