//! Colours, and how well one is read on another.

use std::fmt;
use std::str::FromStr;

use crate::unusable::Unusable;

/// An opaque colour of sRGB: red, green, blue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Colour([u8; 3]);

/// Black.
pub const BLACK: Colour = Colour([0; 3]);
/// White.
pub const WHITE: Colour = Colour([255; 3]);

/// In how many steps a colour is made darker or lighter.
const STEPS: u16 = 256;

impl Colour {
    /// From red, green and blue.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// The contrast of two colours by WCAG 2: from 1, the same, to 21, black and white.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Relative luminance by WCAG 2, from 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// A mixture with another: `parts` of `all` are the other colour's.
    #[must_use]
    pub fn mixed(self, other: Self, parts: u16, all: u16) -> Self {
        let mix = |own: u8, other: u8| {
            let sum = u32::from(own) * u32::from(all - parts) + u32::from(other) * u32::from(parts);
            ((sum + u32::from(all) / 2) / u32::from(all)) as u8
        };
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([mix(a, x), mix(b, y), mix(c, z)])
    }

    /// The nearest colour on the way to another that is good enough; the other where none before is.
    #[must_use]
    pub fn nearest(self, towards: Self, suffices: impl Fn(Self) -> bool) -> Self {
        let mut way = (0..STEPS).map(|step| self.mixed(towards, step, STEPS));
        way.find(|colour| suffices(*colour)).unwrap_or(towards)
    }
}

impl FromStr for Colour {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let digits: Option<Vec<u8>> = text.strip_prefix('#').and_then(|digits| {
            digits.chars().map(|digit| Some(digit.to_digit(16)? as u8)).collect()
        });
        match digits.as_deref() {
            Some(&[a, b, c]) => Ok(Self([a, b, c].map(|digit| digit * 17))),
            Some(&[a, b, c, d, e, f]) => Ok(Self([a * 16 + b, c * 16 + d, e * 16 + f])),
            _ => Err(Unusable::new(
                format!("`{text}` is no colour"),
                "write red, green and blue in hexadecimal digits, such as `#1d4f91`",
            )),
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().expect("a colour")
    }

    #[test]
    fn a_colour_is_three_or_six_hexadecimal_digits() {
        assert_eq!(colour("#1D4f91").to_string(), "#1d4f91");
        assert_eq!(colour("#fa0"), colour("#ffaa00"));
        for text in ["", "#", "1d4f91", "#12", "#1234", "#12345g", "#1234567", "blue", "#１23456"]
        {
            assert!(text.parse::<Colour>().is_err(), "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let near = |a: &str, b: &str, wanted: f64| {
            assert!((colour(a).contrast(colour(b)) - wanted).abs() < 0.005, "{a} {b}");
        };
        near("#000", "#fff", 21.0);
        near("#777", "#fff", 4.48);
        near("#fff", "#767676", 4.54);
        near("#1b4f8f", "#1b4f8f", 1.0);
    }

    #[test]
    fn the_nearest_colour_that_suffices_is_the_first_on_the_way() {
        let reads = |colour: Colour| colour.contrast(WHITE) >= 4.5;
        let pale = colour("#ff9900");
        let found = pale.nearest(BLACK, reads);
        assert!(reads(found));
        assert!(found.contrast(WHITE) < 4.6, "no darker than it must be: {found}");
        assert_eq!(colour("#123456").nearest(BLACK, reads), colour("#123456"));
        assert_eq!(pale.nearest(BLACK, |_| false), BLACK);
    }
}
