//! What is new on a site, or at one of its stages, for programs that read for people: Atom (RFC
//! 4287), well-formed by construction, and JSON Feed 1.1.

use std::cmp::Reverse;
use std::io;

use serde::Serialize;

use super::xml::{SOUND, Xml, begin, link, text};
use super::{Inputs, Lens, Listed, OutputKind, Recipe, Subject};
use crate::material::Material;
use crate::view::{FeedForm, View, WritesItself};
use etappe_base::hash::Hasher;
use etappe_base::moment::Moment;
use etappe_hub::config::StageIx;
use etappe_hub::journey::{Placement, SiteIx};

/// How many entries a feed has at most.
const FEED_LENGTH: usize = 20;

/// One feed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FeedOutput {
    /// Whose pages it names.
    pub site: SiteIx,
    /// Those of one stage; `None` for all.
    pub stage: Option<StageIx>,
    /// How it is written.
    pub form: FeedForm,
}

impl Listed for FeedOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        for (site, shown) in lens.layout().shown_sites() {
            let stages = shown.route().map(|stage| (Some(stage.stage), &*stage.path));
            for (stage, page) in std::iter::once((None, "index.html")).chain(stages) {
                for form in FeedForm::ALL {
                    let path = format!("{}/{}", shown.root, form.beside(page));
                    add(path, Self { site, stage, form });
                }
            }
        }
    }
}

impl OutputKind for FeedOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, _material: &Material) -> String {
        "a feed".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.site)
    }

    /// Where feeds collide, so do the pages that they stand beside, which are reported.
    fn agrees_with(&self, other: &Recipe, _material: &Material) -> bool {
        matches!(other, Recipe::Feed(_))
    }
}

impl FeedOutput {
    /// The newest pages of a site, or of one of its stages. Pages without a date are left out.
    fn gather<'m>(&self, material: &'m Material) -> FeedInputs<'m> {
        let hub = &*material.hub;
        let (site, form) = (hub.site(self.site), self.form);
        let stage = self.stage.map(|stage| &site.stages[stage]);
        let mut dated: Vec<_> = stage
            .map_or(&site.walk, |stage| &stage.placements)
            .iter()
            .filter_map(|ix| {
                let placement = hub.placement(*ix);
                let facets = hub.facets(placement.doc);
                let updated = facets.front.updated.max(facets.front.date)?;
                Some((Reverse(updated), &facets.file, placement))
            })
            .collect();
        let newest_first =
            |a: &(_, _, &Placement), b: &(_, _, &Placement)| (a.0, a.1).cmp(&(b.0, b.1));
        if dated.len() > FEED_LENGTH {
            dated.select_nth_unstable_by(FEED_LENGTH, newest_first);
            dated.truncate(FEED_LENGTH);
        }
        dated.sort_by(newest_first);
        let entry = |(updated, _, placement): &(Reverse<Moment>, _, &Placement)| {
            let front = &hub.facets(placement.doc).front;
            FeedEntry {
                title: &front.title,
                url: hub.url(site, &placement.path),
                published: front.date.map(|date| date.to_rfc3339()),
                updated: updated.0.to_rfc3339(),
                summary: &front.summary,
            }
        };
        let persona = hub.config.persona(site.persona);
        let label = persona.label.get(site.lang);
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
        let about = [&persona.description, &hub.config.intro];
        let about = about.into_iter().find(|text| !text.is_empty());
        FeedInputs {
            form,
            lang: &hub.config.lang(site.lang).code,
            title,
            subtitle: about.filter(|_| stage.is_none()).map_or("", |text| text.get(site.lang)),
            author: if hub.config.company.is_empty() {
                hub.config.title.get(site.lang)
            } else {
                hub.config.company.get(site.lang)
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
}

/// The feed of a site, or of one of its stages. Addresses are absolute, times RFC 3339.
#[derive(Serialize)]
struct FeedInputs<'m> {
    /// Which of the two forms is written.
    form: FeedForm,
    /// Code of the site's language.
    lang: &'m str,
    /// Label and hub title, parted by a middle dot; of a stage's feed, its label comes first.
    title: String,
    /// What the site is for its readers, or else what the hub is for; may be empty. That of a
    /// stage's feed is.
    subtitle: &'m str,
    /// The company of hub.toml, or the hub's title where it names none.
    author: &'m str,
    /// The page that the feed belongs to: the site's home or the stage. Atom's id of the feed.
    home: String,
    /// The feed itself.
    own: String,
    /// Of the newest entry; the beginning of 1970 where there is none.
    updated: String,
    /// Newest first, those of one time by file. At most [`FEED_LENGTH`].
    entries: Vec<FeedEntry<'m>>,
}

