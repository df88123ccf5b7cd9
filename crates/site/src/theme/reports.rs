//! What the template library says of a fault, taken apart.
//!
//! The library hands out the faults of several templates as one text and no data: this file is the
//! only one that reads such a text. What does not look as expected is one fault without a place.

use tera::ErrorKind;

/// What each fault in a joined report begins with.
const FAULT: &str = "error: ";

/// One fault of a template.
pub(super) struct TemplateReport<'t> {
    /// The reason, with advice.
    pub message: &'t str,
    /// Its name; empty where the report names none.
    pub template: &'t str,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// The faults of a report that joins several; empty where the error is not such a report.
pub(super) fn joined(error: &tera::Error) -> Vec<TemplateReport<'_>> {
    match error.kind() {
        ErrorKind::Msg(text) if text.starts_with(FAULT) => {
            text.split(FAULT).filter(|part| !part.trim().is_empty()).map(report).collect()
        }
        _ => Vec::new(),
    }
}

/// The reason in the first line, and in the second `--> TEMPLATE:LINE:COLUMN`.
fn report(text: &str) -> TemplateReport<'_> {
    let (message, rest) = text.split_once('\n').unwrap_or((text, ""));
    let at = rest.lines().next().unwrap_or_default().trim().trim_start_matches("--> ");
    let mut parts = at.rsplitn(3, ':');
    let column = parts.next().and_then(|column| column.parse().ok()).unwrap_or(1);
    let line = parts.next().and_then(|line| line.parse().ok()).unwrap_or(1);
    TemplateReport { message, template: parts.next().unwrap_or_default(), line, column }
}

/// A reason, and what the library advises to use instead: that follows in sentences of its own.
pub(super) fn reason_and_advice(text: &str) -> (String, Option<String>) {
    let (reason, advice) = text.split_once(". ").unwrap_or((text, ""));
    let advice = (!advice.is_empty()).then(|| advice.trim_end_matches('.').to_owned());
    (reason.trim_end_matches('.').to_owned(), advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joined_report_is_one_report_for_each_fault() {
        let mut tera = tera::Tera::new();
        let templates =
            [("a.html", "é {{ x | gone }}"), ("b.html", "\n  {{ y is lost }}{{ z | away }}")];
        let error = tera.add_raw_templates(templates).expect_err("no such filters");
        let found: Vec<_> = joined(&error)
            .iter()
            .map(|report| (report.template.to_owned(), report.line, report.column))
            .collect();
        let places = [("a.html", 1), ("b.html", 2), ("b.html", 2)];
        assert_eq!(found.len(), places.len(), "{found:?}");
        for (found, (template, line)) in found.iter().zip(places) {
            assert_eq!((found.0.as_str(), found.1), (template, line), "{found:?}");
            assert!(found.2 > 1, "{found:?}");
        }
    }

    #[test]
    fn other_errors_are_no_joined_report() {
        assert!(joined(&tera::Error::message("its loops go round too often")).is_empty());
    }

    #[test]
    fn advice_stands_apart_from_the_reason() {
        let check = |text: &str, reason: &str, advice: Option<&str>| {
            assert_eq!(reason_and_advice(text), (reason.to_owned(), advice.map(str::to_owned)));
        };
        check("`a` is not there. Use `b` or `c.d`.", "`a` is not there", Some("Use `b` or `c.d`"));
        check("`a` is not there.", "`a` is not there", None);
        check("no", "no", None);
    }
}
