//! The command line: exit codes, what goes to stdout and what to stderr, and every form of report.

use std::collections::BTreeMap;

use crate::support::command::{Etappe, Ran};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree, root};
use serde_json::Value;

fn hub() -> HubBuilder {
    HubBuilder::small().page("good.md", "gp", "service", "Text that is right.\n")
}

/// A hub with one error and one warning.
fn faulty() -> HubBuilder {
    hub().page("faulty.md", "gp", "service", "[Gone](gone.md) ![Gone](gone.png)\n")
}

/// A hub of one language whose personas both have a page: without any warning.
fn without_a_warning() -> HubBuilder {
    HubBuilder::small().edited("hub.toml", "[\"en\", \"nl\"]", "[\"en\"]").page(
        "good.md",
        "all",
        "service",
        "Text that is right.\n",
    )
}

fn run(hub: &HubOnDisk, args: &[&str]) -> Ran {
    let dated = !["init", "--help", "--version", "explain", "schema", "completions"]
        .iter()
        .any(|word| args.contains(word));
    let date: &[&str] = if dated { &["--as-of", TODAY] } else { &[] };
    Etappe::inside(hub.path()).args(args).args(date).run()
}

// Exit codes.

#[test]
fn a_command_that_ends_well_exits_with_0() {
    let hub = hub().on_disk();
    for args in [
        ["check"].as_slice(),
        &["build"],
        &["build", "--preview", "--out", "preview"],
        &["coverage"],
        &["--help"],
        &["--version"],
    ] {
        run(&hub, args).expect(0);
    }
}

#[test]
fn findings_of_severity_error_exit_with_1() {
    let hub = faulty().on_disk();
    for args in [["check"].as_slice(), &["build"], &["build", "--preview", "--out", "preview"]] {
        run(&hub, args).expect(1);
    }
}

#[test]
fn a_warning_exits_with_1_when_strict() {
    let hub = without_a_warning().on_disk();
    run(&hub, &["check", "--strict"]).expect(0);
    run(&hub, &["build", "--strict"]).expect(0);
    let before = hub.tree("public");
    hub.edit("content/good.md", "Text that is right.", "![Gone](gone.png)");
    run(&hub, &["check"]).expect(0);
    run(&hub, &["check", "--strict"]).expect(1);
    run(&hub, &["build", "--strict"]).expect(1);
    hub.tree("public").assert_same(&before, "a strict build with a warning builds nothing");
    run(&hub, &["build"]).expect(0);
}

