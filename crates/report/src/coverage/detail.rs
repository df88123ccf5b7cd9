//! The parts of the JSON report beside cells and needs: beliefs, objectives, topics, shares,
//! cadence, axes, what is not targeted.

use serde_json::{Value, json};

use super::{Aim, AimAnswer, AxisMatrix, AxisRow, Report, Reuse, SiteShares};

fn persona(report: &Report<'_>, ix: etappe_hub::config::PersonaIx) -> Value {
    report.config.persona(ix).id.clone().into()
}

fn stage(report: &Report<'_>, ix: etappe_hub::config::StageIx) -> Value {
    report.config.stage(ix).id.clone().into()
}

fn lang(report: &Report<'_>, ix: etappe_hub::config::LangIx) -> Value {
    report.config.lang(ix).code.clone().into()
}

/// A need or belief: its languages, beside what the contract has.
pub(super) fn answers(report: &Report<'_>, aim: &Aim) -> Value {
    let one = |answer: &AimAnswer| json!({ "lang": lang(report, answer.lang), "open": answer.pages.is_empty(), "stale": answer.stale, "pages": answer.pages });
    aim.languages.iter().map(one).collect()
}

pub(super) fn beliefs(report: &Report<'_>) -> Value {
    let one = |aim: &Aim| {
        json!({
            "id": aim.id, "persona": persona(report, aim.persona), "stage": stage(report, aim.stage),
            "open": aim.pages.is_empty(), "pages": aim.pages, "languages": answers(report, aim),
        })
    };
    report.aims.beliefs.iter().map(one).collect()
}

pub(super) fn objectives(report: &Report<'_>) -> Value {
    let all = report.aims.objectives.iter();
    all.map(|one| json!({ "id": one.id, "text": one.text, "open": one.pages.is_empty(), "pages": one.pages })).collect()
}

pub(super) fn topics(report: &Report<'_>) -> Value {
    let one = |topic: &super::TopicCoverage| {
        json!({
            "topic": topic.topic, "lang": lang(report, topic.lang), "persona": persona(report, topic.persona),
            "stage": stage(report, topic.stage), "open": topic.pages.is_empty(), "pages": topic.pages,
        })
    };
    report.aims.topics.iter().map(one).collect()
}

pub(super) fn reuse(report: &Report<'_>) -> Value {
    let one = |page: &Reuse| json!({ "lang": lang(report, page.lang), "page": page.page, "percent": page.percent });
    report.reuse.iter().map(one).collect()
}

pub(super) fn shares(report: &Report<'_>) -> Value {
    let one = |site: &SiteShares| {
        let voices: Vec<Value> = site
            .voices
            .iter()
            .map(|voice| json!({ "stage": stage(report, voice.stage), "products": voice.products }))
            .collect();
        json!({
            "lang": lang(report, site.lang), "persona": persona(report, site.persona), "pages": site.pages, "generic": site.generic,
            "promo": site.promo, "too_generic": site.too_generic, "too_promotional": site.too_promotional, "voices": voices,
        })
    };
    report.shares.iter().map(one).collect()
}

pub(super) fn bridges(report: &Report<'_>) -> Value {
    let one = |pair: &super::BridgePair| {
        json!({
            "from": persona(report, pair.from), "to": persona(report, pair.to), "missing": pair.count == 0,
            "count": pair.count, "pages": pair.pages,
        })
    };
    report.bridges.iter().map(one).collect()
}

pub(super) fn cadence(report: &Report<'_>) -> Value {
    let one = |entry: &super::Cadence| {
        json!({
            "persona": persona(report, entry.persona), "channel": entry.channel, "month": entry.month, "pages": entry.pages,
            "max": entry.max, "over": entry.is_over(),
        })
    };
    report.cadence.iter().map(one).collect()
}

pub(super) fn deprioritised(report: &Report<'_>) -> Value {
    let one = |ix| {
        let segment = report.config.untargeted(ix)?;
        Some(
            json!({ "persona": persona(report, ix), "segment": segment.id, "reason": segment.reason }),
        )
    };
    report.config.persona_ixs().filter_map(one).collect()
}

/// The matrices of the axis that was asked for.
pub(super) fn by(report: &Report<'_>) -> Value {
    let row = |row: &AxisRow| {
        let cells: Vec<Value> = row
            .cells
            .iter()
            .map(|((of, at), count)| json!({ "persona": persona(report, *of), "stage": stage(report, *at), "pages": count }))
            .collect();
        json!({ "value": row.value, "sum": row.sum(), "cells": cells })
    };
    let one = |matrix: &AxisMatrix| {
        json!({
            "axis": matrix.axis.name(), "lang": lang(report, matrix.lang), "rows": matrix.rows.iter().map(row).collect::<Vec<_>>(),
            "none": row(&matrix.none), "repeated": row(&matrix.repeated), "total": row(&matrix.total),
        })
    };
    report.by.iter().map(one).collect()
}
