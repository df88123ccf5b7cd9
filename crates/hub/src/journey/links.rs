//! Links: what each means, where it leads on one site, and the findings about those that lead
//! nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use super::address::Located;
use super::barred;
use super::{DocIx, Hub, MediaIx, PageIx, Placement, PlacementIx, SiteIx, State};
use crate::config::{Fallback, LangIx};
use crate::content::{Body, Document, FrontMatter, Link, LinkKind};
use etappe_base::date::{Day, Period};
use etappe_base::finding::{Edit, Finding, Fix, MOST_SUGGESTIONS, Place, codes, did_you_mean};
use etappe_base::index::{IndexVec, Ix};
use etappe_base::path;
use etappe_base::source::Span;
use etappe_image::Picture;

/// What the links of every document mean, by document, then variant. Those of a document that did
/// not change are shared.
#[derive(Clone, Debug, Default)]
pub struct LinkTable(IndexVec<DocIx, Arc<[PageLinks]>>);

/// What the links of one variant of a page mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageLinks {
    /// Those of its text, in the order of [`Body::links`].
    pub text: Box<[Located]>,
    /// The page's own image; `None` where it names none.
    pub image: Option<Located>,
    /// The page to go on with; `None` where it names none.
    pub next: Option<Located>,
}

impl PageLinks {
    /// All of them: those of the text, then those of front matter.
    pub fn iter(&self) -> impl Iterator<Item = &Located> {
        self.text.iter().chain(&self.image).chain(&self.next)
    }
}

/// The links that front matter makes.
pub struct FrontLinks {
    /// The page's own image.
    pub image: Option<Link>,
    /// The page to go on with.
    pub next: Option<Link>,
}

impl FrontLinks {
    /// Both of them, in the order of [`PageLinks::iter`].
    pub fn iter(&self) -> impl Iterator<Item = &Link> {
        self.image.iter().chain(&self.next)
    }
}

impl LinkTable {
    /// What the links of one variant of a document mean.
    pub fn of(&self, doc: DocIx, variant: usize) -> &PageLinks {
        &self.0[doc][variant]
    }

    /// The links of all variants of all documents.
    pub fn all(&self) -> impl Iterator<Item = &Located> {
        self.0.iter().flat_map(|variants| variants.iter()).flat_map(PageLinks::iter)
    }

    /// The same table with the links of one document located anew.
    pub fn locate(&mut self, hub: &Hub, ix: DocIx, doc: &Document) {
        self.0[ix] = locate(hub, ix, &doc.bodies);
    }

    /// What the links of all variants of a document mean.
    pub fn of_document(&self, doc: DocIx) -> &[PageLinks] {
        &self.0[doc]
    }
}

/// Where a link leads on one site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// The attribute's value.
    To(String),
    /// A page in another language.
    InLanguage {
        /// The attribute's value.
        to: String,
        /// The code of that language.
        lang: String,
    },
    /// An image, and what a page says of it before it has loaded.
    Picture(Box<Shown>),
    /// Written as it is.
    AsWritten,
    /// Nowhere on this site.
    Nowhere(Hindrance),
}

/// An image as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Shown {
    /// Relative to the page.
    pub src: String,
    /// In pixels, of the image at `src`.
    pub width: u32,
    /// In pixels, of the image at `src`.
    pub height: u32,
    /// Its smaller sizes and itself, as the attribute has them; empty where there are none.
    pub srcset: String,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hindrance {
    /// The hub has no such page or file.
    Broken,
    /// The address itself is one that no reader may be given.
    Barred,
    /// The target is not for the site's persona.
    CrossPersona,
    /// The target is for the persona, but not in the site's language.
    Untranslated,
    /// The target is a draft, lost its address to another page, or its persona has no site.
    Unpublished,
    /// The target is scheduled, expired or withdrawn: nobody made a mistake here.
    ByDate,
    /// The target has an error of its own, which is reported there: saying it again at every link
    /// helps nobody.
    Faulty,
}

/// Locates every link of one document, in each of its variants.
fn locate(hub: &Hub, doc: DocIx, bodies: &[Body]) -> Arc<[PageLinks]> {
    let key = hub.key_of(doc);
    let locate = |link: &Link| match link.is_internal() {
        true if link.fault().is_some() => Located::Barred,
        true => hub.addresses.locate(key, &link.dest),
        false => match link.dest.strip_prefix('#') {
            Some(fragment) => Located::Here { fragment: path::decode(fragment).into() },
            None => Located::External,
        },
    };
    let of_front = of_front(&hub.facets(doc).front);
    let links = |body: &Body| PageLinks {
        text: body.links.iter().map(locate).collect(),
        image: of_front.image.as_ref().map(locate),
        next: of_front.next.as_ref().map(locate),
    };
    bodies.iter().map(links).collect()
}

