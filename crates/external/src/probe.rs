//! The requests about one address, one after the other, until there is a verdict. Makes no request
//! itself: the caller reports each answer, and is told what to ask next. Knows no clock.

use std::collections::BTreeSet;
use std::time::Duration;

use super::address::Address;
use super::verdict::{Doubt, LinkFault, LinkVerdict};
use etappe_hub::config::external::External;

/// How often a server in trouble is asked again.
const RETRIES: u32 = 2;
/// How many redirects are followed: browsers follow about twenty, feed readers ten.
const REDIRECTS: usize = 10;
/// The longest wait that a server can ask for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The method of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Asks for the head of the answer alone.
    Head,
    /// Asks as readers do; the body is left unread.
    Get,
}

/// One request to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// `Head` first; `Get` where the answer to that is an error, or does not come.
    pub method: Method,
    /// The link's own, or one that a redirect led to.
    pub address: Address,
}

/// What came of one request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProbeAnswer {
    /// The server answered, with whatever status.
    Response(Response),
    /// No answer came; why not.
    Failed(Doubt),
}

/// The part of a response's head that matters here.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Response {
    /// The HTTP status; redirects are not followed, so it may be one of theirs.
    pub status: u16,
    /// Where a redirect leads, as the server says it.
    pub location: Option<String>,
    /// How long the server wants to be left alone.
    pub retry_after: Option<Duration>,
    /// Redirects without an end may be for want of the cookie.
    pub sets_cookie: bool,
}

/// What comes next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ProbeStep {
    /// Make [`Probe::request`], after a pause that is at least this long.
    Ask {
        after: Duration,
    },
    Done(LinkVerdict),
}

/// One address being looked into.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    at: Address,
    method: Method,
    seen: BTreeSet<Address>,
    /// Where the permanent redirects from the start lead, as the author would write it.
    moved: Option<String>,
    /// Whether every redirect so far was permanent.
    for_good: bool,
    cookies: bool,
    retries: u32,
}

impl Probe {
    pub(crate) fn new(address: Address) -> Self {
        let seen = BTreeSet::from([address.clone()]);
        Self {
            at: address,
            method: Method::Head,
            seen,
            moved: None,
            for_good: true,
            cookies: false,
            retries: 0,
        }
    }

    /// The request to make next.
    pub(crate) fn request(&self) -> Request {
        Request { method: self.method, address: self.at.clone() }
    }

    /// Takes the answer to [`Probe::request`].
    pub(crate) fn answer(&mut self, answer: ProbeAnswer, settings: &External) -> ProbeStep {
        match answer {
            ProbeAnswer::Response(response) => self.response(&response, settings),
            ProbeAnswer::Failed(doubt) => self.failure(doubt, settings),
        }
    }

    fn response(&mut self, response: &Response, settings: &External) -> ProbeStep {
        self.cookies |= response.sets_cookie;
        match response.status {
            200..=300 => ProbeStep::Done(self.reached()),
            301 | 302 | 303 | 307 | 308 => self.redirect(response, settings),
            429 => self.wait(response, settings),
            500..=599 if response.retry_after.is_some() => self.wait(response, settings),
            // Few clients use HEAD, so an error may concern the method alone: GET decides.
            400.. if self.method == Method::Head => self.ask_with_get(),
            500..=599 => self.wait(response, settings),
            status @ (401 | 402 | 403 | 406 | 407 | 408 | 421 | 423 | 425 | 451 | 999) => {
                unsure(Doubt::Status(status))
            }
            status @ 400..=499 => broken(LinkFault::Status(status)),
            status => unsure(Doubt::Status(status)),
        }
    }

    fn failure(&mut self, doubt: Doubt, settings: &External) -> ProbeStep {
        match doubt {
            Doubt::Timeout | Doubt::Closed | Doubt::NotHttp if self.method == Method::Head => {
                self.ask_with_get()
            }
            Doubt::Closed | Doubt::Refused => self.again(None, doubt, settings),
            doubt => unsure(doubt),
        }
    }

    /// The verdict when the address at the end of all redirects answers.
    fn reached(&self) -> LinkVerdict {
        self.moved.clone().map_or(LinkVerdict::Fine, |to| LinkVerdict::Moved { to })
    }

