//! Modules on pages: they fit into the text around them, and an edit of one touches the pages that
//! use it.

use std::sync::Arc;

use crate::support::command::etappe;
use crate::support::shared::Shared;
use crate::support::{HubBuilder, TODAY, day, program};
use etappe_base::path::HubPath;
use etappe_session::io::Files;
use etappe_session::{Changed, Live, Options};

const INFUSION: &str = "+++\ntitle = 'zz title'\n+++\n\n# The infusion {#dose}\n\nEvery [four weeks](../content/plan.md)[^1]. ![A drip](drip.png)\n\n## Where {.k}\n\nAt home.\n\n[^1]: Or five.\n";

fn hub() -> HubBuilder {
    HubBuilder::small()
        .file("modules/zz-infusion.md", INFUSION)
        .file("modules/drip.png", "picture")
        .page("plan.md", "all", "service", "Every four weeks.\n")
}

fn using(body: &str) -> HubBuilder {
    hub().page("a.md", "all", "awareness", body)
}

/// The text of the page that has this body, on one persona's site.
fn text(hub: &HubBuilder, site: &str) -> String {
    let tree = hub.tree();
    let page = tree.text(&format!("{site}/possible/a/index.html"));
    page.split_once("<article").map_or(page, |(_, text)| text).to_owned()
}

