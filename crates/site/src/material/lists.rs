//! Stages, their questions and their pages, as many outputs list them.

use std::cmp::Reverse;
use std::ops::Range;

use super::headings::{Era, Heading};
use super::parts::anchor;
use super::questions::Questions;
use crate::theme::Theme;
use crate::view::{Card, FeedForm, OtherLang, StageGroup, StageNav, StageYear};
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

/// What of a heading one list shows.
struct Slice {
    /// By their places under the heading.
    pages: Range<usize>,
    /// Whether the heading ends here.
    is_last: bool,
}

impl Slice {
    fn whole(heading: &Heading) -> Self {
        Self { pages: 0..heading.pages.len(), is_last: true }
    }

    /// What of a heading stands in a part, which has the given `places` of `total`; the first page of
    /// the heading is at `start`. `None` where nothing does.
    fn of(heading: &Heading, start: usize, total: usize, places: &Range<usize>) -> Option<Self> {
        let end = start + heading.pages.len();
        // A heading without pages stands where its first one would.
        let last = if end > start { end - 1 } else { start.min(total.saturating_sub(1)) };
        let is_last = places.contains(&last);
        let from = places.start.clamp(start, end) - start;
        let to = places.end.clamp(start, end) - start;
        (is_last || from < to).then_some(Self { pages: from..to, is_last })
    }
}

impl StageLists<'_> {
    /// A stage of a site with at most `limit` of its pages.
    pub(crate) fn stage(&self, ix: SiteIx, at: StageIx, limit: usize) -> StageNav {
        let headings = self.headings(ix, at, limit);
        let groups = headings.iter().map(|heading| self.group(ix, heading, Slice::whole(heading)));
        let groups: Vec<StageGroup> = groups.collect();
        let listed = self.hub.site(ix).stages[at].listed();
        let pages = listed.take(limit).map(|page| self.card(ix, page)).collect();
        self.nav(ix, at, pages, groups)
    }

    /// A stage of a site with those of its pages that have these places under its `headings`, and
    /// their years.
    pub(crate) fn part(
        &self,
        ix: SiteIx,
        at: StageIx,
        headings: &[Heading],
        places: &Range<usize>,
    ) -> StageNav {
        let total = headings.iter().map(|heading| heading.pages.len()).sum();
        let mut start = 0;
        let mut groups = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            let slice = Slice::of(heading, start, total, places);
            start += heading.pages.len();
            groups.extend(slice.map(|slice| StageGroup {
                continued: slice.pages.start > 0,
                anchor: self.anchor(at, heading).filter(|_| slice.pages.start == 0),
                years: self.years(heading, &slice.pages),
                ..self.group(ix, heading, slice)
            }));
        }
        let pages = if total <= places.len() {
            let listed = self.hub.site(ix).stages[at].listed();
            listed.map(|page| self.card(ix, page)).collect()
        } else {
            groups.iter().flat_map(|group| group.pages.iter().cloned()).collect()
        };
        self.nav(ix, at, pages, groups)
    }

    fn nav(&self, ix: SiteIx, at: StageIx, pages: Vec<Card>, groups: Vec<StageGroup>) -> StageNav {
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
            needs: questions.at(ix, at).map(|question| self.text(ix, question.need)).collect(),
            pages,
            grouped: groups.iter().map(|group| group.pages.len()).sum(),
            groups,
        }
    }

    fn group(&self, ix: SiteIx, heading: &Heading, slice: Slice) -> StageGroup {
        let cards = |pages: &[PlacementIx]| pages.iter().map(|page| self.card(ix, *page)).collect();
        let also: &[PlacementIx] = if slice.is_last { &heading.also } else { &[] };
        StageGroup {
            text: heading.need.map(|need| self.text(ix, need)).unwrap_or_default(),
            pages: cards(&heading.pages[slice.pages]),
            also: cards(also),
            anchor: None,
            continued: false,
            years: Vec::new(),
        }
    }

    /// What a home links to that shows some of a question's pages.
    fn anchor(&self, at: usize, heading: &Heading) -> Option<String> {
        let is_cut = heading.pages.len() + heading.also.len() > self.theme.lists.home.max(1);
        (is_cut && heading.need.is_some()).then(|| anchor(at))
    }

    /// The years of the pages that have these places under a heading.
    fn years(&self, heading: &Heading, places: &Range<usize>) -> Vec<StageYear> {
        let year = |(era, own): (Era, Range<usize>)| {
            let shown = own.start.max(places.start)..own.end.min(places.end);
            (!shown.is_empty()).then(|| StageYear {
                text: match era {
                    Era::Year(Reverse(year)) => year.to_string(),
                    Era::Ordered | Era::Undated => String::new(),
                },
                undated: era == Era::Undated,
                from: shown.start - places.start,
                to: shown.end - places.start,
            })
        };
        heading.eras(self.hub).into_iter().filter_map(year).collect()
    }

    /// A question, by its place among the needs of the persona's card, in the language of the site.
    pub(crate) fn text(&self, ix: SiteIx, need: usize) -> String {
        let site = self.hub.site(ix);
        self.hub.config.persona(site.persona).needs[need].text.get(site.lang).to_owned()
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