/// Locates every link of the hub. `docs` are its documents, in its order.
pub fn locate_all(hub: &Hub, docs: &[Document]) -> LinkTable {
    let located = |(at, doc): (usize, &Document)| locate(hub, DocIx::at(at), &doc.bodies);
    let all: Vec<Arc<[PageLinks]>> = docs.par_iter().enumerate().map(located).collect();
    LinkTable(all.into())
}

impl Hub {
    /// Where a located link leads from a placement.
    pub fn way(&self, from: &Placement, located: &Located) -> Way {
        let site = self.site(from.site);
        match located {
            Located::External | Located::Here { .. } => Way::AsWritten,
            Located::Home { fragment } => {
                Way::To(with_tail(path::link(&from.path, "index.html"), "", fragment))
            }
            Located::Page { page, query, fragment } => match self.on_site(*page, from.site) {
                Some(target) => Way::To(with_tail(
                    path::link(&from.path, &self.placement(target).path),
                    query,
                    fragment,
                )),
                None => match self.in_default_language(*page, from.site) {
                    Some(target) => self.to_default_language(from, target, query, fragment),
                    None => Way::Nowhere(self.hindrance(*page, from.site)),
                },
            },
            Located::Beside { asset, tail } => {
                // Media stand at the persona's root, above the folder of a language.
                let own = format!("{}/{}", site.root, from.path);
                let slug = &self.config.persona(site.persona).slug;
                let target = format!("{slug}/{}", self.media_path(*asset));
                let src = path::link(&own, &target) + tail;
                self.shown(&own, slug, *asset, src)
            }
            Located::Static { asset, tail } => {
                let own = format!("{}/{}", site.root, from.path);
                let file = self.addresses.stat(*asset).file.as_str();
                let below = file.strip_prefix("static/").unwrap_or(file);
                let root = self.web_root(site);
                let target =
                    if root.is_empty() { below.to_owned() } else { format!("{root}/{below}") };
                let src = path::link(&own, &target) + tail;
                match self.addresses.stat(*asset).picture {
                    Some(Picture { width, height, .. }) => {
                        Way::Picture(Box::new(Shown { src, width, height, srcset: String::new() }))
                    }
                    None => Way::To(src),
                }
            }
            Located::Miscased { meant, .. } => self.way(from, meant),
            Located::Broken => Way::Nowhere(Hindrance::Broken),
            Located::Barred => Way::Nowhere(Hindrance::Barred),
        }
    }

    fn to_default_language(
        &self,
        from: &Placement,
        target: PlacementIx,
        query: &str,
        fragment: &str,
    ) -> Way {
        let target = self.placement(target);
        let link = path::link(&self.out_path(from), &self.out_path(target));
        Way::InLanguage {
            to: with_tail(link, query, fragment),
            lang: self.config.lang(self.site(target.site).lang).code.clone(),
        }
    }

    /// A file beside pages, with what is known of it where it is an image.
    fn shown(&self, own: &str, slug: &str, asset: MediaIx, src: String) -> Way {
        let Some(picture) = self.addresses.beside(asset).picture else { return Way::To(src) };
        let Picture { width, height, .. } = picture;
        let small = |size: u32| {
            format!(
                "{} {size}w, ",
                path::link(own, &format!("{slug}/{}", self.small_path(asset, size)))
            )
        };
        let mut srcset: String = picture.widths().map(small).collect();
        if !srcset.is_empty() {
            srcset.push_str(&format!("{src} {width}w"));
        }
        Way::Picture(Box::new(Shown { src, width, height, srcset }))
    }

    /// Where a smaller size of an image stands below a persona's folder.
    pub fn small_path(&self, asset: MediaIx, width: u32) -> String {
        let path = self.media_path(asset);
        let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
        format!("{stem}.{width}.webp")
    }

    /// Where a file beside pages stands below a persona's folder; its name changes with its
    /// content.
    pub fn media_path(&self, asset: MediaIx) -> String {
        let asset = self.addresses.beside(asset);
        let name = asset.file.name();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        format!(
            "media/{}.{}.{}",
            etappe_base::slug::slug(stem),
            asset.digest.short(),
            extension.to_lowercase()
        )
    }

