//! Findings as they are told: every form of report over one set of samples, the documents behind
//! `etappe explain`, and the hub in `examples/broken`, which has everything wrong at once.
//!
//! `SNAPSHOTS=overwrite cargo test --test it findings` writes the reports anew; read them as their
//! readers would.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::command::{Etappe, Ran, etappe};
use crate::support::preview::{DEADLINE, Running};
use crate::support::schema::Schema;
use crate::support::{HubBuilder, Loaded, TODAY, day, files_below, program, root, sorted};
use etappe_base::finding::text::TerminalStyle;
use etappe_base::finding::{
    Code, Finding, Place, Report, Severity, Sources, Waived, codes, explain, github, json, sarif,
    text,
};
use etappe_base::path::{HubPath, OutPath};
use etappe_base::source::Span;
use etappe_report::check::PublishedUrl;
use etappe_serve::Notice;
use etappe_session::{self as session, Options};
use proptest::prelude::*;
use serde_json::Value;

// The samples: one finding for each thing that makes a report difficult.

/// Findings, and the files they point into.
struct Samples {
    files: BTreeMap<HubPath, String>,
    findings: Vec<Finding>,
    waived: Vec<Waived>,
}

impl Samples {
    fn new() -> Self {
        Self { files: BTreeMap::new(), findings: Vec::new(), waived: Vec::new() }
    }

    fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(HubPath::new(path).expect("a path of the hub"), text.to_owned());
        self
    }

    /// Where `part` stands in a file for the first time.
    fn place(&self, path: &str, part: &str) -> Place {
        let file = HubPath::new(path).expect("a path of the hub");
        let start =
            self.files[&file].find(part).unwrap_or_else(|| panic!("{part:?} stands in {path}"));
        Place::new(&file, Span::new(start, start + part.len()))
    }

    /// A finding at the first `part` of a file.
    fn at(
        mut self,
        code: &'static Code,
        path: &str,
        part: &str,
        message: &str,
        rest: impl FnOnce(Finding, &Self) -> Finding,
    ) -> Self {
        let finding = Finding::new(code, self.place(path, part), message);
        let finding = rest(finding, &self);
        self.findings.push(finding);
        self
    }

    fn finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    fn waived(mut self, finding: Finding, reason: &str, until: Option<&str>) -> Self {
        self.waived.push(Waived { finding, reason: reason.to_owned(), until: until.map(day) });
        self
    }

    fn sorted(mut self) -> Self {
        self.findings = sorted(self.findings);
        self
    }

    fn report(&self) -> Report<'_> {
        Report { findings: &self.findings, waived: &self.waived }
    }
}

impl Sources for Samples {
    fn text(&self, file: &HubPath) -> Option<String> {
        self.files.get(file).cloned()
    }
}

