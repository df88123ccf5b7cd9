//! A corpus that others wrote: 253 pages of VA.gov (CC0), tagged for six personas and five stages,
//! with what must come of it.
//!
//! It lies beside this repository, not in it; where it is not, these tests say so and pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::support::command::etappe;
use crate::support::html::{Html, body, resolve};
use crate::support::{HubBuilder, Loaded, TODAY, Tree, left_out, root};
use serde_json::Value;

/// The folder of the corpus, if it is there.
fn corpus(test: &str) -> Option<PathBuf> {
    let folder = root().join("../shared/corpus/vagov");
    if folder.join("hub.toml").exists() {
        return Some(folder);
    }
    left_out(test, "the corpus ../shared/corpus/vagov is not beside the repository");
    None
}

fn json(folder: &std::path::Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(name)).expect("it is there"))
        .expect("it is JSON")
}

fn json_lines(folder: &std::path::Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(name)).expect("it is there");
    text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is text"))
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// Where every page of every persona stands: file and persona to output.
fn outputs(loaded: &Loaded) -> BTreeMap<(String, String), String> {
    let hub = loaded.hub();
    let place = |placement: &etappe_hub::journey::Placement| {
        let persona = hub.config.persona(hub.site(placement.site).persona).id.clone();
        ((hub.facets(placement.doc).file.to_string(), persona), hub.out_path(placement))
    };
    hub.placements.iter().map(place).collect()
}

/// File and destination as written of every finding with a code.
fn found(loaded: &Loaded, hub: &HubBuilder, code: &str) -> BTreeSet<(String, String)> {
    let with_code = loaded.findings().iter().filter(|finding| finding.code.id == code);
    let written = with_code.map(|finding| {
        let place = finding.place.as_ref().expect("a link has a place");
        let source = hub.text(place.file.as_str());
        let dest = source[place.span.start as usize..place.span.end as usize].replace("&amp;", "&");
        (place.file.to_string(), dest)
    });
    written.collect()
}

fn assert_same_links(
    found: &BTreeSet<(String, String)>,
    expected: &BTreeSet<(String, String)>,
    what: &str,
) {
    let missing: Vec<_> = expected.difference(found).take(8).collect();
    let surplus: Vec<_> = found.difference(expected).take(8).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{what}: not reported {missing:#?}; reported without cause {surplus:#?}"
    );
}

#[test]
fn the_cells_hold_the_pages_that_the_corpus_says() {
    let Some(folder) = corpus("the_cells_hold_the_pages_that_the_corpus_says") else { return };
    let expected = json(&folder, "expected-coverage.json");
    let report =
        etappe(&folder, &["coverage", "--format", "json", "--as-of", TODAY]).expect(0).json();
    let mut cells = 0;
    for cell in report["languages"][0]["cells"].as_array().expect("a list") {
        let (persona, stage) = (text(&cell["persona"]), text(&cell["stage"]));
        assert_eq!(cell["specific"], expected["matrix"][persona][stage], "{persona} × {stage}");
        let is_empty = expected["empty"]
            .as_array()
            .is_some_and(|empty| empty.contains(&serde_json::json!([persona, stage])));
        assert_eq!(cell["state"] == "gap", is_empty, "{cell}");
        cells += 1;
    }
    assert_eq!(cells, texts(&expected["personas"]).len() * texts(&expected["stages"]).len());
}

#[test]
fn every_assignment_becomes_a_page() {
    let Some(folder) = corpus("every_assignment_becomes_a_page") else { return };
    let hub = HubBuilder::folder(&folder);
    let disk = hub.on_disk();
    etappe(disk.path(), &["build", "--as-of", TODAY]).expect(0);
    let tree = disk.tree("public");
    let outputs = outputs(&hub.load());
    let mut assignments = 0;
    for page in json_lines(&folder, "manifest.jsonl") {
        for persona in texts(&page["personas"]) {
            let path = outputs.get(&(text(&page["path"]).to_owned(), persona.to_owned()));
            let html = tree.text(
                path.unwrap_or_else(|| panic!("{} is on the site of {persona}", page["path"])),
            );
            let title = text(&page["title"]).split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(Html::read(html).first("h1"), title, "{}", page["path"]);
            assignments += 1;
        }
    }
    assert_eq!((assignments, outputs.len()), (429, 429));
    let distinct: BTreeSet<&String> = outputs.values().collect();
    assert_eq!(distinct.len(), 429, "each at an address of its own");
}

