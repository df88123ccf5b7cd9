//! The preview: a hub over HTTP on this machine, made anew as it is edited, with the writer's desk
//! beside each page.
//!
//! Must not know: how outputs are made (it asks a live session), or terminals (messages leave as
//! notices).
//!
//! Begin with [`start`]. What is served is in `answer` and `preview`; what a browser gets besides,
//! in `assets/`.

mod address;
mod answer;
mod desk;
mod editor;
mod html;
mod http;
mod preview;
mod range;
mod tab;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub use editor::Editor;

use answer::Site;
use etappe_base::date::Day;
use etappe_base::finding::Summary;
use etappe_base::path::HubPath;
use etappe_hub::journey::is_page;
use etappe_session::io::{Changes, Disk, Files, MachineError, News, Watch, clock};
use etappe_session::{Changed, Live, Options, Revision, time_zone};
use etappe_site::theme::Program;
use preview::Preview;

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");

/// How many ports are tried from the one that was asked for.
const PORTS: u16 = 100;
/// How often the follower looks at the date, and whether it is still needed.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Threads that render on demand.
const RENDERERS: usize = 8;

/// The options of a preview.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What makes the pages.
    pub program: Program,
    /// The hub's folder.
    pub dir: PathBuf,
    /// An address of this machine; other machines can connect only if it is no loopback.
    pub bind: IpAddr,
    /// The first port to try; 0 takes any.
    pub port: u16,
    /// Whether to look at every file now and then, instead of waiting for the system's events.
    pub poll: bool,
    /// Whether browsers go to the page that was saved.
    pub navigate: bool,
    /// What links from findings to their lines open.
    pub editor: Editor,
    /// Whether scripts that pages bring run in the preview too; they can then read the desk.
    pub allow_scripts: bool,
    /// The day to take as today; without it, each day is.
    pub as_of: Option<Day>,
}

/// What a preview has to say while it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// Every file is looked at now and then, since the system's events cannot be had for this
    /// reason.
    Polling(String),
    /// The hub's findings, drafts included, have changed to these.
    Findings(Summary),
}

