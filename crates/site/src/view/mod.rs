//! What templates see: the documented, versioned contract between Etappe and themes.
//!
//! Inputs hold everything that one output depends on, and nothing else. The same struct gives
//! both the key, which says whether the output must be made again, and the view that the output
//! is made from: no dependency can be forgotten.

mod date;
pub mod feed;
mod frame;
mod lists;
mod page;
pub mod search;
mod social;
mod structured;
mod text;

use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Value};

use etappe_base::hash::{Digest, Hasher};
use etappe_base::headers::Headers;
use etappe_base::path::HubPath;

pub use frame::{
    ACCENTS, Alternate, FeedbackView, Frame, FrameParts, LangView, Outlet, SiteView, StageLink,
};
pub use lists::{
    BareInputs, ChooserInputs, HomeInputs, HomeStage, Neighbour, PersonaLink, Question,
    StageInputs, StageNav,
};
pub use page::{Card, OtherLang, PageInputs, PageView, Related, Step, StepStage};
pub use social::{SocialCard, SocialInputs};
pub use structured::Crumb;
pub use text::Text;

/// A value that many outputs share, made once, with the digest of all it says.
pub struct Shared {
    /// As templates see it.
    pub value: Value,
    /// Of the value, by its fields.
    pub digest: Digest,
}

impl Shared {
    /// Converts a value for templates, and digests it.
    ///
    /// # Panics
    /// If the value cannot be serialised; plain data always can.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        Self {
            value: Value::from_serializable(value),
            digest: Hasher::new("shared").value(value).finish(),
        }
    }
}

