//! The preview, over real connections on this machine: what it serves, what it refuses, and what it
//! lives through.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use etappe_serve::Notice;

use crate::support::preview::{DEADLINE, Running, get, read, send};
use crate::support::{HubBuilder, HubOnDisk, TODAY, Tree};

const PAGE: &str = "/huisartsen/practice/a/";
const FILE: &str = "content/service/a.md";

fn small() -> HubBuilder {
    HubBuilder::small().page("service/a.md", "gp nurse", "service", "First text.\n").page(
        "service/b.md",
        "gp",
        "service",
        "Other.\n",
    )
}

/// What a preview build of the hub as it is on disk gives.
fn built(hub: &HubOnDisk) -> Tree {
    HubBuilder::folder(hub.path()).as_of(TODAY).preview().load().tree()
}

// What is served.

#[test]
fn outputs_are_those_of_a_preview_build_and_nothing_is_written() {
    let running = Running::start(HubBuilder::memory_care().on_disk());
    let before = running.hub.tree("");
    let built = built(&running.hub);
    running.served(built.outputs.keys()).assert_same(&built, "served and built");
    running.hub.tree("").assert_same(&before, "the hub before and after");
}

#[test]
fn drafts_scheduled_and_expired_pages_are_shown_and_marked() {
    let page = |front: &str| {
        format!("+++\ntitle = 'X'\npersonas = 'gp'\nstage = 'service'\n{front}\n+++\n\nText.\n")
    };
    let hub = small()
        .file("content/d.md", page("status = 'draft'"))
        .file("content/s.md", page("publish_on = 2027-01-01"));
    let hub = hub.file("content/e.md", page("expires = 2026-01-01"));
    let running = Running::start(hub.on_disk());
    for (slug, state, day) in [
        ("d", "draft", None),
        ("s", "scheduled", Some("2027-01-01")),
        ("e", "expired", Some("2026-01-01")),
    ] {
        let path = format!("/huisartsen/practice/{slug}/");
        assert_eq!(running.get(&path).status, 200, "{path}");
        let about = running.about(&path);
        assert_eq!(
            (about["page"]["state"].as_str(), about["page"]["day"].as_str()),
            (Some(state), day)
        );
    }
}

