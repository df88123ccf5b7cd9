//! What feeds, sitemaps and robots.txt are made of.

use serde::Serialize;

/// How many entries a feed has at the most.
pub const FEED_LENGTH: usize = 20;

/// One site's Atom feed. Addresses are absolute, times RFC 3339.
#[derive(Serialize)]
pub struct FeedInputs<'r> {
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

/// robots.txt of one web root.
#[derive(Serialize)]
pub struct RobotsInputs {
    pub allow: bool,
    /// Absolute.
    pub sitemaps: Vec<String>,
}

impl RobotsInputs {
    pub(super) fn text(&self) -> String {
        let mut text = String::from(if self.allow { "User-agent: *\nAllow: /\n" } else { "User-agent: *\nDisallow: /\n" });
        for sitemap in &self.sitemaps {
            text.push_str("Sitemap: ");
            text.push_str(sitemap);
            text.push('\n');
        }
        text
    }
}
