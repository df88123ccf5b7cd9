//! One page on one site.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Value};

use super::date::DateView;
use super::structured::{Crumb, json_ld};
use super::{Frame, Outlet, Shared, SocialCard, Text};
use crate::theme::PageFields;
use etappe_base::hash::{Digest, Hasher};
use etappe_base::locale::Locale;
use etappe_base::path;
use etappe_hub::content::{Body, Facets, Fill, LinkKind};
use etappe_hub::journey::State;
use etappe_hub::journey::links::{Hindrance, Shown, Way};
use etappe_hub::references::Formatted;

/// Words that a reader takes in a minute.
const WORDS_PER_MINUTE: u32 = 200;

/// Everything that a page's output depends on.
pub struct PageInputs<'r> {
    pub frame: &'r Frame,
    pub outlet: Outlet,
    /// The stage that makes the URL, with its first pages.
    pub stage: &'r Shared,
    pub facets: &'r Facets,
    pub state: State,
    pub body: &'r Body,
    /// Of the templates of the directives that the body uses.
    pub directives: Vec<Digest>,
    /// The references that the body cites, formatted.
    pub cited: Option<Arc<Formatted>>,
    /// Where the body's links lead from here, in their order.
    pub ways: Vec<Way>,
    /// The page's own image, relative.
    pub image: Option<String>,
    /// The same, absolute, where it is the hub's own.
    pub image_url: Option<String>,
    /// The page's picture for social media.
    pub card: Option<SocialCard>,
    /// What can be shown of the page.
    pub fields: PageFields,
    /// Home and stage.
    pub crumbs: [Crumb<'r>; 2],
    /// What is known of that image, if it is a file of the hub.
    pub picture: Option<Shown>,
    /// Below the site's root.
    pub path: &'r str,
    pub previous: Option<Step<'r>>,
    pub next: Option<Step<'r>>,
    /// Neither the page itself, nor the page before or after.
    pub related: Vec<Related<'r>>,
}

/// The page before or after, along the journey.
#[derive(Serialize)]
pub struct Step<'r> {
    pub title: &'r str,
    /// Below the site's root.
    pub path: Cow<'r, str>,
    pub stage: StepStage<'r>,
}

impl Step<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        let Self { title, path, stage: StepStage { number, label } } = self;
        hasher.text(title).text(path).number(*number as u64).text(label);
    }
}

/// A page that readers of another may want too.
#[derive(Serialize)]
pub struct Related<'r> {
    #[serde(flatten)]
    pub step: Step<'r>,
    /// As on a card.
    pub state: &'static str,
}

/// The stage of such a page.
#[derive(Serialize)]
pub struct StepStage<'r> {
    pub number: usize,
    pub label: &'r str,
}

/// A page as lists show it.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    pub title: String,
    /// Below the site's root.
    pub path: String,
    pub summary: String,
    pub date: Option<DateView>,
    pub updated: Option<DateView>,
    pub kind: &'static str,
    /// Empty when published; else `draft`, `scheduled` or `expired`: only previews show those.
    pub state: &'static str,
    /// The page's language, where it is another than the list's.
    pub lang: Option<OtherLang>,
}

/// A language that stands out from its surroundings.
#[derive(Clone, Debug, Serialize)]
pub struct OtherLang {
    pub code: String,
    pub dir: &'static str,
    /// The language's name for itself.
    pub name: String,
}

impl Card {
    /// `path` is encoded. `locale` is that of the list.
    pub fn new(facets: &Facets, path: String, state: State, locale: &Locale) -> Self {
        let front = &facets.front;
        let date = |moment: Option<etappe_base::moment::Moment>| {
            moment.map(|moment| DateView::new(moment.day, locale))
        };
        Self {
            title: front.title.clone(),
            path,
            summary: front.summary.clone(),
            date: date(front.date),
            updated: date(front.updated),
            kind: front.kind.name(),
            state: state.mark(),
            lang: None,
        }
    }
}

/// A page as templates see it, but for its text.
#[derive(Serialize)]
pub struct PageView<'v> {
    title: &'v str,
    summary: &'v str,
    path: Cow<'v, str>,
    kind: &'static str,
    date: Option<DateView>,
    updated: Option<DateView>,
    authors: &'v [String],
    reviewed_by: &'v [String],
    minutes: u32,
    toc: Vec<TocEntry<'v>>,
    state: &'static str,
    /// The names of the directives in its text, each once.
    directives: BTreeSet<&'v str>,
    image: Option<&'v str>,
    image_url: Option<&'v str>,
    card: Option<&'v SocialCard>,
    picture: Option<&'v Shown>,
    extra: &'v serde_json::Value,
    json_ld: Value,
    /// HTML; the renderer fills it in.
    pub body: Value,
}

