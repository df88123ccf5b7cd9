//! The page of a stage: all of its pages, and the stages before and after.

use serde::Serialize;

use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::{Material, cta};
use crate::view::{Frame, LinkView, Outlet, StageNav, View};
use etappe_base::hash::Hasher;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{SiteIx, SiteStage};

const TEMPLATE: &str = "stage.html";

/// The page of one stage of a site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StageOutput {
    /// Whose stage it is.
    pub site: SiteIx,
    /// The stage's place in the journey.
    pub stage: StageIx,
}

impl Listed for StageOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        for (site, shown) in lens.layout().shown_sites() {
            for stage in shown.route() {
                add(format!("{}/{}", shown.root, stage.path), Self { site, stage: stage.stage });
            }
        }
    }
}

impl OutputKind for StageOutput {
    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, material: &Material) -> String {
        format!("the stage page of `{}`", material.hub.config.stage(self.stage).id)
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.site)
    }
}

impl StageOutput {
    fn gather<'m>(&self, material: &'m Material) -> StageInputs<'m> {
        let hub = &material.hub;
        let site = hub.site(self.site);
        let neighbour = |stage: &SiteStage| Neighbour {
            number: stage.number.unwrap_or_default(),
            label: hub.config.stage(stage.stage).label.get(site.lang).to_owned(),
            path: stage.path.clone(),
        };
        // Empty stages are no place to send a reader.
        let with_pages = || site.route().filter(|stage| stage.count() > 0);
        let next = with_pages().find(|stage| stage.stage > self.stage).map(neighbour);
        let path = &site.stages[self.stage].path;
        StageInputs {
            frame: material.frames.site(self.site),
            outlet: material.outlet(
                self.site,
                path,
                &material.stage_versions(self.site, self.stage),
            ),
            stage: material.lists().stage(self.site, self.stage, usize::MAX),
            previous: with_pages().rfind(|stage| stage.stage < self.stage).map(neighbour),
            cta: match next {
                Some(_) => None,
                None => cta(hub, self.site, self.stage, path),
            },
            next,
        }
    }
}

struct StageInputs<'m> {
    frame: &'m Frame,
    outlet: Outlet,
    /// With all of its pages.
    stage: StageNav,
    /// The nearest earlier stage that has pages; `None` where there is none.
    previous: Option<Neighbour>,
    /// The nearest later stage that has pages; `None` where there is none.
    next: Option<Neighbour>,
    /// Where the route leads on behind its last stage; `None` before, and where nobody says so.
    cta: Option<LinkView<'m>>,
}

/// The nearest stage, before or after, that has pages.
#[derive(Serialize)]
struct Neighbour {
    /// From 1.
    number: usize,
    /// In the site's language.
    label: String,
    /// Below the site's root.
    path: String,
}

impl Inputs for StageInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&(&self.outlet, &self.stage, &self.previous, &self.next, &self.cta));
    }

    fn view(&self) -> View<'_> {
        let mut context = self.frame.context(&self.outlet);
        context.insert("stage", &self.stage);
        context.insert("previous", &self.previous);
        context.insert("next", &self.next);
        context.insert("cta", &self.cta);
        View::Template { name: TEMPLATE, context }
    }
}
