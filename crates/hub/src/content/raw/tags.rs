//! The tags of raw HTML, as a browser would find them in tag soup: by the tokenizer of the HTML
//! standard, as far as tags and their attributes go. Takes time in proportion to the text, whatever
//! stands in it. Must not know what a tag means.

use std::ops::Range;

use memchr::memmem;

/// The beginning of an element. Ends of elements hold nothing that counts.
pub(super) struct Tag<'h> {
    /// In lower case.
    pub name: String,
    pub attributes: Vec<Attribute<'h>>,
    /// From `<` to behind `>`; `None` where the fragment ends within it.
    pub whole: Option<Range<usize>>,
}

/// What comes next in a tag.
enum TagPart<'h> {
    Attribute(Attribute<'h>),
    /// Its `>`.
    Close,
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

impl<'h> Iterator for Tags<'h> {
    type Item = Tag<'h>;

    fn next(&mut self) -> Option<Tag<'h>> {
        loop {
            let open = self.skip_to(b"<")?;
            if let Some(tag) = self.markup(open) {
                return Some(tag);
            }
        }
    }
}

impl<'h> Tags<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        Self { html, at: 0 }
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

    /// What follows a `<`, which stands at `open`: `None` where it begins no element.
    fn markup(&mut self, open: usize) -> Option<Tag<'h>> {
        let rest = &self.html[self.at..];
        match rest.as_bytes() {
            [b'!', b'-', b'-', ..] => self.comment(),
            [b'/', letter, ..] if letter.is_ascii_alphabetic() => {
                self.at += 1;
                self.take_while(|byte| !ends_name(byte));
                while let TagPart::Attribute(_) = self.part() {}
            }
            [letter, ..] if letter.is_ascii_alphabetic() => return Some(self.start_tag(open)),
            [b'!' | b'?' | b'/', ..] => {
                self.skip_to(b">");
            }
            _ => {}
        }
        None
    }

    fn comment(&mut self) {
        self.at += "!--".len();
        if self.html[self.at..].starts_with('>') || self.html[self.at..].starts_with("->") {
            self.skip_to(b">");
            return;
        }
        while self.skip_to(b"--").is_some() {
            let rest = &self.html[self.at..];
            if rest.starts_with('>') || rest.starts_with("!>") {
                self.skip_to(b">");
                return;
            }
            // Of `--->` the last two hyphens count.
            self.at -= usize::from(rest.starts_with('-'));
        }
    }

    fn start_tag(&mut self, open: usize) -> Tag<'h> {
        let name = self.take_while(|byte| !ends_name(byte)).to_ascii_lowercase();
        let mut tag = Tag { name, attributes: Vec::new(), whole: None };
        loop {
            match self.part() {
                TagPart::Attribute(attribute) => tag.attributes.push(attribute),
                TagPart::Close => break,
                TagPart::End => return tag,
            }
        }
        tag.whole = Some(open..self.at);
        match &*tag.name {
            "plaintext" => self.at = self.html.len(),
            "script" | "style" | "textarea" | "title" | "iframe" | "xmp" | "noembed"
            | "noframes" | "noscript" => self.skip_raw(&tag.name),
            _ => {}
        }
        tag
    }

    fn part(&mut self) -> TagPart<'h> {
        self.take_while(|byte| is_space(byte) || byte == b'/');
        if self.peek() == Some(b'>') {
            self.at += 1;
            return TagPart::Close;
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

    /// Skips the text of an element that can hold no tag but its own end.
    fn skip_raw(&mut self, tag: &str) {
        while let Some(at) = self.skip_to(b"</") {
            let rest = &self.html.as_bytes()[self.at..];
            let ends =
                rest.get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag.as_bytes()))
                    && rest.get(tag.len()).is_none_or(|byte| ends_name(*byte));
            if ends {
                self.at = at;
                return;
            }
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}
