//! What templates see: the documented, versioned contract between Etappe and themes.
//!
//! Inputs hold everything that one output depends on, and nothing else. From the same struct come
//! the key that says whether the output must be made again, and the view that it is made from: a
//! dependency cannot be forgotten.

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

/// A value that many outputs share: made once, with the digest of all it says.
pub struct Shared {
    pub value: Value,
    pub digest: Digest,
}

impl Shared {
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        Self {
            value: Value::from_serializable(value),
            digest: Hasher::new("shared").value(value).finish(),
        }
    }
}

/// Everything that one output depends on.
pub enum Inputs<'r> {
    Page(Box<PageInputs<'r>>),
    Stage(Box<StageInputs<'r>>),
    Home(HomeInputs<'r>),
    Chooser(ChooserInputs<'r>),
    NotFound(BareInputs<'r>),
    Preferences(BareInputs<'r>),
    Redirect(RedirectInputs<'r>),
    SocialCard(SocialInputs<'r>),
    Feed(feed::FeedInputs<'r>),
    Sitemap(feed::SitemapInputs),
    SitemapIndex(feed::SitemapIndexInputs),
    Contents(feed::ContentsInputs<'r>),
    Search(search::SearchInputs<'r>),
    Robots(feed::RobotsInputs),
    Headers(Headers),
    /// Bytes of the theme.
    Bytes(Arc<[u8]>),
    /// A file of the hub, without what is nobody's business.
    Published {
        file: HubPath,
        digest: Digest,
    },
    /// A smaller size of an image of the hub.
    Small {
        file: HubPath,
        digest: Digest,
        width: u32,
    },
    /// A file of the hub, copied.
    Copy {
        file: HubPath,
        digest: Digest,
    },
}

/// A page that only leads to another.
pub struct RedirectInputs<'r> {
    pub frame: &'r Frame,
    pub outlet: Outlet,
    /// Relative.
    pub target: String,
}

/// Digests of what an output shares with others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SharedParts {
    /// Of the program: another one may render differently.
    pub program: Digest,
    /// Of the template and all that it reaches.
    pub template: Digest,
    pub frame: Digest,
    /// Of the stage as its pages show it.
    pub stage: Digest,
}

impl SharedParts {
    /// The key of the output that shares these, and whose own inputs have the digest `own`: equal
    /// keys, equal bytes.
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
    Template {
        name: &'static str,
        context: Context,
    },
    /// A page: its context, what is known of `page`, and the text that `page.body` is made of.
    Page {
        context: Context,
        page: Box<PageView<'r>>,
        text: Text<'r>,
    },
    /// A drawing by the theme, to be made into a picture.
    Drawing(Context),
    Feed(&'r feed::FeedInputs<'r>),
    Sitemap(&'r feed::SitemapInputs),
    SitemapIndex(&'r feed::SitemapIndexInputs),
    Contents(&'r feed::ContentsInputs<'r>),
    Search(&'r search::SearchInputs<'r>),
    Text(String),
    Bytes(Arc<[u8]>),
    Copy(HubPath),
    Published(HubPath),
    Small {
        file: HubPath,
        digest: Digest,
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
