//! The stamps of outputs, in a file beside the manifest: an output that still has its stamp need
//! not be read.
//!
//! The file may be lost, or belong to another manifest: outputs are then read and compared with
//! their checksums, but none is rendered for that.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::replace;
use super::stamp::{BYTES, Stamp};
use etappe_base::hash::Digest;

/// The first bytes of the file. Then come the digest of the rest, and the digest of the manifest
/// that it belongs to.
const MAGIC: &[u8] = b"etappe stamps 1\n";
const DIGEST: usize = 16;

fn place(manifest: &Path) -> PathBuf {
    manifest.with_file_name("stamps")
}

/// Gives each output of the manifest at `path` the stamp that it had when it was known to be as
/// written.
pub fn recall(path: &Path, manifest: &mut Manifest) {
    let Ok(bytes) = fs::read(place(path)) else { return };
    let Some(stamps) = parse(&bytes, manifest.seal()) else { return };
    if stamps.len() == manifest.outputs.len() * BYTES {
        for (written, bytes) in manifest.outputs.values_mut().zip(stamps.chunks_exact(BYTES)) {
            written.stamp = Stamp::from_bytes(bytes);
        }
    }
}

/// Forgets the stamps of the outputs of the manifest at `path`.
pub(super) fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_file(place(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn parse(bytes: &[u8], manifest: Digest) -> Option<&[u8]> {
    let (digest, rest) = bytes.strip_prefix(MAGIC)?.split_at_checked(DIGEST)?;
    let is_sound = Digest::of(rest).as_bytes() == digest;
    rest.strip_prefix(manifest.as_bytes()).filter(|_| is_sound)
}

/// Keeps the stamps of the outputs of the manifest at `path`, in their order. `manifest` is its
/// digest.
///
/// # Errors
/// When the disk does not allow it.
pub fn remember(path: &Path, manifest: Digest, stamps: &[Option<Stamp>]) -> io::Result<()> {
    let mut rest = Vec::with_capacity(DIGEST + stamps.len() * BYTES);
    rest.extend_from_slice(manifest.as_bytes());
    for stamp in stamps {
        rest.extend_from_slice(&stamp.as_ref().map_or([0; BYTES], Stamp::bytes));
    }
    let bytes = [MAGIC, Digest::of(&rest).as_bytes(), &rest].concat();
    let place = place(path);
    if fs::read(&place).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    replace(&place, &bytes)
}
