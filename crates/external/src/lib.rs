//! Links to other sites: which addresses to ask for, in what order and how politely, and what the
//! answers mean.
//!
//! All of it is pure but `client`, the only part of Etappe that makes requests. The caller says
//! what to ask for, and what time it is.
//!
//! Must not know: disks, outputs, themes. Results are kept by the caller.
//!
//! Begin with [`mentions`], then [`Schedule`] and [`run`]; [`findings`] says what came of it.

mod address;
mod client;
mod kept;
mod probe;
mod schedule;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::config::external::External;
use etappe_hub::content::{Document, Link};
use etappe_hub::journey::{DocIx, Hub};

pub use address::Address;
pub use client::run;
pub use kept::Kept;
pub use probe::{Method, ProbeAnswer, Request, Response, retry_after};
pub use schedule::{JobIx, NextStep, Schedule};
pub use verdict::{Doubt, LinkFault, LinkVerdict};

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");

/// One link to another site, on a page that readers see or in hub.toml and the cards.
#[derive(Clone, PartialEq, Debug)]
pub struct Mention {
    /// As written.
    pub dest: Box<str>,
    /// The link in its file.
    pub place: Place,
    /// The address that it means, or a clause that says why it is none.
    pub address: Result<Address, String>,
}

/// Every link to another site: those of hub.toml and the cards, then those on the published pages,
/// by file and then as in the text. `docs` are those of the hub.
pub fn mentions(hub: &Hub, docs: &[Document], settings: &External) -> Vec<Mention> {
    let published: BTreeSet<DocIx> = hub.placements.iter().map(|placement| placement.doc).collect();
    let pages = published.into_iter().filter_map(|doc| docs.get(doc.0 as usize));
    let of_pages = pages.flat_map(|doc| {
        let file = &doc.facets.file;
        links(doc).filter_map(|link| mention(link.place(file), &link.dest, settings))
    });
    let named = hub.config.named_addresses();
    let of_config = named.filter_map(|named| {
        mention(Place::new(&named.file, named.to.span), &named.to.value, settings)
    });
    // What a module says stands once in its file, however many pages use it.
    let mut seen = BTreeSet::new();
    let is_new = |mention: &Mention| seen.insert((mention.place.clone(), mention.dest.clone()));
    of_config.chain(of_pages).filter(is_new).collect()
}

/// The links of a page, in each of its variants.
fn links(doc: &Document) -> impl Iterator<Item = &Link> {
    doc.bodies.iter().flat_map(|body| &body.links)
}

fn mention(place: Place, dest: &str, settings: &External) -> Option<Mention> {
    let address = Address::read(dest)?;
    let asked = address.as_ref().map_or(dest, Address::as_str);
    let is_asked = settings.admits(&[asked, dest]);
    is_asked.then(|| Mention { dest: dest.into(), place, address })
}

/// The addresses that mentions mean, each once.
pub fn addresses(mentions: &[Mention]) -> BTreeSet<Address> {
    mentions.iter().filter_map(|mention| mention.address.clone().ok()).collect()
}

/// The findings on links whose addresses have verdicts.
pub fn findings(mentions: &[Mention], verdicts: &BTreeMap<Address, LinkVerdict>) -> Vec<Finding> {
    mentions.iter().filter_map(|mention| finding(mention, verdicts)).collect()
}

fn finding(mention: &Mention, verdicts: &BTreeMap<Address, LinkVerdict>) -> Option<Finding> {
    let Mention { dest, place, address } = mention;
    let place = place.clone();
    let broken = |fault: &LinkFault, place| {
        Finding::new(
            &codes::EXTERNAL_BROKEN,
            place,
            format!("`{dest}` leads nowhere: {}.", fault.clause()),
        )
        .label("readers get an error here")
        .help("correct the address, link to another source, or take the link out")
    };
    let address = match address {
        Ok(address) => address,
        Err(why) => return Some(broken(&LinkFault::NoAddress(why.clone()), place)),
    };
    match verdicts.get(address)? {
        LinkVerdict::Fine => None,
        LinkVerdict::Broken { why } => Some(broken(why, place)),
        LinkVerdict::Unsure { why } => Some(
            Finding::new(
                &codes::EXTERNAL_UNSURE,
                place,
                format!("`{dest}` could not be checked: {}.", why.clause()),
            )
            .label("not known to work")
            .help(
                "open it in a browser; if it always works there, name it under `skip` in \
                    [external] of hub.toml",
            ),
        ),
        LinkVerdict::Moved { to } => Some(
            Finding::new(&codes::EXTERNAL_MOVED, place, format!("`{dest}` has moved for good."))
                .label("readers are sent on from here")
                .help(format!("write `{}`", with_fragment(to, dest))),
        ),
    }
}

/// The new address. Where it has no fragment, it gets that of the old link, as in browsers.
fn with_fragment(to: &str, dest: &str) -> String {
    if to.contains('#') { to.to_owned() } else { format!("{to}{}", address::fragment(dest)) }
}
