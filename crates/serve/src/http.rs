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
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use super::address;

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
                    answer.answer(path, query).await
                }
            };
            Ok::<_, Infallible>(response)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(ASKING).max_buf_size(LONGEST_REQUEST);
    let _the_client_has_gone = http.serve_connection(TokioIo::new(Box::pin(stream)), service).await;
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
