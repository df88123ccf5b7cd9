//! Where the parts meet: files in, a revision of the hub out, and from it a site. Holds `io`, the
//! only user of disk, clock and environment; reading, once or again and again; publishing and
//! verifying; and taking down pages that must not wait.
//!
//! Must not know: command lines, terminals, HTTP. Questions come as [`Options`], messages leave as
//! findings.
//!
//! Begin with [`load`] or [`Live`] for a [`Revision`], and [`build`], [`verify`] or [`take_down`]
//! for what becomes of it.

mod approval;
mod approve;
mod audit;
mod external;
mod images;
pub mod io;
mod join;
mod live;
mod policy;
mod publish;
mod read;
mod reading;
mod sources;
mod survey;
mod take_down;
mod theme;
mod verify;

use std::sync::{Arc, OnceLock};

use self::approval::Signed;
use self::join::join;
use self::reading::{Delta, ReadFindings, Reading};
use crate::io::Files;
use etappe_base::date::Day;
use etappe_base::finding::{self, Finding, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_compliance::approvals::Approvals;
use etappe_compliance::records::Records;
use etappe_hub::config::policy::Judged;
use etappe_hub::config::{Config, PersonaIx};
use etappe_hub::journey::{Edition, Hub};
use etappe_report::check;
use etappe_report::check::{Commits, PublishedUrl};
use etappe_site::engine::{self, Memo, Output, Unmade};
use etappe_site::material::Material;
use etappe_site::plan::Plan;
use etappe_site::theme::Program;

pub use approval::records;
pub use approve::{SignRequest, SignedRecord, Unsigned, approve};
pub use audit::audit;
pub use external::{Checked, check_external};
pub use images::shrink_images;
pub use live::{Changed, Live};
pub use policy::BasePolicy;
pub use publish::{Build, How, NotBuilt, build, build_at, examine, examined, late, published};
pub use sources::Recorder;
pub use survey::{Survey, survey, time_zone};
pub use take_down::{
    DownReason, Looked, Silence, StandingPage, StandingPages, TakenDown, look, take_down,
};
pub use theme::theme_files;
pub use verify::{Difference, Verified, What, verify};

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");

/// The options of a build.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program that builds, as outputs' keys know it.
    pub program: Program,
    /// The day to take as today; decides which pages are scheduled or expired.
    pub as_of: Day,
    /// Whether to show drafts, scheduled and expired pages, marked.
    pub preview: bool,
    /// Whether to show pages that are not signed yet, and scheduled ones, as readers will see them.
    pub review: bool,
    /// Instead of hub.toml's `base_url`.
    pub base_url: Option<String>,
    /// Only this persona's sites.
    pub persona: Option<String>,
    /// The pages of the last build, to notice addresses that vanish.
    pub published: Vec<PublishedUrl>,
    /// Whether to ask the repository when files were committed, where pages do not say when they
    /// were updated.
    pub history: bool,
    /// The branch whose rules decide what may be published; `None`: the hub's own rules do.
    pub policy: Option<Arc<BasePolicy>>,
}

impl Options {
    /// A production build of the whole hub.
    pub fn on(program: Program, as_of: Day) -> Self {
        Self {
            program,
            as_of,
            preview: false,
            review: false,
            base_url: None,
            persona: None,
            published: Vec::new(),
            history: false,
            policy: None,
        }
    }
}

/// One state of a hub, read and planned. Immutable, and cheap to share between threads.
pub struct Revision {
    /// 1 for the first; a later state of the same hub has a higher number.
    pub number: u64,
    /// `None` when the hub cannot be planned; the findings say why.
    pub content: Option<Content>,
    /// Findings of reading and planning, by part.
    found: Vec<ReadFindings>,
    /// All findings, with those of the rules, judged. Worked out when it is first asked for, so
    /// that pages do not wait for it.
    judged: OnceLock<Arc<Judged>>,
    /// Why the persona that alone was asked for has no site.
    refused: Option<Box<Finding>>,
    config: Option<Arc<Config>>,
    options: Arc<Options>,
    commits: Commits,
}

/// A hub that can be rendered.
pub struct Content {
    /// What outputs are made of, shared with the revisions that it did not change in.
    pub material: Material,
    /// Every output that there is to make.
    pub plan: Arc<Plan>,
    /// What was signed.
    pub records: Arc<Records>,
    /// What somebody must sign, and how far that is.
    pub approvals: Arc<Approvals>,
    /// The digests of what was signed, to be used again where they are still true.
    digests: approval::KnownDigests,
    /// Findings of joining the pages to a hub.
    found: ReadFindings,
    /// Findings on what somebody must sign.
    approvals_found: ReadFindings,
}

impl Content {
    /// Whether signatures could not be verified for want of a program.
    fn lacks_verdicts(&self) -> bool {
        self.approvals_found.iter().any(|found| *found.code == codes::APPROVAL_UNVERIFIED)
    }
}

impl Revision {
    /// The findings of the whole hub, after its own policy. The first call applies every rule; the
    /// others are free.
    pub fn judged(&self) -> &Arc<Judged> {
        self.judged.get_or_init(|| {
            let mut findings: Vec<Finding> =
                self.found.iter().flat_map(|found| found.iter()).cloned().collect();
            if let Some(content) = &self.content {
                findings.extend(check::run(
                    &content.material,
                    &content.plan,
                    &self.options.published,
                    &self.commits,
                ));
            }
            finding::not_utf8::leave_alone(&mut findings);
            let mut judged = match &self.config {
                Some(config) => config
                    .policy
                    .apply(findings, self.options.as_of, &|page| self.is_hidden_by_date(page)),
                None => Judged { standing: findings, waived: Vec::new() },
            };
            finding::sort(&mut judged.standing);
            Arc::new(judged)
        })
    }

