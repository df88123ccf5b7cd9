//! Keys of front matter, one by one: what each may say, checked against the plan.

use super::Audience;
use crate::config::fields::{Fields, Reader};
use crate::config::{Config, PersonaIx, StageIx};
use crate::content::directive::names_readers;
use etappe_base::finding::{Code, Edit, Finding, Fix, codes, did_you_mean, unmistakable};
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};

/// The longest title that search results and tabs show whole, in characters.
const MAX_TITLE: usize = 70;

/// The longest summary that lists and search results show whole, in characters.
const MAX_SUMMARY: usize = 160;

/// A key that has a second accepted spelling.
pub(super) fn either(
    fields: &mut Fields<'_>,
    key: &'static str,
    other: &'static str,
) -> Option<Vec<Spanned<String>>> {
    let first = fields.texts(key);
    let second = fields.texts(other);
    if let (Some(_), Some(second)) = (&first, &second) {
        let span = second.first().map_or(fields.span(), |id| id.span);
        fields.reader.invalid(
            span,
            format!("`{key}` and `{other}` are the same key; the page has both."),
            Some(format!("keep `{key}`")),
        );
    }
    first.or(second)
}

pub(super) fn audience(
    ids: Vec<Spanned<String>>,
    reader: &mut Reader,
    config: &Config,
) -> Option<Audience> {
    if ids.is_empty() {
        reader.invalid(
            Span::default(),
            "`personas` is an empty list.",
            Some("name a persona, or write `personas = \"all\"`".to_owned()),
        );
        return None;
    }
    if ids.iter().any(|id| id.value == "all") {
        if let Some(other) = ids.iter().find(|id| id.value != "all") {
            reader.invalid(
                other.span,
                "`all` and a persona cannot stand together.",
                Some("keep one of them".to_owned()),
            );
        }
        return Some(Audience::All);
    }
    let mut personas: Vec<PersonaIx> =
        ids.iter().filter_map(|id| persona(id, reader, config)).collect();
    personas.sort_unstable();
    personas.dedup();
    Some(Audience::Only(personas))
}

pub(super) fn persona(
    id: &Spanned<String>,
    reader: &mut Reader,
    config: &Config,
) -> Option<PersonaIx> {
    let known = config.find_persona(&id.value);
    if known.is_none() {
        let ids = config.personas.iter().map(|persona| persona.id.as_str()).chain(["all"]);
        unknown(&codes::FRONT_UNKNOWN_PERSONA, "persona", id, reader, ids);
    }
    known
}

pub(super) fn stage_list(
    ids: Vec<Spanned<String>>,
    reader: &mut Reader,
    config: &Config,
) -> Option<Vec<StageIx>> {
    if ids.is_empty() {
        reader.invalid(
            Span::default(),
            "`stage` is an empty list.",
            Some("name at least one stage".to_owned()),
        );
        return None;
    }
    let mut stages = Vec::with_capacity(ids.len());
    for id in &ids {
        match config.find_stage(&id.value) {
            Some(stage) if !stages.contains(&stage) => stages.push(stage),
            Some(_) => {}
            None => unknown(
                &codes::FRONT_UNKNOWN_STAGE,
                "stage",
                id,
                reader,
                config.stages.iter().map(|stage| stage.id.as_str()),
            ),
        }
    }
    Some(stages)
}

fn unknown<'n>(
    code: &'static Code,
    what: &str,
    id: &Spanned<String>,
    reader: &mut Reader,
    known: impl IntoIterator<Item = &'n str>,
) {
    let known: Vec<&str> = known.into_iter().collect();
    let finding =
        Finding::new(code, reader.place(id.span), format!("Unknown {what} `{}`.", id.value));
    let fix = unmistakable(&id.value, known.iter().copied()).map(|name| Fix {
        title: format!("Write `{name}`"),
        edits: vec![Edit::new(reader.place(inside_quotes(id)), name)],
    });
    reader.report(
        finding
            .label(format!("no such {what}"))
            .help(did_you_mean(&id.value, known))
            .maybe_fix(fix),
    );
}

pub(super) fn check_title(title: Option<&Spanned<String>>, reader: &mut Reader) {
    let Some(title) = title else { return };
    check_for_all(title, "title", reader);
    let length = title.value.chars().count();
    if length > MAX_TITLE {
        let message =
            format!("The title has {length} characters, {} too many.", length - MAX_TITLE);
        let finding = Finding::new(&codes::FRONT_TITLE_LENGTH, reader.place(title.span), message);
        reader.report(finding.help(format!("say it in {MAX_TITLE}: search results cut the rest")));
    }
}

