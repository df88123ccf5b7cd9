//! Whom a promotional page may reach.

use super::{Audience, FrontMatter, Kind};
use crate::config::fields::Reader;
use crate::config::{Config, Persona, PersonaIx};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::source::Span;

/// Reports a promotional page that is for personas to whom nothing may be promoted: their cards say
/// `qualified = []`. A card that is silent is a finding of its own.
pub(super) fn check(front: &FrontMatter, reader: &mut Reader, config: &Config) {
    if front.kind != Kind::Promo {
        return;
    }
    let is_reached = |persona: &PersonaIx| match &front.audience {
        Audience::All => config.is_built(*persona),
        Audience::Only(personas) => personas.contains(persona),
    };
    let is_barred = |persona: &&Persona| persona.qualified.as_ref().is_some_and(Vec::is_empty);
    let reached = config.persona_ixs().filter(is_reached).map(|ix| config.persona(ix));
    let barred: Vec<&Persona> = reached.filter(is_barred).collect();
    let Some(first) = barred.first() else { return };
    let names: Vec<&str> = barred.iter().map(|persona| persona.id.as_str()).collect();
    let names = names.join("`, `");
    let message = format!("The page is promotional, and nothing may be promoted to `{names}`.");
    let place = reader.place(front.spans.kind);
    let finding = Finding::new(&codes::AUDIENCE_UNQUALIFIED, place, message)
        .help(format!(
            "leave `{names}` out of `personas`, or write information for them: `kind = \"info\"`"
        ))
        .related(Place::new(&first.file, Span::default()), "the card says `qualified = []`");
    reader.report(finding);
}
