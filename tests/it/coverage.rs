//! The coverage report beyond its cells: needs, beliefs, topics, what comes next, other axes,
//! shares.

use std::collections::BTreeMap;

use crate::support::command::{Etappe, Ran};
use crate::support::{HubBuilder, HubOnDisk, TODAY, day, program};
use etappe_hub::config::LangIx;
use etappe_report::coverage::{self, Axis};
use etappe_session as session;
use proptest::prelude::*;
use serde_json::Value;

fn run(hub: &HubOnDisk, args: &[&str]) -> Ran {
    Etappe::inside(hub.path()).args(args).args(["--as-of", TODAY]).run()
}

fn json(hub: &HubBuilder, args: &[&str]) -> Value {
    let all: Vec<&str> = ["coverage", "--format", "json"].iter().chain(args).copied().collect();
    run(&hub.on_disk(), &all).expect(0).json()
}

/// A page with any front matter beside the title.
fn page(hub: HubBuilder, path: &str, front: &str) -> HubBuilder {
    hub.file(
        &format!("content/{path}"),
        format!("+++\ntitle = \"{path}\"\n{front}\n+++\n\nText.\n"),
    )
}

fn item<'j>(list: &'j Value, keys: &[(&str, &str)]) -> &'j Value {
    let is_it = |item: &&Value| keys.iter().all(|(key, value)| item[*key] == *value);
    list.as_array()
        .and_then(|list| list.iter().find(is_it))
        .unwrap_or_else(|| panic!("{keys:?} is in {list}"))
}

// Needs, beliefs, objectives, topics.

#[test]
fn a_need_is_open_in_one_language_and_answered_in_another() {
    let hub = page(
        HubBuilder::small(),
        "a.md",
        "personas = \"gp\"\nstage = \"awareness\"\nneeds = [\"spot-early\"]",
    );
    let json = json(&hub, &[]);
    let need = item(&json["needs"], &[("id", "spot-early")]);
    assert_eq!(need["open"], false);
    assert_eq!(
        item(&need["languages"], &[("lang", "en")])["pages"],
        serde_json::json!(["content/a.md"])
    );
    assert_eq!(item(&need["languages"], &[("lang", "nl")])["open"], true);
    assert_eq!(item(&json["beliefs"], &[("id", "nothing-to-offer")])["open"], true);
}

#[test]
fn a_need_is_stale_when_every_page_that_names_it_is() {
    let front = |more: &str| {
        format!("personas = \"gp\"\nstage = \"awareness\"\nneeds = [\"spot-early\"]\n{more}")
    };
    let old = page(HubBuilder::small(), "old.md", &front("review_by = 2026-01-01"));
    let stale = |hub: &HubBuilder| {
        let json = json(hub, &["--lang", "en"]);
        item(&json["needs"], &[("id", "spot-early")])["languages"][0]["stale"].clone()
    };
    assert_eq!(stale(&old), true);
    assert_eq!(stale(&page(old, "new.md", &front("review_by = 2027-01-01"))), false);
}

#[test]
fn a_page_that_names_neither_need_nor_objective_is_aimless() {
    let small = HubBuilder::small().extended(
        "hub.toml",
        "\n[[objectives]]\nid = \"early\"\ntext = \"Raise early referrals\"\n",
    );
    let hub = page(small, "aimless.md", "personas = \"gp\"\nstage = \"service\"");
    let hub =
        page(hub, "aimed.md", "personas = \"gp\"\nstage = \"service\"\nobjective = \"early\"");
    let json = json(&hub, &[]);
    assert_eq!(json["aimless"], serde_json::json!(["content/aimless.md"]));
    assert_eq!(json["objectives"][0]["pages"], serde_json::json!(["content/aimed.md"]));
}

