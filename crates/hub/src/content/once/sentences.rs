//! The sentences of a text, to tell whether one of them says what a claim says. They are gathered
//! from the events of the text, as readers meet it: what is emphasised, cited or escaped is the same
//! words, and what stands in code, or in a claim, is no sentence of the text.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Claim;
use super::words::{ELEMENTS, is_shed, straight};
use crate::config::LangIx;
use etappe_base::source::Span;

/// One sentence of a text.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Where it stands, in bytes of the whole file.
    pub span: Span,
    sum: Sum,
}

/// A sum of what a sentence says: the same for the same words. It decides about no output.
pub(super) type Sum = u64;

/// Gathers the sentences of a text while it is read.
#[derive(Default)]
pub(in crate::content) struct Sentences {
    all: Vec<Sentence>,
    open: OpenSentence,
    /// How many blocks of code, claims and modules are open: their words are not the text's own.
    foreign: usize,
}

/// A sentence whose end has not come yet.
#[derive(Default)]
struct OpenSentence {
    sum: WordSum,
    /// From its first word to its last, in bytes of the source.
    range: Option<Range<usize>>,
    /// Its last character ends a sentence, if white space follows.
    may_end: bool,
    /// It holds what no claim can have.
    is_other: bool,
}

impl Sentences {
    /// Takes the next event of the text.
    pub(in crate::content) fn take(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.begin_foreign(),
            Event::End(TagEnd::CodeBlock) => self.end_foreign(),
            _ if self.foreign > 0 => {}
            Event::Text(text) => self.text(text, range),
            Event::SoftBreak | Event::HardBreak => self.text(" ", range),
            Event::InlineHtml(tag) if is_tag_of_words(tag) => self.text(tag, range),
            Event::InlineHtml(_) | Event::Code(_) | Event::Start(Tag::Image { .. }) => {
                self.open.is_other = true;
            }
            Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => {
                self.open.is_other = true;
            }
            Event::FootnoteReference(_) => self.mark(),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image) => {}
            _ => self.end(),
        }
    }

    /// A note or a citation: a sentence may end before it.
    pub(in crate::content) fn mark(&mut self) {
        if self.open.may_end {
            self.end();
        }
    }

    /// A claim or a module begins. The sentence around a claim names it.
    pub(in crate::content) fn begin_foreign(&mut self) {
        self.open.is_other = true;
        self.foreign += 1;
    }

    pub(in crate::content) fn end_foreign(&mut self) {
        self.open.is_other = true;
        self.foreign = self.foreign.saturating_sub(1);
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        // Where each character stands is known unless it was written as a reference.
        let is_exact = text.len() == range.len();
        for (at, c) in text.char_indices() {
            if self.open.may_end && (c.is_whitespace() || "”\"’".contains(c)) {
                self.end();
            }
            let place = match is_exact {
                true => range.start + at..range.start + at + c.len_utf8(),
                false => range.clone(),
            };
            self.open.take(c, &place);
        }
    }

    /// Ends the open sentence.
    pub(in crate::content) fn end(&mut self) {
        let open = std::mem::take(&mut self.open);
        let Some(range) = open.range.filter(|_| !open.is_other) else { return };
        if let Some(sum) = open.sum.finish() {
            self.all.push(Sentence { span: range.into(), sum });
        }
    }

    /// All sentences of a text that begins `offset` bytes into its file.
    pub(in crate::content) fn finish(mut self, offset: usize) -> Vec<Sentence> {
        self.end();
        self.all.iter_mut().for_each(|sentence| sentence.span = sentence.span.shifted(offset));
        self.all
    }
}

impl OpenSentence {
    fn take(&mut self, c: char, place: &Range<usize>) {
        self.sum.take(c);
        if c.is_whitespace() {
            return;
        }
        self.may_end = matches!(c, '.' | '!' | '?');
        match &mut self.range {
            Some(range) => range.end = place.end,
            // Marks alone begin no sentence.
            None if is_shed(straight(c)) => {}
            None => self.range = Some(place.clone()),
        }
    }
}

fn is_tag_of_words(tag: &str) -> bool {
    ELEMENTS.iter().any(|(start, end, _)| tag == *start || tag == *end)
}

/// A sum over words without what may differ: see `plain_essence`, which it is to agree with.
#[derive(Default)]
struct WordSum {
    /// By FNV-1a, 64 bits.
    sum: Option<Sum>,
    /// What was shed so far and stays if words follow.
    shed: String,
    /// White space stands behind the last word.
    is_spaced: bool,
}

impl WordSum {
    fn take(&mut self, c: char) {
        let c = straight(c);
        if c.is_whitespace() {
            self.is_spaced = true;
            return;
        }
        let Some(sum) = self.sum else {
            // Quotes before the first word are left out.
            if !matches!(c, '\'' | '"') {
                let first = c.to_lowercase();
                self.sum = Some(first.fold(0xcbf2_9ce4_8422_2325, added));
            }
            self.is_spaced = false;
            return;
        };
        if std::mem::take(&mut self.is_spaced) {
            self.shed.push(' ');
        }
        if is_shed(c) {
            self.shed.push(c);
            return;
        }
        self.sum = Some(added(self.shed.drain(..).fold(sum, added), c));
    }

