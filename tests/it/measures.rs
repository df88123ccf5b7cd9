//! What readers did: exports in the forms that Plausible, Matomo and Google Analytics 4 give, and
//! what the report makes of them.
//!
//! The numbers are worked out by hand from the files in tests/measures/.

use crate::support::command::{Etappe, Ran};
use crate::support::{HubBuilder, HubOnDisk, TODAY, day, program, root};
use etappe_report::coverage::measures::{self as measuring, PublishedAddresses, Store};
use etappe_session as session;
use proptest::prelude::*;
use serde_json::{Value, json};

fn run(hub: &HubOnDisk, args: &[&str]) -> Ran {
    Etappe::inside(hub.path()).args(args).args(["--as-of", TODAY]).run()
}

/// Nine pages of one persona: p1 names a need, p7 is past its review date.
fn hub() -> HubOnDisk {
    let mut hub = HubBuilder::small().extended(
        "hub.toml",
        "\n[[cells]]\npersona = \"nurse\"\nstage = \"awareness\"\npriority = \"high\"\n",
    );
    for number in 1..=9 {
        let more = match number {
            1 => "needs = \"spot-early\"\naliases = \"/practice/old-p1/\"",
            7 => "review_by = 2026-06-01",
            _ => "",
        };
        let front = format!(
            "+++\ntitle = \"P{number}\"\npersonas = \"gp\"\nstage = \"service\"\n{more}\n+++\n"
        );
        hub = hub.file(&format!("content/p{number}.md"), front);
    }
    hub.on_disk()
}

fn import(hub: &HubOnDisk, name: &str, more: &[&str]) -> Ran {
    let file = root().join("tests/measures").join(name);
    let args: Vec<&str> = ["measures", "import", file.to_str().expect("a path")]
        .iter()
        .chain(more)
        .copied()
        .collect();
    run(hub, &args)
}

/// A hub with all of October, and views of September.
fn imported() -> HubOnDisk {
    let hub = hub();
    import(&hub, "plausible-2026-10.csv", &["--period", "2026-10"]).expect(0);
    import(&hub, "ga4-2026-09.csv", &[]).expect(0);
    import(&hub, "own-2026-10.csv", &[]).expect(0);
    hub
}

fn measures(hub: &HubOnDisk) -> Value {
    run(hub, &["coverage", "--format", "json", "--lang", "en"]).expect(0).json()["measures"].clone()
}

fn page<'m>(measures: &'m Value, name: &str) -> &'m Value {
    let is_it = |page: &&Value| page["page"] == format!("content/{name}.md");
    measures["pages"]
        .as_array()
        .and_then(|pages| pages.iter().find(is_it))
        .unwrap_or_else(|| panic!("{name} in {measures}"))
}

#[test]
fn pages_are_matched_by_address_and_alias_and_the_rest_is_listed() {
    let hub = hub();
    let ran = import(&hub, "plausible-2026-10.csv", &["--period", "2026-10"]).expect(0);
    let expected = "(Plausible): pages matched: 9, addresses of no page: 2, homes and stages passed over: 1, rows left out because their address \
                    could name a person: 1\n  no page at /huisartsen/practice/wanted: 45 views\n  no page at /huisartsen/practice/rare: 5 views\n";
    assert!(ran.stdout.ends_with(expected), "{}", ran.stdout);
    let kept = hub.read("measures.jsonl");
    assert!(
        !kept.contains('@') && !kept.contains("utm"),
        "nothing that could name a person is kept: {kept}"
    );
    assert_eq!(kept.lines().count(), 11, "sums by page and month: {kept}");
    let first =
        r#"{"page":"content/p1.md","period":"2026-10","persona":"gp","version":1,"views":120}"#;
    let lines: Vec<Value> =
        kept.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(
        lines.contains(&serde_json::from_str(first).expect("JSON")),
        "100 at its address and 20 at its alias: {kept}"
    );
}

#[test]
fn importing_twice_is_importing_once() {
    let hub = imported();
    let before = hub.read("measures.jsonl");
    import(&hub, "own-2026-10.csv", &[]).expect(0);
    import(&hub, "plausible-2026-10.csv", &["--period", "2026-10"]).expect(0);
    assert_eq!(hub.read("measures.jsonl"), before);
}

