//! The review pack by the real program, with the real git and the real `ssh-keygen`: pages as those
//! who sign them get them, marks where they differ from what was signed, and nothing that is
//! fetched.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use html5gum::{Token, Tokenizer};

use crate::support::HubBuilder;
use crate::support::command::Etappe;
use crate::support::html::Html;
use crate::support::office::{LATER, Office, PAGE, can_sign};

const FILE: &str = "professionals/en/1.1.1-results.html";

const TEXT: &str = "+++\ntitle = 'Results'\nsummary = 'What came out.'\npersonas = 'gp'\nstage = 'awareness'\nkind = 'promo'\n\
     product = 'fict'\n+++\n\nIt **slows** the decline [@trial, p. 507]. See [other](other.md) and [there](https://x.example/a).\n\n\
     :claim{id=slower}\n\n::use{module=care}\n\n| a | b |\n|---|---|\n| one | 46 (7.6%) |\n\nThis paragraph stays as it is.\n";

const RULES: &str =
    "\n[approval]\nkinds = ['promo', 'patient']\nroles = ['medical']\nsignatures = true\n";

fn hub() -> HubBuilder {
    HubBuilder::small()
        .edited("hub.toml", "title = \"Small", "base_url = 'https://hub.example'\ntitle = \"Small")
        .extended("hub.toml", RULES)
        .file(PAGE, TEXT)
        .page("other.md", "gp", "awareness", "Open to all. [Results](results.md)\n")
        .page("later.md", "gp", "service", "Later.\n")
        .file(
            "content/soon.md",
            "+++\ntitle = 'Soon'\npersonas = 'gp'\nstage = 'service'\npublish_on = 2099-01-01\n+++\n\nSoon.\n",
        )
        .file(
            "content/draft.md",
            "+++\ntitle = 'Rough'\npersonas = 'gp'\nstage = 'service'\nstatus = 'draft'\n+++\n\nRough.\n",
        )
        .file(
            "content/card.md",
            "+++\ntitle = 'Wallet card'\npersonas = 'gp'\nstage = 'service'\nkind = 'patient'\n+++\n\nShow [this](other.md).\n",
        )
        .file(
            "claims/all.toml",
            "[slower]\ntext = { en = 'The decline was 1.1 points less' }\nproduct = 'fict'\nreferences = ['trial, p. 508']\n",
        )
        .file("modules/care.md", "Mind the *monitoring*.\n")
        .file(
            "products/fict.toml",
            "name = 'Fictinemab'\ninn = 'fictinemab'\nadditional_monitoring = true\n",
        )
        .file(
            "references.bib",
            "@article{trial, author = {Verzinsel, S.}, title = {The trial}, journal = {J Fict}, year = {2026},\n\
             annotation = {At week 78 the difference was 1.1 points.}}\n",
        )
        .file(".gitignore", "/.etappe/\n/public/\n/pack*\n")
        .file(
            "roles.toml",
            "[[signers]]\nprincipal = 'anna@pharma.example'\nnames = ['Anna de Vries']\nroles = ['medical']\n",
        )
        .file(".gitattributes", "approvals/** -text\n")
}

fn open() -> Office {
    Office::of(hub())
}

/// What is done with packs.
trait Packing {
    /// Anna signs a page in English, and commits that.
    fn sign_page(&self, id: &str);

    /// The files of a pack, by path.
    fn pack(&self, name: &str, more: &[&str]) -> BTreeMap<String, String>;
}

impl Packing for Office {
    fn sign_page(&self, id: &str) {
        self.approve("anna", "medical", &[id, "--lang", "en"]).expect(0);
        self.commit("Signed");
    }

    fn pack(&self, name: &str, more: &[&str]) -> BTreeMap<String, String> {
        let out = self.root().join(name);
        let out = out.to_str().expect("plain");
        let args = ["review", "--as-of", LATER, "--out", out];
        self.ran(&[&args[..], more].concat()).expect(0);
        files_in(&self.root().join(name))
    }
}

fn files_in(folder: &Path) -> BTreeMap<String, String> {
    let files =
        walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable folder"));
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("below it").to_string_lossy();
            (path.into_owned(), std::fs::read_to_string(entry.path()).expect("text"))
        })
        .collect()
}

