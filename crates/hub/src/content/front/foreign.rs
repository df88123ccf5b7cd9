//! Keys that other tools have: what says the same here.

use crate::config::Config;
use etappe_base::path::HubPath;

/// What says here where a language is, whatever the value.
const LANGUAGE: [&str; 4] = ["lang", "language", "locale", "languageCode"];

/// Keys of other generators and of content management systems, in small letters without `_` and
/// `-`, and what to do about each.
const KEYS: [(&str, &str); 22] = [
    ("draft", "`status = \"draft\"` says that a page is not done; without it the page is"),
    ("published", "`status = \"draft\"` says that a page is not done; without it the page is"),
    ("lastmod", "the day of the last change is `updated`"),
    ("modified", "the day of the last change is `updated`"),
    ("lastmodifiedat", "the day of the last change is `updated`"),
    ("publishdate", "the first day on which the page is shown is `publish_on`"),
    ("expirydate", "the first day on which the page is no longer shown is `expires`"),
    ("weight", "a page's place within its stage is `order`"),
    ("navorder", "a page's place within its stage is `order`"),
    ("menuorder", "a page's place within its stage is `order`"),
    ("sidebarposition", "a page's place within its stage is `order`"),
    ("author", "the names of those who wrote the page are `authors`"),
    ("redirectfrom", "old addresses of the page are `aliases`"),
    ("redirects", "old addresses of the page are `aliases`"),
    ("permalink", "stage and `slug` make the address; old ones are `aliases`"),
    ("url", "stage and `slug` make the address; old ones are `aliases`"),
    ("excerpt", "what a page says in a few words is its `summary`"),
    ("featuredimage", "the picture above the text is `image`"),
    ("thumbnail", "the picture above the text is `image`"),
    ("tags", "stage, `needs` and `topics` say what a page is about; other words go into `extra`"),
    ("categories", "the part of the journey that a page belongs to is its `stage`"),
    ("layout", "pages have one layout, the theme's: leave the key out"),
];

/// What to write instead of a key that another tool has. `None` where none is known to have it.
pub(super) fn help(
    key: &str,
    value: Option<&str>,
    file: &HubPath,
    config: &Config,
) -> Option<String> {
    if LANGUAGE.contains(&key) {
        return Some(language(value, file, config));
    }
    let plain = key.replace(['_', '-'], "").to_ascii_lowercase();
    KEYS.iter().find(|(known, _)| *known == plain).map(|(_, help)| (*help).to_owned())
}

/// How the file's name says the language that a key wants to say.
fn language(value: Option<&str>, file: &HubPath, config: &Config) -> String {
    let says = "the language stands in the name of the file";
    let stem = file.name().strip_suffix(".md").or_else(|| file.name().strip_suffix(".markdown"));
    let Some(stem) = stem else {
        return format!("{says}, such as `page.nl.md`; leave the key out");
    };
    let base = stem
        .rsplit_once('.')
        .filter(|(_, suffix)| config.find_spelt_lang(suffix).is_some())
        .map_or(stem, |(base, _)| base);
    let Some(lang) = value.and_then(|value| config.find_spelt_lang(value)) else {
        let codes: Vec<&str> = config.languages.iter().map(|lang| lang.code.as_str()).collect();
        let known = codes.join("`, `");
        return format!("{says}, such as `{base}.CODE.md` with a code of the hub (`{known}`)");
    };
    let right = format!("{base}{}.md", config.suffix(lang));
    if right == file.name() {
        format!("{says}, which says it already: leave the key out")
    } else {
        format!("{says}: call it `{right}`, and leave the key out")
    }
}
