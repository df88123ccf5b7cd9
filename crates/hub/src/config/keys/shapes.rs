//! Shapes that several kinds of files share.

use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use super::{Form, KeyTable, ReadIn, ReadTable, Shape, WrittenValue};
use crate::config::fields::Fields;
use crate::config::lang::Lang;
use crate::config::text::LocalText;
use crate::config::tree::Value;
use etappe_base::date;
use etappe_base::slug;
use etappe_base::source::Spanned;
use etappe_base::unusable::Unusable;

/// Any text.
pub struct Text;

impl Shape for Text {
    type Value = Spanned<String>;
    const FORM: Form = Form::Text;
}

impl<C: ?Sized> ReadIn<C> for Text {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Spanned<String>> {
        fields.reader.as_text(written.name, written.item)
    }
}

/// A text that is not empty.
pub struct Name;

impl Shape for Name {
    type Value = Spanned<String>;
    const FORM: Form = Form::Name;

    fn is_missing(name: &Spanned<String>) -> bool {
        name.value.is_empty()
    }
}

impl<C: ?Sized> ReadIn<C> for Name {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Spanned<String>> {
        fields.reader.as_text(written.name, written.item)
    }
}

/// A list of texts, or one.
pub struct Texts;

impl Shape for Texts {
    type Value = Vec<Spanned<String>>;
    const FORM: Form = Form::Texts;
}

impl<C: ?Sized> ReadIn<C> for Texts {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &C,
    ) -> Option<Vec<Spanned<String>>> {
        fields.reader.as_texts(written.name, written.item)
    }
}

/// An id that other files name.
pub struct Id;

impl Shape for Id {
    type Value = Spanned<String>;
    const FORM: Form = Form::Id;
}

impl<C: ?Sized> ReadIn<C> for Id {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Spanned<String>> {
        let id = fields.reader.as_text(written.name, written.item)?;
        if !slug::is_slug(&id.value) {
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&id.value));
            fields.reader.invalid(id.span, format!("`{}` cannot be an id.", id.value), Some(help));
        }
        Some(id)
    }
}

/// A text that readers see: one for all languages of the hub, or one for each.
pub struct Words;

impl Shape for Words {
    type Value = LocalText;
    const FORM: Form = Form::Words;

    fn is_missing(words: &LocalText) -> bool {
        words.is_empty()
    }
}

/// Such a text, which may be empty.
pub struct MaybeWords;

impl Shape for MaybeWords {
    type Value = LocalText;
    const FORM: Form = Form::MaybeWords;
}

impl<C: Languages + ?Sized> ReadIn<C> for MaybeWords {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, context: &C) -> Option<LocalText> {
        LocalText::read(written, &mut fields.reader, context.languages())
    }
}

/// What knows the hub's languages.
pub trait Languages {
    /// The default language first.
    fn languages(&self) -> &[Lang];
}

impl<C: Languages + ?Sized> ReadIn<C> for Words {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, context: &C) -> Option<LocalText> {
        LocalText::read(written, &mut fields.reader, context.languages())
    }
}

/// `true` or `false`.
pub struct Flag;

impl Shape for Flag {
    type Value = bool;
    const FORM: Form = Form::Flag;
}

impl<C: ?Sized> ReadIn<C> for Flag {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<bool> {
        fields.reader.as_flag(written.name, written.item)
    }
}

/// A whole number of either sign.
pub struct WholeNumber;

impl Shape for WholeNumber {
    type Value = i64;
    const FORM: Form = Form::WholeNumber;
}

impl<C: ?Sized> ReadIn<C> for WholeNumber {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<i64> {
        fields.reader.as_whole_number(written.name, written.item).map(|number| number.value)
    }
}

/// A whole number of at least `LEAST`, such as a size or a number of pages.
pub struct Count<const LEAST: u32>;

impl<const LEAST: u32> Shape for Count<LEAST> {
    type Value = u32;
    const FORM: Form = Form::Count(LEAST);
}

impl<C: ?Sized, const LEAST: u32> ReadIn<C> for Count<LEAST> {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<u32> {
        let WrittenValue { name, item } = written;
        let number = fields.reader.as_whole_number(name, item)?;
        let count = u32::try_from(number.value).ok().filter(|count| *count >= LEAST);
        if count.is_none() {
            let message = format!("`{name}` must be {LEAST} or more, but it is {}.", number.value);
            let help = format!("write `{name} = {}`", LEAST.max(1));
            fields.reader.invalid(number.span, message, Some(help));
        }
        count
    }
}

/// A share from 0 to 100.
pub struct Percent;

impl Shape for Percent {
    type Value = u32;
    const FORM: Form = Form::Percent;
}

