//! Files that tell web servers which headers to send with every page, in the forms that they read.

use serde::Serialize;

/// A file of headers, by what reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum HeaderFile {
    /// `_headers`, which Netlify and Cloudflare read alike.
    Hosted,
    /// `.htaccess`.
    Apache,
    /// A file to include in a `server` block.
    Nginx,
}

impl HeaderFile {
    /// What hub.toml calls the hosts.
    pub const HOSTS: [(&str, Self); 4] = [
        ("netlify", Self::Hosted),
        ("cloudflare", Self::Hosted),
        ("apache", Self::Apache),
        ("nginx", Self::Nginx),
    ];

    /// The file's name, directly below the web root.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hosted => "_headers",
            Self::Apache => ".htaccess",
            Self::Nginx => "nginx-headers.conf",
        }
    }
}

/// What the headers of one web root say.
#[derive(Debug, Serialize)]
pub struct Headers {
    /// Which form [`Headers::text`] writes.
    pub file: HeaderFile,
    /// The content security policy, as a header says it.
    pub policy: String,
    /// Whether search engines are told to stay away, as from a preview.
    pub noindex: bool,
    /// The path of the web root on its host: empty, or `/below`.
    pub below: String,
    /// The folders of the sites below the web root, the outermost first; `""` is the root itself.
    /// Each has a page for addresses that do not exist.
    pub sites: Vec<String>,
    /// The files below the web root that withdrawn pages stood in and their aliases would; sorted.
    pub gone: Vec<String>,
}

/// Names of assets hold a digest: a browser may keep them for good.
const KEEP: &str = "public, max-age=31536000, immutable";

impl Headers {
    /// The text of the file.
    pub fn text(&self) -> String {
        match self.file {
            HeaderFile::Hosted => self.hosted(),
            HeaderFile::Apache => self.apache(),
            HeaderFile::Nginx => self.nginx(),
        }
    }

    fn all(&self) -> Vec<(&'static str, &str)> {
        let mut all = vec![
            ("Content-Security-Policy", self.policy.as_str()),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
        ];
        if self.noindex {
            all.push(("X-Robots-Tag", "noindex"));
        }
        all
    }

    /// The path of each site on the host, with a slash at its end.
    fn folders(&self) -> impl Iterator<Item = String> {
        self.sites.iter().map(|site| {
            if site.is_empty() {
                format!("{}/", self.below)
            } else {
                format!("{}/{site}/", self.below)
            }
        })
    }

    /// The addresses at which a file that is gone was asked for.
    fn addresses(&self, file: &str) -> Vec<String> {
        let whole = format!("{}/{file}", self.below);
        match whole.strip_suffix("/index.html") {
            Some(folder) => vec![folder.to_owned(), format!("{folder}/"), whole.clone()],
            None => vec![whole],
        }
    }

    /// Such hosts can answer an address with 410 by no file of theirs: it is a 404 there.
    fn hosted(&self) -> String {
        let mut text = format!("{}/*\n", self.below);
        for (name, value) in self.all() {
            text.push_str(&format!("  {name}: {value}\n"));
        }
        text.push_str(&format!("{}/assets/*\n  Cache-Control: {KEEP}\n", self.below));
        text
    }

    fn apache(&self) -> String {
        let mut text = String::from("AddDefaultCharset utf-8\n");
        // The innermost site comes last: of all that match, the last counts.
        for folder in self.folders() {
            text.push_str(&format!("<If \"%{{REQUEST_URI}} =~ m#^{folder}#\">\n  ErrorDocument 404 {folder}404.html\n</If>\n"));
        }
        if !self.gone.is_empty() {
            text.push_str("<IfModule mod_alias.c>\n");
            for address in self.gone.iter().flat_map(|file| self.addresses(file)) {
                text.push_str(&format!("  RedirectMatch 410 \"^{}$\"\n", in_pattern(&address)));
            }
            text.push_str("</IfModule>\n");
        }
        text.push_str("<IfModule mod_headers.c>\n");
        for (name, value) in self.all() {
            text.push_str(&format!("  Header always set {name} \"{value}\"\n"));
        }
        text.push_str(&format!(
            "  Header set Cache-Control \"{KEEP}\" \"expr=%{{REQUEST_URI}} =~ m#^{}/assets/#\"\n</IfModule>\n",
            self.below
        ));
        text
    }

