//! Front matter: every key of the contract, checked against the plan.

use serde::Serialize;

use crate::base::date::{Day, Moment};
use crate::base::slug;
use crate::base::source::{Span, Spanned};
use crate::config::fields::{Fields, Reader};
use crate::config::tree::Table;
use crate::config::{Config, PersonaIx, StageIx};
use crate::finding::{Code, Edit, Finding, Fix, codes, did_you_mean, unmistakable};

/// The longest title that search results and tabs show whole, in characters.
const MAX_TITLE: usize = 70;

/// The longest summary that lists and search results show whole, in characters.
const MAX_SUMMARY: usize = 160;

/// For whom a page is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum Audience {
    /// `personas = "all"`: a generic page.
    All,
    /// Specific to these; sorted, without repeats.
    Only(Vec<PersonaIx>),
}

impl Audience {
    pub fn includes(&self, persona: PersonaIx) -> bool {
        match self {
            Self::All => true,
            Self::Only(personas) => personas.contains(&persona),
        }
    }
}

impl Serialize for PersonaIx {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Serialize for StageIx {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Whether the writer is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub enum Status {
    Draft,
    #[default]
    Ready,
}

impl Status {
    const NAMES: [&str; 2] = ["draft", "ready"];
}

/// What sort of page it is, as regulation sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Info,
    Promo,
    Safety,
    Patient,
}

impl Kind {
    pub const NAMES: [&str; 4] = ["info", "promo", "safety", "patient"];

    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The front matter of one page, with the defaults of its folders. Of a blocked page, what could be read.
#[derive(Clone, Debug, Serialize)]
pub struct FrontMatter {
    pub title: String,
    #[serde(skip)]
    pub title_span: Span,
    pub audience: Audience,
    /// The first one makes the URL.
    pub stages: Vec<StageIx>,
    pub summary: String,
    pub slug: Option<String>,
    pub order: Option<i64>,
    pub date: Option<Moment>,
    pub updated: Option<Moment>,
    pub review_by: Option<Day>,
    pub publish_on: Option<Day>,
    /// The first day on which the page is no longer shown.
    pub expires: Option<Day>,
    pub status: Status,
    /// Ids as written; each is known to at least one persona card.
    pub needs: Vec<String>,
    pub beliefs: Vec<String>,
    pub objectives: Vec<String>,
    /// Topics that a stage must have.
    pub topics: Vec<String>,
    pub kind: Kind,
    pub products: Vec<String>,
    pub channels: Vec<String>,
    pub markets: Vec<String>,
    /// Old paths below a persona's site, without slashes at the ends.
    pub aliases: Vec<String>,
    #[serde(skip)]
    pub alias_spans: Vec<Span>,
    pub canonical_persona: Option<PersonaIx>,
    pub variant_of: Option<String>,
    pub image: Option<String>,
    #[serde(skip)]
    pub image_span: Span,
    /// The page to go on with, as a link to it would be written.
    pub next: Option<String>,
    #[serde(skip)]
    pub next_span: Span,
    pub authors: Vec<String>,
    pub reviewed_by: Vec<String>,
    /// Free-form, for templates.
    pub extra: serde_json::Value,
}

/// The front matter that one file states: a page's own, or a folder's defaults.
#[derive(Clone, Debug, Default)]
pub struct Partial {
    title: Option<Spanned<String>>,
    audience: Option<Audience>,
    stages: Option<Vec<StageIx>>,
    summary: Option<String>,
    slug: Option<String>,
    order: Option<i64>,
    date: Option<Moment>,
    updated: Option<Moment>,
    review_by: Option<Day>,
    publish_on: Option<Day>,
    expires: Option<Day>,
    status: Option<Status>,
    needs: Option<Vec<String>>,
    beliefs: Option<Vec<String>>,
    objectives: Option<Vec<String>>,
    topics: Option<Vec<String>>,
    kind: Option<Kind>,
    products: Option<Vec<String>>,
    channels: Option<Vec<String>>,
    markets: Option<Vec<String>>,
    aliases: Option<Vec<Spanned<String>>>,
    canonical_persona: Option<PersonaIx>,
    variant_of: Option<String>,
    image: Option<Spanned<String>>,
    next: Option<Spanned<String>>,
    authors: Option<Vec<String>>,
    reviewed_by: Option<Vec<String>>,
    extra: Option<serde_json::Value>,
    /// Keys that were stated but could not be used: they are not missing as well.
    stated: Stated,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stated {
    title: bool,
    personas: bool,
    stage: bool,
}

/// A folder's `_defaults.toml`.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    pub(super) partial: Partial,
    /// It has an error, so the pages below it are on no site.
    pub faulty: bool,
}

impl Defaults {
    /// Defaults that could not be read.
    pub fn faulty() -> Self {
        Self { faulty: true, ..Self::default() }
    }
}

impl Partial {
    pub(super) fn read(table: &Table, span: Span, reader: &mut Reader<'_>, config: &Config) -> Self {
        let mut all = Fields::new(table, span, "the front matter");
        let stated = Stated {
            title: all.has("title"),
            personas: all.has("personas") || all.has("persona"),
            stage: all.has("stage") || all.has("stages"),
        };
        let fields = &mut all;
        let title = fields.text(reader, "title");
        check_title(title.as_ref(), reader);
        let personas = either(fields, reader, "personas", "persona");
        let stages = either(fields, reader, "stage", "stages");
        let mut partial = Self {
            stated,
            title,
            audience: personas.and_then(|ids| audience(ids, reader, config)),
            stages: stages.and_then(|ids| stage_list(ids, reader, config)),
            summary: summary(fields, reader),
            slug: page_slug(fields, reader),
            order: fields.integer(reader, "order").map(|order| order.value),
            date: fields.moment(reader, "date").map(|date| date.value),
            updated: fields.moment(reader, "updated").map(|date| date.value),
            review_by: fields.day(reader, "review_by").map(|day| day.value),
            publish_on: fields.day(reader, "publish_on").map(|day| day.value),
            expires: fields.day(reader, "expires").map(|day| day.value),
            status: choice(fields, reader, "status", &Status::NAMES, &[Status::Draft, Status::Ready]),
            needs: known_ids(fields, reader, "needs", &codes::FRONT_UNKNOWN_NEED, config, need_ids),
            beliefs: known_ids(fields, reader, "beliefs", &codes::FRONT_UNKNOWN_BELIEF, config, belief_ids),
            objectives: known_ids(fields, reader, "objective", &codes::FRONT_UNKNOWN_OBJECTIVE, config, objective_ids),
            topics: known_ids(fields, reader, "topics", &codes::FRONT_UNKNOWN_TOPIC, config, topic_ids),
            kind: choice(fields, reader, "kind", &Kind::NAMES, &[Kind::Info, Kind::Promo, Kind::Safety, Kind::Patient]),
            ..Self::default()
        };
        partial.products = list(fields, reader, "product");
        partial.channels = list(fields, reader, "channels");
        partial.markets = list(fields, reader, "markets");
        partial.aliases = fields.texts(reader, "aliases").map(|aliases| check_aliases(aliases, reader));
        partial.canonical_persona = fields.text(reader, "canonical_persona").and_then(|id| persona(&id, reader, config));
        partial.variant_of = fields.text(reader, "variant_of").map(|text| text.value);
        partial.image = fields.text(reader, "image");
        partial.next = fields.text(reader, "next");
        partial.authors = list(fields, reader, "authors");
        partial.reviewed_by = list(fields, reader, "reviewed_by");
        partial.extra = fields.table(reader, "extra").map(|(table, _)| table.to_json());
        all.finish(reader);
        partial
    }

