//! The page of a stage: its pages, or a part of them, and the stages before and after.

use serde::Serialize;

use super::{Inputs, Lens, Listed, OutputKind, Subject};
use crate::material::{Material, cta, part_count, part_path};
use crate::view::{Frame, LinkView, Outlet, StageNav, View};
use etappe_base::hash::Hasher;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{SiteIx, SiteStage};

const TEMPLATE: &str = "stage.html";

/// The page of one stage of a site, or a further one where its list is long.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StageOutput {
    /// Whose stage it is.
    pub site: SiteIx,
    /// The stage's place in the journey.
    pub stage: StageIx,
    /// Which part of its list, from 1: the first stands at the stage's own address.
    pub part: u32,
}

impl Listed for StageOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        let theme = lens.theme();
        for (site, shown) in lens.layout().shown_sites() {
            for stage in shown.route() {
                for part in 1..=part_count(theme, stage) {
                    let path = format!("{}/{}", shown.root, part_path(stage, part));
                    add(path, Self { site, stage: stage.stage, part: part as u32 });
                }
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
        let id = &material.hub.config.stage(self.stage).id;
        match self.part {
            1 => format!("the stage page of `{id}`"),
            part => format!("part {part} of the stage page of `{id}`"),
        }
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
        let part = self.part as usize;
        let headings = material.headings(self.site, self.stage);
        let places = material.part_places(part);
        StageInputs {
            frame: material.frames.site(self.site),
            outlet: material.part_outlet(self.site, self.stage, part),
            stage: material.lists().part(self.site, self.stage, headings, &places),
            parted: self.parted(material),
            previous: with_pages().rfind(|stage| stage.stage < self.stage).map(neighbour),
            cta: match next {
                Some(_) => None,
                None => cta(hub, self.site, self.stage, &site.stages[self.stage].path),
            },
            next,
        }
    }

    /// The ways to the other parts; `None` where there are none.
    fn parted(&self, material: &Material) -> Option<Parted> {
        let stage = &material.hub.site(self.site).stages[self.stage];
        let (number, count) = (self.part as usize, material.part_count(self.site, self.stage));
        if count == 1 {
            return None;
        }
        let places = material.part_places(number);
        let path = |part: usize| part_path(stage, part);
        let mut parts: Vec<PartLink> = Vec::new();
        for part in (1..=count).filter(|part| is_near(*part, number, count)) {
            let gap = parts.last().is_some_and(|before| before.number + 1 < part);
            parts.push(PartLink { number: part, path: path(part), current: part == number, gap });
        }
        Some(Parted {
            number,
            count,
            from: places.start + 1,
            to: places.end.min(stage.count()),
            previous: (number > 1).then(|| path(number - 1)),
            next: (number < count).then(|| path(number + 1)),
            parts,
        })
    }
}

/// Whether a part is among those that another one links to: few enough for two lines of a telephone.
fn is_near(part: usize, own: usize, count: usize) -> bool {
    const FEW: usize = 9;
    count <= FEW || part == 1 || part == count || part.abs_diff(own) <= 2
}

struct StageInputs<'m> {
    frame: &'m Frame,
    outlet: Outlet,
    /// With all pages of the part.
    stage: StageNav,
    /// `None` where all pages of the stage stand here.
    parted: Option<Parted>,
    /// The nearest earlier stage that has pages; `None` where there is none.
    previous: Option<Neighbour>,
    /// The nearest later stage that has pages; `None` where there is none.
    next: Option<Neighbour>,
    /// Where the route leads on behind its last stage; `None` before, and where nobody says so.
    cta: Option<LinkView<'m>>,
}

/// Which part of a stage's list this is, and the ways to the others. Paths are below the site's root.
#[derive(Serialize)]
struct Parted {
    /// From 1.
    number: usize,
    /// How many parts there are.
    count: usize,
    /// The place of its first page in the whole list, from 1.
    from: usize,
    /// The place of its last page.
    to: usize,
    /// The part before; `None` on the first.
    previous: Option<String>,
    /// The part behind; `None` on the last.
    next: Option<String>,
    /// In order; of many parts the first, the last and those around this one.
    parts: Vec<PartLink>,
}

/// One of the parts.
#[derive(Serialize)]
struct PartLink {
    /// From 1.
    number: usize,
    /// Below the site's root.
    path: String,
    /// Whether it is the part that is shown.
    current: bool,
    /// Whether parts between it and the one before are left out.
    gap: bool,
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
        let ways = (&self.previous, &self.next, &self.cta);
        hasher.value(&(&self.outlet, &self.stage, &self.parted, ways));
    }

    fn view(&self) -> View<'_> {
        let mut context = self.frame.context(&self.outlet);
        context.insert("stage", &self.stage);
        context.insert("parted", &self.parted);
        context.insert("previous", &self.previous);
        context.insert("next", &self.next);
        context.insert("cta", &self.cta);
        View::Template { name: TEMPLATE, context }
    }
}
