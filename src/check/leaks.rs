//! Nothing of one persona reaches another's folder, nothing unpublished any, nothing internal any, and no page
//! fetches from elsewhere. Looked for in the outputs themselves, whatever made them.
//!
//! What is looked for stands between tags or quotes as a whole: a title in a list, a text in an attribute. Words that an
//! author wrote on a page of the persona's own are theirs to write.

// Lookups only: nothing is ever read out of these sets in their own order.
#![allow(clippy::disallowed_types)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::base::hash::{Digest, Hasher};
use crate::base::path::HubPath;
use crate::config::{Config, PersonaIx};
use crate::content::escape;
use crate::finding::{Code, Finding, Place, codes};
use crate::journey::{DocIx, State};
use crate::plan::{Material, Node, Recipe};

/// Shorter texts are too common to tell anything.
const SHORTEST: usize = 8;

/// Knows what must not stand in which persona's folder.
pub struct LeakGuard<'m> {
    material: &'m Material,
    /// By built persona: its slug and what must not be there.
    folders: Vec<Folder<'m>>,
    /// Digest of all that is looked for, and where.
    digest: Digest,
    /// Something of it was found, even if it was somebody's to write.
    found: AtomicBool,
}

struct Folder<'m> {
    persona: PersonaIx,
    slug: &'m str,
    /// By the text as HTML and as JSON write it.
    forbidden: HashMap<Vec<u8>, Secret>,
    marks: Marks,
}

#[derive(Clone)]
struct Secret {
    code: &'static Code,
    what: String,
    file: HubPath,
}