#[test]
fn a_topic_must_be_found_by_every_persona_in_every_language_where_its_cell_applies() {
    let small = HubBuilder::small().edited(
        "hub.toml",
        "label = \"In practice\"",
        "label = \"In practice\"\nmust_have = [\"side-effects\"]",
    );
    let hub =
        page(small, "a.md", "personas = \"gp\"\nstage = \"service\"\ntopics = [\"side-effects\"]");
    let json_of = |hub: &HubBuilder| {
        let json = json(hub, &[]);
        let open =
            json["topics"].as_array().expect("a list").iter().filter(|topic| topic["open"] == true);
        open.map(|topic| format!("{} {}", topic["lang"], topic["persona"]).replace('"', ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(json_of(&hub), ["en nurse", "nl gp", "nl nurse"]);
    let rule = "\n[[cells]]\npersona = \"nurse\"\nstage = \"service\"\napplies = false\nreason = \"not their work\"\n";
    assert_eq!(json_of(&hub.extended("hub.toml", rule)), ["nl gp"]);
}

// Next.

#[test]
fn next_comes_by_priority_then_due_date_then_distance_then_journey() {
    let cell = |persona: &str, stage: &str, more: &str| {
        format!("\n[[cells]]\npersona = \"{persona}\"\nstage = \"{stage}\"\n{more}\n")
    };
    let rules = cell(
        "nurse",
        "service",
        "priority = \"high\"\nowner = \"medical affairs\"\ngoal = \"knows whom to call\"",
    ) + &cell("nurse", "awareness", "due = 2027-01-31")
        + &cell("gp", "awareness", "priority = \"low\"");
    let hub = HubBuilder::small().extended("hub.toml", &rules);
    let hub = page(hub, "draft.md", "personas = \"gp\"\nstage = \"service\"\nstatus = \"draft\"");
    let json = json(&hub, &["--lang", "en"]);
    let order: Vec<String> = json["next"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|next| format!("{} {}", next["persona"], next["stage"]).replace('"', ""))
        .collect();
    assert_eq!(order, ["nurse service", "nurse awareness", "gp service"]);
    assert_eq!(
        json["next"][0]["why"],
        "no page yet; high priority; for medical affairs; goal: knows whom to call"
    );
    assert_eq!(json["next"][1]["why"], "no page yet; due 2027-01-31");
    assert!(
        json["next_order"]
            .as_str()
            .is_some_and(|text| text.starts_with("by priority, then due date"))
    );
    let table = run(&hub.on_disk(), &["coverage"]).expect(0).stdout;
    assert!(table.contains("Ordered by priority, then due date"), "{table}");
}

#[test]
fn a_segment_that_is_not_targeted_has_its_own_section_and_no_gap() {
    let hub = HubBuilder::small()
        .extended(
            "hub.toml",
            "\n[[segments]]\nid = \"wards\"\ntargeted = false\nreason = \"revisit in 2027\"\n",
        )
        .extended("personas/nurse.toml", "segment = \"wards\"\n");
    let json = json(&hub, &["--lang", "en"]);
    assert_eq!(json["languages"][0]["totals"]["gaps"], 2, "those of the gp");
    let expected = serde_json::json!([{ "persona": "nurse", "segment": "wards", "reason": "revisit in 2027" }]);
    assert_eq!(json["deprioritised"], expected);
    for form in ["table", "markdown"] {
        let text = run(&hub.on_disk(), &["coverage", "--format", form]).expect(0).stdout;
        assert!(
            text.contains("Not targeted, so no gaps")
                && text.contains("Nurses (wards): revisit in 2027"),
            "{text}"
        );
    }
}

// Axes and shares.

#[test]
fn a_page_on_two_channels_is_counted_twice_and_taken_off_once() {
    let hub = page(
        with_channels(HubBuilder::small()),
        "a.md",
        "personas = \"gp\"\nstage = \"service\"\nchannels = [\"web\", \"email\"]",
    );
    let hub = page(
        hub,
        "b.md",
        "personas = [\"gp\", \"nurse\"]\nstage = [\"awareness\", \"service\"]\nchannels = \"web\"",
    );
    let hub = page(hub, "c.md", "personas = \"nurse\"\nstage = \"service\"");
    let json = json(&hub, &["--by", "channel", "--lang", "en"]);
    let by = &json["by"][0];
    let sums: Vec<(&str, u64)> = by["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            (row["value"].as_str().unwrap_or_default(), row["sum"].as_u64().unwrap_or_default())
        })
        .collect();
    assert_eq!(sums, [("email", 1), ("print", 0), ("web", 5)]);
    assert_eq!(
        (&by["none"]["sum"], &by["repeated"]["sum"], &by["total"]["sum"]),
        (&1.into(), &1.into(), &6.into())
    );
    let hub = hub.on_disk();
    let table = run(&hub, &["coverage", "--by", "channel", "--lang", "en"]).expect(0).stdout;
    let row = |text: &str, name: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_else(|| panic!("{name} in {text}"));
        line.rsplit(' ').next().unwrap_or_default().to_owned()
    };
    for (name, sum) in
        [("email", "1"), ("web", "5"), ("(none)", "1"), ("(counted before)", "-1"), ("all", "6")]
    {
        assert_eq!(row(&table, name), sum, "{name}");
    }
    let markdown =
        run(&hub, &["coverage", "--by", "channel", "--format", "markdown", "--lang", "en"])
            .expect(0)
            .stdout;
    assert!(
        markdown.contains("| web | 2 | 3 | 5 |") && markdown.contains("| all | 2 | 4 | 6 |"),
        "{markdown}"
    );
    let csv = run(&hub, &["coverage", "--by", "channel", "--format", "csv", "--lang", "en"])
        .expect(0)
        .stdout;
    assert!(csv.contains("en,channel,web,gp,service,2\r\n"), "{csv}");
    run(&hub, &["coverage", "--by", "colour"]).expect(2);
}

#[test]
fn more_than_the_share_of_generic_pages_that_is_allowed_is_a_warning() {
    let front = |personas: &str| {
        format!(
            "personas = \"{personas}\"\nstage = \"service\"\nkind = \"promo\"\nproduct = \"examplamab\""
        )
    };
    let mut hub = HubBuilder::small();
    for (path, personas) in
        [("a.md", "all"), ("b.md", "all"), ("c.md", "gp"), ("d.md", "gp"), ("e.md", "gp")]
    {
        hub = page(hub, path, &front(personas));
    }
    let of = |hub: &HubBuilder| {
        let json = json(hub, &["--lang", "en"]);
        item(&json["shares"], &[("persona", "gp")]).clone()
    };
    let share = of(&hub);
    assert_eq!(
        (&share["pages"], &share["generic"], &share["promo"]),
        (&5.into(), &2.into(), &5.into())
    );
    assert_eq!(share["too_generic"], false, "two of five are exactly 40 %");
    assert_eq!(share["voices"][0]["products"]["examplamab"], 5);
    let strict = hub.extended("hub.toml", "\n[coverage]\nmax_generic = 39\nmax_promo = 50\n");
    let share = of(&strict);
    assert_eq!((&share["too_generic"], &share["too_promotional"]), (&true.into(), &true.into()));
    let table = run(&strict.on_disk(), &["coverage"]).expect(0).stdout;
    assert!(
        table.contains("40 % generic, 100 % promotional; warning: more than 39 % generic; warning: more than 50 % promotional"),
        "{table}"
    );
}

#[test]
fn more_new_pages_a_month_than_a_persona_can_take_are_said() {
    let mut hub = with_channels(HubBuilder::small()).edited(
        "personas/gp.toml",
        "order = 1\n",
        "order = 1\nmax_new_per_month = 2\n",
    );
    for (path, date) in [
        ("a.md", "2026-10-01"),
        ("b.md", "2026-10-31"),
        ("c.md", "2026-10-15"),
        ("d.md", "2026-11-01"),
    ] {
        hub = page(
            hub,
            path,
            &format!("personas = \"gp\"\nstage = \"service\"\ndate = {date}\nchannels = \"email\""),
        );
    }
    hub = page(
        hub,
        "a.nl.md",
        "personas = \"gp\"\nstage = \"service\"\ndate = 2026-10-02\nchannels = \"email\"",
    );
    let json = json(&hub, &[]);
    let october = item(&json["cadence"], &[("month", "2026-10")]);
    assert_eq!(
        (&october["pages"], &october["max"], &october["over"]),
        (&3.into(), &2.into(), &true.into()),
        "a translation is no new page"
    );
    assert_eq!(item(&json["cadence"], &[("month", "2026-11")])["over"], false);
}

// Properties.

/// A hub whose card of `gp` names channels, as pages do.
fn with_channels(hub: HubBuilder) -> HubBuilder {
    let order = "order = 1\n";
    hub.edited("personas/gp.toml", order, &format!("channels = [\"email\", \"print\"]\n{order}"))
}

/// A page's front matter by numbers: for whom, where, on which channels, for which product.
type Seed = (u8, u8, u8, u8, bool);

fn front((personas, stages, channels, product, draft): Seed) -> String {
    let personas =
        ["[\"gp\"]", "[\"nurse\"]", "[\"gp\", \"nurse\"]", "\"all\""][usize::from(personas % 4)];
    let stages = ["[\"awareness\"]", "[\"service\"]", "[\"service\", \"awareness\"]"]
        [usize::from(stages % 3)];
    let channels = ["[]", "[\"web\"]", "[\"email\", \"web\"]", "[\"print\", \"print\", \"email\"]"]
        [usize::from(channels % 4)];
    let product =
        ["[]", "[\"examplamab\"]", "[\"examplamab\", \"otherol\"]"][usize::from(product % 3)];
    let status = if draft { "draft" } else { "ready" };
    format!(
        "personas = {personas}\nstage = {stages}\nchannels = {channels}\nproduct = {product}\nneeds = \"spot-early\"\nstatus = \"{status}\""
    )
}

/// Every number of the report, without the names of files.
fn numbers(hub: &HubBuilder) -> Vec<String> {
    let survey = session::survey(program(), &hub.files, day(TODAY));
    let hub = survey.hub.expect("there is a plan");
    let mut all = Vec::new();
    for axis in Axis::ALL {
        let report = coverage::report(&hub, &[], Some(axis));
        for matrix in &report.by {
            let listed = coverage::placed(&hub, matrix.lang);
            let rows: usize = matrix.rows.iter().map(coverage::AxisRow::sum).sum();
            assert_eq!(
                rows + matrix.none.sum() - matrix.repeated.sum(),
                listed.len(),
                "by {}",
                axis.name()
            );
            assert_eq!(matrix.total.sum(), listed.len());
            let cells = report
                .languages
                .iter()
                .find(|own| own.lang == matrix.lang)
                .map_or(&[][..], |own| &own.cells);
            for cell in cells {
                let here = matrix
                    .total
                    .cells
                    .get(&(cell.persona, cell.stage))
                    .copied()
                    .unwrap_or_default();
                assert_eq!(here, cell.specific + cell.generic, "a cell's pages are its placements");
            }
            all.push(format!("{:?} {:?} {:?}", matrix.rows, matrix.none, matrix.repeated));
        }
        for matrix in &report.languages {
            all.push(format!("{:?}", matrix.totals));
            all.extend(matrix.cells.iter().map(|cell| {
                format!(
                    "{:?} {:?} {} {} {}",
                    cell.state, cell.stale, cell.specific, cell.generic, cell.drafts
                )
            }));
        }
        all.push(format!("{:?} {:?}", report.shares, report.cadence));
        all.extend(report.aims.needs.iter().map(|need| need.pages.len().to_string()));
        all.push(report.aims.aimless.len().to_string());
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn no_rearrangement_of_files_changes_a_number_and_every_axis_sums_to_the_placements(
        seeds in proptest::collection::vec(any::<Seed>(), 1..12),
        names in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
        dirs in proptest::collection::vec(0_usize..3, 12),
    ) {
        let place = |name: usize, dir: usize| format!("{}p{name:02}.md", ["", "b/", "a/c/"][dir]);
        let mut first = with_channels(HubBuilder::small());
        let mut second = with_channels(HubBuilder::small());
        for (at, seed) in seeds.iter().enumerate() {
            first = page(first, &place(at, 0), &front(*seed));
            second = page(second, &place(names[at], dirs[at]), &front(*seed));
        }
        prop_assert_eq!(numbers(&first), numbers(&second));
    }
}

#[test]
fn the_placements_of_a_survey_are_those_of_a_build() {
    let hub = HubBuilder::memory_care()
        .page("blocked.md", "gp-traditional", "service", "::for{persona=gp-traditional}\n")
        .page(
            "hidden.md",
            "gp-traditional",
            "service",
            "<div>\n:::For{persona=gp-traditional}\nText.\n:::\n</div>\n",
        )
        .page(
            "fine.md",
            "gp-traditional",
            "service",
            ":::for{persona=gp-traditional}\nText.\n:::\n",
        );
    let built = hub.load();
    let survey = session::survey(program(), &hub.files, day(TODAY)).hub.expect("there is a plan");
    let states = |hub: &etappe_hub::journey::Hub| -> BTreeMap<String, String> {
        hub.docs
            .iter()
            .map(|doc| (doc.facets.file.to_string(), format!("{:?}", doc.state)))
            .collect()
    };
    assert_eq!(states(&survey), states(built.hub()));
    assert_eq!(
        states(&survey)["content/blocked.md"],
        "Blocked",
        "a text that would be shown to everybody is shown to nobody"
    );
    for lang in [LangIx(0), LangIx(1)] {
        assert_eq!(
            coverage::placed(&survey, lang).len(),
            coverage::placed(built.hub(), lang).len()
        );
    }
}

// Briefs.

#[test]
fn a_brief_names_the_need_the_belief_the_neighbours_and_what_compliance_asks() {
    let hub = HubBuilder::small()
        .edited(
            "personas/gp.toml",
            "order = 1\n",
            "order = 1\nqualified = \"nl\"\nchannels = [\"web\", \"email\"]\nstyle = { tone = \"practical\", max_words = 600 }\n",
        )
        .page("after.md", "gp", "service", "Text.\n")
        .on_disk();
    let brief = run(&hub, &["brief", "gp", "awareness"]).expect(0).stdout;
    let parts = [
        "title = \"How do I spot it early?\"",
        "personas = [\"gp\"]",
        "stage = \"awareness\"",
        "status = \"draft\"",
        "needs = [\"spot-early\"]",
        "beliefs = [\"nothing-to-offer\"]",
        "channels = [\"web\", \"email\"]",
        "# Need: How do I spot it early?",
        "# Belief: from “Nothing can be done” to “Early referral helps”",
        "# Tone: practical",
        "# At most: 600 words",
        "# Read after it: after (content/after.md)",
        "# Compliance will ask: whether it promotes: then `kind = \"promo\"`, a `product`, and `markets` only of nl",
    ];
    for part in parts {
        assert!(brief.contains(part), "{part}\n{brief}");
    }
    let ran = run(&hub, &["brief", "gq", "awareness"]).expect(2);
    assert!(ran.stderr.contains("there is no persona `gq`; known here: `gp`"), "{}", ran.stderr);
}

#[test]
fn every_brief_passes_as_a_draft() {
    let hub = HubBuilder::memory_care().extended("personas/gp-traditional.toml", "\n[[needs]]\nid = \"strange\"\nstage = \"loyalty\"\ntext = \"A \\\"quoted\\\" need of\\nmore than one line, \\\\ and with \\u001b control characters, so long that no title takes all of it\"\n").on_disk();
    let count = run(&hub, &["coverage", "--format", "json"]).json()["languages"].as_array().map_or(
        0,
        |all| {
            let open = |language: &Value| {
                let cells = language["cells"].as_array().expect("cells");
                cells
                    .iter()
                    .filter(|cell| {
                        ["gap", "generic-only", "thin"]
                            .contains(&cell["state"].as_str().unwrap_or_default())
                    })
                    .count()
            };
            all.iter().map(open).sum()
        },
    );
    let said = run(&hub, &["brief", "--all", "content/briefs"]).expect(0).stdout;
    assert_eq!(said, format!("Wrote {count} briefs into content/briefs.\n"));
    let checked = run(&hub, &["check", "--format", "json"]).json();
    let faults: Vec<&Value> = checked["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|finding| {
            finding["severity"] != "info"
                && finding["file"].as_str().is_some_and(|file| file.starts_with("content/briefs/"))
        })
        .collect();
    assert_eq!(faults, [&Value::Null; 0]);
    run(&hub, &["brief", "--all", "content/briefs"]).expect(2);
}

#[test]
fn a_brief_for_a_cell_that_waits_for_a_translation_is_a_draft_of_that_translation() {
    let hub = HubBuilder::small().page("mri.md", "gp", "service", "Text.\n").on_disk();
    let brief = run(&hub, &["brief", "gp", "service", "--lang", "nl"]).expect(0).stdout;
    assert!(
        brief.contains("title = \"mri\"") && brief.contains("waiting: content/mri.md"),
        "{brief}"
    );
}

// Calendar.

fn eventful() -> HubBuilder {
    let hub = HubBuilder::small()
        .edited("hub.toml", "title = ", "review_every = \"6 months\"\ntitle = ")
        .extended("hub.toml", "\n[[cells]]\npersona = \"gp\"\nstage = \"awareness\"\ndue = 2027-01-31\nowner = \"medical affairs\"\n");
    let hub = page(
        hub,
        "later.md",
        "personas = \"gp\"\nstage = \"service\"\npublish_on = 2026-12-01\nexpires = 2027-02-01",
    );
    let hub = page(hub, "old.md", "personas = \"all\"\nstage = \"service\"\ndate = 2026-01-01");
    page(hub, "gone.md", "personas = \"gp\"\nstage = \"service\"\nexpires = 2026-01-01")
}

#[test]
fn the_calendar_has_what_is_to_come_and_what_is_overdue() {
    let hub = eventful().on_disk();
    let json = run(&hub, &["calendar", "--format", "json"]).expect(0).json();
    assert_eq!(json["next_change"], "2026-12-01");
    let events: Vec<String> = json["events"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| {
            format!("{} {} {} {}", event["day"], event["kind"], event["file"], event["overdue"])
                .replace('"', "")
        })
        .collect();
    let expected = [
        "2026-07-01 review content/old.md true",
        "2026-12-01 publish content/later.md false",
        "2027-01-31 cell-due hub.toml false",
        "2027-01-31 cell-due hub.toml false",
        "2027-02-01 expire content/later.md false",
    ];
    assert_eq!(events, expected, "a cell is due in each language");
    let table = run(&hub, &["calendar"]).expect(0).stdout;
    assert!(
        table.starts_with(
            "Overdue\n  2026-07-01  review due  old.md (content/old.md, all)\n\n2026-12\n"
        ),
        "{table}"
    );
    assert!(
        table.ends_with("As of 2026-11-22. The output next changes on 2026-12-01.\n"),
        "{table}"
    );
}

#[test]
fn the_calendar_as_icalendar_is_folded_escaped_and_keeps_its_ids() {
    let long = "A title; with, signs \\\\ and éééééééééééééééééééééééééééééééééé letters";
    let hub = eventful()
        .file("content/x.md", format!("+++\ntitle = \"{long}\"\npersonas = \"gp\"\nstage = \"service\"\npublish_on = 2026-12-05\n+++\n"));
    let ical =
        |hub: &HubBuilder| run(&hub.on_disk(), &["calendar", "--format", "ical"]).expect(0).stdout;
    let text = ical(&hub);
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
            && text.ends_with("END:VCALENDAR\r\n"),
        "{text}"
    );
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    let unfolded = text.replace("\r\n ", "");
    assert!(
        unfolded.contains("SUMMARY:Published: A title\\; with\\, signs \\\\ and ééé"),
        "{unfolded}"
    );
    assert!(unfolded.contains("DTSTART;VALUE=DATE:20261205\r\n"), "{unfolded}");
    let uids = |text: &str| {
        text.lines().filter(|line| line.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>()
    };
    let own = uids(&unfolded);
    assert_eq!(own.len(), unfolded.matches("BEGIN:VEVENT").count());
    assert_eq!(
        own.iter().collect::<std::collections::BTreeSet<_>>().len(),
        own.len(),
        "every event has an id of its own"
    );
    let moved = ical(&hub.edited("content/x.md", "2026-12-05", "2026-12-06")).replace("\r\n ", "");
    assert_eq!(uids(&moved), own, "an event that moves keeps its id");
}
