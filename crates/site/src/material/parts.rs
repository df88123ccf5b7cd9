//! The parts of a stage's list that have addresses of their own, where it is long and the theme has
//! a place for the ways between them.

use std::ops::Range;

use super::{Heading, Material};
use crate::theme::Theme;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{SiteIx, SiteStage};

/// What the name of a part begins with.
const PART: &str = "part.";

/// The most pages in one part of a stage's list.
fn size(theme: &Theme) -> usize {
    if theme.templates.parted { theme.lists.stage } else { usize::MAX }
}

/// How many parts a stage's list has: one at least. The number of its pages alone decides, so that a
/// change of words makes no output and takes none away.
pub(crate) fn part_count(theme: &Theme, stage: &SiteStage) -> usize {
    stage.count().div_ceil(size(theme)).max(1)
}

/// The path of a part, from 1, below the site. The first is the stage's page. The others stand below
/// it, under a name with a dot: no slug has one, and no language.
pub(crate) fn part_path(stage: &SiteStage, part: usize) -> String {
    let folder = stage.path.trim_end_matches("index.html");
    if part == 1 { stage.path.clone() } else { format!("{folder}{PART}{part}/index.html") }
}

/// The address of a stage from that of a part of its list, whether or not there still is such a part;
/// `None` where it is no part's. Neither has slashes at its ends.
pub fn stage_of_part(address: &str) -> Option<&str> {
    let (stage, name) = address.rsplit_once('/')?;
    let number = name.strip_prefix(PART)?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(stage)
}

/// The id of a heading by its place in the list of its stage.
pub(super) fn anchor(at: usize) -> String {
    format!("_question-{}", at + 1)
}

impl Material {
    /// The pages of a part, from 1, by their places in the stage's list.
    pub(crate) fn part_places(&self, part: usize) -> Range<usize> {
        let size = size(&self.theme);
        (part - 1).saturating_mul(size)..part.saturating_mul(size)
    }

    /// Where in the list of a stage a question begins, as a link from the site's root says it; `need`
    /// is its place among the needs of the persona's card. `None` where the stage does not ask it.
    pub(crate) fn question_path(
        &self,
        site: SiteIx,
        stage: StageIx,
        need: usize,
    ) -> Option<String> {
        let headings = self.headings(site, stage);
        let at = headings.iter().position(|heading| heading.need == Some(need))?;
        let count = |headings: &[Heading]| headings.iter().map(|heading| heading.pages.len()).sum();
        let (before, total): (usize, usize) = (count(&headings[..at]), count(headings));
        let part = before.min(total.saturating_sub(1)) / size(&self.theme) + 1;
        let path = part_path(&self.hub.site(site).stages[stage], part);
        Some(format!("{path}#{}", anchor(at)))
    }

    /// How many parts the list of a stage has.
    pub(crate) fn part_count(&self, site: SiteIx, stage: StageIx) -> usize {
        part_count(&self.theme, &self.hub.site(site).stages[stage])
    }
}
