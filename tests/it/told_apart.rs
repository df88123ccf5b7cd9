//! Text for some readers is shown to no others: wherever a `for` stands, whatever is wrong with it.
//!
//! A construct is woven, so that its readers are shown the text and nobody else is; or it fails,
//! and then nobody is shown it. In both a release and a preview, and in every output: pages, lists,
//! feeds, the search, ids, names of files.

use std::collections::BTreeSet;

use crate::support::{HubBuilder, Loaded, TODAY, day, program};
use etappe_base::finding::Finding;
use etappe_hub::journey::Hub;
use etappe_session as session;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// What becomes of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// General practitioners are shown the text.
    Woven,
    /// Nobody is shown the text; the page stays.
    Nobody,
    /// Nobody is shown the page.
    Off,
}
use Outcome::{Nobody, Off, Woven};

/// A hub of these texts, each a page of its own with a secret of its own, and what they link to.
fn hub(bodies: &[String]) -> HubBuilder {
    let hub = HubBuilder::small()
        .page("b.md", "gp nurse", "service", "Text.\n")
        .file("content/i.png", "a picture")
        .extended("hub.toml", "\n[checks]\n\"image.unreadable\" = \"off\"\n");
    let page = |hub: HubBuilder, (number, body): (usize, &String)| {
        hub.page(
            &format!("p{number}.md"),
            "gp nurse",
            "service",
            &body.replace('S', &secret(number)),
        )
    };
    bodies.iter().enumerate().fold(hub, page)
}

/// What only general practitioners may be told. In small letters, so that ids of headings hold it
/// as it is.
fn secret(number: usize) -> String {
    format!("zqsecret{number}x")
}

/// What became of each text. Fails where anybody but general practitioners is told a secret.
fn outcomes(bodies: &[String], preview: bool) -> (Vec<Outcome>, Loaded) {
    let hub = if preview { hub(bodies).preview() } else { hub(bodies) };
    let loaded = hub.load();
    let (tree, _) = loaded.run();
    let mut told = BTreeSet::new();
    for (path, bytes) in &tree.outputs {
        for found in numbers(path).chain(numbers(&String::from_utf8_lossy(bytes))) {
            assert!(
                path.starts_with("huisartsen/"),
                "preview: {preview}: {:?} is shown in {path}",
                bodies[found]
            );
            told.insert(found);
        }
    }
    let is_on =
        |slug: &str, number: usize| tree.has(&format!("{slug}/practice/p{number}/index.html"));
    let outcome = |number: usize| match (
        is_on("huisartsen", number),
        is_on("verpleegkundigen", number),
        told.contains(&number),
    ) {
        (true, true, true) => Woven,
        (true, true, false) => Nobody,
        (false, false, false) => Off,
        one => panic!("{:?}: {one:?}", bodies[number]),
    };
    ((0..bodies.len()).map(outcome).collect(), loaded)
}

/// The numbers of the secrets that a text holds.
fn numbers(text: &str) -> impl Iterator<Item = usize> {
    text.split("zqsecret").skip(1).filter_map(|rest| rest.split_once('x')?.0.parse().ok())
}

/// Checks texts in a release and in a preview. What is not woven is an error at its place.
fn check(texts: &[(String, Outcome)]) {
    let bodies: Vec<String> = texts.iter().map(|(body, _)| body.clone()).collect();
    for preview in [false, true] {
        let (found, loaded) = outcomes(&bodies, preview);
        for (number, (body, expected)) in texts.iter().enumerate() {
            let file = format!("content/p{number}.md");
            let is_here = |finding: &&Finding| {
                finding.place.as_ref().is_some_and(|place| place.file.as_str() == file)
            };
            let all: Vec<&Finding> = loaded.faults().filter(is_here).collect();
            assert_eq!(found[number], *expected, "preview: {preview}: {body:?}: {all:?}");
            let mut errors =
                all.iter().filter(|finding| finding.code.id == "directive.condition").peekable();
            assert_eq!(errors.peek().is_none(), *expected == Woven, "{body:?}: {all:?}");
            for error in errors {
                let place = error.place.as_ref().expect("it has a place");
                assert!(
                    place.span.end > place.span.start && !error.help.is_empty(),
                    "{body:?}: {error:?}"
                );
            }
        }
    }
}

