//! Puts modules where a text names them: each is woven by itself, from its own source.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::Parser;

use super::notes::note_defined;
use super::weaver::{Weaver, WithinModule};
use super::woven::{WovenItem, WovenModule};
use crate::content::dialect::{Meaning, options};
use crate::content::directive::head::DirectiveHead;
use crate::content::directive::label::Around;
use crate::content::directive::{DirectiveKind, Named};
use crate::content::once::{Module, OnceId, UseFault};
use crate::content::remarks::Remarks;
use etappe_base::finding::codes;

/// The most modules within each other, the most on one page, and how long they may be together, in
/// bytes: modules that use others twice double with each step, and no hub means that.
const DEEPEST: usize = 16;
const MOST: usize = 500;
const LONGEST: usize = 1_000_000;

impl<'s> Weaver<'_, 's> {
    /// What becomes of a directive that names a module.
    pub(super) fn module_kind(&mut self, head: &DirectiveHead) -> DirectiveKind {
        let ([written], _) = self.attributes_of(head, ["module"]);
        let Some(written) = written else {
            let help = "name the module: `::use{module=…}`".to_owned();
            return self.misplaced(head.name.clone(), "`use` has no `module`.".to_owned(), help);
        };
        self.takes_no_label(head);
        let name = written.value.clone();
        let library = self.library;
        let Some(module) = library.any_module(&name, self.readers.lang) else {
            let message = format!("There is no module `{name}`.");
            let none = format!("write it into `modules/{name}.md`");
            self.unknown(&codes::MODULE_UNKNOWN, written, message, library.module_names(), none);
            return self.leave_out(OnceId::Module(name), head.name.clone(), UseFault::Unknown);
        };
        let is_for = |persona| module.audience.includes(persona);
        let shown = self.readers.config.persona_ixs().map(is_for).collect();
        DirectiveKind::Once(Named::Module { name, shown })
    }

    /// Puts a module there. One of another language stands in only where no release shows it.
    pub(super) fn module(&mut self, used: usize, name: &str) {
        let library = self.library;
        let Some(module) = library.any_module(name, self.readers.lang) else { return };
        let at = self.woven.uses[used].at.clone();
        let left_out = self.left_out(module);
        let market = (!self.readers.may_be_shown(&module.markets)).then_some(UseFault::Market);
        let untranslated = module.lang != self.readers.lang;
        let fault = left_out.or(untranslated.then_some(UseFault::Untranslated)).or(market);
        self.note_use(used, OnceId::Module(name.into()), at.clone(), module.expires, fault);
        if left_out.is_some() || self.is_alone {
            return;
        }
        self.push(WovenItem::Open(used));
        self.weave_module(used, module, at);
        self.push(WovenItem::Close(used));
    }

    /// Why a module does not stand where it is named. What is wrong with it by itself is a finding
    /// in its own file, as a circle is in the files that make it.
    fn left_out(&self, module: &Module) -> Option<UseFault> {
        if self.library.is_kept_back(module) {
            return Some(UseFault::Faulty);
        }
        let names = self.within_module.as_ref().map_or(&[][..], |within| &within.names);
        if names.contains(&module.name) {
            return Some(UseFault::Circle);
        }
        let length = self.woven.length_of_modules + module.text.source.len();
        let is_too_much =
            names.len() >= DEEPEST || self.woven.modules.len() >= MOST || length > LONGEST;
        is_too_much.then_some(UseFault::TooMuch)
    }

    fn weave_module(&mut self, used: usize, module: &'s Module, at: Range<usize>) {
        let around = self.within_module.as_ref();
        let names = around.map_or(&[][..], |within| &within.names).iter().cloned();
        let names: Vec<Box<str>> = names.chain([module.name.clone()]).collect();
        self.woven.length_of_modules += module.text.source.len();
        let text = if self.is_bare { &module.bare } else { &module.text };
        let settled = &text.settled;
        let mut parser = Parser::new_ext(&settled.text, options()).into_offset_iter();
        let mut meaning = Meaning::new(&text.source, settled.masks);
        let events: Vec<_> =
            parser.by_ref().filter_map(|(event, range)| meaning.of(event, range)).collect();
        let definitions = parser.reference_definitions();
        let notes: Vec<Box<str>> = events.iter().filter_map(note_defined).collect();
        let place = self.within_module.as_ref().map_or(at.clone(), |within| within.at.clone());
        let number = self.woven.modules.len();
        self.woven.modules.push(WovenModule {
            module,
            text,
            at,
            parser: None,
            owned: BTreeMap::new(),
        });
        self.push(WovenItem::Enter(number));
        // What there is to say is said of the module's own file.
        let mut unsaid = Remarks::new(0);
        let mut inner = Weaver {
            source: &text.source,
            around: Around { definitions, notes: &notes, masks: settled.masks },
            readers: self.readers,
            library: self.library,
            is_bare: self.is_bare,
            is_alone: self.is_alone,
            remarks: &mut unsaid,
            open: Vec::new(),
            within: Vec::new(),
            images: 0,
            depth: 0,
            within_module: Some(WithinModule { source: number + 1, used, at: place, names }),
            woven: std::mem::take(&mut self.woven),
        };
        inner.run(events, settled);
        self.woven = inner.woven;
        let owned = self.woven.owners(number + 1, definitions);
        if let Some(module) = self.woven.modules.get_mut(number) {
            (module.owned, module.parser) = (owned, Some(parser));
        }
        self.push(WovenItem::Leave);
    }
}
