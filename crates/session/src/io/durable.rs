//! Waits until written files are on the disk: all at once where the system can, else one by one.

use std::fs::File;
use std::io;
use std::path::Path;

use etappe_base::path::OutPath;

/// Returns when `outputs` in `out` would survive a loss of power.
///
/// # Errors
/// When the disk could not take them.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn sync(out: &Path, outputs: &[OutPath]) -> io::Result<()> {
    let Ok(handle) = File::open(out) else { return each(out, outputs) };
    match rustix::fs::syncfs(&handle) {
        Err(rustix::io::Errno::NOSYS) => each(out, outputs),
        synced => Ok(synced?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn sync(out: &Path, outputs: &[OutPath]) -> io::Result<()> {
    each(out, outputs)
}

fn each(out: &Path, outputs: &[OutPath]) -> io::Result<()> {
    outputs.iter().try_for_each(|path| {
        File::options().read(true).write(true).open(out.join(path.as_str()))?.sync_all()
    })
}
