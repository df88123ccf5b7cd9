//! Citations and entries in a style: the numbers or names that stand in the text, and the list at
//! the foot.

use std::collections::BTreeMap;

use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::citationberg::taxonomy::Locator;
use hayagriva::citationberg::{
    IndependentStyle, LayoutRenderingElement, Locale, LocaleCode, Name, NamesChild,
};
use hayagriva::{
    BibliographyDriver, BibliographyItem, BibliographyRequest, CitationItem, CitationRequest,
    Entry, LocatorPayload, SpecificLocator,
};
use serde::Serialize;

use super::Reference;
use super::html;
use crate::config::CitationStyle;
use crate::content::{Citation, Cite, escape};

/// The citations of one text, formatted.
#[derive(Debug, PartialEq, Serialize)]
pub struct Formatted {
    /// HTML of each citation, in the order in which readers meet them.
    pub marks: Vec<String>,
    /// Whether the entries have numbers, by which the marks name them.
    pub numbered: bool,
    /// In the order of the list.
    pub entries: Vec<FormattedEntry>,
}

/// One entry of the list.
#[derive(Debug, PartialEq, Serialize)]
pub struct FormattedEntry {
    /// What the hub calls it. No reader sees it.
    #[serde(skip)]
    pub key: String,
    /// HTML.
    pub html: String,
    /// The language that the entry is in, where it says so and it is not the page's.
    pub lang: Option<String>,
    /// The numbers of the places that cite it: ids are `_cite-1` and so on.
    pub cited: Vec<usize>,
}

/// A style with the words of every language.
pub(super) struct CitationRules {
    style: CitationStyle,
    rules: IndependentStyle,
    locales: Vec<Locale>,
}

/// A cite of a known entry, with the number of its place on the page.
struct KnownCite<'c> {
    cite: &'c Cite,
    place: usize,
    entry: &'c Entry,
}

impl CitationRules {
    pub(super) fn new(style: CitationStyle) -> Self {
        let archived = match style {
            CitationStyle::Vancouver => ArchivedStyle::NlmCitationSequence,
            CitationStyle::Ama => ArchivedStyle::AmericanMedicalAssociation,
            CitationStyle::Apa => ArchivedStyle::AmericanPsychologicalAssociation,
        };
        let hayagriva::citationberg::Style::Independent(mut rules) = archived.get() else {
            unreachable!("the three styles stand by themselves")
        };
        with_names(&mut rules);
        Self { style, rules, locales: locales() }
    }

    /// At least one of `citations` must cite a known entry.
    pub(super) fn format(
        &self,
        entries: &BTreeMap<String, Reference>,
        citations: &[&Citation],
        lang: &str,
    ) -> Formatted {
        let mut place = 0;
        let known: Vec<Vec<KnownCite<'_>>> = citations
            .iter()
            .map(|citation| {
                let known = citation
                    .cites
                    .iter()
                    .filter_map(|cite| Some((cite, &entries.get(&*cite.key)?.entry)));
                known
                    .map(|(cite, entry)| (place += 1, KnownCite { cite, place, entry }).1)
                    .collect()
            })
            .collect();
        let (mut written, items) = self.drive(&known, lang);
        let order: BTreeMap<&str, usize> =
            items.iter().enumerate().map(|(at, item)| (item.key.as_str(), at)).collect();
        let number = |known: &KnownCite<'_>| order.get(known.entry.key()).map_or(0, |at| at + 1);
        let marks = citations.iter().zip(&known).map(|(citation, known)| {
            let rendered = if known.is_empty() { None } else { written.next() };
            let mut mark = match (&rendered, self.style) {
                (None, _) => String::new(),
                (Some(rendered), CitationStyle::Apa) => {
                    let link =
                        |at: usize| known.get(at).map(|known| anchor(known.place, number(known)));
                    format!("<span class=\"citation\">{}</span>", html::citation(rendered, &link))
                }
                _ => self.numbers(known, &number),
            };
            unknown(&mut mark, citation, |cite| entries.contains_key(&*cite.key));
            mark
        });
        let marks = marks.collect();
        let entry = |item: &BibliographyItem| {
            let entry = entries.get(&item.key).map(|reference| &reference.entry);
            let cited = known.iter().flatten().filter(|known| known.entry.key() == item.key);
            FormattedEntry {
                key: item.key.clone(),
                html: html::entry(&item.content, entry),
                lang: entry
                    .and_then(Entry::language)
                    .map(ToString::to_string)
                    .filter(|own| primary(own) != primary(lang)),
                cited: cited.map(|known| known.place).collect(),
            }
        };
        Formatted {
            marks,
            numbered: self.style != CitationStyle::Apa,
            entries: items.iter().map(entry).collect(),
        }
    }

