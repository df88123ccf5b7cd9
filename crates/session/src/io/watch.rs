//! Tells when files of a hub change. Its news is a hint: the receiver looks at the files itself.
//!
//! Uses the system's own events. Where there are none, or the system has no room for more, it looks
//! at every file now and then.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use walkdir::WalkDir;

use super::{Disk, FOLDERS, Files, ROOT_FILES, belongs};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;

/// A save is over when nothing has happened for this long: editors write, rename and touch in one
/// go.
const QUIET: Duration = Duration::from_millis(8);
/// But nobody waits longer than this, however busy the disk is.
const MOST: Duration = Duration::from_millis(100);
/// A folder that is made and filled in one go can be filled before it is watched. One more look,
/// after this time, closes the gap.
const SECOND_LOOK: Duration = Duration::from_millis(200);
/// The least time between two looks at every file.
const POLL: Duration = Duration::from_millis(500);

/// What has changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changes {
    /// These files or folders, which may be new or gone.
    Paths(BTreeSet<HubPath>),
    /// Nobody knows what changed.
    Anything,
}

/// What a watch has to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum News {
    /// Files of the hub changed, or may have.
    Changed(Changes),
    /// The system's events cannot be had, for this reason: every file is looked at now and then.
    Polling(String),
    /// Nothing, for as long as was asked.
    Nothing,
}

/// A watch over the folder of a hub.
pub struct Watch {
    root: PathBuf,
    way: WatchMode,
    /// Whether one more look is due.
    again: bool,
    /// Why the watch has just gone over to polling, until that is told.
    unsaid: Option<String>,
}

enum WatchMode {
    Events {
        watcher: RecommendedWatcher,
        events: Receiver<notify::Result<Event>>,
        /// Whether the hub's own folder is gone, so that its return has to be looked for.
        lost: bool,
        /// Whether parts of the hub are links to other parts: events then come under other paths
        /// than the hub's.
        linked: bool,
    },
    Polling {
        seen: Digest,
        /// How long the last look took.
        took: Duration,
    },
}

impl Watch {
    /// Watches the hub in `root`, an absolute path, by the system's events, or by polling if
    /// `poll`.
    pub fn new(root: &Path, poll: bool) -> Self {
        let mut watch = Self {
            root: root.to_owned(),
            way: WatchMode::polling(root),
            again: false,
            unsaid: None,
        };
        if !poll {
            match WatchMode::events(root) {
                Ok(way) => watch.way = way,
                Err(error) => watch.unsaid = Some(reason(&error)),
            }
        }
        watch
    }

    /// Waits for the next change, at most for `limit`.
    pub fn next(&mut self, limit: Duration) -> News {
        if let Some(reason) = self.unsaid.take() {
            return News::Polling(reason);
        }
        match &mut self.way {
            WatchMode::Polling { .. } => self.poll(limit),
            WatchMode::Events { lost: true, .. } => self.look_for_root(limit),
            WatchMode::Events { .. } => self.listen(limit),
        }
    }

