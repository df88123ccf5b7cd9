//! Which attributes and styles of a drawing could run or fetch.

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;

use etappe_base::address::fault;

/// Whether an attribute could run, or fetch from elsewhere.
pub(super) fn is_unsafe(attribute: &Attribute<'_>, element: &str) -> bool {
    let name = attribute.key.into_inner().to_ascii_lowercase();
    let local = attribute.key.local_name().into_inner().to_ascii_lowercase();
    if name.starts_with("on") || local.starts_with("on") {
        return true;
    }
    // XML references are resolved first: `&#106;avascript:` is a script too.
    let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else { return true };
    let value: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect::<String>()
        .to_ascii_lowercase();
    match local.as_str() {
        "href" | "src" => {
            let inside = value.is_empty()
                || value.starts_with('#')
                || ["png", "jpeg", "jpg", "gif", "webp", "avif"]
                    .iter()
                    .any(|kind| value.starts_with(&format!("data:image/{kind}")));
            let followed = element == "a"
                && (value.starts_with("https://")
                    || value.starts_with("http://")
                    || value.starts_with("mailto:"));
            let followed = followed && fault(&value, false).is_none();
            !inside && !followed
        }
        // Neither names of namespaces nor the values of an animation are addresses themselves.
        _ if name.starts_with("xmlns") => false,
        _ => value.contains("javascript:") || fetches(value.as_bytes()),
    }
}

/// Whether an animation of this attribute changes an address or a script.
pub(super) fn changes_link(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("href") || name.starts_with("on") || name.contains('&')
}

/// Whether a style asks for something that is not in the drawing.
pub(super) fn fetches(style: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(style)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\''))
        .collect::<String>()
        .to_ascii_lowercase();
    let urls =
        text.split("url(").skip(1).any(|rest| !rest.starts_with('#') && !rest.starts_with("data:"));
    // With backslashes, CSS can spell the words above in other ways.
    urls || text.contains("@import")
        || text.contains("image-set(")
        || text.contains('\\')
        || text.contains("expression(")
}