/// The text of a file: without its styles, with marks as `+` and `-`, its blocks apart.
fn said(html: &str) -> String {
    let styles = html.split("<style>");
    let mut text: String =
        styles.map(|piece| piece.split_once("</style>").map_or(piece, |(_, rest)| rest)).collect();
    text = text.replace("<span class=\"rv-heard\">inserted: </span>", "+");
    text = text.replace("<span class=\"rv-heard\">deleted: </span>", "-");
    for block in ["dt", "dd", "td", "th", "li", "p", "h1", "h2", "h3", "h4", "span"] {
        text = text.replace(&format!("</{block}>"), &format!(" </{block}>"));
    }
    Html::read(&text).text
}

#[test]
fn words_that_changed_since_the_signature_are_marked() {
    if !can_sign() {
        return;
    }
    let office = open();
    let new = office.pack("pack-new", &["--code", "NL-2"]);
    assert!(said(&new[FILE]).contains("Nobody has signed this page yet"));
    assert!(!new[FILE].contains("<ins class=\"rv-in\"><span"), "what is all new has no marks");
    office.sign_page("results");
    let same = office.pack("pack-same", &["--code", "NL-2"]);
    assert!(said(&same[FILE]).contains("Unchanged since Anna de Vries signed it as medical"));
    assert!(same["professionals/index.html"].contains("rv-unchanged"));

    office.hub.edit(PAGE, "It **slows** the decline", "It **may slow** the decline");
    office.hub.edit(PAGE, "46 (7.6%)", "47 (7.8%)");
    office.hub.edit(PAGE, "'What came out.'", "'What has come out.'");
    office.hub.edit("modules/care.md", "monitoring", "schedule");
    let changed = office.pack("pack-changed", &["--code", "NL-2"]);
    let page = said(&changed[FILE]);
    for expected in [
        "Changed since Anna de Vries signed it as medical",
        "changed It -slows +may slow the decline",
        "changed -46 (7.6%) +47 (7.8%)",
        "reused: module:care changed Mind the -monitoring +schedule.",
        "reused: claim:slower The decline was 1.1 points less",
        "What -came +has come out.",
        "This paragraph stays as it is.",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(changed[FILE].contains("<strong>"), "markup stays whole");
    let map = said(&changed["professionals/index.html"]);
    assert!(
        map.contains("What differs 1.1.1 en Results"),
        "what was signed once comes first\n{map}"
    );
}

#[test]
fn where_the_signed_text_is_gone_whole_parts_are_marked() {
    if !can_sign() {
        return;
    }
    let office = open();
    office.sign_page("results");
    office.hub.edit(PAGE, "slows", "stops");
    std::fs::remove_dir_all(office.root().join(".git")).expect("a repository");
    let pack = office.pack("pack", &[]);
    let page = said(&pack[FILE]);
    assert!(page.contains("The text that was signed is not to be had"), "{page}");
    assert!(page.contains("the text of the page changed"), "{page}");
    assert!(page.contains("reused: a claim unchanged since signed"), "{page}");
    assert!(!pack[FILE].contains("<ins class=\"rv-in\"><span"));
}

#[test]
fn what_was_written_once_and_is_gone_is_marked_as_a_whole() {
    if !can_sign() {
        return;
    }
    let office = open();
    office.sign_page("results");
    let records = office.root().join("approvals/NL-1");
    let record = std::fs::read_dir(&records).expect("a folder").filter_map(Result::ok);
    let record =
        record.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "toml"));
    let record = std::fs::read_to_string(record.expect("a record")).expect("text");
    office.hub.edit("claims/all.toml", "1.1 points", "1.2 points");
    let page = said(&office.pack("pack", &[])[FILE]);
    // Where the record has the claim's blob, its words are marked; else all of it is.
    let has_blob =
        record.lines().any(|line| line.contains("claim:slower") && line.contains("blob"));
    let expected = match has_blob {
        true => "reused: claim:slower changed The decline was -1.1 +1.2 points less",
        false => "reused: claim:slower changed as a whole The decline was 1.2 points less",
    };
    assert!(page.contains(expected), "{expected}\n{page}");
    assert_eq!(page.contains("What was signed of claim:slower is not to be had"), !has_blob);
}

