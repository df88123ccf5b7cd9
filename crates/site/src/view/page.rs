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

/// How many words a reader reads in a minute.
const WORDS_PER_MINUTE: u32 = 200;

/// Everything that a page's output depends on.
pub struct PageInputs<'r> {
    /// That of the page's site.
    pub frame: &'r Frame,
    /// Where the page stands.
    pub outlet: Outlet,
    /// The stage that makes the address, with the first of its pages.
    pub stage: &'r Shared,
    /// What the page says about itself.
    pub facets: &'r Facets,
    /// Only previews show a page that is not published.
    pub state: State,
    /// The text of the variant that the site's persona is shown.
    pub body: &'r Body,
    /// Digests of the templates of the body's directives, each once, by name.
    pub directives: Vec<Digest>,
    /// The references that the body cites, formatted; `None` where it cites none that are known.
    pub cited: Option<Arc<Formatted>>,
    /// Where the body's links lead from here, in the order of [`Body::links`].
    pub ways: Vec<Way>,
    /// The page's own image, relative or as written; `None` where it has none to show.
    pub image: Option<String>,
    /// The absolute address of `image`, where that is a file of the hub.
    pub image_url: Option<String>,
    /// The page's picture for social media. `None` where the page has a photograph, or letters that
    /// cards cannot show, and where the theme or the hub makes no cards.
    pub card: Option<SocialCard>,
    /// Which of the fields that take work the theme can show.
    pub fields: PageFields,
    /// Home and stage, in that order.
    pub crumbs: [Crumb<'r>; 2],
    /// Size and smaller sizes of `image`, where that is a file of the hub.
    pub picture: Option<Shown>,
    /// Below the site's root; not encoded.
    pub path: &'r str,
    /// `None` on the first page of the journey.
    pub previous: Option<Step<'r>>,
    /// The page that front matter names, if the site has it, or else the journey's; `None` after
    /// the last.
    pub next: Option<Step<'r>>,
    /// Neither the page itself, nor the page before or after. Most related first; empty where the
    /// theme shows none.
    pub related: Vec<Related<'r>>,
}

/// The page before or after, along the journey.
#[derive(Serialize)]
pub struct Step<'r> {
    /// As in front matter.
    pub title: &'r str,
    /// Below the site's root.
    pub path: Cow<'r, str>,
    /// The stage that makes its address.
    pub stage: StepStage<'r>,
}

impl Step<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        let Self { title, path, stage: StepStage { number, label } } = self;
        hasher.text(title).text(path).number(*number as u64).text(label);
    }
}

/// A page that readers of another page may want too.
#[derive(Serialize)]
pub struct Related<'r> {
    /// Title, address and stage.
    #[serde(flatten)]
    pub step: Step<'r>,
    /// As on a card.
    pub state: &'static str,
}

/// The stage of a step.
#[derive(Serialize)]
pub struct StepStage<'r> {
    /// From 1.
    pub number: usize,
    /// In the site's language.
    pub label: &'r str,
}

/// A page as lists show it.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// As in front matter.
    pub title: String,
    /// From the site's root.
    pub path: String,
    /// May be empty.
    pub summary: String,
    /// From front matter; `None` where it gives none.
    pub date: Option<DateView>,
    /// From front matter; `None` where it gives none.
    pub updated: Option<DateView>,
    /// `info`, `promo`, `safety` or `patient`.
    pub kind: &'static str,
    /// Empty when published; else `draft`, `scheduled` or `expired`, which only previews show.
    pub state: &'static str,
    /// The page's language, where the list is in another.
    pub lang: Option<OtherLang>,
}

/// A language that stands out from its surroundings.
#[derive(Clone, Debug, Serialize)]
pub struct OtherLang {
    /// As in hub.toml, such as `pt-BR`.
    pub code: String,
    /// `ltr` or `rtl`, as HTML's `dir` takes it.
    pub dir: &'static str,
    /// The language's name for itself.
    pub name: String,
}

impl Card {
    /// The card of a page; `path` is encoded, and `locale` is the list's.
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

/// A page as templates see it, without its text.
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
                // An image that leads nowhere is written as it stands in the text.
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
