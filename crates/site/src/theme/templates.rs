//! Tera, with each template's reach: the templates whose text can change what it renders.

use std::collections::{BTreeMap, BTreeSet};

use tera::{Context, ErrorKind, Tera};

use super::bounds::{self, Bounded};
use super::reports::{self, TemplateReport, reason_and_advice};
use super::{ThemeFile, builtin, words};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_base::source::Span;
use etappe_image::card;

/// The one template that makes a drawing rather than a page.
pub const CARD: &str = "card.svg";

/// The templates of pages that readers of a site see.
const PAGES: [&str; 5] =
    ["page.html", "stage.html", "home.html", "preferences.html", "not_found.html"];

/// The ways in which a template can ask for a site's search.
const SEARCH: [&str; 4] = ["site.search", "site?.search", "site[\"search\"]", "site['search']"];

/// The names by which a template can get at related pages.
const RELATED: [&str; 2] = ["related", EVERYTHING];

/// The names by which a template can get at the parts of a stage's list.
const PARTED: [&str; 2] = ["parted", EVERYTHING];

/// The variable that holds everything a template is given.
const EVERYTHING: &str = "__tera_context";

/// Compiled templates.
pub struct Templates {
    tera: Tera,
    /// By name: the digest of its text and of every template that it reaches.
    digests: BTreeMap<String, Digest>,
    /// By name: the file of the hub it came from, if any.
    origins: BTreeMap<String, HubPath>,
    /// By name: what was put into its text to count loops, each as byte of the text and length.
    added: BTreeMap<String, Vec<(usize, usize)>>,
    /// Templates that do not compile, or reach one that does not.
    broken: BTreeSet<String>,
    /// Whether a template of a page asks for a site's search, or reaches one that does.
    pub searched: bool,
    /// Whether the page of a stage has a place for the ways between the parts of a long list.
    pub parted: bool,
    /// Whether pages can show related pages. Where no template names those, they are not looked
    /// for.
    pub shows_related: bool,
    /// Which fields of a page its template can show.
    pub page_fields: PageFields,
}

/// The fields of a page that take work, and whether templates can show them. A field that none can
/// show is not worked out.
#[derive(Clone, Copy, Default)]
pub struct PageFields {
    /// The structured data for search engines.
    pub json_ld: bool,
    /// The table of contents, from the headings of the body.
    pub toc: bool,
    /// The address of a mail about the page.
    pub share: bool,
}

/// Why a template failed, on an output or when it was compiled.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The reason, as the end of a sentence without a full stop.
    reason: String,
    /// What could be used instead.
    advice: Option<String>,
    /// In the hub's file; `None` for a built-in template, or where the place is not known.
    place: Option<Place>,
    /// The template's name; empty where it is not known.
    template: String,
    /// From 1, where it is known.
    line: Option<usize>,
}

