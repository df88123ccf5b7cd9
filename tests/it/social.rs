//! Cards for social media: which pages have one, what pages say of it, and what is drawn.

#![cfg(feature = "cards")]
use crate::support::command::etappe;
use crate::support::{HubBuilder, TODAY, Tree};
use etappe_image as image;
use resvg::tiny_skia::Pixmap;

const PAGE: &str = "huisartsen/possible/a/index.html";
const CARD: &str = "huisartsen/possible/a/card.png";

/// One page with a title, on a hub that has cards.
fn hub(title: &str) -> HubBuilder {
    HubBuilder::small()
        .edited("hub.toml", "title = \"Small hub\"\n", "title = \"Small hub\"\nbase_url = \"https://small.example\"\nsocial.cards = true\n")
        .file("content/a.md", format!("+++\ntitle = '{title}'\npersonas = ['gp', 'nurse']\nstage = 'awareness'\n+++\n\nText.\n"))
}

fn pixels(tree: &Tree) -> Pixmap {
    Pixmap::decode_png(tree.bytes(CARD)).expect("a card is a PNG file")
}

fn red_green_blue(pixels: &Pixmap, x: u32, y: u32) -> (u8, u8, u8) {
    let pixel = pixels.pixel(x, y).expect("within the card");
    (pixel.red(), pixel.green(), pixel.blue())
}

/// How many pixels of the middle, where the title stands, are dark.
fn ink(pixels: &Pixmap) -> usize {
    let dark = |x: u32, y: u32| red_green_blue(pixels, x, y).1 < 120;
    (130..470).map(|y| (0..1200).filter(|x| dark(*x, y)).count()).sum()
}

#[test]
fn a_page_names_its_card_and_the_card_is_there() {
    let tree = hub("Early memory loss").tree();
    let html = tree.text(PAGE);
    for meta in [
        "property=\"og:image\" content=\"https://small.example/huisartsen/possible/a/card.png\"",
        "property=\"og:image:width\" content=\"1200\"",
        "property=\"og:image:height\" content=\"630\"",
        "property=\"og:image:alt\" content=\"Early memory loss\"",
        "name=\"twitter:card\" content=\"summary_large_image\"",
    ] {
        assert!(html.contains(meta), "{meta}: {html}");
    }
    let size =
        image::read("png", tree.bytes(CARD)).picture.map(|picture| (picture.width, picture.height));
    assert_eq!(size, Some((1200, 630)));
    assert!(tree.has("verpleegkundigen/possible/a/card.png"));
}

#[test]
fn a_card_shows_the_title_and_the_persona_s_colour() {
    let (card, other) = (
        hub("Early memory loss").tree(),
        hub("Early memory loss, and what it means to you").tree(),
    );
    let (short, long) = (pixels(&card), pixels(&other));
    assert_eq!(red_green_blue(&short, 600, 10), (0x0b, 0x5a, 0x49), "the first accent");
    assert_eq!(red_green_blue(&short, 1190, 300), (0xfd, 0xfd, 0xfb), "paper");
    assert!(ink(&short) > 10_000, "{}", ink(&short));
    assert!(
        ink(&long) > ink(&short) * 3 / 2,
        "a longer title takes more ink: {} and {}",
        ink(&short),
        ink(&long)
    );
    let nurse = Pixmap::decode_png(card.bytes("verpleegkundigen/possible/a/card.png"))
        .expect("a card is a PNG file");
    assert_eq!(red_green_blue(&nurse, 600, 10), (0x1b, 0x4f, 0x8f), "the second accent");
}

#[test]
fn the_same_card_is_the_same_bytes() {
    let title = "Перший, πρώτος, الأول & <first>";
    assert_eq!(hub(title).tree().bytes(CARD), hub(title).tree().bytes(CARD));
    // On any machine of a kind: this changes only with the theme, the fonts or the library that
    // draws.
    let plain = hub("A").file("templates/card.svg", PLAIN).tree();
    if cfg!(target_arch = "x86_64") {
        assert_eq!(
            etappe_base::hash::Digest::of(plain.bytes(CARD)).to_string(),
            "711a1e25d021defa3e6afccb2f84b185"
        );
    }
}

const PLAIN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"630\"><text y=\"99\" font-size=\"99\">{{ page.title }}</text></svg>";

#[test]
fn an_arabic_site_is_written_from_the_right() {
    let hub = hub("Early").edited("hub.toml", "[\"en\", \"nl\"]", "[\"en\", \"ar\"]");
    let tree = hub
        .file(
            "content/a.ar.md",
            "+++\ntitle = 'فقدان الذاكرة'\npersonas = 'gp'\nstage = 'awareness'\n+++\n\nنص.\n",
        )
        .load()
        .tree();
    let card = Pixmap::decode_png(tree.bytes("huisartsen/ar/possible/a/card.png"))
        .expect("a card is a PNG file");
    let dark = |from: u32, to: u32| {
        (200..400).any(|y| (from..to).any(|x| red_green_blue(&card, x, y).1 < 120))
    };
    assert!(dark(900, 1130) && !dark(0, 300), "the title stands on the right");
}

