//! Social cards: a drawing with text, made into a picture that looks the same on every machine,
//! since its fonts are in the program.

/// The size of a card, in pixels: what social media ask for.
pub const WIDTH: u32 = 1200;
/// In pixels, like [`WIDTH`].
pub const HEIGHT: u32 = 630;

/// Raised with every change of what [`draw`] gives, so that pictures made by an older program are
/// made again.
pub const VERSION: u32 = 1;

/// Whether this program makes cards at all.
pub const MADE: bool = cfg!(feature = "cards");

/// A text broken into lines, as large as its box allows.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Fitted {
    /// The size of the letters, in pixels.
    pub size: u32,
    /// The distance from one line to the next, in pixels.
    pub leading: u32,
    /// From the top; in a text from right to left, each stands within marks that say so.
    pub lines: Vec<String>,
}

/// The box that a text has to fit in, and how large its letters may be; all in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// The longest that a line may be.
    pub width: u32,
    /// For all lines together.
    pub height: u32,
    /// The size of letters to begin with; a long text gets smaller ones.
    pub largest: u32,
    /// Which of the two weights of the font to measure with.
    pub bold: bool,
}

#[cfg(not(feature = "cards"))]
mod without {
    /// Always false: the fonts are not part of this program.
    pub fn can_write(_text: &str) -> bool {
        false
    }

    /// # Errors
    /// Always.
    pub fn draw(_svg: &[u8]) -> Result<Vec<u8>, String> {
        Err("this program was built without cards".to_owned())
    }

    /// # Errors
    /// Always.
    pub fn check(svg: &[u8]) -> Result<(), String> {
        draw(svg).map(drop)
    }
}

#[cfg(not(feature = "cards"))]
pub use without::{can_write, check, draw};

#[cfg(feature = "cards")]
pub use drawing::{check, draw};
#[cfg(feature = "cards")]
pub use fitting::{can_write, fit};

#[cfg(feature = "cards")]
mod fonts {
    use std::sync::LazyLock;

    use skrifa::charmap::Charmap;
    use skrifa::instance::{LocationRef, Size};
    use skrifa::metrics::GlyphMetrics;
    use skrifa::{FontRef, MetadataProvider};

    /// Each completes the one before: Latin, Greek and Cyrillic, then Arabic, then signs such as ≥.
    pub(super) const REGULAR: [&[u8]; 3] = [
        include_bytes!("fonts/NotoSans-Regular.ttf"),
        include_bytes!("fonts/NotoSansArabic-Regular.ttf"),
        SIGNS,
    ];
    pub(super) const BOLD: [&[u8]; 3] = [
        include_bytes!("fonts/NotoSans-Bold.ttf"),
        include_bytes!("fonts/NotoSansArabic-Bold.ttf"),
        SIGNS,
    ];
    const SIGNS: &[u8] = include_bytes!("fonts/NotoSansMath-Regular.ttf");

    /// The family name of the first font of each list.
    pub(super) const FAMILY: &str = "Noto Sans";

    /// How wide letters are.
    pub(super) struct Face {
        parts: Vec<FontPart>,
    }

    struct FontPart {
        charmap: Charmap<'static>,
        metrics: GlyphMetrics<'static>,
        /// Units of the font per em: its metrics are divided by this.
        units: f32,
    }

    static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| [Face::new(REGULAR), Face::new(BOLD)]);

    impl Face {
        pub(super) fn get(bold: bool) -> &'static Self {
            &FACES[usize::from(bold)]
        }

        fn new(fonts: [&'static [u8]; 3]) -> Self {
            let part = |bytes: &'static [u8]| {
                let font = FontRef::new(bytes).expect("the program's own fonts can be read");
                let units =
                    f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
                FontPart {
                    charmap: font.charmap(),
                    metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
                    units,
                }
            };
            Self { parts: fonts.into_iter().map(part).collect() }
        }

        /// The width of one letter by itself, at size one; `None` where the fonts do not have it.
        /// Letters that are joined, or drawn closer together, are narrower: a text is never wider
        /// than the sum.
        pub(super) fn width(&self, letter: char) -> Option<f32> {
            self.parts.iter().find_map(|part| {
                let glyph = part.charmap.map(letter)?;
                Some(part.metrics.advance_width(glyph)? / part.units)
            })
        }
    }
}

