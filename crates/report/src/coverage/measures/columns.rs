//! Which columns of an export say what: by their names in the forms that are known, or as they were
//! named on the command line.

use std::str::FromStr;

use super::import::ExportForm;
use super::personal::is_personal;

/// Columns that somebody named, for an export of no known form: `page=…,views=…`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NamedColumns {
    page: String,
    views: String,
    period: Option<String>,
}

impl FromStr for NamedColumns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const KEYS: [&str; 3] = ["page", "views", "period"];
        let begins = |part: &str| {
            let (key, _) = part.split_once('=')?;
            KEYS.iter().position(|known| *known == key.trim().to_lowercase())
        };
        // A name may hold commas: only one before a key parts two.
        let mut found: [Option<String>; 3] = [None, None, None];
        let mut last = None;
        for part in text.split(',') {
            match (begins(part), last) {
                (Some(key), _) => {
                    let name = part.split_once('=').map_or("", |(_, name)| name);
                    found[key] = Some(name.to_owned());
                    last = Some(key);
                }
                (None, Some(key)) => {
                    let name: &mut Option<String> = &mut found[key];
                    name.get_or_insert_default().push_str(&format!(",{part}"));
                }
                (None, None) => return Err(format!("`{part}` is no `page=…` and no `views=…`")),
            }
        }
        let [page, views, period] = found.map(|name| name.map(|name| normal(&name)));
        match (page.filter(|name| !name.is_empty()), views.filter(|name| !name.is_empty())) {
            (Some(page), Some(views)) => Ok(Self { page, views, period }),
            _ => Err("name both columns: `page=…,views=…`".to_owned()),
        }
    }
}

/// The number of each column, from 0.
pub(super) struct Columns {
    pub form: ExportForm,
    pub address: usize,
    pub views: Option<usize>,
    /// `period` in Etappe's own form; in the others `date`, where each row is of a day.
    pub month: Option<usize>,
    pub answers: Vec<(usize, AnswerColumn)>,
}

/// Which count of answers a column holds.
#[derive(Clone, Copy)]
pub(super) enum AnswerColumn {
    Nps(usize),
    Csat(usize),
    Ces(usize),
}

/// Names of the column of views.
const VIEWS: [&str; 21] = [
    "pageviews",
    "views",
    "nb_hits",
    "page views",
    "screen page views",
    "weergaven",
    "paginaweergaven",
    "aufrufe",
    "seitenaufrufe",
    "seitenansichten",
    "vues",
    "vues de page",
    "vues de pages",
    "pages vues",
    "vistas",
    "vistas de página",
    "visualizaciones",
    "visualizaciones de página",
    "visualizaciones de páginas",
    "visualizzazioni",
    "visualizações",
];

/// How the name of Google's column of paths begins, in the languages of its exports.
const PATHS: [&str; 14] = [
    "page path",
    "page location",
    "paginapad",
    "pagina-pad",
    "paginalocatie",
    "seitenpfad",
    "seitenspeicherort",
    "seiten-url",
    "chemin de la page",
    "chemin de page",
    "emplacement de la page",
    "ruta de página",
    "ruta de la página",
    "ubicación de la página",
];

/// Names of the column of days.
const DAYS: [&str; 6] = ["date", "datum", "fecha", "data", "jour", "día"];

/// How many columns a refusal names.
const NAMED: usize = 20;

impl Columns {
    /// Finds the columns of a known form, or those that were `named`. `header` is as written.
    pub(super) fn find(header: &[String], named: Option<&NamedColumns>) -> Result<Self, String> {
        let own: Vec<String> = header.iter().map(|name| normal(name)).collect();
        let at =
            |names: &[&str]| names.iter().find_map(|name| own.iter().position(|own| own == name));
        let (form, address) = match named {
            Some(named) => (ExportForm::Named, at(&[&named.page]).unwrap_or(usize::MAX)),
            None => form(&own),
        };
        let personal =
            own.iter().enumerate().find(|(at, name)| *at != address && is_personal(name));
        if let Some((_, name)) = personal {
            return Err(format!(
                "its column `{name}` is about persons; export pages and sums only, and leave that \
                 column out"
            ));
        }
        let views = match named {
            Some(named) => at(&[&named.views]),
            None => at(&VIEWS),
        };
        if address == usize::MAX || (views.is_none() && form != ExportForm::Own) {
            return Err(refusal(header, named, address, views));
        }
        let month = match (form, named.and_then(|named| named.period.as_deref())) {
            (ExportForm::Own, _) => at(&["period"]),
            (_, Some(period)) => at(&[period]),
            _ => at(&DAYS),
        };
        let answers = own.iter().enumerate();
        let answers = answers.filter_map(|(at, name)| Some((at, answer_column(name)?))).collect();
        Ok(Self { form, address, views, month, answers })
    }
}

