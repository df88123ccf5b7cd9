//! A site's page for lost addresses, which web servers show wherever there is no output.

use super::{Inputs, Lens, Listed, OutputKind, Subject, add_by_site};
use crate::material::{Material, path_of};
use crate::view::{Frame, Outlet, View};
use etappe_base::hash::Hasher;
use etappe_hub::journey::SiteIx;

const TEMPLATE: &str = "not_found.html";
const PATH: &str = "404.html";

/// The page for lost addresses of one site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NotFoundOutput(pub SiteIx);

impl Listed for NotFoundOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        add_by_site(lens, PATH, Self, add);
    }
}

impl OutputKind for NotFoundOutput {
    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, _material: &Material) -> String {
        "the page for lost addresses".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.0)
    }
}

impl NotFoundOutput {
    /// A web server shows this page at any address, so its links are absolute paths.
    fn gather<'m>(&self, material: &'m Material) -> NotFoundInputs<'m> {
        let hub = &material.hub;
        let site = hub.site(self.0);
        let persona = hub.config.persona(site.persona);
        let host = persona.base_url.as_deref().unwrap_or(&hub.config.base_url);
        let base = path_of(host);
        let below = hub.url(site, "");
        let own_root = below.strip_prefix(host).unwrap_or("/");
        let outlet = Outlet {
            to_site: Some(format!("{base}{own_root}")),
            to_root: format!("{base}/"),
            canonical: hub.url(site, PATH),
            alternates: Vec::new(),
            chooser: persona
                .base_url
                .is_none()
                .then(|| format!("{base}/{}", material.chooser_path(site.lang))),
        };
        NotFoundInputs { frame: material.frames.site(self.0), outlet }
    }
}

struct NotFoundInputs<'m> {
    frame: &'m Frame,
    outlet: Outlet,
}

impl Inputs for NotFoundInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&self.outlet);
    }

    fn view(&self) -> View<'_> {
        View::Template { name: TEMPLATE, context: self.frame.context(&self.outlet) }
    }
}
