//! Drawings: SVG is XML that may hold programs, forms and fetches. What could run or fetch is cut
//! out and reported. A drawing without any of it stays the same to the byte.

use std::ops::Range;

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Edit, Picture};
use etappe_base::address::fault;
use etappe_base::source::Span;

/// A drawing, read.
#[derive(Default)]
pub(super) struct Drawing {
    pub picture: Option<Picture>,
    pub unsafe_parts: Vec<(Span, String)>,
    pub edits: Vec<Edit>,
}

/// The elements that are kept. All others are cut; the notes that editors leave for themselves,
/// under a prefix, are cut without a report.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "svg", "g", "defs", "symbol", "use", "switch", "title", "desc", "metadata", "style", "view", "a",
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image",
    "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker", "filter",
    "animate", "animateMotion", "animateTransform", "set", "mpath",
];

pub(super) fn read(bytes: &[u8]) -> Drawing {
    let mut walk = SvgWalk { bytes, drawing: Drawing::default(), depth: 0, cut: None };
    // Read up to the first byte that is not UTF-8: the rest is no XML either.
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| {
        std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
    });
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = false;
    let mut start = 0;
    loop {
        let event = reader.read_event();
        let end = (reader.buffer_position() as usize).clamp(start, bytes.len());
        match event {
            Ok(Event::Eof) if text.len() == bytes.len() => break,
            Ok(Event::Eof) => {
                walk.cut.get_or_insert(SvgCut {
                    from: text.len(),
                    depth: 0,
                    what: Some("what is no UTF-8".to_owned()),
                });
                break;
            }
            Ok(event) => walk.event(&event, start..end),
            // A browser stops here too; whatever follows is cut.
            Err(_) => {
                walk.cut.get_or_insert(SvgCut {
                    from: start,
                    depth: 0,
                    what: Some("what is no XML".to_owned()),
                });
                break;
            }
        }
        start = end;
    }
    if let Some(cut) = walk.cut.take() {
        walk.remove(cut.from..bytes.len(), cut.what);
    }
    walk.drawing
}

struct SvgWalk<'b> {
    bytes: &'b [u8],
    drawing: Drawing,
    /// How many elements are open.
    depth: usize,
    cut: Option<SvgCut>,
}

/// An element that is being cut out, with all that is in it.
struct SvgCut {
    from: usize,
    /// How many elements were open before it.
    depth: usize,
    /// `None` where it is not reported.
    what: Option<String>,
}

