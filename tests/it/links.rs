//! Every way to write a link, and where it leads; and every link of every built page, followed.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::command::etappe;
use crate::support::html::{Html, body, resolve};
use crate::support::{HubBuilder, Tree, root};
use etappe_base::path::decode;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Pages, media and static files to link to. The links stand on `content/awareness/from.md`.
fn hub() -> HubBuilder {
    HubBuilder::small()
        .page("awareness/near.md", "gp", "awareness", "## Part one\n\n<p id=\"raw\">Text.</p>\n")
        .page(
            "service/mri.md",
            "gp",
            "service",
            "## When\n\n## Décès, été\n\nA note.[^n]\n\n[^n]: The note.\n",
        )
        .page("service/mri.nl.md", "gp", "service", "## Wanneer\n")
        .page("service/index.md", "gp", "service", "## Overview\n")
        .page("guides/deep/index.md", "gp", "service", "Text.\n")
        .page("service/causes de décès.md", "gp", "service", "Text.\n")
        .page("service/v1.2.md", "gp", "service", "Text.\n")
        .page("awareness/from.nl.md", "gp", "awareness", "Tekst.\n")
        .file("content/awareness/scan.png", "a picture")
        .file("content/service/Été 2026.PDF", "a leaflet")
        .file("static/leaflet.pdf", "a static leaflet")
        .file("static/brand/logo.svg", "<svg/>")
}

/// Written on `content/awareness/from.md`, and where a reader of the built page gets to.
const LEADS_TO: &[(&str, &str)] = &[
    // Relative, with and without `.md`.
    ("near.md", "huisartsen/possible/near/index.html"),
    ("near", "huisartsen/possible/near/index.html"),
    ("./near.md", "huisartsen/possible/near/index.html"),
    ("near/", "huisartsen/possible/near/index.html"),
    ("near.html", "huisartsen/possible/near/index.html"),
    ("../service/mri.md", "huisartsen/practice/mri/index.html"),
    ("../service/mri", "huisartsen/practice/mri/index.html"),
    ("../service/mri/", "huisartsen/practice/mri/index.html"),
    ("../awareness/../service/./mri.md", "huisartsen/practice/mri/index.html"),
    // Rooted: from `content/`.
    ("/service/mri.md", "huisartsen/practice/mri/index.html"),
    ("/service/mri", "huisartsen/practice/mri/index.html"),
    ("/service/mri/", "huisartsen/practice/mri/index.html"),
    // A folder's index.
    ("/service/index.md", "huisartsen/practice/service/index.html"),
    ("/service/", "huisartsen/practice/service/index.html"),
    ("/service", "huisartsen/practice/service/index.html"),
    ("../service", "huisartsen/practice/service/index.html"),
    ("/guides/deep/", "huisartsen/practice/deep/index.html"),
    // The home.
    ("/", "huisartsen/index.html"),
    ("..", "huisartsen/index.html"),
    ("../", "huisartsen/index.html"),
    // Percent-encoding, accents, spaces, dots.
    (
        "../service/causes%20de%20d%C3%A9c%C3%A8s.md",
        "huisartsen/practice/causes-de-deces/index.html",
    ),
    ("<../service/causes de décès.md>", "huisartsen/practice/causes-de-deces/index.html"),
    ("../service/causes%20de%20décès", "huisartsen/practice/causes-de-deces/index.html"),
    ("../service/v1.2.md", "huisartsen/practice/v1-2/index.html"),
    ("../service/v1.2", "huisartsen/practice/v1-2/index.html"),
    // Language suffixes: the reader's own language is what they get.
    ("../service/mri.en.md", "huisartsen/practice/mri/index.html"),
    ("../service/mri.nl.md", "huisartsen/practice/mri/index.html"),
    // Queries and fragments.
    ("near.md?print=1", "huisartsen/possible/near/index.html?print=1"),
    ("near.md#part-one", "huisartsen/possible/near/index.html#part-one"),
    ("near.md#raw", "huisartsen/possible/near/index.html#raw"),
    ("near#part-one", "huisartsen/possible/near/index.html#part-one"),
    ("near.md?a=1&b=2#part-one", "huisartsen/possible/near/index.html?a=1&b=2#part-one"),
    ("near.md#top", "huisartsen/possible/near/index.html#top"),
    ("/service/#overview", "huisartsen/practice/service/index.html#overview"),
    ("../service/mri.md#décès-été", "huisartsen/practice/mri/index.html#décès-été"),
    (
        "../service/mri.md#d%C3%A9c%C3%A8s-%C3%A9t%C3%A9",
        "huisartsen/practice/mri/index.html#décès-été",
    ),
    ("../service/mri.md#fn-1", "huisartsen/practice/mri/index.html#fn-1"),
    ("#here", "huisartsen/possible/from/index.html#here"),
    ("from.md#here", "huisartsen/possible/from/index.html#here"),
    // Files beside pages, and static files.
    ("scan.png", "huisartsen/media/scan.….png"),
    ("/awareness/scan.png", "huisartsen/media/scan.….png"),
    ("scan.png?v=2#xywh", "huisartsen/media/scan.….png?v=2#xywh"),
    ("../service/%C3%89t%C3%A9%202026.PDF", "huisartsen/media/ete-2026.….pdf"),
    ("<../service/Été 2026.PDF>", "huisartsen/media/ete-2026.….pdf"),
    ("/leaflet.pdf", "leaflet.pdf"),
    ("/brand/logo.svg#mark", "brand/logo.svg#mark"),
];