fn in_turn(html: &str, expected: &[&str]) {
    let mut rest = html;
    for part in expected {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part}\nis not next in\n{html}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn a_module_fits_into_the_text_around_it() {
    let html =
        text(&using("Before.\n\n## Part\n\n::use{module=zz-infusion}\n\n## Next\n"), "huisartsen");
    in_turn(
        &html,
        &[
            "Before.",
            "<h2 id=\"part\"",
            "<h3 id=\"dose\"",
            "The infusion",
            "practice/plan/",
            "media/drip.",
            "<h4 id=\"where\" class=\"k\"",
            "At home.",
            "<h2 id=\"next\"",
            "<li id=\"fn-1\">",
            "Or five.",
        ],
    );
    assert!(!html.contains("zz"), "{html}");
}

#[test]
fn ids_and_footnotes_stay_unique_on_a_page_that_uses_a_module_twice() {
    let html = text(
        &using(
            "## A {#dose}\n\nA[^1].\n\n::use{module=zz-infusion}\n\n::use{module=zz-infusion}\n\n[^1]: Own.\n",
        ),
        "huisartsen",
    );
    in_turn(
        &html,
        &["id=\"dose\"", "id=\"dose-1\"", "id=\"dose-2\"", "Own.", "Or five.", "Or five."],
    );
    for id in ["\"dose\"", "\"dose-1\"", "\"where\"", "\"where-1\"", "\"fn-2\"", "\"fn-3\""] {
        assert_eq!(html.matches(&format!("id={id}")).count(), 1, "{id}");
    }
}

#[test]
fn what_a_module_leaves_open_ends_with_it() {
    let open = "<div><b>\n\n:::tip\nIn.\n\n```\ncode\n";
    let hub = using("::use{module=open}\n\nAfter.\n").file("modules/open.md", open);
    let html = hub.load().tree().text("huisartsen/possible/a/index.html").to_owned();
    let (_, html) = html.split_once("<article").expect("it has a text");
    let (module, after) = html.split_once("<p>After.</p>").expect("the text goes on");
    let inner = module.rsplit_once("<div>").map_or(module, |(_, inner)| inner);
    assert!(
        inner.contains("</b>")
            && inner.ends_with(
                "</div>
"
            ),
        "{inner}"
    );
    assert!(!after.contains("<p>In.</p>"));
}

#[test]
fn text_for_some_in_a_module_is_told_apart() {
    let module = "+++\n+++\n\n:::for{persona=nurse}\nOnly nurses.\n:::\n\nAll.\n";
    let only = "+++\npersonas = 'nurse'\n+++\n\nNurses too.\n";
    let hub = using("::use{module=some}\n\n::use{module=only}\n\n:::for{persona=gp}\n::use{module=zz-infusion}\n:::\n")
        .file("modules/some.md", module)
        .file("modules/only.md", only);
    assert!(!hub.load().has_errors(), "{:?}", hub.load().all_lines());
    let (gp, nurse) = (text(&hub, "huisartsen"), text(&hub, "verpleegkundigen"));
    for (words, of_gp, of_nurse) in [
        ("Only nurses.", false, true),
        ("All.", true, true),
        ("Nurses too.", false, true),
        ("At home.", true, false),
    ] {
        assert_eq!((gp.contains(words), nurse.contains(words)), (of_gp, of_nurse), "{words}");
    }
}

#[test]
fn a_module_whose_readers_cannot_be_read_is_shown_to_nobody() {
    for readers in ["3.5", "['nures']", "[]", "'gp, nurse'", "{ only = 'gp' }"] {
        let module = format!("+++\npersonas = {readers}\n+++\n\nFor some.\n");
        let hub = using("Before.\n\n::use{module=some}\n").file("modules/some.md", module);
        let tree = hub.preview().load().tree();
        assert_eq!(tree.holding("For some."), [""; 0], "{readers}");
        assert!(!tree.holding("Before.").is_empty(), "{readers}");
    }
}

#[test]
fn a_module_with_a_for_that_hides_nothing_is_shown_to_nobody_and_its_pages_wait() {
    let hub =
        using("::use{module=bad}\n").file("modules/bad.md", "Text.\n\n::for{persona=nurse}\n");
    assert!(hub.load().has_errors());
    assert!(!hub.load().tree().has("huisartsen/possible/a/index.html"));
    let tree = hub.preview().load().tree();
    assert!(tree.has("huisartsen/possible/a/index.html"));
    assert_eq!(tree.holding("Text."), [""; 0]);
    let shown = using("::use{module=shown}\n")
        .file("modules/shown.md", "Write `:::for{persona=gp}` or \\:for[x]{persona=gp}.\n");
    assert!(!shown.load().has_errors(), "{:?}", shown.load().all_lines());
    assert!(shown.tree().has("huisartsen/possible/a/index.html"));
}

#[test]
fn modules_hold_claims_and_modules() {
    let hub = using("::use{module=outer}\n")
        .file("modules/outer.md", "## Outer\n\n::use{module=inner}\n")
        .file("modules/inner.md", "## Inner\n\nIt :claim{id=slowing}[@one].\n")
        .file("claims/a.toml", "[slowing]\ntext = \"slows\"\nreferences = \"one, p. 4\"\n")
        .file(
            "references.bib",
            "@book{one, author = {B, C.}, title = {Een boek}, year = {2021}}\n",
        );
    assert_eq!(hub.load().codes(), [""; 0]);
    in_turn(
        &text(&hub, "huisartsen"),
        &["<h2 id=\"outer\"", "<h3 id=\"inner\"", "It slows <span", "Een boek"],
    );
    let disk = hub.on_disk();
    for (name, kind) in [("inner", "module"), ("outer", "module"), ("slowing", "claim")] {
        let ran = etappe(disk.path(), &["where-used", name, "--format", "json"]).json();
        assert_eq!(ran["found"][0]["kind"], kind, "{ran:#}");
        assert_eq!(ran["found"][0]["uses"][0]["line"], 7, "{ran:#}");
    }
}

#[test]
fn an_edit_of_a_module_makes_again_the_pages_that_use_it() {
    let hub = using("::use{module=outer}\n")
        .page("b.md", "gp", "service", "Nothing.\n")
        .file("modules/outer.md", "Outer.\n\n::use{module=inner}\n")
        .file("modules/inner.md", "Inner.\n");
    let files = Arc::new(Shared::new(hub.files));
    let mut live =
        Live::open(Arc::clone(&files) as Arc<dyn Files>, Options::on(program(), day(TODAY)));
    let keys = |revision: &etappe_session::Revision| -> Vec<(String, etappe_base::hash::Digest)> {
        let content = revision.content.as_ref().expect("it is a hub");
        let pages =
            content.plan.nodes.iter().filter(|node| node.path.as_str().ends_with("index.html"));
        pages.map(|node| (node.path.to_string(), node.key(&content.material))).collect()
    };
    let before = keys(&live.revision());
    files.put("modules/inner.md", "Inner, edited.\n");
    let changed = Changed::Paths([HubPath::literal("modules/inner.md")].into());
    let after = keys(&live.refresh(&changed));
    let differs = |(path, key): &&(String, _)| !before.contains(&(path.clone(), *key));
    let again: Vec<&str> = after.iter().filter(differs).map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        again,
        ["huisartsen/possible/a/index.html", "verpleegkundigen/possible/a/index.html"]
    );
}