    /// The headers are written twice: a `location` with headers of its own inherits none.
    fn nginx(&self) -> String {
        let lines = |indent: &str| -> String {
            self.all()
                .iter()
                .map(|(name, value)| format!("{indent}add_header {name} \"{value}\" always;\n"))
                .collect()
        };
        let (name, below) = (self.file.name(), &self.below);
        let mut text = format!(
            "# In the server block: include /where/the/site/is/{name};\ncharset utf-8;\n{}",
            lines("")
        );
        for folder in self.folders() {
            text.push_str(&format!(
                "location {folder} {{\n  error_page 404 {folder}404.html;\n}}\n"
            ));
        }
        text.push_str(&format!(
            "location {below}/assets/ {{\n{}  add_header Cache-Control \"{KEEP}\";\n}}\n",
            lines("  ")
        ));
        for address in self.gone.iter().flat_map(|file| self.addresses(file)) {
            let address = address.replace('\\', "\\\\").replace('"', "\\\"");
            text.push_str(&format!("location = \"{address}\" {{\n  return 410;\n}}\n"));
        }
        text.push_str(&format!("location = {below}/{name} {{\n  return 404;\n}}\n"));
        text
    }
}

/// A text as it stands for itself in a pattern between quotes.
fn in_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if r#".\+*?()|[]{}^$""#.contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(file: HeaderFile, noindex: bool) -> String {
        Headers {
            file,
            policy: "default-src 'none'".to_owned(),
            noindex,
            below: "/docs".to_owned(),
            sites: vec!["a".to_owned(), "a/en".to_owned()],
            gone: vec![r#"a/"b" (c)/index.html"#.to_owned()],
        }
        .text()
    }

    #[test]
    fn what_is_gone_is_named_as_each_server_reads_names() {
        let nginx = headers(HeaderFile::Nginx, false);
        assert!(nginx.contains(r#"location = "/docs/a/\"b\" (c)/" {"#), "{nginx}");
        let apache = headers(HeaderFile::Apache, false);
        assert!(apache.contains(r#"410 "^/docs/a/\"b\" \(c\)/index\.html$""#), "{apache}");
        assert!(!headers(HeaderFile::Hosted, false).contains("(c)"));
    }

    #[test]
    fn every_form_says_the_policy_and_keeps_assets_for_good() {
        for (file, policy, assets) in [
            (
                HeaderFile::Hosted,
                "/docs/*\n  Content-Security-Policy: default-src 'none'\n",
                "/docs/assets/*\n  Cache-Control: public",
            ),
            (
                HeaderFile::Apache,
                "Header always set Content-Security-Policy \"default-src 'none'\"",
                "m#^/docs/assets/#",
            ),
            (
                HeaderFile::Nginx,
                "add_header Content-Security-Policy \"default-src 'none'\" always;\n",
                "location /docs/assets/ {\n  add_header",
            ),
        ] {
            let text = headers(file, false);
            assert!(text.contains(policy) && text.contains(assets), "{text}");
        }
        assert!(
            headers(HeaderFile::Nginx, false)
                .ends_with("location = /docs/nginx-headers.conf {\n  return 404;\n}\n")
        );
    }

    #[test]
    fn a_lost_reader_stays_on_the_site() {
        let text = headers(HeaderFile::Apache, false);
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
        assert!(
            at("m#^/docs/a/#\">\n  ErrorDocument 404 /docs/a/404.html")
                < at("ErrorDocument 404 /docs/a/en/404.html")
        );
        let text = headers(HeaderFile::Nginx, false);
        assert!(
            text.contains("location /docs/a/en/ {\n  error_page 404 /docs/a/en/404.html;\n}\n"),
            "{text}"
        );
    }

    #[test]
    fn only_previews_ask_search_engines_to_stay_away() {
        for (_, file) in HeaderFile::HOSTS {
            assert!(headers(file, true).contains("X-Robots-Tag"));
            assert!(!headers(file, false).contains("X-Robots-Tag"));
        }
    }
}
