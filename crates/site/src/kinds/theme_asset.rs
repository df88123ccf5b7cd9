//! A file of the theme, at every web root.

use std::sync::Arc;

use super::{Inputs, Lens, Listed, OutputKind, Role};
use crate::material::Material;
use crate::theme::AssetIx;
use crate::view::View;
use etappe_base::hash::Hasher;

/// An asset of the theme.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ThemeAssetOutput(pub AssetIx);

impl Listed for ThemeAssetOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        for root in lens.web_roots() {
            for (ix, asset) in lens.theme().assets.iter_indexed() {
                add(root.below(&asset.path), Self(ix));
            }
        }
    }
}

impl OutputKind for ThemeAssetOutput {
    fn role(&self) -> Role {
        Role::Asset
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(AssetBytes(&material.theme.assets[self.0].bytes))
    }

    fn called(&self, material: &Material) -> String {
        format!("the theme's `{}`", material.theme.assets[self.0].name)
    }
}

struct AssetBytes<'m>(&'m Arc<[u8]>);

impl Inputs for AssetBytes<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.bytes(self.0);
    }

    fn view(&self) -> View<'_> {
        View::Bytes(Arc::clone(self.0))
    }
}
