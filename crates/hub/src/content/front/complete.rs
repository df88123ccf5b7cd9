//! Front matter as one file states it, and how folders' defaults complete it.

use super::FrontMatter;
use super::audience;
use super::bridge;
use super::dates::check_order;
use super::foreign;
use super::shapes::FrontShape;
use super::table::Partial;
use crate::config::Config;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Key, ReadIn};
use crate::config::tree::{Table, Value};
use etappe_base::finding::{Finding, codes};
use etappe_base::source::Span;

/// What a file says of one key.
#[derive(Clone, Debug, Default)]
pub(crate) enum Stated<T> {
    /// Nothing, so that the nearest folder's default counts.
    #[default]
    Absent,
    /// An empty value, and where it stands: it counts as absent, and cancels a folder's default.
    Empty(Option<Span>),
    /// What cannot be used, and was reported: the key is not missing.
    Unusable,
    /// A value, and where it stands; a folder's default has no place in its page.
    Is(T, Option<Span>),
}

impl<T: Clone> Stated<T> {
    /// Reads a key of front matter.
    pub(super) fn read<S: ReadIn<Config, Value = T>>(
        key: &'static Key,
        fields: &mut Fields<'_>,
        config: &Config,
    ) -> Self {
        let Some(written) = fields.written(key) else { return Self::Absent };
        if key.is_empty_absent && written.item.value.is_empty() {
            return Self::Empty(Some(written.item.span));
        }
        match S::read(written, fields, config) {
            Some(value) => Self::Is(value, Some(written.item.span)),
            None => Self::Unusable,
        }
    }

    /// Takes the value of a folder's defaults where there is none of its own.
    pub(super) fn or(self, default: &Self) -> Self {
        match (self, default) {
            (Self::Is(value, span), _) => Self::Is(value, span),
            (Self::Empty(span), _) => Self::Empty(span),
            (_, Self::Is(value, _)) => Self::Is(value.clone(), None),
            (Self::Absent, Self::Empty(_)) => Self::Empty(None),
            (own, _) => own,
        }
    }

    /// Where a value is missing: where it is empty, or else `page`. `None` where one was written.
    pub(super) fn missing_at(&self, page: Span) -> Option<Span> {
        match self {
            Self::Absent => Some(page),
            Self::Empty(span) => Some(span.unwrap_or(page)),
            Self::Unusable | Self::Is(..) => None,
        }
    }

    /// Where the value stands; `None` where there is none.
    fn span(&self) -> Option<Span> {
        match self {
            Self::Is(_, span) => *span,
            _ => None,
        }
    }

    /// The value of a whole front matter, and where it stands: `page` where there is none, and where
    /// a folder's default stands in another file.
    pub(super) fn complete<S: FrontShape<Value = T>>(self, page: Span) -> (S::Full, Span) {
        match self {
            Self::Is(value, Some(span)) => (S::full(Some(value)), span),
            Self::Is(value, None) => {
                let mut full = S::full(Some(value));
                S::place(&mut full, page);
                (full, page)
            }
            _ => (S::full(None), page),
        }
    }
}

/// A folder's `_defaults.toml`.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// What the file states; the rest is left to folders further up.
    pub partial: Partial,
    /// It has an error, so the pages below it are on no site.
    pub faulty: bool,
}

impl Defaults {
    /// Defaults that could not be read.
    pub fn faulty() -> Self {
        Self { faulty: true, ..Self::default() }
    }
}

impl Partial {
    /// Reads the keys of `table`; their findings go to `reader`, which is handed back.
    pub fn read(table: &Table, span: Span, reader: Reader, config: &Config) -> (Self, Reader) {
        let mut fields = Fields::new(reader, table, span, "the front matter");
        let partial = Self::read_keys(&mut fields, config);
        fields.report_foreign(|entry, file| {
            let value = match &entry.item.value {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            };
            foreign::help(&entry.key, value, file, config)
        });
        (partial, fields.finish())
    }

    /// Fills what is missing from the folders' defaults, nearest first, and reports what is then
    /// still missing.
    pub fn complete(
        self,
        defaults: &[&Defaults],
        span: Span,
        reader: &mut Reader,
        config: &Config,
    ) -> FrontMatter {
        let own_end = self.expires.span().or(self.publish_on.span());
        let mut all = self;
        for default in defaults {
            all = all.or(&default.partial);
        }
        if !is_silent(reader) {
            all.report_missing(span, reader);
        }
        let front = all.into_front(span);
        check_order(&front, own_end.unwrap_or(span), reader);
        audience::check(&front, reader, config);
        bridge::check(&front, reader, config);
        front
    }

