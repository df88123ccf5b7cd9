//! What hub.toml puts around every page: logo, company, links and notices.

use crate::support::HubBuilder;

const FURNITURE: &str = r##"
company = { en = "Exemplara Ltd", nl = "Exemplara B.V." }
logo = { light = "static/logo.svg", dark = "static/dark.svg" }

[[links]]
label = { en = "Privacy", nl = "Privacy" }
to = "/service/privacy.md#rights"
role = "privacy"

[[links]]
label = { en = "Report a side effect", nl = "Meld een bijwerking" }
to = "https://report.example/"
role = "adverse-events"

[[links]]
label = "Terms"
to = "static/terms.pdf"
role = "legal"

[[notices]]
text = { en = "For professionals.", nl = "Voor professionals." }

[[notices]]
kind = "promo"
text = { en = "This is promotion.", nl = "Dit is reclame." }
"##;

const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"/>"#;

fn furnished() -> HubBuilder {
    let hub = HubBuilder::small();
    let text = hub.text("hub.toml");
    let (keys, tables) = FURNITURE.split_once("\n[[").expect("tables come last");
    hub.file("hub.toml", format!("{keys}\n{text}\n[[{tables}"))
        .file("static/logo.svg", SVG)
        .file("static/dark.svg", SVG)
        .file("static/terms.pdf", "%PDF-1.4")
        .page("service/privacy.md", "all", "service", "## Rights {#rights}\n\nText.")
        .page("service/privacy.nl.md", "all", "service", "## Rechten {#rights}\n\nTekst.")
        .page("service/contact.md", "gp", "service", ":::contact\nCall.\n:::\n")
        .file(
            "content/service/offer.md",
            "+++\ntitle = 'Offer'\npersonas = 'gp'\nstage = 'service'\nkind = 'promo'\n+++\n\nText.\n",
        )
}

#[test]
fn every_page_shows_logo_company_links_and_notices() {
    let loaded = furnished().load();
    assert!(!loaded.has_errors(), "{:#?}", loaded.lines());
    let tree = loaded.tree();
    let page = tree.text("huisartsen/practice/contact/index.html");
    for part in [
        "<img class=\"logo logo-light\"\n src=\"../../../logo.svg\" width=\"80\"",
        "<img class=\"logo logo-dark\" src=\"../../../dark.svg\" width=\"80\"",
        "<p>Exemplara Ltd</p>",
        "<a rel=\"privacy-policy\" href=\"../../practice/privacy/index.html#rights\">Privacy</a>",
        "<li><a href=\"https://report.example/\">Report a side effect</a></li>",
        "<a href=\"../../../terms.pdf\">Terms</a>",
        "<p class=\"notice\">For professionals.</p>",
        "<p><a href=\"https://report.example/\">Report a side effect</a></p>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("promotion"), "that notice is for other pages");
    let offer = tree.text("huisartsen/practice/offer/index.html");
    let notice = offer.find("<p class=\"notice\">This is promotion.</p>").expect("it is promotion");
    assert!(notice < offer.find("<div class=\"body\">").expect("it has a text"));
}

#[test]
fn the_company_is_named_in_the_language_of_the_page() {
    let tree = furnished().tree();
    let dutch = tree.text("huisartsen/nl/practice/privacy/index.html");
    assert!(dutch.contains("<p>Exemplara B.V.</p>") && dutch.contains("Meld een bijwerking"));
    assert!(dutch.contains("\"name\":\"Exemplara B.V.\""), "its structured data says so too");
    assert!(tree.text("huisartsen/nl/feed.atom").contains("Exemplara B.V."));
}

#[test]
fn outside_the_sites_links_to_their_pages_are_left_out() {
    let tree = furnished().tree();
    let chooser = tree.text("index.html");
    assert!(!chooser.contains("Privacy") && chooser.contains("Report a side effect"));
    assert!(chooser.contains("src=\"logo.svg\"") && chooser.contains("For professionals."));
}

#[test]
fn a_hub_without_furniture_shows_none() {
    let tree = HubBuilder::small().page("service/a.md", "gp", "service", "Text.").tree();
    let page = tree.text("huisartsen/practice/a/index.html");
    for part in ["class=\"logo", "hub-links", "class=\"notice\""] {
        assert!(!page.contains(part), "{part} in {page}");
    }
}
