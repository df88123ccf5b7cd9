//! The inputs of what programs read: feeds, sitemaps, robots.txt, llms.txt.

use super::Material;
use crate::view::feed::{
    ContentsInputs, ContentsPage, ContentsStage, FEED_LENGTH, FeedEntry, FeedForm, FeedInputs,
    RobotsInputs, SitemapIndexInputs, SitemapInputs, SitemapUrl,
};
use etappe_hub::config::{LangIx, PersonaIx};
use etappe_hub::journey::{Placement, PlacementIx, Site, SiteIx, SiteStage};

impl Material {
    /// The newest pages of a site, or of one of its stages. Pages without a date are left out.
    pub(super) fn feed(&self, ix: SiteIx, stage: Option<usize>, form: FeedForm) -> FeedInputs<'_> {
        let hub = &*self.hub;
        let site = hub.site(ix);
        let stage = stage.map(|number| &site.stages[number]);
        let mut dated: Vec<_> = stage
            .map_or(&site.walk, |stage| &stage.placements)
            .iter()
            .filter_map(|ix| {
                let placement = hub.placement(*ix);
                let facets = hub.facets(placement.doc);
                let updated = facets.front.updated.max(facets.front.date)?;
                Some((std::cmp::Reverse(updated), &facets.file, placement))
            })
            .collect();
        let newest_first =
            |a: &(_, _, &Placement), b: &(_, _, &Placement)| (a.0, a.1).cmp(&(b.0, b.1));
        if dated.len() > FEED_LENGTH {
            dated.select_nth_unstable_by(FEED_LENGTH, newest_first);
            dated.truncate(FEED_LENGTH);
        }
        dated.sort_by(newest_first);
        let entry = |(updated, _, placement): &(
            std::cmp::Reverse<etappe_base::moment::Moment>,
            _,
            &Placement,
        )| {
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
        let title = match stage {
            Some(stage) => {
                format!(
                    "{} · {label} · {}",
                    hub.config.stage(stage.stage).label.get(site.lang),
                    hub.config.title.get(site.lang)
                )
            }
            None => format!("{label} · {}", hub.config.title.get(site.lang)),
        };
        let page = stage.map_or("index.html", |stage| &stage.path);
        FeedInputs {
            form,
            lang: &hub.config.lang(site.lang).code,
            title,
            author: if hub.config.company.is_empty() {
                hub.config.title.get(site.lang)
            } else {
                &hub.config.company
            },
            home: hub.url(site, page),
            own: hub.url(site, &form.beside(page)),
            // Atom requires a date even of an empty feed; it must not be today's.
            updated: dated
                .first()
                .map_or("1970-01-01T00:00:00Z".to_owned(), |(updated, ..)| updated.0.to_rfc3339()),
            entries: dated.iter().map(entry).collect(),
        }
    }

    pub(super) fn sitemap(&self, persona: PersonaIx) -> SitemapInputs {
        let hub = &self.hub;
        let mut urls = Vec::new();
        for ix in hub.site_ixs().filter(|ix| hub.site(*ix).persona == persona) {
            let site = hub.site(ix);
            let mut add = |below: &str, lastmod: Option<String>, versions: &[(SiteIx, &str)]| {
                let alternates = match versions {
                    [_] => Vec::new(),
                    all => all
                        .iter()
                        .map(|&(ix, path)| {
                            (
                                hub.config.lang(hub.site(ix).lang).code.clone(),
                                hub.url(hub.site(ix), path),
                            )
                        })
                        .collect(),
                };
                urls.push(SitemapUrl { loc: hub.url(site, below), lastmod, alternates });
            };
            add("index.html", None, &self.site_versions(ix, |_| "index.html"));
            for (number, stage) in
                site.stages.iter().enumerate().filter(|(_, stage)| !stage.placements.is_empty())
            {
                add(&stage.path, None, &self.site_versions(ix, |site| &site.stages[number].path));
            }
            let own = |placement: &&Placement| self.canonical(placement).site == placement.site;
            for placement in site.walk.iter().map(|ix| hub.placement(*ix)).filter(own) {
                let front = &hub.facets(placement.doc).front;
                let lastmod = front.updated.max(front.date).map(|moment| moment.day.to_string());
                add(&placement.path, lastmod, &self.page_versions(placement));
            }
        }
        SitemapInputs { urls }
    }

    pub(super) fn robots(&self, persona: Option<PersonaIx>) -> RobotsInputs {
        let hub = &self.hub;
        let sitemaps = match persona {
            _ if hub.edition.preview => Vec::new(),
            Some(persona) => self.sitemaps(|site| site.persona == persona),
            None => vec![format!("{}/sitemap.xml", hub.config.base_url)],
        };
        RobotsInputs { allow: !hub.edition.preview, sitemaps }
    }

    /// The sitemaps of the personas that share the hub's address. The others have hosts of their
    /// own, and their sitemaps stand there.
    pub(super) fn sitemap_index(&self) -> SitemapIndexInputs {
        let shared = |site: &Site| self.hub.config.persona(site.persona).base_url.is_none();
        SitemapIndexInputs { sitemaps: self.sitemaps(shared) }
    }

    fn sitemaps(&self, wanted: impl Fn(&Site) -> bool) -> Vec<String> {
        let hub = &self.hub;
        let sites = hub
            .sites
            .iter()
            .filter(|site| site.lang == LangIx::DEFAULT)
            .filter(|site| wanted(site));
        sites.map(|site| hub.url(site, "sitemap.xml")).collect()
    }

    /// Every page of a site by stage, for programs that read for people.
    pub(super) fn contents(&self, ix: SiteIx) -> ContentsInputs<'_> {
        let hub = &*self.hub;
        let site = hub.site(ix);
        let page = |ix: &PlacementIx| {
            let placement = hub.placement(*ix);
            let front = &hub.facets(placement.doc).front;
            ContentsPage {
                title: &front.title,
                url: hub.url(site, &placement.path),
                summary: &front.summary,
            }
        };
        let stage = |stage: &'_ SiteStage| ContentsStage {
            label: hub.config.stage(stage.stage).label.get(site.lang),
            pages: stage.placements.iter().map(page).collect(),
        };
        ContentsInputs {
            title: format!(
                "{} · {}",
                hub.config.persona(site.persona).label.get(site.lang),
                hub.config.title.get(site.lang)
            ),
            company: &hub.config.company,
            stages: site
                .stages
                .iter()
                .filter(|stage| !stage.placements.is_empty())
                .map(stage)
                .collect(),
        }
    }
}