    fn ask_with_get(&mut self) -> ProbeStep {
        self.method = Method::Get;
        ProbeStep::Ask { after: Duration::ZERO }
    }

    fn wait(&mut self, response: &Response, settings: &External) -> ProbeStep {
        match response.retry_after {
            Some(wait) if wait > PATIENCE => unsure(Doubt::Busy(response.status)),
            wait => self.again(wait, Doubt::Status(response.status), settings),
        }
    }

    /// Asks again after `wait`, or after a pause that doubles each time. After the last try the
    /// verdict is `doubt`.
    fn again(&mut self, wait: Option<Duration>, doubt: Doubt, settings: &External) -> ProbeStep {
        if self.retries == RETRIES {
            return unsure(doubt);
        }
        self.retries += 1;
        let pause = settings.delay * 2_u32.pow(self.retries);
        ProbeStep::Ask { after: wait.unwrap_or(pause).max(settings.delay) }
    }

    fn redirect(&mut self, response: &Response, settings: &External) -> ProbeStep {
        let Some(location) = response.location.as_deref().filter(|location| !location.is_empty())
        else {
            return broken(LinkFault::NoTarget);
        };
        let Some((next, written)) = self.at.join(location) else {
            return unsure(Doubt::OtherScheme);
        };
        self.for_good &= matches!(response.status, 301 | 308);
        if self.for_good {
            self.moved = Some(written);
        }
        if !self.seen.insert(next.clone()) {
            return self.endless(LinkFault::Circle);
        }
        if self.seen.len() > REDIRECTS + 1 {
            return self.endless(LinkFault::TooManyRedirects);
        }
        if !settings.admits(&[next.as_str()]) {
            return ProbeStep::Done(self.reached());
        }
        if next.host() != self.at.host() {
            self.method = Method::Head;
        }
        self.at = next;
        ProbeStep::Ask { after: Duration::ZERO }
    }

    /// Some servers redirect until their cookie comes back. Browsers send it; this program does
    /// not.
    fn endless(&self, fault: LinkFault) -> ProbeStep {
        if self.cookies { unsure(Doubt::Cookies) } else { broken(fault) }
    }
}

fn broken(why: LinkFault) -> ProbeStep {
    ProbeStep::Done(LinkVerdict::Broken { why })
}

fn unsure(why: Doubt) -> ProbeStep {
    ProbeStep::Done(LinkVerdict::Unsure { why })
}

