//! Product cards: `products/ID.toml`, a medicine each.
//!
//! A hub without cards lets pages write any word as `product`; with cards, theirs alone.

use std::collections::BTreeMap;

use super::TextFile;
use super::fields::{CONFIG_CODES, Fields, Reader};
use super::furniture::StaticFile;
use super::keys::{
    self, Day, Flag, Form, Formed, Id, KeyTable, MaybeWords, Name, Parsed, ReadIn, ReadTable,
    Several, Shape, Text, Texts, Words, WrittenValue,
};
use super::known::Known;
use super::markets::{self, Markets};
use super::text::LocalText;
use super::tree::{Entry, Table};
use super::web::Web;
use etappe_base::date;
use etappe_base::finding::Finding;
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};
use etappe_base::unusable::Unusable;

/// A medicine that pages are about. Its id never reaches an output.
#[derive(Clone, Debug)]
pub struct Product {
    /// The card's file name without `.toml`.
    pub id: String,
    /// The card itself.
    pub file: HubPath,
    /// The name that it is sold under.
    pub name: String,
    /// The international non-proprietary name of its substance; empty where none was said.
    pub inn: String,
    /// Other names that it is known by, in the order of the card.
    pub other_names: Vec<String>,
    /// How its names are told from other words.
    pub matching: NameMatch,
    /// Whether its INN tells of it as its names do.
    pub match_inn: bool,
    /// Who markets it; empty where the hub's company does.
    pub company: LocalText,
    /// By market: the first day on which it was sold there.
    pub launched: BTreeMap<String, date::Day>,
    /// Whether it is under additional monitoring, the black triangle.
    pub additional_monitoring: bool,
    /// In the order of the card; each id once.
    pub indications: Vec<Indication>,
    /// Names of others that it is compared with.
    pub competitors: Vec<String>,
    /// By market, in the order of the card.
    pub pi: Vec<PrescribingInformation>,
    /// Important safety information; empty where none was said.
    pub isi: LocalText,
    /// The text of a boxed warning; empty where it has none.
    pub boxed_warning: LocalText,
}

/// What a product is for.
#[derive(Clone, Debug)]
pub struct Indication {
    /// Internal.
    pub id: String,
    /// As the product's information says it.
    pub text: LocalText,
    /// The markets where it is authorised; empty: everywhere.
    pub markets: Vec<Spanned<String>>,
    /// Of the id in the card.
    pub span: Span,
}

/// The prescribing information of one market.
#[derive(Clone, Debug)]
pub struct PrescribingInformation {
    /// The market's id.
    pub market: Spanned<String>,
    /// Where it stands.
    pub source: PiSource,
    /// The day it was last revised; `None` where none was said.
    pub date: Option<date::Day>,
    /// What it says, by the names of the keys, in their order; those that the card has.
    pub fields: Vec<(&'static str, LocalText)>,
    /// The address of the summary of product characteristics; `None` where none was said.
    pub spc_url: Option<String>,
    /// The day its price was last looked up; `None` where none was said.
    pub price_checked: Option<date::Day>,
    /// Why no price is given; empty where one is, or nothing was said.
    pub price_exempt: String,
    /// By whom it is authorised, where that must be said; else empty.
    pub authorised: String,
    /// The whole table as it was written, its keys in the order of their names.
    pub written: serde_json::Value,
}

/// Where prescribing information stands.
#[derive(Clone, Debug)]
pub enum PiSource {
    /// A file below `static/`, which should exist.
    File(Spanned<HubPath>),
    /// A document of another site, and the SHA-256 of its bytes.
    Elsewhere {
        /// Its address.
        url: String,
        /// 64 hex digits, in small letters.
        sha256: String,
    },
    /// In the fields of the table alone.
    Fields,
}

/// How a product's names are told from other words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NameMatch {
    /// As whole words, in any case.
    #[default]
    Word,
    /// As whole words, in the case that the card has: for names that are words of a language.
    Case,
}

impl Formed for NameMatch {
    const FORM: Form = Form::OneOf(&["word", "case"]);
}

impl std::str::FromStr for NameMatch {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "word" => Ok(Self::Word),
            "case" => Ok(Self::Case),
            _ => Err(Unusable::new(format!("`{text}` is neither"), "write \"word\" or \"case\"")),
        }
    }
}

