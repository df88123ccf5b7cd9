//! The review pack: pages as those who sign them get them, each a file that is whole by itself,
//! with marks where it differs from what was signed, and all that goes with it.
//!
//! Pages are drawn by the same engine as everywhere; all that is added to them is added here. Must
//! not know: disks, command lines. The signed text comes through `session`, as files of a hub.
//!
//! Begin with [`pack`].

mod archive;
mod asked;
mod index;
mod marks;
mod markup;
mod once;
mod page;
mod paper;
mod sheet;
mod shelf;
mod signed;
mod subject;
mod whole;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use etappe_base::path::HubPath;
use etappe_compliance::digest::Digests;
use etappe_compliance::{Item, ItemDigest};
use etappe_session::io::git::{self, GitError};
use etappe_session::io::{Files, MachineError, answers};
use etappe_session::{self as session, Content, Options, Revision};

use index::{PackedFile, cover, site_map};
use page::{PageFile, write_page};
use sheet::{ForWhom, Sheet, sheets};
use shelf::Shelf;
use subject::{Desk, ReviewedPage, Target};

pub use archive::zip;

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");

/// The hub that a pack is made of.
pub struct Office<'o> {
    /// The hub as those who sign it see it: read with `review`.
    pub revision: &'o Revision,
    /// Its files.
    pub files: &'o dyn Files,
    /// Its folder.
    pub root: &'o Path,
    /// How `revision` was read.
    pub options: &'o Options,
}

impl Office<'_> {
    fn content(&self) -> Option<&Content> {
        self.revision.content.as_ref()
    }
}

/// What a pack is to hold. Whatever is empty leaves nothing out.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Ids or files of pages, `claim:ID` and `module:NAME` for the pages that use them.
    pub items: Vec<String>,
    /// Only pages whose content differs from that of this revision.
    pub since: Option<String>,
    /// Ids of personas.
    pub personas: Vec<String>,
    /// Ids of markets.
    pub markets: Vec<String>,
    /// Codes of languages.
    pub langs: Vec<String>,
    /// The job code, which stands on every sheet.
    pub code: Option<String>,
}

/// A pack, ready to be written.
#[derive(Debug)]
pub struct Pack {
    /// Sorted by path.
    pub files: Vec<PackFile>,
    /// How many pages it holds, counted by reader and language.
    pub pages: usize,
    /// What had to be left out or made smaller, as sentences without their full stops.
    pub notices: Vec<String>,
}

/// One file of a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackFile {
    /// Below the pack's folder, with `/` between its parts.
    pub path: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Why there is no pack.
#[derive(Debug)]
pub enum Refused {
    /// What was asked for cannot be; a sentence for the user.
    Asked(String),
    /// The hub cannot be read: its findings say why.
    Unreadable,
    /// The machine does not allow it.
    Machine(MachineError),
}

impl From<GitError> for Refused {
    fn from(error: GitError) -> Self {
        match error {
            GitError::Unknown(message) | GitError::NoHistory(message) => Self::Asked(message),
            GitError::Machine(error) => Self::Machine(error),
        }
    }
}

/// Makes a pack. `done` is told after each page.
///
/// # Errors
/// See [`Refused`].
pub fn pack(
    office: &Office<'_>,
    request: &Request,
    done: &(dyn Fn() + Sync),
) -> Result<Pack, Refused> {
    let content = office.content().ok_or(Refused::Unreadable)?;
    let hub = &*content.material.hub;
    let all = sheets(hub);
    let today = digests(office.revision, office.files, &all);
    let before = match &request.since {
        Some(since) => Some(since_then(office, since, &all)?),
        None => None,
    };
    let differs =
        |item: &Item| before.as_ref().is_none_or(|before| before.get(item) != today.get(item));
    let asked = asked::asked((hub, &content.material.library), all.clone(), request, &differs)?;
    if asked.is_empty() {
        return Err(Refused::Asked(nothing(request)));
    }
    let records = session::records(office.files, &hub.config);
    let states = signed::states(office, hub, &asked, &records, &today);
    let layers = states.layers.iter();
    let desk = Desk {
        office,
        content,
        shelf: Shelf::new(office.revision, office.files),
        records: &records,
        states: &states,
        signed_shelves: layers.map(|layer| Shelf::new(&layer.revision, &layer.files)).collect(),
        today: &today,
        outputs: outputs(office, &all, &asked),
        answers: answers::load(office.root),
        code: request.code.as_deref().unwrap_or_default(),
    };
    let made: Vec<Option<(PackedFile, PageFile, String)>> = asked
        .par_iter()
        .map(|sheet| {
            let subject = ReviewedPage::of(&desk, sheet);
            let made = subject.map(|subject| {
                (PackedFile::of(&subject), write_page(&subject), sheet.file.clone())
            });
            done();
            made
        })
        .collect();
    Ok(together(&desk, made, request))
}

