//! Marks in a text: which words came, which went since it was signed. Only words are wrapped, so
//! that the markup around them stays whole.

mod leaves;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::markup::HtmlPiece;
use etappe_hub::content::escape;
use leaves::{Leaf, Word, leaves};

/// Two blocks are the same one, changed, where so much of their words is the same.
const ALIKE: f32 = 0.4;

/// A block of so few words is the one that stood at its place.
const SHORT: usize = 4;

/// So many blocks that differ are looked through for their likes; of more, those at the same place
/// are.
const LOOKED_THROUGH: usize = 150;

/// How much of a text differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Differs {
    pub words_in: usize,
    pub words_out: usize,
    /// Blocks, such as paragraphs and cells of tables.
    pub unchanged: usize,
    pub changed: usize,
    pub new: usize,
    pub gone: usize,
}

impl Differs {
    pub(crate) fn is_nothing(self) -> bool {
        self.words_in == 0 && self.words_out == 0
    }
}

/// What is written at one word of today's text.
#[derive(Clone, Debug, Default)]
struct At {
    is_in: bool,
    /// `changed` or `new`, at the first word of a block.
    label: Option<&'static str>,
    /// Words that went before it.
    before: Vec<Gone>,
    /// Words that went behind it.
    behind: Vec<Gone>,
}

#[derive(Clone, Debug)]
struct Gone {
    text: String,
    is_block: bool,
}

/// Today's text with marks where it differs from the one that was signed.
pub(crate) fn marked(today: &[HtmlPiece], signed: &[HtmlPiece]) -> (Vec<HtmlPiece>, Differs) {
    let (new, old) = (leaves(today), leaves(signed));
    let mut comparing = Comparing::new(&new, &old);
    comparing.compare();
    let Comparing { at, differs, left, .. } = comparing;
    let words: Vec<(&Word, At)> = new.iter().flat_map(|leaf| &leaf.words).zip(at).collect();
    let mut pieces = written(today, &words);
    for gone in left {
        pieces.push(HtmlPiece::Own(format!("<p>{}</p>\n", went(&gone))));
    }
    (pieces, differs)
}

/// The words of a short text with marks, as HTML.
pub(crate) fn marked_words(today: &str, signed: &str) -> (String, Differs) {
    let text = |text: &str| [HtmlPiece::Text(text.to_owned())];
    let (pieces, differs) = marked(&text(today), &text(signed));
    let unlabelled =
        |piece: &&HtmlPiece| !matches!(piece, HtmlPiece::Own(own) if own.starts_with(LABEL));
    (crate::markup::write(pieces.iter().filter(unlabelled)), differs)
}

struct Comparing<'c> {
    new: &'c [Leaf],
    old: &'c [Leaf],
    /// By leaf: the place of its first word among all.
    first: Vec<usize>,
    at: Vec<At>,
    differs: Differs,
    /// What went from a text that has no words left.
    left: Vec<Gone>,
}

impl<'c> Comparing<'c> {
    fn new(new: &'c [Leaf], old: &'c [Leaf]) -> Self {
        let mut count = 0;
        let first = new.iter().map(|leaf| (count, count += leaf.words.len()).0).collect();
        let (at, differs) = (vec![At::default(); count], Differs::default());
        Self { new, old, first, at, differs, left: Vec::new() }
    }