impl SvgWalk<'_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.tag(tag, &range);
                self.depth += 1;
            }
            Event::Empty(tag) => {
                self.tag(tag, &range);
                if let Some(cut) = self.cut.take_if(|cut| cut.from == range.start) {
                    self.remove(cut.from..range.end, cut.what);
                }
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                let depth = self.depth;
                if let Some(cut) = self.cut.take_if(|cut| cut.depth == depth) {
                    self.remove(cut.from..range.end, cut.what);
                }
            }
            _ if self.cut.is_some() => {}
            Event::PI(_) => self.remove(range, Some("a processing instruction".to_owned())),
            // Most only say that this is SVG; but one that declares entities can spell anything
            // with them.
            Event::DocType(says) => {
                let entities =
                    says.contains('[').then(|| "a document type with entities".to_owned());
                self.remove(range, entities);
            }
            Event::Text(_) | Event::CData(_)
                if fetches(&self.bytes[range.clone()]) && self.in_style(range.start) =>
            {
                self.remove(range, Some("a style that fetches".to_owned()));
            }
            _ => {}
        }
    }

    /// Whether the tag that ends before `at` opens a style sheet.
    fn in_style(&self, at: usize) -> bool {
        let before = &self.bytes[..at];
        let tag = memchr::memrchr(b'<', before).map_or(before, |at| &before[at..]);
        tag.starts_with(b"<style") || tag.starts_with(b"<svg:style")
    }

    fn tag(&mut self, tag: &BytesStart<'_>, range: &Range<usize>) {
        if self.cut.is_some() {
            return;
        }
        let whole = tag.name().into_inner().to_owned();
        let local = tag.local_name().into_inner().to_owned();
        if self.depth == 0 && local == "svg" && self.drawing.picture.is_none() {
            self.drawing.picture = size(tag);
        }
        let known =
            ELEMENTS.contains(&local.as_str()) || (local.starts_with("fe") && local != "feImage");
        let prefixed = whole != local && !whole.starts_with("svg:");
        if prefixed || !known {
            let dangerous = !prefixed
                || matches!(
                    local.as_str(),
                    "script" | "foreignObject" | "iframe" | "object" | "embed"
                );
            let what = dangerous.then(|| format!("`<{whole}>`"));
            self.cut = Some(SvgCut { from: range.start, depth: self.depth, what });
            return;
        }
        let attributes: Vec<Attribute<'_>> =
            tag.attributes().with_checks(false).flatten().collect();
        let moves_links = matches!(local.as_str(), "animate" | "set")
            && attributes
                .iter()
                .any(|one| one.key.into_inner() == "attributeName" && changes_link(&one.value));
        if moves_links {
            self.cut = Some(SvgCut {
                from: range.start,
                depth: self.depth,
                what: Some(format!("`<{whole}>` of an address")),
            });
            return;
        }
        let mut done = 0;
        for one in attributes.iter().filter(|one| is_unsafe(one, &local)) {
            done = self.attribute(one.key.into_inner(), range, done);
        }
    }

    /// Cuts an attribute out of the tag, with the space before it. The search begins at byte `from`
    /// of the tag; gives where the next search may begin.
    fn attribute(&mut self, name: &str, tag: &Range<usize>, from: usize) -> usize {
        let text = &self.bytes[tag.clone()];
        let found =
            memchr::memmem::find_iter(text.get(from..).unwrap_or_default(), name.as_bytes());
        for at in found.map(|at| from + at) {
            let after = at + name.len();
            let rest = text.get(after..).unwrap_or_default();
            let equals = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let begins = at > 0
                && (text[at - 1].is_ascii_whitespace() || matches!(text[at - 1], b'"' | b'\''));
            if !begins || rest.get(equals) != Some(&b'=') {
                continue;
            }
            let value = after + equals + 1;
            let lead = text
                .get(value..)
                .unwrap_or_default()
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let Some(&quote) = text.get(value + lead) else { continue };
            let from = value + lead + 1;
            let Some(length) = text.get(from..).and_then(|rest| memchr::memchr(quote, rest)) else {
                continue;
            };
            let end = from + length + 1;
            let start = at - usize::from(text[at - 1].is_ascii_whitespace());
            self.remove(
                tag.start + start..tag.start + end,
                Some(format!("the attribute `{name}`")),
            );
            return end;
        }
        // The attribute was not found in the text: the whole element goes.
        self.cut = Some(SvgCut {
            from: tag.start,
            depth: self.depth,
            what: Some(format!("the attribute `{name}`")),
        });
        tag.len()
    }

    fn remove(&mut self, range: Range<usize>, what: Option<String>) {
        if let Some(what) = what {
            self.drawing.unsafe_parts.push((Span::new(range.start, range.end), what));
        }
        // Edits are in the order of the file. An element that is cut may hold earlier cuts: those
        // are last in the list, and dropped.
        while self.drawing.edits.pop_if(|(before, _)| range.start <= before.start).is_some() {}
        self.drawing.edits.push((range, Vec::new()));
    }
}

