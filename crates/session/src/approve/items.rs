//! What is signed: the items that a request means, none of them with an error or an open change,
//! and the digest of each.

use std::collections::{BTreeMap, BTreeSet};

use super::{Signing, Unsigned, refused};
use crate::io::git;
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_compliance::approvals::items_of;
use etappe_compliance::digest::Digests;
use etappe_compliance::{Item, ItemDigest, ItemId};
use etappe_hub::config::approval::RecordKind;
use etappe_hub::journey::{Approval, DocIx};

/// An item, and its page if it is one.
type ToSign = (Item, Option<DocIx>);

/// An item with its digest, and the blob of each part that is a file's.
pub(super) struct DigestedItem {
    pub item: Item,
    pub digest: ItemDigest,
    pub blobs: BTreeMap<String, String>,
}

impl Signing<'_> {
    /// What is signed, each once.
    pub(super) fn items(&self) -> Result<Vec<ToSign>, Unsigned> {
        if self.kind == RecordKind::REVOCATION {
            if self.request.revokes.is_none() {
                return refused("say what is taken back: `--revokes CODE/NAME.toml`");
            }
            if !self.request.items.is_empty() {
                return refused("a revocation takes a record back, and names no item");
            }
            return Ok(Vec::new());
        }
        if let Some(part) = &self.request.drifted_by {
            return self.drifted_by(part);
        }
        let mut items: BTreeMap<Item, Option<DocIx>> = BTreeMap::new();
        for name in &self.request.items {
            let named = self.named(name)?;
            let wanted = |item: &Item| {
                self.request.langs.is_empty() || self.request.langs.contains(&item.lang)
            };
            let named: Vec<ToSign> = named.into_iter().filter(|(item, _)| wanted(item)).collect();
            if named.is_empty() {
                return refused(format!(
                    "`{name}` is not there in {}",
                    self.request.langs.join(", ")
                ));
            }
            items.extend(self.of_markets(name, named)?);
        }
        Ok(items.into_iter().collect())
    }

    /// Every item that a name on the command line means.
    fn named(&self, name: &str) -> Result<Vec<ToSign>, Unsigned> {
        if ItemId::read(name) == ItemId::Site {
            let judged = self.content.approvals.items.iter();
            let of_site = judged.filter(|judged| judged.item.id == ItemId::Site);
            let items: Vec<ToSign> = of_site.map(|judged| (judged.item.clone(), None)).collect();
            return match items.is_empty() {
                true => refused("hub.toml does not ask for `@site`: `[approval] site = true`"),
                false => Ok(items),
            };
        }
        let hub = self.hub;
        let path = name.trim_start_matches("./");
        let is_meant = |ix: &DocIx| {
            let facets = hub.facets(*ix);
            let page = hub.page(hub.doc(*ix).page);
            hub.page_id(page) == name || facets.file.as_str() == path
        };
        let found: Vec<ToSign> = hub
            .doc_ixs()
            .filter(is_meant)
            .flat_map(|ix| items_of(hub, ix).into_iter().map(move |item| (item, Some(ix))))
            .collect();
        if found.is_empty() {
            let known = hub.pages.iter().map(|page| hub.page_id(page));
            return refused(format!("there is no item `{name}`; {}", did_you_mean(name, known)));
        }
        Ok(found)
    }

    /// Those of the markets that were asked for.
    fn of_markets(&self, name: &str, named: Vec<ToSign>) -> Result<Vec<ToSign>, Unsigned> {
        let markets: BTreeSet<&String> =
            named.iter().filter_map(|(item, _)| item.market.as_ref()).collect();
        let asked = &self.request.markets;
        if let Some(unknown) = asked.iter().find(|market| !markets.contains(market)) {
            let known: Vec<&str> = markets.iter().map(|market| market.as_str()).collect();
            return refused(match known.as_slice() {
                [] => "the hub tells no markets apart: leave `--market` out".to_owned(),
                known => format!("`{name}` is not for `{unknown}`; it is for {}", known.join(", ")),
            });
        }
        if asked.is_empty() && !self.request.all_markets && markets.len() > 1 {
            let known: Vec<&str> = markets.iter().map(|market| market.as_str()).collect();
            return refused(format!(
                "`{name}` is for {}: name one with `--market`, or say `--all-markets`",
                known.join(", ")
            ));
        }
        let is_asked = |item: &Item| {
            asked.is_empty() || item.market.as_ref().is_some_and(|market| asked.contains(market))
        };
        Ok(named.into_iter().filter(|(item, _)| is_asked(item)).collect())
    }

    /// Every item whose record of this kind and role differs by one part alone.
    fn drifted_by(&self, part: &str) -> Result<Vec<ToSign>, Unsigned> {
        let mut items: BTreeMap<Item, Option<DocIx>> = BTreeMap::new();
        for judged in &self.content.approvals.items {
            let differs = judged.needs.iter().any(|need| {
                need.kind == self.kind.name()
                    && need.role == self.request.role
                    && need.state == Approval::Drifted
                    && need.by.as_ref().is_some_and(|by| by.drifted == [part])
            });
            if differs {
                items.insert(judged.item.clone(), judged.doc);
            }
        }
        match items.is_empty() {
            true => refused(format!("nothing that was signed differs by `{part}` alone")),
            false => Ok(items.into_iter().collect()),
        }
    }

    /// No page with an error is signed, unless the error is about its approval.
    pub(super) fn refuse_errors(&self, items: &[ToSign]) -> Result<(), Unsigned> {
        let files: BTreeSet<&HubPath> =
            items.iter().filter_map(|(_, doc)| Some(&self.hub.facets((*doc)?).file)).collect();
        let found = &self.revision.judged().standing;
        let error = found.iter().filter(|finding| finding.is_error()).find(|finding| {
            let of_item = finding.place.as_ref().is_some_and(|place| files.contains(&place.file));
            of_item && !finding.code.id.starts_with("approval.")
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

    /// The digest of each item, and the blobs that hold it; all of it must be committed.
    pub(super) fn digests(&self, items: &[ToSign]) -> Result<Vec<DigestedItem>, Unsigned> {
        let read = |path: &HubPath| self.files.read(path).ok();
        let digests = Digests::new(self.hub, &self.content.material.library, &read);
        let mut signed = Vec::new();
        let mut sources: BTreeSet<HubPath> = BTreeSet::new();
        for (item, doc) in items {
            let Some(digest) = digests.digest(item) else {
                return refused(format!("`{}` in {} has no digest", item.id, item.lang));
            };
            sources.extend(digest.parts.keys().flat_map(|part| self.sources(part, *doc)));
            signed.push((item, *doc, digest));
        }
        let blobs = git::committed_blobs(self.root, &sources)?;
        let open: Vec<&str> = blobs
            .iter()
            .filter(|(_, blob)| blob.is_none())
            .map(|(file, _)| file.as_str())
            .collect();
        if !open.is_empty() {
            return refused(format!("{} must be committed before it is signed", open.join(", ")));
        }
        let digested = |(item, doc, digest): (&Item, Option<DocIx>, ItemDigest)| {
            let blob = |part: &String| {
                let file = self.sources(part, doc).into_iter().next()?;
                Some((part.clone(), blobs.get(&file)?.clone()?))
            };
            let blobs = digest.parts.keys().filter_map(blob).collect();
            DigestedItem { item: item.clone(), digest, blobs }
        };
        Ok(signed.into_iter().map(digested).collect())
    }

    /// The files that a part is made of, the one whose blob holds it first.
    fn sources(&self, part: &str, doc: Option<DocIx>) -> Vec<HubPath> {
        let existing =
            |path: String| HubPath::new(&path).filter(|path| self.files.read(path).is_ok());
        let page = doc.map(|doc| self.hub.facets(doc).file.clone());
        match part.split_once(':') {
            None if part == "texts" => existing("hub.toml".to_owned()).into_iter().collect(),
            None => page.into_iter().collect(),
            Some(("product", id)) => existing(format!("products/{id}.toml")).into_iter().collect(),
            Some(("reference", key)) => self.reference(key).into_iter().collect(),
            Some(("module", name)) => existing(format!("modules/{name}.md")).into_iter().collect(),
            Some(_) => Vec::new(),
        }
    }

    /// The file that a reference stands in.
    fn reference(&self, key: &str) -> Option<HubPath> {
        let found = self.content.material.references.get(key)?;
        Some(found.place.file.clone())
    }
}
