//! The list of all pages, narrowed by words, language, persona, stage and state.

use crate::html::{self, escaped};
use crate::preview::{Preview, Snapshot};
use crate::{address, tab};
use etappe_base::count::counted;
use etappe_base::path;
use etappe_hub::config::{Config, LangIx, PersonaIx, StageIx};
use etappe_hub::content::Audience;
use etappe_hub::journey::{Doc, Hub};

/// How many pages are shown at once.
const MOST: usize = 200;

const STATES: [&str; 13] = [
    "published",
    "draft",
    "scheduled",
    "held",
    "expired",
    "blocked",
    "withdrawn",
    "approval_missing",
    "approval_unsigned",
    "approval_expired",
    "approval_drifted",
    "approval_wrong_signer",
    "approval_altered",
];

/// What the list is narrowed to.
#[derive(Default)]
struct Filter {
    words: String,
    lang: Option<LangIx>,
    persona: Option<PersonaIx>,
    stage: Option<StageIx>,
    state: String,
}

/// The list as the query narrows it.
pub(super) fn page(preview: &Preview, snapshot: &Snapshot, query: &str) -> String {
    let Some(hub) = snapshot.content().map(|content| &content.material.hub) else {
        return html::desk("Pages", "pages", "", "<p>The hub cannot be shown yet.</p>\n");
    };
    let filter = Filter::new(query, &hub.config);
    let found: Vec<&Doc> = hub.docs.iter().filter(|doc| filter.takes(doc)).collect();
    let faulty = tab::faulty(snapshot);
    let mut body =
        format!("<p role=\"status\">{} of {}</p>\n", found.len(), counted(hub.docs.len(), "page"));
    if !found.is_empty() {
        body.push_str(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Pages\"><table>\n<thead><tr><th scope=\"col\">Page</th>\
             <th scope=\"col\">Language</th><th scope=\"col\">Personas</th><th scope=\"col\">Stages</th><th scope=\"col\">State</th>\
             </tr></thead>\n<tbody>\n",
        );
        for doc in found.iter().take(MOST) {
            let error = if faulty.contains(&doc.facets.file) {
                "<br><strong class=\"error\">has errors</strong>"
            } else {
                ""
            };
            body.push_str(&row(preview, hub, doc, error));
        }
        body.push_str("</tbody></table></div>\n");
    }
    if found.len() > MOST {
        body.push_str(&format!(
            "<p>The first {MOST} are shown: narrow the list to see others.</p>\n"
        ));
    }
    html::desk("Pages", "pages", &filter.form(&hub.config), &body)
}

fn row(preview: &Preview, hub: &Hub, doc: &Doc, error: &str) -> String {
    let facets = &doc.facets;
    let config = &hub.config;
    let lang = config.lang(facets.lang());
    let own = hub.page(doc.page).placements.iter().map(|(_, placement)| hub.placement(*placement));
    let first = own.into_iter().find(|placement| std::ptr::eq(hub.doc(placement.doc), doc));
    let title =
        if facets.front.title.is_empty() { facets.file.name() } else { &facets.front.title };
    let title = format!(
        "<span lang=\"{}\" dir=\"{}\">{}</span>",
        escaped(&lang.code),
        lang.dir(),
        escaped(title)
    );
    let title = match first {
        Some(placement) => format!(
            "<a href=\"{}\">{title}</a>",
            escaped(&tab::address_of(&hub.out_path(placement)))
        ),
        None => title,
    };
    let editor = escaped(&preview.editor.link(&preview.root, &facets.file, 1, 1));
    let file = escaped(facets.file.as_str());
    let compare = match first {
        Some(_) => {
            let key = path::encode(facets.name.key.as_str()).replace('+', "%2B");
            format!(
                "<br><a href=\"/_etappe/compare?page={key}&amp;lang={}\">side by side</a>",
                escaped(&lang.code)
            )
        }
        None => String::new(),
    };
    let personas = match facets.front.audience {
        Audience::All => "all".to_owned(),
        _ => {
            let named =
                config.persona_ixs().filter(|persona| facets.front.audience.includes(*persona));
            named
                .map(|persona| config.persona(persona).label.get(LangIx::DEFAULT))
                .collect::<Vec<_>>()
                .join(", ")
        }
    };
    let stages: Vec<&str> = facets
        .front
        .stages
        .iter()
        .map(|stage| config.stage(*stage).label.get(LangIx::DEFAULT))
        .collect();
    let (mark, day) = tab::mark(doc.state);
    let state =
        format!("{} {}", if mark.is_empty() { "published" } else { mark }, day.unwrap_or_default());
    format!(
        "<tr><th scope=\"row\">{title}<br><a class=\"file\" href=\"{editor}\">{file}</a>{compare}</th><td>{}</td><td>{}</td><td>{}</td>\
         <td>{}{error}</td></tr>\n",
        escaped(lang.name()),
        escaped(&personas),
        escaped(&stages.join(", ")),
        state.trim_end()
    )
}

impl Filter {
    fn new(query: &str, config: &Config) -> Self {
        let value = |key| address::query(query, key).unwrap_or_default();
        Self {
            words: value("q").to_lowercase(),
            lang: config.find_lang(&value("lang")),
            persona: config.find_persona(&value("persona")),
            stage: config.find_stage(&value("stage")),
            state: value("state"),
        }
    }

    fn takes(&self, doc: &Doc) -> bool {
        let facets = &doc.facets;
        let state = tab::mark(doc.state).0;
        let state = if state.is_empty() { "published" } else { state };
        let text = || format!("{} {}", facets.front.title, facets.file).to_lowercase();
        self.lang.is_none_or(|lang| facets.lang() == lang)
            && self.persona.is_none_or(|persona| facets.front.audience.includes(persona))
            && self.stage.is_none_or(|stage| facets.front.stages.contains(&stage))
            && (self.state.is_empty() || self.state == state)
            && (self.words.is_empty()
                || self.words.split_whitespace().all(|word| text().contains(word)))
    }

    fn form(&self, config: &Config) -> String {
        let option = |value: &str, label: &str, chosen: bool| {
            let chosen = if chosen { " selected" } else { "" };
            format!("<option value=\"{}\"{chosen}>{}</option>", escaped(value), escaped(label))
        };
        let select = |name: &str, label: &str, options: String| {
            format!(
                "<p><label for=\"{name}\">{label}</label><select id=\"{name}\" name=\"{name}\"><option value=\"\">all</option>{options}</select></p>\n"
            )
        };
        let langs = config
            .lang_ixs()
            .map(|ix| option(&config.lang(ix).code, config.lang(ix).name(), self.lang == Some(ix)));
        let personas = config.persona_ixs().map(|ix| {
            let persona = config.persona(ix);
            option(&persona.id, persona.label.get(LangIx::DEFAULT), self.persona == Some(ix))
        });
        let stages = config.stage_ixs().map(|ix| {
            let stage = config.stage(ix);
            option(&stage.id, stage.label.get(LangIx::DEFAULT), self.stage == Some(ix))
        });
        let states = STATES.iter().map(|state| option(state, state, self.state == *state));
        format!(
            "<form data-live action=\"/_etappe/pages\" method=\"get\" role=\"search\">\n\
             <p><label for=\"q\">Title or file</label><input id=\"q\" name=\"q\" type=\"search\" value=\"{}\"></p>\n{}{}{}{}\
             <p><button type=\"submit\">Show</button></p>\n</form>\n",
            escaped(&self.words),
            select("lang", "Language", langs.collect()),
            select("persona", "Persona", personas.collect()),
            select("stage", "Stage", stages.collect()),
            select("state", "State", states.collect()),
        )
    }
}