#[test]
fn a_picture_of_the_page_s_own_wins_unless_it_is_a_drawing() {
    let png = hub("x").tree().bytes(CARD).to_vec();
    let own = hub("x")
        .edited("content/a.md", "title", "image = 'own.png'\ntitle")
        .file("content/own.png", png);
    let tree = own.tree();
    assert!(
        !tree.has(CARD)
            && tree.text(PAGE).contains(
                "property=\"og:image\" content=\"https://small.example/huisartsen/media/own."
            )
    );
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"/>";
    let drawn = hub("x")
        .edited("content/a.md", "title", "image = 'own.svg'\ntitle")
        .file("content/own.svg", svg)
        .tree();
    assert!(drawn.has(CARD) && drawn.text(PAGE).contains("possible/a/card.png"));
}

#[test]
fn a_picture_on_another_site_keeps_its_address() {
    let page = |image: &str| {
        let image = format!("image = '{image}'\ntitle");
        hub("x")
            .edited("hub.toml", "social.cards = true\n", "")
            .edited("content/a.md", "title", &image)
            .tree()
            .text(PAGE)
            .to_owned()
    };
    let address = "https://pictures.example/own.png";
    for image in [address, "//pictures.example/own.png"] {
        let page = page(image);
        assert!(page.contains(&format!("property=\"og:image\" content=\"{address}\"")), "{image}");
        assert!(page.contains(&format!("\"image\":\"{address}\"")), "{image}");
    }
    assert!(!page("data:image/png;base64,AA").contains("example/huisartsen/possible/a/data"));
}

#[test]
fn there_are_no_cards_where_nobody_asked_or_nothing_could_be_written() {
    let none = |hub: &HubBuilder| {
        let tree = hub.load().tree();
        !tree.has(CARD) && !tree.text(PAGE).contains("og:image")
    };
    assert!(none(&hub("x").edited("hub.toml", "social.cards = true\n", "")));
    assert!(none(&hub("記憶")), "the fonts have no such letters");
    assert!(none(&hub("x").file("templates/card.svg", "\n")), "a theme without cards");
    let lost = hub("x").edited("hub.toml", "base_url = \"https://small.example\"\n", "").load();
    assert_eq!(lost.codes(), ["config.missing-key"], "{:?}", lost.lines());
}

#[test]
fn a_template_that_makes_no_card_is_a_finding_with_template_and_page() {
    for (svg, what) in [
        (PLAIN.replace("<text", "<tex>t"), "makes is no card"),
        (PLAIN.replace("1200", "600"), "600 by 630"),
        (PLAIN.replace("page.title", "page.titel"), "titel"),
    ] {
        let loaded = hub("x").file("templates/card.svg", svg).load().examined();
        let found: Vec<_> = loaded
            .findings()
            .iter()
            .filter(|finding| finding.code.id == "theme.template")
            .collect();
        let [finding] = found[..] else { panic!("one finding: {:?}", loaded.lines()) };
        assert!(finding.message.contains(what), "{}", finding.message);
        assert_eq!(
            finding.place.as_ref().map(|place| place.file.as_str()),
            Some("templates/card.svg")
        );
        assert_eq!(finding.related[0].place.file.as_str(), "content/a.md");
    }
}

#[test]
fn every_card_is_drawn_once() {
    let hub = hub("Early memory loss").on_disk();
    let build = || etappe(hub.path(), &["build", "--as-of", TODAY]).expect(0);
    build();
    let kept = || crate::support::files_below(&hub.join(".etappe/images"));
    let (first, site) = (kept(), hub.tree("public"));
    assert_eq!(first.len(), 2, "one for each persona");
    let times = || -> Vec<_> {
        kept()
            .iter()
            .map(|path| path.metadata().and_then(|data| data.modified()).expect("it has a time"))
            .collect()
    };
    let drawn = times();
    std::fs::remove_dir_all(hub.join("public")).expect("it can be removed");
    build();
    hub.tree("public").assert_same(&site, "what is kept is what would be drawn");
    assert_eq!(times(), drawn);
    hub.edit("content/a.md", "Text.", "Another text.");
    build();
    assert_eq!(times(), drawn, "a text changes no card");
    hub.edit("content/a.md", "Early", "Late");
    build();
    assert_eq!(kept().len(), 4);
    etappe(hub.path(), &["build", "--as-of", TODAY, "--verify"]).expect(0);
}

#[test]
fn what_must_not_be_said_is_found_on_a_card_too() {
    let hub = hub("x")
        .file("templates/card.svg", PLAIN.replace("{{ page.title }}", "Nothing can be done"));
    let codes: Vec<&str> = hub.load().examined().codes();
    assert!(codes.contains(&"leak.internal"), "{codes:?}");
    let hub = hub.on_disk();
    assert!(
        etappe(hub.path(), &["build", "--as-of", TODAY]).expect(1).stderr.contains("leak.internal")
    );
}
