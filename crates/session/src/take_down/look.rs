//! The verdict of today's sources on the pages that stand: which of them have to go, and which are
//! left although their sources cannot say. Files in, a verdict out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::approval::{HubJudge, Signed, read_records, shelf_for};
use crate::io::Files;
use crate::read::{Sorted, read_fronts};
use crate::sources::PublishedItem;
use etappe_base::date::Day;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_compliance::Item;
use etappe_compliance::published::{PublishedApproval, published};
use etappe_compliance::records::{Records, Terms};
use etappe_hub::config::Config;
use etappe_hub::content::Status;
use etappe_hub::journey::{self, Doc, Edition, State};
use etappe_site::theme::Program;

/// The pages of the release that stands, by their files.
pub type StandingPages = BTreeMap<HubPath, StandingPage>;

/// A page as it was published.
#[derive(Clone, Debug, Default)]
pub struct StandingPage {
    /// The first day on which it must not be shown, if it was published with one.
    pub until: Option<Day>,
    /// What was signed of it, by each release that has it.
    pub(super) signed: Vec<Vec<PublishedItem>>,
}

impl StandingPage {
    /// A page that was published to end on a day, or on none, and that nobody had to sign.
    pub fn unsigned(until: Option<Day>) -> Self {
        Self { until, signed: Vec::new() }
    }

    /// What became of the approvals under which it was published: of several releases, the worst.
    fn approval(&self, records: &Records, config: &Config, as_of: Day) -> PublishedApproval {
        let Some(rules) = config.approval.as_ref().filter(|rules| !rules.kinds.is_empty()) else {
            return PublishedApproval::Unsaid;
        };
        let terms = Terms { rules, as_of };
        let of_release = |items: &Vec<PublishedItem>| {
            let signed: Vec<(Item, &str)> =
                items.iter().map(|one| (one.item(), &*one.digest)).collect();
            published(records, terms, signed.iter().map(|(item, digest)| (item, *digest)))
        };
        self.signed.iter().map(of_release).max().unwrap_or(PublishedApproval::Unsaid)
    }
}

/// Why a page has to go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DownReason {
    /// Its front matter says so, with `status = "withdrawn"`.
    Withdrawn,
    /// Its front matter makes it a draft again.
    Draft,
    /// By its own expiry, or that of what it uses, if that is named: the first day on which it must
    /// not be shown.
    Expired(Day, Option<String>),
    /// It is not approved any more since this day.
    Unapproved(Day),
    /// It was published to end on this day, and its source says nothing any more, for this reason.
    Outlived(Day, Silence),
}

/// Why a source says nothing about its page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Silence {
    /// Its file is not among the hub's files.
    Gone,
    /// Its front matter cannot be read, and gives no day of expiry.
    Faulty,
    /// It uses a claim or a module whose day is not known: it is gone, or cannot be read.
    Uses,
}

/// The verdict on all pages that stand.
#[derive(Default, Debug)]
pub struct Looked {
    /// Pages that have to go, by their files, and why.
    pub down: BTreeMap<HubPath, DownReason>,
    /// Pages that are left standing, by their files, and why nothing is known of them.
    pub left: BTreeMap<HubPath, Silence>,
}

/// Looks at today's sources of the pages that stand, and reads them by `config`.
pub fn look(
    program: Program,
    files: &dyn Files,
    config: &Arc<Config>,
    standing: &StandingPages,
    as_of: Day,
) -> Looked {
    let sorted = Sorted::new(&files.list().0);
    let (facets, library, _) = read_fronts(program, files, &sorted, config);
    let edition = Edition { as_of, preview: false, review: false, only: None };
    let (records, _) = read_records(files, &sorted.approvals, config, None);
    let approval = |page: &StandingPage| page.approval(&records, config, as_of);
    let signed = Signed::Records(&records, &library, files);
    let judge = HubJudge::new(&signed);
    let shelf = shelf_for(config, files, &sorted);
    let (hub, _) =
        journey::build(Arc::clone(config), facets, shelf, edition, &|hub| judge.standings(hub));
    let mut looked = Looked::default();
    for (file, page) in standing {
        let doc = hub.find_doc(file).map(|ix| hub.doc(ix));
        match verdict(doc, page.until.filter(|day| *day <= as_of), approval(page)) {
            TakeDownVerdict::Down(reason) => {
                looked.down.insert(file.clone(), reason);
            }
            TakeDownVerdict::Left(silence) => {
                looked.left.insert(file.clone(), silence);
            }
            TakeDownVerdict::Stands => {}
        }
    }
    looked
}

