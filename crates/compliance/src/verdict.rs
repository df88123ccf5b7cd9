//! Whether an item is approved on a day: every need by itself, and all of them together.

use etappe_base::date::Day;
use etappe_hub::config::approval::NeededSignature;
use etappe_hub::journey::{Approval, Standing};

use super::records::{AskedItem, KnownRecord, Records, Terms, Voice};

/// What is known of one item as one channel carries it.
#[derive(Clone, Debug)]
pub struct Verdict<'r> {
    /// For each signature that is needed, in the order of hub.toml.
    pub needs: Vec<Met<'r>>,
}

/// How far one needed signature is there.
#[derive(Clone, Debug)]
pub struct Met<'r> {
    /// Which one.
    pub need: NeededSignature,
    /// The state as far as this one goes.
    pub state: Approval,
    /// The record that decides it; `None` where there is none.
    pub by: Option<&'r KnownRecord>,
    /// The first day on which it counts, where that is still to come.
    pub from: Option<Day>,
    /// The first day without it, where it counts today.
    pub until: Option<Day>,
    /// The day since which it does not count any more.
    pub over: Option<Day>,
}

/// Judges one item.
pub fn judge<'r>(records: &'r Records, terms: Terms<'_>, asked: AskedItem<'_>) -> Verdict<'r> {
    let met = |need: &NeededSignature| met(records, terms, need, asked);
    Verdict { needs: terms.rules.needs.iter().map(met).collect() }
}

fn met<'r>(
    records: &'r Records,
    terms: Terms<'_>,
    need: &NeededSignature,
    asked: AskedItem<'_>,
) -> Met<'r> {
    let as_of = terms.as_of;
    let voices = records.voices(terms, need, asked);
    let newest = |state: Approval| voices.iter().rev().find(|voice| voice.says(as_of) == state);
    let decides = newest(Approval::Approved)
        .or_else(|| newest(Approval::NotYet))
        .or_else(|| worst(&voices, as_of));
    let state = decides.map_or(Approval::Missing, |voice| voice.says(as_of));
    let over = if state == Approval::Approved { None } else { ended(&voices, as_of) };
    Met {
        need: need.clone(),
        state,
        by: decides.or_else(|| voices.last()).map(|voice| voice.known),
        from: decides.filter(|_| state == Approval::NotYet).map(|voice| voice.from),
        until: if state == Approval::Approved { until(&voices, as_of) } else { None },
        over,
    }
}

/// The worst of what records say that do not count. Of those without a fault the newest says it:
/// what an older one held is nothing that a date could bring up again.
fn worst<'v, 'r>(voices: &'v [Voice<'r>], as_of: Day) -> Option<&'v Voice<'r>> {
    let stands = |voice: &&Voice<'r>| !voice.is_taken_back(as_of);
    let newest = voices.iter().rev().filter(stands).find(|voice| voice.fault.is_none());
    let faulty = voices.iter().filter(stands).filter(|voice| voice.fault.is_some());
    faulty.chain(newest).max_by_key(|voice| voice.says(as_of))
}

