//! What a list of outputs was made from: whoever reads a part of the material through a lens has
//! read it, and nobody says so a second time.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::material::{Material, Searches};
use crate::theme::Theme;
use etappe_hub::config::{Config, PersonaIx};
use etappe_hub::content::Document;
use etappe_hub::journey::{Edition, Hub, Layout};

/// A part of the material.
#[derive(Clone, Copy)]
enum MaterialPart {
    Hub,
    Docs,
    Links,
    Theme,
    Search,
}

const PARTS: [MaterialPart; 5] = [
    MaterialPart::Hub,
    MaterialPart::Docs,
    MaterialPart::Links,
    MaterialPart::Theme,
    MaterialPart::Search,
];

/// The parts of the material that were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PartsRead(u8);

impl PartsRead {
    /// Whether each part that was read from `old` is the same in `new`, where layout, configuration
    /// and edition are the same.
    pub(super) fn is_same(self, new: &Material, old: &Material) -> bool {
        PARTS.into_iter().filter(|part| self.holds(*part)).all(|part| part.is_same(new, old))
    }

    fn holds(self, part: MaterialPart) -> bool {
        self.0 & 1 << part as u8 != 0
    }
}

impl MaterialPart {
    fn is_same(self, new: &Material, old: &Material) -> bool {
        let same_text = |(new, old): (&Document, &Document)| Arc::ptr_eq(&new.bodies, &old.bodies);
        match self {
            Self::Hub => Arc::ptr_eq(&new.hub, &old.hub),
            Self::Docs => new.docs.iter().zip(&old.docs).all(same_text),
            Self::Links => Arc::ptr_eq(&new.links, &old.links),
            Self::Theme => Arc::ptr_eq(&new.theme, &old.theme),
            Self::Search => new.search.is_same(&old.search),
        }
    }
}

/// A folder that a web server has as its root.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WebRoot<'m>(&'m str);

impl WebRoot<'_> {
    /// The path below `public/` of a path below the root.
    pub(super) fn below(self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{}/{path}", self.0) }
    }
}

/// Shows the material, and notes which parts of it are looked at.
pub(crate) struct Lens<'m> {
    material: &'m Material,
    read: Cell<PartsRead>,
}

impl<'m> Lens<'m> {
    pub(super) fn new(material: &'m Material) -> Self {
        Self { material, read: Cell::default() }
    }

    /// What was looked at so far.
    pub(super) fn read(&self) -> PartsRead {
        self.read.get()
    }

    fn note(&self, part: MaterialPart) -> &'m Material {
        self.read.set(PartsRead(self.read.get().0 | 1 << part as u8));
        self.material
    }

    /// What is never noted: lists are kept only where it is the same.
    pub(super) fn config(&self) -> &'m Config {
        &self.material.hub.config
    }

    /// As [`Lens::config`].
    pub(super) fn edition(&self) -> Edition {
        self.material.hub.edition
    }

    /// As [`Lens::config`].
    pub(super) fn layout(&self) -> &'m Layout {
        &self.material.hub.layout
    }

    /// The folders that web servers have as roots: that of the hub, and those of personas with hosts
    /// of their own.
    pub(super) fn web_roots(&self) -> BTreeSet<WebRoot<'m>> {
        let hub = &self.material.hub;
        let of_sites = hub.shown_sites().map(|(_, site)| WebRoot(hub.web_root(site)));
        std::iter::once(WebRoot("")).chain(of_sites).collect()
    }

    /// The personas with a site that is shown, and their folders below `public/`.
    pub(super) fn personas(&self) -> impl Iterator<Item = (PersonaIx, &'m str)> {
        let hub = &self.material.hub;
        let shown = hub.shown_personas().into_iter();
        shown.map(|persona| (persona, &*hub.config.persona(persona).slug))
    }

    /// As [`Lens::personas`], those with hosts of their own.
    pub(super) fn hosts(&self) -> impl Iterator<Item = (PersonaIx, &'m str)> {
        let config = self.config();
        self.personas().filter(|(persona, _)| config.persona(*persona).base_url.is_some())
    }

    /// What pages say about themselves.
    pub(super) fn hub(&self) -> &'m Hub {
        &self.note(MaterialPart::Hub).hub
    }

    /// The theme.
    pub(super) fn theme(&self) -> &'m Theme {
        &self.note(MaterialPart::Theme).theme
    }

    /// What is searched.
    pub(super) fn search(&self) -> &'m Searches {
        &self.note(MaterialPart::Search).search
    }

    /// All of the material, for a list that asks it more than where things stand.
    pub(super) fn everything(&self) -> &'m Material {
        PARTS.into_iter().for_each(|part| {
            self.note(part);
        });
        self.material
    }
}
