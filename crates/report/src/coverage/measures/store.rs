//! The sums that are kept in the hub: one line of JSON for each page, persona and month, and for
//! each month of an address that has no page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::address::{AddressMeaning, PublishedAddresses};
use super::{Answers, Export, Month};
use etappe_base::path::HubPath;

/// Relative to the hub's root.
pub const MEASURES_FILE: &str = "measures.jsonl";

/// What sums belong to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Key {
    /// A page on one persona's site.
    Page {
        /// Of one language: translations have sums of their own.
        file: HubPath,
        /// The persona's id.
        persona: String,
    },
    /// The path of an address where nothing was published at import.
    Path(String),
}

/// The sums of one month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// `None` where no import gave any.
    pub views: Option<u64>,
    /// All 0 where no import gave any.
    pub answers: Answers,
}

impl Sums {
    /// Adds count to count; views of one side alone stay as they are.
    pub fn add(&mut self, other: &Self) {
        self.views = match (self.views, other.views) {
            (Some(own), Some(more)) => Some(own.saturating_add(more)),
            (own, more) => own.or(more),
        };
        self.answers.add(&other.answers);
    }
}

/// Everything that was imported.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Store {
    /// In the order of the file's lines.
    pub sums: BTreeMap<(Month, Key), Sums>,
}

/// What an import did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// Sums of pages that were stored: one for each page, persona and month.
    pub pages: usize,
    /// Rows of homes and stages: read, and counted nowhere.
    pub frames: usize,
    /// Addresses that have no page, with their views; most views first.
    pub unmatched: Vec<(String, u64)>,
    /// Rows left out because their address could name a person.
    pub withheld: usize,
}

impl Store {
    /// Reads the text of the file. Also gives the numbers, from 1, of lines that are no sums.
    pub fn read(text: &str) -> (Self, Vec<usize>) {
        let (mut store, mut faults) = (Self::default(), Vec::new());
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match entry(line) {
                Some((key, sums)) => store.sums.entry(key).or_default().add(&sums),
                None => faults.push(number + 1),
            }
        }
        (store, faults)
    }

    /// The text of the file, one line for each of `sums`.
    pub fn write(&self) -> String {
        self.sums
            .iter()
            .map(|((month, key), sums)| format!("{}\n", line(*month, key, sums)))
            .collect()
    }

    /// Takes an export in. What it says of a page and month replaces what was known; what it does
    /// not say stays.
    pub fn take(&mut self, export: &Export, addresses: &PublishedAddresses) -> Taken {
        let mut taken = Taken::default();
        let mut batch: BTreeMap<(Month, Key), Sums> = BTreeMap::new();
        for row in &export.rows {
            let key = match addresses.find(&row.address) {
                AddressMeaning::Page { file, persona } => Key::Page { file, persona },
                AddressMeaning::Frame => {
                    taken.frames += 1;
                    continue;
                }
                // An e-mail address within a web address names a person.
                AddressMeaning::Nothing(path) if path.contains('@') => {
                    taken.withheld += 1;
                    continue;
                }
                AddressMeaning::Nothing(path) => Key::Path(path),
            };
            batch
                .entry((row.month, key))
                .or_default()
                .add(&Sums { views: row.views, answers: row.answers });
        }
        for ((month, key), sums) in batch {
            match &key {
                Key::Page { .. } => taken.pages += 1,
                Key::Path(path) => taken.unmatched.push((path.clone(), sums.views.unwrap_or(0))),
            }
            let own = self.sums.entry((month, key)).or_default();
            own.views = sums.views.or(own.views);
            if !sums.answers.is_empty() {
                own.answers = sums.answers;
            }
        }
        taken.unmatched.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        taken
    }
}

fn line(month: Month, key: &Key, sums: &Sums) -> Value {
    let mut line = match key {
        Key::Page { file, persona } => {
            json!({ "version": 1, "period": month.to_string(), "page": file, "persona": persona })
        }
        Key::Path(path) => json!({ "version": 1, "period": month.to_string(), "path": path }),
    };
    let Answers { nps, csat, ces } = sums.answers;
    if let Some(views) = sums.views {
        line["views"] = views.into();
    }
    for (name, counts) in [("nps", nps.as_slice()), ("csat", &csat), ("ces", &ces)] {
        if counts.iter().any(|count| *count > 0) {
            line[name] = counts.into();
        }
    }
    line
}

fn entry(line: &str) -> Option<((Month, Key), Sums)> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |key: &str| value[key].as_str();
    let key = match (text("page"), text("persona"), text("path")) {
        (Some(file), Some(persona), None) => {
            Key::Page { file: HubPath::new(file)?, persona: persona.to_owned() }
        }
        (None, None, Some(path)) => Key::Path(path.to_owned()),
        _ => return None,
    };
    let answers = Answers {
        nps: counts(&value["nps"])?,
        csat: counts(&value["csat"])?,
        ces: counts(&value["ces"])?,
    };
    let views = match &value["views"] {
        Value::Null => None,
        views => Some(views.as_u64()?),
    };
    (value["version"] == 1)
        .then_some(((text("period")?.parse().ok()?, key), Sums { views, answers }))
}

/// A list with a count for each possible answer; all 0 where it is absent. `None` if it is no such
/// list.
fn counts<const N: usize>(value: &Value) -> Option<[u64; N]> {
    if value.is_null() {
        return Some([0; N]);
    }
    let list: Option<Vec<u64>> = value.as_array()?.iter().map(Value::as_u64).collect();
    list?.try_into().ok()
}
