//! Where a page sends its readers next: the step it names, or the journey's; and the pages related
//! to it.

use crate::support::HubBuilder;
use crate::support::html::{Html, resolve};

fn front(title: &str, personas: &str, stage: &str, more: &str) -> String {
    format!(
        "+++\ntitle = '{title}'\npersonas = '{personas}'\nstage = '{stage}'\n{more}+++\n\nText.\n"
    )
}

/// Five pages at the first stage, and two with a need in common at the last.
fn hub() -> HubBuilder {
    let need = "needs = 'spot-early'\n";
    let pages = ["a", "b", "c", "d", "e"].into_iter().fold(HubBuilder::small(), |hub, name| {
        let more = if name == "b" { need } else { "" };
        hub.file(&format!("content/{name}.md"), front(name, "gp", "awareness", more))
    });
    pages
        .file("content/y.md", front("y", "gp", "service", need))
        .file("content/z.md", front("z", "gp", "service", need))
        .file("content/nurse.md", front("nurse", "nurse", "awareness", need))
}

/// The pages that one links to: from the list of related pages, or as the next step.
fn leads(hub: &HubBuilder, page: &str, of: &str) -> Vec<String> {
    let output =
        ["possible", "practice"].map(|stage| format!("huisartsen/{stage}/{page}/index.html"));
    let (tree, _) = hub.load().run();
    let output = output.iter().find(|output| tree.has(output)).expect("the page is there");
    let html = tree.text(output);
    let part = match of {
        "related" => html
            .split("<nav class=\"related\"")
            .nth(1)
            .map_or("", |rest| rest.split("</nav>").next().unwrap_or_default()),
        _ => html
            .split("class=\"next\" rel=\"next\"")
            .nth(1)
            .map_or("", |rest| rest.split('>').next().unwrap_or_default()),
    };
    let part = if of == "related" { part.to_owned() } else { format!("<a {part}>") };
    let name = |address: &crate::support::html::Address| {
        let (path, _) = resolve(output, &address.value).expect("it stays on the site");
        path.trim_end_matches("/index.html").rsplit('/').next().unwrap_or_default().to_owned()
    };
    Html::read(&part).addresses.iter().map(name).collect()
}

#[test]
fn pages_with_a_need_in_common_come_before_those_of_the_stage() {
    // `a` is the page before and `c` the page after.
    assert_eq!(leads(&hub(), "b", "related"), ["y", "z", "d"]);
}

#[test]
fn pages_of_the_stage_follow_in_the_order_of_the_journey_and_begin_again() {
    assert_eq!(leads(&hub(), "d", "related"), ["a", "b"]);
    assert_eq!(leads(&hub(), "a", "related"), ["c", "d", "e"]);
    assert_eq!(leads(&hub(), "z", "related"), ["b"]);
}

#[test]
fn a_page_alone_at_its_stage_and_need_has_no_related_pages() {
    let hub = HubBuilder::small().file("content/a.md", front("a", "gp", "service", ""));
    assert_eq!(leads(&hub, "a", "related"), [""; 0]);
}

#[test]
fn a_page_may_name_its_next_step() {
    let hub = hub().edited("content/a.md", "title = 'a'", "title = 'a'\nnext = 'y.md'");
    assert_eq!(leads(&hub, "a", "next"), ["y"]);
    assert_eq!(leads(&hub, "b", "next"), ["c"]);
}

#[test]
fn a_next_step_that_these_readers_do_not_have_is_the_journeys() {
    let hub = hub().edited("content/a.md", "title = 'a'", "title = 'a'\nnext = 'nurse.md'");
    assert_eq!(leads(&hub, "a", "next"), ["b"]);
    let found: Vec<&str> = hub
        .load()
        .findings()
        .iter()
        .map(|finding| finding.code.id)
        .filter(|code| code.starts_with("link."))
        .collect();
    assert_eq!(found, ["link.cross-persona"]);
}

/// The pages that are made again once `y` has another title.
fn made_again(hub: &HubBuilder) -> Vec<String> {
    let keys = |hub: &HubBuilder| -> Vec<_> {
        let loaded = hub.load();
        let content = loaded.revision.content.as_ref().expect("there is a plan");
        let pages =
            content.plan.nodes.iter().filter(|node| node.recipe.template() == Some("page.html"));
        pages.map(|node| (node.path.to_string(), node.key(&content.material))).collect()
    };
    let (before, after) =
        (keys(hub), keys(&hub.clone().edited("content/y.md", "title = 'y'", "title = 'y again'")));
    let differs = |((path, new), (_, old)): ((String, _), (_, _))| (new != old).then_some(path);
    after.into_iter().zip(before).filter_map(differs).collect()
}

#[test]
fn a_theme_that_names_no_related_pages_does_not_depend_on_them() {
    let paths = |pages: &[&str]| -> Vec<String> {
        pages.iter().map(|page| format!("huisartsen/{page}/index.html")).collect()
    };
    // At the stage of `y` itself: all pages of a stage list the answers to its questions.
    let id = "id = \"spot-early\"\nstage = ";
    let hub = hub().edited(
        "personas/gp.toml",
        &format!("{id}\"awareness\""),
        &format!("{id}\"service\""),
    );
    let plain = hub
        .clone()
        .file("templates/page.html", "<p>{{ page.title }} {{ next?.title }}</p>".to_owned());
    assert_eq!(made_again(&hub), paths(&["possible/b", "possible/e", "practice/y", "practice/z"]));
    assert_eq!(made_again(&plain), paths(&["possible/e", "practice/y", "practice/z"]));
}
