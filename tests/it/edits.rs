//! Random sequences of edits: after each, what the incremental engine gives is what a reading from
//! nothing gives, byte for byte and finding for finding, and the outputs that get another key are
//! exactly those whose bytes differ.
//!
//! The theme of this test prints all that templates can see, so that bytes differ wherever inputs
//! do. Sequences come from a fixed seed. To look further:
//! `PROPTEST_RNG_SEED=7 PROPTEST_CASES=5000 cargo test --test it edits`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::support::shared::Shared;
use crate::support::{HubBuilder, TODAY, day, program};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_hub::config::keys::Source;
use etappe_hub::content::KEYS;
use etappe_session::io::Files;
use etappe_session::{self as session, Changed, Live, Options, Revision};
use etappe_site::engine::Memo;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

const SEED: u64 = 2026;

fn config(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let set = |name: &str| std::env::var_os(name).is_some();
    ProptestConfig {
        cases: if set("PROPTEST_CASES") { asked.cases } else { cases },
        rng_seed: if set("PROPTEST_RNG_SEED") { asked.rng_seed } else { RngSeed::Fixed(SEED) },
        failure_persistence: None,
        max_shrink_iters: 200,
        ..asked
    }
}

/// The variables that every template has.
const COMMON: &str = "{{ contract }} {{ hub }} {{ lang }} {{ t }} {{ assets }} {{ to_root }} {{ canonical }} {{ alternates }} {{ chooser }} {{ csp }} {{ accent_style }}";
/// The templates, with what each prints beside that: all that it can see.
const TEMPLATES: &[(&str, &str)] = &[
    ("bridge", "{{ target }} {{ label }}"),
    ("chooser", "{{ intro }} {{ personas }} {{ groups }}"),
    ("home", "{{ site }} {{ to_site }} {{ intro }} {{ description }} {{ stages }} {{ newest }}"),
    ("not_found", "{{ site }} {{ to_site }}"),
    ("page", PAGE),
    ("preferences", "{{ site }} {{ to_site }}"),
    ("redirect", "{{ site }} {{ to_site }} {{ target }}"),
    ("stage", STAGE),
];
const PAGE: &str = "{{ site }} {{ site.search }} {{ to_site }} {{ stage }} {{ previous }} {{ next }} {{ cta }} {{ related }} {{ page }}";
const STAGE: &str = "{{ site }} {{ to_site }} {{ stage }} {{ previous }} {{ next }} {{ cta }}";
const SECOND_PAGE: &str = "{{ site }} {{ site.search }} {{ to_site }} {{ stage }} {{ previous }} {{ next }} {{ cta }} {{ related }} two {{ page }}";
const SECOND_STAGE: &str = "{{ site }} {{ to_site }} {{ stage }} {{ previous }} {{ next }} {{ cta }} {% include \"part.html\" %}";
/// Not all that it could show: drawings of so much text take their time.
const CARD: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"630\"><text y=\"99\">{{ page.title }}</text></svg>";
const STEMS: &[&str] = &["a", "b", "c/d", "c/index", "e"];

fn hub() -> HubBuilder {
    let page = |personas, stage| {
        format!(
            "+++\ntitle = 'T'\npersonas = {personas}\nstage = '{stage}'\n+++\n\n[a](a.md) ![p](p.png)\n"
        )
    };
    let hub = TEMPLATES.iter().fold(HubBuilder::small(), |hub, (name, own)| {
        hub.file(&format!("templates/{name}.html"), format!("{COMMON} {own}"))
    });
    hub.edited(
        "hub.toml",
        "title =",
        "base_url = \"https://h.example\"\nsocial.cards = false\ntitle =",
    )
    .file("templates/card.svg", CARD)
    .file("themes/default/assets/own.css", "a {}")
    .file("content/p.png", "picture")
    .file("static/s.txt", "static")
    .file("content/a.md", page("'gp'", "awareness"))
    .file("content/b.md", page("'all'", "service"))
    .file("content/c/d.md", page("['gp', 'nurse']", "awareness"))
}