/// The first day without a record that counts; records that follow each other are one.
fn until(voices: &[Voice<'_>], as_of: Day) -> Option<Day> {
    let counts = |voice: &&Voice<'_>| voice.fault.is_none() && voice.holds;
    let mut end = as_of;
    loop {
        let here = voices.iter().filter(counts).filter(|voice| voice.from <= end);
        let mut longest = end;
        for voice in here {
            longest = longest.max(voice.over()?);
        }
        if longest == end {
            return Some(end);
        }
        end = longest;
    }
}

/// The day since which the newest record does not count any more, because it was taken back or its
/// time is over: of those that hold what is asked about, or else of all. What has another fault
/// counts where it was taken back, and only there.
fn ended(voices: &[Voice<'_>], as_of: Day) -> Option<Day> {
    let said = |voice: &&Voice<'_>| {
        voice.from <= as_of && (voice.fault.is_none() || voice.is_taken_back(as_of))
    };
    let newest = || voices.iter().rev().filter(said);
    let voice = newest().find(|voice| voice.holds).or_else(|| newest().next())?;
    voice.over().filter(|over| *over <= as_of)
}

impl Verdict<'_> {
    /// The state of the item: that of the worst need.
    pub fn state(&self) -> Approval {
        self.needs.iter().map(|met| met.state).max().unwrap_or(Approval::NotNeeded)
    }

    /// The needs that are not met.
    pub fn open(&self) -> impl Iterator<Item = &Met<'_>> {
        self.needs.iter().filter(|met| !met.state.is_given())
    }

    /// What the hub has to know.
    pub fn standing(&self) -> Standing {
        let state = self.state();
        let newest = self.needs.iter().filter_map(|met| met.by).max_by_key(|known| known.signed_at);
        let shown = newest.filter(|_| state == Approval::Approved).map(|known| &known.record);
        Standing {
            state,
            from: self.needs.iter().filter_map(|met| met.from).max(),
            until: self.needs.iter().filter_map(|met| met.until).min(),
            over: self.needs.iter().filter_map(|met| met.over).min(),
            code: shown.map(|record| record.code.clone()).unwrap_or_default(),
            prepared: shown.and_then(|record| record.prepared),
        }
    }
}

/// One standing of several, such as those of a page's markets: the worst of them.
pub fn together(standings: impl IntoIterator<Item = Standing>) -> Option<Standing> {
    let earliest = |a: Option<Day>, b: Option<Day>| a.into_iter().chain(b).min();
    standings.into_iter().reduce(|one, other| Standing {
        state: one.state.max(other.state),
        from: one.from.max(other.from),
        until: earliest(one.until, other.until),
        over: earliest(one.over, other.over),
        code: if one.code.is_empty() { other.code } else { one.code },
        prepared: one.prepared.max(other.prepared),
    })
}

#[cfg(test)]
mod tests {
    use etappe_base::hash::Digest;
    use etappe_base::path::HubPath;
    use etappe_base::zone::Zone;
    use etappe_hub::config::TextFile;
    use etappe_hub::config::approval::{Approval as Rules, RecordKind};

    use super::*;
    use crate::item::{Item, ItemId};
    use crate::record::{self, Record, Revocation};
    use crate::records::seconds_of;
    use crate::roles;
    use crate::signature::Signature;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn rules() -> Rules {
        let need = |role: &str| NeededSignature { kind: RecordKind::INTERNAL, role: role.into() };
        Rules {
            kinds: Vec::new(),
            needs: vec![need("medical")],
            signatures: false,
            signers: HubPath::literal("allowed_signers"),
            roles_file: HubPath::literal("roles.toml"),
            revoked: None,
            max_age: None,
            any_channel: false,
            site: false,
            authors_may_certify: false,
            span: etappe_base::source::Span::default(),
        }
    }

    /// A record by Anna of the digest `now`, signed on the first of a month, and more of its keys.
    fn record(number: u32, month: u32, more: &str, signature: Signature) -> KnownRecord {
        let file = HubPath::new(&format!("approvals/NL-1/medical-{number}.toml")).expect("a path");
        let has_kind = more.contains("kind =");
        let (kind, items) = if has_kind {
            ("", "")
        } else {
            ("kind = 'internal'\n", "[[items]]\nitem = 'a'\nlang = 'en'\ndigest = 'now'\n")
        };
        let text = format!(
            "code = 'NL-1'\n{kind}role = 'medical'\nsigner = 'a@b'\nname = 'Anna'\nmeaning = 'Approved'\n\
             signed_at = 2026-{month:02}-01T09:00:00Z\n{more}\n{items}"
        );
        let mut findings = Vec::new();
        let file = TextFile { path: &file, text: &text };
        let record = record::read(file, &Zone::default(), &mut findings).record;
        let record = record.unwrap_or_else(|| panic!("{findings:#?}"));
        KnownRecord {
            bytes: Digest::of(text.as_bytes()),
            has_crlf: false,
            signed_on: record.signed_at.day,
            signed_at: seconds_of(&record, &Zone::default()),
            record,
            signature,
        }
    }

