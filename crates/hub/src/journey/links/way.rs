//! Where a link leads on one site.

use serde::Serialize;

use crate::config::{Fallback, LangIx};
use crate::journey::address::Located;
use crate::journey::{DocIx, Hub, MediaIx, PageIx, Placement, PlacementIx, SiteIx, State};
use etappe_base::path;
use etappe_image::Picture;

/// Where a link leads on one site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// The attribute's value.
    To(String),
    /// A page in another language.
    InLanguage {
        /// The attribute's value.
        to: String,
        /// The code of that language.
        lang: String,
    },
    /// An image, and what a page says of it before it has loaded.
    Picture(Box<Shown>),
    /// Written as it is.
    AsWritten,
    /// Nowhere on this site.
    Nowhere(Hindrance),
}

/// An image as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Shown {
    /// Relative to the page.
    pub src: String,
    /// In pixels, of the image at `src`.
    pub width: u32,
    /// In pixels, of the image at `src`.
    pub height: u32,
    /// Its smaller sizes and itself, as the attribute has them; empty where there are none.
    pub srcset: String,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hindrance {
    /// The hub has no such page or file.
    Broken,
    /// The address itself is one that no reader may be given.
    Barred,
    /// The target is not for the site's persona.
    CrossPersona,
    /// The target is for the persona, but not in the site's language.
    Untranslated,
    /// The target is a draft, lost its address to another page, or its persona has no site.
    Unpublished,
    /// The target is scheduled, expired or withdrawn: nobody made a mistake here.
    ByDate,
    /// The target has an error of its own, which is reported there: saying it again at every link
    /// helps nobody.
    Faulty,
}

impl Hub {
    /// Where a located link leads from a placement.
    pub fn way(&self, from: &Placement, located: &Located) -> Way {
        let site = self.site(from.site);
        match located {
            Located::External | Located::Here { .. } => Way::AsWritten,
            Located::Home { fragment } => {
                Way::To(with_tail(path::link(&from.path, "index.html"), "", fragment))
            }
            Located::Page { page, query, fragment } => match self.on_site(*page, from.site) {
                Some(target) => Way::To(with_tail(
                    path::link(&from.path, &self.placement(target).path),
                    query,
                    fragment,
                )),
                None => match self.in_default_language(*page, from.site) {
                    Some(target) => self.to_default_language(from, target, query, fragment),
                    None => Way::Nowhere(self.hindrance(*page, from.site)),
                },
            },
            Located::Beside { asset, tail } => {
                // Media stand at the persona's root, above the folder of a language.
                let own = format!("{}/{}", site.root, from.path);
                let slug = &self.config.persona(site.persona).slug;
                let target = format!("{slug}/{}", self.media_path(*asset));
                let src = path::link(&own, &target) + tail;
                self.shown(&own, slug, *asset, src)
            }
            Located::Static { asset, tail } => {
                let own = format!("{}/{}", site.root, from.path);
                let file = self.addresses.stat(*asset).file.as_str();
                let below = file.strip_prefix("static/").unwrap_or(file);
                let root = self.web_root(site);
                let target =
                    if root.is_empty() { below.to_owned() } else { format!("{root}/{below}") };
                let src = path::link(&own, &target) + tail;
                match self.addresses.stat(*asset).picture {
                    Some(Picture { width, height, .. }) => {
                        Way::Picture(Box::new(Shown { src, width, height, srcset: String::new() }))
                    }
                    None => Way::To(src),
                }
            }
            Located::Miscased { meant, .. } => self.way(from, meant),
            Located::Broken => Way::Nowhere(Hindrance::Broken),
            Located::Barred => Way::Nowhere(Hindrance::Barred),
        }
    }

    fn to_default_language(
        &self,
        from: &Placement,
        target: PlacementIx,
        query: &str,
        fragment: &str,
    ) -> Way {
        let target = self.placement(target);
        let link = path::link(&self.out_path(from), &self.out_path(target));
        Way::InLanguage {
            to: with_tail(link, query, fragment),
            lang: self.config.lang(self.site(target.site).lang).code.clone(),
        }
    }

    /// A file beside pages, with what is known of it where it is an image.
    fn shown(&self, own: &str, slug: &str, asset: MediaIx, src: String) -> Way {
        let Some(picture) = self.addresses.beside(asset).picture else { return Way::To(src) };
        let Picture { width, height, .. } = picture;
        let small = |size: u32| {
            format!(
                "{} {size}w, ",
                path::link(own, &format!("{slug}/{}", self.small_path(asset, size)))
            )
        };
        let mut srcset: String = picture.widths().map(small).collect();
        if !srcset.is_empty() {
            srcset.push_str(&format!("{src} {width}w"));
        }
        Way::Picture(Box::new(Shown { src, width, height, srcset }))
    }

    /// Where a smaller size of an image stands below a persona's folder.
    pub fn small_path(&self, asset: MediaIx, width: u32) -> String {
        let path = self.media_path(asset);
        let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
        format!("{stem}.{width}.webp")
    }

    /// Where a file beside pages stands below a persona's folder; its name changes with its
    /// content.
    pub fn media_path(&self, asset: MediaIx) -> String {
        let asset = self.addresses.beside(asset);
        let name = asset.file.name();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        format!(
            "media/{}.{}.{}",
            etappe_base::slug::slug(stem),
            asset.digest.short(),
            published_extension(&extension.to_lowercase())
        )
    }

    pub(super) fn hindrance(&self, page: PageIx, site: SiteIx) -> Hindrance {
        let site = self.site(site);
        let page = self.page(page);
        let for_persona = |doc: &DocIx| self.facets(*doc).front.audience.includes(site.persona);
        let own = page.docs[usize::from(site.lang.0)];
        // What this language would show instead.
        let borrowed = page.docs[usize::from(LangIx::DEFAULT.0)]
            .filter(|_| self.config.fallback == Fallback::Link);
        match own {
            Some(doc) if self.doc(doc).state == State::Blocked => Hindrance::Faulty,
            Some(doc) if !for_persona(&doc) => Hindrance::CrossPersona,
            Some(doc) if self.doc(doc).state.is_by_date() => Hindrance::ByDate,
            // A draft; or it lost its address to another page, or its persona has no site.
            Some(_) => Hindrance::Unpublished,
            None if borrowed
                .is_some_and(|doc| for_persona(&doc) && self.doc(doc).state.is_by_date()) =>
            {
                Hindrance::ByDate
            }
            None if page.docs.iter().flatten().any(for_persona) => Hindrance::Untranslated,
            None => Hindrance::CrossPersona,
        }
    }
}

/// Servers know JPEG by its usual names only.
fn published_extension(extension: &str) -> &str {
    if etappe_image::is_jpeg(extension) && extension != "jpeg" { "jpg" } else { extension }
}

pub(super) fn with_tail(mut link: String, query: &str, fragment: &str) -> String {
    if !query.is_empty() {
        link.push('?');
        link.push_str(query);
    }
    if !fragment.is_empty() {
        link.push('#');
        link.push_str(&path::encode(fragment));
    }
    link
}
