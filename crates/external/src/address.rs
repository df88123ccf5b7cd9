//! Web addresses as they are requested: one form for each, without the fragment, which is never
//! sent.

use std::fmt;

use url::Url;

/// An address of another site. Two links with equal addresses need one request.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Address(Url);

impl Address {
    /// The address that a link means; `None` for links that do not lead to the web, such as mail.
    ///
    /// # Errors
    /// A lower-case clause that says why it is no address.
    pub fn read(dest: &str) -> Option<Result<Self, String>> {
        let dest = dest.trim();
        let full = match dest.strip_prefix("//") {
            // Such a link takes the scheme of its page, and pages are served by https.
            Some(rest) => format!("https://{rest}"),
            None => dest.to_owned(),
        };
        let scheme = full.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        matches!(&*scheme, "http" | "https")
            .then(|| Url::parse(&full).map(Self::new).map_err(|error| error.to_string()))
    }

    fn new(mut url: Url) -> Self {
        url.set_fragment(None);
        Self(url)
    }

    /// Where a redirect from here leads, and the same with its fragment, as an author would write
    /// it. `None` where `location` is no address, or not one of the web.
    pub fn join(&self, location: &str) -> Option<(Self, String)> {
        let url = self.0.join(location).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        let written = url.to_string();
        is_web.then(|| (Self::new(url), written))
    }

    /// In full, without the fragment; earlier verdicts are kept under it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host to ask; it gets one request at a time, whatever the port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host and port that answer: a fault of this server concerns all addresses on it.
    pub fn server(&self) -> String {
        let port = self.0.port_or_known_default().unwrap_or_default();
        format!("{}:{port}", self.host())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The fragment of a link as written, with its `#`; empty when there is none.
pub(crate) fn fragment(dest: &str) -> &str {
    dest.find('#').map_or("", |at| &dest[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dest: &str) -> Option<String> {
        Address::read(dest)
            .map(|address| address.map_or_else(|error| error, |address| address.to_string()))
    }

    #[test]
    fn one_form_for_each_address() {
        for dest in [
            "https://a.example",
            "HTTPS://A.example:443/",
            "https://a.example/#b",
            "//a.example/x/..",
        ] {
            assert_eq!(read(dest).as_deref(), Some("https://a.example/"), "{dest}");
        }
        assert_eq!(
            read("https://bücher.example/é à?ü").as_deref(),
            Some("https://xn--bcher-kva.example/%C3%A9%20%C3%A0?%C3%BC")
        );
        assert_eq!(read("https:///").as_deref(), Some("empty host"));
    }

    #[test]
    fn other_schemes_are_no_matter_of_the_web() {
        for dest in ["mailto:a@b.example", "tel:+31", "a/b.md", "#x", "", "ftp://a.example"] {
            assert_eq!(read(dest), None, "{dest}");
        }
    }

    #[test]
    fn redirects_are_joined() {
        let from = Address::read("https://a.example/b/c?d").unwrap().unwrap();
        let join = |location: &str| {
            from.join(location).map(|(address, written)| (address.to_string(), written))
        };
        assert_eq!(
            join("e#f"),
            Some(("https://a.example/b/e".into(), "https://a.example/b/e#f".into()))
        );
        assert_eq!(
            join("//g.example").map(|(address, _)| address).as_deref(),
            Some("https://g.example/")
        );
        assert_eq!(join("mailto:x@a.example"), None);
        assert_eq!(join("https://"), None);
    }
}
