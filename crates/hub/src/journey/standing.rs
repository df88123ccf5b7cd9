//! What signatures say of a page: handed in by whoever knows them, and kept as a facet, so that an
//! edit that leaves it as it was disturbs nobody.

use serde::{Deserialize, Serialize};

use etappe_base::date::Day;

/// Whether readers may be shown an item as far as signatures go, from the best to the worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Nobody has to sign it.
    NotNeeded,
    /// Everyone who must has signed what it says today.
    Approved,
    /// It is signed for a later day.
    NotYet,
    /// Somebody has yet to sign it, or a signature was taken back.
    Missing,
    /// A record stands without a signature, or nobody could verify it.
    Unsigned,
    /// A signature's time is over.
    Expired,
    /// Its content is no longer what was signed.
    Drifted,
    /// Somebody signed who may not.
    WrongSigner,
    /// A record is not what was signed.
    Altered,
}

impl Approval {
    /// All of them, in their order.
    pub const ALL: [Self; 9] = [
        Self::NotNeeded,
        Self::Approved,
        Self::NotYet,
        Self::Missing,
        Self::Unsigned,
        Self::Expired,
        Self::Drifted,
        Self::WrongSigner,
        Self::Altered,
    ];

    /// As reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::Approved => "approved",
            Self::NotYet => "not-yet",
            Self::Missing => "missing",
            Self::Unsigned => "unsigned",
            Self::Expired => "expired",
            Self::Drifted => "drifted",
            Self::WrongSigner => "wrong-signer",
            Self::Altered => "altered",
        }
    }

    /// Whether readers may be shown it.
    pub fn is_given(self) -> bool {
        matches!(self, Self::NotNeeded | Self::Approved)
    }
}

/// What signatures say of one document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// On the edition's day.
    pub state: Approval,
    /// The first day on which it counts, where it is signed for a later one.
    pub from: Option<Day>,
    /// The first day on which it does not count any more; `None` where no such day is known.
    pub until: Option<Day>,
    /// The day since which it is not approved any more, because a record was taken back or its
    /// time is over: what stands of it must go.
    pub over: Option<Day>,
    /// The job code that readers see; empty where it is not approved.
    pub code: String,
    /// The day of preparation that readers see.
    pub prepared: Option<Day>,
}
