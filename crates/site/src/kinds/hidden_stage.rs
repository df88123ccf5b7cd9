//! The address of a stage that readers are not shown, since it has no page: it leads to the home of
//! the site, so that no link from elsewhere dies when a stage empties.

use super::redirect::{RedirectInputs, TEMPLATE};
use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::Material;
use etappe_base::path::link;
use etappe_hub::config::StageIx;
use etappe_hub::journey::SiteIx;

/// The address of a stage that one site does not show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HiddenStageOutput {
    /// Whose stage it is.
    pub site: SiteIx,
    /// The stage's place in the journey.
    pub stage: StageIx,
}

impl Listed for HiddenStageOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        for (site, shown) in lens.layout().shown_sites() {
            for stage in shown.stages.iter().filter(|stage| stage.number.is_none()) {
                add(format!("{}/{}", shown.root, stage.path), Self { site, stage: stage.stage });
            }
        }
    }
}

impl OutputKind for HiddenStageOutput {
    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        const HOME: &str = "index.html";
        let hub = &material.hub;
        let site = hub.site(self.site);
        let own = &site.stages[self.stage].path;
        let mut outlet = material.outlet(self.site, own, &[]);
        outlet.canonical = hub.url(site, HOME);
        let target = link(own, HOME);
        let frame = material.frames.site(self.site);
        Box::new(RedirectInputs { frame, outlet, target, emptied: true })
    }

    fn called(&self, material: &Material) -> String {
        format!("the stage page of `{}`", material.hub.config.stage(self.stage).id)
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.site)
    }
}
