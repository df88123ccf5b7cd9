//! What becomes of a directive. Where one that names readers fails, nobody is shown its text, or
//! nobody its page.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::weaver::Weaver;
use super::woven::WovenItem;
use crate::config::directives::Form;
use crate::content::directive::attributes::attributes;
use crate::content::directive::condition::{self, Condition, KEYS};
use crate::content::directive::fences::{Fence, FenceStyle};
use crate::content::directive::head::DirectiveHead;
use crate::content::directive::{DirectiveKind, FOR, OF_ONCE, inline, unwoven};
use etappe_base::finding::{codes, did_you_mean, unmistakable};

impl Weaver<'_, '_> {
    /// Decides what becomes of a directive, and reports all that is wrong with it.
    pub(super) fn kind(
        &mut self,
        form: Form,
        head: &DirectiveHead,
        style: FenceStyle,
        all: Range<usize>,
    ) -> DirectiveKind {
        let name = &self.source[head.name.clone()];
        let known = self.readers.config.directives.get(name);
        if name == FOR || known.is_some() {
            self.remarks.curly(self.source, head);
        }
        let is_condition = head.attributes.iter().any(|attribute| KEYS.contains(&&*attribute.key));
        if name == FOR {
            return self.for_kind(form, head, style);
        }
        if known.is_none()
            && (name.eq_ignore_ascii_case(FOR)
                || is_condition && unmistakable(name, [FOR]).is_some())
        {
            let message = format!("There is no directive `{name}`, so nobody is shown this.");
            self.remarks.condition(head.name.clone(), message, "did you mean `for`?".to_owned());
            self.remarks.fix_with(head.name.clone(), FOR);
            return DirectiveKind::For(Condition::faulty(self.readers));
        }
        let declares = |key: &str| known.is_some_and(|known| known.attribute(key).is_some());
        let mut conditions =
            head.attributes.iter().filter(|attribute| KEYS.contains(&&*attribute.key));
        if let Some(one) = conditions.find(|attribute| !declares(&attribute.key)) {
            return self.failed(
                one.key_span.clone(),
                format!("`{name}` takes no `{}`, so nobody is shown this page.", one.key),
                format!(
                    "put it into a `for`: `:::for{{{}=…}}` before it and `:::` behind it, or \
                    `:for[…]{{{}=…}}`",
                    one.key, one.key
                ),
            );
        }
        if OF_ONCE.contains(&name) || known.is_none() && head.names_once(self.source) {
            return self.once_kind(form, head, &all);
        }
        let Some(known) = known else {
            let own = [FOR].into_iter().chain(OF_ONCE);
            let help = did_you_mean(name, self.readers.config.directives.names().chain(own));
            self.remarks.unknown_directive(name, head.name.clone(), help);
            return DirectiveKind::Text;
        };
        if !known.forms.contains(&form) {
            let message = format!("`{name}` cannot be written with {}.", colons(form));
            let help: Vec<String> = known.forms.iter().map(|form| example(*form, name)).collect();
            self.remarks.misplaced(all, message, format!("write {}", help.join(" or ")));
            return DirectiveKind::Text;
        }
        if style != FenceStyle::Plain {
            self.remarks.dialect(self.source, head, style, all);
        }
        if let Some(outer) = &known.inside {
            let around = self.open.iter().rev().map(|open| &self.woven.uses[open.used]);
            let within = around
                .filter(|used| !matches!(used.kind, DirectiveKind::For(_)))
                .map(|used| &*used.name)
                .next();
            if within != Some(outer) {
                let help = format!("put it between `::::{outer}` and `::::`");
                self.remarks.misplaced(
                    head.name.clone(),
                    format!("`{name}` stands outside `{outer}`."),
                    help,
                );
            }
        }
        DirectiveKind::Theme(attributes(self.source, head, known, self.remarks))
    }

    /// Reports a condition that may not hide its text: nobody is shown the text, nor the page.
    fn failed(&mut self, range: Range<usize>, message: String, help: String) -> DirectiveKind {
        self.woven.blocked = true;
        self.remarks.condition(range, message, help);
        DirectiveKind::For(Condition::faulty(self.readers))
    }

