//! Texts with directives: read once for everybody, and written for each group of readers.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Parser, RefDefs};

use super::variants::Variants;
use super::weaver::weave;
use super::woven::Woven;
use super::{Context, Rendered};
use crate::content::body::Body;
use crate::content::dialect::{Meaning, options};
use crate::content::directive::fences::{self, Fence};
use crate::content::directive::{DirectiveKind, DirectiveUse, Named, hides_nothing_in, unwoven};
use crate::content::markdown::{Composer, PageText};
use crate::content::once::{Sentences, Used};
use crate::content::remarks::{Remark, Remarks};
use crate::content::writer::{Html, Writer};
use etappe_base::source::Span;

/// Renders a text with directives. If a `for` in it hides nothing, its page is on no site.
pub(super) fn render(
    page: PageText<'_>,
    fences: Vec<Fence>,
    context: Context<'_>,
) -> Rendered<Body> {
    let PageText { source, offset, .. } = page;
    let (mut rendered, places) = write_as(page, fences, context, Telling::ToReaders, &Html);
    if !rendered.bodies.iter().any(hides_nothing_in) {
        return rendered;
    }
    // Code and escaped text may show how a `for` is written: render once more without both.
    let bare = unwoven::without_escaped(source, &places.raw);
    let without = PageText { source: &bare, ..page };
    let (again, _) = write_as(without, fences::find(&bare), context, Telling::WithoutCode, &Html);
    if again.bodies.iter().any(hides_nothing_in) {
        let mut remarks = Remarks::new(offset);
        for range in unwoven::places(&bare, &places.explained(source.len())) {
            let span = Span::from(range.clone()).shifted(offset);
            if !rendered.remarks.iter().any(|remark| remark.is_on_own_directive_in(span)) {
                remarks.hides_nothing(&bare, range);
            }
        }
        let all = std::mem::take(&mut rendered.remarks).into_iter().chain(remarks.finish());
        rendered.remarks = Remark::each_once(all);
        rendered.blocked = true;
    }
    rendered
}

/// Writes a text with directives that hides what it must.
pub(super) fn write<W: Writer>(
    page: PageText<'_>,
    fences: Vec<Fence>,
    context: Context<'_>,
    writer: &W,
) -> Rendered<W::Form> {
    write_as(page, fences, context, Telling::ToReaders, writer).0
}

/// Writes a text with all that it tells anybody, and with the addresses of all its definitions.
pub(super) fn write_whole<W: Writer>(
    page: PageText<'_>,
    fences: Vec<Fence>,
    context: Context<'_>,
    writer: &W,
) -> (W::Form, Vec<Used>) {
    let (mut rendered, _) = write_as(page, fences, context, Telling::Everything, writer);
    (rendered.bodies.remove(0), rendered.used)
}

/// What of a text is written.
#[derive(Clone, Copy, PartialEq)]
enum Telling {
    /// What each group of readers is told.
    ToReaders,
    /// The same, with code left blank.
    WithoutCode,
    /// In one text, what any reader may ever be told.
    Everything,
}

/// Where a text may hold something that looks like a `for`.
struct Places {
    code: Vec<Range<usize>>,
    raw: Vec<Range<usize>>,
    /// From the colons to the end of the attributes of each `for` that was woven, or directive that
    /// stands for what was written once, and its label.
    woven: Vec<(Range<usize>, Range<usize>)>,
}

impl Places {
    fn new(woven: Woven<'_>) -> Self {
        let is_own_directive = |used: &DirectiveUse| {
            let is_own = matches!(
                used.kind,
                DirectiveKind::For(_) | DirectiveKind::Once(_) | DirectiveKind::Lost
            );
            used.source == 0 && is_own
        };
        let place =
            |used: DirectiveUse| (used.at.clone(), used.label.unwrap_or(used.at.end..used.at.end));
        let uses = woven.uses.into_iter().filter(is_own_directive).map(place).collect();
        Self { code: woven.code, raw: woven.raw, woven: uses }
    }

    /// By byte of a text of this length: whether it is code, or belongs to a `for` that hides its
    /// text.
    fn explained(&self, length: usize) -> Vec<bool> {
        let mut explained = vec![false; length];
        let mut set = |range: &Range<usize>, to: bool| {
            explained.get_mut(range.clone()).unwrap_or_default().fill(to);
        };
        // A `for` in a label comes after the one that has the label.
        for (all, label) in &self.woven {
            set(all, true);
            set(label, false);
        }
        self.code.iter().for_each(|code| set(code, true));
        explained
    }
}

/// A use as the page has it. One that none of its readers is told keeps it back for no reason that
/// has to do with readers, and on no day.
fn of_page(used: Used, is_told: bool, offset: usize) -> Used {
    let span = used.span.shifted(offset);
    let fault = used.fault.filter(|fault| is_told || !fault.is_about_readers());
    Used { span, fault, expires: used.expires.filter(|_| is_told), ..used }
}