fn samples() -> Samples {
    let long = format!("{}[far](away.md){}", "word ".repeat(500), " word".repeat(500));
    Samples::new()
        .file("content/plain.md", "+++\ntitle = \"Plain\"\nstage = \"awarenes\"\n+++\n\nSee [one](b.md).\nSee [one](b.md).\n")
        .file("content/crlf.md", "\u{feff}+++\r\ntitel = \"Décès\"\r\n+++\r\n")
        .file("content/table.md", "+++\n+++\n\n| | |\n|-|-|\n| a | b |\n| c | d |\n\nAfter.\n")
        .file("content/wide.md", "記憶の家 [道](道.md) 家\n👩\u{200d}⚕️ e\u{301}e\u{301} [👍🏽](up.md) x\n\t\t[tab](tab.md)\n")
        .file("content/right-to-left.md", "זיכרון [קישור](דף.md) בית\nالذاكرة [رابط](صفحة.md) بيت\n")
        .file("content/long.md", &long)
        .file("content/control.md", "a\u{1b}[31m red \u{7}\u{202e}drow [\u{9b}x](y.md) \u{7f}\n::error::not a command\n")
        .file("content/100% sure, yes: é.md", "+++\nslug = \"50%\"\n+++\n")
        .file("content/empty.md", "")
        .file("hub.toml", "title = \"Hub\"\n\n[[stages]]\nid = \"a\"\n\n[[stages]]\nid = \"a\"\n")
        .at(&codes::FRONT_UNKNOWN_STAGE, "content/plain.md", "\"awarenes\"", "Unknown stage `awarenes`.", |finding, samples| {
            let stages = samples.place("hub.toml", "[[stages]]");
            finding.label("no such stage").help("did you mean `awareness`?").help("or define it in hub.toml").related(stages, "the stages")
        })
        .at(&codes::LINK_BROKEN, "content/plain.md", "b.md", "There is no page or file `b.md`.", |finding, _| {
            finding.label("leads nowhere")
        })
        .at(&codes::LINK_BROKEN, "content/plain.md", "b.md).\n", "There is no page or file `b.md`.", |mut finding, samples| {
            // The same on the next line: only its number tells the two apart.
            let text = &samples.files[&HubPath::literal("content/plain.md")];
            let start = text.rfind("b.md").expect("it stands there");
            finding.place = Some(Place::new(&HubPath::literal("content/plain.md"), Span::new(start, start + 4)));
            finding
        })
        .at(&codes::FRONT_UNKNOWN_KEY, "content/crlf.md", "titel", "Unknown key `titel` in the front matter.", |finding, _| {
            finding.label("not a key")
        })
        .at(
            &codes::TABLE_HEADER,
            "content/table.md",
            "| | |\n|-|-|\n| a | b |\n| c | d |",
            "The table's header row is empty.",
            |finding, _| finding.help("name each column in the first row"),
        )
        .at(&codes::LINK_BROKEN, "content/wide.md", "道.md", "There is no page or file `道.md`.", |finding, _| {
            finding.label("行き先がない")
        })
        .at(&codes::LINK_BROKEN, "content/wide.md", "up.md", "There is no page or file `up.md`.", |finding, _| {
            finding.label("leads nowhere")
        })
        .at(&codes::LINK_BROKEN, "content/wide.md", "tab.md", "There is no page or file `tab.md`.", |finding, _| {
            finding.label("leads nowhere")
        })
        .at(&codes::LINK_BROKEN, "content/right-to-left.md", "דף.md", "There is no page or file `דף.md`.", |finding, _| {
            finding.label("leads nowhere")
        })
        .at(&codes::LINK_BROKEN, "content/right-to-left.md", "صفحة.md", "There is no page or file `صفحة.md`.", |finding, _| {
            finding.label("leads nowhere")
        })
        .at(&codes::LINK_BROKEN, "content/long.md", "away.md", "There is no page or file `away.md`.", |finding, _| {
            finding
                .label("leads nowhere")
                .help("did you mean `/service/somewhere-with-quite-a-long-name-that-does-not-fit-on-one-line.md`?")
        })
        .at(
            &codes::LINK_EMPTY,
            "content/control.md",
            "[\u{9b}x]",
            "Nothing \u{1b}[31msteers\u{1b}[0m\r\nthe\tterminal \u{202e}here.",
            |finding, _| finding.label("not \u{1b}[1meven\u{1b}[0m here").help("nor \u{7}here"),
        )
        .at(
            &codes::FRONT_INVALID_VALUE,
            "content/100% sure, yes: é.md",
            "\"50%\"",
            "`50%` cannot be a slug: 100% sure,\nreally.",
            |finding, _| finding.help("lower-case letters, digits and hyphens: `50`"),
        )
        .finding(
            Finding::new(&codes::FILE_EMPTY, Place::file(&HubPath::literal("content/empty.md")), "The file is empty.").help("remove it"),
        )
        .finding(Finding::new(&codes::FILE_UNREADABLE, Place::file(&HubPath::literal("content/gone.md")), "The file cannot be read."))
        .finding(Finding::new(
            &codes::FRONT_SYNTAX,
            Place::new(&HubPath::literal("content/plain.md"), Span::new(9, 9)),
            "Something is missing here.",
        ))
        .finding(Finding::on_hub(&codes::CONFIG_MANY_PERSONAS, "The hub targets 7 personas.").help("join those that need the same"))
        .at(&codes::CONFIG_DUPLICATE, "hub.toml", "\"a\"\n\n", "The stage `a` is defined twice.", |finding, samples| {
            finding.related(samples.place("hub.toml", "\"a\""), "first defined here")
        })
        .waived(
            Finding::new(
                &codes::LINK_BROKEN,
                Place::new(&HubPath::literal("content/plain.md"), Span::new(4, 9)),
                "There is no page or file `old.md`.",
            ),
            "target returns\nin January",
            Some("2027-01-31"),
        )
        .waived(Finding::on_hub(&codes::CONFIG_UNKNOWN_ID, "There is no persona `x`."), "known", None)
        .sorted()
}

fn compare(name: &str, text: String) {
    let path = root().join("tests/snapshots/findings").join(name);
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(snapbox::Data::text(text).raw(), expected);
}

#[test]
fn reports_for_people_are_as_kept() {
    let samples = samples();
    for (name, width) in [("text.txt", 100), ("text-narrow.txt", 40)] {
        compare(
            name,
            text::emit(&samples.findings, &samples, TerminalStyle { colour: false, width })
                + &text::waived(&samples.waived),
        );
    }
}

#[test]
fn reports_as_json_are_as_kept() {
    let samples = samples();
    compare("json.json", json::emit(samples.report(), &samples));
}

#[test]
fn reports_as_sarif_are_as_kept() {
    let samples = samples();
    let mut log: Value =
        serde_json::from_str(&sarif::emit(samples.report(), &samples, "")).unwrap();
    // The rules hold all documents, whatever the findings, and the version changes.
    let rules = log.pointer_mut("/runs/0/tool/driver/rules").and_then(Value::as_array_mut).unwrap();
    assert_eq!(rules.len(), codes::ALL.len());
    rules.clear();
    *log.pointer_mut("/runs/0/tool/driver/version").unwrap() = "VERSION".into();
    compare("sarif.json", serde_json::to_string_pretty(&log).unwrap() + "\n");
}

