//! No persona's folder holds what belongs to another persona, no folder holds anything unpublished
//! or internal, and no page fetches from another site. The outputs themselves are searched,
//! whatever made them: `docs/leaks.md` says what is seen.

mod borders;
mod css;
mod fold;
mod folder;
mod lookout;
mod looks;
mod origin;
mod own;
mod secrets;
mod seen;
mod tags;
mod texts;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_site::kinds::{ReadAs, Recipe};
use etappe_site::material::Material;
use etappe_site::plan::Node;

use folder::Folder;
use origin::{Fetcher, Origins};
use secrets::{Readers, Secret, built};
use texts::TextForm;

/// Knows what must not stand in each persona's folder.
pub struct LeakGuard<'m> {
    material: &'m Material,
    /// One for each built persona, and the last for what stands in none of theirs.
    folders: Vec<Folder<'m>>,
    origins: Origins,
    /// Digest of all that is looked for, and where.
    digest: Digest,
    /// Something was found that may not be there.
    found: AtomicBool,
    excuses: Mutex<Excuses>,
}

/// Texts that were found and may stay, since a page of the same readers says them. By folder, then
/// by text: the file of that page.
pub type Excuses = BTreeMap<String, BTreeMap<String, HubPath>>;

impl<'m> LeakGuard<'m> {
    /// Works out what each folder must not hold, and which addresses are the hub's own.
    pub fn new(material: &'m Material) -> Self {
        let personas = built(&material.hub.config).map(Readers::Persona);
        let readers: Vec<Readers> = personas.chain([Readers::Everybody]).collect();
        let (folders, digests): (Vec<Folder<'m>>, Vec<Digest>) =
            readers.par_iter().map(|readers| Folder::new(material, *readers)).unzip();
        let mut hasher = Hasher::new("leaks within texts");
        digests.iter().for_each(|digest| {
            hasher.digest(*digest);
        });
        let origins = Origins::new(&material.hub.config);
        hasher.digest(origins.digest());
        let digest = hasher.finish();
        Self {
            material,
            folders,
            origins,
            digest,
            found: AtomicBool::new(false),
            excuses: Mutex::default(),
        }
    }

    /// The digest of what was looked for, once all outputs were searched: the same outputs need no
    /// second search for the same. `None` when something was found.
    pub fn clean(&self) -> Option<Digest> {
        (!self.found.load(Ordering::Relaxed)).then_some(self.digest)
    }

    /// What was found so far and may stay, as long as the pages named still say it.
    pub fn excuses(&self) -> Excuses {
        self.excuses.lock().expect("no thread panics while it holds the list").clone()
    }

    /// Whether outputs that were searched before need no second search: the search was for the
    /// same, as the digest `looked_for` says, and every excuse still holds.
    pub fn looks_for_the_same(&self, looked_for: Option<Digest>, excuses: &Excuses) -> bool {
        let hold = |(name, texts): (&String, &BTreeMap<String, HubPath>)| {
            let folder = self.folders.iter().find(|folder| folder.name == name);
            folder.is_some_and(|folder| folder.still_excuses(texts))
        };
        looked_for == Some(self.digest) && excuses.iter().all(hold)
    }

    /// Whether an output holds text to look through; pictures, sound and documents do not.
    pub fn looks_at(node: &Node) -> bool {
        written(node).is_some()
    }

    /// Looks through one output.
    pub fn scan(&self, node: &Node, bytes: &[u8]) -> Vec<Finding> {
        let Some(written) = written(node) else { return Vec::new() };
        let path = node.path.as_str();
        let folder = self.folder(path);
        let mut findings = Vec::new();
        for number in folder.search(node, written, bytes) {
            match folder.excuse(number) {
                Some(file) => self.excuse(folder.name, folder.text(number), file),
                None => findings.push(leak(path, folder.secret(number))),
            }
        }
        if let Some(fetcher) = fetcher(path, node.recipe) {
            findings.extend(
                self.origins.fetched(fetcher, bytes).iter().map(|url| self.foreign(node, url)),
            );
        }
        if !findings.is_empty() {
            self.found.store(true, Ordering::Relaxed);
        }
        findings
    }

    /// The folder that an output stands in.
    fn folder(&self, path: &str) -> &Folder<'m> {
        let (everybody, personas) =
            self.folders.split_last().expect("there is one for what stands in no persona's");
        let own = personas.iter().find(|folder| {
            path.strip_prefix(folder.name).is_some_and(|rest| rest.starts_with('/'))
        });
        own.unwrap_or(everybody)
    }