/// What stays as it was written.
const AS_WRITTEN: &[&str] = &[
    "https://example.org/a?b=1&c#d",
    "http://example.org",
    "//example.org/x",
    "mailto:someone@example.org",
    "tel:+31-20-1234567",
    "ftp://example.org/file",
    "data:text/plain,x",
];

/// What cannot be followed: the finding, and readers see the text without a link.
const LEADS_NOWHERE: &[(&str, &str)] = &[
    ("gone.md", "link.broken"),
    ("gone/", "link.broken"),
    ("/gone", "link.broken"),
    ("../../../../up.md", "link.broken"),
    ("scan.jpg", "link.broken"),
    ("/static/leaflet.pdf", "link.broken"),
    ("/content/service/mri.md", "link.broken"),
    ("../service/mri.fr.md", "link.broken"),
    ("%ZZ.md", "link.broken"),
    ("../service/nurses.md", "link.cross-persona"),
    ("../service/alleen.md", "link.untranslated"),
    ("../service/draft.md", "link.unpublished"),
];

/// Anchors that do not exist: the link stays, and leads to the page.
const LOST_ANCHORS: &[&str] =
    &["near.md#nowhere", "#nowhere", "/service/mri.md#wanneer", "/service/mri.md#When"];

fn list(dests: impl Iterator<Item = String>) -> String {
    dests.map(|dest| format!("- [text]({dest})\n")).collect::<String>() + "\n## Here\n"
}

/// The links in the body of the page that `content/awareness/from.md` becomes.
fn links_of(tree: &Tree) -> Vec<String> {
    let page = tree.text("huisartsen/possible/from/index.html");
    Html::read(body(page)).hrefs().into_iter().map(str::to_owned).collect()
}

/// The place that a link on `from` leads to, query and fragment behind it, digests left out.
fn place(from: &str, href: &str) -> String {
    let (target, fragment) =
        resolve(from, href).unwrap_or_else(|| panic!("`{href}` leads out of the site"));
    let query = href
        .split('#')
        .next()
        .and_then(|rest| rest.split_once('?'))
        .map(|(_, query)| format!("?{query}"))
        .unwrap_or_default();
    let fragment = if fragment.is_empty() { fragment } else { format!("#{fragment}") };
    let digest = |part: &str| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let target: Vec<&str> =
        target.split('.').map(|part| if digest(part) { "…" } else { part }).collect();
    format!("{}{query}{fragment}", target.join("."))
}

