use super::*;
use crate::publish;

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
        "<g fill=\"url(#a)\"><path d=\"M0 0\"/></g><style>.a { fill: #fff }</style>",
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
    check("<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\">x</h:script>", "", &["`<h:script>`"]);
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
    check("<sodipodi:namedview id=\"x\"><inkscape:grid/></sodipodi:namedview><g/>", "<g/>", &[]);
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
    assert_eq!(String::from_utf8_lossy(&publish("svg", open.as_bytes())), format!("{HEAD}</svg>"));
    let entities = format!("<!DOCTYPE svg [<!ENTITY x \"<script/>\">]>{HEAD}</svg>");
    assert_eq!(
        String::from_utf8_lossy(&publish("svg", entities.as_bytes())),
        format!("{HEAD}</svg>")
    );
    assert_eq!(publish("svg", b"<p>no drawing</p>"), BLANK.as_bytes());
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

/// The pixels of a drawing, and what is published of it.
#[cfg(feature = "cards")]
fn drawn(svg: &[u8]) -> Vec<u8> {
    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{Options, Tree};
    let tree = Tree::from_data(svg, &Options::default()).expect("it is a drawing");
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).expect("it has a size");
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.take()
}

/// Drawings as programs save them, each with what tells of its author as `SECRET`.
const BY_PROGRAMS: &[(&str, &str)] = &[
    (
        "entities for the names of namespaces and for styles",
        r##"<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: SECRET 10.0 -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
    <!ENTITY ns_extend "http://ns.vendor.example/Extensibility/1.0/">
    <!ENTITY ns_svg "http://www.w3.org/2000/svg">
    <!ENTITY ns_xlink "http://www.w3.org/1999/xlink">
    <!ENTITY st0 "fill:#00aa00;">
]>
<svg version="1.1" xmlns:x="&ns_extend;" xmlns="&ns_svg;" xmlns:xlink="&ns_xlink;" i:viewOrigin="SECRET" xmlns:i="&ns_extend;" width="40" height="20"
    ><metadata><x:sfw>SECRET</x:sfw></metadata><g i:layer="yes" i:knockout="SECRET" id="a"><rect width="20" height="20" style="&st0;"/></g
    ><use xlink:href="#a" x="5" y="5"/><i:pgf id="x">SECRET</i:pgf></svg>"##,
    ),
    (
        "attributes, layers and metadata of an editor",
        r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" width="40" height="20"
  sodipodi:docname="SECRET.svg" inkscape:export-filename='/home/SECRET/a.png'><sodipodi:namedview inkscape:cx="1"/>
  <metadata><rdf:RDF><dc:creator>SECRET</dc:creator></rdf:RDF></metadata>
  <g inkscape:label="SECRET" inkscape:groupmode="layer"><rect width="20" height="20" fill="#00aa00" inkscape:label="SECRET"/></g></svg>"##,
    ),
    (
        "a root with a prefix",
        r##"<ns0:svg xmlns:ns0="http://www.w3.org/2000/svg" width="40" height="20"><ns0:style>.a { fill: red }</ns0:style><ns0:rect class="a" width="20" height="20"/></ns0:svg>"##,
    ),
    (
        "the file of a program for diagrams, in an attribute",
        r##"<svg xmlns="http://www.w3.org/2000/svg" host="SECRET.example" content="&lt;mxfile host=&quot;SECRET&quot;&gt;&lt;/mxfile&gt;" width="40px" height="20px" viewBox="-0.5 -0.5 40 20"><defs/><g data-cell-id="SECRET"><rect x="1" y="1" width="20" height="10" fill="#fff" stroke="#000" pointer-events="all"/></g></svg>"##,
    ),
    (
        "names of layers and instructions for other programs",
        r##"<?xpacket begin="SECRET"?><svg xmlns="http://www.w3.org/2000/svg" data-name="SECRET" width="40" height="20"><!-- SECRET --><g data-name="SECRET layer"><circle cx="10" cy="10" r="8"/></g></svg><!-- SECRET -->"##,
    ),
];

