//! HTTP: connections, their limits, and who is answered at all. Knows nothing of what is served.
//!
//! No client may hold up others: each connection is a task of its own, rendering has its own
//! threads, and a client that neither asks nor reads for long is cut off.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_RANGE, CONTENT_TYPE, ETAG, HOST,
    HeaderValue, IF_RANGE, LOCATION, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use super::address;
use super::range::{self, Sent};

/// How long a client may take to send a request, and how long a connection may be idle.
const ASKING: Duration = Duration::from_secs(20);
/// How long a client may go without reading any of the answer.
const READING: Duration = Duration::from_secs(30);
/// How many connections may be open at one time: far more than a team's browsers open, far fewer
/// than a machine's file handles.
pub(crate) const ROOM: usize = 768;
/// The most bytes that the lines of a request may have together.
const LONGEST_REQUEST: usize = 64 * 1024;

/// A body: bytes, or events without an end.
pub(crate) type Body = BoxBody<Bytes, Infallible>;

/// What answers requests that have passed the gate.
pub(crate) trait Responder: Send + Sync + 'static {
    /// Answers as for GET; for HEAD, the body is dropped later.
    fn answer(
        self: &Arc<Self>,
        path: String,
        query: String,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// Takes connections for ever.
pub(crate) async fn run<A: Responder>(listener: TcpListener, bound: IpAddr, answer: Arc<A>) {
    let room = Arc::new(Semaphore::new(ROOM));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // No file handle is free; some will be in a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let answer = Arc::clone(&answer);
        tokio::spawn(async move {
            connection(stream, bound, answer).await;
            drop(place);
        });
    }
}

async fn connection<A: Responder>(stream: TcpStream, bound: IpAddr, answer: Arc<A>) {
    let _only_a_little_slower_without = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(READING));
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = Arc::clone(&answer);
        async move {
            let response = match refuse(&request, bound) {
                Some(refusal) => refusal,
                None => {
                    let (path, query) = (
                        request.uri().path().to_owned(),
                        request.uri().query().unwrap_or_default().to_owned(),
                    );
                    let asked = Asked::of(&request);
                    asked.part_of(answer.answer(path, query).await).await
                }
            };
            Ok::<_, Infallible>(response)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(ASKING).max_buf_size(LONGEST_REQUEST);
    let _the_client_has_gone = http.serve_connection(TokioIo::new(Box::pin(stream)), service).await;
}

/// What a request says of the part that it wants.
struct Asked {
    /// The range, where there is one to be minded.
    range: Option<HeaderValue>,
    /// The state of which alone a part is wanted.
    of_state: Option<HeaderValue>,
}

impl Asked {
    /// Ranges have a meaning for GET alone.
    fn of(request: &Request<Incoming>) -> Self {
        let header = |name| request.headers().get(name).cloned();
        let range = header(RANGE).filter(|_| *request.method() == Method::GET);
        Self { range, of_state: header(IF_RANGE) }
    }

    /// The part of a response that was asked for; the whole where that is none of an output.
    async fn part_of(self, response: Response<Body>) -> Response<Body> {
        let state = response.headers().get(ETAG);
        let (Some(range), Some(state), StatusCode::OK) = (self.range, state, response.status())
        else {
            return response;
        };
        if self.of_state.as_ref().is_some_and(|wanted| wanted != state) {
            return response;
        }
        let (mut head, body) = response.into_parts();
        // Outputs are whole in memory, and no body of theirs can fail.
        let bytes = body.collect().await.map(|all| all.to_bytes()).unwrap_or_default();
        let length = bytes.len() as u64;
        let (part, place) = match range::sent(range.to_str().unwrap_or_default(), length) {
            Sent::Whole => (bytes, None),
            Sent::Part(from, end) => {
                head.status = StatusCode::PARTIAL_CONTENT;
                let part = bytes.slice(from as usize..end as usize);
                (part, Some(format!("bytes {from}-{}/{length}", end - 1)))
            }
            Sent::Nothing => {
                head.status = StatusCode::RANGE_NOT_SATISFIABLE;
                (Bytes::new(), Some(format!("bytes */{length}")))
            }
        };
        if let Some(place) = place.and_then(|place| HeaderValue::from_str(&place).ok()) {
            head.headers.insert(CONTENT_RANGE, place);
        }
        Response::from_parts(head, Full::new(part).boxed())
    }
}

/// Says that parts of a response can be asked for, and which state of it this is.
pub(crate) fn in_parts(mut response: Response<Body>, state: &str) -> Response<Body> {
    if let Ok(state) = HeaderValue::from_str(&format!("\"{state}\"")) {
        response.headers_mut().insert(ETAG, state);
        response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
    response
}

/// The refusal of a request that is not to be answered; `None` where it is.
fn refuse(request: &Request<Incoming>, bound: IpAddr) -> Option<Response<Body>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response =
            text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Some(response);
    }
    let hosts = request.headers().get_all(HOST);
    let named = hosts
        .iter()
        .map(|host| host.to_str().unwrap_or_default())
        .chain(request.uri().authority().map(AsRef::as_ref));
    let mut named = named.peekable();
    if named.peek().is_some() && named.all(|host| address::is_ours(host, bound)) {
        return None;
    }
    Some(text(
        StatusCode::FORBIDDEN,
        "This preview answers to localhost and to the address it is bound to, and to no other name.\n",
    ))
}

/// A whole response.
pub(crate) fn whole(
    status: StatusCode,
    media_type: &'static str,
    bytes: impl Into<Bytes>,
) -> Response<Body> {
    with_body(status, media_type, Full::new(bytes.into()).boxed())
}

/// A response of plain text.
pub(crate) fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    whole(status, "text/plain; charset=utf-8", text)
}

/// A response with any body.
pub(crate) fn with_body(
    status: StatusCode,
    media_type: &'static str,
    body: Body,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    // Nothing is cached: a change must be seen at once.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// A stream of events. Its connection is closed when it ends, and makes room.
pub(crate) fn events(body: Body) -> Response<Body> {
    let mut response = with_body(StatusCode::OK, "text/event-stream", body);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Sends the browser to another path of this server.
pub(crate) fn redirect(path: &str) -> Response<Body> {
    let mut response = text(StatusCode::FOUND, "It is at another address.\n");
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}
