//! A digest of what a crate is made from, for its build script: its sources, its manifest, and the
//! features that it is built with. The program adds those of all crates up, and trusts nothing that
//! another program remembered.
//!
//! Call [`digest`]; the crate reads `ETAPPE_SOURCES` when it is compiled. Must not know what is in
//! the files.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Puts the digest of these files and folders of the crate into `ETAPPE_SOURCES`, and has it worked
/// out again when one changes.
///
/// # Panics
/// Outside of a build script.
#[allow(clippy::print_stdout, reason = "build scripts speak to cargo so")]
pub fn digest(paths: &[&str]) {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    for path in paths.iter().chain(&[MANIFEST]) {
        println!("cargo::rerun-if-changed={path}");
    }
    let names = env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let mut features: Vec<String> =
        names.filter(|name| name.starts_with("CARGO_FEATURE_")).collect();
    features.sort();
    println!("cargo::rustc-env=ETAPPE_SOURCES={:016x}", digest_of(&root, paths, &features));
}

const MANIFEST: &str = "Cargo.toml";

/// The digest of files and folders below `root`, of the manifest there, and of `features`.
pub fn digest_of(root: &Path, paths: &[&str], features: &[String]) -> u64 {
    let mut files = BTreeMap::new();
    paths.iter().chain(&[MANIFEST]).for_each(|path| collect(&root.join(path), &mut files));
    let mut hasher = DefaultHasher::new();
    for (path, bytes) in &files {
        path.strip_prefix(root).unwrap_or(path).hash(&mut hasher);
        bytes.hash(&mut hasher);
    }
    features.hash(&mut hasher);
    hasher.finish()
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    match fs::read_dir(path) {
        Ok(entries) => {
            entries.filter_map(Result::ok).for_each(|entry| collect(&entry.path(), files))
        }
        Err(_) => {
            files.insert(path.to_owned(), fs::read(path).unwrap_or_default());
        }
    }
}