/// One change to one file.
#[derive(Clone, Debug)]
enum Edit {
    /// Replaces the value of a front matter key, or adds it.
    Front {
        page: String,
        key: &'static str,
        value: String,
    },
    Body {
        page: String,
        body: &'static str,
    },
    /// A new page, or another in its place.
    Write {
        page: String,
        personas: &'static str,
        stage: &'static str,
    },
    Delete {
        page: String,
    },
    Rename {
        page: String,
        to: String,
    },
    /// Writes a file, or removes it where there is no text.
    File {
        path: &'static str,
        text: Option<&'static str>,
    },
    /// Replaces a text of a file, wherever it stands.
    Replace {
        path: &'static str,
        from: &'static str,
        to: &'static str,
    },
}

fn page() -> impl Strategy<Value = String> {
    let suffix = prop_oneof![4 => Just(""), 2 => Just(".nl"), 1 => Just(".de")];
    (select(STEMS), suffix).prop_map(|(stem, suffix)| format!("content/{stem}{suffix}.md"))
}

/// What front matter may say beside the samples of its keys: values that are wrong, collide, or
/// mean a file of this hub.
const ODD: &[(&str, &[&str])] = &[
    ("title", &["'記'", "'T'", "'U'", "''", "'<x>'"]),
    ("personas", &["'nobody'", "[]"]),
    ("stage", &["['service', 'awareness']", "'nowhere'"]),
    ("summary", &["'s'", "''"]),
    ("slug", &["'x'", "'d'"]),
    ("date", &["2026-01-01", "'no day'"]),
    ("publish_on", &["2026-01-01"]),
    ("expires", &["2026-01-01"]),
    ("needs", &["[]"]),
    ("aliases", &["'old/a'", "['old/a', 'old/b']", "'awareness'", "[]"]),
    ("image", &["'/s.txt'"]),
    ("bridge", &["'nurse:content/b.md'", "'gp:content/c/D'", "'nobody'", "''"]),
    ("search", &["1"]),
    ("unknown", &["1"]),
];