    fn finish(self) -> Option<Sum> {
        self.sum
    }
}

fn added(sum: Sum, c: char) -> Sum {
    (sum ^ Sum::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The sums of the sentences of words.
pub(super) fn sums<'e>(events: impl Iterator<Item = &'e Event<'e>>) -> Vec<Sum> {
    let mut sentences = Sentences::default();
    events.for_each(|event| sentences.take(event, &(0..0)));
    sentences.finish(0).into_iter().map(|sentence| sentence.sum).collect()
}

/// The sentences of one wording, and the claim that has it.
type Wording<'l> = (&'l [Sum], &'l str);

/// The sentences of all claims, by language.
pub struct ClaimSentences<'l> {
    /// By the first sentence of a wording: all of its sentences, and the claim.
    by_first: BTreeMap<(LangIx, Sum), Vec<Wording<'l>>>,
}

impl<'l> ClaimSentences<'l> {
    pub(super) fn new(claims: impl Iterator<Item = &'l Claim>) -> Self {
        let mut by_first: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for claim in claims {
            for (lang, words) in claim.all_wordings() {
                let Some(first) = words.sentences.first() else { continue };
                by_first.entry((lang, *first)).or_default().push((&*words.sentences, &*claim.id));
            }
        }
        Self { by_first }
    }

    /// The sentences of a text that say what a claim says, and the id of that claim.
    pub fn found_in(&self, text: &[Sentence], lang: LangIx) -> Vec<(Span, &'l str)> {
        let mut found = Vec::new();
        for (at, sentence) in text.iter().enumerate() {
            let wordings = self.by_first.get(&(lang, sentence.sum)).into_iter().flatten();
            let says = |(wording, _): &&Wording<'l>| {
                let next = text[at..].iter().map(|sentence| &sentence.sum);
                next.take(wording.len()).eq(wording.iter())
            };
            if let Some((wording, id)) = wordings.filter(says).max_by_key(|(all, _)| all.len()) {
                let end = text[at + wording.len() - 1].span.end;
                found.push((Span { start: sentence.span.start, end }, *id));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;
    use crate::content::dialect::options;

    fn check(source: &str, words: &str, expected: &[&str]) {
        let events: Vec<Event<'_>> = Parser::new_ext(words, options()).collect();
        let wanted = sums(events.iter());
        let mut sentences = Sentences::default();
        for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
            sentences.take(&event, &range);
        }
        let all = sentences.finish(0);
        let is_it = |at: &usize| {
            all[*at..].iter().map(|one| one.sum).take(wanted.len()).eq(wanted.iter().copied())
        };
        let found: Vec<&str> = (0..all.len())
            .filter(is_it)
            .map(|at| {
                &source[all[at].span.start as usize..all[at + wanted.len() - 1].span.end as usize]
            })
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn a_sentence_is_found_wherever_it_stands() {
        let words = "It slows decline.";
        check("A. It slows decline. B.", words, &["It slows decline."]);
        check("- it **slows**\n  decline\n- b\n", words, &["it **slows**\n  decline"]);
        check("> ## It slows decline\n", words, &["It slows decline"]);
        check("| It slows decline. |\n|-|\n", words, &["It slows decline."]);
        check("It slows decline.[^1] B\n\n[^1]: C", words, &["It slows decline."]);
        check("**It slows decline.** B", words, &["It slows decline."]);
        check("“It slows decline.” B", words, &["It slows decline."]);
        check("It [slows](a.md) decline; \n", words, &["It [slows](a.md) decline;"]);
    }

    #[test]
    fn what_words_have_besides_letters_is_compared() {
        let words = "H<sub>2</sub>O falls & rises by 1.5 %.";
        check(
            "H<sub>2</sub>O falls &amp; rises by 1.5 %.",
            words,
            &["H<sub>2</sub>O falls &amp; rises by 1.5 %."],
        );
        check("H<sup>2</sup>O falls & rises by 1.5 %.", words, &[]);
        check("H2O falls & rises by 1.5 %.", words, &[]);
    }

    #[test]
    fn other_texts_are_none() {
        let words = "It slows decline.";
        check("It slows declines. It slows, decline. So it slows decline.", words, &[]);
        check(
            "```\nIt slows decline.\n```\n\n`It slows decline.` ~~It slows decline.~~",
            words,
            &[],
        );
        check("It slows decline and more.", words, &[]);
    }

    #[test]
    fn words_of_several_sentences_are_found_together() {
        check(
            "A. It slows decline. It is safe! B",
            "It slows decline. It is safe.",
            &["It slows decline. It is safe!"],
        );
        check("It slows decline. B. It is safe.", "It slows decline. It is safe.", &[]);
    }
}
