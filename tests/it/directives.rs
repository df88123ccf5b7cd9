//! Directives in a text: what becomes of them in a page, wherever they stand, and which outputs
//! they touch.

use crate::support::{HubBuilder, HubOnDisk, TODAY, day, program};
use etappe_session::io::Disk;
use etappe_session::{self as session, Options};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A hub whose page `a.md` is for both personas, with `b.md` beside it and a theme of its own
/// words.
fn hub(body: &str) -> HubBuilder {
    HubBuilder::small().page("a.md", "gp nurse", "service", body).page(
        "b.md",
        "gp nurse",
        "service",
        "## Here\n\n[a](a.md)\n",
    )
}

/// The text of `a.md` on a persona's site, without white space between lines.
fn text(hub: &HubBuilder, slug: &str) -> String {
    let tree = hub.load().tree();
    let page = tree.text(&format!("{slug}/practice/a/index.html"));
    let body = crate::support::html::body(page);
    body.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn check(body: &str, html: &str) {
    assert_eq!(text(&hub(body), "huisartsen"), html, "{body}");
}

fn check_for(body: &str, gp: &str, nurse: &str) {
    assert_eq!(text(&hub(body), "huisartsen"), gp, "for the GP: {body}");
    assert_eq!(text(&hub(body), "verpleegkundigen"), nurse, "for the nurse: {body}");
}

const TIP: &str = "<aside class=\"box tip\"><p class=\"box-title\">Tip</p>";

#[test]
fn a_directive_is_what_its_template_makes() {
    check(":::tip\nText.\n:::\n", &format!("{TIP}<p>Text.</p></aside>"));
    check(
        ":::tip[A *label*, [linked](b.md)]{#id .x .y}\n:::\n",
        "<aside id=\"id\" class=\"box tip x y\"><p class=\"box-title\">A <em>label</em>, <a href=\"../b/index.html\">linked</a></p></aside>",
    );
    check(
        "::cta[Go]{href=b.md#here note=\"a <b>\"}\n",
        "<p class=\"cta\"><a href=\"../b/index.html#here\">Go</a> <span class=\"remark\">a &lt;b&gt;</span></p>",
    );
}

#[test]
fn directives_stand_in_lists_quotes_and_each_other() {
    check(
        "- a\n\n  :::tip\n  b\n  :::\n\n- c\n",
        &format!("<ul><li><p>a</p>{TIP}<p>b</p></aside></li><li><p>c</p></li></ul>"),
    );
    check(
        "> :::tip\n> a\n> :::\n\nb\n",
        &format!("<blockquote>{TIP}<p>a</p></aside></blockquote><p>b</p>"),
    );
    check("::::tip\n:::tip\na\n:::\n::::\n", &format!("{TIP}{TIP}<p>a</p></aside></aside>"));
    check(
        ":::tip\n:::tip\na\n:::\n:::\nb\n",
        &format!("{TIP}{TIP}<p>a</p></aside></aside><p>b</p>"),
    );
    check("text\n:::tip\na\n:::\ntext\n", &format!("<p>text</p>{TIP}<p>a</p></aside><p>text</p>"));
    check(
        "x[^1]\n\n[^1]: y\n\n    :::tip\n    z\n    :::\n",
        &format!(
            "<p>x<sup class=\"footnote-reference\"><a id=\"fnref-1\" href=\"#fn-1\" role=\"doc-noteref\" aria-label=\"Note a\">a</a></sup></p><section class=\"footnotes\" role=\"doc-endnotes\" aria-labelledby=\"_footnotes\"><h2 id=\"_footnotes\">Notes</h2><ol type=\"a\"><li id=\"fn-1\"><p>y</p>{TIP}<p>z</p></aside><a href=\"#fnref-1\" role=\"doc-backlink\" aria-label=\"Back to the text: a\">↩</a></li></ol></section>"
        ),
    );
}

#[test]
fn code_holds_no_directive() {
    check("```\n:::tip\n:::\n```\n", "<pre><code>:::tip:::</code></pre>");
    check("    :::tip\n", "<pre><code>:::tip</code></pre>");
    check("`:for[a]{persona=nurse}`\n", "<p><code>:for[a]{persona=nurse}</code></p>");
    check(":::tip\n```\n:::\n```\n:::\n", &format!("{TIP}<pre><code>:::</code></pre></aside>"));
}

#[test]
fn references_and_footnotes_reach_into_directives_and_out_of_them() {
    check(
        ":::tip[See [r]]\n[r]: b.md\n:::\n\n[r]\n",
        "<aside class=\"box tip\"><p class=\"box-title\">See <a href=\"../b/index.html\">r</a></p></aside><p><a href=\"../b/index.html\">r</a></p>",
    );
}

#[test]
fn each_reader_is_shown_a_text_of_their_own() {
    check_for(":::for{persona=gp}\n*a*\n:::\n\nb\n", "<p><em>a</em></p><p>b</p>", "<p>b</p>");
    check_for(
        ":::for{not-persona=gp}\na\n:::\n:::for{persona=gp}\nb\n:::\n",
        "<p>b</p>",
        "<p>a</p>",
    );
    check_for(
        "a :for[b *c*]{persona=gp}:for[d]{persona=nurse} e\n",
        "<p>a b <em>c</em> e</p>",
        "<p>a d e</p>",
    );
    check_for(
        ":::for{persona=gp stage=service lang=en}\na\n:::\n:::for{stage=awareness}\nb\n:::\n:::for{lang=nl}\nc\n:::\n",
        "<p>a</p>",
        "",
    );
    check_for(
        "::::for{persona=\"gp nurse\"}\n:::for{persona=nurse}\na\n:::\nb\n::::\n",
        "<p>b</p>",
        "<p>a</p><p>b</p>",
    );
}

#[test]
fn ids_words_and_contents_are_those_of_the_reader() {
    let body = ":::for{persona=gp}\n## One\n\n## Two\n:::\n\n## One\n\n## Three\n\n## Four\n";
    let tree = hub(body).load().tree();
    let contents = |slug: &str| {
        // The contents stand in the side column too.
        let page = tree.text(&format!("{slug}/practice/a/index.html"));
        let folded = page.split("</details>").next().unwrap_or_default();
        folded.matches("<li class=\"level-2\">").count()
    };
    assert_eq!((contents("huisartsen"), contents("verpleegkundigen")), (5, 3));
    assert!(tree.text("huisartsen/practice/a/index.html").contains("id=\"one-1\""));
    assert!(!tree.text("verpleegkundigen/practice/a/index.html").contains("id=\"one-1\""));
    let long = format!(":::for{{persona=gp}}\n{}\n:::\n\nshort\n", "word ".repeat(900));
    let tree = hub(&long).load().tree();
    assert!(tree.text("huisartsen/practice/a/index.html").contains("5 min"));
    assert!(tree.text("verpleegkundigen/practice/a/index.html").contains("1 min"));
}

#[test]
fn a_page_is_kept_once_for_all_who_are_told_the_same() {
    let bodies = |body: &str| {
        let loaded = hub(body).load();
        let content = loaded.revision.content.as_ref().expect("there is a plan");
        content.material.docs.as_slice()[0].bodies.len()
    };
    assert_eq!(bodies("a\n"), 1);
    assert_eq!(bodies(":::for{persona=gp}\na\n:::\n"), 2);
    assert_eq!(bodies(":::for{persona=\"gp nurse\"}\na\n:::\n"), 1);
    assert_eq!(
        bodies(
            ":::for{persona=gp}\na\n:::\n:::for{not-persona=gp}\nb\n:::\n:::for{lang=en}\nc\n:::\n"
        ),
        2
    );
}

#[test]
fn what_cannot_be_understood_is_shown_to_nobody() {
    for slip in [
        ":::for\n",
        ":::for{persona=gpp}\n",
        ":::for{person=gp}\n",
        ":::for{persona=gp\n",
        ":::For{persona=gp}\n",
        "::: for persona=gp\n",
        ":::fro{persona=gp}\n",
    ] {
        let hub = hub(&format!("before\n\n{slip}zq5x\n:::\n\nzq6x\n")).preview();
        let loaded = hub.load();
        assert!(loaded.codes().contains(&"directive.condition"), "{slip}: {:?}", loaded.codes());
        let tree = loaded.tree();
        // On both personas' sites: in the page, and among the words to search.
        assert_eq!((tree.holding("zq5x"), tree.holding("zq6x").len()), (vec![], 4), "{slip}");
    }
    // Where nothing can be zq5x there is no page at all.
    for slip in [
        "<div>\n:::for{persona=gp}\nzq5x\n:::\n</div>\n",
        "::for{persona=gp}\n\nzq5x\n",
        "- a\n\n        :::for{persona=gp}\nzq5x\n",
    ] {
        let loaded = hub(slip).preview().load();
        let is_code = slip.starts_with('-');
        assert_eq!(loaded.tree().holding("zq5x").is_empty(), !is_code, "{slip}");
    }
}

/// A collection as other tools have them: every oddity is text that can be read, or works as it
/// did.
#[test]
fn texts_for_other_tools_stay_readable() {
    let oddities = [
        (
            "::: success Good to know\nInside.\n:::\n",
            "<p>::: success Good to know</p><p>Inside.</p><p>:::</p>",
        ),
        (
            "::: tip\nInside.\n:::\n",
            "<aside class=\"box tip\"><p class=\"box-title\">Tip</p><p>Inside.</p></aside>",
        ),
        (
            ":::tip Title\nInside.\n:::\n",
            "<aside class=\"box tip\"><p class=\"box-title\">Title</p><p>Inside.</p></aside>",
        ),
        ("::: {.columns}\nInside.\n:::\n", "<p>::: {.columns}</p><p>Inside.</p><p>:::</p>"),
        (
            "{{ page.title }} {% include x %} {{< youtube id >}}\n",
            "<p>{{ page.title }} {% include x %} {{&lt; youtube id &gt;}}</p>",
        ),
        (
            "{{% notice %}}\nInside.\n{{% /notice %}}\n",
            "<p>{{% notice %}}Inside.{{% /notice %}}</p>",
        ),
        (
            "::: !\n\n:::::::::\n\n:: b\n\n::before\n",
            "<p>::: !</p><p>:::::::::</p><p>:: b</p><p>::before</p>",
        ),
        ("!!! note\n    Inside.\n", "<p>!!! noteInside.</p>"),
        (
            "a :smile: b, 10:30, :ref:`x`, std::vec, key:value[0]\n",
            "<p>a :smile: b, 10:30, :ref:<code>x</code>, std::vec, key:value[0]</p>",
        ),
    ];
    for (markdown, html) in oddities {
        check(markdown, html);
    }
}

#[test]
fn names_with_accents_ten_languages_and_a_title_as_heading_are_pages() {
    let languages = ["en", "nl", "de", "fr", "es", "it", "pt", "pl", "ar", "he"];
    let titles = [
        "Memory",
        "Geheugen",
        "Gedächtnis",
        "Mémoire",
        "Memoria",
        "Memoria è",
        "Memória",
        "Pamięć",
        "الذاكرة",
        "זיכרון",
    ];
    let listed = languages.map(|code| format!("\"{code}\"")).join(", ");
    let hub = HubBuilder::small().edited("hub.toml", "[\"en\", \"nl\"]", &format!("[{listed}]"));
    let hub = languages.iter().zip(titles).fold(hub, |hub, (code, title)| {
        let suffix = if *code == "en" { String::new() } else { format!(".{code}") };
        let text = format!("+++\ntitle = '{title}'\npersonas = 'gp'\nstage = 'service'\n+++\n\n# {title}\n\n::: tip {title}\n![{title}](<Bild é 1.png>)\n:::\n");
        hub.file(&format!("content/Über die Erinnerung/été {title}{suffix}.md").replace(title, "x"), text)
    });
    let loaded = hub.file("content/Über die Erinnerung/Bild é 1.png", "a picture").load();
    assert!(!loaded.revision.has_errors(), "{:?}", loaded.lines());
    let tree = loaded.tree();
    for title in titles {
        assert!(
            !tree.holding(&format!("<p class=\"box-title\">{title}</p>")).is_empty(),
            "{title}"
        );
    }
    let right_to_left = tree.text("huisartsen/ar/practice/ete-x/index.html");
    assert!(right_to_left.contains("<html lang=\"ar\" dir=\"rtl\""), "{right_to_left:.200}");
}

#[test]
fn a_theme_adds_a_directive_with_a_template_and_a_declaration() {
    let theme = "[directives.dose]\nas = [\"inline\", \"leaf\"]\nattributes.mg = { type = \"number\", required = true }\nattributes.form = { values = [\"iv\", \"oral\"], default = \"oral\" }\n";
    let hub = hub("Take :dose[some]{mg=5} now.\n\n::dose{mg=7 form=iv}\n")
        .file("templates/theme.toml", theme)
        .file(
            "templates/directives/dose.html",
            "<b>{{ label }} {{ attr.mg + 1 }} {{ attr.form }} {{ form }} {{ number }}</b>",
        );
    assert_eq!(
        text(&hub, "huisartsen"),
        "<p>Take <b>some 6 oral inline 1</b> now.</p><b> 8 iv leaf 2</b>"
    );
    // The built-in ones stay.
    assert_eq!(
        text(&hub.extended("content/a.md", "\n:::tip\n:::\n"), "huisartsen")
            .matches("box tip")
            .count(),
        1
    );
}

#[test]
fn what_a_theme_declares_wrongly_is_a_finding() {
    let hub = |theme: &str| hub("Text.\n").file("templates/theme.toml", theme).load();
    for theme in [
        "[directives.dose]\n",
        "[directives.for]\n",
        "[directives.Tip]\n",
        "[directives.tip]\nas = \"box\"\n",
        "[directives.tip]\ncolour = 1\n",
        "[directives.tip]\nattributes.id = {}\n",
        "[directives.tip]\nattributes.a = { type = \"colour\" }\n",
        "[directives.tip]\nattributes.a = { type = \"number\", default = \"many\" }\n",
        "[directives.tip]\nattributes.a = { type = \"choice\" }\n",
        "directives = 1\n",
    ] {
        assert_eq!(hub(theme).codes(), ["theme.manifest"], "{theme}");
    }
    let template = self::hub("Text.\n").file("templates/directives/dose.html", "x");
    assert_eq!(template.load().codes(), ["theme.manifest"]);
}

#[test]
fn a_template_that_fails_is_a_finding_at_its_line() {
    let hub = hub(":::tip\n:::\n").file("templates/directives/tip.html", "{{ colour }}");
    assert!(hub.load().examined().codes().contains(&"theme.template"));
}

#[test]
fn an_element_that_is_empty_without_what_is_hidden_goes_with_it() {
    check_for(
        "> :::for{persona=gp}\n> a\n> :::\n\nb\n",
        "<blockquote><p>a</p></blockquote><p>b</p>",
        "<p>b</p>",
    );
    check_for(
        "- :::for{persona=gp}\n  a\n  :::\n- b\n",
        "<ul><li>a</li><li>b</li></ul>",
        "<ul><li>b</li></ul>",
    );
    check_for(
        "b\n\n1. - :for[a]{persona=gp}\n",
        "<p>b</p><ol><li><ul><li>a</li></ul></li></ol>",
        "<p>b</p>",
    );
    check_for(
        "*:for[a]{persona=gp}* b\n\n[:for[a]{persona=gp}](b.md)\n",
        "<p><em>a</em> b</p><p><a href=\"../b/index.html\">a</a></p>",
        "<p> b</p>",
    );
    check_for(
        "- [ ] :for[a]{persona=gp}\n\n|:for[a]{persona=gp}|b|\n|-|-|\n",
        &seen_by_gp(),
        &seen_by_nurse(),
    );
    // What its author left empty stays.
    check_for("-\n- :for[a]{persona=gp}\n", "<ul><li></li><li>a</li></ul>", "<ul><li></li></ul>");
}

fn table(cell: &str) -> String {
    let group = "<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\">";
    format!(
        "{group}<table><thead><tr><th>{cell}</th><th>b</th></tr></thead><tbody></tbody></table></div>"
    )
}

fn seen_by_gp() -> String {
    format!(
        "<ul><li><input type=\"checkbox\" disabled aria-label=\"To do\">a</li></ul>{}",
        table("a")
    )
}

fn seen_by_nurse() -> String {
    table("")
}

#[test]
fn a_preview_says_where_text_for_some_begins_and_ends_and_a_release_does_not() {
    let hub = hub(
        "All. :for[Some.]{persona=gp}\n\n:::for{not-persona=gp}\nOthers.\n:::\n\n:::for{stage=service}\nHere.\n:::\n",
    );
    assert_eq!(text(&hub, "huisartsen"), "<p>All. Some.</p><p>Here.</p>");
    assert!(
        hub.tree()
            .outputs
            .values()
            .all(|bytes| !String::from_utf8_lossy(bytes).contains("etappe:"))
    );
    let (part, end) = ("<!--etappe:part-->", "<!--etappe:end-->");
    let preview = text(&hub.preview(), "huisartsen");
    assert_eq!(preview, format!("<p>All. {part}Some.{end}</p>{part}<p>Here.</p>{end}"));
}

/// How many outputs a build renders.
fn rendered(hub: &HubOnDisk) -> usize {
    let files = Disk::new(hub.path());
    let revision = session::load(&files, &Options::on(program(), day(TODAY)));
    match session::build(&revision, &files, hub.path(), &hub.join("public"), false, &|| {}) {
        Ok(built) => built.work.rendered,
        Err(reason) => panic!("{reason:?}"),
    }
}

#[test]
fn a_changed_directive_touches_the_pages_that_use_it() {
    let hub =
        hub(":::tip\nText.\n:::\n\n:::for{persona=gp}\n:::note\nFor GPs.\n:::\n:::\n").on_disk();
    rendered(&hub);
    assert_eq!(rendered(&hub), 0);
    hub.write("templates/directives/tip.html", "<i>{{ content }}</i>\n");
    assert_eq!(rendered(&hub), 2, "both personas' page");
    hub.write("templates/directives/note.html", "<u>{{ content }}</u>\n");
    assert_eq!(rendered(&hub), 1, "only GPs are shown the note");
    hub.write("templates/directives/warning.html", "<u>{{ content }}</u>\n");
    assert_eq!(rendered(&hub), 0, "no page has a warning");
    hub.edit("content/a.md", "For GPs.", "For all GPs.");
    assert_eq!(rendered(&hub), 2, "page and words to search; the nurse's are as they were");
    hub.edit("content/a.md", "Text.", "Other text.");
    assert_eq!(rendered(&hub), 4);
}

#[test]
fn a_directive_in_a_line_ends_where_a_block_begins() {
    // In a list of definitions, blocks stand beside text without a paragraph between them.
    let body = "a\n: text :tip[ more\n  :::for{persona=gp}\n  zq5x\n  :::\n  ]\n\nb\n: c\n\n:::for{persona=gp}\nzq5x\n:::\n";
    let tree = hub(body).preview().load().tree();
    assert_eq!(tree.below("verpleegkundigen").holding("zq5x"), Vec::<String>::new());
    assert!(tree.holding("<?xx").is_empty(), "no mask of a fence is left");
}

#[test]
fn long_and_deep_texts_end() {
    let deep: String = (0..400).map(|depth| format!("{}tip\n", ":".repeat(403 - depth))).collect();
    hub(&deep).load();
    hub(&":::tip\n".repeat(3_000)).load();
    hub(&":a[".repeat(20_000)).load();
    hub(&"a::".repeat(50_000)).load();
    hub(&":for[a]{persona=gp} ".repeat(5_000)).load();
    hub(&":::for{persona=gp}\na\n:::\n".repeat(2_000)).load();
}

const PIECES: &[&str] = &[
    ":::",
    "::::",
    ":::tip",
    "::: tip T",
    ":::for{persona=gp}",
    ":::for{persona=nurse}",
    ":for[",
    ":for[a]{persona=gp}",
    "::cta[a]{href=b.md}",
    ":::note[*l*]{#i}",
    "]",
    "{",
    "}",
    "[",
    "*",
    "`",
    "```",
    "> ",
    "- ",
    "    ",
    "  ",
    "1. ",
    "\n",
    "\n\n",
    "text",
    "é",
    "[^1]",
    "[^1]: ",
    "<div>",
    "<?",
    "<!--",
    "-->",
    "| a |\n|---|\n",
    ": ",
    "\\",
    "[r]: b.md",
    "[r]",
    "## ",
    "\r\n",
    "\t",
    "{persona=gp}",
    ":::tab[a]",
    "::::tabs",
    "zq7x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::default() })]

    #[test]
    fn any_directives_are_a_text_with_findings_in_it(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let body = pieces.concat();
        let loaded = hub(&body).preview().load();
        let length = body.len() + 200;
        for finding in &loaded.revision.judged().standing {
            prop_assert!(finding.place.as_ref().is_none_or(|place| place.span.end as usize <= length), "{body:?}: {finding:?}");
        }
        loaded.tree();
    }

    #[test]
    fn what_is_for_one_reader_reaches_no_other(before in proptest::collection::vec(proptest::sample::select(PIECES), 0..12), inside in proptest::collection::vec(proptest::sample::select(PIECES), 0..12)) {
        // Whatever stands around it: either the marker is nobody's, or only the GP's, unless the
        // block is code or the page is none.
        let body = format!("{}\n\n:::::::for{{persona=gp}}\nzq9x {}\n\n:::::::\n", before.concat(), inside.concat().replace(":::::", ":"));
        let tree = hub(&body).preview().load().tree();
        let below = tree.below("verpleegkundigen");
        let theirs = below.holding("zq9x");
        let is_code = !below.holding("for{persona=gp}").is_empty();
        prop_assert!(theirs.is_empty() || is_code, "{body:?}: {theirs:?}");
    }
}
