//! An old address of a page, which leads on to it.

use super::{Inputs, Lens, Listed, OutputKind, Role, Subject};
use crate::material::Material;
use crate::view::{Frame, Outlet, View};
use etappe_base::finding::Place;
use etappe_base::hash::Hasher;
use etappe_base::index::Ix;
use etappe_base::path::link;
use etappe_hub::journey::{Hub, PlacementIx};

pub(super) const TEMPLATE: &str = "redirect.html";

etappe_base::indexes! {
    /// An alias by its place in the front matter of its page.
    AliasIx(u16);
}

/// An old address of one placement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RedirectOutput {
    /// Where it leads.
    pub placement: PlacementIx,
    /// Its place among the page's aliases.
    pub alias: AliasIx,
}

/// The path of the output at an old address, below its site: `old` becomes `old/index.html`.
pub fn alias_file(alias: &str) -> String {
    if alias.ends_with(".html") { alias.to_owned() } else { format!("{alias}/index.html") }
}

impl Listed for RedirectOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        let hub = lens.hub();
        for (placement, shown) in hub.placements.iter_indexed() {
            for (at, path) in hub.facets(shown.doc).front.aliases.iter().enumerate() {
                let alias = AliasIx::at(at);
                let root = &hub.site(shown.site).root;
                add(format!("{root}/{}", alias_file(&path.value)), Self { placement, alias });
            }
        }
    }
}

impl OutputKind for RedirectOutput {
    fn role(&self) -> Role {
        Role::Alias
    }

    fn template(&self) -> Option<&'static str> {
        Some(TEMPLATE)
    }

    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        let hub = &material.hub;
        let placement = hub.placement(self.placement);
        let own = alias_file(&hub.facets(placement.doc).front.aliases[self.alias.number()].value);
        let mut outlet = material.outlet(placement.site, &own, &[]);
        outlet.canonical = hub.url(hub.site(placement.site), &placement.path);
        Box::new(RedirectInputs {
            frame: material.frames.site(placement.site),
            outlet,
            target: link(&own, &placement.path),
            emptied: false,
        })
    }

    fn called(&self, material: &Material) -> String {
        let hub = &material.hub;
        format!("an alias of `{}`", hub.facets(hub.placement(self.placement).doc).file)
    }

    fn subject(&self) -> Subject {
        Subject::Page(self.placement)
    }

    fn written_at(&self, hub: &Hub) -> Option<Place> {
        let facets = hub.facets(hub.placement(self.placement).doc);
        Some(Place::new(&facets.file, facets.front.aliases[self.alias.number()].span))
    }
}

/// What a page that leads on depends on.
pub(super) struct RedirectInputs<'m> {
    pub(super) frame: &'m Frame,
    /// Where the old address stands.
    pub(super) outlet: Outlet,
    /// The way on, relative.
    pub(super) target: String,
    /// Whether it stands for a stage that has no page, and leads home.
    pub(super) emptied: bool,
}

impl Inputs for RedirectInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(&self.outlet).text(&self.target).number(u64::from(self.emptied));
    }

    fn view(&self) -> View<'_> {
        let mut context = self.frame.context(&self.outlet);
        context.insert("target", &self.target);
        context.insert("emptied", &self.emptied);
        View::Template { name: TEMPLATE, context }
    }
}