#[test]
fn folders_are_completed_and_lost_addresses_get_the_nearest_page_for_them() {
    let running = Running::start(small().on_disk());
    let moved = running.get("/huisartsen/practice/a");
    assert_eq!((moved.status, moved.header("location")), (302, Some(PAGE)));
    let lost = running.get("/huisartsen/practice/none/");
    assert_eq!(lost.status, 404);
    assert!(
        running.page("/huisartsen/practice/none/")
            == built(&running.hub).text("huisartsen/404.html")
    );
    assert_eq!(running.get("/none.txt").status, 404);
    let head = running.raw("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(head.header("content-length").is_some_and(|length| length != "0"));
}

#[test]
fn the_bar_knows_the_same_page_for_others() {
    let running =
        Running::start(small().page("service/a.nl.md", "gp", "service", "Tekst.\n").on_disk());
    let about = running.about(PAGE);
    let choices = |name: &str| {
        let each = |choice: &serde_json::Value| {
            format!("{} {} {}", choice["href"].as_str().unwrap(), choice["current"], choice["same"])
        };
        about[name].as_array().unwrap().iter().map(each).collect::<Vec<_>>()
    };
    assert_eq!(
        choices("personas"),
        ["/huisartsen/practice/a/ true true", "/verpleegkundigen/practice/a/ false true"]
    );
    assert_eq!(
        choices("languages"),
        ["/huisartsen/practice/a/ true true", "/huisartsen/nl/practice/a/ false true"]
    );
    assert_eq!(about["page"]["file"], FILE);
    assert!(about["page"]["editor"].as_str().unwrap().ends_with("/content/service/a.md:1:1"));
}

#[test]
fn the_bar_knows_for_whom_the_parts_of_a_page_are() {
    let text = "All.\n\n:::for{not-persona=nurse stage=service}\nGP.\n:::\n\n:::for{persona=\"gp, nurse\"}\nBoth.\n:::\n\n:::for{persona=nurse}\nN.\n:::\n";
    let running = Running::start(small().page("c.md", "gp nurse", "service", text).on_disk());
    let parts = |slug: &str| running.about(&format!("/{slug}/practice/c/"))["parts"].clone();
    let both = "For General practitioners, Nurses";
    assert_eq!(parts("huisartsen"), serde_json::json!(["Not for Nurses; at In practice", both]));
    assert_eq!(parts("verpleegkundigen"), serde_json::json!([both, "For Nurses"]));
}

// What is saved.

#[test]
fn what_is_saved_is_served_whatever_way_it_is_saved() {
    let mut running = Running::start(small().on_disk());
    let text = running.hub.read(FILE);
    running.hub.write(FILE, text.replace("First", "Second"));
    running.until("a plain save is served", |running| running.page(PAGE).contains("Second text."));

    running.hub.write("content/service/.a.md.part", text.replace("First", "Third"));
    fs::rename(running.hub.join("content/service/.a.md.part"), running.hub.join(FILE)).unwrap();
    running.until("an atomic save is served", |running| running.page(PAGE).contains("Third text."));

    fs::rename(running.hub.join(FILE), running.hub.join("content/service/c.md")).unwrap();
    running.until("a renamed page moves", |running| {
        running.get(PAGE).status == 404 && running.get("/huisartsen/practice/c/").status == 200
    });

    fs::rename(running.hub.join("content/service"), running.hub.join("content/elsewhere")).unwrap();
    running.hub.edit("content/elsewhere/c.md", "Third", "Fourth");
    running.until("a moved folder is served", |running| {
        running.page("/huisartsen/practice/c/").contains("Fourth text.")
    });

    running.hub.write("content/new/deep/d.md", text.replace("First", "Fifth"));
    running.until("a new folder is served", |running| {
        running.page("/huisartsen/practice/d/").contains("Fifth text.")
    });
    let built = built(&running.hub);
    running.served(built.outputs.keys()).assert_same(&built, "served and built");
}

#[test]
fn only_pages_whose_bytes_differ_have_another_digest() {
    let mut running = Running::start(small().on_disk());
    let digest = |running: &Running, path: &str| {
        running.json(&format!("/_etappe/state?path={path}"))["digest"].clone()
    };
    let (own, other) = (digest(&running, PAGE), digest(&running, "/huisartsen/practice/b/"));
    running.hub.edit(FILE, "First", "Second");
    running.until("the page differs", |running| digest(running, PAGE) != own);
    assert_eq!(digest(&running, "/huisartsen/practice/b/"), other);
}

#[test]
fn a_style_sheet_leaves_the_shape_of_pages_as_it_was() {
    let mut running = Running::start(small().file("static/own.css", "p { color: red }").on_disk());
    let state =
        |running: &Running| running.json(&format!("/_etappe/state?path={PAGE}&with=%2Fown.css"));
    let before = state(&running);
    running.hub.write("templates/assets/etappe.css", "body { color: green }");
    running.until("the page names another sheet", |running| {
        state(running)["digest"] != before["digest"]
    });
    assert_eq!(state(&running)["shape"], before["shape"]);
    running.hub.write("static/own.css", "p { color: blue }");
    running.until("the sheet differs", |running| {
        state(running)["loaded"]["/own.css"] != before["loaded"]["/own.css"]
    });
}

#[test]
fn browsers_may_follow_the_page_that_was_saved() {
    let mut running = Running::start_with(small().on_disk(), |settings| settings.navigate = true);
    running.hub.edit(FILE, "First", "Second");
    let follow = running.event()["follow"].clone();
    assert_eq!(follow, serde_json::json!([PAGE, "/verpleegkundigen/practice/a/"]));
}

#[test]
fn polling_sees_what_is_saved_too() {
    let mut running = Running::start_with(small().on_disk(), |settings| settings.poll = true);
    running.hub.edit(FILE, "First", "Second and longer");
    running.until("a save is served", |running| {
        running.page(PAGE).contains("Second and longer text.")
    });
}

// What is wrong.

#[test]
fn findings_come_with_the_page_and_go_when_they_are_solved() {
    let mut running = Running::start(small().on_disk());
    running.hub.edit(FILE, "First text.", "[Gone](nowhere.md)");
    let broken = |running: &Running| {
        running.about(PAGE)["own"]
            .as_array()
            .is_some_and(|own| own.iter().any(|one| one["code"] == "link.broken"))
    };
    running.until("the broken link is told of", broken);
    running.hub.edit(FILE, "[Gone](nowhere.md)", "First text.");
    running.until("it is gone when solved", |running| !broken(running));
}

#[test]
fn a_page_stays_as_it_was_while_its_front_matter_is_wrong() {
    let mut running = Running::start(small().on_disk());
    let before = running.page(PAGE);
    running.hub.edit(FILE, "'gp'", "'pg'");
    running.until("no site has the page", |running| running.get(PAGE).status == 404);
    assert!(running.page(PAGE) == before, "it is shown as it was");
    let about = running.about(PAGE);
    assert_eq!(
        (&about["own"][0]["code"], &about["own"][0]["line"]),
        (&"front.unknown-persona".into(), &3.into())
    );
    running.hub.edit(FILE, "'pg'", "'gp'");
    running.until("it is back", |running| running.get(PAGE).status == 200);
}

#[test]
fn the_last_good_state_stays_while_a_template_is_broken() {
    let mut running = Running::start(
        small().file("templates/page.html", "<p>{{ page.title }}</p>{{ page.body }}").on_disk(),
    );
    let before = running.page(PAGE);
    running.hub.write("templates/page.html", "<p>{{ page.title </p>");
    running.until("the fault is told of", |running| {
        running.about(PAGE)["causes"][0]["code"] == "theme.template"
    });
    assert!(running.get(PAGE).status == 200 && running.page(PAGE) == before);
    assert!(
        running.get("/huisartsen/practice/b/").status == 200,
        "nor does it matter who has seen it"
    );
    // One that compiles, and fails on this page.
    running.hub.write("templates/page.html", "<p>{{ page.nothing.at.all }}</p>");
    running.until("this one too", |running| {
        running.get("/verpleegkundigen/practice/a/").status == 500
    });
    assert!(running.get(PAGE).status == 200 && running.page(PAGE) == before);
    assert_eq!(running.about(PAGE)["causes"][0]["file"], "templates/page.html");
    assert_eq!(running.about(PAGE)["causes"].as_array().map(Vec::len), Some(1));
    running.hub.write("templates/page.html", "<p>Now {{ page.title }}</p>");
    running.until("it is mended", |running| running.page(PAGE).starts_with("<p>Now service/a</p>"));
}

#[test]
fn the_last_good_state_stays_without_hub_toml_and_recovers() {
    let mut running = Running::start(small().on_disk());
    let (good, before) = (running.hub.read("hub.toml"), running.page(PAGE));
    let is_told = |running: &Running, code: &str| {
        running.about(PAGE)["causes"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["code"] == code))
    };
    running.hub.remove("hub.toml");
    running.until("the loss is told of", |running| is_told(running, "config.missing"));
    assert!(running.page(PAGE) == before);
    running.hub.write("hub.toml", "title = [");
    running.until("a broken one is told of", |running| is_told(running, "config.syntax"));
    assert!(running.page(PAGE) == before);
    running.hub.write("hub.toml", good.replace("Small hub", "Mended hub"));
    running.until("it recovers", |running| running.page(PAGE).contains("Mended hub"));
}