#[test]
fn comments_are_for_nobody() {
    let texts = ["<!-- :for[zqsecret0x]{persona=gp} -->", "a <!-- zqsecret1x --> b"];
    for preview in [false, true] {
        let (found, loaded) = outcomes(&texts.map(String::from), preview);
        assert_eq!(found, [Nobody, Nobody]);
        assert_eq!(loaded.faults().count(), 0);
    }
}

/// Where text stands, as what it makes of a text.
const PLACES: &[(&str, &str)] = &[
    ("", ""),
    ("## Heading ", " goes on\n"),
    ("Heading ", "\n===\n"),
    ("- a ", "\n- b\n"),
    ("- [x] ", "\n"),
    ("1. a\n\n   ", "\n"),
    ("> a ", "\n"),
    ("> [!TIP]\n> a ", "\n"),
    ("| a | ", " |\n|---|---|\n| b | c |\n"),
    ("| a | b |\n|---|---|\n| c | ", " |\n"),
    ("Term ", "\n: Meaning\n"),
    ("Term\n: Meaning ", "\n"),
    ("at[^n].\n\n[^n]: Note ", "\n"),
    ("a *stressed ", " text*"),
    ("a **strong ", " text**"),
    ("a ~~struck ", " text~~"),
    ("[link ", " text](b.md)"),
    ("[link ", " text][r]\n\n[r]: b.md"),
    ("![alt ", " text](i.png)"),
    ("[![alt ", " text](i.png)](b.md)"),
    ("![alt *stressed ", "* ![inner](i.png)](i.png)"),
    (":::tip[Title ", " here]\nText.\n:::\n"),
    (":::tip\nText ", " here.\n:::\n"),
    ("::: tip Title ", "\nText.\n:::\n"),
    ("::cta[Go ", " there]{href=b.md}\n"),
    ("::figure[Caption ", "]{src=i.png alt=A}\n"),
    (":::tabs\n:::tab[One ", "]\nText.\n:::\n:::\n"),
    (":::details[More ", "]\nText.\n:::\n"),
    (":::for{persona=\"gp nurse\"}\nText ", "\n:::\n"),
    (":::for[Title ", "]{persona=\"gp nurse\"}\nText\n:::\n"),
    ("a :for[b ", " c]{persona=\"gp nurse\"} d"),
    ("a :for[b :for[c ", " d]{stage=service} e]{lang=en} f"),
    ("a :unknown[b ", " c] d"),
    ("<div>\n\n", "\n\n</div>\n"),
    ("a <b>bold ", " text</b>"),
    ("a\n\n", " b"),
    ("a\n", "\nb"),
    ("- a\n\n  ", " b"),
    ("> a\n>\n> ", " b"),
    ("Term\n: a\n\n  ", " b"),
    ("a[^n]\n\n[^n]: b\n\n    c\n\n    ", " d\n"),
];

/// What is right wherever text stands. `S` is the secret.
const RIGHT: &[&str] = &[
    ":for[S]{persona=gp}",
    "Dose:for[S]{persona=gp}",
    "4:for[mg S]{not-persona=nurse}",
    ":for[a `]` S]{persona=gp}",
    ":for[a ``b ` ]`` S]{persona=gp}",
    ":for[*S* **b**]{persona=gp}",
    ":for[[S](b.md) c]{persona=gp}",
    ":for[<b title=\"]\">S</b>]{persona=gp}",
    ":for[a :for[S]{persona=gp} b]{persona=\"gp nurse\"}",
    ":for[a :for[b :for[S]{persona=gp} c]{stage=service} d]{persona=\"gp nurse\"}",
    "\\\\:for[S]{persona=gp}",
    ":for[a &amp; S &#93;]{persona=gp}",
    ":for[\\] S]{persona=gp}",
    ":for[S]{persona=gp lang=en stage=service}",
    ":unknown[a :for[S]{persona=gp}]",
];

#[test]
fn text_for_some_is_woven_wherever_text_stands() {
    let texts = PLACES
        .iter()
        .map(|(before, after)| (format!("{before}:for[S]{{persona=gp}}{after}"), Woven));
    check(&texts.collect::<Vec<_>>());
}

#[test]
fn what_is_right_is_woven_in_texts_labels_and_descriptions() {
    let places =
        [("a ", " b"), (":::tip[", "]\n:::\n"), ("![a ", "](i.png)"), ("::cta[", "]{href=b.md}\n")];
    let texts = places.iter().flat_map(|(before, after)| {
        RIGHT.iter().map(move |right| (format!("{before}{right}{after}"), Woven))
    });
    check(&texts.collect::<Vec<_>>());
}

