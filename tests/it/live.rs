//! A hub that is kept read: every change gives a revision that is the same as one read from
//! nothing.

use std::sync::Arc;

use crate::support::shared::Shared;
use crate::support::{HubBuilder, TODAY, day, program};
use etappe_base::path::HubPath;
use etappe_session::io::Files;
use etappe_session::{Changed, Live, Options, Revision};
use etappe_site::engine::{Memo, Unmade};

fn open(hub: HubBuilder) -> (Arc<Shared>, Live) {
    let files = Arc::new(Shared::new(hub.files));
    let live = Live::open(Arc::clone(&files) as Arc<dyn Files>, Options::on(program(), day(TODAY)));
    (files, live)
}

fn put(files: &Shared, path: &str, text: &str) -> Changed {
    files.put(path, text);
    Changed::Paths([HubPath::new(path).expect("a path")].into())
}

fn hub() -> HubBuilder {
    HubBuilder::small().page("first.md", "gp", "awareness", "The first text.\n").page(
        "second.md",
        "gp nurse",
        "service",
        "More.\n",
    )
}

fn text(revision: &Revision, files: &Shared, memo: &Memo, path: &str) -> String {
    let output = revision.demand(path, files, memo).expect("it is planned");
    String::from_utf8(output.unwrap_or_else(|_| panic!("{path} can be made")).bytes.to_vec())
        .expect("text")
}

#[test]
fn revisions_count_up_and_stay_as_they_are() {
    let (files, mut live) = open(hub());
    let memo = Memo::new(1 << 20);
    let first = live.revision();
    let path = "huisartsen/possible/first/index.html";
    assert!(text(&first, &files, &memo, path).contains("The first text."));
    let changed = put(
        &files,
        "content/first.md",
        "+++\ntitle = 'first'\npersonas = 'gp'\nstage = 'awareness'\n+++\n\nAnother text.\n",
    );
    let second = live.refresh(&changed);
    assert!(second.number > first.number);
    assert!(text(&second, &files, &memo, path).contains("Another text."));
    assert!(
        text(&first, &files, &memo, path).contains("The first text."),
        "an older revision is as it was"
    );
    assert_eq!(live.refresh(&Changed::Paths([].into())).number, second.number, "nothing changed");
}

#[test]
fn what_was_made_is_not_made_again() {
    let (files, live) = open(hub());
    let memo = Memo::new(1 << 20);
    for _ in 0..3 {
        text(&live.revision(), &files, &memo, "huisartsen/index.html");
    }
    assert_eq!((memo.work().rendered, memo.work().kept), (1, 2));
    assert!(live.revision().demand("huisartsen/nowhere/index.html", &*files, &memo).is_none());
}

#[test]
fn a_template_that_fails_is_a_finding_of_the_output() {
    let (files, mut live) = open(hub());
    let memo = Memo::new(1 << 20);
    let revision = live.refresh(&put(&files, "templates/home.html", "{{ nothing.at.all }}\n"));
    let Some(Err(Unmade::Failed(finding))) =
        revision.demand("huisartsen/index.html", &*files, &memo)
    else {
        panic!("it fails")
    };
    assert_eq!(finding.code.id, "theme.template");
    let revision = live.refresh(&put(&files, "templates/home.html", "{% if %}\n"));
    assert!(matches!(
        revision.demand("huisartsen/index.html", &*files, &memo),
        Some(Err(Unmade::Broken))
    ));
    assert!(revision.judged().standing.iter().any(|finding| finding.code.id == "theme.template"));
}

#[test]
fn a_hub_without_its_configuration_recovers_when_it_is_back() {
    let (files, mut live) = open(hub());
    let hub_toml = HubPath::literal("hub.toml");
    let text = files.read(&hub_toml).expect("it is there");
    files.remove("hub.toml");
    let gone = live.refresh(&Changed::Paths([hub_toml].into()));
    assert!(
        gone.content.is_none()
            && gone.judged().standing.iter().any(|finding| finding.code.id == "config.missing")
    );
    let back = live.refresh(&put(&files, "hub.toml", std::str::from_utf8(&text).expect("text")));
    assert!(back.content.is_some() && !back.has_errors());
}