#[test]
fn reports_for_github_are_as_kept() {
    let samples = samples();
    compare("github.txt", github::emit(samples.report(), &samples, ""));
}

#[test]
fn annotations_beyond_what_github_shows_are_counted_and_all_are_in_the_log() {
    let file = HubPath::literal("content/a.md");
    let some = |code: &'static Code, count: usize| {
        let one = |at: usize| {
            Finding::new(code, Place::new(&file, Span::new(at, at + 1)), format!("Number {at}."))
        };
        (0..count).map(one).collect::<Vec<_>>()
    };
    let findings = [
        some(&codes::LINK_CASE, 12),
        some(&codes::JOURNEY_ORPHAN, 11),
        some(&codes::LINK_BROKEN, 30),
    ]
    .concat();
    let text = |_: &HubPath| Some("x".repeat(99));
    let report = github::emit(Report { findings: &findings, waived: &[] }, &text, "hubs/memory/");
    let starts = |mark: &str| report.lines().filter(|line| line.starts_with(mark)).count();
    assert_eq!((starts("::error "), starts("::warning "), starts("::notice file")), (10, 10, 9));
    assert!(
        report.contains(
            "\n::notice title=etappe::Left out here: 20 errors, 2 warnings, 2 notes. The log"
        ),
        "{report}"
    );
    assert!(report.starts_with("::error file=hubs/memory/content/a.md,line=1,"), "{report}");
    assert_eq!(report.matches("Number 29.").count(), 1, "the thirtieth is in the log");
    assert!(report.ends_with("::endgroup::\n"), "{report}");
}

#[test]
fn nothing_to_report_is_no_annotation() {
    assert_eq!(github::emit(Report { findings: &[], waived: &[] }, &|_: &HubPath| None, ""), "");
}

#[test]
fn a_text_cannot_end_the_pause_of_commands() {
    let samples = samples();
    let report = github::emit(samples.report(), &samples, "");
    let (_, rest) = report.split_once("::stop-commands::").expect("commands are paused");
    let (pause, rest) = rest.split_once('\n').expect("a line");
    let (listing, after) = rest.split_once(&format!("::{pause}::\n")).expect("commands go on");
    assert!(!listing.contains(pause));
    assert_eq!(after, "::endgroup::\n");
}

#[test]
fn sarif_is_valid() {
    let schema = sarif_schema();
    let samples = samples();
    for folder in ["", "hubs/memory/"] {
        let log: Value =
            serde_json::from_str(&sarif::emit(samples.report(), &samples, folder)).unwrap();
        assert_eq!(schema.faults(&log), "");
    }
    let empty: Value =
        serde_json::from_str(&sarif::emit(Report { findings: &[], waived: &[] }, &samples, ""))
            .unwrap();
    assert_eq!(schema.faults(&empty), "");
}

fn sarif_schema() -> Schema {
    let text = std::fs::read_to_string(root().join("tests/schemas/sarif-2.1.0.json"))
        .expect("the schema can be read");
    Schema::new("sarif-2.1.0.json", serde_json::from_str(&text).expect("a schema is JSON"))
}

#[test]
fn sarif_rules_tell_what_the_documents_tell() {
    let log: Value = serde_json::from_str(&sarif::emit(
        Report { findings: &[], waived: &[] },
        &|_: &HubPath| None,
        "",
    ))
    .unwrap();
    let rules = log.pointer("/runs/0/tool/driver/rules").and_then(Value::as_array).unwrap();
    for (rule, code) in rules.iter().zip(codes::ALL) {
        assert_eq!(rule["id"], code.id);
        assert_eq!(rule["shortDescription"]["text"], code.summary);
        let level = if code.severity == Severity::Info { "note" } else { code.severity.name() };
        assert_eq!(rule["defaultConfiguration"]["level"], level);
        assert_eq!(rule["help"]["markdown"], explain::document(code));
        assert!(
            rule["help"]["text"].as_str().unwrap().contains("\nWhy it matters\n"),
            "{}",
            code.id
        );
    }
}

#[test]
fn in_a_workflow_places_begin_at_the_repository() {
    let samples = samples();
    let places = |folder: &str| -> Vec<(String, String)> {
        let log: Value =
            serde_json::from_str(&sarif::emit(samples.report(), &samples, folder)).unwrap();
        let results = log.pointer("/runs/0/results").and_then(Value::as_array).unwrap();
        let place = |result: &Value| {
            result.pointer("/locations/0/physicalLocation/artifactLocation").cloned().unwrap()
        };
        let words = |place: Value| {
            (
                place["uri"].as_str().unwrap().to_owned(),
                place["uriBaseId"].as_str().unwrap().to_owned(),
            )
        };
        results.iter().map(place).map(words).collect()
    };
    assert!(
        places("").contains(&(
            "content/100%25%20sure,%20yes%3A%20%C3%A9.md".to_owned(),
            "HUB".to_owned()
        ))
    );
    assert!(places("a hub/").contains(&(
        "a%20hub/content/100%25%20sure,%20yes%3A%20%C3%A9.md".to_owned(),
        "REPOSITORY".to_owned()
    )));
}

