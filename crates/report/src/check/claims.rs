//! What pages use of what was written once may be shown on them, today and in the days to come; and
//! what claims cite is known.

use std::collections::BTreeSet;

use etappe_base::date::{Day, Period};
use etappe_base::finding::{Code, Finding, Place, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_hub::content::{Cite, Facets, OnceId, UseFault, Used};
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
        if facets.front.is_withdrawn() {
            continue;
        }
        let mut said = BTreeSet::new();
        for used in &facets.uses {
            // Behind the first module that is too much there may be many others.
            let what = (used.fault != Some(UseFault::TooMuch)).then_some(&used.what);
            if said.insert((what, used.fault)) {
                findings.extend(of_use(material, facets, used));
            }
        }
    }
    for claim in material.library.claims() {
        findings.extend(unknown_references(material, &claim.place.file, &claim.references));
    }
    for said in &material.library.said {
        findings.extend(unknown_references(material, &said.file, &said.cites));
    }
    findings.extend(unused(material));
    findings
}

/// Modules that no page uses, each once for all its languages.
fn unused(material: &Material) -> Vec<Finding> {
    let docs = material.hub.docs.iter();
    let used: BTreeSet<&OnceId> =
        docs.flat_map(|doc| &doc.facets.uses).map(|used| &used.what).collect();
    let is_unused = |name: &&str| !used.contains(&OnceId::Module((*name).into()));
    let finding = |name: &str| {
        let file = material.library.modules().find(|module| *module.name == *name)?.file.clone();
        let message = format!("No page uses the module `{name}`.");
        let help = format!("write `::use{{module={name}}}` where it belongs, or remove it");
        Some(Finding::new(&codes::MODULE_UNUSED, Place::file(&file), message).help(help))
    };
    material.library.module_names().filter(is_unused).filter_map(finding).collect()
}

/// The name of something at the beginning of a sentence.
fn capitalised(text: String) -> String {
    text.replacen("the ", "The ", 1)
}

