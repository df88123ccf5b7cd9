//! What a report says beside its matrices, as titles and lines: the same words in every form that
//! people read.

use super::shares::percent;
use super::{
    Aim, AxisMatrix, AxisRow, CellState, Record, Report, Reuse, SiteShares, measures, next,
};
use etappe_base::count::counted;
use etappe_hub::config::{LangIx, PersonaIx, StageIx};

/// A title and the lines below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// In English, often with counts.
    pub title: String,
    /// A section without lines is left out.
    pub lines: Vec<ReportLine>,
}

/// A line of a section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportLine {
    /// Plain text, which each form escapes.
    pub text: String,
    /// A target that the hub has set itself is missed.
    pub is_warning: bool,
}

impl From<String> for ReportLine {
    fn from(text: String) -> Self {
        Self { text, is_warning: false }
    }
}

/// A table of counts: names in the first row and column.
pub struct Grid {
    /// What is counted, by what.
    pub title: String,
    /// Top to bottom, all of one length. Of an axis, the last column and row hold sums.
    pub rows: Vec<Vec<String>>,
}

/// The sections about one language. Those without a line are left out.
pub fn of_language(report: &Report<'_>, lang: LangIx) -> Vec<Section> {
    let all = [
        aims("Needs", "answered", &report.aims.needs, report, lang),
        aims("Beliefs", "addressed", &report.aims.beliefs, report, lang),
        topics(report, lang),
        shares(report, lang),
        reuse(report, lang),
        voices(report, lang),
        trend(report, lang),
    ];
    all.into_iter().filter(|section| !section.lines.is_empty()).collect()
}

/// The sections about the hub as a whole. Those without a line are left out.
pub fn of_hub(report: &Report<'_>) -> Vec<Section> {
    let mut all = report
        .measured
        .as_ref()
        .map_or(Vec::new(), |measured| measures::sections(report, measured));
    all.extend([
        objectives(report),
        aimless(report),
        missing_bridges(report),
        cadence(report),
        not_applicable(report),
        deprioritised(report),
    ]);
    all.into_iter().filter(|section| !section.lines.is_empty()).collect()
}

/// How the next things to write are ordered.
pub fn order() -> String {
    format!("Ordered {}.", next::ORDER)
}

fn label<'r>(report: &'r Report<'_>, persona: PersonaIx, lang: LangIx) -> &'r str {
    report.config.persona(persona).label.get(lang)
}

fn aims(what: &str, done: &str, aims: &[Aim], report: &Report<'_>, lang: LangIx) -> Section {
    let answers = || aims.iter().filter_map(|aim| Some((aim, aim.in_lang(lang)?)));
    let (all, open) =
        (answers().count(), answers().filter(|(_, answer)| answer.pages.is_empty()).count());
    let mut lines = Vec::new();
    for persona in report.config.targeted_ixs() {
        for (name, is_it) in [("open", true), ("stale", false)] {
            let ids = answers().filter(|(aim, answer)| {
                aim.persona == persona && if is_it { answer.pages.is_empty() } else { answer.stale }
            });
            let ids: Vec<String> = ids
                .map(|(aim, _)| {
                    format!("{} ({})", aim.id, report.config.stage(aim.stage).label.get(lang))
                })
                .collect();
            if !ids.is_empty() {
                let ids = ids.join(", ");
                lines.push(format!("{}, {name}: {ids}", label(report, persona, lang)).into());
            }
        }
    }
    if all > 0 && lines.is_empty() {
        lines.push("none is open or stale".to_owned().into());
    }
    Section { title: format!("{what}, {} of {all} {done}", all - open), lines }
}

fn topics(report: &Report<'_>, lang: LangIx) -> Section {
    let own = || report.aims.topics.iter().filter(|topic| topic.lang == lang);
    let missing = || own().filter(|topic| topic.pages.is_empty());
    let line = |topic: &super::TopicCoverage| {
        let cell = report.cell_name(lang, topic.persona, topic.stage);
        ReportLine::from(format!("{cell}: {}", topic.topic))
    };
    let title =
        format!("Topics that must be there, {} of {} missing", missing().count(), own().count());
    Section { title, lines: missing().map(line).collect() }
}

