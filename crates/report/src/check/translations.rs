//! Translations say the same of themselves as their originals, and keep up with them: by `updated`,
//! else by the day each file was last committed.

use std::collections::{BTreeMap, BTreeSet};

use etappe_base::date::Day;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::source::Span;
use etappe_hub::config::LangIx;
use etappe_hub::content::Facets;
use etappe_hub::journey::{DocIx, Hub};

/// The day on which a file was last committed, where that is known.
pub type Commits = BTreeMap<HubPath, Day>;

/// The files whose commits must tell which of a pair is older, since not both say `updated`.
pub fn undated(hub: &Hub) -> BTreeSet<HubPath> {
    let undated =
        pairs(hub).filter(|(original, translation)| dates(original, translation).is_none());
    undated
        .flat_map(|(original, translation)| [original.file.clone(), translation.file.clone()])
        .collect()
}

pub(super) fn check(hub: &Hub, commits: &Commits) -> Vec<Finding> {
    let of_pair = |(original, translation): (&Facets, &Facets)| {
        let behind = behind(original, translation, commits);
        differences(original, translation).into_iter().chain(behind).collect::<Vec<_>>()
    };
    pairs(hub).flat_map(of_pair).collect()
}

/// What a translation says of itself that its original does not: one finding for each key.
fn differences(original: &Facets, translation: &Facets) -> Vec<Finding> {
    let (first, own) = (&original.front, &translation.front);
    let (first_spans, own_spans) = (&first.spans, &own.spans);
    let keys = [
        ("personas", first.audience == own.audience, first_spans.audience, own_spans.audience),
        ("stage", first.stages == own.stages, first_spans.stages, own_spans.stages),
        ("kind", first.kind == own.kind, first_spans.kind, own_spans.kind),
        ("expires", first.expires == own.expires, first_spans.expires, own_spans.expires),
    ];
    let differing = keys.into_iter().filter(|(_, is_same, ..)| !is_same);
    let finding = |(key, _, first, own): (&str, bool, Span, Span)| {
        let message = format!("The translation and its original differ in `{key}`.");
        Finding::new(&codes::TRANSLATION_DIFFERS, Place::new(&translation.file, own), message)
            .help(format!(
                "write the same `{key}` in both; what is meant for others is another page"
            ))
            .related(Place::new(&original.file, first), "the original")
    };
    differing.map(finding).collect()
}

/// Those that commits alone tell; the others are found without them.
pub fn behind_by_commits(hub: &Hub, commits: &Commits) -> Vec<Finding> {
    let undated =
        pairs(hub).filter(|(original, translation)| dates(original, translation).is_none());
    undated.filter_map(|(original, translation)| behind(original, translation, commits)).collect()
}

fn behind(original: &Facets, translation: &Facets, commits: &Commits) -> Option<Finding> {
    let committed = || Some((*commits.get(&original.file)?, *commits.get(&translation.file)?));
    let (changed, translated) = dates(original, translation)
        .or_else(committed)
        .filter(|(changed, translated)| changed > translated)?;
    let message =
        format!("The original was updated on {changed}, and this translation on {translated}.");
    let finding = Finding::new(
        &codes::TRANSLATION_BEHIND,
        Place::new(&translation.file, translation.front_span),
        message,
    );
    let help = format!(
        "translate what changed and set `updated` to that day; where nothing needs to be \
         translated, set `updated = {changed}`"
    );
    Some(
        finding.help(help).related(Place::new(&original.file, original.front_span), "the original"),
    )
}

/// The two `updated` days; `None` unless both files have one.
fn dates(original: &Facets, translation: &Facets) -> Option<(Day, Day)> {
    Some((original.front.updated?.day, translation.front.updated?.day))
}

/// Every page in the default language with each of its translations. Both are published today or on
/// a later day, so that no day brings a finding that nobody could see before.
fn pairs(hub: &Hub) -> impl Iterator<Item = (&Facets, &Facets)> {
    let published = |doc: DocIx| hub.doc(doc).state.goes_out().then(|| hub.facets(doc));
    hub.pages.iter().flat_map(move |page| {
        let original = page.docs[usize::from(LangIx::DEFAULT.0)].and_then(published);
        let translations =
            page.docs.iter().skip(1).flatten().filter_map(move |doc| published(*doc));
        translations.filter_map(move |translation| Some((original?, translation)))
    })
}