    /// The findings together with `late` ones, which only outputs or other sites show, after the
    /// hub's own policy.
    fn judged_with(&self, late: Vec<Finding>) -> Arc<Judged> {
        if late.is_empty() {
            return Arc::clone(self.judged());
        }
        Arc::new(self.with(self.judged(), late))
    }

    /// Adds `late` findings, after the hub's own policy, to findings that are judged already.
    pub fn with(&self, judged: &Judged, late: Vec<Finding>) -> Judged {
        let mut judged = Judged::clone(judged);
        let late = match &self.config {
            Some(config) => config.policy.apply_late(late, self.options.as_of),
            None => Judged { standing: late, waived: Vec::new() },
        };
        judged.standing.extend(late.standing);
        judged.waived.extend(late.waived);
        finding::sort(&mut judged.standing);
        judged
    }

    /// The finding that the persona who alone was asked for has no site, where it stands.
    pub fn refused(&self) -> Option<&Finding> {
        let refused = self.refused.as_deref()?;
        let is_it = |finding: &&Finding| refused.clone().weighed(finding.severity) == **finding;
        self.judged().standing.iter().find(is_it)
    }

    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.judged().standing.iter().any(Finding::is_error)
    }

    /// Whether this page, or for `None` any page, is kept off the sites by a date alone.
    fn is_hidden_by_date(&self, page: Option<&HubPath>) -> bool {
        let mut docs = self.hub().into_iter().flat_map(|hub| &hub.docs);
        docs.any(|doc| doc.state.is_by_date() && page.is_none_or(|page| doc.facets.file == *page))
    }

    /// For a program that is about to end: the system takes its memory back sooner than it could be
    /// freed piece by piece.
    pub fn let_go(self) {
        std::mem::forget(self);
    }

    /// `None` when the revision has no content.
    pub fn hub(&self) -> Option<&Hub> {
        self.content.as_ref().map(|content| &*content.material.hub)
    }

    /// Makes one output: `None` where the plan has none at `path`, such as
    /// `huisartsen/service/mri/index.html`. What `memo` knows is not made again. `files` are the
    /// hub's, for outputs that copy one of them.
    ///
    /// # Errors
    /// When the output's template fails or does not compile, or the file that it copies cannot be
    /// read.
    pub fn demand(
        &self,
        path: &str,
        files: &dyn Files,
        memo: &Memo,
    ) -> Option<Result<Output, Unmade<std::io::Error>>> {
        let content = self.content.as_ref()?;
        engine::demand(&content.plan, &content.material, path, memo, &|file| files.read(file))
    }
}

/// Reads and checks a hub.
pub fn load(files: &dyn Files, options: &Options) -> Revision {
    let mut reading = Reading::once(options.program);
    reading.policy.clone_from(&options.policy);
    let delta = reading.refresh(files, &Changed::Anything, options.base_url.as_deref());
    revise(files, &reading, &delta, &Arc::new(options.clone()), None)
}

/// The revision of the parts that were read. Results of `before` are used again where `delta`
/// leaves them true.
fn revise(
    files: &dyn Files,
    reading: &Reading,
    delta: &Delta,
    options: &Arc<Options>,
    before: Option<&Revision>,
) -> Revision {
    let mut found = reading.found();
    let mut refused = None;
    let content = reading.config.as_ref().zip(reading.theme.as_ref()).and_then(
        |(config, theme)| match options
            .persona
            .as_deref()
            .map(|id| asked_for(config, id))
            .transpose()
        {
            Ok(only) => {
                let edition = Edition {
                    as_of: options.as_of,
                    preview: options.preview,
                    review: options.review,
                    only,
                };
                let before = before.and_then(|before| before.content.as_ref());
                let signed = Signed::Records(&reading.records, &reading.library, files);
                Some(join(reading, delta, (config, theme), edition, &signed, before))
            }
            Err(finding) => {
                found.push(Arc::new([Finding::clone(&finding)]));
                refused = Some(finding);
                None
            }
        },
    );
    if let Some(content) = &content {
        found.extend([&content.found, &content.approvals_found].map(Arc::clone));
        found.push(Arc::clone(&content.plan.findings));
    }
    let undated = content
        .as_ref()
        .filter(|_| options.history)
        .map(|content| check::undated(&content.material.hub));
    Revision {
        number: before.map_or(1, |before| before.number + 1),
        content,
        found,
        judged: OnceLock::new(),
        refused,
        config: reading.config.clone(),
        options: Arc::clone(options),
        commits: undated.map(|undated| files.committed(&undated)).unwrap_or_default(),
    }
}

/// The persona that alone is to be built, if it has a site.
fn asked_for(config: &Config, id: &str) -> Result<PersonaIx, Box<Finding>> {
    let no_site =
        |message, help| Box::new(Finding::on_hub(&codes::CONFIG_UNKNOWN_ID, message).help(help));
    let Some(persona) = config.find_persona(id) else {
        let help = did_you_mean(id, config.personas.iter().map(|persona| persona.id.as_str()));
        return Err(no_site(format!("There is no persona `{id}`."), help));
    };
    if !config.is_built(persona) {
        return Err(no_site(
            format!("The persona `{id}` has no site."),
            "its segment is not targeted".to_owned(),
        ));
    }
    Ok(persona)
}
