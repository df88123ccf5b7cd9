//! Texts that no reader may see, planted in every kind of place: the leak guard finds each, in a
//! release and in a preview, and nobody can decide that it does not count.

use crate::support::command::etappe;
use crate::support::{HubBuilder, left_out, root};

/// What no reader of a page for general practitioners may see: the code, and the text.
const SECRETS: [(&str, &str); 22] = [
    ("leak.persona", "Dosage for specialist nurses"),
    ("leak.persona", "What nobody is targeted with"),
    ("leak.unpublished", "A guideline not yet approved"),
    ("leak.unpublished", "The plans for next summer"),
    ("leak.unpublished", "The advice of last winter"),
    ("leak.unpublished", "A page with a wrong key"),
    ("leak.internal", "Nothing at all can be done"),
    ("leak.internal", "Early referral changes everything"),
    ("leak.internal", "Refer twice as many patients"),
    ("leak.internal", "Has no time for new things"),
    ("leak.internal", "Interviews of the third quarter"),
    ("leak.internal", "Notices that something changed"),
    ("leak.internal", "Reads guideline news at night"),
    ("leak.internal", "Convince the last sceptics"),
    ("leak.internal", "Waits for the next budget"),
    ("leak.internal", "Plays no role in treatment"),
    ("leak.internal", "Raise referrals by a fifth"),
    ("leak.internal", "gp-of-the-old-school"),
    ("leak.internal", "awareness-inner-id"),
    ("leak.internal", "need-inner-id"),
    ("leak.internal", "belief-inner-id"),
    ("leak.internal", "objective-inner-id"),
];

fn page(personas: &str, title: &str, more: &str) -> String {
    format!(
        "+++\ntitle = '{title}'\npersonas = '{personas}'\nstage = 'awareness-inner-id'\n{more}+++\n\nText.\n"
    )
}

fn hub() -> HubBuilder {
    HubBuilder::empty()
        .file(
            "hub.toml",
            "title = 'Hub'\nlanguages = ['en']\nbase_url = 'https://hub.example'\n\
             [[stages]]\nid = 'awareness-inner-id'\nslug = 'possible'\nlabel = 'What is possible'\n\
             goal = 'Notices that something changed'\nbehaviour = 'Reads guideline news at night'\n\
             [[segments]]\nid = 'later'\ntargeted = false\nreason = 'Plays no role in treatment'\n\
             [[cells]]\npersona = 'gp-of-the-old-school'\nstage = 'awareness-inner-id'\ngoal = 'Convince the last sceptics'\n\
             reason = 'Waits for the next budget'\npriority = 'high'\n\
             [[objectives]]\nid = 'objective-inner-id'\ntext = 'Raise referrals by a fifth'\n",
        )
        .file(
            "personas/gp-of-the-old-school.toml",
            "label = 'Doctors'\nslug = 'doctors'\ngoals = ['Refer twice as many patients']\npains = ['Has no time for new things']\n\
             [[needs]]\nid = 'need-inner-id'\nstage = 'awareness-inner-id'\ntext = 'How do I spot it?'\n\
             source = 'Interviews of the third quarter'\n\
             [[beliefs]]\nid = 'belief-inner-id'\nstage = 'awareness-inner-id'\nfrom = 'Nothing at all can be done'\n\
             to = 'Early referral changes everything'\n",
        )
        .file("personas/nurse.toml", "label = 'Nurses'\nslug = 'nurses'\n")
        .file("personas/pharmacist.toml", "label = 'Pharmacists'\nslug = 'pharmacists'\nsegment = 'later'\n")
        .file("content/own.md", page("gp-of-the-old-school", "What doctors may read", ""))
        .file("content/a.md", page("nurse", "Dosage for specialist nurses", ""))
        .file("content/b.md", page("pharmacist", "What nobody is targeted with", ""))
        .file("content/c.md", page("nurse", "A guideline not yet approved", "status = 'draft'\n"))
        .file("content/d.md", page("nurse", "The plans for next summer", "publish_on = 2027-06-01\n"))
        .file("content/e.md", page("nurse", "The advice of last winter", "expires = 2026-01-01\n"))
        .file("content/f.md", page("nurse", "A page with a wrong key", "wrong = 1\n"))
}

