//! Shapes of front matter: what each key may say, checked against the plan.

use std::marker::PhantomData;

use serde::Serialize;

use super::dates::{self, Meaning};
use super::sources::IdSource;
use super::{Audience, Kind, Status};
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, Source, Text, Texts, WrittenValue};
use crate::config::tree::Table;
use crate::config::{Config, PersonaIx, StageIx};
use crate::content::directive::names_readers;
use etappe_base::date::Day;
use etappe_base::finding::{Code, Edit, Finding, Fix, codes, did_you_mean, unmistakable};
use etappe_base::moment::Moment;
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};

/// The longest title that search results and tabs show whole, in characters.
const MAX_TITLE: usize = 70;

/// The longest summary that lists and search results show whole, in characters.
const MAX_SUMMARY: usize = 160;

/// A shape that front matter has.
pub trait FrontShape: Shape {
    /// What a whole front matter holds.
    type Full: Serialize;

    /// The value of a whole front matter: the one that was read, or what holds without one.
    fn full(value: Option<Self::Value>) -> Self::Full;

    /// Gives all parts of a value one place, where they stood in another file.
    fn place(_: &mut Self::Full, _: Span) {}

    /// Where the parts of a value stand, if they have places of their own.
    fn spans(_: &Self::Full) -> Vec<Span> {
        Vec::new()
    }
}

/// A key without which nothing holds in its place.
pub struct Optional<S>(PhantomData<S>);

impl<S: Shape> Shape for Optional<S> {
    type Value = S::Value;
    const FORM: Form = S::FORM;
}

impl<S: ReadIn<Config>> ReadIn<Config> for Optional<S> {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        config: &Config,
    ) -> Option<S::Value> {
        S::read(written, fields, config)
    }
}

impl<S: Shape<Value: Serialize>> FrontShape for Optional<S> {
    type Full = Option<S::Value>;

    fn full(value: Option<S::Value>) -> Option<S::Value> {
        value
    }
}

/// Shapes without whose keys the default of their value holds.
macro_rules! or_default {
    ($($shape:ty),+) => {
        $(impl FrontShape for $shape {
            type Full = Self::Value;

            fn full(value: Option<Self::Value>) -> Self::Value {
                value.unwrap_or_default()
            }
        })+
    };
}

/// Lists of texts with places of their own; empty without their key.
macro_rules! or_empty_list {
    ($([$($of:tt)*] $shape:ty),+) => {
        $(impl<$($of)*> FrontShape for $shape {
            type Full = Vec<Spanned<String>>;

            fn full(value: Option<Self::Value>) -> Self::Full {
                value.unwrap_or_default()
            }

            fn place(full: &mut Self::Full, place: Span) {
                full.iter_mut().for_each(|item| item.span = place);
            }

            fn spans(full: &Self::Full) -> Vec<Span> {
                full.iter().map(|item| item.span).collect()
            }
        })+
    };
}

or_default!(Title, Summary, Stages, People, Choice<Status>, Choice<Kind>);
or_empty_list!([] Texts, [] Aliases, [S: IdSource] Ids<S>);

/// The title: readers see it everywhere. Trimmed.
pub struct Title;

impl Shape for Title {
    type Value = String;
    const FORM: Form = Form::Title;
}

impl ReadIn<Config> for Title {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        let title = fields.reader.as_text(written.name, written.item)?;
        check_title(&title, &mut fields.reader);
        Some(title.value.trim().to_owned())
    }
}

fn check_title(title: &Spanned<String>, reader: &mut Reader) {
    check_for_all(title, "title", reader);
    let length = title.value.chars().count();
    if length > MAX_TITLE {
        let message =
            format!("The title has {length} characters, {} too many.", length - MAX_TITLE);
        let finding = Finding::new(&codes::FRONT_TITLE_LENGTH, reader.place(title.span), message);
        reader.report(finding.help(format!("say it in {MAX_TITLE}: search results cut the rest")));
    }
}

/// Reports a `for` in a title or summary: both are shown as written, to everybody who is shown the
/// page.
fn check_for_all(text: &Spanned<String>, key: &str, reader: &mut Reader) {
    if names_readers(&text.value) {
        let message = format!(
            "The {key} is for everybody: a `for` in it hides nothing, so nobody is shown this page."
        );
        let finding = Finding::new(&codes::DIRECTIVE_CONDITION, reader.place(text.span), message);
        reader.report(
            finding
                .help("say what all readers of the page may know, and keep the rest for its text"),
        );
    }
}

/// What a page says in a few words.
pub struct Summary;

impl Shape for Summary {
    type Value = String;
    const FORM: Form = Form::Text;
}

impl ReadIn<Config> for Summary {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        let reader = &mut fields.reader;
        let summary = reader.as_text(written.name, written.item)?;
        check_for_all(&summary, "summary", reader);
        let length = summary.value.chars().count();
        if length > MAX_SUMMARY {
            let message =
                format!("The summary has {length} characters, {} too many.", length - MAX_SUMMARY);
            let place = reader.place(summary.span);
            let finding = Finding::new(&codes::FRONT_SUMMARY_LENGTH, place, message);
            let help = format!("say it in {MAX_SUMMARY}: search results cut the rest");
            reader.report(finding.help(help));
        }
        Some(summary.value)
    }
}

impl FrontShape for Text {
    type Full = String;

    fn full(value: Option<Spanned<String>>) -> String {
        value.map(|text| text.value).unwrap_or_default()
    }
}

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

/// The last part of an address.
pub struct Slug;

impl Shape for Slug {
    type Value = String;
    const FORM: Form = Form::Slug;
}

