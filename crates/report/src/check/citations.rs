//! What pages cite is known, and what is known is cited.

use std::collections::BTreeSet;

use etappe_base::finding::{Finding, MOST_SUGGESTIONS, Place, Severity, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_base::source::Span;
use etappe_hub::content::{Citation, Cite};
use etappe_hub::references::References;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let references = &material.references;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut findings = Vec::new();
    for doc in &material.docs {
        // A citation that several variants have is one citation.
        let mut unknown: Vec<(&Cite, Option<Span>)> = Vec::new();
        let mut seen: BTreeSet<Span> = BTreeSet::new();
        let citations = doc.bodies.iter().flat_map(|body| &body.citations);
        let cites =
            citations.flat_map(|citation| citation.cites.iter().map(move |cite| (cite, citation)));
        for (cite, Citation { gap, is_borrowed, .. }) in cites {
            match references.get(&cite.key) {
                Some(_) => {
                    used.insert(&cite.key);
                }
                // A key that an unreadable file may have is not reported as missing.
                None if references.is_doubtful(&cite.key) || !seen.insert(cite.span) => {}
                // The file that it was written in answers for it.
                None if *is_borrowed => {}
                None => unknown.push((cite, *gap)),
            }
        }
        findings.extend(unknown.into_iter().enumerate().map(|(at, (cite, gap))| {
            of_unknown(references, &doc.facets.file, cite, gap, at < MOST_SUGGESTIONS)
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

/// The finding about a cite that names no reference. In a hub without references brackets with an
/// `@` are most likely no citation at all.
fn of_unknown(
    references: &References,
    file: &HubPath,
    cite: &Cite,
    gap: Option<Span>,
    suggests: bool,
) -> Finding {
    let message = format!("There is no reference `{}`.", cite.key);
    let finding = Finding::new(&codes::CITATION_UNKNOWN, Place::new(file, cite.span), message)
        .label("readers see these brackets");
    let finding = match gap {
        Some(gap) => finding
            .help("take out the space between `]` and `(` if a link is meant")
            .related(Place::new(file, gap), "this space keeps it from being a link"),
        None => finding,
    };
    if references.is_empty() {
        let help = "put the reference into `references.bib` or `references.yaml`, beside hub.toml";
        return finding.help(help).weighed(Severity::Warning);
    }
    finding.help(match suggests {
        true => did_you_mean(&cite.key, references.keys()),
        false => "correct the key, or add the reference".to_owned(),
    })
}
