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

impl Code {
    /// Whether only outputs, or a check of other sites, can show it: a reading of the hub alone does
    /// not.
    pub fn is_late(&self) -> bool {
        ["leak.", "external.", "release."].iter().any(|group| self.id.starts_with(group))
    }

    /// Whether its message says all there is to say of something that has a name, so that it is said
    /// once for all pages: a link's target, an id, a key. Other messages are about their page.
    pub fn is_about_a_name(&self) -> bool {
        const GROUPS: [&str; 5] = ["link.", "external.", "directive.", "front.unknown-", "image."];
        const OF_PAGE: [&str; 4] =
            ["link.empty", "image.alt", "directive.unclosed", "directive.misplaced"];
        const OTHERS: [&str; 6] = [
            "front.missing-key",
            "front.wrong-type",
            "front.invalid-value",
            "file.unknown-language",
            "citation.unknown",
            "leak.origin",
        ];
        let is_in = |group: &&str| self.id.starts_with(*group);
        GROUPS.iter().any(is_in) && !OF_PAGE.contains(&self.id) || OTHERS.contains(&self.id)
    }

    /// Whether it is about a link, whose target is the first place beside it.
    pub fn is_about_a_link(&self) -> bool {
        self.id.starts_with("link.")
    }

    /// Whether it is an error whatever the hub's policy: what it is about must never reach a
    /// reader.
    pub fn is_firm(&self) -> bool {
        matches!(self.id, "leak.persona" | "leak.unpublished" | "leak.internal")
    }
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
    CONFIG_UNKNOWN_ID "config.unknown-id" Error "The configuration names a persona, stage, segment, market, language or code that does not exist.";
    CONFIG_NO_PERSONA "config.no-persona" Error "The hub has no persona card.";
    CONFIG_NO_STAGE "config.no-stage" Error "The hub has no stage.";
    CONFIG_EMPTY_SEGMENT "config.empty-segment" Warning "A segment has no persona.";
    CONFIG_MANY_PERSONAS "config.many-personas" Info "The hub has more than five targeted personas.";
    CONFIG_STALE_CARD "config.stale-card" Info "A persona card was not reviewed for longer than review_every.";
    CONFIG_COLOUR_CONTRAST "config.colour-contrast" Warning "A persona's colour is too pale for texts and links in it to be read.";
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
    FRONT_UNKNOWN_TOPIC "front.unknown-topic" Error "A page names a topic that no stage of hub.toml asks for.";
    FRONT_UNKNOWN_CHANNEL "front.unknown-channel" Error "A page names a channel that no persona card has.";
    FRONT_UNKNOWN_MARKET "front.unknown-market" Error "A page, a claim or a module names a market that hub.toml does not have.";
    FRONT_UNKNOWN_PRODUCT "front.unknown-product" Error "A page names a product that has no card.";
    FRONT_ID_TAKEN "front.id-taken" Error "Another page has the id of this one.";
    FRONT_ID_DIFFERS "front.id-differs" Error "A translation has another id than its page.";
    FRONT_OWN_BRIDGE "front.own-bridge" Warning "A page's bridge leads to the only persona that has the page.";
    FRONT_VARIANT_OF "front.variant-of" Error "A page is a variant of no other page of the hub, or of itself.";
    FRONT_SUMMARY_LENGTH "front.summary-length" Warning "The summary is longer than 160 characters.";
    FRONT_MOMENT "front.moment" Info "A day of a page is written with a time.";
    FRONT_NEVER_SHOWN "front.never-shown" Warning "A page expires before it is published, or on that day.";
    FRONT_TITLE_LENGTH "front.title-length" Warning "The title is longer than 70 characters.";

