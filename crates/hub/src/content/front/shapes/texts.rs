//! Texts that a page says of itself, and what it hands to templates.

use std::borrow::Cow;

use quick_xml::escape::{resolve_html5_entity, unescape_with};

use super::FrontShape;
use crate::config::Config;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, Text, WrittenValue};
use crate::config::tree::Table;
use crate::content::directive::{Unwoven, unwoven_in};
use etappe_base::finding::{Finding, codes};
use etappe_base::slug;
use etappe_base::source::Spanned;

/// The longest title that search results and tabs show whole, in characters.
const MAX_TITLE: usize = 70;

/// The longest summary that lists and search results show whole, in characters.
const MAX_SUMMARY: usize = 160;

/// The title: readers see it everywhere. Trimmed.
pub struct Title;

impl Shape for Title {
    type Value = String;
    const FORM: Form = Form::Title;
}

impl ReadIn<Config> for Title {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        let title = with_characters(fields.reader.as_text(written.name, written.item)?);
        check_title(&title, &mut fields.reader);
        Some(title.value.trim().to_owned())
    }
}

/// The text with the characters that its references mean: content management systems write
/// `Q&amp;A` and `&#8217;`, and readers would see just that.
fn with_characters(text: Spanned<String>) -> Spanned<String> {
    match characters(&text.value) {
        Cow::Borrowed(_) => text,
        Cow::Owned(value) => Spanned { value, span: text.span },
    }
}

/// A text with the characters that its references mean: `&amp;` is `&`.
pub(in crate::content) fn characters(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').map_or(1, |end| end + 1);
        match unescape_with(&rest[..end], resolve_html5_entity) {
            Ok(meant) if end > 1 => {
                value.push_str(&meant);
                rest = &rest[end..];
            }
            _ => {
                value.push('&');
                rest = &rest[1..];
            }
        }
    }
    value.push_str(rest);
    value.into()
}

fn check_title(title: &Spanned<String>, reader: &mut Reader) {
    check_for_all(title, "title", reader);
    let length = title.value.chars().count();
    if length > MAX_TITLE {
        let message =
            format!("The title has {length} characters, {} too many.", length - MAX_TITLE);
        let finding = Finding::new(&codes::FRONT_TITLE_LENGTH, reader.place(title.span), message);
        reader.report(finding.help(format!("say it in {MAX_TITLE}: search results cut the rest")));
    }
}

/// Reports a `for` in a title or summary, or a directive that stands for what was written once: both
/// are shown as written, to everybody who is shown the page.
fn check_for_all(text: &Spanned<String>, key: &str, reader: &mut Reader) {
    if let Some(unwoven) = unwoven_in(&text.value) {
        let (code, message) = match unwoven {
            Unwoven::For => (
                &codes::DIRECTIVE_CONDITION,
                format!(
                    "The {key} is for everybody: a `for` in it hides nothing, so nobody is shown \
                     this page."
                ),
            ),
            Unwoven::Once => (
                &codes::DIRECTIVE_ONCE,
                format!(
                    "The {key} names a claim or a module, and none stands in it, so nobody is \
                     shown this page."
                ),
            ),
        };
        let finding = Finding::new(code, reader.place(text.span), message);
        reader.report(
            finding
                .help("say what all readers of the page may know, and keep the rest for its text"),
        );
    }
}

/// What a page says in a few words.
pub struct Summary;

impl Shape for Summary {
    type Value = String;
    const FORM: Form = Form::Text;
}

impl ReadIn<Config> for Summary {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        let reader = &mut fields.reader;
        let summary = with_characters(reader.as_text(written.name, written.item)?);
        check_for_all(&summary, "summary", reader);
        let length = summary.value.chars().count();
        if length > MAX_SUMMARY {
            let message =
                format!("The summary has {length} characters, {} too many.", length - MAX_SUMMARY);
            let place = reader.place(summary.span);
            let finding = Finding::new(&codes::FRONT_SUMMARY_LENGTH, place, message);
            let help = format!("say it in {MAX_SUMMARY}: search results cut the rest");
            reader.report(finding.help(help));
        }
        Some(summary.value)
    }
}

impl FrontShape for Text {
    type Full = String;

    fn full(value: Option<Spanned<String>>) -> String {
        value.map(|text| text.value).unwrap_or_default()
    }
}

/// The last part of an address.
pub struct Slug;

impl Shape for Slug {
    type Value = String;
    const FORM: Form = Form::Slug;
}

impl ReadIn<Config> for Slug {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        let text = fields.reader.as_text(written.name, written.item)?;
        if !slug::is_slug(&text.value) {
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&text.value));
            let message = format!("`{}` cannot be a slug.", text.value);
            fields.reader.invalid(text.span, message, Some(help));
        }
        Some(text.value)
    }
}

/// What a page is known by, whatever its file is called.
pub struct PageId;

impl Shape for PageId {
    type Value = String;
    const FORM: Form = Form::PageId;
}

impl ReadIn<Config> for PageId {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        let text = fields.reader.as_text(written.name, written.item)?;
        if is_page_id(&text.value) {
            // As paths are: an id that looks like another is it.
            return Some(slug::composed(&text.value).into_owned());
        }
        let help = "write it as a path, such as `service/mri-schedule`: without white space, `:`, \
            `#`, `@`, `\\`, and slashes at its ends";
        let message = format!("`{}` cannot be the id of a page.", text.value);
        fields.reader.invalid(text.span, message, Some(help.to_owned()));
        None
    }
}

/// Whether a text can name a page beside claims, modules, anchors and languages, and a file.
fn is_page_id(text: &str) -> bool {
    let has_sign = |c: char| c.is_whitespace() || c.is_control() || ":#@\\".contains(c);
    !text.contains(has_sign) && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Names of people, as written.
pub struct People;

impl Shape for People {
    type Value = Vec<String>;
    const FORM: Form = Form::Texts;
}

impl ReadIn<Config> for People {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<Vec<String>> {
        let names = fields.reader.as_texts(written.name, written.item)?;
        Some(names.into_iter().map(|name| with_characters(name).value).collect())
    }
}

/// A table of anything, for templates.
pub struct Extra;

impl Shape for Extra {
    type Value = serde_json::Value;
    const FORM: Form = Form::Free;
}

impl ReadIn<Config> for Extra {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &Config,
    ) -> Option<serde_json::Value> {
        fields.reader.as_table(written.name, written.item).map(Table::to_json)
    }
}

impl FrontShape for Extra {
    type Full = serde_json::Value;

    fn full(value: Option<serde_json::Value>) -> serde_json::Value {
        value.unwrap_or_else(|| serde_json::json!({}))
    }
}
