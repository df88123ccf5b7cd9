//! Modules within a text: each is read by its own source, and fits into the text around it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{HeadingLevel, Tag, TagEnd};

use super::Composer;
use super::headings::unique;
use crate::content::body::{Link, LinkKind};
use crate::content::directive::Named;
use crate::content::once::{Module, ModuleText, Sentences};
use crate::content::raw::Balance;
use crate::content::remarks::Remarks;
use crate::content::writer::Step;
use etappe_base::path::join;
use etappe_base::source::Span;

/// The text around a module, as it is kept meanwhile.
pub(super) struct OuterText<'s> {
    source: &'s str,
    offset: usize,
    remarks: Remarks,
    balance: Balance<'s>,
    cited_to: usize,
    opaque: usize,
    level: u8,
    shift: i8,
    module: Option<&'s Module>,
    own_ids: OwnIds,
    /// Where the page names the outermost module, in its own file.
    pub at: Span,
}

/// The ids of a module's text where it stands.
#[derive(Default)]
pub(super) struct OwnIds {
    /// As they are where the module stands alone.
    alone: BTreeSet<Box<str>>,
    numbered: BTreeMap<Box<str>, u32>,
    /// By such an id: what it is here, if that differs.
    here: BTreeMap<Box<str>, Box<str>>,
    /// The first of its links.
    link: usize,
}

impl<'s> Composer<'s> {
    /// Begins a module that the text names at `at`. Whatever it leaves open ends with it, and what
    /// there is to say of it is said of its own file.
    pub(crate) fn enter(&mut self, module: &'s Module, text: &'s ModuleText, at: Range<usize>) {
        let ends = self.balance.enter(true);
        self.ends(ends);
        let at = self.outer.first().map_or(Span::from(at).shifted(self.offset), |outer| outer.at);
        self.outer.push(OuterText {
            source: std::mem::replace(&mut self.source, &text.source),
            offset: std::mem::replace(&mut self.offset, module.offset),
            remarks: std::mem::replace(&mut self.remarks, Remarks::new(0)),
            balance: std::mem::replace(&mut self.balance, Balance::of(&text.source)),
            cited_to: std::mem::take(&mut self.cited_to),
            opaque: self.opaque.len(),
            level: self.level,
            shift: self.shift,
            module: self.module.replace(module),
            own_ids: std::mem::take(&mut self.own_ids),
            at,
        });
        self.own_ids.link = self.links.len();
        // Below the heading that it stands under.
        self.shift = if module.top > 6 { 0 } else { self.level as i8 + 1 - module.top as i8 };
        self.has_heading = true;
    }

    /// Ends the innermost module.
    pub(crate) fn leave(&mut self) {
        let Some(outer) = self.outer.pop() else { return };
        let own_ids = std::mem::replace(&mut self.own_ids, outer.own_ids);
        self.lead_to_own(&own_ids);
        let ends = self.balance.leave();
        self.ends(ends);
        self.source = outer.source;
        self.offset = outer.offset;
        self.remarks = outer.remarks;
        self.balance = outer.balance;
        self.cited_to = outer.cited_to;
        self.opaque.truncate(outer.opaque);
        self.level = outer.level;
        self.shift = outer.shift;
        self.module = outer.module;
        let ends = self.balance.leave();
        self.ends(ends);
    }

    /// Begins what was written once. Only a list of claims is a block of its own.
    pub(crate) fn open_once(&mut self, named: &Named) {
        self.sentences.iter_mut().for_each(Sentences::begin_foreign);
        if self.open_once == 0 {
            self.words_before = self.words;
        }
        self.open_once += 1;
        if !self.is_without_seams() {
            self.push(Step::Reused(self.reuses.len() as u32));
            self.reuses.push(named.said());
        }
        if let Named::Claims { .. } = named {
            let ends = self.balance.enter(true);
            self.ends(ends);
            self.push(Step::Claims);
        }
    }

