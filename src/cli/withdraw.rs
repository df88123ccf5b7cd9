//! `etappe withdraw`: takes a page back, in all its languages.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{DateArgs, Exit, output};
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_base::visible::harmless;
use etappe_hub::content;
use etappe_hub::journey::{DocIx, Hub, Page, State};
use etappe_session::io::{self, MachineError};

#[derive(Args)]
pub(super) struct WithdrawArgs {
    /// The page: its id, its path below content/, or one of its files
    page: String,
    /// Why; written into the page as `withdrawn_reason`, which no reader sees
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(skip)]
    pub hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: &WithdrawArgs) -> Exit {
    match withdraw(args) {
        Ok(said) => {
            output::result(&said);
            Exit::Fine
        }
        Err(exit) => exit,
    }
}

fn withdraw(args: &WithdrawArgs) -> Result<String, Exit> {
    let reason = args.reason.trim();
    if reason.is_empty() {
        return Err(output::usage("`--reason` says nothing; why is the page withdrawn?"));
    }
    let hub = &output::survey(&args.hub, args.date.as_of(&args.hub)?)?;
    let page = find_page(hub, &args.page)?;
    let all: Vec<DocIx> = page.docs.iter().flatten().copied().collect();
    if all.iter().all(|doc| hub.doc(*doc).state == State::Withdrawn) {
        let name = harmless(page.key.as_str());
        return Ok(format!("`{name}` is withdrawn already, in all its languages.\n"));
    }
    // The file in the default language speaks for all.
    let own = match page.docs.first() {
        Some(Some(original)) => vec![*original],
        _ => all.clone(),
    };
    let files: Vec<&HubPath> = own.iter().map(|doc| &hub.facets(*doc).file).collect();
    write(&args.hub, &files, reason)?;
    Ok(report(hub, page, &files))
}

/// The page that is meant by an id, a path below content/, or one of its files.
fn find_page<'h>(hub: &'h Hub, asked: &str) -> Result<&'h Page, Exit> {
    let path = asked.trim_start_matches("./");
    let is_file = |doc: &DocIx| hub.facets(*doc).file.as_str() == path;
    let is_meant = |page: &&Page| {
        hub.page_id(page) == asked
            || page.key.as_str() == path.strip_prefix("content/").unwrap_or(path)
            || page.docs.iter().flatten().any(is_file)
    };
    // An id comes first: it may be what another page's file was once called.
    let by_id = hub.pages.iter().find(|page| hub.written_id(page) == Some(asked));
    by_id.or_else(|| hub.pages.iter().find(is_meant)).ok_or_else(|| {
        let known = hub.pages.iter().map(|page| hub.page_id(page));
        let help = did_you_mean(asked, known);
        output::usage(&format!("the hub has no page `{}`; {help}", harmless(asked)))
    })
}

/// Writes all files or, where one cannot be written by a program, none.
fn write(dir: &Path, files: &[&HubPath], reason: &str) -> Result<(), Exit> {
    let keys = [("status", "withdrawn"), ("withdrawn_reason", reason)];
    let mut changed = Vec::with_capacity(files.len());
    for file in files {
        let path = dir.join(file.as_str());
        let bytes = fs::read(&path)
            .map_err(|error| output::machine(&MachineError::new("read", &path, error)))?;
        let text = String::from_utf8(bytes).ok();
        let is_yaml = text.as_ref().is_some_and(|text| content::is_yaml(text));
        let Some(text) = text.and_then(|text| content::with_keys(&text, &keys)) else {
            return Err(output::usage(&format!(
                "the front matter of `{}` cannot be written by a program; write `{}` there by \
                 hand: that alone takes the page off every site",
                harmless(file.as_str()),
                if is_yaml { "status: withdrawn" } else { "status = \"withdrawn\"" }
            )));
        };
        changed.push((path, text));
    }
    for (path, text) in changed {
        io::rewrite(&path, text.as_bytes())
            .map_err(|error| output::machine(&MachineError::new("write", &path, error)))?;
    }
    Ok(())
}

/// What was done, what comes of it, and what cannot be taken back.
fn report(hub: &Hub, page: &Page, files: &[&HubPath]) -> String {
    let key = harmless(page.key.as_str());
    let mut text = format!("Withdrew `{key}`, in every language that it has:\n");
    for file in files {
        text.push_str(&format!("  {} says so\n", harmless(file.as_str())));
    }
    let mut addresses: Vec<String> = page
        .placements
        .iter()
        .map(|(site, ix)| hub.url(hub.site(*site), &hub.placement(*ix).path))
        .collect();
    addresses.sort();
    if addresses.is_empty() {
        text.push_str("No site shows it today.\n");
    } else {
        text.push_str("The next build takes it off every site and list:\n");
        addresses.iter().for_each(|url| text.push_str(&format!("  {}\n", harmless(url))));
        text.push_str(
            "There nginx and Apache then answer 410 (gone) where hub.toml asks for their `headers`, and \
             other hosts 404.\n",
        );
    }
    let docs = || page.docs.iter().flatten().map(|doc| &hub.facets(*doc).front);
    let mut sent: Vec<&str> = docs()
        .flat_map(|front| front.channels.iter().map(|channel| channel.value.as_str()))
        .filter(|channel| *channel != "web")
        .collect();
    sent.sort_unstable();
    sent.dedup();
    if !sent.is_empty() {
        let sent = sent.join(", ");
        text.push_str(&format!("What went out by {sent} cannot be called back from here.\n"));
    }
    text.push_str(&format!(
        "Links to it become text. `etappe where-used {key}` lists the pages that have one.\n"
    ));
    text
}
