//! The place of one build: its output folder and the hub's memory. While it works there, no other
//! build can.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::MachineError;
use super::at_work::{AtWork, NOTE, is_running};
use super::lock::{FolderLock, LockMode};
use super::manifest::{FOLDER, plain};
use super::partial::{self, Partial};

/// The output folder and the memory, both locked until this is dropped.
#[derive(Debug)]
pub struct Workplace {
    /// The output folder, by its canonical path.
    pub out: PathBuf,
    /// Whether nothing stood here, so that the whole folder can be moved into place.
    pub is_new: bool,
    /// Whether the hub's folder cannot be written, so that nothing can be remembered.
    pub is_forgetful: bool,
    pub(super) locks: Vec<FolderLock>,
    /// The folder for new outputs. `None` once it was taken, or where the place is only looked at.
    partial: Option<Result<Partial, MachineError>>,
    /// Where this build left a note of itself.
    note: Option<PathBuf>,
    /// Folders that were made for the locks. Those that stay empty are removed again, the last one
    /// first.
    made: Vec<PathBuf>,
}

/// Why a build cannot begin.
#[derive(Debug)]
pub enum Unavailable {
    /// Another process builds there: in which folder, and which process, if that is known.
    Busy(PathBuf, Option<AtWork>),
    /// A folder cannot be made, or a lock cannot be had.
    Machine(MachineError),
}

impl From<MachineError> for Unavailable {
    fn from(error: MachineError) -> Self {
        Self::Machine(error)
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(folder, Some(who)) => write!(f, "{who} is at work in {}", folder.display()),
            Self::Busy(folder, None) => {
                write!(f, "another process is at work in {}", folder.display())
            }
            Self::Machine(error) => error.fmt(f),
        }
    }
}

/// `None` to give up where another process is at work; else waits, and tells the function for whom.
pub type Wait<'w> = Option<&'w dyn Fn(&Unavailable)>;

/// How often to look for the note of a process that has only just begun, and how long to wait
/// between two looks.
const LOOKS: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(5);

impl Workplace {
    /// Locks the memory of `hub`, and the folder `out`, which is made if it does not exist.
    ///
    /// # Errors
    /// [`Unavailable::Busy`] where another process builds and there is no `wait`; else what the
    /// disk does not allow.
    pub fn enter(hub: &Path, out: &Path, wait: Wait<'_>) -> Result<Self, Unavailable> {
        let mut place = Self::of(out);
        let memory = plain(hub).join(FOLDER);
        match place.make(&memory) {
            Ok(()) => place.is_forgetful = !memory.is_dir(),
            Err(error) if is_forbidden(&error.source) => place.is_forgetful = true,
            Err(error) => return Err(error.into()),
        }
        if memory.is_dir() {
            place.lock(&memory, wait, &|| AtWork::read(&memory))?;
            place.leave_note(&memory);
        }
        let out = place.out.clone();
        place.make(&out)?;
        if !out.is_dir() {
            return Err(
                MachineError::new("build into", &out, io::ErrorKind::NotADirectory.into()).into()
            );
        }
        place.lock(&out, wait, &|| partial::at_work(&out))?;
        // While this build waited, another may have filled the folder that this one made.
        place.is_new = place.made.contains(&out)
            && fs::read_dir(&out).is_ok_and(|mut files| files.next().is_none());
        partial::remove_dead(&out);
        place.partial = Some(Partial::new(&out));
        Ok(place)
    }

    /// Keeps builds out of `out` while it is looked at. Makes no folder.
    ///
    /// # Errors
    /// As for [`Self::enter`].
    pub fn look(out: &Path, wait: Wait<'_>) -> Result<Self, Unavailable> {
        let mut place = Self::of(out);
        let out = place.out.clone();
        if out.is_dir() {
            let looking = (LockMode::Looking, LockMode::LookingLater);
            place.claim(&out, looking, wait, &|| partial::at_work(&out))?;
        }
        Ok(place)
    }

