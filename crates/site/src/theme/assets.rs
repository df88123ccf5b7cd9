//! Assets: the files below `assets/`, and those that theme.toml puts together from several files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::manifest::origin;
use super::{AssetIx, ThemeFile};
use etappe_base::finding::{Finding, Place, codes, did_you_mean};
use etappe_base::hash::Digest;
use etappe_base::index::IndexVec;
use etappe_base::path::{HubPath, OutPath};
use etappe_base::source::{Span, Spanned};
use etappe_hub::config::fields::{Fields, Reader};
use etappe_hub::config::keys::{Form, ReadIn, Shape, WrittenValue};
use etappe_hub::config::tree::{Entry, Value};

/// A file that pages ask for: a style sheet, an icon.
#[derive(Clone, Debug)]
pub struct Asset {
    /// As templates name it: `etappe.css`.
    pub name: String,
    /// Below the web root, with a digest in its name: `assets/etappe.1a2b3c4d.css`.
    pub path: String,
    /// As they are published; the outputs share them.
    pub bytes: Arc<[u8]>,
}

/// An asset that theme.toml puts together.
pub(super) struct Joined {
    pub name: String,
    pub span: Span,
    /// Names of files of the theme, in the order in which they are joined.
    pub parts: Vec<Spanned<String>>,
}

/// Assets put together from several files, by name.
pub(super) struct AssetTables;

impl Shape for AssetTables {
    type Value = Vec<Joined>;
    const FORM: Form = Form::NamedLists;
}

impl ReadIn<()> for AssetTables {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &()) -> Option<Vec<Joined>> {
        let table = fields.reader.as_table(written.name, written.item)?;
        let one = |entry| read_one(entry, &mut fields.reader);
        Some(table.entries.iter().filter_map(one).collect())
    }
}

fn read_one(entry: &Entry, reader: &mut Reader) -> Option<Joined> {
    let Entry { key: name, key_span: span, item } = entry;
    let items = match &item.value {
        Value::List(items) => items.as_slice(),
        Value::Text(_) => std::slice::from_ref(item),
        other => {
            let message = format!("`{name}` must be a list of files, but it is {}.", other.kind());
            let help = format!("name it in quotes: `\"{name}.css\" = [\"styles/own.css\"]`");
            reader.invalid(item.span, message, Some(help));
            return None;
        }
    };
    if !is_name(name) {
        let help = "take a path below `assets/` without hidden parts, such as `own.css`".to_owned();
        reader.invalid(*span, format!("`{name}` is no name of an asset."), Some(help));
        return None;
    }
    let parts: Vec<_> = items.iter().filter_map(|item| reader.as_text(name, item)).collect();
    if parts.is_empty() {
        let help = "name its files, or take the line out".to_owned();
        reader.invalid(item.span, format!("`{name}` is made of no file."), Some(help));
        return None;
    }
    Some(Joined { name: name.clone(), span: *span, parts })
}

fn is_name(name: &str) -> bool {
    OutPath::new(name).is_some() && name.split('/').all(|part| !part.starts_with('.'))
}

/// Every asset, sorted by name. `declared` are the assets that each `theme.toml` puts together, the
/// lower layer first.
pub(super) fn all(
    layers: &BTreeMap<String, ThemeFile>,
    declared: Vec<(&ThemeFile, Vec<Joined>)>,
    findings: &mut Vec<Finding>,
) -> IndexVec<AssetIx, Asset> {
    let mut all: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for file in layers.values() {
        if let Some(name) = file.name.strip_prefix("assets/") {
            all.insert(name.to_owned(), file.bytes.clone());
        }
    }
    for (manifest, declared) in declared {
        for joined in declared {
            let bytes = join(&joined, layers, &origin(manifest), findings);
            match layers.get(&format!("assets/{}", joined.name)) {
                Some(file) if layer(file) > layer(manifest) => {}
                Some(file) if layer(file) == layer(manifest) => {
                    let message = format!(
                        "`{}` is put together here, and a file of the theme too.",
                        joined.name
                    );
                    let place = Place::new(&origin(manifest), joined.span);
                    let help = format!("take this line out, or remove `assets/{}`", joined.name);
                    findings.push(Finding::new(&codes::THEME_MANIFEST, place, message).help(help));
                }
                _ => {
                    all.insert(joined.name, bytes);
                }
            }
        }
    }
    all.into_iter().map(|(name, bytes)| asset(name, bytes)).collect()
}

