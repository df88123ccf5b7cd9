//! The text of a page's HTML, as far as readers see it: without tags, comments, scripts and styles.

use quick_xml::escape::{resolve_html5_entity, unescape_with};

/// Whether a word goes on behind the tags of an element: it stands within a line. So H₂O is one
/// word, whose 2 is in a `sub`. The name is in lower case. A `match` asks by length first, and most
/// tags are asked about.
#[inline]
pub fn is_within_words(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"abbr"
            | b"acronym"
            | b"b"
            | b"bdi"
            | b"bdo"
            | b"big"
            | b"cite"
            | b"code"
            | b"data"
            | b"del"
            | b"dfn"
            | b"em"
            | b"font"
            | b"i"
            | b"ins"
            | b"kbd"
            | b"mark"
            | b"nobr"
            | b"q"
            | b"s"
            | b"samp"
            | b"small"
            | b"span"
            | b"strike"
            | b"strong"
            | b"sub"
            | b"sup"
            | b"time"
            | b"tt"
            | b"u"
            | b"var"
            | b"wbr"
    )
}

/// The same for a name of any case.
fn goes_on_within_words(name: &str) -> bool {
    /// As long as the longest of them.
    const LONGEST: usize = 7;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    is_within_words(lower)
}

/// Elements whose content nobody reads as text.
const UNREAD: [&str; 6] = ["script", "style", "template", "textarea", "title", "svg"];

/// HTML up to a place where something of the theme stands, or to the end. It may begin and end
/// within anything, but no word goes on behind it.
pub struct Piece<'h> {
    /// The page's own.
    pub html: &'h str,
    /// What the page's own text says behind it.
    pub texts: Vec<&'h str>,
}

/// Takes in a text from its beginning to its end.
pub(super) trait TextReader {
    /// Words may go on from one piece of text to the next.
    fn text(&mut self, text: &str);
    /// No word goes on past here.
    fn pause(&mut self);
    /// A heading begins, or ends.
    fn heading(&mut self, inside: bool);
}

/// Reads HTML from its first piece to its last.
pub(super) fn read<'h>(pieces: impl Iterator<Item = Piece<'h>>, reader: &mut impl TextReader) {
    for piece in pieces {
        read_piece(piece.html, reader);
        reader.pause();
        for text in piece.texts {
            reader.text(text);
            reader.pause();
        }
    }
}

fn read_piece(html: &str, reader: &mut impl TextReader) {
    let bytes = html.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr2(b'<', b'&', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        if end > at {
            reader.text(&html[at..end]);
        }
        at = match bytes.get(end) {
            Some(b'<') => tag(html, end, reader),
            Some(_) => reference(html, end, reader),
            None => end,
        };
    }
}

/// Reads what begins with the `<` at `open`, and says where it ends.
fn tag(html: &str, open: usize, reader: &mut impl TextReader) -> usize {
    let rest = &html[open..];
    if rest.starts_with("<!--") {
        return memchr::memmem::find(&rest.as_bytes()[2..], b"-->")
            .map_or(html.len(), |end| open + 2 + end + 3);
    }
    let is_end = rest.as_bytes().get(1) == Some(&b'/');
    let from = open + 1 + usize::from(is_end);
    let length = html[from..]
        .bytes()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(html.len() - from);
    let name = &html[from..from + length];
    if !name.starts_with(|first: char| first.is_ascii_alphabetic())
        && !rest.starts_with("<!")
        && !rest.starts_with("<?")
    {
        reader.text("<");
        return open + 1;
    }
    let end = end_of_tag(html, from + length);
    if !goes_on_within_words(name) || is_mark_of_note(html, name, open, end) {
        reader.pause();
    }
    if name.len() == 2 && matches!(name.as_bytes(), [b'h' | b'H', b'1'..=b'6']) {
        reader.heading(!is_end);
    }
    let is = |known: &&str| known.eq_ignore_ascii_case(name);
    if !is_end && UNREAD.iter().any(is) {
        return past_element(html, end, name);
    }
    end
}

/// Whether a raised text is no part of the words around it: a link to a note. The tag is from `open`
/// to `end`.
fn is_mark_of_note(html: &str, name: &str, open: usize, end: usize) -> bool {
    if !name.eq_ignore_ascii_case("sup") {
        return false;
    }
    let is_link =
        |text: Option<&str>, link: &str| text.is_some_and(|text| text.eq_ignore_ascii_case(link));
    let (before, behind) = (html[..open].trim_end(), html[end..].trim_start());
    match html.as_bytes().get(open + 1) {
        Some(b'/') => is_link(before.len().checked_sub(4).and_then(|at| before.get(at..)), "</a>"),
        _ => is_link(behind.get(..2), "<a"),
    }
}