    fn hindrance(&self, page: PageIx, site: SiteIx) -> Hindrance {
        let site = self.site(site);
        let page = self.page(page);
        let for_persona = |doc: &DocIx| self.facets(*doc).front.audience.includes(site.persona);
        let own = page.docs[usize::from(site.lang.0)];
        // What this language would show instead.
        let borrowed = page.docs[usize::from(LangIx::DEFAULT.0)]
            .filter(|_| self.config.fallback == Fallback::Link);
        match own {
            Some(doc) if self.doc(doc).state == State::Blocked => Hindrance::Faulty,
            Some(doc) if !for_persona(&doc) => Hindrance::CrossPersona,
            Some(doc) if self.doc(doc).state.is_by_date() => Hindrance::ByDate,
            // A draft; or it lost its address to another page, or its persona has no site.
            Some(_) => Hindrance::Unpublished,
            None if borrowed
                .is_some_and(|doc| for_persona(&doc) && self.doc(doc).state.is_by_date()) =>
            {
                Hindrance::ByDate
            }
            None if page.docs.iter().flatten().any(for_persona) => Hindrance::Untranslated,
            None => Hindrance::CrossPersona,
        }
    }
}

fn with_tail(mut link: String, query: &str, fragment: &str) -> String {
    if !query.is_empty() {
        link.push('?');
        link.push_str(query);
    }
    if !fragment.is_empty() {
        link.push('#');
        link.push_str(&path::encode(fragment));
    }
    link
}

/// The findings about one document's links, on all sites that show them. A page on no site is
/// checked too: its links are checked against the hub, not against a site.
pub fn findings(hub: &Hub, doc: DocIx, bodies: &[Body], table: &LinkTable) -> Vec<Finding> {
    let facets = hub.facets(doc);
    let page = hub.page(hub.doc(doc).page);
    let sites: Vec<SiteIx> = match hub.doc(doc).state {
        // Links that are broken on its day are reported before it comes.
        State::Scheduled(_) => hub.sites_of(facets).collect(),
        _ => page
            .placements
            .iter()
            .map(|(site, _)| *site)
            .filter(|site| hub.site(*site).lang == facets.lang())
            .collect(),
    };
    let of_front = of_front(&facets.front);
    // A link that several variants have is one link, on all the sites that show any of them.
    let mut uses: Vec<LinkUse<'_>> = Vec::new();
    let mut known: BTreeMap<(Span, &str), usize> = BTreeMap::new();
    for (variant, body) in bodies.iter().enumerate() {
        let shown = |site: &&SiteIx| {
            bodies.len() == 1 || facets.variant(hub.site(**site).persona) == variant
        };
        let here: Vec<SiteIx> = sites.iter().filter(shown).copied().collect();
        for (link, located) in
            body.links.iter().chain(of_front.iter()).zip(table.of(doc, variant).iter())
        {
            let at = match bodies.len() {
                1 => uses.len(),
                _ => *known.entry((link.span, &link.dest)).or_insert(uses.len()),
            };
            match uses.get_mut(at) {
                Some(known) => {
                    known.sites.extend(&here);
                    known.variants.push(variant);
                }
                None => uses.push(LinkUse {
                    doc,
                    link,
                    located,
                    sites: here.clone(),
                    variants: vec![variant],
                }),
            }
        }
    }
    let is_next = |link: &LinkUse<'_>| {
        facets.front.next.is_some() && link.link.span == facets.front.next_span
    };
    let mut findings = Vec::new();
    for link in &uses {
        let place = Place::new(&facets.file, link.link.span);
        let suggests = findings.len() < MOST_SUGGESTIONS;
        findings.extend(match is_next(link) {
            true => next(hub, link, place, suggests),
            false => one(hub, link, place, suggests),
        });
    }
    findings
}

/// The links that front matter makes.
pub fn of_front(front: &FrontMatter) -> FrontLinks {
    let image = front.image.as_ref().map(|dest| Link {
        dest: dest.as_str().into(),
        span: front.image_span,
        kind: LinkKind::Picture,
    });
    let next = front.next.as_ref().map(|dest| Link {
        dest: dest.as_str().into(),
        span: front.next_span,
        kind: LinkKind::Page,
    });
    FrontLinks { image, next }
}