fn asset(name: String, bytes: Vec<u8>) -> Asset {
    let digest = Digest::of(&bytes).short();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, "bin"));
    Asset { path: format!("assets/{stem}.{digest}.{extension}"), name, bytes: bytes.into() }
}

/// The parts one after the other, each ending with a line break. A part that is not there is left
/// out, and reported.
fn join(
    joined: &Joined,
    layers: &BTreeMap<String, ThemeFile>,
    manifest: &HubPath,
    findings: &mut Vec<Finding>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in &joined.parts {
        let Some(file) = layers.get(&part.value) else {
            let message = format!("The theme has no file `{}`.", part.value);
            let help = did_you_mean(&part.value, layers.keys().map(String::as_str));
            let place = Place::new(manifest, part.span);
            findings.push(Finding::new(&codes::THEME_MANIFEST, place, message).help(help));
            continue;
        };
        // A byte order mark means something at the start of a file alone.
        bytes.extend(file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&file.bytes));
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// Which of the three layers a file belongs to; the last one that has a file wins.
fn layer(file: &ThemeFile) -> u8 {
    match &file.origin {
        None => 0,
        Some(path) if path.as_str().starts_with("themes/") => 1,
        Some(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::manifest;

    const TOKENS: (&str, &str) = ("styles/tokens.css", "a {}");

    /// The assets of a theme whose files stand in the hub, as `name: text`, and the findings.
    fn assets(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let file = |(path, text): &(&str, &str)| {
            let below = path.strip_prefix("themes/own/").or(path.strip_prefix("templates/"));
            let origin = below.and_then(|_| HubPath::new(path));
            let name = below.unwrap_or(path).to_owned();
            (name.clone(), ThemeFile { name, origin, bytes: text.as_bytes().to_vec() })
        };
        let layers: BTreeMap<String, ThemeFile> = files.iter().map(file).collect();
        let mut findings = Vec::new();
        let own = &layers["theme.toml"];
        let declared = manifest::read(own, &mut findings).assets;
        let all = all(&layers, vec![(own, declared)], &mut findings);
        let shown =
            |asset: &Asset| format!("{}: {}", asset.name, String::from_utf8_lossy(&asset.bytes));
        let messages = findings.into_iter().map(|finding| finding.message).collect();
        (all.iter().map(shown).collect(), messages)
    }

    #[test]
    fn parts_are_joined_in_their_order_each_on_lines_of_its_own() {
        let files = [
            ("theme.toml", "[assets]\n\"all.css\" = [\"styles/b.css\", \"styles/tokens.css\"]"),
            TOKENS,
            ("styles/b.css", "\u{feff}b {}\n"),
        ];
        assert_eq!(assets(&files), (vec!["all.css: b {}\na {}\n".to_owned()], vec![]));
    }

    #[test]
    fn a_file_of_a_later_layer_stands_for_the_whole() {
        let declared = "[assets]\n\"all.css\" = [\"styles/tokens.css\"]";
        let (all, findings) =
            assets(&[("theme.toml", declared), TOKENS, ("templates/assets/all.css", "own {}")]);
        assert_eq!((all, findings), (vec!["all.css: own {}".to_owned()], vec![]));
        let (all, findings) =
            assets(&[("templates/theme.toml", declared), TOKENS, ("assets/all.css", "old {}")]);
        assert_eq!((all, findings), (vec!["all.css: a {}\n".to_owned()], vec![]));
    }

    #[test]
    fn what_is_joined_and_a_file_of_the_same_layer_is_reported() {
        let declared = "[assets]\n\"all.css\" = [\"styles/tokens.css\"]";
        let (all, findings) = assets(&[
            ("themes/own/theme.toml", declared),
            TOKENS,
            ("themes/own/assets/all.css", "own {}"),
        ]);
        assert_eq!(all, ["all.css: own {}"]);
        assert_eq!(findings, ["`all.css` is put together here, and a file of the theme too."]);
    }

    #[test]
    fn a_name_stays_below_assets_and_is_not_hidden() {
        for name in ["own.css", "print/own.css"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "/own.css", "../own.css", "a/../own.css", ".own.css", "a/.own", "a\\b"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
