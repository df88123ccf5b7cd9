//! `[coverage]` and `[measures]`: above which shares of pages the coverage report warns, and by
//! which rules it judges pages.

use super::fields::Fields;

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

impl Targets {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let usual = Self::default();
        let own = fields.table("coverage", "[coverage]", |fields| Self {
            max_generic: percent(fields, "max_generic").unwrap_or(usual.max_generic),
            max_promo: percent(fields, "max_promo"),
        });
        own.unwrap_or(usual)
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

impl Measures {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let usual = Self::default();
        let own = fields.table("measures", "[measures]", |fields| Self {
            min_views: fields.count("min_views", 1).unwrap_or(usual.min_views),
            stop_share: percent(fields, "stop_share").unwrap_or(usual.stop_share),
            useful: percent(fields, "useful").unwrap_or(usual.useful),
            min_answers: fields.count("min_answers", 30).unwrap_or(usual.min_answers),
            start_views: fields.count("start_views", 1).unwrap_or(usual.start_views),
        });
        own.unwrap_or(usual)
    }
}

/// Takes a whole number from 0 to 100. `None` when it is absent, or reported as anything else.
pub(super) fn percent(fields: &mut Fields<'_>, key: &'static str) -> Option<u32> {
    let number = fields.integer(key)?;
    let percent = u32::try_from(number.value).ok().filter(|percent| *percent <= 100);
    if percent.is_none() {
        let message =
            format!("`{key}` is a share in per cent, from 0 to 100, but it is {}.", number.value);
        fields.reader.invalid(number.span, message, Some(format!("write `{key} = 40`")));
    }
    percent
}
