//! What each address of the preview answers.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::body::Bytes;
use hyper::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use tokio::task::AbortHandle;

use super::address::{self, AddressTarget};
use super::desk;
use super::html;
use super::http::{self, Body, Responder};
use super::preview::{Preview, Reached, Snapshot};
use super::tab;
use etappe_base::csp::{self, Inline};
use etappe_base::hash::Digest;
use etappe_base::path::{self, OutPath};
use etappe_session::Content;
use etappe_site::kinds::Recipe;

/// How often a quiet stream of events sends a sign of life.
const BEAT: Duration = Duration::from_secs(20);

/// How many streams of events may be open at one time. A stream lasts as long as its tab. Past this
/// number the oldest is ended, and its browser asks again, so that requests for pages always find
/// room.
const STREAMS: usize = http::ROOM / 3;

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

/// Scripts and styles of the preview's own, by name.
const FILES: &[(&str, &str)] = &[
    ("live.js", include_str!("assets/live.js")),
    ("bar.js", include_str!("assets/bar.js")),
    ("marks.js", include_str!("assets/marks.js")),
    ("news.js", include_str!("assets/news.js")),
    ("desk.js", include_str!("assets/desk.js")),
    ("desk.css", include_str!("assets/desk.css")),
];

/// The preview, as HTTP sees it.
pub(crate) struct Site {
    preview: Arc<Preview>,
    /// Whether scripts that pages bring may run.
    allows_scripts: bool,
    /// The streams of events, the oldest first.
    streams: Mutex<VecDeque<AbortHandle>>,
}

/// What an address shows.
enum SiteAnswer {
    /// The bytes of an output.
    Output { status: StatusCode, name: String, bytes: Arc<[u8]>, digest: Digest },
    /// The address lacks its slash at the end; the path to go to.
    Moved(String),
}

impl Responder for Site {
    async fn answer(self: &Arc<Self>, path: String, query: String) -> Response<Body> {
        let target = address::target(&path);
        if target == AddressTarget::Own("events".to_owned()) {
            return self.events();
        }
        let site = Arc::clone(self);
        let made = tokio::task::spawn_blocking(move || site.made(target, &query)).await;
        made.unwrap_or_else(|_| {
            http::text(StatusCode::INTERNAL_SERVER_ERROR, "The preview could not make this.\n")
        })
    }
}

impl Site {
    pub(crate) fn new(preview: Arc<Preview>, allows_scripts: bool) -> Self {
        Self { preview, allows_scripts, streams: Mutex::default() }
    }

    fn made(&self, target: AddressTarget, query: &str) -> Response<Body> {
        match target {
            AddressTarget::Nothing => {
                http::text(StatusCode::BAD_REQUEST, "This is no address of a page.\n")
            }
            AddressTarget::Own(name) => self.own(&name, query),
            AddressTarget::Output { path, is_folder } => {
                let snapshot = self.preview.snapshot();
                match self.look(&snapshot, &path, is_folder) {
                    SiteAnswer::Moved(to) => http::redirect(&to),
                    SiteAnswer::Output { status, name, bytes, digest } => {
                        let mut response = respond(&snapshot, status, &name, bytes, digest);
                        if !self.allows_scripts {
                            confine(&snapshot, &name, &mut response);
                        }
                        response
                    }
                }
            }
        }
    }

    /// What an address shows: the output, else the theme's page for lost addresses, else a page of
    /// the preview itself.
    fn look(&self, snapshot: &Snapshot, path: &OutPath, is_folder: bool) -> SiteAnswer {
        let is_planned = |path: &str| {
            snapshot.content().is_some_and(|content| content.plan.find(path).is_some())
        };
        let shown = |status, bytes, digest| SiteAnswer::Output {
            status,
            name: path.as_str().to_owned(),
            bytes,
            digest,
        };
        match self.preview.find(snapshot, path) {
            Reached::Output(output) => shown(StatusCode::OK, output.bytes, output.digest),
            Reached::Before(output, _) if is_planned(path.as_str()) => {
                shown(StatusCode::OK, output.bytes, output.digest)
            }
            Reached::Before(output, _) => shown(StatusCode::NOT_FOUND, output.bytes, output.digest),
            Reached::Failed(finding) => {
                let text = "It stays here until what is wrong is solved, and then comes by itself.";
                let findings = tab::causes(&self.preview, snapshot, finding.as_deref());
                ours(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    &html::notice("This page cannot be made", text, &findings),
                )
            }
            Reached::NoHub => {
                let text = "The preview comes by itself as soon as this is solved.";
                let findings = tab::causes(&self.preview, snapshot, None);
                ours(
                    StatusCode::SERVICE_UNAVAILABLE,
                    &html::notice("The hub cannot be shown yet", text, &findings),
                )
            }
            Reached::Nothing if !is_folder && is_planned(&format!("{path}/index.html")) => {
                SiteAnswer::Moved(format!("/{}/", path::encode(path.as_str())))
            }
            Reached::Nothing => self.lost(snapshot, path),
        }
    }