    fn listen(&mut self, limit: Duration) -> News {
        let WatchMode::Events { events, .. } = &self.way else { return News::Nothing };
        let limit = if self.again { SECOND_LOOK } else { limit };
        let first = match events.recv_timeout(limit) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) if self.again => {
                self.again = false;
                return News::Changed(Changes::Anything);
            }
            Err(RecvTimeoutError::Timeout) => return News::Nothing,
            Err(RecvTimeoutError::Disconnected) => return self.fall_back("the watcher has ended"),
        };
        let mut batch = Batch::default();
        batch.take(first, &self.root);
        let end = Instant::now() + MOST;
        while let Ok(event) =
            events.recv_timeout(QUIET.min(end.saturating_duration_since(Instant::now())))
        {
            batch.take(event, &self.root);
        }
        self.finish(batch)
    }

    fn finish(&mut self, batch: Batch) -> News {
        if let Some(reason) = batch.failed {
            return self.fall_back(&reason);
        }
        if batch.is_rootless {
            self.attach();
        }
        self.again |= batch.has_folders || batch.is_rootless;
        let WatchMode::Events { linked, .. } = &self.way else { return self.next(Duration::ZERO) };
        match (batch.anything || *linked, batch.paths.is_empty()) {
            (false, true) => News::Nothing,
            (true, true) if !batch.anything => News::Nothing,
            (true, _) => News::Changed(Changes::Anything),
            (false, false) => News::Changed(Changes::Paths(batch.paths)),
        }
    }

    /// Watches folders that are new, or back.
    fn attach(&mut self) {
        let WatchMode::Events { watcher, lost, linked, .. } = &mut self.way else { return };
        match watch_all(watcher, &self.root) {
            Ok(links) => {
                *lost = false;
                *linked = links;
            }
            Err(_) if !self.root.is_dir() => *lost = true,
            Err(error) => {
                self.fall_back(&reason(&error));
            }
        }
    }

    fn look_for_root(&mut self, limit: Duration) -> News {
        thread::sleep(POLL.min(limit));
        if !self.root.is_dir() {
            return News::Nothing;
        }
        self.attach();
        News::Changed(Changes::Anything)
    }

    fn fall_back(&mut self, reason: &str) -> News {
        self.way = WatchMode::polling(&self.root);
        // Changes until now may have gone unseen.
        self.again = true;
        self.unsaid = None;
        News::Polling(reason.to_owned())
    }

    fn poll(&mut self, limit: Duration) -> News {
        if std::mem::take(&mut self.again) {
            return News::Changed(Changes::Anything);
        }
        let WatchMode::Polling { seen, took } = &mut self.way else { return News::Nothing };
        // A large hub on a slow disk is looked at less often: looks never take more than a tenth of
        // the time.
        thread::sleep(POLL.max(*took * 10).min(limit));
        let begun = Instant::now();
        let now = look(&self.root);
        *took = begun.elapsed();
        if std::mem::replace(seen, now) == now {
            News::Nothing
        } else {
            News::Changed(Changes::Anything)
        }
    }
}

impl WatchMode {
    fn events(root: &Path) -> notify::Result<Self> {
        let (sender, events) = mpsc::channel();
        let tell = move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, is_news) {
                let _nobody_listens_any_more = sender.send(event);
            }
        };
        // A link that leads out of the hub must not cause the whole disk to be watched.
        let config = notify::Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(tell, config)?;
        let linked = watch_all(&mut watcher, root)?;
        Ok(Self::Events { watcher, events, lost: false, linked })
    }

    fn polling(root: &Path) -> Self {
        let begun = Instant::now();
        Self::Polling { seen: look(root), took: begun.elapsed() }
    }
}

/// Whether an event can mean that a file differs. Reading files makes events too, which must not
/// lead to more reading.
fn is_news(event: &Event) -> bool {
    event.need_rescan()
        || !matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

/// Watches the hub's folder, and everything below those of its folders that exist. Gives whether
/// any of them are links.
fn watch_all(watcher: &mut RecommendedWatcher, root: &Path) -> notify::Result<bool> {
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    let mut linked = false;
    for folder in FOLDERS.map(|folder| root.join(folder)) {
        match watcher.watch(&folder, RecursiveMode::Recursive) {
            Err(error)
                if !matches!(error.kind, notify::ErrorKind::MaxFilesWatch) && !folder.is_dir() =>
            {
                continue;
            }
            watched => watched?,
        }
        for entry in
            WalkDir::new(&folder).into_iter().flatten().filter(walkdir::DirEntry::path_is_symlink)
        {
            linked = true;
            watch_target(watcher, entry.path(), root)?;
        }
    }
    Ok(linked)
}

/// Watches the target of a link within the hub.
fn watch_target(watcher: &mut RecommendedWatcher, link: &Path, root: &Path) -> notify::Result<()> {
    let (Ok(target), Ok(root)) = (fs::canonicalize(link), fs::canonicalize(root)) else {
        return Ok(());
    };
    match target.parent() {
        _ if !target.starts_with(&root) => Ok(()),
        _ if target.is_dir() => watcher.watch(&target, RecursiveMode::Recursive),
        Some(folder) => watcher.watch(folder, RecursiveMode::NonRecursive),
        None => Ok(()),
    }
}

fn reason(error: &notify::Error) -> String {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system watches no more folders than it does (fs.inotify.max_user_watches)"
                .to_owned()
        }
        _ => format!("the system gives no word of changes ({error})"),
    }
}

