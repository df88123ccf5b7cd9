//! Forms of values, as data: what schemas, documents, completion and tests ask of a key.

use super::Keys;

/// Where the values of a key come from, beside what writers think of themselves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// Ids of persona cards.
    Personas,
    /// Ids of `[[stages]]`.
    Stages,
    /// Ids of `[[segments]]`.
    Segments,
    /// Codes of the hub's languages.
    Languages,
    /// Ids of `[[markets]]`; any word where there are none.
    Markets,
    /// Ids of `[[needs]]` on any card.
    Needs,
    /// Ids of `[[beliefs]]` on any card.
    Beliefs,
    /// Ids of `[[objectives]]`.
    Objectives,
    /// Topics that a stage must have.
    Topics,
    /// Ids of product cards; any word where there is no card.
    Products,
    /// Channels of persona cards, and `web`.
    Channels,
    /// Pages of the hub, as links name them.
    Pages,
    /// Images of the hub, as links name them.
    Images,
    /// Folders of `themes/`, and the built-in theme.
    Themes,
    /// Directives of the theme.
    Directives,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Any text; a bare number, `true` or `false` is taken as text.
    Text,
    /// A list of texts, or one.
    Texts,
    /// A text that holds more than white space.
    Title,
    /// A text that is not empty.
    Name,
    /// A text that readers see: one for all languages, or a table by language.
    Words,
    /// Such a text, which may be empty.
    MaybeWords,
    /// A text for the default language, or a table by language; each holds more than white space.
    ByLanguage,
    /// A text or a list of texts for the default language, or a table of them by language.
    ListsByLanguage,
    /// References, each with a place in the work: a list, or one.
    Cites,
    /// A part of an address: lower-case letters, digits and hyphens.
    Slug,
    /// The slug of a persona's site, which is no folder of the program's own.
    SiteSlug,
    /// A slug for all languages, or a table by language.
    Slugs,
    /// An id that other files name: a slug that no reader sees.
    Id,
    /// What a page is known by: a path without white space and signs.
    PageId,
    /// A list of slugs, or one.
    Topics,
    /// `true` or `false`.
    Flag,
    /// Of either sign.
    WholeNumber,
    /// A whole number that is at least so much.
    Count(u32),
    /// From 0 to 100.
    Percent,
    /// Whole or not, and at least so many tenths of a second.
    Seconds(u32),
    /// A day; a time may follow.
    Day,
    /// A number and a unit, such as `6 months`.
    Period,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of these words, or one.
    SomeOf(&'static [&'static str]),
    /// A name that must be, or should be, one of its source's.
    Known(Source),
    /// A list of such names, or one.
    AllKnown(Source),
    /// Such a list that is not empty.
    SomeKnown(Source),
    /// Such a list that is not empty, or the word `all`.
    SomeOrAll(Source),
    /// A web address without a query.
    Web,
    /// Beginnings of web addresses, or patterns.
    Addresses,
    /// Names or paths of files in the output folder, or patterns.
    OutputFiles,
    /// Codes of languages, each once and at least one.
    Languages,
    /// The address of a page, with tokens.
    UrlPattern,
    /// A name of the time zone database.
    TimeZone,
    /// The code of a finding that may be waived.
    Code,
    /// The path of a file of the hub.
    HubFile,
    /// Roles of signers; a kind of record and a colon may stand before each.
    Roles,
    /// A file that `[approval]` needs.
    ApprovalFile,
    /// A day, a time and its distance from UTC.
    Moment,
    /// A colour that texts are set in, as `#` and hexadecimal digits.
    Colour,
    /// The path of a file below `static/`.
    StaticFile,
    /// Old addresses below a persona's site.
    Aliases,
    /// The id of a persona; behind a colon, a page of that persona's site may follow.
    Bridge,
    /// A table from codes of findings to severities.
    Severities,
    /// A table of anything.
    Free,
    /// A value of any type, which another key decides.
    Any,
    /// A table with keys of its own.
    Table(&'static Keys),
    /// A list of tables, as `[[key]]` writes it.
    Tables(&'static Keys),
    /// Such a list that is not empty.
    SomeTables(&'static Keys),
    /// A table whose keys are names of the writer's choice, each a table with these keys.
    NamedTables(&'static Keys),
    /// A table whose keys are any names, each a table with these keys.
    AnyTables(&'static Keys),
    /// A table whose keys are names of the writer's choice, each a list of files of the theme.
    NamedLists,
    /// A table whose keys are names of the writer's choice, each a day.
    NamedDays,
}

impl Form {
    /// The words for it in the documents' tables.
    pub fn words(self) -> String {
        let list = |words: &[&str]| {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Text | Self::Title | Self::Name => "text".to_owned(),
            Self::Texts => "texts".to_owned(),
            Self::Words | Self::MaybeWords | Self::ByLanguage => {
                "text, or a table by language".to_owned()
            }
            Self::ListsByLanguage => "texts, or a table of them by language".to_owned(),
            Self::Cites => "references".to_owned(),
            Self::Slug | Self::SiteSlug => "slug".to_owned(),
            Self::Slugs => "slug, or a table by language".to_owned(),
            Self::Id | Self::PageId => "id".to_owned(),
            Self::Topics => "slugs".to_owned(),
            Self::Flag => "`true`, `false`".to_owned(),
            Self::WholeNumber => "number".to_owned(),
            Self::Count(least) => format!("number from {least}"),
            Self::Percent => "per cent".to_owned(),
            Self::Seconds(_) => "seconds".to_owned(),
            Self::Day => "date".to_owned(),
            Self::Period => "period".to_owned(),
            Self::OneOf(words) => list(words),
            Self::SomeOf(words) => format!("any of {}", list(words)),
            Self::Known(Source::Pages | Source::Images) => "path".to_owned(),
            Self::Known(Source::Themes | Source::Directives) => "name".to_owned(),
            Self::Known(_) => "id".to_owned(),
            Self::AllKnown(_) | Self::SomeKnown(_) => "ids".to_owned(),
            Self::SomeOrAll(_) => "ids, or `\"all\"`".to_owned(),
            Self::Web => "web address".to_owned(),
            Self::Addresses => "beginnings of web addresses".to_owned(),
            Self::OutputFiles => "names or paths".to_owned(),
            Self::Languages => "language codes".to_owned(),
            Self::UrlPattern => "pattern".to_owned(),
            Self::TimeZone => "time zone".to_owned(),
            Self::Code => "code of a finding".to_owned(),
            Self::HubFile | Self::ApprovalFile => "path".to_owned(),
            Self::Roles => "roles".to_owned(),
            Self::Moment => "date, time and offset".to_owned(),
            Self::Colour => "colour".to_owned(),
            Self::StaticFile => "path below static/".to_owned(),
            Self::Aliases => "paths".to_owned(),
            Self::Bridge => "id, or `id:content/page.md`".to_owned(),
            Self::Severities => "severities by code".to_owned(),
            Self::Free => "table".to_owned(),
            Self::Any => "any value".to_owned(),
            Self::Table(_) => "table".to_owned(),
            Self::Tables(_) | Self::SomeTables(_) => "list of tables".to_owned(),
            Self::NamedTables(_) | Self::AnyTables(_) => "table of tables".to_owned(),
            Self::NamedLists => "table of lists of files".to_owned(),
            Self::NamedDays => "table of dates".to_owned(),
        }
    }

    /// Values that the form takes, as TOML writes them. `known` gives names of a source. Tables
    /// have the samples of their keys, and none of their own.
    pub fn samples(self, known: &dyn Fn(Source) -> Vec<String>) -> Vec<String> {
        let texts = |texts: &[&str]| texts.iter().map(|text| format!("{text:?}")).collect();
        let one = |sample: &str| vec![sample.to_owned()];
        let quoted = |names: Vec<String>| -> Vec<String> {
            names.iter().map(|name| format!("{name:?}")).collect()
        };
        let listed = |names: Vec<String>| -> Vec<String> {
            let names = quoted(names);
            let all = format!("[{}]", names.join(", "));
            names.into_iter().chain([all]).collect()
        };
        match self {
            Self::Text | Self::Title | Self::Name => texts(&["One", "Another"]),
            Self::Texts => vec!["\"One\"".to_owned(), "[\"One\", \"Another\"]".to_owned()],
            Self::Cites => vec!["\"one\"".into(), "[\"one, p. 4\", \"another\"]".into()],
            Self::ListsByLanguage => {
                vec!["\"One\"".to_owned(), "{ en = [\"One\", \"Another\"] }".to_owned()]
            }
            Self::Words | Self::MaybeWords | Self::ByLanguage => {
                vec!["\"One\"".to_owned(), "{ en = \"One\" }".to_owned()]
            }
            Self::PageId => texts(&["service/mri", "mri-2"]),
            Self::Slug | Self::SiteSlug | Self::Slugs | Self::Id | Self::Topics => {
                texts(&["one", "another-2"])
            }
            Self::Flag => vec!["true".to_owned(), "false".to_owned()],
            Self::WholeNumber => vec!["-3".to_owned(), "7".to_owned()],
            Self::Count(least) => vec![least.to_string(), (least + 1).to_string()],
            Self::Percent => vec!["0".to_owned(), "100".to_owned()],
            Self::Seconds(tenths) => vec![format!("{}.{}", tenths / 10, tenths % 10), "5".into()],
            Self::Day => vec!["2026-11-22".to_owned(), "2027-01-31".to_owned()],
            Self::Period => texts(&["6 months", "1 year"]),
            Self::OneOf(words) => texts(words),
            Self::SomeOf(words) => listed(words.iter().map(|word| (*word).to_owned()).collect()),
            Self::Known(source) => quoted(known(source)),
            Self::AllKnown(source) | Self::SomeKnown(source) => listed(known(source)),
            Self::SomeOrAll(source) => {
                let mut all = listed(known(source));
                all.push("\"all\"".to_owned());
                all
            }
            Self::Web => one("\"https://a.example\""),
            Self::Addresses => vec!["\"https://a.example\"".into(), "[\"*/login\"]".into()],
            Self::OutputFiles => vec!["\"CNAME\"".into(), "[\"reports/**\"]".into()],
            Self::Languages => vec!["\"en\"".into(), "[\"en\", \"nl\"]".into()],
            Self::UrlPattern => texts(&["{stage}/{slug}", "info/{path}"]),
            Self::TimeZone => texts(&["UTC", "Europe/Amsterdam"]),
            Self::Code => texts(&["link.broken"]),
            Self::HubFile => texts(&["content/a.md"]),
            Self::Moment => vec!["2026-11-22T09:30:00+01:00".to_owned()],
            Self::ApprovalFile => texts(&["approvals/signers", "roles.toml"]),
            Self::Roles => vec!["\"medical\"".into(), "[\"legal\", \"visa:agency\"]".into()],
            Self::Colour => texts(&["#1d4f91", "#024"]),
            Self::StaticFile => texts(&["static/logo.svg"]),
            Self::Aliases => vec!["\"/old/name/\"".into(), "[\"old-1\", \"old-2\"]".into()],
            Self::Bridge => {
                let personas = known(Source::Personas);
                let page = |persona: &String| format!("\"{persona}:content/a.md\"");
                quoted(personas.clone()).into_iter().chain(personas.iter().map(page)).collect()
            }
            Self::Severities => one("{ \"link.broken\" = \"error\" }"),
            Self::Free => vec!["{}".to_owned(), "{ one = 1 }".to_owned()],
            Self::Any => texts(&["One"]),
            Self::Table(_) | Self::NamedTables(_) | Self::AnyTables(_) | Self::NamedLists => {
                one("{}")
            }
            Self::NamedDays => one("{ nl = 2026-11-22 }"),
            Self::Tables(_) | Self::SomeTables(_) => one("[]"),
        }
    }
}
