//! `etappe build`

use std::path::Path;

use anstream::eprintln;

use super::progress::Progress;
use super::{BuildArgs, Exit, output};
use crate::config::is_web_address;
use crate::coverage;
use crate::io::{Disk, manifest};
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
        published: session::published(&args.dir, &out),
        history: false,
    };
    let files = Disk::new(&args.dir);
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
    let closing = closing_lines(&revision);
    if !revision.has_errors() || args.preview {
        let bar = Progress::new(0, "images");
        session::shrink_images(&revision, &files, &args.dir, &|done, all| bar.set(done, all));
        bar.finish();
    }
    let bar = Progress::new(revision.content.as_ref().map_or(0, |content| content.plan.nodes.len()), "files");
    let built = session::build(revision, &files, &args.dir, &out, args.adopt, &|| bar.advance());
    bar.finish();
    match built {
        Ok(built) => {
            output::findings(&built.judged.standing, &built.judged.waived, &args.dir, args.format, true);
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
        (0, 0) => format!("{} is up to date: {} files.", out.display(), built.work.planned),
        _ => format!("Built {}: {} files, {written} written, {deleted} deleted.", out.display(), built.work.planned),
    };
    if !foreign.is_empty() {
        let shown: Vec<&str> = foreign.iter().take(5).map(String::as_str).collect();
        let more = if foreign.len() > 5 { ", …" } else { "" };
        line.push_str(&format!("\nLeft as they are, since no build wrote them: {}{more}", shown.join(", ")));
    }
    line
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
