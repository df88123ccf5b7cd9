//! Makes outputs: all of them for a build, one on demand for a preview, by the same code.

mod demand;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::kinds::Inputs;
use crate::material::Material;
use crate::plan::{Node, Plan};
use crate::render::{Rendered, render};
use crate::theme::Failure;
use etappe_base::finding::{Finding, Place};
use etappe_base::hash::{Checksum, Digest};
use etappe_base::path::HubPath;
use etappe_image::{self as image, card};

pub use demand::{Memo, Output, demand};

/// One output to make. Its inputs are gathered once, when its key or its view first needs them.
pub struct Job<'j> {
    /// Where the output goes, and what makes it.
    pub node: &'j Node,
    material: &'j Material,
    inputs: OnceCell<Box<dyn Inputs + 'j>>,
}

impl<'j> Job<'j> {
    fn new(node: &'j Node, material: &'j Material) -> Self {
        Self { node, material, inputs: OnceCell::new() }
    }

    /// The digest of all that the output depends on: equal keys, equal bytes.
    pub fn key(&self) -> Digest {
        self.node.key_by(self.material, || self.inputs().own())
    }

    fn inputs(&self) -> &(dyn Inputs + 'j) {
        &**self.inputs.get_or_init(|| self.node.recipe.inputs(self.material))
    }
}

/// What the engine needs of the world: the files to copy, and a place for what it makes.
pub trait Store: Sync {
    /// Why a file could not be read, or an output not be kept. It ends the run.
    type Error: Send;

    /// The bytes of a file of the hub.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, file: &HubPath) -> Result<Vec<u8>, Self::Error>;

    /// A smaller size of an image of the hub, whose digest was `digest` when it was read.
    ///
    /// # Errors
    /// When the image cannot be read.
    fn smaller(&self, file: &HubPath, _digest: Digest, width: u32) -> Result<Vec<u8>, Self::Error> {
        Ok(image::smaller(&file.extension(), &self.read(file)?, width))
    }

    /// The picture of a drawing that the theme made.
    ///
    /// # Errors
    /// When it is no drawing; the error is the end of a sentence.
    fn picture(&self, _job: &Job<'_>, drawing: &[u8]) -> Result<Vec<u8>, String> {
        card::draw(drawing)
    }

    /// The output that stands already, if it was made with the same key as the job's.
    fn kept(&self, job: &Job<'_>) -> Option<Made>;

    /// Stores an output, and gives its identity.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn put(&self, job: &Job<'_>, bytes: &[u8]) -> Result<Made, Self::Error>;
}

/// An output's identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Made {
    /// Of everything that the bytes were made from. The default digest where the file that they
    /// copy has changed meanwhile.
    pub key: Digest,
    /// In bytes.
    pub size: u64,
    /// Of the bytes themselves.
    pub checksum: Checksum,
}

impl Made {
    /// The identity of the job's output, which came out as `bytes`.
    pub fn new(job: &Job<'_>, bytes: &[u8]) -> Self {
        // The key does not stand for a file that changed while it was being copied.
        let holds = job
            .node
            .recipe
            .copies(job.material)
            .is_none_or(|asset| asset.published == Digest::of(bytes));
        Self {
            key: if holds { job.key() } else { Digest::default() },
            size: bytes.len() as u64,
            checksum: Checksum::of(bytes),
        }
    }
}

/// How much work a run did. Results can be right while the work is wrong: tests compare this too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Work {
    /// Outputs in the plan; zero where outputs are made on demand.
    pub planned: usize,
    /// Outputs that were not made again, since their key was known.
    pub kept: usize,
    /// Outputs that were made anew, without those that failed.
    pub rendered: usize,
}

/// What a run made.
#[derive(Debug, Default)]
pub struct Run {
    /// By place in the plan; `None` where the output could not be made.
    pub made: Vec<Option<Made>>,
    /// Outputs that could not be made count as planned only.
    pub work: Work,
    /// Failures of templates, each once and sorted by message.
    pub findings: Vec<Finding>,
}

