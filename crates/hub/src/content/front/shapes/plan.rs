//! Personas, stages and other ids of the plan.

use std::marker::PhantomData;

use super::FrontShape;
use super::lists::ListAsText;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, Source, WrittenValue};
use crate::config::meant::{persona_meant, stage_meant, unquoted};
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
        let known = |text: &str| match text {
            "all" => Some("all"),
            text => persona_meant(text, config),
        };
        let lists =
            ListAsText { what: "personas", code: &codes::FRONT_UNKNOWN_PERSONA, known: &known };
        if lists.report(written, &ids, &mut fields.reader) {
            return None;
        }
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
        let meant = persona_meant(&id.value, config);
        unknown(&codes::FRONT_UNKNOWN_PERSONA, "persona", id, meant, reader, ids);
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
        let known = |text: &str| stage_meant(text, config);
        let lists = ListAsText { what: "stages", code: &codes::FRONT_UNKNOWN_STAGE, known: &known };
        if lists.report(written, &ids, &mut fields.reader) {
            return None;
        }
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
                stage_meant(&id.value, config),
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
        if S::is_open(config) {
            return Some(ids);
        }
        let known = S::known(config);
        let find = |text: &str| known.iter().find(|id| **id == text).copied();
        let lists = ListAsText { what: "ids", code: S::CODE, known: &find };
        if lists.report(written, &ids, &mut fields.reader) {
            return None;
        }
        for id in ids.iter().filter(|id| !known.contains(&id.value.as_str())) {
            let meant = find(unquoted(&id.value));
            unknown(S::CODE, S::WHAT, id, meant, &mut fields.reader, known.iter().copied());
        }
        Some(ids)
    }
}

/// Reports an id that nothing has. `meant` is what was surely meant, where the text is a label, or
/// an id in curly quotes.
pub(super) fn unknown<'n>(
    code: &'static Code,
    what: &str,
    id: &Spanned<String>,
    meant: Option<&str>,
    reader: &mut Reader,
    known: impl IntoIterator<Item = &'n str>,
) {
    let known: Vec<&str> = known.into_iter().collect();
    let written = &id.value;
    let finding = Finding::new(code, reader.place(id.span), format!("Unknown {what} `{written}`."));
    let sure = meant.or_else(|| unmistakable(written, known.iter().copied()));
    let fix = sure.map(|name| Fix {
        title: format!("Write `{name}`"),
        edits: vec![match unquoted(written) == written {
            true => Edit::new(reader.place(inside_quotes(id)), name),
            false => Edit::new(reader.place(id.span), format!("\"{name}\"")),
        }],
    });
    let (label, help) = match meant {
        Some(id) if unquoted(written) != written => {
            ("its quotes are curly".to_owned(), format!("write `\"{id}\"`"))
        }
        Some(id) => (
            "a label, where an id belongs".to_owned(),
            format!("write the id of that {what}: `{id}`"),
        ),
        None => (format!("no such {what}"), did_you_mean(written, known)),
    };
    reader.report(finding.label(label).help(help).maybe_fix(fix));
}

/// The text within its quotes, if it has any: a name in quotes is two bytes longer than the name.
pub(super) fn inside_quotes(id: &Spanned<String>) -> Span {
    let quotes = (id.span.end - id.span.start) as usize == id.value.len() + 2;
    let inset = u32::from(quotes);
    Span { start: id.span.start + inset, end: id.span.end - inset }
}