impl<'m> LeakGuard<'m> {
    pub fn new(material: &'m Material) -> Self {
        let config = &material.hub.config;
        let built = config.persona_ixs().filter(|persona| config.is_built(*persona));
        let built: Vec<PersonaIx> = built.collect();
        let (folders, digests): (Vec<Folder<'m>>, Vec<Digest>) = built.par_iter().map(|persona| Folder::new(material, *persona)).unzip();
        let mut hasher = Hasher::new("leaks");
        digests.iter().for_each(|digest| {
            hasher.digest(*digest);
        });
        Self { material, folders, digest: hasher.finish(), found: AtomicBool::new(false) }
    }

    /// The digest of what was looked for, once outputs were looked through and nothing of it stands in them: the same
    /// outputs need no second look for the same. `None` when something was found.
    pub fn clean(&self) -> Option<Digest> {
        (!self.found.load(Ordering::Relaxed)).then_some(self.digest)
    }

    /// Whether outputs in which nothing of `looked_for` stands can be taken as they are.
    pub fn looks_for_the_same(&self, looked_for: Option<Digest>) -> bool {
        looked_for == Some(self.digest)
    }

    /// Looks through one output.
    pub fn scan(&self, node: &Node, bytes: &[u8]) -> Vec<Finding> {
        if matches!(node.recipe, Recipe::Media(_) | Recipe::Small(..) | Recipe::Static(_) | Recipe::ThemeAsset(_)) {
            return Vec::new();
        }
        let path = node.path.as_str();
        let folder = self.folders.iter().find(|folder| path.strip_prefix(folder.slug).is_some_and(|rest| rest.starts_with('/')));
        let mut findings = Vec::new();
        let mut next = 0;
        for_each_border(bytes, |at| {
            let start = std::mem::replace(&mut next, at + 1);
            let (piece, is_value) = (&bytes[start..at], bytes[at] == b'"');
            if piece.len() < SHORTEST && !(is_value && piece.trim_ascii_start().starts_with(b"//")) {
                return;
            }
            let piece = piece.trim_ascii();
            if let Some((folder, secret)) = folder.and_then(|folder| Some((folder, folder.find(piece)?))) {
                self.found.store(true, Ordering::Relaxed);
                if !self.is_own_text(folder.persona, piece) {
                    findings.push(leak(path, secret, piece));
                }
            }
            if is_value && is_foreign(piece) && is_fetched(&bytes[..start]) {
                self.found.store(true, Ordering::Relaxed);
                findings.push(self.foreign(node, &String::from_utf8_lossy(piece)));
            }
        });
        findings
    }

    /// Whether the persona's own pages say these words.
    fn is_own_text(&self, persona: PersonaIx, piece: &[u8]) -> bool {
        let hub = &self.material.hub;
        let text = String::from_utf8_lossy(piece);
        let own = |at: &usize| {
            let doc = DocIx(*at as u32);
            hub.page(hub.doc(doc).page).placements.iter().any(|(site, _)| hub.site(*site).persona == persona)
        };
        let as_html = String::from_utf8(escaped(&text)).unwrap_or_default();
        let says = |at: usize| {
            let front = &hub.docs[at].facets.front;
            let words = [&front.summary].into_iter().chain(&front.authors).chain(&front.reviewed_by);
            let html = &self.material.docs[at].body(persona).html;
            html.contains(&*text) || html.contains(&as_html) || words.into_iter().any(|words| forms(words).any(|form| form == piece))
        };
        (0..hub.docs.len()).filter(own).any(says)
    }

    fn foreign(&self, node: &Node, url: &str) -> Finding {
        let message = format!("`{}` fetches `{url}` from another site.", node.path);
        let help = "put the file beside the page or under static/: what is fetched elsewhere tells others who reads this";
        let place = match node.recipe {
            Recipe::Page(ix) => {
                let placement = self.material.hub.placement(ix);
                let (doc, links) = (placement.doc, &self.material.body(placement).links);
                let span = links.iter().find(|link| &*link.dest == url).map(|link| link.span).unwrap_or_default();
                Some(Place::new(&self.material.hub.facets(doc).file, span))
            }
            _ => None,
        };
        match place {
            Some(place) => Finding::new(&codes::LEAK_ORIGIN, place, format!("The page fetches `{url}` from another site.")),
            None => Finding::on_hub(&codes::LEAK_ORIGIN, message),
        }
        .help(help)
    }
}

fn leak(path: &str, secret: &Secret, piece: &[u8]) -> Finding {
    let message = format!("`{path}` shows {}: “{}”.", secret.what, String::from_utf8_lossy(piece));
    Finding::new(secret.code, Place::file(&secret.file), message)
        .help("a template hands out more than it should; nothing is published until it does not")
}

impl<'m> Folder<'m> {
    /// With the digest of what is looked for.
    fn new(material: &'m Material, persona: PersonaIx) -> (Self, Digest) {
        let mut hasher = Hasher::new("leaks of a folder");
        let hub = &*material.hub;
        let config = &hub.config;
        let card = config.persona(persona);
        let mut folder = Self { persona, slug: &card.slug, forbidden: HashMap::new(), marks: Marks::new() };
        let mut allowed: Vec<&str> = Vec::new();
        for doc in &hub.docs {
            let placed = hub.page(doc.page).placements.iter().any(|(site, _)| hub.site(*site).persona == persona);
            let file = &doc.facets.file;
            match doc.state {
                _ if hub.edition.preview && placed => allowed.push(&doc.facets.front.title),
                State::Published if placed => allowed.push(&doc.facets.front.title),
                State::Published => {
                    let what = "the title of a page that is not for its readers";
                    folder.forbid(&doc.facets.front.title, &codes::LEAK_PERSONA, what, file, &mut hasher);
                }
                _ => {
                    folder.forbid(&doc.facets.front.title, &codes::LEAK_UNPUBLISHED, "the title of an unpublished page", file, &mut hasher)
                }
            }
        }
        let hub_toml = HubPath::literal("hub.toml");
        for (text, what, file) in internal(config, &hub_toml) {
            folder.forbid(text, &codes::LEAK_INTERNAL, what, file, &mut hasher);
        }
        for facets in hub.docs.iter().map(|doc| &doc.facets).filter(|facets| !facets.front.withdrawn_reason.is_empty()) {
            let what = "the reason why a page was withdrawn";
            folder.forbid(&facets.front.withdrawn_reason, &codes::LEAK_INTERNAL, what, &facets.file, &mut hasher);
        }
        for lang in config.lang_ixs() {
            let stages = config.stages.iter().flat_map(|stage| [stage.label.get(lang), stage.slug.get(lang)]);
            let needs = card.needs.iter().map(|need| need.text.get(lang));
            allowed.extend(stages.chain(needs).chain([card.label.get(lang), config.title.get(lang)]));
        }
        // The theme's own words may be the title of anything.
        allowed.extend(material.theme.words.iter().flat_map(|words| words.texts()));
        allowed.push(&card.slug);
        hasher.text(folder.slug);
        for text in allowed {
            hasher.text(text);
            for form in forms(text) {
                folder.forbidden.remove(form.as_slice());
            }
        }
        (folder, hasher.finish())
    }

