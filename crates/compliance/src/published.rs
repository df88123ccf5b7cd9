//! What became of the approval of what stands: of the digests that it was published with, whatever
//! its sources say today.

use etappe_base::date::Day;
use etappe_hub::journey::Standing;

use super::item::Item;
use super::records::{AskedItem, Records, Terms};
use super::verdict::{judge, together};

/// What became of an approval under which something was published, from the best to the worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PublishedApproval {
    /// It stands.
    Stands,
    /// Records say nothing, because they are gone or have faults.
    Unsaid,
    /// It ended on that day, because a record was taken back or its time is over.
    Over(Day),
}

/// What became of the approval of what was published with these digests.
pub fn published<'i>(
    records: &Records,
    terms: Terms<'_>,
    items: impl IntoIterator<Item = (&'i Item, &'i str)>,
) -> PublishedApproval {
    let verdict = |(item, digest): (&'i Item, &'i str)| {
        let asked = AskedItem { item, channel: "web", authors: &[], digest: Some(digest) };
        judge(records, terms, asked).standing()
    };
    let all = together(items.into_iter().map(verdict));
    match all {
        Some(all) if all.state.is_given() => PublishedApproval::Stands,
        Some(Standing { over: Some(day), .. }) => PublishedApproval::Over(day),
        _ => PublishedApproval::Unsaid,
    }
}