/// The finding about a page's `next`, which leads to a page of the hub or is left out.
fn next(hub: &Hub, used: &LinkUse<'_>, place: Place, suggests: bool) -> Option<Finding> {
    let no_page = |message: String| {
        let finding = Finding::new(&codes::LINK_BROKEN, place.clone(), message);
        Some(finding.help(
            "name a page of the hub, such as `next = \"../service/mri.md\"`, or leave `next` out",
        ))
    };
    let dest = &used.link.dest;
    let finding = match used.located.page() {
        Some(page) if page == hub.doc(used.doc).page => {
            no_page("The page names itself as `next`.".to_owned())
        }
        Some(_) => one(hub, used, place, suggests),
        None if *used.located == Located::Broken => one(hub, used, place, suggests),
        None => no_page(format!("`next` is no page of the hub: `{dest}`.")),
    };
    finding.map(|finding| finding.label("readers go on along the journey instead"))
}

/// One link, with the sites that show it and the variants that have it.
struct LinkUse<'d> {
    doc: DocIx,
    link: &'d Link,
    located: &'d Located,
    sites: Vec<SiteIx>,
    variants: Vec<usize>,
}

/// The finding about one link, if there is any. Near names are looked for only if it `suggests`
/// them.
fn one(hub: &Hub, used: &LinkUse<'_>, place: Place, suggests: bool) -> Option<Finding> {
    let LinkUse { doc, link, located, sites, .. } = used;
    match located {
        Located::Broken => Some(broken(hub, *doc, link, place, suggests)),
        Located::Barred | Located::External => barred::faulty(link, place),
        Located::Miscased { name, .. } => Some(miscased(link, name, place)),
        Located::Here { fragment } => no_anchor(hub, used, *doc, fragment, place, suggests),
        Located::Page { page, fragment, .. } => {
            let leads = |site: SiteIx| {
                hub.on_site(*page, site).or_else(|| hub.in_default_language(*page, site)).is_some()
            };
            let kept: Vec<(SiteIx, Hindrance)> = sites
                .iter()
                .filter(|site| !leads(**site))
                .map(|site| (*site, hub.hindrance(*page, *site)))
                .collect();
            // A fault that somebody has to correct comes before one that a day brings and takes
            // away.
            let first = kept
                .iter()
                .find(|(_, hindrance)| *hindrance != Hindrance::ByDate)
                .or(kept.first())
                .map(|(_, first)| *first);
            let docs = &hub.page(*page).docs;
            let target = docs[usize::from(hub.facets(*doc).lang().0)]
                .or(docs[usize::from(LangIx::DEFAULT.0)]);
            let no_anchor =
                |target: DocIx| no_anchor(hub, used, target, fragment, place.clone(), suggests);
            match (first, target) {
                (Some(Hindrance::Faulty), _) => None,
                (Some(Hindrance::ByDate), Some(target)) => {
                    by_date(hub, used, target, place.clone()).and_then(|found| {
                        // A heading that is not there would be an error on the day that the target
                        // comes.
                        let comes = matches!(hub.doc(target).state, State::Scheduled(_));
                        comes.then(|| no_anchor(target)).flatten().or(Some(found))
                    })
                }
                (Some(first), _) => Some(hindered(hub, *page, first, &kept, link, place.clone())),
                (None, target) => {
                    no_anchor(target?).or_else(|| expires(hub, used, target?, place.clone()))
                }
            }
        }
        _ => None,
    }
}

fn miscased(link: &Link, name: &str, place: Place) -> Finding {
    let written = link.dest.split(['#', '?']).next().unwrap_or_default();
    let message = format!("`{written}` is written `{name}` in capitals and small letters.");
    let whole = if name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        format!("/{name}")
    } else {
        format!("/{name}.md")
    };
    let fix = Fix {
        title: format!("Write `{whole}`"),
        edits: vec![Edit::new(place.clone(), format!("{whole}{}", &link.dest[written.len()..]))],
    };
    let finding =
        Finding::new(&codes::LINK_CASE, place, message).label("found on some systems only");
    finding.help(format!("write it as the file is named: `{whole}`")).maybe_fix(Some(fix))
}

