//! Tera, with each template's reach: the templates whose text can change what it renders.

use std::collections::{BTreeMap, BTreeSet};

use tera::{Context, ErrorKind, Tera};

use super::{ThemeFile, builtin};
use crate::base::hash::{Digest, Hasher};
use crate::base::path::HubPath;
use crate::base::source::Span;
use crate::finding::{Finding, Place, codes};

/// Compiled templates.
pub struct Templates {
    tera: Tera,
    /// By name: the digest of its text and of all that it reaches.
    digests: BTreeMap<String, Digest>,
    /// By name: the file of the hub it came from, if any.
    origins: BTreeMap<String, HubPath>,
    /// A template did not compile, so nothing can be rendered.
    pub broken: bool,
}

/// A template that failed on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub message: String,
    /// The template's file and the bytes in it, where it belongs to the hub.
    pub place: Option<Place>,
    /// The template's name.
    pub template: String,
}

impl Templates {
    /// Compiles all templates. A built-in one that the hub overrides stays in reach as `default/NAME`.
    pub(super) fn compile(layers: &BTreeMap<String, ThemeFile>, shadowed: &[ThemeFile], findings: &mut Vec<Finding>) -> Self {
        let mut texts: BTreeMap<String, &ThemeFile> = BTreeMap::new();
        for (name, file) in layers.iter().filter(|(name, _)| name.ends_with(".html")) {
            texts.insert(name.clone(), file);
        }
        for file in shadowed.iter().filter(|file| file.name.ends_with(".html")) {
            texts.insert(format!("{}/{}", builtin::NAME, file.name), file);
        }
        let origins = texts.iter().filter_map(|(name, file)| Some((name.clone(), file.origin.clone()?))).collect();
        let mut templates = Self { tera: Tera::new(), digests: BTreeMap::new(), origins, broken: false };
        let mut sources = BTreeMap::new();
        for (name, file) in &texts {
            match std::str::from_utf8(&file.bytes) {
                Ok(text) => {
                    sources.insert(name.clone(), text);
                }
                Err(_) => {
                    templates.report(findings, Failure { message: "the template is not UTF-8".into(), place: None, template: name.clone() })
                }
            }
        }
        if let Err(error) = templates.tera.add_raw_templates(&sources) {
            let failure = templates.failure("", &error);
            templates.report(findings, failure);
        }
        templates.digests = sources.keys().map(|name| (name.clone(), reach(name, &sources))).collect();
        templates
    }

    fn report(&mut self, findings: &mut Vec<Finding>, failure: Failure) {
        self.broken = true;
        findings.push(failure.into_finding());
    }

    /// The digest of a template and all it reaches.
    pub fn digest(&self, name: &str) -> Digest {
        self.digests.get(name).copied().unwrap_or_default()
    }

    pub fn has(&self, name: &str) -> bool {
        self.digests.contains_key(name)
    }

    /// Renders a template into `out`.
    ///
    /// # Errors
    /// When the template asks for what the view does not have, or does with it what cannot be done.
    pub fn render(&self, name: &str, context: &Context, out: &mut Vec<u8>) -> Result<(), Failure> {
        self.tera.render_to(name, context, out).map_err(|error| self.failure(name, &error))
    }

    fn failure(&self, name: &str, error: &tera::Error) -> Failure {
        let plain = |message: String| Failure { message, place: None, template: name.to_owned() };
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let range = report.span().range.clone();
                let place = self.origins.get(report.filename()).map(|file| Place::new(file, Span::from(range)));
                let template = format!("{}:{}", report.filename(), report.span().start_line);
                Failure { message: report.message().to_owned(), place, template }
            }
            other => plain(other.to_string().lines().collect::<Vec<_>>().join(" ")),
        }
    }
}

impl Failure {
    /// The finding: at the template's line where the template is the hub's own.
    pub fn into_finding(self) -> Finding {
        let message = format!("The template `{}` fails: {}.", self.template, self.message.trim_end_matches('.'));
        match self.place {
            Some(place) => Finding::new(&codes::THEME_TEMPLATE, place, message),
            None => Finding::on_hub(&codes::THEME_TEMPLATE, message),
        }
        .help("docs/themes.md lists what templates can use")
    }
}

/// The digest of `name` and of every template whose name stands quoted in its text, and in theirs.
/// Components are called by their own names, so every file that defines one is reached by all.
fn reach(name: &str, sources: &BTreeMap<String, &str>) -> Digest {
    let mut reached = BTreeSet::from([name.to_owned()]);
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        let text = sources.get(&next).copied().unwrap_or_default();
        for (other, source) in sources {
            let named = text.contains(&format!("\"{other}\"")) || text.contains(&format!("'{other}'"));
            let component = source.contains("{% component") || source.contains("{%- component");
            if (named || component) && reached.insert(other.clone()) {
                open.push(other.clone());
            }
        }
    }
    let mut hasher = Hasher::new("template");
    for name in &reached {
        hasher.text(name).text(sources.get(name).copied().unwrap_or_default());
    }
    hasher.finish()
}
