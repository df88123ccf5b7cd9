//! Puts what was written once where a text names it: the words of claims, with what bears them out.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::weaver::Weaver;
use super::woven::WovenItem;
use crate::config::CitationStyle;
use crate::config::directives::Form;
use crate::content::body::Citation;
use crate::content::directive::head::{DirectiveHead, WrittenAttribute};
use crate::content::directive::inline::Placed;
use crate::content::directive::{CLAIM, CLAIMS, DirectiveKind, Named, OF_ONCE, USE};
use crate::content::once::{Claim, ClaimWords, OnceId, UseFault, Used, essence};
use etappe_base::finding::{Code, codes, did_you_mean, unmistakable};
use etappe_base::source::Span;

impl<'s> Weaver<'_, 's> {
    /// What becomes of a directive that names something written once; all that is wrong with it is
    /// reported.
    pub(super) fn once_kind(
        &mut self,
        form: Form,
        head: &DirectiveHead,
        all: &Range<usize>,
    ) -> DirectiveKind {
        let name = &self.source[head.name.clone()];
        let own = if name == CLAIM { Form::Inline } else { Form::Leaf };
        if self.images > 0 {
            let message = format!("`{name}` stands in the description of an image.");
            let help = "write there what the image shows, in words of its own".to_owned();
            return self.misplaced(head.name.clone(), message, help);
        }
        if !OF_ONCE.contains(&name) {
            return self.misnamed(head);
        }
        if form != own {
            let help = match own {
                Form::Inline => "write `:claim{id=…}` within a line",
                _ => "write it with two colons on a line of its own",
            };
            let message = format!("`{name}` cannot be written like this.");
            return self.misplaced(all.clone(), message, help.to_owned());
        }
        match own {
            Form::Inline => self.claim_kind(head),
            _ if name == USE => self.module_kind(head),
            _ => self.claims_kind(head),
        }
    }

    /// Reports a name that is nearly that of a directive which stands for what was written once.
    fn misnamed(&mut self, head: &DirectiveHead) -> DirectiveKind {
        let name = &self.source[head.name.clone()];
        let message = format!("There is no directive `{name}`, so nothing is shown here.");
        let lower = name.to_ascii_lowercase();
        let kind = self.misplaced(head.name.clone(), message, did_you_mean(&lower, OF_ONCE));
        if let Some(meant) = unmistakable(&lower, OF_ONCE) {
            self.remarks.fix_with(head.name.clone(), meant);
        }
        kind
    }

    /// Reports a directive that stands for nothing where or as it was written. Readers see none of
    /// it, so no release shows the page.
    pub(super) fn misplaced(
        &mut self,
        range: Range<usize>,
        message: String,
        help: String,
    ) -> DirectiveKind {
        self.remarks.add(&codes::DIRECTIVE_ONCE, range.clone(), message, help);
        self.leave_out(OnceId::Module("".into()), range, UseFault::Misplaced)
    }

    /// A directive that readers see nothing of. It is the next one of the list of all.
    pub(super) fn leave_out(
        &mut self,
        what: OnceId,
        at: Range<usize>,
        fault: UseFault,
    ) -> DirectiveKind {
        self.note_use(self.woven.uses.len(), what, at, None, Some(fault));
        DirectiveKind::Lost
    }

    /// Reports a name that the hub does not have. `none` is the way out where it has none at all.
    pub(super) fn unknown<'n>(
        &mut self,
        code: &'static Code,
        written: &WrittenAttribute,
        message: String,
        known: impl IntoIterator<Item = &'n str>,
        none: String,
    ) {
        let known: BTreeSet<&str> = known.into_iter().filter(|known| !known.is_empty()).collect();
        let help = match known.is_empty() {
            true => none,
            false => did_you_mean(&written.value, known.iter().copied()),
        };
        self.remarks.add(code, written.value_span.clone(), message, help);
        if let Some(meant) = unmistakable(&written.value, known) {
            self.remarks.fix_with(written.value_span.clone(), meant);
        }
    }

    /// Reports a label that would be lost.
    pub(super) fn takes_no_label(&mut self, head: &DirectiveHead) {
        let Some(label) = head.label.clone() else { return };
        let message = format!("`{}` takes no label.", &self.source[head.name.clone()]);
        let help = "write its text above or below; readers do not see it here".to_owned();
        self.remarks.attribute(label, message, help);
    }

    fn claim_kind(&mut self, head: &DirectiveHead) -> DirectiveKind {
        let ([id], _) = self.attributes_of(head, ["id"]);
        let Some(id) = id else {
            let help = "name the claim: `:claim{id=…}`".to_owned();
            return self.misplaced(head.name.clone(), "`claim` has no `id`.".to_owned(), help);
        };
        let library = self.library;
        if library.claim(&id.value).is_none() {
            let message = format!("There is no claim `{}`.", id.value);
            let none = "write it into a file below `claims/`: `[ID]` and `text = { … }`";
            let known = library.claims().map(|claim| &*claim.id);
            self.unknown(&codes::CLAIM_UNKNOWN, id, message, known, none.to_owned());
            let what = OnceId::Claim(id.value.clone());
            return self.leave_out(what, head.name.clone(), UseFault::Unknown);
        }
        DirectiveKind::Once(Named::Claim(id.value.clone()))
    }

    fn claims_kind(&mut self, head: &DirectiveHead) -> DirectiveKind {
        self.takes_no_label(head);
        let ([product, category], others) = self.attributes_of(head, ["product", "category"]);
        if others > 0 {
            // All claims would be listed, or too many.
            return self.leave_out(
                OnceId::Module("".into()),
                head.name.clone(),
                UseFault::Misplaced,
            );
        }
        let library = self.library;
        let products: BTreeSet<&str> = library.claims().map(|claim| &*claim.product).collect();
        let categories: BTreeSet<&str> = library.claims().map(|claim| &*claim.category).collect();
        let mut is_unknown = false;
        for (written, known) in [(product, products), (category, categories)] {
            let Some(written) = written.filter(|written| !known.contains(&*written.value)) else {
                continue;
            };
            is_unknown = true;
            let message = format!("No claim has the {} `{}`.", written.key, written.value);
            let none = format!("give claims this {}, or leave it out here", written.key);
            self.unknown(&codes::CLAIM_UNKNOWN, written, message, known, none);
        }
        let value = |written: Option<&WrittenAttribute>| {
            written.map(|written| written.value.clone()).unwrap_or_default()
        };
        let (product, category) = (value(product), value(category));
        if is_unknown {
            let what = OnceId::Claims { product, category };
            return self.leave_out(what, head.name.clone(), UseFault::Unknown);
        }
        DirectiveKind::Once(Named::Claims { product, category })
    }

    /// Puts what was written once where a directive names it.
    pub(super) fn once(&mut self, used: usize, named: &Named, label: Vec<Placed<'s>>) {
        match named {
            Named::Claim(id) => self.claim(used, id, label),
            Named::Module { name, .. } => self.module(used, name),
            Named::Claims { product, category } => self.claims(used, product, category),
        }
    }

    /// The attributes of these keys, and how many there are besides. Those, keys that stand twice
    /// and keys without a value are reported.
    pub(super) fn attributes_of<'h, const N: usize>(
        &mut self,
        head: &'h DirectiveHead,
        keys: [&'static str; N],
    ) -> ([Option<&'h WrittenAttribute>; N], usize) {
        let name = &self.source[head.name.clone()];
        // Without one of its filters a list would have more claims than were meant.
        let code =
            if name == CLAIMS { &codes::DIRECTIVE_ONCE } else { &codes::DIRECTIVE_ATTRIBUTE };
        let (mut found, mut others) = ([None; N], 0);
        for written in &head.attributes {
            let at = keys.iter().position(|key| **key == *written.key);
            let key = &written.key;
            let (message, help) = match at.and_then(|at| found.get_mut(at)) {
                Some(_) if written.value.is_empty() => (
                    format!("The attribute `{key}` has no value."),
                    format!("write `{key}=…`, or leave it out"),
                ),
                Some(free) if free.is_none() => {
                    *free = Some(written);
                    continue;
                }
                Some(_) => (
                    format!("The attribute `{key}` stands here twice."),
                    "keep one of them".to_owned(),
                ),
                None => (format!("`{name}` has no attribute `{key}`."), did_you_mean(key, keys)),
            };
            others += 1;
            self.remarks.add(code, written.key_span.clone(), message, help);
            if let Some(meant) = unmistakable(key, keys).filter(|_| at.is_none()) {
                self.remarks.fix_with(written.key_span.clone(), meant);
            }
        }
        (found, others)
    }

    /// Puts the words of a claim into a line; with a label, the author's own, which must be the
    /// claim's.
    fn claim(&mut self, used: usize, id: &str, label: Vec<Placed<'s>>) {
        let library = self.library;
        let Some(claim) = library.claim(id) else { return };
        let at = self.woven.uses[used].at.clone();
        self.push(WovenItem::Open(used));
        match label.is_empty() {
            true => self.words(claim, &at),
            false => {
                self.reworded(claim, used, &label);
                self.woven_label(used, label);
            }
        }
        self.borne_out(claim, &at);
        self.push(WovenItem::Close(used));
        self.note_claim(used, claim, at);
    }

    /// All claims of a filter that have words in this language and may be made in the markets of
    /// the page, as a list.
    fn claims(&mut self, used: usize, product: &str, category: &str) {
        let library = self.library;
        let at = self.woven.uses[used].at.clone();
        let here = at.start..at.start;
        let listed: Vec<&Claim> = library
            .listed(product, category, self.readers.lang)
            .into_iter()
            .filter(|claim| self.readers.may_be_shown(&claim.markets))
            .collect();
        let what = OnceId::Claims { product: product.into(), category: category.into() };
        let fault = library.is_incomplete.then_some(UseFault::Faulty);
        self.note_use(used, what, at.clone(), None, fault);
        if listed.is_empty() {
            return;
        }
        self.push(WovenItem::Open(used));
        self.push(WovenItem::Event(Event::Start(Tag::List(None)), here.clone()));
        for claim in listed {
            self.push(WovenItem::Event(Event::Start(Tag::Item), here.clone()));
            self.words(claim, &at);
            self.borne_out(claim, &at);
            self.push(WovenItem::Event(Event::End(TagEnd::Item), here.clone()));
            self.note_claim(used, claim, at.clone());
        }
        self.push(WovenItem::Event(Event::End(TagEnd::List(false)), here));
        self.push(WovenItem::Close(used));
    }

    /// The words of a claim. Those of another language stand in only where no release shows them.
    fn words(&mut self, claim: &'s Claim, at: &Range<usize>) {
        let any = || self.readers.config.lang_ixs().find_map(|lang| claim.words(lang));
        if let Some(words) = claim.words(self.readers.lang).or_else(any) {
            self.say(words, at);
        }
    }

    /// Words that stand nowhere in the source: their place is where they are named.
    fn say(&mut self, words: &'s ClaimWords, at: &Range<usize>) {
        for event in &words.events {
            self.push(WovenItem::Event(event.clone(), at.start..at.start));
        }
    }

    /// Reports words that are not those of their claim.
    fn reworded(&mut self, claim: &Claim, used: usize, label: &[Placed<'s>]) {
        let lang = self.readers.lang;
        let written = essence(label.iter().map(|(event, _)| event));
        let is_own = |own: &ClaimWords| written.as_deref() == Some(&*own.essence);
        if claim.words(lang).is_none() || claim.wordings(lang).any(is_own) {
            return;
        }
        let Some(range) = self.woven.uses[used].label.clone() else { return };
        let message = format!("These are not the words of the claim `{}`.", claim.id);
        let help = format!(
            "write `:claim{{id={}}}` to have its words here, or add these to its `variations` for \
             whoever signs it",
            claim.id
        );
        self.remarks.add(&codes::CLAIM_REWORDED, range, message, help);
    }

    /// What bears a claim out, and what must stand below it.
    fn borne_out(&mut self, claim: &'s Claim, at: &Range<usize>) {
        if !claim.references.is_empty() {
            let span = Span::from(at.clone());
            let mut cites = claim.references.clone();
            cites.iter_mut().for_each(|cite| cite.span = span);
            let is_apart = self.readers.config.citations != CitationStyle::Ama;
            let citation = Citation { cites, gap: None, is_borrowed: true, is_apart };
            self.push(WovenItem::Cite(citation));
        }
        if claim.footnote(self.readers.lang).is_some() {
            let label = footnote_label(claim);
            self.push(WovenItem::Event(Event::FootnoteReference(label), at.start..at.start));
            self.woven.footnotes.insert(claim.id.clone());
        }
    }

    /// Puts what must stand below claims behind the text, each once.
    pub(super) fn footnotes_of_claims(&mut self) {
        let (library, here) = (self.library, self.source.len()..self.source.len());
        for id in std::mem::take(&mut self.woven.footnotes) {
            let Some(claim) = library.claim(&id) else { continue };
            let Some(words) = claim.footnote(self.readers.lang) else { continue };
            let label = footnote_label(claim);
            let start =
                [Event::Start(Tag::FootnoteDefinition(label)), Event::Start(Tag::Paragraph)];
            let end = [Event::End(TagEnd::Paragraph), Event::End(TagEnd::FootnoteDefinition)];
            start.into_iter().for_each(|event| self.push(WovenItem::Event(event, here.clone())));
            self.say(words, &here);
            end.into_iter().for_each(|event| self.push(WovenItem::Event(event, here.clone())));
        }
    }

    fn note_claim(&mut self, used: usize, claim: &Claim, at: Range<usize>) {
        let untranslated = claim.words(self.readers.lang).is_none();
        let is_elsewhere = !self.readers.may_be_shown(&claim.markets);
        let faults = [
            claim.is_faulty.then_some(UseFault::Faulty),
            untranslated.then_some(UseFault::Untranslated),
            is_elsewhere.then_some(UseFault::Market),
            claim.references.is_empty().then_some(UseFault::Unreferenced),
        ];
        let what = OnceId::Claim(claim.id.clone());
        self.note_use(used, what, at, claim.expires, faults.into_iter().flatten().next());
    }

    /// Notes a use, and the directive that names or brings it.
    pub(super) fn note_use(
        &mut self,
        used: usize,
        what: OnceId,
        at: Range<usize>,
        expires: Option<etappe_base::date::Day>,
        fault: Option<UseFault>,
    ) {
        let at = self.within_module.as_ref().map_or(at, |within| within.at.clone());
        let span = Span::from(at);
        self.woven.used.push((used, Used { what, span, expires, fault }));
    }
}

/// The label of a claim's footnote: none that an author can write, and none that readers see.
fn footnote_label(claim: &Claim) -> CowStr<'static> {
    CowStr::from(format!("\u{1}{}", claim.id))
}
