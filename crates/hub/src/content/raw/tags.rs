//! The tags and comments of raw HTML, as a browser would find them in tag soup: by the tokenizer of
//! the HTML standard. Takes time in proportion to the text, whatever stands in it. Must not know
//! what a tag means.

use std::ops::Range;

use memchr::{memchr2, memmem};

/// What stands between texts.
pub(super) enum Markup<'h> {
    Start(Tag<'h>),
    End {
        /// In lower case.
        name: String,
        /// From `<` to behind `>`.
        whole: Range<usize>,
    },
    /// A comment, or what browsers take for one.
    Comment {
        /// From `<` to behind its end.
        whole: Range<usize>,
        /// The fragment ends within it.
        is_open: bool,
    },
    /// The fragment ends within the tag that begins here.
    Unfinished(usize),
}

/// The beginning of an element.
pub(super) struct Tag<'h> {
    /// In lower case.
    pub name: String,
    pub attributes: Vec<Attribute<'h>>,
    /// From `<` to behind `>`.
    pub whole: Range<usize>,
    /// It ends with `/>`.
    pub closes_itself: bool,
}

/// What comes next in a tag.
enum TagPart<'h> {
    Attribute(Attribute<'h>),
    /// Its `>`, and whether a slash stands before that.
    Close(bool),
    /// The fragment ends within it.
    End,
}

/// One attribute of a tag. Its value's range is empty where it has no value, or an empty one.
pub(super) struct Attribute<'h> {
    pub name: &'h str,
    pub value: Range<usize>,
    /// Name, value and quotes.
    pub whole: Range<usize>,
}

/// Finds the tags of one fragment of HTML, which may begin or end in the middle of anything.
pub(super) struct Tags<'h> {
    html: &'h str,
    at: usize,
}

