//! Whatever a text holds, the page around it stays whole: told by a parser that reads pages as
//! browsers do.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

use super::{Body, Fill, read};
use crate::config::directives::{Declaration, Directives, Form, Label};
use crate::config::{self, Config, PlanFiles, TextFile};
use etappe_base::path::HubPath;

fn config() -> Config {
    let (hub, card) = (HubPath::literal("hub.toml"), HubPath::literal("personas/gp.toml"));
    let text = "title = \"T\"\nlanguages = [\"en\"]\n[[stages]]\nid = \"use\"\nlabel = \"U\"\n";
    let cards = [TextFile { path: &card, text: "label = \"L\"\n" }];
    let hub = Some(TextFile { path: &hub, text });
    let files = PlanFiles { hub, personas: &cards, ..PlanFiles::default() };
    let mut config = config::read(files).0.expect("the hub is right");
    let tip = Declaration {
        forms: Form::ALL.to_vec(),
        label: Label::Optional,
        attributes: Vec::new(),
        inside: None,
        aliases: Vec::new(),
    };
    config.set_directives(Directives([("tip".to_owned(), tip)].into()));
    config
}

/// The page of a text, with each directive in elements of its own.
fn page(body: &Body) -> String {
    let mut page = String::from(
        "<!DOCTYPE html><html><head><title>t</title></head><body><header id=\"top\">top</header>\
         <main id=\"main\"><article id=\"text\">",
    );
    let mut forms = Vec::new();
    for (piece, fill) in body.pieces() {
        page.push_str(piece);
        match fill {
            Some(Fill::Open(at)) => {
                let form = body.directives[at as usize].form;
                forms.push(form);
                page.push_str(match form {
                    Form::Inline => "<tip-line><tip-label>",
                    _ => "<div class=\"tip\"><div class=\"label\">",
                });
            }
            Some(Fill::Content) => page.push_str(match forms.last() {
                Some(Form::Inline) => "</tip-label><tip-end></tip-end>",
                _ => "</div><div class=\"content\">",
            }),
            Some(Fill::Close) => page.push_str(match forms.pop() {
                Some(Form::Inline) => "</tip-line>",
                _ => "</div></div>",
            }),
            Some(Fill::Link(_)) => page.push_str(" href=\"x\""),
            _ => {}
        }
    }
    page.push_str(
        "</article><nav id=\"pager\">next</nav></main><footer \
         id=\"foot\">foot</footer></body></html>",
    );
    page
}

fn name(node: &Handle) -> String {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let of = |key: &str| {
                attrs.borrow().iter().find(|a| &*a.name.local == key).map(|a| a.value.to_string())
            };
            match of("id").or_else(|| of("class")) {
                Some(id) => format!("{}#{id}", name.local),
                None => name.local.to_string(),
            }
        }
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => "other".to_owned(),
    }
}

fn children(node: &Handle) -> Vec<String> {
    node.children.borrow().iter().map(name).collect()
}

fn find(node: &Handle, wanted: &str) -> Vec<Handle> {
    let mut found = Vec::new();
    let mut next = vec![node.clone()];
    while let Some(node) = next.pop() {
        if name(&node) == wanted {
            found.push(node.clone());
        }
        next.extend(node.children.borrow().iter().cloned());
    }
    found
}

/// The text's page in a browser has its parts where they belong.
fn check(markdown: &str, config: &Config) {
    let source = format!("+++\ntitle = 'T'\npersonas = 'gp'\nstage = 'use'\n+++\n{markdown}");
    let (document, _) = read(&HubPath::literal("content/a.md"), source.as_bytes(), config, &[]);
    for body in document.bodies.iter() {
        for scripting in [true, false] {
            let mut options = ParseOpts::default();
            options.tree_builder.scripting_enabled = scripting;
            let page = page(body);
            let dom = parse_document(RcDom::default(), options).one(page.as_str());
            let found = |wanted: &str| {
                let all = find(&dom.document, wanted);
                assert_eq!(all.len(), 1, "{wanted} in {page}\nof {markdown:?}");
                children(&all[0])
            };
            let parts = ["header#top", "main#main", "footer#foot"];
            assert_eq!(found("body"), parts, "{page}\nof {markdown:?}");
            assert_eq!(
                found("main#main"),
                ["article#text", "nav#pager"],
                "{page}\nof {markdown:?}"
            );
            assert_eq!(found("nav#pager"), ["next"], "{page}\nof {markdown:?}");
            assert_eq!(found("footer#foot"), ["foot"], "{page}\nof {markdown:?}");
        }
    }
}

/// What authors write and paste, and what attackers would.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<a href=x>", "</a>", "<table>", "<tr>",
    "<td>", "</td>", "</tr>", "</table>", "<ul>", "<li>", "</li>", "</ul>", "<svg>", "<path/>",
    "</svg>", "<foreignObject>", "</foreignObject>", "<title>", "</title>", "<style>", "</style>",
    "<script>", "</script>", "<!--", "-->", "<template>", "</template>", "<select>", "<option>",
    "</select>", "<textarea>", "</textarea>", "<plaintext>", "</main>", "</article>", "</body>",
    "<body class=x>", "<html>", "</html>", "<head>", "<form>", "</form>", "<button>", "</button>",
    "<h2>", "</h3>", "<your name>", "<x-y>", "</x-y>", "<br/>", "</br>", "<div/>", "<math>",
    "<mi>", "</mi>", "</math>", "<![CDATA[", "]]>", "<?php", "<!doctype html>", "<div class=\"",
    "text", "*", "**", "\n", "\n", "\n\n", "\n\n", "\n\n", "\n> ", "\n- ", "  ",
    "\n\n| a | b |\n|---|---|\n| ", " | b |\n", "\n\n:::tip[", "]", "\n\n:::tip\n", "\n\n:::\n",
    ":tip[", "[", "](x.md)", "`", "<noscript>", "</noscript>", "<details>", "<summary>",
    "</summary>", "</details>", "<iframe>", "</iframe>", "<caption>", "<col>", "<frameset>",
    "<object>", "</object>", "<dl><dt>", "<dd>", "</dl>", "<img alt=''", ">", "<span>", "</span>",
    "<i>", "</i>", "<image>", "<input>", "<base>", "<main>", "<footer>", "</footer>", "<desc>",
    "</desc>", "<nobr>", "</nobr>", "<marquee>", "</marquee>", "<font>", "</font>", "<xmp>",
    "</xmp>", "<pre>", "</pre>", "<tbody>", "<rt>", "<ruby>", "</ruby>",
    "<annotation-xml encoding=text/html>", "<hr>", "<center>", "<fieldset>", "<legend>",
    "<optgroup>", "<th>", "<colgroup>", "[^1]", "\n\n[^1]: ", "<noembed>", "<noframes>",
    "<script><!--<script>", "</script ", "<menu>", "<dialog>", "<article>", "<section>",
    "</section>",
];

proptest::proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_page_around_it(pieces in proptest::collection::vec(0..PIECES.len(), 0..24)) {
        let config = config();
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
        check(&text, &config);
    }
}
