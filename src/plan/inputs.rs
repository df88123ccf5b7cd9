//! From a recipe to the inputs of its output: the only place that says what an output may depend on.

use std::sync::Arc;

use super::frames::{PREFERENCES, accent, card, needs, stage_nav};
use super::outputs::chooser_path;
use super::{Material, Recipe};
use crate::base::csp::{self, Inline};
use crate::base::hash::Digest;
use crate::base::headers::{HeaderFile, Headers};
use crate::base::path::{self, link, to_root};
use crate::config::{LangIx, PersonaIx};
use crate::journey::links::Way;
use crate::journey::{Placement, PlacementIx, Site, SiteIx};
use crate::view::feed::{FEED_LENGTH, FeedEntry, FeedInputs, RobotsInputs, SitemapInputs, SitemapUrl};
use crate::view::{
    Alternate, BareInputs, Card, ChooserInputs, HomeInputs, HomeStage, Inputs, Neighbour, Outlet, PageInputs, PersonaLink, Question,
    RedirectInputs, Related, SharedParts, StageInputs, Step,
};

impl Material {
    /// What the output of a recipe depends on.
    pub fn inputs(&self, recipe: Recipe) -> Inputs<'_> {
        let hub = &self.hub;
        match recipe {
            Recipe::Page(ix) => Inputs::Page(Box::new(self.page(hub.placement(ix)))),
            Recipe::Stage(site, number) => Inputs::Stage(self.stage(site, usize::from(number))),
            Recipe::Home(site) => Inputs::Home(self.home(site)),
            Recipe::Chooser(lang) => Inputs::Chooser(self.chooser(lang)),
            Recipe::Preferences(site) => Inputs::Preferences(self.preferences(site)),
            Recipe::Headers(file, persona) => Inputs::Headers(self.headers(file, persona)),
            Recipe::NotFound(site) => Inputs::NotFound(self.not_found(site)),
            Recipe::Feed(site) => Inputs::Feed(self.feed(site)),
            Recipe::Sitemap(persona) => Inputs::Sitemap(self.sitemap(persona)),
            Recipe::Robots(persona) => Inputs::Robots(self.robots(persona)),
            Recipe::Redirect(ix, alias) => Inputs::Redirect(self.redirect(hub.placement(ix), usize::from(alias))),
            Recipe::ThemeAsset(at) => Inputs::Bytes(Arc::clone(&self.theme.assets[usize::from(at)].bytes)),
            Recipe::Media(asset) => {
                let asset = hub.addresses.beside(asset);
                Inputs::Copy { file: asset.file.clone(), digest: asset.digest }
            }
            Recipe::Static(asset) => {
                let asset = hub.addresses.stat(asset);
                Inputs::Copy { file: asset.file.clone(), digest: asset.digest }
            }
        }
    }

    /// What the output of a recipe shares with others: the template, and the frame and stage that [`Self::inputs`] hands over.
    pub(super) fn shared(&self, recipe: Recipe) -> SharedParts {
        let template = recipe.template().map_or(Digest::default(), |name| self.theme.templates.digest(name));
        let site = |site: SiteIx| SharedParts { template, frame: self.frames.site(site).digest, stage: Digest::default() };
        match recipe {
            Recipe::Page(ix) => {
                let placement = self.hub.placement(ix);
                SharedParts { stage: self.frames.stage(placement.site, placement.stage).digest, ..site(placement.site) }
            }
            Recipe::Stage(ix, _) | Recipe::Home(ix) | Recipe::NotFound(ix) | Recipe::Preferences(ix) => site(ix),
            Recipe::Redirect(ix, _) => site(self.hub.placement(ix).site),
            Recipe::Chooser(lang) => {
                let frame = self.frames.outside[usize::from(lang.0)].digest;
                SharedParts { template, frame, stage: Digest::default() }
            }
            Recipe::Headers(..)
            | Recipe::Feed(_)
            | Recipe::Sitemap(_)
            | Recipe::Robots(_)
            | Recipe::ThemeAsset(_)
            | Recipe::Media(_)
            | Recipe::Static(_) => SharedParts::default(),
        }
    }

    fn page<'r>(&'r self, placement: &'r Placement) -> PageInputs<'r> {
        let hub = &*self.hub;
        let body = self.body(placement);
        let facets = hub.facets(placement.doc);
        let mut ways: Vec<Way> = self.located(placement).iter().map(|located| hub.way(placement, located)).collect();
        let mut of_front = ways.split_off(body.links.len().min(ways.len())).into_iter();
        let image = match facets.front.image.as_ref().and_then(|_| of_front.next()) {
            Some(Way::To(image)) => Some(image),
            Some(Way::AsWritten) => facets.front.image.clone(),
            _ => None,
        };
        let (previous, next) = self.neighbours(placement);
        let related = self.frames.by_need.related(hub, placement, &[previous, next]);
        PageInputs {
            frame: self.frames.site(placement.site),
            outlet: self.outlet(placement.site, &placement.path, &self.page_versions(placement)),
            stage: self.frames.stage(placement.site, placement.stage),
            facets,
            state: hub.doc(placement.doc).state,
            directives: body.templates().map(|name| self.theme.templates.digest(&name)).collect(),
            body,
            ways,
            image,
            path: &placement.path,
            previous: previous.map(|ix| self.step(ix)),
            next: next.map(|ix| self.step(ix)),
            related: related.into_iter().map(|ix| self.related(ix)).collect(),
        }
    }

    /// The page before and the page after: along the journey, unless the page itself says what comes next and its readers have that.
    fn neighbours(&self, placement: &Placement) -> (Option<PlacementIx>, Option<PlacementIx>) {
        let hub = &*self.hub;
        let walk = &hub.site(placement.site).walk;
        let step = placement.step as usize;
        let chosen = hub.facets(placement.doc).front.next.as_ref().and_then(|_| self.located(placement).last());
        let chosen = chosen.and_then(|located| hub.on_site(located.page()?, placement.site));
        let chosen = chosen.filter(|ix| hub.placement(*ix).step != placement.step);
        (step.checked_sub(1).and_then(|before| walk.get(before)).copied(), chosen.or_else(|| walk.get(step + 1).copied()))
    }

    /// Every page that a page leads its readers on to.
    pub(super) fn leads(&self, placement: &Placement) -> Vec<PlacementIx> {
        let (previous, next) = self.neighbours(placement);
        let related = self.frames.by_need.related(&self.hub, placement, &[previous, next]);
        previous.into_iter().chain(next).chain(related).collect()
    }

    fn related(&self, ix: PlacementIx) -> Related<'_> {
        Related { step: self.step(ix), state: self.hub.doc(self.hub.placement(ix).doc).state.mark() }
    }

    fn step(&self, ix: PlacementIx) -> Step<'_> {
        let hub = &*self.hub;
        let placement = hub.placement(ix);
        let label = hub.config.stage(placement.stage).label.get(hub.site(placement.site).lang);
        let stage = crate::view::StepStage { number: usize::from(placement.stage.0) + 1, label };
        Step { title: &hub.facets(placement.doc).front.title, path: path::encode(&placement.path), stage }
    }

    /// The same page in the languages of the same persona: site and path below it.
    fn page_versions(&self, placement: &Placement) -> Vec<(SiteIx, String)> {
        let hub = &self.hub;
        let persona = hub.site(placement.site).persona;
        let page = hub.page(hub.doc(placement.doc).page);
        let same = page.placements.iter().filter(|(site, _)| hub.site(*site).persona == persona);
        same.map(|(site, ix)| (*site, hub.placement(*ix).path.clone())).collect()
    }

    /// The same output on all sites of a persona, where its path below them is `below`.
    fn site_versions(&self, site: SiteIx, below: impl Fn(&Site) -> String) -> Vec<(SiteIx, String)> {
        let hub = &self.hub;
        let persona = hub.site(site).persona;
        hub.site_ixs().filter(|ix| hub.site(*ix).persona == persona).map(|ix| (ix, below(hub.site(ix)))).collect()
    }

    /// Where an output at `below` its site stands. `versions` are its languages, itself included.
    fn outlet(&self, ix: SiteIx, below: &str, versions: &[(SiteIx, String)]) -> Outlet {
        let hub = &self.hub;
        let site = hub.site(ix);
        let own = format!("{}/{below}", site.root);
        let web_root = hub.web_root(site);
        let depth = own.matches('/').count() - if web_root.is_empty() { 0 } else { 1 };
        let chooser = web_root.is_empty().then(|| link(&own, &chooser_path(self, site.lang)));
        let alternate = |(version, path): &(SiteIx, String)| {
            let other = hub.site(*version);
            let lang = hub.config.lang(other.lang);
            Alternate {
                lang: lang.code.clone(),
                dir: lang.dir(),
                name: lang.name().to_owned(),
                href: link(&own, &format!("{}/{path}", other.root)),
                url: hub.url(other, path),
                current: *version == ix,
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
            Neighbour { number: number + 1, label: hub.config.stage(stage.stage).label.get(site.lang).to_owned(), path: stage.path.clone() }
        };
        // Empty stages are no place to send a reader.
        let has_pages = |number: &usize| site.stages[*number].count() > 0;
        StageInputs {
            frame: self.frames.site(ix),
            outlet: self.outlet(ix, &site.stages[number].path, &self.site_versions(ix, |site| site.stages[number].path.clone())),
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
            let is_answer = |card: &Card| needs.iter().any(|need| need.pages.iter().any(|page| page.path == card.path));
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
            outlet: self.outlet(ix, "index.html", &self.site_versions(ix, |_| "index.html".to_owned())),
            stages: stages.collect(),
        }
    }

    /// The persona's needs at a stage with the pages that name them, wherever on the journey those stand.
    fn questions(&self, ix: SiteIx, number: usize) -> Vec<Question> {
        let hub = &self.hub;
        let site = hub.site(ix);
        // Each page once, at the stage that makes its URL.
        let at_home = |at: usize| move |ix: &PlacementIx| usize::from(hub.placement(*ix).stage.0) == at;
        let borrowed = site.stages.iter().enumerate().flat_map(|(at, stage)| stage.borrowed.iter().copied().filter(at_home(at)));
        let answers = |id: &str| {
            let names = |ix: &PlacementIx| hub.facets(hub.placement(*ix).doc).front.needs.iter().any(|need| need == id);
            site.walk.iter().copied().chain(borrowed.clone()).filter(names).map(|page| card(hub, &self.theme, ix, page)).collect()
        };
        needs(hub, site, site.stages[number].stage).map(|(id, text)| Question { text: text.to_owned(), pages: answers(id) }).collect()
    }

    fn chooser(&self, lang: LangIx) -> ChooserInputs<'_> {
        let hub = &self.hub;
        let own = chooser_path(self, lang);
        let personas = hub.sites.iter().filter(|site| site.lang == lang).map(|site| {
            let persona = hub.config.persona(site.persona);
            let home = format!("{}/index.html", site.root);
            let href = if persona.base_url.is_some() { hub.url(site, "index.html") } else { link(&own, &home) };
            PersonaLink { label: persona.label.get(lang).to_owned(), href, accent: accent(site.persona) }
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
        ChooserInputs { frame: &self.frames.outside[usize::from(lang.0)], outlet, personas: personas.collect() }
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
            chooser: persona.base_url.is_none().then(|| format!("{base}/{}", chooser_path(self, site.lang))),
        };
        BareInputs { frame: self.frames.site(ix), outlet }
    }

    fn preferences(&self, ix: SiteIx) -> BareInputs<'_> {
        let versions = self.site_versions(ix, |_| PREFERENCES.to_owned());
        BareInputs { frame: self.frames.site(ix), outlet: self.outlet(ix, PREFERENCES, &versions) }
    }

    /// One policy for a whole web root: every script and style that any of its pages has.
    fn headers(&self, file: HeaderFile, persona: Option<PersonaIx>) -> Headers {
        let hub = &self.hub;
        let own = |site: &Site| persona.map_or(hub.config.persona(site.persona).base_url.is_none(), |persona| site.persona == persona);
        let mut inline = self.theme.inline.clone();
        for placement in hub.placements.iter().filter(|placement| own(hub.site(placement.site))) {
            inline.add(&Inline::of(&self.body(placement).html));
        }
        let host = persona.and_then(|persona| hub.config.persona(persona).base_url.as_deref()).unwrap_or(&hub.config.base_url);
        Headers {
            file,
            policy: csp::header(&inline, hub.config.hosting.feedback.as_deref()),
            noindex: hub.edition.preview,
            below: path_of(host).to_owned(),
        }
    }

    fn redirect(&self, placement: &Placement, alias: usize) -> RedirectInputs<'_> {
        let hub = &self.hub;
        let alias = &hub.facets(placement.doc).front.aliases[alias];
        let own = if alias.ends_with(".html") { alias.clone() } else { format!("{alias}/index.html") };
        let mut outlet = self.outlet(placement.site, &own, &[]);
        outlet.canonical = hub.url(hub.site(placement.site), &placement.path);
        RedirectInputs { frame: self.frames.site(placement.site), outlet, target: link(&own, &placement.path) }
    }

    /// The newest pages of a site. A page without any date is never news.
    fn feed(&self, ix: SiteIx) -> FeedInputs<'_> {
        let hub = &*self.hub;
        let site = hub.site(ix);
        let mut dated: Vec<_> = site
            .walk
            .iter()
            .filter_map(|ix| {
                let placement = hub.placement(*ix);
                let facets = hub.facets(placement.doc);
                let updated = facets.front.updated.max(facets.front.date)?;
                Some((std::cmp::Reverse(updated), &facets.file, placement))
            })
            .collect();
        let newest_first = |a: &(_, _, &Placement), b: &(_, _, &Placement)| (a.0, a.1).cmp(&(b.0, b.1));
        if dated.len() > FEED_LENGTH {
            dated.select_nth_unstable_by(FEED_LENGTH, newest_first);
            dated.truncate(FEED_LENGTH);
        }
        dated.sort_by(newest_first);
        let entry = |(updated, _, placement): &(std::cmp::Reverse<crate::base::date::Moment>, _, &Placement)| {
            let front = &hub.facets(placement.doc).front;
            FeedEntry {
                title: &front.title,
                url: hub.url(site, &placement.path),
                published: front.date.map(|date| date.to_rfc3339()),
                updated: updated.0.to_rfc3339(),
                summary: &front.summary,
            }
        };
        let label = hub.config.persona(site.persona).label.get(site.lang);
        FeedInputs {
            lang: &hub.config.lang(site.lang).code,
            title: format!("{label} · {}", hub.config.title.get(site.lang)),
            author: if hub.config.company.is_empty() { hub.config.title.get(site.lang) } else { &hub.config.company },
            home: hub.url(site, "index.html"),
            own: hub.url(site, "feed.atom"),
            // Atom wants a date even of an empty feed; it must not be today's.
            updated: dated.first().map_or("1970-01-01T00:00:00Z".to_owned(), |(updated, ..)| updated.0.to_rfc3339()),
            entries: dated.iter().map(entry).collect(),
        }
    }

    fn sitemap(&self, persona: PersonaIx) -> SitemapInputs {
        let hub = &self.hub;
        let mut urls = Vec::new();
        for ix in hub.site_ixs().filter(|ix| hub.site(*ix).persona == persona) {
            let site = hub.site(ix);
            let mut add = |below: &str, lastmod: Option<String>, versions: &[(SiteIx, String)]| {
                let alternates = match versions {
                    [_] => Vec::new(),
                    all => all
                        .iter()
                        .map(|(ix, path)| (hub.config.lang(hub.site(*ix).lang).code.clone(), hub.url(hub.site(*ix), path)))
                        .collect(),
                };
                urls.push(SitemapUrl { loc: hub.url(site, below), lastmod, alternates });
            };
            add("index.html", None, &self.site_versions(ix, |_| "index.html".to_owned()));
            for (number, stage) in site.stages.iter().enumerate().filter(|(_, stage)| !stage.placements.is_empty()) {
                add(&stage.path, None, &self.site_versions(ix, |site| site.stages[number].path.clone()));
            }
            for placement in site.walk.iter().map(|ix| hub.placement(*ix)) {
                let front = &hub.facets(placement.doc).front;
                let lastmod = front.updated.max(front.date).map(|moment| moment.day.to_string());
                add(&placement.path, lastmod, &self.page_versions(placement));
            }
        }
        SitemapInputs { urls }
    }

    fn robots(&self, persona: Option<PersonaIx>) -> RobotsInputs {
        let hub = &self.hub;
        let own = |site: &&Site| match persona {
            Some(persona) => site.persona == persona,
            None => hub.config.persona(site.persona).base_url.is_none(),
        };
        let sites = hub.sites.iter().filter(|site| site.lang == LangIx::DEFAULT).filter(own);
        let sitemaps = if hub.edition.preview { Vec::new() } else { sites.map(|site| hub.url(site, "sitemap.xml")).collect() };
        RobotsInputs { allow: !hub.edition.preview, sitemaps }
    }
}

/// The path of an address: `/below` of `https://hub.example/below`, or nothing.
fn path_of(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or("")
}