    fn report_missing(&self, span: Span, reader: &mut Reader) {
        for (key, place) in self.missing(span) {
            let Some(help) = key.missing else { continue };
            let message = format!("The page has no `{}`.", key.name);
            let finding = Finding::new(&codes::FRONT_MISSING_KEY, reader.place(place), message);
            reader.report(finding.help(help));
        }
        if let Stated::Is(title, place) = &self.title
            && title.is_empty()
        {
            let place = reader.place(place.unwrap_or(span));
            let finding = Finding::new(&codes::FRONT_EMPTY_TITLE, place, "The title is empty.");
            reader.report(finding.help("give the page a title; lists, links and search show it"));
        }
    }
}

/// Whether front matter is absent or broken. That has been reported, and missing keys would only
/// repeat it.
fn is_silent(reader: &Reader) -> bool {
    reader.findings.iter().any(|finding| {
        [
            &codes::FRONT_MISSING,
            &codes::FILE_EMPTY,
            &codes::FILE_NOT_UTF8,
            &codes::FRONT_UNCLOSED,
            &codes::FRONT_SYNTAX,
        ]
        .contains(&finding.code)
    })
}

/// Makes all that a list of keys stands for: the list as data, what one file states, and the front
/// matter of a page.
macro_rules! front_matter {
    ($(
        $(#[doc = $help:literal])+
        $field:ident : $shape:ty = $name:literal $(| $other:literal)*
            $(, $word:ident $(($text:literal))?)*;
    )+) => {
        /// Every key of front matter, in the order in which they are read and documented.
        pub const KEYS: &$crate::config::keys::Keys = &$crate::config::keys::Keys {
            what: "the front matter",
            all: &[$(
                $crate::config::keys::Key::new(
                    $name,
                    &[$($other),*],
                    <$shape as $crate::config::keys::Shape>::FORM,
                    concat!($($help),+),
                )$(.$word($($text)?))*.empty_is_absent(),
            )+],
        };

        /// The front matter that one file states: a page's own, or a folder's defaults.
        #[derive(Clone, Debug, Default)]
        pub struct Partial {
            $(
                $(#[doc = $help])+
                pub(super) $field:
                    super::complete::Stated<<$shape as $crate::config::keys::Shape>::Value>,
            )+
        }

        /// The front matter of one page, with the defaults of its folders. Where the page is
        /// blocked, only what could be read.
        #[derive(Clone, PartialEq, Debug)]
        pub struct FrontMatter {
            $(
                $(#[doc = $help])+
                pub $field: <$shape as super::shapes::FrontShape>::Full,
            )+
            /// Where the values stand.
            pub spans: FrontSpans,
        }

        /// Where the value of each key stands; the front matter's place where there is none.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct FrontSpans {
            $(
                $(#[doc = $help])+
                pub $field: etappe_base::source::Span,
            )+
        }

        impl Partial {
            pub(super) fn read_keys(
                fields: &mut $crate::config::fields::Fields<'_>,
                config: &$crate::config::Config,
            ) -> Self {
                let mut keys = KEYS.all.iter();
                let mut next = || keys.next().expect("a key for each field");
                Self {
                    $($field: super::complete::Stated::read::<$shape>(next(), fields, config),)+
                }
            }

            /// What is absent here comes from `default`.
            pub(super) fn or(self, default: &Self) -> Self {
                Self { $($field: self.$field.or(&default.$field),)+ }
            }

            /// The keys without a value, and where each is missed.
            pub(super) fn missing(
                &self,
                page: etappe_base::source::Span,
            ) -> impl Iterator<
                Item = (&'static $crate::config::keys::Key, etappe_base::source::Span),
            > {
                let places = [$(self.$field.missing_at(page)),+];
                KEYS.all.iter().zip(places).filter_map(|(key, place)| Some((key, place?)))
            }

            /// All keys, with `page` as the place of those that have none.
            pub(super) fn into_front(self, page: etappe_base::source::Span) -> FrontMatter {
                $(let $field = self.$field.complete::<$shape>(page);)+
                FrontMatter {
                    spans: FrontSpans { $($field: $field.1,)+ },
                    $($field: $field.0,)+
                }
            }
        }
    };
}
