//! What browsers and web servers are told: policies in pages, files of headers, and forms that are
//! there only when configured.

use crate::support::HubBuilder;

const HOSTED: &str = "headers = ['netlify', 'cloudflare', 'apache', 'nginx']\n";

/// A hub whose hub.toml begins with these lines too.
fn hub_with(lines: &str) -> HubBuilder {
    let hub = HubBuilder::small();
    let text = hub.text("hub.toml");
    hub.file("hub.toml", format!("{lines}{text}"))
}

#[test]
fn files_of_headers_are_written_when_asked_for() {
    let tree = hub_with(HOSTED).tree();
    for name in ["_headers", ".htaccess", "nginx-headers.conf"] {
        assert!(tree.text(name).contains("Content-Security-Policy"), "{name}");
        assert!(!tree.text(name).contains("noindex"), "{name}");
        assert!(!HubBuilder::small().tree().has(name), "{name} is not written unless asked for");
    }
}

/// The form that Netlify and Cloudflare read: a path, and below it, indented, the headers of all
/// that the path means.
#[test]
fn the_file_for_hosts_has_the_form_that_they_read() {
    let hub = hub_with(HOSTED).page(
        "content/styled.md",
        "gp",
        "service",
        "<style>.x{color:red}</style>\n",
    );
    for text in
        [hub.tree().text("_headers").to_owned(), hub.preview().tree().text("_headers").to_owned()]
    {
        let mut rules = 0;
        for line in text.lines() {
            assert!(line.len() <= 2000, "Cloudflare reads no longer line: {line}");
            match line.strip_prefix("  ") {
                None => {
                    rules += 1;
                    assert!(
                        line.starts_with('/')
                            && line.matches('*').count() <= 1
                            && !line.contains(' '),
                        "{line}"
                    );
                }
                Some(header) => {
                    let (name, value) = header.split_once(": ").expect("a header has a value");
                    assert!(rules > 0 && !value.trim().is_empty(), "{line}");
                    assert!(
                        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
                        "{line}"
                    );
                }
            }
        }
        assert!((1..=100).contains(&rules), "Cloudflare reads no more rules: {rules}");
    }
}

#[test]
fn a_preview_asks_search_engines_to_stay_away_in_every_form() {
    let tree = hub_with(HOSTED).preview().tree();
    for name in ["_headers", ".htaccess", "nginx-headers.conf"] {
        assert!(tree.text(name).contains("X-Robots-Tag"), "{name}");
    }
}

#[test]
fn a_persona_with_a_host_of_its_own_has_its_own_headers() {
    let hub = hub_with(HOSTED);
    let card = hub.text("personas/nurse.toml");
    let tree = hub
        .file("personas/nurse.toml", format!("base_url = 'https://nurses.example/below'\n{card}"))
        .page("a.md", "nurse", "service", "Text.\n")
        .tree();
    assert!(tree.text("verpleegkundigen/_headers").starts_with("/below/*\n"));
    assert!(tree.text("_headers").starts_with("/*\n"));
}

#[test]
fn a_style_in_a_text_is_allowed_by_its_hash_on_its_own_page_and_in_the_headers() {
    let body = "<style>.x{color:red}</style>\n\n<p style=\"color:blue\">Blue.</p>\n\n<script>alert('Hello, world.');</script>\n";
    let hub = hub_with(HOSTED).page("content/styled.md", "gp", "service", body).page(
        "content/plain.md",
        "gp",
        "service",
        "Text.",
    );
    let tree = hub.tree();
    let script = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
    for (path, has) in [
        ("huisartsen/practice/styled/index.html", true),
        ("huisartsen/practice/plain/index.html", false),
        ("_headers", true),
    ] {
        assert_eq!(tree.text(path).contains(&format!("script-src 'self' {script}")), has, "{path}");
        assert_eq!(tree.text(path).contains("'unsafe-hashes'"), has, "{path}");
    }
}

#[test]
fn readers_are_asked_only_where_an_endpoint_is_configured() {
    let hub = |lines: &str| hub_with(lines).page("content/one.md", "gp", "service", "Text.");
    let page = "huisartsen/practice/one/index.html";
    assert!(!hub("").tree().text(page).contains("class=\"feedback\""));
    let asked = hub("feedback = { endpoint = 'https://forms.example/etappe' }\n").tree();
    assert!(asked.text(page).contains("action=\"https://forms.example/etappe\""));
    assert!(asked.text(page).contains("form-action 'self' https://forms.example\""));
}

#[test]
fn a_hub_says_what_sort_of_pages_it_has() {
    let hub = |lines: &str| hub_with(lines).page("content/one.md", "gp", "service", "Text.").tree();
    let types = |lines: &str| {
        let tree = hub(lines);
        let html = tree.text("huisartsen/practice/one/index.html").to_owned();
        ["\"MedicalWebPage\"", "\"MedicalAudience\"", "\"WebPage\"", "\"Audience\""]
            .map(|name| html.contains(name))
    };
    assert_eq!(types(""), [true, true, false, false]);
    assert_eq!(types("schema = 'medical'\n"), types(""));
    assert_eq!(types("schema = 'general'\n"), [false, false, true, true]);
}

#[test]
fn what_is_not_for_lists_asks_not_to_be_listed_and_every_home_is_in_a_sitemap() {
    let front = "+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\naliases = ['/old/']\n+++\n";
    let dutch = "+++\ntitle = 'A'\npersonas = 'gp'\nstage = 'service'\n+++\n";
    let hub = HubBuilder::small().file("content/a.md", front).file("content/a.nl.md", dutch);
    let tree = hub.tree();
    for path in ["huisartsen/old/index.html", "huisartsen/preferences/index.html"] {
        assert!(tree.text(path).contains("<meta name=\"robots\" content=\"noindex\">"), "{path}");
    }
    let maps: Vec<&str> =
        tree.paths().into_iter().filter(|path| path.contains("sitemap")).collect();
    for path in &maps {
        let text = tree.text(path);
        assert!(!text.contains("/old/") && !text.contains("/preferences/"), "{path}");
    }
    let index = tree.text("sitemap.xml");
    assert!(index.contains("https://hub.example/sitemap-hub.xml"), "{index}");
    let homes = tree.text("sitemap-hub.xml");
    for home in ["https://hub.example/", "https://hub.example/nl/"] {
        assert!(homes.contains(&format!("<loc>{home}</loc>")), "{homes}");
    }
}

#[test]
fn an_address_that_another_output_took_over_is_not_gone() {
    let withdrawn = |more: &str| {
        format!(
            "+++\ntitle = 'Old'\npersonas = 'gp'\nstage = 'service'\nslug = 'one'\nstatus = 'withdrawn'\n{more}\n+++\n\nText.\n"
        )
    };
    let hub = hub_with(HOSTED)
        .file("content/old.md", withdrawn("aliases = ['a', 'b', 'practice', 'tool']"))
        .file("static/huisartsen/tool/index.html", "<p>A tool.</p>")
        .page("content/one.md", "gp", "service", "Text.")
        .file(
            "content/two.md",
            "+++\ntitle = 'Two'\npersonas = 'gp'\nstage = 'service'\naliases = ['b']\n+++\n\nText.\n",
        );
    let text = hub.tree().text("nginx-headers.conf").to_owned();
    let gone: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("location = \"")?.strip_suffix("/\" {"))
        .collect();
    assert_eq!(gone, ["/huisartsen/a"], "neither a page, an alias, a stage nor a file of its own");
    assert!(!hub.tree().text("_headers").contains("huisartsen/a"));
}
