//! Which pages a pack is to hold.

use std::collections::BTreeSet;

use super::{Refused, Request};
use crate::sheet::Sheet;
use etappe_base::finding::did_you_mean;
use etappe_compliance::{Item, ItemId};
use etappe_hub::config::Config;
use etappe_hub::content::Library;
use etappe_hub::journey::{DocIx, Hub};

/// Those of `all` that are asked for, each with the items that are. `differs` says whether an item
/// is other than in the revision since which changes are asked for.
pub(crate) fn asked(
    (hub, library): (&Hub, &Library),
    all: Vec<Sheet>,
    request: &Request,
    differs: &dyn Fn(&Item) -> bool,
) -> Result<Vec<Sheet>, Refused> {
    check(&hub.config, request)?;
    let named: Vec<NamedItem<'_>> = request
        .items
        .iter()
        .map(|name| NamedItem::read(hub, library, name))
        .collect::<Result<_, _>>()?;
    let is_asked = |sheet: &Sheet| {
        let site = hub.site(sheet.site);
        let doc = hub.placement(sheet.placement).doc;
        is_one(&request.personas, &hub.config.persona(site.persona).id)
            && is_one(&request.langs, &hub.config.lang(site.lang).code)
            && (named.is_empty() || named.iter().any(|named| named.means(hub, doc)))
    };
    let mut asked = Vec::new();
    for mut sheet in all.into_iter().filter(is_asked) {
        sheet.items.retain(|item| {
            let market = item.market.as_deref().unwrap_or_default();
            is_one(&request.markets, market) && differs(item)
        });
        if !sheet.items.is_empty() {
            asked.push(sheet);
        }
    }
    Ok(asked)
}

fn is_one(asked: &[String], own: &str) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked == own)
}

/// A slip on the command line is said, rather than answered with an empty pack.
fn check(config: &Config, request: &Request) -> Result<(), Refused> {
    let built = config.persona_ixs().filter(|ix| config.is_built(*ix));
    let personas: Vec<&str> = built.map(|ix| config.persona(ix).id.as_str()).collect();
    let langs: Vec<&str> = config.lang_ixs().map(|ix| config.lang(ix).code.as_str()).collect();
    let markets: Vec<&str> = config.markets.iter().map(|market| market.id.as_str()).collect();
    for (what, asked, known) in [
        ("persona with a site", &request.personas, personas),
        ("language", &request.langs, langs),
        ("market", &request.markets, markets),
    ] {
        if let Some(unknown) = asked.iter().find(|asked| !known.contains(&asked.as_str())) {
            let help = match known.is_empty() {
                true => format!("hub.toml names no {what}"),
                false => did_you_mean(unknown, known.iter().copied()),
            };
            return Err(Refused::Asked(format!("the hub has no {what} `{unknown}`; {help}")));
        }
    }
    Ok(())
}

/// What a name on the command line means.
enum NamedItem<'n> {
    /// A page in all its languages.
    Page(&'n str),
    /// One file of a page.
    File(DocIx),
    /// All pages that use what was written once.
    Uses(String),
}

impl<'n> NamedItem<'n> {
    fn read(hub: &'n Hub, library: &Library, name: &'n str) -> Result<Self, Refused> {
        let path = name.trim_start_matches("./");
        if let Some(doc) = hub.doc_ixs().find(|ix| hub.facets(*ix).file.as_str() == path) {
            return Ok(Self::File(doc));
        }
        match ItemId::read(name) {
            ItemId::Page(_) if hub.pages.iter().any(|page| hub.page_id(page) == name) => {
                Ok(Self::Page(name))
            }
            ItemId::Claim(id) if library.claim(&id).is_some() => Ok(Self::Uses(name.to_owned())),
            ItemId::Module(own) if library.module_names().any(|known| known == own) => {
                Ok(Self::Uses(name.to_owned()))
            }
            ItemId::Claim(_) | ItemId::Module(_) => Err(unknown_once(library, name)),
            ItemId::Site => Err(Refused::Asked(
                "`@site` has no page of its own; `etappe digest @site --explain` prints its texts"
                    .to_owned(),
            )),
            ItemId::Page(_) => {
                let ids: BTreeSet<&str> = hub.pages.iter().map(|page| hub.page_id(page)).collect();
                let help = did_you_mean(name, ids);
                Err(Refused::Asked(format!("the hub has no page `{name}`; {help}")))
            }
        }
    }

    fn means(&self, hub: &Hub, doc: DocIx) -> bool {
        match self {
            Self::Page(id) => hub.page_id(hub.page(hub.doc(doc).page)) == *id,
            Self::File(file) => *file == doc,
            Self::Uses(name) => {
                hub.facets(doc).uses.iter().any(|used| crate::once::item(&used.what) == *name)
            }
        }
    }
}

fn unknown_once(library: &Library, name: &str) -> Refused {
    let claims = library.claims().map(|claim| format!("claim:{}", claim.id));
    let known: Vec<String> =
        claims.chain(library.module_names().map(|module| format!("module:{module}"))).collect();
    let help = match known.is_empty() {
        true => "it has neither claims nor modules".to_owned(),
        false => did_you_mean(name, known.iter().map(String::as_str)),
    };
    Refused::Asked(format!("the hub has no `{name}`; {help}"))
}
