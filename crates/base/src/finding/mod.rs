//! Findings: whatever an author can get wrong, said once, at its place, with the way out.
//!
//! Reading and checking never fail; they return a value and findings. Nothing in here knows what a
//! hub is.

pub mod codes;
pub mod explain;
pub mod github;
pub mod json;
mod locate;
mod nearest;
pub mod overlay;
pub mod sarif;
pub mod text;

use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;

pub use codes::Code;
pub use nearest::{MOST_SUGGESTIONS, did_you_mean, nearest, unmistakable};

use crate::date::Day;
use crate::path::HubPath;
use crate::source::Span;

/// How much a finding weighs. `Off` is a setting only: such findings are dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Off,
    Info,
    Warning,
    Error,
}

impl Severity {
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
    pub file: HubPath,
    pub span: Span,
}

impl Place {
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
    pub place: Place,
    pub label: String,
}

/// A change to one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    pub place: Place,
    /// What stands there instead.
    pub text: String,
}

impl Edit {
    pub fn new(place: Place, text: impl Into<String>) -> Self {
        Self { place, text: text.into() }
    }
}

/// A change that is safe to make without asking: it cannot alter what the author meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as a command to the tool.
    pub title: String,
    pub edits: Vec<Edit>,
}

/// One diagnostic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub code: &'static Code,
    pub severity: Severity,
    /// `None` for what concerns the hub as a whole.
    pub place: Option<Place>,
    /// One sentence that names the thing.
    pub message: String,
    /// Why here; shown under the span. May be empty.
    pub label: String,
    /// What to do about it.
    pub help: Vec<String>,
    pub related: Vec<Related>,
    /// What `etappe check --fix` would do.
    pub fix: Option<Fix>,
    /// A date alone brings it about, while nobody changes a file: it is never an error, and stops
    /// nothing.
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

    /// Says why here.
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

    /// Says that a date alone brings it about, if that is so.
    pub fn by_date_if(self, by_date: bool) -> Self {
        let severity = self.severity;
        Self { by_date: self.by_date || by_date, ..self }.weighed(severity)
    }

    /// Says that a date alone brings it about.
    pub fn by_date(self) -> Self {
        self.by_date_if(true)
    }

    /// The finding with another severity; what a date does is no error, whatever the hub says.
    pub fn weighed(self, severity: Severity) -> Self {
        let most = if self.by_date { Severity::Warning } else { Severity::Error };
        Self { severity: severity.min(most), ..self }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it keeps a command from ending well; `strict` commands mind warnings, but none that
    /// a date brings about.
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
    pub finding: Finding,
    pub reason: String,
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
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
}

impl Summary {
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
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        match self {
            Self { errors: 0, warnings: 0, infos: 0 } => f.write_str("no findings"),
            Self { errors, warnings, infos } => {
                write!(
                    f,
                    "{errors} error{}, {warnings} warning{}",
                    plural(*errors),
                    plural(*warnings)
                )?;
                if *infos > 0 {
                    write!(f, ", {infos} note{}", plural(*infos))?;
                }
                Ok(())
            }
        }
    }
}

/// Where emitters read the text of a file from, to show the line. `None` when it cannot be had.
pub trait Sources: Sync {
    fn text(&self, file: &HubPath) -> Option<String>;
}

impl<F: Fn(&HubPath) -> Option<String> + Sync> Sources for F {
    fn text(&self, file: &HubPath) -> Option<String> {
        self(file)
    }
}
