//! What a page's path says: which page it is, in which language, and its default slug.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::config::fields::Reader;
use crate::config::{Config, LangIx, lang};
use etappe_base::finding::{Finding, codes, did_you_mean};
use etappe_base::slug;
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

pub(super) fn read(reader: &mut Reader, config: &Config) -> PageName {
    let file = reader.file.clone();
    let path = file.as_str();
    let below = path.strip_prefix(CONTENT).unwrap_or(path);
    let stem =
        below.strip_suffix(".md").or_else(|| below.strip_suffix(".markdown")).unwrap_or(below);
    let (stem, lang) = split_language(stem, config, reader);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let (dir, own) = match name {
        // The folder's name is the slug, and its parent is the folder.
        "index" | "README" if !folder.is_empty() => folder.rsplit_once('/').unwrap_or(("", folder)),
        name => (folder, name),
    };
    let dir: Vec<String> = dir.split('/').filter(|part| !part.is_empty()).map(slug::slug).collect();
    PageName { key: PageKey::new(stem), lang, slug: slug::slug(own), dir: dir.join("/") }
}

/// Splits `mri.en` into `mri` and English. A suffix that looks like a language but is none of the
/// hub's is a finding.
fn split_language<'s>(stem: &'s str, config: &Config, reader: &mut Reader) -> (&'s str, LangIx) {
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let Some((before, suffix)) = name.rsplit_once('.').filter(|(before, _)| !before.is_empty())
    else {
        return (stem, LangIx::DEFAULT);
    };
    let base = &stem[..stem.len() - name.len() + before.len()];
    if let Some(lang) = config.find_lang(suffix) {
        return (base, lang);
    }
    // Two letters are a language; three are more often a word (`page.old.md`).
    let primary = suffix.split('-').next().unwrap_or_default();
    if primary.len() == 2 && lang::is_code(suffix) {
        let message = format!("`{suffix}` is none of the hub's languages.");
        let help = did_you_mean(suffix, config.languages.iter().map(|lang| lang.code.as_str()));
        let finding =
            Finding::new(&codes::FILE_UNKNOWN_LANGUAGE, reader.place(Span::default()), message);
        reader.report(
            finding.help(help).help(format!(
                "or add \"{suffix}\" to `languages` in hub.toml, or rename the file"
            )),
        );
        return (base, LangIx::DEFAULT);
    }
    (stem, LangIx::DEFAULT)
}