impl Templates {
    /// Compiles all templates. A built-in one that the hub overrides stays in reach as
    /// `default/NAME`.
    pub(super) fn compile(
        layers: &BTreeMap<String, ThemeFile>,
        shadowed: &[ThemeFile],
        findings: &mut Vec<Finding>,
    ) -> Self {
        let html =
            |file: &&ThemeFile| file.name.ends_with(".html") || (card::MADE && file.name == CARD);
        let own = layers.values().filter(html).map(|file| (file.name.clone(), file));
        let built_in = shadowed
            .iter()
            .filter(html)
            .map(|file| (format!("{}/{}", builtin::NAME, file.name), file));
        let mut tera = Tera::new();
        tera.autoescape_on([".html", ".svg"]);
        #[cfg(feature = "cards")]
        tera.register_filter("fit", super::fit::filter);
        tera.register_filter("fill", words::filter(layers));
        tera.register_function("range", bounds::range);
        tera.register_filter(bounds::COUNTED, bounds::counted);
        tera.register_filter(bounds::SIZED, bounds::sized);
        let mut templates = Self {
            tera,
            digests: BTreeMap::new(),
            origins: BTreeMap::new(),
            broken: BTreeSet::new(),
            added: BTreeMap::new(),
            searched: false,
            parted: false,
            shows_related: false,
            page_fields: PageFields::default(),
        };
        let mut sources: BTreeMap<String, String> = BTreeMap::new();
        let mut failed = Vec::new();
        for (name, file) in own.chain(built_in) {
            if let Some(origin) = &file.origin {
                templates.origins.insert(name.clone(), origin.clone());
            }
            match String::from_utf8(file.bytes.clone()) {
                // An overridden built-in template works as before, among built-in ones.
                Ok(text) if file.origin.is_none() && name != file.name => {
                    sources.insert(name, among_built_in(text, shadowed));
                }
                Ok(text) => {
                    sources.insert(name, text);
                }
                Err(_) => {
                    sources.insert(name.clone(), String::new());
                    failed.push(Failure::of("it is not UTF-8", &name));
                }
            }
        }
        let reach = Reach::of(&sources);
        templates.shows_related = reach.names("page.html", &RELATED);
        let all = reach.names("page.html", &[EVERYTHING]) || reach.takes_whole("page.html", "page");
        let shows = |field: &str| all || reach.names("page.html", &[field]);
        templates.page_fields =
            PageFields { json_ld: shows("json_ld"), toc: shows("toc"), share: shows("share") };
        templates.digests = sources.keys().map(|name| (name.clone(), reach.digest(name))).collect();
        templates.searched = PAGES.iter().any(|name| reach.names(name, &SEARCH));
        templates.parted = reach.names("stage.html", &PARTED);
        templates.add(sources, failed, findings);
        templates
    }

    /// Compiles what can be compiled. A template that fails is left out, and so are those that
    /// reach it, but no others.
    fn add(
        &mut self,
        mut sources: BTreeMap<String, String>,
        mut failed: Vec<Failure>,
        findings: &mut Vec<Finding>,
    ) {
        loop {
            if failed.is_empty() {
                let mut tera = self.tera.clone();
                if tera.add_raw_templates(&self.counted(&sources)).is_ok() {
                    return self.tera = tera;
                }
                // Errors must point into the texts as they were written, so these are compiled
                // instead.
                self.added.clear();
                let mut tera = self.tera.clone();
                match tera.add_raw_templates(&sources) {
                    Ok(()) => return self.tera = tera,
                    Err(error) => failed = self.failures(&error, &sources),
                }
            }
            let named: BTreeSet<&str> = failed.iter().map(|failure| &*failure.template).collect();
            let reach = Reach::of(&sources);
            let broken =
                |name: &&String| reach.reached(name).iter().any(|name| named.contains(name));
            let mut broken: Vec<String> = sources.keys().filter(broken).cloned().collect();
            if broken.is_empty() {
                // Nothing tells which template fails, so all of them are left out.
                broken = sources.keys().cloned().collect();
            }
            sources.retain(|name, _| !broken.contains(name));
            self.broken.extend(broken);
            findings.extend(failed.drain(..).map(Failure::into_finding));
        }
    }

    /// The texts with their loops counted. What was put into each is kept in `added`.
    fn counted(&mut self, sources: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let one = |(name, text): (&String, &String)| {
            let (counted, added) = bounds::count_loops(text);
            self.added.insert(name.clone(), added);
            (name.clone(), counted)
        };
        sources.iter().map(one).collect()
    }

    /// Tera reports several errors in one text: this gives one failure for each, at its place.
    fn failures(&self, error: &tera::Error, sources: &BTreeMap<String, String>) -> Vec<Failure> {
        let reports = reports::joined(error);
        if reports.is_empty() {
            return vec![self.failure("", error)];
        }
        reports.iter().map(|report| self.reported(report, sources)).collect()
    }

    fn reported(&self, report: &TemplateReport<'_>, sources: &BTreeMap<String, String>) -> Failure {
        let TemplateReport { message, template, line, column } = *report;
        let source = sources.get(template).map_or("", String::as_str);
        let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let offset =
            source[start..].char_indices().nth(column - 1).map_or(start, |(at, _)| start + at);
        let place =
            self.origins.get(template).map(|file| Place::new(file, Span::new(offset, offset + 1)));
        Failure { place, line: Some(line), ..Failure::of(message, template) }
    }

