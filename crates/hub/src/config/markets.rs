//! `[[markets]]` of hub.toml: where the hub publishes, and keys that name markets.
//!
//! A hub that declares none lets pages and cards write any word as a market.

use super::LangIx;
use super::fields::{Fields, Reader};
use super::keys::{Form, Id, ReadIn, Shape, Source, WrittenValue};
use super::known::Known;
use etappe_base::source::{Span, Spanned};

/// A country or region that the hub publishes for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Market {
    /// Pages, cards and products name it.
    pub id: String,
    /// Of the hub, each once; the first is the market's default. Empty only after an error.
    pub languages: Vec<LangIx>,
    /// Of the id in hub.toml.
    pub span: Span,
}

keys! {
    /// One of `[[markets]]`, as it is written.
    pub(super) struct MarketKeys("a market") in Known {
        /// What pages, cards and products call the market.
        id: Id = "id", required("an id is a short name in lower-case letters and hyphens");
        /// The languages of the hub that it is published in; the first is the market's default.
        languages: MarketLanguages = "languages",
            required("name at least one of the hub's languages, the market's default first");
    }
}

/// Languages of the hub, each once.
pub(super) struct MarketLanguages;

impl Shape for MarketLanguages {
    type Value = Vec<LangIx>;
    const FORM: Form = Form::SomeKnown(Source::Languages);
}

impl ReadIn<Known> for MarketLanguages {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        known: &Known,
    ) -> Option<Vec<LangIx>> {
        let codes = fields.reader.as_texts(written.name, written.item)?;
        let mut languages = Vec::new();
        for code in &codes {
            let Some(at) = known.languages.iter().position(|lang| lang.code == code.value) else {
                let known = known.languages.iter().map(|lang| lang.code.as_str());
                fields.reader.no_such("language", code, known);
                continue;
            };
            let lang = LangIx(at as u16);
            if languages.contains(&lang) {
                let message = format!("The language `{}` stands in the list twice.", code.value);
                fields.reader.duplicate(code.span, message, None);
            } else {
                languages.push(lang);
            }
        }
        // An empty list is as good as none.
        (!codes.is_empty()).then_some(languages)
    }
}

/// The markets in their order, each id once. Others are reported.
pub(super) fn distinct(written: Vec<Spanned<MarketKeys>>, reader: &mut Reader) -> Vec<Market> {
    let mut markets: Vec<Market> = Vec::new();
    for keys in written {
        let Some(Spanned { value: id, span }) = keys.value.id else { continue };
        match markets.iter().find(|other| other.id == id) {
            Some(first) => reader.duplicate(
                span,
                format!("The market `{id}` is defined twice."),
                Some(first.span),
            ),
            None => markets.push(Market {
                id,
                languages: keys.value.languages.unwrap_or_default(),
                span,
            }),
        }
    }
    markets
}

/// A list of markets, or one. Those of hub.toml, where it has any.
pub(super) struct Markets;

impl Shape for Markets {
    type Value = Vec<Spanned<String>>;
    const FORM: Form = Form::AllKnown(Source::Markets);
}

impl ReadIn<Known> for Markets {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        known: &Known,
    ) -> Option<Vec<Spanned<String>>> {
        let markets = fields.reader.as_texts(written.name, written.item)?;
        for market in &markets {
            check(market, known, &mut fields.reader);
        }
        Some(markets)
    }
}

/// Reports a market that hub.toml lacks, where it has any.
pub(super) fn check(market: &Spanned<String>, known: &Known, reader: &mut Reader) {
    if !known.markets.is_empty() && !known.markets.contains(&market.value) {
        reader.no_such("market", market, known.markets.iter().map(String::as_str));
    }
}
