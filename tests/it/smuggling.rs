//! What authors write is text in every report: it gives no command to a log, runs in no
//! spreadsheet, links nowhere and mentions nobody, and turns no text round.

use std::fmt::Write;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::support::command::Etappe;
use crate::support::{HubBuilder, HubOnDisk, TODAY};

/// Everything at once, as it stands in a text of TOML. It holds `smuggled` wherever something would
/// come of it.
const NASTY: &str = "x\\n::error file=smuggled::smuggled\\r\\n::warning::smuggled\\t=smuggled [l](https://smuggled.example) \
                     ![i](https://smuggled.example/i.png) <img src=smuggled onerror=y> <!-- @smuggled #12 www.smuggled.example \
                     s@smuggled.example \\u202Egnp.exe\\u2066 \\u001B[31m \\u009B31m ##[error]smuggled | `a` **b**";

/// The same as a whole: a label that begins with a command, or with a formula.
const BEGINNINGS: [&str; 3] = ["::error::smuggled", "\\t=smuggled", "\\u202E@smuggled"];

/// A hub whose authors wrote `text` wherever they can.
fn hub(text: &str) -> HubOnDisk {
    let hub = format!(
        "title = \"{text}\"\ncompany = \"{text}\"\nlanguages = [\"en\", \"nl\"]\n\n[[stages]]\nid = \"awareness\"\nlabel = \"{text}\"\n\
         goal = \"{text}\"\nbehaviour = \"{text}\"\n\n[[stages]]\nid = \"service\"\nlabel = \"{text}\"\n\n\
         [[segments]]\nid = \"one\"\nlabel = \"{text}\"\ntargeted = false\nreason = \"{text}\"\n\n\
         [[objectives]]\nid = \"o\"\ntext = \"{text}\"\n\n\
         [[cells]]\npersona = \"nurse\"\nstage = \"service\"\napplies = false\nreason = \"{text}\"\n\n\
         [[cells]]\npersona = \"gp\"\nstage = \"awareness\"\ngoal = \"{text}\"\nowner = \"{text}\"\npriority = \"high\"\n\n\
         [[waivers]]\ncode = \"link.broken\"\nreason = \"{text}\"\n"
    );
    let persona = |rest: &str| {
        format!(
            "label = \"{text}\"\n{rest}\n[[needs]]\nid = \"n\"\nstage = \"awareness\"\ntext = \"{text}\"\nsource = \"{text}\"\n\n\
             [[beliefs]]\nid = \"b\"\nstage = \"awareness\"\nfrom = \"{text}\"\nto = \"{text}\"\n"
        )
    };
    let page = |rest: &str, body: &str| {
        format!(
            "+++\ntitle = \"{text}\"\nsummary = \"{text}\"\npersonas = \"all\"\nstage = \"service\"\nauthors = \"{text}\"\n\
             reviewed_by = \"{text}\"\n{rest}\n+++\n\n{body}"
        )
    };
    let unknown = format!("personas = \"{text}\"\n");
    let faulty = page("", "").replace("personas = \"all\"\n", &unknown);
    HubBuilder::empty()
        .file("hub.toml", hub)
        .file("personas/gp.toml", persona(""))
        .file("personas/nurse.toml", persona("segment = \"one\"\n"))
        .file("content/a.md", page("review_by = 2026-12-01", "[gone](gone.md) [x][smuggled]\n"))
        .file("content/later.md", page("publish_on = 2027-01-01", ""))
        .file("content/draft.md", page("status = \"draft\"", ""))
        .file(
            "content/[l](smuggled) @smuggled \u{202e}gnp.md",
            page("review_by = 2026-12-01", "[gone](gone.md)\n"),
        )
        .file("content/faulty.md", faulty)
        .on_disk()
}

/// Every report for people, by its call.
const FOR_PEOPLE: &[&[&str]] = &[
    &["check"],
    &["build"],
    &["build", "--preview"],
    &["build", "--strict"],
    &["coverage"],
    &["coverage", "--by", "owner"],
    &["calendar"],
    &["where-used", "n"],
    &["digest", "--explain"],
    &["digest", "::error::smuggled"],
    &["coverage", "--lang", "::error::smuggled"],
    &["where-used", "::error::smuggled"],
];

fn run(hub: &HubOnDisk, args: &[&str]) -> (String, String) {
    // No digest depends on the day.
    let dated = (args.first() != Some(&"digest")).then_some(["--as-of", TODAY]);
    let ran = Etappe::inside(hub.path()).args(args).args(dated.into_iter().flatten()).run();
    (ran.stdout, ran.stderr)
}

