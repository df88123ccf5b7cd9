//! Reads hub.toml: from its tree to the parts of a [`Config`].

use super::building::Building;
use super::external::External;
use super::fields::{CONFIG_CODES, Fields, Reader};
use super::hosting::Hosting;
use super::lang::{self, Lang};
use super::policy::Policy;
use super::site::SiteSettings;
use super::targets::{Measures, Targets};
use super::text::LocalText;
use super::tree::{Table, parse_toml};
use super::urls::UrlPattern;
use super::{
    CellRule, CitationStyle, Config, Fallback, Objective, Persona, PersonaIx, Priority, Segment,
    Stage, StageIx, TextFile,
};
use etappe_base::date::{Day, Period};
use etappe_base::finding::{Finding, Place, codes, did_you_mean};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};

/// hub.toml by itself. Its cells still name their personas and stages by id, since the cards are
/// read later.
pub(super) struct Draft {
    title: Option<LocalText>,
    company: String,
    base_url: String,
    pub(super) languages: Vec<Lang>,
    theme: Spanned<String>,
    fallback: Fallback,
    review_every: Option<Period>,
    urls: UrlPattern,
    pub(super) stages: Vec<Stage>,
    pub(super) segments: Vec<Segment>,
    cells: Vec<DraftCell>,
    objectives: Vec<Objective>,
    targets: Targets,
    measures: Measures,
    external: External,
    hosting: Hosting,
    build: Building,
    site: SiteSettings,
    citations: CitationStyle,
    policy: Policy,
}

struct DraftCell {
    persona: Option<Spanned<String>>,
    stage: Option<Spanned<String>>,
    applies: bool,
    min: Option<u32>,
    priority: Priority,
    goal: String,
    owner: String,
    due: Option<Day>,
    reason: String,
}

pub(super) fn read(file: TextFile<'_>, findings: &mut Vec<Finding>) -> Draft {
    let mut reader = Reader::new(file.path, CONFIG_CODES);
    let root = parse_file(file, &mut reader);
    let mut fields = Fields::new(&root, Span::default(), "the hub's configuration");
    let languages = languages(&mut fields, &mut reader);
    let title = LocalText::read(&mut fields, &mut reader, "title", &languages);
    if title.as_ref().is_none_or(LocalText::is_empty) {
        fields.missing(
            &mut reader,
            "title",
            "add `title = \"Memory Care Hub\"`, or a table by language",
        );
    }
    let draft = Draft {
        title,
        company: plain(&mut fields, &mut reader, "company"),
        base_url: base_url(&mut fields, &mut reader),
        theme: fields
            .text(&mut reader, "theme")
            .unwrap_or(Spanned { value: "default".to_owned(), span: Span::default() }),
        fallback: parsed(&mut fields, &mut reader, "fallback").unwrap_or_default(),
        review_every: parsed(&mut fields, &mut reader, "review_every"),
        urls: urls(&mut fields, &mut reader),
        stages: stages(&mut fields, &mut reader, &languages),
        segments: segments(&mut fields, &mut reader),
        cells: fields
            .tables(&mut reader, "cells")
            .into_iter()
            .map(|(table, span)| cell(table, span, &mut reader))
            .collect(),
        objectives: objectives(&mut fields, &mut reader),
        targets: Targets::read(&mut fields, &mut reader),
        measures: Measures::read(&mut fields, &mut reader),
        external: External::read(&mut fields, &mut reader),
        hosting: Hosting::read(&mut fields, &mut reader),
        build: Building::read(&mut fields, &mut reader),
        site: SiteSettings::read(&mut fields, &mut reader),
        citations: citations(&mut fields, &mut reader),
        policy: Policy::read(&mut fields, &mut reader),
        languages,
    };
    fields.finish(&mut reader);
    findings.append(&mut reader.findings);
    draft
}

/// The tree of a configuration file. Its syntax errors become findings.
pub(super) fn parse_file(file: TextFile<'_>, reader: &mut Reader<'_>) -> Table {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let (root, errors) = parse_toml(text, file.text.len() - text.len());
    for error in errors {
        let message = format!("This is not valid TOML: {}.", error.message.trim_end_matches('.'));
        let finding = Finding::new(&codes::CONFIG_SYNTAX, reader.place(error.span), message);
        reader.report(
            finding.help("correct this line; texts stand in quotes, and lists in square brackets"),
        );
    }
    root
}

