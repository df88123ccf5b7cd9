//! The finding about a page's bridge, which leads to another persona's site in the same language.

use super::findings::one;
use super::{LinkTable, LinkUse, of_front};
use crate::config::PersonaIx;
use crate::content::{Link, PageKey};
use crate::journey::address::Located;
use crate::journey::{DocIx, Hub, SiteIx};
use etappe_base::finding::{Edit, Finding, Fix, Place, codes};

/// The finding about the bridge of a document that is shown on `sites`, if there is any.
pub(super) fn finding(
    hub: &Hub,
    doc: DocIx,
    sites: &[SiteIx],
    table: &LinkTable,
) -> Option<Finding> {
    let facets = hub.facets(doc);
    let bridge = facets.front.bridge.as_ref()?;
    let whole = || Place::new(&facets.file, facets.front.spans.bridge);
    let from: Vec<PersonaIx> = sites
        .iter()
        .map(|site| hub.site(*site).persona)
        .filter(|own| *own != bridge.persona)
        .collect();
    let site = hub.find_site(bridge.persona, facets.lang()).filter(|_| !from.is_empty());
    let finding = match (&table.of(doc, 0).bridge, site) {
        _ if !hub.bridges_apart(doc) => None,
        (Some(located), _) if located_wrong(located) => named(hub, doc, located),
        // An edition of one persona's sites knows no others.
        (_, None) => no_site(hub, bridge.persona, whole()).filter(|_| !from.is_empty()),
        (Some(_), Some(site)) => page(hub, doc, site, table),
        (None, Some(site)) => home(hub, site, whole()),
    };
    let found = finding.or_else(|| no_root(hub, &from, whole()))?;
    let label = match () {
        () if *found.code == codes::LINK_CASE => "found on some systems only",
        () if *found.code == codes::LINK_EXPIRES => "readers see no bridge from that day on",
        () => "readers see no bridge",
    };
    Some(found.label(label))
}

fn located_wrong(located: &Located) -> bool {
    !matches!(located, Located::Page { .. })
}

fn link_of(hub: &Hub, doc: DocIx) -> Option<Link> {
    of_front(&hub.facets(doc).front).bridge
}

/// A page that the hub does not have, or has in other case of letters.
fn named(hub: &Hub, doc: DocIx, located: &Located) -> Option<Finding> {
    let link = link_of(hub, doc)?;
    let place = Place::new(&hub.facets(doc).file, link.span);
    let write = |meant: String| Fix {
        title: format!("Write `{meant}`"),
        edits: vec![Edit::new(place.clone(), meant)],
    };
    if let Located::Miscased { name, .. } = located {
        let meant = format!("content/{name}.md");
        let message = format!("`{}` is written `{name}` in capitals and small letters.", link.dest);
        let finding = Finding::new(&codes::LINK_CASE, place.clone(), message);
        let help = format!("write it as the file is named: `{meant}`");
        return Some(finding.help(help).maybe_fix(Some(write(meant))));
    }
    let below = link.dest.strip_prefix("content/").unwrap_or(&link.dest);
    let near = hub.addresses.near(&PageKey::new(""), below, false);
    // A file that is no page is nearest to itself.
    let near = near.filter(|near| near.path.ends_with(".md"));
    let near = near.map(|near| (format!("content{}", near.path), near.moved));
    let usual = "name a page by its path, such as `content/service/mri.md`";
    let help = near.as_ref().map(|(path, _)| format!("did you mean `{path}`?"));
    let message = format!("There is no page `{}`.", link.dest);
    // Only one page has this name: it has moved.
    let moved = near.filter(|(_, moved)| *moved).map(|(path, _)| write(path));
    let finding = Finding::new(&codes::LINK_BROKEN, place.clone(), message);
    Some(finding.help(help.unwrap_or_else(|| usual.to_owned())).maybe_fix(moved))
}

/// A page that the persona does not have, in this language or at all, or not for long.
fn page(hub: &Hub, doc: DocIx, site: SiteIx, table: &LinkTable) -> Option<Finding> {
    let link = link_of(hub, doc)?;
    let located = table.of(doc, 0).bridge.as_ref()?;
    let place = Place::new(&hub.facets(doc).file, link.span);
    let used = LinkUse { doc, link: &link, located, sites: vec![site], variants: vec![0] };
    one(hub, &used, place, true)
}

/// A home that readers do not see, since nothing stands on its site.
fn home(hub: &Hub, site: SiteIx, place: Place) -> Option<Finding> {
    let shown = hub.site(site);
    if shown.is_shown() {
        return None;
    }
    let id = &hub.config.persona(shown.persona).id;
    let is_elsewhere = hub.shown_personas().contains(&shown.persona);
    let (code, message) = match is_elsewhere {
        true => {
            let lang = &hub.config.lang(shown.lang).code;
            (&codes::LINK_UNTRANSLATED, format!("`{id}` has no page in {lang}."))
        }
        false => (&codes::LINK_UNPUBLISHED, format!("`{id}` has no page that readers see.")),
    };
    let help = "publish a page for these readers first, or leave the bridge out";
    Some(Finding::new(code, place, message).help(help))
}

/// A persona that has no site at all. One whose card is wrong is reported there.
fn no_site(hub: &Hub, persona: PersonaIx, place: Place) -> Option<Finding> {
    hub.config.untargeted(persona)?;
    let message =
        format!("`{}` has no site: its segment is not targeted.", hub.config.persona(persona).id);
    let help = "name a persona that has a site, or leave the bridge out";
    Some(Finding::new(&codes::LINK_UNPUBLISHED, place, message).help(help))
}

/// Bridges stand at the hub's root, which a host of a persona's own knows by its address alone.
fn no_root(hub: &Hub, from: &[PersonaIx], place: Place) -> Option<Finding> {
    let apart = from.iter().find(|persona| !hub.reaches_root(**persona))?;
    let id = &hub.config.persona(*apart).id;
    let message = format!("`{id}` has a host of its own, and nothing says where the hub stands.");
    let help = "say it in hub.toml: `base_url = \"https://…\"`";
    Some(Finding::new(&codes::LINK_BROKEN, place, message).help(help))
}
