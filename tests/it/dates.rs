//! Dates always take effect: which day a moment means, and what a date alone does to links, waivers
//! and exit codes.

use crate::support::command::{Etappe, etappe};
use crate::support::{HubBuilder, HubOnDisk, Loaded, line};
use etappe_base::date::Day;
use etappe_base::finding::Severity;
use etappe_hub::journey::State;

/// The front matter of a page for general practitioners, with these further keys.
fn front(title: &str, more: &str) -> String {
    format!("+++\ntitle = '{title}'\npersonas = 'gp'\nstage = 'service'\n{more}\n+++\n\n")
}

fn small() -> HubBuilder {
    HubBuilder::small().edited("hub.toml", "languages = [\"en\", \"nl\"]", "languages = [\"en\"]")
}

fn in_zone(hub: HubBuilder, zone: &str) -> HubBuilder {
    if zone.is_empty() {
        hub
    } else {
        hub.extended("hub.toml", &format!("\n[site]\ntime_zone = \"{zone}\"\n"))
    }
}

fn state(loaded: &Loaded, file: &str) -> State {
    loaded
        .hub()
        .docs
        .iter()
        .find(|doc| doc.facets.file.as_str() == file)
        .unwrap_or_else(|| panic!("{file}"))
        .state
}

fn november(day: i64) -> String {
    format!("2026-11-{day:02}")
}

// Moments.

/// Zones of hubs, with how far they are ahead of UTC in November.
const ZONES: [(&str, i64); 3] =
    [("", 0), ("Europe/Amsterdam", 60), ("Pacific/Kiritimati", 14 * 60)];

const OFFSETS: [(&str, Option<i64>); 4] =
    [("-12:00", Some(-12 * 60)), ("Z", Some(0)), ("+14:00", Some(14 * 60)), ("", None)];

const TIMES: [(&str, i64); 3] = [("00:00:00", 0), ("00:30:00", 30), ("23:59:00", 23 * 60 + 59)];

/// The day and the minutes after midnight that a moment of 27 November is in a zone, counted
/// without a calendar.
fn counted(offset: Option<i64>, minutes: i64, zone: i64) -> (i64, i64) {
    let local = minutes - offset.unwrap_or(zone) + zone;
    (27 + local.div_euclid(24 * 60), local.rem_euclid(24 * 60))
}

/// A moment as TOML and YAML write it, bare and in quotes, as the whole of a page.
fn pages(key: &str, moment: &str) -> [String; 4] {
    let toml = |value: &str| front("T", &format!("{key} = {value}"));
    let yaml = |value: &str| {
        format!("---\ntitle: T\npersonas: gp\nstage: service\n{key}: {value}\n---\n\n")
    };
    let quoted = format!("\"{moment}\"");
    [toml(moment), toml(&quoted), yaml(moment), yaml(&quoted)]
}

#[test]
fn every_moment_counts_from_the_day_that_it_must() {
    for (zone, ahead) in ZONES {
        let mut hub = in_zone(small(), zone);
        let mut expected: Vec<(String, &str, String)> = Vec::new();
        for (at, (offset, minutes)) in OFFSETS
            .iter()
            .flat_map(|offset| TIMES.iter().map(move |time| (offset, time)))
            .enumerate()
        {
            let (day, after_midnight) = counted(offset.1, minutes.1, ahead);
            let whole = if after_midnight == 0 { day } else { day + 1 };
            for (key, day) in [("publish_on", whole), ("expires", day), ("review_by", day)] {
                let moment = format!("2026-11-27T{}{}", minutes.0, offset.0);
                for (form, page) in pages(key, &moment).into_iter().enumerate() {
                    let file = format!("content/m{at}-{key}-{form}.md").replace('_', "-");
                    hub = hub.file(&file, page);
                    expected.push((file, key, november(day)));
                }
            }
        }
        let loaded = hub.load();
        assert_eq!(loaded.lines(), [""; 0], "{zone}");
        let notes = loaded.all_lines();
        for (file, key, day) in expected {
            let facets = &loaded
                .hub()
                .docs
                .iter()
                .find(|doc| doc.facets.file.as_str() == file)
                .expect("it is a page")
                .facets;
            let found = match key {
                "publish_on" => facets.front.publish_on,
                "expires" => facets.front.expires,
                _ => facets.front.review_by,
            };
            assert_eq!(
                found.map(|day| day.to_string()),
                Some(day.clone()),
                "{zone} {}",
                hub.text(&file)
            );
            let note = |line: &&String| {
                line.starts_with(&format!("{file}:"))
                    && line.contains("info front.moment")
                    && line.contains(&day)
            };
            assert_eq!(
                notes.iter().filter(note).count(),
                1,
                "a note says what was made of it: {file}"
            );
        }
    }
}

