//! What pages cite is known, and what is known is cited.

use std::collections::BTreeSet;

use etappe_base::finding::{Finding, MOST_SUGGESTIONS, Place, codes, did_you_mean};
use etappe_base::source::Span;
use etappe_hub::content::Cite;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let references = &material.references;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut findings = Vec::new();
    for doc in &material.docs {
        // A citation that several variants have is one citation.
        let mut unknown: Vec<&Cite> = Vec::new();
        let mut seen: BTreeSet<Span> = BTreeSet::new();
        for cite in
            doc.bodies.iter().flat_map(|body| &body.citations).flat_map(|citation| &citation.cites)
        {
            match references.get(&cite.key) {
                Some(_) => {
                    used.insert(&cite.key);
                }
                // A key that an unreadable file may have is not reported as missing.
                None if references.is_doubtful(&cite.key) || !seen.insert(cite.span) => {}
                None => unknown.push(cite),
            }
        }
        findings.extend(unknown.into_iter().enumerate().map(|(at, cite)| {
            let message = format!("There is no reference `{}`.", cite.key);
            let help = match references.is_empty() {
                true => {
                    "put the reference into `references.bib` or `references.yaml`, beside hub.toml"
                        .to_owned()
                }
                false if at < MOST_SUGGESTIONS => did_you_mean(&cite.key, references.keys()),
                false => "correct the key, or add the reference".to_owned(),
            };
            Finding::new(&codes::CITATION_UNKNOWN, Place::new(&doc.facets.file, cite.span), message)
                .label("readers see these brackets")
                .help(help)
        }));
    }
    findings.extend(references.keys().filter(|key| !used.contains(key)).filter_map(|key| {
        let message = format!("No page cites the reference `{key}`.");
        let finding =
            Finding::new(&codes::CITATION_UNUSED, references.get(key)?.place.clone(), message);
        Some(finding.help(format!(
            "cite it where it bears out what you say, `[@{key}]`, or remove it; no reader sees it"
        )))
    }));
    findings
}
