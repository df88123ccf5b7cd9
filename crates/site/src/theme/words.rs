//! The strings files: every word that templates show, by language.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tera::{Kwargs, State, TeraResult, Value as Given};

use super::ThemeFile;
use super::manifest::{THEME_CODES, origin, parse};
use etappe_base::finding::{Finding, Place, codes, did_you_mean};
use etappe_base::locale::{Locale, PLURALS};
use etappe_base::path::HubPath;
use etappe_base::source::Span;
use etappe_hub::config::fields::Reader;
use etappe_hub::config::lang::Lang;
use etappe_hub::config::site::ToneOfAddress;
use etappe_hub::config::tree::{Entry, Item, Table, Value};

/// The table of a strings file with what it says to readers who are addressed informally.
const INFORMAL: &str = "informal";

/// The language whose words stand in for what another lacks.
const LAST_RESORT: &str = "en";

/// In what a theme speaks to the readers of a hub.
#[derive(Clone, Copy)]
pub struct Speech<'c> {
    /// The default language first.
    pub languages: &'c [Lang],
    /// In the languages of which the theme has both.
    pub tone: ToneOfAddress,
}

/// The words of one language of the hub, and how it writes dates.
pub struct ThemeWords {
    /// With English ones where the theme lacks them in this language.
    pub phrases: Phrases,
    /// How the language writes dates and counts things.
    pub locale: Locale,
}

/// The texts of a language, by the key that templates name: `t.KEY`.
pub type Phrases = BTreeMap<String, Phrase>;

/// One text of the theme.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum Phrase {
    /// A text that is the same for every number.
    Text(String),
    /// A text that counts, with a form for each way of counting of its language.
    Counted {
        /// The code of the strings file that it comes from; `en` where the hub's language lacks it.
        lang: String,
        /// By CLDR plural category; `other` is always among them.
        forms: BTreeMap<String, String>,
    },
}

impl ThemeWords {
    /// Every text that does not count.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.phrases.values().filter_map(|phrase| match phrase {
            Phrase::Text(text) => Some(text.as_str()),
            Phrase::Counted { .. } => None,
        })
    }

    /// The text of a key; empty where there is none, or one that counts.
    pub fn text(&self, key: &str) -> &str {
        match self.phrases.get(key) {
            Some(Phrase::Text(text)) => text,
            _ => "",
        }
    }
}