    fn compare(&mut self) {
        let texts = |leaves: &[Leaf]| -> Vec<Vec<String>> {
            let keys = |leaf: &Leaf| leaf.words.iter().map(|word| word.key.clone()).collect();
            leaves.iter().map(keys).collect()
        };
        let (old, new) = (texts(self.old), texts(self.new));
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            match op {
                DiffOp::Equal { len, .. } => self.differs.unchanged += len,
                DiffOp::Delete { old_index, old_len, new_index } => {
                    (old_index..old_index + old_len).for_each(|leaf| self.gone(leaf, new_index));
                }
                DiffOp::Insert { new_index, new_len, .. } => {
                    (new_index..new_index + new_len).for_each(|leaf| self.came(leaf));
                }
                DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                    self.replaced(old_index..old_index + old_len, new_index..new_index + new_len);
                }
            }
        }
    }

    /// Blocks in the place of others: those that are alike are the same ones, changed.
    fn replaced(&mut self, old: std::ops::Range<usize>, new: std::ops::Range<usize>) {
        let is_long = old.len() * new.len() > LOOKED_THROUGH * LOOKED_THROUGH;
        let is_even = old.len() == new.len();
        let mut next = old.start;
        for leaf in new.clone() {
            let like = match is_long || (is_even && self.are_short(next, leaf)) {
                true => (next < old.end).then_some(next),
                false => (next..old.end).find(|candidate| self.is_alike(*candidate, leaf)),
            };
            match like {
                Some(found) => {
                    (next..found).for_each(|gone| self.gone(gone, leaf));
                    self.changed(found, leaf);
                    next = found + 1;
                }
                None => self.came(leaf),
            }
        }
        (next..old.end).for_each(|gone| self.gone(gone, new.end));
    }

    /// Whether two blocks are figures and the like, of which few words are the same by nature.
    fn are_short(&self, old: usize, new: usize) -> bool {
        let is_short = |leaf: Option<&Leaf>| leaf.is_some_and(|leaf| leaf.words.len() <= SHORT);
        is_short(self.old.get(old)) && is_short(self.new.get(new))
    }

    fn is_alike(&self, old: usize, new: usize) -> bool {
        let (old, new) = (self.old[old].keys(), self.new[new].keys());
        let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
        similar::diff_ratio(&ops, old.len(), new.len()) >= ALIKE
    }

    fn came(&mut self, leaf: usize) {
        self.differs.new += 1;
        let range = self.first[leaf]..self.first[leaf] + self.new[leaf].words.len();
        self.differs.words_in += range.len();
        let words = &mut self.at[range];
        words.iter_mut().for_each(|at| at.is_in = true);
        if let Some(at) = words.first_mut() {
            at.label = Some("new");
        }
    }

    /// A block that went from before today's block `before`.
    fn gone(&mut self, leaf: usize, before: usize) {
        self.differs.gone += 1;
        self.differs.words_out += self.old[leaf].words.len();
        let gone = Gone { text: self.old[leaf].text(), is_block: true };
        let first = self.first.get(before).copied().unwrap_or(self.at.len());
        match first.checked_sub(1).and_then(|last| self.at.get_mut(last)) {
            Some(at) => at.behind.push(gone),
            None => match self.at.get_mut(first) {
                Some(at) => at.before.push(gone),
                None => self.left.push(gone),
            },
        }
    }

    fn changed(&mut self, old: usize, new: usize) {
        self.differs.changed += 1;
        let (first, count) = (self.first[new], self.new[new].words.len());
        self.at[first].label = Some("changed");
        let (before, after) = (&self.old[old], &self.new[new]);
        for op in capture_diff_slices(Algorithm::Myers, &before.keys(), &after.keys()) {
            let (_, old, new) = op.as_tag_tuple();
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            self.differs.words_in += new.len();
            self.differs.words_out += old.len();
            self.at[first + new.start..first + new.end].iter_mut().for_each(|at| at.is_in = true);
            let words: Vec<&str> =
                before.words[old].iter().map(|word| word.shown.as_str()).collect();
            if words.is_empty() {
                continue;
            }
            let gone = Gone { text: words.join(" "), is_block: false };
            match new.start < count {
                true => self.at[first + new.start].before.push(gone),
                false => self.at[first + count - 1].behind.push(gone),
            }
        }
    }
}

/// Begins the label of a block.
const LABEL: &str = "<span class=\"rv-label";

