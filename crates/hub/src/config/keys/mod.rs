//! Keys of the files that people write, each declared once.
//!
//! A declaration is a line in a table: the field that its value is read into, its shape, its name,
//! and above it one sentence of help. Reading, folders' defaults, nearest names, the JSON Schemas
//! and the documents' tables all come from it. A new key is a copied line; a new shape says what
//! JSON Schema and which samples it has, or does not compile.
//!
//! Two macros make tables: [`keys!`](crate::keys) those of hub.toml, cards and themes, and
//! `front_matter!` those of pages, which folders' defaults complete.

pub mod documents;
mod form;
pub mod schema;
mod shapes;

use super::fields::Fields;
use super::tree::{Item, Table};
use etappe_base::source::Span;

pub use form::{Form, Source};
pub use shapes::{
    Count, Day, Flag, Formed, Id, Languages, MaybeWords, Name, Nested, Parsed, Percent, Placed,
    Seconds, Several, Text, Texts, WholeNumber, Words,
};

/// A key as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As files write it.
    pub name: &'static str,
    /// Other names of the same key.
    pub others: &'static [&'static str],
    /// What its value looks like, and where that comes from.
    pub form: Form,
    /// What to do where the key is missing; `None` where it may be.
    pub missing: Option<&'static str>,
    /// What holds where the key is absent, in words; `None` where there is nothing to say.
    pub usual: Option<&'static str>,
    /// A key of the same table, and what to do where that is `false` and this one is missing or
    /// empty.
    pub unless: Option<(&'static str, &'static str)>,
    /// Whether lists and views show the value to readers.
    pub is_shown: bool,
    /// Whether `""`, `[]` and null count as absent.
    pub is_empty_absent: bool,
    help: &'static str,
}

impl Key {
    /// An optional key.
    pub const fn new(
        name: &'static str,
        others: &'static [&'static str],
        form: Form,
        help: &'static str,
    ) -> Self {
        Self {
            name,
            others,
            form,
            missing: None,
            usual: None,
            unless: None,
            is_shown: false,
            is_empty_absent: false,
            help,
        }
    }

    /// The same key, which must be there; `help` says what to do where it is not.
    #[must_use]
    pub const fn required(self, help: &'static str) -> Self {
        Self { missing: Some(help), ..self }
    }

    /// The same key, with what holds where it is absent.
    #[must_use]
    pub const fn usually(self, usual: &'static str) -> Self {
        Self { usual: Some(usual), ..self }
    }

    /// The same key, which must be there where the key `flag` is `false`; `help` says what to do
    /// where it is not.
    #[must_use]
    pub const fn required_unless(self, flag: &'static str, help: &'static str) -> Self {
        Self { unless: Some((flag, help)), ..self }
    }

    /// The same key, whose value readers see.
    #[must_use]
    pub const fn shown(self) -> Self {
        Self { is_shown: true, ..self }
    }

    /// The same key, where an empty value counts as none.
    #[must_use]
    pub const fn empty_is_absent(self) -> Self {
        Self { is_empty_absent: true, ..self }
    }

    /// What the key says, in one or two sentences for whoever writes it.
    pub fn help(&self) -> &'static str {
        self.help.trim_start()
    }

    /// Every name of the key.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.others.iter().copied())
    }
}

/// The keys of one table.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// What the table is, for messages: "a stage", "the persona card".
    pub what: &'static str,
    /// In the order in which they are read, listed and documented.
    pub all: &'static [Key],
}

/// A value as it stands in a file, and the name under which it was found.
#[derive(Clone, Copy)]
pub struct WrittenValue<'t> {
    /// One of the names of its key.
    pub name: &'static str,
    /// The value with its span.
    pub item: &'t Item,
}

/// What a key's value looks like. A shape is a type, so that a key's declaration gives the type of
/// the field that it is read into.
pub trait Shape {
    /// What reading gives.
    type Value;
    /// The same as data: for schemas, documents, completion and samples.
    const FORM: Form;

