//! `etappe build`

use std::path::Path;

use anstream::eprintln;

use super::progress::Progress;
use super::{BuildArgs, Exit, output};
use crate::base::hash::{Digest, Hasher};
use crate::config::is_web_address;
use crate::coverage;
use crate::io::standing::{self, Said};
use crate::io::{Disk, Listed, manifest};
use crate::journey::next_change;
use crate::session::{self, Build, NotBuilt, Options, Revision};

pub fn run(args: &BuildArgs) -> Exit {
    match build(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn build(args: &BuildArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let out = args.out.clone().unwrap_or_else(|| args.dir.join("public"));
    if let Some(url) = args.base_url.as_deref().filter(|url| !is_web_address(url)) {
        return Err(output::usage(&format!("`{url}` is no web address; write it as https://hub.example")));
    }
    refuse_own_folders(&args.dir, &out)?;
    let options = Options {
        as_of: args.date.as_of()?,
        preview: args.preview,
        base_url: args.base_url.clone(),
        persona: args.persona.clone(),
        published: Vec::new(),
        history: false,
    };
    let question = question(&options, args);
    if let Some(said) = question.and_then(|question| said_before(args, &out, question)) {
        return Ok(say_again(&said, &out));
    }
    let options = Options { published: session::published(&args.dir, &out), ..options };
    let files = Disk::new(&args.dir).listed();
    let revision = session::load(&files, &options);
    if let (None, Some(id)) = (&revision.content, &args.persona)
        && let Some(unknown) = revision
            .judged()
            .standing
            .iter()
            .find(|finding| finding.place.is_none() && finding.message.contains(&format!("persona `{id}`")))
    {
        return Err(output::usage(&format!("{} {}", unknown.message, unknown.help.join("; "))));
    }
    if args.strict && output::exit_for(&revision.judged().standing, true) == Exit::Findings {
        output::findings(&revision.judged().standing, &revision.judged().waived, &args.dir, args.format, false);
        eprintln!("Nothing was built: {}.", output::summary(revision.judged()));
        return Ok(Exit::Findings);
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
    let bar = Progress::new(revision.content.as_ref().map_or(0, |content| content.plan.nodes.len()), "files");
    let built = session::build(&revision, &files, &args.dir, &out, args.adopt, &|| bar.advance());
    bar.finish();
    revision.let_go();
    match built {
        Ok(built) => {
            match question {
                Some(question) => {
                    let said = said_now(&built, &closing, args);
                    anstream::eprint!("{}", said.findings);
                    remember(&built, said, question, args, &out, &files);
                }
                None => output::findings(&built.judged.standing, &built.judged.waived, &args.dir, args.format, true),
            }
            let text = format!("{}\n{closing}", built_line(&built, &out));
            match args.format {
                super::Format::Text => output::result(&text),
                _ => anstream::eprint!("{text}"),
            }
            if let Some(error) = &built.forgotten {
                eprintln!("warning: {error}; the next build into this folder will need --adopt");
            }
            Ok(output::exit_for(&built.judged.standing, args.strict))
        }
        Err(NotBuilt::Findings(judged)) => {
            output::findings(&judged.standing, &judged.waived, &args.dir, args.format, true);
            eprintln!("Nothing was built: {}.", output::summary(&judged));
            Ok(Exit::Findings)
        }
        Err(NotBuilt::Foreign(files)) => {
            eprintln!("error: `{}` holds files that no build of this hub wrote, such as {}", out.display(), files.join(", "));
            eprintln!("help: choose another folder with --out, empty this one, or build into it with --adopt");
            Err(Exit::Usage)
        }
        Err(NotBuilt::Machine(error)) => Err(output::machine(&error)),
    }
}

/// The digest of what this build is asked; `None` where the answer is not for people, or depends on what is not asked.
fn question(options: &Options, args: &BuildArgs) -> Option<Digest> {
    let Options { as_of, preview, base_url, persona, published: _, history: _ } = options;
    let asked = (as_of.to_string(), preview, base_url, persona, args.strict);
    let is_plain = args.format == super::Format::Text && !args.adopt && !args.verify;
    is_plain.then(|| Hasher::new("build").text(env!("ETAPPE_BUILD")).value(&asked).finish())
}

/// What the last build said, if this one would say the same.
fn said_before(args: &BuildArgs, out: &Path, question: Digest) -> Option<Said> {
    let said = standing::recall(&args.dir, out, question)?;
    (said.findings.is_empty() || said.style == output::style_name()).then_some(said)
}

fn say_again(said: &Said, out: &Path) -> Exit {
    anstream::eprint!("{}", said.findings);
    output::result(&format!("{}\n{}", up_to_date(out, said.outputs), said.closing));
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

/// Keeps what this build said, for the next one that finds nothing changed. Files of others are looked for every time.
fn remember(built: &Build, said: Said, question: Digest, args: &BuildArgs, out: &Path, files: &Listed) {
    let Some(stamps) = built.stamps.filter(|_| built.published.foreign.is_empty() && built.forgotten.is_none()) else { return };
    // The site is fine, and the next build only takes longer.
    let _nothing_depends_on_it = standing::remember(&args.dir, out, question, said, files, (&built.outputs, stamps));
}

/// Compares what stands with a build from nothing, and says every difference.
fn verify(revision: &Revision, files: &Listed, args: &BuildArgs, out: &Path) -> Result<Exit, Exit> {
    let verified = match session::verify(revision, files, &args.dir, out) {
        Ok(verified) => verified,
        Err(NotBuilt::Findings(judged)) => {
            output::findings(&judged.standing, &judged.waived, &args.dir, args.format, true);
            eprintln!("Nothing was compared: {}.", output::summary(&judged));
            return Ok(Exit::Findings);
        }
        Err(NotBuilt::Foreign(_)) => return Ok(Exit::Usage),
        Err(NotBuilt::Machine(error)) => return Err(output::machine(&error)),
    };
    let lines: String = verified.differences.iter().map(|difference| format!("{difference}\n")).collect();
    let total = match verified.differences.len() {
        0 => format!("{} is what a build from nothing gives: {} files.\n", out.display(), verified.compared),
        1 => format!(
            "{} differs from a build from nothing in 1 of {} files; `etappe build` sets it right.\n",
            out.display(),
            verified.compared
        ),
        count => {
            format!(
                "{} differs from a build from nothing in {count} of {} files; `etappe build` sets it right.\n",
                out.display(),
                verified.compared
            )
        }
    };
    output::result(&format!("{lines}{total}"));
    Ok(if verified.differences.is_empty() { Exit::Fine } else { Exit::Findings })
}

/// Outputs have a folder of their own: never the hub itself, a folder of its sources, or one that holds the hub.
fn refuse_own_folders(hub: &Path, out: &Path) -> Result<(), Exit> {
    let (hub, out) = (manifest::plain(hub), manifest::plain(out));
    let sources = ["content", "personas", "static", "templates", "themes", "products", ".etappe"];
    if hub.starts_with(&out) || sources.iter().any(|folder| out.starts_with(hub.join(folder))) {
        return Err(output::usage(&format!("`{}` is part of the hub; name a folder that holds nothing else", out.display())));
    }
    Ok(())
}

fn built_line(built: &Build, out: &Path) -> String {
    let crate::io::publish::Published { written, deleted, foreign } = &built.published;
    let mut line = match (written, deleted) {
        (0, 0) => up_to_date(out, built.work.planned),
        _ => format!("Built {}: {} files, {written} written, {deleted} deleted.", out.display(), built.work.planned),
    };
    if !foreign.is_empty() {
        let shown: Vec<&str> = foreign.iter().take(5).map(String::as_str).collect();
        let more = if foreign.len() > 5 { ", …" } else { "" };
        line.push_str(&format!("\nLeft as they are, since no build wrote them: {}{more}", shown.join(", ")));
    }
    line
}

fn up_to_date(out: &Path, outputs: usize) -> String {
    format!("{} is up to date: {outputs} files.", out.display())
}

/// The headline of coverage for each language, and the next date on which the output changes.
fn closing_lines(revision: &Revision) -> String {
    let Some(hub) = revision.hub() else { return String::new() };
    let report = coverage::report(hub, &[], None);
    let mut lines: String = report.languages.iter().map(|matrix| format!("{}\n", report.headline(matrix))).collect();
    let facets = hub.docs.iter().map(|doc| &*doc.facets);
    match next_change(facets, hub.edition.as_of) {
        Some(day) => lines.push_str(&format!("Next change by date: {day}.\n")),
        None => lines.push_str("No page is scheduled or expires later.\n"),
    }
    lines
}
