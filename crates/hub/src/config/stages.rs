//! `[[stages]]` of hub.toml: the steps of the journey, in order.

use super::LangIx;
use super::cta::{self, Cta, CtaKeys};
use super::fields::{Fields, Reader};
use super::keys::{Form, Id, KeyTable, Nested, ReadIn, Several, Shape, Text, Words, WrittenValue};
use super::known::Known;
use super::lang::Lang;
use super::text::LocalText;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};

/// One step of the customer journey.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Internal: never shown to readers.
    pub id: String,
    /// Its part of an address; the id where hub.toml gives none. Two stages that share one in the
    /// same language are a finding.
    pub slug: LocalText,
    /// The name that readers see.
    pub label: LocalText,
    /// Internal, for briefs; empty where none was said.
    pub goal: String,
    /// What personas do at this stage. Internal, for briefs; empty where none was said.
    pub behaviour: String,
    /// Topics that every persona must find here; pages name them in `topics`.
    pub must_have: Vec<String>,
    /// Where a route that ends with this stage leads on; `None` leaves it to the persona.
    pub cta: Option<Cta>,
    /// Of the id in hub.toml.
    pub span: Span,
}

keys! {
    /// One of `[[stages]]`, as it is written.
    pub(super) struct StageKeys("a stage") in Known {
        /// What pages and cards call the stage. Never shown to readers.
        id: Id = "id", required(
            "an id is a short name in lower-case letters and hyphens; it is never shown to readers"
        );
        /// The stage's name for readers.
        label: Words = "label",
            required("readers see the label: add `label = \"New developments\"`");
        /// The stage's part of addresses.
        slug: Slugs = "slug", usually("the id");
        /// What readers should have reached at its end. Internal.
        goal: Text = "goal";
        /// What readers do at this stage. Internal.
        behaviour: Text = "behaviour";
        /// Topics that every persona must find at this stage; pages name them in topics.
        must_have: Topics = "must_have";
        /// Where the last page leads on, for personas whose route ends with this stage: to a
        /// contact, a community, a colleague.
        cta: Nested<CtaKeys> = "cta";
    }
}

/// The stages of the journey, of which there must be one.
pub(super) struct StageTables;

impl Shape for StageTables {
    type Value = Vec<Spanned<StageKeys>>;
    const FORM: Form = Form::SomeTables(StageKeys::KEYS);
}

impl ReadIn<Known> for StageTables {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        known: &Known,
    ) -> Option<Self::Value> {
        Several::<StageKeys>::read(written, fields, known)
    }
}

/// Slugs of a stage; they are checked when the other stages are known.
pub(super) struct Slugs;

impl Shape for Slugs {
    type Value = LocalText;
    const FORM: Form = Form::Slugs;
}

impl ReadIn<Known> for Slugs {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        known: &Known,
    ) -> Option<LocalText> {
        LocalText::read(written, &mut fields.reader, &known.languages)
    }
}

/// The topics of a stage, each once.
pub(super) struct Topics;

impl Shape for Topics {
    type Value = Vec<String>;
    const FORM: Form = Form::Topics;
}

impl ReadIn<Known> for Topics {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Known) -> Option<Vec<String>> {
        let reader = &mut fields.reader;
        let mut topics: Vec<String> = Vec::new();
        for topic in reader.as_texts(written.name, written.item)? {
            if !slug::is_slug(&topic.value) {
                let own = slug::slug(&topic.value);
                let help = format!("lower-case letters, digits and hyphens: `{own}`");
                let message = format!("`{}` cannot be a topic.", topic.value);
                reader.invalid(topic.span, message, Some(help));
            } else if !topics.contains(&topic.value) {
                topics.push(topic.value);
            }
        }
        Some(topics)
    }
}

/// The stages in their order, each id and each slug once. Others are reported.
pub(super) fn distinct(
    written: Vec<Spanned<StageKeys>>,
    known: &Known,
    reader: &mut Reader,
) -> Vec<Stage> {
    if written.is_empty() {
        let help = "add [[stages]] with an `id` and a `label`, in the order of the journey";
        let place = Place::file(&reader.file);
        let finding = Finding::new(&codes::CONFIG_NO_STAGE, place, "The hub has no stage.");
        reader.report(finding.help(help));
    }
    let mut stages: Vec<Stage> = Vec::new();
    for stage in written.into_iter().filter_map(|stage| stage_of(stage.value)) {
        match stages.iter().find(|other| other.id == stage.id) {
            Some(first) => reader.duplicate(
                stage.span,
                format!("The stage `{}` is defined twice.", stage.id),
                Some(first.span),
            ),
            None => {
                check_slugs(reader, &stage, &stages, &known.languages);
                stages.push(stage);
            }
        }
    }
    stages
}

fn stage_of(keys: StageKeys) -> Option<Stage> {
    let Spanned { value: id, span } = keys.id.filter(|id| !id.value.is_empty())?;
    Some(Stage {
        slug: keys.slug.unwrap_or_else(|| LocalText::same(id.clone())),
        label: keys.label.unwrap_or_default(),
        goal: keys.goal.map(|text| text.value).unwrap_or_default(),
        behaviour: keys.behaviour.map(|text| text.value).unwrap_or_default(),
        must_have: keys.must_have.unwrap_or_default(),
        cta: cta::cta(keys.cta),
        id,
        span,
    })
}

fn check_slugs(reader: &mut Reader, stage: &Stage, others: &[Stage], languages: &[Lang]) {
    for (at, lang) in languages.iter().enumerate() {
        let ix = LangIx(at as u16);
        let own = stage.slug.get(ix);
        if !slug::is_slug(own) {
            let help =
                format!("a slug is lower-case letters, digits and hyphens: `{}`", slug::slug(own));
            reader.invalid(
                stage.span,
                format!("The stage `{}` cannot have the slug `{own}`.", stage.id),
                Some(help),
            );
            return;
        }
        if let Some(first) = others.iter().find(|other| other.slug.get(ix) == own) {
            let message = format!(
                "The stages `{}` and `{}` share the slug `{own}` in {}.",
                first.id, stage.id, lang.code
            );
            reader.duplicate(stage.span, message, Some(first.span));
            return;
        }
    }
}
