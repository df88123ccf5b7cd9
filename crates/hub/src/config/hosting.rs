//! What hub.toml tells readers' browsers, web servers and social media: `headers`, `[feedback]`,
//! `search` and `[social]`.

use std::collections::BTreeSet;

use super::fields::Fields;
use super::web;
use etappe_base::finding::did_you_mean;
use etappe_base::headers::HeaderFile;

/// What the sites have besides their pages.
#[derive(Clone, Debug, Default)]
pub struct Hosting {
    /// The header files to write into every web root.
    pub headers: BTreeSet<HeaderFile>,
    /// The address that the form "was this useful?" sends to. `None`: there is no form.
    pub feedback: Option<String>,
    /// Whether every page has a picture for social media.
    pub cards: bool,
    /// Whether sites can be searched, if their theme has a place for it.
    pub search: bool,
}

impl Hosting {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            headers: headers(fields),
            feedback: fields.table("feedback", "[feedback]", feedback).flatten(),
            cards: cards(fields),
            search: fields.boolean("search").unwrap_or(true),
        }
    }
}

fn headers(fields: &mut Fields<'_>) -> BTreeSet<HeaderFile> {
    let mut files = BTreeSet::new();
    for host in fields.texts("headers").unwrap_or_default() {
        match HeaderFile::HOSTS.iter().find(|(name, _)| *name == host.value) {
            Some((_, file)) => {
                files.insert(*file);
            }
            None => {
                let help = did_you_mean(&host.value, HeaderFile::HOSTS.map(|(name, _)| name));
                let message = format!("No file of headers is known for `{}`.", host.value);
                fields.reader.invalid(host.span, message, Some(help));
            }
        }
    }
    files
}

fn feedback(fields: &mut Fields<'_>) -> Option<String> {
    let endpoint = fields.text("endpoint");
    match &endpoint {
        Some(url) => web::check(&mut fields.reader, url),
        None => fields.missing(
            "endpoint",
            "name the address that answers are sent to, such as `https://forms.example/etappe`",
        ),
    }
    endpoint.map(|url| url.value)
}

fn cards(fields: &mut Fields<'_>) -> bool {
    let wanted = fields.table("social", "[social]", |fields| fields.boolean("cards"));
    let wanted = wanted.flatten().unwrap_or(false);
    if wanted && !fields.has("base_url") {
        fields.missing(
            "base_url",
            "say where the sites will stand: social media ask for pictures by their whole address",
        );
        return false;
    }
    wanted
}
