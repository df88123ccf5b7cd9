//! Finds the page that an address in an export leads to: under any host and prefix of the hub,
//! aliases included.

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::path::HubPath;
use etappe_base::source::values;
use etappe_hub::journey::{Hub, Site};
use etappe_site::material::stage_of_part;

/// What stands at an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AddressMeaning {
    /// A page on a persona's site.
    Page {
        /// Of the page in its language.
        file: HubPath,
        /// The persona's id.
        persona: String,
    },
    /// The chooser, a home or a stage: part of the sites, but no page.
    Frame,
    /// Nothing that is published today: its path, cleaned.
    Nothing(String),
}

/// Every address of the hub's sites.
pub struct PublishedAddresses {
    /// By path below the web root, without slashes at the ends. A path that several pages share
    /// leads to none of them.
    pages: BTreeMap<String, BTreeSet<(HubPath, String)>>,
    frames: BTreeSet<String>,
    /// The paths of base addresses, where they have one; without slashes at the ends.
    prefixes: BTreeSet<String>,
}

impl PublishedAddresses {
    /// Collects the pages, homes and stages of every site, with aliases and base addresses.
    pub fn new(hub: &Hub) -> Self {
        let mut all = Self {
            pages: BTreeMap::new(),
            frames: BTreeSet::from([String::new()]),
            prefixes: BTreeSet::new(),
        };
        all.prefixes.extend(prefix(&hub.config.base_url));
        for site in &hub.sites {
            let persona = hub.config.persona(site.persona);
            all.prefixes.extend(persona.base_url.as_deref().and_then(prefix));
            for root in roots(hub, site) {
                all.frames.insert(root.clone());
                all.frames.extend(site.stages.iter().map(|stage| join(&root, clean(&stage.path))));
                for ix in &site.walk {
                    let placement = hub.placement(*ix);
                    let front = &hub.facets(placement.doc).front;
                    let own = [clean(&placement.path)]
                        .into_iter()
                        .chain(values(&front.aliases).map(String::as_str));
                    for path in own {
                        let page = (hub.facets(placement.doc).file.clone(), persona.id.clone());
                        all.pages.entry(join(&root, path)).or_default().insert(page);
                    }
                }
            }
        }
        all
    }

    /// What stands at `address`, which may be a whole one or a path. Query and fragment are
    /// dropped, whatever they hold.
    pub fn find(&self, address: &str) -> AddressMeaning {
        let whole = address
            .split_once("://")
            .map_or(address, |(_, rest)| rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]));
        let path = whole.split(['?', '#']).next().unwrap_or_default();
        let path = decode(path);
        let path = clean(&path);
        let below = self
            .prefixes
            .iter()
            .filter_map(|prefix| path.strip_prefix(prefix.as_str())?.strip_prefix('/'));
        for path in [path].into_iter().chain(below) {
            let pages = self.pages.get(path).filter(|pages| pages.len() == 1);
            if let Some((file, persona)) = pages.and_then(BTreeSet::first) {
                return AddressMeaning::Page { file: file.clone(), persona: persona.clone() };
            }
            let is_frame = |path: &str| self.frames.contains(path);
            if is_frame(path) || stage_of_part(path).is_some_and(is_frame) {
                return AddressMeaning::Frame;
            }
        }
        AddressMeaning::Nothing(format!("/{path}"))
    }
}

/// The paths at which a site begins: its folder and, where its persona has a base address, its path
/// below that address.
fn roots(hub: &Hub, site: &Site) -> Vec<String> {
    let persona = hub.config.persona(site.persona);
    let mut roots = vec![site.root.clone()];
    if persona.base_url.is_some() {
        roots.push(
            site.root
                .strip_prefix(persona.slug.as_str())
                .unwrap_or_default()
                .trim_matches('/')
                .to_owned(),
        );
    }
    roots
}

fn prefix(base_url: &str) -> Option<String> {
    let (_, rest) = base_url.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let path = path.trim_matches('/');
    (!path.is_empty()).then(|| path.to_owned())
}

fn join(root: &str, path: &str) -> String {
    format!("{root}/{path}").trim_matches('/').to_owned()
}

fn clean(path: &str) -> &str {
    let path = path.trim().trim_matches('/');
    path.strip_suffix("index.html").unwrap_or(path).trim_matches('/')
}

/// Decodes percent signs. A path that is no UTF-8 then stays as it was.
fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| path.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        out.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| path.to_owned())
}