impl<C: ?Sized> ReadIn<C> for Percent {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<u32> {
        let WrittenValue { name, item } = written;
        let number = fields.reader.as_whole_number(name, item)?;
        let percent = u32::try_from(number.value).ok().filter(|percent| *percent <= 100);
        if percent.is_none() {
            let message = format!(
                "`{name}` is a share in per cent, from 0 to 100, but it is {}.",
                number.value
            );
            fields.reader.invalid(number.span, message, Some(format!("write `{name} = 40`")));
        }
        percent
    }
}

/// A number of seconds, whole or not, from `TENTHS` of a second to a day.
pub struct Seconds<const TENTHS: u32>;

impl<const TENTHS: u32> Shape for Seconds<TENTHS> {
    type Value = Duration;
    const FORM: Form = Form::Seconds(TENTHS);
}

impl<C: ?Sized, const TENTHS: u32> ReadIn<C> for Seconds<TENTHS> {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Duration> {
        let WrittenValue { name, item } = written;
        let least = f64::from(TENTHS) / 10.0;
        let seconds = match item.value {
            Value::Integer(seconds) => seconds as f64,
            Value::Float(seconds) => seconds,
            _ => f64::NAN,
        };
        let fits = (least..=86_400.0).contains(&seconds);
        if !fits {
            let message = format!("`{name}` must be a number of seconds, {least} or more.");
            let help = format!("write `{name} = 5`, or `{name} = 0.5`");
            fields.reader.invalid(item.span, message, Some(help));
        }
        fits.then(|| Duration::from_secs_f64(seconds))
    }
}

/// The day of a date as it is written, whatever day that moment is in other zones.
pub struct Day;

impl Shape for Day {
    type Value = Spanned<date::Day>;
    const FORM: Form = Form::Day;
}

impl<C: ?Sized> ReadIn<C> for Day {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &C,
    ) -> Option<Spanned<date::Day>> {
        let date = fields.reader.as_date(written.name, written.item)?;
        Some(Spanned { value: date.value.day, span: date.span })
    }
}

/// A text that stands for something else.
pub struct Parsed<T>(PhantomData<T>);

/// A value that is read from a text of some form.
pub trait Formed: FromStr<Err = Unusable> {
    /// The form of the text.
    const FORM: Form;
}

impl Formed for date::Period {
    const FORM: Form = Form::Period;
}

impl<T: Formed> Shape for Parsed<T> {
    type Value = T;
    const FORM: Form = T::FORM;
}

impl<C: ?Sized, T: Formed> ReadIn<C> for Parsed<T> {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<T> {
        let WrittenValue { name, item } = written;
        let text = fields.reader.as_text(name, item)?;
        let parsed = text.value.parse();
        parsed.map_err(|error| fields.reader.unusable(text.span, name, &error)).ok()
    }
}

/// A table with keys of its own.
pub struct Nested<T>(PhantomData<T>);

impl<T: KeyTable> Shape for Nested<T> {
    type Value = T;
    const FORM: Form = Form::Table(T::KEYS);
}

impl<C: ?Sized, T: ReadTable<C>> ReadIn<C> for Nested<T> {
    fn read<'t>(written: WrittenValue<'t>, fields: &mut Fields<'t>, context: &C) -> Option<T> {
        let table = fields.reader.as_table(written.name, written.item)?;
        let read = |fields: &mut Fields<'t>| T::read(fields, context);
        Some(fields.within(table, written.item.span, T::KEYS.what, read))
    }
}

/// A table with keys of its own, with the span of the table.
pub struct Placed<T>(PhantomData<T>);

impl<T: KeyTable> Shape for Placed<T> {
    type Value = Spanned<T>;
    const FORM: Form = Form::Table(T::KEYS);
}

impl<C: ?Sized, T: ReadTable<C>> ReadIn<C> for Placed<T> {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        context: &C,
    ) -> Option<Spanned<T>> {
        let span = written.item.span;
        Nested::<T>::read(written, fields, context).map(|value| Spanned { value, span })
    }
}

/// A list of tables with keys of their own, each with the span of its table.
pub struct Several<T>(PhantomData<T>);

impl<T: KeyTable> Shape for Several<T> {
    type Value = Vec<Spanned<T>>;
    const FORM: Form = Form::Tables(T::KEYS);
}

impl<C: ?Sized, T: ReadTable<C>> ReadIn<C> for Several<T> {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        context: &C,
    ) -> Option<Vec<Spanned<T>>> {
        let WrittenValue { name, item } = written;
        let Value::List(items) = &item.value else {
            fields.reader.no_tables(name, item);
            return None;
        };
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            let Some(table) = fields.reader.as_table(name, item) else { continue };
            let read = |fields: &mut Fields<'t>| T::read(fields, context);
            let value = fields.within(table, item.span, T::KEYS.what, read);
            all.push(Spanned { value, span: item.span });
        }
        Some(all)
    }
}
