//! One folder of the site: what must not stand in it, what was found there, and what of that its own pages say.

// Lookups only: nothing is ever read out of these sets in their own order.
#![allow(clippy::disallowed_types)]

use std::collections::HashMap;
use std::sync::OnceLock;

use super::fold::fold;
use super::lookout::{Lookout, SHORTEST};
use super::own::{look_at_facets, look_at_text, verbatim};
use super::secrets::{Readers, Secret, public, secrets};
use super::texts::{Search, Written};
use crate::base::hash::{Digest, Hasher};
use crate::base::path::HubPath;
use crate::journey::DocIx;
use crate::plan::{Material, Node, Recipe};
use crate::theme::builtin;

/// A persona's folder, or all that stands in none of theirs.
pub struct Folder<'m> {
    material: &'m Material,
    readers: Readers,
    /// Its path; empty for what stands in no persona's.
    pub name: &'m str,
    secrets: Vec<Secret<'m>>,
    public: Vec<&'m str>,
    /// Made when the first output is looked through.
    watch: OnceLock<Watch>,
    /// By number: the first page of these readers that says the text of itself, or around its text.
    by_facets: OnceLock<Vec<Option<DocIx>>>,
    /// The same, of the texts of pages.
    by_texts: OnceLock<Vec<Option<DocIx>>>,
}

/// What a folder is searched for.
struct Watch {
    lookout: Lookout,
    /// By number: a place in [`Folder::secrets`].
    secrets: Vec<usize>,
    /// By number: the hub says it in public.
    is_public: Vec<bool>,
}

impl<'m> Folder<'m> {
    /// With the digest of what is looked for.
    pub fn new(material: &'m Material, readers: Readers) -> (Self, Digest) {
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
        let watch = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let folder = Self { material, readers, name, secrets, public, watch: watch.0, by_facets: watch.1, by_texts: watch.2 };
        (folder, hasher.finish())
    }

    /// The numbers of the secrets that stand in an output, each once, but for those that the hub says in public.
    pub fn search(&self, node: &Node, written: Written, bytes: &[u8]) -> Vec<u32> {
        let watch = self.watch();
        let mut search = Search::new(&watch.lookout);
        let mut from = 0;
        for own in self.own_text(node, bytes) {
            search.look(written, &bytes[from..own.start]);
            from = own.end;
        }
        search.look(written, &bytes[from..]);
        let mut found = search.found;
        found.retain(|number| !watch.is_public[*number as usize]);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The parts of a page that are its author's own text.
    fn own_text(&self, node: &Node, bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
        match node.recipe {
            Recipe::Page(ix) => verbatim(bytes, self.material.body(self.material.hub.placement(ix))),
            _ => Vec::new(),
        }
    }

    pub fn secret(&self, number: u32) -> &Secret<'m> {
        &self.secrets[self.watch().secrets[number as usize]]
    }

    /// The text of a secret, folded.
    pub fn text(&self, number: u32) -> &str {
        self.watch().lookout.text(number)
    }

    /// A page of these readers that says the text itself.
    pub fn excuse(&self, number: u32) -> Option<&HubPath> {
        let by_facets = self.by_facets.get_or_init(|| self.first_to_say(look_at_facets));
        let doc = by_facets[number as usize].or_else(|| {
            let by_texts = self.by_texts.get_or_init(|| self.first_to_say(look_at_text));
            by_texts[number as usize]
        })?;
        Some(&self.material.hub.facets(doc).file)
    }

    /// Whether a page of these readers says a folded text.
    pub fn says(&self, file: &HubPath, text: &str) -> bool {
        let hub = &*self.material.hub;
        let Ok(at) = hub.docs.binary_search_by(|doc| doc.facets.file.cmp(file)) else { return false };
        let doc = DocIx(at as u32);
        if !self.readers.see(hub, doc) {
            return false;
        }
        let lookout = Lookout::new(vec![text.into()]);
        let mut search = Search::new(&lookout);
        look_at_facets(self.material, self.readers, doc, &mut search);
        look_at_text(self.material, self.readers, doc, &mut search);
        !search.found.is_empty()
    }

    /// By number, the first page of these readers in which `look` finds the text. On one thread: another that waits for this
    /// must not be asked to help.
    fn first_to_say(&self, look: impl Fn(&Material, Readers, DocIx, &mut Search<'_>)) -> Vec<Option<DocIx>> {
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
        let (mut texts, mut places) = (Vec::with_capacity(secrets.len()), Vec::with_capacity(secrets.len()));
        for (at, secret) in secrets.iter().enumerate().filter(|(_, secret)| secret.text.len() >= SHORTEST) {
            let text: Box<str> = fold(secret.text).into();
            if numbers.insert(text.clone(), at).is_none() {
                texts.push(text);
                places.push(at);
            }
        }
        let lookout = Lookout::new(texts);
        let mut search = Search::new(&lookout);
        public.iter().for_each(|text| search.say(text));
        for file in builtin::files().filter(|file| !file.name.starts_with("strings/")) {
            let written = if file.name.ends_with(".html") || file.name.ends_with(".svg") { Written::Markup } else { Written::Plain };
            search.look(written, &file.bytes);
        }
        let mut is_public = vec![false; places.len()];
        search.found.iter().for_each(|number| is_public[*number as usize] = true);
        Self { lookout, secrets: places, is_public }
    }
}