fn every_hub() -> impl Iterator<Item = HubOnDisk> {
    [NASTY].into_iter().chain(BEGINNINGS).map(hub)
}

/// Nothing steers a terminal or turns the text round.
fn assert_visible(what: &str, text: &str) {
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    let found: Vec<&str> = text.lines().filter(|line| line.contains(steers)).collect();
    assert!(found.is_empty(), "{what}: {found:#?}");
}

/// The lines that the log of a workflow takes for commands.
fn commands(text: &str) -> Vec<&str> {
    let is_command = |line: &&str| {
        let command = line.trim().strip_prefix("::").unwrap_or_default();
        command.starts_with(|c: char| c.is_ascii_alphabetic()) && command.contains("::")
    };
    text.split(['\n', '\r']).filter(is_command).collect()
}

#[test]
fn a_report_for_people_gives_no_command_to_a_log_and_none_to_a_terminal() {
    for hub in every_hub() {
        for args in FOR_PEOPLE {
            let (stdout, stderr) = run(&hub, args);
            for text in [stdout, stderr] {
                assert_visible(&format!("{args:?}"), &text);
                assert_eq!(commands(&text), [""; 0], "{args:?}");
            }
        }
    }
}

#[test]
fn annotations_of_a_workflow_are_the_programs_own() {
    for hub in every_hub() {
        let (stdout, _) = run(&hub, &["check", "--format", "github"]);
        let (before, paused) =
            stdout.split_once("::stop-commands::").expect("the listing stands in a pause");
        let (token, paused) = paused.split_once('\n').expect("the token ends its line");
        let (listing, after) = paused.split_once(&format!("::{token}::")).expect("the pause ends");
        assert_visible("the listing", listing);
        for line in commands(before).into_iter().chain(commands(after)) {
            let own = [
                "::error file=",
                "::warning file=",
                "::notice file=",
                "::error title=",
                "::warning title=",
                "::notice title=",
                "::group::All findings",
                "::endgroup::",
            ];
            assert!(own.iter().any(|own| line.starts_with(own)), "{line}");
            assert!(
                !line.starts_with("::error file=smuggled") && !line.contains('\u{1b}'),
                "{line}"
            );
        }
    }
}

/// Fields that a spreadsheet would run.
fn formulas(csv_text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(csv_text.as_bytes());
    let fields = reader
        .records()
        .flat_map(|record| record.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>());
    let runs = |field: &String| {
        field
            .trim_start_matches(|c: char| c.is_whitespace() || c.is_control())
            .starts_with(['=', '+', '-', '@'])
    };
    fields.filter(|field| runs(field) || field.starts_with(['\t', '\r'])).collect()
}

#[test]
fn no_field_of_a_report_for_spreadsheets_is_a_formula() {
    for hub in every_hub() {
        for args in [
            ["coverage", "--format", "csv"].as_slice(),
            &["coverage", "--format", "csv", "--by", "owner"],
        ] {
            let (stdout, _) = run(&hub, args);
            assert!(stdout.contains("lang,"), "{stdout}");
            assert_eq!(formulas(&stdout), [""; 0], "{args:?}");
        }
    }
}

/// What Markdown makes of the report beside text: links, images, HTML.
fn live(markdown: &str) -> String {
    let mut found = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                writeln!(found, "a link to {dest_url}").expect("writing to a string does not fail");
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                writeln!(found, "HTML: {html}").expect("writing to a string does not fail");
            }
            _ => {}
        }
    }
    found
}

#[test]
fn a_report_in_markdown_links_nowhere_and_mentions_nobody() {
    for hub in every_hub() {
        let (json, _) = run(&hub, &["coverage", "--format", "json"]);
        hub.write(
            "before.json",
            json.replace("\"covered\"", "\"@smuggled [l](https://smuggled.example)\""),
        );
        for args in [
            ["coverage", "--format", "markdown"].as_slice(),
            &["coverage", "--format", "markdown", "--against", "before.json"],
        ] {
            let (stdout, _) = run(&hub, args);
            assert!(!stdout.is_empty());
            assert_visible("markdown", &stdout);
            assert_eq!(live(&stdout), "", "{stdout}");
            for alive in ["@smuggled", "#12", "://", "www."] {
                assert!(!stdout.contains(alive), "{alive} in {stdout}");
            }
        }
    }
}

#[test]
fn a_report_in_html_turns_no_text_round() {
    let hub = hub(NASTY);
    let (stdout, _) = run(&hub, &["coverage", "--format", "html"]);
    assert_visible("html", &stdout);
    assert!(!stdout.contains("<img src=smuggled"));
}
