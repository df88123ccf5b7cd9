//! Persona cards, and the journey of each as three lanes: behaviour, needs, opportunity. For
//! workshops with customer-facing teams.

use super::HtmlReport;
use crate::coverage::table::short;
use crate::coverage::{Matrix, Report};
use etappe_hub::config::{LangIx, Measure, Persona, PersonaIx, StageIx};

pub(super) fn write(report: &Report<'_>, page: &mut HtmlReport) {
    let Some(matrix) = report.languages.first() else { return };
    page.raw(
        "<section id=\"journey\">\n<h2>Personas and their journey</h2>\n<p class=\"note\">In ",
    );
    page.text(&report.config.lang(matrix.lang).code)
        .raw(", the first language of this report.</p>\n");
    for persona in report.config.targeted_ixs() {
        one(report, matrix, persona, page);
    }
    page.raw("</section>\n");
}

fn one(report: &Report<'_>, matrix: &Matrix, ix: PersonaIx, page: &mut HtmlReport) {
    let persona = report.config.persona(ix);
    let code = &report.config.lang(matrix.lang).code;
    page.raw("<article class=\"persona\"")
        .attribute("data-persona", &persona.id)
        .raw(">\n<h3")
        .attribute("lang", code)
        .raw(">");
    page.text(persona.label.get(matrix.lang)).raw("</h3>\n");
    card(persona, page);
    let label = format!("Journey of {}", persona.label.get(matrix.lang));
    page.raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\"")
        .attribute("aria-label", &label)
        .raw(">\n<table class=\"lanes\">\n");
    page.raw("<thead>\n<tr><th scope=\"col\">Lane</th>");
    for stage in &report.config.stages {
        page.raw("<th scope=\"col\"")
            .attribute("lang", code)
            .raw(">")
            .text(stage.label.get(matrix.lang))
            .raw("</th>");
    }
    page.raw("</tr>\n</thead>\n<tbody>\n");
    for (name, write) in [
        ("Behaviour", behaviour as fn(&Lane<'_>, StageIx, &mut HtmlReport)),
        ("Needs", needs),
        ("Opportunity", opportunity),
    ] {
        page.raw("<tr><th scope=\"row\">").raw(name).raw("</th>");
        for stage in report.config.stage_ixs() {
            page.raw("<td>");
            write(&Lane { report, matrix, persona: ix, lang: matrix.lang }, stage, page);
            page.raw("</td>");
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody>\n</table>\n</div>\n</article>\n");
}

struct Lane<'l> {
    report: &'l Report<'l>,
    matrix: &'l Matrix,
    persona: PersonaIx,
    lang: LangIx,
}

fn card(persona: &Persona, page: &mut HtmlReport) {
    let length =
        persona.style.max_words.map_or(String::new(), |words| format!("at most {words} words"));
    let style = [persona.style.tone.clone(), length]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let rows = [
        ("Segment", persona.segment.clone().unwrap_or_default()),
        ("Archetype", persona.archetype.clone()),
        ("Goals", persona.goals.join("; ")),
        ("Pains", persona.pains.join("; ")),
        ("Channels", persona.channels.join(", ")),
        ("Style", style),
        ("Measure", persona.measure.map_or("", Measure::name).to_owned()),
        (
            "Card reviewed",
            persona.reviewed.as_ref().map_or(String::new(), |day| day.value.to_string()),
        ),
    ];
    page.raw("<dl class=\"card\">\n");
    for (name, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
        page.raw("<div><dt>").raw(name).raw("</dt><dd>").text(text).raw("</dd></div>\n");
    }
    page.raw("</dl>\n");
}

fn behaviour(lane: &Lane<'_>, stage: StageIx, page: &mut HtmlReport) {
    let stage = lane.report.config.stage(stage);
    page.text(&stage.behaviour);
    if !stage.goal.is_empty() {
        page.raw("<p class=\"goal\">Goal: ").text(&stage.goal).raw("</p>");
    }
}

fn needs(lane: &Lane<'_>, stage: StageIx, page: &mut HtmlReport) {
    let persona = lane.report.config.persona(lane.persona);
    let is_open = |id: &str| {
        let own =
            lane.report.aims.needs.iter().find(|aim| aim.persona == lane.persona && aim.id == id);
        own.and_then(|aim| aim.in_lang(lane.lang)).is_some_and(|answer| answer.pages.is_empty())
    };
    page.raw("<ul>");
    for need in persona.needs.iter().filter(|need| need.stage == stage) {
        let state = if is_open(&need.id) { "○ open: " } else { "● answered: " };
        page.raw("<li><strong>")
            .raw(state)
            .raw("</strong>")
            .text(need.text.get(lane.lang))
            .raw("</li>");
    }
    for belief in persona.beliefs.iter().filter(|belief| belief.stage == stage) {
        page.raw("<li>from “").text(&belief.from).raw("” to “").text(&belief.to).raw("”</li>");
    }
    page.raw("</ul>");
}

fn opportunity(lane: &Lane<'_>, stage: StageIx, page: &mut HtmlReport) {
    let Some(cell) = lane.matrix.cell(lane.persona, stage) else { return };
    page.raw("<p><span class=\"state\">").text(&short(cell)).raw("</span></p>");
    if let Some(next) =
        lane.matrix.queue.iter().find(|next| (next.persona, next.stage) == (lane.persona, stage))
    {
        page.raw("<p>").text(&next.why).raw("</p>");
    } else if !cell.remark.is_empty() {
        page.raw("<p>").text(&cell.remark).raw("</p>");
    }
}
