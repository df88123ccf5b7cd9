//! Where the last page of a route leads on: by its stage, or by the persona.

use crate::support::HubBuilder;

/// Two stages, each with pages; `ask` and `end` stand at the second, `end` last.
fn hub() -> HubBuilder {
    let last = "+++\ntitle = 'zz'\npersonas = 'all'\nstage = 'service'\n+++\n\nText.\n";
    HubBuilder::small()
        .edited("hub.toml", "[\"en\", \"nl\"]", "[\"en\"]")
        .page("awareness/a.md", "all", "awareness", "Text.")
        .page("service/ask.md", "all", "service", "## When {#when}\n\nText.")
        .page("service/gp-only.md", "gp", "service", "Text.")
        .file("content/service/end.md", last)
        .file("static/form.pdf", "%PDF-1.4")
}

/// The hub with a `cta` in the card of the GPs.
fn of_card(label: &str, to: &str) -> HubBuilder {
    let cta = format!("order = 1\ncta = {{ label = \"{label}\", to = \"{to}\" }}");
    hub().edited("personas/gp.toml", "order = 1", &cta)
}

fn of_stage(hub: HubBuilder, slug: &str, label: &str, to: &str) -> HubBuilder {
    let slug = format!("slug = \"{slug}\"");
    let cta = format!("{slug}\ncta = {{ label = \"{label}\", to = \"{to}\" }}");
    hub.edited("hub.toml", &slug, &cta)
}

/// The main link of a page's way on: where it leads, and what it says.
fn main_link(hub: &HubBuilder, page: &str) -> (String, String) {
    let loaded = hub.load();
    let tree = loaded.tree();
    let html = tree.text(page);
    let link = html.split("<a class=\"next\"").nth(1).expect("there is a way on");
    let link = link.split("</a>").next().unwrap_or_default();
    let part = |from: &str, to: &str| {
        let rest = link.split(from).nth(1).unwrap_or_default();
        rest.split(to).next().unwrap_or_default().to_owned()
    };
    (part("href=\"", "\""), part("class=\"title\">", "</span>"))
}

const LAST: &str = "huisartsen/practice/end/index.html";

fn leads(hub: &HubBuilder, page: &str, to: &str, label: &str) {
    assert_eq!(main_link(hub, page), (to.to_owned(), label.to_owned()), "{page}");
}

#[test]
fn the_last_page_of_a_route_leads_on_to_what_the_card_says() {
    leads(
        &of_card("Ask <us>", "/service/ask.md#when"),
        LAST,
        "../../practice/ask/index.html#when",
        "Ask &lt;us&gt;",
    );
    leads(&of_card("Mail", "mailto:ask@hub.example"), LAST, "mailto:ask@hub.example", "Mail");
    leads(&of_card("Call", "tel:+31201234567"), LAST, "tel:+31201234567", "Call");
    leads(
        &of_card("Forum", "https://forum.example/?a=1"),
        LAST,
        "https://forum.example/?a=1",
        "Forum",
    );
    leads(&of_card("Form", "/form.pdf"), LAST, "../../../form.pdf", "Form");
}

#[test]
fn only_the_end_of_a_route_does_and_only_for_that_persona() {
    let hub = of_card("Ask us", "/service/ask.md");
    leads(
        &hub,
        "verpleegkundigen/practice/end/index.html",
        "../../index.html",
        "Back to the whole route",
    );
    assert_eq!(hub.load().tree().holding("Ask us").len(), 2, "the last page, and its stage's");
    let stage = "huisartsen/practice/index.html";
    leads(&hub, stage, "../practice/ask/index.html", "Ask us");
    let first = main_link(&hub, "huisartsen/possible/index.html");
    assert_eq!(first.0, "../practice/index.html");
}

