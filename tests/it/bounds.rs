//! Nothing that an author writes crashes the program or keeps it for ever: what is without bounds
//! is a finding.

use crate::support::{HubBuilder, Loaded, TODAY};

/// A hub with these references, and a page that cites `ok`.
fn with_references(bib: &str) -> Loaded {
    let ok = "\n@article{ok, author={A, B}, title={T}, journal={J}, date={2020}}\n";
    let page = "Often [@ok].\n";
    HubBuilder::small()
        .page("a.md", "gp", "service", page)
        .file("references.bib", format!("{bib}{ok}"))
        .load()
}

/// The entries of `keys` are left out with a finding each, and no other is.
fn check_references(bib: &str, keys: &[&str]) {
    let loaded = with_references(bib);
    let lines = loaded.lines();
    let found: Vec<&String> =
        lines.iter().filter(|line| line.contains("citation.syntax")).collect();
    let named = |key: &&str| found.iter().any(|line| line.contains(&format!("`{key}`")));
    assert!(keys.iter().all(named) && found.len() == keys.len(), "{keys:?} of {lines:#?}");
    let others: Vec<&String> =
        lines.iter().filter(|line| line.contains("citation.unknown")).collect();
    assert!(others.is_empty(), "the other entry can be cited: {others:#?}");
}

fn entry(key: &str, fields: &str) -> String {
    format!("@article{{{key}, author={{A, B}}, title={{T}}, date={{2020}}, {fields}}}\n")
}

#[test]
fn references_that_take_their_fields_from_each_other_in_a_circle_are_left_out() {
    for field in ["crossref", "xdata", "CrossRef", "XDATA"] {
        check_references(&entry("k1", &format!("{field}={{k1}}")), &["k1"]);
        let link =
            |from: usize, to: usize| entry(&format!("k{from}"), &format!("{field}={{k{to}}}"));
        check_references(&[link(1, 2), link(2, 1)].concat(), &["k1", "k2"]);
        check_references(&[link(1, 2), link(2, 3), link(3, 1)].concat(), &["k1", "k2", "k3"]);
        // It leads into a circle, and is on none.
        check_references(&[link(0, 1), link(1, 2), link(2, 1)].concat(), &["k1", "k2"]);
    }
    let long: String = (0..2_000)
        .map(|at| entry(&format!("k{at}"), &format!("crossref={{k{}}}", (at + 1) % 2_000)))
        .collect();
    let loaded = with_references(&long);
    assert_eq!(loaded.codes().iter().filter(|code| **code == "citation.syntax").count(), 2_000);
}

#[test]
fn a_circle_is_seen_by_other_names_too() {
    check_references(&entry("k1", "ids={other}, crossref={other}"), &["k1"]);
    check_references(&entry("k1", "xdata={nobody, k1}"), &["k1"]);
    check_references(&format!("@string{{me = \"k1\"}}\n{}", entry("k1", "crossref=me")), &["k1"]);
    check_references(&entry("k1", "crossref=\"k\" # 1"), &["k1"]);
}

#[test]
fn references_that_multiply_are_left_out() {
    // Each takes twice from the next: two to the fortieth.
    let doubled: String = (0..40)
        .map(|at| entry(&format!("k{at}"), &format!("xdata={{k{}, k{}}}", at + 1, at + 1)))
        .collect();
    let loaded = with_references(&doubled);
    assert!(loaded.codes().contains(&"citation.syntax"), "{:#?}", loaded.lines());
    let chain: String = (0..20_000)
        .map(|at| entry(&format!("k{at}"), &format!("crossref={{k{}}}", at + 1)))
        .collect();
    assert!(with_references(&chain).codes().contains(&"citation.syntax"));
}

#[test]
fn an_inherited_field_is_still_inherited() {
    let bib = "@inproceedings{k, author={A, B}, title={T}, crossref={p}}\n@proceedings{p, title={All}, date={2019}}\n";
    let loaded = with_references(bib);
    assert_eq!(loaded.lines(), [""; 0], "the year comes from the proceedings");
}

#[test]
fn deep_braces_in_references_are_left_out() {
    for open in ["\\textbf{", "{", "\\'{", "\\emph {"] {
        let deep = format!("note={{{}x{}}}", open.repeat(20_000), "}".repeat(20_000));
        check_references(&entry("k1", &deep), &["k1"]);
        let quoted = format!(
            "@string{{d = \"{}x{}\"}}\n{}",
            open.repeat(20_000),
            "}".repeat(20_000),
            entry("k1", "note=d")
        );
        check_references(&quoted, &["k1"]);
    }
    check_references(
        &entry("fine", &format!("note={{{}x{}}}", "\\emph{".repeat(20), "}".repeat(20))),
        &[],
    );
}

