//! What feeds, sitemaps and robots.txt are made of.

use serde::Serialize;

/// How many entries a feed has at the most.
pub const FEED_LENGTH: usize = 20;

/// The form of a feed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum FeedForm {
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl FeedForm {
    pub const ALL: [Self; 2] = [Self::Atom, Self::Json];

    /// The file's name.
    pub fn file(self) -> &'static str {
        match self {
            Self::Atom => "feed.atom",
            Self::Json => "feed.json",
        }
    }

    /// The path of the feed beside the page at `path`, such as a stage's.
    pub fn beside(self, path: &str) -> String {
        format!("{}{}", path.strip_suffix("index.html").unwrap_or(path), self.file())
    }
}

/// The feed of a site, or of one of its stages. Addresses are absolute, times RFC 3339.
#[derive(Serialize)]
pub struct FeedInputs<'r> {
    pub form: FeedForm,
    pub lang: &'r str,
    pub title: String,
    pub author: &'r str,
    pub home: String,
    pub own: String,
    pub updated: String,
    pub entries: Vec<FeedEntry<'r>>,
}

/// One entry of a feed.
#[derive(Serialize)]
pub struct FeedEntry<'r> {
    pub title: &'r str,
    pub url: String,
    pub published: Option<String>,
    pub updated: String,
    pub summary: &'r str,
}

/// One persona's sitemap, all languages.
#[derive(Serialize)]
pub struct SitemapInputs {
    pub urls: Vec<SitemapUrl>,
}

/// One address of a sitemap.
#[derive(Serialize)]
pub struct SitemapUrl {
    pub loc: String,
    /// `2026-11-22`.
    pub lastmod: Option<String>,
    /// Language and address of each version, where there is more than one.
    pub alternates: Vec<(String, String)>,
}

/// The list of sitemaps, by absolute address.
#[derive(Serialize)]
pub struct SitemapIndexInputs {
    pub sitemaps: Vec<String>,
}

/// What a site holds, by stage: llms.txt, in the form of llmstxt.org.
#[derive(Serialize)]
pub struct ContentsInputs<'r> {
    pub title: String,
    pub company: &'r str,
    pub stages: Vec<ContentsStage<'r>>,
}

/// One stage of it.
#[derive(Serialize)]
pub struct ContentsStage<'r> {
    pub label: &'r str,
    pub pages: Vec<ContentsPage<'r>>,
}

/// One page of it.
#[derive(Serialize)]
pub struct ContentsPage<'r> {
    pub title: &'r str,
    /// Absolute.
    pub url: String,
    pub summary: &'r str,
}

/// robots.txt of one web root.
#[derive(Serialize)]
pub struct RobotsInputs {
    pub allow: bool,
    /// Absolute.
    pub sitemaps: Vec<String>,
}

impl RobotsInputs {
    pub(super) fn text(&self) -> String {
        let mut text = String::from(if self.allow {
            "User-agent: *\nAllow: /\n"
        } else {
            "User-agent: *\nDisallow: /\n"
        });
        for sitemap in &self.sitemaps {
            text.push_str("Sitemap: ");
            text.push_str(sitemap);
            text.push('\n');
        }
        text
    }
}
