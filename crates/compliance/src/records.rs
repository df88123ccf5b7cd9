//! All records of a hub together: which of them count for an item, and from when to when.

use std::collections::BTreeMap;

use etappe_base::date::{Day, Period};
use etappe_base::path::HubPath;
use etappe_base::zone::Zone;
use etappe_hub::config::approval::{Approval as Rules, NeededSignature, RecordKind};
use etappe_hub::journey::Approval;

use super::item::{Item, ItemId};
use super::record::Record;
use super::roles::Roles;
use super::signature::Signature;

/// A record and what became of its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownRecord {
    /// As it is written.
    pub record: Record,
    /// The verdict on its signature.
    pub signature: Signature,
    /// The day of signing in the hub's time zone.
    pub signed_on: Day,
    /// When it was signed, to sort by: in seconds since 1970.
    pub signed_at: i64,
}

/// All records of a hub.
#[derive(Debug, Default)]
pub struct Records {
    all: Vec<KnownRecord>,
    roles: Option<Roles>,
    by_item: BTreeMap<ItemId, Vec<usize>>,
    /// The day on which each was taken back.
    taken_back: BTreeMap<HubPath, Day>,
    /// Those that another one took the place of.
    superseded: BTreeMap<HubPath, HubPath>,
}

impl Records {
    /// `roles` is `None` where nobody has to be on a list.
    pub fn new(mut all: Vec<KnownRecord>, roles: Option<Roles>) -> Self {
        all.sort_by(|a, b| (a.signed_at, &a.record.file).cmp(&(b.signed_at, &b.record.file)));
        let mut records = Self { roles, ..Self::default() };
        for (at, known) in all.iter().enumerate() {
            let Record { file, items, supersedes, revokes, valid_from, .. } = &known.record;
            for signed in items {
                let list = records.by_item.entry(signed.item.id.clone()).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
            if let Some(older) = supersedes {
                records.superseded.insert(older.clone(), file.clone());
            }
            // Whoever takes a record back, and however: what is in doubt is not shown.
            if let Some(revoked) = revokes {
                let day = (*valid_from).max(known.signed_on);
                let first = records.taken_back.entry(revoked.clone()).or_insert(day);
                *first = (*first).min(day);
            }
        }
        records.all = all;
        records
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> &[KnownRecord] {
        &self.all
    }

    /// Whether a record was taken back, or is to be on a later day.
    pub(super) fn is_taken_back(&self, record: &HubPath) -> bool {
        self.taken_back.contains_key(record)
    }

    /// The roles that signers have; `None` where nobody has to be on a list.
    pub fn roles(&self) -> Option<&Roles> {
        self.roles.as_ref()
    }

    /// Those that name an item, the oldest first.
    pub fn of(&self, item: &Item) -> impl Iterator<Item = &KnownRecord> {
        let places = self.by_item.get(&item.id).map(Vec::as_slice).unwrap_or_default();
        places
            .iter()
            .filter_map(|at| self.all.get(*at))
            .filter(|known| known.record.signed(item).is_some())
    }

    /// What is wrong with a record whatever it is for.
    pub(super) fn fault(&self, known: &KnownRecord) -> Option<Approval> {
        match known.signature {
            Signature::Bad => return Some(Approval::Altered),
            Signature::Stranger => return Some(Approval::WrongSigner),
            _ => {}
        }
        let Record { signer, name, role, .. } = &known.record;
        if let Some(roles) = &self.roles {
            let may = roles.find(signer).is_some_and(|known_as| {
                known_as.may(role, known.signed_on) && known_as.is_called(name)
            });
            if !may {
                return Some(Approval::WrongSigner);
            }
        }
        let unsigned = matches!(known.signature, Signature::Absent | Signature::Unchecked(_));
        unsigned.then_some(Approval::Unsigned)
    }

    /// Whether the signer of a certificate wrote the page.
    fn is_by_author(&self, known: &KnownRecord, authors: &[String]) -> bool {
        let Record { signer, name, .. } = &known.record;
        let known_as = self.roles.as_ref().and_then(|roles| roles.find(signer));
        authors.iter().any(|author| {
            author.trim().eq_ignore_ascii_case(name.trim())
                || author == signer
                || known_as.is_some_and(|known_as| known_as.is_called(author))
        })
    }
}

/// By which rules, and for which day.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'t> {
    /// `[approval]` of hub.toml.
    pub rules: &'t Rules,
    /// The day taken as today.
    pub as_of: Day,
}

/// What one record says for one item on a day.
#[derive(Clone, Debug)]
pub struct Voice<'r> {
    /// The record.
    pub known: &'r KnownRecord,
    /// What is wrong with it, if anything is.
    pub fault: Option<Approval>,
    /// Whether it holds today's digest.
    pub holds: bool,
    /// The first day on which it counts.
    pub from: Day,
    /// The first day on which it does not count any more.
    pub end: Option<Day>,
    /// The day on which it was taken back, where that has come.
    pub taken_back: Option<Day>,
}

