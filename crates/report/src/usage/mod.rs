//! Which pages use a reference, a product, a claim, a module, a need or a file: what to look at again when one of them
//! changes.

mod json;
mod table;

use std::collections::BTreeSet;

use etappe_base::finding::Sources;
use etappe_base::path::HubPath;
use etappe_base::source::{LineIndex, Position, Span, Spanned, values};
use etappe_hub::content::{Facets, FrontMatter, OnceId, UseFault};
use etappe_hub::journey::{DocIx, Located, MediaIx, PageIx, StaticIx, links};
use etappe_site::material::Material;

pub use json::emit as emit_json;
pub use table::emit as emit_table;

/// What a key can name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ThingKind {
    /// A citation's key, whether or not the hub has a reference for it.
    Reference,
    /// From a page's `products`.
    Product,
    /// The id of a claim, or one that a page names.
    Claim,
    /// The name of a module, or one that a page names.
    Module,
    /// The id of a persona's need, or one that a page names.
    Need,
    /// The id of a persona's belief, or one that a page names.
    Belief,
    /// The id of an objective in hub.toml, or one that a page names.
    Objective,
    /// From a stage's `must_have` or a page's `topics`.
    Topic,
    /// A file beside pages, or under `static/`.
    File,
    /// A page with all its languages, by its key or one of its files.
    Page,
}

impl ThingKind {
    /// In the order in which found things are listed.
    pub const ALL: [Self; 10] = [
        Self::Reference,
        Self::Product,
        Self::Claim,
        Self::Module,
        Self::Need,
        Self::Belief,
        Self::Objective,
        Self::Topic,
        Self::File,
        Self::Page,
    ];

    /// As reports for people and programs spell it.
    pub fn name(self) -> &'static str {
        [
            "reference",
            "product",
            "claim",
            "module",
            "need",
            "belief",
            "objective",
            "topic",
            "file",
            "page",
        ][self as usize]
    }
}

/// One thing that a key names, and the pages that use it.
#[derive(Debug)]
pub struct Usage {
    /// One name may stand for things of several kinds.
    pub kind: ThingKind,
    /// As the hub has it: a file's whole path, whatever part of it was asked for.
    pub name: String,
    /// By file, then place.
    pub uses: Vec<Use>,
}

/// One use. A page that names a thing in its front matter uses it as a whole, and has no place.
#[derive(Debug)]
pub struct Use {
    /// The file of the page that uses it.
    pub file: HubPath,
    /// The language's code.
    pub lang: String,
    /// The page's, from front matter.
    pub title: String,
    /// Empty when published; else `draft`, `scheduled`, `held`, `blocked`, `expired`, `withdrawn`, or what its
    /// approval lacks: `approval_missing` and the like.
    pub state: &'static str,
    /// Where the page names the thing; the front matter's place where a folder's default does.
    pub at: Option<Position>,
}

/// A thing that can be used.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Thing<'m> {
    Named(ThingKind, &'m str),
    Beside(MediaIx),
    Static(StaticIx),
    Page(PageIx),
}

/// Everything that `key` names, and where it is used. Empty where it names nothing.
pub fn find(material: &Material, key: &str, sources: &dyn Sources) -> Vec<Usage> {
    let asked = |thing: &Thing<'_>| names(material, thing).any(|name| name == key);
    let things = things(material).into_iter().filter(asked);
    things
        .map(|thing| Usage {
            kind: thing.kind(),
            name: name(material, &thing),
            uses: uses(material, &thing, sources),
        })
        .collect()
}

/// Every name that [`find`] knows.
pub fn known(material: &Material) -> BTreeSet<String> {
    things(material).iter().flat_map(|thing| names(material, thing)).collect()
}

impl Thing<'_> {
    fn kind(&self) -> ThingKind {
        match self {
            Self::Named(kind, _) => *kind,
            Self::Beside(_) | Self::Static(_) => ThingKind::File,
            Self::Page(_) => ThingKind::Page,
        }
    }

    fn is(&self, located: &Located) -> bool {
        match (self, located) {
            (Self::Beside(own), Located::Beside { asset, .. }) => own == asset,
            (Self::Static(own), Located::Static { asset, .. }) => own == asset,
            (Self::Page(own), Located::Page { page, .. }) => own == page,
            (_, Located::Miscased { meant, .. }) => self.is(meant),
            _ => false,
        }
    }
}

fn things(material: &Material) -> BTreeSet<Thing<'_>> {
    let (hub, config) = (&material.hub, &material.hub.config);
    let cites = material
        .docs
        .iter()
        .flat_map(|doc| &*doc.bodies)
        .flat_map(|body| &body.citations)
        .flat_map(|citation| &citation.cites);
    let keys = material.references.keys().chain(cites.map(|cite| &*cite.key));
    let mut things: BTreeSet<Thing<'_>> =
        keys.map(|key| Thing::Named(ThingKind::Reference, key)).collect();
    for persona in &config.personas {
        things.extend(persona.needs.iter().map(|need| Thing::Named(ThingKind::Need, &need.id)));
        things.extend(
            persona.beliefs.iter().map(|belief| Thing::Named(ThingKind::Belief, &belief.id)),
        );
    }
    things.extend(
        config.objectives.iter().map(|objective| Thing::Named(ThingKind::Objective, &objective.id)),
    );
    things.extend(
        config
            .stages
            .iter()
            .flat_map(|stage| &stage.must_have)
            .map(|topic| Thing::Named(ThingKind::Topic, topic)),
    );
    things.extend(material.library.claims().map(|claim| Thing::Named(ThingKind::Claim, &claim.id)));
    things
        .extend(material.library.module_names().map(|name| Thing::Named(ThingKind::Module, name)));
    for doc in &hub.docs {
        things.extend(once(&doc.facets).map(|(kind, id, _)| Thing::Named(kind, id)));
        for kind in ThingKind::ALL {
            things.extend(values(stated(&doc.facets.front, kind)).map(|id| Thing::Named(kind, id)));
        }
    }
    things.extend(hub.addresses.shelf.beside.indexes().map(Thing::Beside));
    things.extend(hub.addresses.shelf.stat.indexes().map(Thing::Static));
    things.extend(hub.pages.indexes().map(Thing::Page));
    things
}