/// The wait that a `Retry-After` header asks for, which gives seconds or a date. A date counts from
/// the answer's own `Date`, else from `now`, in seconds since 1970. `None` when the header is
/// neither.
pub fn retry_after(value: &str, date: Option<&str>, now: i64) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let seconds = |text: &str| {
        jiff::fmt::rfc2822::parse(text.trim()).ok().map(|time| time.timestamp().as_second())
    };
    let from = date.and_then(seconds).unwrap_or(now);
    Some(Duration::from_secs(u64::try_from(seconds(value)?.saturating_sub(from)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::read(text).expect("of the web").expect("an address")
    }

    fn says(status: u16) -> ProbeAnswer {
        ProbeAnswer::Response(Response { status, ..Response::default() })
    }

    fn sends(status: u16, location: &str) -> ProbeAnswer {
        ProbeAnswer::Response(Response {
            status,
            location: Some(location.to_owned()),
            ..Response::default()
        })
    }

    fn waits(status: u16, seconds: u64) -> ProbeAnswer {
        ProbeAnswer::Response(Response {
            status,
            retry_after: Some(Duration::from_secs(seconds)),
            ..Response::default()
        })
    }

    /// Gives the answers one after the other; each request is written as `HEAD https://…`, a pause
    /// before it as `1s`.
    fn check(answers: &[ProbeAnswer], expected: &[&str], verdict: LinkVerdict) {
        let settings = External {
            skip: etappe_hub::config::external::Pattern::new("https://skip.example")
                .into_iter()
                .collect(),
            ..External::default()
        };
        let mut probe = Probe::new(address("https://a.example/"));
        let mut asked = Vec::new();
        let mut given = answers.iter();
        let found = loop {
            let Request { method, address } = probe.request();
            asked
                .push(format!("{} {address}", if method == Method::Head { "HEAD" } else { "GET" }));
            let answer = given.next().unwrap_or_else(|| panic!("no answer to {asked:?}"));
            match probe.answer(answer.clone(), &settings) {
                ProbeStep::Ask { after } if after.is_zero() => {}
                ProbeStep::Ask { after } => asked.push(format!("{after:?}")),
                ProbeStep::Done(verdict) => break verdict,
            }
        };
        assert_eq!(
            (asked.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), found),
            (expected, verdict)
        );
        assert_eq!(given.next(), None, "every answer is asked for");
    }

    fn is_broken(why: LinkFault) -> LinkVerdict {
        LinkVerdict::Broken { why }
    }

    fn is_unsure(why: Doubt) -> LinkVerdict {
        LinkVerdict::Unsure { why }
    }

    const HEAD: &str = "HEAD https://a.example/";
    const GET: &str = "GET https://a.example/";

    #[test]
    fn one_request_is_enough_for_what_answers() {
        check(&[says(200)], &[HEAD], LinkVerdict::Fine);
        check(&[says(204)], &[HEAD], LinkVerdict::Fine);
    }

    #[test]
    fn what_head_is_told_is_asked_again_with_get() {
        for status in [400, 403, 404, 405, 410, 500, 501, 503, 999] {
            check(&[says(status), says(200)], &[HEAD, GET], LinkVerdict::Fine);
        }
        for doubt in [Doubt::Closed, Doubt::Timeout, Doubt::NotHttp] {
            check(&[ProbeAnswer::Failed(doubt), says(200)], &[HEAD, GET], LinkVerdict::Fine);
        }
    }

    #[test]
    fn definite_failures_are_broken_and_refusals_are_not() {
        for status in [400, 404, 405, 410, 418, 422] {
            check(&[says(404), says(status)], &[HEAD, GET], is_broken(LinkFault::Status(status)));
        }
        for status in [401, 402, 403, 406, 408, 451, 999] {
            check(&[says(405), says(status)], &[HEAD, GET], is_unsure(Doubt::Status(status)));
        }
    }

    #[test]
    fn trouble_is_retried_after_a_pause_that_doubles() {
        check(
            &[says(500), says(502), says(503), says(200)],
            &[HEAD, GET, "1s", GET, "2s", GET],
            LinkVerdict::Fine,
        );
        check(
            &[says(500), says(500), says(500), says(500)],
            &[HEAD, GET, "1s", GET, "2s", GET],
            is_unsure(Doubt::Status(500)),
        );
        let closed = || ProbeAnswer::Failed(Doubt::Closed);
        check(
            &[closed(), closed(), closed(), closed()],
            &[HEAD, GET, "1s", GET, "2s", GET],
            is_unsure(Doubt::Closed),
        );
        let refused = || ProbeAnswer::Failed(Doubt::Refused);
        check(
            &[refused(), refused(), refused()],
            &[HEAD, "1s", HEAD, "2s", HEAD],
            is_unsure(Doubt::Refused),
        );
    }

    #[test]
    fn a_server_is_left_alone_as_long_as_it_asks_within_reason() {
        check(&[waits(429, 7), says(200)], &[HEAD, "7s", HEAD], LinkVerdict::Fine);
        check(&[waits(503, 30), says(200)], &[HEAD, "30s", HEAD], LinkVerdict::Fine);
        check(&[waits(429, 0), says(200)], &[HEAD, "500ms", HEAD], LinkVerdict::Fine);
        check(&[waits(429, 31)], &[HEAD], is_unsure(Doubt::Busy(429)));
        check(
            &[says(429), says(429), says(429)],
            &[HEAD, "1s", HEAD, "2s", HEAD],
            is_unsure(Doubt::Status(429)),
        );
    }

    #[test]
    fn names_certificates_and_timeouts_are_not_retried() {
        for doubt in [Doubt::Name, Doubt::Tls("expired".into())] {
            check(&[ProbeAnswer::Failed(doubt.clone())], &[HEAD], is_unsure(doubt));
        }
        check(
            &[ProbeAnswer::Failed(Doubt::Timeout), ProbeAnswer::Failed(Doubt::Timeout)],
            &[HEAD, GET],
            is_unsure(Doubt::Timeout),
        );
    }

    #[test]
    fn permanent_redirects_from_the_start_on_are_a_move() {
        let moved = |to: &str| LinkVerdict::Moved { to: to.to_owned() };
        check(
            &[sends(301, "/b#c"), says(200)],
            &[HEAD, "HEAD https://a.example/b"],
            moved("https://a.example/b#c"),
        );
        check(
            &[sends(301, "/b"), sends(308, "/c"), sends(302, "/d"), sends(301, "/e"), says(200)],
            &[
                HEAD,
                "HEAD https://a.example/b",
                "HEAD https://a.example/c",
                "HEAD https://a.example/d",
                "HEAD https://a.example/e",
            ],
            moved("https://a.example/c"),
        );
        check(
            &[sends(302, "/b"), sends(301, "/c"), says(200)],
            &[HEAD, "HEAD https://a.example/b", "HEAD https://a.example/c"],
            LinkVerdict::Fine,
        );
        check(
            &[sends(301, "/b"), says(404), says(404)],
            &[HEAD, "HEAD https://a.example/b", "GET https://a.example/b"],
            is_broken(LinkFault::Status(404)),
        );
    }

    #[test]
    fn a_new_host_is_asked_with_head_again() {
        check(
            &[says(405), sends(302, "/b"), sends(302, "https://c.example"), says(200)],
            &[HEAD, GET, "GET https://a.example/b", "HEAD https://c.example/"],
            LinkVerdict::Fine,
        );
    }

    #[test]
    fn redirects_must_end() {
        check(
            &[sends(302, "/b"), sends(302, "/")],
            &[HEAD, "HEAD https://a.example/b"],
            is_broken(LinkFault::Circle),
        );
        check(&[sends(301, "#x")], &[HEAD], is_broken(LinkFault::Circle));
        let chain: Vec<ProbeAnswer> = (1..=11).map(|at| sends(302, &format!("/{at}"))).collect();
        let asked: Vec<String> =
            (1..=10).map(|at| format!("HEAD https://a.example/{at}")).collect();
        let asked: Vec<&str> =
            std::iter::once(HEAD).chain(asked.iter().map(String::as_str)).collect();
        check(&chain, &asked, is_broken(LinkFault::TooManyRedirects));
        let mut ten = chain[..10].to_vec();
        ten.push(says(200));
        check(&ten, &asked, LinkVerdict::Fine);
    }

    #[test]
    fn a_circle_that_sets_cookies_may_end_in_a_browser() {
        let cookie = Response {
            status: 302,
            location: Some("/".into()),
            sets_cookie: true,
            ..Response::default()
        };
        check(&[ProbeAnswer::Response(cookie)], &[HEAD], is_unsure(Doubt::Cookies));
    }

    #[test]
    fn redirects_to_nowhere_and_out_of_the_web() {
        check(&[says(302)], &[HEAD], is_broken(LinkFault::NoTarget));
        check(&[sends(302, "")], &[HEAD], is_broken(LinkFault::NoTarget));
        check(&[sends(302, "app://open")], &[HEAD], is_unsure(Doubt::OtherScheme));
    }

    #[test]
    fn a_redirect_to_what_is_skipped_is_not_followed() {
        check(&[sends(302, "https://skip.example/login")], &[HEAD], LinkVerdict::Fine);
    }

    #[test]
    fn waits_are_seconds_or_dates() {
        let check = |value: &str, date: Option<&str>, seconds: Option<u64>| {
            assert_eq!(
                retry_after(value, date, 1_795_000_000),
                seconds.map(Duration::from_secs),
                "{value} {date:?}"
            );
        };
        check("120", None, Some(120));
        check(" 0 ", None, Some(0));
        check("Wed, 18 Nov 2026 11:07:40 GMT", None, Some(60));
        check("Wed, 18 Nov 2026 11:06:30 GMT", Some("Wed, 18 Nov 2026 11:06:20 GMT"), Some(10));
        check("Wed, 18 Nov 2020 11:06:30 GMT", None, Some(0));
        check("soon", None, None);
        check("-3", None, None);
    }
}