    /// Fills what is missing from the folders' defaults, nearest first, and reports what is then still missing.
    pub(super) fn complete(self, defaults: &[&Defaults], span: Span, reader: &mut Reader<'_>) -> FrontMatter {
        let mut all = self;
        for default in defaults {
            all = all.or(&default.partial);
        }
        // Without any front matter that fault has been reported; three missing keys would only repeat it.
        let silent = reader.findings.iter().any(|finding| {
            [&codes::FRONT_MISSING, &codes::FILE_EMPTY, &codes::FILE_NOT_UTF8, &codes::FRONT_UNCLOSED, &codes::FRONT_SYNTAX]
                .contains(&finding.code)
        });
        if !silent {
            all.report_missing(span, reader);
        }
        let title = all.title.unwrap_or(Spanned { value: String::new(), span });
        let (image, next) = (all.image, all.next);
        let (aliases, alias_spans) = all.aliases.unwrap_or_default().into_iter().map(|alias| (alias.value, alias.span)).unzip();
        FrontMatter {
            title: title.value.trim().to_owned(),
            title_span: title.span,
            audience: all.audience.unwrap_or(Audience::Only(Vec::new())),
            stages: all.stages.unwrap_or_default(),
            summary: all.summary.unwrap_or_default(),
            slug: all.slug,
            order: all.order,
            date: all.date,
            updated: all.updated,
            review_by: all.review_by,
            publish_on: all.publish_on,
            expires: all.expires,
            status: all.status.unwrap_or_default(),
            needs: all.needs.unwrap_or_default(),
            beliefs: all.beliefs.unwrap_or_default(),
            objectives: all.objectives.unwrap_or_default(),
            topics: all.topics.unwrap_or_default(),
            kind: all.kind.unwrap_or_default(),
            products: all.products.unwrap_or_default(),
            channels: all.channels.unwrap_or_default(),
            markets: all.markets.unwrap_or_default(),
            aliases,
            alias_spans,
            canonical_persona: all.canonical_persona,
            variant_of: all.variant_of,
            image_span: image.as_ref().map_or(span, |image| image.span),
            image: image.map(|image| image.value),
            next_span: next.as_ref().map_or(span, |next| next.span),
            next: next.map(|next| next.value),
            authors: all.authors.unwrap_or_default(),
            reviewed_by: all.reviewed_by.unwrap_or_default(),
            extra: all.extra.unwrap_or_else(|| serde_json::json!({})),
        }
    }

