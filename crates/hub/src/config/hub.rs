//! Reads hub.toml: from its tree to the parts of a [`Config`].

use super::building::Building;
use super::cells::{self, DraftCell};
use super::external::External;
use super::fields::{CONFIG_CODES, Fields, Reader};
use super::hosting::Hosting;
use super::lang::{self, Lang};
use super::objectives::{self, Objective};
use super::policy::Policy;
use super::segments::{self, Segment};
use super::site::SiteSettings;
use super::stages::{self, Stage};
use super::targets::{Measures, Targets};
use super::text::LocalText;
use super::urls::UrlPattern;
use super::web;
use super::{CitationStyle, Config, Fallback, Persona, TextFile};
use etappe_base::date::Period;
use etappe_base::finding::Finding;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
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

pub(super) fn read(file: TextFile<'_>, findings: &mut Vec<Finding>) -> Draft {
    let mut reader = Reader::new(file.path, CONFIG_CODES);
    let root = reader.parse(file.text);
    let mut fields = Fields::new(reader, &root, Span::default(), "the hub's configuration");
    let draft = draft(&mut fields);
    findings.append(&mut fields.finish().findings);
    draft
}

fn draft(fields: &mut Fields<'_>) -> Draft {
    let languages = lang::read(fields);
    let title = LocalText::take(fields, "title", &languages);
    if title.as_ref().is_none_or(LocalText::is_empty) {
        fields.missing("title", "add `title = \"Memory Care Hub\"`, or a table by language");
    }
    Draft {
        title,
        company: fields.plain("company"),
        base_url: web::base_url(fields),
        theme: fields
            .text("theme")
            .unwrap_or(Spanned { value: "default".to_owned(), span: Span::default() }),
        fallback: fields.parsed("fallback").unwrap_or_default(),
        review_every: fields.parsed("review_every"),
        urls: fields
            .table("urls", "[urls]", |fields| fields.parsed("page"))
            .flatten()
            .unwrap_or_default(),
        stages: stages::read(fields, &languages),
        segments: segments::read(fields),
        cells: cells::read(fields),
        objectives: objectives::read(fields),
        targets: Targets::read(fields),
        measures: Measures::read(fields),
        external: External::read(fields),
        hosting: Hosting::read(fields),
        build: Building::read(fields),
        site: SiteSettings::read(fields),
        citations: fields
            .table("citations", "[citations]", |fields| fields.parsed("style"))
            .flatten()
            .unwrap_or_default(),
        policy: Policy::read(fields),
        languages,
    }
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
        let cells = cells::finish(self.cells, &personas, &self.stages, &mut reader);
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
