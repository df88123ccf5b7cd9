//! Gives the program a digest of its own sources, so that no build trusts what another build cached.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut files = BTreeMap::new();
    for folder in ["src", "themes/default"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root.join(folder), &mut files);
    }
    println!("cargo::rerun-if-changed=Cargo.lock");
    collect(&root.join("Cargo.lock"), &mut files);
    let mut hasher = DefaultHasher::new();
    for (path, bytes) in &files {
        path.strip_prefix(&root).expect("below the root").hash(&mut hasher);
        bytes.hash(&mut hasher);
    }
    println!("cargo::rustc-env=ETAPPE_BUILD={:016x}", hasher.finish());
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.filter_map(Result::ok).for_each(|entry| collect(&entry.path(), files)),
        Err(_) => {
            files.insert(path.to_owned(), fs::read(path).unwrap_or_default());
        }
    }
}