/// Makes every output of the plan, in parallel. `done` is told after each.
///
/// # Errors
/// The first error of the store, by the order of the plan.
pub fn run_all<S: Store>(
    plan: &Plan,
    material: &Material,
    store: &S,
    done: &(dyn Fn() + Sync),
) -> Result<Run, S::Error> {
    let made: Result<Vec<One>, S::Error> = plan
        .nodes
        .par_iter()
        .map_init(Vec::new, |buffer, node| {
            let job = Job::new(node, material);
            let one = match store.kept(&job) {
                Some(made) => Ok(One::Kept(made)),
                None => make_into(&job, store, buffer),
            };
            done();
            one
        })
        .collect();
    let mut run =
        Run { work: Work { planned: plan.nodes.len(), ..Work::default() }, ..Run::default() };
    let mut failures: BTreeMap<String, Finding> = BTreeMap::new();
    for one in made? {
        run.made.push(match one {
            One::Kept(made) => {
                run.work.kept += 1;
                Some(made)
            }
            One::Rendered(made) => {
                run.work.rendered += 1;
                Some(made)
            }
            One::Skipped => None,
            One::Failed(finding) => {
                // One broken line of a template fails on every page, but is reported once.
                failures.entry(finding.message.clone()).or_insert(*finding);
                None
            }
        });
    }
    run.findings = failures.into_values().collect();
    Ok(run)
}

/// Why an output could not be made.
#[derive(Debug)]
pub enum Unmade<E> {
    /// Its template fails: the finding says where.
    Failed(Box<Finding>),
    /// Its template does not compile, which the findings of the revision report.
    Broken,
    /// The file that it copies cannot be read.
    Unread(E),
}

/// Reads a file of the hub.
pub type ReadFile<'r, E> = &'r dyn Fn(&HubPath) -> Result<Vec<u8>, E>;

/// Gives a smaller size of an image of the hub, by the image's digest and the width in pixels.
type Smaller<'r, E> = &'r dyn Fn(&HubPath, Digest, u32) -> Result<Vec<u8>, E>;

/// Makes the picture of a drawing.
type Picture<'r> = &'r dyn Fn(&[u8]) -> Result<Vec<u8>, String>;

/// Where the bytes of files come from, and what is made of drawings.
struct FileSource<'s, E> {
    read: ReadFile<'s, E>,
    smaller: Smaller<'s, E>,
    picture: Picture<'s>,
}

enum One {
    Kept(Made),
    Rendered(Made),
    Failed(Box<Finding>),
    /// Its template does not compile, which is reported elsewhere.
    Skipped,
}

fn make_into<S: Store>(job: &Job<'_>, store: &S, buffer: &mut Vec<u8>) -> Result<One, S::Error> {
    let source = FileSource {
        read: &|file| store.read(file),
        smaller: &|file, digest, width| store.smaller(file, digest, width),
        picture: &|drawing| store.picture(job, drawing),
    };
    match make(job, &source, buffer) {
        Ok(()) => store.put(job, buffer).map(One::Rendered),
        Err(Unmade::Failed(finding)) => Ok(One::Failed(finding)),
        Err(Unmade::Broken) => Ok(One::Skipped),
        Err(Unmade::Unread(error)) => Err(error),
    }
}

/// Makes one output anew, into `buffer`.
fn make<E>(
    job: &Job<'_>,
    source: &FileSource<'_, E>,
    buffer: &mut Vec<u8>,
) -> Result<(), Unmade<E>> {
    let Job { node, material, .. } = job;
    if node.recipe.template().is_some_and(|name| material.theme.templates.is_broken(name)) {
        return Err(Unmade::Broken);
    }
    let failed = |failure: Failure| {
        Unmade::Failed(Box::new(first_seen(failure.into_finding(), node, material)))
    };
    match render(job.inputs().view(), &material.theme, buffer).map_err(failed)? {
        Rendered::Bytes => {}
        Rendered::Copy(file) => *buffer = (source.read)(&file).map_err(Unmade::Unread)?,
        Rendered::Published(file) => {
            let bytes = (source.read)(&file).map_err(Unmade::Unread)?;
            *buffer = image::publish(&file.extension(), &bytes).into_owned();
        }
        Rendered::Small { file, digest, width } => {
            *buffer = (source.smaller)(&file, digest, width).map_err(Unmade::Unread)?
        }
        Rendered::Drawing => match (source.picture)(buffer) {
            Ok(picture) => *buffer = picture,
            Err(why) => {
                let message = format!("what it makes is no card, since {why}");
                let name = node.recipe.template().unwrap_or_default();
                return Err(failed(material.theme.templates.unusable(name, message)));
            }
        },
    }
    Ok(())
}

/// Adds to a finding on a template the output that it was met on: its page or file, or where there
/// is none, the output's path.
fn first_seen(finding: Finding, node: &Node, material: &Material) -> Finding {
    match node.recipe.source(&material.hub) {
        Some(file) => finding.related(Place::file(&file), "first seen on this page"),
        None => finding.help(format!("first seen on `{}`", node.path)),
    }
}
