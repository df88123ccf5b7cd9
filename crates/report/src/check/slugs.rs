//! Addresses are in the language of their pages: a file's name makes the address of each of its
//! translations, unless those have slugs of their own.

use std::collections::BTreeSet;

use etappe_base::finding::{Edit, Finding, Fix, Place, codes};
use etappe_base::slug::slug;
use etappe_base::source::Span;
use etappe_hub::config::LangIx;
use etappe_hub::content::Facets;
use etappe_hub::journey::{DocIx, Hub};

/// Words of fewer letters must be the same; of longer ones, one may be a part of the other.
const LONG: usize = 4;

/// How long a slug is made, in bytes; words stay whole.
const LONGEST: usize = 60;

/// A page in one language whose address is in another.
struct Foreign<'h> {
    facets: &'h Facets,
    /// Below its site: `/possible/dose/`.
    address: String,
    /// The slug of its title.
    slug: String,
}

pub(super) fn check(hub: &Hub) -> Vec<Finding> {
    if hub.config.languages.len() < 2 {
        return Vec::new();
    }
    hub.config.lang_ixs().filter_map(|lang| of_language(hub, lang)).collect()
}

/// The finding about all pages in one language.
fn of_language(hub: &Hub, lang: LangIx) -> Option<Finding> {
    let docs = hub.pages.iter().filter_map(|page| page.docs[usize::from(lang.0)]);
    let foreign: Vec<Foreign<'_>> = docs.filter_map(|doc| foreign(hub, doc)).collect();
    let first = foreign.first()?;
    let code = &hub.config.lang(lang).code;
    let (Foreign { address, slug, .. }, count) = (first, foreign.len());
    let message = match count {
        1 => format!("A page in {code} has an address in another language: `{address}`."),
        _ => format!(
            "{count} pages in {code} have addresses in another language, such as `{address}`."
        ),
    };
    let place = Place::new(&first.facets.file, first.facets.front_span);
    let finding = Finding::new(&codes::URL_OTHER_LANGUAGE, place, message).help(format!(
        "give each a `slug`, such as `slug = \"{slug}\"`, and its old address as an alias; \
         `etappe check --fix` does both"
    ));
    let edits: Vec<Edit> = free(hub, lang, &foreign).map(edit).collect();
    let title = format!("Make the slugs of {} from their titles", counted(edits.len()));
    Some(finding.maybe_fix((!edits.is_empty()).then_some(Fix { title, edits })))
}

fn counted(pages: usize) -> String {
    if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") }
}

/// `None` where the address is not made of the file's name, or shares a word with the title.
fn foreign(hub: &Hub, ix: DocIx) -> Option<Foreign<'_>> {
    let (doc, facets) = (hub.doc(ix), hub.facets(ix));
    let page = hub.page(doc.page);
    let stem = slug(page.key.as_str().rsplit('/').next().unwrap_or_default());
    let is_own = facets.front.slug.is_none() && page.key.index_of().is_none();
    if !is_own || !doc.state.goes_out() || is_alike(&stem, &facets.front.title) {
        return None;
    }
    // A name in the hub's first language is in another only if it is in one that the page has.
    let mut others = page.docs.iter().flatten().filter(|other| **other != ix);
    let is_another = facets.lang() != LangIx::DEFAULT
        || others.any(|other| is_alike(&stem, &hub.facets(*other).front.title));
    let of_site = |(site, placement): &(_, _)| {
        let is_here = hub.site(*site).lang == facets.lang();
        is_here.then(|| &*hub.placement(*placement).path)
    };
    let path = page.placements.iter().find_map(of_site)?;
    let address = path.strip_suffix("index.html")?;
    let is_named = address.trim_end_matches('/').rsplit('/').next() == Some(&*stem);
    (is_another && is_named).then(|| Foreign {
        facets,
        address: format!("/{address}"),
        slug: shortened(&slug(&facets.front.title)),
    })
}

/// Whether a name shares a word with a title.
fn is_alike(stem: &str, title: &str) -> bool {
    let title = slug(title);
    let is_same = |one: &str, other: &str| {
        let is_long = one.len().min(other.len()) >= LONG;
        one == other || is_long && (one.contains(other) || other.contains(one))
    };
    stem.split('-').any(|one| title.split('-').any(|other| is_same(one, other)))
}

fn shortened(slug: &str) -> String {
    match slug.get(..LONGEST).and_then(|start| start.rsplit_once('-')) {
        Some((start, _)) if slug.len() > LONGEST => start.to_owned(),
        _ => slug.to_owned(),
    }
}

/// Those that can have the new address: nothing stands there, and no list of aliases has to be
/// edited by its author.
fn free<'f>(
    hub: &Hub,
    lang: LangIx,
    foreign: &'f [Foreign<'f>],
) -> impl Iterator<Item = &'f Foreign<'f>> {
    let sites = hub.site_ixs().filter(|site| hub.site(*site).lang == lang);
    let placements = sites.flat_map(|site| hub.site(site).walk.iter());
    let mut taken: BTreeSet<String> = placements
        .map(|ix| format!("/{}", hub.placement(*ix).path.trim_end_matches("index.html")))
        .collect();
    let aliases = hub.doc_ixs().flat_map(|doc| &hub.facets(doc).front.aliases);
    taken.extend(aliases.map(|alias| format!("/{}/", alias.value)));
    foreign.iter().filter(move |page| {
        let (folder, _) = page.address.trim_end_matches('/').rsplit_once('/').unwrap_or_default();
        let is_free = taken.insert(format!("{folder}/{}/", page.slug));
        is_free && page.facets.front.aliases.is_empty()
    })
}

/// Both keys, right after the opening fence.
fn edit(page: &Foreign<'_>) -> Edit {
    let Foreign { facets, address, slug } = page;
    let end = facets.front_span.end;
    let keys = match facets.is_yaml {
        true => format!("\nslug: \"{slug}\"\naliases: [\"{address}\"]"),
        false => format!("\nslug = \"{slug}\"\naliases = [\"{address}\"]"),
    };
    Edit::new(Place::new(&facets.file, Span { start: end, end }), keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_in_the_language_of_a_title_that_shares_a_word_with_it() {
        for (stem, title, expected) in [
            ("carer-pack", "Materials for informal carers", true),
            ("carer-pack", "Materiaal voor mantelzorgers", false),
            ("biomarkers", "Bloedbiomarkers: wat ze zeggen", true),
            ("mri-schedule", "MRI-controleschema", true),
            ("phase3", "Phase 3 results", true),
            ("phase3", "Fase 3-resultaten", false),
            ("uber-uns", "Über uns", true),
            ("how-it-works", "Zo werkt de behandeling", false),
        ] {
            assert_eq!(is_alike(stem, title), expected, "{stem}: {title}");
        }
    }

    #[test]
    fn a_long_title_gives_a_slug_of_whole_words() {
        let long = "a-title-".repeat(12) + "end";
        let short = shortened(&long);
        let ends_with_word = long.starts_with(&format!("{short}-"));
        assert!(short.len() <= LONGEST && ends_with_word, "{short}");
        assert_eq!(shortened("short"), "short");
    }
}
