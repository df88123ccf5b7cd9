//! What is served at this moment: the newest state of the hub, and outputs on demand. Knows nothing
//! of HTTP.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use tokio::sync::watch;

use super::editor::Editor;
use etappe_base::finding::{Finding, Summary};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::{HubPath, OutPath};
use etappe_hub::config::policy::Judged;
use etappe_hub::journey::State;
use etappe_session::io::Files;
use etappe_session::{self as session, Content, Revision};
use etappe_site::engine::{Memo, Output, Unmade};

/// How many bytes of outputs are kept ready.
const MEMO: usize = 64 << 20;
/// How many pages have their last good state remembered: those that were looked at lately.
const REMEMBERED: usize = 256;
/// How many requests may wait for a look through all outputs.
const WAITING: usize = 3;

/// One state of what is served. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub newest: Arc<Revision>,
    /// The newest revision that has a plan; `None` until there is one.
    pub shown: Option<Arc<Revision>>,
    /// The newest revision whose templates all compile; it makes the outputs that a newer one
    /// cannot.
    whole: Option<Arc<Revision>>,
    /// The pages whose saving led to this state.
    pub saved: Arc<[HubPath]>,
}

impl Snapshot {
    fn first(newest: Arc<Revision>) -> Self {
        Self { shown: None, whole: None, saved: Arc::default(), newest: Arc::clone(&newest) }
            .next(newest, Arc::default())
    }

    fn next(&self, newest: Arc<Revision>, saved: Arc<[HubPath]>) -> Self {
        let all_compile = |content: &Content| content.material.theme.templates.all_compile();
        let is_whole = newest.content.as_ref().is_some_and(all_compile);
        let take = |if_so: bool, before: &Option<Arc<Revision>>| {
            if if_so { Some(Arc::clone(&newest)) } else { before.clone() }
        };
        let (shown, whole) =
            (take(newest.content.is_some(), &self.shown), take(is_whole, &self.whole));
        Self { newest, shown, whole, saved }
    }

    /// Whether what is shown is older than what was saved.
    pub(crate) fn is_behind(&self) -> bool {
        self.shown.as_ref().is_none_or(|shown| shown.number != self.newest.number)
    }

    /// What is shown, with its plan.
    pub(crate) fn content(&self) -> Option<&Content> {
        self.shown.as_ref()?.content.as_ref()
    }
}

/// What an address leads to.
pub(crate) enum Reached {
    Output(Output),
    /// It cannot be made now: the last good output, and a finding that says why.
    Before(Output, Option<Box<Finding>>),
    /// It cannot be made and never was. The reason is among the hub's findings, or is this one.
    Failed(Option<Box<Finding>>),
    /// No output has this address.
    Nothing,
    /// The hub has not been readable since the preview began.
    NoHub,
}

/// The preview of one hub.
pub(crate) struct Preview {
    /// Absolute.
    pub root: PathBuf,
    pub editor: Editor,
    /// Whether browsers go to the page that was saved.
    pub navigate: bool,
    files: Arc<dyn Files>,
    memo: Memo,
    current: watch::Sender<Snapshot>,
    before: Mutex<Before>,
    look: Mutex<Look>,
    /// Told when a look through all outputs ends.
    looked: Condvar,
}

/// The looks through all outputs, for findings that only they show.
#[derive(Default)]
struct Look {
    /// The last state that was looked through.
    last: Option<SearchedState>,
    /// Whether somebody looks now.
    is_on: bool,
    /// How many requests wait for that.
    waiting: usize,
}

/// A state whose outputs were all made and searched.
#[derive(Clone)]
struct SearchedState {
    number: u64,
    judged: Arc<Judged>,
    late: Arc<[Finding]>,
}

impl Preview {
    pub(crate) fn new(
        root: PathBuf,
        editor: Editor,
        navigate: bool,
        files: Arc<dyn Files>,
        first: Arc<Revision>,
    ) -> Self {
        let (current, _) = watch::channel(Snapshot::first(first));
        Self {
            root,
            editor,
            navigate,
            files,
            memo: Memo::new(MEMO),
            current,
            before: Mutex::default(),
            look: Mutex::default(),
            looked: Condvar::new(),
        }
    }

