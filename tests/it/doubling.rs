//! Twice as much text is twice as much work, whatever the text repeats. Counted in instructions,
//! not in time: those are the same on every machine and at every load.

use std::process::Command;

use rayon::prelude::*;

use crate::support::{HubBuilder, TODAY, left_out};

/// What a doubling may multiply the work by. A little more than two, for what grows with the
/// logarithm.
const MOST: f64 = 2.3;

/// Texts of which nothing, or one thing, is found.
const SILENT: &[fn(usize) -> String] = &[
    |n| "## Note\n\n".repeat(n),
    |n| (0..n / 2).map(|at| format!("## Note\n\n## Note-{at}\n\n")).collect(),
    |n| "{{ ".repeat(n),
    |n| "{{ {% ".repeat(n),
    |n| "[^".repeat(n),
    |n| (0..n / 4).map(|at| format!("a[^{at}]\n\n[^{at}]: b\n\n")).collect(),
    |n| "a[^1] ".repeat(n / 4) + "\n\n[^1]: b\n",
    |n| "*a **b _c ".repeat(n),
    |n| "[".repeat(n),
    |n| ">".repeat(n) + "a",
    |n| "word ".repeat(n * 4),
    |n| "`a` ".repeat(n / 2) + "\n[b]: /c\n",
    |n| "<div>".repeat(n),
    |n| ":a[".repeat(n),
    |n| "&amp; &nope; ".repeat(n),
    |n| format!("| a |\n|---|\n{}", "| b |\n".repeat(n / 4)),
    |n| format!("a\n{}", "-\t|\t~ ".repeat(n)),
];

/// Texts of which every piece is a finding, nearly all in one line.
const FAULTY: &[fn(usize) -> String] = &[
    |n| (0..n).map(|at| format!("[a](gone{at}.md) ")).collect(),
    |n| "<a href=\"gone.md\">a</a> ".repeat(n),
    |n| {
        (0..n)
            .map(|at| format!("[a](#gone{at}) "))
            .chain((0..n).map(|at| format!("\n\n## H{at}")))
            .collect()
    },
    |n| "{{ a }} ".repeat(n),
    |n| (0..n).map(|at| format!("a[^{at}] ")).collect(),
    |n| (0..n).map(|at| format!("[a][{at}] ")).collect(),
    |n| (0..n).map(|at| format!("[@k{at}] ")).collect(),
    |n| (0..n).map(|at| format!("[a{at}]: /b\n")).collect(),
    |n| format!("<div>\n{}", "<div>".repeat(n)),
    |n| (0..n).map(|at| format!("<a-{at}> </b-{at}> ")).collect(),
    |n| format!("<ol><li><ul>{}{}", "<b>".repeat(n / 2), "<li></p></li></ol>".repeat(n / 4)),
    |n| ":::note\n".repeat(n / 8),
    |n| {
        format!(":::note{{{}}}\nb\n:::\n", (0..n).map(|at| format!("a{at}=b ")).collect::<String>())
    },
    |n| "a :nope[b]{c=d} ".repeat(n),
    |n| "<p id=\"a\">b</p>\n".repeat(n),
    |n| " ==a (%% b @c2020 [[d ]{.e".repeat(n),
    |n| "](a b [c](d e) ".repeat(n),
    |n| "**「一」**二 ".repeat(n),
];

/// A hub whose pages are these texts, of this size; with front matter, references and a drawing
/// that repeat themselves too.
fn hub(texts: &[fn(usize) -> String], size: usize) -> HubBuilder {
    let mut hub = HubBuilder::small();
    for (at, text) in texts.iter().enumerate() {
        hub = hub.page(&format!("page-{at}.md"), "gp", "service", &text(size));
    }
    let entry = |at: usize| {
        format!(
            "@article{{k{at}, author={{A, B}}, title={{T}}, date={{2020}}, crossref={{k{}}}}}\n",
            at + 1
        )
    };
    let keys: String = (0..size / 4).map(|at| format!("  k{at}: é\n  again: 1\n")).collect();
    let yaml = format!(
        "---\ntitle: Keys\npersonas: gp\nstage: service\nextra:\n{keys}---\n\n![A drawing](a.svg)\n"
    );
    let attributes: String = (0..size / 4).map(|at| format!(" onload{at}='b'")).collect();
    let styles = "<style>@import 'a'</style>".repeat(size / 8);
    let drawing = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><g{attributes}/>{styles}</svg>"
    );
    hub.file("content/keys.md", yaml)
        .file("content/a.svg", drawing)
        .file("references.bib", (0..size / 8).map(entry).collect::<String>())
}

/// How many instructions `etappe check` takes. `None` where they cannot be counted.
fn instructions(hub: &HubBuilder) -> Option<f64> {
    let hub = hub.on_disk();
    let mut command = Command::new("valgrind");
    command.args([
        "--tool=exp-bbv",
        "--instr-count-only=yes",
        "--bb-out-file=/dev/null",
        "--pc-out-file=/dev/null",
    ]);
    command
        .arg(env!("CARGO_BIN_EXE_etappe"))
        .args(["check", "--as-of", TODAY])
        .current_dir(hub.path());
    let output = command.env("RAYON_NUM_THREADS", "1").env("NO_COLOR", "1").output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let counts = said
        .lines()
        .filter_map(|line| line.split_once("Total instructions: ")?.1.trim().parse::<f64>().ok());
    // One line for each thread.
    let all: f64 = counts.sum();
    (all > 0.0).then_some(all)
}

#[test]
fn twice_the_text_is_twice_the_work() {
    let sizes =
        [(SILENT, 0), (SILENT, 1_500), (SILENT, 3_000), (FAULTY, 0), (FAULTY, 150), (FAULTY, 300)];
    let counted: Vec<Option<f64>> =
        sizes.par_iter().map(|(texts, size)| instructions(&hub(texts, *size))).collect();
    let Some(counted) = counted.into_iter().collect::<Option<Vec<f64>>>() else {
        return left_out("twice_the_text_is_twice_the_work", "valgrind is not installed");
    };
    for (counts, what) in counted.chunks(3).zip(["silent", "faulty"]) {
        let ratio = (counts[2] - counts[0]) / (counts[1] - counts[0]);
        assert!(ratio <= MOST, "{what} texts: {ratio:.2} times the work, {counts:?}");
    }
}