    APPROVAL_RECORD "approval.record" Error "A record of a signature cannot be taken as it is.";
    APPROVAL_UNKNOWN_ITEM "approval.unknown-item" Info "A record signs what the hub does not have.";
    APPROVAL_NOT_SIGNED "approval.not-signed" Info "Records of this hub count without a signature.";
    APPROVAL_UNVERIFIED "approval.unverified" Warning "Signatures of records could not be verified.";
    APPROVAL_MISSING "approval.missing" Warning "Somebody has yet to sign a page.";
    APPROVAL_UNSIGNED "approval.unsigned" Warning "The record of a page has no signature that was verified.";
    APPROVAL_EXPIRED "approval.expired" Warning "The time of a page's approval is over.";
    APPROVAL_EXPIRES "approval.expires" Info "The approval of a page ends within 60 days.";
    APPROVAL_NOT_YET "approval.not-yet" Info "A page is approved for a later day.";
    APPROVAL_DRIFTED "approval.drifted" Error "A page is no longer what was signed.";
    APPROVAL_WRONG_SIGNER "approval.wrong-signer" Error "A page was signed by somebody who may not sign it.";
    APPROVAL_ALTERED "approval.altered" Error "The record of a page is not what was signed.";
    APPROVAL_KIND_LOWERED "approval.kind-lowered" Error "A page that was signed as one that needs it is now of a kind that needs none.";
    APPROVAL_BEFORE_TEXT "approval.before-text" Warning "A page was updated after it was signed, by its own dates.";
    APPROVAL_OFF "approval.off" Warning "The hub has records of signatures, and asks for none.";
    APPROVAL_AFTER_MERGE "approval.after-merge" Info "A branch changes rules that count only once it is merged.";
    APPROVAL_UNAUDITED "approval.unaudited" Warning "What stood in a branch, or in the history, is not known here.";

    PRODUCT_FILE "product.file" Error "The file of a product's prescribing information does not exist.";

    CLAIM_UNKNOWN "claim.unknown" Error "A page names a claim that the hub does not have.";
    CLAIM_REWORDED "claim.reworded" Error "The words of a page are not those of the claim that it names.";
    CLAIM_EXPIRED "claim.expired" Warning "A page uses a claim that has expired, and is left out.";
    CLAIM_EXPIRES "claim.expires" Info "A page uses a claim that expires within 60 days.";
    CLAIM_MARKET "claim.market" Warning "A page uses a claim in a market where it may not be made, and is left out.";
    CLAIM_UNTRANSLATED "claim.untranslated" Warning "A page uses a claim that has no words in its language, and is left out.";
    CLAIM_UNREFERENCED "claim.unreferenced" Warning "A page uses a claim that nothing bears out, and is left out.";
    CLAIM_UNCITED "claim.uncited" Info "A sentence says what a claim says, and does not name it.";

    MODULE_UNKNOWN "module.unknown" Error "A page names a module that the hub does not have.";
    MODULE_CIRCLE "module.circle" Error "A module comes to hold itself.";
    MODULE_TOO_MUCH "module.too-much" Error "A page's modules are too many, too long or too deep in each other.";
    MODULE_EXPIRED "module.expired" Warning "A page uses a module that has expired, and is left out.";
    MODULE_EXPIRES "module.expires" Info "A page uses a module that expires within 60 days.";
    MODULE_MARKET "module.market" Warning "A page uses a module in a market where it may not be shown, and is left out.";
    MODULE_UNTRANSLATED "module.untranslated" Warning "A page uses a module that is not written in its language, and is left out.";
    MODULE_UNUSED "module.unused" Info "No page uses a module.";

    AUDIENCE_UNQUALIFIED "audience.unqualified" Error "A promotional page is for a persona to whom nothing may be promoted.";

    FILE_NOT_UTF8 "file.not-utf8" Error "A text file is not UTF-8.";
    FILE_UNREADABLE "file.unreadable" Error "A file cannot be read.";
    FILE_NAME "file.name" Error "A file's name cannot be used in a path.";
    FILE_RESERVED "file.reserved" Warning "A name is one that Windows reserves or changes.";
    FILE_SYMLINK "file.symlink" Error "A symbolic link leads out of its own folder of the hub, in a circle, or nowhere.";
    FILE_SECRET "file.secret" Warning "A file that may hold a secret is not published.";
    FILE_EMPTY "file.empty" Error "A page's file is empty.";
    FILE_CONTROL_CHARACTER "file.control-character" Warning "A text file holds a NUL character.";
    FILE_UNKNOWN_LANGUAGE "file.unknown-language" Error "A file name's language suffix is none of the hub's languages.";

