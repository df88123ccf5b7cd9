//! Claims on pages: what readers see of them, what never reaches them, and which pages an edit of
//! one touches.

use std::sync::Arc;

use crate::support::command::etappe;
use crate::support::shared::Shared;
use crate::support::{HubBuilder, TODAY, Tree, day, in_plain_theme, program};
use etappe_base::path::HubPath;
use etappe_hub::content::Kind;
use etappe_session::io::Files;
use etappe_session::{Changed, Live, Options, Revision};

const CLAIMS: &str = "[zz-slowing]
text = { en = \"slows *decline* by 27 % & more\", nl = \"remt achteruitgang\" }
variations = { en = \"decline is slower by 27 % & more\" }
product = \"zz-medicine\"
category = \"zz-efficacy\"
references = [\"one, p. 4\", \"two\"]
footnote = { en = \"Against *placebo*.\" }

[zz-again]
text = \"works H<sub>2</sub>O\"
category = \"zz-efficacy\"
references = \"two\"

[zz-safe]
text = \"is safe\"
category = \"zz-safety\"
references = \"one\"
";

const REFERENCES: &str = "@book{one, author = {Bakker, C.}, title = {Een boek}, year = {2021}}
@book{two, author = {Nemo, N.}, title = {A book}, year = {2020}}
";

fn hub() -> HubBuilder {
    HubBuilder::small()
        .file("products/zz-medicine.toml", "name = \"Medicine\"\n")
        .file("claims/a/b.toml", CLAIMS)
        .file("references.bib", REFERENCES)
        .page("plain.md", "gp", "awareness", "Nothing is claimed.\n")
}

fn claiming(body: &str) -> HubBuilder {
    hub().page("a.md", "gp", "awareness", body)
}

/// The text of the one page of a hub that has this body.
fn body(body: &str) -> String {
    let tree = claiming(body).tree();
    let page = tree.text("huisartsen/possible/a/index.html");
    page.split_once("<article").map_or(page, |(_, text)| text).to_owned()
}

fn check(markdown: &str, expected: &[&str]) {
    let html = body(markdown);
    let mut rest = &*html;
    for part in expected {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part}\nis not next in\n{html}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn the_words_of_a_claim_stand_where_it_is_named_with_what_bears_them_out() {
    check(
        "It :claim{id=zz-slowing}. Cited before [@two].\n",
        &[
            "It slows <em>decline</em> by 27 % &amp; more",
            "href=\"#_ref-1\"",
            ">1</a>, p. 4",
            "href=\"#_ref-2\"",
            ">2</a>",
            "href=\"#fn-1\"",
            "Cited before",
            "href=\"#_ref-2\"",
            "<li id=\"fn-1\">",
            "Against <em>placebo</em>.",
            "Een boek",
        ],
    );
    check(
        ":claim[Decline is slower by 27 % & **more**!]{id=zz-slowing}\n",
        &["<p>Decline is slower by 27 % &amp; <strong>more</strong>!", "href=\"#_ref-1\""],
    );
}

#[test]
fn claims_stand_wherever_text_does() {
    check("## On :claim{id=zz-again} {#own}\n", &["<h2 id=\"own\"", "On works H<sub>2</sub>O"]);
    check("- a\n- :claim{id=zz-safe}\n", &["<li>a</li>", "<li>is safe <span"]);
    check("|a|b|\n|-|-|\n|:claim{id=zz-safe}|c|\n", &["<td>is safe <span", "<td>c</td>"]);
    check(
        "*So :claim{id=zz-safe}* [to :claim{id=zz-safe}](plain.md)\n",
        &["<em>So is safe <span", "to is safe</a>"],
    );
    check(":::for{persona=gp}\nIt :claim{id=zz-safe}.\n:::\n", &["It is safe <span"]);
}

#[test]
fn a_list_has_all_claims_of_its_filter_by_category_and_id() {
    check(
        "::claims{}\n",
        &["<div class=\"claims\">", "<li>works H", "<li>slows", "<li>is safe", "</ul>", "</div>"],
    );
    check("::claims{category=zz-safety}\n", &["<ul>\n<li>is safe", "</ul>\n</div>"]);
    assert!(!body("::claims{product=zz-medicine}\n").contains("is safe"));
}

#[test]
fn text_for_some_keeps_its_claims_from_others() {
    let tree = hub()
        .page(
            "a.md",
            "all",
            "awareness",
            "All.\n\n:::for{persona=nurse}\nIt :claim{id=zz-slowing}.\n:::\n",
        )
        .tree();
    let page = |site: &str| tree.text(&format!("{site}/possible/a/index.html"));
    assert!(page("verpleegkundigen").contains("Against <em>placebo</em>"));
    for hidden in ["slows", "placebo", "_ref-1"] {
        assert!(!page("huisartsen").contains(hidden), "{hidden}");
    }
}

#[test]
fn ids_of_products_and_claims_reach_no_output() {
    let body = "It :claim{id=zz-slowing}, :claim[is safe]{id=zz-safe}.\n\n::claims{product=zz-medicine category=zz-efficacy}\n";
    let hub = claiming(body).edited("content/a.md", "title", "product = \"zz-medicine\"\ntitle");
    for hub in [hub.as_of(TODAY), in_plain_theme(claiming(body)), claiming(body).preview()] {
        let tree: Tree = hub.tree();
        for (path, bytes) in &tree.outputs {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("zz-"), "{path}");
        }
    }
}

#[test]
fn what_a_claim_brings_is_searched_and_counted() {
    let loaded = claiming("It :claim{id=zz-slowing}.\n").load();
    let content = loaded.revision.content.as_ref().expect("it is a hub");
    let doc = content.material.docs.iter().find(|doc| doc.facets.file.as_str() == "content/a.md");
    let doc = doc.expect("the page is there");
    assert_eq!(doc.facets.front.kind, Kind::Info);
    assert!(doc.bodies[0].words >= 7, "{}", doc.bodies[0].words);
    assert_eq!(doc.bodies[0].citations.len(), 1);
}

fn made_again(revision: &Revision, before: &Revision) -> Vec<String> {
    let keys = |revision: &Revision| {
        let content = revision.content.as_ref().expect("it is a hub");
        let key =
            |node: &etappe_site::plan::Node| (node.path.to_string(), node.key(&content.material));
        content.plan.nodes.iter().map(key).collect::<Vec<_>>()
    };
    let old = keys(before);
    keys(revision).into_iter().filter(|key| !old.contains(key)).map(|(path, _)| path).collect()
}

#[test]
fn an_edit_of_a_claim_makes_again_the_pages_that_use_it() {
    let hub = claiming("It :claim{id=zz-safe}.\n").page(
        "b.md",
        "gp",
        "service",
        "::claims{category=zz-efficacy}\n",
    );
    let files = Arc::new(Shared::new(hub.files));
    let mut live =
        Live::open(Arc::clone(&files) as Arc<dyn Files>, Options::on(program(), day(TODAY)));
    let mut edited = |from: &str, to: &str| {
        let before = live.revision();
        let text = files.text("claims/a/b.toml").expect("it is there").replace(from, to);
        files.put("claims/a/b.toml", text);
        let changed = Changed::Paths([HubPath::literal("claims/a/b.toml")].into());
        made_again(&live.refresh(&changed), &before)
            .into_iter()
            .filter(|path| path.ends_with("index.html"))
            .collect::<Vec<_>>()
    };
    assert_eq!(edited("is safe", "is very safe"), ["huisartsen/possible/a/index.html"]);
    assert_eq!(edited("works H", "works on H"), ["huisartsen/practice/b/index.html"]);
    assert_eq!(edited("variations", "# variations"), [""; 0]);
}

#[test]
fn a_page_goes_on_the_day_that_its_claim_expires_whatever_keeps_a_release() {
    let hub = claiming("It :claim{id=zz-safe}.\n")
        .edited("claims/a/b.toml", "[zz-safe]", "[zz-safe]\nexpires = 2026-12-01")
        .on_disk();
    let build = |day: &str| etappe(hub.path(), &["build", "--as-of", day]);
    let page = "public/huisartsen/possible/a/index.html";
    assert_eq!(build("2026-11-22").code, 0);
    assert!(hub.has(page));
    hub.write("content/broken.md", "+++\ntitle = \"Broken\"\n");
    let ran = build("2026-11-30");
    assert_eq!(ran.code, 1);
    assert!(hub.has(page), "its day has not come");
    let ran = build("2026-12-01");
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("the claim `zz-safe` that it uses expired on 2026-12-01"),
        "{}",
        ran.stderr
    );
    assert!(!hub.has(page), "it is gone");
    assert!(hub.has("public/huisartsen/possible/plain/index.html"), "others stand");
}

#[test]
fn the_calendar_has_the_day_on_which_a_claim_expires() {
    let hub = claiming("It :claim{id=zz-safe}.\n")
        .edited("claims/a/b.toml", "[zz-safe]", "[zz-safe]\nexpires = 2026-12-01")
        .on_disk();
    let calendar = etappe(hub.path(), &["calendar", "--format", "json", "--as-of", TODAY]).json();
    assert_eq!(calendar["next_change"], "2026-12-01");
    assert_eq!(calendar["events"][0]["file"], "content/a.md", "{calendar:#}");
}

#[test]
fn a_page_whose_claim_cannot_be_shown_waits_and_links_to_it_are_text() {
    let hub = claiming("It :claim{id=zz-slowing}.\n")
        .edited("claims/a/b.toml", "references = [\"one, p. 4\", \"two\"]", "")
        .page("b.md", "gp", "service", "[Go on](a.md)\n");
    let loaded = hub.load();
    assert_eq!(loaded.codes(), ["claim.unreferenced", "link.unpublished"]);
    assert!(!loaded.has_errors());
    let tree = loaded.tree();
    assert!(!tree.has("huisartsen/possible/a/index.html"));
    let from = tree.text("huisartsen/practice/b/index.html");
    assert!(from.contains("Go on") && !from.contains("possible/a/"));
    assert!(hub.preview().load().tree().has("huisartsen/possible/a/index.html"));
}

#[test]
fn where_used_knows_claims() {
    let hub = claiming("It :claim{id=zz-safe}.\n\n::claims{category=zz-safety}\n").on_disk();
    let ran = etappe(hub.path(), &["where-used", "zz-safe", "--format", "json"]).json();
    assert_eq!(ran["found"][0]["kind"], "claim");
    let lines: Vec<_> =
        ran["found"][0]["uses"].as_array().expect("uses").iter().map(|one| &one["line"]).collect();
    assert_eq!(lines, [7, 9], "{ran:#}");
}

#[test]
fn no_id_is_printed_wherever_and_however_it_is_written() {
    for body in [
        "![It :claim{id=zz-safe}](a.png)",
        "[a](plain.md \":claim{id=zz-safe}\")",
        "<p title=\":claim{id=zz-safe}\">t</p>",
        "A <b data-x=':claim{id=zz-safe}'>b</b>.",
        "<div>\n::claims{product=zz-medicine}\n</div>",
        "::claim{id=zz-safe}",
        ":::claim{id=zz-safe}\nText\n:::",
        "It :CLAIM{id=zz-safe}.",
        "It :cliam{id=zz-safe}.",
        "It :claim{ID=zz-safe}.",
        "It :claim{id=zz-unknown}.",
        "It :cl**aim{id=zz-safe}**.",
        "It &colon;claim{id=zz-safe}.",
        "All: ::claims{product=zz-medicine}",
        "::claims{product=zz-medicine} all",
        ":claims{product=zz-medicine}",
        ":::claims{product=zz-medicine}\n:::",
        "::claims{produkt=zz-medicine}",
        "::claims{product=zz-medicin}",
        "::claims{product=zz-medicine category=zz-effects}",
        "::claims{product=zz-medicine category=}",
    ] {
        let hub = claiming(&format!("Before.\n\n{body}\n"));
        assert!(hub.load().has_errors(), "{body}");
        assert!(!hub.load().tree().has("huisartsen/possible/a/index.html"), "{body}");
        let tree = hub.preview().load().tree();
        for (path, bytes) in &tree.outputs {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("zz-") && !text.contains("is safe"), "{body}: {path}");
        }
    }
    let shown = claiming("Write `:claim{id=a}`, \\:claim{id=a} or\n\n```\n::use{module=b}\n```\n");
    assert_eq!(shown.load().codes(), [""; 0]);
}

#[test]
fn a_list_without_claims_is_nothing() {
    let hub = claiming("::claims{category=zz-safety}\n").edited(
        "claims/a/b.toml",
        "text = \"is safe\"",
        "text = { nl = \"is veilig\" }",
    );
    let tree = hub.tree();
    assert!(!tree.text("huisartsen/possible/a/index.html").contains("class=\"claims\""));
}

#[test]
fn a_page_goes_on_its_day_whatever_became_of_the_claim_or_module_that_it_uses() {
    let text = "It :claim{id=zz-safe}.\n\n::use{module=zz-dose}\n";
    let released = |claim: &str, module: &str| {
        let hub = claiming(text)
            .edited("claims/a/b.toml", "[zz-safe]", &format!("[zz-safe]\n{claim}"))
            .file("modules/zz-dose.md", format!("+++\n{module}\n+++\n\nOnce.\n"))
            .on_disk();
        assert_eq!(etappe(hub.path(), &["build", "--as-of", "2026-11-22"]).code, 0);
        hub
    };
    let day = "expires = 2026-12-01";
    type Damage = fn(&crate::support::HubOnDisk);
    let of_claim: [(&str, Damage); 4] = [
        ("gone", |hub| hub.remove("claims/a/b.toml")),
        ("no text", |hub| hub.write("claims/a/b.toml", b"\xff")),
        ("no table", |hub| hub.edit("claims/a/b.toml", "[zz-safe]", "[zz-safe")),
        ("no day", |hub| hub.edit("claims/a/b.toml", "2026-12-01", "2026-12-0l")),
    ];
    let of_module: [(&str, Damage); 4] = [
        ("gone", |hub| hub.remove("modules/zz-dose.md")),
        ("no text", |hub| hub.write("modules/zz-dose.md", b"\xff")),
        ("no table", |hub| hub.edit("modules/zz-dose.md", "expires", "expires =")),
        ("no day", |hub| hub.edit("modules/zz-dose.md", "2026-12-01", "2026-12-0l")),
    ];
    let all = of_claim.map(|damage| (day, "", damage)).into_iter();
    for (claim, module, (what, damage)) in all.chain(of_module.map(|damage| ("", day, damage))) {
        let hub = released(claim, module);
        damage(&hub);
        let page = "public/huisartsen/possible/a/index.html";
        assert_eq!(etappe(hub.path(), &["build", "--as-of", "2026-11-30"]).code, 1, "{what}");
        assert!(hub.has(page), "{what}: its day has not come");
        let ran = etappe(hub.path(), &["build", "--as-of", "2026-12-01"]);
        assert_eq!(ran.code, 1, "{what}");
        assert!(!hub.has(page), "{claim}{module} {what}: {}", ran.stderr);
    }
}