#[test]
fn a_hub_that_cannot_be_read_at_first_is_shown_as_soon_as_it_can() {
    let mut running = Running::start(small().without("hub.toml").on_disk());
    let answer = running.get("/");
    assert!(answer.status == 503 && answer.text().contains("hub.toml"), "{}", answer.text());
    assert_eq!(running.get("/_etappe/").status, 200);
    running.hub.write("hub.toml", crate::support::SMALL[0].1);
    running.until("it is shown", |running| running.get("/").status == 200);
}

#[test]
fn what_authors_write_is_text_on_the_desk() {
    let hub =
        small().file("content/x.md", "+++\ntitle = '<script>alert(1)</script>'\npersonas = 'gp'\nstage = '<b>'\n+++\n\n[x](<y\"'>.md)\n");
    let running = Running::start(hub.on_disk());
    for page in [
        "",
        "findings",
        "pages",
        "pages?q=script",
        "compare?page=%3Cscript%3E",
        "compare?page=x",
        "explain?code=link.broken",
    ] {
        let answer = running.get(&format!("/_etappe/{page}"));
        assert_eq!(answer.status, 200, "{page}");
        assert!(
            !answer.text().contains("<script>alert") && !answer.text().contains("`<b>`"),
            "{page}: {}",
            answer.text()
        );
        assert!(
            answer
                .header("content-security-policy")
                .is_some_and(|policy| policy.contains("default-src 'none'"))
        );
    }
}

