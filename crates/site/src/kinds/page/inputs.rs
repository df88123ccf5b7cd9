//! Everything that a page depends on, and what its template sees of it.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Value};

use super::super::Inputs;
use super::TEMPLATE;
use super::passing_on;
use super::structured::{Crumb, json_ld};
use crate::theme::PageFields;
use crate::view::{
    ApprovalView, BridgeView, DateView, Frame, LinkView, Outlet, PageText, PageView, Shared,
    SocialCard, StepStage, TocEntry, View,
};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::moment::Moment;
use etappe_base::path;
use etappe_hub::content::{Body, Facets, Fill, LinkKind};
use etappe_hub::journey::links::{Hindrance, Shown, Way};
use etappe_hub::journey::{Standing, State};
use etappe_hub::references::Formatted;

/// How many words a reader reads in a minute.
const WORDS_PER_MINUTE: u32 = 200;

/// Everything that a page's output depends on.
pub(super) struct PageInputs<'r> {
    /// That of the page's site.
    pub(super) frame: &'r Frame,
    /// Where the page stands.
    pub(super) outlet: Outlet,
    /// The stage that makes the address, with the first of its pages.
    pub(super) stage: &'r Shared,
    /// What the page says about itself.
    pub(super) facets: &'r Facets,
    /// Only previews show a page that is not published.
    pub(super) state: State,
    /// What signatures say of it; `None` where nobody has to sign it.
    pub(super) standing: Option<&'r Standing>,
    /// The text of the variant that the site's persona is shown.
    pub(super) body: &'r Body,
    /// Digests of the templates of the body's directives, each once, by name.
    pub(super) directives: Vec<Digest>,
    /// The references that the body cites, formatted; `None` where it cites none that are known.
    pub(super) cited: Option<Arc<Formatted>>,
    /// Where the body's links lead from here, in the order of [`Body::links`].
    pub(super) ways: Vec<Way>,
    /// The page's own image, relative or as written; `None` where it has none to show.
    pub(super) image: Option<String>,
    /// The absolute address of `image`, where that is a file of the hub.
    pub(super) image_url: Option<String>,
    /// The page's picture for social media. `None` where the page has a photograph, or letters that
    /// cards cannot show, and where the theme or the hub makes no cards.
    pub(super) card: Option<SocialCard>,
    /// The persona's questions that it answers, in the order of the card and the language of the
    /// site.
    pub(super) questions: Vec<&'r str>,
    /// The way to another persona's site; `None` where the page has none.
    pub(super) bridge: Option<BridgeView<'r>>,
    /// Whether readers may tell a colleague of it by mail.
    pub(super) is_shared: bool,
    /// Which of the fields that take work the theme can show.
    pub(super) fields: PageFields,
    /// Home and stage, in that order.
    pub(super) crumbs: [Crumb<'r>; 2],
    /// Size and smaller sizes of `image`, where that is a file of the hub.
    pub(super) picture: Option<Shown>,
    /// Below the site's root; not encoded.
    pub(super) path: &'r str,
    /// `None` on the first page of the journey.
    pub(super) previous: Option<PageStep<'r>>,
    /// The page that front matter names, if the site has it, or else the journey's; `None` after
    /// the last.
    pub(super) next: Option<PageStep<'r>>,
    /// Where the route leads on behind its last page; `None` before, and where nobody says so.
    pub(super) cta: Option<LinkView<'r>>,
    /// Neither the page itself, nor the page before or after. Most related first; empty where the
    /// theme shows none.
    pub(super) related: Vec<RelatedPage<'r>>,
}

/// The page before or after, along the journey.
#[derive(Serialize)]
pub(super) struct PageStep<'r> {
    /// As in front matter.
    pub(super) title: &'r str,
    /// Below the site's root.
    pub(super) path: Cow<'r, str>,
    /// The stage that makes its address.
    pub(super) stage: StepStage<'r>,
}

impl PageStep<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        let Self { title, path, stage: StepStage { number, label } } = self;
        hasher.text(title).text(path).number(*number as u64).text(label);
    }
}

/// A page that readers of another page may want too.
#[derive(Serialize)]
pub(super) struct RelatedPage<'r> {
    /// Title, address and stage.
    #[serde(flatten)]
    pub(super) step: PageStep<'r>,
    /// As on a card.
    pub(super) state: &'static str,
}

impl Inputs for PageInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        // Frame, stage and templates are shared: their digests are part of the key by themselves.
        let Self {
            frame,
            stage: _,
            fields: _,
            outlet,
            facets,
            state,
            standing,
            body,
            directives,
            cited,
            ways,
            image,
            image_url,
            crumbs,
            card,
            questions,
            bridge,
            is_shared,
            picture,
            path,
            previous,
            next,
            cta,
            related,
        } = self;
        outlet.hash(hasher);
        hasher.digest(facets.shown).text(state.mark()).digest(body.digest);
        if let Some(standing) = standing {
            hasher.number(7).text(&standing.code).value(&standing.prepared);
        }
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
        hasher.value(&(bridge, is_shared));
        hasher.number(questions.len() as u64);
        for question in questions {
            hasher.text(question);
        }
        for Crumb { name, url } in crumbs {
            hasher.text(name).text(url);
        }
        for step in [previous, next] {
            hasher.number(u64::from(step.is_some()));
            step.iter().for_each(|step| step.hash(hasher));
        }
        hasher.value(cta);
        hasher.number(related.len() as u64);
        for RelatedPage { step, state } in related {
            hasher.text(state);
            step.hash(hasher);
        }
        if frame.preview {
            body.seams().for_each(|seam| {
                hasher.number(u64::from(seam.at)).number(u64::from(seam.fill == Fill::PartEnd));
            });
        }
    }

    fn view(&self) -> View<'_> {
        let (context, page) = self.context();
        View::Page { name: TEMPLATE, context, page: Box::new(page), text: self.text() }
    }
}

impl PageInputs<'_> {
    /// The text, whose gaps the renderer fills.
    fn text(&self) -> PageText<'_> {
        PageText {
            body: self.body,
            cited: self.cited.as_deref(),
            ways: &self.ways,
            frame: self.frame,
            outlet: &self.outlet,
        }
    }

    /// The context without the page, and the page without its text.
    fn context(&self) -> (Context, PageView<'_>) {
        let front = &self.facets.front;
        let date = |moment: Option<Moment>| {
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
            approval: self.approval(),
            questions: &self.questions,
            minutes: self.body.words.div_ceil(WORDS_PER_MINUTE).max(1),
            toc: if self.fields.toc { self.toc() } else { Vec::new() },
            state: self.state.mark(),
            directives: self.body.directives.iter().map(|directive| &*directive.name).collect(),
            image: self.image.as_deref(),
            image_url: self.image_url.as_deref(),
            card: self.card.as_ref(),
            picture: self.picture.as_ref(),
            share: (self.is_shared && self.fields.share)
                .then(|| passing_on::mail(&front.title, &self.outlet.canonical)),
            bridge: self.bridge.as_ref(),
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
        context.insert("cta", &self.cta);
        context.insert("related", &self.related);
        if let Some(policy) = self.frame.policy_with(&self.body.inline) {
            context.insert_value("csp", Value::from(policy.as_str()));
        }
        (context, page)
    }

    fn approval(&self) -> Option<ApprovalView<'_>> {
        let standing = self.standing.filter(|standing| !standing.code.is_empty())?;
        let locale = &self.frame.words.locale;
        let prepared = standing.prepared.map(|day| DateView::new(day, locale));
        Some(ApprovalView { code: &standing.code, prepared })
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
