//! One folder of the site: what must not stand in it, what was found there, and what of that its
//! own pages say.

// Lookups only: nothing is ever read out of these sets in their own order.
#![allow(clippy::disallowed_types)]

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, OnceLock};

use super::fold::fold;
use super::lookout::{Lookout, SHORTEST};
use super::own::{look_at_facets, look_at_text, verbatim};
use super::secrets::{Readers, Secret, public, secrets};
use super::seen::SeenPart;
use super::texts::{Search, TextForm};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_hub::journey::DocIx;
use etappe_site::kinds::Recipe;
use etappe_site::material::Material;
use etappe_site::plan::Node;

/// Why locking the list of what was seen cannot fail.
const NO_PANIC: &str = "no thread panics while it holds the list";

/// A persona's folder, or everything outside of all of them.
pub(super) struct Folder<'m> {
    material: &'m Material,
    readers: Readers,
    /// The folder's path; empty for everything outside of personas' folders.
    pub name: &'m str,
    secrets: Vec<Secret<'m>>,
    public: Vec<&'m str>,
    /// Made when the first output is looked through.
    watch: OnceLock<Watch>,
    /// By number: whether the built-in theme says the text.
    by_theme: OnceLock<Vec<bool>>,
    /// By number: the first page of these readers that says the text in its facets, or around its
    /// body.
    by_facets: OnceLock<Vec<Option<DocIx>>>,
    /// The same, for the bodies of pages.
    by_texts: OnceLock<Vec<Option<DocIx>>>,
    /// What each thread saw last: the beginning and the end of an output, around its author's own
    /// text.
    seen: Mutex<Vec<[SeenPart; 2]>>,
}

/// What a folder is searched for.
struct Watch {
    lookout: Lookout,
    /// By number: the index in [`Folder::secrets`].
    secrets: Vec<usize>,
    /// By number: whether the hub says the text in public.
    is_public: Vec<bool>,
}

impl<'m> Folder<'m> {
    /// Also gives the digest of what is looked for.
    pub(super) fn new(material: &'m Material, readers: Readers) -> (Self, Digest) {
        let name = match readers {
            Readers::Persona(persona) => material.hub.config.persona(persona).slug.as_str(),
            Readers::Everybody => "",
        };
        let (secrets, public) = (secrets(material, readers), public(material, readers));
        let mut hasher = Hasher::new("leaks of a folder");
        hasher.text(name).number(secrets.len() as u64);
        for secret in &secrets {
            hasher.text(secret.text).text(secret.code.id);
        }
        for text in &public {
            hasher.text(text);
        }
        let (watch, by_theme, by_facets, by_texts, seen) = Default::default();
        let folder = Self {
            material,
            readers,
            name,
            secrets,
            public,
            watch,
            by_theme,
            by_facets,
            by_texts,
            seen,
        };
        (folder, hasher.finish())
    }

    /// The numbers of the secrets that stand in an output, each once. What the hub or the built-in
    /// theme says in public is left out.
    pub(super) fn search(&self, node: &Node, written: TextForm, bytes: &[u8]) -> Vec<u32> {
        let watch = self.watch();
        let mut search = Search::new(&watch.lookout);
        let [mut begin, mut end] = self.seen.lock().expect(NO_PANIC).pop().unwrap_or_default();
        let own = self.own_text(node, bytes);
        match &*own {
            [] => search.look_beside(&mut begin, written, bytes),
            [first, ..] => {
                let last = &own[own.len() - 1];
                search.look_beside(&mut begin, written, &bytes[..first.start]);
                own.windows(2)
                    .for_each(|own| search.look(written, &bytes[own[0].end..own[1].start]));
                search.look_beside(&mut end, written, &bytes[last.end..]);
            }
        }
        self.seen.lock().expect(NO_PANIC).push([begin, end]);
        let mut found = search.found;
        found.retain(|number| !watch.is_public[*number as usize]);
        found.sort_unstable();
        found.dedup();
        found.retain(|number| {
            !self.by_theme.get_or_init(|| watch.said_by_theme(self.material))[*number as usize]
        });
        found
    }