#[test]
fn a_plain_day_is_that_day_in_every_zone_and_needs_no_note() {
    for (zone, _) in ZONES {
        let hub = in_zone(small(), zone).file(
            "content/a.md",
            front("A", "publish_on = 2026-11-20\nexpires = 2026-11-27\nreview_by = 2026-11-26"),
        );
        assert!(hub.load().all_lines().iter().all(|line| !line.contains("front.")));
        for (day, is_there) in [(19, false), (20, true), (26, true), (27, false)] {
            assert_eq!(
                hub.clone()
                    .as_of(&november(day))
                    .load()
                    .tree()
                    .has("huisartsen/practice/a/index.html"),
                is_there,
                "{zone} {day}"
            );
        }
    }
}

#[test]
fn a_page_is_not_published_the_evening_before() {
    let page = "---\ntitle: A\npersonas: gp\nstage: service\npublish_on: 2026-11-28T00:30:00+02:00\n---\n\nText here.\n";
    let hub = small().file("content/a.md", page);
    for (day, is_there) in [(27, false), (28, true)] {
        assert_eq!(
            hub.clone().as_of(&november(day)).load().tree().has("huisartsen/practice/a/index.html"),
            is_there,
            "{day}"
        );
    }
}

#[test]
fn summer_time_is_known() {
    let hub = in_zone(small(), "Europe/Amsterdam")
        .file("content/a.md", front("A", "publish_on = 2026-07-01T22:00:00Z"));
    let hub = hub.file("content/b.md", front("B", "publish_on = 2026-12-01T23:00:00Z"));
    let loaded = hub.as_of("2026-01-01").load();
    let days: Vec<State> =
        ["content/a.md", "content/b.md"].iter().map(|file| state(&loaded, file)).collect();
    let day = |text: &str| text.parse::<Day>().expect("a day");
    assert_eq!(
        days,
        [State::Scheduled(day("2026-07-02")), State::Scheduled(day("2026-12-02"))],
        "midnight in Amsterdam"
    );
}

#[test]
fn readers_see_the_day_that_was_written() {
    let hub = small().extended("hub.toml", "\n[site]\ntime_zone = \"Europe/Amsterdam\"\n");
    let hub = hub.file("content/a.md", front("A", "date = 2026-01-01T00:30:00+02:00"));
    let hub =
        hub.file("content/b.md", front("B", "date = 2025-12-30\nupdated = 2026-07-01T00:30:00"));
    let tree = hub.load().tree();
    let page = tree.text("huisartsen/practice/a/index.html");
    assert!(
        page.contains("1 January 2026") && page.contains("\"datePublished\":\"2026-01-01\""),
        "{page}"
    );
    assert_eq!(tree.holding("31 December 2025"), [""; 0]);
    assert_eq!(tree.holding("2025-12-31"), [""; 0]);
    for feed in ["huisartsen/feed.atom", "huisartsen/feed.json"] {
        let text = tree.text(feed);
        assert!(
            text.contains("2026-01-01T00:30:00+02:00") && text.contains("2025-12-30T00:00:00Z"),
            "{text}"
        );
        assert!(
            text.contains("2026-07-01T00:30:00+02:00"),
            "a time without an offset is the hub's: {text}"
        );
    }
    let sitemap = tree.text("huisartsen/sitemap.xml");
    assert!(
        sitemap.contains("<lastmod>2026-01-01</lastmod>")
            && sitemap.contains("<lastmod>2026-07-01</lastmod>"),
        "{sitemap}"
    );
}

#[test]
fn moments_out_of_any_calendar_are_findings() {
    for value in [
        "9999-12-31T23:59:59-12:00",
        "2026-11-27T24:00:00",
        "2026-11-27T09:00:00+99:00",
        "2026-11-27T09",
    ] {
        for key in ["publish_on", "expires", "review_by", "date", "updated"] {
            let loaded = in_zone(small(), "Pacific/Kiritimati")
                .file("content/a.md", front("A", &format!("{key} = \"{value}\"")))
                .load();
            let is_shown = ["date", "updated"].contains(&key) && value.starts_with('9');
            assert_eq!(
                loaded.codes(),
                if is_shown { vec![] } else { vec!["front.invalid-value"] },
                "{key} = {value}"
            );
        }
    }
}

