//! Modules: `modules/NAME.md`, a piece of text each, kept once and used on many pages.

use crate::config::keys::{Day, Text};
use crate::config::{Config, LangIx};
use crate::content::directive::fences::{self, Settled};
use crate::content::front::{Audience, Ids, Markets, Personas};
use etappe_base::date;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;

/// The folder that modules live in.
pub(in crate::content) const MODULES: &str = "modules/";

/// One language of a module. Its name never reaches an output.
#[derive(Debug)]
pub struct Module {
    /// What pages call it: its path below `modules/`, without language and `.md`.
    pub name: Box<str>,
    /// From the file's name.
    pub lang: LangIx,
    /// The Markdown file.
    pub file: HubPath,
    /// What it is about; empty where nothing was said. No reader sees it.
    pub title: String,
    /// Who keeps it; empty where nothing was said.
    pub owner: String,
    /// The first day on which it may not be shown any more.
    pub expires: Option<date::Day>,
    /// The markets where it may be shown; empty: all.
    pub markets: Vec<Spanned<String>>,
    /// Who is shown it.
    pub audience: Audience,
    /// Where its text begins in the file.
    pub(in crate::content) offset: usize,
    pub(in crate::content) text: ModuleText,
    /// The same without what is escaped, as a text is read that may hide nothing.
    pub(in crate::content) bare: ModuleText,
    /// The level of its highest heading; 7 where it has none.
    pub(in crate::content) top: u8,
    /// Digest of the whole file.
    pub digest: Digest,
}

/// A text that is ready to be parsed wherever it is used.
#[derive(Debug)]
pub(in crate::content) struct ModuleText {
    pub source: String,
    pub settled: Settled,
}

impl ModuleText {
    pub(in crate::content) fn new(source: String) -> Self {
        let settled = fences::settle(&source, fences::find(&source));
        Self { source, settled }
    }
}

keys! {
    /// The front matter of a module, as it is written.
    pub(in crate::content) struct ModuleKeys("the module") in Config {
        /// What the module is about, for those who write. No reader sees it.
        title: Text = "title";
        /// Who keeps it.
        owner: Text = "owner";
        /// The first day on which it may not be shown any more.
        expires: Day = "expires";
        /// The markets where it may be shown.
        markets: Ids<Markets> = "markets", usually("all");
        /// Who is shown it: an id, a list of ids, or all.
        personas: Personas = "personas" | "persona", usually("all");
    }
}
