//! A smaller size of an image beside pages, below each persona whose pages show it.

use std::collections::BTreeSet;

use super::media::for_each_use;
use super::{Inputs, Lens, Listed, OutputKind, ReadAs, Recipe, Role, Subject};
use crate::material::Material;
use crate::view::View;
use etappe_base::hash::Hasher;
use etappe_hub::journey::{Asset, MediaIx};
use etappe_image::Picture;

/// One size of an image.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SmallOutput {
    /// The image.
    pub media: MediaIx,
    /// In pixels.
    pub width: u32,
}

impl Listed for SmallOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        let material = lens.everything();
        let mut shown = BTreeSet::new();
        for_each_use(material, |medium| {
            if medium.kind.is_sized() {
                shown.insert((medium.folder, medium.media));
            }
        });
        let hub = &material.hub;
        for (folder, media) in shown {
            for width in hub.addresses.beside(media).picture.into_iter().flat_map(Picture::widths) {
                add(format!("{folder}/{}", hub.small_path(media, width)), Self { media, width });
            }
        }
    }
}

impl OutputKind for SmallOutput {
    fn role(&self) -> Role {
        Role::Media
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let image = material.hub.addresses.beside(self.media);
        Box::new(SmallInputs { image, width: self.width })
    }

    fn called(&self, material: &Material) -> String {
        let image = material.hub.addresses.beside(self.media);
        format!("`{}`, {} pixels wide", image.file, self.width)
    }

    fn subject(&self) -> Subject {
        Subject::Media(self.media)
    }

    fn form(&self) -> ReadAs {
        ReadAs::Picture
    }

    /// Media of two languages may be the same file.
    fn agrees_with(&self, other: &Recipe, material: &Material) -> bool {
        let digest = |media| material.hub.addresses.beside(media).digest;
        matches!(other, Recipe::Small(other)
            if self.width == other.width && digest(self.media) == digest(other.media))
    }
}

struct SmallInputs<'m> {
    image: &'m Asset,
    width: u32,
}

impl Inputs for SmallInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher
            .text("small")
            .number(u64::from(etappe_image::VERSION))
            .text(self.image.file.as_str())
            .digest(self.image.digest)
            .number(u64::from(self.width));
    }

    fn view(&self) -> View<'_> {
        let (file, digest) = (self.image.file.clone(), self.image.digest);
        View::Small { file, digest, width: self.width }
    }
}
