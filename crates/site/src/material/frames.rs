//! What many outputs share, made once: the frame of each site, and each stage's list of its first
//! pages.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::furniture;
use super::related::ByNeed;
use super::searches::{INDEX, is_searched};
use crate::theme::Theme;
use crate::view::{
    ACCENTS, Card, FeedForm, FeedbackView, Frame, FrameParts, LangView, OtherLang, Shared,
    SiteView, StageLink, StageNav,
};
use etappe_base::index::Ix;
use etappe_base::path;
use etappe_hub::config::{LangIx, Measure, PersonaIx, StageIx};
use etappe_hub::journey::{Hub, Placement, PlacementIx, Site, SiteIx};

/// The path of a site's page of preferences, below the site.
pub(crate) const PREFERENCES: &str = "preferences/index.html";

/// The shared parts of all views.
pub struct Frames {
    /// By site.
    sites: Vec<Frame>,
    /// By site, then stage: the stage as its pages show it.
    stages: Vec<Vec<Shared>>,
    /// By language: the frame of outputs outside any site.
    outside: Vec<Frame>,
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
            Frame::new(FrameParts {
                hub_title: hub.config.title.get(lang),
                company: hub.config.company.get(lang),
                furniture: furniture::view(hub, lang, at),
                schema: hub.config.schema,
                image_sizes: &theme.image_sizes,
                preview: hub.edition.preview,
                lang: LangView { code: &language.code, dir: language.dir(), name: language.name() },
                words: &theme.words[usize::from(lang.0)],
                assets: &assets,
                inline: &theme.inline,
                site: at.map(|at| site_view(hub, theme, hub.site(at))),
            })
        };
        let navs = |(at, site): (usize, &Site)| {
            site.stages
                .as_slice()
                .par_iter()
                .map(|stage| nav(hub, theme, SiteIx::at(at), stage.stage))
                .collect()
        };
        Self {
            sites: hub.site_ixs().map(|at| frame(hub.site(at).lang, Some(at))).collect(),
            stages: hub.sites.as_slice().par_iter().enumerate().map(navs).collect(),
            outside: hub.config.lang_ixs().map(|lang| frame(lang, None)).collect(),
            by_need: ByNeed::new(hub),
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
    let link = |(at, stage): (usize, &'h etappe_hub::journey::SiteStage)| StageLink {
        number: at + 1,
        label: hub.config.stage(stage.stage).label.get(site.lang),
        path: &stage.path,
        count: stage.count(),
    };
    SiteView {
        label: hub.config.persona(site.persona).label.get(site.lang),
        accent: accent(site.persona),
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
        stages: site.stages.iter().enumerate().map(link).collect(),
    }
}

/// The persona's measure, which the feedback form has a question for; empty without one.
fn measure(hub: &Hub, site: &Site) -> &'static str {
    hub.config.persona(site.persona).measure.map_or("", Measure::name)
}

/// The number of a persona's colour, from 1, by its place among the personas: it stays the same
/// whichever of them are built.
pub(crate) fn accent(persona: PersonaIx) -> usize {
    usize::from(persona.0) % ACCENTS + 1
}

fn nav(hub: &Hub, theme: &Theme, site: SiteIx, stage: StageIx) -> Shared {
    Shared::of(&stage_nav(hub, theme, site, stage, theme.lists.page))
}

/// A stage with at most `limit` of its pages.
pub(crate) fn stage_nav(
    hub: &Hub,
    theme: &Theme,
    ix: SiteIx,
    at: StageIx,
    limit: usize,
) -> StageNav {
    let site = hub.site(ix);
    let stage = &site.stages[at];
    StageNav {
        number: at.number() + 1,
        label: hub.config.stage(at).label.get(site.lang).to_owned(),
        path: stage.path.clone(),
        feed: FeedForm::Atom.beside(&stage.path),
        feed_json: FeedForm::Json.beside(&stage.path),
        total: stage.count(),
        needs: needs(hub, site, stage.stage).map(|(_, text)| text.to_owned()).collect(),
        pages: stage
            .listed()
            .take(limit)
            .map(|placement| card(hub, theme, ix, placement))
            .collect(),
    }
}

/// A persona's needs at a stage: id, and text in the site's language.
pub(crate) fn needs<'h>(
    hub: &'h Hub,
    site: &'h Site,
    stage: StageIx,
) -> impl Iterator<Item = (&'h str, &'h str)> {
    let needs = &hub.config.persona(site.persona).needs;
    needs
        .iter()
        .filter(move |need| need.stage == stage)
        .map(move |need| (&*need.id, need.text.get(site.lang)))
}

/// A page as the lists of the site `on` show it: one of its own, or one in the default language.
pub(crate) fn card(hub: &Hub, theme: &Theme, on: SiteIx, ix: PlacementIx) -> Card {
    let placement = hub.placement(ix);
    let doc = hub.doc(placement.doc);
    let site = hub.site(on);
    let locale = &theme.words[usize::from(site.lang.0)].locale;
    if placement.site == on {
        return Card::new(
            &doc.facets,
            path::encode(&placement.path).into_owned(),
            doc.state,
            locale,
        );
    }
    let path = path::link(&format!("{}/index.html", site.root), &hub.out_path(placement));
    let lang = hub.config.lang(hub.site(placement.site).lang);
    let lang = OtherLang { code: lang.code.clone(), dir: lang.dir(), name: lang.name().to_owned() };
    Card { lang: Some(lang), ..Card::new(&doc.facets, path, doc.state, locale) }
}