#[test]
fn the_desk_shows_coverage_findings_dates_pages_and_personas() {
    let running = Running::start(HubBuilder::memory_care().on_disk());
    let overview = running.get("/_etappe/").text();
    assert!(overview.contains("9 of 16 cells covered") && overview.contains("What changes next"));
    let all = running.get("/_etappe/pages").text();
    let some = running.get("/_etappe/pages?q=mri&lang=en").text();
    assert!(all.contains("content/service/contact.md") && all.contains("vscode://file/"));
    assert!(some.contains("mri-schedule.en.md") && !some.contains("content/service/contact.md"));
    let compare = running.get("/_etappe/compare?page=service/contact&lang=nl").text();
    assert!(compare.matches("<iframe").count() > 1, "{compare}");
}

// What is refused, and lived through.

#[test]
fn the_desk_finds_what_fails_on_pages_that_nobody_has_opened() {
    let mut running = Running::start(small().on_disk());
    let found = |running: &Running, all: &str| {
        let page = running.get(&format!("/_etappe/findings{all}")).text();
        page.contains("theme.template")
            && page.contains("first seen on `huisartsen/nl/possible/index.html`")
    };
    assert!(!found(&running, "?all=1"));
    running.hub.write("templates/stage.html", "{{ nothing.at.all }}\n");
    running.event();
    assert!(found(&running, ""), "though nobody has opened a stage");
    assert!(found(&running, "?all=1"));
    running.hub.write("templates/stage.html", "{{ stage.label }}\n");
    running.event();
    assert!(!found(&running, "?all=1"));
}

#[test]
fn nothing_beyond_the_outputs_is_reached_in_any_encoding() {
    let running = Running::start(small().file("static/fine.txt", "fine").on_disk());
    let secret = "a secret beside the outputs";
    running.hub.write("secret.txt", secret);
    running.hub.write("public/secret.txt", secret);
    for up in [
        "..",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "%252e%252e",
        "..%00",
        "%c0%ae%c0%ae",
        "%uff0e%uff0e",
        "..;",
        "....",
    ] {
        for slash in ["/", "%2f", "%5c", "\\", "//", "/./", "%252f"] {
            let climb = format!("{up}{slash}").repeat(6);
            for path in [
                format!("/{climb}etc/passwd"),
                format!("/{up}{slash}secret.txt"),
                format!("/fine.txt{slash}{climb}etc/passwd"),
            ] {
                let answer = running.raw(&get(&path));
                assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
                assert!(
                    !answer.text().contains("root:") && !answer.text().contains(secret),
                    "{path}"
                );
            }
        }
    }
    for path in [
        "/secret.txt",
        "/hub.toml",
        "/content/service/a.md",
        "//etc/passwd",
        "/.git/config",
        "/public/secret.txt",
        "/%00",
    ] {
        assert!(matches!(running.get(path).status, 400 | 404), "{path}");
    }
    assert_eq!(running.get("/fine.txt").text(), "fine");
}

