//! `[coverage]`: from where on the coverage report warns.

use super::fields::{Fields, Reader};

/// Limits that the coverage report holds shares of pages against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Targets {
    /// Generic pages among those of a persona's site, in per cent.
    pub max_generic: u32,
    /// Promotional pages among them, in per cent. `None`: no limit.
    pub max_promo: Option<u32>,
}

impl Default for Targets {
    fn default() -> Self {
        Self { max_generic: 40, max_promo: None }
    }
}

impl Targets {
    pub(super) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let Some((table, span)) = fields.table(reader, "coverage") else { return usual };
        let mut fields = Fields::new(table, span, "[coverage]");
        let targets = Self {
            max_generic: percent(&mut fields, reader, "max_generic").unwrap_or(usual.max_generic),
            max_promo: percent(&mut fields, reader, "max_promo"),
        };
        fields.finish(reader);
        targets
    }
}

/// A whole number from 0 to 100.
pub(super) fn percent(fields: &mut Fields<'_>, reader: &mut Reader<'_>, key: &'static str) -> Option<u32> {
    let number = fields.integer(reader, key)?;
    let percent = u32::try_from(number.value).ok().filter(|percent| *percent <= 100);
    if percent.is_none() {
        let message = format!("`{key}` is a share in per cent, from 0 to 100, but it is {}.", number.value);
        reader.invalid(number.span, message, Some(format!("write `{key} = 40`")));
    }
    percent
}
