//! Makes the requests that a schedule asks for. Nothing else in the program makes a request.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::{
    Doubt, JobIx, Method, NextStep, ProbeAnswer, Request, Response, Schedule, retry_after,
};

/// How many requests are under way at a time, each to another host.
const AT_ONCE: usize = 8;

/// The name that the program gives to servers.
const USER_AGENT: &str = concat!("etappe/", env!("CARGO_PKG_VERSION"), " (link check)");

/// Makes requests until every address has its verdict. `clock` tells the seconds since 1970; `done`
/// is told how many have a verdict, and how many there are.
///
/// A proxy is taken from the environment, as other programs do it: `HTTPS_PROXY`, `HTTP_PROXY`,
/// `ALL_PROXY`, `NO_PROXY`.
pub fn run(
    schedule: Schedule,
    timeout: Duration,
    clock: fn() -> i64,
    done: &(dyn Fn(usize, usize) + Sync),
) -> Schedule {
    let threads = schedule.hosts().min(AT_ONCE);
    let office = Office {
        schedule: Mutex::new(schedule),
        changed: Condvar::new(),
        start: Instant::now(),
        client: Client::new(timeout, clock),
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| office.work(done));
        }
    });
    office.schedule.into_inner().expect("no thread panics while it holds the schedule")
}

/// What the threads share.
struct Office {
    schedule: Mutex<Schedule>,
    /// Signalled when an answer came: another request may be possible now.
    changed: Condvar,
    start: Instant,
    client: Client,
}

impl Office {
    fn work(&self, done: &(dyn Fn(usize, usize) + Sync)) {
        while let Some((job, request)) = self.take() {
            let answer = self.client.ask(&request);
            let mut schedule = self.lock();
            schedule.answer(job, answer, self.start.elapsed());
            let (known, all) = schedule.progress();
            drop(schedule);
            self.changed.notify_all();
            done(known, all);
        }
        self.changed.notify_all();
    }

    /// Waits for the next request that may be made; `None` when there is none any more.
    fn take(&self) -> Option<(JobIx, Request)> {
        let mut schedule = self.lock();
        loop {
            let now = self.start.elapsed();
            let broken = "no thread panics while it holds the schedule";
            schedule = match schedule.next(now) {
                NextStep::Ask(job, request) => return Some((job, request)),
                NextStep::WaitUntil(time) => {
                    self.changed.wait_timeout(schedule, time.saturating_sub(now)).expect(broken).0
                }
                NextStep::Wait => self.changed.wait(schedule).expect(broken),
                NextStep::Done => return None,
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().expect("no thread panics while it holds the schedule")
    }
}

/// Makes one request at a time for each caller.
struct Client {
    agent: ureq::Agent,
    clock: fn() -> i64,
}

impl Client {
    fn new(timeout: Duration, clock: fn() -> i64) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // Redirects are followed by the probe, which judges each hop and its host.
            .max_redirects(0)
            .timeout_global(Some(timeout))
            .user_agent(USER_AGENT)
            .max_idle_connections(AT_ONCE)
            .max_idle_connections_per_host(1)
            .build();
        Self { agent: config.into(), clock }
    }

    /// Asks, and gives the head of the answer. The body is left unread: the connection is closed.
    fn ask(&self, request: &Request) -> ProbeAnswer {
        let address = request.address.as_str();
        let called = match request.method {
            Method::Head => self.agent.head(address).call(),
            Method::Get => self.agent.get(address).call(),
        };
        match called {
            Ok(response) => ProbeAnswer::Response(head(&response, (self.clock)())),
            Err(error) => ProbeAnswer::Failed(doubt(error, address.starts_with("https:"))),
        }
    }
}

fn head(response: &ureq::http::Response<ureq::Body>, now: i64) -> Response {
    // Some servers send addresses as plain UTF-8, which strictly is not allowed in a header.
    let text = |name: &str| {
        response
            .headers()
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let date = text("date");
    Response {
        status: response.status().as_u16(),
        location: text("location"),
        retry_after: text("retry-after")
            .and_then(|value| retry_after(&value, date.as_deref(), now)),
        sets_cookie: response.headers().contains_key("set-cookie"),
    }
}

fn doubt(error: ureq::Error, safe: bool) -> Doubt {
    use io::ErrorKind as Kind;
    let plain = |text: String| text.trim_end_matches('.').to_owned();
    match error {
        ureq::Error::Timeout(_) => Doubt::Timeout,
        ureq::Error::HostNotFound => Doubt::Name,
        ureq::Error::ConnectionFailed => Doubt::Refused,
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => Doubt::NotHttp,
        ureq::Error::Tls(why) => Doubt::tls(why),
        ureq::Error::Rustls(error) => Doubt::tls(&error.to_string()),
        ureq::Error::Io(error) => match error.kind() {
            Kind::ConnectionRefused => Doubt::Refused,
            Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::BrokenPipe
            | Kind::UnexpectedEof => Doubt::Closed,
            Kind::TimedOut | Kind::WouldBlock => Doubt::Timeout,
            // Faults of certificates and handshakes are reported as invalid data of the connection.
            Kind::InvalidData if safe => Doubt::tls(&error.to_string()),
            _ => Doubt::Other(plain(error.to_string())),
        },
        other => Doubt::Other(plain(other.to_string())),
    }
}
