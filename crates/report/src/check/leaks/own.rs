//! Finds what pages say themselves. An author may write any words for these readers, whatever else
//! has the same name.

use memchr::{memchr_iter, memmem};
use serde_json::Value;

use super::secrets::Readers;
use super::texts::{Search, TextForm};
use etappe_base::source::values;
use etappe_hub::config::directives::AttributeValue;
use etappe_hub::content::{Body, Given};
use etappe_hub::journey::DocIx;
use etappe_site::material::Material;

/// Looks at what a page says of itself and around its text: all that lists and heads of pages show.
pub(super) fn look_at_facets(
    material: &Material,
    readers: Readers,
    doc: DocIx,
    search: &mut Search<'_>,
) {
    let hub = &*material.hub;
    let front = &hub.facets(doc).front;
    let mut say = |text: &str| search.say(text);
    [&front.title, &front.summary]
        .into_iter()
        .chain(&front.authors)
        .chain(&front.reviewed_by)
        .chain(values(&front.products))
        .for_each(|text| say(text));
    values(&front.aliases).chain(&front.slug).for_each(|text| say(text));
    say_values(&front.extra, &mut say);
    for (_, ix) in &hub.page(hub.doc(doc).page).placements {
        say(&hub.placement(*ix).path);
    }
    if let Some(body) = body(material, readers, doc) {
        body.headings.iter().for_each(|heading| say(&heading.text));
        body.headings.iter().for_each(|heading| say(&heading.id));
        body.links.iter().for_each(|link| say(&link.dest));
        for (_, given) in body.directives.iter().flat_map(|directive| &directive.attributes) {
            if let Given::Value(AttributeValue::Text(text)) = given {
                say(text);
            }
        }
    }
}

/// Looks at the text of a page, and at the references that it cites.
pub(super) fn look_at_text(
    material: &Material,
    readers: Readers,
    doc: DocIx,
    search: &mut Search<'_>,
) {
    let hub = &*material.hub;
    if let Some(body) = body(material, readers, doc) {
        search.look(TextForm::Markup, body.html.as_bytes());
    }
    for (_, ix) in &hub.page(hub.doc(doc).page).placements {
        let placement = hub.placement(*ix);
        if let Some(cited) = material.cited(placement).filter(|_| placement.doc == doc) {
            cited
                .entries
                .iter()
                .for_each(|entry| search.look(TextForm::Markup, entry.html.as_bytes()));
        }
    }
}

/// The body that these readers get of a page. `None` for everybody where the page has several
/// variants: none of them is for all.
fn body(material: &Material, readers: Readers, doc: DocIx) -> Option<&Body> {
    let document = &material.docs[doc];
    match readers {
        Readers::Persona(persona) => Some(document.body(persona)),
        Readers::Everybody => document.bodies.first().filter(|_| document.bodies.len() == 1),
    }
}

fn say_values(value: &Value, say: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => say(text),
        Value::Array(values) => values.iter().for_each(|value| say_values(value, say)),
        Value::Object(values) => values.values().for_each(|value| say_values(value, say)),
        _ => {}
    }
}

/// The parts of an output that are the page's own text, byte for byte. They need no search.
pub(super) fn verbatim(output: &[u8], body: &Body) -> Vec<std::ops::Range<usize>> {
    let mut own = Vec::new();
    let (mut from, mut missed) = (0, 0);
    for part in body.pieces().map(|(part, _)| part.as_bytes()) {
        let Some(head) = part.get(..SHORTEST).filter(|_| missed < MISSES) else { continue };
        let found = match own.is_empty() {
            true => memmem::find(&output[from..], &head[..NEEDLE]),
            // The part follows whatever fills the gap, which is seldom long.
            false => memchr_iter(head[0], &output[from..])
                .take(GAP)
                .find(|at| output[from + at..].starts_with(head)),
        };
        match found.map(|at| from + at).filter(|at| output[*at..].starts_with(part)) {
            Some(at) => {
                from = at + part.len();
                own.push(at..from);
            }
            None => missed += 1,
        }
    }
    own
}

/// The shortest part that is looked for, in bytes: shorter ones are quicker to search than to find.
const SHORTEST: usize = 128;

/// At how many places behind the part before a part is looked for.
const GAP: usize = 64;

/// How many bytes of the first part are searched for.
const NEEDLE: usize = 32;

/// After so many parts that are not found, no more are looked for: the template shows only some of
/// the text.
const MISSES: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use etappe_hub::content::{Fill, Slot};

    fn body(html: &str, slots: &[usize]) -> Body {
        let mut body = Body::default();
        body.html = html.into();
        body.slots = slots.iter().map(|at| Slot { at: *at as u32, fill: Fill::Link(0) }).collect();
        body
    }

    #[test]
    fn a_text_is_found_around_its_gaps() {
        let (first, second) = ("a".repeat(100) + &"b".repeat(50), "c".repeat(SHORTEST));
        let html = [first.as_str(), "short", &second].concat();
        let output = format!("<main>{first} href=\"x\"short href=\"y\"{second}</main>");
        let own = verbatim(output.as_bytes(), &body(&html, &[150, 155]));
        assert_eq!(
            own.iter().map(|range| &output[range.clone()]).collect::<Vec<_>>(),
            [first, second]
        );
    }

    #[test]
    fn a_text_that_differs_is_not_own() {
        let html = "d".repeat(SHORTEST) + "e";
        let output = format!("<main>{}f</main>", "d".repeat(SHORTEST));
        assert_eq!(verbatim(output.as_bytes(), &body(&html, &[])), []);
    }
}
