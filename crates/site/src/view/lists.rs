//! Stages and their pages, as many outputs list them.

use serde::Serialize;

use super::date::DateView;
use etappe_base::locale::Locale;
use etappe_base::moment::Moment;
use etappe_hub::content::Facets;
use etappe_hub::journey::{Hub, Placement, State};

/// A stage and its pages, for the stage's own page and, cut short, for each of its pages.
#[derive(Serialize)]
pub struct StageNav {
    /// From 1.
    pub number: usize,
    /// In the site's language.
    pub label: String,
    /// Below the site's root.
    pub path: String,
    /// What is new at this stage, as Atom. Below the site's root.
    pub feed: String,
    /// The same as JSON Feed.
    pub feed_json: String,
    /// How many pages it has, listed here or not.
    pub total: usize,
    /// The persona's questions at this stage, in the site's language.
    pub needs: Vec<String>,
    /// In the order of the stage; those that only the default language has come last. Of a part of
    /// them, in the order of its groups.
    pub pages: Vec<Card>,
    /// The pages by the questions that they answer, in the order of the persona's file; those that
    /// answer none come last.
    pub groups: Vec<StageGroup>,
    /// How many of the stage's pages stand in `groups`.
    pub grouped: usize,
}

/// The pages of one year in a long list, by their places in their group.
#[derive(Serialize)]
pub struct StageYear {
    /// The year; empty for pages without one.
    pub text: String,
    /// Whether the pages have no date. Those that their author put in order have no year either, and
    /// come first.
    pub undated: bool,
    /// The place of the first, from 0.
    pub from: usize,
    /// The place behind the last.
    pub to: usize,
}

/// A question of a stage, and the pages that answer it.
#[derive(Serialize)]
pub struct StageGroup {
    /// In the site's language; empty for the pages that answer no question of the stage.
    pub text: String,
    /// Those of the stage that answer no question before this one.
    pub pages: Vec<Card>,
    /// The others: they stand under an earlier question, or at another stage.
    pub also: Vec<Card>,
    /// The id that the home links to, where it does not list all pages of the question.
    pub anchor: Option<String>,
    /// Whether it began in the part before.
    pub continued: bool,
    /// The years of `pages`, the newest first; empty where there are few pages, and beside a page.
    pub years: Vec<StageYear>,
}

/// The stage of a step.
#[derive(Serialize)]
pub struct StepStage<'r> {
    /// From 1.
    pub number: usize,
    /// In the site's language.
    pub label: &'r str,
}

impl<'r> StepStage<'r> {
    /// The stage that makes a page's address.
    pub fn of(hub: &'r Hub, placement: &Placement) -> Self {
        let site = hub.site(placement.site);
        let number = site.stages[placement.stage].number.unwrap_or_default();
        Self { number, label: hub.config.stage(placement.stage).label.get(site.lang) }
    }
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
        let date = |moment: Option<Moment>| moment.map(|moment| DateView::new(moment.day, locale));
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
