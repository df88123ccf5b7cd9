//! The sums that are kept in the hub: one line of JSON for each page, persona and month, and for
//! each address that is of no page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::address::{Addresses, Found};
use super::{Answers, Export, Month};
use etappe_base::path::HubPath;

/// Where they are kept, in the hub's folder.
pub const MEASURES_FILE: &str = "measures.jsonl";

/// What sums are of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Key {
    Page {
        file: HubPath,
        persona: String,
    },
    /// An address where nothing is published.
    Path(String),
}

/// The sums of one month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    pub views: Option<u64>,
    pub answers: Answers,
}

impl Sums {
    pub fn add(&mut self, other: &Self) {
        self.views = match (self.views, other.views) {
            (Some(own), Some(more)) => Some(own.saturating_add(more)),
            (own, more) => own.or(more),
        };
        self.answers.add(&other.answers);
    }
}

/// All that was imported.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Store {
    pub sums: BTreeMap<(Month, Key), Sums>,
}

/// What an import did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    pub pages: usize,
    /// Rows of homes and stages: read, and counted nowhere.
    pub frames: usize,
    /// Addresses of no page, with their views.
    pub unmatched: Vec<(String, u64)>,
    /// Rows left out because their address could name a person.
    pub withheld: usize,
}

impl Store {
    /// Reads the file; gives the numbers of lines that are none of it.
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

    pub fn write(&self) -> String {
        self.sums
            .iter()
            .map(|((month, key), sums)| format!("{}\n", line(*month, key, sums)))
            .collect()
    }

    /// Takes an export in. What it says of a page and month replaces what was known; what it does
    /// not say stays.
    pub fn take(&mut self, export: &Export, addresses: &Addresses) -> Taken {
        let mut taken = Taken::default();
        let mut batch: BTreeMap<(Month, Key), Sums> = BTreeMap::new();
        for row in &export.rows {
            let key = match addresses.find(&row.address) {
                Found::Page { file, persona } => Key::Page { file, persona },
                Found::Frame => {
                    taken.frames += 1;
                    continue;
                }
                // Whoever writes an e-mail address into a web address names a person.
                Found::Nothing(path) if path.contains('@') => {
                    taken.withheld += 1;
                    continue;
                }
                Found::Nothing(path) => Key::Path(path),
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

/// A list of as many counts as there are answers; absent, none of each.
fn counts<const N: usize>(value: &Value) -> Option<[u64; N]> {
    if value.is_null() {
        return Some([0; N]);
    }
    let list: Option<Vec<u64>> = value.as_array()?.iter().map(Value::as_u64).collect();
    list?.try_into().ok()
}
