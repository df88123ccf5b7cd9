//! The page where readers of a site choose how it looks and behaves.

use super::{Inputs, Lens, Listed, OutputKind, Subject, add_by_site};
use crate::material::Material;
use crate::material::frames::PREFERENCES;
use crate::view::{Frame, Outlet, View};
use etappe_base::hash::Hasher;
use etappe_hub::journey::SiteIx;

const TEMPLATE: &str = "preferences.html";

/// The page of preferences of one site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PreferencesOutput(pub SiteIx);

impl Listed for PreferencesOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        add_by_site(lens, PREFERENCES, Self, add);
    }
}

impl OutputKind for PreferencesOutput {
    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let versions = material.site_versions(self.0, |_| Some(PREFERENCES));
        Box::new(PreferencesInputs {
            frame: material.frames.site(self.0),
            outlet: material.outlet(self.0, PREFERENCES, &versions),
        })
    }

    fn called(&self, _material: &Material) -> String {
        "the page of preferences".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.0)
    }
}

struct PreferencesInputs<'m> {
    frame: &'m Frame,
    outlet: Outlet,
}

impl Inputs for PreferencesInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&self.outlet);
    }

    fn view(&self) -> View<'_> {
        View::Template { name: TEMPLATE, context: self.frame.context(&self.outlet) }
    }
}
