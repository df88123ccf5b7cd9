//! What the tests share: hubs written in a few lines, built in memory or by the real program, and
//! their output read back.

pub mod command;
pub mod disk;
pub mod html;
#[cfg(unix)]
pub mod office;
pub mod preview;
pub mod program;
pub mod schema;
pub mod shared;
pub mod strace;
pub mod tree;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use etappe_base::date::Day;
use etappe_base::finding::{self, Finding, Place, Severity};
use etappe_base::path::{HubPath, OutPath};
use etappe_base::source::LineIndex;
use etappe_hub::journey::Hub;
use etappe_report::check::PublishedUrl;
use etappe_session::io::{Disk, Files, Memory};
use etappe_session::{self as session, Options, Revision};
use etappe_site::engine::{self, Job, Made, Store};
use etappe_site::theme::Program;
use walkdir::WalkDir;

pub use tree::Tree;

#[path = "../../../src/sources.rs"]
mod sources;

/// The program that is tested: what a test makes and what the program makes is alike.
pub fn program() -> Program {
    Program { digest: sources::digest(), ..program::program() }
}

/// The day that tests take as today, unless they say otherwise.
pub const TODAY: &str = "2026-11-22";

/// A day written as `2026-11-22`.
pub fn day(text: &str) -> Day {
    text.parse().expect("a day of the calendar")
}

/// The folder of this repository: the root hub.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A hub being written.
#[derive(Clone)]
pub struct HubBuilder {
    pub files: Memory,
    options: Options,
}

impl HubBuilder {
    /// No file at all.
    pub fn empty() -> Self {
        Self { files: Memory::new(), options: Options::on(program(), day(TODAY)) }
    }

    /// Two languages (`en` is the default), two stages (`awareness`, `service`), two personas
    /// (`gp`, `nurse`), no page. Slugs and labels differ from ids, so that an id in an output is a
    /// leak.
    pub fn small() -> Self {
        SMALL.iter().fold(Self::empty(), |hub, (path, text)| hub.file(path, *text))
    }

    /// The hub in a folder of the disk, read into memory, which holds no links.
    pub fn folder(root: &Path) -> Self {
        let disk = Disk::new(root);
        let (listed, mut findings) = disk.list();
        let secrets: Vec<Finding> =
            findings.extract_if(.., |finding| finding.code.id == "file.secret").collect();
        findings.retain(|finding| finding.code.id != "file.symlink");
        assert_eq!(findings, [], "{} can be read", root.display());
        let put = |hub: Self, path: &HubPath| {
            hub.file(path.as_str(), disk.read(path).expect("a listed file can be read"))
        };
        let mut hub = listed.iter().fold(Self::empty(), |hub, entry| put(hub, &entry.path));
        hub.files.verify_in(Path::new(env!("CARGO_TARGET_TMPDIR")));
        // A disk does not hand them out, and a memory withholds them itself.
        let withheld = secrets
            .iter()
            .filter_map(|finding| finding.place.as_ref())
            .map(|place| place.file.as_str());
        withheld.fold(hub, |hub, path| {
            hub.file(path, std::fs::read(root.join(path)).expect("it is a file"))
        })
    }

    /// The Memory Care Hub at the root of this repository.
    pub fn memory_care() -> Self {
        Self::folder(&root())
    }

    pub fn file(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.put(path, bytes);
        self
    }

    /// A page with the three required keys; its title is the path below `content/`.
    pub fn page(self, path: &str, personas: &str, stage: &str, body: &str) -> Self {
        let title = path.trim_end_matches(".md");
        let front = format!(
            "+++\ntitle = '{title}'\npersonas = {}\nstage = '{stage}'\n+++\n\n",
            toml_list(personas)
        );
        self.file(&format!("content/{path}"), front + body)
    }

    pub fn without(mut self, path: &str) -> Self {
        self.files.remove(path).unwrap_or_else(|| panic!("there is no `{path}` to leave out"));
        self
    }

