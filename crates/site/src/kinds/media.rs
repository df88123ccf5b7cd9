//! A file beside pages, below each persona whose pages use it: without its metadata, and without
//! what could run or fetch.

use std::collections::{BTreeMap, BTreeSet};

use super::{Inputs, Lens, Listed, OutputKind, Recipe, Role, Subject};
use crate::material::Material;
use crate::view::View;
use etappe_base::hash::Hasher;
use etappe_hub::content::LinkKind;
use etappe_hub::journey::{Asset, DocIx, Located, MediaIx};

/// What is published of a file beside pages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct MediaOutput(pub MediaIx);

impl Listed for MediaOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        let material = lens.everything();
        let mut used = BTreeSet::new();
        for_each_use(material, |medium| {
            used.insert((medium.folder, medium.media));
        });
        for (folder, media) in used {
            add(format!("{folder}/{}", material.hub.media_path(media)), Self(media));
        }
    }
}

impl OutputKind for MediaOutput {
    fn role(&self) -> Role {
        Role::Media
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(MediaInputs(material.hub.addresses.beside(self.0)))
    }

    fn called(&self, material: &Material) -> String {
        format!("the file `{}`", material.hub.addresses.beside(self.0).file)
    }

    fn subject(&self) -> Subject {
        Subject::Media(self.0)
    }

    fn copies<'m>(&self, material: &'m Material) -> Option<&'m Asset> {
        Some(material.hub.addresses.beside(self.0))
    }

    /// Media of two languages may be the same file.
    fn agrees_with(&self, other: &Recipe, material: &Material) -> bool {
        let digest = |media| material.hub.addresses.beside(media).digest;
        matches!(other, Recipe::Media(other) if digest(self.0) == digest(other.0))
    }
}

struct MediaInputs<'m>(&'m Asset);

impl Inputs for MediaInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.text("published").text(self.0.file.as_str()).digest(self.0.digest);
    }

    fn view(&self) -> View<'_> {
        View::Published(self.0.file.clone())
    }
}

/// A file beside pages, as a page on a site of a persona shows it or links to it.
pub(super) struct MediaUse<'m> {
    /// The persona's folder below `public/`.
    pub folder: &'m str,
    pub media: MediaIx,
    doc: DocIx,
    pub kind: LinkKind,
}

pub(super) fn for_each_use<'m>(material: &'m Material, mut then: impl FnMut(MediaUse<'m>)) {
    let hub = &material.hub;
    for placement in &hub.placements {
        let folder = hub.config.persona(hub.site(placement.site).persona).slug.as_str();
        let mut meant = |located: &Located, kind: LinkKind| {
            if let Some(media) = located.beside() {
                then(MediaUse { folder, media, doc: placement.doc, kind });
            }
        };
        let links = material.located(placement);
        let of_text = material.body(placement).links.iter().map(|link| link.kind);
        links.text.iter().zip(of_text).for_each(|(located, kind)| meant(located, kind));
        links.image.iter().for_each(|located| meant(located, LinkKind::Picture));
        links.next.iter().for_each(|located| meant(located, LinkKind::Page));
    }
}

/// The pages that show each file beside pages, by the persona's folder and the file's place on the
/// shelf.
pub fn media_shown_by(material: &Material) -> BTreeMap<(&str, MediaIx), BTreeSet<DocIx>> {
    let mut pages: BTreeMap<(&str, MediaIx), BTreeSet<DocIx>> = BTreeMap::new();
    for_each_use(material, |medium| {
        pages.entry((medium.folder, medium.media)).or_default().insert(medium.doc);
    });
    pages
}
