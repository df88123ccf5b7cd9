//! `[site]`: settings that hold for all sites of a hub.

use super::fields::Fields;
use super::tree::{Value, parse_toml};
use etappe_base::finding::did_you_mean;
use etappe_base::zone::Zone;

/// What `[site]` says.
#[derive(Clone, Debug, Default)]
pub struct SiteSettings {
    /// Where the hub's days begin, and where a written time is read if it does not say how far it
    /// is from UTC. `None`: UTC.
    pub time_zone: Option<Zone>,
}

impl SiteSettings {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        Self { time_zone: fields.table("site", "[site]", time_zone).flatten() }
    }
}

fn time_zone(fields: &mut Fields<'_>) -> Option<Zone> {
    let name = fields.text("time_zone")?;
    let zone = Zone::named(&name.value);
    if zone.is_none() {
        let known = Zone::names();
        let help = did_you_mean(&name.value, known.iter().map(String::as_str));
        fields.reader.invalid(name.span, format!("`{}` is no time zone.", name.value), Some(help));
    }
    zone
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
