//! What a hub takes from the branch that it is to be merged into: the rules that say what must be
//! signed, by whom, and which findings stop a release. A branch that softens them is judged by
//! those that stand.

use std::collections::BTreeSet;

use super::approval::Approval;
use super::policy::{Policy, Waiver};
use super::product::Product;
use super::{Config, LangIx, Market, Persona};
use etappe_base::finding::{Code, Finding, Place, codes};
use etappe_base::hash::Hasher;
use etappe_base::path::HubPath;
use etappe_base::source::Span;

/// Groups of codes that say whether what is published was signed, and whom it reaches.
const GUARDED: [&str; 4] = ["leak", "approval", "gate", "audience"];

fn is_guarded(code: &Code) -> bool {
    code.id.split_once('.').is_some_and(|(group, _)| GUARDED.contains(&group))
}

impl Config {
    /// Takes what decides over publication from `base`, the configuration of the branch named
    /// `branch`. Gives a finding on each difference: it counts once it is merged there.
    pub fn take_policy(&mut self, base: &Self, branch: &str) -> Vec<Finding> {
        let mut found = Differences { branch, findings: Vec::new() };
        self.take_approval(base, &mut found);
        self.take_markets(base, &mut found);
        let hub = &HubPath::literal("hub.toml");
        if self.policy.take(&base.policy) {
            found.add(Place::file(hub), "severities or waivers of codes that guard publication");
        }
        for persona in &mut self.personas {
            let same = base.personas.iter().find(|other| other.id == persona.id);
            if same.is_some_and(|other| persona.take_profession(other)) {
                let what = format!("`profession` or `qualified` of `{}`", persona.id);
                found.add(Place::file(&persona.file), &what);
            }
        }
        for product in &mut self.products {
            let same = base.products.iter().find(|other| other.id == product.id);
            if same.is_some_and(|other| product.take_names(other)) {
                found.add(Place::file(&product.file), &format!("the names of `{}`", product.id));
            }
        }
        self.digest = Hasher::new("config and policy of a branch")
            .digest(self.digest)
            .digest(base.digest)
            .finish();
        found.findings
    }

    fn take_approval(&mut self, base: &Self, found: &mut Differences<'_>) {
        let hub = HubPath::literal("hub.toml");
        let span = self.approval.as_ref().map_or_else(Span::default, |own| own.span);
        let standing = base.approval.clone().map(|approval| Approval { span, ..approval });
        if self.approval != standing {
            found.add(Place::new(&hub, span), "[approval]");
        }
        self.approval = standing;
    }

    fn take_markets(&mut self, base: &Self, found: &mut Differences<'_>) {
        let of_base = |market: &Market| {
            let codes = market.languages.iter().map(|lang| &base.lang(*lang).code);
            let languages: Vec<LangIx> = codes.filter_map(|code| self.find_lang(code)).collect();
            let own = self.markets.iter().find(|own| own.id == market.id);
            Market {
                id: market.id.clone(),
                languages,
                span: own.map_or(Span::default(), |own| own.span),
            }
        };
        let standing: Vec<Market> = base.markets.iter().map(of_base).collect();
        if self.markets != standing {
            let span = self.markets.first().map_or_else(Span::default, |market| market.span);
            found.add(Place::new(&HubPath::literal("hub.toml"), span), "[[markets]]");
        }
        self.markets = standing;
    }
}

/// Gathers what a branch changes and does not yet have.
struct Differences<'b> {
    branch: &'b str,
    findings: Vec<Finding>,
}

impl Differences<'_> {
    fn add(&mut self, place: Place, what: &str) {
        self.findings.push(after_merge(self.branch, place, what));
    }
}

/// The finding that a hub changes what its branch `branch` decides: it counts once it is merged.
pub fn after_merge(branch: &str, place: Place, what: &str) -> Finding {
    Finding::new(&codes::APPROVAL_AFTER_MERGE, place, format!("This branch changes {what}."))
        .label(format!("counts after the merge into `{branch}`"))
        .help(format!("until then what stands in `{branch}` counts: have it looked at"))
}

impl Policy {
    /// Takes severities and waivers of guarded codes. Whether any differs.
    fn take(&mut self, base: &Self) -> bool {
        let guarded: BTreeSet<&str> =
            codes::ALL.iter().filter(|code| is_guarded(code)).map(|code| code.id).collect();
        let standing: Vec<Waiver> =
            base.waivers.iter().filter(|waiver| is_guarded(waiver.code)).cloned().collect();
        let own: Vec<&Waiver> =
            self.waivers.iter().filter(|waiver| is_guarded(waiver.code)).collect();
        let differs = guarded.iter().any(|id| self.severities.get(id) != base.severities.get(id))
            || own.len() != standing.len()
            || own.iter().zip(&standing).any(|(own, standing)| !own.says(standing));
        self.severities.retain(|id, _| !guarded.contains(id));
        let severities = base.severities.iter().filter(|(id, _)| guarded.contains(*id));
        self.severities.extend(severities.map(|(id, severity)| (*id, *severity)));
        self.waivers.retain(|waiver| !is_guarded(waiver.code));
        self.waivers.extend(standing);
        differs
    }
}

impl Waiver {
    /// Whether another one covers the same for the same reason.
    fn says(&self, other: &Self) -> bool {
        *self.code == *other.code
            && (&self.page, &self.reason, self.until) == (&other.page, &other.reason, other.until)
    }
}

impl Persona {
    /// Takes what its readers are. Whether it differs.
    fn take_profession(&mut self, base: &Self) -> bool {
        let differs = (&self.profession, &self.qualified) != (&base.profession, &base.qualified);
        self.profession.clone_from(&base.profession);
        self.qualified.clone_from(&base.qualified);
        self.qualified_reason.clone_from(&base.qualified_reason);
        differs
    }
}

impl Product {
    /// Takes what it is known by. Whether it differs.
    fn take_names(&mut self, base: &Self) -> bool {
        let names = |product: &Self| {
            let Self { name, inn, other_names, matching, match_inn, .. } = product;
            (name.clone(), inn.clone(), other_names.clone(), *matching, *match_inn)
        };
        let (own, standing) = (names(self), names(base));
        let differs = own != standing;
        (self.name, self.inn, self.other_names, self.matching, self.match_inn) = standing;
        differs
    }
}
