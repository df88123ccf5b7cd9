//! The release that stands, and the same release without some of its pages: outputs that differ
//! between the two have to be made again, and nothing else is touched.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::Content;
use crate::approval::Signed;
use crate::io::MachineError;
use crate::io::manifest::{Manifest, WrittenOutput};
use crate::io::publish::Publication;
use crate::join::join;
use crate::publish::written;
use crate::reading::Delta;
use crate::sources::LastRelease;
use etappe_base::path::{HubPath, OutPath};
use etappe_site::engine::{self, Job, Made, Store};
use etappe_site::kinds::{Recipe, media_shown_by};
use etappe_site::theme::Program;

/// Both releases, planned from the same texts.
pub(super) struct Without {
    before: Content,
    after: Content,
    /// The folder of the persona, with a slash at its end, if the release has only that persona's
    /// sites.
    only: Option<String>,
    /// Such folders of later releases; this release says nothing about them.
    later: Vec<String>,
}

impl Without {
    /// All releases that outputs still stand of. `stands` tells which pages they still have, `goes`
    /// which of them they lose. `None` where one cannot be read any more.
    pub(super) fn all(
        program: Program,
        releases: Vec<LastRelease>,
        stands: &dyn Fn(&HubPath) -> bool,
        goes: &dyn Fn(&HubPath) -> bool,
    ) -> Option<Vec<Self>> {
        let all: Option<Vec<Self>> =
            releases.into_iter().map(|release| Self::new(program, release, stands, goes)).collect();
        let mut all = all?;
        let later: Vec<String> = all.iter().filter_map(|without| without.only.clone()).collect();
        for without in all.iter_mut().filter(|without| without.only.is_none()) {
            without.later.clone_from(&later);
        }
        Some(all)
    }

    fn new(
        program: Program,
        release: LastRelease,
        stands: &dyn Fn(&HubPath) -> bool,
        goes: &dyn Fn(&HubPath) -> bool,
    ) -> Option<Self> {
        let (mut reading, edition, signed) = release.read(program)?;
        let signed = Signed::Kept(&signed);
        let (config, theme) = (reading.config.clone()?, reading.theme.clone()?);
        // A page that an earlier take-down removed stays away, whatever its kept source says.
        reading.hide(|file| !stands(file));
        let before = join(&reading, &Delta::default(), (&config, &theme), edition, &signed, None);
        reading.hide(goes);
        let after = join(&reading, &Delta::default(), (&config, &theme), edition, &signed, None);
        let only = edition.only.map(|persona| format!("{}/", config.persona(persona).slug));
        Some(Self { before, after, only, later: Vec::new() })
    }

    /// Whether an output at `path` comes from this release.
    fn is_of(&self, path: &OutPath) -> bool {
        let is_below = |folder: &String| path.as_str().starts_with(folder.as_str());
        self.only.as_ref().is_none_or(is_below) && !self.later.iter().any(is_below)
    }

    /// Whether the release has an output only because of the pages.
    pub(super) fn is_only_before(&self, path: &OutPath) -> bool {
        self.is_of(path)
            && self.before.plan.find(path.as_str()).is_some()
            && self.after.plan.find(path.as_str()).is_none()
    }

    /// Whether an output of the release shows anything of the pages.
    fn is_affected(&self, job: &Job<'_>) -> bool {
        let before = self.before.plan.find(job.node.path.as_str());
        before.is_none_or(|before| before.key(&self.before.material) != job.key())
    }

    /// Makes the outputs again that show anything of the pages, into `publication` if there is one.
    ///
    /// # Errors
    /// When the disk does not allow it.
    fn make(
        &self,
        manifest: &Manifest,
        publication: Option<&Publication>,
        remade: &mut Remade,
    ) -> Result<(), MachineError> {
        let store = Rest { without: self, manifest, publication };
        let run = engine::run_all(&self.after.plan, &self.after.material, &store, &|| ())?;
        let media = media_shown_by(&self.after.material);
        for (node, made) in self.after.plan.nodes.iter().zip(run.made) {
            match made {
                Some(made) if made == Made::default() => {}
                Some(made) => {
                    let written = written(&self.after.material, &media, node, made);
                    let before = remade.outputs.insert(node.path.clone(), written);
                    if before.is_none_or(|before| before.checksum != made.checksum) {
                        remade.changed.push(node.path.clone());
                    }
                }
                None if remade.outputs.contains_key(&node.path) => {
                    remade.failed.push(node.path.clone())
                }
                None => {}
            }
        }
        Ok(())
    }
}

/// Makes the outputs again that show anything of the pages, into `publication` if there is one.
///
/// # Errors
/// When the disk does not allow it.
pub(super) fn make_all(
    all: &[Without],
    manifest: &Manifest,
    publication: Option<&Publication>,
) -> Result<Remade, MachineError> {
    let mut remade = Remade { outputs: manifest.outputs.clone(), ..Remade::default() };
    all.iter().try_for_each(|without| without.make(manifest, publication, &mut remade))?;
    Ok(remade)
}

/// The result of making outputs again.
#[derive(Default)]
pub(super) struct Remade {
    /// All outputs, as they stand once the new ones are in place.
    pub outputs: BTreeMap<OutPath, WrittenOutput>,
    /// Outputs with other bytes than before, or new ones.
    pub changed: Vec<OutPath>,
    /// Outputs that could not be made without the pages.
    pub failed: Vec<OutPath>,
}

/// A store that makes those outputs that stand and show anything of the pages, and files of the
/// theme that they need.
struct Rest<'w> {
    without: &'w Without,
    manifest: &'w Manifest,
    publication: Option<&'w Publication>,
}

impl Store for Rest<'_> {
    type Error = MachineError;

    /// Always fails: no output that differs copies a file, and the bytes of such files are not at
    /// hand.
    fn read(&self, file: &HubPath) -> Result<Vec<u8>, MachineError> {
        Err(MachineError::new("read", Path::new(file.as_str()), io::ErrorKind::NotFound.into()))
    }

    /// An output that is left as it is gets the default value: nobody looks at it.
    fn kept(&self, job: &Job<'_>) -> Option<Made> {
        let stands = self.manifest.outputs.contains_key(&job.node.path);
        let is_made = match job.node.recipe {
            _ if !self.without.is_of(&job.node.path) => false,
            Recipe::ThemeAsset(_) => !stands,
            _ => stands && self.without.is_affected(job),
        };
        (!is_made).then(Made::default)
    }

    fn put(&self, job: &Job<'_>, bytes: &[u8]) -> Result<Made, MachineError> {
        let made = Made::new(job, bytes);
        let Some(publication) = self.publication else { return Ok(made) };
        let is_there = |written: &WrittenOutput| {
            written.checksum == made.checksum && publication.stands(&job.node.path, written)
        };
        if !self.manifest.outputs.get(&job.node.path).is_some_and(is_there) {
            publication.put(&job.node.path, bytes)?;
        }
        Ok(made)
    }
}
