//! What an author's address means to a browser. Addresses are read by the rules of browsers, so
//! that no odd spelling hides what one does.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// What is wrong with an address wherever it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It runs as a program in the page; the scheme that makes it do so.
    Runs(&'static str),
    /// It names a file that only one machine, or one office, has.
    Device(Device),
    /// It names the machine of whoever follows it; the name as it was read.
    Loopback(String),
}

/// How an address names a file of a machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Device {
    /// `file:`
    File,
    /// `C:\`
    Drive,
    /// `\\server\share`
    Share,
}

impl Fault {
    /// Whether no reader may ever get the address.
    pub fn is_barred(&self) -> bool {
        matches!(self, Self::Runs(_) | Self::Device(_))
    }
}

/// Schemes whose addresses run as programs.
const PROGRAMS: [&str; 3] = ["javascript", "vbscript", "livescript"];

/// Kinds of data that a browser shows as a page in which programs run. A drawing is one too, but
/// not where it is shown as an image.
const PAGES: [&str; 6] = [
    "text/html",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "text/xsl",
    "image/svg+xml",
];

/// What is wrong with `dest`, if anything. `shown` is true for an image, false for a link to
/// follow.
pub fn fault(dest: &str, shown: bool) -> Option<Fault> {
    // Nearly every address is a path, or leads to another site.
    let is_path = !dest.bytes().any(|byte| matches!(byte, b':' | b'\\')) && !dest.contains("//");
    if is_path || is_of_a_domain(dest) {
        return None;
    }
    let dest = cleaned(dest);
    if is_share(&dest) {
        return Some(Fault::Device(Device::Share));
    }
    if is_drive(dest.strip_prefix('/').unwrap_or(&dest)) {
        return Some(Fault::Device(Device::Drive));
    }
    let name = scheme(&dest).unwrap_or_default().to_ascii_lowercase();
    match &*name {
        "file" => Some(Fault::Device(Device::File)),
        "data" => data(&dest["data:".len()..], shown),
        _ => match PROGRAMS.iter().find(|program| **program == name) {
            Some(program) => Some(Fault::Runs(program)),
            None => loopback(&dest),
        },
    }
}

/// Reads a web address as a page served by https would; `None` for an address of another kind.
pub fn web(dest: &str) -> Option<Url> {
    let dest = cleaned(dest);
    let is_web = dest.starts_with("//")
        || scheme(&dest).is_some_and(|name| {
            ["http", "https", "ws", "wss", "ftp"].contains(&&*name.to_ascii_lowercase())
        });
    if !is_web {
        return None;
    }
    match dest.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")).ok(),
        None => Url::parse(&dest).ok(),
    }
}

/// The address without what browsers leave out: spaces and control characters around it, and line
/// ends and tabs inside it.
fn cleaned(dest: &str) -> Cow<'_, str> {
    let dest = dest.trim_matches(|c: char| c <= ' ');
    match dest.contains(['\t', '\n', '\r']) {
        true => dest.replace(['\t', '\n', '\r'], "").into(),
        false => dest.into(),
    }
}

/// What stands before the colon, if that can be a scheme.
pub fn scheme(dest: &str) -> Option<&str> {
    let can_stand = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let end = dest.bytes().position(|byte| !can_stand(byte))?;
    let fits = dest.as_bytes()[end] == b':' && dest.starts_with(|c: char| c.is_ascii_alphabetic());
    fits.then(|| &dest[..end])
}

/// Whether an address plainly names a host on the web: no part of the host is spelt in a way that
/// browsers read as something else, and its last part is not one that names a machine.
fn is_of_a_domain(dest: &str) -> bool {
    let Some(rest) = dest.strip_prefix("https://").or_else(|| dest.strip_prefix("http://")) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = host.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
    });
    let last = host.rsplit('.').next().unwrap_or_default();
    is_plain
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !matches!(last, "localhost" | "localdomain")
}

/// Two slashes, at least one of them a backslash; or one backslash, which is what Markdown leaves
/// of `\\server`.
fn is_share(dest: &str) -> bool {
    dest.starts_with('\\') || dest.starts_with("/\\")
}

