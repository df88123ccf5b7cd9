//! What is known about an address, in words for authors.

use serde::{Deserialize, Serialize};

/// What came of asking for an address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum LinkVerdict {
    /// It answers, perhaps after redirects that are not for good.
    Fine,
    /// It answers, but sends everybody to another address for good.
    Moved {
        /// In full, with its fragment, as an author would write it.
        to: String,
    },
    /// It leads nowhere, for anybody and on any day.
    Broken {
        /// Told to the author.
        why: LinkFault,
    },
    /// Another day, another network or a browser may give another result.
    Unsure {
        /// Told to the author; may concern the whole server.
        why: Doubt,
    },
}

/// Why a link is broken, for anybody and on any day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkFault {
    /// It cannot be read as an address, for this reason.
    NoAddress(String),
    /// The server answers with this status, of the 400s, and means everybody.
    Status(u16),
    /// Redirects lead back to where they came from.
    Circle,
    /// There is no end to the redirects after as many as are followed.
    TooManyRedirects,
    /// A redirect without a place to go to.
    NoTarget,
}

/// Why there is no definite verdict.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// The server answers, but does not let this program in, or is in trouble.
    Status(u16),
    /// The server asks for a longer wait than the longest that is kept.
    Busy(u16),
    /// No answer in the time that a request may take.
    Timeout,
    /// The host's name is not known.
    Name,
    /// The server takes no connections, even when it is asked again.
    Refused,
    /// The connection ends before an answer, even when it is asked for again.
    Closed,
    /// No safe connection can be made, for this reason.
    Tls(String),
    /// The answer is not HTTP.
    NotHttp,
    /// Redirects that end only where cookies are kept.
    Cookies,
    /// A redirect out of the web, to an app or a mail program.
    OtherScheme,
    /// Any other failure, in the words of the HTTP client.
    Other(String),
}

impl LinkVerdict {
    /// Whether another try would give the same verdict.
    pub fn is_definite(&self) -> bool {
        !matches!(self, Self::Unsure { .. })
    }
}

impl LinkFault {
    /// A lower-case clause.
    pub fn clause(&self) -> String {
        match self {
            Self::NoAddress(why) => format!("it is no web address ({why})"),
            Self::Status(404) => "the server says 404, not found".to_owned(),
            Self::Status(410) => "the server says 410, gone".to_owned(),
            Self::Status(status) => format!("the server answers with the error {status}"),
            Self::Circle => "its redirects go round in a circle".to_owned(),
            Self::TooManyRedirects => "its redirects do not come to an end".to_owned(),
            Self::NoTarget => "the server redirects without saying where to".to_owned(),
        }
    }
}

impl Doubt {
    /// Puts what a TLS library says of a failed connection into words for authors, where they are
    /// known.
    pub fn tls(why: &str) -> Self {
        let about_certificate = [
            ("xpired", "its certificate has expired"),
            ("NotValidForName", "its certificate is for another name"),
            ("not valid for name", "its certificate is for another name"),
            ("UnknownIssuer", "its certificate is from an authority that is not known here"),
            ("peer certificate", "its certificate is not valid"),
        ];
        let known = about_certificate
            .into_iter()
            .find(|(part, _)| why.contains(part))
            .map(|(_, words)| words.to_owned());
        Self::Tls(
            known.unwrap_or_else(|| format!("the handshake failed: {}", why.trim_end_matches('.'))),
        )
    }

    /// A lower-case clause.
    pub fn clause(&self) -> String {
        match self {
            Self::Status(401 | 407) => "the server wants a password".to_owned(),
            Self::Status(status @ (402..=499 | 999)) => {
                format!("the server does not let link checks in ({status})")
            }
            Self::Status(status @ 500..=599) => format!("the server is in trouble ({status})"),
            Self::Status(status) => format!("the server answers with {status}"),
            Self::Busy(status) => {
                format!("the server asks to be left alone for a while ({status})")
            }
            Self::Timeout => "the server did not answer in time".to_owned(),
            Self::Name => "no server of that name was found".to_owned(),
            Self::Refused => "the server takes no connections".to_owned(),
            Self::Closed => "the server closes the connection without an answer".to_owned(),
            Self::Tls(why) => format!("no safe connection can be made ({why})"),
            Self::NotHttp => "the server's answer is no HTTP".to_owned(),
            Self::Cookies => "its redirects wait for a cookie to be kept".to_owned(),
            Self::OtherScheme => "it redirects out of the web".to_owned(),
            Self::Other(why) => format!("the request failed ({why})"),
        }
    }

    /// Whether it concerns the whole server, so that its other addresses need no request. A single
    /// timeout may only mean a slow page; the caller counts those.
    pub fn concerns_server(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Name | Self::Refused | Self::Tls(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_spoken_of_in_words() {
        let check = |why: &str, words: &str| {
            assert_eq!(Doubt::tls(why), Doubt::Tls(words.to_owned()), "{why}")
        };
        check("invalid peer certificate: Expired", "its certificate has expired");
        check(
            "invalid peer certificate: certificate expired: verified at 3, but it ended at 2",
            "its certificate has expired",
        );
        check("invalid peer certificate: NotValidForName", "its certificate is for another name");
        check(
            "invalid peer certificate: UnknownIssuer",
            "its certificate is from an authority that is not known here",
        );
        check("invalid peer certificate: BadSignature", "its certificate is not valid");
        check("received corrupt message.", "the handshake failed: received corrupt message");
    }
}