/// Reads every card, in the order of their paths.
pub(super) fn read_all(
    cards: &[TextFile<'_>],
    known: &Known,
    findings: &mut Vec<Finding>,
) -> Vec<Product> {
    let read = |card: &TextFile<'_>| {
        let mut reader = Reader::new(card.path, CONFIG_CODES);
        let root = reader.parse(card.text);
        let (keys, mut reader) = keys::read_file::<ProductKeys, _>(reader, &root, known);
        let product = read(card.path, keys, &mut reader);
        findings.append(&mut reader.findings);
        product
    };
    cards.iter().map(read).collect()
}

keys! {
    /// A product card, as it is written.
    pub(super) struct ProductKeys("the product card") in Known {
        /// The name that the product is sold under.
        name: Name = "name", required("add `name = \"…\"`, the name that it is sold under");
        /// The international non-proprietary name of its substance.
        inn: Text = "inn";
        /// Other names that it is known by.
        other_names: Texts = "other_names";
        /// How its names are told from other words: in any case, or in the case that is written
        /// here.
        matching: Parsed<NameMatch> = "match", usually("word");
        /// Whether its inn tells of the product as its names do.
        match_inn: Flag = "match_inn", usually("false");
        /// Who markets it.
        company: MaybeWords = "company", usually("the hub's company");
        /// By market: the first day on which it was sold there.
        launched: Launches = "launched";
        /// Whether it is under additional monitoring: the black triangle.
        additional_monitoring: Flag = "additional_monitoring", usually("false");
        /// What it is authorised for.
        indications: Several<IndicationKeys> = "indications";
        /// Names of others that it is compared with.
        competitors: Texts = "competitors";
        /// By market: its prescribing information.
        pi: PiTables = "pi";
        /// Important safety information.
        isi: MaybeWords = "isi";
        /// The text of its boxed warning.
        boxed_warning: MaybeWords = "boxed_warning";
    }
}

keys! {
    /// One of `[[indications]]`, as it is written.
    pub(super) struct IndicationKeys("an indication") in Known {
        /// What the card calls the indication. Internal.
        id: Id = "id", required("an id is a short name in lower-case letters and hyphens");
        /// The indication as the product's information says it.
        text: Words = "text", required("write it as the product's information does");
        /// The markets where it is authorised.
        markets: Markets = "markets", usually("all");
    }
}

keys! {
    /// One of `[pi]`, as it is written.
    pub(super) struct PiKeys("prescribing information") in Known {
        /// The document: a file below static/.
        file: StaticFile = "file";
        /// The document, where it stands on another site.
        url: Web = "url";
        /// The SHA-256 of the document on another site, in hex digits.
        sha256: Text = "sha256";
        /// The day it was last revised.
        date: Day = "date";
        /// The name of the product in this market.
        brand: Words = "brand";
        /// The international non-proprietary name.
        inn: Words = "inn";
        /// The strength.
        strength: Words = "strength";
        /// The pharmaceutical form.
        form: Words = "form";
        /// Excipients that must be named.
        excipients: Words = "excipients";
        /// What it is composed of.
        composition: Words = "composition";
        /// The pharmacotherapeutic group.
        group: Words = "group";
        /// What it is authorised for.
        indications: Words = "indications";
        /// How much of it is given, and how often.
        posology: Words = "posology";
        /// The route of administration.
        route: Words = "route";
        /// When it must not be given.
        contraindications: Words = "contraindications";
        /// Special warnings.
        warnings: Words = "warnings";
        /// Precautions for use.
        precautions: Words = "precautions";
        /// Interactions.
        interactions: Words = "interactions";
        /// Adverse reactions.
        adrs: Words = "adrs";
        /// How it may be supplied, such as on prescription alone.
        supply_class: Words = "supply_class";
        /// What it costs.
        price: Words = "price";
        /// The day its price was last looked up.
        price_checked: Day = "price_checked";
        /// Why no price is given.
        price_exempt: Text = "price_exempt";
        /// What a day of treatment costs.
        daily_cost: Words = "daily_cost";
        /// Whether and how it is reimbursed.
        reimbursement: Words = "reimbursement";
        /// The number of its marketing authorisation.
        ma_number: Words = "ma_number";
        /// Who holds the marketing authorisation.
        mah_name: Words = "mah_name";
        /// The holder's address.
        mah_address: Words = "mah_address";
        /// The holder's representative in this market.
        local_rep: Words = "local_rep";
        /// The address of the summary of product characteristics.
        spc_url: Web = "spc_url";
        /// When the information was drawn up or last revised, in words.
        revised: Words = "revised";
        /// By whom it is authorised, where that must be said.
        authorised: Text = "authorised";
    }
}

