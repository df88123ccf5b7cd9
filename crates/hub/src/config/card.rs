//! Persona cards: `personas/ID.toml`.

use super::fields::{CONFIG_CODES, Fields, Reader};
use super::hub::Draft;
use super::text::LocalText;
use super::{StageIx, TextFile, web};
use etappe_base::date::Day;
use etappe_base::finding::{Finding, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};

/// A kind of healthcare professional that the hub serves.
///
/// Readers see `label`, `slug` and the texts of needs; everything else is internal.
#[derive(Clone, Debug)]
pub struct Persona {
    /// The card's file name without `.toml`.
    pub id: String,
    /// The card itself.
    pub file: HubPath,
    /// The name that readers see.
    pub label: LocalText,
    /// The folder of its site; made from the id where the card has none.
    pub slug: String,
    /// Personas are sorted by it, lowest first, then by id; `i64::MAX` where the card has none.
    pub order: i64,
    /// The id of a segment, which hub.toml may lack. `None`: it belongs to none, and is targeted.
    pub segment: Option<String>,
    /// A web address for its site alone, absolute, without a slash at its end; its folder is then
    /// complete by itself. `None`: the site is a folder of the hub's address.
    pub base_url: Option<String>,
    /// Shown in the coverage report. Internal; empty where none was said.
    pub archetype: String,
    /// The markets where this profession may be promoted to; empty where none is named.
    pub qualified: Vec<String>,
    /// The channels that reach it, for briefs and reports. Internal; empty where none is named.
    pub channels: Vec<String>,
    /// How many new pages a month the persona can take on one channel. `None`: no limit.
    pub max_new_per_month: Option<u32>,
    /// How to write for it; empty where the card has no `[style]`.
    pub style: Style,
    /// Its question in the feedback form: `nps`, `csat` or `ces`. Any other text, or none, asks no
    /// question.
    pub measure: String,
    /// Internal, in the order of the card.
    pub goals: Vec<String>,
    /// What troubles it. Internal, in the order of the card.
    pub pains: Vec<String>,
    /// When somebody last checked that the card is still true; `None` where no day was written.
    pub reviewed: Option<Spanned<Day>>,
    /// In the order of the card; each id once.
    pub needs: Vec<Need>,
    /// In the order of the card; each id once.
    pub beliefs: Vec<Belief>,
    /// Whether the card has an error: its site is then not built.
    pub faulty: bool,
}

/// How to write for the persona.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// In any words; internal. Empty where none was said.
    pub tone: String,
    /// Longer pages for the persona are a finding. `None`: no limit.
    pub max_words: Option<u32>,
}

/// What the persona must learn at a stage, as a question.
#[derive(Clone, Debug)]
pub struct Need {
    /// Internal; pages name it in `needs`.
    pub id: String,
    /// Where in the journey it must be met.
    pub stage: StageIx,
    /// The question, as readers see it on the persona's home.
    pub text: LocalText,
    /// How the need is known. Internal; empty where none was said.
    pub source: String,
    /// Of the id in the card.
    pub span: Span,
}

/// What the persona thinks at a stage, and what it should come to think. Internal.
#[derive(Clone, Debug)]
pub struct Belief {
    /// Internal; pages name it in `beliefs`.
    pub id: String,
    /// Where in the journey the belief should change.
    pub stage: StageIx,
    /// What the persona thinks; empty where none was said.
    pub from: String,
    /// What it should come to think; empty where none was said.
    pub to: String,
    /// Of the id in the card.
    pub span: Span,
}

