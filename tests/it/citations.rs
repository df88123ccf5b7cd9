//! References as readers see them: marks in the text, and the list at the foot of the page.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::support::html::{Html, body};
use crate::support::shared::Shared;
use crate::support::{HubBuilder, TODAY, Tree, day, program};
use etappe_base::path::HubPath;
use etappe_session::io::{Files, Memory};
use etappe_session::{Changed, Live, Options};

const REFERENCES: &str = "@article{devries,
  author = {de Vries, Anna and Jansen, Piet},
  title = {Early signs},
  journal = {Journal of Fictitious Medicine},
  year = {2025}, volume = {12}, number = {3}, pages = {101--109},
  doi = {10.9999/jfm.2025.12}, pmid = {99999901}, langid = {english}
}
@article{devriestoo,
  author = {de Vries, Anna and Jansen, Piet},
  title = {Late signs},
  journal = {Journal of Fictitious Medicine},
  year = {2025}, volume = {13}
}
@book{bakker, author = {Bakker, C.}, title = {Een boek over geheugen}, publisher = {Verzonnen Uitgeverij}, year = {2021}}
@book{unused, author = {Nemo, N.}, title = {Never cited}, publisher = {Nowhere}, year = {2020}}
";

fn hub(style: &str, text: &str) -> HubBuilder {
    let hub = HubBuilder::small()
        .file("references.bib", REFERENCES)
        .page("a.md", "gp nurse", "service", text);
    let toml = format!("[citations]\nstyle = \"{style}\"\n\n[[stages]]\nid = \"awareness\"");
    hub.edited("hub.toml", "[[stages]]\nid = \"awareness\"", &toml)
}

fn page<'t>(tree: &'t Tree, persona: &str) -> &'t str {
    body(tree.text(&format!("{persona}/practice/a/index.html")))
}

/// The text of a page without its tags, each run of white space one space.
fn words(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
    }
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn check(style: &str, expected: &str) {
    let hub = hub(style, "One [@bakker, p. 4]; two [@devries; @devriestoo]. Again [@bakker].\n");
    assert_eq!(words(page(&hub.tree(), "huisartsen")), expected, "{style}");
}

#[test]
fn numbers_go_by_the_first_citation_and_names_by_the_alphabet() {
    check(
        "vancouver",
        "One (1, p. 4); two (2,3). Again (1). References Bakker C. Een boek over geheugen. Verzonnen Uitgeverij; 2021. ↩1 ↩2 \
         Vries A de, Jansen P. Early signs. Journal of Fictitious Medicine. 2025;12(3):101–9. doi:10.9999/jfm.2025.12 PubMed PMID: 99999901. ↩ \
         Vries A de, Jansen P. Late signs. Journal of Fictitious Medicine. 2025;13. ↩",
    );
    check(
        "ama",
        "One 1(p. 4); two 2,3. Again 1. References Bakker C. Een Boek over Geheugen. Verzonnen Uitgeverij; 2021. ↩1 ↩2 \
         Vries A de, Jansen P. Early signs. Journal of Fictitious Medicine. 2025;12(3):101-109. doi:10.9999/jfm.2025.12 PubMed 99999901 ↩ \
         Vries A de, Jansen P. Late signs. Journal of Fictitious Medicine. 2025;13. ↩",
    );
    check(
        "apa",
        "One (Bakker, 2021, p. 4); two (Vries &amp; Jansen, 2025a; 2025b). Again (Bakker, 2021). References \
         Bakker, C. (2021). Een boek over geheugen. Verzonnen Uitgeverij. ↩1 ↩2 Vries, A. de, &amp; Jansen, P. (2025a). Early signs. \
         Journal of Fictitious Medicine, 12(3), 101–109. https://doi.org/10.9999/jfm.2025.12 PubMed 99999901 ↩ \
         Vries, A. de, &amp; Jansen, P. (2025b). Late signs. Journal of Fictitious Medicine, 13. ↩",
    );
}

#[test]
fn every_mark_leads_to_its_entry_and_back() {
    let tree = hub(
        "vancouver",
        "One [@bakker, p. 4]; two [@devries]. Again [@bakker].[^n]\n\n[^n]: A note [@devries].\n",
    )
    .tree();
    let html = Html::read(page(&tree, "huisartsen"));
    let ids = html.unique_ids("a");
    let own: Vec<&str> =
        html.hrefs().into_iter().filter_map(|href| href.strip_prefix('#')).collect();
    assert_eq!(own.iter().filter(|id| id.starts_with("_ref-")).count(), 4);
    assert_eq!(own.iter().filter(|id| id.starts_with("_cite-")).count(), 4);
    assert!(own.iter().all(|id| ids.contains(id)), "{own:?} in {ids:?}");
    for address in
        ["https://doi.org/10.9999/jfm.2025.12", "https://pubmed.ncbi.nlm.nih.gov/99999901"]
    {
        assert!(html.hrefs().contains(&address), "{address}");
    }
    let html = page(&tree, "huisartsen");
    for role in ["doc-biblioref", "doc-bibliography", "doc-backlink"] {
        assert!(html.contains(&format!("role=\"{role}\"")), "{role}");
    }
}

