//! `--policy-from`: the branch that a hub is to be merged into, as far as it decides what may be
//! published. What a branch changes of that counts once it is merged.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::io::git::{self, GitError};
use crate::io::{Files, Memory};
use crate::read::{Sorted, read_config, read_fronts};
use etappe_base::date::Day;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_compliance::record::{is_record, is_signature};
use etappe_compliance::{Item, ItemId};
use etappe_hub::config::furniture::PageKind;
use etappe_hub::config::{Config, after_merge};
use etappe_hub::journey::{self, Edition, Shelf};
use etappe_site::theme::Program;

/// What stands in the branch that a hub is to be merged into.
#[derive(Debug)]
pub struct BasePolicy {
    branch: String,
    /// Or why nobody knows.
    known: Result<Known, String>,
}

#[derive(Debug)]
struct Known {
    config: Arc<Config>,
    /// By a page's id and the code of a language.
    kinds: BTreeMap<(String, String), PageKind>,
    /// Records, their signatures, and the lists of signers.
    files: Memory,
}

impl BasePolicy {
    /// Reads what the hub in `dir` was in the revision `branch`. Where there is no git or no
    /// repository, or a shallow one without it, that is a finding.
    ///
    /// # Errors
    /// When there is no such revision, or no hub in it.
    pub fn read(program: Program, dir: &Path, branch: &str) -> Result<Self, GitError> {
        let files = match git::read_policy(dir, branch) {
            Ok(files) => files,
            Err(GitError::NoHistory(why)) => {
                return Ok(Self { branch: branch.to_owned(), known: Err(why) });
            }
            Err(error) => return Err(error),
        };
        let known = Known::of(program, files).ok_or_else(|| {
            GitError::Unknown(format!("the hub of `{branch}` has no plan: check it there"))
        })?;
        Ok(Self { branch: branch.to_owned(), known: Ok(known) })
    }

    /// Lets a hub be judged by what stands in the branch. Gives what it changes of that.
    pub(crate) fn judge(&self, config: &mut Config) -> Vec<Finding> {
        match &self.known {
            Ok(known) => config.take_policy(&known.config, &self.branch),
            Err(why) => {
                let message = format!("What stands in `{}` is not known here: {why}.", self.branch);
                let help = "this hub is judged by its own rules: let the workflow fetch the whole \
                    history, such as with `fetch-depth: 0`";
                vec![Finding::on_hub(&codes::APPROVAL_UNAUDITED, message).help(help)]
            }
        }
    }

    /// The files of approvals in the branch; `None` where nobody knows.
    pub(crate) fn files(&self) -> Option<&Memory> {
        self.known.as_ref().ok().map(|known| &known.files)
    }

    /// A finding for each record and signature that stands in the branch, and does not stand among
    /// `files` with the same bytes; and for each list of signers among `paths` that differs.
    pub(crate) fn compare(&self, files: &dyn Files, paths: &[HubPath]) -> Vec<Finding> {
        let Some(known) = self.files() else { return Vec::new() };
        let kept = known.paths().filter(|path| is_record(path) || is_signature(path));
        let finding = |path: &HubPath| {
            let (what, help) = match files.read(path) {
                Ok(bytes) if known.get(path.as_str()) == Some(&*bytes) => return None,
                Ok(_) => ("is not what it is", "put it back as it stands there"),
                Err(_) => ("is gone, and stands", "put it back"),
            };
            let branch = &self.branch;
            let message = format!("`{path}` {what} in `{branch}`.");
            let help = format!(
                "{help}: `git checkout {branch} -- {path}`; to take a record back, write a \
                 revocation: `etappe approve --kind revocation --revokes {path} --reason TEXT`"
            );
            Some(Finding::new(&codes::APPROVAL_ALTERED, Place::file(path), message).help(help))
        };
        let is_list = |path: &&HubPath| !is_record(path) && !is_signature(path);
        let differs =
            |path: &&HubPath| files.read(path).ok().as_deref() != known.get(path.as_str());
        let lists = paths.iter().filter(is_list).filter(differs);
        let lists =
            lists.map(|path| after_merge(&self.branch, Place::file(path), &format!("`{path}`")));
        kept.filter_map(finding).chain(lists).collect()
    }

    /// The kind that a page has in the branch; `None` where it has no such page.
    pub(crate) fn kind(&self, item: &Item) -> Option<PageKind> {
        let ItemId::Page(id) = &item.id else { return None };
        let known = self.known.as_ref().ok()?;
        known.kinds.get(&(id.clone(), item.lang.clone())).copied()
    }
}

impl Known {
    fn of(program: Program, files: Memory) -> Option<Self> {
        let sorted = Sorted::new(&files.list().0);
        let config = Arc::new(read_config(&files, &sorted.config).0?);
        let (facets, ..) = read_fronts(program, &files, &sorted, &config);
        // Whatever the day, a page has its kind.
        let edition =
            Edition { as_of: Day::from_unix_seconds(0), preview: false, review: false, only: None };
        let (hub, _) =
            journey::build(Arc::clone(&config), facets, Shelf::default(), edition, &|_| Vec::new());
        let of_doc = |ix| {
            let facets = hub.facets(ix);
            let id = hub.page_id(hub.page(hub.doc(ix).page)).to_owned();
            ((id, config.lang(facets.lang()).code.clone()), PageKind(facets.front.kind.name()))
        };
        let kinds = hub.doc_ixs().map(of_doc).collect();
        Some(Self { config, kinds, files })
    }
}
