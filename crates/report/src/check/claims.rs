//! What pages use of what was written once may be shown on them, today and in the days to come; and
//! what claims cite is known.

use std::collections::BTreeSet;

use etappe_base::date::{Day, Period};
use etappe_base::finding::{Code, Finding, Place, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;
use etappe_hub::config::Config;
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

/// What is wrong with the uses of claims, or of modules.
struct UseCodes {
    untranslated: &'static Code,
    market: &'static Code,
    expired: &'static Code,
    expires: &'static Code,
}

const OF_CLAIM: UseCodes = UseCodes {
    untranslated: &codes::CLAIM_UNTRANSLATED,
    market: &codes::CLAIM_MARKET,
    expired: &codes::CLAIM_EXPIRED,
    expires: &codes::CLAIM_EXPIRES,
};

const OF_MODULE: UseCodes = UseCodes {
    untranslated: &codes::MODULE_UNTRANSLATED,
    market: &codes::MODULE_MARKET,
    expired: &codes::MODULE_EXPIRED,
    expires: &codes::MODULE_EXPIRES,
};

/// A use on a page, and what is used.
struct UseOnPage<'m> {
    config: &'m Config,
    facets: &'m Facets,
    used: &'m Used,
    /// Where it is written.
    written: Place,
    markets: &'m [Spanned<String>],
    codes: UseCodes,
}

/// The finding about one use: the fault that keeps its page back, or the day that does. Where the
/// fault lies with what is used, or the directive, a finding there says all.
fn of_use(material: &Material, facets: &Facets, used: &Used) -> Option<Finding> {
    let found = UseOnPage::find(material, facets, used)?;
    match (used.fault, used.expires) {
        (Some(UseFault::Untranslated), _) => Some(found.untranslated()),
        (Some(UseFault::Market), _) => Some(found.of_another_market()),
        (Some(UseFault::Unreferenced), _) => {
            let message = format!("Nothing bears out {}.", used.what);
            let help = "name its references: `references = [\"key, p. 4\"]`";
            Some(found.left_out(&codes::CLAIM_UNREFERENCED, message, help))
        }
        (Some(UseFault::TooMuch), _) => {
            let message =
                format!("The modules of this page are too much: {} is left out.", used.what);
            let help = "use fewer of them, or shorter ones: at most 500 and 1 MB on a page, and \
                        16 within each other";
            Some(found.left_out(&codes::MODULE_TOO_MUCH, message, help))
        }
        (Some(UseFault::Unknown | UseFault::Faulty), _) => None,
        (Some(UseFault::Circle | UseFault::Misplaced), _) | (None, None) => None,
        (None, Some(day)) => {
            let until = until(day, material.hub.edition.as_of)?;
            Some(found.expiring(day, until))
        }
    }
}

/// The name of something at the beginning of a sentence.
fn capitalised(text: String) -> String {
    text.replacen("the ", "The ", 1)
}

impl<'m> UseOnPage<'m> {
    /// `None` for what stands nowhere by itself.
    fn find(material: &'m Material, facets: &'m Facets, used: &'m Used) -> Option<Self> {
        let library = &material.library;
        let (written, markets, codes) = match &used.what {
            OnceId::Claim(id) => {
                let claim = library.claim(id)?;
                (claim.place.clone(), &*claim.markets, OF_CLAIM)
            }
            OnceId::Module(name) => {
                let own = library.modules().filter(|module| module.name == *name);
                let here = own.min_by_key(|module| (module.lang != facets.lang(), module.lang))?;
                (Place::file(&here.file), &*here.markets, OF_MODULE)
            }
            OnceId::Claims { .. } => return None,
        };
        Some(Self { config: &material.hub.config, facets, used, written, markets, codes })
    }

    /// What is used, at the beginning of a sentence.
    fn subject(&self) -> String {
        capitalised(self.used.what.to_string())
    }

    fn finding(&self, code: &'static Code, message: String, help: &str) -> Finding {
        let place = Place::new(&self.facets.file, self.used.span);
        let finding = Finding::new(code, place, message).help(help);
        finding.related(self.written.clone(), "where it is written")
    }

    fn left_out(&self, code: &'static Code, message: String, help: &str) -> Finding {
        self.finding(code, message, help).label("no release shows this page")
    }

    fn untranslated(&self) -> Finding {
        let lang = &self.config.lang(self.facets.lang()).code;
        let message = format!("{} has no words in `{lang}`.", self.subject());
        let help = match &self.used.what {
            OnceId::Module(name) => {
                let suffix = self.config.suffix(self.facets.lang());
                format!("translate it: `modules/{name}{suffix}.md`")
            }
            _ => format!("add them to its `text`: `{lang} = \"…\"`"),
        };
        self.left_out(self.codes.untranslated, message, &help)
    }

    fn of_another_market(&self) -> Finding {
        let page = self.facets.front.in_markets(self.config, self.facets.lang());
        let ids = page.into_iter().map(|ix| &self.config.market(ix).id);
        let lacking: Vec<String> = ids
            .filter(|id| self.markets.iter().all(|named| named.value != **id))
            .map(|id| format!("`{id}`"))
            .collect();
        let message = format!("{} may not be shown in {}.", self.subject(), lacking.join(", "));
        let help = "write the page without it, or name the page's own markets: \
                    `markets = [\"…\"]`; whoever may say so adds them to those of what it uses";
        self.left_out(self.codes.market, message, help)
    }

    fn expiring(&self, day: Day, until: Until) -> Finding {
        let what = self.subject();
        let finding = match until {
            Until::Over => {
                let help = "renew it, or write the page without it";
                self.left_out(self.codes.expired, format!("{what} expired on {day}."), help)
            }
            Until::Ahead => {
                let help = "renew it, or write the page without it by then";
                let finding =
                    self.finding(self.codes.expires, format!("{what} expires on {day}."), help);
                finding.label("no release shows this page from that day on")
            }
        };
        finding.by_date()
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
