//! A character that stands for the colon of a directive while Markdown is parsed.

use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

/// The character, if the text leaves one free.
#[derive(Clone, Copy, Debug)]
pub(in crate::content) struct Masks(Option<char>);

impl Masks {
    pub(in crate::content) fn new(source: &str) -> Self {
        let numbered: Vec<u32> = numbers(source).collect();
        // One byte, as a colon is. It means nothing to Markdown, and the text has it neither as
        // itself nor by its number.
        Self(
            ('\u{1}'..='\u{8}')
                .find(|c| !source.contains(*c) && !numbered.contains(&u32::from(*c))),
        )
    }

    /// The text with the colons at these places masked; every byte stays at its place.
    pub(in crate::content) fn mask<'t>(
        self,
        source: &'t str,
        places: impl Iterator<Item = usize>,
    ) -> Cow<'t, str> {
        let Some(mask) = self.0 else { return Cow::Borrowed(source) };
        let mut masked = Cow::Borrowed(source);
        for at in places {
            masked.to_mut().replace_range(at..at + 1, mask.encode_utf8(&mut [0; 1]));
        }
        masked
    }

    /// A text as its author wrote it.
    pub(in crate::content) fn text<'t>(self, text: CowStr<'t>) -> CowStr<'t> {
        match self.0.filter(|mask| text.contains(*mask)) {
            Some(mask) => text.replace(mask, ":").into(),
            None => text,
        }
    }

    /// An event as its author wrote it.
    pub(in crate::content) fn event<'t>(self, event: Event<'t>) -> Event<'t> {
        match event {
            Event::Text(text) => Event::Text(self.text(text)),
            Event::Code(text) => Event::Code(self.text(text)),
            Event::Html(text) => Event::Html(self.text(text)),
            Event::InlineHtml(text) => Event::InlineHtml(self.text(text)),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(self.text(info))))
            }
            // The id stays: it names a definition of the masked text.
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let (dest_url, title) = (self.text(dest_url), self.text(title));
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let (dest_url, title) = (self.text(dest_url), self.text(title));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            other => other,
        }
    }
}

/// The characters that a text writes by their numbers: 1 and 16 of `&#1;&#x10;`.
fn numbers(source: &str) -> impl Iterator<Item = u32> + '_ {
    source.split("&#").skip(1).filter_map(|rest| {
        let (digits, radix) =
            rest.strip_prefix(['x', 'X']).map_or((rest, 10), |digits| (digits, 16));
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        u32::from_str_radix(&digits[..end], radix).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: Option<char>) {
        assert_eq!(Masks::new(source).0, expected, "{source:?}");
    }

    #[test]
    fn the_mask_stands_nowhere_in_the_text_and_is_written_there_by_no_number() {
        check("plain", Some('\u{1}'));
        check("\u{1} &#2; &#x3; &#X0004;", Some('\u{5}'));
        check("&#99999999999; &#; &#x;", Some('\u{1}'));
        check("&#1;&#2;&#3;&#4;&#5;&#6;&#7;&#8;", None);
    }
}
