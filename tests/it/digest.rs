//! What signatures of items are bound to: which changes of a hub are changes of which parts, and
//! that another program comes to the same. That one is `tests/digest/`, in Python, and shares
//! nothing with this.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::command::{Ran, etappe};
use crate::support::{HubBuilder, HubOnDisk, left_out, root};
use etappe_base::path::HubPath;
use etappe_compliance::digest::{Digests, sha256};
use etappe_compliance::{Item, ItemDigest};

/// The digest of every item, as the program has it.
fn digests(hub: &HubBuilder) -> BTreeMap<Item, ItemDigest> {
    let loaded = hub.load();
    let read = |path: &HubPath| hub.files.get(path.as_str()).map(<[u8]>::to_vec);
    let content = loaded.revision.content.as_ref().expect("there is a plan to go on with");
    let material = &content.material;
    let digests = Digests::new(&material.hub, &material.library, &read);
    let worked = |item: Item| {
        let digest = digests.digest(&item).unwrap_or_else(|| panic!("{item:?} has a digest"));
        (item, digest)
    };
    digests.items().into_iter().map(worked).collect()
}

/// What stands for an item in a report: its name, language and market.
fn name(item: &Item) -> String {
    format!("{} {} {}", item.id, item.lang, item.market.as_deref().unwrap_or("*"))
}