fn shares(report: &Report<'_>, lang: LangIx) -> Section {
    let targets = report.config.targets;
    let line = |site: &SiteShares| {
        let mut text = format!(
            "{}: {}, {} % generic, {} % promotional",
            label(report, site.persona, lang),
            counted(site.pages, "page"),
            percent(site.generic, site.pages),
            percent(site.promo, site.pages)
        );
        if site.too_generic {
            text.push_str(&format!("; warning: more than {} % generic", targets.max_generic));
        }
        let missed = targets.max_promo.filter(|_| site.too_promotional);
        if let Some(max) = missed {
            text.push_str(&format!("; warning: more than {max} % promotional"));
        }
        ReportLine { text, is_warning: site.too_generic || missed.is_some() }
    };
    let own = report.shares.iter().filter(|site| site.lang == lang && site.pages > 0);
    Section { title: "Shares of each site".to_owned(), lines: own.map(line).collect() }
}

/// Pages by how much of them comes from claims and modules.
fn reuse(report: &Report<'_>, lang: LangIx) -> Section {
    let line = |page: &Reuse| ReportLine {
        text: format!("{}: {} %", page.page, page.percent),
        is_warning: false,
    };
    let own = report.reuse.iter().filter(|page| page.lang == lang);
    Section { title: "Words from claims and modules".to_owned(), lines: own.map(line).collect() }
}

fn voices(report: &Report<'_>, lang: LangIx) -> Section {
    let mut lines = Vec::new();
    for site in report.shares.iter().filter(|site| site.lang == lang) {
        for voice in &site.voices {
            let all = voice.products.values().sum();
            let parts: Vec<String> = voice
                .products
                .iter()
                .map(|(name, count)| format!("{name} {count} ({} %)", percent(*count, all)))
                .collect();
            let cell = report.cell_name(lang, site.persona, voice.stage);
            lines.push(format!("{cell}: {}", parts.join(", ")).into());
        }
    }
    Section { title: "Share of voice of products".to_owned(), lines }
}

/// The last few records before this report, and the report itself.
fn trend(report: &Report<'_>, lang: LangIx) -> Section {
    const SHOWN: usize = 6;
    let code = &report.config.lang(lang).code;
    let before: Vec<&Record> =
        report.history.iter().filter(|record| record.as_of < report.as_of).collect();
    let now = Record::of(report);
    let line = |record: &Record| {
        let (_, totals) = record.languages.iter().find(|(lang, _)| lang == code)?;
        Some(ReportLine::from(format!(
            "{}: {} of {} covered, {} empty",
            record.as_of, totals.covered, totals.applicable, totals.gaps
        )))
    };
    let all = before.iter().skip(before.len().saturating_sub(SHOWN)).copied().chain([&now]);
    let lines = if before.is_empty() { Vec::new() } else { all.filter_map(line).collect() };
    Section { title: "Trend".to_owned(), lines }
}

fn objectives(report: &Report<'_>) -> Section {
    let all = &report.aims.objectives;
    let open = || all.iter().filter(|objective| objective.pages.is_empty());
    let title = format!("Objectives, {} of {} with pages", all.len() - open().count(), all.len());
    Section {
        title,
        lines: open()
            .map(|objective| format!("{}, without a page: {}", objective.id, objective.text).into())
            .collect(),
    }
}

fn aimless(report: &Report<'_>) -> Section {
    let lines: Vec<ReportLine> =
        report.aims.aimless.iter().map(|page| page.to_string().into()).collect();
    Section {
        title: format!("Pages that serve neither a need nor an objective, {} in all", lines.len()),
        lines,
    }
}

/// From each persona, whom none of its pages leads to.
fn missing_bridges(report: &Report<'_>) -> Section {
    let lang = first_lang(report);
    let missing = || report.bridges.iter().filter(|pair| pair.count == 0);
    let line = |from: PersonaIx| {
        let to = missing().filter(|pair| pair.from == from);
        let to: Vec<&str> = to.map(|pair| label(report, pair.to, lang)).collect();
        let text = format!("{} → {}", label(report, from, lang), to.join(", "));
        (!to.is_empty()).then(|| text.into())
    };
    Section {
        title: format!(
            "Bridges between personas, {} of {} missing",
            missing().count(),
            report.bridges.len()
        ),
        lines: report.config.persona_ixs().filter_map(line).collect(),
    }
}

/// How many pages of each persona lead to which other; `None` where the hub has no bridge.
pub fn bridges(report: &Report<'_>) -> Option<Grid> {
    let lang = first_lang(report);
    let mut personas: Vec<PersonaIx> = report.bridges.iter().map(|pair| pair.from).collect();
    personas.dedup();
    if personas.is_empty() {
        return None;
    }
    let name = |persona: &PersonaIx| label(report, *persona, lang).to_owned();
    let count = |from: PersonaIx, to: PersonaIx| {
        let pair = report.bridges.iter().find(|pair| (pair.from, pair.to) == (from, to));
        pair.map_or("–".to_owned(), |pair| pair.count.to_string())
    };
    let row = |from: &PersonaIx| {
        let counts = personas.iter().map(|to| count(*from, *to));
        std::iter::once(name(from)).chain(counts).collect()
    };
    let head = std::iter::once("from, to".to_owned()).chain(personas.iter().map(name)).collect();
    Some(Grid {
        title: "Bridges: how many pages lead from whom to whom".to_owned(),
        rows: std::iter::once(head).chain(personas.iter().map(row)).collect(),
    })
}

