//! The results of earlier checks, so that an address is not asked for every day. Knows no clock and
//! no disk: the caller gives the time in seconds since 1970, and keeps the bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::verdict::LinkVerdict;
use etappe_base::date::{Day, Period};

/// The version of the file's form; a file of another version is read as empty.
const VERSION: u32 = 1;
const DAY: i64 = 86_400;

/// Definite verdicts by address, with the time of each.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Kept {
    version: u32,
    addresses: BTreeMap<String, KeptVerdict>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct KeptVerdict {
    /// In seconds since 1970.
    checked: i64,
    #[serde(flatten)]
    verdict: LinkVerdict,
}

impl Default for Kept {
    fn default() -> Self {
        Self { version: VERSION, addresses: BTreeMap::new() }
    }
}

impl Kept {
    /// Reads what [`Kept::bytes`] gave. Anything else is empty: then everything is asked again.
    pub fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes)
            .ok()
            .filter(|kept: &Self| kept.version == VERSION)
            .unwrap_or_default()
    }

    /// The file as it is kept: JSON that [`Kept::read`] takes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("verdicts are plain data");
        bytes.push(b'\n');
        bytes
    }

    /// The verdict on an address, if there is one that is still believed.
    pub fn verdict(&self, address: &Address) -> Option<&LinkVerdict> {
        self.addresses.get(address.as_str()).map(|entry| &entry.verdict)
    }

    /// Keeps a verdict. One that another try could change is not kept, and whatever was known of
    /// the address is forgotten.
    pub fn keep(&mut self, address: &Address, verdict: &LinkVerdict, now: i64) {
        if verdict.is_definite() {
            self.addresses.insert(
                address.to_string(),
                KeptVerdict { checked: now, verdict: verdict.clone() },
            );
        } else {
            self.addresses.remove(address.as_str());
        }
    }

    /// Forgets what is no longer believed at `now`.
    pub fn drop_old(&mut self, now: i64, keep: Period) {
        self.addresses.retain(|_, entry| entry.is_believed(now, keep));
    }
}

impl KeptVerdict {
    /// A failure is believed for a day at most: whoever puts a page back wants to see it.
    fn is_believed(&self, now: i64, keep: Period) -> bool {
        let limit = Day::from_unix_seconds(self.checked).plus(keep).unix_seconds()
            + self.checked.rem_euclid(DAY);
        let limit = match self.verdict {
            LinkVerdict::Broken { .. } => limit.min(self.checked.saturating_add(DAY)),
            _ => limit,
        };
        (self.checked..limit).contains(&now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::verdict::{Doubt, LinkFault};
    use super::*;

    const NOW: i64 = 1_795_000_000;

    fn address(text: &str) -> Address {
        Address::read(text).expect("of the web").expect("an address")
    }

    fn kept(verdict: &LinkVerdict) -> Kept {
        let mut kept = Kept::default();
        kept.keep(&address("https://a.example"), verdict, NOW);
        kept
    }

    fn check(verdict: &LinkVerdict, after: i64, believed: bool) {
        let mut kept = Kept::read(&kept(verdict).bytes());
        kept.drop_old(NOW + after, "7 days".parse().unwrap());
        assert_eq!(
            kept.verdict(&address("https://a.example")),
            believed.then_some(verdict),
            "{after} seconds later"
        );
    }

    #[test]
    fn good_answers_are_believed_for_as_long_as_the_hub_says() {
        for verdict in [LinkVerdict::Fine, LinkVerdict::Moved { to: "https://b.example/#c".into() }]
        {
            check(&verdict, 0, true);
            check(&verdict, 7 * DAY - 1, true);
            check(&verdict, 7 * DAY, false);
            check(&verdict, -1, false);
        }
    }

    #[test]
    fn failures_are_believed_for_a_day() {
        for why in [
            LinkFault::Status(404),
            LinkFault::Circle,
            LinkFault::TooManyRedirects,
            LinkFault::NoTarget,
        ] {
            check(&LinkVerdict::Broken { why: why.clone() }, DAY - 1, true);
            check(&LinkVerdict::Broken { why }, DAY, false);
        }
    }

    #[test]
    fn doubt_is_not_kept_and_ends_what_was_known() {
        let mut kept = kept(&LinkVerdict::Fine);
        kept.keep(&address("https://a.example"), &LinkVerdict::Unsure { why: Doubt::Timeout }, NOW);
        assert_eq!(kept, Kept::default());
    }

    #[test]
    fn a_damaged_file_is_empty() {
        let whole = kept(&LinkVerdict::Fine).bytes();
        let other_version = String::from_utf8(whole.clone()).unwrap().replacen(
            "\"version\": 1",
            "\"version\": 2",
            1,
        );
        for bytes in [
            &b""[..],
            b"{",
            b"[]",
            b"{\"version\":1}",
            &whole[..whole.len() / 2],
            other_version.as_bytes(),
            &[0xFF, 0],
        ] {
            assert_eq!(Kept::read(bytes), Kept::default());
        }
        let odd = r#"{"version":1,"addresses":{"https://a.example/":{"checked":9223372036854775807,"is":"fine"}}}"#;
        let mut kept = Kept::read(odd.as_bytes());
        kept.drop_old(NOW, "7 days".parse().unwrap());
        assert_eq!(kept, Kept::default());
    }
}
