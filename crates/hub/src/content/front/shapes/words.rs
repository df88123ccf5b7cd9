//! One of a few words, and flags.

use std::marker::PhantomData;

use super::FrontShape;
use crate::config::Config;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, WrittenValue};
use crate::config::meant::unquoted;
use etappe_base::finding::{Edit, Finding, Fix, did_you_mean, unmistakable};
use etappe_base::source::Spanned;

/// One of a few words.
pub struct Choice<T>(PhantomData<T>);

/// What stands for one of a few words.
pub trait Chosen: Copy + 'static {
    /// As front matter writes them, in the order of [`Self::ALL`].
    const NAMES: &'static [&'static str];
    /// Every value.
    const ALL: &'static [Self];
    /// What other tools, and people, say for some of them.
    const MEANT: &'static [(&'static str, &'static str)] = &[];
}

impl<T: Chosen> Shape for Choice<T> {
    type Value = T;
    const FORM: Form = Form::OneOf(T::NAMES);
}

impl<T: Chosen> ReadIn<Config> for Choice<T> {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<T> {
        let text = fields.reader.as_text(written.name, written.item)?;
        let at = T::NAMES.iter().position(|name| *name == text.value);
        if at.is_none() {
            not_one_of::<T>(written.name, &text, &mut fields.reader);
        }
        at.map(|at| T::ALL[at])
    }
}

/// Reports a word that is none of those, with the one that was surely meant.
fn not_one_of<T: Chosen>(key: &str, text: &Spanned<String>, reader: &mut Reader) {
    let message = format!("`{key}` cannot be `{}`.", text.value);
    let bare = unquoted(text.value.trim()).to_lowercase();
    let said = T::MEANT.iter().find(|(word, _)| *word == bare).map(|(_, meant)| *meant);
    let sure = T::NAMES.iter().copied().find(|name| *name == bare).or(said);
    let sure = sure.or_else(|| unmistakable(&bare, T::NAMES.iter().copied()));
    let (help, fix) = match sure {
        Some(name) => {
            let fix = Fix {
                title: format!("Write `{name}`"),
                edits: vec![Edit::new(reader.place(text.span), format!("\"{name}\""))],
            };
            (format!("write `{name}`"), Some(fix))
        }
        None => (did_you_mean(&text.value, T::NAMES.iter().copied()), None),
    };
    let place = reader.place(text.span);
    let finding = Finding::new(reader.codes.invalid_value, place, message);
    reader.report(finding.help(help).maybe_fix(fix));
}

/// Whether a search finds the page; it does unless the page says otherwise.
pub struct Searched;

impl Shape for Searched {
    type Value = bool;
    const FORM: Form = Form::Flag;
}

impl ReadIn<Config> for Searched {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<bool> {
        fields.reader.as_flag(written.name, written.item)
    }
}

impl FrontShape for Searched {
    type Full = bool;

    fn full(value: Option<bool>) -> bool {
        value.unwrap_or(true)
    }
}