    LINK_BROKEN "link.broken" Error "A link's target does not exist.";
    LINK_ANCHOR "link.anchor" Error "A link names a heading that its target page does not have.";
    LINK_CROSS_PERSONA "link.cross-persona" Error "A link's target is not on this persona's site.";
    LINK_UNTRANSLATED "link.untranslated" Error "A link's target has no page in this language.";
    LINK_UNPUBLISHED "link.unpublished" Error "A link's target is a draft, scheduled, expired, withdrawn or faulty.";
    LINK_EXPIRES "link.expires" Warning "A link's target expires within 30 days.";
    LINK_ADDRESS "link.address" Warning "An address holds a space or backslashes, so readers see no link.";
    LINK_CASE "link.case" Warning "A link's target differs from the file's name in upper and lower case.";
    LINK_UNSAFE "link.unsafe" Error "An address runs as a program; readers see no link.";
    LINK_LOCAL "link.local" Warning "An address means something on one machine, or in one office.";
    LINK_OWN "link.own" Info "A link writes out the hub's own address.";
    LINK_EMPTY "link.empty" Warning "A link has no text, so readers cannot tell where it leads.";
    IMAGE_MISSING "image.missing" Warning "The file of an image, a film or a sound does not exist.";
    IMAGE_ALT "image.alt" Warning "An image has no alternative text.";
    IMAGE_UNREADABLE "image.unreadable" Info "A file that is shown as an image is none that browsers show.";
    ASSET_UNSAFE "asset.unsafe" Warning "A drawing holds what could run or fetch; it is published without it.";
    ASSET_UNUSED "asset.unused" Info "A file beside pages is linked from no published page, so it is not published.";
    ASSET_OVERSIZED "asset.oversized" Warning "An image is heavier than a megabyte.";

    EXTERNAL_BROKEN "external.broken" Error "A link to another site leads nowhere.";
    EXTERNAL_UNSURE "external.unsure" Warning "A link to another site could not be checked.";
    EXTERNAL_MOVED "external.moved" Info "A link to another site has moved for good.";

    HEADING_SKIPPED "heading.skipped" Warning "A heading skips a level.";
    HEADING_SEVERAL_H1 "heading.several-h1" Warning "A page's text has a first-level heading, which its title already is.";
    MARK_SPACING "mark.spacing" Warning "A mark of Markdown is text because of the space beside it, or for lack of one.";
    EMPHASIS_UNREAD "emphasis.unread" Info "Asterisks beside Chinese, Japanese or Korean text stress nothing.";
    TABLE_CELLS "table.cells" Info "A table's row has another number of cells than its head.";
    TABLE_HEADER "table.header" Warning "A table's header row is empty.";
    PAGE_LENGTH "page.length" Warning "A page is longer than the persona's style allows.";
    HTML_UNCLOSED "html.unclosed" Warning "An element of raw HTML is not closed.";
    HTML_STRAY "html.stray" Warning "An end tag of raw HTML closes nothing.";
    HTML_SWALLOWS "html.swallows" Error "A comment or an element of raw HTML has no end and hides what follows.";
    HTML_UNKNOWN_ELEMENT "html.unknown-element" Warning "An element of raw HTML does not exist.";
    HTML_FRAME "html.frame" Warning "An element of raw HTML belongs to the page around the text.";
    HTML_IFRAME_TITLE "html.iframe-title" Warning "A page within the page has no title.";
    HTML_DUPLICATE_ID "html.duplicate-id" Warning "Two elements of a page have the same id.";
    REFERENCE_UNUSED "reference.unused" Warning "A reference definition is used by no link.";
    REFERENCE_UNRESOLVED "reference.unresolved" Warning "A reference link has no definition.";
    REFERENCE_SHADOWED "reference.shadowed" Warning "A reference is defined twice; the first stands.";
    CITATION_SYNTAX "citation.syntax" Error "The references cannot be read.";
    CITATION_UNKNOWN "citation.unknown" Error "A page cites a reference that the hub does not have.";
    CITATION_DUPLICATE "citation.duplicate" Warning "Two references have the same key; the first stands.";
    CITATION_NO_YEAR "citation.no-year" Warning "A reference has no year.";
    CITATION_LATEX "citation.latex" Warning "A reference holds LaTeX that cannot be read.";
    CITATION_UNUSED "citation.unused" Info "A reference is cited by no page.";
    FOOTNOTE_UNUSED "footnote.unused" Warning "A footnote is referred to nowhere.";
    FOOTNOTE_UNRESOLVED "footnote.unresolved" Warning "A footnote reference has no footnote.";
    FOOTNOTE_DUPLICATE "footnote.duplicate" Warning "A footnote is defined twice; the first stands.";

