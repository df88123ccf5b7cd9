//! `:::for{persona=… stage=… lang=… not-…=…}`: which personas are shown its content.
//!
//! It fails closed: what cannot be understood is shown to nobody.

use std::ops::Range;

use super::head::WrittenAttribute;
use crate::config::meant::{persona_meant, stage_meant};
use crate::config::{Config, LangIx, MarketIx, PersonaIx, StageIx};
use crate::content::body::Part;
use crate::content::remarks::Remarks;
use etappe_base::finding::{did_you_mean, unmistakable};
use etappe_base::source::Spanned;

/// What the conditions of a page are judged by: for whom it is, where, and in which language.
pub(crate) struct Readers<'c> {
    pub config: &'c Config,
    /// The personas whose sites can show the page.
    pub personas: Vec<PersonaIx>,
    /// The stage that makes the address.
    pub stage: Option<StageIx>,
    pub lang: LangIx,
    /// The markets that the page is for; empty where the hub has none.
    pub markets: Vec<MarketIx>,
}

impl Readers<'_> {
    /// Whether what may be shown in these markets, or in all where none is named, may be shown in
    /// every market of the page: its sites are the same in all of them.
    pub(crate) fn may_be_shown(&self, markets: &[Spanned<String>]) -> bool {
        let is_named = |market: &MarketIx| {
            let id = &self.config.market(*market).id;
            markets.iter().any(|named| named.value == *id)
        };
        markets.is_empty() || self.markets.iter().all(is_named)
    }
}

/// Who is shown a block.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// By persona of the hub.
    pub shown: Vec<bool>,
    /// It could not be understood, which has been reported.
    pub faulty: bool,
    /// As it was written.
    pub part: Part,
}

impl Condition {
    /// Shown to nobody.
    pub(crate) fn faulty(readers: &Readers<'_>) -> Self {
        Self {
            shown: vec![false; readers.config.personas.len()],
            faulty: true,
            part: Part::default(),
        }
    }
}

/// The keys of a condition.
pub(in crate::content) const KEYS: [&str; 6] =
    ["persona", "stage", "lang", "not-persona", "not-stage", "not-lang"];

/// Reads the attributes of a condition. `name` is the place of the word `for`.
pub(in crate::content) fn read(
    attributes: &[WrittenAttribute],
    name: Range<usize>,
    readers: &Readers<'_>,
    remarks: &mut Remarks,
) -> Condition {
    let written =
        |attribute: &WrittenAttribute| (Box::from(&*attribute.key), Box::from(&*attribute.value));
    let part = Part { condition: attributes.iter().map(written).collect() };
    let mut condition =
        Condition { shown: vec![true; readers.config.personas.len()], faulty: false, part };
    let mut asked: Vec<(&str, Vec<usize>)> = Vec::new();
    for attribute in attributes {
        if !KEYS.contains(&&*attribute.key) {
            let alone = attributes.len() == 1;
            if !(alone && without_key(attribute, readers.config, remarks)) {
                unknown_key(attribute, remarks);
            }
            condition.faulty = true;
            continue;
        }
        if asked.iter().any(|(key, _)| *key == &*attribute.key) {
            let message =
                format!("`{}` stands here twice, so nobody is shown this.", attribute.key);
            let help = format!("name all in one: `{}=\"a b\"`", attribute.key);
            remarks.condition(attribute.key_span.clone(), message, help);
            condition.faulty = true;
            continue;
        }
        let key = attribute.key.trim_start_matches("not-");
        let known = values(key, readers.config);
        if let Some(id) = label_meant(key, attribute, readers.config) {
            is_label(key, attribute, id, remarks);
            condition.faulty = true;
            continue;
        }
        let mut found = Vec::new();
        for value in attribute.value.split([' ', ',']).filter(|value| !value.is_empty()) {
            match known.iter().position(|id| *id == value) {
                Some(at) => found.push(at),
                None => {
                    unknown_value(key, value, attribute, &known, remarks);
                    condition.faulty = true;
                }
            }
        }
        if attribute.value.trim_matches([' ', ',']).is_empty() {
            let help =
                format!("write `{}={}`", attribute.key, known.first().copied().unwrap_or("…"));
            remarks.condition(
                attribute.key_span.clone(),
                format!("`{}` names no {key}.", attribute.key),
                help,
            );
            condition.faulty = true;
        }
        asked.push((&attribute.key, found));
    }
    if attributes.is_empty() {
        let help = format!(
            "say for whom: `:::for{{persona={}}}`",
            values("persona", readers.config).first().copied().unwrap_or("…")
        );
        remarks.condition(name, "`for` does not say for whom.".to_owned(), help);
        condition.faulty = true;
    }
    if condition.faulty {
        return Condition::faulty(readers);
    }
    for (key, found) in asked {
        let wanted = !key.starts_with("not-");
        for (at, shown) in condition.shown.iter_mut().enumerate() {
            let own = match key.trim_start_matches("not-") {
                "persona" => Some(at),
                "stage" => readers.stage.map(|stage| usize::from(stage.0)),
                _ => Some(usize::from(readers.lang.0)),
            };
            *shown &= own.is_some_and(|own| found.contains(&own)) == wanted;
        }
    }
    condition
}

