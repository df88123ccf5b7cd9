//! What hub.toml tells readers' browsers, web servers and social media: `headers`, `[feedback]`,
//! `search` and `[social]`.

use std::collections::BTreeSet;

use super::fields::{Fields, Reader};
use super::keys::{Flag, Form, ReadIn, Shape, WrittenValue};
use super::known::Known;
use super::web::Web;
use etappe_base::finding::{Finding, did_you_mean};
use etappe_base::headers::HeaderFile;
use etappe_base::source::Span;

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

keys! {
    /// `[feedback]`, as it is written.
    pub(super) struct FeedbackKeys("[feedback]") in Known {
        /// Where the form sends to.
        endpoint: Web = "endpoint", required(
            "name the address that answers are sent to, such as `https://forms.example/etappe`"
        );
    }
}

keys! {
    /// `[social]`, as it is written.
    pub(super) struct SocialKeys("[social]") in Known {
        /// Draw a picture of each page that has none of its own. Needs base_url.
        cards: Flag = "cards", usually("false");
    }
}

/// Web servers that files of headers are known for.
pub(super) struct Headers;

/// As hub.toml writes them.
const HOSTS: [&str; HeaderFile::HOSTS.len()] = {
    let mut names = [""; HeaderFile::HOSTS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = HeaderFile::HOSTS[at].0;
        at += 1;
    }
    names
};

impl Shape for Headers {
    type Value = BTreeSet<HeaderFile>;
    const FORM: Form = Form::SomeOf(&HOSTS);
}

impl<C: ?Sized> ReadIn<C> for Headers {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &C,
    ) -> Option<BTreeSet<HeaderFile>> {
        let reader = &mut fields.reader;
        let mut files = BTreeSet::new();
        for host in reader.as_texts(written.name, written.item)? {
            match HeaderFile::HOSTS.iter().find(|(name, _)| *name == host.value) {
                Some((_, file)) => {
                    files.insert(*file);
                }
                None => {
                    let help = did_you_mean(&host.value, HOSTS);
                    let message = format!("No file of headers is known for `{}`.", host.value);
                    reader.invalid(host.span, message, Some(help));
                }
            }
        }
        Some(files)
    }
}

/// Whether cards are wanted, and can be had: social media ask for them by their whole address.
pub(super) fn cards(keys: Option<SocialKeys>, has_address: bool, reader: &mut Reader) -> bool {
    let wanted = keys.and_then(|social| social.cards).unwrap_or(false);
    if wanted && !has_address {
        let help =
            "say where the sites will stand: social media ask for pictures by their whole address";
        let message = "The hub's configuration has no `base_url`.";
        let place = reader.place(Span::default());
        reader.report(Finding::new(reader.codes.missing_key, place, message).help(help));
    }
    wanted && has_address
}
