//! The theme: templates, their strings and assets. The built-in one is embedded; a hub overrides it
//! file by file.
//!
//! A template sees only what the view hands it; nothing here reaches the hub.

mod assets;
mod bounds;
pub mod builtin;
mod directives;
#[cfg(feature = "cards")]
mod fit;
mod manifest;
mod reports;
mod templates;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use etappe_base::csp::Inline;
use etappe_base::finding::{Finding, Place, codes, did_you_mean};
use etappe_base::hash::Digest;
use etappe_base::index::IndexVec;
use etappe_base::path::HubPath;
use etappe_hub::config::directives::Directives;
use etappe_image::card;

pub use assets::Asset;
pub use builtin::Program;
use manifest::Manifest;
pub use manifest::{CONTRACT, KEYS, Lists};
pub use templates::{CARD, Failure, PageFields, Templates};
pub use words::{Phrase, Phrases, Speech, ThemeWords};

/// One file of a theme, wherever it comes from.
#[derive(Clone, Debug)]
pub struct ThemeFile {
    /// Below the theme: `page.html`, `assets/etappe.css`.
    pub name: String,
    /// `None` for a built-in file.
    pub origin: Option<HubPath>,
    /// As they stand in the file; those of a template should be UTF-8.
    pub bytes: Vec<u8>,
}

/// A theme that is ready to render.
pub struct Theme {
    /// The program that put it together, with the built-in files.
    pub program: Program,
    /// Of all layers together; those that do not compile are left out.
    pub templates: Templates,
    /// From theme.toml, or the usual lengths.
    pub lists: Lists,
    /// How wide pages show images, as HTML's attribute `sizes` says it.
    pub image_sizes: String,
    /// What pages may write: the built-in directives, and the theme's own.
    pub directives: Directives,
    /// Sorted by name.
    pub assets: IndexVec<AssetIx, Asset>,
    /// By language of the hub: the words that templates show.
    pub words: Vec<Arc<ThemeWords>>,
    /// The scripts and styles that stand in the templates themselves.
    pub inline: Inline,
    /// Whether it draws a card for social media.
    pub draws_cards: bool,
    /// Digest of everything but the templates.
    pub digest: Digest,
}

etappe_base::indexes! {
    /// An asset by its place in [`Theme::assets`].
    AssetIx(u16);
}

/// Puts a theme together from three layers, each over the one before: the built-in files of
/// `program`, those of `themes/NAME/`, and those of `templates/`. `files` are all of the hub's
/// below `themes/` and `templates/`. `named` is the place in hub.toml that names the theme.
pub fn load(
    program: Program,
    name: &str,
    named: Place,
    files: Vec<ThemeFile>,
    speech: Speech<'_>,
) -> (Theme, Vec<Finding>) {
    let mut findings = Vec::new();
    let own = format!("themes/{name}/");
    let mut layers: BTreeMap<String, ThemeFile> =
        program.files().map(|file| (file.name.clone(), file)).collect();
    let mut shadowed = Vec::new();
    // A theme.toml adds to the assets of those that it stands over: their files are still there.
    let mut manifests: Vec<ThemeFile> = layers.get("theme.toml").cloned().into_iter().collect();
    let mut found = name == builtin::NAME;
    for prefix in [own.as_str(), "templates/"] {
        for file in &files {
            let Some(below) =
                file.origin.as_ref().and_then(|origin| origin.as_str().strip_prefix(prefix))
            else {
                continue;
            };
            found |= prefix == own;
            let file = ThemeFile { name: below.to_owned(), ..file.clone() };
            if below == "theme.toml" {
                manifests.push(file.clone());
            }
            if let Some(under) = layers.insert(below.to_owned(), file)
                && under.origin.is_none()
            {
                shadowed.push(under);
            }
        }
    }
    if !found {
        let mut known: Vec<&str> = files
            .iter()
            .filter_map(|file| {
                file.origin.as_ref()?.as_str().strip_prefix("themes/")?.split('/').next()
            })
            .chain([builtin::NAME])
            .collect();
        known.sort_unstable();
        known.dedup();
        let message = format!("There is no theme `{name}`.");
        findings.push(
            Finding::new(&codes::THEME_MISSING, named, message).help(did_you_mean(name, known)),
        );
    }
    let mut read: Vec<(&ThemeFile, Manifest)> =
        manifests.iter().map(|file| (file, manifest::read(file, &mut findings))).collect();
    let declared = read.iter_mut().map(|(file, one)| (*file, std::mem::take(&mut one.assets)));
    let assets = assets::all(&layers, declared.collect(), &mut findings);
    let Manifest { lists, image_sizes, directives: own, .. } =
        read.pop().map(|(_, manifest)| manifest).unwrap_or_default();
    // And it adds to the built-in directives.
    let built_in = read.into_iter().next().map_or_else(Vec::new, |(_, first)| first.directives);
    let directives = manifest::directives(built_in, own, &layers, &mut findings);
    let words = words::read(&layers, &shadowed, speech, &mut findings);
    let mut inline = Inline::default();
    for file in layers.values().chain(&shadowed).filter(|file| file.name.ends_with(".html")) {
        inline.add(&Inline::of(&String::from_utf8_lossy(&file.bytes)));
    }
    let mut digest = etappe_base::hash::Hasher::new("theme");
    digest.value(&lists).value(&words.iter().map(|words| &words.phrases).collect::<Vec<_>>());
    digest.value(&inline).text(&image_sizes);
    for asset in &assets {
        digest.text(&asset.name).text(&asset.path);
    }
    let draws_cards = card::MADE
        && layers.get(templates::CARD).is_some_and(|file| !file.bytes.trim_ascii().is_empty());
    let templates = Templates::compile(&layers, &shadowed, &mut findings);
    (
        Theme {
            program,
            templates,
            lists,
            image_sizes,
            directives,
            assets,
            words,
            inline,
            draws_cards,
            digest: digest.finish(),
        },
        findings,
    )
}

impl Theme {
    /// Every file of the built-in theme, which stands behind this one.
    pub fn built_in(&self) -> impl Iterator<Item = ThemeFile> + use<> {
        self.program.files()
    }
}