/// What hides nothing, or says nothing that can be understood.
const WRONG: &[(&str, Outcome)] = &[
    // Written otherwise than it can be read.
    ("::for[S]{persona=gp}", Off),
    ("::for[S]{persona=gp} tail", Off),
    ("a ::for[S]{persona=gp} tail", Off),
    ("a :::for{persona=gp} S ::: b", Off),
    ("**:::for{persona=gp}** S", Off),
    (":for{persona=gp}[S]", Off),
    (":for[]{persona=gp} S", Off),
    (":for[ ]{persona=gp}(S)", Off),
    (":for [S]{persona=gp}", Off),
    (": for[S]{persona=gp}", Off),
    (":for[S] {persona=gp}", Off),
    (":for[S][b]{persona=gp}", Off),
    (":for[S](b.md){persona=gp}", Off),
    (":for[S](b.md){lang=nl}", Off),
    (":for[S {persona=gp}", Off),
    (":for(S){persona=gp}", Off),
    ("[S]{persona=gp}", Off),
    ("[S]{.x persona=gp}", Off),
    ("[S]{ not-persona=nurse }", Off),
    ("[S]{stage=awareness}", Off),
    ("[S]{not-stage=service}", Off),
    ("`S`{persona=gp}", Off),
    ("[S](b.md){persona=gp}", Off),
    ("![S](i.png){persona=gp}", Off),
    ("S\n{: persona=gp}", Off),
    ("::: {persona=gp}\nS\n:::", Off),
    // Across other marks.
    (":for[*a]{persona=gp} S*", Off),
    (":for[*S]{persona=gp} b*", Off),
    ("*a :for[S* b]{persona=gp}", Off),
    ("*:for*[S]{persona=gp}", Off),
    (":fo**r**[S]{lang=nl}", Off),
    (":for[S]*{persona=gp}*", Off),
    (":for[S\n\nb]{persona=gp}", Off),
    ("- :for[S\n- b]{persona=gp}", Off),
    ("| :for[S | b]{persona=gp} |\n|---|---|\n", Off),
    // Letters that readers do not see, or see otherwise.
    (":fo\u{ad}r[S]{persona=gp}", Off),
    (":f\u{200b}or[S]{lang=nl}", Off),
    (":for\u{2060}[S]{lang=nl}", Off),
    (":for\u{fe0f}[S]{\u{feff}persona=gp}", Off),
    ("&#58;for[S]{lang=nl}", Off),
    ("&#x3a;for[S]{persona=gp}", Off),
    ("&colon;for[S]{persona=gp}", Off),
    (":f&#111;r[S]{lang=nl}", Off),
    (":for&#91;S]{lang=nl}", Off),
    (":for&lsqb;S]{lang=nl}", Off),
    (":for\\[S]{lang=nl}", Off),
    ("[S]&#123;persona=gp}", Off),
    ("[S]&lcub;persona=gp}", Off),
    ("[S]\\{persona=gp}", Off),
    ("\\\\\\\\a :fo\\r[S]{persona=gp}", Off),
    ("a\n\n:for [S]{persona=gp}", Off),
    ("a\n\n:for[S {lang=nl}", Off),
    ("a\n\n:f&#111;r[S]{lang=nl}", Off),
    ("a\n\n:fo\u{ad}r[S]{lang=nl}", Off),
    ("a\n\n::for[S]{lang=nl}", Off),
    ("a\n\n:fo**r**[S]{lang=nl}", Off),
    ("[t](b.md \"a\n:for[S]{lang=nl}\")", Off),
    ("[t][r]\n\n[r]: b.md 'a\n:for[S]{lang=nl}'", Off),
    ("<p title=\"\n:for[S]{lang=nl}\">a</p>", Off),
    // Keys of `for` where they are none.
    (":::tip{persona=gp}\nS\n:::", Off),
    (":::tip[S]{persona=gp}\n:::", Off),
    (":::note{not-persona=nurse}\nS\n:::", Off),
    (":::tip{stage=awareness}\nS\n:::", Off),
    (":::quote{lang=nl}\nS\n:::", Off),
    ("::: {.tip persona=gp}\nS\n:::", Off),
    ("::: {.columns persona=gp}\nS\n:::", Off),
    (":::tip[a]{persona=gp} b\nS\n:::", Off),
    ("::cta[S]{href=b.md persona=gp}", Off),
    ("a\n\n::cta[S]{href=b.md persona}", Off),
    (":tip[S]{persona=gp}", Off),
    (":unknown[S]{persona=gp}", Off),
    ("a:unknown[S]{persona=gp}", Off),
    ("## S {persona=gp}", Off),
    ("## S {#s .x persona=gp}", Off),
    ("S {not-persona=nurse}\n---", Off),
    ("```{persona=gp}\nS\n```", Off),
    ("```md {persona=gp}\nS\n```", Off),
    // Where only an address, a name or raw HTML stands.
    ("[t](b.md \"t :for[S]{persona=gp}\")", Off),
    ("[t][r]\n\n[r]: b.md \":for[S]{persona=gp}\"", Off),
    ("[t](<https://x.example/:for[S]{persona=gp}>)", Off),
    ("[t](<b.md?:for[S]{persona=gp}>)", Off),
    ("[t][r]\n\n[r]: <https://x.example/:for[S]{persona=gp}>", Off),
    ("<https://x.example/:for[S]{persona=gp}>", Off),
    ("![a](i.png \":for[S]{persona=gp}\")", Off),
    ("![a](<https://x.example/:for[S]{persona=gp}>)", Off),
    ("::cta[Go]{href=b.md note=\"a :for[S]{persona=gp}\"}", Off),
    ("::cta[Go]{href=\"https://x.example/:for[S]{persona=gp}\"}", Off),
    ("::figure{src=i.png alt=\":for[S]{persona=gp}\"}", Off),
    ("<p title=\":for[S]{persona=gp}\">a</p>", Off),
    ("a <i title=\":for[S]{persona=gp}\">b</i>", Off),
    ("<p title=\"&#58for[S]{lang=nl}\">a</p>", Off),
    ("<img src=i.png alt=':for[S]{persona=gp}'>", Off),
    ("<a href=\"b.md?:for[S]{persona=gp}\">a</a>", Off),
    ("<div>\n:for[S]{persona=gp}\n</div>", Off),
    ("<div>\n:::for{persona=gp}\nS\n:::\n</div>", Off),
    ("<code>:for[S]{persona=gp}</code>", Woven),
    ("<div>\n:for\\[S]{lang=nl}\n</div>", Off),
    ("<pre>:for[S]{persona=gp}</pre>", Off),
    ("<script>\":for[S]{persona=gp}\"</script>", Off),
    ("<style>/* :for[S]{persona=gp} */</style>", Off),
    ("<svg><title>:for[S]{persona=gp}</title></svg>", Woven),
    ("<template>:for[S]{persona=gp}</template>", Woven),
    ("<p title=\"\\:for[S]{persona=gp}\">a</p>", Off),
    ("# :::for{persona=gp}\nS\n:::", Off),
    ("- [ ] :::for{persona=gp}\n  S\n  :::", Off),
    // Unclosed, with text behind it that was meant to stand in it.
    ("- :::for{persona=gp}\n  a\n\nS\n\n:::\n", Off),
    ("> :::for{persona=gp}\n> a\n\nS\n\n:::\n", Off),
    (":::tip\n::::for{persona=gp}\na\n:::\nS\n::::\n", Off),
    // Understood as text for some, but not for whom.
    (":for[S]", Nobody),
    (":for[S]{}", Nobody),
    (":for[S]{persona=gpp}", Nobody),
    (":for[S]{persona=gp persona=nurse}", Nobody),
    (":for[S]{persona=gp persona=gp}", Nobody),
    (":for[S]{not-persona=gp not-persona=nurse}", Nobody),
    (":::for{persona=gp persona=nurse}\nS\n:::", Nobody),
    (":For[S]{persona=gp}", Nobody),
    ("Dose:FOR[S]{persona=gp}", Nobody),
    (":fro[S]{persona=gp}", Nobody),
    (":for[S]{persona}", Nobody),
    (":for[S]{persona=gp &}", Nobody),
];

