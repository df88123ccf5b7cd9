//! `[coverage]` and `[measures]`: above which shares of pages the coverage report warns, and by
//! which rules it judges pages.

use super::keys::{Count, Percent};
use super::known::Known;

/// The limits for shares of pages; the coverage report warns above them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Targets {
    /// Generic pages, in per cent of the pages on a persona's site.
    pub max_generic: u32,
    /// Promotional pages, in per cent of the pages on a persona's site. `None`: no limit.
    pub max_promo: Option<u32>,
}

impl Default for Targets {
    fn default() -> Self {
        Self { max_generic: 40, max_promo: None }
    }
}

keys! {
    /// `[coverage]`, as it is written.
    pub(super) struct TargetKeys("[coverage]") in Known {
        /// Generic pages among those of a persona's site, in per cent.
        max_generic: Percent = "max_generic", usually("40");
        /// Promotional pages among them, in per cent.
        max_promo: Percent = "max_promo", usually("no limit");
    }
}

impl From<TargetKeys> for Targets {
    fn from(keys: TargetKeys) -> Self {
        let usual = Self::default();
        Self {
            max_generic: keys.max_generic.unwrap_or(usual.max_generic),
            max_promo: keys.max_promo,
        }
    }
}

/// The rules that say which pages to continue, stop or watch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measures {
    /// The views in a month below which nothing is said of a page.
    pub min_views: u32,
    /// How many of a site's pages with enough views count as the least read, in per cent.
    pub stop_share: u32,
    /// The share of its scale from which a score says that a page is useful, in per cent.
    pub useful: u32,
    /// The number of answers below which no score is shown; never less than 30.
    pub min_answers: u32,
    /// How many views of an address without a page put it among the pages to start with.
    pub start_views: u32,
}

impl Default for Measures {
    fn default() -> Self {
        Self { min_views: 20, stop_share: 25, useful: 60, min_answers: 30, start_views: 20 }
    }
}

keys! {
    /// `[measures]`, as it is written.
    pub(super) struct MeasureKeys("[measures]") in Known {
        /// Views in a month, below which nothing is said of a page.
        min_views: Count<1> = "min_views", usually("20");
        /// How many of a site's pages are the least read, in per cent.
        stop_share: Percent = "stop_share", usually("25");
        /// From which share of its scale on, in per cent, a score says that a page is useful.
        useful: Percent = "useful", usually("60");
        /// Answers, below which no score is shown; 30 at least.
        min_answers: Count<30> = "min_answers", usually("30");
        /// Views of an address without a page that make it one to start with.
        start_views: Count<1> = "start_views", usually("20");
    }
}

impl From<MeasureKeys> for Measures {
    fn from(keys: MeasureKeys) -> Self {
        let usual = Self::default();
        Self {
            min_views: keys.min_views.unwrap_or(usual.min_views),
            stop_share: keys.stop_share.unwrap_or(usual.stop_share),
            useful: keys.useful.unwrap_or(usual.useful),
            min_answers: keys.min_answers.unwrap_or(usual.min_answers),
            start_views: keys.start_views.unwrap_or(usual.start_views),
        }
    }
}