#[test]
fn a_slip_in_the_call_exits_with_2() {
    let hub = hub().on_disk();
    let slips: &[&[&str]] = &[
        &[],
        &["biuld"],
        &["build", "--nonsense"],
        &["build", "no-such-folder"],
        &["build", "hub.toml"],
        &["check", "no-such-folder"],
        &["check", "--format", "xml"],
        &["coverage", "--lang", "fr"],
        &["coverage", "--fail-on", "nothing"],
        &["coverage", "--fail-on", "gap:urgent"],
        &["build", "--persona", "nobody"],
        &["build", "--base-url", "no address"],
        &["new", "x"],
        &["new", "x", "--persona", "gp", "--stage", "nowhere"],
    ];
    let mut wrong = Vec::new();
    for args in slips {
        let ran = Etappe::inside(hub.path()).args(*args).run();
        if ran.code != 2 || ran.stderr.is_empty() || !ran.stdout.is_empty() {
            wrong.push(format!("{args:?} exits with {}: {}{}", ran.code, ran.stdout, ran.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for day in ["2026-02-30", "tomorrow", "22-11-2026"] {
        Etappe::inside(hub.path()).args(["check", "--as-of", day]).run().expect(2);
    }
}

#[test]
fn a_fault_of_the_machine_exits_with_3() {
    let hub = hub().on_disk();
    hub.write("file", "");
    let ran = run(&hub, &["build", "--out", "file/site"]).expect(3);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("file"), "{}", ran.stderr);
    let ran = run(&hub, &["init", "file/hub"]).expect(3);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
}

#[test]
fn fail_on_exits_with_1_when_it_is_met() {
    let hub = hub()
        .extended(
            "hub.toml",
            "\n[[cells]]\npersona = \"nurse\"\nstage = \"service\"\npriority = \"high\"\n",
        )
        .page("all.md", "all", "awareness", "Text.\n")
        .on_disk();
    let expected = [
        ("gap", 1),
        ("gap:high", 1),
        ("gap:low", 1),
        ("generic-only", 1),
        ("generic-only:high", 0),
        ("thin", 1),
        ("thin:high", 0),
        ("stale", 0),
        ("stale,gap", 1),
    ];
    for (condition, code) in expected {
        let ran = run(&hub, &["coverage", "--fail-on", condition]);
        assert_eq!(ran.code, code, "--fail-on {condition}: {}", ran.stdout);
        assert!(ran.stdout.contains("cells covered"), "the report is printed either way");
    }
}

// stdout and stderr.

#[test]
fn findings_for_people_go_to_stderr_and_for_programs_to_stdout() {
    let hub = faulty().on_disk();
    let text = run(&hub, &["check"]).expect(1);
    assert!(
        text.stderr.contains("link.broken") && !text.stdout.contains("link.broken"),
        "{}",
        text.stdout
    );
    assert!(text.stdout.contains("1 error"), "the sum is the result: {}", text.stdout);
    let json = run(&hub, &["check", "--format", "json"]).expect(1);
    assert!(
        json.stdout.contains("link.broken") && !json.stderr.contains("link.broken"),
        "{}",
        json.stderr
    );
    for args in [
        ["build", "--format", "json"].as_slice(),
        &["build", "--format", "json", "--preview", "--out", "preview"],
    ] {
        let built = run(&hub, args).expect(1);
        assert_eq!(built.json()["version"], 1, "a build's stdout is JSON and nothing else");
    }
}

#[test]
fn a_report_that_nobody_reads_to_its_end_is_no_fault() {
    let hub = faulty().on_disk();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_etappe"))
        .args(["check", "--format", "json"])
        .current_dir(hub.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(1));
    assert!(!String::from_utf8_lossy(&ended.stderr).contains("panicked"));
}

#[test]
fn nothing_is_coloured_where_nobody_looks() {
    let hub = faulty().on_disk();
    for args in [["check"].as_slice(), &["coverage"], &["build"]] {
        let ran = run(&hub, args);
        assert!(!(ran.stdout + &ran.stderr).contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn no_absolute_path_stands_in_findings_or_outputs() {
    let hub = faulty().on_disk();
    let place = hub.path().to_str().expect("a plain path");
    for format in ["text", "json"] {
        let ran = run(&hub, &["check", "--format", format]);
        assert!(!(ran.stdout + &ran.stderr).contains(place), "--format {format}");
    }
    hub.remove("content/faulty.md");
    run(&hub, &["build"]).expect(0);
    assert_eq!(Tree::read(&hub.join("public")).holding(place), [""; 0]);
    assert_eq!(Tree::read(&hub.join(".etappe")).holding(place), [""; 0]);
}

// Findings as JSON.

/// Checks one position: line and column from 1, offset in bytes, all three of the same place.
fn check_position(position: &Value, text: &str) {
    let number = |key: &str| {
        position[key].as_u64().unwrap_or_else(|| panic!("{key} is a number in {position}")) as usize
    };
    let offset = number("offset");
    assert!(offset <= text.len() && text.is_char_boundary(offset), "{position}");
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
        + 1;
    assert_eq!((number("line"), number("column")), (line, column), "{position}");
}

#[test]
fn findings_as_json_have_the_form_of_the_contract() {
    let hub = faulty()
        .page(
            "décès.md",
            "gp",
            "service",
            "Accents – and then a [link](weg.md).\r\n\r\n[Autre](good.md#là)\n",
        )
        .file("content/bad.md", "+++\ntitle = 'Bad'\npersonas = 'pg'\nstage = 'service'\n+++\n")
        .on_disk();
    let report = run(&hub, &["check", "--format", "json"]).expect(1).json();
    assert_eq!(report["version"], 1);
    let findings = report["findings"].as_array().expect("a list");
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in findings {
        for key in ["code", "severity", "message"] {
            assert!(finding[key].is_string(), "{key} in {finding}");
        }
        assert!(finding["help"].is_array() && finding["related"].is_array(), "{finding}");
        let file = finding["file"].as_str().expect("each of these has a file");
        let text = hub.read(file);
        check_position(&finding["start"], &text);
        check_position(&finding["end"], &text);
        *counts.entry(finding["severity"].as_str().expect("a word")).or_default() += 1;
    }
    let accents = findings.iter().find(|finding| {
        finding["message"].as_str().is_some_and(|message| message.contains("weg.md"))
    });
    let accents = accents.expect("it is reported");
    assert_eq!(
        (&accents["start"]["line"], &accents["start"]["column"]),
        (&7.into(), &29.into()),
        "{accents}"
    );
    let text = hub.read("content/décès.md");
    let offset = |key: &str| accents[key]["offset"].as_u64().expect("a number") as usize;
    assert_eq!(&text[offset("start")..offset("end")], "weg.md");
    let unknown = findings
        .iter()
        .find(|finding| finding["code"] == "front.unknown-persona")
        .expect("it is reported");
    assert_eq!(unknown["severity"], "error");
    assert_eq!(unknown["start"], serde_json::json!({"line": 3, "column": 12, "offset": 29}));
    assert_eq!(report["summary"]["errors"].as_u64(), counts.get("error").copied());
    assert_eq!(report["summary"]["warnings"].as_u64(), counts.get("warning").copied());
}

#[test]
fn findings_come_in_the_order_of_files_and_lines() {
    let hub = faulty()
        .page("a.md", "gp", "service", "[x](x.md)\n\n[y](y.md)\n")
        .page("b.md", "gp", "service", "[x](x.md)\n")
        .on_disk();
    let report = run(&hub, &["check", "--format", "json"]).expect(1).json();
    let key = |finding: &Value| {
        (
            finding["file"].as_str().unwrap_or_default().to_owned(),
            finding["start"]["offset"].as_u64(),
        )
    };
    let keys: Vec<_> = report["findings"].as_array().expect("a list").iter().map(key).collect();
    assert!(keys.is_sorted(), "{keys:?}");
}

// Help.

#[test]
fn every_command_and_every_flag_explains_itself() {
    let hub = HubOnDisk::empty();
    let top = run(&hub, &["--help"]).expect(0);
    let commands = top
        .stdout
        .split("Commands:")
        .nth(1)
        .expect("a list of commands")
        .split("Options:")
        .next()
        .unwrap_or_default();
    let commands: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    for wanted in ["init", "new", "build", "check", "coverage"] {
        assert!(commands.contains(&wanted), "{commands:?}");
    }
    for command in commands.into_iter().filter(|command| *command != "help") {
        let help = run(&hub, &[command, "--help"]).expect(0);
        assert!(help.stderr.is_empty() && help.stdout.contains("Usage: "), "{}", help.stdout);
        let mut lines = help.stdout.lines().peekable();
        while let Some(line) = lines.next() {
            let is_flag =
                line.trim_start().starts_with("--") || line.trim_start().starts_with("-h");
            let described = line.trim_start().contains("  ")
                || lines.peek().is_some_and(|next| next.starts_with("          "));
            assert!(!is_flag || described, "`{}` of `{command}` has no description", line.trim());
        }
    }
}

#[test]
fn a_misspelt_command_is_guessed() {
    let ran = Etappe::inside(HubOnDisk::empty().path()).args(["biuld"]).run().expect(2);
    assert!(ran.stderr.contains("build"), "{}", ran.stderr);
}

// init.

#[test]
fn init_writes_the_starter_hub_which_builds_and_checks_without_a_finding() {
    let folder = HubOnDisk::empty();
    let ran = run(&folder, &["init", "my hub"]).expect(0);
    assert!(ran.stdout.contains("my hub") && ran.stdout.contains("etappe build"), "{}", ran.stdout);
    let starter = HubBuilder::folder(&root().join("examples/starter")).on_disk();
    starter.write(".gitignore", folder.read("my hub/.gitignore"));
    folder.tree("my hub").assert_same(&Tree::read(starter.path()), "init and examples/starter");
    let checked = run(&folder, &["check", "my hub", "--format", "json"]).expect(0).json();
    assert_eq!(checked["findings"], Value::Array(vec![]));
    run(&folder, &["build", "my hub", "--strict"]).expect(0);
    assert!(folder.has("my hub/public/index.html"));
    run(&folder, &["coverage", "my hub"]).expect(0);
}

#[test]
fn init_starts_in_the_current_folder_too() {
    let folder = HubOnDisk::empty();
    run(&folder, &["init"]).expect(0);
    assert!(folder.has("hub.toml") && folder.has("personas/traditional.toml"));
}

#[test]
fn init_overwrites_nothing() {
    let folder = HubOnDisk::empty();
    folder.write("hub.toml", "mine");
    let ran = run(&folder, &["init"]).expect(2);
    assert!(ran.stderr.contains("hub.toml"), "{}", ran.stderr);
    assert_eq!(folder.tree("").paths(), ["hub.toml"]);
    assert_eq!(folder.read("hub.toml"), "mine");
}

// new.

#[test]
fn new_starts_a_draft_that_checks_without_an_error() {
    let hub = hub().on_disk();
    let ran = run(
        &hub,
        &[
            "new",
            "service/mri-schedule",
            "--persona",
            "gp",
            "--persona",
            "nurse",
            "--stage",
            "service",
        ],
    )
    .expect(0);
    assert!(ran.stdout.contains("content/service/mri-schedule.md"), "{}", ran.stdout);
    let text = hub.read("content/service/mri-schedule.md");
    for line in [
        "title = \"Mri schedule\"",
        "personas = [\"gp\", \"nurse\"]",
        "stage = \"service\"",
        "status = \"draft\"",
    ] {
        assert!(text.lines().any(|found| found == line), "`{line}` in\n{text}");
    }
    run(&hub, &["check"]).expect(0);
    assert_eq!(
        run(&hub, &["coverage", "--format", "json"]).json()["languages"][0]["cells"][1]["drafts"],
        1
    );
}

#[test]
fn new_takes_a_path_in_any_usual_form() {
    let hub = hub().on_disk();
    let forms = [
        ("one", "one.md"),
        ("content/two.md", "two.md"),
        ("./three.md", "three.md"),
        ("a/b/four", "a/b/four.md"),
        ("good.nl", "good.nl.md"),
    ];
    for (asked, made) in forms {
        run(
            &hub,
            &[
                "new",
                asked,
                "--persona",
                "all",
                "--stage",
                "service",
                "--title",
                "It's \"quoted\" \\ and é",
            ],
        )
        .expect(0);
        assert!(hub.has(&format!("content/{made}")), "{asked}");
    }
    let checked = run(&hub, &["check", "--format", "json"]).expect(0).json();
    assert_eq!(checked["summary"]["errors"], 0, "{checked:#}");
}

#[test]
fn new_stays_below_content() {
    let hub = hub().on_disk();
    let taken: Vec<&str> = ["../outside", "/etc/x", "a/../../../x", "", ".", "a/", ".hidden"]
        .into_iter()
        .filter(|path| run(&hub, &["new", path, "--persona", "gp", "--stage", "service"]).code != 2)
        .collect();
    assert_eq!(taken, [""; 0], "these are no names of pages that would be found again");
    assert_eq!(hub.tree("content").paths(), ["good.md"]);
}

#[test]
fn new_refuses_an_unknown_persona_or_stage_with_a_suggestion() {
    let hub = hub().on_disk();
    let ran = run(&hub, &["new", "x", "--persona", "nurze", "--stage", "service"]).expect(2);
    assert!(ran.stderr.contains("did you mean `nurse`?"), "{}", ran.stderr);
    let ran = run(&hub, &["new", "x", "--persona", "gp", "--stage", "servcie"]).expect(2);
    assert!(ran.stderr.contains("did you mean `service`?"), "{}", ran.stderr);
    assert!(!hub.has("content/x.md"));
}

#[test]
fn new_refuses_a_file_that_exists() {
    let hub = hub().on_disk();
    let before = hub.read("content/good.md");
    let ran = run(&hub, &["new", "good", "--persona", "gp", "--stage", "service"]).expect(2);
    assert!(ran.stderr.contains("content/good.md"), "{}", ran.stderr);
    assert_eq!(hub.read("content/good.md"), before);
}

#[test]
fn new_gap_takes_the_next_gap_and_its_brief() {
    let hub = HubBuilder::memory_care().on_disk();
    let next = run(&hub, &["coverage", "--format", "json"]).json();
    assert_eq!(
        (&next["next"][0]["persona"], &next["next"][0]["stage"]),
        (&"memory-neurologist".into(), &"out-of-the-loop".into())
    );
    let ran = run(&hub, &["new", "--gap"]).expect(0);
    let path = ran
        .stdout
        .split_whitespace()
        .find(|word| word.contains("content/"))
        .map(|word| word.trim_end_matches(':').trim_start_matches("./"));
    let text = hub.read(path.unwrap_or_else(|| panic!("the file is named: {}", ran.stdout)));
    for part in [
        "memory-neurologist",
        "out-of-the-loop",
        "see-the-shift",
        "Wat verandert er in mijn vak",
        "status = \"draft\"",
    ] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    let brief: Vec<&str> =
        text.lines().filter(|line| line.contains("notices that something has changed")).collect();
    assert!(
        brief.iter().all(|line| line.starts_with('#')) && !brief.is_empty(),
        "the brief is comments:\n{text}"
    );
    let checked = run(&hub, &["check", "--format", "json"]).expect(0).json();
    assert_eq!(checked["summary"]["errors"], 0, "{checked:#}");
    let after = run(&hub, &["coverage", "--format", "json"]).json();
    assert_eq!(after["languages"][0]["cells"][0]["reason"], "draft", "the gap is now a draft");
}

#[test]
fn new_gap_says_so_when_there_is_none() {
    let hub = HubBuilder::small()
        .page("a.md", "all", "awareness", "")
        .page("b.md", "all", "service", "")
        .on_disk();
    let ran = run(&hub, &["new", "--gap"]);
    assert!(ran.stderr.contains("no gap") && ran.code != 3, "{}{}", ran.stdout, ran.stderr);
}

// coverage.

/// Reads RFC 4180.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '"') if chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut field)),
            (false, '\r') => {}
            (false, '\n') => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            (_, c) => field.push(c),
        }
    }
    rows
}

#[test]
fn the_forms_of_the_coverage_report_agree() {
    let hub = HubBuilder::memory_care().on_disk();
    let json = run(&hub, &["coverage", "--format", "json"]).expect(0).json();
    let rows = csv(&run(&hub, &["coverage", "--format", "csv"]).expect(0).stdout);
    let markdown = run(&hub, &["coverage", "--format", "markdown"]).expect(0).stdout;
    let table = run(&hub, &["coverage"]).expect(0).stdout;
    let (header, rows) = rows.split_first().expect("a header");
    let languages = json["languages"].as_array().expect("a list");
    let cells: Vec<(&Value, &Value)> = languages
        .iter()
        .flat_map(|language| {
            language["cells"].as_array().expect("a list").iter().map(move |cell| (language, cell))
        })
        .collect();
    assert_eq!(rows.len(), cells.len());
    for (row, (language, cell)) in rows.iter().zip(cells) {
        assert_eq!(row.len(), header.len());
        for (name, value) in header.iter().zip(row) {
            let expected = match &cell[name] {
                _ if name == "lang" => language["lang"].as_str().unwrap_or_default().to_owned(),
                Value::String(text) => text.clone(),
                Value::Array(files) => {
                    files.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
                }
                Value::Null => String::new(),
                other => other.to_string(),
            };
            assert_eq!(*value, expected, "{name} of {cell}");
        }
    }
    for language in languages {
        let totals = &language["totals"];
        let headline = format!(
            "{}: {} of {} cells covered, {} empty, {} generic only.",
            language["lang"].as_str().unwrap_or_default(),
            totals["covered"],
            totals["applicable"],
            totals["gaps"],
            totals["generic_only"]
        );
        for (form, text) in [("markdown", &markdown), ("table", &table)] {
            assert!(text.contains(&headline), "{form}: {headline}\n{text}");
            for reason in ["empty", "expired"] {
                let gaps = language["cells"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .filter(|cell| cell["reason"] == reason)
                    .count();
                assert!(
                    gaps > 0 && text.matches(&format!("gap: {reason}")).count() >= gaps,
                    "{form}: {reason}"
                );
            }
        }
    }
    assert!(
        table.starts_with("nl: 9 of 16 cells covered, 6 empty, 1 generic only. Next: "),
        "{table}"
    );
    let html = run(&hub, &["coverage", "--format", "html"]).expect(0).stdout;
    for cell in maps(&json) {
        let place =
            format!("href=\"#cell-{}-{}-{}\">{}", cell.lang, cell.persona, cell.stage, cell.words);
        assert!(html.contains(&place), "html: {place}");
        for (form, text) in [("markdown", &markdown), ("table", &table)] {
            assert!(text.contains(&cell.words), "{form}: {}", cell.words);
        }
    }
    let next: Vec<&str> = json["next"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|next| next["lang"].as_str())
        .collect();
    assert_eq!(
        next,
        ["nl", "nl", "nl", "en", "en", "en"],
        "three things to write for each language"
    );
}

/// A cell as people read it, worked out anew from the JSON report.
struct Shown {
    lang: String,
    persona: String,
    stage: String,
    words: String,
}

fn maps(json: &Value) -> Vec<Shown> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for language in json["languages"].as_array().expect("a list") {
        for cell in language["cells"].as_array().expect("a list") {
            let count = match (&cell["specific"], cell["generic"].as_u64()) {
                (specific, Some(0)) => specific.to_string(),
                (specific, generic) => format!("{specific}+{}", generic.unwrap_or_default()),
            };
            let stale = if cell["stale"] == true { " !" } else { "" };
            let words = match text(&cell["state"]).as_str() {
                "not-applicable" => "–".to_owned(),
                "deprioritised" => "not targeted".to_owned(),
                "gap" => format!("gap: {}", text(&cell["reason"])),
                "generic-only" => format!("{count} generic"),
                state => format!("{count} {state}{stale}"),
            };
            all.push(Shown {
                lang: text(&language["lang"]),
                persona: text(&cell["persona"]),
                stage: text(&cell["stage"]),
                words,
            });
        }
    }
    all
}

#[test]
fn counts_of_a_cell_are_those_of_its_pages() {
    let json = run(&HubBuilder::memory_care().on_disk(), &["coverage", "--format", "json"]).json();
    for language in json["languages"].as_array().expect("a list") {
        let mut covered = 0;
        for cell in language["cells"].as_array().expect("a list") {
            let number =
                |key: &str| cell[key].as_u64().unwrap_or_else(|| panic!("{key} in {cell}"));
            assert_eq!(
                cell["pages"].as_array().map(Vec::len),
                Some((number("specific") + number("generic")) as usize),
                "{cell}"
            );
            let waiting: u64 = ["drafts", "scheduled", "expired", "blocked", "untranslated"]
                .iter()
                .map(|key| number(key))
                .sum();
            assert_eq!(cell["waiting"].as_array().map(Vec::len), Some(waiting as usize), "{cell}");
            covered += u64::from(
                ["thin", "covered"].contains(&cell["state"].as_str().unwrap_or_default()),
            );
            assert!(cell["priority"].is_string() && cell["stale"].is_boolean(), "{cell}");
        }
        assert_eq!(language["totals"]["covered"], covered);
    }
    for need in json["needs"].as_array().expect("a list") {
        assert_eq!(
            need["open"],
            Value::Bool(need["pages"].as_array().is_some_and(Vec::is_empty)),
            "{need}"
        );
    }
}

#[test]
fn coverage_in_one_language_is_that_language_only() {
    let hub = HubBuilder::memory_care().on_disk();
    let both = run(&hub, &["coverage", "--format", "json"]).json();
    let one = run(&hub, &["coverage", "--format", "json", "--lang", "en"]).json();
    assert_eq!(one["languages"], Value::Array(vec![both["languages"][1].clone()]));
    let ran = run(&hub, &["coverage", "--lang", "eng"]).expect(2);
    assert!(ran.stderr.contains("did you mean `en`?"), "{}", ran.stderr);
}

#[test]
fn spreadsheets_run_no_formula_out_of_a_report() {
    let hub = HubBuilder::small().page("=cmd, \"x\".md", "gp", "service", "Text.\n").on_disk();
    let rows = csv(&run(&hub, &["coverage", "--format", "csv"]).stdout);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    assert!(
        rows.iter().flatten().all(|field| !field.starts_with(['=', '+', '-', '@'])),
        "{rows:?}"
    );
}

#[test]
fn coverage_of_a_faulty_hub_counts_blocked_pages_and_says_so() {
    let hub = hub()
        .file(
            "content/bad.md",
            "+++\ntitle = 'Bad'\npersonas = 'nurse'\nstage = 'service'\ncolour = 1\n+++\n",
        )
        .on_disk();
    let ran = run(&hub, &["coverage", "--format", "json"]).expect(1);
    let json = ran.json();
    let cell = json["languages"][0]["cells"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|cell| cell["persona"] == "nurse" && cell["stage"] == "service");
    assert_eq!(
        cell.map(|cell| (&cell["state"], &cell["reason"], &cell["blocked"])),
        Some((&"gap".into(), &"blocked".into(), &1.into()))
    );
    assert!(ran.stderr.contains("1 error"), "{}", ran.stderr);
}

// The day.

fn scheduled() -> HubOnDisk {
    let front = "+++\ntitle = 'Later'\npersonas = 'nurse'\nstage = 'service'\npublish_on = 2026-12-01\nexpires = 2026-12-31\n+++\n";
    hub().file("content/later.md", front).on_disk()
}

#[test]
fn the_as_of_date_decides_what_is_published() {
    let hub = scheduled();
    for (day, there) in
        [("2026-11-30", false), ("2026-12-01", true), ("2026-12-30", true), ("2026-12-31", false)]
    {
        Etappe::inside(hub.path()).args(["build", "--as-of", day]).run().expect(0);
        assert_eq!(hub.has("public/verpleegkundigen/practice/later/index.html"), there, "{day}");
    }
}

#[test]
fn source_date_epoch_is_the_day_where_no_flag_gives_one() {
    let hub = scheduled();
    let as_of = |epoch: &str, args: &[&str]| {
        let call = Etappe::inside(hub.path())
            .env("SOURCE_DATE_EPOCH", epoch)
            .args(["coverage", "--format", "json"])
            .args(args);
        call.run().expect(0).json()["as_of"].clone()
    };
    assert_eq!(as_of("1795305599", &[]), "2026-11-21");
    assert_eq!(as_of("1795305600", &[]), "2026-11-22");
    assert_eq!(as_of("0", &[]), "1970-01-01");
    assert_eq!(as_of("0", &["--as-of", "2026-12-05"]), "2026-12-05", "the flag wins");
    for wrong in ["tomorrow", "", "1.5", "99999999999999999999999"] {
        let ran = Etappe::inside(hub.path())
            .env("SOURCE_DATE_EPOCH", wrong)
            .args(["build"])
            .run()
            .expect(2);
        assert!(ran.stderr.contains("SOURCE_DATE_EPOCH"), "{}", ran.stderr);
    }
    assert!(!hub.has("public"));
}

#[test]
fn a_build_names_the_next_day_on_which_it_changes() {
    let ran = run(&scheduled(), &["build"]).expect(0);
    assert!(ran.stdout.contains("2026-12-01"), "{}", ran.stdout);
    assert!(ran.stdout.contains("of 4 cells covered"), "the headline of coverage: {}", ran.stdout);
}

// Flags of a build.

#[test]
fn a_base_url_of_the_call_stands_in_every_absolute_address() {
    let hub = hub().on_disk();
    run(&hub, &["build", "--base-url", "https://preview.example/pr/7/"]).expect(0);
    let tree = hub.tree("public");
    assert_eq!(tree.holding("https://hub.example"), [""; 0]);
    let page = tree.text("huisartsen/practice/good/index.html");
    assert!(page.contains("https://preview.example/pr/7/huisartsen/practice/good/"), "{page}");
    assert!(
        tree.text("huisartsen/sitemap.xml")
            .contains("<loc>https://preview.example/pr/7/huisartsen/</loc>")
    );
}

#[test]
fn a_preview_asks_search_engines_to_stay_away() {
    let hub = hub().on_disk();
    run(&hub, &["build", "--preview"]).expect(0);
    let tree = hub.tree("public");
    assert!(tree.text("robots.txt").contains("Disallow: /"));
    let open: Vec<&str> =
        tree.pages().filter(|(_, html)| !html.contains("noindex")).map(|(path, _)| path).collect();
    assert_eq!(open, [""; 0]);
    assert!(tree.paths().iter().all(|path| !path.ends_with("sitemap.xml")));
}

#[test]
fn the_hub_may_be_anywhere() {
    let hub = hub().on_disk();
    let elsewhere = HubOnDisk::empty();
    let place = hub.path().to_str().expect("a plain path");
    run(&elsewhere, &["build", place]).expect(0);
    assert!(hub.has("public/index.html"), "the usual output is in the hub's folder");
    run(&elsewhere, &["build", place, "--out", "site"]).expect(0);
    assert!(elsewhere.has("site/index.html"), "--out is seen from where the call is made");
    run(&elsewhere, &["check", place]).expect(0);
    run(&elsewhere, &["new", "x", "--persona", "gp", "--stage", "service", "--hub", place])
        .expect(0);
    assert!(hub.has("content/x.md"));
}

#[test]
fn waived_findings_are_always_printed() {
    let waiver = "\n[[waivers]]\ncode = \"link.broken\"\npage = \"content/faulty.md\"\nreason = \"target returns in January\"\nuntil = 2027-01-31\n";
    let hub = faulty().extended("hub.toml", waiver).on_disk();
    for args in [["check"].as_slice(), &["build"]] {
        let ran = run(&hub, args).expect(0);
        for part in ["link.broken", "content/faulty.md", "target returns in January", "2027-01-31"]
        {
            assert!(ran.stderr.contains(part), "{args:?}: `{part}` in {}", ran.stderr);
        }
    }
}

// Where the hub is.

#[test]
fn every_command_finds_the_nearest_hub_from_any_folder_below_it() {
    let hub = hub().file("content/awareness/x.txt", "x").on_disk();
    let below = hub.join("content/awareness");
    let dated = |args: &[&str]| Etappe::inside(&below).args(args).args(["--as-of", TODAY]).run();
    dated(&["check"]).expect(0);
    dated(&["coverage"]).expect(0);
    dated(&["calendar"]).expect(0);
    dated(&["where-used", "good"]).expect(0);
    dated(&["brief", "gp", "service"]).expect(0);
    let built = dated(&["build"]).expect(0);
    assert!(built.stdout.contains("Built ../../public"), "{}", built.stdout);
    assert!(hub.has("public/index.html") && !hub.has("content/awareness/public"));
    let new = dated(&["new", "awareness/second", "--persona", "gp", "--stage", "awareness"]);
    new.expect(0);
    assert!(hub.has("content/awareness/second.md"));
    Etappe::inside(&below).args(["theme", "copy", "page.html"]).run().expect(0);
    assert!(hub.has("templates/page.html"));
    // A hub within: the nearest one counts.
    hub.write(
        "content/awareness/inner/hub.toml",
        "title = \"Inner\"\nlanguages = [\"fr\"]\n[[stages]]\nid = \"one\"\nlabel = \"Un\"\n",
    );
    hub.write("content/awareness/inner/personas/nurse.toml", "label = \"Infirmières\"\n");
    hub.write("content/awareness/inner/content/deep/x.txt", "x");
    let deep = hub.join("content/awareness/inner/content/deep");
    let ran = Etappe::inside(&deep).args(["coverage", "--as-of", TODAY]).run();
    assert!(ran.stdout.starts_with("fr:"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_folder_to_look_in_has_three_names_that_must_agree() {
    let hub = hub().on_disk();
    let place = hub.path().join("content");
    let place = place.to_str().expect("a path of text");
    let other = HubOnDisk::empty();
    let elsewhere =
        |args: &[&str]| Etappe::inside(other.path()).args(args).args(["--as-of", TODAY]).run();
    for args in [
        ["-C", place, "check"].as_slice(),
        &["check", "-C", place],
        &["check", "--hub", place],
        &["check", place],
        &["check", place, "-C", place, "--hub", place],
        &["coverage", "record", "-C", place],
    ] {
        elsewhere(args).expect(0);
    }
    let ran = elsewhere(&["check", place, "-C", "."]).expect(2);
    assert!(ran.stderr.contains("are two folders"), "{}", ran.stderr);
    elsewhere(&["new", "a", "--persona", "gp", "--stage", "service", "--hub", place, "-C", "."])
        .expect(2);
    // It names where the search begins, and nothing else.
    elsewhere(&["build", "-C", place, "--out", "sites"]).expect(0);
    assert!(other.has("sites/index.html") && !hub.has("sites"));
}

#[test]
fn a_preview_of_no_hub_ends_with_1() {
    let ran = Etappe::inside(HubOnDisk::empty().path()).args(["serve", "--port", "0"]).run();
    assert!(ran.expect(1).stderr.contains("config.missing"));
}

#[test]
fn init_keeps_outputs_out_of_the_repository_and_says_what_comes_next() {
    let folder = HubOnDisk::empty();
    let ran = run(&folder, &["init", "my hub"]).expect(0);
    assert_eq!(folder.read("my hub/.gitignore"), "/public/\n/.etappe/\n");
    assert!(ran.stdout.contains("`etappe serve 'my hub'`"), "{}", ran.stdout);
    let folder = HubOnDisk::empty();
    folder.write(".gitignore", "public\n");
    let ran = run(&folder, &["init"]).expect(0);
    assert_eq!(folder.read(".gitignore"), "public\n", "nothing is overwritten");
    assert!(ran.stdout.contains("Add to .gitignore what builds make anew: /.etappe/"));
    assert!(ran.stdout.contains("`etappe serve`"), "{}", ran.stdout);
}

#[test]
fn a_build_says_where_to_look_at_it() {
    let hub = hub().on_disk();
    for _ in 0..2 {
        let ran = run(&hub, &["build"]).expect(0);
        assert!(ran.stdout.contains("public/index.html, or `etappe serve`"), "{}", ran.stdout);
    }
}

#[test]
fn new_refuses_names_that_are_no_pages_everywhere() {
    let hub = hub().on_disk();
    for (name, word) in [
        ("service/mri.fr", "`fr`"),
        ("service/what?", "`?`"),
        ("a:b", "`:`"),
        ("con", "Windows"),
        ("lpt1.en", "Windows"),
        ("a#b", "`#`"),
        ("a ", "space"),
    ] {
        let ran = run(&hub, &["new", name, "--persona", "gp", "--stage", "service"]).expect(2);
        assert!(ran.stderr.contains(word), "{name}: {}", ran.stderr);
    }
    for name in ["service/mri.nl", "console", "décès"] {
        run(&hub, &["new", name, "--persona", "gp", "--stage", "service"]).expect(0);
    }
}

#[test]
fn coverage_of_a_hub_with_errors_exits_as_a_check_does() {
    for (hub, code) in [(hub(), 0), (faulty(), 1)] {
        let hub = hub.on_disk();
        run(&hub, &["check"]).expect(code);
        let ran = run(&hub, &["coverage", "--format", "json"]).expect(code);
        assert_eq!(ran.stderr.contains("1 error in the hub"), code == 1, "{}", ran.stderr);
        ran.json();
    }
}
