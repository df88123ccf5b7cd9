//! What a request may ask for: the hosts that mean this server, and the paths of outputs. Pure;
//! knows neither plan nor disk.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etappe_base::path::{self, OutPath};

/// Where an address below the root leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum AddressTarget {
    /// An output, by its path; `is_folder` when the address ended in a slash.
    Output { path: OutPath, is_folder: bool },
    /// The preview's own pages and files, by what follows `/_etappe/`.
    Own(String),
    /// It leads nowhere: it climbs above the root, hides a slash, or is no text.
    Nothing,
}

/// The folder of the preview's own pages and files.
pub(crate) const OWN: &str = "_etappe";

/// Reads the path of a request. It is decoded exactly once; if the result is not a clean path, it
/// leads nowhere.
pub(crate) fn target(request_path: &str) -> AddressTarget {
    let Some(decoded) = decode(request_path.strip_prefix('/').unwrap_or(request_path)) else {
        return AddressTarget::Nothing;
    };
    if decoded == OWN || decoded.starts_with("_etappe/") {
        return AddressTarget::Own(decoded[OWN.len()..].trim_start_matches('/').to_owned());
    }
    let is_folder = decoded.is_empty() || decoded.ends_with('/');
    let file = if is_folder { decoded + "index.html" } else { decoded };
    match OutPath::new(&file) {
        Some(path) => AddressTarget::Output { path, is_folder },
        None => AddressTarget::Nothing,
    }
}

/// `None` when it is not UTF-8, or holds characters that no path has.
fn decode(text: &str) -> Option<String> {
    let decoded = path::decode(text);
    // Text with a faulty encoding, or that is not UTF-8, comes back as it was written: it names no
    // output.
    let is_harmless = !decoded.contains(|c: char| c.is_control() || c == '\\');
    is_harmless.then_some(decoded)
}

/// Whether a browser that asks for `host` means this server. A foreign name that leads here is the
/// sign of an attack (DNS rebinding): a page of that name could otherwise read what is served. An
/// IP address cannot be redirected like that.
pub(crate) fn is_ours(host: &str, bound: IpAddr) -> bool {
    let Some(name) = name_of(host) else { return false };
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    match name.parse::<IpAddr>() {
        Ok(ip) => {
            ip == Ipv4Addr::LOCALHOST
                || ip == Ipv6Addr::LOCALHOST
                || ip == bound
                || bound.is_unspecified()
        }
        Err(_) => false,
    }
}

/// A `Host` header without its port and brackets.
fn name_of(host: &str) -> Option<&str> {
    let is_port = |port: &str| port.is_empty() || port.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(rest) = host.strip_prefix('[') {
        let (name, port) = rest.split_once(']')?;
        return (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(name);
    }
    match host.split_once(':') {
        Some((name, port)) => is_port(port).then_some(name),
        None => Some(host),
    }
}

/// A value of a query string, decoded.
pub(crate) fn query(text: &str, key: &str) -> Option<String> {
    all_of_query(text, key).next()
}

/// Every value that a query string has for `key`.
pub(crate) fn all_of_query<'q>(text: &'q str, key: &'q str) -> impl Iterator<Item = String> + 'q {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .filter(move |(name, _)| *name == key)
        .map(|(_, value)| path::decode(&value.replace('+', " ")))
}

/// The media type of an output, by its name.
pub(crate) fn media_type(name: &str) -> &'static str {
    let extension =
        name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    TYPES
        .iter()
        .find(|(known, _)| *known == extension)
        .map_or("application/octet-stream", |(_, media_type)| media_type)
}

const TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("ics", "text/calendar; charset=utf-8"),
    ("xml", "application/xml"),
    ("atom", "application/atom+xml"),
    ("rss", "application/rss+xml"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("ico", "image/x-icon"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("ttf", "font/ttf"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("vtt", "text/vtt; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn output(path: &str, is_folder: bool) -> AddressTarget {
        AddressTarget::Output { path: OutPath::new(path).unwrap(), is_folder }
    }

    #[test]
    fn addresses_of_folders_mean_their_index() {
        assert_eq!(target("/"), output("index.html", true));
        assert_eq!(target("/gp/service/"), output("gp/service/index.html", true));
        assert_eq!(target("/gp/a%20b.pdf"), output("gp/a b.pdf", false));
        assert_eq!(target("/_etappe/"), AddressTarget::Own(String::new()));
        assert_eq!(target("/_etappe"), AddressTarget::Own(String::new()));
        assert_eq!(target("/_etappe/desk.css"), AddressTarget::Own("desk.css".to_owned()));
    }

    #[test]
    fn nothing_climbs_in_any_encoding() {
        for bad in [
            "/../etc/passwd",
            "/gp/../../etc/passwd",
            "/%2e%2e/etc/passwd",
            "/%2E%2e%2fetc%2fpasswd",
            "/..%2fetc/passwd",
            "/..%5cetc",
            "/..\\etc",
            "//etc/passwd",
            "/gp//x",
            "/./gp",
            "/a%00.html",
            "/a%0ab",
        ] {
            assert_eq!(target(bad), AddressTarget::Nothing, "{bad}");
        }
        // Decoded once, these are ordinary names, and no output has them.
        assert_eq!(target("/%252e%252e/x"), output("%2e%2e/x", false));
        assert_eq!(target("/%c0%ae%c0%ae/x"), output("%c0%ae%c0%ae/x", false));
    }

    #[test]
    fn foreign_hosts_are_not_ours() {
        let home = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for ours in
            ["localhost", "LocalHost:4400", "127.0.0.1", "127.0.0.1:80", "[::1]:4400", "[::1]"]
        {
            assert!(is_ours(ours, home), "{ours}");
        }
        for foreign in [
            "",
            "evil.example",
            "evil.example:4400",
            "127.0.0.1.evil.example",
            "192.168.1.7",
            "localhost.evil.example",
            "127.0.0.1:x",
        ] {
            assert!(!is_ours(foreign, home), "{foreign}");
        }
        let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        assert!(is_ours("192.168.1.7:4400", everywhere) && !is_ours("evil.example", everywhere));
    }

    #[test]
    fn queries_are_decoded() {
        assert_eq!(query("a=1&q=caf%C3%A9+au+lait", "q").as_deref(), Some("café au lait"));
        assert_eq!(query("q", "q"), None);
        assert_eq!(all_of_query("w=%2Fa&w=b", "w").collect::<Vec<_>>(), ["/a", "b"]);
    }
}
