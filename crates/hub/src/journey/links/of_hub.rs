//! Addresses that hub.toml and cards name: they stand on no page, so each site is asked where they
//! lead.

use std::collections::BTreeSet;

use super::nowhere::miscased;
use super::way::with_tail;
use super::{Hindrance, barred};
use crate::config::{LangIx, NamedAddress, ShownAt};
use crate::content::{Link, LinkKind, PageKey};
use crate::journey::address::Located;
use crate::journey::{Hub, PageIx, SiteIx};
use etappe_base::finding::{Code, Finding, Place, codes};
use etappe_base::path;
use etappe_base::source::Spanned;

/// Where an address of hub.toml or of a card leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HubWay {
    /// To an output of a site, below the site's root.
    Page(String),
    /// To a file, below the web root.
    File(String),
    /// Elsewhere, as it is written.
    AsWritten,
}

impl Hub {
    /// What an address means that stands on no page: paths begin at `content/`.
    pub fn locate_from_root(&self, to: &str) -> Located {
        let dest = to.strip_prefix("content/").or_else(|| to.strip_prefix("static/"));
        let dest = dest.unwrap_or(to);
        let link = plain_link(dest);
        match link.is_internal() {
            _ if link.fault().is_some() => Located::Barred,
            true => self.addresses.locate(&PageKey::new(""), dest),
            false if dest.starts_with('#') => Located::Broken,
            false => Located::External,
        }
    }

    /// Where an address leads from the outputs of a site, or from those outside any site; `None`
    /// where it leads nowhere from there.
    pub fn hub_way(&self, to: &str, site: Option<SiteIx>) -> Option<HubWay> {
        self.way_of(&self.locate_from_root(to), site)
    }

    fn way_of(&self, located: &Located, at: Option<SiteIx>) -> Option<HubWay> {
        match located {
            Located::External => Some(HubWay::AsWritten),
            Located::Miscased { meant, .. } => self.way_of(meant, at),
            Located::Home { fragment } => {
                at.map(|_| HubWay::Page(with_tail("index.html".to_owned(), "", fragment)))
            }
            Located::Page { page, query, fragment } => {
                let below = self.below_site(*page, at?)?;
                Some(HubWay::Page(with_tail(below, query, fragment)))
            }
            Located::Static { asset, tail } => {
                let file = self.addresses.stat(*asset).file.as_str();
                let below = path::encode(file.strip_prefix("static/").unwrap_or(file));
                Some(HubWay::File(below.into_owned() + tail))
            }
            Located::Beside { .. } | Located::Here { .. } => None,
            Located::Broken | Located::Barred => None,
        }
    }

    /// The way from a site's root to a page, or to the one in the default language that stands in.
    fn below_site(&self, page: PageIx, at: SiteIx) -> Option<String> {
        if let Some(own) = self.on_site(page, at) {
            return Some(path::encode(&self.placement(own).path).into_owned());
        }
        let other = self.in_default_language(page, at)?;
        let home = format!("{}/index.html", self.site(at).root);
        Some(path::link(&home, &self.out_path(self.placement(other))))
    }
}

fn plain_link(dest: &str) -> Link {
    let span = etappe_base::source::Span::default();
    Link { dest: dest.into(), span, kind: LinkKind::Page, module: None }
}

/// The findings about the addresses of hub.toml and the cards.
pub fn of_hub(hub: &Hub) -> Vec<Finding> {
    hub.config.named_addresses().flat_map(|named| found(hub, &named)).collect()
}

/// The sites whose readers are to meet an address.
fn sites(hub: &Hub, shown: ShownAt) -> Vec<SiteIx> {
    let meets = |ix: &SiteIx| match shown {
        ShownAt::Everywhere => true,
        ShownAt::EndOf(stage) => hub.last_stage(*ix) == Some(stage),
        ShownAt::EndFor(persona) => {
            hub.site(*ix).persona == persona && !hub.site(*ix).walk.is_empty()
        }
    };
    hub.site_ixs().filter(meets).collect()
}

