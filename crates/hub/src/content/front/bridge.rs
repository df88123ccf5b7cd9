//! Whom a bridge is for.

use super::{Audience, FrontMatter};
use crate::config::fields::Reader;
use crate::config::{Config, PersonaIx};
use etappe_base::finding::{Finding, codes};

/// Reports a bridge to the only persona that the page is for: readers stand on the other side
/// already.
pub(super) fn check(front: &FrontMatter, reader: &mut Reader, config: &Config) {
    let Some(bridge) = &front.bridge else { return };
    let is_reached = |persona: &PersonaIx| match &front.audience {
        Audience::All => config.is_built(*persona),
        Audience::Only(personas) => personas.contains(persona),
    };
    let mut reached = config.persona_ixs().filter(is_reached).peekable();
    if reached.peek().is_none() || reached.any(|persona| persona != bridge.persona) {
        return;
    }
    let id = &config.persona(bridge.persona).id;
    let message = format!("The bridge leads to `{id}`, and no other persona has this page.");
    let finding = Finding::new(&codes::FRONT_OWN_BRIDGE, reader.place(front.spans.bridge), message);
    reader.report(
        finding
            .label("readers see no bridge")
            .help("name the persona whom readers may pass on to, or leave `bridge` out"),
    );
}