#[test]
fn the_links_are_broken_that_the_corpus_says_are_broken() {
    let Some(folder) = corpus("the_links_are_broken_that_the_corpus_says_are_broken") else {
        return;
    };
    let hub = HubBuilder::folder(&folder);
    let expected = json_lines(&folder, "expected-links.jsonl")
        .iter()
        .filter(|link| link["kind"] == "absolute" && link["target"].is_null())
        .map(|link| (text(&link["page"]).to_owned(), text(&link["href"]).to_owned()))
        .collect();
    assert_same_links(&found(&hub.load(), &hub, "link.broken"), &expected, "link.broken");
}

#[test]
fn links_to_pages_of_other_personas_are_findings() {
    let Some(folder) = corpus("links_to_pages_of_other_personas_are_findings") else { return };
    let hub = HubBuilder::folder(&folder);
    let manifest = json_lines(&folder, "manifest.jsonl");
    let personas: BTreeMap<&str, BTreeSet<&str>> =
        manifest.iter().map(|page| (text(&page["path"]), texts(&page["personas"]))).collect();
    let links = json_lines(&folder, "expected-links.jsonl");
    let crosses = |link: &&Value| {
        let readers = &personas[text(&link["page"])];
        link["target"]
            .as_str()
            .and_then(|target| personas.get(target))
            .is_some_and(|target| !readers.is_subset(target))
    };
    let expected: BTreeSet<(String, String)> = links
        .iter()
        .filter(crosses)
        .map(|link| (text(&link["page"]).to_owned(), text(&link["href"]).to_owned()))
        .collect();
    assert!(!expected.is_empty());
    assert_same_links(
        &found(&hub.load(), &hub, "link.cross-persona"),
        &expected,
        "link.cross-persona",
    );
}

#[test]
fn every_link_leads_to_the_right_file_on_every_site_that_has_it() {
    let Some(folder) = corpus("every_link_leads_to_the_right_file_on_every_site_that_has_it")
    else {
        return;
    };
    let loaded = HubBuilder::folder(&folder).load();
    let (outputs, tree) = (outputs(&loaded), loaded.tree());
    let links = json_lines(&folder, "expected-links.jsonl");
    let mut wrong = Vec::new();
    let mut checked = 0;
    for ((file, persona), output) in &outputs {
        let led_to = led_to(&tree, output);
        let root = output.split('/').next().unwrap_or_default();
        for link in links.iter().filter(|link| link["page"] == **file && link["target"].is_string())
        {
            let target = match text(&link["target"]) {
                "/" => Some(format!("{root}/index.html")),
                target => outputs.get(&(target.to_owned(), persona.clone())).cloned(),
            };
            let Some(target) = target else { continue };
            let fragment = text(&link["href"])
                .split_once('#')
                .map(|(_, fragment)| fragment.to_owned())
                .unwrap_or_default();
            checked += 1;
            if !led_to.contains(&(target.clone(), fragment)) {
                wrong.push(format!("{output}: {} does not lead to {target}", link["href"]));
            }
        }
        for (target, _) in led_to.iter().filter(|(target, _)| !tree.has(target)) {
            wrong.push(format!("{output}: {target} is not there"));
        }
    }
    assert!(wrong.is_empty(), "{} of {checked}: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
    assert_eq!(checked, 327, "links that somebody can follow");
}

/// Where the links of a page's text lead, other hosts left out.
fn led_to(tree: &Tree, output: &str) -> BTreeSet<(String, String)> {
    Html::read(body(tree.text(output)))
        .hrefs()
        .into_iter()
        .filter_map(|href| resolve(output, href))
        .collect()
}

#[test]
fn no_page_reaches_a_persona_that_it_does_not_name() {
    let Some(folder) = corpus("no_page_reaches_a_persona_that_it_does_not_name") else { return };
    let outputs = outputs(&HubBuilder::folder(&folder).load());
    let manifest = json_lines(&folder, "manifest.jsonl");
    let personas: BTreeMap<&str, BTreeSet<&str>> =
        manifest.iter().map(|page| (text(&page["path"]), texts(&page["personas"]))).collect();
    for (file, persona) in outputs.keys() {
        assert!(personas[&**file].contains(&**persona), "{file} on the site of {persona}");
    }
}