fn is_unsafe(attribute: &Attribute<'_>, element: &str) -> bool {
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
fn changes_link(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("href") || name.starts_with("on") || name.contains('&')
}

/// Whether a style asks for something that is not in the drawing.
fn fetches(style: &[u8]) -> bool {
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

/// The size that the drawing asks for, in pixels; else that of its view box.
fn size(svg: &BytesStart<'_>) -> Option<Picture> {
    let attribute = |name: &str| -> Option<String> {
        let one = svg.try_get_attribute(name).ok().flatten()?;
        Some(one.value.trim().to_owned())
    };
    let pixels = |name: &str| {
        attribute(name)?
            .trim_end_matches("px")
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| *number >= 1.0)
    };
    let view: Vec<f64> = attribute("viewBox")
        .map(|text| {
            text.split([' ', ',', '\n', '\t']).filter_map(|part| part.parse().ok()).collect()
        })
        .unwrap_or_default();
    let view = match view.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    };
    let (width, height) = match (pixels("width"), pixels("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (_, _, view) => view?,
    };
    let whole = |number: f64| number.round().clamp(1.0, 1e6) as u32;
    Some(Picture { width: whole(width), height: whole(height), shrinks: false })
}

#[cfg(test)]
mod tests {
    use super::super::publish;
    use super::*;

    const HEAD: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\">";

    fn check(inner: &str, expected: &str, found: &[&str]) {
        let file = format!("{HEAD}{inner}</svg>");
        assert_eq!(
            String::from_utf8_lossy(&publish("svg", file.as_bytes())),
            format!("{HEAD}{expected}</svg>")
        );
        let parts: Vec<String> =
            read(file.as_bytes()).unsafe_parts.into_iter().map(|(_, what)| what).collect();
        assert_eq!(parts, found, "{inner}");
    }

    #[test]
    fn a_drawing_that_only_draws_stays_as_it_is() {
        for fine in [
            "<g fill=\"url(#a)\"><path d=\"M0 0\"/></g><style>.a { fill: #fff }</style><!-- a note -->",
            "<a href=\"https://example.org/\"><text>on &amp; on</text></a>",
            "<image href=\"data:image/png;base64,iVBO\"/><use xlink:href=\"#b\"/>",
            "<filter id=\"f\"><feGaussianBlur stdDeviation=\"2\"/></filter>",
            "<animate attributeName=\"x\" to=\"3\"/>",
        ] {
            check(fine, fine, &[]);
        }
    }

    #[test]
    fn what_could_run_is_cut_out() {
        check("<script>alert(1)</script><g/>", "<g/>", &["`<script>`"]);
        check("<script href=\"x.js\"/>", "", &["`<script>`"]);
        check(
            "<g><foreignObject><p onclick=\"x\">a</p></foreignObject></g>",
            "<g></g>",
            &["`<foreignObject>`"],
        );
        check("<g onload=\"alert(1)\" id=\"a\"/>", "<g id=\"a\"/>", &["the attribute `onload`"]);
        check(
            "<a href=\"&#106;ava\nscript:alert(1)\"><text>x</text></a>",
            "<a><text>x</text></a>",
            &["the attribute `href`"],
        );
        check(
            "<a href=\"http://localhost:4400/\"><text>x</text></a>",
            "<a><text>x</text></a>",
            &["the attribute `href`"],
        );
        check(
            "<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">x</h:script>",
            "",
            &["`<h:script>`"],
        );
        check("<set attributeName=\"href\" to=\"javascript:x\"/>", "", &["`<set>` of an address"]);
        check(
            "<text onclick='x' onload = \"y\">a</text>",
            "<text>a</text>",
            &["the attribute `onclick`", "the attribute `onload`"],
        );
    }

    #[test]
    fn what_fetches_is_cut_out() {
        check("<image href=\"https://example.org/a.png\"/>", "<image/>", &["the attribute `href`"]);
        check("<use xlink:href=\"other.svg#a\"/>", "<use/>", &["the attribute `xlink:href`"]);
        check("<style>@import 'x.css';</style>", "<style></style>", &["a style that fetches"]);
        check(
            "<style><![CDATA[a{fill:url(https://x/#y)}]]></style>",
            "<style></style>",
            &["a style that fetches"],
        );
        check("<g style=\"fill:u\\72l(//x)\"/>", "<g/>", &["the attribute `style`"]);
        check("<feImage href=\"#a\"/>", "", &["`<feImage>`"]);
    }

    #[test]
    fn what_editors_note_for_themselves_goes_without_a_word() {
        check(
            "<sodipodi:namedview id=\"x\"><inkscape:grid/></sodipodi:namedview><g/>",
            "<g/>",
            &[],
        );
        let file = format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"svg11.dtd\">\n{HEAD}</svg>"
        );
        assert_eq!(
            String::from_utf8_lossy(&publish("svg", file.as_bytes())),
            format!("<?xml version=\"1.0\"?>\n\n{HEAD}</svg>")
        );
        assert_eq!(read(file.as_bytes()).unsafe_parts, []);
    }

    #[test]
    fn what_is_broken_ends_where_it_breaks() {
        let file = format!("{HEAD}<g></p><script>x</script></svg>");
        assert!(!String::from_utf8_lossy(&publish("svg", file.as_bytes())).contains("script"));
        let open = format!("{HEAD}<script>x");
        assert_eq!(String::from_utf8_lossy(&publish("svg", open.as_bytes())), HEAD);
        let entities = format!("<!DOCTYPE svg [<!ENTITY x \"<script/>\">]>{HEAD}</svg>");
        assert_eq!(
            String::from_utf8_lossy(&publish("svg", entities.as_bytes())),
            format!("{HEAD}</svg>")
        );
        assert_eq!(publish("svg", b""), b"".as_slice());
    }

    #[test]
    fn the_size_is_the_one_asked_for_or_the_view_boxs() {
        for (attributes, expected) in [
            ("width=\"48\" height=\"30\"", Some((48, 30))),
            ("width=\"48px\" viewBox=\"0 0 2 1\"", Some((48, 24))),
            ("width=\"100%\" viewBox=\"0,0,20.4,10\"", Some((20, 10))),
            ("width=\"100%\"", None),
        ] {
            let picture = read(format!("<svg {attributes}/>").as_bytes()).picture;
            assert_eq!(
                picture.map(|picture| (picture.width, picture.height)),
                expected,
                "{attributes}"
            );
        }
    }
}