#[derive(Serialize)]
struct TocEntry<'v> {
    level: u8,
    id: &'v str,
    text: &'v str,
}

impl PageInputs<'_> {
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        // Frame, stage and templates are shared: their digests are part of the key by themselves.
        let Self {
            frame,
            stage: _,
            fields: _,
            outlet,
            facets,
            state,
            body,
            directives,
            cited,
            ways,
            image,
            image_url,
            crumbs,
            card,
            picture,
            path,
            previous,
            next,
            related,
        } = self;
        outlet.hash(hasher);
        hasher.digest(facets.shown).text(state.mark()).digest(body.digest);
        for (at, way) in ways.iter().enumerate() {
            let (written, kind) =
                body.links.get(at).map_or(("", LinkKind::Page), |link| (&*link.dest, link.kind));
            match way {
                Way::To(link) => hasher.number(1).text(link),
                Way::InLanguage { to, lang } => hasher.number(2).text(to).text(lang),
                Way::Picture(shown) => hasher.number(6).value(shown),
                Way::AsWritten => hasher.number(3).text(written),
                // An image that is nowhere is written as it was.
                Way::Nowhere(Hindrance::Broken) if kind != LinkKind::Page => {
                    hasher.number(4).text(written)
                }
                Way::Nowhere(_) => hasher.number(5),
            };
        }
        for template in directives {
            hasher.digest(*template);
        }
        hasher.value(&(image, image_url, picture, card, cited)).text(path);
        for Crumb { name, url } in crumbs {
            hasher.text(name).text(url);
        }
        for step in [previous, next] {
            hasher.number(u64::from(step.is_some()));
            step.iter().for_each(|step| step.hash(hasher));
        }
        hasher.number(related.len() as u64);
        for Related { step, state } in related {
            hasher.text(state);
            step.hash(hasher);
        }
        if frame.preview {
            body.seams().for_each(|seam| {
                hasher.number(u64::from(seam.at)).number(u64::from(seam.fill == Fill::PartEnd));
            });
        }
    }

    /// The text, whose gaps the renderer fills.
    pub(super) fn text(&self) -> Text<'_> {
        Text {
            body: self.body,
            cited: self.cited.as_deref(),
            ways: &self.ways,
            frame: self.frame,
            outlet: &self.outlet,
        }
    }

    /// The context without the page, and the page without its text.
    pub(super) fn context(&self) -> (Context, PageView<'_>) {
        let front = &self.facets.front;
        let date = |moment: Option<etappe_base::moment::Moment>| {
            moment.map(|moment| DateView::new(moment.day, &self.frame.words.locale))
        };
        let page = PageView {
            title: &front.title,
            summary: &front.summary,
            path: path::encode(self.path),
            kind: front.kind.name(),
            date: date(front.date),
            updated: date(front.updated),
            authors: &front.authors,
            reviewed_by: &front.reviewed_by,
            minutes: self.body.words.div_ceil(WORDS_PER_MINUTE).max(1),
            toc: if self.fields.toc { self.toc() } else { Vec::new() },
            state: self.state.mark(),
            directives: self.body.directives.iter().map(|directive| &*directive.name).collect(),
            image: self.image.as_deref(),
            image_url: self.image_url.as_deref(),
            card: self.card.as_ref(),
            picture: self.picture.as_ref(),
            extra: &front.extra,
            json_ld: if self.fields.json_ld {
                Value::safe_string(&json_ld(self))
            } else {
                Value::none()
            },
            body: Value::none(),
        };
        let mut context = self.frame.context(&self.outlet);
        context.insert_value("stage", self.stage.value.clone());
        context.insert("previous", &self.previous);
        context.insert("next", &self.next);
        context.insert("related", &self.related);
        if let Some(policy) = self.frame.policy_with(&self.body.inline) {
            context.insert_value("csp", Value::from(policy.as_str()));
        }
        (context, page)
    }

    fn toc(&self) -> Vec<TocEntry<'_>> {
        let entry = |heading: &'_ etappe_hub::content::Heading| {
            matches!(heading.level, 2 | 3) && !heading.text.is_empty()
        };
        let headings = self.body.headings.iter().filter(|heading| entry(heading));
        headings
            .map(|heading| TocEntry { level: heading.level, id: &heading.id, text: &heading.text })
            .collect()
    }
}