#[test]
fn every_spelling_of_a_link_leads_where_it_says() {
    let tree = hub()
        .page(
            "awareness/from.md",
            "gp",
            "awareness",
            &list(LEADS_TO.iter().map(|(dest, _)| (*dest).to_owned())),
        )
        .tree();
    let links = links_of(&tree);
    assert_eq!(links.len(), LEADS_TO.len(), "each link has an address: {links:#?}");
    let wrong: Vec<String> = LEADS_TO
        .iter()
        .zip(&links)
        .map(|((written, expected), href)| {
            (written, expected, place("huisartsen/possible/from/index.html", href), href)
        })
        .filter(|(_, expected, found, _)| **expected != found)
        .map(|(written, expected, found, href)| {
            format!("`{written}` leads to {found} ({href}), not to {expected}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    follow_all(&tree, "https://hub.example");
}

#[test]
fn raw_html_leads_to_the_same_places() {
    let plain = |dest: &str| dest.trim_matches(['<', '>']).replace('&', "&amp;");
    let lines: String = LEADS_TO
        .iter()
        .map(|(dest, _)| format!("<p><a class=\"x\" href=\"{}\">text</a></p>\n\n", plain(dest)))
        .collect();
    let tree = hub().page("awareness/from.md", "gp", "awareness", &(lines + "## Here\n")).tree();
    let found: Vec<String> = links_of(&tree)
        .iter()
        .map(|href| place("huisartsen/possible/from/index.html", href))
        .collect();
    let expected: Vec<&str> = LEADS_TO.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(found, expected);
}

#[test]
fn other_hosts_stay_as_they_were_written() {
    let tree = hub()
        .page(
            "awareness/from.md",
            "gp",
            "awareness",
            &list(AS_WRITTEN.iter().map(|dest| (*dest).to_owned())),
        )
        .tree();
    assert_eq!(links_of(&tree), AS_WRITTEN);
}

#[test]
fn a_link_that_leads_nowhere_is_a_finding_and_text() {
    let hub = hub()
        .page("service/nurses.md", "nurse", "service", "Text.\n")
        .page("service/alleen.nl.md", "gp", "service", "Tekst.\n")
        .file(
            "content/service/draft.md",
            "+++\ntitle = 'Draft'\npersonas = 'gp'\nstage = 'service'\nstatus = 'draft'\n+++\n",
        )
        .page(
            "awareness/from.md",
            "gp",
            "awareness",
            &list(LEADS_NOWHERE.iter().map(|(dest, _)| (*dest).to_owned())),
        );
    let loaded = hub.load();
    let expected: Vec<&str> = LEADS_NOWHERE.iter().map(|(_, code)| *code).collect();
    let of_page = loaded.findings().iter().filter(|finding| {
        finding.place.as_ref().is_some_and(|place| place.file.name() == "from.md")
    });
    let found: Vec<&str> = of_page.map(|finding| finding.code.id).collect();
    assert_eq!(found, expected, "{:#?}", loaded.lines());
    let tree = loaded.tree();
    assert_eq!(links_of(&tree), [""; 0]);
    let text = Html::read(body(tree.text("huisartsen/possible/from/index.html"))).text;
    assert_eq!(text.matches("text").count(), LEADS_NOWHERE.len(), "the text of every link stays");
}

#[test]
fn a_lost_anchor_is_a_finding_and_the_link_stays() {
    let loaded = hub()
        .page(
            "awareness/from.md",
            "gp",
            "awareness",
            &list(LOST_ANCHORS.iter().map(|dest| (*dest).to_owned())),
        )
        .load();
    assert_eq!(loaded.codes(), vec!["link.anchor"; LOST_ANCHORS.len()], "{:#?}", loaded.lines());
    assert_eq!(links_of(&loaded.tree()).len(), LOST_ANCHORS.len());
}

#[test]
fn a_page_in_another_language_links_within_that_language() {
    let tree = hub()
        .page("awareness/from.md", "gp", "awareness", "Text.\n")
        .page(
            "awareness/from.nl.md",
            "gp",
            "awareness",
            "[a](../service/mri.md) [b](../service/mri.nl.md#wanneer) [c](/) ![d](scan.png)\n",
        )
        .tree();
    let page = "huisartsen/nl/possible/from/index.html";
    let found: Vec<String> = Html::read(body(tree.text(page)))
        .addresses
        .into_iter()
        .map(|address| place(page, &address.value))
        .collect();
    let expected = [
        "huisartsen/nl/practice/mri/index.html",
        "huisartsen/nl/practice/mri/index.html#wanneer",
        "huisartsen/nl/index.html",
        "huisartsen/media/scan.….png",
    ];
    assert_eq!(found, expected);
}

#[test]
fn resources_of_raw_html_travel_with_the_page() {
    let source = "<video src=\"film.mp4\" poster=\"still.png\"></video>\n<picture><source srcset=\"wide.png 2x\"><img src=\"small.png\" alt=\"\"></picture>\n\
                  <a href=\"paper.pdf\">Paper</a> <audio><source src=\"talk.mp3\"></audio>\n";
    let names = ["film.mp4", "still.png", "wide.png", "small.png", "paper.pdf", "talk.mp3"];
    let hub =
        names.iter().fold(hub(), |hub, name| hub.file(&format!("content/awareness/{name}"), *name));
    let tree = hub.page("awareness/from.md", "gp", "awareness", source).tree();
    let page = "huisartsen/possible/from/index.html";
    let missing: Vec<String> = Html::read(body(tree.text(page)))
        .addresses
        .into_iter()
        .filter(|address| {
            !tree.has(&resolve(page, &address.value).expect("it stays on the site").0)
        })
        .map(|address| format!("<{} {}=\"{}\">", address.tag, address.attribute, address.value))
        .collect();
    assert!(missing.is_empty(), "these lead nowhere, and no finding says so: {missing:#?}");
}

#[test]
fn the_page_image_travels_with_the_page() {
    let front = "+++\ntitle = 'From'\npersonas = 'gp'\nstage = 'awareness'\nimage = 'scan.png'\n+++\n\nText.\n";
    let tree = hub().file("content/awareness/from.md", front).tree();
    let page = "huisartsen/possible/from/index.html";
    let images: Vec<String> = Html::read(tree.text(page))
        .addresses
        .into_iter()
        .filter(|address| address.tag == "img")
        .map(|a| place(page, &a.value))
        .collect();
    assert_eq!(images, ["huisartsen/media/scan.….png"]);
}

#[test]
fn static_files_are_published_as_they_are() {
    let published = [
        "robots-extra.txt",
        ".well-known/security.txt",
        ".nojekyll",
        "a b/ü.txt",
        "no-extension",
        "UPPER.TXT",
    ];
    let strewn = [".DS_Store", "Thumbs.db", "notes.txt~", ".file.swp"];
    let with = |hub: HubBuilder, name: &&str| hub.file(&format!("static/{name}"), *name);
    let hub = published
        .iter()
        .chain(&strewn)
        .fold(hub().page("awareness/from.md", "gp", "awareness", "Text.\n"), with);
    let tree = hub.tree();
    let missing: Vec<&str> = published.into_iter().filter(|name| !tree.has(name)).collect();
    assert_eq!(missing, [""; 0], "these are not published, and no finding says so");
    assert!(strewn.iter().all(|name| !tree.has(name)));
}

#[test]
fn aliases_lead_to_their_page() {
    let front = "+++\ntitle = 'Moved'\npersonas = ['gp', 'nurse']\nstage = 'service'\naliases = ['/old/', 'older.html', 'a/b/c']\n+++\n\nText.\n";
    let tree = hub()
        .page("awareness/from.md", "gp", "awareness", "Text.\n")
        .file("content/moved.md", front)
        .tree();
    for persona in ["huisartsen", "verpleegkundigen"] {
        for alias in ["old/index.html", "older.html", "a/b/c/index.html"] {
            let path = format!("{persona}/{alias}");
            let refresh = Html::read(tree.text(&path))
                .addresses
                .into_iter()
                .find(|address| address.tag == "meta");
            let target = resolve(&path, &refresh.expect("it redirects").value)
                .expect("it stays on the site")
                .0;
            assert_eq!(target, format!("{persona}/practice/moved/index.html"));
        }
    }
    follow_all(&tree, "https://hub.example");
}

#[test]
fn every_link_of_every_hub_leads_to_a_file_and_every_fragment_to_an_id() {
    follow_all(&HubBuilder::memory_care().tree(), "https://hub.example");
    follow_all(&HubBuilder::memory_care().preview().load().tree(), "https://hub.example");
    follow_all(&HubBuilder::folder(&root().join("examples/starter")).tree(), "https://hub.example");
    follow_all(&HubBuilder::folder(&root().join("examples/minimal")).tree(), "https://hub.example");
}

#[test]
fn a_site_below_a_path_of_its_host_links_to_that_path() {
    let hub = HubBuilder::memory_care().edited(
        "hub.toml",
        "\"https://hub.example\"",
        "\"https://host.example/preview/42\"",
    );
    let tree = hub.tree();
    let below = tree
        .outputs
        .into_iter()
        .map(|(path, bytes)| (format!("preview/42/{path}"), bytes))
        .collect();
    follow_all(&Tree::new(below), "https://host.example");
}

#[test]
fn a_persona_with_a_host_of_its_own_is_complete_by_itself() {
    let hub = HubBuilder::memory_care()
        .edited(
            "personas/gp-traditional.toml",
            "order = 2\n",
            "order = 2\nbase_url = \"https://huisarts.example\"\n",
        )
        .file("static/brand/logo.svg", "<svg/>")
        .extended("content/service/contact.md", "\n![Logo](/brand/logo.svg)\n");
    let tree = hub.load().tree();
    follow_all(&tree.below("huisartsen"), "https://huisarts.example");
    for (path, bytes) in &tree.below("huisartsen").outputs {
        assert!(
            !String::from_utf8_lossy(bytes).contains("https://hub.example"),
            "{path} names the other host"
        );
    }
}

#[test]
fn a_shared_page_names_one_site_to_search_engines() {
    let hub = HubBuilder::small()
        .file("content/a.md", "+++\ntitle = 'A'\npersonas = 'all'\nstage = 'service'\ncanonical_persona = 'nurse'\n+++\n\nText.\n")
        .page("b.md", "gp nurse", "service", "Text.\n");
    let tree = hub.tree();
    let canonical = |path: &str| {
        let html = Html::read(tree.text(path));
        let links: Vec<String> = html
            .addresses
            .iter()
            .filter(|link| link.value.starts_with("https://"))
            .map(|link| link.value.clone())
            .collect();
        links.first().cloned().unwrap_or_default()
    };
    let shared = "https://hub.example/verpleegkundigen/practice/a/";
    assert_eq!(canonical("huisartsen/practice/a/index.html"), shared);
    assert_eq!(canonical("verpleegkundigen/practice/a/index.html"), shared);
    assert_eq!(
        canonical("huisartsen/practice/b/index.html"),
        "https://hub.example/huisartsen/practice/b/"
    );
    assert!(
        !tree.text("huisartsen/sitemap.xml").contains("/practice/a/")
            && tree.text("verpleegkundigen/sitemap.xml").contains(shared)
    );
}

#[test]
fn what_is_built_on_disk_can_be_read_from_disk() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("site");
    let hub = HubBuilder::memory_care().on_disk();
    etappe(
        hub.path(),
        &["build", "--as-of", crate::support::TODAY, "--out", out.to_str().expect("a plain path")],
    )
    .expect(0);
    let tree = Tree::read(&out);
    tree.assert_same(&HubBuilder::memory_care().tree(), "on disk and in memory");
    let rooted = |(path, html): (&str, &str)| {
        let links = Html::read(html).addresses;
        links
            .into_iter()
            .filter(|link| link.value.starts_with('/') && !link.value.starts_with("//"))
            .map(|link| (path.to_owned(), link.value))
            .collect::<Vec<_>>()
    };
    let rooted: Vec<(String, String)> =
        tree.pages().filter(|(path, _)| !path.ends_with("404.html")).flat_map(rooted).collect();
    assert!(
        rooted.is_empty(),
        "links from the root break a site that is opened from disk: {rooted:?}"
    );
}

/// Follows every address of every page, feed, sitemap and robots.txt.
fn follow_all(tree: &Tree, host: &str) {
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let pages: Vec<(&str, Html)> =
        tree.pages().map(|(path, html)| (path, Html::read(html))).collect();
    for (path, html) in &pages {
        ids.insert(path, html.unique_ids(path).into_iter().map(str::to_owned).collect());
    }
    let mut wrong = Vec::new();
    for (path, html) in &pages {
        for address in &html.addresses {
            let of_site = address
                .value
                .strip_prefix(host)
                .map(|path| if path.is_empty() { "/" } else { path });
            let Some((target, fragment)) = resolve(path, of_site.unwrap_or(&address.value)) else {
                continue;
            };
            let known = fragment.is_empty() || fragment == "top" || !target.ends_with(".html");
            if !tree.has(&target) {
                wrong.push(format!(
                    "{path}: <{} {}=\"{}\"> leads to {target}, which is not there",
                    address.tag, address.attribute, address.value
                ));
            } else if !known && !ids.get(&*target).is_some_and(|ids| ids.contains(&fragment)) {
                wrong.push(format!("{path}: {target} has no id `{fragment}`"));
            }
        }
    }
    for path in
        tree.paths().into_iter().filter(|path| path.ends_with(".atom") || path.ends_with(".xml"))
    {
        for url in urls_of_xml(path, tree.text(path)) {
            let target = url.strip_prefix(host).and_then(|below| resolve("index.html", below));
            if !target.as_ref().is_some_and(|(target, _)| tree.has(target)) {
                wrong.push(format!("{path}: {url} leads nowhere"));
            }
        }
    }
    for sitemap in tree
        .outputs
        .get("robots.txt")
        .iter()
        .flat_map(|text| std::str::from_utf8(text).unwrap_or_default().lines())
    {
        if let Some(url) = sitemap.strip_prefix("Sitemap: ") {
            let target = url.strip_prefix(host).map(|below| decode(below.trim_start_matches('/')));
            if !target.as_ref().is_some_and(|target| tree.has(target)) && url.starts_with(host) {
                wrong.push(format!("robots.txt: {url} leads nowhere"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The addresses in a feed or sitemap, which must be well-formed.
fn urls_of_xml(path: &str, xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut urls, mut tag) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}")) {
            Event::Start(start) => {
                tag = start.name().as_ref().to_owned();
                hrefs(&start, &mut urls);
            }
            Event::Empty(start) => hrefs(&start, &mut urls),
            Event::Text(text) if matches!(&*tag, "loc" | "id") => {
                let text = text.trim().to_owned();
                urls.extend((!text.is_empty()).then_some(text));
            }
            Event::End(_) => tag.clear(),
            Event::Eof => return urls,
            _ => {}
        }
    }
}

fn hrefs(start: &quick_xml::events::BytesStart<'_>, urls: &mut Vec<String>) {
    let attributes = start.attributes().map(|attribute| attribute.expect("well-formed"));
    let hrefs = attributes.filter(|attribute| attribute.key.as_ref() == "href");
    urls.extend(hrefs.map(|attribute| attribute.value.into_owned()));
}
