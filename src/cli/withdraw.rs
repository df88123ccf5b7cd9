//! `etappe withdraw`: takes a page back, in all its languages, everywhere or in one market.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value as Json;

use super::{DateArgs, Exit, output};
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_base::source;
use etappe_base::visible::harmless;
use etappe_hub::content::{self, Facets, FrontMatter};
use etappe_hub::journey::{DocIx, Hub, Page, State};
use etappe_session::io::{self, MachineError};

#[derive(Args)]
pub(super) struct WithdrawArgs {
    /// The page: its id, its path below content/, or one of its files
    page: String,
    /// Only in this market: written into the page as `withdrawn_in`. As long as the sites of all
    /// markets are the same, the page goes from all of them
    #[arg(long, value_name = "ID")]
    market: Option<String>,
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
    let market = args.market.as_deref().map(|id| find_market(hub, id)).transpose()?;
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
    write(hub, (&args.hub, &own), market, reason)?;
    Ok(report(hub, page, &files, market))
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

fn find_market<'h>(hub: &'h Hub, asked: &str) -> Result<&'h str, Exit> {
    let ids = || hub.config.markets.iter().map(|market| market.id.as_str());
    ids().find(|id| *id == asked).ok_or_else(|| {
        let why = match hub.config.markets.is_empty() {
            true => "hub.toml names no `[[markets]]`; withdraw the page without `--market`".into(),
            false => did_you_mean(asked, ids()),
        };
        output::usage(&format!("the hub has no market `{}`; {why}", harmless(asked)))
    })
}

/// What a page says once it is withdrawn, in a market or everywhere.
fn said_by<'k>(front: &FrontMatter, market: Option<&str>) -> (&'k str, Json) {
    let Some(market) = market else { return ("status", Json::from("withdrawn")) };
    let mut markets: Vec<&str> = source::values(&front.withdrawn_in).map(String::as_str).collect();
    markets.push(market);
    ("withdrawn_in", Json::from(markets))
}

/// Writes all files or, where one cannot be written by a program, none.
fn write(
    hub: &Hub,
    (dir, docs): (&Path, &[DocIx]),
    market: Option<&str>,
    reason: &str,
) -> Result<(), Exit> {
    let mut changed = Vec::with_capacity(docs.len());
    for Facets { file, front, .. } in docs.iter().map(|doc| hub.facets(*doc)) {
        let keys = [said_by(front, market), ("withdrawn_reason", Json::from(reason))];
        let (key, value) = &keys[0];
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
                if is_yaml { format!("{key}: {value}") } else { format!("{key} = {value}") }
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
fn report(hub: &Hub, page: &Page, files: &[&HubPath], market: Option<&str>) -> String {
    let key = harmless(page.key.as_str());
    let place = market.map(|market| format!(" in `{market}`")).unwrap_or_default();
    let mut text = format!("Withdrew `{key}`{place}, in every language that it has:\n");
    for file in files {
        text.push_str(&format!("  {} says so\n", harmless(file.as_str())));
    }
    let mut addresses: Vec<String> = page
        .placements
        .iter()
        .map(|(site, ix)| hub.url(hub.site(*site), &hub.placement(*ix).path))
        .collect();
    addresses.sort();
    if market.is_some() && hub.config.markets.len() > 1 {
        text.push_str("The sites of all markets are the same, so it goes from each of them.\n");
    }
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
