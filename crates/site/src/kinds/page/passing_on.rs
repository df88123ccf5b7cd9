//! What a reader can do with a page for others: tell a colleague of it, and lead the next
//! professional to a site of their own.

use crate::view::BridgeView;
use etappe_base::path::link;
use etappe_hub::journey::{Hub, Placement, State};

/// Whether a page may be passed on to a colleague: its absolute address is where readers find it.
/// In previews a page that is not published has no such address.
pub(super) fn is_shared(hub: &Hub, placement: &Placement) -> bool {
    hub.config.site.share
        && hub.config.is_addressed(hub.site(placement.site).persona)
        && hub.doc(placement.doc).state == State::Published
}

/// The address of a mail without a recipient, which says the page's title and where it stands.
pub(super) fn mail(title: &str, url: &str) -> String {
    let (title, url) = (encoded(title), encoded(url));
    format!("mailto:?subject={title}&body={title}%0D%0A%0D%0A{url}")
}

/// A text as a part of a mail's address: all but letters, digits and a few marks of ASCII as the
/// hex digits of its bytes (RFC 6068).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The bridge that a page shows: for whom, and the way there.
pub(super) fn bridge<'h>(hub: &'h Hub, placement: &Placement) -> Option<BridgeView<'h>> {
    let way = hub.bridge(placement)?;
    let path = hub.bridge_path(way);
    let href = match hub.web_root(hub.site(placement.site)) {
        "" => link(&hub.out_path(placement), &path),
        // The persona's own host has no such folder.
        _ => format!("{}/{}", hub.config.base_url, path.trim_end_matches("index.html")),
    };
    Some(BridgeView { label: hub.config.persona(way.persona).label.get(way.lang), href })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_holds_any_title_and_address() {
        assert_eq!(
            mail("Übelkeit & Sturz? 100 %", "https://hub.example/a b/é/"),
            "mailto:?subject=%C3%9Cbelkeit%20%26%20Sturz%3F%20100%20%25\
             &body=%C3%9Cbelkeit%20%26%20Sturz%3F%20100%20%25\
             %0D%0A%0D%0Ahttps://hub.example/a%20b/%C3%A9/"
        );
    }
}