/// One entry of a feed.
#[derive(Serialize)]
struct FeedEntry<'m> {
    /// As in front matter.
    title: &'m str,
    /// The page's address, which is the entry's id too.
    url: String,
    /// Front matter's `date`; `None` where the page gives only `updated`.
    published: Option<String>,
    /// The later of front matter's `date` and `updated`.
    updated: String,
    /// May be empty.
    summary: &'m str,
}

impl Inputs for FeedInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(self);
    }

    fn view(&self) -> View<'_> {
        View::Written(self)
    }
}

impl WritesItself for FeedInputs<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self.form {
            FeedForm::Atom => atom(self, out),
            FeedForm::Json => json(self, out),
        }
    }
}

#[derive(Serialize)]
struct JsonFeed<'f> {
    version: &'static str,
    title: &'f str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'f str,
    home_page_url: &'f str,
    feed_url: &'f str,
    language: &'f str,
    authors: [JsonAuthor<'f>; 1],
    items: Vec<JsonItem<'f>>,
}

#[derive(Serialize)]
struct JsonAuthor<'f> {
    name: &'f str,
}

#[derive(Serialize)]
struct JsonItem<'f> {
    id: &'f str,
    url: &'f str,
    title: &'f str,
    /// The format requires some content in every entry.
    content_text: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'f str>,
    date_modified: &'f str,
}

fn json(feed: &FeedInputs<'_>, out: &mut Vec<u8>) {
    let json = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        description: feed.subtitle,
        home_page_url: &feed.home,
        feed_url: &feed.own,
        language: feed.lang,
        authors: [JsonAuthor { name: feed.author }],
        items: feed.entries.iter().map(json_item).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &json).expect(SOUND);
    out.push(b'\n');
}

fn json_item<'f>(entry: &'f FeedEntry<'_>) -> JsonItem<'f> {
    JsonItem {
        id: &entry.url,
        url: &entry.url,
        title: entry.title,
        content_text: if entry.summary.is_empty() { entry.title } else { entry.summary },
        date_published: entry.published.as_deref(),
        date_modified: &entry.updated,
    }
}

fn atom(feed: &FeedInputs<'_>, out: &mut Vec<u8>) {
    let mut xml = begin(out);
    let root = xml
        .create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xml:lang", feed.lang));
    root.write_inner_content(|xml| {
        text(xml, "title", &feed.title)?;
        if !feed.subtitle.is_empty() {
            text(xml, "subtitle", feed.subtitle)?;
        }
        text(xml, "id", &feed.home)?;
        text(xml, "updated", &feed.updated)?;
        link(xml, "alternate", &feed.home)?;
        link(xml, "self", &feed.own)?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", feed.author))?;
        feed.entries.iter().try_for_each(|one| entry(xml, one))
    })
    .expect(SOUND);
    out.push(b'\n');
}

fn entry(xml: &mut Xml<'_>, entry: &FeedEntry<'_>) -> io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "title", entry.title)?;
        text(xml, "id", &entry.url)?;
        link(xml, "alternate", &entry.url)?;
        if let Some(published) = &entry.published {
            text(xml, "published", published)?;
        }
        text(xml, "updated", &entry.updated)?;
        if entry.summary.is_empty() { Ok(()) } else { text(xml, "summary", entry.summary) }
    })?;
    Ok(())
}
