//! Links: what each means, where it leads on one site, and the findings about those that lead
//! nowhere.

mod bare;
mod bridge;
mod expiry;
mod findings;
mod nowhere;
mod of_hub;
mod way;

use std::sync::Arc;

use rayon::prelude::*;

use super::address::Located;
use super::{DocIx, Hub, SiteIx, barred};
use crate::content::{Body, Document, FrontMatter, Link, LinkKind};
use etappe_base::index::{IndexVec, Ix};
use etappe_base::path;

pub use expiry::breaking;
pub use findings::findings;
pub use of_hub::{HubWay, of_hub};
pub use way::{Hindrance, Shown, Way};

/// What the links of every document mean, by document, then variant. Those of a document that did
/// not change are shared.
#[derive(Clone, Debug, Default)]
pub struct LinkTable(IndexVec<DocIx, Arc<[PageLinks]>>);

/// What the links of one variant of a page mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageLinks {
    /// Those of its text, in the order of [`Body::links`].
    pub text: Box<[Located]>,
    /// The page's own image; `None` where it names none.
    pub image: Option<Located>,
    /// The page to go on with; `None` where it names none.
    pub next: Option<Located>,
    /// The page that the bridge leads to; `None` where it names none.
    pub bridge: Option<Located>,
}

impl PageLinks {
    /// All of them: those of the text, then those of front matter.
    pub fn iter(&self) -> impl Iterator<Item = &Located> {
        self.of_site().chain(&self.bridge)
    }

    /// Those that stay on the page's own site: all but the bridge.
    pub fn of_site(&self) -> impl Iterator<Item = &Located> {
        self.text.iter().chain(&self.image).chain(&self.next)
    }
}

/// The links that front matter makes.
pub struct FrontLinks {
    /// The page's own image.
    pub image: Option<Link>,
    /// The page to go on with.
    pub next: Option<Link>,
    /// The page that the bridge leads to.
    pub bridge: Option<Link>,
}

impl FrontLinks {
    /// All of them, in the order of [`PageLinks::iter`].
    pub fn iter(&self) -> impl Iterator<Item = &Link> {
        self.image.iter().chain(&self.next).chain(&self.bridge)
    }
}

impl LinkTable {
    /// What the links of one variant of a document mean.
    pub fn of(&self, doc: DocIx, variant: usize) -> &PageLinks {
        &self.0[doc][variant]
    }

    /// The links of all variants of all documents.
    pub fn all(&self) -> impl Iterator<Item = &Located> {
        self.0.iter().flat_map(|variants| variants.iter()).flat_map(PageLinks::iter)
    }

    /// The same table with the links of one document located anew.
    pub fn locate(&mut self, hub: &Hub, ix: DocIx, doc: &Document) {
        self.0[ix] = locate(hub, ix, &doc.bodies);
    }

    /// What the links of all variants of a document mean.
    pub fn of_document(&self, doc: DocIx) -> &[PageLinks] {
        &self.0[doc]
    }
}

/// Locates every link of one document, in each of its variants.
fn locate(hub: &Hub, doc: DocIx, bodies: &[Body]) -> Arc<[PageLinks]> {
    let key = hub.key_of(doc);
    let locate = |link: &Link| match link.is_internal() {
        true if link.fault().is_some() => Located::Barred,
        true => hub.addresses.locate(key, &link.dest),
        false => match link.dest.strip_prefix('#') {
            Some(fragment) => Located::Here { fragment: path::decode(fragment).into() },
            None => Located::External,
        },
    };
    let of_front = of_front(&hub.facets(doc).front);
    let links = |body: &Body| PageLinks {
        text: body.links.iter().map(locate).collect(),
        image: of_front.image.as_ref().map(locate),
        next: of_front.next.as_ref().map(locate),
        bridge: hub.locate_bridge(doc),
    };
    bodies.iter().map(links).collect()
}

/// Locates every link of the hub. `docs` are its documents, in its order.
pub fn locate_all(hub: &Hub, docs: &[Document]) -> LinkTable {
    let located = |(at, doc): (usize, &Document)| locate(hub, DocIx::at(at), &doc.bodies);
    let all: Vec<Arc<[PageLinks]>> = docs.par_iter().enumerate().map(located).collect();
    LinkTable(all.into())
}

/// The links that front matter makes.
pub fn of_front(front: &FrontMatter) -> FrontLinks {
    let image = front.image.as_ref().map(|dest| Link {
        dest: dest.as_str().into(),
        span: front.spans.image,
        kind: LinkKind::Picture,
        module: None,
    });
    let next = front.next.as_ref().map(|dest| Link {
        dest: dest.as_str().into(),
        span: front.spans.next,
        kind: LinkKind::Page,
        module: None,
    });
    let bridge = front.bridge.as_ref().and_then(|bridge| bridge.page.as_ref()).map(|page| Link {
        dest: page.value.as_str().into(),
        span: page.span,
        kind: LinkKind::Page,
        module: None,
    });
    FrontLinks { image, next, bridge }
}

/// One link, with the sites that show it and the variants that have it.
struct LinkUse<'d> {
    doc: DocIx,
    link: &'d Link,
    located: &'d Located,
    sites: Vec<SiteIx>,
    variants: Vec<usize>,
}