fn values<'c>(key: &str, config: &'c Config) -> Vec<&'c str> {
    match key {
        "persona" => config.personas.iter().map(|persona| persona.id.as_str()).collect(),
        "stage" => config.stages.iter().map(|stage| stage.id.as_str()).collect(),
        _ => config.languages.iter().map(|lang| lang.code.as_str()).collect(),
    }
}

/// Reports a value that stands without its key, `{trailblazer}`; false where it is none.
fn without_key(attribute: &WrittenAttribute, config: &Config, remarks: &mut Remarks) -> bool {
    let written = &attribute.key;
    let is_value = |key: &&&str| values(key, config).contains(&&**written);
    let key = ["persona", "stage", "lang"].iter().find(is_value);
    let label = || persona_meant(written, config).map(|id| ("persona", id));
    let meant = key.map(|key| (*key, &**written)).or_else(label);
    let Some((key, value)) = meant.filter(|_| attribute.value.is_empty()) else { return false };
    let written_out = format!("{key}={value}");
    let message = format!("`{written}` stands here without `{key}=`, so nobody is shown this.");
    remarks.condition(
        attribute.key_span.clone(),
        message,
        format!("write `:::for{{{written_out}}}`"),
    );
    remarks.fix_with(attribute.key_span.clone(), &written_out);
    true
}

/// The id that a value surely means, where the whole of it is the label of a persona or a stage.
fn label_meant<'c>(key: &str, attribute: &WrittenAttribute, config: &'c Config) -> Option<&'c str> {
    let value = &*attribute.value;
    if values(key, config).contains(&value) {
        return None;
    }
    match key {
        "persona" => persona_meant(value, config),
        "stage" => stage_meant(value, config),
        _ => None,
    }
}

fn is_label(key: &str, attribute: &WrittenAttribute, id: &str, remarks: &mut Remarks) {
    let value = &attribute.value;
    let message = format!("`{value}` is a label and no id, so nobody is shown this.");
    remarks.condition(
        attribute.value_span.clone(),
        message,
        format!("write the id of that {key}: `{id}`"),
    );
    remarks.fix_with(attribute.value_span.clone(), id);
}

fn unknown_key(attribute: &WrittenAttribute, remarks: &mut Remarks) {
    let message = format!("`for` has no attribute `{}`.", attribute.key);
    let help = match attribute.value.is_empty() {
        // `{persona=gp nurse}`
        true => {
            "put several values in quotes, `persona=\"a b\"`, or a comma between them".to_owned()
        }
        false => did_you_mean(&attribute.key, KEYS),
    };
    remarks.condition(attribute.key_span.clone(), message, help);
}

fn unknown_value(
    key: &str,
    value: &str,
    attribute: &WrittenAttribute,
    known: &[&str],
    remarks: &mut Remarks,
) {
    let what = if key == "lang" { "language" } else { key };
    let start = attribute.value_span.start + attribute.value.find(value).unwrap_or(0);
    let range = start..start + value.len();
    remarks.condition(
        range.clone(),
        format!("There is no {what} `{value}`, so nobody is shown this."),
        did_you_mean(value, known.iter().copied()),
    );
    if let Some(meant) = unmistakable(value, known.iter().copied()) {
        remarks.fix_with(range, meant);
    }
}
