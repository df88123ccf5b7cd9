//! A hub without its texts: all that coverage and briefs need, in a fraction of the time that a
//! build takes to read.

use std::sync::Arc;

use super::approval::{HubJudge, Signed, read_records, shelf_for};
use super::read::{Sorted, learn_directives, read_config, read_fronts};
use crate::io::Files;
use etappe_base::date::Day;
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;
use etappe_base::zone::Zone;
use etappe_hub::config::site::zone_of;
use etappe_hub::journey::{self, Edition, Hub};
use etappe_site::theme::Program;

/// The time zone of a hub's days. It is read first, since the day must be known before the hub is
/// read.
pub fn time_zone(files: &dyn Files) -> Zone {
    let text = files
        .read(&HubPath::literal("hub.toml"))
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    text.map_or_else(Zone::default, |text| zone_of(&text))
}

/// The journey as it is, with findings on configuration and front matter only.
pub struct Survey {
    /// `None` when the hub cannot be planned; the findings say why.
    pub hub: Option<Hub>,
    /// Findings that stand after the hub's own policy.
    pub findings: Vec<Finding>,
}

/// Reads the plan and every page's front matter. No link is followed; text and theme are
/// read only where a page's text may keep it off its sites.
pub fn survey(program: Program, files: &dyn Files, as_of: Day) -> Survey {
    let (listed, mut findings) = files.list();
    let sorted = Sorted::new(&listed);
    let (config, mut more) = read_config(files, &sorted.config);
    findings.append(&mut more);
    let Some(mut config) = config else { return Survey { hub: None, findings } };
    learn_directives(program, files, &sorted, &mut config);
    let config = Arc::new(config);
    let (facets, library, mut more) = read_fronts(program, files, &sorted, &config);
    findings.append(&mut more);
    let edition = Edition { as_of, preview: false, review: false, only: None };
    let (records, mut more) = read_records(files, &sorted.approvals, &config, None);
    findings.append(&mut more);
    let signed = Signed::Records(&records, &library, files);
    let judge = HubJudge::new(&signed);
    let shelf = shelf_for(&config, files, &sorted);
    let (hub, mut more) =
        journey::build(Arc::clone(&config), facets, shelf, edition, &|hub| judge.standings(hub));
    findings.append(&mut more);
    findings.extend(judge.findings(&hub, None));
    Survey { hub: Some(hub), findings: config.policy.apply(findings, as_of, &|_| false).standing }
}
