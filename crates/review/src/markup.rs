//! HTML as pieces, read by a tokenizer and written again: what nobody touches means the same.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use etappe_hub::content::escape;

/// A piece of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum HtmlPiece {
    Start(StartTag),
    /// The end of an element, by its name.
    End(String),
    /// Text, with its characters as readers see them.
    Text(String),
    /// The text of a style or a script, as it is written.
    Code(String),
    Comment(String),
    /// Markup of the pack's own.
    Own(String),
    Doctype,
}

/// The beginning of an element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct StartTag {
    pub name: String,
    /// Sorted by name.
    pub attributes: Vec<(String, String)>,
    pub is_closed: bool,
}

impl StartTag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.attributes.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.attributes.retain(|(own, _)| own != name);
    }
}

/// Elements without an end.
pub(crate) fn is_void(name: &str) -> bool {
    const VOID: [&str; 13] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    ];
    VOID.contains(&name)
}

/// Takes a page apart.
pub(crate) fn read(html: &str) -> Vec<HtmlPiece> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut pieces: Vec<HtmlPiece> = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter();
                let attributes = attributes.map(|(name, value)| (text(name), text(value)));
                pieces.push(HtmlPiece::Start(StartTag {
                    name: text(&tag.name),
                    attributes: attributes.collect(),
                    is_closed: tag.self_closing,
                }));
            }
            Token::EndTag(tag) => pieces.push(HtmlPiece::End(text(&tag.name))),
            Token::String(string) => match pieces.last_mut() {
                Some(HtmlPiece::Text(before) | HtmlPiece::Code(before)) => {
                    before.push_str(&text(&string))
                }
                Some(HtmlPiece::Start(tag)) if is_code(&tag.name) => {
                    pieces.push(HtmlPiece::Code(text(&string)));
                }
                _ => pieces.push(HtmlPiece::Text(text(&string))),
            },
            Token::Comment(comment) => pieces.push(HtmlPiece::Comment(text(&comment))),
            Token::Doctype(_) => pieces.push(HtmlPiece::Doctype),
            Token::Error(_) => {}
        }
    }
    pieces
}

fn is_code(name: &str) -> bool {
    matches!(name, "style" | "script" | "xmp" | "iframe" | "noembed" | "noframes")
}

/// Puts pieces together again.
pub(crate) fn write<'p>(pieces: impl IntoIterator<Item = &'p HtmlPiece>) -> String {
    let mut html = String::new();
    pieces.into_iter().for_each(|piece| write_piece(&mut html, piece));
    html
}

fn write_piece(html: &mut String, piece: &HtmlPiece) {
    match piece {
        HtmlPiece::Start(tag) => {
            html.push('<');
            html.push_str(&tag.name);
            for (name, value) in &tag.attributes {
                html.push(' ');
                html.push_str(name);
                html.push_str("=\"");
                escape(html, value);
                html.push('"');
            }
            html.push_str(if tag.is_closed { "/>" } else { ">" });
        }
        HtmlPiece::End(name) => {
            html.push_str("</");
            html.push_str(name);
            html.push('>');
        }
        HtmlPiece::Text(text) => escape(html, text),
        HtmlPiece::Code(code) | HtmlPiece::Own(code) => html.push_str(code),
        HtmlPiece::Comment(comment) => {
            html.push_str("<!--");
            html.push_str(comment);
            html.push_str("-->");
        }
        HtmlPiece::Doctype => html.push_str("<!doctype html>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_touches_means_the_same() {
        let html = "<!doctype html><p class=\"a\">1 &lt; 2 &amp; <br>é</p><style>a > b {}</style>\
                    <!--c--><svg viewbox=\"0 0 1 1\"><path d=\"M0\"/></svg>";
        assert_eq!(write(&read(html)), html);
    }
}
