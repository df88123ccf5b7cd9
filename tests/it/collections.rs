//! Collections that were written for other tools build as they are: what is odd to us is readable
//! text, with a finding.

use crate::support::HubBuilder;
use crate::support::html::body;

const LANGUAGES: [&str; 10] = ["en", "nl", "de", "fr", "es", "it", "ar", "he", "ja", "pl"];

const DRAWING: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"><path d=\"M0 0\"/></svg>";

/// A hub into which a collection is put: who it is for and where it belongs is said once for the
/// whole folder.
fn hub() -> HubBuilder {
    let languages = format!("languages = {LANGUAGES:?}");
    HubBuilder::small()
        .edited("hub.toml", "languages = [\"en\", \"nl\"]", &languages)
        // The theme has words in seven of them.
        .extended("hub.toml", "\n[checks]\n\"theme.untranslated\" = \"off\"\n")
        .file("content/_defaults.toml", "personas = \"all\"\nstage = \"service\"\n")
}

/// A page in YAML, with the keys that most tools have.
fn page(title: &str, text: &str) -> String {
    format!("---\ntitle: {title}\ndescription: What it is about\ndate: 2024-03-05\n---\n\n{text}")
}

fn check(text: &str, shown: &[&str], codes: &[&str]) {
    let hub = hub()
        .file("content/b.md", page("B", "Other.\n"))
        .file("content/page.md", page("Page", text));
    let loaded = hub.load();
    let of_text = |code: &&str| !code.starts_with("journey.");
    let own = loaded.findings().iter().filter(|finding| {
        finding.place.as_ref().is_some_and(|place| place.file.as_str() == "content/page.md")
    });
    let found: Vec<&str> = own.map(|finding| finding.code.id).filter(of_text).collect();
    assert_eq!(found, codes, "{text}: {:?}", loaded.all_lines());
    let tree = loaded.tree();
    let html = body(tree.text("huisartsen/practice/page/index.html"));
    for part in shown {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn names_with_accents_and_spaces_are_pages_and_pictures() {
    let text = "[Suite](<../Deuxième étape/déclin cognitif.md>) [Suite](../Deuxi%C3%A8me%20%C3%A9tape/d%C3%A9clin%20cognitif.md)\n\n\
                ![L'équipe](<photo d'équipe (2).svg>) ![L'équipe](photo%20d'%C3%A9quipe%20%282%29.svg)\n";
    let hub = hub()
        .file("content/Mémoire et soins/L'été à l'hôpital.md", page("L'été", text))
        .file("content/Mémoire et soins/photo d'équipe (2).svg", DRAWING)
        .file(
            "content/Deuxième étape/déclin cognitif.md",
            page("Déclin", "[Retour](</Mémoire et soins/L'été à l'hôpital.md>)\n"),
        );
    let tree = hub.tree();
    let html = body(tree.text("huisartsen/practice/l-ete-a-l-hopital/index.html"));
    assert_eq!(html.matches("href=\"../declin-cognitif/index.html\"").count(), 2, "{html}");
    assert_eq!(html.matches(" width=\"4\" height=\"3\"").count(), 2, "{html}");
    assert!(
        body(tree.text("huisartsen/practice/declin-cognitif/index.html"))
            .contains("href=\"../l-ete-a-l-hopital/index.html\"")
    );
}

#[test]
fn shortcodes_and_template_syntax_are_text() {
    check(
        "{{ page.title }} {% include \"x.html\" %} {{< figure src=\"a.png\" >}}\n",
        &["{{ page.title }} {% include \"x.html\" %}", "{{&lt; figure src=\"a.png\" &gt;}}"],
        &["directive.template"; 2],
    );
    check(
        "{{% notice warning %}}\nMind.\n{{% /notice %}}\n",
        &["{{% notice warning %}}", "Mind.", "{{% /notice %}}"],
        &["directive.template"],
    );
    check(
        "[[Wiki link]] and ![[embed.png]] and {: .class }\n",
        &["[[Wiki link]]", "![[embed.png]]", "{: .class }"],
        &["foreign.link"; 2],
    );
}

#[test]
fn fences_of_other_dialects_are_read_or_stay_readable() {
    check("::: tip\nText.\n:::\n", &["class=\"box tip\"", "Text."], &["directive.dialect"]);
    check(":::tip A title\nText.\n:::\n", &["A title", "Text."], &["directive.dialect"]);
    check(
        "::: {.callout-note}\nText.\n:::\n",
        &["::: {.callout-note}", "Text."],
        &["directive.unknown"],
    );
    check(":::danger\nText.\n:::\n", &["class=\"box warning\"", "Text."], &[]);
    check("!!! note \"Title\"\n\n    Text.\n", &["!!! note \"Title\"", "Text."], &["foreign.mark"]);
    check("> [!NOTE]\n> Text.\n", &["markdown-alert-note", "Text."], &[]);
}

#[test]
fn a_title_that_the_text_repeats_is_shown_once_and_another_is_a_finding() {
    check("# Page\n\nText.\n\n## Part\n", &["<span id=\"page\"></span>\n<p>Text."], &[]);
    check("# Pages\n\nText.\n", &[">Pages</h1>"], &["heading.several-h1"]);
}

#[test]
fn ten_languages_stand_beside_each_other_in_their_own_direction() {
    let titles = [
        "Memory",
        "Geheugen",
        "Gedächtnis",
        "Mémoire",
        "Memoria",
        "Ricordo",
        "الذاكرة",
        "זיכרון",
        "記憶",
        "Pamięć",
    ];
    let hub = LANGUAGES.iter().zip(titles).fold(hub(), |hub, (lang, title)| {
        let name = if *lang == "en" {
            "content/mémoire.md".to_owned()
        } else {
            format!("content/mémoire.{lang}.md")
        };
        hub.file(&name, page(title, &format!("{title}. ::: tip\n\n[{title}](mémoire.md)\n")))
    });
    let tree = hub.tree();
    for (lang, title) in LANGUAGES.iter().zip(titles) {
        let folder = if *lang == "en" { String::new() } else { format!("{lang}/") };
        let path = format!("huisartsen/{folder}practice/memoire/index.html");
        let html = tree.text(&path);
        let dir = if ["ar", "he"].contains(lang) { "rtl" } else { "ltr" };
        let head = html.split('>').nth(1).unwrap_or_default();
        assert!(
            head.contains(&format!("lang=\"{lang}\""))
                && (dir == "ltr" || head.contains("dir=\"rtl\"")),
            "{path}: {head}"
        );
        assert!(html.contains(title) && body(html).contains("::: tip"), "{path}");
        assert!(
            html.matches("hreflang=").count() >= LANGUAGES.len(),
            "{path} names every translation"
        );
    }
}