#[test]
fn pages_that_were_signed_with_other_versions_of_a_module_are_each_compared_with_their_own() {
    if !can_sign() {
        return;
    }
    let office = open();
    office.sign_page("results");
    office.hub.edit("modules/care.md", "monitoring", "schedule");
    office.hub.edit("content/other.md", "Open to all.", "Open to all.\n\n::use{module=care}\n\n");
    office.commit("Another version");
    office.sign_page("other");
    office.hub.edit("modules/care.md", "schedule", "calendar");
    let pack = office.pack("pack", &[]);
    let (one, two) = (said(&pack[FILE]), said(&pack["professionals/en/1.1.2-other.html"]));
    assert!(one.contains("Mind the -monitoring +calendar."), "{one}");
    assert!(two.contains("Mind the -schedule +calendar."), "{two}");
}

#[test]
fn a_page_comes_with_all_that_a_reviewer_needs() {
    if !can_sign() {
        return;
    }
    let office = open();
    office.sign_page("results");
    let pack = office.pack("pack", &["--code", "NL-2026-12"]);
    let page = said(&pack[FILE]);
    for expected in [
        // What it is.
        "1.1.1 en Results",
        "code NL-2026-12",
        "Id results",
        "State approved",
        "Digest content-1:",
        // Meta texts.
        "description What came out.",
        "og:title Results",
        // Links, by their numbers.
        "link L1",
        "L1 other https://hub.example/huisartsen/possible/other/ internal, 1.1.2 en leads there",
        "L2 there https://x.example/a external not asked",
        // References with place and passage.
        "trial",
        "p. 507; p. 508",
        "At week 78 the difference was 1.1 points.",
        // Products, claims, modules.
        "Additional monitoring yes (black triangle)",
        "claim:slower The decline was 1.1 points less trial, p. 508",
        "module:care",
        // Signatures and the sheet.
        "NL-1/medical-anna-de-vries-1.toml internal, medical Anna de Vries",
        "medical (internal)",
        "☐ approved with changes",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(pack[FILE].contains(
        "@bottom-left{content:\"NL-2026-12 · 1.1.1 en Results · as of 2090-01-01 · content-1:"
    ));
}

/// Every address that a browser would follow by itself.
fn loaded(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        let Token::StartTag(tag) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if matches!(&*name, "script" | "link" | "iframe" | "object" | "embed" | "video" | "audio") {
            found.push(format!("<{name}>"));
        }
        for (key, value) in &tag.attributes {
            let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
            let is_own = value.starts_with("data:");
            if matches!(&*key, "src" | "srcset" | "poster" | "background" | "action") && !is_own {
                found.push(format!("{name} {key}={value}"));
            }
        }
    }
    let styles = html
        .split("url(")
        .skip(1)
        .filter(|rest| !rest.starts_with("\"data:") && !rest.starts_with("&quot;data:"));
    found.extend(styles.map(|rest| rest.chars().take(40).collect()));
    found.extend(html.contains("@import").then(|| "@import".to_owned()));
    found
}

#[test]
fn nothing_is_fetched_and_every_link_within_the_pack_leads_somewhere() {
    let hub = HubBuilder::memory_care().on_disk();
    let out = hub.path().join("pack");
    let args = ["review", "--as-of", "2026-11-22", "--out", out.to_str().expect("plain")];
    Etappe::inside(hub.path()).args(args).run().expect(0);
    let files = files_in(&out);
    assert!(files.len() > 40, "{}", files.len());
    for (path, html) in &files {
        assert_eq!(loaded(html), Vec::<String>::new(), "{path}");
        let page = Html::read(html);
        page.unique_ids(path);
        for href in page.hrefs() {
            if href.starts_with("http") || href.starts_with("mailto:") || href.starts_with("tel:") {
                continue;
            }
            let (target, fragment) = href.split_once('#').unwrap_or((href, ""));
            let target = match target {
                "" => path.clone(),
                target => etappe_base::path::join(
                    path.rsplit_once('/').map_or("", |(folder, _)| folder),
                    target,
                )
                .unwrap_or_default(),
            };
            let Some(html) = files.get(&target) else { panic!("{path} leads to {href}") };
            let is_there = fragment.is_empty()
                || fragment == "top"
                || Html::read(html).ids.iter().any(|id| id == fragment);
            assert!(is_there, "{path} leads to {href}");
        }
    }
}

