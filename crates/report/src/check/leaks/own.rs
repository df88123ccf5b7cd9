//! What pages say themselves: words that an author wrote for these readers are theirs to write,
//! whatever else is called so.

use memchr::{memchr_iter, memmem};
use serde_json::Value;

use super::secrets::Readers;
use super::texts::{Search, Written};
use etappe_hub::config::directives::AttributeValue;
use etappe_hub::content::{Body, Given};
use etappe_hub::journey::DocIx;
use etappe_site::plan::Material;

/// What a page says of itself, and what stands around its text: all that lists and heads of pages
/// show.
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
        .chain(&front.products)
        .for_each(|text| say(text));
    front.aliases.iter().chain(&front.slug).for_each(|text| say(text));
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

/// The text of a page, and the references that it cites.
pub(super) fn look_at_text(
    material: &Material,
    readers: Readers,
    doc: DocIx,
    search: &mut Search<'_>,
) {
    let hub = &*material.hub;
    if let Some(body) = body(material, readers, doc) {
        search.look(Written::Markup, body.html.as_bytes());
    }
    for (_, ix) in &hub.page(hub.doc(doc).page).placements {
        let placement = hub.placement(*ix);
        if let Some(cited) = material.cited(placement).filter(|_| placement.doc == doc) {
            cited
                .entries
                .iter()
                .for_each(|entry| search.look(Written::Markup, entry.html.as_bytes()));
        }
    }
}

/// What these readers are told on a page. Where each is told something else, nobody else's words
/// are everybody's.
fn body(material: &Material, readers: Readers, doc: DocIx) -> Option<&Body> {
    let document = &material.docs[doc.0 as usize];
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

/// The parts of an output that are the page's own text, letter by letter: nobody needs to look
/// through them.
pub(super) fn verbatim(output: &[u8], body: &Body) -> Vec<std::ops::Range<usize>> {
    let mut own = Vec::new();
    let (mut from, mut done, mut missed) = (0, 0, 0);
    for end in body.slots.iter().map(|slot| slot.at as usize).chain([body.html.len()]) {
        let part = &body.html.as_bytes()[done..end];
        done = end;
        let Some(head) = part.get(..SHORTEST).filter(|_| missed < MISSES) else { continue };
        let found = match own.is_empty() {
            true => memmem::find(&output[from..], &head[..NEEDLE]),
            // Behind what fills a gap, which is seldom long.
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

/// It takes less to look through shorter parts than to find them, in bytes.
const SHORTEST: usize = 128;

/// In how many places a part is looked for behind the one before.
const GAP: usize = 64;

/// How much of the first part is searched for.
const NEEDLE: usize = 32;

/// A template that shows only some of a text is not asked again and again.
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