    fn report_missing(&self, span: Span, reader: &mut Reader<'_>) {
        let mut missing = |absent: bool, key: &str, help: &str| {
            if absent {
                let finding = Finding::new(&codes::FRONT_MISSING_KEY, reader.place(span), format!("The page has no `{key}`."));
                reader.report(finding.help(help));
            }
        };
        missing(!self.stated.title && self.title.is_none(), "title", "add `title = \"…\"` to the front matter");
        missing(
            !self.stated.personas && self.audience.is_none(),
            "personas",
            "say for whom the page is: `personas = [\"…\"]`, or `personas = \"all\"`",
        );
        missing(!self.stated.stage && self.stages.is_none(), "stage", "say where in the journey the page belongs: `stage = \"…\"`");
        if let Some(title) = self.title.as_ref().filter(|title| title.value.trim().is_empty()) {
            let finding = Finding::new(&codes::FRONT_EMPTY_TITLE, reader.place(title.span), "The title is empty.");
            reader.report(finding.help("give the page a title; lists, links and search show it"));
        }
    }

    fn or(self, other: &Self) -> Self {
        macro_rules! nearest {
            ($($key:ident)*) => { Self { $($key: self.$key.or_else(|| other.$key.clone()),)* stated: self.stated } };
        }
        nearest!(title audience stages summary slug order date updated review_by publish_on expires status needs beliefs objectives
            topics kind products channels markets aliases canonical_persona variant_of image next authors reviewed_by extra)
    }
}

/// A key that has a second accepted spelling.
fn either(fields: &mut Fields<'_>, reader: &mut Reader<'_>, key: &'static str, other: &'static str) -> Option<Vec<Spanned<String>>> {
    let first = fields.texts(reader, key);
    let second = fields.texts(reader, other);
    if let (Some(_), Some(second)) = (&first, &second) {
        let span = second.first().map_or(fields.span(), |id| id.span);
        reader.invalid(span, format!("`{key}` and `{other}` are the same key; the page has both."), Some(format!("keep `{key}`")));
    }
    first.or(second)
}

fn audience(ids: Vec<Spanned<String>>, reader: &mut Reader<'_>, config: &Config) -> Option<Audience> {
    if ids.is_empty() {
        reader.invalid(Span::default(), "`personas` is an empty list.", Some("name a persona, or write `personas = \"all\"`".to_owned()));
        return None;
    }
    if ids.iter().any(|id| id.value == "all") {
        if let Some(other) = ids.iter().find(|id| id.value != "all") {
            reader.invalid(other.span, "`all` and a persona cannot stand together.", Some("keep one of them".to_owned()));
        }
        return Some(Audience::All);
    }
    let mut personas: Vec<PersonaIx> = ids.iter().filter_map(|id| persona(id, reader, config)).collect();
    personas.sort_unstable();
    personas.dedup();
    Some(Audience::Only(personas))
}

fn persona(id: &Spanned<String>, reader: &mut Reader<'_>, config: &Config) -> Option<PersonaIx> {
    let known = config.find_persona(&id.value);
    if known.is_none() {
        let ids = config.personas.iter().map(|persona| persona.id.as_str()).chain(["all"]);
        unknown(&codes::FRONT_UNKNOWN_PERSONA, "persona", id, reader, ids);
    }
    known
}

fn stage_list(ids: Vec<Spanned<String>>, reader: &mut Reader<'_>, config: &Config) -> Option<Vec<StageIx>> {
    if ids.is_empty() {
        reader.invalid(Span::default(), "`stage` is an empty list.", Some("name at least one stage".to_owned()));
        return None;
    }
    let mut stages = Vec::with_capacity(ids.len());
    for id in &ids {
        match config.find_stage(&id.value) {
            Some(stage) if !stages.contains(&stage) => stages.push(stage),
            Some(_) => {}
            None => unknown(&codes::FRONT_UNKNOWN_STAGE, "stage", id, reader, config.stages.iter().map(|stage| stage.id.as_str())),
        }
    }
    Some(stages)
}

fn unknown<'n>(code: &'static Code, what: &str, id: &Spanned<String>, reader: &mut Reader<'_>, known: impl IntoIterator<Item = &'n str>) {
    let known: Vec<&str> = known.into_iter().collect();
    let finding = Finding::new(code, reader.place(id.span), format!("Unknown {what} `{}`.", id.value));
    let fix = unmistakable(&id.value, known.iter().copied())
        .map(|name| Fix { title: format!("Write `{name}`"), edits: vec![Edit::new(reader.place(inside_quotes(id)), name)] });
    reader.report(finding.label(format!("no such {what}")).help(did_you_mean(&id.value, known)).maybe_fix(fix));
}

fn check_title(title: Option<&Spanned<String>>, reader: &mut Reader<'_>) {
    let Some(title) = title else { return };
    let length = title.value.chars().count();
    if length > MAX_TITLE {
        let message = format!("The title has {length} characters, {} too many.", length - MAX_TITLE);
        let finding = Finding::new(&codes::FRONT_TITLE_LENGTH, reader.place(title.span), message);
        reader.report(finding.help(format!("say it in {MAX_TITLE}: search results cut the rest")));
    }
}

/// The text within its quotes, if it has any: a name in quotes is two bytes longer than the name.
fn inside_quotes(id: &Spanned<String>) -> Span {
    let quotes = (id.span.end - id.span.start) as usize == id.value.len() + 2;
    let inset = u32::from(quotes);
    Span { start: id.span.start + inset, end: id.span.end - inset }
}

fn summary(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Option<String> {
    // Collections made for other tools call it `description`.
    let (own, other) = (fields.text(reader, "summary"), fields.text(reader, "description"));
    if let (Some(_), Some(other)) = (&own, &other) {
        reader.invalid(other.span, "`summary` and `description` are the same key; the page has both.", Some("keep `summary`".to_owned()));
    }
    let summary = own.or(other)?;
    let length = summary.value.chars().count();
    if length > MAX_SUMMARY {
        let message = format!("The summary has {length} characters, {} too many.", length - MAX_SUMMARY);
        let finding = Finding::new(&codes::FRONT_SUMMARY_LENGTH, reader.place(summary.span), message);
        reader.report(finding.help(format!("say it in {MAX_SUMMARY}: search results cut the rest")));
    }
    Some(summary.value)
}

fn page_slug(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let text = fields.text(reader, "slug")?;
    if !slug::is_slug(&text.value) {
        let help = format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&text.value));
        reader.invalid(text.span, format!("`{}` cannot be a slug.", text.value), Some(help));
    }
    Some(text.value)
}

