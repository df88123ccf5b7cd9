//! What feeds, sitemaps and robots.txt are made of.

use serde::Serialize;

/// How many entries a feed has at most.
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
    /// Each site and each stage has a feed in every one.
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
    /// Which of the two forms is written.
    pub form: FeedForm,
    /// Code of the site's language.
    pub lang: &'r str,
    /// Label and hub title, parted by a middle dot; of a stage's feed, its label comes first.
    pub title: String,
    /// The company of hub.toml, or the hub's title where it names none.
    pub author: &'r str,
    /// The page that the feed belongs to: the site's home or the stage. Atom's id of the feed.
    pub home: String,
    /// The feed itself.
    pub own: String,
    /// Of the newest entry; the beginning of 1970 where there is none.
    pub updated: String,
    /// Newest first, those of one time by file. At most [`FEED_LENGTH`].
    pub entries: Vec<FeedEntry<'r>>,
}

/// One entry of a feed.
#[derive(Serialize)]
pub struct FeedEntry<'r> {
    /// As in front matter.
    pub title: &'r str,
    /// The page's address, which is the entry's id too.
    pub url: String,
    /// Front matter's `date`; `None` where the page gives only `updated`.
    pub published: Option<String>,
    /// The later of front matter's `date` and `updated`.
    pub updated: String,
    /// May be empty.
    pub summary: &'r str,
}

/// One persona's sitemap, all languages.
#[derive(Serialize)]
pub struct SitemapInputs {
    /// Site by site: home, stages with pages of their own, pages whose canonical address is there.
    pub urls: Vec<SitemapUrl>,
}

/// One address of a sitemap.
#[derive(Serialize)]
pub struct SitemapUrl {
    /// Absolute.
    pub loc: String,
    /// `2026-11-22`. `None` for homes, stages, and pages without a date.
    pub lastmod: Option<String>,
    /// Language code and address of each version, this one included; empty where it is the only
    /// one.
    pub alternates: Vec<(String, String)>,
}

/// The list of sitemaps, by absolute address.
#[derive(Serialize)]
pub struct SitemapIndexInputs {
    /// One for each persona without a host of its own, in the order of the hub.
    pub sitemaps: Vec<String>,
}

/// What a site holds, by stage: llms.txt, in the form of llmstxt.org.
#[derive(Serialize)]
pub struct ContentsInputs<'r> {
    /// The persona's label and the hub's title.
    pub title: String,
    /// From hub.toml; may be empty.
    pub company: &'r str,
    /// In the order of the journey, without those that have no pages of their own.
    pub stages: Vec<ContentsStage<'r>>,
}

/// One stage of a site's contents.
#[derive(Serialize)]
pub struct ContentsStage<'r> {
    /// In the site's language.
    pub label: &'r str,
    /// In the order of the stage. A page of several stages is in each of them.
    pub pages: Vec<ContentsPage<'r>>,
}

/// One page of a site's contents.
#[derive(Serialize)]
pub struct ContentsPage<'r> {
    /// As in front matter.
    pub title: &'r str,
    /// Absolute.
    pub url: String,
    /// May be empty.
    pub summary: &'r str,
}

/// robots.txt of one web root.
#[derive(Serialize)]
pub struct RobotsInputs {
    /// Whether all robots may read everything; in previews none may read anything.
    pub allow: bool,
    /// Absolute. Empty in previews.
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