impl<'h> Tags<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        Self { html, at: 0 }
    }

    /// What comes next. `is_foreign`: it stands in a drawing or a formula, which have sections of
    /// text of their own.
    pub(super) fn next(&mut self, is_foreign: bool) -> Option<Markup<'h>> {
        loop {
            let open = self.skip_to(b"<")?;
            if let Some(markup) = self.markup(open, is_foreign) {
                return Some(markup);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.html.as_bytes().get(self.at).copied()
    }

    /// Moves behind the next `text` and gives where that begins; where there is none, moves to the
    /// end.
    fn skip_to(&mut self, text: &[u8]) -> Option<usize> {
        let found = memmem::find(&self.html.as_bytes()[self.at..], text).map(|at| self.at + at);
        self.at = found.map_or(self.html.len(), |at| at + text.len());
        found
    }

    /// Moves on while bytes are `such`, and gives their text.
    fn take_while(&mut self, such: impl Fn(u8) -> bool) -> &'h str {
        let start = self.at;
        while self.peek().is_some_and(&such) {
            self.at += 1;
        }
        self.html.get(start..self.at).unwrap_or_default()
    }

    /// What follows a `<`, which stands at `open`: `None` where that is text.
    fn markup(&mut self, open: usize, is_foreign: bool) -> Option<Markup<'h>> {
        let rest = &self.html[self.at..];
        match rest.as_bytes() {
            [b'!', b'-', b'-', ..] => {
                let is_open = !self.comment();
                Some(Markup::Comment { whole: open..self.at, is_open })
            }
            [b'/', letter, ..] if letter.is_ascii_alphabetic() => Some(self.end_tag(open)),
            [letter, ..] if letter.is_ascii_alphabetic() => Some(self.start_tag(open)),
            _ if is_foreign && rest.starts_with("![CDATA[") => {
                self.skip_to(b"]]>").is_none().then_some(Markup::Unfinished(open))
            }
            [b'!' | b'?' | b'/', ..] => {
                let is_open = self.skip_to(b">").is_none();
                Some(Markup::Comment { whole: open..self.at, is_open })
            }
            _ => None,
        }
    }

    /// Moves behind a comment; gives whether it has an end.
    fn comment(&mut self) -> bool {
        self.at += "!--".len();
        if self.html[self.at..].starts_with('>') || self.html[self.at..].starts_with("->") {
            return self.skip_to(b">").is_some();
        }
        while self.skip_to(b"--").is_some() {
            let rest = &self.html[self.at..];
            if rest.starts_with('>') || rest.starts_with("!>") {
                return self.skip_to(b">").is_some();
            }
            // Of `--->` the last two hyphens count.
            self.at -= usize::from(rest.starts_with('-'));
        }
        false
    }

    fn end_tag(&mut self, open: usize) -> Markup<'h> {
        self.at += 1;
        let name = self.take_while(|byte| !ends_name(byte)).to_ascii_lowercase();
        loop {
            match self.part() {
                // They mean nothing.
                TagPart::Attribute(_) => {}
                TagPart::Close(_) => return Markup::End { name, whole: open..self.at },
                TagPart::End => return Markup::Unfinished(open),
            }
        }
    }

    fn start_tag(&mut self, open: usize) -> Markup<'h> {
        let name = self.take_while(|byte| !ends_name(byte)).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            match self.part() {
                TagPart::Attribute(attribute) => attributes.push(attribute),
                TagPart::Close(closes_itself) => {
                    let whole = open..self.at;
                    return Markup::Start(Tag { name, attributes, whole, closes_itself });
                }
                TagPart::End => {
                    self.at = self.html.len();
                    return Markup::Unfinished(open);
                }
            }
        }
    }

    fn part(&mut self) -> TagPart<'h> {
        let between = self.take_while(|byte| is_space(byte) || byte == b'/');
        if self.peek() == Some(b'>') {
            self.at += 1;
            return TagPart::Close(between.ends_with('/'));
        }
        self.attribute().map_or(TagPart::End, TagPart::Attribute)
    }

    /// One attribute; `None` when the fragment ends before its value does.
    fn attribute(&mut self) -> Option<Attribute<'h>> {
        let start = self.at;
        // An equals sign in the first place belongs to the name.
        self.at += usize::from(self.peek()? == b'=');
        self.take_while(|byte| !ends_name(byte) && byte != b'=');
        let (name, end) = (&self.html[start..self.at], self.at);
        self.take_while(is_space);
        if self.peek() != Some(b'=') {
            return Some(Attribute { name, value: end..end, whole: start..end });
        }
        self.at += 1;
        self.take_while(is_space);
        let quote = self.peek().filter(|byte| matches!(byte, b'"' | b'\''));
        self.at += usize::from(quote.is_some());
        let from = self.at;
        let to = match quote {
            Some(quote) => self.skip_to(&[quote])?,
            None => from + self.take_while(|byte| !is_space(byte) && byte != b'>').len(),
        };
        self.peek().is_some().then_some(Attribute { name, value: from..to, whole: start..self.at })
    }

    /// Moves to the end of an element whose text can hold no other tag; where there is none, moves
    /// to the end of all and gives `false`. `within` is an element around it that ends it too.
    pub(super) fn skip_text_of(&mut self, element: &str, within: Option<&str>) -> bool {
        let mut script = ScriptText::Plain;
        while let Some(more) =
            memchr2(b'<', b'>', self.html.as_bytes().get(self.at..).unwrap_or_default())
        {
            let at = self.at + more;
            self.at = at + 1;
            let ends = self.goes_on_with("/", element) && script != ScriptText::WithinScript;
            if ends || within.is_some_and(|around| self.goes_on_with("/", around)) {
                self.at = at;
                return true;
            }
            if element == "script" {
                script = self.script_text(script, at);
            }
        }
        self.at = self.html.len();
        false
    }

    /// What the text of a script is behind the `<` or `>` at `at`.
    fn script_text(&self, before: ScriptText, at: usize) -> ScriptText {
        let rest = &self.html[at..];
        match before {
            ScriptText::Plain if rest.starts_with("<!--") => ScriptText::Comment,
            ScriptText::Comment if self.goes_on_with("", "script") => ScriptText::WithinScript,
            ScriptText::WithinScript if self.goes_on_with("/", "script") => ScriptText::Comment,
            _ if rest.starts_with('>') && self.html[..at].ends_with("--") => ScriptText::Plain,
            _ => before,
        }
    }

    /// Whether `<` was met, and what follows it is `lead` and the name of a tag.
    fn goes_on_with(&self, lead: &str, name: &str) -> bool {
        let bytes = self.html.as_bytes();
        let Some(rest) = bytes[self.at..].strip_prefix(lead.as_bytes()) else { return false };
        bytes[self.at - 1] == b'<'
            && rest.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
            && rest.get(name.len()).is_none_or(|byte| ends_name(*byte))
    }
}

/// Where one is in the text of a script: in a comment of HTML, a script within it may end without
/// ending the outer one.
#[derive(Clone, Copy, PartialEq)]
enum ScriptText {
    Plain,
    Comment,
    WithinScript,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}
