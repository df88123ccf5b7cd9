//! All records of a hub together: which of them count for an item, and from when to when.

use std::collections::BTreeMap;

use etappe_base::date::{Day, Period};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::slug::composed;
use etappe_base::zone::Zone;
use etappe_hub::config::approval::{Approval as Rules, NeededSignature, RecordKind};
use etappe_hub::journey::Approval;

use super::item::{Item, ItemId};
use super::record::{Record, Revocation};
use super::roles::Roles;
use super::signature::Signature;

/// A record and what became of its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownRecord {
    /// As it is written.
    pub record: Record,
    /// Of its bytes: a record is known by what it says, not by the name of its file.
    pub bytes: Digest,
    /// Whether its lines end as git ends them on Windows, where nobody forbids it.
    pub has_crlf: bool,
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
    by_file: BTreeMap<HubPath, usize>,
    by_item: BTreeMap<ItemId, Vec<usize>>,
    /// Records that stand twice, each with the first of the same bytes.
    copies: BTreeMap<HubPath, HubPath>,
    /// The day on which each was taken back, or will be; by the first of the same bytes.
    taken_back: BTreeMap<HubPath, Day>,
}

impl Records {
    /// `roles` is `None` where nobody has to be on a list.
    pub fn new(
        mut all: Vec<KnownRecord>,
        revocations: &[Revocation],
        roles: Option<Roles>,
    ) -> Self {
        all.sort_by(|a, b| (a.signed_at, &a.record.file).cmp(&(b.signed_at, &b.record.file)));
        let mut records = Self { roles, ..Self::default() };
        let mut by_bytes: BTreeMap<Digest, &HubPath> = BTreeMap::new();
        for (at, known) in all.iter().enumerate() {
            let Record { file, items, .. } = &known.record;
            records.by_file.insert(file.clone(), at);
            let first = *by_bytes.entry(known.bytes).or_insert(file);
            if first != file {
                records.copies.insert(file.clone(), first.clone());
                continue;
            }
            for signed in items {
                let list = records.by_item.entry(signed.item.id.clone()).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
        }
        // Whoever takes a record back, and however: what is in doubt is not shown.
        for Revocation { of, from, .. } in revocations {
            let revoked = records.by_file.get(of).and_then(|at| all.get(*at));
            let ever = || revoked.map(|known| known.signed_on.min(known.record.valid_from));
            let Some(day) = from.or_else(ever) else { continue };
            let of = records.first(of).clone();
            let first = records.taken_back.entry(of).or_insert(day);
            *first = (*first).min(day);
        }
        records.all = all;
        records
    }

    /// The first record of the same bytes.
    fn first<'r>(&'r self, file: &'r HubPath) -> &'r HubPath {
        self.copies.get(file).unwrap_or(file)
    }

    /// Records that stand twice, each with the first of the same bytes.
    pub fn copies(&self) -> impl Iterator<Item = (&HubPath, &HubPath)> {
        self.copies.iter()
    }

    /// The record in a file.
    pub fn find(&self, file: &HubPath) -> Option<&KnownRecord> {
        self.all.get(*self.by_file.get(file)?)
    }

    /// Every item that a record names.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let counted = self.all.iter().filter(|known| !self.copies.contains_key(&known.record.file));
        counted.flat_map(|known| known.record.items.iter().map(|signed| &signed.item))
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

    /// What is wrong with a revocation, which counts all the same. Only who signed a record, or has
    /// its role, may take it back.
    pub(super) fn fault_of_revocation(&self, known: &KnownRecord) -> Option<Approval> {
        let revoked = known.record.revokes.as_ref().and_then(|revoked| self.find(revoked));
        let approves = revoked.filter(|revoked| revoked.record.kind != RecordKind::REVOCATION);
        let of_other = approves.is_some_and(|revoked| !self.may_take_back(known, &revoked.record));
        self.fault(known).or(of_other.then_some(Approval::WrongSigner))
    }

    fn may_take_back(&self, known: &KnownRecord, revoked: &Record) -> bool {
        let signer = &known.record.signer;
        let Some(roles) = &self.roles else { return true };
        *signer == revoked.signer
            || roles.find(signer).is_some_and(|one| one.may(&revoked.role, known.signed_on))
    }

    /// Whether the signer of a certificate wrote the page.
    fn is_by_author(&self, known: &KnownRecord, authors: &[String]) -> bool {
        let Record { signer, name, .. } = &known.record;
        let known_as = self.roles.as_ref().and_then(|roles| roles.find(signer));
        authors.iter().any(|author| {
            is_same_name(author, name)
                || is_same_name(author, signer)
                || known_as.is_some_and(|known_as| known_as.is_called(author))
        })
    }
}

/// Whether two names, or two addresses, are one: however they are typed, and in whatever case.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    let folded = |name: &str| {
        let words: Vec<&str> = name.split_whitespace().collect();
        composed(&composed(&words.join(" ")).to_lowercase()).into_owned()
    };
    folded(one) == folded(other)
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
    /// The first day on which it does not count any more by itself, or because another one takes
    /// its place.
    pub end: Option<Day>,
    /// The day on which it was taken back, or will be.
    pub taken_back: Option<Day>,
}

