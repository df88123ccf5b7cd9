//! A pack: the texts that the last release was made from, kept for a day on which no release can be
//! built.
//!
//! A pack is two files. The data file holds one text after the other and only grows. The index says
//! which texts count, and is replaced by one rename. A build after an edit adds only the bytes of
//! that edit. When more than half of the data file is unused, the texts in use move to a new one. A
//! pack that is damaged, or of another form, counts as missing.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use twox_hash::XxHash3_64;

use super::replace;
use super::stamp::Stamp;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;

/// The first bytes of an index; those of another version differ.
const MAGIC: &[u8] = b"etappe sources 2\n";
const DIGEST: usize = 16;
const STAMP: usize = 40;

/// Stands for a stamp that could not be trusted; no file ever has it.
const NO_STAMP: [u8; STAMP] = [0; STAMP];

/// How many bytes are written to the data file at a time.
const AT_A_TIME: usize = 1 << 18;

/// The index of a pack, read.
pub struct Pack {
    /// Where the index stands.
    place: PathBuf,
    /// The owner's description of the whole, in a form of its own.
    pub head: Vec<u8>,
    /// The number in the data file's name.
    generation: u64,
    /// How many bytes of the data file belong to the pack.
    length: u64,
    /// Sorted by path.
    texts: Vec<(HubPath, PackedText)>,
}

/// One text in the data file.
#[derive(Clone, Copy, Debug, PartialEq)]
struct PackedText {
    /// The stamp of its file when it was read.
    stamp: [u8; STAMP],
    checksum: u64,
    at: u64,
    length: u64,
}

impl Pack {
    /// Reads the index at `place`; `None` where there is none that can be used.
    pub fn load(place: &Path) -> Option<Self> {
        let bytes = fs::read(place).ok()?;
        let rest = bytes.strip_prefix(MAGIC)?;
        let (digest, rest) = rest.split_at_checked(DIGEST)?;
        if Digest::of(rest).as_bytes() != digest {
            return None;
        }
        let pack = parse(place, rest)?;
        // The data file may be longer, by the bytes of a build that did not finish.
        let data = fs::metadata(data_place(place, pack.generation)).ok()?;
        (data.is_file() && data.len() >= pack.length).then_some(pack)
    }

    fn find(&self, path: &HubPath) -> Option<&PackedText> {
        self.texts.binary_search_by(|(known, _)| known.cmp(path)).ok().map(|at| &self.texts[at].1)
    }

    /// The file that the index stands in.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Of every text, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &HubPath> {
        self.texts.iter().map(|(path, _)| path)
    }

    /// One text, compared with its checksum.
    ///
    /// # Errors
    /// When there is none, or it cannot be read, or is damaged.
    pub fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        let text = self.find(path).ok_or(io::ErrorKind::NotFound)?;
        let mut data = File::open(data_place(&self.place, self.generation))?;
        data.seek(SeekFrom::Start(text.at))?;
        let mut bytes = Vec::new();
        data.take(text.length).read_to_end(&mut bytes)?;
        let is_whole = bytes.len() as u64 == text.length && checksum(&bytes) == text.checksum;
        if is_whole { Ok(bytes) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// All texts, each compared with its checksum.
    ///
    /// # Errors
    /// When one cannot be read, or is damaged.
    pub fn read_all(&self) -> io::Result<BTreeMap<HubPath, Vec<u8>>> {
        let all = fs::read(data_place(&self.place, self.generation))?;
        let read = |(path, text): &(HubPath, PackedText)| {
            let bytes = within(&all, text).filter(|bytes| checksum(bytes) == text.checksum);
            let bytes = bytes.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
            Ok((path.clone(), bytes.to_vec()))
        };
        self.texts.iter().map(read).collect()
    }

    /// The bytes of the data file that no text needs.
    fn waste(&self) -> u64 {
        self.length.saturating_sub(self.texts.iter().map(|(_, text)| text.length).sum())
    }

    fn save_index(&self) -> io::Result<()> {
        let mut rest = Vec::with_capacity(self.head.len() + self.texts.len() * 128);
        let number =
            |rest: &mut Vec<u8>, number: u64| rest.extend_from_slice(&number.to_le_bytes());
        number(&mut rest, self.head.len() as u64);
        rest.extend_from_slice(&self.head);
        number(&mut rest, self.generation);
        number(&mut rest, self.length);
        for (path, text) in &self.texts {
            rest.extend_from_slice(&text.stamp);
            number(&mut rest, text.checksum);
            number(&mut rest, text.at);
            number(&mut rest, text.length);
            number(&mut rest, path.as_str().len() as u64);
            rest.extend_from_slice(path.as_str().as_bytes());
        }
        let bytes = [MAGIC, Digest::of(&rest).as_bytes(), &rest].concat();
        if fs::read(&self.place).is_ok_and(|old| old == bytes) {
            return Ok(());
        }
        replace(&self.place, &bytes)
    }
}

