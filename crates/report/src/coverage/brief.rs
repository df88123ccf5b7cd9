//! A brief: the draft of a page for one cell, with all that its writer should know as comments in
//! the front matter.
//!
//! Comments of front matter reach no reader, whatever becomes of the draft.

use super::{Cell, CellState, Report};
use etappe_base::path::HubPath;
use etappe_base::slug::slug;
use etappe_hub::config::{Config, LangIx, Need, Persona, PersonaIx, Stage, StageIx};
use etappe_hub::journey::{Hub, State};

/// The longest title that `check` lets pass, in characters.
const MAX_TITLE: usize = 70;

/// How many neighbours at a stage a brief names.
const NEIGHBOURS: usize = 5;

/// A draft to be written into the hub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brief {
    /// A free place for it below `content/`.
    pub path: HubPath,
    /// The whole file: front matter with the brief as comments, and an empty body.
    pub text: String,
}

/// The cell that a brief is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BriefCell {
    /// The only one that the draft is for.
    pub persona: PersonaIx,
    /// The only one that the draft is for.
    pub stage: StageIx,
    /// Of the draft, and of the labels and texts in its comments.
    pub lang: LangIx,
}

/// The brief for a cell of `report`, which must have the cell's language. Without `title`, the
/// title is that of the page to translate, else the first need, else the cell's name.
pub fn brief(hub: &Hub, report: &Report<'_>, target: BriefCell, title: Option<&str>) -> Brief {
    let config = &*hub.config;
    let cell = report
        .languages
        .iter()
        .find(|matrix| matrix.lang == target.lang)
        .and_then(|matrix| matrix.cell(target.persona, target.stage));
    let writer = Writer {
        hub,
        config,
        report,
        target,
        cell,
        persona: config.persona(target.persona),
        stage: config.stage(target.stage),
    };
    Brief {
        path: writer.path(),
        text: writer.text(&title.map_or_else(|| writer.title(), str::to_owned)),
    }
}

struct Writer<'w> {
    hub: &'w Hub,
    config: &'w Config,
    report: &'w Report<'w>,
    target: BriefCell,
    cell: Option<&'w Cell>,
    persona: &'w Persona,
    stage: &'w Stage,
}

