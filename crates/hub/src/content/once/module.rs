//! Modules: `modules/NAME.md`, a piece of text each, kept once and used on many pages.

use crate::config::keys::{Day, Text};
use crate::config::{Config, LangIx};
use crate::content::directive::USE;
use crate::content::directive::fences::{self, Fence, FenceLine, Settled};
use crate::content::front::{Audience, Ids, Markets, Personas};
use etappe_base::date;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::source::{Span, Spanned};

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
    /// The modules that its text names.
    pub(in crate::content) uses: Box<[NamedModule]>,
    /// What it says about itself cannot be read: no reader is shown it.
    pub is_faulty: bool,
    /// Digest of the whole file.
    pub digest: Digest,
}

impl Module {
    /// Narrows a translation to what the module in the default language allows: it is shown to no
    /// other readers, in no other market, and not for longer.
    pub(super) fn narrow(&mut self, original: &Self) -> Option<Finding> {
        self.is_faulty |= original.is_faulty;
        self.expires = self.expires.into_iter().chain(original.expires).min();
        self.audience = match (&self.audience, &original.audience) {
            (own, Audience::All) => own.clone(),
            (Audience::All, of_original) => of_original.clone(),
            (Audience::Only(own), of_original) => {
                let both = own.iter().copied().filter(|persona| of_original.includes(*persona));
                Audience::Only(both.collect())
            }
        };
        if original.markets.is_empty() {
            return None;
        }
        let own = std::mem::replace(&mut self.markets, original.markets.clone());
        if own.is_empty() {
            return None;
        }
        self.markets.retain(|market| own.iter().any(|own| own.value == market.value));
        if !self.markets.is_empty() {
            return None;
        }
        // No market at all would stand for all of them.
        self.is_faulty = true;
        let first = own.first()?;
        let message =
            "The original may be shown in none of these markets, so nobody is shown this.";
        let finding = Finding::new(
            &codes::FRONT_INVALID_VALUE,
            Place::new(&self.file, first.span),
            message.to_owned(),
        );
        Some(
            finding
                .help(format!("name markets of `{}`, or add these there", original.file))
                .related(Place::file(&original.file), "the original"),
        )
    }
}

/// A module that the text of another names.
#[derive(Debug)]
pub(in crate::content) struct NamedModule {
    pub name: Box<str>,
    /// The directive, in bytes of the file.
    pub span: Span,
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

    /// The modules that it names, in its order. It begins `offset` bytes into its file.
    pub(in crate::content) fn named_modules(&self, offset: usize) -> Box<[NamedModule]> {
        let named = |fence: &Fence| {
            let FenceLine::Leaf(head) = &fence.line else { return None };
            let is_use = self.source[head.name.clone()] == *USE;
            let module = head.attributes.iter().find(|written| *written.key == *"module");
            let name = module.filter(|_| is_use)?.value.clone();
            Some(NamedModule { name, span: Span::from(fence.at.clone()).shifted(offset) })
        };
        self.settled.fences.iter().filter_map(named).collect()
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
