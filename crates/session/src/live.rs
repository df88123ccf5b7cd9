//! A hub that is kept read while its files change: each change gives a new revision, and costs what
//! it touches.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::reading::{Delta, Reading};
use super::{Options, Revision, revise};
use crate::io::Files;
use etappe_base::date::Day;
use etappe_base::path::HubPath;

/// What may have changed since the last reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changed {
    /// These files, or any below these folders, which may be new or gone; and nothing else.
    Paths(BTreeSet<HubPath>),
    /// Nobody knows what changed: everything is looked at.
    Anything,
}

/// A hub that is kept read. One thread refreshes it; revisions may be read by any number of others
/// meanwhile.
pub struct Live {
    files: Arc<dyn Files>,
    options: Arc<Options>,
    reading: Reading,
    current: Arc<Revision>,
}

impl Live {
    /// Reads the hub for the first time. A hub that cannot be read is a revision too: one without
    /// content.
    pub fn open(files: Arc<dyn Files>, options: Options) -> Self {
        let options = Arc::new(options);
        let mut reading = Reading::kept(options.program);
        let delta = reading.refresh(&*files, &Changed::Anything, options.base_url.as_deref());
        let current = Arc::new(revise(&*files, &reading, &delta, &options, None));
        Self { files, options, reading, current }
    }

    /// Reads what changed, and gives a new revision with the next number, even if nothing differs;
    /// equal keys then tell so. Without any path, it gives the last revision.
    pub fn refresh(&mut self, changed: &Changed) -> Arc<Revision> {
        if matches!(changed, Changed::Paths(paths) if paths.is_empty()) {
            return self.revision();
        }
        let delta = self.reading.refresh(&*self.files, changed, self.options.base_url.as_deref());
        self.revise(&delta)
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
        self.revise(&Delta::default())
    }

    fn revise(&mut self, delta: &Delta) -> Arc<Revision> {
        self.current = Arc::new(revise(
            &*self.files,
            &self.reading,
            delta,
            &self.options,
            Some(&self.current),
        ));
        self.revision()
    }
}