/// The pieces of a text with what is written at its words.
fn written(pieces: &[HtmlPiece], words: &[(&Word, At)]) -> Vec<HtmlPiece> {
    let mut out = Vec::with_capacity(pieces.len());
    let mut words = words.iter().peekable();
    for (place, piece) in pieces.iter().enumerate() {
        let mut done = 0;
        let mut is_open = false;
        let mut is_written = false;
        while let Some((word, at)) = words.next_if(|(word, _)| word.piece == place) {
            let HtmlPiece::Text(text) = piece else {
                single(&mut out, piece, word, at);
                is_written = true;
                continue;
            };
            let is_joined = is_open && at.is_in && at.before.is_empty() && at.label.is_none();
            if is_open && !is_joined {
                out.push(HtmlPiece::Own("</ins>".to_owned()));
            }
            out.push(HtmlPiece::Text(text[done..word.start].to_owned()));
            ahead(&mut out, at);
            if at.is_in && !is_joined {
                out.push(HtmlPiece::Own(CAME.to_owned()));
            }
            is_open = at.is_in;
            out.push(HtmlPiece::Text(text[word.start..word.end].to_owned()));
            done = word.end;
            if is_open && !at.behind.is_empty() {
                out.push(HtmlPiece::Own("</ins>".to_owned()));
                is_open = false;
            }
            behind(&mut out, at);
        }
        if is_open {
            out.push(HtmlPiece::Own("</ins>".to_owned()));
        }
        match piece {
            HtmlPiece::Text(text) => out.push(HtmlPiece::Text(text[done..].to_owned())),
            _ if is_written => {}
            other => out.push(other.clone()),
        }
    }
    out
}

/// Begins words that came. What stands in it is for those who hear it.
const CAME: &str = "<ins class=\"rv-in\"><span class=\"rv-heard\">inserted: </span>";

/// Writes a piece that is compared as one word. Only a picture can be wrapped: of what begins
/// there, a note in front says that it came.
fn single(out: &mut Vec<HtmlPiece>, piece: &HtmlPiece, word: &Word, at: &At) {
    ahead(out, at);
    let is_picture = matches!(piece, HtmlPiece::Start(tag) if tag.name == "img");
    if at.is_in {
        out.push(HtmlPiece::Own(CAME.to_owned()));
    }
    if at.is_in && !is_picture {
        let mut note = String::new();
        escape(&mut note, &word.shown);
        out.push(HtmlPiece::Own(format!("{note}</ins> ")));
    }
    if at.behind.is_empty() || is_picture {
        out.push(piece.clone());
    }
    if at.is_in && is_picture {
        out.push(HtmlPiece::Own("</ins>".to_owned()));
    }
    behind(out, at);
    if !at.behind.is_empty() && !is_picture {
        out.push(piece.clone());
    }
}

fn ahead(out: &mut Vec<HtmlPiece>, at: &At) {
    if let Some(label) = at.label {
        out.push(HtmlPiece::Own(format!("{LABEL} rv-{label}\">{label}</span> ")));
    }
    for gone in &at.before {
        out.push(HtmlPiece::Own(format!("{} ", went(gone))));
    }
}

fn behind(out: &mut Vec<HtmlPiece>, at: &At) {
    for gone in &at.behind {
        out.push(HtmlPiece::Own(format!(" {}", went(gone))));
    }
}