    fn forbid(&mut self, text: &str, code: &'static Code, what: &str, file: &HubPath, hasher: &mut Hasher) {
        for key in forms(text).filter(|key| key.len() >= SHORTEST) {
            hasher.bytes(&key).text(code.id);
            self.marks.set(&key);
            self.forbidden.entry(key).or_insert_with(|| Secret { code, what: what.to_owned(), file: file.clone() });
        }
    }

    fn find(&self, piece: &[u8]) -> Option<&Secret> {
        self.marks.may_have(piece).then(|| self.forbidden.get(piece)).flatten()
    }
}

/// Tells the places of `<`, `>` and `"`, in order. In HTML they stand so close that marking all of a block at once, by
/// operations that processors do on many bytes together, is quicker than searching for the next one.
fn for_each_border(bytes: &[u8], mut tell: impl FnMut(usize)) {
    let (blocks, rest) = bytes.as_chunks();
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    for (block, start) in blocks.iter().chain([&last]).zip((0..).step_by(BLOCK)) {
        let mut marked = marks(block);
        while marked != 0 {
            tell(start + marked.trailing_zeros() as usize);
            marked &= marked - 1;
        }
    }
}

/// As many bytes as a number has bits.
const BLOCK: usize = u64::BITS as usize;

/// One bit for each border in a block: the first byte's is the lowest.
fn marks(block: &[u8; BLOCK]) -> u64 {
    let flags = block.map(|byte| u8::from((byte == b'<') | (byte == b'>') | (byte == b'"')));
    let (eights, _) = flags.as_chunks::<8>();
    // The product's highest byte has the flag of each of the eight in a bit of its own.
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().rev().fold(0, |marked, eight| marked << 8 | bits(eight))
}

/// Rules nearly every piece of a page out before it is looked up: one bit for the length, the beginning and the end of
/// each text. Knows texts of at least [`SHORTEST`] bytes.
struct Marks(Vec<u64>);

impl Marks {
    /// With ten thousand texts one bit in 26 is set.
    const BITS: u32 = 18;

    fn new() -> Self {
        Self(vec![0; (1 << Self::BITS) / 64])
    }

    fn set(&mut self, text: &[u8]) {
        if let Some((word, bit)) = Self::place(text) {
            self.0[word] |= bit;
        }
    }

    fn may_have(&self, text: &[u8]) -> bool {
        Self::place(text).is_some_and(|(word, bit)| self.0[word] & bit != 0)
    }

    /// `None` for what is too short to be there.
    fn place(text: &[u8]) -> Option<(usize, u64)> {
        let head = u64::from_le_bytes(*text.first_chunk()?);
        let tail = u64::from_le_bytes(*text.last_chunk()?);
        // Multiplying by an odd constant spreads every bit over the upper ones.
        let mixed = (head ^ tail.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS);
        Some((mixed as usize / 64, 1 << (mixed % 64)))
    }
}

/// A text as HTML writes it, and as JSON does where that differs.
fn forms(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let html = escaped(text);
    let json = (html != text.trim().as_bytes()).then(|| text.trim().as_bytes().to_vec());
    std::iter::once(html).chain(json)
}

fn escaped(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text.trim());
    out.into_bytes()
}

