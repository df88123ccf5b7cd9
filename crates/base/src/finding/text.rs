//! Findings for people at a terminal: the line, a caret, and the way out.
//!
//! Authors' text reaches the terminal here, so nothing that steers one may pass: see [`harmless`].

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use rayon::prelude::*;

use super::gather::{self, Extent, Gathered};
use super::locate::{self, Located, Range};
use super::{Finding, Severity, Sources, Waived};
pub use crate::visible::harmless;
use crate::visible::visible;

/// What the terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct TerminalStyle {
    /// Whether to write escape codes for colours.
    pub colour: bool,
    /// Columns; long lines are cut around the span.
    pub width: usize,
}

impl TerminalStyle {
    /// Plain text, as for a file or a pipe.
    pub const PLAIN: Self = Self { colour: false, width: 120 };
}

/// From how many findings on a report ends with a table of them.
const MANY: usize = 20;

/// A report to read: what says the same is told once, as much of it as `extent` lets through, and
/// what is left out is counted. `more` says where all is shown.
pub fn report(
    findings: &[Finding],
    sources: &dyn Sources,
    style: TerminalStyle,
    extent: Extent,
    more: &str,
) -> String {
    let (shown, left_out) = extent.choose(gather::gather(findings));
    let mut text = emit_gathered(&shown, sources, style, extent.places);
    if findings.len() > MANY {
        text.push_str(&table(findings, style.width));
    }
    if !left_out.is_empty() {
        let codes: Vec<String> =
            left_out.iter().map(|(code, count)| format!("{count} {code}")).collect();
        text.push_str(&format!("Not shown here: {}. {more}\n\n", codes.join(", ")));
    }
    text
}

/// All findings by code, the gravest first. What a code means is left out where the terminal has no
/// room for it.
fn table(findings: &[Finding], width: usize) -> String {
    let counts = gather::by_code(findings);
    let longest = counts.iter().map(|one| one.code.id.len()).max().unwrap_or_default();
    let line = |one: &gather::CodeCount| {
        let word = if one.severity == Severity::Info { "note" } else { one.severity.name() };
        let (count, code) = (one.count, one.code.id);
        let line = format!("{count:>6}  {word:<7}  {code:<longest$}  {}", one.code.summary);
        let fits = line.chars().count() <= width;
        let line = if fits { line } else { format!("{count:>6}  {word:<7}  {code}") };
        line + "\n"
    };
    format!("By code:\n{}\n", counts.iter().map(line).collect::<String>())
}

/// All findings, each followed by an empty line.
pub fn emit(findings: &[Finding], sources: &dyn Sources, style: TerminalStyle) -> String {
    let alone: Vec<Gathered<'_>> = findings.iter().map(Gathered::alone).collect();
    emit_gathered(&alone, sources, style, 0)
}

/// Each followed by an empty line; of other places, the first few are named.
fn emit_gathered(
    all: &[Gathered<'_>],
    sources: &dyn Sources,
    style: TerminalStyle,
    places: usize,
) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    // In bytes, how much text is looked at on either side of a span: a file may be one long line
    // with a finding at every word.
    let widest = 4 * style.width.max(100);
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width.max(40));
    let file = |one: &Gathered<'_>| one.first.place.as_ref().map(|place| place.file.clone());
    let write = |all: &[Gathered<'_>]| {
        let mut rest = all.iter();
        let firsts = all.iter().map(|one| one.first);
        let write = |located: Located<'_, '_>| {
            let others = rest.next().map(|own| others(own, sources, places)).unwrap_or_default();
            one(&located, &others, &renderer, widest) + "\n\n"
        };
        locate::map(firsts, sources, write).concat()
    };
    all.par_chunk_by(|a, b| file(a) == file(b)).map(write).collect()
}

/// How often the same is found, and where else.
#[derive(Default)]
struct Others {
    /// Stands behind the message; empty for a finding by itself.
    times: String,
    /// The other places; `None` where there are none.
    places: Option<String>,
}