#[test]
fn raw_html_brings_nothing_in_and_leaves_nothing_open() {
    let raw = "<video src=\"film.mp4\" poster=\"still.svg\">No film</video>\n\n\
         <iframe src=\"https://x.example/frame\"></iframe>\n\n\
         <picture><source srcset=\"still.svg\"><img src=\"still.svg\" alt=\"A still\"></picture>\n\n\
         <form action=\"https://x.example/\"><input type=\"image\" src=\"still.svg\" alt=\"Go\"></form>\n\n\
         <p style=\"background: url(still.svg)\">Styled</p>\n\n\
         <!--etappe:reused claim:none-->\n\nA [word](https://x.example/a).\n";
    let hub = HubBuilder::small()
        .page("raw.md", "gp", "awareness", raw)
        .file("content/film.mp4", "film")
        .file(
            "content/still.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>",
        )
        .on_disk();
    let out = hub.path().join("pack");
    let args = ["review", "raw", "--as-of", "2026-11-22", "--out", out.to_str().expect("plain")];
    let ran = Etappe::inside(hub.path()).args(args).run().expect(0);
    assert!(ran.stdout.contains("does not hold the video"), "{}", ran.stdout);
    let files = files_in(&out);
    let (_, page) = files.iter().find(|(path, _)| path.ends_with("-raw.html")).expect("the page");
    assert_eq!(loaded(page), Vec::<String>::new());
    for element in ["span", "div", "section", "main", "form"] {
        let begins = page.matches(&format!("<{element} ")).count()
            + page.matches(&format!("<{element}>")).count();
        assert_eq!(begins, page.matches(&format!("</{element}>")).count(), "{element}");
    }
}

#[test]
fn what_is_for_patients_stands_apart() {
    if !can_sign() {
        return;
    }
    let office = open();
    let pack = office.pack("pack", &[]);
    let card = "patients/en/1.2.2-card.html";
    let of =
        |part: &str| pack.iter().filter(|(path, _)| path.starts_with(part)).collect::<Vec<_>>();
    assert_eq!(of("patients/").len(), 2, "{:?}", pack.keys());
    assert!(said(&pack["patients/index.html"]).contains("Wallet card"));
    assert!(!said(&pack["professionals/index.html"]).contains("Wallet card"));
    for (own, other) in [("patients/", "professionals/"), ("professionals/", "patients/")] {
        for (path, html) in of(own) {
            let crossing = Html::read(html).hrefs().into_iter().any(|href| href.contains(other));
            assert!(!crossing, "{path} leads into {other}");
        }
    }
    assert!(said(&pack[card]).contains("internal, pages for professionals: 1.1.2 en"));
}

#[test]
fn pages_stand_as_readers_will_see_them_once_they_are_signed() {
    if !can_sign() {
        return;
    }
    let office = open();
    let pack = office.pack("pack", &[]);
    assert!(pack.contains_key("professionals/en/1.2.1-soon.html"), "{:?}", pack.keys());
    assert!(!pack.keys().any(|path| path.contains("draft")));
    for (path, html) in &pack {
        assert!(!html.contains("class=\"preview\"") && !html.contains("<!--"), "{path}");
    }
    let cover = said(&pack["index.html"]);
    assert!(cover.contains("content/draft.md draft"), "{cover}");
}

#[test]
fn the_same_hub_gives_the_same_bytes_and_a_zip_holds_the_folder() {
    if !can_sign() {
        return;
    }
    let office = open();
    office.sign_page("results");
    office.hub.edit(PAGE, "slows", "stops");
    let (one, two) = (office.pack("pack-1", &[]), office.pack("pack-2", &[]));
    assert_eq!(one, two);
    let zips = ["pack-1.zip", "pack-2.zip"].map(|name| {
        let out = office.root().join(name);
        office.ran(&["review", "--as-of", LATER, "--out", out.to_str().expect("plain")]).expect(0);
        std::fs::read(out).expect("a zip")
    });
    assert_eq!(zips[0], zips[1]);
    let archive = rawzip::ZipArchive::from_slice(&zips[0]).expect("a zip");
    let mut held = BTreeMap::new();
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().expect("an entry") {
        let path = entry.file_path().try_normalize().expect("a path").as_ref().to_owned();
        let data = archive.get_entry(entry.wayfinder()).expect("its data");
        let mut text = String::new();
        let inflated = flate2::bufread::DeflateDecoder::new(data.data());
        data.verifying_reader(inflated).read_to_string(&mut text).expect("text");
        held.insert(path, text);
    }
    assert_eq!(held, one);
}