/// The items of hubs in folders as the other program has them; `None` where there is no Python that
/// is new enough.
fn by_the_other(folders: &[PathBuf]) -> Option<Vec<BTreeMap<String, Value>>> {
    let version = Command::new("python3").args(["-c", "import tomllib"]).status();
    if !version.is_ok_and(|status| status.success()) {
        left_out("digest", "there is no python3 that knows TOML");
        return None;
    }
    let ran = Command::new("python3")
        .arg("-B")
        .arg(root().join("tests/digest/digest.py"))
        .args(folders)
        .output()
        .expect("python3 runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let hubs: Vec<Vec<Value>> = serde_json::from_slice(&ran.stdout).expect("it prints JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let name = |one: &Value| {
        format!("{} {} {}", text(&one["item"]), text(&one["lang"]), text(&one["market"]))
    };
    // Of two pages with one id, which is an error, the first stands.
    let by_name = |hub: Vec<Value>| hub.into_iter().rev().map(|one| (name(&one), one)).collect();
    Some(hubs.into_iter().map(by_name).collect())
}

/// How the other program's items differ from these, which it must have. It does not know which
/// pages have errors, so that it may have more.
fn differences(own: &BTreeMap<Item, ItemDigest>, others: &BTreeMap<String, Value>) -> Vec<String> {
    let mut differences = Vec::new();
    for (item, digest) in own {
        let name = name(item);
        let Some(other) = others.get(&name) else {
            differences.push(format!("{name}: the other program has no such item"));
            continue;
        };
        let parts: BTreeMap<String, String> =
            serde_json::from_value(other["parts"].clone()).expect("sums by name");
        let names: BTreeSet<&String> = parts.keys().chain(digest.parts.keys()).collect();
        for part in names.into_iter().filter(|part| parts.get(*part) != digest.parts.get(*part)) {
            differences.push(format!("{name}: `{part}`: {}", other["sources"][part]));
        }
        if other["digest"] != *digest.digest {
            differences.push(format!("{name}: the digest"));
        }
    }
    differences
}

#[test]
fn another_program_comes_to_the_same_over_every_hub_of_this_repository() {
    let folders: Vec<PathBuf> = [
        "",
        "examples/arabic-dutch",
        "examples/broken",
        "examples/minimal",
        "examples/starter",
        "tests/browser/hub",
    ]
    .map(|folder| root().join(folder))
    .into();
    let Some(others) = by_the_other(&folders) else { return };
    for (folder, others) in folders.iter().zip(&others) {
        let own = digests(&HubBuilder::folder(folder));
        assert!(own.len() > 1, "{} has items", folder.display());
        let differences = differences(&own, others);
        assert_eq!(differences, [""; 0], "{}", folder.display());
    }
}

const HUB: &str = r#"title = { en = "Memory Care Hub", nl = "Geheugenzorg" }
company = "Voorbeeld Pharma B.V. (fictitious)"
languages = ["en", "nl"]

[[markets]]
id = "nl"
languages = ["en", "nl"]

[[markets]]
id = "be"
languages = ["nl"]

[[links]]
label = { en = "Report a side effect", nl = "Meld een bijwerking" }
to = "https://report.example"

[[stages]]
id = "awareness"
slug = "possible"
label = "What is possible"

[[stages]]
id = "service"
label = "In practice"
"#;

const PRODUCT: &str = r#"name = "Fictinemab"
inn = "fictinemab"
other_names = ["Ficti"]
additional_monitoring = true
isi = { en = "Watch for swelling.", nl = "Let op zwelling." }
launched = { nl = 2026-03-02 }
competitors = ["Anderimab"]

[[indications]]
id = "early"
text = { en = "Early memory loss", nl = "Beginnend geheugenverlies" }

[[indications]]
id = "late"
text = "Late memory loss"
markets = ["be"]

[pi.nl]
file = "static/pi.txt"
date = 2026-10-01
posology = { en = "Once a month", nl = "Eens per maand" }

[pi.be]
posology = "Twice a month"
"#;

const REFERENCES: &str = r#"@string{tfg = "Tijdschr Fict Geheugenzorg"}

@article{dia2026,
  author  = {Dia, A.},
  title   = {Diaries},
  journal = tfg,
  year    = {2026}
}

@article{claimed2024,
  title = {Claimed},
  year  = {2024}
}

@article{other2025,
  title = {Other},
  year  = {2025}
}
"#;

const CLAIMS: &str = r#"[slowing]
text = { en = "Slows *decline*", nl = "Remt *achteruitgang*" }
variations = { en = ["Decline slows"] }
footnote = "In 18 months."
product = "fictinemab"
category = "efficacy"
references = "claimed2024, p. 2"

[swelling]
text = { en = "May cause swelling" }
product = "fictinemab"
category = "safety"
markets = ["nl"]
references = "dia2026"

[nausea]
text = { en = "May cause nausea" }
product = "fictinemab"
category = "safety"
markets = ["be"]
references = "other2025"

[weekly]
text = { en = "Takes an hour" }
product = "fictinemab"
category = "dosing"
references = "dia2026"
"#;

const OUTER: &str = "Every *four* weeks.\n\n::use{module=inner}\n";

const INNER: &str = "![A drip](drip.png) :claim{id=weekly}, see [more](../content/more.md#end).\n";

const PAGE: &str = r#"+++
title = "Starting treatment"
summary = "How treatment begins"
personas = ["gp", "pa"]
stage = "service"
kind = "promo"
product = "fictinemab"
image = "curve.png"
+++

Treatment *begins* with a scan [@dia2026, p. 4]; see [the tests](../tests.md#memory).
A line that ends  
with a break, at a café.

<!-- For the reviewer. -->

![The curve falls](curve.png "Curve")

:::note
Ask [the clinic][clinic] first, or read <a href="../tests.md">what is tested</a>.
:::

::download[The form]{href="form.txt"}

:::for{persona=gp}
For you: ![Small](/service/small.png)
:::

<object data="leaflet.pdf" aria-label="Leaflet"></object>

:claim{id=slowing}

::claims{category=safety}

::use{module=outer}

::use{module=belgian}

[clinic]: /tests.md
[unused]: form.txt

`[code](curve.png)` stays.
"#;

/// A hub in which everything that a digest covers occurs once.
fn base() -> HubBuilder {
    let page = |title: &str, text: &str| {
        format!(
            "+++\ntitle = \"{title}\"\npersonas = \"all\"\nstage = \"awareness\"\n+++\n\n{text}"
        )
    };
    HubBuilder::empty()
        .file("hub.toml", HUB)
        .file("products/fictinemab.toml", PRODUCT)
        .file("references.bib", REFERENCES)
        .file("claims/fictinemab.toml", CLAIMS)
        .file("personas/gp.toml", "label = \"General practitioners\"\nprofession = \"physician\"\n")
        .file(
            "personas/pa.toml",
            "label = \"Assistants\"\nprofession = [\"physician-assistant\", \"nurse\"]\n",
        )
        .file("content/service/start.md", PAGE)
        .file("content/tests.md", page("Tests", "## Memory\n\nText.\n"))
        .file("content/tests.nl.md", page("Tests", "## Geheugen {#memory}\n\nTekst.\n"))
        .file("content/more.md", page("More", "## End\n\nText.\n"))
        .file("modules/outer.md", OUTER)
        .file("modules/outer.nl.md", "Elke *vier* weken.\n")
        .file("modules/inner.md", INNER)
        .file("modules/drip.png", b"\0drip".as_slice())
        .file("modules/belgian.md", "+++\nmarkets = \"be\"\n+++\nIn Belgium.\n")
        .file("content/service/curve.png", b"\0curve".as_slice())
        .file("content/service/small.png", b"\0small".as_slice())
        .file("content/service/form.txt", "A form\nof two lines\n")
        .file("content/service/leaflet.pdf", b"\0leaflet".as_slice())
        .file("static/pi.txt", "Prescribing information\n")
}

const START: &str = "content/service/start.md";

/// A change of the hub, and the parts of the page, in English for `nl`, that it changes; those of
/// other items stand behind their names.
struct Change {
    what: &'static str,
    edit: fn(HubBuilder) -> HubBuilder,
    parts: &'static str,
}

/// Changes of the page by a text that stands in it once.
macro_rules! changes {
    ($($what:literal: $edit:expr => $parts:literal;)+) => {
        &[$(Change { what: $what, edit: $edit, parts: $parts }),+]
    };
}

fn rewritten(hub: HubBuilder, edit: impl FnOnce(String) -> String) -> HubBuilder {
    let text = edit(hub.text(START));
    hub.file(START, text)
}

const CHANGES: &[Change] = changes! {
    "nothing": |hub| hub => "";
    // The text.
    "a word": |hub| hub.edited(START, "*begins*", "*starts*") => "text";
    "a space within a line": |hub| hub.edited(START, "with a scan", "with  a scan") => "text";
    "a space at the end of a line": |hub| hub.edited(START, "#memory).", "#memory). ") => "";
    "two spaces at the end of a line": |hub| {
        hub.edited(START, "#memory).", "#memory).  ")
    } => "text";
    "more spaces where a line breaks": |hub| hub.edited(START, "ends  \n", "ends     \n") => "";
    "one space where a line broke": |hub| hub.edited(START, "ends  \n", "ends \n") => "text";
    "a tab at the end of a line": |hub| hub.edited(START, "#memory).", "#memory).\t") => "text";
    "an empty line more": |hub| hub.edited(START, "scan [", "scan\n\n[") => "text";
    "final line ends": |hub| hub.extended(START, "\n\n\n") => "";
    "no final line end": |hub| rewritten(hub, |text| text.trim_end().to_owned()) => "";
    "line ends of Windows": |hub| rewritten(hub, |text| text.replace('\n', "\r\n")) => "";
    "a byte-order mark": |hub| rewritten(hub, |text| format!("\u{feff}{text}")) => "";
    "decomposed letters": |hub| hub.edited(START, "caf\u{e9}", "cafe\u{301}") => "";
    "a letter without its accent": |hub| hub.edited(START, "caf\u{e9}", "cafe") => "text";
    "a comment": |hub| hub.edited(START, "For the reviewer", "For reviewers") => "text";
    "the spelling of a directive": |hub| {
        hub.edited(START, ":::note\nAsk", "::::note\nAsk")
    } => "text";
    "a directive's parameter": |hub| hub.edited(START, "{persona=gp}", "{persona=pa}") => "text";
    "a description": |hub| hub.edited(START, "![The curve", "![A curve") => "text";
    "a link's title": |hub| hub.edited(START, "\"Curve\"", "\"A curve\"") => "text";
    "an anchor": |hub| hub.edited(START, "#memory", "") => "text";
    "another target": |hub| hub.edited(START, "](../tests.md#", "](start.md#") => "text";
    "another spelling of a target": |hub| hub.edited(START, "](../tests.md#", "](/tests#") => "";
    "another spelling in a definition": |hub| {
        hub.edited(START, "[clinic]: /tests.md", "[clinic]: ../tests.nl.md")
    } => "";
    "another spelling in raw HTML": |hub| {
        hub.edited(START, "<a href=\"../tests.md\">", "<a href=\"/tests.md\">")
    } => "";
    "another target in a directive": |hub| {
        hub.edited(START, "{href=\"form.txt\"}", "{href=\"curve.png\"}")
    } => "text";
    // Files.
    "a byte of an image": |hub| {
        hub.file("content/service/curve.png", b"\0curvf".as_slice())
    } => "front text";
    "a byte of an image for some": |hub| {
        hub.file("content/service/small.png", b"\0smalm".as_slice())
    } => "text";
    "a file that is shown as an object": |hub| {
        hub.file("content/service/leaflet.pdf", b"\0leaflets".as_slice())
    } => "text";
    "a word of a form": |hub| {
        hub.file("content/service/form.txt", "A form\nof three lines\n")
    } => "text";
    "line ends of a form": |hub| {
        hub.file("content/service/form.txt", "A form\r\nof two lines\r\n")
    } => "";
    "an image that only code names": |hub| {
        hub.edited(START, "`[code](curve.png)`", "`[code](small.png)`")
    } => "text";
    "an image of another name": |hub| {
        rewritten(hub, |text| {
            let (before, code) = text.split_once('`').expect("the text ends with code");
            format!("{}`{code}", before.replace("curve.png", "graph.png"))
        })
        .file("content/service/graph.png", b"\0curve".as_slice())
        .without("content/service/curve.png")
    } => "";
    // Front matter.
    "the title": |hub| hub.edited(START, "Starting treatment", "Start of treatment") => "front";
    "the title from the folder": |hub| {
        hub.edited(START, "title = \"Starting treatment\"\n", "")
            .file("content/service/_defaults.toml", "title = \"Starting treatment\"\n")
    } => "";
    "the kind from the folder": |hub| {
        hub.edited(START, "kind = \"promo\"\n", "")
            .file("content/service/_defaults.toml", "kind = \"promo\"\n")
    } => "";
    "the summary": |hub| {
        hub.edited(START, "How treatment begins", "How treatment starts")
    } => "front";
    "the kind": |hub| hub.edited(START, "\"promo\"", "\"safety\"") => "front";
    "no product": |hub| {
        hub.edited(START, "product = \"fictinemab\"\n", "")
    } => "front";
    "no image": |hub| hub.edited(START, "image = \"curve.png\"\n", "") => "front";
    "a list of one": |hub| hub.edited(START, "\"fictinemab\"", "[\"fictinemab\"]") => "";
    "a date of change": |hub| hub.edited(START, "kind", "updated = 2026-11-01\nkind") => "";
    "its place": |hub| hub.edited(START, "kind", "order = 3\nkind") => "";
    "its stage": |hub| hub.edited(START, "stage = \"service\"", "stage = \"awareness\"") => "";
    "its slug": |hub| hub.edited(START, "kind", "slug = \"begin\"\nkind") => "";
    "its state": |hub| hub.edited(START, "kind", "status = \"draft\"\nkind") => "";
    "its market": |hub| hub.edited(START, "kind", "markets = \"nl\"\nkind") => "";
    "YAML instead of TOML": |hub| {
        rewritten(hub, |text| text.replace("+++", "---").replace(" = ", ": "))
    } => "";
    // Whom it reaches.
    "a persona of another profession": |hub| {
        hub.edited(START, "[\"gp\", \"pa\"]", "[\"gp\", \"pa\", \"pharmacist\"]").file(
            "personas/pharmacist.toml",
            "label = \"Pharmacists\"\nprofession = \"pharmacist\"\n",
        )
    } => "audience @site:texts";
    "a persona of the same profession": |hub| {
        hub.edited(START, "[\"gp\", \"pa\"]", "[\"gp\", \"pa\", \"neurologist\"]").file(
            "personas/neurologist.toml",
            "label = \"Neurologists\"\nprofession = \"physician\"\n",
        )
    } => "@site:texts";
    "a persona without a profession": |hub| {
        hub.edited(START, "[\"gp\", \"pa\"]", "[\"gp\", \"pa\", \"carer\"]")
            .file("personas/carer.toml", "label = \"Carers\"\n")
    } => "audience @site:texts";
    "a persona that it is not for": |hub| {
        hub.file("personas/carer.toml", "label = \"Carers\"\n")
    } => "@site:texts";
    "fewer personas": |hub| hub.edited(START, "[\"gp\", \"pa\"]", "[\"gp\"]") => "audience";
    "a profession on a card": |hub| {
        hub.edited("personas/gp.toml", "\"physician\"", "\"dentist\"")
    } => "audience";
    "a label on a card": |hub| {
        hub.edited("personas/gp.toml", "General practitioners", "Doctors")
    } => "@site:texts";
    // What it cites.
    "a reference's year": |hub| {
        hub.edited("references.bib", "{2026}", "{2027}")
    } => "reference:dia2026";
    "white space in a reference": |hub| {
        hub.edited("references.bib", "year    = {2026}\n", "\tyear =  {2026}\n\n")
    } => "";
    "a name that a reference draws on": |hub| {
        hub.edited("references.bib", "Geheugenzorg\"", "Zorg\"")
    } => "reference:dia2026";
    "another reference": |hub| hub.edited("references.bib", "{2025}", "{2024}") => "";
    "another key": |hub| {
        hub.edited(START, "@dia2026", "@other2025")
    } => "reference:other2025 text";
    "a locator": |hub| hub.edited(START, "p. 4", "p. 5") => "text";
    // What it claims.
    "the words of a claim": |hub| {
        hub.edited("claims/fictinemab.toml", "Slows *decline*", "Slows *the decline*")
    } => "claim:slowing";
    "its words in another language": |hub| {
        hub.edited("claims/fictinemab.toml", "Remt *achteruitgang*", "Remt *verlies*")
    } => "";
    "its other words": |hub| {
        hub.edited("claims/fictinemab.toml", "Decline slows", "Decline is slowed")
    } => "claim:slowing";
    "what must stand below it": |hub| {
        hub.edited("claims/fictinemab.toml", "In 18 months", "In 12 months")
    } => "claim:slowing";
    "when it expires": |hub| {
        hub.edited("claims/fictinemab.toml", "footnote", "expires = 2030-01-01\nfootnote")
    } => "";
    "its category": |hub| hub.edited("claims/fictinemab.toml", "efficacy", "effect") => "";
    "a locator of its reference": |hub| {
        hub.edited("claims/fictinemab.toml", "p. 2", "p. 3")
    } => "claim:slowing";
    "its reference": |hub| {
        hub.edited("references.bib", "{2024}", "{2023}")
    } => "reference:claimed2024";
    "another reference of it": |hub| {
        hub.edited("claims/fictinemab.toml", "claimed2024, p. 2", "dia2026")
    } => "claim:slowing reference:claimed2024";
    "a claim more in a list": |hub| {
        hub.extended(
            "claims/fictinemab.toml",
            "[dizzy]\ntext = \"Dizziness\"\ncategory = \"safety\"\nreferences = \"dia2026\"\n",
        )
    } => "claim:dizzy";
    "a claim more in no list": |hub| {
        hub.extended(
            "claims/fictinemab.toml",
            "[fast]\ntext = \"Works fast\"\ncategory = \"efficacy\"\nreferences = \"dia2026\"\n",
        )
    } => "";
    "a claim of another market": |hub| {
        hub.edited("claims/fictinemab.toml", "May cause nausea", "Causes nausea")
    } => "";
    "a claim that moves to another file": |hub| {
        let text = hub.text("claims/fictinemab.toml");
        hub.without("claims/fictinemab.toml").file("claims/more/all.toml", text)
    } => "";
    // The modules that it uses.
    "the words of a module": |hub| {
        hub.edited("modules/outer.md", "*four*", "*five*")
    } => "module:outer";
    "those of a module within it": |hub| {
        hub.edited("modules/inner.md", "see [", "look at [")
    } => "module:inner";
    "a module in another language": |hub| {
        hub.edited("modules/outer.nl.md", "*vier*", "*vijf*")
    } => "";
    "a module of another market": |hub| {
        hub.edited("modules/belgian.md", "In Belgium", "In all of Belgium")
    } => "";
    "a module that comes to be of this market": |hub| {
        hub.edited("modules/belgian.md", "\"be\"", "[\"be\", \"nl\"]")
    } => "module:belgian";
    "when a module expires": |hub| {
        hub.file("modules/outer.md", format!("+++\nexpires = 2030-01-01\n+++\n{OUTER}"))
    } => "";
    "whom a module is for": |hub| {
        hub.file("modules/outer.md", format!("+++\npersonas = \"gp\"\n+++\n{OUTER}"))
    } => "audience:outer";
    "a condition on stages in a module": |hub| {
        hub.file("modules/outer.md", format!("{OUTER}\n:::for{{stage=service}}\nNow.\n:::\n"))
    } => "module:outer stage";
    "the words of a claim in a module": |hub| {
        hub.edited("claims/fictinemab.toml", "Takes an hour", "Takes two hours")
    } => "claim:weekly";
    "another claim in a module": |hub| {
        hub.edited("modules/inner.md", "id=weekly", "id=slowing")
    } => "claim:weekly module:inner";
    "a reference that a module cites": |hub| {
        hub.edited("modules/inner.md", "#end).", "#end) [@other2025].")
    } => "module:inner reference:other2025";
    "another spelling of a target in a module": |hub| {
        hub.edited("modules/inner.md", "../content/more.md", "/more")
    } => "";
    "the id of a target in a module": |hub| {
        hub.edited("content/more.md", "title", "id = \"others\"\ntitle")
    } => "module:inner";
    "a byte of an image beside a module": |hub| {
        hub.file("modules/drip.png", b"\0drop".as_slice())
    } => "module:inner";
    "no module within it": |hub| {
        hub.edited("modules/outer.md", "::use{module=inner}", "")
    } => "claim:weekly module:inner module:outer";
    // The product.
    "an indication": |hub| {
        hub.edited("products/fictinemab.toml", "Early memory loss", "Memory loss")
    } => "product:fictinemab";
    "an indication in another language": |hub| {
        hub.edited("products/fictinemab.toml", "Beginnend geheugenverlies", "Verlies")
    } => "";
    "an indication of another market": |hub| {
        hub.edited("products/fictinemab.toml", "Late memory loss", "Late loss")
    } => "";
    "the black triangle": |hub| {
        hub.edited("products/fictinemab.toml", "additional_monitoring = true\n", "")
    } => "product:fictinemab";
    "the product's name": |hub| {
        hub.edited("products/fictinemab.toml", "\"Fictinemab\"", "\"Fictinimab\"")
    } => "product:fictinemab";
    "a competitor": |hub| hub.edited("products/fictinemab.toml", "Anderimab", "Anderomab") => "";
    "the prescribing information": |hub| {
        hub.edited("products/fictinemab.toml", "2026-10-01", "2026-11-01")
    } => "product:fictinemab";
    "that of another market": |hub| {
        hub.edited("products/fictinemab.toml", "Twice a month", "Once a year")
    } => "";
    "that in another language": |hub| {
        hub.edited("products/fictinemab.toml", "Eens per maand", "Elke maand")
    } => "";
    "the file of it": |hub| {
        hub.file("static/pi.txt", "Other information\n")
    } => "product:fictinemab";
    // The hub.
    "a market more": |hub| {
        hub.edited(
            "hub.toml",
            "[[links]]",
            "[[markets]]\nid = \"uk\"\nlanguages = \"en\"\n\n[[links]]",
        )
    } => "";
    "a language more": |hub| {
        hub.edited(
            "hub.toml",
            "languages = [\"en\", \"nl\"]\n\n[[markets]]\nid = \"nl\"\n",
            "languages = [\"en\", \"nl\", \"fr\"]\n\n[[markets]]\nid = \"nl\"\n",
        )
    } => "";
    "a channel more": |hub| {
        hub.edited("personas/gp.toml", "profession", "channels = [\"email\"]\nprofession")
    } => "";
    "another theme": crate::support::in_plain_theme => "";
    "the hub's title": |hub| {
        hub.edited("hub.toml", "Memory Care Hub", "Memory Hub")
    } => "@site:texts";
    "where the hub's link leads": |hub| {
        hub.edited("hub.toml", "report.example", "report2.example")
    } => "@site:texts";
    "a word of the theme": |hub| {
        hub.file("templates/strings/en.toml", "footnotes = \"Small print\"\n")
    } => "@site:texts";
    "a word of the theme in another language": |hub| {
        hub.file("templates/strings/nl.toml", "footnotes = \"Kleine letters\"\n")
    } => "";
    // Files that move.
    "this page and one it links to, with their ids": |hub| {
        let tests = hub.text("content/tests.md").replacen("+++\n", "+++\nid = \"tests\"\n", 1);
        let dutch = hub.text("content/tests.nl.md");
        let page = hub.text(START).replacen("+++\n", "+++\nid = \"service/start\"\n", 1);
        let page = page.replace("/tests.md", "/exams.md");
        hub.without("content/tests.md").without("content/tests.nl.md").without(START)
            .file("content/exams.md", tests)
            .file("content/exams.nl.md", dutch)
            .file("content/service/begin.md", page)
    } => "";
    "a page that it links to, without its id": |hub| {
        let tests = hub.text("content/tests.md");
        rewritten(hub, |text| text.replace("/tests.md", "/exams.md"))
            .without("content/tests.md").without("content/tests.nl.md")
            .file("content/exams.md", tests)
    } => "text";
};

/// The parts of two digests of one item that differ, by their names in order.
fn changed(before: &ItemDigest, after: &ItemDigest) -> Vec<String> {
    let names: BTreeSet<&String> = before.parts.keys().chain(after.parts.keys()).collect();
    let differs = |part: &&String| before.parts.get(*part) != after.parts.get(*part);
    let parts: Vec<String> = names.into_iter().filter(differs).cloned().collect();
    assert_eq!(parts.is_empty(), before.digest == after.digest, "parts and digest go together");
    parts
}

/// The page and `@site`, in English for `nl`.
fn looked_at(all: &BTreeMap<Item, ItemDigest>) -> [(&'static str, &ItemDigest); 2] {
    let of = |id: &str| {
        let is_it = |item: &&Item| name(item) == format!("{id} en nl");
        let item = all.keys().find(is_it).unwrap_or_else(|| panic!("there is no `{id}`"));
        &all[item]
    };
    [("", of("service/start")), ("@site:", of("@site"))]
}

#[test]
fn each_change_is_one_of_the_parts_that_hold_it() {
    let before = digests(&base());
    let mut wrong = Vec::new();
    for change in CHANGES {
        let after = digests(&(change.edit)(base()));
        let mut found = Vec::new();
        for ((prefix, before), (_, after)) in looked_at(&before).into_iter().zip(looked_at(&after))
        {
            found.extend(changed(before, after).into_iter().map(|part| format!("{prefix}{part}")));
        }
        if found.join(" ") != change.parts {
            wrong.push(format!("{}: {} and not {}", change.what, found.join(" "), change.parts));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn the_stage_counts_where_a_text_asks_for_one() {
    let asks = "Text.\n\n:::for{stage=service}\nNow.\n:::\n";
    for (text, parts) in [(asks, "stage"), ("Text.\n", "")] {
        let hub = base().edited("content/more.md", "Text.\n", text);
        let moved = hub.clone().edited("content/more.md", "awareness", "service");
        let [before, after] = [digests(&hub), digests(&moved)];
        let of = |all: &BTreeMap<Item, ItemDigest>| {
            let item = all.iter().find(|(item, _)| name(item) == "more en nl");
            item.expect("the page has a digest").1.clone()
        };
        assert_eq!(changed(&of(&before), &of(&after)).join(" "), parts);
    }
}

#[test]
fn two_pages_of_one_id_have_no_digest() {
    let twice = base().edited("content/more.md", "title", "id = \"tests\"\ntitle");
    let digests = digests(&twice);
    assert!(!digests.keys().any(|item| name(item).starts_with("tests ")), "{digests:?}");
}

#[test]
fn another_program_comes_to_the_same_after_each_change() {
    let hubs: Vec<HubBuilder> = CHANGES.iter().map(|change| (change.edit)(base())).collect();
    let folders: Vec<HubOnDisk> = hubs.iter().map(HubBuilder::on_disk).collect();
    let paths: Vec<PathBuf> = folders.iter().map(|folder| folder.path().to_owned()).collect();
    let Some(others) = by_the_other(&paths) else { return };
    let mut wrong = Vec::new();
    for ((change, hub), others) in CHANGES.iter().zip(&hubs).zip(&others) {
        let found = differences(&digests(hub), others);
        wrong.extend(found.into_iter().map(|found| format!("{}: {found}", change.what)));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn the_hub_of_the_table_has_no_fault_but_an_unused_definition_and_a_module_of_another_market() {
    assert_eq!(base().load().codes(), ["module.market", "reference.unused"]);
}

#[test]
fn a_page_has_a_digest_for_each_of_its_markets_in_each_of_its_languages() {
    let names = |hub: &HubBuilder| digests(hub).keys().map(name).collect::<Vec<String>>();
    let all = [
        "more en nl",
        "service/start en nl",
        "tests en nl",
        "tests nl be",
        "tests nl nl",
        "claim:slowing en nl",
        "claim:slowing nl be",
        "claim:slowing nl nl",
        "claim:swelling en nl",
        "claim:weekly en nl",
        "module:inner en nl",
        "module:outer en nl",
        "module:outer nl be",
        "module:outer nl nl",
        "@site en nl",
        "@site nl be",
        "@site nl nl",
    ];
    assert_eq!(names(&base()), all);
    let page = base().edited("content/tests.nl.md", "stage", "markets = \"be\"\nstage");
    assert_eq!(names(&page).iter().filter(|name| name.starts_with("tests nl")).count(), 1);
    let without = HubBuilder::small().page("a.md", "gp", "service", "Text.\n");
    assert_eq!(names(&without), ["a en *", "@site en *", "@site nl *"]);
    let faulty = HubBuilder::small().page("a.md", "nobody", "service", "Text.\n");
    assert_eq!(names(&faulty), ["@site en *", "@site nl *"]);
}

// The command.

fn printed(hub: &HubOnDisk, args: &[&str]) -> Ran {
    etappe(hub.path(), &[&["digest"], args].concat())
}

#[test]
fn items_are_named_by_id_or_by_file() {
    let hub = base().on_disk();
    let lines = |args: &[&str]| {
        let ran = printed(&hub, args).expect(0);
        let items = ran.stdout.lines().map(|line| line.split_once("  ").expect("two columns").1);
        items.map(str::to_owned).collect::<Vec<String>>()
    };
    assert_eq!(lines(&["tests"]), ["tests  en  nl", "tests  nl  be", "tests  nl  nl"]);
    assert_eq!(lines(&["content/tests.nl.md"]), ["tests  nl  be", "tests  nl  nl"]);
    assert_eq!(lines(&["tests", "--lang", "nl", "--market", "be"]), ["tests  nl  be"]);
    assert_eq!(lines(&["claim:swelling"]), ["claim:swelling  en  nl"]);
    assert_eq!(lines(&["module:outer", "--market", "be"]), ["module:outer  nl  be"]);
    assert_eq!(lines(&["--lang", "en"]).len(), 9);
    assert_eq!(lines(&[]).len(), 17);
}

#[test]
fn what_is_no_item_is_a_slip_on_the_command_line() {
    let hub = base().file("content/faulty.md", "+++\ntitle = 1\n+++\n").on_disk();
    let said = |args: &[&str]| printed(&hub, args).expect(2).stderr;
    assert!(said(&["service/strat"]).contains("did you mean `service/start`?"));
    assert!(said(&["content/tests.de.md"]).contains("did you mean `content/tests.md`?"));
    assert!(said(&["claim:slows"]).contains("did you mean `claim:slowing`?"));
    assert!(said(&["content/faulty.md"]).contains("`etappe check` says why"));
    assert!(said(&["tests", "--lang", "en", "--market", "be"]).contains("en for nl, nl for be"));
    assert!(said(&["--lang", "ln"]).contains("there is no language `ln`; known here: `en`, `nl`"));
    assert!(said(&["--market", "uk"]).contains("there is no market `uk`"));
}

#[test]
fn what_is_hashed_can_be_hashed_again() {
    let hub = base().on_disk();
    let report = printed(&hub, &["--explain", "--format", "json"]).expect(0).json();
    let items = report["items"].as_array().expect("a list");
    assert_eq!(items.len(), 17);
    for item in items {
        for (part, sum) in item["parts"].as_object().expect("a table") {
            let source = item["sources"][part].as_str().expect("a text");
            assert_eq!(*sum, sha256(source.as_bytes()), "{part}");
        }
    }
    let text = printed(&hub, &["service/start", "--explain"]).expect(0).stdout;
    for line in [
        "  text",
        "    [\"nurse\",\"physician\",\"physician-assistant\"]",
        "    A line that ends··",
        "see [the tests](page:tests#memory).",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

// The description.

/// The blocks of code in the description, each with the words behind its backquotes.
fn examples() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join("docs/digest.md")).expect("it is there");
    let mut blocks = text.split("\n```").skip(1);
    let mut found = Vec::new();
    while let (Some(block), Some(_)) = (blocks.next(), blocks.next()) {
        let (info, code) = block.split_once('\n').expect("a block has lines");
        found.push((info.to_owned(), code.to_owned()));
    }
    found
}

#[test]
fn the_examples_of_the_description_are_as_it_says() {
    let examples = examples();
    let is_file = |(info, _): &&(String, String)| {
        info.split_once(' ').is_some_and(|(_, path)| Path::new(path).extension().is_some())
    };
    let hub = examples.iter().filter(is_file).fold(HubBuilder::empty(), |hub, (info, code)| {
        hub.file(info.split_once(' ').expect("it has a path").1, format!("{code}\n"))
    });
    assert_eq!(hub.load().codes(), [""; 0], "the example has no fault");
    let hub = hub.on_disk();
    let calls: Vec<&(String, String)> =
        examples.iter().filter(|(info, _)| info == "console").collect();
    assert!(calls.len() >= 2, "the description shows what is printed");
    let mut all = String::new();
    for (_, shown) in calls {
        let (call, expected) = shown.split_once('\n').expect("a call and what it prints");
        let args: Vec<&str> = call.strip_prefix("$ etappe ").expect("a call").split(' ').collect();
        let printed = etappe(hub.path(), &args).expect(0).stdout;
        assert_eq!(printed.trim_end(), expected, "{call}");
        all.push_str(&printed);
    }
    let (_, whole) = examples.iter().find(|(info, _)| info == "json").expect("the whole");
    assert!(all.contains(&format!("content-1:{}", sha256(whole.as_bytes()))), "{whole}");
}
