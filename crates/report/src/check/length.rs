//! A page is no longer than allowed by the style of each persona that it is written for.

use std::cmp::Reverse;

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::content::Audience;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let config = &material.hub.config;
    let long = material.docs.iter().filter_map(|doc| {
        let Audience::Only(personas) = &doc.facets.front.audience else { return None };
        let excess = personas.iter().filter_map(|ix| {
            let persona = config.persona(*ix);
            let (limit, words) = (persona.style.max_words?, doc.body(*ix).words);
            Some((words.checked_sub(limit).filter(|more| *more > 0)?, limit, words, persona))
        });
        excess.min_by_key(|(more, ..)| Reverse(*more)).map(|(_, limit, words, persona)| {
            let message = format!(
                "The page has {words} words; `{}` is given {limit} at the most.",
                persona.id
            );
            Finding::new(
                &codes::PAGE_LENGTH,
                Place::new(&doc.facets.file, doc.facets.front_span),
                message,
            )
            .help("shorten it, split it in two, or raise `max_words` in the persona card")
        })
    });
    long.collect()
}
