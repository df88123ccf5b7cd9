//! Personas, stages and other ids of the plan.

use std::marker::PhantomData;

use super::FrontShape;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, Source, WrittenValue};
use crate::config::{Config, PersonaIx, StageIx};
use crate::content::front::Audience;
use crate::content::front::sources::IdSource;
use etappe_base::finding::{Code, Edit, Finding, Fix, codes, did_you_mean, unmistakable};
use etappe_base::source::{Span, Spanned};

/// For whom the page is.
pub struct Personas;

impl Shape for Personas {
    type Value = Audience;
    const FORM: Form = Form::SomeOrAll(Source::Personas);
}

impl ReadIn<Config> for Personas {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Option<Audience> {
        let ids = fields.reader.as_texts(written.name, written.item)?;
        audience(ids, &mut fields.reader, config)
    }
}

impl FrontShape for Personas {
    type Full = Audience;

    fn full(value: Option<Audience>) -> Audience {
        value.unwrap_or(Audience::Only(Vec::new()))
    }
}

fn audience(ids: Vec<Spanned<String>>, reader: &mut Reader, config: &Config) -> Option<Audience> {
    // Items of another type were reported, and left out.
    if ids.is_empty() {
        return None;
    }
    if ids.iter().any(|id| id.value == "all") {
        if let Some(other) = ids.iter().find(|id| id.value != "all") {
            reader.invalid(
                other.span,
                "`all` and a persona cannot stand together.",
                Some("keep one of them".to_owned()),
            );
        }
        return Some(Audience::All);
    }
    let mut personas: Vec<PersonaIx> =
        ids.iter().filter_map(|id| persona(id, reader, config)).collect();
    personas.sort_unstable();
    personas.dedup();
    Some(Audience::Only(personas))
}

/// One persona.
pub struct Persona;

impl Shape for Persona {
    type Value = PersonaIx;
    const FORM: Form = Form::Known(Source::Personas);
}

impl ReadIn<Config> for Persona {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Option<PersonaIx> {
        let id = fields.reader.as_text(written.name, written.item)?;
        persona(&id, &mut fields.reader, config)
    }
}

fn persona(id: &Spanned<String>, reader: &mut Reader, config: &Config) -> Option<PersonaIx> {
    let known = config.find_persona(&id.value);
    if known.is_none() {
        let ids = config.personas.iter().map(|persona| persona.id.as_str()).chain(["all"]);
        unknown(&codes::FRONT_UNKNOWN_PERSONA, "persona", id, reader, ids);
    }
    known
}

/// Where in the journey the page belongs.
pub struct Stages;

impl Shape for Stages {
    type Value = Vec<StageIx>;
    const FORM: Form = Form::SomeKnown(Source::Stages);
}

impl ReadIn<Config> for Stages {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Option<Vec<StageIx>> {
        let ids = fields.reader.as_texts(written.name, written.item)?;
        stage_list(ids, &mut fields.reader, config)
    }
}

fn stage_list(
    ids: Vec<Spanned<String>>,
    reader: &mut Reader,
    config: &Config,
) -> Option<Vec<StageIx>> {
    if ids.is_empty() {
        return None;
    }
    let mut stages = Vec::with_capacity(ids.len());
    for id in &ids {
        match config.find_stage(&id.value) {
            Some(stage) if !stages.contains(&stage) => stages.push(stage),
            Some(_) => {}
            None => unknown(
                &codes::FRONT_UNKNOWN_STAGE,
                "stage",
                id,
                reader,
                config.stages.iter().map(|stage| stage.id.as_str()),
            ),
        }
    }
    Some(stages)
}

/// Ids of one sort, each of which must be known.
pub struct Ids<S>(PhantomData<S>);

impl<S: IdSource> Shape for Ids<S> {
    type Value = Vec<Spanned<String>>;
    const FORM: Form = Form::AllKnown(S::SOURCE);
}

impl<S: IdSource> ReadIn<Config> for Ids<S> {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Option<Vec<Spanned<String>>> {
        let ids = fields.reader.as_texts(written.name, written.item)?;
        let known = S::known(config);
        for id in ids.iter().filter(|id| !known.contains(&id.value.as_str())) {
            unknown(S::CODE, S::WHAT, id, &mut fields.reader, known.iter().copied());
        }
        Some(ids)
    }
}

fn unknown<'n>(
    code: &'static Code,
    what: &str,
    id: &Spanned<String>,
    reader: &mut Reader,
    known: impl IntoIterator<Item = &'n str>,
) {
    let known: Vec<&str> = known.into_iter().collect();
    let finding =
        Finding::new(code, reader.place(id.span), format!("Unknown {what} `{}`.", id.value));
    let fix = unmistakable(&id.value, known.iter().copied()).map(|name| Fix {
        title: format!("Write `{name}`"),
        edits: vec![Edit::new(reader.place(inside_quotes(id)), name)],
    });
    reader.report(
        finding
            .label(format!("no such {what}"))
            .help(did_you_mean(&id.value, known))
            .maybe_fix(fix),
    );
}

/// The text within its quotes, if it has any: a name in quotes is two bytes longer than the name.
fn inside_quotes(id: &Spanned<String>) -> Span {
    let quotes = (id.span.end - id.span.start) as usize == id.value.len() + 2;
    let inset = u32::from(quotes);
    Span { start: id.span.start + inset, end: id.span.end - inset }
}
