//! The kinds of outputs. A file for each says everything about its kind: which outputs there are
//! and where they stand, what they read and show, and what they are called in a finding.
//!
//! To add a kind: write its file, and name it twice below, as a module and in `kinds!`.

mod bridge;
mod chooser;
mod contents;
mod feed;
mod header_file;
mod hidden_stage;
mod home;
mod hub_sitemap;
mod lens;
mod media;
mod not_found;
mod page;
mod preferences;
mod redirect;
mod robots;
mod search;
mod sitemap;
mod sitemap_index;
mod small;
mod social_card;
mod stage;
mod static_file;
mod theme_asset;
mod xml;

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::material::Material;
use crate::view::{Frame, View};
use etappe_base::finding::Place;
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::{HubPath, OutPath};
use etappe_hub::config::{LangIx, PersonaIx};
use etappe_hub::journey::{Asset, DocIx, Hub, MediaIx, PlacementIx, SiteIx, StaticIx};

pub(crate) use lens::Lens;
pub use lens::PartsRead;

/// One output, of whatever kind.
pub trait OutputKind {
    /// What it is for.
    fn role(&self) -> Role {
        Role::List
    }

    /// The template that makes it, if one does.
    fn template(&self) -> Option<&'static str> {
        None
    }

    /// Everything that it depends on, beside its template and its surroundings.
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm>;

    /// What it shows and shares with others: what a template makes has the frame of its site or
    /// language.
    fn surroundings(&self, material: &Material) -> Surroundings {
        let frames = &material.frames;
        let frame = self.template().and_then(|_| match self.subject() {
            Subject::Page(ix) => Some(frames.site(material.hub.placement(ix).site)),
            Subject::Site(site) => Some(frames.site(site)),
            Subject::Language(lang) => Some(frames.outside(lang)),
            _ => None,
        });
        frame.map_or_else(Surroundings::default, Surroundings::of)
    }

    /// What it is, in words for a finding.
    fn called(&self, material: &Material) -> String;

    /// What it shows, or belongs to.
    fn subject(&self) -> Subject {
        Subject::Hub
    }

    /// Where its author wrote of it, if that is less than a whole file.
    fn written_at(&self, _hub: &Hub) -> Option<Place> {
        None
    }

    /// What its bytes are to somebody who reads them.
    fn form(&self) -> ReadAs {
        ReadAs::Named
    }

    /// The file that it is a copy of, as it was read; `None` where it is no copy.
    fn copies<'m>(&self, _material: &'m Material) -> Option<&'m Asset> {
        None
    }

    /// Whether `other`, which stands at the same place, need not be reported: the bytes are the
    /// same, or something else that is reported is the cause.
    fn agrees_with(&self, _other: &Recipe, _material: &Material) -> bool {
        false
    }
}

/// A kind of output, which knows all outputs of its kind.
trait Listed: OutputKind + Sized {
    /// Adds every output of the kind, with its path below `public/`.
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self));
}

/// Everything that one output depends on, and nothing else: both its key and its bytes are made
/// from these alone.
pub trait Inputs {
    /// Adds to the digest all but template and surroundings, whose digests are part of the key by
    /// themselves.
    fn hash(&self, hasher: &mut Hasher);

    /// What a renderer gets.
    fn view(&self) -> View<'_>;
}

impl dyn Inputs + '_ {
    /// The digest of what is this output's alone.
    pub fn own(&self) -> Digest {
        let mut hasher = Hasher::new("own");
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// Digests of what an output shows and shares with others; the default digest where it shows no
/// such thing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings {
    /// Of the frame.
    pub frame: Digest,
    /// Of the stage as its pages show it.
    pub stage: Digest,
}

impl Surroundings {
    fn of(frame: &Frame) -> Self {
        Self { frame: frame.digest, stage: Digest::default() }
    }
}

