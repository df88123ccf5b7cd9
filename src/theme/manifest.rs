//! `theme.toml`: what a theme declares.

use serde::Serialize;

use super::{ThemeFile, builtin};
use crate::base::path::HubPath;
use crate::base::source::Span;
use crate::config::fields::{FieldCodes, Fields, Reader};
use crate::config::tree::parse_toml;
use crate::finding::{Finding, codes};

/// How many pages the lists of a stage show, beside its own page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Lists {
    /// On each page of the stage.
    pub page: usize,
    /// On the persona's home.
    pub home: usize,
}

impl Default for Lists {
    fn default() -> Self {
        Self { page: 20, home: 8 }
    }
}

/// The version of the contract between views and templates.
pub const CONTRACT: u32 = 1;

/// Of `theme.toml` and the strings files.
pub(super) const THEME_CODES: FieldCodes = FieldCodes {
    unknown_key: &codes::THEME_MANIFEST,
    missing_key: &codes::THEME_MANIFEST,
    wrong_type: &codes::THEME_MANIFEST,
    invalid_value: &codes::THEME_MANIFEST,
};

pub(super) fn read(file: Option<&ThemeFile>, findings: &mut Vec<Finding>) -> Lists {
    let Some(file) = file else { return Lists::default() };
    let path = origin(file);
    let mut reader = Reader::new(&path, THEME_CODES);
    let text = String::from_utf8_lossy(&file.bytes);
    let (table, errors) = parse_toml(&text, 0);
    for error in errors {
        reader.invalid(
            error.span,
            format!("This is not valid TOML: {}.", error.message),
            Some("correct this line; texts stand in quotes".to_owned()),
        );
    }
    let mut fields = Fields::new(&table, Span::default(), "theme.toml");
    let contract = fields.count(&mut reader, "contract", 1);
    if contract.is_some_and(|contract| contract != CONTRACT) {
        let message = format!("The theme is made for contract {}, but this version has contract {CONTRACT}.", contract.unwrap_or_default());
        reader.invalid(fields.span(), message, Some("update the theme; docs/themes.md lists what templates can use".to_owned()));
    }
    fields.text(&mut reader, "name");
    let mut lists = Lists::default();
    if let Some((table, span)) = fields.table(&mut reader, "lists") {
        let mut own = Fields::new(table, span, "[lists]");
        let count = |fields: &mut Fields<'_>, reader: &mut Reader<'_>, key, usual| {
            fields.count(reader, key, 0).map_or(usual, |count| count as usize)
        };
        lists.page = count(&mut own, &mut reader, "page", lists.page);
        lists.home = count(&mut own, &mut reader, "home", lists.home);
        own.finish(&mut reader);
    }
    fields.finish(&mut reader);
    findings.append(&mut reader.findings);
    lists
}

pub(super) fn origin(file: &ThemeFile) -> HubPath {
    file.origin
        .clone()
        .or_else(|| HubPath::new(&format!("themes/{}/{}", builtin::NAME, file.name)))
        .unwrap_or_else(|| HubPath::literal("theme.toml"))
}
