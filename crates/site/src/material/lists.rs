//! Stages, their questions and their pages, as many outputs list them.

use std::collections::BTreeSet;

use super::questions::{Questions, SiteQuestion};
use crate::theme::Theme;
use crate::view::{Card, FeedForm, OtherLang, StageGroup, StageNav};
use etappe_base::path;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{Hub, PlacementIx, SiteIx};

/// What lists are made from.
#[derive(Clone, Copy)]
pub(crate) struct StageLists<'m> {
    pub hub: &'m Hub,
    pub theme: &'m Theme,
    pub questions: &'m Questions,
}

impl StageLists<'_> {
    /// A stage of a site with at most `limit` of its pages.
    pub(crate) fn stage(&self, ix: SiteIx, at: StageIx, limit: usize) -> StageNav {
        let Self { hub, questions, .. } = self;
        let site = hub.site(ix);
        let stage = &site.stages[at];
        let (groups, grouped) = self.groups(ix, at, limit);
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
            groups,
            grouped,
        }
    }

    /// The pages of a stage by the questions that they answer, and how many those are. `limit` is
    /// shared by the questions; each leads to one page at least.
    fn groups(&self, ix: SiteIx, at: StageIx, limit: usize) -> (Vec<StageGroup>, usize) {
        let asked = self.questions.at(ix, at);
        let each = (limit / asked.clone().count().max(1)).max(1);
        let mut placed: BTreeSet<PlacementIx> = BTreeSet::new();
        let is_here = |page: PlacementIx| {
            self.hub.facets(self.hub.placement(page).doc).front.stages.contains(&at)
        };
        let mut groups: Vec<StageGroup> = Vec::new();
        for question in asked {
            let answers = question.answers.iter().copied().take(each);
            let (first, again): (Vec<_>, Vec<_>) =
                answers.partition(|page| is_here(*page) && placed.insert(*page));
            groups.push(self.group(ix, self.text(ix, question), &first, &again));
        }
        let room = limit.saturating_sub(placed.len());
        let others = self.hub.site(ix).stages[at].listed();
        let others: Vec<_> = others.filter(|page| !placed.contains(page)).take(room).collect();
        if !others.is_empty() {
            groups.push(self.group(ix, String::new(), &others, &[]));
        }
        (groups, placed.len() + others.len())
    }

    fn group(
        &self,
        ix: SiteIx,
        text: String,
        pages: &[PlacementIx],
        also: &[PlacementIx],
    ) -> StageGroup {
        let cards = |pages: &[PlacementIx]| pages.iter().map(|page| self.card(ix, *page)).collect();
        StageGroup { text, pages: cards(pages), also: cards(also) }
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