#[cfg(feature = "cards")]
#[test]
fn drawings_of_programs_are_shown_as_drawn_and_say_nothing_of_their_authors() {
    for (what, file) in BY_PROGRAMS {
        let drawing = read(file.as_bytes());
        let published = publish("svg", file.as_bytes());
        let text = String::from_utf8_lossy(&published);
        assert!(!text.contains("SECRET"), "{what}: {text}");
        assert_eq!(drawn(file.as_bytes()), drawn(&published), "{what}: {text}");
        assert!(drawn(&published).iter().any(|byte| *byte != 0), "{what}: something is seen");
        let picture = drawing.picture.expect("it has a size");
        assert_eq!((picture.width, picture.height), (40, 20), "{what}");
        assert_eq!((drawing.unsafe_parts, drawing.state), (vec![], DrawingState::Whole), "{what}");
        assert_eq!(publish("svg", &published), published, "{what}: what is clean stays as it is");
    }
}

#[cfg(feature = "cards")]
#[test]
fn drawings_in_other_encodings_are_published_in_utf_8() {
    for (what, file) in BY_PROGRAMS {
        let file = file.replace("utf-8", "utf-16");
        let wide = |of: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}".encode_utf16().chain(file.encode_utf16()).flat_map(of).collect()
        };
        for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            let published = publish("svg", &bytes);
            assert!(!String::from_utf8_lossy(&published).contains("SECRET"), "{what}");
            assert_eq!(drawn(file.as_bytes()), drawn(&published), "{what}");
        }
    }
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><title>D\xe9c\xe8s</title></svg>";
    let published = publish("svg", latin);
    assert!(String::from_utf8_lossy(&published).contains("<title>Décès</title>"));
}

#[test]
fn entities_that_spell_markup_or_gigabytes_are_left_out() {
    let bomb = format!(
        "<!DOCTYPE svg [<!ENTITY a \"{}\">]>{HEAD}<text>{}</text></svg>",
        "x".repeat(10_000),
        "&a;".repeat(10_000)
    );
    let drawing = read(bomb.as_bytes());
    assert!(drawing.published.expect("it is changed").len() < 2_000_000);
    assert_eq!(drawing.unsafe_parts[0].1, "a document type with entities");
    let entities = "<!DOCTYPE svg [<!ENTITY x '<script>'> <!ENTITY y \"a&x;\"> <!ENTITY z SYSTEM \"file:///etc/passwd\">]>";
    let file = format!("{entities}{HEAD}<text>a&x;b&y;c&z;</text></svg>");
    assert_eq!(
        String::from_utf8_lossy(&publish("svg", file.as_bytes())),
        format!("{HEAD}<text>abc</text></svg>")
    );
    let quoted =
        format!("<!DOCTYPE svg [<!ENTITY q 'a\" onload=\"x'>]>{HEAD}<g id=\"&q;\"/></svg>");
    assert!(!String::from_utf8_lossy(&publish("svg", quoted.as_bytes())).contains("onload=\""));
}

#[test]
fn places_in_a_drawing_with_entities_are_those_of_the_file() {
    let file = format!(
        "<!DOCTYPE svg [<!ENTITY long \"a value that is longer than its name\">]>{HEAD}<g id=\"&long;\"/><script/></svg>"
    );
    let parts = read(file.as_bytes()).unsafe_parts;
    let (span, _) = &parts[0];
    assert_eq!(&file[span.start as usize..span.end as usize], "<script/>");
}

#[test]
fn a_prefix_that_stands_for_two_names_stands_for_none() {
    check(
        "<p:g xmlns:p=\"http://www.w3.org/2000/svg\"/><p:g xmlns:p=\"http://www.w3.org/1999/xhtml\"/><g/>",
        "<g/>",
        &[],
    );
}

#[test]
fn a_root_without_its_namespace_is_given_it() {
    assert_eq!(
        publish("svg", b"<svg width=\"8\" height=\"8\"><g/></svg>"),
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><g/></svg>".as_slice()
    );
}

#[test]
fn a_drawing_that_ends_too_early_is_closed_and_found() {
    let whole = format!("{HEAD}<g><path d=\"M0 0\"/><text>a</text></g></svg>");
    for length in HEAD.len() + 1..whole.len() {
        let drawing = read(&whole.as_bytes()[..length]);
        assert_ne!(drawing.state, DrawingState::Whole, "{length}");
        let published = drawing.published.expect("it is closed");
        assert!(published.ends_with(b"</svg>"), "{length}");
    }
    assert_eq!(read(b"<p>text</p>").state, DrawingState::NoDrawing);
    assert_eq!(read(b"no markup").published.as_deref(), Some(BLANK.as_bytes()));
}