    /// The nearest page for lost addresses above `path`, as web hosts choose it.
    fn lost(&self, snapshot: &Snapshot, path: &OutPath) -> SiteAnswer {
        let mut folder = path.as_str();
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            let Some(page) = OutPath::new(&format!("{folder}/404.html")) else { break };
            if let Reached::Output(output) = self.preview.find(snapshot, &page) {
                let name = page.as_str().to_owned();
                return SiteAnswer::Output {
                    status: StatusCode::NOT_FOUND,
                    name,
                    bytes: output.bytes,
                    digest: output.digest,
                };
            }
        }
        ours(
            StatusCode::NOT_FOUND,
            &html::notice(
                "There is no such page",
                "No site of this hub has a page at this address.",
                &[],
            ),
        )
    }

    fn own(&self, name: &str, query: &str) -> Response<Body> {
        if let Some((name, text)) = FILES.iter().find(|(known, _)| *known == name) {
            return http::whole(StatusCode::OK, address::media_type(name), *text);
        }
        let snapshot = self.preview.snapshot();
        match name {
            "state" => self.state(&snapshot, query),
            "about" => {
                let asked = address::query(query, "path").map(|path| address::target(&path));
                let Some(AddressTarget::Output { path, .. }) = asked else { return no_page() };
                json(&tab::about(&self.preview, &snapshot, &path))
            }
            name => match desk::page(&self.preview, &snapshot, name, query) {
                Some(page) => desk_page(page),
                None => no_page(),
            },
        }
    }

    /// The state that a tab compares with what it shows.
    fn state(&self, snapshot: &Snapshot, query: &str) -> Response<Body> {
        let asked = address::query(query, "path").map(|path| address::target(&path));
        let Some(AddressTarget::Output { path, is_folder }) = asked else { return no_page() };
        let (digest, shape) = match self.look(snapshot, &path, is_folder) {
            SiteAnswer::Output { bytes, digest, .. } => {
                (digest.to_string(), Preview::shape(snapshot, &bytes).to_string())
            }
            SiteAnswer::Moved(to) => (to.clone(), to),
        };
        let loaded = address::all_of_query(query, "with").map(|with| {
            let digest = match address::target(&with) {
                AddressTarget::Output { path, .. } => self.preview.digest(snapshot, &path),
                AddressTarget::Own(_) | AddressTarget::Nothing => None,
            };
            (with, digest.map(|digest| digest.to_string()))
        });
        json(&TabState {
            revision: snapshot.newest.number,
            digest,
            shape,
            loaded: loaded.collect(),
        })
    }

    /// A stream that tells of the present state, and then of each new one.
    fn events(&self) -> Response<Body> {
        let (mut sender, channel) = Channel::<Bytes, Infallible>::new(1);
        let preview = Arc::clone(&self.preview);
        let mut states = preview.states();
        let stream = tokio::spawn(async move {
            let mut is_first = true;
            loop {
                let news = {
                    let snapshot = states.borrow_and_update();
                    News {
                        revision: snapshot.newest.number,
                        follow: if is_first {
                            Vec::new()
                        } else {
                            tab::follow(&preview, &snapshot)
                        },
                    }
                };
                is_first = false;
                let message = format!(
                    "data: {}\n\n",
                    serde_json::to_string(&news).expect("news are plain data")
                );
                if sender.send_data(message.into()).await.is_err() {
                    return;
                }
                loop {
                    match tokio::time::timeout(BEAT, states.changed()).await {
                        Ok(Ok(())) => break,
                        Ok(Err(_)) => return,
                        Err(_)
                            if sender
                                .send_data(Bytes::from_static(b": still here\n\n"))
                                .await
                                .is_err() =>
                        {
                            return;
                        }
                        Err(_) => {}
                    }
                }
            }
        });
        self.make_room(stream.abort_handle());
        http::events(channel.boxed())
    }

    /// Registers a stream of events. Past [`STREAMS`], the oldest is ended.
    fn make_room(&self, stream: AbortHandle) {
        let mut streams = self.streams.lock().expect("nothing panics while it is held");
        streams.retain(|stream| !stream.is_finished());
        streams.push_back(stream);
        if streams.len() > STREAMS
            && let Some(oldest) = streams.pop_front()
        {
            oldest.abort();
        }
    }
}

