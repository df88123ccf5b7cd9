//! Findings for people at a terminal: the line, a caret, and the way out.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::json::Locator;
use super::{Finding, Severity, Sources};
use crate::base::source::LineIndex;

/// How the terminal wants it.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub colour: bool,
    /// Columns; long lines are cut around the span.
    pub width: usize,
}

impl Style {
    /// Plain text, as for a file or a pipe.
    pub const PLAIN: Self = Self { colour: false, width: 120 };
}

/// All findings, each followed by an empty line.
pub fn emit(findings: &[Finding], sources: &dyn Sources, style: Style) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width.max(40));
    let mut locator = Locator::new(sources);
    let mut out = String::new();
    for finding in findings {
        out.push_str(&one(finding, &mut locator, sources, &renderer));
        out.push_str("\n\n");
    }
    out
}

fn one(finding: &Finding, locator: &mut Locator<'_>, sources: &dyn Sources, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info | Severity::Off => Level::NOTE,
    };
    let title = level.primary_title(&*finding.message).id(finding.code.id);
    let mut group = Group::with_title(title);
    if let Some(place) = &finding.place {
        let text = locator.text(&place.file);
        let start = LineIndex::new(text).position(place.span.start);
        group = match window(text, place.span.start as usize, place.span.end as usize) {
            Some(shown) => group.element(
                Snippet::source(shown.text)
                    .path(place.file.as_str())
                    .line_start(shown.line)
                    .annotation(AnnotationKind::Primary.span(shown.span).label(non_empty(&finding.label))),
            ),
            None => group.element(Origin::path(place.file.as_str()).line(start.line as usize)),
        };
    }
    for related in &finding.related {
        let text = sources.text(&related.place.file).unwrap_or_default();
        let position = LineIndex::new(&text).position(related.place.span.start);
        let place = format!("{} ({}:{}:{})", related.label, related.place.file, position.line, position.column);
        group = group.element(Level::NOTE.message(place));
    }
    for help in &finding.help {
        group = group.element(Level::HELP.message(&**help));
    }
    renderer.render(&[group])
}

fn non_empty(label: &str) -> Option<&str> {
    (!label.is_empty()).then_some(label)
}

struct Window {
    text: String,
    /// Number of the first line in `text`.
    line: usize,
    span: std::ops::Range<usize>,
}

/// The lines that the span touches, three at the most, and the span within them.
/// `None` for a file without text, or a span of nothing at its start: those have no line to show.
fn window(text: &str, start: usize, end: usize) -> Option<Window> {
    if text.is_empty() || (start == 0 && end == 0) {
        return None;
    }
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(start);
    let end = floor(end).max(start);
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[first..].match_indices('\n').nth(2).map_or(text.len(), |(at, _)| first + at);
    let end = end.min(last).max(start);
    let stop = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let line = text[..first].matches('\n').count() + 1;
    let shown = &text[first..stop];
    // Control characters would move the cursor; a tab stays, it is drawn as spaces.
    let clean: String = shown.chars().map(|c| if c.is_control() && c != '\t' && c != '\n' { ' ' } else { c }).collect();
    let same_length = clean.len() == shown.len();
    let span = if same_length { start - first..end - first } else { 0..0 };
    Some(Window { text: clean, line, span })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::HubPath;
    use crate::base::source::Span;
    use crate::finding::{Place, codes};

    #[test]
    fn a_finding_shows_its_line_with_a_caret_and_the_way_out() {
        let file = HubPath::literal("content/a.md");
        let finding = Finding::new(&codes::FRONT_UNKNOWN_STAGE, Place::new(&file, Span::new(12, 22)), "Unknown stage `awarenes`.")
            .label("no such stage")
            .help("did you mean `awareness`?");
        let text = |_: &HubPath| Some("+++\nstage = \"awarenes\"\n+++\n".to_owned());
        let shown = emit(&[finding], &text, Style::PLAIN);
        assert!(shown.contains("content/a.md:2:9"), "{shown}");
        assert!(shown.contains("^^^^^^^^^^ no such stage"), "{shown}");
        assert!(shown.contains("help: did you mean `awareness`?"), "{shown}");
    }

    #[test]
    fn spans_outside_the_text_do_not_panic() {
        let file = HubPath::literal("a.md");
        for (start, end) in [(0, 0), (900, 901), (1, 900), (3, 3)] {
            let finding = Finding::new(&codes::FRONT_SYNTAX, Place::new(&file, Span::new(start, end)), "x");
            emit(&[finding], &(|_: &HubPath| Some("é\u{1b}\r\nz".to_owned())), Style::PLAIN);
        }
    }
}
