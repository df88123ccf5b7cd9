//! Cuts an output into the texts that stand in it, and looks for secrets in each: what is between
//! tags, values of attributes, strings, comments, paragraphs.

use std::ops::Range;

use memchr::memchr3_iter;

use super::borders::Borders;
use super::fold::fold_into;
use super::lookout::{Lookout, PHRASE, SHORTEST};
use super::looks::Looks;
use super::seen::{Abreast, SeenPart};
use super::tags::{Place, place_of_tag};

/// How an output is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextForm {
    /// HTML, SVG, XML.
    Markup,
    Json,
    /// Text, scripts, style sheets, tables.
    Plain,
}

/// Looks for the texts of one lookout.
pub(super) struct Search<'l> {
    lookout: &'l Lookout,
    /// Numbers of what was found.
    pub found: Vec<u32>,
    folded: String,
    joined: Vec<u8>,
    line: RunningText,
}

impl<'l> Search<'l> {
    pub(super) fn new(lookout: &'l Lookout) -> Self {
        Self {
            lookout,
            found: Vec::new(),
            folded: String::new(),
            joined: Vec::new(),
            line: RunningText::default(),
        }
    }

    /// Looks through a part of an output, which may begin and end anywhere.
    pub(super) fn look(&mut self, written: TextForm, bytes: &[u8]) {
        match written {
            TextForm::Markup => self.markup(None, bytes),
            TextForm::Json => self.json(bytes),
            TextForm::Plain => self.plain(bytes),
        }
    }

    /// The same, for a part that shares much with the last one that was looked through with `seen`,
    /// for the same texts.
    pub(super) fn look_beside(&mut self, seen: &mut SeenPart, written: TextForm, bytes: &[u8]) {
        match written {
            TextForm::Markup => self.markup(Some(seen), bytes),
            _ => self.look(written, bytes),
        }
    }

    /// Looks at one text that is known to be whole.
    pub(super) fn say(&mut self, text: &str) {
        fold_into(&mut self.folded, text);
        self.found.extend(self.lookout.whole(self.folded.as_bytes()));
        self.lookout.phrases(self.folded.as_bytes(), &mut |number| self.found.push(number));
    }

    fn markup(&mut self, seen: Option<&mut SeenPart>, bytes: &[u8]) {
        let mut abreast = seen.map(|seen| Abreast::new(seen, &self.found));
        let mut line = std::mem::take(&mut self.line);
        // Behind the last border, and whether that was in a tag.
        let (mut next, mut tag) = (0, None);
        if let Some(abreast) = &mut abreast {
            next = abreast.go_on(bytes, 0, &mut self.found);
        }
        let mut borders = Borders::new(bytes);
        borders.skip_to(next);
        line.start = next;
        while let Some(at) = borders.next() {
            let start = std::mem::replace(&mut next, at + 1);
            let piece = &bytes[start..at];
            let place = match (bytes[at], tag) {
                // Within a string of a script.
                (b'"', _) if piece.ends_with(b"\\") => {
                    next = start;
                    continue;
                }
                (b'"', Some(_)) => {
                    self.value(piece);
                    continue;
                }
                (b'"', None) => {
                    self.whole(piece);
                    continue;
                }
                (b'<', None) => {
                    line.add(at);
                    self.whole(piece);
                    tag = Some(at);
                    continue;
                }
                (b'<', Some(_)) => {
                    self.value(piece);
                    tag = Some(at);
                    continue;
                }
                (_, Some(open)) => {
                    self.value(piece);
                    tag = None;
                    place_of_tag(&bytes[open + 1..at])
                }
                (_, None) => {
                    line.add(at);
                    Place::Between
                }
            };
            if place == Place::Between {
                self.line(bytes, &mut line);
                if let Some(abreast) = &mut abreast {
                    next = abreast.go_on(bytes, next, &mut self.found);
                    borders.skip_to(next);
                }
            }
            line.go_on(place, next);
        }
        match tag {
            Some(_) => self.value(&bytes[next..]),
            None => {
                line.add(bytes.len());
                self.whole(&bytes[next..]);
            }
        }
        self.line(bytes, &mut line);
        self.line = line;
        if let Some(abreast) = abreast {
            abreast.finish(bytes, &self.found);
        }
    }

    fn json(&mut self, bytes: &[u8]) {
        let mut next = 0;
        for at in Borders::new(bytes) {
            let is_escaped =
                bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
            if bytes[at] == b'"' && !is_escaped {
                self.value(&bytes[next..at]);
                next = at + 1;
            }
        }
        self.value(&bytes[next..]);
    }

