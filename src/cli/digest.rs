//! `etappe digest`: what signatures of items are bound to.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::{DateArgs, Exit, Format, TextForm, output};
use crate::embedded::program;
use etappe_base::finding::did_you_mean;
use etappe_base::finding::gather::Extent;
use etappe_base::path::HubPath;
use etappe_compliance::digest::{Digests, Worked, emit_json, emit_text};
use etappe_compliance::{Item, ItemId};
use etappe_hub::config::Config;
use etappe_hub::journey::Hub;
use etappe_session::io::{Disk, Files};
use etappe_session::{self as session, Options};

#[derive(Args)]
pub(super) struct DigestArgs {
    /// The id of a page, the path of its file, claim:ID, module:NAME or @site [default: all]
    #[arg(value_name = "ITEM")]
    items: Vec<String>,
    /// Only in this language
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// Only for this market
    #[arg(long, value_name = "ID")]
    market: Option<String>,
    /// Print the parts of each item, and what of each is hashed
    #[arg(long)]
    explain: bool,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    format: TextForm,
    #[arg(skip)]
    pub hub: PathBuf,
}

pub(super) fn run(args: &DigestArgs) -> Exit {
    match print(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn print(args: &DigestArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.hub)?;
    let files = Disk::new(&*args.hub);
    // No digest depends on the day.
    let options = Options::on(program(), DateArgs { as_of: None }.as_of(&args.hub)?);
    let revision = session::load(&files, &options);
    let Some(content) = &revision.content else {
        let found = &revision.judged().standing;
        output::findings(found, &[], &args.hub, Format::Text, Extent::USUAL);
        return Err(Exit::Findings);
    };
    let hub = &*content.material.hub;
    let read = |path: &HubPath| files.read(path).ok();
    let digests = Digests::new(hub, &content.material.library, &read);
    check_scope(args, &hub.config)?;
    let asked = asked(args, hub, digests.items())?;
    // An item's file may have gone since.
    let worked: Vec<Worked> =
        asked.into_iter().filter_map(|item| Worked::of(item, &digests)).collect();
    match args.format {
        TextForm::Text => output::result(&emit_text(&worked, args.explain)),
        TextForm::Json => output::data(&emit_json(&worked, args.explain)),
    }
    revision.let_go();
    Ok(Exit::Fine)
}

/// A language or market that the hub does not have is a slip on the command line.
fn check_scope(args: &DigestArgs, config: &Config) -> Result<(), Exit> {
    let no_such = |what: &str, name: &str, known: Vec<&str>| {
        let help = match known.as_slice() {
            [] => format!("hub.toml has no {what}"),
            _ => did_you_mean(name, known),
        };
        output::usage(&format!("there is no {what} `{name}`; {help}"))
    };
    if let Some(lang) = args.lang.as_deref().filter(|lang| config.find_lang(lang).is_none()) {
        let known = config.languages.iter().map(|lang| lang.code.as_str()).collect();
        return Err(no_such("language", lang, known));
    }
    let is_unknown = |market: &&str| config.find_market(market).is_none();
    if let Some(market) = args.market.as_deref().filter(is_unknown) {
        let known = config.markets.iter().map(|market| market.id.as_str()).collect();
        return Err(no_such("market", market, known));
    }
    Ok(())
}

/// The items that were asked for, sorted; of all of them where none was named.
fn asked(args: &DigestArgs, hub: &Hub, all: Vec<Item>) -> Result<Vec<Item>, Exit> {
    let is_in_scope = |item: &Item| {
        args.lang.as_ref().is_none_or(|lang| item.lang == *lang)
            && args.market.as_ref().is_none_or(|market| item.market.as_ref() == Some(market))
    };
    if args.items.is_empty() {
        return Ok(all.into_iter().filter(is_in_scope).collect());
    }
    let mut asked = BTreeSet::new();
    for name in &args.items {
        let (id, lang) = named(name, hub);
        let of_id = || all.iter().filter(|item| item.id == id);
        if of_id().next().is_none() {
            return Err(unknown(name, hub, &all));
        }
        let before = asked.len();
        let in_lang = of_id().filter(|item| lang.as_ref().is_none_or(|lang| item.lang == *lang));
        asked.extend(in_lang.filter(|item| is_in_scope(item)).cloned());
        if asked.len() == before {
            let has: Vec<String> = of_id().map(scope).collect();
            let message = format!("`{name}` is not published there; it is in {}", has.join(", "));
            return Err(output::usage(&message));
        }
    }
    Ok(asked.into_iter().collect())
}

/// The item that a name means, and the language where it is a file.
fn named(name: &str, hub: &Hub) -> (ItemId, Option<String>) {
    let path = HubPath::new(name.strip_prefix("./").unwrap_or(name));
    match path.and_then(|path| hub.find_doc(&path)) {
        Some(doc) => {
            let page = hub.page(hub.doc(doc).page);
            let lang = hub.config.lang(hub.facets(doc).lang()).code.clone();
            (ItemId::Page(hub.page_id(page).to_owned()), Some(lang))
        }
        None => (ItemId::read(name), None),
    }
}

fn unknown(name: &str, hub: &Hub, all: &[Item]) -> Exit {
    let path = HubPath::new(name);
    if path.is_some_and(|path| hub.find_doc(&path).is_some()) {
        return output::usage(&format!(
            "`{name}` is on no site, so that it has no digest; `etappe check` says why"
        ));
    }
    let ids: BTreeSet<String> = all.iter().map(|item| item.id.to_string()).collect();
    let files = hub.docs.iter().map(|doc| doc.facets.file.as_str());
    let known = ids.iter().map(String::as_str).chain(files);
    let help = did_you_mean(name, known);
    output::usage(&format!("the hub has no item `{name}`; {help}"))
}

/// Language and market of an item: `nl`, or `nl for be`.
fn scope(item: &Item) -> String {
    match &item.market {
        Some(market) => format!("{} for {market}", item.lang),
        None => item.lang.clone(),
    }
}
