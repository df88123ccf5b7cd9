//! What pages use of what was written once may be shown on them, today and in the days to come; and
//! what claims cite is known.

use std::collections::BTreeSet;

use etappe_base::date::{Day, Period};
use etappe_base::finding::{Code, Finding, Place, codes, did_you_mean};
use etappe_hub::content::{Claim, Facets, OnceId, Status, UseFault, Used};
use etappe_site::material::Material;

/// How many days before it does something is said to expire.
const AHEAD: i32 = 60;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    if material.library.is_empty() {
        return Vec::new();
    }
    let mut findings = uncited(material);
    let docs = material.hub.docs.iter().filter(|doc| !doc.facets.uses.is_empty());
    for facets in docs.map(|doc| &doc.facets) {
        if facets.front.status == Status::Withdrawn {
            continue;
        }
        let mut said = BTreeSet::new();
        for used in &facets.uses {
            if said.insert(&used.what) {
                findings.extend(of_use(material, facets, used));
            }
        }
    }
    findings
        .extend(material.library.claims().flat_map(|claim| unknown_references(material, claim)));
    findings
}

/// The finding about one use: the fault that keeps its page back, or the day that does.
fn of_use(material: &Material, facets: &Facets, used: &Used) -> Option<Finding> {
    let OnceId::Claim(id) = &used.what else { return None };
    let claim = material.library.claim(id)?;
    let found = |code: &'static Code, message: String, help: String| {
        let place = Place::new(&facets.file, used.span);
        let finding = Finding::new(code, place, message).help(help);
        finding.related(claim.place.clone(), "the claim")
    };
    let left_out = "no release shows this page";
    let today = material.hub.edition.as_of;
    match (used.fault, used.expires) {
        (Some(UseFault::Untranslated), _) => {
            let lang = &material.hub.config.lang(facets.lang()).code;
            let message = format!("The claim `{id}` has no words in `{lang}`.");
            let help = format!("add them to its `text`: `{lang} = \"…\"`");
            Some(found(&codes::CLAIM_UNTRANSLATED, message, help).label(left_out))
        }
        (Some(UseFault::Unreferenced), _) => {
            let message = format!("Nothing bears out the claim `{id}`.");
            let help = "name its references: `references = [\"key, p. 4\"]`".to_owned();
            Some(found(&codes::CLAIM_UNREFERENCED, message, help).label(left_out))
        }
        (Some(UseFault::Unknown), _) | (None, None) => None,
        (None, Some(day)) => match until(day, today)? {
            Until::Over => {
                let message = format!("The claim `{id}` expired on {day}.");
                let help = "renew the claim, or write the page without it".to_owned();
                let finding = found(&codes::CLAIM_EXPIRED, message, help);
                Some(finding.label(left_out).by_date())
            }
            Until::Ahead => {
                let message = format!("The claim `{id}` expires on {day}.");
                let help = "renew the claim, or write the page without it by then".to_owned();
                let finding = found(&codes::CLAIM_EXPIRES, message, help);
                Some(finding.label("no release shows this page from that day on").by_date())
            }
        },
    }
}

enum Until {
    Over,
    Ahead,
}

/// `None` where the day is far.
fn until(day: Day, today: Day) -> Option<Until> {
    if day <= today {
        return Some(Until::Over);
    }
    (day <= today.plus(Period::days(AHEAD))).then_some(Until::Ahead)
}

/// References that a claim names and the hub does not have.
fn unknown_references(material: &Material, claim: &Claim) -> Vec<Finding> {
    let references = &material.references;
    let is_unknown = |key: &str| references.get(key).is_none() && !references.is_doubtful(key);
    let cites = claim.references.iter().filter(|cite| is_unknown(&cite.key));
    let finding = |cite: &etappe_hub::content::Cite| {
        let message = format!("There is no reference `{}`.", cite.key);
        let place = Place::new(&claim.place.file, cite.span);
        let finding = Finding::new(&codes::CITATION_UNKNOWN, place, message);
        finding.help(did_you_mean(&cite.key, references.keys()))
    };
    cites.map(finding).collect()
}

/// Sentences that say what a claim says, and do not name it.
fn uncited(material: &Material) -> Vec<Finding> {
    let claims = material.library.sentences();
    let mut findings = Vec::new();
    for doc in &material.docs {
        let lang = doc.facets.lang();
        for (span, id) in claims.found_in(&doc.sentences, lang) {
            let message = format!("This is what the claim `{id}` says.");
            let place = Place::new(&doc.facets.file, span);
            let finding = Finding::new(&codes::CLAIM_UNCITED, place, message);
            let help = format!(
                "write `:claim{{id={id}}}` instead: its references then stand here, and it changes wherever it is used"
            );
            findings.push(finding.help(help));
        }
    }
    findings
}