#[cfg(feature = "cards")]
mod fitting {
    use super::fonts::Face;
    use super::{Fitted, Room};

    /// The smallest size of letters, in pixels. A text that is still too long has its words broken,
    /// and at the very last ends in an ellipsis.
    const SMALLEST: u32 = 12;

    /// Whether the fonts have every letter of a text.
    pub fn can_write(text: &str) -> bool {
        let faces = [Face::get(false), Face::get(true)];
        text.chars().all(|letter| {
            is_unseen(letter) || faces.iter().all(|face| face.width(letter).is_some())
        })
    }

    /// Breaks a text into lines, with letters as large as the room allows.
    pub fn fit(text: &str, room: Room) -> Fitted {
        let face = Face::get(room.bold);
        let words = words(text);
        let mut size = room.largest.max(SMALLEST);
        while size > SMALLEST {
            if let Some(lines) = at_size(&words, size, room, face) {
                return fitted(size, lines, text);
            }
            size -= if size > 48 { 2 } else { 1 };
        }
        let lines = broken(&words, size, room, face);
        fitted(size, lines, text)
    }

    fn fitted(size: u32, lines: Vec<String>, text: &str) -> Fitted {
        // The renderer takes each line for left-to-right text unless a mark in it says otherwise.
        let isolated = |line: String| {
            if begins_on_the_right(text) { format!("\u{2067}{line}\u{2069}") } else { line }
        };
        Fitted { size, leading: leading(size), lines: lines.into_iter().map(isolated).collect() }
    }

    fn leading(size: u32) -> u32 {
        size + size / 5
    }

    /// How many lines of this size fit.
    fn most(size: u32, room: Room) -> usize {
        (1 + room.height.saturating_sub(size) / leading(size)) as usize
    }

    /// The lines at a size, evened out; `None` where they do not fit.
    fn at_size(words: &[String], size: u32, room: Room, face: &Face) -> Option<Vec<String>> {
        let wide = room.width as f32 / size as f32;
        let lines = wrap(words, wide, face)?;
        if lines.len() > most(size, room) {
            return None;
        }
        let mut best = lines;
        let (mut low, mut high) = (0.0, wide);
        // Narrows the column as far as the number of lines stays the same, so that no line is left
        // with one short word.
        for _ in 0..8 {
            let middle = (low + high) / 2.0;
            match wrap(words, middle, face).filter(|lines| lines.len() == best.len()) {
                Some(lines) => (best, high) = (lines, middle),
                None => low = middle,
            }
        }
        Some(best)
    }

    /// Words in lines no wider than `wide`; `None` where one is wider by itself.
    fn wrap(words: &[String], wide: f32, face: &Face) -> Option<Vec<String>> {
        let mut lines: Vec<String> = Vec::new();
        let mut used = 0.0;
        for word in words {
            let (width, visible) = (measure(word, face), measure(word.trim_end(), face));
            if visible > wide {
                return None;
            }
            match lines.last_mut() {
                Some(line) if used + visible <= wide => line.push_str(word),
                _ => {
                    lines.push(word.clone());
                    used = 0.0;
                }
            }
            used += width;
        }
        Some(lines.into_iter().map(|line| line.trim_end().to_owned()).collect())
    }

    /// Lines broken between any two letters, for words that are wider than the room.
    fn broken(words: &[String], size: u32, room: Room, face: &Face) -> Vec<String> {
        let wide = room.width as f32 / size as f32;
        let mut lines = vec![String::new()];
        let mut used = 0.0;
        for letter in words.concat().chars() {
            let width = face.width(letter).unwrap_or(0.0);
            if used + width > wide {
                lines.push(String::new());
                used = 0.0;
            }
            used += width;
            lines.last_mut().expect("there is a first line").push(letter);
        }
        let most = most(size, room);
        if lines.len() > most {
            lines.truncate(most);
            let last = lines.last_mut().expect("at least one line fits");
            last.pop();
            last.push('…');
        }
        lines
    }