    /// Takes a new state; `saved` are the pages whose saving led to it.
    pub(crate) fn publish(&self, revision: Arc<Revision>, saved: Vec<HubPath>) {
        self.current.send_modify(|current| *current = current.next(revision, saved.into()));
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.current.borrow().clone()
    }

    /// A channel that tells of every new state.
    pub(crate) fn states(&self) -> watch::Receiver<Snapshot> {
        self.current.subscribe()
    }

    pub(crate) fn read(&self, file: &HubPath) -> Option<Vec<u8>> {
        self.files.read(file).ok()
    }

    /// What stands at `path`.
    pub(crate) fn find(&self, snapshot: &Snapshot, path: &OutPath) -> Reached {
        let Some(shown) = &snapshot.shown else { return Reached::NoHub };
        match shown.demand(path.as_str(), &*self.files, &self.memo) {
            Some(Ok(output)) => {
                if path.as_str().ends_with(".html") {
                    let source = snapshot
                        .content()
                        .and_then(|content| output.recipe.source(&content.material.hub));
                    self.lock().remember(path, Remembered { output: output.clone(), source });
                }
                Reached::Output(output)
            }
            Some(Err(Unmade::Failed(finding))) => self.before_or_failed(path, Some(finding)),
            Some(Err(Unmade::Unread(_))) => self.before_or_failed(path, None),
            Some(Err(Unmade::Broken)) => {
                match snapshot
                    .whole
                    .as_ref()
                    .and_then(|whole| whole.demand(path.as_str(), &*self.files, &self.memo))
                {
                    Some(Ok(output)) => Reached::Before(output, None),
                    _ => self.before_or_failed(path, None),
                }
            }
            None => self
                .blocked(snapshot, path)
                .map_or(Reached::Nothing, |output| Reached::Before(output, None)),
        }
    }

    fn before_or_failed(&self, path: &OutPath, finding: Option<Box<Finding>>) -> Reached {
        match self.lock().pages.get(path) {
            Some(before) => Reached::Before(before.output.clone(), finding),
            None => Reached::Failed(finding),
        }
    }

    /// The page that stood at `path` until its front matter got an error. A release would drop it;
    /// its writer still wants to see it.
    fn blocked(&self, snapshot: &Snapshot, path: &OutPath) -> Option<Output> {
        let before = self.lock().pages.get(path)?.clone();
        let source = before.source?;
        let hub = &snapshot.content()?.material.hub;
        let doc = hub.doc(hub.find_doc(&source)?);
        let is_faulty = doc.facets.blocked || doc.state == State::Blocked;
        (is_faulty && doc.state != State::Withdrawn).then_some(before.output)
    }

    /// All findings of the newest state, with those that only outputs show: what `etappe check
    /// --preview` finds. One thread makes the outputs, and leaves the other threads to pages that
    /// are saved or asked for meanwhile.
    ///
    /// # Errors
    /// A sentence that says why they cannot be had now.
    pub(crate) fn examined(&self, snapshot: &Snapshot) -> Result<Arc<Judged>, String> {
        let newest = &snapshot.newest;
        let mut look = self.look();
        loop {
            if let Some(known) = look.last.as_ref().filter(|last| last.number == newest.number) {
                return Ok(Arc::clone(&known.judged));
            }
            if !look.is_on {
                break;
            }
            // Few requests wait, or all threads that answer requests might.
            if look.waiting >= WAITING {
                return Err("All pages are being looked through: ask again in a moment.".to_owned());
            }
            look.waiting += 1;
            look = self.looked.wait(look).expect("no thread panics while it notes a look");
            look.waiting -= 1;
        }
        look.is_on = true;
        drop(look);
        let looked = self.look_through(newest);
        let mut look = self.look();
        look.is_on = false;
        if let Ok(looked) = &looked {
            look.last = Some(looked.clone());
        }
        self.looked.notify_all();
        looked.map(|looked| looked.judged)
    }

