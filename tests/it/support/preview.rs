//! A running preview, and a client that talks to it over plain TCP: what it sends is what the test
//! wrote.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use etappe_serve::{self as serve, Editor, Notice, Server, Settings};

use super::{HubOnDisk, Tree, day};

/// How long a test waits for what must come. Nothing ever takes so long.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A preview of a hub, the stream of its events, and what it said.
pub struct Running {
    pub hub: HubOnDisk,
    pub notices: Receiver<Notice>,
    server: Server,
    events: BufReader<TcpStream>,
}

/// What came of a request.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

/// What a preview is asked for in tests: any port, a fixed day.
pub fn settings(folder: &Path) -> Settings {
    Settings {
        program: super::program(),
        dir: folder.to_owned(),
        bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        poll: false,
        navigate: false,
        editor: Editor::default(),
        allow_scripts: false,
        as_of: Some(day(super::TODAY)),
    }
}

impl Running {
    pub fn start(hub: HubOnDisk) -> Self {
        Self::start_with(hub, |_| {})
    }

    pub fn start_with(hub: HubOnDisk, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(hub.path());
        change(&mut settings);
        let (say, notices) = mpsc::channel();
        let server = serve::start(settings, move |notice| drop(say.send(notice)))
            .expect("the preview starts");
        let mut events = BufReader::new(send(server.address(), &get("/_etappe/events")));
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            events.read_line(&mut line).expect("the stream of events begins");
        }
        let mut running = Self { hub, notices, server, events };
        running.event();
        running
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.raw(&get(path))
    }

    /// Sends exactly this, and reads all that comes.
    pub fn raw(&self, request: &str) -> Answer {
        read(send(self.address(), request))
    }

    /// The body of a page as text, without what the preview adds to it.
    pub fn page(&self, path: &str) -> String {
        String::from_utf8(self.get(path).without_script()).expect("a page is text")
    }

    pub fn json(&self, path: &str) -> serde_json::Value {
        let answer = self.get(path);
        serde_json::from_slice(&answer.body)
            .unwrap_or_else(|error| panic!("{error} in {}", answer.text()))
    }

    /// What the bar of a page shows.
    pub fn about(&self, path: &str) -> serde_json::Value {
        self.json(&format!("/_etappe/about?path={path}"))
    }

    /// The data of the next event.
    pub fn event(&mut self) -> serde_json::Value {
        let end = Instant::now() + DEADLINE;
        let mut line = String::new();
        loop {
            line.clear();
            assert!(Instant::now() < end, "an event comes before the deadline");
            let read =
                self.events.read_line(&mut line).expect("an event comes before the deadline");
            assert!(read > 0, "the stream of events goes on");
            if let Some(data) = line.trim_end().strip_prefix("data: ") {
                return serde_json::from_str(data).expect("events are JSON");
            }
        }
    }

    /// Waits until `holds`, asking again at each event.
    pub fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !holds(self) {
            assert!(Instant::now() < end, "{what}");
            self.event();
        }
    }

    /// Every path of `tree` as it is served.
    pub fn served<'p>(&self, paths: impl Iterator<Item = &'p String>) -> Tree {
        let one = |path: &String| {
            let answer = self.get(&format!("/{}", etappe_base::path::encode(path)));
            (path.clone(), answer.without_script())
        };
        Tree::new(paths.map(one).collect())
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self
            .head
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    /// The bytes of an output: what the preview adds stands at the end of pages, and only there.
    fn without_script(&self) -> Vec<u8> {
        const SCRIPT: &[u8] = b"<script type=\"module\" src=\"/_etappe/live.js\"";
        let at = self.body.windows(SCRIPT.len()).position(|window| window == SCRIPT);
        let is_page = self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        assert_eq!(at.is_some(), is_page, "the script is in pages alone");
        self.body[..at.unwrap_or(self.body.len())].to_vec()
    }
}

pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
}

/// Opens a connection and sends `request`, whole or not.
pub fn send(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the preview takes connections");
    stream.set_read_timeout(Some(DEADLINE)).expect("a limit can be set");
    stream.write_all(request.as_bytes()).expect("the preview reads");
    stream
}

pub fn read(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the answer comes before the deadline");
    let at =
        bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8(bytes[..at].to_vec()).expect("a head is text");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("an answer has a status");
    Answer { status, head, body: bytes[at + 4..].to_vec() }
}
