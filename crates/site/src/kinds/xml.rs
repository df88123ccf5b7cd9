//! XML, well-formed by construction.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

pub(super) const SOUND: &str = "writing to memory does not fail";

pub(super) type Xml<'o> = Writer<&'o mut Vec<u8>>;

/// Begins a document.
pub(super) fn begin(out: &mut Vec<u8>) -> Xml<'_> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))).expect(SOUND);
    xml
}

pub(super) fn text(xml: &mut Xml<'_>, name: &str, text: &str) -> io::Result<()> {
    // XML cannot express control characters, nor the last two of the first plane.
    let cannot_stand = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let clean = if text.contains(cannot_stand) {
        Cow::Owned(text.replace(cannot_stand, ""))
    } else {
        Cow::Borrowed(text)
    };
    xml.create_element(name).write_text_content(BytesText::new(&clean)).map(|_| ())
}

pub(super) fn link(xml: &mut Xml<'_>, rel: &str, href: &str) -> io::Result<()> {
    xml.create_element("link")
        .with_attribute(("rel", rel))
        .with_attribute(("href", href))
        .write_empty()
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_express_is_left_out() {
        let mut out = Vec::new();
        let mut xml = begin(&mut out);
        text(&mut xml, "t", "a\u{fffe}b\u{ffff}c\u{0}d\u{fffd}\u{1f642}").expect(SOUND);
        assert!(String::from_utf8_lossy(&out).ends_with("<t>abcd\u{fffd}\u{1f642}</t>"));
    }
}