/// A kind of place: its name, the file, where its output is, and how a text is written there.
type Kind = (&'static str, &'static str, &'static str, fn(&str) -> String);

const HOME: &str = "templates/home.html";
const AT_HOME: &str = "doctors/index.html";

/// Places that a text is all of.
const WHOLE: [Kind; 19] = [
    ("an item of a list", HOME, AT_HOME, |text| format!("<li>{text}</li>")),
    ("a value in double quotes", HOME, AT_HOME, |text| format!("<p title=\"{text}\">x</p>")),
    ("a value in single quotes", HOME, AT_HOME, |text| format!("<img src=\"a.png\" alt='{text}'>")),
    ("a value without quotes", HOME, AT_HOME, |text| {
        format!("<p data-x={}>x</p>", text.replace(' ', "&#32;"))
    }),
    ("a comment", HOME, AT_HOME, |text| format!("<!-- {text} -->")),
    ("a string of a script", HOME, AT_HOME, |text| format!("<script>say('{text}')</script>")),
    ("a template string", HOME, AT_HOME, |text| format!("<script>say(`{text}`)</script>")),
    ("JSON in a page", HOME, AT_HOME, |text| {
        format!("<script type=\"application/json\">{{\"a\":\"{text}\"}}</script>")
    }),
    ("JSON with escapes", HOME, AT_HOME, |text| {
        format!("<script>[\"{}\"]</script>", escaped(text, |c| format!("\\u{:04X}", c as u32)))
    }),
    ("character references", HOME, AT_HOME, |text| {
        format!("<p>{}</p>", escaped(text, |c| format!("&#x{:x};", c as u32)))
    }),
    ("decimal references", HOME, AT_HOME, |text| {
        format!("<p title='{}'>x</p>", escaped(text, |c| format!("&#{}", c as u32) + ";"))
    }),
    ("capitals", HOME, AT_HOME, |text| format!("<td>{}</td>", text.to_uppercase())),
    ("SVG", HOME, AT_HOME, |text| {
        format!("<svg><title>x</title><text x=\"1\"><tspan>{text}</tspan></text></svg>")
    }),
    ("soft hyphens", HOME, AT_HOME, |text| {
        format!("<p>{}&shy;{}\u{ad}{}</p>", &text[..4], &text[4..6], &text[6..])
    }),
    ("mark-up within a line", HOME, AT_HOME, |text| {
        format!("<p>{}<em>{}</em><wbr>{}</p>", &text[..4], &text[4..6], &text[6..])
    }),
    ("a JSON file", "static/doctors/data.json", "doctors/data.json", |text| {
        format!("[\"{text}\"],")
    }),
    ("a table", "static/doctors/data.csv", "doctors/data.csv", |text| format!("1;{text};2\n")),
    ("a web app manifest", "static/doctors/app.webmanifest", "doctors/app.webmanifest", |text| {
        format!("{{\"name\": \"{text}\"}}")
    }),
    ("an HTML file", "static/doctors/a.html", "doctors/a.html", |text| format!("<h2>{text}</h2>")),
];

/// Places within others: phrases alone are looked for there.
const WITHIN: [Kind; 18] = [
    ("prose", HOME, AT_HOME, |text| format!("<p>We said “{text}” here.</p>")),
    ("prose on two lines", HOME, AT_HOME, |text| {
        format!("<p>We said\n  {}, too.</p>", text.replace(' ', "\n\t"))
    }),
    ("a value among other words", HOME, AT_HOME, |text| {
        format!("<a href=\"x\" aria-label='About {text}.'>x</a>")
    }),
    ("mark-up within a line", HOME, AT_HOME, |text| {
        let (first, rest) = text.split_once(' ').expect("two words");
        format!("<p>See <b>{first}</b> <a href=\"x\">{rest}</a>.</p>")
    }),
    ("an address", HOME, AT_HOME, |text| {
        format!("<a href=\"?q={}\">x</a>", text.replace(' ', "%20"))
    }),
    ("a comment", HOME, AT_HOME, |text| format!("<!-- todo: {text}! -->")),
    ("a script", HOME, AT_HOME, |text| format!("<script>// {text}\nlet x = 1 < 2;</script>")),
    ("a style", HOME, AT_HOME, |text| format!("<style>/* {text} */ a > b {{ }}</style>")),
    ("no-break spaces", HOME, AT_HOME, |text| {
        format!("<p>x {} y</p>", text.replace(' ', "&nbsp;"))
    }),
    (
        "a page's text in a script of its template",
        "templates/page.html",
        "doctors/possible/own/index.html",
        |text| {
            format!(
                "<main>{{{{ page.body | safe }}}}</main><script>let a = \"x {text} y\"</script>"
            )
        },
    ),
    ("a style sheet of the theme", "templates/assets/own.css", "assets/own.", |text| {
        format!("/* {text} */\n")
    }),
    ("a script of the theme", "templates/assets/own.js", "assets/own.", |text| {
        format!("f('{text} at once')\n")
    }),
    ("an HTML file for all", "static/a.html", "a.html", |text| format!("<p>x {text}</p>")),
    ("a script for all", "static/a.js", "a.js", |text| format!("let a = 'x {text}';\n")),
    ("a text for all", "static/a.txt", "a.txt", |text| format!("We say\n{text}.\n\n")),
    ("a drawing for all", "static/a.svg", "a.svg", |text| {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><desc>x {text}</desc></svg>")
    }),
    ("captions for all", "static/a.vtt", "a.vtt", |text| {
        format!("00:01.000 --> 00:02.000\nSo {text}, yes.\n\n")
    }),
    ("a feed for all", "static/a.xml", "a.xml", |text| format!("<a><b>x {text}</b></a>")),
];

fn escaped(text: &str, one: fn(char) -> String) -> String {
    text.chars().map(one).collect()
}

/// The secrets that are not found in a place.
fn missed(kind: Kind, secrets: &[(&str, &str)], preview: bool) -> Vec<String> {
    let (name, file, output, write) = kind;
    let hub = if preview { hub().preview() } else { hub() };
    // Only one script follows the text of a page.
    let all: String = match file {
        "templates/page.html" => {
            let texts: Vec<&str> = secrets.iter().map(|(_, text)| *text).collect();
            write(&texts.join(" y x "))
        }
        _ => secrets.iter().map(|(_, text)| write(text)).collect(),
    };
    let told = hub.file(file, all).load().examined().all_lines();
    let is_told = |code: &str, text: &str| {
        let shown = format!("`{output}");
        told.iter().any(|line| {
            line.contains(&format!("error {code}: {shown}")) && line.contains(&format!("“{text}”"))
        })
    };
    let missing = secrets.iter().filter(|(code, text)| !is_told(code, text));
    missing.map(|(code, text)| format!("{name}, preview {preview}: {code} “{text}”")).collect()
}

fn check(kinds: &[Kind], secrets: &[(&str, &str)]) {
    let missed: Vec<String> = kinds
        .iter()
        .flat_map(|kind| {
            [false, true].into_iter().flat_map(|preview| missed(*kind, secrets, preview))
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_text_is_found_where_it_is_all_that_is_said() {
    check(&WHOLE, &SECRETS);
}

#[test]
fn every_phrase_is_found_within_other_words() {
    let phrases: Vec<(&str, &str)> =
        SECRETS.into_iter().filter(|(_, text)| text.contains(' ')).collect();
    check(&WITHIN, &phrases);
}

#[test]
fn a_hub_without_any_of_it_has_no_leak() {
    for hub in [hub(), hub().preview()] {
        assert_eq!(leaks_of(hub, " leak."), [""; 0]);
    }
}

#[test]
fn the_hubs_of_this_repository_have_no_leak() {
    let examples = ["", "examples/arabic-dutch", "examples/minimal", "examples/starter"];
    let vagov = root().join("../shared/corpus/vagov");
    for folder in examples.iter().map(|folder| root().join(folder)) {
        assert_eq!(
            leaks_of(HubBuilder::folder(&folder), " leak."),
            [""; 0],
            "{}",
            folder.display()
        );
    }
    if !vagov.is_dir() {
        return left_out(
            "the_hubs_of_this_repository_have_no_leak",
            "the corpus is not beside the repository",
        );
    }
    for code in ["leak.persona", "leak.unpublished", "leak.internal"] {
        assert_eq!(leaks_of(HubBuilder::folder(&vagov), code), [""; 0], "VA.gov");
    }
}

fn leaks_of(hub: HubBuilder, code: &str) -> Vec<String> {
    hub.load().examined().all_lines().into_iter().filter(|line| line.contains(code)).collect()
}

/// The leaks of a hub in which a page of nurses is called so, and whose home says so to all.
fn leaks_with(change: impl Fn(HubBuilder) -> HubBuilder) -> Vec<String> {
    let hub = hub().file(HOME, "<h1>x</h1><p>See Dosage for specialist nurses.</p>");
    change(hub)
        .load()
        .examined()
        .all_lines()
        .into_iter()
        .filter(|line| line.contains(" leak.") && line.contains("doctors/"))
        .collect()
}

#[test]
fn what_a_page_of_the_persona_says_is_no_leak() {
    assert_eq!(leaks_with(|hub| hub).len(), 1);
    let title = "Dosage for specialist nurses";
    let own = |more: &str, text: &str| {
        format!(
            "+++\ntitle = 'Own'\npersonas = 'gp-of-the-old-school'\nstage = 'awareness-inner-id'\n{more}+++\n\n{text}\n"
        )
    };
    for (what, page) in [
        ("text", own("", "We wrote *dosage* for SPECIALIST nurses.")),
        ("heading", own("", "## Dosage for specialist nurses\n\nText.")),
        ("alternative text", own("", "![Dosage for specialist nurses](a.svg)")),
        ("link", own("", "[Dosage for specialist nurses](a.md)")),
        ("label of a directive", own("", ":::note[Dosage for specialist nurses]\nText.\n:::")),
        (
            "attribute of a directive",
            own("", "::figure{src=a.svg alt=\"Dosage for specialist nurses\"}"),
        ),
        (
            "text for the persona",
            own("", ":::for{persona=gp-of-the-old-school}\nDosage for specialist nurses.\n:::"),
        ),
        ("reference", own("", "It was shown [@one].")),
        ("summary", own("summary = 'On dosage for specialist nurses'\n", "Text.")),
        ("author", own("authors = 'Dosage for specialist nurses'\n", "Text.")),
        ("data for templates", own("extra = { a = ['Dosage for specialist nurses'] }\n", "Text.")),
    ] {
        let leaks = leaks_with(|hub| {
            let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"/>";
            let reference = format!(
                "@article{{one, title = {{{title}}}, author = {{A}}, year = 2020, journal = {{J}}}}\n"
            );
            hub.file("content/g.md", page.clone())
                .file("content/a.svg", svg)
                .file("references.bib", reference)
        });
        assert_eq!(leaks, [""; 0], "{what}");
    }
    let words = |hub: HubBuilder| {
        hub.file("templates/strings/en.toml", "search = 'Dosage for specialist nurses'\n")
    };
    assert_eq!(leaks_with(words), [""; 0], "a word of the theme");
    let label = |hub: HubBuilder| {
        hub.edited("personas/nurse.toml", "'Nurses'", "'Dosage for specialist nurses'")
    };
    assert_eq!(leaks_with(label), [""; 0], "a public label");
}

#[test]
fn what_others_say_is_no_excuse() {
    let title = "Dosage for specialist nurses";
    for (personas, more) in
        [("nurse", ""), ("gp-of-the-old-school", "status = 'draft'\n"), ("pharmacist", "")]
    {
        let leaks = leaks_with(|hub| hub.file("content/g.md", page(personas, "Own", more) + title));
        assert_eq!(leaks.len(), 1, "{personas} {more}");
    }
    let hidden = format!(":::for{{persona=nurse}}\n{title}\n:::\n");
    assert_eq!(
        leaks_with(|hub| hub.file("content/g.md", page("all", "Own", "") + &hidden)).len(),
        1
    );
}

#[test]
fn nobody_decides_that_a_leak_does_not_count() {
    let planted = || {
        hub().file(HOME, "<h1>x</h1><p>Dosage for specialist nurses</p><p>A guideline not yet approved</p><p>need-inner-id</p>")
    };
    for code in ["leak.persona", "leak.unpublished", "leak.internal"] {
        let decisions = [
            format!("[checks]\n\"{code}\" = \"off\"\n"),
            format!("[checks]\n\"{code}\" = \"info\"\n"),
            format!("[checks]\n\"{code}\" = \"warning\"\n"),
            format!("[[waivers]]\ncode = \"{code}\"\nreason = \"agreed\"\n"),
            format!(
                "[[waivers]]\ncode = \"{code}\"\npage = \"content/a.md\"\nreason = \"agreed\"\nuntil = 2030-01-01\n"
            ),
        ];
        for decision in decisions {
            for hub in [planted(), planted().preview()] {
                let told = hub.extended("hub.toml", &decision).load().examined();
                let lines = told.all_lines();
                assert!(
                    lines
                        .iter()
                        .any(|line| line.contains("error config.invalid-value")
                            && line.contains(code)),
                    "{decision}{lines:?}"
                );
                assert!(
                    lines.iter().any(|line| line.contains(&format!("error {code}:"))),
                    "{decision}{lines:?}"
                );
            }
        }
        let lines = planted()
            .extended("hub.toml", &format!("[checks]\n\"{code}\" = \"error\"\n"))
            .load()
            .examined()
            .all_lines();
        assert!(!lines.iter().any(|line| line.contains("config.invalid-value")), "{lines:?}");
    }
}

#[test]
fn what_was_excused_is_looked_for_again_when_the_excuse_is_gone() {
    let own =
        page("gp-of-the-old-school", "Own", "") + "## Dosage for specialist nurses\n\nText.\n";
    let nurse = page("nurse", "Home", "") + "Text.\n";
    let home = "<h1>x</h1>{% if site.label == 'Doctors' %}<p>See Dosage for specialist nurses.</p>{% endif %}";
    let hub = hub()
        .without("content/f.md")
        .file(HOME, home)
        .file("content/g.md", own)
        .file("content/h.md", nurse)
        .on_disk();
    etappe(hub.path(), &["build", "--as-of", "2026-11-22"]).expect(0);
    hub.edit("content/h.md", "Text.\nText.", "Other text.");
    etappe(hub.path(), &["build", "--as-of", "2026-11-22"]).expect(0);
    hub.edit("content/g.md", "## Dosage for specialist nurses", "## Dosage for special nurses");
    let ran = etappe(hub.path(), &["build", "--as-of", "2026-11-22"]).expect(1);
    assert!(ran.stderr.contains("leak.persona"), "{}", ran.stderr);
}

#[test]
fn what_raw_html_fetches_from_elsewhere_is_seen_however_it_is_written() {
    let raw = "<img src='https://cdn.example/b.png' alt='b'>\n\n<img src=https://cdn.example/c.png alt=c>\n\n\
               <video SRC = 'https://cdn.example/f.mp4' poster=\"https://cdn.example/f.png\"></video>\n\n\
               <object data=\"//cdn.example/g.pdf\"></object>\n\n<p style=\"background: url(https://cdn.example/h.png)\">x</p>\n\n\
               `<img src=\"https://cdn.example/text.png\">`\n";
    let hub = hub().file("content/g.md", page("gp-of-the-old-school", "Own", "") + raw);
    let hub = hub
        .file("static/a.css", "@import url(//fonts.example/a.css);")
        .file("static/a.html", "<script src=//x.example/a.js></script>");
    let mut found: Vec<String> = hub
        .load()
        .examined()
        .all_lines()
        .into_iter()
        .filter(|line| line.contains(" leak.origin"))
        .collect();
    found.iter_mut().for_each(|line| *line = line.split('`').nth(1).unwrap_or_default().to_owned());
    found.sort();
    assert_eq!(
        found,
        [
            "//cdn.example/g.pdf",
            "//fonts.example/a.css",
            "//x.example/a.js",
            "https://cdn.example/b.png",
            "https://cdn.example/c.png",
            "https://cdn.example/f.mp4",
            "https://cdn.example/f.png",
            "https://cdn.example/h.png",
        ]
    );
}
