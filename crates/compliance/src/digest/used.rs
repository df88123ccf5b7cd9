//! What a page or a module uses that is written elsewhere: claims and modules.

use std::collections::BTreeSet;

use etappe_hub::config::{LangIx, MarketIx};
use etappe_hub::journey::DocIx;

use super::Part;

/// Something that is written once and used on pages: a part of each item that uses it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsedSource {
    /// `claim:ID` or `module:NAME`.
    pub name: String,
    /// What it says in the item's language and market.
    pub part: Part,
    /// The keys of the references that it cites.
    pub references: BTreeSet<String>,
    /// The ids of the products that it is about.
    pub products: BTreeSet<String>,
}

/// What a page uses in one language and market, nested sources too.
pub type UsedBy<'u> = dyn Fn(DocIx, LangIx, Option<MarketIx>) -> Vec<UsedSource> + Sync + 'u;
