//! `etappe where-used`: what uses a reference, a product, a need, a file or a page, and where.

use crate::support::command::{Ran, etappe};
use crate::support::{HubBuilder, HubOnDisk, TODAY, root};

const REFERENCES: &str = "@book{bakker, author = {Bakker, C.}, title = {Een boek}, publisher = {Verzonnen}, year = {2021}}
@book{unused, author = {Nemo, N.}, title = {Never cited}, publisher = {Nowhere}, year = {2020}}
";

fn hub() -> HubOnDisk {
    let front = "+++\ntitle = 'Named'\npersonas = 'gp'\nstage = 'service'\nproduct = 'fictinemab'\nneeds = 'spot-early'\nstatus = 'draft'\n+++\n";
    HubBuilder::small()
        .file("references.bib", REFERENCES)
        .file("content/bakker.pdf", "%PDF")
        .file("static/leaflet.pdf", "%PDF")
        .file("content/named.nl.md", format!("{front}\nTwee [@bakker].\n"))
        .page(
            "a.md",
            "all",
            "service",
            "One [@bakker, p. 4].\n\n:::for{persona=gp}\nAgain [@bakker].\n:::\n\n[file](bakker.pdf) [leaflet](/leaflet.pdf)\n",
        )
        .page("b.md", "all", "service", "![x](bakker.pdf) [page](a.md#x) [case](A.md)\n")
        .on_disk()
}

fn run(hub: &HubOnDisk, args: &[&str]) -> Ran {
    etappe(hub.path(), &[&["where-used"], args, &["--as-of", TODAY]].concat())
}

fn check(hub: &HubOnDisk, key: &str, expected: &str) {
    let ran = run(hub, &[key]).expect(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (expected, ""), "{key}");
}

#[test]
fn a_key_lists_every_thing_that_it_names_with_the_lines_that_use_it() {
    let hub = hub();
    check(
        &hub,
        "bakker",
        "The reference `bakker` is used on 2 pages:\n  content/a.md:7:6          en  a\n  content/a.md:10:8         en  a\n  \
         content/named.nl.md:10:7  nl  Named (draft)\n",
    );
    let file = "The file `content/bakker.pdf` is used on 2 pages:\n  content/a.md:13:8  en  a\n  content/b.md:7:6   en  b\n";
    for key in ["bakker.pdf", "/bakker.pdf", "content/bakker.pdf"] {
        check(&hub, key, file);
    }
    check(
        &hub,
        "leaflet.pdf",
        "The file `static/leaflet.pdf` is used on 1 page:\n  content/a.md:13:30  en  a\n",
    );
    check(
        &hub,
        "a",
        "The page `a` is used on 1 page:\n  content/b.md:7:25  en  b\n  content/b.md:7:40  en  b\n",
    );
    check(&hub, "content/b.md", "The page `b` is used on no page.\n");
    check(&hub, "unused", "The reference `unused` is used on no page.\n");
    for (kind, id, at) in [("product", "fictinemab", "5:11"), ("need", "spot-early", "6:9")] {
        check(
            &hub,
            id,
            &format!(
                "The {kind} `{id}` is used on 1 page:\n  content/named.nl.md:{at}  nl  Named (draft)\n"
            ),
        );
    }
}

#[test]
fn a_key_of_several_kinds_has_a_group_for_each() {
    let hub = hub();
    hub.write(
        "content/unused.md",
        "+++\ntitle = 'U'\npersonas = 'gp'\nstage = 'service'\n+++\n\n[a](a.md)\n",
    );
    check(
        &hub,
        "unused",
        "The reference `unused` is used on no page.\n\nThe page `unused` is used on no page.\n",
    );
    let json = run(&hub, &["unused", "--format", "json"]).expect(0).json();
    let kinds: Vec<_> =
        json["found"].as_array().expect("a list").iter().map(|found| &found["kind"]).collect();
    assert_eq!(kinds, ["reference", "page"]);
}

#[test]
fn an_unknown_key_is_a_slip_and_the_nearest_is_named() {
    let hub = hub();
    let ran = run(&hub, &["baker"]).expect(2);
    assert!(
        ran.stdout.is_empty() && ran.stderr.contains("did you mean `bakker`?"),
        "{}",
        ran.stderr
    );
    run(&hub, &["bakker", "no-such-folder"]).expect(2);
}

#[test]
fn the_reference_hub_says_where_its_product_and_its_drawings_are() {
    let ran = etappe(&root(), &["where-used", "fictinemab", "--format", "json", "--as-of", TODAY])
        .expect(0)
        .json();
    let uses = ran["found"][0]["uses"].as_array().expect("a list");
    assert!(uses.len() > 6 && ran["found"][0]["kind"] == "product", "{ran:#}");
    let ran = etappe(&root(), &["where-used", "mri-timeline-nl.svg", "--as-of", TODAY]).expect(0);
    assert!(ran.stdout.contains("\n  content/service/mri-schedule.md:"), "{}", ran.stdout);
}
