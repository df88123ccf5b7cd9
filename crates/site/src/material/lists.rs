//! Stages, their questions and their pages, as many outputs list them.

use super::questions::{Questions, SiteQuestion};
use crate::theme::Theme;
use crate::view::{Card, FeedForm, OtherLang, StageNav};
use etappe_base::path;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{Hub, PlacementIx, SiteIx};

/// What lists are made from.
#[derive(Clone, Copy)]
pub(crate) struct Lists<'m> {
    pub hub: &'m Hub,
    pub theme: &'m Theme,
    pub questions: &'m Questions,
}

impl Lists<'_> {
    /// A stage of a site with at most `limit` of its pages.
    pub(crate) fn stage(&self, ix: SiteIx, at: StageIx, limit: usize) -> StageNav {
        let Self { hub, questions, .. } = self;
        let site = hub.site(ix);
        let stage = &site.stages[at];
        StageNav {
            // Nobody is shown a stage without a number.
            number: stage.number.unwrap_or_default(),
            label: hub.config.stage(at).label.get(site.lang).to_owned(),
            path: stage.path.clone(),
            feed: FeedForm::Atom.beside(&stage.path),
            feed_json: FeedForm::Json.beside(&stage.path),
            total: stage.count(),
            needs: questions.at(ix, at).map(|question| self.text(ix, question)).collect(),
            pages: stage.listed().take(limit).map(|page| self.card(ix, page)).collect(),
        }
    }

    /// A question in the language of the site.
    pub(crate) fn text(&self, ix: SiteIx, question: &SiteQuestion) -> String {
        let site = self.hub.site(ix);
        self.hub.config.persona(site.persona).needs[question.need].text.get(site.lang).to_owned()
    }

    /// A page as the lists of the site `on` show it: one of its own, or one in the default
    /// language.
    pub(crate) fn card(&self, on: SiteIx, ix: PlacementIx) -> Card {
        let hub = self.hub;
        let placement = hub.placement(ix);
        let doc = hub.doc(placement.doc);
        let locale = &self.theme.words[usize::from(hub.site(on).lang.0)].locale;
        let card = Card::new(&doc.facets, self.path(on, ix), doc.state, locale);
        let lang = (placement.site != on).then(|| self.other_lang(ix));
        Card { lang, ..card }
    }

    /// The way from the root of the site `on` to a page: one of its own, or one that it lists in
    /// the default language.
    pub(crate) fn path(&self, on: SiteIx, ix: PlacementIx) -> String {
        let placement = self.hub.placement(ix);
        if placement.site == on {
            return path::encode(&placement.path).into_owned();
        }
        let from = format!("{}/index.html", self.hub.site(on).root);
        path::link(&from, &self.hub.out_path(placement))
    }

    /// The language of a page that another site lists.
    pub(crate) fn other_lang(&self, ix: PlacementIx) -> OtherLang {
        let lang = self.hub.config.lang(self.hub.site(self.hub.placement(ix).site).lang);
        OtherLang { code: lang.code.clone(), dir: lang.dir(), name: lang.name().to_owned() }
    }
}