fn choice<T: Copy>(fields: &mut Fields<'_>, reader: &mut Reader<'_>, key: &'static str, names: &[&str], values: &[T]) -> Option<T> {
    let text = fields.text(reader, key)?;
    let at = names.iter().position(|name| *name == text.value);
    if at.is_none() {
        let help = did_you_mean(&text.value, names.iter().copied());
        reader.invalid(text.span, format!("`{key}` cannot be `{}`.", text.value), Some(help));
    }
    at.map(|at| values[at])
}

fn list(fields: &mut Fields<'_>, reader: &mut Reader<'_>, key: &'static str) -> Option<Vec<String>> {
    fields.texts(reader, key).map(|texts| texts.into_iter().map(|text| text.value).collect())
}

fn need_ids(config: &Config) -> Vec<&str> {
    config.personas.iter().flat_map(|persona| &persona.needs).map(|need| need.id.as_str()).collect()
}

fn belief_ids(config: &Config) -> Vec<&str> {
    config.personas.iter().flat_map(|persona| &persona.beliefs).map(|belief| belief.id.as_str()).collect()
}

fn objective_ids(config: &Config) -> Vec<&str> {
    config.objectives.iter().map(|objective| objective.id.as_str()).collect()
}

fn topic_ids(config: &Config) -> Vec<&str> {
    config.stages.iter().flat_map(|stage| &stage.must_have).map(String::as_str).collect()
}