    fn of(out: &Path) -> Self {
        let out = plain(out);
        Self {
            out,
            is_new: false,
            is_forgetful: false,
            locks: Vec::new(),
            partial: None,
            note: None,
            made: Vec::new(),
        }
    }

    /// The folder where outputs wait: at first the one made with the place, then a new one.
    ///
    /// # Errors
    /// When it could not be made.
    pub(super) fn take_partial(&mut self) -> Result<Partial, MachineError> {
        self.partial.take().unwrap_or_else(|| Partial::new(&self.out))
    }

    /// Makes a folder and those above it, and remembers which.
    fn make(&mut self, folder: &Path) -> Result<(), MachineError> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|folder| fs::symlink_metadata(folder).is_err()).collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => self.made.push(folder.to_owned()),
                // Another process made it first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(MachineError::new("create", folder, error)),
            }
        }
        Ok(())
    }

    fn lock(
        &mut self,
        folder: &Path,
        wait: Wait<'_>,
        who: &dyn Fn() -> Option<AtWork>,
    ) -> Result<(), Unavailable> {
        self.claim(folder, (LockMode::Alone, LockMode::AloneLater), wait, who)
    }

    fn claim(
        &mut self,
        folder: &Path,
        (now, later): (LockMode, LockMode),
        wait: Wait<'_>,
        who: &dyn Fn() -> Option<AtWork>,
    ) -> Result<(), Unavailable> {
        let failed = |error| MachineError::new("lock", folder, error);
        let mut claim = now;
        let mut looks = 0;
        loop {
            match FolderLock::take(folder, claim) {
                Ok(Some(lock)) => {
                    self.locks.push(lock);
                    return Ok(());
                }
                Ok(None) => {}
                // Another build failed, and removed the folder that it had made.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.make(folder)?;
                    continue;
                }
                Err(error) => return Err(failed(error).into()),
            }
            let at_work = who();
            looks += 1;
            // A build that has only just begun has left no note yet, and one that ends has removed
            // its own.
            if at_work.is_none() && looks < LOOKS {
                std::thread::sleep(BETWEEN);
                continue;
            }
            let busy = Unavailable::Busy(folder.to_owned(), at_work);
            match wait {
                Some(tell) => {
                    tell(&busy);
                    claim = later;
                }
                None => {
                    // The other process works in a folder that this one made, which must therefore
                    // stay.
                    self.made.retain(|made| !folder.starts_with(made));
                    return Err(busy);
                }
            }
        }
    }

    fn leave_note(&mut self, memory: &Path) {
        remove_leftovers(memory);
        match AtWork::here().leave(memory) {
            Ok(()) => self.note = Some(memory.join(NOTE)),
            Err(error) => self.is_forgetful |= is_forbidden(&error),
        }
    }
}

/// Whether the error means that this process may never write there.
fn is_forbidden(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Removes half-written files that stopped builds left in the memory, also in those of other output
/// folders.
fn remove_leftovers(memory: &Path) {
    let inside = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect::<Vec<_>>()
    };
    let (folders, files): (Vec<_>, Vec<_>) =
        inside(memory).into_iter().partition(|path| path.is_dir() && !path.is_symlink());
    let of_outputs =
        folders.into_iter().filter(|folder| folder.file_name().is_some_and(|name| name.len() == 8));
    for file in of_outputs.flat_map(|folder| inside(&folder)).chain(files) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let pid =
            name.split_once(".partial-").map(|(_, pid)| pid.split('-').next().unwrap_or_default());
        if pid.is_some_and(|pid| pid.parse().is_ok_and(|pid| !is_running(pid))) {
            let _it_does_no_harm = fs::remove_file(&file);
        }
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        self.partial = None;
        if let Some(note) = &self.note {
            let _a_note_of_the_dead_is_known_as_such = fs::remove_file(note);
        }
        // Locks are released last: until then, no other process uses the folders that are removed
        // here.
        for folder in self.made.iter().rev() {
            let _what_is_full_stays = fs::remove_dir(folder);
        }
    }
}
