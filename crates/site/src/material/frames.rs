//! What many outputs share, made once: the frame of each site, and each stage's list of its first
//! pages.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::headings::Heading;
use super::lists::StageLists;
use super::questions::Questions;
use super::related::ByNeed;
use super::searches::{INDEX, is_searched};
use super::{accents, furniture};
use crate::theme::Theme;
use crate::view::{
    FeedForm, FeedbackView, Frame, FrameParts, LangView, Shared, SiteView, StageLink,
};
use etappe_base::index::Ix;
use etappe_hub::config::{LangIx, Measure, StageIx};
use etappe_hub::journey::{Hub, Placement, PlacementIx, Site, SiteIx, SiteStage};

/// The path of a site's page of preferences, below the site.
pub(crate) const PREFERENCES: &str = "preferences/index.html";

/// The shared parts of all views.
pub struct Frames {
    /// By site.
    sites: Vec<Frame>,
    /// By site, then stage: the stage as its pages show it.
    stages: Vec<Vec<Shared>>,
    /// By site, then stage: where its pages stand. Made when a page of the stage is.
    pub(super) headings: Vec<Vec<OnceLock<Vec<Heading>>>>,
    /// By language: the frame of outputs outside any site.
    outside: Vec<Frame>,
    /// What personas ask on each site.
    pub(crate) questions: Questions,
    /// What related pages are found by.
    by_need: ByNeed,
}

impl Frames {
    /// Makes the parts of every site, stage and language. `theme` must be loaded for the hub's
    /// languages.
    pub fn new(hub: &Hub, theme: &Theme) -> Self {
        let assets: BTreeMap<&str, &str> =
            theme.assets.iter().map(|asset| (&*asset.name, &*asset.path)).collect();
        let frame = |lang: LangIx, at: Option<SiteIx>| {
            let language = hub.config.lang(lang);
            let shown = hub.shown_sites().map(|(_, site)| site);
            let accent_style = match at {
                Some(at) => accents::style(&hub.config, [hub.site(at).persona]),
                None => {
                    let shown = shown.filter(|site| site.lang == lang);
                    accents::style(&hub.config, shown.map(|site| site.persona))
                }
            };
            Frame::new(FrameParts {
                hub_title: hub.config.title.get(lang),
                company: hub.config.company.get(lang),
                furniture: furniture::view(hub, lang, at),
                schema: hub.config.schema,
                image_sizes: &theme.image_sizes,
                preview: hub.edition.preview,
                review: hub.edition.review,
                lang: LangView { code: &language.code, dir: language.dir(), name: language.name() },
                words: &theme.words[usize::from(lang.0)],
                assets: &assets,
                inline: &theme.inline,
                accent_style: &accent_style,
                site: at.map(|at| site_view(hub, theme, hub.site(at))),
            })
        };
        let by_need = ByNeed::new(hub);
        let questions = Questions::new(hub, &by_need);
        let lists = StageLists { hub, theme, questions: &questions };
        let navs = |(at, site): (usize, &Site)| {
            let nav = |stage: &SiteStage| {
                Shared::of(&lists.stage(SiteIx::at(at), stage.stage, theme.lists.page))
            };
            site.stages.as_slice().par_iter().map(nav).collect()
        };
        Self {
            sites: hub.site_ixs().map(|at| frame(hub.site(at).lang, Some(at))).collect(),
            stages: hub.sites.as_slice().par_iter().enumerate().map(navs).collect(),
            headings: hub
                .sites
                .iter()
                .map(|site| site.stages.iter().map(|_| OnceLock::new()).collect())
                .collect(),
            outside: hub.config.lang_ixs().map(|lang| frame(lang, None)).collect(),
            questions,
            by_need,
        }
    }

    /// The frame of the outputs in a language that are outside any site.
    pub fn outside(&self, lang: LangIx) -> &Frame {
        &self.outside[usize::from(lang.0)]
    }

    /// The frame that all outputs of a site share.
    pub fn site(&self, site: SiteIx) -> &Frame {
        &self.sites[usize::from(site.0)]
    }

    /// The pages that readers of a page may want too, without those in `shown`.
    pub(crate) fn related(
        &self,
        hub: &Hub,
        placement: &Placement,
        shown: &[Option<PlacementIx>],
    ) -> Vec<PlacementIx> {
        self.by_need.related(hub, placement, shown)
    }

    /// A stage as its pages on a site show it.
    pub fn stage(&self, site: SiteIx, stage: StageIx) -> &Shared {
        &self.stages[usize::from(site.0)][usize::from(stage.0)]
    }
}

fn site_view<'h>(hub: &'h Hub, theme: &Theme, site: &'h Site) -> SiteView<'h> {
    let link = |stage: &'h SiteStage| StageLink {
        number: stage.number.unwrap_or_default(),
        label: hub.config.stage(stage.stage).label.get(site.lang),
        path: &stage.path,
        count: stage.count(),
    };
    SiteView {
        label: hub.config.persona(site.persona).label.get(site.lang),
        accent: accents::number(&hub.config, site.persona),
        colour: accents::colour(&hub.config, site.persona),
        feed: FeedForm::Atom.file(),
        feed_json: FeedForm::Json.file(),
        home: "index.html",
        preferences: PREFERENCES,
        search: is_searched(hub, theme).then_some(INDEX),
        feedback: hub
            .config
            .hosting
            .feedback
            .as_deref()
            .map(|endpoint| FeedbackView { endpoint, measure: measure(hub, site) }),
        stages: site.route().map(link).collect(),
    }
}

/// The persona's measure, which the feedback form has a question for; empty without one.
fn measure(hub: &Hub, site: &Site) -> &'static str {
    hub.config.persona(site.persona).measure.map_or("", Measure::name)
}