/// A letter and a colon: no scheme is so short.
fn is_drive(dest: &str) -> bool {
    matches!(dest.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn data(rest: &str, shown: bool) -> Option<Fault> {
    let kind = rest.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let runs = PAGES.contains(&&*kind) && !(shown && kind == "image/svg+xml");
    runs.then_some(Fault::Runs("data"))
}

fn loopback(dest: &str) -> Option<Fault> {
    let url = web(dest)?;
    let is_own = match url.host()? {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost") || name == "localhost.localdomain"
        }
        Host::Ipv4(ip) => is_loopback(ip),
        Host::Ipv6(ip) => {
            ip == Ipv6Addr::LOCALHOST
                || ip == Ipv6Addr::UNSPECIFIED
                || ip.to_ipv4_mapped().is_some_and(is_loopback)
        }
    };
    is_own.then(|| Fault::Loopback(url.host_str().unwrap_or_default().to_owned()))
}

fn is_loopback(ip: Ipv4Addr) -> bool {
    ip.is_loopback() || ip.is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(dest: &str, shown: bool) -> &'static str {
        match fault(dest, shown) {
            None => "fine",
            Some(Fault::Runs(_)) => "runs",
            Some(Fault::Device(Device::File)) => "file",
            Some(Fault::Device(Device::Drive)) => "drive",
            Some(Fault::Device(Device::Share)) => "share",
            Some(Fault::Loopback(_)) => "loopback",
        }
    }

    #[test]
    fn addresses_are_judged_as_a_browser_reads_them() {
        let cases: [(&str, &[&str]); 6] = [
            (
                "runs",
                &[
                    "javascript:alert(1)",
                    "JaVaScRiPt:alert(1)",
                    "  javascript:x",
                    "\u{1}javascript:x",
                    "java\tscript:x",
                    "java\nscript\r:x",
                    "j\na\nv\na\nscript:x",
                    "javascript://https://a.example/%0aalert(1)",
                    "vbscript:msgbox",
                    "data:text/html,<script>",
                    "DATA:text/html;base64,PHN",
                    "data: TEXT/HTML ;charset=utf-8,x",
                    "data:application/xhtml+xml,x",
                    "data:image/svg+xml,<svg/>",
                ],
            ),
            (
                "file",
                &[
                    "file:///C:/Users/me/x.docx",
                    "FILE:x",
                    "file:/etc/passwd",
                    "fi\tle:///x",
                    "file://server/share",
                ],
            ),
            ("drive", &[r"C:\Users\me\x.docx", "c:/x", "Z:x", "/C:/x", " c:\\x"]),
            ("share", &[r"\\server\share\x.docx", r"\server\share", r"/\server\x"]),
            (
                "loopback",
                &[
                    "http://localhost:4400/docs/",
                    "https://LOCALHOST",
                    "//localhost/x",
                    "http://localhost./",
                    "http://app.localhost/",
                    "http://127.0.0.1/",
                    "http://127.1/",
                    "http://127.8.9.10:80/",
                    "http://0x7f000001/",
                    "http://2130706433/",
                    "http://0.0.0.0:8000/",
                    "http://[::1]:4400/",
                    "http://[::]/",
                    "http://[::ffff:127.0.0.1]/",
                    "http://%6cocalhost/",
                    "http:\\\\localhost\\x",
                    "http:localhost/x",
                    "ws://localhost/",
                    "http://me:pw@localhost/",
                    "https://ｌｏｃａｌｈｏｓｔ/",
                    "http://localhost.localdomain",
                    "http://app.localhost.#x",
                    "http://127.0.0.0x1",
                    "http://lo\tcalhost",
                    "http://a@localhost?x",
                ],
            ),
            (
                "fine",
                &[
                    "a.md",
                    "/a/b.md#c",
                    "#javascript:x",
                    "?to=http://localhost/",
                    "a/javascript:x",
                    "https://a.example/javascript:x",
                    "https://a.example/?u=file:///x",
                    "https://localhost.example/",
                    "https://notlocalhost/",
                    "http://10.0.0.1/",
                    "mailto:me@localhost",
                    "tel:+31",
                    "data:image/png;base64,iVBO",
                    "data:text/plain,x",
                    "data:,",
                    "ftp://a.example/",
                    "",
                ],
            ),
        ];
        for (expected, dests) in cases {
            for dest in dests {
                assert_eq!(said(dest, false), expected, "{dest:?}");
            }
        }
        assert_eq!(said("data:image/svg+xml,<svg/>", true), "fine", "no program runs in an image");
        assert_eq!(said("data:text/html,x", true), "runs");
    }
}