/// A text for internal use; empty when absent.
pub(super) fn plain(fields: &mut Fields<'_>, reader: &mut Reader<'_>, key: &'static str) -> String {
    fields.text(reader, key).map(|text| text.value).unwrap_or_default()
}

pub(super) fn parsed<T: std::str::FromStr<Err = String>>(
    fields: &mut Fields<'_>,
    reader: &mut Reader<'_>,
    key: &'static str,
) -> Option<T> {
    let text = fields.text(reader, key)?;
    text.value.parse().map_err(|error: String| reader.unusable(text.span, key, &error)).ok()
}

fn languages(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Vec<Lang> {
    let Some(codes) = fields.texts(reader, "languages") else {
        fields.missing(
            reader,
            "languages",
            "add `languages = [\"en\"]`; the first is the default language",
        );
        return Vec::new();
    };
    let mut languages: Vec<Lang> = Vec::new();
    for code in &codes {
        if !lang::is_code(&code.value) {
            reader.invalid(
                code.span,
                format!("`{}` is no language code.", code.value),
                Some("write it as `nl` or `pt-BR`".to_owned()),
            );
        } else if languages.iter().any(|known| known.code == code.value) {
            duplicate(
                reader,
                code.span,
                format!("The language `{}` stands in the list twice.", code.value),
                None,
            );
        } else {
            languages.push(Lang { code: code.value.clone() });
        }
    }
    if codes.is_empty() {
        reader.invalid(
            fields.span(),
            "`languages` is empty.",
            Some("name at least one, the default language first".to_owned()),
        );
    }
    languages
}

fn base_url(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> String {
    let Some(url) = fields.text(reader, "base_url") else {
        return "https://hub.example".to_owned();
    };
    check_url(reader, &url);
    url.value.trim_end_matches('/').to_owned()
}

/// Why `url` cannot be a base URL, and what to do about it; `None` when it can. A base URL is
/// absolute, without query, fragment, name or password, since all readers see it.
pub fn unfit_address(url: &str) -> Option<(String, &'static str)> {
    let host = url.split_once("//").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next();
    if host.is_some_and(|host| host.contains('@')) {
        // The message does not repeat the address, since many people read reports.
        let message =
            "The address holds a name or a password, which every page would show.".to_owned();
        return Some((
            message,
            "write it without what stands before the `@`; how to log in is for the web server to ask",
        ));
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_fit = rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.contains(char::is_whitespace)
            && !rest.contains(['?', '#', '"', '<'])
    });
    (!is_fit).then(|| {
        (
            format!("`{url}` is no web address."),
            "write it as `https://hub.example`, without a query",
        )
    })
}

/// Reports an address that cannot be a base URL.
pub(super) fn check_url(reader: &mut Reader<'_>, url: &Spanned<String>) {
    if let Some((message, help)) = unfit_address(&url.value) {
        reader.invalid(url.span, message, Some(help.to_owned()));
    }
}

fn urls(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> UrlPattern {
    let Some((table, span)) = fields.table(reader, "urls") else { return UrlPattern::default() };
    let mut fields = Fields::new(table, span, "[urls]");
    let pattern = parsed(&mut fields, reader, "page").unwrap_or_default();
    fields.finish(reader);
    pattern
}

fn citations(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> CitationStyle {
    let Some((table, span)) = fields.table(reader, "citations") else {
        return CitationStyle::default();
    };
    let mut fields = Fields::new(table, span, "[citations]");
    let style = parsed(&mut fields, reader, "style").unwrap_or_default();
    fields.finish(reader);
    style
}

fn stages(fields: &mut Fields<'_>, reader: &mut Reader<'_>, languages: &[Lang]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let tables = fields.tables(reader, "stages");
    let none = tables.is_empty();
    for (table, span) in tables {
        let mut fields = Fields::new(table, span, "a stage");
        let id = id(&mut fields, reader);
        let label = LocalText::read(&mut fields, reader, "label", languages);
        if label.as_ref().is_none_or(LocalText::is_empty) {
            fields.missing(
                reader,
                "label",
                "readers see the label: add `label = \"New developments\"`",
            );
        }
        let slug = LocalText::read(&mut fields, reader, "slug", languages);
        let stage = Stage {
            slug: slug.unwrap_or_else(|| {
                LocalText::same(id.as_ref().map_or(String::new(), |id| id.value.clone()))
            }),
            label: label.unwrap_or_default(),
            goal: plain(&mut fields, reader, "goal"),
            behaviour: plain(&mut fields, reader, "behaviour"),
            must_have: topics(&mut fields, reader),
            span: id.as_ref().map_or(span, |id| id.span),
            id: id.map(|id| id.value).unwrap_or_default(),
        };
        fields.finish(reader);
        if stage.id.is_empty() {
            continue;
        }
        match stages.iter().find(|other| other.id == stage.id) {
            Some(first) => duplicate(
                reader,
                stage.span,
                format!("The stage `{}` is defined twice.", stage.id),
                Some(first.span),
            ),
            None => {
                check_slugs(reader, &stage, &stages, languages);
                stages.push(stage);
            }
        }
    }
    if none {
        let help = "add [[stages]] with an `id` and a `label`, in the order of the journey";
        reader.report(
            Finding::new(
                &codes::CONFIG_NO_STAGE,
                Place::file(reader.file),
                "The hub has no stage.",
            )
            .help(help),
        );
    }
    stages
}

/// The topics of a stage, each once.
fn topics(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for topic in fields.texts(reader, "must_have").unwrap_or_default() {
        if !slug::is_slug(&topic.value) {
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&topic.value));
            reader.invalid(topic.span, format!("`{}` cannot be a topic.", topic.value), Some(help));
        } else if !topics.contains(&topic.value) {
            topics.push(topic.value);
        }
    }
    topics
}

fn check_slugs(reader: &mut Reader<'_>, stage: &Stage, others: &[Stage], languages: &[Lang]) {
    for (at, lang) in languages.iter().enumerate() {
        let ix = super::LangIx(at as u16);
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
            duplicate(reader, stage.span, message, Some(first.span));
            return;
        }
    }
}

