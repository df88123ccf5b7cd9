//! Persona cards: `personas/ID.toml`.

use super::colour::{Accent, AccentColour};
use super::cta::{self, Cta, CtaKeys};
use super::fields::{CONFIG_CODES, Fields, Reader};
use super::keys::{
    self, Count, Form, MaybeWords, Name, Nested, ReadIn, Several, Shape, Source, Text, Texts,
    WholeNumber, Words, WrittenValue,
};
use super::known::Known;
use super::markets::Markets;
use super::measure::Measure;
use super::profession::{Profession, Professions};
use super::text::LocalText;
use super::web::Web;
use super::{StageIx, TextFile};
use etappe_base::date::Day;
use etappe_base::finding::{Finding, codes};
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};

/// A kind of healthcare professional that the hub serves.
///
/// Readers see `label`, `description`, `slug` and the texts of needs; everything else is internal.
#[derive(Clone, Debug)]
pub struct Persona {
    /// The card's file name without `.toml`.
    pub id: String,
    /// The card itself.
    pub file: HubPath,
    /// The name that readers see.
    pub label: LocalText,
    /// What the site is for these readers, on the chooser and on their home; empty where the card
    /// says nothing.
    pub description: LocalText,
    /// The folder of its site; made from the id where the card has none.
    pub slug: String,
    /// The colour of its site; `None` leaves it to the theme, by the persona's place.
    pub colour: Option<Accent>,
    /// Where its route leads on at the end, unless the last stage says so; `None`: back to the home.
    pub cta: Option<Cta>,
    /// Personas are sorted by it, lowest first, then by id; `i64::MAX` where the card has none.
    pub order: i64,
    /// The id of a segment, which hub.toml may lack. `None`: it belongs to none, and is targeted.
    pub segment: Option<String>,
    /// A web address for its site alone, absolute, without a slash at its end; its folder is then
    /// complete by itself. `None`: the site is a folder of the hub's address.
    pub base_url: Option<String>,
    /// Shown in the coverage report. Internal; empty where none was said.
    pub archetype: String,
    /// What its readers are, all of them; empty where the card says nothing. Internal.
    pub profession: Vec<Profession>,
    /// The markets where this profession may be promoted to; empty where the card says that there
    /// is none, `None` where it says nothing.
    pub qualified: Option<Vec<String>>,
    /// Why `qualified` says so, whatever holds for the profession. Internal; empty where nothing
    /// was said.
    pub qualified_reason: String,
    /// The channels that reach it, for briefs and reports. Internal; empty where none is named.
    pub channels: Vec<String>,
    /// How many new pages a month the persona can take on one channel. `None`: no limit.
    pub max_new_per_month: Option<u32>,
    /// How to write for it; empty where the card has no `[style]`.
    pub style: PersonaStyle,
    /// Its question in the feedback form; `None` asks no question.
    pub measure: Option<Measure>,
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
pub struct PersonaStyle {
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
    known: &Known,
    findings: &mut Vec<Finding>,
) -> Vec<Persona> {
    let mut personas: Vec<Persona> = Vec::new();
    for card in cards {
        let mut reader = Reader::new(card.path, CONFIG_CODES);
        let root = reader.parse(card.text);
        let (keys, mut reader) = keys::read_file::<CardKeys, _>(reader, &root, known);
        let mut persona = read(card.path, keys, &mut reader);
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

keys! {
    /// A persona card, as it is written.
    pub(super) struct CardKeys("the persona card") in Known {
        /// What readers are called. They see it.
        label: Words = "label",
            required("readers see the label: add `label = \"General practitioners\"`");
        /// What the pages are for these readers: in a sentence or two, on the chooser and on their
        /// home. They see it.
        description: MaybeWords = "description";
        /// The colour of their site, for links, route and main button; it must be dark enough to be
        /// read. For dark grounds it is made lighter.
        colour: AccentColour = "colour", usually("one of twelve, by the persona's place");
        /// Where the last page of their route leads on: to a contact, a community, a colleague. That
        /// of the last stage comes first.
        cta: Nested<CtaKeys> = "cta";
        /// A web address of its own: its folder is then complete by itself.
        base_url: Web = "base_url";
        /// The first part of every address on their site.
        slug: SiteSlug = "slug", usually("the id");
        /// The persona's place among the others; those without one come last, by id.
        order: WholeNumber = "order";
        /// The id of the segment that the persona belongs to.
        segment: SegmentId = "segment";
        /// Traditional, trailblazer, or a word of yours. Internal.
        archetype: Text = "archetype";
        /// What the readers are by training or office; where a market asks for a profession, all of
        /// a list must qualify. Internal.
        profession: Professions = "profession";
        /// Markets where this profession may be promoted to; `[]` where there is none. Internal.
        qualified: Markets = "qualified";
        /// Why it may or may not be promoted to there, for whoever reviews the card. Internal.
        qualified_reason: Text = "qualified_reason";
        /// Where the persona is reached. Internal.
        channels: Texts = "channels";
        /// How many new pages a month the persona can take on one channel. Internal.
        max_new_per_month: Count<1> = "max_new_per_month";
        /// How to write for the persona. Internal.
        style: Nested<StyleKeys> = "style";
        /// What tells whether the site is good for them: it is asked where readers are asked
        /// anything. Internal.
        measure: Measure = "measure";
        /// What they want. Internal.
        goals: Texts = "goals";
        /// What is in their way. Internal.
        pains: Texts = "pains";
        /// When the card was last held against real readers. Longer ago than review_every is a
        /// finding.
        reviewed: keys::Day = "reviewed";
        /// What the persona must learn, stage by stage.
        needs: Several<NeedKeys> = "needs";
        /// What the persona thinks, and should come to think. Internal.
        beliefs: Several<BeliefKeys> = "beliefs";
    }
}

keys! {
    /// `[style]` of a card, as it is written.
    pub(super) struct StyleKeys("the style") in Known {
        /// How to write for the persona.
        tone: Text = "tone";
        /// How long a page may be.
        max_words: Count<1> = "max_words";
    }
}

keys! {
    /// One of `[[needs]]`, as it is written.
    pub(super) struct NeedKeys("a need") in Known {
        /// What pages call the need.
        id: Name = "id", required("pages name it by this id");
        /// The id of the stage at which they have it.
        stage: StageId = "stage", required("name the stage of the journey by its id");
        /// The need as the question that a reader would ask. Readers see it.
        text: Words = "text", required("write the need as the question a reader would ask");
        /// Where you know it from. Internal.
        source: Text = "source";
    }
}

keys! {
    /// One of `[[beliefs]]`, as it is written.
    pub(super) struct BeliefKeys("a belief") in Known {
        /// What pages call the belief.
        id: Name = "id", required("pages name it by this id");
        /// The id of the stage at which they hold it.
        stage: StageId = "stage", required("name the stage of the journey by its id");
        /// What they think now. Internal.
        from: Text = "from";
        /// What they should come to think. Internal.
        to: Text = "to";
    }
}

/// Reads a card and what it refers to.
fn read(card: &HubPath, keys: CardKeys, reader: &mut Reader) -> Persona {
    let id = card.name().trim_end_matches(".toml").to_owned();
    if !slug::is_slug(&id) {
        let help = format!("rename the card to `{}.toml`", slug::slug(&id));
        let message = format!("`{id}` cannot be a persona's id.");
        reader.invalid(Span::default(), message, Some(help));
    }
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value).unwrap_or_default();
    let texts = |list: Option<Vec<Spanned<String>>>| -> Vec<String> {
        list.unwrap_or_default().into_iter().map(|text| text.value).collect()
    };
    let slug = keys.slug.unwrap_or_else(|| slug::slug(&id));
    if TAKEN.contains(&slug.as_str()) {
        let message = format!("`{slug}` cannot be a persona's slug.");
        let help = "the program has a folder of that name: give the card a `slug` of its own";
        reader.invalid(Span::default(), message, Some(help.to_owned()));
    }
    Persona {
        file: card.clone(),
        label: keys.label.unwrap_or_default(),
        description: keys.description.unwrap_or_default(),
        colour: keys.colour,
        cta: cta::cta(keys.cta),
        slug,
        order: keys.order.unwrap_or(i64::MAX),
        segment: keys.segment,
        base_url: keys.base_url.map(|url| url.value.trim_end_matches('/').to_owned()),
        archetype: text(keys.archetype),
        profession: keys.profession.unwrap_or_default(),
        qualified: keys.qualified.map(|markets| texts(Some(markets))),
        qualified_reason: text(keys.qualified_reason),
        channels: texts(keys.channels),
        max_new_per_month: keys.max_new_per_month,
        style: keys.style.map(PersonaStyle::from).unwrap_or_default(),
        measure: keys.measure,
        goals: texts(keys.goals),
        pains: texts(keys.pains),
        reviewed: keys.reviewed,
        needs: needs(keys.needs.unwrap_or_default(), reader),
        beliefs: beliefs(keys.beliefs.unwrap_or_default(), reader),
        faulty: false,
        id,
    }
}

impl From<StyleKeys> for PersonaStyle {
    fn from(keys: StyleKeys) -> Self {
        let tone = keys.tone.map(|tone| tone.value).unwrap_or_default();
        Self { tone, max_words: keys.max_words }
    }
}

/// Folders beside those of personas.
pub(super) const TAKEN: [&str; 3] = ["assets", "bridge", "static"];

/// The folder of a persona's site: a slug that is no folder of the program's own.
pub(super) struct SiteSlug;

impl Shape for SiteSlug {
    type Value = String;
    const FORM: Form = Form::SiteSlug;
}

impl<C: ?Sized> ReadIn<C> for SiteSlug {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<String> {
        let text = fields.reader.as_text(written.name, written.item)?;
        if !slug::is_slug(&text.value) || TAKEN.contains(&text.value.as_str()) {
            let usual = "lower-case letters, digits and hyphens, and not";
            let help = match TAKEN.contains(&text.value.as_str()) {
                true => format!(
                    "{usual} `{}`: the program has folders of these names",
                    TAKEN.join("`, `")
                ),
                false => format!("{usual} `assets`: `{}`", slug::slug(&text.value)),
            };
            let message = format!("`{}` cannot be a persona's slug.", text.value);
            fields.reader.invalid(text.span, message, Some(help));
            return None;
        }
        Some(text.value)
    }
}

/// The id of a segment, which hub.toml should have.
pub(super) struct SegmentId;

impl Shape for SegmentId {
    type Value = String;
    const FORM: Form = Form::Known(Source::Segments);
}

impl ReadIn<Known> for SegmentId {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, known: &Known) -> Option<String> {
        let segment = fields.reader.as_text(written.name, written.item)?;
        if !known.segments.contains(&segment.value) {
            let known = known.segments.iter().map(String::as_str);
            fields.reader.no_such("segment", &segment, known);
        }
        Some(segment.value)
    }
}

/// The id of a stage of the journey.
pub(super) struct StageId;

impl Shape for StageId {
    type Value = Option<StageIx>;
    const FORM: Form = Form::Known(Source::Stages);
}

impl ReadIn<Known> for StageId {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        known: &Known,
    ) -> Option<Option<StageIx>> {
        let name = fields.reader.as_text(written.name, written.item)?;
        let at = known.stages.iter().position(|stage| *stage == name.value);
        if at.is_none() && !known.stages.is_empty() {
            let known = known.stages.iter().map(String::as_str);
            fields.reader.no_such("stage", &name, known);
        }
        Some(at.map(|at| StageIx(at as u16)))
    }
}