#[test]
fn midnight_publishes_what_was_scheduled() {
    let page = "+++\ntitle = 'later'\npersonas = 'gp'\nstage = 'service'\npublish_on = 2026-11-23\n+++\n\nText.\n";
    let (files, mut live) = open(hub().file("content/later.md", page));
    let memo = Memo::new(1 << 20);
    let path = "huisartsen/practice/later/index.html";
    assert!(live.revision().demand(path, &*files, &memo).is_none());
    assert!(live.set_as_of(day("2026-11-23")).demand(path, &*files, &memo).is_some());
}

/// A hub of many pages, for measuring: every page links to others, and stands on one or two of
/// three sites.
fn large(pages: usize) -> HubBuilder {
    let card = |label: &str| format!("label = \"{label}\"\n");
    let hub = HubBuilder::small().file("personas/third.toml", card("Third readers"));
    (0..pages).fold(hub, |hub, at| {
        let personas = ["gp", "nurse", "third", "gp nurse"][at % 4];
        let text =
            "Some words that stand here so that the page is as long as pages are. ".repeat(30);
        let body = format!(
            "[next](p{:05}.md)\n\n## One\n\n{text}\n\n## Two\n\n{text}\n",
            (at + 4) % pages
        );
        hub.page(&format!("p{at:05}.md"), personas, ["awareness", "service"][at / 4 % 2], &body)
    })
}

/// `cargo test --profile profiling --test it live -- --ignored --nocapture` prints what edits cost
/// on 10,000 pages.
#[test]
#[ignore = "measures, and takes a while"]
#[allow(clippy::print_stderr, clippy::disallowed_methods)]
fn what_an_edit_costs() {
    let (files, mut live) = open(large(10_000));
    let memo = Memo::new(64 << 20);
    let page = "content/p00004.md";
    let open_tab = "huisartsen/practice/p00004/index.html";
    let original = files.text(page).expect("it is there");
    type Edit<'e> = (&'e str, &'e str, Box<dyn Fn(usize) -> String + 'e>);
    let edits: [Edit<'_>; 5] = [
        (
            "body",
            page,
            Box::new(|at| original.replace("## Two", &format!("Changed {at}.\n\n## Two"))),
        ),
        ("heading", page, Box::new(|at| original.replace("## Two", &format!("## Changed {at}")))),
        ("title", page, Box::new(|at| original.replacen("p00004", &format!("p00004 {at}"), 1))),
        ("personas", page, Box::new(|at| original.replacen("'gp'", ["'all'", "'gp'"][at % 2], 1))),
        (
            "template",
            "templates/page.html",
            Box::new(|at| {
                format!(
                    "{{% extends \"default/page.html\" %}}{{% block title %}}{at}{{% endblock %}}"
                )
            }),
        ),
    ];
    text(&live.revision(), &files, &memo, open_tab);
    for (what, path, edited) in &edits {
        let mut times: Vec<(u128, u128, u128)> = (0..15)
            .map(|at| {
                let changed = put(&files, path, &edited(at));
                let start = std::time::Instant::now();
                let revision = live.refresh(&changed);
                let refreshed = start.elapsed();
                text(&revision, &files, &memo, open_tab);
                let served = start.elapsed();
                revision.judged();
                (refreshed.as_micros(), served.as_micros(), start.elapsed().as_micros())
            })
            .collect();
        times.sort_unstable();
        let (refreshed, served, judged) = times[times.len() / 2];
        eprintln!(
            "{what}: refreshed after {refreshed} us, served after {served} us, judged after {judged} us"
        );
        let changed = put(&files, page, &original);
        live.refresh(&changed);
    }
}
