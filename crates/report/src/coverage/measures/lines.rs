//! What the measures say, for people and for programs.

use serde_json::{Value, json};

use etappe_base::count::counted;

use super::verdict::{Judged, Measured, PageVerdict, PersonaScores, Start};
use super::{Scale, Score};
use crate::coverage::Report;
use crate::coverage::sections::{ReportLine, Section};

/// The lists, each with its rule. Empty lists are left out.
pub fn sections(report: &Report<'_>, measured: &Measured) -> Vec<Section> {
    let rules = &report.config.measures;
    let mut all = vec![start(measured, rules.start_views)];
    for (verdict, name) in [
        (PageVerdict::Continue, "Continue"),
        (PageVerdict::Stop, "Stop?"),
        (PageVerdict::Watch, "Keep watching"),
        (PageVerdict::NotEnoughData, "Not enough data"),
    ] {
        let own = measured.pages.iter().filter(|page| page.verdict == verdict);
        let lines = own.map(|page| page_line(report, page)).collect();
        all.push(Section {
            title: format!("{name} ({}): {}", measured.month, verdict.rule(rules)),
            lines,
        });
    }
    all.push(scores(report, measured));
    all.retain(|section| !section.lines.is_empty());
    all
}

fn page_line(report: &Report<'_>, page: &Judged) -> ReportLine {
    let delta = page.before.map_or(String::new(), |before| {
        format!(", {:+} on the month before", i128::from(page.views) - i128::from(before))
    });
    let least = u64::from(report.config.measures.min_answers);
    let scores: String =
        page.scores.iter().map(|score| format!("; {}", score.words(least))).collect();
    let persona = report.config.persona(page.persona).label.get(page.lang);
    let views = counted(page.views as usize, "view");
    format!("{persona}: {} ({}): {views}{delta}{scores}", page.title, page.file).into()
}

fn start(measured: &Measured, least: u32) -> Section {
    let line = |start: &Start| match start {
        Start::Gap { name, why, .. } => ReportLine::from(format!("{name}: {why}")),
        Start::Demand { path, views } => {
            let views = counted(*views as usize, "view");
            format!("{path}: {views}, and nothing is there").into()
        }
    };
    let title = format!(
        "Start ({}): gaps of high priority, and addresses with {least} views or more where \
         nothing is",
        measured.month
    );
    Section { title, lines: measured.start.iter().map(line).collect() }
}

fn scores(report: &Report<'_>, measured: &Measured) -> Section {
    let lang =
        report.languages.first().map_or(etappe_hub::config::LangIx::DEFAULT, |matrix| matrix.lang);
    let least = u64::from(report.config.measures.min_answers);
    let mut lines = Vec::new();
    for persona in &measured.scores {
        for score in &persona.scores {
            let was = delta(persona, score, least)
                .map_or(String::new(), |delta| format!(", {delta:+.1} on the month before"));
            let label = report.config.persona(persona.persona).label.get(lang);
            lines.push(format!("{label}: {}{was}", score.words(least)).into());
        }
    }
    Section {
        title: format!(
            "Scores ({}): the interval holds 95 of 100 times; fewer than {least} answers are not \
             shown",
            measured.month
        ),
        lines,
    }
}

/// How much a score rose since the month before; only between two that may be shown.
fn delta(persona: &PersonaScores, score: &Score, least: u64) -> Option<f64> {
    let before = persona.before.iter().find(|before| before.scale == score.scale)?;
    (score.n >= least && before.n >= least).then_some(score.value - before.value)
}

/// The `measures` of the JSON report.
pub fn to_json(report: &Report<'_>, measured: &Measured) -> Value {
    let config = report.config;
    let rules = &config.measures;
    let least = u64::from(rules.min_answers);
    let page = |page: &Judged| {
        json!({
            "verdict": page.verdict.name(), "persona": config.persona(page.persona).id, "lang": config.lang(page.lang).code, "page": page.file,
            "views": page.views, "before": page.before, "scores": page.scores.iter().map(|score| of_score(score, least)).collect::<Vec<_>>(),
        })
    };
    let start = |start: &Start| match start {
        Start::Gap { lang, name, why } => {
            json!({ "lang": config.lang(*lang).code, "cell": name, "why": why })
        }
        Start::Demand { path, views } => json!({ "path": path, "views": views }),
    };
    let scores = |persona: &PersonaScores| {
        let all: Vec<Value> = persona
            .scores
            .iter()
            .map(|score| {
                let mut value = of_score(score, least);
                value["delta"] = delta(persona, score, least)
                    .map_or(Value::Null, |delta| rounded(delta, score.scale));
                value
            })
            .collect();
        json!({ "persona": config.persona(persona.persona).id, "scores": all })
    };
    let rule =
        |verdict: PageVerdict| json!({ "verdict": verdict.name(), "rule": verdict.rule(rules) });
    json!({
        "period": measured.month.to_string(), "rules": PageVerdict::ALL.map(rule), "pages": measured.pages.iter().map(page).collect::<Vec<_>>(),
        "start": measured.start.iter().map(start).collect::<Vec<_>>(), "scores": measured.scores.iter().map(scores).collect::<Vec<_>>(),
    })
}

/// With too few answers, only `n` is told.
fn of_score(score: &Score, least: u64) -> Value {
    let hidden = score.n < least;
    let number = |value: f64| if hidden { Value::Null } else { rounded(value, score.scale) };
    json!({ "scale": score.scale.name(), "n": score.n, "value": number(score.value), "low": number(score.low), "high": number(score.high) })
}

fn rounded(value: f64, scale: Scale) -> Value {
    let digits = if scale == Scale::Ces { 100.0 } else { 10.0 };
    ((value * digits).round() / digits).into()
}
