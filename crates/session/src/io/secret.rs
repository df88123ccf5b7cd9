//! A secret of this user on this machine, kept outside of every hub: what is sealed with it was
//! written here, and did not come with a hub.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::replace_with;

const LENGTH: usize = 32;

/// Random bytes that nobody else can read.
pub(super) struct Secret([u8; LENGTH]);

impl Secret {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret that was made before; `None` where there is none, where others can read it, or
    /// where it could have come with the hub at `root`.
    pub(super) fn find(root: &Path) -> Option<Self> {
        let place = place()?;
        let is_own = fs::symlink_metadata(&place).ok().filter(is_private).is_some();
        if !is_own || place.canonicalize().ok()?.starts_with(root.canonicalize().ok()?) {
            return None;
        }
        fs::read(&place).ok()?.try_into().ok().map(Self)
    }

    /// The secret, made if there is none.
    pub(super) fn find_or_make(root: &Path) -> Option<Self> {
        Self::find(root).or_else(|| {
            let mut bytes = [0; LENGTH];
            getrandom::fill(&mut bytes).ok()?;
            write(&place()?, &bytes).ok()?;
            Self::find(root)
        })
    }
}

/// Where the system wants what a user's programs remember.
fn place() -> Option<PathBuf> {
    let given = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let of_user = if cfg!(windows) {
        given("LOCALAPPDATA")
    } else {
        let usual = || Some(std::env::home_dir()?.join(".local/state"));
        given("XDG_STATE_HOME").or_else(usual)
    };
    of_user.map(|folder| folder.join("etappe").join("secret"))
}

#[cfg(unix)]
fn is_private(data: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    data.is_file() && data.mode() & 0o077 == 0
}

/// The folder of a user is nobody else's on other systems.
#[cfg(not(unix))]
fn is_private(data: &fs::Metadata) -> bool {
    data.is_file()
}

fn write(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    replace_with(place, |partial| {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(partial)?.write_all(bytes)
    })
}
