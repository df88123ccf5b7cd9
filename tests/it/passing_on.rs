//! A page is passed on to a colleague: by a mail that says where it stands, or by its address.

use crate::support::html::Html;
use crate::support::{HubBuilder, Tree, in_plain_theme};
use etappe_base::{address, path};

const ADDRESS: &str = "base_url = 'https://hub.example'\n";

/// A page of `gp` in two languages, and one of `nurse`.
fn hub() -> HubBuilder {
    let front = |title: &str, personas: &str| {
        format!(
            "+++\ntitle = '{title}'\npersonas = '{personas}'\nstage = 'service'\n+++\n\nText.\n"
        )
    };
    HubBuilder::small()
        .edited("hub.toml", "title = ", &format!("{ADDRESS}title = "))
        .file("content/mri.md", front("Scan plan", "gp"))
        .file("content/mri.nl.md", front("Scanplan", "gp"))
        .file("content/visit.md", front("Visit", "nurse"))
}

const MRI: &str = "huisartsen/practice/mri/index.html";
const MRI_NL: &str = "huisartsen/nl/practice/mri/index.html";
const VISIT: &str = "verpleegkundigen/practice/visit/index.html";

/// Subject and body of the mail on a page, decoded; `None` where it has none.
fn mail(tree: &Tree, page: &str) -> Option<(String, String)> {
    let html = Html::read(tree.text(page));
    let mail = html.addresses.into_iter().find(|address| address.value.starts_with("mailto:?"))?;
    assert_eq!(address::scheme(&mail.value), Some("mailto"));
    let (subject, body) =
        mail.value.strip_prefix("mailto:?subject=")?.split_once("&body=").expect("it has a body");
    Some((path::decode(subject), path::decode(body)))
}

#[test]
fn a_mail_to_a_colleague_says_title_and_canonical_address_alone() {
    let title = "Safe & sound? 100 % “sure” + æ";
    let hub = hub().edited("content/mri.md", "Scan plan", title);
    let tree = hub.tree();
    let expected = format!("{title}\r\n\r\nhttps://hub.example/huisartsen/practice/mri/");
    assert_eq!(mail(&tree, MRI), Some((title.to_owned(), expected)));
    let (subject, body) = mail(&tree, MRI_NL).expect("there is one");
    assert_eq!(
        (&*subject, &*body),
        ("Scanplan", "Scanplan\r\n\r\nhttps://hub.example/huisartsen/nl/practice/mri/")
    );
    assert!(tree.text(MRI_NL).contains("Delen met een collega"));
    let copied = "data-copy=\"https://hub.example/huisartsen/practice/mri/\"";
    assert!(tree.text(MRI).contains(copied));
}

#[test]
fn a_page_of_several_personas_is_passed_on_by_its_canonical_address() {
    let front = "+++\ntitle = 'Both'\npersonas = 'all'\nstage = 'service'\ncanonical_persona = 'nurse'\n+++\n";
    let tree = hub().file("content/both.md", front).tree();
    let (_, body) = mail(&tree, "huisartsen/practice/both/index.html").expect("there is one");
    assert_eq!(body, "Both\r\n\r\nhttps://hub.example/verpleegkundigen/practice/both/");
}

#[test]
fn a_hub_may_leave_passing_on_out() {
    let tree = hub().extended("hub.toml", "\n[site]\nshare = false\n").tree();
    assert_eq!(mail(&tree, MRI), None);
    assert!(!tree.text(MRI).contains("data-copy"));
}

#[test]
fn a_page_without_an_address_of_its_own_is_not_passed_on() {
    let hub = hub().edited("hub.toml", ADDRESS, "");
    assert_eq!(mail(&hub.tree(), MRI), None);
    let own = "order = 1\nbase_url = 'https://gp.example'\n";
    let tree = hub.edited("personas/gp.toml", "order = 1\n", own).tree();
    let (_, body) = mail(&tree, MRI).expect("the host is known");
    assert_eq!(body, "Scan plan\r\n\r\nhttps://gp.example/practice/mri/");
    assert_eq!(mail(&tree, VISIT), None);
}

#[test]
fn a_preview_offers_to_pass_on_what_readers_can_find() {
    let hub = hub().edited("content/mri.nl.md", "title = ", "status = 'draft'\ntitle = ").preview();
    let (tree, _) = hub.load().run();
    assert_eq!(mail(&tree, MRI_NL), None);
    assert!(mail(&tree, MRI).is_some());
}

#[test]
fn the_plain_theme_passes_on_too() {
    assert!(mail(&in_plain_theme(hub()).tree(), MRI).is_some());
}