    fn measure(text: &str, face: &Face) -> f32 {
        text.chars().filter_map(|letter| face.width(letter)).sum()
    }

    /// A text cut where lines may end: behind spaces, hyphens and slashes. Each piece keeps the
    /// space behind it.
    fn words(text: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        for word in text
            .split(|letter: char| letter.is_whitespace() && letter != '\u{a0}')
            .filter(|word| !word.is_empty())
        {
            let letters: Vec<char> = word.chars().filter(|letter| !is_unseen(*letter)).collect();
            for (at, letter) in letters.iter().enumerate() {
                let piece = words.last_mut().expect("there is always one");
                piece.push(*letter);
                let ends =
                    matches!(letter, '-' | '–' | '—' | '/') && at > 0 && at + 1 < letters.len();
                if ends {
                    words.push(String::new());
                }
            }
            words.last_mut().expect("there is always one").push(' ');
            words.push(String::new());
        }
        words.retain(|word| !word.trim().is_empty());
        words
    }

    /// Whether a letter only steers layout and has no form of its own. Joiners are not among these:
    /// they change how Arabic is written.
    fn is_unseen(letter: char) -> bool {
        letter.is_control()
            || matches!(letter, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }

    /// Whether the text runs from right to left, by its first letter.
    fn begins_on_the_right(text: &str) -> bool {
        let on_the_right = |letter: char| matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
        text.chars().find(|letter| letter.is_alphabetic()).is_some_and(on_the_right)
    }
}

#[cfg(feature = "cards")]
mod drawing {
    use std::sync::{Arc, LazyLock};

    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{FontResolver, ImageHrefResolver, Options, Tree, fontdb};

    use super::fonts::{BOLD, FAMILY, REGULAR};
    use super::{HEIGHT, WIDTH};

    static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = fontdb::Database::new();
        for bytes in REGULAR.into_iter().chain(BOLD.into_iter().take(2)) {
            fonts.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
        }
        fonts.set_serif_family(FAMILY);
        fonts.set_sans_serif_family(FAMILY);
        fonts.set_cursive_family(FAMILY);
        fonts.set_fantasy_family(FAMILY);
        fonts.set_monospace_family(FAMILY);
        Arc::new(fonts)
    });

    /// The picture of a drawing, as PNG.
    ///
    /// # Errors
    /// When it is no drawing, or one of another size. The error is a clause that can end a
    /// sentence.
    pub fn draw(svg: &[u8]) -> Result<Vec<u8>, String> {
        let tree = read(svg)?;
        let mut pixels = Pixmap::new(WIDTH, HEIGHT).expect("the size of a card is no extreme one");
        resvg::render(&tree, Transform::default(), &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| error.to_string())
    }

    /// Whether [`draw`] can make a picture of it.
    ///
    /// # Errors
    /// As [`draw`].
    pub fn check(svg: &[u8]) -> Result<(), String> {
        read(svg).map(drop)
    }

    fn read(svg: &[u8]) -> Result<Tree, String> {
        let options = Options {
            font_family: FAMILY.to_owned(),
            fontdb: Arc::clone(&FONTS),
            font_resolver: FontResolver {
                select_font: FontResolver::default_font_selector(),
                select_fallback: Box::new(next_font),
            },
            // A drawing may load nothing from the disk.
            image_href_resolver: ImageHrefResolver {
                resolve_data: ImageHrefResolver::default_data_resolver(),
                resolve_string: Box::new(|_, _| None),
            },
            ..Options::default()
        };
        let tree = Tree::from_data(svg, &options).map_err(|error| error.to_string())?;
        let (width, height) = (tree.size().width(), tree.size().height());
        if (width, height) != (WIDTH as f32, HEIGHT as f32) {
            return Err(format!(
                "it is {width} by {height} pixels, and a card is {WIDTH} by {HEIGHT}"
            ));
        }
        Ok(tree)
    }

    /// The next font to look for a letter in: those of the same weight come first.
    fn next_font(
        _letter: char,
        tried: &[fontdb::ID],
        fonts: &mut Arc<fontdb::Database>,
    ) -> Option<fontdb::ID> {
        let weight = fonts.face(*tried.first()?)?.weight;
        let untried = || fonts.faces().filter(|face| !tried.contains(&face.id));
        untried()
            .find(|face| face.weight == weight)
            .or_else(|| untried().next())
            .map(|face| face.id)
    }
}