/// Every key of front matter with values to try: samples of its form, and odd ones.
fn front() -> Vec<(&'static str, Vec<String>)> {
    let known = |source: Source| -> Vec<String> {
        let names: &[&str] = match source {
            Source::Personas => &["gp", "nurse"],
            Source::Stages => &["awareness", "service"],
            Source::Needs => &["spot-early"],
            Source::Pages => &["a.md", "/b.md"],
            Source::Images => &["p.png", "q.png"],
            // Nothing of these is in the hub: what names one is blocked.
            _ => &["none"],
        };
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let samples = KEYS.all.iter().map(|key| (key.name, key.form.samples(&known)));
    let odd = ODD
        .iter()
        .map(|(key, values)| (*key, values.iter().map(|value| (*value).to_owned()).collect()));
    samples.chain(odd).collect()
}

const BODIES: &[&str] = &[
    "Text.\n",
    "Text, *longer*.\n",
    "Text.  \n\n\n",
    "## A heading\n\nText.\n",
    "## Another heading\n\n[here](#a-heading)\n",
    "[a](a.md) and [b](b.md#a-heading)\n",
    "[d](c/d.md) [index](/c/index.md) [lost](lost.md)\n",
    "[e](/e.md) ![not a picture](/e.md) ![lost](lost.png)\n",
    "![p](/p.png) [s](/s.txt) ![q](/q.png)\n",
    "<a href=\"/a.md\">a</a> <img src=\"/p.png\">\n",
    "> [!NOTE]\n> A note.\n",
    "One [@one], [@two, p. 4] and [@none].\n",
    "Both [@two; @one]. [A link [@one]](b.md)\n",
    "All.\n\n:::for{persona=gp}\nSome [@one].\n:::\n",
    "All.\n\n:::for{persona=nurse}\nOthers [@two].\n:::\n\nSome [@one].\n",
    "All.\n\nSome [@one].\n",
    "## M\n\n::use{module=m}\n\n## So\n",
    ":::for{persona=gp}\n::use{module=n/o}\n:::\n\n::use{module=m}\n\n[^1]: x\n",
    "It :claim{id=x} and :claim[Y is so]{id=y}.\n\nY is so.\n",
    "## So :claim{id=x}\n\n:::for{persona=gp}\n::claims{category=k}\n:::\n\n:claim{id=z} [@two]\n",
    "",
];

const ONE: &str = "@book{one, author = {Bakker, C.}, title = {Een boek}, publisher = {Verzonnen}, year = {2021}}\n";
const ONE_LATER: &str = "@book{one, author = {Bakker, C.}, title = {Een boek}, publisher = {Verzonnen}, year = {2022}}\n";
const BOTH: &str = "@book{one, author = {Bakker, C.}, title = {Een boek}, publisher = {Verzonnen}, year = {2021}}
@book{two, author = {Nemo, N.}, title = {A book}, publisher = {Nowhere}, year = {2020}, langid = {english}}\n";
const TWO: &str = "two:\n  type: book\n  title: Another book\n  author: Nemo, N.\n  date: 2019\n";

const CLAIMS: &str = "[x]\ntext = { en = \"is *so*\", nl = \"is zo\" }\nreferences = \"one, p. 4\"\nfootnote = \"At times.\"\n
[y]\ntext = \"Y is so\"\ncategory = \"k\"\nreferences = [\"two\", \"none\"]\n";
const OTHER_CLAIMS: &str = "[y]\ntext = { en = \"Y is\", nl = \"Y\" }\ncategory = \"k\"\nreferences = \"two\"\nexpires = 2026-11-01\n
[x]\ntext = \"is not so\"\nreferences = \"one\"\nexpires = 2026-12-01\n";

const FILES: &[(&str, &[Option<&str>])] = &[
    ("static/s.txt", &[Some("static"), Some("other"), None]),
    ("static/huisartsen/possible/a/index.html", &[Some("in the way"), None]),
    ("content/p.png", &[Some("picture"), Some("another picture"), None]),
    ("content/q.png", &[Some("q"), None]),
    (
        "templates/page.html",
        &[Some(PAGE), Some(SECOND_PAGE), Some("{% if %}"), Some("{{ nothing.at.all }}")],
    ),
    ("templates/stage.html", &[Some(STAGE), Some(SECOND_STAGE)]),
    ("templates/card.svg", &[Some(CARD), Some("")]),
    ("templates/part.html", &[Some("part"), Some("other part")]),
    ("templates/strings/en.toml", &[Some("next = \"Onwards\"\n"), Some("next = 1\n"), None]),
    ("themes/default/assets/own.css", &[Some("a {}"), Some("b {}"), None]),
    ("themes/default/theme.toml", &[Some("contract = 1\n[lists]\npage = 1\nhome = 1\n"), None]),
    (
        "references.bib",
        &[Some(ONE), Some(ONE_LATER), Some(BOTH), Some("@book{one, title = {x"), None],
    ),
    (
        "claims/a.toml",
        &[Some(CLAIMS), Some(OTHER_CLAIMS), Some("[x]\ntext = \"is so\"\n"), Some("[x"), None],
    ),
    ("claims/b/c.toml", &[Some("[z]\ntext = { nl = \"zo is het\" }\ncategory = \"k\"\n"), None]),
    (
        "modules/m.md",
        &[
            Some(
                "# M\n\n[a](../content/a.md) ![p](p.png) [@one][^1]\n\n::use{module=n/o}\n\n[^1]: N.\n",
            ),
            Some(
                "+++\npersonas = 'gp'\nexpires = 2026-11-30\n+++\nM :claim{id=x}.\n\n<div>\n\n:::for{persona=gp}\nG\n",
            ),
            Some("::use{module=m}\n"),
            None,
        ],
    ),
    ("modules/m.nl.md", &[Some("M in het Nederlands.\n"), Some("+++\nx\n"), None]),
    ("modules/n/o.md", &[Some("O.\n"), Some("### O\n\n::claims{}\n\n::use{module=m}\n"), None]),
    ("modules/p.png", &[Some("a picture"), None]),
    ("references.yaml", &[Some(TWO), Some("two: [\n"), None]),
    (
        "content/_defaults.toml",
        &[Some("summary = 'by default'\n"), Some("kind = 'nothing'\n"), None],
    ),
    ("content/c/_defaults.toml", &[Some("authors = 'D'\n"), None]),
];

const REPLACED: &[(&str, &str, &str)] = &[
    ("hub.toml", "Small hub", "Another hub"),
    ("hub.toml", "Another hub", "Small hub"),
    ("hub.toml", "[\"en\", \"nl\"]", "[\"en\", \"nl\", \"de\"]"),
    ("hub.toml", "[\"en\", \"nl\", \"de\"]", "[\"nl\", \"en\"]"),
    ("hub.toml", "label = \"In practice\"", "label = \"At work\""),
    ("hub.toml", "slug = \"practice\"", "slug = \"work\""),
    ("hub.toml", "languages = ", "search = false\nlanguages = "),
    ("hub.toml", "search = false\n", ""),
    (
        "hub.toml",
        "\n\n[[stages]]\nid = \"awareness\"",
        "\n\n[citations]\nstyle = \"apa\"\n\n[[stages]]\nid = \"awareness\"",
    ),
    ("hub.toml", "[citations]\nstyle = \"apa\"\n", ""),
    ("hub.toml", "title = ", "titel = "),
    ("hub.toml", "titel = ", "title = "),
    ("hub.toml", "search = false\n", "intro = \"Who we are\"\n"),
    ("hub.toml", "Who we are", "Who speaks"),
    ("personas/gp.toml", "order = 1", "order = 1\ncta = { label = \"On\", to = \"/b.md\" }"),
    ("personas/gp.toml", "\"/b.md\"", "\"/c/d.md#x\""),
    ("hub.toml", "slug = \"work\"", "slug = \"work\"\ncta = { label = \"S\", to = \"/a.md\" }"),
    ("personas/gp.toml", "order = 1", "order = 1\ncolour = \"#ffb000\""),
    ("personas/gp.toml", "#ffb000", "#00ab34"),
    ("personas/gp.toml", "order = 1", "order = 1\ndescription = \"For you\""),
    ("hub.toml", "cards = false", "cards = true"),
    ("hub.toml", "cards = true", "cards = false"),
    ("personas/gp.toml", "General practitioners", "Family doctors"),
    ("personas/gp.toml", "How do I spot it early?", "How?"),
    ("personas/gp.toml", "Nothing can be done", "Nothing at all"),
    ("personas/nurse.toml", "slug = \"verpleegkundigen\"", "slug = \"zorg\""),
    ("personas/nurse.toml", "order = 2", "order = 0"),
];

fn edit() -> impl Strategy<Value = Edit> {
    let value = select(front()).prop_flat_map(|(key, values)| (Just(key), select(values)));
    let file = select(FILES).prop_flat_map(|(path, texts)| (Just(path), select(texts)));
    prop_oneof![
        5 => (page(), value).prop_map(|(page, (key, value))| Edit::Front { page, key, value }),
        4 => (page(), select(BODIES)).prop_map(|(page, body)| Edit::Body { page, body }),
        2 => (page(), select(&["'gp'", "'all'", "'nurse'"][..]), select(&["awareness", "service"][..]))
            .prop_map(|(page, personas, stage)| Edit::Write { page, personas, stage }),
        1 => page().prop_map(|page| Edit::Delete { page }),
        1 => (page(), page()).prop_map(|(page, to)| Edit::Rename { page, to }),
        2 => file.prop_map(|(path, text)| Edit::File { path, text }),
        1 => select(REPLACED).prop_map(|(path, from, to)| Edit::Replace { path, from, to }),
    ]
}

/// How the change is told.
#[derive(Clone, Copy, Debug)]
enum Told {
    ByFile,
    ByFolder,
    Anything,
}

fn step() -> impl Strategy<Value = (Vec<Edit>, Told)> {
    let told =
        prop_oneof![4 => Just(Told::ByFile), 1 => Just(Told::ByFolder), 1 => Just(Told::Anything)];
    (proptest::collection::vec(edit(), 1..3), told)
}

fn apply(files: &Shared, edit: &Edit) -> Vec<String> {
    let rewrite = |path: &str, change: &dyn Fn(String) -> String| match files.text(path) {
        Some(text) => {
            files.put(path, change(text));
            vec![path.to_owned()]
        }
        None => Vec::new(),
    };
    match edit {
        Edit::Front { page, key, value } => rewrite(page, &|text| {
            let others: Vec<&str> = text
                .lines()
                .skip(1)
                .filter(|line| !line.starts_with(&format!("{key} =")))
                .collect();
            format!("+++\n{key} = {value}\n{}\n", others.join("\n"))
        }),
        Edit::Body { page, body } => rewrite(page, &|text| {
            let end = text.rfind("+++\n").expect("it has front matter") + 4;
            format!("{}\n{body}", &text[..end])
        }),
        Edit::Write { page, personas, stage } => {
            files.put(
                page,
                format!(
                    "+++\ntitle = 'New'\npersonas = {personas}\nstage = '{stage}'\n+++\n\nNew.\n"
                ),
            );
            vec![page.clone()]
        }
        Edit::Delete { page } => {
            files.remove(page);
            vec![page.clone()]
        }
        Edit::Rename { page, to } => match files.text(page) {
            Some(text) if page != to => {
                files.remove(page);
                files.put(to, text);
                vec![page.clone(), to.clone()]
            }
            _ => Vec::new(),
        },
        Edit::File { path, text } => {
            match text {
                Some(text) if path.ends_with("page.html") || path.ends_with("stage.html") => {
                    files.put(path, format!("{COMMON} {text}"))
                }
                Some(text) => files.put(path, *text),
                None => files.remove(path),
            }
            vec![(*path).to_owned()]
        }
        Edit::Replace { path, from, to } => rewrite(path, &|text| text.replace(from, to)),
    }
}

fn changed(told: Told, touched: Vec<String>) -> Changed {
    let path = |path: &str| HubPath::new(path).expect("a path");
    match told {
        Told::ByFile => Changed::Paths(touched.iter().map(|file| path(file)).collect()),
        Told::ByFolder => Changed::Paths(
            touched.iter().map(|file| path(file.split('/').next().unwrap_or(file))).collect(),
        ),
        Told::Anything => Changed::Anything,
    }
}

/// What a revision says of an output: its key, and its bytes or why there are none.
type Outputs = BTreeMap<String, Made>;
type Made = (Digest, Result<Arc<[u8]>, String>);

fn outputs(revision: &Revision, files: &dyn Files, memo: &Memo) -> Outputs {
    let Some(content) = &revision.content else { return Outputs::new() };
    let one = |node: &etappe_site::plan::Node| {
        let made = revision.demand(node.path.as_str(), files, memo).expect("it is planned");
        (
            node.path.to_string(),
            (
                node.key(&content.material),
                made.map(|output| output.bytes).map_err(|unmade| format!("{unmade:?}")),
            ),
        )
    };
    content.plan.nodes.iter().map(one).collect()
}

/// The revision that a reading from nothing gives, and its outputs.
fn clean(files: &Shared, options: &Options) -> (Revision, Outputs) {
    let revision = session::load(files, options);
    let outputs = outputs(&revision, files, &Memo::new(1 << 30));
    (revision, outputs)
}

/// The first output on which two readings of one hub disagree, with what each says of it.
fn disagreement(incremental: &Outputs, clean: &Outputs) -> Option<String> {
    let paths: BTreeSet<&String> = incremental.keys().chain(clean.keys()).collect();
    let path = paths.into_iter().find(|path| incremental.get(*path) != clean.get(*path))?;
    let said = |outputs: &Outputs| {
        outputs.get(path).map(|(key, made)| {
            format!(
                "{key:?} {:?}",
                made.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            )
        })
    };
    Some(format!("{path}\nincremental: {:?}\nclean: {:?}", said(incremental), said(clean)))
}

/// Whether an output's bytes show all that it depends on: cards do not.
fn is_exact(path: &str) -> bool {
    !path.ends_with("card.png")
}

/// The outputs that can be made, and are new or have other bytes.
fn differing(before: &Outputs, after: &Outputs) -> BTreeSet<String> {
    let differs = |(path, (_, made)): &(&String, &Made)| {
        is_exact(path) && made.is_ok() && before.get(*path).map(|(_, made)| made) != Some(made)
    };
    after.iter().filter(differs).map(|(path, _)| path.clone()).collect()
}

/// The outputs that can be made, and are new or have another key.
fn rekeyed(before: &Outputs, after: &Outputs) -> BTreeSet<String> {
    let differs = |(path, (key, made)): &(&String, &Made)| {
        is_exact(path) && made.is_ok() && before.get(*path).map(|(key, _)| key) != Some(key)
    };
    after.iter().filter(differs).map(|(path, _)| path.clone()).collect()
}

fn check(steps: &[(Vec<Edit>, Told)], preview: bool) -> Result<(), TestCaseError> {
    let files = Arc::new(Shared::new(hub().files));
    let options = Options { preview, ..Options::on(program(), day(TODAY)) };
    let mut live = Live::open(Arc::clone(&files) as Arc<dyn Files>, options.clone());
    let memo = Memo::new(1 << 30);
    let mut before = outputs(&live.revision(), &*files, &memo);
    let mut seen: BTreeSet<Digest> = before.values().map(|(key, _)| *key).collect();
    for (edits, how) in steps {
        let touched = edits.iter().flat_map(|edit| apply(&files, edit)).collect();
        let revision = live.refresh(&changed(*how, touched));
        let work = memo.work();
        let after = outputs(&revision, &*files, &memo);
        let (expected, from_nothing) = clean(&files, &options);
        prop_assert_eq!(disagreement(&after, &from_nothing), None, "outputs after {:?}", edits);
        prop_assert_eq!(
            &revision.judged().standing,
            &expected.judged().standing,
            "findings after {:?}",
            edits
        );
        let waived = |revision: &Revision| format!("{:?}", revision.judged().waived);
        prop_assert_eq!(waived(&revision), waived(&expected), "waived after {:?}", edits);
        if !before.is_empty() && !after.is_empty() {
            prop_assert_eq!(
                rekeyed(&before, &after),
                differing(&before, &after),
                "rendered and differing after {:?}",
                edits
            );
        }
        // What was never made is made once, whatever was asked for before.
        let new: BTreeSet<Digest> = after
            .values()
            .filter(|(_, made)| made.is_ok())
            .map(|(key, _)| *key)
            .filter(|key| !seen.contains(key))
            .collect();
        prop_assert_eq!(memo.work().rendered - work.rendered, new.len(), "work after {:?}", edits);
        seen.extend(new);
        before = after;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn after_any_edits_the_outputs_are_those_of_a_clean_build(steps in proptest::collection::vec(step(), 1..5), preview in any::<bool>()) {
        check(&steps, preview)?;
    }
}
