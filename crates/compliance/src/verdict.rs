//! Whether an item is approved on a day: every need by itself, and all of them together.

use etappe_base::date::Day;
use etappe_hub::config::approval::NeededSignature;
use etappe_hub::journey::{Approval, Standing};

use super::records::{Asked, KnownRecord, Records, Terms, Voice};

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
pub fn judge<'r>(records: &'r Records, terms: Terms<'_>, asked: Asked<'_>) -> Verdict<'r> {
    let met = |need: &NeededSignature| met(records, terms, need, asked);
    Verdict { needs: terms.rules.needs.iter().map(met).collect() }
}

fn met<'r>(
    records: &'r Records,
    terms: Terms<'_>,
    need: &NeededSignature,
    asked: Asked<'_>,
) -> Met<'r> {
    let as_of = terms.as_of;
    let voices = records.voices(terms, need, asked);
    let newest = |state: Approval| voices.iter().rev().find(|voice| voice.says(as_of) == state);
    let decides = newest(Approval::Approved).or_else(|| newest(Approval::NotYet)).or_else(|| {
        let others = voices.iter().filter(|voice| voice.taken_back.is_none());
        others.max_by_key(|voice| voice.says(as_of))
    });
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

/// The first day without a record that counts; records that follow each other are one.
fn until(voices: &[Voice<'_>], as_of: Day) -> Option<Day> {
    let counts =
        |voice: &&Voice<'_>| voice.fault.is_none() && voice.holds && voice.taken_back.is_none();
    let mut end = as_of;
    loop {
        let here = voices.iter().filter(counts).filter(|voice| voice.from <= end);
        let mut longest = end;
        for voice in here {
            longest = longest.max(voice.end?);
        }
        if longest == end {
            return Some(end);
        }
        end = longest;
    }
}

/// The day since which the newest record without a fault does not count any more, because it was
/// taken back or its time is over.
fn ended(voices: &[Voice<'_>], as_of: Day) -> Option<Day> {
    let newest = voices.iter().rev().find(|voice| voice.fault.is_none() && voice.from <= as_of)?;
    let over = newest.end.filter(|end| *end <= as_of);
    newest.taken_back.into_iter().chain(over).min()
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
    use etappe_base::path::HubPath;
    use etappe_base::zone::Zone;
    use etappe_hub::config::TextFile;
    use etappe_hub::config::approval::{Approval as Rules, RecordKind};

    use super::*;
    use crate::item::{Item, ItemId};
    use crate::record;
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
        let record = record::read(file, &Zone::default(), &mut findings);
        let record = record.unwrap_or_else(|| panic!("{findings:#?}"));
        KnownRecord {
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
        let records = Records::new(records, Some(roles));
        let item = Item { id: ItemId::Page("a".into()), lang: "en".into(), market: None };
        let asked = Asked { item: &item, channel: "web", authors: &[], digest: Some(digest) };
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
}
