//! What a page says about itself to search engines: schema.org's MedicalWebPage, or WebPage where
//! hub.toml asks for it, and BreadcrumbList, as JSON-LD.

use serde::{Serialize, Serializer};

use super::inputs::PageInputs;
use etappe_base::date::Day;
use etappe_hub::config::PageSchema;

/// A step on the way from the home to a page.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Crumb<'r> {
    /// Label of the persona or of the stage, in the site's language.
    pub name: &'r str,
    /// Absolute.
    pub url: String,
}

/// JSON-LD that can stand in a script element as it is.
pub(super) fn json_ld(page: &PageInputs<'_>) -> String {
    let graph = Graph { context: "https://schema.org", graph: (web_page(page), breadcrumbs(page)) };
    let json = serde_json::to_string(&graph).expect("what a page says about itself is plain data");
    // No text may close the script element around it.
    if json.contains('<') { json.replace('<', "\\u003c") } else { json }
}

#[derive(Serialize)]
struct Graph<'p> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: (WebPage<'p>, Breadcrumbs<'p>),
}

/// Fields that are empty or unknown are left out.
#[derive(Serialize)]
struct WebPage<'p> {
    #[serde(rename = "@id")]
    id: &'p str,
    #[serde(rename = "@type")]
    kind: &'static str,
    audience: Audience<'p>,
    #[serde(skip_serializing_if = "People::is_empty")]
    author: People<'p>,
    #[serde(rename = "dateModified", skip_serializing_if = "Option::is_none")]
    modified: Option<Day>,
    #[serde(rename = "datePublished", skip_serializing_if = "Option::is_none")]
    published: Option<Day>,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'p str>,
    #[serde(rename = "inLanguage")]
    lang: &'p str,
    #[serde(rename = "lastReviewed", skip_serializing_if = "Option::is_none")]
    reviewed: Option<Day>,
    name: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Named<'p>>,
    #[serde(rename = "reviewedBy", skip_serializing_if = "People::is_empty")]
    reviewed_by: People<'p>,
    url: &'p str,
}

#[derive(Serialize)]
struct Audience<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "audienceType")]
    label: &'p str,
}

#[derive(Serialize)]
struct Named<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'p str,
}

struct People<'p>(&'p [String]);

impl People<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for People<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|name| Named { kind: "Person", name }))
    }
}

fn web_page<'p>(page: &'p PageInputs<'_>) -> WebPage<'p> {
    let front = &page.facets.front;
    let modified = front.updated.max(front.date).map(|moment| moment.day);
    let company = &page.frame.company;
    let (kind, audience) = match page.frame.schema {
        PageSchema::Medical => ("MedicalWebPage", "MedicalAudience"),
        PageSchema::General => ("WebPage", "Audience"),
    };
    WebPage {
        id: &page.outlet.canonical,
        kind,
        audience: Audience { kind: audience, label: &page.frame.label },
        author: People(&front.authors),
        modified,
        published: front.date.map(|moment| moment.day),
        description: &front.summary,
        image: page.image_url.as_deref(),
        lang: &page.frame.lang,
        reviewed: modified.filter(|_| !front.reviewed_by.is_empty()),
        name: &front.title,
        publisher: (!company.is_empty()).then_some(Named { kind: "Organization", name: company }),
        reviewed_by: People(&front.reviewed_by),
        url: &page.outlet.canonical,
    }
}

#[derive(Serialize)]
struct Breadcrumbs<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    items: [BreadcrumbItem<'p>; 3],
}

#[derive(Serialize)]
struct BreadcrumbItem<'p> {
    #[serde(rename = "@type")]
    kind: &'static str,
    item: &'p str,
    name: &'p str,
    /// From 1.
    position: u8,
}

fn breadcrumbs<'p>(page: &'p PageInputs<'_>) -> Breadcrumbs<'p> {
    let item = |position, name, item| BreadcrumbItem { kind: "ListItem", item, name, position };
    let [home, stage] = &page.crumbs;
    let items = [
        item(1, home.name, &*home.url),
        item(2, stage.name, &stage.url),
        item(3, &page.facets.front.title, &page.outlet.canonical),
    ];
    Breadcrumbs { kind: "BreadcrumbList", items }
}
