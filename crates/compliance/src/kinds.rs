//! Pages that were signed as a kind that somebody must sign, and say now that they are of another:
//! the shortest way around every signature.

use std::collections::BTreeSet;

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::config::approval::Approval as Rules;
use etappe_hub::config::furniture::PageKind;
use etappe_hub::journey::{DocIx, Hub};

use super::approvals::{items_of, needs_approval};
use super::item::{Item, ItemId};
use super::records::{KnownRecord, Records};

/// What is known of the kinds that pages had.
pub struct EarlierKinds<'k> {
    /// The kind that a page has in the branch that the hub is to be merged into; `None` where it
    /// has no such page.
    pub in_branch: &'k dyn Fn(&Item) -> Option<PageKind>,
    /// The digest of a page's front matter if it were of another kind.
    pub front_as: &'k dyn Fn(&Item, PageKind) -> Option<String>,
}

/// The pages that need no signature, and were signed as a kind that needs one: under their own id,
/// or under one that no page has any more.
pub fn lowered(
    hub: &Hub,
    rules: &Rules,
    records: &Records,
    earlier: &EarlierKinds<'_>,
) -> Vec<Finding> {
    let looking = Looking { rules, records, earlier, gone: fronts_of_gone(hub, records) };
    let finding = |ix: DocIx| {
        let kind = items_of(hub, ix).iter().find_map(|item| looking.kind(item))?.0;
        let facets = hub.facets(ix);
        let (file, now) = (&facets.file, facets.front.kind.name());
        let message = format!(
            "`{file}` was signed as `{kind}`, and is `{now}` now, which needs no signature."
        );
        let help = format!(
            "write `kind = \"{kind}\"` again; if it is rightly `{now}`, have its record taken \
             back: \
             `etappe approve --kind revocation`"
        );
        let place = Place::new(file, facets.front_span);
        Some(Finding::new(&codes::APPROVAL_KIND_LOWERED, place, message).help(help))
    };
    hub.doc_ixs().filter(|ix| !needs_approval(hub, *ix, rules)).filter_map(finding).collect()
}

/// The front matter that was signed of pages whose id no page has: its language and digest.
fn fronts_of_gone(hub: &Hub, records: &Records) -> BTreeSet<(String, String)> {
    let ids: BTreeSet<&str> = hub.pages.iter().map(|page| hub.page_id(page)).collect();
    let is_gone = |id: &ItemId| matches!(id, ItemId::Page(id) if !ids.contains(id.as_str()));
    let items = standing(records, records.all().iter()).flat_map(|known| &known.record.items);
    let gone = items.filter(|signed| is_gone(&signed.item.id));
    gone.filter_map(|signed| {
        let front = signed.parts.get("front")?;
        Some((signed.item.lang.clone(), front.digest.clone()))
    })
    .collect()
}

/// Those that nobody took back.
fn standing<'r>(
    records: &'r Records,
    all: impl Iterator<Item = &'r KnownRecord>,
) -> impl Iterator<Item = &'r KnownRecord> {
    all.filter(|known| !records.is_taken_back(&known.record.file))
}

struct Looking<'l> {
    rules: &'l Rules,
    records: &'l Records,
    earlier: &'l EarlierKinds<'l>,
    gone: BTreeSet<(String, String)>,
}

impl Looking<'_> {
    /// The kind that an item was signed as, where that needs a signature.
    fn kind(&self, item: &Item) -> Option<PageKind> {
        let own = || standing(self.records, self.records.of(item));
        let is_recorded = own().next().is_some();
        if !is_recorded && self.gone.is_empty() {
            return None;
        }
        let needs = |kind: &PageKind| self.rules.kinds.contains(kind);
        let in_branch = is_recorded.then(|| (self.earlier.in_branch)(item)).flatten();
        in_branch.filter(needs).or_else(|| {
            // The front matter that was signed is today's but for the kind.
            self.rules.kinds.iter().copied().find(|kind| {
                let Some(front) = (self.earlier.front_as)(item, *kind) else { return false };
                let is_it = |known: &KnownRecord| {
                    let signed = known.record.signed(item).and_then(|one| one.parts.get("front"));
                    signed.is_some_and(|part| part.digest == front)
                };
                own().any(is_it) || self.gone.contains(&(item.lang.clone(), front.clone()))
            })
        })
    }
}