/// A table from markets to days.
pub(super) struct Launches;

impl Shape for Launches {
    type Value = BTreeMap<String, date::Day>;
    const FORM: Form = Form::NamedDays;
}

impl ReadIn<Known> for Launches {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        known: &Known,
    ) -> Option<Self::Value> {
        let table = fields.reader.as_table(written.name, written.item)?;
        let mut days = BTreeMap::new();
        for entry in by_market(&table.entries, known, &mut fields.reader) {
            if let Some(day) = fields.reader.as_date(&entry.key, &entry.item) {
                days.insert(entry.key.clone(), day.value.day);
            }
        }
        Some(days)
    }
}

/// A table from markets to prescribing information.
pub(super) struct PiTables;

impl Shape for PiTables {
    type Value = Vec<PrescribingInformation>;
    const FORM: Form = Form::NamedTables(PiKeys::KEYS);
}

impl ReadIn<Known> for PiTables {
    fn read<'t>(
        written: WrittenValue<'t>,
        fields: &mut Fields<'t>,
        known: &Known,
    ) -> Option<Self::Value> {
        let all = fields.reader.as_table(written.name, written.item)?;
        let mut read = Vec::new();
        for entry in by_market(&all.entries, known, &mut fields.reader) {
            let Some(table) = fields.reader.as_table(&entry.key, &entry.item) else { continue };
            let keys = fields.within(table, entry.key_span, PiKeys::KEYS.what, |fields| {
                <PiKeys as ReadTable<Known>>::read(fields, known)
            });
            read.push(information(keys, entry, table, &mut fields.reader));
        }
        Some(read)
    }
}

fn information(
    keys: PiKeys,
    entry: &Entry,
    table: &Table,
    reader: &mut Reader,
) -> PrescribingInformation {
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value).unwrap_or_default();
    let day = |day: Option<Spanned<date::Day>>| day.map(|day| day.value);
    let sorted: BTreeMap<String, serde_json::Value> =
        table.entries.iter().map(|one| (one.key.clone(), one.item.value.to_json())).collect();
    let fields = [
        ("brand", keys.brand),
        ("inn", keys.inn),
        ("strength", keys.strength),
        ("form", keys.form),
        ("excipients", keys.excipients),
        ("composition", keys.composition),
        ("group", keys.group),
        ("indications", keys.indications),
        ("posology", keys.posology),
        ("route", keys.route),
        ("contraindications", keys.contraindications),
        ("warnings", keys.warnings),
        ("precautions", keys.precautions),
        ("interactions", keys.interactions),
        ("adrs", keys.adrs),
        ("supply_class", keys.supply_class),
        ("price", keys.price),
        ("daily_cost", keys.daily_cost),
        ("reimbursement", keys.reimbursement),
        ("ma_number", keys.ma_number),
        ("mah_name", keys.mah_name),
        ("mah_address", keys.mah_address),
        ("local_rep", keys.local_rep),
        ("revised", keys.revised),
    ];
    PrescribingInformation {
        market: Spanned { value: entry.key.clone(), span: entry.key_span },
        source: source(keys.file, keys.url, keys.sha256, entry, reader),
        date: day(keys.date),
        fields: fields.into_iter().filter_map(|(name, text)| Some((name, text?))).collect(),
        spc_url: keys.spc_url.map(|url| url.value),
        price_checked: day(keys.price_checked),
        price_exempt: text(keys.price_exempt),
        authorised: text(keys.authorised),
        written: sorted.into_iter().collect(),
    }
}

/// The entries whose keys can be markets' ids; others are reported, and so are ids of markets that
/// hub.toml lacks.
fn by_market<'t>(entries: &'t [Entry], known: &Known, reader: &mut Reader) -> Vec<&'t Entry> {
    let (markets, others): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| slug::is_slug(&entry.key));
    for entry in others {
        let message = format!("`{}` cannot be a market.", entry.key);
        let help = format!("write the market's id in small letters: `{}`", slug::slug(&entry.key));
        reader.invalid(entry.key_span, message, Some(help));
    }
    for entry in &markets {
        let market = Spanned { value: entry.key.clone(), span: entry.key_span };
        markets::check(&market, known, reader);
    }
    markets
}