impl Voice<'_> {
    /// Whether it was taken back.
    pub fn is_taken_back(&self, as_of: Day) -> bool {
        self.taken_back.is_some_and(|day| day <= as_of)
    }

    /// The first day on which it does not count any more, for whatever reason.
    pub fn over(&self) -> Option<Day> {
        self.end.into_iter().chain(self.taken_back).min()
    }

    /// What it says by itself.
    pub fn says(&self, as_of: Day) -> Approval {
        match self.fault {
            _ if self.is_taken_back(as_of) => Approval::Missing,
            Some(fault) => fault,
            None if self.end.is_some_and(|end| end <= as_of) => Approval::Expired,
            None if !self.holds => Approval::Drifted,
            None if self.from > as_of => Approval::NotYet,
            None => Approval::Approved,
        }
    }
}

/// What is asked about: an item as one channel carries it.
#[derive(Clone, Copy, Debug)]
pub struct AskedItem<'a> {
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
        asked: AskedItem<'_>,
    ) -> Vec<Voice<'_>> {
        let covers = |known: &&KnownRecord| {
            let Record { kind, role, channels, .. } = &known.record;
            let named = |channel: &str| channels.iter().any(|own| own == channel);
            *kind == need.kind
                && *role == need.role
                && (named(asked.channel) || (terms.rules.any_channel && named("web")))
        };
        let of_need = self.of(asked.item).filter(covers);
        let mut voices: Vec<Voice<'_>> =
            of_need.map(|known| self.voice(terms, known, asked)).collect();
        let replaced = self.replaced(&voices);
        voices.retain_mut(|voice| {
            let day = replaced.get(&voice.known.record.file).copied();
            voice.end = voice.end.into_iter().chain(day).min();
            day.is_none_or(|day| day > terms.as_of)
        });
        voices
    }

    /// The day from which others take the place of records. Only who may sign the same in the same
    /// role can replace what was signed.
    fn replaced(&self, voices: &[Voice<'_>]) -> BTreeMap<HubPath, Day> {
        let mut replaced: BTreeMap<HubPath, Day> = BTreeMap::new();
        for voice in voices.iter().filter(|voice| voice.fault.is_none()) {
            let Record { file, supersedes, .. } = &voice.known.record;
            let older = supersedes.as_ref().map(|older| self.first(older));
            let never = voice.over().is_some_and(|over| over <= voice.from);
            if let Some(older) = older.filter(|older| *older != file && !never) {
                let first = replaced.entry(older.clone()).or_insert(voice.from);
                *first = (*first).min(voice.from);
            }
        }
        replaced
    }

    fn voice<'r>(
        &'r self,
        terms: Terms<'_>,
        known: &'r KnownRecord,
        asked: AskedItem<'_>,
    ) -> Voice<'r> {
        let Record { kind, valid_from, expires, file, .. } = &known.record;
        let certifies = *kind == RecordKind::CERTIFICATE && !terms.rules.authors_may_certify;
        let by_author = certifies && self.is_by_author(known, asked.authors);
        let fault = self.fault(known).max(by_author.then_some(Approval::WrongSigner));
        let signed = known.record.signed(asked.item);
        let holds = signed.is_some_and(|signed| Some(&*signed.digest) == asked.digest);
        let oldest = terms.rules.max_age.map(|age: Period| known.signed_on.plus(age));
        let taken_back = self.taken_back.get(file).copied();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_however_it_is_typed() {
        for (one, other, same) in [
            ("Zoë de Vries", "ZOE\u{308}  DE VRIES", true),
            ("Łukasz Öz", "łukasz öz ", true),
            ("a@b.example", "A@B.example", true),
            ("Zoë de Vries", "Zoe de Vries", false),
        ] {
            assert_eq!(is_same_name(one, other), same, "{one} {other}");
        }
    }
}
