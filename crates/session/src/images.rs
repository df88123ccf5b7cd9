//! Smaller sizes of images: made before the outputs that are copies of them, each image decoded
//! once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Revision;
use crate::io::{Files, ImageCache};
use etappe_base::hash::{Digest, Hasher};
use etappe_hub::journey::MediaIx;
use etappe_image::{self as image, card};
use etappe_site::kinds::Recipe;

/// How many photographs are decoded at a time: each takes up to a hundred megabytes of memory.
const AT_A_TIME: usize = 4;

/// Makes the sizes that the plan wants and the cache of the hub at `root` lacks, and gives how many
/// were made. `done` is told how many images of how many are done. A size that cannot be kept is
/// made again when it is published.
pub fn shrink_images(
    revision: &Revision,
    files: &dyn Files,
    root: &Path,
    done: &(dyn Fn(usize, usize) + Sync),
) -> usize {
    let cache = ImageCache::new(root, image::VERSION);
    cache.tidy(&wanted(revision));
    let lacking = lacking(revision, &cache);
    if lacking.is_empty() {
        return 0;
    }
    let Some(hub) = revision.hub() else { return 0 };
    let (finished, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let one = |(media, widths): (&MediaIx, &Vec<u32>)| {
        let asset = hub.addresses.beside(*media);
        let bytes = files.read(&asset.file).ok().filter(|bytes| Digest::of(bytes) == asset.digest);
        let sizes = bytes.and_then(|bytes| image::shrink(&bytes, widths));
        for (width, size) in widths.iter().zip(sizes.iter().flatten()) {
            if cache.put(key(asset.digest, *width), size).is_ok() {
                made.fetch_add(1, Ordering::Relaxed);
            }
        }
        done(finished.fetch_add(1, Ordering::Relaxed) + 1, lacking.len());
    };
    let threads = rayon::current_num_threads().min(AT_A_TIME);
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(|| lacking.par_iter().for_each(one)),
        Err(_) => lacking.iter().for_each(one),
    }
    made.into_inner()
}

/// All sizes that the plan wants.
fn wanted(revision: &Revision) -> BTreeSet<Digest> {
    let Some(content) = &revision.content else { return BTreeSet::new() };
    let sizes = content.plan.nodes.iter().filter_map(|node| match node.recipe {
        Recipe::Small(small) => {
            let image = content.material.hub.addresses.beside(small.media);
            Some(key(image.digest, small.width))
        }
        _ => None,
    });
    sizes.collect()
}

/// The widths that are wanted and not kept, by image.
fn lacking(revision: &Revision, cache: &ImageCache) -> BTreeMap<MediaIx, Vec<u32>> {
    let mut lacking: BTreeMap<MediaIx, Vec<u32>> = BTreeMap::new();
    let Some(content) = &revision.content else { return lacking };
    for node in &content.plan.nodes {
        if let Recipe::Small(small) = node.recipe {
            let widths = lacking.entry(small.media).or_default();
            if !widths.contains(&small.width) {
                widths.push(small.width);
            }
        }
    }
    lacking.retain(|asset, widths| {
        let source = content.material.hub.addresses.beside(*asset).digest;
        widths.retain(|width| !cache.has(key(source, *width)));
        widths.sort_unstable();
        !widths.is_empty()
    });
    lacking
}

/// The key of a size in the cache: the image that it is made from, and its width. The version
/// belongs to the cache as a whole.
pub(super) fn key(source: Digest, width: u32) -> Digest {
    Hasher::new("smaller image").digest(source).number(u64::from(width)).finish()
}

/// The key of a card's picture in the cache: its drawing alone, whichever page it belongs to.
pub(super) fn key_of_card(drawing: &[u8]) -> Digest {
    Hasher::new("card").number(u64::from(card::VERSION)).bytes(drawing).finish()
}
