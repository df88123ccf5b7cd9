//! What the hub's authors decided about findings: severities by code, and waivers with a reason and
//! an end.

use std::collections::BTreeMap;

use super::fields::{Fields, Reader};
use super::keys::{self, Form, Name, ReadIn, Shape, WrittenValue};
use super::known::Known;
use etappe_base::date::{Day, Period};
use etappe_base::finding::{Code, Finding, Place, Severity, Waived, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_base::source::{Span, Spanned};

/// How many days after its end a waiver still covers its findings.
const GRACE: i32 = 14;

/// `[checks]` and `[[waivers]]`.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// By the id of a code, as `[checks]` gives them; other codes keep their own severity.
    pub severities: BTreeMap<&'static str, Severity>,
    /// In the order of hub.toml.
    pub waivers: Vec<Waiver>,
}

/// The findings of one code, on one page or on all, that are accepted for a while.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Reading hub.toml refuses a code that is always an error.
    pub code: &'static Code,
    /// A file of the hub. `None`: the code is waived everywhere.
    pub page: Option<HubPath>,
    /// Printed with every report.
    pub reason: String,
    /// The last day on which it holds. `None`: it has no end.
    pub until: Option<Day>,
    /// Where hub.toml names the code; findings about the waiver are reported there.
    pub place: Place,
}

/// Findings after the hub's policy: those that stand, and those that a waiver covers.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// With the severities that the hub gives them; those about the waivers themselves come last.
    pub standing: Vec<Finding>,
    /// Each with the reason and the end of its waiver.
    pub waived: Vec<Waived>,
}

impl Policy {
    /// Judges the findings of a hub, and then the waivers by what they cover. `is_hidden` tells
    /// whether a date keeps the given page off the sites, or any page for `None`: there a waiver
    /// may cover nothing for now.
    pub fn apply(
        &self,
        findings: Vec<Finding>,
        as_of: Day,
        is_hidden: &dyn Fn(Option<&HubPath>) -> bool,
    ) -> Judged {
        let covered: Vec<bool> = self
            .waivers
            .iter()
            .map(|waiver| {
                waiver.code.is_late() || findings.iter().any(|finding| waiver.covers(finding))
            })
            .collect();
        let mut judged = self.apply_late(findings, as_of);
        let own = self
            .waivers
            .iter()
            .zip(&covered)
            .filter_map(|(waiver, covered)| waiver.own_finding(*covered, as_of, is_hidden));
        judged.standing.extend(own.filter_map(|finding| self.weigh(finding)));
        judged
    }

    /// Judges findings that only a build makes: sets severities, drops findings that are off, and
    /// sets apart those that a waiver covers on `as_of`.
    pub fn apply_late(&self, findings: Vec<Finding>, as_of: Day) -> Judged {
        let mut judged = Judged::default();
        for finding in findings.into_iter().filter_map(|finding| self.weigh(finding)) {
            match self
                .waivers
                .iter()
                .find(|waiver| waiver.covers(&finding) && !waiver.is_over(as_of))
            {
                Some(waiver) => judged.waived.push(Waived {
                    finding,
                    reason: waiver.reason.clone(),
                    until: waiver.until,
                }),
                None => judged.standing.push(finding),
            }
        }
        judged
    }

    /// The finding with the severity that the hub gives it; `None` when that is off.
    fn weigh(&self, finding: Finding) -> Option<Finding> {
        let decided = self.severities.get(finding.code.id).filter(|_| !finding.code.is_firm());
        let severity = decided.copied().unwrap_or(finding.severity);
        (severity != Severity::Off).then(|| finding.weighed(severity))
    }
}

impl Waiver {
    fn covers(&self, finding: &Finding) -> bool {
        let on_page =
            |page: &HubPath| finding.place.as_ref().is_some_and(|place| place.file == *page);
        !finding.code.is_firm()
            && *self.code == *finding.code
            && self.page.as_ref().is_none_or(on_page)
    }

    /// Whether its findings count again. They do so only some days after its end, so that the end
    /// alone stops nobody's work.
    fn is_over(&self, as_of: Day) -> bool {
        self.until.is_some_and(|until| until.plus(Period::days(GRACE)) < as_of)
    }