#[derive(Serialize)]
struct News {
    revision: u64,
    /// Where the page that was saved is shown, if browsers are to go there.
    follow: Vec<String>,
}

#[derive(Serialize)]
struct TabState {
    revision: u64,
    digest: String,
    /// See [`Preview::shape`].
    shape: String,
    loaded: std::collections::BTreeMap<String, Option<String>>,
}

/// Sends an output as it is, but adds to a page the script that keeps it up to date.
fn respond(
    snapshot: &Snapshot,
    status: StatusCode,
    name: &str,
    bytes: Arc<[u8]>,
    digest: Digest,
) -> Response<Body> {
    let media_type = address::media_type(name);
    if media_type != HTML {
        let whole = http::whole(status, media_type, Bytes::from_owner(bytes));
        return http::in_parts(whole, &digest.to_string());
    }
    let shape = Preview::shape(snapshot, &bytes);
    let script = format!(
        "<script type=\"module\" src=\"/_etappe/live.js\" data-digest=\"{digest}\" data-shape=\"{shape}\"></script>\n"
    );
    http::whole(status, media_type, [&*bytes, script.as_bytes()].concat())
}

/// Lets only the preview's own scripts and the theme's run: a script that a page brings would share
/// an origin with the desk.
fn confine(snapshot: &Snapshot, name: &str, response: &mut Response<Body>) {
    let media_type = address::media_type(name);
    if media_type != HTML && !media_type.contains("xml") {
        return;
    }
    let own = FILES
        .iter()
        .filter(|(name, _)| name.ends_with(".js"))
        .map(|(name, _)| format!("/_etappe/{name}"));
    let content = snapshot.content();
    let scripts: Vec<String> = own.chain(content.into_iter().flat_map(scripts_of_theme)).collect();
    let none = Inline::default();
    let inline = content.map_or(&none, |content| &content.material.theme.inline);
    for policy in csp::of_preview(inline, scripts.iter().map(String::as_str)) {
        let policy = HeaderValue::from_str(&policy).expect("hashes and encoded paths fit a header");
        response.headers_mut().append(CONTENT_SECURITY_POLICY, policy);
    }
}

/// The paths of the theme's scripts, at every web root.
fn scripts_of_theme(content: &Content) -> impl Iterator<Item = String> {
    let hub = &content.material.hub;
    let roots: BTreeSet<&str> =
        std::iter::once("").chain(hub.sites.iter().map(|site| hub.web_root(site))).collect();
    let assets = content
        .material
        .theme
        .assets
        .iter()
        .filter(|asset| asset.name.ends_with(".js") || asset.name.ends_with(".mjs"));
    let below = |root: &str, path: &str| {
        if root.is_empty() { path.to_owned() } else { format!("{root}/{path}") }
    };
    let paths = assets
        .flat_map(move |asset| roots.clone().into_iter().map(move |root| below(root, &asset.path)));
    let is_asset = |path: &String| {
        content.plan.find(path).is_some_and(|node| matches!(node.recipe, Recipe::ThemeAsset(_)))
    };
    paths.filter(is_asset).map(|path| format!("/{path}"))
}

fn ours(status: StatusCode, page: &str) -> SiteAnswer {
    let bytes: Arc<[u8]> = page.as_bytes().into();
    SiteAnswer::Output { status, name: "notice.html".to_owned(), digest: Digest::of(&bytes), bytes }
}

fn json(value: &impl Serialize) -> Response<Body> {
    http::whole(StatusCode::OK, JSON, serde_json::to_vec(value).expect("answers are plain data"))
}

fn no_page() -> Response<Body> {
    http::text(StatusCode::NOT_FOUND, "The preview has no such page.\n")
}

/// Sends a page of the desk under a policy that lets it load nothing from elsewhere, whatever text
/// stands in it.
fn desk_page(page: String) -> Response<Body> {
    let mut response = http::whole(StatusCode::OK, HTML, page);
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
        frame-src 'self'; form-action 'self'; \
                  base-uri 'none'; frame-ancestors 'none'";
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}
