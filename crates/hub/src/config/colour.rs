//! `colour` of a persona's card: the accent of its site, on light and on dark grounds.

use super::fields::{Fields, Reader};
use super::keys::{Form, ReadIn, Shape, WrittenValue};
use etappe_base::colour::{BLACK, Colour, WHITE};
use etappe_base::finding::{Edit, Finding, Fix, codes};
use etappe_base::source::Spanned;

/// The ground of pages where it is light, as the built-in theme has it.
pub const LIGHT_PAPER: Colour = Colour::new(0xfd, 0xfd, 0xfb);
/// The ground of pages where it is dark.
pub const DARK_PAPER: Colour = Colour::new(0x12, 0x17, 0x15);
/// What is raised from the dark ground, and is lighter.
pub const DARK_RAISE: Colour = Colour::new(0x1a, 0x21, 0x1e);

/// The least contrast of a text with its ground, by WCAG 2.
const ENOUGH: f64 = 4.5;
/// What is made lighter for dark grounds has more, as the theme's own accents have.
const ENOUGH_IN_THE_DARK: f64 = 7.0;

/// The colour of a persona's site. A text in it can be read on its ground, and on a wash of the
/// colour over that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Accent {
    /// As the card has it, or darker.
    pub light: Colour,
    /// As the card has it, or lighter.
    pub dark: Colour,
}

impl Accent {
    /// The nearest colours to one that can be read.
    pub fn of(colour: Colour) -> Self {
        let reads = |on: &[Colour], enough: f64, colour: Colour| {
            on.iter().all(|ground| colour.contrast(washed(colour, *ground)) >= enough)
        };
        let dark = [DARK_PAPER, DARK_RAISE];
        Self {
            light: colour.nearest(BLACK, |colour| reads(&[LIGHT_PAPER], ENOUGH, colour)),
            dark: colour.nearest(WHITE, |colour| reads(&dark, ENOUGH_IN_THE_DARK, colour)),
        }
    }
}

/// A ground with a wash of a colour over it, as the built-in theme's bands have it.
fn washed(colour: Colour, ground: Colour) -> Colour {
    colour.mixed(ground, 93, 100)
}

/// A colour that texts are set in.
pub(super) struct AccentColour;

impl Shape for AccentColour {
    type Value = Accent;
    const FORM: Form = Form::Colour;
}

impl<C: ?Sized> ReadIn<C> for AccentColour {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Accent> {
        let WrittenValue { name, item } = written;
        let text = fields.reader.as_text(name, item)?;
        let colour = text.value.parse::<Colour>();
        let colour =
            colour.map_err(|error| fields.reader.unusable(text.span, name, &error)).ok()?;
        let accent = Accent::of(colour);
        if accent.light != colour {
            pale(&mut fields.reader, &text, colour, accent.light);
        }
        Some(accent)
    }
}

/// Reports a colour that cannot be read on light grounds, and what is shown in its place.
fn pale(reader: &mut Reader, written: &Spanned<String>, colour: Colour, shown: Colour) {
    // Rounded down: 4.49 is not enough.
    let contrast = (colour.contrast(washed(colour, LIGHT_PAPER)) * 10.0).floor() / 10.0;
    let place = reader.place(written.span);
    let message = format!(
        "`{}` has a contrast of {contrast:.1} with the ground of pages; texts need {ENOUGH}.",
        written.value
    );
    let fix = Fix {
        title: format!("Write `{shown}`"),
        edits: vec![Edit::new(place.clone(), format!("\"{shown}\""))],
    };
    reader.report(
        Finding::new(&codes::CONFIG_COLOUR_CONTRAST, place, message)
            .label("too pale to be read")
            .help(format!("write `{shown}`, the nearest that is dark enough: pages show that"))
            .maybe_fix(Some(fix)),
    );
}
