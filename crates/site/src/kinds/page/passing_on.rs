//! What a reader can do with a page for others: tell a colleague of it.

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