// Today.

#[test]
fn today_is_a_day_of_the_hubs_zone_whatever_the_machines_is() {
    for (zone, day) in [
        ("", "2026-11-22"),
        ("Europe/Amsterdam", "2026-11-23"),
        ("America/New_York", "2026-11-22"),
        ("Pacific/Kiritimati", "2026-11-23"),
    ] {
        let hub = in_zone(small(), zone).on_disk();
        for machine in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", ":/nowhere"] {
            // 2026-11-22T23:30:00Z
            let call = Etappe::inside(hub.path())
                .env("TZ", machine)
                .env("SOURCE_DATE_EPOCH", "1795390200");
            let report = call.args(["calendar", "--format", "json"]).run().expect(0).json();
            assert_eq!(report["as_of"], day, "{zone} on a machine in {machine}");
        }
    }
}

#[test]
fn a_build_is_the_same_on_machines_of_every_zone() {
    let hub = in_zone(small(), "Europe/Amsterdam").file(
        "content/a.md",
        front("A", "date = 2026-01-01T00:30:00\npublish_on = 2026-11-22T00:00:00"),
    );
    let hub = hub
        .file(
            "content/b.md",
            front("B", "updated = 2026-07-01T23:30:00-12:00\nexpires = 2026-11-23T00:30:00+14:00"),
        )
        .on_disk();
    let mut sites = Vec::new();
    for machine in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "CET-1CEST"] {
        let call = Etappe::inside(hub.path())
            .env("TZ", machine)
            .env("TZDIR", "/nowhere")
            .env("SOURCE_DATE_EPOCH", "1795390200");
        call.args(["build", "--out", "site"]).run().expect(0);
        sites.push(hub.tree("site"));
        std::fs::remove_dir_all(hub.join("site")).expect("it was built");
    }
    sites.iter().for_each(|site| site.assert_same(&sites[0], "in another zone"));
    assert!(sites[0].has("huisartsen/practice/a/index.html"));
}

// Links.

const LINK: &str = "Read [the words stay](b.md) here.";

/// A page that links to another, which has these further keys, both in one language. Nurses have a
/// page too.
fn linked(own: &str, target: &str) -> HubBuilder {
    small()
        .page("n.md", "nurse", "service", "Text.\n")
        .file("content/a.md", front("A", own) + LINK)
        .file("content/b.md", front("B", target))
}

/// What is said of the link, and of what weight.
fn said(loaded: &Loaded) -> Vec<(&'static str, Severity, bool)> {
    let of_links = loaded.findings().iter().filter(|finding| finding.code.id.starts_with("link."));
    of_links.map(|finding| (finding.code.id, finding.severity, finding.by_date)).collect()
}

const BY_DATE: (&str, Severity, bool) = ("link.unpublished", Severity::Warning, true);

const DATED: [&str; 4] = [
    "publish_on = 2026-12-01",
    "expires = 2026-11-22",
    "expires = 2020-01-01\nstatus = 'draft'",
    "status = 'withdrawn'",
];

#[test]
fn a_link_that_a_date_breaks_is_a_warning_and_becomes_text() {
    for keys in DATED {
        let loaded = linked("", keys).load();
        assert_eq!(said(&loaded), [BY_DATE], "{keys}");
        assert!(!loaded.has_errors());
        let page = loaded.tree().text("huisartsen/practice/a/index.html").to_owned();
        assert!(
            page.contains("the words stay")
                && !page.contains("practice/b")
                && !page.contains("../b/"),
            "{page}"
        );
    }
    let draft = linked("", "status = 'draft'").load();
    assert_eq!(
        said(&draft),
        [("link.unpublished", Severity::Error, false)],
        "no date makes a draft of a page"
    );
}

#[test]
fn no_setting_makes_a_date_an_error() {
    for severity in ["error", "warning"] {
        let hub = linked("", DATED[1])
            .extended("hub.toml", &format!("\n[checks]\n\"link.unpublished\" = \"{severity}\"\n"));
        assert_eq!(said(&hub.load()), [BY_DATE]);
    }
    let off =
        linked("", DATED[1]).extended("hub.toml", "\n[checks]\n\"link.unpublished\" = \"off\"\n");
    assert_eq!(said(&off.load()), []);
}

