//! `[site]`: settings that hold for all sites of a hub.

use super::fields::Fields;
use super::keys::{Flag, Form, Formed, Parsed, ReadIn, Shape, Source, WrittenValue};
use super::known::Known;
use super::tree::{Value, parse_toml};
use etappe_base::finding::did_you_mean;
use etappe_base::source::Spanned;
use etappe_base::unusable::Unusable;
use etappe_base::zone::Zone;

/// What `[site]` says.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    /// Where the hub's days begin, and where a written time is read if it does not say how far it
    /// is from UTC. `None`: UTC.
    pub time_zone: Option<Zone>,
    /// Whether a release shows stages that have no page.
    pub empty: Empty,
    /// How the theme's own words address readers.
    pub tone_of_address: ToneOfAddress,
    /// Whether pages can be passed on to a colleague.
    pub share: bool,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            time_zone: None,
            empty: Empty::default(),
            tone_of_address: ToneOfAddress::default(),
            share: true,
        }
    }
}

/// What a release does with stages and sites that have no page. Previews show them, marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Empty {
    /// Readers find neither them nor questions that no page answers.
    #[default]
    Hide,
    /// Readers see them as empty.
    Show,
}

impl Formed for Empty {
    const FORM: Form = Form::OneOf(&["hide", "show"]);
}

impl std::str::FromStr for Empty {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "hide" => Ok(Self::Hide),
            "show" => Ok(Self::Show),
            _ => Err(Unusable::new(format!("`{text}` is neither"), "write \"hide\" or \"show\"")),
        }
    }
}

keys! {
    /// `[site]`, as it is written.
    pub(super) struct SiteKeys("[site]") in Known {
        /// Where the hub's days begin, and where times are read that do not say how far they are
        /// from UTC, such as Europe/Amsterdam.
        time_zone: TimeZone = "time_zone", usually("UTC");
        /// What a release does with stages without a page, and with questions that no page
        /// answers: readers do not see them, or see that they are empty.
        empty: Parsed<Empty> = "empty", usually("hide");
        /// How the theme's own words address readers, in languages that have both ways: as u or je,
        /// Sie or du, vous or tu.
        tone_of_address: Parsed<ToneOfAddress> = "tone_of_address", usually("formal");
        /// Whether a page offers to be passed on to a colleague: by a mail that the reader writes,
        /// and by its address. Needs base_url.
        share: Flag = "share", usually("true");
    }
}

impl From<SiteKeys> for SiteSettings {
    fn from(keys: SiteKeys) -> Self {
        let usual = Self::default();
        Self {
            time_zone: keys.time_zone,
            empty: keys.empty.unwrap_or(usual.empty),
            tone_of_address: keys.tone_of_address.unwrap_or(usual.tone_of_address),
            share: keys.share.unwrap_or(usual.share),
        }
    }
}

/// How readers are addressed, in languages that have two ways of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ToneOfAddress {
    /// As people address those whom they do not know.
    #[default]
    Formal,
    /// As colleagues address each other.
    Informal,
}

impl Formed for ToneOfAddress {
    const FORM: Form = Form::OneOf(&["formal", "informal"]);
}

impl std::str::FromStr for ToneOfAddress {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "formal" => Ok(Self::Formal),
            "informal" => Ok(Self::Informal),
            _ => {
                let help = "write \"formal\" or \"informal\"";
                Err(Unusable::new(format!("`{text}` is neither"), help))
            }
        }
    }
}

/// A name of the time zone database.
pub(super) struct TimeZone;

impl Shape for TimeZone {
    type Value = Zone;
    const FORM: Form = Form::TimeZone;
}

impl<C: ?Sized> ReadIn<C> for TimeZone {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Zone> {
        let name = fields.reader.as_text(written.name, written.item)?;
        let zone = Zone::named(&name.value);
        if zone.is_none() {
            let known = Zone::names();
            let help = did_you_mean(&name.value, known.iter().map(String::as_str));
            let message = format!("`{}` is no time zone.", name.value);
            fields.reader.invalid(name.span, message, Some(help));
        }
        zone
    }
}

/// The name of a theme; whether there is one is known later.
pub(super) struct ThemeName;

impl Shape for ThemeName {
    type Value = Spanned<String>;
    const FORM: Form = Form::Known(Source::Themes);
}

impl<C: ?Sized> ReadIn<C> for ThemeName {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Spanned<String>> {
        fields.reader.as_text(written.name, written.item)
    }
}

/// The time zone that the text of a hub.toml names, even where the rest of it is wrong: the
/// current day must be known before the hub is read. UTC where the text names none.
pub fn zone_of(hub_toml: &str) -> Zone {
    const KEY: &str = "time_zone";
    if !hub_toml.contains(KEY) {
        return Zone::default();
    }
    let (root, _) = parse_toml(hub_toml.trim_start_matches('\u{feff}'), 0);
    let site = root.entries.iter().find(|entry| entry.key == "site").map(|entry| &entry.item.value);
    let Some(Value::Table(site)) = site else { return Zone::default() };
    let name = site.entries.iter().find(|entry| entry.key == KEY).map(|entry| &entry.item.value);
    let Some(Value::Text(name)) = name else { return Zone::default() };
    Zone::named(name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_zone_is_known_before_the_hub_is_read() {
        for (text, expected) in [
            ("", "UTC"),
            ("title = \"time_zone\"\n", "UTC"),
            ("[site]\ntime_zone = \"Europe/Amsterdam\"\n", "Europe/Amsterdam"),
            ("\u{feff}site.time_zone = \"Pacific/Kiritimati\"\nx = \n", "Pacific/Kiritimati"),
            ("[site]\ntime_zone = \"Europe/Amsterdm\"\n", "UTC"),
            ("[other]\ntime_zone = \"Europe/Amsterdam\"\n", "UTC"),
        ] {
            assert_eq!(zone_of(text).name(), expected, "{text}");
        }
    }
}
