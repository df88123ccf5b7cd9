//! Which host is asked when: one request at a time to each host, with a pause between two. A server
//! that does not answer is given up.
//!
//! Knows no clock: the caller gives the time since the start with each call.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::address::Address;
use super::probe::{Probe, ProbeAnswer, ProbeStep, Request};
use super::verdict::{Doubt, LinkVerdict};
use etappe_hub::config::external::External;

/// How many addresses of one server may time out in a row before the rest get no request.
const TIMEOUTS: u32 = 2;

/// All addresses being looked into.
#[derive(Debug)]
pub struct Schedule {
    settings: External,
    jobs: Vec<Job>,
    /// By host.
    hosts: BTreeMap<String, Host>,
    /// By [`Address::server`].
    servers: BTreeMap<String, Server>,
    /// Jobs without a verdict.
    open: usize,
}

/// An address by its place in the list that [`Schedule::new`] was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JobIx(usize);

#[derive(Debug)]
struct Job {
    address: Address,
    probe: Probe,
    verdict: Option<LinkVerdict>,
}

#[derive(Debug, Default)]
struct Host {
    /// A request is under way.
    busy: bool,
    /// When the next request may begin.
    free_from: Duration,
    queue: VecDeque<JobIx>,
}

#[derive(Debug, Default)]
struct Server {
    timeouts: u32,
    /// Why it gets no more requests; `None` while it does.
    given_up: Option<Doubt>,
}

/// What to do now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NextStep {
    /// Make this request, then call [`Schedule::answer`].
    Ask(JobIx, Request),
    /// Nothing until that time, or until another request has its answer.
    WaitUntil(Duration),
    /// Nothing until another request has its answer.
    Wait,
    /// Every address has its verdict.
    Done,
}

impl Schedule {
    /// Each address should come once; those of one host are asked in this order.
    pub fn new(addresses: impl IntoIterator<Item = Address>, settings: External) -> Self {
        let job =
            |address: Address| Job { probe: Probe::new(address.clone()), address, verdict: None };
        let jobs: Vec<Job> = addresses.into_iter().map(job).collect();
        let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
        for (at, job) in jobs.iter().enumerate() {
            hosts.entry(job.address.host().to_owned()).or_default().queue.push_back(JobIx(at));
        }
        Self { settings, open: jobs.len(), jobs, hosts, servers: BTreeMap::new() }
    }