impl Writer<'_> {
    /// Needs of the stage that no page answers in this language yet, or all of them when each is
    /// answered.
    fn needs(&self) -> Vec<&Need> {
        let at_stage = || self.persona.needs.iter().filter(|need| need.stage == self.target.stage);
        let is_open = |need: &&Need| {
            let aims = self.report.aims.needs.iter();
            let own = aims
                .filter(|aim| aim.persona == self.target.persona && aim.id == need.id)
                .find_map(|aim| aim.in_lang(self.target.lang));
            own.is_some_and(|answer| answer.pages.is_empty())
        };
        let open: Vec<&Need> = at_stage().filter(is_open).collect();
        if open.is_empty() { at_stage().collect() } else { open }
    }

    /// The page to translate; `None` unless the cell waits for a translation.
    fn original(&self) -> Option<&HubPath> {
        self.cell
            .filter(|cell| cell.state == CellState::Gap(super::GapReason::Untranslated))?
            .waiting
            .first()
    }

    fn path(&self) -> HubPath {
        let suffix = match self.target.lang {
            LangIx::DEFAULT => String::new(),
            lang => format!(".{}", self.config.lang(lang).code),
        };
        let original = self
            .original()
            .and_then(|file| self.hub.docs.iter().find(|doc| doc.facets.file == *file));
        let stem = match original {
            Some(doc) => doc.facets.name.key.as_str().to_owned(),
            None => {
                let name = self.needs().first().map_or_else(
                    || format!("{}-{}", self.persona.id, self.stage.id),
                    |need| slug(&need.id),
                );
                format!("content/{}/{name}", self.stage.id)
            }
        };
        let is_free = |path: &HubPath| self.hub.docs.iter().all(|doc| doc.facets.file != *path);
        let numbered =
            (1..).map(|number| if number == 1 { stem.clone() } else { format!("{stem}-{number}") });
        let mut paths = numbered.filter_map(|stem| HubPath::new(&format!("{stem}{suffix}.md")));
        paths.find(is_free).expect("one of endless names is free, and ids make clean paths")
    }

    fn title(&self) -> String {
        let original = self
            .original()
            .and_then(|file| self.hub.docs.iter().find(|doc| doc.facets.file == *file));
        let title = match (original, self.needs().first()) {
            (Some(doc), _) => doc.facets.front.title.clone(),
            (None, Some(need)) => need.text.get(self.target.lang).to_owned(),
            (None, None) => {
                self.report.cell_name(self.target.lang, self.target.persona, self.target.stage)
            }
        };
        title.chars().take(MAX_TITLE).collect::<String>().trim_end().to_owned()
    }

    fn text(&self, title: &str) -> String {
        let ids = |ids: Vec<&str>| {
            format!("[{}]", ids.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
        };
        let beliefs =
            self.persona.beliefs.iter().filter(|belief| belief.stage == self.target.stage);
        let mut front = format!("+++\ntitle = {}\n", quoted(title));
        front.push_str(&format!(
            "personas = {}\nstage = {}\n",
            ids(vec![&self.persona.id]),
            quoted(&self.stage.id)
        ));
        front.push_str("summary = \"\"\nstatus = \"draft\"\n");
        let lists = [
            ("needs", self.needs().iter().map(|need| need.id.as_str()).collect()),
            ("beliefs", beliefs.map(|belief| belief.id.as_str()).collect()),
            ("topics", self.topics()),
            ("channels", self.persona.channels.iter().map(String::as_str).collect::<Vec<_>>()),
        ];
        for (key, list) in lists {
            if !list.is_empty() {
                front.push_str(&format!("{key} = {}\n", ids(list)));
            }
        }
        front.push_str("\n# The brief; remove it when you are done.\n");
        for (name, text) in self.lines() {
            if !text.is_empty() {
                front.push_str(&format!("# {name}: {}\n", one_line(&text)));
            }
        }
        front + "+++\n\n"
    }

    /// Topics that the stage must have and that no page is about yet.
    fn topics(&self) -> Vec<&str> {
        let BriefCell { persona, stage, lang } = self.target;
        let here = self
            .report
            .aims
            .topics
            .iter()
            .filter(|topic| (topic.persona, topic.stage, topic.lang) == (persona, stage, lang));
        here.filter(|topic| topic.pages.is_empty()).map(|topic| topic.topic.as_str()).collect()
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let lang = self.target.lang;
        let mut lines = vec![
            ("For", self.persona.label.get(lang).to_owned()),
            ("Language", self.config.lang(lang).code.clone()),
            ("State of the cell", self.state()),
            ("Goal of the stage", self.stage.goal.clone()),
            ("What they do at this stage", self.stage.behaviour.clone()),
        ];
        if let Some(rule) = self.config.cell_rule(self.target.persona, self.target.stage) {
            lines.push(("Goal of the cell", rule.goal.clone()));
            lines.push(("Owner", rule.owner.clone()));
            lines.push(("Due", rule.due.map_or(String::new(), |due| due.to_string())));
        }
        lines.extend(
            self.needs().iter().map(|need| ("Need", sourced(need.text.get(lang), &need.source))),
        );
        let beliefs =
            self.persona.beliefs.iter().filter(|belief| belief.stage == self.target.stage);
        lines.extend(
            beliefs.map(|belief| ("Belief", format!("from “{}” to “{}”", belief.from, belief.to))),
        );
        lines.push(("What hurts", self.persona.pains.join("; ")));
        lines.push(("Tone", self.persona.style.tone.clone()));
        lines.push((
            "At most",
            self.persona.style.max_words.map_or(String::new(), |words| format!("{words} words")),
        ));
        lines.push(("Channels", self.persona.channels.join(", ")));
        lines.extend(self.neighbours());
        let objectives = self.config.objectives.iter();
        lines.extend(objectives.map(|objective| {
            ("Objective, if it serves this one", format!("{}: {}", objective.id, objective.text))
        }));
        lines.extend(self.compliance());
        lines
    }

    fn state(&self) -> String {
        let Some(cell) = self.cell else { return String::new() };
        let waiting: Vec<&str> = cell.waiting.iter().map(HubPath::as_str).collect();
        let why = match (&*cell.remark, waiting.as_slice()) {
            ("", []) => String::new(),
            ("", files) => format!("; waiting: {}", files.join(", ")),
            (remark, _) => format!("; {remark}"),
        };
        format!("{}{why}", super::table::short(cell))
    }

    /// What readers find before, beside and after the page.
    fn neighbours(&self) -> Vec<(&'static str, String)> {
        let BriefCell { persona, stage, lang } = self.target;
        let at = |stage: Option<StageIx>| {
            let here = self.hub.docs.iter().filter(|doc| {
                let front = &doc.facets.front;
                let shown = doc.state == State::Published
                    && doc.facets.lang() == lang
                    && front.audience.includes(persona);
                shown && stage.is_some_and(|stage| front.stages.contains(&stage))
            });
            let titles: Vec<String> = here
                .take(NEIGHBOURS)
                .map(|doc| format!("{} ({})", doc.facets.front.title, doc.facets.file))
                .collect();
            titles.join("; ")
        };
        let before = stage.0.checked_sub(1).map(StageIx);
        let after = Some(StageIx(stage.0 + 1))
            .filter(|next| usize::from(next.0) < self.config.stages.len());
        vec![
            ("Read before it", at(before)),
            ("Read beside it", at(Some(stage))),
            ("Read after it", at(after)),
        ]
    }

    fn compliance(&self) -> Vec<(&'static str, String)> {
        const ASKS: &str = "Compliance will ask";
        let promotion = match self.persona.qualified.as_deref().unwrap_or_default() {
            [] => "the card names no market where this profession may be promoted to, so `kind \
                = \"promo\"` is out of question"
                .to_owned(),
            markets => format!(
                "whether it promotes: then `kind = \"promo\"`, a `product`, and \
                `markets` only of {}",
                markets.join(", ")
            ),
        };
        vec![
            (ASKS, promotion),
            (ASKS, "where each claim comes from".to_owned()),
            (
                ASKS,
                "who checked it (`reviewed_by`), and until when it holds (`review_by`, `expires`)"
                    .to_owned(),
            ),
        ]
    }
}

fn sourced(text: &str, source: &str) -> String {
    if source.is_empty() { text.to_owned() } else { format!("{text} ({source})") }
}

/// Text in quotes, as TOML wants it on one line.
fn quoted(text: &str) -> String {
    serde_json::Value::from(one_line(text)).to_string()
}

/// A comment ends with its line, and may hold no control character.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}
