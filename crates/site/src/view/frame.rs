//! The frame around every output of a site: what stays the same from page to page.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Value};

use super::{FurnitureView, Shared};
use crate::theme::{self, ThemeWords};
use etappe_base::csp::{Inline, policy};
use etappe_base::hash::{Digest, Hasher};
use etappe_hub::config::PageSchema;

/// An output in one of its languages.
#[derive(Clone, Debug, Serialize)]
pub struct Alternate {
    /// Language code.
    pub lang: String,
    /// `ltr` or `rtl`, as HTML's `dir` takes it.
    pub dir: &'static str,
    /// The language's name for itself.
    pub name: String,
    /// Relative.
    pub href: String,
    /// Absolute.
    pub url: String,
    /// Whether this is the output itself.
    pub current: bool,
    /// Whether it is no version of the output, but the nearest to it in that language.
    pub near: bool,
}

/// Where one output stands, and the ways from there: relative, but on the page for lost addresses
/// paths from the root of the host. Those to roots end with a slash unless empty.
#[derive(Clone, Debug, Serialize)]
pub struct Outlet {
    /// From the output to the folder of its site; `None` outside a persona's site.
    pub to_site: Option<String>,
    /// From the output to its web root, which holds the assets.
    pub to_root: String,
    /// Absolute address. Of a redirect, that of its target; of a page with `canonical_persona`,
    /// that on the persona's site.
    pub canonical: String,
    /// Every language of the output, itself included, in the hub's order. Empty on redirects and
    /// on the page for lost addresses.
    pub alternates: Vec<Alternate>,
    /// The way to the chooser; `None` on the chooser itself, and where the persona has a host of
    /// its own.
    pub chooser: Option<String>,
}

impl Outlet {
    pub(crate) fn hash(&self, hasher: &mut Hasher) {
        let Self { to_site, to_root, canonical, alternates, chooser } = self;
        hasher
            .maybe_text(to_site.as_deref())
            .text(to_root)
            .text(canonical)
            .maybe_text(chooser.as_deref());
        hasher.number(alternates.len() as u64);
        for Alternate { lang, dir, name, href, url, current, near } in alternates {
            hasher.text(lang).text(dir).text(name).text(href).text(url);
            hasher.number(u64::from(*current)).number(u64::from(*near));
        }
    }
}

/// What a frame is made of.
pub struct FrameParts<'f> {
    /// In the frame's language.
    pub hub_title: &'f str,
    /// From hub.toml; may be empty.
    pub company: &'f str,
    /// What stands around pages, from hub.toml.
    pub furniture: FurnitureView<'f>,
    /// What sort of site pages say that they belong to.
    pub schema: PageSchema,
    /// How wide the theme shows images, as HTML's attribute `sizes` says it.
    pub image_sizes: &'f str,
    /// Whether drafts, scheduled and expired pages are shown, marked.
    pub preview: bool,
    /// Whether texts tell those who sign them where they begin and end.
    pub review: bool,
    /// That of all outputs in the frame.
    pub lang: LangView<'f>,
    /// The theme's words in that language.
    pub words: &'f Arc<ThemeWords>,
    /// Name to path below the web root.
    pub assets: &'f BTreeMap<&'f str, &'f str>,
    /// The scripts and styles that stand in the templates themselves.
    pub inline: &'f Inline,
    /// A style element with the colours that cards name; empty where they name none.
    pub accent_style: &'f str,
    /// `None` outside a persona's site.
    pub site: Option<SiteView<'f>>,
}

/// The language of an output.
#[derive(Clone, Copy, Serialize)]
pub struct LangView<'f> {
    /// As in hub.toml, such as `pt-BR`.
    pub code: &'f str,
    /// `ltr` or `rtl`, as HTML's `dir` takes it.
    pub dir: &'f str,
    /// The language's name for itself; its code where that is not known.
    pub name: &'f str,
}

/// How many colours themes have for personas. The persona after the last of them has the first
/// again, unless its card names one.
pub const ACCENTS: usize = 12;

/// One persona's site.
#[derive(Serialize)]
pub struct SiteView<'f> {
    /// What the persona is called, in the site's language.
    pub label: &'f str,
    /// From 1 to [`ACCENTS`], by the persona's place in the hub: themes give each a colour. Above
    /// that, where the persona's card names its own.
    pub accent: usize,
    /// That of the card; `None` where it names none.
    pub colour: Option<ColourView>,
    /// The Atom feed, below the site's root.
    pub feed: &'f str,
    /// The JSON Feed, below the site's root.
    pub feed_json: &'f str,
    /// Below the site's root.
    pub home: &'f str,
    /// Below the site's root.
    pub preferences: &'f str,
    /// The file that a search begins with; `None` where the hub or its theme has no search.
    pub search: Option<&'f str>,
    /// `None` where hub.toml names no endpoint for answers.
    pub feedback: Option<FeedbackView<'f>>,
    /// In the order of the journey; those without pages too where the edition shows what is empty.
    pub stages: Vec<StageLink<'f>>,
}