    fn own_finding(
        &self,
        covers_any: bool,
        as_of: Day,
        is_hidden: &dyn Fn(Option<&HubPath>) -> bool,
    ) -> Option<Finding> {
        if let Some(until) = self.until.filter(|until| *until < as_of) {
            let counts = match self.is_over(as_of) {
                true => "what it covered counts again".to_owned(),
                false => {
                    format!("what it covers counts again after {}", until.plus(Period::days(GRACE)))
                }
            };
            let message = format!("The waiver of `{}` ended on {until}.", self.code.id);
            let finding =
                Finding::new(&codes::WAIVER_EXPIRED, self.place.clone(), message).label(counts);
            return Some(
                finding
                    .help("solve what it covers and remove it, or agree on a new date")
                    .by_date(),
            );
        }
        (!covers_any).then(|| {
            // Findings of these codes come and go with the days.
            let comes_by_date =
                *self.code == codes::LINK_UNPUBLISHED || *self.code == codes::LINK_EXPIRES;
            // Findings of these groups are about two pages, or about a whole site.
            let is_of_many = ["link.", "journey.", "translation."]
                .iter()
                .any(|group| self.code.id.starts_with(group));
            let place = self.page.as_ref().filter(|_| !is_of_many);
            let message = format!("The waiver of `{}` covers no finding.", self.code.id);
            Finding::new(&codes::WAIVER_UNUSED, self.place.clone(), message)
                .help("remove it, or correct its code and page")
                .by_date_if(comes_by_date || is_hidden(place))
        })
    }
}

/// A table from codes of findings to severities.
pub(super) struct Severities;

impl Shape for Severities {
    type Value = BTreeMap<&'static str, Severity>;
    const FORM: Form = Form::Severities;
}

impl<C: ?Sized> ReadIn<C> for Severities {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Self::Value> {
        let reader = &mut fields.reader;
        let table = reader.as_table(written.name, written.item)?;
        let mut severities = BTreeMap::new();
        for entry in &table.entries {
            let Some(code) = known_code(reader, &entry.key, entry.key_span) else { continue };
            let Some(name) = reader.as_text(&entry.key, &entry.item) else { continue };
            match Severity::from_name(&name.value) {
                Some(severity) if code.is_firm() && severity != Severity::Error => {
                    let message = format!(
                        "`{}` is always an error, so it cannot be `{}`.",
                        code.id, name.value
                    );
                    reader.invalid(name.span, message, Some(FIRM_HELP.into()));
                }
                Some(severity) => {
                    severities.insert(code.id, severity);
                }
                None => {
                    let help = did_you_mean(&name.value, Severity::NAMES);
                    reader.invalid(
                        name.span,
                        format!("`{}` is no severity.", name.value),
                        Some(help),
                    );
                }
            }
        }
        Some(severities)
    }
}

keys! {
    /// One of `[[waivers]]`, as it is written.
    pub(super) struct WaiverKeys("a waiver") in Known {
        /// The finding that is accepted.
        code: WaivedCode = "code",
            required("name the finding that is waived, such as `link.broken`");
        /// Why it is accepted. Printed with every report.
        reason: Name = "reason",
            required("say why the finding is accepted; it is printed with every report");
        /// The file it is accepted in, such as content/service/old.md.
        page: HubFile = "page", usually("anywhere");
        /// The last day on which it is accepted. What it covers counts again 14 days later.
        until: keys::Day = "until";
    }
}

/// The code of a finding that may be waived; it is looked up when the waiver is read.
pub(super) struct WaivedCode;

impl Shape for WaivedCode {
    type Value = Spanned<String>;
    const FORM: Form = Form::Code;
}

impl<C: ?Sized> ReadIn<C> for WaivedCode {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Spanned<String>> {
        fields.reader.as_text(written.name, written.item)
    }
}

/// The path of a file of the hub.
pub(super) struct HubFile;

impl Shape for HubFile {
    type Value = HubPath;
    const FORM: Form = Form::HubFile;
}

impl<C: ?Sized> ReadIn<C> for HubFile {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<HubPath> {
        let page = fields.reader.as_text(written.name, written.item)?;
        page_path(&mut fields.reader, &page)
    }
}

fn known_code(reader: &mut Reader, id: &str, span: Span) -> Option<&'static Code> {
    let code = codes::find(id);
    if code.is_none() {
        let help = did_you_mean(id, codes::ALL.iter().map(|code| code.id));
        let finding = Finding::new(
            &codes::CONFIG_UNKNOWN_ID,
            reader.place(span),
            format!("There is no finding `{id}`."),
        )
        .help(help);
        reader.report(finding);
    }
    code
}