#[test]
fn the_stage_s_comes_before_the_persona_s() {
    let hub = of_stage(
        of_card("Mail", "mailto:ask@hub.example"),
        "practice",
        "Join in",
        "/service/ask.md",
    );
    leads(&hub, LAST, "../../practice/ask/index.html", "Join in");
    // That of another stage is for routes that end there.
    let hub = of_stage(
        of_card("Mail", "mailto:ask@hub.example"),
        "possible",
        "Join in",
        "/service/ask.md",
    );
    leads(&hub, LAST, "mailto:ask@hub.example", "Mail");
    let short = hub.without("content/service/gp-only.md").without("content/service/ask.md");
    let short = short.without("content/service/end.md").edited(
        "hub.toml",
        "/service/ask.md",
        "/awareness/a.md",
    );
    leads(&short, "huisartsen/possible/a/index.html", "mailto:ask@hub.example", "Mail");
    let short = short.edited("hub.toml", "/awareness/a.md", "https://forum.example");
    assert_eq!(main_link(&short, "huisartsen/possible/a/index.html").1, "Join in");
}

#[test]
fn no_page_leads_on_to_itself_or_to_what_its_readers_lack() {
    leads(
        &of_card("Again", "/service/end.md"),
        LAST,
        "../../index.html",
        "Back to the whole route",
    );
    let hub = of_stage(hub(), "practice", "For GPs", "/service/gp-only.md");
    let of_nurses = "verpleegkundigen/practice/end/index.html";
    leads(&hub, of_nurses, "../../index.html", "Back to the whole route");
    leads(&hub, LAST, "../../practice/gp-only/index.html", "For GPs");
    let wanted = "hub.toml:12:33 error link.cross-persona: `/service/gp-only.md` is not on the site of `nurse`.";
    assert_eq!(hub.load().lines(), [wanted]);
    leads(
        &of_card("Run", "javascript:alert(1)"),
        LAST,
        "../../index.html",
        "Back to the whole route",
    );
}

#[test]
fn an_address_that_leads_nowhere_is_found_in_its_file() {
    let lines = |hub: &HubBuilder| hub.load().lines();
    assert_eq!(
        lines(&of_card("Ask", "/service/aks.md")),
        ["personas/gp.toml:4:29 error link.broken: There is no page or file `/service/aks.md`."]
    );
    assert_eq!(
        lines(&of_card("Ask", "/service/ask.md#now")),
        [
            "personas/gp.toml:4:29 error link.anchor: `content/service/ask.md` has no heading `#now`."
        ]
    );
    assert_eq!(
        lines(&of_card("Ask", "javascript:alert(1)")),
        [
            "personas/gp.toml:4:29 error link.unsafe: An address with `javascript:` runs as a program."
        ]
    );
    let nurse = hub().edited(
        "personas/nurse.toml",
        "order = 2",
        "order = 2\ncta = { label = \"A\", to = \"/service/gp-only.md\" }",
    );
    assert_eq!(
        lines(&nurse),
        [
            "personas/nurse.toml:4:27 error link.cross-persona: `/service/gp-only.md` is not on the site of `nurse`."
        ]
    );
    let bare = hub().edited("personas/gp.toml", "order = 1", "order = 1\ncta = { label = \"A\" }");
    let found = lines(&bare);
    assert!(found[0].contains("config.missing-key: The cta has no `to`."), "{found:?}");
}

#[test]
fn a_page_s_own_next_step_comes_first() {
    let hub = of_card("Ask us", "/service/ask.md").edited(
        "content/service/end.md",
        "title = 'zz'",
        "title = 'zz'\nnext = 'gp-only.md'",
    );
    assert_eq!(main_link(&hub, LAST).1, "service/gp-only");
}

#[test]
fn addresses_of_the_configuration_that_are_the_hub_s_own_are_found() {
    let own = "https://hub.example/huisartsen/practice/ask/";
    let link = format!("\n[[links]]\nlabel = \"Ask\"\nto = \"{own}\"\n");
    let loaded = of_card("Ask", own).extended("hub.toml", &link).load();
    let found: Vec<String> =
        loaded.all_lines().into_iter().filter(|line| line.contains("link.own")).collect();
    let says = format!("info link.own: `{own}` is the hub's own address, written out.");
    let wanted = ["hub.toml:16:6", "personas/gp.toml:4:29"].map(|place| format!("{place} {says}"));
    assert_eq!(found, wanted);
}
