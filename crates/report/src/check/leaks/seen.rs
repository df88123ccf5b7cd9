//! Passes over what an output shares with the one before it, which was looked through already. All
//! but a few words of a page's frame stand in the frame of the page before.

/// A part of an output that was looked through.
#[derive(Default)]
pub(super) struct SeenPart {
    bytes: Vec<u8>,
    cuts: Vec<SeenCut>,
    /// What was found in it, in order.
    found: Vec<u32>,
}

/// A place where texts begin afresh: what is found behind it does not depend on what stands before.
#[derive(Clone, Copy)]
struct SeenCut {
    at: usize,
    /// How much was found before it.
    found: usize,
}

/// Goes through a part of an output, with what was seen before at its side.
pub(super) struct Abreast<'s> {
    seen: &'s mut SeenPart,
    /// The cut of `seen` that the part's next cut most likely agrees with.
    likely: usize,
    cuts: Vec<SeenCut>,
    /// How many cuts in a row agreed with none.
    misses: usize,
    /// How much had been found before the part began.
    found_before: usize,
}

/// How many cuts before and behind the likely one are looked at.
const NEAR: usize = 3;

/// With so many bytes in common, no better cut is looked for.
const ENOUGH: usize = 64;

/// After so many misses in a row, the rest of the part is not compared: it is another one
/// altogether.
const MISSES: usize = 24;

/// Room is made for so many cuts more than the part before had.
const SPARE: usize = 16;

impl<'s> Abreast<'s> {
    pub(super) fn new(seen: &'s mut SeenPart, found: &[u32]) -> Self {
        let cuts = Vec::with_capacity(seen.cuts.len() + SPARE);
        Self { seen, likely: 0, cuts, misses: 0, found_before: found.len() }
    }

    /// Where to go on from a cut at `at`: at the last cut up to which the bytes were seen before.
    /// Adds to `found` what was found in between.
    pub(super) fn go_on(&mut self, bytes: &[u8], at: usize, found: &mut Vec<u32>) -> usize {
        self.cuts.push(SeenCut { at, found: found.len() - self.found_before });
        let Some((first, shared)) = self.most_alike(&bytes[at..]) else { return at };
        let start = self.seen.cuts[first];
        let behind = &self.seen.cuts[first + 1..];
        let same = &behind[..behind.partition_point(|cut| cut.at <= start.at + shared)];
        let Some(last) = same.last() else {
            self.likely += 1;
            self.misses += 1;
            return at;
        };
        self.misses = 0;
        self.likely = first + same.len() + 1;
        let found_here = found.len() - self.found_before;
        let here = |cut: &SeenCut| SeenCut {
            at: at + cut.at - start.at,
            found: found_here + cut.found - start.found,
        };
        self.cuts.extend(same.iter().map(here));
        found.extend_from_slice(&self.seen.found[start.found..last.found]);
        here(last).at
    }

    /// The cut near the likely one that shares most bytes with `rest`, and how many.
    fn most_alike(&self, rest: &[u8]) -> Option<(usize, usize)> {
        let alike =
            |cut: usize| Some((cut, shared(rest, &self.seen.bytes[self.seen.cuts.get(cut)?.at..])));
        if self.misses >= MISSES {
            return None;
        }
        let likely = alike(self.likely);
        if likely.is_some_and(|(_, shared)| shared >= ENOUGH) {
            return likely;
        }
        let near = self.likely.saturating_sub(NEAR)..self.likely + NEAR;
        near.filter_map(alike).max_by_key(|(_, shared)| *shared)
    }

    /// Keeps the part, for the next one to be compared with.
    pub(super) fn finish(self, bytes: &[u8], found: &[u32]) {
        let SeenPart { bytes: own, cuts, found: own_found } = self.seen;
        own.clear();
        own.extend_from_slice(bytes);
        *cuts = self.cuts;
        own_found.clear();
        own_found.extend_from_slice(&found[self.found_before..]);
    }
}

/// How many bytes two texts begin with alike.
fn shared(one: &[u8], other: &[u8]) -> usize {
    const BLOCK: usize = 32;
    let blocks = |bytes| <[u8]>::as_chunks::<BLOCK>(bytes).0.iter();
    let same =
        BLOCK * blocks(one).zip(blocks(other)).take_while(|(one, other)| one == other).count();
    same + one[same..].iter().zip(&other[same..]).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::super::lookout::Lookout;
    use super::super::texts::{Search, TextForm};
    use super::*;

    const SECRETS: [&str; 3] = ["secret neuro title", "dose now", "gp-inner-id"];

    fn found(lookout: &Lookout, seen: &mut SeenPart, html: &str) -> Vec<u32> {
        let mut search = Search::new(lookout);
        search.look_beside(seen, TextForm::Markup, html.as_bytes());
        search.found
    }

    #[test]
    fn as_many_bytes_are_shared_as_there_are() {
        let text = "x".repeat(100);
        for length in 0..=100 {
            let other = [&text[..length], "y"].concat();
            assert_eq!(shared(text.as_bytes(), other.as_bytes()), length);
            assert_eq!(shared(other.as_bytes(), text.as_bytes()), length);
        }
    }

    #[test]
    fn what_is_shared_is_passed() {
        let (frame, mut seen) =
            ("<nav><ul>".to_owned() + &"<li><a href=\"x\">a</a>".repeat(20), SeenPart::default());
        let mut passed = |title: &str| {
            let html = format!("<title>{title}</title>{frame}<h1>{title}</h1>{frame}");
            let mut found = Vec::new();
            let mut abreast = Abreast::new(&mut seen, &found);
            let mut passed = 0;
            for at in html.match_indices('>').map(|(at, _)| at + 1) {
                if abreast.cuts.last().is_none_or(|cut| cut.at < at) {
                    passed += abreast.go_on(html.as_bytes(), at, &mut found) - at;
                }
            }
            abreast.finish(html.as_bytes(), &found);
            passed
        };
        assert_eq!(passed("one"), 0);
        assert!(passed("another") > 2 * frame.len() - 20);
    }

    const PIECES: [&str; 22] = [
        "<p>",
        "</p>",
        "<li>",
        "<b>",
        "</b>",
        "<br>",
        "<a href=\"x\">",
        "<a title=\"",
        "\"",
        "'",
        ">",
        "<",
        "\\\"",
        "secret neuro title",
        "Secret ",
        "neuro",
        " title",
        "dose now",
        "gp-inner-id",
        "<p data-x=gp-inner-id>",
        "<!-- dose now -->",
        "a text of some length, and more of it",
    ];

    proptest::proptest! {
        #[test]
        fn the_same_is_found_beside_whatever_was_seen(
            texts in proptest::collection::vec(proptest::collection::vec(0..PIECES.len(), 0..30), 3),
            edits in proptest::collection::vec((0..30_usize, 0..3_usize, proptest::option::of(0..PIECES.len())), 0..12),
        ) {
            let lookout = Lookout::new(SECRETS.map(Into::into).into());
            let mut seen = SeenPart::default();
            let mut check = |pieces: &[usize]| {
                let html: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
                assert_eq!(found(&lookout, &mut seen, &html), found(&lookout, &mut SeenPart::default(), &html), "{html}");
            };
            texts.iter().for_each(|text| check(text));
            // And beside what differs little.
            let mut text = texts[2].clone();
            for (at, removed, put) in edits {
                let at = at.min(text.len());
                text.splice(at..(at + removed).min(text.len()), put);
                check(&text);
            }
        }
    }
}