fn known_ids(
    fields: &mut Fields<'_>,
    reader: &mut Reader<'_>,
    key: &'static str,
    code: &'static Code,
    config: &Config,
    known: fn(&Config) -> Vec<&str>,
) -> Option<Vec<String>> {
    let ids = fields.texts(reader, key)?;
    let known = known(config);
    for id in &ids {
        if !known.contains(&id.value.as_str()) {
            unknown(code, key.trim_end_matches('s'), id, reader, known.iter().copied());
        }
    }
    Some(ids.into_iter().map(|id| id.value).collect())
}

fn check_aliases(aliases: Vec<Spanned<String>>, reader: &mut Reader<'_>) -> Vec<Spanned<String>> {
    let mut good = Vec::with_capacity(aliases.len());
    for alias in aliases {
        let path = alias.value.trim_matches('/').trim_end_matches("/index.html").to_owned();
        let clean = crate::base::path::OutPath::new(&path).is_some()
            && !path.contains(['?', '#', ':'])
            && path.split('/').all(|part| part.len() <= 200);
        if clean {
            good.push(Spanned { value: path, span: alias.span });
        } else {
            let help = "write the old path below the persona's site: `/service/old-name/`".to_owned();
            reader.invalid(alias.span, format!("`{}` cannot be an alias.", alias.value), Some(help));
        }
    }
    good
}
