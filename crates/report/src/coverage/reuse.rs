//! The reuse rate: the share of a page's words that come from claims and modules.

use etappe_base::path::HubPath;
use etappe_hub::config::LangIx;
use etappe_hub::journey::{Hub, State};

/// The reuse rate of one page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reuse {
    /// The language of the page.
    pub lang: LangIx,
    /// Its file.
    pub page: HubPath,
    /// In per cent of its words.
    pub percent: u8,
}

/// Published pages that use a claim or a module, in the order of their paths.
pub(super) fn reuse(hub: &Hub, langs: &[LangIx]) -> Vec<Reuse> {
    let docs = hub.docs.iter().filter(|doc| {
        doc.state == State::Published
            && !doc.facets.uses.is_empty()
            && langs.contains(&doc.facets.lang())
    });
    docs.map(|doc| Reuse {
        lang: doc.facets.lang(),
        page: doc.facets.file.clone(),
        percent: doc.facets.reused,
    })
    .collect()
}