    /// Replaces `from`, which must stand in the file exactly once.
    pub fn edited(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.text(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {path}");
        let text = text.replacen(from, to, 1);
        self.file(path, text)
    }

    /// Adds text at the end of a file.
    pub fn extended(self, path: &str, more: &str) -> Self {
        let text = self.text(path) + more;
        self.file(path, text)
    }

    pub fn text(&self, path: &str) -> String {
        let bytes = self.files.get(path).unwrap_or_else(|| panic!("there is no `{path}`"));
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    #[allow(clippy::wrong_self_convention)]
    pub fn as_of(mut self, day: &str) -> Self {
        self.options.as_of = self::day(day);
        self
    }

    pub fn preview(mut self) -> Self {
        self.options.preview = true;
        self
    }

    pub fn only(mut self, persona: &str) -> Self {
        self.options.persona = Some(persona.to_owned());
        self
    }

    /// Tells of a page that an earlier build published: its output, and its file.
    pub fn published(mut self, path: &str, source: &str) -> Self {
        let (path, source) =
            (OutPath::new(path).expect("a path"), HubPath::new(source).expect("a path"));
        self.options.published.push(PublishedUrl { path, source });
        self
    }

    pub fn load(&self) -> Loaded {
        self.load_from(&self.files)
    }

    /// Loads with the options of this hub from other files.
    pub fn load_from(&self, files: &dyn Files) -> Loaded {
        let mut read = Memory::new();
        for entry in files.list().0 {
            if let Ok(bytes) = files.read(&entry.path) {
                read.put(entry.path.as_str(), bytes);
            }
        }
        Loaded { revision: session::load(files, &self.options), files: read }
    }

    /// Loads a hub that has no fault, and builds it.
    pub fn tree(&self) -> Tree {
        let loaded = self.load();
        assert_eq!(loaded.lines(), [""; 0], "the hub has no fault");
        loaded.tree()
    }

    /// Writes the hub into a folder of its own, which goes when the value goes.
    pub fn on_disk(&self) -> HubOnDisk {
        let hub = HubOnDisk { folder: tempfile::tempdir().expect("a temporary folder") };
        for path in self.files.paths() {
            hub.write(path.as_str(), self.files.get(path.as_str()).expect("it is listed"));
        }
        hub
    }
}

/// `gp nurse` as a TOML list; `all` as it is.
fn toml_list(ids: &str) -> String {
    let ids: Vec<String> = ids.split_whitespace().map(|id| format!("'{id}'")).collect();
    if ids.len() == 1 { ids.concat() } else { format!("[{}]", ids.join(", ")) }
}

/// The hub in the theme of this repository that has the least.
pub fn in_plain_theme(hub: HubBuilder) -> HubBuilder {
    let path = |file: &Path| file.strip_prefix(root()).expect("it is below").to_owned();
    let put = |hub: HubBuilder, file: PathBuf| {
        let bytes = std::fs::read(&file).expect("a theme can be read");
        hub.file(path(&file).to_str().expect("plain names"), bytes)
    };
    let hub = files_below(&root().join("themes/plain")).into_iter().fold(hub, put);
    hub.edited("hub.toml", "title = ", "theme = 'plain'\ntitle = ")
}

/// The files of [`HubBuilder::small`].
pub const SMALL: &[(&str, &str)] = &[
    ("hub.toml", SMALL_HUB),
    (
        "personas/gp.toml",
        "label = \"General practitioners\"\nslug = \"huisartsen\"\norder = 1\n\n[[needs]]\nid = \"spot-early\"\n\
         stage = \"awareness\"\ntext = \"How do I spot it early?\"\n\n[[beliefs]]\nid = \"nothing-to-offer\"\n\
         stage = \"awareness\"\nfrom = \"Nothing can be done\"\nto = \"Early referral helps\"\n",
    ),
    ("personas/nurse.toml", "label = \"Nurses\"\nslug = \"verpleegkundigen\"\norder = 2\n"),
];

const SMALL_HUB: &str = "title = \"Small hub\"\nlanguages = [\"en\", \"nl\"]\n\n[[stages]]\nid = \"awareness\"\n\
                         slug = \"possible\"\nlabel = \"What is possible\"\n\n[[stages]]\nid = \"service\"\n\
                         slug = \"practice\"\nlabel = \"In practice\"\n";

/// A hub that was read and checked.
pub struct Loaded {
    pub revision: Revision,
    files: Memory,
}

impl Loaded {
    pub fn hub(&self) -> &Hub {
        self.revision.hub().expect("there is a plan to go on with")
    }

    /// Every finding.
    pub fn findings(&self) -> &[Finding] {
        &self.revision.judged().standing
    }

    /// The errors and warnings but for those on the journey as a whole: a hub of three pages is
    /// always found wanting there.
    pub fn faults(&self) -> impl Iterator<Item = &Finding> {
        self.findings()
            .iter()
            .filter(|finding| finding.severity > Severity::Info && !is_on_journey(finding))
    }

    /// The codes of the faults, in the order of the report.
    pub fn codes(&self) -> Vec<&'static str> {
        self.faults().map(|finding| finding.code.id).collect()
    }

    /// Every fault as one line:
    /// `content/a.md:3:9 error link.broken: There is no page or file `b.md`.`
    pub fn lines(&self) -> Vec<String> {
        self.faults().map(|finding| line(finding, &self.files)).collect()
    }

    /// Every finding as such a line.
    pub fn all_lines(&self) -> Vec<String> {
        self.findings().iter().map(|finding| line(finding, &self.files)).collect()
    }

    /// Whether an error stands: a production build then writes nothing.
    pub fn has_errors(&self) -> bool {
        self.revision.has_errors()
    }

    /// The hub with what only its outputs show, as `etappe check` has it: templates that fail,
    /// leaks.
    pub fn examined(self) -> Self {
        match session::examine(self.revision, &self.files, Path::new("")) {
            Ok(revision) => Self { revision, files: self.files },
            Err(error) => panic!("{error}"),
        }
    }

    /// Every output, made in memory.
    pub fn tree(&self) -> Tree {
        let (tree, failures) = self.run();
        assert_eq!(failures, [], "every template renders");
        tree
    }

    /// Every output, and the templates that failed.
    pub fn run(&self) -> (Tree, Vec<Finding>) {
        let content = self.revision.content.as_ref().expect("there is a plan to go on with");
        let store = MemoryStore { files: &self.files, outputs: Mutex::default() };
        let run = match engine::run_all(&content.plan, &content.material, &store, &|| {}) {
            Ok(run) => run,
            Err(Unread(file)) => panic!("{file} cannot be read"),
        };
        (Tree::new(store.outputs.into_inner().expect("no thread panicked")), run.findings)
    }
}

/// Whether a finding is about a persona's journey as a whole, rather than a fault at its place.
pub fn is_on_journey(finding: &Finding) -> bool {
    finding.code.id.starts_with("journey.")
}

/// One finding as one line.
pub fn line(finding: &Finding, files: &dyn Files) -> String {
    let place = finding.place.as_ref().map_or("hub".to_owned(), |place| position(place, files));
    format!("{place} {} {}: {}", finding.severity, finding.code.id, finding.message)
}

/// `content/a.md:3:9`, or the file alone for the file as a whole.
pub fn position(place: &Place, files: &dyn Files) -> String {
    if place.span.start == 0 && place.span.end == 0 {
        return place.file.to_string();
    }
    let text = files.read(&place.file).unwrap_or_default();
    let start = LineIndex::new(&String::from_utf8_lossy(&text)).position(place.span.start);
    format!("{}:{}:{}", place.file, start.line, start.column)
}

/// Keeps outputs in memory.
struct MemoryStore<'f> {
    files: &'f Memory,
    outputs: Mutex<BTreeMap<String, Vec<u8>>>,
}

