//! `etappe build`

use std::path::{Path, PathBuf};

use clap::Args;

use super::place::{HubDir, command, quoted};
use super::progress::Progress;
use super::taken_down::Unbuilt;
use super::{DateArgs, Exit, Format, PolicyArgs, output};
use crate::embedded::program;
use etappe_base::count::counted;
use etappe_base::finding::gather::Extent;
use etappe_base::hash::{Digest, Hasher};
use etappe_base::visible::harmless;
use etappe_hub::config::unfit_address;
use etappe_hub::journey::next_change;
use etappe_report::coverage;
use etappe_session::io::publish::Published;
use etappe_session::io::standing::{self, Said};
use etappe_session::io::{Disk, Listed, Unavailable, Wait, Workplace, manifest};
use etappe_session::{
    self as session, Build, How, NotBuilt, Options, Recorder, Revision, Verified,
};

#[derive(Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub dir: HubDir,
    /// Where the sites go [default: public/ in the hub's folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show drafts, scheduled and expired pages too, marked; pages with errors are left out
    #[arg(long)]
    pub preview: bool,
    /// The address the sites will have, instead of hub.toml's base_url
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Build the site of this persona alone
    #[arg(long, value_name = "ID")]
    persona: Option<String>,
    /// Take warnings as errors, those aside that a date alone brings about
    #[arg(long)]
    strict: bool,
    /// Build into a folder that holds files of others; they are left as they are unless an output
    /// has their name
    #[arg(long)]
    adopt: bool,
    /// Exchange the whole folder at once, where the system can; without this, files are moved one
    /// by one
    #[arg(long)]
    swap: bool,
    /// Wait while another build of this hub, or into this folder, is at work
    #[arg(long)]
    wait: bool,
    /// Build in memory, from nothing, and name all that differs in what stands, and pages of
    /// others; writes no output
    #[arg(long, conflicts_with_all = ["adopt", "swap"])]
    pub verify: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: &BuildArgs) -> Exit {
    match build(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn build(args: &BuildArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let out = args.out.clone().unwrap_or_else(|| args.dir.join("public"));
    if let Some((message, help)) = args.base_url.as_deref().and_then(unfit_address) {
        return Err(output::usage(&format!("{}; {help}", message.trim_end_matches('.'))));
    }
    refuse_own_folders(&args.dir, &out)?;
    let options = Options {
        preview: args.preview,
        base_url: args.base_url.clone(),
        persona: args.persona.clone(),
        policy: args.policy.read(&args.dir)?,
        ..Options::on(program(), args.date.as_of(&args.dir)?)
    };
    let question = question(&options, args);
    if let Some(said) = question.and_then(|question| said_before(args, &out, question)) {
        return Ok(say_again(&said, args, &out));
    }
    let mut place = enter(args, &out)?;
    let options = Options { published: session::published(&args.dir, &out), ..options };
    let files = Disk::new(&*args.dir).listed();
    let recorder =
        (!args.preview && !args.verify).then(|| Recorder::new(&files, &args.dir, &out, &options));
    let revision = match &recorder {
        Some(recorder) => session::load(recorder, &options),
        None => session::load(&files, &options),
    };
    let unbuilt =
        Unbuilt { args, out: &out, files: &files, as_of: options.as_of, revision: &revision };
    if let Some(refused) = revision.refused() {
        return Err(output::usage(&format!("{} {}", refused.message, refused.help.join("; "))));
    }
    if args.strict && output::exit_for(&revision.judged().standing, true) == Exit::Findings {
        return Ok(unbuilt.for_findings(&mut place, revision.judged(), Extent::USUAL));
    }
    if args.verify {
        return verify(&revision, &files, args, &out);
    }
    let (closing, has_errors) = rayon::join(|| closing_lines(&revision), || revision.has_errors());
    if !has_errors || args.preview {
        let bar = Progress::new(0, "images");
        session::shrink_images(&revision, &files, &args.dir, &|done, all| bar.set(done, all));
        bar.finish();
    }
    let bar = Progress::new(
        revision.content.as_ref().map_or(0, |content| content.plan.nodes.len()),
        "files",
    );
    let how = How { adopt: args.adopt, swap: args.swap };
    let built = session::build_at(&mut place, &revision, &files, &args.dir, how, &|| bar.advance());
    bar.finish();
    match built {
        Ok(built) => {
            // Without the kept sources a page can still be taken down, but so are outputs that name
            // it.
            let _what_is_not_kept_is_not_known = recorder.map(|recorder| recorder.keep(&revision));
            revision.let_go();
            match question {
                Some(question) => {
                    let said = said_now(&built, &closing, args);
                    output::say(&said.findings);
                    remember(&built, said, question, args, &out, &files);
                }
                None => output::findings(
                    &built.judged.standing,
                    &built.judged.waived,
                    &args.dir,
                    args.format,
                    Extent::BRIEF,
                ),
            }
            let look = where_to_look(args, &out);
            let text = format!("{}\n{look}{closing}", built_line(&built, &out));
            match args.format {
                super::Format::Text => output::result(&text),
                _ => output::say(&text),
            }
            if let Some(error) = &built.forgotten {
                let next = if place.is_forgetful {
                    "will need --adopt"
                } else {
                    "reads every output again"
                };
                output::say_line(&format!(
                    "warning: {error}; the next build into this folder {next}"
                ));
            }
            Ok(output::exit_for(&built.judged.standing, args.strict))
        }
        Err(NotBuilt::Findings(judged)) => {
            Ok(unbuilt.for_findings(&mut place, &judged, Extent::BRIEF))
        }
        Err(NotBuilt::Foreign(files)) => {
            let shown: Vec<&str> = files.iter().take(5).map(String::as_str).collect();
            let more = if files.len() > 5 { ", …" } else { "" };
            let (out, shown) = (out.display(), shown.join(", "));
            output::say_line(&format!(
                "error: `{out}` holds files that no build of this hub wrote, such as {shown}{more}"
            ));
            output::say_line(
                "help: choose another folder with --out, empty this one, or build into it with --adopt",
            );
            Err(unbuilt.otherwise(&mut place, Exit::Usage))
        }
        Err(NotBuilt::Busy(busy)) => Err(refused(busy)),
        Err(NotBuilt::Machine(error)) => {
            Err(unbuilt.otherwise(&mut place, output::machine(&error)))
        }
    }
}

/// Locks the place for this build alone.
fn enter(args: &BuildArgs, out: &Path) -> Result<Workplace, Exit> {
    let tell = |busy: &Unavailable| output::say_line(&format!("Waiting: {busy}."));
    let wait: Wait<'_> = if args.wait { Some(&tell) } else { None };
    // A comparison makes no folder.
    let place = if args.verify {
        Workplace::look(out, wait)
    } else {
        Workplace::enter(&args.dir, out, wait)
    };
    place.map_err(refused)
}

fn refused(unavailable: Unavailable) -> Exit {
    match unavailable {
        Unavailable::Machine(error) => output::machine(&error),
        busy @ Unavailable::Busy(..) => {
            output::say_line(&format!("error: {busy}"));
            output::say_line("help: build again when it is done, or say --wait");
            Exit::Machine
        }
    }
}

/// The digest of the question that this build is asked; `None` where the answer is not for people,
/// or depends on more than the question.
fn question(options: &Options, args: &BuildArgs) -> Option<Digest> {
    let Options { program, as_of, preview, base_url, persona, policy, .. } = options;
    let asked = (as_of.to_string(), preview, base_url, persona, args.strict);
    let is_plain = args.format == super::Format::Text
        && !args.adopt
        && !args.verify
        && !args.swap
        && policy.is_none();
    is_plain.then(|| Hasher::new("build").digest(program.digest).value(&asked).finish())
}

/// The report of the last build, if this one would say the same.
fn said_before(args: &BuildArgs, out: &Path, question: Digest) -> Option<Said> {
    let said = standing::recall(&args.dir, out, question)?;
    (said.findings.is_empty() || said.style == output::style_name()).then_some(said)
}

fn say_again(said: &Said, args: &BuildArgs, out: &Path) -> Exit {
    output::say(&said.findings);
    let look = where_to_look(args, out);
    output::result(&format!("{}\n{look}{}", up_to_date(out, said.outputs), said.closing));
    if said.is_faulty { Exit::Findings } else { Exit::Fine }
}

fn said_now(built: &Build, closing: &str, args: &BuildArgs) -> Said {
    Said {
        findings: output::brief_text(&built.judged, &args.dir),
        style: output::style_name(),
        outputs: built.work.planned,
        closing: closing.to_owned(),
        is_faulty: output::exit_for(&built.judged.standing, args.strict) != Exit::Fine,
    }
}

/// Keeps the report of this build, for the next one that finds nothing changed. Nothing is kept if
/// there are files of others, which are looked for every time.
fn remember(
    built: &Build,
    said: Said,
    question: Digest,
    args: &BuildArgs,
    out: &Path,
    files: &Listed,
) {
    let Published { foreign, left, .. } = &built.published;
    let is_ours = foreign.is_empty() && left.is_empty();
    let Some(stamps) = built.stamps.filter(|_| is_ours && built.forgotten.is_none()) else {
        return;
    };
    // If it is not kept, the site is fine, and the next build only takes longer.
    let _nothing_depends_on_it =
        standing::remember(&args.dir, out, question, said, files, (&built.outputs, stamps));
}

/// Compares the outputs that stand with a build from nothing, and prints every difference.
fn verify(revision: &Revision, files: &Listed, args: &BuildArgs, out: &Path) -> Result<Exit, Exit> {
    let verified = match session::verify(revision, files, &args.dir, out) {
        Ok(verified) => verified,
        Err(NotBuilt::Findings(judged)) => {
            output::findings(
                &judged.standing,
                &judged.waived,
                &args.dir,
                args.format,
                Extent::BRIEF,
            );
            output::say_line(&format!("Nothing was compared: {}.", output::summary(&judged)));
            return Ok(Exit::Findings);
        }
        Err(NotBuilt::Foreign(_)) => return Ok(Exit::Usage),
        Err(NotBuilt::Busy(busy)) => return Err(refused(busy)),
        Err(NotBuilt::Machine(error)) => return Err(output::machine(&error)),
    };
    let lines: String = verified
        .differences
        .iter()
        .map(|difference| format!("{}\n", harmless(&difference.to_string())))
        .collect();
    let total = match verified.differences.len() {
        0 => format!(
            "{} is what a build from nothing gives: {}.\n",
            out.display(),
            counted(verified.compared, "file")
        ),
        count => {
            let all = counted(verified.compared, "file");
            format!(
                "{} differs from a build from nothing in {count} of {all}; {}.\n",
                out.display(),
                way_out(&verified)
            )
        }
    };
    output::result(&format!("{lines}{total}"));
    Ok(if verified.differences.is_empty() { Exit::Fine } else { Exit::Findings })
}

/// The line that says how the differences can be corrected.
fn way_out(verified: &Verified) -> String {
    let mended =
        verified.differences.iter().filter(|difference| difference.what.is_mended()).count();
    let command = if verified.needs_adopt { "`etappe build --adopt`" } else { "`etappe build`" };
    match (mended, verified.differences.len()) {
        (0, _) => "no build sets that right".to_owned(),
        (mended, all) if mended == all => format!("{command} sets it right"),
        (mended, _) => format!("{command} sets {mended} of them right"),
    }
}

/// Refuses folders that are no place for a site. Outputs need a folder of their own: not the hub
/// itself, a folder of its sources, or one that holds the hub.
fn refuse_own_folders(hub: &Path, out: &Path) -> Result<(), Exit> {
    let given = out;
    let (hub, out) = (manifest::plain(hub), manifest::plain(out));
    let sources = [
        "claims",
        "content",
        "modules",
        "personas",
        "static",
        "templates",
        "themes",
        "products",
        ".etappe",
    ];
    if hub.starts_with(&out) || sources.iter().any(|folder| out.starts_with(hub.join(folder))) {
        return Err(output::usage(&format!(
            "`{}` is part of the hub; name a folder that holds nothing else",
            out.display()
        )));
    }
    let is_git = |part: &std::ffi::OsStr| part.eq_ignore_ascii_case(".git");
    if out.iter().any(is_git) {
        return Err(output::usage(&format!(
            "`{}` is part of a repository; name a folder for the sites alone",
            given.display()
        )));
    }
    let is_home = || std::env::home_dir().is_some_and(|home| manifest::plain(&home) == out);
    if out.parent().is_none() || is_home() {
        return Err(output::usage(&format!(
            "`{}` is no folder for the sites alone; name one below it",
            given.display()
        )));
    }
    if out.is_symlink() {
        return Err(output::usage(&format!("`{}` is a link that leads nowhere", given.display())));
    }
    Ok(())
}

fn built_line(built: &Build, out: &Path) -> String {
    let Published { written, deleted, foreign, left, by_hand, not_swapped } = &built.published;
    let mut line = match (written, deleted) {
        (0, 0) => up_to_date(out, built.work.planned),
        _ => format!(
            "Built {}: {}, {written} written, {deleted} deleted.",
            out.display(),
            counted(built.work.planned, "file")
        ),
    };
    if let Some(reason) = not_swapped {
        line.push_str(&format!("\nFiles were moved one by one, since {reason}."));
    }
    let named = [
        (
            "Somebody had changed these since they were written; they are set right or deleted",
            by_hand,
        ),
        ("Left as they are, though no output any more, since somebody changed them", left),
        ("Left as they are, since no build wrote them", foreign),
    ];
    for (what, paths) in named.iter().filter(|(_, paths)| !paths.is_empty()) {
        let shown: Vec<&str> = paths.iter().take(5).map(String::as_str).collect();
        let more = if paths.len() > 5 { ", …" } else { "" };
        let shown = harmless(&shown.join(", "));
        line.push_str(&format!("\n{what}: {shown}{more}"));
    }
    line
}

fn up_to_date(out: &Path, outputs: usize) -> String {
    format!("{} is up to date: {}.", out.display(), counted(outputs, "file"))
}

/// The line that says where a writer sees what was built: the first page, which needs no server,
/// or the preview.
fn where_to_look(args: &BuildArgs, out: &Path) -> String {
    let serve = command("serve", &args.dir);
    let first = out.join("index.html");
    match first.is_file() {
        true => {
            let first = quoted(first.strip_prefix(".").unwrap_or(&first));
            format!("See it in a browser: {first}, or `{serve}`.\n")
        }
        false => format!("See it with `{serve}`.\n"),
    }
}

/// The headline of coverage for each language, and the next date on which the output changes.
fn closing_lines(revision: &Revision) -> String {
    let Some(hub) = revision.hub() else { return String::new() };
    let report = coverage::report(hub, &[], None);
    let mut lines: String = report
        .languages
        .iter()
        .map(|matrix| format!("{}\n", harmless(&report.headline(matrix))))
        .collect();
    match next_change(hub.docs.iter(), hub.edition.as_of) {
        Some(day) => lines.push_str(&format!("Next change by date: {day}.\n")),
        None => lines.push_str("No page is scheduled or expires later.\n"),
    }
    lines
}