    fn look_through(&self, newest: &Revision) -> Result<SearchedState, String> {
        let alone = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .map_err(|error| format!("This cannot be done now: {error}."))?;
        let late = alone
            .install(|| session::late(newest, &*self.files, &self.root))
            .map_err(|error| format!("Not all can be read: {error}."))?;
        let judged = Arc::new(newest.with(newest.judged(), late.clone()));
        Ok(SearchedState { number: newest.number, judged, late: late.into() })
    }

    /// How many findings a state has, with those that the last look found in outputs: a save seldom
    /// makes others, and the desk looks again.
    pub(crate) fn counted(&self, newest: &Revision) -> Summary {
        let late = self.look().last.as_ref().map(|last| Arc::clone(&last.late));
        match late {
            Some(late) if !late.is_empty() => {
                Summary::of(&newest.with(newest.judged(), late.to_vec()).standing)
            }
            _ => Summary::of(&newest.judged().standing),
        }
    }

    /// The findings of a state as far as they are known: all, where its outputs were looked through.
    pub(crate) fn known(&self, newest: &Revision) -> Arc<Judged> {
        let last = self.look().last.clone();
        let known = last.filter(|last| last.number == newest.number).map(|last| last.judged);
        known.unwrap_or_else(|| Arc::clone(newest.judged()))
    }

    fn look(&self) -> MutexGuard<'_, Look> {
        self.look.lock().expect("no thread panics while it notes a look")
    }

    /// The source file of the page at `path`, or of the page that last stood there.
    pub(crate) fn source(&self, snapshot: &Snapshot, path: &OutPath) -> Option<HubPath> {
        let content = snapshot.content()?;
        match content.plan.find(path.as_str()) {
            Some(node) => node.recipe.source(&content.material.hub),
            None => self.lock().pages.get(path)?.source.clone(),
        }
    }

    /// A digest of the output at `path`; that of a copied file is known without reading it.
    pub(crate) fn digest(&self, snapshot: &Snapshot, path: &OutPath) -> Option<Digest> {
        let content = snapshot.content()?;
        let node = content.plan.find(path.as_str())?;
        if let Some(copied) = node.recipe.copies(&content.material) {
            return Some(copied.digest);
        }
        match self.find(snapshot, path) {
            Reached::Output(output) | Reached::Before(output, _) => Some(output.digest),
            Reached::Failed(_) | Reached::Nothing | Reached::NoHub => None,
        }
    }

    /// A digest of a page that ignores the names of its style sheets. If it stays while the bytes
    /// differ, only the look has changed.
    pub(crate) fn shape(snapshot: &Snapshot, html: &[u8]) -> Digest {
        let sheets =
            snapshot.content().into_iter().flat_map(|content| &content.material.theme.assets);
        let mut text = String::from_utf8_lossy(html).into_owned();
        for sheet in sheets.filter(|asset| asset.name.ends_with(".css")) {
            text = text.replace(&sheet.path, &sheet.name);
        }
        Hasher::new("shape").text(&text).finish()
    }

    fn lock(&self) -> MutexGuard<'_, Before> {
        self.before.lock().expect("no thread panics while it holds the last good pages")
    }
}

/// The last good state of pages.
#[derive(Default)]
struct Before {
    pages: BTreeMap<OutPath, Remembered>,
    /// The keys of `pages`, in the order in which they were first looked at.
    order: VecDeque<OutPath>,
}

#[derive(Clone)]
struct Remembered {
    output: Output,
    source: Option<HubPath>,
}

impl Before {
    fn remember(&mut self, path: &OutPath, page: Remembered) {
        if self.pages.insert(path.clone(), page).is_none() {
            self.order.push_back(path.clone());
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.pages.remove(&oldest);
        }
    }
}