#[test]
fn what_an_author_did_wrong_is_said_before_what_a_date_does() {
    // For nurses the link would lead nowhere on any day.
    let hub = linked("", DATED[1])
        .file("content/a.md", front("A", "").replace("'gp'", "['gp', 'nurse']") + LINK);
    let loaded = hub.load();
    assert_eq!(said(&loaded), [("link.cross-persona", Severity::Error, false)]);
    assert!(loaded.lines()[0].contains("on the site of `nurse`."), "{:?}", loaded.lines());
}

#[test]
fn a_link_to_a_page_that_another_language_borrowed_breaks_by_date_too() {
    let hub = HubBuilder::small().edited("hub.toml", "title = ", "fallback = \"link\"\ntitle = ");
    let hub =
        hub.file("content/a.md", front("A", "")).file("content/a.nl.md", front("A", "") + LINK);
    assert_eq!(said(&hub.clone().file("content/b.md", front("B", "")).load()), []);
    assert_eq!(
        said(&hub.clone().file("content/b.md", front("B", "expires = 2026-01-01")).load()),
        [BY_DATE]
    );
    let wrong =
        hub.file("content/b.md", front("B", "expires = 2026-01-01").replace("'gp'", "'nurse'"));
    assert_eq!(said(&wrong.load()), [("link.cross-persona", Severity::Error, false)]);
}

#[test]
fn what_a_page_to_come_will_get_wrong_is_said_before_its_day() {
    // On its day it would be an error that nobody could see before.
    let scheduled = "publish_on = 2026-12-01";
    let to_nurses = linked(scheduled, "").edited("content/b.md", "'gp'", "'nurse'");
    assert_eq!(said(&to_nurses.load()), [("link.cross-persona", Severity::Error, false)]);
    let no_heading = linked("", scheduled).edited("content/a.md", "(b.md)", "(b.md#nowhere)");
    assert_eq!(said(&no_heading.load()), [("link.anchor", Severity::Error, false)]);
    assert_eq!(said(&linked(scheduled, scheduled).load()), [], "both come on the same day");
    assert_eq!(said(&linked(scheduled, "publish_on = 2026-12-02").load()), [BY_DATE]);
}

#[test]
fn no_day_brings_an_error_to_a_hub_without_one() {
    let hub = linked("publish_on = 2026-12-01\nexpires = 2027-06-01", "publish_on = 2026-12-10\nexpires = 2027-03-01")
        .file("content/c.md", front("C", "next = 'a.md'\nslug = 'c'\nexpires = 2027-01-01"))
        .file(
            "content/d.md",
            front("D", "slug = 'c'\npublish_on = 2027-01-01\naliases = ['/practice/b/']").replace("/practice/b/", "/old/"),
        )
        .extended("hub.toml", "\n[[waivers]]\ncode = \"link.unpublished\"\nreason = \"b comes soon\"\nuntil = 2026-12-31\n");
    for day in [
        "2026-11-22",
        "2026-12-01",
        "2026-12-09",
        "2026-12-10",
        "2027-01-01",
        "2027-02-01",
        "2027-03-01",
        "2027-06-01",
        "2030-01-01",
    ] {
        let loaded = hub.clone().as_of(day).load().examined();
        let stop: Vec<String> = loaded
            .findings()
            .iter()
            .filter(|finding| finding.stops(true))
            .map(|finding| finding.message.clone())
            .collect();
        assert_eq!(stop, [""; 0], "{day}");
    }
}

#[test]
fn two_pages_whose_days_overlap_need_two_addresses() {
    let hub = |first: &str, second: &str| {
        let loaded = small()
            .file("content/a.md", front("A", first))
            .file("content/b.md", front("B", second))
            .load();
        loaded.lines()
    };
    let found = hub("slug = 'x'\nexpires = 2027-01-02", "slug = 'x'\npublish_on = 2027-01-01");
    let expected = "error url.collision: `content/a.md` and `content/b.md` would both be `/huisartsen/practice/x/` from 2027-01-01 on.";
    assert_eq!(found, [format!("content/b.md:1:1 {expected}")]);
    assert_eq!(
        hub("slug = 'x'\nexpires = 2027-01-01", "slug = 'x'\npublish_on = 2027-01-01"),
        [""; 0],
        "one follows the other"
    );
    assert_eq!(
        hub(
            "slug = 'x'\npublish_on = 2027-01-01\nexpires = 2027-02-01",
            "slug = 'x'\npublish_on = 2027-01-31"
        )
        .len(),
        1
    );
    assert_eq!(hub("slug = 'x'\nstatus = 'draft'", "slug = 'x'\npublish_on = 2027-01-31"), [""; 0]);
    for alias in ["/practice/x/", "/old/"] {
        let found = hub(
            "slug = 'x'\naliases = '/old/'",
            &format!("aliases = '{alias}'\npublish_on = 2027-01-01"),
        );
        assert_eq!(found.len(), 1, "{found:?}");
    }
    assert_eq!(
        hub("", "aliases = '/practice/'\npublish_on = 2027-01-01").len(),
        1,
        "the stage page is there"
    );
}

