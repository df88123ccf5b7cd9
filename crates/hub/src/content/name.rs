//! What a page's path says: which page it is, in which language, and its default slug.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::config::fields::Reader;
use crate::config::{Config, LangIx, lang};
use etappe_base::finding::{Finding, codes, did_you_mean};
use etappe_base::slug::{self, composed};
use etappe_base::source::Span;

/// The folder that pages live in.
pub(super) const CONTENT: &str = "content/";

/// A page across its languages: its path below `content/`, without language and `.md`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PageKey(Arc<str>);

impl PageKey {
    /// Takes the path as it is: without `content/`, language and `.md`, such as `service/mri`.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The path without `content/`, language and `.md`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder whose index this page is, and its rank among those that may be: the lowest one
    /// stands. The root's is a page like any other.
    pub fn index_of(&self) -> Option<(&str, usize)> {
        let (folder, name) = self.0.rsplit_once('/')?;
        Some((folder, index_rank(name)?))
    }

    /// The folder below `content/`, `""` at its root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl Borrow<str> for PageKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file's path, understood.
#[derive(Clone, Debug, PartialEq)]
pub struct PageName {
    /// The same in all languages of the page.
    pub key: PageKey,
    /// From the file's suffix; the hub's default language where there is none that it knows.
    pub lang: LangIx,
    /// The slug where the front matter has none.
    pub slug: String,
    /// The folder as it stands in URLs: each part made a slug. `index.md` belongs to the folder
    /// above its own.
    pub dir: String,
}

/// The rank of a name among those of indexes; `None` for the name of another page.
fn index_rank(name: &str) -> Option<usize> {
    ["index", "_index", "readme"].iter().position(|known| known.eq_ignore_ascii_case(name))
}

pub(super) fn read(reader: &mut Reader, config: &Config) -> PageName {
    let file = reader.file.clone();
    let path = composed(file.as_str());
    let below = path.strip_prefix(CONTENT).unwrap_or(&path);
    let stem =
        below.strip_suffix(".md").or_else(|| below.strip_suffix(".markdown")).unwrap_or(below);
    let Split { key, base, lang } = split_language(stem, config, reader);
    let (folder, name) = base.rsplit_once('/').unwrap_or(("", base));
    let (dir, own) = if index_rank(name).is_some() && !folder.is_empty() {
        // The folder's name is the slug, and its parent is the folder.
        folder.rsplit_once('/').unwrap_or(("", folder))
    } else {
        (folder, name)
    };
    let dir: Vec<String> = dir.split('/').filter(|part| !part.is_empty()).map(slug::slug).collect();
    PageName { key: PageKey::new(key), lang, slug: slug::slug(own), dir: dir.join("/") }
}

/// A path below `content/`, without `.md`.
struct Split<'s> {
    /// What all languages of the page share. A page with a wrong suffix shares nothing with others.
    key: &'s str,
    /// The path without a language.
    base: &'s str,
    lang: LangIx,
}

/// Splits `mri.en` into `mri` and English. A suffix that looks like a language but is none of the
/// hub's, or is spelt another way, is a finding; any other is part of the name.
fn split_language<'s>(stem: &'s str, config: &Config, reader: &mut Reader) -> Split<'s> {
    let whole = Split { key: stem, base: stem, lang: LangIx::DEFAULT };
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let Some((before, suffix)) = name.rsplit_once('.').filter(|(before, _)| !before.is_empty())
    else {
        return whole;
    };
    let base = &stem[..stem.len() - name.len() + before.len()];
    if let Some(lang) = config.find_lang(suffix) {
        return Split { key: base, base, lang };
    }
    if let Some(lang) = config.find_spelt_lang(suffix) {
        let right = &config.lang(lang).code;
        let message = format!("`{suffix}` is the hub's language `{right}`, spelt another way.");
        let help = format!("rename the file to `{CONTENT}{base}{}.md`", config.suffix(lang));
        report_language(message, vec![help], reader);
        return Split { key: stem, base, lang };
    }
    if lang::is_iso(suffix) {
        let message = format!("`{suffix}` is none of the hub's languages.");
        let codes = config.languages.iter().map(|lang| lang.code.as_str());
        let wider = format!(
            "or add \"{suffix}\" to `languages` in hub.toml, or rename the file; where `.{suffix}` \
             is part of a name, write `{before}-{suffix}.md`"
        );
        report_language(message, vec![did_you_mean(suffix, codes), wider], reader);
        return Split { key: stem, base, lang: LangIx::DEFAULT };
    }
    whole
}

fn report_language(message: String, help: Vec<String>, reader: &mut Reader) {
    let place = reader.place(Span::default());
    let finding = Finding::new(&codes::FILE_UNKNOWN_LANGUAGE, place, message);
    reader.report(help.into_iter().fold(finding, Finding::help));
}