struct Unread(HubPath);

impl Store for MemoryStore<'_> {
    type Error = Unread;

    fn read(&self, file: &HubPath) -> Result<Vec<u8>, Unread> {
        self.files.read(file).map_err(|_| Unread(file.clone()))
    }

    fn kept(&self, _: &Job<'_>) -> Option<Made> {
        None
    }

    fn put(&self, job: &Job<'_>, bytes: &[u8]) -> Result<Made, Unread> {
        let before = self
            .outputs
            .lock()
            .expect("no thread panicked")
            .insert(job.node.path.to_string(), bytes.to_vec());
        assert!(before.is_none(), "{} is made once", job.node.path);
        Ok(Made::new(job, bytes))
    }
}

/// A hub in a temporary folder.
pub struct HubOnDisk {
    folder: tempfile::TempDir,
}

impl HubOnDisk {
    /// An empty folder.
    pub fn empty() -> Self {
        HubBuilder::empty().on_disk()
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn join(&self, below: &str) -> PathBuf {
        self.path().join(below)
    }

    pub fn write(&self, below: &str, bytes: impl AsRef<[u8]>) {
        let path = self.join(below);
        std::fs::create_dir_all(path.parent().expect("it is below the folder"))
            .expect("the folder can be made");
        std::fs::write(path, bytes).expect("the file can be written");
    }

    pub fn read(&self, below: &str) -> String {
        std::fs::read_to_string(self.join(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
    }

    pub fn remove(&self, below: &str) {
        std::fs::remove_file(self.join(below)).unwrap_or_else(|error| panic!("{below}: {error}"));
    }

    pub fn has(&self, below: &str) -> bool {
        std::fs::symlink_metadata(self.join(below)).is_ok()
    }

    /// Replaces `from`, which must stand in the file exactly once.
    pub fn edit(&self, below: &str, from: &str, to: &str) {
        let text = self.read(below);
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {below}");
        self.write(below, text.replacen(from, to, 1));
    }

    /// Every file below a folder of the hub.
    pub fn tree(&self, below: &str) -> Tree {
        Tree::read(&self.join(below))
    }
}

/// What changes whenever a file is written, and never else: its time, and its inode where files
/// have one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stamp {
    inode: Option<u64>,
    modified: std::time::SystemTime,
}

impl Stamp {
    /// Of whatever stands there; a link is not followed.
    pub fn of(path: &Path) -> Self {
        let data = std::fs::symlink_metadata(path).expect("it is there");
        #[cfg(unix)]
        let inode = Some(std::os::unix::fs::MetadataExt::ino(&data));
        #[cfg(not(unix))]
        let inode = None;
        Self { inode, modified: data.modified().expect("the system knows it") }
    }
}

/// Whether no file is unreadable here and no folder closed: for root, and where permissions are not
/// those of Unix.
pub fn is_root() -> bool {
    if !cfg!(unix) {
        return true;
    }
    let probe = tempfile::tempdir().expect("a temporary folder");
    let closed = probe.path().join("closed");
    std::fs::write(&closed, "x").expect("a file can be written");
    forbid(&closed);
    std::fs::read(&closed).is_ok()
}

/// Takes every permission from a file or folder, its owner's too.
#[cfg(not(unix))]
pub fn forbid(path: &Path) {
    panic!("nothing forbids to read {}", path.display());
}

/// Takes every permission from a file or folder, its owner's too.
#[cfg(unix)]
pub fn forbid(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o0))
        .expect("its owner may change it");
}

/// Says why a test did not run.
#[allow(clippy::print_stderr)]
pub fn left_out(test: &str, reason: &str) {
    eprintln!("left out: {test}: {reason}");
}

/// Files below a folder of the repository, by path from it, sorted.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("the folder can be read"));
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// The findings in the order of every report.
pub fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    finding::sort(&mut findings);
    findings
}
