//! The digests that are signed: of items without an error, and as they are committed.

use std::collections::{BTreeMap, BTreeSet};

use super::items::ToSign;
use super::{Signing, Unsigned, refused};
use crate::io::committed::CommittedFiles;
use crate::io::{Files, git};
use crate::load;
use etappe_base::path::HubPath;
use etappe_compliance::digest::Digests;
use etappe_compliance::{Item, ItemDigest};
use etappe_hub::journey::DocIx;

/// An item with its digest, and the blob of each part that is a file's.
pub(super) struct DigestedItem {
    pub item: Item,
    pub digest: ItemDigest,
    pub blobs: BTreeMap<String, String>,
}

impl Signing<'_> {
    /// The digest of each item, and the blobs that hold it.
    pub(super) fn digests(&self, items: &[ToSign]) -> Result<Vec<DigestedItem>, Unsigned> {
        let read = |path: &HubPath| self.files.read(path).ok();
        let digests = Digests::new(self.hub, &self.content.material.library, &read);
        let mut signed = Vec::new();
        let mut sources: BTreeSet<HubPath> = BTreeSet::new();
        for (item, doc) in items {
            let Some(digest) = digests.digest(item) else {
                self.refuse_errors(items, &sources)?;
                return refused(format!(
                    "`{}` in {} has no digest, because a file of it cannot be read: see `etappe \
                     check`",
                    item.id, item.lang
                ));
            };
            sources.extend(digest.parts.keys().filter_map(|part| self.source(part, item, *doc)));
            signed.push((item, *doc, digest));
        }
        self.refuse_errors(items, &sources)?;
        self.refuse_uncommitted(&signed, &sources)?;
        let blobs = git::committed_blobs(self.root, &sources);
        let digested = |(item, doc, digest): (&Item, Option<DocIx>, ItemDigest)| {
            let blob = |part: &String| {
                let file = self.source(part, item, doc)?;
                Some((part.clone(), blobs.get(&file)?.clone()))
            };
            let blobs = digest.parts.keys().filter_map(blob).collect();
            DigestedItem { item: item.clone(), digest, blobs }
        };
        Ok(signed.into_iter().map(digested).collect())
    }

    /// The file that a part is made of, or most of it.
    fn source(&self, part: &str, item: &Item, doc: Option<DocIx>) -> Option<HubPath> {
        let material = &self.content.material;
        match part.split_once(':') {
            None if part == "texts" => Some(HubPath::literal("hub.toml")),
            None => doc.map(|doc| self.hub.facets(doc).file.clone()),
            Some(("product", id)) => HubPath::new(&format!("products/{id}.toml")),
            Some(("reference", key)) => Some(material.references.get(key)?.place.file.clone()),
            Some(("claim", id)) => Some(material.library.claim(id)?.place.file.clone()),
            Some(("module" | "audience", name)) => {
                let lang = self.hub.config.find_lang(&item.lang)?;
                Some(material.library.module(name, lang)?.file.clone())
            }
            Some(_) => None,
        }
    }

    /// Nothing with an error is signed, nor what is made of something with one, unless the error is
    /// about an approval. What hub.toml, cards and folders say belongs to all.
    fn refuse_errors(&self, items: &[ToSign], sources: &BTreeSet<HubPath>) -> Result<(), Unsigned> {
        let pages: BTreeSet<&HubPath> =
            items.iter().filter_map(|(_, doc)| Some(&self.hub.facets((*doc)?).file)).collect();
        let is_of_all = |file: &HubPath| {
            let first = file.as_str().split('/').next().unwrap_or_default();
            let folder = format!("{}/", file.folder());
            let is_above = || pages.iter().any(|page| page.as_str().starts_with(&folder));
            first == "hub.toml"
                || first == "personas"
                || (file.name() == "_defaults.toml" && is_above())
        };
        let found = &self.revision.judged().standing;
        let error = found.iter().filter(|finding| finding.is_error()).find(|finding| {
            let of_items = finding.place.as_ref().is_some_and(|place| {
                let file = &place.file;
                pages.contains(file) || sources.contains(file) || is_of_all(file)
            });
            of_items && !items.is_empty() && !finding.code.id.starts_with("approval.")
        });
        match error {
            Some(error) => refused(format!(
                "`{}` has an error: {} See `etappe check`",
                error.place.as_ref().map(|place| place.file.as_str()).unwrap_or_default(),
                error.message
            )),
            None => Ok(()),
        }
    }

    /// What is signed is what the last commit holds, whichever files it is made of: the digests of
    /// the committed hub must be the same.
    fn refuse_uncommitted(
        &self,
        signed: &[(&Item, Option<DocIx>, ItemDigest)],
        sources: &BTreeSet<HubPath>,
    ) -> Result<(), Unsigned> {
        let committed = CommittedFiles::new(self.files, self.root)?;
        if signed.is_empty() || committed.changed().next().is_none() {
            return Ok(());
        }
        let revision = load(&committed, &self.revision.options);
        let content = revision.content.as_ref();
        let read = |path: &HubPath| committed.read(path).ok();
        let digests = content.map(|content| {
            let material = &content.material;
            Digests::new(&material.hub, &material.library, &read)
        });
        for (item, _, now) in signed {
            let then = digests.as_ref().and_then(|digests| digests.digest(item));
            if then.as_ref().is_some_and(|then| then.digest == now.digest) {
                continue;
            }
            let then = then.map(|then| then.parts).unwrap_or_default();
            let parts = now.differing(&then.iter().collect());
            let parts: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
            return refused(format!(
                "{} must be committed before `{}` is signed: of it {} would be signed otherwise \
                 than it is committed",
                files_to_commit(&committed, sources),
                item.id,
                parts.join(", ")
            ));
        }
        Ok(())
    }
}

/// The files that are not committed: those that the items are known to be made of, or else all.
fn files_to_commit(committed: &CommittedFiles<'_>, sources: &BTreeSet<HubPath>) -> String {
    /// So many files are named.
    const NAMED: usize = 5;
    let all: Vec<&str> = committed.changed().map(HubPath::as_str).collect();
    let own: Vec<&str> = all.iter().copied().filter(|file| sources.contains(*file)).collect();
    let files = if own.is_empty() { all } else { own };
    let named: Vec<String> = files.iter().take(NAMED).map(|file| format!("`{file}`")).collect();
    let more = if files.len() > NAMED { " and others" } else { "" };
    format!("{}{more}", named.join(", "))
}
