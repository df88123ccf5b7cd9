//! What was surely meant by a text that is no id: a label, or an id in curly quotes.

use super::Config;
use super::text::LocalText;

/// The id of the persona that the text names, by its label or in curly quotes.
pub(crate) fn persona_meant<'c>(text: &str, config: &'c Config) -> Option<&'c str> {
    let all = config.personas.iter().map(|persona| (&*persona.id, &persona.label));
    meant(text, config, all)
}

/// The id of the stage that the text names, by its label or in curly quotes.
pub(crate) fn stage_meant<'c>(text: &str, config: &'c Config) -> Option<&'c str> {
    meant(text, config, config.stages.iter().map(|stage| (&*stage.id, &stage.label)))
}

/// The one thing whose id or label the text is; `None` where two have it.
fn meant<'c>(
    text: &str,
    config: &Config,
    all: impl Iterator<Item = (&'c str, &'c LocalText)>,
) -> Option<&'c str> {
    let bare = unquoted(text.trim()).trim().to_lowercase();
    let is_label = |label: &LocalText| {
        config.lang_ixs().any(|lang| label.get(lang).trim().to_lowercase() == bare)
    };
    let mut found = all.filter(|(id, label)| *id == bare || is_label(label));
    let first = found.next().map(|(id, _)| id);
    first.filter(|_| !bare.is_empty() && found.next().is_none())
}

/// The text without the curly quotes around it, if it has some.
pub(crate) fn unquoted(text: &str) -> &str {
    let is_curly = |c: char| matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚');
    let inner = text.strip_prefix(is_curly).and_then(|rest| rest.strip_suffix(is_curly));
    inner.unwrap_or(text)
}