enum TakeDownVerdict {
    Stands,
    Down(DownReason),
    Left(Silence),
}

/// The verdict on one page. `outlived` is the day on which it ended, if it was published with one
/// that has come.
fn verdict(
    doc: Option<&Doc>,
    outlived: Option<Day>,
    approval: PublishedApproval,
) -> TakeDownVerdict {
    let unsaid = |silence| match (approval, outlived) {
        (PublishedApproval::Over(day), _) => TakeDownVerdict::Down(DownReason::Unapproved(day)),
        (_, Some(day)) => TakeDownVerdict::Down(DownReason::Outlived(day, silence)),
        (_, None) => TakeDownVerdict::Left(silence),
    };
    let Some(doc) = doc else { return unsaid(Silence::Gone) };
    let front = &doc.facets.front;
    match doc.state {
        State::Withdrawn => TakeDownVerdict::Down(DownReason::Withdrawn),
        State::Expired(day) => {
            let what = doc.facets.expired_use(day).map(|used| used.what.to_string());
            TakeDownVerdict::Down(DownReason::Expired(day, what))
        }
        State::Draft => TakeDownVerdict::Down(DownReason::Draft),
        // Whatever else is wrong with it, it says that it is a draft.
        State::Blocked if front.status == Status::Draft => TakeDownVerdict::Down(DownReason::Draft),
        State::Held
        | State::Blocked
        | State::Published
        | State::Scheduled(_)
        | State::Unapproved(_) => match unapproved(doc, outlived, approval) {
            Some(day) => TakeDownVerdict::Down(DownReason::Unapproved(day)),
            None if doc.facets.blocked && front.expires.is_none() => unsaid(Silence::Faulty),
            None if outlived.is_some() && doc.facets.may_expire_unseen() => unsaid(Silence::Uses),
            None => TakeDownVerdict::Stands,
        },
    }
}

/// The day since which a page is not approved any more: because a record was taken back or its time
/// is over, or by the day that it was published with. What was published counts, whatever its
/// source says today.
fn unapproved(doc: &Doc, outlived: Option<Day>, approval: PublishedApproval) -> Option<Day> {
    match approval {
        PublishedApproval::Stands => None,
        PublishedApproval::Over(day) => Some(day),
        PublishedApproval::Unsaid => {
            let over = doc.standing.as_ref()?.over;
            over.or(outlived.filter(|_| matches!(doc.state, State::Unapproved(_))))
        }
    }
}

impl fmt::Display for DownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Withdrawn => f.write_str("it is withdrawn"),
            Self::Draft => f.write_str("it is a draft again"),
            Self::Expired(day, None) => write!(f, "it expired on {day}"),
            Self::Expired(day, Some(what)) => write!(f, "{what} that it uses expired on {day}"),
            Self::Unapproved(day) => write!(f, "its approval ended on {day}"),
            Self::Outlived(day, silence) => {
                write!(f, "it was published to expire on {day}, and {silence}")
            }
        }
    }
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "its file is gone",
            Self::Faulty => "its front matter cannot be read",
            Self::Uses => "something that it uses is gone or cannot be read",
        })
    }
}

impl Looked {
    /// A finding for each page that had to go, and each that was left.
    pub fn findings(&self) -> Vec<Finding> {
        let down = self.down.iter().map(|(file, reason)| {
            let gone = matches!(reason, DownReason::Outlived(_, Silence::Gone));
            let message =
                format!("The page `{file}` must go although no release is built: {reason}.");
            let help = "nothing else is published; correct the errors, and build again";
            on(file, gone, &codes::RELEASE_TAKEN_DOWN, message).help(help)
        });
        let left = self.left.iter().map(|(file, silence)| {
            let message = format!("The page `{file}` stands as it was published: {silence}.");
            let help = match silence {
                Silence::Gone => {
                    "a release without it takes it down: correct the errors, and build again"
                }
                Silence::Faulty | Silence::Uses => {
                    "correct it; to take the page down now, give it `status = \"withdrawn\"`"
                }
            };
            on(file, *silence == Silence::Gone, &codes::RELEASE_LEFT_STANDING, message).help(help)
        });
        down.chain(left).collect()
    }
}

/// A finding in a file, or on the hub where the file is gone.
fn on(
    file: &HubPath,
    gone: bool,
    code: &'static etappe_base::finding::Code,
    message: String,
) -> Finding {
    if gone {
        Finding::on_hub(code, message)
    } else {
        Finding::new(code, Place::file(file), message)
    }
}
