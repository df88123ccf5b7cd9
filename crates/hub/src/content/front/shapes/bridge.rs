//! The persona that a page's readers pass on to, and the page that is written for it.

use super::FrontShape;
use super::plan::{inside_quotes, unknown};
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, WrittenValue};
use crate::config::meant::persona_meant;
use crate::config::{Config, PersonaIx};
use etappe_base::finding::codes;
use etappe_base::source::{Span, Spanned};

/// From a page to the site of another persona.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bridge {
    /// Whose site it leads to.
    pub persona: PersonaIx,
    /// The page, as `content/x.md`; what it leads to is known later. `None`: the persona's home.
    pub page: Option<Spanned<String>>,
}

/// A persona, or a persona and a page.
pub struct BridgeTo;

impl Shape for BridgeTo {
    type Value = Bridge;
    const FORM: Form = Form::Bridge;
}

impl ReadIn<Config> for BridgeTo {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, config: &Config) -> Option<Bridge> {
        let text = fields.reader.as_text(written.name, written.item)?;
        let Parts { persona, page, are_apart } = parts(&text);
        let known = config.find_persona(&persona.value);
        if known.is_none() {
            let ids = config.personas.iter().map(|persona| persona.id.as_str());
            let meant = persona_meant(&persona.value, config);
            let code = &codes::FRONT_UNKNOWN_PERSONA;
            unknown(code, "persona", &persona, meant, &mut fields.reader, ids);
            // A correction would take the page away.
            let found = fields.reader.findings.last_mut().filter(|_| !are_apart);
            found.into_iter().for_each(|finding| finding.fix = None);
        }
        if let Some(page) = &page {
            check_page(page, &mut fields.reader)?;
        }
        Some(Bridge { persona: known?, page })
    }
}

impl FrontShape for BridgeTo {
    type Full = Option<Bridge>;

    fn full(value: Option<Bridge>) -> Option<Bridge> {
        value
    }

    fn place(full: &mut Option<Bridge>, place: Span) {
        let page = full.iter_mut().filter_map(|bridge| bridge.page.as_mut());
        page.for_each(|page| page.span = place);
    }
}

/// Both parts of a text, each with its place.
struct Parts {
    persona: Spanned<String>,
    page: Option<Spanned<String>>,
    /// Nobody knows where in a text with escapes its parts stand: they then have the whole's place.
    are_apart: bool,
}

fn parts(text: &Spanned<String>) -> Parts {
    let Some((persona, page)) = text.value.split_once(':') else {
        return Parts { persona: text.clone(), page: None, are_apart: true };
    };
    let inner = inside_quotes(text);
    let are_apart = (inner.end - inner.start) as usize == text.value.len();
    let end = inner.start + persona.len() as u32;
    let at = |start: u32, end: u32| if are_apart { Span { start, end } } else { text.span };
    Parts {
        persona: Spanned { value: persona.to_owned(), span: at(inner.start, end) },
        page: Some(Spanned { value: page.to_owned(), span: at(end + 1, inner.end) }),
        are_apart,
    }
}

/// Reports a page that is not named by its path in the hub.
fn check_page(page: &Spanned<String>, reader: &mut Reader) -> Option<()> {
    let (path, tail) =
        page.value.find(['?', '#']).map_or((&*page.value, ""), |at| page.value.split_at(at));
    if path.strip_prefix("content/").is_some_and(|below| !below.is_empty()) && tail.is_empty() {
        return Some(());
    }
    let (message, help) = match path {
        "" => (
            "`bridge` names no page behind the colon.".to_owned(),
            "name the page, such as `content/service/mri.md`; without a colon the bridge leads to \
             the persona's home"
                .to_owned(),
        ),
        _ if path.starts_with("content/") => (
            format!("A bridge leads to a page as a whole, without `{tail}`."),
            format!("write `{path}`"),
        ),
        _ => (
            format!("`{path}` is no page of the hub: its path begins with `content/`."),
            match path.contains(':') {
                true => "name a page of the hub, such as `content/service/mri.md`".to_owned(),
                false => {
                    format!("write the whole path: `content/{}`", path.trim_matches(['.', '/']))
                }
            },
        ),
    };
    reader.invalid(page.span, message, Some(help));
    None
}
