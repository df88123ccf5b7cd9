//! `[external]`: which links to other sites `etappe check --external` requests, and how patiently.

use std::time::Duration;

use super::fields::Fields;
use super::keys::{Form, Parsed, ReadIn, Seconds, Shape, WrittenValue};
use super::known::Known;
use etappe_base::date::Period;
use etappe_base::source::Spanned;

/// How links to other sites are checked. Nothing in this module makes a request.
#[derive(Clone, PartialEq, Debug)]
pub struct External {
    /// Addresses that are never requested, even where `allow` has them too.
    pub skip: Vec<Pattern>,
    /// If there are any, no other addresses are requested.
    pub allow: Vec<Pattern>,
    /// How long one request may take, from looking up the name to the head of the answer.
    pub timeout: Duration,
    /// The pause between two requests to one host.
    pub delay: Duration,
    /// How long an answer counts before the address is requested again.
    pub keep: Period,
}

impl Default for External {
    fn default() -> Self {
        Self {
            skip: Vec::new(),
            allow: Vec::new(),
            timeout: Duration::from_secs(20),
            delay: Duration::from_millis(500),
            keep: "7 days".parse().expect("a period"),
        }
    }
}

impl External {
    /// Whether an address may be requested. `forms` are the ways to write it: one match is enough
    /// to skip or allow it.
    pub fn admits(&self, forms: &[&str]) -> bool {
        let within = |patterns: &[Pattern]| {
            patterns.iter().any(|pattern| forms.iter().any(|form| pattern.matches(form)))
        };
        !within(&self.skip) && (self.allow.is_empty() || within(&self.allow))
    }
}

keys! {
    /// `[external]`, as it is written.
    pub(super) struct ExternalKeys("[external]") in Known {
        /// Addresses that are never asked for: their beginning, or a pattern with * for anything.
        skip: AddressList = "skip";
        /// If there is any, nothing else is asked for.
        allow: AddressList = "allow";
        /// Seconds that one request may take.
        timeout: Seconds<1> = "timeout", usually("20");
        /// Seconds between two requests to one host.
        delay: Seconds<0> = "delay", usually("0.5");
        /// How long an answer is believed.
        keep: Parsed<Period> = "keep", usually("7 days");
    }
}

impl From<ExternalKeys> for External {
    fn from(keys: ExternalKeys) -> Self {
        let usual = Self::default();
        Self {
            skip: keys.skip.unwrap_or_default(),
            allow: keys.allow.unwrap_or_default(),
            timeout: keys.timeout.unwrap_or(usual.timeout),
            delay: keys.delay.unwrap_or(usual.delay),
            keep: keys.keep.unwrap_or(usual.keep),
        }
    }
}

/// Matches addresses by their beginning, or as a whole where `*` stands for anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern(String);

impl Pattern {
    /// `None` for a pattern that no web address could match.
    pub fn new(text: &str) -> Option<Self> {
        let fits = ["https://", "http://"]
            .iter()
            .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        (fits || text.starts_with('*')).then(|| Self(text.to_owned()))
    }

    /// Whether an address matches. Without `*`, a pattern of only a host takes that host at any
    /// port; a longer one takes every address that begins with it.
    pub fn matches(&self, address: &str) -> bool {
        if self.0.contains('*') {
            return glob(&self.0, address);
        }
        let Some(rest) = address.strip_prefix(self.0.as_str()) else { return false };
        // A host alone means that host, not every host whose name begins alike.
        let is_host = !self.0.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        !is_host || rest.is_empty() || rest.starts_with(['/', '?', '#', ':'])
    }
}

/// Whether `text` is `pattern` with each `*` standing for anything, or nothing.
fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Beginnings of web addresses, or patterns.
pub(super) struct AddressList;

impl Shape for AddressList {
    type Value = Vec<Pattern>;
    const FORM: Form = Form::Addresses;
}

impl<C: ?Sized> ReadIn<C> for AddressList {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Vec<Pattern>> {
        let reader = &mut fields.reader;
        let mut patterns = Vec::new();
        for Spanned { value, span } in reader.as_texts(written.name, written.item)? {
            match Pattern::new(&value) {
                Some(pattern) => patterns.push(pattern),
                None => {
                    let help = "write the beginning of an address, such as \
                        `https://intranet.example/`, or use `*` for any part"
                        .to_owned();
                    reader.invalid(span, format!("`{value}` begins no web address."), Some(help));
                }
            }
        }
        Some(patterns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, address: &str, expected: bool) {
        let pattern = Pattern::new(pattern).expect("a pattern");
        assert_eq!(pattern.matches(address), expected, "{pattern:?} {address}");
    }

    #[test]
    fn a_pattern_without_a_star_is_a_beginning() {
        check("https://a.example/docs", "https://a.example/docs/x", true);
        check("https://a.example/docs", "https://a.example/docs-2", true);
        check("https://a.example/docs", "https://a.example/", false);
        check("https://a.example", "https://a.example/", true);
        check("https://a.example", "https://a.example:8443/", true);
        check("https://a.example", "http://a.example/", false);
    }

    #[test]
    fn a_host_alone_is_that_host_only() {
        check("https://a.example", "https://a.example.evil.example/", false);
        check("https://a.example", "https://a.examples/", false);
    }

    #[test]
    fn stars_stand_for_anything() {
        check("https://*.example/*", "https://a.b.example/x?y", true);
        check("https://*.example/*", "https://example/x", false);
        check("*/login", "https://a.example/login", true);
        check("*/login", "https://a.example/login/now", false);
        check("*", "https://a.example/", true);
        check("https://a.example/*ab*ba", "https://a.example/aba", false);
        check("https://a.example/*ab*ba", "https://a.example/abba", true);
    }

    #[test]
    fn what_no_address_begins_with_is_no_pattern() {
        for text in ["", "a.example", "/path", "mailto:x@a.example", "https://"] {
            assert_eq!(Pattern::new(text), None, "{text}");
        }
    }

    #[test]
    fn skipping_beats_allowing() {
        let list = |texts: &[&str]| texts.iter().filter_map(|text| Pattern::new(text)).collect();
        let external = External {
            allow: list(&["https://a.example"]),
            skip: list(&["https://a.example/x"]),
            ..External::default()
        };
        assert!(external.admits(&["https://a.example/"]));
        assert!(external.admits(&["HTTPS://A.example", "https://a.example/"]));
        assert!(!external.admits(&["https://a.example/x"]));
        assert!(!external.admits(&["https://b.example/"]));
        assert!(External::default().admits(&["https://b.example/"]));
    }
}