    /// What the library makes of the citations that cite anything known, and of the list.
    fn drive(
        &self,
        known: &[Vec<KnownCite<'_>>],
        lang: &str,
    ) -> (std::vec::IntoIter<hayagriva::ElemChildren>, Vec<BibliographyItem>) {
        let locale = self.locale(lang);
        let mut driver = BibliographyDriver::new();
        for citation in known.iter().filter(|citation| !citation.is_empty()) {
            let items = citation.iter().map(|known| {
                let locator = (!known.cite.locator.is_empty()).then(|| {
                    SpecificLocator(Locator::Custom, LocatorPayload::Str(&known.cite.locator))
                });
                CitationItem::with_locator(known.entry, locator)
            });
            driver.citation(CitationRequest::new(
                items.collect(),
                &self.rules,
                Some(locale.clone()),
                &self.locales,
                None,
            ));
        }
        let rendered = driver.finish(BibliographyRequest {
            style: &self.rules,
            locale: Some(locale),
            locale_files: &self.locales,
        });
        let citations: Vec<_> =
            rendered.citations.into_iter().map(|citation| citation.citation).collect();
        (citations.into_iter(), rendered.bibliography.map(|list| list.items).unwrap_or_default())
    }

    /// The archive's locale for a language of the hub; English where it has none.
    fn locale(&self, lang: &str) -> LocaleCode {
        let primary = primary(lang);
        let usual = if primary == "en" {
            "en-US".to_owned()
        } else {
            format!("{primary}-{}", primary.to_uppercase())
        };
        let codes = || {
            self.locales
                .iter()
                .filter_map(|locale| locale.lang.as_ref())
                .map(|code| code.0.as_str())
        };
        let begins = |code: &&str| code.split('-').next() == Some(primary);
        let found = codes()
            .find(|code| *code == lang)
            .or_else(|| codes().find(|code| *code == usual))
            .or_else(|| codes().find(begins));
        LocaleCode(found.unwrap_or("en-US").to_owned())
    }

    /// A mark of numbers, each a link to its entry.
    fn numbers(&self, known: &[KnownCite<'_>], number: &dyn Fn(&KnownCite<'_>) -> usize) -> String {
        let is_ama = self.style == CitationStyle::Ama;
        let has_locator = known.iter().any(|known| !known.cite.locator.is_empty());
        let mut mark = String::new();
        for (at, one) in known.iter().enumerate() {
            if at > 0 {
                mark.push_str(if has_locator && !is_ama { "; " } else { "," });
            }
            let number = number(one);
            mark.push_str(&anchor(one.place, number));
            mark.push_str(&format!("{number}</a>"));
            if !one.cite.locator.is_empty() {
                mark.push_str(if is_ama { "(" } else { ", " });
                escape(&mut mark, &one.cite.locator);
                mark.push_str(if is_ama { ")" } else { "" });
            }
        }
        match is_ama {
            true => format!("<sup class=\"citation\">{mark}</sup>"),
            false => format!("<span class=\"citation\">({mark})</span>"),
        }
    }
}

/// Says how names are written wherever a style leaves it open: the library writes none at all
/// there.
fn with_names(rules: &mut IndependentStyle) {
    for element in rules.macros.iter_mut().flat_map(|own| &mut own.children) {
        if let LayoutRenderingElement::Names(names) = element
            && !names.children.iter().any(|child| matches!(child, NamesChild::Name(_)))
        {
            names.children.insert(0, NamesChild::Name(Name::default()));
        }
    }
}

/// The beginning of the link from a place in the text to its entry.
fn anchor(place: usize, number: usize) -> String {
    format!("<a id=\"_cite-{place}\" href=\"#_ref-{number}\" role=\"doc-biblioref\">")
}

/// Adds cites of unknown entries as they were written, behind the mark of the known ones.
fn unknown(mark: &mut String, citation: &Citation, is_known: impl Fn(&Cite) -> bool) {
    let unknown: Vec<&Cite> = citation.cites.iter().filter(|cite| !is_known(cite)).collect();
    if unknown.is_empty() {
        return;
    }
    if !mark.is_empty() {
        mark.push(' ');
    }
    escape(mark, &Cite::written(&unknown));
}

/// `en` of `en-GB`.
fn primary(lang: &str) -> &str {
    lang.split('-').next().unwrap_or(lang)
}
