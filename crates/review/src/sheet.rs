//! The pages of a pack, numbered as the site map numbers them: persona, stage, page.

use std::collections::BTreeMap;

use etappe_compliance::Item;
use etappe_compliance::approvals::items_of;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{Hub, PlacementIx, SiteIx};

/// For whom a part of the pack is: what is for patients stands apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum ForWhom {
    Professionals,
    Patients,
}

impl ForWhom {
    pub(crate) const ALL: [Self; 2] = [Self::Professionals, Self::Patients];

    /// Its folder.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Professionals => "professionals",
            Self::Patients => "patients",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Professionals => "Pages for professionals",
            Self::Patients => "Pages for patients",
        }
    }
}

/// One page as one persona reads it in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sheet {
    pub placement: PlacementIx,
    pub site: SiteIx,
    pub stage: StageIx,
    /// The same whatever the pack holds: `2.3.1`, or `2.3.1 nl` in a hub of several languages.
    pub number: String,
    pub part: ForWhom,
    /// Its file within the pack.
    pub file: String,
    /// What is signed of it: one item for each market.
    pub items: Vec<Item>,
}

/// Every page of the hub, in the order of the site map.
pub(crate) fn sheets(hub: &Hub) -> Vec<Sheet> {
    let mut personas = BTreeMap::new();
    let mut all = Vec::new();
    let is_one = hub.config.languages.len() == 1;
    for (site_ix, site) in hub.shown_sites() {
        let count = personas.len() + 1;
        let persona = *personas.entry(site.persona).or_insert(count);
        let lang = &hub.config.lang(site.lang).code;
        for (at, stage) in site.stages.iter().enumerate() {
            let own = |ix: &&PlacementIx| hub.placement(**ix).stage == stage.stage;
            for (place, ix) in stage.placements.iter().filter(own).enumerate() {
                let placement = hub.placement(*ix);
                let bare = format!("{persona}.{}.{}", at + 1, place + 1);
                let is_patient = hub.facets(placement.doc).front.kind.name() == "patient";
                let part = if is_patient { ForWhom::Patients } else { ForWhom::Professionals };
                let folder = placement.path.trim_end_matches("/index.html");
                let slug = folder.rsplit('/').next().unwrap_or_default();
                all.push(Sheet {
                    placement: *ix,
                    site: site_ix,
                    stage: stage.stage,
                    file: format!("{}/{lang}/{bare}-{slug}.html", part.folder()),
                    number: if is_one { bare } else { format!("{bare} {lang}") },
                    part,
                    items: items_of(hub, placement.doc),
                });
            }
        }
    }
    all
}