    fn plain(number: u32, month: u32, more: &str) -> KnownRecord {
        record(number, month, more, Signature::NotAsked)
    }

    fn standing(records: Vec<KnownRecord>, rules: &Rules, digest: &str, as_of: &str) -> Standing {
        let roles = "[[signers]]\nprincipal = 'a@b'\nnames = ['Anna']\nroles = ['medical']\n";
        let path = HubPath::literal("roles.toml");
        let roles = roles::read(TextFile { path: &path, text: roles }, &mut Vec::new());
        let revocation = |known: &KnownRecord| {
            let Record { file, revokes, valid_from, .. } = &known.record;
            let of = revokes.clone()?;
            Some(Revocation { by: file.clone(), of, from: Some(*valid_from) })
        };
        let revocations: Vec<Revocation> = records.iter().filter_map(revocation).collect();
        let records = Records::new(records, &revocations, Some(roles));
        let item = Item { id: ItemId::Page("a".into()), lang: "en".into(), market: None };
        let asked = AskedItem { item: &item, channel: "web", authors: &[], digest: Some(digest) };
        judge(&records, Terms { rules, as_of: day(as_of) }, asked).standing()
    }

    fn state(records: Vec<KnownRecord>, digest: &str) -> Approval {
        standing(records, &rules(), digest, "2026-11-22").state
    }

    #[test]
    fn each_state_has_its_records() {
        let one = |more: &str| vec![plain(1, 5, more)];
        let signed = |signature| vec![record(1, 5, "", signature)];
        for (records, digest, expected) in [
            (vec![], "now", Approval::Missing),
            (one(""), "now", Approval::Approved),
            (one(""), "other", Approval::Drifted),
            (one("expires = 2026-11-22"), "now", Approval::Expired),
            (one("expires = 2026-11-23"), "now", Approval::Approved),
            (one("valid_from = 2026-11-22"), "now", Approval::Approved),
            (one("valid_from = 2026-11-23"), "now", Approval::NotYet),
            (one("expires = 2026-11-22"), "other", Approval::Expired),
            (one("channels = ['email']"), "now", Approval::Missing),
            (signed(Signature::Good), "now", Approval::Approved),
            (signed(Signature::Absent), "now", Approval::Unsigned),
            (signed(Signature::Unchecked(String::new())), "now", Approval::Unsigned),
            (signed(Signature::Stranger), "now", Approval::WrongSigner),
            (signed(Signature::Bad), "now", Approval::Altered),
        ] {
            let said = format!("{records:?}");
            assert_eq!(state(records, digest), expected, "{said}");
        }
    }

    #[test]
    fn one_record_that_counts_is_enough_and_otherwise_the_worst_is_told() {
        let bad = || record(1, 5, "", Signature::Bad);
        assert_eq!(state(vec![bad(), plain(2, 6, "")], "now"), Approval::Approved);
        assert_eq!(
            state(vec![bad(), plain(2, 6, "expires = 2026-07-01")], "now"),
            Approval::Altered
        );
        let later = plain(3, 7, "valid_from = 2027-01-01");
        let over = plain(2, 6, "expires = 2026-08-01");
        assert_eq!(state(vec![over, later], "now"), Approval::NotYet);
    }

    #[test]
    fn a_record_that_was_taken_back_or_replaced_says_nothing() {
        let back = plain(2, 6, "kind = 'revocation'\nrevokes = 'NL-1/medical-1.toml'");
        let standing = standing(vec![plain(1, 5, ""), back], &rules(), "now", "2026-11-22");
        assert_eq!((standing.state, standing.over), (Approval::Missing, Some(day("2026-06-01"))));
        let newer = plain(2, 6, "supersedes = 'NL-1/medical-1.toml'\nexpires = 2026-07-01");
        assert_eq!(state(vec![plain(1, 5, ""), newer], "now"), Approval::Expired);
    }