/// The purpose of an output. Outputs are moved into place in this order, so that a link's target
/// comes before the link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A file of the theme, or one that is copied as it is.
    Asset,
    /// A file that pages show, or a smaller size of an image.
    Media,
    /// A page's picture for social media.
    Card,
    /// A page on one persona's site in one language.
    Page,
    /// An address that leads on to a page: an old one of its own, or a bridge to it.
    Alias,
    /// An output that names others (homes, stages, feeds, sitemaps, search data), or describes the
    /// site as a whole.
    List,
}

/// What an output shows, or belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A page on one site.
    Page(PlacementIx),
    /// A site, or one of its stages.
    Site(SiteIx),
    /// All sites of a persona.
    Persona(PersonaIx),
    /// All sites in a language.
    Language(LangIx),
    /// A file beside pages.
    Media(MediaIx),
    /// A file under `static/`.
    Static(StaticIx),
    /// The hub as a whole.
    Hub,
}

/// What the bytes of an output are to somebody who reads them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadAs {
    /// What the extension of its file says.
    Named,
    /// Text, whatever its file is called.
    Plain,
    /// A drawing that is made into a picture only when all is said.
    Drawing,
    /// A picture, in which nothing can be read.
    Picture,
}

/// Adds one output for each site that is shown, at the same path below it.
fn add_by_site<K>(
    lens: &Lens<'_>,
    path: &str,
    output: fn(SiteIx) -> K,
    add: &mut dyn FnMut(String, K),
) {
    for (ix, site) in lens.layout().shown_sites() {
        add(format!("{}/{path}", site.root), output(ix));
    }
}

/// All outputs of one kind, and what the list of them was made from.
#[derive(Clone, Debug)]
pub(crate) struct List {
    read: PartsRead,
    pub outputs: Arc<[(OutPath, Recipe)]>,
}

impl List {
    fn of<K: Listed>(material: &Material, recipe: fn(K) -> Recipe) -> Self {
        let lens = Lens::new(material);
        let mut outputs = Vec::new();
        K::list(&lens, &mut |path, output| {
            let path = OutPath::new(&path).expect("outputs are made of clean parts");
            outputs.push((path, recipe(output)));
        });
        Self { read: lens.read(), outputs: outputs.into() }
    }
}

/// Makes a list of each kind, in the order in which they are named.
type ListOf = fn(&Material) -> List;

/// The lists of all kinds: of two outputs for one place, the one that comes first stands. Where all
/// that a list was made from in `before` is the same, it is taken from there; `before` must be of
/// the same layout.
pub(crate) fn lists(material: &Material, before: Option<(&Material, &[List])>) -> Vec<List> {
    let list = |(at, list): (usize, &ListOf)| match before {
        Some((old, lists)) if lists[at].read.is_same(material, old) => lists[at].clone(),
        _ => list(material),
    };
    LISTS.par_iter().enumerate().map(list).collect()
}

