//! Reads hub.toml: from its tree to the parts of a [`Config`].

use super::approval::{self, Approval, ApprovalKeys};
use super::building::{BuildKeys, Building};
use super::cells::{self, CellKeys, DraftCell};
use super::citations::CitationKeys;
use super::external::{External, ExternalKeys};
use super::fields::{CONFIG_CODES, Reader};
use super::furniture::{self, Furniture, LinkKeys, LogoKeys, NoticeKeys};
use super::hosting::{self, FeedbackKeys, Headers, Hosting, SocialKeys};
use super::keys::{self, Flag, MaybeWords, Nested, Parsed, Placed, Several, Words};
use super::known::Known;
use super::lang::{self, Lang, LanguageCodes};
use super::markets::{self, Market, MarketKeys};
use super::objectives::{self, Objective, ObjectiveKeys};
use super::policy::{self, Policy, Severities, WaiverKeys};
use super::product::Product;
use super::segments::{self, Segment, SegmentKeys};
use super::site::{SiteKeys, SiteSettings, ThemeName};
use super::stages::{self, Stage, StageTables};
use super::targets::{MeasureKeys, Measures, TargetKeys, Targets};
use super::text::LocalText;
use super::urls::{UrlKeys, UrlPattern};
use super::web::Web;
use super::{CitationStyle, Config, Fallback, PageSchema, Persona, TextFile};
use etappe_base::date::Period;
use etappe_base::finding::Finding;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::source::{Span, Spanned};

/// hub.toml by itself. Its cells still name their personas and stages by id, since the cards are
/// read later.
pub(super) struct Draft {
    title: Option<LocalText>,
    company: LocalText,
    intro: LocalText,
    furniture: Furniture,
    base_url: String,
    has_address: bool,
    languages: Vec<Lang>,
    markets: Vec<Market>,
    theme: Spanned<String>,
    schema: PageSchema,
    fallback: Fallback,
    review_every: Option<Period>,
    urls: UrlPattern,
    stages: Vec<Stage>,
    segments: Vec<Segment>,
    cells: Vec<DraftCell>,
    objectives: Vec<Objective>,
    targets: Targets,
    measures: Measures,
    external: External,
    hosting: Hosting,
    build: Building,
    site: SiteSettings,
    approval: Option<Approval>,
    citations: CitationStyle,
    policy: Policy,
}

keys! {
    /// hub.toml, as it is written.
    pub(super) struct HubKeys("the hub's configuration") in Known {
        /// Language codes; the first is the default language.
        languages: LanguageCodes = "languages",
            required("add `languages = [\"en\"]`; the first is the default language");
        /// Where the hub publishes, where countries are told apart.
        markets: Several<MarketKeys> = "markets";
        /// The hub's title.
        title: Words = "title", required("add `title = \"Memory Care Hub\"`, or a table by \
            language");
        /// Who publishes the hub: it stands in the foot of every page.
        company: MaybeWords = "company";
        /// Who speaks, to whom, and what for: in a sentence or two, on the chooser and on every home.
        intro: MaybeWords = "intro";
        /// What stands beside the hub's title on every page.
        logo: Nested<LogoKeys> = "logo";
        /// Where the sites will live. Only canonical addresses, feeds and sitemaps need it.
        base_url: Web = "base_url", usually("https://hub.example");
        /// Built in, or a folder under themes/.
        theme: ThemeName = "theme", usually("default");
        /// Which types of schema.org pages say that they are of: MedicalWebPage and MedicalAudience,
        /// or WebPage and Audience.
        schema: Parsed<PageSchema> = "schema", usually("medical");
        /// What a site shows of a page that is not translated: nothing, or links to it in the
        /// default language.
        fallback: Parsed<Fallback> = "fallback", usually("none");
        /// Pages and persona cards older than this are stale.
        review_every: Parsed<Period> = "review_every";
        /// How addresses are made.
        urls: Nested<UrlKeys> = "urls";
        /// The steps of the customer journey, in order. At least one.
        stages: StageTables = "stages";
        /// Groups of personas.
        segments: Several<SegmentKeys> = "segments";
        /// Cells that differ from the rest: one persona at one stage.
        cells: Several<CellKeys> = "cells";
        /// The brand plan's critical success factors.
        objectives: Several<ObjectiveKeys> = "objectives";
        /// From where on the coverage report warns.
        coverage: Nested<TargetKeys> = "coverage";
        /// The rules by which the coverage report judges pages that measures were imported for.
        measures: Nested<MeasureKeys> = "measures";
        /// How links to other sites are checked, when they are.
        external: Nested<ExternalKeys> = "external";
        /// Web servers to write files of headers for: netlify and cloudflare (_headers), apache
        /// (.htaccess), nginx (nginx-headers.conf).
        headers: Headers = "headers";
        /// Asks readers at the end of each page whether it was useful. Without it nothing is asked.
        feedback: Nested<FeedbackKeys> = "feedback";
        /// What social media show of a page.
        social: Nested<SocialKeys> = "social";
        /// Whether sites can be searched, where their theme has a place for it.
        search: Flag = "search", usually("true");
        /// Links that every page shows, such as to privacy and contact.
        links: Several<LinkKeys> = "links";
        /// What must be said on every page, or on all pages of a kind.
        notices: Several<NoticeKeys> = "notices";
        /// What a build may expect in its output folder.
        build: Nested<BuildKeys> = "build";
        /// What holds for all sites.
        site: Nested<SiteKeys> = "site";
        /// Which pages somebody must sign before readers see them. Without it, none.
        approval: Placed<ApprovalKeys> = "approval";
        /// How citations and references are written.
        citations: Nested<CitationKeys> = "citations";
        /// Severities by code. What no reader may see stays an error.
        checks: Severities = "checks";
        /// Findings that are accepted for a while. Always printed.
        waivers: Several<WaiverKeys> = "waivers";
    }
}

