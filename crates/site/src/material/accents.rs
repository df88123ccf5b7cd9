//! The colour of each persona's site: by its place among the personas, or as its card has it.

use std::fmt::Write as _;

use crate::view::{ACCENTS, ColourView};
use etappe_hub::config::{Config, PersonaIx};

/// The number of a persona's colour, from 1: it stays the same whichever of them are built. Those
/// that cards name are counted on behind the theme's.
pub(crate) fn number(config: &Config, persona: PersonaIx) -> usize {
    if config.persona(persona).colour.is_none() {
        return usize::from(persona.0) % ACCENTS + 1;
    }
    let before = config.persona_ixs().take_while(|other| *other != persona);
    ACCENTS + before.filter(|other| config.persona(*other).colour.is_some()).count() + 1
}

/// What a persona's card names.
pub(super) fn colour(config: &Config, persona: PersonaIx) -> Option<ColourView> {
    let accent = config.persona(persona).colour?;
    Some(ColourView { light: accent.light.to_string(), dark: accent.dark.to_string() })
}

/// A style element that gives the accents of these personas the colours of their cards; empty
/// where no card names one. It stands in the layer of the theme's own accents, so that a hub's
/// style sheet wins over both.
pub(super) fn style(config: &Config, personas: impl IntoIterator<Item = PersonaIx>) -> String {
    let (mut plain, mut paired) = (String::new(), String::new());
    for persona in personas {
        let Some(ColourView { light, dark }) = colour(config, persona) else { continue };
        let accent = number(config, persona);
        let rule = |into: &mut String, value: &str| {
            write!(into, "[data-accent=\"{accent}\"]{{--accent:{value}}}").expect("a text grows")
        };
        rule(&mut plain, &light);
        rule(&mut paired, &format!("light-dark({light},{dark})"));
    }
    if plain.is_empty() {
        return plain;
    }
    format!(
        "<style>@layer tokens{{{plain}@supports (color:light-dark(#000,#fff)){{{paired}}}}}</style>"
    )
}
