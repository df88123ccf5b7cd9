//! Readers can walk a persona's journey: no holes, no dead ends, no page that nothing leads to.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::config::StageIx;
use etappe_hub::journey::{Doc, DocIx, Hub, PlacementIx, Site, SiteIx};
use etappe_site::material::Material;

/// What a walk through one site finds.
struct Walked {
    findings: Vec<Finding>,
    /// The pages that no text of the site leads to.
    orphans: Vec<(DocIx, Lonely)>,
}

/// A site on which no text leads to a page.
struct Lonely {
    site: SiteIx,
    /// Whether a page that only a date hides might lead there.
    by_date: bool,
}

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let sites: Vec<SiteIx> = material.hub.site_ixs().collect();
    let walked: Vec<Walked> = sites.into_par_iter().map(|ix| site(material, ix)).collect();
    let mut findings = Vec::new();
    let mut orphans: BTreeMap<DocIx, Vec<Lonely>> = BTreeMap::new();
    for walked in walked {
        findings.extend(walked.findings);
        for (doc, lonely) in walked.orphans {
            orphans.entry(doc).or_default().push(lonely);
        }
    }
    findings.extend(orphans.iter().map(|(doc, sites)| orphan(&material.hub, *doc, sites)));
    findings
}

/// One finding for a page, however many sites leave it alone: one link may end that on all of them.
fn orphan(hub: &Hub, doc: DocIx, sites: &[Lonely]) -> Finding {
    let facets = hub.facets(doc);
    let persona = |lonely: &Lonely| hub.config.persona(hub.site(lonely.site).persona);
    let mut names: Vec<String> =
        sites.iter().map(|lonely| format!("`{}`", persona(lonely).id)).collect();
    names.dedup();
    let last = names.pop().unwrap_or_default();
    let on = match names.is_empty() {
        true => format!("site of {last}"),
        false => format!("sites of {} and {last}", names.join(", ")),
    };
    let lang = &hub.config.lang(facets.lang()).code;
    let message = format!("No other page on the {on} in {lang} links here.");
    let place = Place::new(&facets.file, facets.front_span);
    let finding = Finding::new(&codes::JOURNEY_ORPHAN, place, message)
        .help("link to it from the page that a reader has just read")
        .by_date_if(sites.iter().all(|lonely| lonely.by_date));
    sites.iter().fold(finding, |finding, lonely| {
        let persona = persona(lonely);
        let label = format!("the site of `{}`", persona.id);
        finding.related(Place::file(&persona.file), label)
    })
}

fn site(material: &Material, ix: SiteIx) -> Walked {
    let hub = &material.hub;
    let site = hub.site(ix);
    let persona = hub.config.persona(site.persona);
    let lang = &hub.config.lang(site.lang).code;
    let place = || Place::file(&persona.file);
    // Pages that only a date keeps off the site: without that date, readers might walk another way.
    let is_hidden = |doc: &&Doc| {
        let is_here =
            doc.facets.lang() == site.lang && doc.facets.front.audience.includes(site.persona);
        is_here && doc.state.is_by_date()
    };
    let hidden: Vec<&Doc> = hub.docs.iter().filter(is_hidden).collect();
    if site.walk.is_empty() {
        let message = format!("The site of `{}` in {lang} has no page.", persona.id);
        let finding = Finding::new(&codes::JOURNEY_EMPTY_SITE, place(), message)
            .help("publish a page for this persona, or stop targeting its segment")
            .by_date_if(!hidden.is_empty());
        return Walked { findings: vec![finding], orphans: Vec::new() };
    }
    let mut findings = Vec::new();
    let stages = site.stages.indexes();
    let filled: Vec<StageIx> =
        stages.clone().filter(|ix| !site.stages[*ix].placements.is_empty()).collect();
    let holes: Vec<&str> = stages
        .filter(|ix| filled.first() < Some(ix) && Some(ix) < filled.last() && !filled.contains(ix))
        .filter(|ix| hub.config.cell_rule(site.persona, *ix).is_none_or(|rule| rule.applies))
        .map(|ix| hub.config.stage(ix).id.as_str())
        .collect();
    if !holes.is_empty() {
        let message = format!(
            "The journey of `{}` in {lang} has no page at `{}`.",
            persona.id,
            holes.join("`, `")
        );
        findings.push(
            Finding::new(&codes::JOURNEY_BROKEN_WALK, place(), message)
                .help("`etappe coverage` says which page is nearest to filling it")
                .by_date_if(!hidden.is_empty()),
        );
    }
    let mut orphans = Vec::new();
    // A site of one page has nowhere to lead.
    if site.walk.len() > 1 {
        let by_date = !hidden.is_empty();
        let led = by_links(material, ix, site, &filled);
        findings.extend(led.findings.into_iter().map(|finding| finding.by_date_if(by_date)));
        let lonely = |doc| (doc, Lonely { site: ix, by_date });
        orphans.extend(led.alone.into_iter().map(lonely));
    }
    Walked { findings, orphans }
}

/// What the links of a site lead to, and not.
struct Led {
    findings: Vec<Finding>,
    alone: Vec<DocIx>,
}

/// Findings from the links in texts: a reader follows those rather than the navigation.
fn by_links(material: &Material, ix: SiteIx, site: &Site, filled: &[StageIx]) -> Led {
    let hub = &material.hub;
    let lang = &hub.config.lang(site.lang).code;
    let persona = hub.config.persona(site.persona);
    // By placement.
    let mut reached = vec![false; hub.placements.len()];
    let mut entered: BTreeSet<StageIx> = BTreeSet::new();
    let mut leads_on = false;
    let last = site.walk.last();
    for from in &site.walk {
        let placement = hub.placement(*from);
        let targets = material
            .located(placement)
            .of_site()
            .filter_map(|located| hub.on_site(located.page()?, ix));
        for to in targets.filter(|to| to != from) {
            reached[to.0 as usize] = true;
            leads_on |= Some(from) == last;
            if hub.placement(to).stage != placement.stage {
                entered.insert(hub.placement(to).stage);
            }
        }
    }
    let mut findings = Vec::new();
    let page = |ix: PlacementIx| {
        let facets = hub.facets(hub.placement(ix).doc);
        Place::new(&facets.file, facets.front_span)
    };
    if let Some(last) = last.filter(|_| !leads_on) {
        let message =
            format!("The journey of `{}` in {lang} ends here, and no link leads on.", persona.id);
        let finding = Finding::new(&codes::JOURNEY_DEAD_END, page(*last), message);
        findings.push(finding.help(
            "link to what the reader may need next: contact, an earlier \
            page, another way to take part",
        ));
    }
    findings.extend(
        filled
            .iter()
            .skip(1)
            .filter(|at| !entered.contains(at))
            .map(|at| unreached(hub, site, *at)),
    );
    let alone = site.walk.iter().skip(1).filter(|ix| !reached[ix.0 as usize]);
    Led { findings, alone: alone.map(|ix| hub.placement(*ix).doc).collect() }
}

fn unreached(hub: &Hub, site: &Site, at: StageIx) -> Finding {
    let persona = hub.config.persona(site.persona);
    let stage = &hub.config.stage(at).id;
    let message = format!(
        "No text leads the readers of `{}` in {} to `{stage}`.",
        persona.id,
        hub.config.lang(site.lang).code
    );
    Finding::new(&codes::JOURNEY_UNREACHED_STAGE, Place::file(&persona.file), message)
        .help("link to it from a page of an earlier stage")
}