/// The fingerprints of findings at each `!` in a text.
fn fingerprints(text: &str) -> Vec<String> {
    let samples = Samples::new().file("content/a.md", text);
    let at = |(at, _): (usize, &str)| {
        let place = Place::new(
            &HubPath::literal("content/a.md"),
            Span::new(at, at + text[at..].find('.').expect("an end")),
        );
        Finding::new(&codes::LINK_BROKEN, place, format!("At {at}."))
    };
    let findings: Vec<Finding> = text.match_indices('!').map(at).collect();
    let log: Value = serde_json::from_str(&sarif::emit(
        Report { findings: &findings, waived: &[] },
        &samples,
        "",
    ))
    .expect("JSON");
    let results = log.pointer("/runs/0/results").and_then(Value::as_array).expect("results");
    results
        .iter()
        .map(|result| {
            result["partialFingerprints"]["finding/v1"].as_str().expect("text").to_owned()
        })
        .collect()
}

#[test]
fn fingerprints_survive_moved_lines_and_tell_equal_ones_apart() {
    let before = fingerprints("One !a.\nTwo !b.\nThree !b.\n");
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), 3, "{before:?}");
    assert_eq!(fingerprints("New.\r\n\r\nOne more !a.\r\nTwo !b.\r\nThree !b.\r\n"), before);
    assert_ne!(fingerprints("One !c.\n")[0], before[0]);
}

proptest! {
    #[test]
    fn no_text_and_no_span_breaks_a_report(
        text in proptest::collection::vec(proptest::sample::select(vec![
            "a", " ", "\n", "\r\n", "\t", "é", "e\u{301}", "家", "👩\u{200d}⚕️", "\u{feff}", "\u{202e}", "\u{1b}[2J", "\0", "ש", "::", "%", "\u{9b}", "\u{2028}",
        ]), 0..60),
        start in 0u32..200, length in 0u32..200, width in 0usize..200, message in ".*",
    ) {
        let text = text.concat();
        let place = Place::new(&HubPath::literal("content/a.md"), Span { start, end: start + length });
        let finding = Finding::new(&codes::LINK_BROKEN, place.clone(), &*message).label(&*message).help(&*message).related(place, &*message);
        let source = |_: &HubPath| Some(text.clone());
        let findings = [finding];
        let report = Report { findings: &findings, waived: &[] };
        let shown = text::emit(&findings, &source, TerminalStyle { colour: false, width });
        prop_assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r', '\0']), "{shown:?}");
        let annotations = github::emit(report, &source, "");
        prop_assert_eq!(annotations.lines().filter(|line| line.starts_with("::error ")).count(), 1);
        for json in [json::emit(report, &source), sarif::emit(report, &source, "")] {
            prop_assert!(serde_json::from_str::<Value>(&json).is_ok());
        }
    }
}

// The command line.

#[test]
fn reports_for_programs_go_to_stdout_alone() {
    let hub = HubBuilder::small().page("a.md", "gp", "awareness", "[x](b.md)\n").on_disk();
    for command in ["check", "build"] {
        let ran = |format: &str| {
            etappe(hub.path(), &[command, "--format", format, "--as-of", TODAY]).expect(1)
        };
        assert_eq!(ran("json").json()["findings"][0]["code"], "link.broken");
        assert_eq!(ran("json").json()["waived"], Value::Array(Vec::new()));
        let log = ran("sarif").json();
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(sarif_schema().faults(&log), "");
        assert!(
            ran("github").stdout.starts_with("::error file=content/a.md,line=7,col=5,"),
            "{}",
            ran("github").stdout
        );
        let Ran { stdout, stderr, .. } = ran("text");
        assert!(
            !stdout.contains("link.broken") && stderr.contains("error[link.broken]"),
            "{stdout}{stderr}"
        );
        for format in ["json", "sarif", "github"] {
            assert!(!ran(format).stderr.contains("link.broken"), "{format}");
        }
    }
}

#[test]
fn a_hub_below_the_checked_out_repository_is_found_there() {
    let hub = HubBuilder::small().page("a.md", "gp", "awareness", "[x](b.md)\n").on_disk();
    let above = hub.path().parent().unwrap();
    let name = hub.path().file_name().unwrap().to_str().unwrap();
    let ran = |workspace: &std::path::Path, format: &str| {
        let call = Etappe::inside(hub.path()).env("GITHUB_WORKSPACE", workspace.to_str().unwrap());
        call.args(["check", "--format", format, "--as-of", TODAY]).run().stdout
    };
    assert!(
        ran(above, "github").starts_with(&format!("::error file={name}/content/a.md,")),
        "{}",
        ran(above, "github")
    );
    assert!(ran(above, "sarif").contains(&format!("\"uri\": \"{name}/content/a.md\"")));
    assert!(ran(hub.path(), "github").starts_with("::error file=content/a.md,"));
    assert!(ran(&root(), "github").starts_with("::error file=content/a.md,"), "a hub elsewhere");
}