    #[test]
    fn records_that_follow_each_other_are_one_and_a_greatest_age_ends_them() {
        let rules = Rules { max_age: "1 year".parse().ok(), ..rules() };
        let first = plain(1, 1, "expires = 2026-12-01");
        let second = plain(2, 6, "valid_from = 2026-12-01");
        let standing =
            |digest, as_of| standing(vec![first.clone(), second.clone()], &rules, digest, as_of);
        assert_eq!(standing("now", "2026-11-22").until, Some(day("2027-06-01")));
        let ended = standing("now", "2027-06-01");
        assert_eq!((ended.state, ended.over), (Approval::Expired, Some(day("2027-06-01"))));
        let drifted = standing("other", "2026-12-22");
        assert_eq!((drifted.state, drifted.over), (Approval::Drifted, None), "what stands, stays");
    }

    const OLD: &str = "NL-1/medical-1.toml";

    #[test]
    fn a_copy_of_a_record_is_the_record() {
        let copy = || {
            let mut copy = plain(1, 5, "");
            copy.record.file = HubPath::literal("approvals/NL-1/zz.toml");
            copy
        };
        let back = plain(2, 6, &format!("kind = 'revocation'\nrevokes = '{OLD}'"));
        assert_eq!(state(vec![plain(1, 5, ""), copy(), back], "now"), Approval::Missing);
        let back = plain(2, 6, "kind = 'revocation'\nrevokes = 'NL-1/zz.toml'");
        assert_eq!(state(vec![plain(1, 5, ""), copy(), back], "now"), Approval::Missing);
        let newer = plain(2, 6, &format!("supersedes = '{OLD}'\nexpires = 2026-07-01"));
        assert_eq!(state(vec![plain(1, 5, ""), copy(), newer], "now"), Approval::Expired);
    }

    #[test]
    fn a_revocation_counts_where_what_it_takes_back_can_be_read() {
        let mut findings = Vec::new();
        let path = HubPath::literal("approvals/NL-1/back.toml");
        let mut read = |text: &str| {
            let file = TextFile { path: &path, text };
            record::read(file, &Zone::default(), &mut findings)
        };
        let text = format!("revokes = '{OLD}'\ncolour = 1\nsigned_at = 2026-13-01T00:00:00Z\n");
        let faulty = read(&text);
        assert_eq!(faulty.record, None);
        let revocation = faulty.revocation.expect("it says what it takes back");
        assert_eq!(
            (revocation.of.as_str(), revocation.from),
            ("approvals/NL-1/medical-1.toml", None)
        );
        let records = Records::new(vec![plain(1, 5, "")], &[revocation], None);
        let item = Item { id: ItemId::Page("a".into()), lang: "en".into(), market: None };
        let asked = AskedItem { item: &item, channel: "web", authors: &[], digest: Some("now") };
        let terms = Terms { rules: &rules(), as_of: day("2026-11-22") };
        let standing = judge(&records, terms, asked).standing();
        assert_eq!((standing.state, standing.over), (Approval::Missing, Some(day("2026-05-01"))));
    }

    #[test]
    fn a_revocation_of_a_later_day_ends_the_approval_on_that_day() {
        let later = format!("kind = 'revocation'\nrevokes = '{OLD}'\nvalid_from = 2027-01-01");
        let records = || vec![plain(1, 5, ""), plain(2, 6, &later)];
        let before = standing(records(), &rules(), "now", "2026-11-22");
        assert_eq!((before.state, before.until), (Approval::Approved, Some(day("2027-01-01"))));
        let then = standing(records(), &rules(), "now", "2027-01-01");
        assert_eq!((then.state, then.over), (Approval::Missing, Some(day("2027-01-01"))));
    }

