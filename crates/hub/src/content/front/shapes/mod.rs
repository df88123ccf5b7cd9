//! Shapes of front matter: what each key may say, checked against the plan.

mod bridge;
mod days;
mod links;
mod lists;
mod plan;
mod texts;
mod words;

use std::marker::PhantomData;

use super::sources::IdSource;
use super::{Kind, Status};
use crate::config::Config;
use crate::config::fields::Fields;
use crate::config::keys::{Form, ReadIn, Shape, WrittenValue};
use etappe_base::source::{Span, Spanned};

pub use bridge::Bridge;
pub(super) use bridge::BridgeTo;
pub(super) use days::{Begins, Ends, Happened, LastsUntil};
pub(super) use links::{Aliases, Images, Link, Pages};
pub(in crate::content) use plan::{Ids, Personas};
pub(super) use plan::{Persona, Stages};
pub(in crate::content) use texts::characters;
pub(super) use texts::{Extra, PageId, People, Slug, Summary, Title};
pub(super) use words::{Choice, Chosen, Searched};

/// A shape that front matter has.
pub trait FrontShape: Shape {
    /// What a whole front matter holds.
    type Full;

    /// The value of a whole front matter: the one that was read, or what holds without one.
    fn full(value: Option<Self::Value>) -> Self::Full;

    /// Gives all parts of a value one place, where they stood in another file.
    fn place(_: &mut Self::Full, _: Span) {}
}

/// A key without which nothing holds in its place.
pub struct Optional<S>(PhantomData<S>);

impl<S: Shape> Shape for Optional<S> {
    type Value = S::Value;
    const FORM: Form = S::FORM;
}

impl<S: ReadIn<Config>> ReadIn<Config> for Optional<S> {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        config: &Config,
    ) -> Option<S::Value> {
        S::read(written, fields, config)
    }
}

impl<S: Shape> FrontShape for Optional<S> {
    type Full = Option<S::Value>;

    fn full(value: Option<S::Value>) -> Option<S::Value> {
        value
    }
}

/// Shapes without whose keys the default of their value holds.
macro_rules! or_default {
    ($($shape:ty),+) => {
        $(impl FrontShape for $shape {
            type Full = Self::Value;

            fn full(value: Option<Self::Value>) -> Self::Value {
                value.unwrap_or_default()
            }
        })+
    };
}

/// Lists of texts with places of their own; empty without their key.
macro_rules! or_empty_list {
    ($([$($of:tt)*] $shape:ty),+) => {
        $(impl<$($of)*> FrontShape for $shape {
            type Full = Vec<Spanned<String>>;

            fn full(value: Option<Self::Value>) -> Self::Full {
                value.unwrap_or_default()
            }

            fn place(full: &mut Self::Full, place: Span) {
                full.iter_mut().for_each(|item| item.span = place);
            }
        })+
    };
}

or_default!(Title, Summary, Stages, People, Choice<Status>, Choice<Kind>);
or_empty_list!([] Aliases, [S: IdSource] Ids<S>);