#[test]
fn abbreviations_that_multiply_are_left_out() {
    let ten = |name: usize, of: usize| {
        format!("@string{{a{name} = {}}}\n", vec![format!("a{of}"); 10].join(" # "))
    };
    let bomb: String = (1..8).map(|at| ten(at, at - 1)).collect();
    for first in ["xxxxxxxxxx", ""] {
        let bib = format!("@string{{a0 = \"{first}\"}}\n{bomb}{}", entry("k1", "note = a7"));
        check_references(&bib, &["k1"]);
    }
    check_references(&format!("@string{{a0 = \"x\"}}\n{bomb}{}", entry("fine", "note = a2")), &[]);
}

#[test]
fn abbreviations_that_hold_themselves_are_left_out() {
    check_references(&format!("@string{{a = a # \"x\"}}\n{}", entry("k1", "note = a")), &["k1"]);
    check_references(
        &format!("@string{{a = b}}\n@string{{b = a}}\n{}", entry("k1", "note = b")),
        &["k1"],
    );
    let deep: String = (0..20_000).map(|at| format!("@string{{a{at} = a{}}}\n", at + 1)).collect();
    check_references(
        &format!("{deep}@string{{a20000 = \"x\"}}\n{}", entry("k1", "note = a0")),
        &["k1"],
    );
}

/// The beginning of a PNG of this size, which is all that may be read of it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let header =
        [b"IHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), &[1, 0, 0, 0, 0]]
            .concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d".as_slice(), &header, &[0; 4]].concat()
}

#[test]
fn an_image_of_a_great_many_pixels_is_never_decoded() {
    let hub = HubBuilder::small()
        .page("a.md", "gp", "service", "![A](a.png)\n")
        .file("content/a.png", png(20_000, 20_000));
    let loaded = hub.load();
    let lines = loaded.lines();
    assert!(
        lines.iter().any(|line| line.contains("asset.oversized") && line.contains("20000 × 20000")),
        "{lines:#?}"
    );
    let tree = loaded.tree();
    let small: Vec<_> = tree.paths().into_iter().filter(|path| path.ends_with(".webp")).collect();
    assert!(small.is_empty(), "no smaller size is planned: {small:?}");
}

/// What `check` says of a template that goes on for ever.
fn check_template(template: &str, says: &str) {
    let hub = HubBuilder::small()
        .page("a.md", "gp", "service", "Text.\n")
        .file("templates/page.html", template)
        .on_disk();
    let ran = crate::support::command::etappe(hub.path(), &["check", "--as-of", TODAY]).expect(1);
    assert!(
        ran.stderr.contains("theme.template") && ran.stderr.contains(says),
        "{template}: {}",
        ran.stderr
    );
}

#[test]
fn loops_of_templates_have_an_end() {
    let rounds = "its loops go round more than";
    check_template("{% for i in range(end=1000000000000) %}x{% endfor %}", rounds);
    check_template(
        "{% for i in range(end=2000) %}{% for j in range(end=2000) %}{% endfor %}{% endfor %}",
        rounds,
    );
    let set = "{% set r = range(end=1000) %}";
    check_template(
        &format!(
            "{set}{{%- for i in r -%}}{{% for j in r %}}{{%for k in r%}}{{% endfor %}}{{% endfor %}}{{% endfor %}}"
        ),
        rounds,
    );
    check_template(
        "{% set s = 'xxxxxxxxxx' %}{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}{{ s }}",
        "its texts take more than",
    );
    check_template(
        "{% for i in range(start=9000000000, end=0, step_by=-1) %}x{% endfor %}",
        rounds,
    );
}

#[test]
fn templates_that_reach_themselves_are_a_finding() {
    check_template("{% include \"page.html\" %}", "");
}

#[test]
fn a_template_is_told_at_its_place_behind_a_loop() {
    let template = "<p>{% for i in range(end=2) %}{{ i }}{% endfor %}{{ nothing.here }}</p>";
    let hub = HubBuilder::small()
        .page("a.md", "gp", "service", "Text.\n")
        .file("templates/page.html", template);
    let (_, failures) = hub.load().run();
    let place = failures.first().and_then(|finding| finding.place.clone()).expect("it has a place");
    let shown = &template[place.span.start as usize..place.span.end as usize];
    assert!(shown.starts_with("nothing"), "{shown}");
}