#[test]
fn a_pack_holds_what_was_asked_for() {
    if !can_sign() {
        return;
    }
    let office = open();
    let pages = |more: &[&str]| -> Vec<String> {
        let name = format!("pack-{}", more.join("-").replace([':', '/'], "_"));
        let pack = office.pack(&name, more);
        pack.into_keys().filter(|path| !path.ends_with("index.html")).collect()
    };
    assert_eq!(pages(&["results"]), [FILE]);
    assert_eq!(pages(&["content/results.md"]), [FILE]);
    assert_eq!(pages(&["claim:slower"]), [FILE]);
    assert_eq!(pages(&["--persona", "gp", "--lang", "en", "other"]).len(), 1);
    office.hub.edit("claims/all.toml", "1.1 points", "1.2 points");
    assert_eq!(pages(&["--since", "HEAD"]), [FILE], "the claim is a part of the page");
}

#[test]
fn what_cannot_be_packed_is_refused_with_a_way_out() {
    if !can_sign() {
        return;
    }
    let office = open();
    office.pack("pack", &["results"]);
    for (args, expected) in [
        (vec!["--out", "pack"], "never written over"),
        (vec!["resultz", "--out", "pack-2"], "did you mean `results`"),
        (vec!["--persona", "gb", "--out", "pack-2"], "known here: `gp`, `nurse`"),
        (vec!["--lang", "de", "--out", "pack-2"], "the hub has no language `de`"),
        (vec!["--market", "nl", "--out", "pack-2"], "hub.toml names no market"),
        (vec!["claim:slover", "--out", "pack-2"], "did you mean `claim:slower`"),
        (vec!["@site", "--out", "pack-2"], "etappe digest @site"),
        (vec!["--since", "HEAD", "--out", "pack-2"], "differs from that of `HEAD`"),
        (vec!["--since", "nowhere", "--out", "pack-2"], "`nowhere` is no revision"),
    ] {
        let ran = office.ran(&[&["review"][..], &args[..]].concat()).expect(2);
        assert!(ran.stderr.contains(expected), "{args:?}\n{}", ran.stderr);
    }
    assert!(!office.root().join("pack-2").exists());
}

#[test]
fn readers_never_see_the_seams_of_a_review() {
    let tree = hub().without("content/draft.md").edited("hub.toml", RULES, "").tree();
    for (path, bytes) in &tree.outputs {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("etappe:") && !text.contains("claim:slower"), "{path}");
    }
}

#[test]
fn a_file_that_would_be_too_large_leaves_its_pictures_out_and_says_so() {
    let curve = format!("M0 0{}", " L1 1".repeat(3_300_000));
    let large = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><path \
         d=\"{curve}\"/></svg>"
    );
    let hub = HubBuilder::small()
        .page("big.md", "gp", "awareness", "![A curve](big.svg)\n")
        .file("content/big.svg", large)
        .on_disk();
    let out = hub.path().join("pack");
    let args = ["review", "big", "--as-of", "2026-11-22", "--out", out.to_str().expect("plain")];
    let ran = Etappe::inside(hub.path()).args(args).run().expect(0);
    assert!(ran.stdout.contains("would be larger than 20 MB"), "{}", ran.stdout);
    let files = files_in(&out);
    let (_, page) = files.iter().find(|(path, _)| path.ends_with("-big.html")).expect("the page");
    assert!(page.len() < 1_000_000 && page.contains("(A curve)]"), "{}", page.len());
    assert!(said(page).contains("they are left out"));
}

#[test]
fn a_hub_of_400_pages_is_packed_within_bounds() {
    let mut hub = HubBuilder::small();
    for at in 0..400 {
        let body = format!("Text {at}. [Next](p{}.md)\n", (at + 1) % 400);
        hub = hub.page(&format!("p{at}.md"), "gp", "awareness", &body);
    }
    let hub = hub.on_disk();
    let out = hub.path().join("pack");
    let args = ["review", "--as-of", "2026-11-22", "--out", out.to_str().expect("plain")];
    Etappe::inside(hub.path()).args(args).run().expect(0);
    let files = files_in(&out);
    assert_eq!(files.len(), 402);
    let largest = files.values().map(String::len).max().unwrap_or_default();
    assert!(largest < 500_000, "{largest}");
}
