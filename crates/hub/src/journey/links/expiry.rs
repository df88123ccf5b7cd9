//! Links that lead somewhere, but not for long.

use std::collections::BTreeSet;

use super::{LinkTable, LinkUse, PageLinks};
use crate::config::{Fallback, LangIx};
use crate::journey::build::page_place;
use crate::journey::{DocIx, Hub};
use etappe_base::date::{Day, Period};
use etappe_base::finding::{Finding, Place, codes};

/// How many days before it breaks a link is reported.
const AHEAD: i32 = 30;

/// A link that leads somewhere, but not for long.
pub(super) fn expires(
    hub: &Hub,
    used: &LinkUse<'_>,
    target: DocIx,
    place: Place,
) -> Option<Finding> {
    let day = ends_at(hub, used.doc, target)?;
    if day > hub.edition.as_of.plus(Period::days(AHEAD)) {
        return None;
    }
    let message = format!("`{}` expires on {day}.", used.link.dest);
    let finding = Finding::new(&codes::LINK_EXPIRES, place, message)
        .label("readers see no link here from that day on");
    let finding = finding
        .help("renew the target, lead readers elsewhere, or write the text without a link by then")
        .by_date();
    Some(finding.related(page_place(hub.facets(target), None), "the target"))
}

/// The day on which the links of one page to another break, since the other expires while the first
/// is still shown.
fn ends_at(hub: &Hub, from: DocIx, target: DocIx) -> Option<Day> {
    let goes_out = |doc: DocIx| hub.doc(doc).state.goes_out();
    let day = hub.facets(target).expires().filter(|_| goes_out(target) && goes_out(from))?;
    let own = hub.facets(from);
    (own.expires().is_none_or(|end| end > day)
        && own.front.publish_on.is_none_or(|start| start < day))
    .then_some(day)
}

/// Links to pages that expire while the linking page is still shown: the day on which the link
/// breaks, the page that has it, and its target. Sorted, each once.
pub fn breaking(hub: &Hub, table: &LinkTable) -> BTreeSet<(Day, DocIx, DocIx)> {
    let of_doc = |from: DocIx| {
        let lang = usize::from(hub.facets(from).lang().0);
        let located = table.of_document(from).iter().flat_map(PageLinks::iter);
        let targets = located.filter_map(move |located| {
            let docs = &hub.page(located.page()?).docs;
            docs[lang].or(docs[usize::from(LangIx::DEFAULT.0)]
                .filter(|_| hub.config.fallback == Fallback::Link))
        });
        targets.filter_map(move |target| Some((ends_at(hub, from, target)?, from, target)))
    };
    hub.doc_ixs().flat_map(of_doc).filter(|(_, from, target)| from != target).collect()
}