/// The language in which personas are named where no language is meant.
fn first_lang(report: &Report<'_>) -> LangIx {
    report.languages.first().map_or(LangIx::DEFAULT, |matrix| matrix.lang)
}

fn cadence(report: &Report<'_>) -> Section {
    let lang = first_lang(report);
    let line = |entry: &super::Cadence| {
        let max = entry.max.unwrap_or_default();
        ReportLine::from(format!(
            "{}, {}, {}: {} new pages, at most {max}",
            label(report, entry.persona, lang),
            entry.channel,
            entry.month,
            entry.pages
        ))
    };
    let lines = report.cadence.iter().filter(|entry| entry.is_over()).map(line).collect();
    Section { title: "More new pages than a persona can take".to_owned(), lines }
}

fn not_applicable(report: &Report<'_>) -> Section {
    let cells = report
        .languages
        .first()
        .into_iter()
        .flat_map(|matrix| matrix.cells.iter().map(|cell| (matrix.lang, cell)));
    let none = cells.filter(|(_, cell)| cell.state == CellState::NotApplicable);
    let line = |(lang, cell): (LangIx, &super::Cell)| {
        let name = report.cell_name(lang, cell.persona, cell.stage);
        ReportLine::from(format!("{name}: {}", cell.remark))
    };
    Section { title: "Not applicable".to_owned(), lines: none.map(line).collect() }
}

/// Personas whose segments are not targeted: never gaps, and never out of sight.
fn deprioritised(report: &Report<'_>) -> Section {
    let lang = first_lang(report);
    let line = |persona: PersonaIx| {
        let segment = report.config.untargeted(persona)?;
        let label = label(report, persona, lang);
        Some(ReportLine::from(format!("{label} ({}): {}", segment.id, segment.reason)))
    };
    Section {
        title: "Not targeted, so no gaps".to_owned(),
        lines: report.config.persona_ixs().filter_map(line).collect(),
    }
}

/// The matrix of an axis as tables of text: values by stage, then values by persona.
pub fn grids(report: &Report<'_>, matrix: &AxisMatrix) -> [Grid; 2] {
    let config = report.config;
    let stages: Vec<StageIx> = config.stage_ixs().collect();
    let personas: Vec<PersonaIx> = config.targeted_ixs().collect();
    let by_stage = |row: &AxisRow| stages.iter().map(|stage| row.at_stage(*stage)).collect();
    let by_persona =
        |row: &AxisRow| personas.iter().map(|persona| row.of_persona(*persona)).collect();
    let stage_names =
        stages.iter().map(|stage| config.stage(*stage).label.get(matrix.lang).to_owned()).collect();
    let persona_names =
        personas.iter().map(|persona| label(report, *persona, matrix.lang).to_owned()).collect();
    let (name, lang) = (matrix.axis.name(), &config.lang(matrix.lang).code);
    [
        Grid {
            title: format!("{lang}: placements by {name} and stage"),
            rows: grid_rows(matrix, stage_names, &by_stage),
        },
        Grid {
            title: format!("{lang}: placements by {name} and persona"),
            rows: grid_rows(matrix, persona_names, &by_persona),
        },
    ]
}

fn grid_rows(
    matrix: &AxisMatrix,
    names: Vec<String>,
    counts: &dyn Fn(&AxisRow) -> Vec<usize>,
) -> Vec<Vec<String>> {
    let row = |name: &str, sign: &str, row: &AxisRow| {
        let all = counts(row).into_iter().chain([row.sum()]);
        let texts =
            all.map(|count| if count == 0 { "0".to_owned() } else { format!("{sign}{count}") });
        std::iter::once(name.to_owned()).chain(texts).collect()
    };
    let mut rows = vec![
        std::iter::once(matrix.axis.name().to_owned())
            .chain(names)
            .chain(["sum".to_owned()])
            .collect(),
    ];
    rows.extend(matrix.rows.iter().map(|one| row(&one.value, "", one)));
    if matrix.none.sum() > 0 {
        rows.push(row("(none)", "", &matrix.none));
    }
    if matrix.repeated.sum() > 0 {
        rows.push(row("(counted before)", "-", &matrix.repeated));
    }
    rows.push(row("all", "", &matrix.total));
    rows
}