/// Whether a directive may hide its text from some.
fn may_hide(kind: &DirectiveKind) -> bool {
    match kind {
        DirectiveKind::For(_) => true,
        DirectiveKind::Once(Named::Module { shown, .. }) => !shown.iter().all(|shown| *shown),
        _ => false,
    }
}

/// The ids of a page without its modules; none where it has no module.
fn ids_of_page(
    page: PageText<'_>,
    woven: &Woven<'_>,
    definitions: &RefDefs<'_>,
) -> BTreeSet<Box<str>> {
    if woven.modules.is_empty() {
        return BTreeSet::new();
    }
    let is_module =
        |used: &DirectiveUse| matches!(used.kind, DirectiveKind::Once(Named::Module { .. }));
    let is_own = |at: usize| !woven.uses.get(at).is_some_and(is_module);
    let mut composer = Composer::new(page);
    woven.play(&mut composer, &is_own, definitions);
    composer.finish().1.into_iter().collect()
}

fn write_as<W: Writer>(
    page: PageText<'_>,
    fences: Vec<Fence>,
    context: Context<'_>,
    telling: Telling,
    writer: &W,
) -> (Rendered<W::Form>, Places) {
    let PageText { source, offset, .. } = page;
    let settled = fences::settle(source, fences);
    let unresolved = RefCell::new(Vec::new());
    let note = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        let reference = settled.masks.text(link.reference).to_string();
        unresolved.borrow_mut().push((link.link_type, reference, link.span));
        None
    };
    let mut parser = Parser::new_with_broken_link_callback(&settled.text, options(), Some(note))
        .into_offset_iter();
    let mut meaning = Meaning::new(source, settled.masks);
    let events: Vec<_> =
        parser.by_ref().filter_map(|(event, range)| meaning.of(event, range)).collect();
    let definitions = parser.reference_definitions();
    let mut remarks = Remarks::new(offset);
    let context = Context { is_bare: telling == Telling::WithoutCode, ..context };
    let mut woven = weave(source, events, &settled, definitions, context, &mut remarks);
    let used = std::mem::take(&mut woven.used);
    let mut said = vec![remarks];

    // Everything at once, for what is asked of the whole text: which notes and references it uses.
    let notes = woven.notes(&|_| true);
    let ids_of_page = ids_of_page(page, &woven, definitions);
    let compose = |shown: &dyn Fn(usize) -> bool, mentioned: Option<&BTreeSet<Box<str>>>| {
        let mut composer = Composer::new(page);
        composer.leaves_out_code = telling == Telling::WithoutCode;
        composer.mentioned = mentioned.cloned();
        composer.ids_of_page.clone_from(&ids_of_page);
        composer.visible_notes = mentioned.map(|_| woven.notes(shown).shown(&notes));
        let gathers =
            telling == Telling::ToReaders && mentioned.is_none() && context.library.has_claims();
        composer.sentences = gathers.then(Sentences::default);
        woven.play(&mut composer, shown, definitions);
        composer
    };
    let mut all = compose(&|_| true, None);
    let sentences = all.sentences.take().map(|sentences| sentences.finish(offset));
    let mut opaque = std::mem::take(&mut all.opaque);
    opaque.append(&mut meaning.comments);
    let mentioned: BTreeSet<Box<str>> = all.mentions().collect();
    let variants = Variants::new(&woven.uses, context.readers, &mut said[0]);
    let used = used.into_iter().map(|(by, used)| {
        let is_told = context.readers.personas.is_empty()
            || variants.signatures.iter().any(|told| told.get(by) != Some(&false));
        of_page(used, is_told, offset)
    });
    let used = used.collect();
    let is_whole = telling == Telling::Everything;
    let several = !is_whole
        && (variants.signatures.len() > 1 || woven.uses.iter().any(|used| may_hide(&used.kind)));
    let (mut bodies, mut ids) = (Vec::new(), Vec::new());
    let mut whole = std::mem::take(&mut all.remarks);
    if several {
        whole.forget();
        for signature in &variants.signatures {
            let (text, own, remarks) = compose(&|at| signature[at], Some(&mentioned)).finish();
            said.push(remarks);
            bodies.push(writer.write(text));
            ids.push(own);
        }
    } else {
        all.remarks = whole;
        if is_whole {
            all.define(definitions);
        }
        let (text, own, remarks) = all.finish();
        whole = remarks;
        bodies.push(writer.write(text));
        ids.push(own);
    }
    whole.definitions(source, definitions, &opaque);
    drop(parser);
    whole.lost_notes(source, &opaque);
    whole.templates(source, &opaque);
    whole.report_foreign(source);
    whole.unresolved(unresolved.into_inner());
    said.push(whole);
    let remarks = Remark::each_once(said.into_iter().flat_map(Remarks::finish));
    let rendered = Rendered {
        bodies,
        variants: variants.by_persona,
        ids: ids.into(),
        remarks,
        blocked: woven.blocked,
        used,
        sentences: sentences.unwrap_or_default(),
    };
    (rendered, Places::new(woven))
}