#[test]
fn what_is_wrong_tells_nobody() {
    assert!(WRONG.len() >= 100);
    check(
        &WRONG.iter().map(|(wrong, expected)| ((*wrong).to_owned(), *expected)).collect::<Vec<_>>(),
    );
}

#[test]
fn what_is_wrong_tells_nobody_wherever_text_stands() {
    let lines: Vec<&str> =
        WRONG.iter().map(|(wrong, _)| *wrong).filter(|wrong| !wrong.contains('\n')).collect();
    for (number, (before, after)) in PLACES.iter().enumerate() {
        // Each with some of the places, and all places with some of them. In another place some are
        // right.
        let some = lines.iter().skip(number % 5).step_by(5);
        let bodies: Vec<String> = some.map(|wrong| format!("{before}{wrong}{after}\n")).collect();
        outcomes(&bodies, number % 2 == 0);
    }
}

#[test]
fn definitions_and_notes_belong_to_the_text_for_some_that_they_stand_in() {
    let texts = [
        ":::for{persona=gp}\n[r]: https://x.example/S\n:::\n\n[text][r]\n",
        ":::for{persona=gp}\n[r]: b.md \"S\"\n:::\n\n[text][r], [r] and [r][]\n",
        ":::for{persona=gp}\n[r]: https://x.example/S.png\n:::\n\n![text][r]\n",
        ":::for{persona=gp}\n[r]: https://x.example/S\n:::\n\n:::tip[at [r]]\n:::\n",
        ":::for{persona=gp}\n:::tip\n[r]: https://x.example/S\n:::\n:::\n\n[text][r]\n",
        "> :::for{persona=gp}\n> [r]: https://x.example/S\n> :::\n\n[text][r]\n",
        "[text][r]\n\n::::for{persona=gp}\n:::for{stage=service}\n[r]: https://x.example/S\n:::\n::::\n",
        "a[^n]\n\n:::for{persona=gp}\n[^n]: S\n:::\n",
        ":::for{persona=gp}\na[^n]\n:::\n\n[^n]: S\n",
        ":::for{persona=gp}\na[^n]\n:::\n\n[^n]: b[^m]\n\n[^m]: S\n",
        "a :for[b[^n]]{persona=gp}\n\n[^n]: S\n",
        "a :for[^n]{persona=gp}\n\n[^n]: S\n",
        ":::for{persona=gp}\n:::tip[a[^n]]\n:::\n:::\n\n[^n]: S\n",
        ":::tip[a :for[b[^n]]{persona=gp}]\n:::\n\n[^n]: S\n",
        "x[^n]\n\n[^n]: a :for[S]{persona=gp}\n",
        "x[^n]\n\n[^n]: a\n\n    :::for{persona=gp}\n    S\n    :::\n",
        // A picture that only some are shown is described to some only.
        ":::for{persona=gp}\n![a[^n]](i.png)\n:::\n\n[^n]: S\n",
    ];
    for preview in [false, true] {
        let (found, loaded) = outcomes(&texts.map(str::to_owned), preview);
        assert_eq!(found, texts.map(|_| Woven), "{:?}", loaded.lines());
    }
}

