//! A page as its template sees it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Serialize;
use tera::Value;

use super::date::DateView;
use etappe_hub::journey::links::Shown;

/// A page as templates see it, without its text.
#[derive(Serialize)]
pub struct PageView<'v> {
    pub(crate) title: &'v str,
    pub(crate) summary: &'v str,
    pub(crate) path: Cow<'v, str>,
    pub(crate) kind: &'static str,
    pub(crate) date: Option<DateView>,
    pub(crate) updated: Option<DateView>,
    pub(crate) authors: &'v [String],
    pub(crate) reviewed_by: &'v [String],
    /// The signatures that it stands under; `None` where nobody has to sign it.
    pub(crate) approval: Option<ApprovalView<'v>>,
    /// The persona's questions that it answers.
    pub(crate) questions: &'v [&'v str],
    pub(crate) minutes: u32,
    pub(crate) toc: Vec<TocEntry<'v>>,
    pub(crate) state: &'static str,
    /// The names of the directives in its text, each once.
    pub(crate) directives: BTreeSet<&'v str>,
    pub(crate) image: Option<&'v str>,
    pub(crate) image_url: Option<&'v str>,
    pub(crate) card: Option<&'v SocialCard>,
    pub(crate) picture: Option<&'v Shown>,
    /// The address of a mail about the page, without a recipient.
    pub(crate) share: Option<String>,
    /// The way to another persona's site.
    pub(crate) bridge: Option<&'v BridgeView<'v>>,
    pub(crate) extra: &'v serde_json::Value,
    pub(crate) json_ld: Value,
    /// HTML; the renderer fills it in.
    pub body: Value,
}

/// What readers are told of the signatures that a page stands under.
#[derive(Serialize)]
pub(crate) struct ApprovalView<'v> {
    /// The job code.
    pub(crate) code: &'v str,
    /// The day of preparation, where the record says it.
    pub(crate) prepared: Option<DateView>,
}

/// The way from a page to another persona's site.
#[derive(Clone, Debug, Serialize)]
pub struct BridgeView<'v> {
    /// What the persona is called, in the language of the page.
    pub label: &'v str,
    /// Relative, or absolute where the page stands on a host of its own.
    pub href: String,
}

/// A heading in a page's table of contents.
#[derive(Serialize)]
pub(crate) struct TocEntry<'v> {
    pub(crate) level: u8,
    pub(crate) id: &'v str,
    pub(crate) text: &'v str,
}

/// A page's picture for social media, as the page names it.
#[derive(Clone, Debug, Serialize)]
pub struct SocialCard {
    /// Absolute.
    pub url: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}
