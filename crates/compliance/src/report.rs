//! `etappe approvals`: every item that somebody must sign, with its state, the days that it has
//! left, who signed, and what drifted.

use serde::Serialize;
use serde_json::json;

use etappe_base::count::counted;
use etappe_base::date::{Day, Period};
use etappe_hub::journey::Approval;

use super::approvals::{Approvals, JudgedItem, JudgedNeed};

/// The report on a day.
#[derive(Clone, Copy, Debug)]
pub struct ApprovalReport<'r> {
    /// What was judged.
    pub approvals: &'r Approvals,
    /// The day taken as today.
    pub as_of: Day,
    /// Whether records count only with a signature; `None` where nothing has to be signed.
    pub signatures: Option<bool>,
    /// Only items whose approval ends within so many days.
    pub expiring: Option<Within>,
}

/// A number of days ahead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Within(u16);

impl std::str::FromStr for Within {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = text.strip_suffix('d').unwrap_or(text).parse();
        days.map(Self).map_err(|_| format!("`{text}` is no number of days, such as 60d"))
    }
}

impl Within {
    fn reaches(self, until: Option<Day>, as_of: Day) -> bool {
        until.is_some_and(|until| until <= as_of.plus(Period::days(i32::from(self.0))))
    }
}

/// What `--fail-on` asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailOn {
    /// An item in this state.
    State(Approval),
    /// An approval that ends within so many days.
    Expiring(Within),
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(days) = text.strip_prefix("expiring:") {
            return days.parse().map(Self::Expiring);
        }
        let state = Approval::ALL.iter().find(|state| state.name() == text && !state.is_given());
        state.map(|state| Self::State(*state)).ok_or_else(|| {
            format!(
                "`{text}` is not one of missing, unsigned, expired, drifted, wrong-signer, \
                 altered, not-yet, expiring:60d"
            )
        })
    }
}

impl ApprovalReport<'_> {
    fn items(&self) -> impl Iterator<Item = &JudgedItem> {
        let is_asked = |judged: &&JudgedItem| {
            self.expiring.is_none_or(|within| within.reaches(judged.until(self.as_of), self.as_of))
        };
        self.approvals.items.iter().filter(is_asked)
    }

    /// Whether any item is what `--fail-on` asks for.
    pub fn fails(&self, on: &[FailOn]) -> bool {
        let is_one = |judged: &JudgedItem, on: &FailOn| match on {
            FailOn::State(state) => judged.state(self.as_of) == *state,
            FailOn::Expiring(within) => within.reaches(judged.until(self.as_of), self.as_of),
        };
        self.approvals.items.iter().any(|judged| on.iter().any(|on| is_one(judged, on)))
    }

    fn days_left(&self, judged: &JudgedItem) -> Option<i64> {
        let until = judged.until(self.as_of)?;
        Some((until.unix_seconds() - self.as_of.unix_seconds()) / 86_400)
    }

    /// How many items there are of each state that occurs.
    fn counts(&self) -> Vec<(Approval, usize)> {
        let count = |state: &Approval| {
            let all = self.approvals.items.iter();
            all.filter(|judged| judged.state(self.as_of) == *state).count()
        };
        let counts = Approval::ALL.iter().map(|state| (*state, count(state)));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

/// For people: a line that sums up, and one for each item.
pub fn emit_text(report: &ApprovalReport<'_>) -> String {
    let Some(signatures) = report.signatures else {
        return "Nothing has to be signed: hub.toml has no [approval].\n".to_owned();
    };
    let counts: Vec<String> =
        report.counts().iter().map(|(state, count)| format!("{count} {}", state.name())).collect();
    let all = report.approvals.items.len();
    let mut text = format!("{} to sign on {}", counted(all, "item"), report.as_of);
    if !counts.is_empty() {
        text.push_str(&format!(": {}", counts.join(", ")));
    }
    text.push_str(".\n");
    if !signatures {
        text.push_str("Not signed: a record says here what whoever wrote it says.\n");
    }
    for judged in report.items() {
        let left = report
            .days_left(judged)
            .map(|days| format!(", {} left", counted(days.unsigned_abs() as usize, "day")));
        let market = judged.item.market.as_ref().map(|market| format!(" for {market}"));
        text.push_str(&format!(
            "\n{}{}\n  {} in {}{}, {}\n",
            judged.state(report.as_of).name(),
            left.unwrap_or_default(),
            judged.item.id,
            judged.item.lang,
            market.unwrap_or_default(),
            judged.channel
        ));
        for need in &judged.needs {
            text.push_str(&format!("  {}\n", of_need(need)));
        }
        if let Some(day) = judged.used_until.filter(|day| *day <= report.as_of) {
            let what = if judged.doc.is_some() { "what it uses" } else { "its own time" };
            text.push_str(&format!("  {what} ended on {day}\n"));
        }
    }
    text
}

/// Who signed, or that somebody has yet to.
fn of_need(need: &JudgedNeed) -> String {
    let kind = if need.kind == "internal" { String::new() } else { format!("{} ", need.kind) };
    let role = format!("{kind}{}", need.role);
    let Some(by) = &need.by else { return format!("{role}: nobody") };
    let mut text = format!("{role}: {}, {}, {}", by.name, by.signed_on, by.file);
    if by.taken_back {
        text.push_str(", taken back");
    } else if !need.state.is_given() {
        text.push_str(&format!(", {}", need.state.name()));
    }
    if !by.drifted.is_empty() {
        let differ = if by.drifted.len() == 1 { "differs" } else { "differ" };
        text.push_str(&format!(": {} {differ}", by.drifted.join(", ")));
    }
    text
}

#[derive(Serialize)]
struct Entry<'r> {
    item: String,
    lang: &'r str,
    market: &'r str,
    channel: &'r str,
    file: &'r str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_left: Option<i64>,
    needs: Vec<NeedEntry<'r>>,
}