    /// The parts of a page that are its author's own text.
    fn own_text(&self, node: &Node, bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
        match node.recipe {
            Recipe::Page(page) => {
                verbatim(bytes, self.material.body(self.material.hub.placement(page.0)))
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn secret(&self, number: u32) -> &Secret<'m> {
        &self.secrets[self.watch().secrets[number as usize]]
    }

    /// The text of a secret, folded.
    pub(super) fn text(&self, number: u32) -> &str {
        self.watch().lookout.text(number)
    }

    /// A page of these readers that says the text itself; `None` where none does.
    pub(super) fn excuse(&self, number: u32) -> Option<&HubPath> {
        let by_facets = self.by_facets.get_or_init(|| self.first_to_say(look_at_facets));
        let doc = by_facets[number as usize].or_else(|| {
            let by_texts = self.by_texts.get_or_init(|| self.first_to_say(look_at_text));
            by_texts[number as usize]
        })?;
        Some(&self.material.hub.facets(doc).file)
    }

    /// Whether each folded text is still said by the page that excused it, and these readers still
    /// see that page.
    pub(super) fn still_excuses(&self, texts: &BTreeMap<String, HubPath>) -> bool {
        let lookout = Lookout::new(texts.keys().map(|text| text.as_str().into()).collect());
        let mut by_file: BTreeMap<&HubPath, Vec<u32>> = BTreeMap::new();
        for (number, file) in (0..).zip(texts.values()) {
            by_file.entry(file).or_default().push(number);
        }
        by_file.into_iter().all(|(file, numbers)| {
            let mut search = Search::new(&lookout);
            if let Some(doc) = self.page(file) {
                look_at_facets(self.material, self.readers, doc, &mut search);
                look_at_text(self.material, self.readers, doc, &mut search);
            }
            numbers.iter().all(|number| search.found.contains(number))
        })
    }

    /// The page of a file; `None` unless these readers see it.
    fn page(&self, file: &HubPath) -> Option<DocIx> {
        let hub = &*self.material.hub;
        hub.find_doc(file).filter(|doc| self.readers.see(hub, *doc))
    }

    /// By number, the first page of these readers in which `look` finds the text. Works on one
    /// thread alone: another that waits for the result must not be asked to help.
    fn first_to_say(
        &self,
        look: impl Fn(&Material, Readers, DocIx, &mut Search<'_>),
    ) -> Vec<Option<DocIx>> {
        let watch = self.watch();
        let mut first = vec![None; watch.secrets.len()];
        let hub = &*self.material.hub;
        let mut search = Search::new(&watch.lookout);
        for doc in hub.doc_ixs().filter(|doc| self.readers.see(hub, *doc)) {
            look(self.material, self.readers, doc, &mut search);
            for number in search.found.drain(..) {
                first[number as usize].get_or_insert(doc);
            }
        }
        first
    }

    fn watch(&self) -> &Watch {
        self.watch.get_or_init(|| Watch::new(&self.secrets, &self.public))
    }
}

impl Watch {
    fn new(secrets: &[Secret<'_>], public: &[&str]) -> Self {
        let mut numbers: HashMap<Box<str>, usize> = HashMap::with_capacity(secrets.len());
        let (mut texts, mut places) =
            (Vec::with_capacity(secrets.len()), Vec::with_capacity(secrets.len()));
        for (at, secret) in
            secrets.iter().enumerate().filter(|(_, secret)| secret.text.len() >= SHORTEST)
        {
            let text: Box<str> = fold(secret.text).into();
            if numbers.insert(text.clone(), at).is_none() {
                texts.push(text);
                places.push(at);
            }
        }
        let lookout = Lookout::new(texts);
        let mut search = Search::new(&lookout);
        public.iter().for_each(|text| search.say(text));
        let mut is_public = vec![false; places.len()];
        search.found.iter().for_each(|number| is_public[*number as usize] = true);
        Self { lookout, secrets: places, is_public }
    }

    /// By number: whether the built-in theme says it, in templates, scripts and style sheets.
    fn said_by_theme(&self, material: &Material) -> Vec<bool> {
        let mut search = Search::new(&self.lookout);
        for file in material.theme.built_in().filter(|file| !file.name.starts_with("strings/")) {
            let is_markup = file.name.ends_with(".html") || file.name.ends_with(".svg");
            search.look(if is_markup { TextForm::Markup } else { TextForm::Plain }, &file.bytes);
        }
        let mut is_said = vec![false; self.secrets.len()];
        search.found.iter().for_each(|number| is_said[*number as usize] = true);
        is_said
    }
}