    /// The digest of a template and all it reaches; the default digest where there is none of this
    /// name.
    pub fn digest(&self, name: &str) -> Digest {
        self.digests.get(name).copied().unwrap_or_default()
    }

    /// Whether a template is left out because it, or one that it reaches, does not compile.
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// Whether every template compiles.
    pub fn all_compile(&self) -> bool {
        self.broken.is_empty()
    }

    /// Whether there is a template of this name, even one that does not compile.
    pub fn has(&self, name: &str) -> bool {
        self.digests.contains_key(name)
    }

    /// Renders a template into `out`.
    ///
    /// # Errors
    /// When the template asks for something that the view lacks, uses a value as it cannot be used,
    /// or goes beyond its bounds.
    pub fn render(&self, name: &str, context: &Context, out: &mut Vec<u8>) -> Result<(), Failure> {
        bounds::begin();
        let mut bounded = Bounded::new(out);
        let rendered = self.tera.render_to(name, context, &mut bounded);
        match rendered {
            Err(_) if bounded.is_full => Err(self.unusable(name, Bounded::message())),
            rendered => rendered.map_err(|error| self.failure(name, &error)),
        }
    }

    /// Renders a template as text.
    ///
    /// # Errors
    /// As [`Templates::render`].
    pub fn render_text(&self, name: &str, context: &Context) -> Result<String, Failure> {
        let mut out = Vec::new();
        self.render(name, context, &mut out)?;
        Ok(String::from_utf8(out)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// A failure because what the template made cannot be used. `message` is the end of a sentence.
    pub fn unusable(&self, name: &str, message: String) -> Failure {
        Failure { place: self.origins.get(name).map(Place::file), ..Failure::of(&message, name) }
    }

    fn failure(&self, name: &str, error: &tera::Error) -> Failure {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let added =
                    self.added.get(report.filename()).map(Vec::as_slice).unwrap_or_default();
                let written = |at: usize| bounds::as_written(at, added);
                let range = report.span().range.clone();
                let range = written(range.start)..written(range.end);
                let place = self
                    .origins
                    .get(report.filename())
                    .map(|file| Place::new(file, Span::from(range)));
                let line = Some(report.span().start_line);
                Failure { place, line, ..Failure::of(report.message(), report.filename()) }
            }
            other => Failure::of(&other.to_string().lines().collect::<Vec<_>>().join(" "), name),
        }
    }
}

impl Failure {
    /// A failure at no known place; `text` is the reason, and behind it there may be advice.
    fn of(text: &str, template: &str) -> Self {
        let (reason, advice) = reason_and_advice(text);
        Self { reason, advice, place: None, template: template.to_owned(), line: None }
    }

    /// The finding: in the template where that is the hub's own, and on the hub otherwise.
    pub fn into_finding(self) -> Finding {
        let line = self.line.map_or(String::new(), |line| format!(":{line}"));
        let message = format!("The template `{}{line}` fails: {}.", self.template, self.reason);
        let finding = match self.place {
            Some(place) => Finding::new(&codes::THEME_TEMPLATE, place, message),
            None => Finding::on_hub(&codes::THEME_TEMPLATE, message),
        };
        finding.maybe_help(self.advice).help("docs/themes.md lists what templates can use")
    }
}

/// The text of a built-in template, changed to name only built-in ones, whatever the hub overrides.
fn among_built_in(mut text: String, shadowed: &[ThemeFile]) -> String {
    for file in shadowed {
        text = text.replace(
            &format!("\"{}\"", file.name),
            &format!("\"{}/{}\"", builtin::NAME, file.name),
        );
    }
    text
}

/// Which templates each template names, so that what it reaches is found without reading it again.
struct Reach<'s> {
    sources: &'s BTreeMap<String, String>,
    /// By name: every template whose name stands quoted in its text.
    named: BTreeMap<&'s str, BTreeSet<&'s str>>,
    /// Components are called by their own names, so every file that defines one is reached by all.
    components: BTreeSet<&'s str>,
}