#[test]
fn readers_are_shown_the_references_of_what_they_are_shown() {
    let tree =
        hub("vancouver", ":::for{persona=gp}\nFirst [@devries].\n:::\n\nThen [@bakker].\n").tree();
    let (gp, nurse) = (words(page(&tree, "huisartsen")), words(page(&tree, "verpleegkundigen")));
    assert!(gp.starts_with("First (1). Then (2). References Vries"), "{gp}");
    assert!(nurse.starts_with("Then (1). References Bakker"), "{nurse}");
    assert!(!nurse.contains("Early signs"), "{nurse}");
    assert!(
        tree.outputs.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("Never cited"))
    );
}

#[test]
fn what_is_not_known_stays_readable() {
    let (tree, _) = hub("vancouver", "One [@nobody, p. 2], two [@bakker; @nobody].\n").load().run();
    let html = page(&tree, "huisartsen");
    assert!(
        words(html).starts_with("One [@nobody, p. 2], two (1) [@nobody]. References"),
        "{html}"
    );
}

/// The pages whose keys differ after the references change from one text to the other.
fn touched(from: &str, to: &str) -> BTreeSet<String> {
    let hub = HubBuilder::small()
        .page("a.md", "gp", "service", "One [@devries].\n")
        .page("b.md", "gp", "service", "Two [@bakker].\n")
        .page("c.md", "gp", "awareness", "None.\n");
    let mut files: Memory = hub.files.clone();
    files.put("references.bib", from);
    let shared = Arc::new(Shared::new(files));
    let mut live =
        Live::open(Arc::clone(&shared) as Arc<dyn Files>, Options::on(program(), day(TODAY)));
    let before = live.revision();
    shared.put("references.bib", to);
    let path = HubPath::new("references.bib").expect("a path");
    let after = live.refresh(&Changed::Paths(BTreeSet::from([path])));
    let keys = |revision: &etappe_session::Revision| -> Vec<_> {
        let content = revision.content.as_ref().expect("a plan");
        content
            .plan
            .nodes
            .iter()
            .map(|node| (node.path.to_string(), node.key(&content.material)))
            .collect()
    };
    let (before, after) = (keys(&before), keys(&after));
    after
        .into_iter()
        .zip(before)
        .filter(|((_, new), (_, old))| new != old)
        .map(|((path, _), _)| path)
        .collect()
}

#[test]
fn an_edit_of_a_reference_touches_the_pages_that_cite_it() {
    let edited = REFERENCES.replace("Early signs", "Earlier signs");
    assert_eq!(
        touched(REFERENCES, &edited),
        BTreeSet::from(["huisartsen/practice/a/index.html".to_owned()])
    );
    let unused = REFERENCES.replace("Never cited", "Still not cited");
    assert_eq!(touched(REFERENCES, &unused), BTreeSet::new());
    let unseen =
        REFERENCES.replace("year = {2021}", "year = {2021}, note = {}, keywords = {memory}");
    assert_eq!(touched(REFERENCES, &unseen), BTreeSet::new());
}

#[test]
fn the_mark_of_a_citation_in_a_link_follows_the_link() {
    let hub = hub(
        "vancouver",
        "A [study [@bakker; @devries] of *memory* [@devries]](a.md#x) x. ![image [@bakker]](https://x.example/a.png)\n",
    );
    let loaded = hub.load();
    assert!(
        !loaded.codes().contains(&"citation.unused")
            || loaded.lines().iter().all(|line| !line.contains("`bakker`")),
        "{:?}",
        loaded.lines()
    );
    let tree = loaded.tree();
    let html = page(&tree, "huisartsen");
    assert_eq!(
        words(html.split("<section").next().unwrap_or_default()).trim(),
        "A study of memory (1,2)(2) x."
    );
    let link = html.find("</a>").unwrap_or_default();
    assert!(html[..link].contains("study") && !html[..link].contains("_cite-"), "{html}");
}

#[test]
fn the_reference_hub_cites_in_both_languages_and_says_different_things_to_different_readers() {
    let loaded = HubBuilder::memory_care().load();
    let hub = loaded.hub();
    let docs = &loaded.revision.content.as_ref().expect("a plan").material.docs;
    for lang in hub.config.lang_ixs() {
        let own = || docs.iter().filter(|doc| doc.facets.lang() == lang);
        let citing =
            own().filter(|doc| doc.bodies.iter().any(|body| !body.citations.is_empty())).count();
        let several = own().filter(|doc| doc.bodies.len() > 1).count();
        assert!(
            citing >= 8 && several >= 2,
            "{}: {citing} pages cite, {several} have variants",
            hub.config.lang(lang).code
        );
    }
    let on_citations = loaded.all_lines().into_iter().filter(|line| line.contains(" citation."));
    assert_eq!(on_citations.collect::<Vec<String>>(), [""; 0]);
}

#[test]
fn latex_in_references_is_text_for_readers() {
    let references = r#"@article{one,
  title = {$\beta$-amyloid \textit{in vivo}, H\textsubscript{2}O and 10$^{-6}$~g},
  author = {M{\"u}ller, J. and {\'A}lvarez, Mar{\'\i}a},
  journal = {L},
  year = {2012},
}
"#;
    let hub = HubBuilder::small().file("references.bib", references).page(
        "a.md",
        "gp",
        "service",
        "See [@one].\n",
    );
    let tree = hub.tree();
    let html = tree.text("huisartsen/practice/a/index.html");
    assert!(html.contains("β-amyloid in vivo, H₂O and 10⁻⁶\u{a0}g"), "{html}");
    assert!(html.contains("Müller J, Álvarez M"), "{html}");
}