/// What a page uses of what was written once, and where.
fn once(facets: &Facets) -> impl Iterator<Item = (ThingKind, &str, Span)> {
    let named = facets.uses.iter().filter(|used| used.fault != Some(UseFault::Misplaced));
    named.filter_map(|used| match &used.what {
        OnceId::Claim(id) => Some((ThingKind::Claim, &**id, used.span)),
        OnceId::Module(name) => Some((ThingKind::Module, &**name, used.span)),
        OnceId::Claims { .. } => None,
    })
}

/// What a page names of one kind in its front matter.
fn stated(front: &FrontMatter, kind: ThingKind) -> &[Spanned<String>] {
    match kind {
        ThingKind::Product => &front.products,
        ThingKind::Need => &front.needs,
        ThingKind::Belief => &front.beliefs,
        ThingKind::Objective => &front.objectives,
        ThingKind::Topic => &front.topics,
        ThingKind::Reference
        | ThingKind::Claim
        | ThingKind::Module
        | ThingKind::File
        | ThingKind::Page => &[],
    }
}

fn name(material: &Material, thing: &Thing<'_>) -> String {
    let hub = &material.hub;
    match thing {
        Thing::Named(_, name) => (*name).to_owned(),
        Thing::Beside(asset) => hub.addresses.beside(*asset).file.to_string(),
        Thing::Static(asset) => hub.addresses.stat(*asset).file.to_string(),
        Thing::Page(page) => hub.page(*page).key.as_str().to_owned(),
    }
}

/// The names by which a thing can be asked for. For files and pages these are the path in the hub,
/// the path as links write it, and the bare name.
fn names(material: &Material, thing: &Thing<'_>) -> impl Iterator<Item = String> + use<> {
    let whole = name(material, thing);
    let own_files = match thing {
        Thing::Page(page) => material
            .hub
            .page(*page)
            .docs
            .iter()
            .flatten()
            .map(|doc| material.hub.facets(*doc).file.to_string())
            .collect(),
        _ => Vec::new(),
    };
    let is_file = matches!(thing.kind(), ThingKind::File | ThingKind::Page);
    let below = whole
        .strip_prefix("content/")
        .or_else(|| whole.strip_prefix("static/"))
        .unwrap_or(&whole)
        .to_owned();
    let bare = below.rsplit('/').next().unwrap_or_default().to_owned();
    let short = if is_file { vec![format!("/{below}"), below, bare] } else { Vec::new() };
    std::iter::once(whole).chain(own_files).chain(short)
}

fn uses(material: &Material, thing: &Thing<'_>, sources: &dyn Sources) -> Vec<Use> {
    let hub = &material.hub;
    let mut uses = Vec::new();
    for ix in hub.doc_ixs() {
        let doc = hub.doc(ix);
        let file = &doc.facets.file;
        let places: BTreeSet<Option<Span>> = match thing {
            Thing::Named(ThingKind::Reference, key) => cited(material, ix, key),
            Thing::Named(own @ (ThingKind::Claim | ThingKind::Module), id) => once(&doc.facets)
                .filter(|(kind, named, _)| (kind, named) == (own, id))
                .map(|(.., span)| Some(span))
                .collect(),
            Thing::Named(kind, id) => stated(&doc.facets.front, *kind)
                .iter()
                .filter(|stated| stated.value == *id)
                .map(|stated| Some(stated.span))
                .collect(),
            _ => linked(material, ix, thing),
        };
        if places.is_empty() {
            continue;
        }
        let text = sources.text(file).unwrap_or_default();
        let index = LineIndex::new(&text);
        let lang = &hub.config.lang(doc.facets.lang()).code;
        uses.extend(places.into_iter().map(|span| Use {
            file: file.clone(),
            lang: lang.clone(),
            title: doc.facets.front.title.clone(),
            state: doc.state.mark(),
            at: span.map(|span| index.position(span.start)),
        }));
    }
    uses
}

/// Where a document cites a key: each place once, however many variants have it.
fn cited(material: &Material, doc: DocIx, key: &str) -> BTreeSet<Option<Span>> {
    let bodies = &material.docs[doc].bodies;
    let cites = bodies.iter().flat_map(|body| &body.citations).flat_map(|citation| &citation.cites);
    cites.filter(|cite| &*cite.key == key).map(|cite| Some(cite.span)).collect()
}

/// Where a document links to a file or page.
fn linked(material: &Material, doc: DocIx, thing: &Thing<'_>) -> BTreeSet<Option<Span>> {
    let of_front = links::of_front(&material.hub.facets(doc).front);
    let variants = material.docs[doc].bodies.iter().zip(material.links.of_document(doc));
    let links = variants
        .flat_map(|(body, located)| body.links.iter().chain(of_front.iter()).zip(located.iter()));
    links.filter(|(_, located)| thing.is(located)).map(|(link, _)| link.own_span()).collect()
}