    FOREIGN_LINK "foreign.link" Info "A wikilink or an embed of another tool is text here.";
    FOREIGN_COMMENT "foreign.comment" Info "A comment as another tool has it is text here: readers see it.";
    FOREIGN_MARK "foreign.mark" Info "A highlight or a callout of another tool is text here.";
    FOREIGN_ATTRIBUTES "foreign.attributes" Info "Braces with attributes are text here.";
    FOREIGN_TABLE "foreign.table" Info "A table that is drawn as another tool has it is text here.";
    FOREIGN_CITATION "foreign.citation" Info "A citation or reference of another tool is text here.";

    DIRECTIVE_UNKNOWN "directive.unknown" Warning "A line names a directive that the theme does not have; it stays text.";
    DIRECTIVE_UNCLOSED "directive.unclosed" Warning "A directive has no closing line.";
    DIRECTIVE_MISPLACED "directive.misplaced" Warning "A directive, or a closing line, stands where it cannot.";
    DIRECTIVE_ATTRIBUTE "directive.attribute" Warning "A directive's attribute or label is unknown, missing or wrong.";
    DIRECTIVE_TEMPLATE "directive.template" Info "Template syntax of another tool is text here.";
    DIRECTIVE_DIALECT "directive.dialect" Info "A directive is written as another tool has it; it is understood.";
    DIRECTIVE_CONDITION "directive.condition" Error "A `for` cannot be understood or hides nothing, so nobody is shown its text.";
    DIRECTIVE_ONCE "directive.once" Error "A claim or a module is named where, or as, it cannot be; readers see none of it.";
    DIRECTIVE_NEVER_SHOWN "directive.never-shown" Warning "A `:::for` names readers that no site of its page has.";

    URL_COLLISION "url.collision" Error "Two pages, or a page and an alias, would have the same URL.";
    URL_CHANGED "url.changed" Warning "A published URL would vanish.";
    URL_OTHER_LANGUAGE "url.other-language" Info "Pages in one language have addresses in another.";

    TRANSLATION_DIFFERS "translation.differs" Warning "A translation is for others than its original, or stands elsewhere or for another time.";
    TRANSLATION_BEHIND "translation.behind" Warning "A translation is older than its original.";

    JOURNEY_DEAD_END "journey.dead-end" Info "The last page of a persona's journey links to no other page.";
    JOURNEY_ORPHAN "journey.orphan" Info "No other page of a persona's site links to a page in its text.";
    JOURNEY_UNREACHED_STAGE "journey.unreached-stage" Info "No link in any text leads into a stage from another.";
    JOURNEY_BROKEN_WALK "journey.broken-walk" Info "A persona's journey has a hole: an empty stage between filled ones.";
    JOURNEY_EMPTY_SITE "journey.empty-site" Warning "A persona's site has no page.";
    JOURNEY_OPEN_NEED "journey.open-need" Info "No published page names a need of a persona.";

    LEAK_PERSONA "leak.persona" Error "A persona's folder holds text of another persona's page.";
    LEAK_UNPUBLISHED "leak.unpublished" Error "A persona's folder holds the title of an unpublished page.";
    LEAK_INTERNAL "leak.internal" Error "A persona's folder holds internal text of the configuration.";
    LEAK_ORIGIN "leak.origin" Warning "A page fetches something from another site.";

    RELEASE_TAKEN_DOWN "release.taken-down" Warning "A page whose time is over is taken down although no release is built.";
    RELEASE_LEFT_STANDING "release.left-standing" Warning "A page stands although its source cannot say whether it may.";

    THEME_MISSING "theme.missing" Error "The theme that hub.toml names does not exist.";
    THEME_MANIFEST "theme.manifest" Error "A theme's theme.toml or strings file is not right.";
    THEME_UNTRANSLATED "theme.untranslated" Warning "The theme lacks words in a language of the hub.";
    THEME_TEMPLATE "theme.template" Error "A template cannot be read, or fails on a page.";

    WAIVER_EXPIRED "waiver.expired" Warning "A waiver is past its date.";
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
            let fine = |text: &str| {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            assert!(fine(group) && fine(name), "{id}");
        }
    }
}