/// Puts site maps and cover to the pages.
fn together(
    desk: &Desk<'_>,
    made: Vec<Option<(PackedFile, PageFile, String)>>,
    request: &Request,
) -> Pack {
    let mut pack = Pack { files: Vec::new(), pages: 0, notices: Vec::new() };
    let mut put = |path: String, text: String| {
        pack.files.push(PackFile { path, bytes: text.into_bytes() });
    };
    let mut entries = Vec::new();
    for (entry, page, path) in made.into_iter().flatten() {
        put(path, page.html);
        pack.notices.extend(page.notices);
        entries.push(entry);
    }
    for part in ForWhom::ALL {
        let own: Vec<&PackedFile> = entries.iter().filter(|entry| entry.part == part).collect();
        if !own.is_empty() {
            put(format!("{}/index.html", part.folder()), site_map(desk, part, &own));
        }
    }
    put("index.html".to_owned(), cover(desk, &entries, request.since.as_deref()));
    pack.pages = entries.len();
    pack.files.sort_by(|a, b| a.path.cmp(&b.path));
    pack
}

fn nothing(request: &Request) -> String {
    match &request.since {
        Some(since) => format!("no page that is asked for differs from that of `{since}`"),
        None => "no page that is asked for can be shown: `etappe check` says why".to_owned(),
    }
}

/// Today's digest of every item.
fn digests(revision: &Revision, files: &dyn Files, sheets: &[Sheet]) -> BTreeMap<Item, ItemDigest> {
    let Some(content) = &revision.content else { return BTreeMap::new() };
    let read = |path: &HubPath| files.read(path).ok();
    let digests = Digests::new(&content.material.hub, &content.material.library, &read);
    let mut all = BTreeMap::new();
    for item in sheets.iter().flat_map(|sheet| &sheet.items) {
        if !all.contains_key(item)
            && let Some(digest) = digests.digest(item)
        {
            all.insert(item.clone(), digest);
        }
    }
    all
}

/// The digests of another revision.
fn since_then(
    office: &Office<'_>,
    since: &str,
    sheets: &[Sheet],
) -> Result<BTreeMap<Item, ItemDigest>, Refused> {
    let files = git::read_whole_revision(office.root, since)?;
    let revision = session::load(&files, office.options);
    if revision.content.is_none() {
        return Err(Refused::Asked(format!("the hub cannot be read as it was in `{since}`")));
    }
    Ok(digests(&revision, &files, sheets))
}

/// Where every page of the site map is.
fn outputs(office: &Office<'_>, all: &[Sheet], asked: &[Sheet]) -> BTreeMap<String, Target> {
    let Some(hub) = office.revision.hub() else { return BTreeMap::new() };
    let in_pack: std::collections::BTreeSet<_> =
        asked.iter().map(|sheet| sheet.placement).collect();
    let target = |sheet: &Sheet| {
        let target = Target {
            number: sheet.number.clone(),
            part: sheet.part,
            file: sheet.file.clone(),
            is_in_pack: in_pack.contains(&sheet.placement),
        };
        (hub.out_path(hub.placement(sheet.placement)), target)
    };
    all.iter().map(target).collect()
}