impl<'s> Reach<'s> {
    fn of(sources: &'s BTreeMap<String, String>) -> Self {
        let named = sources.iter().map(|(name, text)| (name.as_str(), quoted(text, sources)));
        let components = sources
            .iter()
            .filter(|(_, text)| text.contains("{% component") || text.contains("{%- component"));
        Self {
            sources,
            named: named.collect(),
            components: components.map(|(name, _)| name.as_str()).collect(),
        }
    }

    /// `name`, every template that it names, and so on from those.
    fn reached<'n>(&self, name: &'n str) -> BTreeSet<&'n str>
    where
        's: 'n,
    {
        let mut reached = BTreeSet::from([name]);
        let mut open = vec![name];
        while let Some(next) = open.pop() {
            let named = self.named.get(next).into_iter().flatten();
            for other in named.chain(&self.components) {
                if reached.insert(other) {
                    open.push(other);
                }
            }
        }
        reached
    }

    fn texts(&self, template: &str) -> impl Iterator<Item = &'s str> {
        let texts = self.reached(template).into_iter().filter_map(|name| self.sources.get(name));
        texts.map(String::as_str).collect::<Vec<_>>().into_iter()
    }

    /// The digest of a template and of all that it reaches.
    fn digest(&self, template: &str) -> Digest {
        let mut hasher = Hasher::new("template");
        for name in self.reached(template) {
            hasher.text(name).text(self.sources.get(name).map_or("", String::as_str));
        }
        hasher.finish()
    }

    /// Whether a template, or one that it reaches, may name one of these variables.
    fn names(&self, template: &str, variables: &[&str]) -> bool {
        let any = |text: &str| variables.iter().any(|variable| text.contains(variable));
        self.texts(template).any(any)
    }

    /// Whether a template, or one that it reaches, may use a variable other than by the names of
    /// its fields: print it, loop over it, hand it on, or ask it for a field by a computed name.
    fn takes_whole(&self, template: &str, variable: &str) -> bool {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let is_whole = |before: &str, after: &str| {
            !before.ends_with(is_name)
                && !after.starts_with(is_name)
                && !after.starts_with('.')
                && !after.starts_with("?.")
        };
        let in_text = |text: &str| {
            text.match_indices(variable)
                .any(|(at, _)| is_whole(&text[..at], &text[at + variable.len()..]))
        };
        self.texts(template).any(in_text)
    }
}

/// The templates whose names stand in a text in quotes of either kind.
fn quoted<'s>(text: &str, sources: &'s BTreeMap<String, String>) -> BTreeSet<&'s str> {
    let one = |(at, quote): (usize, &str)| {
        let rest = &text[at + 1..];
        let (name, _) = sources.get_key_value(&rest[..rest.find(quote)?])?;
        Some(name.as_str())
    };
    text.match_indices(['"', '\'']).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_used_by_its_fields_alone_is_not_taken_whole() {
        let takes = |text: &str| {
            let sources = BTreeMap::from([("page.html".to_owned(), text.to_owned())]);
            Reach::of(&sources).takes_whole("page.html", "page")
        };
        for fields in [
            "{{ page.title }}",
            "{{ page?.date?.iso }}",
            "<ul class=\"pages\">",
            "{{ pages }} {{ own_page }}",
        ] {
            assert!(!takes(fields), "{fields}");
        }
        for whole in [
            "{{ page }}",
            "{{page}}",
            "{{ page[name] }}",
            "{% for key, value in page %}",
            "{{ page?[name] }}",
            "{ ...page }",
        ] {
            assert!(takes(whole), "{whole}");
        }
    }

    #[test]
    fn a_template_that_another_reaches_counts() {
        let sources = [
            ("page.html", "{% include \"side.html\" %}"),
            ("side.html", "{{ page }}"),
            ("other.html", ""),
        ];
        let sources = sources.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let reach = Reach::of(&sources);
        assert!(reach.takes_whole("page.html", "page"));
        assert!(!reach.takes_whole("other.html", "page"));
    }
}