#[test]
fn colours_are_for_terminals() {
    let hub = HubBuilder::small().page("a.md", "gp", "awareness", "[x](b.md)\n").on_disk();
    let ran = |name: &str| {
        Etappe::inside(hub.path())
            .env("NO_COLOR", "")
            .env(name, "1")
            .args(["check", "--as-of", TODAY])
            .run()
            .stderr
    };
    assert!(!ran("UNRELATED").contains('\u{1b}'), "a pipe is no terminal");
    assert!(ran("CLICOLOR_FORCE").contains('\u{1b}'));
}

#[test]
fn explain_tells_a_code_and_lists_all() {
    let told = etappe(&root(), &["explain", "link.broken"]).expect(0).stdout;
    assert!(
        told.starts_with(
            "link.broken\n\nError. A link's target does not exist.\n\nWhat it means\n"
        ),
        "{told}"
    );
    assert!(told.contains("\nWrong\n  content/a.md\n    +++\n"), "{told}");
    assert!(!told.contains("```") && !told.contains("**"), "{told}");
    let list = etappe(&root(), &["explain"]).expect(0).stdout;
    for code in codes::ALL {
        assert!(
            list.contains(&format!("\n{}", code.id)) || list.starts_with(code.id),
            "{}",
            code.id
        );
    }
    let unknown = etappe(&root(), &["explain", "link.borken"]).expect(2);
    assert!(
        unknown.stdout.is_empty() && unknown.stderr.contains("did you mean `link.broken`?"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn explanations_fit_a_narrow_terminal() {
    for code in codes::ALL {
        let text =
            explain::render(explain::document(code), TerminalStyle { colour: false, width: 40 });
        let long = text.lines().find(|line| {
            !line.starts_with("    ") && line.chars().count() > 40 && line.trim().contains(' ')
        });
        assert_eq!(long, None, "{}", code.id);
    }
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = etappe(&root(), &["completions", shell]).expect(0).stdout;
        for word in ["coverage", "explain", "as-of"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    etappe(&root(), &["completions", "cmd"]).expect(2);
}

// The documents behind `etappe explain`.

/// What a document has, in this order.
const SECTIONS: [&str; 5] = ["What it means", "Why it matters", "Wrong", "Right", "What to do"];

/// Codes that need more than files to occur: a network, an earlier build, a file system with its
/// oddities, or a megabyte.
const BEYOND_FILES: &[&str] = &[
    "approval.after-merge",
    "approval.unaudited",
    "asset.oversized",
    "external.broken",
    "external.moved",
    "external.unsure",
    "file.name",
    "file.symlink",
    "file.unreadable",
    "release.left-standing",
    "release.taken-down",
    "url.changed",
];

struct Explained {
    code: &'static Code,
    text: String,
}

/// One file of an example: its path, a word on how to read it, its text.
struct ExampleFile {
    path: String,
    how: String,
    text: String,
}

impl Explained {
    fn all() -> Vec<Self> {
        let read = |code: &&'static Code| Self {
            code,
            text: std::fs::read_to_string(
                root().join(format!("crates/base/docs/findings/{}.md", code.id)),
            )
            .unwrap_or_default(),
        };
        codes::ALL.iter().map(read).collect()
    }

    /// The names of the sections, each with its lines outside of examples, and the files of its
    /// examples.
    fn sections(&self) -> Vec<(&str, Vec<&str>, Vec<ExampleFile>)> {
        let mut sections = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("## ") {
                sections.push((name, Vec::new(), Vec::new()));
            } else if let Some((_, prose, files)) = sections.last_mut() {
                match line.strip_prefix("```") {
                    None => prose.push(line),
                    Some(info) => {
                        let text = lines
                            .by_ref()
                            .take_while(|line| *line != "```")
                            .flat_map(|line| [line, "\n"])
                            .collect();
                        let mut words = info.split(' ').skip(1).map(str::to_owned);
                        files.push(ExampleFile {
                            path: words.next().unwrap_or_default(),
                            how: words.collect(),
                            text,
                        });
                    }
                }
            }
        }
        sections
    }

    /// The hub of an example: its files, and those of the small hub for what it does not give.
    fn hub(&self, section: &str) -> HubBuilder {
        let sections = self.sections();
        let (_, _, files) = sections
            .iter()
            .find(|(name, ..)| *name == section)
            .expect("every document has examples");
        files.iter().filter(|file| !file.path.is_empty()).fold(HubBuilder::small(), |hub, file| {
            match file.how.as_str() {
                "" => hub.file(&file.path, file.text.as_str()),
                "absent" => hub.without(&file.path),
                "escaped" => hub.file(&file.path, unescaped(&file.text)),
                other => panic!("{}: nobody knows the word `{other}`", self.code.id),
            }
        })
    }
}

fn ids(loaded: &Loaded) -> BTreeSet<&'static str> {
    loaded.findings().iter().map(|finding| finding.code.id).collect()
}

/// The bytes of a text in which `\x00` stands for one byte.
fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hex digits"));
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

#[test]
fn every_code_has_one_document_and_no_document_is_left_over() {
    let registered: BTreeSet<String> =
        codes::ALL.iter().map(|code| format!("{}.md", code.id)).collect();
    let on_disk: BTreeSet<String> = files_below(&root().join("crates/base/docs/findings"))
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(on_disk, registered, "crates/base/docs/findings");
    let embedded: Vec<&str> = explain::DOCUMENTS.iter().map(|(id, _)| *id).collect();
    let ids: Vec<&str> = codes::ALL.iter().map(|code| code.id).collect();
    assert_eq!(embedded, ids, "the list in crates/base/src/finding/explain.rs");
}

#[test]
fn every_document_has_the_same_sections_and_tells_its_severity() {
    for explained in Explained::all() {
        let Code { id, severity, summary } = explained.code;
        let begin = format!("# {id}\n\n**{severity:?}.** {summary}\n\n## ");
        assert!(
            explained.text.starts_with(&begin),
            "crates/base/docs/findings/{id}.md begins with\n{begin}"
        );
        let sections = explained.sections();
        let names: Vec<&str> = sections.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, SECTIONS, "{id}");
        for (name, prose, files) in &sections {
            let has_examples = ["Wrong", "Right"].contains(name);
            assert!(has_examples != files.is_empty(), "{id}: {name}");
            assert!(has_examples != prose.iter().any(|line| !line.is_empty()), "{id}: {name}");
        }
        let meaning = explain::meaning(explained.code);
        assert!(
            meaning.ends_with('.') && !meaning.contains('\n'),
            "{id}: one paragraph says what it means"
        );
    }
}