fn broken(hub: &Hub, doc: DocIx, link: &Link, place: Place, suggests: bool) -> Finding {
    if let Some(reason) = hub.addresses.withheld(hub.key_of(doc), &link.dest) {
        return barred::withheld(link, reason, place);
    }
    let near = suggests.then(|| hub.addresses.near(hub.key_of(doc), &link.dest)).flatten();
    let help = near.as_ref().map(|near| format!("did you mean `{}`?", near.path));
    let written = link.dest.split(['#', '?']).next().unwrap_or_default();
    // Only one page has this name: it has moved.
    let fix = near.filter(|near| near.moved).map(|near| Fix {
        title: format!("Write `{}`", near.path),
        edits: vec![Edit::new(
            place.clone(),
            format!("{}{}", near.path, &link.dest[written.len()..]),
        )],
    });
    let finding = match link.kind {
        LinkKind::Page => Finding::new(
            &codes::LINK_BROKEN,
            place,
            format!("There is no page or file `{}`.", link.dest),
        )
        .label("leads nowhere")
        .help(help.unwrap_or_else(|| {
            "correct the path, or write the text without a link; readers see no link here"
                .to_owned()
        })),
        LinkKind::Picture | LinkKind::Image | LinkKind::Candidate | LinkKind::Unsized => {
            Finding::new(&codes::IMAGE_MISSING, place, format!("There is no file `{}`.", link.dest))
                .label("readers see a broken image")
                .help(help.unwrap_or_else(|| {
                    "put the file beside the page or under static/, or correct the path".to_owned()
                }))
        }
    };
    finding.maybe_fix(fix)
}

/// A fragment that names nothing, on some of the sites that show the link or on all of them.
fn no_anchor(
    hub: &Hub,
    used: &LinkUse<'_>,
    target: DocIx,
    fragment: &str,
    place: Place,
    suggests: bool,
) -> Option<Finding> {
    let facets = hub.facets(target);
    let has = |variant: &usize| {
        fragment.is_empty() || fragment == "top" || facets.has_id(*variant, fragment)
    };
    // What these readers are shown of the target; of the page itself, the variants that have the
    // link.
    let shown = |site: &SiteIx| facets.variant(hub.site(*site).persona);
    let lost: Vec<SiteIx> = used.sites.iter().copied().filter(|site| !has(&shown(site))).collect();
    let own = target == used.doc;
    let all = if own { used.variants.clone() } else { (0..facets.ids.len()).collect() };
    let nowhere = !all.iter().any(has);
    if lost.is_empty() && !nowhere {
        return None;
    }
    let variants = lost.first().map_or(all, |site| vec![shown(site)]);
    let message = match nowhere {
        true => format!("`{}` has no heading `#{fragment}`.", facets.file),
        false => {
            let mut names: Vec<&str> =
                lost.iter().map(|site| &*hub.config.persona(hub.site(*site).persona).id).collect();
            names.dedup();
            format!(
                "`{}` has no heading `#{fragment}` on the site of `{}`.",
                facets.file,
                names.join("`, `")
            )
        }
    };
    let finding = Finding::new(&codes::LINK_ANCHOR, place, message)
        .label("readers land at the top of the page");
    if !suggests {
        return Some(
            finding.help("name a heading of that page, or leave out the `#` and what follows"),
        );
    }
    let ids = variants.iter().flat_map(|variant| &facets.ids[*variant]).map(|id| &**id);
    let known: Vec<&str> = ids.filter(|id| !id.starts_with("fn")).collect();
    Some(finding.help(if known.is_empty() {
        "that page has no headings: leave out the `#` and what follows".to_owned()
    } else {
        did_you_mean(fragment, known)
    }))
}

fn hindered(
    hub: &Hub,
    page: PageIx,
    first: Hindrance,
    kept: &[(SiteIx, Hindrance)],
    link: &Link,
    place: Place,
) -> Finding {
    let kept: Vec<SiteIx> =
        kept.iter().filter(|(_, hindrance)| *hindrance == first).map(|(site, _)| *site).collect();
    let mut names: Vec<&str> =
        kept.iter().map(|site| &*hub.config.persona(hub.site(*site).persona).id).collect();
    names.dedup();
    let on = names.join("`, `");
    let page = hub.page(page);
    let lang = kept.first().map(|site| hub.site(*site).lang).unwrap_or(LangIx::DEFAULT);
    let target =
        page.docs[usize::from(lang.0)].or_else(|| page.docs.iter().flatten().next().copied());
    let (code, message, help) = match first {
        Hindrance::Untranslated => (
            &codes::LINK_UNTRANSLATED,
            format!("`{}` has no page in {}.", link.dest, hub.config.lang(lang).code),
            format!(
                "write `content/{}.{}.md`, or leave the link out in this language",
                page.key.as_str(),
                hub.config.lang(lang).code
            ),
        ),
        Hindrance::Unpublished => (
            &codes::LINK_UNPUBLISHED,
            format!(
                "`{}` is not published{}.",
                link.dest,
                target.map_or(String::new(), |doc| why(hub.doc(doc).state))
            ),
            "publish the target first, or leave the link out; readers see no link here".to_owned(),
        ),
        Hindrance::CrossPersona
        | Hindrance::Broken
        | Hindrance::Barred
        | Hindrance::Faulty
        | Hindrance::ByDate => (
            &codes::LINK_CROSS_PERSONA,
            format!("`{}` is not on the site of `{on}`.", link.dest),
            format!(
                "add `{on}` to the target's `personas`, or link to a page that these readers have"
            ),
        ),
    };
    let finding = Finding::new(code, place, message).label("readers see no link here").help(help);
    match target {
        Some(target) => {
            finding.related(super::build::page_place(hub.facets(target), None), "the target")
        }
        None => finding,
    }
}