impl ReadIn<Config> for Slug {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        let text = fields.reader.as_text(written.name, written.item)?;
        if !slug::is_slug(&text.value) {
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&text.value));
            let message = format!("`{}` cannot be a slug.", text.value);
            fields.reader.invalid(text.span, message, Some(help));
        }
        Some(text.value)
    }
}

/// One of a few words.
pub struct Choice<T>(PhantomData<T>);

/// What stands for one of a few words.
pub trait Chosen: Copy + 'static {
    /// As front matter writes them, in the order of [`Self::ALL`].
    const NAMES: &'static [&'static str];
    /// Every value.
    const ALL: &'static [Self];
}

impl<T: Chosen> Shape for Choice<T> {
    type Value = T;
    const FORM: Form = Form::OneOf(T::NAMES);
}

impl<T: Chosen> ReadIn<Config> for Choice<T> {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<T> {
        let text = fields.reader.as_text(written.name, written.item)?;
        let at = T::NAMES.iter().position(|name| *name == text.value);
        if at.is_none() {
            let help = did_you_mean(&text.value, T::NAMES.iter().copied());
            let message = format!("`{}` cannot be `{}`.", written.name, text.value);
            fields.reader.invalid(text.span, message, Some(help));
        }
        at.map(|at| T::ALL[at])
    }
}

/// Names of people, as written.
pub struct People;

impl Shape for People {
    type Value = Vec<String>;
    const FORM: Form = Form::Texts;
}

impl ReadIn<Config> for People {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<Vec<String>> {
        let names = fields.reader.as_texts(written.name, written.item)?;
        Some(names.into_iter().map(|name| name.value).collect())
    }
}

/// A page or a file, as a link to it would be written. What it leads to is known later.
pub struct Link<S>(PhantomData<S>);

/// What a link leads to.
pub trait Linked {
    /// The same as data.
    const SOURCE: Source;
}

/// A page of the hub.
pub struct Pages;

impl Linked for Pages {
    const SOURCE: Source = Source::Pages;
}

/// An image of the hub.
pub struct Images;

impl Linked for Images {
    const SOURCE: Source = Source::Images;
}

impl<S: Linked> Shape for Link<S> {
    type Value = String;
    const FORM: Form = Form::Known(S::SOURCE);
}

impl<S: Linked> ReadIn<Config> for Link<S> {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        fields.reader.as_text(written.name, written.item).map(|text| text.value)
    }
}

/// Old addresses below a persona's site, without slashes at the ends.
pub struct Aliases;

impl Shape for Aliases {
    type Value = Vec<Spanned<String>>;
    const FORM: Form = Form::Aliases;
}

impl ReadIn<Config> for Aliases {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &Config,
    ) -> Option<Vec<Spanned<String>>> {
        let aliases = fields.reader.as_texts(written.name, written.item)?;
        Some(check_aliases(aliases, &mut fields.reader))
    }
}

fn check_aliases(aliases: Vec<Spanned<String>>, reader: &mut Reader) -> Vec<Spanned<String>> {
    let mut good = Vec::with_capacity(aliases.len());
    for alias in aliases {
        let path = alias.value.trim_matches('/').trim_end_matches("/index.html").to_owned();
        let clean = etappe_base::path::OutPath::new(&path).is_some()
            && !path.contains(['?', '#', ':'])
            && path.split('/').all(|part| part.len() <= 200);
        if clean {
            good.push(Spanned { value: path, span: alias.span });
        } else {
            let help =
                "write the old path below the persona's site: `/service/old-name/`".to_owned();
            reader.invalid(
                alias.span,
                format!("`{}` cannot be an alias.", alias.value),
                Some(help),
            );
        }
    }
    good
}

/// When something happened. Readers see the day as it is written.
pub struct Happened;

impl Shape for Happened {
    type Value = Moment;
    const FORM: Form = Form::Day;
}

impl ReadIn<Config> for Happened {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, config: &Config) -> Option<Moment> {
        dates::moment(written, &mut fields.reader, config)
    }
}

/// Shapes of days that a page comes or goes on.
macro_rules! days {
    ($($(#[doc = $about:literal])+ $shape:ident;)+) => {
        $(
            $(#[doc = $about])+
            pub struct $shape;

            impl Shape for $shape {
                type Value = Day;
                const FORM: Form = Form::Day;
            }

            impl ReadIn<Config> for $shape {
                fn read(
                    written: WrittenValue<'_>,
                    fields: &mut Fields<'_>,
                    config: &Config,
                ) -> Option<Day> {
                    dates::day(written, &mut fields.reader, config, Meaning::$shape)
                }
            }
        )+
    };
}

days! {
    /// From which day on something holds.
    Begins;
    /// The first day on which something no longer holds.
    Ends;
    /// The last day on which something holds.
    LastsUntil;
}

/// Whether a search finds the page; it does unless the page says otherwise.
pub struct Searched;

impl Shape for Searched {
    type Value = bool;
    const FORM: Form = Form::Flag;
}

impl ReadIn<Config> for Searched {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<bool> {
        fields.reader.as_flag(written.name, written.item)
    }
}

impl FrontShape for Searched {
    type Full = bool;

    fn full(value: Option<bool>) -> bool {
        value.unwrap_or(true)
    }
}

/// A table of anything, for templates.
pub struct Extra;

impl Shape for Extra {
    type Value = serde_json::Value;
    const FORM: Form = Form::Free;
}

impl ReadIn<Config> for Extra {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &Config,
    ) -> Option<serde_json::Value> {
        fields.reader.as_table(written.name, written.item).map(Table::to_json)
    }
}

impl FrontShape for Extra {
    type Full = serde_json::Value;

    fn full(value: Option<serde_json::Value>) -> serde_json::Value {
        value.unwrap_or_else(|| serde_json::json!({}))
    }
}
