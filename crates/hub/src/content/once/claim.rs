//! Claims: `claims/**/*.toml`, a table for each, by its id.

use super::keys::{ByLanguage, Cites, ListsByLanguage, OneProduct, TextsByLanguage};
use super::words::ClaimWords;
use crate::config::fields::{CONFIG_CODES, Fields, Reader};
use crate::config::keys::{Day, Flag, Id, KeyTable, ReadTable, Text};
use crate::config::{Config, LangIx};
use crate::content::body::Cite;
use crate::content::front::{Ids, Markets};
use etappe_base::date;
use etappe_base::finding::{Finding, Place};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_base::source::{Span, Spanned};

/// One statement with its references. Its id never reaches an output.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The name of its table.
    pub id: Box<str>,
    /// Where its id stands.
    pub place: Place,
    /// By language; `None` where it was not written in that language.
    text: Box<[Option<ClaimWords>]>,
    /// By language: what may stand instead of its text.
    variations: Box<[Box<[ClaimWords]>]>,
    /// By language: what must stand below it; `None` where nothing does.
    footnote: Box<[Option<ClaimWords>]>,
    /// The product that it is about; empty where none was named.
    pub product: Box<str>,
    /// What sort of claim it is; empty where nothing was said.
    pub category: Box<str>,
    /// The markets where it may be made; empty: all.
    pub markets: Vec<Spanned<String>>,
    /// What bears it out, in the order in which it was written.
    pub references: Box<[Cite]>,
    /// The first day on which it may not be made any more.
    pub expires: Option<date::Day>,
    /// What the product is compared with; empty where it is with nothing.
    pub comparator: String,
    /// Whether both were compared in one trial.
    pub head_to_head: bool,
    /// The whole table as it was written, its keys in the order of their names.
    pub written: serde_json::Value,
    /// Some of it could not be read.
    pub is_faulty: bool,
    /// Digest of all that pages may take from it.
    pub digest: Digest,
}

impl Claim {
    /// Its words in a language; `None` where it has none there.
    pub(in crate::content) fn words(&self, lang: LangIx) -> Option<&ClaimWords> {
        self.text.get(usize::from(lang.0))?.as_ref()
    }

    /// What must stand below it in a language.
    pub(in crate::content) fn footnote(&self, lang: LangIx) -> Option<&ClaimWords> {
        self.footnote.get(usize::from(lang.0))?.as_ref()
    }

    /// Whether it is of a product and a category. An empty one stands for any.
    pub(super) fn is_of(&self, product: &str, category: &str) -> bool {
        let is_in = |own: &str, wanted: &str| wanted.is_empty() || own == wanted;
        is_in(&self.product, product) && is_in(&self.category, category)
    }

    /// All that it may be said with, in every language.
    pub(super) fn all_wordings(&self) -> impl Iterator<Item = (LangIx, &ClaimWords)> {
        let langs = (0..self.text.len() as u16).map(LangIx);
        langs.flat_map(|lang| self.wordings(lang).map(move |words| (lang, words)))
    }

    /// Its words in a language, and what may stand instead of them.
    pub(in crate::content) fn wordings(&self, lang: LangIx) -> impl Iterator<Item = &ClaimWords> {
        let variations = self.variations.get(usize::from(lang.0)).into_iter().flatten();
        self.words(lang).into_iter().chain(variations)
    }
}

keys! {
    /// One claim, as it is written.
    pub(super) struct ClaimKeys("the claim") in Config {
        /// The words by language, as inline Markdown without links, directives and citations. A
        /// single text is in the default language. Readers see it.
        text: ByLanguage = "text", required("add the words by language: `text = { en = \"…\" }`");
        /// Other words that say the same, by language: a text or a list of texts.
        variations: ListsByLanguage = "variations";
        /// The id of the product that it is about.
        product: OneProduct = "product";
        /// What sort of claim it is, such as efficacy or safety.
        category: Id = "category";
        /// The markets where it may be made.
        markets: Ids<Markets> = "markets", usually("all");
        /// What bears it out: keys of references, each with the place in the work behind a comma.
        references: Cites = "references";
        /// What must stand below it, by language. Readers see it.
        footnote: ByLanguage = "footnote";
        /// The first day on which it may not be made any more.
        expires: Day = "expires";
        /// What the product is compared with.
        comparator: Text = "comparator";
        /// Whether both were compared in one trial.
        head_to_head: Flag = "head_to_head", usually("false");
    }
}

/// Reads the claims of one file, in its order.
pub fn read_claims(file: &HubPath, text: &str, config: &Config) -> (Vec<Claim>, Vec<Finding>) {
    let mut reader = Reader::new(file, CONFIG_CODES);
    let root = reader.parse(text);
    let mut fields = Fields::new(reader, &root, Span::default(), "the claims");
    let mut claims = Vec::new();
    for entry in &root.entries {
        if !slug::is_slug(&entry.key) {
            let message = format!("`{}` cannot be a claim's id.", entry.key);
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&entry.key));
            fields.reader.invalid(entry.key_span, message, Some(help));
        }
        let Some(table) = fields.reader.as_table(&entry.key, &entry.item) else { continue };
        let said = fields.reader.findings.len();
        let keys = fields.within(table, entry.key_span, ClaimKeys::KEYS.what, |fields| {
            ClaimKeys::read(fields, config)
        });
        let place = fields.reader.place(entry.key_span);
        let written = entry.item.value.to_json();
        let mut claim = claim(&entry.key, place, keys, written, &mut fields.reader);
        claim.is_faulty = fields.reader.findings.iter().skip(said).any(Finding::is_error);
        claims.push(claim);
    }
    (claims, fields.reader.findings)
}

fn claim(
    id: &str,
    place: Place,
    keys: ClaimKeys,
    written: serde_json::Value,
    reader: &mut Reader,
) -> Claim {
    let one = |all: Vec<Vec<ClaimWords>>| all.into_iter().map(|own| own.into_iter().next());
    let text = one(words("text", keys.text, reader)).collect();
    let footnote = one(words("footnote", keys.footnote, reader)).collect();
    let variations = words("variations", keys.variations, reader);
    let name =
        |text: Option<Spanned<String>>| text.map(|text| text.value.into()).unwrap_or_default();
    Claim {
        id: id.into(),
        place,
        text,
        variations: variations.into_iter().map(Vec::into).collect(),
        footnote,
        product: name(keys.product),
        category: name(keys.category),
        markets: keys.markets.unwrap_or_default(),
        references: keys.references.unwrap_or_default().into(),
        expires: keys.expires.map(|day| day.value),
        comparator: keys.comparator.map(|text| text.value).unwrap_or_default(),
        head_to_head: keys.head_to_head.unwrap_or_default(),
        is_faulty: false,
        digest: Hasher::new("claim").text(id).text(&written.to_string()).finish(),
        written,
    }
}

/// The words of a key by language. What cannot stand in a claim is reported, and left out.
fn words(key: &str, written: Option<TextsByLanguage>, reader: &mut Reader) -> Vec<Vec<ClaimWords>> {
    let mut one = |text: Spanned<String>| match ClaimWords::read(&text.value) {
        Ok(words) => Some(words),
        Err(what) => {
            let message = format!("`{key}` holds {what}.");
            let help = "write plain words, with emphasis where it is needed; references, and what \
                must stand below, have keys of their own";
            reader.invalid(text.span, message, Some(help.to_owned()));
            None
        }
    };
    let all = written.unwrap_or_default().into_iter();
    all.map(|own| own.into_iter().filter_map(&mut one).collect()).collect()
}
