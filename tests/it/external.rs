//! `etappe check --external` against servers that misbehave. They listen on this machine alone; no
//! other is asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::support::command::{Etappe, Ran};
use crate::support::{HubBuilder, HubOnDisk};

/// Long enough for any answer that a test waits for; it is waited out only by a test that fails.
const LONG: Duration = Duration::from_secs(20);

// The server.

/// What a server was asked.
struct Asked {
    method: String,
    path: String,
    /// How often it was asked for this path with this method, this time included.
    time: usize,
}

impl Asked {
    fn is_head(&self) -> bool {
        self.method == "HEAD"
    }
}

/// What a server does about it.
enum Reply {
    /// These bytes, and the connection is closed.
    Bytes(Vec<u8>),
    /// Nothing; the connection is closed.
    Close,
    /// Nothing until the client goes away.
    Hang,
    /// A page that does not end until the client goes away.
    Endless,
    /// 200, once so many requests are under way, or after some milliseconds when that is never the
    /// case.
    Together(usize, u64),
}

fn says(status: u16, headers: &str) -> Reply {
    Reply::Bytes(
        format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n")
            .into_bytes(),
    )
}

fn sends(status: u16, to: &str) -> Reply {
    says(status, &format!("Location: {to}\r\n"))
}

#[derive(Default)]
struct Log {
    /// `HEAD /path`, in the order of arrival.
    asked: Vec<String>,
    agents: Vec<String>,
    under_way: usize,
    most_under_way: usize,
    /// Bytes of an endless page that were taken, once it is over.
    taken: Option<usize>,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Log>,
    changed: Condvar,
}

impl Shared {
    fn change<T>(&self, how: impl FnOnce(&mut Log) -> T) -> T {
        let value = how(&mut self.log.lock().expect("no thread panicked"));
        self.changed.notify_all();
        value
    }
}

struct Server {
    at: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    fn start(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = listener.local_addr().expect("it is bound");
        let shared = Arc::<Shared>::default();
        let (own, reply) = (Arc::clone(&shared), Arc::new(reply));
        std::thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let (own, reply) = (Arc::clone(&own), Arc::clone(&reply));
                std::thread::spawn(move || serve(stream, &own, &*reply));
            }
        });
        Self { at, shared }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// Every request so far, and forgets them.
    fn take(&self) -> Vec<String> {
        self.shared.change(|log| std::mem::take(&mut log.asked))
    }

    /// The methods of all requests so far, by path.
    fn methods(&self) -> BTreeMap<String, String> {
        self.take().into_iter().fold(BTreeMap::new(), |mut methods, line| {
            let (method, path) = line.split_once(' ').expect("method and path");
            let all: &mut String = methods.entry(path.to_owned()).or_default();
            all.push_str(if all.is_empty() { "" } else { " " });
            all.push_str(method);
            methods
        })
    }

    fn most_under_way(&self) -> usize {
        self.shared.change(|log| log.most_under_way)
    }
}

/// Answers one connection. A request is under way from the end of its head to the beginning of its
/// answer.
fn serve(mut stream: TcpStream, shared: &Shared, reply: &dyn Fn(&Asked) -> Reply) {
    stream.set_read_timeout(Some(LONG)).expect("a time above zero");
    let Some((method, path, agent)) = read_head(&stream) else { return };
    let line = format!("{method} {path}");
    let time = shared.change(|log| {
        log.asked.push(line.clone());
        log.agents.push(agent);
        log.under_way += 1;
        log.most_under_way = log.most_under_way.max(log.under_way);
        log.asked.iter().filter(|other| **other == line).count()
    });
    let reply = reply(&Asked { method, path, time });
    if let Reply::Together(count, millis) = reply {
        let log = shared.log.lock().expect("no thread panicked");
        let enough = |log: &mut Log| log.most_under_way < count;
        drop(
            shared
                .changed
                .wait_timeout_while(log, Duration::from_millis(millis), enough)
                .expect("no thread panicked"),
        );
    }
    if matches!(reply, Reply::Hang) {
        let _gone = stream.read(&mut [0]);
    }
    shared.change(|log| log.under_way -= 1);
    match reply {
        Reply::Bytes(bytes) => drop(stream.write_all(&bytes)),
        Reply::Together(..) => drop(
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        ),
        Reply::Endless => {
            let taken = write_on(&mut stream);
            shared.change(|log| log.taken = Some(taken));
        }
        Reply::Close | Reply::Hang => {}
    }
}