    pub(crate) fn close_once(&mut self, named: &Named) {
        self.sentences.iter_mut().for_each(Sentences::end_foreign);
        if let Named::Claims { .. } = named {
            let ends = self.balance.leave();
            self.ends(ends);
            self.push(Step::ClaimsEnd);
        }
        if !self.is_without_seams() {
            self.push(Step::ReusedEnd);
        }
        self.open_once -= 1;
        if self.open_once == 0 {
            // Words are counted by the spaces between them.
            let last = u32::from(matches!(named, Named::Claim(_)));
            self.reused += self.words - self.words_before + last;
        }
    }

    /// The beginning of an element as it stands here.
    pub(super) fn fitting(&self, tag: Tag<'s>) -> Tag<'s> {
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                Tag::Heading { level: self.lowered(level), id, classes, attrs }
            }
            tag => tag,
        }
    }

    /// The end of an element as it stands here.
    pub(super) fn fitting_end(&self, tag: TagEnd) -> TagEnd {
        match tag {
            TagEnd::Heading(level) => TagEnd::Heading(self.lowered(level)),
            tag => tag,
        }
    }

    fn lowered(&self, level: HeadingLevel) -> HeadingLevel {
        let level_here = (level as i8 + self.shift).clamp(1, 6);
        HeadingLevel::try_from(level_here as usize).unwrap_or(level)
    }

    /// An id as it stands here: on a page, a module's own may be taken, or be that of a part of the
    /// page that follows.
    pub(super) fn free_id(&mut self, id: String) -> String {
        if self.module.is_none() {
            return id;
        }
        let OwnIds { alone, numbered, here, .. } = &mut self.own_ids;
        let own = unique(id, |id| alone.contains(id), numbered);
        alone.insert(own.as_str().into());
        let is_taken = |id: &str| self.ids.contains(id) || self.ids_of_page.contains(id);
        let free = unique(own.clone(), is_taken, &mut self.numbered_in_modules);
        if free != own {
            here.insert(own.into(), free.as_str().into());
        }
        free
    }

    /// Leads the links of a module that lead within it to the ids that it has here.
    fn lead_to_own(&mut self, own_ids: &OwnIds) {
        let file = self.module.map(|module| &module.file);
        if own_ids.here.is_empty() {
            return;
        }
        let links = self.links.iter_mut().skip(own_ids.link);
        for link in links.filter(|link| link.module.as_ref() == file) {
            let fragment = link.dest.strip_prefix('#');
            if let Some(here) = fragment.and_then(|fragment| own_ids.here.get(fragment)) {
                link.dest = format!("#{here}").into();
            }
        }
    }

    /// A link as it stands here: one in a module leads where it leads from the module's place.
    pub(super) fn link_to(&self, dest: Box<str>, span: Span, kind: LinkKind) -> Link {
        let link = Link { dest, span, kind, module: None };
        let Some(module) = self.module else { return link };
        let dest = match link.is_internal() {
            true => rooted(module.file.folder(), &link.dest).into(),
            false => link.dest,
        };
        Link { dest, module: Some(module.file.clone()), ..link }
    }
}

/// A link from a folder of the hub, as it leads to the same from the root of pages.
pub(in crate::content) fn rooted(folder: &str, dest: &str) -> String {
    let (target, tail) = dest.split_at(dest.find(['#', '?']).unwrap_or(dest.len()));
    if target.is_empty() || target.starts_with('/') {
        return dest.to_owned();
    }
    let Some(path) = join(folder, target) else { return dest.to_owned() };
    let below = path.strip_prefix("content/").or_else(|| path.strip_prefix("static/"));
    format!("/{}{tail}", below.unwrap_or(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_where_they_lead_from_the_place_of_the_module() {
        for (dest, expected) in [
            ("../content/service/mri.md#when", "/service/mri.md#when"),
            ("/service/mri.md?x", "/service/mri.md?x"),
            ("figure.png", "/modules/figure.png"),
            ("../static/form.pdf", "/form.pdf"),
            ("#here", "#here"),
        ] {
            assert_eq!(rooted("modules", dest), expected);
        }
    }
}