fn id(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Option<Spanned<String>> {
    let id = fields.text(reader, "id");
    match &id {
        None => fields.missing(
            reader,
            "id",
            "an id is a short name in lower-case letters and hyphens; it is never shown to readers",
        ),
        Some(id) if !slug::is_slug(&id.value) => {
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&id.value));
            reader.invalid(id.span, format!("`{}` cannot be an id.", id.value), Some(help));
        }
        Some(_) => {}
    }
    id
}

pub(super) fn duplicate(reader: &mut Reader<'_>, span: Span, message: String, first: Option<Span>) {
    let mut finding = Finding::new(&codes::CONFIG_DUPLICATE, reader.place(span), message);
    if let Some(first) = first {
        finding = finding.related(reader.place(first), "first defined here");
    }
    reader.report(finding.help("keep one of them, or give one another name"));
}

fn segments(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (table, span) in fields.tables(reader, "segments") {
        let mut fields = Fields::new(table, span, "a segment");
        let id = id(&mut fields, reader);
        let targeted = fields.boolean(reader, "targeted").unwrap_or(true);
        let reason = plain(&mut fields, reader, "reason");
        if !targeted && reason.is_empty() {
            fields.missing(
                reader,
                "reason",
                "say why this segment is not targeted; the coverage report shows it",
            );
        }
        fields.finish(reader);
        let Some(id) = id else { continue };
        match segments.iter().find(|other| other.id == id.value) {
            Some(first) => duplicate(
                reader,
                id.span,
                format!("The segment `{}` is defined twice.", id.value),
                Some(first.span),
            ),
            None => segments.push(Segment { id: id.value, targeted, reason, span: id.span }),
        }
    }
    segments
}

fn cell(table: &Table, span: Span, reader: &mut Reader<'_>) -> DraftCell {
    let mut fields = Fields::new(table, span, "a cell");
    let persona = fields.text(reader, "persona");
    let stage = fields.text(reader, "stage");
    for (key, value) in [("persona", &persona), ("stage", &stage)] {
        if value.is_none() {
            fields.missing(reader, key, "a cell is one persona at one stage: name both");
        }
    }
    let priority = fields.text(reader, "priority").and_then(|name| {
        let known = Priority::from_name(&name.value);
        if known.is_none() {
            reader.invalid(
                name.span,
                format!("`{}` is no priority.", name.value),
                Some(did_you_mean(&name.value, Priority::NAMES)),
            );
        }
        known
    });
    let cell = DraftCell {
        persona,
        stage,
        applies: fields.boolean(reader, "applies").unwrap_or(true),
        min: fields.count(reader, "min", 1),
        priority: priority.unwrap_or_default(),
        goal: plain(&mut fields, reader, "goal"),
        owner: plain(&mut fields, reader, "owner"),
        due: fields.day(reader, "due").map(|day| day.value),
        reason: plain(&mut fields, reader, "reason"),
    };
    if !cell.applies && cell.reason.is_empty() {
        fields.missing(
            reader,
            "reason",
            "say why this cell does not apply; the coverage report shows it",
        );
    }
    fields.finish(reader);
    cell
}

