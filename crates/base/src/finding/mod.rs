//! Findings: whatever an author can get wrong, reported once, at its place, with a way out.
//!
//! Reading and checking never fail; they return a value and findings. Nothing in here knows what a
//! hub is.

pub mod codes;
pub mod explain;
pub mod gather;
pub mod github;
pub mod json;
mod locate;
mod nearest;
pub mod not_utf8;
pub mod overlay;
pub mod sarif;
pub mod text;

use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

pub use codes::Code;
pub use nearest::{MOST_SUGGESTIONS, did_you_mean, nearest, unmistakable};

use crate::count::counted;
use crate::date::Day;
use crate::path::HubPath;
use crate::source::Span;

/// How much a finding weighs. `Off` is a setting only: such findings are dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Set in hub.toml; the findings of that code are dropped.
    Off,
    /// Only told: no command fails over it, not even a strict one.
    Info,
    /// Fails strict commands, unless a date alone brought the finding about.
    Warning,
    /// Fails the command, and keeps a release from being built.
    Error,
}

impl Severity {
    /// As hub.toml writes them, in the order of the variants.
    pub const NAMES: [&str; 4] = ["off", "info", "warning", "error"];

    /// The severity an author wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "info" => Some(Self::Info),
            "warning" => Some(Self::Warning),
            "error" => Some(Self::Error),
            _ => None,
        }
    }

    /// As hub.toml and every report write it.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A place in one file of the hub.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Relative to the hub's root.
    pub file: HubPath,
    /// In bytes of the whole file; the default span stands for the file itself.
    pub span: Span,
}

impl Place {
    /// See [`Place::file`] for what has no span.
    pub fn new(file: &HubPath, span: Span) -> Self {
        Self { file: file.clone(), span }
    }

    /// The whole file: for what has no narrower place.
    pub fn file(file: &HubPath) -> Self {
        Self::new(file, Span::default())
    }
}

/// Another place that helps to understand a finding: "first defined here".
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Related {
    /// May be in another file than the finding.
    pub place: Place,
    /// A short lower-case phrase on what stands there.
    pub label: String,
}

/// A change to one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The bytes that go; an empty span only inserts.
    pub place: Place,
    /// The text to put there.
    pub text: String,
}

impl Edit {
    /// The edit that puts `text` in the place of what stands at `place`.
    pub fn new(place: Place, text: impl Into<String>) -> Self {
        Self { place, text: text.into() }
    }
}

/// A change that is safe to make without asking: it cannot alter what the author meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an imperative: "Add the alias".
    pub title: String,
    /// In any order; one that overlaps another waits for the next run.
    pub edits: Vec<Edit>,
}

/// One diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// From the registry in [`codes`]; it leads to the explanation.
    pub code: &'static Code,
    /// That of the code, until the hub's policy sets another.
    pub severity: Severity,
    /// `None` for what concerns the hub as a whole.
    pub place: Option<Place>,
    /// One sentence that names the thing.
    pub message: String,
    /// Why here; shown under the span. May be empty.
    pub label: String,
    /// What to do about it.
    pub help: Vec<String>,
    /// In the order in which they were added.
    pub related: Vec<Related>,
    /// What `etappe check --fix` would do.
    pub fix: Option<Fix>,
    /// Whether a date alone brought it about, without a change to any file. Such a finding is never
    /// an error, and stops nothing.
    pub by_date: bool,
}

impl Finding {
    /// A finding at `place`, with the severity its code has by default.
    pub fn new(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Self { place: Some(place), ..Self::on_hub(code, message) }
    }

    /// A finding on the hub as a whole.
    pub fn on_hub(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            place: None,
            message: message.into(),
            label: String::new(),
            help: Vec::new(),
            related: Vec::new(),
            fix: None,
            by_date: false,
        }
    }

    /// Sets the label that is shown under the span: why the finding is here.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a way out if there is one.
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help.extend(help);
        self
    }

    /// Adds a safe fix if there is one.
    pub fn maybe_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Adds another place.
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push(Related { place, label: label.into() });
        self
    }

    /// Marks it as brought about by a date alone, if `by_date`; never removes the mark.
    pub fn by_date_if(self, by_date: bool) -> Self {
        let severity = self.severity;
        Self { by_date: self.by_date || by_date, ..self }.weighed(severity)
    }

    /// Marks it as brought about by a date alone.
    pub fn by_date(self) -> Self {
        self.by_date_if(true)
    }

    /// The finding with another severity; one that a date brought about is at most a warning.
    pub fn weighed(self, severity: Severity) -> Self {
        let most = if self.by_date { Severity::Warning } else { Severity::Error };
        Self { severity: severity.min(most), ..self }
    }

    /// Whether its severity, after the hub's policy, keeps a release from being built.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it makes a command fail. `strict` commands fail over warnings too, except those that
    /// a date brought about.
    pub fn stops(&self, strict: bool) -> bool {
        self.is_error() || (strict && self.severity == Severity::Warning && !self.by_date)
    }
}

/// Sorts by file, place, code and message, and drops exact repeats: the order of every report.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(order);
    findings.dedup();
}

/// The order of every report.
fn order(a: &Finding, b: &Finding) -> Ordering {
    let place = a.place.cmp(&b.place);
    place
        .then_with(|| a.code.id.cmp(b.code.id))
        .then_with(|| a.message.cmp(&b.message))
        .then_with(|| a.related.cmp(&b.related))
}

/// The same order for findings that a waiver covers.
pub fn sort_waived(waived: &mut [Waived]) {
    waived.sort_by(|a, b| order(&a.finding, &b.finding));
}

/// A finding that a waiver covers. Every report shows it.
#[derive(Clone, Debug)]
pub struct Waived {
    /// With the severity that the hub's policy gives it.
    pub finding: Finding,
    /// As the waiver in hub.toml gives it.
    pub reason: String,
    /// The last day of the waiver; `None` when it has no end.
    pub until: Option<Day>,
}

/// What an emitter writes out.
#[derive(Clone, Copy, Debug)]
pub struct Report<'f> {
    /// Those that stand, in the order of [`sort`].
    pub findings: &'f [Finding],
    /// In the order of [`sort_waived`].
    pub waived: &'f [Waived],
}

/// How many findings of each severity a report holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info, shown as notes.
    pub infos: usize,
}

impl Summary {
    /// Waived findings are counted like any other, so pass only those that stand.
    pub fn of(findings: &[Finding]) -> Self {
        let count =
            |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { errors: 0, warnings: 0, infos: 0 } => f.write_str("no findings"),
            Self { errors, warnings, infos } => {
                write!(f, "{}, {}", counted(*errors, "error"), counted(*warnings, "warning"))?;
                if *infos > 0 {
                    write!(f, ", {}", counted(*infos, "note"))?;
                }
                Ok(())
            }
        }
    }
}

/// Where emitters read the text of a file from, to show the line. `None` when it cannot be had.
pub trait Sources: Sync {
    /// The whole file, as spans count in it; `None` when it cannot be read.
    fn text(&self, file: &HubPath) -> Option<String>;
}

impl<F: Fn(&HubPath) -> Option<String> + Sync> Sources for F {
    fn text(&self, file: &HubPath) -> Option<String> {
        self(file)
    }
}