/// Reports a `for` in a title or summary: both are shown as written, to everybody who is shown the
/// page.
fn check_for_all(text: &Spanned<String>, key: &str, reader: &mut Reader) {
    if names_readers(&text.value) {
        let message = format!(
            "The {key} is for everybody: a `for` in it hides nothing, so nobody is shown this page."
        );
        let finding = Finding::new(&codes::DIRECTIVE_CONDITION, reader.place(text.span), message);
        reader.report(
            finding
                .help("say what all readers of the page may know, and keep the rest for its text"),
        );
    }
}

/// The text within its quotes, if it has any: a name in quotes is two bytes longer than the name.
fn inside_quotes(id: &Spanned<String>) -> Span {
    let quotes = (id.span.end - id.span.start) as usize == id.value.len() + 2;
    let inset = u32::from(quotes);
    Span { start: id.span.start + inset, end: id.span.end - inset }
}

pub(super) fn summary(fields: &mut Fields<'_>) -> Option<String> {
    // Collections made for other tools call it `description`.
    let (own, other) = (fields.text("summary"), fields.text("description"));
    if let (Some(_), Some(other)) = (&own, &other) {
        fields.reader.invalid(
            other.span,
            "`summary` and `description` are the same key; the page has both.",
            Some("keep `summary`".to_owned()),
        );
    }
    let summary = own.or(other)?;
    check_for_all(&summary, "summary", &mut fields.reader);
    let length = summary.value.chars().count();
    if length > MAX_SUMMARY {
        let message =
            format!("The summary has {length} characters, {} too many.", length - MAX_SUMMARY);
        let finding =
            Finding::new(&codes::FRONT_SUMMARY_LENGTH, fields.reader.place(summary.span), message);
        fields
            .reader
            .report(finding.help(format!("say it in {MAX_SUMMARY}: search results cut the rest")));
    }
    Some(summary.value)
}

pub(super) fn page_slug(fields: &mut Fields<'_>) -> Option<String> {
    let text = fields.text("slug")?;
    if !slug::is_slug(&text.value) {
        let help = format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&text.value));
        fields.reader.invalid(text.span, format!("`{}` cannot be a slug.", text.value), Some(help));
    }
    Some(text.value)
}

pub(super) fn choice<T: Copy>(
    fields: &mut Fields<'_>,
    key: &'static str,
    names: &[&str],
    values: &[T],
) -> Option<T> {
    let text = fields.text(key)?;
    let at = names.iter().position(|name| *name == text.value);
    if at.is_none() {
        let help = did_you_mean(&text.value, names.iter().copied());
        fields.reader.invalid(
            text.span,
            format!("`{key}` cannot be `{}`.", text.value),
            Some(help),
        );
    }
    at.map(|at| values[at])
}

pub(super) fn list(fields: &mut Fields<'_>, key: &'static str) -> Option<Vec<String>> {
    fields.texts(key).map(|texts| texts.into_iter().map(|text| text.value).collect())
}

pub(super) fn need_ids(config: &Config) -> Vec<&str> {
    config.personas.iter().flat_map(|persona| &persona.needs).map(|need| need.id.as_str()).collect()
}

pub(super) fn belief_ids(config: &Config) -> Vec<&str> {
    config
        .personas
        .iter()
        .flat_map(|persona| &persona.beliefs)
        .map(|belief| belief.id.as_str())
        .collect()
}

pub(super) fn objective_ids(config: &Config) -> Vec<&str> {
    config.objectives.iter().map(|objective| objective.id.as_str()).collect()
}

pub(super) fn topic_ids(config: &Config) -> Vec<&str> {
    config.stages.iter().flat_map(|stage| &stage.must_have).map(String::as_str).collect()
}

pub(super) fn known_ids(
    fields: &mut Fields<'_>,
    key: &'static str,
    code: &'static Code,
    config: &Config,
    known: fn(&Config) -> Vec<&str>,
) -> Option<Vec<String>> {
    let ids = fields.texts(key)?;
    let known = known(config);
    for id in &ids {
        if !known.contains(&id.value.as_str()) {
            unknown(code, key.trim_end_matches('s'), id, &mut fields.reader, known.iter().copied());
        }
    }
    Some(ids.into_iter().map(|id| id.value).collect())
}

pub(super) fn check_aliases(
    aliases: Vec<Spanned<String>>,
    reader: &mut Reader,
) -> Vec<Spanned<String>> {
    let mut good = Vec::with_capacity(aliases.len());
    for alias in aliases {
        let path = alias.value.trim_matches('/').trim_end_matches("/index.html").to_owned();
        let clean = etappe_base::path::OutPath::new(&path).is_some()
            && !path.contains(['?', '#', ':'])
            && path.split('/').all(|part| part.len() <= 200);
        if clean {
            good.push(Spanned { value: path, span: alias.span });
        } else {
            let help =
                "write the old path below the persona's site: `/service/old-name/`".to_owned();
            reader.invalid(
                alias.span,
                format!("`{}` cannot be an alias.", alias.value),
                Some(help),
            );
        }
    }
    good
}