    /// Whether a required key is as good as missing with this value.
    fn is_missing(_: &Self::Value) -> bool {
        false
    }
}

/// A shape that can be read where `C` is known: the hub's languages, its plan, or nothing.
pub trait ReadIn<C: ?Sized>: Shape {
    /// The value, or `None` where it is reported as another type or as unusable.
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        context: &C,
    ) -> Option<Self::Value>;
}

/// A table of keys that [`keys!`](crate::keys) declares.
pub trait KeyTable: Sized {
    /// Its keys.
    const KEYS: &'static Keys;
}

/// A table of keys that can be read where `C` is known.
pub trait ReadTable<C: ?Sized>: KeyTable {
    /// Reads every key. Those that are required and missing are reported.
    fn read(fields: &mut Fields<'_>, context: &C) -> Self;
}

/// Reads one key of a table, and reports it where it is required and missing.
pub fn read<S: ReadIn<C>, C: ?Sized>(
    key: &'static Key,
    fields: &mut Fields<'_>,
    context: &C,
) -> Option<S::Value> {
    let value = fields.written(key).and_then(|written| S::read(written, fields, context));
    if let Some(help) = key.missing
        && value.as_ref().is_none_or(S::is_missing)
    {
        fields.missing(key.name, help);
    }
    value
}

/// Reads a whole file by its table of keys.
pub fn read_file<T: ReadTable<C>, C: ?Sized>(
    reader: super::fields::Reader,
    table: &Table,
    context: &C,
) -> (T, super::fields::Reader) {
    let mut fields = Fields::new(reader, table, Span::default(), T::KEYS.what);
    let read = T::read(&mut fields, context);
    (read, fields.finish())
}

/// Declares a table of keys and the struct that it is read into.
///
/// ```text
/// keys! {
///     /// One of `[[segments]]`.
///     pub(super) struct SegmentKeys("a segment") in Known {
///         /// What persona cards call the segment.
///         id: Id = "id", required("an id is a short name");
///         /// false: its personas are not built.
///         targeted: Flag = "targeted", usually("true");
///     }
/// }
/// ```
///
/// Each key is a line: the field, its shape, `=`, its name (`| "other"` for another name of the
/// same key), and what else [`Key`] has a method for. What stands above it is its help. The words
/// in brackets name the table in messages; what stands behind `in` is known when it is read.
#[macro_export]
macro_rules! keys {
    (
        $(#[$about:meta])*
        $vis:vis struct $table:ident($what:literal) in $context:ty {
            $(
                $(#[doc = $help:literal])+
                $field:ident : $shape:ty = $name:literal $(| $other:literal)*
                    $(, $word:ident $(($($text:literal),+))?)*;
            )+
        }
    ) => {
        $(#[$about])*
        $vis struct $table {
            $(
                $(#[doc = $help])+
                $vis $field: Option<<$shape as $crate::config::keys::Shape>::Value>,
            )+
        }

        impl $crate::config::keys::KeyTable for $table {
            const KEYS: &'static $crate::config::keys::Keys = &$crate::config::keys::Keys {
                what: $what,
                all: &[$(
                    $crate::config::keys::Key::new(
                        $name,
                        &[$($other),*],
                        <$shape as $crate::config::keys::Shape>::FORM,
                        concat!($($help),+),
                    )$(.$word($($($text),+)?))*,
                )+],
            };
        }

        impl $crate::config::keys::ReadTable<$context> for $table {
            fn read(fields: &mut $crate::config::fields::Fields<'_>, context: &$context) -> Self {
                let mut keys = <Self as $crate::config::keys::KeyTable>::KEYS.all.iter();
                let mut next = || keys.next().expect("a key for each field");
                let read = Self {
                    $($field: $crate::config::keys::read::<$shape, _>(next(), fields, context),)+
                };
                fields.require_unless(<Self as $crate::config::keys::KeyTable>::KEYS);
                read
            }
        }
    };
}
