//! Indexes that cannot be mixed up: each names the list that it counts, and opens no other.

use std::fmt;
use std::marker::PhantomData;
use std::ops;

/// A place in a list of one kind.
pub trait Ix: Copy {
    /// The place with this number, from 0.
    ///
    /// # Panics
    /// If lists of this kind never have so many entries.
    fn at(number: usize) -> Self;

    /// Its number, from 0.
    fn number(self) -> usize;
}

/// Declares indexes: each a name, and the number that holds it.
#[macro_export]
macro_rules! indexes {
    ($($(#[$doc:meta])* $name:ident($number:ty);)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
            pub struct $name(pub $number);

            impl $crate::index::Ix for $name {
                fn at(number: usize) -> Self {
                    Self(<$number>::try_from(number).expect("no list is that long"))
                }

                fn number(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

/// A list whose entries are found by indexes of its own kind.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexVec<I, T> {
    entries: Vec<T>,
    kind: PhantomData<fn(I) -> I>,
}

impl<I: Ix, T> IndexVec<I, T> {
    /// The entry at `ix`; `None` where there is none.
    pub fn get(&self, ix: I) -> Option<&T> {
        self.entries.get(ix.number())
    }

    /// All entries, each with its place.
    pub fn iter_indexed(
        &self,
    ) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator + Clone {
        self.entries.iter().enumerate().map(|(number, entry)| (I::at(number), entry))
    }

    /// The places of all entries.
    pub fn indexes(
        &self,
    ) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + Clone + use<I, T> {
        (0..self.entries.len()).map(I::at)
    }
}

impl<I, T> IndexVec<I, T> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }

    /// All entries, in order, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.entries.iter_mut()
    }

    /// The entries without their indexes.
    pub fn as_slice(&self) -> &[T] {
        &self.entries
    }
}

impl<I, T> From<Vec<T>> for IndexVec<I, T> {
    fn from(entries: Vec<T>) -> Self {
        Self { entries, kind: PhantomData }
    }
}

impl<I, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<I, T> FromIterator<T> for IndexVec<I, T> {
    fn from_iter<E: IntoIterator<Item = T>>(entries: E) -> Self {
        Vec::from_iter(entries).into()
    }
}

impl<I: Ix, T> ops::Index<I> for IndexVec<I, T> {
    type Output = T;

    fn index(&self, ix: I) -> &T {
        &self.entries[ix.number()]
    }
}

impl<I: Ix, T> ops::IndexMut<I> for IndexVec<I, T> {
    fn index_mut(&mut self, ix: I) -> &mut T {
        &mut self.entries[ix.number()]
    }
}

impl<I, T> IntoIterator for IndexVec<I, T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'v, I, T> IntoIterator for &'v IndexVec<I, T> {
    type Item = &'v T;
    type IntoIter = std::slice::Iter<'v, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IndexVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.fmt(f)
    }
}