/// Every text of the configuration that is not for readers, with its file.
fn internal<'c>(config: &'c Config, hub_toml: &'c HubPath) -> Vec<(&'c str, &'static str, &'c HubPath)> {
    let mut all: Vec<(&str, &'static str, &HubPath)> = Vec::new();
    for persona in &config.personas {
        let mut add = |text, what| all.push((text, what, &persona.file));
        persona.goals.iter().for_each(|text| add(text.as_str(), "a goal of a persona"));
        persona.pains.iter().for_each(|text| add(text.as_str(), "a pain of a persona"));
        persona.needs.iter().for_each(|need| add(&need.source, "the source of a need"));
        for belief in &persona.beliefs {
            add(&belief.from, "a belief");
            add(&belief.to, "a belief");
        }
        if persona.id.contains('-') && persona.id != persona.slug {
            add(&persona.id, "the internal id of a persona");
        }
    }
    let mut add = |text, what| all.push((text, what, hub_toml));
    for stage in &config.stages {
        add(&stage.goal, "the goal of a stage");
        add(&stage.behaviour, "the behaviour at a stage");
        if stage.id.contains('-') {
            add(&stage.id, "the internal id of a stage");
        }
    }
    for cell in &config.cells {
        add(&cell.goal, "the goal of a cell");
        add(&cell.reason, "a reason in the configuration");
    }
    config.segments.iter().for_each(|segment| add(&segment.reason, "a reason in the configuration"));
    all
}

fn is_foreign(piece: &[u8]) -> bool {
    match piece {
        [b'/', b'/', ..] => true,
        [b'h', ..] => piece.starts_with(b"https://") || piece.starts_with(b"http://"),
        _ => false,
    }
}

/// Whether the quote that `before` ends with opens the address of something that the browser fetches by itself.
fn is_fetched(before: &[u8]) -> bool {
    let attribute = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    if attribute.ends_with(b"src=") {
        return true;
    }
    let tag = memchr::memrchr(b'<', attribute).map_or(b"".as_slice(), |at| &attribute[at..]);
    let named = |rel: &[u8]| tag.windows(rel.len()).any(|window| window == rel);
    attribute.ends_with(b"href=")
        && tag.starts_with(b"<link")
        && [b"stylesheet".as_slice(), b"preload", b"icon"].iter().any(|rel| named(rel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_found_wherever_they_stand() {
        let all: Vec<u8> = (0..=255).collect();
        let blocks = [b"<".repeat(BLOCK), b">".repeat(BLOCK + 1), b"\"........".repeat(BLOCK)];
        let texts = [b"".as_slice(), b"<", b"abcdefg<", b"abcdefgh>", b"<<<>>>\"\"\"", b"=;!#~|\xbc\xbe\xa2", b"12345678<1234567\"", &all];
        for text in texts.into_iter().chain(blocks.iter().map(Vec::as_slice)) {
            let expected: Vec<usize> = memchr::memchr3_iter(b'<', b'>', b'"', text).collect();
            let mut found = Vec::new();
            for_each_border(text, |at| found.push(at));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn what_browsers_fetch_is_told_from_what_readers_follow() {
        for (html, fetched) in [
            ("<img alt=\"x\" src=\"", true),
            ("<link rel=\"stylesheet\" href=\"", true),
            ("<link rel=\"canonical\" href=\"", false),
            ("<a href=\"", false),
            ("<p title=\"", false),
        ] {
            assert_eq!(is_fetched(html.as_bytes()), fetched, "{html}");
        }
    }
}