/// The files beside `place` whose names fit `is_such`, sorted.
pub fn beside(place: &Path, is_such: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(beside) = fs::read_dir(place.parent().unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let is_such =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(&is_such);
    let mut found: Vec<PathBuf> =
        beside.filter_map(Result::ok).map(|entry| entry.path()).filter(is_such).collect();
    found.sort();
    found
}

/// Takes the pack at `place` away, as far as the disk allows that.
pub fn forget(place: &Path) {
    for path in data_files(place).into_iter().map(|(_, path)| path).chain([place.to_owned()]) {
        // The index goes last: a pack without its data is none.
        let _what_is_left_goes_with_the_next_release = fs::remove_file(path);
    }
}

/// A pack being written: texts are added from many threads, and count once all are there. Only the
/// holder of the memory's lock may write one.
pub struct PackWriter {
    place: PathBuf,
    generation: u64,
    before: Option<Pack>,
    added: Mutex<Added>,
}

struct Added {
    /// The data file, opened when there is something to write.
    data: Option<BufWriter<File>>,
    length: u64,
    /// In the order in which they were added, without their stamps.
    texts: Vec<(HubPath, PackedText)>,
    /// The first failure of the disk; after it, nothing more is written.
    failed: Option<io::Error>,
}

impl PackWriter {
    /// Continues the pack at `place`, or begins a new one where there is none.
    pub fn new(place: &Path) -> Self {
        let before = Pack::load(place);
        let (generation, length) = match &before {
            Some(before) => (before.generation, before.length),
            None => (generation_after(place), 0),
        };
        let added = Added { data: None, length, texts: Vec::new(), failed: None };
        Self { place: place.to_owned(), generation, before, added: Mutex::new(added) }
    }

    /// Whether the pack before has the text of `path` as it is in a file with this stamp.
    pub fn has(&self, path: &HubPath, stamp: Option<Stamp>) -> bool {
        self.known(path, stamp).is_some()
    }

    fn known(&self, path: &HubPath, stamp: Option<Stamp>) -> Option<PackedText> {
        let known = self.before.as_ref()?.find(path)?;
        (stamp?.bytes() == known.stamp).then_some(*known)
    }

    /// Whether there was no pack before: no text is known.
    pub fn is_first(&self) -> bool {
        self.before.is_none()
    }

    /// Adds the text of a file.
    pub fn add(&self, path: &HubPath, bytes: &[u8]) {
        let (checksum, length) = (checksum(bytes), bytes.len() as u64);
        let known = self.before.as_ref().and_then(|before| before.find(path));
        let known = known.filter(|known| known.checksum == checksum && known.length == length);
        let mut added = self.added.lock().expect("no thread panics while it writes");
        let text = match known {
            Some(known) => *known,
            None => {
                let text = PackedText { stamp: NO_STAMP, checksum, at: added.length, length };
                if let Err(error) = added.write(bytes, || self.open()) {
                    added.failed.get_or_insert(error);
                }
                text
            }
        };
        added.texts.push((path.clone(), text));
    }

    fn open(&self) -> io::Result<BufWriter<File>> {
        fs::create_dir_all(self.place.parent().unwrap_or(Path::new(".")))?;
        let path = data_place(&self.place, self.generation);
        let mut data = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        // The bytes of a build that did not finish are written over.
        let length = self.before.as_ref().map_or(0, |before| before.length);
        data.set_len(length)?;
        data.seek(SeekFrom::Start(length))?;
        Ok(BufWriter::with_capacity(AT_A_TIME, data))
    }

    /// Makes the pack of these files, with the stamps that they had before they were read. The text
    /// of each was added, or is known by the stamp; a file for which neither is true is left out.
    ///
    /// # Errors
    /// When the disk does not allow it; the pack before then stays.
    pub fn finish(
        self,
        head: Vec<u8>,
        files: impl Iterator<Item = (HubPath, Option<Stamp>)>,
    ) -> io::Result<()> {
        let known = |path: &HubPath, stamp: Option<Stamp>| self.known(path, stamp);
        let mut added = self.added.lock().expect("no thread panicked");
        if let Some(error) = added.failed.take() {
            return Err(error);
        }
        if let Some(data) = &mut added.data {
            data.flush()?;
        }
        // From here on, the bytes written belong to the pack.
        added.data = None;
        // Of a text that was added twice, the last counts.
        let new: BTreeMap<HubPath, PackedText> =
            std::mem::take(&mut added.texts).into_iter().collect();
        let text = |(path, stamp): (HubPath, Option<Stamp>)| {
            let text = new.get(&path).copied().or_else(|| known(&path, stamp))?;
            let stamp = stamp.map_or(NO_STAMP, |stamp| stamp.bytes());
            Some((path, PackedText { stamp, ..text }))
        };
        let mut texts: Vec<(HubPath, PackedText)> = files.filter_map(text).collect();
        texts.sort_by(|(path, _), (other, _)| path.cmp(other));
        let place = self.place.clone();
        let mut pack =
            Pack { place, head, generation: self.generation, length: added.length, texts };
        if pack.waste() * 2 > pack.length {
            pack = compacted(pack)?;
        }
        pack.save_index()?;
        forget_others(&self.place, pack.generation);
        Ok(())
    }
}

impl Drop for PackWriter {
    /// A build that fails leaves the data file as it was.
    fn drop(&mut self) {
        let Ok(added) = self.added.get_mut() else { return };
        let Some(data) = added.data.take() else { return };
        let _what_is_left_is_written_over = match (&self.before, data.into_parts().0) {
            (Some(before), data) => data.set_len(before.length),
            (None, _) => fs::remove_file(data_place(&self.place, self.generation)),
        };
    }
}

impl Added {
    fn write(
        &mut self,
        bytes: &[u8],
        open: impl FnOnce() -> io::Result<BufWriter<File>>,
    ) -> io::Result<()> {
        if self.failed.is_some() {
            return Ok(());
        }
        let data = match &mut self.data {
            Some(data) => data,
            none => none.insert(open()?),
        };
        data.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

/// The same texts in a data file of their own.
fn compacted(pack: Pack) -> io::Result<Pack> {
    let bytes = pack.read_all()?;
    let generation = pack.generation + 1;
    let mut data =
        BufWriter::with_capacity(AT_A_TIME, File::create(data_place(&pack.place, generation))?);
    let mut length = 0;
    let mut texts = pack.texts;
    for ((_, text), bytes) in texts.iter_mut().zip(bytes.values()) {
        data.write_all(bytes)?;
        text.at = length;
        length += text.length;
    }
    data.flush()?;
    Ok(Pack { generation, length, texts, ..pack })
}

fn parse(place: &Path, bytes: &[u8]) -> Option<Pack> {
    let mut rest = bytes;
    let head_length = number(&mut rest)?;
    let head = part(&mut rest, head_length)?.to_vec();
    let generation = number(&mut rest)?;
    let length = number(&mut rest)?;
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let stamp = part(&mut rest, STAMP as u64)?.try_into().ok()?;
        let text = PackedText {
            stamp,
            checksum: number(&mut rest)?,
            at: number(&mut rest)?,
            length: number(&mut rest)?,
        };
        let path_length = number(&mut rest)?;
        let path = std::str::from_utf8(part(&mut rest, path_length)?).ok()?;
        texts.push((HubPath::new(path)?, text));
    }
    texts.is_sorted_by(|(path, _), (next, _)| path < next).then(|| Pack {
        place: place.to_owned(),
        head,
        generation,
        length,
        texts,
    })
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(part(rest, 8)?.try_into().ok()?))
}

fn part<'b>(rest: &mut &'b [u8], length: u64) -> Option<&'b [u8]> {
    let (part, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(part)
}