fn objectives(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Vec<Objective> {
    let mut objectives: Vec<Objective> = Vec::new();
    for (table, span) in fields.tables(reader, "objectives") {
        let mut fields = Fields::new(table, span, "an objective");
        let id = id(&mut fields, reader);
        let text = plain(&mut fields, reader, "text");
        fields.finish(reader);
        let Some(id) = id else { continue };
        match objectives.iter().find(|other| other.id == id.value) {
            Some(first) => duplicate(
                reader,
                id.span,
                format!("The objective `{}` is defined twice.", id.value),
                Some(first.span),
            ),
            None => objectives.push(Objective { id: id.value, text, span: id.span }),
        }
    }
    objectives
}

impl Draft {
    /// Joins the cards to the plan, and looks up the personas and stages that cells name.
    pub(super) fn finish(
        self,
        personas: Vec<Persona>,
        digest: Digest,
        file: &HubPath,
        findings: &mut Vec<Finding>,
    ) -> Option<Config> {
        let mut reader = Reader::new(file, CONFIG_CODES);
        let mut cells: Vec<CellRule> = Vec::new();
        let mut spans = Vec::new();
        for cell in self.cells {
            let persona = find(&mut reader, cell.persona.as_ref(), "persona", || {
                personas.iter().map(|persona| persona.id.as_str())
            });
            let stage = find(&mut reader, cell.stage.as_ref(), "stage", || {
                self.stages.iter().map(|stage| stage.id.as_str())
            });
            let (Some(persona), Some(stage)) = (persona, stage) else { continue };
            let (persona, stage) = (PersonaIx(persona), StageIx(stage));
            let span = cell.persona.as_ref().map_or(Span::default(), |persona| persona.span);
            if let Some(at) =
                cells.iter().position(|other| other.persona == persona && other.stage == stage)
            {
                duplicate(
                    &mut reader,
                    span,
                    "This cell is described twice.".to_owned(),
                    Some(spans[at]),
                );
                continue;
            }
            spans.push(span);
            let DraftCell { applies, min, priority, goal, owner, due, reason, .. } = cell;
            cells.push(CellRule {
                persona,
                stage,
                applies,
                min,
                priority,
                goal,
                owner,
                due,
                reason,
            });
        }
        findings.append(&mut reader.findings);
        let complete =
            !personas.is_empty() && !self.stages.is_empty() && !self.languages.is_empty();
        complete.then(|| Config {
            title: self.title.unwrap_or_default(),
            company: self.company,
            base_url: self.base_url,
            languages: self.languages,
            theme: self.theme.value,
            theme_span: self.theme.span,
            fallback: self.fallback,
            review_every: self.review_every,
            urls: self.urls,
            stages: self.stages,
            segments: self.segments,
            cells,
            objectives: self.objectives,
            personas,
            targets: self.targets,
            measures: self.measures,
            external: self.external,
            hosting: self.hosting,
            build: self.build,
            site: self.site,
            citations: self.citations,
            policy: self.policy,
            directives: super::directives::Directives::default(),
            digest,
        })
    }
}

/// The place of `name` among the known names; an unknown name is a finding.
fn find<'n, I: Iterator<Item = &'n str>>(
    reader: &mut Reader<'_>,
    name: Option<&Spanned<String>>,
    what: &str,
    known: impl Fn() -> I,
) -> Option<u16> {
    let name = name?;
    let at = known().position(|id| id == name.value);
    if at.is_none() {
        let help = did_you_mean(&name.value, known());
        let message = format!("There is no {what} `{}`.", name.value);
        reader.report(
            Finding::new(&codes::CONFIG_UNKNOWN_ID, reader.place(name.span), message).help(help),
        );
    }
    at.map(|at| at as u16)
}
