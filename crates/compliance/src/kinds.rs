//! Pages that were signed as a kind that somebody must sign, and say now that they are of another:
//! the shortest way around every signature.

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::config::approval::Approval as Rules;
use etappe_hub::config::furniture::PageKind;
use etappe_hub::journey::{DocIx, Hub};

use super::approvals::{items_of, needs_approval};
use super::item::Item;
use super::records::Records;

/// The kind that an item had when somebody signed it, where that needs a signature and is not the
/// kind that it says now: the front matter that was signed is today's but for the kind. `None` where
/// no record says so. `front_as` gives the digest of the front matter with another kind.
pub fn signed_as(
    records: &Records,
    item: &Item,
    front_as: &dyn Fn(&str) -> Option<String>,
) -> Option<PageKind> {
    let signed = |sum: &String| {
        let mut all = records.of(item).filter(|known| !records.is_taken_back(&known.record.file));
        all.any(|known| {
            known.record.signed(item).is_some_and(|signed| {
                signed.parts.get("front").is_some_and(|part| part.digest == *sum)
            })
        })
    };
    let kinds = PageKind::NAMES.into_iter().map(PageKind);
    kinds.into_iter().find(|kind| front_as(kind.0).is_some_and(|sum| signed(&sum)))
}

/// The pages that need no signature, have a record, and were of a kind that needs one, as `was`
/// says.
pub fn lowered(
    hub: &Hub,
    rules: &Rules,
    records: &Records,
    was: &dyn Fn(&Item) -> Option<PageKind>,
) -> Vec<Finding> {
    let of_doc = |ix: DocIx| {
        let items = items_of(hub, ix);
        let stands =
            |item: &&Item| records.of(item).any(|known| !records.is_taken_back(&known.record.file));
        let mut recorded = items.iter().filter(stands);
        let kind = recorded.find_map(|item| was(item).filter(|kind| rules.kinds.contains(kind)))?;
        let facets = hub.facets(ix);
        let now = facets.front.kind.name();
        let message = format!(
            "`{}` was signed as `{}`, and is `{now}` now, which needs no signature.",
            facets.file, kind.0
        );
        let help = format!(
            "write `kind = \"{}\"` again; if it is rightly `{now}`, have its record taken back: \
             `etappe approve --kind revocation`",
            kind.0
        );
        let place = Place::new(&facets.file, facets.front_span);
        Some(Finding::new(&codes::APPROVAL_KIND_LOWERED, place, message).help(help))
    };
    hub.doc_ixs().filter(|ix| !needs_approval(hub, *ix, rules)).filter_map(of_doc).collect()
}
