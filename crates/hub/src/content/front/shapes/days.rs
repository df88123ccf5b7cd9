//! Days on which a page comes, goes or changed.

use crate::config::Config;
use crate::config::fields::Fields;
use crate::config::keys::{Form, ReadIn, Shape, WrittenValue};
use crate::content::front::dates::{self, Meaning};
use etappe_base::date::Day;
use etappe_base::moment::Moment;

/// When something happened. Readers see the day as it is written.
pub struct Happened;

impl Shape for Happened {
    type Value = Moment;
    const FORM: Form = Form::Day;
}

impl ReadIn<Config> for Happened {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, config: &Config) -> Option<Moment> {
        dates::moment(written, &mut fields.reader, config)
    }
}

/// Shapes of days that a page comes or goes on.
macro_rules! days {
    ($($(#[doc = $about:literal])+ $shape:ident;)+) => {
        $(
            $(#[doc = $about])+
            pub struct $shape;

            impl Shape for $shape {
                type Value = Day;
                const FORM: Form = Form::Day;
            }

            impl ReadIn<Config> for $shape {
                fn read(
                    written: WrittenValue<'_>,
                    fields: &mut Fields<'_>,
                    config: &Config,
                ) -> Option<Day> {
                    dates::day(written, &mut fields.reader, config, Meaning::$shape)
                }
            }
        )+
    };
}

days! {
    /// From which day on something holds.
    Begins;
    /// The first day on which something no longer holds.
    Ends;
    /// The last day on which something holds.
    LastsUntil;
}
