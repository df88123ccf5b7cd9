//! Addresses of other sites, and of people, that lack what makes them addresses: `www.example.org`,
//! `info@example.org`.

use crate::content::{Link, LinkKind};
use etappe_base::finding::{Edit, Finding, Fix, Place, codes};

/// Ends of host names that no file of a hub has by chance.
const DOMAINS: [&str; 22] = [
    "com", "org", "net", "info", "edu", "gov", "eu", "nl", "be", "de", "fr", "es", "it", "uk",
    "ch", "at", "ie", "dk", "se", "fi", "pt", "health",
];

/// What a link to nothing of the hub was surely, or most likely, meant to be.
pub(super) enum BareAddress {
    /// Begins with `www.`.
    Site,
    /// Begins with what may be a host's name.
    Host,
    /// A mail address.
    Mail,
}

impl BareAddress {
    /// Asked of links that lead to nothing of the hub.
    pub(super) fn of(dest: &str) -> Option<Self> {
        let first = dest.split(['/', '?', '#']).next().unwrap_or_default();
        if let Some((name, host)) = first.split_once('@') {
            let is_name = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
            let is_mail = !name.is_empty() && name.chars().all(is_name) && is_host(host);
            return (is_mail && !dest.contains('/')).then_some(Self::Mail);
        }
        if !is_host(first) {
            return None;
        }
        let begins = |part: &str| first.get(..4).is_some_and(|own| own.eq_ignore_ascii_case(part));
        if begins("www.") {
            return Some(Self::Site);
        }
        let (_, end) = first.rsplit_once('.')?;
        DOMAINS.iter().any(|known| known.eq_ignore_ascii_case(end)).then_some(Self::Host)
    }

    /// What is wrong with a link that was written so.
    pub(super) fn finding(self, link: &Link, place: Place) -> Finding {
        let dest = &link.dest;
        let code = match link.kind {
            LinkKind::Page => &codes::LINK_BROKEN,
            _ => &codes::IMAGE_MISSING,
        };
        let (message, before) = match self {
            Self::Mail => (format!("`{dest}` is a mail address without `mailto:`."), "mailto:"),
            Self::Site => (format!("`{dest}` is another site without `https://`."), "https://"),
            Self::Host => {
                let message = format!("There is no page or file `{dest}`.");
                return Finding::new(code, place, message)
                    .label("leads nowhere")
                    .help(format!("another site is written with its scheme: `https://{dest}`"));
            }
        };
        let fix = Fix {
            title: format!("Write `{before}{dest}`"),
            edits: vec![Edit::new(place.clone(), format!("{before}{dest}"))],
        };
        Finding::new(code, place, message)
            .label("leads nowhere")
            .help(format!("write `{before}{dest}`"))
            .maybe_fix(Some(fix))
    }
}

/// Whether it has the form of a host's name.
fn is_host(text: &str) -> bool {
    let is_label =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    text.contains('.') && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_an_address_is_one() {
        for (dest, expected) in [
            ("www.example.org", "site"),
            ("WWW.example.org/a?b#c", "site"),
            ("example.com/x", "host"),
            ("info@example.org", "mail"),
            ("info@example.org?subject=x", "mail"),
            ("acme.sh", "none"),
            ("file.pdf", "none"),
            ("a@b/c.md", "none"),
            ("@x.org", "none"),
            ("../www.md", "none"),
        ] {
            let found = match BareAddress::of(dest) {
                Some(BareAddress::Site) => "site",
                Some(BareAddress::Host) => "host",
                Some(BareAddress::Mail) => "mail",
                None => "none",
            };
            assert_eq!(found, expected, "{dest}");
        }
    }
}
