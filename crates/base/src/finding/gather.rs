//! Findings that say the same, as one: for people, who solve what many places share in one go.
//!
//! Only what people are shown is gathered. Counts, exit codes and reports for programs are of the
//! findings themselves.

use std::collections::BTreeMap;

use super::{Code, Finding, Severity};
use crate::path::HubPath;

/// Findings that say the same of one page, or of one name on any page.
#[derive(Clone, Debug)]
pub struct Gathered<'f> {
    /// The one that is shown.
    pub first: &'f Finding,
    /// Those that say the same elsewhere, in the order of the report.
    pub others: Vec<&'f Finding>,
}

impl<'f> Gathered<'f> {
    /// A finding by itself.
    pub fn alone(first: &'f Finding) -> Self {
        Self { first, others: Vec::new() }
    }

    /// How many findings it stands for.
    pub fn count(&self) -> usize {
        1 + self.others.len()
    }
}

/// What a finding is about, as far as others can be about the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Subject<'f> {
    /// The file that a link means, however it is written.
    Target(&'f HubPath),
    /// What the message names, wherever it stands.
    Named(&'f str),
    /// What the message says of one file; `None` for the hub.
    OfPage(Option<&'f HubPath>, &'f str),
}

/// Equal keys: findings that one reader needs to be told once, since one deed solves them. What to
/// do comes first in the help; what follows may fit one place alone.
type Key<'f> = (&'static str, Severity, Subject<'f>, Option<&'f String>);

/// Joins findings that say the same, in the order of the first of each.
pub fn gather<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<Gathered<'f>> {
    let mut all: Vec<Gathered<'f>> = Vec::new();
    let mut known: BTreeMap<Key<'f>, usize> = BTreeMap::new();
    for finding in findings {
        let key = (finding.code.id, finding.severity, subject(finding), finding.help.first());
        match known.get(&key) {
            Some(at) => all[*at].others.push(finding),
            None => {
                known.insert(key, all.len());
                all.push(Gathered::alone(finding));
            }
        }
    }
    all
}

fn subject(finding: &Finding) -> Subject<'_> {
    let own = finding.place.as_ref().map(|place| &place.file);
    match finding.related.first() {
        _ if !finding.code.is_about_a_name() => Subject::OfPage(own, &finding.message),
        Some(target) if finding.code.is_about_a_link() => Subject::Target(&target.place.file),
        _ => Subject::Named(&finding.message),
    }
}

/// How many gathered findings of each code a report for people shows, by severity.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Of severity error.
    pub errors: usize,
    /// Of severity warning.
    pub warnings: usize,
    /// Of severity info.
    pub infos: usize,
    /// How many of the places that one stands for are named beside the first.
    pub places: usize,
}

impl Extent {
    /// Nothing is left out.
    pub const WHOLE: Self =
        Self { errors: usize::MAX, warnings: usize::MAX, infos: usize::MAX, places: usize::MAX };
    /// As many as somebody reads through.
    pub const USUAL: Self = Self { errors: 20, warnings: 20, infos: 20, places: 5 };
    /// For a build: it is no time for advice.
    pub const BRIEF: Self = Self { errors: 20, warnings: 5, infos: 0, places: 5 };

    fn most(self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
            Severity::Info | Severity::Off => self.infos,
        }
    }

    /// Those that are shown, and how many findings of each code are not.
    pub fn choose<'f>(
        self,
        all: Vec<Gathered<'f>>,
    ) -> (Vec<Gathered<'f>>, BTreeMap<&'static str, usize>) {
        let mut seen: BTreeMap<(&'static str, Severity), usize> = BTreeMap::new();
        let mut left_out = BTreeMap::new();
        let mut shown = Vec::new();
        for one in all {
            let Finding { code, severity, .. } = one.first;
            let seen = seen.entry((code.id, *severity)).or_default();
            *seen += 1;
            if *seen <= self.most(*severity) {
                shown.push(one);
            } else {
                *left_out.entry(code.id).or_default() += one.count();
            }
        }
        (shown, left_out)
    }
}

/// How many findings there are of a code, of one severity.
#[derive(Clone, Copy, Debug)]
pub struct CodeCount {
    /// As the findings weigh.
    pub severity: Severity,
    /// Which code.
    pub code: &'static Code,
    /// Every place counts.
    pub count: usize,
}

/// The findings by code: errors first, then by number.
pub fn by_code<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<CodeCount> {
    let mut counts: BTreeMap<(&'static str, Severity), CodeCount> = BTreeMap::new();
    for Finding { code, severity, .. } in findings {
        let none = CodeCount { severity: *severity, code, count: 0 };
        counts.entry((code.id, *severity)).or_insert(none).count += 1;
    }
    let mut counts: Vec<CodeCount> = counts.into_values().collect();
    counts.sort_by(|a, b| b.severity.cmp(&a.severity).then(b.count.cmp(&a.count)));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Place, codes};
    use crate::source::Span;

    fn finding(code: &'static Code, file: &'static str, at: usize, message: &str) -> Finding {
        Finding::new(code, Place::new(&HubPath::literal(file), Span::new(at, at + 1)), message)
    }

    fn check(findings: &[Finding], expected: &[usize]) {
        let counts: Vec<usize> = gather(findings).iter().map(Gathered::count).collect();
        assert_eq!(counts, expected);
    }

    #[test]
    fn equal_findings_of_one_page_become_one() {
        let skipped =
            |file: &'static str, at| finding(&codes::HEADING_SKIPPED, file, at, "A heading skips.");
        check(&[skipped("a.md", 1), skipped("a.md", 5), skipped("b.md", 1)], &[2, 1]);
    }

    #[test]
    fn a_name_that_is_wrong_on_many_pages_is_told_once() {
        let unknown = |file: &'static str, name: &str| {
            finding(&codes::FRONT_UNKNOWN_PERSONA, file, 1, &format!("Unknown persona `{name}`."))
        };
        check(&[unknown("a.md", "x"), unknown("b.md", "y"), unknown("c.md", "x")], &[2, 1]);
        let other_help = unknown("d.md", "x").help("did you mean `z`?");
        check(&[unknown("a.md", "x"), other_help], &[1, 1]);
    }

    #[test]
    fn links_to_one_page_are_one_however_they_are_written() {
        let to = |file: &'static str, message: &str| {
            finding(&codes::LINK_CROSS_PERSONA, file, 1, message)
                .related(Place::file(&HubPath::literal("content/x.md")), "the target")
        };
        check(&[to("a.md", "`x.md` is not there."), to("b/c.md", "`../x.md` is not there.")], &[2]);
    }

    #[test]
    fn what_is_left_out_is_counted_by_place() {
        let name = |at: usize| format!("Unknown key `{}`.", at / 2);
        let all: Vec<Finding> =
            (0..50).map(|at| finding(&codes::FRONT_UNKNOWN_KEY, "a.md", at, &name(at))).collect();
        let (shown, left_out) = Extent::USUAL.choose(gather(&all));
        assert_eq!((shown.len(), left_out["front.unknown-key"]), (20, 10));
        let (shown, left_out) = Extent::WHOLE.choose(gather(&all));
        assert_eq!((shown.len(), left_out.len()), (25, 0));
        assert_eq!(by_code(&all)[0].count, 50);
    }
}
