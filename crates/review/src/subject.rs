//! All that is known of one page of a pack, before it is written.

use std::collections::{BTreeMap, BTreeSet};

use super::Office;
use crate::marks::{Differs, marked, marked_words};
use crate::markup::HtmlPiece;
use crate::sheet::{ForWhom, Sheet};
use crate::shelf::Shelf;
use crate::signed::{Last, SignedStates, last};
use crate::whole::{pieces_of, text_of};
use etappe_base::finding::Finding;
use etappe_compliance::approvals::JudgedItem;
use etappe_compliance::records::Records;
use etappe_compliance::{Item, ItemDigest};
use etappe_external::Kept;
use etappe_hub::content::Facets;
use etappe_hub::journey::{Hub, Placement};
use etappe_session::Content;
use etappe_site::view::seam;

/// What all pages of a pack are written from.
pub(crate) struct Desk<'d> {
    pub office: &'d Office<'d>,
    pub content: &'d Content,
    /// Today's outputs.
    pub shelf: Shelf<'d>,
    pub records: &'d Records,
    pub states: &'d SignedStates<'d>,
    /// The outputs of each layer of what was signed.
    pub signed_shelves: Vec<Shelf<'d>>,
    /// Today's digests.
    pub today: &'d BTreeMap<Item, ItemDigest>,
    /// Every page of the site map, by its output.
    pub outputs: BTreeMap<String, Target>,
    /// What other sites answered when they were last asked.
    pub answers: Kept,
    pub code: &'d str,
}

/// A page that links may lead to.
pub(crate) struct Target {
    pub number: String,
    pub part: ForWhom,
    pub file: String,
    pub is_in_pack: bool,
}

impl Desk<'_> {
    pub(crate) fn hub(&self) -> &Hub {
        &self.content.material.hub
    }
}

/// How a page compares with what was signed of it.
#[derive(Clone, Debug)]
pub(crate) enum Compared {
    /// Nobody signed it yet.
    Unsigned,
    /// It is what was signed.
    Same,
    /// Its words are marked where they differ.
    Words(Differs),
    /// The signed text is not to be had: only whole parts can be told.
    Parts,
}

impl Compared {
    /// In one word, for lists.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Unsigned => "new",
            Self::Same => "unchanged",
            Self::Words(_) | Self::Parts => "changed",
        }
    }
}

/// A part of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PartState {
    pub name: String,
    /// `unchanged`, `changed`, `new` or `gone`.
    pub state: &'static str,
    /// Today's digest; that which was signed of a part that is gone.
    pub digest: String,
}

/// What is signed of the page for one market.
pub(crate) struct Signable<'s> {
    pub item: &'s Item,
    pub today: Option<&'s ItemDigest>,
    pub last: Option<Last<'s>>,
    pub judged: Option<&'s JudgedItem>,
    pub parts: Vec<PartState>,
}

/// One page as it goes into its file.
pub(crate) struct ReviewedPage<'s> {
    pub desk: &'s Desk<'s>,
    pub sheet: &'s Sheet,
    pub placement: &'s Placement,
    pub facets: &'s Facets,
    pub signables: Vec<Signable<'s>>,
    pub compared: Compared,
    /// Parts that changed, and of which nobody can see here what was signed.
    pub lost: Vec<String>,
    /// The page with its marks.
    pub pieces: Vec<HtmlPiece>,
    /// Title and summary with marks, as HTML.
    pub title: String,
    pub summary: String,
    pub findings: Vec<&'s Finding>,
}

impl<'s> ReviewedPage<'s> {
    /// `None` where the page cannot be drawn.
    pub(crate) fn of(desk: &'s Desk<'s>, sheet: &'s Sheet) -> Option<Self> {
        let hub = desk.hub();
        let placement = hub.placement(sheet.placement);
        let facets = hub.facets(placement.doc);
        let pieces = pieces_of(&desk.shelf, &hub.out_path(placement))?;
        let signables: Vec<Signable<'_>> =
            sheet.items.iter().map(|item| signable(desk, item)).collect();
        let found = &desk.office.revision.judged().standing;
        let of_page = |finding: &&Finding| {
            finding.place.as_ref().is_some_and(|place| place.file == facets.file)
        };
        let mut subject = Self {
            desk,
            sheet,
            placement,
            facets,
            signables,
            compared: Compared::Unsigned,
            lost: Vec::new(),
            pieces,
            title: crate::paper::escaped(&facets.front.title),
            summary: crate::paper::escaped(&facets.front.summary),
            findings: found.iter().filter(of_page).collect(),
        };
        subject.compare();
        Some(subject)
    }