/// Where the document stands: in one place, with what tells whether it is still the same.
fn source(
    file: Option<Spanned<HubPath>>,
    url: Option<Spanned<String>>,
    sha256: Option<Spanned<String>>,
    entry: &Entry,
    reader: &mut Reader,
) -> PiSource {
    let has_sum = sha256.is_some();
    let sha256 = sha256.filter(|sum| is_sha256(sum, reader));
    match (file, url) {
        (Some(_), Some(url)) => {
            let message = "The prescribing information is said to stand in two places.";
            reader.invalid(url.span, message, Some("keep `file` or `url`".to_owned()));
            PiSource::Fields
        }
        (Some(file), None) => PiSource::File(file),
        (None, Some(url)) => {
            let Some(sha256) = sha256 else {
                if has_sum {
                    return PiSource::Fields;
                }
                let help = "add `sha256 = \"…\"`, as `sha256sum FILE` prints it: only it tells \
                    whether the document is still the same";
                reader.report(
                    Finding::new(
                        reader.codes.missing_key,
                        reader.place(entry.key_span),
                        "The prescribing information has a `url`, and no `sha256` of what stands \
                         there.",
                    )
                    .help(help),
                );
                return PiSource::Fields;
            };
            PiSource::Elsewhere { url: url.value, sha256: sha256.value.to_ascii_lowercase() }
        }
        (None, None) => PiSource::Fields,
    }
}

/// Whether a text is 64 hex digits; another one is reported.
fn is_sha256(sum: &Spanned<String>, reader: &mut Reader) -> bool {
    let is_sum = sum.value.len() == 64 && sum.value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_sum {
        let message = format!("`{}` is no SHA-256.", sum.value);
        let help = "write the 64 hex digits that `sha256sum FILE` prints".to_owned();
        reader.invalid(sum.span, message, Some(help));
    }
    is_sum
}

fn read(card: &HubPath, keys: ProductKeys, reader: &mut Reader) -> Product {
    let id = card.name().trim_end_matches(".toml").to_owned();
    if !slug::is_slug(&id) {
        let help = format!("rename the card to `{}.toml`", slug::slug(&id));
        let message = format!("`{id}` cannot be a product's id.");
        reader.invalid(Span::default(), message, Some(help));
    }
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value).unwrap_or_default();
    let texts = |list: Option<Vec<Spanned<String>>>| -> Vec<String> {
        list.unwrap_or_default().into_iter().map(|text| text.value).collect()
    };
    Product {
        id,
        file: card.clone(),
        name: text(keys.name),
        inn: text(keys.inn),
        other_names: texts(keys.other_names),
        matching: keys.matching.unwrap_or_default(),
        match_inn: keys.match_inn.unwrap_or_default(),
        company: keys.company.unwrap_or_default(),
        launched: keys.launched.unwrap_or_default(),
        additional_monitoring: keys.additional_monitoring.unwrap_or_default(),
        indications: indications(keys.indications.unwrap_or_default(), reader),
        competitors: texts(keys.competitors),
        pi: keys.pi.unwrap_or_default(),
        isi: keys.isi.unwrap_or_default(),
        boxed_warning: keys.boxed_warning.unwrap_or_default(),
    }
}

/// The indications in their order, each id once. Others are reported.
fn indications(written: Vec<Spanned<IndicationKeys>>, reader: &mut Reader) -> Vec<Indication> {
    let mut indications: Vec<Indication> = Vec::new();
    for keys in written {
        let IndicationKeys { id: Some(id), text: Some(text), markets } = keys.value else {
            continue;
        };
        match indications.iter().find(|other| other.id == id.value) {
            Some(first) => reader.duplicate(
                id.span,
                format!("The indication `{}` is defined twice.", id.value),
                Some(first.span),
            ),
            None => indications.push(Indication {
                id: id.value,
                text,
                markets: markets.unwrap_or_default(),
                span: id.span,
            }),
        }
    }
    indications
}