/// Method, path and user agent. Of a client that greets as TLS does: `TLS` and nothing.
fn read_head(stream: &TcpStream) -> Option<(String, String, String)> {
    let mut reader = BufReader::new(stream);
    if *reader.fill_buf().ok()?.first()? == 0x16 {
        return Some(("TLS".to_owned(), "-".to_owned(), String::new()));
    }
    let lines: Vec<String> =
        reader.lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let mut first = lines.first()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let agent = lines
        .iter()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("user-agent: ").map(str::to_owned));
    Some((method, path, agent.unwrap_or_default()))
}

/// Writes a page of a gigabyte, and gives how many bytes were taken before the client went away.
fn write_on(stream: &mut TcpStream) -> usize {
    const SIZE: usize = 1 << 30;
    stream.set_write_timeout(Some(LONG)).expect("a time above zero");
    if stream
        .write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\n\r\n").as_bytes())
        .is_err()
    {
        return 0;
    }
    let piece = [b'x'; 1 << 16];
    (0..SIZE / piece.len()).take_while(|_| stream.write_all(&piece).is_ok()).count() * piece.len()
}

// The hub.

/// A hub of one page with these links, one to a line, the first of them on line 7.
fn hub(links: &[String]) -> HubBuilder {
    HubBuilder::small().extended("hub.toml", "\n[external]\ndelay = 0.01\n").page(
        "service/a.md",
        "gp nurse",
        "service",
        &list(links),
    )
}

fn list(links: &[String]) -> String {
    links.iter().map(|link| format!("- <{link}>\n")).collect()
}

fn check(hub: &HubOnDisk) -> Ran {
    Etappe::inside(hub.path())
        .env("NO_PROXY", "*")
        .args(["check", "--external", "--format", "json"])
        .run()
}

/// The findings about links to other sites: `content/a.md:7:4 error external.broken: … (help: …)`,
/// with the server's address as `SITE`.
fn findings(ran: &Ran, server: &Server) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let report = ran.json();
    let all = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|finding| text(&finding["code"]).starts_with("external."));
    all.map(|finding| {
        let start = &finding["start"];
        let place = format!("{}:{}:{}", text(&finding["file"]), start["line"], start["column"]);
        let [severity, code, message] =
            ["severity", "code", "message"].map(|key| text(&finding[key]));
        let help = text(&finding["help"][0]);
        assert!(!help.is_empty(), "{message}");
        let help = if code == "external.moved" { format!(" ({help})") } else { String::new() };
        format!("{place} {severity} {code}: {message}{help}")
            .replace(&server.at.to_string(), "SITE")
    })
    .collect()
}

// The tests.

