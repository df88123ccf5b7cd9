//! `[[stages]]` of hub.toml: the steps of the journey, in order.

use super::LangIx;
use super::fields::{Fields, Reader};
use super::lang::Lang;
use super::names;
use super::text::LocalText;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::slug;
use etappe_base::source::Span;

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
    /// Of the id in hub.toml.
    pub span: Span,
}

pub(super) fn read(fields: &mut Fields<'_>, languages: &[Lang]) -> Vec<Stage> {
    let written = fields.tables("stages", "a stage", |fields| stage(fields, languages));
    if written.is_empty() {
        let help = "add [[stages]] with an `id` and a `label`, in the order of the journey";
        let place = Place::file(&fields.reader.file);
        let finding = Finding::new(&codes::CONFIG_NO_STAGE, place, "The hub has no stage.");
        fields.reader.report(finding.help(help));
    }
    let mut stages: Vec<Stage> = Vec::new();
    for stage in written.into_iter().filter(|stage| !stage.id.is_empty()) {
        match stages.iter().find(|other| other.id == stage.id) {
            Some(first) => fields.reader.duplicate(
                stage.span,
                format!("The stage `{}` is defined twice.", stage.id),
                Some(first.span),
            ),
            None => {
                check_slugs(&mut fields.reader, &stage, &stages, languages);
                stages.push(stage);
            }
        }
    }
    stages
}

fn stage(fields: &mut Fields<'_>, languages: &[Lang]) -> Stage {
    let id = names::id(fields);
    let label = LocalText::take(fields, "label", languages);
    if label.as_ref().is_none_or(LocalText::is_empty) {
        fields.missing("label", "readers see the label: add `label = \"New developments\"`");
    }
    let slug = LocalText::take(fields, "slug", languages);
    Stage {
        slug: slug.unwrap_or_else(|| {
            LocalText::same(id.as_ref().map_or(String::new(), |id| id.value.clone()))
        }),
        label: label.unwrap_or_default(),
        goal: fields.plain("goal"),
        behaviour: fields.plain("behaviour"),
        must_have: topics(fields),
        span: id.as_ref().map_or(fields.span(), |id| id.span),
        id: id.map(|id| id.value).unwrap_or_default(),
    }
}

/// The topics of a stage, each once.
fn topics(fields: &mut Fields<'_>) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for topic in fields.texts("must_have").unwrap_or_default() {
        if !slug::is_slug(&topic.value) {
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&topic.value));
            let message = format!("`{}` cannot be a topic.", topic.value);
            fields.reader.invalid(topic.span, message, Some(help));
        } else if !topics.contains(&topic.value) {
            topics.push(topic.value);
        }
    }
    topics
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