    /// Reports braces that name readers on a block of code, which takes none.
    /// `first` is the first item of the text.
    pub(super) fn braces_of_code(&mut self, first: usize) {
        let mut failed = Vec::new();
        let mut modules = 0_usize;
        for item in &self.woven.items[first..] {
            match item {
                WovenItem::Enter(_) => modules += 1,
                WovenItem::Leave => modules = modules.saturating_sub(1),
                _ => {}
            }
            if modules > 0 {
                continue;
            }
            let WovenItem::Event(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), range) =
                item
            else {
                continue;
            };
            if unwoven::find(info, 0).is_some() {
                let line = self.source[range.clone()].lines().next().unwrap_or_default();
                failed.push(range.start..range.start + line.len());
            }
        }
        for range in failed {
            let help = "put it between `:::for{…}` and `:::`".to_owned();
            let message =
                "The braces name readers, but hide nothing here, so nobody is shown this page."
                    .to_owned();
            self.failed(range, message, help);
        }
    }

    fn for_kind(&mut self, form: Form, head: &DirectiveHead, style: FenceStyle) -> DirectiveKind {
        let label = head.label.clone().map_or("", |label| &self.source[label]);
        if form == Form::Inline && label.trim().is_empty() {
            let help =
                "put the text into brackets before the braces: `:for[text]{persona=…}`".to_owned();
            let message = "`for` holds no text, so nobody is shown this page.".to_owned();
            return self.failed(head.name.start..head.end, message, help);
        }
        if form == Form::Leaf {
            self.woven.blocked = true;
            let help =
                "write `:::for{…}`, and `:::` on a line of its own where the text ends".to_owned();
            self.remarks.condition(
                head.name.clone(),
                "`for` with two colons holds no text.".to_owned(),
                help,
            );
            return DirectiveKind::Text;
        }
        if style == FenceStyle::Garbled {
            let help = "write `:::for{persona=…}` and nothing else on the line".to_owned();
            self.remarks.condition(
                head.name.start..head.end,
                "The line of `for` cannot be understood, so nobody is shown this.".to_owned(),
                help,
            );
            return DirectiveKind::For(Condition::faulty(self.readers));
        }
        DirectiveKind::For(condition::read(
            &head.attributes,
            head.name.clone(),
            self.readers,
            self.remarks,
        ))
    }

    /// Reports a `for` right before a link. The link's brackets are not its label, so their text
    /// would be shown to everybody.
    pub(super) fn text_of_link(&mut self, range: &Range<usize>) {
        /// The longest way to write the name that is looked for, in bytes.
        const LONGEST: usize = 60;
        let near = range.start.saturating_sub(LONGEST)..range.start;
        let Some(colon) = memchr::memrchr(b':', &self.source.as_bytes()[near.clone()]) else {
            return;
        };
        let at = near.start + colon;
        let is_for = unwoven::is_for(&self.source[at + 1..range.start]);
        if is_for && !inline::is_escaped(self.source, at) {
            self.woven.blocked = true;
            self.remarks.hides_nothing(self.source, at..range.end);
        }
    }

    /// Reports directives on lines that are neither blocks nor code.
    pub(super) fn lost(&mut self, lost: &[Fence]) {
        for fence in lost {
            let Some(head) = fence.head() else { continue };
            let name = &self.source[head.name.clone()];
            let help =
                "put an empty line before it, and no more than three spaces in front".to_owned();
            if name.eq_ignore_ascii_case(FOR) {
                self.woven.blocked = true;
                let message = "`for` stands within raw HTML, or is indented too far, and hides \
                    nothing there."
                    .to_owned();
                self.remarks.condition(head.name.clone(), message, help);
            } else if OF_ONCE.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                self.woven.blocked = true;
                let message = format!(
                    "`{name}` stands within raw HTML, or is indented too far, so nobody is shown \
                     this page."
                );
                self.remarks.add(&codes::DIRECTIVE_ONCE, fence.at.clone(), message, help);
            } else if self.readers.config.directives.get(name).is_some() {
                let message = format!(
                    "`{name}` stands within raw HTML, or is indented too far: it is text there."
                );
                self.remarks.misplaced(fence.at.clone(), message, help);
            }
        }
    }
}

fn colons(form: Form) -> &'static str {
    ["three colons", "two colons", "one colon"][form as usize]
}

fn example(form: Form, name: &str) -> String {
    match form {
        Form::Container => format!("`:::{name}` … `:::`"),
        Form::Leaf => format!("`::{name}` on a line of its own"),
        Form::Inline => format!("`:{name}[…]`"),
    }
}
