//! A text as leaves: runs of words between the tags of blocks. A paragraph is one, and so is each
//! cell of a table.

use crate::markup::Piece;

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

/// Elements in which no words are marked, since there no other element may stand.
fn is_opaque(name: &str) -> bool {
    matches!(name, "svg" | "math" | "select" | "button" | "textarea" | "style" | "script" | "video")
}

/// The leaves of a text, in its order.
pub(super) fn leaves(pieces: &[Piece]) -> Vec<Leaf> {
    let mut all = Vec::new();
    let mut leaf = Leaf::default();
    let mut opaque: Option<(String, usize)> = None;
    for (at, piece) in pieces.iter().enumerate() {
        if let Some((name, depth)) = &mut opaque {
            match piece {
                Piece::Start(tag) if tag.name == *name && !tag.is_closed => *depth += 1,
                Piece::End(end) if end == name => *depth -= 1,
                _ => {}
            }
            if *depth == 0 {
                opaque = None;
            }
            continue;
        }
        match piece {
            Piece::Text(text) => leaf.words.extend(words(text, at)),
            Piece::Start(tag) if tag.name == "img" => leaf.words.push(picture(tag, at)),
            Piece::Start(tag) if is_opaque(&tag.name) => {
                opaque = (!tag.is_closed).then(|| (tag.name.clone(), 1));
            }
            Piece::Start(tag) if is_inline(&tag.name) => {}
            Piece::End(name) if is_inline(name) => {}
            Piece::Start(_) | Piece::End(_) => end(&mut leaf, &mut all),
            _ => {}
        }
    }
    end(&mut leaf, &mut all);
    all
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
fn picture(tag: &crate::markup::StartTag, piece: usize) -> Word {
    let (src, alt) = (tag.get("src").unwrap_or_default(), tag.get("alt").unwrap_or_default());
    let name = src.rsplit('/').next().unwrap_or_default();
    Word {
        key: format!("\0{name}\0{alt}"),
        shown: format!("[picture: {alt}]"),
        piece,
        start: 0,
        end: 0,
    }
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
        assert_eq!(found, ["a b c", "d", "[picture: e]", "f", "g"]);
    }
}
