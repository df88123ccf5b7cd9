//! One output on demand, and the memory of those made before.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::{FileSource, Job, ReadFile, Unmade, Work, make};
use crate::kinds::Recipe;
use crate::material::Material;
use crate::plan::Plan;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_image::{self as image, card};

/// One output, ready to be sent.
#[derive(Clone, Debug)]
pub struct Output {
    /// Shared with the memo where that keeps them.
    pub bytes: Arc<[u8]>,
    /// Of the bytes: equal for equal bytes, whatever revision they come from.
    pub digest: Digest,
    /// What made it; its indexes belong to the revision that was asked.
    pub recipe: Recipe,
}

/// Outputs by key, whatever revision they were made for: equal keys, equal bytes. Holds a bounded
/// number of bytes.
pub struct Memo {
    /// The most that each of the two halves holds, in bytes.
    half: usize,
    halves: Mutex<Halves>,
    kept: AtomicUsize,
    rendered: AtomicUsize,
}

/// What was asked for lately, and before that. When the late half is full, the early one is dropped
/// and the late one takes its place.
#[derive(Default)]
struct Halves {
    late: BTreeMap<Digest, MemoEntry>,
    early: BTreeMap<Digest, MemoEntry>,
    /// Of the late ones, in bytes.
    size: usize,
}

#[derive(Clone)]
struct MemoEntry {
    bytes: Arc<[u8]>,
    digest: Digest,
}

impl Memo {
    /// A memo of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            half: limit / 2,
            halves: Mutex::default(),
            kept: AtomicUsize::new(0),
            rendered: AtomicUsize::new(0),
        }
    }

    /// How many demands were met from memory, and how many were made anew. `planned` is zero.
    pub fn work(&self) -> Work {
        Work {
            planned: 0,
            kept: self.kept.load(Ordering::Relaxed),
            rendered: self.rendered.load(Ordering::Relaxed),
        }
    }

    fn find(&self, key: Digest) -> Option<MemoEntry> {
        let mut halves = self.lock();
        if let Some(entry) = halves.late.get(&key) {
            return Some(entry.clone());
        }
        let entry = halves.early.remove(&key)?;
        halves.keep(key, entry.clone(), self.half);
        Some(entry)
    }

    fn keep(&self, key: Digest, entry: MemoEntry) {
        // One large file must not drive out a thousand pages.
        if entry.bytes.len() <= self.half / 8 {
            self.lock().keep(key, entry, self.half);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Halves> {
        self.halves.lock().expect("no thread panics while it holds the memo")
    }
}

impl Halves {
    fn keep(&mut self, key: Digest, entry: MemoEntry, half: usize) {
        if self.size + entry.bytes.len() > half {
            self.early = std::mem::take(&mut self.late);
            self.size = 0;
        }
        self.size += entry.bytes.len();
        self.late.insert(key, entry);
    }
}

/// Makes the output at `path`, or takes it from `memo`; `None` where the plan has none. `read`
/// gives a file of the hub.
///
/// Many threads may demand at once. Two that demand the same output at the same moment both make
/// it, with the same bytes.
pub fn demand<E>(
    plan: &Plan,
    material: &Material,
    path: &str,
    memo: &Memo,
    read: ReadFile<'_, E>,
) -> Option<Result<Output, Unmade<E>>> {
    let node = plan.find(path)?;
    let job = Job::new(node, material);
    let key = job.key();
    if let Some(MemoEntry { bytes, digest }) = memo.find(key) {
        memo.kept.fetch_add(1, Ordering::Relaxed);
        return Some(Ok(Output { bytes, digest, recipe: node.recipe }));
    }
    let smaller = |file: &HubPath, _, width| {
        read(file).map(|bytes| image::smaller(&file.extension(), &bytes, width))
    };
    let source = FileSource { read, smaller: &smaller, picture: &card::draw };
    let mut buffer = Vec::new();
    if let Err(unmade) = make(&job, &source, &mut buffer) {
        return Some(Err(unmade));
    }
    let digest = Digest::of(&buffer);
    memo.rendered.fetch_add(1, Ordering::Relaxed);
    let bytes: Arc<[u8]> = buffer.into();
    // The key does not stand for a file that changed since it was last looked at.
    if node.recipe.copies(material).is_none_or(|asset| asset.published == digest) {
        memo.keep(key, MemoEntry { bytes: Arc::clone(&bytes), digest });
    }
    Some(Ok(Output { bytes, digest, recipe: node.recipe }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(size: usize) -> MemoEntry {
        MemoEntry { bytes: vec![0; size].into(), digest: Digest::default() }
    }

    fn key(number: u8) -> Digest {
        Digest::of(&[number])
    }

    #[test]
    fn a_memo_keeps_what_was_asked_for_lately_within_its_bounds() {
        let memo = Memo::new(160);
        for number in 0..100 {
            memo.keep(key(number), entry(10));
            assert!(memo.find(key(0)).is_some(), "what is asked for again and again stays");
            let halves = memo.lock();
            let held: usize = halves
                .late
                .values()
                .chain(halves.early.values())
                .map(|entry| entry.bytes.len())
                .sum();
            assert!(held <= 160, "{held} bytes");
        }
        assert!(memo.find(key(50)).is_none(), "what nobody asks for goes");
    }

    #[test]
    fn a_large_output_drives_nothing_out() {
        let memo = Memo::new(160);
        memo.keep(key(1), entry(10));
        memo.keep(key(2), entry(1000));
        assert!(memo.find(key(1)).is_some() && memo.find(key(2)).is_none());
    }
}
