//! A file under `static/`, at every web root, as it is.

use super::{Inputs, Lens, Listed, OutputKind, Role, Subject};
use crate::material::Material;
use crate::view::View;
use etappe_base::hash::Hasher;
use etappe_hub::journey::{Asset, StaticIx};

/// A copy of a file under `static/`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StaticOutput(pub StaticIx);

impl Listed for StaticOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        for root in lens.web_roots() {
            for (ix, asset) in lens.layout().addresses.shelf.stat.iter_indexed() {
                let path = asset.file.as_str();
                add(root.below(path.strip_prefix("static/").unwrap_or(path)), Self(ix));
            }
        }
    }
}

impl OutputKind for StaticOutput {
    fn role(&self) -> Role {
        Role::Asset
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(StaticInputs(material.hub.addresses.stat(self.0)))
    }

    fn called(&self, material: &Material) -> String {
        format!("the file `{}`", material.hub.addresses.stat(self.0).file)
    }

    fn subject(&self) -> Subject {
        Subject::Static(self.0)
    }

    fn copies<'m>(&self, material: &'m Material) -> Option<&'m Asset> {
        Some(material.hub.addresses.stat(self.0))
    }
}

struct StaticInputs<'m>(&'m Asset);

impl Inputs for StaticInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.text(self.0.file.as_str()).digest(self.0.digest);
    }

    fn view(&self) -> View<'_> {
        View::Copy(self.0.file.clone())
    }
}
