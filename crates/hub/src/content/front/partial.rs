//! Front matter as one file states it, and how folders' defaults complete it.

use super::dates::{check_order, end_day, first_day, last_day, moment};
use super::keys::{
    audience, belief_ids, check_aliases, check_title, choice, either, known_ids, list, need_ids,
    objective_ids, page_slug, persona, stage_list, summary, topic_ids,
};
use super::{Audience, FrontMatter, Kind, Status};
use crate::config::fields::{Fields, Reader};
use crate::config::tree::Table;
use crate::config::{Config, PersonaIx, StageIx};
use etappe_base::date::Day;
use etappe_base::finding::{Finding, codes};
use etappe_base::moment::Moment;
use etappe_base::source::{Span, Spanned};

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
    publish_on: Option<Spanned<Day>>,
    expires: Option<Spanned<Day>>,
    status: Option<Status>,
    withdrawn_reason: Option<String>,
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
    search: Option<bool>,
    extra: Option<serde_json::Value>,
    /// Required keys that were stated, usable or not: those are not reported as missing.
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
    /// What the file states; the rest is left to folders further up.
    pub partial: Partial,
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
    /// Reads the keys of `table`; their findings go to `reader`, which is handed back.
    pub fn read(table: &Table, span: Span, reader: Reader, config: &Config) -> (Self, Reader) {
        let mut fields = Fields::new(reader, table, span, "the front matter");
        let partial = Self::read_keys(&mut fields, config);
        (partial, fields.finish())
    }

    fn read_keys(fields: &mut Fields<'_>, config: &Config) -> Self {
        let stated = Stated {
            title: fields.has("title"),
            personas: fields.has("personas") || fields.has("persona"),
            stage: fields.has("stage") || fields.has("stages"),
        };
        let title = fields.text("title");
        check_title(title.as_ref(), &mut fields.reader);
        let personas = either(fields, "personas", "persona");
        let stages = either(fields, "stage", "stages");
        let mut partial = Self {
            stated,
            title,
            audience: personas.and_then(|ids| audience(ids, &mut fields.reader, config)),
            stages: stages.and_then(|ids| stage_list(ids, &mut fields.reader, config)),
            summary: summary(fields),
            slug: page_slug(fields),
            order: fields.integer("order").map(|order| order.value),
            date: moment(fields, "date", config),
            updated: moment(fields, "updated", config),
            review_by: last_day(fields, "review_by", config).map(|day| day.value),
            publish_on: first_day(fields, "publish_on", config),
            expires: end_day(fields, "expires", config),
            status: choice(fields, "status", &Status::NAMES, &Status::ALL),
            withdrawn_reason: fields.text("withdrawn_reason").map(|text| text.value),
            needs: known_ids(fields, "needs", &codes::FRONT_UNKNOWN_NEED, config, need_ids),
            beliefs: known_ids(fields, "beliefs", &codes::FRONT_UNKNOWN_BELIEF, config, belief_ids),
            objectives: known_ids(
                fields,
                "objective",
                &codes::FRONT_UNKNOWN_OBJECTIVE,
                config,
                objective_ids,
            ),
            topics: known_ids(fields, "topics", &codes::FRONT_UNKNOWN_TOPIC, config, topic_ids),
            kind: choice(
                fields,
                "kind",
                &Kind::NAMES,
                &[Kind::Info, Kind::Promo, Kind::Safety, Kind::Patient],
            ),
            ..Self::default()
        };
        partial.products = list(fields, "product");
        partial.channels = list(fields, "channels");
        partial.markets = list(fields, "markets");
        partial.aliases =
            fields.texts("aliases").map(|aliases| check_aliases(aliases, &mut fields.reader));
        partial.canonical_persona = fields
            .text("canonical_persona")
            .and_then(|id| persona(&id, &mut fields.reader, config));
        partial.variant_of = fields.text("variant_of").map(|text| text.value);
        partial.image = fields.text("image");
        partial.next = fields.text("next");
        partial.authors = list(fields, "authors");
        partial.reviewed_by = list(fields, "reviewed_by");
        partial.search = fields.boolean("search");
        partial.extra = fields.free_table("extra").map(Table::to_json);
        partial
    }

    /// Fills what is missing from the folders' defaults, nearest first, and reports what is then
    /// still missing.
    pub fn complete(self, defaults: &[&Defaults], span: Span, reader: &mut Reader) -> FrontMatter {
        let own_end = self.expires.as_ref().or(self.publish_on.as_ref()).map(|day| day.span);
        let mut all = self;
        for default in defaults {
            all = all.or(&default.partial);
        }
        // Front matter that is absent or broken has been reported; three missing keys would only
        // repeat that.
        let silent = reader.findings.iter().any(|finding| {
            [
                &codes::FRONT_MISSING,
                &codes::FILE_EMPTY,
                &codes::FILE_NOT_UTF8,
                &codes::FRONT_UNCLOSED,
                &codes::FRONT_SYNTAX,
            ]
            .contains(&finding.code)
        });
        if !silent {
            all.report_missing(span, reader);
        }
        let title = all.title.unwrap_or(Spanned { value: String::new(), span });
        let (image, next) = (all.image, all.next);
        let (aliases, alias_spans) = all
            .aliases
            .unwrap_or_default()
            .into_iter()
            .map(|alias| (alias.value, alias.span))
            .unzip();
        let front = FrontMatter {
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
            publish_on: all.publish_on.map(|day| day.value),
            expires: all.expires.map(|day| day.value),
            status: all.status.unwrap_or_default(),
            withdrawn_reason: all.withdrawn_reason.unwrap_or_default(),
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
            search: all.search.unwrap_or(true),
            extra: all.extra.unwrap_or_else(|| serde_json::json!({})),
        };
        check_order(&front, own_end.unwrap_or(span), reader);
        front
    }

    fn report_missing(&self, span: Span, reader: &mut Reader) {
        let mut missing = |absent: bool, key: &str, help: &str| {
            if absent {
                let finding = Finding::new(
                    &codes::FRONT_MISSING_KEY,
                    reader.place(span),
                    format!("The page has no `{key}`."),
                );
                reader.report(finding.help(help));
            }
        };
        missing(
            !self.stated.title && self.title.is_none(),
            "title",
            "add `title = \"…\"` to the front matter",
        );
        missing(
            !self.stated.personas && self.audience.is_none(),
            "personas",
            "say for whom the page is: `personas = [\"…\"]`, or `personas = \"all\"`",
        );
        missing(
            !self.stated.stage && self.stages.is_none(),
            "stage",
            "say where in the journey the page belongs: `stage = \"…\"`",
        );
        if let Some(title) = self.title.as_ref().filter(|title| title.value.trim().is_empty()) {
            let finding = Finding::new(
                &codes::FRONT_EMPTY_TITLE,
                reader.place(title.span),
                "The title is empty.",
            );
            reader.report(finding.help("give the page a title; lists, links and search show it"));
        }
    }

    fn or(self, other: &Self) -> Self {
        macro_rules! nearest {
            ($($key:ident)*) => { Self { $($key: self.$key.or_else(|| other.$key.clone()),)* stated: self.stated } };
        }
        nearest!(title audience stages summary slug order date updated review_by publish_on expires status withdrawn_reason needs beliefs
            objectives topics kind products channels markets aliases canonical_persona variant_of image next authors reviewed_by search
            extra)
    }
}
