//! What `etappe build` does if it cannot build: pages whose time is over are taken down all the
//! same.

use std::path::Path;

use super::build::BuildArgs;
use super::{Exit, output};
use crate::embedded::program;
use etappe_base::count::counted_as;
use etappe_base::date::Day;
use etappe_base::finding::gather::Extent;
use etappe_hub::config::policy::Judged;
use etappe_session::io::{Files, Workplace};
use etappe_session::{self as session, Revision, TakenDown};

/// A build that failed.
pub(super) struct Unbuilt<'b> {
    pub args: &'b BuildArgs,
    pub out: &'b Path,
    pub files: &'b dyn Files,
    pub as_of: Day,
    pub revision: &'b Revision,
}

impl Unbuilt<'_> {
    /// Prints the findings that keep a release from being built, and takes down the pages that must
    /// not wait for it.
    pub(super) fn for_findings(
        &self,
        place: &mut Workplace,
        judged: &Judged,
        extent: Extent,
    ) -> Exit {
        let taken = self.take_down(place);
        let all = self.revision.with(judged, taken.findings());
        output::findings(&all.standing, &all.waived, &self.args.dir, self.args.format, extent);
        output::say_line(&format!("Nothing was built: {}.", output::summary(judged)));
        self.say(&taken);
        match &taken.failed {
            Some(error) => output::machine(error),
            None => Exit::Findings,
        }
    }

    /// As [`Self::for_findings`], where the machine or the folder keeps the release from being
    /// built; `exit` is the exit code for that alone.
    pub(super) fn otherwise(&self, place: &mut Workplace, exit: Exit) -> Exit {
        let taken = self.take_down(place);
        let found = taken.findings();
        if !found.is_empty() {
            let all = self.revision.with(self.revision.judged(), found);
            output::findings(
                &all.standing,
                &all.waived,
                &self.args.dir,
                self.args.format,
                Extent::BRIEF,
            );
        }
        self.say(&taken);
        if let (Some(error), false) = (&taken.failed, taken.stuck.is_empty()) {
            output::machine(error);
        }
        exit
    }

    /// A preview shows pages that are over, and takes none of them down.
    fn take_down(&self, place: &mut Workplace) -> TakenDown {
        if self.args.preview || self.args.verify {
            return TakenDown::default();
        }
        session::take_down(program(), place, self.files, &self.args.dir, self.as_of)
    }

    fn say(&self, taken: &TakenDown) {
        if let Some(line) = line(taken, self.out) {
            output::say_line(&line);
        }
    }
}

/// What was done, for people.
fn line(taken: &TakenDown, out: &Path) -> Option<String> {
    let TakenDown { looked, deleted, stuck, remade, removed, .. } = taken;
    if looked.down.is_empty() {
        return None;
    }
    let count = looked.down.len();
    let them = if count == 1 { "it" } else { "them" };
    let out = out.display();
    let mut said = match stuck.is_empty() {
        true => format!("{} taken down from {out}: ", counted_as(count, "page is", "pages are")),
        false => format!(
            "Not all of {} could be taken down from {out}: ",
            counted_as(count, "page", "pages")
        ),
    };
    said.push_str(&format!("{} removed", counted_as(*deleted, "file", "files")));
    if *remade > 0 {
        said.push_str(&format!(
            ", {} that named {them} made again without {them}",
            counted_as(*remade, "file", "files")
        ));
    }
    said.push_str(". The rest stands as it was.");
    let named = [
        ("Removed too, since they named what is gone and could not be made again:", removed),
        ("These could not be removed, so remove them yourself:", stuck),
    ];
    for (what, paths) in named.into_iter().filter(|(_, paths)| !paths.is_empty()) {
        said.push_str(&format!("\n{what}"));
        paths.iter().for_each(|path| said.push_str(&format!("\n  {path}")));
    }
    Some(said)
}
