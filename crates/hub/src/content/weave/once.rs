//! Puts what was written once where a text names it: the words of claims, with what bears them out.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::weaver::Weaver;
use super::woven::WovenItem;
use crate::config::directives::Form;
use crate::content::body::Citation;
use crate::content::directive::head::{DirectiveHead, WrittenAttribute};
use crate::content::directive::inline::Placed;
use crate::content::directive::{CLAIM, DirectiveKind, Named, USE};
use crate::content::once::{Claim, ClaimWords, OnceId, UseFault, Used, essence};
use crate::content::writer::said;
use etappe_base::finding::{codes, did_you_mean, unmistakable};
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
        if form != own {
            let help = match own {
                Form::Inline => "write `:claim{id=…}` within a line",
                _ => "write it with two colons on a line of its own",
            };
            let message = format!("`{name}` cannot be written like this.");
            self.remarks.misplaced(all.clone(), message, help.to_owned());
            return DirectiveKind::Text;
        }
        match own {
            Form::Inline => self.claim_kind(head),
            _ if name == USE => self.module_kind(head),
            _ => self.claims_kind(head),
        }
    }

    fn claim_kind(&mut self, head: &DirectiveHead) -> DirectiveKind {
        let [id] = self.attributes_of(head, ["id"]);
        let Some(id) = id else {
            let help = "name the claim: `:claim{id=…}`".to_owned();
            self.remarks.attribute(head.name.clone(), "`claim` has no `id`.".to_owned(), help);
            return DirectiveKind::Text;
        };
        if self.library.claim(&id.value).is_none() {
            self.unknown_claim(id);
            let what = OnceId::Claim(id.value.clone());
            self.note_use(what, head.name.clone(), None, Some(UseFault::Unknown));
            return DirectiveKind::Text;
        }
        DirectiveKind::Once(Named::Claim(id.value.clone()))
    }

    fn unknown_claim(&mut self, id: &WrittenAttribute) {
        let known = || self.library.claims().map(|claim| &*claim.id);
        let help = match known().next() {
            Some(_) => did_you_mean(&id.value, known()),
            None => "write it into a file below `claims/`: `[ID]` and `text = { … }`".to_owned(),
        };
        let message = format!("There is no claim `{}`.", id.value);
        self.remarks.add(&codes::CLAIM_UNKNOWN, id.value_span.clone(), message, help);
        if let Some(meant) = unmistakable(&id.value, known()) {
            self.remarks.fix_with(id.value_span.clone(), meant);
        }
    }

    fn claims_kind(&mut self, head: &DirectiveHead) -> DirectiveKind {
        let [product, category] = self.attributes_of(head, ["product", "category"]);
        let products = self.library.claims().map(|claim| &*claim.product);
        let categories = self.library.claims().map(|claim| &*claim.category);
        let unknown = |written: Option<&WrittenAttribute>,
                       known: &mut dyn Iterator<Item = &str>| {
            let written = written?;
            let mut known: Vec<&str> = known.filter(|known| !known.is_empty()).collect();
            known.sort_unstable();
            known.dedup();
            let message = format!("No claim has the {} `{}`.", written.key, written.value);
            let help = did_you_mean(&written.value, known.iter().copied());
            let is_known = known.contains(&&*written.value);
            (!is_known).then(|| (written.value_span.clone(), message, help))
        };
        let mut products = products;
        let mut categories = categories;
        let found = [unknown(product, &mut products), unknown(category, &mut categories)];
        for (range, message, help) in found.into_iter().flatten() {
            self.remarks.add(&codes::CLAIM_UNKNOWN, range, message, help);
        }
        let value = |written: Option<&WrittenAttribute>| {
            written.map(|written| written.value.clone()).unwrap_or_default()
        };
        DirectiveKind::Once(Named::Claims { product: value(product), category: value(category) })
    }

    /// Puts what was written once where a directive names it.
    pub(super) fn once(&mut self, used: usize, named: &Named, label: Vec<Placed<'s>>) {
        match named {
            Named::Claim(id) => self.claim(used, id, label),
            Named::Module { name, .. } => self.module(used, name),
            Named::Claims { product, category } => self.claims(used, product, category),
        }
    }

    /// The attributes of these keys. Others, and those that stand twice, are reported.
    pub(super) fn attributes_of<'h, const N: usize>(
        &mut self,
        head: &'h DirectiveHead,
        keys: [&str; N],
    ) -> [Option<&'h WrittenAttribute>; N] {
        let name = &self.source[head.name.clone()];
        let mut found = [None; N];
        for written in &head.attributes {
            let at = keys.iter().position(|key| **key == *written.key);
            let (message, help) = match at {
                Some(at) if found[at].is_none() => {
                    found[at] = Some(written).filter(|written| !written.value.is_empty());
                    continue;
                }
                Some(_) => (
                    format!("The attribute `{}` stands here twice.", written.key),
                    "keep one of them; the first stands".to_owned(),
                ),
                None => (
                    format!("`{name}` has no attribute `{}`.", written.key),
                    did_you_mean(&written.key, keys),
                ),
            };
            self.remarks.attribute(written.key_span.clone(), message, help);
        }
        found
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
        let words = claim.words(self.readers.lang);
        self.note_claim(claim, at, words.is_none().then_some(UseFault::Untranslated));
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
        self.note_use(what, at.clone(), None, None);
        self.push(WovenItem::Open(used));
        if !listed.is_empty() {
            self.push(WovenItem::Event(Event::Start(Tag::List(None)), here.clone()));
            for claim in listed {
                self.push(WovenItem::Event(Event::Start(Tag::Item), here.clone()));
                self.words(claim, &at);
                self.borne_out(claim, &at);
                self.push(WovenItem::Event(Event::End(TagEnd::Item), here.clone()));
                self.note_claim(claim, at.clone(), None);
            }
            self.push(WovenItem::Event(Event::End(TagEnd::List(false)), here));
        }
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
        let written: String = label.iter().filter_map(|(event, _)| said(event)).collect();
        let written = essence(&written);
        if claim.words(lang).is_none() || claim.wordings(lang).any(|own| *own.essence == *written) {
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
            self.push(WovenItem::Cite(Citation { cites, gap: None, is_borrowed: true }));
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

    fn note_claim(&mut self, claim: &Claim, at: Range<usize>, fault: Option<UseFault>) {
        let unreferenced = claim.references.is_empty().then_some(UseFault::Unreferenced);
        let market = (!self.readers.may_be_shown(&claim.markets)).then_some(UseFault::Market);
        let what = OnceId::Claim(claim.id.clone());
        self.note_use(what, at, claim.expires, fault.or(market).or(unreferenced));
    }

    pub(super) fn note_use(
        &mut self,
        what: OnceId,
        at: Range<usize>,
        expires: Option<etappe_base::date::Day>,
        fault: Option<UseFault>,
    ) {
        let at = self.within_module.as_ref().map_or(at, |within| within.at.clone());
        let span = Span::from(at);
        self.woven.used.push(Used { what, span, expires, fault });
    }
}

/// The label of a claim's footnote: none that an author can write, and none that readers see.
fn footnote_label(claim: &Claim) -> CowStr<'static> {
    CowStr::from(format!("\u{1}{}", claim.id))
}