    fn excuse(&self, folder: &str, text: &str, file: &HubPath) {
        let mut excuses = self.excuses.lock().expect("no thread panics while it holds the list");
        let texts = match excuses.get_mut(folder) {
            Some(texts) => texts,
            None => excuses.entry(folder.to_owned()).or_default(),
        };
        if !texts.contains_key(text) {
            texts.insert(text.to_owned(), file.clone());
        }
    }

    fn foreign(&self, node: &Node, url: &str) -> Finding {
        let place = match node.recipe {
            Recipe::Page(page) => {
                let placement = self.material.hub.placement(page.0);
                let file = &self.material.hub.facets(placement.doc).file;
                let mut links = self.material.body(placement).links.iter();
                let place = links.find(|link| &*link.dest == url).map(|link| link.place(file));
                Some((place.unwrap_or_else(|| Place::file(file)), "page"))
            }
            recipe => {
                let copied = recipe.copies(self.material);
                copied.map(|asset| (Place::file(&asset.file), "file"))
            }
        };
        match place {
            Some((place, what)) => Finding::new(
                &codes::LEAK_ORIGIN,
                place,
                format!("The {what} fetches `{url}` from another site."),
            ),
            None => Finding::on_hub(
                &codes::LEAK_ORIGIN,
                format!("`{}` fetches `{url}` from another site.", node.path),
            ),
        }
        .help(
            "put the file beside the page or under static/: what is fetched elsewhere tells \
            others who reads this",
        )
    }
}

fn leak(path: &str, secret: &Secret<'_>) -> Finding {
    let message = format!("`{path}` shows {}: “{}”.", secret.what, secret.text.trim());
    Finding::new(secret.code, Place::file(secret.file), message)
        .help("a template hands out more than it should; nothing is published until it does not")
}

/// How an output is written; `None` where it is no text.
fn written(node: &Node) -> Option<TextForm> {
    match node.recipe.form() {
        ReadAs::Picture => None,
        ReadAs::Drawing => Some(TextForm::Markup),
        ReadAs::Plain => Some(TextForm::Plain),
        ReadAs::Named => by_extension(extension(node.path.as_str())),
    }
}

fn by_extension(extension: &str) -> Option<TextForm> {
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" | "xml" | "svg" | "rss" | "atom" | "opml" | "xsl" | "xslt"
        | "vue" => Some(TextForm::Markup),
        "json" | "webmanifest" | "geojson" | "jsonld" | "map" | "ipynb" => Some(TextForm::Json),
        // A file without an extension is most often text, such as `humans` or `CNAME`.
        "" | "txt" | "text" | "md" | "markdown" | "css" | "scss" | "less" | "js" | "mjs"
        | "cjs" | "ts" | "jsx" | "tsx" | "csv" | "tsv" | "vtt" | "srt" | "ics" | "vcf" | "bib"
        | "yaml" | "yml" | "toml" | "ini" | "conf" | "log" | "ndjson" | "jsonl" | "tex" | "rst"
        | "eml" => Some(TextForm::Plain),
        _ => None,
    }
}

/// What an output is to a browser; `None` where it makes browsers fetch nothing.
fn fetcher(path: &str, recipe: Recipe) -> Option<Fetcher> {
    match extension(path).to_ascii_lowercase().as_str() {
        _ if recipe.form() == ReadAs::Drawing => None,
        "html" | "htm" | "xhtml" | "svg" => Some(Fetcher::Page),
        "css" => Some(Fetcher::Style),
        _ => None,
    }
}

fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .map_or("", |(stem, extension)| if stem.is_empty() { "" } else { extension })
}