#[test]
fn addresses_of_hub_toml_and_the_cards_are_asked_for_too() {
    let server = Server::start(|asked| says(if asked.path == "/ok" { 200 } else { 404 }, ""));
    let to = |path: &str| format!("label = \"On\", to = \"{}\"", server.url(path));
    let link = format!("\n[[links]]\nlabel = \"On\"\nto = \"{}\"\n", server.url("/link"));
    let of_card = |order: u8, path: &str| format!("order = {order}\ncta = {{ {} }}", to(path));
    let hub = hub(&[server.url("/ok")])
        .edited(
            "hub.toml",
            "id = \"service\"",
            &format!("id = \"service\"\ncta = {{ {} }}", to("/stage")),
        )
        .extended("hub.toml", &link)
        .edited("personas/gp.toml", "order = 1", &of_card(1, "/gone"))
        .edited("personas/nurse.toml", "order = 2", &of_card(2, "/ok"));
    let found = findings(&check(&hub.on_disk()), &server);
    let says = |place: &str, path: &str| {
        format!(
            "{place} error external.broken: `http://SITE{path}` leads nowhere: the server says 404, not found."
        )
    };
    assert_eq!(
        found,
        [
            says("hub.toml:11:28", "/stage"),
            says("hub.toml:20:6", "/link"),
            says("personas/gp.toml:4:28", "/gone")
        ]
    );
    let asked = server.methods();
    assert_eq!(
        asked.keys().map(String::as_str).collect::<Vec<_>>(),
        ["/gone", "/link", "/ok", "/stage"]
    );
}

#[test]
fn each_kind_of_answer_has_its_finding_and_its_number_of_requests() {
    let server = Server::start(|asked| match &*asked.path {
        "/ok" => says(200, ""),
        "/gone" => says(410, ""),
        "/chain" => sends(302, "/chain-2"),
        "/chain-2" => sends(307, "/chain-3"),
        "/chain-3" => sends(303, "/ok"),
        "/moved" => sends(301, "/new#part"),
        "/moved-twice" => sends(308, "/moved"),
        "/moved-away" => sends(301, "/missing"),
        "/new" => says(200, ""),
        "/circle" => sends(302, "/circle-2"),
        "/circle-2" => sends(302, "/circle"),
        "/cookie" => says(302, "Location: /cookie\r\nSet-Cookie: a=b\r\n"),
        "/long" => sends(302, "/long-1"),
        path if path.starts_with("/long-") => {
            sends(302, &format!("/long-{}", path[6..].parse::<u32>().expect("a number") + 1))
        }
        "/closed" => Reply::Close,
        "/closed-once" if asked.time == 1 => Reply::Close,
        "/busy" if asked.time == 1 => says(429, "Retry-After: 1\r\n"),
        "/trouble" if asked.is_head() || asked.time == 1 => says(503, ""),
        "/down" => says(500, ""),
        "/closed-once" | "/busy" | "/trouble" => says(200, ""),
        "/no-head" if asked.is_head() => says(405, ""),
        "/no-head-here" if asked.is_head() => says(404, ""),
        "/no-head" | "/no-head-here" => says(200, ""),
        "/forbidden" => says(403, ""),
        "/garbage" => Reply::Bytes(b"\x00\x01 no HTTP at all\r\n\r\n".to_vec()),
        "/app" => sends(302, "app://open"),
        "/nowhere" => says(302, ""),
        _ => says(404, ""),
    });
    let cases: &[(&str, &str, &str)] = &[
        ("/ok", "HEAD HEAD", ""),
        (
            "/missing",
            "HEAD GET HEAD GET",
            "error external.broken: `http://SITE/missing` leads nowhere: the server says 404, not found.",
        ),
        (
            "/gone",
            "HEAD GET",
            "error external.broken: `http://SITE/gone` leads nowhere: the server says 410, gone.",
        ),
        ("/chain", "HEAD", ""),
        (
            "/moved#old",
            "HEAD HEAD",
            "info external.moved: `http://SITE/moved#old` has moved for good. (write `http://SITE/new#part`)",
        ),
        (
            "/moved-twice",
            "HEAD",
            "info external.moved: `http://SITE/moved-twice` has moved for good. (write `http://SITE/new#part`)",
        ),
        (
            "/moved-away",
            "HEAD",
            "error external.broken: `http://SITE/moved-away` leads nowhere: the server says 404, not found.",
        ),
        (
            "/circle",
            "HEAD",
            "error external.broken: `http://SITE/circle` leads nowhere: its redirects go round in a circle.",
        ),
        (
            "/cookie",
            "HEAD",
            "warning external.unsure: `http://SITE/cookie` could not be checked: its redirects wait for a cookie to be kept.",
        ),
        (
            "/long",
            "HEAD",
            "error external.broken: `http://SITE/long` leads nowhere: its redirects do not come to an end.",
        ),
        (
            "/closed",
            "HEAD GET GET GET",
            "warning external.unsure: `http://SITE/closed` could not be checked: the server closes the connection without an answer.",
        ),
        ("/closed-once", "HEAD GET GET", ""),
        ("/busy", "HEAD HEAD", ""),
        ("/trouble", "HEAD GET GET", ""),
        (
            "/down",
            "HEAD GET GET GET",
            "warning external.unsure: `http://SITE/down` could not be checked: the server is in trouble (500).",
        ),
        ("/no-head", "HEAD GET", ""),
        ("/no-head-here", "HEAD GET", ""),
        (
            "/forbidden",
            "HEAD GET",
            "warning external.unsure: `http://SITE/forbidden` could not be checked: the server does not let link checks in (403).",
        ),
        (
            "/garbage",
            "HEAD GET",
            "warning external.unsure: `http://SITE/garbage` could not be checked: the server's answer is no HTTP.",
        ),
        (
            "/app",
            "HEAD",
            "warning external.unsure: `http://SITE/app` could not be checked: it redirects out of the web.",
        ),
        (
            "/nowhere",
            "HEAD",
            "error external.broken: `http://SITE/nowhere` leads nowhere: the server redirects without saying where to.",
        ),
    ];
    let links: Vec<String> = cases.iter().map(|(path, ..)| server.url(path)).collect();
    let ran = check(&hub(&links).on_disk()).expect(1);
    let expected: Vec<String> = (7..)
        .zip(cases)
        .filter(|(_, (_, _, finding))| !finding.is_empty())
        .map(|(line, (_, _, finding))| format!("content/service/a.md:{line}:4 {finding}"))
        .collect();
    assert_eq!(findings(&ran, &server), expected);
    let methods = server.methods();
    for (path, asked, _) in cases {
        let path = path.split('#').next().expect("there is a first");
        assert_eq!(methods.get(path).map(String::as_str), Some(*asked), "{path}");
    }
    assert_eq!(methods.keys().filter(|path| path.starts_with("/long-")).count(), 10);
    assert_eq!(server.most_under_way(), 1);
    let agent = format!("etappe/{} ", env!("CARGO_PKG_VERSION"));
    assert!(server.shared.change(|log| log.agents.iter().all(|own| own.starts_with(&agent))));
}