impl Voice<'_> {
    fn is_over(&self, as_of: Day) -> bool {
        self.end.is_some_and(|end| end <= as_of)
    }

    /// What it says by itself.
    pub fn says(&self, as_of: Day) -> Approval {
        match self.fault {
            _ if self.taken_back.is_some() => Approval::Missing,
            Some(fault) => fault,
            None if self.is_over(as_of) => Approval::Expired,
            None if !self.holds => Approval::Drifted,
            None if self.from > as_of => Approval::NotYet,
            None => Approval::Approved,
        }
    }
}

/// What is asked about: an item as one channel carries it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The item.
    pub item: &'a Item,
    /// The channel.
    pub channel: &'a str,
    /// Its authors, as its front matter names them.
    pub authors: &'a [String],
    /// Its digest today; `None` where it has none, because it cannot be read.
    pub digest: Option<&'a str>,
}

impl Records {
    /// What the records say that could meet one need, the oldest first. Superseded ones say
    /// nothing.
    pub fn voices(
        &self,
        terms: Terms<'_>,
        need: &NeededSignature,
        asked: Asked<'_>,
    ) -> Vec<Voice<'_>> {
        let covers = |known: &&KnownRecord| {
            let Record { kind, role, channels, file, .. } = &known.record;
            let named = |channel: &str| channels.iter().any(|own| own == channel);
            *kind == need.kind
                && *role == need.role
                && (named(asked.channel) || (terms.rules.any_channel && named("web")))
                && !self.superseded.contains_key(file)
        };
        self.of(asked.item).filter(covers).map(|known| self.voice(terms, known, asked)).collect()
    }

    fn voice<'r>(
        &'r self,
        terms: Terms<'_>,
        known: &'r KnownRecord,
        asked: Asked<'_>,
    ) -> Voice<'r> {
        let Record { kind, valid_from, expires, file, .. } = &known.record;
        let certifies = *kind == RecordKind::CERTIFICATE && !terms.rules.authors_may_certify;
        let by_author = certifies && self.is_by_author(known, asked.authors);
        let fault = self.fault(known).max(by_author.then_some(Approval::WrongSigner));
        let signed = known.record.signed(asked.item);
        let holds = signed.is_some_and(|signed| Some(&*signed.digest) == asked.digest);
        let oldest = terms.rules.max_age.map(|age: Period| known.signed_on.plus(age));
        let taken_back = self.taken_back.get(file).copied().filter(|day| *day <= terms.as_of);
        Voice {
            known,
            fault,
            holds,
            from: (*valid_from).max(known.signed_on),
            end: (*expires).into_iter().chain(oldest).min(),
            taken_back,
        }
    }
}

/// The seconds since 1970 of a moment that a record names; the start of its day where it names no
/// moment of the calendar.
pub fn seconds_of(record: &Record, zone: &Zone) -> i64 {
    let moment = record.signed_at.moment(zone);
    moment.map_or_else(|| record.signed_at.day.unix_seconds(), |moment| moment.unix_seconds())
}