/// How many places stand in one line.
const IN_A_LINE: usize = 5;

fn others(one: &Gathered<'_>, sources: &dyn Sources, most: usize) -> Others {
    if one.others.is_empty() {
        return Others::default();
    }
    let named = one.others.iter().copied().take(most);
    let mut places = locate::map(named, sources, |located| place_of(&located));
    let left = one.others.len() - places.len();
    if left > 0 {
        places.push(format!("{left} more"));
    }
    let last = places.pop().unwrap_or_default();
    let lines: Vec<String> = places.chunks(IN_A_LINE).map(|line| line.join(", ")).collect();
    let places = match lines.is_empty() {
        true => last,
        false => format!("{} and {last}", lines.join(",\n")),
    };
    Others { times: format!(" ({} times)", one.count()), places: Some(places) }
}

/// As editors and terminals take it, to go there.
pub(super) fn place_of(located: &Located<'_, '_>) -> String {
    match &located.range {
        None => "the hub".to_owned(),
        Some(range) if located.is_whole_file => range.file.to_string(),
        Some(Range { file, start, .. }) => format!("{file}:{}:{}", start.line, start.column),
    }
}

/// One line for each finding that a waiver covers.
pub fn waived(waived: &[Waived]) -> String {
    let line = |waived: &Waived| {
        let Waived { finding, reason, until } = waived;
        let file = finding.place.as_ref().map_or("the hub", |place| place.file.as_str());
        let until = until.map_or(String::new(), |until| format!(", until {until}"));
        harmless(&format!(
            "waived: {} in {file}: {} ({reason}{until})",
            finding.code.id, finding.message
        )) + "\n"
    };
    waived.iter().map(line).collect()
}

fn one(located: &Located<'_, '_>, others: &Others, renderer: &Renderer, widest: usize) -> String {
    let finding = located.finding;
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info | Severity::Off => Level::NOTE,
    };
    // Set where the line is cut: the column of the span in the part that is shown.
    let mut column = None;
    let title = harmless(&format!("{}{}", finding.message, others.times));
    let mut group = Group::with_title(level.primary_title(title).id(finding.code.id));
    if let (Some(place), Some(range)) = (&finding.place, &located.range) {
        let path = harmless(place.file.as_str());
        group = if located.is_whole_file {
            group.element(Origin::path(path))
        } else {
            let (start, end) = (place.span.start as usize, place.span.end as usize);
            let shown = Window::new(located.text, start, end, widest);
            column =
                (!shown.begins_line).then(|| shown.text[..shown.span.start].chars().count() + 1);
            let label = (!finding.label.is_empty()).then(|| harmless(&finding.label));
            let annotation = AnnotationKind::Primary.span(shown.span).label(label);
            let snippet = Snippet::source(shown.text).line_start(range.start.line as usize);
            group.element(snippet.path(path).annotation(annotation))
        };
    }
    for (range, label) in &located.related {
        let place = format!("{label} ({}:{}:{})", range.file, range.start.line, range.start.column);
        group = group.element(Level::NOTE.message(harmless(&place)));
    }
    if let Some(places) = &others.places {
        let lines: Vec<String> = places.lines().map(harmless).collect();
        let places = format!("the same at {}", lines.join("\n"));
        group = group.element(Level::NOTE.message(places));
    }
    for help in &finding.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    let rendered = renderer.render(&[group]);
    match (column, &located.range) {
        (Some(column), Some(range)) => with_column(rendered, range, column),
        _ => rendered,
    }
}

/// Corrects the column where a line is not shown from its beginning: the renderer counts only in
/// the part that it gets.
fn with_column(rendered: String, range: &Range, shown: usize) -> String {
    let place =
        |column: usize| format!("{}:{}:{column}", harmless(range.file.as_str()), range.start.line);
    let (before, after) = rendered.split_at(rendered.find("--> ").unwrap_or_default());
    format!("{before}{}", after.replacen(&place(shown), &place(range.start.column as usize), 1))
}