#[test]
fn one_request_at_a_time_to_a_host() {
    // Each request is held back for as long as a second one would need to arrive.
    let server = Server::start(|_| Reply::Together(2, 40));
    let mut links: Vec<String> = (0..12).map(|at| server.url(&format!("/{at}"))).collect();
    // A second host, so that somebody is free to ask the first one too soon.
    let other = Server::start(|_| says(200, ""));
    links.push(format!("http://localhost:{}/", other.at.port()));
    let ran = check(&hub(&links).on_disk()).expect(0);
    assert_eq!(findings(&ran, &server), [""; 0]);
    assert_eq!((server.take().len(), server.most_under_way()), (12, 1));
    assert_eq!(other.take().len(), 1);
}

#[test]
fn hosts_are_asked_side_by_side() {
    // Nobody is answered before two requests are under way: by different names, since a host is
    // asked one thing at a time.
    let server = Server::start(|_| Reply::Together(2, 20_000));
    let links = [server.url("/a"), format!("http://localhost:{}/b", server.at.port())];
    let ran = check(&hub(&links).on_disk()).expect(0);
    assert_eq!(findings(&ran, &server), [""; 0]);
    assert_eq!(server.most_under_way(), 2);
}

#[test]
fn a_server_that_is_slow_beyond_the_limit_is_given_up() {
    let server = Server::start(|_| Reply::Hang);
    let links: Vec<String> = (0..4).map(|at| server.url(&format!("/{at}"))).collect();
    let hub = hub(&links).extended("hub.toml", "timeout = 0.4\n").on_disk();
    let ran = check(&hub).expect(0);
    let found = findings(&ran, &server);
    assert_eq!(found.len(), 4);
    assert!(
        found.iter().all(|line| line.contains("warning external.unsure")
            && line.ends_with("the server did not answer in time.")),
        "{found:?}"
    );
    assert_eq!(server.take(), ["HEAD /0", "GET /0", "HEAD /1", "GET /1"]);
}