/// The findings about one of them.
fn found(hub: &Hub, named: &NamedAddress<'_>) -> Vec<Finding> {
    let NamedAddress { file, to, shown } = named;
    let link = Link { span: to.span, ..plain_link(&to.value) };
    let place = Place::new(file, to.span);
    let located = hub.locate_from_root(&to.value);
    match &located {
        Located::External | Located::Barred => barred::faulty(&link, place).into_iter().collect(),
        Located::Miscased { name, .. } => vec![miscased(&link, name, place)],
        Located::Broken | Located::Here { .. } => vec![broken(hub, &to.value, place)],
        Located::Beside { .. } => {
            let message = format!("`{}` stands beside pages, which alone link to it.", to.value);
            let finding = Finding::new(&codes::LINK_BROKEN, place, message);
            vec![finding.label("readers see no link here").help("put the file under static/")]
        }
        Located::Page { page, fragment, .. } => {
            on_sites(hub, &sites(hub, *shown), to, (*page, fragment), &place)
        }
        Located::Home { .. } | Located::Static { .. } => Vec::new(),
    }
}

fn broken(hub: &Hub, to: &str, place: Place) -> Finding {
    let near = hub.addresses.near(&PageKey::new(""), to, false);
    let usual = "name a page as `/service/contact.md`, a file below static/, or a whole address";
    let help = near.map_or_else(|| usual.into(), |near| format!("did you mean `{}`?", near.path));
    Finding::new(&codes::LINK_BROKEN, place, format!("There is no page or file `{to}`."))
        .label("readers see no link here")
        .help(help)
}

/// The findings about a page that not all of some sites have, one for each reason; and about a heading that
/// it lacks.
fn on_sites(
    hub: &Hub,
    sites: &[SiteIx],
    to: &Spanned<String>,
    (page, fragment): (PageIx, &str),
    place: &Place,
) -> Vec<Finding> {
    let lacking = sites.iter().copied().filter(|site| hub.below_site(page, *site).is_none());
    let lacking: Vec<(SiteIx, Hindrance)> =
        lacking.map(|site| (site, hub.hindrance(page, site))).collect();
    let reasons = [Hindrance::CrossPersona, Hindrance::Untranslated, Hindrance::Unpublished];
    let missing = reasons.into_iter().filter_map(|reason| {
        let sites: Vec<SiteIx> =
            lacking.iter().filter(|(_, other)| *other == reason).map(|(site, _)| *site).collect();
        (!sites.is_empty()).then(|| missing(hub, to, reason, &sites, place))
    });
    let shown = hub.page(page).docs.iter().flatten();
    let lacks = |doc: &&crate::journey::DocIx| {
        let facets = hub.facets(**doc);
        !facets.ids.is_empty() && (0..facets.ids.len()).all(|at| !facets.has_id(at, fragment))
    };
    let no_anchor = shown.filter(lacks).take(usize::from(!fragment.is_empty())).map(|doc| {
        let message = format!("`{}` has no heading `#{fragment}`.", hub.facets(*doc).file);
        Finding::new(&codes::LINK_ANCHOR, place.clone(), message)
            .help("link to one of its headings, or to the page alone")
    });
    missing.chain(no_anchor).collect()
}

fn missing(
    hub: &Hub,
    to: &Spanned<String>,
    reason: Hindrance,
    sites: &[SiteIx],
    place: &Place,
) -> Finding {
    let personas: BTreeSet<&str> =
        sites.iter().map(|site| &*hub.config.persona(hub.site(*site).persona).id).collect();
    let personas = personas.into_iter().collect::<Vec<_>>().join("`, `");
    let langs: BTreeSet<LangIx> = sites.iter().map(|site| hub.site(*site).lang).collect();
    let langs: Vec<&str> = langs.into_iter().map(|lang| &*hub.config.lang(lang).code).collect();
    let (code, message, help): (&'static Code, String, String) = match reason {
        Hindrance::Untranslated => (
            &codes::LINK_UNTRANSLATED,
            format!("`{}` has no page in {}.", to.value, langs.join(", ")),
            "translate the page; sites without it show no such link".to_owned(),
        ),
        Hindrance::CrossPersona => (
            &codes::LINK_CROSS_PERSONA,
            format!("`{}` is not on the site of `{personas}`.", to.value),
            "let the page be for all (`personas = \"all\"`); sites without it show no such link"
                .to_owned(),
        ),
        _ => (
            &codes::LINK_UNPUBLISHED,
            format!("`{}` is not published.", to.value),
            "publish the page first; sites show no such link".to_owned(),
        ),
    };
    Finding::new(code, place.clone(), message).label("readers see no link here").help(help)
}