/// Behind the `>` of a tag; one within quotes does not end it.
fn end_of_tag(html: &str, from: usize) -> usize {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &bytes[at..]).map(|found| at + found)
    {
        if bytes[found] == b'>' {
            return found + 1;
        }
        match memchr::memchr(bytes[found], &bytes[found + 1..]) {
            Some(close) => at = found + 1 + close + 1,
            None => break,
        }
    }
    html.len()
}

/// Behind the end tag of the element whose content begins at `from`.
fn past_element(html: &str, from: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    let closes = |at: &usize| {
        bytes
            .get(at + 2..at + 2 + name.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(name.as_bytes()))
    };
    let end = memchr::memmem::find_iter(&bytes[from..], b"</").map(|at| from + at).find(closes);
    end.map_or(html.len(), |end| end_of_tag(html, end + 2))
}

/// Reads the character reference at `at`, or an ampersand, and says where that ends.
fn reference(html: &str, at: usize, reader: &mut impl TextReader) -> usize {
    /// The longest name has 32 letters.
    const LONGEST: usize = 40;
    let end = html.as_bytes()[at..]
        .iter()
        .take(LONGEST)
        .position(|byte| *byte == b';')
        .map(|end| at + end + 1);
    let meant = end.and_then(|end| {
        unescape_with(&html[at..end], resolve_html5_entity).ok().map(|text| (text, end))
    });
    match meant {
        Some((text, end)) => {
            reader.text(&text);
            end
        }
        None => {
            reader.text("&");
            at + 1
        }
    }
}

/// The text alone, in one line.
pub fn text<'h>(pieces: impl Iterator<Item = Piece<'h>>) -> String {
    let mut line = RunningLine::default();
    read(pieces, &mut line);
    line.text
}

#[derive(Default)]
struct RunningLine {
    text: String,
    /// A space is due before the next word.
    space: bool,
}

impl TextReader for RunningLine {
    fn text(&mut self, text: &str) {
        for (at, word) in text.split(char::is_whitespace).enumerate() {
            self.space |= at > 0;
            if !word.is_empty() {
                if self.space && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.space = false;
                self.text.push_str(word);
            }
        }
    }

    fn pause(&mut self) {
        self.space = true;
    }

    fn heading(&mut self, _inside: bool) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(html: &str) -> impl Iterator<Item = Piece<'_>> {
        std::iter::once(Piece { html, texts: Vec::new() })
    }

    fn check(html: &str, expected: &str) {
        assert_eq!(text(whole(html)), expected, "{html}");
    }

    #[test]
    fn blocks_part_words_and_marks_within_a_line_do_not() {
        check("<p>one</p><p>two <em>th</em>ree\n four</p>", "one two three four");
        check("<table><tr><td>a</td><td>b<br>c</td></tr></table>", "a b c");
        check("x<sup class=\"footnote-reference\"><a>1</a></sup>", "x 1");
        check(
            "CO<sub>2</sub>, HbA<SUB>1c</SUB>, 10<sup>6</sup>, Aβ<sub>42</sub>",
            "CO2, HbA1c, 106, Aβ42",
        );
        check("x<sup><a>1</a></sup>y", "x 1 y");
        check("hyper<wbr>tension <var>x</var><samp>y</samp>", "hypertension xy");
        check("<ul><li>a<li>b</ul><dl><dt>c<dd>d</dl>e<br>f", "a b c d e f");
    }

    #[test]
    fn what_nobody_reads_is_left_out() {
        check("a<!-- b --><script>c</script ><style>d</STYLE>e<img alt=\"f\">", "a e");
        check("<p title=\"a > b\" data-x='>'>c</p>", "c");
        check("<!doctype x>a<?y?>b", "a b");
    }

    #[test]
    fn broken_html_is_read_as_far_as_it_goes() {
        for (html, expected) in [
            ("a < b", "a < b"),
            ("a <b", "a"),
            ("<p title=\"", ""),
            ("<!--", ""),
            ("a &", "a &"),
            ("&x; &#0;", "&x; &#0;"),
        ] {
            check(html, expected);
        }
    }

    #[test]
    fn character_references_are_characters() {
        check("caf&eacute; &amp; th&#xe9;", "café & thé");
    }

    #[test]
    fn gaps_part_words_and_say_what_the_page_says_there() {
        let pieces = [("<p>a", vec!["x y"]), ("b", Vec::new()), (" c</p>", Vec::new())];
        let pieces = pieces.map(|(html, texts)| Piece { html, texts });
        assert_eq!(text(pieces.into_iter()), "a x y b c");
    }
}