// With 20 views or more: p1 120, p2 90, p3 80, p4 70, p5 60, p6 50, p7 40, p8 30. A quarter of
// eight pages are two: p7 and p8.
#[test]
fn every_page_gets_the_verdict_that_its_rule_gives() {
    let hub = imported();
    let measures = measures(&hub);
    assert_eq!(measures["period"], "2026-10");
    let expected = [
        ("p1", "continue", 120), // names a need
        ("p2", "watch", 90),     // no score, no need
        ("p3", "continue", 80),  // CSAT 80
        ("p4", "watch", 70),     // CES 2: a sixth of its scale
        ("p5", "watch", 60),     // 29 answers are none
        ("p6", "continue", 50),  // NPS 40: 70 % of its scale
        ("p7", "stop", 40),      // least read, and past review
        ("p8", "watch", 30),     // least read alone
        ("p9", "not-enough-data", 10),
    ];
    for (name, verdict, views) in expected {
        let page = page(&measures, name);
        assert_eq!((&page["verdict"], &page["views"]), (&verdict.into(), &views.into()), "{page}");
    }
    let rules = measures["rules"].as_array().expect("rules");
    assert!(
        rules.iter().all(|rule| rule["rule"].as_str().is_some_and(|rule| !rule.is_empty())),
        "{rules:?}"
    );
}

#[test]
fn start_has_gaps_of_high_priority_and_addresses_that_are_asked_for() {
    let hub = imported();
    let expected = json!([
        { "lang": "en", "cell": "Nurses × What is possible", "why": "no page yet; high priority" },
        { "path": "/huisartsen/practice/wanted", "views": 45 },
    ]);
    assert_eq!(measures(&hub)["start"], expected, "5 views are too few");
    hub.edit("hub.toml", "[[cells]]", "[measures]\nstart_views = 5\n\n[[cells]]");
    assert_eq!(measures(&hub)["start"].as_array().map(Vec::len), Some(3));
    // Whoever writes the page that was asked for gets its readers.
    hub.write(
        "content/wanted.md",
        "+++\ntitle = \"Wanted\"\npersonas = \"gp\"\nstage = \"service\"\n+++\n",
    );
    assert_eq!(page(&measures(&hub), "wanted")["views"], 45);
}

#[test]
fn deltas_are_between_two_months() {
    let measures = measures(&imported());
    for (name, before) in [("p1", 70), ("p2", 1090), ("p7", 55), ("p3", 0)] {
        assert_eq!(page(&measures, name)["before"], before, "{name}");
    }
    let table = run(&imported(), &["coverage", "--lang", "en"]).expect(0).stdout;
    assert!(
        table.contains(
            "General practitioners: P1 (content/p1.md): 120 views, +50 on the month before\n"
        ),
        "{table}"
    );
    assert!(
        table.contains(
            "General practitioners: P7 (content/p7.md): 40 views, -15 on the month before\n"
        ),
        "{table}"
    );
    assert!(
        table.contains("Stop? (2026-10): among the least-read 25 % of the site's pages with 20 views or more, and past its review date:"),
        "{table}"
    );
}

// October, all pages: NPS 29 + 60 promoters, 20 passives, 20 detractors: (89 - 20) / 129 = 53.5;
// variance 109 / 129 - 0.535² = 0.55885, error √(0.55885 / 129) = 0.06582, half 12.9: from 40.6 to
// 66.4. September: (40 - 40) / 100 = 0. CSAT: 80 of 100, Wilson from 71.1 to 86.7. CES: mean 2,
// squares 50, deviation √(50 / 49), half 1.96 · 1.0102 / √50 = 0.28.
#[test]
fn scores_of_a_persona_have_n_an_interval_and_a_delta() {
    let measures = measures(&imported());
    let expected = json!([{ "persona": "gp", "scores": [
        { "scale": "nps", "n": 129, "value": 53.5, "low": 40.6, "high": 66.4, "delta": 53.5 },
        { "scale": "csat", "n": 100, "value": 80.0, "low": 71.1, "high": 86.7, "delta": null },
        { "scale": "ces", "n": 50, "value": 2.0, "low": 1.72, "high": 2.28, "delta": null },
    ] }]);
    assert_eq!(measures["scores"], expected);
    let p5 = json!([{ "scale": "nps", "n": 29, "value": null, "low": null, "high": null }]);
    assert_eq!(page(&measures, "p5")["scores"], p5, "fewer than 30 answers show n alone");
}