#[test]
fn a_server_that_wants_to_be_left_alone_for_long_is_left_alone() {
    let server = Server::start(|_| says(429, "Retry-After: 3600\r\n"));
    let ran = check(&hub(&[server.url("/a"), server.url("/b")]).on_disk()).expect(0);
    let found = findings(&ran, &server);
    assert_eq!(found.len(), 2);
    assert!(
        found
            .iter()
            .all(|line| line.ends_with("the server asks to be left alone for a while (429).")),
        "{found:?}"
    );
    assert_eq!(server.take(), ["HEAD /a"]);
}

#[test]
fn no_safe_connection_is_doubt() {
    let server = Server::start(|_| says(400, ""));
    let links = ["/a", "/b"].map(|path| server.url(path).replace("http:", "https:"));
    let ran = check(&hub(&links).on_disk()).expect(0);
    let found = findings(&ran, &server);
    assert_eq!(found.len(), 2);
    assert!(
        found[0].contains("warning external.unsure: `https://SITE/a` could not be checked: no safe connection can be made ("),
        "{found:?}"
    );
    assert_eq!(server.take(), ["TLS -"], "the second address needs no request");
}

#[test]
fn a_port_that_nobody_listens_to_is_doubt() {
    let server = Server::start(|_| says(200, ""));
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    let ran = check(&hub(&[format!("http://{closed}/a"), server.url("/ok")]).on_disk()).expect(0);
    let found = findings(&ran, &server);
    assert!(
        found.len() == 1
            && found[0].ends_with("could not be checked: the server takes no connections."),
        "{found:?}"
    );
    assert_eq!(server.take(), ["HEAD /ok"], "another port of the host is another server");
}

#[test]
fn a_huge_page_is_not_loaded() {
    let server =
        Server::start(|asked| if asked.is_head() { says(405, "") } else { Reply::Endless });
    let ran = check(&hub(&[server.url("/huge")]).on_disk()).expect(0);
    assert_eq!(findings(&ran, &server), [""; 0]);
    let log = server.shared.log.lock().expect("no thread panicked");
    let (log, _) = server
        .shared
        .changed
        .wait_timeout_while(log, LONG, |log| log.taken.is_none())
        .expect("no thread panicked");
    // What the system's buffers hold on both sides.
    let taken = log.taken.expect("the client went away");
    assert!(taken < 64 << 20, "{taken} bytes");
}

#[test]
fn each_address_is_asked_for_once_and_each_link_to_it_is_found() {
    let server = Server::start(|_| says(404, ""));
    let url = server.url("/x?y");
    let body = format!(
        "[a]({url}#one) ![b]({url}) <a href=\"{url}#two\">c</a>\n\n[d][r] [e][r]\n\n[r]: {url}\n"
    );
    let hub = hub(&[]).page("awareness/b.md", "gp", "awareness", &body).page(
        "awareness/c.md",
        "gp",
        "awareness",
        &list(&[url]),
    );
    let ran = check(&hub.on_disk()).expect(1);
    let places: Vec<String> = findings(&ran, &server)
        .iter()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    let url = server.url("/x?y").len();
    let columns = [5, 5 + url + 11, 5 + url + 11 + url + 11];
    let mut expected: Vec<String> =
        columns.iter().map(|column| format!("content/awareness/b.md:7:{column}")).collect();
    expected.push("content/awareness/b.md:11:6".to_owned());
    expected.push("content/awareness/c.md:7:4".to_owned());
    assert_eq!(places, expected);
    assert_eq!(server.take(), ["HEAD /x?y", "GET /x?y"]);
}

