//! The list of all outputs. Where two claim one place, the one listed first has it.

use std::collections::{BTreeMap, BTreeSet};

use super::frames::PREFERENCES;
use super::{Material, Recipe};
use crate::view::feed::FeedForm;
use etappe_base::headers::HeaderFile;
use etappe_hub::config::LangIx;
use etappe_hub::content::LinkKind;
use etappe_hub::journey::{DocIx, PlacementIx, SiteIx};
use etappe_image::Picture;

/// Every output's path below `public/` and its recipe.
pub(super) fn all(material: &Material) -> Vec<(String, Recipe)> {
    let hub = &material.hub;
    let mut outputs = Vec::with_capacity(hub.placements.len() + 64);
    // A build of one persona's sites leaves the hub's own outputs as they are.
    let whole = hub.edition.only.is_none();
    for lang in hub.config.lang_ixs().filter(|_| whole) {
        outputs.push((chooser_path(material, lang), Recipe::Chooser(lang)));
    }
    for ix in hub.site_ixs() {
        site(material, ix, &mut outputs);
    }
    for (at, placement) in hub.placements.iter().enumerate() {
        outputs.push((hub.out_path(placement), Recipe::Page(PlacementIx(at as u32))));
    }
    cards(material, &mut outputs);
    redirects(material, &mut outputs);
    files(material, &mut outputs);
    robots_and_sitemaps(material, &mut outputs);
    outputs
}

/// The path of a language's chooser, below the web root.
pub(super) fn chooser_path(material: &Material, lang: LangIx) -> String {
    match lang {
        LangIx::DEFAULT => "index.html".to_owned(),
        lang => format!("{}/index.html", material.hub.config.lang(lang).code),
    }
}

fn site(material: &Material, ix: SiteIx, outputs: &mut Vec<(String, Recipe)>) {
    let site = material.hub.site(ix);
    let root = &site.root;
    outputs.push((format!("{root}/index.html"), Recipe::Home(ix)));
    outputs.push((format!("{root}/404.html"), Recipe::NotFound(ix)));
    outputs.push((format!("{root}/{PREFERENCES}"), Recipe::Preferences(ix)));
    for form in FeedForm::ALL {
        outputs.push((format!("{root}/{}", form.file()), Recipe::Feed(ix, None, form)));
    }
    if !material.hub.edition.preview {
        outputs.push((format!("{root}/llms.txt"), Recipe::Contents(ix)));
    }
    for part in material.search.parts(ix) {
        outputs.push((format!("{root}/{}", part.path()), Recipe::Search(ix, part)));
    }
    for (number, stage) in site.stages.iter().enumerate() {
        let number = number as u16;
        outputs.push((format!("{root}/{}", stage.path), Recipe::Stage(ix, number)));
        for form in FeedForm::ALL {
            outputs.push((
                format!("{root}/{}", form.beside(&stage.path)),
                Recipe::Feed(ix, Some(number), form),
            ));
        }
    }
}

fn cards(material: &Material, outputs: &mut Vec<(String, Recipe)>) {
    if !material.makes_cards() {
        return;
    }
    for (at, placement) in material
        .hub
        .placements
        .iter()
        .enumerate()
        .filter(|(_, placement)| material.has_card(placement))
    {
        outputs.push((material.card_path(placement), Recipe::SocialCard(PlacementIx(at as u32))));
    }
}

/// The path of the output at an old address, below its site: `old` becomes `old/index.html`.
pub fn alias_file(alias: &str) -> String {
    if alias.ends_with(".html") { alias.to_owned() } else { format!("{alias}/index.html") }
}

fn redirects(material: &Material, outputs: &mut Vec<(String, Recipe)>) {
    let hub = &material.hub;
    for (at, placement) in hub.placements.iter().enumerate() {
        for (number, alias) in hub.facets(placement.doc).front.aliases.iter().enumerate() {
            let root = &hub.site(placement.site).root;
            outputs.push((
                format!("{root}/{}", alias_file(alias)),
                Recipe::Redirect(PlacementIx(at as u32), number as u16),
            ));
        }
    }
}

