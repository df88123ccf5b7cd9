//! From a recipe to the inputs of its output: the only place that says what an output may depend
//! on.

use std::sync::Arc;

use super::frames::{PREFERENCES, accent, card, needs, stage_nav};
use super::outputs::{alias_file, chooser_path};
use super::{Material, Recipe};
use crate::view::{
    Alternate, BareInputs, Card, ChooserInputs, Crumb, HomeInputs, HomeStage, Inputs, Neighbour,
    Outlet, PageInputs, PersonaLink, Question, RedirectInputs, Related, SharedParts, StageInputs,
    Step,
};
use etappe_base::address;
use etappe_base::csp;
use etappe_base::hash::Digest;
use etappe_base::headers::{HeaderFile, Headers};
use etappe_base::path::{self, link, to_root};
use etappe_hub::config::{LangIx, PersonaIx};
use etappe_hub::journey::links::Way;
use etappe_hub::journey::{Placement, PlacementIx, Site, SiteIx};

impl Material {
    /// What the output of a recipe depends on.
    pub fn inputs(&self, recipe: Recipe) -> Inputs<'_> {
        let hub = &self.hub;
        match recipe {
            Recipe::Page(ix) => Inputs::Page(Box::new(self.page(hub.placement(ix)))),
            Recipe::Stage(site, number) => {
                Inputs::Stage(Box::new(self.stage(site, usize::from(number))))
            }
            Recipe::Home(site) => Inputs::Home(self.home(site)),
            Recipe::Chooser(lang) => Inputs::Chooser(self.chooser(lang)),
            Recipe::Preferences(site) => Inputs::Preferences(self.preferences(site)),
            Recipe::Headers(file, persona) => Inputs::Headers(self.headers(file, persona)),
            Recipe::NotFound(site) => Inputs::NotFound(self.not_found(site)),
            Recipe::Feed(site, stage, form) => {
                Inputs::Feed(self.feed(site, stage.map(usize::from), form))
            }
            Recipe::Sitemap(persona) => Inputs::Sitemap(self.sitemap(persona)),
            Recipe::SitemapIndex => Inputs::SitemapIndex(self.sitemap_index()),
            Recipe::Contents(site) => Inputs::Contents(self.contents(site)),
            Recipe::Search(site, part) => Inputs::Search(self.search(site, part)),
            Recipe::Robots(persona) => Inputs::Robots(self.robots(persona)),
            Recipe::SocialCard(ix) => Inputs::SocialCard(self.card_inputs(hub.placement(ix))),
            Recipe::Redirect(ix, alias) => {
                Inputs::Redirect(self.redirect(hub.placement(ix), usize::from(alias)))
            }
            Recipe::ThemeAsset(at) => {
                Inputs::Bytes(Arc::clone(&self.theme.assets[usize::from(at)].bytes))
            }
            Recipe::Media(asset) => {
                let asset = hub.addresses.beside(asset);
                Inputs::Published { file: asset.file.clone(), digest: asset.digest }
            }
            Recipe::Small(asset, width) => {
                let asset = hub.addresses.beside(asset);
                Inputs::Small { file: asset.file.clone(), digest: asset.digest, width }
            }
            Recipe::Static(asset) => {
                let asset = hub.addresses.stat(asset);
                Inputs::Copy { file: asset.file.clone(), digest: asset.digest }
            }
        }
    }

    /// What the output of a recipe shares with others: the template, and the frame and stage that
    /// [`Self::inputs`] hands over.
    pub(super) fn shared(&self, recipe: Recipe) -> SharedParts {
        let program = self.theme.program.digest;
        let template =
            recipe.template().map_or(Digest::default(), |name| self.theme.templates.digest(name));
        let site = |site: SiteIx| SharedParts {
            program,
            template,
            frame: self.frames.site(site).digest,
            stage: Digest::default(),
        };
        match recipe {
            Recipe::Page(ix) => {
                let placement = self.hub.placement(ix);
                SharedParts {
                    stage: self.frames.stage(placement.site, placement.stage).digest,
                    ..site(placement.site)
                }
            }
            Recipe::Stage(ix, _)
            | Recipe::Home(ix)
            | Recipe::NotFound(ix)
            | Recipe::Preferences(ix) => site(ix),
            Recipe::Redirect(ix, _) | Recipe::SocialCard(ix) => site(self.hub.placement(ix).site),
            Recipe::Chooser(lang) => {
                let frame = self.frames.outside[usize::from(lang.0)].digest;
                SharedParts { program, template, frame, stage: Digest::default() }
            }
            Recipe::Headers(..)
            | Recipe::Feed(..)
            | Recipe::Sitemap(_)
            | Recipe::SitemapIndex
            | Recipe::Contents(_)
            | Recipe::Search(..)
            | Recipe::Robots(_)
            | Recipe::ThemeAsset(_)
            | Recipe::Media(_)
            | Recipe::Small(..)
            | Recipe::Static(_) => SharedParts { program, ..SharedParts::default() },
        }
    }

    fn page<'r>(&'r self, placement: &'r Placement) -> PageInputs<'r> {
        let hub = &*self.hub;
        let body = self.body(placement);
        let facets = hub.facets(placement.doc);
        let mut ways: Vec<Way> =
            self.located(placement).iter().map(|located| hub.way(placement, located)).collect();
        let mut of_front = ways.split_off(body.links.len().min(ways.len())).into_iter();
        let mut picture = None;
        let image = match facets.front.image.as_ref().and_then(|_| of_front.next()) {
            Some(Way::Picture(shown)) => {
                picture = Some(*shown.clone());
                Some(shown.src)
            }
            Some(Way::To(image)) => Some(image),
            Some(Way::AsWritten) => facets.front.image.clone(),
            _ => None,
        };
        let (previous, next) = self.neighbours(placement);
        let related = self.related_to(placement, &[previous, next]);
        PageInputs {
            frame: self.frames.site(placement.site),
            outlet: self.page_outlet(placement),
            stage: self.frames.stage(placement.site, placement.stage),
            facets,
            state: hub.doc(placement.doc).state,
            directives: body.templates().map(|name| self.theme.templates.digest(&name)).collect(),
            body,
            cited: self.cited(placement),
            ways,
            image_url: image.as_deref().and_then(|image| self.absolute(placement, image)),
            image,
            card: self.card_of(placement),
            fields: self.theme.templates.page_fields,
            crumbs: self.crumbs(placement),
            picture,
            path: &placement.path,
            previous: previous.map(|ix| self.step(ix)),
            next: next.map(|ix| self.step(ix)),
            related: related.into_iter().map(|ix| self.related(ix)).collect(),
        }
    }

    /// The page before and the page after, along the journey. Where the page itself names what
    /// comes next, and its readers have that page, it is the page after.
    fn neighbours(&self, placement: &Placement) -> (Option<PlacementIx>, Option<PlacementIx>) {
        let hub = &*self.hub;
        let walk = &hub.site(placement.site).walk;
        let step = placement.step as usize;
        let chosen = hub
            .facets(placement.doc)
            .front
            .next
            .as_ref()
            .and_then(|_| self.located(placement).last());
        let chosen = chosen.and_then(|located| hub.on_site(located.page()?, placement.site));
        let chosen = chosen.filter(|ix| hub.placement(*ix).step != placement.step);
        (
            step.checked_sub(1).and_then(|before| walk.get(before)).copied(),
            chosen.or_else(|| walk.get(step + 1).copied()),
        )
    }

    /// Every page that a page leads its readers on to.
    pub(super) fn leads(&self, placement: &Placement) -> Vec<PlacementIx> {
        let (previous, next) = self.neighbours(placement);
        let related = self.related_to(placement, &[previous, next]);
        previous.into_iter().chain(next).chain(related).collect()
    }

    /// The pages related to one, without those in `shown`. Empty where the theme shows no related
    /// pages.
    fn related_to(&self, placement: &Placement, shown: &[Option<PlacementIx>]) -> Vec<PlacementIx> {
        if !self.theme.templates.shows_related {
            return Vec::new();
        }
        self.frames.by_need.related(&self.hub, placement, shown)
    }

    fn related(&self, ix: PlacementIx) -> Related<'_> {
        Related {
            step: self.step(ix),
            state: self.hub.doc(self.hub.placement(ix).doc).state.mark(),
        }
    }

    /// The absolute address of what a page shows: of a file within its web root, or on another
    /// site. `None` where it is neither, as data in the address itself.
    fn absolute(&self, placement: &Placement, shown: &str) -> Option<String> {
        if let Some(elsewhere) = address::web(shown) {
            return Some(elsewhere.into());
        }
        if address::scheme(shown).is_some() {
            return None;
        }
        let hub = &*self.hub;
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
    fn crumbs<'r>(&'r self, placement: &'r Placement) -> [Crumb<'r>; 2] {
        let hub = &*self.hub;
        let site = hub.site(placement.site);
        let stage = &site.stages[usize::from(placement.stage.0)];
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

    /// Where a page stands. A page that several personas share names as canonical the address that
    /// search engines should send people to.
    pub(super) fn page_outlet(&self, placement: &Placement) -> Outlet {
        let hub = &*self.hub;
        let mut outlet =
            self.outlet(placement.site, &placement.path, &self.page_versions(placement));
        let canonical = self.canonical(placement);
        if canonical.site != placement.site {
            outlet.canonical = hub.url(hub.site(canonical.site), &canonical.path);
            for (site, path) in self.page_versions(canonical) {
                let lang = &hub.config.lang(hub.site(site).lang).code;
                let same = outlet.alternates.iter_mut().filter(|alternate| alternate.lang == *lang);
                same.for_each(|alternate| alternate.url = hub.url(hub.site(site), path));
            }
        }
        outlet
    }

    /// The placement that stands for all placements of a page in one language: the one on the site
    /// of its `canonical_persona`, or `placement` itself where there is none.
    pub(super) fn canonical<'r>(&'r self, placement: &'r Placement) -> &'r Placement {
        let hub = &*self.hub;
        let Some(persona) = hub.facets(placement.doc).front.canonical_persona else {
            return placement;
        };
        let lang = hub.site(placement.site).lang;
        let on_site =
            |site: SiteIx| hub.site(site).persona == persona && hub.site(site).lang == lang;
        let there = hub
            .page(hub.doc(placement.doc).page)
            .placements
            .iter()
            .find(|(site, _)| on_site(*site));
        there.map_or(placement, |(_, ix)| hub.placement(*ix))
    }

    fn step(&self, ix: PlacementIx) -> Step<'_> {
        let hub = &*self.hub;
        let placement = hub.placement(ix);
        let label = hub.config.stage(placement.stage).label.get(hub.site(placement.site).lang);
        let stage = crate::view::StepStage { number: usize::from(placement.stage.0) + 1, label };
        Step {
            title: &hub.facets(placement.doc).front.title,
            path: path::encode(&placement.path),
            stage,
        }
    }

    /// The same page in all languages of the same persona: each site, and the path below it.
    pub(super) fn page_versions(&self, placement: &Placement) -> Vec<(SiteIx, &str)> {
        let hub = &self.hub;
        let persona = hub.site(placement.site).persona;
        let page = hub.page(hub.doc(placement.doc).page);
        let same = page.placements.iter().filter(|(site, _)| hub.site(*site).persona == persona);
        same.map(|(site, ix)| (*site, &*hub.placement(*ix).path)).collect()
    }

    /// The same output on all sites of a persona: each site, and the path below it that `below`
    /// gives.
    pub(super) fn site_versions<'r>(
        &'r self,
        site: SiteIx,
        below: impl Fn(&'r Site) -> &'r str,
    ) -> Vec<(SiteIx, &'r str)> {
        let hub = &self.hub;
        let persona = hub.site(site).persona;
        hub.site_ixs()
            .filter(|ix| hub.site(*ix).persona == persona)
            .map(|ix| (ix, below(hub.site(ix))))
            .collect()
    }

    /// Where the output at the path `below` its site stands. `versions` are its languages, its own
    /// included.
    fn outlet(&self, ix: SiteIx, below: &str, versions: &[(SiteIx, &str)]) -> Outlet {
        let hub = &self.hub;
        let site = hub.site(ix);
        let own = [&*site.root, "/", below].concat();
        let web_root = hub.web_root(site);
        let depth = path::depth(&own) - if web_root.is_empty() { 0 } else { 1 };
        let chooser = web_root.is_empty().then(|| link(&own, &chooser_path(self, site.lang)));
        let alternate = |&(version, path): &(SiteIx, &str)| {
            let other = hub.site(version);
            let lang = hub.config.lang(other.lang);
            Alternate {
                lang: lang.code.clone(),
                dir: lang.dir(),
                name: lang.name().to_owned(),
                href: link(&own, &[&*other.root, "/", path].concat()),
                url: hub.url(other, path),
                current: version == ix,
            }
        };
        Outlet {
            to_site: Some(to_root(below)),
            to_root: "../".repeat(depth),
            canonical: hub.url(site, below),
            alternates: versions.iter().map(alternate).collect(),
            chooser,
        }
    }

    fn stage(&self, ix: SiteIx, number: usize) -> StageInputs<'_> {
        let hub = &self.hub;
        let site = hub.site(ix);
        let neighbour = |number: usize| {
            let stage = &site.stages[number];
            Neighbour {
                number: number + 1,
                label: hub.config.stage(stage.stage).label.get(site.lang).to_owned(),
                path: stage.path.clone(),
            }
        };
        // Empty stages are no place to send a reader.
        let has_pages = |number: &usize| site.stages[*number].count() > 0;
        StageInputs {
            frame: self.frames.site(ix),
            outlet: self.outlet(
                ix,
                &site.stages[number].path,
                &self.site_versions(ix, |site| &site.stages[number].path),
            ),
            stage: stage_nav(hub, &self.theme, ix, number, usize::MAX),
            previous: (0..number).rev().find(has_pages).map(neighbour),
            next: (number + 1..site.stages.len()).find(has_pages).map(neighbour),
        }
    }

    fn home(&self, ix: SiteIx) -> HomeInputs<'_> {
        let hub = &self.hub;
        let site = hub.site(ix);
        let stages = (0..site.stages.len()).map(|number| {
            let nav = stage_nav(hub, &self.theme, ix, number, self.theme.lists.home);
            let needs = self.questions(ix, number);
            let is_answer = |card: &Card| {
                needs.iter().any(|need| need.pages.iter().any(|page| page.path == card.path))
            };
            HomeStage {
                others: nav.pages.iter().filter(|card| !is_answer(card)).cloned().collect(),
                number: nav.number,
                label: nav.label,
                path: nav.path,
                total: nav.total,
                needs,
                pages: nav.pages,
            }
        });
        HomeInputs {
            frame: self.frames.site(ix),
            outlet: self.outlet(ix, "index.html", &self.site_versions(ix, |_| "index.html")),
            stages: stages.collect(),
        }
    }

    /// The persona's needs at a stage, each with the pages that name it, at whatever stage those
    /// stand.
    fn questions(&self, ix: SiteIx, number: usize) -> Vec<Question> {
        let hub = &self.hub;
        let site = hub.site(ix);
        // Each page once, at the stage that makes its URL.
        let at_home =
            |at: usize| move |ix: &PlacementIx| usize::from(hub.placement(*ix).stage.0) == at;
        let borrowed = site
            .stages
            .iter()
            .enumerate()
            .flat_map(|(at, stage)| stage.borrowed.iter().copied().filter(at_home(at)));
        let answers = |id: &str| {
            let names = |ix: &PlacementIx| {
                hub.facets(hub.placement(*ix).doc).front.needs.iter().any(|need| need == id)
            };
            site.walk
                .iter()
                .copied()
                .chain(borrowed.clone())
                .filter(names)
                .map(|page| card(hub, &self.theme, ix, page))
                .collect()
        };
        needs(hub, site, site.stages[number].stage)
            .map(|(id, text)| Question { text: text.to_owned(), pages: answers(id) })
            .collect()
    }

    fn chooser(&self, lang: LangIx) -> ChooserInputs<'_> {
        let hub = &self.hub;
        let own = chooser_path(self, lang);
        let personas = hub.sites.iter().filter(|site| site.lang == lang).map(|site| {
            let persona = hub.config.persona(site.persona);
            let home = format!("{}/index.html", site.root);
            let href = if persona.base_url.is_some() {
                hub.url(site, "index.html")
            } else {
                link(&own, &home)
            };
            PersonaLink {
                label: persona.label.get(lang).to_owned(),
                href,
                accent: accent(site.persona),
            }
        });
        let alternate = |other: LangIx| {
            let path = chooser_path(self, other);
            let language = hub.config.lang(other);
            Alternate {
                lang: language.code.clone(),
                dir: language.dir(),
                name: language.name().to_owned(),
                href: link(&own, &path),
                url: format!("{}/{}", hub.config.base_url, path.trim_end_matches("index.html")),
                current: other == lang,
            }
        };
        let outlet = Outlet {
            to_site: None,
            to_root: to_root(&own),
            canonical: format!("{}/{}", hub.config.base_url, own.trim_end_matches("index.html")),
            alternates: hub.config.lang_ixs().map(alternate).collect(),
            chooser: None,
        };
        ChooserInputs {
            frame: &self.frames.outside[usize::from(lang.0)],
            outlet,
            personas: personas.collect(),
        }
    }

    /// A web server shows this page at any address, so its links are absolute paths.
    fn not_found(&self, ix: SiteIx) -> BareInputs<'_> {
        let hub = &self.hub;
        let site = hub.site(ix);
        let persona = hub.config.persona(site.persona);
        let host = persona.base_url.as_deref().unwrap_or(&hub.config.base_url);
        let base = path_of(host);
        let below = hub.url(site, "");
        let own_root = below.strip_prefix(host).unwrap_or("/");
        let outlet = Outlet {
            to_site: Some(format!("{base}{own_root}")),
            to_root: format!("{base}/"),
            canonical: hub.url(site, "404.html"),
            alternates: Vec::new(),
            chooser: persona
                .base_url
                .is_none()
                .then(|| format!("{base}/{}", chooser_path(self, site.lang))),
        };
        BareInputs { frame: self.frames.site(ix), outlet }
    }

    fn preferences(&self, ix: SiteIx) -> BareInputs<'_> {
        let versions = self.site_versions(ix, |_| PREFERENCES);
        BareInputs { frame: self.frames.site(ix), outlet: self.outlet(ix, PREFERENCES, &versions) }
    }

    /// One policy for a whole web root: it allows every script and style of any page there.
    fn headers(&self, file: HeaderFile, persona: Option<PersonaIx>) -> Headers {
        let hub = &self.hub;
        let own = |site: &Site| {
            persona.map_or(hub.config.persona(site.persona).base_url.is_none(), |persona| {
                site.persona == persona
            })
        };
        let mut inline = self.theme.inline.clone();
        for placement in hub.placements.iter().filter(|placement| own(hub.site(placement.site))) {
            inline.add(&self.body(placement).inline);
        }
        let host = persona
            .and_then(|persona| hub.config.persona(persona).base_url.as_deref())
            .unwrap_or(&hub.config.base_url);
        let root = |site: &Site| hub.web_root(site).len();
        let below = |site: &Site| site.root[root(site)..].trim_start_matches('/').to_owned();
        let mut sites: Vec<String> = hub.sites.iter().filter(|site| own(site)).map(below).collect();
        sites.sort();
        Headers {
            file,
            policy: csp::header(&inline, hub.config.hosting.feedback.as_deref()),
            noindex: hub.edition.preview,
            below: path_of(host).to_owned(),
            sites,
        }
    }

    fn redirect(&self, placement: &Placement, alias: usize) -> RedirectInputs<'_> {
        let hub = &self.hub;
        let alias = &hub.facets(placement.doc).front.aliases[alias];
        let own = alias_file(alias);
        let mut outlet = self.outlet(placement.site, &own, &[]);
        outlet.canonical = hub.url(hub.site(placement.site), &placement.path);
        RedirectInputs {
            frame: self.frames.site(placement.site),
            outlet,
            target: link(&own, &placement.path),
        }
    }
}

/// The path of an address: `/below` of `https://hub.example/below`, or nothing.
fn path_of(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or("")
}
