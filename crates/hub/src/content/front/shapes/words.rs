//! One of a few words, and flags.

use std::marker::PhantomData;

use super::FrontShape;
use crate::config::Config;
use crate::config::fields::Fields;
use crate::config::keys::{Form, ReadIn, Shape, WrittenValue};
use etappe_base::finding::did_you_mean;

/// One of a few words.
pub struct Choice<T>(PhantomData<T>);

/// What stands for one of a few words.
pub trait Chosen: Copy + 'static {
    /// As front matter writes them, in the order of [`Self::ALL`].
    const NAMES: &'static [&'static str];
    /// Every value.
    const ALL: &'static [Self];
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
            let help = did_you_mean(&text.value, T::NAMES.iter().copied());
            let message = format!("`{}` cannot be `{}`.", written.name, text.value);
            fields.reader.invalid(text.span, message, Some(help));
        }
        at.map(|at| T::ALL[at])
    }
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
