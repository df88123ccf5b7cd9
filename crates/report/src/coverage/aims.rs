//! The finer grid: needs and beliefs of each persona, objectives, topics that a stage must have,
//! and pages that serve none.

use super::cells::is_overdue;
use etappe_base::path::HubPath;
use etappe_base::source::{Spanned, values};
use etappe_hub::config::{LangIx, PersonaIx, StageIx};
use etappe_hub::content::FrontMatter;
use etappe_hub::journey::{Doc, Hub, State};

/// One need or belief of a persona, and the published pages that name it in any language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aim {
    /// From the persona's card.
    pub id: String,
    /// Whose need or belief it is; its segment is targeted.
    pub persona: PersonaIx,
    /// The stage that the card gives it.
    pub stage: StageIx,
    /// Of every language, also of those that the report leaves out; sorted.
    pub pages: Vec<HubPath>,
    /// The same pages by language; empty where no language was asked for.
    pub languages: Vec<AimAnswer>,
}

/// The published pages that name an aim in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AimAnswer {
    /// One of those that the report was asked for.
    pub lang: LangIx,
    /// Sorted; empty where nothing in this language names the aim.
    pub pages: Vec<HubPath>,
    /// Whether there are pages and every one is past its review date.
    pub stale: bool,
}

/// One of the brand plan's critical success factors, and the published pages that serve it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectiveCoverage {
    /// From hub.toml.
    pub id: String,
    /// From hub.toml, for people.
    pub text: String,
    /// Of every language, also of those that the report leaves out; sorted.
    pub pages: Vec<HubPath>,
}

/// One topic that a persona must find at a stage, and the published pages about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopicCoverage {
    /// From the stage's `must_have`.
    pub topic: String,
    /// Each language asked for has its own entry.
    pub lang: LangIx,
    /// Its segment is targeted, and the stage applies to it.
    pub persona: PersonaIx,
    /// The one whose `must_have` names the topic.
    pub stage: StageIx,
    /// Sorted; empty where the topic is missing.
    pub pages: Vec<HubPath>,
}

/// The whole finer grid.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Aims {
    /// By persona, then in the order of its card.
    pub needs: Vec<Aim>,
    /// By persona, then in the order of its card.
    pub beliefs: Vec<Aim>,
    /// In the order of hub.toml.
    pub objectives: Vec<ObjectiveCoverage>,
    /// By language, persona and stage, then as `must_have` lists them; only of cells that apply.
    pub topics: Vec<TopicCoverage>,
    /// Published pages that name neither a need nor an objective.
    pub aimless: Vec<HubPath>,
}

impl Aim {
    /// The pages in one language; `None` if that was not asked for.
    pub fn in_lang(&self, lang: LangIx) -> Option<&AimAnswer> {
        self.languages.iter().find(|answer| answer.lang == lang)
    }
}

pub(super) fn aims(hub: &Hub, langs: &[LangIx]) -> Aims {
    let asked = |doc: &&Doc| doc.state == State::Published && langs.contains(&doc.facets.lang());
    let is_aimless = |front: &FrontMatter| front.needs.is_empty() && front.objectives.is_empty();
    let aimless = hub.docs.iter().filter(asked).filter(|doc| is_aimless(&doc.facets.front));
    Aims {
        needs: needs_in(hub, langs),
        beliefs: beliefs_in(hub, langs),
        objectives: objectives(hub),
        topics: langs.iter().flat_map(|lang| topics(hub, *lang)).collect(),
        aimless: files(aimless),
    }
}

fn files<'h>(docs: impl Iterator<Item = &'h Doc>) -> Vec<HubPath> {
    docs.map(|doc| doc.facets.file.clone()).collect()
}

/// Every need of the targeted personas, and the published pages that name it in any language.
pub fn needs(hub: &Hub) -> Vec<Aim> {
    needs_in(hub, &[])
}

fn needs_in(hub: &Hub, langs: &[LangIx]) -> Vec<Aim> {
    let of = |persona: PersonaIx| {
        hub.config
            .persona(persona)
            .needs
            .iter()
            .map(move |need| (persona, need.id.as_str(), need.stage))
    };
    let all = hub.config.targeted_ixs().flat_map(of);
    all.map(|which| aim(hub, langs, which, |front| &front.needs)).collect()
}

fn beliefs_in(hub: &Hub, langs: &[LangIx]) -> Vec<Aim> {
    let of = |persona: PersonaIx| {
        hub.config
            .persona(persona)
            .beliefs
            .iter()
            .map(move |belief| (persona, belief.id.as_str(), belief.stage))
    };
    let all = hub.config.targeted_ixs().flat_map(of);
    all.map(|which| aim(hub, langs, which, |front| &front.beliefs)).collect()
}

fn aim(
    hub: &Hub,
    langs: &[LangIx],
    (persona, id, stage): (PersonaIx, &str, StageIx),
    named: fn(&FrontMatter) -> &[Spanned<String>],
) -> Aim {
    let names = |doc: &&Doc| {
        let front = &doc.facets.front;
        doc.state == State::Published
            && front.audience.includes(persona)
            && values(named(front)).any(|own| own == id)
    };
    let docs: Vec<&Doc> = hub.docs.iter().filter(names).collect();
    let answer = |lang: &LangIx| {
        let own = || docs.iter().copied().filter(|doc| doc.facets.lang() == *lang);
        let stale = own().next().is_some()
            && own().all(|doc| is_overdue(&doc.facets, &hub.config, hub.edition.as_of));
        AimAnswer { lang: *lang, pages: files(own()), stale }
    };
    Aim {
        id: id.to_owned(),
        persona,
        stage,
        languages: langs.iter().map(answer).collect(),
        pages: files(docs.iter().copied()),
    }
}

fn objectives(hub: &Hub) -> Vec<ObjectiveCoverage> {
    let pages = |id: &String| {
        let serves = |doc: &&Doc| {
            doc.state == State::Published
                && values(&doc.facets.front.objectives).any(|own| own == id)
        };
        files(hub.docs.iter().filter(serves))
    };
    let all = hub.config.objectives.iter();
    all.map(|objective| ObjectiveCoverage {
        id: objective.id.clone(),
        text: objective.text.clone(),
        pages: pages(&objective.id),
    })
    .collect()
}

/// The topics of every cell that applies.
fn topics(hub: &Hub, lang: LangIx) -> Vec<TopicCoverage> {
    let config = &*hub.config;
    let mut all = Vec::new();
    for persona in config.targeted_ixs() {
        for stage in config
            .stage_ixs()
            .filter(|stage| config.cell_rule(persona, *stage).is_none_or(|rule| rule.applies))
        {
            for topic in &config.stage(stage).must_have {
                let is_about = |doc: &&Doc| {
                    let front = &doc.facets.front;
                    let here = front.audience.includes(persona) && front.stages.contains(&stage);
                    doc.state == State::Published
                        && doc.facets.lang() == lang
                        && here
                        && values(&front.topics).any(|own| own == topic)
                };
                let pages = files(hub.docs.iter().filter(is_about));
                all.push(TopicCoverage { topic: topic.clone(), lang, persona, stage, pages });
            }
        }
    }
    all
}