#[test]
fn a_link_that_will_break_is_said_30_days_ahead() {
    let expiring = linked("", "expires = 2027-03-01");
    const SOON: (&str, Severity, bool) = ("link.expires", Severity::Warning, true);
    for (day, expected) in [
        ("2027-01-29", vec![]),
        ("2027-01-30", vec![SOON]),
        ("2027-02-28", vec![SOON]),
        ("2027-03-01", vec![BY_DATE]),
    ] {
        assert_eq!(said(&expiring.clone().as_of(day).load()), expected, "{day}");
    }
    assert_eq!(
        said(&linked("expires = 2026-12-01", "expires = 2026-12-01").load()),
        [],
        "they go together"
    );
    assert_eq!(said(&linked("expires = 2026-12-02", "expires = 2026-12-01").load()), [SOON]);
    assert_eq!(
        said(
            &linked("", "expires = 2026-12-01")
                .edited("content/a.md", "(b.md)", "(https://x.example)")
                .load()
        ),
        []
    );
}

#[test]
fn the_calendar_lists_links_that_will_break() {
    let hub = linked("", "expires = 2027-12-01\npublish_on = 2026-12-01")
        .file("content/c.md", front("C", "expires = 2027-06-01\nnext = 'b.md'"));
    let json =
        etappe(hub.on_disk().path(), &["calendar", "--format", "json", "--as-of", "2026-11-22"])
            .expect(0)
            .json();
    let breaks: Vec<&serde_json::Value> = json["events"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|event| event["kind"] == "link-breaks")
        .collect();
    assert_eq!(breaks.len(), 1, "c.md is gone before: {json}");
    let [event] = breaks.as_slice() else { panic!("one") };
    assert_eq!(
        (&event["day"], &event["file"], &event["title"]),
        (&"2027-12-01".into(), &"content/a.md".into(), &"A → B".into())
    );
    let table =
        etappe(hub.on_disk().path(), &["calendar", "--as-of", "2026-11-22"]).expect(0).stdout;
    assert!(
        table.contains("2027-12-01  link breaks  A → B (content/a.md, General practitioners)"),
        "{table}"
    );
}

// What stops a command.

fn run(hub: &HubOnDisk, command: &str, day: &str) -> i32 {
    etappe(hub.path(), &[command, "--strict", "--as-of", day]).code
}

