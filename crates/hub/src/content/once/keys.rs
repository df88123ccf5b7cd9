//! Shapes of values that only claims have.

use crate::config::Config;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, Source, WrittenValue};
use crate::config::lang;
use crate::config::tree::{Entry, Item, Table, Value};
use crate::content::body::{Cite, read_citation};
use etappe_base::finding::{Finding, codes, did_you_mean};
use etappe_base::source::Spanned;

/// By the hub's languages: the texts that were written in each.
pub(super) type TextsByLanguage = Vec<Vec<Spanned<String>>>;

/// A text by language. One for all languages is that of the default language: words in one
/// language are no claim in another.
pub(super) struct ByLanguage;

impl Shape for ByLanguage {
    type Value = TextsByLanguage;
    const FORM: Form = Form::ByLanguage;

    fn is_missing(texts: &TextsByLanguage) -> bool {
        texts.iter().all(Vec::is_empty)
    }
}

impl ReadIn<Config> for ByLanguage {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Option<TextsByLanguage> {
        let one = |reader: &mut Reader, item: &Item| {
            reader.as_text(written.name, item).into_iter().collect()
        };
        if written.item.value == Value::Table(Table::default()) {
            let message = format!("`{}` has no words.", written.name);
            let help = format!("write them by language: `{} = {{ en = \"…\" }}`", written.name);
            fields.reader.invalid(written.item.span, message, Some(help));
        }
        Some(by_language(written, &mut fields.reader, config, one))
    }
}

/// Lists of texts by language.
pub(super) struct ListsByLanguage;

impl Shape for ListsByLanguage {
    type Value = TextsByLanguage;
    const FORM: Form = Form::ListsByLanguage;
}

impl ReadIn<Config> for ListsByLanguage {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Option<TextsByLanguage> {
        let several = |reader: &mut Reader, item: &Item| {
            reader.as_texts(written.name, item).unwrap_or_default()
        };
        Some(by_language(written, &mut fields.reader, config, several))
    }
}

fn by_language(
    written: WrittenValue<'_>,
    reader: &mut Reader,
    config: &Config,
    read: impl Fn(&mut Reader, &Item) -> Vec<Spanned<String>>,
) -> TextsByLanguage {
    let mut all = vec![Vec::new(); config.languages.len()];
    let Value::Table(table) = &written.item.value else {
        all[0] = read(reader, written.item);
        return all;
    };
    for Entry { key, key_span, item } in &table.entries {
        let texts = read(reader, item);
        match config.find_lang(key) {
            Some(at) => all[usize::from(at.0)] = texts,
            // A text for a language yet to come does no harm; a misspelt code would be lost.
            None if lang::is_code(key) => {}
            None => {
                let codes = config.languages.iter().map(|lang| lang.code.as_str());
                let help = did_you_mean(key, codes);
                reader.invalid(*key_span, format!("`{key}` is no language."), Some(help));
            }
        }
    }
    all
}

/// References as citations name them: a key, and perhaps a place within the work.
pub(super) struct Cites;

impl Shape for Cites {
    type Value = Vec<Cite>;
    const FORM: Form = Form::Cites;
}

impl<C: ?Sized> ReadIn<C> for Cites {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Vec<Cite>> {
        let texts = fields.reader.as_texts(written.name, written.item)?;
        let one = |text: Spanned<String>| {
            let written = format!("[@{}]", text.value);
            let cited = read_citation(&written, 0, 0).filter(|(_, end)| *end == written.len());
            match cited.map(|(citation, _)| citation.cites.into_vec()).as_deref() {
                Some([cite]) => Some(Cite { span: text.span, ..cite.clone() }),
                _ => {
                    let message = format!("`{}` names no reference.", text.value);
                    let help = "write the reference's key, and behind a comma the place in the \
                        work: \"key, p. 4\"";
                    fields.reader.invalid(text.span, message, Some(help.to_owned()));
                    None
                }
            }
        };
        Some(texts.into_iter().filter_map(one).collect())
    }
}

/// The id of a product; any word where the hub has no product cards.
pub(super) struct OneProduct;

impl Shape for OneProduct {
    type Value = Spanned<String>;
    const FORM: Form = Form::Known(Source::Products);
}

impl ReadIn<Config> for OneProduct {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Option<Spanned<String>> {
        let id = fields.reader.as_text(written.name, written.item)?;
        let known = || config.products.iter().map(|product| product.id.as_str());
        if !config.products.is_empty() && !known().any(|known| known == id.value) {
            let message = format!("There is no product `{}`.", id.value);
            let finding =
                Finding::new(&codes::CONFIG_UNKNOWN_ID, fields.reader.place(id.span), message);
            fields.reader.report(finding.help(did_you_mean(&id.value, known())));
        }
        Some(id)
    }
}