#[test]
fn a_note_that_nothing_refers_to_is_not_lost() {
    let body = ":::for{persona=gp}\na[^n]\n:::\n\n[^n]: b\n\n[^m]: c[^o]\n\n[^o]: zq7x\n";
    let tree = hub(&[body.to_owned()]).load().run().0;
    assert_eq!(tree.holding("zq7x").iter().filter(|path| path.ends_with(PAGE)).count(), 2);
}

const PAGE: &str = "practice/p0/index.html";

#[test]
fn a_heading_for_some_is_in_nobody_elses_contents_or_ids() {
    let body = "## One\n\n## A :for[S]{persona=gp}\n\n## Three\n\n## Four {#four}\n".to_owned();
    check(&[(body.clone(), Woven)]);
    let tree = hub(&[body]).tree();
    let page = |slug: &str| tree.text(&format!("{slug}/{PAGE}")).to_owned();
    assert!(
        page("huisartsen").contains(&format!("<a href=\"#a-{}\">", secret(0))),
        "{}",
        page("huisartsen")
    );
    assert!(page("verpleegkundigen").contains("<a href=\"#a\">"));
    assert!(!page("huisartsen").contains("persona=\"gp\""), "the braces are the text's");
}

/// Whom a page is for may be spoken of, and words are words.
#[test]
fn what_only_looks_like_text_for_some_is_published() {
    let texts = [
        "Write `:for[zq7x]{persona=gp}`.\n",
        "Write ``:for[zq7x]{persona=gp} ` ``.\n",
        "```md\n:::for{persona=gp}\nzq7x :for[a]{persona=gp}\n:::\n```\n",
        "    :::for{persona=gp}\n    zq7x\n    :::\n",
        "## Use `:for[zq7x]{persona=gp}` well\n",
        "![`:for[zq7x]{persona=gp}`](i.png)\n",
        ":::tip[`:for[zq7x]{persona=gp}`]\n:::\n",
        "| `:for[zq7x]{persona=gp}` |\n|---|\n",
        "a[^n]\n\n[^n]: `{persona=gp}` zq7x\n",
        "Write \\:for[zq7x]{persona=gp}.\n",
        "Write Dose\\:for[zq7x]{persona=gp stage=service}.\n",
        "Write \\:::for{persona=gp}, then zq7x.\n",
        "Write :\\:for[zq7x]{persona=gp}.\n",
        "[a](b.md \"\\:for[zq7x]{persona=gp}\")\n",
        "![\\:for[zq7x]{persona=gp}](i.png)\n",
        "::cta[\\:for[zq7x]{persona=gp}]{href=b.md}\n",
        "::cta[zq7x]{href=b.md note=\"\\:for[a]{persona=gp}\"}\n",
        "- Write \\:for[zq7x :for[b]{persona=gp} c]{persona=gp}\n",
        "a\n\n:form zq7x\n\nTerm\n:Meaning\n",
        "```\n:for[zq7x]{persona=gp}\n```\n",
        "`\n:for[zq7x]{persona=gp}`\n",
        "see: for [example](b.md) zq7x\n",
        "This is what it is for: [zq7x](b.md)\n",
        "What :form[zq7x] and :forest are, for{me}, for[you].\n",
        "https://x.example/for[zq7x] and a::for b, :for c, :for.\n",
        "{persona} zq7x {stage}/{slug} { persona: gp } {personas=gp} {data-persona=gp} (persona=gp)\n",
        "persona=gp zq7x stage=service, $\\{x_{stage}=1\\}$ {a; stage=1}\n",
        "| zq7x :for | [a](b.md) |\n|---|---|\n",
        "<p data-x=\"{a(persona=1)}\">zq7x</p>\n",
        "<label for=\"x\" :for=\"y\">zq7x</label>\n",
        "## zq7x {#persona .stage}\n",
        "- :::for{persona=\"gp nurse\"}\n  zq7x\n  :::\n",
    ];
    for preview in [false, true] {
        let hub = hub(&texts.map(str::to_owned));
        let loaded = if preview { hub.preview() } else { hub }.load();
        let errors: Vec<String> =
            loaded.lines().into_iter().filter(|line| line.contains(" error ")).collect();
        assert_eq!(errors, [""; 0]);
        let tree = loaded.tree();
        let pages: BTreeSet<&str> = tree.holding("zq7x").into_iter().collect();
        for (number, body) in texts.iter().enumerate() {
            for slug in ["huisartsen", "verpleegkundigen"] {
                assert!(
                    pages.contains(&*format!("{slug}/practice/p{number}/index.html")),
                    "{body}"
                );
            }
        }
    }
}