fn needs(written: Vec<Spanned<NeedKeys>>, reader: &mut Reader) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for need in written.into_iter().filter_map(|need| need_of(need.value)) {
        match needs.iter().find(|other| other.id == need.id) {
            Some(first) => reader.duplicate(
                need.span,
                format!("The need `{}` is defined twice.", need.id),
                Some(first.span),
            ),
            None => needs.push(need),
        }
    }
    needs
}

fn need_of(keys: NeedKeys) -> Option<Need> {
    let Spanned { value: id, span } = keys.id.filter(|id| !id.value.is_empty())?;
    Some(Need {
        id,
        stage: keys.stage??,
        text: keys.text.unwrap_or_default(),
        source: keys.source.map(|source| source.value).unwrap_or_default(),
        span,
    })
}

fn beliefs(written: Vec<Spanned<BeliefKeys>>, reader: &mut Reader) -> Vec<Belief> {
    let mut beliefs: Vec<Belief> = Vec::new();
    for belief in written.into_iter().filter_map(|belief| belief_of(belief.value)) {
        match beliefs.iter().find(|other| other.id == belief.id) {
            Some(first) => reader.duplicate(
                belief.span,
                format!("The belief `{}` is defined twice.", belief.id),
                Some(first.span),
            ),
            None => beliefs.push(belief),
        }
    }
    beliefs
}

fn belief_of(keys: BeliefKeys) -> Option<Belief> {
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value).unwrap_or_default();
    let Spanned { value: id, span } = keys.id.filter(|id| !id.value.is_empty())?;
    Some(Belief { id, stage: keys.stage??, from: text(keys.from), to: text(keys.to), span })
}
