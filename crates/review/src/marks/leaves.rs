//! A text as leaves: runs of words between the tags of blocks. A paragraph is one, and so is each
//! cell of a table.

use crate::markup::{HtmlPiece, StartTag, write};

/// The words of one block.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    pub words: Vec<Word>,
}

/// What stands between two spaces; or a picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Word {
    /// What it is compared by.
    pub key: String,
    /// What is shown where it went.
    pub shown: String,
    /// The piece that it stands in, by its place.
    pub piece: usize,
    /// Where it stands in the text of that piece; the whole of a piece that is no text.
    pub start: usize,
    pub end: usize,
}

impl Leaf {
    /// All that it says.
    pub(super) fn text(&self) -> String {
        self.words.iter().map(|word| word.shown.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// What it is compared by.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.key.as_str()).collect()
    }
}

/// Elements within lines: any other one ends a leaf.
fn is_inline(name: &str) -> bool {
    const INLINE: [&str; 30] = [
        "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i",
        "img", "ins", "kbd", "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "sub",
        "sup", "time", "u", "var", "wbr",
    ];
    INLINE.contains(&name)
}

/// What an element is called whose words are not marked one by one, since no other element may stand
/// in it; `None` for any other one.
fn opaque(name: &str) -> Option<&'static str> {
    Some(match name {
        "svg" => "drawing",
        "math" => "formula",
        "video" => "film",
        "audio" => "sound",
        "iframe" | "object" => "frame",
        "select" | "button" | "textarea" => "field",
        // Nobody reads them.
        "style" | "script" => "",
        _ => return None,
    })
}

/// The leaves of a text, in its order.
pub(super) fn leaves(pieces: &[HtmlPiece]) -> Vec<Leaf> {
    let mut all = Vec::new();
    let mut leaf = Leaf::default();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        match piece {
            HtmlPiece::Text(text) => leaf.words.extend(words(text, at)),
            HtmlPiece::Start(tag) if tag.name == "img" => leaf.words.push(picture(tag, at)),
            HtmlPiece::Start(tag) if tag.name == "a" => leaf.words.extend(link(tag, at)),
            HtmlPiece::Start(tag) if is_inline(&tag.name) => {}
            HtmlPiece::End(name) if is_inline(name) => {}
            HtmlPiece::Start(tag) => match opaque(&tag.name) {
                Some(called) => {
                    let last = last_of(pieces, at);
                    if !called.is_empty() {
                        let key = write(&pieces[at..=last]);
                        leaf.words.push(whole(key, format!("[{called}]"), at));
                    }
                    at = last;
                }
                None => end(&mut leaf, &mut all),
            },
            HtmlPiece::End(_) => end(&mut leaf, &mut all),
            _ => {}
        }
        at += 1;
    }
    end(&mut leaf, &mut all);
    all
}

/// Where the element ends that begins at `from`.
fn last_of(pieces: &[HtmlPiece], from: usize) -> usize {
    let Some(HtmlPiece::Start(first)) = pieces.get(from) else { return from };
    let mut depth = 0_usize;
    for (at, piece) in pieces.iter().enumerate().skip(from) {
        match piece {
            HtmlPiece::Start(tag) if tag.name == first.name && !tag.is_closed => depth += 1,
            HtmlPiece::End(name) if *name == first.name => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    pieces.len() - 1
}

/// Something that is compared as one word, and stands in a piece of its own.
fn whole(key: String, shown: String, piece: usize) -> Word {
    Word { key: format!("\0{key}"), shown, piece, start: 0, end: 0 }
}

/// Where a link leads is a word of its own: readers follow it. Marks of citations and footnotes
/// lead where their numbers say.
fn link(tag: &StartTag, piece: usize) -> Option<Word> {
    let href = tag.get("href")?;
    if href.starts_with("#_") || href.starts_with("#fn") {
        return None;
    }
    let shown = href.trim_start_matches("../").trim_end_matches("index.html");
    Some(whole(href.to_owned(), format!("[link: {shown}]"), piece))
}

fn end(leaf: &mut Leaf, all: &mut Vec<Leaf>) {
    if !leaf.words.is_empty() {
        all.push(std::mem::take(leaf));
    }
}

fn words(text: &str, piece: usize) -> impl Iterator<Item = Word> + '_ {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let shown = word.to_owned();
        Word { key: shown.clone(), shown, piece, start, end: start + word.len() }
    })
}

/// A picture is another one where its file is: the address says which.
fn picture(tag: &StartTag, piece: usize) -> Word {
    let (src, alt) = (tag.get("src").unwrap_or_default(), tag.get("alt").unwrap_or_default());
    let name = src.rsplit('/').next().unwrap_or_default();
    whole(format!("{name}\0{alt}"), format!("[picture: {alt}]"), piece)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::read;

    #[test]
    fn every_block_is_a_leaf_and_no_tag_within_a_line_ends_one() {
        let html = "<p>a <em>b</em>\nc</p><table><tr><td>d</td><td><img src=\"x/y.png\" alt=\"e\"></td>\
                    </tr></table><svg><text>no</text></svg><ul><li>f<ul><li>g</li></ul></li></ul>";
        let found: Vec<String> = leaves(&read(html)).iter().map(Leaf::text).collect();
        assert_eq!(found, ["a b c", "d", "[picture: e]", "[drawing]", "f", "g"]);
    }
}
