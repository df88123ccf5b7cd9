//! Puts modules where a text names them: each is woven by itself, from its own source.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::Parser;

use super::weaver::{Weaver, WithinModule, note_defined};
use super::woven::{WovenItem, WovenModule};
use crate::content::dialect::{Meaning, options};
use crate::content::directive::head::DirectiveHead;
use crate::content::directive::label::Around;
use crate::content::directive::{DirectiveKind, Named};
use crate::content::once::{Module, OnceId, UseFault};
use crate::content::remarks::Remarks;
use etappe_base::finding::{codes, did_you_mean, unmistakable};

/// The most modules within each other: what is deeper is left out, and no hub means it.
const DEEPEST: usize = 16;

impl<'s> Weaver<'_, 's> {
    /// What becomes of a directive that names a module.
    pub(super) fn module_kind(&mut self, head: &DirectiveHead) -> DirectiveKind {
        let [written] = self.attributes_of(head, ["module"]);
        let Some(written) = written else {
            let help = "name the module: `::use{module=…}`".to_owned();
            self.remarks.attribute(head.name.clone(), "`use` has no `module`.".to_owned(), help);
            return DirectiveKind::Text;
        };
        let name = written.value.clone();
        let Some(module) = self.library.any_module(&name, self.readers.lang) else {
            let known = || self.library.module_names();
            let help = match known().next() {
                Some(_) => did_you_mean(&name, known()),
                None => format!("write it into `modules/{name}.md`"),
            };
            let message = format!("There is no module `{name}`.");
            self.remarks.add(&codes::MODULE_UNKNOWN, written.value_span.clone(), message, help);
            if let Some(meant) = unmistakable(&name, known()) {
                self.remarks.fix_with(written.value_span.clone(), meant);
            }
            let what = OnceId::Module(name);
            self.note_use(what, head.name.clone(), None, Some(UseFault::Unknown));
            return DirectiveKind::Text;
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
        let market = (!self.readers.may_be_shown(&module.markets)).then_some(UseFault::Market);
        let untranslated = module.lang != self.readers.lang;
        let fault = untranslated.then_some(UseFault::Untranslated).or(market);
        self.note_use(OnceId::Module(name.into()), at.clone(), module.expires, fault);
        let names = self.within_module.as_ref().map_or(&[][..], |within| &within.names);
        // A circle is a finding in the files that make it.
        if names.iter().any(|around| **around == *name) || names.len() >= DEEPEST {
            return;
        }
        let names = names.iter().cloned().chain([name.into()]).collect();
        self.push(WovenItem::Open(used));
        self.weave_module(used, module, at, names);
        self.push(WovenItem::Close(used));
    }

    fn weave_module(
        &mut self,
        used: usize,
        module: &'s Module,
        at: Range<usize>,
        names: Vec<Box<str>>,
    ) {
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
        self.woven.modules.push(WovenModule { module, text, at, owned: BTreeMap::new() });
        self.push(WovenItem::Enter(number));
        let first = self.woven.items.len();
        // What there is to say is said of the module's own file.
        let mut unsaid = Remarks::new(0);
        let mut inner = Weaver {
            source: &text.source,
            around: Around { definitions, notes: &notes, masks: settled.masks },
            readers: self.readers,
            library: self.library,
            is_bare: self.is_bare,
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
        let owners = self.woven.owners(number + 1, definitions);
        self.woven.modules[number].owned = self.woven.owned_links(first, definitions, &owners);
        self.push(WovenItem::Leave);
    }
}
