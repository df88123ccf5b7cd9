//! What home and chooser say before a reader has read anything: who speaks, to whom, what for.

use crate::support::HubBuilder;

/// A hub that introduces itself, and both of its personas' sites.
fn introduced() -> HubBuilder {
    HubBuilder::small()
        .edited(
            "hub.toml",
            "title = ",
            "intro = { en = \"We make <scans>.\", nl = \"Wij maken scans.\" }\ntitle = ",
        )
        .edited(
            "personas/gp.toml",
            "order = 1",
            "order = 1\ndescription = { en = \"On early signs.\", nl = \"Over vroege signalen.\" }",
        )
        .page("service/a.md", "all", "service", "Text.")
        .page("service/a.nl.md", "all", "service", "Tekst.")
}

#[test]
fn chooser_and_home_say_who_speaks_and_what_for() {
    let loaded = introduced().load();
    assert!(!loaded.has_errors(), "{:#?}", loaded.lines());
    let tree = loaded.tree();
    let chooser = tree.text("index.html");
    for part in [
        "<meta name=\"description\" content=\"We make &lt;scans&gt;.\">",
        "<p class=\"lead\">We make &lt;scans&gt;.</p>",
        ">General practitioners</a><p>On early signs.</p></li>",
        ">Nurses</a></li>",
    ] {
        assert!(chooser.contains(part), "{part} in {chooser}");
    }
    let home = tree.text("huisartsen/index.html");
    for part in [
        "<meta name=\"description\" content=\"On early signs.\">",
        "<p class=\"lead\">On early signs.</p>",
        "<p class=\"intro\">We make &lt;scans&gt;.</p>",
    ] {
        assert!(home.contains(part), "{part} in {home}");
    }
    let nurses = tree.text("verpleegkundigen/index.html");
    assert!(nurses.contains("<meta name=\"description\" content=\"We make &lt;scans&gt;.\">"));
    assert!(nurses.contains("<p class=\"lead\">Start from the question in front of you."));
}

#[test]
fn each_language_says_it_in_its_own_words() {
    let tree = introduced().tree();
    assert!(tree.text("nl/index.html").contains("Wij maken scans."));
    let home = tree.text("huisartsen/nl/index.html");
    assert!(home.contains("Over vroege signalen.") && home.contains("Wij maken scans."));
    assert!(!home.contains("We make"));
}

#[test]
fn a_description_stands_on_chooser_and_own_home_alone() {
    let found = introduced().tree().holding("On early signs.").join(" ");
    assert_eq!(found, "huisartsen/feed.atom huisartsen/feed.json huisartsen/index.html index.html");
}

#[test]
fn feeds_of_sites_have_it_as_their_subtitle() {
    let tree = introduced().tree();
    assert!(tree.text("huisartsen/feed.atom").contains("<subtitle>On early signs.</subtitle>"));
    assert!(tree.text("huisartsen/feed.json").contains("\"description\": \"On early signs.\""));
    let nurses = tree.text("verpleegkundigen/feed.atom");
    assert!(nurses.contains("<subtitle>We make &lt;scans&gt;.</subtitle>"));
    assert!(!tree.text("huisartsen/practice/feed.atom").contains("subtitle"));
}

#[test]
fn a_hub_that_says_neither_shows_what_the_theme_says() {
    let tree = HubBuilder::small().page("service/a.md", "all", "service", "Text.").tree();
    let chooser = tree.text("index.html");
    assert!(chooser.contains("content=\"Which of these describes your work? You will see"));
    assert!(!chooser.contains("class=\"intro\"") && !chooser.contains("</a><p>"));
    let home = tree.text("huisartsen/index.html");
    assert!(home.contains("content=\"General practitioners: Start from the question"));
    assert!(
        !home.contains("class=\"intro\"")
            && !tree.text("huisartsen/feed.atom").contains("subtitle")
    );
}

#[test]
fn a_missing_translation_of_either_is_found() {
    let hub = introduced().edited("hub.toml", ", nl = \"Wij maken scans.\"", "").edited(
        "personas/gp.toml",
        "On early signs.\", nl",
        "On early signs.\", xx-yy-zz-q",
    );
    let codes = hub.load().codes();
    assert!(codes.contains(&"config.missing-translation"), "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == "config.missing-translation").count(), 2);
}
