//! Manifests of version 1, which earlier programs wrote: they say which files are outputs, but not
//! which bytes they had.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;
use serde::Deserialize;

use super::manifest::{Manifest, WrittenOutput};
use super::publish::read_output;
use etappe_base::hash::{Checksum, Digest};
use etappe_base::path::{HubPath, OutPath};
use etappe_site::kinds::Role;

#[derive(Deserialize)]
struct First {
    version: u32,
    outputs: BTreeMap<OutPath, FirstWritten>,
}

#[derive(Deserialize)]
struct FirstWritten {
    size: u64,
    #[serde(default)]
    sources: Vec<HubPath>,
}

/// The manifest of version 1 at `path`, in today's form. A file that still has the size in the
/// manifest, and is not newer than it, is taken as it stands. Of any other, nobody knows which
/// bytes were written.
pub(super) fn read(bytes: &[u8], path: &Path, out: &Path) -> Option<Manifest> {
    let first: First = serde_json::from_slice(bytes).ok()?;
    if first.version != 1 {
        return None;
    }
    let saved = fs::metadata(path).and_then(|data| data.modified()).ok()?;
    let outputs: Vec<(OutPath, FirstWritten)> = first.outputs.into_iter().collect();
    let outputs = outputs.into_par_iter().map(|(output, first)| {
        let checksum = checksum(out, &output, first.size, saved).unwrap_or_default();
        let role = role(&first.sources);
        // Keys depend on the program that made them, so those of version 1 are of no use.
        let key = Digest::default();
        let written = WrittenOutput {
            size: first.size,
            key,
            checksum,
            role,
            sources: first.sources,
            of: Vec::new(),
            expires: None,
            stamp: None,
        };
        (output, written)
    });
    Some(Manifest::new(outputs.collect(), None))
}

fn checksum(out: &Path, output: &OutPath, size: u64, saved: SystemTime) -> Option<Checksum> {
    let modified =
        fs::symlink_metadata(out.join(output.as_str())).and_then(|data| data.modified()).ok()?;
    let bytes =
        read_output(out, output).filter(|bytes| bytes.len() as u64 == size && modified <= saved)?;
    Some(Checksum::of(&bytes))
}

/// Pages, their cards and old addresses were noted with the file of the page.
fn role(sources: &[HubPath]) -> Role {
    match sources.first() {
        Some(file) if matches!(file.extension().as_str(), "md" | "markdown") => Role::Page,
        Some(file) if file.as_str().starts_with("content/") => Role::Media,
        Some(_) => Role::Asset,
        None => Role::List,
    }
}