    /// How many addresses have their verdict, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.jobs.len() - self.open, self.jobs.len())
    }

    /// How many hosts there are to ask, each by one request at a time.
    pub fn hosts(&self) -> usize {
        self.hosts.len()
    }

    /// The next thing to do. A request counts as under way until its answer is given to
    /// [`Schedule::answer`].
    pub fn next(&mut self, now: Duration) -> NextStep {
        self.settle_given_up();
        if self.open == 0 {
            return NextStep::Done;
        }
        let waiting = self.hosts.values_mut().filter(|host| !host.busy && !host.queue.is_empty());
        let Some(host) = waiting.min_by_key(|host| host.free_from) else { return NextStep::Wait };
        if host.free_from > now {
            return NextStep::WaitUntil(host.free_from);
        }
        let job = host.queue.pop_front().expect("the host's queue is not empty");
        host.busy = true;
        NextStep::Ask(job, self.jobs[job.0].probe.request())
    }

    /// Takes what came of a request that [`Schedule::next`] handed out.
    pub fn answer(&mut self, job: JobIx, answer: ProbeAnswer, now: Duration) {
        let asked = self.jobs[job.0].probe.request().address;
        self.note_timeouts(&asked, &answer);
        let step = self.jobs[job.0].probe.answer(answer, &self.settings);
        let pause = match &step {
            ProbeStep::Ask { after } => self.settings.delay.max(*after),
            ProbeStep::Done(_) => self.settings.delay,
        };
        let host = self.host(&asked);
        host.busy = false;
        host.free_from = now + pause;
        match step {
            ProbeStep::Ask { .. } => {
                // An address that was begun is finished before another.
                let next = self.jobs[job.0].probe.request().address;
                self.host(&next).queue.push_front(job);
            }
            ProbeStep::Done(verdict) => {
                if let LinkVerdict::Unsure { why } = &verdict
                    && why.concerns_server()
                {
                    self.server(&asked).given_up = Some(why.clone());
                }
                self.settle(job, verdict);
            }
        }
    }

    /// The verdicts by address.
    pub fn finish(self) -> BTreeMap<Address, LinkVerdict> {
        self.jobs.into_iter().filter_map(|job| Some((job.address, job.verdict?))).collect()
    }

    fn host(&mut self, address: &Address) -> &mut Host {
        self.hosts.entry(address.host().to_owned()).or_default()
    }

    fn server(&mut self, address: &Address) -> &mut Server {
        self.servers.entry(address.server()).or_default()
    }

    fn settle(&mut self, job: JobIx, verdict: LinkVerdict) {
        let before = self.jobs[job.0].verdict.replace(verdict);
        debug_assert_eq!(before, None, "an address has one verdict");
        self.open -= 1;
    }

    fn note_timeouts(&mut self, asked: &Address, answer: &ProbeAnswer) {
        let server = self.server(asked);
        match answer {
            ProbeAnswer::Failed(Doubt::Timeout) => {
                server.timeouts += 1;
                // Each address is asked twice, with HEAD and with GET.
                if server.timeouts >= 2 * TIMEOUTS {
                    server.given_up = Some(Doubt::Timeout);
                }
            }
            _ => server.timeouts = 0,
        }
    }

    /// Gives a verdict to all addresses that wait for a server that was given up.
    fn settle_given_up(&mut self) {
        let given_up = |job: &JobIx, jobs: &[Job], servers: &BTreeMap<String, Server>| {
            servers
                .get(&jobs[job.0].probe.request().address.server())
                .and_then(|server| server.given_up.clone())
        };
        if self.servers.values().all(|server| server.given_up.is_none()) {
            return;
        }
        let mut settled = Vec::new();
        for host in self.hosts.values_mut() {
            host.queue.retain(|job| match given_up(job, &self.jobs, &self.servers) {
                Some(why) => {
                    settled.push((*job, LinkVerdict::Unsure { why }));
                    false
                }
                None => true,
            });
        }
        for (job, verdict) in settled {
            self.settle(job, verdict);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::probe::Response;
    use super::*;

    fn schedule(addresses: &[&str]) -> Schedule {
        let read = |text: &&str| Address::read(text).expect("of the web").expect("an address");
        Schedule::new(
            addresses.iter().map(read),
            External { delay: Duration::from_secs(1), ..External::default() },
        )
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn ask(schedule: &mut Schedule, now: u64) -> (JobIx, String) {
        match schedule.next(at(now)) {
            NextStep::Ask(job, request) => (job, request.address.to_string()),
            other => panic!("{other:?}"),
        }
    }

    fn says(status: u16) -> ProbeAnswer {
        ProbeAnswer::Response(Response { status, ..Response::default() })
    }

    fn sends(location: &str) -> ProbeAnswer {
        ProbeAnswer::Response(Response {
            status: 302,
            location: Some(location.to_owned()),
            ..Response::default()
        })
    }

    fn verdicts(schedule: Schedule) -> Vec<(String, LinkVerdict)> {
        schedule
            .finish()
            .into_iter()
            .map(|(address, verdict)| (address.to_string(), verdict))
            .collect()
    }

    #[test]
    fn one_request_at_a_time_to_each_host_and_a_pause_after_it() {
        let mut schedule =
            schedule(&["https://a.example/1", "http://a.example:81/2", "https://b.example/"]);
        let (first, address) = ask(&mut schedule, 0);
        assert_eq!(address, "https://a.example/1");
        let (other, address) = ask(&mut schedule, 0);
        assert_eq!(address, "https://b.example/");
        assert_eq!(schedule.next(at(0)), NextStep::Wait);
        schedule.answer(first, says(200), at(5));
        assert_eq!(schedule.next(at(5)), NextStep::WaitUntil(at(6)));
        let (second, address) = ask(&mut schedule, 6);
        assert_eq!(address, "http://a.example:81/2");
        schedule.answer(other, says(200), at(6));
        assert_eq!(schedule.next(at(6)), NextStep::Wait);
        assert_eq!(schedule.progress(), (2, 3));
        schedule.answer(second, says(200), at(7));
        assert_eq!(schedule.next(at(7)), NextStep::Done);
        assert!(verdicts(schedule).iter().all(|(_, verdict)| *verdict == LinkVerdict::Fine));
    }

    #[test]
    fn a_redirect_waits_for_its_new_host() {
        let mut schedule = schedule(&["https://a.example/", "https://b.example/"]);
        let (a, _) = ask(&mut schedule, 0);
        let (b, _) = ask(&mut schedule, 0);
        schedule.answer(a, sends("https://b.example/x"), at(1));
        assert_eq!(schedule.next(at(1)), NextStep::Wait, "b is being asked");
        schedule.answer(b, says(200), at(2));
        assert_eq!(schedule.next(at(2)), NextStep::WaitUntil(at(3)));
        let (again, address) = ask(&mut schedule, 3);
        assert_eq!((again, &*address), (a, "https://b.example/x"));
    }

    #[test]
    fn a_host_that_asks_for_patience_gets_it_for_all_its_addresses() {
        let mut schedule = schedule(&["https://a.example/1", "https://a.example/2"]);
        let (first, _) = ask(&mut schedule, 0);
        let busy = Response { status: 429, retry_after: Some(at(10)), ..Response::default() };
        schedule.answer(first, ProbeAnswer::Response(busy), at(1));
        assert_eq!(schedule.next(at(1)), NextStep::WaitUntil(at(11)));
        let (again, _) = ask(&mut schedule, 11);
        assert_eq!(again, first, "what was begun comes first");
    }

    #[test]
    fn a_server_that_is_not_there_is_asked_once() {
        let mut schedule =
            schedule(&["https://a.example/1", "https://a.example/2", "http://a.example/3"]);
        let (first, address) = ask(&mut schedule, 0);
        assert_eq!(address, "https://a.example/1");
        schedule.answer(first, ProbeAnswer::Failed(Doubt::Tls("expired".into())), at(0));
        let (third, address) = ask(&mut schedule, 1);
        assert_eq!(address, "http://a.example/3", "another port has another certificate");
        schedule.answer(third, says(200), at(1));
        assert_eq!(schedule.next(at(1)), NextStep::Done);
        let unsure = LinkVerdict::Unsure { why: Doubt::Tls("expired".into()) };
        let found = verdicts(schedule);
        assert_eq!(found[0], ("http://a.example/3".into(), LinkVerdict::Fine));
        assert!(found[1..].iter().all(|(_, verdict)| *verdict == unsure));
    }

    #[test]
    fn two_addresses_that_time_out_speak_for_their_server() {
        let mut schedule =
            schedule(&["https://a.example/1", "https://a.example/2", "https://a.example/3"]);
        for now in 0..4 {
            let (job, _) = ask(&mut schedule, now * 2);
            schedule.answer(job, ProbeAnswer::Failed(Doubt::Timeout), at(now * 2));
        }
        assert_eq!(schedule.next(at(8)), NextStep::Done);
        assert_eq!(verdicts(schedule).len(), 3);
    }

    #[test]
    fn one_slow_page_does_not_speak_for_its_server() {
        let mut schedule =
            schedule(&["https://a.example/1", "https://a.example/2", "https://a.example/3"]);
        for (now, answer) in [(0, None), (2, None), (4, Some(says(200))), (6, None), (8, None)] {
            let (job, _) = ask(&mut schedule, now);
            schedule.answer(job, answer.unwrap_or(ProbeAnswer::Failed(Doubt::Timeout)), at(now));
        }
        assert_eq!(schedule.next(at(9)), NextStep::Done);
        assert_eq!(
            verdicts(schedule).iter().filter(|(_, verdict)| *verdict == LinkVerdict::Fine).count(),
            1
        );
    }

    #[test]
    fn nothing_to_ask_is_done_at_once() {
        assert_eq!(schedule(&[]).next(at(0)), NextStep::Done);
    }
}