#[test]
fn an_escape_shows_what_it_escapes() {
    let tree = hub(&["Write \\:for[some words]{persona=gp} so.\n".to_owned()]).tree();
    assert!(
        tree.text(&format!("verpleegkundigen/{PAGE}"))
            .contains("<p>Write :for[some words]{persona=gp} so.</p>")
    );
}

#[test]
fn titles_and_summaries_are_for_everybody() {
    for key in ["title", "summary", "description"] {
        let title = if key == "title" { "" } else { "title = 'A'\n" };
        let front = format!(
            "+++\n{title}personas = 'all'\nstage = 'service'\n{key} = 'A :for[zq7x]{{persona=gp}}'\n+++\n\nText.\n"
        );
        for preview in [false, true] {
            let hub = hub(&[]).file("content/a.md", front.clone());
            let loaded = if preview { hub.preview() } else { hub }.load();
            assert_eq!(loaded.run().0.holding("zq7x"), [""; 0], "{key}");
            assert!(loaded.codes().contains(&"directive.condition"), "{key}: {:?}", loaded.lines());
        }
    }
}

#[test]
fn findings_stand_at_what_hides_nothing() {
    let body = "a ::for[x]{persona=gp} b\n\n`:for[c]{persona=gp}` \\:for[d]{persona=gp}\n\n[t](b.md \":for[e]{persona=gp}\") [f]{persona=gp}\n";
    let lines: Vec<String> = hub(&[body.to_owned()]).load().lines();
    let lines: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split(" hides").next()?.strip_prefix("content/p0.md:"))
        .collect();
    assert_eq!(
        lines,
        [
            "7:4 error directive.condition: `:for[x]{persona=gp}`",
            "11:11 error directive.condition: `:for[e]{persona=gp}`",
            "11:36 error directive.condition: `{persona=gp}`"
        ]
    );
}

