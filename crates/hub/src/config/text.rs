//! Texts that readers see: one string for all languages, or one for each.

use super::LangIx;
use super::fields::Reader;
use super::keys::WrittenValue;
use super::lang::{self, Lang};
use super::tree::{Table, Value};
use etappe_base::finding::{Finding, codes, did_you_mean};
use etappe_base::source::Span;

/// A text by language. A language without its own text gets that of the default language, or else
/// of the first language that has one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LocalText {
    all: String,
    own: Vec<Option<String>>,
}

impl LocalText {
    /// The same text in every language.
    pub fn same(text: impl Into<String>) -> Self {
        Self { all: text.into(), own: Vec::new() }
    }

    /// The text to show in a language: its own, or the one that stands in.
    pub fn get(&self, lang: LangIx) -> &str {
        self.own.get(usize::from(lang.0)).and_then(Option::as_deref).unwrap_or(&self.all)
    }

    /// Whether the text that stands in for languages without their own is empty.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Reads a text or a table by language. `None` when it has no usable text.
    pub fn read(
        written: WrittenValue<'_>,
        reader: &mut Reader,
        languages: &[Lang],
    ) -> Option<Self> {
        let WrittenValue { name, item } = written;
        match &item.value {
            Value::Table(table) => Self::from_table(table, item.span, reader, name, languages),
            _ => reader.as_text(name, item).map(|text| Self::same(text.value)),
        }
    }

    fn from_table(
        table: &Table,
        span: Span,
        reader: &mut Reader,
        key: &str,
        languages: &[Lang],
    ) -> Option<Self> {
        let mut own = vec![None; languages.len()];
        for entry in &table.entries {
            let text = reader.as_text(key, &entry.item);
            match languages.iter().position(|lang| lang.code == entry.key) {
                Some(at) => own[at] = text.map(|text| text.value),
                // A text for a language yet to come does no harm; a misspelt code would be lost.
                None if lang::is_code(&entry.key) => {}
                None => {
                    let help =
                        did_you_mean(&entry.key, languages.iter().map(|lang| lang.code.as_str()));
                    reader.invalid(
                        entry.key_span,
                        format!("`{}` is no language.", entry.key),
                        Some(help),
                    );
                }
            }
        }
        let all = own.iter().flatten().next()?.clone();
        let missing: Vec<&str> = languages
            .iter()
            .zip(&own)
            .filter(|(_, text)| text.is_none())
            .map(|(lang, _)| &*lang.code)
            .collect();
        if !missing.is_empty() {
            let message = format!("`{key}` has no text for {}.", missing.join(", "));
            let shown = format!("readers will see “{all}” instead");
            reader.report(
                Finding::new(&codes::CONFIG_MISSING_TRANSLATION, reader.place(span), message)
                    .label(shown)
                    .help("add the missing language to the table"),
            );
        }
        Some(Self { all, own })
    }
}
