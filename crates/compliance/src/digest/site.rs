//! `@site`: what readers are told by hub.toml, the cards and the hub's own words for the theme.

use std::collections::BTreeMap;

use etappe_base::path::HubPath;
use etappe_hub::config::site::ToneOfAddress;
use etappe_hub::config::text::LocalText;
use etappe_hub::config::tree::{Table, Value, parse_toml};
use etappe_hub::config::{Config, Cta, Persona};

use super::{DigestPart, DigestParts, Digests, Json, Scope};

/// The table of a strings file with what it says to readers who are addressed informally.
const INFORMAL: &str = "informal";

/// Texts by the path of their key.
struct Texts {
    by_path: BTreeMap<String, Json>,
    scope: Scope,
}

impl Texts {
    fn add(&mut self, path: impl Into<String>, text: &LocalText) {
        self.add_text(path, text.get(self.scope.lang));
    }

    fn add_text(&mut self, path: impl Into<String>, text: &str) {
        self.by_path.insert(path.into(), Json::Text(text.to_owned()));
    }

    fn add_cta(&mut self, path: &str, cta: Option<&Cta>) {
        if let Some(cta) = cta {
            self.add(format!("{path}.cta.label"), &cta.label);
            self.add_text(format!("{path}.cta.to"), &cta.to.value);
        }
    }

    fn add_hub(&mut self, config: &Config) {
        self.add("hub.title", &config.title);
        self.add("hub.company", &config.company);
        self.add("hub.intro", &config.intro);
        for (at, link) in config.furniture.links.iter().enumerate() {
            self.add(format!("hub.links.{at}.label"), &link.label);
            self.add_text(format!("hub.links.{at}.to"), &link.to.value);
        }
        for (at, notice) in config.furniture.notices.iter().enumerate() {
            self.add(format!("hub.notices.{at}.text"), &notice.text);
            self.add_text(format!("hub.notices.{at}.kind"), notice.kind.map_or("", |kind| kind.0));
        }
        for segment in config.segments.iter().filter(|segment| segment.targeted) {
            self.add(format!("hub.segments.{}.label", segment.id), &segment.label);
        }
        for stage in &config.stages {
            let path = format!("hub.stages.{}", stage.id);
            self.add(format!("{path}.label"), &stage.label);
            self.add_cta(&path, stage.cta.as_ref());
        }
    }

    fn add_persona(&mut self, persona: &Persona) {
        let path = format!("personas.{}", persona.id);
        self.add(format!("{path}.label"), &persona.label);
        self.add(format!("{path}.description"), &persona.description);
        self.add_cta(&path, persona.cta.as_ref());
        for need in &persona.needs {
            self.add(format!("{path}.needs.{}.text", need.id), &need.text);
        }
    }

    /// Adds the texts of a strings file. A text that counts has one for each way of counting.
    fn add_strings(&mut self, table: &Table, tone: ToneOfAddress) {
        let informal = |key: &str| tone == ToneOfAddress::Informal && key == INFORMAL;
        for entry in table.entries.iter().filter(|entry| entry.key != INFORMAL) {
            match &entry.item.value {
                Value::Text(text) => self.add_text(format!("strings.{}", entry.key), text),
                Value::Table(forms) => {
                    for form in &forms.entries {
                        if let Value::Text(text) = &form.item.value {
                            self.add_text(format!("strings.{}.{}", entry.key, form.key), text);
                        }
                    }
                }
                _ => {}
            }
        }
        for entry in table.entries.iter().filter(|entry| informal(&entry.key)) {
            if let Value::Table(table) = &entry.item.value {
                self.add_strings(table, tone);
            }
        }
    }
}

impl Digests<'_> {
    /// The one part of `@site`.
    pub(super) fn of_site(&self, scope: Scope) -> DigestParts {
        let config = &self.hub.config;
        let mut texts = Texts { by_path: BTreeMap::new(), scope };
        texts.add_hub(config);
        for persona in config.persona_ixs().filter(|persona| config.is_built(*persona)) {
            texts.add_persona(config.persona(persona));
        }
        for file in self.own_strings(scope) {
            let Some(text) = self.text(&file) else { continue };
            texts.add_strings(&parse_toml(&text, 0).0, config.site.tone_of_address);
        }
        DigestParts::from([("texts".to_owned(), DigestPart::Values(Json::table(texts.by_path)))])
    }

    /// Where a hub may say the words of its theme in one language, the file that counts last.
    fn own_strings(&self, scope: Scope) -> Vec<HubPath> {
        let config = &self.hub.config;
        let lang = config.lang(scope.lang);
        let mut codes = vec![lang.primary(), &*lang.code];
        codes.dedup();
        let theme = format!("themes/{}/strings", config.theme);
        let folders = [&*theme, "templates/strings"];
        let files =
            codes.iter().flat_map(|code| folders.map(|folder| format!("{folder}/{code}.toml")));
        files.filter_map(|file| HubPath::new(&file)).collect()
    }
}
