//! Why a text cannot stand for the value that was wanted, and what to write instead.

use std::fmt;

/// What every value that is read from a text says when it cannot be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unusable {
    /// A clause, without a full stop.
    pub why: String,
    /// What to do about it, as a clause too; `None` where nothing better is known than to correct
    /// the text.
    pub help: Option<String>,
}

impl Unusable {
    /// With a clause that says what to do.
    pub fn new(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { why: why.into(), help: Some(help.into()) }
    }

    /// Without one.
    pub fn plain(why: impl Into<String>) -> Self {
        Self { why: why.into(), help: None }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.help {
            Some(help) => write!(f, "{}; {help}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl std::error::Error for Unusable {}
