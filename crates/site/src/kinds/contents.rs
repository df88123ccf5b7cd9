//! llms.txt: what a site holds, as Markdown in the form that llmstxt.org describes, for programs that
//! read for people. Previews have none.

use std::borrow::Cow;

use serde::Serialize;

use super::{Inputs, Lens, Listed, OutputKind, Subject, add_by_site};
use crate::material::Material;
use crate::view::{View, WritesItself};
use etappe_base::hash::Hasher;
use etappe_hub::journey::{PlacementIx, SiteIx, SiteStage};

/// The contents of one site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ContentsOutput(pub SiteIx);

impl Listed for ContentsOutput {
    fn list(lens: &Lens<'_>, add: &mut dyn FnMut(String, Self)) {
        if !lens.edition().preview {
            add_by_site(lens, "llms.txt", Self, add);
        }
    }
}

impl OutputKind for ContentsOutput {
    fn inputs<'m>(&self, material: &'m Material) -> Box<dyn Inputs + 'm> {
        Box::new(self.gather(material))
    }

    fn called(&self, _material: &Material) -> String {
        "llms.txt".to_owned()
    }

    fn subject(&self) -> Subject {
        Subject::Site(self.0)
    }
}

impl ContentsOutput {
    /// Every page of the site by stage.
    fn gather<'m>(&self, material: &'m Material) -> ContentsInputs<'m> {
        let hub = &*material.hub;
        let site = hub.site(self.0);
        let page = |ix: &PlacementIx| {
            let placement = hub.placement(*ix);
            let front = &hub.facets(placement.doc).front;
            ContentsPage {
                title: &front.title,
                url: hub.url(site, &placement.path),
                summary: &front.summary,
            }
        };
        let stage = |stage: &'m SiteStage| ContentsStage {
            label: hub.config.stage(stage.stage).label.get(site.lang),
            pages: stage.placements.iter().map(page).collect(),
        };
        let persona = hub.config.persona(site.persona).label.get(site.lang);
        ContentsInputs {
            title: format!("{persona} · {}", hub.config.title.get(site.lang)),
            company: hub.config.company.get(site.lang),
            stages: site
                .stages
                .iter()
                .filter(|stage| !stage.placements.is_empty())
                .map(stage)
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct ContentsInputs<'m> {
    /// The persona's label and the hub's title.
    title: String,
    /// From hub.toml; may be empty.
    company: &'m str,
    /// In the order of the journey, without those that have no pages of their own.
    stages: Vec<ContentsStage<'m>>,
}

/// One stage of a site's contents.
#[derive(Serialize)]
struct ContentsStage<'m> {
    /// In the site's language.
    label: &'m str,
    /// In the order of the stage. A page of several stages is in each of them.
    pages: Vec<ContentsPage<'m>>,
}

/// One page of a site's contents.
#[derive(Serialize)]
struct ContentsPage<'m> {
    /// As in front matter.
    title: &'m str,
    /// Absolute.
    url: String,
    /// May be empty.
    summary: &'m str,
}

impl Inputs for ContentsInputs<'_> {
    fn hash(&self, hasher: &mut Hasher) {
        hasher.value(self);
    }

    fn view(&self) -> View<'_> {
        View::Written(self)
    }
}

impl WritesItself for ContentsInputs<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut text = format!("# {}\n", self.title);
        if !self.company.is_empty() {
            text.push_str(&format!("\n> {}\n", self.company));
        }
        for stage in &self.stages {
            text.push_str(&format!("\n## {}\n\n", stage.label));
            stage.pages.iter().for_each(|page| page.write(&mut text));
        }
        out.extend_from_slice(text.as_bytes());
    }
}

impl ContentsPage<'_> {
    fn write(&self, text: &mut String) {
        text.push_str("- [");
        text.push_str(&bracketed(self.title));
        text.push_str("](");
        text.push_str(&self.url);
        text.push(')');
        if !self.summary.is_empty() {
            text.push_str(": ");
            text.push_str(&in_a_line(self.summary));
        }
        text.push('\n');
    }
}

fn in_a_line(text: &str) -> Cow<'_, str> {
    if text.contains('\n') { Cow::Owned(text.replace('\n', " ")) } else { Cow::Borrowed(text) }
}

/// A text that can stand between the brackets of a link.
fn bracketed(text: &str) -> Cow<'_, str> {
    if !text.contains(['[', ']', '\\', '\n']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    Cow::Owned(out)
}
