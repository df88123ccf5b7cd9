//! What hub.toml tells readers' browsers, web servers and social media: `headers`, `[feedback]`,
//! `search` and `[social]`.

use std::collections::BTreeSet;

use super::fields::{Fields, Reader};
use super::hub::check_url;
use etappe_base::finding::{Finding, codes, did_you_mean};
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
    pub(super) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Self {
        Self {
            headers: headers(fields, reader),
            feedback: feedback(fields, reader),
            cards: cards(fields, reader),
            search: fields.boolean(reader, "search").unwrap_or(true),
        }
    }
}

fn headers(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> BTreeSet<HeaderFile> {
    let mut files = BTreeSet::new();
    for host in fields.texts(reader, "headers").unwrap_or_default() {
        match HeaderFile::HOSTS.iter().find(|(name, _)| *name == host.value) {
            Some((_, file)) => {
                files.insert(*file);
            }
            None => {
                let help = did_you_mean(&host.value, HeaderFile::HOSTS.map(|(name, _)| name));
                let message = format!("No file of headers is known for `{}`.", host.value);
                reader.report(
                    Finding::new(&codes::CONFIG_INVALID_VALUE, reader.place(host.span), message)
                        .help(help),
                );
            }
        }
    }
    files
}

fn feedback(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let (table, span) = fields.table(reader, "feedback")?;
    let mut fields = Fields::new(table, span, "[feedback]");
    let endpoint = fields.text(reader, "endpoint");
    match &endpoint {
        Some(url) => check_url(reader, url),
        None => fields.missing(
            reader,
            "endpoint",
            "name the address that answers are sent to, such as `https://forms.example/etappe`",
        ),
    }
    fields.finish(reader);
    endpoint.map(|url| url.value)
}

fn cards(fields: &mut Fields<'_>, reader: &mut Reader<'_>) -> bool {
    let Some((table, span)) = fields.table(reader, "social") else { return false };
    let mut own = Fields::new(table, span, "[social]");
    let wanted = own.boolean(reader, "cards").unwrap_or(false);
    own.finish(reader);
    if wanted && !fields.has("base_url") {
        fields.missing(
            reader,
            "base_url",
            "say where the sites will stand: social media ask for pictures by their whole address",
        );
        return false;
    }
    wanted
}
