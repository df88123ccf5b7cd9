//! The steps of a build, each by itself, on a hub that is made up in memory: `cargo bench`.
//!
//! For the whole program beside others see `benches/compare`.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

use etappe_base::path::HubPath;
use etappe_hub::content;
use etappe_report::check::LeakGuard;
use etappe_session::io::Memory;
use etappe_session::{self as session, Content, Options, Revision};
use etappe_site::engine::Memo;
use etappe_site::kinds::Recipe;
use etappe_site::plan;

#[path = "../tests/it/support/program.rs"]
mod program;

use program::program;

const PERSONAS: [&str; 3] = ["gp", "nurse", "pharmacist"];
const STAGES: [&str; 6] =
    ["out-of-the-loop", "awareness", "consideration", "purchase", "service", "loyalty"];

fn main() {
    divan::main();
}

/// From bytes to a document.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let (hub, file, text) = (load(1), HubPath::literal("content/page-1.md"), page(1, 100));
    let config = &hub.hub().expect("the hub is sound").config;
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| content::read(&file, black_box(text.as_bytes()), config, &[]));
}

/// From files to a plan of all outputs: everything before the first is made.
#[divan::bench(args = [100, 1000])]
fn read(bencher: Bencher<'_, '_>, pages: usize) {
    let files = files(pages);
    bencher.counter(ItemsCount::new(pages)).bench(|| session::load(&files, &options()));
}

/// The plan alone: every output with its place. Keys are worked out when outputs are made.
#[divan::bench(args = [100, 1000])]
fn plan_all(bencher: Bencher<'_, '_>, pages: usize) {
    let revision = load(pages);
    let material = &content_of(&revision).material;
    bencher.counter(ItemsCount::new(pages)).bench(|| plan::plan(black_box(material), None));
}

/// The rules over the whole hub.
#[divan::bench(args = [100, 1000])]
fn check(bencher: Bencher<'_, '_>, pages: usize) {
    bencher
        .counter(ItemsCount::new(pages))
        .with_inputs(|| load(pages))
        .bench_refs(|revision| revision.judged().standing.len());
}

/// Every page, by the built-in theme; nothing is remembered, and nothing written.
#[divan::bench(args = [100, 1000])]
fn render(bencher: Bencher<'_, '_>, pages: usize) {
    let (files, revision) = (files(pages), load(pages));
    let nodes = &content_of(&revision).plan.nodes;
    let outputs: Vec<&str> = nodes
        .iter()
        .filter(|node| matches!(node.recipe, Recipe::Page(_)))
        .map(|node| node.path.as_str())
        .collect();
    bencher.counter(ItemsCount::new(outputs.len())).bench(|| {
        let memo = Memo::new(0);
        for path in &outputs {
            black_box(revision.demand(path, &files, &memo).is_some_and(|made| made.is_ok()));
        }
    });
}

/// Every page is looked through for what its readers must not see; what is looked for is known
/// already.
#[divan::bench(args = [100, 1000])]
fn look_through(bencher: Bencher<'_, '_>, pages: usize) {
    let (files, revision) = (files(pages), load(pages));
    let content = content_of(&revision);
    let guard = LeakGuard::new(&content.material);
    let memo = Memo::new(0);
    let made =
        content.plan.nodes.iter().filter(|node| matches!(node.recipe, Recipe::Page(_))).filter_map(
            |node| {
                let output = revision.demand(node.path.as_str(), &files, &memo)?.ok()?;
                Some((node, output.bytes))
            },
        );
    let made: Vec<_> = made.collect();
    let bytes: usize = made.iter().map(|(_, bytes)| bytes.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let findings: usize =
            made.iter().map(|(node, bytes)| guard.scan(node, black_box(bytes)).len()).sum();
        assert_eq!(findings, 0);
    });
}

fn options() -> Options {
    Options::on(program(), "2026-11-22".parse().expect("a day of the calendar"))
}

fn load(pages: usize) -> Revision {
    session::load(&files(pages), &options())
}

fn content_of(revision: &Revision) -> &Content {
    revision.content.as_ref().expect("the hub is sound")
}

/// A hub of so many pages, each on one persona's site or, every third, on all.
fn files(pages: usize) -> Memory {
    let mut hub = String::from(
        "title = \"Bench\"\nbase_url = \"https://hub.example\"\nlanguages = [\"en\"]\n",
    );
    for stage in STAGES {
        hub.push_str(&format!("[[stages]]\nid = \"{stage}\"\nlabel = \"Stage {stage}\"\n"));
    }
    let mut files = Memory::new();
    files.put("hub.toml", hub);
    for persona in PERSONAS {
        files.put(&format!("personas/{persona}.toml"), format!("label = \"For a {persona}\"\n"));
    }
    for number in 0..pages {
        files.put(&format!("content/page-{number}.md"), page(number, pages));
    }
    files
}

/// Some 500 words with all that pages are made of: headings, emphasis, lists, a table, code, a
/// footnote, and links to other pages.
fn page(number: usize, pages: usize) -> String {
    let audience = if number.is_multiple_of(3) { "all" } else { PERSONAS[number % PERSONAS.len()] };
    let stage = STAGES[number % STAGES.len()];
    let mut text = format!(
        "+++\ntitle = \"Page {number}\"\npersonas = \"{audience}\"\nstage = \"{stage}\"\norder = {number}\n\
         date = 2026-01-15\nsummary = \"What there is to know about {number}.\"\n+++\n\n"
    );
    for section in 0..6 {
        let other = (number * 7 + section * 3) / 3 * 3 % pages;
        text.push_str(&format!(
            "## Part {section} of {number}\n\nEarly *referral* changes the **options** that there are for a reader in a hurry, \
             who wants to know `what` to do next. See [the page before](page-{other}.md#part-{section}-of-{other}) for more[^{section}].\n\n\
             - A first point, short and plain\n- A second one, with a [link elsewhere](https://guideline.example/{section})\n\n\
             | Test | When |\n|---|---|\n| MRI | at the start |\n| Memory | each year |\n\n\
             Between two appointments there is time to read, to ask, and to decide together what comes after the first results, which \
             take some weeks. Nobody needs to wait for an answer longer than that.\n\n[^{section}]: Fictitious, like all of it.\n\n"
        ));
    }
    text
}
