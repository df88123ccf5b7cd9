//! The elements of HTML, as far as it counts for where they end: by the HTML standard's rules for
//! reading a text. Names are in lower case.

/// Elements of the page around a text: a text cannot hold them.
pub(super) fn is_of_frame(name: &str) -> bool {
    const NAMES: &[&str] =
        &["base", "body", "frame", "frameset", "head", "html", "main", "plaintext"];
    NAMES.contains(&name)
}

/// Elements without content, which have no end.
pub(super) fn is_void(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "area", "basefont", "bgsound", "br", "col", "embed", "hr", "image", "img", "input",
        "keygen", "link", "meta", "param", "source", "track", "wbr",
    ];
    NAMES.contains(&name)
}

/// Elements whose content is text, whatever tags it holds.
pub(super) fn holds_text(name: &str) -> bool {
    const NAMES: &[&str] =
        &["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"];
    NAMES.contains(&name)
}

/// Elements that end by themselves where what they stand in ends.
pub(super) fn ends_by_itself(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "caption", "colgroup", "dd", "dt", "li", "optgroup", "option", "p", "rb", "rp", "rt",
        "rtc", "tbody", "td", "tfoot", "th", "thead", "tr",
    ];
    NAMES.contains(&name)
}

/// Parts of a table, which are nothing outside of one.
pub(super) fn is_of_table(name: &str) -> bool {
    const NAMES: &[&str] =
        &["caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"];
    NAMES.contains(&name)
}

/// What a list to choose from may hold: browsers pass over other tags, but not over all ends.
pub(super) fn goes_in_select(name: &str) -> bool {
    matches!(name, "hr" | "optgroup" | "option" | "script" | "template")
}

/// Elements before which an open paragraph ends.
pub(super) fn ends_paragraph(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "listing",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "ul",
        "xmp",
    ];
    NAMES.contains(&name)
}

/// What may stand between a table and a part of it: all else ends where the part begins.
pub(super) fn holds_part(name: &str) -> &'static [&'static str] {
    match name {
        "td" | "th" => &["tbody", "tfoot", "thead", "tr"],
        "tr" => &["tbody", "tfoot", "thead"],
        "col" => &["colgroup"],
        _ => &[],
    }
}

/// Elements that the beginning of another ends: which, and behind which of them others are not
/// looked for.
pub(super) fn ended_by(name: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    const LIST: &[&str] = &[
        "article",
        "aside",
        "blockquote",
        "button",
        "center",
        "details",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "header",
        "menu",
        "nav",
        "ol",
        "section",
        "table",
        "td",
        "template",
        "th",
        "ul",
    ];
    const NONE: &[&str] = &["button", "caption", "object", "table", "td", "template", "th"];
    match name {
        "li" => Some((&["li"], LIST)),
        "dd" | "dt" => Some((&["dd", "dt"], LIST)),
        "table" => Some((&["table"], &["caption", "td", "template", "th"])),
        "a" => Some((&["a"], NONE)),
        "button" => Some((&["button"], NONE)),
        "option" => Some((&["option"], &["datalist", "optgroup", "select"])),
        "optgroup" => Some((&["optgroup", "option"], &["datalist", "select"])),
        "rb" | "rp" | "rt" | "rtc" => Some((&["rb", "rp", "rt", "rtc"], &["ruby"])),
        _ => None,
    }
}

/// Elements through which the end of another is not seen.
pub(super) fn hides_ends(inner: &str, ended: &str) -> bool {
    match ended {
        "table" => inner == "template",
        "caption" | "colgroup" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" => {
            matches!(inner, "table" | "template")
        }
        "li" if matches!(inner, "ol" | "ul" | "menu") => true,
        "p" if inner == "button" => true,
        "template" => false,
        _ => matches!(
            inner,
            "applet" | "caption" | "marquee" | "object" | "table" | "td" | "template" | "th"
        ),
    }
}

/// Whether `name` is an element of HTML: of today, of former times, or one of somebody's own, which
/// has a hyphen.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.binary_search(&name).is_ok()
}

/// Elements of HTML that a drawing or a formula has too.
pub(super) fn goes_in_drawing(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "a", "audio", "canvas", "font", "iframe", "image", "math", "script", "source", "style",
        "svg", "title", "track", "video",
    ];
    NAMES.contains(&name)
}

/// Elements of HTML within a drawing or a formula end it.
pub(super) fn ends_foreign(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "i",
        "img",
        "li",
        "listing",
        "menu",
        "meta",
        "nobr",
        "ol",
        "p",
        "pre",
        "ruby",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tt",
        "u",
        "ul",
        "var",
    ];
    NAMES.contains(&name)
}

/// In the order of their bytes.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "a", "abbr", "acronym", "address", "applet", "area", "article", "aside", "audio", "b",
    "base", "basefont", "bdi", "bdo", "bgsound", "big", "blink", "blockquote", "body", "br",
    "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data",
    "datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em",
    "embed", "fieldset", "figcaption", "figure", "font", "footer", "form", "frame", "frameset",
    "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "i", "iframe",
    "image", "img", "input", "ins", "kbd", "keygen", "label", "legend", "li", "link", "listing",
    "main", "map", "mark", "marquee", "math", "menu", "menuitem", "meta", "meter", "nav",
    "nobr", "noembed", "noframes", "noscript", "object", "ol", "optgroup", "option", "output",
    "p", "param", "picture", "plaintext", "pre", "progress", "q", "rb", "rp", "rt", "rtc",
    "ruby", "s", "samp", "script", "search", "section", "select", "slot", "small", "source",
    "span", "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td",
    "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u",
    "ul", "var", "video", "wbr", "xmp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_elements_are_in_order() {
        assert!(KNOWN.is_sorted());
        for name in ["a", "h1", "xmp", "main"] {
            assert!(is_known(name), "{name}");
        }
        assert!(!is_known("your") && !is_known("string"));
    }
}
