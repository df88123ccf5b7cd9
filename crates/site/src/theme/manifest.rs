//! `theme.toml`: what a theme declares.

use std::collections::BTreeMap;

use serde::Serialize;

use super::assets::{AssetTables, Joined};
use super::directives::{self, Declared, DirectiveTables};
use super::{ThemeFile, builtin};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::source::Span;
use etappe_hub::config::directives::Directives;
use etappe_hub::config::fields::{FieldCodes, Reader};
use etappe_hub::config::keys::{self, Count, Nested, Text};
use etappe_hub::config::tree::{Table, parse_toml};

/// How many pages the lists of a stage show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Lists {
    /// On each page of the stage.
    pub page: usize,
    /// On the persona's home.
    pub home: usize,
    /// On the stage's own page; the others stand on further ones. Where the theme has no place for
    /// the ways between them, all stand on one.
    pub stage: usize,
}

impl Default for Lists {
    fn default() -> Self {
        Self { page: 20, home: 8, stage: 50 }
    }
}

/// Every key of theme.toml.
pub const KEYS: &keys::Keys = <ThemeKeys as keys::KeyTable>::KEYS;

/// The version of the contract between views and templates.
pub const CONTRACT: u32 = 1;

/// The codes of findings about `theme.toml` and the strings files.
pub(super) const THEME_CODES: FieldCodes = FieldCodes {
    unknown_key: &codes::THEME_MANIFEST,
    missing_key: &codes::THEME_MANIFEST,
    wrong_type: &codes::THEME_MANIFEST,
    invalid_value: &codes::THEME_MANIFEST,
};

/// What one `theme.toml` declares.
pub(super) struct Manifest {
    pub lists: Lists,
    pub assets: Vec<Joined>,
    pub image_sizes: String,
    pub directives: Vec<Declared>,
}

/// As wide as the window; in a wide window, as the lines of a text are.
const IMAGE_SIZES: &str = "(min-width: 44rem) 41rem, 100vw";

impl Default for Manifest {
    fn default() -> Self {
        Self {
            lists: Lists::default(),
            assets: Vec::new(),
            image_sizes: IMAGE_SIZES.to_owned(),
            directives: Vec::new(),
        }
    }
}

pub(super) fn read(file: &ThemeFile, findings: &mut Vec<Finding>) -> Manifest {
    let path = origin(file);
    let mut reader = Reader::new(&path, THEME_CODES);
    let table = parse(file, &mut reader);
    let (keys, mut reader) = keys::read_file::<ThemeKeys, _>(reader, &table, &());
    if let Some(contract) = keys.contract.filter(|contract| *contract != CONTRACT) {
        let message = format!(
            "The theme is made for contract {contract}, but this version has contract {CONTRACT}."
        );
        let help = "update the theme; docs/themes.md lists what templates can use".to_owned();
        reader.invalid(Span::default(), message, Some(help));
    }
    findings.append(&mut reader.findings);
    Manifest {
        lists: keys.lists.map(Lists::from).unwrap_or_default(),
        assets: keys.assets.unwrap_or_default(),
        image_sizes: keys.image_sizes.map_or_else(|| IMAGE_SIZES.to_owned(), |sizes| sizes.value),
        directives: keys.directives.unwrap_or_default(),
    }
}

etappe_hub::keys! {
    /// theme.toml, as it is written.
    pub(super) struct ThemeKeys("theme.toml") in () {
        /// The version of the contract that the theme is made for.
        contract: Count<1> = "contract";
        /// What the theme is called.
        name: Text = "name";
        /// How many pages the lists of a stage show.
        lists: Nested<ListKeys> = "lists";
        /// Assets that are put together from several files, by name.
        assets: AssetTables = "assets";
        /// How wide pages show images, as HTML's attribute sizes says it: browsers choose one of the
        /// smaller sizes by it.
        image_sizes: Text = "image_sizes", usually("(min-width: 44rem) 41rem, 100vw");
        /// What pages may write as :::NAME, by name.
        directives: DirectiveTables = "directives";
    }
}

etappe_hub::keys! {
    /// `[lists]`, as it is written.
    pub(super) struct ListKeys("[lists]") in () {
        /// How many pages of its stage a page lists.
        page: Count<0> = "page", usually("20");
        /// How many pages of each stage, and of each question, the persona's home lists.
        home: Count<0> = "home", usually("8");
        /// How many pages stand on the page of a stage; others stand on further ones, where the theme
        /// has a place for the ways between them.
        stage: Count<1> = "stage", usually("50");
    }
}

impl From<ListKeys> for Lists {
    fn from(keys: ListKeys) -> Self {
        let usual = Self::default();
        let count = |count: Option<u32>, usual| count.map_or(usual, |count| count as usize);
        Self {
            page: count(keys.page, usual.page),
            home: count(keys.home, usual.home),
            stage: count(keys.stage, usual.stage),
        }
    }
}

/// The tree of a TOML file of the theme. Its mistakes are reported to `reader`.
pub(super) fn parse(file: &ThemeFile, reader: &mut Reader) -> Table {
    let (table, errors) = parse_toml(&String::from_utf8_lossy(&file.bytes), 0);
    for error in errors {
        let help = "correct this line; texts stand in quotes".to_owned();
        reader.invalid(
            error.span,
            format!("This is not valid TOML: {}.", error.message),
            Some(help),
        );
    }
    table
}

/// Joins the built-in directives and the theme's own. Leaves out those without a template, and
/// reports them where they are its own; reports templates that nothing declares.
pub(super) fn directives(
    built_in: Vec<Declared>,
    own: Vec<Declared>,
    layers: &BTreeMap<String, ThemeFile>,
    findings: &mut Vec<Finding>,
) -> Directives {
    let manifest = layers.get("theme.toml").map_or_else(|| HubPath::literal("theme.toml"), origin);
    let template = |name: &str| format!("directives/{name}.html");
    let has_template = |declared: &Declared| layers.contains_key(&template(&declared.name));
    let (own, lost): (Vec<_>, Vec<_>) = own.into_iter().partition(has_template);
    findings.extend(lost.into_iter().map(|declared| {
        let message = format!("The directive `{}` has no template.", declared.name);
        let help = format!(
            "write `{}` beside theme.toml, or take the declaration out",
            template(&declared.name)
        );
        Finding::new(&codes::THEME_MANIFEST, Place::new(&manifest, declared.span), message)
            .help(help)
    }));
    let all = directives::join(vec![built_in.into_iter().filter(has_template).collect(), own]);
    let undeclared = layers.values().filter_map(|file| {
        let name = file.name.strip_prefix("directives/")?.strip_suffix(".html")?;
        // Templates for other templates to include.
        let is_part = name.starts_with('_') || all.get(name).is_some();
        let place = (!is_part).then_some(file.origin.as_ref()?)?;
        let message = format!(
            "The template of the directive `{name}` is declared nowhere, so no page can use it."
        );
        let help = format!(
            "write `[directives.{name}]` in theme.toml, or begin the file's name \
            with `_` if other templates include it"
        );
        Some(Finding::new(&codes::THEME_MANIFEST, Place::file(place), message).help(help))
    });
    findings.extend(undeclared);
    all
}

pub(super) fn origin(file: &ThemeFile) -> HubPath {
    file.origin
        .clone()
        .or_else(|| HubPath::new(&format!("themes/{}/{}", builtin::NAME, file.name)))
        .unwrap_or_else(|| HubPath::literal("theme.toml"))
}
