//! The outputs of a revision, as they are asked for; and files as parts of a page.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use etappe_base::path;
use etappe_session::Revision;
use etappe_session::io::Files;
use etappe_site::engine::Memo;

/// How many bytes of outputs are kept, since many pages show them.
const KEPT: usize = 32 << 20;

/// What a revision gives out.
pub(crate) struct Shelf<'s> {
    revision: &'s Revision,
    files: &'s dyn Files,
    memo: Memo,
    /// Style sheets with all that they name in them, by path.
    sheets: Mutex<BTreeMap<String, Arc<str>>>,
}

impl<'s> Shelf<'s> {
    pub(crate) fn new(revision: &'s Revision, files: &'s dyn Files) -> Self {
        Self { revision, files, memo: Memo::new(KEPT), sheets: Mutex::default() }
    }

    /// The bytes of an output; `None` where there is none, or it cannot be made.
    pub(crate) fn bytes(&self, path: &str) -> Option<Arc<[u8]>> {
        Some(self.revision.demand(path, self.files, &self.memo)?.ok()?.bytes)
    }

    /// An output that is text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        Some(String::from_utf8_lossy(&self.bytes(path)?).into_owned())
    }

    /// An output as an address that holds it; `None` as for [`Self::bytes`].
    pub(crate) fn data(&self, path: &str) -> Option<String> {
        let bytes = self.bytes(path)?;
        Some(format!("data:{};base64,{}", media_type(path), STANDARD.encode(&bytes)))
    }

    /// A style sheet with the files and sheets that it names in it, fit to stand in a page.
    pub(crate) fn sheet(&self, path: &str) -> Arc<str> {
        let known = || self.sheets.lock().expect("no thread panics while it keeps a style sheet");
        if let Some(sheet) = known().get(path) {
            return Arc::clone(sheet);
        }
        let css = self.text(path).unwrap_or_default();
        let sheet: Arc<str> = self.style(&css, path, 0).into();
        known().insert(path.to_owned(), Arc::clone(&sheet));
        sheet
    }

    /// Styles that stand at `path`, with all that they name in them. `depth` is how many sheets
    /// they were brought in by.
    pub(crate) fn style(&self, css: &str, path: &str, depth: usize) -> String {
        /// No theme means a circle of sheets.
        const DEEPEST: usize = 8;
        let mut out = String::with_capacity(css.len());
        // The page says how it is written.
        let mut rest = match css.strip_prefix("@charset").and_then(|rest| rest.split_once(';')) {
            Some((_, rest)) => rest,
            None => css,
        };
        while let Some(at) = next_address(rest) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            if let Some(import) = from.strip_prefix("@import") {
                let Some((statement, behind)) = import.split_once(';') else { break };
                let sheet = within(path, first_address(statement));
                if let Some(sheet) = sheet.filter(|_| depth < DEEPEST) {
                    let text = self.text(&sheet).unwrap_or_default();
                    out.push_str(&self.style(&text, &sheet, depth + 1));
                }
                rest = behind;
                continue;
            }
            let Some((inner, behind)) = from["url(".len()..].split_once(')') else { break };
            let address = inner.trim().trim_matches(['"', '\'']);
            let held = match address.starts_with('#') || address.starts_with("data:") {
                true => Some(address.to_owned()),
                false => within(path, address).and_then(|file| self.data(&file)),
            };
            out.push_str(&format!("url(\"{}\")", held.unwrap_or_else(|| "data:,".to_owned())));
            rest = behind;
        }
        out.push_str(rest);
        out.replace("</", "<\\/")
    }
}

/// Where the next address of a style sheet begins.
fn next_address(css: &str) -> Option<usize> {
    css.find("url(").into_iter().chain(css.find("@import")).min()
}

/// The address that an `@import` names.
fn first_address(statement: &str) -> &str {
    let inner = statement.trim().trim_start_matches("url(");
    let end = inner.trim_start_matches(['"', '\'']).find(['"', '\'', ')', ' ']);
    let inner = inner.trim_start_matches(['"', '\'']);
    &inner[..end.unwrap_or(inner.len())]
}

/// The output that an address within the one at `from` means; `None` where it leads elsewhere.
pub(crate) fn within(from: &str, address: &str) -> Option<String> {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    if bare.is_empty() || bare.starts_with('/') || etappe_base::address::scheme(bare).is_some() {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path = path::join(folder, &path::decode(bare))?;
    if bare.ends_with('/') || path.is_empty() {
        path = format!("{path}/index.html");
    }
    Some(path.trim_start_matches('/').to_owned())
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_where_pages_mean_them() {
        for (from, address, expected) in [
            ("gp/en/a/b/index.html", "../../../media/x.png", Some("gp/media/x.png")),
            ("gp/index.html", "a/?q#f", Some("gp/a/index.html")),
            ("gp/index.html", "https://x.example/", None),
            ("gp/index.html", "//x.example/", None),
            ("gp/index.html", "#f", None),
            ("gp/index.html", "caf%C3%A9.png", Some("gp/café.png")),
        ] {
            assert_eq!(within(from, address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn an_import_names_its_sheet_in_either_way() {
        for statement in [" url(\"a.css\") print", " 'a.css'", " url(a.css)"] {
            assert_eq!(first_address(statement), "a.css", "{statement}");
        }
    }
}
