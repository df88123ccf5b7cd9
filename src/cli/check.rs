//! `etappe check`

use std::path::Path;

use clap::Args;

use super::place::HubDir;
use super::progress::Progress;
use super::{DateArgs, Exit, Format, PolicyArgs, fix, output};
use crate::embedded::program;
use etappe_base::count::{counted, counted_as};
use etappe_base::finding::gather::Extent;
use etappe_session::io::Disk;
use etappe_session::{self as session, Checked, Options, Revision};

#[derive(Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub dir: HubDir,
    /// Make the changes that are safe, and show each: misspelt ids, moved links, names in the wrong
    /// case, missing aliases
    #[arg(long)]
    fix: bool,
    /// Check what a preview shows: drafts, scheduled and expired pages too
    #[arg(long)]
    preview: bool,
    /// Show every finding with all its places; without this, equal ones are one, and 20 of each
    /// code are shown
    #[arg(long)]
    all: bool,
    /// Ask other sites whether they still have what pages link to; answers are kept in
    /// .etappe/external.json for some days
    #[arg(long)]
    external: bool,
    /// Take warnings as errors, those aside that a date alone brings about
    #[arg(long)]
    strict: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: &CheckArgs) -> Exit {
    match check(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn check(args: &CheckArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let files = Disk::new(&*args.dir);
    let published = session::published(&args.dir, &args.dir.join("public"));
    let options = Options {
        published,
        history: true,
        preview: args.preview,
        policy: args.policy.read(&args.dir)?,
        ..Options::on(program(), args.date.as_of(&args.dir)?)
    };
    let mut revision = session::load(&files, &options);
    if args.fix {
        let fixed = fix::apply(&args.dir, &revision.judged().standing)
            .map_err(|error| output::machine(&error))?;
        output::say(&fixed.shown);
        if fixed.count > 0 {
            output::say(&format!("Made {}.\n\n", counted(fixed.count, "change")));
            revision = session::load(&files, &options);
        }
    }
    revision =
        session::examine(revision, &files, &args.dir).map_err(|error| output::machine(&error))?;
    let elsewhere =
        if args.external { ask_other_sites(&mut revision, &args.dir) } else { String::new() };
    let judged = revision.judged();
    let extent = if args.all { Extent::WHOLE } else { Extent::USUAL };
    output::findings(&judged.standing, &judged.waived, &args.dir, args.format, extent);
    if args.format == Format::Text {
        let pages = counted(revision.hub().map_or(0, |hub| hub.docs.len()), "page");
        let drafts = if args.preview { ", with drafts" } else { "" };
        let summary = output::summary(judged);
        output::result(&format!("{summary} in {pages}{drafts}.\n{elsewhere}"));
    }
    let exit = output::exit_for(&judged.standing, args.strict);
    revision.let_go();
    Ok(exit)
}

/// Checks links to other sites, and gives the line that says how many.
fn ask_other_sites(revision: &mut Revision, dir: &Path) -> String {
    let bar = Progress::new(0, "addresses of other sites");
    let checked = session::check_external(revision, dir, &|done, all| bar.set(done, all));
    bar.finish();
    if let Some(error) = &checked.forgotten {
        output::say_line(&format!(
            "warning: {error}; the next check will have to ask for every address again"
        ));
    }
    let Checked { addresses, asked, .. } = checked;
    let all = counted_as(addresses, "address", "addresses");
    format!("Other sites: {all}, {asked} asked for, {} known from before.\n", addresses - asked)
}