    pub(crate) fn title(&self) -> &str {
        &self.facets.front.title
    }

    /// The signature that the page is compared with: the newest of its markets.
    pub(crate) fn newest(&self) -> Option<&Signable<'s>> {
        let signed = self.signables.iter().filter(|signable| signable.last.is_some());
        signed.max_by_key(|signable| {
            signable.last.as_ref().map(|last| last.record.signed_at).unwrap_or_default()
        })
    }

    fn compare(&mut self) {
        let Some(newest) = self.newest() else { return };
        if newest.parts.iter().all(|part| part.state == "unchanged") {
            self.compared = Compared::Same;
            return;
        }
        let item = newest.item;
        self.compared = Compared::Parts;
        let Some(restored) = self.desk.states.restored.get(item) else { return };
        let Some(layer) = self.desk.states.layers.get(restored.layer) else { return };
        let Some(then) = layer.revision.hub() else { return };
        let Some(doc) = then.find_doc(&self.facets.file) else { return };
        if !restored.lost.contains("front") {
            let front = &then.facets(doc).front;
            self.title = marked_words(&self.facets.front.title, &front.title).0;
            self.summary = marked_words(&self.facets.front.summary, &front.summary).0;
        }
        if restored.lost.contains("text") {
            return;
        }
        // These readers may not have had the page when it was signed.
        let site = self.desk.hub().site(self.sheet.site);
        let then_site = then.find_site(site.persona, site.lang);
        let placed = then_site.and_then(|site| then.on_site(then.doc(doc).page, site));
        let Some(placed) = placed else { return };
        let shelf = &self.desk.signed_shelves[restored.layer];
        let path = then.out_path(then.placement(placed));
        let Some(signed) = pieces_of(shelf, &path) else { return };
        let (Some(new), Some(old)) = (text_of(&self.pieces), text_of(&signed)) else { return };
        let (text, differs) = marked(&self.pieces[new.clone()], &signed[old]);
        self.lost = restored.lost.iter().cloned().collect();
        let text = text.into_iter().flat_map(|piece| whole_if_lost(piece, &restored.lost));
        let text: Vec<HtmlPiece> = text.collect();
        self.pieces.splice(new, text);
        self.compared = Compared::Words(differs);
    }
}

/// What was written once and of which nobody can see what was signed: all of it counts as changed.
fn whole_if_lost(piece: HtmlPiece, lost: &BTreeSet<String>) -> Vec<HtmlPiece> {
    let is_lost = match &piece {
        HtmlPiece::Comment(comment) => match format!("<!--{comment}").strip_prefix(seam::REUSED) {
            Some("claims") => lost.iter().any(|lost| lost.starts_with("claim:")),
            Some(name) => lost.contains(name),
            None => false,
        },
        _ => false,
    };
    let label = "<span class=\"rv-label rv-changed\">changed as a whole</span> ";
    match is_lost {
        true => vec![piece, HtmlPiece::Own(label.to_owned())],
        false => vec![piece],
    }
}

fn signable<'s>(desk: &'s Desk<'s>, item: &'s Item) -> Signable<'s> {
    let today = desk.today.get(item);
    let last = last(desk.records, item);
    let judged = desk.content.approvals.items.iter();
    let judged =
        judged.filter(|judged| judged.channel == "web").find(|judged| judged.item == *item);
    let parts = parts(today, last.as_ref());
    Signable { item, today, last, judged, parts }
}

/// Every part of an item, and what became of it since it was signed.
fn parts(today: Option<&ItemDigest>, last: Option<&Last<'_>>) -> Vec<PartState> {
    let mut parts = Vec::new();
    let then = |name: &str| last.and_then(|last| last.signed.parts.get(name));
    for (name, digest) in today.into_iter().flat_map(|today| &today.parts) {
        let state = match then(name) {
            Some(part) if part.digest == *digest => "unchanged",
            Some(_) => "changed",
            None => "new",
        };
        parts.push(PartState { name: name.clone(), state, digest: digest.clone() });
    }
    let is_there = |name: &String| today.is_some_and(|today| today.parts.contains_key(name));
    let signed = last.into_iter().flat_map(|last| &last.signed.parts);
    for (name, part) in signed.filter(|(name, _)| !is_there(name)) {
        let (name, digest) = (name.clone(), part.digest.clone());
        parts.push(PartState { name, state: "gone", digest });
    }
    parts
}