/// Declares the kinds: for each its file, its variant of [`Recipe`], and the type of its outputs.
macro_rules! kinds {
    ($($(#[$doc:meta])* $file:ident $kind:ident($output:ident),)*) => {
        $(pub use $file::$output;)*

        /// What makes an output. Its indexes belong to the material that it was planned from.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Recipe {
            $($(#[$doc])* $kind($output),)*
        }

        impl Recipe {
            fn kind(&self) -> &dyn OutputKind {
                match self { $(Self::$kind(output) => output,)* }
            }
        }

        const LISTS: &[ListOf] = &[$(|material| List::of(material, Recipe::$kind)),*];
    };
}

kinds! {
    /// The hub's front page in one language, where readers choose a persona.
    chooser Chooser(ChooserOutput),
    /// The page of a stage.
    stage Stage(StageOutput),
    /// The address of a stage that readers are not shown.
    hidden_stage HiddenStage(HiddenStageOutput),
    /// The front page of a site.
    home Home(HomeOutput),
    /// A site's page for lost addresses.
    not_found NotFound(NotFoundOutput),
    /// The page where readers of a site choose how it looks and behaves.
    preferences Preferences(PreferencesOutput),
    /// What is new on a site, or at one of its stages.
    feed Feed(FeedOutput),
    /// A table of contents in Markdown.
    contents Contents(ContentsOutput),
    /// One of the files that a search on a site reads.
    search Search(SearchOutput),
    /// One placement of a page.
    page Page(PageOutput),
    /// A page's picture for social media.
    social_card SocialCard(SocialCardOutput),
    /// An old address of a placement.
    redirect Redirect(RedirectOutput),
    /// The way from a page to another persona's site.
    bridge Bridge(BridgeOutput),
    /// An asset of the theme.
    theme_asset ThemeAsset(ThemeAssetOutput),
    /// A file under `static/`.
    static_file Static(StaticOutput),
    /// A smaller size of an image beside pages.
    small Small(SmallOutput),
    /// A file beside pages.
    media Media(MediaOutput),
    /// robots.txt of one web root.
    robots Robots(RobotsOutput),
    /// A file of headers of one web root.
    header_file Headers(HeadersOutput),
    /// The addresses of the hub's own pages.
    hub_sitemap HubSitemap(HubSitemapOutput),
    /// The list of the hub's sitemaps, or of a persona's.
    sitemap_index SitemapIndex(SitemapIndexOutput),
    /// The addresses of a persona's sites in all languages, for search engines.
    sitemap Sitemap(SitemapOutput),
}

pub use media::media_shown_by;
pub use redirect::alias_file;

impl Recipe {
    /// What the output is for.
    pub fn role(self) -> Role {
        self.kind().role()
    }

    /// The template that makes the output, if one does.
    pub fn template(self) -> Option<&'static str> {
        self.kind().template()
    }

    /// What the output depends on, beside its template and its surroundings.
    pub fn inputs(self, material: &Material) -> Box<dyn Inputs + '_> {
        self.kind().inputs(material)
    }

    /// What the output shows and shares with others.
    pub fn surroundings(self, material: &Material) -> Surroundings {
        self.kind().surroundings(material)
    }

    /// What the output is, in words for a finding.
    pub fn called(self, material: &Material) -> String {
        self.kind().called(material)
    }

    /// What the output shows, or belongs to.
    pub fn subject(self) -> Subject {
        self.kind().subject()
    }

    /// What its bytes are to somebody who reads them.
    pub fn form(self) -> ReadAs {
        self.kind().form()
    }

    /// The file that the output is a copy of, as it was read; `None` where it is no copy.
    pub fn copies(self, material: &Material) -> Option<&Asset> {
        self.kind().copies(material)
    }

    /// Whether two outputs at one place need not be reported.
    pub(crate) fn agrees_with(self, other: Self, material: &Material) -> bool {
        self == other || self.kind().agrees_with(&other, material)
    }

    /// The page that the output is all about: the page itself, an address that leads to it, or its
    /// card.
    pub fn page(self, hub: &Hub) -> Option<DocIx> {
        match self.subject() {
            Subject::Page(ix) => Some(hub.placement(ix).doc),
            _ => None,
        }
    }

    /// The file of the hub that the output shows most directly; `None` where it is made from many.
    pub fn source(self, hub: &Hub) -> Option<HubPath> {
        match self.subject() {
            Subject::Page(ix) => Some(hub.facets(hub.placement(ix).doc).file.clone()),
            Subject::Media(ix) => Some(hub.addresses.beside(ix).file.clone()),
            Subject::Static(ix) => Some(hub.addresses.stat(ix).file.clone()),
            Subject::Site(_) | Subject::Persona(_) | Subject::Language(_) | Subject::Hub => None,
        }
    }

    /// Where an author wrote what makes the output: in a file, or somewhere in it.
    pub(crate) fn place(self, material: &Material) -> Option<Place> {
        let hub = &material.hub;
        self.kind().written_at(hub).or_else(|| self.source(hub).map(|file| Place::file(&file)))
    }
}