fn within<'b>(all: &'b [u8], text: &PackedText) -> Option<&'b [u8]> {
    let at = usize::try_from(text.at).ok()?;
    all.get(at..at.checked_add(usize::try_from(text.length).ok()?)?)
}

/// Finds damage to a text. It guards against no attack, so making two texts with the same checksum
/// need not be hard.
fn checksum(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

fn data_place(place: &Path, generation: u64) -> PathBuf {
    place.with_file_name(format!("{}-{generation}", name(place)))
}

fn name(place: &Path) -> String {
    place.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The data files of an index, with their generations.
fn data_files(place: &Path) -> Vec<(u64, PathBuf)> {
    let own = name(place) + "-";
    let generation = |name: &str| name.strip_prefix(&own)?.parse().ok();
    let of = |path: PathBuf| Some((generation(path.file_name()?.to_str()?)?, path));
    beside(place, |name| generation(name).is_some()).into_iter().filter_map(of).collect()
}

/// A generation that no data file has yet.
fn generation_after(place: &Path) -> u64 {
    data_files(place)
        .into_iter()
        .map(|(generation, _)| generation.saturating_add(1))
        .max()
        .unwrap_or_default()
}

fn forget_others(place: &Path, generation: u64) {
    for (_, path) in data_files(place).into_iter().filter(|(other, _)| *other != generation) {
        // A file that is left costs only space, and the next build tries again.
        let _left_for_the_next_build = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> HubPath {
        HubPath::new(text).unwrap()
    }

    /// Keeps these texts and no other, none of which has a stamp.
    fn save(place: &Path, head: &str, texts: &[(&str, &str)]) {
        let writer = PackWriter::new(place);
        texts.iter().for_each(|(name, text)| writer.add(&path(name), text.as_bytes()));
        writer.finish(head.into(), texts.iter().map(|(name, _)| (path(name), None))).unwrap();
    }

    fn texts(place: &Path) -> Vec<(String, String)> {
        let all = Pack::load(place).unwrap().read_all().unwrap();
        all.into_iter()
            .map(|(path, text)| (path.to_string(), String::from_utf8(text).unwrap()))
            .collect()
    }

    fn expected(texts: &[(&str, &str)]) -> Vec<(String, String)> {
        texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_pack_gives_back_what_was_kept_and_grows_by_what_is_new() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("sources");
        save(&place, "head", &[("b", "two"), ("a", "one")]);
        assert_eq!(texts(&place), expected(&[("a", "one"), ("b", "two")]));
        save(&place, "other", &[("a", "1"), ("b", "two")]);
        assert_eq!(texts(&place), expected(&[("a", "1"), ("b", "two")]));
        assert_eq!(fs::read(folder.path().join("sources-0")).unwrap(), b"twoone1");
        assert_eq!(Pack::load(&place).unwrap().head, b"other");
    }

    #[test]
    fn a_text_is_known_by_the_stamp_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("sources");
        let file = folder.path().join("a");
        fs::write(&file, "one").unwrap();
        let stamp = Stamp::now(&file);
        let writer = PackWriter::new(&place);
        assert!(!writer.has(&path("a"), stamp));
        writer.add(&path("a"), b"one");
        writer.finish(Vec::new(), [(path("a"), stamp)].into_iter()).unwrap();
        assert_eq!(Pack::load(&place).unwrap().read(&path("a")).unwrap(), b"one");
        let writer = PackWriter::new(&place);
        assert!(
            writer.has(&path("a"), stamp)
                && !writer.has(&path("b"), stamp)
                && !writer.has(&path("a"), None)
        );
        writer.finish(Vec::new(), [(path("a"), stamp), (path("b"), stamp)].into_iter()).unwrap();
        assert_eq!(texts(&place), expected(&[("a", "one")]));
    }

    #[test]
    fn a_data_file_that_is_mostly_out_of_use_makes_way_for_a_smaller_one() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("sources");
        save(&place, "", &[("a", "one"), ("b", "a long text that goes")]);
        save(&place, "", &[("a", "one")]);
        assert_eq!(texts(&place), expected(&[("a", "one")]));
        assert_eq!(fs::read(folder.path().join("sources-1")).unwrap(), b"one");
        assert!(!folder.path().join("sources-0").exists());
    }

    #[test]
    fn what_an_interrupted_build_added_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("sources");
        save(&place, "", &[("a", "one")]);
        let writer = PackWriter::new(&place);
        writer.add(&path("b"), &[b'x'; AT_A_TIME + 1]);
        std::mem::forget(writer);
        assert_eq!(texts(&place), expected(&[("a", "one")]));
        assert!(fs::read(folder.path().join("sources-0")).unwrap().len() > AT_A_TIME);
        let writer = PackWriter::new(&place);
        writer.add(&path("b"), b"came to nothing");
        drop(writer);
        assert_eq!(fs::read(folder.path().join("sources-0")).unwrap(), b"one");
        save(&place, "", &[("a", "one"), ("b", "2")]);
        assert_eq!(texts(&place), expected(&[("a", "one"), ("b", "2")]));
        assert_eq!(fs::read(folder.path().join("sources-0")).unwrap(), b"one2");
    }

    #[test]
    fn a_damaged_pack_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("sources");
        save(&place, "head", &[("a", "one"), ("b", "two")]);
        let index = fs::read(&place).unwrap();
        for at in 0..index.len() {
            let mut damaged = index.clone();
            damaged[at] ^= 1;
            fs::write(&place, &damaged).unwrap();
            assert!(Pack::load(&place).is_none(), "byte {at}");
            fs::write(&place, &index[..at]).unwrap();
            assert!(Pack::load(&place).is_none(), "cut at {at}");
        }
        fs::write(&place, &index).unwrap();
        let data = folder.path().join("sources-0");
        fs::write(&data, "onetw").unwrap();
        assert!(Pack::load(&place).is_none(), "the data file is too short");
        fs::write(&data, "oneTwo").unwrap();
        assert!(Pack::load(&place).unwrap().read_all().is_err(), "a text is another");
    }

    #[test]
    fn texts_that_differ_in_any_byte_or_in_length_have_other_checksums() {
        let text: Vec<u8> = (1..=100).collect();
        let mut seen = std::collections::BTreeSet::from([checksum(&text)]);
        for at in 0..text.len() {
            let mut other = text.clone();
            other[at] ^= 0x80;
            assert!(seen.insert(checksum(&other)), "byte {at}");
            assert!(seen.insert(checksum(&text[..at])), "cut at {at}");
        }
        let zeros = [0; 70];
        assert!((1..70).all(|length| seen.insert(checksum(&zeros[..length]))), "zeros count");
    }
}