#[test]
fn only_published_pages_are_looked_into() {
    let server = Server::start(|_| says(404, ""));
    let page = |front: &str, path: &str| {
        format!(
            "+++\ntitle = 'T'\npersonas = 'gp'\nstage = 'service'\n{front}\n+++\n\n<{}>\n",
            server.url(path)
        )
    };
    let hub = hub(&[server.url("/public")])
        .file("content/service/draft.md", page("status = 'draft'", "/draft"))
        .file("content/service/later.md", page("publish_on = 2099-01-01", "/later"))
        .file("content/service/over.md", page("expires = 2001-01-01", "/over"));
    check(&hub.on_disk()).expect(1);
    assert_eq!(server.take(), ["HEAD /public", "GET /public"]);
}

#[test]
fn what_is_no_address_is_broken_without_a_request() {
    let server = Server::start(|_| says(200, ""));
    let links =
        ["http://[1:2/x", "https://a b.example/", "http://127.0.0.1:99999/", "mailto:a@b.example"]
            .map(str::to_owned);
    let body: String = links.iter().map(|link| format!("[x](<{link}>)\n")).collect();
    let ran = check(&hub(&[]).page("service/b.md", "gp", "service", &body).on_disk()).expect(1);
    let found = findings(&ran, &server);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found.iter().all(|line| line.contains("leads nowhere: it is no web address (")),
        "{found:?}"
    );
    assert_eq!(server.take(), [""; 0]);
}

#[test]
fn a_second_check_asks_again_only_where_there_was_doubt() {
    let server = Server::start(|asked| match &*asked.path {
        "/ok" => says(200, ""),
        "/moved" => sends(301, "/ok"),
        "/forbidden" => says(403, ""),
        _ => says(404, ""),
    });
    let links = ["/ok", "/moved", "/missing"].map(|path| server.url(path));
    let hub = hub(&links).on_disk();
    let first = findings(&check(&hub).expect(1), &server);
    assert_eq!(first.len(), 2, "{first:?}");
    assert_eq!(server.take().len(), 5);
    let text = Etappe::inside(hub.path())
        .env("NO_PROXY", "*")
        .args(["check", "--external"])
        .run()
        .expect(1);
    assert!(
        text.stdout.ends_with("Other sites: 3 addresses, 0 asked for, 3 known from before.\n"),
        "{}",
        text.stdout
    );
    assert_eq!(findings(&check(&hub).expect(1), &server), first, "the findings are the same");
    assert_eq!(server.take(), [""; 0]);

    hub.write(
        "content/service/b.md",
        format!(
            "+++\ntitle = 'B'\npersonas = 'gp'\nstage = 'service'\n+++\n\n<{}>\n",
            server.url("/forbidden")
        ),
    );
    for _ in 0..2 {
        check(&hub);
        assert_eq!(server.take(), ["HEAD /forbidden", "GET /forbidden"]);
    }
}

#[test]
fn what_was_kept_ages_and_a_damaged_file_is_none() {
    let server = Server::start(|_| says(200, ""));
    let hub = hub(&[server.url("/ok")]).on_disk();
    let kept = ".etappe/external.json";
    for _ in 0..2 {
        check(&hub).expect(0);
    }
    assert_eq!(server.take().len(), 1);
    let whole = hub.read(kept);
    let (before, after) = whole.split_once("\"checked\": ").expect("the time of the check");
    let (time, after) = after.split_once(',').expect("something follows");
    let old = time.parse::<i64>().expect("seconds") - 7 * 86_400 - 60;
    for damaged in [
        format!("{before}\"checked\": {old},{after}"),
        whole[..whole.len() / 2].to_owned(),
        String::new(),
    ] {
        hub.write(kept, damaged);
        check(&hub).expect(0);
        assert_eq!(server.take().len(), 1);
    }
    check(&hub).expect(0);
    assert_eq!(server.take().len(), 0);
}