/// A digest of every file's name, size and time; for files that are withheld, of the name and the
/// reason.
fn look(root: &Path) -> Digest {
    let mut hasher = Hasher::new("look");
    let (listed, findings) = Disk::new(root).list();
    for finding in &findings {
        hasher
            .text(finding.code.id)
            .text(&finding.message)
            .text(finding.place.as_ref().map_or("", |place| place.file.as_str()));
    }
    for entry in listed {
        let modified =
            fs::metadata(root.join(entry.path.as_str())).and_then(|data| data.modified()).ok();
        let since = modified
            .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
            .unwrap_or_default();
        hasher
            .text(entry.path.as_str())
            .number(entry.size)
            .number(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX));
    }
    hasher.finish()
}

/// Events that belong together.
#[derive(Default)]
struct Batch {
    paths: BTreeSet<HubPath>,
    anything: bool,
    /// Whether a folder came or moved.
    has_folders: bool,
    /// Whether an event concerns the hub's folder itself, or one directly below it.
    is_rootless: bool,
    failed: Option<String>,
}

impl Batch {
    fn take(&mut self, event: notify::Result<Event>, root: &Path) {
        let event = match event {
            Ok(event) => event,
            Err(error) if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) => {
                self.failed = Some(reason(&error));
                return;
            }
            Err(_) => {
                self.anything = true;
                return;
            }
        };
        if event.need_rescan() || event.paths.is_empty() {
            self.anything = true;
            self.is_rootless = true;
        }
        let moves = matches!(
            event.kind,
            EventKind::Create(CreateKind::Folder | CreateKind::Any)
                | EventKind::Remove(RemoveKind::Folder | RemoveKind::Any | RemoveKind::Other)
                | EventKind::Modify(ModifyKind::Name(_))
                | EventKind::Any
                | EventKind::Other
        );
        for path in &event.paths {
            self.path(path, root, moves);
        }
    }

    fn path(&mut self, path: &Path, root: &Path, moves: bool) {
        let Ok(below) = path.strip_prefix(root) else {
            // The path is below the target of a link, or in a folder that was moved away.
            self.anything = true;
            return;
        };
        if below.as_os_str().is_empty() {
            self.anything |= moves;
            self.is_rootless |= moves;
            return;
        }
        let Some(text) = below.to_str() else {
            self.anything = true;
            return;
        };
        let text = text.replace(std::path::MAIN_SEPARATOR, "/");
        let first = text.split('/').next().unwrap_or_default();
        if !FOLDERS.contains(&first) && !ROOT_FILES.contains(&text.as_str()) {
            return;
        }
        let path_of_hub = HubPath::new(&text);
        if path_of_hub.as_ref().is_some_and(|path| !belongs(path)) {
            return;
        }
        self.is_rootless |= moves && FOLDERS.contains(&text.as_str());
        self.has_folders |= moves && path.is_dir();
        match path_of_hub {
            Some(path) => {
                self.paths.insert(path);
            }
            None => self.anything = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(10);

    fn hub() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("content/a")).unwrap();
        fs::write(root.join("hub.toml"), "").unwrap();
        fs::write(root.join("content/a/one.md"), "one").unwrap();
        (folder, root)
    }

    /// Waits until `path` is named, or anything may have changed.
    fn hears_of(watch: &mut Watch, path: &str) {
        let end = Instant::now() + LONG;
        while Instant::now() < end {
            match watch.next(Duration::from_millis(100)) {
                News::Changed(Changes::Anything) => return,
                News::Changed(Changes::Paths(paths))
                    if paths.iter().any(|known| known.as_str() == path) =>
                {
                    return;
                }
                _ => {}
            }
        }
        panic!("nothing was heard of {path}");
    }

    #[test]
    fn saves_moves_and_whole_folders_are_heard_of() {
        let (_folder, root) = hub();
        let mut watch = Watch::new(&root, false);
        fs::write(root.join("content/a/one.md"), "two").unwrap();
        hears_of(&mut watch, "content/a/one.md");
        fs::write(root.join("content/a/.one.md.new"), "three").unwrap();
        fs::rename(root.join("content/a/.one.md.new"), root.join("content/a/one.md")).unwrap();
        hears_of(&mut watch, "content/a/one.md");
        fs::rename(root.join("content/a"), root.join("content/b")).unwrap();
        hears_of(&mut watch, "content/b");
        fs::write(root.join("content/b/one.md"), "four").unwrap();
        hears_of(&mut watch, "content/b/one.md");
    }

    #[test]
    fn a_folder_that_comes_later_is_watched() {
        let (_folder, root) = hub();
        let mut watch = Watch::new(&root, false);
        fs::create_dir_all(root.join("static/deep/er")).unwrap();
        hears_of(&mut watch, "static");
        while watch.next(SECOND_LOOK * 2) != News::Nothing {}
        fs::write(root.join("static/deep/er/a.txt"), "a").unwrap();
        hears_of(&mut watch, "static/deep/er/a.txt");
        fs::remove_dir_all(root.join("content")).unwrap();
        hears_of(&mut watch, "content");
        fs::create_dir_all(root.join("content")).unwrap();
        while watch.next(SECOND_LOOK * 2) != News::Nothing {}
        fs::write(root.join("content/new.md"), "new").unwrap();
        hears_of(&mut watch, "content/new.md");
    }

    #[test]
    fn reading_and_files_of_others_are_no_news() {
        let (_folder, root) = hub();
        fs::create_dir(root.join("public")).unwrap();
        let mut watch = Watch::new(&root, false);
        fs::read(root.join("content/a/one.md")).unwrap();
        fs::write(root.join("public/index.html"), "x").unwrap();
        fs::write(root.join("content/a/.one.md.swp"), "x").unwrap();
        fs::write(root.join("notes.txt"), "x").unwrap();
        assert_eq!(watch.next(Duration::from_millis(300)), News::Nothing);
    }

    #[test]
    fn without_room_for_more_it_polls_and_says_so() {
        let (_folder, root) = hub();
        let mut watch = Watch::new(&root, false);
        let batch = {
            let mut batch = Batch::default();
            batch.take(Err(notify::Error::new(notify::ErrorKind::MaxFilesWatch)), &root);
            batch
        };
        let News::Polling(reason) = watch.finish(batch) else { panic!("it says that it polls") };
        assert!(reason.contains("max_user_watches"), "{reason}");
        assert_eq!(
            watch.next(LONG),
            News::Changed(Changes::Anything),
            "what happened meanwhile is not lost"
        );
        fs::write(root.join("content/a/one.md"), "longer than before").unwrap();
        hears_of(&mut watch, "content/a/one.md");
    }

    #[test]
    fn an_overflow_means_that_anything_may_have_changed() {
        let (_folder, root) = hub();
        let mut batch = Batch::default();
        let overflow = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        assert!(is_news(&overflow));
        batch.take(Ok(overflow), &root);
        let mut watch = Watch::new(&root, false);
        assert_eq!(watch.finish(batch), News::Changed(Changes::Anything));
    }
}