/// Reads hub.toml. Its languages are read first, since texts by language ask for them.
pub(super) fn read(file: TextFile<'_>, findings: &mut Vec<Finding>) -> Draft {
    let mut reader = Reader::new(file.path, CONFIG_CODES);
    let root = reader.parse(file.text);
    let known = Known { languages: lang::named_in(file.path, &root), ..Known::default() };
    let (keys, mut reader) = keys::read_file::<HubKeys, _>(reader, &root, &known);
    let draft = draft(keys, &known, &mut reader);
    findings.append(&mut reader.findings);
    draft
}

fn draft(keys: HubKeys, known: &Known, reader: &mut Reader) -> Draft {
    let theme = Spanned { value: "default".to_owned(), span: Span::default() };
    let has_address = keys.base_url.is_some();
    Draft {
        title: keys.title,
        company: keys.company.unwrap_or_default(),
        intro: keys.intro.unwrap_or_default(),
        furniture: furniture::furniture(keys.logo, keys.links, keys.notices),
        base_url: keys.base_url.as_ref().map_or_else(
            || "https://hub.example".to_owned(),
            |url| url.value.trim_end_matches('/').to_owned(),
        ),
        has_address,
        theme: keys.theme.unwrap_or(theme),
        schema: keys.schema.unwrap_or_default(),
        fallback: keys.fallback.unwrap_or_default(),
        review_every: keys.review_every,
        urls: keys.urls.and_then(|urls| urls.page).unwrap_or_default(),
        stages: stages::distinct(keys.stages.unwrap_or_default(), known, reader),
        segments: segments::distinct(keys.segments.unwrap_or_default(), reader),
        cells: cells::drafts(keys.cells.unwrap_or_default()),
        objectives: objectives::distinct(keys.objectives.unwrap_or_default(), reader),
        targets: keys.coverage.map(Targets::from).unwrap_or_default(),
        measures: keys.measures.map(Measures::from).unwrap_or_default(),
        external: keys.external.map(External::from).unwrap_or_default(),
        hosting: Hosting {
            headers: keys.headers.unwrap_or_default(),
            feedback: keys.feedback.and_then(|feedback| Some(feedback.endpoint?.value)),
            cards: hosting::cards(keys.social, has_address, reader),
            search: keys.search.unwrap_or(true),
        },
        build: keys.build.map(Building::from).unwrap_or_default(),
        site: keys.site.map(SiteSettings::from).unwrap_or_default(),
        approval: keys.approval.map(|keys| approval::approval(keys.value, keys.span)),
        citations: keys.citations.and_then(|citations| citations.style).unwrap_or_default(),
        policy: Policy {
            severities: keys.checks.unwrap_or_default(),
            waivers: policy::waivers(keys.waivers.unwrap_or_default(), reader),
        },
        markets: markets::distinct(keys.markets.unwrap_or_default(), reader),
        languages: keys.languages.unwrap_or_default(),
    }
}

impl Draft {
    /// What cards may refer to.
    pub(super) fn known(&self) -> Known {
        Known {
            languages: self.languages.clone(),
            markets: self.markets.iter().map(|market| market.id.clone()).collect(),
            stages: self.stages.iter().map(|stage| stage.id.clone()).collect(),
            segments: self.segments.iter().map(|segment| segment.id.clone()).collect(),
        }
    }

    /// Joins the cards to the plan, and looks up the personas and stages that cells name.
    pub(super) fn finish(
        self,
        (personas, products): (Vec<Persona>, Vec<Product>),
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
            intro: self.intro,
            furniture: self.furniture,
            base_url: self.base_url,
            has_address: self.has_address,
            languages: self.languages,
            markets: self.markets,
            theme: self.theme.value,
            theme_span: self.theme.span,
            schema: self.schema,
            fallback: self.fallback,
            review_every: self.review_every,
            urls: self.urls,
            stages: self.stages,
            segments: self.segments,
            cells,
            objectives: self.objectives,
            personas,
            products,
            targets: self.targets,
            measures: self.measures,
            external: self.external,
            hosting: self.hosting,
            build: self.build,
            site: self.site,
            approval: self.approval,
            citations: self.citations,
            policy: self.policy,
            directives: super::directives::Directives::default(),
            digest,
        })
    }
}