    #[test]
    fn a_record_that_was_taken_back_ends_its_page_whatever_else_is_wrong() {
        let back = || plain(3, 7, &format!("kind = 'revocation'\nrevokes = '{OLD}'"));
        let bad = record(1, 5, "", Signature::Bad);
        let ended = standing(vec![bad, back()], &rules(), "now", "2026-11-22");
        assert_eq!((ended.state, ended.over), (Approval::Missing, Some(day("2026-07-01"))));
        let mut other = plain(2, 6, "");
        other.record.items[0].digest = "other".to_owned();
        let ended = standing(vec![plain(1, 5, ""), other, back()], &rules(), "now", "2026-11-22");
        assert_eq!((ended.state, ended.over), (Approval::Drifted, Some(day("2026-07-01"))));
    }

    #[test]
    fn only_a_record_that_counts_takes_the_place_of_another_from_its_own_day() {
        let newer = |more: &str, signature| {
            record(2, 6, &format!("supersedes = '{OLD}'\n{more}"), signature)
        };
        let state = |newer, as_of| {
            let standing = standing(vec![plain(1, 5, ""), newer], &rules(), "now", as_of);
            (standing.state, standing.until.map(|day| day.to_string()))
        };
        let today = "2026-11-22";
        let other = |mut newer: KnownRecord| {
            newer.record.items[0].item.id = ItemId::Page("other".into());
            newer
        };
        let good = Signature::Good;
        for (newer, expected) in [
            (newer("expires = 2026-07-01", Signature::Bad), Approval::Approved),
            (newer("expires = 2026-07-01", Signature::Stranger), Approval::Approved),
            (other(newer("expires = 2026-07-01", good.clone())), Approval::Approved),
            (newer("channels = ['email']", good.clone()), Approval::Approved),
            (newer("expires = 2026-07-01", good.clone()), Approval::Expired),
        ] {
            let said = format!("{newer:?}");
            assert_eq!(state(newer, today).0, expected, "{said}");
        }
        let later = || newer("valid_from = 2027-01-01\nexpires = 2027-02-01", good.clone());
        assert_eq!(state(later(), today), (Approval::Approved, Some("2027-02-01".to_owned())));
        assert_eq!(state(later(), "2027-02-01").0, Approval::Expired);
    }

    #[test]
    fn what_an_older_record_held_is_not_brought_up_again_by_a_date() {
        let mut older = plain(1, 5, "");
        older.record.items[0].digest = "other".to_owned();
        let newer = plain(2, 6, "expires = 2026-11-22");
        assert_eq!(state(vec![older, newer], "now"), Approval::Expired);
    }

    #[test]
    fn no_author_certifies_a_page_however_the_name_is_written() {
        let certificate = NeededSignature { kind: RecordKind::CERTIFICATE, role: "medical".into() };
        let rules = Rules { needs: vec![certificate], ..rules() };
        let mut record = plain(1, 5, "");
        record.record.kind = RecordKind::CERTIFICATE;
        let records = Records::new(vec![record], &[], None);
        let item = Item { id: ItemId::Page("a".into()), lang: "en".into(), market: None };
        for (author, allowed, expected) in [
            ("Bram", false, Approval::Approved),
            ("ANNA", false, Approval::WrongSigner),
            ("A@B", false, Approval::WrongSigner),
            ("anna", true, Approval::Approved),
        ] {
            let rules = Rules { authors_may_certify: allowed, ..rules.clone() };
            let authors = [author.to_owned()];
            let asked =
                AskedItem { item: &item, channel: "web", authors: &authors, digest: Some("now") };
            let terms = Terms { rules: &rules, as_of: day("2026-11-22") };
            assert_eq!(judge(&records, terms, asked).state(), expected, "{author}");
        }
    }
}