/// The words of each language: its own file's, then its primary language's, then English.
/// A file of the hub changes the words it names; the built-in ones stay for the rest.
pub(super) fn read(
    layers: &BTreeMap<String, ThemeFile>,
    shadowed: &[ThemeFile],
    speech: Speech<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Arc<ThemeWords>> {
    let mut files: BTreeMap<&str, Phrases> = BTreeMap::new();
    // Nobody asks for the other languages, and a file of the hub alone can have findings.
    let is_asked = |file: &ThemeFile, code: &str| {
        let by = |lang: &Lang| [lang.primary(), lang.code.as_str()].contains(&code);
        file.origin.is_some() || code == LAST_RESORT || speech.languages.iter().any(by)
    };
    for file in shadowed.iter().chain(layers.values()) {
        if let Some(code) = language(&file.name).filter(|code| is_asked(file, code)) {
            files.entry(code).or_default().extend(phrases(file, code, speech.tone, findings));
        }
    }
    speech
        .languages
        .iter()
        .map(|lang| {
            let mut own = Phrases::new();
            for code in [lang.primary(), lang.code.as_str()] {
                own.extend(
                    files
                        .get(code)
                        .into_iter()
                        .flatten()
                        .map(|(key, text)| (key.clone(), text.clone())),
                );
            }
            let last_resort = files.get(LAST_RESORT).into_iter().flatten();
            let lacking: Vec<_> = last_resort
                .filter(|(key, _)| !own.contains_key(*key))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            findings.extend(untranslated(lang, &lacking, own.is_empty()));
            own.extend(lacking);
            Arc::new(ThemeWords { phrases: own, locale: Locale::new(&lang.code) })
        })
        .collect()
}

/// The language of a strings file, by its name below the theme.
fn language(name: &str) -> Option<&str> {
    name.strip_prefix("strings/")?.strip_suffix(".toml")
}

/// The finding about what readers of a language see in English; `None` where nothing is lacking.
fn untranslated(lang: &Lang, lacking: &[(String, Phrase)], all: bool) -> Option<Finding> {
    let (first, _) = lacking.first()?;
    let code = &lang.code;
    let message = match all {
        true => format!(
            "The theme has no words in {} (`{code}`), so readers see them in English.",
            lang.name()
        ),
        false if lacking.len() == 1 => {
            format!("The theme lacks the text `{first}` in `{code}`, so readers see it in English.")
        }
        false => format!(
            "The theme lacks {} of its texts in `{code}`, such as `{first}`, so readers see them \
             in English.",
            lacking.len()
        ),
    };
    let help = format!(
        "translate them in `templates/strings/{code}.toml`; `themes/default/strings/en.toml` has \
         every key"
    );
    Some(
        Finding::new(
            &codes::THEME_UNTRANSLATED,
            Place::file(&HubPath::literal("hub.toml")),
            message,
        )
        .help(help),
    )
}

/// The texts of a strings file, in the tone that is asked for where it has both.
fn phrases(
    file: &ThemeFile,
    code: &str,
    tone: ToneOfAddress,
    findings: &mut Vec<Finding>,
) -> Phrases {
    let path = origin(file);
    let mut reader = Reader::new(&path, THEME_CODES);
    let table = parse(file, &mut reader);
    let mut phrases = Phrases::new();
    let mut informal = Phrases::new();
    for entry in &table.entries {
        match &entry.item.value {
            Value::Table(table) if entry.key == INFORMAL => {
                let texts =
                    table.entries.iter().filter_map(|entry| phrase(entry, code, &mut reader));
                informal.extend(texts);
            }
            _ => phrases.extend(phrase(entry, code, &mut reader)),
        }
    }
    if tone == ToneOfAddress::Informal {
        phrases.append(&mut informal);
    }
    findings.append(&mut reader.findings);
    phrases
}

fn phrase(entry: &Entry, code: &str, reader: &mut Reader) -> Option<(String, Phrase)> {
    let phrase = match &entry.item.value {
        Value::Text(text) => Some(Phrase::Text(text.clone())),
        Value::Table(table) => counted(&entry.key, table, entry.item.span, code, reader),
        _ => {
            not_text(&entry.key, &entry.item, reader);
            None
        }
    };
    phrase.map(|phrase| (entry.key.clone(), phrase))
}

fn counted(
    key: &str,
    table: &Table,
    span: Span,
    code: &str,
    reader: &mut Reader,
) -> Option<Phrase> {
    let mut forms = BTreeMap::new();
    for entry in &table.entries {
        match &entry.item.value {
            _ if !PLURALS.contains(&entry.key.as_str()) => {
                let help = did_you_mean(&entry.key, PLURALS);
                reader.invalid(
                    entry.key_span,
                    format!("`{}` is no way of counting.", entry.key),
                    Some(help),
                );
            }
            Value::Text(text) => {
                forms.insert(entry.key.clone(), text.clone());
            }
            _ => not_text(&entry.key, &entry.item, reader),
        }
    }
    if !forms.contains_key("other") {
        let help = "every language has it: write `other = \"{n} pages\"`".to_owned();
        reader.invalid(span, format!("`{key}` has no form `other`."), Some(help));
        return None;
    }
    Some(Phrase::Counted { lang: code.to_owned(), forms })
}

fn not_text(key: &str, item: &Item, reader: &mut Reader) {
    let message = format!("`{key}` must be text, but it is {}.", item.value.kind());
    reader.invalid(item.span, message, Some(format!("write `{key} = \"…\"`")));
}

/// The template filter `fill`: puts values into a text, `{{ t.step_of | fill(n=2, all=6) }}`.
/// Of a text that counts, it takes the form for `n`.
pub(super) fn filter(
    layers: &BTreeMap<String, ThemeFile>,
) -> impl Fn(Given, Kwargs, &State<'_>) -> TeraResult<String> + Send + Sync + use<> {
    let locales: BTreeMap<String, Locale> = layers
        .keys()
        .filter_map(|name| language(name))
        .map(|code| (code.to_owned(), Locale::new(code)))
        .collect();
    move |phrase, values, _| fill(&locales, &phrase, &values)
}

fn fill(locales: &BTreeMap<String, Locale>, phrase: &Given, values: &Kwargs) -> TeraResult<String> {
    let text = match phrase.as_str() {
        Some(text) => text,
        None => {
            let form = form(locales, phrase, values.must_get("n")?);
            form.ok_or_else(|| tera::Error::message("The filter `fill` takes a text of `t`"))?
        }
    };
    Ok(filled(text, values))
}

/// A text with the values that it names in braces. A name without a value stays as it is.
fn filled(text: &str, values: &Kwargs) -> String {
    let value = |name: &str| {
        values
            .iter()
            .find(|(key, _)| key.as_str() == Some(name))
            .map(|(_, value)| value.to_string())
    };
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn form<'v>(locales: &BTreeMap<String, Locale>, phrase: &'v Given, count: u64) -> Option<&'v str> {
    let lang = phrase.get_from_path("lang")?.as_str()?;
    let forms = phrase.get_from_path("forms")?;
    let own = forms.get_from_path(locales.get(lang)?.plural(count)).and_then(Given::as_str);
    own.or_else(|| forms.get_from_path("other")?.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_counts_is_filled_by_the_rules_of_its_own_language() {
        let locales: BTreeMap<String, Locale> =
            ["en", "pl"].map(|code| (code.to_owned(), Locale::new(code))).into();
        let filled = |lang: &str, count: u64| {
            let forms = [("one", "{n} strona"), ("few", "{n} strony"), ("other", "{n} stron")];
            let forms = forms.map(|(form, text)| (form.to_owned(), text.to_owned())).into();
            let phrase =
                Given::from_serializable(&Phrase::Counted { lang: lang.to_owned(), forms });
            fill(&locales, &phrase, &[("n", Given::from(count))].into()).unwrap()
        };
        assert_eq!(filled("pl", 3), "3 strony");
        assert_eq!(filled("pl", 5), "5 stron");
        assert_eq!(filled("en", 3), "3 stron");
        let plain = Given::from("Step {n} of {all}");
        assert_eq!(
            fill(&locales, &plain, &[("n", Given::from(2)), ("all", Given::from(6))].into())
                .unwrap(),
            "Step 2 of 6"
        );
        let braces = Given::from("{a {n}} {all}");
        assert_eq!(
            fill(&locales, &braces, &[("n", Given::from(2))].into()).unwrap(),
            "{a 2} {all}"
        );
        assert!(fill(&locales, &Given::from(3), &[("n", Given::from(2))].into()).is_err());
    }
}