#[derive(Serialize)]
struct NeedEntry<'r> {
    kind: &'static str,
    role: &'r str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_on: Option<Day>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    drifted: &'r [String],
}

fn entry<'r>(report: &ApprovalReport<'_>, judged: &'r JudgedItem) -> Entry<'r> {
    let needs = judged.needs.iter().map(|need| {
        let by = need.by.as_ref();
        NeedEntry {
            kind: need.kind,
            role: &need.role,
            state: need.state.name(),
            record: by.map(|by| by.file.as_str()),
            name: by.map(|by| by.name.as_str()),
            signed_on: by.map(|by| by.signed_on),
            drifted: by.map(|by| by.drifted.as_slice()).unwrap_or_default(),
        }
    });
    Entry {
        item: judged.item.id.to_string(),
        lang: &judged.item.lang,
        market: judged.item.market.as_deref().unwrap_or("*"),
        channel: &judged.channel,
        file: judged.file.as_str(),
        state: judged.state(report.as_of).name(),
        from: judged.standing.from,
        until: judged.until(report.as_of),
        days_left: report.days_left(judged),
        needs: needs.collect(),
    }
}

/// One JSON document, ending in a line break.
pub fn emit_json(report: &ApprovalReport<'_>) -> String {
    let items: Vec<Entry<'_>> = report.items().map(|judged| entry(report, judged)).collect();
    let document = json!({
        "version": 1,
        "as_of": report.as_of,
        "asked": report.signatures.is_some(),
        "signed": report.signatures == Some(true),
        "items": items,
    });
    serde_json::to_string_pretty(&document).expect("plain data") + "\n"
}

/// A row for each needed signature of each item.
pub fn emit_csv(report: &ApprovalReport<'_>) -> String {
    let mut text = String::from(
        "item,lang,market,channel,file,state,from,until,days_left,kind,role,need,record,name,signed_on,drifted\r\n",
    );
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    for judged in report.items() {
        let entry = entry(report, judged);
        for need in &entry.needs {
            let fields = [
                entry.item.clone(),
                entry.lang.to_owned(),
                entry.market.to_owned(),
                entry.channel.to_owned(),
                entry.file.to_owned(),
                entry.state.to_owned(),
                day(entry.from),
                day(entry.until),
                entry.days_left.map(|days| days.to_string()).unwrap_or_default(),
                need.kind.to_owned(),
                need.role.to_owned(),
                need.state.to_owned(),
                need.record.unwrap_or_default().to_owned(),
                need.name.unwrap_or_default().to_owned(),
                day(need.signed_on),
                need.drifted.join(" "),
            ];
            let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
            text.push_str(&fields.join(","));
            text.push_str("\r\n");
        }
    }
    text
}

/// A field as spreadsheets take it: nothing in it is a formula.
fn csv_field(text: &str) -> String {
    let text = match text.chars().next() {
        Some('=' | '+' | '-' | '@') if text != "@site" => format!("'{text}"),
        _ => text.to_owned(),
    };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}