#[test]
fn coverage_has_the_share_of_words_that_were_written_once() {
    let hub = using("One two three four.\n\n::use{module=five}\n")
        .file("modules/five.md", "Five six seven :claim{id=nine}.\n")
        .file("claims/a.toml", "[nine]\ntext = \"eight nine\"\nreferences = \"one\"\n")
        .file("references.bib", "@book{one, author = {B, C.}, title = {Een boek}, year = {2021}}\n")
        .on_disk();
    let report = etappe(hub.path(), &["coverage", "--format", "json", "--as-of", TODAY]).json();
    let expected = serde_json::json!([{ "lang": "en", "page": "content/a.md", "percent": 55 }]);
    assert_eq!(report["reuse"], expected);
    let text = etappe(hub.path(), &["coverage", "--as-of", TODAY]).stdout;
    assert!(text.contains("content/a.md: 55 %"), "{text}");
}

#[test]
fn a_module_in_a_note_of_others_tells_nobody_else_of_it() {
    let note = "[^a]: The first note.\n\n    ::use{module=inner}\n";
    let body = format!(":::for{{persona=gp}}\nText[^a]\n:::\n\nAll[^c].\n\n{note}\n[^c]: Open.\n");
    let hub = using(&body)
        .file("modules/inner.md", "## Secret heading {#secret}\n\nSecret text ![Secret](secret.svg), [secret](#secret)[^1].\n\n[^1]: Secret as well[^2].\n\n[^2]: Secret too.\n")
        .file("modules/secret.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
    let hub = hub.preview();
    let tree = hub.load().tree();
    let of_nurse = tree.paths().into_iter().filter(|path| path.starts_with("verpleegkundigen/"));
    for path in of_nurse {
        let text = String::from_utf8_lossy(&tree.outputs[path]).to_lowercase();
        assert!(!text.contains("secret") && !path.contains("secret"), "{path}");
    }
    assert!(text(&hub, "huisartsen").contains("Secret text"));
    assert!(text(&hub, "verpleegkundigen").contains("Open."));
}

#[test]
fn a_fix_in_a_module_keeps_its_links_by_reference() {
    let module = "Every [four weeks][plan], ![a drip][drip], [plan].\n\n[plan]: ../content/Plan.md#x \"A title\"\n[drip]: drip.png\n";
    let hub = using("::use{module=by}\n")
        .edited("content/plan.md", "Every", "## X\n\nEvery")
        .file("modules/by.md", module)
        .on_disk();
    etappe(hub.path(), &["check", "--fix", "--as-of", TODAY]);
    let expected = module.replace("../content/Plan.md", "/plan.md");
    assert_eq!(hub.read("modules/by.md"), expected);
}

#[test]
fn a_module_that_cannot_be_read_is_shown_to_nobody_and_its_pages_wait() {
    for front in
        ["expires = 'soon'", "personas = ['gp', 'nobody']", "colour = 'red'", "title = 'open"]
    {
        let hub = using("Before.\n\n::use{module=some}\n")
            .page("b.md", "gp", "service", "[Go on](a.md)\n")
            .file("modules/some.md", format!("+++\n{front}\n+++\n\nOf the module.\n"));
        assert!(hub.load().has_errors(), "{front}");
        assert!(!hub.load().tree().has("huisartsen/possible/a/index.html"), "{front}");
        let tree = hub.preview().load().tree();
        assert_eq!(tree.holding("Of the module."), [""; 0], "{front}");
        assert!(!tree.holding("Before.").is_empty(), "{front}");
    }
}

#[test]
fn a_translation_is_shown_to_none_but_the_readers_of_its_original() {
    let of_translation = |front: &str| {
        let hub =
            using("Text.\n").file("modules/some.md", "+++\npersonas = 'nurse'\n+++\n\nSome.\n");
        let page = "+++\ntitle = 'Een'\npersonas = 'all'\nstage = 'awareness'\n+++\n\nVoor.\n\n::use{module=some}\n";
        hub.file("modules/some.nl.md", format!("{front}Sommigen.\n"))
            .file("content/a.nl.md", page)
            .preview()
    };
    for (front, of_gp, of_nurse) in [
        ("", false, true),
        ("+++\npersonas = 'all'\n+++\n\n", false, true),
        ("+++\npersonas = ['gp', 'nurse']\n+++\n\n", false, true),
        ("+++\npersonas = 'gp'\n+++\n\n", false, false),
    ] {
        let tree = of_translation(front).load().tree();
        let told = tree.holding("Sommigen.");
        let is_told = |site: &str| told.iter().any(|path| path.starts_with(site));
        let found = (is_told("huisartsen"), is_told("verpleegkundigen"));
        assert_eq!(found, (of_gp, of_nurse), "{front}");
    }
}

#[test]
fn what_a_page_names_later_keeps_its_ids_and_modules_lead_to_their_own() {
    let module = "## Dose\n\n[Of this](#dose) <a href=\"#dose\">or this</a> [raw](#raw) <b id=\"raw\">r</b>\n\n## Dose\n\n[second](#dose-1)\n";
    let hub = using("[Of the page](#dose)\n\n::use{module=ids}\n\n::use{module=ids}\n\n## Dose\n\n<i id=\"raw\">own</i>\n\n## Dose\n")
        .file("modules/ids.md", module);
    assert_eq!(hub.load().codes(), [""; 0]);
    in_turn(
        &text(&hub, "huisartsen"),
        &[
            "href=\"#dose\">Of the page",
            "id=\"dose-2\"",
            "href=\"#dose-2\">Of this",
            "href=\"#dose-2\">or this",
            "href=\"#raw-1\"",
            "id=\"raw-1\"",
            "id=\"dose-1-1\"",
            "href=\"#dose-1-1\">second",
            "id=\"dose-3\"",
            "href=\"#dose-3\">Of this",
            "href=\"#dose-3\">or this",
            "href=\"#raw-2\"",
            "id=\"raw-2\"",
            "id=\"dose\"",
            "id=\"raw\"",
            "id=\"dose-1\"",
        ],
    );
}

#[test]
fn an_id_that_gets_a_number_stays_an_attribute() {
    let module = "<b id='a\"><script>x'>r</b> <b id=c&#32;d>r</b>\n";
    let html = text(
        &using("::use{module=raw}\n\n::use{module=raw}\n").file("modules/raw.md", module),
        "huisartsen",
    );
    in_turn(&html, &["id='a&#34;&#62;&#60;script&#62;x-1'", "id=c&#32;d-1>"]);
}

#[test]
fn nothing_of_a_use_that_cannot_stand_is_printed() {
    for body in [
        "Text ::use{module=zz-infusion}",
        "::use{module=zz-infusion} text",
        ":use{module=zz-infusion}",
        ":::use{module=zz-infusion}\nText\n:::",
        "::USE{module=zz-infusion}",
        "::uses{module=zz-infusion}",
        "::use{modul=zz-infusion}",
        "::use{module=zz-unknown}",
        "## ::use{module=zz-infusion}",
        "| a |\n|-|\n| ::use{module=zz-infusion} |",
        "![a ::use{module=zz-infusion}](drip.png)",
        "[a](plan.md \"::use{module=zz-infusion}\")",
        "<p title=\"::use{module=zz-infusion}\">t</p>",
        "<div>\n::use{module=zz-infusion}\n</div>",
        "&#58;:use{module=zz-infusion}",
        "::u*s*e{module=zz-infusion}",
    ] {
        let hub = using(&format!("Before.\n\n{body}\n"));
        assert!(hub.load().has_errors(), "{body}");
        let release = hub.load().tree();
        assert!(!release.has("huisartsen/possible/a/index.html"), "{body}");
        assert_eq!(hub.preview().load().tree().holding("zz-"), [""; 0], "{body}");
    }
}

#[test]
fn a_page_that_names_no_module_learns_of_a_new_one() {
    let hub = using("::use{module=doses}\n").without("modules/zz-infusion.md");
    let files = Arc::new(Shared::new(hub.files));
    let mut live =
        Live::open(Arc::clone(&files) as Arc<dyn Files>, Options::on(program(), day(TODAY)));
    files.put("modules/dose.md", "Every four weeks.\n");
    let changed = Changed::Paths([HubPath::literal("modules/dose.md")].into());
    let revision = live.refresh(&changed);
    let found = revision.judged();
    let unknown = found.standing.iter().find(|finding| finding.code.id == "module.unknown");
    let help = &unknown.expect("it is unknown").help;
    assert!(help.iter().any(|help| help.contains("did you mean `dose`")), "{help:?}");
}

#[test]
fn headings_of_a_note_lower_no_module_behind_it() {
    let hub = using(
        "A[^1].\n\n## Part\n\n[^1]: Note\n\n    ::use{module=deep}\n\n::use{module=zz-infusion}\n",
    )
    .file("modules/deep.md", "## Below\n\n### Deeper\n");
    in_turn(&text(&hub, "huisartsen"), &["<h2 id=\"part\"", "<h3 id=\"dose\"", "<h3 id=\"below\""]);
}
