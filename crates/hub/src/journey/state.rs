//! Whether a page is shown on a day, and if not, why.

use crate::content::{Facets, Status};
use etappe_base::date::Day;

use super::{Approval, Doc, Edition, Standing};

/// What a page is on the as-of date. Ordered by distance from being published: the furthest reason
/// counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// Readers see it.
    Published,
    /// Shown from that day on.
    Scheduled(Day),
    /// Somebody has to sign it, and that does not stand.
    Unapproved(Approval),
    /// Its writer is not done.
    Draft,
    /// It uses what may not be shown on it.
    Held,
    /// Its front matter has an error.
    Blocked,
    /// Not shown since that day.
    Expired(Day),
    /// Taken back by its author: not even a preview shows it.
    Withdrawn,
}

impl State {
    /// The state of a page on `as_of`.
    pub fn of(facets: &Facets, as_of: Day) -> Self {
        let front = &facets.front;
        if front.is_withdrawn() {
            return Self::Withdrawn;
        }
        if let Some(expires) = facets.expires().filter(|expires| *expires <= as_of) {
            return Self::Expired(expires);
        }
        if facets.blocked {
            return Self::Blocked;
        }
        if front.status == Status::Draft {
            return Self::Draft;
        }
        if facets.is_held() {
            return Self::Held;
        }
        match front.publish_on.filter(|publish_on| *publish_on > as_of) {
            Some(publish_on) => Self::Scheduled(publish_on),
            None => Self::Published,
        }
    }

    /// The state of a page of which signatures say this.
    pub fn signed(self, standing: Option<&Standing>) -> Self {
        let Some(standing) = standing else { return self };
        match (standing.state, standing.from) {
            (Approval::NotNeeded | Approval::Approved, _) => self,
            (Approval::NotYet, Some(from)) => self.max(Self::Scheduled(from)),
            (state, _) => self.max(Self::Unapproved(state)),
        }
    }

    /// The state once it is signed and its day has come; any other reason stays.
    pub fn once_signed(self) -> Self {
        match self {
            Self::Scheduled(_) | Self::Unapproved(_) => Self::Published,
            other => other,
        }
    }

    /// Whether an edition shows the page. One with an error, or one that was withdrawn, is on no
    /// site, preview or not.
    pub fn is_shown(self, blocked: bool, edition: Edition) -> bool {
        !blocked && (self == Self::Published || (edition.preview && self != Self::Withdrawn))
    }

    /// Whether a day alone, what it uses, its author's taking it back, or a signature keeps the page
    /// off the sites. Links to it are no mistake.
    pub fn is_by_date(self) -> bool {
        matches!(
            self,
            Self::Scheduled(_)
                | Self::Unapproved(_)
                | Self::Held
                | Self::Expired(_)
                | Self::Withdrawn
        )
    }

    /// Whether readers see the page today, or will.
    pub fn goes_out(self) -> bool {
        matches!(self, Self::Published | Self::Scheduled(_))
    }

    /// The mark that previews show; empty when published.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Published => "",
            Self::Scheduled(_) => "scheduled",
            Self::Unapproved(approval) => match approval {
                Approval::Missing => "approval_missing",
                Approval::Unsigned => "approval_unsigned",
                Approval::Expired => "approval_expired",
                Approval::Drifted => "approval_drifted",
                Approval::WrongSigner => "approval_wrong_signer",
                Approval::Altered => "approval_altered",
                Approval::NotNeeded | Approval::Approved | Approval::NotYet => "",
            },
            Self::Draft => "draft",
            Self::Held => "held",
            Self::Blocked => "blocked",
            Self::Expired(_) => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The first day after `as_of` on which anything is published or expires.
pub fn next_change<'d>(all: impl Iterator<Item = &'d Doc>, as_of: Day) -> Option<Day> {
    all.filter(|doc| doc.state.goes_out() && !doc.facets.blocked)
        .flat_map(|doc| {
            let signed_from = doc.standing.as_ref().and_then(|standing| standing.from);
            [doc.facets.front.publish_on, doc.ends(), signed_from]
        })
        .flatten()
        .filter(|day| *day > as_of)
        .min()
}
