//! What templates see: the documented, versioned contract between Etappe and themes.
//!
//! What only one kind of output shows stands with that kind.

mod date;
mod feed;
mod frame;
mod furniture;
mod lists;
mod page;
pub mod seam;
mod text;

use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Value};

use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;

pub use feed::FeedForm;
pub use frame::{
    ACCENTS, Alternate, ColourView, FeedbackView, Frame, FrameParts, LangView, Outlet, SiteView,
    StageLink,
};
pub use furniture::{FurnitureView, LinkView, LogoFile, LogoView, NoticeView};
pub use lists::{Card, OtherLang, StageGroup, StageNav, StageYear, StepStage};
pub use page::{BridgeView, PageView, SocialCard};
pub use text::PageText;

pub(crate) use date::DateView;
pub(crate) use page::{ApprovalView, TocEntry};

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

/// Data that knows the form it is written in.
pub trait WritesItself {
    /// Adds all of it to `out`.
    fn write(&self, out: &mut Vec<u8>);
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
        /// The template's name.
        name: &'static str,
        /// All but `page`, which the renderer adds.
        context: Context,
        /// Its `body` is empty until the renderer fills it.
        page: Box<PageView<'r>>,
        /// The text to fill the body from.
        text: PageText<'r>,
    },
    /// A drawing by the theme, to be made into a picture.
    Drawing(Context),
    /// Written by itself, without the theme: as XML, JSON or Markdown.
    Written(&'r dyn WritesItself),
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