/// Everything that one output depends on.
pub enum Inputs<'r> {
    /// A page on one persona's site.
    Page(Box<PageInputs<'r>>),
    /// The page of one stage.
    Stage(Box<StageInputs<'r>>),
    /// A persona's home in one language.
    Home(HomeInputs<'r>),
    /// The hub's first page in one language.
    Chooser(ChooserInputs<'r>),
    /// The page for lost addresses, `404.html`.
    NotFound(BareInputs<'r>),
    /// What a reader may set on a device of their own.
    Preferences(BareInputs<'r>),
    /// An old address of a page.
    Redirect(RedirectInputs<'r>),
    /// A page's picture for social media.
    SocialCard(SocialInputs<'r>),
    /// Atom or JSON Feed, of a site or of a stage.
    Feed(feed::FeedInputs<'r>),
    /// Of one persona, in all languages.
    Sitemap(feed::SitemapInputs),
    /// Of the personas that share the address of the hub.
    SitemapIndex(feed::SitemapIndexInputs),
    /// llms.txt of one site.
    Contents(feed::ContentsInputs<'r>),
    /// One file of a site's search.
    Search(search::SearchInputs<'r>),
    /// robots.txt of one web root.
    Robots(feed::RobotsInputs),
    /// A file that tells web servers which headers to send, for one web root.
    Headers(Headers),
    /// A file of the theme.
    Bytes(Arc<[u8]>),
    /// A file of the hub beside pages, without its metadata, and without what could run or fetch.
    Published {
        /// In the hub, beside pages.
        file: HubPath,
        /// Of its bytes in the hub.
        digest: Digest,
    },
    /// A smaller size of an image of the hub.
    Small {
        /// The image, in the hub.
        file: HubPath,
        /// Of the whole image's bytes in the hub.
        digest: Digest,
        /// In pixels.
        width: u32,
    },
    /// A file of the hub, copied.
    Copy {
        /// In the hub, below `static/`.
        file: HubPath,
        /// Of its bytes.
        digest: Digest,
    },
}

/// A page that only leads on to another.
pub struct RedirectInputs<'r> {
    /// That of the site.
    pub frame: &'r Frame,
    /// Where the old address stands.
    pub outlet: Outlet,
    /// The way to the page, relative.
    pub target: String,
}

/// Digests of what an output shares with others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SharedParts {
    /// Of the program, since another one may render differently.
    pub program: Digest,
    /// Of the template and all that it reaches.
    pub template: Digest,
    /// The default digest for outputs without a frame.
    pub frame: Digest,
    /// Of the stage as its pages show it; the default digest for outputs that are not pages.
    pub stage: Digest,
}

impl SharedParts {
    /// The key of the output that shares these parts, and whose own inputs have the digest `own`.
    /// Equal keys mean equal bytes.
    pub fn key(&self, own: Digest) -> Digest {
        let mut hasher = Hasher::new("output");
        hasher
            .digest(self.program)
            .digest(self.template)
            .digest(self.frame)
            .digest(self.stage)
            .digest(own)
            .finish()
    }
}

/// What a renderer gets: data, and what to make of it.
pub enum View<'r> {
    /// A template, and all that it sees.
    Template {
        /// The template's name, such as `stage.html`.
        name: &'static str,
        /// Complete: the renderer adds nothing.
        context: Context,
    },
    /// A page: its context, its fields, and the text that `page.body` is made of.
    Page {
        /// All but `page`, which the renderer adds.
        context: Context,
        /// Its `body` is empty until the renderer fills it.
        page: Box<PageView<'r>>,
        /// The text to fill the body from.
        text: Text<'r>,
    },
    /// A drawing by the theme, to be made into a picture.
    Drawing(Context),
    /// Written as Atom or as JSON.
    Feed(&'r feed::FeedInputs<'r>),
    /// Written as XML.
    Sitemap(&'r feed::SitemapInputs),
    /// Written as XML.
    SitemapIndex(&'r feed::SitemapIndexInputs),
    /// Written as Markdown for llms.txt.
    Contents(&'r feed::ContentsInputs<'r>),
    /// Written as JSON.
    Search(&'r search::SearchInputs<'r>),
    /// Written as it is: robots.txt and headers.
    Text(String),
    /// Written as they are.
    Bytes(Arc<[u8]>),
    /// The file of the hub to copy.
    Copy(HubPath),
    /// The file of the hub to publish.
    Published(HubPath),
    /// A smaller size of an image of the hub.
    Small {
        /// The image, in the hub.
        file: HubPath,
        /// Of the whole image's bytes.
        digest: Digest,
        /// In pixels.
        width: u32,
    },
}

impl Inputs<'_> {
    /// The digest of what is this output's alone: all but its template, its frame, and the list of
    /// its stage's pages.
    pub fn own(&self) -> Digest {
        let mut hasher = Hasher::new("own");
        match self {
            Self::Page(inputs) => inputs.hash(&mut hasher),
            Self::Stage(inputs) => inputs.hash(&mut hasher),
            Self::Home(inputs) => inputs.hash(&mut hasher),
            Self::Chooser(inputs) => inputs.hash(&mut hasher),
            Self::NotFound(inputs) | Self::Preferences(inputs) => inputs.hash(&mut hasher),
            Self::Redirect(RedirectInputs { outlet, target, .. }) => {
                hasher.value(outlet).text(target);
            }
            Self::SocialCard(inputs) => inputs.hash(&mut hasher),
            Self::Feed(inputs) => {
                hasher.value(inputs);
            }
            Self::Sitemap(inputs) => {
                hasher.value(inputs);
            }
            Self::SitemapIndex(inputs) => {
                hasher.value(inputs);
            }
            Self::Contents(inputs) => {
                hasher.value(inputs);
            }
            Self::Search(inputs) => inputs.hash(&mut hasher),
            Self::Robots(inputs) => {
                hasher.value(inputs);
            }
            Self::Headers(inputs) => {
                hasher.value(inputs);
            }
            Self::Bytes(bytes) => {
                hasher.bytes(bytes);
            }
            Self::Published { file, digest } => {
                hasher.text("published").text(file.as_str()).digest(*digest);
            }
            Self::Small { file, digest, width } => {
                hasher
                    .text("small")
                    .number(u64::from(etappe_image::VERSION))
                    .text(file.as_str())
                    .digest(*digest)
                    .number(u64::from(*width));
            }
            Self::Copy { file, digest } => {
                hasher.text(file.as_str()).digest(*digest);
            }
        }
        hasher.finish()
    }

    /// The view, made from nothing but these inputs.
    pub fn view(&self) -> View<'_> {
        let template = |name, context| View::Template { name, context };
        match self {
            Self::Page(inputs) => {
                let (context, page) = inputs.context();
                View::Page { context, page: Box::new(page), text: inputs.text() }
            }
            Self::Stage(inputs) => template("stage.html", inputs.context()),
            Self::Home(inputs) => template("home.html", inputs.context()),
            Self::Chooser(inputs) => template("chooser.html", inputs.context()),
            Self::NotFound(inputs) => template("not_found.html", inputs.context()),
            Self::Preferences(inputs) => template("preferences.html", inputs.context()),
            Self::Redirect(RedirectInputs { frame, outlet, target }) => {
                let mut context = frame.context(outlet);
                context.insert("target", target);
                template("redirect.html", context)
            }
            Self::SocialCard(inputs) => View::Drawing(inputs.context()),
            Self::Feed(inputs) => View::Feed(inputs),
            Self::Sitemap(inputs) => View::Sitemap(inputs),
            Self::SitemapIndex(inputs) => View::SitemapIndex(inputs),
            Self::Contents(inputs) => View::Contents(inputs),
            Self::Search(inputs) => View::Search(inputs),
            Self::Robots(inputs) => View::Text(inputs.text()),
            Self::Headers(inputs) => View::Text(inputs.text()),
            Self::Bytes(bytes) => View::Bytes(Arc::clone(bytes)),
            Self::Copy { file, .. } => View::Copy(file.clone()),
            Self::Published { file, .. } => View::Published(file.clone()),
            Self::Small { file, digest, width } => {
                View::Small { file: file.clone(), digest: *digest, width: *width }
            }
        }
    }
}
