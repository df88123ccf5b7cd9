//! What a request means: the items that are signed, and how long and for which channels what is
//! renewed was signed before.

use std::collections::{BTreeMap, BTreeSet};

use super::signer::Signer;
use super::{Signing, Unsigned, refused};
use etappe_base::date::Day;
use etappe_base::finding::did_you_mean;
use etappe_compliance::approvals::{JudgedItem, items_of};
use etappe_compliance::digest::Digests;
use etappe_compliance::record::Record;
use etappe_compliance::{Item, ItemId};
use etappe_hub::config::approval::RecordKind;
use etappe_hub::journey::{Approval, DocIx};

/// An item, and its page if it is one.
pub(super) type ToSign = (Item, Option<DocIx>);

/// What is signed, and on which terms.
pub(super) struct SigningTerms {
    pub items: Vec<ToSign>,
    /// The first day on which it does not count any more.
    pub expires: Option<Day>,
    /// Empty: the web.
    pub channels: Vec<String>,
}

impl Signing<'_> {
    /// What is signed, each once.
    pub(super) fn asked(&self, signer: &Signer) -> Result<SigningTerms, Unsigned> {
        if let Some(part) = &self.request.drifted_by {
            return self.drifted_by(part, signer);
        }
        let (expires, channels) = (self.request.expires, self.request.channels.clone());
        Ok(SigningTerms { items: self.items()?, expires, channels })
    }

    fn items(&self) -> Result<Vec<ToSign>, Unsigned> {
        if self.kind == RecordKind::REVOCATION {
            if self.request.revokes.is_none() {
                return refused("say what is taken back: `--revokes CODE/NAME.toml`");
            }
            if !self.request.items.is_empty() {
                return refused("a revocation takes a record back, and names no item");
            }
            return Ok(Vec::new());
        }
        if self.request.revokes.is_some() {
            return refused("only a revocation takes a record back: `--kind revocation`");
        }
        let mut items: BTreeMap<Item, Option<DocIx>> = BTreeMap::new();
        for name in &self.request.items {
            let named = self.named(name)?;
            let wanted = |item: &Item| {
                self.request.langs.is_empty() || self.request.langs.contains(&item.lang)
            };
            let named: Vec<ToSign> = named.into_iter().filter(|(item, _)| wanted(item)).collect();
            if named.is_empty() {
                return refused(format!(
                    "`{name}` is not there in {}",
                    self.request.langs.join(", ")
                ));
            }
            items.extend(self.of_markets(name, self.somewhere(name, named)?)?);
        }
        Ok(items.into_iter().collect())
    }

    /// Every item that a name on the command line means.
    fn named(&self, name: &str) -> Result<Vec<ToSign>, Unsigned> {
        match ItemId::read(name) {
            ItemId::Page(_) => self.pages(name),
            ItemId::Site if !self.rules.site => {
                refused("hub.toml does not ask for `@site`: `[approval] site = true`")
            }
            id => self.others(name, &id),
        }
    }

    /// A page by its id or the path of its file.
    fn pages(&self, name: &str) -> Result<Vec<ToSign>, Unsigned> {
        let hub = self.hub;
        let path = name.trim_start_matches("./");
        let is_meant = |ix: &DocIx| {
            let facets = hub.facets(*ix);
            let page = hub.page(hub.doc(*ix).page);
            hub.page_id(page) == name || facets.file.as_str() == path
        };
        let found: Vec<ToSign> = hub
            .doc_ixs()
            .filter(is_meant)
            .flat_map(|ix| items_of(hub, ix).into_iter().map(move |item| (item, Some(ix))))
            .collect();
        if found.is_empty() {
            let known = hub.pages.iter().map(|page| hub.page_id(page));
            return refused(format!("there is no item `{name}`; {}", did_you_mean(name, known)));
        }
        Ok(found)
    }

    /// Those that some market has: nobody can sign a page in the language of none.
    fn somewhere(&self, name: &str, named: Vec<ToSign>) -> Result<Vec<ToSign>, Unsigned> {
        if self.hub.config.markets.is_empty() {
            return Ok(named);
        }
        let (found, nowhere): (Vec<ToSign>, Vec<ToSign>) =
            named.into_iter().partition(|(item, _)| item.market.is_some());
        match nowhere.first().filter(|_| found.is_empty()) {
            Some((item, _)) => refused(format!(
                "no market has `{}`, the language of `{name}`: add it to `languages` of one in \
                 hub.toml",
                item.lang
            )),
            None => Ok(found),
        }
    }

    /// A claim, a module or `@site`, in every language and market that has it.
    fn others(&self, name: &str, id: &ItemId) -> Result<Vec<ToSign>, Unsigned> {
        let library = &self.content.material.library;
        let read = |path: &_| self.files.read(path).ok();
        let all = Digests::new(self.hub, library, &read).items();
        let found: Vec<ToSign> =
            all.into_iter().filter(|item| item.id == *id).map(|item| (item, None)).collect();
        if found.is_empty() {
            let claims = library.claims().map(|claim| ItemId::Claim(claim.id.to_string()));
            let modules = library.module_names().map(|name| ItemId::Module(name.to_owned()));
            let known: Vec<String> = claims.chain(modules).map(|id| id.to_string()).collect();
            let help = did_you_mean(name, known.iter().map(String::as_str));
            return refused(format!("there is no item `{name}`; {help}"));
        }
        Ok(found)
    }

    /// Those of the markets that were asked for.
    fn of_markets(&self, name: &str, named: Vec<ToSign>) -> Result<Vec<ToSign>, Unsigned> {
        let markets: BTreeSet<&String> =
            named.iter().filter_map(|(item, _)| item.market.as_ref()).collect();
        let asked = &self.request.markets;
        if let Some(unknown) = asked.iter().find(|market| !markets.contains(market)) {
            let known: Vec<&str> = markets.iter().map(|market| market.as_str()).collect();
            return refused(match known.as_slice() {
                [] => "the hub tells no markets apart: leave `--market` out".to_owned(),
                known => format!("`{name}` is not for `{unknown}`; it is for {}", known.join(", ")),
            });
        }
        if asked.is_empty() && !self.request.all_markets && markets.len() > 1 {
            let known: Vec<&str> = markets.iter().map(|market| market.as_str()).collect();
            return refused(format!(
                "`{name}` is for {}: name one with `--market`, or say `--all-markets`",
                known.join(", ")
            ));
        }
        let is_asked = |item: &Item| {
            asked.is_empty() || item.market.as_ref().is_some_and(|market| asked.contains(market))
        };
        Ok(named.into_iter().filter(|(item, _)| is_asked(item)).collect())
    }

    /// Every item that this signer signed before, in this kind and role, and that differs by one
    /// part alone. It is signed for as long as before, and for the same channels.
    fn drifted_by(&self, part: &str, signer: &Signer) -> Result<SigningTerms, Unsigned> {
        let mut items: BTreeMap<Item, Option<DocIx>> = BTreeMap::new();
        let mut before: BTreeSet<(Option<Day>, &[String])> = BTreeSet::new();
        for judged in self.content.approvals.items.iter().filter(|judged| self.is_wanted(judged)) {
            if let Some(record) = self.own_drifted(judged, part, signer) {
                items.insert(judged.item.clone(), judged.doc);
                before.insert((record.expires, &record.channels));
            }
        }
        if items.is_empty() {
            return refused(format!(
                "nothing that `{}` signed as `{}` differs by `{part}` alone",
                signer.principal, self.request.role
            ));
        }
        let one = |all: BTreeSet<Option<Day>>| match all.len() {
            0 | 1 => Ok(all.into_iter().next().flatten()),
            _ => refused("what is renewed ends on different days: say `--expires`, or name items"),
        };
        let expires = match self.request.expires {
            Some(day) => Some(day),
            None => one(before.iter().map(|(expires, _)| *expires).collect())?,
        };
        let channels: BTreeSet<&[String]> = before.iter().map(|(_, channels)| *channels).collect();
        let channels = match (self.request.channels.as_slice(), channels.len()) {
            ([], 2..) => {
                return refused(
                    "what is renewed was signed for different channels: say `--channel`, or name \
                     items",
                );
            }
            ([], _) => channels.into_iter().next().unwrap_or_default().to_vec(),
            (asked, _) => asked.to_vec(),
        };
        Ok(SigningTerms { items: items.into_iter().collect(), expires, channels })
    }

    /// Whether an item is of the languages and markets that were asked for.
    fn is_wanted(&self, judged: &JudgedItem) -> bool {
        let Item { lang, market, .. } = &judged.item;
        let (langs, markets) = (&self.request.langs, &self.request.markets);
        let is_in = |market: &String| markets.contains(market);
        (langs.is_empty() || langs.contains(lang))
            && (markets.is_empty() || market.as_ref().is_some_and(is_in))
    }

    /// The record by which this signer signed an item that differs by one part alone.
    fn own_drifted(&self, judged: &JudgedItem, part: &str, signer: &Signer) -> Option<&Record> {
        let mut needs = judged.needs.iter().filter(|need| {
            need.kind == self.kind.name()
                && need.role == self.request.role
                && need.state == Approval::Drifted
        });
        let by = needs.find_map(|need| need.by.as_ref().filter(|by| by.drifted == [part]))?;
        let record = &self.content.records.find(&by.file)?.record;
        (record.signer == signer.principal).then_some(record)
    }
}
