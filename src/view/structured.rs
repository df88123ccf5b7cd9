//! What a page says about itself to search engines: schema.org's MedicalWebPage and BreadcrumbList, as JSON-LD.

use serde_json::{Value, json};

use super::PageInputs;

/// A step on the way from the home to a page.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Crumb<'r> {
    pub name: &'r str,
    /// Absolute.
    pub url: String,
}

/// JSON-LD that can stand in a script element as it is.
pub(super) fn json_ld(page: &PageInputs<'_>) -> String {
    let graph = json!({ "@context": "https://schema.org", "@graph": [web_page(page), breadcrumbs(page)] });
    // No text may close the element that it stands in.
    graph.to_string().replace('<', "\\u003c")
}

fn web_page(page: &PageInputs<'_>) -> Value {
    let front = &page.facets.front;
    let people = |names: &[String]| -> Value { names.iter().map(|name| json!({ "@type": "Person", "name": name })).collect() };
    let changed = front.updated.max(front.date).map(|moment| moment.day.to_string());
    let canonical = &page.outlet.canonical;
    let mut said = json!({
        "@type": "MedicalWebPage",
        "@id": canonical,
        "url": canonical,
        "name": front.title,
        "inLanguage": page.frame.lang,
        "audience": { "@type": "MedicalAudience", "audienceType": page.frame.label },
    });
    let mut add = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            said[key] = value;
        }
    };
    add("description", (!front.summary.is_empty()).then(|| json!(front.summary)));
    add("image", page.image_url.as_ref().map(|url| json!(url)));
    add("datePublished", front.date.map(|moment| json!(moment.day.to_string())));
    add("dateModified", changed.as_ref().map(|day| json!(day)));
    add("author", (!front.authors.is_empty()).then(|| people(&front.authors)));
    if !front.reviewed_by.is_empty() {
        add("reviewedBy", Some(people(&front.reviewed_by)));
        add("lastReviewed", changed.map(|day| json!(day)));
    }
    add("publisher", (!page.frame.company.is_empty()).then(|| json!({ "@type": "Organization", "name": page.frame.company })));
    said
}

fn breadcrumbs(page: &PageInputs<'_>) -> Value {
    let own = Crumb { name: &page.facets.front.title, url: page.outlet.canonical.clone() };
    let items = page.crumbs.iter().chain([&own]).enumerate();
    let items: Value =
        items.map(|(at, crumb)| json!({ "@type": "ListItem", "position": at + 1, "name": crumb.name, "item": crumb.url })).collect();
    json!({ "@type": "BreadcrumbList", "itemListElement": items })
}