/// Theme assets and static files stand at every web root; media below each persona whose pages use
/// them.
fn files(material: &Material, outputs: &mut Vec<(String, Recipe)>) {
    let hub = &material.hub;
    let roots: BTreeSet<&str> =
        std::iter::once("").chain(hub.sites.iter().map(|site| hub.web_root(site))).collect();
    for root in roots {
        let below =
            |path: &str| if root.is_empty() { path.to_owned() } else { format!("{root}/{path}") };
        for (at, asset) in material.theme.assets.iter().enumerate() {
            outputs.push((below(&asset.path), Recipe::ThemeAsset(at as u16)));
        }
        for (at, asset) in hub.addresses.shelf.stat.iter().enumerate() {
            let path = asset.file.as_str();
            outputs.push((
                below(path.strip_prefix("static/").unwrap_or(path)),
                Recipe::Static(at as u32),
            ));
        }
    }
    let mut used: BTreeSet<(&str, u32)> = BTreeSet::new();
    let mut shown: BTreeSet<(&str, u32)> = BTreeSet::new();
    for_each_medium(material, |medium| {
        used.insert((medium.slug, medium.asset));
        if medium.kind.is_sized() {
            shown.insert((medium.slug, medium.asset));
        }
    });
    for (slug, asset) in shown {
        for width in hub.addresses.beside(asset).picture.into_iter().flat_map(Picture::widths) {
            outputs.push((
                format!("{slug}/{}", hub.small_path(asset, width)),
                Recipe::Small(asset, width),
            ));
        }
    }
    for (slug, asset) in used {
        outputs.push((format!("{slug}/{}", hub.media_path(asset)), Recipe::Media(asset)));
    }
}

/// A file beside pages, as a page on a site of a persona shows it or links to it.
struct Medium<'m> {
    slug: &'m str,
    asset: u32,
    doc: DocIx,
    kind: LinkKind,
}

fn for_each_medium<'m>(material: &'m Material, mut then: impl FnMut(Medium<'m>)) {
    let hub = &material.hub;
    for placement in &hub.placements {
        let slug = hub.config.persona(hub.site(placement.site).persona).slug.as_str();
        let links = material.body(placement).links.iter();
        // After the links of its text come the page's own image and the page that it names as next.
        let own = hub.facets(placement.doc).front.image.iter().map(|_| LinkKind::Picture);
        let kinds = links.map(|link| link.kind).chain(own).chain([LinkKind::Page]);
        for (located, kind) in material.located(placement).iter().zip(kinds) {
            if let Some(asset) = located.beside() {
                then(Medium { slug, asset, doc: placement.doc, kind });
            }
        }
    }
}

/// The pages that show each medium, by the persona's slug and the medium's place on the shelf.
pub(super) fn shown_by(material: &Material) -> BTreeMap<(&str, u32), BTreeSet<DocIx>> {
    let mut pages: BTreeMap<(&str, u32), BTreeSet<DocIx>> = BTreeMap::new();
    for_each_medium(material, |medium| {
        pages.entry((medium.slug, medium.asset)).or_default().insert(medium.doc);
    });
    pages
}

/// Adds the files that web servers and search engines read. Previews ask search engines to stay
/// away, and have no sitemap.
fn robots_and_sitemaps(material: &Material, outputs: &mut Vec<(String, Recipe)>) {
    let hub = &material.hub;
    let headers = &hub.config.hosting.headers;
    if hub.edition.only.is_none() {
        outputs.push(("robots.txt".to_owned(), Recipe::Robots(None)));
        outputs.extend(
            headers.iter().map(|file| (file.name().to_owned(), Recipe::Headers(*file, None))),
        );
        if !hub.edition.preview {
            outputs.push(("sitemap.xml".to_owned(), Recipe::SitemapIndex));
        }
    }
    for site in hub.sites.iter().filter(|site| site.lang == LangIx::DEFAULT) {
        let persona = hub.config.persona(site.persona);
        if persona.base_url.is_some() {
            outputs
                .push((format!("{}/robots.txt", persona.slug), Recipe::Robots(Some(site.persona))));
            let own = |file: &HeaderFile| {
                (
                    format!("{}/{}", persona.slug, file.name()),
                    Recipe::Headers(*file, Some(site.persona)),
                )
            };
            outputs.extend(headers.iter().map(own));
        }
        if !hub.edition.preview {
            outputs.push((format!("{}/sitemap.xml", persona.slug), Recipe::Sitemap(site.persona)));
        }
    }
}