#[test]
fn matomo_is_read_in_every_form_that_it_exports() {
    let text = std::fs::read_to_string(root().join("tests/measures/matomo-2026-10.csv"))
        .expect("it is there");
    let wide: Vec<u8> =
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let raw = "label,nb_visits,nb_uniq_visitors,nb_hits,sum_time_spent,url\n/p1,81,80,100,88,https://hub.example/huisartsen/practice/p1/\n";
    for (form, bytes) in [
        ("UTF-8", text.clone().into_bytes()),
        ("UTF-16", wide),
        ("tabs", text.replace(',', "\t").into_bytes()),
        ("API", raw.into()),
    ] {
        let hub = hub();
        hub.write("export.csv", bytes);
        let ran = run(&hub, &["measures", "import", "export.csv", "--period", "2026-10"]).expect(0);
        assert!(ran.stdout.contains("(Matomo)"), "{form}: {}", ran.stdout);
        assert_eq!(page(&measures(&hub), "p1")["views"], 100, "{form}");
    }
}

#[test]
fn exports_of_any_country_are_read() {
    let address = "/huisartsen/practice/p1/";
    let ga4 = |start: &str, end: &str, path: &str, views: &str| {
        format!(
            "# ---\n# {start}: 20261001\n# {end}: 20261031\n# ---\n\n{path},{views},x\n{address},12,1\n,12,1\n"
        )
    };
    let dutch = ga4("Startdatum", "Einddatum", "Paginapad en schermklasse", "Weergaven");
    let german = ga4("Startdatum", "Enddatum", "Seitenpfad und Bildschirmklasse", "Aufrufe");
    let path = "\"Chemin de la page et classe de l'écran\"";
    let french = ga4("Date de début\u{a0}", "Date de fin\u{a0}", path, "Vues");
    let path = "Ruta de página y clase de pantalla";
    let spanish = ga4("Fecha de inicio", "Fecha de finalización", path, "Vistas");
    let wide: Vec<u8> =
        std::iter::once(0xFEFF).chain(dutch.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> =
        french.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let excel = format!(
        "sep=;\r\nPaginapad en schermklasse;Weergaven;Datum\r\n{address};\"1.234\";20261003\r\n"
    );
    let swiss = format!("Seitenpfad;Aufrufe;Datum\n{address};1’234;2026-10-03\n");
    let narrow = format!("Chemin de la page;Vues;Date\n{address};1\u{202f}234,00;20261003\n");
    for (form, bytes, views) in [
        ("Dutch", dutch.into_bytes(), 12),
        ("German", german.into_bytes(), 12),
        ("French", french.into_bytes(), 12),
        ("French of Windows", windows, 12),
        ("Spanish", spanish.into_bytes(), 12),
        ("UTF-16", wide, 12),
        ("Excel", excel.into_bytes(), 1234),
        ("Swiss", swiss.into_bytes(), 1234),
        ("French numbers", narrow.into_bytes(), 1234),
    ] {
        let hub = hub();
        hub.write("export.csv", bytes);
        let ran = run(&hub, &["measures", "import", "export.csv"]).expect(0);
        assert!(ran.stdout.contains("(Google Analytics 4)"), "{form}: {}", ran.stdout);
        assert_eq!(page(&measures(&hub), "p1")["views"], views, "{form}");
    }
}

#[test]
fn columns_of_another_form_can_be_named() {
    let hub = hub();
    hub.write("export.csv", "Sidsökväg;Visningar, alla;Tid\n/huisartsen/practice/p1/;7;3\n");
    let import = |more: &[&str]| {
        let args = ["measures", "import", "export.csv", "--period", "2026-10"];
        run(&hub, &[&args, more].concat())
    };
    let refused = import(&[]).expect(2).stderr;
    assert!(
        refused.contains("`Sidsökväg`, `Visningar, alla`, `Tid`")
            && refused.contains("--columns \"page=…,views=…\""),
        "{refused}"
    );
    let wrong = import(&["--columns", "page=Sida,views=Visningar, alla"]).expect(2).stderr;
    assert!(wrong.contains("it has no column `sida`; its columns are `Sidsökväg`"), "{wrong}");
    import(&["--columns", "views=Visningar, alla"]).expect(2);
    import(&["--columns", "page=sidsökväg,views=Visningar, alla"]).expect(0);
    assert_eq!(page(&measures(&hub), "p1")["views"], 7);
}

#[test]
fn rows_of_days_are_added_up_by_month() {
    let page_views = "page,date,visitors,pageviews\n/huisartsen/practice/p1/,2026-09-30,3,4\n\
        /huisartsen/practice/p1/,2026-10-01,6,7\n/huisartsen/practice/p1/,2026-10-02,5,6\n";
    let ga4 = "# Start date: 20260901\n# End date: 20261031\nDate,Page path and screen class,Views\n\
        20260930,/huisartsen/practice/p1/,4\n20261001,/huisartsen/practice/p1/,7\n20261002,/huisartsen/practice/p1/,6\n";
    for text in [page_views, ga4] {
        let hub = hub();
        hub.write("export.csv", text);
        run(&hub, &["measures", "import", "export.csv"]).expect(0);
        let measures = measures(&hub);
        assert_eq!(
            (&page(&measures, "p1")["views"], &page(&measures, "p1")["before"]),
            (&json!(13), &json!(4)),
            "{text}"
        );
    }
}

#[test]
fn columns_about_persons_are_refused_by_name_and_nothing_is_kept() {
    let hub = hub();
    let refused = [
        "e-mail",
        "Email",
        "User ID",
        "visitor name",
        "name",
        "id",
        "IP address",
        "idvisitor",
        "First name",
        "respondent",
    ];
    for column in refused {
        hub.write(
            "export.csv",
            format!("page,period,views,{column}\n/huisartsen/practice/p1/,2026-10,5,x\n"),
        );
        let ran = run(&hub, &["measures", "import", "export.csv"]).expect(2);
        assert!(
            ran.stderr
                .contains(&format!("its column `{}` is about persons", column.to_lowercase())),
            "{column}: {}",
            ran.stderr
        );
    }
    hub.write("export.csv", "name,visitors,pageviews\nJ. Example,1,5\n");
    let ran = run(&hub, &["measures", "import", "export.csv", "--period", "2026-10"]).expect(2);
    assert!(
        ran.stderr.contains("`name` holds `J. Example`, which is no address of a page"),
        "{}",
        ran.stderr
    );
    assert!(!hub.path().join("measures.jsonl").exists(), "one refused file, and nothing is kept");
}

#[test]
fn what_cannot_be_imported_is_said() {
    let hub = hub();
    let ran = import(&hub, "plausible-2026-10.csv", &[]).expect(2);
    assert!(
        ran.stderr.contains("it does not say of which month it is; say `--period 2026-10`"),
        "{}",
        ran.stderr
    );
    import(&hub, "plausible-2026-10.csv", &["--period", "October"]).expect(2);
    hub.write("export.csv", "colour,size\nred,3\n");
    let ran = run(&hub, &["measures", "import", "export.csv"]).expect(2);
    assert!(ran.stderr.contains("it has none of the known forms"), "{}", ran.stderr);
    hub.write("export.csv", "page,period,views\n/huisartsen/practice/p1/,2026-10,many\n/huisartsen/practice/p2/,2026-10,7\n");
    let ran = run(&hub, &["measures", "import", "export.csv"]).expect(0);
    assert!(
        ran.stderr.contains("row 2: `many` is no count; the row is left out"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("pages matched: 1,"), "{}", ran.stdout);
}

#[test]
fn without_an_import_the_report_says_nothing_of_readers() {
    let json = run(&hub(), &["coverage", "--format", "json"]).expect(0).json();
    assert_eq!(json["measures"], Value::Null);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_bytes_are_an_export_or_refused_and_what_is_kept_is_read_again(
        head in prop_oneof![
            Just("page,period,views,nps_promoters,csat_5,ces_7\n"), Just("name,visitors,pageviews\n"),
            Just("# Start date: 20261001\nPage path,Views\n"), Just("Label;Pageviews\n"), Just("sep=;\nPaginapad en schermklasse;Weergaven\n"), Just(""), Just("\u{feff}"),
        ],
        rows in proptest::collection::vec("(/[a-z%0-9?#@]{0,12}|\"[a-z,\n]{0,8}\"?)[,;\t](2026-1[0-3]|[0-9]{0,21})([,;][0-9., ]{0,21}){0,5}", 0..8),
        tail in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut bytes = format!("{head}{}\n", rows.join("\n")).into_bytes();
        bytes.extend(tail);
        let survey = session::survey(program(), &HubBuilder::small().page("a.md", "gp", "service", "Text.\n").files, day(TODAY));
        let hub = survey.hub.expect("there is a plan");
        if let Ok(export) = measuring::read(&bytes, "2026-10".parse().ok(), None) {
            let mut store = Store::default();
            store.take(&export, &PublishedAddresses::new(&hub));
            let (again, faults) = Store::read(&store.write());
            prop_assert_eq!(&again, &store);
            prop_assert!(faults.is_empty());
            let report = etappe_report::coverage::report(&hub, &[], None);
            measuring::join(&hub, &report, &store);
        }
    }
}
