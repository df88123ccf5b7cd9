//! The check of other sites: asks for every address that the published pages link to, and judges
//! the answers.

use std::path::Path;
use std::sync::OnceLock;

use super::Revision;
use crate::io::{MachineError, answers, clock};
use etappe_external::{self as external, Schedule};

/// The result of a check of other sites.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many addresses the hub links to.
    pub addresses: usize,
    /// How many of them had to be asked for; the verdicts on the others were kept from before.
    pub asked: usize,
    /// Why the verdicts could not be kept, so that the next check has to ask for all of them again.
    pub forgotten: Option<MachineError>,
}

/// Checks the links of a revision to other sites, and adds the findings on them to its own. `root`
/// is the hub's folder, where verdicts are kept. `done` is told how many addresses are known, and
/// how many there are to ask for.
pub fn check_external(
    revision: &mut Revision,
    root: &Path,
    done: &(dyn Fn(usize, usize) + Sync),
) -> Checked {
    let Some(content) = &revision.content else { return Checked::default() };
    let (hub, docs) = (&content.material.hub, &content.material.docs);
    let settings = &hub.config.external;
    let mentions = external::mentions(hub, docs.as_slice(), settings);
    let addresses = external::addresses(&mentions);
    let mut kept = answers::load(root);
    kept.drop_old(clock::now(), settings.keep);
    let unknown: Vec<_> =
        addresses.iter().filter(|address| kept.verdict(address).is_none()).cloned().collect();
    let known = addresses
        .iter()
        .filter_map(|address| Some((address.clone(), kept.verdict(address)?.clone())));
    let mut verdicts: std::collections::BTreeMap<_, _> = known.collect();
    let mut checked = Checked { addresses: addresses.len(), asked: unknown.len(), forgotten: None };
    if !unknown.is_empty() {
        let schedule = external::run(
            Schedule::new(unknown, settings.clone()),
            settings.timeout,
            clock::now,
            done,
        );
        let found = schedule.finish();
        let now = clock::now();
        for (address, verdict) in &found {
            kept.keep(address, verdict, now);
        }
        checked.forgotten = answers::save(root, &kept).err();
        verdicts.extend(found);
    }
    let late = external::findings(&mentions, &verdicts);
    revision.judged = OnceLock::from(revision.judged_with(late));
    checked
}