#[test]
fn strict_does_not_turn_a_date_into_a_stop() {
    for keys in DATED.iter().chain(&["expires = 2026-12-01"]) {
        let hub = linked("", keys).on_disk();
        assert_eq!(
            (run(&hub, "check", "2026-11-22"), run(&hub, "build", "2026-11-22")),
            (0, 0),
            "{keys}"
        );
        assert!(hub.has("public/huisartsen/practice/a/index.html"));
        let report = etappe(hub.path(), &["check", "--format", "json", "--as-of", "2026-11-22"])
            .expect(0)
            .json();
        let by_date = report["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|finding| finding["by_date"] == true);
        assert!(by_date.count() >= 1, "{report}");
    }
    let hub = linked("", "status = 'draft'").on_disk();
    assert_eq!(run(&hub, "check", "2026-11-22"), 1);
}

#[test]
fn a_site_that_dates_emptied_stops_nothing() {
    let hub = |more: &str| {
        small().file("content/a.md", front("A", more).replace("'gp'", "'all'")).on_disk()
    };
    assert_eq!(run(&hub("expires = 2026-11-01"), "build", "2026-11-22"), 0);
    assert_eq!(run(&hub("status = 'draft'"), "build", "2026-11-22"), 1);
}

#[test]
fn a_journey_that_a_date_left_with_a_hole_stops_nothing_however_it_is_weighed() {
    let checks = "\n[checks]\n\"journey.open-need\" = \"error\"\n\"journey.broken-walk\" = \"error\"\n\"journey.orphan\" = \"error\"\n";
    let answer = |more: &str| front("N", &format!("needs = 'spot-early'\n{more}")) + "[on](b.md)";
    let hub = |more: &str| {
        linked("", "")
            .file("content/need.md", answer(more))
            .file("content/b.md", front("B", "") + "[on](a.md) [on](need.md)")
    };
    for (more, stops) in [("", false), ("expires = 2026-11-01", false), ("status = 'draft'", true)]
    {
        let loaded = hub(more).extended("hub.toml", checks).load();
        let of_need =
            loaded.findings().iter().filter(|finding| finding.code.id == "journey.open-need");
        assert_eq!(of_need.clone().count(), usize::from(!more.is_empty()), "{more}");
        assert_eq!(of_need.into_iter().any(|finding| finding.stops(true)), stops, "{more}");
    }
}

#[test]
fn a_waiver_covers_for_14_days_after_its_end() {
    let hub = small()
        .file("content/a.md", front("A", "") + "[Gone](gone.md)\n")
        .page("b.md", "nurse", "service", "Text.\n");
    let waiver = "\n[[waivers]]\ncode = \"link.broken\"\npage = \"content/a.md\"\nreason = \"it returns\"\nuntil = 2026-11-22\n";
    let hub = hub.extended("hub.toml", waiver).on_disk();
    for (day, exit) in [("2026-11-22", 0), ("2026-11-23", 0), ("2026-12-06", 0), ("2026-12-07", 1)]
    {
        for strict in [false, true] {
            let args = ["check", "--format", "json", "--as-of", day, "--strict"];
            let ran = etappe(hub.path(), if strict { &args } else { &args[..5] }).expect(exit);
            let codes: Vec<String> = ran.json()["findings"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|one| format!("{} {}", one["severity"], one["code"]))
                .collect();
            let has = |code: &str| codes.contains(&code.replace('\'', "\""));
            assert_eq!(has("'warning' 'waiver.expired'"), day > "2026-11-22", "{day}: {codes:?}");
            assert_eq!(has("'error' 'link.broken'"), exit == 1, "{day}: {codes:?}");
        }
    }
}

#[test]
fn a_waiver_that_a_date_left_without_a_finding_stops_nothing() {
    let waiver = |code: &str, page: &str| {
        format!("\n[[waivers]]\ncode = \"{code}\"\npage = \"content/{page}\"\nreason = \"r\"\n")
    };
    let published = linked("", "").extended("hub.toml", &waiver("link.unpublished", "a.md"));
    let expired = linked("expires = 2026-01-01", "")
        .extended("hub.toml", &waiver("link.cross-persona", "a.md"));
    let mistaken = linked("", "").extended("hub.toml", &waiver("link.cross-persona", "a.md"));
    for (hub, stops) in [(published, false), (expired, false), (mistaken, true)] {
        let loaded = hub.load();
        let unused = loaded
            .findings()
            .iter()
            .find(|finding| finding.code.id == "waiver.unused")
            .expect("it covers nothing");
        assert_eq!(unused.stops(true), stops, "{}", line(unused, &hub.files));
    }
}

#[test]
fn a_page_that_expires_before_it_comes_is_never_shown() {
    for (publish_on, expires, is_found) in [
        ("2026-12-01", "2026-12-02", false),
        ("2026-12-01", "2026-12-01", true),
        ("2026-12-02", "2026-12-01", true),
        ("2026-12-01T09:00:00Z", "2026-12-02T08:00:00Z", true),
        ("2020-01-02", "2020-01-01", true),
    ] {
        let hub = small().file(
            "content/a.md",
            front("A", &format!("publish_on = {publish_on}\nexpires = {expires}")),
        );
        let loaded = hub.load();
        assert_eq!(
            loaded.codes(),
            if is_found { vec!["front.never-shown"] } else { vec![] },
            "{publish_on} {expires}"
        );
        let hub = small()
            .file("content/_defaults.toml", format!("publish_on = {publish_on}\n"))
            .file("content/a.md", front("A", &format!("expires = {expires}")));
        assert_eq!(hub.load().codes().len(), usize::from(is_found), "with a default of its folder");
    }
}

#[test]
fn an_unknown_time_zone_is_found_with_the_nearest_name() {
    let loaded = in_zone(small(), "Europe/Amsterdm").load();
    let found = &loaded
        .findings()
        .iter()
        .find(|finding| finding.code.id == "config.invalid-value")
        .expect("it is found")
        .help;
    assert_eq!(*found, ["did you mean `Europe/Amsterdam`?"]);
    for known in ["UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires"] {
        assert_eq!(in_zone(small(), known).load().lines(), [""; 0]);
    }
}