#[test]
fn a_page_that_is_read_for_its_front_matter_is_blocked_for_the_same_reasons() {
    let right = RIGHT
        .iter()
        .flat_map(|right| [format!("a {right}"), format!("::cta[{right}]{{href=b.md}}\n")]);
    let bodies: Vec<String> =
        WRONG.iter().map(|(wrong, _)| (*wrong).to_owned()).chain(right).collect();
    same_by_front_matter(&bodies);
}

/// Whether a page is on no site does not depend on how much of it was read.
fn same_by_front_matter(bodies: &[String]) {
    let blocked = |hub: &Hub| -> Vec<String> {
        hub.docs
            .iter()
            .filter(|doc| doc.facets.blocked)
            .map(|doc| doc.facets.file.to_string())
            .collect()
    };
    let hub = hub(bodies);
    let survey = session::survey(program(), &hub.files, day(TODAY))
        .hub
        .expect("there is a plan to go on with");
    assert_eq!(blocked(&survey), blocked(hub.load().hub()), "{bodies:#?}");
}

/// What is put around text, and beside it. No code and no escape: those show what they hold.
const PIECES: &[&str] = &[
    "",
    " ",
    "a",
    "*",
    "**",
    "_",
    "~~",
    "[",
    "]",
    "](b.md)",
    "![",
    "](i.png)",
    "](b.md \"",
    "\")",
    "{",
    "}",
    "(",
    ")",
    ":",
    "::",
    ":::",
    ":::tip[",
    ":::tip\n",
    "\n:::\n",
    "::cta[",
    "]{href=b.md}",
    "]{href=b.md note=\"",
    "\"}",
    ":for[",
    ":for[a]",
    "]{persona=\"gp nurse\"}",
    ":::for{persona=\"gp nurse\"}\n",
    "\n",
    "\n\n",
    "- ",
    "> ",
    "| ",
    " |\n|---|\n",
    "## ",
    "\n: ",
    "[^n]",
    "\n[^n]: ",
    "[r]",
    "\n[r]: ",
    "<b>",
    "</b>",
    "<div>\n",
    "\n</div>\n",
    "<p title=\"",
    "<!--",
    "-->",
    "<",
    ">",
    "<?",
    "&",
    "&#58;",
    "\u{ad}",
    "é",
    "\r\n",
    ":unknown[",
];

/// Ways to write text for some, right and wrong.
fn written() -> impl Strategy<Value = String> {
    let right = proptest::sample::select(RIGHT).prop_map(str::to_owned);
    let lines: Vec<&str> = WRONG
        .iter()
        .map(|(wrong, _)| *wrong)
        .filter(|wrong| !wrong.contains(['`', '\n']))
        .collect();
    let wrong = proptest::sample::select(lines).prop_map(str::to_owned);
    let plain = Just(":for[S]{persona=gp}".to_owned());
    prop_oneof![4 => plain, 2 => right, 1 => wrong]
}

fn nested() -> impl Strategy<Value = String> {
    written().prop_recursive(5, 12, 3, |inner| {
        let place = (inner.clone(), proptest::sample::select(PLACES))
            .prop_map(|(inner, (before, after))| format!("{before}{inner}{after}"));
        let soup = proptest::collection::vec(proptest::sample::select(PIECES), 0..5);
        let beside = (soup.clone(), inner, soup).prop_map(|(before, inner, after)| {
            format!("{}{inner}{}", before.concat(), after.concat())
        });
        prop_oneof![place, beside]
    })
}

/// Four spaces before it are code, and so is what stands between backticks: that shows what it
/// holds.
fn is_code(body: &str) -> bool {
    body.contains("    ") || body.contains('`')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_around_it_text_for_some_reaches_no_other(
        bodies in proptest::collection::vec(nested().prop_filter("it is code", |body| !is_code(body)), 40),
        preview in any::<bool>(),
    ) {
        outcomes(&bodies, preview);
        same_by_front_matter(&bodies);
    }
}