    fn plain(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (paragraph, after) = split_paragraph(rest);
            rest = after;
            self.prose(paragraph.trim_ascii());
            for piece in paragraph.split(|byte| IS_BETWEEN[usize::from(*byte)]) {
                self.piece(piece);
            }
        }
    }

    /// Looks at the texts of a line, which only tags within the line part.
    fn line(&mut self, bytes: &[u8], line: &mut RunningText) {
        match &*line.texts {
            [] => {}
            [only] => {
                self.prose(bytes[only.clone()].trim_ascii());
            }
            many => {
                // Each may be all that its element says, with the next close behind it.
                for text in many {
                    self.prose(bytes[text.clone()].trim_ascii());
                }
                let mut joined = std::mem::take(&mut self.joined);
                joined.clear();
                for text in many {
                    joined.extend_from_slice(&bytes[text.clone()]);
                    joined.extend_from_slice(if line.spaces.binary_search(&text.end).is_ok() {
                        b" "
                    } else {
                        b""
                    });
                }
                let text = joined.trim_ascii();
                self.whole(text);
                self.prose(text);
                self.joined = joined;
            }
        }
        line.texts.clear();
        line.spaces.clear();
    }

    /// A text within a tag: the value of an attribute, or all that stands between two; or a string
    /// of JSON.
    fn value(&mut self, piece: &[u8]) {
        let piece = piece.trim_ascii();
        // What stands before a value in double quotes.
        let piece = piece.strip_suffix(b"=").unwrap_or(piece);
        if piece.len() < SHORTEST {
            return;
        }
        self.whole(piece);
        let Looks { assigns, .. } = self.prose(piece);
        if let Some(comment) = piece.strip_prefix(b"!--") {
            self.piece(comment.strip_suffix(b"--").unwrap_or(comment));
        }
        // Values with other quotes or none.
        if assigns {
            piece
                .split(|byte| *byte == b'=' || byte.is_ascii_whitespace())
                .for_each(|piece| self.piece(piece));
        }
    }

    /// Looks at a text that may be the whole of something. It is decoded first.
    fn piece(&mut self, piece: &[u8]) {
        let piece = piece.trim_ascii();
        if piece.len() < SHORTEST {
            return;
        }
        self.whole(piece);
        if !Looks::of(piece).plain {
            self.folded(piece);
            self.found.extend(self.lookout.whole(self.folded.as_bytes()));
        }
    }

    fn whole(&mut self, piece: &[u8]) {
        let piece = piece.trim_ascii();
        self.found.extend(self.lookout.whole(piece));
    }

    /// A text that phrases may stand in, without spaces around it.
    fn prose(&mut self, text: &[u8]) -> Looks {
        if text.len() < SHORTEST {
            return Looks { plain: true, spaced: false, assigns: false };
        }
        let looks = Looks::of(text);
        if looks.plain {
            if looks.spaced && text.len() >= PHRASE {
                self.lookout.phrases(text, &mut |number| self.found.push(number));
            }
            return looks;
        }
        self.folded(text);
        let folded = std::mem::take(&mut self.folded);
        self.found.extend(self.lookout.whole(folded.as_bytes()));
        let mut start = 0;
        for quote in memchr3_iter(b'"', b'\'', b'`', folded.as_bytes()).chain([folded.len()]) {
            self.whole(&folded.as_bytes()[start..quote]);
            start = quote + 1;
        }
        self.lookout.phrases(folded.as_bytes(), &mut |number| self.found.push(number));
        self.folded = folded;
        looks
    }

    fn folded(&mut self, text: &[u8]) {
        match std::str::from_utf8(text) {
            Ok(text) => fold_into(&mut self.folded, text),
            Err(_) => fold_into(&mut self.folded, &String::from_utf8_lossy(text)),
        }
    }
}

/// By byte: whether it lies between the texts of scripts, style sheets, tables and lists.
const IS_BETWEEN: [bool; 256] = {
    let between = b"\"'`\n\r\t,;:|=()[]{}<>";
    let mut is_between = [false; 256];
    let mut at = 0;
    while at < between.len() {
        is_between[between[at] as usize] = true;
        at += 1;
    }
    is_between
};

/// The text that is being read, as pieces that only tags within a line part.
#[derive(Default)]
struct RunningText {
    texts: Vec<Range<usize>>,
    /// Ends of texts that a space follows.
    spaces: Vec<usize>,
    start: usize,
}

impl RunningText {
    /// A text ends at a tag.
    fn add(&mut self, end: usize) {
        if self.start < end {
            self.texts.push(self.start..end);
        }
    }

    /// The next text begins behind a tag.
    fn go_on(&mut self, place: Place, start: usize) {
        if place == Place::Space {
            self.spaces.extend(self.texts.last().map(|text| text.end));
        }
        self.start = start;
    }
}

