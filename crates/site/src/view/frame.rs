//! The frame around every output of a site: what stays the same from page to page.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Value};

use super::Shared;
use crate::theme::{self, Words};
use etappe_base::csp::{Inline, policy};
use etappe_base::hash::{Digest, Hasher};

/// One version of an output in a language.
#[derive(Clone, Debug, Serialize)]
pub struct Alternate {
    /// Language code.
    pub lang: String,
    pub dir: &'static str,
    /// The language's name for itself.
    pub name: String,
    /// Relative.
    pub href: String,
    /// Absolute.
    pub url: String,
    /// Whether this is the output itself.
    pub current: bool,
}

/// Where one output stands, and the ways from there.
#[derive(Clone, Debug, Serialize)]
pub struct Outlet {
    /// From the output to the folder of its site; `None` outside a persona's site.
    pub to_site: Option<String>,
    /// From the output to its web root, which holds the assets.
    pub to_root: String,
    /// Absolute address.
    pub canonical: String,
    pub alternates: Vec<Alternate>,
    /// Relative; `None` where there is no chooser.
    pub chooser: Option<String>,
}

impl Outlet {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        let Self { to_site, to_root, canonical, alternates, chooser } = self;
        hasher
            .maybe_text(to_site.as_deref())
            .text(to_root)
            .text(canonical)
            .maybe_text(chooser.as_deref());
        hasher.number(alternates.len() as u64);
        for Alternate { lang, dir, name, href, url, current } in alternates {
            hasher.text(lang).text(dir).text(name).text(href).text(url).number(u64::from(*current));
        }
    }
}

/// What a frame is made of.
pub struct FrameParts<'f> {
    pub hub_title: &'f str,
    pub company: &'f str,
    pub preview: bool,
    pub lang: LangView<'f>,
    pub words: &'f Arc<Words>,
    /// Name to path below the web root.
    pub assets: &'f BTreeMap<&'f str, &'f str>,
    /// What the templates themselves run.
    pub inline: &'f Inline,
    /// `None` outside a persona's site.
    pub site: Option<SiteView<'f>>,
}

/// The language of an output.
#[derive(Clone, Copy, Serialize)]
pub struct LangView<'f> {
    pub code: &'f str,
    pub dir: &'f str,
    pub name: &'f str,
}

/// How many colours themes have for personas; the next persona begins again with the first.
pub const ACCENTS: usize = 6;

/// One persona's site.
#[derive(Serialize)]
pub struct SiteView<'f> {
    pub label: &'f str,
    /// From 1 to [`ACCENTS`]: themes give each a colour.
    pub accent: usize,
    /// Atom and JSON Feed.
    pub feed: &'f str,
    pub feed_json: &'f str,
    pub home: &'f str,
    pub preferences: &'f str,
    /// What a search begins with; nothing where the hub has none.
    pub search: Option<&'f str>,
    /// Nothing where the hub asks its readers nothing.
    pub feedback: Option<FeedbackView<'f>>,
    pub stages: Vec<StageLink<'f>>,
}

/// The form that asks a reader what a page was worth.
#[derive(Clone, Copy, Serialize)]
pub struct FeedbackView<'f> {
    /// Where the answers go.
    pub endpoint: &'f str,
    /// What else is asked: `nps`, `csat`, `ces`, or nothing.
    pub measure: &'f str,
}

/// A stage as every page of a site links to it.
#[derive(Serialize)]
pub struct StageLink<'f> {
    /// From 1.
    pub number: usize,
    pub label: &'f str,
    /// Below the site's root.
    pub path: &'f str,
    /// How many pages it has.
    pub count: usize,
}

#[derive(Serialize)]
struct HubView<'f> {
    title: &'f str,
    company: &'f str,
    generator: &'static str,
    preview: bool,
}

/// The shared part of the context, made once for each site.
pub struct Frame {
    base: Context,
    /// What the persona is called; empty outside a persona's site.
    pub label: String,
    pub company: String,
    pub preview: bool,
    /// Language code.
    pub lang: String,
    pub words: Arc<Words>,
    inline: Inline,
    form: Option<String>,
    pub digest: Digest,
}

impl Frame {
    pub fn new(parts: FrameParts<'_>) -> Self {
        let hub = Shared::of(&HubView {
            title: parts.hub_title,
            company: parts.company,
            generator: concat!("Etappe ", env!("CARGO_PKG_VERSION")),
            preview: parts.preview,
        });
        let lang = Shared::of(&parts.lang);
        let strings = Shared::of(&parts.words.phrases);
        let assets = Shared::of(parts.assets);
        let form = parts
            .site
            .as_ref()
            .and_then(|site| site.feedback)
            .map(|feedback| feedback.endpoint.to_owned());
        let policy = policy(parts.inline, form.as_deref());
        let site = parts.site.as_ref().map(Shared::of);
        let mut hasher = Hasher::new("frame");
        hasher
            .number(u64::from(theme::CONTRACT))
            .maybe(site.as_ref().map(|site| site.digest))
            .text(&policy);
        let mut base = Context::new();
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
            base,
            label,
            company: parts.company.to_owned(),
            lang: parts.lang.code.to_owned(),
            words: Arc::clone(parts.words),
            inline: parts.inline.clone(),
            form,
            digest: hasher.finish(),
        }
    }

    /// The context of one output, to which its own values are added.
    pub(super) fn context(&self, outlet: &Outlet) -> Context {
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
    pub(super) fn policy_with(&self, own: &Inline) -> Option<String> {
        if own.is_empty() {
            return None;
        }
        let mut all = self.inline.clone();
        all.add(own);
        Some(policy(&all, self.form.as_deref()))
    }
}
