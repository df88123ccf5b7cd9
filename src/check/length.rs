//! A page is no longer than the style of each persona it is written for allows.

use crate::content::Audience;
use crate::finding::{Finding, Place, codes};
use crate::plan::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let config = &material.hub.config;
    let long = material.docs.iter().filter_map(|doc| {
        let Audience::Only(personas) = &doc.facets.front.audience else { return None };
        let limits = personas.iter().filter_map(|ix| Some((config.persona(*ix).style.max_words?, config.persona(*ix))));
        let (limit, persona) = limits.min_by_key(|(limit, _)| *limit)?;
        let words = doc.body.words;
        (words > limit).then(|| {
            let message = format!("The page has {words} words; `{}` is given {limit} at the most.", persona.id);
            Finding::new(&codes::PAGE_LENGTH, Place::new(&doc.facets.file, doc.facets.front_span), message)
                .help("shorten it, split it in two, or raise `max_words` in the persona card")
        })
    });
    long.collect()
}