/// The text up to an empty line, and what follows. Long lines without one are cut nowhere.
fn split_paragraph(text: &[u8]) -> (&[u8], &[u8]) {
    let is_empty = |at: &usize| {
        let rest = &text[at + 1..];
        rest.iter()
            .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
            .is_none_or(|byte| *byte == b'\n')
    };
    match memchr::memchr_iter(b'\n', text).find(is_empty) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: [&str; 3] = ["secret neuro title", "dose now", "gp-inner-id"];

    fn found(written: TextForm, text: &str) -> Vec<u32> {
        let lookout = Lookout::new(SECRETS.map(Into::into).into());
        let mut search = Search::new(&lookout);
        search.look(written, text.as_bytes());
        search.found.sort_unstable();
        search.found.dedup();
        search.found
    }

    fn check(written: TextForm, number: u32, texts: &[&str]) {
        for text in texts {
            assert_eq!(found(written, text), [number], "{text}");
        }
    }

    #[test]
    fn phrases_are_found_in_html_wherever_they_stand() {
        check(
            TextForm::Markup,
            0,
            &[
                "<p>x Secret neuro title y</p>",
                "<p>Secret <em>neuro</em> title</p>",
                "<p><b>Sec</b>ret<br>neuro <!-- x --><a href=\"x\">title</a>.",
                "<p>Secret neu<wbr>ro title</p>",
                "<p>Secret neu&shy;ro title</p>",
                "<p title='the secret neuro title'>",
                "<p title=\"the Secret &#110;euro title\">",
                "<p title=x>Secret\n neuro\ttitle",
                "<!-- Secret neuro title -->",
                "<script>let a = 'Secret neuro title', b = \"\\\"Secret\\u0020neuro \
                 title\\\"\";</script>",
                "<style>/* Secret neuro title */ a > b {}</style>",
                "<a href=\"?q=Secret%20neuro%20title\">",
                "Secret neuro title",
                "<svg><text>Secret <tspan>neuro</tspan> title</text>",
                "a < b and Secret neuro title",
                "<title>Secret neuro title &amp; more</title>",
                "<a>Next</a><a>Secret neuro title</a><a>Other</a>",
            ],
        );
    }

    #[test]
    fn near_misses_are_none() {
        for text in [
            "<p>Secret</p><p>neuro title</p>",
            "<p>Secret neuro titles</p>",
            "<p>Secret neuro</p> title",
            "<li>Secret neuro</li><li>title</li>",
            "<p>secretneuro title</p>",
            "<p>Secret neuro, title</p>",
            "<p>dose now and then</p>",
            "<p>x gp-inner-id</p>",
            "<p>gp-inner-ids</p>",
        ] {
            assert!(found(TextForm::Markup, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn short_texts_are_found_where_they_are_all_that_is_said() {
        check(
            TextForm::Markup,
            2,
            &[
                "<p>gp-inner-id</p>",
                "<p data-x=\"gp-inner-id\">",
                "<p data-x='gp-inner-id'>",
                "<p data-x=gp-inner-id>",
                "<p data-x = GP-inner-id class=y>",
                "<script>f('gp-inner-id')</script>",
                "<p>gp<b>-inner-id</b></p>",
                "<p>gp&#45;inner-id</p>",
                "<!-- gp-inner-id -->",
                "<!--gp-inner-id",
            ],
        );
        check(
            TextForm::Markup,
            1,
            &[
                "<p> Dose  now\n</p>",
                "<p title='dose now'>",
                "<p>&quot;Dose now&quot;</p>",
                "<p>Dose&nbsp;now</p>",
            ],
        );
        check(TextForm::Json, 1, &["{\"a\": \"dose now\"}", "[\"dose\\u0020now\"]"]);
        check(
            TextForm::Plain,
            1,
            &["a\ndose now\nb", "x,dose now,y", "a { content: 'dose now' }", "- [Dose now](x)"],
        );
    }

    #[test]
    fn phrases_are_found_in_other_files() {
        check(
            TextForm::Json,
            0,
            &[
                "{\"a\": \"x \\\"Secret neuro title\\\" y\"}",
                "{\"a\": \"Secret \\u006eeuro title\", \"b\": 1}",
                "{\"a\": \"\\u003cp\\u003eSecret \\u003cem\\u003eneuro\\u003c\\/em\\u003e title\"}",
                "{\"Secret neuro title\": 1}",
            ],
        );
        check(
            TextForm::Plain,
            0,
            &[
                "x\n\nthe secret\nneuro title, y\n",
                "/* Secret neuro title */",
                "a;Secret neuro title;b",
                "var a='x Secret neuro title'",
            ],
        );
        assert!(found(TextForm::Plain, "secret\n\nneuro title").is_empty());
        assert!(found(TextForm::Json, "[\"secret\", \"neuro title\"]").is_empty());
    }
    #[test]
    fn looking_takes_time_in_proportion_whatever_stands_there() {
        for piece in [
            "<i ", "&lt;a", "\\u{", "%2", "\\\"", "<br>x", "&amp;", "\n\n", "a ", "<b>a</b>",
            "\u{ad}",
        ] {
            let text = piece.repeat(50_000 / piece.len());
            for written in [TextForm::Markup, TextForm::Json, TextForm::Plain] {
                assert!(found(written, &text).is_empty());
            }
        }
    }
}
