//! What tells whether a persona's site is good for its readers.

use super::fields::Fields;
use super::keys::{Form, ReadIn, Shape, WrittenValue};
use etappe_base::finding::did_you_mean;

/// A question that readers are asked, as the trade calls it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// Would they recommend it? From 0 to 10.
    Nps,
    /// Are they content? From 1 to 5.
    Csat,
    /// Was it easy? From 1 to 7.
    Ces,
}

impl Measure {
    /// As cards write them, in the order of the variants.
    const NAMES: [&str; 3] = ["nps", "csat", "ces"];

    /// As cards write it.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl Shape for Measure {
    type Value = Measure;
    const FORM: Form = Form::OneOf(&Self::NAMES);
}

impl<C: ?Sized> ReadIn<C> for Measure {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Measure> {
        let text = fields.reader.as_text(written.name, written.item)?;
        let all = [Self::Nps, Self::Csat, Self::Ces];
        let known = all.into_iter().find(|measure| measure.name() == text.value);
        if known.is_none() {
            let help = did_you_mean(&text.value.to_lowercase(), Self::NAMES);
            let message = format!("`{}` cannot be `{}`.", written.name, text.value);
            fields.reader.invalid(text.span, message, Some(help));
        }
        known
    }
}
