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

/// Pages of the GPs' site, named by the dates that they were published on.
fn dated(dates: &[&str]) -> HubBuilder {
    let mut hub = HubBuilder::small().page("awareness/undated.md", "gp", "awareness", "Text.");
    for date in dates {
        let stage = if date.ends_with('1') { "service" } else { "awareness" };
        let front =
            format!("title = 'Of {date}'\npersonas = 'gp'\nstage = '{stage}'\ndate = {date}");
        let page = format!("+++\n{front}\nupdated = 2026-11-20\n+++\n\nText.\n");
        hub = hub.file(&format!("content/p{date}.md"), page);
    }
    hub
}

/// The titles and dates that the home of the GPs' site names as the newest.
fn newest(hub: &HubBuilder) -> Vec<String> {
    let tree = hub.tree();
    let home = tree.text("huisartsen/index.html");
    let part = home.split("<h2>Newest pages</h2>").nth(1).unwrap_or_default();
    let items = part.split("</section>").next().unwrap_or_default().split("<li>").skip(1);
    items.map(|item| item.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_home_names_the_five_newest_pages_by_date_and_then_by_route() {
    let dates =
        ["2026-01-01", "2026-02-02", "2026-03-02", "2026-04-01", "2026-04-02", "2026-05-02"];
    // One page more of the fourth of January's date, at the first stage.
    let twin = "+++\ntitle = 'Twin'\npersonas = 'gp'\nstage = 'awareness'\ndate = 2026-04-01\n+++\n\nText.\n";
    let found = newest(&dated(&dates).file("content/twin.md", twin));
    let titles: Vec<&str> = found
        .iter()
        .map(|item| item.split('>').nth(1).and_then(|rest| rest.split('<').next()).expect("a link"))
        .collect();
    assert_eq!(
        titles,
        ["Of 2026-05-02", "Of 2026-04-02", "Twin", "Of 2026-04-01", "Of 2026-03-02"]
    );
    assert!(
        found[0].ends_with("<time datetime=\"2026-05-02\">2 May 2026</time></li>"),
        "{found:?}"
    );
}

#[test]
fn two_pages_with_a_date_are_no_news() {
    assert_eq!(newest(&dated(&["2026-01-01", "2026-02-02"])), [""; 0]);
    assert_eq!(newest(&dated(&["2026-01-01", "2026-02-02", "2026-03-02"])).len(), 3);
    // What is not published yet is not news.
    let hub = dated(&["2026-01-01", "2026-02-02", "2026-03-02"]).edited(
        "content/p2026-03-02.md",
        "updated =",
        "publish_on = 2026-12-24\nupdated =",
    );
    assert_eq!(newest(&hub), [""; 0]);
}

/// What a home says under the heading "Contact".
fn contact(hub: &HubBuilder) -> Option<String> {
    let tree = hub.load().tree();
    let home = tree.text("huisartsen/index.html");
    let part = home.split("<h2>Contact</h2>").nth(1)?;
    Some(part.split("</section>").next().unwrap_or_default().to_owned())
}

#[test]
fn a_home_ends_with_the_contact_that_the_hub_names() {
    let link = |to: &str, role: &str| {
        format!("\n[[links]]\nlabel = \"Ask us\"\nto = \"{to}\"\nrole = \"{role}\"\n")
    };
    let page = HubBuilder::small().page("service/ask.md", "all", "service", "Text.");
    let of = |to: &str, role: &str| contact(&page.clone().extended("hub.toml", &link(to, role)));
    let found = of("/service/ask.md", "contact").expect("it names one");
    assert!(found.contains("<li><a href=\"practice/ask/index.html\">Ask us</a></li>"), "{found}");
    assert!(of("mailto:ask@hub.example", "contact").expect("it names one").contains("mailto:"));
    assert_eq!(of("https://hub.example/x", "privacy"), None);
    assert_eq!(of("/service/lost.md", "contact"), None, "it leads nowhere");
    assert_eq!(contact(&page), None);
}

/// A hub with so many personas, by turns in a segment with a label, in one without, and in none.
fn many(personas: usize) -> HubBuilder {
    let segments = "
[[segments]]
id = \"hospital-care\"
label = { en = \"In <hospital>\", nl = \"In het ziekenhuis\" }

[[segments]]
id = \"no-label\"

[[segments]]
id = \"primary-care\"
label = { en = \"Near home\", nl = \"Dichtbij huis\" }
";
    let hub = HubBuilder::empty().file("hub.toml", HubBuilder::small().text("hub.toml") + segments);
    let hub = hub.page("service/a.md", "all", "service", "Text.");
    (0..personas).fold(hub, |hub, at| {
        let segment = [
            "segment = \"primary-care\"",
            "segment = \"no-label\"",
            "",
            "segment = \"hospital-care\"",
        ];
        let card =
            format!("label = \"P{at}\"\nslug = \"s{at}\"\norder = {at}\n{}\n", segment[at % 4]);
        hub.file(&format!("personas/p{at}.toml"), card)
    })
}

/// The headings and the links of a chooser, in their order.
fn chosen(chooser: &str) -> Vec<&str> {
    let main = chooser.split("</header>").last().expect("there is a text");
    let words = main.split('<').filter_map(|part| part.split_once('>'));
    let shown = words.filter(|(tag, _)| tag.starts_with("h2") || tag.starts_with("a href=\"s"));
    shown.map(|(_, text)| text).collect()
}

#[test]
fn a_long_chooser_groups_personas_under_the_labels_of_their_segments() {
    let tree = many(8).load().tree();
    assert_eq!(
        chosen(tree.text("index.html")),
        ["In &lt;hospital&gt;", "P3", "P7", "Near home", "P0", "P4", "P1", "P2", "P5", "P6"]
    );
    for id in ["hospital-care", "primary-care", "no-label"] {
        assert_eq!(tree.holding(id), [""; 0], "{id}");
    }
    let dutch = many(8).page("service/a.nl.md", "all", "service", "Tekst.").load().tree();
    assert!(dutch.text("nl/index.html").contains(">Dichtbij huis</h2>"));
}

#[test]
fn a_chooser_of_six_or_without_labels_is_one_list() {
    let six = many(6).load().tree();
    assert_eq!(chosen(six.text("index.html")), ["P0", "P1", "P2", "P3", "P4", "P5"]);
    let bare = ["In <hospital>\", nl = \"In het ziekenhuis", "Near home\", nl = \"Dichtbij huis"]
        .into_iter()
        .fold(many(7), |hub, label| {
            hub.edited("hub.toml", &format!("label = {{ en = \"{label}\" }}\n"), "")
        });
    let tree = bare.load().tree();
    assert_eq!(chosen(tree.text("index.html")), ["P0", "P1", "P2", "P3", "P4", "P5", "P6"]);
    assert_eq!(tree.text("index.html").matches("class=\"choices\"").count(), 1);
}