#[test]
fn wrong_examples_are_found_and_right_ones_are_not() {
    let mut faults = Vec::new();
    for explained in Explained::all() {
        let id = explained.code.id;
        if BEYOND_FILES.contains(&id) {
            continue;
        }
        let wrong = explained.hub("Wrong").load().examined();
        if !ids(&wrong).contains(id) {
            faults.push(format!("{id}: the wrong example has only {:#?}", wrong.findings()));
        }
        let right = explained.hub("Right").load().examined();
        // What stands there to be waived is an error on purpose.
        if ids(&right).contains(id) || right.has_errors() && !id.starts_with("waiver.") {
            faults.push(format!("{id}: the right example has {:#?}", right.findings()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_example_of_a_changed_address_is_right_too() {
    let explained =
        Explained::all().into_iter().find(|explained| explained.code.id == "url.changed").unwrap();
    let path = OutPath::new("huisartsen/possible/scan/index.html").unwrap();
    let published = vec![PublishedUrl { path, source: HubPath::literal("content/scan.md") }];
    let options = Options { published, ..Options::on(program(), day(TODAY)) };
    let found = |section: &str| {
        let revision = session::load(&explained.hub(section).files, &options);
        revision.judged().standing.iter().any(|finding| *finding.code == codes::URL_CHANGED)
    };
    assert!(found("Wrong") && !found("Right"));
}

// The hub in which everything is wrong.

#[test]
fn the_broken_hub_has_every_finding_where_its_readme_says() {
    let readme =
        std::fs::read_to_string(root().join("examples/broken/README.md")).expect("it has a README");
    fn row(line: &str) -> Option<(&str, &str)> {
        line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")
    }
    let tables: Vec<Vec<(&str, &str)>> = readme
        .split("|---|---|\n")
        .skip(1)
        .map(|table| table.lines().map_while(row).collect())
        .collect();
    let [stands, absent] = tables.as_slice() else { panic!("README.md has two tables") };
    let report =
        etappe(&root().join("examples/broken"), &["check", "--format", "json", "--as-of", TODAY])
            .expect(1)
            .json();
    let findings: Vec<&Value> = report["findings"].as_array().into_iter().flatten().collect();
    let found: BTreeSet<(&str, &str)> = findings
        .iter()
        .filter_map(|finding| Some((finding["code"].as_str()?, finding["file"].as_str()?)))
        .collect();
    for (code, file) in stands {
        assert!(found.contains(&(code, file)), "{code} stands in {file}");
    }
    let listed: BTreeSet<&str> = stands.iter().map(|(code, _)| *code).collect();
    let elsewhere: BTreeSet<&str> =
        absent.iter().flat_map(|(codes, _)| codes.split(", ")).collect();
    let all: BTreeSet<&str> = codes::ALL.iter().map(|code| code.id).collect();
    assert_eq!(
        listed.union(&elsewhere).copied().collect::<BTreeSet<_>>(),
        all,
        "README.md names every code"
    );
    let ids: BTreeSet<&str> =
        findings.iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert_eq!(ids, listed, "and no code stands in both tables, or only in the hub");
}

#[test]
fn the_broken_hub_is_told_in_one_run_and_always_alike() {
    let folder = root().join("examples/broken");
    for format in ["text", "json", "sarif", "github"] {
        let run = || etappe(&folder, &["check", "--format", format, "--as-of", TODAY]).expect(1);
        let (first, second) = (run(), run());
        assert_eq!((first.stdout, first.stderr), (second.stdout, second.stderr), "{format}");
    }
    let report = etappe(&folder, &["check", "--format", "json", "--as-of", TODAY]).json();
    assert_eq!(report["waived"][0]["file"], "content/waived.md");
    let place = |finding: &Value| {
        (
            finding["file"].as_str().unwrap_or_default().to_owned(),
            finding["start"]["offset"].as_u64(),
        )
    };
    let places: Vec<_> = report["findings"].as_array().unwrap().iter().map(place).collect();
    assert!(places.is_sorted(), "by file and place");
    let log = etappe(&folder, &["check", "--format", "sarif", "--as-of", TODAY]).json();
    assert_eq!(sarif_schema().faults(&log), "");
}

// What people are shown, and what is counted.

/// A hub whose findings say the same again and again: a broken link on many pages, skipped headings
/// on one, drafts with faults of their own, an image of another site.
fn repetitive() -> HubBuilder {
    let skips = "## A\n\n#### B\n\n## A\n\n#### B\n\n![x](https://elsewhere.example/x.png)\n";
    let mut hub = HubBuilder::small().page("skips.md", "gp", "service", skips);
    for at in 0..30 {
        let body = format!("[Gone](/gone.md), [gone {at}](/other-{at}.md)\n");
        hub = hub.page(&format!("page-{at}.md"), "gp", "service", &body);
    }
    let draft = "+++\ntitle = \"D\"\npersonas = \"gp\"\nstage = \"service\"\nstatus = \"draft\"\n+++\n\n[Gone](no.md)\n";
    hub.file("content/draft.md", draft)
}

/// The counts that each form of report gives, and its exit code.
fn counts(hub: &std::path::Path, more: &[&str]) -> Vec<(String, Vec<usize>, i32)> {
    let run = |form: &str| {
        let args = ["check", "--as-of", TODAY, "--format", form];
        etappe(hub, &args.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let numbers = |text: &str| -> Vec<usize> {
        let words = text.split(|c: char| !c.is_ascii_digit());
        words.filter_map(|word| word.parse().ok()).take(3).collect()
    };
    let text = run("text");
    let json = run("json");
    let sarif = run("sarif");
    let github = run("github");
    let of_json = |name: &str| json.json()["summary"][name].as_u64().expect("a count") as usize;
    let of_sarif = |level: &str| {
        let log = sarif.json();
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        results.iter().filter(|result| result["level"] == level).count()
    };
    let title = github.stdout.lines().find(|line| line.starts_with("::group::All findings"));
    vec![
        ("text".to_owned(), numbers(&text.stdout), text.code),
        ("json".to_owned(), ["errors", "warnings", "infos"].map(of_json).to_vec(), json.code),
        ("sarif".to_owned(), ["error", "warning", "note"].map(of_sarif).to_vec(), sarif.code),
        ("github".to_owned(), numbers(title.expect("a group")), github.code),
    ]
}

#[test]
fn counts_and_exit_codes_are_the_same_in_all_forms_and_on_the_desk() {
    let hub = repetitive().on_disk();
    for more in [&[][..], &["--preview"], &["--all"]] {
        let all = counts(hub.path(), more);
        assert!(all.iter().all(|(_, counts, code)| (counts, *code) == (&all[0].1, 1)), "{all:?}");
    }
    let (_, expected, _) = counts(hub.path(), &["--preview"]).swap_remove(0);
    assert_ne!(expected, counts(hub.path(), &[]).swap_remove(0).1, "the draft counts too");
    let said = format!("{} errors, {} warnings, {} notes", expected[0], expected[1], expected[2]);
    let running = Running::start(hub);
    let Notice::Findings(summary) =
        running.notices.recv_timeout(DEADLINE).expect("it says how the hub is")
    else {
        panic!("another notice")
    };
    assert_eq!(
        summary.to_string().replace("1 warnings", "1 warning"),
        said.replace("1 warnings", "1 warning")
    );
    for page in ["/_etappe/", "/_etappe/findings"] {
        let page = running.get(page).text();
        assert!(page.contains(&format!("{}, with drafts", summary)), "{page}");
    }
}

#[test]
fn what_says_the_same_is_told_once_and_the_rest_is_counted() {
    let hub = repetitive().on_disk();
    let ran = etappe(hub.path(), &["check", "--as-of", TODAY]);
    let told = |part: &str| ran.stderr.matches(part).count();
    assert_eq!(told("There is no page or file `/gone.md`. (30 times)"), 1, "{}", ran.stderr);
    assert_eq!(told("There is no page or file `/other-"), 18, "{}", ran.stderr);
    assert!(ran.stderr.contains("and 24 more"), "{}", ran.stderr);
    assert!(ran.stderr.contains("(2 times)"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`etappe check --all` shows all."), "{}", ran.stderr);
    assert!(ran.stderr.contains("    61  error    link.broken"), "{}", ran.stderr);
    let all = etappe(hub.path(), &["check", "--all", "--as-of", TODAY]);
    assert_eq!(all.stderr.matches("There is no page or file `/other-").count(), 30);
    assert!(!all.stderr.contains(" more\n") && !all.stderr.contains("Not shown here"));
}

#[test]
fn what_is_surely_meant_is_written_by_fix_and_nothing_else() {
    let page = |front: &str, body: &str| format!("+++\n{front}+++\n\n{body}\n");
    let usual = "title = \"A\"\npersonas = [\"gp\"]\nstage = \"service\"\n";
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(page(usual, "Café.").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let hub = HubBuilder::small()
        .file("content/curly.md", page("title = “The patient’s”\npersonas = [“gp”]\nstage = ‘service’\n", ""))
        .file("content/label.md", page("title = \"B\"\npersonas = \"General practitioners\"\nstage = \"service\"\n", ""))
        .file("content/list.md", page("title = \"C\"\npersonas = \"gp, nurse\"\nstage = \"service\"\nstatus = \"published\"\n", ""))
        .file("content/yaml.md", "---\ntitle: D\npersonas: gp, nurse\nstage: service\nstatus: Published\n---\n")
        .file("content/body.md", page(&usual.replace("\"gp\"", "\"gp\", \"nurse\""), "[a](www.example.org) [b](me@example.org) [c](/building/)\n\n:::for{nurse}\nx\n:::\n\n:::for{persona=“gp”}\ny\n:::"))
        .file("content/building/README.md", page(&usual.replace("\"gp\"", "\"gp\", \"nurse\""), ""))
        .file("content/other/building.md", page(&usual.replace("service", "awareness"), ""))
        .file("content/wide.md", wide)
        .file("content/latin.md", b"+++\ntitle = \"D\xE9c\xE8s\"\npersonas = \"gp\"\nstage = \"service\"\n+++\n".to_vec())
        .on_disk();
    etappe(hub.path(), &["check", "--fix", "--as-of", TODAY]).expect(1);
    let ran = etappe(hub.path(), &["check", "--fix", "--as-of", TODAY, "--format", "json"]);
    let left = ran.json();
    let errors: Vec<&str> = left["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["severity"] != "info" && finding["code"] != "journey.empty-site")
        .filter_map(|finding| finding["message"].as_str())
        .collect();
    assert!(errors.iter().all(|message| message.contains("not UTF-8: byte 0xE9")), "{errors:?}");
    assert!(hub.read("content/curly.md").contains("title = \"The patient’s\""));
    assert!(hub.read("content/list.md").contains("personas = [\"gp\", \"nurse\"]"));
    assert!(hub.read("content/yaml.md").contains("personas: [\"gp\", \"nurse\"]"));
    assert!(hub.read("content/wide.md").contains("Café."));
    let body = hub.read("content/body.md");
    assert!(body.contains("(https://www.example.org) [b](mailto:me@example.org) [c](/building/)"));
    assert!(body.contains(":::for{persona=nurse}") && body.contains(":::for{persona=\"gp\"}"));
}

#[test]
fn a_log_for_code_scanning_stays_within_what_github_takes_and_says_so() {
    let file = HubPath::literal("content/a.md");
    let finding = |at: usize| {
        let code = if at < 26_000 { &codes::JOURNEY_ORPHAN } else { &codes::LINK_BROKEN };
        Finding::new(code, Place::new(&file, Span::new(0, 1)), format!("Number {at}."))
    };
    let many: Vec<Finding> = (0..26_001).map(finding).collect();
    let none = |_: &HubPath| Some("x\n".to_owned());
    let log = sarif::emit_within(Report { findings: &many, waived: &[] }, &none, "");
    let json: Value = serde_json::from_str(&log.text).expect("a log is JSON");
    let results = json["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 25_000);
    assert!(results.iter().any(|result| result["level"] == "error"), "the gravest stay");
    let said = log.left_out.expect("a sentence");
    assert!(said.contains("1001 of 26001 results are left out") && said.contains("5000"), "{said}");
    let told = &json["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(told["message"]["text"], said);
    let mut one = finding(0);
    for _ in 0..150 {
        one = one.related(Place::file(&file), "a site");
    }
    let log = sarif::emit_within(Report { findings: &[one], waived: &[] }, &none, "");
    assert!(log.left_out.is_some_and(|said| said.contains("51 places beside results")));
    let few = sarif::emit_within(Report { findings: &many[..5], waived: &[] }, &none, "");
    assert!(few.left_out.is_none() && !few.text.contains("invocations"));
}
