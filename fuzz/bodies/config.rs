//! hub.toml and a persona card, whatever stands in them.

use etappe_base::path::HubPath;
use etappe_hub::config::{self, TextFile};

pub fn run(input: (&str, &str)) {
    let (hub, card) = (HubPath::literal("hub.toml"), HubPath::literal("personas/gp.toml"));
    let (_, findings) = config::read(
        Some(TextFile { path: &hub, text: input.0 }),
        &[TextFile { path: &card, text: input.1 }],
    );
    for place in findings.iter().filter_map(|finding| finding.place.as_ref()) {
        let text = if place.file == hub { input.0 } else { input.1 };
        assert!(place.span.end as usize <= text.len());
    }
}