/// A colour of a persona's card.
#[derive(Clone, Serialize)]
pub struct ColourView {
    /// On light grounds, as `#1d4f91`.
    pub light: String,
    /// On dark grounds.
    pub dark: String,
}

/// The form that asks a reader what a page was worth.
#[derive(Clone, Copy, Serialize)]
pub struct FeedbackView<'f> {
    /// The address that the form posts answers to.
    pub endpoint: &'f str,
    /// The persona's measure, `nps`, `csat` or `ces`; empty where the form has no question for it.
    pub measure: &'f str,
}

/// A stage as every page of a site links to it.
#[derive(Serialize)]
pub struct StageLink<'f> {
    /// From 1.
    pub number: usize,
    /// In the site's language.
    pub label: &'f str,
    /// Below the site's root.
    pub path: &'f str,
    /// How many pages lists of the stage show.
    pub count: usize,
}

#[derive(Serialize)]
struct HubView<'f> {
    title: &'f str,
    company: &'f str,
    generator: &'static str,
    preview: bool,
    #[serde(flatten)]
    furniture: &'f FurnitureView<'f>,
}

/// The shared part of the context, made once for each site, and for each language outside sites.
pub struct Frame {
    base: Context,
    /// What the persona is called; empty outside a persona's site.
    pub label: String,
    /// From hub.toml; may be empty.
    pub company: String,
    /// From hub.toml.
    pub schema: PageSchema,
    /// As HTML's attribute `sizes` has it.
    pub image_sizes: String,
    /// Whether drafts, scheduled and expired pages are shown, marked.
    pub preview: bool,
    /// Whether texts tell those who sign them where they begin and end.
    pub review: bool,
    /// Language code.
    pub lang: String,
    /// The theme's words in the language of the frame.
    pub words: Arc<ThemeWords>,
    /// The scripts and styles that may stand in any output of the frame.
    pub inline: Inline,
    form: Option<String>,
    /// Of all that templates see of the frame, and of the version of the contract.
    pub digest: Digest,
}

impl Frame {
    /// Makes the values that all outputs of the frame share. Its policy is that of outputs that run
    /// nothing of their own.
    pub fn new(parts: FrameParts<'_>) -> Self {
        let hub = Shared::of(&HubView {
            title: parts.hub_title,
            company: parts.company,
            generator: concat!("Etappe ", env!("CARGO_PKG_VERSION")),
            preview: parts.preview,
            furniture: &parts.furniture,
        });
        let lang = Shared::of(&parts.lang);
        let strings = Shared::of(&parts.words.phrases);
        let assets = Shared::of(parts.assets);
        let form = parts
            .site
            .as_ref()
            .and_then(|site| site.feedback)
            .map(|feedback| feedback.endpoint.to_owned());
        let mut inline = parts.inline.clone();
        inline.add(&Inline::of(parts.accent_style));
        let policy = policy(&inline, form.as_deref());
        let site = parts.site.as_ref().map(Shared::of);
        let mut hasher = Hasher::new("frame");
        hasher
            .number(u64::from(theme::CONTRACT))
            .maybe(site.as_ref().map(|site| site.digest))
            .text(&policy)
            .text(parts.accent_style)
            .text(parts.image_sizes)
            .text(parts.schema.name());
        if parts.review {
            hasher.text("review");
        }
        let mut base = Context::new();
        base.insert_value("image_sizes", Value::from(parts.image_sizes));
        base.insert_value("accent_style", Value::safe_string(parts.accent_style));
        base.insert("contract", &theme::CONTRACT);
        base.insert_value("csp", Value::from(policy.as_str()));
        for (name, shared) in [("hub", hub), ("lang", lang), ("t", strings), ("assets", assets)] {
            hasher.digest(shared.digest);
            base.insert_value(name, shared.value);
        }
        if let Some(site) = site {
            base.insert_value("site", site.value);
        }
        let label = parts.site.as_ref().map_or("", |site| site.label).to_owned();
        Self {
            preview: parts.preview,
            review: parts.review,
            base,
            label,
            company: parts.company.to_owned(),
            schema: parts.schema,
            image_sizes: parts.image_sizes.to_owned(),
            lang: parts.lang.code.to_owned(),
            words: Arc::clone(parts.words),
            inline,
            form,
            digest: hasher.finish(),
        }
    }

    /// The context of one output, to which its own values are added.
    pub(crate) fn context(&self, outlet: &Outlet) -> Context {
        let mut context = self.base.clone();
        if let Some(to_site) = &outlet.to_site {
            context.insert_value("to_site", Value::from(to_site.as_str()));
        }
        context.insert_value("to_root", Value::from(outlet.to_root.as_str()));
        context.insert_value("canonical", Value::from(outlet.canonical.as_str()));
        context.insert("alternates", &outlet.alternates);
        context.insert("chooser", &outlet.chooser);
        context
    }

    /// The policy of an output that runs more than its template does; `None` if it runs nothing
    /// more.
    pub(crate) fn policy_with(&self, own: &Inline) -> Option<String> {
        if own.is_empty() {
            return None;
        }
        let mut all = self.inline.clone();
        all.add(own);
        Some(policy(&all, self.form.as_deref()))
    }
}
