//! One page on one persona's site.

mod inputs;
mod passing_on;
mod structured;

use super::{Inputs, Lens, Listed, OutputKind, Role, Subject, Surroundings};
use crate::material::{Material, cta};
use crate::view::StepStage;
use etappe_base::address;
use etappe_base::path;
use etappe_hub::journey::links::Way;
use etappe_hub::journey::{Hub, Placement, PlacementIx};

use inputs::{PageInputs, PageStep, RelatedPage};
use structured::Crumb;

const TEMPLATE: &str = "page.html";

/// One placement of a page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PageOutput(pub PlacementIx);

impl Listed for PageOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        let layout = lens.layout();
        for (ix, placement) in layout.placements.iter_indexed() {
            add(layout.out_path(placement), Self(ix));
        }
    }
}

impl OutputKind for PageOutput {
    fn role(&self) -> Role {
        Role::Page
    }

    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(gather(material, material.hub.placement(self.0)))
    }

    fn surroundings(&self, material: &Material) -> Surroundings {
        let placement = material.hub.placement(self.0);
        let stage = material.frames.stage(placement.site, placement.stage).digest;
        Surroundings { stage, ..Surroundings::of(material.frames.site(placement.site)) }
    }

    fn called(&self, material: &Material) -> String {
        let hub = &material.hub;
        format!("the page `{}`", hub.facets(hub.placement(self.0).doc).file)
    }

    fn subject(&self) -> Subject {
        Subject::Page(self.0)
    }
}

fn gather<'m>(material: &'m Material, placement: &'m Placement) -> PageInputs<'m> {
    let hub = &*material.hub;
    let body = material.body(placement);
    let facets = hub.facets(placement.doc);
    let links = material.located(placement);
    let mut picture = None;
    let image = match links.image.as_ref().map(|located| hub.way(placement, located)) {
        Some(Way::Picture(shown)) => {
            picture = Some(*shown.clone());
            Some(shown.src)
        }
        Some(Way::To(image)) => Some(image),
        Some(Way::AsWritten) => facets.front.image.clone(),
        _ => None,
    };
    let (previous, next) = neighbours(material, placement);
    let related = related_to(material, placement, &[previous, next]);
    PageInputs {
        frame: material.frames.site(placement.site),
        outlet: material.page_outlet(placement),
        stage: material.frames.stage(placement.site, placement.stage),
        facets,
        state: hub.doc(placement.doc).state,
        standing: hub.doc(placement.doc).standing.as_deref(),
        directives: body.templates().map(|name| material.theme.templates.digest(&name)).collect(),
        body,
        cited: material.cited(placement),
        ways: links.text.iter().map(|located| hub.way(placement, located)).collect(),
        image_url: image.as_deref().and_then(|image| absolute(material, placement, image)),
        image,
        card: material.card_of(placement),
        questions: questions(hub, placement),
        bridge: passing_on::bridge(hub, placement),
        is_shared: passing_on::is_shared(hub, placement),
        fields: material.theme.templates.page_fields,
        crumbs: crumbs(material, placement),
        picture,
        path: &placement.path,
        previous: previous.map(|ix| step(material, ix)),
        next: next.map(|ix| step(material, ix)),
        cta: match next {
            Some(_) => None,
            None => cta(hub, placement.site, placement.stage, &placement.path),
        },
        related: related.into_iter().map(|ix| shown_as_related(material, ix)).collect(),
    }
}

/// The questions of the site's persona that a page answers.
fn questions<'m>(hub: &'m Hub, placement: &Placement) -> Vec<&'m str> {
    let named = &hub.facets(placement.doc).front.needs;
    if named.is_empty() {
        return Vec::new();
    }
    let site = hub.site(placement.site);
    let needs = &hub.config.persona(site.persona).needs;
    let answered = needs.iter().filter(|need| named.iter().any(|named| named.value == need.id));
    answered.map(|need| need.text.get(site.lang)).collect()
}

/// The page before and the page after, along the journey. Where the page itself names what
/// comes next, and its readers have that page, it is the page after.
fn neighbours(
    material: &Material,
    placement: &Placement,
) -> (Option<PlacementIx>, Option<PlacementIx>) {
    let hub = &*material.hub;
    let walk = &hub.site(placement.site).walk;
    let step = placement.step as usize;
    let chosen = material.located(placement).next.as_ref();
    let chosen = chosen.and_then(|located| hub.on_site(located.page()?, placement.site));
    let chosen = chosen.filter(|ix| hub.placement(*ix).step != placement.step);
    (
        step.checked_sub(1).and_then(|before| walk.get(before)).copied(),
        chosen.or_else(|| walk.get(step + 1).copied()),
    )
}

/// The pages related to one, without those in `shown`. Empty where the theme shows no related
/// pages.
fn related_to(
    material: &Material,
    placement: &Placement,
    shown: &[Option<PlacementIx>],
) -> Vec<PlacementIx> {
    if !material.theme.templates.shows_related {
        return Vec::new();
    }
    material.frames.related(&material.hub, placement, shown)
}

fn shown_as_related(material: &Material, ix: PlacementIx) -> RelatedPage<'_> {
    RelatedPage {
        step: step(material, ix),
        state: material.hub.doc(material.hub.placement(ix).doc).state.mark(),
    }
}

/// The absolute address of what a page shows: of a file within its web root, or on another
/// site. `None` where it is neither, as data in the address itmaterial.
fn absolute(material: &Material, placement: &Placement, shown: &str) -> Option<String> {
    if let Some(elsewhere) = address::web(shown) {
        return Some(elsewhere.into());
    }
    if address::scheme(shown).is_some() {
        return None;
    }
    let hub = &*material.hub;
    let site = hub.site(placement.site);
    let own = format!("{}/{}", site.root, placement.path);
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let below = path::join(folder, shown)?;
    match &hub.config.persona(site.persona).base_url {
        Some(host) => Some(format!("{host}{}", below.strip_prefix(hub.web_root(site))?)),
        None => Some(format!("{}/{below}", hub.config.base_url)),
    }
}

/// The way to a page: the home of its site, and its stage.
fn crumbs<'m>(material: &'m Material, placement: &Placement) -> [Crumb<'m>; 2] {
    let hub = &*material.hub;
    let site = hub.site(placement.site);
    let stage = &site.stages[placement.stage];
    [
        Crumb {
            name: hub.config.persona(site.persona).label.get(site.lang),
            url: hub.url(site, "index.html"),
        },
        Crumb {
            name: hub.config.stage(stage.stage).label.get(site.lang),
            url: hub.url(site, &stage.path),
        },
    ]
}

fn step(material: &Material, ix: PlacementIx) -> PageStep<'_> {
    let hub = &*material.hub;
    let placement = hub.placement(ix);
    PageStep {
        title: &hub.facets(placement.doc).front.title,
        path: path::encode(&placement.path),
        stage: StepStage::of(hub, placement),
    }
}
