//! A hub that is kept read while its files change: each change gives a new revision, and costs what it touches.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Options, Revision, read_all};
use crate::base::date::Day;
use crate::base::path::HubPath;
use crate::io::Files;

/// What may differ from what was read the last time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changed {
    /// These files, or any below these folders, which may be new or gone; and nothing else.
    Paths(BTreeSet<HubPath>),
    /// Nobody knows: everything is looked at.
    Anything,
}

/// A hub that is kept read. One thread refreshes it; revisions may be read by any number of others meanwhile.
pub struct Live {
    files: Arc<dyn Files>,
    options: Arc<Options>,
    current: Arc<Revision>,
}

impl Live {
    /// Reads the hub for the first time. A hub that cannot be read is a revision too: one without content.
    pub fn open(files: Arc<dyn Files>, options: Options) -> Self {
        let options = Arc::new(options);
        let current = Arc::new(read_all(&*files, &options, 1));
        Self { files, options, current }
    }

    /// Reads what changed. The revision is a new one, with the next number, even when nothing differs.
    pub fn refresh(&mut self, changed: &Changed) -> Arc<Revision> {
        if matches!(changed, Changed::Paths(paths) if paths.is_empty()) {
            return self.revision();
        }
        self.read_again()
    }

    /// The last revision.
    pub fn revision(&self) -> Arc<Revision> {
        Arc::clone(&self.current)
    }

    /// The files that revisions are read from.
    pub fn files(&self) -> Arc<dyn Files> {
        Arc::clone(&self.files)
    }

    /// Takes another day as today: midnight passes while a hub is served.
    pub fn set_as_of(&mut self, as_of: Day) -> Arc<Revision> {
        self.options = Arc::new(Options { as_of, ..(*self.options).clone() });
        self.read_again()
    }

    fn read_again(&mut self) -> Arc<Revision> {
        self.current = Arc::new(read_all(&*self.files, &self.options, self.current.number + 1));
        self.revision()
    }
}