#[cfg(all(test, feature = "cards"))]
mod tests {
    use super::*;

    const ROOM: Room = Room { width: 1040, height: 310, largest: 76, bold: true };

    #[test]
    fn a_short_text_is_one_line_as_large_as_allowed() {
        let fitted = fit("Early memory loss", ROOM);
        assert_eq!((fitted.size, fitted.lines), (76, vec!["Early memory loss".to_owned()]));
    }

    #[test]
    fn lines_are_evened_out_and_end_where_words_end() {
        let fitted = fit("How a general practitioner finds out within ten minutes", ROOM);
        assert_eq!(
            fitted.lines,
            ["How a general", "practitioner finds out", "within ten minutes"].map(str::to_owned)
        );
        assert_eq!(
            fit("non-pharmacological", Room { width: 500, ..ROOM }).lines,
            ["non-", "pharmacological"]
        );
    }

    #[test]
    fn a_long_text_shrinks_until_all_of_it_is_there() {
        let text = "Everything about memory and how it fades. ".repeat(20);
        let fitted = fit(&text, ROOM);
        assert_eq!(fitted.lines.join(" "), text.trim());
        assert!(
            fitted.size < 40
                && fitted.size + fitted.leading * (fitted.lines.len() as u32 - 1) <= ROOM.height,
            "{fitted:?}"
        );
        assert_eq!(fit("", ROOM).lines, [""; 0]);
    }

    #[test]
    fn what_cannot_fit_at_any_size_says_so() {
        let word = "x".repeat(400);
        assert_eq!(
            fit(&word, ROOM).lines.concat().trim(),
            word,
            "words are broken before anything is left out"
        );
        let lines = fit(&word.repeat(100), ROOM).lines;
        assert!(lines.last().is_some_and(|last| last.ends_with('…')));
    }

    #[test]
    fn the_fonts_know_latin_greek_cyrillic_and_arabic() {
        for text in [
            "Ĳsselmeer – “dementia” €5 ≥ 3 µg",
            "Πρώιμη απώλεια",
            "Ранняя потеря",
            "فقدان الذاكرة؟",
            "soft\u{ad}hyphen\u{a0}1\n",
        ] {
            assert!(can_write(text), "{text}");
        }
        for text in ["記憶", "זיכרון", "memory 🧠"] {
            assert!(!can_write(text), "{text}");
        }
    }

    #[test]
    fn every_line_of_an_arabic_text_begins_on_the_right() {
        let fitted = fit("فقدان الذاكرة MRI", Room { width: 300, ..ROOM });
        assert!(
            fitted.lines.len() > 1 && fitted.lines.iter().all(|line| line.starts_with('\u{2067}')),
            "{fitted:?}"
        );
    }

    #[test]
    fn only_a_drawing_of_the_right_size_is_a_card() {
        let svg = |attributes: &str, inner: &str| {
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}>{inner}</svg>")
        };
        let right = "width=\"1200\" height=\"630\"";
        assert!(check(svg(right, "<text>a</text>").as_bytes()).is_ok());
        let error = draw(svg("width=\"600\" height=\"315\"", "").as_bytes()).unwrap_err();
        assert_eq!(error, "it is 600 by 315 pixels, and a card is 1200 by 630");
        assert!(check(b"<svg").is_err() && check(b"").is_err());
        let plain = draw(svg(right, "").as_bytes()).unwrap();
        let outside = svg(
            right,
            &format!(
                "<image href=\"{}/docs/design/home-1280-light.webp\" width=\"9\"/>",
                env!("CARGO_MANIFEST_DIR")
            ),
        );
        assert_eq!(draw(outside.as_bytes()).unwrap(), plain, "nothing is taken from the disk");
    }
}
