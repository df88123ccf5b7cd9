//! The files of headers in real web servers, nginx and Apache: what they say is what browsers get.
//!
//! Each server runs on a free port of this machine, with a configuration and a folder of its own,
//! and ends with its test. Where one is not installed its tests are left out, and say so;
//! `tests/run` installs both.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::command::etappe;
use crate::support::preview::{Answer, DEADLINE, get, read, send};
use crate::support::{HubBuilder, HubOnDisk, TODAY, left_out};

/// Where the site stands on its host.
const BELOW: &str = "/docs";

#[derive(Clone, Copy, Debug)]
enum Kind {
    Nginx,
    Apache,
}

/// A server that serves the folder of a hub.
struct Running {
    hub: HubOnDisk,
    address: SocketAddr,
    process: Child,
}

impl Kind {
    fn program(self) -> Option<PathBuf> {
        let names: &[&str] = match self {
            Self::Nginx => &["nginx"],
            Self::Apache => &["apache2", "httpd"],
        };
        let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];
        folders
            .iter()
            .flat_map(|folder| names.iter().map(move |name| Path::new(folder).join(name)))
            .find(|path| path.is_file())
    }

    /// The least that a server is told of a site: what our files say comes on top.
    fn configuration(self, root: &Path, port: u16) -> String {
        let root = root.display();
        match self {
            Self::Nginx => format!(
                "daemon off;\nmaster_process off;\npid {root}/nginx.pid;\nerror_log {root}/error.log;\nevents {{}}\nhttp {{\n\
                 include /etc/nginx/mime.types;\naccess_log off;\n\
                 client_body_temp_path {root}/t1;\nproxy_temp_path {root}/t2;\nfastcgi_temp_path {root}/t3;\nuwsgi_temp_path {root}/t4;\n\
                 scgi_temp_path {root}/t5;\nserver {{\nlisten 127.0.0.1:{port};\nroot {root}/site;\ninclude {root}/site{BELOW}/nginx-headers.conf;\n}}\n}}\n"
            ),
            Self::Apache => {
                let modules = ["alias", "authz_core", "dir", "headers", "mime", "mpm_event"];
                let loaded = |name: &&str| {
                    format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")
                };
                let modules: String = modules.iter().map(loaded).collect();
                // Only root may say who the server then is.
                let user = if nix_is_root() { "User www-data\nGroup www-data\n" } else { "" };
                format!(
                    "ServerRoot {root}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {root}/apache.pid\nErrorLog {root}/error.log\n\
                     DefaultRuntimeDir {root}\n{modules}{user}TypesConfig /etc/mime.types\nDocumentRoot {root}/site\nDirectoryIndex index.html\n\
                     <Directory {root}/site>\nRequire all granted\nAllowOverride All\n</Directory>\n<FilesMatch \"^\\.ht\">\nRequire all denied\n</FilesMatch>\n"
                )
            }
        }
    }

    fn command(self, program: &Path, root: &Path) -> Command {
        let mut command = Command::new(program);
        match self {
            Self::Nginx => command
                .arg("-p")
                .arg(root)
                .arg("-c")
                .arg(root.join("server.conf"))
                .arg("-e")
                .arg(root.join("error.log")),
            Self::Apache => command.arg("-X").arg("-f").arg(root.join("server.conf")),
        };
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

fn nix_is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

impl Running {
    /// `None` where the server is not installed, which is said.
    fn start(kind: Kind, hub: &HubBuilder, preview: bool) -> Option<Self> {
        let Some(program) = kind.program() else {
            left_out(&format!("{kind:?}"), "it is not installed here");
            return None;
        };
        let hub = hub.on_disk();
        let out = format!("site{BELOW}");
        let mut args = vec!["build", "--as-of", TODAY, "--out", &out];
        args.extend(preview.then_some("--preview"));
        etappe(hub.path(), &args).expect(0);
        // Servers give up root, and then have to read what is served.
        std::fs::set_permissions(hub.path(), PermissionsExt::from_mode(0o755))
            .expect("its owner may change it");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .expect("a port is free")
            .port();
        hub.write("server.conf", kind.configuration(hub.path(), port));
        let process = kind.command(&program, hub.path()).spawn().expect("the server starts");
        let mut running = Self { hub, address: (Ipv4Addr::LOCALHOST, port).into(), process };
        running.wait();
        Some(running)
    }

    fn wait(&mut self) {
        let end = Instant::now() + DEADLINE;
        while TcpStream::connect(self.address).is_err() {
            let ended = self.process.try_wait().expect("it can be asked");
            let log = || std::fs::read_to_string(self.hub.join("error.log")).unwrap_or_default();
            assert!(
                ended.is_none() && Instant::now() < end,
                "the server takes connections: {ended:?} {}",
                log()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn get(&self, path: &str) -> Answer {
        read(send(self.address, &get(&format!("{BELOW}{path}"))))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its own process alone: neither server has others here.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn hub() -> HubBuilder {
    let hub = HubBuilder::small()
        .edited(
            "hub.toml",
            "title = \"Small hub\"\n",
            "title = \"Small hub\"\nbase_url = \"https://small.example/docs\"\nheaders = [\"apache\", \"nginx\", \"netlify\"]\n",
        )
        .file("content/a.md", "+++\ntitle = 'Één'\npersonas = 'gp'\nstage = 'awareness'\naliases = ['old/a']\n+++\n\n![A](a.svg)\n")
        .file("content/a.nl.md", "+++\ntitle = 'Eén'\npersonas = 'gp'\nstage = 'awareness'\n+++\n\nTekst.\n")
        .file("content/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"/>");
    hub.page("b.md", "nurse", "service", "<script>alert(1)</script>\n")
}

/// The headers that every answer has, from the file that hosts read: one line each.
fn said(running: &Running) -> Vec<(String, String)> {
    let text = running.hub.read("site/docs/_headers");
    let lines = text.lines().skip(1).take_while(|line| line.starts_with("  "));
    lines
        .filter_map(|line| line.trim().split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect()
}

fn check_headers(kind: Kind, running: &Running, path: &str, answer: &Answer) {
    let said = said(running);
    assert!(said.len() >= 5, "{said:?}");
    for (name, value) in said {
        assert_eq!(
            answer.header(&name),
            Some(value.as_str()),
            "{kind:?}: {name} of {path}: {}",
            answer.head
        );
        let times = answer
            .head
            .lines()
            .filter(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))
            .count();
        assert_eq!(times, 1, "{kind:?}: {name} of {path} is said once");
    }
}

/// An output below the web root whose path begins and ends like this.
fn output(running: &Running, start: &str, end: &str) -> String {
    let tree = running.hub.tree("site/docs");
    let found =
        tree.paths().into_iter().find(|path| path.starts_with(start) && path.ends_with(end));
    format!("/{}", found.unwrap_or_else(|| panic!("{start}…{end}")))
}

fn check_site(kind: Kind) {
    let Some(running) = Running::start(kind, &hub(), false) else { return };
    let types = [
        ("/", "text/html; charset=utf-8"),
        ("/huisartsen/possible/a/", "text/html; charset=utf-8"),
        ("/huisartsen/nl/", "text/html; charset=utf-8"),
        ("/huisartsen/llms.txt", "text/plain; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/huisartsen/feed.atom", "application/atom+xml"),
        ("/huisartsen/feed.json", "application/json"),
        ("/huisartsen/sitemap.xml", "xml"),
    ];
    for (path, expected) in types {
        let answer = running.get(path);
        assert_eq!(answer.status, 200, "{kind:?}: {path}");
        let found = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
        assert!(
            if expected == "xml" { found.contains(expected) } else { found.starts_with(expected) },
            "{kind:?}: {path} is {found}"
        );
        check_headers(kind, &running, path, &answer);
        assert_eq!(answer.header("cache-control"), None, "{kind:?}: {path} may change");
        assert_eq!(answer.header("x-robots-tag"), None, "{kind:?}: {path} may be found");
    }
    for (end, expected) in [(".css", "text/css"), (".js", "javascript"), (".svg", "image/svg+xml")]
    {
        let path = output(&running, "assets/", end);
        let answer = running.get(&path);
        assert_eq!(
            answer.header("cache-control"),
            Some("public, max-age=31536000, immutable"),
            "{kind:?}: {path}"
        );
        assert!(
            answer.header("content-type").is_some_and(|found| found.contains(expected)),
            "{kind:?}: {path}: {}",
            answer.head
        );
        check_headers(kind, &running, &path, &answer);
    }
    let image = output(&running, "huisartsen/media/", ".svg");
    check_headers(kind, &running, &image, &running.get(&image));
}

fn check_lost(kind: Kind) {
    let Some(running) = Running::start(kind, &hub(), false) else { return };
    let lost = [
        ("/huisartsen/nowhere/", "huisartsen/404.html"),
        ("/huisartsen/possible/nowhere", "huisartsen/404.html"),
        ("/huisartsen/nl/nergens/", "huisartsen/nl/404.html"),
        ("/verpleegkundigen/x", "verpleegkundigen/404.html"),
    ];
    for (path, page) in lost {
        let answer = running.get(path);
        assert_eq!(answer.status, 404, "{kind:?}: {path}");
        assert_eq!(
            answer.text(),
            running.hub.read(&format!("site/docs/{page}")),
            "{kind:?}: {path}"
        );
        check_headers(kind, &running, path, &answer);
    }
    let moved = running.get("/huisartsen/old/a/");
    assert_eq!(moved.status, 200, "{kind:?}");
    assert!(
        moved.text().contains("http-equiv=\"refresh\"")
            && moved.text().contains("../../possible/a/"),
        "{kind:?}: {}",
        moved.text()
    );
    check_headers(kind, &running, "/huisartsen/old/a/", &moved);
    let folder = running.get("/huisartsen/possible/a");
    assert_eq!(folder.status, 301, "{kind:?}: a folder without its slash");
    assert!(
        folder.header("location").is_some_and(|to| to.ends_with("/docs/huisartsen/possible/a/")),
        "{kind:?}: {}",
        folder.head
    );
    let own = match kind {
        Kind::Nginx => running.get("/nginx-headers.conf"),
        Kind::Apache => running.get("/.htaccess"),
    };
    assert!(
        matches!(own.status, 403 | 404),
        "{kind:?}: its own file is nobody's business: {}",
        own.status
    );
}

/// A page that was withdrawn, whose names hold what patterns do.
fn check_gone(kind: Kind) {
    let aliases = "aliases = ['old/zerovax-(1+1)', 'zerovax.html', 'old/é']";
    let hub = hub().file(
        "content/deel 1/zerovax.md",
        format!(
            "+++\ntitle = 'Zerovax'\npersonas = ['gp', 'nurse']\nstage = 'awareness'\nslug = 'zerovax'\n\
             status = 'withdrawn'\n{aliases}\n+++\n\nText.\n"
        ),
    );
    let Some(running) = Running::start(kind, &hub, false) else { return };
    for path in [
        "/huisartsen/possible/zerovax/",
        "/huisartsen/possible/zerovax",
        "/huisartsen/possible/zerovax/index.html",
        "/verpleegkundigen/possible/zerovax/",
        "/huisartsen/old/zerovax-(1+1)/",
        "/huisartsen/zerovax.html",
        "/huisartsen/old/%C3%A9/",
    ] {
        let answer = running.get(path);
        assert_eq!(answer.status, 410, "{kind:?}: {path}");
        assert!(!answer.text().to_lowercase().contains("zerovax"), "{kind:?}: {}", answer.text());
        check_headers(kind, &running, path, &answer);
    }
    for (path, status) in [
        ("/huisartsen/possible/zerovax/x", 404),
        ("/huisartsen/old/zerovax-(11)/", 404),
        ("/huisartsen/zerovaxXhtml", 404),
        ("/huisartsen/possible/a/", 200),
    ] {
        assert_eq!(running.get(path).status, status, "{kind:?}: {path}");
    }
}

fn check_preview(kind: Kind) {
    let Some(running) = Running::start(kind, &hub(), true) else { return };
    for path in [
        "/",
        "/huisartsen/possible/a/",
        "/huisartsen/nowhere/",
        "/robots.txt",
        &output(&running, "assets/", ".css"),
    ] {
        let answer = running.get(path);
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"), "{kind:?}: {path}");
        check_headers(kind, &running, path, &answer);
    }
}

#[test]
fn nginx_sends_what_its_file_says() {
    check_site(Kind::Nginx);
}

#[test]
fn nginx_shows_lost_readers_the_page_of_their_site() {
    check_lost(Kind::Nginx);
}

#[test]
fn nginx_says_that_withdrawn_pages_are_gone() {
    check_gone(Kind::Nginx);
}

#[test]
fn apache_says_that_withdrawn_pages_are_gone() {
    check_gone(Kind::Apache);
}

#[test]
fn nginx_keeps_search_engines_from_previews() {
    check_preview(Kind::Nginx);
}

#[test]
fn apache_sends_what_its_file_says() {
    check_site(Kind::Apache);
}

#[test]
fn apache_shows_lost_readers_the_page_of_their_site() {
    check_lost(Kind::Apache);
}

#[test]
fn apache_keeps_search_engines_from_previews() {
    check_preview(Kind::Apache);
}