/// The finding about one use: the fault that keeps its page back, or the day that does.
fn of_use(material: &Material, facets: &Facets, used: &Used) -> Option<Finding> {
    let library = &material.library;
    // What it is, and where; and the codes for what is wrong with it.
    let (place_of, untranslated, expired, expires) = match &used.what {
        OnceId::Claim(id) => (
            library.claim(id)?.place.clone(),
            &codes::CLAIM_UNTRANSLATED,
            &codes::CLAIM_EXPIRED,
            &codes::CLAIM_EXPIRES,
        ),
        OnceId::Module(name) => {
            let own = library.modules().filter(|module| module.name == *name);
            let here = own.min_by_key(|module| (module.lang != facets.lang(), module.lang))?;
            (
                Place::file(&here.file),
                &codes::MODULE_UNTRANSLATED,
                &codes::MODULE_EXPIRED,
                &codes::MODULE_EXPIRES,
            )
        }
        OnceId::Claims { .. } => return None,
    };
    let what = &used.what;
    let found = |code: &'static Code, message: String, help: String| {
        let place = Place::new(&facets.file, used.span);
        let finding = Finding::new(code, place, message).help(help);
        finding.related(place_of.clone(), "where it is written")
    };
    let left_out = "no release shows this page";
    let today = material.hub.edition.as_of;
    match (used.fault, used.expires) {
        (Some(UseFault::Untranslated), _) => {
            let lang = &material.hub.config.lang(facets.lang()).code;
            let message = capitalised(format!("{what} has no words in `{lang}`."));
            let help = match what {
                OnceId::Module(name) => {
                    let suffix = material.hub.config.suffix(facets.lang());
                    format!("translate it: `modules/{name}{suffix}.md`")
                }
                _ => format!("add them to its `text`: `{lang} = \"…\"`"),
            };
            Some(found(untranslated, message, help).label(left_out))
        }
        (Some(UseFault::Market), _) => {
            let (markets, code) = match &used.what {
                OnceId::Module(name) => {
                    let own = library.modules().filter(|module| module.name == *name);
                    let here = own.min_by_key(|one| (one.lang != facets.lang(), one.lang))?;
                    (&here.markets, &codes::MODULE_MARKET)
                }
                OnceId::Claim(id) => (&library.claim(id)?.markets, &codes::CLAIM_MARKET),
                OnceId::Claims { .. } => return None,
            };
            let config = &material.hub.config;
            let page = facets.front.in_markets(config, facets.lang());
            let ids = page.into_iter().map(|ix| &config.market(ix).id);
            let lacking: Vec<String> = ids
                .filter(|id| markets.iter().all(|named| named.value != **id))
                .map(|id| format!("`{id}`"))
                .collect();
            let lacking = lacking.join(", ");
            let message = capitalised(format!("{what} may not be shown in {lacking}."));
            let help = "write the page without it, or name the page's own markets: \
                        `markets = [\"…\"]`; whoever may say so adds them to those of what it uses"
                .to_owned();
            Some(found(code, message, help).label(left_out))
        }
        (Some(UseFault::Unreferenced), _) => {
            let message = format!("Nothing bears out {what}.");
            let help = "name its references: `references = [\"key, p. 4\"]`".to_owned();
            Some(found(&codes::CLAIM_UNREFERENCED, message, help).label(left_out))
        }
        (Some(UseFault::TooMuch), _) => {
            let message = format!("The modules of this page are too much: {what} is left out.");
            let help = "use fewer of them, or shorter ones: at most 500 and 1 MB on a page, and \
                        16 within each other";
            let finding = found(&codes::MODULE_TOO_MUCH, message, help.to_owned());
            Some(finding.label(left_out))
        }
        // Where the fault lies a finding says all.
        (Some(UseFault::Unknown | UseFault::Faulty), _) => None,
        (Some(UseFault::Circle | UseFault::Misplaced), _) | (None, None) => None,
        (None, Some(day)) => match until(day, today)? {
            Until::Over => {
                let message = capitalised(format!("{what} expired on {day}."));
                let help = "renew it, or write the page without it".to_owned();
                let finding = found(expired, message, help);
                Some(finding.label(left_out).by_date())
            }
            Until::Ahead => {
                let message = capitalised(format!("{what} expires on {day}."));
                let help = "renew it, or write the page without it by then".to_owned();
                let finding = found(expires, message, help);
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

/// References that claims and modules name and the hub does not have.
fn unknown_references(material: &Material, file: &HubPath, cites: &[Cite]) -> Vec<Finding> {
    let references = &material.references;
    let is_unknown = |key: &str| references.get(key).is_none() && !references.is_doubtful(key);
    let cites = cites.iter().filter(|cite| is_unknown(&cite.key));
    let finding = |cite: &Cite| {
        let message = format!("There is no reference `{}`.", cite.key);
        let place = Place::new(file, cite.span);
        let finding = Finding::new(&codes::CITATION_UNKNOWN, place, message);
        finding.help(did_you_mean(&cite.key, references.keys()))
    };
    cites.map(finding).collect()
}

/// Sentences that say what a claim says, and do not name it.
fn uncited(material: &Material) -> Vec<Finding> {
    let claims = material.library.sentences();
    let of_pages = material.docs.iter().map(|doc| {
        let facets = &doc.facets;
        (&facets.file, facets.lang(), &*doc.sentences)
    });
    let said = material.library.said.iter();
    let of_modules = said.map(|said| (&said.file, said.lang, &*said.sentences));
    let mut findings = Vec::new();
    for (file, lang, sentences) in of_pages.chain(of_modules) {
        for (span, id) in claims.found_in(sentences, lang) {
            let message = format!("This is what the claim `{id}` says.");
            let finding = Finding::new(&codes::CLAIM_UNCITED, Place::new(file, span), message);
            let help = format!(
                "write `:claim{{id={id}}}` instead: its references then stand here, and it \
                 changes wherever it is used"
            );
            findings.push(finding.help(help));
        }
    }
    findings
}