#[test]
fn answers_that_cannot_be_kept_are_a_warning() {
    let server = Server::start(|_| says(200, ""));
    let hub = hub(&[server.url("/ok")]).on_disk();
    hub.write(".etappe", "a file where the folder would be");
    let ran = check(&hub).expect(0);
    assert!(ran.stderr.contains("warning: cannot write"), "{}", ran.stderr);
}

#[test]
fn without_the_flag_nobody_is_asked() {
    let server = Server::start(|_| says(404, ""));
    let hub = hub(&[server.url("/x")]).on_disk();
    for args in [&["check"][..], &["build"], &["coverage"]] {
        Etappe::inside(hub.path()).env("NO_PROXY", "*").args(args).run().expect(0);
    }
    assert_eq!(server.take(), [""; 0]);
    assert!(!hub.has(".etappe/external.json"));
}

#[test]
fn what_is_skipped_or_not_allowed_is_not_asked_for() {
    let server = Server::start(|asked| {
        if asked.path == "/in/hop" { sends(301, "/out/of/it") } else { says(404, "") }
    });
    let links = ["/in/hop", "/in/x.pdf", "/out"].map(|path| server.url(path));
    let lists = format!("allow = '{}'\nskip = ['http://*.pdf']\n", server.url("/in/"));
    let ran = check(&hub(&links).extended("hub.toml", &lists).on_disk()).expect(0);
    let moved = "content/service/a.md:7:4 info external.moved: `http://SITE/in/hop` has moved for good. (write `http://SITE/out/of/it`)";
    assert_eq!(findings(&ran, &server), [moved]);
    assert_eq!(server.take(), ["HEAD /in/hop"]);
}

#[test]
fn the_hubs_policy_holds_for_other_sites_too() {
    let server = Server::start(|_| says(404, ""));
    let policy = "\n[[waivers]]\ncode = 'external.broken'\npage = 'content/service/a.md'\nreason = 'back in January'\nuntil = 2099-01-31\n";
    let waived = hub(&[server.url("/x")]).extended("hub.toml", policy).on_disk();
    assert_eq!(findings(&check(&waived).expect(0), &server), [""; 0]);
    let softer = hub(&[server.url("/x")])
        .extended("hub.toml", "\n[checks]\n\"external.broken\" = \"warning\"\n")
        .on_disk();
    let found = findings(&check(&softer).expect(0), &server);
    assert!(found.len() == 1 && found[0].contains(" warning external.broken: "), "{found:?}");
}

#[test]
fn slips_in_the_external_table_are_findings() {
    let table = "\n[external]\nskip = ['a.example']\nallow = 3.5\ntimeout = 0\ndelay = 'soon'\nkeep = 'for ever'\nretries = 2\n";
    let lines = HubBuilder::small().extended("hub.toml", table).load().lines();
    let found: Vec<&str> =
        lines.iter().filter_map(|line| line.split_once(" error ")).map(|(_, rest)| rest).collect();
    assert_eq!(
        found,
        [
            "config.invalid-value: `a.example` begins no web address.",
            "config.wrong-type: `allow` must be text or a list of texts, but it is a number.",
            "config.invalid-value: `timeout` must be a number of seconds, 0.1 or more.",
            "config.invalid-value: `delay` must be a number of seconds, 0 or more.",
            "config.invalid-value: `keep` cannot be used: `for ever` is not a period.",
            "config.unknown-key: Unknown key `retries` in [external].",
        ]
    );
}