/// A running preview. It ends when this is dropped.
pub struct Server {
    address: SocketAddr,
    runtime: Option<Runtime>,
    ended: Arc<AtomicBool>,
    follower: Option<JoinHandle<()>>,
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is ended.
    ///
    /// # Panics
    /// Where the thread does that follows the hub's files: without it, pages would stay as they are.
    pub fn wait(mut self) {
        if let Some(Err(panic)) = self.follower.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Starts a preview. `say` is told what a writer should know, by a thread of the preview.
///
/// # Errors
/// When no port is free, the address is not this machine's, or the hub's folder is not there.
pub fn start(
    settings: Settings,
    say: impl Fn(Notice) + Send + 'static,
) -> Result<Server, MachineError> {
    let root = settings
        .dir
        .canonicalize()
        .map_err(|error| MachineError::new("open", &settings.dir, error))?;
    let machine = |doing: &str, error| MachineError::new(doing, &root, error);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(RENDERERS)
        .enable_all()
        .build()
        .map_err(|error| machine("start to serve", error))?;
    let listener = runtime.block_on(bind(settings.bind, settings.port)).map_err(|error| {
        let doing = format!(
            "listen on {} at port {} or the next {PORTS} for",
            settings.bind, settings.port
        );
        machine(&doing, error)
    })?;
    let address = listener.local_addr().map_err(|error| machine("listen for", error))?;
    // The watch begins before the hub is read: what changes in between is read again.
    let watch = Watch::new(&root, settings.poll);
    let disk = Disk::new(&root);
    let today = settings.as_of.unwrap_or_else(|| today(&disk));
    let options = Options { preview: true, ..Options::on(settings.program, today) };
    let live = Live::open(Arc::new(disk), options);
    let preview =
        Preview::new(root, settings.editor, settings.navigate, live.files(), live.revision());
    let preview = Arc::new(preview);
    runtime.spawn(http::run(
        listener,
        settings.bind,
        Arc::new(Site::new(Arc::clone(&preview), settings.allow_scripts)),
    ));
    let ended = Arc::new(AtomicBool::new(false));
    let (words, heard) = mpsc::channel();
    let counter = Arc::clone(&preview);
    thread::spawn(move || speak(&counter, &heard, say));
    let follower = Follower {
        preview,
        live,
        watch,
        today,
        fixed: settings.as_of.is_some(),
        ended: Arc::clone(&ended),
        words,
    };
    let follower = thread::spawn(move || follower.run());
    Ok(Server { address, runtime: Some(runtime), ended, follower: Some(follower) })
}

/// Today in the hub's time zone, from the environment or the clock. A fault in the environment was
/// reported when the program began.
fn today(files: &dyn Files) -> Day {
    let zone = time_zone(files);
    clock::as_of(&zone).unwrap_or_else(|_| zone.day_at(clock::now()))
}

/// Binds `port`, or the next that is free.
async fn bind(ip: IpAddr, port: u16) -> io::Result<TcpListener> {
    let last = if port == 0 { 0 } else { port.saturating_add(PORTS) };
    let mut failed = None;
    for port in port..=last {
        match TcpListener::bind((ip, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => failed = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(failed.unwrap_or_else(|| io::Error::from(io::ErrorKind::AddrInUse)))
}

/// Follows the hub's files, and the calendar.
struct Follower {
    preview: Arc<Preview>,
    live: Live,
    watch: Watch,
    today: Day,
    /// Whether the day was given and never changes.
    fixed: bool,
    ended: Arc<AtomicBool>,
    words: Sender<Followed>,
}

impl Follower {
    fn run(mut self) {
        self.tell(Followed::State(self.live.revision()));
        while !self.ended.load(Ordering::Relaxed) {
            match self.watch.next(HEARTBEAT) {
                News::Changed(changes) => {
                    let (changed, saved) = understood(changes);
                    let revision = self.live.refresh(&changed);
                    self.preview.publish(Arc::clone(&revision), saved);
                    self.tell(Followed::State(revision));
                }
                News::Polling(reason) => self.tell(Followed::Polling(reason)),
                News::Nothing => self.turn_the_page(),
            }
        }
    }

    /// Goes over to the new day when there is one.
    fn turn_the_page(&mut self) {
        let today = if self.fixed { self.today } else { today(&*self.live.files()) };
        if self.today == today {
            return;
        }
        self.today = today;
        let revision = self.live.set_as_of(self.today);
        self.preview.publish(Arc::clone(&revision), Vec::new());
        self.tell(Followed::State(revision));
    }

    fn tell(&self, word: Followed) {
        let _nobody_listens_any_more = self.words.send(word);
    }
}

/// What the follower has seen.
enum Followed {
    Polling(String),
    State(Arc<Revision>),
}

/// Sends notices for as long as the follower runs. Counting findings applies the rules to the whole
/// hub, so it has one thread of its own: the next save does not wait for it, and of several states
/// only the last is counted. All outputs are looked through once, before the first count.
fn speak(preview: &Preview, words: &Receiver<Followed>, say: impl Fn(Notice)) {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let mut said = None;
    while let Ok(first) = words.recv() {
        let mut newest = None;
        for word in std::iter::once(first).chain(words.try_iter()) {
            match word {
                Followed::Polling(reason) => say(Notice::Polling(reason)),
                Followed::State(revision) => newest = Some(revision),
            }
        }
        let Some(revision) = newest else { continue };
        if said.is_none() {
            let _counted_without_them = preview.examined(&preview.snapshot());
        }
        let summarize = || preview.counted(&revision);
        let summary = alone.as_ref().map_or_else(|_| summarize(), |alone| alone.install(summarize));
        if said != Some(summary) {
            said = Some(summary);
            say(Notice::Findings(summary));
        }
    }
}

/// The watch's changes in the form of the session, and the pages that were saved.
fn understood(changes: Changes) -> (Changed, Vec<HubPath>) {
    match changes {
        Changes::Anything => (Changed::Anything, Vec::new()),
        Changes::Paths(paths) => {
            let saved = paths.iter().filter(|path| is_page(path)).cloned().collect();
            (Changed::Paths(paths), saved)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_whose_follower_fails_ends_as_a_failure() {
        let server = Server {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            runtime: None,
            ended: Arc::default(),
            follower: Some(thread::spawn(|| panic!("expected by this test"))),
        };
        let ended = thread::spawn(move || server.wait()).join();
        assert!(ended.is_err());
    }
}