/// A link that a day alone breaks. `None` where no reader meets it: the page comes no sooner than
/// its target.
fn by_date(hub: &Hub, used: &LinkUse<'_>, target: DocIx, place: Place) -> Option<Finding> {
    let state = hub.doc(target).state;
    let help = match state {
        State::Scheduled(day) => {
            let comes_later = |own: State| matches!(own, State::Scheduled(own) if day <= own);
            if comes_later(hub.doc(used.doc).state) {
                return None;
            }
            format!("nothing has to be done: it is a link again on {day}")
        }
        State::Expired(_) => {
            "renew the target, lead readers elsewhere, or write the text without a link".to_owned()
        }
        _ => "lead readers elsewhere, or write the text without a link".to_owned(),
    };
    let message = format!("`{}` is not published{}.", used.link.dest, why(state));
    let finding = Finding::new(&codes::LINK_UNPUBLISHED, place, message)
        .label("readers see no link here")
        .help(help)
        .by_date();
    Some(finding.related(super::build::page_place(hub.facets(target), None), "the target"))
}

/// How many days before it breaks a link is reported.
const AHEAD: i32 = 30;

/// A link that leads somewhere, but not for long.
fn expires(hub: &Hub, used: &LinkUse<'_>, target: DocIx, place: Place) -> Option<Finding> {
    let day = ends_at(hub, used.doc, target)?;
    if day > hub.edition.as_of.plus(Period::days(AHEAD)) {
        return None;
    }
    let message = format!("`{}` expires on {day}.", used.link.dest);
    let finding = Finding::new(&codes::LINK_EXPIRES, place, message)
        .label("readers see no link here from that day on");
    let finding = finding
        .help("renew the target, lead readers elsewhere, or write the text without a link by then")
        .by_date();
    Some(finding.related(super::build::page_place(hub.facets(target), None), "the target"))
}

/// The day on which the links of one page to another break, since the other expires while the first
/// is still shown.
fn ends_at(hub: &Hub, from: DocIx, target: DocIx) -> Option<Day> {
    let goes_out = |doc: DocIx| hub.doc(doc).state.goes_out();
    let day = hub.facets(target).front.expires.filter(|_| goes_out(target) && goes_out(from))?;
    let own = &hub.facets(from).front;
    (own.expires.is_none_or(|end| end > day) && own.publish_on.is_none_or(|start| start < day))
        .then_some(day)
}

/// Links to pages that expire while the linking page is still shown: the day on which the link
/// breaks, the page that has it, and its target. Sorted, each once.
pub fn breaking(hub: &Hub, table: &LinkTable) -> BTreeSet<(Day, DocIx, DocIx)> {
    let of_doc = |from: DocIx| {
        let lang = usize::from(hub.facets(from).lang().0);
        let located = table.of_document(from).iter().flat_map(PageLinks::iter);
        let targets = located.filter_map(move |located| {
            let docs = &hub.page(located.page()?).docs;
            docs[lang].or(docs[usize::from(LangIx::DEFAULT.0)]
                .filter(|_| hub.config.fallback == Fallback::Link))
        });
        targets.filter_map(move |target| Some((ends_at(hub, from, target)?, from, target)))
    };
    hub.doc_ixs().flat_map(of_doc).filter(|(_, from, target)| from != target).collect()
}

fn why(state: State) -> String {
    match state {
        State::Published => String::new(),
        State::Scheduled(day) => format!(" before {day}"),
        State::Draft => ": it is a draft".to_owned(),
        State::Blocked => ": it has an error".to_owned(),
        State::Expired(day) => format!(": it expired on {day}"),
        State::Withdrawn => ": it was withdrawn".to_owned(),
    }
}