/// The form that the names tell, and the column of addresses; the last number there is where none
/// does.
fn form(own: &[String]) -> (ExportForm, usize) {
    let at = |names: &[&str]| names.iter().find_map(|name| own.iter().position(|own| own == name));
    let begins = |path: &&str| own.iter().position(|own| own.starts_with(*path));
    let ga4 = PATHS.iter().find_map(begins);
    match (at(&["page", "name"]), at(&["label", "page url"]), ga4) {
        (Some(page), ..) if at(&["period"]).is_some() && at(&["page"]).is_some() => {
            (ExportForm::Own, page)
        }
        (.., Some(path)) => (ExportForm::Ga4, path),
        // The label may be the last part of an address alone; the address itself stands beside it.
        (_, Some(label), _) => {
            let url = at(&["metadata: url", "url", "url metadata", "metadata_url"]);
            (ExportForm::Matomo, url.unwrap_or(label))
        }
        (Some(page), ..) if at(&["visitors"]).is_some() => (ExportForm::Plausible, page),
        _ => (ExportForm::Own, usize::MAX),
    }
}

/// What was found, and what is wanted.
fn refusal(
    header: &[String],
    named: Option<&NamedColumns>,
    address: usize,
    views: Option<usize>,
) -> String {
    let shown = |name: &String| format!("`{}`", name.trim().chars().take(60).collect::<String>());
    let mut found: Vec<String> = header.iter().take(NAMED).map(shown).collect();
    if header.len() > NAMED {
        found.push("…".to_owned());
    }
    let found = found.join(", ");
    match named {
        Some(named) => {
            let missing = if address == usize::MAX { &named.page } else { &named.views };
            format!("it has no column `{missing}`; its columns are {found}")
        }
        None => {
            let wanted = match (address, views) {
                (usize::MAX, None) => "a page's address and its views",
                (usize::MAX, _) => "a page's address",
                _ => "a page's views",
            };
            format!(
                "it has none of the known forms: of its columns {found}, none is known to hold \
                 {wanted}; \
                 name them with `--columns \"page=…,views=…\"`"
            )
        }
    }
}

/// A name as it is compared: small letters, single spaces, straight apostrophes.
fn normal(name: &str) -> String {
    let name = name.trim().trim_matches('"').to_lowercase().replace('’', "'");
    name.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn answer_column(name: &str) -> Option<AnswerColumn> {
    const NPS: [&str; 3] = ["nps_promoters", "nps_passives", "nps_detractors"];
    let numbered = |prefix: &str, most: usize| {
        let number: usize = name.strip_prefix(prefix)?.parse().ok()?;
        (1..=most).contains(&number).then(|| number - 1)
    };
    let nps = NPS.iter().position(|own| *own == name).map(AnswerColumn::Nps);
    nps.or_else(|| numbered("csat_", 5).map(AnswerColumn::Csat))
        .or_else(|| numbered("ces_", 7).map(AnswerColumn::Ces))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_google_are_known_in_five_languages() {
        for (path, views) in [
            ("Page path and screen class", "Views"),
            ("Paginapad en schermklasse", "Weergaven"),
            ("Seitenpfad und Bildschirmklasse", "Aufrufe"),
            ("Chemin de la page et classe de l’écran", "Vues"),
            ("Ruta de página y clase de pantalla", "Vistas"),
            ("Ruta de la página y clase de la pantalla", "Visualizaciones"),
        ] {
            let header = [path, views, "x"].map(str::to_owned);
            let columns = Columns::find(&header, None).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(
                (columns.form, columns.address, columns.views),
                (ExportForm::Ga4, 0, Some(1))
            );
        }
    }

    #[test]
    fn columns_can_be_named_and_names_may_hold_commas() {
        let named: NamedColumns = "page=Side, sti,views=Visninger".parse().expect("two columns");
        let header = ["Visninger", "side,  sti"].map(str::to_owned);
        // A space behind a comma is the name's own.
        assert!(Columns::find(&header, Some(&named)).is_ok_and(|found| found.address == 1));
        assert!("page=x".parse::<NamedColumns>().is_err());
        assert!("x".parse::<NamedColumns>().is_err());
        let error = Columns::find(&["a".to_owned()], Some(&named)).err().expect("a refusal");
        assert!(error.contains("no column `side, sti`; its columns are `a`"), "{error}");
    }

    #[test]
    fn a_refusal_names_what_was_found_and_what_is_wanted() {
        let header = ["Sidsökväg", "Visningar"].map(str::to_owned);
        let error = Columns::find(&header, None).err().expect("a refusal");
        assert!(
            error.contains("`Sidsökväg`, `Visningar`") && error.contains("--columns"),
            "{error}"
        );
    }
}
