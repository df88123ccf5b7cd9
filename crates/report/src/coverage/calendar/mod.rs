//! What happens when: pages that appear and expire, reviews and cells that are due, waivers that
//! end.

mod ical;
mod json;
mod table;

use super::cells::review_due;
use etappe_base::date::Day;
use etappe_base::path::HubPath;
use etappe_hub::config::{Config, LangIx};
use etappe_hub::content::{Audience, Facets};
use etappe_hub::journey::links::{LinkTable, breaking};
use etappe_hub::journey::{self, Doc, DocIx, Hub, State};

pub use ical::emit as emit_ical;
pub use json::emit as emit_json;
pub use table::emit as emit_table;

/// What an event is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EventKind {
    /// A scheduled page appears.
    Publish,
    /// The first day without a page that is published or scheduled.
    Expire,
    /// The first day without an approval that a page needs.
    ApprovalEnds,
    /// A page expires, and a link to it becomes text.
    LinkBreaks,
    /// A published page is due for review; the day may be past.
    Review,
    /// A persona's card is due for review, `review_every` after its last one.
    CardReview,
    /// A cell to write for has this due date.
    CellDue,
    /// The `until` of a waiver.
    WaiverEnds,
}

impl EventKind {
    /// In the order that they have within a day.
    pub const ALL: [Self; 8] = [
        Self::Publish,
        Self::Expire,
        Self::ApprovalEnds,
        Self::LinkBreaks,
        Self::Review,
        Self::CardReview,
        Self::CellDue,
        Self::WaiverEnds,
    ];

    /// As the JSON calendar spells it.
    pub fn name(self) -> &'static str {
        [
            "publish",
            "expire",
            "approval-ends",
            "link-breaks",
            "review",
            "card-review",
            "cell-due",
            "waiver-ends",
        ][self as usize]
    }

    /// What people read before the event's name.
    pub fn words(self) -> &'static str {
        [
            "published",
            "expires",
            "approval ends",
            "link breaks",
            "review due",
            "persona card: review due",
            "content due",
            "waiver ends",
        ][self as usize]
    }
}

/// One thing on one day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Event {
    /// May be past for what is still due.
    pub day: Day,
    /// Says what `file` and `title` belong to.
    pub kind: EventKind,
    /// The file that it is written in.
    pub file: HubPath,
    /// A page's title, a persona's label, a cell's name, a waiver's code.
    pub title: String,
    /// Labels of the personas concerned, or `all`; empty for persona cards and waivers.
    pub personas: Vec<String>,
}

/// All events of a hub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// The hub's, in its default language.
    pub title: String,
    /// Events of earlier days are overdue.
    pub as_of: Day,
    /// The next day on which a build has other pages than today; `None` where no such day is known.
    pub next_change: Option<Day>,
    /// By day, then kind, then file.
    pub events: Vec<Event>,
}

impl Calendar {
    /// Whether its day is past; on the day itself it is not.
    pub fn is_overdue(&self, event: &Event) -> bool {
        event.day < self.as_of
    }
}

/// Collects the events. Past ones are left out, overdue ones are not.
pub fn calendar(hub: &Hub, links: &LinkTable) -> Calendar {
    let as_of = hub.edition.as_of;
    let mut events: Vec<Event> =
        hub.docs.iter().flat_map(|doc| of_page(&hub.config, doc, as_of)).collect();
    events.extend(
        breaking(hub, links).into_iter().map(|(day, from, target)| of_link(hub, day, from, target)),
    );
    events.extend(of_plan(&hub.config));
    events.extend(of_cells(hub));
    events.sort();
    events.dedup();
    let next_change = journey::next_change(hub.docs.iter(), as_of);
    Calendar { title: hub.config.title.get(LangIx::DEFAULT).to_owned(), as_of, next_change, events }
}

fn of_page(config: &Config, doc: &Doc, as_of: Day) -> Vec<Event> {
    let (facets, state) = (&*doc.facets, doc.state);
    let front = &facets.front;
    let personas = for_whom(config, facets);
    let publish = if let State::Scheduled(day) = state { Some(day) } else { None };
    let expire = facets.expires().filter(|day| state.goes_out() && *day > as_of);
    let review = review_due(facets, config).filter(|_| state == State::Published);
    let approved_until = doc.standing.as_ref().and_then(|standing| standing.until);
    let approval = approved_until.filter(|day| state.goes_out() && *day > as_of);
    let all = [
        (EventKind::Publish, publish),
        (EventKind::Expire, expire),
        (EventKind::ApprovalEnds, approval),
        (EventKind::Review, review),
    ];
    let event = |(kind, day): (EventKind, Option<Day>)| {
        Some(Event {
            day: day?,
            kind,
            file: facets.file.clone(),
            title: front.title.clone(),
            personas: personas.clone(),
        })
    };
    all.into_iter().filter_map(event).collect()
}

fn for_whom(config: &Config, facets: &Facets) -> Vec<String> {
    match &facets.front.audience {
        Audience::All => vec!["all".to_owned()],
        Audience::Only(some) => some
            .iter()
            .map(|persona| config.persona(*persona).label.get(LangIx::DEFAULT).to_owned())
            .collect(),
    }
}

/// A page whose links to `target` become text on the day that `target` expires.
fn of_link(hub: &Hub, day: Day, from: DocIx, target: DocIx) -> Event {
    let (facets, target) = (hub.facets(from), hub.facets(target));
    let title = format!("{} → {}", facets.front.title, target.front.title);
    Event {
        day,
        kind: EventKind::LinkBreaks,
        file: facets.file.clone(),
        title,
        personas: for_whom(&hub.config, facets),
    }
}

/// Reviews of persona cards, and the ends of waivers.
fn of_plan(config: &Config) -> Vec<Event> {
    let cards = config.targeted_ixs().filter_map(|persona| {
        let card = config.persona(persona);
        let day = card.reviewed.as_ref()?.value.plus(config.review_every?);
        let title = card.label.get(LangIx::DEFAULT).to_owned();
        Some(Event {
            day,
            kind: EventKind::CardReview,
            file: card.file.clone(),
            title,
            personas: Vec::new(),
        })
    });
    let waivers = config.policy.waivers.iter().filter_map(|waiver| {
        let title = format!("{}: {}", waiver.code.id, waiver.reason);
        Some(Event {
            day: waiver.until?,
            kind: EventKind::WaiverEnds,
            file: waiver.place.file.clone(),
            title,
            personas: Vec::new(),
        })
    });
    cards.chain(waivers).collect()
}

/// Cells to write for that have a due date.
fn of_cells(hub: &Hub) -> Vec<Event> {
    let report = super::report(hub, &[], None);
    let mut events = Vec::new();
    for matrix in &report.languages {
        for next in &matrix.queue {
            let Some(day) = next.due else { continue };
            let code = &hub.config.lang(matrix.lang).code;
            let owner =
                if next.owner.is_empty() { String::new() } else { format!(", for {}", next.owner) };
            let title = format!(
                "{} ({code}{owner})",
                report.cell_name(LangIx::DEFAULT, next.persona, next.stage)
            );
            let personas =
                vec![hub.config.persona(next.persona).label.get(LangIx::DEFAULT).to_owned()];
            events.push(Event {
                day,
                kind: EventKind::CellDue,
                file: HubPath::literal("hub.toml"),
                title,
                personas,
            });
        }
    }
    events
}
