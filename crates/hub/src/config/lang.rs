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

/// Whether two spellings mean one language: in any case, with `_` or `-`.
pub(super) fn is_same(code: &str, other: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    code.len() == other.len() && code.bytes().map(plain).eq(other.bytes().map(plain))
}

/// Whether `text` is the code of a language by ISO 639-1, in any case: two letters, and perhaps a
/// script or a region behind `-` or `_`. Other letters are part of a name, such as `acme.sh`.
pub fn is_iso(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    let primary = parts.next().unwrap_or_default();
    let is_listed = primary.len() == 2
        && ISO_639_1
            .as_bytes()
            .chunks(3)
            .any(|code| code[..2].eq_ignore_ascii_case(primary.as_bytes()));
    is_listed && parts.all(is_script_or_region)
}

fn is_script_or_region(part: &str) -> bool {
    match part.len() {
        2 | 4 => part.bytes().all(|byte| byte.is_ascii_alphabetic()),
        3 => part.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Every code of ISO 639-1 that is in force, by the registry of the Library of Congress.
const ISO_639_1: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch \
    co \
    cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he \
    hi \
    ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv \
    kw \
    ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny \
    oc \
    oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su \
    sv \
    sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

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
    fn spellings_of_one_language_are_the_same() {
        for (code, other) in [("nl", "NL"), ("pt-BR", "pt_br"), ("zh-Hant", "ZH_HANT")] {
            assert!(is_same(code, other), "{other}");
        }
        assert!(!is_same("pt-BR", "pt"));
    }

    #[test]
    fn codes_of_the_standard_are_told_from_parts_of_names() {
        for good in ["de", "FR", "pt-BR", "pt_BR", "zh-Hant", "es-419"] {
            assert!(is_iso(good), "{good}");
        }
        for bad in ["sh", "py", "js", "net", "old", "de-x", "it-works", "2", ""] {
            assert!(!is_iso(bad), "{bad}");
        }
        assert!(ISO_639_1.split(' ').all(|code| code.len() == 2));
        assert_eq!(ISO_639_1.split(' ').count(), 183);
    }

    #[test]
    fn direction_follows_the_language() {
        assert_eq!(Lang { code: "ar-EG".into() }.dir(), "rtl");
        assert_eq!(Lang { code: "nl".into() }.dir(), "ltr");
    }
}
