//! Languages: their codes, their own names, and the direction in which they are read.

use super::fields::{CONFIG_CODES, Fields, Reader};
use super::keys::{Form, ReadIn, Shape, WrittenValue};
use super::tree::Table;
use etappe_base::path::HubPath;
use etappe_base::source::Span;

/// A language of the hub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lang {
    /// As written in hub.toml: `nl`, `pt-BR`.
    pub code: String,
}

impl Lang {
    /// The name that its speakers use; the code where no name is known here.
    pub fn name(&self) -> &str {
        let primary = self.primary();
        NAMES.iter().find(|(code, _)| *code == primary).map_or(self.code.as_str(), |(_, name)| name)
    }

    /// `"rtl"` or `"ltr"`, as HTML's `dir` takes it.
    pub fn dir(&self) -> &'static str {
        if matches!(
            self.primary(),
            "ar" | "dv" | "fa" | "he" | "ku" | "ps" | "sd" | "ug" | "ur" | "yi"
        ) {
            "rtl"
        } else {
            "ltr"
        }
    }

    /// The language without its region.
    pub fn primary(&self) -> &str {
        self.code.split('-').next().unwrap_or(&self.code)
    }
}

/// Codes of the hub's languages, each once.
pub(super) struct LanguageCodes;

impl Shape for LanguageCodes {
    type Value = Vec<Lang>;
    const FORM: Form = Form::Languages;
}

impl<C: ?Sized> ReadIn<C> for LanguageCodes {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Vec<Lang>> {
        let codes = fields.reader.as_texts(written.name, written.item)?;
        let mut languages: Vec<Lang> = Vec::new();
        for code in &codes {
            let reader = &mut fields.reader;
            if !is_code(&code.value) {
                let message = format!("`{}` is no language code.", code.value);
                reader.invalid(code.span, message, Some("write it as `nl` or `pt-BR`".to_owned()));
            } else if languages.iter().any(|known| known.code == code.value) {
                let message = format!("The language `{}` stands in the list twice.", code.value);
                reader.duplicate(code.span, message, None);
            } else {
                languages.push(Lang { code: code.value.clone() });
            }
        }
        if codes.is_empty() {
            let help = "name at least one, the default language first".to_owned();
            fields.reader.invalid(fields.span(), "`languages` is empty.", Some(help));
        }
        Some(languages)
    }
}

/// The languages that a hub.toml names, without a word on what is wrong with them.
pub(super) fn named_in(file: &HubPath, root: &Table) -> Vec<Lang> {
    let entry = root.entries.iter().find(|entry| entry.key == "languages");
    let Some(item) = entry.map(|entry| &entry.item) else { return Vec::new() };
    let written = WrittenValue { name: "languages", item };
    let reader = Reader::new(file, CONFIG_CODES);
    let mut fields = Fields::new(reader, root, Span::default(), "the hub's configuration");
    LanguageCodes::read(written, &mut fields, &()).unwrap_or_default()
}

/// Whether `text` has the form of a language code: two or three lower-case letters, and perhaps a
/// region or script after a hyphen.
pub fn is_code(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    matches!(primary.len(), 2 | 3)
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| {
            matches!(part.len(), 2..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// The name of each language in that language, by the code without a region.
const NAMES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("bg", "Български"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("ga", "Gaeilge"),
    ("he", "עברית"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("mt", "Malti"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("zh", "中文"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_a_form() {
        for good in ["nl", "en", "pt-BR", "zh-Hant", "fil"] {
            assert!(is_code(good), "{good}");
        }
        for bad in ["", "NL", "english", "n", "nl-", "e1"] {
            assert!(!is_code(bad), "{bad}");
        }
    }

    #[test]
    fn direction_follows_the_language() {
        assert_eq!(Lang { code: "ar-EG".into() }.dir(), "rtl");
        assert_eq!(Lang { code: "nl".into() }.dir(), "ltr");
    }
}