/// What to do about a finding that no policy can lower or waive.
const FIRM_HELP: &str =
    "remove this, and what the finding shows from the output: no reader may see it";

fn can_be_waived(reader: &mut Reader, code: &Code, span: Span) -> bool {
    if code.is_firm() {
        reader.invalid(span, format!("`{}` cannot be waived.", code.id), Some(FIRM_HELP.into()));
    }
    !code.is_firm()
}

/// The waivers in their order; those of a code that is unknown or firm are reported, and left out.
pub(super) fn waivers(written: Vec<Spanned<WaiverKeys>>, reader: &mut Reader) -> Vec<Waiver> {
    written.into_iter().filter_map(|waiver| waiver_of(waiver.value, reader)).collect()
}

fn waiver_of(keys: WaiverKeys, reader: &mut Reader) -> Option<Waiver> {
    let Spanned { value: id, span } = keys.code?;
    let code = known_code(reader, &id, span)?;
    can_be_waived(reader, code, span).then(|| Waiver {
        code,
        page: keys.page,
        reason: keys.reason.map(|text| text.value).unwrap_or_default(),
        until: keys.until.map(|day| day.value),
        place: reader.place(span),
    })
}

fn page_path(reader: &mut Reader, page: &Spanned<String>) -> Option<HubPath> {
    let path = HubPath::new(&page.value);
    if path.is_none() {
        let message = format!("`{}` is no path in the hub.", page.value);
        let help = "write it as `content/service/old.md`".to_owned();
        reader.invalid(page.span, message, Some(help));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(until: &str) -> Policy {
        let waiver = Waiver {
            code: &codes::LINK_BROKEN,
            page: HubPath::new("content/a.md"),
            reason: "r".into(),
            until: Some(until.parse().unwrap()),
            place: Place::file(&HubPath::literal("hub.toml")),
        };
        Policy {
            severities: BTreeMap::from([("image.missing", Severity::Off)]),
            waivers: vec![waiver],
        }
    }

    fn check(until: &str, findings: Vec<Finding>, expected: &[&str]) {
        let judged = policy(until).apply(findings, "2026-11-22".parse().unwrap(), &|_| false);
        let mut all: Vec<String> =
            judged.standing.iter().map(|finding| finding.code.id.to_owned()).collect();
        all.extend(judged.waived.iter().map(|waived| format!("({})", waived.finding.code.id)));
        assert_eq!(all, expected);
    }

    fn broken(file: &'static str) -> Finding {
        Finding::new(&codes::LINK_BROKEN, Place::file(&HubPath::literal(file)), "x")
    }

    #[test]
    fn a_waiver_covers_its_page_until_its_date() {
        check(
            "2026-11-22",
            vec![broken("content/a.md"), broken("content/b.md")],
            &["link.broken", "(link.broken)"],
        );
        check("2026-11-21", vec![broken("content/a.md")], &["waiver.expired", "(link.broken)"]);
        check("2026-11-08", vec![broken("content/a.md")], &["waiver.expired", "(link.broken)"]);
        check("2026-11-07", vec![broken("content/a.md")], &["link.broken", "waiver.expired"]);
        check("2026-12-31", vec![], &["waiver.unused"]);
    }

    #[test]
    fn what_no_reader_may_see_is_neither_lowered_nor_waived() {
        for code in codes::ALL.iter().filter(|code| code.is_firm()) {
            let hub = Place::file(&HubPath::literal("hub.toml"));
            let waiver =
                Waiver { code, page: None, reason: "r".into(), until: None, place: hub.clone() };
            let policy = Policy {
                severities: BTreeMap::from([(code.id, Severity::Off)]),
                waivers: vec![waiver],
            };
            let judged = policy
                .apply_late(vec![Finding::new(code, hub, "x")], "2026-11-22".parse().unwrap());
            assert!(
                judged.standing.iter().all(Finding::is_error) && judged.standing.len() == 1,
                "{}",
                code.id
            );
        }
    }

    #[test]
    fn what_is_off_is_dropped() {
        let image = Finding::new(
            &codes::IMAGE_MISSING,
            Place::file(&HubPath::literal("content/a.md")),
            "x",
        );
        check("2026-12-31", vec![image, broken("content/a.md")], &["(link.broken)"]);
    }
}