#[test]
fn foreign_names_and_other_methods_are_refused() {
    let running = Running::start(small().on_disk());
    let ask = |request: &str| running.raw(&format!("{request}Connection: close\r\n\r\n")).status;
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "",
        "192.168.0.7",
        "evil.example\r\nHost: localhost",
    ] {
        for path in ["/", "/_etappe/", "/_etappe/events", "/_etappe/live.js"] {
            assert_eq!(ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n")), 403, "{host}");
        }
    }
    assert_eq!(ask("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n"), 403);
    assert!(matches!(ask("GET / HTTP/1.1\r\n"), 400 | 403), "no name at all");
    for host in ["localhost", "127.0.0.1:4400", "[::1]:4400", "LOCALHOST"] {
        assert_eq!(ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n")), 200, "{host}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        assert_eq!(
            ask(&format!("{method} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n")),
            405,
            "{method}"
        );
    }
    assert!(matches!(running.raw("nonsense\r\n\r\n").status, 400));
}

#[test]
fn parts_of_files_are_sent_as_players_of_films_ask_for_them() {
    let film: Vec<u8> = (0..=255).collect();
    let hub = small().file("static/film.mp4", film.clone()).on_disk();
    let running = Running::start(hub);
    let ask = |method: &str, more: &str| {
        let request = format!(
            "{method} /film.mp4 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n"
        );
        running.raw(&request)
    };
    let whole = ask("GET", "");
    assert!(whole.status == 200 && whole.head.contains("accept-ranges: bytes"), "{}", whole.head);
    let state = whole.head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a state");
    for (more, status, place, body) in [
        ("Range: bytes=0-1\r\n", 206, "bytes 0-1/256", &film[0..2]),
        ("Range: bytes=250-\r\n", 206, "bytes 250-255/256", &film[250..]),
        ("Range: bytes=-2\r\n", 206, "bytes 254-255/256", &film[254..]),
        ("Range: bytes=256-\r\n", 416, "bytes */256", &[]),
        ("Range: bytes=0-1,3-4\r\n", 200, "", &film[..]),
        ("Range: bytes=x\r\n", 200, "", &film[..]),
        (&format!("Range: bytes=0-1\r\nIf-Range: {state}\r\n"), 206, "bytes 0-1/256", &film[0..2]),
        ("Range: bytes=0-1\r\nIf-Range: \"other\"\r\n", 200, "", &film[..]),
    ] {
        let answer = ask("GET", more);
        assert_eq!((answer.status, &answer.body[..]), (status, body), "{more}{}", answer.head);
        let told = answer.head.lines().find_map(|line| line.strip_prefix("content-range: "));
        assert_eq!(told.unwrap_or_default(), place, "{more}");
    }
    let head = ask("HEAD", "Range: bytes=0-1\r\n");
    assert!(head.status == 200 && head.head.contains("content-length: 256"), "{}", head.head);
}

#[test]
fn many_clients_are_served_while_others_never_read_and_never_finish_asking() {
    let mut running = Running::start(small().file("static/large.bin", vec![7; 8 << 20]).on_disk());
    let address = running.address();
    let silent: Vec<_> = (0..40).map(|_| send(address, "GET / HTTP/1.1\r\nHost: local")).collect();
    let deaf: Vec<_> = (0..40)
        .map(|at| send(address, &get(if at % 2 == 0 { "/large.bin" } else { "/_etappe/events" })))
        .collect();
    let many: Vec<_> = (0..200).map(|_| send(address, &get(PAGE))).collect();
    for stream in many {
        let answer = read(stream);
        assert!(answer.status == 200 && answer.text().contains("First text."));
    }
    running.hub.edit(FILE, "First", "Second");
    running.until("saves are served all the same", |running| {
        running.page(PAGE).contains("Second text.")
    });
    drop((silent, deaf));
}

/// Each stream holds its connection as long as its tab is open. The server is a process of its own:
/// both ends of so many connections are more than one may have.
#[test]
fn streams_of_events_leave_room_for_pages() {
    let hub = small().on_disk();
    let mut command = Command::new(env!("CARGO_BIN_EXE_etappe"));
    command.args(["serve", "--port", "0", "--as-of", TODAY]).current_dir(hub.path());
    let mut server =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    let stdout = server.stdout.take().expect("it has one");
    BufReader::new(stdout).read_line(&mut line).expect("it says where it is");
    let address = line.trim().trim_start_matches("Preview: http://").trim_end_matches('/');
    let address: SocketAddr = address.parse().expect("an address");
    let streams: Vec<_> = (0..768).map(|_| send(address, &get("/_etappe/events"))).collect();
    let pages: Vec<u16> = (0..20).map(|_| read(send(address, &get(PAGE))).status).collect();
    drop(streams);
    server.kill().expect("it can be ended");
    server.wait().expect("it ends");
    assert_eq!(pages, [200; 20]);
}

/// Its browser asks again.
#[test]
fn the_oldest_of_too_many_streams_ends() {
    let running = Running::start(small().on_disk());
    let address = running.address();
    let oldest = send(address, &get("/_etappe/events"));
    let streams: Vec<_> = (0..300).map(|_| send(address, &get("/_etappe/events"))).collect();
    let ended = read(oldest);
    assert!(ended.status == 200 && ended.text().contains("data: "), "{}", ended.text());
    drop(streams);
}

#[test]
fn what_blocks_a_build_is_said_on_every_page() {
    let mut running = Running::start(small().on_disk());
    let blockers =
        |running: &Running| running.about(PAGE)["blockers"].as_array().map_or(0, Vec::len);
    let desk = ["", "findings", "pages", "compare"];
    let says = |running: &Running, name: &str| {
        running.get(&format!("/_etappe/{name}")).text().contains("Nothing can be built now")
    };
    assert_eq!(blockers(&running), 0);
    assert!(!desk.iter().any(|name| says(&running, name)));
    let good = running.hub.read("hub.toml");
    // It can still be read, and what it says cannot stand.
    running.hub.write("hub.toml", format!("colour = 'red'\n{good}"));
    running.until("an unknown key is told of", |running| blockers(running) == 1);
    assert!(desk.iter().all(|name| says(&running, name)));
    running.hub.write("hub.toml", "title = [");
    running
        .until("what cannot be read is told of", |running| running.about(PAGE)["behind"] == true);
    assert!(running.about(PAGE)["causes"].as_array().is_some_and(|causes| !causes.is_empty()));
    assert!(desk.iter().all(|name| says(&running, name)));
    running.hub.write("hub.toml", good);
    running.until("it is solved", |running| {
        blockers(running) == 0 && running.about(PAGE)["behind"] == false
    });
    assert!(!desk.iter().any(|name| says(&running, name)));
    // An error of another page blocks it too.
    running.hub.write("content/other.md", "No front matter.\n");
    running.until("an error elsewhere is told of", |running| blockers(running) == 1);
}

/// As many edits as `ETAPPE_EDITS` says, one after the other without a pause; CI makes fewer.
#[test]
fn random_edits_at_speed_end_in_what_a_build_gives() {
    let edits: usize =
        std::env::var("ETAPPE_EDITS").ok().and_then(|edits| edits.parse().ok()).unwrap_or(400);
    let mut running = Running::start(HubBuilder::memory_care().on_disk());
    let hub_toml = running.hub.read("hub.toml");
    let mut random = Random(edits as u64);
    for _ in 0..edits {
        edit(&running.hub, &mut random, &hub_toml);
        if random.below(20) == 0 {
            assert!(running.get("/huisartsen/").status < 500, "the last good state stays");
        }
    }
    running.hub.write("hub.toml", hub_toml);
    let _none_was_left = fs::remove_dir_all(running.hub.join("templates"));
    running.hub.write(
        "content/last.md",
        "+++\ntitle = 'The last edit'\npersonas = 'all'\nstage = 'service'\n+++\n\nDone.\n",
    );
    let built = built(&running.hub);
    let end = Instant::now() + DEADLINE;
    running.until("the last edit is served", |running| {
        running.served(built.outputs.keys()) == built || Instant::now() > end
    });
    running.served(built.outputs.keys()).assert_same(&built, "served and built");
    assert_eq!(running.get("/huisartsen/not-there/").status, 404);
}

/// Numbers in an order that looks random, and is the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

fn edit(hub: &HubOnDisk, random: &mut Random, hub_toml: &str) {
    let pages: Vec<_> =
        hub.tree("content").outputs.into_keys().filter(|path| path.ends_with(".md")).collect();
    let page = format!("content/{}", pages[random.below(pages.len())]);
    let number = random.below(1000);
    match random.below(12) {
        0..=4 => hub.write(&page, hub.read(&page) + &format!("\nEdit {number}.\n")),
        5 => hub.write(
            &page,
            hub.read(&page).replacen("title", if number < 900 { "title" } else { "titel" }, 1),
        ),
        6 => hub.write(&format!("content/service/new-{}.md", number % 20), hub.read(&page)),
        7 if pages.len() > 20 => hub.remove(&page),
        8 => {
            let part = format!("{page}.part~");
            hub.write(&part, hub.read(&page).replacen("the", "The", 1));
            fs::rename(hub.join(&part), hub.join(&page)).expect("the page is there");
        }
        9 => {
            let (one, other) = (hub.join("content/loyalty"), hub.join("content/moved"));
            let _one_of_them_is_there =
                if one.is_dir() { fs::rename(one, other) } else { fs::rename(other, one) };
        }
        10 if number.is_multiple_of(3) => {
            hub.write("hub.toml", if number.is_multiple_of(2) { "title = [" } else { hub_toml })
        }
        10 => hub.write(
            "templates/page.html",
            if number.is_multiple_of(2) { "{{ page.title" } else { "{{ page.title }}" },
        ),
        _ => hub.write("static/note.txt", number.to_string()),
    }
}

// The program.

/// The program as a child, ended with the value.
struct Program(Child);

impl Program {
    /// Starts a preview and gives the address that it prints, and what it said before.
    fn start(folder: &std::path::Path, port: u16) -> (Self, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_etappe"));
        command
            .args(["serve", "--as-of", TODAY, "--port", &port.to_string()])
            .arg(folder)
            .env("NO_COLOR", "1");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped"))
            .read_line(&mut line)
            .expect("it prints its address");
        let url =
            line.trim().strip_prefix("Preview: ").unwrap_or_else(|| panic!("{line}")).to_owned();
        (Self(child), url)
    }

    fn port(url: &str) -> u16 {
        url.trim_end_matches('/')
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
            .expect("it names a port")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _it_may_have_ended = self.0.kill();
        let _it_may_have_ended = self.0.wait();
    }
}

#[test]
fn a_port_that_is_taken_gives_way_to_the_next_and_it_says_so() {
    let hub = small().on_disk();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (mut program, url) = Program::start(hub.path(), port);
    assert_ne!(Program::port(&url), port);
    let mut line = String::new();
    let mut said = BufReader::new(program.0.stderr.take().expect("it is piped"));
    while !line.contains("is taken") {
        line.clear();
        assert!(
            said.read_line(&mut line).expect("it says so") > 0,
            "it says that the port is taken"
        );
    }
    assert!(line.contains(&format!("Port {port} is taken")), "{line}");
    let answer = read(send(([127, 0, 0, 1], Program::port(&url)).into(), &get(PAGE)));
    assert_eq!(answer.status, 200);
}

#[test]
fn a_preview_says_what_the_hub_is_found_to_have() {
    let mut running = Running::start(small().on_disk());
    let first = running.notices.recv_timeout(DEADLINE).expect("it says how the hub is");
    running.hub.edit(FILE, "First text.", "[Gone](nowhere.md)");
    running.event();
    let next = running.notices.recv_timeout(DEADLINE).expect("it says what has changed");
    let errors =
        |notice: &Notice| matches!(notice, Notice::Findings(summary) if summary.errors > 0);
    assert!(!errors(&first) && errors(&next), "{first:?} {next:?}");
}

// Scripts of pages.

/// What the policies of an answer say of scripts, one after the other.
fn script_policies(answer: &crate::support::preview::Answer) -> Vec<String> {
    let lines = answer.head.lines().filter_map(|line| line.split_once(": "));
    let policies = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-security-policy"));
    policies.map(|(_, policy)| policy.split(';').next().unwrap_or_default().to_owned()).collect()
}

fn with_scripts() -> HubBuilder {
    small()
        .page(
            "service/c.md",
            "gp",
            "service",
            "<script>fetch('/_etappe/')</script>\n<p onclick=\"x()\">x</p>\n<script src=\"/own.js\"></script>\n",
        )
        .file("static/own.js", "x()")
        .file("static/page.html", "<script src=\"own.js\"></script>")
        .file("static/drawing.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x()</script></svg>")
        .file("static/data.xml", "<x/>")
}

#[test]
fn no_script_that_a_page_brings_may_run_beside_the_desk() {
    let running = Running::start(with_scripts().on_disk());
    let theme = built(&running.hub);
    let asset = theme
        .paths()
        .into_iter()
        .find(|path| path.starts_with("assets/etappe.") && path.ends_with(".js"))
        .expect("the theme's")
        .to_owned();
    for path in [
        "/",
        PAGE,
        "/huisartsen/practice/c/",
        "/huisartsen/none/",
        "/page.html",
        "/drawing.svg",
        "/data.xml",
        "/huisartsen/feed.atom",
    ] {
        let answer = running.get(path);
        let policies = script_policies(&answer);
        assert_eq!(policies.len(), 2, "{path}: {}", answer.head);
        // Both hold: an address of this server, and one of these paths.
        assert_eq!(policies[0], "script-src 'self'", "{path}");
        let named: Vec<&str> = policies[1].split(' ').skip(1).collect();
        assert!(
            named.contains(&"*:*/_etappe/live.js")
                && named.contains(&format!("*:*/{asset}").as_str()),
            "{path}: {named:?}"
        );
        let is_known = |source: &&&str| {
            source.starts_with("*:*/_etappe/") || source.starts_with("*:*/assets/")
        };
        assert_eq!(named.iter().find(|source| !is_known(source)), None, "{path}");
        assert!(
            named.iter().all(|source| running.get(&source["*:*".len()..]).status == 200),
            "{path}: each of them is there"
        );
    }
    for path in ["/own.js", "/robots.txt"] {
        assert!(script_policies(&running.get(path)).is_empty(), "{path}");
    }
    for path in ["/_etappe/", "/_etappe/findings", "/_etappe/pages"] {
        assert_eq!(script_policies(&running.get(path)), ["default-src 'none'"], "{path}");
    }
}

#[test]
fn scripts_in_a_themes_own_templates_run_and_those_at_a_personas_own_root() {
    let hub =
        with_scripts().extended("personas/nurse.toml", "base_url = \"https://nurses.example\"\n");
    let hub =
        hub.file("templates/home.html", "<!doctype html><title>x</title><script>own()</script>\n");
    let running = Running::start(hub.on_disk());
    let policies = script_policies(&running.get("/huisartsen/practice/c/"));
    let hashes = policies[0].matches("'sha256-").count();
    assert_eq!(
        (hashes, policies[1].matches("'sha256-").count()),
        (1, 1),
        "the theme's, and not the page's: {policies:?}"
    );
    assert!(policies[1].contains(" *:*/verpleegkundigen/assets/etappe."), "{policies:?}");
}

#[test]
fn scripts_of_pages_run_where_they_are_allowed() {
    let running =
        Running::start_with(with_scripts().on_disk(), |settings| settings.allow_scripts = true);
    for path in ["/huisartsen/practice/c/", "/drawing.svg"] {
        assert!(script_policies(&running.get(path)).is_empty(), "{path}");
    }
    // What the release's own policy says stands in the page all the same.
    assert!(running.page("/huisartsen/practice/c/").contains("Content-Security-Policy"));
    assert_eq!(script_policies(&running.get("/_etappe/")), ["default-src 'none'"]);
}
