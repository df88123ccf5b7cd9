//! The registry of all codes. A finding whose code is not here cannot be made.

use super::Severity;

/// One kind of finding.
#[derive(PartialEq, Eq, Debug)]
pub struct Code {
    /// `group.name`: what `[checks]` and waivers name. Never changes its meaning.
    pub id: &'static str,
    /// What it weighs unless `[checks]` says otherwise.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub summary: &'static str,
}

/// The code an author named.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id == id)
}

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident $summary:literal;)*) => {
        $(#[doc = $summary] pub static $name: Code = Code { id: $id, severity: Severity::$severity, summary: $summary };)*
        /// Every code, in the order of this file.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    CONFIG_MISSING "config.missing" Error "The folder has no hub.toml, so it is no hub.";
    CONFIG_SYNTAX "config.syntax" Error "A configuration file is not valid TOML.";
    CONFIG_UNKNOWN_KEY "config.unknown-key" Error "A configuration file has a key that means nothing.";
    CONFIG_MISSING_KEY "config.missing-key" Error "A configuration file lacks a required key.";
    CONFIG_WRONG_TYPE "config.wrong-type" Error "A configuration value has another type than its key needs.";
    CONFIG_INVALID_VALUE "config.invalid-value" Error "A configuration value is not one that its key can take.";
    CONFIG_DUPLICATE "config.duplicate" Error "Two entries of the configuration have the same id, slug or place.";
    CONFIG_UNKNOWN_ID "config.unknown-id" Error "The configuration names a persona, stage, segment or code that does not exist.";
    CONFIG_NO_PERSONA "config.no-persona" Error "The hub has no persona card.";
    CONFIG_NO_STAGE "config.no-stage" Error "The hub has no stage.";
    CONFIG_MISSING_TRANSLATION "config.missing-translation" Warning "A reader-facing text of the configuration lacks one of the hub's languages.";

    FRONT_MISSING "front.missing" Error "A page has no front matter.";
    FRONT_UNCLOSED "front.unclosed" Error "The front matter has no closing fence.";
    FRONT_SYNTAX "front.syntax" Error "The front matter is not valid TOML or YAML.";
    FRONT_UNKNOWN_KEY "front.unknown-key" Error "The front matter has a key that means nothing.";
    FRONT_MISSING_KEY "front.missing-key" Error "The front matter lacks a required key.";
    FRONT_WRONG_TYPE "front.wrong-type" Error "A front matter value has another type than its key needs.";
    FRONT_INVALID_VALUE "front.invalid-value" Error "A front matter value is not one that its key can take.";
    FRONT_EMPTY_TITLE "front.empty-title" Error "The title is empty.";
    FRONT_UNKNOWN_PERSONA "front.unknown-persona" Error "A page names a persona that has no card.";
    FRONT_UNKNOWN_STAGE "front.unknown-stage" Error "A page names a stage that hub.toml does not define.";
    FRONT_UNKNOWN_NEED "front.unknown-need" Error "A page names a need that no persona card defines.";
    FRONT_UNKNOWN_BELIEF "front.unknown-belief" Error "A page names a belief that no persona card defines.";
    FRONT_UNKNOWN_OBJECTIVE "front.unknown-objective" Error "A page names an objective that hub.toml does not define.";
    FRONT_SUMMARY_LENGTH "front.summary-length" Warning "The summary is longer than 160 characters.";

    FILE_NOT_UTF8 "file.not-utf8" Error "A text file is not UTF-8.";
    FILE_UNREADABLE "file.unreadable" Error "A file cannot be read.";
    FILE_NAME "file.name" Error "A file's name cannot be used in a path.";
    FILE_SYMLINK "file.symlink" Error "A symbolic link leads out of the hub, in a circle, or nowhere.";
    FILE_EMPTY "file.empty" Error "A page's file is empty.";
    FILE_CONTROL_CHARACTER "file.control-character" Warning "A text file holds a NUL character.";
    FILE_UNKNOWN_LANGUAGE "file.unknown-language" Error "A file name's language suffix is none of the hub's languages.";

    LINK_BROKEN "link.broken" Error "A link's target does not exist.";
    LINK_ANCHOR "link.anchor" Error "A link names a heading that its target page does not have.";
    LINK_CROSS_PERSONA "link.cross-persona" Error "A link's target is not on this persona's site.";
    LINK_UNTRANSLATED "link.untranslated" Error "A link's target has no page in this language.";
    LINK_UNPUBLISHED "link.unpublished" Error "A link's target is a draft, scheduled, expired or faulty.";
    IMAGE_MISSING "image.missing" Warning "An image's file does not exist.";

    URL_COLLISION "url.collision" Error "Two pages, or a page and an alias, would have the same URL.";

    THEME_MISSING "theme.missing" Error "The theme that hub.toml names does not exist.";
    THEME_MANIFEST "theme.manifest" Error "A theme's theme.toml or strings file is not right.";
    THEME_TEMPLATE "theme.template" Error "A template cannot be read, or fails on a page.";

    WAIVER_EXPIRED "waiver.expired" Error "A waiver is past its date.";
    WAIVER_UNUSED "waiver.unused" Warning "A waiver covers no finding.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let ids: std::collections::BTreeSet<_> = ALL.iter().map(|code| code.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for id in ids {
            let (group, name) = id.split_once('.').expect("group.name");
            let fine = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(fine(group) && fine(name), "{id}");
        }
    }
}