/// The lines that a span touches; only the first, if it touches more than three.
struct Window {
    text: String,
    /// The span, in bytes of `text`.
    span: std::ops::Range<usize>,
    /// Whether the text begins where its line does.
    begins_line: bool,
}

impl Window {
    /// Looks at most at `widest` bytes on either side of the span, and at as many of the span
    /// itself.
    fn new(text: &str, start: usize, end: usize, widest: usize) -> Self {
        let start = floor(text, start);
        let end = floor(text, end).max(start);
        let least = floor(text, start.saturating_sub(widest));
        let line_start = text[least..start].rfind('\n').map(|at| least + at + 1);
        let begins_line = line_start.is_some() || least == 0;
        let first = line_start.unwrap_or(least);
        let pointed = text[start..end.min(floor(text, start + widest))].trim_end();
        let pointed = if pointed.matches('\n').count() < 3 {
            pointed
        } else {
            pointed.lines().next().unwrap_or_default()
        };
        let end = start + pointed.len();
        let most = floor(text, end + widest);
        let stop = text[end..most].find('\n').map_or(most, |at| end + at);
        let (before, pointed, after) =
            (shown(&text[first..start]), shown(pointed), shown(&text[end..stop]));
        let span = before.len()..before.len() + pointed.len();
        Self { text: before + &pointed + &after, span, begins_line }
    }
}

/// A part of a file, made harmless for a terminal. Carriage returns and byte-order marks are
/// dropped.
fn shown(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, '\r' | '\u{feff}'));
    kept.map(|c| if matches!(c, '\n' | '\t') { c } else { visible(c) }).collect()
}

/// The border between characters at `at`, or the nearest before it.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Place, codes};
    use crate::path::HubPath;
    use crate::source::Span;

    fn emitted(text: &'static str, start: usize, end: usize, width: usize) -> String {
        let file = HubPath::literal("content/a.md");
        let finding = Finding::new(
            &codes::FRONT_UNKNOWN_STAGE,
            Place::new(&file, Span::new(start, end)),
            "Unknown stage `awarenes`.",
        );
        let finding = finding.label("no such stage").help("did you mean `awareness`?");
        emit(
            &[finding],
            &|_: &HubPath| Some(text.to_owned()),
            TerminalStyle { colour: false, width },
        )
    }

    #[test]
    fn a_finding_shows_its_line_with_a_caret_and_the_way_out() {
        let shown = emitted("+++\nstage = \"awarenes\"\n+++\n", 12, 22, 120);
        assert!(shown.contains("content/a.md:2:9"), "{shown}");
        assert!(shown.contains("^^^^^^^^^^ no such stage"), "{shown}");
        assert!(shown.contains("help: did you mean `awareness`?"), "{shown}");
    }

    #[test]
    fn spans_outside_the_text_do_not_panic() {
        for (start, end) in [(0, 0), (900, 901), (1, 900), (3, 3), (2, 1)] {
            emitted("é\u{1b}\r\nz", start, end, 40);
            emitted("", start, end, 40);
            emitted("\n\n\n\n", start, end, 40);
        }
    }

    #[test]
    fn a_long_line_is_shown_around_its_span() {
        let text: &'static str =
            Box::leak(format!("é\n{}here{}", "é ".repeat(5_000), " ü".repeat(5_000)).into());
        let at = text.find("here").expect("it is there");
        let shown = emitted(text, at, at + 4, 80);
        assert!(shown.contains("content/a.md:2:10001"), "{shown}");
        assert!(shown.contains("^^^^ no such stage") && shown.contains("here"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 120), "{shown}");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let shown = emitted("x = \"\u{1b}[2J\u{202e}\"\n", 4, 13, 80);
        assert!(!shown.contains(['\u{1b}', '\u{202e}']) && shown.contains("␛[2J"), "{shown}");
    }
}