/// Reads every card. The personas come out by `order`, then id.
pub(super) fn read_all(
    cards: &[TextFile<'_>],
    draft: &Draft,
    findings: &mut Vec<Finding>,
) -> Vec<Persona> {
    let mut personas: Vec<Persona> = Vec::new();
    for card in cards {
        let mut reader = Reader::new(card.path, CONFIG_CODES);
        let root = reader.parse(card.text);
        let mut fields = Fields::new(reader, &root, Span::default(), "the persona card");
        let mut persona = read(card.path, &mut fields, draft);
        let mut reader = fields.finish();
        if let Some(first) = personas.iter().find(|other| other.slug == persona.slug) {
            let message = format!(
                "The personas `{}` and `{}` share the slug `{}`.",
                first.id, persona.id, persona.slug
            );
            let place = reader.place(Span::default());
            let first = etappe_base::finding::Place::file(&first.file);
            reader.report(
                Finding::new(&codes::CONFIG_DUPLICATE, place, message)
                    .related(first, "the other card")
                    .help("give one of them another `slug`"),
            );
        }
        persona.faulty = reader.is_faulty();
        findings.append(&mut reader.findings);
        personas.push(persona);
    }
    personas.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
    personas
}

fn read(card: &HubPath, fields: &mut Fields<'_>, draft: &Draft) -> Persona {
    let id = card.name().trim_end_matches(".toml").to_owned();
    if !slug::is_slug(&id) {
        let help = format!("rename the card to `{}.toml`", slug::slug(&id));
        fields.reader.invalid(
            Span::default(),
            format!("`{id}` cannot be a persona's id."),
            Some(help),
        );
    }
    let label = LocalText::take(fields, "label", &draft.languages);
    if label.as_ref().is_none_or(LocalText::is_empty) {
        fields.missing("label", "readers see the label: add `label = \"General practitioners\"`");
    }
    let base_url = fields.text("base_url");
    if let Some(url) = &base_url {
        web::check(&mut fields.reader, url);
    }
    Persona {
        file: card.clone(),
        label: label.unwrap_or_default(),
        slug: public_slug(fields, &id),
        order: fields.integer("order").map_or(i64::MAX, |order| order.value),
        segment: segment(fields, draft),
        base_url: base_url.map(|url| url.value.trim_end_matches('/').to_owned()),
        archetype: fields.plain("archetype"),
        qualified: list(fields, "qualified"),
        channels: list(fields, "channels"),
        max_new_per_month: fields.count("max_new_per_month", 1),
        style: fields.table("style", "the style", style).unwrap_or_default(),
        measure: fields.plain("measure"),
        goals: list(fields, "goals"),
        pains: list(fields, "pains"),
        reviewed: fields.day("reviewed"),
        needs: needs(fields, draft),
        beliefs: beliefs(fields, draft),
        faulty: false,
        id,
    }
}

fn public_slug(fields: &mut Fields<'_>, id: &str) -> String {
    const TAKEN: [&str; 2] = ["assets", "static"];
    let Some(text) = fields.text("slug") else { return slug::slug(id) };
    if !slug::is_slug(&text.value) || TAKEN.contains(&text.value.as_str()) {
        let help = format!(
            "lower-case letters, digits and hyphens, and not `assets`: `{}`",
            slug::slug(&text.value)
        );
        fields.reader.invalid(
            text.span,
            format!("`{}` cannot be a persona's slug.", text.value),
            Some(help),
        );
        return slug::slug(id);
    }
    text.value
}

fn segment(fields: &mut Fields<'_>, draft: &Draft) -> Option<String> {
    let segment = fields.text("segment")?;
    if !draft.segments.iter().any(|known| known.id == segment.value) {
        let help =
            did_you_mean(&segment.value, draft.segments.iter().map(|known| known.id.as_str()));
        let message = format!("There is no segment `{}` in hub.toml.", segment.value);
        fields.reader.report(
            Finding::new(&codes::CONFIG_UNKNOWN_ID, fields.reader.place(segment.span), message)
                .help(help),
        );
    }
    Some(segment.value)
}

fn list(fields: &mut Fields<'_>, key: &'static str) -> Vec<String> {
    fields.texts(key).unwrap_or_default().into_iter().map(|text| text.value).collect()
}

fn style(fields: &mut Fields<'_>) -> Style {
    Style { tone: fields.plain("tone"), max_words: fields.count("max_words", 1) }
}

fn needs(fields: &mut Fields<'_>, draft: &Draft) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    let written = fields.tables("needs", "a need", |fields| need(fields, draft));
    for need in written.into_iter().flatten() {
        match needs.iter().find(|other| other.id == need.id) {
            Some(first) => fields.reader.duplicate(
                need.span,
                format!("The need `{}` is defined twice.", need.id),
                Some(first.span),
            ),
            None => needs.push(need),
        }
    }
    needs
}

fn need(fields: &mut Fields<'_>, draft: &Draft) -> Option<Need> {
    let id = short_id(fields);
    let stage = stage(fields, draft);
    let text = LocalText::take(fields, "text", &draft.languages);
    if text.as_ref().is_none_or(LocalText::is_empty) {
        fields.missing("text", "write the need as the question a reader would ask");
    }
    let source = fields.plain("source");
    let Spanned { value: id, span } = id?;
    Some(Need { id, stage: stage?, text: text.unwrap_or_default(), source, span })
}

fn beliefs(fields: &mut Fields<'_>, draft: &Draft) -> Vec<Belief> {
    let mut beliefs: Vec<Belief> = Vec::new();
    let written = fields.tables("beliefs", "a belief", |fields| belief(fields, draft));
    for belief in written.into_iter().flatten() {
        match beliefs.iter().find(|other| other.id == belief.id) {
            Some(first) => fields.reader.duplicate(
                belief.span,
                format!("The belief `{}` is defined twice.", belief.id),
                Some(first.span),
            ),
            None => beliefs.push(belief),
        }
    }
    beliefs
}

fn belief(fields: &mut Fields<'_>, draft: &Draft) -> Option<Belief> {
    let id = short_id(fields);
    let stage = stage(fields, draft);
    let (from, to) = (fields.plain("from"), fields.plain("to"));
    let Spanned { value: id, span } = id?;
    Some(Belief { id, stage: stage?, from, to, span })
}

fn short_id(fields: &mut Fields<'_>) -> Option<Spanned<String>> {
    let id = fields.text("id").filter(|id| !id.value.is_empty());
    if id.is_none() {
        fields.missing("id", "pages name it by this id");
    }
    id
}

fn stage(fields: &mut Fields<'_>, draft: &Draft) -> Option<StageIx> {
    let Some(name) = fields.text("stage") else {
        fields.missing("stage", "name the stage of the journey by its id");
        return None;
    };
    let at = draft.stages.iter().position(|stage| stage.id == name.value);
    if at.is_none() && !draft.stages.is_empty() {
        let help = did_you_mean(&name.value, draft.stages.iter().map(|stage| stage.id.as_str()));
        let message = format!("There is no stage `{}` in hub.toml.", name.value);
        fields.reader.report(
            Finding::new(&codes::CONFIG_UNKNOWN_ID, fields.reader.place(name.span), message)
                .help(help),
        );
    }
    at.map(|at| StageIx(at as u16))
}