fn went(gone: &Gone) -> String {
    let class = if gone.is_block { "rv-out rv-block" } else { "rv-out" };
    let mut html = format!("<del class=\"{class}\"><span class=\"rv-heard\">deleted: </span>");
    escape(&mut html, &gone.text);
    html.push_str("</del>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::{read, write};

    /// Marks as `+…+` and `-…-`, labels in brackets.
    fn check(today: &str, signed: &str, expected: &str) {
        let (pieces, differs) = marked(&read(today), &read(signed));
        let others = pieces.iter().filter(|piece| !matches!(piece, HtmlPiece::Own(_)));
        assert_eq!(write(others), write(&read(today)), "marks are all that is added");
        let html = write(&pieces)
            .replace(CAME, "+")
            .replace("</ins>", "+")
            .replace("<del class=\"rv-out\"><span class=\"rv-heard\">deleted: </span>", "-")
            .replace(
                "<del class=\"rv-out rv-block\"><span class=\"rv-heard\">deleted: </span>",
                "=",
            )
            .replace("</del>", "-")
            .replace("<span class=\"rv-label rv-changed\">changed</span>", "[changed]")
            .replace("<span class=\"rv-label rv-new\">new</span>", "[new]");
        assert_eq!(html, expected);
        assert_eq!(differs.is_nothing(), today == signed);
    }

    #[test]
    fn words_are_marked_and_markup_stays_whole() {
        check(
            "<p>It <b>slows</b> x.</p>",
            "<p>It <b>slows</b> x.</p>",
            "<p>It <b>slows</b> x.</p>",
        );
        check(
            "<p>It <b>may slow</b> the decline.</p>",
            "<p>It <b>slows</b> the decline.</p>",
            "<p>[changed] It <b>-slows- +may slow+</b> the decline.</p>",
        );
        check("<p>a b</p>", "<p>a b c</p>", "<p>[changed] a b -c-</p>");
    }

    #[test]
    fn blocks_come_and_go() {
        check(
            "<p>one two</p><p>three four</p>",
            "<p>one two</p>",
            "<p>one two</p><p>[new] +three four+</p>",
        );
        check("<p>a b</p>", "<p>a b</p><p>c d</p>", "<p>a b =c d-</p>");
        check("<p>c d</p>", "<p>a b</p><p>c d</p>", "<p>=a b- c d</p>");
        check("", "<p>a b</p>", "<p>=a b-</p>\n");
    }

    #[test]
    fn what_went_never_stands_between_rows_of_a_table() {
        check(
            "<table><tr><td>a</td></tr><tr><td>c</td></tr></table>",
            "<table><tr><td>a</td></tr><tr><td>b</td></tr><tr><td>c</td></tr></table>",
            "<table><tr><td>a =b-</td></tr><tr><td>c</td></tr></table>",
        );
    }

    #[test]
    fn a_figure_in_a_cell_is_the_one_that_stood_there() {
        check(
            "<table><tr><td>a</td><td>47 (7.8%)</td></tr></table>",
            "<table><tr><td>a</td><td>46 (7.6%)</td></tr></table>",
            "<table><tr><td>a</td><td>[changed] -46 (7.6%)- +47 (7.8%)+</td></tr></table>",
        );
    }

    #[test]
    fn a_picture_is_another_one_where_its_file_is() {
        check(
            "<p>a <img alt=\"x\" src=\"m/1.png\"> b</p>",
            "<p>a <img alt=\"x\" src=\"m/2.png\"> b</p>",
            "<p>[changed] a -[picture: x]- +<img alt=\"x\" src=\"m/1.png\">+ b</p>",
        );
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_no_longer_what_was_signed() {
        check(
            "<p>See <a href=\"../new/index.html\">there</a>.</p>",
            "<p>See <a href=\"../old/index.html\">there</a>.</p>",
            "<p>[changed] See -[link: old/]- +[link: new/]+ <a \
             href=\"../new/index.html\">there</a>.</p>",
        );
        check(
            "<p>See x <a href=\"#_ref-1\">1</a></p>",
            "<p>See <a href=\"#_ref-2\">1</a></p>",
            "<p>[changed] See +x+ <a href=\"#_ref-1\">1</a></p>",
        );
    }

    #[test]
    fn a_drawing_is_compared_as_a_whole() {
        check(
            "<p>a b <svg><text>c</text></svg> d e</p>",
            "<p>a b <svg><text>x</text></svg> d e</p>",
            "<p>[changed] a b -[drawing]- +[drawing]+ <svg><text>c</text></svg> d e</p>",
        );
    }

    #[test]
    fn words_of_a_line_are_marked_without_a_label() {
        let (html, _) = marked_words("New title", "Old title");
        assert!(html.starts_with("<del"), "{html}");
        assert!(html.ends_with(" title"), "{html}");
    }
}
